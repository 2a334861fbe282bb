//! Searching everything: what is typed, the articles that were found so far, and the way into one of them.
//!
//! Articles come a part at a time, and only the parts around the chosen one are kept. While something is typed they are
//! in the order of arrival, which is quick; Enter has the best come first.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::effect::Sought;
use super::event::JobId;
use super::geometry::Area;
use super::marked::Piece;
use super::opening::{Goal, SearchHit};
use super::overlay::{Line, Overlay};
use super::shelf::window;
use super::{App, Effect, Errand, Message, Room};
use crate::article::Locator;
use crate::catalogue::{ArticleId, Found, Part, Rank};
use crate::config::Element;
use crate::input::{Key, KeyPress};
use crate::layout::Style;
use crate::query::snippet::hits;
use crate::query::{Column, Expression, Query, Remark};
use crate::text::address::site_of;
use crate::text::width::{truncate, width};

/// How many articles are asked for at once.
const PART: usize = 30;
/// The most lines that are told of an article's text.
const MOST_LINES: u16 = 2;
/// The widest that articles are listed, in cells.
const WIDEST: u16 = 120;
/// The most hits that are marked in a title.
const MOST_IN_TITLE: usize = 32;

/// A search of the library.
#[derive(Debug, Default)]
pub struct Searching {
    pub line: Line,
    query: Arc<Query>,
    rank: Rank,
    /// What has to be said about what was typed.
    remarks: Vec<Remark>,
    /// Whether Enter opens the chosen article; otherwise it has the best come first.
    pub is_among_results: bool,
    /// The chosen one of all that were found.
    pub chosen: usize,
    /// The parts that are kept, by their number.
    parts: BTreeMap<usize, Vec<Found>>,
    /// The last article of each part that was ever there.
    ends: Vec<ArticleId>,
    /// How many were found so far, and whether these are all.
    n_found: usize,
    is_all: bool,
    /// What is kept was found by an older query.
    is_stale: bool,
    asked: Option<(JobId, usize)>,
    /// Why nothing was found.
    failure: Option<String>,
    /// What is on the screen.
    pub shown: Vec<Entry>,
}

/// An article that was found, as the screen shows it.
#[derive(Debug)]
pub struct Entry {
    /// Its place among all that were found.
    pub idx: usize,
    pub title: Piece,
    /// Where it is from, and of when.
    pub about: String,
    pub snippet: Piece,
}

/// Where the parts of the screen of a search stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchAreas {
    pub head: Area,
    pub field: Area,
    /// What is to be said of what was typed.
    pub remark: Area,
    pub list: Area,
    pub keys: Option<Area>,
    /// How many rows each article takes: its title, its lines, and what parts it from the next.
    pub entry: u16,
    pub lines: u16,
}

impl SearchAreas {
    pub fn of(screen: Area) -> Self {
        let side = u16::from(screen.columns >= 24) * 2;
        let columns = screen.columns.saturating_sub(2 * side).clamp(1, WIDEST);
        let inner = Area { column: (screen.columns - columns) / 2, columns, ..screen };
        let row = |row: u16| Area { row: row.min(screen.rows.saturating_sub(1)), rows: 1, ..inner };
        let keys = (screen.rows >= 8).then(|| row(screen.rows - 1));
        let (top, gap) = (3 + u16::from(screen.rows >= 16), u16::from(screen.rows >= 30));
        let list = Area {
            row: top.min(screen.rows),
            rows: screen.rows.saturating_sub(top + u16::from(keys.is_some()) + u16::from(screen.rows >= 16)),
            ..inner
        };
        let lines = if screen.rows < 16 { 1 } else { MOST_LINES };
        Self { head: row(0), field: row(1), remark: row(2), list, keys, entry: 1 + lines + gap, lines }
    }

    /// Returns how many articles are on the screen at once.
    fn n_entries(&self) -> usize {
        usize::from(self.list.rows / self.entry).max(1)
    }
}

