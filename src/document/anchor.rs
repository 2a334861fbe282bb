//! Anchors: how a place in a text is told so that it is found again after the text has changed.
//!
//! An anchor holds the W3C `TextPosition` and `TextQuote` selectors: the offset, what stands there, and what stands before
//! and after it. It is found at the same offset, else where its quote stands in the most similar surroundings, else
//! where something like it stands. The approximate search is in `approximate`; storing anchors is for others.

mod approximate;

use std::ops::Range;

use memchr::memmem;

use super::{Document, Offset, TextRange};
use approximate::{best_start, ends, similarity};

/// How much is kept of the text on either side, in characters.
const CONTEXT_CHARS: usize = 32;
/// A quote shorter than this is not looked for by itself far away, nor approximately, in characters.
const MIN_TELLING_CHARS: usize = 12;
/// How far a short or changed quote may have moved, in bytes: what bounds the time of looking for it.
const NEAR_BYTES: usize = 1 << 16;
/// How far it is looked for first, in bytes.
const CLOSE_BYTES: usize = 1 << 12;
/// The most places of an exact quote that are compared.
const MAX_PLACES: usize = 10_000;
/// The most places of an approximate quote whose surroundings are compared.
const MAX_CANDIDATES: usize = 32;
/// A longer quote is looked for by its two ends of this size, in characters.
const END_CHARS: usize = 256;
/// The most edits that an approximate quote may need, whatever its length.
const MAX_EDITS: usize = 256;

// What counts, as in Hypothesis: the quote itself, then what is around it, then where it is.
const QUOTE_WEIGHT: f32 = 50.0;
const CONTEXT_WEIGHT: f32 = 20.0;
const POSITION_WEIGHT: f32 = 2.0;
/// The share of all weights below which an approximate place is a guess.
const MIN_SCORE: f32 = 0.5;
/// The share above which nothing farther away needs to be looked at.
const GOOD_SCORE: f32 = 0.7;

/// A place in a text, told by what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Anchor {
    pub offset: Offset,
    /// What stands there; empty for a place between two characters.
    pub exact: String,
    pub prefix: String,
    pub suffix: String,
}

/// Where an anchor was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    pub range: TextRange,
    pub certainty: Certainty,
}

/// How an anchor was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// At its offset.
    Exact,
    /// Its quote, at another offset.
    Moved,
    /// Something like its quote: to be marked as such.
    Fuzzy,
}

impl Anchor {
    /// Returns the anchor of a range of the document.
    pub fn of(document: &Document, range: TextRange) -> Self {
        Self::of_text(document.text(), range.start.index()..range.end.index())
    }

    /// Returns the anchor of a range of a document's text, in bytes.
    pub fn of_text(text: &str, range: Range<usize>) -> Self {
        let start = text.floor_char_boundary(range.start);
        let end = text.floor_char_boundary(range.end).max(start);
        Self {
            offset: Offset::at(start),
            exact: text.get(start..end).unwrap_or_default().to_owned(),
            prefix: before(text, start).to_owned(),
            suffix: after(text, end).to_owned(),
        }
    }

    /// Returns where the anchor is in a document, which may be another version of the one that it was made in.
    pub fn resolve(&self, document: &Document) -> Option<Resolved> {
        let text = document.text();
        let resolved = |range: Range<usize>, certainty| {
            let range = TextRange::new(Offset::at(range.start), Offset::at(range.end));
            Resolved { range, certainty }
        };
        let place = self.offset.index()..self.offset.index() + self.exact.len();
        if self.stands_at(text, &place) {
            return Some(resolved(place, Certainty::Exact));
        }
        if let Some(range) = self.find_quote(text) {
            return Some(resolved(range, Certainty::Moved));
        }
        self.find_like_quote(text).map(|range| resolved(range, Certainty::Fuzzy))
    }

    /// A short quote may stand at its offset by chance, so something beside it must be the same too.
    fn stands_at(&self, text: &str, place: &Range<usize>) -> bool {
        let has_quote = text.get(place.clone()) == Some(self.exact.as_str());
        let has_prefix = || text.get(..place.start).is_some_and(|before| before.ends_with(&self.prefix));
        let has_suffix = || text.get(place.end..).is_some_and(|after| after.starts_with(&self.suffix));
        has_quote && (self.is_telling() || has_prefix() && has_suffix())
    }

