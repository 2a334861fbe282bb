//! Pieces: a leaf's text cut where its marks open and close, where it may break, and where links point to.

use std::fmt::Write as _;

use crate::document::{BreakKind, Document, Mark, Offset, TextRange};

/// A part of a leaf's text, in reading order; marks that open are closed again, innermost first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Piece<'d> {
    Text(&'d str),
    Open(Mark),
    Close(Mark),
    Break(BreakKind),
    /// A place that has this name.
    Target(&'d str),
}

/// Cuts a document's leaves.
#[derive(Debug)]
pub struct Cutter<'d> {
    pub document: &'d Document,
    /// The named places, by offset.
    targets: Vec<(Offset, &'d str)>,
}

impl<'d> Cutter<'d> {
    pub fn new(document: &'d Document) -> Self {
        let mut targets: Vec<_> = document.targets().iter().map(|(name, offset)| (*offset, name.as_str())).collect();
        targets.sort_by_key(|&(offset, _)| offset);
        Self { document, targets }
    }

    /// Returns the names of the place `offset`.
    pub fn targets_at(&self, offset: Offset) -> impl Iterator<Item = &'d str> {
        self.targets_within(TextRange::empty(offset)).iter().map(|&(_, name)| name)
    }

    /// Returns the `#name` by which a link leads to `offset`. Characters that a link's ends would lose are encoded.
    pub fn fragment(&self, offset: Offset) -> String {
        let name = self.targets_at(offset).next().unwrap_or_default();
        let is_lost = |c: char| c.is_whitespace() || c.is_control();
        let mut fragment = String::from("#");
        if !name.contains(is_lost) {
            fragment.push_str(name);
            return fragment;
        }
        for c in name.chars() {
            if is_lost(c) || c == '%' {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(fragment, "%{byte:02X}");
                }
            } else {
                fragment.push(c);
            }
        }
        fragment
    }

    /// Returns the named places from the start of `range` to its end, that one included.
    fn targets_within(&self, range: TextRange) -> &[(Offset, &'d str)] {
        let from = self.targets.partition_point(|&(offset, _)| offset < range.start);
        let to = self.targets.partition_point(|&(offset, _)| offset <= range.end);
        self.targets.get(from..to).unwrap_or_default()
    }

    /// Gives the pieces of `range`, which lies in one leaf, to `sink`. Names of its very start are left out.
    pub fn cut(&self, range: TextRange, sink: &mut dyn FnMut(Piece<'d>)) {
        let mut marks = self.document.marks_in(range).iter().copied().peekable();
        let mut breaks = self.document.breaks_in(range).iter().peekable();
        let mut targets = self.targets_within(range).iter().filter(|(offset, _)| *offset > range.start).peekable();
        let mut open: Vec<Mark> = Vec::new();
        let mut at = range.start;
        loop {
            while open.last().is_some_and(|mark| mark.range.end <= at) {
                if let Some(mark) = open.pop() {
                    sink(Piece::Close(mark));
                }
            }
            while let Some(&(_, name)) = targets.next_if(|(offset, _)| *offset <= at) {
                sink(Piece::Target(name));
            }
            while let Some(entry) = breaks.next_if(|entry| entry.offset <= at) {
                sink(Piece::Break(entry.kind));
            }
            while let Some(mut mark) = marks.next_if(|mark| mark.range.start <= at) {
                // Marks nest where they are written, so one that reaches out of another ends with it.
                let most = open.last().map_or(range.end, |outer| outer.range.end);
                mark.range.end = mark.range.end.min(most);
                if mark.range.end > at {
                    sink(Piece::Open(mark));
                    open.push(mark);
                }
            }
            if at >= range.end {
                break;
            }
            let stops = [
                open.last().map(|mark| mark.range.end),
                marks.peek().map(|mark| mark.range.start),
                breaks.peek().map(|entry| entry.offset),
                targets.peek().map(|&&(offset, _)| offset),
            ];
            let next = stops.into_iter().flatten().min().unwrap_or(range.end).min(range.end);
            sink(Piece::Text(self.document.slice(TextRange::new(at, next))));
            at = next;
        }
    }

    /// Returns the pieces of `range`, as [`Self::cut`] gives them.
    pub fn pieces(&self, range: TextRange) -> Vec<Piece<'d>> {
        let mut pieces = Vec::new();
        self.cut(range, &mut |piece| pieces.push(piece));
        pieces
    }
}

/// Returns the invisible character that a break was.
pub fn break_char(kind: BreakKind) -> char {
    match kind {
        BreakKind::SoftHyphen => '\u{ad}',
        BreakKind::Allowed => '\u{200b}',
        BreakKind::Forbidden => '\u{2060}',
    }
}
