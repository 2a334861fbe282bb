//! Web pages: the main text or the whole page of an article that came as one, and blocks that the reader takes in or out.
//!
//! What is on screen is one [`Document`], made of the whole page by the extractor's verdicts
//! and the reader's own. A change of either makes another document; every offset that is kept goes through
//! the whole page's offsets to it.

use std::sync::Arc;

use super::Reader;
use super::choosing::{anchor_of, block_at, with_headings};
use super::links::{Hints, Target};
use crate::document::{Anchor, BlockId, Correspondence, Document, Head, Offset, Receipt, TextRange, Verdict, Wall};

/// How much of a page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageView {
    /// What the extractor and the reader kept.
    #[default]
    Main,
    /// All of it.
    Whole,
}

/// What the reader chose for a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageChoices {
    /// None until the reader chose.
    pub view: Option<PageView>,
    /// The reader's own verdicts, by how blocks of the whole page begin.
    pub verdicts: Vec<(Anchor, Verdict)>,
}

/// A page, whole, and what is shown of it.
#[derive(Debug, Clone)]
pub struct WebPage {
    /// With the reader's own verdicts.
    whole: Arc<Document>,
    shown: PageView,
    places: Correspondence,
}

impl WebPage {
    /// Returns the document to show of `document` and, if it is a page, the page. A main text begins with `head`.
    pub fn of(document: &Arc<Document>, choices: &PageChoices, head: Head) -> (Arc<Document>, Option<Self>) {
        let Some(extraction) = document.extraction() else { return (Arc::clone(document), None) };
        let is_wall = extraction.wall.is_some();
        let whole = if choices.verdicts.is_empty() {
            Arc::clone(document)
        } else {
            let mut extraction = extraction.clone();
            for (anchor, verdict) in &choices.verdicts {
                if let Some(block) = block_at(document, anchor) {
                    extraction.set(block, *verdict);
                }
            }
            Arc::new(Document::clone(document).with_extraction(Some(extraction)))
        };
        let (main, places) = whole.main_text(head);
        // A wall, or a page of which nothing was kept, is not shown as an empty article.
        let is_empty = is_wall || whole.receipt().is_none_or(|receipt| receipt.n_kept == 0);
        let fitting = if is_empty { PageView::Whole } else { PageView::Main };
        let shown = choices.view.unwrap_or(fitting);
        let document = if shown == PageView::Main { Arc::new(main) } else { Arc::clone(&whole) };
        (document, Some(Self { whole, shown, places }))
    }

    pub(super) fn whole(&self) -> &Document {
        &self.whole
    }

    pub fn shown(&self) -> PageView {
        self.shown
    }

    /// Returns how much of the page was kept.
    pub fn receipt(&self) -> Receipt {
        self.whole.receipt().unwrap_or(Receipt { n_kept: 0, n_blocks: 0 })
    }

    pub fn wall(&self) -> Option<Wall> {
        self.whole.extraction().and_then(|extraction| extraction.wall)
    }

    fn to_whole(&self, offset: Offset) -> Offset {
        if self.shown == PageView::Main { self.places.to_whole(offset) } else { offset }
    }

    fn to_shown(&self, offset: Offset) -> Offset {
        if self.shown == PageView::Main { self.places.to_main(offset) } else { offset }
    }
}

impl Reader {
    /// Returns the page that the article came as, if it came as one.
    pub fn web_page(&self) -> Option<&WebPage> {
        self.page.as_ref()
    }

    /// Shows the main text instead of the whole page, or the other way round, at the same place. Returns where an
    /// offset of what was shown is now, or none if the article is no page.
    pub fn toggle_page(&mut self) -> Option<impl Fn(Offset) -> Offset + use<>> {
        let view = match self.page.as_ref()?.shown {
            PageView::Main => PageView::Whole,
            PageView::Whole => PageView::Main,
        };
        self.kept.page.view = Some(view);
        self.kept.is_news = true;
        self.show_page_anew()
    }

