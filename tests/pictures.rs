//! Pictures: on a test buffer as half-blocks, and by the binary on a pseudo-terminal that answers as terminals do.

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

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faked::Faked;
use harness::Harness;
use image::{Rgb, RgbImage};
use ratatui::style::Color;
use recto::app::{Event, Opens};
use recto::article::Locator;
use recto::config::Ground;
use recto::picture::{Graphics, Pixels, Protocol, USUAL_CELL};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const CELL: Pixels = Pixels { width: 10, height: 20 };
const RED: Color = Color::Rgb(200, 0, 0);
const BLUE: Color = Color::Rgb(0, 0, 200);

/// Makes an article with a picture of 300 by 200 pixels, red above and blue below, among words.
fn article() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let flag = RgbImage::from_fn(300, 200, |_, y| if y < 100 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) });
    flag.save(dir.path().join("flag.png")).unwrap();
    fs::write(dir.path().join("broken.png"), "no picture").unwrap();
    let words = "Words that stand above it and below it.\n\n".repeat(12);
    let text = format!(
        "# A flag\n\n![a flag in two colours](flag.png \"Two colours\")\n\n{words}![it broke](broken.png)\n\n\
         ![far away](https://example.org/a.png)\n\n{words}"
    );
    fs::write(dir.path().join("flag.md"), text).unwrap();
    dir
}

fn open(dir: &Path, columns: u16, rows: u16) -> Harness {
    Harness::new(columns, rows, vec![Locator::File(dir.join("flag.md"))], Opens::Only)
}

fn half_blocks(cell: Pixels) -> Event {
    Event::Graphics(Graphics { protocol: Protocol::HalfBlocks, cell, is_tmux: false })
}

/// Returns the ground of a cell and of the half above it.
fn halves(harness: &Harness, column: u16, row: u16) -> (Color, Color) {
    let buffer = harness.buffer();
    let cell = &buffer[(column, row)];
    if cell.symbol() == "▀" { (cell.fg, cell.bg) } else { (cell.bg, cell.bg) }
}

/// Returns the first row that is coloured, and how many are.
fn coloured(harness: &Harness, column: u16) -> (u16, usize) {
    let rows = harness.buffer().area.height;
    // Where the colours meet, scaling mixes them.
    let is_coloured =
        |row: &u16| matches!(halves(harness, column, *row).0, Color::Rgb(red, 0, blue) if red.max(blue) > 90);
    ((0..rows).find(is_coloured).unwrap_or(rows), (0..rows).filter(is_coloured).count())
}

#[test]
fn nothing_is_read_of_a_picture_before_the_first_screen() {
    let dir = article();
    let harness = open(dir.path(), 80, 24);
    assert!(harness.screen().contains("[picture: a flag in two colours]"), "{}", harness.screen());
    assert_eq!(coloured(&harness, 5).1, 0);
}

#[test]
fn a_picture_stands_in_the_text_and_moves_with_it() {
    let dir = article();
    let mut harness = open(dir.path(), 80, 24);
    harness.send(half_blocks(CELL));
    let (top, rows) = coloured(&harness, 5);
    assert_eq!(rows, 10);
    assert_eq!(halves(&harness, 5, top), (RED, RED));
    assert_eq!(halves(&harness, 5, top + 9), (BLUE, BLUE));
    assert!(harness.screen().contains("Two colours"), "{}", harness.screen());
    // Half of it stands above the screen.
    harness.press("j j j j j j");
    assert_eq!(coloured(&harness, 5).1, 10 - usize::from(6 - (top - 1)));
    harness.press("d d");
    assert_eq!(coloured(&harness, 5).1, 0);
    harness.press("g");
    assert_eq!(coloured(&harness, 5), (top, 10));
}

#[test]
fn another_size_draws_it_anew() {
    let dir = article();
    let mut harness = open(dir.path(), 80, 24);
    harness.send(half_blocks(CELL));
    harness.resize(20, 12);
    let (_, rows) = coloured(&harness, 3);
    assert!((5..=7).contains(&rows), "{rows}\n{}", harness.screen());
    harness.resize(200, 60);
    assert_eq!(coloured(&harness, 80).1, 10);
}

#[test]
fn what_stands_above_hides_it() {
    let dir = article();
    let mut harness = open(dir.path(), 80, 24);
    harness.send(half_blocks(CELL));
    harness.press("?");
    assert_eq!(coloured(&harness, 20).1, 0, "{}", harness.screen());
}

