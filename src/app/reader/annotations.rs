//! What the library keeps of the open article: where it is left, and its highlights where they stand.

use unicode_segmentation::UnicodeSegmentation;

use super::Reader;
use crate::annotation::{Highlight, Standing};
use crate::catalogue::{ArticleId, Change, Known, Spot, Status};
use crate::config::Element;
use crate::document::{Anchor, Document, Offset, Section, TextRange};

/// How much of the text at the top of the screen is kept to find it again, in bytes.
const SAMPLE: usize = 64;
/// How much of a section's first sentence is kept, in bytes.
const LONGEST_SENTENCE: usize = 240;

/// What the library keeps of the open article.
#[derive(Debug)]
pub struct Shelved {
    pub id: ArticleId,
    pub status: Status,
    /// The place that the library has.
    told: Offset,
    /// In reading order; those that are nowhere come last.
    highlights: Vec<Placed>,
}

/// A highlight and where it stands in the text that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub highlight: Highlight,
    pub range: Option<TextRange>,
}

impl Reader {
    /// Takes what the library knows.
    pub(in crate::app) fn shelve(&mut self, known: &Known) {
        let placed = |highlight: &Highlight| Placed { highlight: highlight.clone(), range: None };
        self.shelved = Some(Shelved {
            id: known.id,
            status: known.status,
            told: self.opened_at,
            highlights: known.highlights.iter().map(placed).collect(),
        });
    }

    /// Says that the reader is where the library has them.
    pub(in crate::app) fn stand_still(&mut self) {
        self.opened_at = self.eye;
    }

    pub fn shelved(&self) -> Option<&Shelved> {
        self.shelved.as_ref()
    }

    /// Returns the highlights, in reading order.
    pub fn highlights(&self) -> impl Iterator<Item = &Placed> {
        self.shelved.iter().flat_map(|shelved| &shelved.highlights)
    }

    /// Returns the highlight at an offset; of several, the one that began last.
    pub fn highlight_at(&self, offset: Offset) -> Option<&Placed> {
        let holds = |placed: &&Placed| placed.range.is_some_and(|range| range.start <= offset && offset < range.end);
        self.highlights().filter(holds).last()
    }

    /// Returns what is highlighted of a part of the text.
    pub(super) fn marked(&self, within: TextRange) -> impl Iterator<Item = (TextRange, Element)> {
        let seen = move |range: &TextRange| range.start < within.end && within.start < range.end;
        self.highlights()
            .filter_map(move |placed| Some((placed.range.filter(seen)?, Element::Marked(placed.highlight.colour))))
    }

    /// Takes where a highlight stands; returns whether the library has it otherwise.
    pub(in crate::app) fn place(&mut self, uid: &str, range: Option<TextRange>, standing: Standing) -> bool {
        let Some(shelved) = &mut self.shelved else { return false };
        let Some(placed) = shelved.highlights.iter_mut().find(|placed| placed.highlight.uid == uid) else {
            return false;
        };
        let is_news = placed.highlight.standing != standing;
        placed.highlight.standing = standing;
        placed.range = range;
        shelved.put_in_order();
        is_news
    }

    /// Takes a change of this article's highlights and of what is said of it. `undo` is what would take it back.
    pub(in crate::app) fn take_change(&mut self, undo: &Change, highlights: &[Highlight]) {
        let Some(shelved) = &mut self.shelved else { return };
        shelved.take(undo);
        for highlight in highlights {
            let found = shelved.highlights.iter_mut().find(|placed| placed.highlight.uid == highlight.uid);
            match found {
                Some(placed) => placed.highlight = highlight.clone(),
                None => shelved.highlights.push(Placed { highlight: highlight.clone(), range: None }),
            }
        }
    }

    /// Returns the anchor of a place.
    pub(in crate::app) fn anchor_at(&self, offset: Offset) -> Anchor {
        let document = self.document();
        Anchor::of(document, TextRange::new(offset, Offset::at(offset.index() + SAMPLE).min(document.end())))
    }

    /// Returns where the reader is, if the library does not have that.
    pub(in crate::app) fn moved_to(&mut self) -> Option<(ArticleId, Spot)> {
        let eye = self.eye;
        let shelved = self.shelved.as_mut().filter(|shelved| shelved.told != eye)?;
        shelved.told = eye;
        let id = shelved.id;
        let document = self.document();
        let section = self.view.section.and_then(|section| document.sections().get(section));
        let title = section.and_then(|section| section.title).map(|title| document.slice(title).to_owned());
        let spot = Spot {
            anchor: self.anchor_at(eye),
            permille: permille(self.view.range.end, document.end()),
            section: title.unwrap_or_default(),
            sentence: section.map(|section| first_sentence(document, section)).unwrap_or_default(),
        };
        Some((id, spot))
    }
}

impl Shelved {
    /// Does what `undo` would undo.
    fn take(&mut self, undo: &Change) {
        match undo {
            Change::Flag { articles, flag, is_so } if articles.contains(&self.id) => {
                self.status = self.status.with(*flag, !is_so);
            }
            // What comes back of it was taken away.
            Change::Highlight { highlight, .. } => {
                self.highlights.retain(|placed| placed.highlight.uid != highlight.uid);
            }
            Change::All(changes) => changes.iter().for_each(|change| self.take(change)),
            Change::Flag { .. } | Change::Tag { .. } | Change::Unhighlight { .. } => {}
        }
    }

    fn put_in_order(&mut self) {
        self.highlights.sort_by_key(|placed| (placed.range.is_none(), placed.range.map(|range| range.start)));
    }
}

fn permille(seen: Offset, end: Offset) -> u16 {
    let permille = seen.index() as u64 * 1000 / (end.index() as u64).max(1);
    u16::try_from(permille.min(1000)).unwrap_or(1000)
}

/// Returns how a section begins, below its heading.
fn first_sentence(document: &Document, section: &Section) -> String {
    let below = section.title.map_or(section.range.start, |title| title.end);
    let text = document.text();
    let end = text.floor_char_boundary((below.index() + LONGEST_SENTENCE).min(section.range.end.index()));
    let told = text.get(below.index()..end).unwrap_or_default().trim_start();
    told.unicode_sentences().next().unwrap_or_default().trim_end().replace('\n', " ")
}
