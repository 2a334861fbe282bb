//! Layers: what keys and pastes do in the overlays, each of which stays or leaves by what its function returns.

use super::overlay::{Help, HitList, Line, Overlay, Panel, Peek, Picker, Prompt, PromptKind, Showing};
use super::reader::Reader;
use super::table::TableView;
use super::trail::Spot;
use super::{App, Effect, Room};
use crate::action::{Action, Context};
use crate::input::{Key, KeyPress};

impl App {
    /// Gives a key to an overlay that has been taken off the stack, and puts it back if it stays.
    pub(super) fn overlay_key(&mut self, overlay: Overlay, press: KeyPress, effects: &mut Vec<Effect>) {
        let page = isize::try_from(self.rows / 2).unwrap_or(1).max(1);
        // Where text is typed, letters are letters; elsewhere the keys mean what they mean below.
        let typing = matches!(
            overlay,
            Overlay::Finder(_)
                | Overlay::Search(_)
                | Overlay::Contents(_)
                | Overlay::Prompt(_)
                | Overlay::Shelfmarks(..)
                | Overlay::Note(_)
        );
        let action = if typing { None } else { self.keymap.resolve(self.context(), press) };
        if let Overlay::Note(editor) = overlay {
            return self.note_key(editor, press, effects);
        }
        let step = list_step(press, page).or_else(|| action_step(action?, page));
        if press.key == Key::Escape || press == KeyPress::ctrl('c') || action == Some(Action::Close) {
            match overlay {
                Overlay::Prompt(prompt) => self.prompt_cancelled(prompt.kind, effects),
                Overlay::Search(searching) => self.put_search_away(searching, effects),
                Overlay::Finder(finder) => finder.let_go(effects),
                _ => {}
            }
            return;
        }
        let stays = match overlay {
            Overlay::Help(help) => help_key(help, step, action).map(Overlay::Help),
            Overlay::Peek(peek) => self.peek_key(peek, press, step, action, effects).map(Overlay::Peek),
            Overlay::Table(view) => return self.table_key(view, press, effects),
            Overlay::Search(searching) => return self.searching_key(searching, press, step, effects),
            Overlay::Finder(finder) => return self.finder_key(finder, press, step, effects),
            Overlay::Picture(showing) => self.showing_key(showing, press, step, action).map(Overlay::Picture),
            Overlay::Hits(list) => self.hits_key(list, press, step).map(Overlay::Hits),
            Overlay::Highlights(chosen) => self.highlights_key(chosen, press, step, effects).map(Overlay::Highlights),
            Overlay::Shelfmarks(marks, picker) => self
                .shelfmarks_key(marks, picker, press, step, effects)
                .map(|picker| Overlay::Shelfmarks(marks, picker)),
            Overlay::Note(_) => return,
            Overlay::Contents(picker) => self.contents_key(picker, press, step).map(Overlay::Contents),
            Overlay::Prompt(prompt) => self.prompt_key(prompt, press, step, effects).map(Overlay::Prompt),
            Overlay::Typography(panel) => {
                self.typography_key(panel, press, step, action, effects).map(Overlay::Typography)
            }
        };
        self.overlays.extend(stays);
    }

    fn peek_key(
        &mut self,
        mut peek: Peek,
        press: KeyPress,
        step: Option<isize>,
        action: Option<Action>,
        effects: &mut Vec<Effect>,
    ) -> Option<Peek> {
        match (step, action) {
            (Some(step), _) => peek.top = peek.top.saturating_add_signed(step).min(peek.lines.len().saturating_sub(1)),
            (None, Some(Action::Peek | Action::Follow)) => return None,
            (None, _) if press == KeyPress::char('y') => {
                effects.push(Effect::Copy(peek.document.text().to_owned()));
                self.note("copied");
                return None;
            }
            (None, _) => {}
        }
        Some(peek)
    }

    fn typography_key(
        &mut self,
        mut panel: Panel,
        press: KeyPress,
        step: Option<isize>,
        action: Option<Action>,
        effects: &mut Vec<Effect>,
    ) -> Option<Panel> {
        match (press.key, step) {
            (Key::Left | Key::Char('h' | '-'), _) => self.step_choice(panel.choice(), -1, effects),
            (Key::Right | Key::Char('l' | '+' | ' ') | Key::Enter, _) => self.step_choice(panel.choice(), 1, effects),
            (_, Some(step)) => panel.step(step),
            _ if action == Some(Action::Typography) => return None,
            _ => {}
        }
        Some(panel)
    }