#[test]
fn it_is_dimmed_on_demand() {
    let dir = article();
    let mut harness = open(dir.path(), 80, 24);
    harness.ground(Ground::Dark);
    harness.send(half_blocks(CELL));
    let (top, _) = coloured(&harness, 5);
    harness.press("B");
    assert_eq!(halves(&harness, 5, top).0, Color::Rgb(125, 0, 0));
    harness.press("B");
    assert_eq!(halves(&harness, 5, top).0, RED);
}

#[test]
fn a_look_tells_what_it_shows_and_why_it_does_not() {
    let dir = article();
    let mut harness = open(dir.path(), 80, 24);
    harness.send(half_blocks(CELL));
    harness.press("i");
    let told = harness.screen();
    assert!(told.contains("a flag in two colours") && told.contains("300 × 200 pixels"), "{told}");
    harness.press("Esc");
    harness.press("/").type_text("it broke");
    harness.press("Esc d d i");
    let told = harness.screen();
    assert!(told.contains("Not shown: it is none of PNG"), "{told}");
}

#[test]
fn a_focused_picture_has_the_screen_to_itself() {
    let dir = article();
    let mut harness = open(dir.path(), 80, 24);
    harness.send(half_blocks(CELL));
    let before = coloured(&harness, 5);
    harness.press("Tab Enter");
    assert_eq!(coloured(&harness, 40), (0, 23), "{}", harness.screen());
    assert!(harness.screen().contains("100%") && harness.screen().contains("a flag in two colours"));
    assert_eq!(coloured(&harness, 0).1, 0, "it keeps its shape");
    harness.press("+");
    assert_eq!(coloured(&harness, 0), (0, 23), "{}", harness.screen());
    harness.press("k k k k");
    assert_eq!((halves(&harness, 40, 15).0, halves(&harness, 40, 22).1), (RED, BLUE));
    harness.press("j j j j j");
    assert_eq!((halves(&harness, 40, 0).0, halves(&harness, 40, 9).0), (RED, BLUE));
    harness.press("l l - Right 0");
    assert_eq!(coloured(&harness, 40), (0, 23));
    harness.press("Esc");
    assert_eq!(coloured(&harness, 5), before);
    assert!(harness.app.overlays().is_empty());
}

#[test]
fn links_and_pictures_are_focused_as_they_come() {
    let dir = article();
    let text = "[one](flag.md) word\n\n![a flag](flag.png)\n\n[two](flag.md) and\n\n![a flag again](flag.png)\n";
    fs::write(dir.path().join("flag.md"), text).unwrap();
    let mut harness = open(dir.path(), 80, 60);
    harness.send(half_blocks(CELL));
    let focus = |harness: &Harness| {
        let reader = harness.app.reader().unwrap();
        (reader.focus, reader.pictures.focus)
    };
    let all = [(Some(0), None), (None, Some(0)), (Some(1), None), (None, Some(1)), (Some(0), None)];
    for expected in all {
        harness.press("Tab");
        assert_eq!(focus(&harness), expected);
    }
    for expected in all.iter().rev().skip(1) {
        harness.press("S-Tab");
        assert_eq!(focus(&harness), *expected);
    }
    harness.press("Tab i");
    assert!(harness.screen().contains("300 × 200 pixels"), "{}", harness.screen());
}

#[test]
fn colours_there_are_none_and_neither_are_pictures() {
    let dir = article();
    let mut harness = open(dir.path(), 80, 24);
    harness.send(Event::Graphics(Graphics { protocol: Protocol::Sixel, cell: CELL, is_tmux: false }));
    // Cells are left free for what the terminal is told beside them.
    assert!(!harness.screen().contains("[picture: a flag"), "{}", harness.screen());
}

#[test]
fn a_terminal_with_sixels_is_given_them() {
    let dir = article();
    let terminal = Faked::start(&dir.path().join("flag.md"), &[], "\x1b[?62;4;22c");
    let written = terminal.wait_for("\x1bP9;1;0q", 10);
    assert!(written.contains("\x1b_Gi=31,s=1,v=1,a=q") && written.contains("\x1b[>0q"), "it is asked");
    let first = written.find("[picture: a flag").unwrap();
    assert!(first < written.find("\x1bP9;1;0q").unwrap(), "words come first");
    terminal.press("j");
    terminal.wait_for("\x1bP9;1;0q", 20);
    assert!(!terminal.end().contains("\x1b_Ga="));
}

