//! Overlays: what stands above the shelf or the article and takes the keys while it does.

use std::sync::Arc;

use tui_input::{Input, InputRequest};

use crate::action::COMMANDS;
use crate::app::choices::Choice;
use crate::app::editor::Editor;
use crate::app::finder::Finder;
use crate::app::searching::Searching;
use crate::app::table::TableView;
use crate::catalogue::Marks;
use crate::document::{BlockKind, Document, DocumentBuilder, TextRange};
use crate::fuzzy;
use crate::input::{Key, KeyPress};
use crate::layout::{Layout, Line as LaidOutLine, Style};
use crate::picture::Window;

/// An overlay; the last of the stack takes the keys.
#[derive(Debug)]
pub enum Overlay {
    Help(Help),
    /// The search of the library, which has the screen to itself.
    Search(Box<Searching>),
    Finder(Box<Finder>),
    Contents(Picker),
    Hits(HitList),
    /// The highlights of the open article: an index into them.
    Highlights(usize),
    Shelfmarks(Marks, Picker),
    Note(Box<Editor>),
    Peek(Peek),
    Picture(Showing),
    Table(Box<TableView>),
    Prompt(Prompt),
    Typography(Panel),
}

/// A picture that has the screen to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Showing {
    /// An index into the document's resources.
    pub resource: u32,
    pub window: Window,
}

/// A line that is being typed.
#[derive(Debug, Clone, Default)]
pub struct Line(Input);

impl Line {
    pub fn value(&self) -> &str {
        self.0.value()
    }

    /// Returns the cursor's cell.
    pub fn cursor(&self) -> usize {
        self.0.visual_cursor()
    }

    pub fn is_empty(&self) -> bool {
        self.0.value().is_empty()
    }

    pub fn clear(&mut self) {
        self.0.reset();
    }

    pub fn is_at_end(&self) -> bool {
        self.0.cursor() == self.0.value().chars().count()
    }

    /// Takes away what is behind the cursor; returns it, with the cursor before it.
    pub fn split_off(&mut self) -> Self {
        let (before, after): (Vec<_>, Vec<_>) =
            self.0.value().chars().enumerate().partition(|&(idx, _)| idx < self.0.cursor());
        let text = |chars: Vec<(usize, char)>| chars.into_iter().map(|(_, c)| c).collect::<String>();
        self.0 = Input::new(text(before));
        Self(Input::new(text(after)).with_cursor(0))
    }

    /// Adds another line at the end, with the cursor between the two.
    pub fn append(&mut self, other: &Self) {
        let cursor = self.0.value().chars().count();
        self.0 = Input::new(format!("{}{}", self.0.value(), other.value())).with_cursor(cursor);
    }

    /// Types `text`, line breaks as spaces.
    pub fn paste(&mut self, text: &str) {
        for c in text.chars() {
            self.0.handle(InputRequest::InsertChar(if c.is_control() { ' ' } else { c }));
        }
    }

    /// Takes a key that edits; returns whether it was one.
    pub fn edit(&mut self, press: KeyPress) -> bool {
        let request = match (press.key, press.ctrl, press.alt) {
            (Key::Char('w'), true, _) | (Key::Backspace, _, true) => InputRequest::DeletePrevWord,
            (Key::Char('u'), true, _) => InputRequest::DeleteLine,
            (Key::Char('k'), true, _) => InputRequest::DeleteTillEnd,
            (Key::Char('a'), true, _) | (Key::Home, ..) => InputRequest::GoToStart,
            (Key::Char('e'), true, _) | (Key::End, ..) => InputRequest::GoToEnd,
            (Key::Backspace, ..) => InputRequest::DeletePrevChar,
            (Key::Delete, ..) => InputRequest::DeleteNextChar,
            (Key::Left, ..) => InputRequest::GoToPrevChar,
            (Key::Right, ..) => InputRequest::GoToNextChar,
            _ => match press.typed() {
                Some(c) => InputRequest::InsertChar(c),
                None => return false,
            },
        };
        self.0.handle(request);
        true
    }
}

/// A list that is filtered by typing.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    pub line: Line,
    /// What can be picked, as it is matched.
    names: Vec<String>,
    /// Indices of the names that match, best first.
    pub matched: Vec<usize>,
    /// An index into `matched`.
    pub chosen: usize,
}

impl Picker {
    pub fn new(names: Vec<String>, chosen: usize) -> Self {
        let matched = (0..names.len()).collect();
        Self { line: Line::default(), names, matched, chosen }
    }

    /// Returns a name.
    pub fn name(&self, idx: usize) -> Option<&str> {
        self.names.get(idx).map(String::as_str)
    }

    /// Returns the index of the chosen name.
    pub fn chosen(&self) -> Option<usize> {
        self.matched.get(self.chosen).copied()
    }

    /// Moves the choice, round the ends.
    pub fn step(&mut self, count: isize) {
        let length = self.matched.len();
        if let (Ok(chosen), Ok(length @ 1..)) = (isize::try_from(self.chosen), isize::try_from(length)) {
            self.chosen = usize::try_from((chosen + count).rem_euclid(length)).unwrap_or_default();
        }
    }

    /// Moves the choice by `step`, or types `press`.
    pub fn key(&mut self, press: KeyPress, step: Option<isize>) {
        match step {
            Some(step) => self.step(step),
            None if self.line.edit(press) => self.refilter(),
            None => {}
        }
    }

