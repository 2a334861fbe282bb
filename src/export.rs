//! Exports: a document in other forms, written to whatever takes text.
//!
//! Markdown, HTML and JSON can be read again: Markdown and HTML give the same outline and text, JSON the same document.
//! What is laid out at a width is made from [`crate::layout`]'s lines. What a reader marked is written by [`highlights`].

mod bare;
mod csv;
pub mod highlights;
mod html;
mod json;
mod lines;
mod markdown;
mod outline;
mod pieces;

pub use html::page;
pub use json::quoted;

use std::fmt;

use crate::config::Depth;
use crate::document::{Document, Table};

/// What a document is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line a paragraph, and nothing but the article's words.
    Bare,
    /// Lines of at most so many cells, and nothing but text.
    Text { width: usize },
    /// The same, with escape sequences that show what each part is.
    Ansi { width: usize, depth: Depth },
    /// CommonMark with GitHub's extensions.
    Markdown,
    /// A page for browsers.
    Html,
    /// Recto's own JSON article.
    Json,
    /// The outline, a line a section, for people.
    Outline,
    /// The outline as a JSON array, for programs.
    OutlineJson,
}

/// What a table alone is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// Comma-separated values, by RFC 4180.
    Csv,
    /// A table with pipes.
    Markdown,
}

impl Sheet {
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Markdown => "Markdown",
        }
    }
}

/// Returns a table whose cells stand in `document` as `sheet`.
pub fn export_table(document: &Document, table: &Table, sheet: Sheet) -> String {
    let mut text = String::new();
    match sheet {
        Sheet::Csv => csv::write(document, table, &mut text),
        Sheet::Markdown => markdown::write_table(document, table, &mut text),
    }
    text
}

/// Writes `document` as `kind`.
///
/// # Errors
///
/// If `out` refuses the text.
pub fn write(document: &Document, kind: Kind, out: &mut dyn fmt::Write) -> fmt::Result {
    match kind {
        Kind::Bare => bare::write(document, out),
        Kind::Text { width } => lines::write_text(document, width, out),
        Kind::Ansi { width, depth } => lines::write_ansi(document, width, depth, out),
        Kind::Markdown => markdown::write(document, out),
        Kind::Html => html::write(document, out),
        Kind::Json => json::write(document, out),
        Kind::Outline => outline::write(document, out),
        Kind::OutlineJson => outline::write_json(document, out),
    }
}

/// Returns `document` as `kind`.
pub fn export(document: &Document, kind: Kind) -> String {
    let mut text = String::with_capacity(document.text().len());
    // A string takes all that is written.
    let _ = write(document, kind, &mut text);
    text
}
