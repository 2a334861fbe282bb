//! What changed from one version of a document to the next, by words.
//!
//! Whole blocks are compared first, so that what stayed is told apart quickly and what moved is known as moved; then the
//! words of the blocks in between, in `align`. White space and where lines and blocks end do not count. Small words that
//! two changes happen to leave between them become part of one change, for nobody reads three changes in four words. A
//! document in which the changes can be read is made in `marked`. Which versions are compared is for others.

mod align;
mod marked;

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

use super::{Document, Offset, TextRange};
pub use marked::{Comparison, compare, target};

/// The fewest words by which a block is told as moved rather than as gone here and new there.
const LEAST_MOVED: usize = 5;

/// A change, by where it stands in the new text and in the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub kind: ChangeKind,
    /// What is new, from word to word; where something was removed, the empty range at that place.
    pub new: TextRange,
    /// What it was before; where something was put in, an empty range.
    pub old: TextRange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Inserted,
    Removed,
    Replaced,
    /// Whole blocks stand elsewhere, word by word as they were.
    Moved,
}

/// Returns the changes in the order of the new text.
///
/// Outside the changes both texts have the same words in the same order. Takes time by the length of the texts: parts of
/// many words that have no word in common but frequent ones are told as replaced.
pub fn changes(old: &Document, new: &Document) -> Vec<Change> {
    let (old_leaves, new_leaves) = (leaves(old), leaves(new));
    let mut ids = HashMap::new();
    let old_ids = numbered(old, &old_leaves, &mut ids);
    let new_ids = numbered(new, &new_leaves, &mut ids);
    let runs = align::common_runs(&old_ids, &new_ids);
    let mut changes = moved(old, new, &runs, (&old_leaves, &old_ids), (&new_leaves, &new_ids));
    let (old_moved, new_moved) = (sides(&changes, |change| change.old), sides(&changes, |change| change.new));

    let end = align::Run { old: old_ids.len(), new: new_ids.len(), len: 0 };
    let (mut old_at, mut new_at) = (0, 0);
    for run in runs.into_iter().chain([end]) {
        let olds = old_leaves.get(old_at..run.old).unwrap_or_default();
        let news = new_leaves.get(new_at..run.new).unwrap_or_default();
        let old_words = words_of(old, olds, &old_moved);
        let new_words = words_of(new, news, &new_moved);
        let next = new_leaves.get(run.new).map_or(new.end(), |leaf| leaf.start);
        let old_next = old_leaves.get(run.old).map_or(old.end(), |leaf| leaf.start);
        changes_in((&old_words, old, old_next), (&new_words, new, next), &mut changes);
        (old_at, new_at) = (run.old + run.len, run.new + run.len);
    }
    changes.sort_by_key(|change| (change.new.start, change.new.end, change.old.start));
    changes
}

fn leaves(document: &Document) -> Vec<TextRange> {
    let leaves = document.blocks().iter().filter(|block| !block.kind.is_container() && !block.range.is_empty());
    leaves.map(|block| block.range).collect()
}

/// Returns a number for each range's text, the same for the same text.
fn numbered<'d>(document: &'d Document, ranges: &[TextRange], ids: &mut HashMap<&'d str, u32>) -> Vec<u32> {
    let number = |&range: &TextRange| {
        let next = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        *ids.entry(document.slice(range)).or_insert(next)
    };
    ranges.iter().map(number).collect()
}

/// Returns the blocks that stand elsewhere now, each with those that moved with it.
fn moved(
    old: &Document,
    new: &Document,
    runs: &[align::Run],
    (old_leaves, old_ids): (&[TextRange], &[u32]),
    (new_leaves, new_ids): (&[TextRange], &[u32]),
) -> Vec<Change> {
    let mut is_kept = vec![false; new_ids.len()];
    for run in runs {
        is_kept.iter_mut().skip(run.new).take(run.len).for_each(|kept| *kept = true);
    }
    let unique_olds = align::unique(old_ids);
    let unique_news = align::unique(new_ids);
    let mut changes: Vec<Change> = Vec::new();
    // The blocks of the last change, for the next ones to join it.
    let mut last: Option<(usize, usize)> = None;
    for (new_idx, (id, kept)) in new_ids.iter().zip(&is_kept).enumerate() {
        let known = unique_olds.get(id).copied().filter(|_| !kept && unique_news.contains_key(id));
        let pair = known.and_then(|old_idx| Some((old_idx, *old_leaves.get(old_idx)?, *new_leaves.get(new_idx)?)));
        let Some((old_idx, old_range, new_range)) = pair else { continue };
        if last == Some((old_idx.wrapping_sub(1), new_idx.wrapping_sub(1)))
            && let Some(change) = changes.last_mut()
        {
            (change.old.end, change.new.end) = (old_range.end, new_range.end);
        } else if words(new.slice(new_range)).take(LEAST_MOVED).count() == LEAST_MOVED {
            changes.push(Change { kind: ChangeKind::Moved, new: new_range, old: old_range });
        } else {
            continue;
        }
        last = Some((old_idx, new_idx));
    }
    debug_assert!(changes.iter().all(|change| old.slice(change.old) == new.slice(change.new)));
    changes
}

