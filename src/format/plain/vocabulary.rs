//! The words that speak for or against a heading, and which of them a word is. What each weighs is in `weights`.

use std::sync::LazyLock;

use super::reading::{Word, phrase, slices};

/// What a word, or a phrase, is known for: a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Classes(u32);

impl Classes {
    pub const STOP: Self = Self(1);
    pub const VERB: Self = Self(1 << 1);
    pub const PRONOUN: Self = Self(1 << 2);
    pub const SUBJECT: Self = Self(1 << 3);
    pub const QUESTION: Self = Self(1 << 4);
    pub const CONJUNCTION: Self = Self(1 << 5);
    pub const PREPOSITION: Self = Self(1 << 6);
    pub const HEADLINE: Self = Self(1 << 7);
    pub const FURNITURE: Self = Self(1 << 8);
    pub const GOOD_LAST: Self = Self(1 << 9);
    pub const BAD_LAST: Self = Self(1 << 10);
    pub const OPENING: Self = Self(1 << 11);
    pub const CONTINUING: Self = Self(1 << 12);
    pub const ARTICLE: Self = Self(1 << 13);
    pub const YOU: Self = Self(1 << 14);
    pub const HOW: Self = Self(1 << 15);
    pub const ADDRESS: Self = Self(1 << 16);
    pub const MONTH: Self = Self(1 << 17);
    /// Of a phrase: a whole heading that many texts have.
    pub const KNOWN_HEADING: Self = Self(1 << 18);
    /// Of a phrase: how such headings begin.
    pub const KNOWN_BEGINNING: Self = Self(1 << 19);
    /// Of a phrase: how page furniture begins.
    pub const FURNITURE_BEGINNING: Self = Self(1 << 20);
    /// Of a phrase: the heading of one of two lists that are set against each other.
    pub const PRO_OR_CON: Self = Self(1 << 21);

    pub fn has(self, class: Self) -> bool {
        self.0 & class.0 != 0
    }
}

/// Returns what the word with this hash is known for.
pub fn classes_of(hash: u32) -> Classes {
    VOCABULARY.find(hash)
}

/// Returns what a phrase of these words is known for.
pub fn phrase_classes(words: &[Word]) -> Classes {
    VOCABULARY.find(phrase(words) ^ PHRASE)
}

/// Sets phrases of one word apart from the word.
const PHRASE: u32 = 0x5bd1_e995;

/// A table of hashes, open to the next place where two fall on one.
struct Vocabulary(Vec<(u32, Classes)>);

const N_PLACES: usize = 2048;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::new);

/// What the words of each list are known for.
const WORDS: &[(Classes, &[&str])] = &[
    (Classes::STOP, STOP),
    (Classes::VERB, VERBS),
    (Classes::PRONOUN, PRONOUNS),
    (Classes::SUBJECT, SUBJECTS),
    (Classes::QUESTION, QUESTION_WORDS),
    (Classes::CONJUNCTION, CONJUNCTIONS),
    (Classes::PREPOSITION, PREPOSITIONS),
    (Classes::HEADLINE, HEADLINE_WORDS),
    (Classes::FURNITURE, FURNITURE_WORDS),
    (Classes::GOOD_LAST, GOOD_LAST_WORDS),
    (Classes::BAD_LAST, BAD_LAST_WORDS),
    (Classes::OPENING, OPENING_WORDS),
    (Classes::CONTINUING, CONTINUING_WORDS),
    (Classes::ARTICLE, &["a", "an", "the"]),
    (Classes::YOU, &["you", "your"]),
    (Classes::HOW, &["how"]),
    (Classes::ADDRESS, &["http", "https", "www", "com"]),
    (Classes::MONTH, MONTHS),
];

/// What the phrases of each list are known for.
const PHRASES: &[(Classes, &[&str])] = &[
    (Classes::KNOWN_HEADING, KNOWN_HEADINGS),
    (Classes::KNOWN_BEGINNING, KNOWN_BEGINNINGS),
    (Classes::FURNITURE_BEGINNING, FURNITURE_BEGINNINGS),
    (Classes::PRO_OR_CON, PROS_AND_CONS),
];

/// Words that tell little of what a line is about.
const STOP: &[&str] = &[
    "a", "about", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "do", "does", "for", "from", "her",
    "his", "how", "if", "in", "into", "is", "it", "its", "my", "no", "nor", "not", "of", "on", "or", "our", "over",
    "so", "than", "that", "the", "their", "these", "they", "this", "those", "to", "under", "via", "vs", "was", "we",
    "what", "when", "which", "who", "why", "with", "you", "your",
];

