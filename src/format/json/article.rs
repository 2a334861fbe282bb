//! Recto's own article in JSON, read into a document. What is missing is left out, what has the wrong type is a
//! warning, what is unknown is passed over.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::document::{
    Alignment, BlockKind, Direction, Document, DocumentBuilder, ItemMark, MarkKind, Meta, Numerals, Passage,
    WarningKind,
};
use crate::format::markdown::is_same_title;

type Members = Map<String, Value>;

/// How deep spans may stand in each other; what is deeper loses its marks.
const MOST_MARKS: usize = 48;

/// Reads the article that `members` are.
pub fn read(members: &Members) -> Document {
    let mut reader = Reader {
        builder: DocumentBuilder::new(),
        depth: 0,
        links: Vec::new(),
        resources: Vec::new(),
        passages: Vec::new(),
        passage_ends: Vec::new(),
    };
    reader.tables(members);
    let meta = Meta {
        title: reader.string(members, "title"),
        byline: reader.string(members, "byline"),
        date: reader.string(members, "date"),
        language: reader.string(members, "language"),
        site: reader.string(members, "site"),
        address: reader.string(members, "address"),
        description: reader.string(members, "description"),
        picture: reader.string(members, "picture"),
    };
    let blocks = reader.list(members, "blocks").unwrap_or_default();
    if let Some(title) = meta.title.as_deref().filter(|title| shows_title(members, title, blocks)) {
        reader.builder.leaf(BlockKind::Title, title);
        let composed: Vec<_> = [meta.byline.as_deref(), meta.date.as_deref()].into_iter().flatten().collect();
        reader.builder.leaf(BlockKind::Byline, &composed.join(" · "));
    }
    reader.builder.set_meta(meta);
    if let Some(text) = members.get("text") {
        reader.leaf(BlockKind::Paragraph, Some(text));
    }
    reader.read_passages(members);
    reader.blocks(blocks, 0);
    reader.close_to(0);
    for name in reader.list(members, "targets").unwrap_or_default() {
        reader.target(name);
    }
    reader.builder.finish()
}

/// Returns whether the title is to stand above blocks that do not begin with it.
fn shows_title(members: &Members, title: &str, blocks: &[Value]) -> bool {
    if let Some(shows) = members.get("show_title").and_then(Value::as_bool) {
        return shows;
    }
    let kind = |block: &Value, name: &str| block.get("type").and_then(Value::as_str) == Some(name);
    let first = blocks.iter().find(|block| kind(block, "heading")).map(|block| plain(block.get("text")));
    !blocks.iter().any(|block| kind(block, "title")) && !first.is_some_and(|first| is_same_title(&first, title))
}

/// Returns the words of a text without its marks.
fn plain(text: Option<&Value>) -> String {
    match text {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(spans)) => spans.iter().map(|span| plain(Some(span))).collect(),
        Some(Value::Object(members)) => match span_mark(members) {
            Some((_, content)) => plain(Some(content)),
            None => plain(members.get("text")),
        },
        _ => String::new(),
    }
}

struct Reader {
    builder: DocumentBuilder,
    /// How many containers are open.
    depth: usize,
    /// The links and pictures that blocks name by number.
    links: Vec<u32>,
    resources: Vec<u32>,
    /// Stretches of blocks of which something is said, by the places of their first and last, the next one last.
    passages: Vec<(u64, u64, Passage)>,
    /// Where those that are open end.
    passage_ends: Vec<u64>,
}

impl Reader {
    /// Reads what stands before the blocks so that they can name it by number or in another order.
    fn tables(&mut self, members: &Members) {
        for link in self.list(members, "links").unwrap_or_default() {
            let id = self.new_link(link);
            self.links.push(id);
        }
        for label in self.list(members, "footnotes").unwrap_or_default() {
            self.builder.footnote(label.as_str().unwrap_or_default());
        }
        for language in self.list(members, "languages").unwrap_or_default() {
            self.builder.language(language.as_str().unwrap_or_default());
        }
        for meaning in self.list(members, "glosses").unwrap_or_default() {
            self.builder.gloss(meaning.as_str().unwrap_or_default());
        }
        for resource in self.list(members, "resources").unwrap_or_default() {
            let id = self.new_resource(resource);
            self.resources.push(id);
        }
    }

