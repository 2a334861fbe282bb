//! Extraction: which blocks of a page are the article and which are the page's furniture, and the article by itself.
//!
//! A page's [`Document`] always holds all of it. An [`Extraction`] tells a verdict for each block, so that what was left
//! out can be shown in its place and brought in; [`Document::main_text`] makes the document of what was kept, with a
//! [`Correspondence`] between the offsets of both. How a verdict is found is the business of [`crate::format`].

use std::fmt;
use std::sync::Arc;

use super::outline::outline;
use super::{
    Block, BlockId, BlockKind, Break, Document, LinkTarget, Mark, MarkKind, Offset, Passage, Table, TextRange,
};

/// What was made of one block of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    /// It belongs to the article.
    #[default]
    Kept,
    /// It is the page's furniture.
    Dropped,
    /// It says the article's title, which is shown from what is known about the article.
    Title,
    /// It says who wrote the article or when, and nothing else, which is shown likewise.
    Byline,
}

/// What kind of page it is, which decides what its main text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PageKind {
    #[default]
    Article,
    Documentation,
    /// Posts of several people, one below the other.
    Forum,
    /// Links to other pages, each with a line or two.
    Listing,
    /// Things gathered for their own sake, such as recipes or events.
    Collection,
    Product,
    Service,
}

/// What stands between the reader and the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wall {
    /// The page asks for JavaScript.
    Script,
    /// The page asks whether a person is there.
    Human,
    /// The page asks for consent to cookies.
    Consent,
    /// The page asks for a log-in or a subscription.
    LogIn,
}

impl PageKind {
    pub const ALL: [Self; 7] = [
        Self::Article,
        Self::Documentation,
        Self::Forum,
        Self::Listing,
        Self::Collection,
        Self::Product,
        Self::Service,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Documentation => "documentation",
            Self::Forum => "forum",
            Self::Listing => "listing",
            Self::Collection => "collection",
            Self::Product => "product",
            Self::Service => "service",
        }
    }
}

impl Wall {
    /// Returns what the page wants, for a sentence that begins "this page ".
    pub fn wants(self) -> &'static str {
        match self {
            Self::Script => "asks for JavaScript",
            Self::Human => "asks whether you are human",
            Self::Consent => "asks for consent to cookies",
            Self::LogIn => "asks for a log-in",
        }
    }
}

/// What an extractor made of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extraction {
    pub kind: PageKind,
    pub wall: Option<Wall>,
    /// By block; a container's own does not count. Blocks beyond the end are kept.
    pub verdicts: Vec<Verdict>,
}

/// How much of a page was kept, in leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    pub n_kept: usize,
    pub n_blocks: usize,
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kept {} of {} blocks", self.n_kept, self.n_blocks)
    }
}

/// Whether a main text begins with what is known about the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// With its title, and with who, where and when.
    Shown,
    /// With its own first block.
    Bare,
}

/// Which offsets of a whole document and of its main text are the same place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Correspondence {
    /// In reading order of both.
    stretches: Vec<Stretch>,
}

/// Text that both documents have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    whole: Offset,
    main: Offset,
    /// In bytes.
    length: usize,
}

impl Correspondence {
    /// Returns where `offset` of the whole is in the main text; for what was left out, the next place that was not.
    pub fn to_main(&self, offset: Offset) -> Offset {
        self.map(offset, |stretch| stretch.whole, |stretch| stretch.main)
    }

    /// Returns where `offset` of the main text is in the whole.
    pub fn to_whole(&self, offset: Offset) -> Offset {
        self.map(offset, |stretch| stretch.main, |stretch| stretch.whole)
    }

    /// Returns where what is left of a range of the whole is in the main text.
    fn range_to_main(&self, range: TextRange) -> Option<TextRange> {
        let from =
            self.stretches.partition_point(|stretch| stretch.whole.index() + stretch.length <= range.start.index());
        let to = self.stretches.partition_point(|stretch| stretch.whole < range.end);
        let stretches = self.stretches.get(from..to)?;
        let (first, last) = (stretches.first()?, stretches.last()?);
        let start = first.main.index() + range.start.index().saturating_sub(first.whole.index());
        let length = (range.end.index() - last.whole.index()).min(last.length);
        Some(TextRange::new(Offset::at(start), Offset::at(last.main.index() + length)))
    }

