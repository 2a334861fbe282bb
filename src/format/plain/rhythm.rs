//! Feels how a page of text is set: where its lines were wrapped, if they were, how far in it stands, and whether blank
//! lines part its paragraphs. All that is decided by it looks at one page, so nothing is ever taken back.

use super::lines::{Line, LineKind};

/// How a page is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rhythm {
    /// The column at which prose was wrapped by hand; none where a line is a paragraph.
    pub measure: Option<u32>,
    /// The columns before most lines.
    pub margin: u16,
    /// Whether paragraphs follow each other without a blank line.
    pub is_tight: bool,
    /// Whether some lines are too long to be verse.
    pub has_long_lines: bool,
}

/// The widest line that anyone wraps by hand.
const MAX_MEASURE: usize = 132;
/// The narrowest column of prose.
const MIN_MEASURE: usize = 30;
/// The longest line of a verse, a list of names or an address.
pub const MAX_VERSE_WIDTH: u32 = 76;
/// Columns that a writer, who hyphenates nothing and feels for the end, may leave free.
pub const SLACK: u32 = 4;

impl Rhythm {
    /// Feels the page's rhythm; `before` is that of the page before, taken where this one is too short to tell.
    pub fn of(page: &str, lines: &[Line], before: Option<Self>) -> Self {
        let mut count = Count::default();
        for (idx, line) in lines.iter().enumerate() {
            count.line(line, idx.checked_sub(1).and_then(|idx| lines.get(idx)), lines.get(idx + 1));
        }
        if count.n_text < 3
            && let Some(before) = before
        {
            return before;
        }
        let measure = count
            .measure(page, lines)
            .or_else(|| before.and_then(|before| before.measure).filter(|_| count.n_inner < 3));
        Self {
            measure,
            margin: count.margin(),
            is_tight: count.is_tight(measure.is_some()),
            has_long_lines: count.n_too_long_for_verse * 50 > count.n_text,
        }
    }
}

/// Returns whether a writer who wraps at `measure` would have put the next line's first word on this line.
pub fn ends_early(page: &str, line: &Line, next: &Line, measure: u32) -> bool {
    column(line) + 1 + first_word_width(next.text(page)) + SLACK <= measure
}

/// Returns the column at which a line ends.
pub fn column(line: &Line) -> u32 {
    u32::from(line.indent) + line.width
}

/// Returns the width of the part of a line that could not have been broken off.
fn first_word_width(text: &str) -> u32 {
    let mut width = 0;
    for byte in text.bytes().take(200) {
        match byte {
            b' ' | b'\t' => break,
            // Han, kana and hangul may be broken between any two.
            0xe3..=0xed if width == 0 => return 1,
            0x80..=0xbf => {}
            _ => width += 1,
        }
    }
    width
}

#[derive(Debug)]
struct Count {
    n_text: u32,
    /// Lines of text with another one right below.
    n_inner: u32,
    /// Lines of text right below a blank line.
    n_gaps: u32,
    n_long: u32,
    n_too_long_for_verse: u32,
    /// Inner lines by the column at which they end.
    ends: [u32; MAX_MEASURE + 1],
    indents: [u32; 64],
}

impl Default for Count {
    fn default() -> Self {
        Self {
            n_text: 0,
            n_inner: 0,
            n_gaps: 0,
            n_long: 0,
            n_too_long_for_verse: 0,
            ends: [0; MAX_MEASURE + 1],
            indents: [0; 64],
        }
    }
}

fn is_text(line: &Line) -> bool {
    matches!(line.kind, LineKind::Text | LineKind::Marked | LineKind::Signed(_))
}

/// Returns whether both lines could be of one paragraph.
fn continues(line: &Line, next: &Line) -> bool {
    is_text(line) && next.kind == LineKind::Text && line.quotes == next.quotes
}

impl Count {
    fn line(&mut self, line: &Line, before: Option<&Line>, next: Option<&Line>) {
        if !is_text(line) {
            return;
        }
        self.n_text += 1;
        self.n_gaps += u32::from(before.is_some_and(|before| before.is_blank()));
        self.n_too_long_for_verse += u32::from(line.width > MAX_VERSE_WIDTH);
        if let Some(n) = self.indents.get_mut(usize::from(line.indent)) {
            *n += 1;
        }
        let end = column(line) as usize;
        self.n_long += u32::from(end > MAX_MEASURE);
        if next.is_some_and(|next| continues(line, next)) {
            self.n_inner += 1;
            if let Some(n) = self.ends.get_mut(end) {
                *n += 1;
            }
        }
    }

