//! Formats: text in, a document out. Parsing never fails; what had to be mended is a warning.
//!
//! A [`Parser`] takes the decoded text in pieces. Plain text is parsed as it comes; Markdown and JSON are collected,
//! because what stands at their end can change what stands at their beginning.

mod detect;
pub mod json;
pub mod markdown;
pub mod plain;

use crate::document::Document;
use plain::PlainParser;

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    #[default]
    Plain,
    Markdown,
    Json,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Plain, Self::Markdown, Self::Json];

    /// Returns the name that `--format` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
        }
    }

    /// Returns the format that `--format` means by `name`.
    pub fn by_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "text" | "txt" | "plain" => Some(Self::Plain),
            "markdown" | "md" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Finds the format of a text that begins with `head`: by what stands there first, by the file's name second.
    pub fn detect(head: &str, name: Option<&str>) -> Self {
        detect::detect(head, name)
    }
}

/// A parser that is given its text in pieces.
#[derive(Debug)]
pub enum Parser {
    Plain(Box<PlainParser>),
    /// Markdown so far.
    Markdown(String),
    /// JSON so far.
    Json(String),
}

impl Parser {
    pub fn new(format: Format) -> Self {
        Self::with_capacity(format, 0)
    }

    /// Makes a parser for a text that is expected to have `capacity` bytes.
    pub fn with_capacity(format: Format, capacity: usize) -> Self {
        match format {
            Format::Plain => Self::Plain(Box::new(PlainParser::with_capacity(capacity))),
            Format::Markdown => Self::Markdown(String::with_capacity(capacity)),
            Format::Json => Self::Json(String::with_capacity(capacity)),
        }
    }

    pub fn push(&mut self, text: &str) {
        match self {
            Self::Plain(parser) => parser.push(text),
            Self::Markdown(so_far) | Self::Json(so_far) => so_far.push_str(text),
        }
    }

    /// Returns what was read so far as a document that is not complete, where the format allows that.
    pub fn snapshot(&self) -> Option<Document> {
        match self {
            Self::Plain(parser) => Some(parser.snapshot()),
            Self::Markdown(so_far) => markdown::parse_first_part(so_far),
            Self::Json(_) => None,
        }
    }

    pub fn finish(self) -> Document {
        match self {
            Self::Plain(parser) => parser.finish(),
            Self::Markdown(text) => markdown::parse(&text),
            Self::Json(text) => json::parse(&text),
        }
    }
}

/// Parses a whole text.
pub fn parse(format: Format, text: &str) -> Document {
    match format {
        Format::Plain => {
            let mut parser = PlainParser::with_capacity(text.len());
            parser.push(text);
            parser.finish()
        }
        Format::Markdown => markdown::parse(text),
        Format::Json => json::parse(text),
    }
}
