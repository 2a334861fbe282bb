//! The pictures that a FictionBook holds in itself, found in the file's bytes: the rest of it need not be read for them.

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;

/// The most pictures that are found.
const MOST: usize = 20_000;

/// The longest tag that is looked into, in bytes.
const LONGEST_TAG: usize = 1024;

/// A book's bytes, and where its pictures are in them.
#[derive(Debug)]
pub struct Binaries {
    bytes: Vec<u8>,
    places: HashMap<String, Range<usize>>,
}

impl Binaries {
    /// Finds the pictures in a book.
    pub fn of(bytes: Vec<u8>) -> Self {
        let mut places = HashMap::new();
        for start in memmem::find_iter(&bytes, b"<binary").take(MOST) {
            let tag = bytes.get(start..bytes.len().min(start + LONGEST_TAG)).unwrap_or_default();
            let Some(end) = memchr::memchr(b'>', tag) else { continue };
            let Some(id) = tag.get(..end).and_then(id_in) else { continue };
            let body = start + end + 1;
            let rest = bytes.get(body..).unwrap_or_default();
            // Base64 holds no sign of mark-up.
            let length = memchr::memchr(b'<', rest).unwrap_or(rest.len());
            places.entry(id).or_insert(body..body + length);
        }
        Self { bytes, places }
    }

    /// Returns what the picture called `id` holds, in base64.
    pub fn packed(&self, id: &str) -> Option<&[u8]> {
        self.bytes.get(self.places.get(id)?.clone())
    }
}

/// Returns the `id` that a tag gives.
fn id_in(tag: &[u8]) -> Option<String> {
    let tag = String::from_utf8_lossy(tag);
    let is_name = |at: &usize| tag.get(..*at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_whitespace()));
    let (at, _) = tag.match_indices("id").find(|(at, _)| is_name(at))?;
    let value = tag.get(at + 2..)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split_once(quote).map(|(id, _)| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_by_their_ids() {
        let check = |text: &str, id: &str, expected: Option<&str>| {
            let found = Binaries::of(text.as_bytes().to_vec());
            assert_eq!(found.packed(id), expected.map(str::as_bytes), "{id} in {text}");
        };
        let book = "<p/><binary id=\"a.png\" content-type=\"image/png\">QQ\n==</binary>\
                    <binary content-type='image/jpeg' id = 'b.jpg'>Qg</binary><binary id=\"a.png\">Qw</binary>";
        check(book, "a.png", Some("QQ\n=="));
        check(book, "b.jpg", Some("Qg"));
        check(book, "c.jpg", None);
        check("<binary id=\"cut\">QUJD", "cut", Some("QUJD"));
        check("<binary id=\"cut", "cut", None);
        check("<binary guid=\"x\">QUJD</binary><binary id=x>", "x", None);
        check("<binary", "", None);
    }
}
