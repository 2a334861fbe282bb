//! What the model asks the outside world to do: plain data, which only the worker and the terminal perform.

use std::sync::Arc;

use super::event::JobId;
use crate::annotation::{Highlight, Standing};
use crate::article::{Article, Locator};
use crate::catalogue::{ArticleId, Change, Chosen, Looks, Marks, Part, Passed, Spot, Wanted};
use crate::document::{Anchor, BlockId, Document};
use crate::picture::Request;
use crate::query::Query;
use crate::text::width::Ambiguous;

/// Something to be done outside the model.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read an article; answered by `Loaded`, perhaps several times, or `Failed`.
    Load {
        job: JobId,
        locator: Locator,
    },
    /// Find out what articles are called; answered by `Described` for each.
    Describe {
        job: JobId,
        locators: Vec<Locator>,
    },
    /// Find text; answered by `Hits` until they are complete.
    Search {
        job: JobId,
        document: Arc<Document>,
        sought: Sought,
    },
    /// Highlight blocks of code; answered by `Highlighted` for each.
    Highlight {
        job: JobId,
        document: Arc<Document>,
        blocks: Vec<BlockId>,
    },
    /// Find out how large an article's pictures are, from the resource `first` on; answered by `Surveyed`.
    Survey {
        job: JobId,
        article: Article,
        first: u32,
    },
    /// Draw a picture of an article; answered by `Drawn`.
    Draw {
        job: JobId,
        article: Article,
        resource: u32,
        request: Request,
    },
    /// Find where highlights stand in a text; answered by `Placed`.
    Place {
        job: JobId,
        document: Arc<Document>,
        highlights: Vec<Highlight>,
    },
    /// Have the library do something; answered as the errand says, or by `Failed`.
    Library {
        job: JobId,
        errand: Errand,
    },
    /// The job's answer is no longer wanted.
    Cancel(JobId),
    /// Put text on the clipboard.
    Copy(String),
    /// Name the window.
    Title(String),
    /// Have the reader's own editor change a note, with the terminal given back; answered by `Event::Edited`.
    Edit(String),
    /// Give the terminal back until the shell returns it.
    Suspend,
    /// Measure characters of ambiguous width so; where that is news, `Event::Widths` comes of it.
    Ambiguous(Ambiguous),
    /// Draw everything anew.
    Redraw,
    Quit,
    /// Quit, for this reason: nothing can be shown.
    Fail(String),
}

/// What is looked for in an article.
#[derive(Debug, Clone, PartialEq)]
pub enum Sought {
    /// Text as it was typed.
    Typed(String),
    /// The words by which a search of the library found it, as the library finds them.
    Terms { typed: String, query: Arc<Query> },
    /// What changed since the article was read, which the article itself tells.
    Changes,
}

impl Sought {
    pub fn typed(&self) -> &str {
        match self {
            Self::Typed(typed) | Self::Terms { typed, .. } => typed,
            Self::Changes => "changes",
        }
    }
}

/// What the library is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Errand {
    /// Take note of an article that was read whole; answered by `Known`.
    Note(Article),
    /// Keep where an article was left; not answered.
    Leave { article: ArticleId, spot: Spot },
    /// Keep a place that was named by a letter; not answered.
    Mark { article: ArticleId, letter: char, anchor: Anchor },
    /// Keep what was chosen about an article; not answered.
    Choose { article: ArticleId, chosen: Chosen },
    /// Keep how text of a kind is to look, besides what is kept of that; not answered.
    Look { kind: String, changed: Looks },
    /// Keep a copy that survives the original; answered by `Kept`.
    Keep(Locator),
    /// Make a change; answered by `Changed`.
    Change(Change),
    /// Keep how highlights were found; not answered.
    Stand(Vec<(String, Standing)>),
    /// Learn from how the reader moved on; not answered, but by `Paces` and `Finished` where that is news.
    Passed(Passed),
    /// Tell what was read; answered by `Statistics`.
    Statistics,
    /// Tell all tags, or all sources; answered by `Marks`.
    Marks(Marks),
    /// Tell a part of a list; answered by `Listed`.
    List { wanted: Wanted, from: usize, count: usize },
    /// Search everything; answered by `Found`, perhaps several times, unless something else is searched for meanwhile.
    Seek { query: Arc<Query>, part: Part },
    /// Tell the articles whose titles have these letters, best first; what was read last, if there are none. Answered by
    /// `Titles`, unless something else is searched for meanwhile.
    Titles { typed: String, count: usize },
}
