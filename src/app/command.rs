//! Commands: what each action does to the model.

use super::choices::{self, Choice};
use super::finder::Scope;
use super::geometry::DEFAULT_MEASURE;
use super::opening::Goal;
use super::overlay::{Help, HitList, Overlay, Panel, Picker, PromptKind};
use super::reader::Reader;
use super::reader::search::{Direction, Search};
use super::reader::web_page::{PageView, WebPage};
use super::{App, Effect, Message, Room, Sought};
use crate::action::Action;
use crate::annotation::Ink;
use crate::catalogue::{Flag, Marks};
use crate::config::theme::THEMES;
use crate::config::{Ground, Theme};
use crate::document::{BlockId, TextRange, Verdict};
use crate::layout::LongLines;
use crate::text::width::Ambiguous;

/// The longest paragraph that can be made a heading, in bytes.
const LONGEST_HEADING: usize = 300;
/// How much of the text around a hint, a target or a heading is quoted, in cells.
const QUOTED: usize = 40;

impl App {
    /// Does `action`, `count` times where that makes sense.
    pub(super) fn act(&mut self, action: Action, count: Option<usize>, effects: &mut Vec<Effect>) {
        let times = isize::try_from(count.unwrap_or(1)).unwrap_or(isize::MAX);
        match action {
            Action::LineDown => self.step(times, 1, effects, Reader::scroll),
            Action::LineUp => self.step(-times, 1, effects, Reader::scroll),
            Action::HalfPageDown => self.step(times, 5, effects, Reader::half_page),
            Action::HalfPageUp => self.step(-times, 5, effects, Reader::half_page),
            Action::PageDown => self.step(times, 10, effects, Reader::page),
            Action::PageUp => self.step(-times, 10, effects, Reader::page),
            Action::Start => self.jump_or_step(isize::MIN, effects, Reader::go_to_start),
            Action::End => self.jump_or_step(isize::MAX, effects, Reader::go_to_end),
            Action::Percent => self.jump(|reader| reader.go_to_percent(count.unwrap_or_default())),
            Action::NextSection => self.walk_sections(times),
            Action::PreviousSection => self.walk_sections(-times),
            Action::NextParagraph => self.walk_paragraphs(times),
            Action::PreviousParagraph => self.walk_paragraphs(-times),
            Action::Contents => self.open_contents(),
            Action::Promote => self.change_level(|level, levels| {
                // A new heading is a sibling of the one that it stands under.
                Some(level.map_or(levels.here, |level| level - 1).max(1))
            }),
            Action::Demote => self.change_level(|level, levels| {
                // Below the deepest level that the text uses there is only plain text.
                level.filter(|&level| level < levels.deepest).map(|level| level + 1)
            }),
            Action::Search => self.prompt(PromptKind::SearchForward),
            Action::SearchBackward => self.prompt(PromptKind::SearchBackward),
            Action::NextHit => self.step_hit(times),
            Action::PreviousHit => self.step_hit(-times),
            Action::Hits => self.open_hits(),
            Action::Clear => self.clear(effects),
            Action::WholePage => self.toggle_page(effects),
            Action::Blocks => {
                if !self.reader.as_mut().is_some_and(Reader::start_block_hints) {
                    self.note("this article is all there was: nothing was left out of it");
                }
            }
            Action::Hints => {
                if !self.reader.as_mut().is_some_and(Reader::start_hints) {
                    self.note("no links on this screen");
                }
            }
            Action::NextLink if self.walk_changes(times) => {}
            Action::PreviousLink if self.walk_changes(-times) => {}
            Action::NextLink => self.focus_link(times),
            Action::PreviousLink => self.focus_link(-times),
            Action::Follow => match self.reader.as_ref().and_then(|reader| reader.focus) {
                Some(mark) => self.follow(mark, effects),
                None if self.open_alone() => {}
                None => self.note("no link or picture is focused: Tab focuses one, f labels links"),
            },
            Action::Peek => self.peek(),
            Action::Back => self.walk_trail(times, effects),
            Action::Forward => self.walk_trail(-times, effects),
            Action::SetMark | Action::GoToMark => self.pending.awaits = Some(action),
            Action::NextArticle => self.open_neighbour(times, effects),
            Action::PreviousArticle => self.open_neighbour(-times, effects),
            Action::Changes => self.show_changes(effects),
            Action::Select => self.start_selection(),
            Action::SelectUnit => self.next_unit(),
            Action::ExtendForward => self.with_reader(|reader| reader.extend(times)),
            Action::ExtendBackward => self.with_reader(|reader| reader.extend(-times)),
            Action::ExtendDown => self.with_reader(|reader| reader.extend_lines(times)),
            Action::ExtendUp => self.with_reader(|reader| reader.extend_lines(-times)),
            Action::SwapEnds => self.with_reader(Reader::swap_ends),
            Action::Copy => self.copy(effects),
            Action::WrapCode => self.choose_for_code(Choice::LongLines, effects),
            Action::NumberCode => self.choose_for_code(Choice::Numbers, effects),
            Action::CodeRight => self.shift_code(times),
            Action::CodeLeft => self.shift_code(-times),
            Action::CopyCode => self.copy_code(effects),
            Action::NextColumn
            | Action::PreviousColumn
            | Action::FirstColumn
            | Action::LastColumn
            | Action::Sort
            | Action::SortReversed
            | Action::ReadCell
            | Action::CopyCell
            | Action::CopyCsv
            | Action::CopyMarkdown => self.act_in_table(action, effects),
            Action::Highlight => self.pending.awaits = Some(action),
            Action::Annotate => self.highlight_selection(None, true, effects),
            Action::Highlights => self.open_highlights(),
            Action::Keep => self.keep_copy(effects),
            Action::TakeBack | Action::Undo => self.undo(effects),
            Action::Star => self.flag(Flag::Starred, effects),
            Action::MarkRead => self.flag(Flag::Read, effects),
            Action::Archive => self.flag(Flag::Archived, effects),
            Action::Trash => self.flag(Flag::Trashed, effects),
            Action::Tag => self.prompt_for_tags(),
            Action::NextView => self.show_next_view(times, effects),
            Action::PreviousView => self.show_next_view(-times, effects),
            Action::Order => self.order_shelf(),
            Action::Tags => self.ask_shelfmarks(Marks::Tags, effects),
            Action::Sources => self.ask_shelfmarks(Marks::Sources, effects),
            Action::Statistics => self.ask_statistics(effects),
            Action::Pick => self.pick(effects),
            Action::Narrower => self.set_measure(i32::from(self.geometry.text.columns) - 4 * clamp(times), effects),
            Action::Wider => self.set_measure(i32::from(self.geometry.text.columns) + 4 * clamp(times), effects),
            Action::DefaultMeasure => self.set_measure(i32::from(DEFAULT_MEASURE), effects),
            Action::Zen => self.zen = !self.zen,
            Action::Theme => self.step_theme(1),
            Action::Typography => self.overlays.push(Overlay::Typography(Panel::default())),
            Action::Dim => {
                self.dimmed = !self.dimmed;
                self.note(if self.dimmed { "pictures are dimmed" } else { "pictures are as bright as they are" });
            }
            Action::Redraw => effects.push(Effect::Redraw),
            Action::Open => self.open_chosen(effects),
            Action::Filter => self.prompt(PromptKind::FilterShelf),
            Action::Help => self.overlays.push(Overlay::Help(Help::default())),
            Action::SearchLibrary => self.open_library_search(),
            Action::Finder => self.open_finder(Scope::Everything),
            Action::Palette => self.open_finder(Scope::Commands),
            Action::Close => self.close(effects),
            Action::Quit => effects.push(Effect::Quit),
            Action::Suspend => effects.push(Effect::Suspend),
        }
    }

