//! Three terminals that frames are painted into: two emulators, and a strict one with left and right margins, which
//! fails on anything that the painter has no business to write.

use alacritty_terminal::Term;
use alacritty_terminal::event::VoidListener;
use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::Config;
use alacritty_terminal::term::cell::Flags;
use alacritty_terminal::vte::ansi::{Color as AlacrittyColor, Processor, StdSyncHandler};
use alacritty_terminal::vte::{Params, Parser, Perform};
use unicode_width::UnicodeWidthChar;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    #[default]
    Default,
    Index(u8),
    Rgb(u8, u8, u8),
}

/// What a cell shows. The second half of a wide one has no symbol.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    pub symbol: String,
    pub fg: Colour,
    pub bg: Colour,
    pub bold: bool,
    pub dim: bool,
    pub italic: bool,
    pub underlined: bool,
    pub reversed: bool,
    pub crossed_out: bool,
    pub link: Option<String>,
}

impl Look {
    /// Brings looks that cannot be told apart to one.
    pub fn canonical(mut self) -> Self {
        if self.symbol.is_empty() {
            return Self { symbol: String::new(), ..Self::default() };
        }
        if self.symbol == " " && !(self.underlined || self.reversed || self.crossed_out) {
            return Self { symbol: self.symbol, bg: self.bg, link: self.link, ..Self::default() };
        }
        self.symbol = self.symbol.trim_end_matches('\0').to_owned();
        self
    }
}

pub trait Emulator {
    fn process(&mut self, bytes: &[u8]);
    fn look(&self, x: u16, y: u16) -> Look;
    /// Leaves out of a look what this terminal does not know.
    fn known(&self, look: Look) -> Look {
        look
    }
    /// The cursor, where it shows.
    fn cursor(&self) -> Option<(u16, u16)>;
}

impl Emulator for vt100::Parser {
    fn process(&mut self, bytes: &[u8]) {
        vt100::Parser::process(self, bytes);
    }

    fn look(&self, x: u16, y: u16) -> Look {
        let cell = self.screen().cell(y, x).unwrap();
        let colour = |colour| match colour {
            vt100::Color::Default => Colour::Default,
            vt100::Color::Idx(n) => Colour::Index(n),
            vt100::Color::Rgb(r, g, b) => Colour::Rgb(r, g, b),
        };
        let symbol = match cell.contents() {
            _ if cell.is_wide_continuation() => String::new(),
            "" => " ".to_owned(),
            text => text.to_owned(),
        };
        Look {
            symbol,
            fg: colour(cell.fgcolor()),
            bg: colour(cell.bgcolor()),
            bold: cell.bold(),
            dim: cell.dim(),
            italic: cell.italic(),
            underlined: cell.underline(),
            reversed: cell.inverse(),
            crossed_out: false,
            link: None,
        }
    }

    fn known(&self, look: Look) -> Look {
        // Bold and dim shut each other out here.
        let strength = look.bold || look.dim;
        Look { bold: strength, dim: strength, crossed_out: false, link: None, ..look }
    }

    fn cursor(&self) -> Option<(u16, u16)> {
        let (row, column) = self.screen().cursor_position();
        (!self.screen().hide_cursor()).then_some((column, row))
    }
}

pub struct Alacritty {
    term: Term<VoidListener>,
    processor: Processor<StdSyncHandler>,
}

struct Size(usize, usize);

impl Dimensions for Size {
    fn total_lines(&self) -> usize {
        self.1
    }
    fn screen_lines(&self) -> usize {
        self.1
    }
    fn columns(&self) -> usize {
        self.0
    }
}

impl Alacritty {
    pub fn new(width: u16, height: u16) -> Self {
        let config = Config { scrolling_history: 0, ..Config::default() };
        let term = Term::new(config, &Size(width.into(), height.into()), VoidListener);
        Self { term, processor: Processor::new() }
    }
}

impl Emulator for Alacritty {
    fn process(&mut self, bytes: &[u8]) {
        self.processor.advance(&mut self.term, bytes);
    }

    fn look(&self, x: u16, y: u16) -> Look {
        let cell = &self.term.grid()[Line(y.into())][Column(x.into())];
        let colour = |colour| match colour {
            AlacrittyColor::Named(named) if (named as usize) < 16 => Colour::Index(named as u8),
            AlacrittyColor::Named(_) => Colour::Default,
            AlacrittyColor::Indexed(n) => Colour::Index(n),
            AlacrittyColor::Spec(rgb) => Colour::Rgb(rgb.r, rgb.g, rgb.b),
        };
        let symbol = if cell.flags.contains(Flags::WIDE_CHAR_SPACER) {
            String::new()
        } else {
            std::iter::once(cell.c).chain(cell.zerowidth().unwrap_or_default().iter().copied()).collect()
        };
        Look {
            symbol,
            fg: colour(cell.fg),
            bg: colour(cell.bg),
            bold: cell.flags.contains(Flags::BOLD),
            dim: cell.flags.contains(Flags::DIM),
            italic: cell.flags.contains(Flags::ITALIC),
            underlined: cell.flags.contains(Flags::UNDERLINE),
            reversed: cell.flags.contains(Flags::INVERSE),
            crossed_out: cell.flags.contains(Flags::STRIKEOUT),
            link: cell.hyperlink().map(|link| link.uri().to_owned()),
        }
    }

