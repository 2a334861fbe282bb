//! Keys: who hears them (an overlay, a command that waits for a letter, the keymap), and counts before commands.

use std::fmt;

use super::overlay::{Overlay, Prompt, PromptKind};
use super::{App, Effect, Room};
use crate::action::{Action, COMMANDS};
use crate::input::{Key, KeyPress};

/// What has been typed of a command that is not whole yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pending {
    pub count: Option<usize>,
    /// A command that waits for a letter.
    pub awaits: Option<Action>,
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(count) = self.count {
            write!(f, "{count}")?;
        }
        match self.awaits.and_then(|action| action.command().keys.first()) {
            Some(key) => f.write_str(key),
            None => Ok(()),
        }
    }
}

/// The largest count that is kept; more digits than that are nobody's wish.
const MOST: usize = 1_000_000_000;

impl App {
    pub(super) fn key(&mut self, press: KeyPress, effects: &mut Vec<Effect>) {
        self.message = None;
        if let Some(overlay) = self.overlays.pop() {
            self.overlay_key(overlay, press, effects);
        } else if self.reader.as_ref().is_some_and(|reader| reader.hints.is_some()) {
            self.hint_key(press, effects);
        } else if let Some(action) = self.pending.awaits.take() {
            self.pending.count = None;
            if let Some(letter) = press.typed() {
                self.act_on_letter(action, letter);
            }
        } else if let Some(digit) = self.count_digit(press) {
            let count = self.pending.count.unwrap_or_default();
            self.pending.count = Some(count.saturating_mul(10).saturating_add(digit).min(MOST));
        } else {
            let count = self.pending.count.take();
            match self.keymap.resolve(self.context(), press) {
                Some(action) => self.act(action, count, effects),
                None => self.pending.count = None,
            }
        }
    }

    /// Returns the digit that `press` adds to a count; a zero begins none.
    fn count_digit(&self, press: KeyPress) -> Option<usize> {
        let digit = press.typed()?.to_digit(10)?;
        (digit > 0 || self.pending.count.is_some()).then_some(digit as usize)
    }

    /// Types pasted text where typing goes; elsewhere nothing happens, for a paste is not a command.
    pub(super) fn paste(&mut self, text: &str, effects: &mut Vec<Effect>) {
        let Some(mut overlay) = self.overlays.pop() else { return };
        let text = crate::text::clean::clean_line(text, usize::MAX);
        match &mut overlay {
            Overlay::Palette(picker) | Overlay::Contents(picker) => {
                picker.line.paste(&text);
                picker.refilter();
            }
            Overlay::Prompt(prompt) => {
                prompt.line.paste(&text);
                let (kind, typed) = (prompt.kind, prompt.line.value().to_owned());
                self.overlays.push(overlay);
                self.prompt_changed(kind, &typed, effects);
                return;
            }
            Overlay::Help(_) | Overlay::Hits(_) | Overlay::Peek(_) => {}
        }
        self.overlays.push(overlay);
    }

