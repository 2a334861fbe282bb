//! Fuzzy matching of short lists: what was typed against titles and command names, best first.

use std::cmp::Reverse;
use std::ops::Range;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Letters that were typed, ready to be matched with many names.
pub struct Letters {
    pattern: Pattern,
    matcher: Matcher,
    chars: Vec<char>,
    places: Vec<u32>,
}

impl Letters {
    pub fn new(typed: &str) -> Self {
        let typed: String = typed.nfc().collect();
        let pattern = Pattern::parse(&typed, CaseMatching::Smart, Normalization::Smart);
        Self { pattern, matcher: Matcher::new(Config::DEFAULT), chars: Vec::new(), places: Vec::new() }
    }

    /// Returns how well a name has the letters; none if it lacks any.
    pub fn score(&mut self, name: &str) -> Option<u32> {
        self.pattern.score(told(name, &mut self.chars), &mut self.matcher)
    }

    /// Returns where in a name the letters are, in bytes, in order.
    pub fn places(&mut self, name: &str) -> Vec<Range<usize>> {
        self.places.clear();
        let text = told(name, &mut self.chars);
        if self.pattern.indices(text, &mut self.matcher, &mut self.places).is_none() {
            return Vec::new();
        }
        self.places.sort_unstable();
        self.places.dedup();
        let mut wanted = self.places.iter().copied().peekable();
        let mut places: Vec<Range<usize>> = Vec::new();
        let starts = |name: &str| -> Vec<(usize, usize)> {
            if name.is_ascii() {
                return (0..name.len()).map(|at| (at, 1)).collect();
            }
            name.grapheme_indices(true).map(|(at, cluster)| (at, cluster.len())).collect()
        };
        for (nth, (at, length)) in (0..).zip(starts(name)) {
            if wanted.next_if_eq(&nth).is_none() {
                continue;
            }
            match places.last_mut() {
                Some(last) if last.end == at => last.end += length,
                _ => places.push(at..at + length),
            }
        }
        places
    }
}

/// Returns a name as it is matched: what a person takes for a character is one, of ASCII each byte.
///
/// The matcher's own way takes the bytes of letters whose marks are written apart for characters.
fn told<'a>(name: &'a str, chars: &'a mut Vec<char>) -> Utf32Str<'a> {
    if name.is_ascii() {
        return Utf32Str::Ascii(name.as_bytes());
    }
    chars.clear();
    chars.extend(name.graphemes(true).filter_map(|cluster| {
        let mut all = cluster.chars();
        match (all.next(), all.next()) {
            (first, None) => first,
            _ => cluster.nfc().next(),
        }
    }));
    Utf32Str::Unicode(chars)
}

/// Returns the indices of the `items` that match `typed`, best first; all of them, in order, if nothing was typed.
pub fn rank<'a>(typed: &str, items: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let mut letters = Letters::new(typed);
    let mut ranked: Vec<(u32, usize)> =
        items.enumerate().filter_map(|(idx, item)| Some((letters.score(item)?, idx))).collect();
    if !typed.trim().is_empty() {
        ranked.sort_by_key(|&(score, idx)| (Reverse(score), idx));
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
    fn letters_are_found_where_they_stand() {
        let check = |typed: &str, name: &str, expected: &[&str]| {
            let places = Letters::new(typed).places(name);
            let parts: Vec<&str> = places.into_iter().filter_map(|place| name.get(place)).collect();
            assert_eq!(parts, expected, "{typed} in {name}");
        };
        check("pgd", "page-down", &["p", "g", "d"]);
        check("down page", "page-down", &["page", "down"]);
        check("zurich", "In Zürich", &["Zürich"]);
        check("etude", "Une e\u{301}tude", &["e\u{301}tude"]);
        check("e\u{301}tu", "Une étude", &["étu"]);
        check("天気", "東京の天気", &["天気"]);
        check("x", "page", &[]);
        check("", "page", &[]);
    }

    #[test]
    fn finds_a_near_name() {
        assert_eq!(nearest("markdwon", ["text", "markdown", "json"].into_iter()), Some("markdown"));
        assert_eq!(nearest("epub", ["text", "markdown", "json"].into_iter()), None);
    }
}
