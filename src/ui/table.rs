//! A table that has the screen to itself: its name, its headers, the rows that are shown, and the cell at hand.

use super::Extras;
use super::pen::Pen;
use crate::action::Action;
use crate::app::table::{Frame, Slot, TableView};
use crate::app::{App, Area, Message};
use crate::config::Element;
use crate::document::Alignment;
use crate::role::Role;
use crate::text::order::Way;
use crate::text::width;

/// The space at the sides of what is no table, where there is room.
const SIDE: u16 = 1;

/// Draws a table over the whole screen.
pub fn draw_table(app: &App, view: &TableView, pen: &mut Pen, extras: &mut Extras) {
    let screen = app.geometry().screen;
    pen.clear(screen);
    extras.pictures.clear();
    extras.links.clear();
    extras.cursor = None;
    let frame = view.frame();
    let line = |row: u16| Area { row, rows: 1, ..screen };
    let mut row = screen.row;
    if frame.parts.has_title {
        draw_title(view, line(row), pen);
        row += 1;
    }
    for header in frame.headers.clone() {
        draw_row(frame, &view.header(header), Role::TableHeader, line(row), pen);
        if header + 1 == frame.headers.end {
            draw_sign(view, line(row), pen);
        }
        row += 1;
    }
    if frame.parts.has_rule {
        draw_rule(frame, line(row), pen);
        row += 1;
    }
    for at in frame.rows.clone() {
        draw_row(frame, &view.body(at), Role::Text, line(row), pen);
        row += 1;
    }
    let n_below = u16::from(frame.parts.has_cell) + u16::from(frame.parts.has_keys);
    let mut row = screen.bottom().saturating_sub(n_below).max(row);
    let inside = |row: u16| {
        let side = if screen.columns >= 24 { SIDE } else { 0 };
        Area { column: screen.column + side, columns: screen.columns - 2 * side, ..line(row) }
    };
    if frame.parts.has_cell {
        draw_cell(view, inside(row), pen);
        row += 1;
    }
    if frame.parts.has_keys {
        draw_keys(app, inside(row), pen);
    }
}

/// Draws what the table is called, how it is sorted, and where in it the cell at hand is.
fn draw_title(view: &TableView, area: Area, pen: &mut Pen) {
    let area =
        Area { column: SIDE.min(area.columns - 1), columns: area.columns.saturating_sub(2 * SIDE).max(1), ..area };
    let (row, column) = view.at_hand();
    let place = format!("row {} of {}, column {} of {}", row + 1, view.n_rows(), column + 1, view.n_columns());
    // Where the header can be seen, it tells.
    let is_seen =
        |column| !view.frame().headers.is_empty() && view.frame().columns.iter().any(|shown| shown.column == column);
    let place = match view.sorted_by().filter(|(column, _)| !is_seen(*column)) {
        Some((column, way)) => {
            format!("sorted by {} {}  ·  {place}", width::truncate(&view.name(column), 24), sign(way))
        }
        None => place,
    };
    let taken = if width::width(&place) <= usize::from(area.columns) {
        pen.put_right(area.column + area.columns, area.row, area.columns, &place, Element::Status) + 2
    } else {
        0
    };
    pen.put(area.column, area.row, area.columns.saturating_sub(taken), view.title(), Element::OverlayTitle);
}