    fn is_telling(&self) -> bool {
        self.exact.chars().nth(MIN_TELLING_CHARS - 1).is_some()
    }

    /// Returns where the very quote stands in the most similar surroundings.
    fn find_quote(&self, text: &str) -> Option<Range<usize>> {
        let Self { exact, prefix, suffix, .. } = self;
        if self.is_telling() {
            return self.best_place(text, 0..text.len(), exact, 0, 0.0);
        }
        // Too short to tell anything by itself: together with what is around it, then half of that, then near by.
        let is_telling = |needle: &str| needle.chars().nth(MIN_TELLING_CHARS - 1).is_some();
        let whole = format!("{prefix}{exact}{suffix}");
        let left = format!("{prefix}{exact}");
        let right = format!("{exact}{suffix}");
        for (needle, skipped) in [(&whole, prefix.len()), (&left, prefix.len()), (&right, 0)] {
            if is_telling(needle)
                && let Some(place) = self.best_place(text, 0..text.len(), needle, skipped, 0.0)
            {
                return Some(place);
            }
        }
        if exact.is_empty() {
            return None;
        }
        self.best_place(text, self.nearby(text, NEAR_BYTES), exact, 0, CONTEXT_WEIGHT)
    }

    /// Returns the best of the places of `needle` in `window`, in which the quote starts after `skipped` bytes, if
    /// its surroundings and position weigh at least `min_score`.
    fn best_place(
        &self,
        text: &str,
        window: Range<usize>,
        needle: &str,
        skipped: usize,
        min_score: f32,
    ) -> Option<Range<usize>> {
        let base = window.start;
        let places = memmem::find_iter(text.get(window)?.as_bytes(), needle.as_bytes()).take(MAX_PLACES);
        let scored = places.map(|at| {
            let start = base + at + skipped;
            let place = start..start + self.exact.len();
            let same_before = self.prefix.chars().rev().zip(text.get(..start).unwrap_or_default().chars().rev());
            let same_after = self.suffix.chars().zip(text.get(place.end..).unwrap_or_default().chars());
            let score = CONTEXT_WEIGHT
                * share(same_before.take_while(|(a, b)| a == b).count(), self.prefix.chars().count())
                + CONTEXT_WEIGHT * share(same_after.take_while(|(a, b)| a == b).count(), self.suffix.chars().count())
                + POSITION_WEIGHT * self.closeness(text, start);
            (score, place)
        });
        let best = scored.filter(|&(score, _)| score >= min_score).max_by(|(one, _), (other, _)| one.total_cmp(other));
        best.map(|(_, place)| place)
    }

    /// Returns where something like the quote stands, not far from its offset.
    fn find_like_quote(&self, text: &str) -> Option<Range<usize>> {
        if !self.is_telling() {
            return None;
        }
        // Most edits move a text little, and looking far costs time: far only where nothing good is close.
        let quote: Vec<char> = self.exact.chars().collect();
        [(CLOSE_BYTES, GOOD_SCORE), (NEAR_BYTES, MIN_SCORE)]
            .into_iter()
            .find_map(|(reach, min_score)| self.find_like(text, &quote, reach, min_score))
    }

    fn find_like(&self, text: &str, quote: &[char], reach: usize, min_score: f32) -> Option<Range<usize>> {
        let window = self.nearby(text, reach);
        let base = window.start;
        let near = text.get(window)?;
        let chars: Vec<char> = near.chars().collect();
        let best = |part| {
            let (score, range) = self.best_like(&chars, part, text, near, base)?;
            (score >= min_score).then_some(range)
        };
        if quote.len() <= 2 * END_CHARS {
            return byte_range(near, base, best(quote)?);
        }
        let head = best(quote.get(..END_CHARS)?)?;
        let tail = quote.get(quote.len() - END_CHARS..)?;
        let rest = head.start + (quote.len() / 2).max(END_CHARS);
        let last = (head.start + 2 * quote.len()).min(chars.len());
        let (end, _) =
            ends(tail, chars.get(rest..last)?, tail.len() / 2).into_iter().min_by_key(|&(_, edits)| edits)?;
        byte_range(near, base, head.start..rest + end)
    }

