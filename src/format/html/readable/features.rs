//! Features: what is seen of each leaf of a page before it is judged, as numbers.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::phrases::{self, Spoken};
use super::sheet::{Element, Path, Sheet, Sums};
use super::trees::Judge;
use super::{LeafKind, Sight, tokens};

/// A table of features, a row for each leaf.
#[derive(Debug, Default)]
pub struct Features {
    pub values: Vec<f32>,
    pub n_columns: usize,
    /// The columns' names, from the first row.
    pub names: Vec<String>,
    begun: usize,
    named: bool,
}

impl Features {
    pub fn row(&self, idx: usize) -> &[f32] {
        self.values.get(idx * self.n_columns..(idx + 1) * self.n_columns).unwrap_or_default()
    }

    fn begin(&mut self) {
        self.begun += 1;
    }

    fn put(&mut self, name: &str, value: f32) {
        if self.named && self.begun == 1 {
            self.names.push(name.to_owned());
        }
        if self.begun == 1 {
            self.n_columns += 1;
        }
        self.values.push(value);
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.put(name, if value { 1.0 } else { 0.0 });
    }
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Frequent small words of several languages: what sentences have and menus have not.
const SMALL_WORDS: &[&str] = &[
    "the", "of", "and", "to", "a", "in", "that", "is", "was", "for", "it", "with", "as", "on", "be", "at", "by",
    "this", "had", "not", "are", "but", "from", "or", "have", "an", "they", "which", "you", "were", "his", "her",
    "she", "he", "we", "been", "has", "their", "said", "its", "who", "will", "more", "if", "when", "der", "die", "das",
    "und", "den", "von", "zu", "mit", "ist", "im", "nicht", "ein", "eine", "auf", "le", "la", "les", "des", "du", "et",
    "est", "que", "dans", "une", "un", "pour", "el", "los", "las", "y", "en", "por", "con", "para", "se", "del", "al",
    "o", "e", "da", "do", "os", "na", "no", "em", "um", "il", "che", "di", "per", "non", "i", "è", "het", "een", "van",
    "dat", "op", "zijn", "og", "på", "som", "är", "att", "det", "и", "в", "не", "на", "что", "с", "по", "w", "z",
    "się", "nie", "do", "jest",
];

static SMALL: LazyLock<HashSet<&'static str>> = LazyLock::new(|| SMALL_WORDS.iter().copied().collect());

fn is_small(word: &str) -> bool {
    SMALL.contains(word) || word.starts_with(char::is_uppercase) && SMALL.contains(word.to_lowercase().as_str())
}

/// A leaf with more words speaks for itself.
const MOST_SPEAKING: f32 = 60.0;

/// Below this length, in bytes, a leaf is looked at for signs that are not those of prose.
const SHORT: usize = 400;

/// How much of a leaf is looked at to tell whether another says the same, in bytes.
const TWIN_BYTES: usize = 200;

struct Words {
    small: f32,
    capitalised: f32,
    digits: f32,
    all: f32,
}

fn look_at_words(text: &str) -> Words {
    let mut words = Words { small: 0.0, capitalised: 0.0, digits: 0.0, all: 0.0 };
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(80) {
        words.all += 1.0;
        let first = word.chars().next().unwrap_or(' ');
        if first.is_uppercase() {
            words.capitalised += 1.0;
        }
        if first.is_ascii_digit() {
            words.digits += 1.0;
        }
        if word.len() <= 6 && is_small(word) {
            words.small += 1.0;
        }
    }
    words
}

/// How many letters of a page's description and of a leaf's beginning are compared.
const LEAD_LETTERS: usize = 30;

fn key_start(text: &str, n: usize) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).take(n).collect()
}

/// The letters and digits of `text` in small letters, by which the same text is known again.
pub fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[derive(Default, Clone, Copy)]
struct Kin {
    leaves: f32,
    words: f32,
    kept_words: f32,
    link_words: f32,
}

/// The nearest heading before a leaf.
#[derive(Clone, Copy)]
struct Heading {
    leaf: usize,
    phrases: u32,
    kept: bool,
    level: u8,
    parent_end: usize,
}

/// What stands between an article's title and the name of its site.
const TITLE_BREAKS: &[&str] = &[" | ", " – ", " — ", " - ", " · ", " :: ", " » ", " / "];

/// How many parts of a title are looked at, by what parts them.
const MOST_PARTS: usize = 4;

