//! Changes: what a reader does to the library, each in one transaction, and what undoes it.

use rusqlite::{OptionalExtension, Transaction};

use super::journal::Entry;
use super::rows::{failed, now};
use super::{Store, articles, highlights};
use crate::annotation::{Highlight, Standing};
use crate::catalogue::{ArticleId, Change, Flag};
use crate::error::Result;

/// What came of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// What undoes it.
    pub undo: Change,
    /// Highlights as they are now.
    pub highlights: Vec<Highlight>,
}

impl Store {
    /// Makes a change; when this returns, it is on the disk.
    ///
    /// # Errors
    ///
    /// If the library cannot be written; nothing is changed then.
    pub fn change(&mut self, change: &Change) -> Result<Changed> {
        let doing = failed("cannot keep the change");
        let mut done = Done::default();
        let (transaction, journal) = self.write_with_journal()?;
        perform(&transaction, change, &mut done).map_err(&doing)?;
        done.touched.sort_unstable();
        done.touched.dedup();
        for &article in &done.touched {
            articles::index_again(&transaction, article).map_err(&doing)?;
        }
        // The journal comes first: what is in the file and not in the journal would be lost with the file.
        let appended = journal.append(&done.entries).map_err(|error| error.context("cannot keep the change"))?;
        if let Err(error) = transaction.commit() {
            appended.take_back();
            return Err(doing(error));
        }
        done.undo.reverse();
        let undo = if done.undo.len() == 1 { done.undo.remove(0) } else { Change::All(done.undo) };
        Ok(Changed { undo, highlights: done.highlights })
    }

    /// Keeps how highlights were found in the text as it is now.
    ///
    /// # Errors
    ///
    /// If the library cannot be written.
    pub fn stand(&mut self, standings: &[(String, Standing)]) -> Result<()> {
        let doing = failed("cannot keep how highlights stand");
        let transaction = self.write()?;
        for (uid, standing) in standings {
            highlights::stand(&transaction, uid, *standing).map_err(&doing)?;
        }
        transaction.commit().map_err(&doing)
    }

    /// Empties the trash of what has been there for so many days, but for articles in which something was highlighted.
    /// Returns how many are gone.
    ///
    /// # Errors
    ///
    /// If the library cannot be written.
    pub fn purge(&mut self, days: i64) -> Result<usize> {
        let transaction = self.write()?;
        let query = "DELETE FROM article WHERE trashed < ? AND id NOT IN (SELECT article_id FROM highlight)";
        let gone = transaction.execute(query, [now() - days * 24 * 60 * 60 * 1000]);
        let gone = gone.map_err(failed("cannot empty the trash"))?;
        transaction.commit().map_err(failed("cannot empty the trash"))?;
        Ok(gone)
    }
}

/// What was done so far.
#[derive(Default)]
struct Done {
    /// What undoes each step, the first first.
    undo: Vec<Change>,
    entries: Vec<Entry>,
    highlights: Vec<Highlight>,
    /// Articles of which other words are to be found now.
    touched: Vec<ArticleId>,
}

fn perform(transaction: &Transaction<'_>, change: &Change, done: &mut Done) -> rusqlite::Result<()> {
    match change {
        Change::Flag { articles, flag, is_so } => {
            let changed = flag_each(transaction, articles, *flag, *is_so)?;
            done.undo.push(Change::Flag { articles: changed, flag: *flag, is_so: !is_so });
        }
        Change::Tag { articles, tag, is_so } => {
            let changed = tag_each(transaction, articles, tag, *is_so, &mut done.entries)?;
            done.undo.push(Change::Tag { articles: changed, tag: tag.clone(), is_so: !is_so });
        }
        Change::Highlight { article, highlight } => {
            let (undo, highlight) = highlights::put(transaction, *article, highlight, &mut done.entries)?;
            done.undo.push(undo);
            done.highlights.push(highlight);
            done.touched.push(*article);
        }
        Change::Unhighlight { article, uid } => {
            done.undo.extend(highlights::remove(transaction, uid, &mut done.entries)?);
            done.touched.push(*article);
        }
        Change::All(changes) => {
            for change in changes {
                perform(transaction, change, done)?;
            }
        }
    }
    Ok(())
}

/// Returns the articles of which the contrary was said.
fn flag_each(
    transaction: &Transaction<'_>,
    articles: &[ArticleId],
    flag: Flag,
    is_so: bool,
) -> rusqlite::Result<Vec<ArticleId>> {
    let (column, value) = match flag {
        Flag::Read => ("read", i64::from(is_so)),
        Flag::Starred => ("starred", i64::from(is_so)),
        Flag::Archived => ("archived", i64::from(is_so)),
        Flag::Trashed => ("trashed", now()),
    };
    let query = match (flag, is_so) {
        (Flag::Trashed, true) => "UPDATE article SET trashed = ?1 WHERE id = ?2 AND trashed IS NULL".to_owned(),
        (Flag::Trashed, false) => {
            "UPDATE article SET trashed = NULL WHERE id = ?2 AND trashed IS NOT NULL AND ?1 > 0".to_owned()
        }
        _ => format!("UPDATE article SET {column} = ?1 WHERE id = ?2 AND {column} <> ?1"),
    };
    let mut query = transaction.prepare_cached(&query)?;
    let mut changed = Vec::new();
    for article in articles {
        if query.execute((value, article.0))? > 0 {
            changed.push(*article);
        }
    }
    Ok(changed)
}

pub(super) fn tag_each(
    transaction: &Transaction<'_>,
    articles: &[ArticleId],
    tag: &str,
    is_so: bool,
    entries: &mut Vec<Entry>,
) -> rusqlite::Result<Vec<ArticleId>> {
    transaction.prepare_cached("INSERT OR IGNORE INTO tag (name) VALUES (?)")?.execute([tag])?;
    let query = if is_so {
        "INSERT OR IGNORE INTO article_tag (tag_id, article_id) \
            SELECT tag.id, article.id FROM tag, article WHERE tag.name = ? AND article.id = ?"
    } else {
        "DELETE FROM article_tag WHERE tag_id = (SELECT id FROM tag WHERE name = ?) AND article_id = ?"
    };
    let mut changed = Vec::new();
    for &article in articles {
        if transaction.prepare_cached(query)?.execute((tag, article.0))? > 0 {
            changed.push(article);
            let about = transaction
                .prepare_cached("SELECT key, title FROM article WHERE id = ?")?
                .query_row([article.0], |row| Ok((row.get(0)?, row.get(1)?)));
            if let Some((key, title)) = about.optional()? {
                entries.push(Entry::Tag { key, title, tag: tag.to_owned(), is_so });
            }
        }
    }
    let unused = "DELETE FROM tag WHERE name = ? AND id NOT IN (SELECT tag_id FROM article_tag)";
    transaction.prepare_cached(unused)?.execute([tag])?;
    Ok(changed)
}
