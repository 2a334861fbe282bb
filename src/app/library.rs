//! What the library is told and tells: places as they are read, changes and what undoes them, highlights as they stand.

use super::event::JobId;
use super::{App, Effect, Errand, Message, Room};
use crate::annotation::{Highlight, Standing};
use crate::article::Article;
use crate::catalogue::{ArticleId, Change, Known};
use crate::document::{Certainty, Resolved};

/// What is said of a place that had to be looked for begins so.
pub(super) const CHANGED: &str = "the text has changed";
/// How many changes can be undone.
const MOST_UNDOS: usize = 1000;
/// After how long a reader is told where they were, in seconds.
const LONG_AWAY: u64 = 24 * 60 * 60;

/// What goes on between the model and the library.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    /// Whether there is one.
    is_on: bool,
    /// The open article is being noted.
    noting: Option<JobId>,
    /// Passages that were highlighted while their article was being noted.
    waiting: Vec<(JobId, Highlight)>,
    /// The open article's highlights are being looked for.
    placing: Option<JobId>,
    /// Changes on their way, with what is said of each once it is made.
    changing: Vec<(JobId, String, Way)>,
    /// What undoes the latest changes, the last first to be undone, with what each was.
    undos: Vec<(String, Change)>,
}

/// What a change is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Do,
    Undo,
}

impl Keeping {
    pub fn new(is_on: bool) -> Self {
        Self { is_on, ..Self::default() }
    }

    /// Returns whether it was the library's work that failed.
    pub fn take_failure(&mut self, job: JobId) -> bool {
        let n_changing = self.changing.len();
        self.changing.retain(|(known, ..)| *known != job);
        let was_noting = self.noting.take_if(|noting| *noting == job).is_some();
        was_noting || self.changing.len() < n_changing
    }
}

impl App {
    /// Asks something of the library, if there is one.
    pub(super) fn ask_library(&mut self, errand: Errand, effects: &mut Vec<Effect>) -> Option<JobId> {
        self.keeping.is_on.then(|| {
            let job = self.next_job();
            effects.push(Effect::Library { job, errand });
            job
        })
    }

    /// Returns whether what is read is kept.
    pub fn has_library(&self) -> bool {
        self.keeping.is_on
    }

    /// Has an article that was read whole noted.
    pub(super) fn note_article(&mut self, whole: Article, effects: &mut Vec<Effect>) {
        self.keeping.noting = self.ask_library(Errand::Note(whole), effects);
    }

    /// Takes what is known of the article that is open.
    pub(super) fn take_known(&mut self, job: JobId, known: &Known, effects: &mut Vec<Effect>) {
        let waiting = std::mem::take(&mut self.keeping.waiting);
        for (noting, highlight) in waiting {
            if noting == job {
                self.add_highlight(known.id, highlight, effects);
            } else {
                self.keeping.waiting.push((noting, highlight));
            }
        }
        if self.keeping.noting != Some(job) {
            return;
        }
        self.keeping.noting = None;
        let Some(reader) = &mut self.reader else { return };
        if let Some(spot) = known.spot.as_ref().filter(|_| known.away >= LONG_AWAY && self.message.is_none()) {
            let section = if spot.section.is_empty() { String::new() } else { format!(" in “{}”", spot.section) };
            let sentence = if spot.sentence.is_empty() { String::new() } else { format!(": {}", spot.sentence) };
            let days = known.away / LONG_AWAY;
            let ago = if days == 1 { "yesterday".to_owned() } else { format!("{days} days ago") };
            self.message = Some(Message::Note(format!("{ago} you were{section}{sentence}")));
        }
        let is_told = matches!(&self.message, Some(Message::Note(told)) if told.starts_with(CHANGED));
        if known.has_changed && !is_told {
            self.message = Some(Message::Note(format!("{CHANGED} since you read it: D shows how")));
        }
        let has_marks = !reader.kept.marks.is_empty();
        for (letter, anchor) in known.marks.iter().filter(|_| !has_marks) {
            if let Some(found) = anchor.resolve(&reader.article().document) {
                reader.kept.marks.insert(*letter, found.range.start);
            }
        }
        reader.take_chosen(&known.choices);
        reader.shelve(known);
        self.place_highlights(effects);
    }

    /// Has a passage of the open article highlighted, as soon as the library has the article; returns whether it will.
    pub(super) fn add_highlight_here(&mut self, highlight: Highlight, effects: &mut Vec<Effect>) -> bool {
        let shelved = self.reader.as_ref().and_then(|reader| reader.shelved()).map(|shelved| shelved.id);
        match (shelved, self.keeping.noting) {
            (Some(article), _) => self.add_highlight(article, highlight, effects),
            (None, Some(noting)) => self.keeping.waiting.push((noting, highlight)),
            (None, None) => return false,
        }
        true
    }

    fn add_highlight(&mut self, article: ArticleId, highlight: Highlight, effects: &mut Vec<Effect>) {
        let told = format!("highlighted in {}", highlight.colour.name());
        self.change(Change::Highlight { article, highlight }, told, effects);
    }

