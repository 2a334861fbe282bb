//! `add`: each source is read, taken note of, and kept with its pictures.

use std::path::PathBuf;

use super::shown::counted;
use crate::article::Locator;
use crate::cli;
use crate::error::{Error, Result};
use crate::library::{Added, Copy, Store};
use crate::source::{self, Album, LoadOptions};
use crate::text::clean;

/// The most bytes of pictures that are kept with one article.
const MOST_PICTURES: u64 = 256 << 20;

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
    // What is kept is what was read, even if the file changes at this moment.
    let (name, bytes) = source::original(locator)?;
    let article = source::read_copy(locator, &name, &bytes, options)?;
    if article.document.text().is_empty() {
        return Err(Error::new("there is no text in it, so there is nothing to keep")
            .context(format!("cannot add `{locator}`"))
            .hint("`recto debug document` tells what recto made of it."));
    }
    let (pictures, n_missing) = Album::beside(&article, MOST_PICTURES);
    let n_pictures = pictures.len();
    let added = store
        .add(&article, &Copy { name, bytes, pictures })
        .map_err(|error| error.context(format!("cannot add `{locator}`")))?;
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
