//! Composing a segment: its blank lines, then its block's lines behind their margin.

use std::ops::Range;
use std::sync::Arc;

use crate::document::{BlockKind, Direction, Document, Offset, TextRange};
use crate::layout::Style;
use crate::layout::line::{Line, LineKind, Run};
use crate::layout::margin::Margin;
use crate::layout::segment::{self, Segment};
use crate::layout::typography::Kit;
use crate::layout::{bidi, code, figure, formula, prose, table};
use crate::role::Role;
use crate::text::bidi::{Levels, Order};
use crate::text::wrap::Fit;

/// Where a line starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The lines of one segment in the making.
#[derive(Debug)]
pub struct Galley<'a> {
    pub doc: &'a Document,
    pub style: &'a Style,
    pub kit: &'a mut Kit,
    pub segment: Segment,
    /// The segment's text.
    pub range: TextRange,
    margin: Margin,
    /// Which way its letters run, where any runs from right to left.
    levels: Option<Levels>,
    /// How large the lines are that are added.
    scale: usize,
    /// Whether the line that bears the margin's marks is set.
    is_begun: bool,
    lines: Vec<Arc<Line>>,
}

/// Returns the lines of `segment`, at least one.
pub fn compose(doc: &Document, style: &Style, kit: &mut Kit, segment: Segment) -> Vec<Arc<Line>> {
    let range = segment::range(doc, segment);
    let Some(block) = doc.block(segment.block).filter(|block| !block.kind.is_container()) else {
        return vec![Arc::new(Line::blank(segment.block, range.start))];
    };
    let margin = Margin::of(doc, segment.block, style);
    let is_begun = segment.part > 0;
    let levels = match style.typography.order {
        Order::Terminals => None,
        Order::Ours | Order::Words => levels(doc, range, block.kind),
    };
    let mut galley = Galley { doc, style, kit, segment, range, margin, levels, scale: 1, is_begun, lines: Vec::new() };
    galley.set_space();
    let in_quote = || doc.ancestors(segment.block).any(|(_, block)| block.kind == BlockKind::Quote);
    match block.kind {
        BlockKind::Title => prose::set_prose(&mut galley, Role::Title),
        BlockKind::Byline => prose::set_prose(&mut galley, Role::Byline),
        BlockKind::Heading(level) => prose::set_prose(&mut galley, Role::Heading(level)),
        BlockKind::Caption => prose::set_prose(&mut galley, Role::Caption),
        BlockKind::Term => prose::set_prose(&mut galley, Role::Term),
        BlockKind::Verse => prose::set_verse(&mut galley, if in_quote() { Role::Quote } else { Role::Text }),
        BlockKind::Code(_) => code::set_code(&mut galley),
        BlockKind::Math => formula::set_formula(&mut galley),
        BlockKind::Figure(index) => figure::set_figure(&mut galley, index),
        BlockKind::Rule if range.is_empty() => figure::set_rule(&mut galley),
        BlockKind::Table(index) => table::set_table(&mut galley, index),
        BlockKind::Paragraph
        | BlockKind::Rule
        | BlockKind::Item(_)
        | BlockKind::Quote
        | BlockKind::Definition
        | BlockKind::Footnote(_) => {
            prose::set_prose(&mut galley, if in_quote() { Role::Quote } else { Role::Text });
        }
    }
    if galley.lines.is_empty() {
        galley.push(range, 0, Vec::new(), LineKind::Text);
    }
    galley.lines
}