impl Searching {
    /// Returns what is to be said of the order in which articles come.
    pub fn order(&self) -> &'static str {
        match (self.rank, &self.query.expression) {
            (Rank::Best, Expression::Matching(_)) => "best first",
            _ => "newest first",
        }
    }

    /// Returns how many were found, in words.
    pub fn count(&self) -> String {
        match (self.n_found, self.is_all, self.asked.is_some()) {
            (_, _, true) if self.is_stale || self.n_found == 0 => "searching …".to_owned(),
            (0, ..) => "nothing found".to_owned(),
            (1, true, _) => "1 article".to_owned(),
            (n_found, true, _) => format!("{n_found} articles"),
            (n_found, false, _) => format!("{n_found} articles and more"),
        }
    }

    /// Returns whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.query.is_empty()
    }

    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Takes what stands in the field now.
    pub(super) fn retype(&mut self) {
        self.is_among_results = false;
        self.look_for(Query::as_typed(self.line.value()), Rank::Newest);
    }

    /// Has the best come first, of what is typed as it stands.
    fn put_best_first(&mut self) {
        self.look_for(Query::new(self.line.value()), Rank::Best);
        self.is_among_results = self.n_found > 0 || self.is_stale;
    }

    fn look_for(&mut self, query: Query, rank: Rank) {
        if (&query, rank) == (&*self.query, self.rank) {
            return;
        }
        self.remarks.clone_from(&query.remarks);
        self.ask_for(query, rank);
    }

    fn ask_for(&mut self, query: Query, rank: Rank) {
        (self.query, self.rank, self.asked, self.failure) = (Arc::new(query), rank, None, None);
        self.is_stale = true;
        if self.query.is_empty() {
            self.forget();
        }
    }

    /// Forgets what was found.
    fn forget(&mut self) {
        self.parts.clear();
        self.ends.clear();
        (self.n_found, self.is_all, self.is_stale, self.chosen) = (0, self.query.is_empty(), false, 0);
    }

    fn get(&self, idx: usize) -> Option<&Found> {
        self.parts.get(&(idx / PART))?.get(idx % PART)
    }

    /// Moves the choice; up from the first one is the field.
    pub(super) fn step(&mut self, count: isize) {
        if !self.is_among_results {
            self.is_among_results = count > 0 && self.n_found > 0;
        } else if self.chosen == 0 && count < 0 {
            self.is_among_results = false;
        } else {
            self.chosen = self.chosen.saturating_add_signed(count).min(self.n_found.saturating_sub(1));
        }
    }

    /// Returns the part that has to be asked for, as it is asked for by `job`.
    fn missing(&mut self, job: JobId) -> Option<(Arc<Query>, Part)> {
        if self.asked.is_some() || self.failure.is_some() || self.query.is_empty() {
            return None;
        }
        let number = if self.is_stale {
            0
        } else {
            // The next part is there before its first article is chosen.
            let here = self.chosen / PART;
            let next = (self.chosen + PART / 2) / PART;
            let begun = |number: &usize| *number <= self.ends.len() && !(self.is_all && number * PART >= self.n_found);
            let wanted = [here, next, here.saturating_sub(1)];
            wanted.into_iter().find(|number| begun(number) && !self.parts.contains_key(number))?
        };
        self.asked = Some((job, number));
        let after = number.checked_sub(1).filter(|_| !self.is_stale).and_then(|before| self.ends.get(before)).copied();
        Some((Arc::clone(&self.query), Part { rank: self.rank, from: number * PART, after, count: PART }))
    }

    /// Takes more of what was found, if it was asked for.
    fn take(&mut self, job: JobId, found: Vec<Found>, complete: bool) {
        let Some((_, number)) = self.asked.filter(|(asked, _)| *asked == job) else { return };
        if self.is_stale {
            self.forget();
        }
        let part = self.parts.entry(number).or_default();
        part.extend(found);
        self.n_found = self.n_found.max(number * PART + part.len());
        if complete && part.is_empty() && number == 0 && self.rank == Rank::Best {
            // No word is the last one as it stands, but some may begin so, as those that were found while it was typed.
            let query = Query { remarks: Vec::new(), ..Query::as_typed(self.line.value()) };
            if query != *self.query {
                return self.ask_for(query, Rank::Best);
            }
        }
        if complete {
            self.asked = None;
            self.is_all |= part.len() < PART;
            if let Some(last) = part.last().filter(|_| self.ends.len() == number && part.len() >= PART) {
                self.ends.push(last.record.id);
            }
            // Far from the chosen one nothing is kept.
            let here = self.chosen / PART;
            self.parts.retain(|number, _| number.abs_diff(here) <= 2);
            self.is_among_results &= self.n_found > 0;
        }
    }

    /// Lays out what the screen shows.
    pub(super) fn fit(&mut self, screen: Area, style: &Style) {
        let areas = SearchAreas::of(screen);
        let room = usize::from(areas.list.columns.saturating_sub(2)).max(2);
        let visible = window(self.n_found, self.chosen, areas.n_entries());
        let entries = visible.filter_map(|idx| {
            let found = self.get(idx)?;
            let about = about(found);
            // A half of the room is for the title at least.
            let beside = width(&about).min(room / 2) + 2;
            let name = match found.record.title.split_whitespace().collect::<Vec<_>>().join(" ") {
                empty if empty.is_empty() => found.record.locator.to_string(),
                title => title,
            };
            let name = truncate(&name, room.saturating_sub(beside));
            let in_title = hits(&name, &self.query, Column::Title, MOST_IN_TITLE);
            let title = Piece::new(
                &name,
                &in_title,
                Element::Hit,
                1,
                Style { measure: room.saturating_sub(beside), ..style.clone() },
            );
            let lines = usize::from(areas.lines);
            let snippet = Piece::new(
                &found.snippet,
                &found.hits,
                Element::Hit,
                lines,
                Style { measure: room - 1, ..style.clone() },
            );
            Some(Entry { idx, title, about, snippet })
        });
        self.shown = entries.collect();
    }
}

