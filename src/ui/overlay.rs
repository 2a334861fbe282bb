//! Overlays: help, the contents, the hits, and looks at footnotes and links.

use std::borrow::Cow;

use super::Extras;
use super::pen::Pen;
use super::{annotations, contents, finder, picture, reader, searching, table};
use crate::action::{COMMANDS, Command};
use crate::app::choices::Choice;
use crate::app::overlay::{Help, HitList, HitRow, Line, Overlay, Panel, Peek, Picker};
use crate::app::reader::Reader;
use crate::app::shelf::window;
use crate::app::{App, Area, LEAD};
use crate::catalogue::Marks;
use crate::config::Element;
use crate::document::{Document, TextRange, floor_boundary};
use crate::layout;
use crate::role::Role;

/// Draws one overlay above what is there.
pub fn draw_overlay(app: &App, overlay: &Overlay, pen: &mut Pen, extras: &mut Extras) {
    match (overlay, app.reader()) {
        (Overlay::Help(help), _) => draw_help(app, help, pen),
        (Overlay::Search(searching), _) => searching::draw_search(app, searching, pen, extras),
        (Overlay::Finder(found), _) => finder::draw_finder(app, found, pen, extras),
        (Overlay::Contents(picker), Some(reader)) => draw_contents(app, reader, picker, pen, extras),
        (Overlay::Hits(list), Some(reader)) => draw_hits(app, reader, list, pen),
        (Overlay::Highlights(chosen), Some(reader)) => annotations::draw_highlights(app, reader, *chosen, pen),
        (Overlay::Note(editor), _) => annotations::draw_note(app, editor, pen, extras),
        (Overlay::Shelfmarks(marks, picker), _) => draw_shelfmarks(app, *marks, picker, pen, extras),
        (Overlay::Peek(peek), _) => draw_peek(app, peek, pen, extras),
        (Overlay::Typography(panel), _) => draw_typography(app, *panel, pen),
        (Overlay::Table(view), _) => table::draw_table(app, view, pen, extras),
        (Overlay::Picture(showing), Some(reader)) => picture::draw_showing(app, reader, showing, pen, extras),
        // The prompt stands in the status line, which draws it.
        (Overlay::Prompt(_) | Overlay::Contents(_) | Overlay::Hits(_) | Overlay::Picture(_), _) => {}
        (Overlay::Highlights(_), None) => {}
    }
}

