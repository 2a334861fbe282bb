//! Formats: text or bytes in, a document out. Parsing never fails; what had to be mended is a warning.
//!
//! A [`Parser`] takes the decoded text in pieces. Plain text is parsed as it comes; Markdown, JSON and HTML are collected,
//! because what stands at their end can change what stands at their beginning. Formats that are containers, or that
//! tell their charsets themselves, are given their bytes by [`parse_bytes`]; there, a container that cannot be opened is
//! an error.

pub mod archive;
pub mod asciidoc;
mod charset;
mod detect;
pub mod epub;
pub mod fb2;
pub mod html;
pub mod json;
pub mod mail;
pub mod man;
pub mod markdown;
pub mod org;
pub mod pdf;
pub mod plain;
pub mod rst;
mod saved_page;

use std::io::Cursor;
use std::ops::ControlFlow;

use crate::document::Document;
use crate::error::Result;
pub use html::readable::sites::Sites;
use plain::PlainParser;

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    #[default]
    Plain,
    Markdown,
    Json,
    Html,
    Epub,
    Fb2,
    Mail,
    /// A web page that was saved as a message.
    Mhtml,
    Pdf,
    /// A manual page: man(7) or mdoc(7).
    Man,
    /// reStructuredText, as Docutils and Sphinx read it.
    Rst,

    Asciidoc,
    /// Emacs' Org.
    Org,
}

impl Format {
    pub const ALL: [Self; 13] = [
        Self::Plain,
        Self::Markdown,
        Self::Json,
        Self::Html,
        Self::Epub,
        Self::Fb2,
        Self::Mail,
        Self::Mhtml,
        Self::Pdf,
        Self::Man,
        Self::Rst,
        Self::Asciidoc,
        Self::Org,
    ];

    /// Returns the name that `--format` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Html => "html",
            Self::Epub => "epub",
            Self::Fb2 => "fb2",
            Self::Mail => "mail",
            Self::Mhtml => "mhtml",
            Self::Pdf => "pdf",
            Self::Man => "man",
            Self::Rst => "rst",
            Self::Asciidoc => "asciidoc",
            Self::Org => "org",
        }
    }

    /// Returns whether [`parse_bytes`] reads the format, rather than a [`Parser`].
    pub fn takes_bytes(self) -> bool {
        matches!(self, Self::Epub | Self::Mail | Self::Mhtml | Self::Pdf)
    }

    /// Returns the format that `--format` means by `name`.
    pub fn by_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "text" | "txt" | "plain" => Some(Self::Plain),
            "markdown" | "md" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "epub" => Some(Self::Epub),
            "fb2" | "fictionbook" => Some(Self::Fb2),
            "mail" | "eml" | "mbox" => Some(Self::Mail),
            "mhtml" | "mht" => Some(Self::Mhtml),
            "pdf" => Some(Self::Pdf),
            "man" | "mdoc" | "roff" => Some(Self::Man),
            "rst" | "restructuredtext" => Some(Self::Rst),
            "asciidoc" | "adoc" => Some(Self::Asciidoc),
            "org" => Some(Self::Org),
            _ => None,
        }
    }

    /// Finds the format of a text that begins with `head`: by what stands there first, by the file's name second.
    pub fn detect(head: &str, name: Option<&str>) -> Self {
        detect::detect(head, name)
    }
}

/// Finds the format of bytes that begin with `head`, where it is one that [`parse_bytes`] reads.
pub fn detect_bytes(head: &[u8], name: Option<&str>) -> Option<Format> {
    detect::detect_bytes(head, name)
}

/// Returns the label of the charset that a source declares which begins with `head`: a page's, or an XML file's.
pub fn declared_charset(head: &[u8]) -> Option<String> {
    charset::declared(head)
}

/// Parses a whole source of a format that takes bytes.
///
/// A long one may be handed to `on_part` in growing first parts, which are not complete and whose offsets stay; `Break`
/// ends the parsing there, and the part is what is returned.
///
/// # Errors
///
/// If the container cannot be opened. What is damaged inside one is a warning.
pub fn parse_bytes(
    format: Format,
    bytes: Vec<u8>,
    on_part: &mut dyn FnMut(Document) -> ControlFlow<()>,
) -> Result<Document> {
    parse_bytes_with(format, bytes, None, on_part)
}

