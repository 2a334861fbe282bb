//! One open article: where the eye is, and what the screen shows of it.
//!
//! The place is an [`Offset`], `eye`; the line at the top of the screen is derived from it, so a resize or another
//! measure keeps the first visible word. [`Reader::refresh`] lays out what the screen shows, so that drawing only
//! paints. Searching, links, selecting, and what is shown of a page are in the submodules.

pub mod annotations;
pub mod choosing;
mod code;
pub mod colours;
pub mod links;
pub mod margin;
pub mod pictures;
pub mod search;
pub mod select;
mod turn;
pub mod web_page;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::Area;
use crate::article::{Article, WORDS_PER_MINUTE};
use crate::config::Element;
use crate::document::{Anchor, BlockId, BlockKind, Document, Head, Offset, TextRange};
use crate::layout::{Layout, Line, LineKind, Place, Style};
use crate::role::Role;

use super::pacing::Stood;
use annotations::Shelved;
use choosing::with_headings;
use colours::Colours;
use links::Hints;
use margin::NoteLine;
use pictures::Pictures;
use search::Search;
use select::Selection;
use turn::Turn;
use web_page::{PageChoices, WebPage};

/// An article that is being read.
#[derive(Debug)]
pub struct Reader {
    article: Article,
    layout: Layout,
    /// The text at the top of the screen. Only the reader's own moves change it, never a resize.
    eye: Offset,
    top: Place,
    rows: usize,
    /// How the page on screen was turned to, until another move.
    turn: Option<Turn>,
    /// Where notes stand beside the text, and their lines as far as they are laid out.
    margin: Option<Area>,
    notes: Option<Layout>,
    /// How many lines a page key keeps in view.
    overlap: usize,
    /// Words before each section, and in all at the end.
    words: Vec<u64>,
    pub kept: Kept,
    pub search: Option<Search>,
    pub selection: Option<Selection>,
    /// The link that Enter follows: an index into the document's marks.
    pub focus: Option<usize>,
    pub hints: Option<Hints>,
    /// Where the article came as a page.
    page: Option<WebPage>,
    colours: Colours,
    pub pictures: Pictures,
    /// What the library keeps of it, once that is known.
    shelved: Option<Shelved>,
    /// Where it was opened, which the library knows.
    opened_at: Offset,
    /// Where the reader was when the pace was learned from last.
    pub(super) stood: Option<Stood>,
    /// How many words a minute the reader reads.
    pace: u64,
    view: View,
}

/// What is kept of an article for as long as recto runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    pub eye: Offset,
    pub marks: BTreeMap<char, Offset>,
    /// Headings that the reader made or unmade, in the order in which it was done, by how they begin in the whole page.
    pub headings: Vec<(Anchor, Option<u8>)>,
    pub page: PageChoices,
    /// Whether what the library has of these choices was taken.
    pub is_told: bool,
    /// Whether the reader made choices that the library does not have.
    pub is_news: bool,
}

/// What the screen shows of an article.
#[derive(Debug, Clone, Default)]
pub struct View {
    pub lines: Vec<Arc<Line>>,
    /// The text from the first line to the last.
    pub range: TextRange,
    /// The section being read.
    pub section: Option<usize>,
    /// How much of the text has been on screen or above it, in percent.
    pub percent: u8,
    pub minutes_left: u64,
    /// Ranges that stand out, in the order in which they are painted.
    pub spans: Vec<(TextRange, Element)>,
    /// The parts of code that are not plain, in order.
    pub colours: Vec<(TextRange, Role)>,
    /// Labels of links and where they stand.
    pub labels: Vec<(Offset, String)>,
    /// The row of the first line that a page key brought in.
    pub turned_at: Option<usize>,
    /// Where notes stand beside the text.
    pub margin: Option<Area>,
    pub notes: Vec<NoteLine>,
}

impl Reader {
    /// Opens `article` at the place that was kept of it.
    pub fn new(article: Article, kept: Kept, style: Style, rows: usize) -> Self {
        let document = with_headings(&article.document, &kept.headings);
        let (document, page) = WebPage::of(&document, &kept.page, Head::Shown);
        let mut layout = Layout::new(Arc::clone(&document), style);
        let top = layout.place_of(kept.eye);
        let words = words_before(&document);
        let mut reader = Self {
            article: Article { document, ..article },
            layout,
            eye: kept.eye,
            top,
            rows,
            turn: None,
            overlap: 2,
            margin: None,
            notes: None,
            words,
            kept,
            search: None,
            selection: None,
            focus: None,
            hints: None,
            page,
            colours: Colours::default(),
            pictures: Pictures::default(),
            shelved: None,
            opened_at: Offset::default(),
            stood: None,
            pace: WORDS_PER_MINUTE,
            view: View::default(),
        };
        reader.pictures.take_told(&reader.article.document);
        reader.refresh();
        reader
    }

    pub fn article(&self) -> &Article {
        &self.article
    }

    pub fn document(&self) -> &Document {
        &self.article.document
    }

