//! The colours of code: which blocks are to be highlighted, and what came of it.
//!
//! Highlighting takes its time, so the worker does it, for the blocks on screen and the next ones. Until it is done a
//! block is plain, and afterwards it has the same cells.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Weak};

use super::Reader;
use crate::app::JobId;
use crate::document::{BlockId, Document, Offset, TextRange};
use crate::highlight::{self, Colouring};
use crate::role::Role;

/// How many leaves after the screen are looked at for code.
const AHEAD: usize = 24;

/// What is known of the colours of an article's code.
#[derive(Debug, Default)]
pub struct Colours {
    /// The document that they are of.
    document: Weak<Document>,
    blocks: HashMap<BlockId, Block>,
}

#[derive(Debug)]
enum Block {
    Asked(JobId),
    /// With the hash of what was highlighted, since a longer reading of an article has the same blocks.
    Known(u64, Colouring),
}

impl Reader {
    /// Returns the blocks that are to be highlighted now, which are then taken to be asked for by `job`.
    pub fn blocks_to_colour(&mut self, job: JobId) -> Vec<BlockId> {
        let document = Arc::clone(&self.article.document);
        if !std::ptr::eq(self.colours.document.as_ptr(), Arc::as_ptr(&document)) {
            self.colours.document = Arc::downgrade(&document);
            let is_same = |id, hash| document.code(id).is_some_and(|code| hash_of(code) == hash);
            self.colours.blocks.retain(|&id, block| matches!(block, Block::Known(hash, _) if is_same(id, *hash)));
            self.view.colours = self.visible_colours(self.view.range);
        }
        let on_screen = self.view.lines.iter().map(|line| line.block);
        let last = self.view.lines.last().map(|line| line.block);
        let ahead = std::iter::successors(last, |&id| document.next_leaf(Some(id))).skip(1).take(AHEAD);
        let mut wanted = Vec::new();
        for id in on_screen.chain(ahead) {
            if wanted.last() != Some(&id)
                && !self.colours.blocks.contains_key(&id)
                && document.code(id).is_some_and(|(language, _)| highlight::is_named(language))
            {
                self.colours.blocks.insert(id, Block::Asked(job));
                wanted.push(id);
            }
        }
        wanted
    }

    /// Takes the colours of a block, if `job` is the one that was asked for them.
    pub fn take_colours(&mut self, job: JobId, id: BlockId, colouring: Colouring) {
        if let Some(block) = self.colours.blocks.get_mut(&id)
            && matches!(block, Block::Asked(asked) if *asked == job)
            && let Some(code) = self.article.document.code(id)
        {
            *block = Block::Known(hash_of(code), colouring);
        }
    }

    /// Returns the parts of the code in `range` that are not plain, in order.
    pub(super) fn visible_colours(&self, range: TextRange) -> Vec<(TextRange, Role)> {
        let mut found = Vec::new();
        let mut before = None;
        for line in &self.view.lines {
            if before == Some(line.block) {
                continue;
            }
            before = Some(line.block);
            if let Some(Block::Known(_, colouring)) = self.colours.blocks.get(&line.block)
                && let Some(block) = self.article.document.block(line.block)
            {
                found.extend(parts(colouring, block.range, range));
            }
        }
        found
    }
}

/// Returns the parts of a block, which stands at `block`, that are not plain and touch `range`.
pub fn parts(colouring: &Colouring, block: TextRange, range: TextRange) -> Vec<(TextRange, Role)> {
    let from = range.start.index().saturating_sub(block.start.index());
    let to = range.end.index().saturating_sub(block.start.index());
    let first = colouring.partition_point(|&(at, _)| at <= from).saturating_sub(1);
    let at = |at: usize| Offset::at(block.start.index() + at).min(block.end);
    let mut found = Vec::new();
    let mut changes = colouring.iter().skip(first).take_while(|&&(start, _)| start < to).peekable();
    while let Some(&(start, role)) = changes.next() {
        let end = changes.peek().map_or(to, |&&(end, _)| end);
        if role != Role::CodeBlock {
            found.push((TextRange::new(at(start), at(end)), role));
        }
    }
    found
}

/// Returns the role of the text at `offset` by the parts that are not plain.
pub fn role_at(colours: &[(TextRange, Role)], offset: Offset) -> Option<Role> {
    let after = colours.partition_point(|(range, _)| range.start <= offset);
    let (range, role) = colours.get(after.checked_sub(1)?)?;
    range.contains(offset).then_some(*role)
}

fn hash_of(code: (&str, &str)) -> u64 {
    let mut hasher = DefaultHasher::new();
    code.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::Syntax;

    #[test]
    fn parts_are_found_by_offset() {
        let keyword = Role::Syntax(Syntax::Keyword);
        let colouring: Colouring = Arc::from([(0, keyword), (2, Role::CodeBlock), (5, keyword), (9, Role::CodeBlock)]);
        let range = |start, end| TextRange::new(Offset::at(start), Offset::at(end));
        let block = range(100, 110);
        assert_eq!(parts(&colouring, block, block), [(range(100, 102), keyword), (range(105, 109), keyword)]);
        assert_eq!(parts(&colouring, block, range(106, 107)), [(range(105, 107), keyword)]);
        let found = parts(&colouring, block, range(0, 200));
        assert_eq!(role_at(&found, Offset::at(101)), Some(keyword));
        assert_eq!(role_at(&found, Offset::at(102)), None);
        assert_eq!(role_at(&found, Offset::at(108)), Some(keyword));
        assert_eq!(role_at(&found, Offset::at(50)), None);
    }
}
