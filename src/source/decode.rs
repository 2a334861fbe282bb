//! Decoding: finds out what encoding bytes are in and turns them into text as they come.
//!
//! In order: a byte order mark; valid UTF-8; UTF-16 by its shape; what the source was told to be in, or declares; UTF-8
//! with a little damage; a guess from how the bytes are spread (chardetng), without the tags of a page, which are the same
//! in all of them. As long as only ASCII was seen the question stays open, so that one accented letter far
//! down in an old file still gets its encoding right.

use std::borrow::Cow;
use std::str;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::article::EncodingEvidence;
use crate::format::declared_charset;

/// Whole UTF-8 sequences that outweigh one broken one.
const SEQUENCES_TO_ONE_BROKEN: usize = 20;

/// A decoder that keeps its state between pieces of the source.
pub struct Decoder {
    encoding: &'static Encoding,
    evidence: EncodingEvidence,
    state: State,
    undecodable: u32,
    /// What the source declares, or was said to be in.
    declared: Option<&'static Encoding>,
}

enum State {
    /// Only ASCII so far: any encoding but UTF-16 may still come.
    Ascii,
    Utf8,
    Other {
        decoder: encoding_rs::Decoder,
        text: String,
    },
}

impl Decoder {
    /// Makes a decoder for a source that begins with `head`, and returns the length of its byte order mark.
    ///
    /// `told` is what those who sent it say that it is in; it counts for more than what the source says.
    pub fn for_head(head: &[u8], is_whole: bool, told: Option<&'static Encoding>) -> (Self, usize) {
        if let Some((encoding, bom_length)) = Encoding::for_bom(head) {
            return (Self::new(encoding, EncodingEvidence::ByteOrderMark), bom_length);
        }
        let declared = told.or_else(|| declared(head));
        if declared.is_some_and(|encoding| encoding == ISO_2022_JP) {
            return (Self::new(ISO_2022_JP, EncodingEvidence::Declared), 0);
        }
        if head.is_ascii() && !head.contains(&0) && !has_japanese_escape(head) {
            let ascii = Self { state: State::Ascii, declared, ..Self::new(UTF_8, EncodingEvidence::Valid) };
            return (ascii, 0);
        }
        let (encoding, evidence) = find(head, is_whole, declared);
        (Self::new(encoding, evidence), 0)
    }

    fn new(encoding: &'static Encoding, evidence: EncodingEvidence) -> Self {
        let state = if encoding == UTF_8 {
            State::Utf8
        } else {
            State::Other { decoder: encoding.new_decoder_without_bom_handling(), text: String::new() }
        };
        Self { encoding, evidence, state, undecodable: 0, declared: None }
    }

    /// Returns the encoding's name in the WHATWG standard.
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    pub fn evidence(&self) -> EncodingEvidence {
        self.evidence
    }

    /// Returns how many times bytes were no text, each shown as one U+FFFD.
    pub fn undecodable(&self) -> u32 {
        self.undecodable
    }

    /// Gives the text of `bytes` to `sink` and returns how many of them were used.
    ///
    /// The others, at most three, begin a character that the next call should bring whole.
    pub fn decode(&mut self, bytes: &[u8], is_last: bool, sink: &mut dyn FnMut(&str)) -> usize {
        if matches!(self.state, State::Ascii) {
            let n_ascii = bytes.iter().take_while(|byte| byte.is_ascii()).count();
            let (ascii, rest) = bytes.split_at_checked(n_ascii).unwrap_or((bytes, &[]));
            if let Ok(text) = str::from_utf8(ascii) {
                give(text, sink);
            }
            if rest.is_empty() {
                return bytes.len();
            }
            let (encoding, evidence) = find(rest, is_last, self.declared);
            *self = Self::new(encoding, evidence);
            return n_ascii + self.decode(rest, is_last, sink);
        }
        match &mut self.state {
            State::Ascii => bytes.len(),
            State::Utf8 => decode_utf8(bytes, is_last, &mut self.undecodable, sink),
            State::Other { decoder, text } => {
                decode_other(decoder, text, bytes, is_last, &mut self.undecodable, sink);
                bytes.len()
            }
        }
    }
}

