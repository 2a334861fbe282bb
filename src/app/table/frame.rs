//! What of a table stands where on the screen: which rows and columns, how wide they are shown, and which parts around
//! them there is room for.

use std::ops::Range;

/// The widest that a column is shown, in cells, where not all of them fit.
const WIDEST: usize = 40;
/// The narrowest that a column is made, or shown in part.
pub const NARROWEST: usize = 3;
/// The cells between two columns; those between the ones that stay and the others have a line among them.
pub const GAP: usize = 2;
const FENCE: usize = 3;
/// How many header rows are shown.
const MOST_HEADERS: usize = 3;
/// How many columns stay where they are, at most.
const MOST_FROZEN: usize = 8;

/// What stands where on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    pub columns: Vec<Column>,
    /// How many of them do not move.
    pub n_frozen: usize,
    /// The header rows that are shown.
    pub headers: Range<usize>,
    /// The rows that are shown, as they are sorted.
    pub rows: Range<usize>,
    /// The first column that moves, and is shown.
    pub left: usize,
    /// Whether there are columns before and after those that are shown.
    pub has_before: bool,
    pub has_after: bool,
    /// Whether the first column stands at the right.
    pub is_mirrored: bool,
    pub parts: Parts,
}

/// Which parts there is room for. The table's rows stand between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// What the table is called, and where in it the cell at hand is.
    pub has_title: bool,
    /// A line below the headers.
    pub has_rule: bool,
    /// The whole text of the cell at hand.
    pub has_cell: bool,
    /// Which keys do what.
    pub has_keys: bool,
}

/// A column on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub column: usize,
    /// Where it starts, and how wide it is shown, in cells.
    pub at: usize,
    pub cells: usize,
}

/// What a frame is made for.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'w> {
    /// What the columns want, in cells.
    pub natural: &'w [usize],
    /// How many columns and rows at the start are headers.
    pub header_columns: usize,
    pub header_rows: usize,
    /// How many rows there are below the headers.
    pub n_rows: usize,
    /// The row, as the rows are sorted, and the column of the cell at hand.
    pub at_hand: (usize, usize),
    pub is_mirrored: bool,
}

impl Frame {
    /// Returns a frame for a screen with the cell at hand on it, as near to this one as may be.
    pub fn fitted(&self, wish: Wish<'_>, columns: usize, rows: usize) -> Self {
        let (row, column) = wish.at_hand;
        let n_headers = wish.header_rows.min(MOST_HEADERS).min(rows / 4);
        let parts = Parts {
            has_keys: rows >= 3,
            has_rule: n_headers > 0 && rows >= 5,
            has_title: rows >= 6,
            has_cell: rows >= 8,
        };
        let taken = [parts.has_keys, parts.has_rule, parts.has_title, parts.has_cell];
        let taken = n_headers + taken.into_iter().filter(|is_there| *is_there).count();
        let room = rows.saturating_sub(taken).max(1);
        let top = self.rows.start.min(row).max((row + 1).saturating_sub(room)).min(wish.n_rows.saturating_sub(room));
        let widths = widths(wish.natural, columns);
        let n_frozen = n_frozen(&widths, wish.header_columns, columns);
        let (left, shown) = columns_around(&widths, n_frozen, self.left, column, columns);
        let mut frame = Self {
            n_frozen,
            // The last ones are nearest to what they stand over.
            headers: wish.header_rows - n_headers..wish.header_rows,
            rows: top..(top + room).min(wish.n_rows),
            left,
            has_before: left > n_frozen,
            has_after: shown.last().is_some_and(|last| last.column + 1 < widths.len()),
            is_mirrored: wish.is_mirrored,
            parts,
            columns: shown,
        };
        if wish.is_mirrored {
            for shown in &mut frame.columns {
                shown.at = columns.saturating_sub(shown.at + shown.cells);
            }
        }
        frame
    }

    /// Returns the screen's row of the first row below the headers.
    pub fn first_row(&self) -> usize {
        usize::from(self.parts.has_title) + self.headers.len() + usize::from(self.parts.has_rule)
    }

    /// Returns the row, as the rows are sorted, and the column that stand at a place of the screen.
    pub fn cell_at(&self, column: usize, row: usize) -> Option<(usize, usize)> {
        let is_there = |shown: &&Column| (shown.at..shown.at + shown.cells + GAP).contains(&column);
        let found = self.columns.iter().find(is_there)?;
        let row = self.rows.start + row.checked_sub(self.first_row())?;
        self.rows.contains(&row).then_some((row, found.column))
    }

    /// Returns where the line stands between the columns that stay and the others.
    pub fn fence(&self) -> Option<usize> {
        let last = self.n_frozen.checked_sub(1).and_then(|last| self.columns.get(last))?;
        self.columns.get(self.n_frozen)?;
        if self.is_mirrored { last.at.checked_sub(2) } else { Some(last.at + last.cells + 1) }
    }
}

/// Returns the widths at which columns are shown on a screen of `room` cells.
fn widths(natural: &[usize], room: usize) -> Vec<usize> {
    let gaps = GAP * natural.len().saturating_sub(1) + FENCE - GAP;
    let all = |widths: &[usize]| widths.iter().sum::<usize>() + gaps;
    if all(natural) <= room {
        return natural.to_vec();
    }
    let most = WIDEST.min(room.saturating_sub(FENCE).max(NARROWEST));
    let mut widths: Vec<usize> = natural.iter().map(|width| (*width).min(most)).collect();
    let mut left = room.saturating_sub(all(&widths));
    for (width, natural) in widths.iter_mut().zip(natural) {
        let more = left.min(natural - *width);
        *width += more;
        left -= more;
    }
    widths
}

