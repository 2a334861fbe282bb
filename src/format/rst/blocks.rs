//! Blocks: what a text's indentation and the signs at its lines' beginnings make of it.

use super::directive;
use super::inline;
use super::item::{Item, Numbering, item, item_body, numerals};
use super::names::{Names, Use, normalized, target};
use super::table;
use super::title::{Title, adornment, title_at, titles};
use crate::document::{BlockKind, DocumentBuilder, ItemMark, Meta, WarningKind};
use crate::format::markdown::Slugs;
use crate::format::markdown::inline::Inlines;

/// How deep blocks may nest; what is deeper is read as words.
const DEEPEST: usize = 40;

/// The longest marker before a field or an option, in bytes.
const LONGEST_MARKER: usize = 200;

/// Reads lines into a document.
#[derive(Debug)]
pub struct Reader {
    pub inlines: Inlines,
    pub names: Names,
    slugs: Slugs,
    /// The kinds of title met so far, in order: the sign under it, and whether one stands above.
    styles: Vec<(char, bool)>,
    /// Whether the first kind of title is the document's.
    has_title: bool,
    depth: usize,
    /// How many containers are open: sections begin outside of them only.
    n_containers: usize,
    /// The number of the item right before.
    last_number: Option<u32>,
    /// The language of literal blocks, where the text sets one.
    pub language: Option<String>,
}

impl Reader {
    pub fn new(builder: DocumentBuilder, names: Names) -> Self {
        Self {
            inlines: Inlines::new(builder),
            names,
            slugs: Slugs::default(),
            styles: Vec::new(),
            has_title: false,
            depth: 0,
            n_containers: 0,
            last_number: None,
            language: None,
        }
    }

    pub fn finish(mut self) -> DocumentBuilder {
        self.inlines.close_leaf();
        self.inlines.builder
    }

    /// Reads a whole document: its title and what it says about itself, then its blocks.
    pub fn document(&mut self, lines: &[&str]) {
        let mut at = 0;
        let mut meta = Meta::default();
        loop {
            while lines.get(at).is_some_and(|line| line.is_empty()) {
                at += 1;
            }
            // Comments and targets may stand before the title.
            let is_explicit = lines.get(at).is_some_and(|line| {
                line.starts_with(".. ")
                    && (!line.contains("::") || line.starts_with(".. meta::") || line.starts_with(".. highlight::"))
                    || *line == ".."
            });
            if !is_explicit {
                break;
            }
            at = self.explicit(lines, at);
        }
        if let Some(title) = title_at(lines, at) {
            let style = title.style;
            let n_alike = titles(lines).filter(|found| found.style == style).count();
            if n_alike == 1 {
                self.has_title = true;
                self.styles.push(style);
                meta.title = Some(title.text.to_owned());
                self.target_of(title.text);
                self.leaf(BlockKind::Title, title.text);
                at += title.n_lines;
            }
        }
        while lines.get(at).is_some_and(|line| line.is_empty()) {
            at += 1;
        }
        if self.has_title || lines.get(at).is_some_and(|line| is_docinfo(line)) {
            at = self.docinfo(lines, at, &mut meta);
        }
        self.inlines.builder.set_meta(meta);
        self.blocks(lines.get(at..).unwrap_or_default());
    }

    /// Takes the fields under the title as what is known about the text.
    fn docinfo(&mut self, lines: &[&str], mut at: usize, meta: &mut Meta) -> usize {
        let mut byline = Vec::new();
        while let Some((name, value)) = lines.get(at).and_then(|line| field(line)) {
            let (body, next) = indented(lines, at + 1);
            let words = std::iter::once(value).chain(body).filter(|line| !line.is_empty());
            let value = words.collect::<Vec<_>>().join(" ");
            match name.to_ascii_lowercase().as_str() {
                "author" | "authors" => {
                    byline.push(value.clone());
                    meta.byline = Some(value);
                }
                "date" => {
                    byline.push(value.clone());
                    meta.date = Some(value);
                }
                "version" | "release" => byline.push(format!("{name} {value}")),
                "language" | "lang" => meta.language = Some(value),
                "organization" => meta.site = Some(value),
                _ => {}
            }
            at = next;
            while lines.get(at).is_some_and(|line| line.is_empty()) {
                at += 1;
            }
        }
        if !byline.is_empty() {
            let byline = byline.join(" · ");
            self.leaf(BlockKind::Byline, &byline);
        }
        at
    }

