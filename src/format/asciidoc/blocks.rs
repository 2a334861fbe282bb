//! Blocks: what each line begins, and what the others that read lines write with. Lists are read in
//! [`list`](super::list), what stands between delimiters in [`delimited`](super::delimited).

use super::about::{About, split_attributes};
use super::delimited::delimiter;
use super::inline::{self, Context};
use super::list::item;
use crate::document::{BlockKind, DocumentBuilder, MarkKind, WarningKind};
use crate::format::markdown::Slugs;
use crate::format::markdown::inline::Inlines;

/// How deep delimited blocks may nest; what is deeper is read as words.
const DEEPEST: usize = 32;

/// Reads lines into a document.
#[derive(Debug)]
pub struct Reader {
    pub inlines: Inlines,
    pub context: Context,
    slugs: Slugs,
    depth: usize,
    n_containers: usize,
    /// What is said of the next block.
    pub next: About,
}

impl Reader {
    pub fn new(builder: DocumentBuilder) -> Self {
        Self {
            inlines: Inlines::new(builder),
            context: Context::default(),
            slugs: Slugs::default(),
            depth: 0,
            n_containers: 0,
            next: About::default(),
        }
    }

    pub fn finish(mut self) -> DocumentBuilder {
        self.inlines.close_leaf();
        self.inlines.builder
    }

    pub fn blocks(&mut self, lines: &[&str]) {
        if self.depth >= DEEPEST {
            self.inlines.builder.warn(WarningKind::Depth);
            for paragraph in lines.split(|line| line.is_empty()) {
                self.leaf(BlockKind::Paragraph, &paragraph.join("\n"));
            }
            return;
        }
        self.depth += 1;
        let mut at = 0;
        while at < lines.len() {
            at = self.block(lines, at).max(at + 1);
        }
        self.next = About::default();
        self.depth -= 1;
    }

    /// Reads the block that begins at a line; returns where the next one may begin.
    pub(super) fn block(&mut self, lines: &[&str], at: usize) -> usize {
        let Some(&line) = lines.get(at) else { return at };
        if line.is_empty() || self.attribute(line) || self.about(line) {
            return at + 1;
        }
        if let Some((level, title)) = title(line) {
            self.heading(level, title);
            return at + 1;
        }
        if let Some(level) = lines.get(at + 1).and_then(|under| setext(line, under)) {
            self.heading(level, line);
            return at + 2;
        }
        if let Some(end) = delimiter(line) {
            return self.delimited(lines, at, end);
        }
        if matches!(line, "'''" | "---" | "***" | "- - -" | "* * *" | "<<<") {
            self.inlines.close_leaf();
            if line != "<<<" {
                self.inlines.builder.leaf(BlockKind::Rule, "");
            }
            return at + 1;
        }
        if self.block_macro(line) {
            self.next = About::default();
            return at + 1;
        }
        if item(line).is_some() {
            return self.list(lines, at);
        }
        let about = std::mem::take(&mut self.next);
        if line.starts_with([' ', '\t']) {
            let end = paragraph_end(lines, at);
            let body = lines.get(at..end).unwrap_or_default();
            let indent = |line: &&str| line.len() - line.trim_start().len();
            let least = body.iter().map(indent).min().unwrap_or(0);
            let body: Vec<&str> = body.iter().map(|line| line.get(least..).unwrap_or_default()).collect();
            self.label(about.title.as_deref());
            self.code(None, &body);
            return end;
        }
        let end = paragraph_end(lines, at);
        self.styled(&about, lines.get(at..end).unwrap_or_default());
        end
    }

    fn heading(&mut self, level: u8, title: &str) {
        let about = std::mem::take(&mut self.next);
        self.inlines.close_leaf();
        let shown = inline::with_attributes(title, &self.context.attributes);
        let slug = self.slugs.next(&shown);
        self.inlines.builder.target(&slug);
        // As Asciidoctor makes them, and as references by title name them.
        let words: Vec<&str> = shown.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        self.inlines.builder.target(&format!("_{}", words.join("_").to_lowercase()));
        self.inlines.builder.target(&shown);
        let is_discrete = matches!(about.style(), "discrete" | "float");
        let kind = if is_discrete || self.n_containers > 0 {
            BlockKind::Paragraph
        } else {
            BlockKind::Heading(level.clamp(1, 6))
        };
        self.inlines.open_leaf(kind);
        if kind == BlockKind::Paragraph {
            self.inlines.open_mark(MarkKind::Strong, None);
        }
        inline::write(&mut self.inlines, &mut self.context, title);
        self.inlines.close_leaf();
    }

