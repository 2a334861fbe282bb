//! What a full-text index holds of a text, and where in the text each of it stands.
//!
//! Words become terms by what a reader takes for the same: case, accents, the vowels of Arabic and Hebrew and the width
//! of letters do not count. Scripts that are written without spaces become pairs of characters that overlap, and each
//! run of them ends with its last character alone, so that any part of a run is found as a phrase of pairs and a single
//! character as the beginning of a term. Index, query and snippet agree because all of them come from [`each_term`].
//! The index's own tokenizer (SQLite's `unicode61` with the categories `L* N* Co M*`) then has only spaces to split at.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::fold::Folding;

/// The longest word, in characters; nobody looks for more, and what is longer is no word but an encoded file.
const MAX_WORD_CHARS: usize = 64;

/// A term and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<'a> {
    /// The term as it is indexed: characters that are letters, marks and digits alone.
    pub text: &'a str,
    pub kind: TermKind,
    /// What it was made from, in bytes; whole clusters of a letter and its marks.
    pub range: Range<usize>,
    /// The end of its first character, which is all that a search for that character alone found.
    pub first_end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermKind {
    Word,
    /// Two characters of a run without spaces.
    Pair,
    /// The last character of a run.
    Tail {
        /// Whether the run has no other character.
        is_alone: bool,
    },
}

/// Terms that stand one after the other, as a query looks for them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phrase {
    /// At least one.
    pub terms: Vec<String>,
    /// Whether the last term may go on.
    pub is_prefix: bool,
}

impl Phrase {
    /// Returns what finds `typed` as it stands, or none if it has no letters and digits.
    pub fn new(typed: &str) -> Option<Self> {
        let mut terms = Vec::new();
        let mut last = TermKind::Word;
        let _ = each_term(typed, &mut |term| {
            terms.push(term.text.to_owned());
            last = term.kind;
            ControlFlow::Continue(())
        });
        // In a text the run may go on, and then its last character stands alone only further on.
        let is_prefix = last == TermKind::Tail { is_alone: true };
        if last == (TermKind::Tail { is_alone: false }) {
            terms.pop();
        }
        (!terms.is_empty()).then_some(Self { terms, is_prefix })
    }

    /// Returns what finds all that begins with `typed`.
    pub fn beginning(typed: &str) -> Option<Self> {
        let phrase = Self::new(typed)?;
        // A run of pairs already finds whatever comes after it.
        let ends_with_pair = phrase.terms.last().is_some_and(|term| term.starts_with(is_unspaced)) && !phrase.is_prefix;
        Some(Self { is_prefix: !ends_with_pair, ..phrase })
    }
}

/// Returns what the index is given of `text`: its terms with spaces between them.
pub fn indexed(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if text.len() <= MAX_WORD_CHARS && text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut terms = String::with_capacity(text.len());
    let _ = each_term(text, &mut |term| {
        if !terms.is_empty() {
            terms.push(' ');
        }
        terms.push_str(term.text);
        ControlFlow::Continue(())
    });
    Cow::Owned(terms)
}

/// Tells the terms of `text` in order, until `tell` says to stop. Takes time by the length of the text.
pub fn each_term(text: &str, tell: &mut dyn FnMut(Term<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut terms = Terms { word: Word::default(), run: None, pair: String::new(), tell };
    let mut units = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        if c.is_ascii() && next.is_none_or(|next| next.is_ascii()) {
            terms.unit(c.to_ascii_lowercase(), start..start + 1)?;
            continue;
        }
        // A letter and its marks are composed together, and found together.
        let mut end = start + c.len_utf8();
        let mut before = c;
        units.clear();
        fold(c, &mut units);
        while let Some(&(idx, mark)) = chars.peek() {
            if !continues(mark, before) {
                break;
            }
            chars.next();
            end = idx + mark.len_utf8();
            before = mark;
            fold(mark, &mut units);
        }
        for unit in units.iter().copied().nfc() {
            terms.unit(unit, start..end)?;
        }
    }
    terms.end_word()?;
    terms.end_run()
}

/// The term that is being read.
struct Terms<'t> {
    word: Word,
    run: Option<Run>,
    pair: String,
    tell: &'t mut dyn FnMut(Term<'_>) -> ControlFlow<()>,
}

#[derive(Default)]
struct Word {
    text: String,
    n_chars: usize,
    range: Range<usize>,
    first_end: usize,
}

/// The last character of a run, which waits for the next one.
struct Run {
    last: char,
    range: Range<usize>,
    is_alone: bool,
}

