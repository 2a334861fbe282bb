//! Furniture: what stands at the head and the foot of every page, and is no part of the text.

use std::collections::HashMap;

use super::page::{Line, Page};

/// How many lines from a page's edge may be furniture.
const DEEPEST: usize = 3;

/// How much of a page's height its head and foot may take.
const MARGIN: f32 = 0.15;

/// On how many pages a line is the same before it is furniture: in all, and within a dozen pages, for a running head may
/// change with each chapter.
const LEAST: usize = 3;
const NEIGHBOURS: usize = 12;

/// Takes the furniture away.
pub fn remove(pages: &mut [Page]) {
    // Where each line's likes stand, by page.
    let mut pages_of: HashMap<(Edge, i32, String), Vec<usize>> = HashMap::new();
    for (idx, page) in pages.iter().enumerate() {
        for (at, edge) in at_edges(page) {
            if let Some(line) = page.lines.get(at) {
                pages_of.entry((edge, line.half_points(), likeness(line))).or_default().push(idx);
            }
        }
    }
    let mut places: HashMap<(i32, i32), usize> = HashMap::new();
    for (idx, page) in pages.iter_mut().enumerate() {
        let mut unwanted: Vec<usize> = at_edges(page)
            .into_iter()
            .filter(|&(at, edge)| {
                let Some(line) = page.lines.get(at) else { return false };
                let known =
                    pages_of.get(&(edge, line.half_points(), likeness(line))).map(Vec::as_slice).unwrap_or_default();
                let place = known.partition_point(|&page| page < idx);
                let from = place.saturating_sub(LEAST - 1);
                // Three in a row, this one among them, that are near each other.
                known.get(from..).unwrap_or_default().windows(LEAST).take(LEAST).any(|near| {
                    matches!((near.first(), near.last()), (Some(&first), Some(&last))
                        if last - first <= NEIGHBOURS && first <= idx && idx <= last)
                })
            })
            .map(|(at, _)| at)
            .collect();
        unwanted.sort_unstable();
        unwanted.dedup();
        for at in unwanted.into_iter().rev() {
            *places.entry(place(&page.lines.remove(at))).or_default() += 1;
        }
    }
    // Where many pages have such a line, what the others have there is one too, if only for a short chapter.
    let least = LEAST.max(pages.len() / 4);
    for page in pages {
        let mut unwanted: Vec<usize> = at_edges(page).into_iter().map(|(at, _)| at).collect();
        unwanted
            .retain(|&at| page.lines.get(at).and_then(|line| places.get(&place(line))).is_some_and(|&n| n >= least));
        unwanted.sort_unstable();
        unwanted.dedup();
        for at in unwanted.into_iter().rev() {
            page.lines.remove(at);
        }
    }
}

/// Returns the height at which a line stands, and the size of its letters.
fn place(line: &Line) -> (i32, i32) {
    #[expect(clippy::cast_possible_truncation, reason = "a page is not that high")]
    let height = line.baseline.round().clamp(-100_000.0, 100_000.0) as i32;
    (height, line.half_points())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Edge {
    Head,
    Foot,
}

/// Returns the lines that stand at a page's head and foot, outermost first.
fn at_edges(page: &Page) -> Vec<(usize, Edge)> {
    let mut by_height: Vec<usize> = (0..page.lines.len()).collect();
    let baseline = |&at: &usize| page.lines.get(at).map_or(0.0, |line| line.baseline);
    by_height.sort_by(|one, other| baseline(other).total_cmp(&baseline(one)));
    let head = by_height.iter().take(DEEPEST).filter(|at| baseline(at) > page.height * (1.0 - MARGIN));
    let foot = by_height.iter().rev().take(DEEPEST).filter(|at| baseline(at) < page.height * MARGIN);
    head.map(|&at| (at, Edge::Head)).chain(foot.map(|&at| (at, Edge::Foot))).collect()
}

/// Returns what stays the same of a running line from page to page: not its numbers.
fn likeness(line: &Line) -> String {
    let text = line.text();
    let trimmed = text.trim();
    if !trimmed.is_empty() && trimmed.len() <= 8 && trimmed.bytes().all(|byte| b"ivxlcdm".contains(&byte)) {
        return "#".to_owned();
    }
    let mut out = String::new();
    for c in trimmed.chars().filter(|c| !c.is_whitespace()) {
        if !c.is_numeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with('#') {
            out.push('#');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::pdf::page::Piece;

    fn page(lines: &[(f32, &str)]) -> Page {
        let line = |&(baseline, text): &(f32, &str)| Line {
            pieces: vec![Piece { text: text.to_owned(), ..Piece::default() }],
            baseline,
            size: 10.0,
            ..Line::default()
        };
        Page { lines: lines.iter().map(line).collect(), height: 800.0 }
    }

    fn check(pages: &[&[(f32, &str)]], expected: &[&str]) {
        let mut pages: Vec<_> = pages.iter().map(|lines| page(lines)).collect();
        remove(&mut pages);
        let left: Vec<_> = pages.iter().flat_map(|page| page.lines.iter().map(Line::text)).collect();
        assert_eq!(left, expected);
    }

    #[test]
    fn takes_running_lines_and_numbers_away() {
        check(
            &[
                &[(780.0, "1  The Weir"), (700.0, "one"), (20.0, "7")],
                &[(780.0, "Low Water  2"), (700.0, "two"), (20.0, "8")],
                &[(780.0, "3  The Weir"), (700.0, "three"), (20.0, "9")],
                &[(780.0, "Low Water  4"), (700.0, "four"), (20.0, "10")],
                &[(780.0, "5  The Weir"), (700.0, "five"), (20.0, "11")],
                &[(780.0, "Low Water  6"), (600.0, "Low Water 6"), (20.0, "x")],
            ],
            &["one", "two", "three", "four", "five", "Low Water 6"],
        );
    }

    #[test]
    fn keeps_what_comes_once_or_stands_in_the_text() {
        check(
            &[
                &[(780.0, "A title"), (400.0, "1"), (20.0, "a note")],
                &[(780.0, "Another"), (400.0, "2")],
                &[(400.0, "3")],
            ],
            &["A title", "1", "a note", "Another", "2", "3"],
        );
    }
}
