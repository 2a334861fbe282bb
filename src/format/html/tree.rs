//! The tree: a page's text to elements, by the rules that browsers keep, in time and depth that a page cannot choose.
//!
//! html5ever reads tags and builds the tree, dom_query holds it. Between its two halves stands a guard: the rules for
//! unclosed elements look at each open one again and again, so what nests deeper than [`MOST_OPEN`] is read without
//! elements of its own. What XHTML writes otherwise than HTML (`<p/>`, CDATA, prefixes) is put right on the way, too.
//! How the text comes to the tags' half is told in [`feed`].

mod feed;

use std::cell::{Cell, RefCell};

use dom_query::{Document as Dom, NodeId};
use html5ever::LocalName;
use html5ever::interface::Tracer;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};

/// How many elements may be open, those that only format counted twice.
const MOST_OPEN: usize = 512;

/// How many start tags come between two looks at what is really open, at most. Each opens five elements at most
/// (`html`, `body`, `table`'s rows) besides those that format.
const ELEMENTS_A_TAG: usize = 5;

/// How many tags for the page as a whole are heeded: each is compared with what the ones before brought.
const MOST_ROOTS: u32 = 16;

/// How many end tags of elements that were passed over are looked back at.
const DROPPED_LOOK_BACK: usize = 64;

/// The greatest page that is read, in bytes; nobody reads further in one.
const MOST_BYTES: usize = 512 << 20;

/// How many nodes a tree may have before it has any tags, and how many more for each start tag. Marks that no tag ends
/// begin again in each paragraph: a page of such could have hundreds of elements for each of its tags.
const FIRST_NODES: usize = 100_000;
const NODES_A_TAG: usize = 8;

/// The elements that begin again where a block has ended them.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// How a page's tags are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Html,
    Xhtml,
}

/// A page as elements, and how often the guard had to step in.
pub struct Parsed {
    pub dom: Dom,
    pub n_too_deep: u32,
    pub is_cut: bool,
}

/// Reads a page's text.
pub fn parse(text: &str, syntax: Syntax) -> Parsed {
    let is_cut = text.len() > MOST_BYTES;
    let text = text.get(..text.floor_char_boundary(MOST_BYTES)).unwrap_or(text);
    let tokenizer = Tokenizer::new(Guard::new(syntax), TokenizerOpts::default());
    feed::feed(&tokenizer, text);
    tokenizer.end();
    let guard = tokenizer.sink;
    guard.builder.sink.errors.borrow_mut().clear();
    Parsed { dom: guard.builder.sink, n_too_deep: guard.n_too_deep.get(), is_cut }
}

/// Stands between the tags and the tree.
struct Guard {
    builder: TreeBuilder<NodeId, Dom>,
    syntax: Syntax,
    /// No more elements than this are open.
    most_open: Cell<usize>,
    /// The names of the elements that were passed over and are not closed yet.
    dropped: RefCell<Vec<LocalName>>,
    n_too_deep: Cell<u32>,
    n_roots: Cell<u32>,
    /// Whether words came since the last line break that stands for an element.
    has_words: Cell<bool>,
    /// Whether a token came since this was last set to false.
    has_heard: Cell<bool>,
    /// What the text after the last tag is, by the tree.
    text_kind: Cell<TextKind>,
    /// How many nodes the tree may have by now.
    n_allowed: Cell<usize>,
}

/// What the tags' half takes text for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextKind {
    /// Tags and words.
    Data,
    /// Words up to the end tag of the element that they stand in.
    Raw,
    /// Words up to the page's end.
    Plain,
}

