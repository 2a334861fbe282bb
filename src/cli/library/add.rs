//! `add`: each source is read, taken note of, and kept with its pictures.

use std::path::PathBuf;

use super::shown::counted;
use crate::article::Locator;
use crate::cli;
use crate::error::{Error, Result};
use crate::library::{Added, Store, Taken};
use crate::source::{self, LoadOptions};
use crate::text::clean;

/// How wide a title is told at most, in cells.
const WIDEST_TITLE: usize = 60;

/// Adds what the sources name or hold. One that fails is told, and does not stop the others.
///
/// # Errors
///
/// If any could not be added.
pub fn add(store: &mut Store, sources: &[PathBuf], options: &LoadOptions) -> Result<()> {
    let (mut n_tried, mut n_failed) = (0, 0);
    for source in sources {
        let locators = match cli::articles(std::slice::from_ref(source)) {
            Ok(locators) => locators,
            Err(error) => {
                eprintln!("recto: {error}");
                n_tried += 1;
                n_failed += 1;
                continue;
            }
        };
        for locator in locators {
            n_tried += 1;
            match add_one(store, &source::absolute(&locator), options) {
                Ok(told) => cli::write_out(&told)?,
                Err(error) => {
                    eprintln!("recto: {error}");
                    n_failed += 1;
                }
            }
        }
    }
    match n_failed {
        0 if n_tried == 0 => Err(Error::new("there is no article there, so nothing was added")),
        0 => Ok(()),
        n_failed => Err(Error::new(format!("{n_failed} of {} could not be added", counted(n_tried, "article")))),
    }
}

/// Adds an article; returns what to say of it, once it is on the disk.
fn add_one(store: &mut Store, locator: &Locator, options: &LoadOptions) -> Result<String> {
    let Taken { article, copy, n_missing } = Taken::read(locator, options)?;
    if article.document.text().is_empty() {
        return Err(Error::new("there is no text in it, so there is nothing to keep")
            .context(format!("cannot add `{locator}`"))
            .hint("`recto debug document` tells what recto made of it."));
    }
    let n_pictures = copy.pictures.len();
    let added = store.add(&article, &copy).map_err(|error| error.context(format!("cannot add `{locator}`")))?;
    let title = article.document.title().unwrap_or_else(|| locator.file_name().unwrap_or_default());
    let title = clean::clean_line(title, WIDEST_TITLE);
    let mut told = format!("{:>6}  {}: {title}", added.id.0, came_of(&added));
    if added.has_new_copy && n_pictures > 0 {
        told.push_str(&format!(" (with {})", counted(n_pictures, "picture")));
    }
    told.push('\n');
    if added.has_new_copy && n_missing > 0 {
        let pictures = counted(n_missing, "picture");
        eprintln!("recto: `{locator}`: {pictures} could not be kept, being elsewhere or too large");
    }
    Ok(told)
}

fn came_of(added: &Added) -> &'static str {
    match *added {
        Added { is_new: true, .. } => "added",
        Added { was_trashed: true, .. } => "back from the trash",
        Added { has_changed: true, .. } => "another version",
        Added { has_new_copy: true, .. } => "a copy of what was there",
        Added { .. } => "already there",
    }
}