impl App {
    /// Shows the search of the library, as it was left.
    pub(super) fn open_library_search(&mut self) {
        if !self.has_library() {
            return self.note("nothing is kept, as was asked for: this needs the library");
        }
        let mut searching = std::mem::take(&mut self.searching);
        searching.failure = None;
        self.overlays.push(Overlay::Search(searching));
    }

    pub(super) fn searching_key(
        &mut self,
        mut searching: Box<Searching>,
        press: KeyPress,
        step: Option<isize>,
        effects: &mut Vec<Effect>,
    ) {
        match (press.key, step) {
            (Key::Enter, _) if searching.is_among_results => return self.open_found(searching, effects),
            (Key::Enter, _) => searching.put_best_first(),
            (_, Some(step)) => searching.step(step),
            _ => {
                if searching.line.edit(press) {
                    searching.retype();
                }
            }
        }
        self.overlays.push(Overlay::Search(searching));
    }

    /// Puts the search away until it is wanted again.
    pub(super) fn put_search_away(&mut self, mut searching: Box<Searching>, effects: &mut Vec<Effect>) {
        if let Some((job, _)) = searching.asked.take() {
            effects.push(Effect::Cancel(job));
        }
        searching.shown.clear();
        self.searching = searching;
    }

    /// Asks for what is to be shown and not known.
    pub(super) fn seek_on(&mut self, effects: &mut Vec<Effect>) {
        let job = JobId(self.last_job.0 + 1);
        let Some(Overlay::Search(searching)) = self.overlays.last_mut() else { return };
        if let Some((query, part)) = searching.missing(job) {
            self.ask_library(Errand::Seek { query, part }, effects);
        }
    }