/// Parses a whole source as [`parse_bytes`] does; pages of sites that the reader has rules for are read by those.
///
/// # Errors
///
/// If the container cannot be opened.
pub fn parse_bytes_with(
    format: Format,
    bytes: Vec<u8>,
    sites: Option<&Sites>,
    on_part: &mut dyn FnMut(Document) -> ControlFlow<()>,
) -> Result<Document> {
    match format {
        Format::Epub => epub::parse(Cursor::new(bytes), on_part),
        Format::Mail => Ok(mail::parse(&bytes)),
        Format::Mhtml => Ok(mail::parse_web_archive(&bytes, sites)),
        Format::Pdf => pdf::parse(bytes),
        Format::Plain
        | Format::Markdown
        | Format::Json
        | Format::Html
        | Format::Fb2
        | Format::Man
        | Format::Rst
        | Format::Asciidoc
        | Format::Org => Ok(parse(format, &String::from_utf8_lossy(&bytes))),
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
    /// A FictionBook so far.
    Fb2(String),
    /// HTML so far.
    Html(String),
    /// A text in one of the light mark-ups so far; it is parsed as a whole.
    Light(Format, String),
}

impl Parser {
    pub fn new(format: Format) -> Self {
        Self::with_capacity(format, 0)
    }

    /// Makes a parser for a text that is expected to have `capacity` bytes.
    pub fn with_capacity(format: Format, capacity: usize) -> Self {
        match format {
            // Text that is no container after all is shown as what it is.
            Format::Plain | Format::Epub | Format::Mail | Format::Mhtml | Format::Pdf => {
                Self::Plain(Box::new(PlainParser::with_capacity(capacity)))
            }
            Format::Markdown => Self::Markdown(String::with_capacity(capacity)),
            Format::Json => Self::Json(String::with_capacity(capacity)),
            Format::Fb2 => Self::Fb2(String::with_capacity(capacity)),
            Format::Html => Self::Html(String::with_capacity(capacity)),
            Format::Man | Format::Rst | Format::Asciidoc | Format::Org => {
                Self::Light(format, String::with_capacity(capacity))
            }
        }
    }

    pub fn push(&mut self, text: &str) {
        match self {
            Self::Plain(parser) => parser.push(text),
            Self::Markdown(so_far)
            | Self::Json(so_far)
            | Self::Html(so_far)
            | Self::Fb2(so_far)
            | Self::Light(_, so_far) => {
                so_far.push_str(text);
            }
        }
    }

    /// Returns what was read so far as a document that is not complete, where the format allows that.
    pub fn snapshot(&self, sites: Option<&Sites>) -> Option<Document> {
        match self {
            Self::Plain(parser) => Some(parser.snapshot()),
            Self::Markdown(so_far) => markdown::parse_first_part(so_far),
            Self::Html(so_far) => html::parse_first_part(so_far, &page_context(so_far, sites)),
            Self::Json(_) | Self::Light(..) => None,
            Self::Fb2(so_far) => fb2::parse_first_part(so_far),
        }
    }

    pub fn finish(self) -> Document {
        self.finish_with(None)
    }

    /// Returns the whole document; pages of sites that the reader has rules for are read by those.
    pub fn finish_with(self, sites: Option<&Sites>) -> Document {
        match self {
            Self::Plain(parser) => parser.finish(),
            Self::Markdown(text) => markdown::parse(&text),
            Self::Json(text) => json::parse(&text),
            Self::Fb2(text) => fb2::parse(&text),
            Self::Html(text) => parse_page(&text, sites),
            Self::Light(format, text) => parse(format, &text),
        }
    }
}

/// Parses a whole text. In a format that takes bytes, one that cannot be opened is read as plain text.
pub fn parse(format: Format, text: &str) -> Document {
    match format {
        Format::Plain => parse_plain(text),
        Format::Markdown => markdown::parse(text),
        Format::Json => json::parse(text),
        Format::Fb2 => fb2::parse(text),
        Format::Org => org::parse(text),
        Format::Asciidoc => asciidoc::parse(text),
        Format::Rst => rst::parse(text),
        Format::Man => man::parse(text),
        Format::Html => parse_page(text, None),
        Format::Epub | Format::Mail | Format::Mhtml | Format::Pdf => {
            let whole = &mut |_| ControlFlow::Continue(());
            parse_bytes(format, text.as_bytes().to_vec(), whole).unwrap_or_else(|_| parse_plain(text))
        }
    }
}

fn parse_page(text: &str, sites: Option<&Sites>) -> Document {
    html::parse(text, &page_context(text, sites))
}

fn page_context<'a>(text: &'a str, sites: Option<&'a Sites>) -> html::Context<'a> {
    html::Context { address: saved_page::address(text), sites }
}

fn parse_plain(text: &str) -> Document {
    let mut parser = PlainParser::with_capacity(text.len());
    parser.push(text);
    parser.finish()
}
