//! Pictures on the screen: what the terminal is told of them as they come, scroll, are covered and go.

use std::sync::Arc;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::style::{Color, Style};
use recto::picture::{Cells, Drawing, Ink, Placed, Sequences};
use recto::terminal::{Extras, Painter};

const COLUMNS: u16 = 20;
const ROWS: u16 = 8;

/// Makes a drawing whose sequences say what they are.
fn drawing(id: u32, rows: u16, is_text: bool) -> Arc<Drawing> {
    let each = |what: &str| (0..rows).map(|row| format!("<{what} {id}.{row}>")).collect::<Vec<_>>();
    let made = Sequences {
        id,
        transmission: format!("<send {id}>"),
        rows: each("show"),
        removals: if is_text { Vec::new() } else { each("remove") },
        release: format!("<forget {id}>"),
        is_text,
    };
    Arc::new(Drawing { cells: Cells { columns: 4, rows }, ink: Ink::Sequences(made) })
}

/// Draws a picture whose first row would stand at `top`, between words.
fn frame(buffer: &mut Buffer, drawing: &Arc<Drawing>, top: i32) -> Extras {
    let mut extras = Extras::default();
    for row in 0..ROWS {
        let strip = i32::from(row) - top;
        if (0..i32::from(drawing.cells.rows)).contains(&strip) {
            for column in 2..2 + drawing.cells.columns {
                buffer[(column, row)].set_diff_option(CellDiffOption::Skip);
            }
            let placed = Placed { column: 2, row, drawing: Arc::clone(drawing), strip: strip as u16 };
            extras.pictures.push(placed);
        } else {
            buffer.set_string(0, row, format!("words of line {strip}"), Style::new());
        }
    }
    extras
}

fn paint(painter: &mut Painter, drawing: &Arc<Drawing>, top: i32) -> String {
    let bytes = painter.paint(|buffer| frame(buffer, drawing, top));
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Returns what is said in angle brackets.
fn said(painted: &str) -> Vec<&str> {
    painted.split('<').skip(1).filter_map(|part| part.split('>').next()).collect()
}

#[test]
fn a_picture_is_sent_once_and_its_rows_are_shown_where_they_stand() {
    let mut painter = Painter::new(COLUMNS, ROWS);
    let picture = drawing(7, 3, true);
    assert_eq!(said(&paint(&mut painter, &picture, 2)), ["send 7", "show 7.0", "show 7.1", "show 7.2"]);
    assert_eq!(paint(&mut painter, &picture, 2), "");
    // A row that is text scrolls with the text.
    let scrolled = paint(&mut painter, &picture, 1);
    assert_eq!(said(&scrolled), Vec::<&str>::new(), "{scrolled:?}");
    // Half of it stands above the screen, then all of it.
    paint(&mut painter, &picture, -1);
    let gone = paint(&mut painter, &picture, -5);
    assert_eq!(said(&gone), Vec::<&str>::new(), "{gone:?}");
    // It is still there when it comes back, and forgotten when nobody keeps it.
    assert_eq!(said(&paint(&mut painter, &picture, -2)), ["show 7.2"]);
    paint(&mut painter, &picture, -5);
    drop(picture);
    let other = drawing(8, 1, true);
    assert_eq!(said(&paint(&mut painter, &other, 0)), ["forget 7", "send 8", "show 8.0"]);
    assert_eq!(painter.take_pictures_down(), "<forget 8>");
}

#[test]
fn what_the_terminal_does_not_scroll_is_shown_anew_and_taken_away() {
    let mut painter = Painter::new(COLUMNS, ROWS);
    let picture = drawing(7, 3, false);
    let first = paint(&mut painter, &picture, 2);
    assert_eq!(said(&first), ["send 7", "show 7.0", "show 7.1", "show 7.2"]);
    // The cells under it are blanked first.
    assert!(first.contains("\x1b[4X<show 7.0>"), "{first:?}");
    let scrolled = paint(&mut painter, &picture, 1);
    assert_eq!(said(&scrolled), ["show 7.0", "show 7.1", "show 7.2"]);
    assert!(!scrolled.contains("\x1b[S") && !scrolled.contains("\x1bM"), "{scrolled:?}");
    assert_eq!(said(&paint(&mut painter, &picture, -1)), ["remove 7.0", "show 7.1", "show 7.2"]);
    assert_eq!(said(&paint(&mut painter, &picture, -5)), ["remove 7.1", "remove 7.2"]);
}

#[test]
fn what_stands_above_hides_a_row_as_a_whole() {
    let mut painter = Painter::new(COLUMNS, ROWS);
    let picture = drawing(7, 3, false);
    paint(&mut painter, &picture, 2);
    let over = |buffer: &mut Buffer| {
        let extras = frame(buffer, &picture, 2);
        for column in 4..10 {
            buffer[(column, 3)].reset();
        }
        buffer.set_string(4, 3, "above", Style::new());
        extras
    };
    let covered = String::from_utf8(painter.paint(over).to_vec()).unwrap();
    assert_eq!(said(&covered), ["remove 7.1"]);
    assert!(covered.contains("above"));
    assert_eq!(said(&paint(&mut painter, &picture, 2)), ["show 7.1"]);
}

#[test]
fn a_screen_that_is_drawn_whole_is_sent_all_again() {
    let mut painter = Painter::new(COLUMNS, ROWS);
    let picture = drawing(7, 2, false);
    paint(&mut painter, &picture, 2);
    painter.forget();
    let whole = paint(&mut painter, &picture, 2);
    assert_eq!(said(&whole), ["forget 7", "remove 7.0", "remove 7.1", "send 7", "show 7.0", "show 7.1"]);
}

#[test]
fn words_after_a_picture_are_in_their_own_look() {
    let mut painter = Painter::new(COLUMNS, ROWS);
    let picture = drawing(7, 1, true);
    let bytes = painter.paint(|buffer| {
        buffer.set_string(0, 0, "red", Style::new().fg(Color::Red).bg(Color::Blue));
        let extras = frame(buffer, &picture, 1);
        buffer.set_string(8, 1, "red", Style::new().fg(Color::Red));
        extras
    });
    let painted = String::from_utf8(bytes.to_vec()).unwrap();
    let (before, after) = painted.split_once("<show 7.0>").unwrap();
    assert!(before.contains("wor\x1b[m"), "{before:?}");
    // The cursor is placed anew: nobody knows where it is.
    assert!(after.contains("\x1b[2;9H"), "{after:?}");
}

#[test]
fn nothing_is_left_after_a_thousand_scrolls() {
    for is_text in [true, false] {
        let mut painter = Painter::new(COLUMNS, ROWS);
        let picture = drawing(7, 3, is_text);
        let mut shown = std::collections::BTreeSet::new();
        let mut top = 3;
        for step in 0..1000 {
            top = (top + [1, -1, 2, -3, 5, -4][step % 6] + 20) % 20 - 6;
            let painted = paint(&mut painter, &picture, top);
            for what in said(&painted) {
                match what.split_once(' ').unwrap() {
                    ("show", row) => drop(shown.insert(row.to_owned())),
                    ("remove", row) => assert!(shown.remove(row), "{what}"),
                    _ => {}
                }
            }
        }
        for what in said(&paint(&mut painter, &picture, -10)) {
            assert!(shown.remove(what.strip_prefix("remove ").unwrap()), "{what}");
        }
        assert!(is_text || shown.is_empty(), "{shown:?}");
    }
}
