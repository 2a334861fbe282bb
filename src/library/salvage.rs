//! A damaged file: moved aside, never deleted, and what can be read of it taken into a new one.
//!
//! Each row is read by itself, so that a damaged page costs the rows on it and no others. What the journal tells of
//! highlights and tags is done again; what is searched is made anew.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params_from_iter};

use super::opening;
use super::places::Places;
use super::rows::failed;
use super::{Store, articles, highlights, journal};
use crate::catalogue::ArticleId;
use crate::error::{Error, Result};

/// The tables, those that others refer to first.
const TABLES: &[&str] =
    &["article", "body", "copy", "picture", "position", "mark", "highlight", "tag", "article_tag", "choice", "reading"];

/// After how many rows in a row that cannot be read, no more of a table is looked for.
const MOST_MISSING: i64 = 10_000;

/// Moves a damaged library aside and makes a new one of what can be read of it; returns that, and what to say of it.
pub fn replace(places: &Places) -> Result<(Store, String)> {
    let aside = move_aside(places)?;
    let mut store = opening::open_to_write(places).map_err(|failure| failure.error)?;
    let counts = take_over(&mut store, &aside)?;
    let n_replayed = replay(&mut store, places)?;
    let told = format!(
        "the library was damaged: {} of its articles and {} of its highlights were saved, {n_replayed} highlights and \
         tags more from its journal. The damaged file is `{}`",
        counts.articles,
        counts.highlights,
        aside.display()
    );
    Ok((store, told))
}

pub fn move_aside(places: &Places) -> Result<PathBuf> {
    let free = (1..1000).map(|number| places.damaged(number)).find(|path| !path.exists());
    let to = free.ok_or_else(|| Error::new("there are too many damaged libraries beside it"))?;
    for suffix in ["-wal", "-shm", ""] {
        let with_suffix = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        let from = with_suffix(&places.database);
        if from.exists() {
            fs::rename(from, with_suffix(&to))?;
        }
    }
    Ok(to)
}

#[derive(Debug, Default)]
struct Counts {
    articles: usize,
    highlights: usize,
}

/// Copies each row that can be read and that fits.
fn take_over(store: &mut Store, from: &Path) -> Result<Counts> {
    let doing = failed("cannot write what was saved");
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut counts = Counts::default();
    let Ok(damaged) = Connection::open_with_flags(from, flags) else { return Ok(counts) };
    let transaction = store.connection.transaction().map_err(&doing)?;
    for table in TABLES {
        let n_saved = copy_table(&damaged, &transaction, table).map_err(&doing)?;
        match *table {
            "article" => counts.articles = n_saved,
            "highlight" => counts.highlights = n_saved,
            _ => {}
        }
    }
    let ids: Vec<i64> = {
        let mut query = transaction.prepare("SELECT id FROM article").map_err(&doing)?;
        let ids = query.query_map((), |row| row.get(0)).and_then(Iterator::collect);
        ids.map_err(&doing)?
    };
    for id in ids {
        articles::index_again(&transaction, ArticleId(id)).map_err(&doing)?;
    }
    transaction.commit().map_err(&doing)?;
    Ok(counts)
}

/// Copies the rows of a table one by one; returns how many.
fn copy_table(damaged: &Connection, into: &Connection, table: &str) -> rusqlite::Result<usize> {
    let columns: Vec<String> = {
        let mut query = into.prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?;
        query.query_map((), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
    };
    let has_rowid = damaged.prepare(&format!("SELECT rowid FROM {table} LIMIT 0")).is_ok();
    let names = columns.join(", ");
    let places = vec!["?"; columns.len()].join(", ");
    let mut insert = into.prepare(&format!("INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})"))?;
    let mut n_saved = 0;
    let mut take = |row: &rusqlite::Row<'_>| -> rusqlite::Result<()> {
        let values: Vec<Value> = (0..columns.len()).map(|idx| row.get(idx)).collect::<rusqlite::Result<_>>()?;
        // A row whose article is lost is lost with it.
        n_saved += insert.execute(params_from_iter(values)).unwrap_or(0);
        Ok(())
    };
    if !has_rowid {
        // Up to the first damage: there is no other way into such a table.
        if let Ok(mut query) = damaged.prepare(&format!("SELECT {names} FROM {table}"))
            && let Ok(mut rows) = query.query(())
        {
            while let Ok(Some(row)) = rows.next() {
                take(row)?;
            }
        }
        return Ok(n_saved);
    }
    let highest: Option<i64> =
        damaged.query_row(&format!("SELECT max(rowid) FROM {table}"), (), |row| row.get(0)).ok().flatten();
    let Ok(mut query) = damaged.prepare(&format!("SELECT {names} FROM {table} WHERE rowid = ?")) else {
        return Ok(n_saved);
    };
    let (mut rowid, mut n_missing) = (0, 0);
    while highest.map_or(n_missing < MOST_MISSING, |highest| rowid < highest) {
        rowid += 1;
        let found = query.query_row([rowid], |row| take(row)).optional();
        n_missing = if matches!(found, Ok(Some(()))) { 0 } else { n_missing + 1 };
    }
    Ok(n_saved)
}

/// Does again what the journal tells and the file does not have; returns how much that was.
fn replay(store: &mut Store, places: &Places) -> Result<usize> {
    let doing = failed("cannot write what the journal tells");
    let Ok(entries) = journal::read(&places.journal()) else { return Ok(0) };
    let transaction = store.connection.transaction().map_err(&doing)?;
    let mut n_done = 0;
    for entry in &entries {
        n_done += usize::from(highlights::replay(&transaction, entry).map_err(&doing)?);
    }
    transaction.commit().map_err(&doing)?;
    Ok(n_done)
}
