//! The first look: reads the features of a short line from itself and the blocks around it.

use super::features::{LineFeature as F, LineFeatures};
use super::front::has_date;
use super::marker::{Numbering, numbered};
use super::reading::{Case, Initial, Reading, Signs, Word, initial_bit, slices, words_of};
use super::vocabulary::{Classes, phrase_classes};

/// How a text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum End {
    Sentence,
    Colon,
    Comma,
    #[default]
    Open,
}

impl End {
    pub fn of(text: &str) -> Self {
        match text.chars().next_back() {
            Some('.' | '!' | '?' | '…' | '。' | '！' | '？') => Self::Sentence,
            Some(':' | '：') => Self::Colon,
            Some(',' | '、') => Self::Comma,
            _ => Self::Open,
        }
    }
}

/// A block as its neighbours see it.
#[derive(Debug, Clone, Default)]
pub struct Neighbour {
    /// The block's text, or the beginning of a long one.
    pub text: String,
    pub n_chars: u32,
    pub n_words: u32,
    pub end: End,
    /// Whether it is short enough for a heading.
    pub is_short: bool,
    pub is_item: bool,
    pub keeps_lines: bool,
    /// Whether the article's title, a byline, a rule or a marked heading: it parts what is before from what is after.
    pub is_border: bool,
    pub is_after_gap: bool,
    pub is_tight: bool,
    pub is_set_in: bool,
    /// How many short blocks come right before it.
    pub run_before: u32,
    /// Whether a short text was read for what follows: most are never asked for it.
    pub is_known: bool,
    pub reading: Reading,
    /// Whether it says that it is a chapter.
    pub is_label: bool,
    pub case: Case,
    pub share_of_capitals: f32,
    pub numbering: Numbering,
}

impl Neighbour {
    /// Reads a short text, if that has not been done.
    pub fn know(&mut self) {
        if self.is_known || !self.is_short {
            return;
        }
        self.is_known = true;
        self.reading.read(&self.text);
        (self.case, self.share_of_capitals) = self.reading.case();
        let numbered = numbered(&self.text);
        self.numbering = numbered.numbering;
        self.is_label = numbered.is_sure;
    }

    pub fn first_word(&self) -> Option<Word> {
        if self.is_known { self.reading.words.first().copied() } else { words_of(&self.text).next() }
    }
}

/// A line and the blocks around it.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub line: &'a Neighbour,
    pub before: Option<&'a Neighbour>,
    pub second_before: Option<&'a Neighbour>,
    pub next: Option<&'a Neighbour>,
    pub second: Option<&'a Neighbour>,
    pub third: Option<&'a Neighbour>,
    pub run_after: u32,
}

/// Reads the features of a line into `features`, in place of what was there.
pub fn read(view: &View, features: &mut LineFeatures) {
    features.clear();
    let mut look = Look { features };
    look.of_size(view.line);
    look.of_ends(&view.line.text);
    look.of_signs(&view.line.reading);
    look.of_numbering(view.line.numbering);
    look.of_case(view.line.case, view.line.share_of_capitals);
    look.of_words(view.line);
    look.of_phrases(view.line);
    look.of_next(view);
    look.of_before(view);
    look.of_run(view);
}

/// Returns the line without the sign of a permanent link at its end.
pub fn bare(text: &str) -> &str {
    text.trim_end_matches(['¶', '#', ' '])
}

struct Look<'a> {
    features: &'a mut LineFeatures,
}

