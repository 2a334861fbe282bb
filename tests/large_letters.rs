//! Headings of large letters, scrolled and covered hundreds of times, on a model of a terminal that takes each letter for
//! one thing: whatever is written over a part of one, or erased, takes all of it. Painted frame by frame, it shows what
//! one shows that was given the last frame alone.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod faked;
mod harness;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use alacritty_terminal::Term;
use alacritty_terminal::event::VoidListener;
use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::Config;
use alacritty_terminal::vte::ansi::{Color, Processor, StdSyncHandler};
use faked::Faked;
use harness::Harness;
use ratatui::layout::Rect;
use recto::app::{Event, Opens};
use recto::article::Locator;
use recto::terminal::{Extras, Painter};
use recto::text::width;
use recto::ui;
use tempfile::TempDir;

const SCROLLS: usize = 600;

/// The first of the characters that stand here for a part of a large letter: private ones, which no text has.
const FIRST_MARK: u32 = 0x10_0000;
/// How many cells one letter takes at most.
const MOST_CELLS: u32 = 64;

/// What a letter is: its text, its width before it is scaled, its scale.
type Letter = (String, usize, usize);

/// A terminal with letters of several sizes. Each of a letter's cells has a mark of its own.
struct Terminal {
    term: Term<VoidListener>,
    processor: Processor<StdSyncHandler>,
    size: (u16, u16),
    numbers: BTreeMap<Letter, u32>,
    /// Where letters stand, with what they are.
    letters: BTreeMap<(usize, usize), Letter>,
}

struct Size((u16, u16));

impl Dimensions for Size {
    fn total_lines(&self) -> usize {
        self.0.1.into()
    }
    fn screen_lines(&self) -> usize {
        self.0.1.into()
    }
    fn columns(&self) -> usize {
        self.0.0.into()
    }
}

impl Terminal {
    fn new(size: (u16, u16), numbers: BTreeMap<Letter, u32>) -> Self {
        let config = Config { scrolling_history: 0, ..Config::default() };
        let term = Term::new(config, &Size(size), VoidListener);
        Self { term, processor: Processor::new(), size, numbers, letters: BTreeMap::new() }
    }

    fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at(piece_of(bytes));
            bytes = rest;
            match piece {
                [0x1b, b']', b'6', b'6', b';', ..] => self.put(piece),
                [0x1b, b'[', .., last] => {
                    let moves = matches!(last, b'S' | b'T' | b'L' | b'M');
                    assert!(!moves || self.letters.is_empty(), "letters are moved");
                    self.processor.advance(&mut self.term, piece);
                    self.mend();
                }
                _ => {
                    self.processor.advance(&mut self.term, piece);
                    let whole = self.letters.len();
                    self.mend();
                    assert_eq!(self.letters.len(), whole, "{:?} over a letter", String::from_utf8_lossy(piece));
                }
            }
        }
    }

    /// Puts letters at the cursor.
    fn put(&mut self, sequence: &[u8]) {
        let text = std::str::from_utf8(&sequence[5..sequence.len() - 2]).unwrap();
        assert!(text.len() < 4200 && !text.chars().any(char::is_control));
        let (keys, text) = text.split_once(';').unwrap();
        let keys: BTreeMap<&str, usize> = keys
            .split(':')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(key, n)| (key, n.parse().unwrap()))
            .collect();
        let scale = keys["s"];
        match keys.get("w") {
            Some(width) => self.put_one(text.to_owned(), *width, scale),
            None => {
                assert!(text.is_ascii(), "{text:?} without a width");
                text.chars().for_each(|c| self.put_one(c.into(), 1, scale));
            }
        }
    }

    fn put_one(&mut self, text: String, width: usize, scale: usize) {
        assert_eq!(width::width(&text), width, "{text:?}");
        let letter = (text, width, scale);
        let next = u32::try_from(self.numbers.len()).unwrap();
        let number = *self.numbers.entry(letter.clone()).or_insert(next);
        let point = self.term.grid().cursor.point;
        let (x, y) = (point.column.0, point.line.0 as usize);
        let (columns, rows) = (width * scale, scale);
        let (width, height) = (usize::from(self.size.0), usize::from(self.size.1));
        assert!(x + columns <= width && y + rows <= height, "a letter off the screen");
        let covers = |at: &(usize, usize)| at.0 < x + columns && at.1 < y + rows;
        let overlaps =
            |(at, other): (&(usize, usize), &Letter)| covers(at) && x < at.0 + other.1 * other.2 && y < at.1 + other.2;
        assert!(!self.letters.iter().any(overlaps), "a letter over another");
        for row in 0..rows {
            let part = |column: usize| mark(number, column, row, columns);
            let ink: String = (0..columns).map(part).collect();
            self.processor.advance(&mut self.term, format!("\x1b[{};{}H{ink}", y + row + 1, x + 1).as_bytes());
        }
        let after = (x + columns).min(usize::from(self.size.0) - 1);
        self.processor.advance(&mut self.term, format!("\x1b[{};{}H", y + 1, after + 1).as_bytes());
        self.letters.insert((x, y), letter);
        let whole = self.letters.len();
        self.mend();
        assert_eq!(self.letters.len(), whole);
    }

    /// Takes away all of each letter of which a part is gone.
    fn mend(&mut self) {
        let grid = self.term.grid_mut();
        let numbers = &self.numbers;
        self.letters.retain(|&(x, y), letter| {
            let (columns, rows) = (letter.1 * letter.2, letter.2);
            let cells = || (0..rows).flat_map(move |row| (0..columns).map(move |column| (column, row)));
            let has = |(column, row): (usize, usize)| mark(numbers[letter], column, row, columns);
            let is_there = |part: (usize, usize)| grid[Line((y + part.1) as i32)][Column(x + part.0)].c == has(part);
            if cells().all(is_there) {
                return true;
            }
            for part in cells() {
                let cell = &mut grid[Line((y + part.1) as i32)][Column(x + part.0)];
                if cell.c == has(part) {
                    // What ground stays there, nobody knows.
                    cell.c = '?';
                }
            }
            false
        });
    }

    /// Returns what each cell shows, row by row: its symbol and its colours.
    fn seen(&self) -> Vec<Vec<(String, Color, Color)>> {
        let blank = self.numbers.iter().filter(|((text, ..), _)| text == " ").map(|(_, number)| *number);
        let blank: BTreeSet<u32> = blank.collect();
        let number_of = |c: char| u32::from(c).checked_sub(FIRST_MARK).map(|mark| mark / MOST_CELLS);
        let row = |y: u16| {
            let row = &self.term.grid()[Line(y.into())];
            let cell = |x: u16| {
                let cell = &row[Column(x.into())];
                let further = cell.zerowidth().unwrap_or_default().iter().copied();
                let is_blank = cell.c == ' ' || number_of(cell.c).is_some_and(|number| blank.contains(&number));
                let fg = if is_blank { Color::Indexed(0) } else { cell.fg };
                (std::iter::once(cell.c).chain(further).collect(), fg, cell.bg)
            };
            (0..self.size.0).map(cell).collect()
        };
        (0..self.size.1).map(row).collect()
    }
}

