//! Pictures and other things to be seen or heard: which address is the real one, and whether they stand by themselves.
//!
//! Pages hide the address of a picture from readers without scripts in many attributes, or in a `noscript` beside it.

use dom_query::NodeRef;

use super::element::{self, attribute, has_class, name_of, text_up_to};
use super::walk::{Close, Walk};
use crate::document::{BlockKind, MarkKind};

/// Attributes in which scripts keep a picture's address until it is looked at.
const LAZY: [&str; 10] = [
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-original-src",
    "data-actualsrc",
    "data-full-src",
    "data-hi-res-src",
    "data-url",
    "data-image",
];

/// Attributes that give a picture in several sizes.
const SETS: [&str; 4] = ["srcset", "data-srcset", "data-lazy-srcset", "data-original-set"];

/// The greatest width that is chosen where there are several, in pixels.
const GREATEST_WIDTH: f64 = 2000.0;

/// A picture given in the page itself that is shorter than this, in bytes, stands for one that comes later.
const SHORTEST_INLINE: usize = 1200;

/// A picture as small as this is a sign among words, in pixels.
const SMALL: f64 = 40.0;

/// How many nodes around a picture are looked at to find out whether it stands among words.
const MOST_NEIGHBOURS: usize = 32;

/// How many things of one figure are kept.
const MOST_IN_FIGURE: usize = 64;

/// How many nodes of a figure are looked at.
const MOST_LOOKED_AT: usize = 4096;

/// How many elements before a `noscript` may be the picture that it gives again.
const MOST_BEFORE: usize = 3;

impl<'t> Walk<'_, 't> {
    pub(super) fn picture(&mut self, node: NodeRef<'t>) {
        if is_spy(&node) {
            return;
        }
        let alt = attribute(&node, "alt").unwrap_or_default();
        let Some(address) = address_of(&node).and_then(|source| (self.fragment.resolve)(&source)) else { return };
        if self.has_words_before() || self.is_on_closed_ground() || is_small(&node) || words_follow(node) {
            // One among words says something only if it is described.
            self.picture_among_words(&address, &alt);
            return;
        }
        let title = attribute(&node, "title").filter(|title| *title != alt).unwrap_or_default();
        self.figure_of(&node, &address, &alt, &title);
    }

    /// Writes a picture as a block of its own.
    fn figure_of(&mut self, node: &NodeRef<'t>, address: &str, alt: &str, caption: &str) {
        self.close_leaf();
        let resource = self.builder.resource_of_size(address, alt, shown_size(node));
        let id = self.builder.leaf(BlockKind::Figure(resource), caption);
        self.note_origin(id, node.id);
    }

    fn picture_among_words(&mut self, address: &str, alt: &str) {
        if alt.is_empty() {
            return;
        }
        // A picture in a link leads where the link does; a smiley is a letter.
        if self.is_in_link() || alt.chars().count() <= 2 {
            self.words(alt);
        } else {
            let link = self.builder.link(address, None);
            self.marked(MarkKind::Link(link), alt);
        }
    }

    /// Begins a `figure`: its pictures, and the caption under the last of them.
    pub(super) fn figure(&mut self, node: NodeRef<'t>) -> Option<Close> {
        if self.is_on_closed_ground() {
            return Some(Close::Block);
        }
        let mut pictures = Vec::new();
        let mut caption = None;
        let mut after_caption = None;
        for here in node.descendants_it().take(MOST_LOOKED_AT) {
            // What is in the caption is no picture of the figure.
            if let Some(caption) = after_caption
                && here.ancestors_it(Some(8)).any(|around| around.id == caption)
            {
                continue;
            }
            let Some(name) = name_of(&here) else {
                if here.is_text() && !here.text().trim().is_empty() && !is_in_media(&here, node) {
                    return Some(Close::Block);
                }
                continue;
            };
            match &*name {
                "figcaption" if caption.is_none() => {
                    caption = Some(here);
                    after_caption = Some(here.id);
                }
                "img" if !is_spy(&here) && pictures.len() < MOST_IN_FIGURE => {
                    let address = address_of(&here).and_then(|source| (self.fragment.resolve)(&source));
                    if let Some(address) = address
                        && !pictures.iter().any(|(_, known, _): &(NodeRef<'_>, String, String)| *known == address)
                    {
                        pictures.push((here, address, attribute(&here, "alt").unwrap_or_default()));
                    }
                }
                "table" | "pre" | "blockquote" | "figure" | "math" | "svg" | "iframe" | "video" | "audio"
                | "object" | "ul" | "ol" => return Some(Close::Block),
                _ => {}
            }
        }
        let Some((last, rest)) = pictures.split_last() else { return Some(Close::Block) };
        for (picture, address, alt) in rest {
            self.name_place(picture, "img");
            self.figure_of(picture, address, alt, "");
        }
        let (picture, address, alt) = last;
        self.name_place(picture, "img");
        let Some(caption) = caption else {
            let title = attribute(picture, "title").filter(|title| title != alt).unwrap_or_default();
            self.figure_of(picture, address, alt, &title);
            return None;
        };
        self.close_leaf();
        let resource = self.builder.resource_of_size(address, alt, shown_size(picture));
        self.stand_at(picture.id);
        self.open_leaf(BlockKind::Figure(resource));
        self.name_place(&caption, "figcaption");
        self.walk_into(caption.first_child(), Close::Caption);
        self.enter_ground();
        None
    }

    /// Writes the picture that a page gives to readers without scripts, unless it stands beside already.
    pub(super) fn without_script(&mut self, node: NodeRef<'t>) {
        let Some(picture) = node.descendants_it().take(16).find(|inner| inner.has_name("img")) else { return };
        let mut before = node.prev_sibling();
        for _ in 0..MOST_BEFORE {
            let Some(here) = before else { break };
            let mut pictures = std::iter::once(here).chain(here.descendants_it().take(8));
            if pictures.any(|inner| inner.has_name("img") && address_of(&inner).is_some()) {
                return;
            }
            before = here.prev_sibling();
        }
        self.picture(picture);
    }

    /// Writes a drawing that says what it shows.
    pub(super) fn drawing(&mut self, node: NodeRef<'t>) {
        let inner = |wanted: &str| {
            let found = node.children_it(false).take(8).find(|child| child.has_name(wanted))?;
            Some(text_up_to(&found, 400).split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|text| !text.is_empty())
        };
        let title = inner("title").or_else(|| attribute(&node, "aria-label"));
        let Some(alt) = title.or_else(|| inner("desc")) else { return };
        let is_sign = self.has_words_before() || self.is_on_closed_ground() || self.is_in_link() || is_small(&node);
        if is_sign || words_follow(node) {
            return;
        }
        let caption = inner("desc").filter(|text| *text != alt).unwrap_or_default();
        self.figure_of(&node, "", &alt, &caption);
    }

    /// Writes a film, a recording or a page in the page as its name and address.
    pub(super) fn media(&mut self, node: NodeRef<'t>, name: &str) {
        let own = |node: &NodeRef<'_>| {
            let names = ["src", "data-src", "data", "data-lazy-src"];
            names.into_iter().find_map(|key| attribute(node, key)).filter(|source| !source.starts_with("about:"))
        };
        let inner =
            || node.children_it(false).take(16).filter(|child| child.has_name("source")).find_map(|child| own(&child));
        let Some(address) = own(&node).or_else(inner).and_then(|source| (self.fragment.resolve)(&source)) else {
            return;
        };
        if is_spy(&node) {
            return;
        }
        let kind = match name {
            "audio" => "Recording",
            "video" => "Video",
            _ if is_film(&address) => "Video",
            "frame" => "Frame",
            _ => "Embedded page",
        };
        let title = ["title", "aria-label"].into_iter().find_map(|key| attribute(&node, key));
        let alt = title.map_or_else(|| kind.to_owned(), |title| format!("{kind}: {title}"));
        if self.is_on_closed_ground() {
            self.picture_among_words(&address, &alt);
        } else {
            self.figure_of(&node, &address, &alt, "");
        }
    }
}

