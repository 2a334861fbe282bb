//! Articles, stored: taking note of one that was read, where it was left, and copies that survive the original.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::journal::Journal;
use super::rows::{self, RECORD, anchor, failed, now};
use super::{Store, choices, highlights, versions};
use crate::article::{Article, Locator};
use crate::catalogue::{ArticleId, Known, Record, Spot, Status};
use crate::document::{Anchor, Document, Head};
use crate::error::{Error, Result};
use crate::text::address::{identity, site_of};
use crate::text::terms;

/// How much of an article's text is kept to be searched and compared, in bytes.
const MOST_TEXT: usize = 16 << 20;
/// The level at which texts and copies are compressed.
const LEVEL: i32 = 3;
/// The largest copy, in bytes: SQLite takes no row of more than 1 GB.
const MOST_COPY: usize = 512 << 20;

/// What is kept of an original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The name by which it is known what it is.
    pub name: String,
    pub bytes: Vec<u8>,
    /// Pictures, by the address that the article names.
    pub pictures: Vec<(String, Vec<u8>)>,
}

impl Store {
    /// Takes note of an article that was read whole: a new one, or another version of one that is known by where it is
    /// or by its very text. Returns what was known of it.
    ///
    /// # Errors
    ///
    /// If the library cannot be written.
    pub fn note(&mut self, article: &Article) -> Result<Known> {
        let doing = failed("cannot keep the article in the library");
        let told = Told::of(article);
        let transaction = self.write()?;
        let (id, has_changed) = told.note(&transaction, Some(now())).map_err(&doing)?;
        let known = known(&transaction, id).map_err(&doing)?;
        transaction.commit().map_err(&doing)?;
        known.map(|known| Known { has_changed, ..known }).ok_or_else(|| Error::new("the article was not kept"))
    }

