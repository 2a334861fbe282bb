//! Breaking text into lines that fit a measure, as ranges over it.
//!
//! Prose is broken where UAX #14 allows it (`opportunities`) and fitted by `textwrap`, a `paragraph` at a time; verbatim
//! text is cut where the measure ends. Either way every byte of the text is in the range of exactly one line: spaces that hang over a
//! line's end, and the newline that ends it, belong to that line. What precedes a line is left to the layout.

mod opportunities;
mod paragraph;

use std::ops::Range;

use crate::text::hyphenate::Hyphenator;
use crate::text::width;
use paragraph::Paragraph;

/// A line of wrapped text: offsets in bytes, width in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrappedLine {
    pub start: usize,
    /// Where what is to be seen ends: before the spaces and the newline at the line's end.
    pub visible_end: usize,
    pub end: usize,
    /// The width of what is to be seen, with insets and the hyphen.
    pub width: usize,
    /// Whether the line ends at a soft hyphen, which is then to be drawn.
    pub hyphenated: bool,
    /// Whether the line goes on with what did not fit on the line before it.
    pub continued: bool,
}

/// How wide lines may be, in cells. Less than one counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    pub first: usize,
    /// The measure of the lines that continue one.
    pub rest: usize,
}

impl Measure {
    /// Returns the measure of a text whose lines are all `cells` wide.
    pub fn even(cells: usize) -> Self {
        Self { first: cells, rest: cells }
    }

    /// Returns the measure of lines that are so many cells shorter.
    fn less(self, cells: usize) -> Self {
        Self { first: self.first.saturating_sub(cells).max(1), rest: self.rest.saturating_sub(cells).max(1) }
    }
}

/// How prose is put on lines.
#[derive(Debug, Default)]
pub struct Fit<'a> {
    pub breaking: Breaking,
    /// Whether lines are to be stretched to the measure, so that they should have spaces enough for that.
    pub is_justified: bool,
    /// Whether the punctuation of Chinese and Japanese may hang at a line's end, within the measure: such paragraphs
    /// are set as much narrower.
    pub hangs: bool,
    /// What divides words, where they may be divided.
    pub hyphenator: Option<&'a mut Hyphenator>,
    /// Where no word is divided, as bytes of the text, in order.
    pub whole: &'a [Range<usize>],
}

/// How much a line knows of the others of its paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Breaking {
    /// Each line takes as much as it can.
    Filled,
    /// The lines of a paragraph are chosen together, for the evenest edge.
    #[default]
    Fitted,
}

/// Something about a place in the text that is not in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// A byte offset into the text.
    pub offset: usize,
    pub kind: HintKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HintKind {
    /// A line may end here, and then shows a hyphen.
    Hyphen,
    /// A line may end here.
    Break,
    /// No line may end here.
    NoBreak,
    /// Something this many cells wide is drawn here, after the character that precedes, which is no space.
    Inset(usize),
}

/// Breaks prose into lines. Each `\n` ends a line; `hints` are by offset.
pub fn wrap(text: &str, measure: Measure, hints: &[Hint], fit: &mut Fit<'_>) -> Vec<WrappedLine> {
    let measure = Measure { first: measure.first.max(1), rest: measure.rest.max(1) };
    let mut lines = Vec::with_capacity(text.len() / measure.rest + 1);
    let mut paragraph = Paragraph::default();
    let mut rest_of_hints = hints;
    for part in parts(text) {
        let count = rest_of_hints.iter().take_while(|hint| hint.offset <= part.end).count();
        let (own, later) = rest_of_hints.split_at_checked(count).unwrap_or((rest_of_hints, &[]));
        rest_of_hints = later;
        let first = lines.len();
        paragraph.break_up(part.text, part.start, own, measure.first.min(measure.rest), fit.hangs);
        paragraph.fit(text, measure, fit, &mut lines);
        finish(&mut lines, first, part);
    }
    lines
}

/// Cuts verbatim text into lines. Each `\n` ends a line, for which `measure_of` says how wide its parts may be; spaces are
/// kept as they are.
pub fn cut(text: &str, measure_of: impl Fn(&str) -> Measure) -> Vec<WrappedLine> {
    let mut lines = Vec::new();
    for part in parts(text) {
        let first = lines.len();
        let measure = measure_of(part.text);
        let mut limit = measure.first.max(1);
        let mut line = WrappedLine::empty(part.start);
        if part.text.is_ascii() && part.text.len() <= limit {
            line.width = width::width(part.text);
            line.visible_end = part.start + part.text.len();
        } else {
            for cluster in width::clusters(part.text) {
                if line.width > 0 && line.width + cluster.width > limit {
                    line.end = line.visible_end;
                    lines.push(line);
                    line = WrappedLine::empty(part.start + cluster.offset);
                    limit = measure.rest.max(1);
                }
                line.width += cluster.width;
                line.visible_end = part.start + cluster.offset + cluster.text.len();
            }
        }
        lines.push(line);
        finish(&mut lines, first, part);
    }
    lines
}

