//! Tells what a stretch of lines without a blank between them is: prose to rejoin, lines of their own, verse, or code
//! and drawings to keep as they are.

use super::lines::{Line, LineKind};
use super::rhythm::{MAX_VERSE_WIDTH, Rhythm, column, ends_early, starts_as_verse};

/// What a stretch of lines is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// Wrapped prose: its lines are joined at this measure.
    Prose(u32),
    /// Each line is a paragraph.
    Lines,
    Verse,
    /// Code, a table of columns or a drawing.
    Verbatim,
}

/// The lines of a long stretch that are looked at.
const N_SAMPLES: usize = 8;
/// Columns beyond the margin from which lines were set in on purpose.
const SET_IN: u16 = 4;

impl Stretch {
    /// Tells what `lines` are. None is blank.
    pub fn of(page: &str, lines: &[Line], rhythm: &Rhythm) -> Self {
        let indent = lines.iter().map(|line| line.indent).min().unwrap_or(0);
        let is_set_in = indent >= rhythm.margin.saturating_add(SET_IN);
        if let [line] = lines {
            let is_code = match line.kind {
                LineKind::Border => true,
                _ => is_set_in && Signs::of(line.text(page)).is_code(),
            };
            return if is_code { Self::Verbatim } else { Self::Lines };
        }
        if is_verbatim(page, lines, is_set_in) {
            return Self::Verbatim;
        }
        let widest = lines.iter().map(column).max().unwrap_or(0);
        let may_be_verse = widest <= MAX_VERSE_WIDTH && !(rhythm.is_tight && rhythm.has_long_lines);
        if may_be_verse && lines.len() > 2 && begins_anew(page, lines) {
            return Self::Verse;
        }
        let margin_right = match rhythm.measure {
            Some(measure) if !is_set_in => measure,
            // Set-in prose has a measure of its own.
            _ => widest,
        };
        let n_pairs = u32::try_from(lines.len() - 1).unwrap_or(u32::MAX);
        let n_early: u32 = pairs(lines).map(|(line, next)| u32::from(ends_early(page, line, next, margin_right))).sum();
        if rhythm.measure.is_some() {
            // In a wrapped page only lines that all end early on purpose are kept.
            let is_kept = n_early * 3 >= n_pairs * 2 && widest <= MAX_VERSE_WIDTH;
            return if is_kept { Self::Verse } else { Self::Prose(margin_right) };
        }
        let is_wrapped_alone = n_pairs >= 2
            && widest <= 132
            && n_early * 5 <= n_pairs * 2
            && pairs(lines).filter(|(_, next)| starts_small(next.text(page))).count() * 3 >= lines.len() - 1;
        if is_wrapped_alone {
            return Self::Prose(widest);
        }
        if may_be_verse { Self::Verse } else { Self::Lines }
    }
}

fn pairs(lines: &[Line]) -> impl Iterator<Item = (&Line, &Line)> {
    lines.iter().zip(lines.iter().skip(1))
}

/// Returns whether nearly each line begins with a capital, as verses do, and not only because all letters are capitals.
fn begins_anew(page: &str, lines: &[Line]) -> bool {
    let n_capital = lines.iter().filter(|line| starts_as_verse(line.text(page))).count();
    n_capital * 10 >= lines.len() * 9
}

fn starts_small(text: &str) -> bool {
    text.starts_with(char::is_lowercase)
}

fn is_verbatim(page: &str, lines: &[Line], is_set_in: bool) -> bool {
    let step = lines.len().div_ceil(N_SAMPLES);
    let mut n_samples = 0;
    let (mut n_columns, mut n_code, mut n_pipes, mut n_drawn, mut n_tabs) = (0, 0, 0, 0, 0);
    for line in lines.iter().step_by(step) {
        n_samples += 1;
        if line.kind == LineKind::Border {
            n_drawn += 1;
            continue;
        }
        let text = line.text(page);
        // Nobody draws or tabulates wider than this, and prose in one line is the common case.
        if text.len() > 400 {
            continue;
        }
        let signs = Signs::of(text);
        n_columns += usize::from(signs.has_columns);
        n_tabs += usize::from(signs.has_tab);
        n_pipes += usize::from(signs.n_pipes >= 2);
        n_drawn += usize::from(signs.is_drawing());
        n_code += usize::from(signs.is_code());
    }
    let most = |n: usize| n * 5 >= n_samples * 3;
    most(n_drawn)
        || most(n_pipes)
        || most(n_columns.max(n_tabs))
        || (is_set_in && n_code * 5 >= n_samples * 2)
        || most(n_code)
}

/// What signs a line has, counted in its first bytes.
struct Signs {
    n_letters: u64,
    /// Signs that prose hardly has.
    n_code: u64,
    n_drawing: u64,
    n_pipes: u64,
    has_columns: bool,
    has_tab: bool,
    ends_as_code: bool,
}

