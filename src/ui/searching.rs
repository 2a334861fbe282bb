//! The search of the library: a field, and what was found, with the hits marked.

use super::Extras;
use super::marked::draw_piece;
use super::overlay::draw_line_being_typed;
use super::pen::Pen;
use crate::app::searching::{Entry, SearchAreas, Searching};
use crate::app::{App, Area, Message};
use crate::config::Element;
use crate::role::Role;

/// What can be typed, with what it does.
const FORMS: &[(&str, &str)] = &[
    ("two words", "both are in the text, the title, the author or a note"),
    ("\"a phrase\"", "the words stand one after the other"),
    ("begin*", "a word begins so"),
    ("-word", "without it"),
    ("one OR other", "at least one of them"),
    ("title:word author:name", "a word of the title, a name"),
    ("tag:name site:host lang:en", "a tag, a site, a language"),
    ("in:highlights word", "in what you highlighted, or wrote about it"),
    ("is:unread is:starred", "also read, archived, highlighted"),
    ("before:2026-01 after:2025", "by when it was published, or else added"),
];

/// Draws the search above whatever is below.
pub fn draw_search(app: &App, searching: &Searching, pen: &mut Pen, extras: &mut Extras) {
    let screen = app.geometry().screen;
    pen.clear(screen);
    let areas = SearchAreas::of(screen);
    draw_head(searching, areas.head, pen);
    draw_line_being_typed(&searching.line, areas.field, pen, extras);
    if searching.is_among_results {
        extras.cursor = None;
    }
    let remarks = || searching.remarks().iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let told = searching.failure().map_or_else(remarks, str::to_owned);
    pen.put(areas.remark.column, areas.remark.row, areas.remark.columns, &told, Element::Alert);
    if searching.is_empty() {
        draw_forms(areas.list, pen);
    }
    for (nth, entry) in (0..).zip(&searching.shown) {
        let row = areas.list.row + nth * areas.entry;
        let area = Area { row, rows: areas.entry.min(areas.list.bottom().saturating_sub(row)), ..areas.list };
        draw_entry(entry, searching.is_among_results && entry.idx == searching.chosen, area, pen, extras);
    }
    if let Some(keys) = areas.keys {
        let told = if searching.is_among_results {
            "Enter open  ·  ↑ ↓ walk  ·  type to change the search  ·  Esc back"
        } else {
            "Enter best first  ·  ↓ into the results  ·  Esc back"
        };
        match app.message() {
            Some(Message::Note(text) | Message::Alert(text)) => {
                pen.put(keys.column, keys.row, keys.columns, text, Element::Status);
            }
            None => drop(pen.put(keys.column, keys.row, keys.columns, told, Element::Status)),
        }
    }
}

fn draw_head(searching: &Searching, area: Area, pen: &mut Pen) {
    let title = if area.columns >= 52 || searching.is_empty() { "Search everything" } else { "Search" };
    let used = pen.put(area.column, area.row, area.columns, title, Element::OverlayTitle) + 2;
    if !searching.is_empty() {
        let told = format!("{}, {}", searching.count(), searching.order());
        let room = area.columns.saturating_sub(used);
        pen.put_right(area.column + area.columns, area.row, room, &told, Element::Note);
    }
}

/// Draws what can be typed.
fn draw_forms(area: Area, pen: &mut Pen) {
    let column = 28.min(area.columns);
    for ((form, does), row) in FORMS.iter().zip(area.row..area.bottom()) {
        pen.put(area.column + 2, row, area.columns.saturating_sub(2), form, Element::Key);
        let room = area.columns.saturating_sub(column + 2);
        if room >= 24 {
            pen.put(area.column + column + 2, row, room, does, Element::Note);
        }
    }
}

fn draw_entry(entry: &Entry, is_chosen: bool, area: Area, pen: &mut Pen, extras: &mut Extras) {
    if area.rows == 0 {
        return;
    }
    let inner = Area { column: area.column + 2, columns: area.columns.saturating_sub(2), ..area };
    if is_chosen {
        let n_rows = u16::try_from(1 + entry.snippet.lines.len()).unwrap_or(area.rows).min(area.rows);
        for row in area.row..area.row + n_rows {
            pen.put(area.column, row, 1, "▌", Element::CurrentEntry);
        }
    }
    let element = if is_chosen { Element::CurrentEntry } else { Element::Text(Role::Strong) };
    draw_piece(&entry.title, Area { rows: 1, ..inner }, Some(element), pen, extras);
    pen.put_right(inner.column + inner.columns, inner.row, inner.columns / 2, &entry.about, Element::Note);
    let below = Area { row: area.row + 1, rows: area.rows - 1, ..inner };
    draw_piece(&entry.snippet, below, None, pen, extras);
}
