//! Cuts a page of text into lines and tells of each what its first characters and its make-up say. Which lines
//! belong together is for `stretch` and `blocks`.

use memchr::memchr;

/// What a line is by itself, before its neighbours are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    Blank,
    Text,
    /// One symbol over and over, three times or more: an underline, an overline or a rule.
    Row(u8),
    /// The same with spaces between: a rule.
    SpacedRow,
    /// A row of dashes in columns, or of symbols and corners: a table's or a drawing's.
    Border,
    /// Starts as an item of a list may: see `marker`.
    Marked,
    /// `# Title` or `== Title`, with the number of signs.
    Signed(u8),
}

/// A line of the page, without the white space around it and the `>` of quotations before it.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    pub start: u32,
    pub end: u32,
    /// Characters of the content.
    pub width: u32,
    /// Columns before the content, after the quotation's marks.
    pub indent: u16,
    /// How many quotations enclose the line.
    pub quotes: u8,
    pub kind: LineKind,
    /// Whether a page of print (a form feed) ends before the line.
    pub starts_page: bool,
}

impl Line {
    pub fn text(self, page: &str) -> &str {
        page.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    pub fn is_blank(self) -> bool {
        self.kind == LineKind::Blank
    }
}

/// The columns between two tab stops.
const TAB_STOP: u16 = 8;
/// How deep quotations may nest; further marks are text.
const MAX_QUOTES: u8 = 16;

/// Cuts `page` into `lines`, which are cleared first.
pub fn cut(page: &str, lines: &mut Vec<Line>) {
    lines.clear();
    let bytes = page.as_bytes();
    let is_ascii = page.is_ascii();
    let has_returns = memchr(b'\r', bytes).is_some();
    let has_feeds = memchr(b'\x0c', bytes).is_some();
    let mut at = 0;
    let mut end_of_print = false;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let (len, step) = line_end(rest, has_returns);
        let mut line = line(page, at, at + len, is_ascii);
        if has_feeds {
            line.starts_page = end_of_print | rest.get(..len).is_some_and(|raw| memchr(b'\x0c', raw).is_some());
            end_of_print = line.starts_page && line.is_blank();
        }
        lines.push(line);
        at += len + step;
    }
}

/// Returns the length of the first line and of its end.
fn line_end(rest: &[u8], has_returns: bool) -> (usize, usize) {
    if !has_returns {
        return memchr(b'\n', rest).map_or((rest.len(), 0), |len| (len, 1));
    }
    match memchr::memchr2(b'\n', b'\r', rest) {
        Some(len) if rest.get(len..len + 2) == Some(b"\r\n") => (len, 2),
        Some(len) => (len, 1),
        None => (rest.len(), 0),
    }
}

fn line(page: &str, start: usize, end: usize, is_ascii: bool) -> Line {
    let mut scan = Scan { page, at: start, end, column: 0 };
    scan.trim_end();
    let mut quotes = 0;
    let mut indent = 0;
    loop {
        let from = scan.column;
        scan.skip_space();
        indent += scan.column - from;
        if quotes < MAX_QUOTES && scan.skip_quote_mark() {
            quotes += 1;
            indent = 0;
        } else {
            break;
        }
    }
    let content = page.get(scan.at..scan.end).unwrap_or_default();
    let width = if is_ascii { content.len() } else { content.chars().count() };
    Line {
        start: u32::try_from(scan.at).unwrap_or(u32::MAX),
        end: u32::try_from(scan.end).unwrap_or(u32::MAX),
        width: u32::try_from(width).unwrap_or(u32::MAX),
        indent,
        quotes,
        kind: kind(content, width),
        starts_page: false,
    }
}