/// Finds the heading that says the title.
pub fn title_leaf(page: &Sight<'_>) -> Option<usize> {
    let title = key(page.title);
    let headings = || page.leaves.iter().enumerate().filter(|(_, leaf)| leaf.heading().is_some());
    let says_it = |level: Option<u8>| {
        let mut on_level = headings().filter(|(_, leaf)| level.is_none_or(|level| leaf.heading() == Some(level)));
        on_level.find(|(_, leaf)| same_title(&title, leaf.text)).map(|(idx, _)| idx)
    };
    // A short title can be less than half of what it says with the site's name.
    let says_part = || {
        let mut parts: Vec<String> =
            TITLE_BREAKS.iter().flat_map(|part| page.title.split(part).take(MOST_PARTS)).map(key).collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
        parts.dedup();
        let of_first_level = |part: &String| {
            let mut first = headings().filter(|(_, leaf)| leaf.heading() == Some(1));
            first.find(|(_, leaf)| !part.is_empty() && key(leaf.text) == *part).map(|(idx, _)| idx)
        };
        parts.iter().find_map(of_first_level)
    };
    says_it(Some(1)).or_else(|| says_it(None)).or_else(says_part)
}

/// Finds the features of all leaves, with their names.
pub fn features(page: &Sight<'_>, sheet: &Sheet) -> Features {
    look(page, sheet, Features { named: true, ..Features::default() }, &mut |_| {})
}

/// Finds how likely each leaf is of the article. The features of few leaves are kept at a time: they are a thousand bytes for each.
pub fn likelihoods(page: &Sight<'_>, sheet: &Sheet) -> Vec<f32> {
    let mut judge = Judge::default();
    look(page, sheet, Features::default(), &mut |row| {
        judge.take(&row.values);
        row.values.clear();
    });
    judge.finish()
}

