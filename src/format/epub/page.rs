//! A page of the book, put in step with the book's contents before it is written: headings get the levels and, where
//! the text has none, the titles that the contents give them; pictures in drawings become pictures, and numbers of
//! printed pages become places.

use std::collections::HashMap;

use dom_query::{NodeId, NodeRef, Tree};

use crate::format::html::element::{self, attribute, heading_level, name_of};

/// How many characters may stand between the place that the contents name and the heading that is meant.
const MOST_BEFORE_HEADING: usize = 200;

/// How many headings are compared with a title.
const MOST_COMPARED: usize = 64;

/// Classes that stanzas have, whose lines are often blocks.
const STANZAS: [&str; 8] = ["linegroup", "stanza", "strophe", "verse-group", "lg", "verse", "poem", "poetry"];

/// Classes that the numbers of lines have, which stand in the margin of a print.
const LINE_NUMBERS: [&str; 5] = ["lnum", "linenum", "lineno", "line-number", "linenumber"];

/// How deep the levels of a document go.
const MOST_LEVELS: u8 = 6;

/// An entry of the contents that leads to this page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    pub level: u8,
    pub text: String,
    /// The element that it leads to; empty for the page's beginning.
    pub place: String,
    /// Whether it only groups the entries after it, and has no place of its own.
    pub is_group: bool,
}

/// How the levels of headings are moved, from page to page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Levels {
    /// By how much a heading's level differs from what the page says.
    shift: i8,
    /// The highest level that a heading may have which the contents do not list.
    highest: u8,
}

/// Gives the page's headings the titles and levels that the contents have.
pub fn put_in_step(tree: &Tree, titles: &[Title], levels: &mut Levels) {
    let survey = Survey::of(tree, titles);
    if survey.headings.is_empty() && titles.is_empty() {
        return;
    }
    let found = survey.matched(titles);
    // What each heading becomes, and what is put before which element.
    let mut level_of: HashMap<usize, u8> = HashMap::new();
    let mut new_headings: Vec<(usize, NodeId)> = Vec::new();
    for (title_idx, (title, found)) in titles.iter().zip(&found).enumerate() {
        match found {
            Found::Heading(idx) => {
                level_of.insert(*idx, title.level);
            }
            Found::Block(id) => {
                if let Some(node) = tree.get(id) {
                    node.rename(heading_name(title.level));
                }
            }
            Found::Nothing(anchor) => new_headings.push((title_idx, *anchor)),
            Found::Nowhere => {}
        }
    }
    // Titles of the page in reading order, each with the level that it has in the page, if it is there.
    let mut inserted_at: Vec<(usize, u8)> = titles
        .iter()
        .zip(&found)
        .enumerate()
        .filter_map(|(idx, (title, found))| {
            let at = survey.places.get(idx).map_or(0, |place| place.n_headings);
            matches!(found, Found::Nothing(_) | Found::Block(_)).then_some((at, title.level))
        })
        .collect();
    inserted_at.sort_by_key(|&(at, _)| at);
    let mut inserted = inserted_at.into_iter().peekable();
    for (idx, heading) in survey.headings.iter().enumerate() {
        while let Some((_, level)) = inserted.next_if(|&(at, _)| at <= idx) {
            levels.highest = level.saturating_add(1);
        }
        let level = match level_of.get(&idx) {
            Some(&level) => {
                levels.shift = i8_of(level) - i8_of(heading.level);
                levels.highest = 1;
                level
            }
            None => heading.level.saturating_add_signed(levels.shift).max(levels.highest),
        };
        let level = level.clamp(1, MOST_LEVELS);
        if level != heading.level
            && let Some(node) = tree.get(&heading.node)
        {
            node.rename(heading_name(level));
        }
    }
    if let Some((_, level)) = inserted.last() {
        levels.highest = level.saturating_add(1);
    }
    for (title_idx, anchor) in new_headings {
        let (Some(title), Some(anchor)) = (titles.get(title_idx), tree.get(&anchor)) else { continue };
        let heading = tree.new_element(heading_name(title.level));
        heading.append_child(&tree.new_text(title.text.as_str()));
        if holds_blocks(&anchor) { anchor.prepend_child(&heading) } else { anchor.insert_before(&heading) }
    }
}

