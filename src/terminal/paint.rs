//! Turns one frame after another into the bytes that bring the terminal from the one to the other.
//!
//! It remembers what the terminal shows, moves what scrolled by the terminal's own scrolling, and writes only what then
//! still differs. It encodes a frame in the ways that may pay and sends the shortest. Nothing here does I/O.

use std::collections::HashMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::encode::{Encoder, Pen, Place};
use super::grid::{self, Grid, Row};
use super::scroll::{self, Scroll};

/// What a frame has beside its cells.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// Where the cursor is shown; it is hidden without.
    pub cursor: Option<(u16, u16)>,
    pub links: Vec<Link>,
}

/// Cells that lead to an address when the terminal's own way of opening links is used on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub area: Rect,
    pub address: String,
}

/// What the terminal shows, and how to bring it to what it should show.
#[derive(Debug, Default)]
pub struct Painter {
    shown: Grid,
    next: Grid,
    spare: Buffer,
    /// What the terminal shows is not known: the next frame is drawn whole.
    lost: bool,
    pen: Pen,
    place: Place,
    cursor: Option<(u16, u16)>,
    addresses: Vec<String>,
    numbers: HashMap<String, u32>,
    margins: bool,
    unsynchronised: bool,
    bytes: Vec<u8>,
}

/// Addresses that are kept by number; with more, the frame is drawn anew.
const MOST_ADDRESSES: usize = 4096;

/// A stretch of a row that is written in one go.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    y: u16,
    start: u16,
    end: u16,
    kind: Kind,
    /// Its place among the looks of the frame, by first appearance.
    group: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text(Pen),
    /// Blanks of one ground, which many looks suit.
    Blank(Color),
    /// Blanks that are erased rather than written.
    Erased,
    /// All blank from here to the row's end.
    ToEnd,
    /// A whole row that holds clusters of doubtful width.
    Whole,
}

impl Painter {
    /// Makes a painter for a terminal whose screen is not known.
    pub fn new(width: u16, height: u16) -> Self {
        let mut painter = Self::default();
        painter.resize(width, height);
        painter
    }

