//! A document of the new text in which what was removed can be read too, struck out, and what is new is marked.

use super::{Change, ChangeKind, changes};
use crate::document::{
    BlockId, BlockKind, Document, DocumentBuilder, LinkTarget, Mark, MarkKind, Meta, Offset, TextRange,
};
use crate::text::terms::is_unspaced;

/// Two versions of a document in one.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The new text, its new words marked with [`MarkKind::Insert`], the old ones between them with
    /// [`MarkKind::Strike`]; the source's own marks of these kinds are left out. What moved is marked with
    /// [`MarkKind::Highlight`].
    pub document: Document,
    pub changes: Vec<Change>,
    /// Where each change stands in the document.
    pub places: Vec<Offset>,
}

/// Returns what changed from `old` to `new`, to be read under the title `called`.
pub fn compare(old: &Document, new: &Document, called: &str) -> Comparison {
    let changes = changes(old, new);
    let mut writer = Writer {
        old,
        new,
        changes: &changes,
        builder: DocumentBuilder::with_capacity(new.text().len()),
        n_shown: 0,
        open: Vec::new(),
    };
    writer.builder.set_meta(Meta { title: Some(called.to_owned()), ..new.meta().clone() });
    for (id, block) in (0..).map(BlockId).zip(new.blocks()) {
        writer.before(block.range.start, block.kind.is_container());
        while writer.open.last().copied() != block.parent && writer.open.pop().is_some() {
            writer.builder.close();
        }
        if block.kind.is_container() {
            let kind = writer.kind(block.kind);
            writer.builder.open(kind);
            writer.open.push(id);
        } else {
            writer.leaf(block.kind, block.range);
        }
    }
    while writer.open.pop().is_some() {
        writer.builder.close();
    }
    while let Some(&change) = changes.get(writer.n_shown) {
        writer.removed_blocks(change);
    }
    let document = writer.builder.finish();
    let place = |idx: usize| document.target(&target(idx)).unwrap_or_default();
    let places = (0..changes.len()).map(place).collect();
    Comparison { document, changes, places }
}

struct Writer<'d> {
    old: &'d Document,
    new: &'d Document,
    changes: &'d [Change],
    builder: DocumentBuilder,
    /// How many changes have been begun.
    n_shown: usize,
    /// The open containers.
    open: Vec<BlockId>,
}

