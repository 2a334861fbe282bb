//! The tree: a page's text to elements, by the rules that browsers keep, in time and depth that a page cannot choose.
//!
//! html5ever reads tags and builds the tree, dom_query holds it. Between its two halves stands a guard: the rules for
//! unclosed elements look at each open one again and again, so what nests deeper than [`MOST_OPEN`] is read without
//! elements of its own. What XHTML writes otherwise than HTML (`<p/>`, CDATA, prefixes) is put right on the way, too.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use dom_query::{Document as Dom, NodeId};
use html5ever::interface::Tracer;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, TokenizerResult};

/// How many elements may be open, those that only format counted twice.
const MOST_OPEN: usize = 512;

/// How many start tags come between two looks at what is really open, at most. Each opens five elements at most
/// (`html`, `body`, `table`'s rows) besides those that format.
const ELEMENTS_A_TAG: usize = 5;

/// How many tags for the page as a whole are heeded: each is compared with what the ones before brought.
const MOST_ROOTS: u32 = 16;

/// How many end tags of elements that were passed over are looked back at.
const DROPPED_LOOK_BACK: usize = 64;

/// The most attributes that a tag keeps, and the shortest tag, in bytes, that may have more.
const MOST_ATTRIBUTES: usize = 512;

/// The greatest page that is read, in bytes; nobody reads further in one.
const MOST_BYTES: usize = 512 << 20;

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
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new(Dom::default(), options);
    let guard = Guard {
        builder,
        syntax,
        most_open: Cell::new(0),
        dropped: RefCell::new(Vec::new()),
        n_too_deep: Cell::new(0),
        n_roots: Cell::new(0),
        has_words: Cell::new(false),
    };
    let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(&*with_few_attributes(text)));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
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
}

impl TokenSink for Guard {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<NodeId> {
        match token {
            Token::TagToken(tag) => self.tag(tag, line_number),
            Token::ParseError(_) => TokenSinkResult::Continue,
            Token::CharacterTokens(text) => {
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
            let end = Tag {
                kind: TagKind::EndTag,
                name,
                self_closing: false,
                attrs: Vec::new(),
                had_duplicate_attributes: false,
            };
            let _ = self.pass_on(end, line_number);
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
        let counter = Counter::default();
        self.builder.trace_handles(&counter);
        self.most_open.set(counter.n_open.get());
        self.most_open.get() >= MOST_OPEN
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
                let line_break = Tag {
                    kind: TagKind::StartTag,
                    name: LocalName::from("br"),
                    self_closing: false,
                    attrs: Vec::new(),
                    had_duplicate_attributes: false,
                };
                let _ = self.pass_on(line_break, line_number);
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

/// Returns `text` without the attributes that are too many: each is compared with all before it.
fn with_few_attributes(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out: Option<String> = None;
    let mut n_copied = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', bytes.get(at..).unwrap_or_default()) {
        let start = at + found;
        let rest = bytes.get(start + 1..).unwrap_or_default();
        at = start + 1;
        if !rest.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/') {
            continue;
        }
        // A tag that ends soon has few attributes; looking for its end alone costs little.
        let near = rest.get(..2 * MOST_ATTRIBUTES).unwrap_or(rest);
        if memchr::memchr(b'>', near).is_some() {
            continue;
        }
        let tag = tag_extent(rest);
        if let Some((from, to)) = tag.too_many {
            let out = out.get_or_insert_default();
            out.push_str(text.get(n_copied..at + from).unwrap_or_default());
            n_copied = at + to;
        }
        at += tag.length;
    }
    match out {
        None => Cow::Borrowed(text),
        Some(mut out) => {
            out.push_str(text.get(n_copied..).unwrap_or_default());
            Cow::Owned(out)
        }
    }
}

/// How far a tag goes, and which of its bytes are attributes beyond those it may have.
struct Extent {
    length: usize,
    too_many: Option<(usize, usize)>,
}

/// Reads a tag from after its `<` as a tokenizer does.
fn tag_extent(rest: &[u8]) -> Extent {
    let mut n_attributes = 0;
    let mut cut_from = None;
    let mut at = rest.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    while let Some(mut here) = at {
        while rest.get(here).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/') {
            here += 1;
        }
        match rest.get(here) {
            None => break,
            Some(b'>') => {
                let too_many = cut_from.map(|from| (from, here));
                return Extent { length: here, too_many };
            }
            Some(_) => {}
        }
        n_attributes += 1;
        if n_attributes > MOST_ATTRIBUTES {
            cut_from.get_or_insert(here);
        }
        at = attribute_end(rest, here);
    }
    // The tag never ends, and so says nothing.
    Extent { length: rest.len(), too_many: cut_from.map(|from| (from, rest.len())) }
}

/// Returns where the attribute that begins at `start` ends.
fn attribute_end(rest: &[u8], start: usize) -> Option<usize> {
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    // A name may begin with `=`.
    let name = rest.get(start + 1..)?;
    let mut at = start + 1 + name.iter().position(|byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='))?;
    let mut value = at;
    while rest.get(value).is_some_and(is_space) {
        value += 1;
    }
    if rest.get(value) != Some(&b'=') {
        return Some(at);
    }
    value += 1;
    while rest.get(value).is_some_and(is_space) {
        value += 1;
    }
    at = match rest.get(value)? {
        quote @ (b'"' | b'\'') => value + 2 + memchr::memchr(*quote, rest.get(value + 1..)?)?,
        _ => value + rest.get(value..)?.iter().position(|byte| is_space(byte) || *byte == b'>')?,
    };
    Some(at)
}
