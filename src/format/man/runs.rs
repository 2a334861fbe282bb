//! Runs: a leaf's text with its fonts and links, gathered before it is known what the leaf is.
//!
//! References such as `ls(1)` and bare addresses are found when it is written, across the fonts that they are set in.

use std::ops::Range;

use super::escape::{Font, Piece, pieces};
use crate::article::is_manual_section;
use crate::document::{DocumentBuilder, MarkKind};
use crate::format::markdown::inline::{is_unspaced, split_address};

/// The longest name of a page that a reference is taken for, in bytes.
const LONGEST_NAME: usize = 64;

/// Text with fonts and links.
#[derive(Debug, Clone, Default)]
pub struct Runs {
    text: String,
    /// Where each font begins; the first begins at the start.
    fonts: Vec<(usize, Font)>,
    /// Links that the page makes itself, in order and apart.
    links: Vec<(Range<usize>, String)>,
    open_link: Option<(usize, String)>,
    breaks: Vec<usize>,
}

/// The font that is set, and the one before it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pen {
    pub font: Font,
    pub before: Font,
}

impl Pen {
    pub fn set(&mut self, font: Font) {
        self.before = self.font;
        self.font = font;
    }

    pub fn go_back(&mut self) {
        std::mem::swap(&mut self.font, &mut self.before);
    }
}

impl Runs {
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn push(&mut self, text: &str, font: Font) {
        if text.is_empty() {
            return;
        }
        if self.fonts.last().is_none_or(|&(_, last)| last != font) {
            self.fonts.push((self.text.len(), font));
        }
        self.text.push_str(text);
    }

    /// Adds a space between two lines of the source, but none between characters of a script that has none.
    pub fn space_before(&mut self, next: &str, font: Font) {
        let is_needed = self.text.chars().next_back().is_some_and(|last| {
            let is_unspaced = is_unspaced(last) && next.chars().next().is_some_and(is_unspaced);
            !last.is_whitespace() && !is_unspaced
        });
        if is_needed {
            // The space belongs to the font before it only where the font goes on.
            let last = self.fonts.last().map_or(font, |&(_, last)| last);
            self.push(" ", if last == font { font } else { Font::ROMAN });
        }
    }

    pub fn line_break(&mut self) {
        if !self.is_empty() && self.breaks.last() != Some(&self.text.len()) {
            self.breaks.push(self.text.len());
        }
    }

    pub fn ends_with_break(&self) -> bool {
        self.breaks.last() == Some(&self.text.len())
    }

    /// Begins a link to `address`, which ends with [`Self::close_link`].
    pub fn open_link(&mut self, address: &str) {
        self.close_link();
        self.open_link = Some((self.text.len(), address.to_owned()));
    }

    pub fn close_link(&mut self) {
        let Some((mut start, address)) = self.open_link.take() else { return };
        let inside = self.text.get(start..).unwrap_or_default();
        start += inside.len() - inside.trim_start().len();
        if start == self.text.len() {
            let label = address.strip_prefix("mailto:").unwrap_or(&address).to_owned();
            self.push(&label, Font::ROMAN);
        }
        self.links.push((start..self.text.len(), address));
    }

    /// Adds a line of roff in the font of `pen`; returns whether the next line follows without a space.
    pub fn push_line(&mut self, line: &str, pen: &mut Pen) -> bool {
        let mut no_space = false;
        for piece in pieces(line) {
            match piece {
                Piece::Text(text) => self.push(text, pen.font),
                Piece::Char(c) => self.push(c.encode_utf8(&mut [0; 4]), pen.font),
                Piece::Glyph(glyph) => self.push(&glyph, pen.font),
                Piece::Font(font) => pen.set(font),
                Piece::PreviousFont => pen.go_back(),
                Piece::Move(_) => {}
                Piece::NoSpace => {
                    no_space = true;
                    break;
                }
            }
        }
        no_space
    }

    /// Writes the text into the open leaf or cell of `builder`. References to `own_name` lead nowhere.
    pub fn write(mut self, builder: &mut DocumentBuilder, own_name: &str) {
        self.close_link();
        let links = self.all_links(own_name);
        let mut cursor = Cursor { runs: &self, font: 0, line_break: 0 };
        let mut done = 0;
        for (range, address) in links {
            if range.start < done || range.is_empty() {
                continue;
            }
            cursor.write(builder, done..range.start);
            let link = builder.link(&address, None);
            builder.open_mark(MarkKind::Link(link));
            cursor.write(builder, range.clone());
            builder.close_mark();
            done = range.end;
        }
        cursor.write(builder, done..self.text.len());
    }

