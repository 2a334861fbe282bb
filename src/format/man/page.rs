//! The page: what the macros of either kind write to. Nesting, tags and the title are kept here.

use super::escape::{self, Font};
use super::runs::{Pen, Runs};
use crate::document::{BlockKind, DocumentBuilder, ItemMark, Meta, WarningKind};
use crate::format::markdown::Slugs;

/// How many indentations may be open; what goes deeper stays in the innermost.
const DEEPEST: usize = 64;

/// The longest paragraph before an indentation that is taken for the term that it defines, in bytes.
const LONGEST_TERM: usize = 160;

/// The longest first paragraph that is taken for the page's title, in bytes.
const LONGEST_TITLE: usize = 400;

/// Builds a document from what a manual page's macros say.
#[derive(Debug)]
pub struct Page {
    pub builder: DocumentBuilder,
    pub slugs: Slugs,
    pub runs: Runs,
    pub pen: Pen,
    /// Lines that are kept as they are.
    verbatim: String,
    pub no_fill: bool,
    language: Option<&'static str>,
    /// Whether the next line follows without a space.
    pub joins: bool,
    /// The font of the next line alone.
    pub next_font: Option<Font>,
    /// Whether the next line is the tag of a list's item.
    pub awaits_tag: bool,
    /// Whether the next line is the title of a section of this level.
    pub next_heading: Option<u8>,
    levels: Vec<Level>,
    n_too_deep: usize,
    /// How many lines of the source the open paragraph has.
    n_lines: usize,
    pub about: About,
    first_heading: FirstHeading,
    has_title: bool,
    /// The title of the section, as the page writes it.
    pub section: String,
}

/// What a page says about itself.
#[derive(Debug, Default)]
pub struct About {
    pub name: String,
    pub section: String,
    pub date: String,
    pub source: String,
    pub manual: String,
}

#[derive(Debug, PartialEq, Eq)]
enum FirstHeading {
    NotMet,
    /// Met, and held back: what follows may be the page's name.
    Held(String),
    Done,
}

#[derive(Debug, Clone, Copy, Default)]
struct Level {
    /// Whether an item or a definition is open in it.
    has_item: bool,
    /// Whether the level is a definition itself.
    is_definition: bool,
}

impl Page {
    pub fn new(capacity: usize) -> Self {
        Self {
            builder: DocumentBuilder::with_capacity(capacity),
            slugs: Slugs::default(),
            runs: Runs::default(),
            pen: Pen::default(),
            verbatim: String::new(),
            no_fill: false,
            language: None,
            joins: false,
            next_font: None,
            awaits_tag: false,
            next_heading: None,
            levels: vec![Level::default()],
            n_too_deep: 0,
            n_lines: 0,
            about: About::default(),
            first_heading: FirstHeading::NotMet,
            has_title: false,
            section: String::new(),
        }
    }

    pub fn finish(mut self) -> DocumentBuilder {
        self.end_leaf();
        self.close_levels();
        self.builder
    }

    /// Adds a line of text.
    pub fn text(&mut self, line: &str) {
        if let Some(level) = self.next_heading.take() {
            return self.heading(level, line);
        }
        let font = self.next_font.take();
        if let Some(font) = font {
            return self.styled(&[(line, font)]);
        }
        if self.no_fill && !self.awaits_tag {
            return self.verbatim_line(line);
        }
        if line.trim().is_empty() {
            return self.end_leaf();
        }
        if self.runs.is_empty()
            && let Some((mark, rest)) = hanging_mark(line)
        {
            self.item(mark);
            return self.text(rest);
        }
        if line.starts_with([' ', '\t']) {
            self.runs.line_break();
        }
        self.begin_line(line);
        let mut pen = self.pen;
        self.joins = self.runs.push_line(line.trim_start(), &mut pen);
        self.pen = pen;
        self.end_line();
    }

    /// Adds a line whose parts have fonts of their own.
    pub fn styled(&mut self, parts: &[(&str, Font)]) {
        if self.no_fill && !self.awaits_tag {
            let line: String = parts.iter().map(|&(text, _)| text).collect();
            return self.verbatim_line(&line);
        }
        if parts.iter().all(|(text, _)| text.is_empty()) {
            return;
        }
        let first = parts.first().map_or("", |&(text, _)| text);
        self.begin_line(first);
        for &(text, font) in parts {
            let mut pen = Pen { font, before: self.pen.font };
            self.joins = self.runs.push_line(text, &mut pen);
        }
        self.end_line();
    }

    fn begin_line(&mut self, next: &str) {
        if !std::mem::take(&mut self.joins) && !self.runs.ends_with_break() {
            self.runs.space_before(next, self.pen.font);
        }
        self.n_lines += 1;
    }

    /// Ends a line of the source, which may be what a tag consists of.
    pub fn end_line(&mut self) {
        if self.awaits_tag && !self.joins && !self.runs.is_empty() {
            self.awaits_tag = false;
            let tag = std::mem::take(&mut self.runs);
            self.tag(tag);
        }
    }