/// The text between two newlines, and where it stands.
#[derive(Debug, Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    start: usize,
    /// After the newline.
    end: usize,
}

fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut start = 0;
    let empty = text.is_empty().then_some("");
    text.split_inclusive('\n').chain(empty).map(move |line| {
        let part = Part { text: line.strip_suffix('\n').unwrap_or(line), start, end: start + line.len() };
        start = part.end;
        part
    })
}

/// Marks the lines from `first` on as those of `part`, and gives its newline to the last.
fn finish(lines: &mut [WrappedLine], first: usize, part: Part<'_>) {
    if let Some(line) = lines.last_mut() {
        line.end = part.end;
    }
    for line in lines.iter_mut().skip(first + 1) {
        line.continued = true;
    }
}

impl WrappedLine {
    fn empty(offset: usize) -> Self {
        Self { start: offset, visible_end: offset, end: offset, width: 0, hyphenated: false, continued: false }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation as _;

    use super::*;

    fn shown(text: &str, lines: &[WrappedLine]) -> Vec<String> {
        let hyphen = |line: &WrappedLine| if line.hyphenated { "-" } else { "" };
        lines.iter().map(|line| format!("{}{}", &text[line.start..line.visible_end], hyphen(line))).collect()
    }

    fn check(text: &str, measure: usize, want: &[&str]) {
        check_hints(text, measure, &[], want);
    }

    fn check_hints(text: &str, measure: usize, hints: &[Hint], want: &[&str]) {
        let lines = wrap(text, Measure::even(measure), hints, &mut Fit::default());
        assert_eq!(shown(text, &lines), want, "{text:?} at {measure}");
    }

    #[test]
    fn prose_breaks_after_spaces_and_hyphens() {
        check("the well-known reader", 10, &["the well-", "known", "reader"]);
        check("a b", 1, &["a", "b"]);
        check("", 10, &[""]);
        check("wait — what", 6, &["wait —", "what"]);
    }

    #[test]
    fn a_newline_ends_a_line_and_ends_none_at_the_end() {
        check("one two\nthree\n\nfour\n", 20, &["one two", "three", "", "four"]);
    }

    #[test]
    fn no_break_spaces_hold() {
        check("about 10\u{a0}km away", 9, &["about", "10\u{a0}km", "away"]);
    }

    #[test]
    fn spaces_hang_over_the_end() {
        check("abc   def", 3, &["abc", "def"]);
        check("  abc", 5, &["  abc"]);
    }

    #[test]
    fn an_overlong_word_is_cut_between_clusters() {
        check("abcdefgh ij", 3, &["abc", "def", "gh", "ij"]);
        check("e\u{301}e\u{301}e\u{301}", 2, &["e\u{301}e\u{301}", "e\u{301}"]);
        check("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2, &["👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]);
    }

    #[test]
    fn a_wide_character_stands_alone_where_it_does_not_fit() {
        check("日本", 1, &["日", "本"]);
        check("日本", 0, &["日", "本"]);
    }

    #[test]
    fn japanese_fills_its_lines_and_keeps_kinsoku() {
        check("吾輩は猫である。名前はまだ無い。", 14, &["吾輩は猫であ", "る。名前はまだ", "無い。"]);
    }

    #[test]
    fn optimal_fit_evens_the_lines() {
        // Filling each line would leave "the" with a gap of six.
        check("to be or not the whole thing", 9, &["to be or", "not the", "whole", "thing"]);
    }

    #[test]
    fn words_are_divided_without_a_hyphen_only_where_lines_are_justified() {
        let text = "வசந்தம் வந்ததும் ஊர் மக்கள் கோதுமை கொண்டு வருவார்கள் சிலர் நடந்தே வருவார்கள்";
        let mut is_divided = |is_justified| {
            let mut hyphenator = crate::text::hyphenate::patterns("ta").map(Hyphenator::new);
            let mut fit = Fit { is_justified, hyphenator: hyphenator.as_mut(), ..Fit::default() };
            let lines = wrap(text, Measure::even(28), &[], &mut fit);
            lines.iter().any(|line| line.end < text.len() && line.visible_end == line.end)
        };
        assert_eq!([false, true].map(&mut is_divided), [false, true]);
    }

