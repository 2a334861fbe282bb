//! Blocks: headlines, drawers, lists, tables and what stands between `#+BEGIN` and `#+END`.

use super::inline::{self, Notes};
use super::lines::{Item, drawer_end, footnote, headline, item, keyword, planning, split_tags, without_state};
use crate::document::{BlockKind, DocumentBuilder, MarkKind, Meta, WarningKind};
use crate::format::markdown::Slugs;
use crate::format::markdown::inline::Inlines;

/// How deep blocks may nest; what is deeper is read as words.
const DEEPEST: usize = 40;

/// Reads lines into a document.
#[derive(Debug)]
pub struct Reader {
    pub inlines: Inlines,
    pub notes: Notes,
    slugs: Slugs,
    depth: usize,
    n_containers: usize,
    /// What `#+CAPTION` says of the next block.
    pub caption: Option<String>,
}

impl Reader {
    pub fn new(builder: DocumentBuilder) -> Self {
        Self {
            inlines: Inlines::new(builder),
            notes: Notes::default(),
            slugs: Slugs::default(),
            depth: 0,
            n_containers: 0,
            caption: None,
        }
    }

    pub fn finish(mut self) -> DocumentBuilder {
        self.inlines.close_leaf();
        self.inlines.builder
    }

    /// Reads a whole document: what it says about itself, its blocks, and the notes that stand in its lines.
    pub fn document(&mut self, lines: &[&str]) {
        self.notes = Notes::of(lines);
        let mut meta = Meta::default();
        let keywords = lines
            .iter()
            .take_while(|line| !line.starts_with("* "))
            .filter_map(|line| keyword(line.strip_prefix("#+")?));
        for (key, value) in keywords.filter(|(_, value)| !value.is_empty()) {
            let place = match key.as_str() {
                "title" => &mut meta.title,
                "author" => &mut meta.byline,
                "date" => &mut meta.date,
                "language" => &mut meta.language,
                "description" => &mut meta.description,
                _ => continue,
            };
            match place {
                // A long title may be told in two lines.
                Some(known) if key == "title" && known.len() < 1024 => {
                    known.push(' ');
                    known.push_str(value);
                }
                Some(_) => {}
                None => *place = Some(value.trim_matches(['<', '>', '[', ']']).to_owned()),
            }
        }
        if let Some(title) = meta.title.clone() {
            self.leaf(BlockKind::Title, &title);
        }
        let byline: Vec<&str> = [meta.byline.as_deref(), meta.date.as_deref()].into_iter().flatten().collect();
        if !byline.is_empty() {
            self.inlines.builder.leaf(BlockKind::Byline, &byline.join(" · "));
        }
        self.inlines.builder.set_meta(meta);
        self.blocks(lines);
        let mut idx = 0;
        // A note may hold another.
        while let Some((name, text)) = self.notes.found.get(idx).cloned() {
            idx += 1;
            let footnote = self.inlines.builder.footnote(&name);
            self.container(BlockKind::Footnote(footnote), |reader| reader.leaf(BlockKind::Paragraph, &text));
        }
    }