    /// Does a command that waited for a letter.
    pub(super) fn act_on_letter(&mut self, action: Action, letter: char, effects: &mut Vec<Effect>) {
        if action == Action::Highlight {
            return self.highlight_selection(Ink::of_letter(letter), false, effects);
        }
        let Some(reader) = &mut self.reader else { return };
        if action == Action::SetMark {
            let eye = reader.eye();
            reader.kept.marks.insert(letter, eye);
            self.keep_mark(letter, eye, effects);
            return self.note(&format!("marked as {letter}"));
        }
        let locator = &reader.article().locator;
        let last_place = matches!(letter, '\'' | '`');
        let offset = if last_place { self.trail.last_in(locator) } else { reader.kept.marks.get(&letter).copied() };
        match offset {
            Some(offset) => self.jump(|reader| reader.go_to(offset)),
            None if last_place => self.note("there is no last place yet"),
            None => self.note(&format!("no mark is called {letter}")),
        }
    }

    pub(super) fn note(&mut self, text: &str) {
        self.message = Some(Message::Note(text.to_owned()));
    }

    /// Moves in the article, or on the shelf by `entries` a step.
    pub(super) fn step(
        &mut self,
        count: isize,
        entries: isize,
        effects: &mut Vec<Effect>,
        walk: impl FnOnce(&mut Reader, isize),
    ) {
        match (self.room, &mut self.reader) {
            (Room::Reader, Some(reader)) => walk(reader, count),
            _ => {
                self.shelf.step(count.saturating_mul(entries));
                self.preview(effects);
            }
        }
    }

