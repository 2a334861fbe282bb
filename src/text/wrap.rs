//! Breaking text into lines that fit a measure, as ranges over it.
//!
//! Prose is broken where UAX #14 allows it (`opportunities`) and fitted by `textwrap`; verbatim text is cut where
//! the measure ends. Either way every byte of the text is in the range of exactly one line: spaces that hang over a
//! line's end, and the newline that ends it, belong to that line. What precedes a line is left to the layout.

mod opportunities;

use textwrap::core::Fragment;
use textwrap::wrap_algorithms::{Penalties, wrap_first_fit, wrap_optimal_fit};

use crate::text::width;
use opportunities::Script;

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
pub fn wrap(text: &str, measure: Measure, hints: &[Hint]) -> Vec<WrappedLine> {
    let measure = Measure { first: measure.first.max(1), rest: measure.rest.max(1) };
    let mut lines = Vec::with_capacity(text.len() / measure.rest + 1);
    let mut paragraph = Paragraph::default();
    let mut rest_of_hints = hints;
    for part in parts(text) {
        let count = rest_of_hints.iter().take_while(|hint| hint.offset <= part.end).count();
        let (own, later) = rest_of_hints.split_at_checked(count).unwrap_or((rest_of_hints, &[]));
        rest_of_hints = later;
        let first = lines.len();
        paragraph.break_up(part.text, part.start, own, measure.first.min(measure.rest));
        paragraph.fit(measure, &mut lines);
        finish(&mut lines, first, part);
    }
    lines
}

/// Cuts verbatim text into lines. Each `\n` ends a line; spaces are kept as they are.
pub fn cut(text: &str, measure: Measure) -> Vec<WrappedLine> {
    let mut lines = Vec::with_capacity(text.len() / measure.rest.max(1) + 1);
    for part in parts(text) {
        let first = lines.len();
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

/// What no line break divides: a word and the spaces after it, as offsets into the whole text.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    visible_end: usize,
    end: usize,
    width: usize,
    spaces: usize,
    hyphenated: bool,
}

#[expect(clippy::cast_precision_loss, reason = "cells, far below 2^52")]
impl Fragment for Word {
    fn width(&self) -> f64 {
        self.width as f64
    }

    fn whitespace_width(&self) -> f64 {
        self.spaces as f64
    }

    fn penalty_width(&self) -> f64 {
        f64::from(u8::from(self.hyphenated))
    }
}

/// The words of one paragraph; kept from one to the next for its memory.
#[derive(Debug, Default)]
struct Paragraph {
    places: Vec<usize>,
    /// Where a line may end, and whether it then shows a hyphen.
    breaks: Vec<(usize, bool)>,
    /// The widths of what is drawn, by where it stands.
    insets: Vec<(usize, usize)>,
    words: Vec<Word>,
}

impl Paragraph {
    /// Finds the words of `text`, which starts at `base`, and cuts those wider than `limit` cells.
    fn break_up(&mut self, text: &str, base: usize, hints: &[Hint], limit: usize) {
        let script = opportunities::find(text, &mut self.places);
        self.breaks.clear();
        self.breaks.extend(self.places.iter().map(|&at| (at, false)));
        self.insets.clear();
        if !hints.is_empty() {
            self.heed(text, base, hints);
        }
        self.breaks.push((text.len(), false));
        self.words.clear();
        let mut start = 0;
        let mut insets = self.insets.as_slice();
        for &(end, hyphenated) in &self.breaks {
            let count = insets.iter().take_while(|inset| inset.0 <= end).count();
            let (own, later) = insets.split_at_checked(count).unwrap_or_default();
            insets = later;
            add(&mut self.words, Piece { text, script, base, start, end, hyphenated, insets: own }, limit);
            start = end;
        }
    }

    /// Adds and takes away breaks as the hints say, and notes the insets.
    fn heed(&mut self, text: &str, base: usize, hints: &[Hint]) {
        let inside = |hint: &Hint| hint.offset.checked_sub(base).filter(|&at| at > 0 && at < text.len());
        let mut forbidden = hints.iter().filter(|hint| hint.kind == HintKind::NoBreak).filter_map(inside).peekable();
        if forbidden.peek().is_some() {
            self.breaks.retain(|&(at, _)| {
                while forbidden.next_if(|&other| other < at).is_some() {}
                forbidden.peek() != Some(&at)
            });
        }
        let before = self.breaks.len();
        for hint in hints {
            match hint.kind {
                HintKind::Hyphen | HintKind::Break => {
                    let place = inside(hint).filter(|&at| width::is_cluster_boundary(text, at));
                    self.breaks.extend(place.map(|at| (at, hint.kind == HintKind::Hyphen)));
                }
                HintKind::Inset(cells) => {
                    self.insets.extend(hint.offset.checked_sub(base).map(|at| (at, cells)));
                }
                HintKind::NoBreak => {}
            }
        }
        if self.breaks.len() > before {
            // Where the text allows a break of itself, that comes first: it calls for no hyphen.
            self.breaks.sort_unstable();
            self.breaks.dedup_by_key(|entry| entry.0);
        }
    }

    /// Puts the words on lines.
    fn fit(&self, measure: Measure, lines: &mut Vec<WrappedLine>) {
        let total: usize = self.words.iter().map(|word| word.width + word.spaces).sum();
        if total <= measure.first {
            lines.extend(line_of(&self.words));
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "cells, far below 2^52")]
        let widths = [measure.first as f64, measure.rest as f64];
        // Where most words stand close, as in Chinese and Japanese, lines are simply filled.
        let spaced = self.words.iter().filter(|word| word.spaces > 0).count();
        let first = lines.len();
        lines.extend(wrap_first_fit(&self.words, &widths).into_iter().filter_map(line_of));
        // So they are where that leaves no gap to speak of: a better fit takes five times as long to find.
        let room = |idx| if idx == 0 { measure.first } else { measure.rest };
        let is_gappy = |(idx, line): (usize, &WrappedLine)| room(idx).saturating_sub(line.width) > room(idx) / GAP;
        let all_but_last = lines.len().saturating_sub(first + 1);
        if spaced * 2 <= self.words.len() || !lines.iter().skip(first).take(all_but_last).enumerate().any(is_gappy) {
            return;
        }
        let Ok(fitted) = wrap_optimal_fit(&self.words, &widths, &PENALTIES) else { return };
        let fitted: Vec<_> = fitted.into_iter().filter_map(line_of).collect();
        // It may not be optimal, nor fit, where the first line's measure is another.
        if !fitted.iter().enumerate().any(|(idx, line)| line.width > room(idx)) {
            lines.truncate(first);
            lines.extend(fitted);
        }
    }
}

