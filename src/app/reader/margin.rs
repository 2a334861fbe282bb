//! Notes in the margin: the footnotes that are referred to on screen, beside their references where there is room.

use std::sync::Arc;

use super::Reader;
use crate::app::Area;
use crate::document::{Document, MarkKind, TextRange};
use crate::layout::{Layout, Line, LineKind, Style};

/// The most rows that one note takes; what is longer is peeked at.
const MOST_ROWS: usize = 12;

/// A line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteLine {
    /// The row of the text that it stands beside.
    pub row: u16,
    pub line: Arc<Line>,
    /// Whether more of the note would follow.
    pub is_cut: bool,
}

impl Reader {
    /// Says where notes stand beside the text, if anywhere.
    pub fn set_margin(&mut self, margin: Option<Area>) {
        self.margin = margin;
    }

    /// Lays out the notes that are referred to on screen. A note begins on the row of its reference, or below the one
    /// before.
    pub(super) fn notes_in_margin(&mut self) -> Vec<NoteLine> {
        let Some(margin) = self.margin else { return Vec::new() };
        let references = self.references();
        if references.is_empty() {
            return Vec::new();
        }
        let measure = usize::from(margin.columns);
        let document = Arc::clone(&self.article.document);
        if self.notes.as_ref().is_none_or(|notes| notes.style().measure != measure) {
            let style = Style { measure, pictures: None, scales: false, ..self.layout.style().clone() };
            self.notes = Some(Layout::new(document, style));
        }
        let Some(layout) = &mut self.notes else { return Vec::new() };
        let mut set: Vec<NoteLine> = Vec::new();
        let mut free = 0;
        for (row, range) in references {
            let row = row.max(free);
            let room = self.rows.saturating_sub(row).min(MOST_ROWS);
            let (lines, is_cut) = lines_of(layout, range, room);
            free = row + lines.len() + 1;
            let own = (row..).zip(lines).filter_map(|(row, line)| u16::try_from(row).ok().map(|row| (row, line)));
            set.extend(own.map(|(row, line)| NoteLine { row, line, is_cut: false }));
            if let Some(last) = set.last_mut() {
                last.is_cut |= is_cut;
            }
        }
        set
    }

    /// Returns the rows on screen that refer to footnotes, each footnote once, unless it is on screen itself.
    fn references(&self) -> Vec<(usize, TextRange)> {
        let document = self.document();
        let view = &self.view;
        let mut found: Vec<(usize, TextRange)> = Vec::new();
        for (row, line) in view.lines.iter().enumerate().filter(|(_, line)| line.kind == LineKind::Text) {
            for range in footnotes_on(document, line) {
                if !view.range.overlaps(range) && found.iter().all(|(_, known)| *known != range) {
                    found.push((row, range));
                }
            }
        }
        found
    }
}

fn footnotes_on<'d>(document: &'d Document, line: &Line) -> impl Iterator<Item = TextRange> + use<'d> {
    let range = line.range;
    let marks = document.marks_in(range).iter().filter(move |mark| range.contains(mark.range.start));
    marks.filter_map(|mark| match mark.kind {
        MarkKind::FootnoteRef(idx) => document.footnotes().get(idx as usize)?.range.filter(|range| !range.is_empty()),
        _ => None,
    })
}

/// Returns the lines of a note, at most `room`, and whether there are more.
fn lines_of(layout: &mut Layout, range: TextRange, room: usize) -> (Vec<Arc<Line>>, bool) {
    let place = layout.place_of(range.start);
    let lines = layout.lines(place, room + 1);
    let mut lines: Vec<_> = lines.into_iter().take_while(|line| line.range.start < range.end).collect();
    let is_cut = lines.len() > room;
    lines.truncate(room);
    (lines, is_cut)
}