    /// Matches the names against what has been typed.
    pub fn refilter(&mut self) {
        self.matched = fuzzy::rank(self.line.value(), self.names.iter().map(String::as_str));
        self.chosen = 0;
    }
}

/// Help: every command by group, with its keys as they are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Help {
    /// How many rows have been scrolled away.
    pub top: usize,
}

impl Help {
    /// More rows than help has: its commands, and at most as many rows for their groups.
    pub const ROWS: usize = 2 * COMMANDS.len();
}

/// The typography panel: what can be chosen of how text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Panel {
    /// An index into [`Choice::ALL`].
    pub chosen: usize,
}

impl Panel {
    pub fn choice(self) -> Choice {
        Choice::ALL.get(self.chosen).copied().unwrap_or(Choice::Measure)
    }

    /// Moves the choice, round the ends.
    pub fn step(&mut self, count: isize) {
        let rows = Choice::ALL.len();
        self.chosen = (self.chosen + rows).saturating_add_signed(count.clamp(-1, 1)) % rows;
    }
}

/// Hits of the search, under the titles of their sections.
#[derive(Debug, Clone, Default)]
pub struct HitList {
    pub rows: Vec<HitRow>,
    /// An index into `rows`.
    pub chosen: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitRow {
    /// A section's index in the outline.
    Section(usize),
    /// A hit's index in the search.
    Hit(usize),
}

impl HitList {
    /// How many hits are listed.
    pub const MOST: usize = 10_000;

    /// Lists `hits` by section, with the choice on the hit `current`.
    pub fn new(document: &Document, hits: &[TextRange], current: Option<usize>) -> Self {
        let mut rows = Vec::new();
        let mut last = None;
        let mut chosen = None;
        for (idx, hit) in hits.iter().take(Self::MOST).enumerate() {
            let section = document.section_at(hit.start);
            if section != last {
                rows.extend(section.map(HitRow::Section));
                last = section;
            }
            if current == Some(idx) || chosen.is_none() {
                chosen = Some(rows.len());
            }
            rows.push(HitRow::Hit(idx));
        }
        Self { rows, chosen: chosen.unwrap_or_default() }
    }

    /// Returns the chosen hit's index in the search.
    pub fn chosen(&self) -> Option<usize> {
        match self.rows.get(self.chosen)? {
            HitRow::Hit(idx) => Some(*idx),
            HitRow::Section(_) => None,
        }
    }

    /// Moves the choice by `count` hits.
    pub fn step(&mut self, count: isize) {
        for _ in 0..count.unsigned_abs() {
            let is_hit = |&idx: &usize| matches!(self.rows.get(idx), Some(HitRow::Hit(_)));
            let next = if count > 0 {
                (self.chosen + 1..self.rows.len()).find(is_hit)
            } else {
                (0..self.chosen).rev().find(is_hit)
            };
            let Some(next) = next else { break };
            self.chosen = next;
        }
    }
}

/// A look at a footnote or at where a link leads.
#[derive(Debug)]
pub struct Peek {
    pub title: String,
    pub document: Arc<Document>,
    pub lines: Vec<Arc<LaidOutLine>>,
    pub top: usize,
}

impl Peek {
    /// The widest that a peek's text is set, in cells.
    pub const MEASURE: u16 = 60;
    /// How much of a target is shown, in bytes and in lines.
    const MOST: usize = 4096;
    const LINES: usize = 200;

    /// Lays `text` out for a peek of `columns` cells.
    pub fn new(title: &str, text: &str, columns: u16) -> Self {
        let mut builder = DocumentBuilder::new();
        let end = crate::document::floor_boundary(text, Self::MOST);
        for paragraph in text.get(..end).unwrap_or_default().split('\n').filter(|line| !line.trim().is_empty()) {
            builder.leaf(BlockKind::Paragraph, paragraph);
        }
        Self::of_document(title, builder.finish(), usize::from(columns.min(Self::MEASURE)))
    }

    /// Shows lines as they are.
    pub fn of_lines(title: &str, lines: &[String]) -> Self {
        let mut builder = DocumentBuilder::new();
        builder.leaf(BlockKind::Code(None), &lines.join("\n"));
        let measure = lines.iter().map(|line| crate::text::width::width(line)).max().unwrap_or_default();
        // Code has a gutter at its left.
        Self::of_document(title, builder.finish(), measure + 2)
    }

    fn of_document(title: &str, document: Document, measure: usize) -> Self {
        let document = Arc::new(document);
        let style = Style { measure, ..Style::default() };
        let mut layout = Layout::new(Arc::clone(&document), style);
        let first = layout.first();
        let lines = layout.lines(first, Self::LINES);
        Self { title: title.to_owned(), document, lines, top: 0 }
    }
}

/// A line at the foot of the screen.
#[derive(Debug, Clone)]
pub struct Prompt {
    pub kind: PromptKind,
    pub line: Line,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    SearchForward,
    SearchBackward,
    FilterShelf,
    Tags,
}

impl PromptKind {
    /// Returns what stands before the typed text.
    pub fn sign(self) -> &'static str {
        match self {
            Self::SearchForward => "/",
            Self::SearchBackward => "\\",
            Self::FilterShelf => "filter: ",
            Self::Tags => "tags: ",
        }
    }
}