    /// Gives a key to the topmost overlay, which has been taken off the stack and stays off it when it is done.
    fn overlay_key(&mut self, mut overlay: Overlay, press: KeyPress, effects: &mut Vec<Effect>) {
        let page = usize::from(self.rows / 2).max(1);
        let step = list_step(press, page);
        let letters = |overlay: &Overlay| matches!(overlay, Overlay::Help(_) | Overlay::Hits(_) | Overlay::Peek(_));
        let leaves = press.key == Key::Escape
            || press == KeyPress::ctrl('c')
            || (letters(&overlay) && self.keymap.resolve(self.context(), press) == Some(Action::Close));
        if leaves {
            if let Overlay::Prompt(prompt) = &overlay {
                self.prompt_cancelled(prompt.kind, effects);
            }
            return;
        }
        match &mut overlay {
            Overlay::Help(help) => {
                let action = self.keymap.resolve(self.context(), press);
                match (step.or_else(|| action.and_then(|action| action_step(action, page))), action) {
                    (Some(step), _) => help.top = help.top.saturating_add_signed(step).min(COMMANDS.len() * 2),
                    (None, Some(Action::Help)) => return,
                    _ => {}
                }
            }
            Overlay::Peek(peek) => {
                let action = self.keymap.resolve(self.context(), press);
                match (step.or_else(|| action.and_then(|action| action_step(action, page))), action) {
                    (Some(step), _) => {
                        peek.top = peek.top.saturating_add_signed(step).min(peek.lines.len().saturating_sub(1));
                    }
                    (None, Some(Action::Copy)) | (None, None) if press == KeyPress::char('y') => {
                        effects.push(Effect::Copy(peek.document.text().to_owned()));
                        self.note("copied");
                        return;
                    }
                    (None, Some(Action::Follow)) => return self.act(Action::Follow, None, effects),
                    (None, Some(Action::Peek)) => return,
                    _ => {}
                }
            }
            Overlay::Hits(list) => {
                let action = self.keymap.resolve(self.context(), press);
                match step.or_else(|| action.and_then(|action| action_step(action, page))) {
                    Some(step) => list.step(step),
                    None if press.key == Key::Enter => {
                        let chosen = list.chosen();
                        self.leave_spot();
                        if let (Some(idx), Some(reader)) = (chosen, &mut self.reader) {
                            reader.show_hit(idx);
                        }
                        return;
                    }
                    None => {}
                }
            }
            Overlay::Palette(picker) => match step {
                Some(step) => picker.step(step),
                None if press.key == Key::Enter => {
                    let chosen = picker.chosen().and_then(|idx| COMMANDS.get(idx));
                    if let Some(command) = chosen {
                        self.act(command.action, None, effects);
                    }
                    return;
                }
                None => {
                    if picker.line.edit(press) {
                        picker.refilter();
                    }
                }
            },
            Overlay::Contents(picker) => match step {
                Some(step) => picker.step(step),
                None if press.key == Key::Enter => {
                    let section = picker.chosen();
                    self.go_to_section(section);
                    return;
                }
                None => {
                    if picker.line.edit(press) {
                        picker.refilter();
                    }
                }
            },
            Overlay::Prompt(prompt) => {
                let (kind, typed) = (prompt.kind, prompt.line.value().to_owned());
                if press.key == Key::Enter {
                    return self.prompt_taken(kind, &typed, effects);
                }
                if press.key == Key::Backspace && typed.is_empty() {
                    return self.prompt_cancelled(kind, effects);
                }
                if kind == PromptKind::FilterShelf
                    && let Some(step) = step
                {
                    self.shelf.step(step);
                    self.preview(effects);
                } else if prompt.line.edit(press) {
                    let typed = prompt.line.value().to_owned();
                    self.overlays.push(overlay);
                    self.prompt_changed(kind, &typed, effects);
                    return;
                }
            }
        }
        self.overlays.push(overlay);
    }

    fn hint_key(&mut self, press: KeyPress, effects: &mut Vec<Effect>) {
        let Some(reader) = &mut self.reader else { return };
        let typed = press.typed().map(|letter| reader.hints.as_mut().map(|hints| hints.type_letter(letter)));
        match typed {
            Some(Some(Ok(None))) => {}
            Some(Some(Ok(Some(mark)))) => {
                reader.hints = None;
                self.follow(mark, effects);
            }
            Some(_) => {
                reader.hints = None;
                self.note("no link has that label");
            }
            None => reader.hints = None,
        }
    }

    /// Opens a prompt at the foot of the screen.
    pub(super) fn prompt(&mut self, kind: PromptKind) {
        if kind != PromptKind::FilterShelf {
            self.search_origin = self.reader.as_ref().map(super::reader::Reader::eye);
        }
        let line =
            if kind == PromptKind::FilterShelf { self.shelf.filter.clone() } else { super::overlay::Line::default() };
        self.overlays.push(Overlay::Prompt(Prompt { kind, line }));
    }

    fn prompt_changed(&mut self, kind: PromptKind, typed: &str, effects: &mut Vec<Effect>) {
        if kind == PromptKind::FilterShelf {
            self.filter_shelf(typed, effects);
        } else {
            self.return_to_origin();
            self.search_for(kind, typed, effects);
        }
    }

    fn prompt_taken(&mut self, kind: PromptKind, typed: &str, effects: &mut Vec<Effect>) {
        if kind == PromptKind::FilterShelf {
            return self.act(Action::Open, None, effects);
        }
        let origin = self.search_origin.take();
        if typed.is_empty() {
            // As in less: an empty search repeats the last one.
            self.act(
                if kind == PromptKind::SearchForward { Action::NextHit } else { Action::PreviousHit },
                None,
                effects,
            );
        } else if let (Some(offset), Some(spot)) = (origin, self.spot()) {
            self.trail.leave(super::trail::Spot { offset, ..spot });
        }
    }

    fn prompt_cancelled(&mut self, kind: PromptKind, effects: &mut Vec<Effect>) {
        if kind == PromptKind::FilterShelf {
            self.filter_shelf("", effects);
        } else {
            self.return_to_origin();
            self.search_origin = None;
            self.clear_search(effects);
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

/// Returns how far a key moves in a list, whatever else it means; letters are for typing.
fn list_step(press: KeyPress, page: usize) -> Option<isize> {
    let page = isize::try_from(page).unwrap_or(1);
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
fn action_step(action: Action, page: usize) -> Option<isize> {
    let page = isize::try_from(page).unwrap_or(1);
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
