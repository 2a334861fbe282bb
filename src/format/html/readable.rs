//! The reader view: which blocks of a page are its article.
//!
//! A general extractor tells which texts it would keep ([`survivors`]); what else is seen of each leaf, of what holds it
//! and of what is near it, is gathered in a [`sheet`] and told as [`features`]; fitted [`trees`] weigh them.

mod choice;
pub mod features;
mod phrases;
mod sheet;
mod survivors;
mod tokens;
mod trees;
mod weights;

use dom_query::{Document as Dom, NodeId};

use super::Page;
use crate::document::{BlockId, BlockKind, Document, Extraction, PageKind, Verdict};
use features::Features;
use sheet::{Sheet, n_words};

/// The fewest words with which something for browsers without scripts is taken for the page's text.
const LEAST_NOSCRIPT_WORDS: f32 = 60.0;

/// A leaf block of the page's document, with the node of the tree that it begins with.
#[derive(Debug, Clone, Copy)]
pub struct Leaf<'a> {
    pub block: BlockId,
    pub origin: NodeId,
    pub kind: LeafKind,
    /// A heading's level.
    pub level: u8,
    pub text: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafKind {
    Paragraph,
    Heading,
    Item,
    Quote,
    Code,
    Table,
    Figure,
    Term,
}

impl LeafKind {
    pub const ALL: &[Self] =
        &[Self::Paragraph, Self::Heading, Self::Item, Self::Quote, Self::Code, Self::Table, Self::Figure, Self::Term];

    pub fn name(self) -> &'static str {
        match self {
            Self::Paragraph => "is a paragraph",
            Self::Heading => "is a heading",
            Self::Item => "is an item",
            Self::Quote => "is a quote",
            Self::Code => "is code",
            Self::Table => "is a table",
            Self::Figure => "is a figure",
            Self::Term => "is a term",
        }
    }
}

impl Leaf<'_> {
    fn heading(&self) -> Option<u8> {
        (self.kind == LeafKind::Heading).then_some(self.level)
    }
}

/// What is looked at of a page to judge it.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    leaves: &'a [Leaf<'a>],
    title: &'a str,
    description: &'a str,
}

/// Makes page text of what pages show to browsers without scripts, where it is more than a notice.
///
/// Whole discussions stand there; pictures do, too, but those are without words.
pub fn open_noscript(dom: &Dom) {
    for node in dom.select("body noscript").nodes() {
        let text = node.text();
        // Some write mark-up as text there.
        if !text.trim_start().starts_with('<') && n_words(&text) >= LEAST_NOSCRIPT_WORDS {
            node.rename("div");
        }
    }
}

/// Returns the leaves with words in reading order.
fn leaves<'a>(document: &'a Document, origins: &[(BlockId, NodeId)]) -> Vec<Leaf<'a>> {
    let mut leaves = Vec::with_capacity(origins.len());
    for &(id, origin) in origins {
        let Some(block) = document.block(id) else { continue };
        let text = document.slice(block.range);
        if text.trim().is_empty() {
            continue;
        }
        let around = block.parent.and_then(|parent| document.block(parent)).map(|block| block.kind);
        let (kind, level) = match (block.kind, around) {
            (BlockKind::Heading(level), _) => (LeafKind::Heading, level),
            (BlockKind::Code(_) | BlockKind::Math, _) => (LeafKind::Code, 0),
            (BlockKind::Table(_), _) => (LeafKind::Table, 0),
            (BlockKind::Figure(_), _) => (LeafKind::Figure, 0),
            (BlockKind::Term, _) => (LeafKind::Term, 0),
            (_, Some(BlockKind::Item(_) | BlockKind::Definition)) => (LeafKind::Item, 0),
            (_, Some(BlockKind::Quote)) => (LeafKind::Quote, 0),
            _ => (LeafKind::Paragraph, 0),
        };
        leaves.push(Leaf { block: id, origin, kind, level, text });
    }
    leaves
}

