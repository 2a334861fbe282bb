//! Composing a segment: its blank lines, then its block's lines behind their margin.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::{BlockId, BlockKind, Document, TextRange};
use crate::layout::Style;
use crate::layout::line::{Line, LineKind, Run};
use crate::layout::margin::Margin;
use crate::layout::segment::{self, Segment};
use crate::layout::table::Columns;
use crate::layout::{figure, prose, table};
use crate::role::Role;

/// The lines of one segment in the making.
#[derive(Debug)]
pub struct Galley<'a> {
    pub doc: &'a Document,
    pub style: &'a Style,
    pub segment: Segment,
    /// The segment's text.
    pub range: TextRange,
    margin: Margin,
    /// Whether the line that bears the margin's marks is set.
    is_begun: bool,
    lines: Vec<Arc<Line>>,
}

/// Returns the lines of `segment`, at least one.
pub fn compose(
    doc: &Document,
    style: &Style,
    columns: &mut HashMap<BlockId, Arc<Columns>>,
    segment: Segment,
) -> Vec<Arc<Line>> {
    let range = segment::range(doc, segment);
    let Some(block) = doc.block(segment.block).filter(|block| !block.kind.is_container()) else {
        return vec![Arc::new(Line::blank(segment.block, range.start))];
    };
    let margin = Margin::of(doc, segment.block, style.measure);
    let is_begun = segment.part > 0;
    let mut galley = Galley { doc, style, segment, range, margin, is_begun, lines: Vec::new() };
    galley.set_space();
    let in_quote = || doc.ancestors(segment.block).any(|(_, block)| block.kind == BlockKind::Quote);
    match block.kind {
        BlockKind::Title => prose::set_prose(&mut galley, Role::Title),
        BlockKind::Byline => prose::set_prose(&mut galley, Role::Byline),
        BlockKind::Heading(level) => prose::set_prose(&mut galley, Role::Heading(level)),
        BlockKind::Caption => prose::set_prose(&mut galley, Role::Caption),
        BlockKind::Term => prose::set_prose(&mut galley, Role::Term),
        BlockKind::Verse => prose::set_verse(&mut galley, if in_quote() { Role::Quote } else { Role::Text }),
        BlockKind::Code(_) => prose::set_verbatim(&mut galley, Role::CodeBlock),
        BlockKind::Math => prose::set_verbatim(&mut galley, Role::Math),
        BlockKind::Figure(index) => figure::set_figure(&mut galley, index),
        BlockKind::Rule if range.is_empty() => figure::set_rule(&mut galley),
        BlockKind::Table(index) => table::set_table(&mut galley, index, columns),
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

    /// Adds a line: the margin, `indent` blank cells, then `runs` in the order in which they are read.
    ///
    /// This is where a line's runs get the order in which they are seen.
    pub fn push(&mut self, range: TextRange, indent: usize, runs: Vec<Run>, kind: LineKind) {
        let margin = if self.is_begun { &self.margin.rest } else { &self.margin.first };
        self.is_begun = true;
        let mut start = margin.clone();
        start.blank(indent);
        let own: usize = runs.iter().map(|run| run.width).sum();
        let width = start.width() + own;
        let runs = if start.runs.is_empty() {
            runs
        } else {
            start.runs.extend(runs);
            start.runs
        };
        let block = self.segment.block;
        self.lines.push(Arc::new(Line { range, indent: start.indent, runs, block, kind, width }));
    }

    /// Adds a blank line within the block.
    pub fn push_blank(&mut self) {
        self.push(TextRange::empty(self.range.start), 0, Vec::new(), LineKind::Blank);
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
