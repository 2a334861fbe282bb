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
    pub initial: Initial,
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
    /// Letters of scripts that set no spaces.
    pub n_unspaced: u32,
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
        let mut spelling = Spelling::default();
        let mut before = [' '; 3];
        for (n_before, c) in text.chars().enumerate() {
            self.sign(c, before, n_before);
            if spelling.take(c) {
                self.n_upper += u32::from(c.is_uppercase());
                self.n_lower += u32::from(c.is_lowercase());
                self.n_letters += u32::from(c.is_alphabetic());
            } else if let Some(word) = spelling.end_unless_joined(c) {
                self.words.push(word.known());
            }
            let [_, second, last] = before;
            before = [second, last, c];
        }
        self.words.extend(spelling.end().map(Word::known));
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

    fn sign(&mut self, c: char, before: [char; 3], n_before: usize) {
        let [third, second, last] = before;
        if c.is_whitespace() {
            match last {
                ':' => {
                    self.signs.add(Signs::COLON);
                    if self.n_pieces <= 2 && !self.signs.has(Signs::COLON_EARLY) {
                        self.signs.add(Signs::COLON_EARLY);
                    }
                }
                '-' | '–' | '—' if second == ' ' => self.signs.add(Signs::DASH),
                _ => {}
            }
            return;
        }
        self.n_pieces += u32::from(n_before == 0 || last.is_whitespace());
        match c {
            ',' => self.n_commas += 1,
            '(' => self.signs.add(Signs::BRACKET),
            ')' if last == '(' => self.signs.add(Signs::CODE),
            '/' => self.signs.add(Signs::SLASH),
            '|' | '•' | '·' => self.signs.add(Signs::BAR),
            '@' => self.signs.add(Signs::AT),
            '$' | '€' | '£' | '₹' | '¥' => self.signs.add(Signs::MONEY),
            '%' => self.signs.add(Signs::PERCENT),
            '=' | '{' | '}' | '\\' => self.signs.add(Signs::CODE),
            ';' | '_' | '<' | '>' => self.signs.add(Signs::CODE_RATHER),
            '-' if last == '-' => self.signs.add(Signs::CODE_RATHER),
            '0'..='9' => self.signs.add(if n_before > 3 { Signs(Signs::DIGIT_LATER.0 | Signs::DIGIT.0) } else { Signs::DIGIT }),
            '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' => self.n_unspaced += 1,
            _ => {}
        }
        if last == ' ' && (c.is_uppercase() || matches!(c, '“' | '"')) {
            let ends = |c: char| matches!(c, '.' | '!' | '?' | '…');
            let is_break = ends(second) || (ends(third) && matches!(second, '"' | '”' | ')'));
            // The stop after a number or an initial at the beginning is none of a sentence.
            let is_numbering = second == '.'
                && match self.words.as_slice() {
                    [only] => only.n_chars == 1 || only.initial == Initial::Digit,
                    [_, number] => number.initial == Initial::Digit,
                    _ => false,
                };
            if is_break && !is_numbering {
                self.signs.add(Signs::SENTENCE_BREAK);
            }
        }
    }
}

impl Word {
    /// Looks up what the word is known for.
    fn known(self) -> Self {
        Self { classes: classes_of(self.hash), ..self }
    }
}

/// Returns the words of a text.
pub fn words_of(text: &str) -> impl Iterator<Item = Word> {
    spelt(text).map(Word::known)
}

/// Returns the words of a text without what they are known for.
pub fn spelt(text: &str) -> impl Iterator<Item = Word> {
    let mut spelling = Spelling::default();
    let mut chars = text.chars();
    std::iter::from_fn(move || {
        for c in chars.by_ref() {
            if !spelling.take(c)
                && let Some(word) = spelling.end_unless_joined(c)
            {
                return Some(word);
            }
        }
        spelling.end()
    })
}

/// A word that is being read. Hashes are FNV-1a of small letters; the last few are kept, for the stem.
#[derive(Debug, Clone, Copy, Default)]
struct Spelling {
    n_chars: u16,
    initial: Initial,
    /// The hash of all characters, and those without the last one, two and three.
    hashes: [u32; 4],
    /// The last three characters, the very last first.
    ending: [char; 3],
    /// An apostrophe or hyphen that the word goes on after, if it goes on.
    joint: Option<char>,
}

const HASH_START: u32 = 0x811c_9dc5;

fn mix(hash: u32, value: u32) -> u32 {
    (hash ^ value).wrapping_mul(0x0100_0193)
}

impl Spelling {
    /// Takes a letter or a digit; anything else is not taken.
    fn take(&mut self, c: char) -> bool {
        let is_ascii = c.is_ascii();
        if !(if is_ascii { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() }) {
            return false;
        }
        if self.n_chars == 0 {
            self.hashes = [HASH_START; 4];
            self.initial = if c.is_uppercase() {
                Initial::Upper
            } else if c.is_lowercase() {
                Initial::Lower
            } else if c.is_numeric() {
                Initial::Digit
            } else {
                Initial::Other
            };
        }
        if let Some(joint) = self.joint.take() {
            self.add(joint);
        }
        if is_ascii {
            self.add(c.to_ascii_lowercase());
        } else {
            c.to_lowercase().for_each(|c| self.add(c));
        }
        true
    }

    fn add(&mut self, c: char) {
        let [now, one, two, _] = self.hashes;
        self.hashes = [mix(now, u32::from(c)), now, one, two];
        let [last, second, _] = self.ending;
        self.ending = [c, last, second];
        self.n_chars = self.n_chars.saturating_add(1);
    }

    /// Ends the word before `c`, unless it may go on after it.
    fn end_unless_joined(&mut self, c: char) -> Option<Word> {
        if self.n_chars > 0 && self.joint.is_none() && matches!(c, '\'' | '’' | '-') {
            self.joint = Some(if c == '’' { '\'' } else { c });
            return None;
        }
        self.end()
    }

    fn end(&mut self) -> Option<Word> {
        let Self { n_chars, initial, hashes, ending, .. } = std::mem::take(self);
        if n_chars == 0 {
            return None;
        }
        let [hash, without_1, without_2, without_3] = hashes;
        let stem = match ending {
            ['g', 'n', 'i'] | ['s', 'e', 'i'] if n_chars >= 6 => without_3,
            ['d' | 's', 'e', _] if n_chars >= 5 => without_2,
            ['s', ..] if n_chars >= 4 => without_1,
            _ => hash,
        };
        Some(Word { hash, stem, n_chars, initial, classes: Classes::default() })
    }
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
