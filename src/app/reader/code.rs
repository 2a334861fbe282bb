//! Blocks of code on screen: moving cut lines sideways, and choosing one to be copied.

use super::Reader;
use super::links::{Hints, Target};
use crate::document::{BlockId, BlockKind, Document, TextRange};
use crate::layout::{Line, LongLines, Style};
use crate::text::width;

/// How far one key moves cut lines, in cells.
const STEP: usize = 8;

impl Reader {
    /// Returns how many cells of cut lines of code are hidden at their left.
    pub fn code_shift(&self) -> usize {
        self.layout.style().code_shift
    }

    /// Returns whether code is on screen.
    pub fn has_code(&self) -> bool {
        self.code_lines().next().is_some()
    }

    /// Moves the cut lines of code by `times` steps; returns whether there was anything to move.
    pub fn shift_code(&mut self, times: isize) -> bool {
        let now = self.code_shift();
        let document = self.document();
        let widest = self.code_lines().map(|line| width::width(text(document, line))).max().unwrap_or_default();
        let hides_more = self.code_lines().any(|line| hides_more(document, line));
        let by = times.unsigned_abs().saturating_mul(STEP);
        let shift = if times < 0 {
            now.saturating_sub(by)
        } else if hides_more {
            // The last step leaves the ends of the longest lines on screen.
            now.saturating_add(by).min(widest.saturating_sub(STEP).max(now))
        } else {
            now
        };
        self.set_code_shift(shift);
        shift != now
    }

    /// Moves cut lines of code so that the beginning of `range` is seen, if it stands in one.
    pub(super) fn reveal_in_code(&mut self, range: TextRange) {
        let style = self.layout.style();
        if style.typography.long_lines != LongLines::Cut {
            return;
        }
        let third = style.measure / 3;
        let place = self.layout.place_of(range.start);
        let line = self.layout.line(place);
        let is_seen = line.text_ranges().any(|seen| seen.start <= range.start && range.start < seen.end);
        if is_code(self.document(), &line) && !is_seen && line.range.contains(range.start) {
            let before = TextRange::new(line.range.start, range.start);
            let column = width::width(self.document().slice(before));
            self.set_code_shift(column.saturating_sub(third));
        }
    }

    /// Returns the only block of code on screen; if there are several, labels them.
    pub fn start_code_hints(&mut self) -> Option<BlockId> {
        let mut targets: Vec<(Target, _)> = Vec::new();
        for line in self.code_lines() {
            let target = Target::Code(line.block);
            if targets.last().is_none_or(|&(last, _)| last != target) {
                targets.push((target, line.text_ranges().next().map_or(line.range.start, |range| range.start)));
            }
        }
        match targets.as_slice() {
            [] => None,
            [(Target::Code(block), _)] => Some(*block),
            _ => {
                self.hints = Some(Hints::new(targets));
                None
            }
        }
    }

    fn set_code_shift(&mut self, code_shift: usize) {
        if code_shift != self.code_shift() {
            self.lay_out_anew(Style { code_shift, ..self.layout.style().clone() });
        }
    }

    fn code_lines(&self) -> impl Iterator<Item = &Line> {
        let document = self.document();
        self.view.lines.iter().map(|line| &**line).filter(|line| !line.range.is_empty() && is_code(document, line))
    }
}

fn is_code(document: &Document, line: &Line) -> bool {
    document.block(line.block).is_some_and(|block| matches!(block.kind, BlockKind::Code(_)))
}

/// Returns a line's text without the newline.
fn text<'d>(document: &'d Document, line: &Line) -> &'d str {
    document.slice(line.range).trim_end_matches('\n')
}

/// Returns whether the end of a line is to the right of what is seen of it.
fn hides_more(document: &Document, line: &Line) -> bool {
    let end = line.range.start.index() + text(document, line).len();
    line.text_ranges().map(|range| range.end.index()).max().is_some_and(|seen| seen < end)
}
