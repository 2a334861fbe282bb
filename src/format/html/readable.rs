//! The reader view: which blocks of a page are its article.
//!
//! A general extractor tells which texts it would keep ([`survivors`]); what else is seen of each leaf, of what holds it
//! and of what is near it, is gathered in a [`sheet`] and told as [`features`]; fitted [`trees`] weigh them.

mod byline;
mod choice;
pub mod features;
mod kind;
mod phrases;
mod sheet;
pub mod sites;
mod survivors;
mod tokens;
mod told;
mod trees;
mod walls;
mod weights;

use dom_query::{Document as Dom, NodeId, NodeRef};

use super::{Context, Page};
use crate::document::{BlockId, BlockKind, Document, Extraction, PageKind, Verdict};
use choice::Taken;
use features::Features;
use sheet::{Sheet, n_words};
use sites::{Said, Sites};
use told::Told;

/// The fewest words with which something for browsers without scripts is taken for the page's text.
const LEAST_NOSCRIPT_WORDS: f32 = 60.0;

/// The most nodes of a page whose main text is looked for. What is longer is data or a library: there is hardly any
/// furniture beside that much, and looking for it would take several times the memory of the page itself.
const MOST_NODES: usize = 2_000_000;

/// How far away a table may stand from what is kept on either side, in leaves.
const NEAR: usize = 3;

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
    /// What is seen of the page as a whole.
    whole: &'a [(&'static str, f32)],
}

