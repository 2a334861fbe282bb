//! JSON: a document without loss, in the schema that docs/JSON.md tells; read again it is the same document.

use std::fmt::{self, Write as _};

use super::pieces::{Cutter, Piece, break_char};
use crate::document::{
    Alignment, Block, BlockId, BlockKind, Direction, Document, ItemMark, Link, LinkTarget, Mark, MarkKind, Offset,
    Passage, Resource, TextRange,
};
use crate::format::markdown::is_same_title;
use crate::text::clean;

/// How deep spans may stand in each other; deeper marks are left out.
const MOST_MARKS: usize = 40;

/// Writes `document` with one block a line.
pub fn write(document: &Document, out: &mut dyn fmt::Write) -> fmt::Result {
    let mut writer = Writer { cutter: Cutter::new(document), order: Order::of(document), out };
    writer.head()?;
    writer.out.write_str(",\n  \"blocks\": [")?;
    for (idx, block) in document.blocks().iter().enumerate() {
        writer.out.write_str(if idx == 0 { "\n    " } else { ",\n    " })?;
        writer.block(block)?;
    }
    writer.out.write_str(if document.blocks().is_empty() { "]" } else { "\n  ]" })?;
    if document.blocks().is_empty() {
        let names = list(writer.cutter.targets_at(Offset(0)).map(quoted));
        if names != "[]" {
            write!(writer.out, ",\n  \"targets\": {names}")?;
        }
    }
    writer.out.write_str("\n}\n")
}

