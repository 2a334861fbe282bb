//! A line: what stands on it from left to right, as ranges and drawn pieces, and the way from a cell to an offset.

use std::borrow::Cow;
use std::sync::Arc;

use crate::document::{BlockId, Document, Offset, TextRange};
use crate::picture::Strip;
use crate::role::Role;
use crate::text::width::{self, Cluster};

/// One line of a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What of the text belongs to the line, with spaces and a newline at its end that are not seen. Empty for a line
    /// without text of its own.
    ///
    /// The ranges of the lines of all blocks but tables follow each other without a gap. In a table the first line of
    /// a row has the row's whole range, and those below it lie within.
    pub range: TextRange,
    /// Blank cells before the first run.
    pub indent: usize,
    pub runs: Vec<Run>,
    pub block: BlockId,
    pub kind: LineKind,
    /// How many cells each cell of the runs takes on the screen, across and down. The rows below the first have lines
    /// of their own.
    pub scale: usize,
    /// The cells that indent and runs take together on the screen.
    pub width: usize,
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    Text,
    /// Space between blocks; it may bear the bars of the quotations that both stand in.
    Blank,
    /// Part of a table's frame, or a thematic break.
    Border,
    /// A row of a picture, which stands where the last run does; the runs say what it shows until it is there.
    Picture(Strip),
    /// A row that the large letters of the line above reach into.
    Under,
}

