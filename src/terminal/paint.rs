//! Turns one frame after another into the bytes that bring the terminal from the one to the other.
//!
//! It remembers what the terminal shows, moves what scrolled by the terminal's own scrolling, and writes only what then
//! still differs. It encodes a frame in the ways that may pay and sends the shortest. Nothing here does I/O.

mod large;

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::encode::{Encoder, Place};
use super::grid::{Cell, Grid, Pen, Repertoire};
use super::hung::Hung;
use super::scroll::{self, Scroll};
use crate::picture::Placed;

/// What a frame has beside its cells.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// Where the cursor is shown; it is hidden without.
    pub cursor: Option<(u16, u16)>,
    pub links: Vec<Link>,
    /// Rows of pictures, over cells that the buffer leaves free for them.
    pub pictures: Vec<Placed>,
    /// The cells of large letters: the first has the letter, the others are left free.
    pub large: Vec<Rect>,
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
    buffer: Buffer,
    repertoire: Repertoire,
    /// What the terminal shows is not known: the next frame is drawn whole.
    lost: bool,
    pen: Pen,
    place: Place,
    cursor: Option<(u16, u16)>,
    margins: bool,
    unsynchronised: bool,
    /// The terminal would show a link's address, or worse, instead of hiding it.
    hides_links: bool,
    hung: Hung,
    bytes: Vec<u8>,
}

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
    /// A row of a picture.
    Strip,
    /// Letters of a look and a scale.
    Large(Pen, u16),
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
        self.buffer = Buffer::empty(Rect::new(0, 0, width, height));
        self.forget();
    }

    /// Forgets what the terminal shows: the next frame is drawn whole.
    pub fn forget(&mut self) {
        self.lost = true;
    }

    /// Forgets what was sent of pictures; returns what makes the terminal forget it too.
    pub fn take_pictures_down(&mut self) -> String {
        self.hung.take_down()
    }

    /// Takes notice of whether the terminal has left and right margins.
    pub fn set_margins(&mut self, margins: bool) {
        self.margins = margins;
    }

    /// Takes notice of whether the terminal knows synchronised updates.
    pub fn set_synchronised(&mut self, synchronised: bool) {
        self.unsynchronised = !synchronised;
    }

    /// Takes notice of whether the terminal may be told where links lead.
    pub fn set_links(&mut self, usable: bool) {
        self.hides_links = !usable;
    }

    /// Returns the bytes that show the frame which `fill` draws: none, where it is already shown.
    ///
    /// `fill` is given an empty buffer of the screen's size.
    pub fn paint(&mut self, fill: impl FnOnce(&mut Buffer) -> Extras) -> &[u8] {
        let area = self.buffer.area;
        self.buffer.reset();
        let extras = fill(&mut self.buffer);
        let pictures = self.take(&extras);
        self.buffer.resize(area);
        self.bytes.clear();

        let whole = self.lost || (self.shown.width(), self.shown.height()) != (area.width, area.height);
        let cursor = extras.cursor.filter(|(x, y)| *x < area.width && *y < area.height);
        if !whole && self.shown == self.next && cursor == self.cursor {
            return &self.bytes;
        }
        let hanging = self.hung.hang(pictures, whole);
        let mut encoder = if whole { self.encode_whole() } else { self.encode_change() };
        if let Some((x, y)) = cursor {
            encoder.go_to(x, y, self.next.row(y));
        }
        match (self.cursor.is_some(), cursor.is_some()) {
            (false, true) => encoder.push(b"\x1b[?25h"),
            (true, false) => encoder.push(b"\x1b[?25l"),
            // What is not known is said.
            (false, false) if whole => encoder.push(b"\x1b[?25l"),
            (true, true) if whole => encoder.push(b"\x1b[?25h"),
            _ => {}
        }
        let Encoder { bytes, pen, place, .. } = encoder;
        self.bytes.extend_from_slice(hanging.as_bytes());
        if !bytes.is_empty() {
            let (begin, end): (&[u8], &[u8]) =
                if self.unsynchronised { (b"", b"") } else { (b"\x1b[?2026h", b"\x1b[?2026l") };
            for part in [begin, &bytes, end] {
                self.bytes.extend_from_slice(part);
            }
        }
        (self.pen, self.place, self.cursor, self.lost) = (pen, place, cursor, false);
        std::mem::swap(&mut self.shown, &mut self.next);
        &self.bytes
    }

    /// Takes the frame, and returns the rows of pictures that it shows.
    fn take<'p>(&mut self, extras: &'p Extras) -> Vec<&'p Placed> {
        if self.repertoire.is_full() {
            self.repertoire = Repertoire::default();
            self.forget();
        }
        let links: &[Link] = if self.hides_links { &[] } else { &extras.links };
        let links: Vec<(Rect, u32)> =
            links.iter().map(|link| (link.area, self.repertoire.link(&link.address))).collect();
        self.next.take(&self.buffer, &links, &extras.pictures, &extras.large, &mut self.repertoire)
    }

    /// Draws all on a cleared screen.
    fn encode_whole(&self) -> Encoder<'_> {
        let (width, height) = (self.next.width(), self.next.height());
        let place = Place { row: Some(0), column: Some(0) };
        let mut encoder = Encoder::new(Pen::default(), place, width, &self.repertoire);
        if self.pen.link != 0 {
            encoder.push(b"\x1b]8;;\x1b\\");
        }
        encoder.push(b"\x1b[m\x1b[H\x1b[2J");
        let stretches = self.stretches(&Grid::blank(width, height), Pen::default());
        self.write(&mut encoder, &stretches, usize::MAX);
        encoder
    }

    /// Draws what changed, by the shortest way.
    fn encode_change(&self) -> Encoder<'_> {
        let mut scrolls = Vec::new();
        // A scroll would tear large letters: they are erased before, and written anew behind it.
        let mut bare = Cow::Borrowed(&self.shown);
        let mut bared = self.encoder();
        if !self.shown.large().is_empty() {
            large::erase_all(&mut bared, bare.to_mut());
        }
        // How far a terminal moves pictures along with its text, emulators do not agree.
        let moves = !self.shown.has_pinned() && !self.next.has_pinned();
        if let Some((rows, rectangle)) = moves.then(|| scroll::find(&bare, &self.next)).flatten() {
            scrolls.push(rows);
            if self.margins && rectangle != rows && self.is_narrow(rectangle.area) {
                scrolls.push(rectangle);
            }
        }
        let mut best: Option<Encoder<'_>> = None;
        for scroll in scrolls {
            let mut moved = bare.as_ref().clone();
            moved.scroll(scroll.area, scroll.by);
            let limit = best.as_ref().map_or(usize::MAX, |best| best.bytes.len());
            let encoder = self.encode_difference(self.encode_scroll(bared.clone(), scroll), &moved, limit);
            if encoder.bytes.len() < limit {
                best = Some(encoder);
            }
        }
        let limit = best.as_ref().map_or(usize::MAX, |best| best.bytes.len());
        let mut left = Cow::Borrowed(&self.shown);
        let mut encoder = self.encoder();
        if !self.shown.large().is_empty() {
            large::erase(&mut encoder, left.to_mut(), &self.next);
        }
        let plain = self.encode_difference(encoder, &left, limit);
        best.filter(|best| best.bytes.len() <= plain.bytes.len()).unwrap_or(plain)
    }

    fn encode_scroll<'a>(&self, mut encoder: Encoder<'a>, Scroll { area, by }: Scroll) -> Encoder<'a> {
        // What moves in has the ground that is set, in some terminals with its attributes.
        if !encoder.pen.suits_blank(Color::Reset) {
            encoder.set_pen(Pen::default());
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
        encoder
    }

    /// Writes what differs from `shown`, row by row or look by look, as far as that is shorter than `limit`.
    fn encode_difference<'a>(&self, encoder: Encoder<'a>, shown: &Grid, limit: usize) -> Encoder<'a> {
        let mut stretches = self.stretches(shown, encoder.pen);
        let mut by_row = encoder.clone();
        self.write(&mut by_row, &stretches, limit);
        if stretches.iter().any(|stretch| stretch.group > 0) {
            stretches.sort_by_key(|stretch| stretch.group);
            let mut by_look = encoder;
            self.write(&mut by_look, &stretches, limit.min(by_row.bytes.len()));
            if by_look.bytes.len() < by_row.bytes.len() {
                return by_look;
            }
        }
        by_row
    }

    fn encoder(&self) -> Encoder<'_> {
        Encoder::new(self.pen, self.place, self.next.width(), &self.repertoire)
    }

    /// Returns whether rows hold nothing wide or doubtful, which some terminals with margins count wrongly.
    fn is_narrow(&self, area: Rect) -> bool {
        (area.top()..area.bottom())
            .all(|y| !self.shown.is_doubtful(y) && !self.shown.row(y).iter().any(|cell| cell.is_covered()))
    }

    /// Writes stretches in their order, and gives up when that takes `limit` bytes.
    fn write(&self, encoder: &mut Encoder<'_>, stretches: &[Stretch], limit: usize) {
        for stretch in stretches {
            if encoder.bytes.len() >= limit {
                return;
            }
            let row = self.next.row(stretch.y);
            if stretch.kind == Kind::Whole {
                self.write_whole_row(encoder, stretch.y, row);
            } else {
                write_stretch(encoder, stretch, row);
            }
        }
    }

    /// Clears a row and writes it whole, with the cursor placed anew after each doubtful cluster, so that no ghost of
    /// a cluster that is wider or narrower than we believe stays on the screen.
    fn write_whole_row(&self, encoder: &mut Encoder<'_>, y: u16, row: &[Cell]) {
        suit(encoder, Color::Reset);
        encoder.go_to(0, y, row);
        encoder.push(b"\x1b[K");
        for stretch in self.row_stretches(&vec![Cell::BLANK; row.len()], row, y) {
            write_stretch(encoder, &stretch, row);
        }
    }

    /// Returns what must be written to bring `shown` to the next frame, row by row.
    fn stretches(&self, shown: &Grid, pen: Pen) -> Vec<Stretch> {
        let mut all = Vec::new();
        // The look that is set comes first: what has it costs no change.
        let mut pens = vec![pen];
        let mut group = 0;
        for y in 0..self.next.height() {
            let (old, new) = (shown.row(y), self.next.row(y));
            if old == new {
                continue;
            }
            if shown.is_doubtful(y) || self.next.is_doubtful(y) {
                all.push(Stretch { y, start: 0, end: self.next.width(), kind: Kind::Whole, group });
                continue;
            }
            for mut stretch in self.row_stretches(old, new, y) {
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
        all.extend(large::stretches(shown, &self.next, &self.repertoire));
        all
    }

    /// Returns the stretches of one row, left to right.
    fn row_stretches(&self, old: &[Cell], new: &[Cell], y: u16) -> Vec<Stretch> {
        let mut all: Vec<Stretch> = Vec::new();
        let differs = |x: usize| old.get(x) != new.get(x);
        let mut x = 0;
        while let Some(cell) = new.get(x) {
            let start = x;
            x += 1;
            while new.get(x).is_some_and(|cell| cell.is_covered()) {
                x += 1;
            }
            if !(start..x).any(differs) {
                continue;
            }
            if cell.is_large() {
                continue;
            }
            if cell.is_strip() {
                all.push(Stretch { y, start: column(start), end: column(x), kind: Kind::Strip, group: 0 });
                continue;
            }
            if *cell == Cell::BLANK {
                let after = start + new.iter().skip(start).take_while(|cell| **cell == Cell::BLANK).count();
                let end = (start..after).rev().find(|x| differs(*x)).unwrap_or(start) + 1;
                // Erasing takes about four bytes, and as many to step over what was erased.
                let text_follows = end == after && differs(after);
                let kind = match end - start {
                    4.. if after == new.len() => Some(Kind::ToEnd),
                    10.. => Some(Kind::Erased),
                    6.. if !text_follows => Some(Kind::Erased),
                    _ => None,
                };
                if let Some(kind) = kind {
                    all.push(Stretch { y, start: column(start), end: column(end), kind, group: 0 });
                    x = end;
                    continue;
                }
            }
            let pen = self.repertoire.pen(*cell);
            let blank = cell.is_space() && pen.is_plain();
            let last = all.last_mut().filter(|last| last.end == column(start));
            let joined = last.as_ref().and_then(|last| match last.kind {
                Kind::Text(pen_before) if blank => pen_before.suits_blank(pen.bg).then_some(last.kind),
                Kind::Text(pen_before) => (pen_before == pen).then_some(last.kind),
                Kind::Blank(bg) if blank => (bg == pen.bg).then_some(last.kind),
                Kind::Blank(bg) => pen.suits_blank(bg).then_some(Kind::Text(pen)),
                Kind::Erased | Kind::ToEnd | Kind::Whole | Kind::Strip | Kind::Large(..) => None,
            });
            if let (Some(last), Some(kind)) = (last, joined) {
                (last.kind, last.end) = (kind, column(x));
            } else {
                let kind = if blank { Kind::Blank(pen.bg) } else { Kind::Text(pen) };
                all.push(Stretch { y, start: column(start), end: column(x), kind, group: 0 });
            }
        }
        all
    }
}

fn write_stretch(encoder: &mut Encoder<'_>, stretch: &Stretch, row: &[Cell]) {
    match stretch.kind {
        Kind::Text(pen) | Kind::Large(pen, _) => encoder.set_pen(pen),
        Kind::Blank(bg) => suit(encoder, bg),
        Kind::Strip => encoder.set_pen(pen_under(encoder, stretch, row)),
        Kind::Erased | Kind::ToEnd | Kind::Whole => suit(encoder, Color::Reset),
    }
    encoder.go_to(stretch.start, stretch.y, row);
    match stretch.kind {
        Kind::ToEnd => encoder.push(b"\x1b[K"),
        Kind::Strip => {
            if let Some(cell) = row.get(usize::from(stretch.start)) {
                encoder.put_strip(stretch.end - stretch.start, *cell);
            }
        }
        Kind::Erased => encoder.erase(stretch.end - stretch.start),
        Kind::Large(_, scale) => large::put(encoder, stretch, scale, row),
        Kind::Text(_) | Kind::Blank(_) | Kind::Whole => {
            encoder.put(stretch.start, stretch.end, row);
        }
    }
}

/// Returns the look of the ground that a row of a picture stands on.
fn pen_under(encoder: &Encoder<'_>, stretch: &Stretch, row: &[Cell]) -> Pen {
    let bg = row.get(usize::from(stretch.start)).map(|cell| encoder.pen_of(*cell).bg);
    Pen { bg: bg.unwrap_or_default(), ..Pen::default() }
}

/// Changes the look to one that blanks of ground `bg` come out right with.
fn suit(encoder: &mut Encoder<'_>, bg: Color) {
    if !encoder.pen.suits_blank(bg) {
        encoder.set_pen(Pen { bg, ..Pen::default() });
    }
}

fn column(x: usize) -> u16 {
    u16::try_from(x).unwrap_or(u16::MAX)
}
