//! Writes moves, attributes and cells in as few bytes as it knows how.
//!
//! It keeps what the terminal's cursor and attributes are, so that each move and each change of look is said relative
//! to them, in the shortest of the ways that every emulator knows.

use ratatui::style::{Color, Modifier};

use super::grid::{Cell, Pen, Repertoire};

/// Where the cursor is, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    pub row: Option<u16>,
    /// Unknown after the last column too, where emulators differ.
    pub column: Option<u16>,
}

/// Bytes for the terminal, and what state they leave it in.
#[derive(Debug, Clone)]
pub struct Encoder<'a> {
    pub bytes: Vec<u8>,
    pub pen: Pen,
    pub place: Place,
    width: u16,
    repertoire: &'a Repertoire,
}

impl<'a> Encoder<'a> {
    /// Makes an encoder that goes on from a known state on a screen `width` cells wide.
    pub fn new(pen: Pen, place: Place, width: u16, repertoire: &'a Repertoire) -> Self {
        Self { bytes: Vec::with_capacity(1024), pen, place, width, repertoire }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub fn pen_of(&self, cell: Cell) -> Pen {
        self.repertoire.pen(cell)
    }

    /// Appends the bytes of a cell's symbol to others.
    pub fn write_symbol(&self, cell: Cell, bytes: &mut Vec<u8>) {
        self.repertoire.write_symbol(cell, bytes);
    }

    /// Writes `CSI n final`, with `n` left out where it is 1.
    pub fn control(&mut self, n: u16, last: u8) {
        control(&mut self.bytes, n, last);
    }

    /// Moves the cursor to a cell; `row` is what that row is meant to show, of which some may be written again.
    pub fn go_to(&mut self, x: u16, y: u16, row: &[Cell]) {
        if self.place == (Place { row: Some(y), column: Some(x) }) {
            return;
        }
        let mut best = Vec::with_capacity(16);
        cursor_position(&mut best, x, y);
        if let Some(from_y) = self.place.row {
            let rows = vertical(from_y, y);
            let mut consider = |prefix: &[u8], from_x: u16| {
                let sideways = self.horizontal(from_x, x, row);
                for vertical in &rows {
                    if prefix.len() + vertical.len() + sideways.len() < best.len() {
                        best.clear();
                        best.extend_from_slice(prefix);
                        best.extend_from_slice(vertical);
                        best.extend_from_slice(&sideways);
                    }
                }
            };
            consider(b"\r", 0);
            if let Some(from_x) = self.place.column {
                consider(b"", from_x);
            }
            if from_y == y {
                let mut absolute = Vec::with_capacity(8);
                control(&mut absolute, x + 1, b'G');
                if absolute.len() < best.len() {
                    best = absolute;
                }
            }
        }
        self.bytes.extend_from_slice(&best);
        self.place = Place { row: Some(y), column: Some(x) };
    }

    /// Changes the look of what is written next.
    pub fn set_pen(&mut self, pen: Pen) {
        if self.pen.link != pen.link {
            self.push(b"\x1b]8;");
            if pen.link != 0 {
                self.push(b"id=");
                number(&mut self.bytes, pen.link);
            }
            self.push(b";");
            self.push(self.repertoire.address(pen.link).as_bytes());
            self.push(b"\x1b\\");
            self.pen.link = pen.link;
        }
        if self.pen == pen {
            return;
        }
        let mut changes = Vec::with_capacity(24);
        attributes(&mut changes, &self.pen, &pen);
        let mut anew = vec![b';'];
        attributes(&mut anew, &Pen { link: pen.link, ..Pen::default() }, &pen);
        if anew.len() == 1 {
            anew.clear();
        }
        let shorter = if anew.len() < changes.len() { &anew } else { &changes };
        self.push(b"\x1b[");
        self.bytes.extend_from_slice(shorter);
        self.push(b"m");
        self.pen = pen;
    }

    /// Writes the cells of a row from the cursor's, which is at `start`, with the look that is set.
    pub fn put(&mut self, start: u16, end: u16, row: &[Cell]) {
        let mut x = start;
        let mut doubtful = false;
        for cell in row.iter().take(usize::from(end)).skip(usize::from(start)) {
            if !cell.is_covered() {
                if self.place.column != Some(x) {
                    // After a symbol of doubtful width the column is found again.
                    let Some(y) = self.place.row else { return };
                    self.go_to(x, y, row);
                }
                self.repertoire.write_symbol(*cell, &mut self.bytes);
                doubtful = self.repertoire.is_doubtful(*cell);
            }
            x += 1;
            self.place.column = Some(x).filter(|x| !doubtful && *x < self.width);
        }
    }

    /// Shows a row of a picture from the cursor on, over `n` cells. Where the cursor is afterwards, emulators do not agree.
    pub fn put_strip(&mut self, n: u16, cell: Cell) {
        if !self.repertoire.is_text_strip(cell) {
            self.erase(n);
        }
        self.repertoire.write_symbol(cell, &mut self.bytes);
        self.place = Place::default();
    }

    /// Blanks `n` cells from the cursor on, which stays; the look must suit a blank.
    pub fn erase(&mut self, n: u16) {
        self.control(n, b'X');
    }

    /// Returns the shortest way sideways within a row.
    fn horizontal(&self, from: u16, to: u16, row: &[Cell]) -> Vec<u8> {
        let mut best = Vec::with_capacity(8);
        if to < from {
            let back = from - to;
            if back <= 3 {
                best.resize(usize::from(back), 8);
            } else {
                control(&mut best, back, b'D');
            }
        } else if to > from {
            control(&mut best, to - from, b'C');
            if let Some(again) = self.again(from, to, row, best.len()) {
                best = again;
            }
        }
        best
    }

    /// Returns the bytes that write a few cells once more, where that is not longer than a move of `limit` bytes.
    fn again(&self, from: u16, to: u16, row: &[Cell], limit: usize) -> Option<Vec<u8>> {
        if usize::from(to - from) > limit * 2 || row.get(usize::from(to)).is_some_and(|cell| cell.is_covered()) {
            return None;
        }
        let cells = row.get(usize::from(from)..usize::from(to))?;
        if cells.first().is_some_and(|cell| cell.is_covered()) {
            return None;
        }
        let mut bytes = Vec::with_capacity(limit + 4);
        for cell in cells {
            let pen = self.repertoire.pen(*cell);
            let suits = pen == self.pen || (cell.is_space() && pen.is_plain() && self.pen.suits_blank(pen.bg));
            self.repertoire.write_symbol(*cell, &mut bytes);
            if !suits || cell.is_strip() || cell.is_large() || self.repertoire.is_doubtful(*cell) || bytes.len() > limit
            {
                return None;
            }
        }
        Some(bytes)
    }
}

fn control(bytes: &mut Vec<u8>, n: u16, last: u8) {
    bytes.extend_from_slice(b"\x1b[");
    if n != 1 {
        number(bytes, n);
    }
    bytes.push(last);
}

fn number(bytes: &mut Vec<u8>, n: impl Into<u32>) {
    let mut digits = [0; 10];
    let mut rest: u32 = n.into();
    let mut n_digits = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        n_digits += 1;
        if rest == 0 {
            break;
        }
    }
    bytes.extend(digits.iter().skip(10 - n_digits));
}

