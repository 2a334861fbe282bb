//! tbl(1): tables in manual pages. Cells are read with their fonts; rules and spans leave no more than their cells.

use super::escape::Font;
use super::page::Page;
use super::roff::{Line, Roff};
use super::runs::{Pen, Runs};
use crate::document::Alignment;

/// How many columns a table may have.
const MOST_COLUMNS: usize = 256;

/// A column's letter, as a format line gives it.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    alignment: Alignment,
    font: Font,
    /// Whether the cell goes on from the one before it or above it.
    is_span: bool,
}

/// Reads the table that `.TS` has begun, up to `.TE` or where the page goes on without it.
pub fn read(page: &mut Page, roff: &mut Roff<'_>) -> Option<Line> {
    page.end_leaf();
    let mut reader = Reader { tab: '\t', formats: Vec::new(), n_rows: 0 };
    let mut pending = roff.line();
    if let Some(Line::Text(options)) = &pending
        && options.trim_end().ends_with(';')
    {
        reader.take_options(options);
        pending = roff.line();
    }
    pending = reader.take_formats(pending, roff);
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    // How many rows stand above the first rule below a row.
    let mut n_header_rows = None;
    let mut left_over = None;
    while let Some(line) = pending {
        match line {
            Line::Control(name, _) if name == "TE" => break,
            Line::Control(name, rest) if matches!(name.as_str(), "SH" | "SS" | "Sh" | "Ss" | "TS") => {
                left_over = Some(Line::Control(name, rest));
                break;
            }
            Line::Control(name, _) if name == "T&" => {
                let next = roff.line();
                pending = reader.take_formats(next, roff);
                continue;
            }
            Line::Control(..) => {}
            Line::Text(text) if matches!(text.trim(), "_" | "=" | "\\_") => {
                if !rows.is_empty() {
                    n_header_rows.get_or_insert(rows.len());
                }
            }
            Line::Text(text) => rows.push(reader.row(&text, roff)),
        }
        pending = roff.line();
    }
    let n_header_rows = n_header_rows.filter(|&n_rows| n_rows < rows.len() && n_rows <= 2).unwrap_or_else(|| {
        // A first row in bold is a header too.
        usize::from(rows.len() > 1 && reader.formats.len() > 1 && reader.is_bold_header())
    });
    page.write_table(&reader.alignments(), rows, n_header_rows);
    left_over
}

/// A cell's lines, each with whether it is in the font of its column.
pub type Cell = (Font, Vec<String>);

#[derive(Debug)]
struct Reader {
    tab: char,
    formats: Vec<Vec<Column>>,
    n_rows: usize,
}

impl Reader {
    fn take_options(&mut self, options: &str) {
        let lower = options.to_ascii_lowercase();
        for name in ["tab(", "tab ("] {
            let tab =
                lower.find(name).and_then(|at| options.get(at + name.len()..)).and_then(|rest| rest.chars().next());
            if let Some(tab) = tab {
                self.tab = tab;
            }
        }
    }

    /// Takes format lines up to the one that ends with a full stop; returns the line after them.
    fn take_formats(&mut self, first: Option<Line>, roff: &mut Roff<'_>) -> Option<Line> {
        self.formats.clear();
        self.n_rows = 0;
        let mut next = first;
        while let Some(Line::Text(text)) = next {
            let text = text.trim_end();
            let (line, is_last) = text.strip_suffix('.').map_or((text, false), |line| (line, true));
            self.formats.extend(line.split(',').filter(|part| !part.trim().is_empty()).map(columns));
            next = roff.line();
            if is_last {
                break;
            }
        }
        next
    }

    fn row(&mut self, text: &str, roff: &mut Roff<'_>) -> Vec<Cell> {
        let format =
            self.formats.get(self.n_rows.min(self.formats.len().saturating_sub(1))).cloned().unwrap_or_default();
        self.n_rows += 1;
        let mut cells = Vec::new();
        let mut rest = Some(text.to_owned());
        while let Some(line) = rest.take() {
            let mut parts = line.split(self.tab).peekable();
            while let Some(part) = parts.next() {
                let font = format.get(cells.len()).map_or(Font::ROMAN, |column| column.font);
                if cells.len() >= MOST_COLUMNS {
                    break;
                }
                if part.trim_end() == "T{" && parts.peek().is_none() {
                    let (lines, after) = block(roff);
                    cells.push((font, lines));
                    rest = after.and_then(|after| after.strip_prefix(self.tab).map(str::to_owned));
                } else {
                    cells.push((font, vec![part.to_owned()]));
                }
            }
        }
        cells
    }

