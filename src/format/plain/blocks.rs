//! Makes blocks of a page's lines: paragraphs, items, quotations, verse, verbatim text, rules and the headings that are
//! marked as such. Short lines that may be headings are told to `candidates`, which decides later.

use super::candidates::{Candidates, Surroundings};
use super::front::Front;
use super::lines::{self, Line, LineKind};
use super::marker::{self, Marker, Sign};
use super::page::{
    MAX_HEADING_CHARS, Page, drop_page_breaks, ends_paragraph, is_drawn_for, is_title, is_underlined, item_end,
    next_item, signed_title, starts_anew,
};
use super::rhythm::Rhythm;
use super::stretch::Stretch;
use super::style::Style;
use crate::document::{BlockId, BlockKind, DocumentBuilder, Meta};

/// The lines that one verbatim block or stanza may have, so that no block is too long to be laid out at once.
const MAX_KEPT_LINES: usize = 200;
/// The longest heading that ends with a stop, in characters.
const MAX_CLAUSE_WIDTH: u32 = 60;

/// Turns pages into blocks, one page after the other.
#[derive(Debug, Clone)]
pub struct Blocks {
    pub builder: DocumentBuilder,
    pub candidates: Candidates,
    front: Front,
    rhythm: Option<Rhythm>,
    /// How many quotations are open.
    n_quotes: u8,
    items: Vec<OpenItem>,
    /// Whether a blank line came since the last block.
    is_after_gap: bool,
    /// Memory for text that is put together from pieces.
    scratch: String,
}

#[derive(Debug, Clone, Copy)]
struct OpenItem {
    /// The columns before its mark.
    indent: u16,
    /// The columns before its text.
    hang: u16,
    sign: Sign,
}

impl Blocks {
    pub fn new(capacity: usize) -> Self {
        Self {
            builder: DocumentBuilder::with_capacity(capacity),
            candidates: Candidates::default(),
            front: Front::default(),
            rhythm: None,
            n_quotes: 0,
            items: Vec::new(),
            is_after_gap: true,
            scratch: String::new(),
        }
    }

    /// Adds the blocks of a page. `lines` is memory for its lines.
    pub fn page(&mut self, text: &str, lines: &mut Vec<Line>) {
        lines::cut(text, lines);
        drop_page_breaks(text, lines);
        let rhythm = Rhythm::of(text, lines, self.rhythm);
        self.rhythm = Some(rhythm);
        let page = Page { text, lines, rhythm };
        if self.front.is_open() {
            self.front.look_ahead(lines);
        }
        let mut at = 0;
        while let Some(line) = page.line(at) {
            if line.is_blank() {
                self.is_after_gap = true;
                at += 1;
                continue;
            }
            let end = at + run_len(page.lines.get(at..).unwrap_or_default());
            self.set_quotes(line.quotes);
            self.run(page, at, end);
            at = end;
        }
    }

    /// Returns what the first lines tell of the article.
    pub fn meta(&self) -> Meta {
        self.front.meta().clone()
    }

    /// Closes what is open.
    pub fn close(&mut self) {
        self.set_quotes(0);
        self.close_items(0);
    }

    /// Adds the lines from `at` to `end`, of which none is blank.
    fn run(&mut self, page: Page, at: usize, end: usize) {
        let mut at = at;
        while at < end {
            at = self.marked(page, at, end).unwrap_or_else(|| {
                let stop = (at + 1..end).find(|&idx| starts_anew(page, idx, end)).unwrap_or(end);
                self.stretch(page, at, stop);
                stop
            });
        }
    }

