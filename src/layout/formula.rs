//! Formulas in the document: on rows of their own, and in the lines of prose, where each stands for its source.

use std::borrow::Cow;
use std::ops::Range;

use crate::document::{Document, MarkKind, Offset, TextRange, floor_boundary};
use crate::layout::code;
use crate::layout::compose::Galley;
use crate::layout::line::{LineKind, Run};
use crate::layout::math::{self, Face, Strip};
use crate::role::Role;

/// Sets the segment as a formula; as its source where that says more.
pub fn set_formula(galley: &mut Galley<'_>) {
    let whole = galley.range;
    let is_whole = galley.doc.block(galley.segment.block).is_some_and(|block| block.range == whole);
    let rows = if is_whole { math::displayed(galley.doc.slice(whole), galley.measure()) } else { None };
    let Some(rows) = rows else { return code::set_verbatim(galley, Role::Math) };
    let n_pieces = rows.iter().map(|row| row.pieces.len()).sum();
    let doc = galley.doc;
    let share = |idx: usize| share(doc, whole, idx, n_pieces);
    let mut idx = 0;
    for row in rows {
        let start = share(idx);
        let piece = |(text, face): (String, Face)| {
            let range = TextRange::new(share(idx), share(idx + 1));
            idx += 1;
            Run::of_text(range, role(face), None).shown_as(text)
        };
        let runs: Vec<Run> = row.pieces.into_iter().map(piece).collect();
        galley.push(TextRange::new(start, share(idx)), 0, runs, LineKind::Text);
    }
}

fn role(face: Face) -> Role {
    match face {
        Face::Upright => Role::Math,
        Face::Italic => Role::MathVariable,
        Face::Bold => Role::MathVector,
    }
}

/// Returns where the share of the source begins that piece `idx` of `total` stands for: each has a place of its own.
fn share(doc: &Document, whole: TextRange, idx: usize, total: usize) -> Offset {
    if idx >= total {
        return whole.end;
    }
    Offset::at(floor_boundary(doc.text(), whole.start.index() + whole.len() * idx / total.max(1)))
}

/// A text in which formulas stand as they are set. Its own offsets and those of the document's text are bytes from
/// the start of the range that it stands for.
#[derive(Debug)]
pub struct Substituted {
    pub text: String,
    formulas: Vec<Formula>,
}

#[derive(Debug)]
struct Formula {
    shown: Range<usize>,
    source: Range<usize>,
    strip: Strip,
}

impl Substituted {
    /// Sets the formulas in `range`; none where there are none.
    pub fn of(doc: &Document, range: TextRange) -> Option<Self> {
        let marks = doc.marks();
        let from = marks.partition_point(|mark| mark.range.start < range.start);
        let to = marks.partition_point(|mark| mark.range.start < range.end);
        let marks = marks.get(from..to)?.iter();
        let formulas = marks.filter(|mark| mark.kind == MarkKind::Math && mark.range.end <= range.end);
        let source = doc.slice(range);
        let mut found = Self { text: String::new(), formulas: Vec::new() };
        let mut end = 0;
        for mark in formulas {
            let own = mark.range.start.index() - range.start.index()..mark.range.end.index() - range.start.index();
            let Some(strip) = math::in_line(doc.slice(mark.range)).filter(|_| own.start >= end) else { continue };
            found.text.push_str(source.get(end..own.start).unwrap_or_default());
            let start = found.text.len();
            strip.pieces.iter().for_each(|(text, _)| found.text.push_str(text));
            end = own.end;
            found.formulas.push(Formula { shown: start..found.text.len(), source: own, strip });
        }
        if found.formulas.is_empty() {
            return None;
        }
        found.text.push_str(source.get(end..).unwrap_or_default());
        Some(found)
    }

    /// Returns the offset in the source of what is shown at `shown`: within a formula, its share.
    pub fn source_of(&self, source: &str, shown: usize) -> usize {
        let after = self.formulas.partition_point(|formula| formula.shown.start < shown);
        let Some(formula) = after.checked_sub(1).and_then(|idx| self.formulas.get(idx)) else { return shown };
        if shown >= formula.shown.end {
            return formula.source.end + (shown - formula.shown.end);
        }
        let share = formula.source.len() * (shown - formula.shown.start) / formula.shown.len().max(1);
        floor_boundary(source, formula.source.start + share)
    }

    /// Returns the offset of what is shown for the source's `source`; a place within a formula is taken to be its end.
    pub fn shown_of(&self, source: usize) -> usize {
        let after = self.formulas.partition_point(|formula| formula.source.start < source);
        match after.checked_sub(1).and_then(|idx| self.formulas.get(idx)) {
            None => source,
            Some(formula) => formula.shown.end + source.saturating_sub(formula.source.end),
        }
    }

    /// Returns the places within formulas where no line may end: it may after a space.
    pub fn unbroken(&self) -> impl Iterator<Item = usize> {
        self.formulas.iter().flat_map(|formula| {
            let text = self.text.get(formula.shown.clone()).unwrap_or_default();
            let inside = text.char_indices().zip(text.chars().skip(1)).map(|((at, c), _)| (at + c.len_utf8(), c));
            inside.filter(|&(_, before)| before != ' ').map(|(at, _)| formula.shown.start + at)
        })
    }

    /// Returns the parts of the shown text between two places: words, and pieces of formulas with their roles.
    pub fn parts(&self, from: usize, to: usize) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut at = from;
        let first = self.formulas.partition_point(|formula| formula.shown.end <= from);
        for formula in self.formulas.iter().skip(first).take_while(|formula| formula.shown.start < to) {
            if formula.shown.start > at {
                parts.push((at..formula.shown.start, None));
            }
            let mut start = formula.shown.start;
            for (text, face) in &formula.strip.pieces {
                let end = start + text.len();
                let own = start.max(from)..end.min(to);
                if own.start < own.end
                    && let Some(text) = text.get(own.start - start..own.end - start)
                {
                    parts.push((own, Some((text.to_owned(), role(*face)))));
                }
                start = end;
            }
            at = formula.shown.end.min(to);
        }
        if at < to {
            parts.push((at..to, None));
        }
        parts
    }
}

/// A part of what is shown: where it stands, and of a formula the piece that it is.
type Part = (Range<usize>, Option<(String, Role)>);

/// Returns the text of `range` with its formulas as they are set in a line.
pub fn shown(doc: &Document, range: TextRange) -> Cow<'_, str> {
    match Substituted::of(doc, range) {
        Some(substituted) => Cow::Owned(substituted.text),
        None => Cow::Borrowed(doc.slice(range)),
    }
}