/// Finds the features of all leaves; `end_row` is told where each ends.
fn look(page: &Sight<'_>, sheet: &Sheet, mut out: Features, end_row: &mut dyn FnMut(&mut Features)) -> Features {
    let leaves = page.leaves;
    let all = sheet.all();
    let n_leaves = leaves.len() as f32;
    let mut kin: HashMap<u64, Kin> = HashMap::new();
    let mut twins: HashMap<u64, u32> = HashMap::new();
    let keys: Vec<u64> = leaves.iter().map(|leaf| likeness(leaf.text)).collect();
    let element_of = |idx: usize| sheet.rows.get(idx).and_then(|row| sheet.elements.get(row.element));
    let parent_of = |element: &Element| element.parent.and_then(|parent| sheet.elements.get(parent));
    let kin_key = |idx: usize| {
        element_of(idx).map_or(0, |element| {
            element.signature ^ parent_of(element).map_or(0, |parent| parent.signature.rotate_left(17))
        })
    };
    for (idx, row) in sheet.rows.iter().enumerate() {
        let kin = kin.entry(kin_key(idx)).or_default();
        kin.leaves += 1.0;
        kin.words += row.sums.words;
        kin.kept_words += row.sums.kept_words;
        kin.link_words += row.sums.link_words;
        *twins.entry(keys.get(idx).copied().unwrap_or_default()).or_default() += 1;
    }
    let is_kept = |idx: usize| sheet.rows.get(idx).is_some_and(|row| row.sums.kept_leaves > 0.0);
    let first_kept = (0..leaves.len()).find(|&idx| is_kept(idx));
    let last_kept = (0..leaves.len()).rev().find(|&idx| is_kept(idx));
    // The smallest element with all that was kept, and the one with the most prose around few others.
    let core = first_kept.zip(last_kept).and_then(|(first, last)| {
        sheet
            .elements
            .iter()
            .filter(|element| element.first_leaf <= first && last < element.end_leaf)
            .max_by_key(|element| element.depth)
    });
    let dense = densest(sheet);
    let title_key = key(page.title);
    let title_leaf = title_leaf(page);
    let lead_key = key_start(page.description, LEAD_LETTERS);
    let gap_back = gaps(leaves.len(), &is_kept, false);
    let gap_on = gaps(leaves.len(), &is_kept, true);
    let mut heading: Option<Heading> = None;
    let spoken: Vec<Spoken> = leaves
        .iter()
        .zip(&sheet.rows)
        .map(|(leaf, row)| {
            let is_short = row.sums.words <= MOST_SPEAKING && leaf.text.len() < 1000;
            if is_short { phrases::spoken(&leaf.text.trim().to_lowercase()) } else { Spoken::default() }
        })
        .collect();
    for (idx, leaf) in leaves.iter().enumerate() {
        let (Some(row), Some(element)) = (sheet.rows.get(idx), element_of(idx)) else {
            // A leaf that is not in the tree has nothing to be judged by.
            out.begin();
            let n_columns = out.n_columns;
            out.values.extend(std::iter::repeat_n(0.0, n_columns));
            end_row(&mut out);
            continue;
        };
        let sums = row.sums;
        let text = leaf.text.trim();
        let words = look_at_words(text);
        let Spoken { opens, says } = spoken.get(idx).copied().unwrap_or_default();
        let is_short = text.len() < SHORT;
        out.begin();
        // The leaf itself.
        out.put("words", sums.words);
        out.put("characters", text.chars().count() as f32);
        out.put("commas", sums.commas);
        out.put("share of link words", ratio(sums.link_words, sums.words));
        out.put("links", row.n_links);
        out.put("share of strong words", ratio(row.strong_words, sums.words));
        out.put("share of small words", ratio(words.small, words.all));
        out.put("share of capitalised words", ratio(words.capitalised, words.all));
        out.put("share of numbers", ratio(words.digits, words.all));
        out.flag("ends as a sentence", text.ends_with(['.', '!', '?', '…', '"', '”', '。', '»', ')']));
        out.flag("ends with a colon", text.ends_with([':', '：']));
        out.flag("starts small", text.starts_with(char::is_lowercase));
        out.flag("has no small letters", !text.chars().any(char::is_lowercase));
        out.flag("has a currency", is_short && text.contains(['$', '€', '£', '¥']));
        out.flag("has an address", text.contains('@') || text.contains("http"));
        out.flag("has a pipe", is_short && text.contains(['|', '›', '»', '·', '•']));
        for kind in LeafKind::ALL {
            out.flag(kind.name(), leaf.kind == *kind);
        }
        out.put("heading level", f32::from(leaf.heading().unwrap_or(0)));
        for (bit, (name, _)) in phrases::GROUPS.iter().enumerate() {
            out.put(
                name,
                if opens >> bit & 1 == 1 {
                    2.0
                } else if says >> bit & 1 == 1 {
                    1.0
                } else {
                    0.0
                },
            );
        }
        out.put("phrases", says.count_ones() as f32);
        let n_twins = keys.get(idx).and_then(|key| twins.get(key)).copied().unwrap_or(1);
        out.put("twins", n_twins.min(20) as f32);
        // What the general extractor made of it and of what is near.
        out.put("kept", ratio(sums.kept_words, sums.words));
        for (name, other) in [
            ("one before kept", idx.wrapping_sub(1)),
            ("two before kept", idx.wrapping_sub(2)),
            ("one after kept", idx + 1),
            ("two after kept", idx + 2),
        ] {
            out.put(name, sheet.rows.get(other).map_or(-1.0, |row| ratio(row.sums.kept_words, row.sums.words)));
        }
        let near = sheet.over(idx.saturating_sub(4), idx + 5);
        out.put("near: share kept", ratio(near.kept_words, near.words));
        out.put("near: link words", ratio(near.link_words, near.words));
        out.put("near: words a leaf", ratio(near.words, near.leaves));
        out.put("near: prose", near.prose);
        let wide = sheet.over(idx.saturating_sub(12), idx + 13);
        out.put("wide: share kept", ratio(wide.kept_words, wide.words));
        out.put("wide: words a leaf", ratio(wide.words, wide.leaves));
        out.put("since kept", gap_back.get(idx).copied().unwrap_or(99.0));
        out.put("until kept", gap_on.get(idx).copied().unwrap_or(99.0));
        out.flag(
            "within kept",
            first_kept.is_some_and(|first| first < idx) && last_kept.is_some_and(|last| idx < last),
        );
        out.put("before first kept", first_kept.map_or(0.0, |first| first.saturating_sub(idx) as f32));
        out.put("after last kept", last_kept.map_or(0.0, |last| idx.saturating_sub(last) as f32));
        let of_kin = kin.get(&kin_key(idx)).copied().unwrap_or_default();
        out.put("kin: leaves", of_kin.leaves);
        out.put("kin: share kept", ratio(of_kin.kept_words, of_kin.words));
        out.put("kin: words a leaf", ratio(of_kin.words, of_kin.leaves));
        out.put("kin: link words", ratio(of_kin.link_words, of_kin.words));
        out.put("kin: share of page", ratio(of_kin.words, all.words));
        // Where it stands.
        out.put("place", ratio(idx as f32, n_leaves));
        out.put("leaves before", idx as f32);
        out.put("leaves after", n_leaves - idx as f32);
        let ahead = sheet.over(0, idx);
        out.put("share of words before", ratio(ahead.words, all.words));
        out.put("share of prose before", ratio(ahead.prose_words, all.prose_words));
        out.put("share of kept before", ratio(ahead.kept_words, all.kept_words));
        out.put("depth", element.depth as f32);
        out.put("from title", title_leaf.map_or(-999.0, |title| (idx as f32 - title as f32).clamp(-200.0, 200.0)));
        out.flag("is title", text.len() < 400 && same_title(&title_key, text));
        let is_lead = lead_key.len() >= LEAD_LETTERS && key_start(text, LEAD_LETTERS) == lead_key;
        out.flag("begins description", is_lead);
        out.put("since heading", heading.map_or(99.0, |heading| (idx - heading.leaf) as f32));
        out.put("heading before says", heading.map_or(0.0, |heading| heading.phrases.count_ones() as f32));
        out.flag("heading before kept", heading.is_some_and(|heading| heading.kept));
        out.put("heading before level", heading.map_or(0.0, |heading| f32::from(heading.level)));
        out.flag("in section of heading", heading.is_some_and(|heading| idx < heading.parent_end));
        out.flag(
            "in furniture section",
            heading.is_some_and(|heading| heading.phrases != 0 && idx < heading.parent_end),
        );
        for (bit, name) in Path::NAMES.iter().enumerate() {
            out.flag(name, element.path.has(bit));
        }
        for (bit, (name, _)) in tokens::GROUPS.iter().enumerate() {
            let own = element.own.has(bit) || parent_of(element).is_some_and(|parent| parent.own.has(bit));
            out.put(
                name,
                if own {
                    2.0
                } else if element.around.has(bit) {
                    1.0
                } else {
                    0.0
                },
            );
        }
        // What holds it.
        let mut container = Some(element);
        for names in CONTAINERS {
            let inside = container.map_or_else(Sums::default, |element| sheet.inside(element));
            describe(&mut out, names, inside, all);
            // The next one out that holds more.
            let mut outer = container.and_then(parent_of);
            let mut steps = 0;
            while let Some(element) = outer
                && sheet.inside(element).leaves <= inside.leaves
                && steps < 6
            {
                outer = parent_of(element);
                steps += 1;
            }
            container = outer.or(container);
        }
        out.flag("in core", core.is_some_and(|core| core.first_leaf <= idx && idx < core.end_leaf));
        out.put("depth below core", core.map_or(0.0, |core| element.depth as f32 - core.depth as f32));
        out.flag("in dense", dense.is_some_and(|dense| dense.first_leaf <= idx && idx < dense.end_leaf));
        out.put("after dense", dense.map_or(0.0, |dense| idx as f32 - dense.end_leaf as f32).clamp(-100.0, 100.0));
        out.put("before dense", dense.map_or(0.0, |dense| dense.first_leaf as f32 - idx as f32).clamp(-100.0, 100.0));
        // What is next to it.
        for (names, other) in NEIGHBOURS.iter().zip([idx.checked_sub(1), Some(idx + 1)]) {
            let row = other.and_then(|other| sheet.rows.get(other));
            let heading =
                other.and_then(|other| leaves.get(other)).map_or(-1.0, |leaf| f32::from(leaf.heading().unwrap_or(0)));
            let says = other.and_then(|other| spoken.get(other)).map_or(0.0, |spoken| spoken.says.count_ones() as f32);
            let [n_words, links, level, spoke, kin, parent] = names;
            out.put(n_words, row.map_or(-1.0, |row| row.sums.words));
            out.put(links, row.map_or(-1.0, |row| ratio(row.sums.link_words, row.sums.words)));
            out.put(level, heading);
            out.put(spoke, says);
            out.flag(kin, other.is_some_and(|other| other < leaves.len() && kin_key(other) == kin_key(idx)));
            out.flag(parent, other.and_then(element_of).is_some_and(|other| other.parent == element.parent));
        }
        // The page.
        out.put("page: leaves", n_leaves);
        out.put("page: words", all.words);
        out.put("page: kept words", all.kept_words);
        out.put("page: share kept", ratio(all.kept_words, all.words));
        out.put("page: share of kept prose", ratio(all.prose_words, all.words));
        out.put("page: words a leaf", ratio(all.words, n_leaves));
        out.put("page: link words", ratio(all.link_words, all.words));
        out.flag("page: has title heading", title_leaf.is_some());
        for (name, value) in page.whole {
            out.put(name, *value);
        }
        if let Some(level) = leaf.heading() {
            let parent_end = parent_of(element).map_or(element.end_leaf, |parent| {
                if sheet.inside(parent).leaves > 1.0 {
                    parent.end_leaf
                } else {
                    parent_of(parent).map_or(parent.end_leaf, |outer| outer.end_leaf)
                }
            });
            heading = Some(Heading { leaf: idx, phrases: says, kept: sums.kept_leaves > 0.0, level, parent_end });
        }
        end_row(&mut out);
    }
    out
}

