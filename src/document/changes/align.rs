//! The runs that two sequences have in common, in bounded time.
//!
//! What occurs once on both sides holds the sequences together (the idea of Bram Cohen's patience diff); what lies
//! between such pairs is looked at again in the same way, and by Myers's algorithm once it is short. Long stretches
//! without such a pair have nothing in common that a reader would see.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The longest stretches, both sides together, that are compared by Myers's algorithm, whose time is their square's.
const SHORT: usize = 512;
/// How often a stretch is looked at again, which bounds the time for sequences made to take long.
const MAX_LEVEL: u8 = 24;

/// A run of equal things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub old: usize,
    pub new: usize,
    pub len: usize,
}

/// Returns runs that both sequences have, in order on both sides.
pub(super) fn common_runs(old: &[u32], new: &[u32]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut stretches = vec![(0..old.len(), 0..new.len(), 0)];
    while let Some((olds, news, level)) = stretches.pop() {
        let (mut olds, mut news) = (olds, news);
        let Some((some_old, some_new)) = old.get(olds.clone()).zip(new.get(news.clone())) else { continue };
        let n_first = some_old.iter().zip(some_new).take_while(|(one, other)| one == other).count();
        runs.push(Run { old: olds.start, new: news.start, len: n_first });
        (olds.start, news.start) = (olds.start + n_first, news.start + n_first);
        let Some((some_old, some_new)) = old.get(olds.clone()).zip(new.get(news.clone())) else { continue };
        let n_last = some_old.iter().rev().zip(some_new.iter().rev()).take_while(|(one, other)| one == other).count();
        (olds.end, news.end) = (olds.end - n_last, news.end - n_last);
        runs.push(Run { old: olds.end, new: news.end, len: n_last });
        if olds.is_empty() || news.is_empty() {
            continue;
        }
        if olds.len() + news.len() <= SHORT {
            runs.extend(short_runs(old, new, &olds, &news));
        } else if level < MAX_LEVEL {
            let pairs = anchors(old, new, &olds, &news);
            let (mut old_at, mut new_at) = (olds.start, news.start);
            for (old_idx, new_idx) in pairs.iter().copied().chain([(olds.end, news.end)]) {
                if !pairs.is_empty() && (old_idx > old_at || new_idx > new_at) {
                    stretches.push((old_at..old_idx, new_at..new_idx, level + 1));
                }
                (old_at, new_at) = (old_idx + 1, new_idx + 1);
            }
            runs.extend(pairs.into_iter().map(|(old, new)| Run { old, new, len: 1 }));
        }
    }
    runs.retain(|run| run.len > 0);
    runs.sort_by_key(|run| run.old);
    runs.dedup_by(|next, run| {
        let is_next = run.old + run.len == next.old && run.new + run.len == next.new;
        run.len += if is_next { next.len } else { 0 };
        is_next
    });
    runs
}

/// Returns the places of what occurs once.
pub(super) fn unique(ids: &[u32]) -> HashMap<u32, usize> {
    let mut places: HashMap<u32, Option<usize>> = HashMap::with_capacity(ids.len());
    for (idx, &id) in ids.iter().enumerate() {
        places.entry(id).and_modify(|place| *place = None).or_insert(Some(idx));
    }
    places.into_iter().filter_map(|(id, place)| Some((id, place?))).collect()
}

fn short_runs(old: &[u32], new: &[u32], olds: &Range<usize>, news: &Range<usize>) -> Vec<Run> {
    let some_old = old.get(olds.clone()).unwrap_or_default();
    let some_new = new.get(news.clone()).unwrap_or_default();
    let parts = capture_diff_slices(Algorithm::Myers, some_old, some_new);
    let equal = parts.into_iter().filter_map(|part| match part {
        DiffOp::Equal { old_index, new_index, len } => {
            Some(Run { old: olds.start + old_index, new: news.start + new_index, len })
        }
        _ => None,
    });
    equal.collect()
}

/// Returns the longest list of pairs that occur once on both sides and stand in the same order there.
fn anchors(old: &[u32], new: &[u32], olds: &Range<usize>, news: &Range<usize>) -> Vec<(usize, usize)> {
    let unique_olds = unique(old.get(olds.clone()).unwrap_or_default());
    let unique_news = unique(new.get(news.clone()).unwrap_or_default());
    let mut pairs: Vec<(usize, usize)> = unique_olds
        .into_iter()
        .filter_map(|(id, old_idx)| Some((olds.start + old_idx, news.start + unique_news.get(&id)?)))
        .collect();
    pairs.sort_unstable();
    // For each length, the pair that ends a list of it earliest; and for each pair, the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (idx, &(_, new_idx)) in pairs.iter().enumerate() {
        let len = ends.partition_point(|&end| pairs.get(end).is_some_and(|pair| pair.1 < new_idx));
        before.push(len.checked_sub(1).and_then(|len| ends.get(len)).copied());
        match ends.get_mut(len) {
            Some(end) => *end = idx,
            None => ends.push(idx),
        }
    }
    let mut found = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(idx) = next {
        found.extend(pairs.get(idx));
        next = before.get(idx).copied().flatten();
    }
    found.reverse();
    found
}
