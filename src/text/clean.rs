//! Makes foreign text harmless: no control, escape, invisible or direction-changing character, and no pile of marks,
//! comes out of here.
//!
//! What is kept of a character depends on it and on what has already been kept, never on what was removed; so
//! cleaning clean text changes nothing. What each character is, is told in `class`; what
//! becomes of it among others, in `cleaner`; where escape sequences end, in `escape`. Decoding bytes and laying out text are for others.

mod class;
mod cleaner;
mod escape;
mod run;

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use class::{Class, classify, is_plain};
use cleaner::Cleaner;
use run::run_end;

/// The longest web address that is kept, in bytes: what every browser still takes.
pub const MAX_ADDRESS_BYTES: usize = 2083;
/// The columns between two tab stops in text that keeps its lines.
pub const TAB_STOP: usize = 8;

/// How white space and direction controls are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// White space becomes one space, none at either end.
    Prose,
    /// As prose, for one line outside a document: direction controls are shown.
    Line,
    /// Lines and spaces are kept, tabs go to the next stop; line ends at either end are dropped.
    Verse,
    /// As verse, and direction controls are shown.
    Code,
}

impl Mode {
    fn collapses(self) -> bool {
        matches!(self, Self::Prose | Self::Line)
    }

    fn shows_bidi(self) -> bool {
        matches!(self, Self::Line | Self::Code)
    }
}

/// Where the source allowed or forbade a line break by an invisible character, which is no longer in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakHint {
    SoftHyphen,
    Allowed,
    Forbidden,
}

/// How many of each kind of thing were mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mended {
    /// Unassigned and private characters, shown as U+FFFD.
    pub unknown: u32,
    pub escapes: u32,
    pub controls: u32,
    pub bidi: u32,
    pub marks: u32,
}

/// What cleaning learnt beside the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Break hints by byte offset into the text that was written to.
    pub breaks: Vec<(usize, BreakHint)>,
    pub mended: Mended,
}

/// A place in the raw text whose place in the clean text is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stop {
    /// The byte offset into the raw text.
    pub at: usize,
    /// Whether the author ends a line here.
    pub is_line_end: bool,
    /// Set by cleaning: the end of the last character before the place.
    pub before: usize,
    /// Set by cleaning: the start of the first character after it.
    pub after: usize,
}

impl Stop {
    pub fn new(at: usize) -> Self {
        Self { at, ..Self::default() }
    }

    pub fn line_end(at: usize) -> Self {
        Self { at, is_line_end: true, ..Self::default() }
    }
}

/// Clean text, borrowed where nothing had to be done, and what was found on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned<'a> {
    pub text: Cow<'a, str>,
    pub findings: Findings,
}

/// Returns `raw` as clean prose in one line.
pub fn clean_prose(raw: &str) -> Cleaned<'_> {
    clean(raw, Mode::Prose)
}

/// Returns `raw` as clean verbatim text, its lines kept.
pub fn clean_code(raw: &str) -> Cleaned<'_> {
    clean(raw, Mode::Code)
}

/// Returns `raw` cleaned in the given mode.
pub fn clean(raw: &str, mode: Mode) -> Cleaned<'_> {
    let mut findings = Findings::default();
    let starts_plain = raw.chars().next().is_some_and(is_plain);
    if raw.is_empty() || (starts_plain && run_end(raw, 0, raw.len(), mode) == raw.len() && !raw.ends_with(' ')) {
        return Cleaned { text: Cow::Borrowed(raw), findings };
    }
    let mut text = String::with_capacity(raw.len());
    append(raw, mode, &mut [], &mut text, &mut findings);
    Cleaned { text: Cow::Owned(text), findings }
}

/// Returns `raw` as one clean line of at most `max_cells` cells, for titles, labels and names; an ellipsis stands for
/// what did not fit.
pub fn clean_line(raw: &str, max_cells: usize) -> String {
    // No cell needs more source than this, and nobody reads the rest.
    let enough = raw.floor_char_boundary(max_cells.saturating_mul(256));
    let is_cut = enough < raw.len();
    let text = clean(raw.get(..enough).unwrap_or_default(), Mode::Line).text.into_owned();
    if !is_cut && text.width() <= max_cells {
        return text;
    }
    let mut cells = 0;
    let mut end = 0;
    for (idx, grapheme) in text.grapheme_indices(true) {
        cells += grapheme.width();
        if cells >= max_cells {
            break;
        }
        end = idx + grapheme.len();
    }
    let mut line = text.get(..end).unwrap_or_default().trim_end_matches(' ').to_owned();
    if max_cells > 0 {
        line.push('…');
    }
    line
}

