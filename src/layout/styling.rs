//! Styling: which role and which link each part of a text has.

use crate::document::{Document, Mark, MarkKind, Offset, TextRange};
use crate::role::Role;
use crate::text::width;

/// How many marks before a part of a long block are looked at for one that reaches into it.
const LOOK_BACK: usize = 1024;

/// A text cut where its role or link changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Styling {
    base: Role,
    /// Where each stretch starts and what it is, by offset. The stretch before the first has the base role.
    changes: Vec<(Offset, Role, Option<u32>)>,
    /// The links that end here, by where they do.
    pub links: Vec<(TextRange, u32)>,
}

impl Styling {
    /// Finds the styling of `range` of the document, whose text has the role `base` where no mark says more.
    pub fn of(doc: &Document, range: TextRange, base: Role) -> Self {
        let mut styling = Self { base, changes: Vec::new(), links: Vec::new() };
        let marks = touching(doc, range);
        if marks.is_empty() {
            return styling;
        }
        let text = doc.slice(range);
        let place = |offset: Offset| {
            let at = offset.index().saturating_sub(range.start.index()).min(text.len());
            // A mark that ends inside a cluster is taken to hold all of it.
            let at = (at..text.len()).find(|&at| width::is_cluster_boundary(text, at)).unwrap_or(text.len());
            Offset::at(range.start.index() + at)
        };
        let mut edges: Vec<(Offset, bool, MarkKind)> = Vec::with_capacity(marks.len() * 2);
        for mark in marks.iter().filter(|mark| mark.range.overlaps(range)) {
            let (start, end) = (place(mark.range.start), place(mark.range.end));
            edges.push((start, true, mark.kind));
            edges.push((end, false, mark.kind));
            if let MarkKind::Link(link) = mark.kind
                && mark.range.end <= range.end
            {
                styling.links.push((TextRange::new(start, end), link));
            }
        }
        edges.sort_by_key(|&(offset, starts, _)| (offset, starts));
        styling.links.sort_unstable_by_key(|&(range, link)| (range.end, link));
        let mut open = Open::default();
        for (offset, starts, kind) in edges {
            open.change(kind, starts);
            let (role, link) = (open.role(base), open.links.last().copied());
            match styling.changes.last_mut() {
                Some(last) if last.0 == offset => *last = (offset, role, link),
                _ => styling.changes.push((offset, role, link)),
            }
        }
        styling
    }

    /// Returns the parts of `range`, each with its role and its link.
    pub fn parts(&self, range: TextRange) -> impl Iterator<Item = (TextRange, Role, Option<u32>)> {
        let mut next = self.changes.partition_point(|change| change.0 <= range.start);
        let before = next.checked_sub(1).and_then(|idx| self.changes.get(idx));
        let mut style = before.map_or((self.base, None), |&(_, role, link)| (role, link));
        let mut from = range.start;
        std::iter::from_fn(move || {
            if from >= range.end {
                return None;
            }
            let (role, link) = style;
            let mut to = range.end;
            // Neighbours that turn out alike are one part.
            while let Some(&(offset, role_after, link_after)) = self.changes.get(next).filter(|c| c.0 < range.end) {
                next += 1;
                if (role_after, link_after) != style {
                    to = offset;
                    style = (role_after, link_after);
                    break;
                }
            }
            let part = TextRange::new(from, to);
            from = to;
            Some((part, role, link))
        })
    }
}

/// Returns the marks that may touch `range`.
fn touching(doc: &Document, range: TextRange) -> &[Mark] {
    let marks = doc.marks();
    let from = marks.partition_point(|mark| mark.range.start < range.start);
    let to = marks.partition_point(|mark| mark.range.start < range.end);
    let is_block_start = doc.leaf_at(range.start).and_then(|id| doc.block(id)).map(|block| block.range.start);
    let from = if is_block_start == Some(range.start) { from } else { from.saturating_sub(LOOK_BACK) };
    marks.get(from..to).unwrap_or_default()
}

/// The marks that are open at a place.
#[derive(Debug, Default)]
struct Open {
    strong: u32,
    emphasis: u32,
    code: u32,
    strike: u32,
    superscript: u32,
    subscript: u32,
    highlight: u32,
    insert: u32,
    footnote: u32,
    math: u32,
    links: Vec<u32>,
}

impl Open {
    fn change(&mut self, kind: MarkKind, starts: bool) {
        let count = match kind {
            MarkKind::Strong => &mut self.strong,
            MarkKind::Emphasis => &mut self.emphasis,
            MarkKind::Code | MarkKind::Keyboard => &mut self.code,
            MarkKind::Strike => &mut self.strike,
            MarkKind::Superscript => &mut self.superscript,
            MarkKind::Subscript => &mut self.subscript,
            MarkKind::Highlight => &mut self.highlight,
            MarkKind::Insert => &mut self.insert,
            MarkKind::FootnoteRef(_) => &mut self.footnote,
            MarkKind::Math => &mut self.math,
            // What it stands for is told where somebody asks.
            MarkKind::Gloss(_) => return,
            MarkKind::Link(link) => {
                if starts {
                    self.links.push(link);
                } else if let Some(idx) = self.links.iter().rposition(|&open| open == link) {
                    self.links.remove(idx);
                }
                return;
            }
        };
        *count = if starts { *count + 1 } else { count.saturating_sub(1) };
    }

    /// Returns the one role that says most: what kind of text it is, then how it is set off, then that it is a link.
    fn role(&self, base: Role) -> Role {
        let is_heading = matches!(base, Role::Heading(_) | Role::Title | Role::TableHeader | Role::Term);
        if self.code > 0 {
            Role::Code
        } else if self.math > 0 {
            Role::Math
        } else if self.footnote > 0 {
            Role::FootnoteRef
        } else if self.superscript > 0 {
            Role::Superscript
        } else if self.subscript > 0 {
            Role::Subscript
        } else if self.strike > 0 {
            Role::Strike
        } else if self.highlight > 0 {
            Role::Highlight
        } else if is_heading {
            // Already set off as a whole; a link in it still has its number.
            base
        } else if self.strong > 0 && self.emphasis > 0 {
            Role::StrongEmphasis
        } else if self.strong > 0 {
            Role::Strong
        } else if self.emphasis > 0 {
            Role::Emphasis
        } else if !self.links.is_empty() {
            Role::Link
        } else if self.insert > 0 {
            Role::Insert
        } else {
            base
        }
    }
}
