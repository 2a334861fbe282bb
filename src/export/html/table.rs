//! Tables: rows of cells, which cells head others, and how far each reaches.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::inline::Inlines;
use crate::document::{Alignment, Table, TextRange};

/// Writes the rows of `table`, whose text is `whole`.
pub fn write_rows(table: &Table, whole: TextRange, inlines: &mut Inlines<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
    let reach = Reach::of(table);
    let n_headers = table.header_rows.min(table.rows.len());
    for (part, rows) in [("thead", 0..n_headers), ("tbody", n_headers..table.rows.len())] {
        if rows.is_empty() {
            continue;
        }
        writeln!(out, "<{part}>")?;
        for (row_idx, row) in table.rows.iter().enumerate().take(rows.end).skip(rows.start) {
            out.write_str("<tr>")?;
            for (column_idx, cell) in row.iter().enumerate() {
                if reach.covered.contains(&(row_idx, column_idx)) {
                    continue;
                }
                let (tag, scope) = match (part, column_idx < table.header_columns) {
                    ("thead", _) => ("th", " scope=\"col\""),
                    (_, true) => ("th", " scope=\"row\""),
                    (_, false) => ("td", ""),
                };
                // The name of the table's own start stands at the table.
                let id = if cell.start == whole.start { String::new() } else { inlines.id(cell.start) };
                let span = reach.attributes.get(&(row_idx, column_idx)).map_or("", String::as_str);
                let align = alignment(table, column_idx);
                write!(out, "<{tag}{scope}{id}{span}{align}>{}</{tag}>", inlines.words(*cell))?;
            }
            out.write_str("</tr>\n")?;
        }
        writeln!(out, "</{part}>")?;
    }
    Ok(())
}

fn alignment(table: &Table, column_idx: usize) -> &'static str {
    match table.alignments.get(column_idx) {
        Some(Alignment::Left) => " style=\"text-align: left\"",
        Some(Alignment::Center) => " style=\"text-align: center\"",
        Some(Alignment::Right) => " style=\"text-align: right\"",
        Some(Alignment::Natural) | None => "",
    }
}

/// Cells, by row and column, that reach over others, and those that are reached over.
struct Reach {
    attributes: HashMap<(usize, usize), String>,
    covered: HashSet<(usize, usize)>,
}

impl Reach {
    fn of(table: &Table) -> Self {
        let mut reach = Self { attributes: HashMap::new(), covered: HashSet::new() };
        // Cells that reach over each other's cells could otherwise cost the square of their number.
        let mut n_left = 2 * table.rows.iter().map(Vec::len).sum::<usize>();
        for span in &table.spans {
            let (row, column) = (span.row as usize, span.column as usize);
            if n_left == 0 || reach.covered.contains(&(row, column)) {
                continue;
            }
            let rows = table.rows.iter().enumerate().skip(row).take(span.n_rows as usize);
            for (row_idx, cells) in rows {
                let covered = cells.iter().enumerate().skip(column).take(span.n_columns as usize);
                let covered = covered.take(n_left);
                n_left = n_left.saturating_sub(covered.len().max(1));
                let others = covered.map(|(column_idx, cell)| ((row_idx, column_idx), cell));
                // What has words of its own is shown, whatever else reaches there.
                let others = others.filter(|(place, cell)| *place != (row, column) && cell.is_empty());
                reach.covered.extend(others.map(|(place, _)| place));
            }
            let sides = [("rowspan", span.n_rows), ("colspan", span.n_columns)];
            let sides = sides.iter().filter(|(_, n_cells)| *n_cells > 1);
            let sides: Vec<_> = sides.map(|(name, n_cells)| format!(" {name}=\"{n_cells}\"")).collect();
            reach.attributes.insert((row, column), sides.concat());
        }
        reach
    }
}
