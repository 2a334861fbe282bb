//! The builder: the only door into a document, where every text is cleaned.
//!
//! Parsers say what opens, what is written and what closes; nesting, separators, offsets and the outline are made
//! here. The builder only appends: an offset once given never moves. An open leaf's text is kept raw until the leaf
//! ends and is cleaned as one, because an escape sequence or a cluster may be written in pieces; the leaf's marks and
//! targets get their offsets then.

mod address;
mod leaf;
mod table;

use std::collections::HashMap;
use std::sync::Arc;

use super::outline::outline;
use super::{
    Block, BlockId, BlockKind, Break, Document, Footnote, Link, LinkTarget, Mark, MarkKind, Meta, Offset, Passage,
    Resource, Table, TextRange, Warning, WarningKind,
};
use crate::text::clean::{self, Findings, Mode, Stop};

/// How many containers may enclose a block; what nests deeper stays in the innermost of them.
pub const MAX_DEPTH: usize = 64;
/// Offsets have 32 bits; a little is left so that none is ever capped.
const MAX_TEXT_BYTES: usize = u32::MAX as usize - 65_536;
/// The most bytes that cleaning can make of one: a tab, shown as spaces.
const MAX_GROWTH: usize = 8;
/// How much of the memory for an open leaf's text is kept for the next one.
const KEPT_RAW_BYTES: usize = 1 << 16;
/// The longest label, language or line of metadata that is kept, in cells.
const MAX_LABEL_CELLS: usize = 1024;

/// Builds a [`Document`] from what a parser reads.
#[derive(Debug, Clone)]
pub struct DocumentBuilder {
    text: String,
    blocks: Vec<Block>,
    marks: Vec<Mark>,
    breaks: Vec<Break>,
    links: Vec<Link>,
    footnotes: Vec<Footnote>,
    tables: Vec<Table>,
    resources: Vec<Resource>,
    languages: Vec<String>,
    glosses: Vec<String>,
    passages: Vec<Passage>,
    targets: Vec<(String, Offset)>,
    meta: Meta,
    warnings: [u32; WARNING_KINDS.len()],

    /// The open containers, outermost first.
    containers: Vec<OpenContainer>,
    /// How many more are open that nest too deep to be blocks.
    n_too_deep: usize,
    leaf: Option<OpenLeaf>,
    /// The open passages by their indices in `passages`, outermost first, and whether each has a leaf.
    open_passages: Vec<(usize, bool)>,
    /// Whether any leaf has been kept.
    has_leaf: bool,
    /// What the open leaf, or the table's open cell, was given; kept between leaves for its memory.
    raw: String,
    stops: Vec<Stop>,
    /// What each stop is for.
    purposes: Vec<Purpose>,
    /// The marks opened since the last text was cleaned, with their ends where they have them.
    opened: Vec<(MarkKind, Option<TextRange>)>,
    /// The indices in `opened` of the marks that are open, innermost last.
    open_marks: Vec<usize>,
    findings: Findings,

    /// Targets that wait for the next leaf.
    waiting_targets: Vec<String>,
    /// Other names of targets: the other name, and the one that it is for.
    other_names: Vec<(String, String)>,
    /// Links to places in this document, by name.
    inside_links: Vec<(u32, String)>,
    footnote_ids: HashMap<String, u32>,
    /// Footnotes by the places where their text stands, and how many have one label.
    footnote_places: HashMap<String, u32>,
    footnote_alike: HashMap<String, u32>,
    language_ids: HashMap<String, u16>,
    gloss_ids: HashMap<String, u32>,
    /// Headings that are less than sure.
    confidences: HashMap<u32, f32>,
    max_text_bytes: usize,
}

/// The kinds of warning, in the order in which they are told.
const WARNING_KINDS: [WarningKind; 8] = [
    WarningKind::Undecodable,
    WarningKind::Escape,
    WarningKind::Control,
    WarningKind::BidiControl,
    WarningKind::CombiningMarks,
    WarningKind::Depth,
    WarningKind::Truncated,
    WarningKind::Malformed,
];

#[derive(Debug, Clone, Copy)]
struct OpenContainer {
    id: BlockId,
    has_leaf: bool,
}

#[derive(Debug, Clone, Copy)]
struct OpenLeaf {
    id: BlockId,
    kind: BlockKind,
    start: usize,
    /// Where the text ended before the leaf and its separator.
    text_before: usize,
    /// Whether text came before any leaf was opened for it.
    is_implied: bool,
    cell: CellState,
}