    /// Brings a block of what is shown in, or leaves it out. Returns the verdict, and where an offset is now.
    pub fn toggle_block(&mut self, block: BlockId) -> Option<(Verdict, impl Fn(Offset) -> Offset + use<>)> {
        let block = self.page_block(block)?;
        let page = self.page.as_ref()?;
        let verdict = match page.whole.extraction()?.verdict(block) {
            Verdict::Dropped => Verdict::Kept,
            Verdict::Kept | Verdict::Title | Verdict::Byline => Verdict::Dropped,
        };
        // The view stays, even where the choice would have been another one for what is left.
        self.kept.page.view = Some(page.shown);
        let anchor = anchor_of(page.whole(), block)?;
        self.kept.page.verdicts.retain(|(before, _)| *before != anchor);
        self.kept.page.verdicts.push((anchor, verdict));
        self.kept.is_news = true;
        Some((verdict, self.show_page_anew()?))
    }

    /// Labels the blocks on screen; returns whether there are any.
    pub fn start_block_hints(&mut self) -> bool {
        let Some(page) = &self.page else { return false };
        let document = self.document();
        let mut targets: Vec<(Target, Offset)> = Vec::new();
        for line in self.view.lines.iter().filter(|line| !line.range.is_empty()) {
            let target = Target::Block(line.block);
            // What recto wrote above the article is no block of the page.
            let is_own = page.shown == PageView::Main
                && document.block(line.block).is_some_and(|block| self.is_head(block.range.start));
            if !is_own && targets.last().is_none_or(|&(last, _)| last != target) {
                targets.push((target, line.range.start));
            }
        }
        self.hints = (!targets.is_empty()).then(|| Hints::new(targets));
        self.hints.is_some()
    }

    /// Returns the whole page's block that `block` of what is shown is.
    pub(super) fn page_block(&self, block: BlockId) -> Option<BlockId> {
        let page = self.page.as_ref()?;
        let start = self.document().block(block)?.range.start;
        page.whole.leaf_at(page.to_whole(start))
    }

    /// Returns the ranges in `range` that were left out of the main text, if all of the page is shown.
    pub(super) fn left_out(&self, range: TextRange) -> Vec<TextRange> {
        let whole = self.page.as_ref().filter(|page| page.shown == PageView::Whole).map(|page| &page.whole);
        let Some((document, extraction)) = whole.and_then(|whole| Some((whole, whole.extraction()?))) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut next = document.leaf_at(range.start);
        while let Some((id, block)) = next.and_then(|id| Some((id, document.block(id)?))) {
            if block.range.start >= range.end {
                break;
            }
            if extraction.verdict(id) == Verdict::Dropped {
                found.push(block.range);
            }
            next = document.next_leaf(Some(id));
        }
        found
    }

    /// Returns whether the main text's `offset` is in the head that recto wrote.
    fn is_head(&self, offset: Offset) -> bool {
        let Some(page) = &self.page else { return false };
        page.places.to_main(page.places.to_whole(offset)) != offset
    }

