//! Inlines: a leaf's words with their tags, everything escaped, and the names that places have.

use std::collections::{HashMap, HashSet};

use crate::document::{BlockKind, BreakKind, Document, LinkTarget, Mark, MarkKind, Offset, TextRange};
use crate::export::pieces::{Cutter, Piece};
use crate::format::markdown::Slugs;

/// How deep marks may stand in each other; deeper ones are left out.
const MOST_MARKS: usize = 40;

/// What ends a formula.
const MATH_END: &str = "\\)</span>";

/// Writes the words of a document.
#[derive(Debug)]
pub struct Inlines<'d> {
    cutter: Cutter<'d>,
    /// The names of headings and other places that links lead to and that the source did not name.
    names: HashMap<Offset, String>,
    /// How often each footnote has been referred to.
    n_references: HashMap<u32, u32>,
    /// Footnotes that have a text.
    noted: HashSet<u32>,
    /// What the names of footnotes begin with, so that they are nobody else's.
    note_prefix: String,
}

impl<'d> Inlines<'d> {
    pub fn new(document: &'d Document) -> Self {
        let cutter = Cutter::new(document);
        let mut names = HashMap::new();
        let mut slugs = Slugs::default();
        let is_unnamed = |offset: Offset| cutter.targets_at(offset).next().is_none();
        for block in document.blocks().iter().filter(|block| matches!(block.kind, BlockKind::Heading(_))) {
            let slug = slugs.next(document.slice(block.range));
            if is_unnamed(block.range.start) && !slug.is_empty() && document.target(&slug).is_none() {
                names.insert(block.range.start, slug);
            }
        }
        for link in document.links() {
            if let LinkTarget::Inside(offset) = link.target
                && is_unnamed(offset)
            {
                names.entry(offset).or_insert_with(|| format!("at-{offset}"));
            }
        }
        let noted = document.blocks().iter().filter_map(|block| match block.kind {
            BlockKind::Footnote(idx) => Some(idx),
            _ => None,
        });
        let mut note_prefix = "note".to_owned();
        let is_taken = |prefix: &str| document.targets().iter().any(|(name, _)| name.starts_with(prefix));
        while is_taken(&note_prefix) {
            note_prefix.push('-');
        }
        let noted = noted.collect();
        Self { cutter, names, n_references: HashMap::new(), noted, note_prefix }
    }

    /// Returns the attribute that names the place `offset`, if it has a name.
    pub fn id(&self, offset: Offset) -> String {
        self.names_at(offset).next().map(|name| format!(" id=\"{}\"", quoted(name))).unwrap_or_default()
    }

    /// Returns an element that carries the name of the place `offset`, where no other element can.
    pub fn anchor(&self, offset: Offset) -> String {
        self.names_at(offset).next().map(anchor).unwrap_or_default()
    }

    /// Returns the words of `range`, a leaf or a cell, with their tags. The first name of its start is left to
    /// [`Self::id`] or [`Self::anchor`].
    pub fn words(&mut self, range: TextRange) -> String {
        self.tagged(range, &|text, out| out.push_str(&escaped(text).replace('\n', "<br>\n")))
    }

    /// Returns the words of a verse, in which spaces at a line's beginning and in a row do not collapse.
    pub fn verse(&mut self, range: TextRange) -> String {
        self.tagged(range, &|text, out| {
            for (idx, line) in text.split('\n').enumerate() {
                out.push_str(if idx > 0 { "<br>\n" } else { "" });
                let words = line.trim_start_matches(' ');
                let indent = if starts_line(out) { "\u{a0}" } else { " " };
                out.push_str(&indent.repeat(line.len() - words.len()));
                out.push_str(&escaped(words).replace("  ", "\u{a0} "));
            }
        })
    }

    /// Returns the words of `range`, whose lines and spaces are kept as they are, with their tags.
    pub fn verbatim(&mut self, range: TextRange) -> String {
        self.tagged(range, &|text, out| out.push_str(&escaped(text)))
    }

    /// Returns the tags around a footnote's text, with the way back to where it is referred to.
    pub fn footnote(&self, footnote: u32) -> (String, &'static str) {
        let label = self.cutter.document.footnotes().get(footnote as usize).map(|footnote| footnote.label.as_str());
        let label = escaped(label.unwrap_or_default());
        let prefix = &self.note_prefix;
        let start = format!(
            "<aside id=\"{prefix}-{footnote}\" role=\"doc-footnote\">\
             <a href=\"#{prefix}-{footnote}-from-1\" role=\"doc-backlink\">{label}</a>\n"
        );
        (start, "</aside>\n")
    }

    fn names_at(&self, offset: Offset) -> impl Iterator<Item = &str> {
        self.cutter.targets_at(offset).chain(self.names.get(&offset).map(String::as_str))
    }

    fn tagged(&mut self, range: TextRange, push_text: &dyn Fn(&str, &mut String)) -> String {
        let mut out: String = self.names_at(range.start).skip(1).map(anchor).collect();
        let mut open: Vec<&'static str> = Vec::new();
        let mut n_links = 0;
        for piece in self.cutter.pieces(range) {
            match piece {
                Piece::Text(text) => push_text(text, &mut out),
                Piece::Break(BreakKind::SoftHyphen) => out.push_str("&shy;"),
                Piece::Break(BreakKind::Allowed) => out.push_str("<wbr>"),
                Piece::Break(BreakKind::Forbidden) => out.push_str("&NoBreak;"),
                Piece::Target(name) => out.push_str(&anchor(name)),
                Piece::Open(mark) => {
                    let is_link = matches!(mark.kind, MarkKind::Link(_) | MarkKind::FootnoteRef(_));
                    // A link in a link would end it.
                    let (start, end) = if open.len() >= MOST_MARKS || (is_link && n_links > 0) {
                        (String::new(), "")
                    } else {
                        self.tags(mark, &open)
                    };
                    n_links += usize::from(is_link);
                    out.push_str(&start);
                    open.push(end);
                }
                Piece::Close(mark) => {
                    n_links -= usize::from(matches!(mark.kind, MarkKind::Link(_) | MarkKind::FootnoteRef(_)));
                    out.push_str(open.pop().unwrap_or_default());
                }
            }
        }
        out
    }

