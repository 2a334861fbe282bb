//! Frames painted into terminals: what they show is what was drawn, and no more bytes than need be.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod emulators;
mod pictures;

use emulators::{Alacritty, Colour, Emulator, Look, Margins};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use recto::terminal::{Extras, Link, Painter};
use unicode_width::UnicodeWidthStr;

fn colour(colour: Color) -> Colour {
    match colour {
        Color::Reset => Colour::Default,
        Color::Rgb(r, g, b) => Colour::Rgb(r, g, b),
        Color::Indexed(n) => Colour::Index(n),
        named => {
            let order = "Black Red Green Yellow Blue Magenta Cyan Gray DarkGray LightRed LightGreen LightYellow \
                         LightBlue LightMagenta LightCyan White";
            let place = order.split_whitespace().position(|name| name == format!("{named:?}"));
            Colour::Index(place.unwrap() as u8)
        }
    }
}

/// Returns what a terminal should show for a frame.
fn expected(buffer: &Buffer, links: &[Link]) -> Vec<Vec<Look>> {
    let Rect { width, height, .. } = buffer.area;
    let mut rows = Vec::new();
    for y in 0..height {
        let mut row: Vec<Look> = Vec::new();
        while row.len() < usize::from(width) {
            let x = row.len() as u16;
            let cell = &buffer[(x, y)];
            let has = |modifier| cell.modifier.contains(modifier);
            let symbol_width = cell.symbol().width();
            let fits = symbol_width > 0 && row.len() + symbol_width <= usize::from(width);
            let inside = |link: &&Link| link.area.contains((x, y).into());
            row.push(Look {
                symbol: if fits { cell.symbol().to_owned() } else { " ".to_owned() },
                fg: colour(cell.fg),
                bg: colour(cell.bg),
                bold: has(Modifier::BOLD),
                dim: has(Modifier::DIM),
                italic: has(Modifier::ITALIC),
                underlined: has(Modifier::UNDERLINED),
                reversed: has(Modifier::REVERSED),
                crossed_out: has(Modifier::CROSSED_OUT),
                link: links.iter().rev().find(inside).map(|link| link.address.clone()),
            });
            if fits {
                row.extend((1..symbol_width).map(|_| Look::default()));
            }
        }
        rows.push(row);
    }
    rows
}

fn compare(emulator: &dyn Emulator, name: &str, buffer: &Buffer, extras: &Extras, bytes: &[u8]) {
    for (y, row) in (0..).zip(expected(buffer, &extras.links)) {
        for (x, look) in (0..).zip(row) {
            let wanted = emulator.known(look).canonical();
            let shown = emulator.known(emulator.look(x, y)).canonical();
            assert_eq!(shown, wanted, "{name} at {x}, {y} after {}", bytes.escape_ascii());
        }
    }
    assert_eq!(emulator.cursor(), extras.cursor, "{name}'s cursor after {}", bytes.escape_ascii());
}

/// Paints frames one after another into each terminal and compares what it shows after each.
fn check_frames(width: u16, height: u16, frames: &[(Buffer, Extras)]) {
    let terminals: [(&str, Box<dyn Emulator>, bool); 4] = [
        ("vt100", Box::new(vt100::Parser::new(height, width, 0)), false),
        ("alacritty", Box::new(Alacritty::new(width, height)), false),
        ("the strict terminal", Box::new(Margins::new(width, height)), false),
        ("the strict terminal with margins", Box::new(Margins::new(width, height)), true),
    ];
    for (name, mut emulator, margins) in terminals {
        let mut painter = Painter::new(width, height);
        painter.set_margins(margins);
        for (buffer, extras) in frames {
            let bytes = painter
                .paint(|next| {
                    next.clone_from(buffer);
                    extras.clone()
                })
                .to_vec();
            emulator.process(&bytes);
            compare(emulator.as_ref(), name, buffer, extras, &bytes);
            let again = painter.paint(|next| {
                next.clone_from(buffer);
                extras.clone()
            });
            assert_eq!(again.len(), 0, "a frame that is already shown writes nothing");
        }
    }
}

const WORDS: &[&str] = &[
    "the",
    "Alibaba",
    "deal",
    "naïve",
    "μέτρο",
    "книга",
    "世界",
    "かな",
    "한글",
    "“quoted”",
    "—",
    "│",
    "e\u{301}t\u{308}",
];
/// Words whose width emulators do not agree on; those of the tests do.
const DOUBTFUL: &[&str] = &["ไทย", "שלום", "😀"];

