//! Inlines: marks that open and close in Markdown and in HTML, bare addresses, and lines that are joined again.

use crate::document::{BlockKind, DocumentBuilder, MarkKind, WarningKind};

/// How many marks may be open at a place; deeper ones are left out.
const MOST_MARKS: usize = 16;

/// How many may be waiting to be closed before HTML opens no more.
const MOST_WAITING: usize = 64;

/// Writes a leaf's text and marks.
#[derive(Debug)]
pub struct Inlines {
    pub builder: DocumentBuilder,
    has_leaf: bool,
    open: Vec<OpenMark>,
    n_open_links: usize,
    /// Text that waits for what follows it, so that an address in pieces is still found.
    text: String,
    /// The last character that was written to the leaf.
    last: Option<char>,
    /// Whether a line of the source ended here.
    has_soft_break: bool,
}

#[derive(Debug)]
struct OpenMark {
    /// The HTML tag that opened it; none for Markdown's own.
    tag: Option<String>,
    /// Whether the builder knows of it.
    is_written: bool,
    is_link: bool,
}

impl Inlines {
    pub fn new(builder: DocumentBuilder) -> Self {
        Self {
            builder,
            has_leaf: false,
            open: Vec::new(),
            n_open_links: 0,
            text: String::new(),
            last: None,
            has_soft_break: false,
        }
    }

    pub fn has_leaf(&self) -> bool {
        self.has_leaf
    }

    /// Ends the open leaf, if there is one, and opens another.
    pub fn open_leaf(&mut self, kind: BlockKind) {
        self.close_leaf();
        self.builder.open(kind);
        self.has_leaf = true;
    }

    /// Says that the builder has opened a leaf or a cell by other means.
    pub fn enter_leaf(&mut self) {
        self.has_leaf = true;
        self.last = None;
    }

    /// Says that the leaf or cell is about to be closed by other means.
    pub fn leave_leaf(&mut self) {
        self.flush();
        while !self.open.is_empty() {
            self.close_innermost();
        }
        self.has_leaf = false;
        self.last = None;
        self.has_soft_break = false;
    }

    pub fn close_leaf(&mut self) {
        if self.has_leaf {
            self.leave_leaf();
            self.builder.close();
        }
    }

