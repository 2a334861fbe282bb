//! Highlights and notes, stored.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use uuid::Uuid;

use super::Store;
use super::journal::Entry;
use super::rows::{HIGHLIGHT, failed, highlight, now, time};
use crate::annotation::{Highlight, Standing};
use crate::catalogue::{ArticleId, Change};
use crate::error::Result;
use crate::text::clean;

impl Store {
    /// Returns the highlights of an article, in reading order.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn highlights(&self, article: ArticleId) -> Result<Vec<Highlight>> {
        of(&self.connection, article).map_err(failed("cannot read the library"))
    }
}

/// Returns the highlights of an article, in reading order.
pub fn of(connection: &Connection, article: ArticleId) -> rusqlite::Result<Vec<Highlight>> {
    let query =
        format!("SELECT {HIGHLIGHT} FROM highlight WHERE article_id = ? AND deleted IS NULL ORDER BY start, id");
    connection.prepare_cached(&query)?.query_map([article.0], highlight)?.collect()
}

/// Adds or changes a highlight; returns what takes it back, and the highlight as it is now.
pub fn put(
    transaction: &Transaction<'_>,
    article: ArticleId,
    wanted: &Highlight,
    done: &mut Vec<Entry>,
) -> rusqlite::Result<(Change, Highlight)> {
    let now = time(now());
    let mut highlight = wanted.clone();
    if highlight.uid.is_empty() {
        highlight.uid = Uuid::now_v7().to_string();
    }
    highlight.updated = now;
    highlight.note = clean::clean_code(&wanted.note).text.into_owned();
    let before = find(transaction, &highlight.uid)?;
    if before.is_none() && highlight.created == jiff::Timestamp::UNIX_EPOCH {
        highlight.created = now;
    }
    store(transaction, article, &highlight)?;
    done.push(entry(transaction, article, &highlight)?);
    let undo = match before {
        Some((article, before)) => Change::Highlight { article, highlight: before },
        None => Change::Unhighlight { article, uid: highlight.uid.clone() },
    };
    Ok((undo, highlight))
}

/// Stores a highlight as it was made elsewhere, unless it is known as it is or in a later form, even as one that was
/// taken away; returns whether it was not.
pub fn take(
    transaction: &Transaction<'_>,
    article: ArticleId,
    highlight: &Highlight,
    done: &mut Vec<Entry>,
) -> rusqlite::Result<bool> {
    let query = "SELECT 1 FROM highlight WHERE uid = ? AND (updated >= ? OR deleted IS NOT NULL)";
    let told = params![highlight.uid, highlight.updated.as_millisecond()];
    if transaction.prepare_cached(query)?.exists(told)? {
        return Ok(false);
    }
    store(transaction, article, highlight)?;
    done.push(entry(transaction, article, highlight)?);
    Ok(true)
}

/// Stores a highlight as it is.
fn store(transaction: &Transaction<'_>, article: ArticleId, highlight: &Highlight) -> rusqlite::Result<()> {
    let Highlight { uid, anchor, colour, note, created, updated, standing } = highlight;
    let query = "INSERT INTO highlight (uid, article_id, start, exact, prefix, suffix, text_hash, standing, colour, \
        note, created, updated) SELECT ?, article.id, ?, ?, ?, ?, article.text_hash, ?, ?, ?, ?, ? FROM article \
        WHERE article.id = ? \
        ON CONFLICT (uid) DO UPDATE SET start = excluded.start, exact = excluded.exact, prefix = excluded.prefix, \
        suffix = excluded.suffix, text_hash = excluded.text_hash, standing = excluded.standing, \
        colour = excluded.colour, note = excluded.note, updated = excluded.updated, deleted = NULL";
    transaction.prepare_cached(query)?.execute(params![
        uid,
        anchor.offset.0,
        anchor.exact,
        anchor.prefix,
        anchor.suffix,
        standing.name(),
        colour.name(),
        note,
        created.as_millisecond(),
        updated.as_millisecond(),
        article.0,
    ])?;
    Ok(())
}