/// A piece of a line in one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub content: RunContent,
    pub role: Role,
    /// The link that the run belongs to, whatever its role: an index into [`Document::links`].
    pub link: Option<u32>,
    /// In cells, before they are scaled.
    pub width: usize,
    /// Whether the text that it stands for is read from right to left. What it shows is in the order of the screen.
    pub is_reversed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunContent {
    Text(TextRange),
    /// Text that is seen as something else: a space that was stretched, letters in the order of the screen, a formula.
    Shown {
        range: TextRange,
        text: Cow<'static, str>,
    },
    /// Something that is not in the text: an ornament, a border, a hyphen, blank cells.
    Drawn(Cow<'static, str>),
}

impl Line {
    /// Returns the offset of what is read first on the line.
    pub fn start(&self) -> Offset {
        self.text_ranges().map(|range| range.start).min().unwrap_or(self.range.start)
    }

    /// Returns the ranges of the text that the line shows, from left to right.
    pub fn text_ranges(&self) -> impl DoubleEndedIterator<Item = TextRange> {
        self.runs.iter().filter_map(Run::range)
    }

    /// Returns each run with the column, in cells, where it starts.
    pub fn columns(&self) -> impl Iterator<Item = (usize, &Run)> {
        let mut right = self.indent;
        self.runs.iter().map(move |run| {
            let left = right;
            right += run.width * self.scale;
            (left, run)
        })
    }

    /// Returns the column of the cluster that holds `offset`: that of the text's right end if the line's range holds
    /// the offset and the line does not show it, none if it does not belong to the line.
    pub fn cell_of(&self, doc: &Document, offset: Offset) -> Option<usize> {
        let mut end = None;
        for (column, run) in self.columns() {
            let Some(range) = run.range() else { continue };
            if range.contains(offset) {
                return Some(column + run.cell_of(doc, range, offset) * self.scale);
            }
            if range.end <= offset {
                end = Some(column + run.width * self.scale);
            }
        }
        let hidden = self.range.contains(offset) || (self.range.is_empty() && self.range.start == offset);
        if hidden || self.range.end == offset { end.or(Some(self.text_column())) } else { None }
    }

    /// Returns the offset of what is drawn at column `cell`, or of the nearest text on the line.
    pub fn offset_at(&self, doc: &Document, cell: usize) -> Offset {
        let mut nearest = None;
        for (column, run) in self.columns() {
            let Some(range) = run.range() else { continue };
            if cell < column {
                return nearest.unwrap_or(range.start);
            }
            if cell < column + run.width * self.scale {
                return run.offset_at(doc, range, (cell - column) / self.scale);
            }
            nearest = Some(if run.is_reversed { range.start } else { range.end });
        }
        nearest.unwrap_or(self.range.start)
    }

    /// Returns the run at column `cell`.
    pub fn run_at(&self, cell: usize) -> Option<&Run> {
        let covers = |(column, run): &(usize, &Run)| (*column..column + run.width * self.scale).contains(&cell);
        self.columns().find(covers).map(|(_, run)| run)
    }

    /// Returns the column where the line's text starts, after ornaments.
    pub fn text_column(&self) -> usize {
        self.columns().find(|(_, run)| run.range().is_some()).map_or(self.width, |(column, _)| column)
    }

    /// Returns the row of a picture that the line is, and the column where it stands.
    pub fn strip(&self) -> Option<(Strip, usize)> {
        let LineKind::Picture(strip) = self.kind else { return None };
        let own = self.runs.last().map_or(0, |run| run.width);
        Some((strip, self.width - own))
    }

    /// Returns the line as it is seen, without colours.
    pub fn to_text(&self, doc: &Document) -> String {
        let mut text = " ".repeat(self.indent);
        for run in &self.runs {
            text.push_str(run.text(doc));
        }
        text
    }

    /// Makes an empty line that belongs to `block`, which starts at `offset`.
    pub(super) fn blank(block: BlockId, offset: Offset) -> Self {
        let range = TextRange::empty(offset);
        Self { range, indent: 0, runs: Vec::new(), block, kind: LineKind::Blank, scale: 1, width: 0 }
    }
}

impl Run {
    pub(super) fn drawn(text: impl Into<Cow<'static, str>>, role: Role) -> Self {
        let text = text.into();
        Self { width: width::width(&text), content: RunContent::Drawn(text), role, link: None, is_reversed: false }
    }

    /// Makes a run, yet to be measured, of the document's text.
    pub(super) fn of_text(range: TextRange, role: Role, link: Option<u32>) -> Self {
        Self { content: RunContent::Text(range), role, link, width: 0, is_reversed: false }
    }

    /// Returns the run with what it shows in place of its text, if it has any.
    pub(super) fn shown_as(self, text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        match self.range() {
            Some(range) => Self { width: width::width(&text), content: RunContent::Shown { range, text }, ..self },
            None => self,
        }
    }

    /// Returns the range of the text that the run shows, unless it is drawn.
    pub fn range(&self) -> Option<TextRange> {
        match self.content {
            RunContent::Text(range) | RunContent::Shown { range, .. } => Some(range),
            RunContent::Drawn(_) => None,
        }
    }

    /// Returns what the run shows.
    pub fn text<'a>(&'a self, doc: &'a Document) -> &'a str {
        match &self.content {
            RunContent::Text(range) => doc.slice(*range),
            RunContent::Shown { text, .. } | RunContent::Drawn(text) => text,
        }
    }

    /// Returns each cluster that the run shows, from left to right, with the offset of the text that it stands for,
    /// which what is drawn has none of.
    pub fn clusters<'a>(&'a self, doc: &'a Document) -> impl Iterator<Item = (Cluster<'a>, Option<Offset>)> {
        let mut column = 0;
        let range = self.range();
        width::clusters(self.text(doc)).map(move |cluster| {
            let at = column;
            column += cluster.width;
            let offset = range.map(|range| match self.content {
                RunContent::Text(range) => Offset::at(range.start.index() + cluster.offset),
                _ => self.offset_at(doc, range, at),
            });
            (cluster, offset)
        })
    }

    /// Returns the offset of what is shown at `cell` of the run, whose text is `range`.
    fn offset_at(&self, doc: &Document, range: TextRange, cell: usize) -> Offset {
        let text = doc.slice(range);
        match self.content {
            RunContent::Shown { .. } if width::width(text) != self.width => range.start,
            _ => {
                let cell = if self.is_reversed { self.width.saturating_sub(cell + 1) } else { cell };
                Offset::at(range.start.index() + width::offset_at(text, cell))
            }
        }
    }

    /// Returns the cell of the run, whose text is `range`, that shows `offset`.
    fn cell_of(&self, doc: &Document, range: TextRange, offset: Offset) -> usize {
        match self.content {
            RunContent::Shown { .. } if width::width(doc.slice(range)) != self.width => 0,
            _ if self.is_reversed => {
                let from = doc.slice(TextRange::new(offset, range.end));
                let own = width::clusters(from).next().map_or(0, |cluster| cluster.width);
                width::width(from).saturating_sub(own)
            }
            _ => width::width(doc.slice(TextRange::new(range.start, offset))),
        }
    }
}

/// Returns the index of the line that holds `offset`, or of the one nearest before it.
pub(super) fn holding(lines: &[Arc<Line>], offset: Offset) -> usize {
    let shows = |line: &Arc<Line>| line.text_ranges().any(|range| range.contains(offset));
    let begins_picture = |line: &Line| matches!(line.kind, LineKind::Picture(strip) if strip.row == 0);
    let is_text = |line: &Arc<Line>| line.kind == LineKind::Text || begins_picture(line);
    let before = |line: &Arc<Line>| is_text(line) && line.range.start <= offset;
    // A picture stands above its caption, and belongs to the caption's beginning.
    let pictured = lines.iter().position(|line| begins_picture(line) && line.range.start == offset);
    let shown = pictured.or_else(|| lines.iter().position(shows));
    // A row of a table has its whole range on its first line, so the first of those that hold the offset is meant.
    let held = || lines.iter().position(|line| line.range.contains(offset));
    let found = shown.or_else(held).or_else(|| lines.iter().rposition(before));
    found.or_else(|| lines.iter().position(is_text)).unwrap_or_else(|| lines.len().saturating_sub(1))
}