    /// Has the open article's highlights looked for in its text as it is shown.
    pub(super) fn place_highlights(&mut self, effects: &mut Vec<Effect>) {
        let job = JobId(self.last_job.0 + 1);
        let Some(reader) = &self.reader else { return };
        let highlights: Vec<Highlight> = reader.highlights().map(|placed| placed.highlight.clone()).collect();
        if highlights.is_empty() {
            return;
        }
        let document = std::sync::Arc::clone(&reader.article().document);
        self.last_job = job;
        self.keeping.placing = Some(job);
        effects.push(Effect::Place { job, document, highlights });
    }

    /// Takes where highlights stand.
    pub(super) fn take_placed(
        &mut self,
        job: JobId,
        placed: Vec<(String, Option<Resolved>)>,
        effects: &mut Vec<Effect>,
    ) {
        if self.keeping.placing.take_if(|placing| *placing == job).is_none() {
            return;
        }
        let Some(reader) = &mut self.reader else { return };
        let mut news = Vec::new();
        for (uid, found) in placed {
            let standing = match found.map(|found| found.certainty) {
                Some(Certainty::Exact) => Standing::Exact,
                Some(Certainty::Moved) => Standing::Moved,
                Some(Certainty::Fuzzy) => Standing::Fuzzy,
                None => Standing::Orphan,
            };
            if reader.place(&uid, found.map(|found| found.range), standing) {
                news.push((uid, standing));
            }
        }
        if !news.is_empty() {
            self.ask_library(Errand::Stand(news), effects);
        }
    }

    /// Keeps where the reader is, if that is somewhere else than before.
    pub(super) fn keep_place(&mut self, effects: &mut Vec<Effect>) {
        if !self.keeping.is_on || self.room != Room::Reader {
            return;
        }
        let Some((article, spot)) = self.reader.as_mut().and_then(super::reader::Reader::moved_to) else { return };
        self.ask_library(Errand::Leave { article, spot }, effects);
    }

    /// Has what was chosen about the open article kept, as soon as the library has the article.
    pub(super) fn keep_choices(&mut self, effects: &mut Vec<Effect>) {
        let Some(reader) = &mut self.reader else { return };
        let Some(article) = reader.shelved().map(|shelved| shelved.id) else { return };
        if std::mem::take(&mut reader.kept.is_news) {
            let chosen = reader.kept.chosen(self.page_view);
            self.ask_library(Errand::Choose { article, chosen }, effects);
        }
    }

    /// Has a copy of the open article kept.
    pub(super) fn keep_copy(&mut self, effects: &mut Vec<Effect>) {
        let Some(locator) = self.reader.as_ref().map(|reader| reader.article().locator.clone()) else { return };
        if locator == crate::article::Locator::Stdin {
            return self.note("what comes from a pipe can be read once only: `recto add -` keeps it");
        }
        match self.ask_library(Errand::Keep(locator), effects) {
            Some(job) => self.keeping.changing.push((job, String::new(), Way::Do)),
            None => self.note("nothing is kept, as was asked for: this needs the library"),
        }
    }

    /// Takes that a copy is on the disk.
    pub(super) fn take_kept(&mut self, job: JobId, is_new: bool, effects: &mut Vec<Effect>) {
        self.keeping.changing.retain(|(known, ..)| *known != job);
        self.list_again(effects);
        self.note(if is_new { "a copy is kept" } else { "this very copy was kept before" });
    }

    /// Has a change made; `told` says what it was once it is on the disk.
    pub(super) fn change(&mut self, change: Change, told: String, effects: &mut Vec<Effect>) {
        match self.ask_library(Errand::Change(change), effects) {
            Some(job) => self.keeping.changing.push((job, told, Way::Do)),
            None => self.note("nothing is kept, as was asked for: this needs the library"),
        }
    }

    /// Undoes the latest change.
    pub(super) fn undo(&mut self, effects: &mut Vec<Effect>) {
        match self.keeping.undos.pop() {
            Some((told, undo)) => {
                if let Some(job) = self.ask_library(Errand::Change(undo), effects) {
                    self.keeping.changing.push((job, format!("undone: {told}"), Way::Undo));
                }
            }
            None => self.note("there is nothing to undo"),
        }
    }

    /// Takes a change that is on the disk.
    pub(super) fn take_change(
        &mut self,
        job: JobId,
        undo: Change,
        highlights: &[Highlight],
        effects: &mut Vec<Effect>,
    ) {
        let Some(at) = self.keeping.changing.iter().position(|(known, ..)| *known == job) else { return };
        let (_, told, way) = self.keeping.changing.remove(at);
        if let Some(reader) = &mut self.reader {
            reader.take_change(&undo, highlights);
        }
        self.write_note_of(highlights);
        self.place_highlights(effects);
        self.list_again(effects);
        self.note(&told);
        if way == Way::Do {
            if self.keeping.undos.len() == MOST_UNDOS {
                self.keeping.undos.remove(0);
            }
            self.keeping.undos.push((told, undo));
        }
    }
}
