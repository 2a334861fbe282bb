//! The flow: what each element begins, on a line of its own or among words.

use dom_query::NodeRef;

use super::element::{self, attribute, has_class, heading_level, name_of, text_up_to};
use super::walk::{Close, List, Walk};
use super::{code, math, quotes};
use crate::document::{BlockKind, Direction, ItemMark, MarkKind, Numerals, Passage};

/// Classes of captions that stand beside a picture without a `figure` around both.
const CAPTIONS: [&str; 5] = ["wp-caption-text", "thumbcaption", "image-caption", "photo-caption", "img-caption"];

/// Classes of words whose lines are the author's.
const VERSES: [&str; 5] = ["verse", "poem", "poetry", "stanza", "linegroup"];

/// Classes of what stands in a heading to change it or to link to it.
const EDITS: [&str; 3] = ["mw-editsection", "mw-cite-backlink", "octicon-link"];

/// How many nodes of an item are looked at for a box to tick.
const MOST_BEFORE_BOX: usize = 8;

/// How many nodes of an item are looked at for a heading.
const MOST_BEFORE_HEADING: usize = 32;

impl<'t> Walk<'_, 't> {
    /// Begins an element. What is in it follows, unless nothing is returned.
    pub(super) fn element(&mut self, node: NodeRef<'t>, name: &str) -> Option<Close> {
        if let Some((place, label)) =
            self.notes.note(node.id).map(|(place, label)| (place.to_owned(), label.to_owned()))
            && !self.is_on_closed_ground()
        {
            self.boundary();
            self.name_place(&node, name);
            self.blocks.push(node.id);
            let footnote = self.builder.footnote_at(&place, &label);
            if !self.notes.is_labelled(node.id) {
                self.expect_label(label);
            }
            return Some(self.open_container(BlockKind::Footnote(footnote)));
        }
        if !element::is_block(name) {
            return self.inline(node, name);
        }
        if self.is_in_verbatim() && matches!(name, "tr" | "td" | "th" | "tbody" | "thead") {
            self.name_place(&node, name);
            self.blocks.push(node.id);
            return Some(if name == "tr" { Close::Line } else { Close::Cut });
        }
        self.boundary();
        self.name_place(&node, name);
        self.blocks.push(node.id);
        let close = self.block(node, name);
        if close.is_none() {
            self.blocks.pop();
        }
        close
    }

    /// Begins an element that stands on lines of its own.
    fn block(&mut self, node: NodeRef<'t>, name: &str) -> Option<Close> {
        if let Some(level) = heading_level(name) {
            if self.is_in_verbatim() {
                return Some(Close::Block);
            }
            return Some(self.open_ground(BlockKind::Heading(self.fragment.level(level))));
        }
        if self.is_in_verbatim() {
            return Some(Close::Block);
        }
        if self.is_on_closed_ground() && !matches!(name, "td" | "th" | "tr") {
            return Some(match name {
                "hr" => return None,
                "pre" | "listing" | "xmp" => self.open_mark(MarkKind::Code),
                _ => Close::Block,
            });
        }
        Some(match name {
            "hr" => {
                let id = self.builder.leaf(BlockKind::Rule, "");
                self.note_origin(id, node.id);
                return None;
            }
            "ul" | "ol" | "menu" | "dir" => {
                self.open_list(&node, name);
                Close::List
            }
            // Items with headings are parts of the page that a list only places.
            "li" if holds_heading(&node) => Close::Block,
            "li" => {
                let mark = self.next_item(&node);
                self.open_container(BlockKind::Item(mark))
            }
            "dt" => self.open_ground(BlockKind::Term),
            "dd" => self.open_container(BlockKind::Definition),
            "blockquote" => self.open_quote(&node),
            "address" => self.open_kind(BlockKind::Verse),
            "summary" => {
                let ground = self.open_ground(BlockKind::Paragraph);
                if self.open_mark(MarkKind::Strong) == Close::Mark { Close::Summary } else { ground }
            }
            "pre" | "listing" | "xmp" | "plaintext" => self.open_verbatim(&node),
            "figure" => return self.figure(node),
            "caption" => {
                self.leave_rows();
                self.open_ground(BlockKind::Caption)
            }
            "figcaption" => self.open_ground(BlockKind::Caption),
            "table" if code::is_line_table(&node) => self.open_verbatim(&node),
            "table" => return Some(self.open_table(node)),
            "tr" => return Some(self.open_row(&node)),
            "td" | "th" => return Some(self.open_cell(&node, name == "th")),
            "p" | "div" if has_class(&node, &CAPTIONS) => self.open_ground(BlockKind::Caption),
            "p" | "div" | "section" if has_class(&node, &VERSES) => self.open_kind(BlockKind::Verse),
            "p" | "div" | "section" if keeps_lines(&node) => self.open_preserved(BlockKind::Verse),
            _ => match math::find(&node, name) {
                math::Found::Formula(formula) => {
                    self.formula(&node, &formula);
                    return None;
                }
                math::Found::Shown => return None,
                math::Found::Nothing => Close::Block,
            },
        })
    }

    /// Begins an element among words.
    fn inline(&mut self, node: NodeRef<'t>, name: &str) -> Option<Close> {
        match math::find(&node, name) {
            math::Found::Formula(formula) => {
                self.formula(&node, &formula);
                return None;
            }
            math::Found::Shown => return None,
            math::Found::Nothing => {}
        }
        if element::is_skipped(name) {
            return None;
        }
        if name == "span" && (has_class(&node, &EDITS) || element::shows_on_hover(&node)) {
            return None;
        }
        self.name_place(&node, name);
        let mark = match name {
            // A heading is strong as it is.
            "b" | "strong" if self.is_in_heading() => return Some(Close::Nothing),
            "b" | "strong" => MarkKind::Strong,
            "i" | "em" | "cite" | "var" | "dfn" => MarkKind::Emphasis,
            "code" | "samp" | "tt" if !self.is_in_verbatim() => MarkKind::Code,
            "kbd" => MarkKind::Keyboard,
            "mark" => MarkKind::Highlight,
            "ins" | "u" => MarkKind::Insert,
            "s" | "del" | "strike" => MarkKind::Strike,
            "sup" if self.notes.is_around_references(&node) => return Some(Close::Nothing),
            "sup" => MarkKind::Superscript,
            "sub" => MarkKind::Subscript,
            "abbr" | "acronym" => match attribute(&node, "title") {
                Some(meaning) => MarkKind::Gloss(self.builder.gloss(&meaning)),
                None => return Some(Close::Nothing),
            },
            "a" => return self.link(node),
            "br" => {
                self.line_break();
                return None;
            }
            "wbr" => {
                self.words("\u{200b}");
                return None;
            }
            "img" | "image" => {
                self.picture(node);
                return None;
            }
            "svg" => {
                self.drawing(node);
                return None;
            }
            "noscript" => {
                self.without_script(node);
                return None;
            }
            "iframe" | "object" | "embed" | "audio" | "video" | "frame" => {
                self.media(node, name);
                return None;
            }
            "q" => {
                let (open, close) = quotes::around(&node);
                self.words(open);
                return Some(Close::Text(close));
            }
            // What stands above the line is put behind the word, in the marks that the page gives, or in brackets.
            "rt" if node.prev_element_sibling().is_some_and(|before| before.has_name("rp")) => {
                return Some(Close::Nothing);
            }
            "rt" => {
                self.words("(");
                return Some(Close::Text(")"));
            }
            _ => return Some(Close::Nothing),
        };
        if self.is_in_verbatim() {
            // Code has its own colours.
            return Some(Close::Nothing);
        }
        Some(self.open_mark(mark))
    }

    /// Writes a formula, in its line or on its own.
    fn formula(&mut self, node: &NodeRef<'t>, formula: &math::Formula) {
        let has_place = !self.is_on_closed_ground() && !self.is_in_verbatim();
        self.expect_no_label();
        if formula.is_display && has_place {
            self.close_leaf();
            let id = self.builder.leaf(BlockKind::Math, &formula.tex);
            self.note_origin(id, node.id);
        } else if self.is_in_verbatim() {
            self.words(&formula.tex);
        } else {
            let tex = formula.tex.split_whitespace().collect::<Vec<_>>().join(" ");
            self.marked(MarkKind::Math, &tex);
        }
    }

    fn link(&mut self, node: NodeRef<'t>) -> Option<Close> {
        if let Some((place, label)) =
            self.notes.reference(node.id).map(|(place, label)| (place.to_owned(), label.to_owned()))
        {
            let footnote = self.builder.footnote_at(&place, &label);
            let label = self.builder.footnote_label(footnote).to_owned();
            self.marked(MarkKind::FootnoteRef(footnote), &format!("[{label}]"));
            return None;
        }
        let href = node.attr("href").map(|href| href.trim().to_owned());
        let in_heading = matches!(self.kind(), BlockKind::Heading(_));
        if in_heading && href.as_deref().is_none_or(|href| href.contains('#')) && is_permalink(&node) {
            return None;
        }
        let Some(address) = href.and_then(|href| (self.fragment.resolve)(&href)) else { return Some(Close::Nothing) };
        if in_heading && self.is_own_place(&node, &address) {
            return Some(Close::Nothing);
        }
        let title = attribute(&node, "title");
        let link = self.builder.link(&address, title.as_deref());
        Some(self.open_link(link))
    }

    /// Returns whether a link in a heading leads to the heading itself.
    fn is_own_place(&self, link: &NodeRef<'t>, address: &str) -> bool {
        let Some(place) = address.strip_prefix('#').and_then(|place| place.strip_prefix(self.fragment.prefix)) else {
            return false;
        };
        let mut around = link.ancestors_it(Some(3));
        around.any(|around| attribute(&around, "id").is_some_and(|id| id == place))
            || attribute(link, "id").is_some_and(|id| id == place)
    }

    fn open_quote(&mut self, node: &NodeRef<'t>) -> Close {
        let source = attribute(node, "cite").and_then(|cite| (self.fragment.resolve)(&cite));
        let close = self.open_container(BlockKind::Quote);
        if let Some(source) = source {
            let link = self.builder.link(&source, None);
            self.builder.open_passage(&Passage { source: Some(link), ..Passage::default() });
            return Close::Quote;
        }
        close
    }

    fn open_verbatim(&mut self, node: &NodeRef<'t>) -> Close {
        let language = code::language(node).map(|language| self.builder.language(&language));
        self.open_leaf(BlockKind::Code(language));
        self.enter_verbatim();
        Close::Verbatim
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
        let numerals = is_numbered.then(|| numerals(node)).flatten();
        self.lists.push(List { is_numbered, numerals, next: first, step: if is_reversed { -1 } else { 1 } });
    }

    fn next_item(&mut self, node: &NodeRef<'t>) -> ItemMark {
        if let Some(is_done) = task(node) {
            return ItemMark::Task(is_done);
        }
        let own = numerals(node);
        let Some(list) = self.lists.last_mut().filter(|list| list.is_numbered) else { return ItemMark::Bullet };
        if let Some(number) = attribute(node, "value").and_then(|value| value.parse().ok()) {
            list.next = number;
        }
        let number = u32::try_from(list.next).unwrap_or(0);
        list.next = list.next.saturating_add(list.step);
        own.or(list.numerals).map_or(ItemMark::Number(number), |numerals| ItemMark::Ordinal(number, numerals))
    }
}

