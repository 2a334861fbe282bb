//! The screen: the model painted into a buffer. Nothing here changes the model, parses or waits.

mod annotations;
mod contents;
mod finder;
mod marked;
mod overlay;
mod pen;
mod picture;
mod reader;
mod searching;
mod shelf;
mod status;
mod table;

use ratatui::buffer::Buffer;

use crate::app::{App, Room};
use crate::picture::Placed;
use pen::Pen;

/// What a buffer cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extras {
    /// The cursor's cell, where text is being typed.
    pub cursor: Option<(u16, u16)>,
    /// Cells that lead to an address when they are clicked: column, row, cells, address.
    pub links: Vec<(u16, u16, u16, String)>,
    /// Rows of pictures, over cells that are left free for them.
    pub pictures: Vec<Placed>,
    /// Large letters: column, row, cells across and down. The first cell has the letter, the others are left free.
    pub large: Vec<(u16, u16, u16, u16)>,
}

/// Paints the model into `buffer`, which must be empty.
pub fn draw(app: &App, buffer: &mut Buffer) -> Extras {
    let mut extras = Extras::default();
    let mut pen = Pen::new(app.look(), buffer);
    pen.ground();
    match (app.room(), app.reader()) {
        (Room::Reader, Some(article)) => {
            if let Some(area) = app.geometry().panel {
                contents::draw_panel(app, article, area, &mut pen);
            }
            reader::draw_reader(article, app.geometry().text, &mut pen, &mut extras);
        }
        _ => shelf::draw_shelf(app, &mut pen, &mut extras),
    }
    status::draw_status(app, &mut pen, &mut extras);
    for above in app.overlays() {
        overlay::draw_overlay(app, above, &mut pen, &mut extras);
    }
    extras
}
