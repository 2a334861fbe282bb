//! Where something like an anchor's quote stands: near its place, or wherever pieces of it are found.
//!
//! A quote that tells enough is looked for by itself, and one that is not long together with what was around it, so that
//! it is found even where little of it is left. Of all places that come into question the one that is most like the quote
//! in surroundings most like the anchor's is taken, if it is like enough.

use std::ops::Range;

use memchr::memmem;

use super::approximate::{beginnings, best_start, ends, similarity};
use super::{Anchor, CONTEXT_WEIGHT, NEAR_BYTES, POSITION_WEIGHT, QUOTE_WEIGHT, share};

/// How far a quote is looked for before pieces of it are looked for everywhere, in bytes.
const CLOSE_BYTES: usize = 1 << 12;
/// The most places whose surroundings are compared.
const MAX_CANDIDATES: usize = 32;
/// A longer quote is looked for by its two ends of this size, in characters.
const END_CHARS: usize = 256;
/// The most edits that an approximate quote may need, whatever its length.
const MAX_EDITS: usize = 256;
/// A quote up to this length is looked for together with its surroundings too, in characters.
const MAX_JOINED_CHARS: usize = 64;
/// What a text in which something is looked for must tell at least, in characters.
const MIN_JOINED_CHARS: usize = 12;

/// The share of all weights below which a place is a guess.
const MIN_SCORE: f32 = 0.5;
/// The same for a quote that is too short to tell much.
const MIN_SHORT_SCORE: f32 = 0.6;
/// The share above which nothing farther away needs to be looked at.
const GOOD_SCORE: f32 = 0.7;

/// How long the pieces are by which a quote is looked for everywhere, in bytes.
const PIECE_BYTES: usize = 14;
/// How many there are at most.
const MAX_PIECES: usize = 24;
/// A piece that stands in more places tells nothing.
const MAX_PLACES_OF_PIECE: usize = 16;
/// How many places are looked at, those with the most pieces first.
const MAX_PLACES: usize = 4;
/// How far the pieces of one place may have been moved against each other, in bytes.
const SLACK_BYTES: usize = 96;

/// A place, and how well it scores, from 0 to 1.
type Scored = (f32, Range<usize>);

/// Returns where something like the anchor's quote stands in a text.
pub(super) fn find(anchor: &Anchor, text: &str) -> Option<Range<usize>> {
    let wanted = Wanted::of(anchor);
    if wanted.joined.len() < MIN_JOINED_CHARS {
        return None;
    }
    // Most edits move a text little, and looking far costs time: far only where nothing good is close.
    let near = anchor.nearby(text, NEAR_BYTES);
    let close = anchor.nearby(text, CLOSE_BYTES);
    let mut best: Option<Scored> = None;
    let is_good = |best: &Option<Scored>| best.as_ref().is_some_and(|(score, _)| *score >= GOOD_SCORE);
    for step in 0..4 {
        let windows = match step {
            0 => wanted.places_of_pieces(text, near.clone()),
            1 => vec![close.clone()],
            2 if near.len() < text.len() => wanted.places_of_pieces(text, 0..text.len()),
            3 if close.len() < near.len() => vec![near.clone()],
            _ => Vec::new(),
        };
        for window in windows {
            best = better(best, wanted.find_in(text, window));
        }
        if is_good(&best) {
            break;
        }
    }
    let min_score = if anchor.is_telling() { MIN_SCORE } else { MIN_SHORT_SCORE };
    best.filter(|(score, _)| *score >= min_score).map(|(_, place)| place)
}

fn better(one: Option<Scored>, other: Option<Scored>) -> Option<Scored> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.0 > one.0 { other } else { one }),
        (one, other) => one.or(other),
    }
}

/// What is looked for, as characters.
struct Wanted<'a> {
    anchor: &'a Anchor,
    exact: Vec<char>,
    prefix: Vec<char>,
    suffix: Vec<char>,
    /// All three.
    joined: Vec<char>,
}