    #[test]
    fn a_soft_hyphen_shows_only_at_a_break() {
        let hyphen = |offset| Hint { offset, kind: HintKind::Hyphen };
        check_hints("wonderful words", 8, &[hyphen(3), hyphen(6)], &["wonder-", "ful", "words"]);
        check_hints("wonderful words", 20, &[hyphen(3), hyphen(6)], &["wonderful words"]);
        check_hints("well-known", 5, &[hyphen(5)], &["well-", "known"]);
    }

    #[test]
    fn hints_allow_and_forbid_breaks() {
        check_hints("aaabbb", 4, &[Hint { offset: 3, kind: HintKind::Break }], &["aaa", "bbb"]);
        check_hints("aa bb cc", 5, &[Hint { offset: 3, kind: HintKind::NoBreak }], &["aa bb", "cc"]);
        check_hints("xx aa bb", 5, &[Hint { offset: 6, kind: HintKind::NoBreak }], &["xx", "aa bb"]);
    }

    #[test]
    fn an_inset_takes_its_room() {
        let inset = Hint { offset: 4, kind: HintKind::Inset(3) };
        let lines = wrap("link text", Measure::even(9), &[inset], &mut Fit::default());
        assert_eq!(lines.iter().map(|line| line.width).collect::<Vec<_>>(), [7, 4]);
        let lines = wrap("linklinklink", Measure::even(6), &[inset], &mut Fit::default());
        assert_eq!(lines.iter().map(|line| line.width).collect::<Vec<_>>(), [3, 6, 6]);
    }

    #[test]
    fn verbatim_text_is_cut_where_the_measure_ends() {
        let text = "  if a {\n\n    b()  \n";
        let lines = cut(text, |_| Measure { first: 6, rest: 4 });
        assert_eq!(shown(text, &lines), ["  if a", " {", "", "    b(", ")  "]);
        assert_eq!(lines.iter().map(|line| line.continued).collect::<Vec<_>>(), [false, true, false, false, true]);
    }

    fn hints(text: &str, seeds: &[(usize, u8)]) -> Vec<Hint> {
        let kind = |byte| match byte % 3 {
            0 => HintKind::Hyphen,
            1 => HintKind::Break,
            _ => HintKind::NoBreak,
        };
        let place = |at: usize| text.floor_char_boundary(at % (text.len() + 1));
        let mut hints: Vec<_> = seeds.iter().map(|&(at, byte)| Hint { offset: place(at), kind: kind(byte) }).collect();
        hints.sort_by_key(|hint| hint.offset);
        hints
    }

    proptest! {
        #[test]
        fn no_byte_is_lost_or_repeated_and_every_line_fits(
            text in "([a-z]{1,9}[ ,.-]|\\PC|日本語|👍🏽|[\u{301}\u{200d}\u{ff9e} \n—]|ไทย){0,50}",
            first in 0usize..40,
            rest in 0usize..40,
            seeds in prop::collection::vec((0usize..400, any::<u8>()), 0..6),
        ) {
            let measure = Measure { first, rest };
            for (lines, prose) in [(wrap(&text, measure, &hints(&text, &seeds), &mut Fit::default()), true), (cut(&text, |_| measure), false)] {
                let mut at = 0;
                for line in &lines {
                    prop_assert_eq!(line.start, at);
                    prop_assert!(line.start <= line.visible_end && line.visible_end <= line.end);
                    at = line.end;
                    let visible = &text[line.start..line.visible_end];
                    prop_assert_eq!(line.width, width::width(visible) + usize::from(line.hyphenated));
                    prop_assert!(!visible.contains('\n'));
                    prop_assert!(text[line.visible_end..line.end].chars().all(char::is_whitespace));
                    prop_assert!(prose || text[line.visible_end..line.end].chars().all(|c| c == '\n'));
                    let limit = if line.continued { rest } else { first }.max(1);
                    let alone = visible.graphemes(true).filter(|cluster| width::width(cluster) > 0).count() <= 1;
                    prop_assert!(line.width <= limit || alone, "{:?} is wider than {}", visible, limit);
                    let boundary = text.len() == line.end || text.grapheme_indices(true).any(|(o, _)| o == line.end);
                    prop_assert!(boundary, "a cluster is split at {}", line.end);
                }
                prop_assert_eq!(at, text.len());
            }
        }
    }
}
