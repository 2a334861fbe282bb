//! The status line: where the reader is, and what recto has to say.

use super::Extras;
use super::pen::Pen;
use crate::action::Action;
use crate::app::geometry::RECEIPT;
use crate::app::overlay::{Overlay, Prompt, PromptKind};
use crate::app::reader::Reader;
use crate::app::{App, Area, Message, Room};
use crate::config::Element;
use crate::layout;
use crate::text::width::width;

/// Draws the status line, or the prompt that stands in its place.
pub fn draw_status(app: &App, pen: &mut Pen, extras: &mut Extras) {
    let prompt = app.overlays().iter().find_map(|overlay| match overlay {
        Overlay::Prompt(prompt) => Some(prompt),
        _ => None,
    });
    let bottom = Area { row: app.geometry().screen.rows - 1, rows: 1, ..app.geometry().screen };
    let area = match (app.geometry().status, prompt.is_some() || app.message().is_some()) {
        (Some(area), _) => area,
        // In zen the line comes back only for what has to be said.
        (None, true) => bottom,
        (None, false) => return,
    };
    let side = u16::from(area.columns >= 24) * 2;
    let area = Area { column: side, columns: area.columns.saturating_sub(2 * side), ..area };
    let right = draw_right(app, area, pen);
    let room = area.columns.saturating_sub(if right > 0 { right + 2 } else { 0 });
    let left = Area { columns: room, ..area };
    match (prompt, app.message()) {
        (Some(prompt), _) => draw_prompt(prompt, left, pen, extras),
        (None, Some(Message::Note(text))) => drop(pen.put(left.column, left.row, room, text, Element::Status)),
        (None, Some(Message::Alert(text))) => drop(pen.put(left.column, left.row, room, text, Element::Alert)),
        (None, None) => draw_place(app, left, pen),
    }
}

fn draw_prompt(prompt: &Prompt, area: Area, pen: &mut Pen, extras: &mut Extras) {
    let used = pen.put(area.column, area.row, area.columns, prompt.kind.sign(), Element::Key);
    let room = area.columns.saturating_sub(used);
    let cursor = u16::try_from(prompt.line.cursor()).unwrap_or(u16::MAX);
    // A long line is shown from its cursor backwards.
    let skipped = usize::from(cursor.saturating_sub(room.saturating_sub(1)));
    let typed = prompt.line.value();
    let shown = typed.get(crate::text::width::offset_at(typed, skipped)..).unwrap_or_default();
    pen.put(area.column + used, area.row, room, shown, Element::Text(crate::role::Role::Text));
    let at = cursor.saturating_sub(u16::try_from(skipped).unwrap_or(u16::MAX)).min(room.saturating_sub(1));
    extras.cursor = Some((area.column + used + at, area.row));
}

/// Draws the title and the section.
fn draw_place(app: &App, area: Area, pen: &mut Pen) {
    if let Some(locator) = app.opening() {
        pen.put(area.column, area.row, area.columns, &format!("opening {locator} …"), Element::Status);
        return;
    }
    let (Room::Reader, Some(reader)) = (app.room(), app.reader()) else {
        let keys = shelf_keys(app);
        pen.put(area.column, area.row, area.columns, &keys, Element::Status);
        return;
    };
    let document = reader.document();
    let locator = &reader.article().locator;
    let file = locator.file_name().map_or_else(|| locator.to_string(), str::to_owned);
    let title = document.meta().title.as_deref().unwrap_or(&file);
    let section = reader.view().section.and_then(|idx| document.sections().get(idx)?.title);
    let half = if section.is_some() { area.columns / 2 } else { area.columns };
    let used = pen.put(area.column, area.row, half, title, Element::StatusTitle);
    if let Some(section) = section.filter(|&section| document.slice(section) != title) {
        let section = layout::shown(document, section);
        let from = used + pen.put(area.column + used, area.row, area.columns - used, "  ·  ", Element::Status);
        pen.put(area.column + from, area.row, area.columns - from, &section, Element::Status);
    }
}

