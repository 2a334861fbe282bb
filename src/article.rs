//! Articles: what can be read (immutable), and what the reader did with it (status), kept apart.
//!
//! Where an article comes from is a [`Locator`], plain data that only the outside wing opens.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};

use crate::document::Document;
use crate::text::clean;

/// How fast a reader is taken to read. Brysbaert (2019) found a mean of 238 for English non-fiction.
pub const WORDS_PER_MINUTE: u64 = 238;

/// How wide the name of a file in an archive is told at most, in cells.
const WIDEST_NAME: usize = 120;

/// Where an article's bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Locator {
    /// One of the articles that ship with recto, by its file name in assets/.
    Bundled(&'static str),
    File(PathBuf),
    /// A file in an archive, by its path there.
    Member {
        archive: PathBuf,
        name: String,
    },
    /// A manual page, found by its name.
    Manual(ManualPage),
    /// A page on the web, by its address, cleaned.
    Web(String),
    /// A copy in the library of what could be read once only, by its article's number there.
    Kept(i64),
    /// What changed in the library's article of this number, from the version that was read before.
    Changes(i64),
    /// Standard input, read once.
    Stdin,
}

/// A manual page's name and, where it is told, its section.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ManualPage {
    pub name: String,
    pub section: Option<String>,
}

impl ManualPage {
    /// Reads `name`, `name(section)` or `name.section`.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let in_brackets = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
        match in_brackets.or_else(|| text.rsplit_once('.')) {
            Some((name, section)) if !name.is_empty() && is_manual_section(section) => {
                Self { name: name.to_owned(), section: Some(section.to_owned()) }
            }
            _ => Self { name: text.to_owned(), section: None },
        }
    }
}

impl fmt::Display for ManualPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.section {
            Some(section) => write!(f, "{}({section})", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Returns whether `text` is a manual's section: a digit and a few letters, or `n` or `l`.
pub fn is_manual_section(text: &str) -> bool {
    let mut bytes = text.bytes();
    match bytes.next() {
        Some(b'0'..=b'9') => text.len() <= 5 && bytes.all(|byte| byte.is_ascii_alphanumeric()) && text != "0",
        Some(b'n' | b'l') => text.len() == 1,
        _ => false,
    }
}

impl Locator {
    /// Returns the text by which it is stored, from which [`Locator::from_key`] makes it again. None for what can be
    /// read once only.
    pub fn key(&self) -> Option<String> {
        Some(match self {
            Self::Bundled(name) => format!("recto:{name}"),
            Self::File(path) => format!("file:{}", escaped(path.as_os_str())),
            Self::Member { archive, name } => {
                format!("zip:{}!{}", escaped(archive.as_os_str()), escaped(name.as_ref()))
            }
            Self::Manual(page) => format!("man:{page}"),
            Self::Web(address) => address.clone(),
            Self::Kept(number) => format!("kept:{number}"),
            Self::Changes(_) | Self::Stdin => return None,
        })
    }

    /// Makes a locator of its [`key`](Locator::key); `bundled` are the names of the articles that ship with recto.
    pub fn from_key(key: &str, bundled: impl IntoIterator<Item = &'static str>) -> Option<Self> {
        let (scheme, rest) = key.split_once(':')?;
        match scheme {
            "recto" => bundled.into_iter().find(|name| *name == rest).map(Self::Bundled),
            "file" => Some(Self::File(PathBuf::from(unescaped(rest)))),
            "zip" => {
                let (archive, name) = rest.split_once('!')?;
                let name = unescaped(name).into_string().ok()?;
                Some(Self::Member { archive: PathBuf::from(unescaped(archive)), name })
            }
            "man" => Some(Self::Manual(ManualPage::parse(rest))),
            "kept" => rest.parse().ok().map(Self::Kept),
            "http" | "https" if rest.starts_with("//") => clean::clean_address(key).map(Self::Web),
            _ => None,
        }
    }

    /// Returns the last part of the name, which tells a format by its extension.
    pub fn file_name(&self) -> Option<&str> {
        match self {
            Self::Bundled(name) => Some(name),
            Self::File(path) => path.file_name().and_then(|name| name.to_str()),
            Self::Member { name, .. } => name.rsplit('/').next(),
            Self::Manual(_) | Self::Web(_) | Self::Kept(_) | Self::Changes(_) | Self::Stdin => None,
        }
    }
}

/// What does not stand in a key for itself, beside all that is not ASCII.
const ESCAPED_IN_KEYS: &AsciiSet = &CONTROLS.add(b'%').add(b'!');

fn escaped(name: &OsStr) -> String {
    percent_encode(name.as_encoded_bytes(), ESCAPED_IN_KEYS).to_string()
}

fn unescaped(key: &str) -> OsString {
    OsString::from_vec(percent_decode_str(key).collect())
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled(name) => write!(f, "recto:{name}"),
            Self::File(path) => path.display().fmt(f),
            Self::Member { archive, name } => {
                write!(f, "{}/{}", archive.display(), clean::clean_line(name, WIDEST_NAME))
            }
            Self::Manual(page) => write!(f, "man:{page}"),
            Self::Web(address) => f.write_str(address),
            Self::Kept(number) => write!(f, "kept:{number}"),
            Self::Changes(number) => write!(f, "changes in kept:{number}"),
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
    /// The source declares it, in a tag of its own or as it is sent.
    Declared,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locators_are_made_again_of_their_keys() {
        let check = |locator: Locator, key: &str| {
            assert_eq!(locator.key().as_deref(), Some(key));
            assert_eq!(Locator::from_key(key, ["tour.md"]), Some(locator));
        };
        check(Locator::Bundled("tour.md"), "recto:tour.md");
        check(Locator::File(PathBuf::from("/a b/100%!.md")), "file:/a b/100%25%21.md");
        check(Locator::File(PathBuf::from(OsString::from_vec(b"/caf\xe9".to_vec()))), "file:/caf%E9");
        let (archive, name) = (PathBuf::from("/a.zip"), "é/b.html".to_owned());
        check(Locator::Member { archive, name }, "zip:/a.zip!%C3%A9/b.html");
        check(Locator::Manual(ManualPage::parse("ls(1)")), "man:ls(1)");
        check(Locator::Kept(7), "kept:7");
        check(Locator::Web("https://weir.example/a?b=c".to_owned()), "https://weir.example/a?b=c");
        assert_eq!(Locator::from_key("kept:x", []), None);
        assert_eq!(Locator::Stdin.key(), None);
        assert_eq!(Locator::from_key("recto:gone.md", ["tour.md"]), None);
        assert_eq!(Locator::from_key("nothing", ["tour.md"]), None);
    }

    #[test]
    fn manual_pages_are_named_in_three_ways() {
        let check = |text: &str, name: &str, section: Option<&str>| {
            let page = ManualPage { name: name.to_owned(), section: section.map(str::to_owned) };
            assert_eq!(ManualPage::parse(text), page, "{text}");
        };
        check("ls", "ls", None);
        check("printf(3)", "printf", Some("3"));
        check("printf.3p", "printf", Some("3p"));
        check("systemd.exec", "systemd.exec", None);
        check("systemd.exec(5)", "systemd.exec", Some("5"));
        check("x(y)", "x(y)", None);
        check(".1", ".1", None);
    }
}
