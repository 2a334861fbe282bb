//! The document: one flat, clean text and ranges over it.
//!
//! A [`Document`] never changes once it is built, and its only door is the [`builder`]. What is told of a place in
//! it is an [`Offset`] or a [`TextRange`]; rows and columns belong to a layout. Anchors, which outlive an edit of the
//! source, are in [`anchor`]; finding text as a person sees it is in [`find`]; which part of a page is its article, in
//! [`extraction`]; what changed from one version to the next, in [`changes`].

pub mod anchor;
pub mod builder;
pub mod changes;
pub mod extraction;
pub mod find;
mod invariants;
mod numerals;
mod outline;
mod table;

use std::fmt;
use std::sync::Arc;

pub use anchor::{Anchor, Certainty, Resolved};
pub use builder::DocumentBuilder;
pub use extraction::{Correspondence, Extraction, Head, PageKind, Receipt, Verdict, Wall};
pub use find::Query;
pub use numerals::Numerals;
pub use outline::words_in;
pub use table::Spans;

/// A byte offset into a document's text, always on a character boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offset(pub u32);

impl Offset {
    /// Returns the offset as an index into the text, in bytes.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Returns the offset of byte `index`, capped at 4 GiB, which is more than the builder takes.
    pub fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A half-open range of a document's text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TextRange {
    pub start: Offset,
    pub end: Offset,
}

impl TextRange {
    /// Returns the range from `start` to `end`, empty at `start` if `end` comes before it.
    pub fn new(start: Offset, end: Offset) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Returns the empty range at `offset`.
    pub fn empty(offset: Offset) -> Self {
        Self { start: offset, end: offset }
    }

    /// Returns the length in bytes.
    pub fn len(self) -> usize {
        self.end.index() - self.start.index()
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub fn contains(self, offset: Offset) -> bool {
        self.start <= offset && offset < self.end
    }

    /// Returns whether the two ranges share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Returns what both ranges hold, empty where they share nothing.
    pub fn intersection(self, other: Self) -> Self {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }
}

/// The place of a block in [`Document::blocks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub u32);

impl BlockId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A paragraph-sized part of a document, or a container of such parts.
///
/// Blocks stand in reading order, a container before what it holds (pre-order). A container's range spans its
/// children; leaves never overlap, and one `\n` of the text stands between two leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    pub kind: BlockKind,
    pub range: TextRange,
    /// How many containers enclose the block.
    pub depth: u8,
    /// The container that directly holds the block.
    pub parent: Option<BlockId>,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// The article's title, where it is not its first heading. Not a section.
    Title,
    /// A line about the article (who, when, where) that stands under its title. Not a section.
    Byline,
    Paragraph,
    /// A heading of level 1 (the highest) to 6.
    Heading(u8),
    /// Container: one item of a list.
    Item(ItemMark),
    /// Container: a quotation.
    Quote,
    /// Verse or an address: prose whose line breaks (`\n`) are the author's.
    Verse,
    /// Verbatim text; the language is an index into [`Document::languages`].
    Code(Option<u16>),
    /// A table; the index is into [`Document::tables`]. In the text a tab follows a cell, a newline a row.
    Table(u32),
    /// A picture and its caption (the block's text); the index is into [`Document::resources`].
    Figure(u32),
    /// A thematic break; its range is empty.
    Rule,
    /// What a table or another thing below it is called.
    Caption,
    /// A term that is being defined.
    Term,
    /// Container: the definition of the term before it.
    Definition,
    /// Container: a footnote's text; the index is into [`Document::footnotes`].
    Footnote(u32),
    /// Displayed mathematics, as TeX.
    Math,
}

impl BlockKind {
    /// Returns whether blocks of this kind hold other blocks rather than text of their own.
    pub fn is_container(self) -> bool {
        matches!(self, Self::Item(_) | Self::Quote | Self::Definition | Self::Footnote(_))
    }

    /// Returns whether the text keeps its own lines: each `\n` in it is a line's end.
    pub fn keeps_lines(self) -> bool {
        matches!(self, Self::Code(_) | Self::Verse | Self::Math | Self::Table(_))
    }
}

