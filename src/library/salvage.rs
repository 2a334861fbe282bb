//! A damaged file: moved aside, never deleted, with a new one of what can be read of it in its place.
//!
//! Each row is read by itself, so that a damaged page costs the rows on it and no others. What the journal tells of
//! highlights and tags is done again; what is searched is made anew.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode::{ConstraintViolation, TypeMismatch};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Transaction, params_from_iter};

use super::opening::{self, Lock};
use super::places::{self, Places};
use super::rows::failed;
use super::{Store, articles, highlights, journal, schema};
use crate::error::{Error, Result};

/// The tables, those that others refer to first.
const TABLES: &[&str] = &[
    "article",
    "body",
    "version",
    "copy",
    "picture",
    "position",
    "mark",
    "highlight",
    "tag",
    "article_tag",
    "choice",
    "reading",
    "stretch",
];

/// After how many rows in a row that cannot be read, no more of a table is looked for.
const MOST_MISSING: i64 = 10_000;
/// The same where it is known which row is the last.
const MOST_MISSING_BEFORE_LAST: i64 = 1_000_000;

/// Replaces a damaged library, unless another recto has done so just now.
pub fn replace_if_damaged(places: &Places) -> Result<(Store, Option<String>)> {
    let lock = Lock::take(places)?;
    match opening::connect(places) {
        Err(failure) if failure.is_damage => replace(places, &lock).map(|(store, told)| (store, Some(told))),
        _ => {
            drop(lock);
            Ok((opening::open_to_write(places).map_err(|failure| failure.error)?, None))
        }
    }
}

/// Puts a new library of what can be read of a damaged one in its place, which is moved aside; returns that, and what to
/// say of it.
///
/// The new one is made beside it and whole before anything is moved: whatever ends this, nothing is lost by it.
pub fn replace(places: &Places, lock: &Lock) -> Result<(Store, String)> {
    let gathering = Places::at(&places.gathering());
    for left_over in places::with_logs(&gathering.database) {
        let _ = fs::remove_file(left_over);
    }
    let mut connection = opening::connect(&gathering).map_err(|failure| failure.error)?;
    let saved = gather(&mut connection, places)?;
    // What is in the log goes into the file, and the log away.
    connection.close().map_err(|(_, error)| failed("cannot write what was saved")(error))?;
    fs::File::open(&gathering.database)?.sync_all()?;
    fs::rename(&gathering.database, places.salvaged())?;
    places::sync_directory_of(&places.database);
    let aside = put_in_place(places, lock)?;
    let store = opening::open_to_write(places).map_err(|failure| failure.error)?;
    let damaged = aside.map_or(String::new(), |aside| format!(". The damaged file is `{}`", aside.display()));
    Ok((store, format!("the library was damaged: {saved}{damaged}")))
}

/// Reads what can be read of a damaged library that cannot be replaced because of `error`; returns that, and what to say
/// of it.
pub fn read(places: &Places, error: &Error) -> Result<(Store, Option<String>)> {
    let mut store = Store::in_memory()?;
    let saved = gather(&mut store.connection, places)?;
    store.journal = None;
    let told = format!("the library is damaged and cannot be mended here ({error}): {saved}. What you do is not kept");
    Ok((store, Some(told)))
}

/// Moves the damaged file aside, and that of what was saved to where it was; returns where the damaged one is, if it was
/// there still.
pub fn put_in_place(places: &Places, _: &Lock) -> Result<Option<PathBuf>> {
    // Another recto may have done it, or another time have begun.
    if !places.salvaged().exists() {
        return Ok(None);
    }
    let free = (1..1000).map(|number| places.damaged(number)).find(|path| !path.exists());
    let to = free.ok_or_else(|| Error::new("there are too many damaged libraries beside it"))?;
    let mut is_moved = false;
    // The file comes last: a log without it is of no harm, but it without its log is another library.
    for (from, to) in places::with_logs(&places.database).into_iter().zip(places::with_logs(&to)) {
        is_moved = from.exists();
        if is_moved {
            fs::rename(from, to)?;
        }
    }
    fs::rename(places.salvaged(), &places.database)?;
    places::sync_directory_of(&places.database);
    Ok(is_moved.then_some(to))
}

/// Puts what can be read of a library, and of its journal, into another; returns what to say of it.
fn gather(into: &mut Connection, places: &Places) -> Result<String> {
    let doing = failed("cannot write what was saved");
    let transaction = into.transaction().map_err(&doing)?;
    let counts = take_over(&transaction, &places.database).map_err(&doing)?;
    let n_replayed = replay(&transaction, places).map_err(&doing)?;
    articles::index_all_again(&transaction).map_err(&doing)?;
    transaction.commit().map_err(&doing)?;
    Ok(format!(
        "{} of its articles and {} of its highlights were saved, {n_replayed} highlights and tags more from its journal",
        counts.articles, counts.highlights,
    ))
}

