//! Texts with parts of them marked, drawn.

use super::Extras;
use super::pen::Pen;
use super::reader;
use crate::app::Area;
use crate::app::marked::Piece;
use crate::config::Element;
use crate::document::{Offset, TextRange};
use crate::role::Role;

/// Draws the lines of a piece, all of it looking like `element` where that is given, with what is marked over it.
pub fn draw_piece(piece: &Piece, area: Area, element: Option<Element>, pen: &mut Pen, extras: &mut Extras) {
    let whole = TextRange::new(Offset::at(0), Offset::at(piece.document.text().len()));
    let spans: Vec<_> =
        element.map(|element| (whole, element)).into_iter().chain(piece.marks.iter().copied()).collect();
    for (line, row) in piece.lines.iter().zip(area.row..area.bottom()) {
        reader::draw_line_with(&piece.document, &spans, line, Area { row, rows: 1, ..area }, pen, extras);
    }
    // The line has room for it, unless it is read from the right.
    if let Some((line, row)) = piece.lines.iter().zip(area.row..area.bottom()).next_back()
        && piece.is_cut
        && !line.runs.iter().any(|run| run.is_reversed)
    {
        let end = u16::try_from(line.width).unwrap_or(u16::MAX).min(area.columns.saturating_sub(1));
        pen.put(area.column + end, row, 1, "…", Element::Text(Role::Ornament));
    }
}