    /// Returns what is known of the article at `locator`, before it is read.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn known(&self, locator: &Locator) -> Result<Option<Known>> {
        let doing = failed("cannot read the library");
        let Some(key) = locator.key() else { return Ok(None) };
        match id_of(&self.connection, &key).map_err(&doing)? {
            Some(id) => known(&self.connection, id).map_err(&doing),
            None => Ok(None),
        }
    }

    /// Returns an article as lists show it.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn record(&self, id: ArticleId) -> Result<Option<Record>> {
        let query = format!("SELECT {RECORD} FROM article LEFT JOIN position ON article_id = article.id WHERE id = ?");
        let found = self.connection.prepare_cached(&query);
        let found = found.and_then(|mut query| query.query_row([id.0], rows::record).optional());
        found.map_err(failed("cannot read the library"))
    }

    /// Keeps where an article was left.
    ///
    /// # Errors
    ///
    /// If the library cannot be written.
    pub fn leave(&mut self, id: ArticleId, spot: &Spot) -> Result<()> {
        let doing = failed("cannot keep the place");
        let Spot { anchor, permille, section, sentence } = spot;
        let transaction = self.write()?;
        let query = "INSERT OR REPLACE INTO position (article_id, start, exact, prefix, suffix, permille, section, \
            sentence, at) SELECT id, ?, ?, ?, ?, ?, ?, ?, ? FROM article WHERE id = ?";
        let put = transaction.prepare_cached(query).and_then(|mut query| {
            let Anchor { offset, exact, prefix, suffix } = anchor;
            query.execute(params![offset.0, exact, prefix, suffix, permille, section, sentence, now(), id.0])
        });
        put.map_err(&doing)?;
        let opened = transaction.execute("UPDATE article SET opened = ? WHERE id = ?", (now(), id.0));
        opened.map_err(&doing)?;
        transaction.commit().map_err(&doing)
    }

    /// Keeps a place that was named by a letter.
    ///
    /// # Errors
    ///
    /// If the library cannot be written.
    pub fn mark(&mut self, id: ArticleId, letter: char, anchor: &Anchor) -> Result<()> {
        let query = "INSERT OR REPLACE INTO mark (article_id, letter, start, exact, prefix, suffix) \
            SELECT id, ?, ?, ?, ?, ? FROM article WHERE id = ?";
        let Anchor { offset, exact, prefix, suffix } = anchor;
        let put = self
            .connection
            .prepare_cached(query)
            .and_then(|mut query| query.execute(params![letter.to_string(), offset.0, exact, prefix, suffix, id.0]));
        put.map(drop).map_err(failed("cannot keep the mark"))
    }

    /// Returns the latest copy of the article at `locator`.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn copy(&self, locator: &Locator) -> Result<Option<Copy>> {
        let doing = failed("cannot read the copy");
        let Some(key) = locator.key() else { return Ok(None) };
        let Some(article) = id_of(&self.connection, &key).map_err(&doing)? else { return Ok(None) };
        let query = "SELECT id, name, bytes FROM copy WHERE article_id = ? ORDER BY kept DESC, id DESC LIMIT 1";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?));
        let found = self.connection.query_row(query, [article], row).optional().map_err(&doing)?;
        let Some((id, name, bytes)) = found else { return Ok(None) };
        let pictures = self.connection.prepare_cached("SELECT address, bytes FROM picture WHERE copy_id = ?");
        let pictures =
            pictures.and_then(|mut query| query.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect());
        Ok(Some(Copy { name, bytes: decompressed(&bytes)?, pictures: pictures.map_err(&doing)? }))
    }

    /// Returns the text of an article as it was read last.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn text(&self, id: ArticleId) -> Result<Option<String>> {
        let found = self.connection.query_row("SELECT text FROM body WHERE article_id = ?", [id.0], |row| row.get(0));
        let bytes: Option<Vec<u8>> = found.optional().map_err(failed("cannot read the text"))?;
        bytes.map(|bytes| Ok(String::from_utf8_lossy(&decompressed(&bytes)?).into_owned())).transpose()
    }

    /// Begins a change.
    pub(super) fn write(&mut self) -> Result<Transaction<'_>> {
        self.write_with_journal().map(|(transaction, _)| transaction)
    }

    /// Begins a change that is told to the journal before it is committed.
    pub(super) fn write_with_journal(&mut self) -> Result<(Transaction<'_>, &mut Journal)> {
        let Some(journal) = &mut self.journal else {
            return Err(Error::new("the library cannot be written here, so nothing is kept"));
        };
        let behaviour = rusqlite::TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behaviour);
        Ok((transaction.map_err(failed("cannot write to the library"))?, journal))
    }
}

pub(super) fn decompressed(bytes: &[u8]) -> Result<Vec<u8>> {
    Ok(zstd::stream::decode_all(bytes)?)
}

/// A copy, ready to be stored.
pub(super) struct PackedCopy<'a> {
    copy: &'a Copy,
    bytes: Vec<u8>,
    hash: Vec<u8>,
}

impl<'a> PackedCopy<'a> {
    pub(super) fn of(copy: &'a Copy) -> Result<Self> {
        if copy.bytes.len() > MOST_COPY {
            return Err(Error::new(format!("no copy of more than {} MB is kept", MOST_COPY >> 20)));
        }
        Ok(Self { copy, bytes: zstd::bulk::compress(&copy.bytes, LEVEL)?, hash: rows::hash(&copy.bytes) })
    }

    /// Stores it; returns whether it is another one than was kept before.
    pub(super) fn put(&self, transaction: &Transaction<'_>, id: ArticleId) -> rusqlite::Result<bool> {
        let query = "INSERT INTO copy (article_id, name, bytes, bytes_hash, text_hash, kept) \
            SELECT id, ?, ?, ?, text_hash, ? FROM article WHERE id = ? ON CONFLICT DO NOTHING";
        let Self { copy: Copy { name, pictures, .. }, bytes, hash } = self;
        if transaction.execute(query, params![name, bytes, hash, now(), id.0])? == 0 {
            return Ok(false);
        }
        let copy_id = transaction.last_insert_rowid();
        for (address, bytes) in pictures {
            let query = "INSERT OR IGNORE INTO picture (copy_id, address, bytes) VALUES (?, ?, ?)";
            transaction.prepare_cached(query)?.execute(params![copy_id, address, bytes])?;
        }
        // What could be read once only is found by its copy from now on.
        let query = "UPDATE article SET key = ? WHERE id = ? AND key IS NULL";
        transaction.execute(query, params![Locator::Kept(id.0).key(), id.0])?;
        Ok(true)
    }
}