/// Draws what stands at the right: hits, what has been typed of a command, percent, minutes left.
fn draw_right(app: &App, area: Area, pen: &mut Pen) -> u16 {
    let (Room::Reader, Some(reader)) = (app.room(), app.reader()) else { return 0 };
    let mut parts = Vec::new();
    let view = reader.view();
    if reader.document().is_complete() {
        parts.push(format!("{}%", view.percent));
        let left = match view.minutes_left {
            _ if view.percent == 100 => "end".to_owned(),
            minutes @ 60.. => format!("{} h {:02} min left", minutes / 60, minutes % 60),
            minutes => format!("{minutes} min left"),
        };
        // A narrow line tells the percentage alone.
        if area.columns >= 40 {
            parts.push(left);
        }
    } else {
        // A percentage of what has been read so far would mislead, and change under the reader's eyes.
        parts.push("reading on …".to_owned());
    }
    let receipt = receipt(app, reader);
    let hint = table_hint(app, reader);
    let searched = hits(app, reader);
    let cells = |part: &String| if part.is_empty() { 0 } else { width(part) + 2 };
    let taken: usize = parts.iter().chain([&hint, &searched]).map(cells).sum();
    // Some of the line is for where the reader is, and what was left out of a page has been told before.
    let room = usize::from(area.columns) * 3 / 5;
    if !hint.is_empty() && taken <= room {
        let is_told = taken + cells(&receipt) <= room;
        parts.insert(0, hint);
        parts.insert(1, if is_told { receipt } else { String::new() });
    } else {
        parts.insert(0, receipt);
    }
    parts.splice(0..0, [app.pending(), searched]);
    parts.retain(|part| !part.is_empty());
    let text = parts.join("  ");
    pen.put_right(area.column + area.columns, area.row, area.columns, &text, Element::Status)
}

/// Returns how much of a web page is shown, or what keeps the rest back.
fn receipt(app: &App, reader: &Reader) -> String {
    // Where there is little room, the note at the beginning has told it.
    let Some(page) = reader.web_page().filter(|_| app.geometry().screen.columns >= RECEIPT) else {
        return String::new();
    };
    page.wall().map_or_else(|| page.receipt().to_string(), |wall| format!("it {}", wall.wants()))
}

/// Returns what can be done with a table on the screen.
fn table_hint(app: &App, reader: &Reader) -> String {
    if reader.focus.is_some() || reader.table_at_hand().is_none() {
        return String::new();
    }
    let key = app.keymap().keys_of(Action::Follow).into_iter().next().unwrap_or_default();
    format!("{key} opens the table")
}

/// Returns "hit n of m".
fn hits(app: &App, reader: &Reader) -> String {
    let Some(search) = &reader.search else { return String::new() };
    let more = if search.complete { "" } else { "+" };
    let typing = app
        .overlays()
        .iter()
        .any(|overlay| matches!(overlay, Overlay::Prompt(prompt) if prompt.kind != PromptKind::FilterShelf));
    let quoted = if typing {
        String::new()
    } else {
        format!("“{}” ", crate::text::width::truncate(search.sought.typed(), 24))
    };
    match (search.current, search.hits.len()) {
        (Some(current), total) => format!("{quoted}hit {} of {total}{more}", current + 1),
        (None, 0) if search.complete => format!("{quoted}no hits"),
        (None, 0) => format!("{quoted}searching …"),
        (None, total) => format!("{quoted}{total}{more} hits"),
    }
}

fn shelf_keys(app: &App) -> String {
    let key = |action| app.keymap().keys_of(action).into_iter().next().unwrap_or_default();
    let told = [(Action::Open, "open"), (Action::Filter, "filter"), (Action::Help, "help"), (Action::Close, "quit")];
    told.map(|(action, does)| format!("{} {does}", key(action))).join("  ·  ")
}
