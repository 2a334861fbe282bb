//! `backup`, `restore` and `doctor`: care for the library's file.

use std::path::Path;

use super::shown::counted;
use crate::cli;
use crate::error::{Error, Result};
use crate::library::{self, Places, Remedy, Store};

/// Writes a copy of the library.
///
/// # Errors
///
/// If there is a file already, or it cannot be written.
pub fn back_up(store: &Store, file: &Path, force: bool) -> Result<()> {
    let at = || format!("cannot back up to `{}`", file.display());
    if file.exists() && !force {
        return Err(Error::new("there is a file already").context(at()).hint("--force replaces it."));
    }
    store.back_up(file).map_err(|error| error.context(at()))?;
    eprintln!("recto: the library is backed up to `{}`", file.display());
    Ok(())
}

/// Takes a backup back.
///
/// # Errors
///
/// If it is no sound library, or the library cannot be written.
pub fn restore(places: &Places, file: &Path) -> Result<()> {
    let restored = Store::restore(places, file)?;
    eprintln!("recto: the library is what `{}` was", file.display());
    if let Some(previous) = restored.previous {
        eprintln!("recto: what was there before is `{}`", previous.display());
    }
    Ok(())
}

/// Looks at the library, and mends it if that is asked for.
///
/// # Errors
///
/// If something is not as it should be, and was not mended.
pub fn examine(places: &Places, repair: bool) -> Result<()> {
    let health = library::examine(places);
    let mut out = format!("library: {}\n", places.database.display());
    for sound in &health.sound {
        out.push_str(&format!("  ok  {sound}\n"));
    }
    for finding in &health.findings {
        out.push_str(&format!("  !!  {}\n      {}\n", finding.what, finding.advice));
    }
    cli::write_out(&out)?;
    if health.findings.is_empty() {
        return Ok(());
    }
    let unsound = |n_found: usize| Error::new(format!("the library has {}", counted(n_found, "fault")));
    if !repair {
        return Err(unsound(health.findings.len()));
    }
    if health.needs(Remedy::File) {
        let (_, told) = Store::repair(places)?;
        eprintln!("recto: {told}");
    }
    if health.needs(Remedy::Permissions) {
        library::mend_permissions(places)?;
        eprintln!("recto: the files are yours alone now");
    }
    if health.needs(Remedy::Index) {
        let n_articles = super::open_to_write(places)?.rebuild_index()?;
        eprintln!("recto: the index was made anew of {}", counted(n_articles, "article"));
    }
    match library::examine(places).findings.len() {
        0 => Ok(()),
        n_left => Err(unsound(n_left)),
    }
}
