//! The XML of a book's own files (container, package, navigation), read leniently: what is damaged is passed over.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use quick_xml::Reader;
use quick_xml::escape::{resolve_html5_entity, unescape_with};
use quick_xml::events::{BytesStart, Event};

use crate::format::charset::declared_in_markup;

/// After how many places that are no XML the rest is given up: finding the next good one takes time.
const MOST_DAMAGE: u32 = 100;

/// A piece of XML.
#[derive(Debug)]
pub enum Piece<'a> {
    Open(Element<'a>),
    /// An element's end, by its name without a prefix. Empty elements have one too.
    Close(String),
    Text(Cow<'a, str>),
}

/// An element's start.
#[derive(Debug)]
pub struct Element<'a> {
    /// Its name, without a prefix.
    pub name: String,
    start: BytesStart<'a>,
}

impl Element<'_> {
    /// Returns the value of an attribute, by its name without a prefix.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let found = self
            .start
            .html_attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref().eq_ignore_ascii_case(name))?;
        Some(unescaped(&found.value).into_owned())
    }

    /// Returns whether an attribute has `word` among its words.
    pub fn has_word(&self, name: &str, word: &str) -> bool {
        self.attribute(name).is_some_and(|value| value.split_ascii_whitespace().any(|found| found == word))
    }
}

/// The pieces of a text that should be XML.
pub struct Pieces<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// Where in the text the reader began.
    start: usize,
    n_damaged: u32,
    pending_end: Option<String>,
}

impl<'a> Pieces<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, reader: reader(text), start: 0, n_damaged: 0, pending_end: None }
    }

    /// Returns how many places were no XML.
    pub fn n_damaged(&self) -> u32 {
        self.n_damaged
    }

    /// Goes on after what could not be read, at the next tag.
    fn go_on(&mut self) -> bool {
        self.n_damaged += 1;
        let at = self.start + usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
        let after = self.text.floor_char_boundary(at.saturating_add(1)).max(self.start + 1);
        let next = self.text.get(after..).and_then(|rest| Some(after + rest.find('<')?));
        match next {
            Some(next) if self.n_damaged < MOST_DAMAGE => {
                self.start = next;
                self.reader = reader(self.text.get(next..).unwrap_or_default());
                true
            }
            _ => false,
        }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(name) = self.pending_end.take() {
            return Some(Piece::Close(name));
        }
        loop {
            match self.reader.read_event() {
                Ok(Event::Start(start)) => return Some(Piece::Open(element(start))),
                Ok(Event::Empty(start)) => {
                    let element = element(start);
                    self.pending_end = Some(element.name.clone());
                    return Some(Piece::Open(element));
                }
                Ok(Event::End(end)) => return Some(Piece::Close(end.local_name().as_ref().to_owned())),
                Ok(Event::Text(text)) => return Some(Piece::Text(text.into_inner())),
                Ok(Event::CData(text)) => return Some(Piece::Text(text.into_inner())),
                Ok(Event::GeneralRef(name)) => {
                    let raw = format!("&{};", name.into_inner());
                    return Some(Piece::Text(unescaped(&raw).into_owned().into()));
                }
                Ok(Event::Eof) => return None,
                Ok(_) => {}
                Err(_) if self.go_on() => {}
                Err(_) => return None,
            }
        }
    }
}

fn element(start: BytesStart<'_>) -> Element<'_> {
    Element { name: start.local_name().as_ref().to_owned(), start }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// Returns a text with its entities, HTML's among them, turned into what they stand for; as it is if one is unknown.
fn unescaped(raw: &str) -> Cow<'_, str> {
    unescape_with(raw, resolve_html5_entity).unwrap_or(Cow::Borrowed(raw))
}

/// Returns a file's text, and how many places in it were not in its encoding: as a mark says it, else UTF-8 where it
/// is valid, else as its declaration says it.
pub fn decoded(bytes: &[u8]) -> (String, u32) {
    let (encoding, bom_length) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, length),
        None if !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok() => (UTF_8, 0),
        None => (declared(bytes).unwrap_or(UTF_8), 0),
    };
    let bytes = bytes.get(bom_length..).unwrap_or_default();
    let encoding = if encoding == UTF_8 && is_mostly_foreign(bytes) { WINDOWS_1252 } else { encoding };
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    let n_errors = if has_errors { text.matches('\u{FFFD}').count() } else { 0 };
    (text.into_owned(), u32::try_from(n_errors).unwrap_or(u32::MAX))
}

/// Returns the encoding that an XML declaration or a `meta` element near the beginning names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.starts_with(b"<\0") {
        return Some(encoding_rs::UTF_16LE);
    }
    if bytes.starts_with(b"\0<") {
        return Some(encoding_rs::UTF_16BE);
    }
    declared_in_markup(bytes)
}

/// Returns whether bytes that are not ASCII are seldom UTF-8.
fn is_mostly_foreign(bytes: &[u8]) -> bool {
    let (mut n_good, mut n_bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        n_good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        n_bad += usize::from(!chunk.invalid().is_empty());
    }
    n_bad > n_good
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, n_damaged: u32) {
        let mut pieces = Pieces::new(text);
        let mut seen = String::new();
        for piece in pieces.by_ref() {
            match piece {
                Piece::Open(element) => {
                    seen.push_str(&format!("<{}{}>", element.name, element.attribute("id").unwrap_or_default()));
                }
                Piece::Close(name) => seen.push_str(&format!("</{name}>")),
                Piece::Text(text) => seen.push_str(&text),
            }
        }
        assert_eq!((seen.as_str(), pieces.n_damaged()), (expected, n_damaged), "{text}");
    }

    #[test]
    fn reads_what_is_well_formed() {
        check(
            "<?xml version=\"1.0\"?><a x:id='1'>b<c/>&amp;&#8217;&nbsp;<![CDATA[<d>]]></a>",
            "<a1>b<c></c>&’\u{a0}<d></a>",
            0,
        );
        check("<opf:item opf:id=\"&quot;&eacute;\" />", "<item\"é></item>", 0);
    }

    #[test]
    fn goes_on_after_damage() {
        check("<a><b></a></c>d & e &unknown; f", "<a><b></a></c>d & e &unknown; f", 0);
        check("<a id=1 id=2><b id='x>y</a>", "<a1></a>", 1);
        check("<a></a><!-- open <b/>", "<a></a><b></b>", 1);
        check("<a>\u{0}\u{1}</a", "<a>\u{0}\u{1}", 1);
    }

    #[test]
    fn gives_up_after_much_damage() {
        let mut pieces = Pieces::new("<!-- ");
        assert!(pieces.next().is_none());
        let many = "<!-- ".repeat(10_000);
        let mut pieces = Pieces::new(&many);
        assert_eq!(pieces.by_ref().count(), 0);
        assert_eq!(pieces.n_damaged(), MOST_DAMAGE);
    }

    #[test]
    fn finds_the_encoding() {
        let check = |bytes: &[u8], text: &str, n_errors| assert_eq!(decoded(bytes), (text.to_owned(), n_errors));
        check("<a>é</a>".as_bytes(), "<a>é</a>", 0);
        check(b"\xef\xbb\xbf<a/>", "<a/>", 0);
        check(b"<?xml version='1.0' encoding='iso-8859-1'?>\xe9", "<?xml version='1.0' encoding='iso-8859-1'?>é", 0);
        check(b"\xe9t\xe9", "été", 0);
        check("ééé".as_bytes().iter().copied().chain([b' ', 0xff]).collect::<Vec<_>>().as_slice(), "ééé \u{FFFD}", 1);
        check(&"<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), "<a/>", 0);
    }
}