    pub(super) fn take_found(&mut self, job: JobId, found: Vec<Found>, complete: bool) {
        let wanted = self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Search(searching) => Some(searching),
            _ => None,
        });
        if let Some(searching) = wanted {
            searching.take(job, found, complete);
        }
    }

    /// Returns whether it was a search of the library that failed.
    pub(super) fn take_search_failure(&mut self, job: JobId, message: &str) -> bool {
        self.overlays.iter_mut().any(|overlay| match overlay {
            Overlay::Search(searching) if searching.asked.is_some_and(|(asked, _)| asked == job) => {
                searching.asked = None;
                searching.failure = Some(message.to_owned());
                true
            }
            _ => false,
        })
    }

    /// Chooses what stands on a row of the screen, or opens it if it is chosen.
    pub(super) fn press_on_found(&mut self, row: u16, effects: &mut Vec<Effect>) {
        let areas = SearchAreas::of(self.geometry.screen);
        let Some(Overlay::Search(mut searching)) = self.overlays.pop() else { return };
        let nth = row.checked_sub(areas.list.row).map(|row| usize::from(row / areas.entry));
        match nth.and_then(|nth| searching.shown.get(nth)).map(|entry| entry.idx) {
            Some(idx) if searching.is_among_results && searching.chosen == idx => {
                return self.open_found(searching, effects);
            }
            Some(idx) => (searching.is_among_results, searching.chosen) = (true, idx),
            None => {}
        }
        self.overlays.push(Overlay::Search(searching));
    }

    /// Opens the chosen article at the place that was found, with what was looked for lit.
    fn open_found(&mut self, searching: Box<Searching>, effects: &mut Vec<Effect>) {
        let Some(found) = searching.get(searching.chosen).cloned() else {
            return self.overlays.push(Overlay::Search(searching));
        };
        if found.record.locator == Locator::Stdin {
            self.message =
                Some(Message::Note("of this one only the highlights are known, and not the text".to_owned()));
            return self.overlays.push(Overlay::Search(searching));
        }
        let sought = Sought::Terms { typed: searching.line.value().trim().to_owned(), query: lit(&searching.query) };
        let goal = Goal::Hit(Box::new(SearchHit { place: found.place, spot: None, sought }));
        self.put_search_away(searching, effects);
        self.overlays.clear();
        let open = self.reader.as_ref().filter(|_| self.room == Room::Reader).and_then(|reader| reader.shelved());
        let is_open = open.is_some_and(|shelved| shelved.id == found.record.id);
        self.leave_spot();
        if is_open {
            self.reach(&goal, true, effects);
        } else {
            self.open(found.record.locator, goal, effects);
        }
    }
}

/// Returns what is lit in the text: what was looked for there, or else all that was looked for.
fn lit(query: &Arc<Query>) -> Arc<Query> {
    if query.needles_in(Column::Body).next().is_some() {
        return Arc::clone(query);
    }
    let mut query = Query::clone(query);
    for needle in &mut query.needles {
        needle.column = None;
    }
    Arc::new(query)
}

/// Returns where an article is from, and of when.
fn about(found: &Found) -> String {
    let record = &found.record;
    let when = record.published.unwrap_or(record.added).to_zoned(TimeZone::UTC).date();
    match site(&record.locator) {
        site if site.is_empty() => when.to_string(),
        site => format!("{site} · {when}"),
    }
}

/// Returns the name of the site or the directory that an article is from.
fn site(locator: &Locator) -> String {
    let name = |path: Option<&std::path::Path>| {
        path.and_then(std::path::Path::file_name).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let named = match locator {
        Locator::Web(address) => site_of(address),
        Locator::File(path) => name(path.parent()),
        Locator::Member { archive, .. } => name(Some(archive)),
        Locator::Bundled(_) => "recto".to_owned(),
        Locator::Manual(_) => "manual".to_owned(),
        Locator::Kept(_) | Locator::Changes(_) | Locator::Stdin => String::new(),
    };
    crate::text::clean::clean_line(&named, 40)
}