impl Terms<'_> {
    fn unit(&mut self, c: char, range: Range<usize>) -> ControlFlow<()> {
        if is_unspaced(c) {
            self.end_word()?;
            let Some(before) = self.run.take() else {
                self.run = Some(Run { last: c, range, is_alone: true });
                return ControlFlow::Continue(());
            };
            self.run = Some(Run { last: c, range: range.clone(), is_alone: false });
            self.pair.clear();
            self.pair.extend([before.last, c]);
            let whole = before.range.start..range.end;
            return (self.tell)(Term {
                text: &self.pair,
                kind: TermKind::Pair,
                range: whole,
                first_end: before.range.end,
            });
        }
        self.end_run()?;
        if !is_in_term(c) {
            return self.end_word();
        }
        let word = &mut self.word;
        if word.text.is_empty() {
            *word = Word { range: range.clone(), first_end: range.end, ..std::mem::take(word) };
        }
        word.range.end = range.end;
        if word.n_chars < MAX_WORD_CHARS {
            word.text.push(c);
            word.n_chars += 1;
        }
        ControlFlow::Continue(())
    }

    fn end_word(&mut self) -> ControlFlow<()> {
        let Word { text, range, first_end, .. } = &self.word;
        if text.is_empty() {
            return ControlFlow::Continue(());
        }
        let flow = (self.tell)(Term { text, kind: TermKind::Word, range: range.clone(), first_end: *first_end });
        self.word.text.clear();
        self.word.n_chars = 0;
        flow
    }

    fn end_run(&mut self) -> ControlFlow<()> {
        let Some(Run { last, range, is_alone }) = self.run.take() else { return ControlFlow::Continue(()) };
        self.pair.clear();
        self.pair.push(last);
        let first_end = range.end;
        (self.tell)(Term { text: &self.pair, kind: TermKind::Tail { is_alone }, range, first_end })
    }
}

/// Adds what `c` counts as.
fn fold(c: char, units: &mut Vec<char>) {
    if !is_nothing(c) {
        Folding::default().fold(c, &mut |unit| units.push(unit));
    }
}

/// Returns whether `c` belongs to the character before it.
fn continues(c: char, before: char) -> bool {
    match c {
        _ if c.is_ascii() => false,
        // Between Persian words it stands for a space, elsewhere only for a shape.
        '\u{200C}' => !matches!(before, '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}'),
        // The vowels and finals of a Hangul syllable that was written in parts.
        '\u{1160}'..='\u{11FF}' | '\u{D7B0}'..='\u{D7FB}' => true,
        // The voicing marks of narrow kana.
        '\u{FF9E}' | '\u{FF9F}' => true,
        _ => is_nothing(c) || c.general_category_group() == GeneralCategoryGroup::Mark,
    }
}

/// Characters that only change how others look or where lines end.
fn is_nothing(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{640}' | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200D}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0100}'..='\u{E01EF}')
}

/// Returns whether the index keeps `c`, as its tokenizer is told to.
fn is_in_term(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let is_private = matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}');
    let group = c.general_category_group();
    is_private
        || matches!(group, GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number | GeneralCategoryGroup::Mark)
}

