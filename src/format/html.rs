//! HTML: a page into a document, whole, and pieces of HTML into one that is being built.
//!
//! [`tree`] makes elements of the text; [`walk`] makes blocks and marks of the elements, by what [`flow`] says that each
//! begins. Tables are read by [`table`], pictures by [`picture`], code by [`code`], formulas by [`math`] and footnotes by
//! [`notes`]; what a tag says of itself is told by [`element`], and what a page says of itself by [`meta`]. Which part of
//! a page is its article is left to others.

mod code;
pub(super) mod element;
mod flow;
mod math;
mod meta;
mod notes;
mod picture;
mod quotes;
pub mod readable;
mod table;
pub(super) mod tree;
mod walk;

use dom_query::{Document as Dom, NodeId};
use url::Url;

use crate::document::{BlockId, Document, DocumentBuilder, Head, WarningKind};
use tree::Syntax;
use walk::Walk;

/// What is known about a page besides its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// Where the page was read from.
    pub address: Option<&'a str>,
    /// What the reader knows of certain sites.
    pub sites: Option<&'a readable::sites::Sites>,
}

/// How much of a long page is parsed for its first part, in bytes.
const FIRST_PART: usize = 256 << 10;

/// The least of a first part's source that is its article, one part in so many. What an extractor keeps of pages that are
/// mostly text hardly depends on what comes later; of others, another beginning could take its place.
const LEAST_TEXT: usize = 4;

/// How a piece of HTML stands in a document.
pub struct Fragment<'a> {
    /// What stands before the name of each place in it.
    pub prefix: &'a str,
    /// Turns the address of a link or picture as it is written into one that the document may hold: an address, a
    /// path, or `#` and a place's whole name. None makes plain words of the link.
    pub resolve: &'a dyn Fn(&str) -> Option<String>,
    /// How many levels each heading goes down, or up.
    pub level_shift: i8,
    /// Whether it is XML, in which `<p/>` is a whole element.
    pub is_xhtml: bool,
}

impl Fragment<'_> {
    /// Returns a heading's level in the document.
    fn level(&self, level: u8) -> u8 {
        level.saturating_add_signed(self.level_shift).clamp(1, 6)
    }
}

/// A page as it was read.
pub struct Page {
    pub dom: Dom,
    pub document: Document,
    /// For each leaf, by its place, the node that it begins with: a text, or the element that it was made of.
    pub origins: Vec<(BlockId, NodeId)>,
}

/// Parses a whole page.
pub fn parse(text: &str, context: &Context<'_>) -> Document {
    let page = read(text, context);
    let extraction = readable::extract(&page, context);
    page.document.with_extraction(Some(extraction))
}

/// Parses what came so far of a long page, up to the end of a block, as a document that is not complete; none where the
/// page is not mostly text, or where the same part was to be had before.
pub fn parse_first_part(so_far: &str, context: &Context<'_>) -> Option<Document> {
    let most = so_far.get(..so_far.floor_char_boundary(FIRST_PART))?;
    if so_far.len() > 4 * FIRST_PART {
        return None;
    }
    let end = ["</p>", "</div>", "</li>"].iter().filter_map(|tag| most.rfind(tag)).max()?;
    let document = parse(most.get(..end)?, context);
    let (main, _) = document.main_text(Head::Bare);
    (main.text().len() * LEAST_TEXT >= end).then(|| document.as_part())
}

/// Reads a whole page, and keeps what its blocks were made of.
pub fn read(text: &str, context: &Context<'_>) -> Page {
    let is_xhtml = text.trim_start_matches('\u{feff}').trim_start().starts_with("<?xml");
    let syntax = if is_xhtml { Syntax::Xhtml } else { Syntax::Html };
    let parsed = tree::parse(text, syntax);
    readable::open_noscript(&parsed.dom);
    let meta = meta::of(&parsed.dom.tree, context.address);
    let own = meta.address.as_deref().and_then(|address| Url::parse(address).ok());
    let base = parsed.dom.base_uri().filter(|base| !base.trim().is_empty());
    let has_base = base.is_some();
    let base = match (base, &own) {
        (Some(base), Some(own)) => own.join(base.trim()).ok(),
        (Some(base), None) => Url::parse(base.trim()).ok(),
        (None, own) => own.clone(),
    };
    let resolve = |address: &str| resolve(address, base.as_ref(), own.as_ref(), has_base);
    let fragment = Fragment { prefix: "", resolve: &resolve, level_shift: 0, is_xhtml };
    let mut builder = DocumentBuilder::with_capacity(text.len() / 4);
    let origins = write(&mut builder, &parsed, &fragment);
    builder.set_meta(meta);
    let document = builder.finish();
    let origins = leaves_only(origins, &document);
    Page { dom: parsed.dom, document, origins }
}

