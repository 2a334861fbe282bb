//! Articles: what can be read (immutable), and what the reader did with it (status), kept apart.
//!
//! Where an article comes from is a [`Locator`], plain data that only the outside wing opens.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::document::Document;

/// How fast a reader is taken to read. Brysbaert (2019) found a mean of 238 for English non-fiction.
pub const WORDS_PER_MINUTE: u64 = 238;

/// Where an article's bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Locator {
    /// One of the articles that ship with recto, by its file name in assets/.
    Bundled(&'static str),
    File(PathBuf),
    /// Standard input, read once.
    Stdin,
}

impl Locator {
    /// Returns the last part of the name, which tells a format by its extension.
    pub fn file_name(&self) -> Option<&str> {
        match self {
            Self::Bundled(name) => Some(name),
            Self::File(path) => path.file_name().and_then(|name| name.to_str()),
            Self::Stdin => None,
        }
    }
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled(name) => write!(f, "recto:{name}"),
            Self::File(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

/// An article as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    pub locator: Locator,
    pub document: Arc<Document>,
    pub facts: Facts,
}

/// What was found out, or assumed, about a source while it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The format's name, as `--format` takes it.
    pub format: &'static str,
    /// The encoding's name in the WHATWG standard; empty where each part has its own.
    pub encoding: &'static str,
    pub encoding_by: EncodingEvidence,
    pub compression: Option<Compression>,
    /// Bytes read from the source, before decompression.
    pub bytes: u64,
}

/// Why an encoding was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EncodingEvidence {
    /// The bytes are valid UTF-8.
    #[default]
    Valid,
    ByteOrderMark,
    /// Guessed from how the bytes are spread.
    Guessed,
    /// The format tells it for each of its parts.
    Inside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    Zstd,
}