    /// Returns the range of characters in `chars`, which are those of `near`, that is most like `quote` in
    /// surroundings most like the anchor's, and how well it scores, from 0 to 1.
    fn best_like(
        &self,
        chars: &[char],
        quote: &[char],
        text: &str,
        near: &str,
        base: usize,
    ) -> Option<(f32, Range<usize>)> {
        let max_edits = MAX_EDITS.min(quote.len() / 2);
        let found = ends(quote, chars, max_edits);
        // Only where one edit more or less of text would not be better; then the likeliest, and of those the nearest.
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
        let expected = near.get(..self.offset.index().saturating_sub(base)).map_or(0, |before| before.chars().count());
        candidates.sort_by_key(|&(end, edits)| (edits, end.abs_diff(expected + quote.len())));
        candidates.truncate(MAX_CANDIDATES);
        let prefix: Vec<char> = self.prefix.chars().collect();
        let suffix: Vec<char> = self.suffix.chars().collect();
        let is_head = quote.len() < self.exact.chars().count();
        let scored = candidates.into_iter().filter_map(|(end, edits)| {
            let start = best_start(quote, chars.get(..end)?, max_edits)?;
            let before = chars.get(start.saturating_sub(prefix.len())..start)?;
            let after = chars.get(end..(end + suffix.len()).min(chars.len()))?;
            let after = if is_head { 1.0 } else { similarity(&suffix, after) };
            let at = base + byte_index(near, start);
            let score = QUOTE_WEIGHT * (1.0 - share(edits, quote.len()))
                + CONTEXT_WEIGHT * (similarity(&prefix, before) + after)
                + POSITION_WEIGHT * self.closeness(text, at);
            Some((score, start..end))
        });
        let (score, range) = scored.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
        let all = QUOTE_WEIGHT + 2.0 * CONTEXT_WEIGHT + POSITION_WEIGHT;
        Some((score / all, range))
    }

    /// Returns from 1 at the anchor's offset to 0 a whole text away.
    fn closeness(&self, text: &str, start: usize) -> f32 {
        1.0 - share(start.abs_diff(self.offset.index()), text.len())
    }

    /// Returns the text from `reach` bytes before the anchor to as much after twice its length.
    fn nearby(&self, text: &str, reach: usize) -> Range<usize> {
        let offset = self.offset.index().min(text.len());
        let len = self.exact.len().min(text.len());
        let start = text.floor_char_boundary(offset.saturating_sub(reach));
        let end = text.ceil_char_boundary((offset + 2 * len + reach).min(text.len()));
        start..end
    }
}

fn before(text: &str, at: usize) -> &str {
    let text = text.get(..at).unwrap_or_default();
    let start = text.char_indices().rev().take(CONTEXT_CHARS).last().map_or(at, |(idx, _)| idx);
    text.get(start..).unwrap_or_default()
}

fn after(text: &str, at: usize) -> &str {
    let text = text.get(at..).unwrap_or_default();
    let end = text.char_indices().nth(CONTEXT_CHARS).map_or(text.len(), |(idx, _)| idx);
    text.get(..end).unwrap_or_default()
}

fn byte_index(text: &str, char_idx: usize) -> usize {
    text.char_indices().nth(char_idx).map_or(text.len(), |(idx, _)| idx)
}

fn byte_range(text: &str, base: usize, chars: Range<usize>) -> Option<Range<usize>> {
    let range = base + byte_index(text, chars.start)..base + byte_index(text, chars.end);
    (!range.is_empty()).then_some(range)
}

