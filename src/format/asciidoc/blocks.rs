//! Blocks: sections, delimited blocks, lists and paragraphs, line by line.

use super::inline::{self, Context};
use super::table;
use crate::document::{BlockKind, DocumentBuilder, ItemMark, MarkKind, Meta, WarningKind};
use crate::format::markdown::Slugs;
use crate::format::markdown::inline::Inlines;

/// How deep delimited blocks may nest; what is deeper is read as words.
const DEEPEST: usize = 32;

/// How many lists may nest.
const DEEPEST_LIST: usize = 24;

/// The longest term before `::`, in bytes.
const LONGEST_TERM: usize = 400;

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

/// What lines before a block say of it.
#[derive(Debug, Default, Clone)]
pub struct About {
    /// The attributes without names, in order.
    pub places: Vec<String>,
    pub named: Vec<(String, String)>,
    pub title: Option<String>,
}

impl About {
    fn style(&self) -> &str {
        let first = self.places.first().map_or("", String::as_str);
        first.split(['#', '.', '%']).next().unwrap_or_default()
    }

    pub fn named(&self, name: &str) -> Option<&str> {
        self.named.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn has_option(&self, option: &str) -> bool {
        let options = [self.named("options"), self.named("opts"), self.places.first().map(String::as_str)];
        options.into_iter().flatten().any(|options| options.split([',', '%', ' ']).any(|known| known == option))
    }

    fn place(&self, idx: usize) -> &str {
        self.places.get(idx).map_or("", String::as_str)
    }
}

/// An item's mark and what its line says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item<'a> {
    Bullet { marker: &'a str, text: &'a str, task: Option<bool> },
    Number { marker: String, text: &'a str, number: Option<u32> },
    Callout { number: u32, text: &'a str },
    Term { marker: &'a str, term: &'a str, text: &'a str },
}

impl Item<'_> {
    fn marker(&self) -> &str {
        match self {
            Self::Bullet { marker, .. } | Self::Term { marker, .. } => marker,
            Self::Number { marker, .. } => marker,
            Self::Callout { .. } => "<1>",
        }
    }
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

    /// Reads a whole document: its header, its blocks and its footnotes.
    pub fn document(&mut self, lines: &[&str]) {
        let mut at = 0;
        let mut meta = Meta::default();
        while let Some(line) = lines.get(at) {
            if !line.is_empty() && !self.attribute(line) {
                break;
            }
            at += 1;
        }
        let title = lines.get(at).and_then(|line| line.strip_prefix("= ").or_else(|| line.strip_prefix("# ")));
        let underlined = || {
            let (title, under) = (lines.get(at)?, lines.get(at + 1)?);
            (setext(title, under) == Some(0)).then_some(*title)
        };
        if let Some((title, n_lines)) = title.map(|title| (title, 1)).or_else(|| underlined().map(|title| (title, 2))) {
            meta.title = Some(inline::with_attributes(title.trim(), &self.context.attributes));
            self.leaf(BlockKind::Title, title.trim());
            at = self.header(lines, at + n_lines, &mut meta);
        }
        let set = |name: &str| self.context.attributes.get(name).cloned();
        meta.byline = meta.byline.take().or_else(|| set("author"));
        meta.date = meta.date.take().or_else(|| set("revdate"));
        meta.language = set("lang");
        meta.description = set("description");
        self.inlines.builder.set_meta(meta);
        self.blocks(lines.get(at..).unwrap_or_default());
        let mut idx = 0;
        // A footnote may hold another.
        while let Some(text) = self.context.footnotes.get(idx).cloned() {
            idx += 1;
            let footnote = self.inlines.builder.footnote(&idx.to_string());
            self.container(BlockKind::Footnote(footnote), |reader| reader.leaf(BlockKind::Paragraph, &text));
        }
    }

    /// Takes the lines under the title: who wrote it, which revision, and attributes.
    fn header(&mut self, lines: &[&str], mut at: usize, meta: &mut Meta) -> usize {
        let mut plain = Vec::new();
        while let Some(line) = lines.get(at).filter(|line| !line.is_empty()) {
            at += 1;
            if !self.attribute(line) {
                plain.push(*line);
            }
        }
        let mut byline = Vec::new();
        let names: Vec<String> = plain
            .first()
            .map(|line| {
                line.split(';')
                    .map(|author| author.split('<').next().unwrap_or_default().trim().replace('_', " "))
                    .collect()
            })
            .unwrap_or_default();
        let author = names.join(", ");
        let author =
            if author.is_empty() { self.context.attributes.get("author").cloned().unwrap_or_default() } else { author };
        if !author.is_empty() {
            byline.push(author.clone());
            self.context.attributes.insert("author".to_owned(), author.clone());
            meta.byline = Some(author);
        }
        if let Some(revision) = plain.get(1) {
            let (revision, _) = revision.split_once(": ").unwrap_or((revision, ""));
            byline.extend(revision.split(", ").map(|part| part.trim().to_owned()));
            meta.date = revision
                .split(", ")
                .nth(1)
                .or_else(|| revision.starts_with(|c: char| c.is_ascii_digit()).then_some(revision))
                .map(|date| date.trim().to_owned());
        } else {
            let known = ["revnumber", "revdate"].iter().filter_map(|name| self.context.attributes.get(*name).cloned());
            byline.extend(known);
        }
        if !byline.is_empty() {
            self.inlines.close_leaf();
            self.inlines.builder.leaf(BlockKind::Byline, &byline.join(" · "));
        }
        at
    }

    /// Takes `:name: value`; returns whether the line is one.
    fn attribute(&mut self, line: &str) -> bool {
        let Some((name, value)) = line.strip_prefix(':').and_then(|rest| rest.split_once(':')) else { return false };
        let is_name =
            !name.is_empty() && name.trim_matches('!').chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        if !is_name || !(value.is_empty() || value.starts_with(' ')) {
            return false;
        }
        match name.strip_prefix('!').or_else(|| name.strip_suffix('!')) {
            Some(name) => drop(self.context.attributes.remove(name)),
            None => {
                let value = inline::with_attributes(value.trim().trim_end_matches(" \\"), &self.context.attributes);
                // Values that hold each other must not grow without end.
                let value = value.get(..value.floor_char_boundary(2048)).unwrap_or_default().to_owned();
                self.context.attributes.insert(name.to_lowercase(), value);
            }
        }
        true
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
    fn block(&mut self, lines: &[&str], at: usize) -> usize {
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

    /// Takes a line that says something of the next block; returns whether it is one.
    fn about(&mut self, line: &str) -> bool {
        if let Some(id) = line.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
            let id = id.split(',').next().unwrap_or_default();
            self.inlines.close_leaf();
            self.inlines.builder.target(id);
            return true;
        }
        if let Some(title) = line.strip_prefix('.').filter(|title| !title.starts_with(['.', ' ']) && !title.is_empty())
        {
            self.next.title = Some(title.to_owned());
            return true;
        }
        let Some(inside) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return false };
        let is_list = inside.is_empty()
            || inside.starts_with(|c: char| c.is_alphanumeric() || "#.%,\"'{=*".contains(c)) && !inside.contains("](");
        if !is_list {
            return false;
        }
        for part in split_attributes(inside) {
            match part.split_once('=') {
                Some((name, value)) if name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') => {
                    let value = value.trim().trim_matches(['"', '\'']);
                    self.next.named.push((name.trim().to_owned(), value.to_owned()));
                }
                _ => self.next.places.push(part.trim().trim_matches(['"', '\'']).to_owned()),
            }
        }
        let id = self
            .next
            .place(0)
            .split_once('#')
            .map(|(_, rest)| rest.split(['.', '%']).next().unwrap_or_default().to_owned());
        if let Some(id) = id.or_else(|| self.next.named("id").map(str::to_owned)) {
            self.inlines.close_leaf();
            self.inlines.builder.target(&id);
        }
        true
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

    /// Reads what stands between a delimiter and its like.
    fn delimited(&mut self, lines: &[&str], at: usize, end: &str) -> usize {
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
    fn styled(&mut self, about: &About, lines: &[&str]) {
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

    /// Reads a list, with the lists in it and the blocks that are attached to its items.
    fn list(&mut self, lines: &[&str], mut at: usize) -> usize {
        let about = std::mem::take(&mut self.next);
        self.label(about.title.as_deref());
        // The markers of the lists that are open, outermost first, each with its last number.
        let mut open: Vec<(String, u32)> = Vec::new();
        let first_number = about.named("start").and_then(|number| number.parse().ok()).unwrap_or(1);
        while let Some(&line) = lines.get(at) {
            if line.is_empty() {
                let next = lines.get(at..).unwrap_or_default().iter().position(|line| !line.is_empty());
                let Some(next) = next.map(|n_lines| at + n_lines) else { break };
                if lines.get(next).is_none_or(|line| item(line).is_none()) {
                    break;
                }
                at = next;
                continue;
            }
            if line == "+" {
                at = self.attached(lines, at + 1);
                continue;
            }
            let Some(found) = item(line) else { break };
            let marker = found.marker().to_owned();
            match open.iter().position(|(known, _)| *known == marker) {
                Some(idx) => {
                    for _ in idx..open.len() {
                        self.close_container();
                    }
                    open.truncate(idx + 1);
                }
                None if open.len() >= DEEPEST_LIST => {
                    self.inlines.builder.warn(WarningKind::Depth);
                    self.close_container();
                }
                None => open.push((marker, if open.is_empty() { first_number - 1 } else { 0 })),
            }
            let last = open.last_mut().map_or(0, |(_, last)| {
                *last = last.saturating_add(1);
                *last
            });
            at += 1;
            let mut text = match &found {
                Item::Bullet { text, task, .. } => {
                    self.open_container(BlockKind::Item(task.map_or(ItemMark::Bullet, ItemMark::Task)));
                    (*text).to_owned()
                }
                Item::Number { text, number, .. } => {
                    self.open_container(BlockKind::Item(ItemMark::Number(number.unwrap_or(last))));
                    (*text).to_owned()
                }
                Item::Callout { text, number } => {
                    self.open_container(BlockKind::Item(ItemMark::Number(if *number == 0 { last } else { *number })));
                    (*text).to_owned()
                }
                Item::Term { term, text, .. } => {
                    self.leaf(BlockKind::Term, term);
                    self.open_container(BlockKind::Definition);
                    let mut text = (*text).to_owned();
                    // The definition may begin on a later line.
                    let next = lines.get(at..).unwrap_or_default().iter().position(|line| !line.is_empty());
                    if text.is_empty()
                        && let Some(line) = next.and_then(|n_lines| lines.get(at + n_lines))
                        && item(line).is_none()
                        && *line != "+"
                        && delimiter(line).is_none()
                        && title(line).is_none()
                        && !line.starts_with('[')
                    {
                        line.trim().clone_into(&mut text);
                        at += next.unwrap_or(0) + 1;
                    }
                    text
                }
            };
            while let Some(line) = lines.get(at) {
                let goes_on = !line.is_empty()
                    && *line != "+"
                    && item(line).is_none()
                    && delimiter(line).is_none()
                    && !(line.starts_with('[') && line.ends_with(']'));
                if !goes_on {
                    break;
                }
                text.push('\n');
                text.push_str(line.trim_start());
                at += 1;
            }
            self.leaf(BlockKind::Paragraph, &text);
        }
        for _ in open {
            self.close_container();
        }
        at
    }

    /// Reads the block that is attached to an item, with the lines that say something of it.
    fn attached(&mut self, lines: &[&str], mut at: usize) -> usize {
        // An item goes on with the list itself: a list is never read inside of its own reading.
        while let Some(line) = lines.get(at).filter(|line| item(line).is_none() && **line != "+") {
            let is_about = self.about(line);
            if is_about {
                at += 1;
                continue;
            }
            return if line.is_empty() { at } else { self.block(lines, at).max(at + 1) };
        }
        at
    }

    /// Adds a line in strong letters.
    fn label(&mut self, text: Option<&str>) {
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

    fn code(&mut self, language: Option<&str>, lines: &[&str]) {
        self.inlines.close_leaf();
        let text = lines.join("\n");
        if !text.trim().is_empty() {
            let language =
                language.filter(|name| !matches!(*name, "" | "text")).map(|name| self.inlines.builder.language(name));
            self.inlines.builder.leaf(BlockKind::Code(language), text.trim_end());
        }
    }

    fn container(&mut self, kind: BlockKind, inside: impl FnOnce(&mut Self)) {
        self.open_container(kind);
        inside(self);
        self.close_container();
    }

    fn open_container(&mut self, kind: BlockKind) {
        self.inlines.close_leaf();
        self.inlines.builder.open(kind);
        self.n_containers += 1;
    }

    fn close_container(&mut self) {
        self.inlines.close_leaf();
        self.inlines.builder.close();
        self.n_containers = self.n_containers.saturating_sub(1);
    }
}

/// Returns the level and text of a title that signs stand before.
fn title(line: &str) -> Option<(u8, &str)> {
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
fn setext(title: &str, under: &str) -> Option<u8> {
    let sign = under.chars().next()?;
    let level = ['=', '-', '~', '^', '+'].iter().position(|&known| known == sign)?;
    let length = title.chars().count();
    let fits = under.len() >= 2 && under.chars().all(|c| c == sign) && under.len().abs_diff(length) <= 1;
    let is_words = title.starts_with(|c: char| c.is_alphanumeric() || !c.is_ascii()) && item(title).is_none();
    if fits && is_words { u8::try_from(level).ok() } else { None }
}

/// Returns the line that ends the block which a line begins.
fn delimiter(line: &str) -> Option<&str> {
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

/// Splits attributes at commas that do not stand in quotes.
pub fn split_attributes(inside: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut quote = None;
    let mut start = 0;
    for (at, c) in inside.char_indices() {
        match c {
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' if quote.is_none() => quote = Some(c),
            ',' if quote.is_none() => {
                parts.push(inside.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(inside.get(start..).unwrap_or_default().trim());
    parts
}

/// Returns the item that a line begins.
fn item(line: &str) -> Option<Item<'_>> {
    let line = line.trim_start();
    let first = line.chars().next()?;
    let signs = line.len() - line.trim_start_matches(first).len();
    if matches!(first, '*' | '-' | '.' | '•') {
        let (marker, rest) = line.split_at_checked(signs)?;
        let n_signs = marker.chars().count();
        if let Some(text) = rest.strip_prefix(' ').filter(|_| n_signs <= if first == '-' { 1 } else { 10 }) {
            let text = text.trim_start();
            if first == '.' {
                return Some(Item::Number { marker: marker.to_owned(), text, number: None });
            }
            let task = [("[ ] ", false), ("[x] ", true), ("[*] ", true)]
                .iter()
                .find_map(|(sign, done)| Some((*done, text.strip_prefix(sign)?)));
            return Some(Item::Bullet {
                marker,
                text: task.map_or(text, |(_, text)| text),
                task: task.map(|(done, _)| done),
            });
        }
    }
    if let Some((number, text)) = line.strip_prefix('<').and_then(|rest| rest.split_once("> ")) {
        let number = if number == "." { Some(0) } else { number.parse().ok() };
        return number.map(|number| Item::Callout { number, text });
    }
    let n_digits = line.bytes().take(6).take_while(u8::is_ascii_digit).count();
    if n_digits > 0
        && let Some(text) = line.get(n_digits..)?.strip_prefix(". ")
    {
        return Some(Item::Number { marker: "1.".to_owned(), text, number: line.get(..n_digits)?.parse().ok() });
    }
    let most = line.get(..line.floor_char_boundary(LONGEST_TERM))?;
    let at = [";;", "::"]
        .iter()
        .filter_map(|sign| {
            most.find(&format!("{sign} "))
                .or_else(|| most.strip_suffix(sign).map(|term| term.trim_end_matches(':').len()))
        })
        .min()?;
    let (term, rest) = line.split_at_checked(at)?;
    let sign = rest.chars().next()?;
    let text = rest.trim_start_matches(sign);
    let marker = rest.get(..rest.len() - text.len())?;
    let is_marker = matches!(marker, "::" | ":::" | "::::" | ";;");
    (is_marker && !term.trim().is_empty()).then(|| Item::Term { marker, term: term.trim(), text: text.trim() })
}
