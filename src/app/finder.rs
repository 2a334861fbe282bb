//! The finder: articles, sections of the open one, and commands, by some letters of their names.
//!
//! The palette is the finder with commands alone. Titles of the library are matched on another thread; those that came for
//! what was typed before stay, as far as they still match, until others come.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::Range;

use super::event::JobId;
use super::geometry::{Area, FinderAreas};
use super::marked::Piece;
use super::opening::Goal;
use super::overlay::{Line, Overlay};
use super::shelf::window;
use super::{App, Effect, Errand, LEAD, Room};
use crate::action::{COMMANDS, Command};
use crate::article::Locator;
use crate::catalogue::Titled;
use crate::config::{Element, Keymap};
use crate::document::Section;
use crate::fuzzy::Letters;
use crate::input::{Key, KeyPress};
use crate::layout::Style;
use crate::text::width::{truncate, width};

/// How many titles are asked for, and how many of what was read last while nothing is typed.
const MOST_TITLES: usize = 100;
const MOST_RECENT: usize = 12;
/// How many names are listed.
const MOST_ROWS: usize = 500;
/// How many of the files at hand, and of the sections, can be found.
const MOST_AT_HAND: usize = 10_000;

/// What the finder looks through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Everything,
    Commands,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Article(Locator),
    /// A file at hand, which the library may not have.
    File(Locator),
    /// An index into the open article's sections.
    Section(usize),
    /// An index into [`COMMANDS`].
    Command(usize),
}

impl Target {
    /// Returns the word for what it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Article(_) => "Article",
            Self::File(_) => "File",
            Self::Section(_) => "Section",
            Self::Command(_) => "Command",
        }
    }
}

/// Something that can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    /// What is matched; what is shown of it begins at `shown`.
    name: String,
    shown: usize,
    target: Target,
}

/// Something that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    name: String,
    target: Target,
    /// Where in the name the letters are, in bytes.
    letters: Vec<Range<usize>>,
}

/// What matches, as the screen shows it.
#[derive(Debug)]
pub struct Entry {
    pub idx: usize,
    pub target: Target,
    pub name: Piece,
    /// A command's keys.
    pub keys: String,
}

/// A list of names that is filtered by typing.
#[derive(Debug)]
pub struct Finder {
    pub line: Line,
    scope: Scope,
    /// What is known without asking.
    at_hand: Vec<Item>,
    /// Articles of the library that match, or matched.
    titles: Vec<Item>,
    rows: Vec<Row>,
    /// An index into the rows.
    pub chosen: usize,
    /// What the library was asked for last.
    asked: Option<(JobId, String)>,
    /// Whether the answer is still to come.
    is_waiting: bool,
    pub shown: Vec<Entry>,
}

impl Finder {
    fn new(scope: Scope, at_hand: Vec<Item>) -> Self {
        let mut finder = Self {
            line: Line::default(),
            scope,
            at_hand,
            titles: Vec::new(),
            rows: Vec::new(),
            chosen: 0,
            asked: None,
            is_waiting: false,
            shown: Vec::new(),
        };
        finder.match_again();
        finder
    }

    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns whether nothing matches, and nothing more is to come.
    pub fn is_without_match(&self) -> bool {
        self.rows.is_empty() && !self.is_waiting
    }

    pub fn length(&self) -> usize {
        self.rows.len()
    }

    /// Moves the choice, round the ends.
    pub(super) fn step(&mut self, count: isize) {
        if let (Ok(chosen), Ok(length @ 1..)) = (isize::try_from(self.chosen), isize::try_from(self.rows.len())) {
            self.chosen = usize::try_from(chosen.saturating_add(count).rem_euclid(length)).unwrap_or_default();
        }
    }

    /// Takes what is typed now.
    pub(super) fn retype(&mut self) {
        self.chosen = 0;
        self.match_again();
    }

