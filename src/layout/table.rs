//! Tables: columns fitted to what is in them, or a record a row where they do not fit the measure.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::document::{Alignment, Document, Offset, Spans, Table, TextRange};
use crate::layout::compose::Galley;
use crate::layout::formula;
use crate::layout::line::{LineKind, Run};
use crate::layout::prose::Text;
use crate::layout::segment;
use crate::role::Role;
use crate::text::bidi::{self, Levels};
use crate::text::width;
use crate::text::wrap::{Measure, WrappedLine};

/// How many rows decide on the columns.
const SAMPLE: usize = 200;
/// How much of a cell decides on its column, in bytes.
const CELL_SAMPLE: usize = 1024;
/// A column is not made narrower than its longest word, up to this many cells.
const LONG_WORD: usize = 16;
/// The cells between two columns, for a line and the space around it.
const BETWEEN: usize = 3;
/// How many tables' columns are remembered.
const REMEMBERED: usize = 32;
/// How many header rows make up a column's name.
const MOST_NAMES: usize = 4;
/// The indent of a record's value where it goes on.
const HANGING: usize = 2;
/// The measure below which records have neither names nor indents.
const NARROW: usize = 12;

/// How a table is set at a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    columns: Columns,
    spans: Spans,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Columns {
    Boxed {
        /// In cells, without the frame.
        widths: Vec<usize>,
        /// Whether rules stand between the rows, since some take several lines.
        is_ruled: bool,
    },
    /// The columns do not fit: each row is a record of lines that are named after their columns.
    Records { names: Vec<Name> },
}

/// Sets the segment's rows.
pub fn set_table(galley: &mut Galley<'_>, index: u32) {
    let Some(table) = galley.doc.tables().get(index as usize) else { return };
    if galley.kit.tables.len() > REMEMBERED {
        galley.kit.tables.clear();
    }
    let known = galley.kit.tables.get(&galley.segment.block).cloned();
    let setting = known.unwrap_or_else(|| {
        let spans = Spans::of(table);
        Arc::new(Setting { columns: measure(galley, table, &spans), spans })
    });
    galley.kit.tables.insert(galley.segment.block, Arc::clone(&setting));
    match &setting.columns {
        Columns::Boxed { widths, is_ruled } => {
            let is_mirrored = galley.is_rtl();
            Frame { table, spans: &setting.spans, widths, is_mirrored }.set(galley, *is_ruled);
        }
        Columns::Records { names } => set_records(galley, table, names),
    }
}

/// Decides on the columns from the first rows.
fn measure(galley: &Galley<'_>, table: &Table, spans: &Spans) -> Columns {
    let wanted = wanted(galley.doc, table, spans, BETWEEN, 0..SAMPLE.min(table.rows.len()));
    let frame = BETWEEN * wanted.natural.len() + 1;
    let records = || {
        let n_names = if table.header_rows > 0 { wanted.natural.len() } else { 0 };
        Columns::Records { names: (0..n_names).map(|column| Name::of(galley.doc, table, spans, column)).collect() }
    };
    let room = galley.measure().checked_sub(frame).filter(|_| !wanted.natural.is_empty());
    let Some(room) = room else { return records() };
    if wanted.natural.iter().sum::<usize>() <= room {
        return Columns::Boxed { widths: wanted.natural, is_ruled: false };
    }
    match fit(&wanted.natural, &wanted.least, room) {
        Some(widths) => Columns::Boxed { widths, is_ruled: true },
        None => records(),
    }
}

/// The widths that columns would have on lines without end, and those that they need, in cells.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    natural: Vec<usize>,
    least: Vec<usize>,
}

/// Returns the widths that columns want which stand so many cells apart, by rows from all of the table. A layout cannot look so far: it is made anew
/// while the table is still being read, and nothing may move.
pub fn widths_of_all(doc: &Document, table: &Table, spans: &Spans, between: usize) -> Vec<usize> {
    let n_rows = table.rows.len();
    let first = SAMPLE.min(n_rows);
    let step = (n_rows - first).div_ceil(SAMPLE).max(1);
    wanted(doc, table, spans, between, (0..first).chain((first..n_rows).rev().step_by(step))).natural
}