impl Look<'_> {
    fn add(&mut self, feature: F) {
        self.features.push((feature, 1.0));
    }

    fn add_if(&mut self, condition: bool, feature: F) {
        if condition {
            self.add(feature);
        }
    }

    /// Adds the feature of the first step that `value` does not exceed.
    fn add_step(&mut self, value: u32, steps: &[(u32, F)]) {
        if let Some((_, feature)) = steps.iter().find(|(limit, _)| value <= *limit) {
            self.add(*feature);
        }
    }

    fn of_size(&mut self, line: &Neighbour) {
        self.add_step(
            line.n_words,
            &[
                (1, F::Words1),
                (2, F::Words2),
                (3, F::Words3),
                (5, F::Words5),
                (7, F::Words7),
                (9, F::Words9),
                (11, F::Words11),
                (13, F::Words13),
                (u32::MAX, F::WordsMore),
            ],
        );
        self.add_step(
            line.n_chars,
            &[
                (5, F::Chars5),
                (12, F::Chars12),
                (25, F::Chars25),
                (40, F::Chars40),
                (60, F::Chars60),
                (80, F::Chars80),
                (100, F::Chars100),
                (u32::MAX, F::CharsMore),
            ],
        );
    }

    fn of_ends(&mut self, text: &str) {
        let bare = bare(text);
        self.add_if(bare.len() < text.len(), F::HasPermalink);
        let ending = match bare.chars().next_back() {
            Some('.') if bare.ends_with("...") => Some(F::EndsWithEllipsis),
            Some('.' | '。') => Some(F::EndsWithStop),
            Some('…') => Some(F::EndsWithEllipsis),
            Some('!' | '！') => Some(F::EndsWithExclamation),
            Some('?' | '？') => Some(F::EndsWithQuestion),
            Some(':' | '：') => Some(F::EndsWithColon),
            Some(',') => Some(F::EndsWithComma),
            Some(';') => Some(F::EndsWithSemicolon),
            Some(')' | ']') => Some(F::EndsWithBracket),
            Some('"' | '”' | '’' | '\'') => Some(F::EndsWithQuote),
            Some('-' | '–' | '—') => Some(F::EndsWithDash),
            Some('>' | '»' | '→' | '›') => Some(F::EndsWithArrow),
            Some(c) if c.is_numeric() => Some(F::EndsWithDigit),
            Some(c) if !c.is_alphabetic() => Some(F::EndsWithSign),
            _ => None,
        };
        let start = match text.chars().next() {
            Some('"' | '“' | '‘' | '\'' | '«' | '„') => Some(F::StartsWithQuote),
            Some('(' | '[') => Some(F::StartsWithBracket),
            Some(
                '-' | '*' | '•' | '·' | '–' | '—' | '+' | '→' | '✓' | '✔' | '►' | '▪' | '●' | '○' | '◦' | '➤' | '▶'
                | '✅',
            ) => Some(F::StartsWithBullet),
            Some(c) if !c.is_alphanumeric() => Some(F::StartsWithSign),
            _ => None,
        };
        for feature in ending.into_iter().chain(start) {
            self.add(feature);
        }
    }

    fn of_signs(&mut self, reading: &Reading) {
        self.add_if(reading.n_commas == 1, F::HasComma);
        self.add_if(reading.n_commas > 1, F::HasCommas);
        let signs = reading.signs;
        for (sign, feature) in [
            (Signs::SENTENCE_BREAK, F::HasSentenceBreak),
            (Signs::COLON, F::HasColon),
            (Signs::COLON_EARLY, F::HasColonEarly),
            (Signs::DASH, F::HasDash),
            (Signs::BRACKET, F::HasBracket),
            (Signs::SLASH, F::HasSlash),
            (Signs::BAR, F::HasPipe),
            (Signs::MONEY, F::HasMoney),
            (Signs::PERCENT, F::HasPercent),
            (Signs::DIGIT_LATER, F::HasDigit),
        ] {
            self.add_if(signs.has(sign), feature);
        }
        self.add_if(signs.has(Signs::CODE) || signs.has(Signs::CODE_RATHER), F::HasCode);
        let has_address = signs.has(Signs::AT) || reading.words.iter().any(|word| word.classes.has(Classes::ADDRESS));
        self.add_if(has_address, F::HasAddress);
    }

    fn of_numbering(&mut self, numbering: Numbering) {
        self.add(match numbering {
            Numbering::None => return,
            Numbering::Number => F::NumberedPoint,
            Numbering::Bracket => F::NumberedBracket,
            Numbering::Bare => F::NumberedBare,
            Numbering::Dashed => F::NumberedDashed,
            Numbering::Hash => F::NumberedHash,
            Numbering::Nested(_) => F::NumberedNested,
            Numbering::Roman => F::NumberedRoman,
            Numbering::Letter => F::NumberedLetter,
            Numbering::Named => F::NumberedNamed,
            Numbering::Chapter => F::NumberedChapter,
            Numbering::Part => F::NumberedPart,
            Numbering::Question => F::NumberedQuestion,
        });
    }

    fn of_case(&mut self, case: Case, share: f32) {
        self.add(match case {
            Case::Caps => F::CaseCaps,
            Case::Title => F::CaseTitle,
            Case::MostlyTitle => F::CaseMostlyTitle,
            Case::Mixed => F::CaseMixed,
            Case::Sentence => F::CaseSentence,
            Case::Single => F::CaseSingle,
            Case::Small => F::CaseSmall,
            Case::None => F::CaseNone,
        });
        self.features.push((F::ShareOfCapitals, share));
    }

    fn of_words(&mut self, line: &Neighbour) {
        let words = &line.reading.words;
        let is_question = bare(&line.text).ends_with(['?', '？']);
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        let asks = first.classes.has(Classes::QUESTION);
        self.add_if(asks, F::FirstIsQuestion);
        self.add_if(asks && !is_question, F::FirstAsksWithoutMark);
        self.add_if(
            first.n_chars > 4
                && line.text.trim_start().get(..usize::from(first.n_chars)).is_some_and(|word| word.ends_with("ing")),
            F::FirstIsIng,
        );
        for (class, feature) in [
            (Classes::HOW, F::FirstIsHow),
            (Classes::ARTICLE, F::FirstIsArticle),
            (Classes::PRONOUN, F::FirstIsPronoun),
            (Classes::CONJUNCTION, F::FirstIsConjunction),
            (Classes::PREPOSITION, F::FirstIsPreposition),
        ] {
            self.add_if(first.classes.has(class), feature);
        }
        self.add_if(last.classes.has(Classes::STOP), F::LastIsStop);
        self.add_if(last.classes.has(Classes::GOOD_LAST), F::LastIsGood);
        self.add_if(last.classes.has(Classes::BAD_LAST), F::LastIsBad);
        let any = |class| words.iter().any(|word| word.classes.has(class));
        let any_later = |class| words.iter().skip(1).any(|word| word.classes.has(class));
        let has_verb = any_later(Classes::VERB);
        self.add_if(has_verb, F::HasVerb);
        self.add_if(has_verb && !is_question, F::HasVerbNoQuestion);
        self.add_if(any_later(Classes::SUBJECT), F::HasSubject);
        self.add_if(any(Classes::YOU), F::HasYou);
        self.add_if(any(Classes::HEADLINE), F::Headline);
        self.add_if(any(Classes::FURNITURE), F::Furniture);
        let n_stops = words.iter().filter(|word| word.classes.has(Classes::STOP)).count();
        let n_letters: u32 = words.iter().map(|word| u32::from(word.n_chars)).sum();
        let n_words = words.len() as f32;
        self.features.push((F::ShareOfStops, n_stops as f32 / n_words));
        self.features.push((F::WordLength, (n_letters as f32 / n_words / 8.0).min(1.0)));
    }

    fn of_phrases(&mut self, line: &Neighbour) {
        let words = line.reading.words.as_slice();
        let whole = phrase_classes(words);
        let begins = |class| (1..=3).any(|n| words.get(..n).is_some_and(|words| phrase_classes(words).has(class)));
        self.add_if(whole.has(Classes::KNOWN_HEADING), F::Known);
        self.add_if(!whole.has(Classes::KNOWN_HEADING) && begins(Classes::KNOWN_BEGINNING), F::KnownBeginning);
        self.add_if(whole.has(Classes::PRO_OR_CON), F::ProsOrCons);
        self.add_if(begins(Classes::FURNITURE_BEGINNING), F::FurnitureBeginning);
        self.add_if(!line.reading.has_letters(), F::NoLetters);
        let is_dated = line.reading.signs.has(Signs::DIGIT) && has_date(&line.text.to_lowercase());
        self.add_if(is_dated, F::Date);
        let is_name = (2..=3).contains(&words.len())
            && line.reading.n_pieces as usize == words.len()
            && words.iter().all(|word| word.initial == Initial::Upper && word.n_chars > 1)
            && bare(&line.text).ends_with(char::is_alphanumeric);
        self.add_if(is_name, F::Name);
    }

    fn of_next(&mut self, view: &View) {
        let Some(next) = view.next else {
            self.add(F::NextNone);
            self.add(F::SecondNone);
            return;
        };
        self.add_step(
            next.n_chars,
            &[
                (20, F::NextChars20),
                (40, F::NextChars40),
                (80, F::NextChars80),
                (120, F::NextChars120),
                (200, F::NextChars200),
                (350, F::NextChars350),
                (700, F::NextChars700),
                (u32::MAX, F::NextCharsMore),
            ],
        );
        self.add_if(next.is_short, F::NextShort);
        self.add(match next.end {
            End::Sentence => F::NextSentence,
            End::Colon => F::NextColon,
            End::Comma | End::Open => F::NextOpen,
        });
        self.add_if(next.is_short && next.end == End::Sentence, F::NextShortSentence);
        self.add_if(next.is_item, F::NextItem);
        self.add_if(next.keeps_lines, F::NextKept);
        if next.is_short && next.numbering != Numbering::None {
            self.add_if(view.line.numbering == Numbering::None, F::NextNumbered);
            self.add_if(view.line.numbering == next.numbering, F::NextSameNumbering);
            self.add_if(numbered(&next.text).number == Some(1), F::NextNumberOne);
        }
        let first = next.text.chars().next();
        self.add_if(first.is_some_and(char::is_lowercase), F::NextSmall);
        self.add_if(first.is_some_and(|c| c.is_ascii_digit()), F::NextDigit);
        self.add_if(matches!(first, Some('"' | '“' | '«' | '„')), F::NextQuote);
        self.add_if(next.is_short && next.case == Case::Title, F::NextTitleCase);
        self.add_if(has_code(&next.text), F::NextCode);
        self.of_echo(view.line, next);
        match view.second {
            None => self.add(F::SecondNone),
            Some(second) => {
                self.add_step(
                    second.n_chars,
                    &[
                        (40, F::SecondChars40),
                        (120, F::SecondChars120),
                        (300, F::SecondChars300),
                        (u32::MAX, F::SecondCharsMore),
                    ],
                );
                self.add_if(next.is_short && !second.is_short, F::SecondLong);
                let third_is_long = view.third.is_some_and(|third| !third.is_short);
                self.add_if(next.is_short && second.is_short && third_is_long, F::ThirdLong);
            }
        }
    }

    /// Reads how much of the line's words come again in the next block: a section begins with what it is about.
    fn of_echo(&mut self, line: &Neighbour, next: &Neighbour) {
        let Some(first) = next.first_word() else { return };
        self.add_if(first.classes.has(Classes::PRONOUN), F::NextPronoun);
        self.add_if(first.classes.has(Classes::OPENING), F::NextOpening);
        self.add_if(first.classes.has(Classes::CONTINUING), F::NextContinuing);
        // A set of bits a word: the first 32 of the line are enough.
        let own = line.reading.words.get(..line.reading.words.len().min(32)).unwrap_or_default();
        let (mut content, mut initials) = (0u32, 0u32);
        for (idx, word) in own.iter().enumerate() {
            let is_new = own.iter().take(idx).all(|before| before.stem != word.stem);
            if word.n_chars > 2 && !word.classes.has(Classes::STOP) && is_new {
                content |= 1 << idx;
                initials |= word.initial_bit;
            }
        }
        if next.is_short || content == 0 {
            return;
        }
        let (mut met, mut met_early) = (0u32, 0u32);
        for (place, piece) in next.text.split_ascii_whitespace().enumerate() {
            // Most words begin otherwise than those of the line, and need not be read.
            if initials & initial_bit(piece) == 0 || piece.len() < 3 {
                continue;
            }
            for word in slices(piece).map(|(word, _)| Word::of(word)) {
                for (idx, _) in own.iter().enumerate().filter(|(_, own)| own.stem == word.stem) {
                    met |= 1 << idx;
                    met_early |= u32::from(place < 12) << idx;
                }
            }
        }
        let n_words = content.count_ones() as f32;
        self.features.push((F::Echo, (met & content).count_ones() as f32 / n_words));
        self.features.push((F::EchoEarly, (met_early & content).count_ones() as f32 / n_words));
        self.add_if(met & content == content, F::EchoWhole);
        self.add_if(met & content == 0, F::EchoNone);
    }

    fn of_before(&mut self, view: &View) {
        let Some(before) = view.before.filter(|before| !before.is_border) else {
            self.add(F::BeforeNone);
            return;
        };
        self.add_step(
            before.n_chars,
            &[
                (20, F::BeforeChars20),
                (40, F::BeforeChars40),
                (80, F::BeforeChars80),
                (120, F::BeforeChars120),
                (200, F::BeforeChars200),
                (350, F::BeforeChars350),
                (700, F::BeforeChars700),
                (u32::MAX, F::BeforeCharsMore),
            ],
        );
        self.add(match before.end {
            End::Sentence => F::BeforeSentence,
            End::Colon => F::BeforeColon,
            End::Comma => F::BeforeComma,
            End::Open => F::BeforeOpen,
        });
        let is_sentence = before.end == End::Sentence;
        self.add_if(before.is_short && is_sentence, F::BeforeShortSentence);
        self.add_if(before.is_short && !is_sentence, F::BeforeShortOpen);
        self.add_if(before.is_item, F::BeforeItem);
        self.add_if(before.keeps_lines, F::BeforeKept);
        let is_kin =
            before.is_short && view.line.numbering != Numbering::None && view.line.numbering == before.numbering;
        self.add_if(is_kin, F::BeforeSameNumbering);
        self.add_if(before.is_short && before.case == Case::Title && !is_sentence, F::BeforeTitleCase);
        self.add_if(has_code(&before.text), F::BeforeCode);
        if let Some(second) = view.second_before.filter(|second| !second.is_border) {
            self.add_if(second.end == End::Colon, F::SecondBeforeColon);
            self.add_step(
                second.n_chars,
                &[
                    (40, F::SecondBeforeChars40),
                    (120, F::SecondBeforeChars120),
                    (300, F::SecondBeforeChars300),
                    (u32::MAX, F::SecondBeforeCharsMore),
                ],
            );
        }
    }

    fn of_run(&mut self, view: &View) {
        let (before, after) = (view.line.run_before, view.run_after);
        self.add_step(
            before,
            &[
                (0, F::RunBefore0),
                (1, F::RunBefore1),
                (2, F::RunBefore2),
                (4, F::RunBefore4),
                (8, F::RunBefore8),
                (u32::MAX, F::RunBeforeMore),
            ],
        );
        self.add_step(
            after,
            &[
                (0, F::RunAfter0),
                (1, F::RunAfter1),
                (2, F::RunAfter2),
                (4, F::RunAfter4),
                (8, F::RunAfter8),
                (u32::MAX, F::RunAfterMore),
            ],
        );
        self.add_step(
            before + after,
            &[
                (0, F::Run0),
                (1, F::Run1),
                (2, F::Run2),
                (4, F::Run4),
                (8, F::Run8),
                (16, F::Run16),
                (u32::MAX, F::RunMore),
            ],
        );
        self.add_if(after == 0 && before >= 3, F::RunLast);
        self.add_if(before == 0 && after >= 3, F::RunFirst);
        self.add_if(!view.line.is_after_gap && !view.line.is_tight, F::NoGapBefore);
        let next_is_near = view.next.is_some_and(|next| !next.is_after_gap && !next.is_tight);
        self.add_if(next_is_near, F::NoGapAfter);
        self.add_if(view.line.is_tight, F::Tight);
        self.add_if(view.line.is_label, F::Label);
        self.add_if(view.line.is_set_in, F::SetIn);
    }
}

fn has_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr3(b'=', b'{', b'}', bytes).is_some()
        || memchr::memchr(b'\\', bytes).is_some()
        || memchr::memchr_iter(b'(', bytes).any(|at| bytes.get(at + 1) == Some(&b')'))
}