    /// Matches all that is known, the best first; where nothing is typed, all of it stands in its order.
    fn match_again(&mut self) {
        let typed = self.line.value();
        let mut letters = Letters::new(typed);
        let is_everything = typed.trim().is_empty();
        let recent = if is_everything { MOST_RECENT } else { MOST_TITLES };
        // Files at hand can be many, and are looked at by their last names first.
        let article = |item: &Item| match &item.target {
            Target::Article(locator) => locator.file_name().map(str::to_owned),
            _ => None,
        };
        let names: HashSet<String> = self.titles.iter().filter_map(article).collect();
        let is_told = |item: &Item| match &item.target {
            Target::File(file) => {
                file.file_name().is_some_and(|name| names.contains(name))
                    && self.titles.iter().any(|title| is_same(&title.target, file))
            }
            _ => false,
        };
        let known = self.titles.iter().take(recent).chain(self.at_hand.iter().filter(|item| !is_told(item)));
        let mut matched: Vec<(Reverse<u32>, &Item)> =
            known.filter_map(|item| Some((Reverse(letters.score(&item.name)?), item))).collect();
        if !is_everything {
            matched.sort_by_key(|(score, _)| *score);
        }
        // A few letters are somewhere in nearly every sentence, and what commands do is told in sentences.
        let best = matched.first().map_or(0, |(Reverse(score), _)| *score);
        let is_near = |score: u32, item: &Item| score >= best / 3 * 2 || !matches!(item.target, Target::Command(_));
        if self.scope == Scope::Everything {
            matched.retain(|(Reverse(score), item)| is_near(*score, item));
        }
        let rows = matched.into_iter().take(MOST_ROWS).map(|(_, item)| {
            let seen = |place: &Range<usize>| place.start >= item.shown;
            let places = letters.places(&item.name).into_iter().filter(seen);
            Row {
                name: item.name.get(item.shown..).unwrap_or_default().to_owned(),
                target: item.target.clone(),
                letters: places.map(|place| place.start - item.shown..place.end - item.shown).collect(),
            }
        });
        self.rows = rows.collect();
        self.chosen = self.chosen.min(self.rows.len().saturating_sub(1));
    }

    /// Returns what has to be asked of the library, as it is asked for by `job`.
    fn missing(&mut self, job: JobId) -> Option<String> {
        let typed = self.line.value();
        if self.scope == Scope::Commands || self.asked.as_ref().is_some_and(|(_, asked)| asked == typed) {
            return None;
        }
        self.asked = Some((job, typed.to_owned()));
        self.is_waiting = true;
        Some(typed.to_owned())
    }

    /// Lets go of what was asked for.
    pub(super) fn let_go(&self, effects: &mut Vec<Effect>) {
        if let Some((job, _)) = self.asked.as_ref().filter(|_| self.is_waiting) {
            effects.push(Effect::Cancel(*job));
        }
    }

    fn take(&mut self, job: JobId, titles: Vec<Titled>, open: Option<&Locator>) {
        if self.asked.as_ref().is_none_or(|(asked, _)| *asked != job) {
            return;
        }
        self.is_waiting = false;
        let item = |titled: Titled| Item { name: titled.title, shown: 0, target: Target::Article(titled.locator) };
        let is_elsewhere = |item: &Item| open.is_none_or(|open| !is_same(&item.target, open));
        self.titles = titles.into_iter().map(item).filter(is_elsewhere).collect();
        // What the reader chose stays chosen.
        let chosen = self.rows.get(self.chosen).filter(|_| self.chosen > 0).map(|row| row.target.clone());
        self.match_again();
        self.chosen =
            chosen.and_then(|chosen| self.rows.iter().position(|row| row.target == chosen)).unwrap_or_default();
    }

    /// Lays out what is shown in `list`.
    pub(super) fn fit(&mut self, list: Area, keymap: &Keymap, style: &Style) {
        let columns = list.columns.saturating_sub(FinderAreas::kind(list, self.scope));
        let shown = window(self.rows.len(), self.chosen, usize::from(list.rows));
        let entries = shown.filter_map(|idx| {
            let row = self.rows.get(idx)?;
            let keys = match row.target {
                Target::Command(idx) => COMMANDS.get(idx).map(|command| keymap.keys_of(command.action).join(" ")),
                _ => None,
            };
            let keys = truncate(&keys.unwrap_or_default(), usize::from(columns / 3)).into_owned();
            let beside = if keys.is_empty() { 0 } else { width(&keys) + 2 };
            let measure = usize::from(columns).saturating_sub(beside).max(1);
            let name = truncate(&row.name, measure);
            let name = Piece::new(&name, &row.letters, Element::Key, 1, Style { measure, ..style.clone() });
            Some(Entry { idx, target: row.target.clone(), name, keys })
        });
        self.shown = entries.collect();
    }
}

