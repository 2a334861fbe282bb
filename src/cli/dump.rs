//! Dumps for whoever wonders what recto made of a source: the document's parts, and its lines.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::article::{Article, Compression, EncodingEvidence};
use crate::document::{Document, TextRange};
use crate::layout::{Layout, Style};
use crate::text::width;

/// How much of a range's text is quoted, in cells.
const QUOTED: usize = 60;

/// Returns the facts, warnings, sections, blocks and marks of an article, a line each.
pub fn document(article: &Article) -> String {
    let mut out = String::new();
    let doc = &article.document;
    // Writing to a string never fails.
    let _ = facts(article, &mut out);
    let _ = parts(doc, &mut out);
    out
}

fn facts(article: &Article, out: &mut String) -> std::fmt::Result {
    let facts = &article.facts;
    let evidence = match facts.encoding_by {
        EncodingEvidence::Valid => "its bytes are valid",
        EncodingEvidence::ByteOrderMark => "told by a byte order mark",
        EncodingEvidence::Declared => "declared by the source",
        EncodingEvidence::Guessed => "assumed from how its bytes are spread",
        EncodingEvidence::Inside => "told by each part",
    };
    let compression = match facts.compression {
        Some(Compression::Gzip) => "gzip",
        Some(Compression::Zstd) => "zstd",
        None => "none",
    };
    writeln!(out, "source       {}", article.locator)?;
    writeln!(out, "format       {}", facts.format)?;
    let encoding = if facts.encoding.is_empty() { "several" } else { facts.encoding };
    writeln!(out, "encoding     {encoding} ({evidence})")?;
    writeln!(out, "compression  {compression}")?;
    writeln!(out, "bytes        {} read, {} of text", facts.bytes, article.document.end())?;
    let meta = article.document.meta();
    let told = [
        ("title", &meta.title),
        ("byline", &meta.byline),
        ("date", &meta.date),
        ("language", &meta.language),
        ("site", &meta.site),
        ("address", &meta.address),
    ];
    for (name, value) in told {
        if let Some(value) = value {
            writeln!(out, "{name:<12} {value}")?;
        }
    }
    for warning in article.document.warnings() {
        writeln!(out, "warning      {:?}, {} time{}", warning.kind, warning.count, plural(warning.count))?;
    }
    Ok(())
}

fn parts(doc: &Document, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\nsections")?;
    for section in doc.sections() {
        let title = section.title.map_or_else(|| "(lead)".to_owned(), |title| quote(doc, title));
        let (level, words, confidence) = (section.level, section.words, section.confidence);
        writeln!(out, "  {:>15}  {level}  {words:>6} words  {confidence:.2}  {title}", span(section.range))?;
    }
    writeln!(out, "\nblocks")?;
    for block in doc.blocks() {
        let indent = usize::from(block.depth) * 2;
        let text = if block.kind.is_container() { String::new() } else { quote(doc, block.range) };
        writeln!(out, "  {:>15}  {:indent$}{:?}  {text}", span(block.range), "", block.kind)?;
    }
    if !doc.marks().is_empty() {
        writeln!(out, "\nmarks")?;
    }
    for mark in doc.marks() {
        writeln!(out, "  {:>15}  {:?}  {}", span(mark.range), mark.kind, quote(doc, mark.range))?;
    }
    if !doc.links().is_empty() {
        writeln!(out, "\nlinks")?;
    }
    for (idx, link) in doc.links().iter().enumerate() {
        writeln!(out, "  {idx:>4}  {:?}", link.target)?;
    }
    Ok(())
}

/// Returns the lines of an article at a measure, each with its range and the roles of its runs.
pub fn layout(article: &Article, measure: usize) -> String {
    let style = Style { measure, ..Style::default() };
    let mut layout = Layout::new(Arc::clone(&article.document), style);
    let mut out = String::new();
    let mut place = layout.first();
    loop {
        let line = layout.line(place);
        let _ = write!(out, "{:>15}  {:?}  {:>3} |", span(line.range), line.kind, line.width);
        let _ = write!(out, "{:indent$}", "", indent = line.indent);
        for run in &line.runs {
            let text = run.text(&article.document);
            let _ = write!(out, "{text}⟨{:?}⟩", run.role);
        }
        out.push('\n');
        let (next, moved) = layout.advance(place, 1);
        if moved == 0 {
            return out;
        }
        place = next;
    }
}

fn span(range: TextRange) -> String {
    format!("{}..{}", range.start, range.end)
}

fn quote(doc: &Document, range: TextRange) -> String {
    let text = doc.slice(range);
    let text = text.get(..crate::document::floor_boundary(text, QUOTED * 4)).unwrap_or_default().replace('\n', "⏎");
    width::truncate(&text, QUOTED).into_owned()
}

fn plural(count: u32) -> &'static str {
    if count == 1 { "" } else { "s" }
}
