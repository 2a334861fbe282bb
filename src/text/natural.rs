//! Natural order: names as a person sorts them, with numbers by their value and letters without regard to case.

use std::cmp::Ordering;

/// Compares names: chapter 2 comes before chapter 10.
pub fn compare(one: &str, other: &str) -> Ordering {
    let (mut one_rest, mut other_rest) = (one, other);
    loop {
        let (one_part, one_is_number) = next_part(&mut one_rest);
        let (other_part, other_is_number) = next_part(&mut other_rest);
        if one_part.is_empty() || other_part.is_empty() {
            // Names that differ in case or leading zeros alone still need an order.
            return one_part.len().cmp(&other_part.len()).then_with(|| one.cmp(other));
        }
        let order = if one_is_number && other_is_number {
            let (one_digits, other_digits) = (one_part.trim_start_matches('0'), other_part.trim_start_matches('0'));
            one_digits.len().cmp(&other_digits.len()).then_with(|| one_digits.cmp(other_digits))
        } else {
            one_part.to_lowercase().cmp(&other_part.to_lowercase())
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Returns bytes that are in the order of what they are made from, for lists that are too long to read each name again
/// for each comparison. Names that differ in case or leading zeros alone are alike.
pub fn key(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len() + 8);
    let mut rest = name;
    while !rest.is_empty() {
        let (part, is_number) = next_part(&mut rest);
        if is_number {
            // A number stands where its first digit would, and the longer one is the greater.
            let digits = part.trim_start_matches('0');
            key.push(b'0');
            key.extend(u32::try_from(digits.len()).unwrap_or(u32::MAX).to_be_bytes());
            key.extend(digits.bytes());
        } else {
            let mut buffer = [0; 4];
            for c in part.chars().flat_map(char::to_lowercase) {
                key.extend(c.encode_utf8(&mut buffer).bytes());
            }
        }
    }
    key
}

/// Compares paths of `/`: what lies in a directory itself comes before what lies in the directories in it.
pub fn compare_paths(one: &str, other: &str) -> Ordering {
    let mut these = one.split('/').peekable();
    let mut those = other.split('/').peekable();
    loop {
        let (Some(this), Some(that)) = (these.next(), those.next()) else {
            return these.count().cmp(&those.count());
        };
        let (this_is_file, that_is_file) = (these.peek().is_none(), those.peek().is_none());
        let order = that_is_file.cmp(&this_is_file).then_with(|| compare(this, that));
        if order.is_ne() || this_is_file {
            return order;
        }
    }
}

/// Takes the digits, or all up to the next digits, from the front of `rest`.
fn next_part<'a>(rest: &mut &'a str) -> (&'a str, bool) {
    let is_number = rest.starts_with(|c: char| c.is_ascii_digit());
    let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
    let (part, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    *rest = after;
    (part, is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_numbers_by_value() {
        let mut names = ["b2", "B10", "b002", "a", "b", "10", "9", "b2a"];
        names.sort_by(|one, other| compare(one, other));
        let sorted = ["9", "10", "a", "b", "b002", "b2", "b2a", "B10"];
        assert_eq!(names, sorted);
        names.reverse();
        names.sort_by_key(|name| key(name));
        assert_eq!(names, ["9", "10", "a", "b", "b2", "b002", "b2a", "B10"]);
    }

    #[test]
    fn puts_files_before_directories() {
        let mut paths = ["part/a", "part 10/x", "z", "part 2/b/c", "part 2/d", "a"];
        paths.sort_by(|one, other| compare_paths(one, other));
        assert_eq!(paths, ["a", "z", "part/a", "part 2/d", "part 2/b/c", "part 10/x"]);
    }
}
