//! Where the library lies.

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};

use etcetera::base_strategy::{BaseStrategy, Xdg};

use crate::error::{Error, Result};

/// The variable that names another file.
const VARIABLE: &str = "RECTO_LIBRARY";

/// The files of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    pub database: PathBuf,
}

impl Places {
    /// Returns the usual places: what `RECTO_LIBRARY` names, else `recto/library.db` in the XDG data directory.
    ///
    /// # Errors
    ///
    /// If there is neither that variable nor a home.
    pub fn usual() -> Result<Self> {
        if let Some(path) = env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            return Ok(Self::at(Path::new(&path)));
        }
        let strategy = Xdg::new().map_err(|_| {
            Error::new("there is no home to keep a library in").hint(format!("{VARIABLE} may name a file for it."))
        })?;
        Ok(Self::at(&strategy.data_dir().join("recto").join("library.db")))
    }

    pub fn at(database: &Path) -> Self {
        Self { database: database.to_owned() }
    }

    /// Returns where highlights, notes and tags are written down a second time.
    pub fn journal(&self) -> PathBuf {
        self.beside("journal.jsonl")
    }

    /// Returns where a copy is kept before the file is changed as a whole.
    pub fn backup(&self, number: u32) -> PathBuf {
        self.beside(&format!("backup-{number}.db"))
    }

    /// Returns where the file is put if it is damaged, in the `number`th such case.
    pub fn damaged(&self, number: u32) -> PathBuf {
        self.beside(&format!("damaged-{number}.db"))
    }

    /// Returns where what can be read of a damaged file is gathered.
    pub fn gathering(&self) -> PathBuf {
        self.beside("salvaging.db")
    }

    /// Returns where that is when it is all gathered, and about to take the place of the damaged file.
    pub fn salvaged(&self) -> PathBuf {
        self.beside("salvaged.db")
    }

    /// Returns what whoever changes the file as a whole holds locked.
    pub fn lock(&self) -> PathBuf {
        self.beside("lock")
    }

    fn beside(&self, extension: &str) -> PathBuf {
        self.database.with_extension(extension)
    }
}

/// Returns a file of SQLite's and those that it keeps beside it, itself last.
pub fn with_logs(database: &Path) -> [PathBuf; 3] {
    ["-wal", "-shm", ""].map(|suffix| {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        name.into()
    })
}

/// Has the name of a file that was made or renamed on the disk; what is in it is another thing.
pub fn sync_directory_of(path: &Path) {
    let Some(directory) = path.parent() else { return };
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    // Some file systems cannot, and SQLite goes on there as well.
    let _ = File::open(directory).and_then(|directory| directory.sync_all());
}
