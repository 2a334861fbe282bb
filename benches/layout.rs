//! How long lines take: a whole megabyte, and a screenful anywhere in a hundred.
//!
//! `cargo bench --bench layout`

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::sync::{Arc, LazyLock};

use divan::Bencher;
use recto::document::{BlockKind, Document, DocumentBuilder, MarkKind, Offset};
use recto::layout::{Layout, Style};

const MEGABYTE: usize = 1_000_000;

const PROSE: &str = "The harbour lay still, and nobody who walked along it that morning (there were three) would have \
    thought of ships. “It is early,” said the first; the second, who had been up since four o’clock, said nothing at \
    all — he counted crates. A well-known rule of the place was that 1,200 crates went out each day, and that they \
    were counted twice. ";
const JAPANESE: &str = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で\
    ニャーニャー泣いていた事だけは記憶している。";
const CODE: &str = "fn count(crates: &[Crate]) -> usize {\n    // Counted twice, as the rule says.\n    \
    let first = crates.iter().filter(|each| each.is_full()).count();\n    \
    let second = crates.iter().rev().filter(|each| each.is_full() && each.weight() > Weight::grams(1_200)).count();\n    \
    assert_eq!(first, second);\n    first\n}\n\n";

fn main() {
    divan::main();
}

/// Builds a document of paragraphs of about `paragraph` bytes, `bytes` in all, each with a word in bold.
///
/// The words of `text`, which `join` joins, are shuffled, so that no paragraph breaks like another.
fn paragraphs(text: &str, join: &str, paragraph: usize, bytes: usize) -> Arc<Document> {
    let parts: Vec<&str> =
        if join.is_empty() { text.split_inclusive('。').collect() } else { text.split(' ').collect() };
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut builder = DocumentBuilder::with_capacity(bytes);
    let mut written = 0;
    let mut own = String::new();
    while written < bytes {
        own.clear();
        while own.len() < paragraph {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            own.push_str(parts[usize::try_from(seed % parts.len() as u64).unwrap_or_default()]);
            own.push_str(join);
        }
        builder.open(BlockKind::Paragraph);
        builder.text(&own);
        builder.open_mark(MarkKind::Strong);
        builder.text("again");
        builder.close_mark();
        builder.close();
        written += own.len();
    }
    Arc::new(builder.finish())
}

fn code(bytes: usize) -> Arc<Document> {
    let mut builder = DocumentBuilder::with_capacity(bytes);
    builder.leaf(BlockKind::Code(None), &CODE.repeat(bytes / CODE.len()));
    Arc::new(builder.finish())
}

static LONG: LazyLock<Arc<Document>> = LazyLock::new(|| paragraphs(PROSE, " ", 900, 100 * MEGABYTE));
static ONE_PARAGRAPH: LazyLock<Arc<Document>> =
    LazyLock::new(|| paragraphs(PROSE, " ", 100 * MEGABYTE, 100 * MEGABYTE));

/// Lays the whole document out from a cold start.
fn whole(bencher: Bencher<'_, '_>, doc: &Arc<Document>) {
    bencher.bench(|| {
        let mut layout = Layout::new(Arc::clone(doc), Style::default());
        let mut place = layout.first();
        let mut n_lines = 0;
        loop {
            n_lines += divan::black_box(layout.lines(place, 100)).len();
            let (next, moved) = layout.advance(place, 100);
            if moved < 100 {
                return n_lines;
            }
            place = next;
        }
    });
}

#[divan::bench]
fn prose_1_mb(bencher: Bencher<'_, '_>) {
    whole(bencher, &paragraphs(PROSE, " ", 900, MEGABYTE));
}

#[divan::bench]
fn japanese_1_mb(bencher: Bencher<'_, '_>) {
    whole(bencher, &paragraphs(JAPANESE, "", 900, MEGABYTE));
}

#[divan::bench]
fn code_1_mb(bencher: Bencher<'_, '_>) {
    whole(bencher, &code(MEGABYTE));
}

/// A cold screenful of 60 lines at the middle of a hundred megabytes.
fn screenful(bencher: Bencher<'_, '_>, doc: &Arc<Document>) {
    let middle = Offset::at(doc.text().len() / 2);
    bencher.bench(|| {
        let mut layout = Layout::new(Arc::clone(doc), Style::default());
        let place = layout.place_of(middle);
        layout.lines(place, 60)
    });
}

#[divan::bench]
fn cold_screenful_of_100_mb(bencher: Bencher<'_, '_>) {
    screenful(bencher, &LONG);
}

#[divan::bench]
fn cold_screenful_of_a_100_mb_paragraph(bencher: Bencher<'_, '_>) {
    screenful(bencher, &ONE_PARAGRAPH);
}

#[divan::bench]
fn warm_screenful_of_100_mb(bencher: Bencher<'_, '_>) {
    let mut layout = Layout::new(Arc::clone(&LONG), Style::default());
    let place = layout.place_of(Offset::at(LONG.text().len() / 2));
    bencher.bench_local(|| layout.lines(place, 60));
}

#[divan::bench]
fn cold_place_near_the_end_of_100_mb(bencher: Bencher<'_, '_>) {
    let offset = Offset::at(LONG.text().len() - 1000);
    bencher.bench(|| Layout::new(Arc::clone(&LONG), Style::default()).place_of(offset));
}
