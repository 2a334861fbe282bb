//! What a terminal's screen holds, cell by cell, in a form in which equal cells mean equal looks.
//!
//! A ratatui buffer says the same screen in many ways (the style under a wide character's second half, the colour of
//! an invisible blank). Here each way is brought to one, and symbols and looks to numbers, so that the painter may
//! compare and move rows as plain memory. It is also the last check: no character that could steer the terminal gets
//! past it.

mod large;

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use ratatui::buffer::{self, Buffer, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::picture::{Drawing, Ink, Placed, Sequences};
use crate::text::clean;
use crate::text::width::{self, Widths};

/// A cell: what it shows and how, by the numbers that a [`Repertoire`] gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// A character by its code point, a cluster by its number after the last of those, a row of a picture by its number
    /// after those, a large letter by its number after those, or 0 for what a wide symbol or a row to the left covers.
    symbol: u32,
    look: u32,
}

/// How cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Pen {
    pub fg: Color,
    pub bg: Color,
    pub underline: Color,
    pub modifier: Modifier,
    /// The number of an address; 0 for none.
    pub link: u32,
}

/// The symbols, looks and addresses that cells name by number.
#[derive(Debug)]
pub struct Repertoire {
    clusters: Vec<String>,
    cluster_numbers: HashMap<String, u32>,
    pens: Vec<Pen>,
    pen_numbers: HashMap<Pen, u32>,
    addresses: Vec<String>,
    address_numbers: HashMap<String, u32>,
    /// Rows of pictures: whoever places one keeps it.
    strips: Vec<(Weak<Drawing>, u16)>,
    strip_numbers: HashMap<(u32, u16), u32>,
    /// The widths that symbols have in this frame.
    widths: Widths,
}

/// A screenful of cells.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grid {
    width: u16,
    height: u16,
    cells: Vec<Cell>,
    /// Rows with a cluster whose width emulators do not agree on.
    doubtful: Vec<bool>,
    /// Whether there is a picture that the terminal's scrolling does not move as text.
    has_pinned: bool,
    /// The cells of each large letter, by rows, and by columns in a row.
    large: Vec<Rect>,
}

const FIRST_CLUSTER: u32 = 0x11_0000;
const FIRST_STRIP: u32 = 0x20_0000;
const FIRST_LARGE: u32 = 0x30_0000;
/// The cells of a large letter but the first.
const LARGE_PART: u32 = FIRST_LARGE - 1;

/// With more of any kind, a repertoire begins anew.
const MOST_NUMBERS: usize = 1 << 14;

/// Attributes that show on a blank.
const SHOWN_ON_BLANK: Modifier = Modifier::UNDERLINED.union(Modifier::CROSSED_OUT).union(Modifier::REVERSED);

impl Cell {
    /// What erasing leaves.
    pub const BLANK: Self = Self { symbol: ' ' as u32, look: 0 };

    /// Returns whether a wide symbol to the left covers this cell.
    pub fn is_covered(self) -> bool {
        self.symbol == 0
    }

    /// Returns whether this is where a row of a picture begins.
    pub fn is_strip(self) -> bool {
        (FIRST_STRIP..LARGE_PART).contains(&self.symbol)
    }

    /// Returns whether a large letter takes this cell.
    pub fn is_large(self) -> bool {
        self.symbol >= LARGE_PART
    }

    pub fn is_space(self) -> bool {
        self.symbol == Self::BLANK.symbol
    }

    /// Returns the number of the symbol alone.
    pub fn symbol(self) -> u32 {
        self.symbol
    }
}

impl Pen {
    /// Returns whether only the ground is other than the terminal's own.
    pub fn is_plain(&self) -> bool {
        *self == Self { bg: self.bg, ..Self::default() }
    }

    /// Returns whether blanks of ground `bg` come out right with this look.
    pub fn suits_blank(&self, bg: Color) -> bool {
        self.bg == bg && self.link == 0 && !self.modifier.intersects(SHOWN_ON_BLANK)
    }

    /// Returns the look of a blank of which no more shows than of one with this look.
    fn of_blank(self) -> Self {
        if self.modifier.intersects(SHOWN_ON_BLANK) {
            self
        } else {
            Self { bg: self.bg, link: self.link, ..Self::default() }
        }
    }
}

impl Default for Repertoire {
    fn default() -> Self {
        let pen = Pen::default();
        Self {
            clusters: Vec::new(),
            cluster_numbers: HashMap::new(),
            pens: vec![pen],
            pen_numbers: HashMap::from([(pen, 0)]),
            addresses: vec![String::new()],
            address_numbers: HashMap::new(),
            strips: Vec::new(),
            strip_numbers: HashMap::new(),
            widths: Widths::default(),
        }
    }
}

