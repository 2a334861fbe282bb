//! Lines: what one line says that it is, by the signs at its beginning.

use crate::document::ItemMark;

/// The longest drawer that is left out, in lines.
const LONGEST_DRAWER: usize = 400;

/// What stands before an item, and its first line.
pub struct Item<'a> {
    pub mark: ItemMark,
    pub term: Option<&'a str>,
    pub text: &'a str,
    /// Columns before the mark, and up to the text.
    pub indent: usize,
    pub width: usize,
}

/// Returns the level and the rest of a headline.
pub fn headline(line: &str) -> Option<(usize, &str)> {
    let rest = line.trim_start_matches('*');
    let level = line.len() - rest.len();
    (level > 0 && rest.starts_with(' ')).then(|| (level, rest.trim()))
}

/// Splits the tags off a headline's end: `:one:two:`.
pub fn split_tags(title: &str) -> (&str, &str) {
    let Some((words, last)) = title.rsplit_once(' ') else { return (title, "") };
    let is_tags = last.len() > 2
        && last.starts_with(':')
        && last.ends_with(':')
        && last.chars().all(|c| c.is_alphanumeric() || "_@#%:".contains(c));
    if is_tags { (words.trim_end(), last) } else { (title, "") }
}

/// Returns a headline without its state and priority: `TODO [#A] `.
pub fn without_state(title: &str) -> &str {
    let states = ["TODO ", "DONE ", "NEXT ", "WAITING ", "CANCELLED ", "CANCELED ", "STARTED ", "HOLD "];
    let title = states.iter().find_map(|state| title.strip_prefix(state)).unwrap_or(title).trim_start();
    let priority =
        title.strip_prefix("[#").and_then(|rest| rest.split_once("] ")).filter(|(priority, _)| priority.len() <= 2);
    priority.map_or(title, |(_, rest)| rest)
}

/// Splits `key: value` after `#+`; a key may have options in brackets.
pub fn keyword(rest: &str) -> Option<(String, &str)> {
    let (key, value) = rest.split_once(':')?;
    let key = key.split('[').next().unwrap_or(key);
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    is_key.then(|| (key.to_lowercase(), value.trim()))
}

/// Returns where the drawer ends that begins at a line: after its `:END:`.
pub fn drawer_end(lines: &[&str], at: usize) -> Option<usize> {
    let first = lines.get(at)?.trim();
    let name = first.strip_prefix(':')?.strip_suffix(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    if !is_name {
        return None;
    }
    if name.eq_ignore_ascii_case("END") {
        return Some(at + 1);
    }
    let rest = lines.get(at + 1..)?;
    let inside = rest.iter().take(LONGEST_DRAWER).take_while(|line| headline(line).is_none());
    let n_lines = inside.map(|line| line.trim()).position(|line| line.eq_ignore_ascii_case(":END:"))?;
    Some(at + n_lines + 2)
}

/// Splits a footnote's definition: `[fn:name] text` at a line's beginning.
pub fn footnote(line: &str) -> Option<(&str, &str)> {
    let (name, text) = line.strip_prefix("[fn:")?.split_once(']')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    is_name.then(|| (name, text.trim()))
}

/// Returns the item that a line begins; at a line's beginning, a star is one where no headline can be.
pub fn item(line: &str, in_container: bool) -> Option<Item<'_>> {
    let trimmed = line.trim_start_matches(' ');
    let indent = line.len() - trimmed.len();
    let n_digits = trimmed.bytes().take(6).take_while(u8::is_ascii_digit).count();
    let is_bullet = trimmed.starts_with(['-', '+']) || (indent > 0 || in_container) && trimmed.starts_with('*');
    let (number, rest) = if is_bullet {
        (None, trimmed.get(1..)?)
    } else if n_digits > 0 {
        (trimmed.get(..n_digits)?.parse().ok(), trimmed.get(n_digits..)?.strip_prefix(['.', ')'])?)
    } else {
        return None;
    };
    if !rest.is_empty() && !rest.starts_with(' ') {
        return None;
    }
    let text = rest.trim_start();
    let width = indent + (trimmed.len() - rest.len()) + 1;
    // A number may be set: `[@4]`.
    let (number, text) = match text.strip_prefix("[@").and_then(|rest| rest.split_once(']')) {
        Some((set, text)) if number.is_some() => (set.parse().ok().or(number), text.trim_start()),
        _ => (number, text),
    };
    let task = [("[ ]", false), ("[X]", true), ("[x]", true), ("[-]", false)].iter().find_map(|(sign, is_done)| {
        Some((*is_done, text.strip_prefix(sign).filter(|rest| rest.is_empty() || rest.starts_with(' '))?))
    });
    let (mark, text) = match (task, number) {
        (Some((is_done, text)), _) => (ItemMark::Task(is_done), text.trim_start()),
        (None, Some(number)) => (ItemMark::Number(number), text),
        (None, None) => (ItemMark::Bullet, text),
    };
    let term =
        text.split_once(" ::").filter(|(_, rest)| number.is_none() && (rest.is_empty() || rest.starts_with(' ')));
    let (term, text) = term.map_or((None, text), |(term, text)| (Some(term), text.trim_start()));
    Some(Item { mark, term, text, indent, width })
}

/// Returns a line of planning in words: `SCHEDULED: <2026-03-04 Wed>` as `Scheduled 2026-03-04 Wed`.
pub fn planning(text: &str) -> Option<String> {
    let words = [("SCHEDULED:", "Scheduled"), ("DEADLINE:", "Deadline"), ("CLOSED:", "Closed")];
    if text.contains('\n') || !words.iter().any(|(key, _)| text.starts_with(key)) {
        return None;
    }
    Some(words.iter().fold(text.to_owned(), |text, (key, shown)| text.replace(key, shown)))
}
