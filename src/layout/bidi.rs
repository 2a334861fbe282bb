//! A line's runs in the order of the screen, and lines that start at the right.

use crate::document::{Document, Offset, TextRange};
use crate::layout::line::{Line, Run, RunContent};
use crate::layout::margin::Start;
use crate::text::bidi::{self, Levels, Order};
use crate::text::width;

/// Returns the runs of a line, which are in the order of reading, in the order of the screen. The levels are those of
/// the text from `start` on.
pub fn in_order_of_screen(doc: &Document, levels: &Levels, start: Offset, runs: Vec<Run>, order: Order) -> Vec<Run> {
    let mut parts: Vec<(Run, u8)> = Vec::with_capacity(runs.len());
    let first = runs.iter().find_map(Run::range).map_or(0, |range| range.start.index().saturating_sub(start.index()));
    for run in runs {
        match run.content {
            RunContent::Text(range) => cut(doc, &mut parts, levels, start, &run, range),
            RunContent::Shown { range, .. } => {
                let level = levels.at(range.start.index().saturating_sub(start.index()));
                parts.push((run, level));
            }
            // What is drawn goes with what it stands behind.
            RunContent::Drawn(_) => {
                let level = parts.last().map_or_else(|| u8::from(levels.is_rtl_at(first)), |part| part.1);
                parts.push((run, level));
            }
        }
    }
    bidi::reorder(&mut parts);
    parts.into_iter().map(|(run, level)| if level % 2 == 1 { reversed(doc, run, order) } else { run }).collect()
}

/// Adds a run in parts of one level each.
fn cut(doc: &Document, parts: &mut Vec<(Run, u8)>, levels: &Levels, start: Offset, run: &Run, range: TextRange) {
    let (from, to) = (range.start.index() - start.index(), range.end.index() - start.index());
    let mut left = from;
    // A mark may have another level than the letter that bears it; they stay together.
    let text = doc.slice(range);
    let changes = levels.changes(from, to).filter(|&at| width::is_cluster_boundary(text, at - from));
    for right in changes.chain([to]) {
        let part = TextRange::new(Offset::at(start.index() + left), Offset::at(start.index() + right));
        // Most runs are of one level, and have been measured already.
        let width = if (left, right) == (from, to) { run.width } else { width::width(doc.slice(part)) };
        parts.push((Run { content: RunContent::Text(part), width, ..run.clone() }, levels.at(left)));
        left = right;
    }
}

/// Returns a run of text that is read from right to left as it is seen.
fn reversed(doc: &Document, run: Run, order: Order) -> Run {
    let RunContent::Text(range) = run.content else { return run };
    let text = doc.text();
    let around = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    // Letters join over a few marks at most.
    let before =
        around(crate::document::floor_boundary(text, range.start.index().saturating_sub(16)), range.start.index());
    let after = around(range.end.index(), crate::document::floor_boundary(text, range.end.index() + 16));
    match bidi::seen(doc.slice(range), before, after, order) {
        Some(seen) => Run { is_reversed: true, width: width::width(&seen), ..run.shown_as(seen) },
        None => run,
    }
}

/// Puts the margin and blank cells before a line's runs.
pub fn set_from_left(line: &mut Line, margin: &Start, indent: usize) {
    let mut start = margin.clone();
    start.blank(indent);
    line.width = start.width() + line.runs.iter().map(|run| run.width).sum::<usize>();
    line.indent = start.indent;
    if !start.runs.is_empty() {
        start.runs.append(&mut line.runs);
        line.runs = start.runs;
    }
}

/// Puts the margin and blank cells behind a line's runs, which end at the measure.
pub fn set_from_right(line: &mut Line, margin: &Start, indent: usize, measure: usize) {
    let mut start = margin.clone();
    start.blank(indent);
    let own: usize = line.runs.iter().map(|run| run.width).sum();
    line.indent = measure.max(1).saturating_sub(start.width() + own);
    let turned = start.runs.into_iter().rev().map(|run| match run.content {
        RunContent::Drawn(text) => Run::drawn(turned(&text), run.role),
        _ => run,
    });
    line.runs.extend(turned);
    line.width = line.indent + line.runs.iter().map(|run| run.width).sum::<usize>();
}

/// Returns an ornament as it stands at the other side.
fn turned(ornament: &str) -> String {
    let bare = ornament.trim_end_matches(' ');
    let bar = if bare == "▎" { "▕" } else { bare };
    format!("{}{bar}", " ".repeat(ornament.len() - bare.len()))
}