fn word() -> impl Strategy<Value = &'static str> {
    prop_oneof![20 => prop::sample::select(WORDS), 1 => prop::sample::select(DOUBTFUL)]
}

fn any_colour() -> impl Strategy<Value = Color> {
    prop_oneof![
        4 => Just(Color::Reset),
        1 => Just(Color::Red),
        1 => Just(Color::LightBlue),
        1 => Just(Color::Indexed(142)),
        1 => Just(Color::Rgb(10, 200, 30)),
    ]
}

fn style() -> impl Strategy<Value = Style> {
    let modifiers = prop_oneof![
        6 => Just(Modifier::empty()),
        1 => Just(Modifier::BOLD),
        1 => Just(Modifier::DIM),
        1 => Just(Modifier::ITALIC | Modifier::BOLD),
        1 => Just(Modifier::UNDERLINED),
        1 => Just(Modifier::REVERSED),
        1 => Just(Modifier::CROSSED_OUT),
    ];
    (any_colour(), any_colour(), modifiers)
        .prop_map(|(fg, bg, modifier)| Style::new().fg(fg).bg(bg).add_modifier(modifier))
}

/// A line of words, each with a look of its own or none.
fn line() -> impl Strategy<Value = Vec<(&'static str, Style)>> {
    prop::collection::vec((word(), prop_oneof![4 => Just(Style::new()), 1 => style()]), 0..9)
}

/// What differs from one frame to the next.
#[derive(Debug, Clone)]
enum Step {
    Scroll(i32),
    Panel(bool),
    Write(u16, u16, &'static str, Style),
    Cursor(Option<(u16, u16)>),
    Link(u16, u16, u8),
    Wash(u16, u16, Style),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (-5..6_i32).prop_map(Step::Scroll),
        1 => any::<bool>().prop_map(Step::Panel),
        3 => (0..60_u16, 0..16_u16, word(), style()).prop_map(|(x, y, word, style)| Step::Write(x, y, word, style)),
        1 => prop::option::of((0..30_u16, 0..10_u16)).prop_map(Step::Cursor),
        1 => (0..40_u16, 0..12_u16, 0..3_u8).prop_map(|(x, y, n)| Step::Link(x, y, n)),
        1 => (0..30_u16, 0..12_u16, style()).prop_map(|(x, y, style)| Step::Wash(x, y, style)),
    ]
}

fn write_line(buffer: &mut Buffer, left: u16, y: u16, line: &[(&str, Style)]) {
    let mut x = left;
    for (word, style) in line {
        if x + 1 >= buffer.area.width {
            break;
        }
        (x, _) = buffer.set_stringn(x, y, word, usize::from(buffer.area.width - x), *style);
        x += 1;
    }
}

/// Draws the frames that steps lead to: a text that scrolls, a panel and a status line that do not.
fn frames(width: u16, height: u16, lines: &[Vec<(&'static str, Style)>], steps: &[Step]) -> Vec<(Buffer, Extras)> {
    let (mut top, mut panel, mut extras) = (0_i32, true, Extras::default());
    let (mut written, mut washes) = (Vec::new(), Vec::new());
    let mut frames = Vec::new();
    for step in steps {
        match step {
            Step::Scroll(by) => top += by,
            Step::Panel(shown) => panel = *shown,
            Step::Write(x, y, word, style) => written.push((*x, *y, *word, *style)),
            Step::Cursor(cursor) => extras.cursor = cursor.filter(|(x, y)| *x < width && *y < height),
            Step::Link(x, y, n) => {
                let area = Rect::new(*x, *y, 5, 1).intersection(Rect::new(0, 0, width, height));
                extras.links.push(Link { area, address: format!("https://example.org/{n}") });
            }
            Step::Wash(x, y, style) => washes.push((Rect::new(*x, *y, 12, 3), *style)),
        }
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        for y in 0..height.saturating_sub(1) {
            let line = (top + i32::from(y)).rem_euclid(lines.len() as i32) as usize;
            write_line(&mut buffer, if panel { 12.min(width) } else { 2.min(width) }, y, &lines[line]);
            if panel && y < 7 {
                buffer.set_stringn(0, y, format!("{y} Section"), 11.min(width.into()), Style::new().dim());
            }
        }
        if height > 0 {
            let status = format!("{top:>4} % read");
            buffer.set_stringn(0, height - 1, status, width.into(), Style::new().reversed());
        }
        for (x, y, word, style) in &written {
            if *x < width && *y < height {
                buffer.set_stringn(*x, *y, word, usize::from(width - x), *style);
            }
        }
        for (area, style) in &washes {
            buffer.set_style(area.intersection(buffer.area), *style);
        }
        frames.push((buffer, extras.clone()));
    }
    frames
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_drawn_is_shown(
        (width, height) in prop_oneof![Just((40_u16, 12_u16)), (1..60_u16, 1..16_u16)],
        lines in prop::collection::vec(line(), 1..40),
        steps in prop::collection::vec(step(), 1..12),
    ) {
        check_frames(width, height, &frames(width, height, &lines, &steps));
    }
}

const SENTENCE: &str =
    "In the spring of that year the two companies began to talk about what neither could do alone and ";

/// A screen of prose in a column, a status line, and a panel of sections where `panel` says so.
fn page(top: usize, panel: bool) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 60));
    for y in 0..59 {
        let line = top + usize::from(y);
        let start = line * 31 % 60;
        let text: String = SENTENCE.chars().cycle().skip(start).take(72 - line * 7 % 9).collect();
        if line % 7 != 6 {
            buffer.set_string(64, y, text, Style::new());
        }
    }
    if panel {
        let ink = Style::new().fg(Color::Rgb(140, 140, 150));
        for section in 0..7_u16 {
            let (y, style) = (2 + section, if section == 3 { ink.bold() } else { ink });
            let title: String =
                SENTENCE.split(' ').skip(usize::from(section) * 2).take(4).collect::<Vec<_>>().join(" ");
            buffer.set_stringn(2, y, title, 22, style);
            buffer.set_stringn(25, y, format!("{:>3}′", section * 3 % 7 + 1), 4, ink.dim());
        }
    }
    let status = format!(" Startups news · The deal · {} % · {} min left", top % 100, 90 - top % 90);
    buffer.set_string(0, 59, status, Style::new().fg(Color::Rgb(120, 120, 120)));
    buffer
}

