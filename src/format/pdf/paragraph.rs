//! Paragraphs: which lines belong together, by how they are set.
//!
//! A page's lines come column by column. In a column a paragraph ends where the space, the size or the letters change,
//! where a line is indented that was not, and after a line into which the next one's first word would have fitted. Over
//! the end of a column or a page it goes on if it has not come to a stop.

use std::collections::HashMap;

use super::page::{Line, Page};

/// How much larger than usual the space between two paragraphs is.
const SPACED: f32 = 1.3;

/// By how much letters of one size may differ.
const SAME_SIZE: f32 = 0.08;

/// Lines that belong together.
#[derive(Debug, Clone, Default)]
pub struct Paragraph {
    /// With the page of each, from 0.
    pub lines: Vec<(usize, Line)>,
    /// What stands before an item, if it is one.
    pub marker: Option<Marker>,
    /// Whether it is set off from what stands above it.
    pub is_spaced: bool,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Text,
    /// Letters of one width, whose lines are the author's.
    Code,
    /// Lines that lead to page numbers by dots.
    Leaders,
    /// Small letters at the foot of a column.
    Note,
}

/// What stands before an item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    Bullet,
    Number(u32),
}

/// How the text of a file is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// The size of most letters, in points.
    pub size: f32,
    /// From line to line, in points.
    pub leading: f32,
}

/// A stretch of lines one below the other.
struct Column<'a> {
    lines: &'a [Line],
    left: f32,
    right: f32,
}

impl Paragraph {
    pub fn size(&self) -> f32 {
        self.lines.first().map_or(0.0, |(_, line)| line.size)
    }

    pub fn first_page(&self) -> usize {
        self.lines.first().map_or(0, |&(page, _)| page)
    }