/// Returns whether the bytes without a mark read as UTF-16.
pub fn is_utf16(head: &[u8]) -> bool {
    let marked = Encoding::for_bom(head).is_some_and(|(encoding, _)| encoding != UTF_8);
    marked || utf16_by_shape(head).is_some()
}

fn give(text: &str, sink: &mut dyn FnMut(&str)) {
    if !text.is_empty() {
        sink(text);
    }
}

fn decode_utf8(bytes: &[u8], is_last: bool, undecodable: &mut u32, sink: &mut dyn FnMut(&str)) -> usize {
    let mut n_used = 0;
    for chunk in bytes.utf8_chunks() {
        give(chunk.valid(), sink);
        n_used += chunk.valid().len();
        let invalid = chunk.invalid();
        if invalid.is_empty() {
            continue;
        }
        let at_end = n_used + invalid.len() == bytes.len();
        if at_end && !is_last && is_unfinished(invalid) {
            return n_used;
        }
        *undecodable = undecodable.saturating_add(1);
        sink("\u{fffd}");
        n_used += invalid.len();
    }
    n_used
}

/// Returns whether `bytes` could become a character if more came.
fn is_unfinished(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

fn decode_other(
    decoder: &mut encoding_rs::Decoder,
    text: &mut String,
    mut bytes: &[u8],
    is_last: bool,
    undecodable: &mut u32,
    sink: &mut dyn FnMut(&str),
) {
    text.clear();
    text.reserve(decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len()));
    loop {
        let (result, n_read) = decoder.decode_to_string_without_replacement(bytes, text, is_last);
        bytes = bytes.get(n_read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => text.reserve(bytes.len().max(64)),
            DecoderResult::Malformed(..) => {
                *undecodable = undecodable.saturating_add(1);
                text.reserve(16);
                text.push('\u{fffd}');
            }
        }
    }
    give(text, sink);
}

/// Finds the encoding of a source that begins with `head` and is not ASCII alone.
fn find(head: &[u8], is_whole: bool, declared: Option<&'static Encoding>) -> (&'static Encoding, EncodingEvidence) {
    let census = Utf8Census::of(head, is_whole);
    let has_nul = head.contains(&0);
    if census.n_broken == 0 && !has_nul && !has_japanese_escape(head) {
        return (UTF_8, EncodingEvidence::Valid);
    }
    if has_nul && let Some(encoding) = utf16_by_shape(head) {
        return (encoding, EncodingEvidence::Guessed);
    }
    if census.n_broken == 0 && has_nul {
        return (UTF_8, EncodingEvidence::Valid);
    }
    // UTF-8 that is declared and mostly true needs no guess; any other charset takes all bytes that come.
    let declared = declared.filter(|encoding| *encoding != UTF_8 || census.n_whole >= census.n_broken);
    if let Some(encoding) = declared {
        return (encoding, EncodingEvidence::Declared);
    }
    if census.n_broken > 0 && census.n_whole / SEQUENCES_TO_ONE_BROKEN >= census.n_broken {
        return (UTF_8, EncodingEvidence::Guessed);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&without_tags(head), is_whole);
    (detector.guess(None, Utf8Detection::Deny), EncodingEvidence::Guessed)
}

/// Returns the charset that a page declares. One that writes ASCII in two bytes cannot be declared in ASCII.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(declared_charset(head)?.as_bytes())?;
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

