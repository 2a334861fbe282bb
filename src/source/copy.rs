//! Copies: the bytes of an original as they lie there, and the reading of them when the original is gone.
//!
//! Where a copy is kept is for others; so are its pictures, which an album takes with it.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::{BUNDLED, LoadOptions, archive, manual, on_deep_stack, open, read_inner};
use crate::article::{Article, Locator};
use crate::error::{Error, Result};
use crate::format::Format;

/// The most bytes that are taken of an original.
const MOST_BYTES: u64 = 512 << 20;

/// Returns whether there is nothing at `locator` to be read any more. What is read once only never was there.
pub fn is_gone(locator: &Locator) -> bool {
    match locator {
        Locator::File(path) | Locator::Member { archive: path, .. } => !path.exists(),
        Locator::Manual(page) => manual::find(page).is_err(),
        // Nothing but a copy of it can be read yet.
        Locator::Web(_) | Locator::Kept(_) => true,
        Locator::Bundled(_) | Locator::Changes(_) | Locator::Stdin => false,
    }
}

/// Returns a locator that names the same thing in any directory, and by whichever way it was come to.
pub fn absolute(locator: &Locator) -> Locator {
    match locator {
        Locator::File(path) => Locator::File(absolute_path(path)),
        Locator::Member { archive, name } => Locator::Member { archive: absolute_path(archive), name: name.clone() },
        other => other.clone(),
    }
}

fn absolute_path(path: &Path) -> PathBuf {
    let in_directory = || {
        // A file that is gone was in a directory that may still be there.
        let path = std::path::absolute(path).ok()?;
        Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?))
    };
    let absolute = path.canonicalize().ok().or_else(in_directory).or_else(|| std::path::absolute(path).ok());
    absolute.unwrap_or_else(|| path.to_owned())
}

/// Returns the name by which it is known what is at `locator`, and its bytes as they lie there.
///
/// # Errors
///
/// If it cannot be read, or is too large to be kept.
pub fn original(locator: &Locator) -> Result<(String, Vec<u8>)> {
    let name = || locator.file_name().unwrap_or_default().to_owned();
    let found = match locator {
        Locator::Bundled(name) => {
            let found = BUNDLED.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.to_vec());
            found.ok_or_else(|| Error::new("no such article ships with recto")).map(|bytes| ((*name).to_owned(), bytes))
        }
        Locator::File(path) => open(path).and_then(|(file, _)| bytes_of(file)).map(|bytes| (name(), bytes)),
        Locator::Member { archive, name: path } => archive::member(archive, path).map(|bytes| (name(), bytes)),
        Locator::Manual(page) => manual::find(page).and_then(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            bytes_of(File::open(&path)?).map(|bytes| (name, bytes))
        }),
        Locator::Stdin => bytes_of(io::stdin()).map(|bytes| (String::new(), bytes)),
        Locator::Web(_) => Err(super::not_from_the_web()),
        Locator::Kept(_) | Locator::Changes(_) => Err(Error::new("it is in the library already")),
    };
    found.map_err(|error| error.context(format!("cannot open `{locator}`")))
}

/// Reads the article whose original at `locator` was called `name` and had these bytes.
///
/// # Errors
///
/// If they hold something that is no text (unless a format was asked for), and if a parser fails.
pub fn read_copy(locator: &Locator, name: &str, bytes: &[u8], options: &LoadOptions) -> Result<Article> {
    let is_manual = matches!(locator, Locator::Manual(_));
    let format = options.format.or(is_manual.then_some(Format::Man));
    let options = LoadOptions { format, ..*options };
    on_deep_stack(locator, || {
        let article = read_inner(name, bytes, locator, &options, &mut |_| ControlFlow::Continue(()));
        article.map_err(|error| error.context(format!("cannot open `{locator}`")))
    })
}

fn bytes_of(source: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Error::new(format!("it has more than {} MiB, the most that is kept", MOST_BYTES >> 20)));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use super::*;
    use crate::source::load_whole;

    #[test]
    fn a_copy_is_read_as_its_original_was() {
        let assets = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets");
        for name in ["tour.md", "alibaba-apple.txt", "harbour-lights.html"] {
            let locator = Locator::File(assets.join(name));
            let (told, bytes) = original(&locator).unwrap();
            assert_eq!(told, name);
            let copy = read_copy(&locator, &told, &bytes, &LoadOptions::default()).unwrap();
            assert_eq!(copy, load_whole(&locator, &LoadOptions::default()).unwrap(), "{name}");
        }
    }

    #[test]
    fn what_is_gone_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        let locator = Locator::File(path.clone());
        assert!(is_gone(&locator) && is_gone(&Locator::Kept(1)) && !is_gone(&Locator::Stdin));
        assert!(original(&locator).unwrap_err().to_string().contains("it does not exist"));
        fs::write(&path, "text").unwrap();
        assert!(!is_gone(&locator));
        let there = absolute(&locator);
        fs::remove_file(&path).unwrap();
        assert_eq!(absolute(&locator), there);
    }
}