impl Repertoire {
    /// Returns whether it is time to begin anew, which makes cells that were numbered before mean nothing.
    pub fn is_full(&self) -> bool {
        let lengths = [self.clusters.len(), self.pens.len(), self.addresses.len(), self.strips.len()];
        lengths.into_iter().any(|n| n > MOST_NUMBERS)
    }

    pub fn pen(&self, cell: Cell) -> Pen {
        self.pens.get(cell.look as usize).copied().unwrap_or_default()
    }

    /// Appends the bytes of a cell's symbol.
    pub fn write_symbol(&self, cell: Cell, bytes: &mut Vec<u8>) {
        match char::from_u32(cell.symbol) {
            _ if cell.is_covered() => {}
            _ if cell.is_strip() => self.write_strip(cell, bytes),
            _ if cell.is_large() => bytes.extend_from_slice(self.letter(cell).as_bytes()),
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => bytes.extend_from_slice(self.cluster(cell).as_bytes()),
        }
    }

    /// Returns whether emulators may disagree about the width of a cell's symbol.
    pub fn is_doubtful(&self, cell: Cell) -> bool {
        match char::from_u32(cell.symbol) {
            Some('\0'..='~') => false,
            Some(c) => !is_trusted(c) || self.widths.has(Widths::WIDE_AMBIGUOUS) && width::is_ambiguous(c),
            None if cell.is_strip() || cell.is_large() => false,
            None => {
                let mut chars = self.cluster(cell).chars();
                !chars.next().is_some_and(is_trusted) || !chars.all(|c| matches!(c, '\u{300}'..='\u{36F}'))
            }
        }
    }

    /// Returns whether the terminal takes a row of a picture for text.
    pub fn is_text_strip(&self, cell: Cell) -> bool {
        self.sequences(cell).is_some_and(|(drawing, _)| sequences(&drawing).is_some_and(|made| made.is_text))
    }

    /// Returns the address of a link.
    pub fn address(&self, link: u32) -> &str {
        self.addresses.get(link as usize).map_or("", String::as_str)
    }

    /// Returns the number of an address: 0 for one that is not serialised to ASCII.
    pub fn link(&mut self, address: &str) -> u32 {
        if address.is_empty() || !address.bytes().all(|byte| matches!(byte, b'!'..=b'~')) {
            return 0;
        }
        number_of(&mut self.addresses, &mut self.address_numbers, address)
    }

    /// Returns the number of a row of a picture.
    fn strip(&mut self, placed: &Placed) -> Option<u32> {
        let made = sequences(&placed.drawing).filter(|made| usize::from(placed.strip) < made.rows.len())?;
        let next = u32::try_from(self.strips.len()).unwrap_or_default();
        let number = *self.strip_numbers.entry((made.id, placed.strip)).or_insert(next);
        if number == next {
            self.strips.push((Arc::downgrade(&placed.drawing), placed.strip));
        }
        Some(FIRST_STRIP + number)
    }

    fn write_strip(&self, cell: Cell, bytes: &mut Vec<u8>) {
        let Some((drawing, strip)) = self.sequences(cell) else { return };
        if let Some(row) = sequences(&drawing).and_then(|made| made.rows.get(usize::from(strip))) {
            bytes.extend_from_slice(row.as_bytes());
        }
    }

    /// Returns the drawing that a cell's row is of, and which row it is.
    fn sequences(&self, cell: Cell) -> Option<(Arc<Drawing>, u16)> {
        let (drawing, strip) = self.strips.get(cell.symbol.checked_sub(FIRST_STRIP)? as usize)?;
        Some((drawing.upgrade()?, *strip))
    }

    fn cluster(&self, cell: Cell) -> &str {
        self.clusters.get((cell.symbol - FIRST_CLUSTER) as usize).map_or(" ", String::as_str)
    }

    fn look(&mut self, pen: Pen) -> u32 {
        let next = u32::try_from(self.pens.len()).unwrap_or_default();
        let look = *self.pen_numbers.entry(pen).or_insert(next);
        if look == next {
            self.pens.push(pen);
        }
        look
    }