/// What stands before an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemMark {
    Bullet,
    Number(u32),
    /// A number that is shown in other signs than digits; zero is shown in digits.
    Ordinal(u32, Numerals),
    /// A task, done or not.
    Task(bool),
}

impl ItemMark {
    /// Returns the item's number, if it has one.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::Number(number) | Self::Ordinal(number, _) => Some(number),
            Self::Bullet | Self::Task(_) => None,
        }
    }

    /// Returns the item's number as it is shown, without what follows it.
    pub fn numeral(self) -> Option<String> {
        match self {
            Self::Number(number) => Some(number.to_string()),
            Self::Ordinal(number, numerals) => Some(numerals.write(number)),
            Self::Bullet | Self::Task(_) => None,
        }
    }
}

/// A meaning that a run of text has. Marks never cross a leaf block's ends; they may overlap each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub kind: MarkKind,
    pub range: TextRange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    Strong,
    Emphasis,
    Code,
    Strike,
    Superscript,
    Subscript,
    /// Text that somebody marked, as with a pen.
    Highlight,
    /// Text that was put in later, or is underlined for another reason.
    Insert,
    /// What is typed or pressed.
    Keyboard,
    /// A short form whose meaning the source tells; the index is into [`Document::glosses`].
    Gloss(u32),
    /// The index is into [`Document::links`].
    Link(u32),
    /// The index is into [`Document::footnotes`].
    FootnoteRef(u32),
    /// Mathematics in a line, as TeX.
    Math,
}

/// Where the source allowed or forbade a line break without a visible character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    pub offset: Offset,
    pub kind: BreakKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakKind {
    /// A soft hyphen: a break here shows a hyphen.
    SoftHyphen,
    /// A zero-width space: a break here shows nothing.
    Allowed,
    /// A word joiner: no break here.
    Forbidden,
}

/// A link's target and its optional title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub target: LinkTarget,
    pub title: Option<String>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// A place in this document.
    Inside(Offset),
    /// A cleaned `http`, `https` or `mailto` address.
    Address(String),
    /// A path beside this document, with an optional `#fragment`, cleaned.
    File(String),
    /// A manual page, as `man:NAME(SECTION)`.
    Manual(String),
    /// What the source named cannot be followed (a scheme that is not allowed, a place that does not exist).
    Nowhere(String),
}

/// A footnote: its label as the source wrote it, and its text once it has been met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footnote {
    pub label: String,
    pub range: Option<TextRange>,
}

/// A table's cells, row by row. Rows may be of different lengths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    pub rows: Vec<Vec<TextRange>>,
    /// How many of the first rows are headers.
    pub header_rows: usize,
    /// How many of the first cells of each other row are.
    pub header_columns: usize,
    /// Cells that reach over others, which then are empty.
    pub spans: Vec<Span>,
    pub alignments: Vec<Alignment>,
}

/// How far a table's cell reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where the cell stands, from 0.
    pub row: u32,
    pub column: u32,
    /// How many rows and columns it takes, at least 1.
    pub n_rows: u32,
    pub n_columns: u32,
}

/// What the source says of a stretch of blocks as a whole. Passages may stand in each other; the outer comes first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passage {
    pub range: TextRange,
    /// A BCP 47 language tag.
    pub language: Option<String>,
    pub direction: Option<Direction>,
    /// Where it is quoted from; the index is into [`Document::links`].
    pub source: Option<u32>,
}

/// Which way text runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    LeftToRight,
    RightToLeft,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alignment {
    #[default]
    Natural,
    Left,
    Center,
    Right,
}

/// A picture or other thing outside the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    pub address: String,
    pub alt: String,
    /// How wide and how high the source has it shown, in pixels.
    pub width: Option<u32>,
    pub height: Option<u32>,
}

/// A part of the outline: from its heading to the next heading, whatever its level.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// 0 for a lead, which has no title; otherwise 1 to 6.
    pub level: u8,
    /// The heading's text; none for a lead.
    pub title: Option<TextRange>,
    pub range: TextRange,
    /// Words in the section, its heading left out. Two characters of Chinese, Japanese or Thai count as one.
    pub words: u32,
    /// How sure the parser is that the heading is one, from 0 to 1; 1 where mark-up says so.
    pub confidence: f32,
}