/// Looks at rows for what their columns want.
fn wanted(
    doc: &Document,
    table: &Table,
    spans: &Spans,
    between: usize,
    rows: impl Iterator<Item = usize> + Clone,
) -> Wanted {
    let count = rows.clone().filter_map(|row| table.rows.get(row)).map(Vec::len).max().unwrap_or_default();
    // What was not looked at may be wide.
    let floor = if table.rows.len() > SAMPLE { 2 } else { 1 };
    let mut wanted = Wanted { natural: vec![floor; count], least: vec![floor; count] };
    let mut over_several = Vec::new();
    for (row_idx, row) in rows.filter_map(|idx| Some((idx, table.rows.get(idx)?))) {
        for (column, &range) in row.iter().enumerate().filter(|(_, range)| !range.is_empty()) {
            let text = sample(doc, range);
            let floor = if range.len() > CELL_SAMPLE { 2 } else { 1 };
            let natural = text.lines().map(width::width).fold(floor, usize::max);
            let words = text.split_whitespace().map(|word| width::width(word).min(LONG_WORD));
            let least = words.fold(floor, usize::max);
            let joined = spans.joined(table, row_idx, column);
            if joined.len() > 1 {
                over_several.push((joined, natural, least));
            } else if let (Some(known), Some(known_least)) =
                (wanted.natural.get_mut(column), wanted.least.get_mut(column))
            {
                *known = natural.max(*known);
                *known_least = least.max(*known_least);
            }
        }
    }
    for (columns, natural, least) in over_several {
        widen(&mut wanted.natural, columns.clone(), natural, between);
        widen(&mut wanted.least, columns.clone(), least, between);
        // Neither is the least of a column more than what it would take.
        for (natural, least) in wanted.natural.iter_mut().zip(&wanted.least).skip(columns.start).take(columns.len()) {
            *natural = (*natural).max(*least);
        }
    }
    wanted
}

/// Returns the text of a cell as it is shown, as far as it decides on anything.
fn sample(doc: &Document, range: TextRange) -> Cow<'_, str> {
    let end = Offset::at(range.start.index() + CELL_SAMPLE.min(range.len()));
    formula::shown(doc, TextRange::new(range.start, end))
}

/// Widens `columns` evenly, if together they are narrower than what stands over all of them.
fn widen(widths: &mut [usize], columns: Range<usize>, wanted: usize, between: usize) {
    let Some(own) = widths.get_mut(columns) else { return };
    let has = own.iter().sum::<usize>() + between * own.len().saturating_sub(1);
    let mut lacks = wanted.saturating_sub(has);
    let mut left = own.len();
    for width in own {
        let share = lacks.div_ceil(left.max(1));
        *width += share;
        lacks -= share;
        left -= 1;
    }
}

/// Shares `room` among columns: each gets its least width, and of what is left by the root of what it lacks, so that
/// one long column does not break the words of all short ones.
fn fit(natural: &[usize], least: &[usize], room: usize) -> Option<Vec<usize>> {
    let mut left = room.checked_sub(least.iter().sum())?;
    let mut widths = least.to_vec();
    let mut lacking: Vec<(usize, usize)> = natural
        .iter()
        .zip(least)
        .map(|(natural, least)| natural - least)
        .enumerate()
        .map(|(column, lack)| (lack, column))
        .collect();
    // What a short one does not need is for those after it.
    lacking.sort_unstable();
    let mut weights: usize = lacking.iter().map(|(lack, _)| lack.isqrt()).sum();
    for (lack, column) in lacking {
        let own = (left * lack.isqrt()).checked_div(weights).unwrap_or_default().min(lack);
        weights -= lack.isqrt();
        left -= own;
        widths.get_mut(column).into_iter().for_each(|width| *width += own);
    }
    Some(widths)
}

/// A cell's text in lines, and the columns that it takes.
struct Cell<'a> {
    texts: Vec<Piece<'a>>,
    columns: Range<usize>,
    /// In cells.
    width: usize,
}

/// One text of a cell.
struct Piece<'a> {
    text: Text<'a>,
    lines: Vec<WrappedLine>,
    range: TextRange,
    levels: Option<Levels>,
}

impl<'a> Cell<'a> {
    fn new(galley: &mut Galley<'a>, ranges: &[TextRange], columns: Range<usize>, width: usize, role: Role) -> Self {
        let pieces = ranges.iter().map(|&range| {
            let text = Text::of(galley, range, role, width);
            let lines = text.wrap(galley, Measure::even(width));
            Piece { text, lines, range, levels: galley.levels_of(range) }
        });
        Self { texts: pieces.collect(), columns, width }
    }

    fn height(&self) -> usize {
        self.texts.iter().map(|piece| piece.lines.len()).sum()
    }

    /// Returns what the cell shows on its line number `idx`, in the order of the screen.
    fn runs(&self, galley: &Galley<'_>, mut idx: usize) -> Vec<Run> {
        for piece in &self.texts {
            match piece.lines.get(idx) {
                Some(line) => return galley.seen(piece.levels.as_ref(), piece.range.start, piece.text.runs(line)),
                None => idx -= piece.lines.len(),
            }
        }
        Vec::new()
    }

    fn is_rtl(&self) -> bool {
        let levels = self.texts.first().and_then(|piece| piece.levels.as_ref());
        levels.is_some_and(|levels| levels.is_rtl_at(0))
    }
}

