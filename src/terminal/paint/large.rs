//! Large letters as a terminal has them (kitty's text sizing protocol, OSC 66).
//!
//! A terminal takes such a letter for one thing: what is written over its first row destroys all of it, and what is
//! written over another row steps aside. So letters that do not stay are erased before anything is written, nothing is
//! written over those that do, and those that come are written last. Before the terminal scrolls, all are erased.

use ratatui::layout::Rect;
use ratatui::style::Color;

use super::{Kind, Stretch, suit};
use crate::terminal::encode::{Encoder, Place};
use crate::terminal::grid::{Cell, Grid, Pen, Repertoire};

/// Erases the letters of `shown` that the next frame has not, or that what else is written there would destroy.
pub fn erase(encoder: &mut Encoder<'_>, shown: &mut Grid, next: &Grid) {
    loop {
        // A row of doubtful width is cleared and written whole.
        let is_whole = |y: u16| (shown.is_doubtful(y) || next.is_doubtful(y)) && shown.row(y) != next.row(y);
        let stays = |area: &Rect| shown.shares(*area, next) && !(area.top()..area.bottom()).any(is_whole);
        let gone: Vec<Rect> = shown.large().iter().copied().filter(|area| !stays(area)).collect();
        if gone.is_empty() {
            return;
        }
        erase_these(encoder, shown, &gone);
    }
}

/// Erases all letters.
pub fn erase_all(encoder: &mut Encoder<'_>, shown: &mut Grid) {
    let all = shown.large().to_vec();
    erase_these(encoder, shown, &all);
}

/// Returns the letters of `next` that `shown` has not, in stretches of one look.
pub fn stretches(shown: &Grid, next: &Grid, repertoire: &Repertoire) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    for &area in next.large().iter().filter(|area| !shown.shares(**area, next)) {
        let cell = next.first_cell(area);
        let pen = repertoire.pen(cell);
        let is_blank = repertoire.letter(cell) == " " && pen.is_plain();
        let last = all.last_mut().filter(|last| (last.y, last.end) == (area.y, area.x));
        let joins = |before: Pen| before == pen || is_blank && before.suits_blank(pen.bg);
        match last {
            Some(Stretch { kind: Kind::Large(before, scale), end, .. }) if *scale == area.height && joins(*before) => {
                *end = area.right();
            }
            _ => {
                let kind = Kind::Large(pen, area.height);
                all.push(Stretch { y: area.y, start: area.x, end: area.right(), kind, group: usize::MAX });
            }
        }
    }
    all
}

/// Writes letters of one look from the cursor on, which is where they start.
pub fn put(encoder: &mut Encoder<'_>, stretch: &Stretch, scale: u16, row: &[Cell]) {
    let cells = row.get(usize::from(stretch.start)..usize::from(stretch.end)).unwrap_or_default();
    let mut is_open = false;
    for letter in cells.chunk_by(|_, after| !after.is_letter()) {
        let Some(cell) = letter.first() else { continue };
        let width = letter.len() / usize::from(scale.max(1));
        let mut text = Vec::new();
        encoder.write_symbol(*cell, &mut text);
        // Letters of one cell each that every terminal takes for such are told together.
        let is_plain = text.is_ascii() && text.len() == width;
        if is_open && !is_plain {
            encoder.push(END);
        }
        if !is_plain {
            encoder.push(format!("\x1b]66;s={scale}:w={width};").as_bytes());
        } else if !is_open {
            encoder.push(format!("\x1b]66;s={scale};").as_bytes());
        }
        encoder.push(&text);
        if !is_plain {
            encoder.push(END);
        }
        is_open = is_plain;
    }
    if is_open {
        encoder.push(END);
    }
    encoder.place = Place { column: None, ..encoder.place };
}

fn erase_these(encoder: &mut Encoder<'_>, shown: &mut Grid, letters: &[Rect]) {
    for area in joined(letters) {
        suit(encoder, Color::Reset);
        // What is left of a letter in its other rows, terminals do not agree about.
        for y in area.top()..area.bottom() {
            encoder.go_to(area.x, y, shown.row(y));
            encoder.erase(area.width);
        }
    }
    shown.remove(letters);
}

const END: &[u8] = b"\x1b\\";

/// Returns letters that stand side by side as one area each.
fn joined(letters: &[Rect]) -> Vec<Rect> {
    let mut all: Vec<Rect> = Vec::new();
    for &area in letters {
        match all.last_mut().filter(|last| (last.y, last.height, last.right()) == (area.y, area.height, area.x)) {
            Some(last) => last.width += area.width,
            None => all.push(area),
        }
    }
    all
}
