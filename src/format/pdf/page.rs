//! What a PDF's pages hold, as far as its text goes: lines with their places and their letters.

/// A page's lines in reading order.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub lines: Vec<Line>,
    /// In points.
    pub height: f32,
}

/// Words that stand on one line. Lengths are in points from the lower left.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub pieces: Vec<Piece>,
    pub left: f32,
    pub right: f32,
    pub baseline: f32,
    /// The size of most of its letters.
    pub size: f32,
}

/// Words in one kind of letters.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Piece {
    pub text: String,
    pub face: Face,
}

/// A kind of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Face {
    pub is_bold: bool,
    pub is_italic: bool,
    pub is_mono: bool,
    pub is_raised: bool,
}

/// An entry of the outline that the file has.
#[derive(Debug, Clone, PartialEq)]
pub struct Bookmark {
    pub title: String,
    /// From 1.
    pub level: u8,
    /// From 0.
    pub page: Option<usize>,
}

impl Line {
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// Returns whether all letters are of a kind.
    pub fn is_all(&self, wanted: impl Fn(&Face) -> bool) -> bool {
        let mut pieces = self.pieces.iter().filter(|piece| piece.text.chars().any(char::is_alphanumeric)).peekable();
        pieces.peek().is_some() && pieces.all(|piece| wanted(&piece.face))
    }

    /// Returns the size in half points, which is what sizes are told apart by.
    pub fn half_points(&self) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "a letter is not larger than a page")]
        let half_points = (self.size * 2.0).round().clamp(0.0, 100_000.0) as i32;
        half_points
    }

    pub fn n_chars(&self) -> usize {
        self.pieces.iter().map(|piece| piece.text.chars().count()).sum()
    }
}
