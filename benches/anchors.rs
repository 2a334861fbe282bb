//! How well highlights are found again in a text that was edited, and how long that takes.
//!
//! `cargo bench --bench anchors`, or with `RECTO_PROSE=DIRECTORY` on all articles in a directory and below. Of the words
//! a part is replaced, deleted or joined by another, and blocks are moved. `RECTO_MISSES=1` prints what was not found.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

#[path = "../tests/faults/chance.rs"]
mod chance;
#[path = "../tests/anchors/edits.rs"]
mod edits;

use std::path::{Path, PathBuf};

use recto::article::Locator;
use recto::document::Head;
use recto::source::{self, LoadOptions};

const N_HIGHLIGHTS: usize = 400;

fn main() {
    let directories = std::env::var_os("RECTO_PROSE").map_or_else(
        || vec![PathBuf::from("assets"), PathBuf::from("docs"), PathBuf::from("README.md")],
        |path| vec![path.into()],
    );
    let mut texts = Vec::new();
    for directory in directories {
        collect(&directory, &mut texts);
    }
    let n_bytes: usize = texts.iter().map(String::len).sum();
    println!("{N_HIGHLIGHTS} highlights in {} articles of {n_bytes} bytes", texts.len());
    println!("edited  same  exact  fuzzy  orphans  gone  part  wrong   right  wrong   p50 ms  p99 ms");
    for permille in [5, 20, 50, 100, 200] {
        let seed = std::env::var("RECTO_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
        let found = edits::measure(&texts, N_HIGHLIGHTS, permille, seed);
        println!(
            "{:>4.1} % {:>6} {:>6} {:>6} {:>8} {:>5} {:>5} {:>6} {:>5.1} % {:>4.2} % {:>7.2} {:>7.2}",
            permille as f64 / 10.0,
            found.same,
            found.moved,
            found.fuzzy,
            found.orphans,
            found.gone,
            found.part,
            found.wrong,
            found.percent_right(),
            found.percent_wrong(),
            found.millis(50),
            found.millis(99),
        );
        if std::env::var_os("RECTO_MISSES").is_some() {
            for (quote, place) in &found.misses {
                println!("    {quote:?}\n      {place:?}");
            }
        }
    }
}

/// The shortest text that is an article, in bytes.
const SHORTEST: usize = 1000;

fn collect(path: &Path, texts: &mut Vec<String>) {
    if path.is_dir() {
        let mut paths: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        return paths.iter().for_each(|path| collect(path, texts));
    }
    let Ok(article) = source::load_whole(&Locator::File(path.to_owned()), &LoadOptions::default()) else { return };
    let whole = &article.document;
    let text = if whole.extraction().is_some() {
        whole.main_text(Head::Shown).0.text().to_owned()
    } else {
        whole.text().to_owned()
    };
    if text.len() >= SHORTEST {
        texts.push(text);
    }
}