/// Returns `text` as a JSON string. Characters that cannot be seen or that steer a terminal are escaped.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
                escape(c, &mut out);
            }
            c if clean::is_forbidden(c) => escape(c, &mut out),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn escape(c: char, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        // A string takes all that is written.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// Whether links, notes, pictures and languages come in the text in the order in which the document numbers them, each
/// once, so that their numbers need not be told.
struct Order {
    links: bool,
    footnotes: bool,
    resources: bool,
    languages: bool,
    glosses: bool,
}

impl Order {
    fn of(document: &Document) -> Self {
        let marks = document.marks();
        let links = marks.iter().filter_map(|mark| match mark.kind {
            MarkKind::Link(idx) => Some(idx as usize),
            _ => None,
        });
        let is_shallow = depth_of_marks(marks) <= MOST_MARKS;
        let links = is_shallow && links.eq(0..document.links().len());
        let resources = document.blocks().iter().filter_map(|block| match block.kind {
            BlockKind::Figure(idx) => Some(idx as usize),
            _ => None,
        });
        let resources = resources.eq(0..document.resources().len());
        let languages = document.blocks().iter().filter_map(|block| match block.kind {
            BlockKind::Code(language) => language.map(usize::from),
            _ => None,
        });
        let footnotes = document.blocks().iter().flat_map(|block| {
            let own = match block.kind {
                BlockKind::Footnote(idx) => Some(idx as usize),
                _ => None,
            };
            let inside = if block.kind.is_container() { &[] } else { document.marks_in(block.range) };
            own.into_iter().chain(inside.iter().filter_map(|mark| match mark.kind {
                MarkKind::FootnoteRef(idx) => Some(idx as usize),
                _ => None,
            }))
        });
        let glosses = marks.iter().filter_map(|mark| match mark.kind {
            MarkKind::Gloss(idx) => Some(idx as usize),
            _ => None,
        });
        Self {
            links,
            glosses: is_shallow && first_met(glosses, document.glosses().len()),
            footnotes: is_shallow && first_met(footnotes, document.footnotes().len()),
            resources,
            languages: first_met(languages, document.languages().len()),
        }
    }
}

/// Returns whether the numbers up to `len` are all met, each for the first time in its order.
fn first_met(numbers: impl Iterator<Item = usize>, len: usize) -> bool {
    let mut n_met = 0;
    for number in numbers {
        if number > n_met {
            return false;
        }
        n_met = n_met.max(number + 1);
    }
    n_met == len
}

fn depth_of_marks(marks: &[Mark]) -> usize {
    let mut open: Vec<Offset> = Vec::new();
    let mut most = 0;
    for mark in marks {
        open.retain(|end| *end > mark.range.start);
        open.push(mark.range.end);
        most = most.max(open.len());
    }
    most
}

struct Writer<'d, 'o> {
    cutter: Cutter<'d>,
    order: Order,
    out: &'o mut dyn fmt::Write,
}

impl<'d> Writer<'d, '_> {
    fn document(&self) -> &'d Document {
        self.cutter.document
    }

    fn head(&mut self) -> fmt::Result {
        let document = self.document();
        let meta = document.meta();
        self.out.write_str("{\n  \"recto\": 1")?;
        let fields = [
            ("title", &meta.title),
            ("byline", &meta.byline),
            ("date", &meta.date),
            ("language", &meta.language),
            ("site", &meta.site),
            ("address", &meta.address),
            ("description", &meta.description),
            ("picture", &meta.picture),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                write!(self.out, ",\n  \"{name}\": {}", quoted(value))?;
            }
        }
        if is_title_hidden(document) {
            self.out.write_str(",\n  \"show_title\": false")?;
        }
        if !self.order.links {
            let links = list(document.links().iter().map(|link| format!("{{{}}}", self.link(link))));
            write!(self.out, ",\n  \"links\": {links}")?;
        }
        if !self.order.footnotes {
            let labels = list(document.footnotes().iter().map(|footnote| quoted(&footnote.label)));
            write!(self.out, ",\n  \"footnotes\": {labels}")?;
        }
        if !self.order.resources {
            let resources = list(document.resources().iter().map(|resource| format!("{{{}}}", picture(resource))));
            write!(self.out, ",\n  \"resources\": {resources}")?;
        }
        if !self.order.languages {
            let languages = list(document.languages().iter().map(|language| quoted(language)));
            write!(self.out, ",\n  \"languages\": {languages}")?;
        }
        if !self.order.glosses {
            let glosses = list(document.glosses().iter().map(|meaning| quoted(meaning)));
            write!(self.out, ",\n  \"glosses\": {glosses}")?;
        }
        if !document.passages().is_empty() {
            let passages = list(document.passages().iter().map(|passage| self.passage(passage)));
            write!(self.out, ",\n  \"passages\": {passages}")?;
        }
        Ok(())
    }

    /// Returns what is said of a stretch of blocks, which are named by their places in the list.
    fn passage(&self, passage: &Passage) -> String {
        let document = self.document();
        let place = |offset: Offset| document.leaf_at(offset).map_or(0, BlockId::index);
        let mut members = format!("\"first\": {}, \"last\": {}", place(passage.range.start), place(passage.range.end));
        if let Some(language) = &passage.language {
            members.push_str(&format!(", \"language\": {}", quoted(language)));
        }
        if let Some(direction) = passage.direction {
            let name = match direction {
                Direction::LeftToRight => "ltr",
                Direction::RightToLeft => "rtl",
            };
            members.push_str(&format!(", \"direction\": \"{name}\""));
        }
        if let Some(link) = passage.source {
            members.push_str(&format!(", \"source\": {link}"));
        }
        format!("{{{members}}}")
    }

    fn block(&mut self, block: &Block) -> fmt::Result {
        write!(self.out, "{{\"type\": \"{}\"", type_name(block.kind))?;
        if block.depth > 0 {
            write!(self.out, ", \"depth\": {}", block.depth)?;
        }
        if !block.kind.is_container() {
            let names = list(self.cutter.targets_at(block.range.start).map(quoted));
            if names != "[]" {
                write!(self.out, ", \"targets\": {names}")?;
            }
        }
        self.attributes(block)?;
        if let BlockKind::Table(idx) = block.kind {
            self.table(idx)?;
        } else if !block.kind.is_container() && !block.range.is_empty() {
            let text = self.text(block.range);
            write!(self.out, ", \"text\": {text}")?;
        }
        self.out.write_str("}")
    }

    fn attributes(&mut self, block: &Block) -> fmt::Result {
        let document = self.document();
        match block.kind {
            BlockKind::Heading(level) => {
                write!(self.out, ", \"level\": {level}")?;
                let idx = document.section_at(block.range.start);
                let section = idx.and_then(|idx| document.sections().get(idx));
                match section.filter(|section| section.title == Some(block.range)) {
                    Some(section) if section.confidence < 1.0 => {
                        write!(self.out, ", \"confidence\": {}", section.confidence)
                    }
                    _ => Ok(()),
                }
            }
            BlockKind::Item(ItemMark::Number(number)) => write!(self.out, ", \"number\": {number}"),
            BlockKind::Item(ItemMark::Ordinal(number, numerals)) => {
                write!(self.out, ", \"number\": {number}, \"numerals\": {}", quoted(numerals.sign()))
            }
            BlockKind::Item(ItemMark::Task(is_done)) => write!(self.out, ", \"done\": {is_done}"),
            BlockKind::Footnote(idx) => {
                let label = document.footnotes().get(idx as usize).map(|footnote| footnote.label.as_str());
                write!(self.out, ", \"label\": {}", quoted(label.unwrap_or_default()))
            }
            BlockKind::Code(Some(idx)) => {
                let language = document.languages().get(usize::from(idx)).map(String::as_str);
                write!(self.out, ", \"language\": {}", quoted(language.unwrap_or_default()))
            }
            BlockKind::Figure(idx) if self.order.resources => match document.resources().get(idx as usize) {
                Some(resource) => write!(self.out, ", {}", picture(resource)),
                None => Ok(()),
            },
            BlockKind::Figure(idx) => write!(self.out, ", \"resource\": {idx}"),
            _ => Ok(()),
        }
    }

    fn table(&mut self, idx: u32) -> fmt::Result {
        let Some(table) = self.document().tables().get(idx as usize) else { return Ok(()) };
        if !table.alignments.is_empty() {
            let columns = table.alignments.iter().map(|alignment| match alignment {
                Alignment::Natural => "\"natural\"".to_owned(),
                Alignment::Left => "\"left\"".to_owned(),
                Alignment::Center => "\"center\"".to_owned(),
                Alignment::Right => "\"right\"".to_owned(),
            });
            write!(self.out, ", \"columns\": {}", list(columns))?;
        }
        if table.header_rows > 0 {
            write!(self.out, ", \"header_rows\": {}", table.header_rows)?;
        }
        if table.header_columns > 0 {
            write!(self.out, ", \"header_columns\": {}", table.header_columns)?;
        }
        if !table.spans.is_empty() {
            let spans = table
                .spans
                .iter()
                .map(|span| format!("[{}, {}, {}, {}]", span.row, span.column, span.n_rows, span.n_columns));
            write!(self.out, ", \"spans\": {}", list(spans))?;
        }
        let start = table.rows.first().and_then(|row| row.first()).map(|cell| cell.start);
        let cell = |cell: &TextRange| {
            // Names of the table's own start stand at the block.
            let names = self.cutter.targets_at(cell.start).filter(|_| Some(cell.start) != start);
            let names: Vec<_> = names.map(|name| format!("{{\"target\": {}}}", quoted(name))).collect();
            let text = self.text(*cell);
            if names.is_empty() { text } else { list(names.into_iter().chain([text])) }
        };
        let rows = list(table.rows.iter().map(|row| list(row.iter().map(cell))));
        write!(self.out, ", \"rows\": {rows}")
    }

    /// Returns a text as a JSON string, or as spans if there is more to it.
    fn text(&self, range: TextRange) -> String {
        let mut spans = Spans::default();
        self.cutter.cut(range, &mut |piece| match piece {
            Piece::Text(text) => spans.text.push_str(text),
            Piece::Break(kind) => spans.text.push(break_char(kind)),
            Piece::Target(name) => spans.add(&format!("{{\"target\": {}}}", quoted(name))),
            Piece::Open(mark) => spans.open(&self.mark(mark.kind)),
            Piece::Close(_) => spans.close(),
        });
        spans.finish()
    }

    /// Returns the members of a marked span, up to its text.
    fn mark(&self, kind: MarkKind) -> String {
        let document = self.document();
        match kind {
            MarkKind::Strong => "\"strong\": ".to_owned(),
            MarkKind::Emphasis => "\"emphasis\": ".to_owned(),
            MarkKind::Code => "\"code\": ".to_owned(),
            MarkKind::Strike => "\"strike\": ".to_owned(),
            MarkKind::Superscript => "\"superscript\": ".to_owned(),
            MarkKind::Subscript => "\"subscript\": ".to_owned(),
            MarkKind::Math => "\"math\": ".to_owned(),
            MarkKind::Highlight => "\"highlight\": ".to_owned(),
            MarkKind::Insert => "\"insert\": ".to_owned(),
            MarkKind::Keyboard => "\"keyboard\": ".to_owned(),
            MarkKind::Gloss(idx) => {
                let meaning = document.glosses().get(idx as usize).map(String::as_str);
                format!("\"gloss\": {}, \"text\": ", quoted(meaning.unwrap_or_default()))
            }
            MarkKind::FootnoteRef(idx) => {
                let label = document.footnotes().get(idx as usize).map(|footnote| footnote.label.as_str());
                format!("\"note\": {}, \"text\": ", quoted(label.unwrap_or_default()))
            }
            MarkKind::Link(idx) => match document.links().get(idx as usize) {
                Some(link) if self.order.links => format!("{}, \"text\": ", self.link(link)),
                _ => format!("\"link\": {idx}, \"text\": "),
            },
        }
    }

    fn link(&self, link: &Link) -> String {
        let mut members = match &link.target {
            LinkTarget::Address(address) | LinkTarget::File(address) | LinkTarget::Manual(address) => {
                format!("\"link\": {}", quoted(address))
            }
            LinkTarget::Inside(offset) => format!("\"link\": {}", quoted(&self.cutter.fragment(*offset))),
            LinkTarget::Nowhere(address) => format!("\"nowhere\": {}", quoted(address)),
        };
        if let Some(title) = &link.title {
            members.push_str(", \"title\": ");
            members.push_str(&quoted(title));
        }
        members
    }
}