/// Returns whether words stand in something that shows them only where it cannot be shown itself.
fn is_in_media(text: &NodeRef<'_>, figure: NodeRef<'_>) -> bool {
    text.ancestors_it(Some(8)).take_while(|around| around.id != figure.id).any(|around| {
        matches!(
            name_of(&around).as_deref(),
            Some("noscript" | "button" | "script" | "style" | "template" | "svg" | "select" | "figcaption")
        )
    })
}

fn is_film(address: &str) -> bool {
    ["youtube.com/embed", "youtube-nocookie.com", "player.vimeo.com", "dailymotion.com/embed", ".mp4", ".webm"]
        .iter()
        .any(|part| address.contains(part))
}

/// Returns the size that an attribute or a style gives, in pixels.
fn size(node: &NodeRef<'_>, name: &str) -> Option<f64> {
    let value = attribute(node, name)?;
    value.trim_end_matches("px").trim().parse().ok()
}

/// Returns the width and the height that a picture is to be shown at, by its style or its attributes, in pixels.
fn shown_size(node: &NodeRef<'_>) -> (Option<u32>, Option<u32>) {
    if !node.has_name("img") {
        return (None, None);
    }
    let style = attribute(node, "style").unwrap_or_default();
    let styled = |name: &str| {
        let mut declarations = style.split(';').filter_map(|declaration| declaration.split_once(':'));
        let (_, value) = declarations.find(|(property, _)| property.trim().eq_ignore_ascii_case(name))?;
        Some(value.trim().to_ascii_lowercase())
    };
    let side = |name: &str| match styled(name) {
        // What is told in other units, or left to the page, is not what the attributes say.
        Some(value) => whole(value.strip_suffix("px")?.trim().parse().ok()?),
        None => whole(size(node, name)?),
    };
    (side("width"), side("height"))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within bounds")]
fn whole(side: f64) -> Option<u32> {
    (1.0..=1e6).contains(&side).then(|| side.round() as u32)
}

/// Returns whether the picture is there to tell somebody that it was looked at.
fn is_spy(node: &NodeRef<'_>) -> bool {
    let is_dot = |name| size(node, name).is_some_and(|size| size <= 2.0);
    is_dot("width") && is_dot("height")
}

/// Returns whether the picture is as small as a letter.
fn is_small(node: &NodeRef<'_>) -> bool {
    let sizes = [size(node, "width"), size(node, "height")];
    sizes.iter().flatten().any(|size| *size <= SMALL) || has_class(node, &["emoji", "wp-smiley", "icon", "smiley"])
}

/// Returns the address at which the picture really is.
fn address_of(node: &NodeRef<'_>) -> Option<String> {
    let source = attribute(node, "src");
    if let Some(source) = source.as_deref().filter(|source| !is_stand_in(source)) {
        let is_lazy = LAZY.iter().any(|name| node.has_attr(name)) && is_named_stand_in(source);
        if !is_lazy {
            return Some(source.to_owned());
        }
    }
    let lazy = LAZY
        .iter()
        .filter_map(|name| attribute(node, name))
        .find(|found| !is_stand_in(found) && !found.starts_with('{'));
    let set = || SETS.iter().filter_map(|name| attribute(node, name)).find_map(|set| best_of(&set));
    let around = || {
        let picture = node.parent().filter(|parent| parent.has_name("picture"))?;
        let sources = picture.children_it(false).take(16).filter(|child| child.has_name("source"));
        sources
            .flat_map(|source| SETS.iter().filter_map(move |name| attribute(&source, name)).collect::<Vec<_>>())
            .find_map(|set| best_of(&set))
    };
    lazy.or_else(set).or_else(around).or_else(|| source.filter(|source| !is_stand_in(source)))
}

/// Returns whether the address shows nothing yet.
fn is_stand_in(source: &str) -> bool {
    source.starts_with("data:") && source.len() < SHORTEST_INLINE || matches!(source, "#" | "about:blank")
}

/// Returns whether the address has the name of what stands in for a picture.
fn is_named_stand_in(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    ["placeholder", "blank", "spacer", "transparent", "pixel", "loading", "lazy", "1x1", "grey", "gray", "empty"]
        .iter()
        .any(|part| source.contains(part))
}

/// Returns the greatest picture of a set that is not greater than anybody needs.
fn best_of(set: &str) -> Option<String> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates(set) {
        let (address, size) = candidate;
        let is_better = match best {
            None => true,
            Some((known, _)) if known > GREATEST_WIDTH => size < known,
            Some((known, _)) => size > known && size <= GREATEST_WIDTH,
        };
        if is_better && !is_stand_in(address) {
            best = Some((size, address));
        }
    }
    best.map(|(_, address)| address.to_owned())
}

