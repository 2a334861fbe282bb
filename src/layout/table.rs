//! Tables: columns fitted to what is in them, or a record a row where they do not fit the measure.

use std::sync::Arc;

use crate::document::{Alignment, Offset, Table, TextRange};
use crate::layout::compose::Galley;
use crate::layout::formula;
use crate::layout::line::{LineKind, Run};
use crate::layout::prose::Text;
use crate::layout::segment;
use crate::role::Role;
use crate::text::width;
use crate::text::wrap::{Measure, WrappedLine};

/// How many rows decide on the columns.
const SAMPLE: usize = 200;
/// How much of a cell decides on its column, in bytes.
const CELL_SAMPLE: usize = 1024;
/// A column is not made narrower than its longest word, up to this many cells.
const LONG_WORD: usize = 16;
/// How many tables' columns are remembered.
const REMEMBERED: usize = 32;
/// The indent of a record's value where it goes on.
const HANGING: usize = 2;
/// The measure below which records have neither names nor indents.
const NARROW: usize = 12;

/// How a table is set at a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columns {
    Boxed {
        /// In cells, without the frame.
        widths: Vec<usize>,
        /// Whether rules stand between the rows, since some take several lines.
        is_ruled: bool,
    },
    /// The columns do not fit: each row is a record of named lines.
    Records,
}

/// Sets the segment's rows.
pub fn set_table(galley: &mut Galley<'_>, index: u32) {
    let Some(table) = galley.doc.tables().get(index as usize) else { return };
    if galley.kit.columns.len() > REMEMBERED {
        galley.kit.columns.clear();
    }
    let known = galley.kit.columns.get(&galley.segment.block).cloned();
    let columns = known.unwrap_or_else(|| Arc::new(measure(galley, table)));
    galley.kit.columns.insert(galley.segment.block, Arc::clone(&columns));
    match &*columns {
        Columns::Boxed { widths, is_ruled } => set_boxed(galley, table, widths, *is_ruled),
        Columns::Records => set_records(galley, table),
    }
}

/// Decides on the columns from the first rows.
fn measure(galley: &Galley<'_>, table: &Table) -> Columns {
    let count = table.rows.iter().take(SAMPLE).map(Vec::len).max().unwrap_or_default();
    // What was not looked at may be wide.
    let floor = if table.rows.len() > SAMPLE { 2 } else { 1 };
    let mut natural = vec![floor; count];
    let mut least = vec![floor; count];
    for row in table.rows.iter().take(SAMPLE) {
        for ((range, natural), least) in row.iter().zip(&mut natural).zip(&mut least) {
            let sample = Offset::at(range.start.index() + CELL_SAMPLE.min(range.len()));
            let text = formula::shown(galley.doc, TextRange::new(range.start, sample));
            let floor = if range.len() > CELL_SAMPLE { 2 } else { 1 };
            *least = floor.max(*least);
            *natural = text.lines().map(width::width).fold(floor.max(*natural), usize::max);
            *least = text.split_whitespace().map(|word| width::width(word).min(LONG_WORD)).fold(*least, usize::max);
        }
    }
    let frame = 3 * count + 1;
    let Some(room) = galley.measure().checked_sub(frame).filter(|_| count > 0) else { return Columns::Records };
    if natural.iter().sum::<usize>() <= room {
        return Columns::Boxed { widths: natural, is_ruled: false };
    }
    match fit(&natural, &least, room) {
        Some(widths) => Columns::Boxed { widths, is_ruled: true },
        None => Columns::Records,
    }
}

/// Shares `room` among columns: each gets its least width, and of what is left in proportion to what it lacks.
fn fit(natural: &[usize], least: &[usize], room: usize) -> Option<Vec<usize>> {
    let mut left = room.checked_sub(least.iter().sum())?;
    let mut lacking: usize = natural.iter().zip(least).map(|(natural, least)| natural - least).sum();
    let share = |(natural, least): (&usize, &usize)| {
        let lack = natural - least;
        let own = (left * lack).checked_div(lacking).unwrap_or_default();
        lacking -= lack;
        left -= own;
        least + own
    };
    Some(natural.iter().zip(least).map(share).collect())
}

/// A cell's text in lines.
struct Cell<'a> {
    texts: Vec<(Text<'a>, Vec<WrappedLine>)>,
}

impl<'a> Cell<'a> {
    fn new(galley: &mut Galley<'a>, ranges: &[TextRange], cells: usize, role: Role) -> Self {
        let wrapped = ranges.iter().map(|&range| {
            let text = Text::of(galley, range, role, cells);
            let lines = text.wrap(galley, Measure::even(cells));
            (text, lines)
        });
        Self { texts: wrapped.collect() }
    }

    fn height(&self) -> usize {
        self.texts.iter().map(|(_, lines)| lines.len()).sum()
    }

    /// Returns what the cell shows on its line number `idx`.
    fn runs(&self, mut idx: usize) -> Vec<Run> {
        for (text, lines) in &self.texts {
            match lines.get(idx) {
                Some(line) => return text.runs(line),
                None => idx -= lines.len(),
            }
        }
        Vec::new()
    }
}

fn set_boxed(galley: &mut Galley<'_>, table: &Table, widths: &[usize], is_ruled: bool) {
    let rows = segment::rows(table, galley.segment);
    if rows.start == 0 {
        set_rule(galley, widths, ["┌─", "─┬─", "─┐"]);
    }
    for idx in rows.clone() {
        let Some(row) = table.rows.get(idx) else { break };
        if idx > 0 && (idx == table.header_rows || is_ruled) {
            set_rule(galley, widths, ["├─", "─┼─", "─┤"]);
        }
        let role = if idx < table.header_rows { Role::TableHeader } else { Role::Text };
        set_row(galley, row_range(galley, table, idx), row, (table, widths), role);
    }
    if segment::is_last_part(galley.doc, galley.segment) {
        set_rule(galley, widths, ["└─", "─┴─", "─┘"]);
    }
}

