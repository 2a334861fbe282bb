//! An article of pictures, scrolled a thousand times: whatever the painter writes, a terminal that is painted frame by
//! frame shows what one shows that was given the last frame alone. So no cell keeps a part of a picture that is gone.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod harness;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use alacritty_terminal::Term;
use alacritty_terminal::event::VoidListener;
use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::Config;
use alacritty_terminal::vte::ansi::{Color, Processor, StdSyncHandler};
use harness::Harness;
use image::{Rgb, RgbImage};
use recto::app::{Event, Opens};
use recto::article::Locator;
use recto::picture::{Graphics, Pixels, Protocol};
use recto::terminal::{Extras, Painter};
use recto::ui;
use tempfile::TempDir;

const COLUMNS: u16 = 60;
const ROWS: u16 = 20;
const CELL: Pixels = Pixels { width: 10, height: 20 };
const SCROLLS: usize = 1000;

/// Stands in kitty's protocol for a part of a picture, whose number is its colour.
const PLACEHOLDER: char = '\u{10EEEE}';

/// The first of the characters that stand here for a row of sixels or of a file: private ones, which no text has.
const FIRST_MARK: u32 = 0xF_0000;

/// A terminal with pictures. Sixels and files are ink in cells, which writing over them and erasing takes away; what
/// kitty puts over cells stays until it is taken away, whatever is written.
struct Terminal {
    term: Term<VoidListener>,
    processor: Processor<StdSyncHandler>,
    /// Sequences that put ink into cells, by the character that stands for each.
    marks: BTreeMap<Vec<u8>, char>,
    /// The pictures that were sent, by number.
    sent: BTreeSet<u32>,
    /// Where parts of them lie over cells, by number and placement.
    placed: BTreeMap<(u32, u32), (usize, usize, usize)>,
}

struct Size;

impl Dimensions for Size {
    fn total_lines(&self) -> usize {
        ROWS.into()
    }
    fn screen_lines(&self) -> usize {
        ROWS.into()
    }
    fn columns(&self) -> usize {
        COLUMNS.into()
    }
}

/// What a cell shows: its symbol, its colours, and the picture's part that lies over it.
type Seen = (String, Color, Color, Option<(u32, u32, usize)>);

impl Terminal {
    fn new(marks: BTreeMap<Vec<u8>, char>) -> Self {
        let config = Config { scrolling_history: 0, ..Config::default() };
        let term = Term::new(config, &Size, VoidListener);
        Self { term, processor: Processor::new(), marks, sent: BTreeSet::new(), placed: BTreeMap::new() }
    }

    fn write(&mut self, mut bytes: &[u8]) {
        while let Some((at, length)) = next_picture(bytes) {
            self.processor.advance(&mut self.term, &bytes[..at]);
            let sequence = &bytes[at..at + length];
            match sequence[1] {
                b'_' => self.obey(sequence),
                _ => self.ink(sequence),
            }
            bytes = &bytes[at + length..];
        }
        self.processor.advance(&mut self.term, bytes);
    }

    /// Puts a row of sixels, or of a file, into the cells from the cursor on.
    fn ink(&mut self, sequence: &[u8]) {
        let next = char::from_u32(FIRST_MARK + u32::try_from(self.marks.len()).unwrap()).unwrap();
        let mark = *self.marks.entry(sequence.to_vec()).or_insert(next);
        let point = self.term.grid().cursor.point;
        assert!(point.line.0 + 1 < i32::from(ROWS), "a picture on the last row makes some terminals scroll");
        let ink = mark.to_string().repeat(columns_of(sequence));
        self.processor.advance(&mut self.term, ink.as_bytes());
        // Where the cursor is then, terminals do not agree: here it is where whoever relies on it is wrong.
        self.processor.advance(&mut self.term, b"\x1b[3;7H");
    }

