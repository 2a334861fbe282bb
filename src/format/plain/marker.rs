//! Reads what numbers, letters and signs stand at a line's start: the mark of a list's item or the number of a heading.

use crate::document::ItemMark;

/// The mark of a list's item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    pub sign: Sign,
    /// Bytes up to the item's text.
    pub len: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Bullet(char),
    Task(bool),
    /// A number with what closes it.
    Number(u32, char),
    /// `a)`, `(iv)`, `B.`: an order that is not told in digits; it stays in the text.
    Letter,
}

impl Sign {
    pub fn item_mark(self) -> ItemMark {
        match self {
            Self::Bullet(_) | Self::Letter => ItemMark::Bullet,
            Self::Task(done) => ItemMark::Task(done),
            Self::Number(number, _) => ItemMark::Number(number),
        }
    }
}

/// Returns whether `c` stands before items as a bullet and says nothing more. Long dashes may open speech, and a tick
/// tells that something is so: both stay in the text.
pub fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '-' | '*'
            | '+'
            | '•'
            | '‣'
            | '◦'
            | '·'
            | '▪'
            | '▫'
            | '●'
            | '○'
            | '■'
            | '□'
            | '►'
            | '▸'
            | '\u{2043}'
            | '\u{2219}'
            | '・'
    )
}

/// Reads the mark of an item at the start of `line`.
pub fn marker(line: &str) -> Option<Marker> {
    let first = line.chars().next()?;
    if is_bullet(first) {
        let rest = line.get(first.len_utf8()..)?;
        let gap = gap(rest).or_else(|| (first == '・').then_some(0))?;
        let text = rest.get(gap..)?;
        if text.is_empty() {
            return None;
        }
        let len = first.len_utf8() + gap;
        for (task, done) in [("[ ] ", false), ("[x] ", true), ("[X] ", true), ("[] ", false)] {
            if text.starts_with(task) && text.len() > task.len() {
                return Some(Marker { sign: Sign::Task(done), len: len + task.len() });
            }
        }
        return Some(Marker { sign: Sign::Bullet(first), len });
    }
    let (inner, is_enclosed) = line.strip_prefix('(').map_or((line, false), |rest| (rest, true));
    let label = inner.bytes().take(6).take_while(u8::is_ascii_alphanumeric).count();
    let close = inner.get(label..)?.chars().next().filter(|c| matches!(c, '.' | ')'))?;
    if is_enclosed && close != ')' {
        return None;
    }
    let rest = inner.get(label + 1..)?;
    let gap = gap(rest)?;
    let text = rest.get(gap..)?;
    let label = inner.get(..label).filter(|label| !label.is_empty() && !text.is_empty())?;
    let len = line.len() - text.len();
    if label.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = label.parse().ok().filter(|_| label.len() <= 3)?;
        return Some(Marker { sign: Sign::Number(number, close), len });
    }
    // `A. Smith` and `I. The` are more often a name and a heading: letters count in brackets or small.
    let is_letter = label.len() == 1 && (close == ')' || label.bytes().all(|byte| byte.is_ascii_lowercase()));
    let is_roman = close == ')' && is_roman(label) && label.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_letter || is_roman).then_some(Marker { sign: Sign::Letter, len })
}

/// Returns the length of the white space at the start, or none if there is none.
fn gap(text: &str) -> Option<usize> {
    let gap = text.len() - text.trim_start_matches([' ', '\t', '\u{a0}', '\u{3000}']).len();
    (gap > 0).then_some(gap)
}

/// How a heading is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Numbering {
    #[default]
    None,
    /// `3. Title` or `3: Title`.
    Number,
    /// `3) Title`.
    Bracket,
    /// `3 Title`.
    Bare,
    /// `3 - Title`.
    Dashed,
    /// `#3 Title`.
    Hash,
    /// `1.2.3 Title`, with its depth.
    Nested(u8),
    Roman,
    /// `A. Title` or `A) Title`.
    Letter,
    /// `Step 2`, `Day One`, `Tip B`.
    Named,
    /// `Chapter IX`, `第三章`, `Appendix A`.
    Chapter,
    /// `Part Two`, `Book IV`, `第一部`.
    Part,
    /// `Q: …`.
    Question,
}

