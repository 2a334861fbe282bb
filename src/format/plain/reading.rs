//! Reads a short text once, character by character: its words with what they are known for, and the signs in it.
//! Everything that the first look asks of a line comes from here.

use super::vocabulary::{Classes, classes_of};

/// A word: letters and digits, with the apostrophes and hyphens between them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Word {
    /// A number for its small letters, the same for the same word.
    pub hash: u32,
    /// The same for its stem: an English word without its usual endings.
    pub stem: u32,
    pub n_chars: u16,
    /// The byte after it.
    pub end: u16,
    pub initial: Initial,
    /// Its first letter, whatever its case, as one bit.
    pub initial_bit: u32,
    pub classes: Classes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Initial {
    Upper,
    Lower,
    Digit,
    /// A letter of a script that has one case.
    #[default]
    Other,
}

/// What signs a text has, as a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signs(u16);

impl Signs {
    pub const COLON: Self = Self(1);
    /// A colon after one word or two.
    pub const COLON_EARLY: Self = Self(1 << 1);
    /// A dash between spaces.
    pub const DASH: Self = Self(1 << 2);
    pub const BRACKET: Self = Self(1 << 3);
    pub const SLASH: Self = Self(1 << 4);
    /// A bar or a middle dot.
    pub const BAR: Self = Self(1 << 5);
    pub const AT: Self = Self(1 << 6);
    pub const MONEY: Self = Self(1 << 7);
    pub const PERCENT: Self = Self(1 << 8);
    /// Signs that only code has.
    pub const CODE: Self = Self(1 << 9);
    /// Signs that code has more often than prose.
    pub const CODE_RATHER: Self = Self(1 << 10);
    /// A digit after the beginning.
    pub const DIGIT_LATER: Self = Self(1 << 11);
    pub const DIGIT: Self = Self(1 << 12);
    /// The end of a sentence before another one.
    pub const SENTENCE_BREAK: Self = Self(1 << 13);

    pub fn has(self, sign: Self) -> bool {
        self.0 & sign.0 != 0
    }

    fn add(&mut self, sign: Self) {
        self.0 |= sign.0;
    }
}

/// What a text was read to have.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub words: Vec<Word>,
    pub signs: Signs,
    pub n_commas: u32,
    /// Pieces between white space.
    pub n_pieces: u32,
    n_upper: u32,
    n_lower: u32,
    n_letters: u32,
}

/// How a line is capitalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Case {
    Caps,
    Title,
    MostlyTitle,
    Mixed,
    Sentence,
    Single,
    Small,
    #[default]
    None,
}

impl Reading {
    /// Reads `text`, which replaces what was read before.
    pub fn read(&mut self, text: &str) {
        self.words.clear();
        let words = std::mem::take(&mut self.words);
        *self = Self { words, ..Self::default() };
        for (word, end) in slices(text) {
            self.words.push(Word { end: u16::try_from(end).unwrap_or(u16::MAX), ..Word::of(word).known() });
            self.count_letters(word);
        }
        self.n_pieces = u32::from(text.starts_with(|c: char| !c.is_whitespace()));
        for (at, &byte) in text.as_bytes().iter().enumerate() {
            match byte {
                // Letters are what most of a text is, and the bytes after a character's first.
                b'a'..=b'z' | b'A'..=b'Z' | 0x80..=0xbf => {}
                b' ' => self.space(text, at),
                0..=0x7f => self.sign(byte, text.as_bytes().get(at.wrapping_sub(1)).copied(), at),
                0xc0.. => self.wide_sign(text.get(at..).and_then(|rest| rest.chars().next())),
            }
        }
    }

    fn count_letters(&mut self, word: &str) {
        if word.is_ascii() {
            let count = |is: fn(&u8) -> bool| u32::try_from(word.bytes().filter(is).count()).unwrap_or(0);
            self.n_upper += count(u8::is_ascii_uppercase);
            self.n_lower += count(u8::is_ascii_lowercase);
            self.n_letters += count(u8::is_ascii_alphabetic);
            return;
        }
        for c in word.chars() {
            self.n_upper += u32::from(c.is_uppercase());
            self.n_lower += u32::from(c.is_lowercase());
            self.n_letters += u32::from(c.is_alphabetic());
        }
    }

    /// Returns the text's case, and its share of capitalised words.
    pub fn case(&self) -> (Case, f32) {
        let mut letters = self.words.iter().filter(|word| word.initial != Initial::Digit);
        let Some(first) = letters.next() else { return (Case::None, 0.0) };
        if self.n_upper + self.n_lower == 0 {
            return (Case::None, 0.0);
        }
        if self.n_upper == self.n_letters && self.n_letters > 3 {
            return (Case::Caps, 1.0);
        }
        let (mut n_words, mut n_capitalised) = (0usize, 0usize);
        for word in letters.filter(|word| !word.classes.has(Classes::STOP)) {
            n_words += 1;
            n_capitalised += usize::from(word.initial == Initial::Upper);
        }
        let share = if n_words == 0 { 0.0 } else { n_capitalised as f32 / n_words as f32 };
        let case = match first.initial {
            Initial::Lower => Case::Small,
            _ if n_words == 0 => return (Case::Single, 0.5),
            _ if n_capitalised == n_words => Case::Title,
            _ if n_capitalised * 5 >= n_words * 3 => Case::MostlyTitle,
            _ if n_capitalised == 0 => Case::Sentence,
            _ => Case::Mixed,
        };
        (case, share)
    }

