//! Tables: cells that signs stand before, or values with separators between.

use super::about::About;
use super::blocks::Reader;
use super::inline;
use crate::document::{Alignment, MarkKind};

/// How many columns a table may have.
const MOST_COLUMNS: usize = 256;

/// How many cells of a table may be there for another one: its copies, and those that it spans.
const MOST_REPEATED: usize = 1 << 16;

/// A column's alignment and whether its cells are heads, code or strong.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    alignment: Alignment,
    mark: Option<MarkKind>,
}

/// Reads the lines of a table.
pub fn read(reader: &mut Reader, about: &About, delimiter: &str, lines: &[&str]) {
    let columns = about.named("cols").map(columns).unwrap_or_default();
    let separator = about.named("separator").and_then(|separator| separator.chars().next());
    let is_csv = delimiter.starts_with(',') || about.named("format") == Some("csv");
    let separator = separator.unwrap_or(if is_csv { ',' } else { delimiter.chars().next().unwrap_or('|') });
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
    let given = lines.get(first).map_or(0, |line| {
        cells(line, separator, is_csv).iter().map(|(specifier, _)| factor(specifier)).fold(0, usize::saturating_add)
    });
    let n_columns = match (columns.len(), given) {
        (0, given) => given.clamp(1, MOST_COLUMNS),
        (n_columns, _) => n_columns,
    };
    // A first line with an empty one after it is a head.
    let is_head_implied =
        first == 0 && lines.get(1).is_some_and(|line| line.is_empty()) && given == n_columns && lines.len() > 2;
    let has_head = about.has_option("header") || is_head_implied && !about.has_option("noheader");
    let mut all: Vec<(Option<MarkKind>, String)> = Vec::new();
    let mut n_left = MOST_REPEATED;
    for line in lines {
        if is_csv || delimiter.starts_with(':') {
            all.extend(cells(line, separator, is_csv).into_iter().map(|cell| (None, cell.1)));
            continue;
        }
        let mut parts = cells(line, separator, false).into_iter();
        if !line.trim_start().starts_with(separator) && !begins_with_specifier(line, separator) {
            // The line goes on with the cell before it.
            if let Some((_, text)) = parts.next()
                && let Some((_, last)) = all.last_mut()
            {
                last.push('\n');
                last.push_str(&text);
            }
        }
        for (specifier, text) in parts {
            let n_times = specifier.strip_suffix('*').and_then(|n_times| n_times.parse::<usize>().ok()).unwrap_or(1);
            let mark = match specifier.chars().next_back() {
                Some('m' | 'l') => Some(MarkKind::Code),
                Some('s' | 'h') => Some(MarkKind::Strong),
                Some('e') => Some(MarkKind::Emphasis),
                _ => None,
            };
            let span = specifier
                .split('+')
                .next()
                .and_then(|span| span.parse::<usize>().ok())
                .filter(|_| specifier.contains('+'));
            let n_copies = (n_times.clamp(1, MOST_COLUMNS) - 1).min(n_left);
            n_left -= n_copies;
            let n_spanned = (span.unwrap_or(1).clamp(1, n_columns) - 1).min(n_left);
            n_left -= n_spanned;
            all.extend(std::iter::repeat_n((mark, text), n_copies + 1));
            all.extend(std::iter::repeat_n((None, String::new()), n_spanned));
        }
    }
    if all.iter().all(|(_, text)| text.trim().is_empty()) {
        return;
    }
    reader.inlines.close_leaf();
    reader.inlines.builder.open_table(columns.iter().map(|column| column.alignment).collect());
    for (idx, row) in all.chunks(n_columns).enumerate() {
        let is_head = has_head && idx == 0;
        for (place, (mark, text)) in row.iter().enumerate() {
            let mark = mark.or_else(|| columns.get(place).and_then(|column| column.mark)).filter(|_| !is_head);
            reader.inlines.builder.open_cell();
            reader.inlines.enter_leaf();
            if let Some(mark) = mark {
                reader.inlines.open_mark(mark, None);
            }
            inline::write(&mut reader.inlines, &mut reader.context, text.trim());
            reader.inlines.leave_leaf();
            reader.inlines.builder.close_cell();
        }
        reader.inlines.builder.end_row(is_head);
    }
    reader.inlines.builder.close();
}