    /// Takes notice of the terminal's size; the next frame is drawn whole.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.spare = Buffer::empty(Rect::new(0, 0, width, height));
        self.forget();
    }

    /// Forgets what the terminal shows: the next frame is drawn whole.
    pub fn forget(&mut self) {
        self.lost = true;
    }

    /// Takes notice of whether the terminal has left and right margins.
    pub fn set_margins(&mut self, margins: bool) {
        self.margins = margins;
    }

    /// Takes notice of whether the terminal knows synchronised updates.
    pub fn set_synchronised(&mut self, synchronised: bool) {
        self.unsynchronised = !synchronised;
    }

    /// Returns the bytes that show the frame which `fill` draws: none, where it is already shown.
    ///
    /// `fill` is given an empty buffer of the screen's size.
    pub fn paint(&mut self, fill: impl FnOnce(&mut Buffer) -> Extras) -> &[u8] {
        let area = self.spare.area;
        self.spare.reset();
        let extras = fill(&mut self.spare);
        self.next.take(&mut self.spare);
        self.spare.resize(area);
        self.lay_links(&extras.links);
        self.bytes.clear();

        let whole = self.lost || (self.shown.width(), self.shown.height()) != (area.width, area.height);
        let cursor = extras.cursor.filter(|(x, y)| *x < area.width && *y < area.height);
        let differs = whole || self.shown != self.next;
        if !differs && cursor == self.cursor {
            return &self.bytes;
        }
        let mut encoder = if whole { self.encode_whole() } else { self.encode_change() };
        if let Some((x, y)) = cursor {
            encoder.go_to(x, y, &self.next.row(y));
        }
        match (self.cursor.is_some() && !whole, cursor.is_some()) {
            (false, true) => encoder.push(b"\x1b[?25h"),
            (true, false) => encoder.push(b"\x1b[?25l"),
            _ => {}
        }
        if encoder.bytes.is_empty() {
            return &self.bytes;
        }
        if !self.unsynchronised {
            self.bytes.extend_from_slice(b"\x1b[?2026h");
        }
        if whole && cursor.is_none() {
            self.bytes.extend_from_slice(b"\x1b[?25l");
        }
        self.bytes.extend_from_slice(&encoder.bytes);
        if !self.unsynchronised {
            self.bytes.extend_from_slice(b"\x1b[?2026l");
        }
        self.pen = encoder.pen;
        self.place = encoder.place;
        self.cursor = cursor;
        self.lost = false;
        std::mem::swap(&mut self.shown, &mut self.next);
        &self.bytes
    }

    fn lay_links(&mut self, links: &[Link]) {
        if self.addresses.len() + links.len() > MOST_ADDRESSES {
            self.addresses.clear();
            self.numbers.clear();
            self.forget();
        }
        if self.addresses.is_empty() {
            self.addresses.push(String::new());
        }
        for Link { area, address } in links {
            // An address comes serialised to ASCII; one that does not is no address.
            if address.is_empty() || !address.bytes().all(|byte| matches!(byte, b'!'..=b'~')) {
                continue;
            }
            let next_number = u32::try_from(self.addresses.len()).unwrap_or_default();
            let number = *self.numbers.entry(address.clone()).or_insert(next_number);
            if number == next_number {
                self.addresses.push(address.clone());
            }
            self.next.set_link(*area, number);
        }
    }

    /// Draws all on a cleared screen.
    fn encode_whole(&mut self) -> Encoder {
        let (width, height) = (self.next.width(), self.next.height());
        let mut encoder = Encoder::new(Pen::default(), Place { row: Some(0), column: Some(0) }, width);
        encoder.push(b"\x1b[m\x1b[H\x1b[2J");
        let stretches = stretches(&Grid::blank(width, height), &self.next, Pen::default());
        self.write(&mut encoder, &stretches);
        encoder
    }

    /// Draws what changed, by the shortest way.
    fn encode_change(&self) -> Encoder {
        let mut best = self.encode_difference(self.encoder(), &self.shown);
        if let Some((rows, rectangle)) = scroll::find(&self.shown, &self.next) {
            let mut consider = |scroll: Scroll| {
                let encoder = self.encode_scrolled(scroll);
                if encoder.bytes.len() < best.bytes.len() {
                    best = encoder;
                }
            };
            consider(rows);
            if self.margins && rectangle != rows && self.cuts_no_wide_cell(rectangle.area) {
                consider(rectangle);
            }
        }
        best
    }

    fn encode_scrolled(&self, Scroll { area, by }: Scroll) -> Encoder {
        let mut encoder = self.encoder();
        // What moves in has the ground that is set, in some terminals with its attributes.
        if !encoder.pen.suits_blank(Color::Reset) {
            encoder.set_pen(Pen::default(), &self.addresses);
        }
        let beside = area.width < self.next.width();
        if beside {
            encoder.push(format!("\x1b[?69h\x1b[{};{}s", area.left() + 1, area.right()).as_bytes());
        }
        let top = if area.top() == 0 { String::new() } else { (area.top() + 1).to_string() };
        let whole_height = area.height == self.next.height();
        if !whole_height {
            encoder.push(format!("\x1b[{top};{}r", area.bottom()).as_bytes());
        }
        let far = u16::try_from(by.unsigned_abs()).unwrap_or_default();
        encoder.control(far, if by > 0 { b'S' } else { b'T' });
        if beside {
            encoder.push(b"\x1b[?69l");
        }
        if !whole_height {
            encoder.push(b"\x1b[r");
            encoder.place = Place { row: Some(0), column: Some(0) };
        } else if beside {
            encoder.place = Place::default();
        }
        let mut moved = self.shown.clone();
        moved.scroll(area, by);
        self.encode_difference(encoder, &moved)
    }

    /// Writes what differs from `shown`, row by row or look by look.
    fn encode_difference(&self, encoder: Encoder, shown: &Grid) -> Encoder {
        let mut stretches = stretches(shown, &self.next, encoder.pen);
        let mut by_row = encoder.clone();
        self.write(&mut by_row, &stretches);
        if stretches.iter().map(|stretch| stretch.group).max() > Some(0) {
            stretches.sort_by_key(|stretch| stretch.group);
            let mut by_look = encoder;
            self.write(&mut by_look, &stretches);
            if by_look.bytes.len() < by_row.bytes.len() {
                return by_look;
            }
        }
        by_row
    }

    fn encoder(&self) -> Encoder {
        Encoder::new(self.pen, self.place, self.next.width())
    }

    fn cuts_no_wide_cell(&self, area: Rect) -> bool {
        (area.top()..area.bottom()).all(|y| {
            let cells = self.shown.row(y).cells;
            [area.left(), area.right()]
                .into_iter()
                .all(|x| cells.get(usize::from(x)).is_none_or(|cell| !cell.symbol().is_empty()))
        })
    }

    fn write(&self, encoder: &mut Encoder, stretches: &[Stretch]) {
        for stretch in stretches {
            let row = self.next.row(stretch.y);
            if stretch.kind == Kind::Whole {
                self.write_whole_row(encoder, stretch.y, &row);
            } else {
                self.write_stretch(encoder, stretch, &row);
            }
        }
    }

    fn write_stretch(&self, encoder: &mut Encoder, stretch: &Stretch, row: &Row<'_>) {
        match stretch.kind {
            Kind::Text(pen) => encoder.set_pen(pen, &self.addresses),
            Kind::Blank(bg) => self.suit(encoder, bg),
            Kind::Erased | Kind::ToEnd | Kind::Whole => self.suit(encoder, Color::Reset),
        }
        match stretch.kind {
            Kind::Text(_) | Kind::Blank(_) | Kind::Whole => Self::write_cells(encoder, stretch, row),
            Kind::Erased => {
                encoder.go_to(stretch.start, stretch.y, row);
                encoder.erase(stretch.end - stretch.start);
            }
            Kind::ToEnd => {
                encoder.go_to(stretch.start, stretch.y, row);
                encoder.push(b"\x1b[K");
            }
        }
    }

    fn suit(&self, encoder: &mut Encoder, bg: Color) {
        if !encoder.pen.suits_blank(bg) {
            encoder.set_pen(Pen { bg, ..Pen::default() }, &self.addresses);
        }
    }

    fn write_cells(encoder: &mut Encoder, stretch: &Stretch, row: &Row<'_>) {
        for x in stretch.start..stretch.end {
            if let Some(cell) = row.cells.get(usize::from(x)).filter(|cell| !cell.symbol().is_empty()) {
                encoder.go_to(x, stretch.y, row);
                encoder.put(cell);
            }
        }
    }

    /// Clears a row and writes it whole, with the cursor placed anew after each doubtful cluster, so that no ghost of
    /// a cluster that is wider or narrower than we believe stays on the screen.
    fn write_whole_row(&self, encoder: &mut Encoder, y: u16, row: &Row<'_>) {
        self.suit(encoder, Color::Reset);
        encoder.go_to(0, y, row);
        encoder.push(b"\x1b[K");
        for stretch in row_stretches(&Grid::blank(self.next.width(), 1).row(0), row, y) {
            self.write_stretch(encoder, &stretch, row);
        }
    }
}