    fn map(&self, offset: Offset, from: impl Fn(&Stretch) -> Offset, to: impl Fn(&Stretch) -> Offset) -> Offset {
        let after = self.stretches.partition_point(|stretch| from(stretch) <= offset);
        let here = after.checked_sub(1).and_then(|idx| self.stretches.get(idx));
        let into = here.map_or(usize::MAX, |stretch| offset.index() - from(stretch).index());
        match (here, self.stretches.get(after)) {
            (Some(stretch), _) if into < stretch.length => Offset::at(to(stretch).index() + into),
            (_, Some(next)) => to(next),
            (Some(last), None) => Offset::at(to(last).index() + last.length),
            (None, None) => Offset::default(),
        }
    }
}

impl Extraction {
    /// Returns the verdict on `block`, a leaf.
    pub fn verdict(&self, block: BlockId) -> Verdict {
        self.verdicts.get(block.index()).copied().unwrap_or_default()
    }

    /// Sets the verdict on `block`.
    pub fn set(&mut self, block: BlockId, verdict: Verdict) {
        if self.verdicts.len() <= block.index() {
            self.verdicts.resize(block.index() + 1, Verdict::Kept);
        }
        if let Some(entry) = self.verdicts.get_mut(block.index()) {
            *entry = verdict;
        }
    }
}

impl Document {
    /// Returns what an extractor made of the page, if this is one.
    pub fn extraction(&self) -> Option<&Extraction> {
        self.extraction.as_deref()
    }

    /// Returns the document with what an extractor made of it.
    #[must_use]
    pub fn with_extraction(mut self, extraction: Option<Extraction>) -> Self {
        self.extraction = extraction.map(Box::new);
        self
    }

    /// Returns how much of the page was kept, if this is one.
    pub fn receipt(&self) -> Option<Receipt> {
        let extraction = self.extraction()?;
        let leaves = || self.blocks.iter().zip((0..).map(BlockId)).filter(|(block, _)| counts(block));
        let n_kept = leaves().filter(|&(_, id)| extraction.verdict(id) != Verdict::Dropped).count();
        Some(Receipt { n_kept, n_blocks: leaves().count() })
    }

    /// Returns the document of what was kept, and where its text stands in the whole. A document without an extraction
    /// is kept whole.
    pub fn main_text(&self, head: Head) -> (Self, Correspondence) {
        let Some(extraction) = self.extraction() else {
            let all = Stretch { whole: Offset(0), main: Offset(0), length: self.text.len() };
            return (self.clone(), Correspondence { stretches: vec![all] });
        };
        let mut copy = Copy::of(self);
        if head == Head::Shown {
            copy.write_head();
        }
        let noted = self.footnotes_of_kept(extraction);
        for (block, id) in self.blocks.iter().zip((0..).map(BlockId)) {
            if block.kind.is_container() {
                continue;
            }
            let note = self.ancestors(id).find_map(|(_, block)| match block.kind {
                BlockKind::Footnote(idx) => Some(idx as usize),
                _ => None,
            });
            let is_noted = note.is_some_and(|idx| noted.get(idx) == Some(&true));
            let verdict = extraction.verdict(id);
            let is_kept =
                verdict == Verdict::Kept || verdict == Verdict::Title && head == Head::Shown && !copy.has_title;
            if is_kept || is_noted {
                copy.leaf(id, block);
            }
        }
        copy.finish()
    }

    /// Returns which footnotes kept text refers to.
    fn footnotes_of_kept(&self, extraction: &Extraction) -> Vec<bool> {
        let mut noted = vec![false; self.footnotes.len()];
        for mark in &self.marks {
            if let MarkKind::FootnoteRef(idx) = mark.kind
                && self.leaf_at(mark.range.start).is_some_and(|leaf| extraction.verdict(leaf) == Verdict::Kept)
                && let Some(entry) = noted.get_mut(idx as usize)
            {
                *entry = true;
            }
        }
        noted
    }
}

/// Returns whether a reader would count `block`: a leaf with something in it.
fn counts(block: &Block) -> bool {
    !block.kind.is_container() && block.kind != BlockKind::Rule
}

