//! Tables: drawn as grids, set between rulers, or given as lists and values.

use super::blocks::Reader;
use super::inline;

/// How many columns a table may have.
const MOST_COLUMNS: usize = 256;

/// Returns whether a line is the top of a grid.
pub fn begins_grid(line: &str) -> bool {
    line.starts_with("+-") && line.ends_with('+') && line.bytes().all(|byte| b"+-=".contains(&byte))
}

fn is_ruler(line: &str, sign: char) -> bool {
    line.starts_with(sign) && line.chars().all(|c| c == sign || c == ' ')
}

/// Returns whether a line is the ruler above a simple table, which has one below.
pub fn begins_simple(line: &str, rest: &[&str]) -> bool {
    is_ruler(line, '=') && line.contains(' ') && rest.iter().take(2).any(|line| !line.is_empty())
}

/// Reads a grid; returns where it ends.
pub fn grid(reader: &mut Reader, lines: &[&str], at: usize) -> usize {
    let rest = lines.get(at..).unwrap_or_default();
    let n_lines = rest.iter().position(|line| !line.starts_with(['+', '|'])).unwrap_or(rest.len());
    let drawn = rest.get(..n_lines).unwrap_or_default();
    let edges: Vec<usize> = drawn
        .iter()
        .filter(|line| begins_grid(&line.replace('=', "-")))
        .max_by_key(|line| line.matches('+').count())
        .map(|line| line.char_indices().filter(|&(_, c)| c == '+').map(|(at, _)| at).take(MOST_COLUMNS).collect())
        .unwrap_or_default();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut n_header_rows = 0;
    for line in drawn.iter().skip(1) {
        if line.starts_with('+') {
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push(std::mem::take(&mut row));
            }
            row.clear();
            if line.starts_with("+=") {
                n_header_rows = rows.len();
            }
            continue;
        }
        for (idx, text) in cut(line, &edges).into_iter().enumerate() {
            // A line inside a cell that spans rows is no text.
            let text = if text.starts_with("+--") || text.starts_with("---") { "" } else { text.as_str() };
            match row.get_mut(idx) {
                Some(cell) => {
                    cell.push('\n');
                    cell.push_str(text);
                }
                None => row.push(text.to_owned()),
            }
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    write(reader, n_header_rows, &rows);
    at + n_lines
}

/// Cuts a line of a grid where its columns have their edges; a cell that spans some leaves the next ones empty.
fn cut(line: &str, edges: &[usize]) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let mut cells = Vec::new();
    let mut text = String::new();
    let mut n_waiting = 0;
    for pair in edges.windows(2) {
        let [start, end] = pair else { continue };
        text.extend(chars.get(start + 1..(*end).min(chars.len())).unwrap_or_default());
        if chars.get(*end).is_none_or(|&c| c == '|' || c == '+') {
            cells.push(text.trim().to_owned());
            cells.extend(std::iter::repeat_n(String::new(), n_waiting));
            n_waiting = 0;
            text.clear();
        } else {
            text.extend(chars.get(*end));
            n_waiting += 1;
        }
    }
    if n_waiting > 0 {
        cells.push(text.trim().to_owned());
    }
    cells
}

