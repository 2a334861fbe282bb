//! Strips and grids: what a formula is set on, by cells.

use super::tree::Face;
use crate::text::width;

/// The most rows and columns that a formula may take before it is set in a line instead.
const MOST_ROWS: usize = 80;
const MOST_COLUMNS: usize = 400;

/// A row of set text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Strip {
    pub pieces: Vec<(String, Face)>,
    /// In cells.
    pub width: usize,
}

impl Strip {
    pub fn of(text: &str, face: Face) -> Self {
        let mut strip = Self::default();
        strip.push(text, face);
        strip
    }

    pub fn push(&mut self, text: &str, face: Face) {
        if text.is_empty() {
            return;
        }
        self.width += width::width(text);
        self.join(text, face);
    }

    fn join(&mut self, text: &str, face: Face) {
        let is_blank = text.chars().all(|c| c == ' ');
        match self.pieces.last_mut() {
            // A blank looks the same in any face.
            Some((before, same)) if *same == face || is_blank => before.push_str(text),
            _ => self.pieces.push((text.to_owned(), face)),
        }
    }

    pub fn blank(&mut self, cells: usize) {
        if cells > 0 {
            self.push(&" ".repeat(cells), Face::Upright);
        }
    }

    pub fn append(&mut self, other: &Self) {
        self.width += other.width;
        for (text, face) in &other.pieces {
            self.join(text, *face);
        }
    }

    pub fn text(&self) -> String {
        self.pieces.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// Takes off the blank cells at its end.
    pub fn trim_end(&mut self) {
        while let Some((text, _)) = self.pieces.last_mut() {
            let length = text.trim_end_matches(' ').len();
            self.width -= text.len() - length;
            text.truncate(length);
            if length > 0 {
                return;
            }
            self.pieces.pop();
        }
    }

    fn pad(&mut self, cells: usize) {
        self.blank(cells.saturating_sub(self.width));
    }
}

/// Rows that make one picture, of which one is in line with what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    pub rows: Vec<Strip>,
    pub baseline: usize,
    pub width: usize,
}

/// A picture would be larger than a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

pub type Result<T> = std::result::Result<T, TooLarge>;

impl Grid {
    pub fn empty() -> Self {
        Self { rows: vec![Strip::default()], baseline: 0, width: 0 }
    }

    pub fn of(strip: Strip) -> Self {
        let width = strip.width;
        Self { rows: vec![strip], baseline: 0, width }
    }

    pub fn text(text: &str, face: Face) -> Self {
        Self::of(Strip::of(text, face))
    }

    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// Returns how many rows stand below the baseline.
    pub fn depth(&self) -> usize {
        self.rows.len().saturating_sub(self.baseline + 1)
    }

    /// Returns a grid of `rows`, each filled up to the widest.
    pub fn stacked(rows: Vec<Strip>, baseline: usize) -> Result<Self> {
        let width = rows.iter().map(|row| row.width).max().unwrap_or_default();
        let mut grid = Self { rows, baseline, width };
        grid.check()?;
        grid.rows.iter_mut().for_each(|row| row.pad(width));
        Ok(grid)
    }

    /// Puts another grid to the right, `gap` blank cells away, both in one line.
    pub fn beside(&mut self, other: &Self, gap: usize) -> Result<()> {
        let above = other.baseline.saturating_sub(self.baseline);
        let below = other.depth().saturating_sub(self.depth());
        let width = self.width;
        let blank = || {
            let mut row = Strip::default();
            row.blank(width);
            row
        };
        self.rows.splice(0..0, std::iter::repeat_with(blank).take(above));
        self.rows.extend(std::iter::repeat_with(blank).take(below));
        self.baseline += above;
        let from = self.baseline.saturating_sub(other.baseline);
        self.width += gap + other.width;
        self.check()?;
        for (idx, row) in self.rows.iter_mut().enumerate() {
            row.blank(gap);
            match idx.checked_sub(from).and_then(|idx| other.rows.get(idx)) {
                Some(strip) => row.append(strip),
                None => row.blank(other.width),
            }
        }
        Ok(())
    }

    /// Returns the rows with blank cells on both sides, so that they are `width` wide and in its middle.
    pub fn centred(&self, width: usize) -> Vec<Strip> {
        self.aligned(width, width.saturating_sub(self.width) / 2)
    }

    /// Returns the rows behind `before` blank cells, filled up to `width`.
    pub fn aligned(&self, width: usize, before: usize) -> Vec<Strip> {
        let place = |row: &Strip| {
            let mut placed = Strip::default();
            placed.blank(before);
            placed.append(row);
            placed.pad(width);
            placed
        };
        self.rows.iter().map(place).collect()
    }

    fn check(&self) -> Result<()> {
        if self.rows.len() > MOST_ROWS || self.width > MOST_COLUMNS { Err(TooLarge) } else { Ok(()) }
    }
}
