//! The walk: from elements to blocks and marks, in the order of the page.
//!
//! The walk keeps its own stack, so that no page decides how much of the program's it takes. Words open a leaf where
//! none is open, whatever element they stand in; an element that stands on lines of its own ends it. Marks wait until
//! words come in them, and go on in the next leaf where a block stands inside of one. In a heading, a term, a caption
//! or a cell there is one leaf only ("closed ground"), where blocks end lines.

use dom_query::{NodeId, NodeRef, Tree};

use super::Fragment;
use super::element::{self, attribute, name_of};
use super::notes::Notes;
use super::table::Grid;
use super::{code, flow};
use crate::document::{BlockId, BlockKind, Direction, DocumentBuilder, MarkKind, Numerals, Passage};

/// Writes elements to a builder.
pub struct Walk<'w, 't> {
    pub(super) builder: &'w mut DocumentBuilder,
    pub(super) tree: &'t Tree,
    pub(super) fragment: &'w Fragment<'w>,
    pub(super) notes: Notes,
    frames: Vec<Frame<'t>>,
    /// The marks around this place, outermost first.
    marks: Vec<MarkKind>,
    /// How many of them are open in the leaf.
    n_open: usize,
    leaf: Option<BlockKind>,
    /// Whether the leaf's last character is a space or the end of a line.
    ends_blank: bool,
    /// Line breaks that wait for words.
    n_breaks: u8,
    /// What words become here, innermost last.
    kinds: Vec<BlockKind>,
    /// How many elements around this place make one leaf of all that is in them.
    n_closed_grounds: usize,
    /// How many elements around this place keep their white space, as code does, and how many more do in words.
    n_verbatim: usize,
    n_preserved: usize,
    /// Blocks around this place.
    pub(super) blocks: Vec<NodeId>,
    pub(super) lists: Vec<List>,
    /// The languages and directions that are told around this place.
    languages: Vec<String>,
    directions: Vec<Direction>,
    pub(super) grids: Vec<Grid>,
    is_in_link: bool,
    /// The label of the note that begins here, which its words may say again.
    waiting_label: Option<String>,
    /// For each leaf the node that it begins with: a text, or the element that it was made of.
    origins: Vec<(BlockId, NodeId)>,
    /// The node that is being written.
    here: NodeId,
}

struct Frame<'t> {
    next: Option<NodeRef<'t>>,
    close: Close,
}

/// What ends with an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
    Nothing,
    Mark,
    Link,
    Block,
    /// A block whose words have a kind of their own.
    Kind,
    /// As that, and its white space is kept.
    Preserved,
    /// A block whose words have a kind of their own, and all of which is one leaf.
    Ground,
    Container,
    /// A container with a passage in it.
    Quote,
    /// As closed ground under a mark.
    Summary,
    /// A figure's caption, which is the figure's own leaf.
    Caption,
    /// What was said of the language or direction of blocks.
    Passage {
        has_language: bool,
        has_direction: bool,
    },
    List,
    /// A line of code.
    Line,
    /// A part of such a line.
    Cut,
    Verbatim,
    Table,
    Row,
    Cell,
    /// Text that stands after the element's own.
    Text(&'static str),
}

/// A list and the number of its next item.
pub(super) struct List {
    pub is_numbered: bool,
    pub numerals: Option<Numerals>,
    pub next: i64,
    pub step: i64,
}

impl<'w, 't> Walk<'w, 't> {
    pub fn new(builder: &'w mut DocumentBuilder, tree: &'t Tree, fragment: &'w Fragment<'w>) -> Self {
        let inside = |href: &str| {
            // A page by itself is left by every address that names no place.
            if fragment.prefix.is_empty() && !href.contains('#') {
                return None;
            }
            let address = (fragment.resolve)(href)?;
            address.strip_prefix('#').map(str::to_owned)
        };
        Self {
            notes: Notes::of(tree, &inside, fragment.prefix),
            builder,
            tree,
            fragment,
            frames: Vec::new(),
            marks: Vec::new(),
            n_open: 0,
            leaf: None,
            ends_blank: true,
            n_breaks: 0,
            kinds: vec![BlockKind::Paragraph],
            n_closed_grounds: 0,
            n_verbatim: 0,
            n_preserved: 0,
            blocks: vec![tree.root().id],
            lists: Vec::new(),
            languages: attribute(&tree.html_root(), "lang").into_iter().collect(),
            directions: Vec::new(),
            grids: Vec::new(),
            is_in_link: false,
            waiting_label: None,
            origins: Vec::new(),
            here: tree.root().id,
        }
    }

