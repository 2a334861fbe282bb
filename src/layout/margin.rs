//! Margins: what the containers of a block put before its lines and between blocks.
//!
//! Everything is found from the block and its neighbours, at most [`REACH`] blocks away, so that a list of a million
//! items costs no more than one of ten.

use std::borrow::Cow;

use crate::document::{Block, BlockId, BlockKind, Document, ItemMark};
use crate::layout::Style;
use crate::layout::line::Run;
use crate::role::Role;
use crate::text::width;

/// The cells that text keeps at least: containers are not indented further where that would leave less.
const LEAST_TEXT: usize = 8;
/// How far a list is looked at around an item, in blocks.
const REACH: usize = 128;
/// An item longer than this, in bytes, wants space around it.
const LONG_ITEM: usize = 400;
/// The indent of a definition, in cells.
const DEFINITION: usize = 4;
/// The greatest width of a footnote's label.
const LABEL: usize = 12;

const QUOTE_BAR: &str = "▎ ";
const BULLETS: [&str; 3] = ["• ", "◦ ", "– "];

/// What stands before the lines of a leaf block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Margin {
    pub width: usize,
    pub first: Start,
    pub rest: Start,
    /// Before the blank lines above the block.
    pub gap: Start,
    /// How many blank lines stand above the block.
    pub space: usize,
    /// Whether the first line is indented, to tell the paragraph from the one above.
    pub is_indented: bool,
}

/// The beginning of a line: blank cells, then ornaments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Start {
    pub indent: usize,
    pub runs: Vec<Run>,
}

impl Start {
    fn push(&mut self, ornament: Cow<'static, str>, cells: usize) {
        let own = width::width(&ornament);
        // Ornaments stand at the right of their cells, so that numbers end where the text begins.
        self.blank(cells.saturating_sub(own));
        if own > 0 {
            self.runs.push(Run::drawn(ornament, Role::Ornament));
        }
    }

    /// Adds blank cells.
    pub fn blank(&mut self, cells: usize) {
        if self.runs.is_empty() {
            self.indent += cells;
        } else if cells > 0 {
            self.runs.push(Run::drawn(" ".repeat(cells), Role::Text));
        }
    }

    pub fn width(&self) -> usize {
        self.indent + self.runs.iter().map(|run| run.width).sum::<usize>()
    }
}

impl Margin {
    /// Returns the margin of the leaf `id`.
    pub fn of(doc: &Document, id: BlockId, style: &Style) -> Self {
        let mut margin = Self::default();
        let previous = doc.previous_leaf(id);
        if doc.block(id).is_some_and(|block| block.parent.is_some()) {
            margin.enter(doc, id, previous, style.measure);
        }
        let follows = previous.is_some_and(|previous| goes_on(doc, previous, id));
        margin.is_indented = follows && style.typography.paragraphs.are_indented();
        margin.space = match previous {
            Some(_) if follows && !style.typography.paragraphs.are_spaced() => usize::from(style.typography.leading),
            Some(previous) => space_between(doc, previous, id),
            None => 0,
        };
        margin
    }

    /// Adds what each container of `id` puts before its lines, from the outermost on.
    fn enter(&mut self, doc: &Document, id: BlockId, previous: Option<BlockId>, measure: usize) {
        let containers = path(doc, id);
        let shared = previous.map(|previous| path(doc, previous)).unwrap_or_default();
        let mut bullets = 0;
        for (depth, &container) in containers.iter().enumerate() {
            let Some(block) = doc.block(container) else { continue };
            let is_first = doc.next_leaf(Some(container)) == Some(id);
            let (ornament, cells) = match block.kind {
                BlockKind::Quote => (Cow::Borrowed(QUOTE_BAR), width::width(QUOTE_BAR)),
                BlockKind::Item(mark) => item(doc, container, mark, &mut bullets),
                BlockKind::Definition => (Cow::Borrowed(""), DEFINITION),
                BlockKind::Footnote(index) => footnote(doc, index),
                _ => continue,
            };
            if self.width + cells + LEAST_TEXT > measure {
                break;
            }
            self.width += cells;
            let is_quote = block.kind == BlockKind::Quote;
            let blank = || Cow::Borrowed("");
            self.first.push(if is_first || is_quote { ornament.clone() } else { blank() }, cells);
            self.rest.push(if is_quote { ornament.clone() } else { blank() }, cells);
            if shared.get(depth) == Some(&container) {
                self.gap.push(if is_quote { ornament } else { blank() }, cells);
            }
        }
    }
}

/// Returns whether one paragraph of running text follows another.
fn goes_on(doc: &Document, upper: BlockId, lower: BlockId) -> bool {
    let (Some(above), Some(below)) = (doc.block(upper), doc.block(lower)) else { return false };
    let is_paragraph = |block: &Block| block.kind == BlockKind::Paragraph;
    let in_text = below.parent.and_then(|id| doc.block(id)).is_none_or(|block| block.kind == BlockKind::Quote);
    is_paragraph(above) && is_paragraph(below) && above.parent == below.parent && in_text
}