    fn measure(&self, page: &str, lines: &[Line]) -> Option<u32> {
        let n_short = self.ends.iter().sum::<u32>();
        if self.n_inner == 0 || self.n_long * 10 > self.n_text {
            return None;
        }
        // Up to one line in thirty may stick out: addresses, and words that nobody could break.
        let mut n_wider = 0;
        let widest = (0..=MAX_MEASURE).rev().find(|&end| {
            n_wider += self.ends.get(end).copied().unwrap_or(0);
            n_wider * 30 > n_short
        })?;
        let measure = u32::try_from(widest).unwrap_or(u32::MAX);
        if !(MIN_MEASURE..=MAX_MEASURE).contains(&widest) {
            return None;
        }
        let mut n_full = 0;
        let mut n_running_on = 0;
        let mut n_as_verse = 0;
        let mut n_seen = 0;
        for pair in lines.windows(2) {
            let [line, next] = pair else { continue };
            if !continues(line, next) {
                continue;
            }
            n_seen += 1;
            n_full += u32::from(!ends_early(page, line, next, measure));
            n_as_verse += u32::from(starts_as_verse(next.text(page)));
            n_running_on += u32::from(runs_on(line.text(page), next.text(page)));
        }
        // Two lines of which the first is the longer one say nothing.
        let is_enough = n_seen > 2 || n_running_on > 0;
        let is_full = n_full * 5 >= n_seen * 3 || (n_full * 3 >= n_seen && n_running_on * 10 >= n_seen * 3);
        let is_verse = n_as_verse * 10 >= n_seen * 9 && n_seen > 3;
        (is_enough && is_full && !is_verse).then_some(measure)
    }

    /// Returns the least indent that a fifth of the lines have.
    fn margin(&self) -> u16 {
        let idx = self.indents.iter().position(|&n| n > 0 && n * 5 >= self.n_text).unwrap_or(0);
        u16::try_from(idx).unwrap_or(0)
    }

    fn is_tight(&self, is_wrapped: bool) -> bool {
        let n_paragraphs = if is_wrapped { self.n_text / 4 } else { self.n_text };
        self.n_gaps * 20 < n_paragraphs || (self.n_gaps <= 2 && n_paragraphs >= 3 * (self.n_gaps + 1))
    }
}

/// Returns whether a line begins with a capital that is not one of many.
pub fn starts_as_verse(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
}

/// Returns whether a sentence goes on from one line to the next.
fn runs_on(line: &str, next: &str) -> bool {
    // Han and kana have no small letters, but their sentences have ends.
    let goes_on = |c: char| c.is_lowercase() || matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    next.starts_with(goes_on) && !line.ends_with(['.', '!', '?', ':', ';', '。', '！', '？', '」', '：'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::plain::lines;

    fn check(page: &str, expected: Rhythm) {
        let mut cut = Vec::new();
        lines::cut(page, &mut cut);
        assert_eq!(Rhythm::of(page, &cut, None), expected, "{page}");
    }

    #[test]
    fn finds_the_column_of_wrapped_prose() {
        check(
            "The mill stood where the stream bent, and in dry\nsummers nobody heard it at all, for the miller had\n\
             gone down to the coast to mend nets and to sell\nwhat he had of flour.\n\nIn autumn he came back and \
             opened the sluice, and\nthe wheel turned again.\n",
            Rhythm { measure: Some(50), margin: 0, is_tight: false, has_long_lines: false },
        );
    }

    #[test]
    fn leaves_lines_that_are_paragraphs_alone() {
        let long = "A paragraph in one line, as an editor without any wrapping saves it. ".repeat(4);
        check(
            &format!("A heading\n{long}\nAnother heading\n{long}\n{long}\n"),
            Rhythm { measure: None, margin: 0, is_tight: true, has_long_lines: true },
        );
    }

    #[test]
    fn leaves_verse_alone() {
        check(
            "The sluice is up, the wheel goes round,\nThe sacks are in,\nAnd all the yard is flour and sound\n\
             From thick to thin.\n\nThe carter waits\nBeside the gates\nWith half a pound\nOf bread and gin.\n",
            Rhythm { measure: None, margin: 0, is_tight: true, has_long_lines: false },
        );
    }
}
