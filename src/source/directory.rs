//! Directories: finds the files in one that are articles, in the order in which a person would read them.

use std::cmp::Ordering;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::compression::{self, Unpacked};
use crate::article::is_manual_section;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::text::natural;

/// Extensions of files that are read.
const EXTENSIONS: &[&str] = &[
    "txt", "text", "md", "markdown", "mdown", "mkd", "json", "html", "htm", "xhtml", "xht", "shtml", "rst", "adoc",
    "asciidoc", "org", "fb2", "epub", "eml", "mht", "mhtml",
];

/// Extensions that a compressed file has after its own.
const COMPRESSED: &[&str] = &["gz", "zst"];

/// Directories that hold no articles of the reader's.
const SKIPPED: &[&str] = &["target", "node_modules", "__pycache__", "vendor"];

/// How many directories deep is looked.
const DEEPEST: usize = 8;

/// How many articles are taken from one directory, so that `recto /` comes back.
const MOST: usize = 10_000;

/// How many entries are looked at on the way to them.
const MOST_ENTRIES: usize = 200_000;

/// Returns the articles in `dir` and the directories in it, naturally sorted: chapter 2 before chapter 10.
///
/// Hidden files, directories that hold programs' things and what cannot be read are passed over.
///
/// # Errors
///
/// If `dir` itself cannot be read.
pub fn articles_in(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut n_entries = 0;
    let entries =
        fs::read_dir(dir).map_err(|error| Error::from(error).context(format!("cannot open `{}`", dir.display())))?;
    let mut waiting = vec![(entries, 0)];
    while let Some((entries, depth)) = waiting.pop() {
        for entry in entries.flatten() {
            n_entries += 1;
            if found.len() >= MOST || n_entries >= MOST_ENTRIES {
                waiting.clear();
                break;
            }
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            // A link to a file is followed, a link to a directory is not: it may lead back up.
            let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_directory && depth < DEEPEST && !is_skipped(&name) {
                waiting.extend(fs::read_dir(&path).ok().map(|entries| (entries, depth + 1)));
            } else if !is_directory && is_article(&path, &name) {
                found.push(path);
            }
        }
    }
    found.sort_by(|one, other| by_directory_then_name(one, other));
    Ok(found)
}

/// What a file's name says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Article,
    /// A zip archive, which may hold articles.
    Archive,
    /// A manual page or something else that ends in a digit, such as an old log.
    ManualPage,
    /// A name in capitals without an extension. Its text tells whether it is one.
    Loud,
    Nothing,
}

fn is_article(path: &Path, name: &str) -> bool {
    path.is_file()
        && match named(name) {
            Named::Article | Named::Archive => true,
            Named::ManualPage => begins_as_manual_page(path, name),
            Named::Loud => begins_as_text(path),
            Named::Nothing => false,
        }
}

/// Returns what the name of a file says, a compressed one's without what compression added.
pub(super) fn named(name: &str) -> Named {
    let mut parts = name.rsplit('.').map(str::to_ascii_lowercase);
    let mut last = parts.next().unwrap_or_default();
    let mut n_parts = name.split('.').count();
    if COMPRESSED.contains(&last.as_str()) {
        last = parts.next().unwrap_or_default();
        n_parts -= 1;
    }
    if n_parts > 1 {
        return match last.as_str() {
            "zip" => Named::Archive,
            extension if EXTENSIONS.contains(&extension) => Named::Article,
            // Only where recto was built to read them.
            "pdf" if cfg!(feature = "pdf") => Named::Article,
            extension if is_manual_section(extension) => Named::ManualPage,
            _ => Named::Nothing,
        };
    }
    // README, LICENSE, CHANGES: names that shout are meant to be read.
    let shouts = name.chars().next().is_some_and(char::is_uppercase) && !name.chars().any(char::is_lowercase);
    if shouts { Named::Loud } else { Named::Nothing }
}

/// Returns whether what lies in a directory of this name is a program's, or the furniture of a saved page.
pub(super) fn is_skipped(name: &str) -> bool {
    SKIPPED.contains(&name) || name.ends_with("_files")
}

/// Returns whether a file that is called like a manual page begins like one: rotated logs are called so too.
fn begins_as_manual_page(path: &Path, name: &str) -> bool {
    let unpacked = File::open(path).and_then(Unpacked::open);
    let mut head = Vec::new();
    let Ok(unpacked) = unpacked else { return false };
    let name = compression::inner_name(name, unpacked.compression());
    let read = unpacked.take(8 << 10).read_to_end(&mut head);
    read.is_ok() && Format::detect(&String::from_utf8_lossy(&head), Some(&name)) == Format::Man
}

fn begins_as_text(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(1024).read_to_end(&mut head));
    read.is_ok() && !head.is_empty() && super::signature::refusal(&head).is_none()
}

/// Orders a directory's own files before those of the directories in it.
fn by_directory_then_name(one: &Path, other: &Path) -> Ordering {
    let mut these = one.components().peekable();
    let mut those = other.components().peekable();
    loop {
        let (Some(this), Some(that)) = (these.next(), those.next()) else {
            return these.count().cmp(&those.count());
        };
        let (this_is_file, that_is_file) = (these.peek().is_none(), those.peek().is_none());
        let order = that_is_file
            .cmp(&this_is_file)
            .then_with(|| natural::compare(&this.as_os_str().to_string_lossy(), &that.as_os_str().to_string_lossy()));
        if order.is_ne() {
            return order;
        }
        if this_is_file {
            return Ordering::Equal;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn finds_articles_in_reading_order() {
        let dir = tempfile::tempdir().unwrap();
        let files = [
            "chapter 10.md",
            "chapter 2.md",
            "Chapter 1.txt",
            "README",
            "LICENSE.png",
            "notes",
            "LICENSE",
            ".hidden.md",
            "part/a.json",
            "part/b.txt.gz",
            "part/old.tar.gz",
            "target/debug/x.txt",
            "node_modules/y/README.md",
            ".git/z.md",
        ];
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "some words\n").unwrap();
        }
        fs::write(dir.path().join("PROGRAM"), b"\x7fELF\x02\x01\x01\0\0").unwrap();
        let found = articles_in(dir.path()).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.strip_prefix(dir.path()).unwrap().to_str().unwrap()).collect();
        let expected =
            ["Chapter 1.txt", "chapter 2.md", "chapter 10.md", "LICENSE", "README", "part/a.json", "part/b.txt.gz"];
        assert_eq!(names, expected);
    }

    #[test]
    fn says_what_cannot_be_opened() {
        let dir = tempfile::tempdir().unwrap();
        let error = articles_in(&dir.path().join("missing")).unwrap_err();
        assert!(error.to_string().ends_with("missing`: it does not exist"), "{error}");
    }
}
