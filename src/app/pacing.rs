//! How fast the reader reads: what they pass is told to the library, which learns from it, and what it learned is used.

use std::collections::BTreeMap;

use super::event::JobId;
use super::overlay::{Overlay, Peek};
use super::reader::Reader;
use super::{App, Effect, Errand, Room};
use crate::catalogue::{ArticleId, Change, Flag, Passed};
use crate::document::{Document, Offset, TextRange, words_in};
use crate::pace::statistics::Statistics;
use crate::pace::{Pace, chart, language_of};

/// How wide charts are at most, in cells.
const WIDEST: usize = 72;

/// Words a minute by language, as far as they are known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Paces(BTreeMap<String, f64>);

impl Paces {
    /// Returns the pace in a language, a BCP 47 tag: the reader's own, or what is usual.
    pub fn of(&self, tag: &str) -> u64 {
        let pace = self.0.get(&language_of(tag)).copied().unwrap_or_else(|| Pace::of_language(tag).words_a_minute());
        whole(pace).max(1)
    }
}

/// Where the reader stood last, and what was passed until then.
#[derive(Debug)]
pub(super) struct Stood {
    eye: Offset,
    seen: TextRange,
    n_words: u32,
    /// How many there were to be read when the article was opened.
    n_left: u32,
}

impl App {
    /// Tells the library how the reader moved on.
    pub(super) fn keep_pace(&mut self, effects: &mut Vec<Effect>) {
        if !self.has_library() || self.room != Room::Reader || self.shows_changes() || self.opening().is_some() {
            return;
        }
        if let Some(passed) = self.reader.as_mut().and_then(Reader::passed) {
            self.ask_library(Errand::Passed(passed), effects);
        }
    }

    /// Takes what is known of the reader's pace.
    pub(super) fn take_paces(&mut self, paces: BTreeMap<String, f64>) {
        self.paces = Paces(paces);
        self.shelf.paces = self.paces.clone();
        self.pace_reader();
    }

    /// Has the open article say how long the reader takes.
    pub(super) fn pace_reader(&mut self) {
        if let Some(reader) = &mut self.reader {
            let pace = self.paces.of(language(reader.document()));
            reader.set_pace(pace);
        }
    }

    /// Asks what was read.
    pub(super) fn ask_statistics(&mut self, effects: &mut Vec<Effect>) {
        self.awaited_marks = self.ask_library(Errand::Statistics, effects);
        if self.awaited_marks.is_none() {
            self.note("nothing is kept, as was asked for: this needs the library");
        }
    }

    /// Shows what was read.
    pub(super) fn show_statistics(&mut self, job: JobId, statistics: &Statistics, paces: &[(String, f64)]) {
        if self.awaited_marks.take_if(|awaited| *awaited == job).is_some() {
            let cells = usize::from(self.columns.saturating_sub(8)).clamp(1, WIDEST);
            let lines = chart::lines(statistics, paces, cells);
            self.overlays.push(Overlay::Peek(Peek::of_lines("What was read", &lines)));
        }
    }

    /// Says that an article was read, which the reader can undo.
    pub(super) fn take_finished(&mut self, article: ArticleId, effects: &mut Vec<Effect>) {
        let shelved = self.reader.as_ref().and_then(|reader| reader.shelved());
        if shelved.is_some_and(|shelved| shelved.id == article && !shelved.status.is_read) {
            let change = Change::Flag { articles: vec![article], flag: Flag::Read, is_so: true };
            self.change(change, "read to its end".to_owned(), effects);
        }
    }
}

impl Reader {
    /// Returns how the reader moved since this was asked last, if they did.
    fn passed(&mut self) -> Option<Passed> {
        let (eye, seen) = (self.eye(), self.view().range);
        let document = self.document();
        let words = |from: Offset, to: Offset| words_in(document.slice(TextRange::new(from, to)));
        let mut passed = Passed {
            article: self.shelved().map(|shelved| shelved.id),
            language: language(document).to_owned(),
            is_new: false,
            words: 0,
            words_in_sight: words(seen.start, seen.end),
            finishes: None,
        };
        let Some(stood) = self.stood.as_ref() else {
            let all: u32 = document.sections().iter().map(|section| section.words).sum();
            let (at, end) = (eye.index() as u64, document.end().index().max(1) as u64);
            let before = u64::from(all) * at.min(end) / end;
            let n_left = all.saturating_sub(u32::try_from(before).unwrap_or(all));
            self.stood = Some(Stood { eye, seen, n_words: 0, n_left });
            return Some(Passed { is_new: true, ..passed });
        };
        if stood.eye == eye {
            return None;
        }
        passed.words_in_sight = words(stood.seen.start, stood.seen.end);
        // What was not in sight was jumped over.
        if eye > stood.eye && eye <= stood.seen.end {
            passed.words = words(stood.eye, eye);
        }
        let is_end = passed.words > 0 && seen.end >= document.end() && document.is_complete();
        let n_words = stood.n_words.saturating_add(passed.words);
        let is_through = n_words.saturating_add(passed.words_in_sight) >= stood.n_left / 2;
        let is_unread = self.shelved().is_some_and(|shelved| !shelved.status.is_read);
        if is_end && is_through && is_unread {
            passed.finishes = Some(n_words);
        }
        self.stood = Some(Stood { eye, seen, n_words, n_left: stood.n_left });
        Some(passed)
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a pace is neither negative nor large")]
fn whole(pace: f64) -> u64 {
    pace.round() as u64
}

/// Returns the language of a document; empty if it does not tell.
fn language(document: &Document) -> &str {
    document.meta().language.as_deref().unwrap_or_default()
}