fn cursor_position(bytes: &mut Vec<u8>, x: u16, y: u16) {
    bytes.extend_from_slice(b"\x1b[");
    if y > 0 {
        number(bytes, y + 1);
    }
    if x > 0 {
        bytes.push(b';');
        number(bytes, x + 1);
    }
    bytes.push(b'H');
}

/// Returns the ways from one row to another that keep the column.
fn vertical(from: u16, to: u16) -> Vec<Vec<u8>> {
    let mut ways = Vec::with_capacity(2);
    let mut relative = Vec::with_capacity(8);
    if to > from {
        let down = to - from;
        if down <= 3 {
            relative.resize(usize::from(down), b'\n');
        } else {
            control(&mut relative, down, b'B');
        }
    } else if to < from {
        let up = from - to;
        if up == 1 {
            relative.extend_from_slice(b"\x1bM");
        } else {
            control(&mut relative, up, b'A');
        }
    }
    ways.push(relative);
    if to != from {
        let mut absolute = Vec::with_capacity(8);
        control(&mut absolute, to + 1, b'd');
        ways.push(absolute);
    }
    ways
}

/// Writes the parameters of the SGR that leads from one look to another.
fn attributes(bytes: &mut Vec<u8>, from: &Pen, to: &Pen) {
    let start = bytes.len();
    let parameter = |bytes: &mut Vec<u8>, text: &[u8]| {
        if bytes.len() > start {
            bytes.push(b';');
        }
        bytes.extend_from_slice(text);
    };
    let lost = from.modifier - to.modifier;
    let mut kept = from.modifier & to.modifier;
    for (modifiers, off) in [
        (Modifier::BOLD | Modifier::DIM, &b"22"[..]),
        (Modifier::ITALIC, b"23"),
        (Modifier::UNDERLINED, b"24"),
        (Modifier::SLOW_BLINK | Modifier::RAPID_BLINK, b"25"),
        (Modifier::REVERSED, b"27"),
        (Modifier::HIDDEN, b"28"),
        (Modifier::CROSSED_OUT, b"29"),
    ] {
        if lost.intersects(modifiers) {
            parameter(bytes, off);
            kept -= modifiers;
        }
    }
    for (modifier, on) in [
        (Modifier::BOLD, b"1"),
        (Modifier::DIM, b"2"),
        (Modifier::ITALIC, b"3"),
        (Modifier::UNDERLINED, b"4"),
        (Modifier::SLOW_BLINK, b"5"),
        (Modifier::RAPID_BLINK, b"6"),
        (Modifier::REVERSED, b"7"),
        (Modifier::HIDDEN, b"8"),
        (Modifier::CROSSED_OUT, b"9"),
    ] {
        if to.modifier.contains(modifier) && !kept.contains(modifier) {
            parameter(bytes, on);
        }
    }
    if from.fg != to.fg {
        parameter(bytes, colour(to.fg, b'3').as_bytes());
    }
    if from.bg != to.bg {
        parameter(bytes, colour(to.bg, b'4').as_bytes());
    }
    if from.underline != to.underline {
        parameter(bytes, underline_colour(to.underline).as_bytes());
    }
}