    pub fn has_letters(&self) -> bool {
        self.n_letters > 0
    }

    /// Reads what stands before and after the space at byte `at`.
    fn space(&mut self, text: &str, at: usize) {
        let mut before = text.get(..at).unwrap_or_default().chars().rev();
        let (last, second) = (before.next(), before.next());
        let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
        if last == Some(':') {
            self.signs.add(if self.n_pieces <= 2 {
                Signs(Signs::COLON.0 | Signs::COLON_EARLY.0)
            } else {
                Signs::COLON
            });
        }
        if matches!(last, Some('-' | '–' | '—')) && second == Some(' ') {
            self.signs.add(Signs::DASH);
        }
        self.n_pieces += u32::from(next.is_some_and(|c| !c.is_whitespace()));
        let ends = |c: Option<char>| matches!(c, Some('.' | '!' | '?' | '…'));
        let is_break = ends(last) || (ends(second) && matches!(last, Some('"' | '”' | ')')));
        if is_break && next.is_some_and(|c| c.is_uppercase() || matches!(c, '“' | '"')) {
            // The stop after a number or an initial at the beginning is none of a sentence.
            let n_words = self.words.iter().take_while(|word| usize::from(word.end) < at).count();
            let is_numbering = last == Some('.')
                && match self.words.get(..n_words).unwrap_or_default() {
                    [only] => only.n_chars == 1 || only.initial == Initial::Digit,
                    [_, number] => number.initial == Initial::Digit,
                    _ => false,
                };
            if !is_numbering {
                self.signs.add(Signs::SENTENCE_BREAK);
            }
        }
    }

    fn sign(&mut self, sign: u8, before: Option<u8>, at: usize) {
        self.signs.add(match sign {
            b',' => {
                self.n_commas += 1;
                return;
            }
            b'(' => Signs::BRACKET,
            b')' if before == Some(b'(') => Signs::CODE,
            b'/' => Signs::SLASH,
            b'|' => Signs::BAR,
            b'@' => Signs::AT,
            b'$' => Signs::MONEY,
            b'%' => Signs::PERCENT,
            b'=' | b'{' | b'}' | b'\\' => Signs::CODE,
            b';' | b'_' | b'<' | b'>' => Signs::CODE_RATHER,
            b'-' if before == Some(b'-') => Signs::CODE_RATHER,
            b'0'..=b'9' if at > 3 => Signs(Signs::DIGIT_LATER.0 | Signs::DIGIT.0),
            b'0'..=b'9' => Signs::DIGIT,
            _ => return,
        });
    }

    fn wide_sign(&mut self, sign: Option<char>) {
        match sign {
            Some('•' | '·') => self.signs.add(Signs::BAR),
            Some('€' | '£' | '₹' | '¥') => self.signs.add(Signs::MONEY),
            _ => {}
        }
    }
}

impl Word {
    /// Reads a word, without what it is known for. Hashes are FNV-1a of small letters.
    pub fn of(word: &str) -> Self {
        let (hash, n_chars) = hash_of(word);
        let bytes = word.as_bytes();
        let ends_with = |ending: &[u8]| {
            bytes
                .len()
                .checked_sub(ending.len())
                .and_then(|at| bytes.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(ending))
        };
        let ending_len = match bytes.last() {
            Some(b'g' | b'G') if n_chars >= 6 && ends_with(b"ing") => 3,
            Some(b's' | b'S') if n_chars >= 6 && ends_with(b"ies") => 3,
            Some(b's' | b'S') if n_chars >= 5 && ends_with(b"es") => 2,
            Some(b's' | b'S') if n_chars >= 4 => 1,
            Some(b'd' | b'D') if n_chars >= 5 && ends_with(b"ed") => 2,
            _ => 0,
        };
        let stem = match word.get(..word.len() - ending_len) {
            Some(stem) if ending_len > 0 => hash_of(stem).0,
            _ => hash,
        };
        let initial = match word.chars().next() {
            Some('a'..='z') => Initial::Lower,
            Some('A'..='Z') => Initial::Upper,
            Some(c) if c.is_uppercase() => Initial::Upper,
            Some(c) if c.is_lowercase() => Initial::Lower,
            Some(c) if c.is_numeric() => Initial::Digit,
            _ => Initial::Other,
        };
        Self { hash, stem, n_chars, end: 0, initial, initial_bit: initial_bit(word), classes: Classes::default() }
    }

    /// Looks up what the word is known for.
    pub fn known(self) -> Self {
        Self { classes: classes_of(self.hash), ..self }
    }
}

/// Returns the bit of a word's first letter, whatever its case. What is no letter of ASCII has one for all.
pub fn initial_bit(word: &str) -> u32 {
    match word.bytes().next() {
        Some(byte) if byte.is_ascii_alphabetic() => 1 << (byte & 0x1f),
        _ => 1,
    }
}