impl TokenSink for Guard {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<NodeId> {
        match token {
            Token::TagToken(tag) => {
                self.has_heard.set(true);
                let result = self.tag(tag, line_number);
                self.text_kind.set(match result {
                    TokenSinkResult::RawData(_) => TextKind::Raw,
                    TokenSinkResult::Plaintext => TextKind::Plain,
                    _ => TextKind::Data,
                });
                result
            }
            Token::ParseError(_) => TokenSinkResult::Continue,
            Token::CharacterTokens(text) => {
                self.has_heard.set(true);
                self.has_words.set(true);
                self.builder.process_token(Token::CharacterTokens(text), line_number)
            }
            token => self.builder.process_token(token, line_number),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        // Which is to say: CDATA sections are text.
        self.syntax == Syntax::Xhtml || self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Guard {
    fn new(syntax: Syntax) -> Self {
        let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
        Self {
            builder: TreeBuilder::new(Dom::default(), options),
            syntax,
            most_open: Cell::new(0),
            dropped: RefCell::new(Vec::new()),
            n_too_deep: Cell::new(0),
            n_roots: Cell::new(0),
            has_words: Cell::new(false),
            has_heard: Cell::new(false),
            text_kind: Cell::new(TextKind::Data),
            n_allowed: Cell::new(FIRST_NODES),
        }
    }

    fn tag(&self, mut tag: Tag, line_number: u64) -> TokenSinkResult<NodeId> {
        if self.syntax == Syntax::Xhtml {
            without_prefix(&mut tag);
        }
        if tag.kind == TagKind::EndTag {
            if self.was_dropped(&tag.name) {
                return TokenSinkResult::Continue;
            }
            return self.pass_on(tag, line_number);
        }
        if matches!(&*tag.name, "html" | "body" | "head") {
            self.n_roots.set(self.n_roots.get().saturating_add(1));
            if self.n_roots.get() > MOST_ROOTS {
                return TokenSinkResult::Continue;
            }
        }
        self.n_allowed.set(self.n_allowed.get().saturating_add(NODES_A_TAG));
        if self.builder.sink.tree.len() > self.n_allowed.get() {
            self.end_marks(line_number);
        }
        let is_empty = is_void(&tag.name);
        if !is_empty && self.is_full() {
            return self.drop_tag(tag, line_number);
        }
        self.most_open.set(self.most_open.get() + ELEMENTS_A_TAG);
        if self.syntax == Syntax::Xhtml && tag.self_closing && !is_empty {
            let name = tag.name.clone();
            let in_foreign = self.builder.adjusted_current_node_present_but_not_in_html_namespace();
            if in_foreign || matches!(&*name, "svg" | "math") {
                return self.pass_on(tag, line_number);
            }
            tag.self_closing = false;
            // What the element says of the text after it does not hold: it has none.
            let _ = self.pass_on(tag, line_number);
            let _ = self.pass_on(bare(TagKind::EndTag, name), line_number);
            return TokenSinkResult::Continue;
        }
        self.pass_on(tag, line_number)
    }

    fn pass_on(&self, tag: Tag, line_number: u64) -> TokenSinkResult<NodeId> {
        self.builder.process_token(Token::TagToken(tag), line_number)
    }

    /// Returns whether as many elements are open as may be.
    fn is_full(&self) -> bool {
        if self.most_open.get() < MOST_OPEN {
            return false;
        }
        self.most_open.set(self.n_open());
        self.most_open.get() >= MOST_OPEN
    }

    fn n_open(&self) -> usize {
        let counter = Counter::default();
        self.builder.trace_handles(&counter);
        counter.n_open.get()
    }

    /// Ends all marks, for good.
    fn end_marks(&self, line_number: u64) {
        self.n_too_deep.set(self.n_too_deep.get().saturating_add(1));
        let mut n_open = self.n_open();
        for name in FORMATTING.map(LocalName::from) {
            for _ in 0..MOST_OPEN {
                let _ = self.pass_on(bare(TagKind::EndTag, name.clone()), line_number);
                let n_left = self.n_open();
                if std::mem::replace(&mut n_open, n_left) <= n_left {
                    break;
                }
            }
        }
        self.n_allowed.set(self.builder.sink.tree.len() + MOST_OPEN);
    }

    /// Passes over a start tag; what it would have begun on a line of its own still does.
    fn drop_tag(&self, tag: Tag, line_number: u64) -> TokenSinkResult<NodeId> {
        self.n_too_deep.set(self.n_too_deep.get().saturating_add(1));
        if matches!(&*tag.name, "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes") {
            // Their text is no text of the page, and they have no elements in them that could nest.
            return self.pass_on(tag, line_number);
        }
        let is_block = super::element::is_block(&tag.name);
        self.dropped.borrow_mut().push(tag.name);
        if is_block && self.has_words.replace(false) {
            for _ in 0..2 {
                let _ = self.pass_on(bare(TagKind::StartTag, LocalName::from("br")), line_number);
            }
        }
        TokenSinkResult::Continue
    }

    /// Returns whether the end tag belongs to an element that was passed over.
    fn was_dropped(&self, name: &LocalName) -> bool {
        let mut dropped = self.dropped.borrow_mut();
        let last = dropped.len();
        let near = dropped.iter().rev().take(DROPPED_LOOK_BACK);
        let Some(above) = near.into_iter().position(|known| known == name) else { return false };
        dropped.truncate(last - above - 1);
        true
    }
}

/// Returns a tag without attributes.
fn bare(kind: TagKind, name: LocalName) -> Tag {
    Tag { kind, name, self_closing: false, attrs: Vec::new(), had_duplicate_attributes: false }
}

/// Counts handles.
#[derive(Default)]
struct Counter {
    n_open: Cell<usize>,
}

impl Tracer for Counter {
    type Handle = NodeId;

    fn trace_handle(&self, _: &NodeId) {
        self.n_open.set(self.n_open.get() + 1);
    }
}

/// Returns whether an element of this name never has anything in it.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "image"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Takes off the prefixes by which XHTML names the elements of HTML, SVG and MathML.
fn without_prefix(tag: &mut Tag) {
    if let Some((prefix, local)) = tag.name.split_once(':')
        && matches!(prefix, "svg" | "m" | "mml" | "math" | "mathml" | "html" | "xhtml" | "h")
    {
        tag.name = LocalName::from(local);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_never_end_do_not_fill_the_tree() {
        // Each paragraph began all of them again.
        let marks = (0..250).map(|idx| format!("<b id=a{idx}>")).collect::<Vec<_>>().concat();
        let html = format!("<p>{marks}</p>{}", "<p>x</p>".repeat(20_000));
        let parsed = parse(&html, Syntax::Html);
        assert!(parsed.dom.tree.len() < 400_000, "{}", parsed.dom.tree.len());
        assert!(parsed.n_too_deep > 0);
        assert_eq!(parsed.dom.root().text().len(), 20_000);
    }
}
