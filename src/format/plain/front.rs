//! Reads what stands before an article's text: its title, who wrote it and when. They are told of the article, and are
//! no sections of it.

use super::lines::{Line, LineKind};
use super::marker::{self, Numbering};
use super::reading::{Word, words_of};
use super::rhythm::Rhythm;
use super::style::Style;
use super::vocabulary::{Classes, phrase_classes};
use crate::document::{BlockKind, Meta};

/// The longest title, in bytes.
const MAX_TITLE_BYTES: usize = 250;
/// How many blocks may tell of the article before its text begins.
const MAX_FRONT_BLOCKS: u32 = 12;
/// How many may come before the first label.
const MAX_BLOCKS_BEFORE_LABELS: u32 = 4;

/// What is known of the article so far, and whether more may come.
#[derive(Debug, Clone, Default)]
pub struct Front {
    state: State,
    meta: Meta,
    n_blocks: u32,
    /// The styles of marked headings that the first page has once.
    lone_styles: Vec<Style>,
    is_alone: bool,
    was_looked_at: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// Nothing but dates and the like has been met.
    #[default]
    Start,
    /// A table or the like came first, as the heads of memoranda do.
    AfterTable,
    Titled,
    /// Text has begun, and only labelled lines count: books tell their licence before their title.
    Begun,
    Closed,
}

impl Front {
    pub fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    pub fn close(&mut self) {
        self.state = State::Closed;
    }

    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Looks at the whole first page, before its blocks come.
    pub fn look_ahead(&mut self, lines: &[Line]) {
        if self.was_looked_at {
            return;
        }
        self.was_looked_at = true;
        self.is_alone = lines.iter().filter(|line| !line.is_blank()).take(2).count() < 2;
        let mut met: Vec<(Style, u32)> = Vec::new();
        let kind = |idx: usize| lines.get(idx).map(|line| line.kind);
        let mut at = 0;
        while let Some(line_kind) = kind(at) {
            let is_text = |idx: usize| matches!(kind(idx), Some(LineKind::Text | LineKind::Marked));
            let style = match line_kind {
                LineKind::Row(sign) if is_text(at + 1) && kind(at + 2) == Some(line_kind) => {
                    Some((Style::Overlined(sign), 3))
                }
                LineKind::Row(sign) => Some((Style::Underlined(sign), 1)),
                LineKind::Signed(n_signs) => Some((Style::Signed(n_signs), 1)),
                _ => None,
            };
            at += style.map_or(1, |(_, n_lines)| n_lines);
            if let Some((style, _)) = style {
                match met.iter_mut().find(|(known, _)| *known == style) {
                    Some((_, n)) => *n += 1,
                    None => met.push((style, 1)),
                }
            }
        }
        self.lone_styles = met.into_iter().filter(|(_, n)| *n == 1).map(|(style, _)| style).collect();
    }

    /// Returns whether a heading that is marked as such is the article's title: the first, and alone of its style.
    pub fn takes_marked_title(&mut self, style: Style) -> bool {
        let is_title = matches!(self.state, State::Start | State::AfterTable) && self.lone_styles.contains(&style);
        self.state = if is_title { State::Titled } else { State::Closed };
        is_title
    }

    /// Notes the title.
    pub fn title(&mut self, text: &str) {
        self.meta.title = Some(text.to_owned());
        self.state = State::Titled;
    }