/// A main text that is being copied from the whole.
struct Copy<'d> {
    whole: &'d Document,
    main: Document,
    text: String,
    /// The new ids of containers, by their old ones.
    containers: Vec<Option<BlockId>>,
    stretches: Vec<Stretch>,
    /// How far the marks and the breaks have been copied.
    n_marks: usize,
    n_breaks: usize,
    has_title: bool,
}

impl<'d> Copy<'d> {
    fn of(whole: &'d Document) -> Self {
        let main = Document {
            links: whole.links.clone(),
            footnotes: whole.footnotes.clone(),
            resources: whole.resources.clone(),
            languages: whole.languages.clone(),
            glosses: whole.glosses.clone(),
            meta: whole.meta.clone(),
            warnings: whole.warnings.clone(),
            complete: whole.complete,
            ..Document::default()
        };
        Self {
            whole,
            main,
            text: String::new(),
            containers: vec![None; whole.blocks.len()],
            stretches: Vec::new(),
            n_marks: 0,
            n_breaks: 0,
            has_title: false,
        }
    }

    /// Writes the title, and a line of who, where and when.
    fn write_head(&mut self) {
        let meta = &self.whole.meta;
        if let Some(title) = &meta.title {
            self.head_leaf(BlockKind::Title, title);
            self.has_title = true;
        }
        let known: Vec<&str> =
            [&meta.byline, &meta.site, &meta.date].into_iter().flatten().map(String::as_str).collect();
        if !known.is_empty() {
            self.head_leaf(BlockKind::Byline, &known.join(" · "));
        }
    }

    fn head_leaf(&mut self, kind: BlockKind, text: &str) {
        let start = self.begin_leaf();
        self.text.push_str(text);
        self.main.blocks.push(Block { kind, range: TextRange::new(start, self.end()), depth: 0, parent: None });
    }

    fn begin_leaf(&mut self) -> Offset {
        if !self.main.blocks.is_empty() {
            self.text.push('\n');
        }
        self.end()
    }

    fn end(&self) -> Offset {
        Offset::at(self.text.len())
    }

    fn leaf(&mut self, id: BlockId, block: &Block) {
        if block.kind == BlockKind::Rule && self.main.blocks.last().is_none_or(|last| last.kind == BlockKind::Rule) {
            // What it parted was left out.
            return;
        }
        let start = self.begin_leaf();
        self.text.push_str(self.whole.slice(block.range));
        let range = TextRange::new(start, self.end());
        self.stretches.push(Stretch { whole: block.range.start, main: start, length: range.len() });
        let parent = self.open_containers(id, range);
        let kind = match block.kind {
            BlockKind::Table(idx) => BlockKind::Table(self.table(idx, block.range.start, start)),
            // Level 1 is the title's, which stands apart: what the page sets as high is a section of the article.
            BlockKind::Heading(1) if self.whole.meta.title.is_some() => BlockKind::Heading(2),
            kind => kind,
        };
        self.main.blocks.push(Block { kind, range, depth: block.depth, parent });
        self.marks(block.range, start);
        self.breaks(block.range, start);
    }

    /// Makes sure that the containers of the leaf `id` are there and reach to its end; returns the innermost.
    fn open_containers(&mut self, id: BlockId, range: TextRange) -> Option<BlockId> {
        let mut around: Vec<(BlockId, &Block)> = self.whole.ancestors(id).collect();
        around.reverse();
        let mut parent = None;
        for (old, container) in around {
            let known = self.containers.get(old.index()).copied().flatten();
            let new = known.unwrap_or_else(|| {
                let new = BlockId(u32::try_from(self.main.blocks.len()).unwrap_or(u32::MAX));
                self.main.blocks.push(Block { range, parent, ..*container });
                if let Some(entry) = self.containers.get_mut(old.index()) {
                    *entry = Some(new);
                }
                new
            });
            if let Some(block) = self.main.blocks.get_mut(new.index()) {
                block.range.end = range.end;
            }
            parent = Some(new);
        }
        parent
    }

    fn table(&mut self, idx: u32, from: Offset, to: Offset) -> u32 {
        let table = self.whole.tables.get(idx as usize).cloned().unwrap_or_default();
        let rows = table.rows.iter().map(|row| row.iter().map(|&cell| moved(cell, from, to)).collect()).collect();
        self.main.tables.push(Table { rows, ..table });
        u32::try_from(self.main.tables.len() - 1).unwrap_or(u32::MAX)
    }