    fn jump_or_step(&mut self, count: isize, effects: &mut Vec<Effect>, go: impl FnOnce(&mut Reader)) {
        if self.room == Room::Reader {
            self.jump(go);
        } else {
            self.shelf.step(count);
            self.preview(effects);
        }
    }

    pub(super) fn with_reader(&mut self, change: impl FnOnce(&mut Reader)) {
        if let Some(reader) = &mut self.reader {
            change(reader);
        }
    }

    /// Notes the place, then moves the reader.
    pub(super) fn jump(&mut self, go: impl FnOnce(&mut Reader)) {
        self.leave_spot();
        self.with_reader(go);
    }

    pub(super) fn leave_spot(&mut self) {
        if let Some(spot) = self.spot() {
            self.trail.leave(spot);
        }
    }

    fn walk_sections(&mut self, count: isize) {
        let Some(reader) = &self.reader else { return };
        match reader.section_from_here(count) {
            Some(offset) => self.jump(|reader| reader.go_to(offset)),
            None if count < 0 => self.jump(Reader::go_to_start),
            None => self.note("this is the last section"),
        }
    }

    fn walk_paragraphs(&mut self, count: isize) {
        self.with_reader(|reader| {
            if let Some(offset) = reader.paragraph_from_here(count) {
                reader.go_to(offset);
            }
        });
    }

    /// Shows the main text instead of the whole page, or the other way round.
    fn toggle_page(&mut self, effects: &mut Vec<Effect>) {
        let Some(reader) = &mut self.reader else { return };
        let Some(moved) = reader.toggle_page() else {
            return self.note("this article is all there was: nothing was left out of it");
        };
        let Some(page) = reader.web_page() else { return };
        let note = match page.shown() {
            PageView::Whole => format!("the whole page; what is faint was left out: {}", page.receipt()),
            PageView::Main => format!("the main text: {}", page.receipt()),
        };
        self.trail.moved(&reader.article().locator, moved);
        self.search_again(effects);
        self.note(&note);
    }

    /// Brings a block of the page in, or leaves it out.
    pub(super) fn toggle_block(&mut self, block: crate::document::BlockId, effects: &mut Vec<Effect>) {
        let Some(reader) = &mut self.reader else { return };
        let range = reader.document().block(block).map(|block| block.range).unwrap_or_default();
        let quoted = crate::text::width::truncate(reader.document().slice(range), QUOTED).into_owned();
        let Some((verdict, moved)) = reader.toggle_block(block) else { return };
        let receipt = reader.web_page().map(WebPage::receipt).map(|receipt| receipt.to_string()).unwrap_or_default();
        self.trail.moved(&reader.article().locator, moved);
        self.search_again(effects);
        let done = if verdict == Verdict::Dropped { "left out" } else { "brought in" };
        self.note(&format!("{done}: “{quoted}”; {receipt}"));
    }