/// Returns the signs that a list or an item asks for, other than digits.
fn numerals(node: &NodeRef<'_>) -> Option<Numerals> {
    if let Some(kind) = attribute(node, "type") {
        return Numerals::ALL.into_iter().find(|numerals| numerals.sign() == kind);
    }
    let says = |wanted: &[&str]| {
        element::style_says(node, "list-style-type", wanted) || element::style_says(node, "list-style", wanted)
    };
    [
        (Numerals::LowerLetters, ["lower-alpha", "lower-latin"]),
        (Numerals::UpperLetters, ["upper-alpha", "upper-latin"]),
        (Numerals::LowerRoman, ["lower-roman", "lower-roman"]),
        (Numerals::UpperRoman, ["upper-roman", "upper-roman"]),
    ]
    .into_iter()
    .find_map(|(numerals, names)| says(&names).then_some(numerals))
}

/// Returns whether an element's style keeps the line breaks of its source, and its own words have some.
///
/// Many set the style on all that they write, and it says something of the words only where lines end among them.
fn keeps_lines(node: &NodeRef<'_>) -> bool {
    element::style_says(node, "white-space", &["pre", "pre-wrap", "pre-line", "break-spaces"])
        && node.children_it(false).take(MOST_BEFORE_HEADING).any(|child| {
            child.is_text() && child.text().trim_matches([' ', '\t']).contains('\n') && !child.text().trim().is_empty()
        })
}

