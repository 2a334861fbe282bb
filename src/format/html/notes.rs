//! Footnotes: finds which links are references to notes, which elements are the notes, and which links lead back.
//!
//! A reference says so itself (a role, a type, a class that writers of footnotes use), or is a short sign, raised or
//! named like a note, whose target is a block elsewhere. Wikipedia, Pandoc, markdown-it, GitHub, Word and EPUB books are
//! all met by that. What a link back is, is told by where it leads: to a reference of the note that it stands in.

use std::collections::{HashMap, HashSet};

use dom_query::{NodeId, NodeRef, Tree};

use super::element::{attribute, has_class, is_block, name_of, text_up_to};

/// The longest sign that a reference is known by, in bytes, where it does not say what it is.
const LONGEST_SIGN: usize = 12;

/// How many nodes are looked at for an element's first words.
const MOST_LOOKED_AT: usize = 48;

/// How many elements up from a place its block is looked for.
const MOST_UP: usize = 8;

/// Classes of links that lead back.
const BACK_CLASSES: [&str; 7] = [
    "footnote-back",
    "footnote-backref",
    "footnote-return",
    "reversefootnote",
    "data-footnote-backref",
    "footnoteBackLink",
    "fn-backref",
];

/// Classes of references to notes.
const CLASSES: [&str; 6] = ["footnote-ref", "footnoteref", "footnote-reference", "fnref", "noteref", "footnote-link"];

/// Beginnings of the names of notes.
const STARTS: [&str; 11] =
    ["fn", "ftn", "footnote", "cite_note", "cite-note", "note", "endnote", "edn", "sdfootnote", "sdendnote", "en"];

/// What is known about a page's notes.
#[derive(Debug, Default)]
pub struct Notes {
    /// By link: the place of its note, and its label.
    references: HashMap<NodeId, (String, String)>,
    /// By element: the place that its references name, and its label.
    texts: HashMap<NodeId, (String, String)>,
    /// What only leads back, or says the label again.
    passed_over: HashSet<NodeId>,
    /// Notes whose label is on their way back, so that their words do not say it.
    labelled: HashSet<NodeId>,
}

impl Notes {
    /// Returns the place of the note that the link refers to, and its label.
    pub fn reference(&self, link: NodeId) -> Option<(&str, &str)> {
        self.references.get(&link).map(|(place, label)| (place.as_str(), label.as_str()))
    }

    /// Returns the place that references to this note name, and its label.
    pub fn note(&self, element: NodeId) -> Option<(&str, &str)> {
        self.texts.get(&element).map(|(place, label)| (place.as_str(), label.as_str()))
    }

    /// Returns whether the note has its label on its way back.
    pub fn is_labelled(&self, note: NodeId) -> bool {
        self.labelled.contains(&note)
    }

    pub fn is_passed_over(&self, node: NodeId) -> bool {
        self.passed_over.contains(&node)
    }

    /// Returns whether the element is a raised sign around references alone.
    pub fn is_around_references(&self, element: &NodeRef<'_>) -> bool {
        !self.references.is_empty()
            && element.children_it(false).take(MOST_LOOKED_AT).any(|child| self.references.contains_key(&child.id))
            && element.children_it(false).take(MOST_LOOKED_AT).all(|child| {
                self.references.contains_key(&child.id)
                    || child.is_text() && !child.text().chars().any(char::is_alphanumeric)
            })
    }

    /// Finds the notes of a page; `inside` gives the name of the place that a link leads to, if it is in the document.
    pub fn of(tree: &Tree, inside: &dyn Fn(&str) -> Option<String>, prefix: &str) -> Self {
        let mut links = Vec::new();
        let mut says_note = Vec::new();
        for node in tree.root().descendants_it() {
            let Some(name) = name_of(&node) else { continue };
            if is_said_note(&node) {
                says_note.push(node.id);
            }
            if &*name == "a"
                && let Some(place) = attribute(&node, "href").and_then(|href| inside(&href))
            {
                links.push((node.id, place));
            }
        }
        let places = places(tree, &links, prefix);
        let mut notes = Self::default();
        let mut by_place: HashMap<String, NodeId> = HashMap::new();
        for (link, place) in &links {
            let node = NodeRef::new(*link, tree);
            let Some(sureness) = sureness(&node, place) else { continue };
            let sign = first_words(&node, 64);
            let label = label_of(&sign);
            if label.is_empty() {
                continue;
            }
            let target = places.get(place.as_str()).map(|id| NodeRef::new(*id, tree));
            match target {
                None if sureness == Sureness::Said => {}
                None => continue,
                Some(target) => {
                    let Some(note) = note_around(target, &node) else {
                        // A note may refer to itself.
                        if sureness == Sureness::Said && is_said_note(&target) {
                            notes.references.insert(*link, (place.clone(), label));
                        }
                        continue;
                    };
                    let is_told = is_said_note(&note) || leads_back(&note, &node, inside);
                    if sureness == Sureness::Guessed && !is_told {
                        continue;
                    }
                    match by_place.get(place) {
                        Some(known) if *known != note.id => continue,
                        _ => {}
                    }
                    by_place.insert(place.clone(), note.id);
                    notes.texts.entry(note.id).or_insert_with(|| (place.clone(), label.clone()));
                }
            }
            notes.references.insert(*link, (place.clone(), label));
        }
        // Notes whose references stand in another file of a book, or in themselves.
        let told: HashMap<String, String> = notes.references.values().cloned().collect();
        for id in says_note {
            let node = NodeRef::new(id, tree);
            if let Some(place) = attribute(&node, "id")
                && !notes.texts.contains_key(&id)
            {
                let name = format!("{prefix}{place}");
                let label = told.get(&name).cloned().unwrap_or_else(|| {
                    let label = label_of(&first_words(&node, LONGEST_SIGN));
                    if label.len() <= 4 && !label.is_empty() { label } else { place }
                });
                notes.texts.insert(id, (name, label));
            }
        }
        notes.find_ways_back(tree, &links);
        notes
    }