/// Adds a piece of HTML, or a page, to a document that is being built.
pub fn append(builder: &mut DocumentBuilder, text: &str, fragment: &Fragment<'_>) {
    let syntax = if fragment.is_xhtml { Syntax::Xhtml } else { Syntax::Html };
    let parsed = tree::parse(text, syntax);
    write(builder, &parsed, fragment);
}

/// Adds the elements of a page to a document that is being built, and returns what its leaves were made of.
pub(super) fn write(
    builder: &mut DocumentBuilder,
    parsed: &tree::Parsed,
    fragment: &Fragment<'_>,
) -> Vec<(BlockId, NodeId)> {
    if parsed.n_too_deep > 0 {
        builder.warn(WarningKind::Depth);
    }
    if parsed.is_cut {
        builder.warn(WarningKind::Truncated);
    }
    Walk::new(builder, &parsed.dom.tree, fragment).run()
}

/// Returns the address that is meant by what a link of a page says.
fn resolve(address: &str, base: Option<&Url>, own: Option<&Url>, has_base: bool) -> Option<String> {
    let lower = address.get(..address.floor_char_boundary(12)).unwrap_or_default().to_ascii_lowercase();
    if lower.starts_with("javascript:") || lower.starts_with("vbscript:") {
        return None;
    }
    // A page's own places stay its own, even where `base` says otherwise: pages that mean that are rare.
    if address.starts_with('#') || lower.starts_with("data:") {
        return Some(address.to_owned());
    }
    let Some(joined) = base.and_then(|base| base.join(address).ok()) else { return Some(address.to_owned()) };
    let is_own = own.is_some_and(|own| {
        !has_base && joined.fragment().is_some() && joined.as_str().split('#').next() == own.as_str().split('#').next()
    });
    match joined.fragment() {
        Some(place) if is_own => Some(format!("#{place}")),
        _ => Some(joined.into()),
    }
}