/// What an article tells of itself.
pub(super) struct Told {
    key: Option<String>,
    /// What all its addresses on the web have in common.
    address: Option<String>,
    /// The article of whose copy it was read.
    kept: Option<i64>,
    source: String,
    title: String,
    author: String,
    language: String,
    words: u32,
    document: std::sync::Arc<Document>,
    hash: Vec<u8>,
}

impl Told {
    pub(super) fn of(article: &Article) -> Self {
        let whole = &article.document;
        let is_page = whole.extraction().is_some();
        let document =
            if is_page { std::sync::Arc::new(whole.main_text(Head::Shown).0) } else { std::sync::Arc::clone(whole) };
        let meta = whole.meta();
        let title = document.title().map(str::to_owned);
        Self {
            // A copy is where it was before, if it was anywhere.
            key: article.locator.key().filter(|_| !matches!(article.locator, Locator::Kept(_))),
            address: match &article.locator {
                Locator::Web(address) => identity(address),
                _ => meta.address.as_deref().and_then(identity),
            },
            kept: if let Locator::Kept(number) = article.locator { Some(number) } else { None },
            source: meta.site.clone().unwrap_or_else(|| directory(&article.locator)),
            title: title.unwrap_or_else(|| article.locator.file_name().unwrap_or_default().to_owned()),
            author: meta.byline.clone().unwrap_or_default(),
            language: meta.language.clone().unwrap_or_default(),
            words: document.sections().iter().map(|section| section.words).sum(),
            hash: rows::hash(document.text().as_bytes()),
            document,
        }
    }

    /// Stores it, as read at `opened` if it was; returns its id, and whether it is another version than was read before.
    pub(super) fn note(&self, transaction: &Transaction<'_>, opened: Option<i64>) -> rusqlite::Result<(i64, bool)> {
        let now = now();
        let of_copy = self.kept.and_then(|number| Locator::Kept(number).key());
        let by_key = self.key.as_deref().or(of_copy.as_deref());
        let by_key = by_key.map(|key| id_of(transaction, key)).transpose()?.flatten();
        let found = match by_key {
            Some(id) => Some(id),
            // What says nothing is like everything that says nothing.
            None if self.document.text().is_empty() => None,
            None => self.elsewhere(transaction)?,
        };
        let Some(id) = found else {
            let query = "INSERT INTO article (key, address, source, title, author, lang, words, added, opened, text_hash) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
            let Self { key, address, source, title, author, language, words, hash, .. } = self;
            transaction
                .execute(query, params![key, address, source, title, author, language, words, now, opened, hash])?;
            let id = transaction.last_insert_rowid();
            self.put_text(transaction, id)?;
            return Ok((id, false));
        };
        let before: Vec<u8> =
            transaction.query_row("SELECT text_hash FROM article WHERE id = ?", [id], |row| row.get(0))?;
        let has_changed = before != self.hash;
        let was_replaced = opened.is_some() && versions::is_unread(transaction, ArticleId(id))?;
        if has_changed {
            versions::put_away(transaction, ArticleId(id), opened.unwrap_or(now))?;
        }
        let query = "UPDATE article SET key = coalesce(?, key), address = coalesce(?, address), \
            source = coalesce(nullif(?, ''), source), title = ?, author = coalesce(nullif(?, ''), author), \
            lang = coalesce(nullif(?, ''), lang), words = ?, opened = coalesce(?, opened), text_hash = ? WHERE id = ?";
        let Self { key, address, source, title, author, language, words, hash, .. } = self;
        transaction.execute(query, params![key, address, source, title, author, language, words, opened, hash, id])?;
        if has_changed {
            self.put_text(transaction, id)?;
        }
        Ok((id, has_changed || was_replaced))
    }