#[test]
fn kitty_is_sent_a_picture_once() {
    let dir = article();
    let answers = "\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.36.4)\x1b\\\x1b[6;20;10t\x1b[?62;c";
    let terminal = Faked::start(&dir.path().join("flag.md"), &[], answers);
    terminal.wait_for("\u{10EEEE}", 300);
    terminal.press("jj");
    thread::sleep(Duration::from_millis(300));
    let written = terminal.end();
    assert_eq!(written.matches("a=T,U=1").count(), 1);
    assert_eq!(written.matches("a=d,d=I").count(), 1, "it is forgotten at the end");
}

#[test]
fn an_older_kitty_is_told_where_rows_are() {
    let dir = article();
    let answers = "\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.26.5)\x1b\\\x1b[6;20;10t\x1b[?62;c";
    let terminal = Faked::start(&dir.path().join("flag.md"), &[], answers);
    terminal.wait_for("\x1b_Ga=p,", 10);
    terminal.press("dd");
    let written = terminal.wait_for("\x1b_Ga=d,d=i,", 10);
    assert!(!written.contains('\u{10EEEE}'));
    terminal.end();
}

#[test]
fn the_terminal_around_tmux_is_asked_once_tmux_has_answered() {
    let dir = article();
    // What is wrapped before that, tmux loses as it draws the alternate screen anew.
    let in_tmux = [("TERM", "tmux-256color"), ("TMUX", "/tmp/tmux/default,1,0"), ("COLORTERM", "truecolor")];
    let start = |answers: Vec<(u64, &str)>| {
        let answers = answers.into_iter().map(|(delay, answer)| (delay, answer.to_owned())).collect();
        Faked::start_as(&in_tmux, &dir.path().join("flag.md"), &[], answers)
    };
    let terminal = start(vec![(150, "\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c"), (150, "\x1b_Gi=31;OK\x1b\\")]);
    let asked = "\x1bPtmux;\x1b\x1b_Gi=31,";
    terminal.wait_for("\x1b[c", 1);
    assert!(!terminal.written().contains(asked));
    let written = terminal.wait_for("\u{10EEEE}", 300);
    assert_eq!(written.matches(asked).count(), 1);
    assert!(written.find("\x1bPtmux;\x1b\x1b_G").unwrap() > written.find("\x1b[c").unwrap());
    assert!(written.contains("\x1b[38;5;"), "tmux may not have other colours for the picture's number");
    assert!(!written.replace("\x1b\x1b_G", "").contains("\x1b_G"), "tmux takes it for a title");
    terminal.end();
    // One that says nothing does not know characters that stand for a picture's parts.
    let terminal = start(vec![(0, "\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c")]);
    terminal.wait_for("48;2;0;0;200", 1);
    assert!(!terminal.end().contains('\u{10EEEE}'));
}

#[test]
fn iterm2_is_given_files() {
    let dir = article();
    let terminal = Faked::start(&dir.path().join("flag.md"), &[], "\x1bP>|iTerm2 3.5.0\x1b\\\x1b[?62;4c");
    terminal.wait_for("\x1b]1337;File=inline=1", 10);
    terminal.end();
}

#[test]
fn a_terminal_that_says_nothing_is_given_half_blocks() {
    let dir = article();
    let terminal = Faked::start(&dir.path().join("flag.md"), &[], "");
    let written = terminal.wait_for("48;2;0;0;200", 1);
    assert!(!written.contains("\x1bP9") && !written.contains("1337;File"));
    terminal.end();
}

#[test]
fn a_choice_is_kept_whatever_the_terminal_says() {
    let dir = article();
    let terminal = Faked::start(&dir.path().join("flag.md"), &["--images", "halfblocks"], "\x1b[?62;4c");
    let written = terminal.wait_for("48;2;0;0;200", 1);
    assert!(!written.contains("a=q"), "what need not be known is not asked");
    terminal.end();
    let terminal = Faked::start(&dir.path().join("flag.md"), &["--images=off"], "\x1b[?62;4c");
    terminal.wait_for("[picture: a flag", 1);
    thread::sleep(Duration::from_millis(700));
    let written = terminal.end();
    assert!(!written.contains("\x1bP9") && !written.contains("48;2;0;0;200"));
}