/// Returns how many plain blanks on the terminal's own ground begin at `x`.
fn blanks(row: &Row<'_>, x: u16, end: u16) -> u16 {
    let range = usize::from(x)..usize::from(end);
    let cells = row.cells.get(range.clone()).unwrap_or_default();
    let links = row.links.get(range).unwrap_or_default();
    let n_blank = cells.iter().zip(links).take_while(|(cell, link)| is_erased(cell, **link)).count();
    u16::try_from(n_blank).unwrap_or_default()
}

/// Returns whether a cell looks as the terminal's erasing leaves it.
fn is_erased(cell: &ratatui::buffer::Cell, link: u32) -> bool {
    link == 0 && cell.bg == Color::Reset && grid::is_plain_blank(cell)
}

/// Returns what must be written to bring `shown` to `next`, row by row.
fn stretches(shown: &Grid, next: &Grid, pen: Pen) -> Vec<Stretch> {
    let mut all = Vec::new();
    // The look that is set comes first: what has it costs no change.
    let mut pens = vec![pen];
    let mut group = 0;
    for y in 0..next.height() {
        let (old, new) = (shown.row(y), next.row(y));
        let width = usize::from(next.width());
        if (0..width).all(|x| old.same(&new, x)) {
            continue;
        }
        if shown.is_doubtful(y) || next.is_doubtful(y) {
            all.push(Stretch { y, start: 0, end: next.width(), kind: Kind::Whole, group });
            continue;
        }
        for mut stretch in row_stretches(&old, &new, y) {
            if let Kind::Text(pen) = stretch.kind {
                group = pens.iter().position(|known| *known == pen).unwrap_or_else(|| {
                    pens.push(pen);
                    pens.len() - 1
                });
            }
            stretch.group = group;
            all.push(stretch);
        }
    }
    all
}

/// Returns the stretches of one row, left to right.
fn row_stretches(old: &Row<'_>, new: &Row<'_>, y: u16) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    let width = cells(new.cells.len());
    let mut x = 0;
    while x < width {
        let (Some(cell), Some(link)) = (new.cells.get(usize::from(x)), new.links.get(usize::from(x))) else { break };
        let start = x;
        x += cells(grid::symbol_width(cell.symbol()).max(1));
        if (start..x).all(|x| old.same(new, usize::from(x))) {
            continue;
        }
        let n_blank = blanks(new, start, width);
        if n_blank > 0 {
            let differs = |x: &u16| !old.same(new, usize::from(*x));
            let after = start + n_blank;
            let last = (start..after).rev().find(differs).unwrap_or(start) + 1;
            let text_follows = last == after && after < width && differs(&after);
            if after == width && last - start > 3 {
                all.push(Stretch { y, start, end: width, kind: Kind::ToEnd, group: 0 });
                break;
            }
            // Erasing takes about four bytes, and as many to step over what was erased.
            if last - start > if text_follows { 9 } else { 5 } {
                all.push(Stretch { y, start, end: last, kind: Kind::Erased, group: 0 });
                x = last;
                continue;
            }
        }
        let blank = *link == 0 && grid::is_plain_blank(cell);
        let pen = Pen::of(cell, *link);
        if let Some(last) = all.last_mut().filter(|last| last.end == start) {
            let joined = match last.kind {
                Kind::Text(pen) if blank => pen.suits_blank(cell.bg).then_some(last.kind),
                Kind::Text(last_pen) => (last_pen == pen).then_some(last.kind),
                Kind::Blank(bg) if blank => (bg == cell.bg).then_some(last.kind),
                Kind::Blank(bg) => pen.suits_blank(bg).then_some(Kind::Text(pen)),
                Kind::Erased | Kind::ToEnd | Kind::Whole => None,
            };
            if let Some(kind) = joined {
                last.kind = kind;
                last.end = x;
                continue;
            }
        }
        let kind = if blank { Kind::Blank(cell.bg) } else { Kind::Text(pen) };
        all.push(Stretch { y, start, end: x, kind, group: 0 });
    }
    all
}

fn cells(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}
