//! Opening articles: asking for them, taking what comes, and going to the place that was asked for.

use super::event::{JobId, Outcome};
use super::geometry::RECEIPT;
use super::library::CHANGED;
use super::reader::search::Direction;
use super::reader::web_page::{PageView, WebPage};
use super::reader::{Kept, Reader};
use super::trail;
use super::{App, Effect, Message, Room, Sought};
use crate::article::{Article, Locator};
use crate::catalogue::{Known, Spot};
use crate::document::{Anchor, Certainty, Offset, Section};

/// An article that is being read from its source.
#[derive(Debug)]
pub(super) struct Loading {
    pub job: JobId,
    pub locator: Locator,
    pub goal: Goal,
    /// What the library knew of it.
    pub known: Option<Box<Known>>,
    /// Whether a first part of it is on screen.
    pub shown: bool,
}

/// Where to go in an article that is being opened.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Goal {
    /// Where the reader left it.
    Kept,
    Offset(Offset),
    /// A place that the document names.
    Target(String),
    /// Where the reader left it before recto was started.
    Spot(Box<Spot>),
    /// Where a search of the library found something.
    Hit(Box<SearchHit>),
}

/// What a search of the library found in an article.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SearchHit {
    /// None where nothing was found in its text: then it is opened where it was left.
    pub place: Option<Anchor>,
    pub spot: Option<Box<Spot>>,
    /// What is lit in it.
    pub sought: Sought,
}

impl App {
    /// Asks for the article at `locator`; what is on screen stays until it comes.
    pub(super) fn open(&mut self, locator: Locator, goal: Goal, effects: &mut Vec<Effect>) {
        if let Some(loading) = self.loading.take() {
            effects.push(Effect::Cancel(loading.job));
        }
        let job = self.next_job();
        self.loading = Some(Loading { job, locator: locator.clone(), goal, known: None, shown: false });
        effects.push(Effect::Load { job, locator });
    }

    /// Asks for a look at the chosen article of the shelf.
    pub(super) fn preview(&mut self, effects: &mut Vec<Effect>) {
        if let Some(job) = self.preview_job.take() {
            effects.push(Effect::Cancel(job));
        }
        let Some(locator) = self.shelf.chosen().cloned() else {
            self.shelf.preview = None;
            return;
        };
        if self.shelf.preview.as_ref().is_some_and(|preview| preview.article().locator == locator) {
            return;
        }
        let job = self.next_job();
        self.preview_job = Some(job);
        self.preview_spot = None;
        effects.push(Effect::Load { job, locator });
    }

    /// Takes what came of an effect; answers to older questions are dropped.
    pub(super) fn take(&mut self, job: JobId, outcome: Outcome, effects: &mut Vec<Effect>) {
        let is_load = self.loading.as_ref().is_some_and(|loading| loading.job == job);
        let is_preview = self.preview_job == Some(job);
        match outcome {
            Outcome::Loaded(article) if is_load => self.take_article(article, effects),
            Outcome::Loaded(article) if is_preview => self.take_preview(article, effects),
            Outcome::Failed(message) if is_load => {
                let wanted = self.loading.take().map(|loading| loading.locator);
                if matches!(wanted, Some(Locator::Changes(_))) {
                    return self.note(&message);
                }
                if !self.has_shelf && self.reader.is_none() {
                    effects.push(Effect::Fail(message.clone()));
                }
                self.message = Some(Message::Alert(message));
            }
            Outcome::Failed(message) if is_preview => {
                self.preview_job = None;
                self.shelf.preview = None;
                self.message = Some(Message::Alert(message));
            }
            Outcome::Hits { hits, complete } => {
                if let Some(reader) = &mut self.reader
                    && reader.search.as_ref().is_some_and(|search| search.job == job)
                {
                    reader.take_hits(hits, complete);
                }
            }
            Outcome::Highlighted(block, colouring) => {
                if let Some(reader) = &mut self.reader {
                    reader.take_colours(job, block, colouring);
                }
            }
            Outcome::Surveyed(sizes) => {
                for reader in self.reader.iter_mut().chain(&mut self.shelf.preview) {
                    reader.pictures.take_sizes(job, &sizes);
                }
            }
            Outcome::Drawn(drawing) => self.take_picture(job, &drawing),
            Outcome::Looks(kept) => self.take_looks(&kept),
            Outcome::Known(known) if is_preview => self.preview_spot = known.spot,
            Outcome::Known(known) if is_load => self.take_spot(known),
            Outcome::Known(known) => self.take_known(job, &known, effects),
            Outcome::Placed(placed) => self.take_placed(job, placed, effects),
            Outcome::Kept { is_new } => self.take_kept(job, is_new, effects),
            Outcome::Changed { undo, highlights } => self.take_change(job, undo, &highlights, effects),
            Outcome::Statistics(statistics, paces) => self.show_statistics(job, &statistics, &paces),
            Outcome::Marks(marks, found) => self.open_shelfmarks(job, marks, found),
            Outcome::Listed(page) => self.take_list(job, page, effects),
            Outcome::Found { found, complete } => self.take_found(job, found, complete),
            Outcome::Titles(titles) => self.take_titles(job, titles),
            Outcome::Failed(message) if self.take_search_failure(job, &message) => {}
            Outcome::Failed(message) if self.take_finder_failure(job) => self.message = Some(Message::Alert(message)),
            Outcome::Failed(message) if self.keeping.take_failure(job) => self.message = Some(Message::Alert(message)),
            Outcome::Described(locator, card) => self.shelf.describe(&locator, &card),
            // Of a picture that a decoder failed on, no more is to be had.
            Outcome::Failed(message) => self.take_picture(job, &Err(message)),
            Outcome::Loaded(_) => {}
        }
    }