/// Checks that words after a picture stand where they did before anything was known of the terminal.
#[track_caller]
fn check_still(tag: &str, rows: std::ops::RangeInclusive<u16>) {
    let dir = article();
    let words = "Words that stand above it and below it. ".repeat(4);
    fs::write(dir.path().join("a.html"), format!("<title>A</title><p>{words}<p>{tag}<p>Below it. {words}")).unwrap();
    let file = Locator::File(dir.path().join("a.html"));
    let mut harness = Harness::new(80, 40, vec![file], Opens::Only);
    let below = |harness: &Harness| {
        let screen = harness.screen();
        let row = |what: &str| screen.lines().position(|line| line.contains(what));
        row("Below it.").unwrap_or_else(|| panic!("{screen}"))
    };
    let before = below(&harness);
    harness.send(half_blocks(USUAL_CELL));
    assert_eq!(below(&harness), before, "{tag}: {}", harness.screen());
    let coloured = (1..79).map(|column| coloured(&harness, column).1).max().unwrap();
    assert!(rows.contains(&u16::try_from(coloured).unwrap()), "{tag}: {coloured} rows in {}", harness.screen());
}

#[test]
fn a_picture_has_its_rows_before_it_is_looked_at_where_the_page_tells_its_size() {
    // It has 300 by 200 pixels, and a cell 9 by 18.
    check_still("<img src=flag.png alt=flag width=300 height=200>", 11..=12);
    check_still("<img src=flag.png alt=flag width=150 height=100>", 5..=6);
    check_still("<img src=flag.png alt=flag style='max-width: 9px; WIDTH: 150px; height:100px' width=200>", 5..=6);
    check_still("<img src=https://example.org/flag.png alt=flag width=300 height=200>", 0..=0);
    check_still("<img src=data:image/png;base64,iVBORw0KGgo= alt=flag width=1% height=2em>", 0..=0);
}

#[test]
fn what_a_page_tells_of_one_side_keeps_the_shape() {
    let dir = article();
    let words = "Words that stand above it and below it. ".repeat(4);
    for (size, expected) in [("width=150", 5..=6), ("height=100", 5..=6), ("width=150 height=900", 5..=6)] {
        let text = format!("<title>A</title><p>{words}<p><img src=flag.png alt=a {size}><p>{words}");
        fs::write(dir.path().join("a.html"), text).unwrap();
        let mut harness = Harness::new(80, 40, vec![Locator::File(dir.path().join("a.html"))], Opens::Only);
        harness.send(half_blocks(USUAL_CELL));
        let rows = (1..79).map(|column| coloured(&harness, column).1).max().unwrap();
        assert!(expected.contains(&rows), "{size}: {rows} rows in {}", harness.screen());
    }
}

#[test]
fn a_book_in_one_file_has_its_pictures_in_itself() {
    let dir = article();
    let flag = STANDARD.encode(fs::read(dir.path().join("flag.png")).unwrap());
    let book = format!(
        "<?xml version=\"1.0\"?><FictionBook xmlns=\"http://www.gribuser.ru/xml/fictionbook/2.0\" \
         xmlns:l=\"http://www.w3.org/1999/xlink\"><description><title-info><book-title>A flag</book-title>\
         </title-info></description><body><section><title><p>One</p></title><p>Words above it.</p>\
         <image l:href=\"#flag.png\" alt=\"a flag\"/><p>Words below it.</p><image l:href=\"#none.png\" alt=\"lost\"/>\
         </section></body><binary id=\"flag.png\" content-type=\"image/png\">{flag}</binary></FictionBook>"
    );
    fs::write(dir.path().join("flag.fb2"), &book).unwrap();
    let mut zip = ZipWriter::new(fs::File::create(dir.path().join("flag.fb2.zip")).unwrap());
    zip.start_file("flag.fb2", SimpleFileOptions::default()).unwrap();
    zip.write_all(book.as_bytes()).unwrap();
    zip.finish().unwrap();
    for name in ["flag.fb2", "flag.fb2.zip"] {
        let mut harness = Harness::new(80, 30, vec![Locator::File(dir.path().join(name))], Opens::Only);
        assert!(harness.screen().contains("[picture: a flag]"), "{name}: {}", harness.screen());
        harness.send(half_blocks(CELL));
        let (top, rows) = coloured(&harness, 5);
        assert_eq!(rows, 10, "{name}: {}", harness.screen());
        assert_eq!((halves(&harness, 5, top).0, halves(&harness, 5, top + 9).0), (RED, BLUE), "{name}");
        assert!(harness.screen().contains("[picture: lost]"), "{name}: {}", harness.screen());
    }
}
