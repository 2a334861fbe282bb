//! Highlights are found again in a text that was edited: a short form of `cargo bench --bench anchors`.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

#[path = "../faults/chance.rs"]
mod chance;
mod edits;

use recto::article::Locator;
use recto::source::{self, LoadOptions};

/// Returns the texts of the articles that ship with recto and are never edited.
fn texts() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let load = |name: &str| source::load_whole(&Locator::File(root.join(name)), &LoadOptions::default()).unwrap();
    ["assets/harbour-lights.html", "assets/alibaba-apple.txt"].map(|name| load(name).document.text().to_owned()).into()
}

fn check(n_highlights: usize, permille: usize, least_right: f64, most_wrong: f64) {
    let found = edits::measure(&texts(), n_highlights, permille, 1);
    assert_eq!(found.total(), n_highlights);
    assert!(
        found.percent_right() >= least_right && found.percent_wrong() <= most_wrong,
        "of a text edited by {permille} thousandths, {:.1} % found and {:.1} % wrong, within {:.0} ms: {:#?}",
        found.percent_right(),
        found.percent_wrong(),
        found.millis(99),
        found.misses
    );
}

#[test]
fn highlights_in_a_text_that_is_the_same_but_for_its_order() {
    check(200, 0, 98.0, 0.5);
}

#[test]
fn highlights_in_a_text_edited_by_2_percent() {
    check(200, 20, 97.0, 0.5);
}

#[test]
fn highlights_in_a_text_edited_by_10_percent() {
    check(200, 100, 97.0, 0.5);
}
