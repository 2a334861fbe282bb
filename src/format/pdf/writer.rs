//! The writer: paragraphs of a PDF as blocks of a document.

use std::collections::HashSet;

use super::headings::{Headings, Role};
use super::page::{Face, Line, Page};
use super::paragraph::{Kind, Marker, Paragraph, marker, without_leaders};
use crate::document::{BlockKind, DocumentBuilder, ItemMark, MarkKind};

/// Writes blocks, and a place `page-N` where each page begins.
pub struct Writer<'a> {
    builder: DocumentBuilder,
    /// Words that have a hyphen in the middle of a line, in lower case: theirs is kept at a line's end too.
    hyphenated: HashSet<String>,
    /// The page that was last told, from 0.
    page: Option<usize>,
    headings: &'a Headings,
    /// How many of the headings that only the outline has were written.
    n_missing: usize,
}

impl<'a> Writer<'a> {
    pub fn new(builder: DocumentBuilder, pages: &[Page], headings: &'a Headings) -> Self {
        Self { builder, hyphenated: hyphenated(pages), page: None, headings, n_missing: 0 }
    }

    pub fn finish(self) -> DocumentBuilder {
        self.builder
    }

    pub fn write(&mut self, paragraphs: &[Paragraph]) {
        let mut rest = paragraphs;
        while let Some((paragraph, after)) = rest.split_first() {
            rest = after;
            let idx = paragraphs.len() - rest.len() - 1;
            self.missing_headings(paragraph.first_page());
            match (self.headings.role(idx), paragraph.kind) {
                (Role::Title, _) => self.words(BlockKind::Title, paragraph, 0),
                (Role::Heading(level, confidence), _) => {
                    let id = self.open(BlockKind::Heading(level), paragraph);
                    self.lines(paragraph, 0, Marks::Left);
                    self.builder.close();
                    self.builder.set_heading(id, Some(level), confidence);
                }
                (Role::Text, Kind::Code) => self.code(paragraph),
                (Role::Text, Kind::Leaders) => self.leaders(paragraph),
                (Role::Text, Kind::Text | Kind::Note) => match paragraph.marker {
                    Some(mark) => self.item(mark, paragraph),
                    None => self.words(BlockKind::Paragraph, paragraph, 0),
                },
            }
        }
    }

    /// Writes the headings that only the outline has, up to those of `page`.
    fn missing_headings(&mut self, page: usize) {
        let headings = self.headings;
        while let Some((at, bookmark)) = headings.missing.get(self.n_missing).filter(|(at, _)| *at <= page) {
            self.turn_to(*at);
            self.builder.leaf(BlockKind::Heading(bookmark.level), &bookmark.title);
            self.n_missing += 1;
        }
    }

    fn open(&mut self, kind: BlockKind, paragraph: &Paragraph) -> crate::document::BlockId {
        self.turn_to(paragraph.first_page());
        self.builder.open(kind)
    }

    fn words(&mut self, kind: BlockKind, paragraph: &Paragraph, skipped: usize) {
        self.open(kind, paragraph);
        self.lines(paragraph, skipped, if kind == BlockKind::Title { Marks::Left } else { Marks::Kept });
        self.builder.close();
    }

    fn item(&mut self, mark: Marker, paragraph: &Paragraph) {
        let text = paragraph.lines.first().map(|(_, line)| line.text()).unwrap_or_default();
        let skipped = marker(&text).map_or(0, |(_, length)| length);
        self.turn_to(paragraph.first_page());
        self.builder.open(BlockKind::Item(match mark {
            Marker::Bullet => ItemMark::Bullet,
            Marker::Number(number) => ItemMark::Number(number),
        }));
        self.words(BlockKind::Paragraph, paragraph, skipped);
        self.builder.close();
    }

    /// Writes lines as they stand, with the spaces before them.
    fn code(&mut self, paragraph: &Paragraph) {
        self.open(BlockKind::Code(None), paragraph);
        let left = paragraph.lines.iter().map(|(_, line)| line.left).fold(f32::INFINITY, f32::min);
        let mut above: Option<&Line> = None;
        for (page, line) in &paragraph.lines {
            if let Some(above) = above {
                let leading = (above.baseline - line.baseline) / line.size.max(1.0);
                self.builder.text(if leading > 1.9 { "\n\n" } else { "\n" });
            }
            self.turn_to(*page);
            let width = (line.right - line.left) / line.n_chars().max(1) as f32;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let n_spaces = ((line.left - left) / width.max(1.0)).round().clamp(0.0, 120.0) as usize;
            self.builder.text(&" ".repeat(n_spaces));
            self.builder.text(line.text().trim_end());
            above = Some(line);
        }
        self.builder.close();
    }