/// The part of a line that has not been looked at yet.
struct Scan<'a> {
    page: &'a str,
    at: usize,
    end: usize,
    column: u16,
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        if at < self.end { self.page.as_bytes().get(at).copied() } else { None }
    }

    fn trim_end(&mut self) {
        loop {
            let Some(last) = self.end.checked_sub(1).filter(|&last| last >= self.at) else { return };
            match self.byte(last) {
                Some(b' ' | b'\t' | b'\x0b' | b'\x0c' | b'\0') => self.end = last,
                Some(byte) if byte >= 0x80 => {
                    let text = self.page.get(self.at..self.end).unwrap_or_default();
                    let trimmed = text.trim_end();
                    if trimmed.len() == text.len() {
                        return;
                    }
                    self.end = self.at + trimmed.len();
                }
                _ => return,
            }
        }
    }

    fn skip_space(&mut self) {
        loop {
            match self.byte(self.at) {
                Some(b' ') => self.advance(1, 1),
                Some(b'\t') => self.advance(1, TAB_STOP - self.column % TAB_STOP),
                Some(b'\x0b' | b'\x0c' | b'\0') => self.advance(1, 0),
                // The byte-order mark and the spaces of other scripts; an ideographic one is two columns wide.
                Some(0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef) => {
                    let rest = self.page.get(self.at..self.end).unwrap_or_default();
                    match rest.chars().next() {
                        Some(c @ ('\u{3000}' | '\u{feff}')) => {
                            self.advance(c.len_utf8(), 2 * u16::from(c == '\u{3000}'));
                        }
                        Some(c) if c.is_whitespace() => self.advance(c.len_utf8(), 1),
                        _ => return,
                    }
                }
                _ => return,
            }
        }
    }

    /// Skips the mark of a quotation: `>` before a space, another mark, a letter or the line's end.
    fn skip_quote_mark(&mut self) -> bool {
        if self.byte(self.at) != Some(b'>') {
            return false;
        }
        // `>=`, `>-` and the like are signs, not quotations.
        let is_mark = self.byte(self.at + 1).is_none_or(|next| {
            matches!(next, b' ' | b'\t' | b'>' | b'"' | b'\'' | b'(' | b'[')
                || next.is_ascii_alphanumeric()
                || next >= 0x80
        });
        if is_mark {
            self.advance(1, 1);
            if self.byte(self.at) == Some(b' ') {
                self.advance(1, 1);
            }
        }
        is_mark
    }

    fn advance(&mut self, bytes: usize, columns: u16) {
        self.at += bytes;
        self.column = self.column.saturating_add(columns);
    }
}

fn kind(content: &str, width: usize) -> LineKind {
    let bytes = content.as_bytes();
    let Some(&first) = bytes.first() else { return LineKind::Blank };
    match first {
        b'a'..=b'z' | b'A'..=b'Z' => {
            // `a)`, `IV.`: a mark ends soon.
            let may_be_marked = bytes.iter().take(8).any(|byte| matches!(byte, b')' | b'.'));
            if may_be_marked { LineKind::Marked } else { LineKind::Text }
        }
        b'0'..=b'9' | b'(' => LineKind::Marked,
        b'#' | b'=' => signed(bytes, first).or_else(|| row(bytes)).unwrap_or(LineKind::Text),
        b'-' | b'*' | b'+' => row(bytes).unwrap_or(LineKind::Marked),
        b'~' | b'^' | b'_' | b'"' | b'\'' | b'`' | b':' | b'.' | b'|' | b'/' | b'\\' | b'<' | b'>' | b'@' | b'%'
        | b'&' => row(bytes).unwrap_or(LineKind::Text),
        0xe2 | 0xc2 | 0xe3 => wide_kind(content, width),
        _ => LineKind::Text,
    }
}

/// Returns the kind of a line that starts with a sign outside ASCII: a bullet, or a row of dashes, stars or lines.
fn wide_kind(content: &str, width: usize) -> LineKind {
    let Some(first) = content.chars().next() else { return LineKind::Blank };
    let is_row_sign =
        |c: char| matches!(c, '—' | '–' | '―' | '─' | '━' | '═' | '•' | '·' | '…' | '＊' | '※' | '◇' | '◆' | '⁂');
    if first == '⁂' && width == 1 {
        return LineKind::SpacedRow;
    }
    if is_row_sign(first) && width >= 3 && content.chars().all(|c| c == first || c == ' ' || c == '\u{3000}') {
        return match first {
            _ if content.contains([' ', '\u{3000}']) => LineKind::SpacedRow,
            '═' | '━' => LineKind::Row(b'='),
            _ => LineKind::Row(b'-'),
        };
    }
    if super::marker::is_bullet(first) { LineKind::Marked } else { LineKind::Text }
}