    fn marks(&mut self, range: TextRange, to: Offset) {
        let rest = self.whole.marks.get(self.n_marks..).unwrap_or_default();
        let skipped = rest.partition_point(|mark| mark.range.start < range.start);
        let inside = rest.iter().skip(skipped).take_while(|mark| mark.range.start < range.end);
        let copied = inside.map(|mark| Mark { range: moved(mark.range, range.start, to), ..*mark });
        let before = self.main.marks.len();
        self.main.marks.extend(copied);
        self.n_marks += skipped + self.main.marks.len() - before;
    }

    fn breaks(&mut self, range: TextRange, to: Offset) {
        let rest = self.whole.breaks.get(self.n_breaks..).unwrap_or_default();
        let skipped = rest.partition_point(|entry| entry.offset < range.start);
        let inside = rest.iter().skip(skipped).take_while(|entry| entry.offset < range.end);
        let copied = inside.map(|entry| Break { offset: moved_offset(entry.offset, range.start, to), ..*entry });
        let before = self.main.breaks.len();
        self.main.breaks.extend(copied);
        self.n_breaks += skipped + self.main.breaks.len() - before;
    }

    fn finish(self) -> (Document, Correspondence) {
        let Self { whole, mut main, text, stretches, .. } = self;
        let places = Correspondence { stretches };
        main.text = Arc::new(text);
        for link in &mut main.links {
            if let LinkTarget::Inside(offset) = &mut link.target {
                *offset = places.to_main(*offset);
            }
        }
        let mut noted = vec![None; main.footnotes.len()];
        for block in &main.blocks {
            if let BlockKind::Footnote(idx) = block.kind
                && let Some(entry) = noted.get_mut(idx as usize)
            {
                *entry = entry.or(Some(block.range));
            }
        }
        for (footnote, range) in main.footnotes.iter_mut().zip(noted) {
            footnote.range = range;
        }
        main.passages = whole
            .passages
            .iter()
            .filter_map(|passage| Some(Passage { range: places.range_to_main(passage.range)?, ..passage.clone() }))
            .collect();
        main.targets = whole.targets.iter().map(|(name, offset)| (name.clone(), places.to_main(*offset))).collect();
        main.sections = outline(&main, &[], |_| 1.0);
        (main, places)
    }
}

fn moved(range: TextRange, from: Offset, to: Offset) -> TextRange {
    TextRange::new(moved_offset(range.start, from, to), moved_offset(range.end, from, to))
}

