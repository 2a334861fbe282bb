//! What the reader chose about the article: which blocks are headings and which belong to a page, told by how they begin.

use std::sync::Arc;

use super::web_page::PageView;
use super::{Kept, Reader};
use crate::catalogue::Chosen;
use crate::document::{Anchor, BlockId, Certainty, Document, Offset, TextRange};

/// How much of a block tells which one it is, in bytes.
const SAMPLE: usize = 128;

impl Kept {
    /// Takes what was chosen before recto was started, with what was chosen since coming after it.
    pub(in crate::app) fn take(&mut self, chosen: &Chosen) {
        let since = (std::mem::take(&mut self.headings), std::mem::take(&mut self.page.verdicts));
        self.headings = chosen.headings.iter().cloned().chain(since.0).collect();
        self.page.verdicts = chosen.verdicts.iter().cloned().chain(since.1).collect();
        let view = chosen.is_whole.map(|is_whole| if is_whole { PageView::Whole } else { PageView::Main });
        self.page.view = self.page.view.or(view);
        self.is_told = true;
    }

    /// Returns what is to last. `for_this_run` is how much of pages is shown because recto was called so.
    pub(in crate::app) fn chosen(&self, for_this_run: Option<PageView>) -> Chosen {
        let view = self.page.view.filter(|_| self.page.view != for_this_run);
        Chosen {
            headings: self.headings.clone(),
            is_whole: view.map(|view| view == PageView::Whole),
            verdicts: self.page.verdicts.clone(),
        }
    }
}

impl Reader {
    /// Makes `block` a heading of `level`, or plain text.
    pub fn set_heading(&mut self, block: BlockId, level: Option<u8>) {
        let anchor = match self.web_page() {
            Some(page) => self.page_block(block).and_then(|block| anchor_of(page.whole(), block)),
            None => anchor_of(self.document(), block),
        };
        if let Some(anchor) = anchor {
            // Of what was said of the same block, only the last counts.
            self.kept.headings.retain(|(before, _)| *before != anchor);
            self.kept.headings.push((anchor, level));
            self.kept.is_news = true;
        }
        self.article.document = Arc::new(self.article.document.with_heading(block, level));
        self.lay_out_anew(self.layout.style().clone());
    }

    /// Takes what was chosen before recto was started, where that is known only after the article is shown.
    pub(in crate::app) fn take_chosen(&mut self, chosen: &Chosen) {
        if self.kept.is_told {
            return;
        }
        self.kept.take(chosen);
        if *chosen == Chosen::default() {
            return;
        }
        if self.web_page().is_some() {
            drop(self.show_page_anew());
        } else {
            self.article.document = with_headings(&self.article.document, &self.kept.headings);
            self.lay_out_anew(self.layout.style().clone());
        }
    }
}

/// Returns how a block is told.
pub(super) fn anchor_of(document: &Document, block: BlockId) -> Option<Anchor> {
    let range = document.block(block)?.range;
    let end = Offset::at(range.start.index() + SAMPLE).min(range.end);
    Some(Anchor::of(document, TextRange::new(range.start, end)))
}

/// Returns the block that is told so, if it is there.
pub(super) fn block_at(document: &Document, anchor: &Anchor) -> Option<BlockId> {
    let is_complete = document.is_complete();
    if !is_complete && anchor.offset >= document.end() {
        return None;
    }
    // As long as not all of it is read, the block itself may still come.
    let found = anchor.resolve(document).filter(|found| is_complete || found.certainty != Certainty::Fuzzy)?;
    let block = document.leaf_at(found.range.start)?;
    // What stands in the middle of another block is no longer a block.
    (document.block(block)?.range.start == found.range.start).then_some(block)
}

/// Returns `document` with the headings that the reader made or unmade, as far as they are in it.
pub(super) fn with_headings(document: &Arc<Document>, headings: &[(Anchor, Option<u8>)]) -> Arc<Document> {
    headings.iter().fold(Arc::clone(document), |document, (anchor, level)| match block_at(&document, anchor) {
        Some(block) => Arc::new(document.with_heading(block, *level)),
        None => document,
    })
}
