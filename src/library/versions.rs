//! Versions: the texts of an article as they were read before it changed.

use std::sync::Arc;

use rusqlite::{OptionalExtension, Transaction, params};

use super::Store;
use super::articles::decompressed;
use super::rows::{failed, time};
use crate::article::{Article, Locator};
use crate::catalogue::{ArticleId, Version};
use crate::document::changes::compare;
use crate::document::{BlockKind, Document, DocumentBuilder, Head};
use crate::error::{Error, Result};

impl Store {
    /// Returns the versions of an article before the one that was read last, the latest first, without their texts.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn versions(&self, article: ArticleId) -> Result<Vec<Version>> {
        let read = || {
            let query = "SELECT id, read, replaced FROM version WHERE article_id = ? ORDER BY id DESC";
            let mut query = self.connection.prepare_cached(query)?;
            let row = |row: &rusqlite::Row<'_>| {
                Ok(Version { number: row.get(0)?, read: time(row.get(1)?), replaced: time(row.get(2)?) })
            };
            query.query_map([article.0], row)?.collect::<rusqlite::Result<_>>()
        };
        read().map_err(failed("cannot read the versions"))
    }

    /// Returns an article as it was before it changed; none if it did not.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn previous(&self, article: ArticleId) -> Result<Option<Previous>> {
        let Some(version) = self.versions(article)?.into_iter().next() else { return Ok(None) };
        let query = "SELECT text FROM version WHERE id = ?";
        let found = self.connection.query_row(query, [version.number], |row| row.get::<_, Vec<u8>>(0)).optional();
        let packed = found.map_err(failed("cannot read the version"))?;
        let text = packed.map(|packed| decompressed(&packed)).transpose()?;
        let record = self.record(article)?;
        Ok(record.zip(text).map(|(record, text)| Previous {
            article,
            locator: record.locator,
            version,
            text: String::from_utf8_lossy(&text).into_owned(),
        }))
    }
}

/// An article of the library as it was before it changed.
#[derive(Debug)]
pub struct Previous {
    article: ArticleId,
    /// Where it is now.
    pub locator: Locator,
    version: Version,
    text: String,
}

impl Previous {
    /// Returns what changed up to the article as it is now, as an article of its own.
    ///
    /// # Errors
    ///
    /// If the words are the same.
    pub fn compare(&self, now: &Article) -> Result<Article> {
        let whole = &now.document;
        let is_page = whole.extraction().is_some();
        let new = if is_page { Arc::new(whole.main_text(Head::Shown).0) } else { Arc::clone(whole) };
        let since = self.version.read.strftime("%Y-%m-%d");
        let called = format!("{}: what changed since {since}", new.title().unwrap_or_default());
        let comparison = compare(&paragraphs(&self.text), &new, &called);
        if comparison.changes.is_empty() {
            return Err(Error::new("its words are the same as before"));
        }
        let locator = Locator::Changes(self.article.0);
        Ok(Article { locator, document: Arc::new(comparison.document), facts: now.facts.clone() })
    }
}

/// Returns a document with a paragraph a line: of an old version no more is kept than its text, and no more is compared.
fn paragraphs(text: &str) -> Document {
    let mut builder = DocumentBuilder::with_capacity(text.len());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        builder.leaf(BlockKind::Paragraph, line);
    }
    builder.finish()
}

/// Puts the text of an article away as a version, before another one takes its place at `now`.
pub fn put_away(transaction: &Transaction<'_>, article: ArticleId, now: i64) -> rusqlite::Result<()> {
    // A text that comes back is the latest version once more, and not kept twice.
    let again = "DELETE FROM version WHERE article_id = ?1 \
        AND text_hash = (SELECT text_hash FROM article WHERE id = ?1)";
    transaction.prepare_cached(again)?.execute([article.0])?;
    let query = "INSERT INTO version (article_id, text, text_hash, read, replaced) \
        SELECT article.id, text, text_hash, coalesce(opened, added), ? FROM article JOIN body ON article_id = article.id \
        WHERE article.id = ? AND text_hash <> x''";
    transaction.prepare_cached(query)?.execute(params![now, article.0]).map(drop)
}

/// Returns whether the text of an article took the place of another one after that was last read.
pub fn is_unread(transaction: &Transaction<'_>, article: ArticleId) -> rusqlite::Result<bool> {
    let query =
        "SELECT 1 FROM article JOIN version ON article_id = article.id WHERE article.id = ? AND replaced > opened";
    transaction.prepare_cached(query)?.exists([article.0])
}