    /// Returns the tags around a mark's text, empty where there is nothing to say.
    fn tags(&mut self, mark: Mark, open: &[&str]) -> (String, &'static str) {
        let simple = |tag: &str, end| (format!("<{tag}>"), end);
        match mark.kind {
            MarkKind::Strong => simple("strong", "</strong>"),
            MarkKind::Emphasis => simple("em", "</em>"),
            MarkKind::Code => simple("code", "</code>"),
            MarkKind::Strike => simple("del", "</del>"),
            MarkKind::Superscript => simple("sup", "</sup>"),
            MarkKind::Subscript => simple("sub", "</sub>"),
            MarkKind::Highlight => simple("mark", "</mark>"),
            MarkKind::Insert => simple("ins", "</ins>"),
            MarkKind::Keyboard => simple("kbd", "</kbd>"),
            MarkKind::Gloss(gloss) => {
                let meaning = self.cutter.document.glosses().get(gloss as usize).map_or("", String::as_str);
                (format!("<abbr title=\"{}\">", quoted(meaning)), "</abbr>")
            }
            // Signs in a formula would be read as words, and so would those around none; one loses spaces at its ends.
            MarkKind::Math if open.contains(&MATH_END) || !is_formula(self.cutter.document.slice(mark.range)) => {
                (String::new(), "")
            }
            MarkKind::Math => ("<span class=\"math\">\\(".to_owned(), MATH_END),
            MarkKind::Link(link) => self.link(link),
            MarkKind::FootnoteRef(footnote) => self.reference(footnote, open.contains(&"</sup>")),
        }
    }

    fn link(&self, link: u32) -> (String, &'static str) {
        let Some(link) = self.cutter.document.links().get(link as usize) else { return (String::new(), "") };
        let Some(address) = self.address(&link.target) else { return (String::new(), "") };
        let title = link.title.as_deref().map(|title| format!(" title=\"{}\"", quoted(title))).unwrap_or_default();
        (format!("<a href=\"{}\"{title}>", quoted(&address)), "</a>")
    }

    fn address(&self, target: &LinkTarget) -> Option<String> {
        match target {
            LinkTarget::Address(address) | LinkTarget::File(address) => Some(address.clone()),
            LinkTarget::Inside(offset) => match self.names.get(offset) {
                Some(name) => Some(format!("#{name}")),
                None => Some(self.cutter.fragment(*offset)),
            },
            LinkTarget::Manual(_) | LinkTarget::Nowhere(_) => None,
        }
    }

    /// Returns the attribute that tells where a quotation is from.
    pub fn cite(&self, link: u32) -> String {
        let link = self.cutter.document.links().get(link as usize);
        let address = link.and_then(|link| self.address(&link.target));
        address.map(|address| format!(" cite=\"{}\"", quoted(&address))).unwrap_or_default()
    }

    fn reference(&mut self, footnote: u32, is_raised: bool) -> (String, &'static str) {
        let (raise, end) = if is_raised { ("", "</a>") } else { ("<sup>", "</a></sup>") };
        if !self.noted.contains(&footnote) {
            return if is_raised { (String::new(), "") } else { (raise.to_owned(), "</sup>") };
        }
        let count = self.n_references.entry(footnote).or_insert(0);
        *count += 1;
        let prefix = &self.note_prefix;
        let start = format!(
            "{raise}<a href=\"#{prefix}-{footnote}\" id=\"{prefix}-{footnote}-from-{count}\" role=\"doc-noteref\">"
        );
        (start, end)
    }
}

fn is_formula(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace)
}

/// Returns `text` with what HTML would take for a tag or an entity written as entities.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

/// Returns `text` escaped so that it can stand in an attribute's quotation marks.
pub fn quoted(text: &str) -> String {
    escaped(text).replace('"', "&quot;")
}

/// Returns a picture's address, unless it leads anywhere else than to a picture.
pub fn address_of_picture(address: &str) -> Option<&str> {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains(['/', '?', '#']));
    let is_picture = match scheme.map(str::to_ascii_lowercase).as_deref() {
        None => !address.is_empty(),
        Some("http" | "https") => true,
        Some("data") => address.get(5..11).is_some_and(|kind| kind.eq_ignore_ascii_case("image/")),
        Some(_) => false,
    };
    is_picture.then_some(address)
}

pub fn is_web_address(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

fn anchor(name: &str) -> String {
    format!("<a id=\"{}\"></a>", quoted(name))
}

/// Returns whether nothing but tags stands on the last line of `html`, in which a sign that is no tag's is escaped.
fn starts_line(html: &str) -> bool {
    let mut rest = html;
    while !rest.is_empty() && !rest.ends_with("<br>\n") {
        let Some((before, _)) = rest.strip_suffix('>').and_then(|tag| tag.rsplit_once('<')) else { return false };
        rest = before;
    }
    true
}