    /// Returns whether lines that stand together are the head of a letter: labels, of which one or more tell who wrote
    /// it, when or on what. If they are, they are noted.
    pub fn takes_head<'a>(&mut self, lines: &(impl Iterator<Item = &'a str> + Clone)) -> bool {
        let is_label = |text: &str| {
            text.split_once(':').is_some_and(|(label, value)| {
                label.len() <= 20
                    && label.starts_with(char::is_alphabetic)
                    && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | ' '))
                    && !value.trim().is_empty()
            })
        };
        let known = lines.clone().filter_map(labelled);
        if self.state != State::Start || !lines.clone().all(is_label) || known.clone().next().is_none() {
            return false;
        }
        for (label, value) in known {
            self.note(label, value);
        }
        true
    }

    /// Returns how many of the lines that stand together are a title with bylines right below it.
    pub fn n_lines<'a>(&self, mut lines: impl Iterator<Item = &'a str>) -> usize {
        if self.state != State::Start || !lines.next().is_some_and(is_title) {
            return 0;
        }
        match lines.take_while(|line| is_byline(line)).count() {
            0 => 0,
            n_bylines => n_bylines + 1,
        }
    }

    /// Notes that a table, code or verse came.
    pub fn kept_lines(&mut self) {
        self.state = if self.state == State::Start && self.n_blocks == 0 { State::AfterTable } else { State::Closed };
        self.n_blocks += 1;
    }

    /// Returns what a block that stands free is: the title, a byline, or the first paragraph, after which no more comes.
    pub fn kind_of(&mut self, text: &str, line: &Line, rhythm: &Rhythm) -> BlockKind {
        if self.state == State::Closed {
            return BlockKind::Paragraph;
        }
        self.n_blocks += 1;
        if self.n_blocks > MAX_FRONT_BLOCKS {
            self.close();
            return BlockKind::Paragraph;
        }
        if let Some((label, value)) = labelled(text) {
            self.note(label, value);
            return BlockKind::Byline;
        }
        if matches!(self.state, State::Start | State::Titled) && is_byline(text) {
            let field = if is_date(text) { &mut self.meta.date } else { &mut self.meta.byline };
            field.get_or_insert_with(|| text.to_owned());
            return BlockKind::Byline;
        }
        let is_title = match self.state {
            State::Start => is_title(text),
            State::AfterTable => is_title(text) && line.indent >= rhythm.margin.saturating_add(4),
            State::Titled | State::Begun | State::Closed => false,
        };
        if is_title && !self.is_alone && self.meta.title.is_none() {
            self.title(text);
            return BlockKind::Title;
        }
        self.state = if self.n_blocks <= MAX_BLOCKS_BEFORE_LABELS { State::Begun } else { State::Closed };
        BlockKind::Paragraph
    }

    fn note(&mut self, label: Label, value: &str) {
        let value = value.to_owned();
        match label {
            // What is labelled so is the title, whatever came first.
            Label::Title => self.meta.title = Some(value),
            Label::Author => self.meta.byline = Some(value),
            Label::Date => self.meta.date = Some(value),
        }
        self.state = State::Titled;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Title,
    Author,
    Date,
}

/// Reads `Title: …`, `From: …` and the like.
fn labelled(text: &str) -> Option<(Label, &str)> {
    let (label, value) = text.split_once(':')?;
    let value = value.trim();
    if label.len() > 16 || value.is_empty() || value.len() > MAX_TITLE_BYTES {
        return None;
    }
    let label = match label.to_lowercase().as_str() {
        "title" | "subject" | "titel" | "titre" | "título" | "題名" | "标题" => Label::Title,
        "author" | "authors" | "from" | "autor" | "auteur" | "作者" | "著者" => Label::Author,
        "date" | "release date" | "published" | "datum" | "fecha" | "日期" | "日付" => Label::Date,
        _ => return None,
    };
    Some((label, value))
}

fn is_title(text: &str) -> bool {
    let n_words = text.split_whitespace().count();
    let ends_as_prose = text.ends_with(['.', ',', ';', ':', '。', '、', '：']) && !text.ends_with("...");
    if text.len() > MAX_TITLE_BYTES || n_words > 30 || ends_as_prose || !text.contains(char::is_alphanumeric) {
        return false;
    }
    let numbered = marker::numbered(text);
    let is_numbered = numbered.is_sure
        || matches!(
            numbered.numbering,
            Numbering::Number | Numbering::Bracket | Numbering::Nested(_) | Numbering::Roman
        );
    let words: Vec<Word> = words_of(text).collect();
    !is_numbered && !phrase_classes(&words).has(Classes::KNOWN_HEADING)
}