/// Verbs that make a sentence of a line.
const VERBS: &[&str] = &[
    "am", "are", "be", "been", "being", "can", "could", "did", "do", "does", "had", "has", "have", "is", "may",
    "might", "must", "should", "was", "were", "will", "would",
];

const PRONOUNS: &[&str] =
    &["he", "her", "here", "him", "i", "it", "me", "she", "that", "them", "there", "they", "this", "us", "we", "you"];

const SUBJECTS: &[&str] = &["he", "i", "it", "she", "they", "we"];

const QUESTION_WORDS: &[&str] = &[
    "are", "can", "did", "do", "does", "how", "is", "should", "was", "what", "when", "where", "which", "who", "why",
    "will",
];

const CONJUNCTIONS: &[&str] = &["also", "and", "because", "but", "however", "or", "so", "then"];

const PREPOSITIONS: &[&str] =
    &["after", "as", "at", "before", "by", "for", "from", "if", "in", "on", "to", "when", "while", "with"];

/// Whole headings that many texts have.
const KNOWN_HEADINGS: &[&str] = &[
    "about",
    "about the author",
    "about us",
    "abstract",
    "acknowledgements",
    "acknowledgments",
    "appendix",
    "background",
    "benefits",
    "bibliography",
    "browser compatibility",
    "closing thoughts",
    "comments",
    "conclusion",
    "conclusions",
    "contact",
    "contact us",
    "contents",
    "description",
    "directions",
    "disclaimer",
    "discussion",
    "education",
    "epilogue",
    "equipment",
    "example",
    "examples",
    "experience",
    "external links",
    "faq",
    "faqs",
    "features",
    "final thoughts",
    "final word",
    "final words",
    "foreword",
    "frequently asked questions",
    "further reading",
    "future work",
    "getting started",
    "glossary",
    "history",
    "how it works",
    "in conclusion",
    "index",
    "ingredients",
    "installation",
    "instructions",
    "intro",
    "introduction",
    "key takeaways",
    "leave a comment",
    "leave a reply",
    "limitations",
    "materials",
    "method",
    "methodology",
    "methods",
    "next steps",
    "notes",
    "nutrition",
    "overview",
    "parameters",
    "preface",
    "prerequisites",
    "pricing",
    "prologue",
    "pros and cons",
    "read next",
    "recap",
    "recommended",
    "references",
    "related articles",
    "related posts",
    "requirements",
    "resources",
    "results",
    "return value",
    "see also",
    "specifications",
    "summary",
    "syntax",
    "table of contents",
    "takeaways",
    "the bottom line",
    "the takeaway",
    "tips",
    "tl;dr",
    "troubleshooting",
    "usage",
    "what's next",
    "what’s next",
    "why it matters",
    "wrapping up",
];

const PROS_AND_CONS: &[&str] = &["advantages", "cons", "disadvantages", "pros", "the bad", "the good"];

/// How headings begin that many texts have: one word to three.
const KNOWN_BEGINNINGS: &[&str] = &[
    "about",
    "benefits of",
    "conclusion",
    "faq",
    "frequently asked",
    "how to",
    "introduction",
    "overview",
    "step",
    "summary",
    "tips for",
    "types of",
    "what is",
    "why",
];

/// Words that are more at home in headings than in items and captions.
const HEADLINE_WORDS: &[&str] = &[
    "best",
    "challenges",
    "choose",
    "choosing",
    "common",
    "comparing",
    "comparison",
    "conclusion",
    "considerations",
    "cost",
    "costs",
    "examples",
    "factors",
    "faq",
    "faqs",
    "final",
    "key",
    "options",
    "platforms",
    "quick",
    "recommendations",
    "results",
    "should",
    "step",
    "tips",
    "tools",
    "top",
    "trends",
    "types",
    "worth",
];

/// Words of what stands around an article rather than in its headings.
const FURNITURE_WORDS: &[&str] = &[
    "advertisement",
    "all",
    "author",
    "available",
    "buy",
    "by",
    "category",
    "check",
    "click",
    "cookie",
    "copyright",
    "courtesy",
    "credit",
    "download",
    "edited",
    "email",
    "facebook",
    "fig",
    "figure",
    "following",
    "full",
    "getty",
    "image",
    "images",
    "linkedin",
    "login",
    "min",
    "newsletter",
    "photo",
    "posted",
    "price",
    "print",
    "privacy",
    "published",
    "rating",
    "read",
    "related",
    "reviewed",
    "see",
    "share",
    "shop",
    "source",
    "subscribe",
    "tag",
    "tags",
    "twitter",
    "updated",
    "video",
    "view",
    "watch",
    "written",
];