fn draw_row(frame: &Frame, slots: &[Slot<'_>], role: Role, area: Area, pen: &mut Pen) {
    for slot in slots {
        let (at, cells) = (cell(slot.at), cell(slot.cells));
        let text = width::truncate(&slot.text, slot.cells);
        let free = cells.saturating_sub(cell(width::width(&text)));
        let before = match slot.alignment {
            Alignment::Natural if frame.is_mirrored => free,
            Alignment::Natural | Alignment::Left => 0,
            Alignment::Center => free / 2,
            Alignment::Right => free,
        };
        let is_header = role == Role::TableHeader;
        let element = if is_header && slot.is_at_hand { Element::CurrentEntry } else { Element::Text(role) };
        pen.put(area.column + at + before, area.row, cells - before, &text, element);
        if !is_header && slot.is_at_hand {
            pen.restyle(Area { column: area.column + at, columns: cells, ..area }, Element::Chosen);
        }
    }
    // What reaches over the line is not cut by it.
    let is_free = |fence: &usize| !slots.iter().any(|slot| (slot.at..slot.at + slot.cells).contains(fence));
    if let Some(fence) = frame.fence().filter(is_free) {
        pen.put(area.column + cell(fence), area.row, 1, "│", Element::Border);
    }
}

/// Draws by which column the rows are sorted: in the gap behind its header, where there is one.
fn draw_sign(view: &TableView, area: Area, pen: &mut Pen) {
    let Some((column, way)) = view.sorted_by() else { return };
    let frame = view.frame();
    let Some(shown) = frame.columns.iter().find(|shown| shown.column == column) else { return };
    let last = usize::from(area.columns - 1);
    let at = if frame.is_mirrored { shown.at.saturating_sub(1) } else { (shown.at + shown.cells).min(last) };
    pen.put(area.column + cell(at), area.row, 1, sign(way), Element::Key);
}

/// Draws the line below the headers, and where there is more beside what is shown.
fn draw_rule(frame: &Frame, area: Area, pen: &mut Pen) {
    let columns = usize::from(area.columns);
    let end = frame.columns.iter().map(|shown| shown.at + shown.cells).max().unwrap_or_default().min(columns);
    let start = frame.columns.iter().map(|shown| shown.at).min().unwrap_or_default();
    pen.put(area.column + cell(start), area.row, cell(end - start), &"─".repeat(end - start), Element::Border);
    if let Some(fence) = frame.fence() {
        pen.put(area.column + cell(fence), area.row, 1, "┼", Element::Border);
    }
    let moving = frame.columns.get(frame.n_frozen);
    let (before, after) = if frame.is_mirrored {
        let right = moving.map_or(columns, |first| first.at + first.cells);
        ((right.saturating_sub(1), "›"), (0, "‹"))
    } else {
        ((moving.map_or(0, |first| first.at), "‹"), (columns - 1, "›"))
    };
    for (is_more, (at, sign)) in [(frame.has_before, before), (frame.has_after, after)] {
        if is_more {
            pen.put(area.column + cell(at), area.row, 1, sign, Element::Key);
        }
    }
}

/// Draws the whole of the cell at hand, behind its column's name.
fn draw_cell(view: &TableView, area: Area, pen: &mut Pen) {
    let name = width::truncate(&view.name(view.at_hand().1), usize::from(area.columns / 3)).into_owned();
    if view.frame().is_mirrored {
        // In one piece, for what comes first stands at the right.
        let text = format!("{name}: {}", view.text_at_hand());
        let text = width::truncate(&text, usize::from(area.columns));
        pen.put_right(area.column + area.columns, area.row, area.columns, &text, Element::Text(Role::Text));
        return;
    }
    let used = pen.put(area.column, area.row, area.columns, &format!("{name}: "), Element::Status);
    pen.put(area.column + used, area.row, area.columns - used, &view.text_at_hand(), Element::Text(Role::Text));
}

/// Draws what was said, else which keys do what.
fn draw_keys(app: &App, area: Area, pen: &mut Pen) {
    let (text, element) = match app.message() {
        Some(Message::Note(text)) => (text.clone(), Element::Status),
        Some(Message::Alert(text)) => (text.clone(), Element::Alert),
        None => (keys(app), Element::Note),
    };
    pen.put(area.column, area.row, area.columns, &text, element);
}

fn keys(app: &App) -> String {
    let key = |action| app.keymap().keys_of(action).into_iter().next().unwrap_or_default();
    let told = [
        (vec![Action::PreviousColumn, Action::LineDown, Action::LineUp, Action::NextColumn], "move"),
        (vec![Action::Sort, Action::SortReversed], "sort"),
        (vec![Action::ReadCell], "read"),
        (vec![Action::CopyCsv], "CSV"),
        (vec![Action::CopyMarkdown], "Markdown"),
        (vec![Action::Help], "help"),
        (vec![Action::Close], "back"),
    ];
    let told = told.map(|(actions, does)| {
        let keys: Vec<_> = actions.into_iter().map(key).collect();
        let between = if keys.iter().all(|key| key.len() == 1) { "" } else { " " };
        format!("{} {does}", keys.join(between))
    });
    told.join("   ")
}

fn sign(way: Way) -> &'static str {
    match way {
        Way::Ascending => "▲",
        Way::Descending => "▼",
    }
}

fn cell(cells: usize) -> u16 {
    u16::try_from(cells).unwrap_or(u16::MAX)
}