/// Returns the containers of `id`, outermost first.
fn path(doc: &Document, id: BlockId) -> Vec<BlockId> {
    let mut path: Vec<_> = doc.ancestors(id).map(|(id, _)| id).collect();
    path.reverse();
    path
}

fn item(doc: &Document, id: BlockId, mark: ItemMark, bullets: &mut usize) -> (Cow<'static, str>, usize) {
    match mark {
        ItemMark::Bullet => {
            let bullet = BULLETS.get(*bullets % BULLETS.len()).copied().unwrap_or_default();
            *bullets += 1;
            (Cow::Borrowed(bullet), 2)
        }
        ItemMark::Task(done) => (Cow::Borrowed(if done { "☑ " } else { "☐ " }), 2),
        ItemMark::Number(_) | ItemMark::Ordinal(..) => {
            let numeral = mark.numeral().unwrap_or_default();
            (Cow::Owned(format!("{numeral}. ")), List::around(doc, id).digits.max(numeral.len()) + 2)
        }
    }
}

fn footnote(doc: &Document, index: u32) -> (Cow<'static, str>, usize) {
    let label = doc.footnotes().get(index as usize).map_or("", |footnote| footnote.label.as_str());
    let label = format!("[{}] ", width::truncate(label, LABEL));
    let cells = width::width(&label);
    (Cow::Owned(label), cells)
}

/// Returns how many blank lines stand between two leaves that follow each other.
fn space_between(doc: &Document, upper: BlockId, lower: BlockId) -> usize {
    let (Some(above), Some(below)) = (doc.block(upper), doc.block(lower)) else { return 0 };
    if above.parent.is_none() && below.parent.is_none() {
        return space(above.kind, below.kind);
    }
    let (mut from, mut to) = (path(doc, upper), path(doc, lower));
    from.push(upper);
    to.push(lower);
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let outer = shared.checked_sub(1).and_then(|depth| to.get(depth)).copied();
    let (Some(&from), Some(&to)) = (from.get(shared), to.get(shared)) else { return 0 };
    let (Some(above), Some(below)) = (doc.block(from), doc.block(to)) else { return 0 };
    let loose = |id| usize::from(List::around(doc, id).is_loose);
    match (above.kind, below.kind) {
        (BlockKind::Item(a), BlockKind::Item(b)) if is_same_list(a, b) => loose(to),
        (_, BlockKind::Item(_)) => match outer.and_then(|id| Some((id, doc.block(id)?.kind))) {
            Some((outer, BlockKind::Item(_))) => loose(outer),
            _ => 1,
        },
        (BlockKind::Footnote(_), BlockKind::Footnote(_)) => 0,
        (above, below) if outer.is_some() => space(above, below).min(1),
        (above, below) => space(above, below),
    }
}

/// Returns how many blank lines stand between two blocks of one container. A heading stands nearer to what follows.
fn space(above: BlockKind, below: BlockKind) -> usize {
    use BlockKind::{Byline, Caption, Code, Definition, Figure, Heading, Table, Term, Title};
    match (above, below) {
        (Title | Byline, Byline) | (Term, Term | Definition) => 0,
        (Caption, Table(_) | Code(_)) | (Table(_) | Code(_) | Figure(_), Caption) => 0,
        (Heading(_), Heading(_)) => 1,
        (_, Heading(1..=3)) => 2,
        (_, Heading(_)) => 1,
        (Heading(4..), _) => 0,
        _ => 1,
    }
}

fn is_same_list(a: ItemMark, b: ItemMark) -> bool {
    a.number().is_some() == b.number().is_some()
}

/// What an item has in common with the other items of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct List {
    /// The signs of the longest number.
    digits: usize,
    /// Whether space stands between the items: one of them is long or has several paragraphs.
    is_loose: bool,
}

impl List {
    fn around(doc: &Document, id: BlockId) -> Self {
        let mut list = Self { digits: 1, is_loose: false };
        let Some(item) = doc.block(id) else { return list };
        let before = doc.blocks().get(..id.index()).unwrap_or_default().iter().rev();
        let after = doc.blocks().get(id.index() + 1..).unwrap_or_default().iter();
        list.look(item, before);
        list.look(item, std::iter::once(item).chain(after));
        list
    }

    fn look<'a>(&mut self, item: &Block, blocks: impl Iterator<Item = &'a Block>) {
        let BlockKind::Item(own) = item.kind else { return };
        let mut leaves = 0;
        for block in blocks.take(REACH) {
            match block.kind {
                BlockKind::Item(mark) if block.depth == item.depth && is_same_list(own, mark) => {
                    if let Some(numeral) = mark.numeral() {
                        self.digits = self.digits.max(numeral.len());
                    }
                    leaves = 0;
                }
                _ if block.depth <= item.depth => return,
                kind if block.depth == item.depth + 1 && !kind.is_container() => {
                    leaves += 1;
                    self.is_loose |= leaves > 1 || block.range.len() > LONG_ITEM;
                }
                _ => {}
            }
        }
    }
}
