//! The kind of a page: what it says of itself to machines, where it stands, and what it is mostly made of.

use super::sheet::Sheet;
use super::told::Told;
use super::weights::{KIND_BIAS, KIND_WEIGHTS};
use super::{Leaf, LeafKind, tokens};
use crate::document::PageKind;

/// Names in JSON-LD and in microdata, with what they make likely.
const TYPES: &[(&str, &[&str])] = &[
    (
        "says: article",
        &["newsarticle\"", "\"article\"", "blogposting\"", "reportagenewsarticle\"", "schema.org/article"],
    ),
    ("says: product", &["\"product\"", "schema.org/product\"", "\"offer\""]),
    ("says: discussion", &["discussionforumposting", "qapage\"", "schema.org/question", "\"question\""]),
    ("says: list", &["itemlist\"", "collectionpage\"", "\"searchresultspage\""]),
    ("says: reference", &["techarticle\"", "apireference\"", "softwaresourcecode\""]),
    ("says: business", &["localbusiness\"", "\"service\"", "professionalservice\"", "\"organization\""]),
    ("says: questions", &["faqpage\""]),
];

/// Parts of addresses, with what they make likely.
const ADDRESSES: &[(&str, &[&str])] = &[
    (
        "address: discussion",
        &[
            "forum",
            "/t/",
            "/thread",
            "/topic",
            "/comments/",
            "/questions/",
            "community",
            "discuss",
            "viewtopic",
            "/r/",
            "showthread",
            "boards",
        ],
    ),
    (
        "address: reference",
        &[
            "docs.",
            "/docs",
            "documentation",
            "/manual",
            "developer.",
            "/reference",
            "/api/",
            "readthedocs",
            "/wiki/",
            "/guide",
            "learn.",
        ],
    ),
    ("address: post", &["/blog", "/news", "/article", "/story", "/post", "/20"]),
    (
        "address: goods",
        &["/product", "/shop", "/collections", "/category", "/categories", "shop.", "store.", "/dp/", "/p/"],
    ),
    ("address: services", &["/service", "/solutions", "/locations", "/pricing", "/about"]),
    ("address: list", &["/list", "/tag/", "/search", "/best", "/archive", "/topics"]),
];

/// The token groups of which a page's share of words is told.
const SHARES: &[&str] = &[
    "article", "post", "comment", "thread", "code", "docs", "price", "product", "review", "card", "tabs", "button",
    "popular", "event", "user",
];

/// Returns what is seen of the page as a whole.
pub fn page_features(told: &Told, sheet: &Sheet, leaves: &[Leaf<'_>], address: &str) -> Vec<(&'static str, f32)> {
    let all = sheet.all();
    let n_words = all.words.max(1.0);
    let n_leaves = all.leaves.max(1.0);
    let mut out = vec![
        ("words (log)", n_words.ln()),
        ("leaves (log)", n_leaves.ln()),
        ("share kept in all", all.kept_words / n_words),
        ("link words in all", all.link_words / n_words),
        ("prose in all", all.prose_words / n_words),
        ("headings in all", all.headings / n_leaves),
    ];
    let share =
        |matches: &dyn Fn(&Leaf<'_>) -> bool| leaves.iter().filter(|leaf| matches(leaf)).count() as f32 / n_leaves;
    out.push(("code in all", share(&|leaf| leaf.kind == LeafKind::Code)));
    out.push(("tables in all", share(&|leaf| leaf.kind == LeafKind::Table)));
    out.push(("prices in all", share(&|leaf| leaf.text.len() < 60 && leaf.text.contains(['$', '€', '£', '¥']))));
    out.push(("questions in all", share(&|leaf| leaf.text.trim_end().ends_with('?'))));
    for name in SHARES {
        let Some(bit) = tokens::GROUPS.iter().position(|(group, _)| group == name) else { continue };
        let words: f32 = sheet
            .rows
            .iter()
            .filter(|row| sheet.elements.get(row.element).is_some_and(|element| element.around.has(bit)))
            .map(|row| row.sums.words)
            .sum();
        out.push((*name, words / n_words));
    }
    for (name, known) in TYPES {
        out.push((*name, f32::from(u8::from(known.iter().any(|known| told.data.contains(known))))));
    }
    let og = told.kind.as_str();
    out.push(("og: article", f32::from(u8::from(og == "article"))));
    out.push(("og: product", f32::from(u8::from(og.contains("product")))));
    out.push(("og: website", f32::from(u8::from(og == "website"))));
    let address = address.to_lowercase();
    for (name, known) in ADDRESSES {
        out.push((*name, f32::from(u8::from(known.iter().any(|known| address.contains(known))))));
    }
    let path = address.split_once("//").map_or("", |(_, rest)| rest).split_once('/').map_or("", |(_, path)| path);
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    out.push(("address: depth", path.split('/').filter(|part| !part.is_empty()).count().min(6) as f32));
    out.push(("address: hyphens", path.rsplit('/').next().unwrap_or_default().matches('-').count().min(10) as f32));
    out.push(("address: unknown", f32::from(u8::from(address.is_empty()))));
    out
}

/// Returns the likeliest kind of page.
pub fn kind(features: &[(&'static str, f32)]) -> PageKind {
    scores(features).max_by(|a, b| a.1.total_cmp(&b.1)).map_or(PageKind::Article, |(kind, _)| kind)
}

/// Returns whether a page is rather an article than all else together.
pub fn is_article(features: &[(&'static str, f32)]) -> bool {
    let own = scores(features).find(|(kind, _)| *kind == PageKind::Article).map_or(0.0, |(_, score)| score);
    let others = scores(features).filter(|(kind, _)| *kind != PageKind::Article);
    others.map(|(_, score)| (score - own).exp()).sum::<f32>() < 1.0
}

fn scores(features: &[(&'static str, f32)]) -> impl Iterator<Item = (PageKind, f32)> {
    PageKind::ALL.iter().zip(KIND_WEIGHTS.iter().zip(KIND_BIAS)).map(|(kind, (weights, bias))| {
        let sum: f32 = features.iter().zip(*weights).map(|((_, value), weight)| value * weight).sum();
        (*kind, sum + bias)
    })
}
