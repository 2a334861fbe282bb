//! Links in the open article: the focused one, and labels that are typed to choose one, or a block.

use crate::document::{BlockId, BlockKind, LinkTarget, Mark, MarkKind, Offset, TextRange};

use super::Reader;

/// The letters of labels, the easiest to reach first.
const LETTERS: &[char] = &['a', 's', 'd', 'f', 'j', 'k', 'l', 'g', 'h', 'w', 'e', 'r', 'u', 'i', 'o', 'p'];

/// Where a link or a footnote's mark leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    Inside(Offset),
    Footnote(u32),
    Address(String),
    File(String),
    Manual(String),
    Nowhere(String),
    /// Nowhere: a short form, with what it stands for.
    Gloss(String),
}

/// What Tab stops at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// An index into the document's marks.
    Link(usize),
    /// An index into its resources.
    Picture(u32),
}

/// How many steps one count goes at most.
const MOST_STEPS: usize = 1000;

/// What a label stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A link: an index into the document's marks.
    Link(usize),
    /// A block, to be brought in or left out.
    Block(BlockId),
    /// A block of code, to be copied.
    Code(BlockId),
}

/// Labels on what a screen shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hints {
    /// What is labelled, where the label stands, and the label.
    labelled: Vec<(Target, Offset, String)>,
    typed: String,
}

/// What the letters typed so far label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labelled {
    Nothing,
    /// Several; another letter settles which.
    More,
    One(Target),
}

impl Hints {
    pub(super) fn new(targets: Vec<(Target, Offset)>) -> Self {
        let width = if targets.len() > LETTERS.len() { 2 } else { 1 };
        let label = |idx: usize| -> String {
            let digits = [idx / LETTERS.len(), idx % LETTERS.len()];
            digits.iter().skip(2 - width).filter_map(|&digit| LETTERS.get(digit)).collect()
        };
        let room = if width == 2 { LETTERS.len() * LETTERS.len() } else { LETTERS.len() };
        let labelled = targets.into_iter().take(room).enumerate();
        Self {
            labelled: labelled.map(|(idx, (target, offset))| (target, offset, label(idx))).collect(),
            typed: String::new(),
        }
    }

    /// Returns what is left of the labels to type, and where they stand.
    pub fn labels(&self) -> Vec<(Offset, String)> {
        let left = |(_, offset, label): &(Target, Offset, String)| {
            Some((*offset, label.strip_prefix(&self.typed)?.to_owned()))
        };
        self.labelled.iter().filter_map(left).collect()
    }

    /// Takes a typed letter.
    pub fn type_letter(&mut self, letter: char) -> Labelled {
        self.typed.push(letter);
        match self.labelled.iter().find(|(.., label)| label.starts_with(&self.typed)) {
            None => Labelled::Nothing,
            Some((target, _, label)) if *label == self.typed => Labelled::One(*target),
            Some(_) => Labelled::More,
        }
    }
}

impl Reader {
    /// Labels the links and the short forms on screen; returns whether there are any.
    pub fn start_hints(&mut self) -> bool {
        let marks = self.document().marks();
        let place = |idx: usize| Some((Target::Link(idx), marks.get(idx)?.range.start));
        let on_screen: Vec<_> = self.on_screen(tells).filter_map(place).collect();
        self.hints = (!on_screen.is_empty()).then(|| Hints::new(on_screen));
        self.hints.is_some()
    }

    /// Focuses the `count`th link or picture from the focused one, or from the screen's start; returns whether there is
    /// one.
    pub fn focus_next(&mut self, count: isize) -> bool {
        (0..count.unsigned_abs().clamp(1, MOST_STEPS)).all(|_| self.focus_one(count > 0))
    }

    fn focus_one(&mut self, forward: bool) -> bool {
        let seen = self.view.range;
        // What is focused counts while it is on screen.
        let is_seen = |stop: &(Offset, Stop)| (seen.start..=seen.end).contains(&stop.0);
        let focused = self.focused().filter(is_seen);
        let from = focused.map_or(seen.start, |(offset, _)| offset);
        let round = if forward { Offset(0) } else { Offset(u32::MAX) };
        let next = self.next_stop(from, focused.map(|(_, stop)| stop), forward);
        let Some((offset, stop)) = next.or_else(|| self.next_stop(round, None, forward)) else {
            (self.focus, self.pictures.focus) = (None, None);
            return false;
        };
        let range = match stop {
            Stop::Link(idx) => self.document().marks().get(idx).map(|mark| mark.range),
            Stop::Picture(_) => None,
        };
        (self.focus, self.pictures.focus) = match stop {
            Stop::Link(idx) => (Some(idx), None),
            Stop::Picture(resource) => (None, Some(resource)),
        };
        self.reveal(range.unwrap_or(TextRange::empty(offset)));
        true
    }

    fn focused(&self) -> Option<(Offset, Stop)> {
        if let Some(resource) = self.pictures.focus {
            let blocks = self.document().blocks();
            let block = blocks.iter().find(|block| block.kind == BlockKind::Figure(resource))?;
            return Some((block.range.start, Stop::Picture(resource)));
        }
        let idx = self.focus?;
        Some((self.document().marks().get(idx)?.range.start, Stop::Link(idx)))
    }