/// Makes page text of what pages show to browsers without scripts, where it is more than a notice.
///
/// Whole discussions stand there; pictures do, too, but those are without words.
pub fn open_noscript(dom: &Dom) {
    let is_in_body = |node: &NodeRef<'_>| node.ancestors_it(None).any(|around| around.has_name("body"));
    let all: Vec<_> = dom.root().descendants_it().filter(|node| node.has_name("noscript")).collect();
    for node in all.iter().filter(|node| is_in_body(node)) {
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

/// A page that has been looked at.
struct Looked<'a> {
    leaves: Vec<Leaf<'a>>,
    sheet: Sheet,
    told: Told,
    address: String,
    whole: Vec<(&'static str, f32)>,
}

impl<'a> Looked<'a> {
    fn at(page: &'a Page, context: &Context<'_>) -> Self {
        let leaves = leaves(&page.document, &page.origins);
        let kept = survivors::survivors(&page.dom);
        let sheet = Sheet::new(&page.dom.tree, &leaves, &kept);
        let told = Told::of(&page.dom);
        let known = page.document.meta().address.as_deref().filter(|address| !address.is_empty());
        let address = context.address.or(known).unwrap_or(&told.address).to_owned();
        let whole = kind::page_features(&told, &sheet, &leaves, &address);
        Self { leaves, sheet, told, address, whole }
    }

    fn sight(&'a self) -> Sight<'a> {
        let Told { title, description, .. } = &self.told;
        Sight { leaves: &self.leaves, title, description, whole: &self.whole }
    }
}

/// Tells which blocks of a page are its article.
///
/// A wall keeps nothing. Of a page of which nothing would be kept, all is kept rather than nothing shown.
pub fn extract(page: &Page, context: &Context<'_>) -> Extraction {
    if page.dom.tree.len() > MOST_NODES {
        return Extraction { kind: PageKind::Article, wall: None, verdicts: Vec::new() };
    }
    let looked = Looked::at(page, context);
    let Looked { leaves, sheet, told, address, whole } = &looked;
    let rule = Sites::rule_for(context.sites, address, &told.generator);
    let kind = rule.and_then(|rule| rule.kind).unwrap_or_else(|| kind::kind(whole));
    let mut extraction = Extraction { kind, wall: walls::wall(page, told, leaves, sheet), verdicts: Vec::new() };
    if extraction.wall.is_some() {
        extraction.verdicts = vec![Verdict::Dropped; page.document.blocks().len()];
        return extraction;
    }
    let sight = looked.sight();
    let likely = features::likelihoods(&sight, sheet);
    let is_article =
        rule.and_then(|rule| rule.kind).map_or_else(|| kind::is_article(whole), |kind| kind == PageKind::Article);
    let taken = if is_article { Taken::Article } else { Taken::Other };
    let mut is_kept = choice::choose(leaves, sheet, &likely, taken);
    keep_tables(&page.document, leaves, &mut is_kept);
    let mut title_leaf = features::title_leaf(&sight);
    if let Some(rule) = rule {
        for (idx, (said, kept)) in rule.apply(&page.dom, sheet).into_iter().zip(&mut is_kept).enumerate() {
            match said {
                Said::Nothing => {}
                Said::Keep => *kept = true,
                Said::Drop => *kept = false,
                Said::Title => title_leaf = Some(idx),
            }
        }
    }
    title_leaf = title_leaf.map(|title| said_again(title, leaves, &is_kept));
    let is_title = |idx: usize| title_leaf == Some(idx);
    let bylines = byline::bylines(leaves, sheet, &is_kept, page.document.meta());
    for &idx in &bylines {
        if let Some(kept) = is_kept.get_mut(idx) {
            *kept = false;
        }
    }
    if !is_kept.iter().enumerate().any(|(idx, kept)| *kept && !is_title(idx)) {
        return extraction;
    }
    extraction.verdicts = vec![Verdict::Dropped; page.document.blocks().len()];
    for (idx, (leaf, kept)) in leaves.iter().zip(is_kept).enumerate() {
        if is_title(idx) {
            extraction.set(leaf.block, Verdict::Title);
        } else if bylines.binary_search(&idx).is_ok() {
            extraction.set(leaf.block, Verdict::Byline);
        } else if kept {
            extraction.set(leaf.block, Verdict::Kept);
        }
    }
    keep_silent(page, &mut extraction);
    extraction
}

/// Returns the leaf of the title, which is the heading that the article begins with where that says the title again.
fn said_again(title: usize, leaves: &[Leaf<'_>], is_kept: &[bool]) -> usize {
    let first = is_kept.iter().enumerate().find(|&(idx, kept)| *kept && idx != title).map(|(idx, _)| idx);
    match (leaves.get(title), first.and_then(|first| Some((first, leaves.get(first)?)))) {
        (Some(said), Some((first, again)))
            if title < first && again.heading().is_some() && features::key(said.text) == features::key(again.text) =>
        {
            first
        }
        _ => title,
    }
}

/// Keeps tables with heads that stand among what is kept, and gives each caption its table's lot.
///
/// Such a table tells something, and the text around it counts on that. Tables are rare and most are furniture, so that
/// a guess from how they look alone tends to leave them out.
fn keep_tables(document: &Document, leaves: &[Leaf<'_>], is_kept: &mut [bool]) {
    let kind = |leaf: &Leaf<'_>| document.block(leaf.block).map(|block| block.kind);
    for idx in 0..leaves.len() {
        let Some(BlockKind::Table(table)) = leaves.get(idx).and_then(kind) else { continue };
        let has_head = document.tables().get(table as usize).is_some_and(|table| table.header_rows > 0);
        let caption = idx.checked_sub(1).filter(|&idx| leaves.get(idx).and_then(kind) == Some(BlockKind::Caption));
        let first = caption.unwrap_or(idx);
        let near =
            |from: usize, to: usize| is_kept.get(from..to.min(is_kept.len())).is_some_and(|near| near.contains(&true));
        let is_among = near(first.saturating_sub(NEAR), first) && near(idx + 1, idx + 1 + NEAR);
        let kept = is_kept.get(idx).copied().unwrap_or_default() || has_head && is_among;
        for place in caption.into_iter().chain([idx]) {
            if let Some(entry) = is_kept.get_mut(place) {
                *entry = kept;
            }
        }
    }
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
pub fn study(page: &Page, context: &Context<'_>) -> (Vec<Studied>, Features) {
    let looked = Looked::at(page, context);
    let features = features::features(&looked.sight(), &looked.sheet);
    let Looked { leaves, sheet, .. } = &looked;
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

    use super::*;
    use crate::document::{Head, Wall};
    use crate::format::html::{parse, read};

    const PROSE: &str = "The mill by the brook has ground the flour of three villages, and when the water is high it can be \
                         heard from the bridge, where people wait, talk and look at the wheel as it turns.";

    fn article() -> String {
        let paragraphs = [
            "It was built in the year of the great flood, by two brothers who had seen such a wheel abroad.",
            "Since then it has burned twice, and twice the villages have paid for its roof and for its stones.",
            "What it grinds today is rye for the most part, some barley, and in autumn the chestnuts of the hills.",
        ];
        let said = paragraphs.map(|told| format!("<p>{told} {PROSE}</p>")).concat();
        format!(
            "<title>Of mills – The Brook</title><body><header><nav><ul><li><a href=/>Home</a><li><a href=/n>News</a>\
             <li><a href=/s>Sport</a></ul></nav></header><main><article><h1>Of mills</h1>{said}<h2>Its wheel</h2>{said}\
             <figure><img src=wheel.jpg alt='The wheel'><figcaption>The wheel in May</figcaption></figure>\
             <ul><li>Oak for the rim and for the spokes, and iron for what holds them.</ul>{said}</article></main>\
             <aside class=related><h3>Related articles</h3><ul><li><a href=/a>Of bridges</a><li><a href=/b>Of brooks</a>\
             </ul></aside><footer><p>© The Brook. All rights reserved.</p><a href=/privacy>Privacy policy</a></footer>"
        )
    }

    fn main_text(page: &str) -> String {
        let document = parse(page, &Context::default());
        let (main, _) = document.main_text(Head::Bare);
        main.check_invariants().unwrap();
        main.text().to_owned()
    }

    #[test]
    fn keeps_an_article_from_its_beginning_to_its_end() {
        let text = main_text(&article());
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.first().unwrap().starts_with("It was built"), "{text}");
        assert!(lines.last().unwrap().starts_with("What it grinds"), "{text}");
        assert!(lines.contains(&"Its wheel") && text.contains("Oak for the rim"), "{text}");
        for furniture in ["Home", "Sport", "Related", "Of bridges", "rights reserved", "Privacy", "Of mills"] {
            assert!(!text.contains(furniture), "{furniture}: {text}");
        }
    }

    #[test]
    fn says_which_heading_is_the_title() {
        let page = read(&article(), &Context::default());
        let extraction = extract(&page, &Context::default());
        let title =
            page.document.blocks().iter().position(|block| page.document.slice(block.range) == "Of mills").unwrap();
        assert_eq!(extraction.verdicts.get(title), Some(&Verdict::Title));
        assert_eq!(extraction.wall, None);
    }

    #[test]
    fn a_title_that_the_article_begins_with_is_it_though_it_stood_above_too() {
        let page = article().replace("<body>", "<body><div class=menu><h1>Of mills</h1><a href=/print>Print</a></div>");
        let page = read(&page, &Context::default());
        let looked = Looked::at(&page, &Context::default());
        let says_it: Vec<usize> =
            (0..looked.leaves.len()).filter(|&idx| looked.leaves[idx].text == "Of mills").collect();
        let [above, own] = says_it[..] else { panic!("{says_it:?}") };
        let kept = |from: usize| (0..looked.leaves.len()).map(|idx| idx >= from).collect::<Vec<bool>>();
        assert_eq!(said_again(above, &looked.leaves, &kept(own)), own);
        assert_eq!(said_again(above, &looked.leaves, &kept(own + 1)), above);
        assert_eq!(said_again(own, &looked.leaves, &kept(0)), own);
    }

    #[test]
    fn reads_what_browsers_without_scripts_are_shown() {
        let page = format!(
            "<title>Of mills</title><script>app()</script><noscript><article><h1>Of mills</h1><p>{PROSE} {PROSE}</p>\
                            <p>{PROSE}</p></article></noscript>"
        );
        assert_eq!(main_text(&page), format!("{PROSE} {PROSE}\n{PROSE}"));
    }

    #[test]
    fn keeps_something_of_every_page_that_has_words() {
        for page in
            ["<p>Word", "<a href=a>A</a>", "<nav><a href=b>B</a></nav>", "<table><tr><td>1<td>2</table>", "text"]
        {
            let document = parse(page, &Context::default());
            let (main, _) = document.main_text(Head::Bare);
            assert!(!main.text().trim().is_empty(), "{page}: {:?}", document.extraction());
        }
    }

    #[test]
    fn walls_are_told() {
        let check = |page: &str, expected: Option<Wall>| {
            let document = parse(page, &Context::default());
            let extraction = document.extraction().unwrap();
            assert_eq!(extraction.wall, expected, "{page}");
            if expected.is_some() {
                assert_eq!(document.receipt().unwrap().n_kept, 0, "{page}");
            }
        };
        check(
            "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div><script src=a></script>",
            Some(Wall::Script),
        );
        check("<div id=app></div><script src=a></script>", Some(Wall::Script));
        check("<p>Bitte JavaScript aktivieren, um diese Seite zu sehen.", Some(Wall::Script));
        check(
            "<title>Just a moment</title><h1>a.example</h1><p>Verify you are human by completing the action below.",
            Some(Wall::Human),
        );
        check("<p>Vérifiez que vous êtes humain.<p>Numéro 1234", Some(Wall::Human));
        check(
            "<h1>Before you continue</h1><p>We use cookies for our services.<a href=c>Accept all</a>",
            Some(Wall::Consent),
        );
        check("<h1>Welcome back</h1><p>Please log in to see this page.</p><form><input></form>", Some(Wall::LogIn));
        check("<p>Nur für Abonnenten", Some(Wall::LogIn));
        check(&article(), None);
        let about =
            format!("<h1>Of cookies</h1><p>Pages ask you to accept cookies. {PROSE}</p><p>{PROSE}</p><p>{PROSE}</p>");
        check(&about, None);
        check(&about.replace("accept cookies", "verify you are human"), None);
        check("", None);
    }

    #[test]
    fn hostile_pages_are_borne() {
        let n = 3_000;
        for page in [
            String::new(),
            "<div>".repeat(n) + "deep",
            "<div class=content><p>".repeat(n) + PROSE,
            "<a href=x>link</a> ".repeat(n),
            "<script>x</script>".repeat(n),
            "<p>.".repeat(n),
            format!("<p class='{}'>a", "article-content sidebar ".repeat(n)),
            "<meta property=og:title content=a>".repeat(n),
            "<table><tr><td>".repeat(200) + "a",
            "<noscript><p>".repeat(200) + PROSE,
            "<h2>a</h2>".repeat(n),
            format!("<title>{}</title><h1>{}</h1>", "a".repeat(n), "a".repeat(n)),
            format!("<script type=application/ld+json>{}</script>", "{\"@type\":".repeat(n)),
        ] {
            let document = parse(&page, &Context::default());
            document.main_text(Head::Shown).0.check_invariants().unwrap();
        }
    }
}