/// Returns how many columns stay where they are: the headers of rows, where they leave half of the screen free.
fn n_frozen(widths: &[usize], headers: usize, room: usize) -> usize {
    let fits = |count: usize| {
        let own: usize = widths.iter().take(count).map(|width| width + GAP).sum();
        count < widths.len() && own <= room / 2
    };
    let most = headers.clamp(1, MOST_FROZEN).min(widths.len());
    (1..=most).rev().find(|&count| fits(count)).unwrap_or_default()
}

/// Returns the first column that moves, `left` or as near to it as shows `column`, and where all stand.
fn columns_around(widths: &[usize], n_frozen: usize, left: usize, column: usize, room: usize) -> (usize, Vec<Column>) {
    let whole = |column: usize| widths.get(column).copied().unwrap_or_default();
    let mut left = left.max(n_frozen);
    if column >= n_frozen {
        left = left.min(column);
    }
    let mut shown = placed(widths, n_frozen, left, room);
    while left < column && !shown.iter().any(|shown| shown.column == column && shown.cells >= whole(column)) {
        left += 1;
        shown = placed(widths, n_frozen, left, room);
    }
    // Room at the end is for what was left of the first one.
    while left > n_frozen {
        let more = placed(widths, n_frozen, left - 1, room);
        if more.last().is_none_or(|last| last.column + 1 < widths.len() || last.cells < whole(last.column)) {
            break;
        }
        left -= 1;
        shown = more;
    }
    (left, shown)
}

/// Returns where columns stand: those that stay, then as many from `left` on as there is room for.
fn placed(widths: &[usize], n_frozen: usize, left: usize, room: usize) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut at = 0;
    for column in (0..n_frozen).chain(left.max(n_frozen)..widths.len()) {
        if n_frozen > 0 && columns.len() == n_frozen {
            at += FENCE - GAP;
        }
        let whole = widths.get(column).copied().unwrap_or_default();
        let cells = whole.min(room.saturating_sub(at));
        let is_first = columns.is_empty();
        if cells < whole.min(NARROWEST) && !is_first || cells == 0 {
            break;
        }
        columns.push(Column { column, at, cells });
        at += cells + GAP;
    }
    columns
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wish(natural: &[usize], at_hand: (usize, usize)) -> Wish<'_> {
        Wish { natural, header_columns: 1, header_rows: 1, n_rows: 1000, at_hand, is_mirrored: false }
    }

    #[test]
    fn the_first_column_stays_while_the_others_move() {
        let natural = [10; 20];
        let check = |frame: &Frame, want: &[usize]| {
            assert_eq!(frame.columns.iter().map(|shown| shown.column).collect::<Vec<_>>(), want);
        };
        let frame = Frame::default().fitted(wish(&natural, (0, 0)), 50, 20);
        check(&frame, &[0, 1, 2, 3]);
        assert_eq!((frame.has_before, frame.has_after), (false, true));
        let frame = frame.fitted(wish(&natural, (0, 4)), 50, 20);
        check(&frame, &[0, 2, 3, 4]);
        // Nothing moves that need not.
        let frame = frame.fitted(wish(&natural, (0, 3)), 50, 20);
        check(&frame, &[0, 2, 3, 4]);
        let frame = frame.fitted(wish(&natural, (0, 19)), 50, 20);
        check(&frame, &[0, 17, 18, 19]);
        assert_eq!((frame.has_before, frame.has_after), (true, false));
        check(&frame.fitted(wish(&natural, (0, 0)), 50, 20), &[0, 17, 18, 19]);
        // Where it would take more than half of the screen, it moves with them.
        check(&Frame::default().fitted(wish(&natural, (0, 5)), 20, 20), &[5, 6]);
    }

    #[test]
    fn rows_move_as_little_as_they_need() {
        let natural = [10; 3];
        let frame = Frame::default().fitted(wish(&natural, (500, 0)), 50, 20);
        assert!(frame.rows.contains(&500));
        let next = frame.fitted(wish(&natural, (frame.rows.start, 0)), 50, 20);
        assert_eq!(next.rows, frame.rows);
        let next = frame.fitted(wish(&natural, (frame.rows.end, 0)), 50, 20);
        assert_eq!(next.rows, frame.rows.start + 1..frame.rows.end + 1);
    }

    proptest! {
        #[test]
        fn the_cell_at_hand_is_on_any_screen(
            natural in prop::collection::vec(3usize..100, 1..40),
            moves in prop::collection::vec((0usize..200, 0usize..40, 1usize..120, 1usize..50), 1..6),
            header_columns in 0usize..12, header_rows in 0usize..6, is_mirrored: bool,
        ) {
            let mut frame = Frame::default();
            for (row, column, columns, rows) in moves {
                let at_hand = (row, column % natural.len());
                let wish = Wish { header_columns, header_rows, n_rows: 200, is_mirrored, ..wish(&natural, at_hand) };
                frame = frame.fitted(wish, columns, rows);
                prop_assert!(frame.rows.contains(&row));
                let shown = frame.columns.iter().find(|shown| shown.column == at_hand.1);
                prop_assert!(shown.is_some_and(|shown| shown.cells > 0), "{at_hand:?} of {frame:?}");
                prop_assert!(frame.first_row() + frame.rows.len() <= rows.max(1));
                let mut ends: Vec<_> = frame.columns.iter().map(|shown| (shown.at, shown.at + shown.cells)).collect();
                ends.sort_unstable();
                prop_assert!(ends.is_sorted_by(|one, next| one.1 < next.0), "{ends:?}");
                prop_assert!(ends.iter().all(|&(_, end)| end <= columns));
            }
        }
    }
}