    /// Reads lines that have no indentation in common.
    pub fn blocks(&mut self, lines: &[&str]) {
        if self.depth >= DEEPEST {
            self.inlines.builder.warn(WarningKind::Depth);
            for paragraph in lines.split(|line| line.trim().is_empty()) {
                self.paragraph(&paragraph.join("\n"));
            }
            return;
        }
        self.depth += 1;
        let outer_number = self.last_number.take();
        let mut at = 0;
        while at < lines.len() {
            at = self.block(lines, at).max(at + 1);
        }
        self.last_number = outer_number;
        self.depth -= 1;
    }

    /// Reads the block that begins at a line; returns where the next one may begin.
    fn block(&mut self, lines: &[&str], at: usize) -> usize {
        let Some(&line) = lines.get(at) else { return at };
        if line.is_empty() {
            return at + 1;
        }
        let last_number = self.last_number.take();
        if line.starts_with(' ') {
            let (body, next) = indented(lines, at);
            // Lists that are set in are lists, not quotations.
            let is_list = body.first().is_some_and(|first| item(first).is_some() || first.starts_with(".. "))
                || body.get(1).is_some_and(|second| second.starts_with(' '));
            if is_list {
                self.blocks(&body);
            } else {
                self.container(BlockKind::Quote, |reader| reader.quotation(&body));
            }
            return next;
        }
        if self.n_containers == 0
            && let Some(title) = title_at(lines, at)
        {
            self.heading(&title);
            return at + title.n_lines;
        }
        if adornment(line).is_some_and(|_| line.len() >= 4) && lines.get(at + 1).is_none_or(|next| next.is_empty()) {
            self.inlines.close_leaf();
            self.inlines.builder.leaf(BlockKind::Rule, "");
            return at + 1;
        }
        if line == ".." || line.starts_with(".. ") {
            return self.explicit(lines, at);
        }
        if line.starts_with("__ ") {
            return at + 1;
        }
        if table::begins_grid(line) {
            return table::grid(self, lines, at);
        }
        if table::begins_simple(line, lines.get(at + 1..).unwrap_or_default()) {
            return table::simple(self, lines, at);
        }
        if let Some(Item { numbering, number, width }) = item(line)
            && (numbering != Numbering::Letters || Self::is_in_row(lines, at, last_number, number, width))
        {
            let (body, next) = item_body(lines, at, width);
            let number = number.unwrap_or_else(|| last_number.map_or(1, |last| last.saturating_add(1)));
            let mark = match numbering {
                Numbering::None => ItemMark::Bullet,
                Numbering::Digits => ItemMark::Number(number),
                Numbering::Letters | Numbering::Roman => ItemMark::Ordinal(number, numerals(line, numbering)),
            };
            if numbering != Numbering::None {
                self.last_number = Some(number);
            }
            self.container(BlockKind::Item(mark), |reader| reader.blocks(&body));
            return next;
        }
        if line.starts_with(">>> ") {
            let end =
                lines.iter().skip(at).position(|line| line.is_empty()).map_or(lines.len(), |n_lines| at + n_lines);
            self.code(Some("python"), lines.get(at..end).unwrap_or_default());
            return end;
        }
        if line.starts_with("| ") || line == "|" {
            return self.line_block(lines, at);
        }
        if let Some((name, value)) = field(line) {
            let (mut body, next) = indented(lines, at + 1);
            body.insert(0, value);
            self.definition(|reader| reader.leaf(BlockKind::Term, name), &body);
            return next;
        }
        if let Some((option, text)) = option(line) {
            let (mut body, next) = indented(lines, at + 1);
            body.insert(0, text);
            if body.iter().any(|line| !line.is_empty()) {
                self.definition(|reader| reader.code_term(option), &body);
                return next;
            }
        }
        if lines.get(at + 1).is_some_and(|next| next.starts_with(' ')) && !line.ends_with("::") {
            let (body, next) = indented(lines, at + 1);
            let (term, classifier) = line.split_once(" : ").unwrap_or((line, ""));
            let term = if classifier.is_empty() { term.to_owned() } else { format!("{term} ({classifier})") };
            self.definition(|reader| reader.leaf(BlockKind::Term, &term), &body);
            return next;
        }
        self.prose(lines, at)
    }

    /// Returns whether an item with a letter has a neighbour with the letter before or after: `A. Keeper` is a name.
    fn is_in_row(lines: &[&str], at: usize, last: Option<u32>, number: Option<u32>, width: usize) -> bool {
        let Some(number) = number else { return false };
        if last.is_some_and(|last| last + 1 == number) {
            return true;
        }
        let (_, next) = item_body(lines, at, width);
        let after = lines.get(next).and_then(|line| item(line));
        after.is_some_and(|after| after.numbering == Numbering::Letters && after.number == Some(number + 1))
    }

