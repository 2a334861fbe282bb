//! The catalogue: what the library tells of articles, and is told about them, as plain data.
//!
//! None of these types is what is stored; `library` turns them into rows and back.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::annotation::Highlight;
use crate::article::Locator;
use crate::document::{Anchor, Verdict};

/// Names an article of the library. Ids grow in the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArticleId(pub i64);

/// An article as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: ArticleId,
    pub locator: Locator,
    pub title: String,
    pub author: String,
    /// A BCP 47 tag; empty if it is not known.
    pub language: String,
    pub words: u32,
    pub published: Option<Timestamp>,
    pub added: Timestamp,
    /// When it was last read.
    pub opened: Option<Timestamp>,
    pub status: Status,
    /// Whether the library has a copy that survives the original.
    pub is_kept: bool,
    /// How far it was read, in thousandths of its text.
    pub permille: u16,
    /// The section in which it was left.
    pub section: String,
    pub tags: Vec<String>,
    pub n_highlights: u32,
}

/// What a reader says of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Status {
    pub is_read: bool,
    pub is_starred: bool,
    pub is_archived: bool,
    /// In the trash: gone for good after thirty days, unless something in it is highlighted.
    pub is_trashed: bool,
}

/// One thing that a reader says of articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flag {
    Read,
    Starred,
    Archived,
    Trashed,
}

impl Flag {
    pub const ALL: [Self; 4] = [Self::Read, Self::Starred, Self::Archived, Self::Trashed];

    /// Returns the word for an article of which it is said.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Starred => "starred",
            Self::Archived => "archived",
            Self::Trashed => "trashed",
        }
    }
}

impl Status {
    pub fn has(self, flag: Flag) -> bool {
        match flag {
            Flag::Read => self.is_read,
            Flag::Starred => self.is_starred,
            Flag::Archived => self.is_archived,
            Flag::Trashed => self.is_trashed,
        }
    }

    /// Returns it with one thing said otherwise.
    #[must_use]
    pub fn with(mut self, flag: Flag, is_so: bool) -> Self {
        match flag {
            Flag::Read => self.is_read = is_so,
            Flag::Starred => self.is_starred = is_so,
            Flag::Archived => self.is_archived = is_so,
            Flag::Trashed => self.is_trashed = is_so,
        }
        self
    }
}

/// Which articles a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum View {
    /// What was begun and not finished, the latest first.
    #[default]
    Continue,
    Unread,
    Starred,
    Archive,
    /// Articles in which something is highlighted.
    Highlights,
    /// All that is not in the trash.
    All,
    Trash,
}

impl View {
    pub const ALL: [Self; 7] =
        [Self::Continue, Self::Unread, Self::Starred, Self::Archive, Self::Highlights, Self::All, Self::Trash];

    /// Returns the name, as lists head it and `list --view` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Continue => "continue",
            Self::Unread => "unread",
            Self::Starred => "starred",
            Self::Archive => "archive",
            Self::Highlights => "highlights",
            Self::All => "all",
            Self::Trash => "trash",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}

/// What a list is in the order of. What is as new comes in the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// By the view: by when it was read for what is being read, else by when it came.
    #[default]
    Natural,
    Oldest,
    Title,
    Shortest,
    Longest,
}

impl Sort {
    pub const ALL: [Self; 5] = [Self::Natural, Self::Oldest, Self::Title, Self::Shortest, Self::Longest];

    /// Returns the name, as lists tell it and `list --sort` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Natural => "newest",
            Self::Oldest => "oldest",
            Self::Title => "title",
            Self::Shortest => "shortest",
            Self::Longest => "longest",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// What a list is to show.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Wanted {
    pub view: View,
    pub sort: Sort,
    /// Only articles with this tag.
    pub tag: Option<String>,
    /// Only articles of this source: a site, or a directory.
    pub source: Option<String>,
    /// Only articles whose title, author or source holds each of these words.
    pub filter: String,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    pub wanted: Wanted,
    /// How long the whole list is.
    pub total: usize,
    /// Where in the list the first record stands.
    pub from: usize,
    pub records: Vec<Record>,
}