/// How far a line is looked at, in bytes: the counts have to fit in a byte each.
const LOOKED_AT: usize = 120;

/// What each byte counts as: a byte of this number for each count, so that one addition makes them all.
const COUNTS: [u64; 256] = counts();
const LETTERS: u32 = 0;
const CODE: u32 = 8;
const DRAWING: u32 = 16;
const PIPES: u32 = 24;
const TABS: u32 = 32;
const DASHES: u32 = 40;
const DOTS: u32 = 48;

const fn counts() -> [u64; 256] {
    let mut counts = [0; 256];
    let mut byte = 0u8;
    loop {
        let count = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0xc3..=0xe1 | 0xe4..=0xff => 1 << LETTERS,
            b'{' | b'}' | b';' | b'=' | b'<' | b'>' | b'$' | b'\\' | b'[' | b']' | b'`' => 1 << CODE,
            b'_' | b'#' | b'@' | b'~' | b'^' | b'+' | b'*' => 1 << DRAWING,
            b'|' => 1 << PIPES | 1 << DRAWING,
            b'\t' => 1 << TABS,
            b'-' | b'/' => 1 << DASHES,
            b'.' => 1 << DOTS,
            _ => 0,
        };
        #[expect(clippy::indexing_slicing, reason = "a byte is below 256, and this is run by the compiler alone")]
        {
            counts[byte as usize] = count;
        }
        if byte == u8::MAX {
            return counts;
        }
        byte += 1;
    }
}

impl Signs {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let looked_at = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or_default();
        let sum: u64 = looked_at.iter().map(|&byte| COUNTS.get(usize::from(byte)).copied().unwrap_or(0)).sum();
        let n = |place: u32| sum >> place & 0xff;
        // A dash or two are prose, a row of them is drawn; so is a row of dots.
        let drawn = |n: u64, least: u64| if n >= least { n } else { 0 };
        let n_boxes = if looked_at.is_ascii() {
            0
        } else {
            looked_at.windows(2).filter(|pair| matches!(pair, [0xe2, 0x94..=0x97])).count() as u64
        };
        let calls = memchr::memchr_iter(b'(', looked_at)
            .filter(|&at| at.checked_sub(1).and_then(|at| looked_at.get(at)).is_some_and(u8::is_ascii_alphanumeric));
        Self {
            n_letters: n(LETTERS),
            n_code: n(CODE) + calls.count() as u64,
            n_drawing: n(DRAWING) + drawn(n(DASHES), 4) + drawn(n(DOTS), 6) + 2 * n_boxes,
            n_pipes: n(PIPES),
            // Two spaces follow a full stop in old typing; three are a column.
            has_columns: memchr::memmem::find(looked_at, b"   ").is_some(),
            has_tab: n(TABS) > 0,
            ends_as_code: text.ends_with(['{', '}', ';', '\\', '&']),
        }
    }

    fn is_drawing(&self) -> bool {
        (self.n_drawing + self.n_code) * 2 > self.n_letters.max(3)
    }

    fn is_code(&self) -> bool {
        (self.ends_as_code && self.n_code > 0) || self.n_code * 8 >= self.n_letters.max(8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::plain::lines;

    fn check(text: &str, rhythm: Rhythm, expected: Stretch) {
        let mut cut = Vec::new();
        lines::cut(text, &mut cut);
        assert_eq!(Stretch::of(text, &cut, &rhythm), expected, "{text}");
    }

    #[test]
    fn tells_prose_from_verse_and_code() {
        let apart = Rhythm::default();
        check("One line of text", apart, Stretch::Lines);
        check("The sluice is up,\nThe wheel goes round,\nAnd no one sleeps", apart, Stretch::Verse);
        let wrapped = Rhythm { measure: Some(50), ..apart };
        let prose = "The mill stood where the stream bent, and in dry\nsummers nobody heard it at all.";
        check(prose, wrapped, Stretch::Prose(50));
        check("Yours,\nA. Miller\nThe Mill", wrapped, Stretch::Verse);
        check("    let wheel = turn();\n    stop(wheel);", apart, Stretch::Verbatim);
        check("name      sacks\nMiller    12\nCarter    3", apart, Stretch::Verbatim);
        check("| a | b |\n|---|---|\n| 1 | 2 |", apart, Stretch::Verbatim);
        check("┌───┐\n│ x │\n└───┘", apart, Stretch::Verbatim);
    }

    #[test]
    fn keeps_tight_lines_apart() {
        let tight = Rhythm { is_tight: true, has_long_lines: true, ..Rhythm::default() };
        check("Flour\nBread\nYeast and water", tight, Stretch::Lines);
    }
}
