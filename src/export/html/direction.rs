//! Direction: which way a text's script runs, by its language or its letters.

use crate::document::{Direction, Document};

/// How much text is looked at to tell which way a document runs, in characters.
const LOOKED_AT: usize = 4096;

/// The languages that are written from right to left, but where the tag says another script.
const FROM_THE_RIGHT: [&str; 12] = ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"];

/// Returns which way a document runs: as its language does, or else as most of its beginning.
pub fn of_document(document: &Document) -> Direction {
    let language = document.meta().language.as_deref().unwrap_or_default().to_ascii_lowercase();
    let mut subtags = language.split('-');
    if subtags.next().is_some_and(|language| FROM_THE_RIGHT.contains(&language)) && !subtags.any(|tag| tag == "latn") {
        return Direction::RightToLeft;
    }
    let strong = document.text().chars().take(LOOKED_AT).filter_map(of_letter);
    let (n_right, n_all) = strong.fold((0, 0), |(n_right, n_all), direction| {
        (n_right + usize::from(direction == Direction::RightToLeft), n_all + 1)
    });
    if n_right * 2 > n_all { Direction::RightToLeft } else { Direction::LeftToRight }
}

/// Returns the `dir` attribute of a block, if it runs another way than the page: as it is `told`, or by its first
/// letter.
pub fn attribute(text: &str, told: Option<Direction>, page: Direction) -> &'static str {
    match told.or_else(|| text.chars().find_map(of_letter)) {
        Some(own) if own == page => "",
        Some(Direction::LeftToRight) => " dir=\"ltr\"",
        Some(Direction::RightToLeft) => " dir=\"rtl\"",
        None => "",
    }
}

/// Returns the direction of a letter's script; digits and signs have none (Unicode Bidirectional Algorithm, 3.2).
fn of_letter(c: char) -> Option<Direction> {
    let runs_left = matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}');
    match (c.is_alphabetic(), runs_left) {
        (false, _) => None,
        (true, true) => Some(Direction::RightToLeft),
        (true, false) => Some(Direction::LeftToRight),
    }
}
