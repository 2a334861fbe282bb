//! Turning pages: some lines of the old page stay in view, no line of a paragraph is left alone, and a heading stays
//! with what follows it.

use std::sync::Arc;

use super::Reader;
use crate::document::{BlockKind, Document, Offset};
use crate::layout::{Line, LineKind, Place};

/// A page that a key turned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    /// How many rows it shows.
    pub rows: usize,
    /// What was not on screen before starts here, or ended here for a page turned back to.
    from: Offset,
}

impl Turn {
    /// Returns the row of the first line that was not on screen before, if another stands above it.
    pub fn row_in(&self, lines: &[Arc<Line>]) -> Option<usize> {
        lines.iter().position(|line| line.kind == LineKind::Text && line.start() >= self.from).filter(|&row| row > 0)
    }
}

impl Reader {
    /// Moves by pages, of which the last lines stay in view.
    pub fn page(&mut self, pages: isize) {
        let page = isize::try_from(self.rows.saturating_sub(self.overlap).max(1)).unwrap_or(isize::MAX);
        let last = pages.signum();
        if pages != last {
            self.scroll((pages - last).saturating_mul(page));
        }
        match last {
            1 => self.turn_on(),
            -1 => self.turn_back(page),
            _ => {}
        }
    }

    fn turn_on(&mut self) {
        let lowest = self.lowest_top();
        if self.top >= lowest {
            self.turn = None;
            return;
        }
        let shown = self.turn.map_or(self.rows, |turn| turn.rows);
        let end = self.layout.advance(self.top, signed(shown)).0;
        let from = self.layout.offset_of(end);
        let next = self.layout.advance(self.top, 1).0;
        // So much stays in view that the page does not start with the last line of a paragraph.
        let kept = signed(self.overlap.min(self.rows.saturating_sub(1)));
        let mut top = self.layout.advance(end, -kept).0;
        if self.is_widow(top) {
            top = self.layout.advance(top, -1).0;
        }
        self.show_page(top.max(next).min(lowest), from);
    }

    fn turn_back(&mut self, page: isize) {
        let from = self.layout.offset_of(self.top);
        let (mut top, moved) = self.layout.advance(self.top, -page);
        if moved == -page && page > 2 && self.is_widow(top) {
            // It is left to the page before.
            top = self.layout.advance(top, 1).0;
        }
        self.show_page(top, from);
    }

    /// Shows a page that starts at `top`, without what had better stand on the next.
    fn show_page(&mut self, top: Place, from: Offset) {
        let lines = self.layout.lines(top, self.rows + 2);
        let rows = whole_rows(self.document(), &lines, self.rows, self.overlap);
        self.show_from(top);
        self.turn = Some(Turn { rows, from });
    }

    /// Returns whether the line at `place` is the last one of a paragraph that has others.
    fn is_widow(&mut self, place: Place) -> bool {
        let (before, moved) = self.layout.advance(place, -1);
        let lines = self.layout.lines(before, 3);
        match lines.as_slice() {
            [above, line, rest @ ..] if moved == -1 => {
                continues(self.document(), above, line) && rest.first().is_none_or(|below| below.block != line.block)
            }
            _ => false,
        }
    }
}

/// Returns how many of `rows` rows a page shows: as many as leave nothing alone. At least half of them are shown.
fn whole_rows(document: &Document, lines: &[Arc<Line>], rows: usize, overlap: usize) -> usize {
    let line = |idx: usize| lines.get(idx);
    let goes_on = |idx: usize| matches!((line(idx), line(idx + 1)), (Some(a), Some(b)) if continues(document, a, b));
    let mut shown = rows;
    if line(rows).is_none() {
        // All that is left is on screen.
        return rows;
    }
    // With less than two lines kept in view, the next page would start with a paragraph's last line.
    if overlap < 2 && goes_on(shown.saturating_sub(1)) && !goes_on(shown) && goes_on(shown.saturating_sub(2)) {
        shown -= 1;
    }
    // The first line of a paragraph goes over to the others.
    let is_first = |idx: usize| goes_on(idx) && (idx == 0 || !goes_on(idx - 1));
    if shown > 0 && is_first(shown - 1) {
        shown -= 1;
    }
    let is_heading = |idx: usize| {
        let block = line(idx).filter(|line| line.kind == LineKind::Text).and_then(|line| document.block(line.block));
        block.is_some_and(|block| matches!(block.kind, BlockKind::Heading(_) | BlockKind::Term))
    };
    let is_blank = |idx: usize| line(idx).is_some_and(|line| line.kind == LineKind::Blank);
    loop {
        let filled = (0..shown).rev().find(|&idx| !is_blank(idx)).map_or(0, |idx| idx + 1);
        if filled == 0 || !is_heading(filled - 1) {
            break;
        }
        shown = filled - 1;
    }
    if shown < rows.div_ceil(2) { rows } else { shown }
}

/// Returns whether `below` goes on with the paragraph of `above`.
fn continues(document: &Document, above: &Line, below: &Line) -> bool {
    let is_prose = |line: &Line| {
        let block = document.block(line.block).filter(|_| line.kind == LineKind::Text);
        block.is_some_and(|block| !matches!(block.kind, BlockKind::Code(_) | BlockKind::Table(_) | BlockKind::Math))
    };
    above.block == below.block && is_prose(above) && is_prose(below)
}

fn signed(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX)
}
