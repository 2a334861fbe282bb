//! How even the edges of prose are, and what that costs: fitting and dividing words against filling each line.
//!
//! `cargo bench --bench evenness`, or with `RECTO_PROSE=DIRECTORY` on all articles in a directory. Badness is the sum
//! of the squared gaps, in cells, at the ends of all lines but the last of each paragraph. Times are of whole layouts from
//! a cold start, the best of several in turn.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use recto::article::Locator;
use recto::document::{BlockKind, Document};
use recto::layout::{Breaking, Layout, LineKind, Style, Typography};
use recto::source::{self, LoadOptions};

fn main() {
    let directory = std::env::var_os("RECTO_PROSE").map_or_else(|| PathBuf::from("assets"), PathBuf::from);
    let documents = documents(&directory);
    println!("{} articles in {}", documents.len(), directory.display());
    println!(
        "measure  filled   fitted   divided  justified   hyphens  stretched   (badness by filled; a hundred lines)"
    );
    for measure in [40, 66, 72] {
        let choices = |breaking, is_hyphenated, is_justified| {
            let style = style(measure, breaking, is_hyphenated, is_justified);
            documents.iter().fold(Sum::default(), |sum, doc| sum.of(doc, style.clone()))
        };
        let filled = choices(Breaking::Filled, false, false);
        let fitted = choices(Breaking::Fitted, false, false);
        let divided = choices(Breaking::Fitted, true, false);
        let justified = choices(Breaking::Fitted, true, true);
        let part = |sum: &Sum| sum.badness as f64 / filled.badness.max(1) as f64;
        println!(
            "{measure:>7} {:>7} {:>8.3} {:>9.3} {:>10.3} {:>9.2} {:>10.1}",
            filled.badness,
            part(&fitted),
            part(&divided),
            part(&justified),
            divided.hyphens as f64 * 100.0 / divided.lines as f64,
            justified.full as f64 * 100.0 / justified.lines as f64,
        );
    }
    let bytes: usize = documents.iter().map(|doc| doc.text().len()).sum();
    println!("milliseconds a megabyte (and by filled), of {bytes} bytes");
    for measure in [40, 66, 72] {
        let styles =
            [(Breaking::Filled, false, false), (Breaking::Fitted, false, false), (Breaking::Fitted, true, false)]
                .into_iter()
                .chain([(Breaking::Fitted, true, true)])
                .map(|(breaking, is_hyphenated, is_justified)| style(measure, breaking, is_hyphenated, is_justified));
        let styles: Vec<_> = styles.collect();
        let mut best = vec![Duration::MAX; styles.len()];
        for _ in 0..ROUNDS {
            for (best, style) in best.iter_mut().zip(&styles) {
                *best = time(&documents, style).min(*best);
            }
        }
        let millis = |time: &Duration| time.as_secs_f64() * 1e9 / bytes as f64;
        let columns = best.iter().map(|time| format!("{:>6.2} ({:.2})", millis(time), millis(time) / millis(&best[0])));
        println!("{measure:>7} {}", columns.collect::<Vec<_>>().join("  "));
    }
}

/// How often each style is timed.
const ROUNDS: usize = 7;

fn style(measure: usize, breaking: Breaking, is_hyphenated: bool, is_justified: bool) -> Style {
    let typography = Typography { breaking, is_hyphenated, is_justified, hangs: false, ..Typography::default() };
    Style { measure, typography, ..Style::default() }
}

fn time(documents: &[Arc<Document>], style: &Style) -> Duration {
    let began = Instant::now();
    for doc in documents {
        let mut layout = Layout::new(Arc::clone(doc), style.clone());
        let mut place = layout.first();
        loop {
            std::hint::black_box(layout.lines(place, 100));
            let (next, moved) = layout.advance(place, 100);
            if moved < 100 {
                break;
            }
            place = next;
        }
    }
    began.elapsed()
}

/// What the lines of prose come to.
#[derive(Debug, Default)]
struct Sum {
    lines: usize,
    badness: usize,
    hyphens: usize,
    /// Lines that end where the measure ends.
    full: usize,
}

impl Sum {
    fn of(mut self, doc: &Arc<Document>, style: Style) -> Self {
        let mut layout = Layout::new(Arc::clone(doc), style.clone());
        let first = layout.first();
        let lines = layout.lines(first, usize::MAX);
        for pair in lines.windows(2) {
            let [line, next] = pair else { continue };
            let is_prose =
                doc.block(line.block).is_some_and(|block| block.kind == BlockKind::Paragraph && block.parent.is_none());
            let goes_on = line.block == next.block && !doc.slice(line.range).ends_with('\n');
            if is_prose && goes_on && line.kind == LineKind::Text {
                // What was stretched is as bad as it was before.
                let wide: usize = line
                    .runs
                    .iter()
                    .filter(|run| run.text(doc).trim().is_empty())
                    .filter_map(|run| Some(run.width - recto::text::width::width(doc.slice(run.range()?))))
                    .sum();
                let gap = style.measure - line.width.min(style.measure) + wide;
                self.lines += 1;
                self.badness += gap * gap;
                self.hyphens +=
                    usize::from(line.runs.last().is_some_and(|run| run.range().is_none() && run.text(doc) == "-"));
                self.full += usize::from(line.width == style.measure);
            }
        }
        self
    }
}

fn documents(directory: &Path) -> Vec<Arc<Document>> {
    let mut paths: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let load = |path: PathBuf| {
        source::load_whole(&Locator::File(path), &LoadOptions::default()).ok().map(|article| article.document)
    };
    paths.into_iter().filter(|path| path.is_file()).filter_map(load).collect()
}
