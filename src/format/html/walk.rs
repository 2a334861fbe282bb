//! The walk: from elements to blocks and marks, in the order of the page.
//!
//! The walk keeps its own stack, so that no page decides how much of the program's it takes. Words open a leaf where
//! none is open, whatever element they stand in; an element that stands on lines of its own ends it. Marks wait until
//! words come in them, and go on in the next leaf where a block stands inside of one. In a heading, a term, a caption
//! or a cell there is one leaf only ("closed ground"), where blocks end lines.

use dom_query::{NodeId, NodeRef, Tree};

use super::Fragment;
use super::element::{self, attribute, has_class, heading_level, name_of};
use super::table::Grid;
use crate::document::{BlockId, BlockKind, DocumentBuilder, ItemMark, MarkKind};

/// How many nodes around a picture are looked at to find out whether it stands among words.
const MOST_NEIGHBOURS: usize = 32;

/// Writes elements to a builder.
pub struct Walk<'w, 't> {
    pub(super) builder: &'w mut DocumentBuilder,
    pub(super) tree: &'t Tree,
    pub(super) fragment: &'w Fragment<'w>,
    frames: Vec<Frame<'t>>,
    /// The marks around this place, outermost first.
    marks: Vec<MarkKind>,
    /// How many of them are open in the leaf.
    n_open: usize,
    has_leaf: bool,
    /// Line breaks that wait for words.
    n_breaks: u8,
    /// What words become here, innermost last.
    kinds: Vec<BlockKind>,
    /// How many elements around this place make one leaf of all that is in them.
    n_closed_grounds: usize,
    /// How many elements around this place keep their white space.
    n_verbatim: usize,
    /// Blocks around this place.
    blocks: Vec<NodeId>,
    lists: Vec<List>,
    pub(super) grids: Vec<Grid>,
    is_in_link: bool,
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
    /// As that, and all of it is one leaf.
    Ground,
    Container,
    List,
    Verbatim,
    Table,
    Row,
    Cell,
    /// Text that stands after the element's own.
    Text(&'static str),
}

/// A list and the number of its next item.
struct List {
    is_numbered: bool,
    next: i64,
    step: i64,
}

impl<'w, 't> Walk<'w, 't> {
    pub fn new(builder: &'w mut DocumentBuilder, tree: &'t Tree, fragment: &'w Fragment<'w>) -> Self {
        Self {
            builder,
            tree,
            fragment,
            frames: Vec::new(),
            marks: Vec::new(),
            n_open: 0,
            has_leaf: false,
            n_breaks: 0,
            kinds: vec![BlockKind::Paragraph],
            n_closed_grounds: 0,
            n_verbatim: 0,
            blocks: vec![tree.root().id],
            lists: Vec::new(),
            grids: Vec::new(),
            is_in_link: false,
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
            if node.is_text() {
                self.words(&node.text());
            }
            return;
        };
        let name = &*name;
        if element::is_hidden(&node, name) || element::is_skipped(name) {
            return;
        }
        let close = self.element(node, name);
        if let Some(close) = close {
            self.frames.push(Frame { next: node.first_child(), close });
        }
    }

    /// Begins an element. What is in it follows, unless nothing is returned.
    fn element(&mut self, node: NodeRef<'t>, name: &str) -> Option<Close> {
        let is_block = element::is_block(name);
        if is_block {
            self.boundary();
        }
        self.name_place(&node, name);
        if is_block {
            self.blocks.push(node.id);
            let close = self.block(node, name);
            if close.is_none() {
                self.blocks.pop();
            }
            return close;
        }
        let mark = match name {
            "b" | "strong" => MarkKind::Strong,
            "i" | "em" | "cite" | "var" | "dfn" => MarkKind::Emphasis,
            "code" | "kbd" | "samp" | "tt" => MarkKind::Code,
            "s" | "del" | "strike" => MarkKind::Strike,
            "sup" => MarkKind::Superscript,
            "sub" => MarkKind::Subscript,
            "a" => return Some(self.link(node)),
            "br" => {
                self.line_break();
                return None;
            }
            "wbr" => {
                self.words("\u{200b}");
                return None;
            }
            "img" => {
                self.picture(node);
                return None;
            }
            "q" => {
                self.words("“");
                return Some(Close::Text("”"));
            }
            "rt" => {
                self.words("(");
                return Some(Close::Text(")"));
            }
            "svg" | "iframe" | "object" | "embed" | "audio" | "video" | "noscript" => return None,
            _ => return Some(Close::Nothing),
        };
        Some(self.open_mark(mark))
    }

