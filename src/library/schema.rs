//! The tables, and how a file of an older version becomes one of this.

use rusqlite::{Connection, TransactionBehavior};

use super::articles;
use super::rows::failed;
use crate::error::{Error, Result};

/// What takes a file from the version of its index to the next. One that was released is never changed.
const MIGRATIONS: &[Migration] = &[
    Migration { tables: include_str!("schema/1.sql"), is_indexed_anew: false },
    Migration { tables: include_str!("schema/2.sql"), is_indexed_anew: true },
    Migration { tables: include_str!("schema/3.sql"), is_indexed_anew: false },
    Migration { tables: include_str!("schema/4.sql"), is_indexed_anew: false },
];

/// A step from one version to the next.
struct Migration {
    tables: &'static str,
    /// Whether what is searched has to be made anew.
    is_indexed_anew: bool,
}

/// The version of files that this recto writes.
pub const VERSION: usize = MIGRATIONS.len();

/// Returns the version of a file; 0 for a new one.
pub fn version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = connection.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

/// Makes the tables, or brings them up to this version, each step in a transaction of its own.
///
/// # Errors
///
/// If the file is of a later version, or cannot be written.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    // As a rule there is nothing to do, and nobody to wait for.
    if version(connection).is_ok_and(|version| version == VERSION) {
        return Ok(());
    }
    migrate_to(connection, MIGRATIONS)
}

fn migrate_to(connection: &mut Connection, migrations: &[Migration]) -> Result<()> {
    loop {
        let doing = failed("cannot bring the library up to date");
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&doing)?;
        // Another recto may have come first.
        let version = version(&transaction).map_err(&doing)?;
        if version > migrations.len() {
            return Err(Error::new(format!("the library is of version {version}, and this recto knows {VERSION}"))
                .hint("A newer recto wrote it, and reads it."));
        }
        let Some(migration) = migrations.get(version) else { return Ok(()) };
        transaction.execute_batch(migration.tables).map_err(&doing)?;
        if migration.is_indexed_anew {
            articles::index_all_again(&transaction).map_err(&doing)?;
        }
        transaction.execute_batch(&format!("PRAGMA user_version = {}", version + 1)).map_err(&doing)?;
        transaction.commit().map_err(&doing)?;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    #[test]
    fn files_are_made_once_and_later_ones_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
        assert_eq!(version(&connection).unwrap(), VERSION);
        connection.execute_batch(&format!("PRAGMA user_version = {}", VERSION + 1)).unwrap();
        let refused = migrate(&mut connection).unwrap_err().to_string();
        assert!(refused.contains("newer recto"), "{refused}");
    }

    #[test]
    fn a_step_that_fails_leaves_what_was_there() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a(x INTEGER)", "CREATE TABLE b(x INTEGER); CREATE TABLE a(x INTEGER)"]
            .map(|tables| Migration { tables, is_indexed_anew: false });
        assert!(migrate_to(&mut connection, &steps).is_err());
        assert_eq!(version(&connection).unwrap(), 1);
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'b'", (), |row| row.get(0)).unwrap();
        assert_eq!(tables, 0);
    }

    #[test]
    fn an_older_file_keeps_what_it_has_and_is_searched_as_a_new_one() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate_to(&mut connection, &MIGRATIONS[..1]).unwrap();
        let insert = "INSERT INTO article (key, source, title, author, lang, words, added, text_hash) \
            VALUES ('file:/a', '', 'Weirs', '', '', 0, 0, x'00')";
        connection.execute(insert, ()).unwrap();
        migrate(&mut connection).unwrap();
        for index in ["search", "word"] {
            let query = format!("SELECT count(*) FROM {index} WHERE {index} MATCH 'wei*'");
            let found: i64 = connection.query_row(&query, (), |row| row.get(0)).unwrap();
            assert_eq!(found, 1, "{index}");
        }
    }
}
