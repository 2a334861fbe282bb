//! Items: what stands before them, and which lines are theirs.

use crate::document::Numerals;

/// What stands before an item.
pub struct Item {
    pub numbering: Numbering,
    /// None where it numbers itself.
    pub number: Option<u32>,
    /// How wide it is with the spaces after it, in bytes.
    pub width: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    None,
    Digits,
    Letters,
    Roman,
}

/// Returns what stands before an item.
pub fn item(line: &str) -> Option<Item> {
    let first = line.chars().next()?;
    if matches!(first, '*' | '+' | '-' | '•' | '‣' | '⁃') {
        let rest = line.get(first.len_utf8()..)?;
        let n_spaces = rest.len() - rest.trim_start().len();
        let width = first.len_utf8() + n_spaces.max(1);
        return (rest.is_empty() || n_spaces > 0).then_some(Item { numbering: Numbering::None, number: None, width });
    }
    let inside = line.strip_prefix('(').unwrap_or(line);
    let n_open = line.len() - inside.len();
    let length = inside.bytes().take(6).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    let (label, rest) = inside.split_at_checked(length)?;
    let closes = if n_open > 0 { rest.starts_with(')') } else { rest.starts_with(['.', ')']) };
    let after = rest.get(1..)?;
    let n_spaces = after.len() - after.trim_start().len();
    if !closes || label.is_empty() || n_spaces == 0 {
        return None;
    }
    let is_roman = label.bytes().all(|byte| b"ivx".contains(&byte)) || label.bytes().all(|byte| b"IVX".contains(&byte));
    let (numbering, number) = match label {
        "#" => (Numbering::Digits, None),
        label if label.bytes().all(|byte| byte.is_ascii_digit()) => (Numbering::Digits, Some(label.parse().ok()?)),
        label if is_roman => (Numbering::Roman, Some(roman(label))),
        label if label.len() == 1 => {
            let byte = label.bytes().next()?.to_ascii_lowercase();
            (Numbering::Letters, Some(u32::from(byte.checked_sub(b'a')?) + 1))
        }
        _ => return None,
    };
    Some(Item { numbering, number, width: n_open + length + 1 + n_spaces })
}

pub fn numerals(line: &str, numbering: Numbering) -> Numerals {
    let is_upper = line.trim_start_matches('(').starts_with(|c: char| c.is_ascii_uppercase());
    match (numbering, is_upper) {
        (Numbering::Roman, true) => Numerals::UpperRoman,
        (Numbering::Roman, false) => Numerals::LowerRoman,
        (_, true) => Numerals::UpperLetters,
        (_, false) => Numerals::LowerLetters,
    }
}

fn roman(label: &str) -> u32 {
    let value = |byte: u8| match byte.to_ascii_lowercase() {
        b'i' => 1,
        b'v' => 5,
        _ => 10,
    };
    let mut total = 0_u32;
    let mut largest = 0;
    for byte in label.bytes().rev() {
        let value = value(byte);
        if value < largest {
            total = total.saturating_sub(value);
        } else {
            total += value;
        }
        largest = largest.max(value);
    }
    total
}

/// Returns an item's lines without its mark, and where the next block may begin.
pub fn item_body<'a>(lines: &[&'a str], at: usize, width: usize) -> (Vec<&'a str>, usize) {
    let mut body = vec![lines.get(at).and_then(|line| line.get(width..)).unwrap_or_default().trim_start()];
    let mut next = at + 1;
    while let Some(line) = lines.get(next) {
        let n_spaces = line.len() - line.trim_start_matches(' ').len();
        if !line.is_empty() && n_spaces == 0 {
            break;
        }
        body.push(line.get(n_spaces.min(width)..).unwrap_or_default());
        next += 1;
    }
    while body.len() > 1 && body.last().is_some_and(|line| line.is_empty()) {
        body.pop();
    }
    (body, next)
}
