//! How even the edges of prose are: what fitting and dividing words gains over filling each line.
//!
//! `cargo bench --bench evenness`, or with `RECTO_PROSE=DIRECTORY` on all articles in a directory. Badness is the sum
//! of the squared gaps, in cells, at the ends of all lines but the last of each paragraph.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

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
            let typography =
                Typography { breaking, is_hyphenated, is_justified, hangs: false, ..Typography::default() };
            documents
                .iter()
                .fold(Sum::default(), |sum, doc| sum.of(doc, Style { measure, typography, ..Style::default() }))
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
