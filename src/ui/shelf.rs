//! The shelf: what can be read, and a look at the chosen article.

use super::pen::Pen;
use super::{Extras, reader};
use crate::app::shelf::{Row, Shelf};
use crate::app::{App, Area};
use crate::catalogue::{Sort, View};
use crate::config::Element;
use crate::role::Role;

/// Draws the list of articles and the look at the chosen one.
pub fn draw_shelf(app: &App, pen: &mut Pen, extras: &mut Extras) {
    let areas = app.shelf_areas();
    let screen = app.geometry().screen;
    let head = Area { columns: screen.columns.saturating_sub(2 * areas.list.column), ..areas.list };
    draw_head(app, head, pen);
    let shelf = app.shelf();
    let shown = shelf.window(usize::from(areas.list.rows));
    for (row, idx) in (areas.list.row..areas.list.bottom()).zip(shown) {
        let area = Area { row, rows: 1, ..areas.list };
        match shelf.row(idx) {
            Some(entry) => draw_row(&entry, idx == shelf.chosen, area, pen),
            None => drop(pen.put(area.column + 2, row, area.columns.saturating_sub(2), "…", Element::Note)),
        }
    }
    if shelf.length() == 0 && areas.list.rows > 0 {
        let room = areas.list.columns.saturating_sub(2);
        pen.put(areas.list.column + 2, areas.list.row, room, &why_empty(shelf), Element::Note);
    }
    if let Some(preview) = &shelf.preview {
        draw_divider(areas.list, areas.preview, pen);
        reader::draw_reader(preview, areas.preview, pen, extras);
    }
}

/// Returns what is to be said of an empty list.
fn why_empty(shelf: &Shelf) -> String {
    match &shelf.listing {
        Some(listing) if listing.total.is_none() => "opening the library …".to_owned(),
        _ if !shelf.filter.is_empty() => "nothing matches; Esc shows all".to_owned(),
        Some(listing) => match listing.wanted.view {
            View::Continue => "nothing is being read; Tab shows the other lists",
            View::Unread => "all is read",
            View::Starred => "no stars; * gives one",
            View::Archive => "the archive is empty; A puts an article away",
            View::Highlights => "nothing is highlighted; in an article v selects and H highlights",
            View::All => "the library is empty: what you read comes into it",
            View::Trash => "the trash is empty",
        }
        .to_owned(),
        None => "nothing to read here".to_owned(),
    }
}

/// Draws the names of the lists, or of the one that is shown where there is no room for all.
fn draw_head(app: &App, head: Area, pen: &mut Pen) {
    if head.row == 0 {
        return;
    }
    let shelf = app.shelf();
    let mut used = pen.put(head.column, 0, head.columns, "recto", Element::OverlayTitle);
    let shown = shelf.listing.as_ref().map(|listing| listing.wanted.view);
    if app.has_library() {
        let names: Vec<(Option<View>, &str)> =
            View::ALL.iter().map(|view| (Some(*view), view.name())).chain([(None, "files")]).collect();
        let needed: u16 = names.iter().map(|(_, name)| u16::try_from(name.len()).unwrap_or(0) + 2).sum();
        let fits = used + needed + 24 <= head.columns;
        for (view, name) in names.iter().filter(|(view, _)| fits || *view == shown) {
            let element = if *view == shown { Element::CurrentEntry } else { Element::Note };
            used += 2;
            used += pen.put(head.column + used, 0, head.columns.saturating_sub(used), name, element);
        }
    }
    let count = shelf.length();
    let mut about = format!("  {count} article{}", if count == 1 { "" } else { "s" });
    if let Some(listing) = &shelf.listing {
        for narrowed in [&listing.wanted.tag, &listing.wanted.source].into_iter().flatten() {
            about.push_str(&format!(" of “{narrowed}”"));
        }
        if listing.wanted.sort != Sort::default() {
            about.push_str(&format!(", {}", listing.wanted.sort.name()));
        }
        if !listing.picked.is_empty() {
            about.push_str(&format!(", {} picked", listing.picked.len()));
        }
    }
    if !shelf.filter.is_empty() {
        about.push_str(&format!(" matching “{}”", shelf.filter.value()));
    }
    pen.put(head.column + used, 0, head.columns.saturating_sub(used), &about, Element::Note);
}

fn draw_row(entry: &Row, is_chosen: bool, area: Area, pen: &mut Pen) {
    let progress = if entry.permille > 0 { format!("{}%  ", entry.permille / 10) } else { String::new() };
    let about = entry.minutes.map(|minutes| format!("{progress}{minutes} min")).unwrap_or_default();
    let figures =
        if area.columns >= 30 { u16::try_from(about.len() + 2).unwrap_or(0).min(area.columns / 2) } else { 0 };
    let element = match (is_chosen, entry.status.is_read) {
        (true, _) => Element::CurrentEntry,
        (false, true) => Element::Entry,
        (false, false) => Element::Text(Role::Text),
    };
    if is_chosen {
        pen.put(area.column, area.row, 1, "▌", element);
    }
    let sign = match (entry.is_picked, entry.status.is_starred) {
        (true, _) => "✓",
        (false, true) => "★",
        (false, false) => "",
    };
    pen.put(area.column + 1, area.row, area.columns.saturating_sub(1).min(1), sign, Element::Key);
    // Behind a sign a cell is free.
    let at = if entry.is_picked || entry.status.is_starred { 3 } else { 2 };
    let room = area.columns.saturating_sub(at + figures);
    let used = pen.put(area.column + at, area.row, room, &entry.name, element) + 2;
    if used + 8 < room {
        pen.put(area.column + at + used, area.row, room - used, &entry.beside, Element::Note);
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