/// Keeps the last origin of each leaf: a block that turned out empty gave its id to the next.
fn leaves_only(mut origins: Vec<(BlockId, NodeId)>, document: &Document) -> Vec<(BlockId, NodeId)> {
    origins.reverse();
    origins.sort_by_key(|(block, _)| *block);
    origins.dedup_by_key(|(block, _)| *block);
    origins.retain(|(id, _)| document.block(*id).is_some_and(|block| !block.kind.is_container()));
    origins
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::export::{Kind, export};

    /// Checks what a page's blocks are as Markdown says them.
    fn check(html: &str, expected: &str) {
        let page = read(html, &Context::default());
        page.document.check_invariants().unwrap();
        let leaves = page.document.blocks().iter().filter(|block| !block.kind.is_container()).count();
        assert_eq!(page.origins.len(), leaves, "{html}");
        assert_eq!(export(&page.document, Kind::Markdown).trim_end(), expected, "{html}");
    }

    #[test]
    fn words_stand_in_paragraphs_whatever_holds_them() {
        check("one<div>two <span>three</span><p>four</div>five", "one\n\ntwo three\n\nfour\n\nfive");
        check("<p>a<br>b<br><br>c<br></p>", "a\\\nb\n\nc");
        check("<custom-tag>a <x-y>b</x-y></custom-tag>", "a b");
        check("<p>&nbsp;</p><p> <b> </b></p>c", "c");
    }

    #[test]
    fn the_first_part_of_a_long_text_is_shown_before_the_rest_came() {
        let said = "The mill by the brook has ground the flour of three villages, and when the water is high it can be \
                    heard from the bridge, where people wait, talk and look at the wheel as it turns.";
        let chapters = |n: usize, tag: &str| -> String {
            let chapter = |idx: usize| format!("<h2>Chapter {idx}</h2><p{tag}>{idx} {said}</p><p{tag}>{said}</p>");
            format!("<title>Of mills</title><main><h1>Of mills</h1>{}", (1..=n).map(chapter).collect::<String>())
        };
        let page = chapters(2000, "");
        let part = parse_first_part(page.get(..400 << 10).unwrap(), &Context::default()).unwrap();
        assert!(!part.is_complete());
        let main = |document: &Document| document.main_text(Head::Bare).0.text().to_owned();
        let whole = main(&parse(&page, &Context::default()));
        let first = main(&part);
        assert!(first.len() > 100_000 && whole.len() > first.len() && whole.starts_with(&first));
        // Of a page with more mark-up than text, another part could turn out to be the article.
        let heavy = chapters(2000, &format!(" style=\"{}\"", "margin: 0; ".repeat(150)));
        assert!(parse_first_part(heavy.get(..400 << 10).unwrap(), &Context::default()).is_none());
    }

    #[test]
    fn formulas_are_tex() {
        let spoken = "<p><math alttext=\"two over x\"><mfrac><mn>2</mn><mi>x</mi></mfrac></math>";
        check(spoken, "$\\frac{2}{x}$");
        check("<p><math alttext='Alternative text not available'><mi>x</mi></math>", "$x$");
        check("<p><math alttext='x + y'><mi>q</mi></math>, <math alttext='\\sin x'></math>", "$x + y$, $\\sin x$");
        check("<p><math alttext='not a word of it'></math>", "$not a word of it$");
    }

    #[test]
    fn a_note_begins_with_what_stands_there() {
        let page = |note: &str| {
            format!("<p>x<a href='#n' id='r' role=doc-noteref>1</a><aside id=n role=doc-footnote>{note}</aside>")
        };
        check(&page("1"), "x[^1]\n\n[^1]: 1");
        check(&page("<a href='#r' role=doc-backlink>1</a><p><b>1</b>: a"), "x[^1]\n\n[^1]: **1**: a");
        check("<aside id=n role=doc-footnote><p>#</aside>", "\\#");
        check(
            "<aside id=n role=doc-footnote><a role=doc-backlink>1</a><p><a href='#n' role=doc-noteref>1</a>",
            "[^1]: [^1]",
        );
        check(&(page("<img src=y.png alt=y>") + "<p>[1]: a"), "x[^1]\n\n[^1]: ![y](y.png)\n\n\\[1\\]: a");
        check(&page("<p><a href='#n' role=doc-noteref>1</a> again"), "x[^1]\n\n[^1]: [^1] again");
        check(&page("1. <b>a</b>"), "x[^1]\n\n[^1]: **a**");
        check(&page("<p><math><mn>0</mn></math> <b>1.</b> a"), "x[^1]\n\n[^1]: $0$ <strong>1.</strong> a");
    }

    #[test]
    fn what_is_hidden_is_left_out() {
        check("<p hidden>a<p style='display : none'>b<p aria-hidden=true>c<template>d</template><p>e", "e");
        check("<style>a</style><script>b</script><select><option>c</select><button>d</button>e", "e");
    }

    #[test]
    fn marks_go_on_in_each_block() {
        check("<a href=b.html>one<div>two</div></a>", "[one](b.html)\n\n[two](b.html)");
        check("<p><b>a <i>b</i></b><code>c</code></p>", "<strong>a <em>b</em></strong>`c`");
    }

    #[test]
    fn lists_count_as_they_say() {
        check("<ol start=3><li>a<li value=7>b<ul><li>c</ul></ol>", "3. a\n\n7) b\n   - c");
        check("<ol reversed><li>a<li>b</ol>", "2. a\n\n1) b");
        check("<ul><li><input type=checkbox checked> a</ul>", "- [x] a");
    }

    #[test]
    fn tables_hold_data_or_prose() {
        check("<table><tr><th>a<th>b<tr><td>c<td><p>d<p>e</table>", "| a | b |\n| --- | --- |\n| c | d e |");
        check("<table><tr><td>a<table><tr><td>b</table></table>", "a\n\nb");
        check(
            "<table><tr><th>a<th>b<th>c<tr><td rowspan=2>d<td colspan=2>e<tr><td>f<td>g</table>",
            "| a | b | c |\n| --- | --- | --- |\n| d | e |  |\n|  | f | g |",
        );
    }

    #[test]
    fn lines_are_kept_where_a_style_keeps_them() {
        check(
            "<div style='white-space: pre-wrap'>one\n  two\n\nthree</div>\n<p>a\nb",
            "```verse\none\n  two\n\nthree\n```\n\na b",
        );
        check("<p style='white-space:pre'>one\n<b>two</b></p>", "one\\\n**two**");
        check(
            "<p style='white-space:pre'> one two </p><p style='white-space:pre'>\n<i>a\nb</i>\n</p>",
            "one two\n\n_a b_",
        );
    }

    #[test]
    fn columns_are_set_as_most_of_their_cells_say() {
        check(
            "<table><tr><th align=center>a<th>b<th>c<tr><td>1<td align=RIGHT>2<td style='color: red; text-align: center'>3\
             <tr><td align=left>4<td style='text-align:right'>5<td align=center>6<tr><td>7<td>8<td>9</table>",
            "| a | b | c |\n| --- | --: | :-: |\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |\n| 7 | 8 | 9 |",
        );
    }

    #[test]
    fn links_lead_from_where_the_page_is() {
        let context = Context { address: Some("https://example.org/a/b.html"), ..Context::default() };
        let page = read("<a href=c>1</a> <a href='b.html#d'>2</a><p id=d>e", &context);
        let markdown = export(&page.document, Kind::Markdown);
        assert!(markdown.ends_with("[1](https://example.org/a/c) [2](#d)\n\n<a id=\"d\"></a>e\n"), "{markdown}");
        check("<base href=https://example.org/x/><a href=y>z</a>", "[z](https://example.org/x/y)");
    }

    #[test]
    fn pieces_go_into_a_book() {
        let mut builder = DocumentBuilder::new();
        for file in ["a", "b"] {
            let resolve = |address: &str| Some(format!("#{}", address.replace(".xhtml#", ":")));
            let prefix = format!("{file}:");
            let fragment = Fragment { prefix: &prefix, resolve: &resolve, level_shift: 1, is_xhtml: true };
            append(&mut builder, "<h1 id='t'>T<a id='u'/></h1><p>x <a href='b.xhtml#t'>y</a></p>", &fragment);
        }
        let document = builder.finish();
        document.check_invariants().unwrap();
        assert_eq!(document.sections()[0].level, 2);
        assert_eq!(document.links().len(), 2);
        let wanted = crate::document::LinkTarget::Inside(document.target("b:t").unwrap());
        assert!(document.links().iter().all(|link| link.target == wanted));
    }

    #[test]
    fn a_cell_that_is_referred_to_stays_one() {
        check(
            "<table><tr><th>a<th>b<tr><td>c<sup id=cite_ref-1><a href=#cite_note-1>[1]</a></sup><td>d</table>\
             <ol><li id=cite_note-1><sup><a href=#cite_ref-1>a</a></sup> e</ol>",
            "| a | b |\n| --- | --- |\n| c[^1] | d |\n\n[^1]: e",
        );
        let page = read("<table><tr lang=de><td>a<td>b<tr><td>c<td>d</table>", &Context::default());
        assert_eq!(page.document.tables()[0].rows.len(), 2);
    }

    #[test]
    fn deep_pages_are_flat() {
        let n = 5_000;
        for (open, close) in [("<div>", "</div>"), ("<b>", ""), ("<b><i><font color=a>", ""), ("<table><tr><td>", "")] {
            let page = read(&format!("{}deep{}", open.repeat(n), close.repeat(n)), &Context::default());
            page.document.check_invariants().unwrap();
            assert_eq!(page.document.text(), "deep", "{open}");
            assert_eq!(page.document.warnings()[0].kind, WarningKind::Depth);
        }
        for open in ["<p>", "<li>", "<a href=x>", "<dd>", "<option>", "<tr><td>", "<p><a href=x><b>"] {
            let page = read(&format!("{open}x ").repeat(n), &Context::default());
            page.document.check_invariants().unwrap();
        }
    }
}
