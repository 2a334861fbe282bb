//! Health: what is looked at to see whether the library is sound, and the mending of its index.
//!
//! Looking changes nothing. A damaged file is mended by `salvage`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::journal;
use super::opening::Failure;
use super::places::{self, Places};
use super::rows::{failed, is_full};
use super::{Store, articles, lists, opening, schema};
use crate::error::Result;

/// Below so many bytes, a disk is as good as full.
const LEAST_ROOM: u64 = 64 << 20;

/// How many faults of a file are told.
const MOST_TOLD: usize = 5;

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    /// What is as it should be.
    pub sound: Vec<String>,
    pub findings: Vec<Finding>,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In plain words.
    pub what: String,
    /// What the reader can do.
    pub advice: String,
    pub remedy: Remedy,
}

/// What mends a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing that recto does.
    Yours,
    /// Making the index of words anew.
    Index,
    /// Making files the reader's alone.
    Permissions,
    /// Taking what can be read into a new file.
    File,
}

impl Health {
    pub fn needs(&self, remedy: Remedy) -> bool {
        self.findings.iter().any(|finding| finding.remedy == remedy)
    }

    fn find(&mut self, what: impl Into<String>, advice: &str, remedy: Remedy) {
        self.findings.push(Finding { what: what.into(), advice: advice.to_owned(), remedy });
    }

    fn note(&mut self, sound: impl Into<String>) {
        self.sound.push(sound.into());
    }
}

/// Looks at the library and changes nothing.
pub fn examine(places: &Places) -> Health {
    let mut health = Health::default();
    if !places.database.exists() {
        health.note("there is no library yet: reading or adding an article makes one");
        return health;
    }
    look_at_permissions(places, &mut health);
    look_at_room(places, &mut health);
    look_at_journal(places, &mut health);
    look_at_file(places, &mut health);
    health
}

/// Makes the files the reader's alone.
///
/// # Errors
///
/// If they are somebody else's.
pub fn mend_permissions(places: &Places) -> Result<()> {
    for (path, mode) in files(places) {
        if mode & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

impl Store {
    /// Makes the index of words anew; returns of how many articles.
    ///
    /// # Errors
    ///
    /// If the library cannot be written.
    pub fn rebuild_index(&mut self) -> Result<usize> {
        let doing = failed("cannot make the index anew");
        let transaction = self.write()?;
        let n_articles = articles::index_all_again(&transaction).map_err(&doing)?;
        transaction.commit().map_err(&doing)?;
        Ok(n_articles)
    }
}

/// Opens a file of SQLite's to look at it.
pub fn open_unchanged(path: &Path) -> std::result::Result<Connection, Failure> {
    // A log that another recto writes is read by way of files that have to be made.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(opening::PATIENCE)?;
        schema::version(&connection)?;
        Ok(connection)
    });
    match connection.map_err(Failure::from) {
        Err(failure) if failure.is_refusal => Ok(opening::connect_to_read(path)?),
        opened => opened,
    }
}