    /// Adds text whose entities and escapes are already resolved.
    pub fn text(&mut self, text: &str) {
        let Some(first) = text.chars().next() else { return };
        self.need_leaf();
        if std::mem::take(&mut self.has_soft_break) && !(self.last.is_some_and(is_unspaced) && is_unspaced(first)) {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.last = text.chars().next_back();
    }

    /// Ends a line of the source: a space, but nothing between two characters of a script that has none.
    pub fn soft_break(&mut self) {
        if self.last.is_some_and(is_unspaced) {
            self.has_soft_break = true;
        } else if self.has_leaf {
            self.text.push(' ');
        }
    }

    pub fn hard_break(&mut self) {
        if self.has_leaf {
            self.flush();
            self.has_soft_break = false;
            self.last = None;
            self.builder.line_break();
        }
    }

    /// Opens a mark of Markdown's own, or of the HTML tag `tag`.
    pub fn open_mark(&mut self, kind: MarkKind, tag: Option<&str>) {
        self.need_leaf();
        self.flush();
        if tag.is_some() && self.open.len() >= MOST_WAITING {
            self.builder.warn(WarningKind::Depth);
            return;
        }
        let is_link = matches!(kind, MarkKind::Link(_));
        let is_written = self.open.len() < MOST_MARKS;
        if is_written {
            self.builder.open_mark(kind);
        } else {
            self.builder.warn(WarningKind::Depth);
        }
        self.n_open_links += usize::from(is_link);
        self.open.push(OpenMark { tag: tag.map(str::to_owned), is_written, is_link });
    }

    /// Opens one of Markdown's own that is no mark here.
    pub fn open_nothing(&mut self) {
        self.open.push(OpenMark { tag: None, is_written: false, is_link: false });
    }

    /// Closes Markdown's innermost mark, and the HTML marks that were left open in it.
    pub fn close_mark(&mut self) {
        if self.open.iter().rev().any(|mark| mark.tag.is_none()) {
            self.flush();
            while self.close_innermost().is_some_and(|mark| mark.tag.is_some()) {}
        }
    }

    /// Closes the innermost mark of the HTML tag `tag`, unless Markdown's own stand in its way.
    pub fn close_tag(&mut self, tag: &str) {
        let own = self.open.iter().rev().take_while(|mark| mark.tag.is_some());
        let Some(n_inner) = own.map(|mark| mark.tag.as_deref()).position(|open| open == Some(tag)) else { return };
        self.flush();
        for _ in 0..=n_inner {
            self.close_innermost();
        }
    }

    /// Adds text that is one mark as it stands.
    pub fn marked(&mut self, kind: MarkKind, text: &str) {
        self.open_mark(kind, None);
        let first = text.chars().next();
        if std::mem::take(&mut self.has_soft_break) && !first.is_some_and(is_unspaced) {
            self.builder.text(" ");
        }
        self.builder.text(text);
        self.last = text.chars().next_back();
        self.close_mark();
    }

    /// Adds the name of a place in the text.
    pub fn target(&mut self, name: &str) {
        self.flush();
        self.builder.target(name);
    }

    fn need_leaf(&mut self) {
        if !self.has_leaf {
            self.builder.open(BlockKind::Paragraph);
            self.has_leaf = true;
            self.last = None;
        }
    }

    fn close_innermost(&mut self) -> Option<OpenMark> {
        let mark = self.open.pop()?;
        self.n_open_links -= usize::from(mark.is_link);
        if mark.is_written {
            self.builder.close_mark();
        }
        Some(mark)
    }

    pub fn is_in_link(&self) -> bool {
        self.n_open_links > 0
    }

    /// Writes the waiting text with its bare addresses linked.
    pub fn flush(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        let mut rest = text.as_str();
        while !self.is_in_link()
            && let Some((before, address, after)) = split_address(rest)
        {
            self.builder.text(before);
            let link = self.builder.link(address, None);
            self.builder.open_mark(MarkKind::Link(link));
            self.builder.text(address);
            self.builder.close_mark();
            rest = after;
        }
        self.builder.text(rest);
        self.text = text;
        self.text.clear();
    }
}

/// Splits a text at its first bare web address.
pub fn split_address(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let found = text.get(from..)?.find("http")?;
        let start = from + found;
        let candidate = text.get(start..)?;
        let scheme_length =
            ["http://", "https://"].iter().find(|scheme| candidate.starts_with(**scheme)).map(|s| s.len());
        let before = text.get(..start)?;
        let stands_alone = !before.ends_with(|c: char| c.is_ascii_alphanumeric());
        if let Some(scheme_length) = scheme_length.filter(|_| stands_alone) {
            let end = address_end(candidate);
            if end > scheme_length {
                return Some((before, candidate.get(..end)?, candidate.get(end..)?));
            }
        }
        from = start + "http".len();
    }
}

/// Returns where the address that `text` begins with ends: before closing punctuation, at a bracket it did not open.
fn address_end(text: &str) -> usize {
    let stops = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '"' | '`' | '“' | '”' | '‘' | '’' | '«' | '»' | '…' | '—')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}')
    };
    let end = text.find(stops).unwrap_or(text.len());
    let mut address = text.get(..end).unwrap_or_default();
    let (mut n_open, mut n_closed) = (address.matches('(').count(), address.matches(')').count());
    loop {
        let shorter = match address.chars().next_back() {
            Some(')') if n_closed > n_open => {
                n_closed -= 1;
                address.strip_suffix(')')
            }
            Some('(') => {
                n_open -= 1;
                address.strip_suffix('(')
            }
            Some('.' | ',' | ';' | ':' | '!' | '?' | '\'' | ']' | '}' | '*' | '_' | '~' | '|' | '\\' | '[' | '{') => {
                let mut chars = address.chars();
                chars.next_back();
                Some(chars.as_str())
            }
            _ => return address.len(),
        };
        let Some(shorter) = shorter else { return address.len() };
        address = shorter;
    }
}

/// Returns whether `c` belongs to a script that puts no space between words, nor between lines.
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{312f}' | '\u{3190}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff65}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, address: &str) {
        let found = split_address(text).map(|(_, address, _)| address);
        assert_eq!(found.unwrap_or_default(), address, "{text}");
    }

    #[test]
    fn finds_bare_addresses() {
        check("see https://example.org/a_b?c=d#e, then", "https://example.org/a_b?c=d#e");
        check("(http://example.org/x_(y)).", "http://example.org/x_(y)");
        check("https://example.org/。次", "https://example.org/");
        check("xhttp://no and http:// and http", "");
        check("https://", "");
        check("xhttp://no, https://yes", "https://yes");
    }
}