impl Galley<'_> {
    /// Returns the cells there are for text.
    pub fn measure(&self) -> usize {
        self.style.measure.saturating_sub(self.margin.width).max(1)
    }

    /// Returns whether a margin stands beside the segment, whose ornaments have one size.
    pub fn has_margin(&self) -> bool {
        self.margin.width > 0
    }

    /// Returns whether the segment is all of its block.
    pub fn is_whole(&self) -> bool {
        self.doc.block(self.segment.block).is_some_and(|block| block.range == self.range)
    }

    /// Chooses how large the lines of text are that are added from now on.
    pub fn set_scale(&mut self, scale: usize) {
        self.scale = scale;
    }

    /// Returns how prose of the segment is put on lines; no word is divided in `whole`, in bytes from `start`.
    pub fn fit<'b>(&'b mut self, start: Offset, whole: &'b [Range<usize>]) -> Fit<'b> {
        let choices = self.style.typography;
        let hyphenator = if choices.is_hyphenated { self.kit.hyphenator(self.doc, start) } else { None };
        Fit { breaking: choices.breaking, is_justified: choices.is_justified, hangs: choices.hangs, hyphenator, whole }
    }

    /// Adds a line: the margin, `indent` blank cells, then `runs` in the order in which they are read.
    ///
    /// This is where a line's runs get the order in which they are seen.
    pub fn push(&mut self, range: TextRange, indent: usize, runs: Vec<Run>, kind: LineKind) {
        let Some(levels) = &self.levels else { return self.add(range, indent, runs, kind, Side::Left) };
        let start = self.range.start;
        let runs = bidi::in_order_of_screen(self.doc, levels, start, runs, self.style.typography.order);
        let is_rtl = levels.is_rtl_at(range.start.index().saturating_sub(start.index()));
        let side = if is_rtl && kind == LineKind::Text { Side::Right } else { Side::Left };
        self.add(range, indent, runs, kind, side);
    }

    fn add(&mut self, range: TextRange, indent: usize, runs: Vec<Run>, kind: LineKind, side: Side) {
        let margin = if self.is_begun { &self.margin.rest } else { &self.margin.first };
        self.is_begun = true;
        let scale = if kind == LineKind::Text { self.scale } else { 1 };
        let mut line = Line { range, indent: 0, runs, block: self.segment.block, kind, scale, width: 0 };
        match side {
            Side::Left => bidi::set_from_left(&mut line, margin, indent),
            Side::Right => bidi::set_from_right(&mut line, margin, indent, self.style.measure),
        }
        let under = Line { kind: LineKind::Under, ..Line::blank(line.block, range.start) };
        self.lines.push(Arc::new(line));
        self.lines.extend((1..scale).map(|_| Arc::new(under.clone())));
    }

    /// Adds a line whose runs are in the order of the screen already.
    pub fn push_as_seen(&mut self, range: TextRange, runs: Vec<Run>, kind: LineKind) {
        let side = if self.is_rtl() { Side::Right } else { Side::Left };
        self.add(range, 0, runs, kind, side);
    }

    /// Returns whether what has no direction of its own runs from right to left, and is to be shown so.
    pub fn is_rtl(&self) -> bool {
        told(self.doc, self.range) == Some(true) && self.style.typography.order != Order::Terminals
    }

    /// Returns which way the letters of a part run that is a text of its own, where any runs from right to left.
    pub fn levels_of(&self, range: TextRange) -> Option<Levels> {
        // Where none of the segment's does, none of its parts' do.
        self.levels.as_ref().and_then(|_| bidi::levels(self.doc, range, told(self.doc, range)))
    }

    /// Returns runs in the order in which they are seen; the levels are those of the text from `start` on.
    pub fn seen(&self, levels: Option<&Levels>, start: Offset, runs: Vec<Run>) -> Vec<Run> {
        match levels {
            Some(levels) => bidi::in_order_of_screen(self.doc, levels, start, runs, self.style.typography.order),
            None => runs,
        }
    }

    /// Adds a blank line within the block.
    pub fn push_blank(&mut self) {
        self.push(TextRange::empty(self.range.start), 0, Vec::new(), LineKind::Blank);
    }

    /// Adds a blank line above the line of `range`, within the block.
    pub fn push_blank_before(&mut self, range: TextRange) {
        self.push(TextRange::empty(range.start), 0, Vec::new(), LineKind::Blank);
    }

    /// Returns whether the first line of the segment is indented.
    pub fn is_indented(&self) -> bool {
        self.margin.is_indented && self.segment.part == 0
    }

    /// Adds the blank lines above the block.
    fn set_space(&mut self) {
        if self.segment.part > 0 {
            return;
        }
        let gap = &self.margin.gap;
        let line = Arc::new(Line {
            indent: gap.indent,
            runs: gap.runs.clone(),
            width: gap.width(),
            ..Line::blank(self.segment.block, self.range.start)
        });
        self.lines.extend(std::iter::repeat_n(line, self.margin.space));
    }
}

/// Returns which way the letters of a segment run, where any runs from right to left. Code begins at the left, like a
/// program's source in any editor, and so does a formula.
fn levels(doc: &Document, range: TextRange, kind: BlockKind) -> Option<Levels> {
    let is_rtl = if matches!(kind, BlockKind::Code(_) | BlockKind::Math) { Some(false) } else { told(doc, range) };
    bidi::levels(doc, range, is_rtl)
}

/// Returns whether the source says that a text runs from right to left.
fn told(doc: &Document, range: TextRange) -> Option<bool> {
    doc.direction_at(range.start).map(|direction| direction == Direction::RightToLeft)
}
