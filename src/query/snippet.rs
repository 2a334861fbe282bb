//! The places in a text that a query found, and the lines around the best of them.
//!
//! Hits are found by the terms of the index, so that what the index found is found here too: whatever the case, the
//! accents and the vowels. Hits are ranges of the text as it stands and end between two clusters; a snippet has its
//! white space made one, and knows where the hits are in it. Both take time by the length of the text.

use std::ops::{ControlFlow, Range};

use super::{Column, Query};
use crate::text::terms::{Phrase, Term, TermKind, each_term, is_unspaced};
use crate::text::width::{clusters, is_cluster_boundary};

/// How many hits are weighed for the best snippet; in a text with more of them, the first are as good as any.
const MAX_WEIGHED: usize = 20_000;
/// How many phrases can be under way at a time; more come of repeated words alone.
const MAX_UNDER_WAY: usize = 1024;
/// What a phrase that is not yet in a snippet counts for, in further hits of one that is.
const NEW_PHRASE: usize = 8;

/// A piece of a text with hits in it, in one line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snippet {
    /// The words, with an ellipsis where the text goes on.
    pub text: String,
    /// Where the hits are in `text`, in bytes, in order.
    pub hits: Vec<Range<usize>>,
    /// What of the source it shows, in bytes.
    pub source: Range<usize>,
}

/// Returns the first `limit` places in `text` where what `query` looks for in a column stands, in order, in bytes. Places
/// that overlap are one.
pub fn hits(text: &str, query: &Query, column: Column, limit: usize) -> Vec<Range<usize>> {
    let mut merged: Vec<Range<usize>> = Vec::new();
    // One more than wanted, for the last may still grow.
    for hit in found(text, query, column, limit.saturating_mul(2).saturating_add(MAX_UNDER_WAY)) {
        let is_full = merged.len() == limit;
        match merged.last_mut() {
            Some(last) if hit.range.start < last.end => last.end = last.end.max(hit.range.end),
            _ if is_full => break,
            _ => merged.push(hit.range),
        }
    }
    merged
}

/// Returns up to `n_most` snippets of at most `cells` cells that show the most of what was looked for, in the order of
/// the text. They do not overlap.
pub fn snippets(text: &str, query: &Query, column: Column, cells: usize, n_most: usize) -> Vec<Snippet> {
    let hits = found(text, query, column, MAX_WEIGHED);
    // The ellipses take a cell each.
    let room = cells.saturating_sub(2);
    let mut windows = windows(text, &hits, room);
    windows.sort_by_key(|window| (std::cmp::Reverse(window.score), window.hits.start));
    let mut taken: Vec<Range<usize>> = Vec::new();
    for window in windows {
        if taken.len() == n_most {
            break;
        }
        let Some(inner) = span(&hits, &window.hits) else { continue };
        // Those beside it will already be seen around it.
        if taken.iter().all(|other| inner.end <= other.start || other.end <= inner.start) {
            taken.push(widened(text, inner, room));
        }
    }
    taken.sort_by_key(|source| source.start);
    let mut end = 0;
    taken.retain(|source| {
        let is_apart = source.start >= end;
        end = end.max(source.end);
        is_apart
    });
    let snippets = taken.into_iter().map(|source| shown(text, &hits, source));
    snippets.filter(|snippet| !snippet.hits.is_empty()).collect()
}

/// Returns the beginning of `text` as a snippet without hits, for what was found by its title or its tags.
pub fn beginning(text: &str, cells: usize) -> Snippet {
    shown(text, &[], widened(text, 0..0, cells.saturating_sub(1)))
}

/// A place where a phrase was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hit {
    range: Range<usize>,
    phrase: usize,
}

