//! Opening the library: making it, and coming to terms with a file that cannot be written, or that is damaged.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::journal::Journal;
use super::places::{self, Places};
use super::rows::{failed, is_full};
use super::schema;
use super::{Store, backup, salvage};
use crate::error::{Error, Result};

/// How long one recto waits for another that writes.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// How often it looks.
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// A library that was opened, and what there is to say about it.
#[derive(Debug)]
pub struct Opened {
    pub store: Store,
    /// What happened that the reader has to know, such as that nothing can be kept.
    pub remarks: Vec<String>,
}

impl Store {
    /// Opens the library, and makes it where there is none.
    ///
    /// One that cannot be written is opened for reading. A damaged one is moved aside, and what can be read of it is
    /// taken into a new one.
    ///
    /// # Errors
    ///
    /// If it can be neither read nor made, or was written by a later recto.
    pub fn open(places: &Places) -> Result<Opened> {
        let mut remarks = Vec::new();
        let store = match open_to_write(places) {
            Ok(store) => store,
            Err(failure) if failure.is_damage => {
                let (store, told) =
                    salvage::replace_if_damaged(places).or_else(|error| salvage::read(places, &error))?;
                remarks.extend(told);
                store
            }
            Err(failure) if failure.is_refusal => {
                let store = open_to_read(places).map_err(|_| failure.error)?;
                let path = places.database.display();
                let why = if failure.is_full { "for the disk is full" } else { "here" };
                remarks.push(format!("`{path}` cannot be written {why}: what you do is not kept"));
                store
            }
            Err(failure) => return Err(failure.error),
        };
        Ok(Opened { store, remarks })
    }

    /// Opens a library that another store of this program keeps open, for reading alone.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn open_beside(places: &Places) -> Result<Self> {
        // The other store may write to it, so it is never taken for a file that nobody changes, unless there is no other
        // way to read it.
        let Ok(connection) = read_as_it_is(&places.database, true) else { return open_to_read(places) };
        let prepare = || {
            connection.set_prepared_statement_cache_capacity(64);
            connection.execute_batch("PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;")?;
            schema::version(&connection)
        };
        if prepare().map_err(failed("cannot read the library"))? != schema::VERSION {
            return Err(Error::new("the library is of another version, and cannot be searched"));
        }
        Ok(Self { connection, journal: None })
    }

    /// Moves the library aside and puts a new one of what can be read of it in its place; returns it, and what to say
    /// of it.
    ///
    /// # Errors
    ///
    /// If nothing can be written; the library is where it was then.
    pub fn repair(places: &Places) -> Result<(Self, String)> {
        salvage::replace(places, &Lock::take(places)?)
    }

    /// Makes a library that is gone when it is closed.
    ///
    /// # Errors
    ///
    /// If there is no memory for it.
    pub fn in_memory() -> Result<Self> {
        let mut connection = Connection::open_in_memory().map_err(failed("cannot make a library"))?;
        prepare(&mut connection, "MEMORY").map_err(failed("cannot make a library"))?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection, journal: Some(Journal::none()) })
    }
}

/// Why a library was not opened.
pub struct Failure {
    pub error: Error,
    /// The file is none of SQLite's, or is damaged.
    pub is_damage: bool,
    /// It may still be read.
    pub is_refusal: bool,
    pub is_full: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, is_damage: false, is_refusal: false, is_full: false }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, StorageFull};
        let is_refusal = matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem | StorageFull);
        let is_full = error.kind() == StorageFull;
        Self { error: error.into(), is_damage: false, is_refusal, is_full }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error_code();
        Self {
            is_damage: matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)),
            is_refusal: is_full(&error)
                || matches!(code, Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied)),
            is_full: is_full(&error),
            error: failed("cannot open the library")(error),
        }
    }
}

/// Opens or makes the library.
pub fn open_to_write(places: &Places) -> std::result::Result<Store, Failure> {
    // What was under way when it ended is done first.
    if places.salvaged().exists() {
        salvage::put_in_place(places, &Lock::take(places)?)?;
    }
    make_directory_of(&places.database)?;
    let connection = connect(places)?;
    let journal = Journal::open(&places.journal())?;
    Ok(Store { connection, journal: Some(journal) })
}

/// Opens or makes the file, and brings it up to date.
pub fn connect(places: &Places) -> std::result::Result<Connection, Failure> {
    let path = &places.database;
    // Its reader's alone from the first moment on; what SQLite puts beside it is as it is.
    if !path.exists()
        && let Err(error) = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(error.into());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    if connection.is_readonly("main")? {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied).into());
    }
    prepare(&mut connection, journal_mode(path))?;
    // A file that is none is found out by reading it.
    let version = schema::version(&connection)?;
    if (1..schema::VERSION).contains(&version) {
        let _lock = Lock::take(places)?;
        backup::sweep(&places.backup(1));
        // Another recto may have come first, and then the copy of what was before is there.
        if schema::version(&connection)? == version {
            backup::copy(&connection, &places.backup(1))?;
        }
    }
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Held while the file is changed as a whole: by one recto at a time.
pub struct Lock {
    _file: fs::File,
}

