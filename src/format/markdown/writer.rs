//! The writer: turns Markdown's events, and the HTML among them, into blocks of a document.

mod embedded;

use pulldown_cmark::{
    Alignment as ColumnAlignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd,
};

use super::html::Tag as HtmlTag;
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
    /// What a comment says that the next paragraph is.
    waiting_kind: Option<BlockKind>,
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
    /// The words of a list's item that stand in no paragraph.
    Words(Vec<Event<'a>>),
    Heading {
        level: u8,
        id: Option<CowStr<'a>>,
        events: Vec<Event<'a>>,
    },
    Code {
        info: CowStr<'a>,
        text: String,
    },
    Html(String),
}

impl<'a> Writer<'a> {
    pub fn new(builder: DocumentBuilder) -> Self {
        Self {
            inlines: Inlines::new(builder),
            slugs: Slugs::default(),
            containers: Vec::new(),
            lists: Vec::new(),
            waiting_item: None,
            gathered: None,
            waiting_kind: None,
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
            (Gathered::Words(events), event) if is_block(&event) => {
                let events = std::mem::take(events);
                self.paragraph(events);
                return self.direct(event);
            }
            (Gathered::Code { info, text }, Event::End(TagEnd::CodeBlock)) => return self.code(info, text),
            (Gathered::Html(source), Event::End(TagEnd::HtmlBlock)) => return self.html(source),
            (Gathered::Paragraph(events) | Gathered::Words(events) | Gathered::Heading { events, .. }, event) => {
                events.push(event);
            }
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
            event if !self.inlines.has_leaf() && !is_block(&event) => {
                self.gathered = Some(Gathered::Words(vec![event]));
            }
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            inline => self.inline(&inline),
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
                self.inlines.builder.open_table(columns.into_iter().map(alignment).collect());
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
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => {
                MarkKind::Link(self.inlines.builder.link(&format!("mailto:{dest_url}"), None))
            }
            // In an address in angle brackets a backslash is one, which addresses on the web would take for a slash.
            Tag::Link { link_type: LinkType::Autolink, dest_url, .. } => {
                MarkKind::Link(self.inlines.builder.link(&dest_url.replace('\\', "%5C"), None))
            }
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
        if let Some(kind) = self.waiting_kind.take() {
            self.inlines.open_leaf(kind);
            self.inlines(events);
            self.inlines.close_leaf();
        } else if let [Event::DisplayMath(tex)] = events.as_slice() {
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
        self.inlines.builder.target(&slug);
        if let Some(id) = id {
            self.inlines.builder.target(&id);
        }
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
            "verse" => BlockKind::Verse,
            language => BlockKind::Code(Some(self.inlines.builder.language(language))),
        };
        self.inlines.builder.leaf(kind, text);
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

/// Returns whether the event begins or ends a block.
fn is_block(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => !matches!(
            tag,
            Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Superscript
                | Tag::Subscript
                | Tag::Link { .. }
                | Tag::Image { .. }
        ),
        Event::End(tag) => !matches!(
            tag,
            TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Superscript
                | TagEnd::Subscript
                | TagEnd::Link
                | TagEnd::Image
        ),
        Event::Rule => true,
        _ => false,
    }
}

/// Returns the address, title and description of the picture that is alone in a paragraph.
fn lone_image<'e>(events: &'e [Event<'_>]) -> Option<(&'e str, &'e str, String)> {
    let (Event::Start(Tag::Image { dest_url, title, .. }), rest) = events.split_first()? else { return None };
    let (Event::End(TagEnd::Image), inside) = rest.split_last()? else { return None };
    // A description may have pictures in it; one that ends the first picture makes a row of pictures.
    let mut depth = 0;
    let is_one = inside.iter().all(|event| {
        match event {
            Event::Start(Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::Image) => depth -= 1,
            _ => {}
        }
        depth >= 0
    });
    is_one.then(|| (dest_url.as_ref(), title.as_ref(), inside.iter().map(plain_text).collect()))
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

fn alignment(column: ColumnAlignment) -> Alignment {
    match column {
        ColumnAlignment::None => Alignment::Natural,
        ColumnAlignment::Left => Alignment::Left,
        ColumnAlignment::Center => Alignment::Center,
        ColumnAlignment::Right => Alignment::Right,
    }
}