/// Returns what a page has between its tags: those and its scripts are ASCII whatever its charset is, and hide how its
/// other bytes are spread.
fn without_tags(head: &[u8]) -> Cow<'_, [u8]> {
    let begins = head.iter().find(|byte| !byte.is_ascii_whitespace());
    if begins != Some(&b'<') || has_japanese_escape(head) {
        return Cow::Borrowed(head);
    }
    let mut text = Vec::with_capacity(head.len());
    let mut rest = head;
    while let Some(open) = memchr::memchr(b'<', rest) {
        let (words, tag) = rest.split_at_checked(open).unwrap_or((rest, &[]));
        text.extend_from_slice(words);
        text.push(b' ');
        // A `<` or `>` is never the second byte of a character in the charsets of East Asia.
        let close = memchr::memchr(b'>', tag).map_or(tag.len(), |close| close + 1);
        rest = tag.get(close..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}

/// Returns whether ISO-2022-JP's switch to two-byte characters is there: its only sign, since its bytes are ASCII.
fn has_japanese_escape(head: &[u8]) -> bool {
    head.windows(3).any(|window| matches!(window, b"\x1b$B" | b"\x1b$@"))
}

/// How many sequences of more than one byte are whole, and how many are broken.
struct Utf8Census {
    n_whole: usize,
    n_broken: usize,
}

impl Utf8Census {
    fn of(head: &[u8], is_whole: bool) -> Self {
        let mut census = Self { n_whole: 0, n_broken: 0 };
        let mut n_seen = 0;
        for chunk in head.utf8_chunks() {
            census.n_whole += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
            n_seen += chunk.valid().len() + chunk.invalid().len();
            let cut_off = !is_whole && n_seen == head.len() && is_unfinished(chunk.invalid());
            census.n_broken += usize::from(!chunk.invalid().is_empty() && !cut_off);
        }
        census
    }
}

/// Returns UTF-16 in the order in which `head` reads as text, if it does in one.
fn utf16_by_shape(head: &[u8]) -> Option<&'static Encoding> {
    let little = plainness(head, u16::from_le_bytes);
    let big = plainness(head, u16::from_be_bytes);
    match (little, big) {
        (Some(little), Some(big)) if big > little => Some(UTF_16BE),
        (None, Some(_)) => Some(UTF_16BE),
        (Some(_), _) => Some(UTF_16LE),
        (None, None) => None,
    }
}