    fn alignments(&self) -> Vec<Alignment> {
        // The last line is what most rows are set by.
        self.formats.last().map(|columns| columns.iter().map(|column| column.alignment).collect()).unwrap_or_default()
    }

    fn is_bold_header(&self) -> bool {
        let is_bold = |columns: &Vec<Column>| columns.iter().all(|column| column.font.bold || column.is_span);
        self.formats.first().is_some_and(is_bold) && !self.formats.last().is_some_and(is_bold)
    }
}

/// Reads a format line: a letter for each column, with what follows it.
fn columns(line: &str) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut chars = line.chars().peekable();
    let mut opens_column = true;
    while let Some(c) = chars.next() {
        let alignment = match c.to_ascii_lowercase() {
            'l' | 'a' => Some(Alignment::Left),
            'c' => Some(Alignment::Center),
            'r' | 'n' => Some(Alignment::Right),
            's' | '^' => Some(Alignment::Natural),
            _ => None,
        };
        if let Some(alignment) = alignment
            && columns.len() < MOST_COLUMNS
        {
            columns.push(Column { alignment, is_span: matches!(c, 's' | 'S' | '^'), ..Column::default() });
            opens_column = false;
            continue;
        }
        let font = match c.to_ascii_lowercase() {
            'b' => Some(Font::BOLD),
            'i' => Some(Font::ITALIC),
            'f' => {
                while chars.next_if_eq(&' ').is_some() {}
                let name = if chars.next_if_eq(&'(').is_some() {
                    chars.by_ref().take_while(|&c| c != ')').collect()
                } else {
                    chars.next().map(String::from).unwrap_or_default()
                };
                Font::by_name(&name)
            }
            '(' => {
                chars.by_ref().take_while(|&c| c != ')').for_each(drop);
                None
            }
            _ => None,
        };
        if let Some(column) = columns.last_mut().filter(|_| !opens_column)
            && let Some(font) = font
        {
            column.font = font;
        }
    }
    columns
}

/// Reads a block of text in a cell up to `T}`; returns what follows that.
fn block(roff: &mut Roff<'_>) -> (Vec<String>, Option<String>) {
    let mut lines = Vec::new();
    while let Some(line) = roff.line() {
        match line {
            Line::Text(text) => match text.strip_prefix("T}") {
                Some(after) => return (lines, Some(after.to_owned())),
                None => lines.push(text),
            },
            Line::Control(name, rest) => match name.as_str() {
                "TE" => break,
                "B" => lines.push(format!("\\fB{}\\fR", super::roff::arguments(&rest).join(" "))),
                "I" => lines.push(format!("\\fI{}\\fR", super::roff::arguments(&rest).join(" "))),
                "BR" | "IR" => {
                    let words = super::roff::arguments(&rest);
                    let font = if name == "BR" { 'B' } else { 'I' };
                    let parts = words.iter().enumerate();
                    let parts = parts
                        .map(|(idx, word)| if idx % 2 == 0 { format!("\\f{font}{word}\\fR") } else { word.clone() });
                    lines.push(parts.collect());
                }
                _ => {}
            },
        }
    }
    (lines, None)
}

impl Page {
    /// Writes a table whose cells are lines of roff.
    pub fn write_table(&mut self, alignments: &[Alignment], rows: Vec<Vec<Cell>>, n_header_rows: usize) {
        if rows.iter().flatten().all(|(_, lines)| lines.iter().all(|line| line.trim().is_empty())) {
            return;
        }
        self.begin_other_leaf();
        let own_name = self.own_name();
        self.builder.open_table(alignments.to_vec());
        for (idx, row) in rows.into_iter().enumerate() {
            if row.iter().all(|(_, lines)| lines.iter().all(|line| line.trim().is_empty())) {
                continue;
            }
            for (font, lines) in row {
                self.builder.open_cell();
                let mut runs = Runs::default();
                let mut pen = Pen { font, before: Font::ROMAN };
                for line in lines {
                    let line = if matches!(line.trim(), "\\_" | "_" | "=" | "\\^") { "" } else { line.trim() };
                    runs.space_before(line, pen.font);
                    runs.push_line(line, &mut pen);
                }
                runs.write(&mut self.builder, &own_name);
                self.builder.close_cell();
            }
            self.builder.end_row(idx < n_header_rows);
        }
        self.builder.close();
    }
}
