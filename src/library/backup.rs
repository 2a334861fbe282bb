//! Backups: copies of the whole library made while others may write to it, and taking one back.
//!
//! Files are copied by SQLite's own means, never as files: a copy of a live one may be damaged.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::opening::Lock;
use super::places::{self, Places};
use super::rows::failed;
use super::{Store, health, opening, salvage, schema};
use crate::error::{Error, Result};

/// Numbers of the copies that are kept of libraries that were replaced; the first is that of migrations.
const NUMBERS: std::ops::Range<u32> = 2..1000;

/// How the name of a copy ends that is not whole yet.
const PART: &str = ".part";

/// What was done to take a backup back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Where the library is that was there before, if there was any.
    pub previous: Option<PathBuf>,
}

impl Store {
    /// Writes a copy of the library to a file, which is there whole or not at all, for its owner alone.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn back_up(&self, to: &Path) -> Result<()> {
        copy(&self.connection, to)
    }

    /// Has the library be what the backup at `from` is, at once; the library that was there is kept beside it.
    ///
    /// # Errors
    ///
    /// If `from` is no library, is damaged, or of a later version, or the library cannot be written. Nothing is
    /// changed then.
    pub fn restore(places: &Places, from: &Path) -> Result<Restored> {
        let source = checked(from)?;
        let had_one = places.database.exists();
        let (mut store, previous) = match opening::open_to_write(places) {
            Ok(store) if had_one => {
                let to = NUMBERS.map(|number| places.backup(number)).find(|path| !path.exists());
                let to = to.ok_or_else(|| Error::new("there are too many backups beside the library"))?;
                store.back_up(&to)?;
                (store, Some(to))
            }
            Ok(store) => (store, None),
            Err(failure) if failure.is_damage => {
                let lock = Lock::take(places)?;
                copy(&source, &places.salvaged())?;
                let previous = salvage::put_in_place(places, &lock)?;
                drop(lock);
                opening::open_to_write(places).map_err(|failure| failure.error)?;
                return Ok(Restored { previous });
            }
            Err(failure) => return Err(failure.error),
        };
        let doing = failed("cannot take the backup back");
        // In one step, which is one transaction: others see the one library or the other.
        let step = Backup::new(&source, &mut store.connection).and_then(|backup| backup.step(-1)).map_err(&doing)?;
        if step != StepResult::Done {
            return Err(Error::new("another recto is writing to the library").hint("Try again when it is done."));
        }
        schema::migrate(&mut store.connection)?;
        Ok(Restored { previous })
    }
}

/// Removes what a copy to `to` left that was ended before it was whole. Nobody may be making one at the same time.
pub fn sweep(to: &Path) {
    let (Some(directory), Some(name)) = (to.parent(), to.file_name().and_then(OsStr::to_str)) else { return };
    for found in fs::read_dir(directory).into_iter().flatten().flatten() {
        let is_part = |found: &str| found.starts_with(&format!("{name}.")) && found.ends_with(PART);
        if found.file_name().to_str().is_some_and(is_part) {
            let _ = fs::remove_file(found.path());
        }
    }
}

/// Copies a library as it is, while others may write to it.
pub fn copy(connection: &Connection, to: &Path) -> Result<()> {
    let mut aside = to.as_os_str().to_owned();
    aside.push(format!(".{}{PART}", process::id()));
    let aside = PathBuf::from(aside);
    // One that is there was left by a process that was killed.
    let _ = fs::remove_file(&aside);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    let copied = connection
        .backup("main", &aside, None::<fn(rusqlite::backup::Progress)>)
        .map_err(failed("cannot make a backup"))
        .and_then(|()| Ok(File::open(&aside)?.sync_all()?))
        .and_then(|()| Ok(fs::rename(&aside, to)?));
    places::sync_directory_of(to);
    if copied.is_err() {
        // Half a copy is of no use to anybody.
        let _ = fs::remove_file(&aside);
    }
    copied
}

/// Opens a file that must be a sound library.
fn checked(from: &Path) -> Result<Connection> {
    let at = || format!("cannot take `{}` back", from.display());
    if !from.is_file() {
        return Err(Error::new("there is no such file").context(at()));
    }
    let connection = match health::open_unchanged(from) {
        Err(failure) if failure.is_damage => return Err(Error::new("it is no library of recto's").context(at())),
        opened => opened.map_err(|failure| failure.error.context(at()))?,
    };
    match schema::version(&connection) {
        Err(_) | Ok(0) => return Err(Error::new("it is no library of recto's").context(at())),
        Ok(version) if version > schema::VERSION => {
            let error = Error::new(format!("it is of version {version}, and this recto knows {}", schema::VERSION));
            return Err(error.context(at()).hint("A newer recto wrote it, and reads it."));
        }
        Ok(_) => {}
    }
    let has_articles = connection.prepare("SELECT id, key, text_hash FROM article LIMIT 0").is_ok();
    let faults = health::faults_of_file(&connection);
    match faults.first() {
        _ if !has_articles => Err(Error::new("it is no library of recto's").context(at())),
        Some(fault) => Err(Error::new(format!("it is damaged: {fault}"))
            .context(at())
            .hint("`recto doctor --repair --library FILE` saves what can be read of it.")),
        None => Ok(connection),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn with_tag(places: &Places, tag: &str) {
        let store = Store::open(places).unwrap().store;
        store.connection.execute("INSERT INTO tag (name) VALUES (?)", [tag]).unwrap();
    }

    fn tags(database: &Path) -> Vec<String> {
        let connection = Connection::open(database).unwrap();
        let mut query = connection.prepare("SELECT name FROM tag ORDER BY name").unwrap();
        query.query_map((), |row| row.get(0)).unwrap().map(std::result::Result::unwrap).collect()
    }

    #[test]
    fn a_backup_is_taken_back_and_what_was_there_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::at(&dir.path().join("library.db"));
        with_tag(&places, "before");
        let backup = dir.path().join("backup.db");
        // Another recto may be reading.
        let other = Store::open(&places).unwrap().store;
        other.back_up(&backup).unwrap();
        assert_eq!(fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
        with_tag(&places, "later");
        let restored = Store::restore(&places, &backup).unwrap();
        assert_eq!(tags(&places.database), ["before"]);
        assert_eq!(tags(&restored.previous.unwrap()), ["before", "later"]);
        assert_eq!(other.connection.query_row("SELECT count(*) FROM tag", (), |row| row.get(0)), Ok(1));
        assert_eq!(
            fs::read_dir(dir.path())
                .unwrap()
                .filter(|it| { it.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "part") })
                .count(),
            0
        );
    }

    #[test]
    fn what_is_no_sound_library_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::at(&dir.path().join("library.db"));
        with_tag(&places, "mine");
        let check = |name: &str, bytes: &[u8], told: &str| {
            let path = dir.path().join(name);
            fs::write(&path, bytes).unwrap();
            let refused = Store::restore(&places, &path).unwrap_err().to_string();
            assert!(refused.contains(told), "{name}: {refused}");
            assert_eq!(tags(&places.database), ["mine"]);
        };
        check("text.db", b"some text that is no library at all", "no library");
        check("empty.db", b"", "no library");
        let other = dir.path().join("other.db");
        let made = Connection::open(&other).unwrap();
        made.execute_batch("CREATE TABLE a(x); PRAGMA user_version = 1").unwrap();
        drop(made);
        check("other.db", &fs::read(&other).unwrap(), "no library");
        let made = Connection::open(&other).unwrap();
        made.execute_batch("PRAGMA user_version = 1000").unwrap();
        drop(made);
        check("later.db", &fs::read(&other).unwrap(), "newer recto");
    }
}