/// Returns which way an element says that its text runs.
pub(super) fn direction(node: &NodeRef<'_>) -> Option<Direction> {
    match attribute(node, "dir")?.to_ascii_lowercase().as_str() {
        "rtl" => Some(Direction::RightToLeft),
        "ltr" => Some(Direction::LeftToRight),
        _ => None,
    }
}

/// Returns whether the link in a heading only lets the heading be linked to, so that something is left without it.
fn is_permalink(link: &NodeRef<'_>) -> bool {
    let words = text_up_to(link, 16);
    let is_sign = matches!(words.trim(), "" | "¶" | "#" | "§" | "🔗" | "⚓" | "⚓\u{fe0e}" | "∞" | "##")
        || has_class(link, &["headerlink", "header-anchor", "hash-link", "anchorjs-link", "permalink"])
            && words.trim().chars().count() <= 2;
    let is_heading =
        |node: &NodeRef<'_>| matches!(name_of(node).as_deref(), Some("h1" | "h2" | "h3" | "h4" | "h5" | "h6"));
    is_sign
        && link.ancestors_it(None).find(is_heading).is_none_or(|heading| {
            words.trim().is_empty() || text_up_to(&heading, 256).chars().any(char::is_alphanumeric)
        })
}

/// Returns whether an item begins with a box to tick, and whether it is ticked.
fn task(node: &NodeRef<'_>) -> Option<bool> {
    let mut next = node.first_child();
    for _ in 0..MOST_BEFORE_BOX {
        let here = next?;
        match name_of(&here).as_deref() {
            Some("input") => {
                let is_box = here.attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
                return is_box.then(|| here.has_attr("checked"));
            }
            Some("p" | "label" | "span" | "div") => next = here.first_child(),
            Some(_) => return None,
            None if here.is_text() && !here.text().trim().is_empty() => return None,
            None => next = here.next_sibling(),
        }
    }
    None
}

/// Returns whether a heading stands near the beginning of an item, in a part of it, as on cards; one that stands right in
/// the item, or in a list of its own, is the item's.
fn holds_heading(item: &NodeRef<'_>) -> bool {
    let mut at = item.first_child();
    for _ in 0..MOST_BEFORE_HEADING {
        let Some(here) = at else { return false };
        let name = name_of(&here);
        if name.as_deref().is_some_and(|name| heading_level(name).is_some()) {
            return here.parent().is_some_and(|around| around.id != item.id);
        }
        let inside =
            here.first_child().filter(|_| !matches!(name.as_deref(), Some("ul" | "ol" | "pre" | "table" | "svg")));
        at = inside.or_else(|| {
            let mut around = Some(here);
            while let Some(node) = around.filter(|node| node.id != item.id) {
                if let Some(next) = node.next_sibling() {
                    return Some(next);
                }
                around = node.parent();
            }
            None
        });
    }
    false
}
