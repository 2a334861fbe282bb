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

/// What a label stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A link: an index into the document's marks.
    Link(usize),
    Block(BlockId),
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

    /// Focuses the `count`th link from the focused one, or from the screen's start; returns whether there is one.
    pub fn focus_link(&mut self, count: isize) -> bool {
        let marks = self.document().marks();
        let screen_start = marks.partition_point(|mark| mark.range.start < self.view.range.start);
        let on_screen = self.focus.filter(|&idx| marks.get(idx).is_some_and(|m| m.range.overlaps(self.view.range)));
        let nth = count.unsigned_abs().saturating_sub(1);
        let is_link = |&idx: &usize| marks.get(idx).is_some_and(follows);
        let found = if count > 0 {
            let from = on_screen.map_or(screen_start, |idx| idx + 1);
            (from..marks.len()).chain(0..from).filter(is_link).nth(nth)
        } else {
            let from = on_screen.unwrap_or(screen_start);
            (0..from).rev().chain((from..marks.len()).rev()).filter(is_link).nth(nth)
        };
        self.focus = found;
        if let Some(mark) = found.and_then(|idx| self.document().marks().get(idx)) {
            self.reveal(mark.range);
        }
        found.is_some()
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