fn sides(changes: &[Change], side: impl Fn(&Change) -> TextRange) -> Vec<TextRange> {
    let mut ranges: Vec<TextRange> = changes.iter().map(side).collect();
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// The words of a stretch of blocks.
#[derive(Debug, Default)]
struct Words {
    ranges: Vec<TextRange>,
    /// The words that follow a block which has moved: no change reaches over it.
    barriers: Vec<usize>,
}

impl Words {
    /// Returns some words in parts that no barrier is in.
    fn parts(&self, (from, to): (usize, usize)) -> Vec<(usize, usize)> {
        let first = self.barriers.partition_point(|&barrier| barrier <= from);
        let inside = self.barriers.get(first..).unwrap_or_default().iter().copied().take_while(|&barrier| barrier < to);
        let mut start = from;
        inside.chain([to]).map(|end| (std::mem::replace(&mut start, end), end)).collect()
    }
}

/// Returns the words of the leaves that have not moved.
fn words_of(document: &Document, leaves: &[TextRange], moved: &[TextRange]) -> Words {
    let has_moved = |leaf: &TextRange| {
        let idx = moved.partition_point(|range| range.start <= leaf.start);
        idx.checked_sub(1).and_then(|idx| moved.get(idx)).is_some_and(|range| range.contains(leaf.start))
    };
    let mut found = Words::default();
    for leaf in leaves {
        if has_moved(leaf) {
            found.barriers.push(found.ranges.len());
            continue;
        }
        let at = |index: usize| Offset::at(leaf.start.index() + index);
        let words = words(document.slice(*leaf));
        found.ranges.extend(words.map(|(start, word)| TextRange::new(at(start), at(start + word.len()))));
    }
    found.barriers.dedup();
    found
}

/// Returns the words and signs of `text` with where they start. White space is none.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_word_bound_indices().filter(|(_, word)| !word.trim().is_empty())
}

/// Words that were changed, by their numbers.
#[derive(Debug, Clone, Copy)]
struct Edit {
    old: (usize, usize),
    new: (usize, usize),
}

impl Edit {
    /// Returns how many words it has on its longer side.
    fn size(&self) -> usize {
        (self.old.1 - self.old.0).max(self.new.1 - self.new.0)
    }
}

type Side<'a> = (&'a Words, &'a Document, Offset);

/// Adds the changes between the words of two stretches, each followed by an offset that stayed.
fn changes_in((olds, old, old_next): Side<'_>, (news, new, next): Side<'_>, changes: &mut Vec<Change>) {
    let mut ids = HashMap::new();
    let old_ids = numbered(old, &olds.ranges, &mut ids);
    let new_ids = numbered(new, &news.ranges, &mut ids);
    let runs = align::common_runs(&old_ids, &new_ids);
    let end = align::Run { old: old_ids.len(), new: new_ids.len(), len: 0 };
    let (mut old_at, mut new_at) = (0, 0);
    let mut edits: Vec<Edit> = Vec::new();
    for run in runs.into_iter().chain([end]) {
        let mut edit = Edit { old: (old_at, run.old), new: (new_at, run.new) };
        (old_at, new_at) = (run.old + run.len, run.new + run.len);
        if edit.size() == 0 {
            continue;
        }
        // What is left between two changes is worth showing if it is longer than one of them.
        while let Some(before) = edits.pop_if(|before| {
            let n_between = edit.new.0 - before.new.1;
            n_between <= before.size() && n_between <= edit.size()
        }) {
            edit = Edit { old: (before.old.0, edit.old.1), new: (before.new.0, edit.new.1) };
        }
        edits.push(edit);
    }
    for edit in edits {
        let (old_parts, new_parts) = (olds.parts(edit.old), news.parts(edit.new));
        for idx in 0..old_parts.len().max(new_parts.len()) {
            let old_part = old_parts.get(idx).copied().unwrap_or((edit.old.1, edit.old.1));
            let new_part = new_parts.get(idx).copied().unwrap_or((edit.new.1, edit.new.1));
            let kind = match (old_part.0 == old_part.1, new_part.0 == new_part.1) {
                (true, _) => ChangeKind::Inserted,
                (_, true) => ChangeKind::Removed,
                _ => ChangeKind::Replaced,
            };
            let (new, old) = (covered(&news.ranges, new_part, next), covered(&olds.ranges, old_part, old_next));
            changes.push(Change { kind, new, old });
        }
    }
}

/// Returns the range of some words, or the place where they would be: behind the word before, else before the next.
fn covered(words: &[TextRange], (from, to): (usize, usize), next: Offset) -> TextRange {
    match words.get(from..to).map(|words| (words.first(), words.last())) {
        Some((Some(first), Some(last))) => TextRange::new(first.start, last.end),
        _ => {
            let before = from.checked_sub(1).and_then(|idx| words.get(idx)).map(|word| word.end);
            let behind = words.get(from).map_or(next, |word| word.start);
            TextRange::empty(before.unwrap_or(behind))
        }
    }
}

#[cfg(test)]
mod tests;
