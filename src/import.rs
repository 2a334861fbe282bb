//! Imports: what other programs export of a library, as articles and highlights of our own.
//!
//! [`detect`] tells whose export some files are, by what is in them; [`import`] takes what can be taken, record by record,
//! and tells of each record that cannot be taken where it stands, what it was and why. All that comes in is cleaned here.
//! Nothing is read from disk, unpacked or stored; that, and whether an article is in the library already, is for others.
//!
//! A highlight whose place in the text is not known, because no text is at hand, is an orphan at offset 0: it is found by
//! its words when the article is opened. A note about the whole article is a highlight of no words. Its uid is made of what
//! names it in the export, so that the same export taken twice gives the same highlights.

mod annotations;
mod gather;
mod kindle;
mod links;
mod omnivore;
mod records;
mod servers;
mod sheets;

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use encoding_rs::Encoding;
use jiff::Timestamp;

use crate::annotation::Annotated;
use gather::{Gather, Progress};

/// One of the files of an export: all of it, or what is in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    /// Its path in the archive, or its name.
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// Whose export it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// W3C Web Annotations, recto's own among them.
    Annotations,
    /// Annotations as the API of Hypothesis gives them.
    Hypothesis,
    /// The table of links that Pocket gave in 2025, with highlights beside it.
    Pocket,
    /// The page of links that it gave before (`ril_export.html`).
    PocketPage,
    Instapaper,
    Omnivore,
    Readeck,
    Wallabag,
    /// Bookmarks as browsers export them (`NETSCAPE-Bookmark-file-1`).
    Bookmarks,
    /// Kindle's `My Clippings.txt`.
    Kindle,
    /// Highlights as Readwise takes them.
    Readwise,
}

impl Origin {
    pub const ALL: [Self; 11] = [
        Self::Annotations,
        Self::Hypothesis,
        Self::Pocket,
        Self::PocketPage,
        Self::Instapaper,
        Self::Omnivore,
        Self::Readeck,
        Self::Wallabag,
        Self::Bookmarks,
        Self::Kindle,
        Self::Readwise,
    ];

    /// Returns the name by which it is asked for and told of.
    pub fn name(self) -> &'static str {
        match self {
            Self::Annotations => "w3c",
            Self::Hypothesis => "hypothesis",
            Self::Pocket => "pocket",
            Self::PocketPage => "pocket-html",
            Self::Instapaper => "instapaper",
            Self::Omnivore => "omnivore",
            Self::Readeck => "readeck",
            Self::Wallabag => "wallabag",
            Self::Bookmarks => "bookmarks",
            Self::Kindle => "kindle",
            Self::Readwise => "readwise",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

/// What came of an export.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    pub arrivals: Vec<Arrival>,
    pub refused: Vec<Refused>,
    /// Whether it was stopped before its end.
    pub is_stopped: bool,
}

/// An article that comes into the library.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arrival {
    /// A book has no address, only title and author.
    pub article: Annotated,
    /// What the export holds of its text.
    pub content: Option<Content>,
}

/// An article's text as an export holds it, not cleaned: what reads a format cleans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Html(String),
}

/// A record that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The file that it is in.
    pub file: String,
    pub place: Place,
    /// What it is: its address, title or first words.
    pub what: String,
    pub why: &'static str,
}

/// Where in a file something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Whole,
    /// A line, counted from 1.
    Line(u64),
    /// A record, counted from 1.
    Record(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("the whole file"),
            Self::Line(number) => write!(f, "line {number}"),
            Self::Record(number) => write!(f, "record {number}"),
        }
    }
}

/// Returns whose export the files are: that of the first that tells.
pub fn detect(files: &[File<'_>]) -> Option<Origin> {
    files.iter().find_map(|file| detect_text(&decoded(file.bytes)))
}

/// Takes what can be taken of an export; without an `origin`, each file is taken for what it looks like.
///
/// `now` stands for the times that an export does not tell. `on_progress` is told how many bytes are done, and of how
/// many; where it breaks, what was taken so far is returned.
pub fn import(
    files: &[File<'_>],
    origin: Option<Origin>,
    now: Timestamp,
    on_progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Imported {
    let n_bytes = files.iter().map(|file| file.bytes.len()).sum();
    let mut gather = Gather::new(now, Progress::new(n_bytes, on_progress));
    let mut beside = omnivore::Beside::of(files);
    for file in files {
        gather.enter(file);
        if beside.holds(file) {
            gather.leave();
            continue;
        }
        let text = decoded(file.bytes);
        match origin.filter(|_| files.len() == 1).or_else(|| detect_text(&text)) {
            Some(origin) => take(origin, &text, &mut gather, &mut beside),
            None if file.bytes.starts_with(b"PK") => {
                gather.refuse(Place::Whole, file.name, "it is an archive, and has to be unpacked first");
            }
            None => gather.refuse(Place::Whole, file.name, "it is no export that recto knows"),
        }
        gather.leave();
        if gather.is_stopped() {
            break;
        }
    }
    if !gather.is_stopped() {
        beside.refuse_rest(&mut gather);
    }
    gather.finish()
}

fn take(origin: Origin, text: &str, gather: &mut Gather<'_>, beside: &mut omnivore::Beside<'_>) {
    match origin {
        Origin::Annotations => annotations::take(text, gather),
        Origin::Hypothesis => annotations::take_hypothesis(text, gather),
        Origin::Pocket if text.trim_start().starts_with(['[', '{']) => servers::take_pocket_highlights(text, gather),
        Origin::Pocket => sheets::take_pocket(text, gather),
        Origin::PocketPage => links::take_pocket(text, gather),
        Origin::Instapaper => sheets::take_instapaper(text, gather),
        Origin::Omnivore => omnivore::take(text, gather, beside),
        Origin::Readeck => servers::take_readeck(text, gather),
        Origin::Wallabag => servers::take_wallabag(text, gather),
        Origin::Bookmarks => links::take_bookmarks(text, gather),
        Origin::Kindle => kindle::take(text, gather),
        Origin::Readwise => sheets::take_readwise(text, gather),
    }
}

fn detect_text(text: &str) -> Option<Origin> {
    let start = text.trim_start();
    if start.starts_with(['[', '{']) {
        return records::first(text).and_then(|record| {
            annotations::detect(&record).or_else(|| omnivore::detect(&record)).or_else(|| servers::detect(&record))
        });
    }
    if start.starts_with('<') {
        return links::detect(start);
    }
    sheets::detect(start).or_else(|| kindle::detect(start))
}

/// Returns the text of a file: by its byte order mark, else UTF-8.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0,
        None => String::from_utf8_lossy(bytes),
    }
}

#[cfg(test)]
mod tests;