    /// Returns the next link or picture from `offset`, where `here` stands, without going round the ends. A picture comes
    /// before the links of its caption.
    fn next_stop(&self, offset: Offset, here: Option<Stop>, forward: bool) -> Option<(Offset, Stop)> {
        let marks = self.document().marks();
        let is_link = |&idx: &usize| marks.get(idx).is_some_and(follows);
        let by_offset = marks.partition_point(|mark| mark.range.start < offset);
        let link = match (forward, here) {
            (true, Some(Stop::Link(idx))) => (idx + 1..marks.len()).find(is_link),
            (false, Some(Stop::Link(idx))) => (0..idx).rev().find(is_link),
            (true, _) => (by_offset..marks.len()).find(is_link),
            (false, _) => (0..by_offset).rev().find(is_link),
        };
        let link = link.and_then(|idx| Some((marks.get(idx)?.range.start, Stop::Link(idx))));
        let is_past = if forward { here.is_some() } else { matches!(here, Some(Stop::Link(_))) };
        let bound = Offset(offset.0.saturating_add(u32::from(is_past)));
        let picture = self.picture_from(bound, forward).map(|(at, resource)| (at, Stop::Picture(resource)));
        match (link, picture) {
            (Some(link), Some(picture)) if forward => Some(if picture.0 <= link.0 { picture } else { link }),
            (Some(link), Some(picture)) => Some(if picture.0 > link.0 { picture } else { link }),
            (link, picture) => link.or(picture),
        }
    }

    /// Returns the focused link, else the first link or short form on screen.
    pub fn link_at_hand(&self) -> Option<usize> {
        self.focus.or_else(|| self.on_screen(tells).next())
    }

    /// Returns the link, else the short form, whose text holds `offset`.
    pub fn link_at(&self, offset: Offset) -> Option<usize> {
        let marks = self.document().marks();
        let block = self.document().block(self.document().leaf_at(offset)?)?.range;
        let from = marks.partition_point(|mark| mark.range.start < block.start);
        let to = marks.partition_point(|mark| mark.range.start <= offset);
        let there = |wanted: fn(&Mark) -> bool| {
            let holds = |mark: &Mark| wanted(mark) && mark.range.contains(offset);
            (from..to).rev().find(|&idx| marks.get(idx).is_some_and(holds))
        };
        there(follows).or_else(|| there(tells))
    }

    /// Returns where the mark with the index `mark` leads.
    pub fn destination(&self, mark: usize) -> Option<Destination> {
        let document = self.document();
        match document.marks().get(mark)?.kind {
            MarkKind::FootnoteRef(idx) => Some(Destination::Footnote(idx)),
            MarkKind::Gloss(idx) => document.glosses().get(idx as usize).cloned().map(Destination::Gloss),
            MarkKind::Link(idx) => Some(match &document.links().get(idx as usize)?.target {
                LinkTarget::Inside(offset) => Destination::Inside(*offset),
                LinkTarget::Address(address) => Destination::Address(address.clone()),
                LinkTarget::File(path) => Destination::File(path.clone()),
                LinkTarget::Manual(page) => Destination::Manual(page.clone()),
                LinkTarget::Nowhere(named) => Destination::Nowhere(named.clone()),
            }),
            _ => None,
        }
    }

    /// Returns the formulas on screen, unless a link is at hand before them.
    pub fn formulas_at_hand(&self) -> Vec<TextRange> {
        if self.focus.is_some() {
            return Vec::new();
        }
        let (document, seen) = (self.document(), self.view.range);
        let marks = document.marks();
        let from = marks.partition_point(|mark| mark.range.start < seen.start);
        let to = marks.partition_point(|mark| mark.range.start < seen.end);
        let marked = marks.get(from..to).unwrap_or_default().iter().filter(|mark| mark.kind == MarkKind::Math);
        let mut found: Vec<TextRange> = marked.map(|mark| mark.range).collect();
        let blocks = self.view.lines.iter().filter_map(|line| document.block(line.block));
        found.extend(blocks.filter(|block| block.kind == BlockKind::Math).map(|block| block.range));
        found.sort_unstable_by_key(|range| range.start);
        found.dedup();
        let link = self.on_screen(tells).next().and_then(|idx| marks.get(idx));
        if link.zip(found.first()).is_some_and(|(link, formula)| link.range.start < formula.start) {
            found.clear();
        }
        found
    }

    /// Returns the marks on screen that are `wanted`.
    fn on_screen(&self, wanted: fn(&Mark) -> bool) -> impl Iterator<Item = usize> {
        let marks = self.document().marks();
        let from = marks.partition_point(|mark| mark.range.start < self.view.range.start);
        let to = marks.partition_point(|mark| mark.range.start < self.view.range.end);
        (from..to).filter(move |&idx| marks.get(idx).is_some_and(wanted))
    }
}

fn follows(mark: &Mark) -> bool {
    matches!(mark.kind, MarkKind::Link(_) | MarkKind::FootnoteRef(_))
}

/// Returns whether there is something to be looked at behind the mark.
fn tells(mark: &Mark) -> bool {
    follows(mark) || matches!(mark.kind, MarkKind::Gloss(_))
}
