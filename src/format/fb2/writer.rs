//! The writer: a FictionBook's bodies as blocks of a document.

use super::description::Description;
use super::notes::{Notes, bare};
use super::tree::{Element, Node, Siblings, Tree};
use crate::document::{BlockKind, DocumentBuilder, MarkKind};

/// Paragraphs between two empty lines that are ends of scenes rather than a way to set paragraphs apart.
const SHORTEST_SCENE: u32 = 3;

/// Writes blocks. Its depth of calls is that of the tree, which is bounded.
#[derive(Debug)]
pub struct Writer<'a> {
    builder: DocumentBuilder,
    tree: &'a Tree<'a>,
    notes: &'a Notes,
    scenes: Scenes,
}

/// What empty lines mean in the section at hand.
#[derive(Debug, Clone, Copy, Default)]
struct Scenes {
    n_paragraphs: u32,
    /// Whether the last block was a paragraph and then an empty line came.
    is_waiting: bool,
    /// Whether empty lines come so often that they mean nothing.
    is_spaced: bool,
}

/// Where blocks stand.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// In a section whose title is a heading of this level.
    Section(u8),
    /// In a quotation, a poem or a note, whose titles are no headings.
    Aside,
}

impl Place {
    /// Returns the level of a heading below this place's own.
    fn below(self) -> Self {
        match self {
            Self::Section(level) => Self::Section(level.saturating_add(1)),
            Self::Aside => Self::Aside,
        }
    }
}

impl<'a> Writer<'a> {
    pub fn new(builder: DocumentBuilder, tree: &'a Tree<'a>, notes: &'a Notes) -> Self {
        Self { builder, tree, notes, scenes: Scenes::default() }
    }

    pub fn finish(self) -> DocumentBuilder {
        self.builder
    }

    /// Writes the cover and the annotation, which stand in the description.
    pub fn front(&mut self, book: Siblings) {
        let description = self.tree.child(book, "description").map(|(_, inside)| inside);
        let Some((_, info)) = description.and_then(|description| self.tree.child(description, "title-info")) else {
            return;
        };
        if let Some((_, cover)) = self.tree.child(info, "coverpage")
            && let Some((image, _)) = self.tree.child(cover, "image")
        {
            self.figure(image);
        }
        if let Some((_, annotation)) = self.tree.child(info, "annotation") {
            self.container(BlockKind::Quote, annotation);
        }
    }

    /// Writes a body of the book.
    pub fn body(&mut self, inside: Siblings, description: &Description) {
        let title = self.tree.child(inside, "title").map(|(_, title)| self.title_lines(title)).unwrap_or_default();
        let is_new = title.iter().any(|line| !description.says(line));
        // A title of its own has the book's parts below it.
        let mut place = Place::Section(0);
        if is_new {
            place = Place::Section(1);
        }
        self.blocks_but(inside, place, if is_new { None } else { Some("title") });
    }

    /// Writes a body of notes: each section a footnote, sections of sections under headings.
    pub fn notes(&mut self, inside: Siblings) {
        match self.tree.child(inside, "title") {
            Some((_, title)) => self.heading(title, Place::Section(1)),
            None => {
                self.builder.leaf(BlockKind::Rule, "");
            }
        }
        self.note_sections(inside, 2);
    }

    fn note_sections(&mut self, siblings: Siblings, level: u8) {
        for (element, inside) in self.tree.elements(siblings) {
            let id = element.attribute("id");
            let label = id.as_deref().and_then(|id| self.notes.label(id));
            match (element.name, label) {
                ("title", _) => {}
                ("section", Some(label)) => {
                    let footnote = self.builder.footnote(label);
                    self.target(element);
                    self.builder.open(BlockKind::Footnote(footnote));
                    self.blocks_but(inside, Place::Aside, Some("title"));
                    self.builder.close();
                }
                ("section", None) => {
                    self.target(element);
                    if let Some((_, title)) = self.tree.child(inside, "title") {
                        self.heading(title, Place::Section(level));
                    }
                    self.note_sections(inside, level.saturating_add(1));
                }
                _ => self.block(element, inside, Place::Aside),
            }
        }
    }