/// A part of a text, as characters.
struct Window<'a> {
    text: &'a str,
    chars: Vec<char>,
    /// Where it begins, in bytes of the whole text.
    base: usize,
    n_all_bytes: usize,
}

impl<'a> Wanted<'a> {
    fn of(anchor: &'a Anchor) -> Self {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let (exact, prefix, suffix) = (chars(&anchor.exact), chars(&anchor.prefix), chars(&anchor.suffix));
        let joined = [&prefix[..], &exact, &suffix].concat();
        Self { anchor, exact, prefix, suffix, joined }
    }

    /// Returns the parts of a text in which pieces of what is wanted stand, the most of them first.
    fn places_of_pieces(&self, text: &str, within: Range<usize>) -> Vec<Range<usize>> {
        let Anchor { exact, prefix, suffix, .. } = self.anchor;
        let head = exact.get(..exact.floor_char_boundary(END_CHARS)).unwrap_or_default();
        let joined = format!("{prefix}{head}{}", if head.len() == exact.len() { suffix } else { "" });
        let step = (joined.len() / MAX_PIECES).max(PIECE_BYTES / 2);
        let base = within.start;
        let Some(bytes) = text.get(within).map(str::as_bytes) else { return Vec::new() };
        let mut starts = Vec::new();
        for at in (0..joined.len().saturating_sub(PIECE_BYTES)).step_by(step) {
            let at = joined.floor_char_boundary(at);
            let piece = joined.get(at..joined.ceil_char_boundary(at + PIECE_BYTES)).unwrap_or_default();
            let places: Vec<usize> = memmem::find_iter(bytes, piece.as_bytes()).take(MAX_PLACES_OF_PIECE + 1).collect();
            if places.len() <= MAX_PLACES_OF_PIECE {
                starts.extend(places.into_iter().map(|place| (base + place + prefix.len()).saturating_sub(at)));
            }
        }
        starts.sort_unstable();
        let mut groups: Vec<(usize, usize, usize)> = Vec::new();
        for start in starts {
            match groups.last_mut() {
                Some((count, _, last)) if start - *last <= SLACK_BYTES => {
                    *count += 1;
                    *last = start;
                }
                _ => groups.push((1, start, start)),
            }
        }
        groups.sort_by_key(|&(count, first, _)| (std::cmp::Reverse(count), first.abs_diff(self.anchor.offset.index())));
        groups.truncate(MAX_PLACES);
        let around = |(_, first, last): (usize, usize, usize)| {
            let reach = prefix.len() + SLACK_BYTES;
            let start = text.floor_char_boundary(first.saturating_sub(reach));
            let end = (last + 2 * exact.len() + suffix.len() + SLACK_BYTES).min(text.len());
            start..text.ceil_char_boundary(end)
        };
        groups.into_iter().map(around).collect()
    }

    /// Returns the best place in a part of a text.
    fn find_in(&self, text: &str, window: Range<usize>) -> Option<Scored> {
        let base = window.start;
        let part = text.get(window)?;
        let window = Window { text: part, chars: part.chars().collect(), base, n_all_bytes: text.len() };
        let by_quote = if self.anchor.is_telling() { self.by_quote(&window) } else { None };
        let joined = if self.exact.len() <= MAX_JOINED_CHARS { self.by_joined(&window) } else { None };
        let (score, place) = better(by_quote, joined)?;
        Some((score, window.bytes(place)))
    }

    /// Returns the range of characters that is most like the quote.
    fn by_quote(&self, window: &Window<'_>) -> Option<Scored> {
        let quote = &self.exact;
        if quote.len() <= 2 * END_CHARS {
            return self.best_like(window, quote, true);
        }
        let (score, head) = self.best_like(window, quote.get(..END_CHARS)?, false)?;
        let tail = quote.get(quote.len() - END_CHARS..)?;
        let rest = head.start + (quote.len() / 2).max(END_CHARS);
        let last = (head.start + 2 * quote.len()).min(window.chars.len());
        let found = ends(tail, window.chars.get(rest..last)?, tail.len() / 2);
        let (end, _) = found.into_iter().min_by_key(|&(_, edits)| edits)?;
        Some((score, head.start..rest + end))
    }