    fn open_contents(&mut self) {
        let Some(reader) = &self.reader else { return };
        let document = reader.document();
        let name = |section: &crate::document::Section| match section.title {
            Some(title) => crate::layout::shown(document, title).into_owned(),
            None => LEAD.to_owned(),
        };
        let names = document.sections().iter().map(name).collect();
        self.overlays.push(Overlay::Contents(Picker::new(names, reader.view().section.unwrap_or_default())));
    }

    /// Goes to the section with the index `section`.
    pub(super) fn go_to_section(&mut self, section: Option<usize>) {
        let Some(reader) = &self.reader else { return };
        let start = section.and_then(|idx| reader.document().sections().get(idx)).map(|section| section.range.start);
        if let Some(start) = start {
            self.jump(|reader| reader.go_to(start));
        }
    }

    /// Gives the first line's block another level; `change` gets the one that it has, if it is a heading.
    fn change_level(&mut self, change: impl FnOnce(Option<u8>, Levels) -> Option<u8>) {
        let Some(reader) = &mut self.reader else { return };
        let Some(block) = reader.first_block() else { return };
        let Some(level) = reader.heading_level(block) else {
            return self.note("the first line on screen can't be a heading");
        };
        let sections = reader.document().sections();
        let here = reader.view().section.and_then(|idx| sections.get(idx)).map_or(1, |section| section.level);
        let deepest = sections.iter().map(|section| section.level).max().unwrap_or_default();
        let target = change(level, Levels { here, deepest });
        let range = reader.document().block(block).map(|block| block.range).unwrap_or_default();
        if level.is_none() && (target.is_none() || range.len() > LONGEST_HEADING) {
            return self.note("the first line on screen is no heading");
        }
        reader.set_heading(block, target);
        let quoted = crate::text::width::truncate(reader.document().slice(range), QUOTED).into_owned();
        match target {
            Some(level) => self.note(&format!("“{quoted}” is a heading of level {level}")),
            None => self.note(&format!("“{quoted}” is plain text")),
        }
    }

    /// Searches for what has been typed so far.
    pub(super) fn search_for(&mut self, kind: PromptKind, typed: &str, effects: &mut Vec<Effect>) {
        self.clear_search(effects);
        if typed.is_empty() {
            return;
        }
        let Some(eye) = self.reader.as_ref().map(Reader::eye) else { return };
        let direction = if kind == PromptKind::SearchBackward { Direction::Backward } else { Direction::Forward };
        self.light(Sought::Typed(typed.to_owned()), eye, direction, effects);
    }

    /// Has something looked for in the open article from `origin` on, and lit wherever it is.
    pub(super) fn light(
        &mut self,
        sought: Sought,
        origin: crate::document::Offset,
        direction: Direction,
        effects: &mut Vec<Effect>,
    ) {
        self.clear_search(effects);
        let job = self.next_job();
        let Some(reader) = &mut self.reader else { return };
        reader.search = Some(Search::new(sought.clone(), job, origin, direction));
        let document = std::sync::Arc::clone(&reader.article().document);
        effects.push(Effect::Search { job, document, sought });
    }

    /// Searches a longer reading of the article for the same again.
    pub(super) fn search_again(&mut self, effects: &mut Vec<Effect>) {
        if self.shows_changes() {
            return self.begin_changes();
        }
        let Some(search) = self.reader.as_mut().and_then(|reader| reader.search.take()) else { return };
        effects.push(Effect::Cancel(search.job));
        let job = self.next_job();
        let Some(reader) = &mut self.reader else { return };
        let document = std::sync::Arc::clone(&reader.article().document);
        effects.push(Effect::Search { job, document, sought: search.sought.clone() });
        reader.search = Some(Search { job, hits: Vec::new(), complete: false, ..search });
    }

    pub(super) fn clear_search(&mut self, effects: &mut Vec<Effect>) {
        if let Some(search) = self.reader.as_mut().and_then(|reader| reader.search.take())
            && !search.complete
        {
            effects.push(Effect::Cancel(search.job));
        }
    }

