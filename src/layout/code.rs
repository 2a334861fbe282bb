//! Code: lines that are set as they stand. A long one goes on below or is cut at the measure, and each can bear its number.

use std::collections::BTreeMap;

use crate::document::{Document, Offset, TextRange};
use crate::layout::compose::Galley;
use crate::layout::line::{LineKind, Run, RunContent};
use crate::layout::prose::Text;
use crate::layout::typography::LongLines;
use crate::role::Role;
use crate::text::width;
use crate::text::wrap::{self, Measure, WrappedLine};

/// The indent of verbatim text, in cells.
const INSET: usize = 2;
/// The cells between a line's number and its text.
const GAP: usize = 2;
/// The measure below which lines have neither an indent nor numbers.
const NARROW: usize = 24;
/// What a line that goes on from the one above starts with, before its indent.
const CONTINUATION: &str = "↪ ";
/// What stands where more of a line is to its right, and to its left.
const MORE: &str = "›";
const LESS: &str = "‹";

/// Sets the segment as the lines of a block of code.
pub fn set_code(galley: &mut Galley<'_>) {
    let typography = galley.style.typography;
    let is_numbered = typography.numbers_code && galley.measure() >= NARROW;
    let numbers = if is_numbered { numbers(galley) } else { None };
    set(galley, Role::CodeBlock, typography.long_lines, numbers);
}

/// Sets the segment as it stands, character by character; a line that is too long goes on below, marked.
pub fn set_verbatim(galley: &mut Galley<'_>, base: Role) {
    set(galley, base, LongLines::Wrapped, None);
}

/// The numbers of a segment's lines.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    first: usize,
    /// How many digits each takes.
    digits: usize,
}

fn set(galley: &mut Galley<'_>, base: Role, long_lines: LongLines, numbers: Option<Numbers>) {
    let measure = galley.measure();
    let inset = if measure < NARROW { 0 } else { INSET };
    let gutter = numbers.map_or(0, |numbers| numbers.digits + GAP);
    let before = inset + gutter;
    let room = measure.saturating_sub(before).max(1);
    let text = Text::of(galley, galley.range, base, measure);
    let starts_within = galley.segment.part > 0 && !text.follows_newline();
    let own = |line: &str| {
        let blank = line.len() - line.trim_start_matches(' ').len();
        if inset == 0 { 0 } else { blank.min(room / 2) }
    };
    let lines = match long_lines {
        LongLines::Wrapped => wrap::cut(text.content(), |line| Measure { first: room, rest: room - own(line) }),
        LongLines::Cut => wrap::cut(text.content(), |_| Measure::even(usize::MAX)),
    };
    let mut n_before = 0;
    let mut hanging = 0;
    for (idx, line) in lines.iter().enumerate() {
        let is_continued = line.continued || (idx == 0 && starts_within);
        if !line.continued {
            hanging = own(text.content().get(line.start..line.visible_end).unwrap_or_default());
        }
        let number = numbers.filter(|_| !is_continued).map(|numbers| {
            n_before += 1;
            let number = (numbers.first + n_before - 1).to_string();
            format!("{number:>0$}", numbers.digits)
        });
        let (part, is_less) = match long_lines {
            LongLines::Wrapped => (text.runs(line), false),
            LongLines::Cut => shifted(galley, &text, line, room),
        };
        let mark = match (is_continued, is_less) {
            (true, _) if inset > 0 => CONTINUATION,
            (_, true) if inset > 0 => LESS,
            _ => "",
        };
        let mut head = number
            .map_or_else(|| " ".repeat(before), |number| format!("{}{number}{}", " ".repeat(inset), " ".repeat(GAP)));
        if !mark.is_empty() {
            // It takes the last of the cells before the text.
            let own = if mark == LESS { 1 } else { INSET };
            head.truncate(before - own);
            head.push_str(mark);
        }
        let mut runs = part;
        if line.continued && hanging > 0 {
            runs.insert(0, Run::drawn(" ".repeat(hanging), base));
        }
        let indent = head.len() - head.trim_start_matches(' ').len();
        if indent < head.len() {
            runs.insert(0, Run::drawn(head.split_off(indent), Role::Ornament));
        }
        galley.push(text.range(line), indent, runs, LineKind::Text);
    }
}

/// Returns what is seen of a line that is cut at both ends, with a sign where more of it is to the right, and whether more
/// of it is to the left.
fn shifted(galley: &Galley<'_>, text: &Text<'_>, line: &WrappedLine, room: usize) -> (Vec<Run>, bool) {
    let from = galley.style.code_shift;
    let is_more = line.width > from.saturating_add(room);
    let mut runs = window(galley.doc, text.runs(line), from, room - usize::from(is_more));
    if is_more {
        runs.push(Run::drawn(MORE, Role::Ornament));
    }
    (runs, from > 0 && line.width > 0)
}