/// Where in a table the builder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CellState {
    /// Before a row's first cell, or in no table.
    RowStart,
    /// After a row's cell.
    Between,
    /// In a cell, whose text starts here.
    Open(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Purpose {
    LineEnd,
    MarkStart(usize),
    MarkEnd(usize),
    Target(String),
}

impl Default for DocumentBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl DocumentBuilder {
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// Returns a builder with room for so many bytes of text.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            blocks: Vec::new(),
            marks: Vec::new(),
            breaks: Vec::new(),
            links: Vec::new(),
            footnotes: Vec::new(),
            tables: Vec::new(),
            resources: Vec::new(),
            languages: Vec::new(),
            glosses: Vec::new(),
            passages: Vec::new(),
            targets: Vec::new(),
            meta: Meta::default(),
            warnings: [0; WARNING_KINDS.len()],
            containers: Vec::new(),
            n_too_deep: 0,
            leaf: None,
            open_passages: Vec::new(),
            has_leaf: false,
            raw: String::new(),
            stops: Vec::new(),
            purposes: Vec::new(),
            opened: Vec::new(),
            open_marks: Vec::new(),
            findings: Findings::default(),
            waiting_targets: Vec::new(),
            other_names: Vec::new(),
            inside_links: Vec::new(),
            footnote_ids: HashMap::new(),
            footnote_places: HashMap::new(),
            footnote_alike: HashMap::new(),
            language_ids: HashMap::new(),
            gloss_ids: HashMap::new(),
            confidences: HashMap::new(),
            max_text_bytes: MAX_TEXT_BYTES,
        }
    }

    /// Returns the end of the text so far. In an open leaf this cleans what the leaf has, so ask between leaves where
    /// you can.
    pub fn offset(&self) -> Offset {
        let Some(leaf) = self.leaf else { return Offset::at(self.text.len()) };
        let pending = clean::clean(&self.raw, mode(leaf.kind)).text.len();
        Offset::at((self.text.len() + pending).min(self.max_text_bytes))
    }

    /// Opens a container or a leaf; an open leaf is closed first.
    ///
    /// A block that has nothing in it when it closes is left out again, but for a rule or a figure, and its id then
    /// names the next block.
    pub fn open(&mut self, kind: BlockKind) -> BlockId {
        self.close_leaf();
        match self.known(kind) {
            kind if kind.is_container() => self.open_container(kind),
            BlockKind::Table(_) => self.open_table(Vec::new()),
            kind => self.open_leaf(kind, false),
        }
    }

    /// Closes the innermost open block and its marks. A paragraph that text opened by itself closes with the
    /// container around it.
    pub fn close(&mut self) {
        let is_leaf = self.leaf.is_some_and(|leaf| !leaf.is_implied);
        self.close_leaf();
        if !is_leaf {
            self.close_container();
        }
    }

    /// Adds a leaf with its whole text.
    pub fn leaf(&mut self, kind: BlockKind, text: &str) -> BlockId {
        let id = self.open(kind);
        match self.leaf {
            Some(OpenLeaf { kind: BlockKind::Rule, .. }) => {}
            Some(OpenLeaf { kind, .. }) if !matches!(kind, BlockKind::Table(_)) => {
                self.write(text, mode(kind), &mut []);
            }
            _ => self.text(text),
        }
        self.close();
        id
    }

    /// Adds text to the open leaf, or to a new paragraph.
    pub fn text(&mut self, raw: &str) {
        if raw.is_empty() {
            return;
        }
        self.need_place_for_text();
        let room = self.max_text_bytes.saturating_sub(self.raw.len());
        let taken = raw.get(..raw.floor_char_boundary(room)).unwrap_or_default();
        self.raw.push_str(taken);
        if taken.len() < raw.len() {
            self.warn(WarningKind::Truncated);
        }
    }

    /// Ends a line where the author wants it ended. In a heading, a title or a table's cell it is a space.
    pub fn line_break(&mut self) {
        self.need_place_for_text();
        match self.leaf.map(|leaf| leaf.kind) {
            Some(BlockKind::Title | BlockKind::Heading(_) | BlockKind::Table(_)) => self.text(" "),
            Some(kind) if kind.keeps_lines() => self.text("\n"),
            _ => self.stop(Stop::line_end(self.raw.len()), Purpose::LineEnd),
        }
    }

    /// Opens a mark at the present place, in a new paragraph if no leaf is open.
    pub fn open_mark(&mut self, kind: MarkKind) {
        self.need_place_for_text();
        let idx = self.opened.len();
        self.opened.push((kind, None));
        self.open_marks.push(idx);
        self.stop(Stop::new(self.raw.len()), Purpose::MarkStart(idx));
    }

    /// Closes the innermost open mark; one with nothing in it is left out.
    pub fn close_mark(&mut self) {
        if let Some(idx) = self.open_marks.pop() {
            self.stop(Stop::new(self.raw.len()), Purpose::MarkEnd(idx));
        }
    }

    /// Notes a link's target for [`MarkKind::Link`]. A `#name` is looked up when the document is finished.
    pub fn link(&mut self, address: &str, title: Option<&str>) -> u32 {
        let id = index(self.links.len());
        let target = match address.trim().strip_prefix('#') {
            Some(name) => {
                self.inside_links.push((id, name.to_owned()));
                LinkTarget::Nowhere(clean::clean_line(address, MAX_LABEL_CELLS))
            }
            None => address::target(address),
        };
        let title = title.map(label).filter(|title| !title.is_empty());
        self.links.push(Link { target, title });
        id
    }

    /// Notes a link that is known to lead nowhere.
    pub fn dead_link(&mut self, address: &str, title: Option<&str>) -> u32 {
        let id = index(self.links.len());
        let title = title.map(label).filter(|title| !title.is_empty());
        self.links.push(Link { target: LinkTarget::Nowhere(label(address)), title });
        id
    }

    /// Returns the index of the footnote with this label. Its text is the container [`BlockKind::Footnote`].
    pub fn footnote(&mut self, name: &str) -> u32 {
        let name = label(name);
        if let Some(&id) = self.footnote_ids.get(&name) {
            return id;
        }
        let id = index(self.footnotes.len());
        self.footnotes.push(Footnote { label: name.clone(), range: None });
        self.footnote_ids.insert(name, id);
        id
    }

    /// Returns the index of the footnote whose text stands at the place called `place`, whatever its label: a book has
    /// many notes called 1. Where the label is taken by another, the new one gets a number after it.
    pub fn footnote_at(&mut self, place: &str, name: &str) -> u32 {
        if let Some(&id) = self.footnote_places.get(place) {
            return id;
        }
        let name = label(name);
        let mut own = name.clone();
        if self.footnote_ids.contains_key(&own) {
            let n_alike = self.footnote_alike.entry(name.clone()).or_insert(1);
            // A number after a number would be another one.
            let between = if name.ends_with(char::is_alphanumeric) { "-" } else { "" };
            while self.footnote_ids.contains_key(&own) {
                *n_alike += 1;
                own = format!("{name}{between}{n_alike}");
            }
        }
        let id = self.footnote(&own);
        self.footnote_places.insert(place.to_owned(), id);
        id
    }

    /// Returns the label of a footnote.
    pub fn footnote_label(&self, id: u32) -> &str {
        self.footnotes.get(id as usize).map_or("", |footnote| footnote.label.as_str())
    }

    /// Returns the index of a language's name, for [`BlockKind::Code`].
    pub fn language(&mut self, name: &str) -> u16 {
        let name = label(name);
        if let Some(&id) = self.language_ids.get(&name) {
            return id;
        }
        let Ok(id) = u16::try_from(self.languages.len()) else { return u16::MAX };
        self.languages.push(name.clone());
        self.language_ids.insert(name, id);
        id
    }

    /// Returns the index of what a short form stands for, for [`MarkKind::Gloss`].
    pub fn gloss(&mut self, meaning: &str) -> u32 {
        let meaning = label(meaning);
        if let Some(&id) = self.gloss_ids.get(&meaning) {
            return id;
        }
        let id = index(self.glosses.len());
        self.glosses.push(meaning.clone());
        self.gloss_ids.insert(meaning, id);
        id
    }

    /// Says something of the blocks that follow, up to [`Self::close_passage`]. Its range is found by what they are.
    pub fn open_passage(&mut self, passage: &Passage) {
        self.close_leaf();
        let language = passage.language.as_deref().map(label).filter(|language| !language.is_empty());
        let source = passage.source.filter(|&link| (link as usize) < self.links.len());
        self.open_passages.push((self.passages.len(), false));
        self.passages.push(Passage { range: TextRange::default(), language, source, direction: passage.direction });
    }

    /// Ends the innermost open passage; one without anything in it is left out.
    pub fn close_passage(&mut self) {
        self.close_leaf();
        let Some((idx, has_leaf)) = self.open_passages.pop() else { return };
        if !has_leaf {
            self.passages.truncate(idx);
        } else if let Some(passage) = self.passages.get_mut(idx) {
            passage.range.end = Offset::at(self.text.len());
        }
    }

    /// Notes a picture for [`BlockKind::Figure`].
    pub fn resource(&mut self, address: &str, alt: &str) -> u32 {
        let id = index(self.resources.len());
        self.resources.push(Resource { address: address::resource(address), alt: label(alt) });
        id
    }

    /// Names the present place, for links inside the document. The first place of a name is the one that counts.
    pub fn target(&mut self, name: &str) {
        if self.leaf.is_some() {
            self.stop(Stop::new(self.raw.len()), Purpose::Target(name.to_owned()));
        } else {
            self.waiting_targets.push(name.to_owned());
        }
    }

    /// Gives the place that is called `name`, or will be, another name.
    pub fn name_also(&mut self, name: &str, other: &str) {
        self.other_names.push((other.to_owned(), name.to_owned()));
    }

    /// Makes a paragraph a heading of `level`, or a heading a paragraph, after the fact.
    pub fn set_heading(&mut self, id: BlockId, level: Option<u8>, confidence: f32) {
        let Some(block) = self.blocks.get_mut(id.index()) else { return };
        if !matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_)) {
            return;
        }
        block.kind = level.map_or(BlockKind::Paragraph, |level| BlockKind::Heading(level.clamp(1, 6)));
        if let Some(leaf) = &mut self.leaf
            && leaf.id == id
        {
            leaf.kind = block.kind;
        }
        self.confidences.insert(id.0, confidence.clamp(0.0, 1.0));
    }

    /// Sets what is known about the article, cleaned to single lines. Adds no block.
    pub fn set_meta(&mut self, meta: Meta) {
        let line = |text: Option<String>| text.map(|text| label(&text)).filter(|text| !text.is_empty());
        self.meta = Meta {
            title: line(meta.title),
            byline: line(meta.byline),
            date: line(meta.date),
            language: line(meta.language),
            site: line(meta.site),
            address: meta.address.map(|raw| clean::clean_address(&raw).unwrap_or_else(|| label(&raw))),
            description: line(meta.description),
            picture: meta.picture.map(|raw| address::resource(&raw)).filter(|picture| !picture.is_empty()),
        };
    }

    /// Counts something that the parser had to mend.
    pub fn warn(&mut self, kind: WarningKind) {
        self.warn_of(kind, 1);
    }

    /// Counts that the parser had to mend something `count` times.
    pub fn warn_of(&mut self, kind: WarningKind, count: u32) {
        let counters = WARNING_KINDS.iter().zip(&mut self.warnings);
        for (_, counter) in counters.filter(|&(&known, _)| known == kind) {
            *counter = counter.saturating_add(count);
        }
    }

    /// Returns what there is now as a document of its own, which is not complete.
    pub fn snapshot(&self) -> Document {
        self.clone().into_document(false)
    }

    /// Closes all that is open and returns the document.
    pub fn finish(self) -> Document {
        self.into_document(true)
    }

    /// Returns `kind` without an index that leads nowhere.
    fn known(&self, kind: BlockKind) -> BlockKind {
        match kind {
            BlockKind::Heading(level) => BlockKind::Heading(level.clamp(1, 6)),
            BlockKind::Code(Some(language)) if usize::from(language) >= self.languages.len() => BlockKind::Code(None),
            BlockKind::Figure(idx) if idx as usize >= self.resources.len() => BlockKind::Paragraph,
            BlockKind::Footnote(idx) if idx as usize >= self.footnotes.len() => BlockKind::Quote,
            kind => kind,
        }
    }

    fn open_container(&mut self, kind: BlockKind) -> BlockId {
        if self.containers.len() >= MAX_DEPTH {
            self.warn(WarningKind::Depth);
            self.n_too_deep += 1;
            return self.parent().unwrap_or(BlockId(0));
        }
        let id = self.push_block(kind);
        self.containers.push(OpenContainer { id, has_leaf: false });
        id
    }

    fn close_container(&mut self) {
        if self.n_too_deep > 0 {
            self.n_too_deep -= 1;
            return;
        }
        let Some(OpenContainer { id, has_leaf }) = self.containers.pop() else { return };
        if !has_leaf {
            // The containers inside it have gone before it, so it is the last block.
            self.blocks.truncate(id.index());
            return;
        }
        let Some(block) = self.blocks.get_mut(id.index()) else { return };
        block.range.end = Offset::at(self.text.len());
        if let BlockKind::Footnote(idx) = block.kind
            && let Some(footnote) = self.footnotes.get_mut(idx as usize)
        {
            footnote.range.get_or_insert(block.range);
        }
    }

    fn push_block(&mut self, kind: BlockKind) -> BlockId {
        let id = BlockId(index(self.blocks.len()));
        let range = TextRange::empty(Offset::at(self.text.len()));
        let depth = u8::try_from(self.containers.len()).unwrap_or(u8::MAX);
        self.blocks.push(Block { kind, range, depth, parent: self.parent() });
        id
    }

    fn parent(&self) -> Option<BlockId> {
        self.containers.last().map(|container| container.id)
    }

    fn into_document(mut self, complete: bool) -> Document {
        self.close_leaf();
        while !self.containers.is_empty() {
            self.close_container();
        }
        while !self.open_passages.is_empty() {
            self.close_passage();
        }
        let end = Offset::at(self.text.len());
        self.targets.extend(self.waiting_targets.drain(..).map(|name| (name, end)));
        // Stable, so that the first place of a name comes first.
        self.targets.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.targets.dedup_by(|(later, _), (first, _)| later == first);
        if !self.other_names.is_empty() {
            let place = |name: &String| {
                let idx = self.targets.binary_search_by(|(known, _)| known.cmp(name)).ok()?;
                self.targets.get(idx).map(|&(_, offset)| offset)
            };
            let others = std::mem::take(&mut self.other_names);
            let found: Vec<_> = others.into_iter().filter_map(|(other, name)| Some((other, place(&name)?))).collect();
            self.targets.extend(found);
            self.targets.sort_by(|(one, _), (other, _)| one.cmp(other));
            self.targets.dedup_by(|(later, _), (first, _)| later == first);
        }

        let warnings = WARNING_KINDS.iter().zip(self.warnings).filter(|&(_, count)| count > 0);
        let mut document = Document {
            text: Arc::new(self.text),
            blocks: self.blocks,
            marks: self.marks,
            breaks: self.breaks,
            sections: Vec::new(),
            links: self.links,
            footnotes: self.footnotes,
            tables: self.tables,
            resources: self.resources,
            languages: self.languages,
            glosses: self.glosses,
            passages: self.passages,
            targets: self.targets,
            meta: self.meta,
            warnings: warnings.map(|(&kind, count)| Warning { kind, count }).collect(),
            extraction: None,
            complete,
        };
        for (id, name) in self.inside_links {
            let place = match name.as_str() {
                "" | "top" => document.target(&name).or(Some(Offset(0))),
                name => document.target(name).or_else(|| document.target(&address::percent_decoded(name))),
            };
            if let (Some(offset), Some(link)) = (place, document.links.get_mut(id as usize)) {
                link.target = LinkTarget::Inside(offset);
            }
        }
        // A note that nothing said to be one is still what stands at its place.
        for (place, id) in self.footnote_places {
            let there =
                document.target(&place).and_then(|offset| document.leaf_at(offset)).and_then(|id| document.block(id));
            let range = there.map(|block| block.range);
            if let Some(footnote) = document.footnotes.get_mut(id as usize).filter(|footnote| footnote.range.is_none())
            {
                footnote.range = range;
            }
        }
        let confidences = self.confidences;
        document.sections = outline(&document, &[], |id| confidences.get(&id.0).copied().unwrap_or(1.0));
        document
    }
}

