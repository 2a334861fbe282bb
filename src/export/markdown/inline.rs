//! Inlines: the words of a document, with the names that its places have once they are Markdown.

use std::collections::{HashMap, HashSet};

use super::escape::{Place, anchor, destination, escaped_alt, html_text, is_label, link_title};
use super::line::{Line, tag};
use crate::document::{BlockKind, Document, LinkTarget, MarkKind, Offset, TextRange};
use crate::export::pieces::{Cutter, Piece, break_char};
use crate::format::markdown::Slugs;

/// Writes the words of a document.
#[derive(Debug)]
pub struct Inlines<'d> {
    cutter: Cutter<'d>,
    /// The names of headings, by where they stand.
    slugs: HashMap<Offset, String>,
    /// Places that links lead to and that have no heading's name.
    anchors: HashSet<Offset>,
    /// Footnotes whose references and text can be written as such.
    noted: HashSet<u32>,
}

impl<'d> Inlines<'d> {
    pub fn new(document: &'d Document) -> Self {
        let mut names = Slugs::default();
        let headings = document.blocks().iter().filter(|block| matches!(block.kind, BlockKind::Heading(_)));
        let slugs: HashMap<_, _> =
            headings.map(|block| (block.range.start, names.next(document.slice(block.range)))).collect();
        let inside = document.links().iter().filter_map(|link| match link.target {
            LinkTarget::Inside(offset) => Some(offset),
            _ => None,
        });
        let anchors = inside.filter(|offset| !slugs.contains_key(offset)).collect();
        let mut noted = HashSet::new();
        for block in document.blocks() {
            if let BlockKind::Footnote(idx) = block.kind
                && block.depth == 0
                && let Some(footnote) = document.footnotes().get(idx as usize)
                && footnote.range == Some(block.range)
                && is_label(&footnote.label)
            {
                noted.insert(idx);
            }
        }
        Self { cutter: Cutter::new(document), slugs, anchors, noted }
    }

    pub(super) fn document(&self) -> &'d Document {
        self.cutter.document
    }

    /// Returns whether the footnote is written as one.
    pub fn is_noted(&self, footnote: u32) -> bool {
        self.noted.contains(&footnote)
    }

    /// Returns whether a link leads to `offset`, which has no heading's name.
    pub fn is_anchor(&self, offset: Offset) -> bool {
        self.anchors.contains(&offset)
    }

    /// Returns tags that name the place `offset`, if a link leads there.
    pub fn anchors(&self, offset: Offset) -> String {
        if !self.anchors.contains(&offset) {
            return String::new();
        }
        self.cutter.targets_at(offset).take(1).map(anchor).collect()
    }

    /// Returns the words of `range` with their marks. Lines end where the author ends them, in paragraphs alone.
    pub fn text(&self, range: TextRange, place: Place) -> String {
        let mut line = Line::new(self, range, place);
        for piece in self.cutter.pieces(range) {
            line.piece(piece);
        }
        line.finish()
    }

    /// Returns the words of `range` as HTML in one line.
    pub fn html(&self, range: TextRange) -> String {
        let mut out = String::new();
        self.cutter.cut(range, &mut |piece| match piece {
            Piece::Text(text) => out.push_str(&html_text(text)),
            Piece::Break(kind) => out.push(break_char(kind)),
            Piece::Target(name) => out.push_str(&anchor(name)),
            Piece::Open(mark) => match (mark.kind, tag(mark.kind)) {
                (MarkKind::Link(link), _) => {
                    let address = self.address(link).unwrap_or_default();
                    out.push_str(&format!("<a href=\"{}\">", html_text(&address)));
                }
                (MarkKind::Gloss(gloss), _) => {
                    let meaning = self.document().glosses().get(gloss as usize).map_or("", String::as_str);
                    out.push_str(&format!("<abbr title=\"{}\">", html_text(meaning)));
                }
                (_, Some(tag)) => out.push_str(&format!("<{tag}>")),
                _ => {}
            },
            Piece::Close(mark) => match (mark.kind, tag(mark.kind)) {
                (MarkKind::Link(_), _) => out.push_str("</a>"),
                (MarkKind::Gloss(_), _) => out.push_str("</abbr>"),
                (_, Some(tag)) => out.push_str(&format!("</{tag}>")),
                _ => {}
            },
        });
        out
    }

    /// Returns a picture with its description and caption.
    pub fn figure(&self, resource: u32, caption: TextRange) -> String {
        let resource = self.document().resources().get(resource as usize);
        let (address, alt) = resource.map_or(("", ""), |resource| (named(&resource.address), resource.alt.as_str()));
        let mut words = String::new();
        self.cutter.cut(caption, &mut |piece| match piece {
            Piece::Text(text) => words.push_str(text),
            Piece::Break(kind) => words.push(break_char(kind)),
            _ => {}
        });
        let title = if words.is_empty() { String::new() } else { format!(" {}", link_title(&words, Place::Paragraph)) };
        format!("![{}]({}{title})", escaped_alt(alt), destination(address, Place::Paragraph))
    }

    /// Returns what a link's address is in this document written as Markdown.
    pub(super) fn address(&self, link: u32) -> Option<String> {
        match &self.document().links().get(link as usize)?.target {
            LinkTarget::Address(address)
            | LinkTarget::File(address)
            | LinkTarget::Manual(address)
            | LinkTarget::Nowhere(address) => Some(address.clone()),
            LinkTarget::Inside(offset) => {
                let slug = self.slugs.get(offset).map(|slug| format!("#{slug}"));
                Some(slug.unwrap_or_else(|| self.cutter.fragment(*offset)))
            }
        }
    }
}

/// Returns a picture's address, without the picture itself where that is written in it: a line of megabytes is nothing
/// that a person or a program reads as Markdown.
fn named(address: &str) -> &str {
    const LONGEST_INSIDE: usize = 1024;
    if !address.starts_with("data:") || address.len() <= LONGEST_INSIDE {
        return address;
    }
    let end = address.find(',').map_or(0, |comma| comma + 1);
    address.get(..end.min(LONGEST_INSIDE)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_a_picture_out_of_its_address() {
        let long = format!("data:image/png;base64,{}", "iVBORw0KGgo".repeat(200));
        assert_eq!(named(&long), "data:image/png;base64,");
        assert_eq!(named("data:image/gif;base64,R0lGODdh"), "data:image/gif;base64,R0lGODdh");
        assert_eq!(named("https://weir.example/a.png"), "https://weir.example/a.png");
        assert_eq!(named(&format!("data:{}", "x".repeat(2000))), "");
    }
}