    /// Obeys one of kitty's commands.
    fn obey(&mut self, sequence: &[u8]) {
        let text = String::from_utf8_lossy(sequence);
        let (keys, _) = text[3..text.len() - 2].split_once(';').unwrap_or((&text[3..text.len() - 2], ""));
        let keys: BTreeMap<&str, &str> = keys.split(',').filter_map(|pair| pair.split_once('=')).collect();
        let number = |key: &str| keys.get(key).map(|value| value.parse::<u32>().unwrap());
        let id = number("i").unwrap_or_default();
        match (keys.get("a").copied(), keys.get("d").copied()) {
            // A further part of what is being sent.
            (None, _) => {}
            (Some("t" | "T"), _) => drop(self.sent.insert(id)),
            (Some("p"), _) => {
                assert!(self.sent.contains(&id), "{id} is shown and was not sent");
                let point = self.term.grid().cursor.point;
                let place = (point.column.0, point.line.0 as usize, number("c").unwrap() as usize);
                self.placed.insert((id, number("p").unwrap()), place);
            }
            (Some("d"), Some("i")) => drop(self.placed.remove(&(id, number("p").unwrap()))),
            (Some("d"), Some("I")) => {
                self.sent.remove(&id);
                self.placed.retain(|(other, _), _| *other != id);
            }
            _ => panic!("{text}"),
        }
    }

    /// Returns what each cell shows, row by row.
    fn seen(&self) -> Vec<Vec<Seen>> {
        let mut rows = Vec::new();
        for y in 0..usize::from(ROWS) {
            let row = &self.term.grid()[Line(y as i32)];
            let cell = |x: usize| {
                let cell = &row[Column(x)];
                let further = cell.zerowidth().unwrap_or_default().iter().copied();
                let over = self.placed.iter().find(|(_, (left, row, n))| *row == y && (*left..left + n).contains(&x));
                let over = over.map(|(&(id, placement), (left, ..))| (id, placement, x - left));
                // A blank has no colour of its own, nor has ink.
                let is_drawn = cell.c != ' ' && u32::from(cell.c) & 0xFF_0000 != FIRST_MARK;
                let fg = if is_drawn { cell.fg } else { Color::Indexed(0) };
                (std::iter::once(cell.c).chain(further).collect(), fg, cell.bg, over)
            };
            rows.push((0..usize::from(COLUMNS)).map(cell).collect());
        }
        rows
    }

    /// Returns how many cells show a part of a picture.
    #[track_caller]
    fn pictured(&self) -> usize {
        let is_part = |(symbol, fg, _, over): &&Seen| {
            let c = symbol.chars().next().unwrap();
            if let (PLACEHOLDER, Color::Spec(rgb)) = (c, fg) {
                let id = u32::from(rgb.r) << 16 | u32::from(rgb.g) << 8 | u32::from(rgb.b);
                assert!(self.sent.contains(&id), "{id} is shown and was not sent");
            }
            over.is_some() || c == PLACEHOLDER || u32::from(c) & 0xFF_0000 == FIRST_MARK
        };
        self.seen().iter().flatten().filter(is_part).count()
    }
}

/// Returns where the next sequence for a picture begins, and its length.
fn next_picture(bytes: &[u8]) -> Option<(usize, usize)> {
    let starts: [&[u8]; 3] = [b"\x1b_G", b"\x1bP", b"\x1b]1337;"];
    let at = starts.iter().filter_map(|start| memchr::memmem::find(bytes, start)).min()?;
    let rest = &bytes[at..];
    let end: &[u8] = if rest.starts_with(b"\x1b]") { b"\x07" } else { b"\x1b\\" };
    Some((at, memchr::memmem::find(rest, end).unwrap() + end.len()))
}

/// Returns the cells that a row of sixels or of a file takes.
fn columns_of(sequence: &[u8]) -> usize {
    let text = String::from_utf8_lossy(&sequence[..sequence.len().min(200)]).into_owned();
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<usize>().ok();
    let width = match text.split_once("width=") {
        Some((_, width)) => number(width).unwrap() * if width.contains("px") { 1 } else { CELL.width as usize },
        // Raster attributes: the shape of a pixel, width and height.
        None => number(text.split_once('"').unwrap().1.splitn(3, ';').nth(2).unwrap()).unwrap(),
    };
    width.div_ceil(CELL.width as usize)
}

