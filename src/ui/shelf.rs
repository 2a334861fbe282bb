//! The shelf: what can be read, and a look at the chosen article.

use super::pen::Pen;
use super::{Extras, reader};
use crate::app::shelf::Entry;
use crate::app::{App, Area};
use crate::article::WORDS_PER_MINUTE;
use crate::config::Element;
use crate::role::Role;

/// Draws the list of articles and the look at the chosen one.
pub fn draw_shelf(app: &App, pen: &mut Pen, extras: &mut Extras) {
    let areas = app.shelf_areas();
    draw_head(app, areas.list, pen);
    let shelf = app.shelf();
    let shown = shelf.window(usize::from(areas.list.rows));
    for (row, idx) in (areas.list.row..areas.list.bottom()).zip(shown) {
        let Some(entry) = shelf.matched.get(idx).and_then(|&idx| shelf.entries.get(idx)) else { continue };
        draw_entry(entry, idx == shelf.chosen, Area { row, rows: 1, ..areas.list }, pen);
    }
    if shelf.matched.is_empty() && areas.list.rows > 0 {
        let text = if shelf.entries.is_empty() { "nothing to read here" } else { "nothing matches; Esc shows all" };
        pen.put(areas.list.column + 2, areas.list.row, areas.list.columns.saturating_sub(2), text, Element::Note);
    }
    if let Some(preview) = &shelf.preview {
        draw_divider(areas.list, areas.preview, pen);
        reader::draw_reader(preview, areas.preview, pen, extras);
    }
}

fn draw_head(app: &App, list: Area, pen: &mut Pen) {
    if list.row == 0 {
        return;
    }
    let used = pen.put(list.column, 0, list.columns, "recto", Element::OverlayTitle);
    let count = app.shelf().matched.len();
    let mut about = format!("  {count} article{}", if count == 1 { "" } else { "s" });
    if !app.shelf().filter.is_empty() {
        about.push_str(&format!(" matching “{}”", app.shelf().filter.value()));
    }
    pen.put(list.column + used, 0, list.columns - used, &about, Element::Note);
}

fn draw_entry(entry: &Entry, is_chosen: bool, area: Area, pen: &mut Pen) {
    let about = match &entry.card {
        Some(card) => format!("{} min", u64::from(card.words).div_ceil(WORDS_PER_MINUTE).max(1)),
        None => String::new(),
    };
    let figures = if area.columns >= 30 { 9 } else { 0 };
    let element = if is_chosen { Element::CurrentEntry } else { Element::Text(Role::Text) };
    if is_chosen {
        pen.put(area.column, area.row, 1, "▌", element);
    }
    let room = area.columns.saturating_sub(2 + figures);
    let used = pen.put(area.column + 2, area.row, room, &entry.name(), element) + 2;
    let untitled = entry.card.as_ref().filter(|card| card.title.is_none());
    if let Some(card) = untitled.filter(|_| used + 8 < room) {
        pen.put(area.column + 2 + used, area.row, room - used, &card.opening, Element::Note);
    }
    if figures > 0 {
        pen.put_right(area.column + area.columns, area.row, figures, &about, Element::Note);
    }
}

fn draw_divider(list: Area, preview: Area, pen: &mut Pen) {
    if preview.row == list.row {
        for row in list.row..list.bottom() {
            pen.put(preview.column.saturating_sub(2), row, 1, "│", Element::Border);
        }
    } else if preview.rows > 0 {
        let rule = "─".repeat(usize::from(list.columns));
        pen.put(list.column, list.bottom(), list.columns, &rule, Element::Border);
    }
}
