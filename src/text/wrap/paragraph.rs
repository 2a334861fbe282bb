//! One paragraph: its words, and how they are put on lines.
//!
//! Lines are filled first. Where that leaves gaps to speak of they are fitted anew, as a whole; and where gaps remain,
//! once more with words that may be divided. Most paragraphs need no more than the first, which is by far the fastest.

use textwrap::core::Fragment;
use textwrap::wrap_algorithms::{Penalties, wrap_first_fit, wrap_optimal_fit};

use super::opportunities::{self, Script};
use super::{Breaking, Fit, Hint, HintKind, Measure, WrappedLine};
use crate::text::width;

/// The part of a ragged line that may stay empty at its end, as a divisor.
const GAP: usize = 12;
/// How many lines in a row may end with a divided word.
const LADDER: usize = 2;
/// How often a paragraph is fitted anew because words were divided where none may be.
const TRIES: usize = 8;
/// The measure below which no punctuation hangs, in cells.
const NARROW: usize = 20;
/// How wide the punctuation is that may hang.
const HANGING: usize = 2;

/// What no line break divides: a word and the spaces after it, as offsets into the whole text.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    visible_end: usize,
    end: usize,
    width: usize,
    spaces: usize,
    /// How much of the width may stand beyond the measure at a line's end.
    hanging: usize,
    /// Whether a hyphen is drawn where a line ends with it.
    hyphenated: bool,
    /// Whether it is to be divided no further.
    is_whole: bool,
}

#[expect(clippy::cast_precision_loss, reason = "cells, far below 2^52")]
impl Fragment for Word {
    fn width(&self) -> f64 {
        (self.width - self.hanging) as f64
    }

    fn whitespace_width(&self) -> f64 {
        (self.spaces + self.hanging) as f64
    }

    fn penalty_width(&self) -> f64 {
        f64::from(u8::from(self.hyphenated))
    }
}

/// The words of one paragraph; kept from one to the next for its memory.
#[derive(Debug, Default)]
pub struct Paragraph {
    places: Vec<usize>,
    /// Where a line may end, and whether it then shows a hyphen.
    breaks: Vec<(usize, bool)>,
    /// The widths of what is drawn, by where it stands.
    insets: Vec<(usize, usize)>,
    words: Vec<Word>,
    /// The words, some of them divided.
    divided: Vec<Word>,
}

