//! Arrivals: articles that come together from elsewhere, with what is told of them and what was marked in them.

use rusqlite::{OptionalExtension, Transaction, params};

use super::articles::{PackedCopy, Told, directory, id_of, index_again};
use super::journal::Entry;
use super::rows::{failed, now};
use super::{Copy, Store, changes, highlights};
use crate::annotation::{About, Passage};
use crate::article::{Article, Locator};
use crate::catalogue::ArticleId;
use crate::error::Result;
use crate::text::address::identity;

/// An article that comes in with others.
#[derive(Debug)]
pub struct Arriving<'a> {
    /// Where it is; none for a book of which only its name is known.
    pub locator: Option<Locator>,
    pub about: &'a About,
    pub passages: &'a [Passage],
    /// The article itself, where its text comes with it.
    pub article: Option<Article>,
    /// What is to be kept of its original.
    pub copy: Option<Copy>,
}

/// What came of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    pub id: ArticleId,
    /// Whether the library did not have the article.
    pub is_new: bool,
    /// How many of its highlights the library did not have.
    pub n_highlights: usize,
}

impl Store {
    /// Takes articles in, all of them or none, and adds what is told of them to what is known. When this returns, they
    /// are on the disk.
    ///
    /// # Errors
    ///
    /// If the library cannot be written, or a copy is too large.
    pub fn arrive(&mut self, arrivals: &[Arriving<'_>]) -> Result<Vec<Arrived>> {
        let doing = failed("cannot take the articles into the library");
        let mut entries = Vec::new();
        // What takes time is done before anybody has to wait.
        let mut ready = Vec::new();
        for arriving in arrivals {
            let copy = arriving.copy.as_ref().map(PackedCopy::of).transpose()?;
            ready.push((arriving.article.as_ref().map(Told::of), copy));
        }
        let (transaction, journal) = self.write_with_journal()?;
        let mut arrived = Vec::new();
        for (arriving, (told, copy)) in arrivals.iter().zip(&ready) {
            let taken = take(&transaction, arriving, told.as_ref(), copy.as_ref(), &mut entries);
            arrived.push(taken.map_err(&doing)?);
        }
        let appended = journal.append(&entries).map_err(|error| error.context("cannot take the articles in"))?;
        if let Err(error) = transaction.commit() {
            appended.take_back();
            return Err(doing(error));
        }
        Ok(arrived)
    }
}

fn take(
    transaction: &Transaction<'_>,
    arriving: &Arriving<'_>,
    told: Option<&Told>,
    copy: Option<&PackedCopy<'_>>,
    entries: &mut Vec<Entry>,
) -> rusqlite::Result<Arrived> {
    let latest: i64 =
        transaction.prepare_cached("SELECT coalesce(max(id), 0) FROM article")?.query_row((), |row| row.get(0))?;
    let id = match told {
        Some(told) => told.note(transaction, None)?.0,
        None => without_text(transaction, arriving)?,
    };
    let article = ArticleId(id);
    if let Some(copy) = copy {
        copy.put(transaction, article)?;
    }
    tell(transaction, article, arriving.about)?;
    for tag in &arriving.about.tags {
        changes::tag_each(transaction, &[article], tag, true, entries)?;
    }
    let mut n_highlights = 0;
    for passage in arriving.passages {
        n_highlights += usize::from(highlights::take(transaction, article, &passage.highlight, entries)?);
    }
    if id > latest || n_highlights > 0 {
        index_again(transaction, article)?;
    }
    Ok(Arrived { id: article, is_new: id > latest, n_highlights })
}

/// Finds an article of which no text comes, or makes one that is empty until it is read.
fn without_text(transaction: &Transaction<'_>, arriving: &Arriving<'_>) -> rusqlite::Result<i64> {
    let About { title, author, language, .. } = arriving.about;
    let key = arriving.locator.as_ref().and_then(Locator::key);
    let known = match &key {
        Some(key) => id_of(transaction, key)?,
        None => {
            let query = "SELECT id FROM article WHERE title = ?1 COLLATE NOCASE \
                AND (author = ?2 COLLATE NOCASE OR author = '' OR ?2 = '') ORDER BY key IS NULL, id LIMIT 1";
            transaction.prepare_cached(query)?.query_row([title, author], |row| row.get(0)).optional()?
        }
    };
    if let Some(id) = known {
        return Ok(id);
    }
    let source = arriving.locator.as_ref().map(directory).unwrap_or_default();
    let address = key.as_deref().and_then(identity);
    let query = "INSERT INTO article (key, address, source, title, author, lang, words, added, text_hash) \
        VALUES (?, ?, ?, ?, ?, ?, 0, ?, x'')";
    let told = params![key, address, source, title, author, language, now()];
    transaction.prepare_cached(query)?.execute(told)?;
    Ok(transaction.last_insert_rowid())
}

/// Adds what is told of an article to what is known of it. What a reader once said is not taken back by it.
fn tell(transaction: &Transaction<'_>, id: ArticleId, about: &About) -> rusqlite::Result<()> {
    let query = "UPDATE article SET title = coalesce(nullif(title, ''), ?2), author = coalesce(nullif(author, ''), ?3), \
        lang = coalesce(nullif(lang, ''), ?4), published = coalesce(published, ?5), added = min(added, coalesce(?6, added)), \
        read = max(read, ?7), starred = max(starred, ?8), archived = max(archived, ?9) WHERE id = ?1";
    let About { title, author, language, published, added, is_read, is_starred, is_archived, .. } = about;
    let millis = |time: &Option<jiff::Timestamp>| time.map(jiff::Timestamp::as_millisecond);
    let told =
        params![id.0, title, author, language, millis(published), millis(added), is_read, is_starred, is_archived];
    transaction.prepare_cached(query)?.execute(told).map(drop)
}
