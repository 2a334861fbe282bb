//! Justification: a line's spaces stretched until it is as wide as the measure.

use crate::document::{Document, Offset, TextRange};
use crate::layout::line::{Run, RunContent};
use crate::text::width;

/// The widest gap between two words, in cells; a line that would need a wider one stays ragged.
const WIDEST: usize = 2;
/// The same where the measure is below [`NARROW`].
const WIDEST_NARROW: usize = 3;
const NARROW: usize = 50;

/// Returns `runs`, in the order of reading, with spaces added between words so that they take `measure` cells, or as
/// they are where that would leave wide gaps. `line` is the line's index, by which the wider gaps change sides.
pub fn stretch(doc: &Document, runs: Vec<Run>, measure: usize, line: usize) -> Vec<Run> {
    let taken: usize = runs.iter().map(|run| run.width).sum();
    let missing = measure.saturating_sub(taken);
    let count: usize = runs.iter().map(|run| spaces(doc, run).count()).sum();
    let widest = if measure < NARROW { WIDEST_NARROW } else { WIDEST };
    if missing == 0 || missing > count * (widest - 1) {
        return runs;
    }
    // Gaps as even as cells allow, the odd ones from the left on one line and from the right on the next.
    let added = |idx: usize| {
        let idx = if line.is_multiple_of(2) { idx } else { count - 1 - idx };
        (idx + 1) * missing / count - idx * missing / count
    };
    let mut stretched = Vec::with_capacity(runs.len() + 2 * missing);
    let mut idx = 0;
    for run in runs {
        let own: Vec<usize> = spaces(doc, &run).collect();
        let wide: Vec<_> =
            own.iter().zip(idx..).map(|(&at, idx)| (at, added(idx))).filter(|space| space.1 > 0).collect();
        idx += own.len();
        let Some(range) = run.range().filter(|_| !wide.is_empty()) else {
            stretched.push(run);
            continue;
        };
        let mut from = range.start;
        for (at, more) in wide {
            let (space, after) = (range.start.index() + at, range.start.index() + at + 1);
            stretched.extend(part(doc, &run, from, Offset::at(space)));
            from = Offset::at(after);
            let space = part(doc, &run, Offset::at(space), from);
            stretched.extend(space.map(|space| space.shown_as(" ".repeat(more + 1))));
        }
        stretched.extend(part(doc, &run, from, range.end));
    }
    stretched
}

/// Returns a part of a run of text.
fn part(doc: &Document, run: &Run, from: Offset, to: Offset) -> Option<Run> {
    let range = TextRange::new(from, to);
    let width = width::width(doc.slice(range));
    (from < to).then(|| Run { content: RunContent::Text(range), width, ..run.clone() })
}

/// Returns where the spaces of a run stand that may be stretched, in bytes from its start: not those that bear a mark.
fn spaces<'a>(doc: &'a Document, run: &'a Run) -> impl Iterator<Item = usize> + 'a {
    let text = match run.content {
        RunContent::Text(range) => doc.slice(range),
        _ => "",
    };
    let spaces = text.bytes().enumerate().filter(|&(_, byte)| byte == b' ').map(|(at, _)| at);
    spaces.filter(|&at| width::is_cluster_boundary(text, at + 1))
}