    fn take_article(&mut self, article: Article, effects: &mut Vec<Effect>) {
        let Some(mut loading) = self.loading.take() else { return };
        let is_complete = article.document.is_complete();
        let whole = article.clone();
        if loading.shown {
            if let Some(reader) = &mut self.reader {
                reader.replace(article);
                self.search_again(effects);
            }
        } else {
            self.leave_article();
            let mut kept = self.kept.get(&loading.locator).cloned().unwrap_or_default();
            // What recto was called with comes before what was chosen earlier.
            kept.page.view = kept.page.view.or(self.page_view);
            if let Some(known) = loading.known.as_ref().filter(|_| !kept.is_told) {
                kept.take(&known.choices);
            }
            let title = article.document.title().unwrap_or_default().to_owned();
            let name = if title.is_empty() { loading.locator.to_string() } else { title };
            effects.push(Effect::Title(name));
            let reader = Reader::new(article, kept, self.style(), usize::from(self.geometry.text.rows));
            if let Some(page) = reader.web_page() {
                self.message = Some(told_of(page, self.columns));
            }
            self.reader = Some(reader);
            self.pace_reader();
            self.room = Room::Reader;
            self.shelf.choose(&loading.locator);
            loading.shown = true;
        }
        if self.reach(&loading.goal, is_complete, effects) {
            loading.goal = Goal::Kept;
        }
        if self.shows_changes() {
            self.begin_changes();
        } else if is_complete {
            self.note_article(whole, effects);
        } else {
            self.loading = Some(loading);
        }
    }

    /// Goes to where the article was to be opened; returns whether nothing is left to do about it.
    pub(super) fn reach(&mut self, goal: &Goal, is_complete: bool, effects: &mut Vec<Effect>) -> bool {
        let Some(reader) = &mut self.reader else { return true };
        let offset = match goal {
            Goal::Hit(hit) => return self.reach_hit(hit, is_complete, effects),
            Goal::Kept => return true,
            Goal::Spot(spot) => return self.reach_spot(spot, is_complete),
            Goal::Offset(offset) => (*offset <= reader.document().end()).then_some(*offset),
            Goal::Target(name) => reader.document().target(name),
        };
        match offset {
            Some(offset) => reader.go_to(offset),
            None if is_complete => {
                let message = "the link names a place that this article does not have; this is its start";
                self.message = Some(Message::Note(message.to_owned()));
            }
            None => return false,
        }
        true
    }

    /// Goes to where something was found, and lights it; returns whether nothing is left to do about it.
    fn reach_hit(&mut self, hit: &SearchHit, is_complete: bool, effects: &mut Vec<Effect>) -> bool {
        let Some(reader) = &mut self.reader else { return true };
        match &hit.place {
            Some(place) => match place.resolve(reader.document()) {
                Some(found) => {
                    reader.reveal(found.range);
                    self.light(hit.sought.clone(), found.range.start, Direction::Forward, effects);
                }
                None if !is_complete => return false,
                None => {
                    self.note("the text has changed: the place that was found is no longer there");
                    self.light(hit.sought.clone(), Offset::default(), Direction::Forward, effects);
                }
            },
            None => {
                if let Some(spot) = &hit.spot
                    && !self.reach_spot(spot, is_complete)
                {
                    return false;
                }
                self.light(hit.sought.clone(), Offset::default(), Direction::Nowhere, effects);
            }
        }
        true
    }