    fn blocks(&mut self, blocks: &[Value], base: usize) {
        for (block, idx) in blocks.iter().zip(0u64..) {
            while base == 0
                && let Some((_, last, passage)) = self.passages.pop_if(|(first, ..)| *first <= idx)
            {
                self.builder.open_passage(&passage);
                self.passage_ends.push(last);
            }
            match block {
                Value::Object(members) => {
                    let depth = members.get("depth").and_then(Value::as_u64).unwrap_or(0);
                    self.close_to(base.saturating_add(usize::try_from(depth).unwrap_or(0)));
                    self.block(members);
                }
                Value::String(_) | Value::Array(_) => {
                    self.close_to(base);
                    self.leaf(BlockKind::Paragraph, Some(block));
                }
                _ => self.builder.warn(WarningKind::Malformed),
            }
            while base == 0 && self.passage_ends.pop_if(|last| *last <= idx).is_some() {
                self.builder.close_passage();
            }
        }
    }

    /// Reads what is said of stretches of blocks.
    fn read_passages(&mut self, members: &Members) {
        let passages = self.list(members, "passages").unwrap_or_default();
        for passage in passages.iter().rev() {
            let Value::Object(members) = passage else {
                self.builder.warn(WarningKind::Malformed);
                continue;
            };
            let place = |name| members.get(name).and_then(Value::as_u64);
            let direction = match members.get("direction").and_then(Value::as_str) {
                Some("rtl") => Some(Direction::RightToLeft),
                Some("ltr") => Some(Direction::LeftToRight),
                _ => None,
            };
            let source = place("source").and_then(|link| usize::try_from(link).ok());
            let said = Passage {
                language: self.string(members, "language"),
                direction,
                source: source.and_then(|link| self.links.get(link).copied()),
                ..Passage::default()
            };
            let (first, last) = (place("first").unwrap_or(0), place("last").unwrap_or(0));
            self.passages.push((first, last.max(first), said));
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.depth > depth {
            self.builder.close();
            self.depth -= 1;
        }
    }

    fn block(&mut self, members: &Members) {
        for name in self.list(members, "targets").unwrap_or_default() {
            self.target(name);
        }
        let text = members.get("text");
        let kind = match members.get("type").and_then(Value::as_str).unwrap_or("paragraph") {
            "paragraph" => BlockKind::Paragraph,
            "heading" => return self.heading(members),
            "title" => BlockKind::Title,
            "byline" => BlockKind::Byline,
            "item" => BlockKind::Item(item_mark(members)),
            "quote" => BlockKind::Quote,
            "definition" => BlockKind::Definition,
            "footnote" => {
                let label = members.get("label").and_then(Value::as_str).unwrap_or_default();
                BlockKind::Footnote(self.builder.footnote(label))
            }
            "caption" => BlockKind::Caption,
            "term" => BlockKind::Term,
            "verse" => BlockKind::Verse,
            "code" => {
                let language = self.string(members, "language");
                BlockKind::Code(language.map(|name| self.builder.language(&name)))
            }
            "math" => BlockKind::Math,
            "rule" => BlockKind::Rule,
            "figure" => BlockKind::Figure(self.figure(members)),
            "table" => return self.table(members),
            _ => {
                self.builder.warn(WarningKind::Malformed);
                BlockKind::Paragraph
            }
        };
        if kind.is_container() {
            self.builder.open(kind);
            self.depth += 1;
            if text.is_some() {
                self.leaf(BlockKind::Paragraph, text);
            }
            let base = self.depth;
            let blocks = self.list(members, "blocks").unwrap_or_default();
            self.blocks(blocks, base);
        } else {
            self.leaf(kind, text);
        }
    }

    fn leaf(&mut self, kind: BlockKind, text: Option<&Value>) {
        self.builder.open(kind);
        if let Some(text) = text {
            self.text(text, kind.keeps_lines(), 0);
        }
        self.builder.close();
    }

    fn heading(&mut self, members: &Members) {
        let level = members.get("level").and_then(Value::as_u64).and_then(|level| u8::try_from(level).ok());
        let level = level.unwrap_or(1).clamp(1, 6);
        let id = self.builder.open(BlockKind::Heading(level));
        if let Some(confidence) = members.get("confidence").and_then(Value::as_f64) {
            #[expect(clippy::cast_possible_truncation, reason = "a share of one keeps enough digits")]
            self.builder.set_heading(id, Some(level), confidence as f32);
        }
        if let Some(text) = members.get("text") {
            self.text(text, false, 0);
        }
        self.builder.close();
    }

    fn figure(&mut self, members: &Members) -> u32 {
        match members.get("resource").and_then(Value::as_u64).and_then(|idx| usize::try_from(idx).ok()) {
            Some(idx) => self.resources.get(idx).copied().unwrap_or_else(|| self.builder.resource("", "")),
            None => self.resource_of(members),
        }
    }

    fn table(&mut self, members: &Members) {
        let columns = self.list(members, "columns").unwrap_or_default();
        let alignment = |column: &Value| match column.as_str() {
            Some("left") => Alignment::Left,
            Some("center") => Alignment::Center,
            Some("right") => Alignment::Right,
            _ => Alignment::Natural,
        };
        let spans = self.list(members, "spans").unwrap_or_default().iter().filter_map(span_of);
        let spans: HashMap<[u64; 2], [u64; 2]> = spans.collect();
        let n_headers = members.get("header_rows").and_then(Value::as_u64).unwrap_or(0);
        self.builder.open_table(columns.iter().map(alignment).collect());
        for (row, idx) in self.list(members, "rows").unwrap_or_default().iter().zip(0u64..) {
            for (cell, column) in row.as_array().map(Vec::as_slice).unwrap_or_default().iter().zip(0u64..) {
                self.builder.open_cell();
                if let Some(&[n_rows, n_columns]) = spans.get(&[idx, column]) {
                    self.builder.span(small(n_columns), small(n_rows));
                }
                self.text(cell, false, 0);
                self.builder.close_cell();
            }
            self.builder.end_row(idx < n_headers);
        }
        let n_columns = members.get("header_columns").and_then(Value::as_u64).unwrap_or(0);
        self.builder.header_columns(usize::try_from(n_columns).unwrap_or(0));
        self.builder.close();
    }

    /// Adds a text: a string, or spans.
    fn text(&mut self, text: &Value, keeps_lines: bool, n_marks: usize) {
        match text {
            Value::String(text) if keeps_lines => self.builder.text(text),
            Value::String(text) => {
                for (idx, line) in text.split('\n').enumerate() {
                    if idx > 0 {
                        self.builder.line_break();
                    }
                    self.builder.text(line);
                }
            }
            Value::Array(spans) => spans.iter().for_each(|span| self.text(span, keeps_lines, n_marks)),
            Value::Object(members) => self.span(members, keeps_lines, n_marks),
            Value::Number(number) => self.builder.text(&number.to_string()),
            Value::Null => {}
            Value::Bool(_) => self.builder.warn(WarningKind::Malformed),
        }
    }

    fn span(&mut self, members: &Members, keeps_lines: bool, n_marks: usize) {
        if let Some(name) = members.get("target") {
            self.target(name);
        }
        let null = Value::Null;
        let (kind, content) = if let Some((kind, content)) = span_mark(members) {
            (Some(kind), content)
        } else {
            let kind = if let Some(label) = members.get("note").and_then(Value::as_str) {
                Some(MarkKind::FootnoteRef(self.builder.footnote(label)))
            } else if let Some(meaning) = members.get("gloss").and_then(Value::as_str) {
                Some(MarkKind::Gloss(self.builder.gloss(meaning)))
            } else if members.contains_key("link") || members.contains_key("nowhere") {
                Some(MarkKind::Link(self.link(members)))
            } else {
                None
            };
            (kind, members.get("text").unwrap_or(&null))
        };
        match kind.filter(|_| n_marks < MOST_MARKS) {
            Some(kind) => {
                self.builder.open_mark(kind);
                self.text(content, keeps_lines, n_marks + 1);
                self.builder.close_mark();
            }
            None => self.text(content, keeps_lines, n_marks),
        }
    }

    fn link(&mut self, members: &Members) -> u32 {
        let number = members.get("link").and_then(Value::as_u64).and_then(|idx| usize::try_from(idx).ok());
        match number.and_then(|idx| self.links.get(idx).copied()) {
            Some(link) => link,
            None => self.link_of(members),
        }
    }

    fn new_link(&mut self, link: &Value) -> u32 {
        match link {
            Value::Object(members) => self.link_of(members),
            other => self.builder.link(other.as_str().unwrap_or_default(), None),
        }
    }

    fn link_of(&mut self, members: &Members) -> u32 {
        let title = self.string(members, "title");
        if let Some(nowhere) = self.string(members, "nowhere") {
            return self.builder.dead_link(&nowhere, title.as_deref());
        }
        let address = self.string(members, "link").unwrap_or_default();
        self.builder.link(&address, title.as_deref())
    }

    fn new_resource(&mut self, resource: &Value) -> u32 {
        match resource {
            Value::Object(members) => self.resource_of(members),
            other => self.builder.resource(other.as_str().unwrap_or_default(), ""),
        }
    }

    fn resource_of(&mut self, members: &Members) -> u32 {
        let address = self.string(members, "address").unwrap_or_default();
        let alt = self.string(members, "alt").unwrap_or_default();
        let side = |name: &str| members.get(name).and_then(Value::as_u64).and_then(|side| u32::try_from(side).ok());
        self.builder.resource_of_size(&address, &alt, (side("width"), side("height")))
    }

    fn target(&mut self, name: &Value) {
        match name.as_str() {
            Some(name) => self.builder.target(name),
            None => self.builder.warn(WarningKind::Malformed),
        }
    }

    /// Returns the string `name`; another type is a warning.
    fn string(&mut self, members: &Members, name: &str) -> Option<String> {
        match members.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            None | Some(Value::Null) => None,
            Some(_) => {
                self.builder.warn(WarningKind::Malformed);
                None
            }
        }
    }

