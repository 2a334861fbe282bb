//! Leaves: from the raw text that a parser gives to clean text, marks and targets at their offsets.

use std::mem;

use super::{CellState, DocumentBuilder, KEPT_RAW_BYTES, MAX_GROWTH, OpenLeaf, Purpose, mode};
use crate::document::{BlockId, BlockKind, Break, BreakKind, Mark, MarkKind, Offset, TextRange, WarningKind};
use crate::text::clean::{self, BreakHint, Mode, Stop};

impl DocumentBuilder {
    pub(super) fn open_leaf(&mut self, kind: BlockKind, is_implied: bool) -> BlockId {
        let text_before = self.text.len();
        if self.has_leaf {
            self.text.push('\n');
        }
        let start = self.text.len();
        let id = self.push_block(kind);
        self.leaf = Some(OpenLeaf { id, kind, start, text_before, is_implied, cell: CellState::RowStart });
        id
    }

    pub(super) fn close_leaf(&mut self) {
        self.close_cell();
        let Some(leaf) = self.leaf else { return };
        self.flush(mode(leaf.kind));
        self.leaf = None;
        let has_content = match leaf.kind {
            BlockKind::Rule | BlockKind::Figure(_) => true,
            BlockKind::Table(idx) => self.tables.get(idx as usize).is_some_and(|table| !table.rows.is_empty()),
            _ => self.text.len() > leaf.start,
        };
        let range = TextRange::new(Offset::at(leaf.start), Offset::at(self.text.len()));
        if !has_content {
            self.drop_leaf(leaf, range.start);
            return;
        }
        self.has_leaf = true;
        if let Some(block) = self.blocks.get_mut(leaf.id.index()) {
            block.range = range;
        }
        // A container starts where its first leaf does; where an inner one has a leaf, so have the outer ones.
        for container in self.containers.iter_mut().rev().take_while(|container| !container.has_leaf) {
            container.has_leaf = true;
            if let Some(block) = self.blocks.get_mut(container.id.index()) {
                block.range = range;
            }
        }
        for (idx, has_leaf) in self.open_passages.iter_mut().rev().take_while(|(_, has_leaf)| !has_leaf) {
            *has_leaf = true;
            if let Some(passage) = self.passages.get_mut(*idx) {
                passage.range = range;
            }
        }
        for name in self.waiting_targets.drain(..) {
            self.targets.push((name, range.start));
        }
    }

    /// Takes back a leaf without content, and leaves its targets to the next one.
    fn drop_leaf(&mut self, leaf: OpenLeaf, start: Offset) {
        self.text.truncate(leaf.text_before);
        self.blocks.truncate(leaf.id.index());
        if let BlockKind::Table(idx) = leaf.kind {
            self.tables.truncate(idx as usize);
        }
        self.confidences.remove(&leaf.id.0);
        let first = self.targets.iter().rposition(|&(_, offset)| offset < start).map_or(0, |idx| idx + 1);
        self.waiting_targets.extend(self.targets.drain(first..).map(|(name, _)| name));
    }

    /// Opens a paragraph, or a table's cell, if text has no place yet.
    pub(super) fn need_place_for_text(&mut self) {
        match self.leaf {
            None => {
                self.open_leaf(BlockKind::Paragraph, true);
            }
            Some(OpenLeaf { kind: BlockKind::Table(_), cell, .. }) if !matches!(cell, CellState::Open(_)) => {
                self.open_cell();
            }
            Some(OpenLeaf { kind: BlockKind::Rule, .. }) => {
                // The caller's close then ends the paragraph.
                self.close_leaf();
                self.open_leaf(BlockKind::Paragraph, false);
            }
            Some(_) => {}
        }
    }

    pub(super) fn stop(&mut self, stop: Stop, purpose: Purpose) {
        self.stops.push(stop);
        self.purposes.push(purpose);
    }

    /// Cleans and writes what the open leaf or cell was given, and places its marks and targets.
    pub(super) fn flush(&mut self, mode: Mode) {
        while !self.open_marks.is_empty() {
            self.close_mark();
        }
        if self.raw.is_empty() && self.stops.is_empty() {
            return;
        }
        let mut raw = mem::take(&mut self.raw);
        let mut stops = mem::take(&mut self.stops);
        self.write(&raw, mode, &mut stops);

        for (stop, purpose) in stops.drain(..).zip(self.purposes.drain(..)) {
            match purpose {
                Purpose::LineEnd => {}
                Purpose::Target(name) => self.targets.push((name, Offset::at(stop.after))),
                Purpose::MarkStart(idx) | Purpose::MarkEnd(idx) => {
                    let Some((_, range)) = self.opened.get_mut(idx) else { continue };
                    *range = Some(match range {
                        None => TextRange::empty(Offset::at(stop.after)),
                        Some(range) => TextRange::new(range.start, Offset::at(stop.before)),
                    });
                }
            }
        }
        let n_links = self.links.len();
        let n_footnotes = self.footnotes.len();
        let n_glosses = self.glosses.len();
        let is_known = |kind| match kind {
            MarkKind::Link(idx) => (idx as usize) < n_links,
            MarkKind::FootnoteRef(idx) => (idx as usize) < n_footnotes,
            MarkKind::Gloss(idx) => (idx as usize) < n_glosses,
            _ => true,
        };
        for (kind, range) in self.opened.drain(..) {
            if let Some(range) = range
                && !range.is_empty()
                && is_known(kind)
            {
                self.marks.push(Mark { kind, range });
            }
        }
        raw.clear();
        raw.shrink_to(KEPT_RAW_BYTES);
        self.raw = raw;
        self.stops = stops;
    }

    /// Cleans `raw` into the text.
    pub(super) fn write(&mut self, raw: &str, mode: Mode, stops: &mut [Stop]) {
        let room = self.max_text_bytes.saturating_sub(self.text.len());
        let fit = if raw.len().saturating_mul(MAX_GROWTH) <= room {
            raw
        } else {
            self.warn(WarningKind::Truncated);
            raw.get(..raw.floor_char_boundary(room / MAX_GROWTH)).unwrap_or_default()
        };
        self.findings.breaks.clear();
        self.findings.mended = clean::Mended::default();
        clean::append(fit, mode, stops, &mut self.text, &mut self.findings);
        self.breaks.extend(self.findings.breaks.iter().map(|&(offset, hint)| Break {
            offset: Offset::at(offset),
            kind: match hint {
                BreakHint::SoftHyphen => BreakKind::SoftHyphen,
                BreakHint::Allowed => BreakKind::Allowed,
                BreakHint::Forbidden => BreakKind::Forbidden,
            },
        }));
        let mended = self.findings.mended;
        if mended != clean::Mended::default() {
            self.warn_of(WarningKind::Undecodable, mended.unknown);
            self.warn_of(WarningKind::Escape, mended.escapes);
            self.warn_of(WarningKind::Control, mended.controls);
            self.warn_of(WarningKind::BidiControl, mended.bidi);
            self.warn_of(WarningKind::CombiningMarks, mended.marks);
        }
    }
}