    pub(super) fn step_hit(&mut self, count: isize) {
        let Some(reader) = &mut self.reader else { return };
        let Some(search) = &reader.search else { return self.note("nothing has been searched for yet") };
        if search.hits.is_empty() {
            return;
        }
        let spot = self.spot();
        if let (Some(reader), Some(spot)) = (&mut self.reader, spot) {
            let wrapped = reader.step_hit(count);
            if reader.eye() != spot.offset {
                self.trail.leave(spot);
            }
            if wrapped {
                self.note(if count > 0 { "went on from the start" } else { "went on from the end" });
            }
        }
    }

    fn open_hits(&mut self) {
        let Some(reader) = &self.reader else { return };
        match &reader.search {
            Some(search) if !search.hits.is_empty() => {
                let list = HitList::new(reader.document(), &search.hits, search.current);
                self.overlays.push(Overlay::Hits(list));
            }
            Some(_) => self.note("no hits"),
            None => self.note("nothing has been searched for yet"),
        }
    }

    /// Clears one thing at a time: the selection, the focus, then the search.
    fn clear(&mut self, effects: &mut Vec<Effect>) {
        let Some(reader) = &mut self.reader else { return };
        if reader.selection.take().is_none() && reader.focus.take().is_none() && reader.pictures.focus.take().is_none()
        {
            self.clear_search(effects);
        }
    }

    fn walk_trail(&mut self, count: isize, effects: &mut Vec<Effect>) {
        for _ in 0..count.unsigned_abs() {
            let Some(here) = self.spot() else { return };
            let spot = if count > 0 { self.trail.back(here) } else { self.trail.forward(here) };
            match spot {
                Some(spot) => self.go_to_spot(spot, effects),
                None if count > 0 => return self.note("there is no place to go back to"),
                None => return self.note("there is no place to go forward to"),
            }
        }
    }

    fn open_neighbour(&mut self, count: isize, effects: &mut Vec<Effect>) {
        let Some(spot) = self.spot() else { return };
        match self.shelf.neighbour(&spot.locator, count).cloned() {
            Some(locator) => {
                self.trail.leave(spot);
                self.open(locator, Goal::Kept, effects);
            }
            None if count > 0 => self.note("this is the last article"),
            None => self.note("this is the first article"),
        }
    }

    fn open_chosen(&mut self, effects: &mut Vec<Effect>) {
        if let Some(locator) = self.shelf.chosen().cloned() {
            self.open(locator, Goal::Kept, effects);
        }
    }

    fn start_selection(&mut self) {
        self.with_reader(|reader| {
            let focused = reader.focus.and_then(|idx| reader.document().marks().get(idx)).map(|mark| mark.range);
            let hit = reader.search.as_ref().and_then(|search| search.hits.get(search.current?)).copied();
            let seen = |range: &TextRange| range.overlaps(reader.view().range);
            let at = focused.or(hit).filter(seen).map_or(reader.eye(), |range| range.start);
            reader.select_at(at);
        });
        self.note("selecting by word: v for sentences, then paragraphs; y copies");
    }

    fn next_unit(&mut self) {
        let Some(reader) = &mut self.reader else { return };
        reader.next_unit();
        if let Some(selection) = reader.selection {
            self.note(&format!("selecting by {}", selection.unit.name()));
        }
    }

    fn copy(&mut self, effects: &mut Vec<Effect>) {
        let Some(reader) = &mut self.reader else { return };
        let Some(text) = reader.selected_text().map(str::to_owned) else { return };
        reader.selection = None;
        let words = crate::document::words_in(&text);
        effects.push(Effect::Copy(text));
        self.note(&format!("copied {words} word{}", if words == 1 { "" } else { "s" }));
    }

    /// Changes a choice about code, and tells what it is now.
    fn choose_for_code(&mut self, choice: Choice, effects: &mut Vec<Effect>) {
        self.choose(effects, |choices| choices.step(choice, 1));
        let value = self.choices().value(choice);
        self.note(&format!("{}: {value}", choice.name().to_lowercase()));
    }