/// Returns where the phrases stand, by where they start.
fn found(text: &str, query: &Query, column: Column, limit: usize) -> Vec<Hit> {
    let phrases: Vec<&Phrase> = query.needles_in(column).collect();
    let mut hits: Vec<Hit> = Vec::new();
    if phrases.is_empty() || limit == 0 {
        return hits;
    }
    // Phrases whose beginning was met: which, how many of its terms, and where.
    let mut under_way: Vec<(usize, usize, usize)> = Vec::new();
    let _ = each_term(text, &mut |term| {
        let mut still = Vec::with_capacity(under_way.len());
        let starts = (0..phrases.len()).map(|phrase| (phrase, 0, term.range.start));
        for (phrase, n_met, start) in under_way.drain(..).chain(starts) {
            let Some(wanted) = phrases.get(phrase) else { continue };
            let is_last = n_met + 1 == wanted.terms.len();
            let Some(want) = wanted.terms.get(n_met) else { continue };
            if !(term.text == want || is_last && wanted.is_prefix && term.text.starts_with(want.as_str())) {
                continue;
            }
            if is_last {
                let range = start..hit_end(&term, want);
                let whole = clusters_around(text, range);
                hits.push(Hit { range: whole, phrase });
            } else if still.len() < MAX_UNDER_WAY {
                still.push((phrase, n_met + 1, start));
            }
        }
        under_way = still;
        if hits.len() >= limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
    hits
}

/// Returns where what was looked for ends: in a pair that was found by its first character, after that.
fn hit_end(term: &Term<'_>, want: &str) -> usize {
    let is_half = term.kind == TermKind::Pair && want.len() < term.text.len();
    if is_half { term.first_end } else { term.range.end }
}

/// Returns `range` with the whole of the clusters at its ends.
fn clusters_around(text: &str, range: Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (range.start, range.end);
    while start > 0 && !is_cluster_boundary(text, start) {
        start = text.floor_char_boundary(start - 1);
    }
    while end < text.len() && !is_cluster_boundary(text, end) {
        end = text.ceil_char_boundary(end + 1);
    }
    start..end
}

/// Hits that can be shown together.
struct Window {
    hits: Range<usize>,
    score: usize,
}

/// Returns for each hit what can be shown with it as the first.
fn windows(text: &str, hits: &[Hit], room: usize) -> Vec<Window> {
    let n_phrases = hits.iter().map(|hit| hit.phrase + 1).max().unwrap_or_default();
    let mut counts = vec![0usize; n_phrases];
    let mut n_kinds = 0;
    let mut windows = Vec::with_capacity(hits.len());
    // Where each hit stands in cells, counted from the first one.
    let mut places: Vec<Range<usize>> = Vec::with_capacity(hits.len());
    let (mut cells, mut at) = (0, hits.first().map_or(0, |hit| hit.range.start));
    for hit in hits {
        let gap = text.get(at..hit.range.start).unwrap_or_default();
        // More bytes than that are never shown in so many cells, but for piles of marks.
        cells += if gap.len() > room.saturating_mul(32) { room + 1 } else { shown_width(gap) };
        let start = cells;
        cells += shown_width(text.get(hit.range.start.max(at)..hit.range.end).unwrap_or_default());
        places.push(start..cells);
        at = at.max(hit.range.end);
    }
    let mut last = 0;
    for first in 0..hits.len() {
        let from = places.get(first).map_or(0, |place| place.start);
        while let (Some(hit), Some(place)) = (hits.get(last), places.get(last)) {
            if last > first && place.end.saturating_sub(from) > room {
                break;
            }
            if let Some(count) = counts.get_mut(hit.phrase) {
                n_kinds += usize::from(*count == 0);
                *count += 1;
            }
            last += 1;
        }
        windows.push(Window { hits: first..last, score: n_kinds * NEW_PHRASE + (last - first).min(NEW_PHRASE - 1) });
        if let Some(count) = hits.get(first).and_then(|hit| counts.get_mut(hit.phrase)) {
            *count -= 1;
            n_kinds -= usize::from(*count == 0);
        }
    }
    windows
}

fn span(hits: &[Hit], range: &Range<usize>) -> Option<Range<usize>> {
    let shown = hits.get(range.clone())?;
    Some(shown.first()?.range.start..shown.iter().map(|hit| hit.range.end).max()?)
}

/// Returns `inner` with what fits around it: a third of what is left before it, unless a sentence begins there, and the
/// rest behind it.
fn widened(text: &str, inner: Range<usize>, room: usize) -> Range<usize> {
    let inside = text.get(inner.clone()).unwrap_or_default();
    let taken = shown_width(inside);
    if taken > room {
        return inner.start..inner.start + fitting(inside, room);
    }
    let spare = room - taken;
    let before = text.get(..inner.start).unwrap_or_default();
    let mut start = start_before(before, spare / 3);
    let behind = text.get(inner.end..).unwrap_or_default();
    let n_behind = fitting(behind, spare.saturating_sub(shown_width(before.get(start..).unwrap_or_default())));
    if n_behind == behind.len() {
        start = start_before(before, spare.saturating_sub(shown_width(behind)));
    }
    start..inner.end + n_behind
}

/// Returns how many bytes of the beginning of `text` fit, without cutting a word unless it is the first.
fn fitting(text: &str, room: usize) -> usize {
    let (mut cells, mut at, mut last_fit) = (0, 0, 0);
    let mut was_space = false;
    let mut is_inside_word = false;
    for cluster in clusters(text) {
        let is_blank = is_space(cluster.text);
        let is_free = cluster.text.starts_with(is_unspaced);
        if is_blank || is_free || !is_inside_word {
            last_fit = at;
        }
        cells += if is_blank { usize::from(!was_space) } else { cluster.width };
        if cells > room {
            // A word longer than all the room is cut.
            return if last_fit == 0 { at } else { last_fit };
        }
        was_space = is_blank;
        is_inside_word = !is_blank && !is_free;
        at += cluster.text.len();
    }
    text.len()
}

/// Returns where, before the end of `text`, what is shown begins: at a sentence's or else a word's start.
fn start_before(text: &str, room: usize) -> usize {
    // More bytes than that are never needed for so many cells, but for piles of marks.
    let from = text.ceil_char_boundary(text.len().saturating_sub(room.saturating_mul(32)));
    let mut places = Vec::new();
    let mut at = from;
    let (mut was_space, mut was_end, mut was_word) = (true, true, from > 0);
    for cluster in clusters(text.get(from..).unwrap_or_default()) {
        let is_blank = is_space(cluster.text);
        let is_free = cluster.text.starts_with(is_unspaced);
        let starts_sentence = !is_blank && was_end && (was_space || is_free) && (at > from || from == 0);
        let starts_word = !is_blank && (!was_word || is_free) && (at > from || from == 0);
        places.push((
            at,
            starts_word,
            starts_sentence,
            if is_blank && was_space { 0 } else { cluster.width.max(usize::from(is_blank)) },
        ));
        let ends_line = is_blank && cluster.text.contains('\n');
        was_end = ends_line || is_blank && was_end || cluster.text.starts_with(['.', '!', '?', '…', '。', '！', '？']);
        was_space = is_blank;
        was_word = !is_blank && !is_free;
        at += cluster.text.len();
    }
    let mut cells = 0;
    let (mut word, mut sentence) = (text.len(), None);
    for &(place, starts_word, starts_sentence, width) in places.iter().rev() {
        cells += width;
        if cells > room {
            break;
        }
        if starts_word {
            word = place;
        }
        if starts_sentence {
            sentence = Some(place);
        }
    }
    sentence.unwrap_or(word)
}

/// Returns the width of `text` with each run of white space as one cell.
fn shown_width(text: &str) -> usize {
    let mut was_space = false;
    let cells = clusters(text).map(|cluster| {
        let is_blank = is_space(cluster.text);
        let is_more_space = std::mem::replace(&mut was_space, is_blank) && is_blank;
        if is_blank { usize::from(!is_more_space) } else { cluster.width }
    });
    cells.sum()
}

fn is_space(cluster: &str) -> bool {
    cluster.chars().all(char::is_whitespace)
}

/// Returns a part of `text` in one line, with the hits in it.
fn shown(text: &str, hits: &[Hit], source: Range<usize>) -> Snippet {
    let part = text.get(source.clone()).unwrap_or_default();
    let source = source.start + (part.len() - part.trim_start().len())..source.start + part.trim_end().len();
    let Some(part) = text.get(source.clone()).filter(|_| source.start < source.end) else { return Snippet::default() };
    let mut snippet = Snippet { source: source.clone(), ..Snippet::default() };
    if !text.get(..source.start).unwrap_or_default().trim_start().is_empty() {
        snippet.text.push('…');
    }
    let from = hits.partition_point(|hit| hit.range.start < source.start);
    let mut waiting = hits.get(from..).unwrap_or_default().iter().map(|hit| hit.range.clone()).peekable();
    let mut open: Option<Range<usize>> = None;
    let mut at = source.start;
    let mut was_space = false;
    for cluster in clusters(part) {
        if let Some(hit) = open.take_if(|hit| hit.end <= at) {
            snippet.hits.push(hit.start..snippet.text.len());
        }
        // Places that overlap are one. A range's start is one in the snippet from here on, its end still in the text.
        while let Some(hit) = waiting.next_if(|hit| hit.start < at + cluster.text.len()) {
            let hit = hit.start..hit.end.min(source.end);
            match &mut open {
                Some(open) => open.end = open.end.max(hit.end),
                None => open = Some(snippet.text.len()..hit.end),
            }
        }
        // A mark may stand on a space.
        let ink = cluster.text.trim_start();
        if ink.len() < cluster.text.len() && !was_space {
            snippet.text.push(' ');
        }
        snippet.text.push_str(ink);
        was_space = ink.is_empty();
        at += cluster.text.len();
    }
    if let Some(hit) = open {
        snippet.hits.push(hit.start..snippet.text.len());
    }
    if !text.get(source.end..).unwrap_or_default().trim_end().is_empty() {
        snippet.text.push('…');
    }
    snippet
}

#[cfg(test)]
mod tests;