/// Returns the addresses of a `srcset` with their widths; commas may stand in an address, but not at its end.
fn candidates(set: &str) -> Vec<(&str, f64)> {
    let mut found = Vec::new();
    let mut rest = set;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let Some((address, after)) = rest.split_at_checked(end).filter(|(address, _)| !address.is_empty()) else {
            return found;
        };
        if let Some(address) = address.strip_suffix(',') {
            found.push((address.trim_end_matches(','), 1.0));
            rest = after;
            continue;
        }
        let (descriptor, after) = after.split_once(',').unwrap_or((after, ""));
        let descriptor = descriptor.trim();
        let width = descriptor.strip_suffix('w').and_then(|width| width.trim().parse::<f64>().ok());
        let density = descriptor.strip_suffix('x').and_then(|density| density.trim().parse::<f64>().ok());
        found.push((address, width.or(density).unwrap_or(1.0)));
        rest = after;
    }
}

/// Returns whether what is in the element is not read among words.
fn is_no_word(name: &str) -> bool {
    matches!(name, "noscript" | "svg" | "iframe" | "audio" | "video" | "object")
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
            Some(name) if !element::is_skipped(&name) && !is_no_word(&name) && here.first_child().is_some() => {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses_from_a_set() {
        let check = |set: &str, expected: Option<&str>| assert_eq!(best_of(set).as_deref(), expected, "{set}");
        check("a.png 300w, b.png 1200w, c.png 4000w", Some("b.png"));
        check("a.png, b.png 2x", Some("b.png"));
        check("a,b.png 1x,c,d.png 2x", Some("c,d.png"));
        check("c.png 4000w, d.png 3000w", Some("d.png"));
        check(" ,, ", None);
    }
}
