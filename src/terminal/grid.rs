//! What a terminal's screen holds, cell by cell, in a form in which equal cells mean equal looks.
//!
//! A ratatui buffer says the same screen in many ways (the style under a wide character's second half, the colour of
//! an invisible blank). Here each way is brought to one, so that the painter may compare and move cells. It is also the
//! last check: no character that could steer the terminal gets past it.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::text::clean;
use crate::text::width;

/// Attributes that show on a blank.
pub const SHOWN_ON_BLANK: Modifier = Modifier::UNDERLINED.union(Modifier::CROSSED_OUT).union(Modifier::REVERSED);

/// A screenful of cells, each with the number of its link (0: none).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grid {
    width: u16,
    height: u16,
    cells: Vec<Cell>,
    links: Vec<u32>,
    /// Rows with a cluster whose width emulators do not agree on.
    doubtful: Vec<bool>,
}

/// One row of a grid.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub cells: &'a [Cell],
    pub links: &'a [u32],
}

impl Grid {
    /// Makes an empty screen.
    pub fn blank(width: u16, height: u16) -> Self {
        let n_cells = usize::from(width) * usize::from(height);
        Self {
            width,
            height,
            cells: vec![Cell::EMPTY; n_cells],
            links: vec![0; n_cells],
            doubtful: vec![false; usize::from(height)],
        }
    }

    pub fn width(&self) -> u16 {
        self.width
    }

    pub fn height(&self) -> u16 {
        self.height
    }

    /// Takes over what `buffer` holds, which is left with this grid's former cells.
    pub fn take(&mut self, buffer: &mut Buffer) {
        self.width = buffer.area.width;
        self.height = buffer.area.height;
        std::mem::swap(&mut self.cells, &mut buffer.content);
        let n_cells = usize::from(self.width) * usize::from(self.height);
        self.cells.resize(n_cells, Cell::EMPTY);
        self.links.clear();
        self.links.resize(n_cells, 0);
        self.doubtful.clear();
        for row in self.cells.chunks_mut(usize::from(self.width).max(1)) {
            self.doubtful.push(normalise(row));
        }
        self.doubtful.resize(usize::from(self.height), false);
    }

    /// Lays link number `link` over the cells of `area`.
    pub fn set_link(&mut self, area: Rect, link: u32) {
        for y in area.top()..area.bottom().min(self.height) {
            let start = self.index(area.left().min(self.width), y);
            let end = self.index(area.right().min(self.width), y);
            if let Some(links) = self.links.get_mut(start..end) {
                links.fill(link);
            }
        }
    }

    pub fn row(&self, y: u16) -> Row<'_> {
        let range = self.index(0, y)..self.index(self.width, y);
        Row {
            cells: self.cells.get(range.clone()).unwrap_or_default(),
            links: self.links.get(range).unwrap_or_default(),
        }
    }

    /// Returns whether a row has a cluster whose width emulators do not agree on.
    pub fn is_doubtful(&self, y: u16) -> bool {
        self.doubtful.get(usize::from(y)).copied().unwrap_or_default()
    }

    /// Moves the cells of `area` up by `by` rows (down, where negative), with blanks moving in.
    pub fn scroll(&mut self, area: Rect, by: i32) {
        let n_rows = i32::from(area.height);
        let order: Vec<i32> = if by > 0 { (0..n_rows).collect() } else { (0..n_rows).rev().collect() };
        for offset in order {
            let source = offset + by;
            let Ok(to) = u16::try_from(offset) else { continue };
            let from = u16::try_from(source).ok().filter(|from| *from < area.height);
            self.copy_row(area, area.y + to, from.map(|from| area.y + from));
        }
    }

    fn copy_row(&mut self, area: Rect, to: u16, from: Option<u16>) {
        let whole = area.x == 0 && area.width == self.width;
        for x in area.left()..area.right() {
            let target = self.index(x, to);
            let (cell, link) = match from.map(|from| self.index(x, from)) {
                Some(source) => (self.cells.get(source).cloned().unwrap_or_default(), self.links.get(source).copied()),
                None => (Cell::EMPTY, None),
            };
            if let (Some(old_cell), Some(old_link)) = (self.cells.get_mut(target), self.links.get_mut(target)) {
                *old_cell = cell;
                *old_link = link.unwrap_or_default();
            }
        }
        let moved_in = from.is_some_and(|from| self.is_doubtful(from));
        if let Some(doubtful) = self.doubtful.get_mut(usize::from(to)) {
            *doubtful = moved_in || (!whole && *doubtful);
        }
    }

    fn index(&self, x: u16, y: u16) -> usize {
        usize::from(y) * usize::from(self.width) + usize::from(x)
    }
}