/// Returns the bytes of each frame after the first.
fn sizes(margins: bool, frames: impl Iterator<Item = Buffer>) -> Vec<usize> {
    let mut painter = Painter::new(200, 60);
    painter.set_margins(margins);
    let sizes: Vec<usize> = frames
        .map(|frame| {
            let bytes = painter.paint(|next| {
                next.clone_from(&frame);
                Extras::default()
            });
            bytes.len()
        })
        .collect();
    sizes[1..].to_vec()
}

#[test]
fn scrolling_by_a_line_takes_few_bytes() {
    for (panel, margins, most) in [(false, false, 190), (true, false, 400), (true, true, 220)] {
        for by_line in [|i| i, |i| 30 - i] {
            let sizes = sizes(margins, (0..20).map(|i| page(by_line(i), panel)));
            assert!(sizes.iter().all(|size| *size <= most), "panel {panel}, margins {margins}: {sizes:?}");
        }
    }
}

#[test]
fn text_that_cannot_be_trusted_does_not_steer() {
    for hostile in ["\u{1b}", "\u{9b}31m", "\u{7}", "\u{202e}", "\u{10eeee}", "a\u{200b}", "\n", "\t", ""] {
        let mut painter = Painter::new(10, 2);
        let bytes = painter.paint(|buffer| {
            buffer[(0, 0)].set_symbol(hostile);
            Extras::default()
        });
        let mut terminal = Margins::new(10, 2);
        terminal.process(bytes);
        assert!(["\u{fffd}", " "].contains(&terminal.look(0, 0).symbol.as_str()), "{hostile:?}");
    }
}

#[test]
fn an_address_that_cannot_be_trusted_is_no_link() {
    for address in ["https://a.org/\u{1b}\\", "https://a.org/ b", "https://ä.org/", ""] {
        let mut painter = Painter::new(10, 2);
        let bytes = painter.paint(|buffer| {
            buffer.set_string(0, 0, "here", Style::new());
            Extras { links: vec![Link { area: Rect::new(0, 0, 4, 1), address: address.into() }], ..Extras::default() }
        });
        let mut terminal = Margins::new(10, 2);
        terminal.process(bytes);
        assert_eq!(terminal.look(0, 0).link, None, "{address:?}");
    }
}

#[test]
fn another_size_draws_all() {
    let mut painter = Painter::new(20, 4);
    let draw = |buffer: &mut Buffer| {
        buffer.set_string(0, 0, "text", Style::new());
        Extras::default()
    };
    painter.paint(draw);
    painter.resize(30, 5);
    let bytes = painter.paint(draw).to_vec();
    assert!(String::from_utf8_lossy(&bytes).contains("\u{1b}[2J"));
    let mut terminal = Margins::new(30, 5);
    terminal.process(&bytes);
    assert_eq!(terminal.look(0, 0).symbol, "t");
}