/// How a line of such furniture begins.
const FURNITURE_BEGINNINGS: &[&str] = &[
    "advertisement",
    "back to",
    "buy",
    "by",
    "check",
    "click",
    "copyright",
    "credit",
    "download",
    "figure",
    "follow us",
    "get",
    "image",
    "learn more",
    "load more",
    "log in",
    "min read",
    "photo",
    "posted",
    "previous",
    "published",
    "read",
    "related",
    "reviewed",
    "see",
    "share",
    "shop",
    "show more",
    "sign in",
    "source",
    "subscribe",
    "tags",
    "updated",
    "view",
    "watch",
    "written by",
];

/// Last words of headings that lists stand under.
const GOOD_LAST_WORDS: &[&str] = &[
    "benefits",
    "considerations",
    "details",
    "for",
    "goals",
    "like",
    "options",
    "out",
    "pricing",
    "recommendations",
    "resources",
    "results",
    "tips",
    "types",
    "up",
    "way",
    "you",
];

/// Last words of lines that go on, or that end a remark.
const BAD_LAST_WORDS: &[&str] =
    &["day", "following", "here", "include", "includes", "including", "it", "know", "now", "review", "this", "today"];

/// First words of a paragraph that opens a section.
const OPENING_WORDS: &[&str] = &[
    "as", "every", "in", "let's", "let’s", "most", "no", "now", "on", "select", "since", "some", "there", "to", "when",
    "while", "you",
];

/// First words of a paragraph that goes on.
const CONTINUING_WORDS: &[&str] = &[
    "also", "and", "because", "but", "how", "however", "is", "it", "it's", "its", "it’s", "or", "step", "try", "what",
    "where", "which",
];

const MONTHS: &[&str] = &[
    "apr",
    "april",
    "aug",
    "august",
    "dec",
    "december",
    "feb",
    "february",
    "jan",
    "january",
    "jul",
    "july",
    "jun",
    "june",
    "mar",
    "march",
    "may",
    "nov",
    "november",
    "oct",
    "october",
    "sep",
    "sept",
    "september",
];

/// Returns the words of an entry, which are not known yet.
fn spelt(text: &str) -> impl Iterator<Item = Word> {
    slices(text).map(|(word, _)| Word::of(word))
}

impl Vocabulary {
    fn new() -> Self {
        let mut vocabulary = Self(vec![(0, Classes::default()); N_PLACES]);
        for (class, list) in WORDS {
            for word in list.iter().flat_map(|text| spelt(text)) {
                vocabulary.add(word.hash, *class);
            }
        }
        for (class, list) in PHRASES {
            for text in *list {
                let words: Vec<Word> = spelt(text).collect();
                vocabulary.add(phrase(&words) ^ PHRASE, *class);
            }
        }
        vocabulary
    }

    fn places(hash: u32) -> impl Iterator<Item = usize> {
        (hash as usize..).take(N_PLACES).map(|place| place % N_PLACES)
    }

    fn add(&mut self, hash: u32, class: Classes) {
        for place in Self::places(hash) {
            let Some((kept, classes)) = self.0.get_mut(place) else { return };
            if *classes == Classes::default() || *kept == hash {
                *kept = hash;
                classes.0 |= class.0;
                return;
            }
        }
    }

    fn find(&self, hash: u32) -> Classes {
        for place in Self::places(hash) {
            match self.0.get(place) {
                Some((kept, classes)) if *kept == hash => return *classes,
                Some((_, classes)) if *classes != Classes::default() => {}
                _ => break,
            }
        }
        Classes::default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn check(text: &str, class: Classes, expected: bool) {
        let words: Vec<Word> = spelt(text).collect();
        let classes = match words.as_slice() {
            [word] => Classes(classes_of(word.hash).0 | phrase_classes(&words).0),
            words => phrase_classes(words),
        };
        assert_eq!(classes.has(class), expected, "{text:?}");
    }

    #[test]
    fn knows_its_words() {
        check("the", Classes::STOP, true);
        check("mill", Classes::STOP, false);
        check("How", Classes::QUESTION, true);
        check("Table of Contents", Classes::KNOWN_HEADING, true);
        check("What’s next", Classes::KNOWN_HEADING, true);
        check("Conclusion", Classes::KNOWN_HEADING, true);
        check("Table of Mills", Classes::KNOWN_HEADING, false);
        check("how to", Classes::KNOWN_BEGINNING, true);
    }

    #[test]
    fn has_room_for_its_words() {
        assert!(VOCABULARY.0.iter().filter(|(_, classes)| *classes != Classes::default()).count() * 3 < N_PLACES);
    }
}