fn moved_offset(offset: Offset, from: Offset, to: Offset) -> Offset {
    Offset::at((offset.index() + to.index()).saturating_sub(from.index()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::document::{DocumentBuilder, ItemMark, Meta};

    fn page() -> Document {
        let mut b = DocumentBuilder::new();
        b.set_meta(Meta { title: Some("A title".into()), byline: Some("Ann".into()), ..Meta::default() });
        b.leaf(BlockKind::Paragraph, "Menu");
        b.leaf(BlockKind::Heading(1), "A title");
        b.open(BlockKind::Item(ItemMark::Bullet));
        b.leaf(BlockKind::Paragraph, "First item");
        b.leaf(BlockKind::Paragraph, "Advertisement");
        b.close();
        b.open(BlockKind::Paragraph);
        b.text("A paragraph with ");
        let link = b.link("#end", None);
        b.open_mark(MarkKind::Link(link));
        b.text("a link");
        b.close_mark();
        let note = b.footnote("1");
        b.open_mark(MarkKind::FootnoteRef(note));
        b.text("1");
        b.close_mark();
        b.text(" and soft\u{ad}ness.");
        b.close();
        b.leaf(BlockKind::Rule, "");
        b.leaf(BlockKind::Paragraph, "Related");
        b.leaf(BlockKind::Rule, "");
        b.leaf(BlockKind::Heading(2), "A section");
        b.open(BlockKind::Table(0));
        b.open_cell();
        b.text("one");
        b.close_cell();
        b.open_cell();
        b.text("two");
        b.close_cell();
        b.end_row(false);
        b.close();
        b.target("end");
        b.leaf(BlockKind::Paragraph, "The end.");
        b.open(BlockKind::Footnote(note));
        b.leaf(BlockKind::Paragraph, "A note.");
        b.close();
        b.leaf(BlockKind::Paragraph, "Imprint");
        b.finish()
    }

    fn extracted(left_out: &[&str]) -> Document {
        let page = page();
        let mut extraction = Extraction::default();
        for (block, id) in page.blocks().iter().zip((0..).map(BlockId)) {
            let text = page.slice(block.range);
            if left_out.contains(&text) {
                extraction.set(id, Verdict::Dropped);
            } else if text == "A title" {
                extraction.set(id, Verdict::Title);
            }
        }
        page.with_extraction(Some(extraction))
    }

    const FURNITURE: &[&str] = &["Menu", "Advertisement", "Related", "A note.", "Imprint"];

    #[test]
    fn keeps_what_was_kept_and_what_it_refers_to() {
        let whole = extracted(FURNITURE);
        let (main, places) = whole.main_text(Head::Shown);
        main.check_invariants().unwrap();
        assert_eq!(
            main.text(),
            "A title\nAnn\nFirst item\nA paragraph with a link1 and softness.\n\nA section\none\ttwo\nThe end.\nA note."
        );
        assert_eq!(whole.receipt(), Some(Receipt { n_kept: 6, n_blocks: 11 }));
        let (bare, _) = whole.main_text(Head::Bare);
        bare.check_invariants().unwrap();
        assert!(bare.text().starts_with("First item\n"));
        let LinkTarget::Inside(end) = main.links()[0].target else { panic!("{:?}", main.links()) };
        assert!(main.slice(TextRange::new(end, main.end())).starts_with("The end."));
        assert_eq!(main.slice(main.footnotes()[0].range.unwrap()), "A note.");
        let softness = main.text().find("ness").unwrap();
        assert_eq!(main.breaks()[0].offset.index(), softness);
        for word in ["First item", "a link", "two", "The end"] {
            let (in_whole, in_main) = (whole.text().find(word).unwrap(), main.text().find(word).unwrap());
            assert_eq!(places.to_main(Offset::at(in_whole)), Offset::at(in_main));
            assert_eq!(places.to_whole(Offset::at(in_main)), Offset::at(in_whole));
        }
    }

    #[test]
    fn the_highest_level_is_the_titles() {
        let levels = |title: Option<&str>| {
            let mut b = DocumentBuilder::new();
            b.set_meta(Meta { title: title.map(str::to_owned), ..Meta::default() });
            for level in [1, 2, 3] {
                b.leaf(BlockKind::Heading(level), "A section");
            }
            let (main, _) = b.finish().with_extraction(Some(Extraction::default())).main_text(Head::Shown);
            main.sections().iter().map(|section| section.level).collect::<Vec<_>>()
        };
        assert_eq!(levels(Some("A title")), [2, 2, 3]);
        assert_eq!(levels(None), [1, 2, 3]);
    }

    #[test]
    fn shows_the_next_place_for_what_was_left_out() {
        let whole = extracted(FURNITURE);
        let (main, places) = whole.main_text(Head::Shown);
        let place = |word: &str| places.to_main(Offset::at(whole.text().find(word).unwrap())).index();
        assert_eq!(place("Menu"), main.text().find("First").unwrap());
        assert_eq!(place("Advert"), main.text().find("A paragraph").unwrap());
        assert_eq!(place("Imprint"), main.text().len());
        assert_eq!(places.to_whole(Offset(0)).index(), whole.text().find("First").unwrap());
    }

    #[test]
    fn bears_pages_of_which_nothing_or_all_is_kept() {
        let all: Vec<String> = page().blocks().iter().map(|block| page().slice(block.range).to_owned()).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let (main, places) = extracted(&all).main_text(Head::Bare);
        main.check_invariants().unwrap();
        assert_eq!((main.text(), places.to_whole(Offset(3))), ("", Offset(0)));
        let (main, _) = extracted(&[]).main_text(Head::Bare);
        assert_eq!(main.blocks().len(), page().blocks().len() - 1);
        let (main, places) = page().main_text(Head::Shown);
        assert_eq!((main.text(), places.to_main(Offset(3))), (page().text(), Offset(3)));
    }
}