/// Makes pictures of drawings that only hold one, and takes the numbers of printed pages out of the text. Returns the
/// places where those pages begin: the number and the element's id.
pub fn prepare(tree: &Tree) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut drawings = Vec::new();
    for node in nodes(tree) {
        match name_of(&node).as_deref() {
            Some("svg") => drawings.push(node),
            Some("div" | "p" | "section" | "blockquote") if element::has_class(&node, &STANZAS) => {
                join_lines(tree, &node);
            }
            Some(_) if is_page_break(&node) => {
                let number = ["title", "aria-label"].iter().find_map(|name| attribute(&node, name));
                let number = number.unwrap_or_else(|| node.text().trim().to_owned());
                let id = attribute(&node, "id").unwrap_or_else(|| {
                    let id = format!("page-break-{}", pages.len());
                    node.set_attr("id", &id);
                    id
                });
                node.remove_children();
                pages.push((number, id));
            }
            _ => {}
        }
    }
    for drawing in drawings {
        // What looks through the tree must be done before the tree is changed.
        let inside = |name: &str| drawing.descendants_it().find(|node| name_of(node).as_deref() == Some(name));
        let picture = inside("image");
        let address =
            picture.and_then(|picture| attribute(&picture, "xlink:href").or_else(|| attribute(&picture, "href")));
        let title = inside("title").map(|title| title.text()).unwrap_or_default();
        if let Some(address) = address {
            let picture = tree.new_element("img");
            picture.set_attr("src", &address);
            picture.set_attr("alt", title.trim());
            drawing.insert_before(&picture);
            drawing.remove_from_parent();
        }
    }
    pages
}

/// Makes one block of a stanza whose lines are blocks of their own.
fn join_lines(tree: &Tree, stanza: &NodeRef<'_>) {
    let inside: Vec<NodeRef<'_>> = stanza.descendants();
    let is_line = |node: &NodeRef<'_>| matches!(name_of(node).as_deref(), Some("div" | "p" | "blockquote"));
    let is_block = |node: &NodeRef<'_>| name_of(node).is_some_and(|name| element::is_block(&name));
    let n_lines = inside.iter().filter(|node| is_line(node)).count();
    // What stands between the lines must not be words, and no line may be more than a line.
    let is_plain = stanza.children_it(false).all(|node| !node.is_text() || node.text().trim().is_empty());
    if n_lines < 2 || !is_plain || inside.iter().any(|node| is_block(node) && !is_line(node)) {
        return;
    }
    for node in &inside {
        if node.is_text() {
            let text = node.text();
            if text.contains(['\n', '\t']) {
                node.insert_before(&tree.new_text(spaced(&text)));
                node.remove_from_parent();
            }
        } else if element::has_class(node, &LINE_NUMBERS) {
            node.insert_before(&tree.new_text("\u{2003}"));
        } else if is_line(node) {
            let holds_lines = node.descendants_it().any(|inner| is_line(&inner));
            node.rename("span");
            if !holds_lines {
                node.insert_after(&tree.new_element("br"));
            }
        }
    }
    stanza.rename("address");
}

/// Returns the text with one space for each run of white space; nothing where it has nothing else.
fn spaced(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_open = |at_end: bool| {
        let edge = if at_end { text.chars().next_back() } else { text.chars().next() };
        !words.is_empty() && edge.is_some_and(char::is_whitespace)
    };
    format!("{}{}{}", if is_open(false) { " " } else { "" }, words.join(" "), if is_open(true) { " " } else { "" })
}

fn is_page_break(node: &NodeRef<'_>) -> bool {
    let says = |name: &str, word: &str| {
        node.attr(name).is_some_and(|value| value.split_ascii_whitespace().any(|found| found == word))
    };
    says("epub:type", "pagebreak") || says("role", "doc-pagebreak")
}

/// A heading of the page.
struct Heading {
    node: NodeId,
    level: u8,
    letters: String,
    /// How many characters stand before it.
    n_before: usize,
}

/// Where a title leads to.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    node: Option<NodeId>,
    /// How many headings began before it, and characters stood before it.
    n_headings: usize,
    n_before: usize,
    /// The first block of words at it, and the block around it.
    first_block: Option<NodeId>,
    /// The heading around it.
    heading: Option<usize>,
}

impl Place {
    /// Returns whether nothing stands between the place and a heading.
    fn is_at(&self, idx: usize, heading: &Heading) -> bool {
        self.heading == Some(idx) || self.n_before == heading.n_before
    }
}

/// How a heading is known to be what a title means, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Same,
    PartHere,
    Here,
    Part,
    Near,
}

const LIKENESSES: [Likeness; 5] = [Likeness::Same, Likeness::PartHere, Likeness::Here, Likeness::Part, Likeness::Near];

impl Likeness {
    fn holds(self, heading: &Heading, is_here: bool, n_before: usize, wanted: &str) -> bool {
        let (short, long) = if heading.letters.len() < wanted.len() {
            (heading.letters.as_str(), wanted)
        } else {
            (wanted, heading.letters.as_str())
        };
        let is_part = || !short.is_empty() && (long.starts_with(short) || long.ends_with(short));
        match self {
            Self::Same => heading.letters == wanted,
            Self::PartHere => is_here && is_part(),
            Self::Here => is_here,
            Self::Part => short.chars().count() > 3 && is_part(),
            Self::Near => heading.n_before.saturating_sub(n_before) <= MOST_BEFORE_HEADING,
        }
    }
}

