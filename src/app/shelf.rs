//! The shelf: what can be read, one entry an article, with a look at the chosen one.
//!
//! It shows a list of the library, a part at a time, or what recto was called with and what ships with it.

use std::collections::BTreeMap;

use super::event::JobId;
use super::overlay::Line;
use super::pacing::Paces;
use super::reader::Reader;
use crate::app::event::Card;
use crate::article::{Locator, WORDS_PER_MINUTE};
use crate::catalogue::{ArticleId, Page, Record, Status, Wanted};
use crate::fuzzy;

/// How many records are asked for around the chosen one.
const PART: usize = 200;

/// What can be read, in the order in which J and K walk it.
#[derive(Debug, Default)]
pub struct Shelf {
    /// What recto was called with, and what ships with it.
    pub entries: Vec<Entry>,
    /// Indices of the entries that the filter lets through.
    pub matched: Vec<usize>,
    /// The chosen one of what is shown.
    pub chosen: usize,
    pub filter: Line,
    /// The chosen article, once it has been read.
    pub preview: Option<Reader>,
    /// The library's list, where that is what is shown.
    pub listing: Option<Listing>,
    /// How fast the reader reads.
    pub paces: Paces,
}

/// A list of the library, as far as it is known.
#[derive(Debug, Default)]
pub struct Listing {
    pub wanted: Wanted,
    /// None until it is known.
    pub total: Option<usize>,
    from: usize,
    records: Vec<Record>,
    asked: Option<JobId>,
    /// What is known is no longer true.
    is_stale: bool,
    /// Articles that were picked to do something with, with what is said of each.
    pub picked: BTreeMap<ArticleId, Status>,
}

/// An article on the shelf.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub locator: Locator,
    /// What is known of it without opening it.
    pub card: Option<Card>,
}

/// An article as the shelf shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub locator: Locator,
    pub name: String,
    /// What is told beside the name, for an article without a title.
    pub beside: String,
    pub minutes: Option<u64>,
    /// How far it was read, in thousandths.
    pub permille: u16,
    pub status: Status,
    pub is_picked: bool,
}

impl Entry {
    /// Returns what the article is called, as well as that is known.
    pub fn name(&self) -> String {
        match self.card.as_ref().and_then(|card| card.title.clone()) {
            Some(title) => title,
            None => self.locator.file_name().map_or_else(|| self.locator.to_string(), str::to_owned),
        }
    }

    fn row(&self) -> Row {
        let card = self.card.as_ref();
        Row {
            locator: self.locator.clone(),
            name: self.name(),
            beside: card.filter(|card| card.title.is_none()).map(|card| card.opening.clone()).unwrap_or_default(),
            minutes: card.map(|card| minutes(card.words, 0, WORDS_PER_MINUTE)),
            permille: 0,
            status: Status::default(),
            is_picked: false,
        }
    }
}

/// Returns how long what is left of so many words takes.
fn minutes(words: u32, permille: u16, pace: u64) -> u64 {
    let left = u64::from(words) * u64::from(1000 - permille.min(1000)) / 1000;
    left.div_ceil(pace).max(1)
}

impl Listing {
    fn record(&self, idx: usize) -> Option<&Record> {
        self.records.get(idx.checked_sub(self.from)?)
    }

    fn row(&self, idx: usize, paces: &Paces) -> Option<Row> {
        let record = self.record(idx)?;
        let title = if record.title.is_empty() { record.locator.to_string() } else { record.title.clone() };
        let beside = if record.permille > 0 { record.section.clone() } else { record.author.clone() };
        Some(Row {
            locator: record.locator.clone(),
            name: title,
            beside,
            minutes: Some(minutes(record.words, record.permille, paces.of(&record.language))),
            permille: record.permille,
            status: record.status,
            is_picked: self.picked.contains_key(&record.id),
        })
    }
}

impl Shelf {
    pub fn new(locators: Vec<Locator>) -> Self {
        let entries = locators.into_iter().map(|locator| Entry { locator, card: None }).collect();
        let mut shelf = Self { entries, ..Self::default() };
        shelf.apply_filter();
        shelf
    }

    /// Returns how many articles are shown, as far as that is known.
    pub fn length(&self) -> usize {
        match &self.listing {
            Some(listing) => listing.total.unwrap_or_default(),
            None => self.matched.len(),
        }
    }

    /// Returns what is shown at a place; none while it is not known.
    pub fn row(&self, idx: usize) -> Option<Row> {
        match &self.listing {
            Some(listing) => listing.row(idx, &self.paces),
            None => Some(self.entries.get(*self.matched.get(idx)?)?.row()),
        }
    }