/// Spans as they are written: a list for each mark that is open, each with what is finished of it.
#[derive(Default)]
struct Spans {
    /// Text that no span has yet.
    text: String,
    done: Vec<String>,
    /// The lists around, each with the members that stand before its own text.
    outer: Vec<(Vec<String>, String)>,
    n_too_deep: usize,
}

impl Spans {
    fn add(&mut self, span: &str) {
        self.end_text();
        self.done.push(span.to_owned());
    }

    fn open(&mut self, members: &str) {
        if self.outer.len() >= MOST_MARKS {
            self.n_too_deep += 1;
            return;
        }
        self.end_text();
        self.outer.push((std::mem::take(&mut self.done), members.to_owned()));
    }

    fn close(&mut self) {
        if self.n_too_deep > 0 {
            self.n_too_deep -= 1;
            return;
        }
        let inside = self.take();
        if let Some((done, members)) = self.outer.pop() {
            self.done = done;
            self.done.push(format!("{{{members}{inside}}}"));
        }
    }

    fn finish(mut self) -> String {
        self.take()
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.done.push(quoted(&self.text));
            self.text.clear();
        }
    }

    /// Returns the innermost list's spans; a single string needs no list.
    fn take(&mut self) -> String {
        self.end_text();
        let mut spans = std::mem::take(&mut self.done);
        match spans.as_slice() {
            [] => "\"\"".to_owned(),
            [one] if one.starts_with('"') => spans.pop().unwrap_or_default(),
            _ => list(spans),
        }
    }
}