#[derive(Debug, Default)]
struct Counts {
    articles: usize,
    highlights: usize,
}

/// Copies each row that can be read and that fits.
fn take_over(into: &Transaction<'_>, from: &Path) -> rusqlite::Result<Counts> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut counts = Counts::default();
    let readable = Connection::open_with_flags(from, flags).and_then(|damaged| {
        schema::version(&damaged)?;
        Ok(damaged)
    });
    let Ok(damaged) = readable.or_else(|_| opening::connect_to_read(from)) else { return Ok(counts) };
    for table in TABLES {
        let n_saved = copy_table(&damaged, into, table)?;
        match *table {
            "article" => counts.articles = n_saved,
            "highlight" => counts.highlights = n_saved,
            _ => {}
        }
    }
    Ok(counts)
}

/// Copies the rows of a table one by one; returns how many. What cannot be read is left out; what cannot be written is
/// an error.
fn copy_table(damaged: &Connection, into: &Connection, table: &str) -> rusqlite::Result<usize> {
    let columns: Vec<String> = {
        let mut query = into.prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?;
        query.query_map((), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
    };
    // A damaged file may be of an older version.
    let has = |column: &String| damaged.prepare(&format!("SELECT {column} FROM {table} LIMIT 0")).is_ok();
    let columns: Vec<String> = columns.into_iter().filter(has).collect();
    if columns.is_empty() {
        return Ok(0);
    }
    let has_rowid = damaged.prepare(&format!("SELECT rowid FROM {table} LIMIT 0")).is_ok();
    let names = columns.join(", ");
    let places = vec!["?"; columns.len()].join(", ");
    let mut insert = into.prepare(&format!("INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})"))?;
    let read = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Vec<Value>> {
        (0..columns.len()).map(|idx| row.get(idx)).collect()
    };
    let mut put = |values: Vec<Value>| match insert.execute(params_from_iter(values)) {
        // A row whose article is lost is lost with it, and one that says what it cannot say is damaged.
        Err(error) if matches!(error.sqlite_error_code(), Some(ConstraintViolation | TypeMismatch)) => Ok(0),
        put => put,
    };
    let mut n_saved = 0;
    if !has_rowid {
        // Up to the first damage: there is no other way into such a table.
        if let Ok(mut query) = damaged.prepare(&format!("SELECT {names} FROM {table}"))
            && let Ok(mut rows) = query.query(())
        {
            while let Ok(Some(row)) = rows.next() {
                n_saved += read(row).map_or(Ok(0), &mut put)?;
            }
        }
        return Ok(n_saved);
    }
    let highest: Option<i64> =
        damaged.query_row(&format!("SELECT max(rowid) FROM {table}"), (), |row| row.get(0)).ok().flatten();
    let Ok(mut query) = damaged.prepare(&format!("SELECT {names} FROM {table} WHERE rowid = ?")) else {
        return Ok(n_saved);
    };
    // What is told to be the last may be damaged too.
    let (last, most_missing) = highest.map_or((i64::MAX, MOST_MISSING), |highest| (highest, MOST_MISSING_BEFORE_LAST));
    let (mut rowid, mut n_missing) = (0, 0);
    while rowid < last && n_missing < most_missing {
        rowid += 1;
        match query.query_row([rowid], read) {
            Ok(values) => {
                n_saved += put(values)?;
                n_missing = 0;
            }
            Err(_) => n_missing += 1,
        }
    }
    Ok(n_saved)
}

/// Does again what the journal tells and the file does not have; returns how much that was.
fn replay(into: &Transaction<'_>, places: &Places) -> rusqlite::Result<usize> {
    let Ok(entries) = journal::read(&places.journal()) else { return Ok(0) };
    let mut n_done = 0;
    for entry in &entries {
        n_done += usize::from(highlights::replay(into, entry)?);
    }
    Ok(n_done)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_table_is_saved() {
        let store = Store::in_memory().unwrap();
        // Those of the index of words are made anew.
        let query =
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%'";
        let mut query = store.connection.prepare(query).unwrap();
        let names = query.query_map((), |row| row.get::<_, String>(0)).unwrap();
        let names: BTreeSet<String> = names.map(std::result::Result::unwrap).collect();
        assert_eq!(names, TABLES.iter().map(|&name| name.to_owned()).collect());
    }
}