    /// Adds what its own signs tell at line `at`: a heading, a rule or an item. Returns the line after it.
    fn marked(&mut self, page: Page, at: usize, end: usize) -> Option<usize> {
        match page.kind(at) {
            LineKind::Row(sign) => {
                if let Some(title) = page.line(at + 1).filter(|line| at + 2 < end && is_title(line))
                    && page.kind(at + 2) == LineKind::Row(sign)
                    && is_drawn_for(page, at, at + 1)
                {
                    self.heading(title.text(page.text), Style::Overlined(sign));
                    return Some(at + 3);
                }
                self.rule();
                Some(at + 1)
            }
            LineKind::SpacedRow => {
                self.rule();
                Some(at + 1)
            }
            LineKind::Signed(n_signs) => {
                let title = signed_title(page, at, end)?;
                self.heading(title, Style::Signed(n_signs));
                Some(at + 1)
            }
            LineKind::Text | LineKind::Marked if is_underlined(page, at, end) => {
                let LineKind::Row(sign) = page.kind(at + 1) else { return None };
                self.heading(page.text_of(at), Style::Underlined(sign));
                Some(at + 2)
            }
            LineKind::Marked => {
                let marker = marker::marker(page.text_of(at))?;
                let stop = item_end(page, at, end, &marker);
                self.is_item(page, at, stop, &marker).then(|| self.item(page, at, stop, &marker))?;
                Some(stop)
            }
            _ => None,
        }
    }

    fn rule(&mut self) {
        self.close_items(0);
        self.builder.leaf(BlockKind::Rule, "");
        self.candidates.rule();
        self.is_after_gap = true;
    }

    fn heading(&mut self, text: &str, style: Style) {
        self.close_items(0);
        self.set_quotes(0);
        if self.front.takes_marked_title(style) {
            self.builder.leaf(BlockKind::Title, text);
            self.front.title(text);
            self.candidates.neighbour(text, Surroundings { is_front: true, ..self.surroundings(true) });
        } else {
            let start = self.builder.offset();
            let id = self.builder.leaf(BlockKind::Heading(1), text);
            if self.builder.offset() != start {
                self.candidates.marked(id, text, style);
            }
            self.front.close();
        }
        self.is_after_gap = true;
    }

    /// Returns whether the marker at line `at` is that of an item rather than the number of a heading.
    fn is_item(&self, page: Page, at: usize, stop: usize, marker: &Marker) -> bool {
        match marker.sign {
            // A heading such as `a. Method` is lost among letters; a lone `a.` is none.
            Sign::Letter => {
                let is_kin = |idx: usize| {
                    page.kind(idx) == LineKind::Marked
                        && marker::marker(page.text_of(idx)).is_some_and(|other| other.sign == Sign::Letter)
                };
                let after_gap = stop + usize::from(page.line(stop).is_some_and(|line| line.is_blank()));
                is_kin(after_gap)
                    || (at > 0 && is_kin(at - 1))
                    || self.items.last().is_some_and(|item| item.sign == Sign::Letter)
            }
            Sign::Bullet(_) | Sign::Task(_) => true,
            Sign::Number(number, close) => {
                let follows = self.items.iter().any(|item| {
                    matches!(item.sign, Sign::Number(before, c) if c == close && before.checked_add(1) == Some(number))
                });
                let width: u32 = (at..stop).filter_map(|idx| page.line(idx)).map(|line| line.width).sum();
                let last = page.text_of(stop.saturating_sub(1));
                // Statutes and licences end their headings with a stop; such a heading stands alone.
                let may_be_clause = close == '.'
                    && stop == at + 1
                    && width <= MAX_CLAUSE_WIDTH
                    && page.line(stop).is_none_or(|line| line.is_blank())
                    && (at == 0 || page.line(at - 1).is_none_or(|line| line.is_blank()));
                let is_sentence = last.ends_with([';', ',']) || (last.ends_with('.') && !may_be_clause);
                let is_sentence = is_sentence || width > MAX_HEADING_CHARS;
                follows || is_sentence || next_item(page, stop) == Some((number.saturating_add(1), close))
            }
        }
    }