/// Returns whether the article has a title that is not shown, although its headings do not say it.
fn is_title_hidden(document: &Document) -> bool {
    let Some(title) = &document.meta().title else { return false };
    let blocks = document.blocks();
    let first = blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading(_)));
    let is_said = first.is_some_and(|heading| is_same_title(document.slice(heading.range), title));
    !is_said && !blocks.iter().any(|block| block.kind == BlockKind::Title)
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

fn picture(resource: &Resource) -> String {
    let mut members = format!("\"address\": {}", quoted(&resource.address));
    if !resource.alt.is_empty() {
        members.push_str(", \"alt\": ");
        members.push_str(&quoted(&resource.alt));
    }
    for (name, side) in [("width", resource.width), ("height", resource.height)] {
        if let Some(side) = side {
            members.push_str(&format!(", \"{name}\": {side}"));
        }
    }
    members
}

fn type_name(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Title => "title",
        BlockKind::Byline => "byline",
        BlockKind::Paragraph => "paragraph",
        BlockKind::Heading(_) => "heading",
        BlockKind::Item(_) => "item",
        BlockKind::Quote => "quote",
        BlockKind::Verse => "verse",
        BlockKind::Code(_) => "code",
        BlockKind::Table(_) => "table",
        BlockKind::Figure(_) => "figure",
        BlockKind::Rule => "rule",
        BlockKind::Caption => "caption",
        BlockKind::Term => "term",
        BlockKind::Definition => "definition",
        BlockKind::Footnote(_) => "footnote",
        BlockKind::Math => "math",
    }
}