/// Returns an `http`, `https` or `mailto` address in its ASCII form; none for anything else.
pub fn clean_address(raw: &str) -> Option<String> {
    let url = url::Url::parse(raw.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https" | "mailto") {
        return None;
    }
    // An address without a host may keep spaces as they are.
    let address = String::from(url).replace(' ', "%20");
    let is_fit = address.len() <= MAX_ADDRESS_BYTES && address.bytes().all(|byte| byte.is_ascii_graphic());
    is_fit.then_some(address)
}

/// Returns whether cleaning would change nothing in any line or cell of `text`.
pub fn is_clean(text: &str) -> bool {
    text.split(['\n', '\t']).all(|line| {
        let mut copy = String::with_capacity(line.len());
        let mut findings = Findings::default();
        let mut cleaner = Cleaner::new(Mode::Verse, &mut copy, &mut findings);
        cleaner.feed(line, &mut []);
        copy == line
    })
}

/// Returns whether a terminal must never be given `c`: it steers, hides, or means something only to one program.
pub fn is_forbidden(c: char) -> bool {
    !is_plain(c)
        && !matches!(
            classify(c),
            Class::Letter
                | Class::Mark
                | Class::Space
                | Class::Joiner
                | Class::NonJoiner
                | Class::EmojiSelector
                | Class::Tag
        )
}

