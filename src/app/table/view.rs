//! A look at one table: the cell at hand, the order of the rows, and what is seen of them. Only what the screen shows is
//! looked at, but for sorting and copying.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::frame::{Frame, GAP, NARROWEST, Wish};
use crate::document::{
    Alignment, BlockId, BlockKind, Direction, Document, Offset, Spans, Table, TextRange, floor_boundary,
};
use crate::layout::{self, ColumnName, Order};
use crate::text::order::{self, Way};
use crate::text::width;

/// How much of a cell is shown in its column, in bytes.
const CELL_SAMPLE: usize = 512;
/// The longest title, in cells.
const LONGEST_TITLE: usize = 200;

/// A look at one table.
#[derive(Debug)]
pub struct TableView {
    document: Arc<Document>,
    /// An index into the document's tables.
    table: usize,
    title: String,
    spans: Spans,
    /// What the columns want, in cells.
    natural: Vec<usize>,
    /// How many rows at the top are headers, with at least one row below them.
    header_rows: usize,
    sorting: Option<Sorting>,
    /// Whether the first column stands at the right.
    is_mirrored: bool,
    /// The cell at hand: a row below the headers as they are sorted, and a column.
    row: usize,
    column: usize,
    frame: Frame,
}

/// How the rows are sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sorting {
    column: usize,
    way: Way,
    /// Rows below the headers, in order.
    rows: Vec<usize>,
}

/// What stands in the cells of a row that are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot<'a> {
    pub text: Cow<'a, str>,
    pub at: usize,
    pub cells: usize,
    pub alignment: Alignment,
    /// Whether the cell at hand is among them, or the column of it for a header.
    pub is_at_hand: bool,
}

impl TableView {
    /// Opens the table of a block, at the row that holds `offset`. None where the block is none, or it has no cells.
    pub fn new(document: Arc<Document>, block: BlockId, offset: Offset, order: Order) -> Option<Self> {
        let BlockKind::Table(index) = document.block(block)?.kind else { return None };
        let index = index as usize;
        let table = document.tables().get(index).filter(|table| table.n_columns() > 0)?;
        let spans = Spans::of(table);
        let mut natural = layout::widths_of_all(&document, table, &spans, GAP);
        natural.resize(table.n_columns(), NARROWEST);
        for width in &mut natural {
            *width = (*width).max(NARROWEST);
        }
        let header_rows = table.header_rows.min(table.rows.len().saturating_sub(1));
        let start = document.block(block)?.range.start;
        let is_rtl = document.direction_at(start) == Some(Direction::RightToLeft);
        let title = title(&document, block);
        let is_above = |row: &Vec<TextRange>| row.first().is_none_or(|first| first.start <= offset);
        let row = table.rows.partition_point(is_above).saturating_sub(1 + header_rows);
        Some(Self {
            document,
            table: index,
            title,
            spans,
            natural,
            header_rows,
            sorting: None,
            is_mirrored: is_rtl && order != Order::Terminals,
            row,
            column: 0,
            frame: Frame { rows: row..row, ..Frame::default() },
        })
    }

    /// Fits what is shown to a screen, with the cell at hand on it.
    pub fn fit(&mut self, columns: usize, rows: usize) {
        let wish = Wish {
            natural: &self.natural,
            header_columns: self.table().map_or(0, |table| table.header_columns),
            header_rows: self.header_rows,
            n_rows: self.n_rows(),
            at_hand: (self.row, self.column),
            is_mirrored: self.is_mirrored,
        };
        self.frame = self.frame.fitted(wish, columns, rows);
    }

    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Returns what the table is called; it may be nothing.
    pub fn title(&self) -> &str {
        &self.title
    }

    pub fn n_rows(&self) -> usize {
        self.rows().len() - self.header_rows
    }

    pub fn n_columns(&self) -> usize {
        self.natural.len()
    }