    pub fn view(&self) -> &View {
        &self.view
    }

    /// Returns how many words a minute the reader reads.
    pub fn pace(&self) -> u64 {
        self.pace
    }

    /// Has what is left told by another pace, in words a minute.
    pub fn set_pace(&mut self, pace: u64) {
        self.pace = pace.max(1);
    }

    /// Returns the offset that the top of the screen shows.
    pub fn eye(&self) -> Offset {
        self.eye
    }

    /// Takes a longer reading of the same article, and keeps the place.
    pub fn replace(&mut self, article: Article) {
        let document = with_headings(&article.document, &self.kept.headings);
        let (document, page) = WebPage::of(&document, &self.kept.page, Head::Shown);
        let sample = TextRange::new(self.eye, Offset::at(self.eye.index() + 64));
        let anchor = Anchor::of(self.document(), sample);
        if let Some(found) = anchor.resolve(&document) {
            self.eye = found.range.start;
        }
        self.article = Article { document, ..article };
        self.page = page;
        self.resurvey();
        self.lay_out_anew(self.layout.style().clone());
    }

    /// Fits the article to another style or number of rows; the first visible word stays.
    pub fn fit(&mut self, style: Style, rows: usize) {
        let rows = rows.max(1);
        if self.rows != rows {
            self.rows = rows;
            self.turn = None;
        }
        if *self.layout.style() != style {
            self.lay_out_anew(style);
        }
    }

    /// Chooses how many lines a page key keeps in view.
    pub fn set_overlap(&mut self, lines: usize) {
        self.overlap = lines;
    }

    fn lay_out_anew(&mut self, style: Style) {
        self.notes = None;
        self.layout = Layout::new(Arc::clone(&self.article.document), style);
        self.top = self.layout.place_of(self.eye);
        self.turn = None;
        self.words = words_before(&self.article.document);
    }

    /// Lays out what the screen shows now.
    pub fn refresh(&mut self) {
        let rows = self.turn.map_or(self.rows, |turn| turn.rows);
        let lines = self.layout.lines(self.top, rows);
        let start = lines.iter().map(|line| line.range.start).min().unwrap_or_default();
        let end = lines.iter().map(|line| line.range.end).max().unwrap_or_default();
        let range = TextRange::new(start, end);
        let document = &self.article.document;
        let section = document.section_at(self.eye);
        let mut spans: Vec<_> = self.left_out(range).into_iter().map(|range| (range, Element::LeftOut)).collect();
        spans.extend(self.marked(range));
        spans.extend(self.changed(range));
        if let Some(search) = &self.search {
            spans.extend(search.spans(range));
        }
        if let Some(selection) = &self.selection {
            spans.push((selection.range(), Element::Selection));
        }
        if let Some(mark) = self.focus.and_then(|idx| document.marks().get(idx)) {
            spans.push((mark.range, Element::FocusedLink));
        }
        let labels = self.hints.as_ref().map(Hints::labels).unwrap_or_default();
        let turned_at = self.turn.and_then(|turn| turn.row_in(&lines));
        self.view = View {
            turned_at,
            margin: self.margin,
            notes: Vec::new(),
            section,
            percent: percent(end, document.end()),
            minutes_left: self.words_left(section).div_ceil(self.pace),
            lines,
            range,
            spans,
            colours: Vec::new(),
            labels,
        };
        self.view.colours = self.visible_colours(range);
        self.view.notes = self.notes_in_margin();
    }

    /// Moves by lines; downwards not past the last screenful.
    pub fn scroll(&mut self, lines: isize) {
        let lowest = if lines > 0 { Some(self.lowest_top()) } else { None };
        if lowest.is_some_and(|lowest| self.top >= lowest) {
            // The rest of a page that was cut short comes in where it stands.
            self.turn = None;
            return;
        }
        let top = self.layout.advance(self.top, lines).0;
        self.show_from(lowest.map_or(top, |lowest| top.min(lowest)));
    }

    /// Puts the line at `top` at the top.
    fn show_from(&mut self, top: Place) {
        self.top = top;
        self.eye = self.layout.offset_of(top);
        self.turn = None;
    }

    /// Moves by half pages.
    pub fn half_page(&mut self, halves: isize) {
        let half = (self.rows / 2).max(1);
        self.scroll(halves.saturating_mul(isize::try_from(half).unwrap_or(isize::MAX)));
    }

    /// Puts the line that holds `offset` at the top.
    pub fn go_to(&mut self, offset: Offset) {
        self.top = self.layout.place_of(offset);
        self.eye = offset.min(self.document().end());
        self.turn = None;
    }

    pub fn go_to_start(&mut self) {
        self.top = self.layout.first();
        self.eye = Offset::default();
        self.turn = None;
    }

    /// Shows the last screenful.
    pub fn go_to_end(&mut self) {
        let lowest = self.lowest_top();
        self.show_from(lowest);
    }

