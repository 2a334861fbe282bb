//! The order of a column's cells: numbers by value where most of the column is numbers, otherwise names as a person
//! sorts them.

use std::cmp::Ordering;

use super::natural;

/// The longest that a unit behind a number may be, in bytes.
const LONGEST_UNIT: usize = 16;

/// Which way a column is sorted. Empty cells come last either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Ascending,
    Descending,
}

/// Returns the indices of `cells` in their order. Cells that are alike stay as they stand.
pub fn sorted(cells: &[&str], way: Way) -> Vec<usize> {
    let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
    let numbers = numbers(&cells);
    let rank = |idx: usize, cell: &str| match numbers.as_ref().and_then(|numbers| numbers.get(idx).copied().flatten()) {
        Some(number) => Rank::Number(number),
        None if cell.is_empty() => Rank::Nothing,
        None => Rank::Words(natural::key(cell)),
    };
    let mut ranked: Vec<(Rank, usize)> = cells.iter().enumerate().map(|(idx, cell)| (rank(idx, cell), idx)).collect();
    ranked.sort_by(|(one, _), (other, _)| one.compare(other, way));
    ranked.into_iter().map(|(_, idx)| idx).collect()
}

/// What decides where a cell comes: numbers come before words, and nothing after both.
enum Rank {
    Number(f64),
    Words(Vec<u8>),
    Nothing,
}

impl Rank {
    fn compare(&self, other: &Self, way: Way) -> Ordering {
        let ordering = match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Words(one), Self::Words(other)) => one.cmp(other),
            _ => return self.place().cmp(&other.place()),
        };
        if way == Way::Descending { ordering.reverse() } else { ordering }
    }

    fn place(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Words(_) => 1,
            Self::Nothing => 2,
        }
    }
}

/// Returns the values of a column's cells, if most of those that have text are numbers.
fn numbers(cells: &[&str]) -> Option<Vec<Option<f64>>> {
    let read = |mark: char| -> (Vec<Option<f64>>, usize) {
        let values: Vec<_> = cells.iter().map(|cell| value(cell, mark)).collect();
        let count = values.iter().flatten().count();
        (values, count)
    };
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    let (with_points, count) = read('.');
    let (values, count) = if count == filled {
        (with_points, count)
    } else {
        // 1,5 is no number unless commas stand before the fraction.
        let (with_commas, more) = read(',');
        if more > count { (with_commas, more) } else { (with_points, count) }
    };
    (count > 0 && 2 * count >= filled).then_some(values)
}

/// Returns the value of a cell that is a number, perhaps with a sign, a currency, a unit or a note's label. `mark` is what
/// stands before the fraction.
fn value(cell: &str, mark: char) -> Option<f64> {
    let (is_negative, body) = after_sign(without_note(cell));
    let (plain, rest) = digits(body, mark)?;
    let (exponent, unit) = exponent(rest);
    let unit = unit.trim();
    if unit.len() > LONGEST_UNIT || unit.chars().any(|c| digit(c).is_some()) {
        return None;
    }
    let number: f64 = format!("{plain}{exponent}").parse().ok()?;
    let number = number * scale(unit);
    Some(if is_negative { -number } else { number })
}

/// Returns a cell without the label of a note at its end, as in `12[3]` or `12*`.
fn without_note(cell: &str) -> &str {
    let mut rest = cell.trim_end_matches(['*', '†', '‡', ' ', '\u{a0}']);
    while let Some(inside) = rest.strip_suffix(']') {
        match inside.rsplit_once('[') {
            Some((before, label)) if !before.is_empty() && label.len() <= 8 => rest = before.trim_end(),
            _ => break,
        }
    }
    rest
}