    /// Returns the page's own links and those that stand in its text, by place.
    fn all_links(&self, own_name: &str) -> Vec<(Range<usize>, String)> {
        let mut found = self.links.clone();
        let mut gaps = Vec::new();
        let mut done = 0;
        for (range, _) in &self.links {
            gaps.push(done..range.start.max(done));
            done = range.end.max(done);
        }
        gaps.push(done..self.text.len());
        for gap in gaps {
            let Some(text) = self.text.get(gap.clone()) else { continue };
            let mut rest = text;
            let mut at = gap.start;
            while let Some((before, address, after)) = split_address(rest) {
                let start = at + before.len();
                self.find_references(at..start, own_name, &mut found);
                found.push((start..start + address.len(), address.to_owned()));
                at = start + address.len();
                rest = after;
            }
            self.find_references(at..gap.end, own_name, &mut found);
        }
        found.sort_by_key(|(range, _)| range.start);
        found
    }

    /// Finds `name(section)`.
    fn find_references(&self, within: Range<usize>, own_name: &str, found: &mut Vec<(Range<usize>, String)>) {
        let Some(text) = self.text.get(within.clone()) else { return };
        for (open, _) in text.match_indices('(') {
            let (before, after) = text.split_at_checked(open).unwrap_or((text, ""));
            let inside = after.get(1..).unwrap_or_default();
            let Some(close) = inside.bytes().take(8).position(|byte| byte == b')') else { continue };
            let section = inside.get(..close).unwrap_or_default();
            let name_length = before.bytes().rev().take(LONGEST_NAME).take_while(|&byte| is_name_byte(byte)).count();
            let name =
                before.get(before.len() - name_length..).unwrap_or_default().trim_start_matches(['.', '-', ':', '+']);
            // `f(1)` in a sentence is mathematics, unless the page sets it as a name.
            let start = within.start + open - name.len();
            let is_set = name.len() > 1 || self.font_at(start) != Font::ROMAN;
            if is_manual_section(section) && is_set && name.bytes().any(|byte| byte.is_ascii_alphabetic()) {
                let reference = format!("{name}({section})");
                if reference != own_name {
                    found.push((start..start + reference.len(), format!("man:{reference}")));
                }
            }
        }
    }

    fn font_at(&self, at: usize) -> Font {
        let after = self.fonts.partition_point(|&(start, _)| start <= at);
        after.checked_sub(1).and_then(|idx| self.fonts.get(idx)).map_or(Font::ROMAN, |&(_, font)| font)
    }
}

/// Writes ranges of runs, one after the other.
struct Cursor<'r> {
    runs: &'r Runs,
    font: usize,
    line_break: usize,
}

impl Cursor<'_> {
    fn write(&mut self, builder: &mut DocumentBuilder, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            while self.runs.fonts.get(self.font + 1).is_some_and(|&(start, _)| start <= at) {
                self.font += 1;
            }
            let font = self.runs.fonts.get(self.font).map_or(Font::ROMAN, |&(_, font)| font);
            let mut end = self.runs.fonts.get(self.font + 1).map_or(range.end, |&(start, _)| start.min(range.end));
            if let Some(&stop) = self.runs.breaks.get(self.line_break)
                && stop < end
            {
                if stop <= at {
                    builder.line_break();
                    self.line_break += 1;
                    continue;
                }
                end = stop;
            }
            let marks = [(font.bold, MarkKind::Strong), (font.italic, MarkKind::Emphasis), (font.mono, MarkKind::Code)];
            let marks = marks.into_iter().filter_map(|(is_set, kind)| is_set.then_some(kind));
            let n_marks = marks.clone().count();
            marks.for_each(|kind| builder.open_mark(kind));
            builder.text(self.runs.text.get(at..end).unwrap_or_default());
            for _ in 0..n_marks {
                builder.close_mark();
            }
            at = end;
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.+:-@".contains(&byte)
}
