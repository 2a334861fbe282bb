//! What happens to the model from outside.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::annotation::Highlight;
use crate::article::{Article, Locator};
use crate::catalogue::{ArticleId, Change, Found, Known, LooksByKind, Marks, Page, Shelfmark, Titled};
use crate::config::Ground;
use crate::document::{BlockId, Resolved, TextRange};
use crate::highlight::Colouring;
use crate::input::{KeyPress, Pointer};
use crate::pace::statistics::Statistics;
use crate::picture::{Drawing, Graphics, Pixels};
use crate::text::width::Widths;

/// What the loop tells the model. The list is closed: nothing else changes an [`App`](super::App).
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Key(KeyPress),
    Pointer(Pointer),
    /// Text that was pasted; it goes where typing goes.
    Paste(String),
    /// The screen's new size, in cells.
    Resize {
        columns: u16,
        rows: u16,
    },
    /// What the terminal said of its ground.
    Ground(Ground),
    /// The terminal can scroll a part of its columns, so a whole contents panel costs nothing.
    ColumnsScroll,
    /// How wide the terminal draws things, by which everything is measured from now on.
    Widths(Widths),
    /// Whether the terminal has letters of more than one size.
    Scales(bool),
    /// What the terminal said of pictures, or its silence; it comes after the first screen.
    Graphics(Graphics),
    /// An effect's result, or a part of it.
    Done(JobId, Outcome),
    /// What the reader's own editor made of a note, or why there is nothing.
    Edited(Result<String, String>),
    /// Something about the library that the reader has to know.
    Remark(String),
    /// How many words a minute the reader reads, by language.
    Paces(BTreeMap<String, f64>),
    /// An article was read to its end.
    Finished(ArticleId),
    /// The program was asked to end.
    Terminate,
}

/// Names one piece of work; it grows, so that a late answer to an older question is known as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct JobId(pub u64);

/// What came of an effect.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The article, or its first part if its document is not complete.
    Loaded(Article),
    /// It could not be opened; the message says what, where and what to do.
    Failed(String),
    /// More hits, in reading order; `complete` comes with the last of them.
    Hits { hits: Vec<TextRange>, complete: bool },
    /// The parts of a block of code.
    Highlighted(BlockId, Colouring),
    /// What is known of an article on the shelf.
    Described(Locator, Card),
    /// The sizes of more of the article's pictures, by their index in the document's resources, or why a resource is
    /// none that can be shown.
    Surveyed(Vec<(u32, Result<Pixels, String>)>),
    /// How text of each kind is to look, before the first of it is read.
    Looks(LooksByKind),
    /// What the library knows of an article: before it is read, and once it was read whole.
    Known(Box<Known>),
    /// A change was made; `undo` takes it back.
    Changed { undo: Change, highlights: Vec<Highlight> },
    /// A copy is kept; or the same one was already.
    Kept { is_new: bool },
    /// A part of a list.
    Listed(Page),
    /// More of what a search of the library found; `complete` comes with the last of the part that was asked for.
    Found { found: Vec<Found>, complete: bool },
    /// The articles whose titles have the letters that were typed.
    Titles(Vec<Titled>),
    /// What was read, day by day, and the paces by language.
    Statistics(Box<Statistics>, Vec<(String, f64)>),
    /// All tags, or all sources.
    Marks(Marks, Vec<Shelfmark>),
    /// Where highlights stand, by their names; none for those that are nowhere.
    Placed(Vec<(String, Option<Resolved>)>),
    /// The picture as it was asked for, or why it cannot be shown.
    Drawn(Result<Arc<Drawing>, String>),
}

/// What the shelf tells of an article without opening it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    pub title: Option<String>,
    /// How its text begins, for an article without a title.
    pub opening: String,
    pub words: u32,
    pub sections: usize,
}