/// Returns `part` as a share of `whole`, all of it if there is nothing.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more")]
fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 { 1.0 } else { part as f32 / whole as f32 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::document::{BlockKind, DocumentBuilder};

    fn document(text: &str) -> Document {
        let mut builder = DocumentBuilder::new();
        for line in text.lines() {
            builder.leaf(BlockKind::Paragraph, line);
        }
        builder.finish()
    }

    fn anchor(document: &Document, quote: &str) -> Anchor {
        let start = document.text().find(quote).unwrap();
        Anchor::of(document, TextRange::new(Offset::at(start), Offset::at(start + quote.len())))
    }

    fn check(old: &str, quote: &str, new: &str, expected: Option<(&str, Certainty)>) {
        let new = document(new);
        let found = anchor(&document(old), quote).resolve(&new);
        assert_eq!(found.map(|found| (new.slice(found.range), found.certainty)), expected);
    }

    const OLD: &str = "It was the best of times, it was the worst of times, it was the age of wisdom.\n\
        It was the age of foolishness, it was the epoch of belief, it was the epoch of incredulity.\n\
        It was the season of Light, it was the season of Darkness, it was the spring of hope.";

    #[test]
    fn a_quote_that_stayed() {
        check(OLD, "epoch of belief", OLD, Some(("epoch of belief", Certainty::Exact)));
        check(OLD, "age", OLD, Some(("age", Certainty::Exact)));
        check(OLD, "", OLD, Some(("", Certainty::Exact)));
    }

    #[test]
    fn a_quote_that_moved() {
        let new = format!("A new beginning, on another line.\n{OLD}");
        check(OLD, "epoch of belief", &new, Some(("epoch of belief", Certainty::Moved)));
        check(OLD, "age", &new, Some(("age", Certainty::Moved)));
        let second = Anchor::of(&document(OLD), TextRange::new(Offset(90), Offset(93)));
        assert_eq!(second.exact, "age");
        assert_eq!(second.resolve(&document(&new)).unwrap().range.start, Offset(90 + 34));
    }

    #[test]
    fn a_place_between_characters() {
        let old = document(OLD);
        let place = Anchor::of(&old, TextRange::empty(Offset(100)));
        let new = document(&format!("Another start.\n{OLD}"));
        let found = place.resolve(&new).unwrap();
        assert_eq!((found.range, found.certainty), (TextRange::empty(Offset(115)), Certainty::Moved));
    }

    #[test]
    fn a_quote_that_was_edited() {
        let new = OLD.replace("the epoch of belief", "an epoch of great belief").replace("best", "very best");
        check(OLD, "it was the epoch of belief", &new, Some(("it was an epoch of great belief", Certainty::Fuzzy)));
        check(OLD, "it was the epoch of belief", "Something wholly different stands here now.", None);
        check(OLD, "belief", "Nothing.", None);
        check(OLD, "belief", "", None);
    }

    #[test]
    fn a_long_quote_that_was_edited() {
        let old = (0..400).fold(String::new(), |text, n| text + &format!("Sentence {n} says {}. ", n * 7919 % 1000));
        let quote = &old[400..5000];
        let new = format!("Before all. {}", old.replace("says 5", "tells 5"));
        let new = document(&new);
        let found = anchor(&document(&old), quote).resolve(&new).unwrap();
        assert_eq!(found.certainty, Certainty::Fuzzy);
        let text = new.slice(found.range);
        assert_eq!((&text[..20], &text[text.len() - 20..]), (&quote[..20], &quote[quote.len() - 20..]));
    }

    proptest! {
        #[test]
        fn an_anchor_is_found_where_it_was_made(text in "[abéx \\n中]{0,80}", start in 0..100u32, len in 0..40u32) {
            let document = document(&text);
            let range = TextRange::new(Offset(start), Offset(start + len));
            let anchor = Anchor::of(&document, range);
            let found = anchor.resolve(&document).unwrap();
            prop_assert_eq!(found.certainty, Certainty::Exact);
            prop_assert_eq!(document.slice(found.range), anchor.exact);
            prop_assert_eq!(found.range.start, anchor.offset);
        }

        #[test]
        fn any_other_text_is_no_trouble(old in "[ab é]{0,80}", new in "[ab é]{0,80}", start in 0..100u32, len in 0..60u32) {
            let anchor = Anchor::of(&document(&old), TextRange::new(Offset(start), Offset(start + len)));
            let new = document(&new);
            if let Some(found) = anchor.resolve(&new) {
                prop_assert_eq!(new.slice(found.range).len(), found.range.len());
            }
        }
    }
}
