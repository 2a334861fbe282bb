//! The shelf over the library: its lists and their order, and what is said of the articles in them.

use super::event::JobId;
use super::overlay::{Line, Overlay, Picker, Prompt, PromptKind};
use super::{App, Effect, Errand, Opens, Room};
use crate::catalogue::{ArticleId, Change, Flag, Marks, Page, Shelfmark, Sort, Status, View, Wanted};
use crate::input::{Key, KeyPress};

impl App {
    /// Shows the library first, where there is one and recto was called with nothing to read.
    pub(super) fn begin_shelf(&mut self, effects: &mut Vec<Effect>) {
        if self.has_library() && self.opens == Opens::Library {
            self.shelf.show(Some(Wanted::default()));
            self.is_first_list = true;
            self.ask_for_list(effects);
        } else {
            self.preview(effects);
        }
    }

    /// Asks for the part of the list that is shown and not known.
    pub(super) fn ask_for_list(&mut self, effects: &mut Vec<Effect>) {
        if self.room != Room::Shelf || !self.has_library() {
            return;
        }
        let job = JobId(self.last_job.0 + 1);
        if let Some((wanted, from, count)) = self.shelf.missing(job) {
            self.ask_library(Errand::List { wanted, from, count }, effects);
        }
    }

    /// Has the list asked for anew, after a change.
    pub(super) fn list_again(&mut self, effects: &mut Vec<Effect>) {
        self.shelf.outdate();
        self.ask_for_list(effects);
    }

    /// Takes a part of the list. A library in which nothing is being read shows something else first.
    pub(super) fn take_list(&mut self, job: JobId, page: Page, effects: &mut Vec<Effect>) {
        let is_empty = page.total == 0;
        let view = page.wanted.view;
        if !self.shelf.take_page(job, page) {
            return;
        }
        if is_empty && self.is_first_list {
            let next = (view == View::Continue).then(|| Wanted { view: View::Unread, ..Wanted::default() });
            self.shelf.show(next);
            self.ask_for_list(effects);
        } else {
            self.is_first_list = false;
        }
        if self.room == Room::Shelf {
            self.preview(effects);
        }
    }

    /// Shows the list that is `count` further, round the ends. After the library's come the files at hand.
    pub(super) fn show_next_view(&mut self, count: isize, effects: &mut Vec<Effect>) {
        if !self.has_library() {
            return self.note("nothing is kept, as was asked for: there is only this list");
        }
        self.is_first_list = false;
        let here = match &self.shelf.listing {
            Some(listing) => View::ALL.iter().position(|view| *view == listing.wanted.view).unwrap_or_default(),
            None => View::ALL.len(),
        };
        let n_lists = isize::try_from(View::ALL.len() + 1).unwrap_or(1);
        let next = isize::try_from(here).unwrap_or_default().saturating_add(count).rem_euclid(n_lists);
        let view = View::ALL.get(usize::try_from(next).unwrap_or_default());
        self.shelf.show(view.map(|&view| Wanted { view, ..Wanted::default() }));
        self.ask_for_list(effects);
        self.preview(effects);
    }

    /// Puts the list in the next order.
    pub(super) fn order_shelf(&mut self) {
        let Some(listing) = &mut self.shelf.listing else {
            return self.note("files are in the order of their names; the library's lists have others");
        };
        let here = Sort::ALL.iter().position(|sort| *sort == listing.wanted.sort).unwrap_or_default();
        listing.wanted.sort = Sort::ALL.iter().copied().cycle().nth(here + 1).unwrap_or_default();
        let told = format!("in the order: {}", listing.wanted.sort.name());
        self.shelf.chosen = 0;
        self.shelf.outdate();
        self.note(&told);
    }

    /// Picks the chosen article, or lets go of it, and goes on to the next one.
    pub(super) fn pick(&mut self, effects: &mut Vec<Effect>) {
        let Some(record) = self.shelf.chosen_record() else {
            return self.note("only articles of the library can be picked");
        };
        let (id, status) = (record.id, record.status);
        if let Some(listing) = &mut self.shelf.listing
            && listing.picked.remove(&id).is_none()
        {
            listing.picked.insert(id, status);
        }
        self.shelf.step(1);
        self.preview(effects);
    }