    /// Adds the item whose first line is `at`.
    fn item(&mut self, page: Page, at: usize, stop: usize, marker: &Marker) {
        let Some(line) = page.line(at) else { return };
        let n_outer =
            self.items.iter().take_while(|item| item.hang <= line.indent && item.indent < line.indent).count();
        self.close_items(n_outer);
        let hang = line.indent.saturating_add(u16::try_from(marker.len).unwrap_or(u16::MAX));
        self.builder.open(BlockKind::Item(marker.sign.item_mark()));
        self.items.push(OpenItem { indent: line.indent, hang, sign: marker.sign });
        self.scratch.clear();
        let label_len = if marker.sign == Sign::Letter { 0 } else { marker.len };
        self.scratch.push_str(page.text_of(at).get(label_len..).unwrap_or_default());
        for idx in at + 1..stop {
            join(&mut self.scratch, page.text_of(idx));
        }
        let text = std::mem::take(&mut self.scratch);
        self.builder.leaf(BlockKind::Paragraph, &text);
        self.candidates.neighbour(&text, self.surroundings(false));
        self.scratch = text;
        self.is_after_gap = false;
        self.front.close();
    }

    /// Adds lines that carry no sign of what they are.
    fn stretch(&mut self, page: Page, at: usize, end: usize) {
        let Some(lines) = page.lines.get(at..end).filter(|lines| !lines.is_empty()) else { return };
        let indent = lines.iter().map(|line| line.indent).min().unwrap_or(0);
        self.leave_items(indent);
        if self.front.is_open()
            && lines.len() > 1
            && self.front.takes_head(&lines.iter().map(|line| line.text(page.text)))
        {
            for line in lines {
                self.builder.leaf(BlockKind::Byline, line.text(page.text));
                self.candidates.neighbour("", Surroundings { is_front: true, ..self.surroundings(true) });
            }
            return;
        }
        if lines.len() > 1 && self.front.is_open() {
            let n_front = self.front.n_lines(lines.iter().map(|line| line.text(page.text)));
            if n_front > 0 {
                for idx in at..at + n_front {
                    self.paragraph(page, idx, idx + 1);
                }
                self.stretch(page, at + n_front, end);
                return;
            }
        }
        if let [label, title] = lines
            && is_label(label.text(page.text), title.text(page.text))
        {
            self.paragraph(page, at, end);
            return;
        }
        match Stretch::of(page.text, lines, &page.rhythm) {
            Stretch::Lines => {
                for idx in at..end {
                    self.paragraph(page, idx, idx + 1);
                }
            }
            Stretch::Prose(measure) => self.prose(page, at, end, measure),
            Stretch::Verse => {
                for from in (at..end).step_by(MAX_KEPT_LINES) {
                    self.kept(page, from, end.min(from + MAX_KEPT_LINES), BlockKind::Verse);
                }
            }
            Stretch::Verbatim => {
                for from in (at..end).step_by(MAX_KEPT_LINES) {
                    self.kept(page, from, end.min(from + MAX_KEPT_LINES), BlockKind::Code(None));
                }
            }
        }
    }

    /// Adds wrapped lines as paragraphs: a line that ends long before the measure, or that the next one is set in
    /// from, is a paragraph's last.
    fn prose(&mut self, page: Page, at: usize, end: usize, measure: u32) {
        let mut from = at;
        for idx in at..end {
            let is_last = match (page.line(idx), page.line(idx + 1)) {
                (Some(line), Some(next)) if idx + 1 < end => ends_paragraph(page, idx, line, next, measure),
                _ => true,
            };
            if is_last {
                self.paragraph(page, from, idx + 1);
                from = idx + 1;
            }
        }
    }

    /// Adds the lines from `at` to `end` as one paragraph, title, byline or line that may be a heading.
    fn paragraph(&mut self, page: Page, at: usize, end: usize) {
        let Some(line) = page.line(at) else { return };
        let mut scratch = std::mem::take(&mut self.scratch);
        let text = if end == at + 1 {
            line.text(page.text)
        } else {
            scratch.clear();
            for idx in at..end {
                join(&mut scratch, page.text_of(idx));
            }
            &scratch
        };
        let is_free = self.items.is_empty() && self.n_quotes == 0;
        let kind = if is_free {
            self.front.kind_of(text, line, &page.rhythm)
        } else {
            self.front.close();
            BlockKind::Paragraph
        };
        let start = self.builder.offset();
        let id = self.builder.leaf(kind, text);
        if self.builder.offset() != start {
            let surroundings = Surroundings {
                is_front: kind != BlockKind::Paragraph,
                is_free: is_free && kind == BlockKind::Paragraph && end - at <= 2,
                is_set_in: line.indent >= page.rhythm.margin.saturating_add(8),
                ..self.surroundings(page.rhythm.is_tight)
            };
            self.leaf(id, text, surroundings);
        }
        self.scratch = scratch;
        self.is_after_gap = false;
    }