impl Numbering {
    /// Returns a number for the kind of numbering.
    pub fn class(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Number => 1,
            Self::Bracket => 2,
            Self::Bare => 3,
            Self::Dashed => 4,
            Self::Hash => 5,
            Self::Roman => 6,
            Self::Letter => 7,
            Self::Named => 8,
            Self::Chapter => 9,
            Self::Part => 10,
            Self::Question => 11,
            Self::Nested(depth) => 100 + u64::from(depth),
        }
    }
}

/// A heading's numbering, and the number where it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Numbered {
    pub numbering: Numbering,
    pub number: Option<u32>,
    /// Whether the line says what it is and nothing else could be meant: `CHAPTER IV` or `第四章`.
    pub is_sure: bool,
}

/// Reads the numbering at the start of a line that may be a heading.
pub fn numbered(line: &str) -> Numbered {
    let Some(first) = line.chars().next() else { return Numbered::default() };
    match first {
        '0'..='9' => digits(line),
        '#' => {
            let n_digits = n_digits(line.get(1..).unwrap_or_default());
            let number = line.get(1..=n_digits).and_then(|digits| digits.parse().ok());
            if n_digits == 0 { Numbered::default() } else { plain(Numbering::Hash, number) }
        }
        '第' => ordinal(line),
        c if c.is_ascii_alphabetic() => lettered(line),
        _ => Numbered::default(),
    }
}

fn plain(numbering: Numbering, number: Option<u32>) -> Numbered {
    Numbered { numbering, number, is_sure: false }
}

fn n_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn digits(line: &str) -> Numbered {
    let len = n_digits(line);
    let number = line.get(..len).filter(|digits| digits.len() < 6).and_then(|digits| digits.parse().ok());
    let rest = line.get(len..).unwrap_or_default();
    let starts_word = |text: &str| text.starts_with([' ', '\t', '\u{a0}', '\u{3000}']);
    if let Some(inner) = rest.strip_prefix('.') {
        if inner.starts_with(|c: char| c.is_ascii_digit()) {
            let mut depth = 1u8;
            let mut rest = rest;
            while let Some(inner) = rest.strip_prefix('.').filter(|inner| n_digits(inner) > 0) {
                depth = depth.saturating_add(1);
                rest = inner.get(n_digits(inner)..).unwrap_or_default();
            }
            let rest = rest.strip_prefix(['.', ')', ':']).unwrap_or(rest);
            return if starts_word(rest) { plain(Numbering::Nested(depth), number) } else { Numbered::default() };
        }
        return if starts_word(inner) { plain(Numbering::Number, number) } else { Numbered::default() };
    }
    if rest.starts_with(')') && rest.get(1..).is_some_and(starts_word) {
        return plain(Numbering::Bracket, number);
    }
    if rest.starts_with(':') && rest.get(1..).is_some_and(starts_word)
        || rest.starts_with('、')
        || rest.starts_with('．')
    {
        return plain(Numbering::Number, number);
    }
    let word = rest.trim_start();
    if !starts_word(rest) {
        Numbered::default()
    } else if word.starts_with(['-', '–', '—']) && word.chars().nth(1) == Some(' ') {
        plain(Numbering::Dashed, number)
    } else if word.starts_with(char::is_alphabetic) {
        plain(Numbering::Bare, number)
    } else {
        Numbered::default()
    }
}