    /// Reads pictures and other macros that stand alone; returns whether the line is one.
    fn block_macro(&mut self, line: &str) -> bool {
        let Some((name, rest)) = line.split_once("::") else { return false };
        let Some((target, inside)) = rest.strip_suffix(']').and_then(|rest| rest.split_once('[')) else { return false };
        if target.contains(' ') && name != "include" {
            return false;
        }
        let target = inline::with_attributes(target, &self.context.attributes);
        match name {
            "image" => {
                let attributes = split_attributes(inside);
                let alt = attributes.first().filter(|alt| !alt.contains('=')).map_or("", |alt| alt.trim_matches('"'));
                let named = |name: &str| {
                    attributes
                        .iter()
                        .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
                        .map(|value| value.trim_matches('"'))
                };
                let alt = named("alt").unwrap_or(alt);
                let directory = self
                    .context
                    .attributes
                    .get("imagesdir")
                    .filter(|_| !target.contains("://") && !target.starts_with('/'));
                let address = directory.map_or_else(
                    || target.clone(),
                    |directory| format!("{}/{target}", directory.trim_end_matches('/')),
                );
                let title = self.next.title.take().or_else(|| named("title").map(str::to_owned)).unwrap_or_default();
                self.inlines.close_leaf();
                let resource = self.inlines.builder.resource(&address, alt);
                self.inlines.open_leaf(BlockKind::Figure(resource));
                inline::write(&mut self.inlines, &mut self.context, &title);
                self.inlines.close_leaf();
            }
            "include" | "video" | "audio" => {
                self.inlines.open_leaf(BlockKind::Paragraph);
                self.inlines.text(if name == "include" { "Includes " } else { "See " });
                let link = self.inlines.builder.link(&target, None);
                self.inlines.open_mark(MarkKind::Link(link), None);
                self.inlines.text(&target);
                self.inlines.close_leaf();
            }
            "stem" | "latexmath" => {
                self.inlines.close_leaf();
                self.inlines.builder.leaf(BlockKind::Math, inside);
            }
            "toc" => {}
            _ => return false,
        }
        true
    }

    /// Adds a line in strong letters.
    pub(super) fn label(&mut self, text: Option<&str>) {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return };
        self.inlines.open_leaf(BlockKind::Paragraph);
        self.inlines.open_mark(MarkKind::Strong, None);
        inline::write(&mut self.inlines, &mut self.context, text);
        self.inlines.close_leaf();
    }

    pub fn leaf(&mut self, kind: BlockKind, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.inlines.open_leaf(kind);
        inline::write(&mut self.inlines, &mut self.context, text.trim());
        self.inlines.close_leaf();
    }

    pub(super) fn code(&mut self, language: Option<&str>, lines: &[&str]) {
        self.inlines.close_leaf();
        let text = lines.join("\n");
        if !text.trim().is_empty() {
            let language =
                language.filter(|name| !matches!(*name, "" | "text")).map(|name| self.inlines.builder.language(name));
            self.inlines.builder.leaf(BlockKind::Code(language), text.trim_end());
        }
    }

    pub(super) fn container(&mut self, kind: BlockKind, inside: impl FnOnce(&mut Self)) {
        self.open_container(kind);
        inside(self);
        self.close_container();
    }

    pub(super) fn open_container(&mut self, kind: BlockKind) {
        self.inlines.close_leaf();
        self.inlines.builder.open(kind);
        self.n_containers += 1;
    }

    pub(super) fn close_container(&mut self) {
        self.inlines.close_leaf();
        self.inlines.builder.close();
        self.n_containers = self.n_containers.saturating_sub(1);
    }
}

/// Returns the level and text of a title that signs stand before.
pub(super) fn title(line: &str) -> Option<(u8, &str)> {
    let sign = line.chars().next().filter(|&sign| sign == '=' || sign == '#')?;
    let text = line.trim_start_matches(sign);
    let n_signs = line.len() - text.len();
    let title = text.strip_prefix(' ')?.trim();
    // Signs may stand at both ends.
    let signs = line.get(..n_signs)?;
    let title = title.strip_suffix(signs).map_or(title, str::trim_end);
    let level = u8::try_from(n_signs).ok().filter(|n_signs| *n_signs <= 6)?;
    (!title.is_empty()).then(|| (level.saturating_sub(1).max(1), title))
}

/// Returns the level of a title with a line of signs under it; 0 is the document's.
pub(super) fn setext(title: &str, under: &str) -> Option<u8> {
    let sign = under.chars().next()?;
    let level = ['=', '-', '~', '^', '+'].iter().position(|&known| known == sign)?;
    let length = title.chars().count();
    let fits = under.len() >= 2 && under.chars().all(|c| c == sign) && under.len().abs_diff(length) <= 1;
    let is_words = title.starts_with(|c: char| c.is_alphanumeric() || !c.is_ascii()) && item(title).is_none();
    if fits && is_words { u8::try_from(level).ok() } else { None }
}

fn paragraph_end(lines: &[&str], at: usize) -> usize {
    let rest = lines.get(at + 1..).unwrap_or_default();
    let ends = |line: &&str| {
        line.is_empty()
            || delimiter(line).is_some()
            || line.starts_with("include::")
            || line.starts_with('[') && line.ends_with(']') && !line.contains(' ')
    };
    at + 1 + rest.iter().position(ends).unwrap_or(rest.len())
}
