//! The builder: the only door into a document, where every text is cleaned.
//!
//! Parsers say what opens, what is written and what closes; nesting, separators, offsets and the outline are made
//! here. The builder only appends: an offset once given never moves. An open leaf's text is kept raw until the leaf
//! ends and is cleaned as one, because an escape sequence or a cluster may be written in pieces; the leaf's marks and
//! targets get their offsets then.

mod address;
mod leaf;
mod references;
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
mod tests;