/// Returns the character that stands for a part of a letter.
fn mark(number: u32, column: usize, row: usize, columns: usize) -> char {
    let part = u32::try_from(row * columns + column).unwrap();
    assert!(part < MOST_CELLS);
    char::from_u32(FIRST_MARK + number * MOST_CELLS + part).unwrap()
}

/// Returns the length of the first sequence, or of the text before it.
fn piece_of(bytes: &[u8]) -> usize {
    match bytes {
        [0x1b, b']', ..] => memchr::memmem::find(bytes, b"\x1b\\").unwrap() + 2,
        [0x1b, b'[', rest @ ..] => rest.iter().position(|byte| (0x40..0x7f).contains(byte)).unwrap() + 3,
        [0x1b, ..] => 2,
        _ => memchr::memchr(0x1b, bytes).unwrap_or(bytes.len()),
    }
}

/// Makes an article of headings in several scripts among words of many lengths.
fn article() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::new();
    let titles = [
        "The first; of them: all",
        "One with a [link](https://example.org/) in it, and so long that it takes two lines",
        "日本語の見出し",
        "مرحبا بالعالم",
        "So long that it is not large at all, for nobody wants to be shouted at for half of a screen, or for all of it",
        "ภาษาไทย naïve Ünïcödé",
        "x",
    ];
    for idx in 0..14_usize {
        text.push_str(&format!("# {}\n\n", titles[idx % titles.len()]));
        text.push_str(&"Words that stand between headings, large or not. ".repeat(idx % 5 * 2));
        text.push_str(["\n\n", "\n\n> quoted\n\n", "\n\n- item\n\n", "\n\n## كتاب\n\n"][idx % 4]);
    }
    text.push_str(&"Words that stand at the end.\n\n".repeat(10));
    fs::write(dir.path().join("headings.md"), text).unwrap();
    dir
}

fn open(dir: &Path, columns: u16, rows: u16) -> Harness {
    let mut harness = Harness::new(columns, rows, vec![Locator::File(dir.join("headings.md"))], Opens::Only);
    harness.send(Event::Scales(true));
    harness
}

/// Makes a painter whose updates are taken as they come: the emulator would keep others back whole.
fn painter((columns, rows): (u16, u16)) -> Painter {
    let mut painter = Painter::new(columns, rows);
    painter.set_synchronised(false);
    painter
}

fn paint(harness: &Harness, painter: &mut Painter) -> Vec<u8> {
    let bytes = painter.paint(|buffer| {
        let drawn = ui::draw(&harness.app, buffer);
        let large = drawn.large.into_iter().map(|(column, row, columns, rows)| Rect::new(column, row, columns, rows));
        Extras { cursor: drawn.cursor, large: large.collect(), ..Extras::default() }
    });
    bytes.to_vec()
}

