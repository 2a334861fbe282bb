//! Keys: who hears them (an overlay, a label's letters, a command that waits for one, the keymap), and counts.

use std::fmt;

use super::reader::links::{Labelled, Target};
use super::{App, Effect};
use crate::action::Action;
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
            let enter = (press.key == Key::Enter).then_some('\n');
            if let Some(letter) = press.typed().or(enter) {
                self.act_on_letter(action, letter, effects);
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

    fn hint_key(&mut self, press: KeyPress, effects: &mut Vec<Effect>) {
        let Some(reader) = &mut self.reader else { return };
        let typed = press.typed().map(|letter| reader.hints.as_mut().map(|hints| hints.type_letter(letter)));
        match typed {
            Some(Some(Labelled::More)) => {}
            Some(Some(Labelled::One(target))) => {
                reader.hints = None;
                match target {
                    Target::Link(mark) => self.follow(mark, effects),
                    Target::Block(block) => self.toggle_block(block, effects),
                    Target::Code(block) => self.copy_block(block, effects),
                }
            }
            Some(_) => {
                reader.hints = None;
                self.note("nothing has that label");
            }
            None => reader.hints = None,
        }
    }
}
