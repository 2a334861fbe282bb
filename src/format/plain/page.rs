//! A page of lines: what a line is to its neighbours, which tells where titles stand and where paragraphs and items end.

use super::lines::{Line, LineKind};
use super::marker::{self, Marker, Sign};
use super::rhythm::{Rhythm, ends_early};

/// The longest line that may be a heading, in characters.
pub const MAX_HEADING_CHARS: u32 = 120;

/// The page that is being read.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    pub text: &'a str,
    pub lines: &'a [Line],
    pub rhythm: Rhythm,
}

impl<'a> Page<'a> {
    pub fn line(&self, idx: usize) -> Option<&'a Line> {
        self.lines.get(idx)
    }

    pub fn text_of(&self, idx: usize) -> &'a str {
        self.line(idx).map_or("", |line| line.text(self.text))
    }

    pub fn kind(&self, idx: usize) -> LineKind {
        self.line(idx).map_or(LineKind::Blank, |line| line.kind)
    }
}

/// Takes out the running heads and feet of printed pages, and what is blank around them in the middle of a paragraph.
pub fn drop_page_breaks(text: &str, lines: &mut Vec<Line>) {
    if !lines.iter().any(|line| line.starts_page) {
        return;
    }
    let mut gone = vec![false; lines.len()];
    let breaks: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| line.starts_page && !line.is_blank()).map(|(idx, _)| idx).collect();
    for head in breaks {
        let is_blank = |idx: usize| lines.get(idx).is_none_or(|line| line.is_blank());
        let above = |idx: usize| (0..idx).rev().find(|&idx| !is_blank(idx));
        let below = |idx: usize| (idx + 1..lines.len()).find(|&idx| !is_blank(idx));
        let text_of = |idx: usize| lines.get(idx).map_or("", |line| line.text(text));
        let Some(foot) = above(head).filter(|&foot| text_of(foot).ends_with(']') && text_of(foot).contains("[Page "))
        else {
            continue;
        };
        let (last, next) = (above(foot), below(head));
        let runs_on = last.zip(next).is_some_and(|(last, next)| {
            !text_of(last).ends_with(['.', ':', '!', '?']) && text_of(next).starts_with(char::is_lowercase)
        });
        let range = if runs_on { last.map_or(foot, |last| last + 1)..next.unwrap_or(head + 1) } else { foot..head + 1 };
        let first = range.start;
        for (idx, gone) in gone.get_mut(range).unwrap_or_default().iter_mut().enumerate() {
            *gone |= runs_on || first + idx == foot || first + idx == head;
        }
    }
    let mut gone = gone.into_iter();
    lines.retain(|_| !gone.next().unwrap_or(false));
}

/// Returns whether line `idx` starts something that its own signs tell, or is set in where the one before is not.
pub fn starts_anew(page: Page, idx: usize, end: usize) -> bool {
    match page.kind(idx) {
        LineKind::Row(_) | LineKind::SpacedRow => true,
        LineKind::Signed(_) => signed_title(page, idx, end).is_some(),
        LineKind::Marked => marker::marker(page.text_of(idx)).is_some() || is_underlined(page, idx, end),
        LineKind::Text => is_underlined(page, idx, end) || is_step(page, idx, end),
        LineKind::Border | LineKind::Blank => false,
    }
}

/// Returns whether lines from `idx` on are set in by four columns or more, or no longer are.
fn is_step(page: Page, idx: usize, end: usize) -> bool {
    let set_in = page.rhythm.margin.saturating_add(4);
    let Some(before) = idx.checked_sub(1).and_then(|idx| page.line(idx)) else { return false };
    let Some(line) = page.line(idx) else { return false };
    match (before.indent >= set_in, line.indent >= set_in) {
        // The first line of a paragraph is set in alone.
        (false, true) => idx + 1 < end && page.line(idx + 1).is_some_and(|next| next.indent >= set_in),
        (true, false) => idx >= 2 && page.line(idx - 2).is_some_and(|line| line.indent >= set_in && !line.is_blank()),
        _ => false,
    }
}

pub fn is_title(line: &Line) -> bool {
    matches!(line.kind, LineKind::Text | LineKind::Marked) && line.width <= MAX_HEADING_CHARS
}

/// Returns whether the row at `row` is about as long as the title at `title`.
pub fn is_drawn_for(page: Page, row: usize, title: usize) -> bool {
    let (Some(row), Some(title)) = (page.line(row), page.line(title)) else { return false };
    // Wide characters take two columns of the row for one of theirs.
    let widest = title.width * 2 + 4;
    row.width * 5 >= title.width * 3 && row.width <= widest.max(8) && row.indent.abs_diff(title.indent) <= 4
}