/// Returns the words of a text.
pub fn words_of(text: &str) -> impl Iterator<Item = Word> {
    slices(text).map(|(word, _)| Word::of(word).known())
}

/// Returns the words of a text as they are written, each with the byte after it.
pub fn slices(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()).count();
            if !starts_other(text, at)? {
                break;
            }
            at += text.get(at..)?.chars().next()?.len_utf8();
        }
        let start = at;
        loop {
            at += bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            match part_len(text, at) {
                Some(len) => at += len,
                None => break,
            }
        }
        Some((text.get(start..at)?, at))
    })
}

/// Returns whether what stands at byte `at` is no letter or digit; nothing at the text's end.
fn starts_other(text: &str, at: usize) -> Option<bool> {
    let byte = *text.as_bytes().get(at)?;
    Some(if byte < 0x80 { !byte.is_ascii_alphanumeric() } else { !is_wide_letter(text, at) })
}

/// Returns the length of the letter or digit at byte `at`, or of the apostrophe or hyphen before one.
fn part_len(text: &str, at: usize) -> Option<usize> {
    match *text.as_bytes().get(at)? {
        byte if byte.is_ascii_alphanumeric() => Some(1),
        b'\'' | b'-' => (!starts_other(text, at + 1)?).then_some(1),
        0xe2 if text.get(at..)?.starts_with('’') => (!starts_other(text, at + 3)?).then_some(3),
        byte if byte >= 0x80 && is_wide_letter(text, at) => text.get(at..)?.chars().next().map(char::len_utf8),
        _ => None,
    }
}

fn is_wide_letter(text: &str, at: usize) -> bool {
    let c = text.get(at..).and_then(|rest| rest.chars().next());
    // General punctuation is what most signs of Western text are.
    c.is_some_and(|c| !('\u{2000}'..='\u{206f}').contains(&c) && c.is_alphanumeric())
}

const HASH_START: u32 = 0x811c_9dc5;

fn mix(hash: u32, value: u32) -> u32 {
    (hash ^ value).wrapping_mul(0x0100_0193)
}

/// Returns the hash of a word's small letters, and how many characters it has. An apostrophe is one in either form.
fn hash_of(word: &str) -> (u32, u16) {
    if word.is_ascii() {
        let hash = word.bytes().fold(HASH_START, |hash, byte| mix(hash, u32::from(byte.to_ascii_lowercase())));
        return (hash, u16::try_from(word.len()).unwrap_or(u16::MAX));
    }
    let (mut hash, mut n_chars) = (HASH_START, 0u16);
    for c in word.chars().flat_map(char::to_lowercase) {
        hash = mix(hash, u32::from(if c == '’' { '\'' } else { c }));
        n_chars = n_chars.saturating_add(1);
    }
    (hash, n_chars)
}

/// Returns the hash of a phrase of which these are the words.
pub fn phrase(words: &[Word]) -> u32 {
    words.iter().fold(HASH_START, |hash, word| mix(hash, word.hash))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    fn read(text: &str) -> Reading {
        let mut reading = Reading::default();
        reading.read(text);
        reading
    }

    fn check_case(text: &str, case: Case) {
        assert_eq!(read(text).case().0, case, "{text:?}");
    }

    #[test]
    fn tells_the_case() {
        check_case("THE MILL", Case::Caps);
        check_case("The Mill by the Stream", Case::Title);
        check_case("The Old Mill and Its quiet Stream", Case::MostlyTitle);
        check_case("The mill by the Stream", Case::Mixed);
        check_case("The mill by the stream", Case::Sentence);
        check_case("Mills", Case::Single);
        check_case("the Mill", Case::Small);
        check_case("水車小屋", Case::None);
        check_case("1984", Case::None);
    }

    #[test]
    fn finds_words_and_stems() {
        let words = read("Milling the mills, the miller’s well-kept wheel -").words;
        assert_eq!(words.len(), 7);
        assert_eq!(words[0].stem, words[2].stem);
        assert_eq!(words[1].hash, words[3].hash);
        assert!(words[1].classes.has(Classes::STOP));
        assert_eq!(words_of("Milling the mills").next().unwrap().hash, words[0].hash);
    }

    fn check_sign(text: &str, sign: Signs, expected: bool) {
        assert_eq!(read(text).signs.has(sign), expected, "{text:?}");
    }

    #[test]
    fn finds_signs() {
        check_sign("He left. She stayed", Signs::SENTENCE_BREAK, true);
        check_sign("“Go.” She went", Signs::SENTENCE_BREAK, true);
        check_sign("3. The mill", Signs::SENTENCE_BREAK, false);
        check_sign("Step 3. The mill", Signs::SENTENCE_BREAK, false);
        check_sign("Note: the mill", Signs::COLON_EARLY, true);
        check_sign("What the miller said: nothing", Signs::COLON_EARLY, false);
        check_sign("mill()", Signs::CODE, true);
        check_sign("the mill – a view", Signs::DASH, true);
    }
}