    /// Returns the range of characters that is most like `quote`, which is all of the quote or its beginning.
    fn best_like(&self, window: &Window<'_>, quote: &[char], is_all: bool) -> Option<Scored> {
        let chars = &window.chars;
        let max_edits = MAX_EDITS.min(quote.len() / 2);
        let candidates = self.candidates(window, quote, max_edits, quote.len());
        let scored = candidates.into_iter().filter_map(|(end, edits)| {
            let start = best_start(quote, chars.get(..end)?, max_edits)?;
            let sameness = 1.0 - share(edits, quote.len());
            Some((self.score(window, &(start..end), sameness, is_all), start..end))
        });
        scored.max_by(|(one, _), (other, _)| one.total_cmp(other))
    }

    /// Returns where the quote is in the range that is most like it together with what was around it.
    fn by_joined(&self, window: &Window<'_>) -> Option<Scored> {
        let chars = &window.chars;
        let max_edits = self.joined.len() / 2;
        let n_before_end = self.exact.len() + self.suffix.len();
        let candidates = self.candidates(window, &self.joined, max_edits, n_before_end);
        let scored = candidates.into_iter().filter_map(|(end, _)| {
            let start = best_start(&self.joined, chars.get(..end)?, max_edits)?;
            let found = chars.get(start..end)?;
            let quote_start = cut(found, &self.prefix, &[&self.exact[..], &self.suffix].concat());
            let quote_end = cut(found, &[&self.prefix[..], &self.exact].concat(), &self.suffix).max(quote_start);
            let quote = found.get(quote_start..quote_end)?;
            let sameness = similarity(&self.exact, quote);
            // Where nothing of it is left, its surroundings alone are not it.
            let is_left = self.exact.is_empty() || !quote.is_empty() && sameness >= MIN_SCORE;
            let place = start + quote_start..start + quote_end;
            is_left.then(|| (self.score(window, &place, sameness, true), place))
        });
        scored.max_by(|(one, _), (other, _)| one.total_cmp(other))
    }

    /// Returns where something like `pattern` ends, and with how many edits: only where one character more or less would
    /// not be better, the likeliest, and of those the nearest. It is expected to end `n_expected` characters after the
    /// anchor's offset.
    fn candidates(
        &self,
        window: &Window<'_>,
        pattern: &[char],
        max_edits: usize,
        n_expected: usize,
    ) -> Vec<(usize, usize)> {
        let found = ends(pattern, &window.chars, max_edits);
        let edits_at = |idx: Option<usize>, end: usize| {
            let neighbour = idx.and_then(|idx| found.get(idx)).filter(|&&(other, _)| other.abs_diff(end) == 1);
            neighbour.map_or(usize::MAX, |&(_, edits)| edits)
        };
        let mut candidates: Vec<(usize, usize)> = found
            .iter()
            .copied()
            .enumerate()
            .filter_map(|(idx, (end, edits))| {
                let is_least = edits <= edits_at(idx.checked_sub(1), end) && edits <= edits_at(Some(idx + 1), end);
                is_least.then_some((end, edits))
            })
            .collect();
        let offset = self.anchor.offset.index().saturating_sub(window.base);
        let expected = window.text.get(..offset).map_or(0, |before| before.chars().count()) + n_expected;
        candidates.sort_by_key(|&(end, edits)| (edits, end.abs_diff(expected)));
        candidates.truncate(MAX_CANDIDATES);
        candidates
    }