    /// Writes all of the tree, and returns for each leaf the node that it begins with.
    pub fn run(mut self) -> Vec<(BlockId, NodeId)> {
        let root = self.tree.root();
        self.frames.push(Frame { next: root.first_child(), close: Close::Nothing });
        while let Some(frame) = self.frames.last_mut() {
            match frame.next {
                Some(node) => {
                    frame.next = node.next_sibling();
                    self.node(node);
                }
                None => {
                    let close = frame.close;
                    self.frames.pop();
                    self.close(close);
                }
            }
        }
        self.close_leaf();
        self.origins
    }

    fn node(&mut self, node: NodeRef<'t>) {
        self.here = node.id;
        let Some(name) = name_of(&node) else {
            if node.is_text() && !self.notes.is_passed_over(node.id) && !is_between_cells(&node) {
                let text = node.text();
                match self.waiting_label.take() {
                    Some(label) if text.trim().is_empty() => {
                        self.words(&text);
                        self.waiting_label = Some(label);
                    }
                    Some(label) => self.words(after_label(&text, &label)),
                    None => self.words(&text),
                }
            }
            return;
        };
        let name = &*name;
        let numbers_lines = (self.is_in_verbatim() || matches!(name, "td" | "pre")) && code::is_gutter(&node);
        if numbers_lines || element::is_hidden(&node, name) || self.notes.is_passed_over(node.id) {
            return;
        }
        if element::is_block(name) {
            self.open_passage(&node, name);
        }
        let close = self.element(node, name);
        if let Some(close) = close {
            self.frames.push(Frame { next: node.first_child(), close });
        }
    }

    fn close(&mut self, close: Close) {
        match close {
            Close::Nothing => return,
            Close::Mark => return self.close_mark(),
            Close::Link => {
                self.is_in_link = false;
                return self.close_mark();
            }
            Close::Text(text) => return self.words(text),
            Close::Line => {
                self.words("\n");
                self.n_breaks = 0;
            }
            Close::Passage { has_language, has_direction } => {
                self.close_leaf();
                self.builder.close_passage();
                if has_language {
                    self.languages.pop();
                }
                if has_direction {
                    self.directions.pop();
                }
                return;
            }
            Close::Summary => {
                self.close_mark();
                self.n_closed_grounds -= 1;
                self.close_leaf();
                self.kinds.pop();
            }
            Close::Caption => {
                self.n_closed_grounds -= 1;
                self.close_leaf();
            }
            Close::Quote => {
                self.close_leaf();
                self.builder.close_passage();
                self.kinds.pop();
                self.builder.close();
            }
            Close::Cut => {}
            Close::Block => self.boundary(),
            Close::Kind => {
                self.close_leaf();
                self.kinds.pop();
            }
            Close::Preserved => {
                self.close_leaf();
                self.n_preserved -= 1;
                self.kinds.pop();
            }
            Close::Ground => {
                self.n_closed_grounds -= 1;
                self.close_leaf();
                self.kinds.pop();
            }
            Close::Container => {
                // A note that had no words leaves none to wait for.
                self.waiting_label = None;
                self.close_leaf();
                self.kinds.pop();
                self.builder.close();
            }
            Close::List => {
                self.close_leaf();
                self.lists.pop();
            }
            Close::Verbatim => {
                self.n_verbatim -= 1;
                self.close_leaf();
            }
            Close::Table => self.close_table(),
            Close::Row => self.close_row(),
            Close::Cell => self.close_cell(),
        }
        self.blocks.pop();
    }

    /// Ends the leaf where an element on lines of its own begins or ends; on closed ground, the line.
    pub(super) fn boundary(&mut self) {
        if self.n_verbatim > 0 || self.n_closed_grounds > 0 {
            self.n_breaks = self.n_breaks.max(1);
        } else {
            self.close_leaf();
        }
    }

    pub(super) fn open_ground(&mut self, kind: BlockKind) -> Close {
        self.close_leaf_on_open_ground();
        self.kinds.push(kind);
        self.n_closed_grounds += 1;
        Close::Ground
    }

    fn close_leaf_on_open_ground(&mut self) {
        if self.n_closed_grounds == 0 {
            self.close_leaf();
        }
    }

