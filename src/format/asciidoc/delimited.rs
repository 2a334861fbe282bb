//! Delimited blocks, and paragraphs that a style makes into one: code, quotations, verse, admonitions and tables.

use super::about::About;
use super::blocks::Reader;
use super::{inline, table};
use crate::document::{BlockKind, WarningKind};

impl Reader {
    /// Reads what stands between a delimiter and its like.
    pub(super) fn delimited(&mut self, lines: &[&str], at: usize, end: &str) -> usize {
        let rest = lines.get(at + 1..).unwrap_or_default();
        let n_lines = rest.iter().position(|line| *line == end);
        if n_lines.is_none() {
            self.inlines.builder.warn(WarningKind::Malformed);
        }
        let body = rest.get(..n_lines.unwrap_or(rest.len())).unwrap_or_default();
        let next = at + 1 + body.len() + usize::from(n_lines.is_some());
        let about = std::mem::take(&mut self.next);
        let first = lines.get(at).copied().unwrap_or_default();
        match first.bytes().next() {
            Some(b'|' | b',' | b':' | b'!') => {
                if let Some(title) = &about.title {
                    self.leaf(BlockKind::Caption, title);
                }
                table::read(self, &about, first, body);
            }
            Some(b'+') => {
                if matches!(about.style(), "stem" | "latexmath" | "asciimath") {
                    self.inlines.close_leaf();
                    self.inlines.builder.leaf(BlockKind::Math, &body.join("\n"));
                }
            }
            Some(b'/') => {}
            Some(b'`') => {
                self.label(about.title.as_deref());
                let language = first.trim_start_matches('`').trim();
                self.code(Some(language), body);
            }
            _ => self.block_of(&about, end, body),
        }
        next
    }

    /// Adds a delimited block by its style, or else by its signs.
    fn block_of(&mut self, about: &About, end: &str, body: &[&str]) {
        let sign = end.bytes().next();
        let style = about.style();
        let is_open = end == "--";
        match (style, sign) {
            ("verse", _) => {
                self.container(BlockKind::Quote, |reader| {
                    reader.verse(body);
                    reader.attribution(about);
                });
            }
            ("stem" | "latexmath" | "asciimath", _) => {
                self.inlines.close_leaf();
                self.inlines.builder.leaf(BlockKind::Math, &body.join("\n"));
            }
            ("comment", _) => {}
            ("source" | "listing" | "literal", _) | (_, Some(b'-' | b'.'))
                if !is_open || style == "source" || style == "listing" =>
            {
                self.label(about.title.as_deref());
                let default = self.context.attributes.get("source-language").cloned();
                let language = match style {
                    "source" => Some(about.place(1)).filter(|name| !name.is_empty()).map(str::to_owned).or(default),
                    "" if about.places.len() > 1 => Some(about.place(1).to_owned()),
                    "" | "listing" | "literal" => None,
                    diagram => Some(diagram.to_owned()),
                };
                self.code(language.as_deref(), body);
            }
            ("quote", _) | (_, Some(b'_')) => self.container(BlockKind::Quote, |reader| {
                reader.label(about.title.as_deref());
                reader.blocks(body);
                reader.attribution(about);
            }),
            (style, _) if admonition(style).is_some() => {
                let name = admonition(style).unwrap_or_default();
                self.container(BlockKind::Quote, |reader| {
                    reader.label(Some(name));
                    reader.label(about.title.as_deref());
                    reader.blocks(body);
                });
            }
            (_, Some(b'*')) => self.container(BlockKind::Quote, |reader| {
                reader.label(about.title.as_deref());
                reader.blocks(body);
            }),
            _ => {
                self.label(about.title.as_deref());
                self.blocks(body);
            }
        }
    }

    /// Adds a paragraph by its style.
    pub(super) fn styled(&mut self, about: &About, lines: &[&str]) {
        let text = lines.join("\n");
        let style = about.style();
        if let Some((name, rest)) = text.split_once(": ").and_then(|(name, rest)| Some((admonition(name)?, rest))) {
            return self.container(BlockKind::Quote, |reader| {
                reader.label(Some(name));
                reader.leaf(BlockKind::Paragraph, rest);
            });
        }
        if let Some(quoted) = text.strip_prefix('"')
            && let Some((quoted, said_by)) = quoted.rsplit_once("\"\n-- ")
        {
            return self.container(BlockKind::Quote, |reader| {
                reader.leaf(BlockKind::Paragraph, quoted);
                reader.leaf(BlockKind::Paragraph, &format!("— {said_by}"));
            });
        }
        match style {
            "source" | "listing" | "literal" | "verse" | "quote" | "stem" | "latexmath" | "asciimath" | "comment" => {
                self.block_of(about, "____", lines);
            }
            style if admonition(style).is_some() => self.block_of(about, "====", lines),
            _ => {
                self.label(about.title.as_deref());
                self.leaf(BlockKind::Paragraph, &text);
            }
        }
    }

    fn verse(&mut self, lines: &[&str]) {
        self.inlines.open_leaf(BlockKind::Verse);
        for (idx, line) in lines.iter().enumerate() {
            if idx > 0 {
                self.inlines.hard_break();
            }
            inline::write(&mut self.inlines, &mut self.context, line);
        }
        self.inlines.close_leaf();
    }

    fn attribution(&mut self, about: &About) {
        let parts: Vec<&str> = [about.place(1), about.place(2)].into_iter().filter(|part| !part.is_empty()).collect();
        if !parts.is_empty() {
            self.leaf(BlockKind::Paragraph, &format!("— {}", parts.join(", ")));
        }
    }
}

/// Returns the line that ends the block which a line begins.
pub(super) fn delimiter(line: &str) -> Option<&str> {
    if line == "--" || matches!(line, "|===" | ",===" | ":===" | "!===") {
        return Some(line);
    }
    if let Some(rest) = line.strip_prefix("```") {
        return (!rest.contains('`')).then_some("```");
    }
    let first = line.bytes().next()?;
    (b"-.=*_+/".contains(&first) && line.len() >= 4 && line.bytes().all(|byte| byte == first)).then_some(line)
}

fn admonition(style: &str) -> Option<&'static str> {
    Some(match style {
        "NOTE" => "Note",
        "TIP" => "Tip",
        "WARNING" => "Warning",
        "CAUTION" => "Caution",
        "IMPORTANT" => "Important",
        _ => return None,
    })
}