/// Makes an article with pictures of many sizes among words of many lengths.
fn article() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut text = "# Pictures\n\n".to_owned();
    for idx in 0..12_u32 {
        let (width, height) = (40 + idx * 97 % 350, 30 + idx * 61 % 190);
        let colour = |x: u32, y: u32| Rgb([(x * 3 + idx * 20) as u8, (y * 5) as u8, (idx * 19) as u8]);
        let name = format!("{idx}.png");
        RgbImage::from_fn(width, height, colour).save(dir.path().join(&name)).unwrap();
        text.push_str(&format!("![picture {idx}]({name} \"Caption {idx}\")\n\n"));
        text.push_str(&"Words that stand between pictures. ".repeat(idx as usize % 5));
        text.push_str(["\n\n", "\n\n> ", "\n\n- ", "\n\n## Another heading\n\n"][idx as usize % 4]);
    }
    text.push_str(&"Words that stand at the end.\n\n".repeat(10));
    fs::write(dir.path().join("pictures.md"), text).unwrap();
    dir
}

/// Makes a painter whose updates are taken as they come: the emulator would keep others back whole.
fn painter() -> Painter {
    let mut painter = Painter::new(COLUMNS, ROWS);
    painter.set_synchronised(false);
    painter
}

fn paint(harness: &Harness, painter: &mut Painter) -> (Vec<u8>, usize) {
    let mut pictured = 0;
    let bytes = painter.paint(|buffer| {
        let drawn = ui::draw(&harness.app, buffer);
        pictured = drawn.pictures.iter().map(|placed| usize::from(placed.drawing.cells.columns)).sum();
        Extras { cursor: drawn.cursor, pictures: drawn.pictures, ..Extras::default() }
    });
    (bytes.to_vec(), pictured)
}

#[track_caller]
fn check(protocol: Protocol) {
    let dir = article();
    let file = Locator::File(dir.path().join("pictures.md"));
    let mut harness = Harness::new(COLUMNS, ROWS, vec![file], Opens::Only);
    harness.send(Event::Graphics(Graphics { protocol, cell: CELL, is_tmux: false }));
    let mut painter = painter();
    let mut terminal = Terminal::new(BTreeMap::new());
    let mut most = 0;
    let mut shapes = BTreeSet::new();
    let mut state = 7_u64;
    for step in 0..SCROLLS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let keys = ["j", "j", "k", "j j j", "k k", "d", "u", "Space", "b", "j", "k", "G", "g", "D", "? Esc", "d"];
        let key = keys[(state >> 60) as usize];
        // Each key by itself, as an overlay is to be painted too.
        for key in key.split(' ') {
            harness.press(key);
            let (bytes, pictured) = paint(&harness, &mut painter);
            terminal.write(&bytes);
            let mut fresh = Terminal::new(std::mem::take(&mut terminal.marks));
            let (whole, _) = paint(&harness, &mut self::painter());
            fresh.write(&whole);
            terminal.marks = std::mem::take(&mut fresh.marks);
            for (row, (shown, wanted)) in terminal.seen().iter().zip(fresh.seen()).enumerate() {
                for (column, (shown, wanted)) in shown.iter().zip(&wanted).enumerate() {
                    assert_eq!(shown, wanted, "{protocol:?} at {column}, {row} after {key}, step {step}");
                }
            }
            if key != "?" {
                assert_eq!(terminal.pictured(), pictured, "{protocol:?} after {key}, step {step}");
            }
            most = most.max(pictured);
            shapes.insert(pictured);
        }
    }
    assert!(most > 100 && shapes.len() > 20, "hardly anything was seen: {shapes:?}");
}

#[test]
fn sixels_leave_no_ghosts() {
    check(Protocol::Sixel);
}

#[test]
fn files_leave_no_ghosts() {
    check(Protocol::Iterm2);
}

#[test]
fn what_kitty_puts_over_cells_leaves_no_ghosts() {
    check(Protocol::KittyPlaced);
}

#[test]
fn what_kitty_puts_into_cells_leaves_no_ghosts() {
    check(Protocol::KittyCells);
}