    /// Returns its words as one line.
    pub fn text(&self) -> String {
        let lines: Vec<_> = self.lines.iter().map(|(_, line)| line.text()).collect();
        lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Setting {
    pub fn of(pages: &[Page]) -> Self {
        let mut n_chars_of: HashMap<i32, usize> = HashMap::new();
        for line in pages.iter().flat_map(|page| &page.lines) {
            *n_chars_of.entry(line.half_points()).or_default() += line.n_chars();
        }
        let most = n_chars_of.into_iter().max_by_key(|&(half_points, n_chars)| (n_chars, half_points));
        let size = most.map_or(10.0, |(half_points, _)| half_points as f32 / 2.0).max(1.0);
        let is_body = |line: &Line| (line.size / size - 1.0).abs() < SAME_SIZE;
        let pairs = pages.iter().flat_map(|page| page.lines.windows(2));
        let mut leadings: Vec<f32> = pairs
            .filter_map(|pair| match pair {
                [one, other] if is_body(one) && is_body(other) => Some(one.baseline - other.baseline),
                _ => None,
            })
            .filter(|&leading| leading > size * 0.8 && leading < size * 2.5)
            .collect();
        let middle = leadings.len() / 2;
        let leading =
            if leadings.is_empty() { size * 1.2 } else { *leadings.select_nth_unstable_by(middle, f32::total_cmp).1 };
        Self { size, leading }
    }

    pub fn is_body_size(self, size: f32) -> bool {
        (size / self.size - 1.0).abs() < SAME_SIZE
    }
}

/// Puts the lines of all pages together.
pub fn paragraphs(pages: &[Page], setting: Setting) -> Vec<Paragraph> {
    let mut out: Vec<Paragraph> = Vec::new();
    let mut notes: Vec<Paragraph> = Vec::new();
    for (page_idx, page) in pages.iter().enumerate() {
        for column in columns(page) {
            let n_notes = n_note_lines(&column, setting);
            let (text, foot) =
                column.lines.split_at_checked(column.lines.len() - n_notes).unwrap_or((column.lines, &[]));
            let mut above = None;
            for (idx, line) in text.iter().enumerate() {
                let next_word = first_word_width(line);
                let goes_on = match (above, out.last()) {
                    (Some(above), Some(paragraph)) => goes_on(paragraph, above, line, next_word, &column, setting),
                    (None, Some(paragraph)) => goes_on_after_break(paragraph, line, setting),
                    _ => false,
                };
                let is_spaced = above.is_none_or(|above| is_spaced(above, line, setting));
                above = Some(line);
                if goes_on && let Some(paragraph) = out.last_mut() {
                    paragraph.lines.push((page_idx, line.clone()));
                    continue;
                }
                if !(idx == 0 && out.last().is_some_and(|last| !is_finished(last))) {
                    out.append(&mut notes);
                }
                out.push(begin(page_idx, line, is_spaced));
            }
            for line in foot {
                let goes_on = above.zip(notes.last()).is_some_and(|(above, note)| {
                    !is_spaced(above, line, setting) && !begins_note(line) && !note.lines.is_empty()
                });
                above = Some(line);
                if goes_on && let Some(note) = notes.last_mut() {
                    note.lines.push((page_idx, line.clone()));
                } else {
                    let paragraph = begin(page_idx, line, true);
                    notes.push(Paragraph { kind: Kind::Note, marker: None, ..paragraph });
                }
            }
        }
    }
    out.append(&mut notes);
    out
}

/// Splits a page's lines where they do not go down, or go beside each other.
fn columns(page: &Page) -> Vec<Column<'_>> {
    let chunks = page.lines.chunk_by(|above, line| {
        let goes_down = line.baseline < above.baseline + above.size * 0.3;
        goes_down && line.left < above.right && above.left < line.right
    });
    chunks
        .map(|lines| {
            let mut lefts: Vec<f32> = lines.iter().map(|line| line.left).collect();
            let mut rights: Vec<f32> = lines.iter().map(|line| line.right).collect();
            lefts.sort_by(f32::total_cmp);
            rights.sort_by(f32::total_cmp);
            // The outermost lines may be a picture's words.
            let few = lines.len() / 20;
            let left = lefts.get(few).copied().unwrap_or_default();
            let right = rights.iter().rev().nth(few).copied().unwrap_or_default();
            Column { lines, left, right }
        })
        .collect()
}

fn begin(page: usize, line: &Line, is_spaced: bool) -> Paragraph {
    let text = line.text();
    let kind = if line.is_all(|face| face.is_mono) {
        Kind::Code
    } else if has_leaders(&text) {
        Kind::Leaders
    } else {
        Kind::Text
    };
    let marker = if kind == Kind::Text { marker(&text).map(|(marker, _)| marker) } else { None };
    Paragraph { lines: vec![(page, line.clone())], marker, is_spaced, kind }
}

fn goes_on(
    paragraph: &Paragraph,
    above: &Line,
    line: &Line,
    next_word: f32,
    column: &Column<'_>,
    setting: Setting,
) -> bool {
    let text = line.text();
    if paragraph.kind == Kind::Code {
        let leading = (above.baseline - line.baseline) / setting.leading;
        return line.is_all(|face| face.is_mono) && leading < 2.6 && is_same_size(above, line);
    }
    if paragraph.kind == Kind::Leaders {
        return has_leaders(&text);
    }
    if is_spaced(above, line, setting)
        || !is_same_size(above, line)
        || line.is_all(|face| face.is_mono)
        || has_leaders(&text)
        || marker(&text).is_some()
    {
        return false;
    }
    let is_bold = |line: &Line| line.is_all(|face| face.is_bold);
    if is_bold(above) != is_bold(line) && (paragraph.lines.len() == 1 || is_bold(line)) {
        return false;
    }
    let em = line.size;
    let is_centred = ((above.left + above.right) - (line.left + line.right)).abs() < em;
    if !is_centred {
        let is_indented = line.left > above.left + em * 0.7 && line.left < above.left + em * 6.0;
        if is_indented && paragraph.marker.is_none() {
            return false;
        }
        let is_outdented = line.left < above.left - em * 0.7;
        if is_outdented && (paragraph.lines.len() > 1 || paragraph.marker.is_some()) {
            return false;
        }
    }
    let room = column.right - above.right;
    let width = column.right - column.left;
    let would_fit = room > next_word + em * 0.5;
    !(would_fit && (ends_sentence(above) && room > em * 2.0 || room > width * 0.35) && !is_centred)
}

/// Returns whether a paragraph goes on over the end of its column.
fn goes_on_after_break(paragraph: &Paragraph, line: &Line, setting: Setting) -> bool {
    let Some((_, above)) = paragraph.lines.last() else { return false };
    let text = line.text();
    match paragraph.kind {
        Kind::Code => line.is_all(|face| face.is_mono) && is_same_size(above, line),
        Kind::Leaders => has_leaders(&text),
        Kind::Note => false,
        Kind::Text => {
            let is_alike = is_same_size(above, line)
                && setting.is_body_size(line.size)
                && !line.is_all(|face| face.is_mono | face.is_bold)
                && !above.is_all(|face| face.is_bold);
            let begins_small = text.trim_start().starts_with(char::is_lowercase);
            is_alike && marker(&text).is_none() && !has_leaders(&text) && (begins_small || !is_finished(paragraph))
        }
    }
}

/// Returns whether a paragraph has come to a stop.
fn is_finished(paragraph: &Paragraph) -> bool {
    paragraph.kind != Kind::Text || paragraph.lines.last().is_none_or(|(_, line)| ends_sentence(line))
}

fn ends_sentence(line: &Line) -> bool {
    let text = line.text();
    let text = text.trim_end().trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']);
    text.ends_with(['.', '!', '?', ':', '…', '。', '！', '？'])
}

fn is_same_size(one: &Line, other: &Line) -> bool {
    (one.size / other.size.max(0.1) - 1.0).abs() < SAME_SIZE
}

fn is_spaced(above: &Line, line: &Line, setting: Setting) -> bool {
    let usual = setting.leading * (line.size.max(above.size) / setting.size).max(0.6);
    above.baseline - line.baseline > usual * SPACED
}

/// Returns about how wide the first word of a line is, in points.
fn first_word_width(line: &Line) -> f32 {
    let text = line.text();
    let n_chars = text.chars().count().max(1) as f32;
    let word = text.split_whitespace().next().map_or(0, |word| word.chars().count());
    (line.right - line.left) / n_chars * (word as f32 + 1.0)
}

/// Returns how many lines at a column's foot are notes: smaller than the text above them.
fn n_note_lines(column: &Column<'_>, setting: Setting) -> usize {
    let is_small = |line: &&Line| line.size < setting.size * (1.0 - SAME_SIZE);
    let n_small = column.lines.iter().rev().take_while(is_small).count();
    let Some(first) = column.lines.len().checked_sub(n_small).and_then(|at| column.lines.get(at)) else { return 0 };
    let has_text_above = n_small < column.lines.len();
    if has_text_above && begins_note(first) { n_small } else { 0 }
}

/// Returns whether a line begins with a note's number or sign.
fn begins_note(line: &Line) -> bool {
    let text = line.text();
    let text = text.trim_start();
    text.starts_with(['*', '†', '‡', '§']) || text.starts_with(|c: char| c.is_ascii_digit() || "¹²³⁴⁵⁶⁷⁸⁹".contains(c))
}

/// Returns whether the line leads to a number by dots.
pub fn has_leaders(text: &str) -> bool {
    let text = text.trim_end();
    let before = text.trim_end_matches(|c: char| c.is_ascii_digit() || "ivxlc".contains(c));
    before.len() < text.len() && n_dots_at_end(before) >= 4
}

fn n_dots_at_end(text: &str) -> usize {
    text.chars().rev().take_while(|c| matches!(c, '.' | ' ' | '·' | '…')).filter(|c| *c != ' ').count()
}

/// Returns the line without its leading dots, and the number.
pub fn without_leaders(text: &str) -> (String, &str) {
    let text = text.trim();
    let before = text.trim_end_matches(|c: char| c.is_ascii_digit() || "ivxlc".contains(c));
    let number = text.get(before.len()..).unwrap_or_default();
    (before.trim_end_matches(['.', ' ', '·', '…']).to_owned(), number)
}

/// Returns what a line has before an item, and how long that is.
pub fn marker(text: &str) -> Option<(Marker, usize)> {
    let trimmed = text.trim_start();
    let blank = text.len() - trimmed.len();
    let first = trimmed.chars().next()?;
    let after = trimmed.get(first.len_utf8()..)?;
    if "•‣▪▸►●○◦⁃∙·■□–—*-".contains(first) && after.starts_with(char::is_whitespace) {
        let length = blank + first.len_utf8() + (after.len() - after.trim_start().len());
        return Some((Marker::Bullet, length));
    }
    let digits = trimmed.len() - trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = trimmed.get(..digits).filter(|_| (1..=2).contains(&digits))?.parse().ok()?;
    let after = trimmed.get(digits..)?;
    let rest = after.strip_prefix(['.', ')'])?;
    let is_spaced = rest.starts_with(char::is_whitespace);
    let length = text.len() - rest.trim_start().len();
    is_spaced.then_some((Marker::Number(number), length))
}