    pub fn verbatim_line(&mut self, line: &str) {
        let text = escape::plain(line);
        // White space alone, or `\&`, is an empty line.
        self.verbatim.push_str(text.trim_end().trim_matches('\u{200b}'));
        if !line.ends_with("\\c") {
            self.verbatim.push('\n');
        }
    }

    /// Begins lines that are kept as they are.
    pub fn open_verbatim(&mut self, language: Option<&'static str>) {
        self.end_leaf();
        self.no_fill = true;
        self.language = language;
    }

    pub fn close_verbatim(&mut self) {
        self.end_leaf();
        self.no_fill = false;
        self.language = None;
    }

    pub fn line_break(&mut self) {
        if !self.no_fill {
            self.runs.line_break();
        }
    }

    /// Leaves some space: a paragraph's end that ends no item.
    pub fn space(&mut self) {
        if self.no_fill && !self.verbatim.is_empty() {
            self.verbatim.push('\n');
        } else {
            self.end_leaf();
        }
    }

    /// Ends the paragraph and the item that it is in.
    pub fn paragraph(&mut self) {
        if self.no_fill && !self.verbatim.is_empty() {
            return self.space();
        }
        self.end_leaf();
        self.close_item();
        self.awaits_tag = false;
        self.pen = Pen::default();
    }

    /// Writes what was gathered as a leaf.
    pub fn end_leaf(&mut self) {
        self.n_lines = 0;
        self.joins = false;
        if !self.verbatim.is_empty() {
            let verbatim = std::mem::take(&mut self.verbatim);
            if !verbatim.trim().is_empty() {
                self.release_heading();
                let language = self.language.map(|name| self.builder.language(name));
                self.builder.leaf(BlockKind::Code(language), verbatim.trim_end());
            }
        }
        let runs = std::mem::take(&mut self.runs);
        if runs.is_empty() {
            return;
        }
        if let FirstHeading::Held(_) = self.first_heading
            && let Some(title) = title_in(runs.text())
        {
            self.first_heading = FirstHeading::Done;
            return self.write_title(&title);
        }
        self.leaf(BlockKind::Paragraph, runs);
    }

    /// Writes `runs` as a leaf.
    pub fn leaf(&mut self, kind: BlockKind, runs: Runs) {
        self.release_heading();
        let own_name = self.own_name();
        self.builder.open(kind);
        runs.write(&mut self.builder, &own_name);
        self.builder.close();
    }

    /// Makes ready for a leaf that is written by other means.
    pub fn begin_other_leaf(&mut self) {
        self.end_leaf();
        self.release_heading();
    }

    /// Returns how other pages refer to this one.
    pub fn own_name(&self) -> String {
        format!("{}({})", self.about.name, self.about.section)
    }

    /// Begins a section; everything that is open ends.
    pub fn heading(&mut self, level: u8, title: &str) {
        self.end_leaf();
        self.close_levels();
        self.no_fill = false;
        self.language = None;
        self.awaits_tag = false;
        self.next_font = None;
        self.pen = Pen::default();
        let title = escape::plain(title).split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() {
            return;
        }
        self.section.clone_from(&title);
        if self.first_heading == FirstHeading::NotMet && level == 1 && !self.about.name.is_empty() {
            self.first_heading = FirstHeading::Held(title);
            return;
        }
        self.release_heading();
        self.write_heading(level, &title);
    }

    fn write_heading(&mut self, level: u8, title: &str) {
        self.need_title();
        let slug = self.slugs.next(title);
        self.builder.target(&slug);
        // mdoc refers to sections by their titles.
        self.builder.target(title);
        self.builder.leaf(BlockKind::Heading(level), title);
    }

    /// Writes a heading that was held back, now that what follows is no title.
    fn release_heading(&mut self) {
        if let FirstHeading::Held(title) = &mut self.first_heading {
            let title = std::mem::take(title);
            self.first_heading = FirstHeading::Done;
            self.write_heading(1, &title);
        }
        self.need_title();
    }

    /// Writes a title made of the page's name, if it has none by now.
    fn need_title(&mut self) {
        if !self.has_title && !self.about.name.is_empty() {
            let name = self.own_name().replace("()", "");
            self.write_title(&name);
        }
    }

    fn write_title(&mut self, title: &str) {
        self.has_title = true;
        // The title line shouts; the title says how the name is written.
        let names = title.split(" – ").next().unwrap_or_default().split(',').map(str::trim);
        if let Some(name) = names.into_iter().find(|name| name.to_lowercase() == self.about.name) {
            name.clone_into(&mut self.about.name);
        }
        self.builder.leaf(BlockKind::Title, title);
        let name = if self.about.section.is_empty() { String::new() } else { self.own_name() };
        let byline = [&name, &self.about.manual, &self.about.source, &self.about.date];
        let byline: Vec<&str> = byline.into_iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        self.builder.leaf(BlockKind::Byline, &byline.join(" · "));
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        self.builder.set_meta(Meta {
            title: some(title),
            date: some(&self.about.date),
            site: some(&self.about.manual),
            ..Meta::default()
        });
    }