    fn blocks(&mut self, siblings: Siblings, place: Place) {
        self.blocks_but(siblings, place, None);
    }

    /// Writes all of `siblings` but the elements called `left_out`. Words that stand in no paragraph get one.
    fn blocks_but(&mut self, mut siblings: Siblings, place: Place, left_out: Option<&str>) {
        let mut is_in_words = false;
        while let Some((node, inside)) = self.tree.next(&mut siblings) {
            match node {
                Node::Element(element) if is_inline(element.name) && (is_in_words || element.name != "image") => {
                    self.open_words(&mut is_in_words);
                    self.inline(element, inside);
                }
                Node::Text(text) if is_in_words || !text.trim().is_empty() => {
                    self.open_words(&mut is_in_words);
                    self.builder.text(text);
                }
                Node::Text(_) => {}
                Node::Element(element) => {
                    if is_in_words {
                        self.builder.close();
                        is_in_words = false;
                    }
                    if left_out == Some(element.name) {
                        continue;
                    }
                    if self.code_line(element, inside).is_some() {
                        siblings = self.code(element, inside, siblings);
                    } else {
                        self.block(element, inside, place);
                    }
                }
            }
        }
        if is_in_words {
            self.builder.close();
        }
    }

    fn open_words(&mut self, is_in_words: &mut bool) {
        if !*is_in_words {
            self.paragraph_begins();
            self.builder.open(BlockKind::Paragraph);
            *is_in_words = true;
        }
    }

    fn block(&mut self, element: &Element<'_>, inside: Siblings, place: Place) {
        if element.name != "empty-line" && element.name != "p" {
            self.scenes.is_waiting = false;
            self.scenes.n_paragraphs = 0;
        }
        match element.name {
            "section" => {
                self.target(element);
                let around = std::mem::take(&mut self.scenes);
                self.blocks(inside, place.below());
                self.scenes = around;
            }
            "title" => {
                self.target(element);
                self.heading(inside, place);
            }
            "p" | "date" => self.paragraph(element, inside),
            "empty-line" => self.scenes.is_waiting = self.scenes.n_paragraphs > 0,
            "subtitle" => {
                self.target(element);
                self.subtitle(inside, place);
            }
            "text-author" => {
                self.target(element);
                self.builder.open(BlockKind::Paragraph);
                self.builder.open_mark(MarkKind::Emphasis);
                self.inlines(inside);
                self.builder.close();
            }
            "cite" | "epigraph" | "annotation" => {
                self.target(element);
                self.container(BlockKind::Quote, inside);
            }
            "poem" => {
                self.target(element);
                self.blocks(inside, Place::Aside);
            }
            "stanza" => self.stanza(inside),
            "v" => {
                self.builder.open(BlockKind::Verse);
                self.inlines(inside);
                self.builder.close();
            }
            "image" => self.figure(element),
            "table" => {
                self.target(element);
                self.table(inside);
            }
            "binary" | "stylesheet" | "description" => {}
            _ => self.blocks(inside, place),
        }
    }

    fn container(&mut self, kind: BlockKind, inside: Siblings) {
        let around = std::mem::take(&mut self.scenes);
        self.builder.open(kind);
        self.blocks(inside, Place::Aside);
        self.builder.close();
        self.scenes = around;
    }

    /// Returns the lines of a title: its paragraphs, or all of it where it has none.
    fn title_lines(&self, title: Siblings) -> Vec<String> {
        let lines = self.tree.elements(title).filter(|(element, _)| element.name == "p");
        let lines: Vec<_> = lines.map(|(_, line)| self.tree.line(line)).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() { vec![self.tree.line(title)] } else { lines }
    }

