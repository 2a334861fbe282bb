//! Front matter: what the article says about itself, before its text.

use std::fmt;

use crate::document::{BlockKind, Document};
use crate::export::json::quoted;
use crate::format::markdown::is_same_title;

/// What the front matter took.
pub struct Front {
    /// The blocks at the beginning that it stands for.
    pub n_blocks: usize,
    pub has_written: bool,
}

/// Writes the front matter, if there is anything to say in it.
pub fn write(document: &Document, out: &mut dyn fmt::Write) -> Result<Front, fmt::Error> {
    let blocks = document.blocks();
    let meta = document.meta();
    let title = blocks.first().filter(|block| block.kind == BlockKind::Title).map(|block| document.slice(block.range));
    let n_titles = usize::from(title.is_some());
    let bylines = blocks.iter().skip(n_titles).take_while(|block| block.kind == BlockKind::Byline);
    let bylines: Vec<_> = bylines.map(|block| document.slice(block.range)).collect();
    let front = Front { n_blocks: n_titles + bylines.len(), has_written: true };

    let mut lines = Vec::new();
    if let Some(name) = title.or(meta.title.as_deref()) {
        lines.push(format!("title: {}", quoted(name)));
        let first = blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading(_)));
        let is_first_heading = first.is_some_and(|heading| is_same_title(name, document.slice(heading.range)));
        if is_first_heading == title.is_some() {
            lines.push(format!("show_title: {}", title.is_some()));
        }
    }
    let composed: Vec<_> = [meta.byline.as_deref(), meta.date.as_deref()].into_iter().flatten().collect();
    let composed = composed.join(" · ");
    match bylines.as_slice() {
        [] if composed.is_empty() => {}
        [] => lines.push("byline: []".to_owned()),
        [one] if *one == composed => {}
        _ => {
            lines.push("byline:".to_owned());
            lines.extend(bylines.iter().map(|byline| format!("  - {}", quoted(byline))));
        }
    }
    let fields = [
        ("author", &meta.byline),
        ("date", &meta.date),
        ("lang", &meta.language),
        ("site", &meta.site),
        ("url", &meta.address),
        ("description", &meta.description),
        ("image", &meta.picture),
    ];
    let fields = fields.iter().filter_map(|(name, value)| Some(format!("{name}: {}", quoted(value.as_deref()?))));
    lines.extend(fields);
    if lines.is_empty() {
        return Ok(Front { has_written: false, ..front });
    }
    writeln!(out, "---\n{}\n---", lines.join("\n"))?;
    Ok(front)
}