    /// Goes to a percentage of the text, by bytes.
    pub fn go_to_percent(&mut self, percent: usize) {
        let end = self.document().end().index();
        let index = end / 100 * percent.min(100) + end % 100 * percent.min(100) / 100;
        let offset = Offset::at(crate::document::floor_boundary(self.document().text(), index));
        let lowest = self.lowest_top();
        let top = self.layout.place_of(offset).min(lowest);
        self.show_from(top);
    }

    /// Brings `range` on screen, a third down, unless all of it is already there.
    pub fn reveal(&mut self, range: TextRange) {
        self.refresh();
        let seen = self.view.range;
        if range.start >= seen.start && range.end <= seen.end && !self.view.lines.is_empty() {
            self.reveal_in_code(range);
            return;
        }
        let place = self.layout.place_of(range.start);
        self.reveal_in_code(range);
        let third = isize::try_from(self.rows / 3).unwrap_or_default();
        let lowest = self.lowest_top();
        let top = self.layout.advance(place, -third).0;
        self.show_from(if place >= lowest { top.min(lowest) } else { top });
    }

    /// Returns where the section that is `count` after the one being read starts, or before it where `count` is
    /// negative; the way back begins at the start of the one being read. None where there is no such section at all.
    pub fn section_from_here(&self, count: isize) -> Option<Offset> {
        let sections = self.document().sections();
        let first = sections.first()?;
        // Above the first heading stands a title at most; a lead begins with it.
        let above = self.eye < first.range.start && first.level > 0;
        let here = if above { -1 } else { isize::try_from(self.document().section_at(self.eye)?).ok()? };
        let last = isize::try_from(sections.len()).ok()? - 1;
        let begun =
            usize::try_from(here).ok().and_then(|idx| sections.get(idx)).is_some_and(|s| s.range.start < self.eye);
        let target = here + count + isize::from(count < 0 && begun);
        if (count > 0 && here == last) || (count < 0 && target < 0 && !begun && here <= 0) {
            return None;
        }
        sections.get(usize::try_from(target.clamp(0, last)).ok()?).map(|section| section.range.start)
    }

    /// Returns where the `count`th paragraph after the top starts, or before it where `count` is negative.
    pub fn paragraph_from_here(&self, count: isize) -> Option<Offset> {
        let document = self.document();
        let mut block = document.leaf_at(self.eye)?;
        let start = |block| document.block(block).map(|block| block.range.start);
        let mut left = count.unsigned_abs();
        if count < 0 && start(block)? < self.eye {
            left -= 1;
        }
        while left > 0 {
            let next = if count > 0 { document.next_leaf(Some(block)) } else { document.previous_leaf(block) };
            let Some(next) = next else { break };
            block = next;
            left -= 1;
        }
        start(block)
    }

    /// Returns the offset under a cell of the text column.
    pub fn offset_at(&self, row: usize, column: usize) -> Option<Offset> {
        let is_under = |row: &usize| self.view.lines.get(*row).is_some_and(|line| line.kind == LineKind::Under);
        // The lower half of large letters is theirs as well.
        let row = (0..=row).rev().find(|row| !is_under(row)).unwrap_or(row);
        let line = self.view.lines.get(row)?;
        Some(line.offset_at(self.document(), column))
    }

    /// Returns the block of the first line on screen that has text.
    pub fn first_block(&self) -> Option<BlockId> {
        self.view.lines.iter().find(|line| !line.range.is_empty()).map(|line| line.block)
    }

    /// Returns the level that `block` has as a heading, if it is one; none if it can't be one.
    pub fn heading_level(&self, block: BlockId) -> Option<Option<u8>> {
        match self.document().block(block)?.kind {
            BlockKind::Heading(level) => Some(Some(level)),
            BlockKind::Paragraph => Some(None),
            _ => None,
        }
    }

    fn lowest_top(&mut self) -> Place {
        let last = self.layout.last();
        let rows = isize::try_from(self.rows.saturating_sub(1)).unwrap_or(isize::MAX);
        self.layout.advance(last, -rows).0
    }

    /// Returns the words from the eye to the end, taking words to be spread evenly in a section.
    fn words_left(&self, section: Option<usize>) -> u64 {
        let total = self.words.last().copied().unwrap_or_default();
        let Some((idx, section)) = section.and_then(|idx| Some((idx, self.document().sections().get(idx)?))) else {
            return total;
        };
        let into = self.eye.index().saturating_sub(section.range.start.index()) as u64;
        let length = section.range.len().max(1) as u64;
        let read =
            self.words.get(idx).copied().unwrap_or_default() + u64::from(section.words) * into.min(length) / length;
        total.saturating_sub(read)
    }
}

fn words_before(document: &Document) -> Vec<u64> {
    let mut words = vec![0];
    words.extend(document.sections().iter().scan(0, |total, section| {
        *total += u64::from(section.words);
        Some(*total)
    }));
    words
}

fn percent(seen: Offset, end: Offset) -> u8 {
    if seen >= end {
        return 100;
    }
    u8::try_from(seen.index() as u64 * 100 / (end.index() as u64).max(1)).unwrap_or(100).min(99)
}