    /// Makes leaves of a kind of the words that follow.
    pub(super) fn open_kind(&mut self, kind: BlockKind) -> Close {
        self.kinds.push(kind);
        Close::Kind
    }

    /// Makes leaves of a kind of the words that follow, and keeps their white space.
    pub(super) fn open_preserved(&mut self, kind: BlockKind) -> Close {
        self.n_preserved += 1;
        self.kinds.push(kind);
        Close::Preserved
    }

    pub(super) fn open_container(&mut self, kind: BlockKind) -> Close {
        self.close_leaf();
        self.builder.open(kind);
        self.kinds.push(BlockKind::Paragraph);
        Close::Container
    }

    pub(super) fn open_leaf(&mut self, kind: BlockKind) {
        self.close_leaf();
        let id = self.builder.open(kind);
        self.origins.push((id, self.here));
        self.leaf = Some(kind);
        self.ends_blank = true;
    }

    pub(super) fn close_leaf(&mut self) {
        if self.leaf.take().is_some() {
            self.builder.close();
        }
        self.n_open = 0;
        self.n_breaks = 0;
    }

    /// Enters a leaf that is open already: a table's cell.
    pub(super) fn enter_cell(&mut self) {
        self.n_open = 0;
        self.n_breaks = 0;
    }

    /// Writes words as they stand in the source.
    pub(super) fn words(&mut self, text: &str) {
        if self.n_verbatim > 0 {
            self.make_ready();
            self.ends_blank = text.ends_with('\n');
            return self.builder.text(text);
        }
        let is_blank = text.chars().all(|c| c.is_ascii_whitespace() || c == '\u{a0}');
        let has_place = self.leaf.is_some() || self.grids.last().is_some_and(Grid::is_in_cell);
        if is_blank && (!has_place || self.n_breaks > 0) {
            return;
        }
        self.make_ready();
        if self.leaf == Some(BlockKind::Verse) && self.n_preserved == 0 {
            self.verse(text);
        } else {
            self.builder.text(text);
        }
    }

    /// Writes words of verse, where only what the page says ends a line.
    fn verse(&mut self, text: &str) {
        let mut line = String::with_capacity(text.len());
        for c in text.chars() {
            if !c.is_ascii_whitespace() {
                line.push(c);
                self.ends_blank = false;
            } else if !self.ends_blank {
                line.push(' ');
                self.ends_blank = true;
            }
        }
        self.builder.text(&line);
    }

    /// Opens what words need to be written: a leaf, the line that was waited for, the marks around.
    fn make_ready(&mut self) {
        let in_cell = self.grids.last().is_some_and(Grid::is_in_cell);
        if self.n_breaks > 1 && self.n_closed_grounds == 0 && self.n_verbatim == 0 {
            self.close_leaf();
        }
        if self.leaf.is_none() && !in_cell {
            self.open_leaf(self.kind());
        } else if self.n_breaks > 0 && !(self.n_verbatim > 0 && self.ends_blank) {
            self.builder.line_break();
            self.ends_blank = true;
        }
        self.n_breaks = 0;
        for kind in self.marks.iter().skip(self.n_open) {
            self.builder.open_mark(*kind);
        }
        self.n_open = self.marks.len();
    }

    pub(super) fn line_break(&mut self) {
        if self.n_verbatim > 0 {
            self.words("\n");
        } else if self.leaf.is_some() || self.grids.last().is_some_and(Grid::is_in_cell) {
            self.n_breaks = self.n_breaks.saturating_add(1);
        }
    }

    pub(super) fn open_mark(&mut self, kind: MarkKind) -> Close {
        // Once is as strong as twice.
        if self.marks.contains(&kind) {
            return Close::Nothing;
        }
        self.marks.push(kind);
        Close::Mark
    }

    pub(super) fn close_mark(&mut self) {
        if self.n_open == self.marks.len() && self.n_open > 0 {
            self.builder.close_mark();
            self.n_open -= 1;
        }
        self.marks.pop();
    }

    /// Writes words under a mark of their own.
    pub(super) fn marked(&mut self, kind: MarkKind, text: &str) {
        let close = self.open_mark(kind);
        self.words(text);
        self.close(close);
    }

    pub(super) fn open_link(&mut self, link: u32) -> Close {
        self.is_in_link = true;
        self.marks.push(MarkKind::Link(link));
        Close::Link
    }