/// Splits a line into its cells, each with the specifier that stands before its sign.
fn cells(line: &str, separator: char, is_csv: bool) -> Vec<(String, String)> {
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::new();
    let mut is_quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&separator) => part.extend(chars.next()),
            '"' if is_csv => is_quoted = !is_quoted,
            c if c == separator && !is_quoted => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    parts.push(part);
    if is_csv || separator == ':' {
        return if line.is_empty() {
            Vec::new()
        } else {
            parts.into_iter().map(|part| (String::new(), part.trim().to_owned())).collect()
        };
    }
    let mut found = Vec::new();
    let mut parts = parts.into_iter();
    let mut before = parts.next().unwrap_or_default();
    let leads = !before.trim().is_empty();
    let mut specifier = if leads && is_specifier(before.trim()) { before.trim().to_owned() } else { String::new() };
    if leads && specifier.is_empty() {
        let (text, next) = without_specifier(&before);
        found.push((String::new(), text));
        specifier = next;
    }
    before.clear();
    for part in parts {
        let (text, next) = without_specifier(&part);
        found.push((std::mem::replace(&mut specifier, next), text));
    }
    // What looked like a specifier at the end of the line is text.
    if let Some((_, text)) = found.last_mut()
        && !specifier.is_empty()
    {
        text.push(' ');
        text.push_str(&specifier);
    }
    found
}

/// Returns how many cells a cell stands for: `2+` spans two, `3*` is there three times.
fn factor(specifier: &str) -> usize {
    let end = specifier.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    specifier.get(..end).and_then(|factor| factor.parse().ok()).unwrap_or(1).clamp(1, MOST_COLUMNS)
}

/// Takes the specifier of the next cell off a cell's end.
fn without_specifier(part: &str) -> (String, String) {
    match part.rsplit_once(' ') {
        Some((text, last)) if is_specifier(last) => (text.to_owned(), last.to_owned()),
        _ => (part.to_owned(), String::new()),
    }
}

/// Returns whether a word is a cell's specifier: `2+`, `.3+^`, `a`, `3*`…
fn is_specifier(word: &str) -> bool {
    let is_style = |c: char| "adehlms".contains(c);
    let stem = word.strip_suffix(is_style).unwrap_or(word);
    let stem = stem.trim_end_matches(['<', '>', '^', '.']);
    let is_factor = stem.is_empty()
        || stem.ends_with(['+', '*'])
            && stem.trim_end_matches(['+', '*']).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    !word.is_empty() && is_factor && word.len() <= 8
}

fn begins_with_specifier(line: &str, separator: char) -> bool {
    line.split(separator).next().is_some_and(|word| is_specifier(word.trim()) && line.contains(separator))
}

/// Reads `cols`: `3`, `1,2`, `<1,^2m`, `3*`.
fn columns(text: &str) -> Vec<Column> {
    if let Ok(n_columns) = text.trim().parse::<usize>() {
        return vec![Column::default(); n_columns.clamp(1, MOST_COLUMNS)];
    }
    let mut columns = Vec::new();
    for part in text.split([',', ';']) {
        let part = part.trim();
        let (n_times, rest) =
            part.split_once('*').map_or((1, part), |(n_times, rest)| (n_times.parse().unwrap_or(1), rest));
        let alignment = match rest.chars().find(|c| matches!(c, '<' | '^' | '>')) {
            Some('<') => Alignment::Left,
            Some('^') => Alignment::Center,
            Some('>') => Alignment::Right,
            _ => Alignment::Natural,
        };
        let mark = match rest.chars().next_back() {
            Some('m' | 'l') => Some(MarkKind::Code),
            Some('s' | 'h') => Some(MarkKind::Strong),
            Some('e') => Some(MarkKind::Emphasis),
            _ => None,
        };
        let room = MOST_COLUMNS - columns.len();
        columns.extend(std::iter::repeat_n(Column { alignment, mark }, n_times.clamp(1, MOST_COLUMNS).min(room)));
    }
    columns
}
