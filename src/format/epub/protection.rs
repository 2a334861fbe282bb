//! Protection: which files of a book are encrypted, and by whose scheme.
//!
//! Books whose protection was taken off often keep its files, so being listed is not enough: what counts is whether
//! the bytes are mark-up.

use std::collections::HashSet;
use std::io::{Read, Seek};

use super::MOST_XML;
use super::xml::{Piece, Pieces, decoded};
use crate::error::Error;
use crate::format::archive::{Archive, inside};

/// Ways in which fonts are made useless outside their book. They hide no text.
const FONT_OBFUSCATION: [&str; 2] = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

/// How far into a file mark-up is looked for, in bytes.
const BEGINNING: usize = 1024;

/// What is protected in a book.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Protection {
    /// What the scheme is called.
    scheme: Option<&'static str>,
    /// The paths of the files that are said to be encrypted.
    locked: HashSet<String>,
}

impl Protection {
    /// Reads what the book's own files say, from the folder `root` of the archive.
    pub fn of<R: Read + Seek>(archive: &mut Archive<R>, root: &str) -> Self {
        let mut text_of = |name: &str| {
            let taken = archive.read(&format!("{root}META-INF/{name}"), MOST_XML).ok()?;
            Some(decoded(&taken.bytes).0)
        };
        let mut found = Self::default();
        if let Some(text) = text_of("encryption.xml") {
            found.locked = locked(&text, root);
        }
        let rights = text_of("rights.xml");
        found.scheme = if text_of("license.lcpl").is_some() {
            Some("Readium LCP")
        } else if text_of("sinf.xml").is_some() {
            Some("Apple FairPlay")
        } else {
            rights.map(
                |rights| {
                    if rights.contains("ns.adobe.com/adept") { "Adobe ADEPT" } else { "its shop's own scheme" }
                },
            )
        };
        found
    }

    /// Returns whether the bytes of the file at `path` are encrypted.
    pub fn locks(&self, path: &str, bytes: &[u8]) -> bool {
        (self.scheme.is_some() || self.locked.contains(path)) && !bytes.is_empty() && !is_markup(bytes)
    }

    /// Returns the error that says why the book cannot be read.
    pub fn refusal(&self) -> Error {
        let by = self.scheme.map(|scheme| format!(" by {scheme}")).unwrap_or_default();
        Error::new(format!("the book is protected{by} (DRM): its text is encrypted"))
            .hint("Only the programs that its seller or library names can open it")
    }
}

/// Returns the files that are listed as encrypted, but for fonts.
fn locked(text: &str, root: &str) -> HashSet<String> {
    let mut locked = HashSet::new();
    let mut is_font = false;
    for piece in Pieces::new(text) {
        let Piece::Open(element) = piece else { continue };
        match element.name.as_str() {
            "EncryptedData" => is_font = false,
            "EncryptionMethod" => {
                // A key's method is told inside; the data's own comes first.
                let method = element.attribute("Algorithm").unwrap_or_default();
                is_font |= FONT_OBFUSCATION.contains(&method.as_str());
            }
            "CipherReference" if !is_font => {
                let uri = element.attribute("URI").unwrap_or_default();
                let path = percent_encoding::percent_decode_str(&uri).decode_utf8_lossy().into_owned();
                locked.insert(inside(&format!("{root}/{path}")));
            }
            _ => {}
        }
    }
    locked
}

/// Returns whether the bytes begin as mark-up does, in any encoding.
fn is_markup(bytes: &[u8]) -> bool {
    let beginning = bytes.get(..BEGINNING.min(bytes.len())).unwrap_or_default();
    let n_odd = beginning.iter().filter(|byte| matches!(byte, 1..=8 | 14..=31)).count();
    beginning.contains(&b'<') && n_odd * 50 <= beginning.len()
}