    fn leaf(&mut self, id: BlockId, text: &str, surroundings: Surroundings) {
        if surroundings.is_free {
            self.candidates.line(id, text, surroundings);
        } else {
            self.candidates.neighbour(text, surroundings);
        }
    }

    /// Adds lines that keep their ends.
    fn kept(&mut self, page: Page, at: usize, end: usize, kind: BlockKind) {
        let Some(lines) = page.lines.get(at..end) else { return };
        let indent = lines.iter().map(|line| line.indent).min().unwrap_or(0);
        self.scratch.clear();
        for line in lines {
            if !self.scratch.is_empty() {
                self.scratch.push('\n');
            }
            let n_columns = usize::from(line.indent - indent);
            self.scratch.extend(std::iter::repeat_n(' ', n_columns));
            self.scratch.push_str(line.text(page.text));
        }
        self.builder.leaf(kind, &self.scratch);
        let surroundings = Surroundings { keeps_lines: true, ..self.surroundings(page.rhythm.is_tight) };
        self.candidates.neighbour(&self.scratch, surroundings);
        self.is_after_gap = false;
        self.front.kept_lines();
    }

    fn surroundings(&self, is_tight: bool) -> Surroundings {
        Surroundings {
            is_after_gap: self.is_after_gap,
            is_tight,
            is_item: !self.items.is_empty(),
            ..Surroundings::default()
        }
    }

    fn set_quotes(&mut self, n_quotes: u8) {
        if self.n_quotes == n_quotes {
            return;
        }
        self.close_items(0);
        while self.n_quotes > n_quotes {
            self.builder.close();
            self.n_quotes -= 1;
        }
        while self.n_quotes < n_quotes {
            self.builder.open(BlockKind::Quote);
            self.n_quotes += 1;
        }
    }

    /// Closes the items that a line at `indent` is no part of.
    fn leave_items(&mut self, indent: u16) {
        if self.items.is_empty() {
            return;
        }
        // Text right below an item that is not set in belongs to it only as a wrapped line does, which it is not.
        let n_kept = self.items.iter().take_while(|item| indent > item.indent && indent + 2 >= item.hang).count();
        self.close_items(n_kept);
    }

    fn close_items(&mut self, n_kept: usize) {
        while self.items.len() > n_kept {
            self.items.pop();
            self.builder.close();
        }
    }
}

/// Returns the number of lines up to a blank one or another depth of quotation.
fn run_len(lines: &[Line]) -> usize {
    let Some(first) = lines.first() else { return 0 };
    lines.iter().position(|line| line.is_blank() || line.quotes != first.quotes).unwrap_or(lines.len()).max(1)
}

/// Returns whether `CHAPTER IV` stands above its title: they are one heading.
fn is_label(label: &str, title: &str) -> bool {
    label.len() < 24 && title.len() < 80 && marker::numbered(label).is_sure && !title.ends_with([',', ';'])
}

/// Joins a wrapped line to the text before it.
fn join(text: &mut String, line: &str) {
    let last = text.chars().next_back();
    let first = line.chars().next();
    if let (Some(last), Some(first)) = (last, first) {
        let is_hyphenated = last == '-' && (first.is_alphanumeric() || text.ends_with("--")) && !text.ends_with(" -");
        let is_unspaced = is_wide(last) && is_wide(first);
        if !is_hyphenated && !is_unspaced {
            text.push(' ');
        }
    }
    text.push_str(line);
}

/// Returns whether `c` belongs to a script that sets no spaces: Han, kana and their punctuation.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff65}'
        | '\u{20000}'..='\u{3ffff}')
}