/// What is known about the article itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    pub title: Option<String>,
    pub byline: Option<String>,
    /// The date as the source writes it.
    pub date: Option<String>,
    /// A BCP 47 language tag.
    pub language: Option<String>,
    pub site: Option<String>,
    pub address: Option<String>,
    /// What it is about, in a sentence or two.
    pub description: Option<String>,
    /// The address of the picture that stands for it.
    pub picture: Option<String>,
}

/// Something that the parser or the builder had to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub kind: WarningKind,
    /// How often it was met.
    pub count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// Bytes that are no text in the source's encoding, shown as U+FFFD.
    Undecodable,
    /// A terminal escape sequence, removed.
    Escape,
    /// A control or invisible character, removed.
    Control,
    /// A bidirectional control, removed or shown.
    BidiControl,
    /// Too many combining marks on one character, removed.
    CombiningMarks,
    /// Nesting deeper than recto keeps, flattened.
    Depth,
    /// A size limit was reached; the rest was left out.
    Truncated,
    /// The source's structure was damaged; read as well as it could be.
    Malformed,
}

/// An article's text and all that is known about its parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// Shared, so that a change of the outline alone does not copy it.
    text: Arc<String>,
    blocks: Vec<Block>,
    marks: Vec<Mark>,
    breaks: Vec<Break>,
    sections: Vec<Section>,
    links: Vec<Link>,
    footnotes: Vec<Footnote>,
    tables: Vec<Table>,
    resources: Vec<Resource>,
    languages: Vec<String>,
    glosses: Vec<String>,
    passages: Vec<Passage>,
    /// By name, each name once.
    targets: Vec<(String, Offset)>,
    meta: Meta,
    warnings: Vec<Warning>,
    /// What an extractor made of the page, if this is one. Boxed: most documents have none.
    extraction: Option<Box<Extraction>>,
    complete: bool,
}

