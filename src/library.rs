//! The library: what was read and where, what was marked and why, in one SQLite file.
//!
//! A [`Store`] is one connection, and its methods wait for the disk: `worker` keeps them off the screen's thread. What
//! is stored are rows; what comes out and goes in are the words of [`crate::catalogue`] and [`crate::annotation`].
//! Where the file lies is told by `places`, how it is made and mended by `schema` and `opening`, what is in it by the
//! module of that name.

mod adding;
mod arriving;
mod articles;
mod backup;
mod changes;
mod choices;
mod health;
mod highlights;
mod journal;
mod lists;
mod opening;
mod places;
mod reading;
mod rows;
mod salvage;
mod schema;
mod searching;
mod titles;
mod versions;

use rusqlite::Connection;

pub use adding::{Added, Taken};
pub use arriving::{Arrived, Arriving};
pub use articles::Copy;
pub use backup::Restored;
pub use changes::Changed;
pub use health::{Finding, Health, Remedy, examine, mend_permissions};
pub use opening::Opened;
pub use places::Places;
pub use searching::Interrupter;
pub use titles::Titles;
pub use versions::Previous;

use journal::Journal;

use crate::error::Result;

/// The library, opened.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    /// Where highlights, notes and tags are written down a second time; none where nothing can be written.
    journal: Option<Journal>,
}

impl Store {
    /// Returns whether changes can be made.
    pub fn is_writable(&self) -> bool {
        self.journal.is_some()
    }

    /// Returns a number that is another one when somebody else has changed the library.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn data_version(&self) -> Result<i64> {
        let version = self.connection.query_row("PRAGMA data_version", (), |row| row.get(0));
        version.map_err(rows::failed("cannot read the library"))
    }
}

#[cfg(test)]
mod tests;
