//! The page's own byline: lines over the text that say who wrote it or when, and nothing else.
//!
//! What is known of the article says so already, right below its title.

use super::sheet::Sheet;
use super::{Leaf, LeafKind};
use crate::document::Meta;

/// The most letters of a byline, in bytes.
const LONGEST: usize = 160;

/// The fewest words of a paragraph with which the text has begun.
const PROSE_WORDS: f32 = 20.0;

/// What stands around names and dates in bylines.
const AROUND: &[&str] = &[
    "a",
    "af",
    "am",
    "an",
    "and",
    "article",
    "at",
    "author",
    "authors",
    "av",
    "by",
    "da",
    "date",
    "de",
    "di",
    "door",
    "e",
    "el",
    "en",
    "et",
    "from",
    "il",
    "in",
    "le",
    "m",
    "mis",
    "och",
    "og",
    "on",
    "par",
    "por",
    "post",
    "posted",
    "publicado",
    "published",
    "publié",
    "story",
    "text",
    "the",
    "um",
    "und",
    "vom",
    "von",
    "words",
    "written",
    "y",
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Returns the leaves over the text that say the byline or the date again.
pub fn bylines(leaves: &[Leaf<'_>], sheet: &Sheet, is_kept: &[bool], meta: &Meta) -> Vec<usize> {
    let known = Known::of(meta);
    let is_prose = |idx: usize| sheet.rows.get(idx).is_some_and(|row| row.sums.words >= PROSE_WORDS);
    let says_it =
        |leaf: &Leaf<'_>| leaf.kind != LeafKind::Heading && leaf.text.len() <= LONGEST && known.is_all(leaf.text);
    let over_text = (0..leaves.len()).take_while(|&idx| !(is_kept.get(idx) == Some(&true) && is_prose(idx)));
    over_text.filter(|&idx| leaves.get(idx).is_some_and(says_it)).collect()
}

/// The words of what is known of who wrote the article, and when.
struct Known {
    names: Vec<String>,
    site: Vec<String>,
    /// Year, month and day.
    date: Option<(String, usize, usize)>,
}

impl Known {
    fn of(meta: &Meta) -> Self {
        let words_of = |text: &Option<String>| text.as_deref().map(words).unwrap_or_default();
        Self { names: words_of(&meta.byline), site: words_of(&meta.site), date: meta.date.as_deref().and_then(date) }
    }

    /// Returns whether `text` says a name or the date, and nothing that is not known.
    fn is_all(&self, text: &str) -> bool {
        let words = words(text);
        let is_known = |word: &String| {
            let is_said = self.names.contains(word) || self.site.contains(word) || AROUND.contains(&word.as_str());
            is_said || self.is_of_date(word)
        };
        let has_names = !self.names.is_empty() && self.names.iter().all(|name| words.contains(name));
        let has_date = words.iter().filter(|word| self.is_of_date(word)).count() >= 3;
        (has_names || has_date) && words.iter().all(is_known)
    }

    fn is_of_date(&self, word: &str) -> bool {
        let Some((year, month, day)) = &self.date else { return false };
        let name = month.checked_sub(1).and_then(|idx| MONTHS.get(idx)).copied().unwrap_or_default();
        let is_month = word.len() >= 3 && name.starts_with(word);
        let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        word == year.as_str()
            || is_month
            || number.parse().is_ok_and(|number: usize| number == *day || number == *month)
    }
}

/// Returns the parts of a date that is written as year, month and day.
fn date(date: &str) -> Option<(String, usize, usize)> {
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Some((year.to_owned(), month.parse().ok()?, day.parse().ok()?))
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_byline_by_what_it_says() {
        let some = |text: &str| Some(text.to_owned());
        let known = Known::of(&Meta {
            byline: some("Ann Miller, Bo Weir"),
            site: some("The Brook"),
            date: some("2024-09-05"),
            ..Meta::default()
        });
        for (text, says_it) in [
            ("By Ann Miller and Bo Weir", true),
            ("ANN MILLER, BO WEIR | The Brook | Sept. 5th, 2024", true),
            ("Published on September 5, 2024", true),
            ("05.09.2024", true),
            ("By Ann Miller", false),
            ("By Ann Miller and Bo Weir, photographs by Cy Sluice", false),
            ("September 5, 2024, 10:30", false),
            ("In 2024", false),
            ("The Brook", false),
            ("", false),
        ] {
            assert_eq!(known.is_all(text), says_it, "{text}");
        }
        assert!(!Known::of(&Meta::default()).is_all("By Ann Miller"));
    }
}