fn index(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn label(raw: &str) -> String {
    clean::clean_line(raw, MAX_LABEL_CELLS)
}

fn mode(kind: BlockKind) -> Mode {
    match kind {
        BlockKind::Code(_) | BlockKind::Math => Mode::Code,
        BlockKind::Verse => Mode::Verse,
        _ => Mode::Prose,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::document::{Alignment, ItemMark};

    /// Builds a document, checks its invariants, and returns it as one line a block: depth, kind, text with marks.
    fn check(build: impl FnOnce(&mut DocumentBuilder), expected: &[&str]) -> Document {
        let mut builder = DocumentBuilder::new();
        build(&mut builder);
        let document = builder.finish();
        document.check_invariants().unwrap();
        let line = |block: &Block| {
            format!("{} {:?} {:?}", block.depth, block.kind, document.slice(block.range)).replace("\\n", "|")
        };
        assert_eq!(document.blocks().iter().map(line).collect::<Vec<_>>(), expected);
        document
    }

    fn marks(document: &Document) -> Vec<(MarkKind, &str)> {
        document.marks().iter().map(|mark| (mark.kind, document.slice(mark.range))).collect()
    }

    #[test]
    fn prose_is_one_line_and_leaves_are_apart() {
        let document = check(
            |b| {
                b.leaf(BlockKind::Heading(9), "  A  title\n");
                b.leaf(BlockKind::Paragraph, "one\ntwo \t three");
                b.leaf(BlockKind::Paragraph, " \n ");
                b.leaf(BlockKind::Rule, "");
                b.leaf(BlockKind::Code(None), "\na\n\tb\n\n");
            },
            &[
                "0 Heading(6) \"A title\"",
                "0 Paragraph \"one two three\"",
                "0 Rule \"\"",
                "0 Code(None) \"a|        b\"",
            ],
        );
        assert_eq!(document.text(), "A title\none two three\n\na\n        b");
        assert_eq!(document.sections().len(), 1);
        assert_eq!(document.sections()[0].words, 5);
        assert!(document.is_complete());
    }

    #[test]
    fn containers_span_their_leaves_and_empty_ones_go() {
        let document = check(
            |b| {
                b.leaf(BlockKind::Paragraph, "x");
                b.open(BlockKind::Quote);
                b.open(BlockKind::Item(ItemMark::Bullet));
                b.text("tight");
                b.close();
                b.open(BlockKind::Item(ItemMark::Bullet));
                b.close();
                b.open(BlockKind::Item(ItemMark::Bullet));
                b.leaf(BlockKind::Paragraph, "loose");
                b.close();
                b.close();
                b.open(BlockKind::Quote);
                b.open(BlockKind::Quote);
                b.close();
            },
            &[
                "0 Paragraph \"x\"",
                "0 Quote \"tight|loose\"",
                "1 Item(Bullet) \"tight\"",
                "2 Paragraph \"tight\"",
                "1 Item(Bullet) \"loose\"",
                "2 Paragraph \"loose\"",
            ],
        );
        assert_eq!(document.sections().len(), 1);
        assert_eq!(document.sections()[0].title, None);
    }

    #[test]
    fn marks_keep_to_what_is_seen() {
        let document = check(
            |b| {
                b.text("a ");
                b.open_mark(MarkKind::Strong);
                b.text(" b ");
                b.open_mark(MarkKind::Emphasis);
                b.text("c");
                b.close_mark();
                b.text(" ");
                b.close_mark();
                b.open_mark(MarkKind::Code);
                b.close_mark();
                b.text("\u{301}d e");
                b.open_mark(MarkKind::Strike);
                b.text("\u{301}");
                b.close_mark();
                b.line_break();
                b.text(" f ");
                b.line_break();
            },
            &["0 Paragraph \"a b c \\u{301}d e\\u{301}|f\""],
        );
        assert_eq!(marks(&document), [(MarkKind::Strong, "b c"), (MarkKind::Emphasis, "c")]);
    }

    #[test]
    fn a_sequence_in_pieces_is_still_one() {
        let document = check(
            |b| {
                b.text("a\u{1B}");
                b.text("]0;ti");
                b.open_mark(MarkKind::Strong);
                b.text("tle\u{7}b");
                b.close_mark();
            },
            &["0 Paragraph \"ab\""],
        );
        assert_eq!(marks(&document), [(MarkKind::Strong, "b")]);
        assert_eq!(document.warnings(), [Warning { kind: WarningKind::Escape, count: 1 }]);
    }

    #[test]
    fn tables_have_cells_and_rows() {
        let document = check(
            |b| {
                b.open_table(vec![Alignment::Left]);
                for (row, is_header) in [(["a\tb", "c"], true), (["", "\u{301}d\ne"], false)] {
                    for cell in row {
                        b.open_cell();
                        b.open_mark(MarkKind::Strong);
                        b.text(cell);
                        b.close_cell();
                    }
                    b.end_row(is_header);
                }
                b.close();
                b.text("after");
            },
            &["0 Table(0) \"a b\\tc|\\t\u{25CC}\\u{301}d e\"", "0 Paragraph \"after\""],
        );
        let table = &document.tables()[0];
        assert_eq!((table.header_rows, table.rows.len()), (1, 2));
        assert_eq!(marks(&document).len(), 3);
    }

    #[test]
    fn links_lead_where_they_may() {
        let mut builder = DocumentBuilder::new();
        let cases = [
            ("#here", LinkTarget::Inside(Offset(4))),
            ("#h%C3%A9", LinkTarget::Inside(Offset(4))),
            ("#gone", LinkTarget::Nowhere("#gone".into())),
            (" HTTP://Exämple.org/a b ", LinkTarget::Address("http://xn--exmple-cua.org/a%20b".into())),
            ("//x.org", LinkTarget::Address("https://x.org/".into())),
            ("mailto:a@b.c", LinkTarget::Address("mailto:a@b.c".into())),
            ("javascript:alert(1)", LinkTarget::Nowhere("javascript:alert(1)".into())),
            ("a/b.md#c", LinkTarget::File("a/b.md#c".into())),
            ("a\u{202E}b", LinkTarget::Nowhere("a⟨U+202E⟩b".into())),
            ("man:ls(1)", LinkTarget::Manual("man:ls(1)".into())),
            ("man:../ls", LinkTarget::Nowhere("man:../ls".into())),
            ("man:", LinkTarget::Nowhere("man:".into())),
            ("", LinkTarget::Nowhere(String::new())),
        ];
        for (address, _) in &cases {
            builder.link(address, None);
        }
        builder.leaf(BlockKind::Paragraph, "one");
        builder.target("here");
        builder.target("hé");
        builder.leaf(BlockKind::Paragraph, "\u{200B}");
        builder.leaf(BlockKind::Paragraph, "two");
        builder.target("here");
        let document = builder.finish();
        let found: Vec<_> = document.links().iter().map(|link| link.target.clone()).collect();
        assert_eq!(found, cases.map(|(_, target)| target));
    }

    #[test]
    fn notes_of_one_label_are_told_apart() {
        let mut builder = DocumentBuilder::new();
        let places = [("a", "1"), ("b", "1"), ("a", "1"), ("c", "*"), ("d", "*"), ("e", "1"), ("f", "*")];
        let labels = places.map(|(place, label)| {
            let footnote = builder.footnote_at(place, label);
            builder.footnote_label(footnote).to_owned()
        });
        assert_eq!(labels, ["1", "1-2", "1", "*", "*2", "1-3", "*3"]);
    }

    #[test]
    fn a_rule_has_no_text() {
        check(
            |b| {
                b.leaf(BlockKind::Rule, "***");
                b.open(BlockKind::Rule);
                b.text("a");
                b.close();
                b.leaf(BlockKind::Paragraph, "b");
            },
            &["0 Rule \"\"", "0 Rule \"\"", "0 Paragraph \"a\"", "0 Paragraph \"b\""],
        );
    }

    #[test]
    fn nesting_too_deep_is_flattened() {
        let mut builder = DocumentBuilder::new();
        for _ in 0..100 {
            builder.open(BlockKind::Quote);
        }
        builder.leaf(BlockKind::Paragraph, "deep");
        for _ in 0..100 {
            builder.close();
        }
        builder.leaf(BlockKind::Paragraph, "shallow");
        let document = builder.finish();
        document.check_invariants().unwrap();
        assert_eq!(document.blocks().len(), MAX_DEPTH + 2);
        assert_eq!(document.blocks().last().unwrap().depth, 0);
        assert_eq!(document.warnings(), [Warning { kind: WarningKind::Depth, count: 36 }]);
    }

    #[test]
    fn the_text_has_an_end() {
        let mut builder = DocumentBuilder { max_text_bytes: 100, ..DocumentBuilder::new() };
        for _ in 0..50 {
            builder.leaf(BlockKind::Paragraph, "éééééééééé");
        }
        let document = builder.finish();
        document.check_invariants().unwrap();
        assert!(document.text().len() <= 100);
        assert_eq!(document.warnings()[0].kind, WarningKind::Truncated);
    }

    #[test]
    fn a_snapshot_shows_what_is_open() {
        let mut builder = DocumentBuilder::new();
        builder.open(BlockKind::Quote);
        builder.text("so ");
        assert_eq!(builder.offset(), Offset(2));
        let document = builder.snapshot();
        assert!(!document.is_complete());
        assert_eq!((document.text(), document.blocks().len()), ("so", 2));
        builder.text("far");
        assert_eq!(builder.finish().text(), "so far");
    }

    #[test]
    fn headings_may_be_decided_late() {
        let mut builder = DocumentBuilder::new();
        let one = builder.leaf(BlockKind::Paragraph, "One");
        builder.leaf(BlockKind::Paragraph, "Text of it");
        let two = builder.leaf(BlockKind::Paragraph, "Two");
        builder.leaf(BlockKind::Paragraph, "More text");
        builder.set_heading(one, Some(2), 0.5);
        let document = builder.finish();
        let outline = |document: &Document| -> Vec<(u8, u32, f32)> {
            document.sections().iter().map(|section| (section.level, section.words, section.confidence)).collect()
        };
        assert_eq!(outline(&document), [(2, 6, 0.5)]);
        let promoted = document.with_heading(two, Some(3));
        assert_eq!(outline(&promoted), [(2, 3, 0.5), (3, 2, 1.0)]);
        assert!(Arc::ptr_eq(&document.text, &promoted.text));
        promoted.check_invariants().unwrap();
        assert_eq!(outline(&promoted.with_heading(one, None)), [(0, 4, 1.0), (3, 2, 1.0)]);
        assert_eq!(promoted.with_heading(two, None), document);
    }

    #[derive(Debug, Clone)]
    enum Call {
        Open(BlockKind),
        Close,
        Leaf(BlockKind, String),
        Text(String),
        LineBreak,
        OpenMark(MarkKind),
        CloseMark,
        Target(String),
        Table,
        Cell,
        CloseCell,
        EndRow(bool),
        SetHeading(u32, Option<u8>),
        Link(String),
        Footnote(String),
    }

    fn hostile_text() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "a",
            "B ",
            " ",
            "\n",
            "\t",
            "\r\n",
            "é",
            "e\u{301}",
            "\u{301}",
            "\u{301}\u{302}\u{303}\u{304}\u{305}",
            "\u{1B}",
            "[31m",
            "\u{9B}",
            "]0;x\u{7}",
            "\u{AD}",
            "\u{200B}",
            "\u{2060}",
            "\u{200D}",
            "\u{200C}",
            "👩",
            "🏴",
            "\u{E0067}",
            "\u{E007F}",
            "\u{FE0F}",
            "🇦",
            "中",
            "한",
            "\u{1100}",
            "\u{1161}",
            "क",
            "\u{94D}",
            "\u{202E}",
            "\u{600}",
            "\u{F8FF}",
            "\u{2029}",
            "🏽",
            "1",
            "\u{20E3}",
        ]);
        prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
    }

    fn call() -> impl Strategy<Value = Call> {
        let kinds = || {
            prop::sample::select(vec![
                BlockKind::Title,
                BlockKind::Byline,
                BlockKind::Paragraph,
                BlockKind::Heading(2),
                BlockKind::Quote,
                BlockKind::Item(ItemMark::Bullet),
                BlockKind::Verse,
                BlockKind::Code(Some(3)),
                BlockKind::Table(7),
                BlockKind::Figure(0),
                BlockKind::Rule,
                BlockKind::Term,
                BlockKind::Definition,
                BlockKind::Footnote(0),
                BlockKind::Math,
            ])
        };
        let mark_kinds = prop::sample::select(vec![MarkKind::Strong, MarkKind::Link(0), MarkKind::FootnoteRef(0)]);
        prop_oneof![
            1 => kinds().prop_map(Call::Open),
            3 => Just(Call::Close),
            1 => (kinds(), hostile_text()).prop_map(|(kind, text)| Call::Leaf(kind, text)),
            4 => hostile_text().prop_map(Call::Text),
            1 => Just(Call::LineBreak),
            2 => mark_kinds.prop_map(Call::OpenMark),
            2 => Just(Call::CloseMark),
            1 => "[ab]".prop_map(Call::Target),
            1 => Just(Call::Table),
            2 => Just(Call::Cell),
            1 => Just(Call::CloseCell),
            1 => any::<bool>().prop_map(Call::EndRow),
            1 => (0..6u32, prop::option::of(0..9u8)).prop_map(|(id, level)| Call::SetHeading(id, level)),
            1 => "#[ab]".prop_map(Call::Link),
            1 => "[ab]".prop_map(Call::Footnote),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn any_calls_make_a_sound_document(calls in prop::collection::vec(call(), 0..30)) {
            let mut builder = DocumentBuilder::new();
            for call in calls {
                let before = builder.offset();
                let is_at_rest = builder.leaf.is_none();
                match call {
                    Call::Open(kind) => { builder.open(kind); }
                    Call::Close => builder.close(),
                    Call::Leaf(kind, text) => { builder.leaf(kind, &text); }
                    Call::Text(text) => builder.text(&text),
                    Call::LineBreak => builder.line_break(),
                    Call::OpenMark(kind) => builder.open_mark(kind),
                    Call::CloseMark => builder.close_mark(),
                    Call::Target(name) => builder.target(&name),
                    Call::Table => { builder.open_table(vec![]); }
                    Call::Cell => builder.open_cell(),
                    Call::CloseCell => builder.close_cell(),
                    Call::EndRow(is_header) => builder.end_row(is_header),
                    Call::SetHeading(id, level) => builder.set_heading(BlockId(id), level, 0.5),
                    Call::Link(address) => { builder.link(&address, None); }
                    Call::Footnote(name) => { builder.footnote(&name); }
                }
                prop_assert!(!is_at_rest || before <= builder.offset());
            }
            prop_assert_eq!(builder.snapshot().check_invariants(), Ok(()));
            let document = builder.finish();
            prop_assert_eq!(document.check_invariants(), Ok(()));
        }
    }
}