impl Document {
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text of `range`, or as much of it as the document has.
    pub fn slice(&self, range: TextRange) -> &str {
        let end = floor_boundary(&self.text, range.end.index());
        let start = floor_boundary(&self.text, range.start.index()).min(end);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Returns the language and the text of a block of code whose language is known.
    pub fn code(&self, id: BlockId) -> Option<(&str, &str)> {
        let block = self.block(id)?;
        let BlockKind::Code(Some(language)) = block.kind else { return None };
        Some((self.languages.get(usize::from(language))?, self.slice(block.range)))
    }

    /// Returns the length of the text.
    pub fn end(&self) -> Offset {
        Offset::at(self.text.len())
    }

    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    pub fn block(&self, id: BlockId) -> Option<&Block> {
        self.blocks.get(id.index())
    }

    /// Returns the leaf block that holds `offset`, or the last one that starts at or before it.
    pub fn leaf_at(&self, offset: Offset) -> Option<BlockId> {
        let mut idx = self.blocks.partition_point(|block| block.range.start <= offset);
        while idx > 0 {
            idx -= 1;
            if !self.blocks.get(idx)?.kind.is_container() {
                return u32::try_from(idx).ok().map(BlockId);
            }
        }
        self.next_leaf(None)
    }

    /// Returns the leaf that follows `block` in reading order, or the first one.
    pub fn next_leaf(&self, block: Option<BlockId>) -> Option<BlockId> {
        let from = block.map_or(0, |id| id.index() + 1);
        let rest = self.blocks.get(from..)?;
        let idx = from + rest.iter().position(|block| !block.kind.is_container())?;
        u32::try_from(idx).ok().map(BlockId)
    }

    /// Returns the leaf that comes before `block` in reading order.
    pub fn previous_leaf(&self, block: BlockId) -> Option<BlockId> {
        let before = self.blocks.get(..block.index())?;
        let idx = before.iter().rposition(|block| !block.kind.is_container())?;
        u32::try_from(idx).ok().map(BlockId)
    }

    /// Returns the containers of `block`, innermost first.
    pub fn ancestors(&self, block: BlockId) -> impl Iterator<Item = (BlockId, &Block)> {
        let mut next = self.block(block).and_then(|block| block.parent);
        std::iter::from_fn(move || {
            let id = next?;
            let block = self.block(id)?;
            next = block.parent;
            Some((id, block))
        })
    }

    /// Returns all marks, by where they start.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Returns the marks that start in `range`, which for a leaf's range are all that touch it.
    pub fn marks_in(&self, range: TextRange) -> &[Mark] {
        let from = self.marks.partition_point(|mark| mark.range.start < range.start);
        let to = self.marks.partition_point(|mark| mark.range.start < range.end);
        self.marks.get(from..to.max(from)).unwrap_or_default()
    }

    /// Returns the breaks in `range`, by offset.
    pub fn breaks_in(&self, range: TextRange) -> &[Break] {
        let from = self.breaks.partition_point(|entry| entry.offset < range.start);
        let to = self.breaks.partition_point(|entry| entry.offset < range.end);
        self.breaks.get(from..to.max(from)).unwrap_or_default()
    }

    pub fn breaks(&self) -> &[Break] {
        &self.breaks
    }

    /// Returns the outline, in reading order. Sections do not overlap.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Returns the index of the section that holds `offset`: the last one that starts at or before it.
    pub fn section_at(&self, offset: Offset) -> Option<usize> {
        let after = self.sections.partition_point(|section| section.range.start <= offset);
        if self.sections.is_empty() { None } else { Some(after.saturating_sub(1)) }
    }

    pub fn links(&self) -> &[Link] {
        &self.links
    }

    pub fn footnotes(&self) -> &[Footnote] {
        &self.footnotes
    }

    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// Returns what short forms stand for.
    pub fn glosses(&self) -> &[String] {
        &self.glosses
    }

    /// Returns what the source says of stretches of blocks, by where they start, the outer before the inner.
    pub fn passages(&self) -> &[Passage] {
        &self.passages
    }

    /// Returns the language of the text at `offset`, where the source tells one.
    pub fn language_at(&self, offset: Offset) -> Option<&str> {
        let around = self.passages.iter().rev().filter(|passage| passage.range.contains(offset));
        around.into_iter().find_map(|passage| passage.language.as_deref()).or(self.meta.language.as_deref())
    }

    /// Returns which way the text at `offset` runs, where the source tells it.
    pub fn direction_at(&self, offset: Offset) -> Option<Direction> {
        self.passages
            .iter()
            .rev()
            .filter(|passage| passage.range.contains(offset))
            .find_map(|passage| passage.direction)
    }

    /// Returns the place that a link inside the article names, without its `#`.
    pub fn target(&self, name: &str) -> Option<Offset> {
        let idx = self.targets.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        self.targets.get(idx).map(|&(_, offset)| offset)
    }

    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Returns what had to be mended, one entry a kind.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Returns the document with `count` more warnings of a kind, met outside its parser.
    #[must_use]
    pub fn with_warning(mut self, kind: WarningKind, count: u32) -> Self {
        if count > 0 {
            match self.warnings.binary_search_by_key(&kind, |warning| warning.kind) {
                Ok(idx) => self.warnings.iter_mut().skip(idx).take(1).for_each(|warning| warning.count += count),
                Err(idx) => self.warnings.insert(idx, Warning { kind, count }),
            }
        }
        self
    }

    /// Returns the names of places in the text, each once, by name.
    pub fn targets(&self) -> &[(String, Offset)] {
        &self.targets
    }

    /// Returns the document as the first part of one that is still being read.
    #[must_use]
    pub fn as_part(self) -> Self {
        Self { complete: false, ..self }
    }

    /// Returns whether this is the whole article, rather than the first part of one that is still being read.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Returns the article's name: its title, else the heading that it begins with.
    pub fn title(&self) -> Option<&str> {
        let heading = || self.sections.first().and_then(|section| section.title).map(|range| self.slice(range));
        self.meta.title.as_deref().or_else(heading)
    }
}

/// Returns the nearest character boundary of `text` at or before `index`.
pub fn floor_boundary(text: &str, index: usize) -> usize {
    text.floor_char_boundary(index)
}
