//! Rows and the words of the domain: each made of the other, nowhere else.

use jiff::Timestamp;
use rusqlite::Row;
use sha2::{Digest, Sha256};

use crate::annotation::{Highlight, Ink, Standing};
use crate::article::Locator;
use crate::catalogue::{ArticleId, Record, Status};
use crate::document::{Anchor, Offset};
use crate::error::Error;
use crate::source;

/// The columns of which [`record`] makes a record, of an `article` that is joined to its `position`.
pub const RECORD: &str = "article.id, article.key, article.title, article.author, article.lang, article.words, \
    article.published, article.added, article.opened, article.read, article.starred, article.archived, \
    article.trashed IS NOT NULL, EXISTS (SELECT 1 FROM copy WHERE copy.article_id = article.id), \
    coalesce(position.permille, 0), coalesce(position.section, ''), \
    (SELECT count(*) FROM highlight WHERE highlight.article_id = article.id AND deleted IS NULL), \
    (SELECT group_concat(name, char(31)) FROM (SELECT tag.name FROM tag JOIN article_tag ON tag.id = tag_id \
    WHERE article_tag.article_id = article.id ORDER BY tag.name))";

/// What stands between the tags that a record is told.
const BETWEEN_TAGS: char = '\u{1f}';

/// The columns of which [`highlight`] makes a highlight.
pub const HIGHLIGHT: &str = "uid, start, exact, prefix, suffix, standing, colour, note, created, updated";

/// Returns what makes our error of the store's.
pub fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |error| {
        let hint = match error.sqlite_error_code() {
            _ if is_full(&error) => Some("The disk is full; nothing that was kept before is lost."),
            Some(rusqlite::ErrorCode::DatabaseBusy) => Some("Another recto is writing to it; try again."),
            Some(rusqlite::ErrorCode::ReadOnly) => Some("It can be read but not written here."),
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Some("`recto doctor` looks at it and mends what can be mended.")
            }
            _ => None,
        };
        let error = Error::new(error.to_string()).context(doing);
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// Returns whether it is for want of room on the disk, if only for the memory that rectos share.
pub fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| {
        error.code == rusqlite::ErrorCode::DiskFull || error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE
    })
}

pub fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let key: Option<String> = row.get(1)?;
    let tags: Option<String> = row.get(17)?;
    Ok(Record {
        id: ArticleId(row.get(0)?),
        locator: key.and_then(|key| locator(&key)).unwrap_or(Locator::Stdin),
        title: row.get(2)?,
        author: row.get(3)?,
        language: row.get(4)?,
        words: row.get(5)?,
        published: row.get::<_, Option<i64>>(6)?.map(time),
        added: time(row.get(7)?),
        opened: row.get::<_, Option<i64>>(8)?.map(time),
        status: Status {
            is_read: row.get(9)?,
            is_starred: row.get(10)?,
            is_archived: row.get(11)?,
            is_trashed: row.get(12)?,
        },
        is_kept: row.get(13)?,
        permille: row.get(14)?,
        section: row.get(15)?,
        n_highlights: row.get(16)?,
        tags: tags.map(|tags| tags.split(BETWEEN_TAGS).map(str::to_owned).collect()).unwrap_or_default(),
    })
}

/// Returns where the article is whose key is stored.
pub fn locator(key: &str) -> Option<Locator> {
    let bundled = source::bundled().filter_map(|locator| match locator {
        Locator::Bundled(name) => Some(name),
        _ => None,
    });
    Locator::from_key(key, bundled)
}

pub fn highlight(row: &Row<'_>) -> rusqlite::Result<Highlight> {
    let (standing, colour): (String, String) = (row.get(5)?, row.get(6)?);
    Ok(Highlight {
        uid: row.get(0)?,
        anchor: anchor(row, 1)?,
        standing: Standing::named(&standing).unwrap_or_default(),
        colour: Ink::named(&colour).unwrap_or_default(),
        note: row.get(7)?,
        created: time(row.get(8)?),
        updated: time(row.get(9)?),
    })
}

/// Makes an anchor of four columns from `first` on: where it starts, what stands there, before it and after it.
pub fn anchor(row: &Row<'_>, first: usize) -> rusqlite::Result<Anchor> {
    Ok(Anchor {
        offset: Offset::at(row.get::<_, u32>(first)? as usize),
        exact: row.get(first + 1)?,
        prefix: row.get(first + 2)?,
        suffix: row.get(first + 3)?,
    })
}

pub fn time(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or_default()
}

/// Returns what stands for itself in a pattern of `LIKE … ESCAPE '\'`.
pub fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

pub fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

pub fn hash(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}
