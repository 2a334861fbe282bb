//! Selecting text by word, sentence or paragraph.

use unicode_segmentation::UnicodeSegmentation;

use crate::document::{Document, Offset, TextRange, floor_boundary};

use super::Reader;

/// How far around an offset words and sentences are looked for, in bytes: a block may be of any size.
const WINDOW: usize = 8 * 1024;

/// What a selection grows by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Word,
    Sentence,
    Paragraph,
}

/// Selected text: from the unit where it began to the unit where it ends, either way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selection {
    pub unit: Unit,
    pub anchor: TextRange,
    pub head: TextRange,
}

impl Selection {
    pub fn range(&self) -> TextRange {
        TextRange::new(self.anchor.start.min(self.head.start), self.anchor.end.max(self.head.end))
    }
}

impl Unit {
    pub fn next(self) -> Self {
        match self {
            Self::Word => Self::Sentence,
            Self::Sentence => Self::Paragraph,
            Self::Paragraph => Self::Word,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Sentence => "sentence",
            Self::Paragraph => "paragraph",
        }
    }

    /// Returns the unit at `offset`, or the next one if none is there.
    pub fn at(self, document: &Document, offset: Offset) -> Option<TextRange> {
        self.in_block(document, offset, |units| {
            let mut last = None;
            for unit in units {
                if unit.end > offset {
                    return Some(unit);
                }
                last = Some(unit);
            }
            last
        })
    }

    /// Returns the unit after `range`.
    pub fn after(self, document: &Document, range: TextRange) -> Option<TextRange> {
        let inside = self.in_block(document, range.end, |units| units.into_iter().find(|unit| unit.start >= range.end));
        inside.or_else(|| {
            let block = document.next_leaf(document.leaf_at(range.start))?;
            self.at(document, document.block(block)?.range.start)
        })
    }

    /// Returns the unit before `range`.
    pub fn before(self, document: &Document, range: TextRange) -> Option<TextRange> {
        let last_before = |units: Vec<TextRange>| units.into_iter().rfind(|unit| unit.end <= range.start);
        self.in_block(document, range.start, last_before).or_else(|| {
            let block = document.previous_leaf(document.leaf_at(range.start)?)?;
            let end = document.block(block)?.range.end;
            self.in_block(document, end, |units| units.into_iter().next_back())
        })
    }

    fn in_block<T>(
        self,
        document: &Document,
        offset: Offset,
        choose: impl FnOnce(Vec<TextRange>) -> Option<T>,
    ) -> Option<T> {
        let block = document.block(document.leaf_at(offset)?)?.range;
        if self == Self::Paragraph {
            return choose(vec![block]);
        }
        let text = document.text();
        let start = floor_boundary(text, offset.index().saturating_sub(WINDOW)).max(block.start.index());
        let end = floor_boundary(text, (offset.index() + WINDOW).min(block.end.index())).max(start);
        let part = text.get(start..end)?;
        let range = |(idx, unit): (usize, &str)| {
            TextRange::new(Offset::at(start + idx), Offset::at(start + idx + unit.trim_end().len()))
        };
        choose(match self {
            Self::Word => part.unicode_word_indices().map(range).collect(),
            _ => part.split_sentence_bound_indices().map(range).filter(|unit| !unit.is_empty()).collect(),
        })
    }
}

impl Reader {
    /// Begins to select at `offset`, a word at first.
    pub fn select_at(&mut self, offset: Offset) {
        self.selection =
            Unit::Word.at(self.document(), offset).map(|word| Selection { unit: Unit::Word, anchor: word, head: word });
    }

    /// Selects by the next larger unit, and after paragraphs by words again.
    pub fn next_unit(&mut self) {
        let Some(selection) = self.selection else { return };
        let unit = selection.unit.next();
        let widened = |range: TextRange| unit.at(self.document(), range.start).unwrap_or(range);
        self.selection = Some(Selection { unit, anchor: widened(selection.anchor), head: widened(selection.head) });
    }

    /// Moves the selection's end by `count` units.
    pub fn extend(&mut self, count: isize) {
        let Some(mut selection) = self.selection else { return };
        for _ in 0..count.unsigned_abs() {
            let document = self.document();
            let next = match count {
                1.. => selection.unit.after(document, selection.head),
                _ => selection.unit.before(document, selection.head),
            };
            let Some(next) = next else { break };
            selection.head = next;
        }
        self.selection = Some(selection);
        self.reveal(selection.head);
    }

    /// Moves the selection's end to the unit that is `lines` below.
    pub fn extend_lines(&mut self, lines: isize) {
        let Some(mut selection) = self.selection else { return };
        let place = self.layout.place_of(selection.head.start);
        let column = self.layout.line(place).cell_of(self.document(), selection.head.start).unwrap_or_default();
        let mut target = place;
        // A line without text, a blank one say, is stepped over.
        for _ in 0..lines.unsigned_abs() {
            loop {
                let (next, moved) = self.layout.advance(target, lines.signum());
                target = next;
                if moved == 0 || !self.layout.line(target).range.is_empty() {
                    break;
                }
            }
        }
        let line = self.layout.line(target);
        let offset = line.offset_at(self.document(), column);
        if let Some(unit) = selection.unit.at(self.document(), offset) {
            selection.head = unit;
        }
        self.selection = Some(selection);
        self.reveal(selection.head);
    }

    /// Moves the selection's end to the unit at `offset`.
    pub fn extend_to(&mut self, offset: Offset) {
        let Some(mut selection) = self.selection else { return };
        if let Some(unit) = selection.unit.at(self.document(), offset) {
            selection.head = unit;
            self.selection = Some(selection);
        }
    }

    pub fn swap_ends(&mut self) {
        if let Some(selection) = &mut self.selection {
            std::mem::swap(&mut selection.anchor, &mut selection.head);
        }
    }

    /// Returns the selected text.
    pub fn selected_text(&self) -> Option<&str> {
        self.selection.map(|selection| self.document().slice(selection.range()))
    }
}