    /// Returns where the chosen article is.
    pub fn chosen(&self) -> Option<&Locator> {
        match &self.listing {
            Some(listing) => listing.record(self.chosen).map(|record| &record.locator),
            None => self.entries.get(*self.matched.get(self.chosen)?).map(|entry| &entry.locator),
        }
    }

    /// Returns what is known of the chosen article of the library.
    pub fn chosen_record(&self) -> Option<&Record> {
        self.listing.as_ref()?.record(self.chosen)
    }

    /// Moves the choice by `count` articles.
    pub fn step(&mut self, count: isize) {
        let last = self.length().saturating_sub(1);
        self.chosen = self.chosen.saturating_add_signed(count).min(last);
    }

    /// Chooses the article at `locator`, if it is shown.
    pub fn choose(&mut self, locator: &Locator) {
        let chosen = match &self.listing {
            Some(listing) => {
                let found = listing.records.iter().position(|record| record.locator == *locator);
                found.map(|idx| idx + listing.from)
            }
            None => {
                let position = |&idx: &usize| self.entries.get(idx).is_some_and(|entry| entry.locator == *locator);
                self.matched.iter().position(position)
            }
        };
        self.chosen = chosen.unwrap_or(self.chosen);
    }

    /// Returns the article that is `count` away from the one at `locator`.
    pub fn neighbour(&self, locator: &Locator, count: isize) -> Option<&Locator> {
        if let Some(listing) = &self.listing {
            let here = listing.records.iter().position(|record| record.locator == *locator)?;
            return listing.records.get(here.checked_add_signed(count)?).map(|record| &record.locator);
        }
        let here = self.entries.iter().position(|entry| entry.locator == *locator)?;
        self.entries.get(here.checked_add_signed(count)?).map(|entry| &entry.locator)
    }

    /// Keeps what is known of an article.
    pub fn describe(&mut self, locator: &Locator, card: &Card) {
        for entry in self.entries.iter_mut().filter(|entry| entry.locator == *locator) {
            entry.card = Some(card.clone());
        }
    }

    /// Lets through what the filter matches, best first; the library is asked for what it matches.
    pub fn apply_filter(&mut self) {
        if let Some(listing) = &mut self.listing {
            if listing.wanted.filter != self.filter.value() {
                self.filter.value().clone_into(&mut listing.wanted.filter);
                listing.is_stale = true;
                self.chosen = 0;
            }
            return;
        }
        let names: Vec<String> = self.entries.iter().map(Entry::name).collect();
        self.matched = fuzzy::rank(self.filter.value(), names.iter().map(String::as_str));
        self.chosen = self.chosen.min(self.matched.len().saturating_sub(1));
    }

    /// Shows a list of the library; none for what recto was called with.
    pub fn show(&mut self, wanted: Option<Wanted>) {
        self.listing = wanted.map(|wanted| Listing { wanted, is_stale: true, ..Listing::default() });
        self.chosen = 0;
        self.apply_filter();
    }

    /// Says that the library's list may be another one by now.
    pub fn outdate(&mut self) {
        if let Some(listing) = &mut self.listing {
            listing.is_stale = true;
        }
    }

    /// Returns what has to be asked of the library to show the list as it is: what is wanted, from where, and how much.
    pub fn missing(&mut self, job: JobId) -> Option<(Wanted, usize, usize)> {
        let chosen = self.chosen;
        let listing = self.listing.as_mut()?;
        let known = listing.from..listing.from + listing.records.len();
        let total = listing.total.unwrap_or(usize::MAX);
        // Half a part on either side is known, or there is no more.
        let around = chosen.saturating_sub(PART / 4)..(chosen + PART / 4).min(total);
        let is_known = known.start <= around.start && around.end <= known.end;
        if !listing.is_stale && (is_known || listing.asked.is_some()) {
            return None;
        }
        listing.is_stale = false;
        listing.asked = Some(job);
        Some((listing.wanted.clone(), chosen.saturating_sub(PART / 2), PART))
    }

    /// Takes a part of a list; returns whether it was asked for.
    pub fn take_page(&mut self, job: JobId, page: Page) -> bool {
        let Some(listing) = &mut self.listing else { return false };
        if listing.asked != Some(job) {
            return false;
        }
        let here = listing.record(self.chosen).map(|record| record.id);
        let Page { total, from, records, .. } = page;
        (listing.asked, listing.total, listing.from, listing.records) = (None, Some(total), from, records);
        // What was chosen stays so where it is still in the list.
        let still = here.and_then(|id| listing.records.iter().position(|record| record.id == id));
        self.chosen = still.map_or(self.chosen, |idx| idx + from).min(total.saturating_sub(1));
        true
    }

    /// Returns the rows of a list of `rows` entries that keep the chosen one in view.
    pub fn window(&self, rows: usize) -> std::ops::Range<usize> {
        window(self.length(), self.chosen, rows)
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