    fn cursor(&self) -> Option<(u16, u16)> {
        let point = self.term.grid().cursor.point;
        let shown = self.term.mode().contains(alacritty_terminal::term::TermMode::SHOW_CURSOR);
        shown.then_some((point.column.0 as u16, point.line.0 as u16))
    }
}

/// A terminal with left and right margins (DECLRMM). It panics on what it does not know, on text that wraps, on a
/// line feed that scrolls and on a move that leaves the screen.
pub struct Margins {
    parser: Parser,
    state: State,
}

struct State {
    width: u16,
    height: u16,
    cells: Vec<Vec<Look>>,
    x: u16,
    y: u16,
    wraps: bool,
    pen: Look,
    rows: (u16, u16),
    columns: Option<(u16, u16)>,
    shows_cursor: bool,
    synchronised: bool,
}

impl Margins {
    pub fn new(width: u16, height: u16) -> Self {
        let blank = Look { symbol: " ".into(), ..Look::default() };
        let state = State {
            width,
            height,
            cells: vec![vec![blank; width.into()]; height.into()],
            x: 0,
            y: 0,
            wraps: false,
            pen: Look::default(),
            rows: (0, height),
            columns: None,
            shows_cursor: true,
            synchronised: false,
        };
        Self { parser: Parser::new(), state }
    }
}

impl Emulator for Margins {
    fn process(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.state, bytes);
        let state = &self.state;
        assert!(!state.synchronised && state.columns.is_none() && state.rows == (0, state.height), "a mode is left on");
    }

    fn look(&self, x: u16, y: u16) -> Look {
        self.state.cells[usize::from(y)][usize::from(x)].clone()
    }

    fn cursor(&self) -> Option<(u16, u16)> {
        self.state.shows_cursor.then_some((self.state.x, self.state.y))
    }
}

impl State {
    fn blank(&self) -> Look {
        Look { symbol: " ".into(), bg: self.pen.bg, ..Look::default() }
    }

    fn go_to(&mut self, x: i32, y: i32) {
        assert!(x >= 0 && x < i32::from(self.width) && y >= 0 && y < i32::from(self.height), "a move to {x}, {y}");
        (self.x, self.y, self.wraps) = (x as u16, y as u16, false);
    }

    fn go_by(&mut self, x: i32, y: i32) {
        assert!(!self.wraps || y != 0 || x == 0, "a move from beyond the last column");
        self.go_to(i32::from(self.x) + x, i32::from(self.y) + y);
    }

    fn set(&mut self, x: u16, look: Look) {
        let row = &mut self.cells[usize::from(self.y)];
        let x = usize::from(x);
        // Half a wide cell that is written over takes the other half with it.
        if row[x].symbol.is_empty() && x > 0 {
            row[x - 1].symbol = " ".into();
        }
        if row.get(x + 1).is_some_and(|next| next.symbol.is_empty()) {
            row[x + 1].symbol = " ".into();
        }
        row[x] = look;
    }

    fn erase(&mut self, from: u16, to: u16) {
        assert!(!self.wraps, "erasing from beyond the last column");
        for x in from..to {
            self.set(x, self.blank());
        }
    }

    fn scroll(&mut self, by: i32) {
        let (top, bottom) = self.rows;
        let (left, right) = self.columns.unwrap_or((0, self.width));
        let old = self.cells.clone();
        for y in top..bottom {
            for x in left..right {
                let from = i32::from(y) + by;
                let inside = (i32::from(top)..i32::from(bottom)).contains(&from);
                self.cells[usize::from(y)][usize::from(x)] =
                    if inside { old[from as usize][usize::from(x)].clone() } else { self.blank() };
            }
        }
    }