fn colour(colour: Color, ground: u8) -> String {
    let bright = if ground == b'3' { 90 } else { 100 };
    let ground = char::from(ground);
    let dark = |n: u8| format!("{ground}{n}");
    let bright = |n: u8| format!("{}", bright + n);
    match colour {
        Color::Reset => dark(9),
        Color::Black => dark(0),
        Color::Red => dark(1),
        Color::Green => dark(2),
        Color::Yellow => dark(3),
        Color::Blue => dark(4),
        Color::Magenta => dark(5),
        Color::Cyan => dark(6),
        Color::Gray => dark(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(n) => format!("{ground}8;5;{n}"),
        Color::Rgb(red, green, blue) => format!("{ground}8;2;{red};{green};{blue}"),
    }
}

/// Returns an underline's colour with colons: with semicolons, terminals that do not know it would take its parts for
/// attributes.
fn underline_colour(colour: Color) -> String {
    match colour {
        Color::Rgb(red, green, blue) => format!("58:2::{red}:{green}:{blue}"),
        Color::Indexed(n) => format!("58:5:{n}"),
        Color::Reset => "59".to_owned(),
        named => {
            let order = [
                Color::Black,
                Color::Red,
                Color::Green,
                Color::Yellow,
                Color::Blue,
                Color::Magenta,
                Color::Cyan,
                Color::Gray,
                Color::DarkGray,
                Color::LightRed,
                Color::LightGreen,
                Color::LightYellow,
                Color::LightBlue,
                Color::LightMagenta,
                Color::LightCyan,
                Color::White,
            ];
            format!("58:5:{}", order.iter().position(|known| *known == named).unwrap_or_default())
        }
    }
}