/// What articles can be told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    Tags,
    Sources,
}

/// A tag or a source, and how many articles have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelfmark {
    pub name: String,
    pub count: u32,
}

/// Where an article was left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spot {
    pub anchor: Anchor,
    /// How much of the text had been on screen, in thousandths.
    pub permille: u16,
    /// The section's title.
    pub section: String,
    /// How that section begins.
    pub sentence: String,
}

/// What the library knew of an article when it was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub id: ArticleId,
    pub status: Status,
    pub spot: Option<Spot>,
    /// How long ago it was left, in seconds.
    pub away: u64,
    /// Places that were named by letters.
    pub marks: BTreeMap<char, Anchor>,
    pub highlights: Vec<Highlight>,
    pub tags: Vec<String>,
    pub is_kept: bool,
    /// Whether its text is another one than was read last.
    pub has_changed: bool,
    pub choices: Chosen,
}

/// What a reader chose about an article. Blocks are told by how they begin, so that they are found after an edit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// Headings that were made or unmade, in the order in which it was done.
    pub headings: Vec<(Anchor, Option<u8>)>,
    /// Whether all of a page is shown; none for what suits it.
    pub is_whole: Option<bool>,
    /// Blocks of a page that were brought in or left out.
    pub verdicts: Vec<(Anchor, Verdict)>,
}

/// What a reader chose about how text looks: words by the names of what they are about.
pub type Looks = BTreeMap<String, String>;

/// The same by the kind of article; an empty name is for all kinds that have none.
pub type LooksByKind = BTreeMap<String, Looks>;

/// A text of an article as it was read before the article changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// Names it among all.
    pub number: i64,
    /// When it was last read.
    pub read: Timestamp,
    /// When another text was found in its place.
    pub replaced: Timestamp,
}

/// Somebody moved on in an article: from this it is learned how they read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// The article, once the library has it.
    pub article: Option<ArticleId>,
    /// Its language, a BCP 47 tag; empty if it is not known.
    pub language: String,
    /// Whether it was just opened.
    pub is_new: bool,
    /// The words between the old place and the new one; none for a jump, and where an article was just opened.
    pub words: u32,
    /// The words that were in sight until then.
    pub words_in_sight: u32,
    /// Whether this may have been the last of an article that was read through: how many words were passed of it.
    pub finishes: Option<u32>,
}

/// A change that a reader makes to the library.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Says something of articles, or the contrary.
    Flag { articles: Vec<ArticleId>, flag: Flag, is_so: bool },
    /// Gives articles a tag, or takes it from them.
    Tag { articles: Vec<ArticleId>, tag: String, is_so: bool },
    /// Adds a highlight, or has it say something else. One without a name gets one.
    Highlight { article: ArticleId, highlight: Highlight },
    /// Takes a highlight away.
    Unhighlight { article: ArticleId, uid: String },
    /// Several, as one.
    All(Vec<Change>),
}

/// The order of what is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rank {
    /// The latest to arrive first, which is quick.
    #[default]
    Newest,
    /// What tells most about what was looked for first.
    Best,
}

/// An article by its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    pub id: ArticleId,
    pub locator: Locator,
    /// Where it is, if it has no title.
    pub title: String,
}

/// A part of what a search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    pub rank: Rank,
    /// How many articles come before it.
    pub from: usize,
    /// The one directly before it, by which those that are newest first go on without counting.
    pub after: Option<ArticleId>,
    pub count: usize,
}

/// An article that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub record: Record,
    /// Words of it around what was looked for, in one line.
    pub snippet: String,
    /// Where the hits are in `snippet`, in bytes.
    pub hits: Vec<std::ops::Range<usize>>,
    /// Where the snippet begins in the text, in bytes.
    pub at: usize,
    /// The place that the snippet shows; none where nothing of the text was found, but a title, a tag or a date.
    pub place: Option<Anchor>,
}