/// Reads a table between rulers; returns where it ends.
pub fn simple(reader: &mut Reader, lines: &[&str], at: usize) -> usize {
    let rest = lines.get(at..).unwrap_or_default();
    let ruler = rest.first().copied().unwrap_or_default();
    let mut columns = Vec::new();
    let mut before = ' ';
    for (idx, c) in ruler.char_indices() {
        if c == '=' && before == ' ' && columns.len() < MOST_COLUMNS {
            columns.push(idx);
        }
        before = c;
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut n_header_rows = 0;
    let mut n_rulers = 1;
    let mut next = 1;
    while let Some(line) = rest.get(next) {
        next += 1;
        if is_ruler(line, '=') {
            n_rulers += 1;
            // The last ruler is followed by an empty line.
            if rest.get(next).is_none_or(|line| line.is_empty()) {
                break;
            }
            if n_rulers == 2 {
                n_header_rows = rows.len();
            }
            continue;
        }
        if line.is_empty() && (n_rulers > 2 || rest.get(next).is_none_or(|line| line.is_empty())) {
            break;
        }
        if line.is_empty() || is_ruler(line, '-') && line.len() > 1 {
            continue;
        }
        let cells = slices(line, &columns);
        let goes_on = cells.first().is_some_and(String::is_empty) && rows.len() > n_header_rows.min(rows.len());
        match rows.last_mut().filter(|_| goes_on) {
            Some(row) => {
                for (cell, more) in row.iter_mut().zip(cells) {
                    cell.push('\n');
                    cell.push_str(&more);
                }
            }
            None => rows.push(cells),
        }
    }
    write(reader, n_header_rows, &rows);
    at + next
}

fn slices(line: &str, columns: &[usize]) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let ends = columns.iter().skip(1).copied().chain([usize::MAX]);
    let cells = columns.iter().zip(ends).map(|(&start, end)| {
        let text: String = chars.get(start.min(chars.len())..end.min(chars.len())).unwrap_or_default().iter().collect();
        let text = text.trim();
        // An empty comment or an escaped space keeps a cell empty.
        if matches!(text, ".." | "\\") { String::new() } else { text.to_owned() }
    });
    cells.collect()
}

/// Adds a table of separated values.
pub fn separated(reader: &mut Reader, header: Option<&str>, n_header_rows: usize, separator: char, lines: &[&str]) {
    let mut rows: Vec<Vec<String>> = header.map(|header| values(header, ',')).into_iter().flatten().collect();
    let n_given = rows.len();
    rows.extend(values(&lines.join("\n"), separator));
    write(reader, n_given + n_header_rows, &rows);
}

/// Splits values: quotes hold separators and line ends, two of them are one.
fn values(text: &str, separator: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut is_quoted = false;
    let mut chars = text.trim_matches('\n').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if is_quoted || cell.trim().is_empty() => is_quoted = !is_quoted,
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell).trim().to_owned());
                rows.push(std::mem::take(&mut row));
            }
            c if c == separator && !is_quoted && row.len() < MOST_COLUMNS => {
                row.push(std::mem::take(&mut cell).trim().to_owned());
            }
            c => cell.push(c),
        }
    }
    row.push(cell.trim().to_owned());
    rows.push(row);
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    rows
}

/// Adds a table that is a list of lists.
pub fn list(reader: &mut Reader, n_header_rows: usize, lines: &[&str]) {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines {
        let inside = match line.strip_prefix(['*', '-']) {
            Some(inside) if inside.starts_with(' ') => {
                rows.push(Vec::new());
                inside
            }
            _ => line,
        };
        let Some(row) = rows.last_mut() else { continue };
        let n_spaces = line.len() - inside.trim_start().len();
        let text = inside.trim_start();
        match text.strip_prefix('-').or_else(|| text.strip_prefix('*')) {
            Some(cell) if n_spaces <= 4 && (cell.is_empty() || cell.starts_with(' ')) && row.len() < MOST_COLUMNS => {
                row.push(cell.trim().to_owned());
            }
            _ => {
                if let Some(cell) = row.last_mut() {
                    cell.push('\n');
                    cell.push_str(text);
                }
            }
        }
    }
    write(reader, n_header_rows, &rows);
}

fn write(reader: &mut Reader, n_header_rows: usize, rows: &[Vec<String>]) {
    if rows.iter().flatten().all(|cell| cell.trim().is_empty()) {
        return;
    }
    reader.inlines.close_leaf();
    reader.inlines.builder.open_table(Vec::new());
    for (idx, row) in rows.iter().enumerate() {
        for cell in row {
            reader.inlines.builder.open_cell();
            reader.inlines.enter_leaf();
            inline::write(&mut reader.inlines, &mut reader.names, cell.trim());
            reader.inlines.leave_leaf();
            reader.inlines.builder.close_cell();
        }
        reader.inlines.builder.end_row(idx < n_header_rows);
    }
    reader.inlines.builder.close();
}
