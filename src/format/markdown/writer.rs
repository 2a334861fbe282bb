//! The writer: turns Markdown's events, and the HTML among them, into blocks of a document.

use pulldown_cmark::{Alignment as ColumnAlignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, Tag, TagEnd};

use super::html::{self, Tag as HtmlTag, Token};
use super::inline::Inlines;
use super::{Slugs, plain_text};
use crate::document::{Alignment, BlockKind, DocumentBuilder, ItemMark, MarkKind};

/// Builds a document from events.
#[derive(Debug)]
pub struct Writer<'a> {
    inlines: Inlines,
    slugs: Slugs,
    containers: Vec<Container>,
    /// The next number of each list around; none for bullets.
    lists: Vec<Option<u64>>,
    /// An item that is opened once it is known whether it is a task.
    waiting_item: Option<ItemMark>,
    /// What is gathered up to its end, because that decides what it is.
    gathered: Option<Gathered<'a>>,
    is_in_table: bool,
    is_header_row: bool,
}

/// A container of the builder's.
#[derive(Debug, PartialEq, Eq)]
enum Container {
    Markdown,
    /// Opened by this HTML tag.
    Html(&'static str),
}

#[derive(Debug)]
enum Gathered<'a> {
    Paragraph(Vec<Event<'a>>),
    Heading { level: u8, id: Option<CowStr<'a>>, events: Vec<Event<'a>> },
    Code { info: CowStr<'a>, text: String },
    Html(String),
}

/// HTML tags that a container is opened for.
const HTML_CONTAINERS: [&str; 3] = ["li", "blockquote", "dd"];

impl<'a> Writer<'a> {
    pub fn new(builder: DocumentBuilder) -> Self {
        Self {
            inlines: Inlines::new(builder),
            slugs: Slugs::default(),
            containers: Vec::new(),
            lists: Vec::new(),
            waiting_item: None,
            gathered: None,
            is_in_table: false,
            is_header_row: false,
        }
    }

    /// Ends what is open and returns the builder.
    pub fn finish(mut self) -> DocumentBuilder {
        self.inlines.close_leaf();
        self.inlines.builder
    }

    pub fn event(&mut self, event: Event<'a>) {
        let Some(mut gathered) = self.gathered.take() else { return self.direct(event) };
        match (&mut gathered, event) {
            (Gathered::Paragraph(events), Event::End(TagEnd::Paragraph)) => {
                let events = std::mem::take(events);
                return self.paragraph(events);
            }
            (Gathered::Heading { level, id, events }, Event::End(TagEnd::Heading(_))) => {
                let events = std::mem::take(events);
                return self.heading(*level, id.take(), events);
            }
            (Gathered::Code { info, text }, Event::End(TagEnd::CodeBlock)) => return self.code(info, text),
            (Gathered::Html(source), Event::End(TagEnd::HtmlBlock)) => return self.html(source),
            (Gathered::Paragraph(events) | Gathered::Heading { events, .. }, event) => events.push(event),
            (Gathered::Code { text, .. }, Event::Text(piece)) => text.push_str(&piece),
            (Gathered::Html(source), Event::Html(piece) | Event::Text(piece)) => source.push_str(&piece),
            _ => {}
        }
        self.gathered = Some(gathered);
    }

    fn direct(&mut self, event: Event<'a>) {
        match event {
            Event::Start(Tag::Paragraph) => self.gathered = Some(Gathered::Paragraph(Vec::new())),
            Event::Start(Tag::Heading { level, id, .. }) => {
                self.open_waiting_item(None);
                self.gathered = Some(Gathered::Heading { level: level as u8, id, events: Vec::new() });
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                self.open_waiting_item(None);
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info,
                    CodeBlockKind::Indented => CowStr::Borrowed(""),
                };
                self.gathered = Some(Gathered::Code { info, text: String::new() });
            }
            Event::Start(Tag::HtmlBlock) => {
                self.open_waiting_item(None);
                self.gathered = Some(Gathered::Html(String::new()));
            }
            Event::TaskListMarker(is_done) => self.open_waiting_item(Some(ItemMark::Task(is_done))),
            Event::Rule => {
                self.open_waiting_item(None);
                self.inlines.close_leaf();
                self.inlines.builder.leaf(BlockKind::Rule, "");
            }
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            inline => {
                self.open_waiting_item(None);
                self.inline(&inline);
            }
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::List(first) => {
                self.open_waiting_item(None);
                self.lists.push(first);
            }
            Tag::Item => {
                self.open_waiting_item(None);
                self.waiting_item = Some(self.next_item());
            }
            Tag::BlockQuote(kind) => {
                self.open_container(BlockKind::Quote);
                if let Some(kind) = kind {
                    self.inlines.open_mark(MarkKind::Strong, None);
                    self.inlines.text(quote_label(kind));
                    self.inlines.close_leaf();
                }
            }
            Tag::FootnoteDefinition(label) => {
                let footnote = self.inlines.builder.footnote(&label);
                self.open_container(BlockKind::Footnote(footnote));
            }
            Tag::DefinitionList => self.open_waiting_item(None),
            Tag::DefinitionListTitle => self.inlines.open_leaf(BlockKind::Term),
            Tag::DefinitionListDefinition => self.open_container(BlockKind::Definition),
            Tag::Table(columns) => {
                self.open_waiting_item(None);
                self.inlines.close_leaf();
                self.inlines.builder.open_table(columns.iter().map(alignment).collect());
                self.is_in_table = true;
            }
            Tag::TableCell => {
                self.inlines.builder.open_cell();
                self.inlines.enter_leaf();
            }
            inline => {
                self.open_waiting_item(None);
                self.start_inline(inline);
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::List(_) => {
                self.lists.pop();
            }
            // An item without anything in it says nothing.
            TagEnd::Item if self.waiting_item.take().is_some() => {}
            TagEnd::Item => self.close_container(),
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition | TagEnd::DefinitionListDefinition => {
                self.close_container();
            }
            TagEnd::DefinitionListTitle => self.inlines.close_leaf(),
            TagEnd::Table => {
                self.inlines.builder.close();
                self.is_in_table = false;
            }
            TagEnd::TableHead => self.inlines.builder.end_row(true),
            TagEnd::TableRow => self.inlines.builder.end_row(false),
            TagEnd::TableCell => {
                self.inlines.leave_leaf();
                self.inlines.builder.close_cell();
            }
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image => self.inlines.close_mark(),
            _ => {}
        }
    }

    fn start_inline(&mut self, tag: Tag<'a>) {
        let kind = match tag {
            Tag::Emphasis => MarkKind::Emphasis,
            Tag::Strong => MarkKind::Strong,
            Tag::Strikethrough => MarkKind::Strike,
            Tag::Superscript => MarkKind::Superscript,
            Tag::Subscript => MarkKind::Subscript,
            // A picture in a link leads where the link does.
            Tag::Image { .. } if self.inlines.is_in_link() => return self.inlines.open_nothing(),
            // A picture among words is its description, which leads to it.
            Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. } => {
                let title = Some(title.as_ref()).filter(|title| !title.is_empty());
                MarkKind::Link(self.inlines.builder.link(&dest_url, title))
            }
            _ => return,
        };
        self.inlines.open_mark(kind, None);
    }

    fn inline(&mut self, event: &Event<'a>) {
        match event {
            Event::Text(text) => self.inlines.text(text),
            Event::Code(text) => self.inlines.marked(MarkKind::Code, text),
            Event::InlineMath(tex) | Event::DisplayMath(tex) => self.inlines.marked(MarkKind::Math, tex),
            Event::FootnoteReference(label) => {
                let footnote = self.inlines.builder.footnote(label);
                self.inlines.marked(MarkKind::FootnoteRef(footnote), &format!("[{label}]"));
            }
            Event::SoftBreak => self.inlines.soft_break(),
            Event::HardBreak => self.inlines.hard_break(),
            Event::InlineHtml(source) | Event::Html(source) => {
                if let Some(tag) = HtmlTag::read(source) {
                    self.html_inline(&tag);
                }
            }
            _ => {}
        }
    }

    /// Writes the events inside a leaf.
    fn inlines(&mut self, events: impl IntoIterator<Item = Event<'a>>) {
        for event in events {
            match event {
                Event::Start(tag) => self.start_inline(tag),
                Event::End(tag) => self.end(tag),
                event => self.inline(&event),
            }
        }
    }

    fn paragraph(&mut self, mut events: Vec<Event<'a>>) {
        let task = match events.first() {
            Some(Event::TaskListMarker(is_done)) => Some(ItemMark::Task(*is_done)),
            _ => None,
        };
        self.open_waiting_item(task);
        if task.is_some() {
            events.remove(0);
        }
        self.inlines.close_leaf();
        if let [Event::DisplayMath(tex)] = events.as_slice() {
            self.inlines.builder.leaf(BlockKind::Math, tex);
        } else if let Some((address, title, alt)) = lone_image(&events) {
            let resource = self.inlines.builder.resource(address, &alt);
            self.inlines.open_leaf(BlockKind::Figure(resource));
            for (idx, line) in title.split('\n').enumerate() {
                if idx > 0 {
                    self.inlines.builder.line_break();
                }
                self.inlines.builder.text(line);
            }
            self.inlines.close_leaf();
        } else {
            self.inlines.open_leaf(BlockKind::Paragraph);
            self.inlines(events);
            self.inlines.close_leaf();
        }
    }

    fn heading(&mut self, level: u8, id: Option<CowStr<'a>>, events: Vec<Event<'a>>) {
        let title: String = events.iter().map(plain_text).collect();
        self.inlines.close_leaf();
        let slug = self.slugs.next(&title);
        self.inlines.builder.target(id.as_deref().unwrap_or(&slug));
        self.inlines.open_leaf(BlockKind::Heading(level));
        self.inlines(events);
        self.inlines.close_leaf();
    }

    fn code(&mut self, info: &str, text: &str) {
        self.inlines.close_leaf();
        let text = text.strip_suffix('\n').unwrap_or(text);
        let language = info.trim_start_matches(['{', '.']).split([' ', ',', '}', '\t']).next().unwrap_or_default();
        let kind = match language {
            "" => BlockKind::Code(None),
            "math" => BlockKind::Math,
            language => BlockKind::Code(Some(self.inlines.builder.language(language))),
        };
        self.inlines.builder.leaf(kind, text);
    }

    fn html(&mut self, source: &str) {
        let mut tokens = html::tokens(source);
        while let Some(token) = tokens.next() {
            match token {
                Token::Text(text) => {
                    let text = html::decode_entities(text);
                    if self.inlines.has_leaf() {
                        self.inlines.text(&text);
                    } else if !text.trim().is_empty() {
                        self.inlines.text(text.trim_start());
                    }
                }
                Token::Tag(tag) if tag.name == "pre" && !tag.closes => {
                    self.inlines.close_leaf();
                    let inside = tokens.by_ref().take_while(|token| !is_end(token, "pre"));
                    let text = inside.filter_map(text_of).collect::<String>();
                    self.inlines.builder.leaf(BlockKind::Code(None), &text);
                }
                Token::Tag(tag) => {
                    if let Some(level) = heading_level(&tag)
                        && !self.is_in_table
                    {
                        let inside = html::tokens(tokens.rest()).take_while(|token| !is_end(token, &tag.name));
                        let title = inside.filter_map(text_of).collect::<String>();
                        self.inlines.close_leaf();
                        let slug = self.slugs.next(&title);
                        self.inlines.builder.target(&tag.attribute("id").unwrap_or(slug));
                        self.inlines.open_leaf(BlockKind::Heading(level));
                    } else {
                        self.html_block(&tag);
                    }
                }
            }
        }
        // What the next lines of the file bring is another block.
        if !self.is_in_table {
            self.inlines.close_leaf();
        } else if !source.is_empty() {
            self.close_html_table();
        }
    }

    fn html_block(&mut self, tag: &HtmlTag<'_>) {
        match (tag.name.as_str(), tag.closes) {
            ("table", false) if !self.is_in_table => {
                self.inlines.close_leaf();
                self.inlines.builder.open_table(Vec::new());
                self.is_in_table = true;
            }
            ("table", true) => self.close_html_table(),
            ("tr", true) if self.is_in_table => self.end_html_row(),
            ("td" | "th", is_end) if self.is_in_table => {
                self.inlines.leave_leaf();
                self.inlines.builder.close_cell();
                if !is_end {
                    self.is_header_row = tag.name == "th";
                    self.inlines.builder.open_cell();
                    self.inlines.enter_leaf();
                }
            }
            _ if self.is_in_table => self.html_inline(tag),
            ("hr", _) => {
                self.inlines.close_leaf();
                self.inlines.builder.leaf(BlockKind::Rule, "");
            }
            (name, false) if HTML_CONTAINERS.contains(&name) => {
                let kind = match name {
                    "li" => BlockKind::Item(ItemMark::Bullet),
                    "dd" => BlockKind::Definition,
                    _ => BlockKind::Quote,
                };
                self.inlines.close_leaf();
                self.inlines.builder.open(kind);
                self.containers
                    .extend(HTML_CONTAINERS.iter().find(|known| **known == name).map(|name| Container::Html(name)));
            }
            (name, true) if HTML_CONTAINERS.contains(&name) => self.close_html_container(name),
            ("dt", false) => self.inlines.open_leaf(BlockKind::Term),
            (
                "p" | "div" | "center" | "section" | "article" | "header" | "footer" | "details" | "summary" | "ul"
                | "ol" | "dl" | "dt" | "figure" | "figcaption" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "address",
                _,
            ) => {
                self.inlines.close_leaf();
                self.html_target(tag);
            }
            _ => self.html_inline(tag),
        }
    }

    fn html_inline(&mut self, tag: &HtmlTag<'_>) {
        let name = tag.name.as_str();
        if tag.closes {
            return self.inlines.close_tag(name);
        }
        self.html_target(tag);
        let kind = match name {
            "b" | "strong" => MarkKind::Strong,
            "i" | "em" | "cite" | "var" | "dfn" => MarkKind::Emphasis,
            "code" | "kbd" | "samp" | "tt" => MarkKind::Code,
            "s" | "del" | "strike" => MarkKind::Strike,
            "sup" => MarkKind::Superscript,
            "sub" => MarkKind::Subscript,
            "a" => match tag.attribute("href") {
                Some(address) => {
                    let title = tag.attribute("title").filter(|title| !title.is_empty());
                    MarkKind::Link(self.inlines.builder.link(&address, title.as_deref()))
                }
                None => return,
            },
            "br" => return self.inlines.hard_break(),
            "img" => {
                let alt = tag.attribute("alt").filter(|alt| !alt.trim().is_empty());
                if let Some(alt) = alt {
                    self.picture_among_words(&tag.attribute("src").unwrap_or_default(), &alt);
                }
                return;
            }
            _ => return,
        };
        self.inlines.open_mark(kind, Some(name));
    }

    fn picture_among_words(&mut self, address: &str, alt: &str) {
        if self.inlines.is_in_link() {
            self.inlines.text(alt);
        } else {
            let link = self.inlines.builder.link(address, None);
            self.inlines.marked(MarkKind::Link(link), alt);
        }
    }

    fn html_target(&mut self, tag: &HtmlTag<'_>) {
        let name = tag.attribute("id").or_else(|| tag.attribute("name").filter(|_| tag.name == "a"));
        if let Some(name) = name.filter(|_| !tag.closes) {
            self.inlines.target(&name);
        }
    }

    fn end_html_row(&mut self) {
        self.inlines.leave_leaf();
        self.inlines.builder.end_row(self.is_header_row);
        self.is_header_row = false;
    }

    fn close_html_table(&mut self) {
        if self.is_in_table {
            self.end_html_row();
            self.inlines.builder.close();
            self.is_in_table = false;
        }
    }

    fn close_html_container(&mut self, name: &str) {
        let is_own = |container: &&Container| matches!(container, Container::Html(_));
        let mut own = self.containers.iter().rev().take_while(is_own);
        let Some(n_inner) = own.position(|container| matches!(container, Container::Html(open) if *open == name))
        else {
            return;
        };
        self.inlines.close_leaf();
        for _ in 0..=n_inner {
            self.containers.pop();
            self.inlines.builder.close();
        }
    }

    fn open_container(&mut self, kind: BlockKind) {
        self.open_waiting_item(None);
        self.inlines.close_leaf();
        self.inlines.builder.open(kind);
        self.containers.push(Container::Markdown);
    }

    /// Closes the innermost container of Markdown's, and those that HTML left open in it.
    fn close_container(&mut self) {
        self.inlines.close_leaf();
        while let Some(container) = self.containers.pop() {
            self.inlines.builder.close();
            if container == Container::Markdown {
                break;
            }
        }
    }

    fn next_item(&mut self) -> ItemMark {
        match self.lists.last_mut() {
            Some(Some(next)) => {
                let number = u32::try_from(*next).unwrap_or(u32::MAX);
                *next += 1;
                ItemMark::Number(number)
            }
            _ => ItemMark::Bullet,
        }
    }

    /// Opens the item that waits, as a task if it is one.
    fn open_waiting_item(&mut self, task: Option<ItemMark>) {
        if let Some(mark) = self.waiting_item.take() {
            self.open_container(BlockKind::Item(task.unwrap_or(mark)));
        }
    }
}

/// Returns the address, title and description of the picture that is alone in a paragraph.
fn lone_image<'e>(events: &'e [Event<'_>]) -> Option<(&'e str, &'e str, String)> {
    let (Event::Start(Tag::Image { dest_url, title, .. }), rest) = events.split_first()? else { return None };
    let (Event::End(TagEnd::Image), inside) = rest.split_last()? else { return None };
    let is_one = !inside.iter().any(|event| matches!(event, Event::End(TagEnd::Image)));
    is_one.then(|| (dest_url.as_ref(), title.as_ref(), inside.iter().map(plain_text).collect()))
}

fn is_end(token: &Token<'_>, name: &str) -> bool {
    matches!(token, Token::Tag(tag) if tag.closes && tag.name == name)
}

fn text_of(token: Token<'_>) -> Option<String> {
    match token {
        Token::Text(text) => Some(html::decode_entities(text)),
        Token::Tag(tag) if tag.name == "br" => Some("\n".to_owned()),
        Token::Tag(_) => None,
    }
}

fn heading_level(tag: &HtmlTag<'_>) -> Option<u8> {
    let level = tag.name.strip_prefix('h')?.parse().ok()?;
    (!tag.closes && (1..=6).contains(&level)).then_some(level)
}

fn quote_label(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}

fn alignment(column: &ColumnAlignment) -> Alignment {
    match column {
        ColumnAlignment::None => Alignment::Natural,
        ColumnAlignment::Left => Alignment::Left,
        ColumnAlignment::Center => Alignment::Center,
        ColumnAlignment::Right => Alignment::Right,
    }
}