    pub(super) fn show_page_anew(&mut self) -> Option<impl Fn(Offset) -> Offset + use<>> {
        let before = self.page.take()?;
        let whole = with_headings(&before.whole, &self.kept.headings);
        let (document, page) = WebPage::of(&whole, &self.kept.page, Head::Shown);
        let after = page?;
        self.page = Some(after.clone());
        self.article.document = document;
        let end = self.article.document.end();
        let is_main = after.shown == PageView::Main;
        let map = move |offset: Offset| after.to_shown(before.to_whole(offset)).min(end);
        // Where the article begins, the title that recto wrote above it is to be seen too.
        let is_start = self.is_head(Offset(0)) && map(self.eye) == map(Offset(0));
        self.eye = if is_main && is_start { Offset(0) } else { map(self.eye) };
        self.kept.marks.values_mut().for_each(|offset| *offset = map(*offset));
        (self.selection, self.focus, self.hints) = (None, None, None);
        self.resurvey();
        self.lay_out_anew(self.layout.style().clone());
        Some(map)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::super::Kept;
    use super::*;
    use crate::article::{Article, Facts, Locator};
    use crate::document::{BlockKind, DocumentBuilder, Extraction, Meta};
    use crate::layout::Style;

    const LEFT_OUT: [&str; 2] = ["Menu", "Share this"];

    fn page() -> Arc<Document> {
        let mut b = DocumentBuilder::new();
        b.set_meta(Meta { title: Some("A title".into()), ..Meta::default() });
        for text in ["Menu", "The lead.", "Share this", "The middle.", "The end."] {
            b.leaf(BlockKind::Paragraph, text);
        }
        let page = b.finish();
        let mut extraction = Extraction::default();
        for (block, id) in page.blocks().iter().zip((0..).map(BlockId)) {
            if LEFT_OUT.contains(&page.slice(block.range)) {
                extraction.set(id, Verdict::Dropped);
            }
        }
        Arc::new(page.with_extraction(Some(extraction)))
    }

    fn open(document: Arc<Document>, kept: Kept) -> Reader {
        let article = Article { locator: Locator::Stdin, document, facts: Facts::default() };
        Reader::new(article, kept, Style { measure: 40, ..Style::default() }, 5)
    }

    fn block(reader: &Reader, text: &str) -> BlockId {
        reader.document().leaf_at(place(reader, text)).unwrap()
    }

    fn place(reader: &Reader, text: &str) -> Offset {
        Offset::at(reader.document().text().find(text).unwrap())
    }

    #[test]
    fn shows_the_main_text_and_the_whole_page_at_the_same_place() {
        let mut reader = open(page(), Kept::default());
        assert_eq!(reader.document().text(), "A title\nThe lead.\nThe middle.\nThe end.");
        reader.kept.marks.insert('a', place(&reader, "The end"));
        reader.go_to(place(&reader, "middle"));
        assert!(reader.toggle_page().is_some());
        assert_eq!(reader.document().text(), "Menu\nThe lead.\nShare this\nThe middle.\nThe end.");
        assert_eq!(reader.eye(), place(&reader, "middle"));
        assert_eq!(reader.kept.marks.get(&'a'), Some(&place(&reader, "The end")));
        let all = TextRange::new(Offset(0), reader.document().end());
        let faint: Vec<_> = reader.left_out(all).iter().map(|&range| reader.document().slice(range)).collect();
        assert_eq!(faint, LEFT_OUT);
        assert!(reader.toggle_page().is_some());
        assert_eq!(
            (reader.eye(), reader.kept.marks.get(&'a')),
            (place(&reader, "middle"), Some(&place(&reader, "The end")))
        );
        reader.go_to_start();
        assert!(reader.toggle_page().is_some());
        assert_eq!(reader.eye(), place(&reader, "The lead"), "furniture above the article is not what was read");
        assert!(reader.toggle_page().is_some());
        assert_eq!(reader.eye(), Offset(0), "the title is seen again");
    }

    #[test]
    fn brings_blocks_in_and_leaves_them_out() {
        let mut reader = open(page(), Kept::default());
        reader.go_to(place(&reader, "middle"));
        let (verdict, _) = reader.toggle_block(block(&reader, "The lead")).unwrap();
        assert_eq!((verdict, reader.document().text()), (Verdict::Dropped, "A title\nThe middle.\nThe end."));
        assert_eq!(reader.eye(), place(&reader, "middle"));
        assert!(reader.toggle_page().is_some());
        assert_eq!(reader.toggle_block(block(&reader, "Share")).unwrap().0, Verdict::Kept);
        assert_eq!(reader.web_page().unwrap().receipt().to_string(), "kept 3 of 5 blocks");
        // What was chosen is there when the article is opened again.
        let again = open(page(), reader.kept.clone());
        assert_eq!(again.document().text(), reader.document().text());
        assert!(reader.toggle_page().is_some());
        assert_eq!(reader.document().text(), "A title\nShare this\nThe middle.\nThe end.");
        for block in 0..4 {
            let _ = reader.toggle_block(BlockId(block));
        }
        assert!(reader.document().check_invariants().is_ok());
    }

    #[test]
    fn headings_made_by_hand_stay_on_their_block() {
        let mut reader = open(page(), Kept::default());
        reader.set_heading(block(&reader, "The middle"), Some(2));
        assert!(reader.toggle_page().is_some());
        let title = reader.document().sections().last().unwrap().title.unwrap();
        assert_eq!(reader.document().slice(title), "The middle.");
        let again = open(page(), reader.kept.clone());
        assert_eq!(again.document().sections(), reader.document().sections());
    }

    #[test]
    fn a_wall_is_not_shown_as_an_empty_article() {
        let mut extraction = page().extraction().unwrap().clone();
        extraction.wall = Some(Wall::Script);
        let wall = Arc::new(Document::clone(&page()).with_extraction(Some(extraction)));
        let reader = open(wall, Kept::default());
        assert_eq!(reader.web_page().unwrap().shown(), PageView::Whole);
        let plain = open(Arc::new(Document::clone(&page()).with_extraction(None)), Kept::default());
        assert!(plain.web_page().is_none());
    }
}