    /// Zooms and moves a picture that has the screen to itself.
    fn showing_key(
        &mut self,
        mut showing: Showing,
        press: KeyPress,
        step: Option<isize>,
        action: Option<Action>,
    ) -> Option<Showing> {
        let Some(graphics) = self.graphics else { return Some(showing) };
        let (room, cell) = (self.showing_room(), graphics.cell);
        let mut pan = |across, down| showing.window.pan((across, down), room, cell);
        match (press.key, action) {
            (Key::Left | Key::Char('h'), _) => pan(-1, 0),
            (Key::Right | Key::Char('l'), _) => pan(1, 0),
            (Key::Char('+'), _) => showing.window.zoom(1),
            (Key::Char('-'), _) => showing.window.zoom(-1),
            (Key::Char('0' | '='), _) => showing.window.reset(),
            (Key::Enter, _) => return None,
            (_, Some(Action::Dim)) => self.dimmed = !self.dimmed,
            _ => pan(0, step.map_or(0, |step| if step < 0 { -1 } else { 1 })),
        }
        Some(showing)
    }

    /// Moves in a table, or does what else is done in one; it stays below what that opens.
    fn table_key(&mut self, mut view: Box<TableView>, press: KeyPress, effects: &mut Vec<Effect>) {
        let action = self.keymap.resolve(Context::Table, press);
        let page = isize::try_from(view.frame().rows.len()).unwrap_or(1).max(1);
        if let Some(step) = action.and_then(|action| action_step(action, page)) {
            view.step(step, 0);
        }
        self.overlays.push(Overlay::Table(view));
        match action {
            Some(
                Action::Help
                | Action::Finder
                | Action::Palette
                | Action::Theme
                | Action::Redraw
                | Action::Quit
                | Action::Suspend,
            ) => {}
            Some(action) if action.command().context == Context::Table => {}
            _ => return,
        }
        if let Some(action) = action {
            self.act(action, None, effects);
        }
    }

    fn hits_key(&mut self, mut list: HitList, press: KeyPress, step: Option<isize>) -> Option<HitList> {
        match step {
            Some(step) => list.step(step),
            None if press.key == Key::Enter => {
                self.leave_spot();
                if let (Some(idx), Some(reader)) = (list.chosen(), &mut self.reader) {
                    reader.show_hit(idx);
                }
                return None;
            }
            None => {}
        }
        Some(list)
    }

    fn contents_key(&mut self, mut picker: Picker, press: KeyPress, step: Option<isize>) -> Option<Picker> {
        if press.key == Key::Enter {
            self.go_to_section(picker.chosen());
            return None;
        }
        picker.key(press, step);
        Some(picker)
    }

    fn prompt_key(
        &mut self,
        mut prompt: Prompt,
        press: KeyPress,
        step: Option<isize>,
        effects: &mut Vec<Effect>,
    ) -> Option<Prompt> {
        match (press.key, step) {
            (Key::Enter, _) => {
                self.prompt_taken(prompt.kind, prompt.line.value(), effects);
                return None;
            }
            (Key::Backspace, _) if prompt.line.is_empty() => {
                self.prompt_cancelled(prompt.kind, effects);
                return None;
            }
            (_, Some(step)) if prompt.kind == PromptKind::FilterShelf => {
                self.shelf.step(step);
                self.preview(effects);
            }
            _ => {
                if prompt.line.edit(press) {
                    self.prompt_changed(prompt.kind, prompt.line.value(), effects);
                }
            }
        }
        Some(prompt)
    }

    /// Types pasted text where typing goes; elsewhere nothing happens, for a paste is not a command.
    pub(super) fn paste(&mut self, text: &str, effects: &mut Vec<Effect>) {
        let Some(mut overlay) = self.overlays.pop() else { return };
        let pasted = text.to_owned();
        let text = crate::text::clean::clean_line(text, usize::MAX);
        match &mut overlay {
            Overlay::Finder(finder) => {
                finder.line.paste(&text);
                finder.retype();
            }
            Overlay::Contents(picker) | Overlay::Shelfmarks(_, picker) => {
                picker.line.paste(&text);
                picker.refilter();
            }
            Overlay::Prompt(prompt) => {
                prompt.line.paste(&text);
                self.prompt_changed(prompt.kind, prompt.line.value(), effects);
            }
            Overlay::Search(searching) => {
                searching.line.paste(&text);
                searching.retype();
            }
            Overlay::Help(_) | Overlay::Hits(_) | Overlay::Peek(_) | Overlay::Typography(_) => {}
            Overlay::Picture(_) | Overlay::Table(_) | Overlay::Highlights(_) => {}
            Overlay::Note(editor) => editor.paste(&pasted),
        }
        self.overlays.push(overlay);
    }

