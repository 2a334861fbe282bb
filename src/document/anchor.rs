//! Anchors: how a place in a text is told so that it is found again after the text has changed.
//!
//! An anchor holds the W3C `TextPosition` and `TextQuote` selectors: the offset, what stands there, and what stands before
//! and after it. It is found at the same offset, else where its quote stands in the most similar surroundings, else
//! where something like it stands, which `likeness` looks for; storing anchors is for others.

mod approximate;
mod likeness;

use std::ops::Range;

use memchr::memmem;

use super::{Document, Offset, TextRange};
use approximate::similarity;

/// How much is kept of the text on either side, in characters.
const CONTEXT_CHARS: usize = 32;
/// A quote shorter than this is not looked for by itself far away, nor approximately, in characters.
const MIN_TELLING_CHARS: usize = 12;
/// How far a short or changed quote may have moved, in bytes: what bounds the time of looking for it.
const NEAR_BYTES: usize = 1 << 16;
/// The most places of an exact quote that are compared.
const MAX_PLACES: usize = 10_000;
/// The most of them whose surroundings are compared by how like they are, and not only by how much of them is the same.
const MAX_COMPARED: usize = 256;

// What counts, as in Hypothesis: the quote itself, then what is around it, then where it is.
const QUOTE_WEIGHT: f32 = 50.0;
const CONTEXT_WEIGHT: f32 = 20.0;
const POSITION_WEIGHT: f32 = 2.0;
/// What the surroundings and the position of a short quote must weigh, that stands elsewhere near by.
const MIN_SHORT_WEIGHT: f32 = 26.0;

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
        let range = likeness::find(self, text)?;
        let is_same = !self.exact.is_empty() && text.get(range.clone()) == Some(self.exact.as_str());
        Some(resolved(range, if is_same { Certainty::Moved } else { Certainty::Fuzzy }))
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
        self.best_place(text, self.nearby(text, NEAR_BYTES), exact, 0, MIN_SHORT_WEIGHT)
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
        let mut places: Vec<(f32, usize)> = places
            .map(|at| base + at + skipped)
            .map(|start| (self.sameness_around(text, start) + POSITION_WEIGHT * self.closeness(text, start), start))
            .collect();
        if places.len() > MAX_COMPARED {
            places.sort_by(|(one, _), (other, _)| other.total_cmp(one));
            places.truncate(MAX_COMPARED);
        }
        if places.len() > 1 || min_score > 0.0 {
            for (score, start) in &mut places {
                let likeness = self.likeness_around(text, *start..*start + self.exact.len());
                *score = score.max(CONTEXT_WEIGHT * likeness + POSITION_WEIGHT * self.closeness(text, *start));
            }
        }
        let best = places.into_iter().filter(|&(score, _)| score >= min_score);
        let (_, start) = best.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
        Some(start..start + self.exact.len())
    }

    /// Returns how much of what is around a place is the same up to the first difference, by weight.
    fn sameness_around(&self, text: &str, start: usize) -> f32 {
        let end = start + self.exact.len();
        let same_before = self.prefix.chars().rev().zip(text.get(..start).unwrap_or_default().chars().rev());
        let same_after = self.suffix.chars().zip(text.get(end..).unwrap_or_default().chars());
        CONTEXT_WEIGHT * share(same_before.take_while(|(a, b)| a == b).count(), self.prefix.chars().count())
            + CONTEXT_WEIGHT * share(same_after.take_while(|(a, b)| a == b).count(), self.suffix.chars().count())
    }

    /// Returns how like what is around a place is to what was around the anchor, from 0 to 2.
    fn likeness_around(&self, text: &str, place: Range<usize>) -> f32 {
        let like =
            |one: &str, other: &str| similarity(&one.chars().collect::<Vec<_>>(), &other.chars().collect::<Vec<_>>());
        like(&self.prefix, before(text, place.start)) + like(&self.suffix, after(text, place.end))
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