    /// Returns what a command is about: the article that is open, or those picked on the shelf, else the chosen one.
    fn concerned(&self) -> Vec<(ArticleId, Status)> {
        if self.room == Room::Reader {
            let shelved = self.reader.as_ref().and_then(|reader| reader.shelved());
            return shelved.map(|shelved| (shelved.id, shelved.status)).into_iter().collect();
        }
        let picked = self.shelf.listing.as_ref().map(|listing| &listing.picked).filter(|picked| !picked.is_empty());
        match picked {
            Some(picked) => picked.iter().map(|(id, status)| (*id, *status)).collect(),
            None => self.shelf.chosen_record().map(|record| (record.id, record.status)).into_iter().collect(),
        }
    }

    /// Says something of articles, or the contrary where it is said of all of them.
    pub(super) fn flag(&mut self, flag: Flag, effects: &mut Vec<Effect>) {
        let concerned = self.concerned();
        if concerned.is_empty() {
            return self.note("the library does not have this article: open it first");
        }
        let is_so = !concerned.iter().all(|(_, status)| status.has(flag));
        let articles: Vec<ArticleId> = concerned.into_iter().map(|(id, _)| id).collect();
        let not = if is_so { "" } else { "no longer " };
        let told = match articles.len() {
            1 => format!("{not}{}", flag.name()),
            several => format!("{several} articles {not}{}", flag.name()),
        };
        self.let_go();
        self.change(Change::Flag { articles, flag, is_so }, told, effects);
    }

    fn let_go(&mut self) {
        if let Some(listing) = &mut self.shelf.listing {
            listing.picked.clear();
        }
    }

    pub(super) fn prompt_for_tags(&mut self) {
        if self.concerned().is_empty() {
            return self.note("the library does not have this article: open it first");
        }
        self.overlays.push(Overlay::Prompt(Prompt { kind: PromptKind::Tags, line: Line::default() }));
    }

    /// Gives tags that were typed, and takes those with a sign before them.
    pub(super) fn take_tags(&mut self, typed: &str, effects: &mut Vec<Effect>) {
        let articles: Vec<ArticleId> = self.concerned().into_iter().map(|(id, _)| id).collect();
        let change = |word: &str| {
            let (tag, is_so) = match word.strip_prefix('-') {
                Some(tag) => (tag, false),
                None => (word.trim_start_matches(['+', '#']), true),
            };
            (!tag.is_empty()).then(|| Change::Tag { articles: articles.clone(), tag: tag.to_owned(), is_so })
        };
        let changes: Vec<Change> = typed.split([' ', ',']).filter_map(change).collect();
        if !changes.is_empty() {
            self.let_go();
            self.change(Change::All(changes), format!("tagged: {typed}"), effects);
        }
    }

    pub(super) fn ask_shelfmarks(&mut self, marks: Marks, effects: &mut Vec<Effect>) {
        self.awaited_marks = self.ask_library(Errand::Marks(marks), effects);
    }

    /// Shows tags or sources to be picked from.
    pub(super) fn open_shelfmarks(&mut self, job: JobId, marks: Marks, found: Vec<Shelfmark>) {
        if self.awaited_marks.take_if(|awaited| *awaited == job).is_none() {
            return;
        }
        if found.is_empty() {
            return self.note(match marks {
                Marks::Tags => "no article has a tag: & gives it one",
                Marks::Sources => "the library is empty",
            });
        }
        let names = found.into_iter().map(|mark| mark.name).collect();
        self.overlays.push(Overlay::Shelfmarks(marks, Picker::new(names, 0)));
    }

    pub(super) fn shelfmarks_key(
        &mut self,
        marks: Marks,
        mut picker: Picker,
        press: KeyPress,
        step: Option<isize>,
        effects: &mut Vec<Effect>,
    ) -> Option<Picker> {
        if press.key != Key::Enter {
            picker.key(press, step);
            return Some(picker);
        }
        let name = picker.chosen().and_then(|idx| picker.name(idx)).map(str::to_owned)?;
        let wanted = Wanted { view: View::All, ..Wanted::default() };
        self.shelf.show(Some(match marks {
            Marks::Tags => Wanted { tag: Some(name), ..wanted },
            Marks::Sources => Wanted { source: Some(name), ..wanted },
        }));
        self.ask_for_list(effects);
        None
    }
}
