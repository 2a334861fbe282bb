//! Survivors: which texts of a page a general extractor (a port of Readability) takes for the article.
//!
//! It works on a copy of the tree, in which nodes keep their ids, so its answer needs no second look at the page.

use std::panic::{self, AssertUnwindSafe};

use dom_query::Document;
use dom_smoothie::{Config, Readability};

use super::sheet::Nodes;

/// Returns the text nodes of `page` that survive.
pub fn survivors(page: &Document) -> Nodes {
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
    root.descendants_it().filter(dom_query::NodeRef::is_text).map(|node| node.id).collect()
}

/// Takes away what the extractor is known to panic on: it cuts what surrounds the address of a film by bytes, in the
/// attributes of embedded things and in all that an `object` holds.
fn make_safe(page: &Document) {
    for embedded in page.select("object, embed, iframe").nodes() {
        if embedded.has_name("object") && !embedded.inner_html().is_ascii() {
            embedded.remove_from_parent();
            continue;
        }
        for attribute in embedded.attrs() {
            if !attribute.value.is_ascii() {
                embedded.remove_attr(&attribute.name.local);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