fn set_rule(galley: &mut Galley<'_>, widths: &[usize], [left, middle, right]: [&str; 3]) {
    let lines: Vec<_> = widths.iter().map(|&cells| "─".repeat(cells)).collect();
    let rule = format!("{left}{}{right}", lines.join(middle));
    let range = TextRange::empty(galley.range.start);
    galley.push(range, 0, vec![Run::drawn(rule, Role::Border)], LineKind::Border);
}

fn set_row(
    galley: &mut Galley<'_>,
    whole: TextRange,
    row: &[TextRange],
    (table, widths): (&Table, &[usize]),
    role: Role,
) {
    let last = widths.len().saturating_sub(1);
    let cell = |(column, &cells): (usize, &usize)| {
        // What stands beyond the last column goes below what is in it.
        let ranges = if column == last { row.get(column..) } else { row.get(column..=column) };
        Cell::new(galley, ranges.unwrap_or_default(), cells, role)
    };
    let cells: Vec<_> = widths.iter().enumerate().map(cell).collect();
    let height = cells.iter().map(Cell::height).max().unwrap_or_default().max(1);
    for idx in 0..height {
        let mut runs = Vec::new();
        let mut border = String::from("│ ");
        for (column, (cell, &cells)) in cells.iter().zip(widths).enumerate() {
            let content = cell.runs(idx);
            let free = cells.saturating_sub(content.iter().map(|run| run.width).sum());
            let before = match table.alignments.get(column).copied().unwrap_or_default() {
                Alignment::Natural | Alignment::Left => 0,
                Alignment::Center => free / 2,
                Alignment::Right => free,
            };
            border.push_str(&" ".repeat(before));
            runs.push(Run::drawn(std::mem::take(&mut border), Role::Border));
            runs.extend(content);
            border = " ".repeat(free - before);
            border.push_str(if column == last { " │" } else { " │ " });
        }
        runs.push(Run::drawn(border, Role::Border));
        push_row_line(galley, whole, idx, 0, runs);
    }
}

/// Adds a line of a row: the first has the row's whole range, the others what they show.
fn push_row_line(galley: &mut Galley<'_>, whole: TextRange, idx: usize, indent: usize, runs: Vec<Run>) {
    let shown = || {
        let mut ranges = runs.iter().filter_map(Run::range);
        let first = ranges.next()?;
        Some(TextRange::new(first.start, ranges.next_back().unwrap_or(first).end))
    };
    let range = if idx == 0 { whole } else { shown().unwrap_or(TextRange::empty(whole.start)) };
    galley.push(range, indent, runs, LineKind::Text);
}

/// Sets each row as lines of a name and a value.
fn set_records(galley: &mut Galley<'_>, table: &Table) {
    let header = table.rows.first().filter(|_| table.header_rows > 0);
    let names: Vec<&str> = header.into_iter().flatten().map(|&range| galley.doc.slice(range)).collect();
    for idx in segment::rows(table, galley.segment) {
        let Some(row) = table.rows.get(idx) else { break };
        if idx > 0 {
            galley.push_blank();
        }
        let is_header = idx < table.header_rows;
        let whole = row_range(galley, table, idx);
        let mut n_lines = 0;
        for (column, &range) in row.iter().enumerate() {
            let name = names.get(column).filter(|name| !is_header && !name.is_empty());
            // A row of empty cells still is a row.
            let is_last_chance = n_lines == 0 && column + 1 == row.len();
            if !range.is_empty() || is_last_chance {
                n_lines += set_entry(galley, (whole, n_lines), range, name.copied(), is_header);
            }
        }
    }
}

/// Sets one named value; returns how many lines it takes.
fn set_entry(
    galley: &mut Galley<'_>,
    (whole, before): (TextRange, usize),
    range: TextRange,
    name: Option<&str>,
    is_header: bool,
) -> usize {
    let measure = galley.measure();
    let shorten = |name: &str| format!("{}: ", width::truncate(name, measure / 2 - 2));
    let mut label = name.filter(|_| measure >= NARROW).map(shorten);
    let taken = label.as_deref().map_or(0, width::width);
    let hanging = if measure < NARROW { 0 } else { HANGING };
    let role = if is_header { Role::TableHeader } else { Role::Text };
    let text = Text::of(galley, range, role, measure);
    let lines = text.wrap(galley, Measure { first: measure - taken, rest: measure - hanging });
    let n_lines = lines.len();
    for (idx, line) in lines.into_iter().enumerate() {
        let mut runs = text.runs(&line);
        runs.splice(0..0, label.take().map(|label| Run::drawn(label, Role::TableHeader)));
        let indent = if idx == 0 || !line.continued { 0 } else { hanging };
        push_row_line(galley, whole, before + idx, indent, runs);
    }
    n_lines
}

/// Returns the text of a row with the tabs and the newline that end its cells.
fn row_range(galley: &Galley<'_>, table: &Table, idx: usize) -> TextRange {
    let start_of = |idx: usize| Some(table.rows.get(idx)?.first()?.start);
    let end = galley.doc.block(galley.segment.block).map_or(galley.range.end, |block| block.range.end);
    let next = (idx + 1..table.rows.len()).find_map(start_of).unwrap_or(end);
    TextRange::new(start_of(idx).unwrap_or(next), next)
}
