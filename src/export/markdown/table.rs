//! Tables: with pipes where each row has the same cells under one header, else in HTML.

use super::escape::Place;
use super::inline::Inlines;
use crate::document::{Alignment, Spans, Table};

/// Returns whether pipes can draw the table.
pub fn is_regular(table: &Table) -> bool {
    let n_columns = table.rows.first().map_or(0, Vec::len);
    table.header_rows == 1 && n_columns > 0 && table.rows.iter().all(|row| row.len() == n_columns)
}

pub fn write_pipes(table: &Table, inlines: &Inlines<'_>, lines: &mut Vec<String>) {
    for (idx, row) in table.rows.iter().enumerate() {
        lines.push(pipes(row.iter().map(|&cell| inlines.text(cell, Place::Cell))));
        if idx == 0 {
            lines.push(rule(table, row.len()));
        }
    }
}

/// Writes a table that stands alone with pipes: what heads a column is made one cell, and short rows are filled up.
pub fn write_alone(table: &Table, inlines: &Inlines<'_>, out: &mut String) {
    let n_columns = table.n_columns();
    let spans = Spans::of(table);
    let cell = |row: usize, column: usize| table.cell(row, column).map(|cell| inlines.text(cell, Place::Cell));
    let name = |column: usize| {
        let mut over: Vec<(usize, usize)> = Vec::new();
        for row in 0..table.header_rows {
            let span = spans.over(table, row, column);
            over.push(span.map_or((row, column), |span| (span.row as usize, span.column as usize)));
        }
        over.dedup();
        let words = over.into_iter().filter_map(|(row, column)| cell(row, column));
        words.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let mut line = |line: String| {
        out.push_str(&line);
        out.push('\n');
    };
    line(pipes((0..n_columns).map(name)));
    line(rule(table, n_columns));
    for row in table.header_rows..table.rows.len() {
        line(pipes((0..n_columns).map(|column| cell(row, column).unwrap_or_default())));
    }
}

fn pipes(cells: impl Iterator<Item = String>) -> String {
    let mut line = String::from("|");
    for cell in cells {
        line.push(' ');
        line.push_str(&cell);
        line.push_str(" |");
    }
    line
}

fn rule(table: &Table, n_columns: usize) -> String {
    let alignments = table.alignments.iter().copied().chain(std::iter::repeat(Alignment::Natural));
    let rules = alignments.take(n_columns).map(|alignment| match alignment {
        Alignment::Natural => " --- |",
        Alignment::Left => " :-- |",
        Alignment::Center => " :-: |",
        Alignment::Right => " --: |",
    });
    std::iter::once("|").chain(rules).collect()
}

pub fn write_html(table: &Table, inlines: &Inlines<'_>, lines: &mut Vec<String>) {
    lines.push("<table>".to_owned());
    for (idx, row) in table.rows.iter().enumerate() {
        let tag = if idx < table.header_rows { "th" } else { "td" };
        let cells = row.iter().map(|cell| format!("<{tag}>{}</{tag}>", inlines.html(*cell)));
        lines.push(format!("<tr>{}</tr>", cells.collect::<String>()));
    }
    lines.push("</table>".to_owned());
}