/// Returns the part of `runs` that is on `room` cells from cell `from` on. Cells of characters that are cut are blank.
fn window(doc: &Document, runs: Vec<Run>, from: usize, room: usize) -> Vec<Run> {
    let to = from.saturating_add(room);
    let mut seen = Vec::new();
    let mut right = 0;
    for run in runs {
        let left = right;
        right += run.width;
        if right <= from || left >= to {
            continue;
        }
        if left >= from && right <= to {
            seen.push(run);
            continue;
        }
        let whole: Vec<_> = run
            .clusters(doc)
            .filter(|(cluster, _)| cluster.width > 0)
            .scan(left, |column, (cluster, offset)| {
                let at = *column;
                *column += cluster.width;
                Some((at, cluster.width, offset.map(|offset| (offset, cluster.text.len()))))
            })
            .filter(|&(at, width, _)| at >= from && at + width <= to)
            .collect();
        let cells: usize = whole.iter().map(|(_, width, _)| width).sum();
        let first = whole.first().map_or(to.min(right), |(at, ..)| *at);
        let blank = |seen: &mut Vec<Run>, cells: usize| {
            if cells > 0 {
                seen.push(Run::drawn(" ".repeat(cells), run.role));
            }
        };
        blank(&mut seen, first - from.max(left));
        match (&run.content, whole.first(), whole.last()) {
            (RunContent::Text(_), Some((_, _, Some((start, _)))), Some((_, _, Some((last, length))))) => {
                let range = TextRange::new(*start, Offset::at(last.index() + length));
                let width = width::width(doc.slice(range));
                seen.push(Run { width, ..Run::of_text(range, run.role, run.link) });
            }
            // What stands for other text is whole or not there.
            _ => blank(&mut seen, cells),
        }
        blank(&mut seen, to.min(right).saturating_sub(first + cells));
    }
    seen
}

/// Which line of a block of code stands where, as far as it was counted.
#[derive(Debug, Default)]
pub struct LineCount {
    /// How many line ends are before an offset.
    known: BTreeMap<Offset, usize>,
}

impl LineCount {
    /// Returns how many lines of `block` end before `offset`, counted from the nearest place before that is known.
    fn ends_before(&mut self, doc: &Document, block: TextRange, offset: Offset) -> usize {
        let (from, before) = self.known.range(..=offset).next_back().map_or((block.start, 0), |(at, n)| (*at, *n));
        let count = before + memchr::memchr_iter(b'\n', doc.slice(TextRange::new(from, offset)).as_bytes()).count();
        self.known.insert(offset, count);
        count
    }
}

fn numbers(galley: &mut Galley<'_>) -> Option<Numbers> {
    let (doc, start) = (galley.doc, galley.range.start);
    let block = doc.block(galley.segment.block)?.range;
    let count = galley.kit.lines_of_code.entry(galley.segment.block).or_default();
    let first = count.ends_before(doc, block, start) + 1;
    // A line that begins in the part before has its number there.
    let is_begun = start > block.start && !doc.text().get(..start.index())?.ends_with('\n');
    let digits = (count.ends_before(doc, block, block.end) + 1).to_string().len();
    Some(Numbers { first: first + usize::from(is_begun), digits })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use super::*;
    use crate::document::{BlockKind, DocumentBuilder};
    use crate::layout::{Layout, Style, Typography};

    const CODE: &str = "fn count() {\n    let all = crates.iter().count();\n}\n日本語は幅がふたつある字で書く";

    fn style(long_lines: LongLines, numbers_code: bool, code_shift: usize) -> Style {
        let typography = Typography { long_lines, numbers_code, ..Typography::default() };
        Style { measure: 28, typography, code_shift, ..Style::default() }
    }

    fn shown(code: &str, style: &Style) -> String {
        let mut builder = DocumentBuilder::new();
        builder.leaf(BlockKind::Code(None), code);
        let mut layout = Layout::new(Arc::new(builder.finish()), style.clone());
        let first = layout.first();
        let lines = layout.lines(first, usize::MAX);
        lines.iter().map(|line| line.to_text(layout.doc()).trim_end().to_owned() + "\n").collect()
    }

    #[test]
    fn a_long_line_goes_on_below_as_far_in_as_it_began() {
        let expected = "  fn count() {
      let all = crates.iter(
↪     ).count();
  }
  日本語は幅がふたつある字で
↪ 書く
";
        assert_eq!(shown(CODE, &style(LongLines::Wrapped, false, 0)), expected);
    }

    #[test]
    fn lines_bear_their_numbers() {
        let expected = "  1  fn count() {
  2      let all = crates.it
   ↪     er().count();
  3  }
  4  日本語は幅がふたつある
   ↪ 字で書く
";
        assert_eq!(shown(CODE, &style(LongLines::Wrapped, true, 0)), expected);
        let long = (1..=3000).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
        for (idx, line) in shown(&long, &style(LongLines::Wrapped, true, 0)).lines().enumerate() {
            assert_eq!(line, format!("  {0:>4}  line {0}", idx + 1));
        }
    }

    #[test]
    fn a_cut_line_shows_a_part_and_tells_where_more_is() {
        let expected = "  fn count() {
      let all = crates.iter›
  }
  日本語は幅がふたつある字 ›
";
        assert_eq!(shown(CODE, &style(LongLines::Cut, false, 0)), expected);
        let expected = " ‹t() {
 ‹ all = crates.iter().coun›
 ‹
 ‹ 幅がふたつある字で書く
";
        assert_eq!(shown(CODE, &style(LongLines::Cut, false, 7)), expected);
        let expected = "  1 ‹() {
  2 ‹all = crates.iter().co›
  3 ‹
  4 ‹幅がふたつある字で書く
";
        assert_eq!(shown(CODE, &style(LongLines::Cut, true, 8)), expected);
    }
}
