//! The sheet: a page's tree in reading order with what is known of each element and each leaf, in flat arrays.
//!
//! It is made in one walk down the tree. Whatever a feature asks of a container is a difference of two sums over
//! leaves, so nothing here or above it walks up the tree for each leaf.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use dom_query::{LocalName, NodeData, NodeId, Tree, local_name};

use super::Leaf;
use super::tokens::Tokens;
use crate::format::html::element;

/// A map by node.
pub type ByNode<T> = HashMap<NodeId, T, BuildHasherDefault<Spread>>;

/// Nodes.
pub type Nodes = HashSet<NodeId, BuildHasherDefault<Spread>>;

/// Spreads numbers that are all different.
#[derive(Default, Clone, Copy)]
pub struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

/// An element of the page's body.
#[derive(Debug, Clone)]
pub struct Element {
    pub id: NodeId,
    pub name: LocalName,
    pub parent: Option<usize>,
    pub depth: u32,
    /// What its own class, id and role say.
    pub own: Tokens,
    /// What it and the elements around it say.
    pub around: Tokens,
    /// The names of elements around it, itself too.
    pub path: Path,
    /// Its name and classes, by which elements made from one template are known.
    pub signature: u64,
    /// The leaves inside: from the first to before the second.
    pub first_leaf: usize,
    pub end_leaf: usize,
}

/// Which elements are around a place, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Path(pub u32);

impl Path {
    pub const NAMES: &[&str] = &[
        "article",
        "main",
        "section",
        "aside",
        "nav",
        "footer",
        "header",
        "form",
        "ul",
        "ol",
        "table",
        "figure",
        "figcaption",
        "blockquote",
        "details",
        "dl",
        "pre",
        "button",
        "address",
        "label",
        "select",
        "iframe",
        "h1",
        "h2",
        "h3",
        "p",
        "span",
    ];

    fn of(name: &str) -> Self {
        Self(Self::NAMES.iter().position(|known| *known == name).map_or(0, |bit| 1 << bit))
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn has(self, bit: usize) -> bool {
        self.0 >> bit & 1 == 1
    }
}

/// What is counted over leaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    pub leaves: f32,
    pub words: f32,
    pub link_words: f32,
    /// Words that the general extractor kept.
    pub kept_words: f32,
    pub kept_leaves: f32,
    pub commas: f32,
    /// Leaves of some length that end as sentences do, and their words.
    pub prose: f32,
    pub prose_words: f32,
    pub headings: f32,
}

impl Sums {
    fn plus(self, other: Self) -> Self {
        Self {
            leaves: self.leaves + other.leaves,
            words: self.words + other.words,
            link_words: self.link_words + other.link_words,
            kept_words: self.kept_words + other.kept_words,
            kept_leaves: self.kept_leaves + other.kept_leaves,
            commas: self.commas + other.commas,
            prose: self.prose + other.prose,
            prose_words: self.prose_words + other.prose_words,
            headings: self.headings + other.headings,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            leaves: self.leaves - other.leaves,
            words: self.words - other.words,
            link_words: self.link_words - other.link_words,
            kept_words: self.kept_words - other.kept_words,
            kept_leaves: self.kept_leaves - other.kept_leaves,
            commas: self.commas - other.commas,
            prose: self.prose - other.prose,
            prose_words: self.prose_words - other.prose_words,
            headings: self.headings - other.headings,
        }
    }
}

/// A leaf as the sheet sees it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Row {
    /// The innermost element that holds the whole leaf.
    pub element: usize,
    /// The innermost, also of those that stand among words.
    pub inner: usize,
    pub sums: Sums,
    pub n_links: f32,
    pub strong_words: f32,
}

#[derive(Debug, Clone)]
pub struct Sheet {
    pub elements: Vec<Element>,
    pub rows: Vec<Row>,
    /// Sums over the leaves before each, and over all at the end.
    before: Vec<Sums>,
}

/// What may stand in a body and has no text to read.
const SILENT: &[&str] = &[
    "script", "style", "noscript", "template", "head", "svg", "iframe", "object", "option", "select", "textarea",
    "button",
];