/// A row of the help: a group's name, or a command.
enum HelpRow {
    Blank,
    Group(&'static str),
    Command(&'static Command),
}

fn draw_help(app: &App, help: &Help, pen: &mut Pen) {
    let screen = app.geometry().screen;
    // The status line stays in view below.
    let area = Area { row: screen.row, ..app.geometry().overlay(92, screen.rows.saturating_sub(1).max(1)) };
    let inside = pen.frame(area, "Keys");
    let mut rows = Vec::new();
    let mut group = "";
    for command in COMMANDS {
        if command.group != group {
            if !rows.is_empty() {
                rows.push(HelpRow::Blank);
            }
            group = command.group;
            rows.push(HelpRow::Group(group));
        }
        rows.push(HelpRow::Command(command));
    }
    let top = help.top.min(rows.len().saturating_sub(usize::from(inside.rows)));
    let keys_column = 22.min(inside.columns / 3);
    for (row, entry) in (inside.row..inside.bottom()).zip(rows.iter().skip(top)) {
        match entry {
            HelpRow::Blank => {}
            HelpRow::Group(name) => {
                pen.put(inside.column, row, inside.columns, name, Element::OverlayTitle);
            }
            HelpRow::Command(command) => {
                let keys = app.keymap().keys_of(command.action).join(" ");
                pen.put(inside.column, row, keys_column, &keys, Element::Key);
                let from = keys_column + 2;
                let room = inside.columns.saturating_sub(from);
                pen.put(inside.column + from, row, room, command.doc, Element::Text(Role::Text));
            }
        }
    }
    let below = rows.len().saturating_sub(top + usize::from(inside.rows));
    if below > 0 && area.rows > 2 {
        let more = format!(" {below} more below ");
        let room = area.columns.saturating_sub(4);
        pen.put_right(area.column + 2 + room, area.bottom() - 1, room, &more, Element::Note);
    }
}

fn draw_shelfmarks(app: &App, marks: Marks, picker: &Picker, pen: &mut Pen, extras: &mut Extras) {
    let title = match marks {
        Marks::Tags => "Tags",
        Marks::Sources => "Sources",
    };
    let inside = pen.frame(app.geometry().overlay(70, 20), title);
    let list = draw_typed(&picker.line, inside, pen, extras);
    draw_list(picker, list, pen, |idx, area, pen| {
        let name = picker.name(idx).unwrap_or_default();
        pen.put(area.column, area.row, area.columns, name, Element::Text(Role::Text));
    });
}

fn draw_contents(app: &App, article: &Reader, picker: &Picker, pen: &mut Pen, extras: &mut Extras) {
    let document = article.document();
    let rows = u16::try_from(document.sections().len()).unwrap_or(u16::MAX).saturating_add(4).max(8);
    let screen = app.geometry().screen;
    let inside = pen.frame(app.geometry().overlay(76, rows.min(screen.rows.saturating_sub(2).max(3))), "Contents");
    let list = draw_typed(&picker.line, inside, pen, extras);
    contents::draw_head(Area { row: inside.row + 1, rows: 1, ..inside }, "", pen);
    let list = Area { row: list.row, rows: list.rows, ..list };
    draw_list(picker, list, pen, |idx, area, pen| {
        if let Some(section) = document.sections().get(idx) {
            contents::draw_entry(article, section, article.view().section == Some(idx), area, pen);
        }
    });
}

fn draw_hits(app: &App, article: &Reader, list: &HitList, pen: &mut Pen) {
    let Some(search) = &article.search else { return };
    let document = article.document();
    let rows = u16::try_from(list.rows.len()).unwrap_or(u16::MAX).saturating_add(2);
    let screen = app.geometry().screen;
    let total = search.hits.len();
    let title = if total > HitList::MOST {
        format!("The first {} of {total} hits of “{}”", HitList::MOST, search.sought.typed())
    } else {
        format!("{total} hit{} of “{}”", if total == 1 { "" } else { "s" }, search.sought.typed())
    };
    let inside = pen.frame(app.geometry().overlay(90, rows.min(screen.rows.saturating_sub(2).max(3))), &title);
    let shown = window(list.rows.len(), list.chosen, usize::from(inside.rows));
    for (row, idx) in (inside.row..inside.bottom()).zip(shown) {
        match list.rows.get(idx) {
            Some(HitRow::Section(section)) => {
                let title = document.sections().get(*section).and_then(|section| section.title);
                let title = title.map_or(Cow::Borrowed(LEAD), |title| layout::shown(document, title));
                pen.put(inside.column, row, inside.columns, &title, Element::OverlayTitle);
            }
            Some(HitRow::Hit(hit)) => {
                let Some(&hit) = search.hits.get(*hit) else { continue };
                draw_hit(document, hit, Area { row, rows: 1, ..inside }, pen);
                if idx == list.chosen {
                    pen.restyle(Area { row, rows: 1, ..inside }, Element::Chosen);
                }
            }
            None => {}
        }
    }
}

/// Draws a hit with the words around it.
fn draw_hit(document: &Document, hit: TextRange, area: Area, pen: &mut Pen) {
    let block = document.leaf_at(hit.start).and_then(|block| document.block(block)).map_or(hit, |block| block.range);
    let text = document.text();
    let before = usize::from(area.columns / 3);
    let start = floor_boundary(text, hit.start.index().saturating_sub(before)).max(block.start.index());
    let end = floor_boundary(text, hit.end.index() + usize::from(area.columns) * 4).min(block.end.index());
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default().replace('\n', " ");
    let lead = if start > block.start.index() { "…" } else { "" };
    let pieces = [
        (format!("  {lead}{}", part(start, hit.start.index())), Element::Text(Role::Text)),
        (part(hit.start.index(), hit.end.index()), Element::Text(Role::Strong)),
        (part(hit.end.index(), end), Element::Text(Role::Text)),
    ];
    let mut used = 0;
    for (piece, element) in pieces {
        used += pen.put(area.column + used, area.row, area.columns - used, &piece, element);
    }
}

/// Draws the panel in a corner, so that what it changes is seen beside it.
fn draw_typography(app: &App, panel: Panel, pen: &mut Pen) {
    const COLUMNS: u16 = 42;
    let screen = app.geometry().screen;
    let rows = u16::try_from(Choice::ALL.len()).unwrap_or(u16::MAX).saturating_add(3).min(screen.rows);
    let columns = COLUMNS.min(screen.columns);
    let bottom = app.geometry().status.map_or(screen.rows, |status| status.row);
    let area = Area { column: screen.columns - columns, row: bottom.saturating_sub(rows), columns, rows };
    let inside = pen.frame(area, "Typography");
    let list = Area { rows: inside.rows.saturating_sub(1).max(1), ..inside };
    let shown = window(Choice::ALL.len(), panel.chosen, usize::from(list.rows));
    for (row, idx) in (list.row..list.bottom()).zip(shown) {
        let Some(&choice) = Choice::ALL.get(idx) else { continue };
        let line = Area { row, rows: 1, ..list };
        let name_columns = 17.min(line.columns);
        pen.put(line.column, row, name_columns, choice.name(), Element::Text(Role::Text));
        let value = match choice {
            Choice::Theme => app.look().theme().name.to_owned(),
            Choice::Ambiguous => app.ambiguous().name().to_owned(),
            Choice::Headings if !app.scales() => "terminal has none".to_owned(),
            _ => app.choices().value(choice),
        };
        let room = line.columns.saturating_sub(name_columns);
        pen.put(line.column + name_columns, row, room, &format!("‹ {value} ›"), Element::Key);
        if idx == panel.chosen {
            pen.restyle(line, Element::Chosen);
        }
    }
    if inside.rows > 1 {
        let help = "j k choose   h l change   q close";
        pen.put(inside.column, inside.bottom() - 1, inside.columns, help, Element::Note);
    }
}

fn draw_peek(app: &App, peek: &Peek, pen: &mut Pen, extras: &mut Extras) {
    let rows = u16::try_from(peek.lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let columns = peek.lines.iter().map(|line| line.indent + line.width).max().unwrap_or_default();
    let columns = u16::try_from(columns).unwrap_or(u16::MAX).saturating_add(4).max(24);
    let most = app.geometry().screen.rows.saturating_sub(2).max(3);
    let area = app.geometry().overlay(columns, rows.min(most));
    let inside = pen.frame(area, &peek.title);
    let lines = peek.lines.iter().skip(peek.top);
    for (line, row) in lines.zip(inside.row..inside.bottom()) {
        reader::draw_plain_line(&peek.document, line, Area { row, rows: 1, ..inside }, pen, extras);
    }
}

/// Draws the line that is being typed; returns the area below it.
fn draw_typed(line: &Line, area: Area, pen: &mut Pen, extras: &mut Extras) -> Area {
    draw_line_being_typed(line, area, pen, extras);
    Area { row: area.row.saturating_add(2), rows: area.rows.saturating_sub(2), ..area }
}

/// Draws a line that is being typed, from its cursor backwards where it is long.
pub fn draw_line_being_typed(line: &Line, area: Area, pen: &mut Pen, extras: &mut Extras) {
    let used = pen.put(area.column, area.row, area.columns, "› ", Element::Key);
    let room = area.columns.saturating_sub(used);
    let cursor = u16::try_from(line.cursor()).unwrap_or(u16::MAX);
    let skipped = usize::from(cursor.saturating_sub(room.saturating_sub(1)));
    let typed = line.value();
    let shown = typed.get(crate::text::width::offset_at(typed, skipped)..).unwrap_or_default();
    pen.put(area.column + used, area.row, room, shown, Element::Text(Role::Text));
    let at = cursor.saturating_sub(u16::try_from(skipped).unwrap_or(u16::MAX)).min(room.saturating_sub(1));
    extras.cursor = Some((area.column + used + at, area.row));
}

fn draw_list(picker: &Picker, area: Area, pen: &mut Pen, mut draw: impl FnMut(usize, Area, &mut Pen)) {
    let shown = window(picker.matched.len(), picker.chosen, usize::from(area.rows));
    for (row, position) in (area.row..area.bottom()).zip(shown) {
        let Some(&idx) = picker.matched.get(position) else { continue };
        let line = Area { row, rows: 1, ..area };
        draw(idx, line, pen);
        if position == picker.chosen {
            pen.restyle(line, Element::Chosen);
        }
    }
    if picker.matched.is_empty() {
        pen.put(area.column, area.row, area.columns, "nothing matches", Element::Note);
    }
}