    /// Writes a table of contents: a line each, the dots left out.
    fn leaders(&mut self, paragraph: &Paragraph) {
        self.open(BlockKind::Verse, paragraph);
        for (idx, (page, line)) in paragraph.lines.iter().enumerate() {
            if idx > 0 {
                self.builder.line_break();
            }
            self.turn_to(*page);
            let text = line.text();
            let (title, number) = without_leaders(&text);
            self.builder.text(&format!("{title} … {number}"));
        }
        self.builder.close();
    }

    /// Notes where a page begins.
    fn turn_to(&mut self, page: usize) {
        let first = self.page.map_or(0, |told| told + 1);
        for page in first..=page {
            self.builder.target(&format!("page-{}", page + 1));
        }
        self.page = self.page.max(Some(page));
    }

    /// Writes a paragraph's lines as one, but for the first `skipped` bytes.
    fn lines(&mut self, paragraph: &Paragraph, skipped: usize, marks: Marks) {
        let mut to_skip = skipped;
        let mut open = None;
        let mut lines = paragraph.lines.iter().peekable();
        while let Some((page, line)) = lines.next() {
            self.turn_to(*page);
            let ends_with_hyphen = lines.peek().and_then(|(_, next)| self.joint(line, next));
            let n_pieces = line.pieces.len();
            for (idx, piece) in line.pieces.iter().enumerate() {
                let mut text = piece.text.as_str();
                let cut = to_skip.min(text.len());
                text = text.get(text.ceil_char_boundary(cut)..).unwrap_or_default();
                to_skip -= cut;
                if idx + 1 == n_pieces {
                    text = text.trim_end();
                    if ends_with_hyphen == Some(Joint::Dropped) {
                        text = text.trim_end_matches(['-', '\u{ad}', '‐']);
                    }
                }
                if text.is_empty() {
                    continue;
                }
                let kind = if marks == Marks::Kept { mark(piece.face) } else { None };
                if open != kind {
                    if open.is_some() {
                        self.builder.close_mark();
                    }
                    if let Some(kind) = kind {
                        self.builder.open_mark(kind);
                    }
                    open = kind;
                }
                self.builder.text(text);
            }
            if ends_with_hyphen.is_none() && lines.peek().is_some() {
                self.builder.text(" ");
            }
        }
        if open.is_some() {
            self.builder.close_mark();
        }
    }

    /// Returns what becomes of the hyphen between two lines, if they share a word.
    fn joint(&self, line: &Line, next: &Line) -> Option<Joint> {
        let text = line.text();
        let text = text.trim_end();
        let next = next.text();
        let next = next.trim_start();
        if text.ends_with('\u{ad}') {
            return Some(Joint::Dropped);
        }
        let before = text.strip_suffix(['-', '‐'])?;
        if !before.ends_with(char::is_alphanumeric) || !next.starts_with(char::is_alphanumeric) {
            return None;
        }
        let first = before.rsplit(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default();
        let last = next.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default();
        let is_known = self.hyphenated.contains(&format!("{first}-{last}").to_lowercase());
        let is_divided = next.starts_with(char::is_lowercase) && before.ends_with(char::is_lowercase);
        Some(if is_known || !is_divided || first.contains('-') { Joint::Kept } else { Joint::Dropped })
    }
}

/// What becomes of a hyphen at a line's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    Kept,
    Dropped,
}

/// Whether the kinds of letters are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marks {
    Kept,
    Left,
}

fn mark(face: Face) -> Option<MarkKind> {
    if face.is_raised {
        Some(MarkKind::Superscript)
    } else if face.is_mono {
        Some(MarkKind::Code)
    } else if face.is_bold {
        Some(MarkKind::Strong)
    } else if face.is_italic {
        Some(MarkKind::Emphasis)
    } else {
        None
    }
}

fn hyphenated(pages: &[Page]) -> HashSet<String> {
    const MOST: usize = 100_000;
    let mut found = HashSet::new();
    for line in pages.iter().flat_map(|page| &page.lines) {
        for word in line.text().split_whitespace() {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            if word.contains('-') && found.len() < MOST {
                found.insert(word.to_lowercase());
            }
        }
    }
    found
}