    /// Takes what the library knows of the article that is being opened: it is opened where it was left, unless it was
    /// asked for somewhere else or was open before.
    fn take_spot(&mut self, known: Box<Known>) {
        let Some(loading) = &mut self.loading else { return };
        if let Some(spot) = &known.spot
            && !self.kept.contains_key(&loading.locator)
        {
            match &mut loading.goal {
                Goal::Kept => loading.goal = Goal::Spot(Box::new(spot.clone())),
                Goal::Hit(hit) => hit.spot = Some(Box::new(spot.clone())),
                Goal::Offset(_) | Goal::Target(_) | Goal::Spot(_) => {}
            }
        }
        loading.known = Some(known);
    }

    /// Goes to where the article was left; returns whether nothing is left to do about it.
    fn reach_spot(&mut self, spot: &Spot, is_complete: bool) -> bool {
        let Some(reader) = &mut self.reader else { return true };
        let document = reader.document();
        if !is_complete && spot.anchor.offset >= document.end() {
            return false;
        }
        let section = |title: &str| {
            let named = |section: &&Section| section.title.is_some_and(|range| document.slice(range) == title);
            document.sections().iter().find(named).map(|section| section.range.start)
        };
        let (offset, message) = match spot.anchor.resolve(document) {
            Some(found) if found.certainty == Certainty::Exact => (found.range.start, None),
            Some(found) => (found.range.start, Some("these are the words where you were")),
            None if !is_complete => return false,
            None => match section(&spot.section).filter(|_| !spot.section.is_empty()) {
                Some(start) => (start, Some("this is the section where you were")),
                None => (
                    Offset::at(document.end().index() / 1000 * usize::from(spot.permille)),
                    Some("you were about here"),
                ),
            },
        };
        reader.go_to(offset);
        reader.stand_still();
        if let Some(message) = message {
            self.message = Some(Message::Note(format!("{CHANGED}: {message}")));
        }
        true
    }

    fn take_preview(&mut self, article: Article, effects: &mut Vec<Effect>) {
        // The first part is enough to look at.
        if let Some(job) = self.preview_job.take()
            && !article.document.is_complete()
        {
            effects.push(Effect::Cancel(job));
        }
        let mut preview = Reader::new(article, Kept::default(), self.style(), 1);
        // What is being read is looked at where it was left.
        let left = self.preview_spot.take().and_then(|spot| spot.anchor.resolve(preview.document()));
        if let Some(found) = left {
            preview.go_to(found.range.start);
        }
        self.shelf.preview = Some(preview);
    }

    /// Keeps the open article's place, marks and headings.
    pub(super) fn leave_article(&mut self) {
        if let Some(reader) = self.reader.take() {
            let kept = Kept { eye: reader.eye(), ..reader.kept.clone() };
            self.kept.insert(reader.article().locator.clone(), kept);
        }
    }

    /// Returns the place being read.
    pub(super) fn spot(&self) -> Option<trail::Spot> {
        let reader = self.reader.as_ref()?;
        Some(trail::Spot { locator: reader.article().locator.clone(), offset: reader.eye() })
    }

    /// Goes to a place of the trail, in this article or another.
    pub(super) fn go_to_spot(&mut self, spot: trail::Spot, effects: &mut Vec<Effect>) {
        match &mut self.reader {
            Some(reader) if reader.article().locator == spot.locator => reader.go_to(spot.offset),
            _ => self.open(spot.locator, Goal::Offset(spot.offset), effects),
        }
    }
}

/// Returns what is to be said of a page when it is opened.
fn told_of(page: &WebPage, columns: u16) -> Message {
    match (page.wall(), page.shown()) {
        (Some(wall), _) => Message::Alert(format!("this page {}: there is no article in it", wall.wants())),
        // A wide status line has the receipt at its right.
        (None, PageView::Main) if columns >= RECEIPT => Message::Note("x shows the whole page".to_owned()),
        (None, PageView::Main) => Message::Note(format!("{}: x shows the whole page", page.receipt())),
        (None, PageView::Whole) => Message::Note(format!("the whole page; {}", page.receipt())),
    }
}
