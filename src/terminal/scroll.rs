//! Finds what part of the screen moved up or down between two frames, from the frames alone.
//!
//! It only proposes: the painter encodes the frame with and without the scroll and sends what is shorter.

use std::collections::HashMap;
use std::ops::Range;

use ratatui::layout::Rect;

use super::grid::{Cell, Grid};

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
    let all_columns = 0..usize::from(next.width());
    let rows = best_rows(shown, next, by, &all_columns)?;
    let columns = best_columns(shown, next, by, &rows)?;
    let rows_of_columns = best_rows(shown, next, by, &columns)?;
    Some((scroll(&rows, &all_columns, by)?, scroll(&rows_of_columns, &columns, by)?))
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
            let hash = hash(shown.row(y), &columns);
            stays.push(hash);
            if let Some(hash) = hash {
                rows.entry(hash).and_modify(|row| *row = None).or_insert(Some(y));
            }
        }
        for y in 0..next.height() {
            let hash = hash(next.row(y), &columns);
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
fn hash(row: &[Cell], columns: &Range<usize>) -> Option<u64> {
    let cells = row.get(columns.clone())?;
    if cells.iter().all(|cell| cell.is_space()) {
        return None;
    }
    let add =
        |hash: u64, cell: &Cell| (hash.rotate_left(5) ^ u64::from(cell.symbol())).wrapping_mul(0x517C_C1B7_2722_0A95);
    Some(cells.iter().fold(0, add))
}

/// Returns the target rows that win most over the given columns.
fn best_rows(shown: &Grid, next: &Grid, by: i32, columns: &Range<usize>) -> Option<Range<usize>> {
    best_run((0..next.height()).map(|y| Some(gains(shown, next, by, y, columns)?.sum())))
}

/// Returns the columns that win most over the given rows.
fn best_columns(shown: &Grid, next: &Grid, by: i32, rows: &Range<usize>) -> Option<Range<usize>> {
    let all_columns = 0..usize::from(next.width());
    let mut sums = vec![0; all_columns.len()];
    for y in (0..next.height()).take(rows.end).skip(rows.start) {
        let gains = gains(shown, next, by, y, &all_columns);
        for (sum, gain) in sums.iter_mut().zip(gains.into_iter().flatten()) {
            *sum += gain;
        }
    }
    best_run(sums.into_iter().map(Some))
}

/// Returns what a scroll wins at each cell of a row: 1 where it comes right by it, -1 where it comes wrong.
fn gains(shown: &Grid, next: &Grid, by: i32, y: u16, columns: &Range<usize>) -> Option<impl Iterator<Item = i32>> {
    let from = u16::try_from(i32::from(y) + by).ok().filter(|from| *from < shown.height())?;
    let moved = shown.row(from).get(columns.clone())?;
    let stays = shown.row(y).get(columns.clone())?;
    let target = next.row(y).get(columns.clone())?;
    let cells = target.iter().zip(moved.iter().zip(stays));
    Some(cells.map(|(target, (moved, stays))| i32::from(moved == target) - i32::from(stays == target)))
}

/// Returns the run of positions with the greatest sum above 0; a position that is `None` ends a run.
fn best_run(gains: impl Iterator<Item = Option<i32>>) -> Option<Range<usize>> {
    let mut best: Option<(i32, Range<usize>)> = None;
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
fn scroll(rows: &Range<usize>, columns: &Range<usize>, by: i32) -> Option<Scroll> {
    let far = usize::try_from(by.unsigned_abs()).ok()?;
    let (top, bottom) = if by > 0 { (rows.start, rows.end + far) } else { (rows.start.checked_sub(far)?, rows.end) };
    let [left, top, width, height] =
        [columns.start, top, columns.len(), bottom - top].map(|n| u16::try_from(n).unwrap_or_default());
    Some(Scroll { area: Rect::new(left, top, width, height), by })
}