/// Returns whether a short block tells who wrote the article or when, and nothing else.
fn is_byline(text: &str) -> bool {
    if text.len() > 120 || text.ends_with(['?', '!', ':']) {
        return false;
    }
    let lower = text.to_lowercase();
    let is_name = |rest: &str| {
        let rest = text.get(text.len() - rest.len()..).unwrap_or_default().trim_start();
        rest.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || is_han(c))
            && rest.split_whitespace().count() <= 10
    };
    let begins = [
        "by ",
        "by: ",
        "written by ",
        "posted by ",
        "words by ",
        "story by ",
        "author: ",
        "von ",
        "par ",
        "por ",
        "text: ",
        "文/",
        "作者",
        "著者",
    ];
    if lower.len() == text.len() && begins.iter().any(|begin| lower.strip_prefix(begin).is_some_and(is_name)) {
        return true;
    }
    let tells_time = ["updated", "published", "posted", "last modified", "last updated", "first published"];
    (tells_time.iter().any(|begin| lower.starts_with(begin)) && lower.contains(|c: char| c.is_ascii_digit()))
        || is_date(text)
        || (lower.ends_with(" min read") || lower.ends_with(" minute read")) && lower.len() < 30
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Returns whether the text is a date and little more.
fn is_date(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_eastern = lower.contains('年') && lower.contains('月') && lower.chars().count() < 20;
    is_eastern || (text.split_whitespace().count() <= 6 && text.len() < 48 && has_date(&lower))
}

/// Returns whether a text in small letters has a date: a month and a day or a year, or three numbers.
pub fn has_date(lower: &str) -> bool {
    let mut words = lower.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).peekable();
    let is_number = |word: &str| {
        let word = word.trim_end_matches(['.', 'h', 't', 's', 'd', 'n', 'r', ')', ':', ';']);
        !word.is_empty() && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut before = "";
    while let Some(word) = words.next() {
        if word.bytes().any(|byte| byte.is_ascii_digit()) {
            let mut parts = word.split(['-', '/', '.']).map(str::len);
            let lens = (parts.next(), parts.next(), parts.next(), parts.next());
            let is_dated =
                matches!(lens, (Some(4), Some(2), Some(2), None) | (Some(1 | 2), Some(1 | 2), Some(2 | 4), None));
            if is_dated && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.')) {
                return true;
            }
        }
        let month = word.trim_end_matches('.');
        let near = words.peek().is_some_and(|next| is_number(next)) || is_number(before);
        if near && words_of(month).next().is_some_and(|word| word.classes.has(Classes::MONTH)) {
            return true;
        }
        before = word;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_dates() {
        for text in ["march 3, 2021", "3 march 2021", "updated 2021-03-04", "on 3/4/2021", "dec. 24"] {
            assert!(has_date(text), "{text}");
        }
        for text in ["you may go", "version 1.2.3", "192.168.1.1", "the march of time", "24/7"] {
            assert!(!has_date(text), "{text}");
        }
    }

    #[test]
    fn tells_bylines() {
        for text in ["By Ada Miller", "Published 3 March 2021", "5 min read", "2021年3月4日", "Von Karl Müller"] {
            assert!(is_byline(text), "{text}");
        }
        for text in ["By the river", "The mill", "What does it mean?"] {
            assert!(!is_byline(text), "{text}");
        }
    }

    #[test]
    fn tells_titles() {
        for text in ["The Mill on the Bend", "Ten Things to Know", "10 Mills Worth Seeing", "Who turns the wheel?"] {
            assert!(is_title(text), "{text}");
        }
        for text in ["Introduction", "1. The start", "CHAPTER I", "It was late.", "Dear John,", "***"] {
            assert!(!is_title(text), "{text}");
        }
    }
}