/// Appends `raw`, cleaned, to `out`; what was in `out` is left alone and taken for another line.
///
/// The `stops`, by their places in `raw`, learn where they are in `out`.
pub fn append(raw: &str, mode: Mode, stops: &mut [Stop], out: &mut String, findings: &mut Findings) {
    let base = out.len();
    Cleaner::new(mode, out, findings).feed(raw, stops);
    if !mode.collapses() {
        let kept = out.get(base..).unwrap_or_default().trim_end_matches([' ', '\n']).len();
        out.truncate(base + kept);
        for stop in stops {
            stop.before = stop.before.min(out.len());
            stop.after = stop.after.min(out.len());
        }
    }
    while findings.breaks.last().is_some_and(|&(offset, _)| offset >= out.len() && offset > base) {
        findings.breaks.pop();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

    use proptest::prelude::*;

    use super::class::is_mark;
    use super::cleaner::MAX_CLUSTER_BYTES;
    use super::*;

    fn check(mode: Mode, cases: &[(&str, &str)]) {
        for &(raw, expected) in cases {
            let cleaned = clean(raw, mode);
            assert_eq!(cleaned.text, expected, "of {raw:?}");
            check_settled(&cleaned.text, mode);
        }
    }

    fn check_settled(text: &str, mode: Mode) {
        let again = clean(text, mode);
        assert_eq!(again.text, text, "{mode:?} settles at the first go");
        assert_eq!(again.findings, Findings::default(), "of {text:?}");
        assert!(is_clean(text), "{text:?}");
        assert!(text.chars().all(|c| c == '\n' || !is_forbidden(c)), "{text:?}");
    }

    #[test]
    fn nothing_to_do_copies_nothing() {
        for text in ["", "plain words, “quoted” — and Größe", "中文。かな", "a\u{A0}b"] {
            assert!(matches!(clean_prose(text).text, Cow::Borrowed(_)), "{text:?}");
        }
    }

    #[test]
    fn white_space() {
        check(
            Mode::Prose,
            &[
                ("  a \t\r\n b\u{B}c\u{85}d\u{2029}e ", "a b c d e"),
                ("a  bcdefghijklmnopqrstuvwxyz  0123456789012345  ", "a bcdefghijklmnopqrstuvwxyz 0123456789012345"),
                ("\u{3000}一 \u{2003}x", "\u{3000}一 \u{2003}x"),
            ],
        );
        check(
            Mode::Code,
            &[
                ("\n\n  a\r\nb\rc\u{2028}d\u{2029}e  \n\n", "  a\nb\nc\nd\n\ne"),
                ("\ta\tb\n中\tc\n12345678\td", "        a       b\n中      c\n12345678        d"),
                ("a  b \n c", "a  b \n c"),
            ],
        );
    }

    #[test]
    fn escape_sequences() {
        let long_csi = format!("\u{1B}[{}m", "1".repeat(253));
        let too_long_csi = format!("\u{1B}[{}m", "1".repeat(254));
        let long_title = format!("\u{1B}]{}\u{7}", "é".repeat(4095));
        let too_long_title = format!("\u{1B}]{}\u{7}", "é".repeat(4096));
        check(
            Mode::Prose,
            &[
                ("a\u{1B}[31;1mb\u{1B}[0mc\u{9B}2Jd", "abcd"),
                ("a\u{1B}]0;x\u{7}b\u{1B}]8;;u\u{1B}\\c\u{9D}x\u{9C}d", "abcd"),
                ("a\u{1B}Pq#0\u{1B}\\b\u{90}q\u{9C}c\u{1B}_G\u{1B}\\d\u{98}\u{9C}\u{9E}\u{9C}\u{9F}\u{9C}e", "abcde"),
                ("a\u{1B}[31", "a31"),
                ("a\u{1B}[31é", "a31é"),
                ("a\u{1B}]0;never", "a0;never"),
                ("a\u{1B}]0;b\u{1B}[31mc\u{7}", "a0;bc"),
                ("a\u{1B}\u{1B}[31mb\u{1B}cd\u{1B}", "abcd"),
                ("a\u{1B}P\u{7}b\u{1B}\\c", "ac"),
                (&long_csi, ""),
                (&too_long_csi, &too_long_csi[2..]),
                (&long_title, ""),
                (&too_long_title, &too_long_title[2..too_long_title.len() - 1]),
                ("\u{1B}\u{200B}[31m", "[31m"),
            ],
        );
        assert_eq!(
            clean_prose("\u{1B}[1ma\u{1B}[b\u{0}").findings.mended,
            Mended { escapes: 2, controls: 1, ..Mended::default() }
        );
    }

    #[test]
    fn controls_and_invisible_characters() {
        check(
            Mode::Prose,
            &[
                ("a\0\u{8}\u{7F}\u{80}\u{99}b", "ab"),
                ("a\u{34F}\u{115F}\u{3164}\u{FFA0}\u{2062}\u{FFF9}\u{E0001}\u{E0100}\u{180E}b", "ab"),
                ("\u{E000}\u{378}\u{FFFF}\u{10EEEE}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
                ("a\u{202E}b\u{2066}\u{61C}", "ab"),
                ("\u{E0041}a\u{E0041}", "a"),
            ],
        );
        check(Mode::Code, &[("a\u{202E}b\u{61C}", "a⟨U+202E⟩b⟨U+061C⟩")]);
        assert_eq!(clean_prose("\u{202E}").findings.mended.bidi, 1);
    }

    #[test]
    fn breaks_are_remembered_where_they_matter() {
        let breaks = |raw| clean_prose(raw).findings.breaks;
        assert_eq!(
            breaks("co\u{AD}op \u{2060}a\u{200B}b"),
            [(2, BreakHint::SoftHyphen), (5, BreakHint::Forbidden), (6, BreakHint::Allowed)]
        );
        assert_eq!(breaks("\u{FEFF}a\u{AD}"), []);
        assert_eq!(breaks("a\u{AD}\u{301}b"), [], "not inside a cluster");
        assert_eq!(clean_prose("co\u{AD}op").text, "coop");
    }

    #[test]
    fn joiners_selectors_and_flags() {
        check(
            Mode::Prose,
            &[
                ("👩\u{200D}👩\u{200D}👧", "👩\u{200D}👩\u{200D}👧"),
                ("👩🏽\u{200D}🚀 ❤\u{FE0F}\u{200D}🔥", "👩🏽\u{200D}🚀 ❤\u{FE0F}\u{200D}🔥"),
                ("a\u{200D}b👩\u{200D}b👩\u{200D}", "ab👩b👩"),
                ("a\u{200C}b 👩\u{200D} 👧", "ab 👩 👧"),
                ("می\u{200C}خواهم क\u{94D}\u{200D}ष", "می\u{200C}خواهم क\u{94D}\u{200D}ष"),
                ("م\u{200C}\u{200C}\u{200D}م", "م\u{200C}م"),
                ("a\u{FE0F}1\u{FE0F}\u{20E3}❤\u{FE0E}\u{FE0F}", "a1\u{FE0F}\u{20E3}❤\u{FE0E}"),
                ("🇩🇪🇫🇷🇮", "🇩🇪🇫🇷🇮"),
                (
                    "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}x",
                    "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}x",
                ),
                ("🏴\u{E0067}\u{E0062}x", "🏴x"),
                ("🏴\u{E007F}x", "🏴x"),
                ("🏴\u{E0061}\u{E0061}\u{E0061}\u{E0061}\u{E0061}\u{E0061}\u{E0061}\u{E0061}\u{E007F}x", "🏴x"),
            ],
        );
    }

    #[test]
    fn marks_do_not_pile_up() {
        let zalgo = format!("a{}b", "\u{301}".repeat(100));
        let niqqud = format!("\u{5D0}{}", "\u{5B0}".repeat(10));
        check(
            Mode::Prose,
            &[
                (&zalgo, "a\u{301}\u{301}\u{301}\u{301}b"),
                (&niqqud, "\u{5D0}\u{5B0}\u{5B0}\u{5B0}\u{5B0}\u{5B0}\u{5B0}\u{5B0}\u{5B0}"),
                ("\u{301}a", "\u{25CC}\u{301}a"),
                ("  \u{301}a", "\u{25CC}\u{301}a"),
                ("a \u{301}", "a \u{301}"),
                ("Việt e\u{302}\u{323}", "Việt e\u{302}\u{323}"),
                ("ก\u{E35}\u{E49}", "ก\u{E35}\u{E49}"),
            ],
        );
        check(Mode::Code, &[("a\n\u{301}b", "a\n\u{25CC}\u{301}b")]);
        let jamo = "\u{1100}".repeat(100);
        assert!(clean_prose(&jamo).text.len() <= MAX_CLUSTER_BYTES);
        let family = format!("👩{}", "\u{200D}👩".repeat(50));
        let text = clean_prose(&family).text;
        assert!(text.graphemes(true).all(|cluster| cluster.len() <= MAX_CLUSTER_BYTES), "{text}");
    }

    #[test]
    fn lines_have_a_width() {
        assert_eq!(clean_line("a\nb\u{202E}", 64), "a b⟨U+202E⟩");
        assert_eq!(clean_line("one two", 7), "one two");
        assert_eq!(clean_line("one two", 5), "one…");
        assert_eq!(clean_line("中文字", 4), "中…");
        assert_eq!(clean_line("abc", 1), "…");
        assert_eq!(clean_line("abc", 0), "");
    }

    #[test]
    fn addresses_are_ascii_and_of_three_schemes() {
        assert_eq!(clean_address(" https://Exämple.org/ü ").unwrap(), "https://xn--exmple-cua.org/%C3%BC");
        assert_eq!(clean_address("mailto:a b@c.d?subject=ü").unwrap(), "mailto:a%20b@c.d?subject=%C3%BC");
        assert_eq!(clean_address("http://a/\u{1B}]8;;\u{7}\u{202E}").unwrap(), "http://a/%1B]8;;%07%E2%80%AE");
        for raw in ["javascript:x", "file:///etc/passwd", "a/b", "", "http://", "data:text/html,x"] {
            assert_eq!(clean_address(raw), None, "{raw}");
        }
        assert_eq!(clean_address(&format!("http://a/{}", "x".repeat(3000))), None);
    }

    #[test]
    fn stops_find_their_places() {
        let mut out = String::from("x\n");
        let mut stops = [0, 2, 3, 4, 9, 13].map(Stop::new);
        append("a  b\u{1B}[31mc\u{301} d ", Mode::Prose, &mut stops, &mut out, &mut Findings::default());
        assert_eq!(out, "x\na bc\u{301} d");
        let places = stops.map(|stop| (stop.before, stop.after));
        assert_eq!(places, [(2, 2), (3, 4), (3, 4), (5, 5), (5, 5), (8, 9)]);
    }

    #[test]
    fn every_scalar_settles_in_hostile_contexts() {
        let contexts = [
            ("", ""),
            ("a", ""),
            ("", "a"),
            ("\u{1B}", ""),
            ("\u{1B}[", "m"),
            ("👩", "👩"),
            ("👩\u{200D}", "👩"),
            ("\u{200D}", "\u{200D}"),
            ("🏴", "\u{E007F}"),
            ("\n", "\u{301}"),
            (" ", " "),
            ("🇦", "🇧"),
            ("क\u{94D}", "क"),
            ("\u{600}", "a"),
            ("\u{1100}", "\u{1161}"),
            ("م", "\u{200C}م"),
            ("\u{301}", "\u{FE0F}"),
        ];
        let mut failures = Vec::new();
        let mut raw = String::new();
        for c in '\0'..=char::MAX {
            // Characters of large blocks are alike.
            let is_alike = matches!(c,
                '\u{3400}'..='\u{A4FF}' | '\u{AC00}'..='\u{D7A3}' | '\u{E000}'..='\u{F8FF}' | '\u{12000}'..='\u{16A3F}'
                | '\u{17000}'..='\u{1AFEF}' | '\u{1FC00}'..='\u{DFFFF}' | '\u{E1000}'..);
            if is_alike && !u32::from(c).is_multiple_of(997) {
                continue;
            }
            for (before, after) in contexts {
                raw.clear();
                raw.push_str(before);
                raw.push(c);
                raw.push_str(after);
                for mode in if before.is_empty() { &[Mode::Prose, Mode::Code][..] } else { &[Mode::Prose] } {
                    let once = clean(&raw, *mode);
                    let settled = clean(&once.text, *mode).text == once.text && is_clean(&once.text);
                    if !settled || once.text.chars().any(|c| c != '\n' && is_forbidden(c)) {
                        failures.push(raw.clone());
                    }
                }
            }
        }
        assert!(failures.is_empty(), "{} fail: {:?}", failures.len(), failures.iter().take(5).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_plain_stands_alone() {
        for c in ('\0'..=char::MAX).filter(|&c| is_plain(c)) {
            assert!(!is_mark(c) && !is_forbidden(c), "{c:?}");
            assert_ne!(classify(c), Class::Unknown, "{c:?}");
            for other in ["a", "\u{301}", "👩", "🇦", "中", "\u{1100}", "क"] {
                let before = format!("{c}{other}");
                let is_hangul = matches!(c, '\u{AC00}'..='\u{D7A3}');
                assert!(other == "\u{301}" || before.graphemes(true).count() == 2, "{c:?} {other}");
                let after = format!("{other}{c}");
                assert!(is_hangul || after.graphemes(true).count() == 2, "{other} {c:?}");
            }
        }
    }

    fn scalar() -> impl Strategy<Value = String> {
        let pieces = vec![
            "a",
            " ",
            "\n",
            "\t",
            "\r",
            "\u{301}",
            "\u{5B0}",
            "\u{1B}",
            "[",
            "]",
            "3",
            "m",
            "\u{7}",
            "\\",
            "\u{9B}",
            "\u{9C}",
            "\u{AD}",
            "\u{200B}",
            "\u{2060}",
            "\u{200D}",
            "\u{200C}",
            "👩",
            "🏴",
            "\u{E0067}",
            "\u{E007F}",
            "\u{FE0F}",
            "🇦",
            "中",
            "한",
            "\u{1100}",
            "\u{1161}",
            "\u{11A8}",
            "क",
            "\u{94D}",
            "م",
            "\u{202E}",
            "\u{600}",
            "\u{F8FF}",
            "\u{2029}",
            "🏽",
            "\u{20E3}",
            "\u{E33}",
            "ก",
            "\u{FF9E}",
            "\u{D4E}",
            "©",
        ];
        prop_oneof![
            6 => prop::sample::select(pieces).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
            1 => prop::sample::select(vec!["\u{301}", "\u{1100}", "\u{600}", "\u{200D}👩", "क\u{94D}"]).prop_map(|s| s.repeat(25)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn cleaning_settles(pieces in prop::collection::vec(scalar(), 0..24)) {
            let raw = pieces.concat();
            for mode in [Mode::Prose, Mode::Line, Mode::Verse, Mode::Code] {
                check_settled(&clean(&raw, mode).text, mode);
            }
            for cluster in clean_code(&raw).text.graphemes(true) {
                // A space after a prepended character counts as a cluster of its own.
                prop_assert!(cluster.len() <= MAX_CLUSTER_BYTES || cluster.contains(' '), "{:?}", cluster);
            }
        }

        #[test]
        fn stops_are_in_order(pieces in prop::collection::vec(scalar(), 0..24), ats in prop::collection::vec(0..24usize, 0..6)) {
            let raw = pieces.concat();
            let mut ats: Vec<usize> = ats.iter().map(|&n| pieces.iter().take(n).map(String::len).sum()).collect();
            ats.sort_unstable();
            for mode in [Mode::Prose, Mode::Code] {
                let mut stops: Vec<Stop> = ats.iter().map(|&at| Stop::new(at)).collect();
                let mut out = String::new();
                append(&raw, mode, &mut stops, &mut out, &mut Findings::default());
                prop_assert_eq!(&out, &*clean(&raw, mode).text);
                let mut last = 0;
                for stop in stops {
                    prop_assert!(last <= stop.after && stop.before <= stop.after);
                    prop_assert!(out.is_char_boundary(stop.before) && out.is_char_boundary(stop.after));
                    last = stop.after;
                }
            }
        }
    }
}