/// Returns the kind of a line of nothing but signs.
fn row(bytes: &[u8]) -> Option<LineKind> {
    let &first = bytes.first()?;
    if bytes.len() < 3 || bytes.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80) {
        return None;
    }
    if bytes.iter().all(|&byte| byte == first) {
        return (first != b'.' || bytes.len() > 3).then_some(LineKind::Row(first));
    }
    let n_signs = memchr::memchr_iter(first, bytes).count();
    if bytes.iter().all(|&byte| byte == first || byte == b' ') {
        let is_even = bytes.chunks(2).all(|pair| pair.first() == Some(&first)) || n_signs == 3 || n_signs == 5;
        return (n_signs >= 3).then_some(if is_even { LineKind::SpacedRow } else { LineKind::Border });
    }
    let is_drawn = bytes.iter().all(|byte| b"-=+|_*#~ :/\\".contains(byte));
    (is_drawn && bytes.len() >= 5).then_some(LineKind::Border)
}

/// Returns the kind of `# Title` and `== Title`.
fn signed(bytes: &[u8], sign: u8) -> Option<LineKind> {
    let n_signs = bytes.iter().take_while(|&&byte| byte == sign).count();
    let has_title = bytes.get(n_signs) == Some(&b' ') && bytes.len() > n_signs + 1;
    (has_title && n_signs <= 6).then(|| LineKind::Signed(u8::try_from(n_signs).unwrap_or(6)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    fn check(page: &str, expected: &[(&str, u16, u8, LineKind)]) {
        let mut lines = Vec::new();
        cut(page, &mut lines);
        let found: Vec<_> = lines.iter().map(|line| (line.text(page), line.indent, line.quotes, line.kind)).collect();
        assert_eq!(found, expected, "{page:?}");
    }

    #[test]
    fn tells_text_blank_and_indent() {
        check(
            "a word\n\n   in  \r\n\tb\rc",
            &[
                ("a word", 0, 0, LineKind::Text),
                ("", 0, 0, LineKind::Blank),
                ("in", 3, 0, LineKind::Text),
                ("b", 8, 0, LineKind::Text),
                ("c", 0, 0, LineKind::Text),
            ],
        );
        check("\u{3000}\u{3000}山", &[("山", 4, 0, LineKind::Text)]);
    }

    #[test]
    fn strips_quotation_marks() {
        check(
            "> one\n>> two\n> > three\n>\n>= 3",
            &[
                ("one", 0, 1, LineKind::Text),
                ("two", 0, 2, LineKind::Text),
                ("three", 0, 2, LineKind::Text),
                ("", 0, 1, LineKind::Blank),
                (">= 3", 0, 0, LineKind::Text),
            ],
        );
    }

    #[test]
    fn tells_rows_and_signs() {
        check(
            "=====\n* * *\n--- ---- --\n+---+--+\n## Title\n== Title ==\n- item\n—————\n...",
            &[
                ("=====", 0, 0, LineKind::Row(b'=')),
                ("* * *", 0, 0, LineKind::SpacedRow),
                ("--- ---- --", 0, 0, LineKind::Border),
                ("+---+--+", 0, 0, LineKind::Border),
                ("## Title", 0, 0, LineKind::Signed(2)),
                ("== Title ==", 0, 0, LineKind::Signed(2)),
                ("- item", 0, 0, LineKind::Marked),
                ("—————", 0, 0, LineKind::Row(b'-')),
                ("...", 0, 0, LineKind::Text),
            ],
        );
    }

    #[test]
    fn sees_where_a_printed_page_starts() {
        let page = "end [Page 1]\n\x0c\nRFC 1\n\x0cnext";
        let mut lines = Vec::new();
        cut(page, &mut lines);
        assert_eq!(lines.iter().map(|line| line.starts_page).collect::<Vec<_>>(), [false, true, true, true]);
    }
}