    /// Returns how well a range of characters scores; what comes after a quote's beginning is not compared.
    fn score(&self, window: &Window<'_>, place: &Range<usize>, sameness: f32, is_all: bool) -> f32 {
        let chars = &window.chars;
        let before = chars.get(place.start.saturating_sub(self.prefix.len())..place.start).unwrap_or_default();
        let after = chars.get(place.end..(place.end + self.suffix.len()).min(chars.len())).unwrap_or_default();
        let after = if is_all { similarity(&self.suffix, after) } else { 1.0 };
        let at = window.bytes(place.clone()).start;
        let closeness = 1.0 - share(at.abs_diff(self.anchor.offset.index()), window.n_all_bytes);
        let score = QUOTE_WEIGHT * sameness
            + CONTEXT_WEIGHT * (similarity(&self.prefix, before) + after)
            + POSITION_WEIGHT * closeness;
        score / (QUOTE_WEIGHT + 2.0 * CONTEXT_WEIGHT + POSITION_WEIGHT)
    }
}

impl Window<'_> {
    /// Returns a range of characters in bytes of the whole text.
    fn bytes(&self, chars: Range<usize>) -> Range<usize> {
        let index = |n_chars| self.text.char_indices().nth(n_chars).map_or(self.text.len(), |(idx, _)| idx);
        self.base + index(chars.start)..self.base + index(chars.end)
    }
}

/// Returns where to cut a text in two of which the one is most like `left` and the other most like `right`.
fn cut(text: &[char], left: &[char], right: &[char]) -> usize {
    let from_left = beginnings(left.iter(), text.iter());
    let mut from_right: Vec<usize> = beginnings(right.iter().rev(), text.iter().rev()).collect();
    from_right.reverse();
    let both = from_left.zip(from_right).map(|(one, other)| one + other);
    both.enumerate().min_by_key(|&(_, edits)| edits).map_or(0, |(idx, _)| idx)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

    use super::*;
    use crate::document::Offset;

    fn check(old: &str, quote: &str, new: &str, expected: Option<&str>) {
        let at = old.find(quote).unwrap();
        let anchor = Anchor {
            offset: Offset::at(at),
            exact: quote.into(),
            prefix: super::super::before(old, at).into(),
            suffix: super::super::after(old, at + quote.len()).into(),
        };
        assert_eq!(find(&anchor, new).map(|place| &new[place]), expected, "{quote:?} in {new:?}");
    }

    const OLD: &str =
        "The keeper of the lamp counts the boats at dusk, and again when the last light is out over the mole.";

    #[test]
    fn a_short_quote_is_found_by_what_is_around_it() {
        let new =
            "The old keeper of that lamp counts all the boats at dusk, then again as the last lamp is out over a mole.";
        check(OLD, "boats", new, Some("boats"));
        check(OLD, "at dusk", &new.replace("at dusk", "by dusk"), Some("by dusk"));
        check(OLD, "mole", new, Some("mole"));
        check(OLD, "boats", &new.replace("boats", "gulls"), None);
        check(
            OLD,
            "boats",
            "Nothing of it is here, only other words about wholly different things, boats among them.",
            None,
        );
    }

    #[test]
    fn what_was_edited_is_found_far_away() {
        let filler: String = (0..40_000).fold(String::new(), |text, n| text + &format!("Filling {n}. "));
        let new = format!(
            "{filler}The keeper counts these boats at dusk, and again when the last light is out over it.{filler}"
        );
        check(
            OLD,
            "the boats at dusk, and again when the last light",
            &new,
            Some("these boats at dusk, and again when the last light"),
        );
    }

    #[test]
    fn a_text_is_cut_where_its_parts_are_most_alike() {
        let cut_in = |text: &str, left: &str, right: &str| {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            cut(&chars(text), &chars(left), &chars(right))
        };
        assert_eq!(cut_in("one two", "one", " two"), 3);
        assert_eq!(cut_in("ones too", "one ", "two"), 5);
        assert_eq!(cut_in("", "one", "two"), 0);
        assert_eq!(cut_in("two", "", "two"), 0);
    }
}
