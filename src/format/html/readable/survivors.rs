//! Survivors: which texts of a page a general extractor (a port of Readability) takes for the article.
//!
//! It works on a copy of the tree, in which nodes keep their ids, so its answer needs no second look at the page.

use dom_query::Document;
use dom_smoothie::{Config, Readability};

use super::sheet::Nodes;

/// Returns the text nodes of `page` that survive.
pub fn survivors(page: &Document) -> Nodes {
    let config = Config { keep_classes: true, ..Config::default() };
    let Ok(mut readability) = Readability::with_document(page.clone(), None, Some(config)) else {
        return Nodes::default();
    };
    if readability.parse().is_err() {
        return Nodes::default();
    }
    let kept = readability.doc.select_single("#readability-page-1");
    let Some(root) = kept.nodes().first() else { return Nodes::default() };
    root.descendants_it().filter(dom_query::NodeRef::is_text).map(|node| node.id).collect()
}
