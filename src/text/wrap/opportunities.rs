//! Where a line may be broken, by UAX #14.
//!
//! The rules for the letters, digits and punctuation of European text stand here as a small state machine; text with
//! any other character goes through `icu_segmenter`, which is some ten times as slow and knows all of them, and
//! dictionaries for Thai, Lao, Khmer and Burmese. Where both can answer they answer alike, which a test holds.

use std::sync::LazyLock;

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};

use crate::text::width;

static SEGMENTER: LazyLock<LineSegmenterBorrowed<'static>> =
    LazyLock::new(|| LineSegmenter::new_dictionary(LineBreakOptions::default()));

/// What a text was found to be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Letters, digits and punctuation that are one cell each.
    European,
    Other,
}

/// Puts into `found` where `text`, which holds no newline, may be broken: the start of each part but the first.
///
/// Every place is between two grapheme clusters.
pub fn find(text: &str, found: &mut Vec<usize>) -> Script {
    found.clear();
    if find_european(text, found) {
        return Script::European;
    }
    found.clear();
    let breaks = SEGMENTER.segment_str(text).filter(|&at| at > 0 && at < text.len());
    // The standard breaks after a space even before a combining mark, and dictionaries know no clusters.
    found.extend(breaks.filter(|&at| width::is_cluster_boundary(text, at) && !repeats(text, at)));
    Script::Other
}

/// Returns whether what stands at `at` belongs to the word before, over a space too: the signs by which Thai, Lao and
/// Khmer repeat a word or cut it short. To the dictionaries they are words of their own.
fn repeats(text: &str, at: usize) -> bool {
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    matches!(next, Some('ๆ' | 'ฯ' | 'ໆ' | 'ຯ' | 'ៗ'))
}

/// A line breaking class of UAX #14, as far as European text has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// AL, and what resolves to it.
    Letter,
    /// NU.
    Digit,
    /// SP.
    Space,
    /// GL.
    Glue,
    /// EX.
    Exclamation,
    /// QU that may open or close.
    Quote,
    /// QU that opens (general category Pi).
    OpeningQuote,
    /// QU that closes (general category Pf).
    ClosingQuote,
    /// OP.
    Open,
    /// CL.
    Close,
    /// CP.
    CloseParenthesis,
    /// IS.
    Infix,
    /// SY.
    Slash,
    /// HY.
    Hyphen,
    /// BA.
    After,
    /// BB.
    Before,
    /// B2.
    Dash,
    /// PR.
    Prefix,
    /// PO.
    Postfix,
    /// IN.
    Leader,
}

use Class::{
    After, Before, Close, CloseParenthesis, ClosingQuote, Dash, Digit, Exclamation, Glue, Hyphen, Infix, Leader,
    Letter, Open, OpeningQuote, Postfix, Prefix, Quote, Slash, Space,
};

/// The classes of ASCII.
static ASCII: [Option<Class>; 128] = {
    let mut table = [None; 128];
    let mut byte = 0u8;
    while byte < 128 {
        #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
        {
            table[byte as usize] = Class::of(byte as char);
        }
        byte += 1;
    }
    table
};

impl Class {
    const fn of(c: char) -> Option<Self> {
        Some(match c {
            'a'..='z' | 'A'..='Z' => Letter,
            ' ' => Space,
            '0'..='9' => Digit,
            ',' | '.' | ':' | ';' => Infix,
            '!' | '?' => Exclamation,
            '"' | '\'' => Quote,
            '(' | '[' | '{' | '¡' | '¿' | '‚' | '„' => Open,
            ')' | ']' => CloseParenthesis,
            '}' => Close,
            '-' => Hyphen,
            '/' => Slash,
            '|' | '‐' | '‒' | '–' => After,
            '—' => Dash,
            '$' | '+' | '\\' | '£' | '¤' | '¥' | '±' => Prefix,
            '%' | '¢' | '°' => Postfix,
            '\u{a0}' | '\u{2011}' => Glue,
            '«' | '‘' | '‛' | '“' | '‟' => OpeningQuote,
            '»' | '’' | '”' => ClosingQuote,
            '´' => Before,
            '․' | '‥' | '…' => Leader,
            '!'..='~'
            | '\u{a6}'..='\u{ac}'
            | '\u{ae}'..='\u{ba}'
            | '\u{bc}'..='\u{2c6}'
            | '\u{388}'..='\u{3ff}'
            | '\u{400}'..='\u{482}'
            | '\u{48a}'..='\u{52f}'
            | '•' => Letter,
            _ => return None,
        })
    }
}

/// Adds the places where `text` may be broken; returns whether it holds nothing but European text.
fn find_european(text: &str, found: &mut Vec<usize>) -> bool {
    // The class before the spaces, if any, that precede the character at hand.
    let mut left: Option<Class> = None;
    let mut after_space = false;
    // Whether `left` is an opening quote that holds on to what follows, over spaces too (LB15a).
    let mut quoting = false;
    let mut next = 0;
    while let Some(&byte) = text.as_bytes().get(next) {
        let at = next;
        let class = match ASCII.get(usize::from(byte)) {
            Some(&class) => {
                next += 1;
                class
            }
            None => text.get(at..).and_then(|rest| rest.chars().next()).and_then(|c| {
                next += c.len_utf8();
                Class::of(c)
            }),
        };
        let Some(class) = class else { return false };
        if class == Space {
            after_space = true;
            continue;
        }
        if class == Letter {
            // Most text is letters, and between two of them no line ends.
            let rest = text.as_bytes().get(next..).unwrap_or_default();
            next += rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        }
        let following = || text.get(next..).and_then(|rest| rest.chars().next());
        let held = match left {
            None if !after_space => true,
            Some(_) if quoting => true,
            Some(left) if !after_space => holds(left, class),
            left => holds_over_space(left, class),
        };
        let held = held || (class == ClosingQuote && closes(following()));
        if !held {
            found.push(at);
        }
        quoting = class == OpeningQuote
            && (after_space || matches!(left, None | Some(Open | Quote | OpeningQuote | ClosingQuote | Glue)));
        left = Some(class);
        after_space = false;
    }
    true
}