    /// Returns the number of a symbol and its width in cells.
    fn symbol(&mut self, symbol: &str) -> (u32, usize) {
        if let [byte @ b' '..=b'~'] = symbol.as_bytes() {
            return (u32::from(*byte), 1);
        }
        let mut chars = symbol.chars();
        if chars.clone().any(clean::is_forbidden) {
            return (u32::from('\u{FFFD}'), 1);
        }
        match (chars.next(), chars.next(), self.widths.width(symbol)) {
            (Some(c), None, _) if self.widths.has(Widths::WIDE_AMBIGUOUS) && width::is_drawn(c) => (in_ascii(c), 1),
            (None, ..) | (Some('\u{A0}'), None, _) | (_, _, 0) => (Cell::BLANK.symbol, 1),
            (Some(c), None, width) => (u32::from(c), width),
            (.., width) => (FIRST_CLUSTER + number_of(&mut self.clusters, &mut self.cluster_numbers, symbol), width),
        }
    }
}

impl Grid {
    /// Makes an empty screen.
    pub fn blank(width: u16, height: u16) -> Self {
        Self {
            width,
            height,
            cells: vec![Cell::BLANK; usize::from(width) * usize::from(height)],
            doubtful: vec![false; usize::from(height)],
            has_pinned: false,
            large: Vec::new(),
        }
    }

    pub fn width(&self) -> u16 {
        self.width
    }

    pub fn height(&self) -> u16 {
        self.height
    }

    /// Returns whether there is a picture that the terminal's scrolling does not move as text.
    pub fn has_pinned(&self) -> bool {
        self.has_pinned
    }

    /// Takes what `buffer` holds, with links over some of its cells, and the rows of pictures and large letters that
    /// nothing stands above. Returns those rows.
    pub fn take<'p>(
        &mut self,
        buffer: &Buffer,
        links: &[(Rect, u32)],
        pictures: &'p [Placed],
        large: &[Rect],
        repertoire: &mut Repertoire,
    ) -> Vec<&'p Placed> {
        self.has_pinned = false;
        repertoire.widths = Widths::current();
        let mut shown = Vec::new();
        self.width = buffer.area.width;
        self.height = buffer.area.height;
        self.cells.clear();
        self.doubtful.clear();
        // Neighbours mostly look alike.
        let mut last = Run::default();
        let n_columns = usize::from(self.width).max(1);
        for (y, row) in (0..self.height).zip(buffer.content.chunks(n_columns)) {
            let doubtful = self.take_row(y, row, links, &mut last, repertoire);
            self.doubtful.push(doubtful);
            for placed in pictures.iter().filter(|placed| placed.row == y) {
                if self.take_strip(placed, row, repertoire) {
                    shown.push(placed);
                }
            }
        }
        self.cells.resize(usize::from(self.width) * usize::from(self.height), Cell::BLANK);
        self.doubtful.resize(usize::from(self.height), false);
        self.take_large(large, buffer, repertoire);
        shown
    }

    /// Puts a row of a picture over the cells that were left free for it; returns whether they all were.
    fn take_strip(&mut self, placed: &Placed, row: &[buffer::Cell], repertoire: &mut Repertoire) -> bool {
        let columns =
            usize::from(placed.column)..usize::from(placed.column) + usize::from(placed.drawing.cells.columns);
        let is_free = |cell: &buffer::Cell| cell.diff_option == CellDiffOption::Skip && cell.symbol() == " ";
        if !row.get(columns.clone()).is_some_and(|cells| !cells.is_empty() && cells.iter().all(is_free)) {
            return false;
        }
        let Some(symbol) = repertoire.strip(placed) else { return false };
        let start = usize::from(placed.row) * usize::from(self.width);
        let Some(cells) = self.cells.get_mut(start + columns.start..start + columns.end) else { return false };
        for (idx, cell) in cells.iter_mut().enumerate() {
            cell.symbol = if idx == 0 { symbol } else { 0 };
        }
        self.has_pinned |= sequences(&placed.drawing).is_some_and(|made| !made.is_text);
        true
    }

    pub fn row(&self, y: u16) -> &[Cell] {
        let start = usize::from(y) * usize::from(self.width);
        self.cells.get(start..start + usize::from(self.width)).unwrap_or_default()
    }

    /// Returns whether a row has a cluster whose width emulators do not agree on.
    pub fn is_doubtful(&self, y: u16) -> bool {
        self.doubtful.get(usize::from(y)).copied().unwrap_or_default()
    }

    /// Moves the cells of `area` up by `by` rows (down, where negative), with blanks moving in.
    pub fn scroll(&mut self, area: Rect, by: i32) {
        let old = self.clone();
        for y in area.top()..area.bottom() {
            let from = u16::try_from(i32::from(y) + by).ok().filter(|from| (area.top()..area.bottom()).contains(from));
            let start = usize::from(y) * usize::from(self.width);
            let columns = usize::from(area.left())..usize::from(area.right());
            let Some(target) = self.cells.get_mut(start + columns.start..start + columns.end) else { continue };
            match from.and_then(|from| old.row(from).get(columns)) {
                Some(source) => target.copy_from_slice(source),
                None => target.fill(Cell::BLANK),
            }
            if let Some(doubtful) = self.doubtful.get_mut(usize::from(y)) {
                let stays = *doubtful && area.width < self.width;
                *doubtful = stays || from.is_some_and(|from| old.is_doubtful(from));
            }
        }
    }

    /// Appends a row in its one form and returns whether it has a cluster of doubtful width.
    fn take_row(
        &mut self,
        y: u16,
        row: &[buffer::Cell],
        links: &[(Rect, u32)],
        last: &mut Run,
        repertoire: &mut Repertoire,
    ) -> bool {
        let mut doubtful = false;
        let mut n_covered = 0;
        for (x, cell) in (0_u16..).zip(row) {
            if n_covered > 0 {
                n_covered -= 1;
                self.cells.push(Cell { symbol: 0, look: last.look });
                continue;
            }
            let link = links.iter().rev().find(|(area, _)| area.contains((x, y).into())).map_or(0, |(_, link)| *link);
            let pen = Pen { fg: cell.fg, bg: cell.bg, underline: cell.underline_color, modifier: cell.modifier, link };
            if pen != last.pen {
                *last = Run { pen, look: repertoire.look(pen), blank_look: repertoire.look(pen.of_blank()) };
            }
            let (mut symbol, width) = repertoire.symbol(cell.symbol());
            if width > 1 {
                n_covered = width - 1;
                // Half a wide symbol cannot be shown.
                if n_covered + usize::from(x) >= row.len() {
                    (symbol, n_covered) = (Cell::BLANK.symbol, 0);
                }
            }
            let blank = symbol == Cell::BLANK.symbol;
            let cell = Cell { symbol, look: if blank { last.blank_look } else { last.look } };
            doubtful |= repertoire.is_doubtful(cell);
            self.cells.push(cell);
        }
        doubtful
    }
}