    /// Reads a paragraph, and the literal block that it may announce.
    fn prose(&mut self, lines: &[&str], at: usize) -> usize {
        let rest = lines.get(at..).unwrap_or_default();
        let ends = |line: &&str| line.is_empty() || line.starts_with(' ');
        let n_lines = rest.iter().position(ends).unwrap_or(rest.len()).max(1);
        let text = rest.get(..n_lines).unwrap_or_default().join("\n");
        let next = at + n_lines;
        let Some(words) = text.strip_suffix("::") else {
            self.paragraph(&text);
            return next;
        };
        let words = words.trim_end();
        if !words.is_empty() {
            let is_apart = text.ends_with(" ::") || text.ends_with("\n::");
            self.paragraph(&if is_apart { words.to_owned() } else { format!("{words}:") });
        }
        let mut start = next;
        while lines.get(start).is_some_and(|line| line.is_empty()) {
            start += 1;
        }
        match lines.get(start) {
            Some(line) if line.starts_with(' ') => {
                let (body, next) = indented(lines, start);
                let language = self.language.clone();
                self.code(language.as_deref(), &body);
                next
            }
            // A quoted literal block keeps its signs.
            Some(line) if line.starts_with(|c: char| c.is_ascii_punctuation()) && start > next => {
                let sign = line.chars().next();
                let quoted = lines.iter().skip(start).take_while(|line| line.chars().next() == sign).count();
                let end = start + quoted;
                if lines.get(end).is_none_or(|line| line.is_empty()) && !line.starts_with(".. ") {
                    self.code(None, lines.get(start..end).unwrap_or_default());
                    return end;
                }
                next
            }
            _ => next,
        }
    }

    /// Reads a quotation, whose last line may say who said it.
    pub fn quotation(&mut self, lines: &[&str]) {
        let is_attribution =
            |line: &&str| line.starts_with("-- ") || line.starts_with("--- ") || line.starts_with("— ");
        let last = lines.iter().rposition(is_attribution).filter(|&at| {
            lines.get(at + 1..).unwrap_or_default().iter().all(|line| line.starts_with(' '))
                && at > 0
                && lines.get(at - 1).is_some_and(|line| line.is_empty())
        });
        let Some(at) = last else { return self.blocks(lines) };
        self.blocks(lines.get(..at).unwrap_or_default());
        let said_by = lines.get(at..).unwrap_or_default().join("\n");
        self.paragraph(&format!("— {}", said_by.trim_start_matches(['-', '—']).trim_start()));
    }

    fn line_block(&mut self, lines: &[&str], at: usize) -> usize {
        let mut next = at;
        self.inlines.open_leaf(BlockKind::Verse);
        while let Some(line) = lines.get(next) {
            let text = match line.strip_prefix('|') {
                Some(text) if text.is_empty() || text.starts_with(' ') => {
                    if next > at {
                        self.inlines.hard_break();
                    }
                    text
                }
                _ if line.starts_with(' ') && next > at => {
                    self.inlines.soft_break();
                    line
                }
                _ => break,
            };
            inline::write(&mut self.inlines, &mut self.names, text.trim());
            next += 1;
        }
        self.inlines.close_leaf();
        next
    }

