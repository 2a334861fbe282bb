//! Sources that somebody broke: each fixture with bytes flipped, cut off, repeated or put into another, again and again.
//! Whatever comes of them is a document that keeps its invariants, and that can be printed and laid out.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod triplets;

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use recto::article::Locator;
use recto::document::{Document, Head};
use recto::export::{Kind, export};
use recto::format::Format;
use recto::layout::{Layout, Style};
use recto::source::{LoadOptions, read};
use triplets::{Triplet, triplets, zipped};

/// How many broken sources are made of all fixtures together, so that more fixtures take no more time.
const CASES: usize = 800;

/// The longest source that is made, in bytes.
const LONGEST: usize = 64 << 10;

/// A generator whose numbers are the same each time (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % n.max(1)
    }

    fn range(&mut self, len: usize) -> std::ops::Range<usize> {
        let (one, other) = (self.below(len + 1), self.below(len + 1));
        one.min(other)..one.max(other)
    }
}

/// Breaks `bytes` in some ways; `other` is what may be put into them.
fn mangle(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        match dice.below(6) {
            0 => {
                for _ in 0..=dice.below(12) {
                    let at = dice.below(bytes.len());
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << dice.below(8);
                    }
                }
            }
            1 => {
                // Signs that mean something in one format or another.
                const SIGNS: &[u8] = b"<>&/\"'=[]{}()*_#|\\`$:;-+.!\n\r\t \0\x1b\xff";
                for _ in 0..=dice.below(12) {
                    let (at, sign) = (dice.below(bytes.len()), SIGNS[dice.below(SIGNS.len())]);
                    bytes.insert(at, sign);
                }
            }
            2 => bytes.truncate(dice.below(bytes.len() + 1)),
            3 => {
                let range = dice.range(bytes.len());
                bytes.drain(range);
            }
            4 => {
                let range = dice.range(bytes.len());
                let most = (LONGEST.saturating_sub(bytes.len()) / range.len().max(1)).min(200);
                let again = bytes[range.clone()].repeat(dice.below(most + 1));
                bytes.splice(range.end..range.end, again);
            }
            _ => {
                let (from, at) = (dice.range(other.len()), dice.below(bytes.len() + 1));
                bytes.splice(at..at, other[from].iter().copied());
            }
        }
        bytes.truncate(LONGEST);
    }
}

/// Returns the fixture's source, broken; in an archive, mostly one of its files.
fn broken(triplet: &Triplet, others: &[Triplet], dice: &mut Dice) -> Vec<u8> {
    let other = &others[dice.below(others.len())].bytes;
    if !triplet.files.is_empty() && dice.below(4) > 0 {
        let mut files = triplet.files.clone();
        let idx = dice.below(files.len());
        mangle(&mut files[idx].1, other, dice);
        return zipped(&files);
    }
    let mut bytes = triplet.bytes.clone();
    mangle(&mut bytes, other, dice);
    bytes
}

fn check(bytes: &[u8], locator: &Locator, format: Option<Format>) {
    let go_on = &mut |_| ControlFlow::Continue(());
    // Only what cannot be opened, or is no text at all, is an error.
    let Ok(article) = read(bytes, None, locator, &LoadOptions { format, ..LoadOptions::default() }, go_on) else {
        return;
    };
    check_document(&article.document);
    if article.document.extraction().is_some() {
        check_document(&article.document.main_text(Head::Shown).0);
    }
}

fn check_document(document: &Document) {
    document.check_invariants().unwrap();
    for kind in [Kind::Markdown, Kind::Html, Kind::Json, Kind::OutlineJson] {
        export(document, kind);
    }
    let mut layout = Layout::new(Arc::new(document.clone()), Style { measure: 30, ..Style::default() });
    let first = layout.first();
    layout.advance(first, 100);
}

#[test]
fn parts_in_parts_are_written_once() {
    // Related parts none of which is text were written twice at each level: 2^16 times.
    let nested = |depth: usize| format!("Content-Type: multipart/related; boundary=b{depth}\n\n--b{depth}\n");
    let message: String = (0..30).map(nested).collect();
    let message = format!("Subject: a\n{message}Content-Type: application/x-unknown\n\nb\n");
    let article = read(message.as_bytes(), None, &Locator::File("a.eml".into()), &LoadOptions::default(), &mut |_| {
        ControlFlow::Continue(())
    });
    let document = article.unwrap().document;
    assert!(document.blocks().len() < 20, "{} blocks", document.blocks().len());
}

#[test]
fn broken_sources_are_documents_all_the_same() {
    let all = triplets("");
    let n_times = (CASES / all.len().max(1)).clamp(4, 40) as u64;
    for triplet in &all {
        let format = Format::by_name(&triplet.format);
        for time in 0..n_times {
            let mut dice = Dice::new(time + 1);
            let bytes = broken(triplet, &all, &mut dice);
            // Half of them are found out by name and form, half are taken for what they were.
            let locator = Locator::File(triplet.file_name.clone().into());
            let start = std::time::Instant::now();
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                check(&bytes, &locator, format.filter(|_| time % 2 == 0));
            }));
            if start.elapsed().as_millis() > 400 {
                eprintln!("SLOW {} {time} {} {:?}", triplet.name, bytes.len(), start.elapsed());
            }
            if outcome.is_err() {
                let path = std::env::temp_dir().join(format!("recto-broken-{time}-{}", triplet.file_name));
                std::fs::write(&path, &bytes).unwrap();
                panic!("tests/fixtures/{}, broken for time {time}, is in {}", triplet.name, path.display());
            }
        }
    }
}