const NEIGHBOURS: &[[&str; 6]] = &[
    [
        "before: words",
        "before: link words",
        "before: heading",
        "before: says",
        "before: same kin",
        "before: same parent",
    ],
    ["after: words", "after: link words", "after: heading", "after: says", "after: same kin", "after: same parent"],
];

const CONTAINERS: &[[&str; 9]] = &[
    [
        "1: leaves",
        "1: words",
        "1: share of page",
        "1: link words",
        "1: share kept",
        "1: share of all kept",
        "1: prose",
        "1: words a leaf",
        "1: headings",
    ],
    [
        "2: leaves",
        "2: words",
        "2: share of page",
        "2: link words",
        "2: share kept",
        "2: share of all kept",
        "2: prose",
        "2: words a leaf",
        "2: headings",
    ],
    [
        "3: leaves",
        "3: words",
        "3: share of page",
        "3: link words",
        "3: share kept",
        "3: share of all kept",
        "3: prose",
        "3: words a leaf",
        "3: headings",
    ],
    [
        "4: leaves",
        "4: words",
        "4: share of page",
        "4: link words",
        "4: share kept",
        "4: share of all kept",
        "4: prose",
        "4: words a leaf",
        "4: headings",
    ],
];

fn describe(out: &mut Features, names: &[&str; 9], inside: Sums, all: Sums) {
    let values = [
        inside.leaves,
        inside.words,
        ratio(inside.words, all.words),
        ratio(inside.link_words, inside.words),
        ratio(inside.kept_words, inside.words),
        ratio(inside.kept_words, all.kept_words),
        ratio(inside.prose_words, all.prose_words),
        ratio(inside.words, inside.leaves),
        ratio(inside.headings, inside.leaves),
    ];
    for (name, value) in names.iter().zip(values) {
        out.put(name, value);
    }
}

