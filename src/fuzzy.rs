//! Fuzzy matching of short lists: what was typed against titles and command names, best first.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Returns the indices of the `items` that match `typed`, best first; all of them, in order, if nothing was typed.
pub fn rank<'a>(typed: &str, items: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(typed, CaseMatching::Smart, Normalization::Smart);
    let mut chars = Vec::new();
    let mut ranked: Vec<(u32, usize)> = items
        .enumerate()
        .filter_map(|(idx, item)| Some((pattern.score(Utf32Str::new(item, &mut chars), &mut matcher)?, idx)))
        .collect();
    if !typed.trim().is_empty() {
        ranked.sort_by_key(|&(score, idx)| (std::cmp::Reverse(score), idx));
    }
    ranked.into_iter().map(|(_, idx)| idx).collect()
}

/// Returns the item that is nearest to a mistyped `name`, if one is near.
pub fn nearest<'a>(name: &str, items: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = name.chars().count().div_ceil(3).max(1);
    items.map(|item| (distance(name, item), item)).filter(|&(distance, _)| distance <= near).min().map(|(_, item)| item)
}

/// Returns how many characters must be changed, added or left out to turn `a` into `b` (Levenshtein's distance).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (&to, &above) in b.iter().zip(row.iter().skip(1)) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(from != to));
            next.push(left);
            diagonal = above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_the_best_first() {
        let items = ["half-page-down", "page-down", "palette", "contents"];
        assert_eq!(rank("page", items.into_iter()), [1, 0]);
        assert_eq!(rank("", items.into_iter()), [0, 1, 2, 3]);
        assert_eq!(rank("zzz", items.into_iter()), [0; 0]);
    }

    #[test]
    fn finds_a_near_name() {
        assert_eq!(nearest("markdwon", ["text", "markdown", "json"].into_iter()), Some("markdown"));
        assert_eq!(nearest("epub", ["text", "markdown", "json"].into_iter()), None);
    }
}
