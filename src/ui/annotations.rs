//! Highlights and notes: the signs beside the text, the list of them, and the editor of a note.

use super::Extras;
use super::pen::Pen;
use crate::annotation::Standing;
use crate::app::editor::Editor;
use crate::app::reader::Reader;
use crate::app::reader::annotations::Placed;
use crate::app::shelf::window;
use crate::app::{App, Area};
use crate::config::Element;
use crate::role::Role;
use crate::text::width;

/// What stands beside a line in which a highlight begins, and beside one that has a note.
const SIGN: &str = "▍";
const NOTE_SIGN: &str = "✎";

/// Draws a sign beside each line in which a highlight begins.
pub fn draw_signs(reader: &Reader, area: Area, pen: &mut Pen) {
    let Some(column) = area.column.checked_sub(2).or_else(|| area.column.checked_sub(1)) else { return };
    for (line, row) in reader.view().lines.iter().zip(area.row..area.bottom()) {
        let begins = |placed: &&Placed| placed.range.is_some_and(|range| line.range.contains(range.start));
        let mut beginning = reader.highlights().filter(begins).peekable();
        let Some(first) = beginning.peek().copied() else { continue };
        let has_note = beginning.any(|placed| !placed.highlight.note.is_empty());
        let sign = if has_note { NOTE_SIGN } else { SIGN };
        pen.put(column, row, 1, sign, Element::MarkSign(first.highlight.colour));
    }
}

/// Draws the list of highlights.
pub fn draw_highlights(app: &App, reader: &Reader, chosen: usize, pen: &mut Pen) {
    let all: Vec<&Placed> = reader.highlights().collect();
    let rows: usize = all.iter().map(|placed| rows_of(placed)).sum();
    let screen = app.geometry().screen;
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(3).min(screen.rows.saturating_sub(2).max(3));
    let title = format!("{} highlight{}", all.len(), if all.len() == 1 { "" } else { "s" });
    let inside = pen.frame(app.geometry().overlay(90, rows), &title);
    let list = Area { rows: inside.rows.saturating_sub(u16::from(inside.rows > 3)), ..inside };
    // Each takes two rows at most.
    let shown = window(all.len(), chosen, usize::from(list.rows / 2).max(1));
    let mut row = list.row;
    for idx in shown {
        let Some(placed) = all.get(idx) else { break };
        let n_rows = u16::try_from(rows_of(placed)).unwrap_or(1);
        if row >= list.bottom() {
            break;
        }
        draw_entry(placed, Area { row, rows: n_rows.min(list.bottom() - row), ..list }, pen);
        if idx == chosen {
            pen.restyle(Area { row, rows: 1, ..list }, Element::Chosen);
        }
        row += n_rows;
    }
    if list.rows < inside.rows {
        let keys = "Enter jump   a note   y g b r colour   x take away   U undo   q close";
        pen.put(inside.column, inside.bottom() - 1, inside.columns, keys, Element::Note);
    }
}

fn rows_of(placed: &Placed) -> usize {
    1 + usize::from(!placed.highlight.note.is_empty())
}

fn draw_entry(placed: &Placed, area: Area, pen: &mut Pen) {
    let highlight = &placed.highlight;
    pen.put(area.column, area.row, 1, SIGN, Element::MarkSign(highlight.colour));
    let standing = match highlight.standing {
        Standing::Exact | Standing::Moved => "",
        Standing::Fuzzy => "the words have changed",
        Standing::Orphan => "no longer in the text",
    };
    let right = area.column + area.columns;
    let taken = pen.put_right(right, area.row, area.columns / 2, standing, Element::Alert);
    let room = area.columns.saturating_sub(taken + 3);
    let words = highlight.anchor.exact.replace('\n', " ");
    pen.put(area.column + 2, area.row, room, &words, Element::Text(Role::Text));
    if area.rows > 1 {
        let note = format!("{NOTE_SIGN} {}", highlight.note.replace('\n', " "));
        pen.put(area.column + 2, area.row + 1, area.columns.saturating_sub(2), &note, Element::Note);
    }
}

/// Draws the editor of a note.
pub fn draw_note(app: &App, editor: &Editor, pen: &mut Pen, extras: &mut Extras) {
    const ROWS: u16 = 12;
    let area = app.geometry().overlay(72, ROWS);
    let inside = pen.frame(area, "Note");
    let has_room = inside.rows > 4;
    if has_room {
        let about = format!("“{}”", editor.title);
        pen.put(inside.column, inside.row, inside.columns, &about, Element::Text(Role::Quote));
        let keys = "Esc or Ctrl-S keeps it; Ctrl-E opens your editor on it";
        pen.put(inside.column, inside.bottom() - 1, inside.columns, keys, Element::Note);
    }
    let edge = if has_room { 2 } else { 0 };
    let text = Area { row: inside.row + edge, rows: inside.rows.saturating_sub(2 * edge).max(1), ..inside };
    let columns = usize::from(text.columns.max(2));
    // Lines are cut where they are full; the cursor's row is kept in view.
    let (cursor_line, cursor_cell) = editor.cursor();
    let mut rows: Vec<&str> = Vec::new();
    let mut cursor = None;
    for (idx, line) in editor.lines().enumerate() {
        let mut rest = line.value();
        let mut passed = 0;
        loop {
            let cut = width::offset_at(rest, columns - 1);
            let (row, after) = rest.split_at_checked(cut).unwrap_or((rest, ""));
            let cells = width::width(row);
            if idx == cursor_line && cursor.is_none() && (cursor_cell < passed + cells || after.is_empty()) {
                cursor = Some((rows.len(), cursor_cell.saturating_sub(passed)));
            }
            rows.push(row);
            passed += cells;
            if after.is_empty() || row.is_empty() {
                break;
            }
            rest = after;
        }
    }
    let (at, cell) = cursor.unwrap_or_default();
    let shown = window(rows.len(), at, usize::from(text.rows));
    for (row, idx) in (text.row..text.bottom()).zip(shown.clone()) {
        let line = rows.get(idx).copied().unwrap_or_default();
        pen.put(text.column, row, text.columns, line, Element::Text(Role::Text));
    }
    let row = u16::try_from(at - shown.start.min(at)).unwrap_or_default();
    let column = u16::try_from(cell).unwrap_or_default().min(text.columns.saturating_sub(1));
    extras.cursor = Some((text.column + column, text.row + row));
}
