//! What changed in the open article since it was read: its changes, walked as the hits of a search are.

use super::effect::Sought;
use super::event::JobId;
use super::opening::Goal;
use super::reader::Reader;
use super::reader::search::{Direction, Search};
use super::{App, Effect, Message, trail};
use crate::annotation::Ink;
use crate::article::Locator;
use crate::config::Element;
use crate::document::changes::target;
use crate::document::{Document, MarkKind, Offset, TextRange};

impl App {
    /// Shows what changed in the open article, or the article again.
    pub(super) fn show_changes(&mut self, effects: &mut Vec<Effect>) {
        if self.leave_changes(effects) {
            return;
        }
        if !self.has_library() {
            return self.note("nothing is kept, as was asked for: this needs the library");
        }
        let Some(shelved) = self.reader.as_ref().and_then(|reader| reader.shelved()) else {
            return self.note("the library does not have this article yet");
        };
        let locator = Locator::Changes(shelved.id.0);
        self.compared = self.spot();
        self.open(locator, Goal::Target(target(0)), effects);
    }

    /// Goes back from the changes to the article, if they are shown; returns whether they were.
    pub(super) fn leave_changes(&mut self, effects: &mut Vec<Effect>) -> bool {
        if !self.shows_changes() {
            return false;
        }
        let Some(trail::Spot { locator, offset }) = self.compared.take() else { return false };
        self.open(locator, Goal::Offset(offset), effects);
        true
    }

    pub(super) fn shows_changes(&self) -> bool {
        self.reader.as_ref().is_some_and(|reader| matches!(reader.article().locator, Locator::Changes(_)))
    }

    /// Goes from change to change; returns whether they are shown.
    pub(super) fn walk_changes(&mut self, count: isize) -> bool {
        if !self.shows_changes() {
            return false;
        }
        if self.reader.as_ref().is_some_and(|reader| reader.search.is_none()) {
            self.begin_changes();
        } else {
            self.step_hit(count);
        }
        true
    }

    /// Stands on the first change below the top of the screen, and says how many there are.
    pub(super) fn begin_changes(&mut self) {
        let Some(reader) = &mut self.reader else { return };
        let hits = ranges(reader.document());
        let told = match hits.len() {
            1 => "one change".to_owned(),
            several => format!("{several} changes"),
        };
        let eye = reader.eye();
        reader.search = Some(Search::new(Sought::Changes, JobId::default(), eye, Direction::Forward));
        reader.take_hits(hits, true);
        self.message = Some(Message::Note(format!("{told}: Tab walks them, q goes back")));
    }
}

impl Reader {
    /// Returns how the changes in `within` look, where it is changes that are shown: what is new, what was there, and
    /// what moved.
    pub(super) fn changed(&self, within: TextRange) -> impl Iterator<Item = (TextRange, Element)> {
        let is_shown = matches!(self.article().locator, Locator::Changes(_));
        let marks = self.document().marks().iter().filter(move |_| is_shown);
        let seen = marks.filter(move |mark| mark.range.start < within.end && within.start < mark.range.end);
        seen.filter_map(|mark| {
            let ink = match mark.kind {
                MarkKind::Insert => Ink::Green,
                MarkKind::Strike => Ink::Red,
                MarkKind::Highlight => Ink::Blue,
                _ => return None,
            };
            Some((mark.range, Element::Marked(ink)))
        })
    }
}

/// Returns where the changes stand in the document that shows them.
fn ranges(document: &Document) -> Vec<TextRange> {
    let places = (0..).map_while(|idx| document.target(&target(idx)));
    places.map(|start| TextRange::new(start, end_of(document, start))).collect()
}

/// Returns where the marks end that begin at `start` and follow each other.
fn end_of(document: &Document, start: Offset) -> Offset {
    let is_change = |kind: &MarkKind| matches!(kind, MarkKind::Insert | MarkKind::Strike | MarkKind::Highlight);
    let mut end = start;
    for mark in document.marks().iter().filter(|mark| is_change(&mark.kind) && mark.range.end > start) {
        // A space may stand between what was and what is.
        if mark.range.start.index() > end.index() + 1 {
            break;
        }
        end = end.max(mark.range.end);
    }
    end
}