    /// Names the place for links that lead to the element.
    pub(super) fn name_place(&mut self, node: &NodeRef<'t>, name: &str) {
        for attribute in ["id", "name"] {
            if attribute == "name" && name != "a" {
                continue;
            }
            if let Some(place) = element::attribute(node, attribute) {
                self.builder.target(&format!("{}{place}", self.fragment.prefix));
            }
        }
    }

    /// Says that a note begins, whose words may say its label again.
    pub(super) fn expect_label(&mut self, label: String) {
        self.waiting_label = Some(label);
    }

    /// Says that a note's words have begun with something else than its label.
    pub(super) fn expect_no_label(&mut self) {
        self.waiting_label = None;
    }

    /// Says that what follows is made of `node`.
    pub(super) fn stand_at(&mut self, node: NodeId) {
        self.here = node;
    }

    /// Notes that a leaf was made of an element.
    pub(super) fn note_origin(&mut self, block: BlockId, node: NodeId) {
        self.origins.push((block, node));
    }

    /// Walks from `first` on, before what comes next.
    pub(super) fn walk_into(&mut self, first: Option<NodeRef<'t>>, close: Close) {
        self.frames.push(Frame { next: first, close });
    }

    /// Says in which language and direction the blocks in an element are, where that is news.
    fn open_passage(&mut self, node: &NodeRef<'t>, name: &str) {
        let is_page = matches!(name, "html" | "body");
        let language = attribute(node, "lang").or_else(|| attribute(node, "xml:lang"));
        let language = language.filter(|language| !is_page && self.languages.last() != Some(language));
        let direction = flow::direction(node).filter(|direction| self.directions.last() != Some(direction));
        let is_news =
            language.is_some() || direction.is_some_and(|direction| !(is_page && direction == Direction::LeftToRight));
        if !is_news || self.is_on_closed_ground() || self.is_in_verbatim() || self.is_in_grid() {
            return;
        }
        self.close_leaf();
        let close = Close::Passage { has_language: language.is_some(), has_direction: direction.is_some() };
        self.languages.extend(language.clone());
        self.directions.extend(direction);
        self.builder.open_passage(&Passage { language, direction, ..Passage::default() });
        self.frames.push(Frame { next: None, close });
    }

    /// Returns whether all around is one leaf.
    pub(super) fn is_on_closed_ground(&self) -> bool {
        self.n_closed_grounds > 0
    }

    /// Returns whether words become a heading's.
    pub(super) fn is_in_heading(&self) -> bool {
        matches!(self.kinds.last(), Some(BlockKind::Heading(_)))
    }

    pub(super) fn is_in_verbatim(&self) -> bool {
        self.n_verbatim > 0
    }

    /// Returns whether a table's rows are around.
    fn is_in_grid(&self) -> bool {
        self.grids.last().is_some_and(Grid::holds_data)
    }

    pub(super) fn is_in_link(&self) -> bool {
        self.is_in_link
    }

    /// Returns whether words stand on the line already.
    pub(super) fn has_words_before(&self) -> bool {
        self.leaf.is_some() && self.n_breaks == 0
    }

    /// Returns what words become here.
    pub(super) fn kind(&self) -> BlockKind {
        self.kinds.last().copied().unwrap_or(BlockKind::Paragraph)
    }

    pub(super) fn enter_verbatim(&mut self) {
        self.n_verbatim += 1;
    }

    pub(super) fn enter_ground(&mut self) {
        self.n_closed_grounds += 1;
    }

    pub(super) fn leave_ground(&mut self) {
        self.n_closed_grounds -= 1;
    }
}

/// Returns whether a text stands in a table, but in no cell: it is the white space of the source.
fn is_between_cells(text: &NodeRef<'_>) -> bool {
    let parent = text.parent().and_then(|parent| name_of(&parent));
    parent.is_some_and(|name| matches!(&*name, "table" | "tbody" | "thead" | "tfoot" | "tr"))
}

/// Returns the words of a note without the label that they begin with.
fn after_label<'a>(text: &'a str, label: &str) -> &'a str {
    let Some(rest) = text.trim_start().trim_start_matches(['[', '(']).strip_prefix(label) else { return text };
    let is_sign = !label.chars().any(char::is_alphanumeric);
    let after = rest.trim_start_matches([']', ')', '.', ':']);
    let is_apart = after.starts_with(char::is_whitespace);
    if is_apart && (is_sign || after.len() < rest.len()) { after } else { text }
}