    fn blocks(&mut self, lines: &[&str]) {
        if self.depth >= DEEPEST {
            self.inlines.builder.warn(WarningKind::Depth);
            for paragraph in lines.split(|line| line.trim().is_empty()) {
                self.leaf(BlockKind::Paragraph, &paragraph.join("\n"));
            }
            return;
        }
        self.depth += 1;
        // Names of blocks that have no end any more.
        let mut gone = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            at = self.block(lines, at, &mut gone).max(at + 1);
        }
        self.depth -= 1;
    }

    /// Reads the block that begins at a line; returns where the next one may begin.
    fn block(&mut self, lines: &[&str], at: usize, gone: &mut Vec<String>) -> usize {
        let Some(&line) = lines.get(at) else { return at };
        let trimmed = line.trim_start();
        if trimmed.is_empty() {
            return at + 1;
        }
        if let Some((level, title)) = headline(line).filter(|_| self.n_containers == 0) {
            return self.heading(lines, at, level, title);
        }
        if let Some(rest) = trimmed.strip_prefix("#+") {
            return self.keyword_line(lines, at, rest, gone);
        }
        if trimmed == "#" || trimmed.starts_with("# ") {
            return at + 1;
        }
        if let Some(end) = drawer_end(lines, at) {
            return end;
        }
        if trimmed.starts_with('|') {
            return self.table(lines, at);
        }
        if trimmed == ":" || trimmed.starts_with(": ") {
            let rest = lines.get(at..).unwrap_or_default();
            let fixed =
                rest.iter().map(|line| line.trim_start()).take_while(|line| *line == ":" || line.starts_with(": "));
            let fixed: Vec<&str> = fixed.map(|line| line.get(2..).unwrap_or_default()).collect();
            self.code(None, &fixed);
            return at + fixed.len();
        }
        if trimmed.len() >= 5 && trimmed.bytes().all(|byte| byte == b'-') {
            self.inlines.close_leaf();
            self.inlines.builder.leaf(BlockKind::Rule, "");
            return at + 1;
        }
        if let Some((name, text)) = footnote(line) {
            return self.footnote(lines, at, name, text);
        }
        if let Some(item) = item(line, self.n_containers > 0) {
            return self.item(lines, at, &item);
        }
        if let Some(name) = trimmed.strip_prefix("\\begin{").and_then(|rest| rest.split('}').next()) {
            let end = format!("\\end{{{name}}}");
            if !gone.contains(&end) {
                if let Some(n_lines) = lines.get(at..).unwrap_or_default().iter().position(|line| line.trim() == end) {
                    self.inlines.close_leaf();
                    let tex = lines.get(at..=at + n_lines).unwrap_or_default().join("\n");
                    self.inlines.builder.leaf(BlockKind::Math, &tex);
                    return at + n_lines + 1;
                }
                gone.push(end);
            }
        }
        self.prose(lines, at)
    }

    fn heading(&mut self, lines: &[&str], at: usize, level: usize, title: &str) -> usize {
        if title == "COMMENT" || title.starts_with("COMMENT ") {
            // What stands under it is left out with it.
            let rest = lines.get(at + 1..).unwrap_or_default();
            let ends = |line: &&str| headline(line).is_some_and(|(other, _)| other <= level);
            return at + 1 + rest.iter().position(ends).unwrap_or(rest.len());
        }
        let (words, tags) = split_tags(title);
        let bare = without_state(words);
        self.inlines.close_leaf();
        let slug = self.slugs.next(bare);
        for name in [&slug, bare] {
            self.inlines.builder.target(name);
        }
        // Properties may name the place too.
        let planned = lines.get(at + 1).and_then(|line| planning(line.trim()));
        let start = at + 1 + usize::from(planned.is_some());
        let end = drawer_end(lines, start);
        for line in lines.get(start..end.unwrap_or(start)).unwrap_or_default() {
            let property = line.trim().strip_prefix(':').and_then(|line| line.split_once(": "));
            match property {
                Some(("CUSTOM_ID", id)) => self.inlines.builder.target(id.trim()),
                Some(("ID", id)) => self.inlines.builder.target(&format!("id:{}", id.trim())),
                _ => {}
            }
        }
        let shown = if tags.is_empty() { words.to_owned() } else { format!("{words} {tags}") };
        self.leaf(BlockKind::Heading(u8::try_from(level).unwrap_or(6).min(6)), &shown);
        if let Some(planned) = planned {
            self.leaf(BlockKind::Paragraph, &planned);
        }
        end.unwrap_or(start)
    }

    /// Reads `#+…`: a block, or what is said of one.
    fn keyword_line(&mut self, lines: &[&str], at: usize, rest: &str, gone: &mut Vec<String>) -> usize {
        let lower = rest.split([' ', ':']).next().unwrap_or_default().to_lowercase();
        if let Some(name) = lower.strip_prefix("begin_") {
            let arguments = rest.split_once(' ').map_or("", |(_, arguments)| arguments).trim();
            let end = format!("#+end_{name}");
            if !gone.contains(&end) {
                let body = lines.get(at + 1..).unwrap_or_default();
                match body.iter().position(|line| line.trim().eq_ignore_ascii_case(&end)) {
                    Some(n_lines) => {
                        self.delimited(name, arguments, body.get(..n_lines).unwrap_or_default());
                        return at + n_lines + 2;
                    }
                    None => gone.push(end),
                }
            }
            self.inlines.builder.warn(WarningKind::Malformed);
            return at + 1;
        }
        let Some((key, value)) = keyword(rest) else { return self.prose(lines, at) };
        match key.as_str() {
            "caption" => self.caption = Some(value.to_owned()),
            "name" | "label" => {
                self.inlines.close_leaf();
                self.inlines.builder.target(value);
            }
            "include" => {
                let path = value.strip_prefix('"').and_then(|value| value.split('"').next());
                let path = path.unwrap_or_else(|| value.split(' ').next().unwrap_or_default());
                self.inlines.open_leaf(BlockKind::Paragraph);
                self.inlines.text("Includes ");
                let link = self.inlines.builder.link(path, None);
                self.inlines.open_mark(MarkKind::Link(link), None);
                self.inlines.text(path);
                self.inlines.close_leaf();
            }
            _ => {}
        }
        at + 1
    }

    fn delimited(&mut self, name: &str, arguments: &str, body: &[&str]) {
        let indent = |line: &&str| line.len() - line.trim_start().len();
        let least = body.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
        let body: Vec<&str> = body.iter().map(|line| line.get(least..).unwrap_or_default()).collect();
        // A comma keeps stars and signs from meaning something.
        let verbatim = || -> Vec<&str> {
            let unquoted = |line: &&'_ str| line.starts_with(",*") || line.starts_with(",#+");
            body.iter().map(|line| if unquoted(line) { line.get(1..).unwrap_or_default() } else { line }).collect()
        };
        match name {
            "src" => {
                self.label_caption();
                let language = arguments.split(' ').next().unwrap_or_default();
                self.code(Some(language), &verbatim());
            }
            "example" => {
                self.label_caption();
                self.code(None, &verbatim());
            }
            "comment" | "export" | "html" | "latex" => {}
            "verse" => {
                self.inlines.open_leaf(BlockKind::Verse);
                for (idx, line) in body.iter().enumerate() {
                    if idx > 0 {
                        self.inlines.hard_break();
                    }
                    inline::write(&mut self.inlines, &mut self.notes, line.trim());
                }
                self.inlines.close_leaf();
            }
            "quote" => self.container(BlockKind::Quote, |reader| reader.blocks(&body)),
            "note" | "tip" | "warning" | "important" | "caution" | "info" | "attention" | "aside" => {
                let mut letters = name.chars();
                let label: String = letters.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(letters).collect();
                self.container(BlockKind::Quote, |reader| {
                    reader.label(&label);
                    reader.blocks(&body);
                });
            }
            _ => self.blocks(&body),
        }
    }

    fn footnote(&mut self, lines: &[&str], at: usize, name: &str, text: &str) -> usize {
        let rest = lines.get(at + 1..).unwrap_or_default();
        let mut n_empty = 0;
        let mut n_lines = 0;
        for line in rest {
            n_empty = if line.is_empty() { n_empty + 1 } else { 0 };
            if n_empty == 2 || footnote(line).is_some() || headline(line).is_some() {
                break;
            }
            n_lines += 1;
        }
        let body: Vec<&str> =
            std::iter::once(text).chain(rest.get(..n_lines).unwrap_or_default().iter().copied()).collect();
        let footnote = self.inlines.builder.footnote(name);
        self.container(BlockKind::Footnote(footnote), |reader| reader.blocks(&body));
        at + 1 + n_lines
    }

    fn item(&mut self, lines: &[&str], at: usize, item: &Item<'_>) -> usize {
        let mut body = vec![item.text];
        let mut next = at + 1;
        let mut n_empty = 0;
        while let Some(line) = lines.get(next) {
            if line.is_empty() {
                n_empty += 1;
                if n_empty == 2 {
                    break;
                }
            } else {
                let indent = line.len() - line.trim_start_matches(' ').len();
                if indent <= item.indent {
                    break;
                }
                n_empty = 0;
            }
            let indent = line.len() - line.trim_start_matches(' ').len();
            body.push(line.get(indent.min(item.width)..).unwrap_or_default());
            next += 1;
        }
        if let Some(term) = item.term {
            self.leaf(BlockKind::Term, term);
            self.container(BlockKind::Definition, |reader| reader.blocks(&body));
        } else {
            self.container(BlockKind::Item(item.mark), |reader| reader.blocks(&body));
        }
        next
    }

    fn prose(&mut self, lines: &[&str], at: usize) -> usize {
        let rest = lines.get(at + 1..).unwrap_or_default();
        let ends = |line: &&str| {
            let trimmed = line.trim_start();
            trimmed.is_empty()
                || trimmed.starts_with("#+")
                || trimmed.starts_with('|')
                || trimmed.starts_with("# ")
                || trimmed.starts_with("\\begin{")
                || headline(line).is_some() && self.n_containers == 0
                || item(line, self.n_containers > 0).is_some()
                || footnote(line).is_some()
                || trimmed.starts_with(": ")
                || trimmed.starts_with(':') && trimmed.ends_with(':') && !trimmed.contains(' ')
        };
        let end = at + 1 + rest.iter().position(ends).unwrap_or(rest.len());
        let text = lines.get(at..end).unwrap_or_default().join("\n");
        let trimmed = text.trim();
        let tex = [("\\[", "\\]"), ("$$", "$$")]
            .iter()
            .find_map(|(open, close)| trimmed.strip_prefix(open)?.strip_suffix(close))
            .filter(|tex| !tex.contains("$$") && !tex.contains("\\]"));
        if let Some(tex) = tex {
            self.inlines.close_leaf();
            self.inlines.builder.leaf(BlockKind::Math, tex.trim());
        } else if let Some(address) = inline::lone_picture(trimmed) {
            self.inlines.close_leaf();
            let resource = self.inlines.builder.resource(&address, "");
            let caption = self.caption.take().unwrap_or_default();
            self.inlines.open_leaf(BlockKind::Figure(resource));
            inline::write(&mut self.inlines, &mut self.notes, &caption);
            self.inlines.close_leaf();
        } else {
            self.leaf(BlockKind::Paragraph, &text);
        }
        end
    }

    fn label_caption(&mut self) {
        if let Some(caption) = self.caption.take() {
            self.label(&caption);
        }
    }

    /// Adds a line in strong letters.
    fn label(&mut self, text: &str) {
        self.inlines.open_leaf(BlockKind::Paragraph);
        self.inlines.open_mark(MarkKind::Strong, None);
        inline::write(&mut self.inlines, &mut self.notes, text);
        self.inlines.close_leaf();
    }

    pub(super) fn leaf(&mut self, kind: BlockKind, text: &str) {
        if !text.trim().is_empty() {
            self.inlines.open_leaf(kind);
            let lines: Vec<&str> = text.split('\n').map(str::trim).collect();
            inline::write(&mut self.inlines, &mut self.notes, &lines.join("\n"));
            self.inlines.close_leaf();
        }
    }

    fn code(&mut self, language: Option<&str>, lines: &[&str]) {
        self.inlines.close_leaf();
        let text = lines.join("\n");
        if !text.trim().is_empty() {
            let language = language.filter(|name| !name.is_empty() && !name.starts_with([':', '-', '+']));
            let language = language.map(|name| self.inlines.builder.language(name));
            self.inlines.builder.leaf(BlockKind::Code(language), text.trim_end());
        }
    }

    fn container(&mut self, kind: BlockKind, inside: impl FnOnce(&mut Self)) {
        self.inlines.close_leaf();
        self.inlines.builder.open(kind);
        self.n_containers += 1;
        inside(self);
        self.n_containers -= 1;
        self.inlines.close_leaf();
        self.inlines.builder.close();
    }
}