/// A table with a frame around its cells.
#[derive(Clone, Copy)]
struct Frame<'t> {
    table: &'t Table,
    spans: &'t Spans,
    /// In cells.
    widths: &'t [usize],
    /// Whether the first column stands at the right.
    is_mirrored: bool,
}

impl Frame<'_> {
    fn set(self, galley: &mut Galley<'_>, is_ruled: bool) {
        let rows = segment::rows(self.table, galley.segment);
        if rows.start == 0 {
            self.set_rule(galley, None, Some(0));
        }
        let last = rows.end.checked_sub(1);
        for idx in rows {
            if idx > 0 && (idx == self.table.header_rows || is_ruled) {
                self.set_rule(galley, Some(idx - 1), Some(idx));
            }
            self.set_row(galley, idx);
        }
        if segment::is_last_part(galley.doc, galley.segment) {
            self.set_rule(galley, last, None);
        }
    }

    /// Returns the columns that are one on a row, from the first on.
    fn joined(self, row: usize) -> impl Iterator<Item = Range<usize>> {
        let mut at = 0;
        let count = self.widths.len();
        std::iter::from_fn(move || {
            let columns = self.spans.joined(self.table, row, at);
            let columns = at..columns.end.min(count).max(at + 1);
            at = columns.end;
            (columns.start < count).then_some(columns)
        })
    }

    /// Returns the cells that columns take together.
    fn width(self, columns: Range<usize>) -> usize {
        let between = BETWEEN * columns.len().saturating_sub(1);
        self.widths.get(columns).unwrap_or_default().iter().sum::<usize>() + between
    }

    /// Returns how a cell stands. What heads several columns stands over the middle of them.
    fn alignment(self, row: usize, columns: &Range<usize>) -> Alignment {
        if columns.len() > 1 && row < self.table.header_rows {
            return Alignment::Center;
        }
        self.table.alignments.get(columns.start).copied().unwrap_or_default()
    }

    /// Draws the rule between two rows, one of which is none at the table's edges.
    fn set_rule(self, galley: &mut Galley<'_>, above: Option<usize>, below: Option<usize>) {
        let count = self.widths.len();
        // Whether a line stands before each column, and at the end.
        let edges = |row: Option<usize>| {
            let mut edges = vec![false; count + 1];
            let Some(row) = row else { return edges };
            let ends = self.joined(row).map(|columns| columns.end);
            for end in ends.chain([0]) {
                edges.get_mut(end).into_iter().for_each(|edge| *edge = true);
            }
            edges
        };
        // A cell that goes on below is not cut.
        let goes_on = |column: usize| {
            let (Some(above), Some(below)) = (above, below) else { return false };
            let span = self.spans.over(self.table, below, column);
            span.is_some_and(|span| self.spans.over(self.table, above, column) == Some(span))
        };
        let mut lines: Vec<bool> = (0..count).map(|column| !goes_on(column)).collect();
        let (mut above, mut below) = (edges(above), edges(below));
        let mut widths = self.widths.to_vec();
        if self.is_mirrored {
            lines.reverse();
            above.reverse();
            below.reverse();
            widths.reverse();
        }
        let mut rule = String::new();
        let mut left = false;
        for (idx, (above, below)) in above.into_iter().zip(below).enumerate() {
            let right = lines.get(idx).copied().unwrap_or_default();
            rule.push(junction([left, right, above, below]));
            let line = if right { "─" } else { " " };
            rule.push_str(&line.repeat(widths.get(idx).map_or(0, |width| width + 2)));
            left = right;
        }
        let range = TextRange::empty(galley.range.start);
        galley.push_as_seen(range, vec![Run::drawn(rule, Role::Border)], LineKind::Border);
    }

    fn set_row(self, galley: &mut Galley<'_>, row_idx: usize) {
        let Some(row) = self.table.rows.get(row_idx) else { return };
        let count = self.widths.len();
        let mut cells = Vec::new();
        for columns in self.joined(row_idx) {
            let mut ranges: Vec<TextRange> = row.get(columns.start).copied().into_iter().collect();
            if columns.end == count {
                // What stands beyond the last column goes below what is in it.
                let beyond = row.get(columns.end..).unwrap_or_default();
                ranges.extend(beyond.iter().filter(|range| !range.is_empty()));
            }
            let width = self.width(columns.clone());
            let is_header = row_idx < self.table.header_rows || columns.start < self.table.header_columns;
            let role = if is_header { Role::TableHeader } else { Role::Text };
            cells.push(Cell::new(galley, &ranges, columns, width, role));
        }
        if self.is_mirrored {
            cells.reverse();
        }
        let whole = row_range(galley, self.table, row_idx);
        let height = cells.iter().map(Cell::height).max().unwrap_or_default().max(1);
        let last = cells.len().saturating_sub(1);
        for line in 0..height {
            let mut runs = Vec::new();
            let mut border = String::from("│ ");
            for (idx, cell) in cells.iter().enumerate() {
                let content = cell.runs(galley, line);
                let free = cell.width.saturating_sub(content.iter().map(|run| run.width).sum());
                let alignment = self.alignment(row_idx, &cell.columns);
                let before = match alignment {
                    Alignment::Natural if self.is_mirrored || cell.is_rtl() => free,
                    Alignment::Natural | Alignment::Left => 0,
                    Alignment::Center => free / 2,
                    Alignment::Right => free,
                };
                border.push_str(&" ".repeat(before));
                runs.push(Run::drawn(std::mem::take(&mut border), Role::Border));
                runs.extend(content);
                border = " ".repeat(free - before);
                border.push_str(if idx == last { " │" } else { " │ " });
            }
            runs.push(Run::drawn(border, Role::Border));
            let range = range_on(whole, line, &runs);
            galley.push_as_seen(range, runs, LineKind::Text);
        }
    }
}