    /// Writes a title. Its paragraphs stand in one line, set apart by a point where they have no stop of their own.
    fn heading(&mut self, title: Siblings, place: Place) {
        let kind = match place {
            Place::Section(level) => BlockKind::Heading(level),
            Place::Aside => BlockKind::Paragraph,
        };
        self.builder.open(kind);
        if matches!(place, Place::Aside) {
            self.builder.open_mark(MarkKind::Strong);
        }
        let mut siblings = title;
        let mut last = String::new();
        while let Some((node, inside)) = self.tree.next(&mut siblings) {
            match node {
                Node::Element(element) if !is_inline(element.name) => {
                    let line = self.tree.line(inside);
                    if !line.is_empty() {
                        match last.chars().next_back() {
                            None => {}
                            Some(end) if end.is_alphanumeric() => self.builder.text(". "),
                            Some(_) => self.builder.text(" "),
                        }
                        last = line;
                    }
                    self.target(element);
                    self.inlines(inside);
                }
                Node::Element(element) => self.inline(element, inside),
                Node::Text(text) => self.builder.text(text),
            }
        }
        self.builder.close();
    }

    /// Writes a subtitle: a heading below its section's, or the signs that part two scenes.
    fn subtitle(&mut self, inside: Siblings, place: Place) {
        if !self.tree.line(inside).chars().any(char::is_alphanumeric) {
            self.builder.leaf(BlockKind::Rule, "");
            return;
        }
        match place {
            Place::Section(level) => {
                self.builder.open(BlockKind::Heading(level.saturating_add(1)));
            }
            Place::Aside => {
                self.builder.open(BlockKind::Paragraph);
                self.builder.open_mark(MarkKind::Strong);
            }
        }
        self.inlines(inside);
        self.builder.close();
    }

    fn paragraph(&mut self, element: &Element<'_>, inside: Siblings) {
        if let Some(image) = self.lone_image(inside) {
            self.target(element);
            self.figure(image);
            return;
        }
        self.paragraph_begins();
        self.target(element);
        self.builder.open(BlockKind::Paragraph);
        self.inlines(inside);
        self.builder.close();
    }

    /// Puts a rule where an empty line between paragraphs ends a scene. What comes later changes nothing of it, so
    /// that a first part of the book stays as it is.
    fn paragraph_begins(&mut self) {
        let Scenes { n_paragraphs, is_waiting, is_spaced } = self.scenes;
        if is_waiting {
            let is_spaced = is_spaced || n_paragraphs < SHORTEST_SCENE;
            if !is_spaced {
                self.builder.leaf(BlockKind::Rule, "");
            }
            self.scenes = Scenes { n_paragraphs: 0, is_waiting: false, is_spaced };
        }
        self.scenes.n_paragraphs += 1;
    }

    fn stanza(&mut self, inside: Siblings) {
        let mut is_open = false;
        for (element, inside) in self.tree.elements(inside) {
            if element.name == "v" {
                if is_open {
                    self.builder.line_break();
                } else {
                    self.builder.open(BlockKind::Verse);
                }
                is_open = true;
                self.target(element);
                self.inlines(inside);
            } else {
                if is_open {
                    self.builder.close();
                    is_open = false;
                }
                self.block(element, inside, Place::Aside);
            }
        }
        if is_open {
            self.builder.close();
        }
    }

    fn table(&mut self, inside: Siblings) {
        self.builder.open_table(Vec::new());
        for (row, cells) in self.tree.elements(inside) {
            if row.name != "tr" {
                continue;
            }
            let mut is_header = true;
            for (cell, inside) in self.tree.elements(cells) {
                is_header &= cell.name == "th";
                self.builder.open_cell();
                self.inlines(inside);
                self.builder.close_cell();
                let n_columns = cell.attribute("colspan").and_then(|span| span.trim().parse::<usize>().ok());
                for _ in 1..n_columns.unwrap_or(1).min(64) {
                    self.builder.open_cell();
                    self.builder.close_cell();
                }
            }
            self.builder.end_row(is_header);
        }
        self.builder.close();
    }

    fn figure(&mut self, image: &Element<'_>) {
        let address = image.attribute("href").unwrap_or_default();
        let id = address.trim().trim_start_matches('#');
        let resource = self.builder.resource(id, &image.attribute("alt").unwrap_or_default());
        self.target(image);
        self.builder.leaf(BlockKind::Figure(resource), &image.attribute("title").unwrap_or_default());
    }

    fn lone_image(&self, inside: Siblings) -> Option<&'a Element<'a>> {
        let mut image = None;
        let mut siblings = inside;
        while let Some((node, _)) = self.tree.next(&mut siblings) {
            match node {
                Node::Element(element) if element.name == "image" && image.is_none() => image = Some(element),
                Node::Text(text) if text.trim().is_empty() => {}
                _ => return None,
            }
        }
        image
    }