/// Returns what a drawing tells the terminal, unless it is made of cells alone.
pub fn sequences(drawing: &Drawing) -> Option<&Sequences> {
    match &drawing.ink {
        Ink::Sequences(made) => Some(made),
        Ink::HalfBlocks(_) => None,
    }
}

/// The look of the cell before.
#[derive(Default)]
struct Run {
    pen: Pen,
    look: u32,
    blank_look: u32,
}

fn number_of(texts: &mut Vec<String>, numbers: &mut HashMap<String, u32>, text: &str) -> u32 {
    if let Some(number) = numbers.get(text) {
        return *number;
    }
    let number = u32::try_from(texts.len()).unwrap_or_default();
    texts.push(text.to_owned());
    numbers.insert(text.to_owned(), number);
    number
}

/// Returns what stands for a part of a line, or a block, where that would take two cells.
fn in_ascii(c: char) -> u32 {
    u32::from(match c {
        '─' | '━' | '┄' | '┅' | '┈' | '┉' | '╌' | '╍' => '-',
        '═' => '=',
        '│' | '┃' | '┆' | '┇' | '┊' | '┋' | '║' | '▌' | '▍' | '▎' | '▏' | '▐' | '▕' => '|',
        '\u{2500}'..='\u{257f}' => '+',
        '█' | '░' | '▒' | '▓' => '#',
        _ => ' ',
    })
}

/// Returns whether emulators agree about a character's width: Latin, Greek, Cyrillic, CJK, kana, hangul syllables, and
/// the punctuation, boxes and arrows that go with them.
fn is_trusted(c: char) -> bool {
    matches!(c,
        '\u{20}'..='\u{7E}' | '\u{A0}'..='\u{2FF}' | '\u{370}'..='\u{481}' | '\u{48A}'..='\u{52F}'
        | '\u{1E00}'..='\u{1FFF}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{2070}'..='\u{209F}'
        | '\u{20A0}'..='\u{20BF}' | '\u{2100}'..='\u{2121}' | '\u{2123}'..='\u{2138}' | '\u{2150}'..='\u{2193}'
        | '\u{219A}'..='\u{21FF}' | '\u{2200}'..='\u{22FF}' | '\u{2500}'..='\u{25A9}' | '\u{25AC}'..='\u{25B5}'
        | '\u{25B7}'..='\u{25BF}' | '\u{25C1}'..='\u{25FA}' | '\u{2713}' | '\u{2717}' | '\u{27E8}' | '\u{27E9}'
        | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{309B}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF01}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}' | '\u{FFFD}')
}