    /// Returns the row, as the rows are sorted, and the column of the cell at hand, from 0.
    pub fn at_hand(&self) -> (usize, usize) {
        (self.row, self.column)
    }

    /// Returns the column by which the rows are sorted, and which way.
    pub fn sorted_by(&self) -> Option<(usize, Way)> {
        self.sorting.as_ref().map(|sorting| (sorting.column, sorting.way))
    }

    /// Returns what a column is called: its headers, else its number.
    pub fn name(&self, column: usize) -> String {
        let name = self.table().map(|table| ColumnName::of(&self.document, table, &self.spans, column).whole());
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("column {}", column + 1))
    }

    /// Returns the whole text of the cell at hand.
    pub fn text_at_hand(&self) -> Cow<'_, str> {
        let range = self.row_at(self.row).and_then(|row| self.filled(row, self.column));
        range.map_or(Cow::Borrowed(""), |range| layout::shown(&self.document, range))
    }

    /// Moves by rows and columns, and stops at the edges.
    pub fn step(&mut self, rows: isize, columns: isize) {
        self.row = self.row.saturating_add_signed(rows).min(self.n_rows().saturating_sub(1));
        // On a screen that reads from the right, what comes next stands at the left.
        let columns = if self.is_mirrored { columns.saturating_neg() } else { columns };
        self.column = self.column.saturating_add_signed(columns).min(self.n_columns().saturating_sub(1));
    }

    /// Moves to the first or the last column.
    pub fn go_to_edge(&mut self, is_last: bool) {
        self.column = if is_last { self.n_columns().saturating_sub(1) } else { 0 };
    }

    /// Moves to the cell at a place of the screen, if one is there.
    pub fn press(&mut self, column: usize, row: usize) {
        if let Some(found) = self.frame.cell_at(column, row) {
            (self.row, self.column) = found;
        }
    }

    /// Scrolls by rows; the cell at hand stays on the screen.
    pub fn scroll(&mut self, rows: isize) {
        let shown = self.frame.rows.len();
        let top = self.frame.rows.start.saturating_add_signed(rows).min(self.n_rows().saturating_sub(shown));
        self.frame.rows = top..top + shown;
        self.row = self.row.clamp(top, (top + shown).saturating_sub(1).max(top));
    }

    /// Sorts by the column at hand, or, where it is sorted so already, back to the order of the article.
    pub fn sort(&mut self, way: Way) {
        let column = self.column;
        let is_so = self.sorted_by() == Some((column, way));
        self.sorting = (!is_so).then(|| {
            let text = |row: usize| self.filled(row, column).map(|range| layout::shown(&self.document, range));
            let texts: Vec<Cow<'_, str>> =
                (self.header_rows..self.rows().len()).map(|row| text(row).unwrap_or_default()).collect();
            let cells: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
            Sorting { column, way, rows: order::sorted(&cells, way) }
        });
        self.row = 0;
    }

    /// Returns the table with its rows as they are sorted. Rows that are not where they were tell all that was told by
    /// cells above them.
    pub fn as_sorted(&self) -> Table {
        let Some(table) = self.table() else { return Table::default() };
        let Some(sorting) = &self.sorting else { return table.clone() };
        let mut rows: Vec<Vec<TextRange>> = table.rows.iter().take(self.header_rows).cloned().collect();
        rows.extend(sorting.rows.iter().map(|row| {
            let row = row + self.header_rows;
            let n_columns = table.rows.get(row).map_or(0, Vec::len);
            (0..n_columns).filter_map(|column| self.filled(row, column)).collect()
        }));
        let is_header = |row: u32| (row as usize) < self.header_rows;
        let spans = table.spans.iter().copied().filter(|span| is_header(span.row)).collect();
        Table { rows, spans, ..table.clone() }
    }

    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Returns what a header row shows.
    pub fn header(&self, row: usize) -> Vec<Slot<'_>> {
        self.slots(row, row == self.frame.headers.start, |columns| columns.contains(&self.column))
    }

    /// Returns what the row number `at`, as they are sorted, shows.
    pub fn body(&self, at: usize) -> Vec<Slot<'_>> {
        let Some(row) = self.row_at(at) else { return Vec::new() };
        // What stands over several rows is told on the first one that is seen.
        let is_told = self.sorting.is_some() || at == self.frame.rows.start;
        self.slots(row, is_told, |columns| at == self.row && columns.contains(&self.column))
    }

    fn slots(&self, row: usize, is_told: bool, is_at_hand: impl Fn(&Range<usize>) -> bool) -> Vec<Slot<'_>> {
        let Some(table) = self.table() else { return Vec::new() };
        let mut slots: Vec<Slot<'_>> = Vec::new();
        let mut last: Option<Range<usize>> = None;
        for shown in &self.frame.columns {
            let joined = self.spans.joined(table, row, shown.column);
            if last.as_ref() == Some(&joined)
                && let Some(slot) = slots.last_mut()
            {
                let end = (slot.at + slot.cells).max(shown.at + shown.cells);
                slot.at = slot.at.min(shown.at);
                slot.cells = end - slot.at;
                continue;
            }
            let range = if is_told { self.filled(row, shown.column) } else { self.own(row, joined.start) };
            slots.push(Slot {
                text: range.map_or(Cow::Borrowed(""), |range| self.sample(range)),
                at: shown.at,
                cells: shown.cells,
                alignment: match table.alignments.get(joined.start) {
                    // What heads several columns stands over the middle of them.
                    _ if row < self.header_rows && joined.len() > 1 => Alignment::Center,
                    alignment => alignment.copied().unwrap_or_default(),
                },
                is_at_hand: is_at_hand(&joined),
            });
            last = Some(joined);
        }
        slots
    }

    fn sample(&self, range: TextRange) -> Cow<'_, str> {
        if range.len() <= CELL_SAMPLE {
            return layout::shown(&self.document, range);
        }
        let end = floor_boundary(self.document.text(), range.start.index() + CELL_SAMPLE);
        let text = self.document.text().get(range.start.index()..end).unwrap_or_default();
        Cow::Owned(format!("{text}…"))
    }

    fn table(&self) -> Option<&Table> {
        self.document.tables().get(self.table)
    }

    fn rows(&self) -> &[Vec<TextRange>] {
        self.table().map_or(&[], |table| table.rows.as_slice())
    }

    /// Returns the row of the table that is number `at` as they are sorted.
    fn row_at(&self, at: usize) -> Option<usize> {
        let row = match &self.sorting {
            Some(sorting) => sorting.rows.get(at).copied()?,
            None => at,
        };
        Some(row + self.header_rows)
    }

    fn own(&self, row: usize, column: usize) -> Option<TextRange> {
        self.table()?.cell(row, column)
    }

    /// Returns the text of a cell, or of the one that reaches over it.
    fn filled(&self, row: usize, column: usize) -> Option<TextRange> {
        let table = self.table()?;
        match self.spans.over(table, row, column) {
            Some(span) => table.cell(span.row as usize, span.column as usize),
            None => table.cell(row, column),
        }
    }
}

/// Returns what a table is called: the caption above or below it, else its section.
fn title(document: &Document, block: BlockId) -> String {
    let caption = |id: BlockId| document.block(id).filter(|block| block.kind == BlockKind::Caption);
    let beside = [document.previous_leaf(block), document.next_leaf(Some(block))];
    let caption = beside.into_iter().flatten().find_map(caption).map(|block| block.range);
    let start = document.block(block).map(|block| block.range.start).unwrap_or_default();
    let section = || document.sections().get(document.section_at(start)?)?.title;
    let range = caption.or_else(section);
    range.map_or_else(String::new, |range| width::truncate(document.slice(range), LONGEST_TITLE).into_owned())
}