/// What stands between two places where a line may end.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    /// The paragraph, and where it starts in the whole text.
    text: &'a str,
    script: Script,
    base: usize,
    start: usize,
    end: usize,
    hyphenated: bool,
    insets: &'a [(usize, usize)],
}

/// Adds a piece to the words: whole where it fits in `limit` cells, else cut between clusters.
fn add(words: &mut Vec<Word>, piece: Piece<'_>, limit: usize) {
    let Some(whole) = piece.text.get(piece.start..piece.end) else { return };
    let visible = trim_spaces(whole);
    let cells = |text: &str| match piece.script {
        Script::European => text.chars().count(),
        Script::Other => width::width(text),
    };
    let spaces = whole.get(visible.len()..).map_or(0, cells);
    let mut width = cells(visible) + piece.insets.iter().map(|inset| inset.1).sum::<usize>();
    let start = piece.base + piece.start;
    let mut from = start;
    if width > limit {
        let mut insets = piece.insets.iter().peekable();
        width = 0;
        for cluster in width::clusters(visible) {
            let at = piece.start + cluster.offset;
            let mut cells = cluster.width;
            while let Some(inset) = insets.next_if(|inset| inset.0 <= at + cluster.text.len()) {
                cells += inset.1;
            }
            if width > 0 && width + cells > limit {
                let end = piece.base + at;
                words.push(Word { start: from, visible_end: end, end, width, spaces: 0, hyphenated: false });
                from = end;
                width = 0;
            }
            width += cells;
        }
    }
    words.push(Word {
        start: from,
        visible_end: start + visible.len(),
        end: piece.base + piece.end,
        width,
        spaces,
        // A hyphen that does not fit either is left out.
        hyphenated: piece.hyphenated && width < limit,
    });
}

/// The part of a line that may stay empty at its end, as a divisor.
const GAP: usize = 10;

/// Ragged right: short lines cost by the square of their gap, and no line may be overfull.
const PENALTIES: Penalties = Penalties {
    nline_penalty: 1000,
    overflow_penalty: 1_000_000_000,
    short_last_line_fraction: 4,
    short_last_line_penalty: 25,
    hyphen_penalty: 300,
};

fn line_of(words: &[Word]) -> Option<WrappedLine> {
    let (first, last) = (words.first()?, words.last()?);
    let cells: usize = words.iter().map(|word| word.width + word.spaces).sum();
    Some(WrappedLine {
        start: first.start,
        visible_end: last.visible_end,
        end: last.end,
        width: cells - last.spaces + usize::from(last.hyphenated),
        hyphenated: last.hyphenated,
        continued: false,
    })
}

/// Returns `text` without the spaces at its end, of which no-break spaces are none.
fn trim_spaces(text: &str) -> &str {
    let trimmed = text.trim_end_matches(' ');
    if trimmed.bytes().next_back().is_none_or(|byte| byte.is_ascii()) {
        return trimmed;
    }
    let end = trimmed.trim_end_matches(|c: char| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}'));
    if width::is_cluster_boundary(text, end.len()) { end } else { text }
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
        let lines = wrap(text, Measure::even(measure), hints);
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
        let lines = wrap("link text", Measure::even(9), &[inset]);
        assert_eq!(lines.iter().map(|line| line.width).collect::<Vec<_>>(), [7, 4]);
        let lines = wrap("linklinklink", Measure::even(6), &[inset]);
        assert_eq!(lines.iter().map(|line| line.width).collect::<Vec<_>>(), [3, 6, 6]);
    }

    #[test]
    fn verbatim_text_is_cut_where_the_measure_ends() {
        let text = "  if a {\n\n    b()  \n";
        let lines = cut(text, Measure { first: 6, rest: 4 });
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
            for (lines, prose) in [(wrap(&text, measure, &hints(&text, &seeds)), true), (cut(&text, measure), false)] {
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
