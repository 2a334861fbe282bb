//! XML as a tree of slices, read on through whatever is broken in it.
//!
//! quick-xml cuts the text into mark-up. What it cannot get past, ends that match nothing, nesting without end and
//! entities that nobody knows are mended here and counted. Prefixes are dropped: files use them undeclared, and in several
//! spellings.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, Event};

/// How deep elements nest; the tags of deeper ones are left out, their text is kept.
const MAX_DEPTH: usize = 128;

/// How much may be read twice because mark-up that is never closed hid it, as a multiple of the text.
const MAX_REREADS: usize = 4;

/// Elements that hold a line of words, so that none of them is inside another.
const LINES: &[&str] = &["p", "v", "subtitle", "text-author"];

/// Elements that end a line of words which was not closed.
const BLOCKS: &[&str] = &[
    "p",
    "v",
    "subtitle",
    "text-author",
    "section",
    "body",
    "title",
    "poem",
    "stanza",
    "cite",
    "epigraph",
    "table",
    "empty-line",
    "binary",
    "description",
];

/// The nodes of a text in reading order.
#[derive(Debug)]
pub struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// How often something had to be mended.
    pub n_mended: u32,
    pub n_too_deep: u32,
    /// Whether so much was hidden by what is not closed that the rest was given up.
    pub is_cut: bool,
}

#[derive(Debug)]
pub enum Node<'a> {
    Element(Element<'a>),
    Text(Cow<'a, str>),
}

#[derive(Debug)]
pub struct Element<'a> {
    /// Without its prefix.
    pub name: &'a str,
    attributes: &'a str,
    /// The node after the last one inside.
    end: usize,
}

/// The place of a node, or of a run of siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Siblings {
    next: usize,
    end: usize,
}

impl Element<'_> {
    /// Returns the value of the attribute `name`, whatever its prefix.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = Attributes::html(self.attributes, 0);
        let found = attributes.with_checks(false).flatten().find(|found| found.key.local_name().as_ref() == name)?;
        Some(unescaped(&found.value))
    }
}

impl<'a> Tree<'a> {
    /// Returns the top nodes.
    pub fn top(&self) -> Siblings {
        Siblings { next: 0, end: self.nodes.len() }
    }

    /// Returns the next of `siblings` with what is inside it.
    pub fn next(&self, siblings: &mut Siblings) -> Option<(&Node<'a>, Siblings)> {
        let at = siblings.next;
        let node = self.nodes.get(at).filter(|_| at < siblings.end)?;
        let end = match node {
            Node::Element(element) => element.end,
            Node::Text(_) => at + 1,
        };
        siblings.next = end;
        Some((node, Siblings { next: at + 1, end }))
    }

    /// Returns the elements among `siblings`.
    pub fn elements(&self, mut siblings: Siblings) -> impl Iterator<Item = (&Element<'a>, Siblings)> {
        std::iter::from_fn(move || {
            loop {
                if let (Node::Element(element), inside) = self.next(&mut siblings)? {
                    return Some((element, inside));
                }
            }
        })
    }

    /// Returns the first element called `name` among `siblings`.
    pub fn child(&self, siblings: Siblings, name: &str) -> Option<(&Element<'a>, Siblings)> {
        self.elements(siblings).find(|(element, _)| element.name == name)
    }

