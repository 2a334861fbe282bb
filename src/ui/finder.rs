//! The finder: names with the typed letters marked, and what each is.

use super::Extras;
use super::marked::draw_piece;
use super::overlay::draw_line_being_typed;
use super::pen::Pen;
use crate::app::finder::{Entry, Finder, Scope};
use crate::app::geometry::FinderAreas;
use crate::app::{App, Area};
use crate::config::Element;

/// Draws the finder above what is there.
pub fn draw_finder(app: &App, finder: &Finder, pen: &mut Pen, extras: &mut Extras) {
    let title = match finder.scope() {
        Scope::Everything => "Find",
        Scope::Commands => "Commands",
    };
    let areas = FinderAreas::of(app.geometry());
    let inside = pen.frame(areas.frame, title);
    draw_line_being_typed(&finder.line, Area { rows: 1, ..inside }, pen, extras);
    for (row, entry) in (areas.list.row..areas.list.bottom()).zip(&finder.shown) {
        draw_entry(finder, entry, Area { row, rows: 1, ..areas.list }, pen, extras);
    }
    if finder.is_without_match() {
        pen.put(areas.list.column, areas.list.row, areas.list.columns, "nothing matches", Element::Note);
    }
}

fn draw_entry(finder: &Finder, entry: &Entry, line: Area, pen: &mut Pen, extras: &mut Extras) {
    let is_chosen = entry.idx == finder.chosen;
    let element = |usual| if is_chosen { Element::Chosen } else { usual };
    if is_chosen {
        pen.restyle(line, Element::Chosen);
    }
    let kind = FinderAreas::kind(line, finder.scope());
    pen.put(line.column, line.row, kind, entry.target.kind(), element(Element::Note));
    let mut name = Area { column: line.column + kind, columns: line.columns.saturating_sub(kind), ..line };
    if !entry.keys.is_empty() {
        let right = line.column + line.columns;
        let taken = pen.put_right(right, line.row, line.columns / 3, &entry.keys, element(Element::Key));
        name.columns = name.columns.saturating_sub(taken + 2);
    }
    draw_piece(&entry.name, name, is_chosen.then_some(Element::Chosen), pen, extras);
}
