//! The article's text column: laid-out lines, with hits, the selection and links' labels over them.

use ratatui::style::Style;

use super::Extras;
use super::pen::Pen;
use super::{annotations, picture};
use crate::app::Area;
use crate::app::reader::{Reader, colours};
use crate::config::Element;
use crate::document::{BlockKind, Document, LinkTarget, Offset, TextRange};
use crate::layout::{Line, LineKind};
use crate::role::Role;

/// What stands beside the first line that a page key brought in.
const TURNED: &str = "›";
const TURNED_RTL: &str = "‹";

/// A range that stands out, and how.
type Span = (TextRange, Element);

/// What is told of the text by its offsets, over the roles of the lines' runs.
#[derive(Debug, Clone, Copy, Default)]
struct Over<'a> {
    spans: &'a [Span],
    /// The parts of code that are not plain, in order.
    colours: &'a [(TextRange, Role)],
}

/// Draws the lines that the model has laid out.
pub fn draw_reader(reader: &Reader, area: Area, pen: &mut Pen, extras: &mut Extras) {
    let lines = &reader.view().lines;
    for ((idx, line), row) in lines.iter().enumerate().zip(area.row..area.bottom()) {
        // Large letters reach into rows that may be off the page.
        let rows = u16::try_from(line.scale).unwrap_or(1).min(area.bottom() - row);
        let is_whole = lines.len() >= idx + line.scale;
        draw_line(reader, line, Area { row, rows: if is_whole { rows } else { 1 }, ..area }, pen, extras);
    }
    draw_notes(reader, pen, extras);
    annotations::draw_signs(reader, area, pen);
    // A page key leaves a sign beside the first line that it brought in.
    if let Some(row) = reader.view().turned_at
        && let Some(line) = reader.view().lines.get(row)
        && let Ok(row) = u16::try_from(row)
    {
        if line.runs.iter().any(|run| run.is_reversed) {
            pen.put(area.column + area.columns, area.row + row, 1, TURNED_RTL, Element::Text(Role::Ornament));
        } else if let Some(column) = area.column.checked_sub(1) {
            pen.put(column, area.row + row, 1, TURNED, Element::Text(Role::Ornament));
        }
    }
}

/// Draws the notes in the margin.
fn draw_notes(reader: &Reader, pen: &mut Pen, extras: &mut Extras) {
    let Some(margin) = reader.view().margin else { return };
    for note in &reader.view().notes {
        let area = Area { row: margin.row.saturating_add(note.row), rows: 1, ..margin };
        draw_plain_line(reader.document(), &note.line, area, pen, extras);
        if note.is_cut {
            let end = u16::try_from(note.line.width).unwrap_or(u16::MAX).min(area.columns - 1);
            pen.put(area.column + end, area.row, 1, "…", Element::Text(Role::Ornament));
        }
        pen.restyle(area, Element::LeftOut);
    }
}

fn draw_line(reader: &Reader, line: &Line, area: Area, pen: &mut Pen, extras: &mut Extras) {
    if picture::draw_strip(reader, line, area, pen, extras) {
        return;
    }
    let over = Over { spans: &reader.view().spans, colours: &reader.view().colours };
    draw_runs(reader.document(), over, line, area, pen, extras);
    draw_labels(reader, line, area, pen);
}

/// Draws a laid-out line over which nothing stands out.
pub fn draw_plain_line(document: &Document, line: &Line, area: Area, pen: &mut Pen, extras: &mut Extras) {
    draw_runs(document, Over::default(), line, area, pen, extras);
}

/// Draws a laid-out line with ranges of its text standing out.
pub fn draw_line_with(
    document: &Document,
    spans: &[Span],
    line: &Line,
    area: Area,
    pen: &mut Pen,
    extras: &mut Extras,
) {
    draw_runs(document, Over { spans, ..Over::default() }, line, area, pen, extras);
}

fn draw_runs(document: &Document, over: Over<'_>, line: &Line, area: Area, pen: &mut Pen, extras: &mut Extras) {
    let Over { spans, colours } = over;
    draw_code_ground(document, line, area, pen);
    let indent = u16::try_from(line.indent).unwrap_or(area.columns).min(area.columns);
    let mut column = area.column + indent;
    let right = area.column + area.columns;
    let scale = u16::try_from(line.scale).unwrap_or(1);
    for run in &line.runs {
        let mut base = pen.style(Element::Text(run.role));
        let started = column;
        if run.range().is_none() {
            // A bullet or a bar is as faint as what it stands before.
            let mut left_out = spans.iter().filter(|(_, element)| *element == Element::LeftOut);
            if left_out.any(|(range, _)| range.overlaps(line.range)) {
                base = base.patch(pen.style(Element::LeftOut));
            }
        }
        for (cluster, offset) in run.clusters(document) {
            let style = offset.map_or(base, |offset| {
                let base = colours::role_at(colours, offset).map_or(base, |role| pen.style(Element::Text(role)));
                style_at(spans, offset, base, pen)
            });
            column += match scale {
                1 => pen.put_cluster(column, area.row, right - column, cluster, style),
                _ => {
                    let taken = pen.put_large(column, area, scale, cluster, style);
                    if taken > 0 && area.rows >= scale {
                        extras.large.push((column, area.row, taken, scale));
                    }
                    taken
                }
            };
        }
        if let Some(link) = run.link.and_then(|link| document.links().get(link as usize))
            && let LinkTarget::Address(address) = &link.target
            && column > started
        {
            extras.links.push((started, area.row, column - started, address.clone()));
        }
    }
}

/// Gives a line of code its ground from side to side, so that a block of code is one block.
fn draw_code_ground(document: &Document, line: &Line, area: Area, pen: &mut Pen) {
    let is_code = document.block(line.block).is_some_and(|block| matches!(block.kind, BlockKind::Code(_)));
    if is_code && line.kind == LineKind::Text {
        // One cell of it stands before the text, where there is one.
        let own = line.columns().find(|(_, run)| run.role != Role::Ornament).map_or(line.width, |(column, _)| column);
        let before = u16::try_from(own.saturating_sub(1)).unwrap_or(u16::MAX).min(area.columns);
        let ground = Area { column: area.column + before, columns: area.columns - before, ..area };
        pen.restyle(ground, Element::Text(Role::CodeBlock));
    }
}

/// Returns the face of the character at `offset`: its own, and whatever stands out over it.
fn style_at(spans: &[Span], offset: Offset, base: Style, pen: &Pen) -> Style {
    let over = spans.iter().filter(|(range, _)| range.contains(offset));
    over.fold(base, |style, &(_, element)| style.patch(pen.style(element)))
}

fn draw_labels(reader: &Reader, line: &Line, area: Area, pen: &mut Pen) {
    for (offset, label) in &reader.view().labels {
        if line.range.contains(*offset) {
            let cell = line.cell_of(reader.document(), *offset).and_then(|cell| u16::try_from(cell).ok());
            if let Some(at) = cell.filter(|&at| at < area.columns) {
                pen.put(area.column + at, area.row, area.columns - at, label, Element::Hint);
            }
        }
    }
}
