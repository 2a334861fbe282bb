//! Survivors: which texts of a page a general extractor (a port of Readability) takes for the article.
//!
//! It works on a copy of the tree, in which nodes keep their ids, so its answer needs no second look at the page.

use std::panic::{self, AssertUnwindSafe};

use dom_query::{Document, NodeData, NodeId, NodeRef};
use dom_smoothie::{Config, Readability};
use html5ever::tendril::StrTendril;

use super::sheet::Nodes;

/// How many nodes there may be for each node that is in all elements around it, beyond [`SMALL`]. The extractor looks at
/// all that an element holds, again and again for each.
const MOST_AROUND: usize = 64;
const SMALL: usize = 200_000;

/// The most characters to be escaped in one text: in writing them, all that comes after is looked at for each.
const MOST_ESCAPED: usize = 256;

/// Returns the text nodes of `page` that survive.
pub fn survivors(page: &Document) -> Nodes {
    if is_too_deep(page) {
        return Nodes::default();
    }
    let page = page.clone();
    make_safe(&page);
    // What it makes of a page is an opinion among others: a fault in it costs that opinion, never the page.
    panic::catch_unwind(AssertUnwindSafe(|| extract(page))).unwrap_or_default()
}

fn extract(page: Document) -> Nodes {
    let config = Config { keep_classes: true, ..Config::default() };
    let Ok(mut readability) = Readability::with_document(page, None, Some(config)) else {
        return Nodes::default();
    };
    if readability.parse().is_err() {
        return Nodes::default();
    }
    let kept = readability.doc.select_single("#readability-page-1");
    let Some(root) = kept.nodes().first() else { return Nodes::default() };
    root.descendants_it().filter(NodeRef::is_text).map(|node| node.id).collect()
}

/// Returns whether so much of the page stands so deep that the extractor would take too long.
fn is_too_deep(page: &Document) -> bool {
    let (mut n_nodes, mut n_around, mut depth) = (0_usize, 0_usize, 0_usize);
    let mut at = Some(page.root());
    while let Some(node) = at {
        n_nodes += 1;
        n_around += depth;
        if let Some(child) = node.first_child() {
            depth += 1;
            at = Some(child);
            continue;
        }
        let mut here = Some(node);
        at = None;
        while let Some(node) = here {
            at = node.next_sibling();
            if at.is_some() {
                break;
            }
            here = node.parent();
            depth = depth.saturating_sub(1);
        }
    }
    n_around > SMALL + n_nodes * MOST_AROUND
}

/// Takes away what the extractor is known to panic on, and what it takes too long over.
///
/// It cuts what surrounds the address of a film by bytes, in the attributes of embedded things and in all that an
/// `object` holds.
fn make_safe(page: &Document) {
    let mut embedded = Vec::new();
    // The tree is lent out while it is walked through.
    let all: Vec<NodeId> = page.root().descendants_it().map(|node| node.id).collect();
    for id in all {
        page.tree.update_node(&id, |node| match &mut node.data {
            NodeData::Text { contents } => {
                if let Some(plain) = without_escaped(contents) {
                    *contents = StrTendril::from(plain);
                }
            }
            NodeData::Element(element) => {
                if matches!(&*element.name.local, "object" | "embed" | "iframe") {
                    embedded.push(id);
                }
                for attribute in &mut element.attrs {
                    if let Some(plain) = without_escaped(&attribute.value) {
                        attribute.value = StrTendril::from(plain);
                    }
                }
            }
            _ => {}
        });
    }
    for node in embedded.into_iter().filter_map(|id| page.tree.get(&id)) {
        if node.has_name("object") && !node.inner_html().is_ascii() {
            node.remove_from_parent();
            continue;
        }
        for attribute in node.attrs() {
            if !attribute.value.is_ascii() {
                node.remove_attr(&attribute.name.local);
            }
        }
    }
}

/// Returns a text of the same words without characters that would be escaped, if it has too many of them.
fn without_escaped(text: &str) -> Option<String> {
    // No-break spaces, and what shares their first byte.
    let n_escaped = memchr::memchr2_iter(b'&', 0xc2, text.as_bytes()).take(MOST_ESCAPED + 1).count();
    let plain = |c: char| match c {
        '&' => '+',
        '\u{a0}' => ' ',
        '\u{80}'..='\u{bf}' => '\u{d7}',
        c => c,
    };
    (n_escaped > MOST_ESCAPED).then(|| text.chars().map(plain).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_the_extractor_too_long_is_left_to_others() {
        let page = |html: String| Document::from(format!("<body>{html}</body>"));
        assert!(is_too_deep(&page(format!("<article>{}{}", "<div>".repeat(400), "<p>a</p>".repeat(2_000)))));
        assert!(!is_too_deep(&page(format!("<article>{}{}", "<div>".repeat(60), "<p>a</p>".repeat(20_000)))));
        let many = |n: usize| "a&b\u{a0}«\u{e9} ".repeat(n);
        assert_eq!(without_escaped(&many(1)), None);
        assert_eq!(without_escaped(&many(100)).as_deref(), Some("a+b ×é ".repeat(100).as_str()));
        let kept = page(format!("<article title='{0}'><p>{0}</p></article>", many(500)));
        make_safe(&kept);
        assert!(!kept.html().contains('&'), "{}", kept.html());
    }

    #[test]
    fn films_beside_letters_of_several_bytes_do_no_harm() {
        let article =
            "<p>Long enough to be taken for an article, with commas, and more of them, as it goes.</p>".repeat(8);
        for embedded in [
            "<iframe src='ééééyoutube.com/embed/x'></iframe>",
            "<object>ééééyoutube.com</object>",
            "<object><embed src='日本語www.youtube.com'></object>",
            "<embed title='日youtube.com'>",
        ] {
            let page = Document::from(format!("<body><article>{article}{embedded}{article}</article>"));
            assert!(!survivors(&page).is_empty(), "{embedded}");
        }
    }
}
