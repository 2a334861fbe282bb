//! Links: focusing one, going where it leads, or looking there without moving.

use percent_encoding::percent_decode_str;

use super::opening::Goal;
use super::overlay::{Overlay, Peek};
use super::reader::links::Destination;
use super::{App, Effect, Message};
use crate::article::{Locator, ManualPage};
use crate::document::{Document, Offset};
use crate::format::Format;
use crate::format::archive::{Target, resolved};

impl App {
    pub(super) fn focus_link(&mut self, count: isize) {
        if !self.reader.as_mut().is_some_and(|reader| reader.focus_next(count)) {
            self.note("this article has no links and no pictures");
        }
    }

    /// Goes where the mark with the index `mark` leads.
    pub(super) fn follow(&mut self, mark: usize, effects: &mut Vec<Effect>) {
        let Some(reader) = &self.reader else { return };
        let footnote = |idx: u32| reader.document().footnotes().get(idx as usize).and_then(|footnote| footnote.range);
        match reader.destination(mark) {
            Some(Destination::Inside(offset)) => self.jump(|reader| reader.go_to(offset)),
            Some(Destination::Footnote(idx)) => match footnote(idx) {
                Some(range) => self.jump(|reader| reader.go_to(range.start)),
                None => self.note("the article does not have this footnote"),
            },
            Some(Destination::File(path)) => self.open_file(&path, effects),
            Some(Destination::Manual(page)) => self.open_manual(&page, effects),
            Some(Destination::Address(address)) => self.open_peek("Address", &address),
            Some(Destination::Gloss(_)) => self.open_peek_at(mark),
            Some(Destination::Nowhere(named)) => {
                self.message = Some(Message::Alert(format!("this link can't be followed: {named}")));
            }
            None => {}
        }
    }

    pub(super) fn peek(&mut self) {
        let Some(reader) = &self.reader else { return };
        if let Some(picture) = reader.pictures.focus {
            let told = reader.told_of_picture(picture);
            return self.open_peek("Picture", &told);
        }
        let formulas = reader.formulas_at_hand();
        if !formulas.is_empty() {
            let sources: Vec<_> = formulas.iter().map(|&range| reader.document().slice(range).trim()).collect();
            let text = sources.join("\n\n");
            return self.open_peek(if formulas.len() == 1 { "Formula" } else { "Formulas" }, &text);
        }
        let document = reader.document();
        let link = reader.link_at_hand();
        let offset_of = |mark: usize| document.marks().get(mark).map(|mark| mark.range.start);
        // What is focused comes first, then what stands first.
        if let Some((offset, picture)) = reader.picture_at_hand()
            && reader.focus.is_none()
            && link.and_then(offset_of).is_none_or(|link| offset <= link)
        {
            let told = reader.told_of_picture(picture);
            return self.open_peek("Picture", &told);
        }
        let Some(mark) = link else { return self.note("no link, footnote, picture or formula on this screen") };
        self.open_peek_at(mark);
    }

    /// Opens a look at what is behind the mark with the index `mark`.
    fn open_peek_at(&mut self, mark: usize) {
        let Some(reader) = &self.reader else { return };
        let document = reader.document();
        let (title, text) = match reader.destination(mark) {
            Some(Destination::Footnote(idx)) => match document.footnotes().get(idx as usize) {
                Some(footnote) => {
                    let text = footnote.range.map(|range| document.slice(range).to_owned());
                    (format!("Footnote {}", footnote.label), text.unwrap_or_else(|| "It has no text.".to_owned()))
                }
                None => return,
            },
            Some(Destination::Inside(offset)) => ("In this article".to_owned(), text_from(document, offset)),
            Some(Destination::Address(address)) => ("Address".to_owned(), address),
            Some(Destination::File(path)) => ("File".to_owned(), path),
            Some(Destination::Manual(page)) => ("Manual page".to_owned(), page),
            Some(Destination::Gloss(meaning)) => {
                let short = document.marks().get(mark).map(|mark| document.slice(mark.range).to_owned());
                (short.unwrap_or_default(), meaning)
            }
            Some(Destination::Nowhere(named)) => ("A link that can't be followed".to_owned(), named),
            None => return,
        };
        self.open_peek(&title, &text);
    }

    pub(super) fn open_peek(&mut self, title: &str, text: &str) {
        let columns = self.columns.saturating_sub(6).max(1);
        self.overlays.push(Overlay::Peek(Peek::new(title, text, columns)));
    }

    /// Opens the manual page that a link names, as `man:NAME(SECTION)`.
    fn open_manual(&mut self, page: &str, effects: &mut Vec<Effect>) {
        let page = ManualPage::parse(page.strip_prefix("man:").unwrap_or(page));
        if let Some(spot) = self.spot() {
            self.trail.leave(spot);
        }
        self.open(Locator::Manual(page), Goal::Kept, effects);
    }

    /// Opens the file that a link names, from beside the open article.
    fn open_file(&mut self, path: &str, effects: &mut Vec<Effect>) {
        let Some(reader) = &self.reader else { return };
        let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
        let decoded = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let locator = match &reader.article().locator {
            Locator::File(_) if reader.article().facts.format == Format::Epub.name() => {
                return self.note("this leads to a file in the book that is no text");
            }
            Locator::Member { archive, name } => match resolved(name, path) {
                Target::Inside { path, .. } => Some(Locator::Member { archive: archive.clone(), name: path }),
                Target::Outside(_) => None,
            },
            Locator::File(from) => Some(Locator::File(from.parent().unwrap_or(from).join(decoded))),
            Locator::Stdin | Locator::Kept(_) | Locator::Changes(_) | Locator::Manual(_) | Locator::Web(_) => {
                Some(Locator::File(decoded.into()))
            }
            Locator::Bundled(_) => {
                let mut bundled = self.shelf.entries.iter().map(|entry| &entry.locator);
                bundled.find(|at| matches!(at, Locator::Bundled(name) if *name == decoded)).cloned()
            }
        };
        let Some(locator) = locator else {
            self.message = Some(Message::Alert(format!("no article called `{path}` ships with recto")));
            return;
        };
        if let Some(spot) = self.spot() {
            self.trail.leave(spot);
        }
        let goal = if fragment.is_empty() { Goal::Kept } else { Goal::Target(fragment.to_owned()) };
        self.open(locator, goal, effects);
    }
}

/// Returns the block at `offset` and the one after it.
fn text_from(document: &Document, offset: Offset) -> String {
    let first = document.leaf_at(offset);
    let second = document.next_leaf(first);
    let text = |block| document.block(block).map(|block| document.slice(block.range));
    [first, second].into_iter().flatten().filter_map(text).collect::<Vec<_>>().join("\n")
}
