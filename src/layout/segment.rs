//! Segments: the parts of a document that are laid out at once.
//!
//! A segment is a leaf block; or, of a long one, a part of about [`CHUNK`] bytes, so that a document of one endless
//! paragraph is as light as any other. Where a block is cut depends on its text alone, never on what was asked before.

use crate::document::{Block, BlockId, BlockKind, Document, Offset, Table, TextRange};
use crate::text::width;

/// The usual length of a part of a long block, in bytes.
const CHUNK: usize = 8 * 1024;
/// How many rows of a table are laid out at once, and how many cells, by its first row.
const ROWS: usize = 64;
const CELLS: usize = 512;

/// A leaf block, or a part of a long one. Segments are ordered as they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment {
    pub block: BlockId,
    /// The part's number, from 0.
    pub part: u32,
}

impl Segment {
    fn new(block: BlockId, part: usize) -> Self {
        Self { block, part: u32::try_from(part).unwrap_or(u32::MAX) }
    }

    pub(super) fn index(self) -> usize {
        self.part as usize
    }
}

pub(super) fn first(doc: &Document) -> Segment {
    Segment::new(doc.next_leaf(None).unwrap_or(BlockId(0)), 0)
}

pub(super) fn last(doc: &Document) -> Segment {
    holding(doc, doc.end())
}

/// Returns the segment that holds `offset`, or the last one that starts before it.
pub(super) fn holding(doc: &Document, offset: Offset) -> Segment {
    let Some(id) = doc.leaf_at(offset) else { return first(doc) };
    let Some(block) = doc.block(id) else { return first(doc) };
    let part = match table(doc, block) {
        Some(table) => row_holding(table, offset) / rows_at_once(table),
        None => {
            let guess = offset.index().saturating_sub(block.range.start.index()) / CHUNK;
            // A part may start later than its number says, never earlier.
            let guess = guess.min(parts(doc, block) - 1);
            if start_of(doc, block, guess) > offset { guess.saturating_sub(1) } else { guess }
        }
    };
    Segment::new(id, part.min(parts(doc, block) - 1))
}

/// Returns the segment that follows in reading order.
pub(super) fn after(doc: &Document, segment: Segment) -> Option<Segment> {
    let block = doc.block(segment.block)?;
    if segment.index() + 1 < parts(doc, block) {
        return Some(Segment::new(segment.block, segment.index() + 1));
    }
    doc.next_leaf(Some(segment.block)).map(|id| Segment::new(id, 0))
}

/// Returns the segment that precedes in reading order.
pub(super) fn before(doc: &Document, segment: Segment) -> Option<Segment> {
    if let Some(part) = segment.index().checked_sub(1) {
        return Some(Segment::new(segment.block, part));
    }
    let id = doc.previous_leaf(segment.block)?;
    let block = doc.block(id)?;
    Some(Segment::new(id, parts(doc, block) - 1))
}

/// Returns `segment` if the document has it, else one near it.
pub(super) fn nearest(doc: &Document, segment: Segment) -> Segment {
    match doc.block(segment.block) {
        Some(block) if !block.kind.is_container() => {
            Segment::new(segment.block, segment.index().min(parts(doc, block) - 1))
        }
        Some(block) => holding(doc, block.range.start),
        None => last(doc),
    }
}

/// Returns the text of the segment.
pub(super) fn range(doc: &Document, segment: Segment) -> TextRange {
    let Some(block) = doc.block(segment.block) else { return TextRange::empty(doc.end()) };
    TextRange::new(start_of(doc, block, segment.index()), start_of(doc, block, segment.index() + 1))
}

/// Returns the rows of a table's segment.
pub(super) fn rows(table: &Table, segment: Segment) -> std::ops::Range<usize> {
    let count = rows_at_once(table);
    let start = (segment.index() * count).min(table.rows.len());
    start..(start + count).min(table.rows.len())
}

/// Returns whether the segment is the last of its block.
pub(super) fn is_last_part(doc: &Document, segment: Segment) -> bool {
    doc.block(segment.block).is_none_or(|block| segment.index() + 1 >= parts(doc, block))
}

fn table<'a>(doc: &'a Document, block: &Block) -> Option<&'a Table> {
    let BlockKind::Table(index) = block.kind else { return None };
    doc.tables().get(index as usize)
}

/// Returns how many segments `block` makes, at least one.
fn parts(doc: &Document, block: &Block) -> usize {
    match table(doc, block) {
        Some(table) => table.rows.len().div_ceil(rows_at_once(table)).max(1),
        None => (block.range.len() / CHUNK).max(1),
    }
}

fn rows_at_once(table: &Table) -> usize {
    let columns = table.rows.first().map_or(1, Vec::len);
    (CELLS / columns.max(1)).clamp(1, ROWS)
}

/// Returns the index of the row that holds `offset`, or of the last one that starts before it.
fn row_holding(table: &Table, offset: Offset) -> usize {
    let starts_by = |row: &Vec<TextRange>| row.first().is_some_and(|cell| cell.start <= offset);
    table.rows.partition_point(starts_by).saturating_sub(1)
}

/// Returns where part number `part` of a block starts; its end, for the number after the last.
fn start_of(doc: &Document, block: &Block, part: usize) -> Offset {
    if part == 0 {
        return block.range.start;
    }
    if part >= parts(doc, block) {
        return block.range.end;
    }
    if let Some(table) = table(doc, block) {
        let row = table.rows.get(part * rows_at_once(table)).and_then(|row| row.first());
        return row.map_or(block.range.end, |cell| cell.start);
    }
    let from = block.range.start.index() + part * CHUNK;
    let to = from + CHUNK / 2;
    let window = doc.slice(TextRange::new(Offset::at(from), Offset::at(to)));
    // The window starts at the character that holds `from`.
    let from = crate::document::floor_boundary(doc.text(), from);
    Offset::at(from + best_cut(window, block.kind.keeps_lines()))
}

/// Returns where in `window` a block is best cut: where a line ends, else after a sentence or a word.
fn best_cut(window: &str, keeps_lines: bool) -> usize {
    let line = window.find('\n').map(|at| at + 1);
    let sentence = || {
        let ends = |end: &str| window.find(end).map(|at| at + end.len());
        [". ", "? ", "! ", "。"].into_iter().filter_map(ends).min()
    };
    let word = || window.find(' ').map(|at| at + 1);
    let cut = if keeps_lines { line } else { line.or_else(sentence).or_else(word) };
    let is_fit = |&at: &usize| at < window.len() && width::is_cluster_boundary(window, at);
    cut.filter(is_fit).or_else(|| between_clusters(window)).unwrap_or_default()
}

/// Returns the first place in `window` where two characters stand that never join.
fn between_clusters(window: &str) -> Option<usize> {
    let pairs = window.char_indices().skip(1).zip(window.chars());
    let apart = |left, right| width::simple_width(left).is_some() && width::simple_width(right).is_some();
    let mut places = pairs.filter(|&((_, right), left)| apart(left, right)).map(|((at, _), _)| at);
    // The window may start inside a cluster, so the second one is the first that is whole.
    places.next().or_else(|| width::clusters(window).nth(1).map(|cluster| cluster.offset))
}