/// What a page has.
struct Survey<'t> {
    tree: &'t Tree,
    headings: Vec<Heading>,
    /// For each title.
    places: Vec<Place>,
    body: NodeId,
}

/// What a title was found to be in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Heading(usize),
    /// A block of words that is no heading yet.
    Block(NodeId),
    /// Nothing: it is to be put before this element, or into it.
    Nothing(NodeId),
    /// The page does not have the place.
    Nowhere,
}

impl<'t> Survey<'t> {
    fn of(tree: &'t Tree, titles: &[Title]) -> Self {
        let body = tree.body().unwrap_or_else(|| tree.root());
        let mut wanted: HashMap<&str, Vec<usize>> = HashMap::new();
        for (idx, title) in titles.iter().enumerate() {
            wanted.entry(&title.place).or_default().push(idx);
        }
        let mut survey =
            Self { tree, headings: Vec::new(), places: vec![Place::default(); titles.len()], body: body.id };
        let mut n_before = 0;
        // Titles whose place has no words yet.
        let mut waiting: Vec<usize> = wanted.get("").cloned().unwrap_or_default();
        for &idx in &waiting {
            if let Some(place) = survey.places.get_mut(idx) {
                place.node = Some(body.id);
            }
        }
        let mut open_heading: Option<(usize, NodeId)> = None;
        let mut block = body.id;
        let mut walk = Some(body);
        while let Some(node) = walk {
            let name = name_of(&node);
            let name = name.as_deref().unwrap_or_default();
            let is_shown = !element::is_skipped(name) && (name.is_empty() || !element::is_hidden(&node, name));
            if node.is_text() {
                let text = node.text();
                let n_chars = text.chars().filter(|c| !c.is_whitespace()).count();
                if n_chars > 0 {
                    for idx in waiting.drain(..) {
                        if let Some(place) = survey.places.get_mut(idx) {
                            place.first_block = Some(block);
                        }
                    }
                    n_before += n_chars;
                    if let Some((_, _)) = open_heading
                        && let Some(heading) = survey.headings.last_mut()
                    {
                        heading.letters.extend(letters(&text));
                    }
                }
            } else if is_shown {
                if element::is_block(name) {
                    block = node.id;
                }
                if let (Some(level), None) = (heading_level(name), open_heading) {
                    open_heading = Some((survey.headings.len(), node.id));
                    survey.headings.push(Heading { node: node.id, level, letters: String::new(), n_before });
                }
                for attribute in ["id", "name"] {
                    let Some(value) = element::attribute(&node, attribute) else { continue };
                    for &idx in wanted.get(value.as_str()).into_iter().flatten() {
                        let Some(place) = survey.places.get_mut(idx).filter(|place| place.node.is_none()) else {
                            continue;
                        };
                        let heading = open_heading.map(|(idx, _)| idx);
                        let n_headings = heading.unwrap_or(survey.headings.len());
                        *place = Place { node: Some(node.id), n_headings, n_before, first_block: None, heading };
                        waiting.push(idx);
                    }
                }
            }
            walk = match node.first_child().filter(|_| is_shown) {
                Some(child) => Some(child),
                None => loop_out(node, body.id, &mut |left| {
                    if open_heading.is_some_and(|(_, id)| id == left.id) {
                        open_heading = None;
                    }
                    if left.id == block {
                        block = left.parent().map_or(body.id, |parent| parent.id);
                    }
                }),
            };
        }
        survey
    }