/// The element with much of the page's prose and little else.
fn densest(sheet: &Sheet) -> Option<&Element> {
    let all = sheet.all();
    let worth = |element: &Element| {
        let inside = sheet.inside(element);
        inside.prose_words - 0.5 * (inside.words - inside.prose_words) - 0.01 * all.words
    };
    sheet.elements.iter().max_by(|a, b| worth(a).total_cmp(&worth(b)).then(a.depth.cmp(&b.depth)))
}

/// How many leaves away the nearest kept one is, at most 99.
fn gaps(n: usize, is_kept: &dyn Fn(usize) -> bool, on: bool) -> Vec<f32> {
    let mut gaps = vec![99.0; n];
    let mut gap = 99.0_f32;
    for step in 0..n {
        let idx = if on { n - 1 - step } else { step };
        if let Some(entry) = gaps.get_mut(idx) {
            *entry = gap;
        }
        gap = if is_kept(idx) { 1.0 } else { (gap + 1.0).min(99.0) };
    }
    gaps
}

/// Returns whether `text` says the title whose key is `title`, or the part of it without the site's name.
pub fn same_title(title: &str, text: &str) -> bool {
    // Most texts begin and end otherwise, which is soon seen.
    let first = text.chars().find(|c| c.is_alphanumeric()).and_then(|c| c.to_lowercase().next());
    let last = text.chars().rfind(|c| c.is_alphanumeric()).and_then(|c| c.to_lowercase().last());
    if first.is_none() || first != title.chars().next() && last != title.chars().next_back() {
        return false;
    }
    let own = key(text);
    let long_enough = own.chars().count() >= 8 || own == title;
    !own.is_empty()
        && long_enough
        && (title.starts_with(&own)
            || title.ends_with(&own)
            || own.starts_with(title) && title.len() * 10 >= own.len() * 8)
        && (own.len() * 2 >= title.len())
}

/// A number that leaves share which begin alike and are as long.
fn likeness(text: &str) -> u64 {
    let text = text.trim();
    text.bytes().take(TWIN_BYTES).chain(text.len().to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
    })
}
