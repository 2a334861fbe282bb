//! Keys and pointer events as recto knows them, and the names of keys both ways ("C-d", "PgDn", "j").

use std::fmt;
use std::str::FromStr;

/// A key that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyPress {
    pub key: Key,
    pub ctrl: bool,
    pub alt: bool,
    /// Only told for keys that have no shifted character of their own.
    pub shift: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Char(char),
    Enter,
    Tab,
    Escape,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// What the pointer did, in cells from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pointer {
    pub kind: PointerKind,
    pub column: u16,
    pub row: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointerKind {
    /// The first button went down.
    Press,
    Drag,
    Release,
    WheelUp,
    WheelDown,
}

impl KeyPress {
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false, alt: false, shift: false }
    }

    pub const fn char(c: char) -> Self {
        Self::plain(Key::Char(c))
    }

    pub const fn ctrl(c: char) -> Self {
        Self { key: Key::Char(c), ctrl: true, alt: false, shift: false }
    }

    /// Returns the character that the key types into a prompt.
    pub fn typed(self) -> Option<char> {
        match self.key {
            Key::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

const NAMED: [(&str, Key); 16] = [
    ("Space", Key::Char(' ')),
    ("Enter", Key::Enter),
    ("Tab", Key::Tab),
    ("Esc", Key::Escape),
    ("Backspace", Key::Backspace),
    ("Del", Key::Delete),
    ("Ins", Key::Insert),
    ("Up", Key::Up),
    ("Down", Key::Down),
    ("Left", Key::Left),
    ("Right", Key::Right),
    ("Home", Key::Home),
    ("End", Key::End),
    ("PgUp", Key::PageUp),
    ("PgDn", Key::PageDown),
    ("Minus", Key::Char('-')),
];

impl fmt::Display for KeyPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, prefix) in [(self.ctrl, "C-"), (self.alt, "A-"), (self.shift, "S-")] {
            if held {
                f.write_str(prefix)?;
            }
        }
        let modified = self.ctrl || self.alt || self.shift;
        match self.key {
            Key::F(n) => write!(f, "F{n}"),
            Key::Char('-') if !modified => f.write_str("-"),
            key => match (NAMED.iter().find(|(_, named)| *named == key), key) {
                (Some((name, _)), _) => f.write_str(name),
                (None, Key::Char(c)) => write!(f, "{c}"),
                (None, _) => Ok(()),
            },
        }
    }
}

impl FromStr for KeyPress {
    type Err = String;

    /// Reads a key's name as `Display` writes it: an optional `C-`, `A-`, `S-` before a character or a name.
    fn from_str(name: &str) -> Result<Self, String> {
        let mut press = Self::plain(Key::Escape);
        let mut rest = name;
        loop {
            let flag = match rest.get(..2) {
                Some("C-") if rest.len() > 2 => &mut press.ctrl,
                Some("A-") if rest.len() > 2 => &mut press.alt,
                Some("S-") if rest.len() > 2 => &mut press.shift,
                _ => break,
            };
            *flag = true;
            rest = rest.get(2..).unwrap_or_default();
        }
        let named = || NAMED.iter().find(|(known, _)| *known == rest).map(|&(_, key)| key);
        let function = || rest.strip_prefix('F')?.parse().ok().filter(|n| (1..=24).contains(n)).map(Key::F);
        let mut chars = rest.chars();
        let single = match (chars.next(), chars.next()) {
            (Some(c), None) => Some(Key::Char(c)),
            _ => None,
        };
        press.key = single.or_else(named).or_else(function).ok_or_else(|| format!("no key is called `{name}`"))?;
        Ok(press)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        let mut presses = vec![KeyPress::char('j'), KeyPress::char('-'), KeyPress::ctrl('-'), KeyPress::ctrl('d')];
        presses.extend(NAMED.iter().map(|&(_, key)| KeyPress::plain(key)));
        presses.extend((1..=12).map(|n| KeyPress::plain(Key::F(n))));
        presses.push(KeyPress { shift: true, ..KeyPress::plain(Key::Tab) });
        presses.push(KeyPress { alt: true, ..KeyPress::char('x') });
        for press in presses {
            assert_eq!(press.to_string().parse(), Ok(press), "{press}");
        }
    }

    #[test]
    fn unknown_names_are_told() {
        for name in ["", "Foo", "F99", "C-"] {
            assert!(name.parse::<KeyPress>().is_err(), "{name}");
        }
    }
}
