//! What holds for every document, as a check that tests may call.

use super::{Block, BlockId, BlockKind, Document, MarkKind, TextRange};
use crate::text::clean;

impl Document {
    /// Returns what is wrong with the document, if anything is; a builder never makes such a one.
    ///
    /// # Errors
    ///
    /// Tells the first invariant that is broken, for a person.
    #[doc(hidden)]
    pub fn check_invariants(&self) -> Result<(), String> {
        if !clean::is_clean(self.text()) {
            return Err(format!("the text is not clean: {:?}", self.text()));
        }
        self.check_leaves()?;
        for (block, id) in self.blocks().iter().zip((0..).map(BlockId)) {
            self.check_block(id, block)?;
        }
        self.check_marks()?;
        self.check_tables()?;
        self.check_sections()?;
        self.check_passages()?;
        let is_in_order = |(a, b): (&super::Break, &super::Break)| a.offset <= b.offset;
        if !self.breaks().iter().zip(self.breaks().iter().skip(1)).all(is_in_order) {
            return Err("breaks are out of order".to_owned());
        }
        let mut offsets = self.breaks().iter().map(|entry| entry.offset);
        if let Some(offset) = offsets.find(|offset| !self.text().is_char_boundary(offset.index())) {
            return Err(format!("a break at {offset} is inside a character"));
        }
        Ok(())
    }

    fn check_leaves(&self) -> Result<(), String> {
        let mut end = None;
        for block in self.blocks().iter().filter(|block| !block.kind.is_container()) {
            let between = match end {
                None => TextRange::new(super::Offset(0), block.range.start),
                Some(end) => TextRange::new(end, block.range.start),
            };
            let expected = if end.is_none() { "" } else { "\n" };
            if self.slice(between) != expected || end.is_some_and(|end| end >= block.range.start) {
                return Err(format!("{:?} stands before {block:?}", self.slice(between)));
            }
            let text = self.slice(block.range);
            if text.len() != block.range.len() {
                return Err(format!("{block:?} has no range of characters"));
            }
            let keeps_spaces = block.kind.keeps_lines();
            if !keeps_spaces
                && (text.contains(['\t']) || text.contains("  ") || text.starts_with(' ') || text.ends_with(' '))
            {
                return Err(format!("prose with white space of its own: {text:?}"));
            }
            end = Some(block.range.end);
        }
        if end.unwrap_or_default() == self.end() { Ok(()) } else { Err("text after the last leaf".to_owned()) }
    }

    fn check_block(&self, id: BlockId, block: &Block) -> Result<(), String> {
        let wrong = |what: &str| Err(format!("block {} {what}: {block:?}", id.0));
        if self.ancestors(id).count() != usize::from(block.depth) {
            return wrong("has another depth than ancestors");
        }
        if let Some(parent_id) = block.parent {
            let Some(parent) = self.block(parent_id) else { return wrong("has no such parent") };
            let holds = parent.range.start <= block.range.start && block.range.end <= parent.range.end;
            if parent_id >= id || !parent.kind.is_container() || !holds {
                return wrong("is not held by its parent");
            }
        }
        if block.kind.is_container() {
            let inside = self.blocks().iter().zip((0..).map(BlockId)).skip(id.index() + 1);
            let inside = inside.take_while(|&(other, _)| other.depth > block.depth);
            let mut leaves = inside.filter(|(other, _)| !other.kind.is_container()).map(|(leaf, _)| leaf.range);
            let first = leaves.next();
            let last = leaves.last().or(first);
            if first.map(|range| range.start) != Some(block.range.start)
                || last.map(|range| range.end) != Some(block.range.end)
            {
                return wrong("does not span its leaves");
            }
        }
        let is_known = match block.kind {
            BlockKind::Code(Some(idx)) => usize::from(idx) < self.languages().len(),
            BlockKind::Table(idx) => (idx as usize) < self.tables().len(),
            BlockKind::Figure(idx) => (idx as usize) < self.resources().len(),
            BlockKind::Footnote(idx) => (idx as usize) < self.footnotes().len(),
            BlockKind::Heading(level) => (1..=6).contains(&level),
            BlockKind::Rule => block.range.is_empty(),
            _ => true,
        };
        if is_known { Ok(()) } else { wrong("has no such index, level or text") }
    }

    fn check_marks(&self) -> Result<(), String> {
        let mut start = super::Offset(0);
        for mark in self.marks() {
            let Some(leaf) = self.leaf_at(mark.range.start).and_then(|id| self.block(id)) else {
                return Err(format!("{mark:?} is in no leaf"));
            };
            let holds = leaf.range.start <= mark.range.start && mark.range.end <= leaf.range.end;
            if !holds || mark.range.is_empty() || self.slice(mark.range).len() != mark.range.len() {
                return Err(format!("{mark:?} is not in {leaf:?}"));
            }
            if mark.range.start < start {
                return Err(format!("{mark:?} is out of order"));
            }
            start = mark.range.start;
            let is_known = match mark.kind {
                MarkKind::Link(idx) => (idx as usize) < self.links().len(),
                MarkKind::FootnoteRef(idx) => (idx as usize) < self.footnotes().len(),
                MarkKind::Gloss(idx) => (idx as usize) < self.glosses().len(),
                _ => true,
            };
            if !is_known {
                return Err(format!("{mark:?} has no such index"));
            }
        }
        Ok(())
    }

    fn check_tables(&self) -> Result<(), String> {
        for block in self.blocks() {
            let BlockKind::Table(idx) = block.kind else { continue };
            let Some(table) = self.tables().get(idx as usize) else { continue };
            let line = |row: &Vec<TextRange>| row.iter().map(|&cell| self.slice(cell)).collect::<Vec<_>>().join("\t");
            let text = table.rows.iter().map(line).collect::<Vec<_>>().join("\n");
            if text != self.slice(block.range) || table.header_rows > table.rows.len() {
                return Err(format!("{table:?} is not {:?}", self.slice(block.range)));
            }
            if table.rows.iter().flatten().any(|&cell| self.slice(cell).contains(['\t', '\n'])) {
                return Err(format!("{table:?} has a cell with a separator in it"));
            }
        }
        Ok(())
    }

    fn check_passages(&self) -> Result<(), String> {
        let mut start = super::Offset(0);
        for passage in self.passages() {
            let is_source = passage.source.is_none_or(|link| (link as usize) < self.links().len());
            if passage.range.start < start || passage.range.end > self.end() || !is_source {
                return Err(format!("{passage:?} is out of order or of bounds"));
            }
            start = passage.range.start;
        }
        Ok(())
    }

    fn check_sections(&self) -> Result<(), String> {
        let n_headings = self.blocks().iter().filter(|block| matches!(block.kind, BlockKind::Heading(_))).count();
        if self.sections().iter().filter(|section| section.title.is_some()).count() != n_headings {
            return Err("headings without sections".to_owned());
        }
        let ends = self.sections().iter().skip(1).map(|section| section.range.start).chain([self.end()]);
        for (section, end) in self.sections().iter().zip(ends) {
            if section.range.end != end || (section.level == 0) != section.title.is_none() {
                return Err(format!("{section:?} does not reach {end}"));
            }
        }
        Ok(())
    }
}