    /// Reads what `..` begins: a footnote, a target, a directive, or a comment, which is left out.
    fn explicit(&mut self, lines: &[&str], at: usize) -> usize {
        let first = lines.get(at).map(|line| line.trim_start_matches("..").trim_start()).unwrap_or_default();
        // An empty comment does not take what follows an empty line.
        if first.is_empty() && lines.get(at + 1).is_none_or(|line| line.is_empty()) {
            return at + 1;
        }
        let (body, next) = indented(lines, at + 1);
        if let Some((label, text)) = first.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            if text.is_empty() || text.starts_with(' ') {
                let label = self.names.footnote(label, Use::Definition);
                let footnote = self.inlines.builder.footnote(&label);
                let mut body = body;
                body.insert(0, text.trim());
                self.container(BlockKind::Footnote(footnote), |reader| reader.blocks(&body));
            }
            return next;
        }
        if first.starts_with('_') {
            if let Some((name, address)) = first.strip_prefix('_').and_then(target)
                && address.is_empty()
                && body.iter().all(|line| line.is_empty())
            {
                self.inlines.close_leaf();
                self.inlines.builder.target(&name);
                return at + 1;
            }
            return next;
        }
        if first.starts_with('|') {
            return next;
        }
        if let Some((name, argument)) = first.split_once("::")
            && !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || "-_.+:".contains(c))
            && (argument.is_empty() || argument.starts_with(' '))
        {
            directive::perform(self, name, argument.trim(), &body);
        }
        next
    }

    fn heading(&mut self, title: &Title<'_>) {
        let idx = self.styles.iter().position(|&style| style == title.style).unwrap_or_else(|| {
            self.styles.push(title.style);
            self.styles.len() - 1
        });
        let level = idx + 1 - usize::from(self.has_title && idx > 0);
        self.target_of(title.text);
        self.leaf(BlockKind::Heading(u8::try_from(level).unwrap_or(6)), title.text);
    }

    /// Names the place of a title, as references name it and as other formats do.
    fn target_of(&mut self, title: &str) {
        self.inlines.close_leaf();
        let slug = self.slugs.next(title);
        self.inlines.builder.target(&normalized(title));
        self.inlines.builder.target(&slug);
    }

    pub fn paragraph(&mut self, text: &str) {
        self.leaf(BlockKind::Paragraph, text);
    }

    /// Adds a leaf with inline mark-up.
    pub fn leaf(&mut self, kind: BlockKind, text: &str) {
        if text.trim().is_empty() && !matches!(kind, BlockKind::Figure(_)) {
            return;
        }
        self.inlines.open_leaf(kind);
        inline::write(&mut self.inlines, &mut self.names, text.trim());
        self.inlines.close_leaf();
    }

    pub fn code_term(&mut self, text: &str) {
        self.inlines.open_leaf(BlockKind::Term);
        self.inlines.marked(crate::document::MarkKind::Code, text);
        self.inlines.close_leaf();
    }

    pub fn code(&mut self, language: Option<&str>, lines: &[&str]) {
        self.inlines.close_leaf();
        let text = lines.join("\n");
        let text = text.trim_end().trim_start_matches('\n');
        if !text.is_empty() {
            let language = language.filter(|name| !matches!(*name, "" | "none" | "text"));
            let language = language.map(|name| self.inlines.builder.language(name));
            self.inlines.builder.leaf(BlockKind::Code(language), text);
        }
    }

    pub fn definition(&mut self, term: impl FnOnce(&mut Self), body: &[&str]) {
        term(self);
        self.container(BlockKind::Definition, |reader| reader.blocks(body));
    }

    pub fn container(&mut self, kind: BlockKind, inside: impl FnOnce(&mut Self)) {
        self.inlines.close_leaf();
        self.inlines.builder.open(kind);
        self.n_containers += 1;
        inside(self);
        self.n_containers -= 1;
        self.inlines.close_leaf();
        self.inlines.builder.close();
    }
}

fn is_docinfo(line: &str) -> bool {
    field(line).is_some_and(|(name, _)| {
        matches!(
            name.to_ascii_lowercase().as_str(),
            "author" | "authors" | "date" | "version" | "organization" | "orphan" | "language"
        )
    })
}

/// Splits `:name: value`.
pub fn field(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix(':')?;
    let most = rest.get(..rest.floor_char_boundary(LONGEST_MARKER))?;
    let end = most.find(": ").or_else(|| most.strip_suffix(':').map(str::len))?;
    let name = rest.get(..end)?;
    let is_name = !name.is_empty() && !name.starts_with([' ', ':', '`']) && !name.contains('`');
    is_name.then(|| (name, rest.get(end + 1..).unwrap_or_default().trim()))
}

/// Splits an option from what it does: two spaces stand between.
fn option(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("--").or_else(|| line.strip_prefix('-')).or_else(|| line.strip_prefix('/'))?;
    if !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '?') {
        return None;
    }
    let (option, text) = line.split_once("  ").unwrap_or((line, ""));
    let is_option = option.len() <= LONGEST_MARKER
        && option.split(", ").all(|part| part.starts_with(['-', '/']) && part.split(' ').count() <= 2);
    is_option.then(|| (option, text.trim_start()))
}

/// Returns the lines from `at` on that are indented, without what they have in common, and where they end.
pub fn indented<'a>(lines: &[&'a str], at: usize) -> (Vec<&'a str>, usize) {
    let rest = lines.get(at..).unwrap_or_default();
    let n_lines = rest.iter().position(|line| !line.is_empty() && !line.starts_with(' ')).unwrap_or(rest.len());
    let body = rest.get(..n_lines).unwrap_or_default();
    let n_lines = body.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    let body = body.get(..n_lines).unwrap_or_default();
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let least = body.iter().filter(|line| !line.is_empty()).map(indent).min().unwrap_or(0);
    (body.iter().map(|line| line.get(least..).unwrap_or_default()).collect(), at + n_lines)
}