    /// Begins an item: after a bullet, a number, or a term and its definition.
    pub fn tag(&mut self, tag: Runs) {
        if let Some(mark) = item_mark(tag.text()) {
            return self.item(mark);
        }
        self.end_leaf();
        self.close_item();
        if !tag.is_empty() {
            self.leaf(BlockKind::Term, tag);
        }
        self.release_heading();
        self.builder.open(BlockKind::Definition);
        self.set_item(true);
        self.pen = Pen::default();
    }

    pub fn item(&mut self, mark: ItemMark) {
        self.end_leaf();
        self.close_item();
        self.release_heading();
        self.builder.open(BlockKind::Item(mark));
        self.set_item(true);
        self.pen = Pen::default();
    }

    fn set_item(&mut self, has_item: bool) {
        if let Some(level) = self.levels.last_mut() {
            level.has_item = has_item;
        }
    }

    pub fn close_item(&mut self) {
        if self.levels.last().is_some_and(|level| level.has_item) {
            self.builder.close();
            self.set_item(false);
        }
    }

    /// Indents what follows. A short line right before it is the term that is defined.
    pub fn indent(&mut self) {
        if self.levels.len() >= DEEPEST {
            self.end_leaf();
            self.n_too_deep += 1;
            return self.builder.warn(WarningKind::Depth);
        }
        let has_item = self.levels.last().is_some_and(|level| level.has_item);
        let text = self.runs.text().trim();
        let is_term = !has_item
            && !self.no_fill
            && self.n_lines == 1
            && (1..=LONGEST_TERM).contains(&text.len())
            && (!text.ends_with([':', '.', ',', ';', '!', '?']) || text.ends_with("..."))
            && !matches!(self.first_heading, FirstHeading::Held(_));
        if is_term {
            let term = std::mem::take(&mut self.runs);
            self.leaf(BlockKind::Term, term);
            self.builder.open(BlockKind::Definition);
        }
        self.end_leaf();
        self.levels.push(Level { has_item: false, is_definition: is_term });
    }

    /// Indents what follows, whatever stands before it.
    pub fn indent_plainly(&mut self) {
        self.end_leaf();
        self.indent();
    }

    pub fn outdent(&mut self) {
        self.end_leaf();
        self.awaits_tag = false;
        if self.n_too_deep > 0 {
            self.n_too_deep -= 1;
            return;
        }
        if self.levels.len() > 1 {
            self.close_item();
            if self.levels.pop().is_some_and(|level| level.is_definition) {
                self.builder.close();
            }
        } else {
            // One too many ends the item.
            self.close_item();
        }
    }

    fn close_levels(&mut self) {
        self.n_too_deep = 0;
        while self.levels.len() > 1 {
            self.outdent();
        }
        self.close_item();
    }

    /// Returns how many indentations are open.
    pub fn depth(&self) -> usize {
        self.levels.len() + self.n_too_deep
    }

    /// Performs a request of roff's that means something in either kind of page.
    pub fn request(&mut self, name: &str, rest: &str) {
        match name {
            "br" | "ti" | "ce" | "rj" => self.line_break(),
            // `.sp -1` takes a line back, for bullets that hang.
            "sp" | "bp" if !rest.starts_with('-') => self.space(),
            "nf" if !self.no_fill => self.open_verbatim(None),
            "fi" if self.no_fill => self.close_verbatim(),
            "ft" => match Font::by_name(rest.trim()) {
                Some(font) => self.pen.set(font),
                None => self.pen.go_back(),
            },
            _ => {}
        }
    }
}

/// Returns what a tag says is before an item, if it is a bullet or a number.
pub fn item_mark(tag: &str) -> Option<ItemMark> {
    let tag = tag.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}');
    if matches!(
        tag,
        "•" | "·" | "*" | "-" | "–" | "—" | "−" | "o" | "+" | "∙" | "⋅" | "▪" | "■" | "□" | "○" | "∗" | "‣"
    ) {
        return Some(ItemMark::Bullet);
    }
    let digits = tag.trim_start_matches(['(', '[']);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (digits, after) = digits.split_at_checked(end)?;
    let is_number = matches!(after, "." | ")" | "]" | ".)" | ":") && digits.len() <= 4;
    is_number.then(|| digits.parse().ok().map(ItemMark::Number)).flatten()
}

/// Returns the mark that a generated page hangs before a paragraph, and what follows it.
fn hanging_mark(line: &str) -> Option<(ItemMark, &str)> {
    let inside = line.strip_prefix("\\h'-")?.split_once('\'')?.1;
    let (mark, rest) = inside.split_once("\\h'")?;
    let rest = rest.split_once('\'')?.1;
    Some((item_mark(&escape::plain(mark))?, rest.trim_start_matches("\\c")))
}

/// Returns the title that the text of a NAME section is: names, a dash and what they are.
fn title_in(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() > LONGEST_TITLE {
        return None;
    }
    let (at, dash) = [" - ", " – ", " — ", " -- ", " \u{2212} "]
        .iter()
        .filter_map(|dash| Some((text.find(dash)?, *dash)))
        .min_by_key(|&(at, _)| at)?;
    let (names, rest) = text.split_at_checked(at)?;
    Some(format!("{names} – {}", rest.strip_prefix(dash)?))
}