    /// Finds the links in notes that lead back to a reference, and the signs that say the label again.
    fn find_ways_back(&mut self, tree: &Tree, links: &[(NodeId, String)]) {
        for (link, place) in links {
            let node = NodeRef::new(*link, tree);
            if is_said_way_back(&node) {
                self.passed_over.insert(*link);
                continue;
            }
            if self.references.contains_key(link) {
                continue;
            }
            let in_note = node.ancestors_it(Some(MOST_UP)).any(|around| self.texts.contains_key(&around.id));
            if in_note && (is_reference_name(place) || is_back_sign(&first_words(&node, 40))) {
                self.passed_over.insert(*link);
            }
        }
        for (id, (_, label)) in &self.texts {
            let note = NodeRef::new(*id, tree);
            let is_label = |way: &NodeRef<'_>| {
                way.has_name("a") && self.passed_over.contains(&way.id) && label_of(&first_words(way, 64)) == *label
            };
            if note.descendants_it().take(MOST_LOOKED_AT).any(|node| is_label(&node)) {
                self.labelled.insert(*id);
                continue;
            }
            let mut texts = note
                .descendants_it()
                .take(MOST_LOOKED_AT)
                .filter(|node| node.is_text() && !node.text().trim().is_empty());
            let leads_back =
                |text: &NodeRef<'_>| text.ancestors_it(Some(2)).any(|around| self.passed_over.contains(&around.id));
            if let Some(first) = texts.find(|text| !leads_back(text))
                && label_of(&first.text()) == *label
                // What is all that the note says is no label.
                && texts.any(|text| !leads_back(&text))
            {
                self.passed_over.insert(first.id);
                if let Some(around) = first.parent().filter(|around| around.id != *id)
                    && matches!(name_of(&around).as_deref(), Some("a" | "sup" | "span" | "b" | "strong"))
                    && !self.references.contains_key(&around.id)
                {
                    self.passed_over.insert(around.id);
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sureness {
    /// The link says that it is one.
    Said,
    /// It is named like one.
    Named,
    /// It looks like one.
    Guessed,
}

/// Finds the places that links lead to.
fn places<'l>(tree: &Tree, links: &'l [(NodeId, String)], prefix: &str) -> HashMap<&'l str, NodeId> {
    // By what the page itself calls them.
    let wanted: HashMap<&str, &str> =
        links.iter().filter_map(|(_, place)| Some((place.strip_prefix(prefix)?, place.as_str()))).collect();
    let mut places = HashMap::new();
    if wanted.is_empty() {
        return places;
    }
    for node in tree.root().descendants_it().filter(NodeRef::is_element) {
        for key in ["id", "name"] {
            if let Some(value) = node.attr(key)
                && let Some(place) = wanted.get(value.trim())
                && (key == "id" || node.has_name("a"))
            {
                places.entry(*place).or_insert(node.id);
            }
        }
    }
    places
}

fn types(node: &NodeRef<'_>) -> String {
    let kind = |name| node.attr(name).map(|value| value.to_ascii_lowercase()).unwrap_or_default();
    format!(" {} {} ", kind("role"), kind("epub:type"))
}

fn sureness(link: &NodeRef<'_>, place: &str) -> Option<Sureness> {
    let types = types(link);
    if types.contains("noteref") {
        return Some(Sureness::Said);
    }
    if types.contains("backlink") || is_said_way_back(link) {
        return None;
    }
    if has_class(link, &CLASSES) || link.has_attr("data-footnote-ref") {
        return Some(Sureness::Said);
    }
    let sign = first_words(link, LONGEST_SIGN + 1);
    if sign.len() > LONGEST_SIGN || label_of(&sign).is_empty() {
        return None;
    }
    let is_sign = |sign: &str| {
        sign.chars().all(|c| c.is_ascii_digit())
            || sign.chars().count() <= 2
            || sign.chars().all(|c| matches!(c, '*' | '†' | '‡' | '§' | '¶'))
            || sign.split_once(' ').is_some_and(|(word, number)| {
                matches!(word, "note" | "nb" | "n" | "fn") && number.chars().all(|c| c.is_ascii_digit())
            })
    };
    if !is_sign(&label_of(&sign).to_lowercase()) {
        return None;
    }
    // Wikipedia raises the links back where a note has several references.
    if is_reference_name(place) {
        return None;
    }
    let name = place.rsplit(':').next().unwrap_or(place);
    let name = if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) { place } else { name };
    if is_note_name(name) || is_note_name(place) {
        return Some(Sureness::Named);
    }
    let is_raised = link.ancestors_it(Some(2)).chain(link.children_it(false).take(2)).any(|near| near.has_name("sup"));
    is_raised.then_some(Sureness::Guessed)
}

/// Returns whether a place is named like a note.
fn is_note_name(place: &str) -> bool {
    let place = place.trim_start_matches('_').to_ascii_lowercase();
    let place = place.strip_prefix("user-content-").unwrap_or(&place);
    !is_reference_name(place)
        && STARTS.iter().any(|start| {
            place.strip_prefix(start).is_some_and(|rest| {
                let rest = rest.trim_start_matches(['s', '-', '_', ':', '.']);
                rest.starts_with(|c: char| c.is_ascii_digit())
                    || rest.is_empty()
                    || *start == "cite_note"
                    || *start == "fn"
            })
        })
}

/// Returns whether a place is named like what a note is referred to from.
fn is_reference_name(place: &str) -> bool {
    let place = place.to_ascii_lowercase();
    place.contains("ref") && !place.contains("cite_note") && !place.contains("cite-note") || place.ends_with("anc")
}

fn is_said_note(node: &NodeRef<'_>) -> bool {
    if !node.has_attr("role") && !node.has_attr("epub:type") {
        return false;
    }
    let types = types(node);
    [" footnote ", " endnote ", " rearnote ", " note ", " doc-footnote ", " doc-endnote "]
        .iter()
        .any(|kind| types.contains(kind))
}

fn is_said_way_back(link: &NodeRef<'_>) -> bool {
    types(link).contains("doc-backlink") || has_class(link, &BACK_CLASSES) || link.has_attr("data-footnote-backref")
}

/// Returns whether a link of these words leads back, where it stands in a note.
fn is_back_sign(words: &str) -> bool {
    let words = words.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{fe0e}' | '\u{fe0f}' | '[' | ']'));
    let is_arrow = |c: char| matches!(c, '↩' | '↑' | '^' | '⏎' | '↵' | '⤴' | '←' | '«' | '\u{fe0e}' | '\u{fe0f}' | '‹');
    !words.is_empty() && words.chars().all(is_arrow)
        || matches!(words.to_lowercase().as_str(), "back" | "return" | "return to text" | "jump up" | "go back")
}

/// Returns whether a link in the note leads to where the reference stands.
fn leads_back(note: &NodeRef<'_>, reference: &NodeRef<'_>, inside: &dyn Fn(&str) -> Option<String>) -> bool {
    let mut names: Vec<String> = Vec::new();
    for around in std::iter::once(*reference).chain(reference.ancestors_it(Some(3))) {
        names.extend(["id", "name"].iter().filter_map(|key| attribute(&around, key)));
    }
    // An anchor before the link is a common way to name it.
    if let Some(before) = reference.prev_sibling() {
        names.extend(["id", "name"].iter().filter_map(|key| attribute(&before, key)));
    }
    note.descendants_it().take(400).filter(|node| node.has_name("a")).any(|link| {
        attribute(&link, "href")
            .and_then(|href| inside(&href))
            .is_some_and(|place| names.iter().any(|name| place.ends_with(name.as_str())))
    })
}

/// Returns the block that the note at `target` is; none where that cannot be one.
fn note_around<'t>(target: NodeRef<'t>, reference: &NodeRef<'t>) -> Option<NodeRef<'t>> {
    let mut note = target;
    for _ in 0..MOST_UP {
        let name = name_of(&note)?;
        if &*name == "dt" {
            note = note.next_element_sibling().filter(|next| next.has_name("dd"))?;
            break;
        }
        if is_block(&name) {
            break;
        }
        note = note.parent()?;
    }
    let name = name_of(&note)?;
    let is_fit = matches!(&*name, "li" | "p" | "div" | "aside" | "dd" | "section" | "blockquote" | "article");
    let holds_reference = reference.ancestors_it(None).any(|around| around.id == note.id);
    (is_fit && !holds_reference).then_some(note)
}

/// Returns the first words in an element, up to about `most` bytes.
fn first_words(node: &NodeRef<'_>, most: usize) -> String {
    text_up_to(node, most).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the sign without what stands around it.
fn label_of(sign: &str) -> String {
    sign.trim().trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')' | '.' | ':' | '{' | '}')).trim().to_owned()
}
