//! Hyphenation: where a word may be divided, by the patterns of its language.
//!
//! The patterns are hypher's, of some fifty languages. What is found is kept, since most words come again. What is
//! no plain word (digits in it, capitals within, a name of letters) is never divided.

use std::collections::HashMap;

use hypher::Lang;

/// Shorter words are not divided, in characters.
const SHORT: usize = 5;
/// Longer ones are not looked at, in bytes; so that an offset into a word fits a byte.
const LONG: usize = 120;
/// How many words are kept of a language.
const KEPT: usize = 20_000;

/// Returns the patterns for a BCP 47 tag, if there are any.
pub fn patterns(tag: &str) -> Option<Lang> {
    let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
    // Norwegian is one language to the patterns; some tags have three letters only because people write them so.
    let code = match primary.as_str() {
        "no" | "nn" | "nor" | "nob" | "nno" => "nb",
        "eng" => "en",
        "deu" | "ger" => "de",
        "fra" | "fre" => "fr",
        "spa" => "es",
        "ita" => "it",
        "por" => "pt",
        "rus" => "ru",
        other => other,
    };
    Lang::from_iso(code.as_bytes().try_into().ok()?)
}

/// Divides the words of one language.
#[derive(Debug)]
pub struct Hyphenator {
    language: Lang,
    kept: HashMap<Box<str>, Box<[u8]>>,
}

impl Hyphenator {
    pub fn new(language: Lang) -> Self {
        Self { language, kept: HashMap::new() }
    }

    /// Returns whether a hyphen is drawn where a word of this language is divided.
    pub fn draws_hyphens(&self) -> bool {
        self.language.hyphenation_character().is_some()
    }

    /// Returns where `word` may be divided, in bytes from its start.
    pub fn points(&mut self, word: &str) -> &[u8] {
        if self.kept.len() > KEPT {
            self.kept.clear();
        }
        if !self.kept.contains_key(word) {
            self.kept.insert(word.into(), find(word, self.language));
        }
        self.kept.get(word).map_or(&[], |points| points)
    }
}

fn find(word: &str, language: Lang) -> Box<[u8]> {
    let divisible = word.len() <= LONG
        && word.chars().count() >= SHORT
        && word.chars().all(|c| c.is_alphabetic() || unicode_width::UnicodeWidthChar::width(c) == Some(0))
        && !word.chars().skip(1).any(char::is_uppercase);
    if !divisible {
        return Box::default();
    }
    let mut at = 0;
    let ends = hypher::hyphenate(word, language).map(|syllable| {
        at += syllable.len();
        at
    });
    let inside = ends.filter(|&at| at < word.len() && super::width::is_cluster_boundary(word, at));
    // Some patterns leave a letter alone, which no reader does.
    let clusters: Vec<usize> = super::width::clusters(word).map(|cluster| cluster.offset).collect();
    let (first, last) = (clusters.get(2), clusters.iter().nth_back(1));
    let inside = inside.filter(|at| first.is_some_and(|first| first <= at) && last.is_some_and(|last| at <= last));
    inside.filter_map(|at| u8::try_from(at).ok()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn check(tag: &str, word: &str, want: &str) {
        let mut hyphenator = Hyphenator::new(patterns(tag).unwrap());
        let mut shown = String::new();
        let mut from = 0;
        for &at in hyphenator.points(word) {
            shown += &word[from..usize::from(at)];
            shown.push('-');
            from = usize::from(at);
        }
        assert_eq!(shown + &word[from..], want, "{tag}");
    }

    #[test]
    fn words_are_divided_by_their_language() {
        check("en-GB", "hyphenation", "hy-phen-ation");
        check("de", "Silbentrennung", "Sil-ben-tren-nung");
        check("fr_CA", "typographie", "ty-po-gra-phie");
        check("nn", "bokstavar", "bok-sta-var");
        check("ru", "перенос", "пе-ре-нос");
        check("el", "παράδειγμα", "πα-ρά-δειγ-μα");
    }

    #[test]
    fn no_letter_is_left_alone() {
        check("hi", "पिसता", "पिसता");
        check("ta", "கிடைக்கும்", "கிடைக்-கும்");
    }

    #[test]
    fn what_is_no_plain_word_stays_whole() {
        for word in ["NATIONAL", "openSUSE", "x86_64assembly", "don’t", "this", "https"] {
            check("en", word, word);
        }
    }

    #[test]
    fn more_than_thirty_languages_have_patterns() {
        let tags = "af be bg ca cs da de el en es et fi fr hr hu is it ka la lt nb nl pl pt ru sk sl sq sr sv tr uk";
        let known = tags.split(' ').filter(|tag| patterns(tag).is_some()).count();
        assert_eq!(known, tags.split(' ').count());
        assert!(patterns("ja").is_none() && patterns("").is_none() && patterns("é").is_none());
    }

    proptest! {
        #[test]
        fn points_stand_inside_the_word_between_clusters(word in "([a-zäéßñ]|\\PC){0,140}") {
            let mut hyphenator = Hyphenator::new(Lang::German);
            let points = hyphenator.points(&word).to_vec();
            prop_assert!(points.is_sorted());
            for at in points {
                prop_assert!(super::super::width::is_cluster_boundary(&word, usize::from(at)));
            }
        }
    }
}