/// Returns whether a closing quote that `next` follows holds on to what precedes it, over spaces too (LB15b).
fn closes(next: Option<char>) -> bool {
    let Some(next) = next else { return true };
    matches!(
        Class::of(next),
        Some(
            Space | Glue | Close | Quote | OpeningQuote | ClosingQuote | CloseParenthesis | Exclamation | Infix | Slash
        )
    )
}

/// Returns whether no line may end between `left`, one or more spaces and `right` (LB13, LB14, LB17).
fn holds_over_space(left: Option<Class>, right: Class) -> bool {
    matches!(right, Close | CloseParenthesis | Exclamation | Infix | Slash)
        || left == Some(Open)
        || (left == Some(Dash) && right == Dash)
}

/// Returns whether no line may end between `left` and `right`.
fn holds(left: Class, right: Class) -> bool {
    match (left, right) {
        // LB12, LB12a.
        (Glue, _) => true,
        (_, Glue) => !matches!(left, After | Hyphen),
        // LB13, LB14, LB17.
        (_, Close | CloseParenthesis | Exclamation | Infix | Slash) | (Open, _) | (Dash, Dash) => true,
        // LB19.
        (Quote | OpeningQuote | ClosingQuote, _) | (_, Quote | OpeningQuote | ClosingQuote) => true,
        // LB21, LB22.
        (_, After | Hyphen | Leader) | (Before, _) => true,
        // LB23, LB24, LB28.
        (Letter, Digit | Letter | Prefix | Postfix) | (Digit | Prefix | Postfix, Letter) => true,
        // LB25.
        (Close | CloseParenthesis | Digit, Postfix | Prefix) | (Postfix | Prefix, Open | Digit) => true,
        (Hyphen | Infix | Digit | Slash, Digit) => true,
        // LB29, LB30.
        (Infix | CloseParenthesis, Letter) | (Letter | Digit, Open) | (CloseParenthesis, Digit) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn by_icu(text: &str) -> Vec<usize> {
        SEGMENTER.segment_str(text).filter(|&at| at > 0 && at < text.len()).collect()
    }

    fn by_table(text: &str) -> Option<Vec<usize>> {
        let mut found = Vec::new();
        find_european(text, &mut found).then_some(found)
    }

    #[test]
    fn each_pair_and_triple_breaks_as_icu_says() {
        // One character of each class, and the commonest of the large ones.
        let sample: Vec<char> = "a0 ,.!\"'(){}[]-/|—$%\u{a0}“”«»´…éж".chars().collect();
        for &a in &sample {
            for &b in &sample {
                for &c in &sample {
                    for text in [format!("{a}{b}{c}"), format!("x{a}{b}{c}"), format!("{a} {b}{c}")] {
                        assert_eq!(by_table(&text), Some(by_icu(&text)), "{text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn each_character_breaks_as_icu_says() {
        for c in ('\0'..'\u{3000}').filter(|&c| Class::of(c).is_some()) {
            assert_eq!(width::simple_width(c), Some(1), "{c:?}");
            for text in [format!("a{c}b"), format!("1{c}2"), format!("a {c} b"), format!("({c})")] {
                assert_eq!(by_table(&text), Some(by_icu(&text)), "{text:?}");
            }
        }
    }

    #[test]
    fn south_east_asian_words_come_from_a_dictionary() {
        let text = "ภาษาไทยภาษาไทย";
        let mut found = Vec::new();
        find(text, &mut found);
        let mut from = 0;
        let mut words = Vec::new();
        for to in found.into_iter().chain([text.len()]) {
            words.push(&text[from..to]);
            from = to;
        }
        assert_eq!(words, ["ภาษา", "ไทย", "ภาษา", "ไทย"]);
    }

    #[test]
    fn a_sign_that_repeats_a_word_stays_with_it() {
        for text in ["ช้าๆ", "ช้า ๆ", "ฯลฯ", "ຊ້າໆ", "យឺតៗ"] {
            let mut found = Vec::new();
            find(text, &mut found);
            assert!(found.is_empty(), "{text:?} at {found:?}");
        }
    }

    proptest! {
        #[test]
        fn ascii_breaks_as_icu_says(text in "[ -~]{0,60}") {
            prop_assert_eq!(by_table(&text), Some(by_icu(&text)));
        }

        #[test]
        fn european_text_breaks_as_icu_says(text in "([a-e0-2 ]|[ -~]|[\u{a0}-\u{ac}\u{ae}-\u{bb}]|[‐‑‒–—‘’‚“”„…•éßжλ]){0,60}") {
            prop_assert_eq!(by_table(&text), Some(by_icu(&text)));
        }
    }
}
