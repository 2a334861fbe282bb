//! Approximate search: where a pattern ends in a text with the fewest edits (Sellers 1980, with Ukkonen's cut-off of
//! 1985, which leaves out what already needs too many).

/// Returns each place where `pattern` ends in `text` with at most `max_edits` edits, and how many it takes.
pub(super) fn ends(pattern: &[char], text: &[char], max_edits: usize) -> Vec<(usize, usize)> {
    let too_many = max_edits + 1;
    // One column of the table: the edits that each beginning of the pattern needs to end here.
    let mut column: Vec<usize> = (1..=pattern.len()).map(|edits| edits.min(too_many)).collect();
    let mut n_active = max_edits.min(pattern.len());
    let mut found = Vec::new();
    for (idx, c) in text.iter().enumerate() {
        let n_rows = (n_active + 1).min(pattern.len());
        let (mut diagonal, mut above) = (0, 0);
        for (cell, wanted) in column.iter_mut().zip(pattern).take(n_rows) {
            let left = *cell;
            let edits = (diagonal + usize::from(wanted != c)).min(left + 1).min(above + 1);
            diagonal = left;
            above = edits;
            *cell = edits.min(too_many);
        }
        let active = column.get(..n_rows).unwrap_or_default();
        n_active = active.iter().rposition(|&edits| edits <= max_edits).map_or(0, |row| row + 1);
        if n_active == pattern.len()
            && let Some(&edits) = column.last()
        {
            found.push((idx + 1, edits));
        }
    }
    found
}

/// Returns where `pattern` starts that ends at the end of `text`, with the fewest edits.
pub(super) fn best_start(pattern: &[char], text: &[char], max_edits: usize) -> Option<usize> {
    let reach = pattern.len() + max_edits;
    let backwards = beginnings(pattern.iter().rev(), text.iter().rev().take(reach));
    let (len, _) = backwards.enumerate().filter(|&(_, edits)| edits <= max_edits).min_by_key(|&(_, edits)| edits)?;
    Some(text.len() - len)
}

/// Returns how alike two short texts are, from 0 to 1: one less the share of edits.
pub(super) fn similarity(one: &[char], other: &[char]) -> f32 {
    let edits = beginnings(one.iter(), other.iter()).last().unwrap_or_default();
    1.0 - super::share(edits, one.len().max(other.len()).max(1))
}

/// Returns the edits between `pattern` and each beginning of `text`, from the empty one on (Levenshtein's distance).
pub(super) fn beginnings<'a>(
    pattern: impl Iterator<Item = &'a char> + Clone,
    text: impl Iterator<Item = &'a char>,
) -> impl Iterator<Item = usize> {
    let n_rows = pattern.clone().count();
    let mut column: Vec<usize> = (1..=n_rows).collect();
    let rest = text.enumerate().map(move |(idx, c)| {
        let (mut diagonal, mut above) = (idx, idx + 1);
        for (cell, wanted) in column.iter_mut().zip(pattern.clone()) {
            let left = *cell;
            let edits = (diagonal + usize::from(wanted != c)).min(left + 1).min(above + 1);
            diagonal = left;
            above = edits;
            *cell = edits;
        }
        above
    });
    std::iter::once(n_rows).chain(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, max_edits: usize, expected: &[(usize, usize)]) {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(ends(&chars(pattern), &chars(text), max_edits), expected, "{pattern:?} in {text:?}");
    }

    #[test]
    fn ends_with_their_edits() {
        check("survey", "surgery", 2, &[(5, 2), (6, 2), (7, 2)]);
        check("abc", "xxabcxx", 0, &[(5, 0)]);
        check("abc", "xxabcxx", 1, &[(4, 1), (5, 0), (6, 1)]);
        check("abc", "", 1, &[]);
        check("é中", "a é 中", 1, &[(3, 1), (4, 1), (5, 1)]);
    }

    #[test]
    fn starts_and_likeness() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(best_start(&chars("hello"), &chars("say helo"), 2), Some(4));
        assert_eq!(best_start(&chars("hello"), &chars("xyz"), 2), None);
        assert!((similarity(&chars("abcd"), &chars("abxd")) - 0.75).abs() < 0.001);
        assert!((similarity(&[], &[]) - 1.0).abs() < 0.001);
    }
}