    /// Returns the list `name`; another type is a warning.
    fn list<'m>(&mut self, members: &'m Members, name: &str) -> Option<&'m [Value]> {
        match members.get(name) {
            Some(Value::Array(list)) => Some(list),
            None | Some(Value::Null) => None,
            Some(_) => {
                self.builder.warn(WarningKind::Malformed);
                None
            }
        }
    }
}

/// Returns the mark whose name is a member of the span, and what it holds.
fn span_mark(members: &Members) -> Option<(MarkKind, &Value)> {
    const MARKS: [(&str, MarkKind); 10] = [
        ("strong", MarkKind::Strong),
        ("emphasis", MarkKind::Emphasis),
        ("code", MarkKind::Code),
        ("strike", MarkKind::Strike),
        ("superscript", MarkKind::Superscript),
        ("subscript", MarkKind::Subscript),
        ("math", MarkKind::Math),
        ("highlight", MarkKind::Highlight),
        ("insert", MarkKind::Insert),
        ("keyboard", MarkKind::Keyboard),
    ];
    MARKS.iter().find_map(|&(name, kind)| Some((kind, members.get(name)?)))
}

/// Returns a span of cells: where it begins, and its rows and columns.
fn span_of(span: &Value) -> Option<([u64; 2], [u64; 2])> {
    let [row, column, n_rows, n_columns] = span.as_array()?.as_slice() else { return None };
    Some(([row.as_u64()?, column.as_u64()?], [n_rows.as_u64()?, n_columns.as_u64()?]))
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn item_mark(members: &Members) -> ItemMark {
    if let Some(is_done) = members.get("done").and_then(Value::as_bool) {
        return ItemMark::Task(is_done);
    }
    let number = members.get("number").and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    let sign = members.get("numerals").and_then(Value::as_str);
    let numerals = Numerals::ALL.into_iter().find(|numerals| Some(numerals.sign()) == sign);
    match (number, numerals) {
        (None, _) => ItemMark::Bullet,
        (Some(number), None) => ItemMark::Number(number),
        (Some(number), Some(numerals)) => ItemMark::Ordinal(number, numerals),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    fn parse(json: &str) -> Document {
        let document = crate::format::json::parse(json);
        document.check_invariants().unwrap();
        document
    }

    #[test]
    fn reads_what_a_hand_writes() {
        let document = parse(
            r#"{"recto": 1, "title": "T", "byline": "Ann", "date": "2024", "blocks": [
                {"type": "heading", "level": 2, "text": "One"},
                "Just words.",
                {"type": "paragraph", "text": ["Some ", {"strong": ["bold ", {"emphasis": "both"}]}, " and ",
                    {"link": "https://example.org/", "text": "a link"}, ".\nNext line."]},
                {"type": "item", "text": "an item", "blocks": [{"type": "item", "number": 3, "text": "inside"}]},
                {"type": "item", "done": true}, {"depth": 1, "text": "done"},
                {"type": "table", "header_rows": 1, "rows": [["a", "b"], ["c", 1]]}
            ]}"#,
        );
        assert_eq!(
            document.text(),
            "T\nAnn · 2024\nOne\nJust words.\nSome bold both and a link.\nNext line.\nan item\ninside\ndone\na\tb\nc\t1"
        );
        assert_eq!(document.meta().title.as_deref(), Some("T"));
        assert_eq!(document.marks().len(), 3);
        assert_eq!(document.tables()[0].header_rows, 1);
        assert_eq!(document.warnings(), []);
    }

    #[test]
    fn forgives_what_is_wrong() {
        let document =
            parse(r#"{"recto": 1, "title": [1], "blocks": [1, {"type": "odd", "text": "x"}, {"text": true}, null]}"#);
        assert_eq!(document.text(), "x");
        assert_eq!(document.warnings()[0].kind, WarningKind::Malformed);
        assert_eq!(parse(r#"{"recto": 1, "blocks": {}}"#).text(), "");
    }

    #[test]
    fn shows_a_title_once() {
        assert_eq!(parse(r#"{"recto":1,"title":"T","blocks":[{"type":"heading","text":"t"}]}"#).text(), "t");
        assert_eq!(parse(r#"{"recto":1,"title":"T","blocks":[{"type":"title","text":"T"}]}"#).text(), "T");
        assert_eq!(parse(r#"{"recto":1,"title":"T","show_title":false,"blocks":["x"]}"#).text(), "x");
    }
}