/// Returns the sign that joins lines to its left and right, above and below it.
fn junction(arms: [bool; 4]) -> char {
    match arms {
        [true, true, true, true] => '┼',
        [true, true, true, false] => '┴',
        [true, true, false, true] => '┬',
        [true, false, true, true] => '┤',
        [true, false, true, false] => '┘',
        [true, false, false, true] => '┐',
        [false, true, true, true] => '├',
        [false, true, true, false] => '└',
        [false, true, false, true] => '┌',
        [false, false, false, false] => ' ',
        [false, false, ..] => '│',
        [_, _, false, false] => '─',
    }
}

/// Returns what belongs to a line of a row: to the first the row's whole range, to the others what they show.
fn range_on(whole: TextRange, idx: usize, runs: &[Run]) -> TextRange {
    if idx == 0 {
        return whole;
    }
    let ranges = || runs.iter().filter_map(Run::range);
    match (ranges().map(|range| range.start).min(), ranges().map(|range| range.end).max()) {
        (Some(start), Some(end)) => TextRange::new(start, end),
        _ => TextRange::empty(whole.start),
    }
}

/// Sets each row as lines of a name and a value.
fn set_records(galley: &mut Galley<'_>, table: &Table, names: &[Name]) {
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
                n_lines += set_entry(galley, (whole, n_lines), range, name, is_header);
            }
        }
    }
}

/// Sets one named value; returns how many lines it takes.
fn set_entry(
    galley: &mut Galley<'_>,
    (whole, before): (TextRange, usize),
    range: TextRange,
    name: Option<&Name>,
    is_header: bool,
) -> usize {
    let measure = galley.measure();
    let order = galley.style.typography.order;
    let shorten = |name: &Name| {
        let label = format!("{}: ", name.shortened(measure / 2 - 2));
        bidi::shown(&label, order).into_owned()
    };
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
        galley.push(range_on(whole, before + idx, &runs), indent, runs, LineKind::Text);
    }
    n_lines
}

/// What a column is called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// The words of headers above the last one.
    over: String,
    own: String,
}

impl Name {
    /// Collects the words of all header rows over a column.
    pub fn of(doc: &Document, table: &Table, spans: &Spans, column: usize) -> Self {
        let mut name = Self::default();
        let mut last = None;
        for row in 0..table.header_rows.min(MOST_NAMES) {
            let over = spans.over(table, row, column);
            let (at_row, at_column) = over.map_or((row, column), |span| (span.row as usize, span.column as usize));
            let Some(range) = table.cell(at_row, at_column).filter(|range| !range.is_empty()) else { continue };
            if last != Some(range) {
                name = Self { over: name.whole(), own: sample(doc, range).into_owned() };
            }
            last = Some(range);
        }
        name
    }

    pub fn whole(&self) -> String {
        let between = if self.over.is_empty() { "" } else { " " };
        format!("{}{between}{}", self.over, self.own)
    }

    fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    /// Returns the name in `cells` at most. Columns under one header differ in the last one, so that is cut last.
    fn shortened(&self, cells: usize) -> String {
        match cells.checked_sub(width::width(&self.own) + 1).filter(|_| !self.over.is_empty()) {
            Some(left) if left > 1 => format!("{} {}", width::truncate(&self.over, left), self.own),
            _ => width::truncate(&self.own, cells).into_owned(),
        }
    }
}

/// Returns the text of a row with the tabs and the newline that end its cells.
fn row_range(galley: &Galley<'_>, table: &Table, idx: usize) -> TextRange {
    let start_of = |idx: usize| Some(table.rows.get(idx)?.first()?.start);
    let end = galley.doc.block(galley.segment.block).map_or(galley.range.end, |block| block.range.end);
    let next = (idx + 1..table.rows.len()).find_map(start_of).unwrap_or(end);
    TextRange::new(start_of(idx).unwrap_or(next), next)
}
