//! Markdown: CommonMark with GitHub's tables, strikethrough, tasks and footnotes, and with math, definition lists and
//! front matter.
//!
//! pulldown-cmark finds the structure; [`writer`] turns its events into a document. The little HTML that Markdown files
//! hold is read by [`html`], what they say about themselves by [`front_matter`].

pub(super) mod front_matter;
mod html;
pub(super) mod inline;
mod slug;
mod writer;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::document::{Document, DocumentBuilder, Meta};
use front_matter::FrontMatter;
pub use slug::Slugs;
use writer::Writer;

/// How much of a long text is parsed for its first part, in bytes.
const LONGEST_FIRST_PART: usize = 2 << 20;

/// Parses a whole text.
pub fn parse(text: &str) -> Document {
    build(text).finish()
}

/// Parses what came so far of a text, up to an empty line, as a document that is not complete.
pub fn parse_first_part(so_far: &str) -> Option<Document> {
    let most = so_far.get(..so_far.floor_char_boundary(LONGEST_FIRST_PART))?;
    let end = most.rfind("\n\n").or_else(|| most.rfind("\n\r\n"))?;
    Some(build(most.get(..end)?).snapshot())
}

fn build(text: &str) -> DocumentBuilder {
    let (front_matter, body) = front_matter::split(text).unwrap_or((FrontMatter::default(), text));
    let mut builder = DocumentBuilder::with_capacity(body.len());
    let shows_title = front_matter.title.as_deref().is_some_and(|title| {
        front_matter
            .shows_title
            .unwrap_or_else(|| !first_heading(body).is_some_and(|first| is_same_title(title, &first)))
    });
    if let Some(title) = front_matter.title.as_deref().filter(|_| shows_title) {
        write_lines(&mut builder, crate::document::BlockKind::Title, title);
    }
    let composed: Vec<_> =
        [front_matter.author.as_deref(), front_matter.date.as_deref()].into_iter().flatten().collect();
    let bylines = front_matter.byline.clone().unwrap_or_else(|| vec![composed.join(" · ")]);
    for byline in &bylines {
        write_lines(&mut builder, crate::document::BlockKind::Byline, byline);
    }
    builder.set_meta(Meta {
        title: front_matter.title,
        byline: front_matter.author,
        date: front_matter.date,
        language: front_matter.language,
        site: front_matter.site,
        address: front_matter.address,
        description: front_matter.description,
        picture: front_matter.picture,
    });
    let mut writer = Writer::new(builder);
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        let event = match event {
            // Prices, not mathematics: no formula ends right before a digit.
            Event::InlineMath(_) if begins_with_digit(body.get(range.end..)) => {
                Event::Text(body.get(range).unwrap_or_default().into())
            }
            event => event,
        };
        writer.event(event);
    }
    writer.finish()
}

fn begins_with_digit(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()))
}

/// Adds a leaf whose line ends are the author's.
fn write_lines(builder: &mut DocumentBuilder, kind: crate::document::BlockKind, text: &str) {
    builder.open(kind);
    for (idx, line) in text.split('\n').enumerate() {
        if idx > 0 {
            builder.line_break();
        }
        builder.text(line);
    }
    builder.close();
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

/// Returns the text of the first heading.
fn first_heading(body: &str) -> Option<String> {
    let mut events = Parser::new_ext(body, options());
    events.find(|event| matches!(event, Event::Start(Tag::Heading { .. })))?;
    let inside = events.take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    Some(inside.map(|event| plain_text(&event).to_owned()).collect())
}

/// Returns whether two titles have the same letters and digits, whatever their case.
pub fn is_same_title(one: &str, other: &str) -> bool {
    let letters = |title: &str| -> String {
        title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}

/// Returns what an event adds to a text without marks.
fn plain_text<'a>(event: &'a Event<'_>) -> &'a str {
    match event {
        Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => text,
        Event::SoftBreak | Event::HardBreak => " ",
        _ => "",
    }
}