/// Reads `第三章` and its kin: an ordinal and what it counts.
fn ordinal(line: &str) -> Numbered {
    let mut chars = line.chars().skip(1).skip_while(|c| c.is_whitespace());
    let mut n_numerals = 0;
    let is_numeral =
        |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c) || "零〇一二三四五六七八九十百千兩两".contains(c);
    for c in chars.by_ref() {
        if is_numeral(c) {
            n_numerals += 1;
        } else if n_numerals > 0 && n_numerals < 8 && !c.is_whitespace() {
            let numbering = match c {
                '章' | '回' | '節' | '节' | '話' | '话' | '課' | '课' | '條' | '条' | '則' | '则' | '講' | '讲'
                | '幕' => Numbering::Chapter,
                '部' | '卷' | '巻' | '編' | '编' | '篇' | '集' => Numbering::Part,
                _ => return Numbered::default(),
            };
            return Numbered { numbering, number: None, is_sure: true };
        } else if n_numerals > 0 {
        } else {
            return Numbered::default();
        }
    }
    Numbered::default()
}

/// What is counted in the numbering of headings, small letters.
const CHAPTERS: &[&str] = &[
    "chapter",
    "chapitre",
    "kapitel",
    "capítulo",
    "capitulo",
    "capitolo",
    "appendix",
    "anhang",
    "annex",
    "canto",
    "scene",
    "глава",
    "letter",
];
const PARTS: &[&str] = &["part", "book", "volume", "act", "teil", "partie", "parte", "часть"];
const NAMED: &[&str] = &[
    "step",
    "section",
    "day",
    "lesson",
    "module",
    "unit",
    "phase",
    "week",
    "tip",
    "rule",
    "question",
    "no.",
    "number",
    "stage",
    "level",
    "exercise",
    "example",
    "method",
    "option",
    "reason",
    "idea",
    "article",
    "prediction",
    "trend",
    "case",
    "mistake",
    "myth",
    "strategy",
    "principle",
];
const NUMBER_WORDS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "first",
    "second", "third", "fourth", "fifth", "the",
];

fn lettered(line: &str) -> Numbered {
    let word_len = line.find([' ', '\t', '\u{a0}']).unwrap_or(line.len());
    let word = line.get(..word_len).unwrap_or_default();
    let rest = line.get(word_len..).unwrap_or_default().trim_start();
    if let Some(label) = word.strip_suffix(['.', ')']).filter(|label| !label.is_empty() && !rest.is_empty()) {
        let is_capital = label.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_capital && is_roman(label) && (label.len() > 1 || matches!(label, "I" | "V" | "X")) {
            return plain(Numbering::Roman, roman(label));
        }
        if label.len() == 1 {
            return plain(Numbering::Letter, None);
        }
    }
    if is_question(word) {
        return plain(Numbering::Question, None);
    }
    if word.len() > 14 || rest.is_empty() {
        return Numbered::default();
    }
    let word = word.to_lowercase();
    let is_one_of = |words: &[&str]| words.contains(&word.as_str());
    let numbering = if is_one_of(CHAPTERS) {
        Numbering::Chapter
    } else if is_one_of(PARTS) {
        Numbering::Part
    } else if is_one_of(NAMED) {
        Numbering::Named
    } else {
        return Numbered::default();
    };
    let label_len = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    let label = rest.get(..label_len).unwrap_or_default();
    let after = rest.get(label_len..).unwrap_or_default();
    let is_digits = !label.is_empty() && label.len() < 6 && label.bytes().all(|byte| byte.is_ascii_digit());
    let is_capital = label.len() == 1 && label.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_numeral = is_roman(label) && label.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_word = NUMBER_WORDS.contains(&label.to_lowercase().as_str()) && label != "the";
    if !(is_digits || is_capital || is_numeral || is_word) {
        return Numbered::default();
    }
    let number = if is_digits { label.parse().ok() } else { roman(label) };
    // "Chapter 4 deals with …" is a sentence: what follows a sure number is nothing, a stop or a capital.
    let title = after.trim_start_matches(['.', ':', ')', ' ', '-', '–', '—', '\t']);
    let is_apart = after.is_empty() || after.starts_with(['.', ':', ')', '-', '–', '—']) || after.starts_with(" -");
    let is_sure = matches!(numbering, Numbering::Chapter | Numbering::Part)
        && (title.is_empty() || title.starts_with(|c: char| c.is_uppercase() || !c.is_alphabetic()) && is_apart);
    Numbered { numbering, number, is_sure }
}