    /// Returns the article that this one is, where it was not known to be: the one with its very text, else the one of its
    /// address and title, for pages often tell the address of their site as their own, else one of its name that came
    /// without text.
    fn elsewhere(&self, transaction: &Transaction<'_>) -> rusqlite::Result<Option<i64>> {
        let one = |query: &str, told: &[&dyn rusqlite::ToSql]| {
            transaction.prepare_cached(query)?.query_row(told, |row| row.get(0)).optional()
        };
        let by_text = one("SELECT id FROM article WHERE text_hash = ? ORDER BY id LIMIT 1", &[&self.hash])?;
        if by_text.is_some() {
            return Ok(by_text);
        }
        if let Some(address) = &self.address {
            let query = "SELECT id FROM article WHERE address = ?1 AND (title = ?2 OR text_hash = x'') \
                ORDER BY title = ?2 DESC, id LIMIT 1";
            let by_address = one(query, &[address, &self.title])?;
            if by_address.is_some() {
                return Ok(by_address);
            }
        }
        let query = "SELECT id FROM article WHERE key IS NULL AND text_hash = x'' AND title = ?1 COLLATE NOCASE \
            AND (author = ?2 COLLATE NOCASE OR author = '' OR ?2 = '') ORDER BY id LIMIT 1";
        one(query, &[&self.title, &self.author])
    }

    fn put_text(&self, transaction: &Transaction<'_>, id: i64) -> rusqlite::Result<()> {
        let text = self.document.text();
        let text = text.get(..text.floor_char_boundary(MOST_TEXT)).unwrap_or_default();
        // What cannot be compressed is not there to be searched, and nothing else is lost by that.
        let packed = zstd::bulk::compress(text.as_bytes(), LEVEL).unwrap_or_default();
        transaction.execute("INSERT OR REPLACE INTO body (article_id, text) VALUES (?, ?)", params![id, packed])?;
        index(transaction, ArticleId(id), &self.title, &self.author, text)
    }
}

/// Has an article found by its notes as they are now.
pub fn index_again(transaction: &Transaction<'_>, id: ArticleId) -> rusqlite::Result<()> {
    let query = "SELECT title, author, text FROM article LEFT JOIN body ON article_id = id WHERE id = ?";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?));
    let found: Option<(String, String, Option<Vec<u8>>)> =
        transaction.prepare_cached(query)?.query_row([id.0], row).optional()?;
    let Some((title, author, packed)) = found else { return Ok(()) };
    let text = packed.and_then(|packed| decompressed(&packed).ok()).unwrap_or_default();
    index(transaction, id, &title, &author, &String::from_utf8_lossy(&text))
}

