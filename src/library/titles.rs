//! Titles: those of all articles at once, to be matched with letters while they are typed.

use std::cmp::Reverse;

use rusqlite::{OptionalExtension, Row};

use super::Store;
use super::rows::{self, failed};
use crate::article::Locator;
use crate::catalogue::{ArticleId, Titled};
use crate::error::Result;
use crate::fuzzy::Letters;

/// How many titles are matched before it is looked whether they are still wanted.
const AT_ONCE: usize = 1024;

/// The titles of all articles that are not in the trash, what was read last first, then what came last.
#[derive(Debug)]
pub struct Titles {
    all: Vec<(ArticleId, String)>,
    /// What the library was when they were read.
    version: i64,
}

impl Titles {
    /// Returns up to `count` articles whose titles have the letters of `typed`, best first, or the first ones if nothing
    /// was typed. None if that was no longer wanted on the way.
    pub fn best(&self, typed: &str, count: usize, is_wanted: &dyn Fn() -> bool) -> Option<Vec<ArticleId>> {
        if typed.trim().is_empty() {
            return Some(self.all.iter().take(count).map(|(id, _)| *id).collect());
        }
        let mut letters = Letters::new(typed);
        let mut matched: Vec<(Reverse<u32>, usize)> = Vec::new();
        for (part, titles) in self.all.chunks(AT_ONCE).enumerate() {
            if !is_wanted() {
                return None;
            }
            let scores = titles.iter().enumerate().filter_map(|(idx, (_, title))| {
                letters.score(title).map(|score| (Reverse(score), part * AT_ONCE + idx))
            });
            matched.extend(scores);
        }
        if matched.len() > count {
            matched.select_nth_unstable(count);
            matched.truncate(count);
        }
        matched.sort_unstable();
        Some(matched.into_iter().filter_map(|(_, idx)| self.all.get(idx)).map(|(id, _)| *id).collect())
    }
}

impl Store {
    /// Returns the titles of all articles.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn titles(&self) -> Result<Titles> {
        let read = || {
            let version = self.version_of_data()?;
            let mut query = self.connection.prepare_cached(
                "SELECT id, title, CASE title WHEN '' THEN key END, opened FROM article WHERE trashed IS NULL",
            )?;
            let row = |row: &Row<'_>| {
                let (id, title): (i64, String) = (row.get(0)?, row.get(1)?);
                let title = named(title, row.get::<_, Option<String>>(2)?.as_deref());
                Ok((row.get::<_, Option<i64>>(3)?, ArticleId(id), title))
            };
            let mut all = query.query_map((), row)?.collect::<rusqlite::Result<Vec<_>>>()?;
            all.sort_unstable_by_key(|(opened, id, _)| Reverse((*opened, *id)));
            Ok(Titles { all: all.into_iter().map(|(_, id, title)| (id, title)).collect(), version })
        };
        read().map_err(failed("cannot read the titles"))
    }

    /// Returns whether titles that were read from this store are still those of the library.
    pub fn has_still(&self, titles: &Titles) -> bool {
        self.version_of_data().is_ok_and(|version| version == titles.version)
    }

    /// Returns articles by their titles, in this order; without those that are gone.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn titled(&self, ids: &[ArticleId]) -> Result<Vec<Titled>> {
        let read = || {
            let mut query = self.connection.prepare_cached("SELECT title, key FROM article WHERE id = ?")?;
            let mut found = Vec::with_capacity(ids.len());
            for &id in ids {
                let row = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?));
                let Some((title, key)) = query.query_row([id.0], row).optional()? else { continue };
                // What is nowhere cannot be opened.
                let Some(locator) = key.as_deref().and_then(rows::locator) else { continue };
                found.push(Titled { id, locator, title: named(title, key.as_deref()) });
            }
            Ok(found)
        };
        read().map_err(failed("cannot read the titles"))
    }

    /// Returns a number that is another one once another connection has written.
    fn version_of_data(&self) -> rusqlite::Result<i64> {
        self.connection.prepare_cached("PRAGMA data_version")?.query_row((), |row| row.get(0))
    }
}

/// Returns what an article is called that may have no title.
fn named(title: String, key: Option<&str>) -> String {
    if title.is_empty() {
        key.and_then(rows::locator).as_ref().map(Locator::to_string).unwrap_or_default()
    } else {
        title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_found_by_their_letters_and_the_rest_is_in_order() {
        let titles = ["On weirs", "Weir keepers", "Locks", "A weak eire"];
        let all = (1..).map(ArticleId).zip(titles.map(str::to_owned)).collect();
        let titles = Titles { all, version: 0 };
        let check = |typed: &str, count: usize, expected: &[i64]| {
            let found = titles.best(typed, count, &|| true).unwrap_or_default();
            assert_eq!(found.iter().map(|id| id.0).collect::<Vec<_>>(), expected, "{typed}");
        };
        check("", 2, &[1, 2]);
        check("weir", 9, &[1, 2, 4]);
        check("weir", 1, &[1]);
        check("zzz", 9, &[]);
        assert_eq!(titles.best("weir", 9, &|| false), None);
    }
}