/// Returns whether a cell begins with a minus, and what comes after signs and currencies.
fn after_sign(cell: &str) -> (bool, &str) {
    let mut is_negative = false;
    let mut rest = cell;
    // The name of a currency comes before a space or its sign: EUR 12, US$12.
    let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
    if let Some((_, after)) = rest.split_at_checked(letters).filter(|_| (1..=3).contains(&letters))
        && (after.starts_with(is_currency) || letters == 3 && after.starts_with([' ', '\u{a0}']))
    {
        rest = after;
    }
    while let Some(c) = rest.chars().next() {
        match c {
            '-' | '−' | '–' => is_negative = true,
            '+' | '~' | '≈' | '±' | '<' | '>' | '≤' | '≥' => {}
            _ if is_currency(c) || c.is_whitespace() => {}
            _ => break,
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    (is_negative, rest)
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¤' | '¥' | '฿' | '\u{20a0}'..='\u{20cf}')
}

/// Reads digits in groups and a fraction; returns them in plain form, and what comes after.
fn digits(text: &str, mark: char) -> Option<(String, &str)> {
    let mut plain = String::new();
    // The digits since the last sign between groups, and that sign.
    let (mut group, mut between) = (0, None);
    let mut has_fraction = false;
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next_is_digit = chars.peek().is_some_and(|&(_, next)| digit(next).is_some());
        if let Some(digit) = digit(c) {
            plain.push(digit);
            group += 1;
        } else if c == mark && next_is_digit && !has_fraction {
            if between.is_some() && group != 3 {
                return None;
            }
            if plain.is_empty() {
                plain.push('0');
            }
            plain.push('.');
            (has_fraction, group, between) = (true, 0, None);
        } else if is_between_groups(c, mark) && next_is_digit && !has_fraction {
            // Groups have three digits, but in India those before the last have two.
            let is_group = if between.is_some() { group == 2 || group == 3 } else { (1..=3).contains(&group) };
            if !is_group || between.is_some_and(|known| known != c) {
                return None;
            }
            (group, between) = (0, Some(c));
        } else {
            break;
        }
        end = at + c.len_utf8();
    }
    let is_whole = plain.ends_with(|c: char| c.is_ascii_digit()) && (between.is_none() || group == 3);
    is_whole.then(|| (plain, text.get(end..).unwrap_or_default()))
}

fn is_between_groups(c: char, mark: char) -> bool {
    matches!(c, '.' | ',' | '٬' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '’') && c != mark
}

/// Splits an exponent off, as in `1.2e5`.
fn exponent(text: &str) -> (&str, &str) {
    let Some(after) = text.strip_prefix(['e', 'E']) else { return ("", text) };
    let digits = after.strip_prefix(['+', '-']).unwrap_or(after).bytes().take_while(u8::is_ascii_digit).count();
    let len = text.len() - after.len() + usize::from(after.starts_with(['+', '-'])) + digits;
    if digits == 0 { ("", text) } else { text.split_at_checked(len).unwrap_or(("", text)) }
}

/// Returns what a unit multiplies its number by.
fn scale(unit: &str) -> f64 {
    let bare = unit.strip_suffix("iB").or_else(|| unit.strip_suffix('B')).unwrap_or(unit);
    match bare {
        "k" | "K" => 1e3,
        "M" => 1e6,
        "G" | "bn" => 1e9,
        "T" => 1e12,
        _ => 1.0,
    }
}

/// Returns the value of a digit of any script that is common in tables.
fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{966}'..='\u{96f}' => 0x966,
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        _ => return None,
    };
    char::from_digit(u32::from(c) - zero, 10)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn check(cells: &[&str], want: &[&str]) {
        let shown = |way| sorted(cells, way).into_iter().map(|idx| cells[idx]).collect::<Vec<_>>();
        assert_eq!(shown(Way::Ascending), want);
    }

    #[test]
    fn numbers_are_sorted_by_value() {
        check(&["10", "9", "-3", "2.5", "−7"], &["−7", "-3", "2.5", "9", "10"]);
        check(&["1,200", "900", "1,000,000"], &["900", "1,200", "1,000,000"]);
        check(&["1.200,5", "900", "3,25"], &["3,25", "900", "1.200,5"]);
        check(&["1 200", "12 km", "3%"], &["3%", "12 km", "1 200"]);
        check(&["$12", "US$9", "EUR 10", "-$1"], &["-$1", "US$9", "EUR 10", "$12"]);
        check(&["12,34,567", "1,00,000"], &["1,00,000", "12,34,567"]);
        check(&["1.5 GB", "900 MB", "20 kB"], &["20 kB", "900 MB", "1.5 GB"]);
        check(&["12[3]", "9[10]", "10*"], &["9[10]", "10*", "12[3]"]);
        check(&["٣", "١٢", "۷"], &["٣", "۷", "١٢"]);
        check(&["1e3", "2E-2", "5"], &["2E-2", "5", "1e3"]);
        check(&[".5", "0.25"], &["0.25", ".5"]);
    }

    #[test]
    fn all_else_is_sorted_as_names() {
        check(&["2019-05-03", "2018-12-31", "2019-04-30"], &["2018-12-31", "2019-04-30", "2019-05-03"]);
        check(&["1.10.0", "1.9.3"], &["1.9.3", "1.10.0"]);
        check(&["b10", "B9", "a"], &["a", "B9", "b10"]);
    }

    #[test]
    fn what_is_missing_comes_last_both_ways() {
        let cells = ["3", "", "unknown", "1"];
        let shown = |way| sorted(&cells, way).into_iter().map(|idx| cells[idx]).collect::<Vec<_>>();
        assert_eq!(shown(Way::Ascending), ["1", "3", "unknown", ""]);
        assert_eq!(shown(Way::Descending), ["3", "1", "unknown", ""]);
    }

    #[test]
    fn cells_that_are_alike_stay_as_they_stand() {
        let cells = ["b", "a", "b", "a"];
        assert_eq!(sorted(&cells, Way::Ascending), [1, 3, 0, 2]);
        assert_eq!(sorted(&cells, Way::Descending), [0, 2, 1, 3]);
    }

    proptest! {
        #[test]
        fn any_cells_are_sorted_without_loss(cells in prop::collection::vec("([0-9.,$ %-]|[a-z]|\\PC){0,8}", 0..30)) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            for way in [Way::Ascending, Way::Descending] {
                let mut order = sorted(&cells, way);
                order.sort_unstable();
                prop_assert!(order.into_iter().eq(0..cells.len()));
            }
        }
    }
}