    /// Opens a prompt at the foot of the screen.
    pub(super) fn prompt(&mut self, kind: PromptKind) {
        let line = match kind {
            PromptKind::FilterShelf => self.shelf.filter.clone(),
            PromptKind::Tags => Line::default(),
            PromptKind::SearchForward | PromptKind::SearchBackward => {
                self.search_origin = self.reader.as_ref().map(Reader::eye);
                Line::default()
            }
        };
        self.overlays.push(Overlay::Prompt(Prompt { kind, line }));
    }

    fn prompt_changed(&mut self, kind: PromptKind, typed: &str, effects: &mut Vec<Effect>) {
        match kind {
            PromptKind::FilterShelf => self.filter_shelf(typed, effects),
            PromptKind::Tags => {}
            PromptKind::SearchForward | PromptKind::SearchBackward => {
                self.return_to_origin();
                self.search_for(kind, typed, effects);
            }
        }
    }

    fn prompt_taken(&mut self, kind: PromptKind, typed: &str, effects: &mut Vec<Effect>) {
        match kind {
            PromptKind::FilterShelf => return self.act(Action::Open, None, effects),
            PromptKind::Tags => return self.take_tags(typed, effects),
            PromptKind::SearchForward | PromptKind::SearchBackward => {}
        }
        let origin = self.search_origin.take();
        if typed.is_empty() {
            // As in less: an empty search repeats the last one.
            let again = if kind == PromptKind::SearchForward { Action::NextHit } else { Action::PreviousHit };
            self.act(again, None, effects);
        } else if let (Some(offset), Some(spot)) = (origin, self.spot()) {
            self.trail.leave(Spot { offset, ..spot });
        }
    }

    fn prompt_cancelled(&mut self, kind: PromptKind, effects: &mut Vec<Effect>) {
        match kind {
            PromptKind::FilterShelf => self.filter_shelf("", effects),
            PromptKind::Tags => {}
            PromptKind::SearchForward | PromptKind::SearchBackward => {
                self.return_to_origin();
                self.search_origin = None;
                self.clear_search(effects);
            }
        }
    }

    fn return_to_origin(&mut self) {
        if let (Some(origin), Some(reader)) = (self.search_origin, &mut self.reader) {
            reader.go_to(origin);
        }
    }

    fn filter_shelf(&mut self, typed: &str, effects: &mut Vec<Effect>) {
        self.shelf.filter.clear();
        self.shelf.filter.paste(typed);
        self.shelf.apply_filter();
        if self.room == Room::Shelf {
            self.preview(effects);
        }
    }
}

fn help_key(mut help: Help, step: Option<isize>, action: Option<Action>) -> Option<Help> {
    match (step, action) {
        (Some(step), _) => help.top = help.top.saturating_add_signed(step).min(Help::ROWS),
        (None, Some(Action::Help)) => return None,
        (None, _) => {}
    }
    Some(help)
}

/// Returns how far a key moves in a list, whatever else it means; letters are for typing.
fn list_step(press: KeyPress, page: isize) -> Option<isize> {
    match (press.key, press.ctrl) {
        (Key::Up, _) | (Key::Char('p'), true) => Some(-1),
        (Key::Down, _) | (Key::Char('n'), true) => Some(1),
        (Key::Tab, _) => Some(if press.shift { -1 } else { 1 }),
        (Key::PageUp, _) => Some(-page),
        (Key::PageDown, _) => Some(page),
        _ => None,
    }
}

/// Returns how far a moving command moves in an overlay where nothing is typed.
fn action_step(action: Action, page: isize) -> Option<isize> {
    match action {
        Action::LineDown | Action::ExtendDown => Some(1),
        Action::LineUp | Action::ExtendUp => Some(-1),
        Action::HalfPageDown => Some(page / 2),
        Action::HalfPageUp => Some(-page / 2),
        Action::PageDown => Some(page),
        Action::PageUp => Some(-page),
        Action::Start => Some(isize::MIN / 2),
        Action::End => Some(isize::MAX / 2),
        _ => None,
    }
}