/// Returns what is wrong with the file itself: its pages, its indexes, and rows that belong to nothing.
pub fn faults_of_file(connection: &Connection) -> Vec<String> {
    let check = || -> rusqlite::Result<Vec<String>> {
        let mut query = connection.prepare(&format!("PRAGMA integrity_check({MOST_TOLD})"))?;
        let mut faults: Vec<String> = query.query_map((), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        faults.retain(|fault| fault != "ok");
        let mut query = connection.prepare("SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1")?;
        let orphans = query.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
        for orphan in orphans {
            let (table, count) = orphan?;
            faults.push(format!("{count} rows of `{table}` belong to nothing that is there"));
        }
        Ok(faults)
    };
    check().unwrap_or_else(|error| vec![error.to_string()])
}

/// Returns the files that there are, with their permissions.
fn files(places: &Places) -> Vec<(std::path::PathBuf, u32)> {
    let [log, index, database] = places::with_logs(&places.database);
    let paths = [database, log, index, places.journal()];
    let mode_of = |path: &std::path::PathBuf| Some(fs::metadata(path).ok()?.permissions().mode());
    paths.into_iter().filter_map(|path| mode_of(&path).map(|mode| (path, mode))).collect()
}

fn look_at_permissions(places: &Places, health: &mut Health) {
    let files = files(places);
    let open: Vec<String> = files
        .iter()
        .filter(|(_, mode)| mode & 0o077 != 0)
        .map(|(path, mode)| format!("`{}` ({:o})", path.display(), mode & 0o777))
        .collect();
    if open.is_empty() {
        health.note("permissions: nobody else can read what you read");
        return;
    }
    let advice = "`recto doctor --repair` makes them yours alone, as `chmod 600` does.";
    health.find(format!("others can read {}", open.join(", ")), advice, Remedy::Permissions);
}

fn look_at_room(places: &Places, health: &mut Health) {
    let size = fs::metadata(&places.database).map_or(0, |found| found.len());
    let Ok(room) = rustix::fs::statvfs(&places.database) else { return };
    let room = room.f_bavail.saturating_mul(room.f_frsize);
    let (size_told, room_told) = (size.div_ceil(1 << 20), room >> 20);
    if room < LEAST_ROOM {
        let advice = "Make room on this disk: until then little or nothing more can be kept.";
        health.find(format!("the disk has only {room_told} MiB left"), advice, Remedy::Yours);
    } else if room < size {
        let advice = "Make room, or back up to another disk with `recto backup FILE`.";
        let what = format!("the disk has {room_told} MiB left, too little for a backup of {size_told} MiB beside it");
        health.find(what, advice, Remedy::Yours);
    } else {
        health.note(format!("room: the library has {size_told} MiB, and the disk {room_told} MiB left"));
    }
}

fn look_at_journal(places: &Places, health: &mut Health) {
    let path = places.journal();
    let read = fs::read(&path).and_then(|bytes| Ok((journal::read(&path)?, bytes)));
    match read {
        Ok((entries, bytes)) => {
            let n_lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count();
            let n_cut = n_lines.saturating_sub(entries.len());
            health.note(format!("journal: {} changes to highlights and tags can be read from it", entries.len()));
            if n_cut > 1 {
                let what = format!("{n_cut} lines of the journal `{}` cannot be read", path.display());
                let advice =
                    "They are of no use if the library is ever damaged; `recto backup FILE` makes up for them.";
                health.find(what, advice, Remedy::Yours);
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            health.note("journal: there is none; the next change makes one");
        }
        Err(error) => {
            let advice = "Highlights and tags are written down in it a second time: make it readable again.";
            health.find(format!("the journal `{}` cannot be read: {error}", path.display()), advice, Remedy::Yours);
        }
    }
}

fn look_at_file(places: &Places, health: &mut Health) {
    const ADVICE: &str = "`recto doctor --repair` moves it aside, and takes what can be read into a new one.";
    let path = &places.database;
    let opened = open_unchanged(path).and_then(|connection| {
        let version = schema::version(&connection)?;
        Ok((connection, version))
    });
    let (connection, version) = match opened {
        Ok(opened) => opened,
        Err(Failure { error, is_damage: true, .. }) => {
            return health.find(format!("the file is damaged, or none of recto's: {error}"), ADVICE, Remedy::File);
        }
        Err(Failure { error, .. }) => {
            let advice = "What is in it cannot be looked at, and nothing says that it is damaged.";
            return health.find(format!("the file cannot be read: {error}"), advice, Remedy::Yours);
        }
    };
    if version > schema::VERSION {
        let what = format!("the library is of version {version}, and this recto knows {}", schema::VERSION);
        return health.find(what, "A newer recto wrote it, and reads it. This one leaves it alone.", Remedy::Yours);
    }
    let faults = faults_of_file(&connection);
    if !faults.is_empty() {
        return health.find(format!("the file is damaged: {}", faults.join("; ")), ADVICE, Remedy::File);
    }
    if version == schema::VERSION
        && let Err(error) = lists::read_each(&connection)
        && error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
    {
        return health.find(format!("the file is damaged: {error}"), ADVICE, Remedy::File);
    }
    health.note(format!("file: whole, of version {version}"));
    look_at_mode(path, &connection, health);
    if version == schema::VERSION {
        look_at_index(&connection, health);
    }
}

fn look_at_mode(path: &Path, connection: &Connection, health: &mut Health) {
    let mode: rusqlite::Result<String> = connection.query_row("PRAGMA journal_mode", (), |row| row.get(0));
    let (mode, wanted) = (mode.unwrap_or_default(), opening::journal_mode(path));
    if mode.eq_ignore_ascii_case(wanted) {
        return health.note(format!("changes are made safe by a log ({mode})"));
    }
    let advice = "The next recto that opens it sets that right; if it stays, another program holds the file open.";
    health.find(format!("changes are made safe by {mode}, and should be by {wanted}"), advice, Remedy::Yours);
}

fn look_at_index(connection: &Connection, health: &mut Health) {
    const ADVICE: &str = "`recto doctor --repair` makes it anew from the texts.";
    let count = |query: &str| connection.query_row(query, (), |row| row.get::<_, i64>(0));
    match connection.execute_batch("INSERT INTO search (search) VALUES ('integrity-check')") {
        Err(error) if is_full(&error) || error.sqlite_error_code() == Some(ErrorCode::ReadOnly) => {
            return health.note("index: not looked at, since the library cannot be written here");
        }
        Err(error) => return health.find(format!("the index of words is damaged: {error}"), ADVICE, Remedy::Index),
        Ok(()) => {}
    }
    let missing = count(
        "SELECT count(*) FROM article WHERE id NOT IN (SELECT id FROM search_docsize) OR id NOT IN (SELECT id FROM word_docsize)",
    );
    let left_over = count("SELECT count(*) FROM search_docsize WHERE id NOT IN (SELECT id FROM article)");
    match (missing, left_over) {
        (Ok(0), Ok(0)) => {}
        (Ok(missing), Ok(left_over)) => {
            let what = format!("the index of words lacks {missing} articles, and has {left_over} that are gone");
            return health.find(what, ADVICE, Remedy::Index);
        }
        (Err(error), _) | (_, Err(error)) => {
            return health.find(format!("the index of words is damaged: {error}"), ADVICE, Remedy::Index);
        }
    }
    let n_articles = count("SELECT count(*) FROM article").unwrap_or_default();
    let n_lost = count("SELECT count(*) FROM highlight WHERE standing = 'orphan' AND deleted IS NULL");
    let n_lost = n_lost.unwrap_or_default();
    health.note(format!("index: whole, {n_articles} articles"));
    if n_lost > 0 {
        health.note(format!("{n_lost} highlights are of words that are no longer in their texts; they are kept"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_found_and_mended() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::at(&dir.path().join("library.db"));
        assert!(examine(&places).findings.is_empty() && !places.database.exists());
        let mut store = Store::open(&places).unwrap().store;
        let insert = "INSERT INTO article (key, source, title, author, lang, words, added, text_hash) \
            VALUES ('file:/a', '', 'Weir', '', '', 0, 0, x'00')";
        store.connection.execute(insert, ()).unwrap();
        let found = examine(&places);
        assert!(found.needs(Remedy::Index) && found.findings.len() == 1, "{found:?}");
        assert_eq!(store.rebuild_index().unwrap(), 1);
        assert_eq!(examine(&places).findings, []);
        fs::set_permissions(&places.database, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(examine(&places).needs(Remedy::Permissions));
        mend_permissions(&places).unwrap();
        assert_eq!(examine(&places).findings, []);
        store.connection.execute_batch("PRAGMA foreign_keys = OFF; INSERT INTO body VALUES (77, x'00')").unwrap();
        assert!(examine(&places).needs(Remedy::File));
        store.connection.execute_batch("DELETE FROM body WHERE article_id = 77; PRAGMA user_version = 1000").unwrap();
        let found = examine(&places);
        assert!(found.findings[0].advice.contains("newer recto") && !found.needs(Remedy::File), "{found:?}");
    }

    #[test]
    fn what_is_no_library_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::at(&dir.path().join("library.db"));
        fs::write(&places.database, "some text that is no library at all, and never was").unwrap();
        assert!(examine(&places).needs(Remedy::File));
    }
}