    /// Begins an element that stands on lines of its own.
    fn block(&mut self, node: NodeRef<'t>, name: &str) -> Option<Close> {
        if let Some(level) = heading_level(name) {
            return Some(self.open_ground(BlockKind::Heading(self.fragment.level(level))));
        }
        if self.n_closed_grounds > 0 && !matches!(name, "td" | "th" | "tr") {
            return Some(match name {
                "hr" => return None,
                "pre" | "listing" | "xmp" => self.open_mark(MarkKind::Code),
                _ => Close::Block,
            });
        }
        Some(match name {
            "hr" => {
                let id = self.builder.leaf(BlockKind::Rule, "");
                self.origins.push((id, node.id));
                return None;
            }
            "ul" | "ol" | "menu" | "dir" => {
                self.open_list(&node, name);
                Close::List
            }
            "li" => {
                let mark = self.next_item(&node);
                self.open_container(BlockKind::Item(mark))
            }
            "dt" => self.open_ground(BlockKind::Term),
            "dd" => self.open_container(BlockKind::Definition),
            "blockquote" => self.open_container(BlockKind::Quote),
            "address" => {
                self.kinds.push(BlockKind::Verse);
                Close::Kind
            }
            "pre" | "listing" | "xmp" | "plaintext" => {
                self.open_leaf(BlockKind::Code(None));
                self.n_verbatim += 1;
                Close::Verbatim
            }
            "figcaption" | "caption" => self.open_ground(BlockKind::Paragraph),
            "table" => return Some(self.open_table(node)),
            "tr" => return Some(self.open_row(&node)),
            "td" | "th" => return Some(self.open_cell(&node, name == "th")),
            _ => Close::Block,
        })
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
            Close::Block => self.boundary(),
            Close::Kind => {
                self.close_leaf();
                self.kinds.pop();
            }
            Close::Ground => {
                self.n_closed_grounds -= 1;
                self.close_leaf();
                self.kinds.pop();
            }
            Close::Container => {
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

    fn open_ground(&mut self, kind: BlockKind) -> Close {
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

    fn open_container(&mut self, kind: BlockKind) -> Close {
        self.close_leaf();
        self.builder.open(kind);
        self.kinds.push(BlockKind::Paragraph);
        Close::Container
    }

    fn open_leaf(&mut self, kind: BlockKind) {
        self.close_leaf();
        let id = self.builder.open(kind);
        self.origins.push((id, self.here));
        self.has_leaf = true;
    }

    pub(super) fn close_leaf(&mut self) {
        if self.has_leaf {
            self.builder.close();
            self.has_leaf = false;
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
            return self.builder.text(text);
        }
        let is_blank = text.chars().all(|c| c.is_ascii_whitespace() || c == '\u{a0}');
        let has_place = self.has_leaf || self.grids.last().is_some_and(Grid::is_in_cell);
        if is_blank && (!has_place || self.n_breaks > 0) {
            return;
        }
        self.make_ready();
        self.builder.text(text);
    }

    /// Opens what words need to be written: a leaf, the line that was waited for, the marks around.
    fn make_ready(&mut self) {
        let in_cell = self.grids.last().is_some_and(Grid::is_in_cell);
        if self.n_breaks > 1 && self.n_closed_grounds == 0 && self.n_verbatim == 0 {
            self.close_leaf();
        }
        if !self.has_leaf && !in_cell {
            self.open_leaf(self.kinds.last().copied().unwrap_or(BlockKind::Paragraph));
        } else if self.n_breaks > 0 {
            self.builder.line_break();
        }
        self.n_breaks = 0;
        for kind in self.marks.iter().skip(self.n_open) {
            self.builder.open_mark(*kind);
        }
        self.n_open = self.marks.len();
    }

    fn line_break(&mut self) {
        if self.n_verbatim > 0 {
            self.words("\n");
        } else if self.has_leaf || self.grids.last().is_some_and(Grid::is_in_cell) {
            self.n_breaks = self.n_breaks.saturating_add(1);
        }
    }

    pub(super) fn open_mark(&mut self, kind: MarkKind) -> Close {
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
        self.open_mark(kind);
        self.words(text);
        self.close_mark();
    }

    fn link(&mut self, node: NodeRef<'t>) -> Close {
        let address = node.attr("href").and_then(|href| (self.fragment.resolve)(href.trim()));
        let Some(address) = address else { return Close::Nothing };
        let title = attribute(&node, "title");
        let link = self.builder.link(&address, title.as_deref());
        self.is_in_link = true;
        self.open_mark(MarkKind::Link(link));
        Close::Link
    }

    /// Names the place for links that lead to the element.
    fn name_place(&mut self, node: &NodeRef<'t>, name: &str) {
        for attribute in ["id", "name"] {
            if attribute == "name" && name != "a" {
                continue;
            }
            if let Some(place) = element::attribute(node, attribute) {
                self.builder.target(&format!("{}{place}", self.fragment.prefix));
            }
        }
    }

    fn open_list(&mut self, node: &NodeRef<'t>, name: &str) {
        self.close_leaf();
        let is_numbered = name == "ol";
        let is_reversed = is_numbered && node.has_attr("reversed");
        let first = attribute(node, "start").and_then(|start| start.parse().ok());
        let first = first.unwrap_or_else(|| {
            if !is_reversed {
                return 1;
            }
            let items = node.children_it(false).filter(|child| child.has_name("li"));
            i64::try_from(items.count()).unwrap_or(1)
        });
        self.lists.push(List { is_numbered, next: first, step: if is_reversed { -1 } else { 1 } });
    }

    fn next_item(&mut self, node: &NodeRef<'t>) -> ItemMark {
        if let Some(is_done) = task(node) {
            return ItemMark::Task(is_done);
        }
        let Some(list) = self.lists.last_mut().filter(|list| list.is_numbered) else { return ItemMark::Bullet };
        if let Some(number) = attribute(node, "value").and_then(|value| value.parse().ok()) {
            list.next = number;
        }
        let number = u32::try_from(list.next).unwrap_or(0);
        list.next = list.next.saturating_add(list.step);
        ItemMark::Number(number)
    }

    fn picture(&mut self, node: NodeRef<'t>) {
        let Some(source) = attribute(&node, "src") else { return };
        let alt = attribute(&node, "alt").unwrap_or_default();
        let Some(address) = (self.fragment.resolve)(&source) else { return };
        let has_words = self.has_leaf && self.n_breaks == 0;
        let is_figure = self
            .blocks
            .last()
            .is_some_and(|block| name_of(&NodeRef::new(*block, self.tree)).is_some_and(|name| &*name == "figure"));
        let among_words = !is_figure && (has_words || words_follow(node));
        if self.n_closed_grounds > 0 || self.n_verbatim > 0 || among_words {
            self.picture_among_words(&address, &alt);
            return;
        }
        self.close_leaf();
        let resource = self.builder.resource(&address, &alt);
        let id = self.builder.leaf(BlockKind::Figure(resource), "");
        self.origins.push((id, node.id));
    }

    fn picture_among_words(&mut self, address: &str, alt: &str) {
        if alt.is_empty() {
            return;
        }
        if self.is_in_link {
            self.words(alt);
        } else {
            let link = self.builder.link(address, None);
            self.marked(MarkKind::Link(link), alt);
        }
    }

    /// Notes that a leaf was made of an element.
    pub(super) fn note_origin(&mut self, block: BlockId, node: NodeId) {
        self.origins.push((block, node));
    }

    pub(super) fn enter_ground(&mut self) {
        self.n_closed_grounds += 1;
    }

    pub(super) fn leave_ground(&mut self) {
        self.n_closed_grounds -= 1;
    }
}

/// Returns whether words follow on the same line.
fn words_follow(node: NodeRef<'_>) -> bool {
    let mut next = node.next_sibling();
    let mut outer = node.parent();
    for _ in 0..MOST_NEIGHBOURS {
        let Some(here) = next else {
            let Some(parent) = outer else { return false };
            if name_of(&parent).is_none_or(|name| element::is_block(&name)) {
                return false;
            }
            next = parent.next_sibling();
            outer = parent.parent();
            continue;
        };
        if here.is_text() && !here.text().trim().is_empty() {
            return true;
        }
        match name_of(&here) {
            Some(name) if element::is_block(&name) || &*name == "br" => return false,
            Some(name) if !element::is_skipped(&name) && here.first_child().is_some() => {
                next = here.first_child();
                outer = Some(here);
                continue;
            }
            _ => {}
        }
        next = here.next_sibling();
    }
    false
}

/// Returns whether an item begins with a box to tick, and whether it is ticked.
fn task(node: &NodeRef<'_>) -> Option<bool> {
    let mut next = node.first_child();
    for _ in 0..8 {
        let here = next?;
        match name_of(&here).as_deref() {
            Some("input") => {
                let is_box = here.attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
                return is_box.then(|| here.has_attr("checked"));
            }
            Some("p" | "label" | "span" | "div") if !has_class(&here, &["sr-only"]) => next = here.first_child(),
            Some(_) => return None,
            None if here.is_text() && !here.text().trim().is_empty() => return None,
            None => next = here.next_sibling(),
        }
    }
    None
}