/// Returns whether the row below line `at` underlines it as a heading.
pub fn is_underlined(page: Page, at: usize, end: usize) -> bool {
    let Some(title) = page.line(at).filter(|line| at + 1 < end && is_title(line)) else { return false };
    let LineKind::Row(sign) = page.kind(at + 1) else { return false };
    if !b"=-~^*+#\"'`:._".contains(&sign) || !title.text(page.text).contains(char::is_alphanumeric) {
        return false;
    }
    let is_alone =
        at == 0 || page.line(at - 1).is_none_or(|line| line.is_blank() || !matches!(line.kind, LineKind::Text));
    let is_whole_rule = is_alone && matches!(sign, b'=' | b'-') && !title.text(page.text).ends_with(['.', ',', ';']);
    // A table's head has a row below it, too, and more of the table below that.
    let is_table = page.kind(at + 2) == LineKind::Text && at + 2 < end && page.text_of(at).contains("   ");
    (is_drawn_for(page, at + 1, at) || is_whole_rule) && !is_table
}

/// Returns the title of a line such as `## Title ##` or `== Title ==`, where it stands apart as a heading does.
pub fn signed_title(page: Page<'_>, at: usize, end: usize) -> Option<&str> {
    let LineKind::Signed(n_signs) = page.kind(at) else { return None };
    let line = page.line(at)?;
    let text = line.text(page.text);
    let title = text.get(usize::from(n_signs)..)?.trim();
    let sign = text.chars().next()?;
    let title = title.trim_end_matches(sign).trim_end();
    // One sign alone may be a remark in a program or a setting.
    let is_apart = n_signs > 1 || at + 1 >= end || !matches!(page.kind(at + 1), LineKind::Signed(_));
    let is_apart = is_apart && (n_signs > 1 || at == 0 || page.kind(at - 1) != LineKind::Signed(n_signs));
    let is_title = line.width <= MAX_HEADING_CHARS && line.indent < 4 && title.contains(char::is_alphanumeric);
    (is_apart && is_title && !title.ends_with([';', '{', ','])).then_some(title)
}

/// Returns the line after the last one of the item at `at`.
pub fn item_end(page: Page, at: usize, end: usize, marker: &Marker) -> usize {
    let Some(first) = page.line(at) else { return at + 1 };
    let hang = usize::from(first.indent) + marker.len;
    let mut before = first;
    for idx in at + 1..end {
        let Some(line) = page.line(idx) else { return idx };
        let is_set_in = usize::from(line.indent) + 2 >= hang && line.indent > first.indent;
        // An item that was wrapped with no regard to its mark goes on at the margin.
        let is_wrapped = page
            .rhythm
            .measure
            .is_some_and(|measure| line.indent >= first.indent && !ends_early(page.text, before, line, measure));
        let is_anew = match line.kind {
            LineKind::Text => false,
            LineKind::Marked => marker::marker(line.text(page.text)).is_some(),
            _ => true,
        };
        if is_anew || is_underlined(page, idx, end) || !(is_set_in || is_wrapped) {
            return idx;
        }
        before = line;
    }
    end
}

/// Returns the number of the item that comes at line `idx` or after blank lines there.
pub fn next_item(page: Page, idx: usize) -> Option<(u32, char)> {
    let next = (idx..idx + 4).find(|&idx| page.line(idx).is_some_and(|line| !line.is_blank()))?;
    if page.kind(next) != LineKind::Marked {
        return None;
    }
    match marker::marker(page.text_of(next))?.sign {
        Sign::Number(number, close) => Some((number, close)),
        _ => None,
    }
}

/// Returns whether a paragraph of wrapped prose ends with `line`.
pub fn ends_paragraph(page: Page, idx: usize, line: &Line, next: &Line, measure: u32) -> bool {
    let is_set_in = next.indent >= line.indent.saturating_add(2)
        && page.line(idx + 2).is_none_or(|after| after.is_blank() || after.indent < next.indent);
    if is_set_in && next.indent > page.rhythm.margin {
        return true;
    }
    if !ends_early(page.text, line, next, measure) || next.text(page.text).starts_with(char::is_lowercase) {
        return false;
    }
    let text = line.text(page.text);
    let is_far = ends_early(page.text, line, next, measure * 3 / 4);
    is_far || text.ends_with(['.', '!', '?', ':', '"', '”', '’', '。', '」', '！', '？'])
}