/// Takes a highlight away, in a way that can be undone; returns what does that.
pub fn remove(transaction: &Transaction<'_>, uid: &str, done: &mut Vec<Entry>) -> rusqlite::Result<Option<Change>> {
    let Some((article, before)) = find(transaction, uid)? else { return Ok(None) };
    let query = "UPDATE highlight SET deleted = ?, updated = ?1 WHERE uid = ?";
    transaction.prepare_cached(query)?.execute(params![now(), uid])?;
    done.push(Entry::Unhighlight { uid: uid.to_owned() });
    Ok(Some(Change::Highlight { article, highlight: before }))
}

/// Says how a highlight was found in the text as it is now.
pub fn stand(connection: &Connection, uid: &str, standing: Standing) -> rusqlite::Result<()> {
    let query = "UPDATE highlight SET standing = ? WHERE uid = ?";
    connection.prepare_cached(query)?.execute(params![standing.name(), uid]).map(drop)
}

fn find(connection: &Connection, uid: &str) -> rusqlite::Result<Option<(ArticleId, Highlight)>> {
    let query = format!("SELECT {HIGHLIGHT}, article_id FROM highlight WHERE uid = ? AND deleted IS NULL");
    connection.prepare_cached(&query)?.query_row([uid], |row| Ok((ArticleId(row.get(10)?), highlight(row)?))).optional()
}

/// Returns what the journal is told of a highlight.
pub fn entry(connection: &Connection, article: ArticleId, highlight: &Highlight) -> rusqlite::Result<Entry> {
    let (key, title) = connection
        .prepare_cached("SELECT key, title FROM article WHERE id = ?")?
        .query_row([article.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Entry::Highlight { key, title, highlight: highlight.clone() })
}

/// Returns all that is written about an article, as it is searched.
pub fn notes(connection: &Connection, article: ArticleId) -> rusqlite::Result<String> {
    let mut told = String::new();
    for highlight in of(connection, article)? {
        told.push_str(&format!("{}\n{}\n", highlight.anchor.exact, highlight.note));
    }
    Ok(told)
}

/// Does again what a line of the journal tells, where the library does not know it; returns whether it did not.
pub fn replay(transaction: &Transaction<'_>, entry: &Entry) -> rusqlite::Result<bool> {
    let article = |key: &Option<String>, title: &str| -> rusqlite::Result<i64> {
        let query = "SELECT id FROM article WHERE key IS ? ORDER BY title = ? DESC LIMIT 1";
        let found = transaction.prepare_cached(query)?.query_row(params![key, title], |row| row.get(0)).optional()?;
        if let Some(id) = found {
            return Ok(id);
        }
        // The article itself is lost: it comes back with its text when it is read again.
        let query = "INSERT INTO article (key, source, title, author, lang, words, added, text_hash) \
            VALUES (?, '', ?, '', '', 0, ?, x'')";
        transaction.prepare_cached(query)?.execute(params![key, title, now()])?;
        Ok(transaction.last_insert_rowid())
    };
    match entry {
        Entry::Highlight { key, title, highlight } => {
            // Of two changes within a millisecond, the later line tells the later one.
            let known = find(transaction, &highlight.uid)?;
            let is_known = known.is_some_and(|(_, known)| {
                let known = Highlight { standing: highlight.standing, ..known };
                known.updated > highlight.updated || known == *highlight
            });
            if is_known {
                return Ok(false);
            }
            let article = ArticleId(article(key, title)?);
            store(transaction, article, highlight)?;
            Ok(true)
        }
        Entry::Unhighlight { uid } => Ok(remove(transaction, uid, &mut Vec::new())?.is_some()),
        Entry::Tag { key, title, tag, is_so } => {
            let article = ArticleId(article(key, title)?);
            let changed = super::changes::tag_each(transaction, &[article], tag, *is_so, &mut Vec::new())?;
            Ok(!changed.is_empty())
        }
    }
}