fn is_question(word: &str) -> bool {
    let Some(rest) = word.strip_prefix(['Q', 'q']) else { return false };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    matches!(rest.chars().next(), Some('.' | ':' | ')'))
}

/// Returns whether the letters could be a Roman numeral.
pub fn is_roman(label: &str) -> bool {
    roman(label).is_some()
}

fn roman(label: &str) -> Option<u32> {
    let mut total = 0u32;
    let mut before = 0u32;
    if label.is_empty() || label.len() > 9 {
        return None;
    }
    for c in label.chars() {
        let value = match c.to_ascii_uppercase() {
            'I' => 1,
            'V' => 5,
            'X' => 10,
            'L' => 50,
            'C' => 100,
            'D' => 500,
            'M' => 1000,
            _ => return None,
        };
        total += value;
        if value > before {
            total = total.saturating_sub(2 * before);
        }
        before = value;
    }
    (total < 400).then_some(total)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn check_marker(line: &str, expected: Option<(Sign, &str)>) {
        let found = marker(line).map(|marker| (marker.sign, line.get(marker.len..).unwrap()));
        assert_eq!(found, expected, "{line:?}");
    }

    #[test]
    fn reads_the_marks_of_items() {
        check_marker("- milk", Some((Sign::Bullet('-'), "milk")));
        check_marker("•\u{a0}milk", Some((Sign::Bullet('•'), "milk")));
        check_marker("* [x] milk", Some((Sign::Task(true), "milk")));
        check_marker("12. milk", Some((Sign::Number(12, '.'), "milk")));
        check_marker("(3) milk", Some((Sign::Number(3, ')'), "milk")));
        check_marker("b) milk", Some((Sign::Letter, "milk")));
        check_marker("(iv) milk", Some((Sign::Letter, "milk")));
        for line in ["-milk", "1999. A year", "1.5 litres", "A. Smith", "I. The start", "and) more", "-", "1. "] {
            check_marker(line, None);
        }
    }

    fn check_numbered(line: &str, numbering: Numbering, number: Option<u32>, is_sure: bool) {
        assert_eq!(numbered(line), Numbered { numbering, number, is_sure }, "{line:?}");
    }

    #[test]
    fn reads_the_numbers_of_headings() {
        check_numbered("3. Method", Numbering::Number, Some(3), false);
        check_numbered("3) Method", Numbering::Bracket, Some(3), false);
        check_numbered("3 Method", Numbering::Bare, Some(3), false);
        check_numbered("#3 Method", Numbering::Hash, Some(3), false);
        check_numbered("1.2.3. Method", Numbering::Nested(3), Some(1), false);
        check_numbered("IV. Method", Numbering::Roman, Some(4), false);
        check_numbered("B. Method", Numbering::Letter, None, false);
        check_numbered("Step 2: Stir", Numbering::Named, Some(2), false);
        check_numbered("CHAPTER XII", Numbering::Chapter, Some(12), true);
        check_numbered("Chapter 4: The Mill", Numbering::Chapter, Some(4), true);
        check_numbered("Chapter 4 deals with mills", Numbering::Chapter, Some(4), false);
        check_numbered("Appendix A", Numbering::Chapter, None, true);
        check_numbered("PART ONE", Numbering::Part, None, true);
        check_numbered("第十二章　山の水", Numbering::Chapter, None, true);
        check_numbered("第一部", Numbering::Part, None, true);
        for line in ["1.5", "2019", "A word", "Parted", "Part of it", "第三者は", ""] {
            check_numbered(line, Numbering::None, None, false);
        }
    }
}