    /// Returns what each title is.
    fn matched(&self, titles: &[Title]) -> Vec<Found> {
        let ends = self.ends(titles);
        let wanted: Vec<String> = titles.iter().map(|title| letters(&title.text).collect()).collect();
        let mut by_letters: HashMap<&str, usize> = HashMap::new();
        for (idx, heading) in self.headings.iter().enumerate() {
            by_letters.entry(&heading.letters).or_insert(idx);
        }
        let mut found = vec![Found::Nowhere; titles.len()];
        let mut is_taken = vec![false; self.headings.len()];
        // The surest come first, so that no other title takes their headings.
        for likeness in LIKENESSES {
            let open = titles.iter().zip(&wanted).zip(self.places.iter().zip(&ends)).zip(&mut found);
            for (((title, wanted), (place, &end)), found) in open {
                if *found != Found::Nowhere || title.is_group && likeness != Likeness::Same {
                    continue;
                }
                let is_free = |idx: usize| is_taken.get(idx) == Some(&false);
                let heading = if title.is_group {
                    by_letters.get(wanted.as_str()).copied().filter(|&idx| is_free(idx))
                } else if place.node.is_some() {
                    let headings = self.headings.iter().enumerate().take(end).skip(place.n_headings);
                    let mut like = headings.take(MOST_COMPARED).filter(|&(idx, heading)| {
                        is_free(idx) && likeness.holds(heading, place.is_at(idx, heading), place.n_before, wanted)
                    });
                    like.next().map(|(idx, _)| idx)
                } else {
                    None
                };
                if let Some(heading) = heading {
                    *found = Found::Heading(heading);
                    is_taken.iter_mut().skip(heading).take(1).for_each(|taken| *taken = true);
                }
            }
        }
        for (((title, wanted), place), found) in titles.iter().zip(&wanted).zip(&self.places).zip(&mut found) {
            let (Some(node), Found::Nowhere) = (place.node, *found) else { continue };
            let block = place.first_block.and_then(|id| self.tree.get(&id));
            *found = match block.filter(|block| !title.is_group && is_title_block(block, wanted)) {
                Some(block) => Found::Block(block.id),
                None => Found::Nothing(self.anchor(node, place)),
            };
        }
        found
    }

    /// Returns for each title how many headings began before the next title's place.
    fn ends(&self, titles: &[Title]) -> Vec<usize> {
        let own = self.places.iter().zip(titles).filter(|(place, title)| place.node.is_some() && !title.is_group);
        let mut starts: Vec<(usize, usize)> = own.map(|(place, _)| (place.n_headings, place.n_before)).collect();
        starts.sort_unstable();
        let end = |place: &Place| {
            let next = starts.partition_point(|&start| start <= (place.n_headings, place.n_before));
            let end = starts.get(next).map_or(self.headings.len(), |&(n_headings, _)| n_headings);
            end.max(place.n_headings + usize::from(place.heading.is_some()))
        };
        self.places.iter().map(end).collect()
    }

    /// Returns the element before which, or in which, a heading is put for a place.
    fn anchor(&self, node: NodeId, place: &Place) -> NodeId {
        if let Some(heading) = place.heading.and_then(|idx| self.headings.get(idx)) {
            return heading.node;
        }
        let Some(node) = self.tree.get(&node) else { return self.body };
        let mut anchor = node;
        let mut here = node;
        // The block around the place, and the list or table around that.
        let mut is_block = name_of(&anchor).is_some_and(|name| element::is_block(&name));
        while let Some(parent) = here.parent() {
            let Some(name) = name_of(&parent) else { break };
            if parent.id == self.body {
                break;
            }
            let is_part = matches!(&*name, "ul" | "ol" | "dl" | "table" | "p" | "pre" | "figure");
            if !is_block || is_part {
                anchor = parent;
                is_block = element::is_block(&name);
            }
            here = parent;
        }
        anchor.id
    }
}

/// Returns the node after `node` in the page's order, once `node` and all in it were seen. What is left is told.
fn loop_out<'t>(node: NodeRef<'t>, body: NodeId, on_leave: &mut dyn FnMut(NodeRef<'t>)) -> Option<NodeRef<'t>> {
    let mut here = node;
    loop {
        on_leave(here);
        if here.id == body {
            return None;
        }
        if let Some(next) = here.next_sibling() {
            return Some(next);
        }
        here = here.parent()?;
    }
}

/// Returns all elements of the page, in its order.
fn nodes(tree: &Tree) -> Vec<NodeRef<'_>> {
    tree.root().descendants_it().filter(NodeRef::is_element).collect()
}

/// Returns whether the element holds blocks rather than words: a heading may stand in it.
fn holds_blocks(node: &NodeRef<'_>) -> bool {
    matches!(
        name_of(node).as_deref(),
        Some("body" | "html" | "div" | "section" | "article" | "main" | "header" | "aside" | "nav")
    )
}

/// Returns whether a block of words says the title and nothing else.
fn is_title_block(node: &NodeRef<'_>, wanted: &str) -> bool {
    let is_plain = matches!(name_of(node).as_deref(), Some("p" | "div" | "center"));
    let mut said = String::new();
    for text in node.descendants_it().filter(NodeRef::is_text) {
        said.extend(letters(&text.text()));
        if !is_plain || said.len() > wanted.len() {
            return false;
        }
    }
    said == wanted
}

fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

fn heading_name(level: u8) -> &'static str {
    match level {
        0 | 1 => "h1",
        2 => "h2",
        3 => "h3",
        4 => "h4",
        5 => "h5",
        _ => "h6",
    }
}

fn i8_of(level: u8) -> i8 {
    i8::try_from(level).unwrap_or(i8::MAX)
}
