//! A line's runs in the order of the screen, and lines that start at the right.

use std::borrow::Cow;

use crate::document::{Document, MarkKind, Offset, TextRange};
use crate::layout::line::{Line, Run, RunContent};
use crate::layout::margin::Start;
use crate::role::Role;
use crate::text::bidi::{self, Levels, Order};
use crate::text::width;

/// What moves as one when a line is put in the order of the screen.
#[derive(Debug)]
enum Part {
    Run(Run),
    /// The pieces of a formula, which stands from left to right whatever surrounds it.
    Formula(Vec<Run>),
}

/// Finds which way the letters of `range` run, as `is_rtl` says or as the first letter does. A formula counts as one
/// sign without a direction, as an isolate does (rules X5c and P2): what its source is written with says nothing.
pub fn levels(doc: &Document, range: TextRange, is_rtl: Option<bool>) -> Option<Levels> {
    let text = doc.slice(range);
    match without_formulas(doc, range) {
        Some(bare) => Levels::of(&bare, is_rtl).or_else(|| Levels::of(text, Some(false))),
        None => Levels::of(text, is_rtl),
    }
}

/// Returns the text of `range` with neutral signs in place of its formulas, byte for byte, if it has any.
fn without_formulas(doc: &Document, range: TextRange) -> Option<String> {
    let marks = doc.marks();
    let from = marks.partition_point(|mark| mark.range.start < range.start);
    let to = marks.partition_point(|mark| mark.range.start < range.end);
    let mut bare: Option<String> = None;
    let mut end = range.start;
    let text = |from, to| doc.slice(TextRange::new(from, to));
    for mark in marks.get(from..to)?.iter().filter(|mark| mark.kind == MarkKind::Math) {
        if mark.range.start < end {
            continue;
        }
        let bare = bare.get_or_insert_default();
        bare.push_str(text(end, mark.range.start));
        end = mark.range.end.min(range.end);
        bare.extend(text(mark.range.start, end).bytes().map(|byte| if byte == b'\n' { '\n' } else { '&' }));
    }
    let mut bare = bare?;
    bare.push_str(text(end, range.end));
    Some(bare)
}

/// Returns the runs of a line, which are in the order of reading, in the order of the screen. The levels are those of
/// the text from `start` on.
pub fn in_order_of_screen(doc: &Document, levels: &Levels, start: Offset, runs: Vec<Run>, order: Order) -> Vec<Run> {
    let mut parts: Vec<(Part, u8)> = Vec::with_capacity(runs.len());
    let first = runs.iter().find_map(Run::range).map_or(0, |range| range.start.index().saturating_sub(start.index()));
    let spaces = spaces_at_end(doc, &runs);
    for run in runs {
        let level_at = |range: TextRange| levels.at(range.start.index().saturating_sub(start.index()));
        match run.content {
            RunContent::Text(range) | RunContent::Shown { range, .. } if is_math(run.role) => {
                let piece = math_from_left(doc, run, order);
                match parts.last_mut() {
                    Some((Part::Formula(pieces), _)) => pieces.push(piece),
                    _ => parts.push((Part::Formula(vec![piece]), level_at(range))),
                }
            }
            RunContent::Text(range) => cut(doc, &mut parts, levels, start, &run, (range, spaces)),
            RunContent::Shown { range, .. } => parts.push((Part::Run(run), level_at(range))),
            // What is drawn goes with what it stands behind.
            RunContent::Drawn(_) => {
                let level = parts.last().map_or_else(|| u8::from(levels.is_rtl_at(first)), |part| part.1);
                parts.push((Part::Run(run), level));
            }
        }
    }
    bidi::reorder(&mut parts);
    let mut seen = Vec::with_capacity(parts.len());
    for (part, level) in parts {
        match part {
            Part::Run(run) if level % 2 == 1 => seen.push(reversed(doc, run, order)),
            Part::Run(run) => seen.push(run),
            Part::Formula(pieces) => seen.extend(pieces),
        }
    }
    seen
}

fn is_math(role: Role) -> bool {
    matches!(role, Role::Math | Role::MathVariable | Role::MathVector)
}

/// Returns a piece of a formula as it is seen: from left to right, but for the words in it that run the other way.
fn math_from_left(doc: &Document, run: Run, order: Order) -> Run {
    match bidi::shown_from_left(run.text(doc), order) {
        Cow::Owned(seen) => run.shown_as(seen),
        Cow::Borrowed(_) => run,
    }
}

/// Returns where the spaces begin that a line ends with: they run as the paragraph does (rule L1).
fn spaces_at_end(doc: &Document, runs: &[Run]) -> Offset {
    let Some(last) = runs.iter().rev().find_map(Run::range) else { return doc.end() };
    let bare = doc.slice(last).trim_end_matches(' ').len();
    Offset::at(last.start.index() + bare)
}

/// Adds a run in parts of one level each; the line's last spaces start at `spaces`.
fn cut(
    doc: &Document,
    parts: &mut Vec<(Part, u8)>,
    levels: &Levels,
    start: Offset,
    run: &Run,
    (range, spaces): (TextRange, Offset),
) {
    let spaces = spaces.index().saturating_sub(start.index());
    let (from, to) = (range.start.index() - start.index(), range.end.index() - start.index());
    let mut left = from;
    // A mark may have another level than the letter that bears it; they stay together.
    let text = doc.slice(range);
    let changes = levels.changes(from, to.min(spaces)).filter(|&at| width::is_cluster_boundary(text, at - from));
    let edge = (from < spaces && spaces < to).then_some(spaces);
    for right in changes.chain(edge).chain([to]) {
        let part = TextRange::new(Offset::at(start.index() + left), Offset::at(start.index() + right));
        // Most runs are of one level, and have been measured already.
        let width = if (left, right) == (from, to) { run.width } else { width::width(doc.slice(part)) };
        let part = Run { content: RunContent::Text(part), width, ..run.clone() };
        let level = if left < spaces { levels.at(left) } else { u8::from(levels.is_rtl_at(left)) };
        parts.push((Part::Run(part), level));
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
    line.width = start.width() + line.runs.iter().map(|run| run.width * line.scale).sum::<usize>();
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
    let own: usize = line.runs.iter().map(|run| run.width * line.scale).sum();
    line.indent = measure.max(1).saturating_sub(start.width() + own);
    let turned = start.runs.into_iter().rev().map(|run| match run.content {
        RunContent::Drawn(text) => Run::drawn(turned(&text), run.role),
        _ => run,
    });
    line.runs.extend(turned);
    line.width = line.indent + line.runs.iter().map(|run| run.width * line.scale).sum::<usize>();
}

/// Returns an ornament as it stands at the other side: a number's dot is on the side of the text.
fn turned(ornament: &str) -> String {
    let bare = ornament.trim_matches(' ');
    let before = ornament.len() - ornament.trim_start_matches(' ').len();
    let after = ornament.len() - ornament.trim_end_matches(' ').len();
    let sign = match (bare, bare.strip_suffix('.')) {
        ("", _) => return ornament.to_owned(),
        ("▎", _) => Cow::Borrowed("▕"),
        (_, Some(number)) => Cow::Owned(format!(".{number}")),
        (bare, None) => Cow::Borrowed(bare),
    };
    format!("{}{sign}{}", " ".repeat(after), " ".repeat(before))
}
