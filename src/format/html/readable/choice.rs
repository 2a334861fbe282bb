//! The choice: from how likely each leaf belongs to the article to what is kept.
//!
//! Which bound serves best depends on the page: on one that is understood well, what is rather not of the article is
//! left out; on one that is not, leaving out costs more than keeping. The bound that can be expected to give the best
//! balance (F1) is half of the balance that can be expected (Lipton, Elkan, Naryanaswamy 2014).

use super::sheet::Sheet;
use super::weights::{BOUNDS, KEPT_BONUS};

/// A page with fewer words is judged by the general extractor alone.
const TINY: f32 = 50.0;

/// Returns for each leaf whether it is kept.
pub fn choose(sheet: &Sheet, likely: &[f32]) -> Vec<bool> {
    let leaves: Vec<(f32, f32)> =
        sheet.rows.iter().zip(likely).map(|(row, likely)| (row.sums.words, *likely)).collect();
    // A page of a few words has hardly any furniture, and little that it could be known by.
    let is_tiny = sheet.all().words < TINY;
    let bound = bound(&leaves);
    let kept = |idx: usize| sheet.rows.get(idx).map_or(0.0, |row| row.sums.kept_words / row.sums.words.max(0.5));
    likely
        .iter()
        .enumerate()
        .map(|(idx, likely)| is_kept(*likely, kept(idx), bound) || is_tiny && kept(idx) > 0.5)
        .collect()
}

/// Returns the likelihood from which on leaves are kept; `leaves` are their words and likelihoods.
fn bound(leaves: &[(f32, f32)]) -> f32 {
    let mut sorted: Vec<(f32, f32)> = leaves.iter().map(|&(words, likely)| (words + 0.3, likely)).collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
    let expected: f32 = sorted.iter().map(|(words, likely)| words * likely).sum();
    let (mut words_so_far, mut right_so_far, mut best) = (0.0, 0.0, 0.0_f32);
    for (words, likely) in sorted {
        words_so_far += words;
        right_so_far += words * likely;
        best = best.max(2.0 * right_so_far / (words_so_far + expected));
    }
    (best / 2.0).clamp(BOUNDS.0, BOUNDS.1)
}

/// Returns whether a leaf is kept; `kept` is the share of it that the general extractor kept.
fn is_kept(likely: f32, kept: f32, bound: f32) -> bool {
    likely >= if kept > 0.5 { bound - KEPT_BONUS } else { bound }
}
