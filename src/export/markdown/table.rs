//! Tables: with pipes where each row has the same cells under one header, else in HTML.

use super::escape::Place;
use super::inline::Inlines;
use crate::document::{Alignment, Table};

/// Returns whether pipes can draw the table.
pub fn is_regular(table: &Table) -> bool {
    let n_columns = table.rows.first().map_or(0, Vec::len);
    table.header_rows == 1 && n_columns > 0 && table.rows.iter().all(|row| row.len() == n_columns)
}

pub fn write_pipes(table: &Table, inlines: &Inlines<'_>, lines: &mut Vec<String>) {
    for (idx, row) in table.rows.iter().enumerate() {
        let mut line = String::from("|");
        for cell in row {
            line.push(' ');
            line.push_str(&inlines.text(*cell, Place::Cell));
            line.push_str(" |");
        }
        lines.push(line);
        if idx == 0 {
            let alignments = table.alignments.iter().copied().chain(std::iter::repeat(Alignment::Natural));
            let rules = alignments.take(row.len()).map(|alignment| match alignment {
                Alignment::Natural => " --- |",
                Alignment::Left => " :-- |",
                Alignment::Center => " :-: |",
                Alignment::Right => " --: |",
            });
            lines.push(std::iter::once("|").chain(rules).collect());
        }
    }
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