/// Tells which blocks of a page are its article.
pub fn extract(page: &Page) -> Extraction {
    let leaves = leaves(&page.document, &page.origins);
    let kept = survivors::survivors(&page.dom);
    let sheet = Sheet::new(&page.dom.tree, &leaves, &kept);
    let (title, description) = titles(&page.dom);
    let sight = Sight { leaves: &leaves, title: &title, description: &description };
    let features = features::features(&sight, &sheet, false);
    let likely: Vec<f32> = (0..leaves.len()).map(|idx| trees::likelihood(features.row(idx))).collect();
    let is_kept = choice::choose(&sheet, &likely);
    let mut extraction = Extraction { kind: PageKind::Article, wall: None, verdicts: Vec::new() };
    if !is_kept.contains(&true) {
        return extraction;
    }
    extraction.verdicts = vec![Verdict::Dropped; page.document.blocks().len()];
    let title_leaf = features::title_leaf(&sight);
    for (idx, leaf) in leaves.iter().enumerate() {
        if title_leaf == Some(idx) {
            extraction.set(leaf.block, Verdict::Title);
        } else if is_kept.get(idx) == Some(&true) {
            extraction.set(leaf.block, Verdict::Kept);
        }
    }
    keep_silent(page, &mut extraction);
    extraction
}

/// Keeps pictures and rules that stand among what is kept.
fn keep_silent(page: &Page, extraction: &mut Extraction) {
    let is_leaf = |id: BlockId| page.document.block(id).is_some_and(|block| !block.kind.is_container());
    let has_words =
        |id: BlockId| page.document.block(id).is_some_and(|block| !page.document.slice(block.range).trim().is_empty());
    let ids: Vec<BlockId> = (0..page.document.blocks().len())
        .map(|idx| BlockId(u32::try_from(idx).unwrap_or(u32::MAX)))
        .filter(|id| is_leaf(*id))
        .collect();
    let mut before = Verdict::Dropped;
    let mut silent: Vec<BlockId> = Vec::new();
    for id in ids {
        if !has_words(id) {
            silent.push(id);
            continue;
        }
        let here = extraction.verdict(id);
        // A picture between the title and the text belongs to the text.
        if here == Verdict::Kept && before != Verdict::Dropped {
            for id in &silent {
                extraction.set(*id, Verdict::Kept);
            }
        }
        silent.clear();
        before = here;
    }
}

/// A leaf as a study of pages tells it.
#[derive(Debug)]
pub struct Studied {
    pub text: String,
    pub kind: LeafKind,
    pub level: u8,
    /// The share of its words that the general extractor kept.
    pub kept: f32,
    /// The name of the element that holds it.
    pub element: String,
    /// How likely the fitted model takes it to be of the article.
    pub likely: f32,
}

/// For fitting: the leaves of a page, and what is seen of each.
pub fn study(page: &Page) -> (Vec<Studied>, Features) {
    let leaves = leaves(&page.document, &page.origins);
    let kept = survivors::survivors(&page.dom);
    let sheet = Sheet::new(&page.dom.tree, &leaves, &kept);
    let (title, description) = titles(&page.dom);
    let sight = Sight { leaves: &leaves, title: &title, description: &description };
    let features = features::features(&sight, &sheet, true);
    let studied = leaves.iter().zip(&sheet.rows).enumerate().map(|(idx, (leaf, row))| Studied {
        text: leaf.text.to_owned(),
        kind: leaf.kind,
        level: leaf.level,
        kept: row.sums.kept_words / row.sums.words.max(0.5),
        element: sheet.elements.get(row.element).map_or(String::new(), |element| element.name.to_string()),
        likely: trees::likelihood(features.row(idx)),
    });
    (studied.collect(), features)
}

fn titles(dom: &Dom) -> (String, String) {
    let content = |selector: &str| {
        dom.select_single(selector).attr("content").map(|text| text.to_string()).filter(|text| !text.trim().is_empty())
    };
    let title = content("meta[property='og:title']").unwrap_or_else(|| dom.select_single("title").text().to_string());
    let description =
        content("meta[name=description]").or_else(|| content("meta[property='og:description']")).unwrap_or_default();
    (title, description)
}