/// Returns whether an article of the library is a file at hand, which may be named from the directory that one is in.
fn is_same(target: &Target, file: &Locator) -> bool {
    match (target, file) {
        (Target::Article(Locator::File(known)), Locator::File(file)) => known == file || known.ends_with(file),
        (Target::Article(known), file) => known == file,
        _ => false,
    }
}

impl App {
    pub(super) fn open_finder(&mut self, scope: Scope) {
        let mut at_hand = Vec::new();
        if scope == Scope::Everything {
            if let Some(reader) = self.reader.as_ref().filter(|_| self.room == Room::Reader) {
                let document = reader.document();
                let name = |section: &Section| match section.title {
                    Some(title) => crate::layout::shown(document, title).into_owned(),
                    None => LEAD.to_owned(),
                };
                let sections = document.sections().iter().take(MOST_AT_HAND).enumerate();
                at_hand.extend(sections.map(|(idx, section)| Item {
                    name: name(section),
                    shown: 0,
                    target: Target::Section(idx),
                }));
            }
            let open = self.spot().map(|spot| spot.locator);
            let others = self.shelf.entries.iter().filter(|entry| open.as_ref() != Some(&entry.locator));
            at_hand.extend(others.take(MOST_AT_HAND).map(|entry| Item {
                name: entry.name(),
                shown: 0,
                target: Target::File(entry.locator.clone()),
            }));
        }
        at_hand.extend(COMMANDS.iter().enumerate().map(|(idx, Command { name, doc, .. })| Item {
            name: format!("{name} {doc}"),
            shown: name.len() + 1,
            target: Target::Command(idx),
        }));
        self.overlays.push(Overlay::Finder(Box::new(Finder::new(scope, at_hand))));
    }

    pub(super) fn finder_key(
        &mut self,
        mut finder: Box<Finder>,
        press: KeyPress,
        step: Option<isize>,
        effects: &mut Vec<Effect>,
    ) {
        match (press.key, step) {
            (Key::Enter, _) => {
                let found = finder.rows.get(finder.chosen).map(|row| row.target.clone());
                finder.let_go(effects);
                return self.go_to_target(found, effects);
            }
            (_, Some(step)) => finder.step(step),
            _ => {
                if finder.line.edit(press) {
                    finder.retype();
                }
            }
        }
        self.overlays.push(Overlay::Finder(finder));
    }

    fn go_to_target(&mut self, target: Option<Target>, effects: &mut Vec<Effect>) {
        match target {
            Some(Target::Command(idx)) => {
                if let Some(command) = COMMANDS.get(idx) {
                    self.act(command.action, None, effects);
                }
            }
            Some(Target::Section(idx)) => {
                self.overlays.clear();
                self.go_to_section(Some(idx));
            }
            Some(Target::Article(locator) | Target::File(locator)) => {
                self.overlays.clear();
                let is_open = self.spot().is_some_and(|spot| spot.locator == locator);
                if !is_open {
                    self.leave_spot();
                    self.open(locator, Goal::Kept, effects);
                }
            }
            None => {}
        }
    }

    /// Asks for the titles that match.
    pub(super) fn ask_for_titles(&mut self, effects: &mut Vec<Effect>) {
        if !self.has_library() {
            return;
        }
        let job = JobId(self.last_job.0 + 1);
        let Some(Overlay::Finder(finder)) = self.overlays.last_mut() else { return };
        if let Some(typed) = finder.missing(job) {
            self.ask_library(Errand::Titles { typed, count: MOST_TITLES }, effects);
        }
    }

    pub(super) fn take_titles(&mut self, job: JobId, titles: Vec<Titled>) {
        let open = self.spot().map(|spot| spot.locator);
        if let Some(Overlay::Finder(finder)) = self.overlays.last_mut() {
            finder.take(job, titles, open.as_ref());
        }
    }

    /// Returns whether it was the finder's question that failed; what it has at hand is still there.
    pub(super) fn take_finder_failure(&mut self, job: JobId) -> bool {
        match self.overlays.last_mut() {
            Some(Overlay::Finder(finder)) if finder.asked.as_ref().is_some_and(|(asked, _)| *asked == job) => {
                finder.is_waiting = false;
                true
            }
            _ => false,
        }
    }
}
