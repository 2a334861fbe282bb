//! Finds what part of the screen moved up or down between two frames, from the frames alone.
//!
//! It only proposes: the painter encodes the frame with and without the scroll and sends what is shorter.

use std::collections::HashMap;
use std::ops::Range;

use ratatui::layout::Rect;

use super::grid::{Grid, Row};

/// Cells that move by whole rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scroll {
    /// The rows and columns that take part, those of which the content leaves among them.
    pub area: Rect,
    /// Rows upwards; negative is downwards.
    pub by: i32,
}

/// Rows are compared in so many parts, so that a panel beside a text that scrolls does not hide it.
const N_BANDS: usize = 4;

/// Returns the scroll of whole rows, and that of a rectangle, which bring `shown` nearest to `next`.
pub fn find(shown: &Grid, next: &Grid) -> Option<(Scroll, Scroll)> {
    let by = distance(shown, next)?;
    let all_columns = 0..next.width();
    let rows = best_rows(shown, next, by, &all_columns)?;
    let columns = best_columns(shown, next, by, &rows)?;
    let rows_of_columns = best_rows(shown, next, by, &columns)?;
    Some((scroll(&rows, &all_columns, by), scroll(&rows_of_columns, &columns, by)))
}

/// Returns by how many rows most of what moved did move, where at least two parts of rows agree.
fn distance(shown: &Grid, next: &Grid) -> Option<i32> {
    let mut votes: HashMap<i32, u32> = HashMap::new();
    let width = usize::from(next.width());
    for band in 0..N_BANDS {
        let columns = width * band / N_BANDS..width * (band + 1) / N_BANDS;
        let mut rows: HashMap<u64, Option<u16>> = HashMap::new();
        let mut stays = Vec::with_capacity(usize::from(shown.height()));
        for y in 0..shown.height() {
            let hash = hash(&shown.row(y), &columns);
            stays.push(hash);
            if let Some(hash) = hash {
                rows.entry(hash).and_modify(|row| *row = None).or_insert(Some(y));
            }
        }
        for y in 0..next.height() {
            let hash = hash(&next.row(y), &columns);
            if stays.get(usize::from(y)) == Some(&hash) {
                continue;
            }
            if let Some(Some(from)) = hash.and_then(|hash| rows.get(&hash)) {
                *votes.entry(i32::from(*from) - i32::from(y)).or_default() += 1;
            }
        }
    }
    votes.into_iter().filter(|(_, n)| *n >= 2).max_by_key(|(by, n)| (*n, -by.abs(), *by)).map(|(by, _)| by)
}

/// Returns a hash of the text in some columns; blanks have none.
fn hash(row: &Row<'_>, columns: &Range<usize>) -> Option<u64> {
    let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
    let mut is_blank = true;
    for cell in row.cells.get(columns.clone())? {
        let symbol = cell.symbol();
        is_blank &= symbol == " ";
        for byte in symbol.bytes() {
            hash = (hash.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
    (!is_blank).then_some(hash)
}

/// Returns what a scroll wins at one cell: 1 where it comes right by it, -1 where it comes wrong.
fn gain(shown: &Grid, next: &Grid, by: i32, x: u16, y: u16) -> i32 {
    let Some(from) = source(shown, by, y) else { return 0 };
    let target = next.row(y);
    let x = usize::from(x);
    i32::from(shown.row(from).same(&target, x)) - i32::from(shown.row(y).same(&target, x))
}

fn source(shown: &Grid, by: i32, y: u16) -> Option<u16> {
    u16::try_from(i32::from(y) + by).ok().filter(|from| *from < shown.height())
}

/// Returns the target rows that win most over the given columns.
fn best_rows(shown: &Grid, next: &Grid, by: i32, columns: &Range<u16>) -> Option<Range<u16>> {
    best_run(
        (0..next.height())
            .map(|y| source(shown, by, y).map(|_| columns.clone().map(|x| gain(shown, next, by, x, y)).sum())),
    )
}

/// Returns the columns that win most over the given rows.
fn best_columns(shown: &Grid, next: &Grid, by: i32, rows: &Range<u16>) -> Option<Range<u16>> {
    best_run((0..next.width()).map(|x| Some(rows.clone().map(|y| gain(shown, next, by, x, y)).sum())))
}

/// Returns the run of positions with the greatest sum above 0; a position that is `None` ends a run.
fn best_run(gains: impl Iterator<Item = Option<i32>>) -> Option<Range<u16>> {
    let mut best: Option<(i32, Range<u16>)> = None;
    let (mut sum, mut start) = (0, 0);
    for (position, gain) in (0..).zip(gains) {
        sum = match gain {
            Some(gain) if sum > 0 => sum + gain,
            Some(gain) => {
                start = position;
                gain
            }
            None => 0,
        };
        if sum > best.as_ref().map_or(0, |(most, _)| *most) {
            best = Some((sum, start..position + 1));
        }
    }
    best.map(|(_, run)| run)
}

/// Returns the scroll of which `rows` are the rows that come right.
fn scroll(rows: &Range<u16>, columns: &Range<u16>, by: i32) -> Scroll {
    let far = u16::try_from(by.unsigned_abs()).unwrap_or_default();
    let (top, bottom) = if by > 0 { (rows.start, rows.end + far) } else { (rows.start - far, rows.end) };
    Scroll { area: Rect::new(columns.start, top, columns.end - columns.start, bottom - top), by }
}
