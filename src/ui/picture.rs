//! Rows of pictures: as coloured cells, or left free for what the terminal is told beside the buffer.

use std::sync::Arc;

use super::Extras;
use super::pen::Pen;
use crate::app::overlay::Showing;
use crate::app::reader::Reader;
use crate::app::{App, Area};
use crate::config::Element;
use crate::layout::Line;
use crate::picture::{Drawing, Ink, Placed};

/// Draws a line that is a row of a picture; returns whether it is, and the picture is there.
pub fn draw_strip(reader: &Reader, line: &Line, area: Area, pen: &mut Pen, extras: &mut Extras) -> bool {
    let Some((strip, column)) = line.strip() else { return false };
    let Some(drawing) = reader.pictures.drawing(strip) else { return false };
    let column = u16::try_from(column).unwrap_or(u16::MAX).min(area.columns);
    if drawing.cells.columns > area.columns - column {
        return false;
    }
    put_row(drawing, strip.row, area.column + column, area.row, pen, extras);
    if reader.pictures.focus == Some(strip.resource) && area.column + column > 0 {
        pen.put(area.column + column - 1, area.row, 1, " ", Element::FocusedLink);
    }
    true
}

/// Draws a picture that has the screen to itself, and below it what it shows.
pub fn draw_showing(app: &App, reader: &Reader, showing: &Showing, pen: &mut Pen, extras: &mut Extras) {
    let screen = app.geometry().screen;
    pen.clear(screen);
    extras.pictures.clear();
    extras.links.clear();
    extras.large.clear();
    let room = app.showing_room();
    if let Some(drawing) = reader.pictures.shown_alone(showing, room) {
        let column = (room.columns - drawing.cells.columns) / 2;
        let row = (room.rows - drawing.cells.rows) / 2;
        for strip in 0..drawing.cells.rows {
            put_row(drawing, strip, column, row + strip, pen, extras);
        }
    }
    if screen.rows > room.rows {
        let row = screen.rows - 1;
        let percent = format!("{}%  + - 0 zoom, hjkl move, Esc back", showing.window.percent());
        let side = u16::from(screen.columns >= 24) * 2;
        let taken = pen.put_right(screen.columns - side, row, screen.columns - side, &percent, Element::Status);
        let alt = reader.document().resources().get(showing.resource as usize).map(|resource| resource.alt.as_str());
        let left = screen.columns.saturating_sub(2 * side + taken + 2);
        pen.put(side, row, left, alt.unwrap_or_default(), Element::StatusTitle);
    }
}

/// Draws a row of a drawing where it stands on the screen.
pub fn put_row(drawing: &Arc<Drawing>, strip: u16, column: u16, row: u16, pen: &mut Pen, extras: &mut Extras) {
    match &drawing.ink {
        Ink::HalfBlocks(_) => {
            if let Some(halves) = drawing.half_blocks(strip) {
                pen.put_halves(column, row, halves);
            }
        }
        // Some terminals scroll after a picture on the last row.
        Ink::Sequences(made) if !made.is_text && row + 1 >= pen.rows() => {}
        Ink::Sequences(_) => {
            pen.leave_free(column, row, drawing.cells.columns);
            extras.pictures.push(Placed { column, row, drawing: Arc::clone(drawing), strip });
        }
    }
}