/// Returns whether `c` is of a script whose words are not parted by spaces, or not as its readers look for them: Han,
/// Kana, Bopomofo, Hangul, Thai, Lao, Khmer, Burmese.
pub fn is_unspaced(c: char) -> bool {
    if c < '\u{E01}' {
        return false;
    }
    matches!(c,
        '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' | '\u{E50}'..='\u{E59}' | '\u{E81}'..='\u{EDF}'
        | '\u{1000}'..='\u{1049}' | '\u{1050}'..='\u{109D}' | '\u{A9E0}'..='\u{A9FE}' | '\u{AA60}'..='\u{AA76}'
        | '\u{AA7A}'..='\u{AA7F}' | '\u{1780}'..='\u{17D3}' | '\u{17DC}' | '\u{17DD}' | '\u{17E0}'..='\u{17E9}'
        | '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' | '\u{A960}'..='\u{A97C}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{D7B0}'..='\u{D7FB}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3041}'..='\u{3096}'
        | '\u{3099}' | '\u{309A}' | '\u{309D}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}'
        | '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{1B000}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFD}')
        && is_in_term(c)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(indexed(text), expected, "{text:?}");
    }

    fn check_phrase(typed: &str, expected: &str) {
        let phrase = Phrase::new(typed).map_or_else(String::new, |phrase| shown(&phrase));
        assert_eq!(phrase, expected, "{typed:?}");
    }

    fn shown(phrase: &Phrase) -> String {
        phrase.terms.join(" ") + if phrase.is_prefix { "*" } else { "" }
    }

    /// Returns whether the index finds `phrase` in what it was given, the way FTS5 does.
    fn finds(indexed: &str, phrase: &Phrase) -> bool {
        let terms: Vec<&str> = indexed.split(' ').collect();
        let (last, before) = phrase.terms.split_last().unwrap();
        terms.windows(phrase.terms.len()).any(|window| {
            let (end, start) = window.split_last().unwrap();
            start == before && if phrase.is_prefix { end.starts_with(last) } else { end == last }
        })
    }

    #[test]
    fn what_readers_take_for_the_same_is_the_same() {
        check("Straße, Ünder & ÅNGSTRÖM", "strasse under angstrom");
        check("E\u{301}tude étude", "etude etude");
        check("Ελληνικά ΟΔΟΣ οδός", "ελληνικα οδοσ οδοσ");
        check("İstanbul ısı", "istanbul isi");
        check("ﬁnd Ｗｉｄｅ x² №5", "find wide x2 no5");
        check("don’t don't re\u{AD}cto", "don t don t recto");
        check("Ёлка", "елка");
        check("a_b-c.d\0e", "a b c d e");
        check("1\u{FE0F}\u{20E3} ❤\u{FE0F}", "1");
    }

    #[test]
    fn vowels_and_stretching_are_left_out_of_arabic_and_hebrew() {
        check("اَلْعَرَبِيَّةُ", "العربية");
        check("العـــربية", "العربية");
        check("أحمد", "احمد");
        check("שָׁלוֹם", "שלום");
        check("می\u{200C}خواهم", "می خواهم");
    }

    #[test]
    fn words_of_india_are_not_broken_at_their_vowels() {
        check("हिन्दी में क्\u{200D}ष", "हिन्दी में क्ष");
        check("தமிழ் மொழி", "தமிழ் மொழி");
    }

    #[test]
    fn runs_without_spaces_become_pairs() {
        check("東京都", "東京 京都 都");
        check("私はABCを", "私は は abc を");
        check("年", "年");
        check("か\u{3099}くせい", "がく くせ せい い");
        check("ｶﾞｽ", "ガス ス");
        check("한국어 학교", "한국 국어 어 학교 교");
        check("\u{1112}\u{1161}\u{11AB}국", "한국 국");
        check("ภาษาไทย", "ภา าษ ษา าไ ไท ทย ย");
        check("東京。大阪", "東京 京 大阪 阪");
    }

    #[test]
    fn phrases_look_for_parts_of_runs() {
        check_phrase("東京", "東京");
        check_phrase("年", "年*");
        check_phrase("東京2024年", "東京 京 2024 年*");
        check_phrase("Don’t", "don t");
        check_phrase("…", "");
        assert_eq!(shown(&Phrase::beginning("東京").unwrap()), "東京");
        assert_eq!(shown(&Phrase::beginning("typ").unwrap()), "typ*");
    }

    #[test]
    fn terms_know_where_they_stand() {
        let mut told = Vec::new();
        let text = "Né東か\u{3099}";
        let _ = each_term(text, &mut |term| {
            told.push((term.text.to_owned(), text[term.range.clone()].to_owned(), term.first_end));
            ControlFlow::Continue(())
        });
        let expected = [("ne", "Né", 1), ("東が", "東か\u{3099}", 6), ("が", "か\u{3099}", 12)]
            .map(|(term, range, first_end)| (term.to_owned(), range.to_owned(), first_end));
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_no_word_is_cut() {
        let long = "x".repeat(10_000);
        assert_eq!(indexed(&long).len(), MAX_WORD_CHARS);
        assert_eq!(Phrase::new(&long).unwrap().terms[0].len(), MAX_WORD_CHARS);
    }

    fn pieces() -> impl Strategy<Value = String> {
        let pieces = vec![
            "a",
            "B",
            "e\u{301}",
            "é",
            "İ",
            "ß",
            " ",
            "2",
            ".",
            "東",
            "京",
            "都",
            "か",
            "か\u{3099}",
            "が",
            "ก",
            "่",
            "ำ",
            "한",
            "\u{1112}\u{1161}",
            "क",
            "\u{94D}",
            "\u{200D}",
            "\u{64E}",
            "ب",
            "\u{200C}",
            "\u{FE0F}",
            "㍿",
        ];
        prop::collection::vec(prop::sample::select(pieces), 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// In a run without spaces exactly the texts that hold it are found.
        #[test]
        fn a_part_of_a_run_is_found_where_it_is_and_nowhere_else(text in "[東京都大]{1,12}", typed in "[東京都大]{1,4}") {
            let phrase = Phrase::new(&typed).unwrap();
            prop_assert_eq!(finds(&indexed(&text), &phrase), text.contains(&typed));
        }

        #[test]
        fn what_was_written_is_found(before in pieces(), typed in pieces(), after in pieces()) {
            let Some(phrase) = Phrase::new(&typed) else { return Ok(()) };
            let text = format!("{before} {typed} {after}");
            prop_assert!(finds(&indexed(&text), &phrase), "{:?} in {:?}", phrase, indexed(&text));
        }

        #[test]
        fn forms_and_case_do_not_count(text in pieces()) {
            let composed: String = text.nfc().collect();
            let apart: String = text.nfd().collect();
            prop_assert_eq!(indexed(&composed), indexed(&apart));
            let upper = apart.to_uppercase();
            prop_assert_eq!(indexed(&upper), indexed(&apart));
        }

        #[test]
        fn terms_lie_in_the_text_in_order(text in ".{0,40}") {
            let mut at = 0;
            let _ = each_term(&text, &mut |term| {
                assert!(term.range.start >= at && text.get(term.range.clone()).is_some() && !term.text.is_empty());
                assert!(term.range.contains(&(term.first_end - 1)) && term.text.chars().all(is_in_term));
                at = term.range.start;
                ControlFlow::Continue(())
            });
        }
    }
}