#[track_caller]
fn check(size: (u16, u16)) {
    let dir = article();
    let mut harness = open(dir.path(), size.0, size.1);
    let mut painter = self::painter(size);
    let mut terminal = Terminal::new(size, BTreeMap::new());
    let mut counts = BTreeSet::new();
    let mut state = 11_u64;
    for step in 0..SCROLLS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let keys = [
            "j",
            "j",
            "k",
            "j j j",
            "k k",
            "d",
            "u",
            "Space",
            "b",
            "j",
            "k",
            "G",
            "g",
            "? Esc",
            "f Esc",
            "v j j Esc",
            "t j Esc",
            "/ e Enter",
            "n",
            "Esc",
            "Tab Tab",
            "x",
            "j",
            "k",
        ];
        let key = keys[(state >> 33) as usize % keys.len()];
        for key in key.split(' ') {
            harness.press(key);
            terminal.write(&paint(&harness, &mut painter));
            let mut fresh = Terminal::new(size, std::mem::take(&mut terminal.numbers));
            fresh.write(&paint(&harness, &mut self::painter(size)));
            terminal.numbers.clone_from(&fresh.numbers);
            assert_eq!(terminal.letters, fresh.letters, "after {key}, step {step}");
            for (row, (shown, wanted)) in terminal.seen().iter().zip(fresh.seen()).enumerate() {
                for (column, (shown, wanted)) in shown.iter().zip(&wanted).enumerate() {
                    assert_eq!(shown, wanted, "at {column}, {row} after {key}, step {step}");
                }
            }
            counts.insert(terminal.letters.len());
        }
    }
    assert!(counts.len() > 12, "hardly anything was seen: {counts:?}");
}

#[test]
fn large_letters_leave_no_ghosts() {
    check((60, 20));
}

#[test]
fn large_letters_leave_no_ghosts_beside_a_panel() {
    check((132, 30));
}

/// Answers as a terminal does that took so many cells for the text of a size.
fn answer(cells: u16) -> String {
    format!("\x1b[11;{}R\x1b[?62c", cells + 1)
}

#[test]
fn a_terminal_that_has_large_letters_gets_them() {
    let dir = article();
    let file = dir.path().join("headings.md");
    let terminal = Faked::start(&file, &[], &answer(4));
    let written = terminal.wait_for("\x1b]66;s=2;The first; of them: all\x1b\\", 1);
    // The question comes before the frame, which erases what it left.
    let question = written.find("\x1b[11H\x1b]66;w=2; \x1b\\\x1b]66;s=2; \x1b\\\x1b[6n").unwrap();
    assert!(written[question..].contains("\x1b[2J"));
    // They can be done without.
    let before = terminal.wait_for("\x1b]66;s=2;", 1).matches("\x1b]66;s=2;The").count();
    terminal.press("a");
    terminal.wait_for("Large headings", 1);
    terminal.press("jjjjjjjl");
    terminal.wait_for("‹ off ›", 1);
    terminal.press("q\x0c");
    terminal.wait_for("\x1b[2J", 2);
    assert_eq!(terminal.end().matches("\x1b]66;s=2;The").count(), before);
}

#[test]
fn other_terminals_get_none() {
    let dir = article();
    let file = dir.path().join("headings.md");
    for cells in [0, 2, 3, 40] {
        let terminal = Faked::start(&file, &[], &answer(cells));
        terminal.wait_for("The first; of them: all", 2);
        terminal.press("jk");
        assert_eq!(terminal.end().matches("\x1b]66;").count(), 2, "{cells}");
    }
}

#[test]
fn consoles_and_multiplexers_are_not_asked() {
    let dir = article();
    let file = dir.path().join("headings.md");
    let cases: [&[(&str, &str)]; 3] =
        [&[("TERM", "linux")], &[("TERM", "screen-256color")], &[("TERM", "tmux-256color"), ("TMUX", "/nowhere,1,0")]];
    for environment in cases {
        let terminal = Faked::start_as(environment, &file, &[], vec![(0, answer(4))]);
        terminal.wait_for("The first; of them: all", 1);
        terminal.press("jk");
        assert!(!terminal.end().contains("\x1b]66;"), "{environment:?}");
    }
}

#[test]
fn a_press_on_the_lower_half_of_a_letter_is_a_press_on_it() {
    let dir = article();
    let mut harness = open(dir.path(), 60, 20);
    harness.press("v");
    let first = harness.app.reader().unwrap().offset_at(0, 9);
    assert_eq!(first, harness.app.reader().unwrap().offset_at(1, 9));
    assert_eq!(first.unwrap().index(), 4);
}

#[test]
fn a_heading_at_the_foot_of_the_page_stays_out_of_the_status_line() {
    let dir = article();
    let mut harness = open(dir.path(), 60, 20);
    for _ in 0..60 {
        let bottom = harness.app.geometry().text.bottom();
        let mut buffer = ratatui::buffer::Buffer::empty(Rect::new(0, 0, 60, 20));
        let drawn = ui::draw(&harness.app, &mut buffer);
        assert!(drawn.large.iter().all(|(_, row, _, rows)| row + rows <= bottom));
        harness.press("j");
    }
}