    /// Returns all elements among `siblings` and inside them.
    pub fn descendants(&self, siblings: Siblings) -> impl Iterator<Item = &Element<'a>> {
        let nodes = self.nodes.get(siblings.next..siblings.end).unwrap_or_default();
        nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Returns the text in `siblings` as one line.
    pub fn line(&self, siblings: Siblings) -> String {
        let nodes = self.nodes.get(siblings.next..siblings.end).unwrap_or_default();
        let mut text = String::new();
        for node in nodes {
            match node {
                Node::Text(piece) => text.push_str(piece),
                Node::Element(element) if LINES.contains(&element.name) => text.push(' '),
                Node::Element(_) => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Reads a text.
    pub fn read(text: &'a str) -> Self {
        let tree = Self { nodes: Vec::new(), n_mended: 0, n_too_deep: 0, is_cut: false };
        let mut growing = Growing { tree, open: Vec::new() };
        growing.read(text);
        growing.close_to(0);
        growing.tree
    }
}

/// A tree that is being read.
struct Growing<'a> {
    tree: Tree<'a>,
    /// The elements that are open, outermost first.
    open: Vec<usize>,
}

impl<'a> Growing<'a> {
    fn read(&mut self, text: &'a str) {
        let mut rest = text;
        let mut to_reread = text.len().saturating_mul(MAX_REREADS);
        // Each turn reads up to what the reader cannot get past.
        while let Some(stuck) = self.read_well(rest) {
            self.tree.n_mended += 1;
            let hidden = stuck.end - stuck.start;
            to_reread = match to_reread.checked_sub(hidden) {
                Some(left) => left,
                None => {
                    self.tree.is_cut = true;
                    return;
                }
            };
            // The bracket alone is taken for text.
            let after = rest.get(stuck.start..).and_then(|at| at.strip_prefix('<')).unwrap_or_default();
            self.text(Cow::Borrowed("<"));
            rest = after;
        }
    }

    /// Reads `text` and returns what could not be read: from where, and up to where it was looked at.
    fn read_well(&mut self, text: &'a str) -> Option<std::ops::Range<usize>> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        loop {
            let start = position(reader.buffer_position());
            let event = reader.read_event();
            let end = position(reader.buffer_position());
            let source = text.get(start..end).unwrap_or_default();
            match event {
                Ok(Event::Eof) => return None,
                Ok(Event::Start(_)) => match tag(source) {
                    Some((name, attributes)) => self.element(name, attributes),
                    None => return Some(start..end),
                },
                Ok(Event::Empty(_)) => match tag(source) {
                    Some((name, attributes)) => {
                        self.element(name, attributes);
                        self.end(name);
                    }
                    None => return Some(start..end),
                },
                Ok(Event::End(_)) => {
                    self.end(tag_name(source.strip_prefix("</").unwrap_or_default()).0);
                }
                Ok(Event::Text(_)) => self.text(Cow::Borrowed(source)),
                Ok(Event::CData(_)) => {
                    let inside = source.strip_prefix("<![CDATA[").and_then(|inside| inside.strip_suffix("]]>"));
                    self.text(Cow::Borrowed(inside.unwrap_or_default()));
                }
                Ok(Event::GeneralRef(reference)) => {
                    if let Some(text) = resolved(&reference) {
                        self.text(Cow::Owned(text));
                    } else {
                        self.tree.n_mended += 1;
                        self.text(Cow::Borrowed(source));
                    }
                }
                Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_)) => {}
                Err(quick_xml::Error::IllFormed(_)) => self.tree.n_mended += 1,
                Err(_) => {
                    let error = position(reader.error_position());
                    let stuck = if text.get(error..).is_some_and(|at| at.starts_with('<')) { error } else { start };
                    // Where no bracket stands there is nothing to step over.
                    let at = text.get(stuck..)?.find('<')? + stuck;
                    return Some(at..end.max(at + 1));
                }
            }
        }
    }

    fn element(&mut self, name: &'a str, attributes: &'a str) {
        self.end_what_cannot_hold(name);
        if BLOCKS.contains(&name)
            && let Some(line) = self.open.iter().rposition(|&at| self.is_line(at))
        {
            self.tree.n_mended += 1;
            self.close_to(line);
        }
        if self.open.len() >= MAX_DEPTH {
            self.tree.n_too_deep += 1;
            return;
        }
        self.open.push(self.tree.nodes.len());
        self.tree.nodes.push(Node::Element(Element { name, attributes, end: 0 }));
    }

    /// Ends what was not closed before a part of the book that is only ever in certain others.
    fn end_what_cannot_hold(&mut self, name: &str) {
        let holders: &[&str] = match name {
            "description" | "body" | "binary" => &["FictionBook"],
            "section" => &["section", "body", "FictionBook"],
            _ => return,
        };
        let holder = self.open.iter().rposition(|&at| self.name(at).is_some_and(|name| holders.contains(&name)));
        if let Some(depth) = holder
            && depth + 1 < self.open.len()
        {
            self.tree.n_mended += 1;
            self.close_to(depth + 1);
        }
    }

    /// Ends the innermost element called `name`, and those in it that were not ended.
    fn end(&mut self, name: &str) {
        match self.open.iter().rposition(|&at| self.name(at) == Some(name)) {
            Some(depth) => {
                self.tree.n_mended += u32::from(depth + 1 < self.open.len());
                self.close_to(depth);
            }
            None if self.open.len() >= MAX_DEPTH => {}
            None => self.tree.n_mended += 1,
        }
    }

    fn close_to(&mut self, depth: usize) {
        let end = self.tree.nodes.len();
        for at in self.open.drain(depth.min(self.open.len())..) {
            if let Some(Node::Element(element)) = self.tree.nodes.get_mut(at) {
                element.end = end;
            }
        }
    }

    fn name(&self, at: usize) -> Option<&'a str> {
        match self.tree.nodes.get(at) {
            Some(Node::Element(element)) => Some(element.name),
            _ => None,
        }
    }

    fn is_line(&self, at: usize) -> bool {
        self.name(at).is_some_and(|name| LINES.contains(&name))
    }

    fn text(&mut self, text: Cow<'a, str>) {
        if !text.is_empty() {
            self.tree.nodes.push(Node::Text(text));
        }
    }
}

fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// Splits a tag into its name and its attributes; none if a bracket shows that it is text, or was never closed.
fn tag(source: &str) -> Option<(&str, &str)> {
    let inside = source.strip_prefix('<')?.strip_suffix('>')?;
    let inside = inside.strip_suffix('/').unwrap_or(inside);
    if inside.contains('<') || !inside.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    Some(tag_name(inside))
}

/// Splits what stands in a tag into the name without its prefix and the rest.
fn tag_name(inside: &str) -> (&str, &str) {
    let end = inside.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(inside.len());
    let (name, attributes) = inside.split_at_checked(end).unwrap_or((inside, ""));
    (name.rsplit_once(':').map_or(name, |(_, local)| local), attributes)
}

fn resolved(reference: &BytesRef<'_>) -> Option<String> {
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten().map(String::from);
    }
    escape::resolve_html5_entity(reference).map(str::to_owned)
}

/// Returns an attribute's value with the entities in it resolved, where they can be.
fn unescaped(value: &str) -> String {
    escape::unescape_with(value, escape::resolve_html5_entity)
        .map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the tree of `text`, written as names and brackets around texts.
    fn check(text: &str, expected: &str, n_mended: u32) {
        let tree = Tree::read(text);
        assert_eq!(shown(&tree, tree.top()), expected, "{text}");
        assert_eq!(tree.n_mended, n_mended, "{text}");
    }

    fn shown(tree: &Tree<'_>, mut siblings: Siblings) -> String {
        let mut out = String::new();
        while let Some((node, inside)) = tree.next(&mut siblings) {
            match node {
                Node::Element(element) => out.push_str(&format!("{}({})", element.name, shown(tree, inside))),
                Node::Text(text) => out.push_str(text),
            }
        }
        out
    }

    #[test]
    fn reads_what_is_well_formed() {
        check(
            "<?xml version=\"1.0\"?><!-- no --><a x='1'><b/>c &amp; &#x64;&nbsp;<![CDATA[<e>]]></a>",
            "a(b()c & d\u{a0}<e>)",
            0,
        );
    }

    #[test]
    fn reads_on_through_what_is_not() {
        check("<a><b>c</a>d</b>e", "a(b(c))de", 2);
        check("<a>one & two &nope; &", "a(one & two &nope; &)", 1);
        check("<p>one<p>two</p>", "p(one)p(two)", 1);
        check("<p><strong>one<p>two</p>", "p(strong(one))p(two)", 1);
        check("<a>1 < 2 <b>c</b>", "a(1 < 2 b(c))", 1);
        check("<a><b x=\"1>c</b><b>d</b></a>", "a(<b x=\"1>cb(d))", 2);
        check("<a>b<!-- c <d>e</d></a>", "a(b<!-- c d(e))", 1);
        check("<a>b<![CDATA[ c", "a(b<![CDATA[ c)", 1);
        check("<a>b<", "a(b<)", 1);
        check("<x:a:b>c</x:a:b>", "b(c)", 0);
        check("<FictionBook><description><a>b<body>c", "FictionBook(description(a(b))body(c))", 1);
        check("<body><section><title>a<section>b", "body(section(title(a)section(b)))", 1);
        check("</a></a>", "", 2);
    }

    #[test]
    fn finds_attributes_whatever_their_prefix() {
        let tree = Tree::read("<a l:href='#n1' type=note x=\"a &lt; b &nope;\" y>");
        let element = tree.elements(tree.top()).next().map(|(element, _)| element);
        let attribute = |name| element.and_then(|element| element.attribute(name));
        assert_eq!(attribute("href").as_deref(), Some("#n1"));
        assert_eq!(attribute("type").as_deref(), Some("note"));
        assert_eq!(attribute("x").as_deref(), Some("a &lt; b &nope;"));
        assert_eq!(attribute("z"), None);
    }

    #[test]
    fn takes_time_by_length_alone() {
        for piece in ["<a>", "</a>", "<a \"", "<!--", "<![CDATA[", "<p>", "&", "<a x='", "<!", "<?", "<"] {
            let text = piece.repeat(100_000);
            let tree = Tree::read(&text);
            assert!(tree.n_mended > 0 || tree.n_too_deep > 0 || piece == "&", "{piece}");
        }
    }
}