impl Lock {
    /// Waits for whoever has it.
    ///
    /// # Errors
    ///
    /// If nothing can be written there, or the other takes too long.
    pub fn take(places: &Places) -> Result<Self> {
        let file = fs::OpenOptions::new().create(true).append(true).mode(0o600).open(places.lock())?;
        let since = Instant::now();
        while let Err(error) = file.try_lock() {
            match error {
                fs::TryLockError::WouldBlock if since.elapsed() < PATIENCE => thread::sleep(BETWEEN_TRIES),
                fs::TryLockError::WouldBlock => {
                    return Err(Error::new("another recto is at work on the whole library").hint("Try again later."));
                }
                // Where there are no locks, there is nobody to be told by one.
                fs::TryLockError::Error(error) if error.kind() == io::ErrorKind::Unsupported => break,
                fs::TryLockError::Error(error) => return Err(error.into()),
            }
        }
        Ok(Self { _file: file })
    }
}

/// Makes the directories that are missing, on the disk before anything is in them.
fn make_directory_of(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().skip(1).take_while(|directory| !directory.exists()).collect();
    if let Some(directory) = missing.first() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    for directory in missing.iter().rev() {
        places::sync_directory_of(directory);
    }
    Ok(())
}

/// Opens a file that cannot be written.
pub fn open_to_read(places: &Places) -> Result<Store> {
    let doing = failed("cannot read the library");
    let connection = connect_to_read(&places.database).map_err(&doing)?;
    if schema::version(&connection).map_err(&doing)? != schema::VERSION {
        return Err(Error::new("the library is of another version, and cannot be brought up to date here"));
    }
    Ok(Store { connection, journal: None })
}

/// Opens a file that cannot be written, as it is.
pub fn connect_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let [log, ..] = places::with_logs(path);
    let has_log = log.exists();
    match read_as_it_is(path, has_log) {
        // Where the disk is full, there is no room for the log's index either.
        Err(_) if has_log => read_alone(path),
        opened => opened,
    }
}

/// Opens a file of which nothing is changed. Without the log's index, which cannot be made, it is only read if nobody
/// else writes to it.
fn read_as_it_is(path: &Path, has_log: bool) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let uri = format!("file:{}{}", escaped(path), if has_log { "" } else { "?immutable=1" });
    let connection = Connection::open_with_flags(uri, flags)?;
    connection.busy_timeout(PATIENCE)?;
    schema::version(&connection)?;
    Ok(connection)
}

/// Opens a file with the index of its log in memory, which nobody else may open at the same time then.
fn read_alone(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON;")?;
    schema::version(&connection)?;
    Ok(connection)
}

fn escaped(path: &Path) -> String {
    const RESERVED: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');
    percent_encode(path.as_os_str().as_bytes(), RESERVED).to_string()
}

fn prepare(connection: &mut Connection, journal_mode: &str) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update_and_check(None, "journal_mode", journal_mode, |_| Ok(()))?;
    // EXTRA differs from FULL in the mode DELETE, in which a power cut could bring back a journal that was deleted, and
    // with it what was before the last change.
    connection.execute_batch(
        "PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;",
    )
}

/// Returns how changes are made safe. A log beside the file needs shared memory, which network file systems lack.
pub fn journal_mode(path: &Path) -> &'static str {
    if is_on_network(path) { "DELETE" } else { "WAL" }
}

#[cfg(target_os = "linux")]
fn is_on_network(path: &Path) -> bool {
    // As in linux/magic.h, and those of 9p, CIFS, SMB2, AFS, FUSE, Ceph and GFS2.
    const NETWORKS: [u64; 10] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x0102_1997,
        0x5346_414f,
        0x6573_5546,
        0x00c3_6400,
        0x0116_1970,
        0x6b41_4653,
    ];
    let known = rustix::fs::statfs(path).or_else(|_| rustix::fs::statfs(path.parent().unwrap_or(path)));
    known.is_ok_and(|known| u64::try_from(known.f_type).is_ok_and(|kind| NETWORKS.contains(&(kind & 0xffff_ffff))))
}

#[cfg(not(target_os = "linux"))]
fn is_on_network(_: &Path) -> bool {
    // Where it is not known, the log is what is safe on the disks that people have.
    false
}
