//! Annotating: highlights and notes as the reader makes, lists and changes them.

use super::editor::{Edited, Editor};
use super::overlay::Overlay;
use super::{App, Effect, Errand, Message};
use crate::annotation::{Highlight, Ink, Standing};
use crate::catalogue::Change;
use crate::document::{Anchor, Offset};
use crate::input::{Key, KeyPress};
use crate::text::width;

/// How much of a passage is told in a message or above its note, in cells.
const QUOTED: usize = 48;

impl App {
    /// Highlights what is selected, in an ink or the last one, perhaps to write a note about it.
    pub(super) fn highlight_selection(&mut self, ink: Option<Ink>, has_note: bool, effects: &mut Vec<Effect>) {
        let ink = ink.unwrap_or(self.ink);
        self.ink = ink;
        let Some(reader) = &mut self.reader else { return };
        let Some(range) = reader.selection.map(|selection| selection.range()) else { return };
        let highlight = Highlight {
            uid: String::new(),
            anchor: Anchor::of(reader.document(), range),
            colour: ink,
            note: String::new(),
            created: jiff::Timestamp::UNIX_EPOCH,
            updated: jiff::Timestamp::UNIX_EPOCH,
            standing: Standing::Exact,
        };
        self.writes_note = has_note;
        if self.add_highlight_here(highlight, effects) {
            self.with_reader(|reader| reader.selection = None);
        } else {
            self.note(if self.has_library() {
                "the library does not have the article yet: try again when it is read to its end"
            } else {
                "nothing is kept, as was asked for: highlights need the library"
            });
        }
    }

    /// Opens the editor for the note of a highlight that was just made for it.
    pub(super) fn write_note_of(&mut self, made: &[Highlight]) {
        if std::mem::take(&mut self.writes_note)
            && let [highlight] = made
        {
            self.open_note(&highlight.clone());
        }
    }

    fn open_note(&mut self, highlight: &Highlight) {
        let title = width::truncate(&highlight.anchor.exact.replace('\n', " "), QUOTED).into_owned();
        self.overlays.push(Overlay::Note(Box::new(Editor::new(&title, &highlight.uid, &highlight.note))));
    }

    /// Gives a key to the editor; Escape and the end of the note keep what is written.
    pub(super) fn note_key(&mut self, mut editor: Box<Editor>, press: KeyPress, effects: &mut Vec<Effect>) {
        let edited = if press.key == Key::Escape { Edited::Done } else { editor.key(press) };
        if edited == Edited::HandedOver {
            effects.push(Effect::Edit(editor.text()));
        }
        if edited != Edited::Done {
            return self.overlays.push(Overlay::Note(editor));
        }
        let text = editor.text();
        let changed = |highlight: &Highlight| {
            (highlight.note != text).then(|| Highlight { note: text.clone(), ..highlight.clone() })
        };
        self.change_highlight(&editor.uid, "the note is kept", changed, effects);
    }

    /// Takes what the reader's own editor made of a note; where that failed, the note is as it was.
    pub(super) fn take_edited(&mut self, edited: Result<String, String>) {
        match (edited, self.overlays.last_mut()) {
            (Ok(text), Some(Overlay::Note(editor))) => editor.replace(&text),
            (Ok(_), _) => {}
            (Err(message), _) => self.message = Some(Message::Alert(message)),
        }
    }

    /// Changes a highlight of the open article, if that is a change.
    fn change_highlight(
        &mut self,
        uid: &str,
        told: &str,
        change: impl FnOnce(&Highlight) -> Option<Highlight>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(reader) = &self.reader else { return };
        let Some(article) = reader.shelved().map(|shelved| shelved.id) else { return };
        let known = reader.highlights().find(|placed| placed.highlight.uid == uid);
        if let Some(highlight) = known.and_then(|placed| change(&placed.highlight)) {
            self.change(Change::Highlight { article, highlight }, told.to_owned(), effects);
        }
    }

    /// Lists the highlights, with the choice on the one at the top of the screen or the next one.
    pub(super) fn open_highlights(&mut self) {
        let Some(reader) = &self.reader else { return };
        let eye = reader.eye();
        let is_before =
            |placed: &&super::reader::annotations::Placed| placed.range.is_some_and(|range| range.end <= eye);
        let n_highlights = reader.highlights().count();
        if n_highlights == 0 {
            return self.note("nothing is highlighted: v selects, H highlights");
        }
        let chosen = reader.highlights().take_while(is_before).count().min(n_highlights - 1);
        self.overlays.push(Overlay::Highlights(chosen));
    }

    /// Gives a key to the list of highlights; returns what is chosen, if it stays.
    pub(super) fn highlights_key(
        &mut self,
        chosen: usize,
        press: KeyPress,
        step: Option<isize>,
        effects: &mut Vec<Effect>,
    ) -> Option<usize> {
        let reader = self.reader.as_ref()?;
        let n_highlights = reader.highlights().count();
        let chosen = chosen.min(n_highlights.checked_sub(1)?);
        let placed = reader.highlights().nth(chosen).cloned()?;
        let (uid, range) = (placed.highlight.uid.clone(), placed.range);
        match press.key {
            Key::Enter => {
                match range {
                    Some(range) => self.jump(|reader| reader.reveal(range)),
                    None => self.note("these words are no longer in the text; the highlight is kept"),
                }
                return range.is_none().then_some(chosen);
            }
            Key::Char('a') => {
                self.overlays.push(Overlay::Highlights(chosen));
                self.open_note(&placed.highlight);
                return None;
            }
            Key::Char('x') | Key::Delete => {
                let article = reader.shelved()?.id;
                self.change(
                    Change::Unhighlight { article, uid },
                    "the highlight is gone: U brings it back".into(),
                    effects,
                );
            }
            Key::Char(letter) if let Some(ink) = Ink::of_letter(letter).filter(|_| !press.ctrl) => {
                let recoloured = |known: &Highlight| Some(Highlight { colour: ink, ..known.clone() });
                self.change_highlight(&uid, &format!("highlighted in {}", ink.name()), recoloured, effects);
            }
            Key::Char('U') => self.undo(effects),
            _ => {}
        }
        let chosen = chosen.saturating_add_signed(step.unwrap_or_default());
        Some(chosen.min(n_highlights.saturating_sub(1)))
    }

    /// Has a place kept that was named by a letter.
    pub(super) fn keep_mark(&mut self, letter: char, offset: Offset, effects: &mut Vec<Effect>) {
        let Some(reader) = &self.reader else { return };
        let Some(article) = reader.shelved().map(|shelved| shelved.id) else { return };
        let anchor = reader.anchor_at(offset);
        self.ask_library(Errand::Mark { article, letter, anchor }, effects);
    }
}
