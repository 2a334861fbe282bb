//! The tables, and how a file of an older version becomes one of this.

use rusqlite::{Connection, TransactionBehavior};

use super::rows::failed;
use crate::error::{Error, Result};

/// What takes a file from the version of its index to the next. One that was released is never changed.
const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql")];

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

fn migrate_to(connection: &mut Connection, migrations: &[&str]) -> Result<()> {
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
        transaction.execute_batch(migration).map_err(&doing)?;
        transaction.execute_batch(&format!("PRAGMA user_version = {}", version + 1)).map_err(&doing)?;
        transaction.commit().map_err(&doing)?;
    }
}

#[cfg(test)]
mod tests {
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
        let steps = ["CREATE TABLE a(x INTEGER)", "CREATE TABLE b(x INTEGER); CREATE TABLE a(x INTEGER)"];
        assert!(migrate_to(&mut connection, &steps).is_err());
        assert_eq!(version(&connection).unwrap(), 1);
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'b'", (), |row| row.get(0)).unwrap();
        assert_eq!(tables, 0);
    }
}
