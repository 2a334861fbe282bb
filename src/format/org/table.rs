//! Tables: rows between bars, with rules under their headers and cookies for their columns.

use super::blocks::Reader;
use super::inline;
use crate::document::{Alignment, BlockKind};

/// How many columns a table may have.
const MOST_COLUMNS: usize = 256;

impl Reader {
    pub(super) fn table(&mut self, lines: &[&str], at: usize) -> usize {
        let rest = lines.get(at..).unwrap_or_default();
        let drawn: Vec<&str> =
            rest.iter().map(|line| line.trim_start()).take_while(|line| line.starts_with('|')).collect();
        let mut rows: Vec<Vec<&str>> = Vec::new();
        let mut n_header_rows = 0;
        let mut alignments: Vec<Alignment> = Vec::new();
        for line in &drawn {
            if line.starts_with("|-") {
                if n_header_rows == 0 {
                    n_header_rows = rows.len();
                }
                continue;
            }
            let inside = line.strip_prefix('|').unwrap_or(line);
            let inside = inside.strip_suffix('|').unwrap_or(inside);
            let cells: Vec<&str> = inside.splitn(MOST_COLUMNS, '|').map(str::trim).collect();
            // Cookies such as `<r10>` say how columns are set.
            let is_cookie = |cell: &&str| {
                cell.is_empty()
                    || cell.starts_with('<') && cell.ends_with('>') && cell.len() <= 6 && !cell.contains('-')
            };
            if cells.iter().all(is_cookie) && cells.iter().any(|cell| !cell.is_empty()) {
                alignments = cells.iter().map(|cell| alignment(cell)).collect();
            } else if cells.first() != Some(&"/") {
                rows.push(cells);
            }
        }
        if rows.iter().flatten().any(|cell| !cell.is_empty()) {
            self.inlines.close_leaf();
            if let Some(caption) = self.caption.take() {
                self.leaf(BlockKind::Caption, &caption);
            }
            let n_header_rows = if n_header_rows < rows.len() { n_header_rows } else { 0 };
            self.inlines.builder.open_table(alignments);
            for (idx, row) in rows.iter().enumerate() {
                for cell in row {
                    self.inlines.builder.open_cell();
                    self.inlines.enter_leaf();
                    inline::write(&mut self.inlines, &mut self.notes, cell);
                    self.inlines.leave_leaf();
                    self.inlines.builder.close_cell();
                }
                self.inlines.builder.end_row(idx < n_header_rows);
            }
            self.inlines.builder.close();
        }
        at + drawn.len()
    }
}

fn alignment(cookie: &str) -> Alignment {
    match cookie.get(1..2) {
        Some("l") => Alignment::Left,
        Some("c") => Alignment::Center,
        Some("r") => Alignment::Right,
        _ => Alignment::Natural,
    }
}