impl Paragraph {
    /// Finds the words of `text`, which starts at `base`, and cuts those wider than `limit` cells.
    pub fn break_up(&mut self, text: &str, base: usize, hints: &[Hint], limit: usize, hangs: bool) {
        let script = opportunities::find(text, &mut self.places);
        self.breaks.clear();
        self.breaks.extend(self.places.iter().map(|&at| (at, false)));
        self.insets.clear();
        if !hints.is_empty() {
            self.heed(text, base, hints);
        }
        self.breaks.push((text.len(), false));
        self.words.clear();
        let hangs = hangs && limit >= NARROW && script == Script::Other;
        let mut start = 0;
        let mut insets = self.insets.as_slice();
        for &(end, hyphenated) in &self.breaks {
            let count = insets.iter().take_while(|inset| inset.0 <= end).count();
            let (own, later) = insets.split_at_checked(count).unwrap_or_default();
            insets = later;
            add(&mut self.words, Piece { text, script, base, start, end, hyphenated, insets: own, hangs }, limit);
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

    /// Puts the words on lines. `text` is the whole text, of which the words are a part.
    pub fn fit(&mut self, text: &str, measure: Measure, fit: &mut Fit<'_>, lines: &mut Vec<WrappedLine>) {
        let total: usize = self.words.iter().map(|word| word.width + word.spaces).sum();
        if total <= measure.first {
            lines.extend(line_of(&self.words));
            return;
        }
        let hangs = self.words.iter().any(|word| word.hanging > 0);
        let room =
            Room { measure: if hangs { measure.less(HANGING) } else { measure }, is_justified: fit.is_justified };
        let widths = room.widths();
        let first = lines.len();
        lines.extend(wrap_first_fit(&self.words, &widths).into_iter().filter_map(line_of));
        let filled = lines.get(first..).unwrap_or_default();
        // Where most words stand close, as in Chinese and Japanese, lines are simply filled. So they are where that
        // leaves no gap to speak of: a better fit takes five times as long to find.
        let spaced = self.words.iter().filter(|word| word.spaces > 0).count();
        if fit.breaking == Breaking::Filled || spaced * 2 <= self.words.len() || room.is_even(filled, &self.words) {
            return;
        }
        let mut best = optimal(&self.words, &room);
        let settled = best.as_ref().is_some_and(|best| room.is_even(best, &self.words));
        if !settled && let Some(divided) = self.divide(text, fit).then(|| self.fit_divided(&room)).flatten() {
            best = Some(divided);
        }
        // It may not be optimal, nor fit, where the first line's measure is another.
        if let Some(best) = best.filter(|best| !best.iter().enumerate().any(|(idx, line)| line.width > room.at(idx))) {
            lines.truncate(first);
            lines.extend(best);
        }
    }

    /// Divides the words where their language allows it; returns whether that divided any.
    fn divide(&mut self, text: &str, fit: &mut Fit<'_>) -> bool {
        let Some(hyphenator) = fit.hyphenator.as_deref_mut() else { return false };
        let draws = hyphenator.draws_hyphens();
        // Words that are divided without a sign, as India's are, are worth that only where wide gaps are what is left.
        if !draws && !fit.is_justified {
            return false;
        }
        let mut whole = fit.whole.iter().peekable();
        self.divided.clear();
        for word in &self.words {
            while whole.next_if(|range| range.end <= word.start).is_some() {}
            let is_kept = word.is_whole || whole.peek().is_some_and(|range| range.start < word.end);
            let visible = text.get(word.start..word.visible_end).filter(|_| !is_kept).unwrap_or_default();
            let letters = visible.trim_matches(|c: char| !c.is_alphabetic());
            let lead = visible.len() - visible.trim_start_matches(|c: char| !c.is_alphabetic()).len();
            let mut from = word.start;
            let mut left = word.width;
            for &point in hyphenator.points(letters) {
                let at = word.start + lead + usize::from(point);
                let cells = text.get(from..at).map_or(0, width::width).min(left);
                left -= cells;
                let part = Word { start: from, visible_end: at, end: at, width: cells, spaces: 0, ..*word };
                self.divided.push(Word { hyphenated: draws, hanging: 0, ..part });
                from = at;
            }
            self.divided.push(Word { start: from, width: left, ..*word });
        }
        self.divided.len() > self.words.len()
    }

    /// Fits the divided words, so that no more than [`LADDER`] lines in a row end with a hyphen, and not the last but
    /// one.
    fn fit_divided(&mut self, room: &Room) -> Option<Vec<WrappedLine>> {
        for _ in 0..TRIES {
            let lines = optimal(&self.divided, room)?;
            let last = lines.len().saturating_sub(1);
            let mut run = 0;
            let mut wrong = Vec::new();
            for (idx, line) in lines.iter().enumerate() {
                run = if line.hyphenated { run + 1 } else { 0 };
                if run > LADDER || (run > 0 && idx + 1 == last) {
                    wrong.push(line.end);
                    run = 0;
                }
            }
            if wrong.is_empty() {
                return Some(lines);
            }
            self.join(&wrong);
        }
        None
    }

    /// Makes the divided words whole again at some places, which are in order.
    fn join(&mut self, places: &[usize]) {
        let mut places = places.iter().peekable();
        let mut joined: Vec<Word> = Vec::with_capacity(self.divided.len());
        for word in self.divided.drain(..) {
            while places.next_if(|&&at| at < word.start).is_some() {}
            match joined.last_mut() {
                Some(last) if places.peek() == Some(&&word.start) => {
                    *last = Word { start: last.start, width: last.width + word.width, ..word };
                }
                _ => joined.push(word),
            }
        }
        self.divided = joined;
    }
}

/// What there is room for, line by line.
#[derive(Debug)]
struct Room {
    measure: Measure,
    is_justified: bool,
}

impl Room {
    fn at(&self, line: usize) -> usize {
        if line == 0 { self.measure.first } else { self.measure.rest }
    }

    #[expect(clippy::cast_precision_loss, reason = "cells, far below 2^52")]
    fn widths(&self) -> [f64; 2] {
        [self.measure.first as f64, self.measure.rest as f64]
    }

    /// Returns whether all lines but the last are about as wide as there is room for; where they are to be justified,
    /// also whether their spaces suffice for that.
    fn is_even(&self, lines: &[WrappedLine], words: &[Word]) -> bool {
        let all_but_last = lines.len().saturating_sub(1);
        let mut words = words.iter();
        lines.iter().take(all_but_last).enumerate().all(|(idx, line)| {
            let gap = self.at(idx).saturating_sub(line.width);
            let spaces = words.by_ref().take_while(|word| word.end < line.end).filter(|word| word.spaces > 0).count();
            gap <= self.at(idx) / GAP && (!self.is_justified || gap <= spaces)
        })
    }

    fn penalties(&self) -> Penalties {
        Penalties {
            nline_penalty: 1000,
            overflow_penalty: 1_000_000_000,
            short_last_line_fraction: 4,
            short_last_line_penalty: 25,
            // As a gap of so many cells, squared: a ragged edge bears more than a justified one.
            hyphen_penalty: if self.is_justified { 16 } else { 36 },
        }
    }
}

/// Fits the words as a whole: short lines cost by the square of their gap, and no line may be overfull.
fn optimal(words: &[Word], room: &Room) -> Option<Vec<WrappedLine>> {
    let lines = wrap_optimal_fit(words, &room.widths(), &room.penalties()).ok()?;
    Some(lines.into_iter().filter_map(line_of).collect())
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
    /// Whether punctuation at its end may hang.
    hangs: bool,
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
                words.push(Word {
                    start: from,
                    visible_end: end,
                    end,
                    width,
                    spaces: 0,
                    hanging: 0,
                    hyphenated: false,
                    is_whole: true,
                });
                from = end;
                width = 0;
            }
            width += cells;
        }
    }
    let hangs = piece.hangs && spaces == 0 && visible.ends_with(['、', '。', '，', '．']) && width > HANGING;
    words.push(Word {
        start: from,
        visible_end: start + visible.len(),
        end: piece.base + piece.end,
        width,
        spaces,
        hanging: if hangs { HANGING } else { 0 },
        // A hyphen that does not fit either is left out.
        hyphenated: piece.hyphenated && width < limit,
        is_whole: piece.hyphenated || from != start || !piece.insets.is_empty() || visible.ends_with('-'),
    });
}

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
