//! Annotations: what a reader marked in an article and why, as plain data.
//!
//! A [`Highlight`] tells its place by an [`Anchor`], never by rows, so that it is found again in another version of the
//! text. Where it stands in the text that is open is worked out anew each time, and not part of it.

use jiff::Timestamp;

use crate::document::Anchor;

/// A passage that the reader marked, perhaps with a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// Names it wherever it is stored, exported or imported: a UUID as text.
    pub uid: String,
    pub anchor: Anchor,
    pub colour: Ink,
    /// What the reader wrote about it, with its lines; empty for nothing.
    pub note: String,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// Whether it was found in the text as that was when it was last open.
    pub standing: Standing,
}

/// What a passage is marked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Ink {
    #[default]
    Yellow,
    Green,
    Blue,
    Red,
}

impl Ink {
    pub const ALL: [Self; 4] = [Self::Yellow, Self::Green, Self::Blue, Self::Red];

    /// Returns the name that is stored and exported.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Red => "red",
        }
    }

    /// Returns the ink whose name begins with a letter.
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|ink| ink.name().starts_with(letter))
    }

    /// Returns the ink of a name; other programs' inks become the nearest one.
    pub fn named(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "yellow" | "gold" => Some(Self::Yellow),
            "green" | "lime" => Some(Self::Green),
            "blue" | "cyan" | "aqua" => Some(Self::Blue),
            "red" | "pink" | "orange" | "purple" | "magenta" => Some(Self::Red),
            _ => None,
        }
    }
}

/// How a highlight was found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Standing {
    /// Where it was.
    #[default]
    Exact,
    /// Its very words, elsewhere.
    Moved,
    /// Something like its words: to be looked at.
    Fuzzy,
    /// Nowhere. It is kept, and listed as lost.
    Orphan,
}

impl Standing {
    pub const ALL: [Self; 4] = [Self::Exact, Self::Moved, Self::Fuzzy, Self::Orphan];

    /// Returns the name that is stored and exported.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Moved => "moved",
            Self::Fuzzy => "fuzzy",
            Self::Orphan => "orphan",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }
}

/// What is told of an article beside its text: what lists, exports and imports share.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    pub title: String,
    pub author: String,
    /// Where it came from: a URL, or a path.
    pub address: String,
    /// A BCP 47 tag; empty if it is not known.
    pub language: String,
    pub published: Option<Timestamp>,
    pub added: Option<Timestamp>,
    pub tags: Vec<String>,
    pub is_read: bool,
    pub is_starred: bool,
    pub is_archived: bool,
}

/// An article with its highlights, in reading order, as they are exported and imported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Annotated {
    pub about: About,
    pub passages: Vec<Passage>,
}

/// A highlight and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub highlight: Highlight,
    /// The title of its section; empty where that is not known.
    pub section: String,
}
