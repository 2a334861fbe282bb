//! What happens to the model from outside.

use crate::article::{Article, Locator};
use crate::config::Ground;
use crate::document::{BlockId, TextRange};
use crate::highlight::Colouring;
use crate::input::{KeyPress, Pointer};

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
    /// An effect's result, or a part of it.
    Done(JobId, Outcome),
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