    /// Moves cut lines of code sideways.
    fn shift_code(&mut self, times: isize) {
        let is_cut = self.choices().typography.long_lines == LongLines::Cut;
        let Some(reader) = &mut self.reader else { return };
        if !reader.has_code() {
            self.note("no code on this screen");
        } else if !is_cut {
            self.note("long lines of code are wrapped: W cuts them");
        } else if !reader.shift_code(times) {
            self.note("no line of code hides more on that side");
        }
    }

    /// Copies the whole of the block of code on screen, or labels them if there are several.
    fn copy_code(&mut self, effects: &mut Vec<Effect>) {
        let Some(reader) = &mut self.reader else { return };
        match reader.start_code_hints() {
            Some(block) => self.copy_block(block, effects),
            None if reader.hints.is_some() => {}
            None => self.note("no code on this screen"),
        }
    }

    /// Copies the whole of a block of code.
    pub(super) fn copy_block(&mut self, block: BlockId, effects: &mut Vec<Effect>) {
        let Some(reader) = &self.reader else { return };
        let Some(block) = reader.document().block(block) else { return };
        let text = reader.document().slice(block.range).to_owned();
        let lines = text.lines().count();
        effects.push(Effect::Copy(text));
        self.note(&format!("copied {lines} line{} of code", if lines == 1 { "" } else { "s" }));
    }

    fn set_measure(&mut self, measure: i32, effects: &mut Vec<Effect>) {
        self.choose(effects, |choices| choices.set_measure(measure));
        self.note(&format!("text column: {} cells", self.choices().measure));
    }

    /// Changes one choice of the typography panel.
    pub(super) fn step_choice(&mut self, choice: Choice, by: i32, effects: &mut Vec<Effect>) {
        match choice {
            Choice::Ambiguous => {
                self.ambiguous = choices::next(&Ambiguous::ALL.map(|(each, _)| each), self.ambiguous, by);
                effects.push(Effect::Ambiguous(self.ambiguous));
            }
            Choice::Theme => self.step_theme(by),
            _ => self.choose(effects, |choices| choices.step(choice, by)),
        }
    }

    /// Takes the next theme, or the one before.
    fn step_theme(&mut self, by: i32) {
        let ground = self.look.ground;
        // A theme for the other kind of ground could not be read on this one.
        let fits =
            |theme: &&Theme| ground == Ground::Unknown || theme.suits == ground || theme.suits == Ground::Unknown;
        let mut themes: Vec<&Theme> = THEMES.iter().filter(fits).collect();
        if by < 0 {
            themes.reverse();
        }
        let now = themes.iter().position(|theme| *theme == self.look.theme());
        let next = now.map_or(0, |now| now + 1);
        self.look.chosen = themes.get(next).or(themes.first()).copied();
        if let Some(theme) = self.look.chosen {
            self.note(&format!("theme: {}", theme.name));
        }
    }

    /// Goes back one layer; nothing is asked, for nothing can be lost.
    fn close(&mut self, effects: &mut Vec<Effect>) {
        let selecting = self.reader.as_mut().is_some_and(|reader| reader.selection.take().is_some());
        match self.room {
            Room::Reader if selecting => {}
            Room::Reader if self.shows_changes() => {
                self.leave_changes(effects);
            }
            Room::Reader if self.has_shelf => {
                if let Some(loading) = self.loading.take() {
                    effects.push(Effect::Cancel(loading.job));
                }
                self.leave_article();
                self.room = Room::Shelf;
                self.shelf.outdate();
                self.preview(effects);
            }
            _ => effects.push(Effect::Quit),
        }
    }
}

/// The levels of an outline that a change of one goes by.
#[derive(Debug, Clone, Copy)]
struct Levels {
    /// That of the section being read.
    here: u8,
    deepest: u8,
}

/// What a lead is called in the contents, for it has no title.
pub const LEAD: &str = "(lead)";

fn clamp(count: isize) -> i32 {
    i32::try_from(count.clamp(-100, 100)).unwrap_or_default()
}