    /// Returns what a paragraph of code alone holds.
    fn code_line(&self, element: &Element<'_>, inside: Siblings) -> Option<Siblings> {
        let mut siblings = inside;
        let mut code = None;
        while element.name == "p"
            && let Some((node, inside)) = self.tree.next(&mut siblings)
        {
            match node {
                Node::Element(element) if element.name == "code" && code.is_none() => code = Some(inside),
                Node::Text(text) if text.trim().is_empty() => {}
                _ => return None,
            }
        }
        code
    }

    /// Writes paragraphs of code as one listing, and returns what follows them.
    fn code(&mut self, element: &Element<'_>, inside: Siblings, mut rest: Siblings) -> Siblings {
        self.target(element);
        self.builder.open(BlockKind::Code(None));
        self.code_text(element, inside);
        let mut after = rest;
        while let Some((node, inside)) = self.tree.next(&mut after) {
            match node {
                Node::Text(text) if text.trim().is_empty() => {}
                Node::Element(element) if self.code_line(element, inside).is_some() => {
                    self.builder.line_break();
                    self.code_text(element, inside);
                    rest = after;
                }
                _ => break,
            }
        }
        self.builder.close();
        rest
    }

    fn code_text(&mut self, element: &Element<'_>, inside: Siblings) {
        let Some(mut siblings) = self.code_line(element, inside) else { return };
        while let Some((node, inside)) = self.tree.next(&mut siblings) {
            match node {
                Node::Text(text) => self.builder.text(text),
                Node::Element(_) => self.builder.text(&self.tree.line(inside)),
            }
        }
    }

    fn inlines(&mut self, mut siblings: Siblings) {
        while let Some((node, inside)) = self.tree.next(&mut siblings) {
            match node {
                Node::Text(text) => self.builder.text(text),
                Node::Element(element) => self.inline(element, inside),
            }
        }
    }

    fn inline(&mut self, element: &Element<'_>, inside: Siblings) {
        let kind = match element.name {
            "strong" | "b" => MarkKind::Strong,
            "emphasis" | "em" | "i" => MarkKind::Emphasis,
            "strikethrough" => MarkKind::Strike,
            "sup" => MarkKind::Superscript,
            "sub" => MarkKind::Subscript,
            "code" => MarkKind::Code,
            "a" => return self.link(element, inside),
            "image" => return self.builder.text(&element.attribute("alt").unwrap_or_default()),
            "br" => return self.builder.line_break(),
            "p" | "v" | "stanza" | "tr" => {
                // Blocks where only words may be, as in a table's cell.
                self.inlines(inside);
                return self.builder.text(" ");
            }
            "binary" => return,
            _ => {
                self.target(element);
                return self.inlines(inside);
            }
        };
        self.builder.open_mark(kind);
        self.inlines(inside);
        self.builder.close_mark();
    }

    fn link(&mut self, element: &Element<'_>, inside: Siblings) {
        let address = element.attribute("href").unwrap_or_default();
        self.target(element);
        let Some(label) = address.trim().strip_prefix('#').and_then(|id| self.notes.label(id)) else {
            let link = self.builder.link(&address, None);
            self.builder.open_mark(MarkKind::Link(link));
            self.inlines(inside);
            return self.builder.close_mark();
        };
        let footnote = self.builder.footnote(label);
        self.builder.open_mark(MarkKind::FootnoteRef(footnote));
        // A number is shown in the way that all notes' numbers are.
        if bare(&self.tree.line(inside)) == label {
            self.builder.text(&format!("[{label}]"));
        } else {
            self.inlines(inside);
        }
        self.builder.close_mark();
    }

    fn target(&mut self, element: &Element<'_>) {
        if let Some(id) = element.attribute("id").filter(|id| !id.is_empty()) {
            self.builder.target(&id);
        }
    }
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "strong"
            | "b"
            | "emphasis"
            | "em"
            | "i"
            | "strikethrough"
            | "sup"
            | "sub"
            | "code"
            | "a"
            | "style"
            | "image"
            | "br"
    )
}
