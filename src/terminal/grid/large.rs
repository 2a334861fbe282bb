//! Large letters as a grid has them: the first of a letter's cells bears it, the others say that they are its own.
//!
//! A letter is large only where nothing stands above any of its cells. Where only its first row is free, it stands there
//! as it is, with room behind it; where something cuts that as well, it is left out.

use ratatui::buffer::{self, Buffer, CellDiffOption};
use ratatui::layout::Rect;

use super::{Cell, FIRST_LARGE, Grid, LARGE_PART, Repertoire, number_of};
use crate::text::clean;

/// What a terminal takes for one letter at most, in bytes and in cells before they are scaled.
const LONGEST: usize = 4096;
const WIDEST: usize = 7;

impl Cell {
    /// Returns whether a large letter begins here.
    pub fn is_letter(self) -> bool {
        self.symbol >= FIRST_LARGE
    }
}

impl Repertoire {
    /// Returns what a large letter is.
    pub fn letter(&self, cell: Cell) -> &str {
        let number = cell.symbol.checked_sub(FIRST_LARGE);
        number.and_then(|number| self.clusters.get(number as usize)).map_or("", String::as_str)
    }

    /// Returns the number of a large letter of so many cells, if it can be one.
    fn large(&mut self, symbol: &str, area: Rect) -> Option<u32> {
        let width = self.widths.width(symbol);
        let fits = width > 0 && width * usize::from(area.height) == usize::from(area.width);
        if !fits || width > WIDEST || symbol.len() > LONGEST || symbol.chars().any(clean::is_forbidden) {
            return None;
        }
        Some(FIRST_LARGE + number_of(&mut self.clusters, &mut self.cluster_numbers, symbol))
    }
}

impl Grid {
    /// Returns the cells of each large letter, by rows, and by columns in a row.
    pub fn large(&self) -> &[Rect] {
        &self.large
    }

    /// Returns the cell where a large letter begins.
    pub fn first_cell(&self, area: Rect) -> Cell {
        self.row(area.y).get(usize::from(area.x)).copied().unwrap_or(Cell::BLANK)
    }

    /// Returns whether the same large letter stands at the same place as in `other`.
    pub fn shares(&self, area: Rect, other: &Self) -> bool {
        let key = (area.y, area.x);
        other.large.binary_search_by_key(&key, |area| (area.y, area.x)).ok().and_then(|at| other.large.get(at))
            == Some(&area)
            && self.first_cell(area) == other.first_cell(area)
    }

    /// Takes large letters away, with blanks in their place.
    pub fn remove(&mut self, letters: &[Rect]) {
        for &area in letters {
            self.fill(area, |_| Cell::BLANK);
        }
        self.large.retain(|area| !letters.contains(area));
    }

    /// Puts large letters over the cells that were left free for them, where all of them were.
    pub(super) fn take_large(&mut self, letters: &[Rect], buffer: &Buffer, repertoire: &mut Repertoire) {
        self.large.clear();
        for &area in letters {
            if area.is_empty() || buffer.area.intersection(area) != area {
                continue;
            }
            if !is_free(buffer, area) {
                self.hide_cut(area, buffer, repertoire);
                continue;
            }
            let Some(symbol) = buffer.cell((area.x, area.y)).and_then(|cell| repertoire.large(cell.symbol(), area))
            else {
                continue;
            };
            let look = self.first_cell(area).look;
            self.fill(area, |is_first| Cell { symbol: if is_first { symbol } else { LARGE_PART }, look });
            self.large.push(area);
        }
        self.large.sort_unstable_by_key(|area| (area.y, area.x));
        // Of a large letter's width there is no doubt: it is told.
        let rows: Vec<u16> = self.large.iter().flat_map(|area| area.top()..area.bottom()).collect();
        for y in rows {
            let is_doubtful = self.row(y).iter().any(|cell| repertoire.is_doubtful(*cell));
            if let Some(doubtful) = self.doubtful.get_mut(usize::from(y)) {
                *doubtful = is_doubtful;
            }
        }
    }

    /// Blanks what is left of a letter that something beside it cuts: a small one among large ones would look lost.
    fn hide_cut(&mut self, area: Rect, buffer: &Buffer, repertoire: &mut Repertoire) {
        let top = Rect { height: 1, ..area };
        if is_free(buffer, top) {
            return;
        }
        let pen = repertoire.pen(self.first_cell(area)).of_blank();
        let blank = Cell { symbol: Cell::BLANK.symbol, look: repertoire.look(pen) };
        let width = repertoire.widths.width(buffer.cell((area.x, area.y)).map_or("", buffer::Cell::symbol));
        let letter = Rect { width: u16::try_from(width).unwrap_or_default(), ..top };
        if !letter.is_empty() && is_free(buffer, letter) {
            self.fill(letter, |_| blank);
        }
    }

    fn fill(&mut self, area: Rect, cell: impl Fn(bool) -> Cell) {
        for y in area.top()..area.bottom() {
            let start = usize::from(y) * usize::from(self.width);
            let columns = start + usize::from(area.left())..start + usize::from(area.right());
            for (idx, target) in self.cells.get_mut(columns).unwrap_or_default().iter_mut().enumerate() {
                *target = cell(idx == 0 && y == area.y);
            }
        }
    }
}

/// Returns whether nothing was put over cells that were left free, but for the letter in the first of them.
fn is_free(buffer: &Buffer, area: Rect) -> bool {
    let is_free = |cell: &buffer::Cell| cell.diff_option == CellDiffOption::Skip;
    area.positions().all(|position| {
        let is_first = (position.x, position.y) == (area.x, area.y);
        buffer.cell(position).is_some_and(|cell| is_free(cell) && (is_first || cell.symbol() == " "))
    })
}