impl Sheet {
    /// Makes the sheet of `tree`, whose `leaves` stand in reading order; `kept` are the texts that survived the general
    /// extractor.
    pub fn new(tree: &Tree, leaves: &[Leaf<'_>], kept: &Nodes) -> Self {
        let mut starts: ByNode<usize> = ByNode::default();
        for (idx, leaf) in leaves.iter().enumerate() {
            starts.entry(leaf.origin).or_insert(idx);
        }
        let mut sheet = Self { elements: Vec::new(), rows: vec![Row::default(); leaves.len()], before: Vec::new() };
        let mut seen: HashMap<u64, (Tokens, u64), BuildHasherDefault<Spread>> = HashMap::default();
        // The leaf that texts belong to, if one has begun.
        let mut leaf: Option<usize> = None;
        let mut next_leaf = 0;
        let mut open: Vec<usize> = Vec::new();
        // Those of them that stand on lines of their own.
        let mut blocks: Vec<usize> = Vec::new();
        let mut links = 0_u32;
        let mut strong = 0_u32;
        let mut at = Some(tree.root());
        while let Some(node) = at {
            if let Some(&idx) = starts.get(&node.id) {
                leaf = Some(idx);
                next_leaf = idx + 1;
                if let Some(row) = sheet.rows.get_mut(idx) {
                    row.element = blocks.last().copied().unwrap_or_default();
                    row.inner = open.last().copied().unwrap_or_default();
                }
            }
            let mut enters = true;
            node.query(|inner| match &inner.data {
                NodeData::Element(element) => {
                    let name = &*element.name.local;
                    if SILENT.contains(&name) {
                        enters = false;
                        return;
                    }
                    let mut words = [""; 4];
                    for attr in &element.attrs {
                        let place = match attr.name.local {
                            local_name!("class") => 0,
                            local_name!("id") => 1,
                            local_name!("role") => 2,
                            local_name!("itemprop") => 3,
                            _ => continue,
                        };
                        if let Some(entry) = words.get_mut(place) {
                            *entry = &*attr.value;
                        }
                    }
                    let [classes, ..] = words;
                    let key = words.iter().fold(hash_of(name), |hash, words| hash.rotate_left(1) ^ hash_of(words));
                    let (own, signature) =
                        *seen.entry(key).or_insert_with(|| (Tokens::of(&words.join(" ")), signature(name, classes)));
                    let parent = open.last().and_then(|&parent| sheet.elements.get(parent));
                    // What a page says of itself as a whole tells little about its parts.
                    let own = if matches!(name, "html" | "body") { Tokens::default() } else { own };
                    let around = parent.map_or(own, |parent| parent.around.with(own));
                    let path = parent.map_or(Path::of(name), |parent| parent.path.with(Path::of(name)));
                    let depth = parent.map_or(0, |parent| parent.depth + 1);
                    if starts.contains_key(&node.id)
                        && let Some(row) = leaf.and_then(|idx| sheet.rows.get_mut(idx))
                    {
                        row.element = sheet.elements.len();
                        row.inner = sheet.elements.len();
                    }
                    let first_leaf = if starts.contains_key(&node.id) { next_leaf - 1 } else { next_leaf };
                    let place = sheet.elements.len();
                    sheet.elements.push(Element {
                        id: node.id,
                        name: element.name.local.clone(),
                        parent: open.last().copied(),
                        depth,
                        own,
                        around,
                        path,
                        signature,
                        first_leaf,
                        end_leaf: first_leaf,
                    });
                    open.push(place);
                    if element::is_block(name) {
                        blocks.push(place);
                    }
                    if name == "a" {
                        links += 1;
                    }
                    if matches!(name, "b" | "strong") {
                        strong += 1;
                    }
                }
                NodeData::Text { contents } => {
                    if let Some(row) = leaf.and_then(|idx| sheet.rows.get_mut(idx)) {
                        let words = n_words(contents);
                        row.sums.words += words;
                        row.sums.link_words += if links > 0 { words } else { 0.0 };
                        row.strong_words += if strong > 0 { words } else { 0.0 };
                        row.sums.kept_words += if kept.contains(&node.id) { words } else { 0.0 };
                        row.n_links += if links > 0 { 1.0 } else { 0.0 };
                    }
                }
                _ => {}
            });
            let is_element = node.is_element() && enters;
            if (is_element || node.is_document() || node.is_fragment())
                && enters
                && let Some(child) = node.first_child()
            {
                at = Some(child);
                continue;
            }
            let mut up = Some(node);
            let mut entered = is_element;
            at = None;
            while let Some(here) = up {
                if entered
                    && here.is_element()
                    && let Some(place) = open.pop()
                    && let Some(element) = sheet.elements.get_mut(place)
                {
                    element.end_leaf = next_leaf.max(element.first_leaf);
                    if blocks.last() == Some(&place) {
                        blocks.pop();
                    }
                    match &*element.name {
                        "a" => links -= 1,
                        "b" | "strong" => strong -= 1,
                        _ => {}
                    }
                }
                entered = true;
                if let Some(next) = here.next_sibling() {
                    at = Some(next);
                    break;
                }
                up = here.parent();
            }
        }
        sheet.sum(leaves);
        sheet
    }

    fn sum(&mut self, leaves: &[Leaf<'_>]) {
        let mut so_far = Sums::default();
        self.before.push(so_far);
        for (row, leaf) in self.rows.iter_mut().zip(leaves) {
            let text = leaf.text.trim_end();
            row.sums.leaves = 1.0;
            row.sums.commas = n_commas(text);
            row.sums.kept_leaves = if row.sums.kept_words * 2.0 > row.sums.words { 1.0 } else { 0.0 };
            let is_prose = row.sums.words >= 12.0
                && row.sums.link_words * 2.0 < row.sums.words
                && text.ends_with(['.', '!', '?', '…', '"', '”', '。', '！', '？', ':', '»', ')']);
            row.sums.prose = if is_prose { 1.0 } else { 0.0 };
            row.sums.prose_words = if is_prose { row.sums.words } else { 0.0 };
            row.sums.headings = if leaf.heading().is_some() { 1.0 } else { 0.0 };
            so_far = so_far.plus(row.sums);
            self.before.push(so_far);
        }
    }

    /// Returns the sums over the leaves from `first` to before `end`.
    pub fn over(&self, first: usize, end: usize) -> Sums {
        let at = |idx: usize| self.before.get(idx.min(self.rows.len())).copied().unwrap_or_default();
        at(end.max(first)).minus(at(first))
    }

    pub fn inside(&self, element: &Element) -> Sums {
        self.over(element.first_leaf, element.end_leaf)
    }

    /// Returns for each leaf whether one of `nodes` holds it.
    pub fn inside_any(&self, nodes: &Nodes) -> Vec<bool> {
        let mut flags: Vec<bool> = Vec::with_capacity(self.elements.len());
        for element in &self.elements {
            // An element comes after the one around it.
            let around = element.parent.and_then(|parent| flags.get(parent)).copied().unwrap_or(false);
            flags.push(around || nodes.contains(&element.id));
        }
        self.rows.iter().map(|row| flags.get(row.inner).copied().unwrap_or(false)).collect()
    }

    pub fn all(&self) -> Sums {
        self.over(0, self.rows.len())
    }
}

fn n_commas(text: &str) -> f32 {
    let n_plain = text.bytes().filter(|byte| *byte == b',').count();
    let n_other = if text.is_ascii() { 0 } else { text.matches(['，', '、', '،']).count() };
    (n_plain + n_other) as f32
}

/// Counts words: runs of letters and digits, two characters of scripts without spaces as one.
pub fn n_words(text: &str) -> f32 {
    if text.is_ascii() {
        let mut inside = false;
        let starts = text.bytes().filter(|byte| {
            let was_inside = std::mem::replace(&mut inside, byte.is_ascii_alphanumeric());
            inside && !was_inside
        });
        return starts.count() as f32;
    }
    let mut n_words = 0.0;
    let mut inside = false;
    for c in text.chars() {
        let is_word = c.is_alphanumeric();
        if is_word && ('\u{2e80}'..='\u{9fff}').contains(&c) {
            n_words += 0.5;
            inside = false;
            continue;
        }
        if is_word && !inside {
            n_words += 1.0;
        }
        inside = is_word;
    }
    n_words
}

fn hash_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Returns a number for elements of one name and the same classes, digits left out.
fn signature(name: &str, classes: &str) -> u64 {
    let letters = classes.bytes().filter(|byte| !byte.is_ascii_digit());
    name.bytes()
        .chain([0])
        .chain(letters)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
