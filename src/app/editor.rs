//! An editor of a few lines: what a note is written in.

use crate::app::overlay::Line;
use crate::input::{Key, KeyPress};
use crate::text::clean;

/// What is being written about a passage.
#[derive(Debug, Clone)]
pub struct Editor {
    /// What it is about, as it is told above the note.
    pub title: String,
    /// The highlight's name.
    pub uid: String,
    /// The lines above the cursor's, that one, and those below with the nearest one last.
    above: Vec<Line>,
    line: Line,
    below: Vec<Line>,
}

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    GoesOn,
    /// The note is as it should be.
    Done,
    /// The reader's own editor is to go on with it.
    HandedOver,
}

impl Editor {
    pub fn new(title: &str, uid: &str, text: &str) -> Self {
        let (title, uid) = (title.to_owned(), uid.to_owned());
        let mut editor = Self { title, uid, above: Vec::new(), line: Line::default(), below: Vec::new() };
        editor.paste(text);
        editor
    }

    /// Returns the lines.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.above.iter().chain([&self.line]).chain(self.below.iter().rev())
    }

    /// Returns what is written, without space at its end.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.lines().map(|line| line.value().trim_end()).collect();
        lines.join("\n").trim_end().to_owned()
    }

    /// Returns the number of the cursor's line, and the cell in it.
    pub fn cursor(&self) -> (usize, usize) {
        (self.above.len(), self.line.cursor())
    }

    /// Writes text at the cursor, with its lines.
    pub fn paste(&mut self, text: &str) {
        for (idx, line) in text.lines().enumerate() {
            if idx > 0 {
                self.split();
            }
            self.line.paste(&clean::clean_code(line).text);
        }
    }

    /// Has something else written, with the cursor at its end.
    pub fn replace(&mut self, text: &str) {
        (self.above, self.line, self.below) = (Vec::new(), Line::default(), Vec::new());
        self.paste(text);
    }

    /// Takes a key.
    pub fn key(&mut self, press: KeyPress) -> Edited {
        let at_start = self.line.cursor() == 0;
        let at_end = self.line.is_at_end();
        match (press.key, press.ctrl) {
            (Key::Char('s' | 'd'), true) => return Edited::Done,
            (Key::Char('e'), true) => return Edited::HandedOver,
            (Key::Enter, _) => self.split(),
            (Key::Up, _) => self.go_up(),
            (Key::Down, _) => self.go_down(),
            (Key::Left, _) if at_start && !self.above.is_empty() => {
                self.go_up();
                self.line.edit(KeyPress::plain(Key::End));
            }
            (Key::Right, _) if at_end && !self.below.is_empty() => {
                self.go_down();
                self.line.edit(KeyPress::plain(Key::Home));
            }
            (Key::Backspace, false) if at_start => {
                if let Some(above) = self.above.pop() {
                    let line = std::mem::replace(&mut self.line, above);
                    self.line.append(&line);
                }
            }
            (Key::Delete, false) if at_end => {
                if let Some(below) = self.below.pop() {
                    self.line.append(&below);
                }
            }
            _ => drop(self.line.edit(press)),
        }
        Edited::GoesOn
    }

    fn go_up(&mut self) {
        if let Some(above) = self.above.pop() {
            self.below.push(std::mem::replace(&mut self.line, above));
        }
    }

    fn go_down(&mut self) {
        if let Some(below) = self.below.pop() {
            self.above.push(std::mem::replace(&mut self.line, below));
        }
    }

    /// Begins a new line at the cursor.
    fn split(&mut self) {
        let rest = self.line.split_off();
        self.above.push(std::mem::replace(&mut self.line, rest));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(text: &str, keys: &str, expected: &str, cursor: (usize, usize)) {
        let mut editor = Editor::new("", "", text);
        for key in keys.split_whitespace() {
            assert_eq!(editor.key(key.parse().unwrap()), Edited::GoesOn);
        }
        assert_eq!((editor.text().as_str(), editor.cursor()), (expected, cursor), "{keys}");
    }

    #[test]
    fn lines_are_split_and_joined_at_the_cursor() {
        check("", "a Enter b", "a\nb", (1, 1));
        check("one two", "Home Right Right Right Enter", "one\n two", (1, 0));
        check("one\ntwo", "Home Backspace", "onetwo", (0, 3));
        check("one\ntwo", "Up End Del", "onetwo", (0, 3));
        check("one\ntwo", "Home Left x", "onex\ntwo", (0, 4));
        check("one\ntwo", "Up End Right x", "one\nxtwo", (1, 1));
        check("日本\n語", "Up End Left x", "日x本\n語", (0, 3));
        check("one\n\nthree", "Up Up Up Down Down Down", "one\n\nthree", (2, 5));
        check("", "Backspace Del Up Down", "", (0, 0));
        check("a", "Enter Enter", "a", (2, 0));
    }

    #[test]
    fn it_is_done_by_a_key() {
        let mut editor = Editor::new("", "", "note");
        assert_eq!(editor.key(KeyPress::ctrl('s')), Edited::Done);
        assert_eq!(editor.key(KeyPress::ctrl('e')), Edited::HandedOver);
        editor.replace("note");
        editor.paste(" with\ntwo lines\u{1b}[31m");
        assert!(editor.text().starts_with("note with\ntwo lines") && !editor.text().contains('\u{1b}'));
    }
}
