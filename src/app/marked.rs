//! Texts with parts of them marked, laid out in a few lines: titles and snippets in lists, in scripts of either direction.

use std::ops::Range;
use std::sync::Arc;

use crate::config::Element;
use crate::document::{BlockKind, Document, DocumentBuilder, Offset, TextRange};
use crate::layout::{Layout, Line, Style};

/// More lines than any piece has: how far the first mark is looked for.
const MOST_LINES: usize = 16;

/// A text laid out in a few lines, with parts of it marked.
#[derive(Debug)]
pub struct Piece {
    pub document: Arc<Document>,
    pub lines: Vec<Arc<Line>>,
    pub marks: Vec<(TextRange, Element)>,
    /// Whether the text goes on after them.
    pub is_cut: bool,
}

impl Piece {
    /// Lays a text of one paragraph out, with ranges of it, in bytes, looking like `element`. Of more than `n_lines`
    /// lines, those up to the first mark's are shown.
    pub fn new(text: &str, ranges: &[Range<usize>], element: Element, n_lines: usize, style: Style) -> Self {
        let mut builder = DocumentBuilder::new();
        builder.leaf(BlockKind::Paragraph, text);
        let document = Arc::new(builder.finish());
        // What the builder changed would have its marks elsewhere.
        let is_same = document.text().strip_suffix('\n').unwrap_or(document.text()) == text;
        let mark = |range: &Range<usize>| (TextRange::new(Offset::at(range.start), Offset::at(range.end)), element);
        let marks: Vec<_> = ranges.iter().filter(|_| is_same).map(mark).collect();
        let mut layout = Layout::new(Arc::clone(&document), style);
        let first = layout.first();
        let mut lines = layout.lines(first, MOST_LINES);
        if let Some((mark, _)) = marks.first() {
            let on = lines.iter().position(|line| mark.start < line.range.end).unwrap_or_default();
            lines.drain(..(on + 1).saturating_sub(n_lines));
        }
        let is_cut = lines.len() > n_lines;
        lines.truncate(n_lines);
        Self { document, lines, marks, is_cut }
    }
}