    fn sgr(&mut self, params: &[Vec<u16>]) {
        let flat: Vec<u16> = params.iter().map(|param| param[0]).collect();
        let mut at = 0;
        while at < flat.len() {
            let code = flat[at];
            let mut colour = || {
                let (colour, n_used) = match flat[at + 1] {
                    5 => (Colour::Index(flat[at + 2] as u8), 2),
                    2 => (Colour::Rgb(flat[at + 2] as u8, flat[at + 3] as u8, flat[at + 4] as u8), 4),
                    kind => panic!("a colour of kind {kind}"),
                };
                at += n_used;
                colour
            };
            match code {
                0 => self.pen = Look { link: self.pen.link.take(), ..Look::default() },
                1 => self.pen.bold = true,
                2 => self.pen.dim = true,
                3 => self.pen.italic = true,
                4 => self.pen.underlined = true,
                7 => self.pen.reversed = true,
                9 => self.pen.crossed_out = true,
                22 => (self.pen.bold, self.pen.dim) = (false, false),
                23 => self.pen.italic = false,
                24 => self.pen.underlined = false,
                27 => self.pen.reversed = false,
                29 => self.pen.crossed_out = false,
                30..=37 => self.pen.fg = Colour::Index(code as u8 - 30),
                38 => self.pen.fg = colour(),
                39 => self.pen.fg = Colour::Default,
                40..=47 => self.pen.bg = Colour::Index(code as u8 - 40),
                48 => self.pen.bg = colour(),
                49 => self.pen.bg = Colour::Default,
                58 | 59 => {}
                90..=97 => self.pen.fg = Colour::Index(code as u8 - 82),
                100..=107 => self.pen.bg = Colour::Index(code as u8 - 92),
                _ => panic!("SGR {code}"),
            }
            at += 1;
        }
    }
}

impl Perform for State {
    fn print(&mut self, c: char) {
        assert!(self.columns.is_none(), "text within margins");
        let width = c.width().unwrap() as u16;
        if width == 0 {
            let mut x = usize::from(self.x) - usize::from(!self.wraps);
            let row = &mut self.cells[usize::from(self.y)];
            if row[x].symbol.is_empty() {
                x -= 1;
            }
            row[x].symbol.push(c);
            return;
        }
        assert!(!self.wraps && self.x + width <= self.width, "text that wraps at {}, {}: {c}", self.x, self.y);
        let look = Look { symbol: c.to_string(), ..self.pen.clone() };
        self.set(self.x, look.clone());
        if width == 2 {
            self.set(self.x + 1, self.pen.clone());
            // Writing the second half must not blank the first.
            self.cells[usize::from(self.y)][usize::from(self.x)] = look;
        }
        self.x += width;
        if self.x == self.width {
            (self.x, self.wraps) = (self.width - 1, true);
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\r' => (self.x, self.wraps) = (0, false),
            b'\n' => self.go_by(0, 1),
            8 => self.go_by(-1, 0),
            _ => panic!("the control byte {byte:#x}"),
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], _: bool, last: char) {
        let params: Vec<Vec<u16>> = params.iter().map(<[u16]>::to_vec).collect();
        let first = params.first().map_or(0, |param| param[0]);
        let second = params.get(1).map_or(0, |param| param[0]);
        let n = i32::from(first.max(1));
        match (intermediates, last) {
            ([], 'H') => self.go_to(i32::from(second.max(1)) - 1, n - 1),
            ([], 'A') => self.go_by(0, -n),
            ([], 'B') => self.go_by(0, n),
            ([], 'C') => self.go_by(n, 0),
            ([], 'D') => self.go_by(-n, 0),
            ([], 'G') => self.go_to(n - 1, self.y.into()),
            ([], 'd') => self.go_to(self.x.into(), n - 1),
            ([], 'K') if first == 0 => self.erase(self.x, self.width),
            ([], 'J') if first == 2 => {
                for y in 0..self.height {
                    self.y = y;
                    self.erase(0, self.width);
                }
                self.y = 0;
            }
            ([], 'X') => {
                assert!(self.x + n as u16 <= self.width, "erasing past the end");
                self.erase(self.x, self.x + n as u16);
            }
            ([], 'm') => self.sgr(&params),
            ([], 'S') => self.scroll(n),
            ([], 'T') => self.scroll(-n),
            ([], 'r') => {
                let bottom = if second == 0 { self.height } else { second };
                assert!(n <= i32::from(bottom) && bottom <= self.height, "margins of {n} to {bottom}");
                self.rows = (n as u16 - 1, bottom);
                self.go_to(0, 0);
            }
            ([], 's') => {
                assert!(self.columns.is_some(), "the cursor is saved");
                self.columns = Some((n as u16 - 1, second));
                self.go_to(0, 0);
            }
            ([b'?'], 'h') if first == 69 => self.columns = Some((0, self.width)),
            ([b'?'], 'l') if first == 69 => self.columns = None,
            ([b'?'], 'h' | 'l') if first == 2026 => self.synchronised = last == 'h',
            ([b'?'], 'h' | 'l') if first == 25 => self.shows_cursor = last == 'h',
            _ => panic!("CSI {intermediates:?} {params:?} {last}"),
        }
    }

    fn esc_dispatch(&mut self, _: &[u8], _: bool, byte: u8) {
        match byte {
            b'M' => self.go_by(0, -1),
            // The end of a string.
            b'\\' => {}
            _ => panic!("ESC {}", char::from(byte)),
        }
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _: bool) {
        match params {
            [b"8", _, address] => {
                let address = String::from_utf8(address.to_vec()).unwrap();
                self.pen.link = Some(address).filter(|address| !address.is_empty());
            }
            _ => panic!("OSC {params:?}"),
        }
    }
}
