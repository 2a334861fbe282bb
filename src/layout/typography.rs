//! Typographic choices, and what a layout keeps to follow them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::document::{BlockId, BlockKind, Document, Offset, TextRange};
use crate::layout::code::LineCount;
use crate::layout::table::Setting;
use crate::text::hyphenate::{self, Hyphenator};
use crate::text::language;

pub use crate::text::bidi::Order;
pub use crate::text::wrap::Breaking;

/// How much text is looked at for its language, in bytes.
const SAMPLE: usize = 4 << 10;

/// How text is set, whatever its measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Typography {
    /// How much the lines of a paragraph know of each other.
    pub breaking: Breaking,
    /// Whether lines are stretched to the measure, where that takes no wide gaps.
    pub is_justified: bool,
    /// Whether words are divided, where their language is known.
    pub is_hyphenated: bool,
    pub paragraphs: Paragraphs,
    /// Blank lines between the lines of prose.
    pub leading: u8,
    /// Whether the punctuation of Chinese and Japanese hangs at a line's end.
    pub hangs: bool,
    pub long_lines: LongLines,
    /// Whether each line of code bears its number.
    pub numbers_code: bool,
    /// Who puts text that runs from right to left in the order of the screen.
    pub order: Order,
    /// Whether the largest headings have large letters, where what shows the lines has such.
    pub large_headings: bool,
}

impl Default for Typography {
    fn default() -> Self {
        Self {
            breaking: Breaking::Fitted,
            is_justified: false,
            is_hyphenated: true,
            paragraphs: Paragraphs::Spaced,
            leading: 0,
            hangs: true,
            long_lines: LongLines::Wrapped,
            numbers_code: false,
            order: Order::Ours,
            large_headings: true,
        }
    }
}

impl Typography {
    /// Returns how text is set that goes to other programs: no word is divided, and all stands in the order of reading.
    pub fn plain() -> Self {
        Self { is_hyphenated: false, hangs: false, order: Order::Terminals, ..Self::default() }
    }
}

/// How a paragraph is told from the one above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Paragraphs {
    /// A blank line stands between them.
    #[default]
    Spaced,
    /// Its first line is indented.
    Indented,
    Both,
}

impl Paragraphs {
    pub fn are_indented(self) -> bool {
        self != Self::Spaced
    }

    pub fn are_spaced(self) -> bool {
        self != Self::Indented
    }
}

/// What becomes of lines of code that are longer than the measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LongLines {
    /// They go on below.
    #[default]
    Wrapped,
    /// They are cut; what is hidden is brought in by moving all of them.
    Cut,
}

/// What is found out once for all segments of a layout.
#[derive(Debug, Default)]
pub struct Kit {
    /// How the tables are set that were asked for.
    pub tables: HashMap<BlockId, Arc<Setting>>,
    /// The lines of blocks of code whose numbers were asked for.
    pub lines_of_code: HashMap<BlockId, LineCount>,
    /// What divides the words of a language, by its tag; none where no patterns are known.
    hyphenators: HashMap<String, Option<Hyphenator>>,
    /// The language of the document as a whole, once it was looked for; empty where it could not be told.
    language: Option<String>,
}

impl Kit {
    /// Returns what divides the words of the text at `offset`.
    pub fn hyphenator(&mut self, doc: &Document, offset: Offset) -> Option<&mut Hyphenator> {
        let told = doc.language_at(offset);
        let tag = match told {
            Some(tag) => tag,
            None => self.language.get_or_insert_with(|| guess(doc)),
        };
        match self.hyphenators.entry(tag.to_owned()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(hyphenate::patterns(tag).map(Hyphenator::new)),
        }
        .as_mut()
    }
}

/// Guesses the language of a document from the first of its paragraphs.
fn guess(doc: &Document) -> String {
    let mut sample = String::new();
    for block in doc.blocks().iter().filter(|block| block.kind == BlockKind::Paragraph).take(64) {
        let end = block.range.end.min(Offset::at(block.range.start.index() + SAMPLE));
        sample.push_str(doc.slice(TextRange::new(block.range.start, end)));
        sample.push(' ');
        if sample.len() >= SAMPLE {
            break;
        }
    }
    language::guess(&sample).unwrap_or_default().to_owned()
}
