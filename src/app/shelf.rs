//! The shelf: what can be read, one entry an article, with a look at the chosen one.

use crate::app::event::Card;
use crate::article::Locator;
use crate::fuzzy;

use super::overlay::Line;
use super::reader::Reader;

/// What can be read, in the order in which J and K walk it.
#[derive(Debug, Default)]
pub struct Shelf {
    pub entries: Vec<Entry>,
    /// Indices of the entries that the filter lets through.
    pub matched: Vec<usize>,
    /// The chosen entry: an index into `matched`.
    pub chosen: usize,
    pub filter: Line,
    /// The chosen article, once it has been read.
    pub preview: Option<Reader>,
}

/// An article on the shelf.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub locator: Locator,
    /// What is known of it without opening it.
    pub card: Option<Card>,
}

impl Entry {
    /// Returns what the article is called, as well as that is known.
    pub fn name(&self) -> String {
        match self.card.as_ref().and_then(|card| card.title.clone()) {
            Some(title) => title,
            None => self.locator.file_name().map_or_else(|| self.locator.to_string(), str::to_owned),
        }
    }
}

impl Shelf {
    pub fn new(locators: Vec<Locator>) -> Self {
        let entries = locators.into_iter().map(|locator| Entry { locator, card: None }).collect();
        let mut shelf = Self { entries, ..Self::default() };
        shelf.apply_filter();
        shelf
    }

    /// Returns the chosen entry.
    pub fn chosen(&self) -> Option<&Entry> {
        self.entries.get(*self.matched.get(self.chosen)?)
    }

    /// Moves the choice by `count` entries.
    pub fn step(&mut self, count: isize) {
        let last = self.matched.len().saturating_sub(1);
        self.chosen = self.chosen.saturating_add_signed(count).min(last);
    }

    /// Chooses the entry of `locator`, if it is on the shelf.
    pub fn choose(&mut self, locator: &Locator) {
        let position = |&idx: &usize| self.entries.get(idx).is_some_and(|entry| entry.locator == *locator);
        if let Some(chosen) = self.matched.iter().position(position) {
            self.chosen = chosen;
        }
    }

    /// Returns the entry that is `count` away from the one of `locator`.
    pub fn neighbour(&self, locator: &Locator, count: isize) -> Option<&Locator> {
        let here = self.entries.iter().position(|entry| entry.locator == *locator)?;
        self.entries.get(here.checked_add_signed(count)?).map(|entry| &entry.locator)
    }

    /// Keeps what is known of an article.
    pub fn describe(&mut self, locator: &Locator, card: &Card) {
        for entry in self.entries.iter_mut().filter(|entry| entry.locator == *locator) {
            entry.card = Some(card.clone());
        }
    }

    /// Lets through what the filter matches, best first.
    pub fn apply_filter(&mut self) {
        let names: Vec<String> = self.entries.iter().map(Entry::name).collect();
        self.matched = fuzzy::rank(self.filter.value(), names.iter().map(String::as_str));
        self.chosen = self.chosen.min(self.matched.len().saturating_sub(1));
    }

    /// Returns the rows of a list of `rows` entries that keep the chosen one in view.
    pub fn window(&self, rows: usize) -> std::ops::Range<usize> {
        window(self.matched.len(), self.chosen, rows)
    }
}

/// Returns which `rows` of `length` items to show so that `chosen` is among them, in the middle where it can be.
pub fn window(length: usize, chosen: usize, rows: usize) -> std::ops::Range<usize> {
    let start = chosen.saturating_sub(rows / 2).min(length.saturating_sub(rows));
    start..(start + rows).min(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_keep_the_choice_in_view() {
        assert_eq!(window(10, 0, 4), 0..4);
        assert_eq!(window(10, 5, 4), 3..7);
        assert_eq!(window(10, 9, 4), 6..10);
        assert_eq!(window(2, 1, 4), 0..2);
        assert_eq!(window(0, 0, 4), 0..0);
        assert_eq!(window(5, 3, 0), 3..3);
    }
}