impl Row<'_> {
    pub fn same(&self, other: &Row<'_>, x: usize) -> bool {
        self.links.get(x) == other.links.get(x)
            && match (self.cells.get(x), other.cells.get(x)) {
                (Some(a), Some(b)) => same_cell(a, b),
                _ => false,
            }
    }
}

/// Returns whether two normalised cells look the same.
pub fn same_cell(a: &Cell, b: &Cell) -> bool {
    a.symbol() == b.symbol()
        && a.fg == b.fg
        && a.bg == b.bg
        && a.modifier == b.modifier
        && a.underline_color == b.underline_color
}

/// Returns whether a normalised cell is a blank of which only the ground shows.
pub fn is_plain_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && cell.modifier.is_empty() && cell.fg == Color::Reset
}

/// Returns how many cells a normalised cell's symbol takes: 0 for what continues a wide one.
pub fn symbol_width(symbol: &str) -> usize {
    if symbol.len() == 1 { 1 } else { width::width(symbol) }
}

/// Returns whether emulators may disagree about a cluster's width.
///
/// They agree about Latin, Greek, Cyrillic, CJK, kana, hangul syllables, and the punctuation, boxes and arrows that go
/// with them, each with combining marks for Latin.
pub fn is_doubtful(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let trusted = |c: char| {
        matches!(c,
            '\u{20}'..='\u{7E}' | '\u{A0}'..='\u{2FF}' | '\u{370}'..='\u{481}' | '\u{48A}'..='\u{52F}'
            | '\u{1E00}'..='\u{1FFF}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{2070}'..='\u{209F}'
            | '\u{20A0}'..='\u{20BF}' | '\u{2100}'..='\u{2121}' | '\u{2123}'..='\u{2138}' | '\u{2150}'..='\u{2193}'
            | '\u{219A}'..='\u{21FF}' | '\u{2200}'..='\u{22FF}' | '\u{2500}'..='\u{25A9}' | '\u{25AC}'..='\u{25B5}'
            | '\u{25B7}'..='\u{25BF}' | '\u{25C1}'..='\u{25FA}' | '\u{2713}' | '\u{2717}' | '\u{27E8}' | '\u{27E9}'
            | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{309B}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF01}'..='\u{FF60}'
            | '\u{FFE0}'..='\u{FFE6}' | '\u{FFFD}')
    };
    !chars.next().is_some_and(trusted) || !chars.all(|c| matches!(c, '\u{300}'..='\u{36F}'))
}

/// Brings a row to its one form and returns whether it has a cluster of doubtful width.
fn normalise(row: &mut [Cell]) -> bool {
    let mut doubtful = false;
    let mut rest = row;
    while let Some((cell, after)) = rest.split_first_mut() {
        cell.set_diff_option(ratatui::buffer::CellDiffOption::None);
        let symbol = cell.symbol();
        let mut width = 1;
        if !matches!(symbol.as_bytes(), [b' '..=b'~']) {
            if symbol.chars().any(clean::is_forbidden) {
                cell.set_symbol("\u{FFFD}");
            }
            width = symbol_width(cell.symbol());
            if width == 0 || width - 1 > after.len() || cell.symbol() == "\u{A0}" {
                cell.set_symbol(" ");
                width = 1;
            }
            doubtful |= is_doubtful(cell.symbol());
        }
        if cell.symbol() == " " && !cell.modifier.intersects(SHOWN_ON_BLANK) {
            cell.fg = Color::Reset;
            cell.underline_color = Color::Reset;
            cell.modifier = Modifier::empty();
        }
        let (covered, next) = after.split_at_mut_checked(width - 1).unwrap_or_default();
        for second_half in covered {
            *second_half = cell.clone();
            second_half.set_symbol("");
        }
        rest = next;
    }
    doubtful
}
