//! The choice: from how likely each leaf belongs to the main text to what is kept.
//!
//! Which bound serves best depends on the page: on one that is understood well, what is rather not of the article is
//! left out; on one that is not, leaving out costs more than keeping. The bound that can be expected to give the best
//! balance (F1) is half of the balance that can be expected (Lipton, Elkan, Naryanaswamy 2014).

use super::Leaf;
use super::sheet::{Sheet, Sums};
use super::weights::{BOUNDS, BOUNDS_OF_OTHERS, DOUBT, KEPT_BONUS};

/// A page with fewer words is judged by the general extractor alone.
const TINY: f32 = 50.0;

/// The least likelihood of a heading over what is kept, where the general extractor does not keep it.
const HEADING: f32 = 0.25;

/// The least likelihood of a heading that the general extractor keeps. Headings are short, so that little is seen of them
/// but where they stand, which is what it knows best.
const SURVIVING_HEADING: f32 = 0.1;

/// The likelihood from which on a heading is kept although nothing below it is, and the words that make it more; where
/// the general extractor keeps it, it is, too.
const BARE_HEADING: f32 = 0.6;
const LONG_HEADING: f32 = 8.0;

/// The least likelihood of a paragraph next to the first or the last that is kept, if the general extractor keeps it,
/// its fewest words, and the greatest share of links among them.
const END: f32 = 0.1;
const END_WORDS: f32 = 8.0;
const END_LINKS: f32 = 0.4;

/// What a page is taken for, as far as the choice is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Article,
    /// Such pages are less alike, so that what is thought of their leaves is less sure than it seems.
    Other,
}

/// Returns for each leaf whether it is kept.
pub fn choose(leaves: &[Leaf<'_>], sheet: &Sheet, likely: &[f32], taken: Taken) -> Vec<bool> {
    let doubted: Vec<f32> = likely.iter().map(|&likely| doubted(likely)).collect();
    let (believed, bounds) = match taken {
        Taken::Article => (likely, BOUNDS),
        Taken::Other => (doubted.as_slice(), BOUNDS_OF_OTHERS),
    };
    let seen: Vec<Seen<'_>> = leaves
        .iter()
        .zip(&sheet.rows)
        .zip(likely.iter().zip(believed))
        .map(|((leaf, row), (&likely, &believed))| {
            let is_survivor = row.sums.kept_leaves > 0.0;
            Seen { leaf, sums: row.sums, likely, believed, is_survivor }
        })
        .collect();
    let bound = bound(&seen, bounds);
    // A page of a few words has hardly any furniture, and little that it could be known by.
    let is_tiny = sheet.all().words < TINY;
    let is_kept = |one: &Seen<'_>| {
        let bound = if one.is_survivor { bound - KEPT_BONUS } else { bound };
        one.believed >= bound || is_tiny && one.is_survivor
    };
    let mut kept: Vec<bool> = seen.iter().map(is_kept).collect();
    settle_headings(&seen, &mut kept);
    if let Some(last) = kept.iter().rposition(|kept| *kept) {
        settle_end(seen.iter().zip(kept.iter_mut()).skip(last + 1));
    }
    if let Some(first) = kept.iter().position(|kept| *kept) {
        let before = seen.len() - first;
        settle_end(seen.iter().zip(kept.iter_mut()).rev().skip(before));
    }
    for (one, kept) in seen.iter().zip(&mut kept) {
        *kept |= one.leaf.heading().is_some() && one.is_survivor && one.likely >= SURVIVING_HEADING;
    }
    kept
}

/// A leaf with what is thought of it.
struct Seen<'a> {
    leaf: &'a Leaf<'a>,
    sums: Sums,
    likely: f32,
    /// The likelihood with the doubt that is due on such a page.
    believed: f32,
    /// Whether the general extractor keeps it.
    is_survivor: bool,
}

/// Keeps headings over what is kept, and drops those that stand over nothing.
fn settle_headings(seen: &[Seen<'_>], kept: &mut [bool]) {
    // Of the leaf below, and of the next one below that is kept or a heading.
    let (mut is_next_kept, mut has_text) = (false, false);
    for (one, kept) in seen.iter().zip(kept.iter_mut()).rev() {
        if one.leaf.heading().is_some() {
            *kept |= is_next_kept && (one.is_survivor || one.likely > HEADING);
            let is_weak = one.likely < BARE_HEADING && one.sums.words < LONG_HEADING && !one.is_survivor;
            *kept &= has_text || !is_weak;
            has_text = *kept;
        } else {
            has_text |= *kept;
        }
        is_next_kept = *kept;
    }
}

/// Keeps paragraphs at an end that the general extractor keeps, as far as they stand without a gap.
fn settle_end<'a>(outwards: impl Iterator<Item = (&'a Seen<'a>, &'a mut bool)>) {
    for (one, kept) in outwards {
        let text = one.leaf.text.trim_end();
        let is_prose = one.sums.words >= END_WORDS
            && one.sums.link_words < one.sums.words * END_LINKS
            && text.ends_with(['.', '!', '?', '…', '"', '”', '»', ')', '。']);
        if !(is_prose && one.is_survivor && one.likely > END) {
            break;
        }
        *kept = true;
    }
}

/// Returns a likelihood that is less sure by [`DOUBT`].
fn doubted(likely: f32) -> f32 {
    let likely = likely.clamp(1e-4, 1.0 - 1e-4);
    let odds = (likely / (1.0 - likely)).powf(DOUBT);
    odds / (1.0 + odds)
}

/// Returns the likelihood from which on leaves are kept.
fn bound(seen: &[Seen<'_>], bounds: (f32, f32)) -> f32 {
    let mut sorted: Vec<(f32, f32)> = seen.iter().map(|one| (one.sums.words + 0.3, one.believed)).collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
    let expected: f32 = sorted.iter().map(|(words, likely)| words * likely).sum();
    let (mut words_so_far, mut right_so_far, mut best) = (0.0, 0.0, 0.0_f32);
    for (words, likely) in sorted {
        words_so_far += words;
        right_so_far += words * likely;
        best = best.max(2.0 * right_so_far / (words_so_far + expected));
    }
    (best / 2.0).clamp(bounds.0, bounds.1)
}
