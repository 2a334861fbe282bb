//! The keymap: which key asks for which action, by context.

use crate::action::{Action, COMMANDS, Context};
use crate::input::KeyPress;

/// Which key asks for which action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<(Context, KeyPress, Action)>,
}

impl Default for Keymap {
    /// Returns the keymap of the default keys in [`COMMANDS`].
    fn default() -> Self {
        let bound = |command: &'static crate::action::Command| {
            command.key_presses().map(|press| (command.context, press, command.action))
        };
        Self { bindings: COMMANDS.iter().flat_map(bound).collect() }
    }
}

impl Keymap {
    /// Returns what `press` asks for in `context`, or in the contexts around it.
    pub fn resolve(&self, context: Context, press: KeyPress) -> Option<Action> {
        let around: &[Context] = match context {
            Context::Select => &[Context::Select, Context::Reader, Context::Everywhere],
            Context::Reader => &[Context::Reader, Context::Everywhere],
            Context::Table => &[Context::Table, Context::Everywhere],
            Context::Shelf => &[Context::Shelf, Context::Everywhere],
            Context::Everywhere => &[Context::Everywhere],
        };
        let bound = |context: &Context| {
            self.bindings.iter().find(|(at, key, _)| at == context && *key == press).map(|&(.., action)| action)
        };
        around.iter().find_map(bound)
    }

    /// Returns the keys that ask for `action`, as they are shown to the reader.
    pub fn keys_of(&self, action: Action) -> Vec<String> {
        self.bindings.iter().filter(|(.., bound)| *bound == action).map(|(_, press, _)| press.to_string()).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn contexts_fall_back_outwards() {
        let keymap = Keymap::default();
        let check = |context, key: &str, expected| {
            assert_eq!(keymap.resolve(context, key.parse().unwrap()), expected, "{key} in {context:?}");
        };
        check(Context::Reader, "j", Some(Action::LineDown));
        check(Context::Select, "j", Some(Action::ExtendDown));
        check(Context::Select, "]", Some(Action::NextSection));
        check(Context::Shelf, "]", None);
        check(Context::Table, "j", Some(Action::LineDown));
        check(Context::Table, "]", None);
        check(Context::Shelf, "q", Some(Action::Close));
    }
}