impl Writer<'_> {
    /// Writes the blocks that were removed before a block.
    fn before(&mut self, start: Offset, is_container: bool) {
        while let Some(&change) = self.changes.get(self.n_shown) {
            let is_whole = self.starts_block(change.old.start);
            let is_here = change.new.start < start || change.new.start == start && is_whole && !is_container;
            if change.kind != ChangeKind::Removed || !is_here {
                break;
            }
            self.removed_blocks(change);
        }
    }

    fn starts_block(&self, offset: Offset) -> bool {
        let leaf = self.old.leaf_at(offset).and_then(|id| self.old.block(id));
        leaf.is_some_and(|leaf| leaf.range.start == offset)
    }

    /// Writes a removal as blocks of its own.
    fn removed_blocks(&mut self, change: Change) {
        self.builder.target(&target(self.n_shown));
        self.n_shown += 1;
        for part in self.old.slice(change.old).split('\n').filter(|part| !part.trim().is_empty()) {
            self.builder.open(BlockKind::Paragraph);
            self.run(MarkKind::Strike, part);
            self.builder.close();
        }
    }

    fn kind(&mut self, kind: BlockKind) -> BlockKind {
        match kind {
            BlockKind::Code(Some(language)) => {
                let name = self.new.languages().get(usize::from(language)).map(String::as_str);
                BlockKind::Code(name.map(|name| self.builder.language(name)))
            }
            BlockKind::Footnote(idx) => {
                let label = self.new.footnotes().get(idx as usize).map_or("", |footnote| footnote.label.as_str());
                BlockKind::Footnote(self.builder.footnote(label))
            }
            BlockKind::Figure(idx) => match self.new.resources().get(idx as usize) {
                Some(picture) => {
                    let size = (picture.width, picture.height);
                    BlockKind::Figure(self.builder.resource_of_size(&picture.address, &picture.alt, size))
                }
                None => BlockKind::Paragraph,
            },
            kind => kind,
        }
    }

    fn leaf(&mut self, kind: BlockKind, range: TextRange) {
        let BlockKind::Table(idx) = kind else {
            let kind = self.kind(kind);
            self.builder.open(kind);
            self.pieces(range);
            self.builder.close();
            return;
        };
        let Some(table) = self.new.tables().get(idx as usize) else { return };
        self.builder.open_table(table.alignments.clone());
        self.builder.header_columns(table.header_columns);
        for (row_idx, row) in table.rows.iter().enumerate() {
            for (column_idx, &cell) in row.iter().enumerate() {
                self.builder.open_cell();
                self.pieces(cell);
                self.builder.close_cell();
                let is_here =
                    |span: &&super::super::Span| (span.row as usize, span.column as usize) == (row_idx, column_idx);
                if let Some(span) = table.spans.iter().find(is_here) {
                    self.builder.span(span.n_columns, span.n_rows);
                }
            }
            self.builder.end_row(row_idx < table.header_rows);
        }
        self.builder.close();
    }

    /// Writes a part of a leaf with the changes in it.
    fn pieces(&mut self, range: TextRange) {
        let marks = self.new.marks_in(range);
        let mut at = range.start;
        // A change that reaches in from before.
        if let Some(change) = self.n_shown.checked_sub(1).and_then(|idx| self.changes.get(idx))
            && change.new.end > at
            && change.new.start < at
        {
            let end = change.new.end.min(range.end);
            self.marked(marks, TextRange::new(at, end), mark_of(change.kind));
            at = end;
        }
        while let Some(&change) = self.changes.get(self.n_shown) {
            // Whole blocks that were removed behind this one are blocks of their own.
            let is_behind = !change.new.is_empty() || self.starts_block(change.old.start);
            if change.new.start > range.end || (change.new.start == range.end && is_behind) {
                break;
            }
            self.marked(marks, TextRange::new(at, change.new.start), None);
            at = at.max(change.new.start);
            self.builder.target(&target(self.n_shown));
            self.n_shown += 1;
            if change.kind != ChangeKind::Moved && !change.old.is_empty() {
                self.removed(change, range);
            }
            let end = change.new.end.min(range.end).max(at);
            self.marked(marks, TextRange::new(at, end), mark_of(change.kind));
            at = end;
        }
        self.marked(marks, TextRange::new(at, range.end), None);
    }

    /// Writes what was removed among words that stand.
    fn removed(&mut self, change: Change, leaf: TextRange) {
        let is_after_word = change.new.is_empty() && change.new.start > leaf.start;
        let was_apart = self.old.text().get(..change.old.start.index()).is_some_and(|text| text.ends_with([' ', '\n']));
        if is_after_word && was_apart {
            self.builder.text(" ");
        }
        let text = self.old.slice(change.old);
        self.run(MarkKind::Strike, text);
        // Old and new words must not run into each other.
        if !is_after_word && !text.ends_with(is_unspaced) {
            self.builder.text(" ");
        }
    }

    fn run(&mut self, kind: MarkKind, text: &str) {
        self.builder.open_mark(kind);
        self.builder.text(text);
        self.builder.close_mark();
    }

    /// Writes a part of the new text with the source's marks and, around them, that of a change.
    fn marked(&mut self, marks: &[Mark], range: TextRange, change: Option<MarkKind>) {
        let to = marks.partition_point(|mark| mark.range.start < range.end);
        let mut waiting =
            marks.get(..to).unwrap_or_default().iter().filter(|mark| mark.range.overlaps(range)).peekable();
        let mut active: Vec<Mark> = Vec::new();
        let mut at = range.start;
        while at < range.end {
            active.retain(|mark| mark.range.end > at);
            while let Some(mark) = waiting.next_if(|mark| mark.range.start <= at) {
                active.push(*mark);
            }
            let next = waiting.peek().map_or(range.end, |mark| mark.range.start);
            let end = active.iter().map(|mark| mark.range.end).fold(next.min(range.end), Offset::min);
            let kinds: Vec<MarkKind> = active.iter().filter_map(|mark| self.mark(mark.kind)).collect();
            let kinds = change.into_iter().chain(kinds);
            let n_open = kinds.map(|kind| self.builder.open_mark(kind)).count();
            self.builder.text(self.new.slice(TextRange::new(at, end)));
            (0..n_open).for_each(|_| self.builder.close_mark());
            at = end;
        }
    }

    /// Returns a mark of the source as the new document has it, if it does.
    fn mark(&mut self, kind: MarkKind) -> Option<MarkKind> {
        Some(match kind {
            MarkKind::Strike | MarkKind::Insert | MarkKind::Highlight => return None,
            MarkKind::Link(idx) => {
                let link = self.new.links().get(idx as usize)?;
                let (LinkTarget::Address(address) | LinkTarget::File(address) | LinkTarget::Manual(address)) =
                    &link.target
                else {
                    return None;
                };
                MarkKind::Link(self.builder.link(address, link.title.as_deref()))
            }
            MarkKind::Gloss(idx) => MarkKind::Gloss(self.builder.gloss(self.new.glosses().get(idx as usize)?)),
            MarkKind::FootnoteRef(idx) => {
                MarkKind::FootnoteRef(self.builder.footnote(&self.new.footnotes().get(idx as usize)?.label))
            }
            kind => kind,
        })
    }
}

fn mark_of(kind: ChangeKind) -> Option<MarkKind> {
    match kind {
        ChangeKind::Inserted | ChangeKind::Replaced => Some(MarkKind::Insert),
        ChangeKind::Moved => Some(MarkKind::Highlight),
        ChangeKind::Removed => None,
    }
}

/// Returns the name of a change's place in the document.
pub fn target(idx: usize) -> String {
    format!("change-{idx}")
}