/// Makes the index of words anew; returns of how many articles.
pub fn index_all_again(transaction: &Transaction<'_>) -> rusqlite::Result<usize> {
    transaction.execute_batch(
        "INSERT INTO search (search) VALUES ('delete-all'); INSERT INTO word (word) VALUES ('delete-all')",
    )?;
    let ids: Vec<i64> = transaction
        .prepare("SELECT id FROM article")?
        .query_map((), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for &id in &ids {
        index_again(transaction, ArticleId(id))?;
    }
    Ok(ids.len())
}

/// Has an article found by what is in it now.
fn index(transaction: &Transaction<'_>, id: ArticleId, title: &str, author: &str, text: &str) -> rusqlite::Result<()> {
    transaction.prepare_cached("DELETE FROM search WHERE rowid = ?")?.execute([id.0])?;
    transaction.prepare_cached("DELETE FROM word WHERE rowid = ?")?.execute([id.0])?;
    let notes = highlights::notes(transaction, id)?;
    let parts = [title, author, text, &notes].map(terms::indexed);
    let query = "INSERT INTO search (rowid, title, author, body, notes) VALUES (?, ?, ?, ?, ?)";
    let [title, author, text, notes] = &parts;
    transaction.prepare_cached(query)?.execute(params![id.0, title, author, text, notes])?;
    let words: BTreeSet<&str> = parts.iter().flat_map(|part| part.split(' ')).collect();
    let words = words.into_iter().collect::<Vec<_>>().join(" ");
    transaction.prepare_cached("INSERT INTO word (rowid, words) VALUES (?, ?)")?.execute(params![id.0, words]).map(drop)
}

pub(super) fn id_of(connection: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    // The original of what was read once only may have been found since, and then that is where it is.
    if let Some(Locator::Kept(number)) = Locator::from_key(key, []) {
        let query = "SELECT id FROM article WHERE id = ?";
        return connection.prepare_cached(query)?.query_row([number], |row| row.get(0)).optional();
    }
    let by_key = connection
        .prepare_cached("SELECT id FROM article WHERE key = ?")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    match identity(key) {
        Some(address) if by_key.is_none() => {
            let query = "SELECT id FROM article WHERE address = ? ORDER BY id LIMIT 1";
            connection.prepare_cached(query)?.query_row([address], |row| row.get(0)).optional()
        }
        _ => Ok(by_key),
    }
}

fn known(connection: &Connection, id: i64) -> rusqlite::Result<Option<Known>> {
    let query = "SELECT read, starred, archived, trashed IS NOT NULL, \
        EXISTS (SELECT 1 FROM copy WHERE article_id = article.id) FROM article WHERE id = ?";
    let status = connection.prepare_cached(query)?.query_row([id], |row| {
        let status =
            Status { is_read: row.get(0)?, is_starred: row.get(1)?, is_archived: row.get(2)?, is_trashed: row.get(3)? };
        Ok((status, row.get(4)?))
    });
    let Some((status, is_kept)) = status.optional()? else { return Ok(None) };
    let query =
        "SELECT start, exact, prefix, suffix, permille, section, sentence, at FROM position WHERE article_id = ?";
    let spot = connection.prepare_cached(query)?.query_row([id], |row| {
        let spot = Spot { anchor: anchor(row, 0)?, permille: row.get(4)?, section: row.get(5)?, sentence: row.get(6)? };
        Ok((spot, row.get::<_, i64>(7)?))
    });
    let (spot, at) = spot.optional()?.unzip();
    let mut marks =
        connection.prepare_cached("SELECT letter, start, exact, prefix, suffix FROM mark WHERE article_id = ?")?;
    let marks = marks.query_map([id], |row| Ok((row.get::<_, String>(0)?, anchor(row, 1)?)))?;
    let marks: rusqlite::Result<BTreeMap<char, Anchor>> = marks
        .filter_map(|mark| mark.map(|(letter, anchor)| Some((letter.chars().next()?, anchor))).transpose())
        .collect();
    let mut tags = connection.prepare_cached(
        "SELECT name FROM tag JOIN article_tag ON tag.id = tag_id WHERE article_id = ? ORDER BY name",
    )?;
    let tags: rusqlite::Result<Vec<String>> = tags.query_map([id], |row| row.get(0))?.collect();
    Ok(Some(Known {
        id: ArticleId(id),
        status,
        spot,
        away: at.map_or(0, |at| u64::try_from((now() - at) / 1000).unwrap_or_default()),
        marks: marks?,
        highlights: highlights::of(connection, ArticleId(id))?,
        tags: tags?,
        is_kept,
        has_changed: false,
        choices: choices::of(connection, id)?,
    }))
}

/// Returns the directory or site that an article lies in, as its source.
pub(super) fn directory(locator: &Locator) -> String {
    let parent = |path: &Path| path.parent().map(|parent| parent.display().to_string()).unwrap_or_default();
    match locator {
        Locator::Bundled(_) => "recto".to_owned(),
        Locator::File(path) => parent(path),
        Locator::Member { archive, .. } => archive.display().to_string(),
        Locator::Manual(_) => "manual".to_owned(),
        Locator::Web(address) => site_of(address),
        Locator::Kept(_) | Locator::Changes(_) | Locator::Stdin => String::new(),
    }
}
