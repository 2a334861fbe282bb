//! The contents panel: the outline, with the section being read marked and the words and minutes of each.

use std::borrow::Cow;

use super::pen::Pen;
use crate::app::reader::Reader;
use crate::app::{App, Area, LEAD};
use crate::config::Element;
use crate::document::Section;
use crate::layout;

/// The cells of the two columns of figures.
const WORDS: u16 = 7;
const MINUTES: u16 = 5;

/// Draws the panel beside the text.
pub fn draw_panel(app: &App, reader: &Reader, area: Area, pen: &mut Pen) {
    let (here, total) = (reader.view().section.map_or(0, |idx| idx + 1), reader.document().sections().len());
    draw_head(area, &format!("Contents  {here}/{total}"), pen);
    let rows = area.rows.saturating_sub(1);
    let shown = app.panel_window(usize::from(rows));
    for (row, idx) in (area.row + 1..area.bottom()).zip(shown) {
        let Some(section) = reader.document().sections().get(idx) else { continue };
        let is_current = reader.view().section == Some(idx);
        draw_entry(reader, section, is_current, Area { row, rows: 1, ..area }, pen);
    }
}

/// Draws the heads of the columns.
pub fn draw_head(area: Area, title: &str, pen: &mut Pen) {
    pen.put(area.column + 2, area.row, area.columns.saturating_sub(2), title, Element::OverlayTitle);
    let right = area.column + area.columns;
    if area.columns >= 2 * (WORDS + MINUTES) {
        pen.put_right(right, area.row, MINUTES, "min", Element::Note);
        pen.put_right(right - MINUTES, area.row, WORDS, "words", Element::Note);
    }
}

/// Draws one section's title and figures.
pub fn draw_entry(reader: &Reader, section: &Section, is_current: bool, area: Area, pen: &mut Pen) {
    let element = if is_current { Element::CurrentEntry } else { Element::Entry };
    let right = area.column + area.columns;
    let figures = if area.columns >= 2 * (WORDS + MINUTES) { WORDS + MINUTES } else { 0 };
    let indent = u16::from(section.level.saturating_sub(1)).min(4) * 2;
    let title = section.title.map_or(Cow::Borrowed(LEAD), |title| layout::shown(reader.document(), title));
    if is_current {
        pen.put(area.column, area.row, 1, "▌", element);
    }
    let room = area.columns.saturating_sub(2 + indent + figures);
    pen.put(area.column + 2 + indent, area.row, room, &title, element);
    if figures > 0 {
        let words = u64::from(section.words);
        let minutes = words.div_ceil(reader.pace());
        pen.put_right(right, area.row, MINUTES - 1, &minutes.to_string(), element);
        pen.put_right(right - MINUTES, area.row, WORDS - 1, &words.to_string(), element);
    }
}
