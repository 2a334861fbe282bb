//! A search in the open article: its hits as they come, and the one that the reader stands on.

use crate::app::effect::Sought;
use crate::app::event::JobId;
use crate::config::Element;
use crate::document::{Offset, TextRange};

use super::Reader;

/// A search and what has been found so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    pub sought: Sought,
    pub job: JobId,
    /// In reading order.
    pub hits: Vec<TextRange>,
    /// Whether the whole text has been searched.
    pub complete: bool,
    /// The hit that the reader stands on.
    pub current: Option<usize>,
    /// Where the search began, and which way it went.
    pub origin: Offset,
    pub direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
    /// The reader stays where they are.
    Nowhere,
}

impl Search {
    pub fn new(sought: Sought, job: JobId, origin: Offset, direction: Direction) -> Self {
        Self { sought, job, hits: Vec::new(), complete: false, current: None, origin, direction }
    }

    /// Returns the hits in `range` and how they look.
    pub fn spans(&self, range: TextRange) -> impl Iterator<Item = (TextRange, Element)> {
        let from = self.hits.partition_point(|hit| hit.end <= range.start);
        let hits = self.hits.iter().enumerate().skip(from).take_while(move |(_, hit)| hit.start < range.end);
        // Changes stand out by themselves.
        let are_lit = self.sought != Sought::Changes;
        let hits = hits.filter(move |(idx, _)| are_lit || self.current == Some(*idx));
        hits.map(|(idx, &hit)| (hit, if self.current == Some(idx) { Element::CurrentHit } else { Element::Hit }))
    }

    /// Returns the hit to stand on first, once enough is known to say which.
    fn first(&self) -> Option<usize> {
        let after = self.hits.partition_point(|hit| hit.start < self.origin);
        match self.direction {
            Direction::Forward if after < self.hits.len() => Some(after),
            Direction::Forward if self.complete && !self.hits.is_empty() => Some(0),
            Direction::Backward if after > 0 && (self.complete || after < self.hits.len()) => Some(after - 1),
            Direction::Backward if self.complete => self.hits.len().checked_sub(1),
            _ => None,
        }
    }
}

impl Reader {
    /// Takes more hits of the running search, and shows the first one that matters.
    pub fn take_hits(&mut self, hits: Vec<TextRange>, complete: bool) {
        let Some(search) = &mut self.search else { return };
        search.hits.extend(hits);
        search.complete |= complete;
        if search.current.is_none() {
            search.current = search.first();
            if let Some(hit) = search.current.and_then(|idx| search.hits.get(idx)).copied() {
                self.reveal(hit);
            }
        }
    }

    /// Goes `count` hits on from the current one, round the ends; returns whether it went round.
    pub fn step_hit(&mut self, count: isize) -> bool {
        let Some(search) = &self.search else { return false };
        let Ok(length) = isize::try_from(search.hits.len()) else { return false };
        if length == 0 {
            return false;
        }
        let visible = |idx: &usize| search.hits.get(*idx).is_some_and(|hit| hit.overlaps(self.view.range));
        let target = match search.current.filter(visible) {
            Some(current) => isize::try_from(current).unwrap_or_default() + count,
            // The reader has moved on: the next hit is the next one from here.
            None => {
                let here = isize::try_from(search.hits.partition_point(|hit| hit.start < self.eye)).unwrap_or_default();
                if count > 0 { here + count - 1 } else { here + count }
            }
        };
        let wrapped = usize::try_from(target.rem_euclid(length)).unwrap_or_default();
        self.show_hit(wrapped);
        target < 0 || target >= length
    }

    /// Stands on the hit with the index `idx`.
    pub fn show_hit(&mut self, idx: usize) {
        let Some(search) = &mut self.search else { return };
        if let Some(&hit) = search.hits.get(idx) {
            search.current = Some(idx);
            self.reveal(hit);
        }
    }
}
