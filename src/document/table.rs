//! Tables: their cells by row and column, and which of them reach over others.

use std::ops::Range;

use super::{Span, Table, TextRange};

impl Table {
    /// Returns how many columns the widest row has.
    pub fn n_columns(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or_default()
    }

    /// Returns the text of a cell; none where the row is shorter.
    pub fn cell(&self, row: usize, column: usize) -> Option<TextRange> {
        self.rows.get(row)?.get(column).copied()
    }

    fn is_free(&self, row: usize, column: usize) -> bool {
        self.cell(row, column).is_some_and(TextRange::is_empty)
    }
}

/// Which cells reach over others, by column, so that the one over a cell is found without looking at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spans {
    columns: Vec<Vec<Reach>>,
}

/// What a cell takes of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reach {
    span: Span,
    end: u32,
}

impl Spans {
    /// Finds what the cells of `table` reach over. A cell with text of its own is never covered, and one that is covered
    /// covers none.
    pub fn of(table: &Table) -> Self {
        let mut spans = Self::default();
        for &span in &table.spans {
            let (row, column) = (span.row as usize, span.column as usize);
            if table.cell(row, column).is_none() || spans.reach(row, column).is_some() {
                continue;
            }
            let free = |&at: &usize| table.is_free(row, at) && spans.reach(row, at).is_none();
            let to = column.saturating_add(span.n_columns as usize);
            let n_columns = 1 + (column + 1..to).take_while(free).count();
            let span = Span { n_columns: u32::try_from(n_columns).unwrap_or(1), ..span };
            if spans.columns.len() < column + n_columns {
                spans.columns.resize(column + n_columns, Vec::new());
            }
            let end = span.row.saturating_add(span.n_rows);
            for reaches in spans.columns.iter_mut().skip(column).take(n_columns) {
                reaches.push(Reach { span, end });
            }
        }
        spans
    }

    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Returns how far the cell reaches that shows at a place, if it is over more than that.
    pub fn over(&self, table: &Table, row: usize, column: usize) -> Option<Span> {
        let span = self.reach(row, column)?;
        let is_own = (row, column) == (span.row as usize, span.column as usize);
        (is_own || table.is_free(row, column)).then_some(span)
    }

    /// Returns the columns that are one on a row, with `column` among them.
    pub fn joined(&self, table: &Table, row: usize, column: usize) -> Range<usize> {
        let Some(span) = self.over(table, row, column) else { return column..column + 1 };
        let (start, end) = (span.column as usize, (span.column + span.n_columns) as usize);
        let same = |&at: &usize| self.over(table, row, at) == Some(span);
        // Below its own row, a cell may have been written where nothing should stand.
        let left = (start..column).rev().take_while(same).count();
        column - left..column + 1 + (column + 1..end).take_while(same).count()
    }

    fn reach(&self, row: usize, column: usize) -> Option<Span> {
        let reaches = self.columns.get(column)?;
        let after = reaches.partition_point(|reach| reach.span.row as usize <= row);
        let last = reaches.get(after.checked_sub(1)?)?;
        ((last.end as usize) > row).then_some(last.span)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::document::DocumentBuilder;

    /// Makes a table of rows whose cells are parted by bars; `=2x1` after a cell's text tells what it spans.
    fn table(rows: &[&str]) -> Table {
        let mut b = DocumentBuilder::new();
        b.open_table(Vec::new());
        for row in rows {
            for cell in row.split('|') {
                let (text, span) = cell.split_once('=').unwrap_or((cell, ""));
                b.open_cell();
                b.text(text);
                if let Some((columns, rows)) = span.split_once('x') {
                    b.span(columns.parse().unwrap_or(1), rows.parse().unwrap_or(1));
                }
                b.close_cell();
            }
            b.end_row(false);
        }
        b.close();
        b.finish().tables()[0].clone()
    }

    #[test]
    fn cells_are_joined_where_one_reaches_over_them() {
        let check = |rows: &[&str], row: usize, want: &[Range<usize>]| {
            let table = table(rows);
            let spans = Spans::of(&table);
            let mut found = Vec::new();
            while found.last().map_or(0, |last: &Range<usize>| last.end) < table.rows[row].len() {
                let at = found.last().map_or(0, |last| last.end);
                found.push(spans.joined(&table, row, at));
            }
            assert_eq!(found, want, "{rows:?}");
        };
        check(&["a=2x1||c"], 0, &[0..2, 2..3]);
        check(&["a=2x2||c", "||d"], 1, &[0..2, 2..3]);
        check(&["a=9x1||c"], 0, &[0..2, 2..3]);
        // What has text is not covered.
        check(&["a=3x1|b|c"], 0, &[0..1, 1..2, 2..3]);
        check(&["a=2x2||c", "|x|d"], 1, &[0..1, 1..2, 2..3]);
        // The one above goes first.
        check(&["a|b=2x2|", "c=2x1||"], 1, &[0..1, 1..3]);
    }

    #[test]
    fn the_cell_over_a_place_is_found() {
        let table = table(&["a=1x3|b", "|c=1x2", "|", "d|e"]);
        let spans = Spans::of(&table);
        let over = |row, column| spans.over(&table, row, column).map(|span| (span.row, span.column));
        assert_eq!([over(0, 0), over(2, 0), over(3, 0)], [Some((0, 0)), Some((0, 0)), None]);
        assert_eq!([over(0, 1), over(2, 1), over(3, 1)], [None, Some((1, 1)), None]);
    }
}