/// Returns how many spaces, line ends, letters of ASCII and kana the units are, or `None` if they are no text.
fn plainness(head: &[u8], unit: fn([u8; 2]) -> u16) -> Option<usize> {
    let (pairs, _) = head.as_chunks::<2>();
    let mut n_plain = 0;
    let mut n_odd = 0;
    let mut n_chars = 0;
    let last = pairs.len().saturating_sub(1);
    for (idx, decoded) in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))).enumerate() {
        n_chars += 1;
        match decoded {
            Ok('\t' | '\n' | '\r' | ' '..='~' | '\u{3000}'..='\u{30ff}') => n_plain += 1,
            Ok('\u{feff}' | '\u{c}') => {}
            Ok(c) if c.general_category_group() == GeneralCategoryGroup::Other => n_odd += 1,
            Ok(_) => {}
            // The head may end between a pair of surrogates.
            Err(_) if idx + 1 >= last => {}
            Err(_) => return None,
        }
    }
    (n_plain > 0 && n_odd * 100 <= n_chars).then_some(n_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes `bytes` in pieces of `piece` bytes, as a stream would bring them.
    fn decode(bytes: &[u8], piece: usize) -> (String, &'static str, u32) {
        let head = bytes.get(..bytes.len().min(piece.max(64))).unwrap_or_default();
        let (mut decoder, bom_length) = Decoder::for_head(head, head.len() == bytes.len(), None);
        let mut text = String::new();
        let mut waiting = Vec::new();
        let body = bytes.get(bom_length..).unwrap_or_default();
        let mut pieces = body.chunks(piece).peekable();
        while let Some(part) = pieces.next() {
            waiting.extend_from_slice(part);
            let n_used = decoder.decode(&waiting, pieces.peek().is_none(), &mut |part| text.push_str(part));
            waiting.drain(..n_used);
        }
        (text, decoder.encoding(), decoder.undecodable())
    }

    fn check(bytes: &[u8], text: &str, encoding: &str, n_undecodable: u32) {
        for piece in [3, 64, 1 << 16] {
            assert_eq!(
                decode(bytes, piece),
                (text.to_owned(), encoding_name(encoding), n_undecodable),
                "pieces of {piece}"
            );
        }
    }

    fn encoding_name(name: &str) -> &'static str {
        Encoding::for_label(name.as_bytes()).map_or("?", Encoding::name)
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn keeps_utf8() {
        check(b"", "", "UTF-8", 0);
        check(b"plain", "plain", "UTF-8", 0);
        check("Ünïcode, 日本語, 🦀.".as_bytes(), "Ünïcode, 日本語, 🦀.", "UTF-8", 0);
        check(b"\xef\xbb\xbfmarked \xc3\xa9", "marked é", "UTF-8", 0);
    }

    #[test]
    fn forgives_a_little_damage() {
        let good = "Größe für Öl, schön. ".repeat(20);
        let damaged = [good.as_bytes(), b"\xff", good.as_bytes()].concat();
        check(&damaged, &format!("{good}\u{fffd}{good}"), "UTF-8", 1);
        check(&[good.as_bytes(), b"\xe2\x82"].concat(), &format!("{good}\u{fffd}"), "UTF-8", 1);
    }

    #[test]
    fn reads_utf16_with_and_without_a_mark() {
        for text in ["A few plain words.\nAnother line.\n", "これは日本語の文章です。\n次の行。\n", "Привет, мир\n"]
        {
            let marked = format!("\u{feff}{text}");
            check(&utf16(&marked, u16::to_le_bytes), text, "UTF-16LE", 0);
            check(&utf16(&marked, u16::to_be_bytes), text, "UTF-16BE", 0);
            check(&utf16(text, u16::to_le_bytes), text, "UTF-16LE", 0);
            check(&utf16(text, u16::to_be_bytes), text, "UTF-16BE", 0);
        }
    }

    #[test]
    fn guesses_old_charsets() {
        let russian = "Это обычный русский текст, в котором достаточно слов, чтобы узнать его кодировку. ".repeat(4);
        let german = "Die Größe der Bäume überrascht; schöne Grüße, und überall süße Äpfel. ".repeat(4);
        let japanese = "これは文字コードを調べるための日本語の文章です。漢字とかなが混ざっています。".repeat(4);
        for (text, label) in [(&russian, "koi8-u"), (&russian, "windows-1251"), (&german, "windows-1252")] {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8);
            check_guess(&encoding.encode(text).0, text, label);
        }
        for label in ["shift_jis", "euc-jp"] {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8);
            check_guess(&encoding.encode(&japanese).0, &japanese, label);
        }
    }

    fn check_guess(bytes: &[u8], text: &str, encoding: &str) {
        assert_eq!(decode(bytes, 1 << 16), (text.to_owned(), encoding_name(encoding), 0));
    }

    #[test]
    fn believes_what_a_page_declares() {
        let page = |label: &str| format!("<!doctype html><meta charset={label}><p>Größe und Maß</p><p>a</p>");
        let encoded = |label: &str, text: &str| {
            Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8).encode(text).0.into_owned()
        };
        for label in ["macintosh", "windows-1257", "iso-8859-15"] {
            check_guess(&encoded(label, &page(label)), &page(label), label);
        }
        // UTF-8 is seen for what it is; UTF-16 cannot be declared so.
        check_guess(page("iso-8859-1").as_bytes(), &page("iso-8859-1"), "utf-8");
        check_guess(page("utf-16").as_bytes(), &page("utf-16"), "utf-8");
        let broken = encoded("windows-1252", &page("utf-8"));
        assert_eq!(decode(&broken, 1 << 16).1, "windows-1252");
        // Declared far before the first byte that is not ASCII.
        let late = format!("<!doctype html><meta charset=koi8-r>{}<p>Да</p>", "<p>ascii</p>".repeat(40));
        assert_eq!(decode(&encoded("koi8-r", &late), 512).0, late);
        // Who sent it knows better.
        let bytes = encoded("windows-1251", "<!doctype html><meta charset=koi8-r><p>Да</p>");
        let told = Encoding::for_label(b"windows-1251");
        assert_eq!(Decoder::for_head(&bytes, true, told).0.encoding(), "windows-1251");
    }

    #[test]
    fn leaves_the_question_open_while_all_is_ascii() {
        let plain = "Plain words that say nothing about their charset. ".repeat(40);
        let late = [plain.as_bytes(), b"Gr\xfc\xdfe aus K\xf6ln, sch\xf6ne Gr\xfc\xdfe"].concat();
        let (text, encoding, _) = decode(&late, 512);
        assert_eq!(encoding, "windows-1252");
        assert!(text.ends_with("Grüße aus Köln, schöne Grüße"));
    }
}
