//! The document around its blocks: its title and header, its attributes, and at its end its footnotes.

use super::blocks::{Reader, setext};
use super::inline;
use crate::document::{BlockKind, Meta};

impl Reader {
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
    pub(super) fn attribute(&mut self, line: &str) -> bool {
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
}
