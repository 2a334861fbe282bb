//! Lines: one leaf's or cell's words with its marks, as they are written.
//!
//! A mark is written with Markdown's own signs where they surely work, which is between a word's edge and a space or
//! plain punctuation; for asterisks, inside words too. It is written with an HTML tag elsewhere.

use super::escape::{Context, Place, anchor, destination, html_text, is_math, link_title, needs_escape};
use super::inline::Inlines;
use crate::document::{Document, LinkTarget, Mark, MarkKind, Offset, TextRange};
use crate::export::pieces::{Piece, break_char};

/// One leaf's or cell's words as they are written.
pub struct Line<'i, 'd> {
    inlines: &'i Inlines<'d>,
    text: &'d str,
    /// Where in the document `text` starts, and how far it is written.
    start: usize,
    at: usize,
    context: Context,
    out: String,
    /// What closes each open mark.
    open: Vec<String>,
    is_in_link: bool,
    /// The mark whose content is written as a whole, where pieces are passed over until it closes.
    skipped: Option<(Mark, usize)>,
    n_open: usize,
    /// Where the last footnote's reference ends in `out`.
    note_end: usize,
}

impl<'i, 'd> Line<'i, 'd> {
    pub fn new(inlines: &'i Inlines<'d>, range: TextRange, place: Place) -> Self {
        let text = inlines.document().slice(range);
        Self {
            inlines,
            text,
            start: range.start.index(),
            at: 0,
            context: Context {
                place,
                has_math: text.matches('$').nth(1).is_some() || has_math(inlines.document(), range),
                has_lines: text.contains('\n'),
            },
            out: String::with_capacity(text.len() + 16),
            open: Vec::new(),
            is_in_link: false,
            skipped: None,
            n_open: 0,
            note_end: 0,
        }
    }

    pub fn piece(&mut self, piece: Piece<'d>) {
        if let Some((_, n_open)) = self.skipped {
            match piece {
                Piece::Open(_) => self.n_open += 1,
                Piece::Close(_) => {
                    self.n_open -= 1;
                    if self.n_open < n_open {
                        self.skipped = None;
                    }
                }
                Piece::Text(text) => self.at += text.len(),
                Piece::Break(_) | Piece::Target(_) => {}
            }
            return;
        }
        match piece {
            Piece::Text(text) => {
                self.words(text);
                self.at += text.len();
            }
            Piece::Break(kind) => self.out.push(break_char(kind)),
            Piece::Target(name) => {
                if self.inlines.is_anchor(Offset::at(self.start + self.at)) {
                    self.out.push_str(&anchor(name));
                }
            }
            Piece::Open(mark) => {
                self.n_open += 1;
                self.open_mark(mark);
            }
            Piece::Close(_) => {
                self.n_open -= 1;
                let close = self.open.pop().unwrap_or_default();
                self.is_in_link &= !close.starts_with(']');
                self.out.push_str(&close);
            }
        }
    }

    pub fn finish(self) -> String {
        self.out
    }

    fn open_mark(&mut self, mark: Mark) {
        let inside = self.inlines.document().slice(mark.range);
        if self.is_whole(mark)
            && let Some(whole) = self.whole(mark.kind, inside)
        {
            self.out.push_str(&whole);
            if matches!(mark.kind, MarkKind::FootnoteRef(_)) {
                self.note_end = self.out.len();
            }
            self.skipped = Some((mark, self.n_open));
            return;
        }
        let (open, close) = match mark.kind {
            MarkKind::Link(link) if !self.is_in_link => match self.inlines.address(link) {
                Some(address) => {
                    let title =
                        self.inlines.document().links().get(link as usize).and_then(|link| link.title.as_deref());
                    let title =
                        title.map(|title| format!(" {}", link_title(title, self.context.place))).unwrap_or_default();
                    self.is_in_link = true;
                    // A note before a bracket would be taken for a link's text.
                    let apart = if self.follows_note() { "<!-- -->" } else { "" };
                    (format!("{apart}["), format!("]({}{title})", destination(&address, self.context.place)))
                }
                None => (String::new(), String::new()),
            },
            MarkKind::Gloss(gloss) => match self.inlines.document().glosses().get(gloss as usize) {
                Some(meaning) => (format!("<abbr title=\"{}\">", html_text(meaning)), "</abbr>".to_owned()),
                None => (String::new(), String::new()),
            },
            kind => match (self.working_sign(mark), tag(kind)) {
                (Some(sign), _) => (sign.to_owned(), sign.to_owned()),
                (None, Some(tag)) => (format!("<{tag}>"), format!("</{tag}>")),
                (None, None) => (String::new(), String::new()),
            },
        };
        self.out.push_str(&open);
        self.open.push(close);
    }

    /// Returns whether nothing but text is inside the mark.
    fn is_whole(&self, mark: Mark) -> bool {
        let document = self.inlines.document();
        document.breaks_in(mark.range).is_empty()
            && document.marks_in(mark.range).iter().filter(|other| other.range.start >= mark.range.start).count() == 1
    }

    /// Returns a mark that is one thing from its first sign to its last.
    fn whole(&self, kind: MarkKind, inside: &str) -> Option<String> {
        let is_in_table = self.context.place == Place::Cell;
        match kind {
            MarkKind::Code => {
                let touches = self.out.ends_with(['`', '\\']) || self.rest_after(inside).starts_with('`');
                let is_odd = inside.contains('\n') || inside.starts_with(' ') || inside.ends_with(' ');
                if touches || is_odd || is_in_table && inside.contains(['|', '\\']) {
                    return None;
                }
                let longest = inside.split(|c| c != '`').map(str::len).max().unwrap_or(0);
                let ticks = "`".repeat(longest + 1);
                let pad = if inside.starts_with('`') || inside.ends_with('`') { " " } else { "" };
                Some(format!("{ticks}{pad}{inside}{pad}{ticks}"))
            }
            MarkKind::Math => {
                let is_plain = is_math(inside) && !(is_in_table && inside.contains('|'));
                let touches = self.out.ends_with(['$', '\\'])
                    || self.rest_after(inside).starts_with(|c: char| c == '$' || c.is_ascii_digit());
                (is_plain && !touches).then(|| format!("${inside}$"))
            }
            MarkKind::FootnoteRef(idx) => {
                let label = self.inlines.document().footnotes().get(idx as usize)?.label.as_str();
                let is_its_own = inside.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) == Some(label);
                (is_its_own && !self.is_in_link && self.inlines.is_noted(idx)).then(|| format!("[^{label}]"))
            }
            MarkKind::Link(link) if !self.is_in_link => {
                let link = self.inlines.document().links().get(link as usize)?;
                let is_plain = inside.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>|\\`$".contains(&byte));
                let is_itself = matches!(&link.target, LinkTarget::Address(address) if address == inside);
                (is_plain && is_itself && link.title.is_none()).then(|| format!("<{inside}>"))
            }
            _ => None,
        }
    }

    fn follows_note(&self) -> bool {
        self.note_end > 0 && self.note_end == self.out.len()
    }

    /// Returns what follows the mark that begins here.
    fn rest_after(&self, inside: &str) -> &'d str {
        self.text.get(self.at + inside.len()..).unwrap_or_default()
    }

    /// Returns the sign that marks what is inside, if one works there.
    fn working_sign(&self, mark: Mark) -> Option<&'static str> {
        let usual = sign(mark.kind).filter(|sign| self.signs_work(mark, sign));
        usual.or_else(|| asterisks(mark.kind).filter(|_| self.asterisks_work(mark)))
    }

    /// Returns whether Markdown's signs work at both ends of the mark: letters inside, space or plain punctuation outside.
    fn signs_work(&self, mark: Mark, sign: &str) -> bool {
        let inside = self.inlines.document().slice(mark.range);
        let is_outside = |c: char| {
            c.is_ascii_whitespace()
                || matches!(c, '(' | ')' | ',' | '.' | ';' | ':' | '!' | '?' | '"' | '\'' | '“' | '”' | '—' | '–')
        };
        let before = self.text.get(..self.at).unwrap_or_default().chars().next_back();
        let after = self.rest_after(inside).chars().next();
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        // Another mark's sign may stand before, but not the same one.
        let ends_plain = self.out.chars().next_back().is_none_or(|c| {
            is_outside(c) || matches!(c, '*' | '_' | '~' | '[') && Some(c) != before && !sign.starts_with(c)
        });
        !self.is_hinted(mark)
            && !self.open.iter().any(|close| close == sign)
            && is_word(inside.chars().next())
            && is_word(inside.chars().next_back())
            && before.is_none_or(is_outside)
            && after.is_none_or(is_outside)
            && ends_plain
    }

    /// Returns whether asterisks work at both ends of the mark, whatever letters are outside: letters inside, and no
    /// other sign near which they could be taken for a part of or for the other end of.
    fn asterisks_work(&self, mark: Mark) -> bool {
        let inside = self.inlines.document().slice(mark.range);
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let after = self.rest_after(inside).chars().next();
        let before = self.text.get(..self.at).unwrap_or_default().chars().next_back();
        let is_plain = |c: Option<char>| c.is_none_or(|c| c.is_alphanumeric() || c == ' ' || c == '-');
        // What is marked inside could begin or end with a tag, next to which a sign is none.
        self.is_whole(mark)
            && !self.is_hinted(mark)
            && !self.inlines.is_anchor(mark.range.start)
            && self.open.iter().all(String::is_empty)
            && is_word(inside.chars().next())
            && is_word(inside.chars().next_back())
            && is_plain(before)
            && is_plain(after)
            && is_plain(self.out.chars().next_back())
    }

    /// Returns whether a hint stands at an edge of the mark, which is neither space nor punctuation.
    fn is_hinted(&self, mark: Mark) -> bool {
        let breaks = self.inlines.document().breaks();
        let edges = [mark.range.start, mark.range.end];
        edges.iter().any(|edge| breaks.binary_search_by_key(edge, |entry| entry.offset).is_ok())
    }

    fn words(&mut self, text: &str) {
        let mut chars = text.char_indices().peekable();
        while let Some((idx, c)) = chars.next() {
            let at = self.at + idx;
            let next = chars.peek().map(|&(_, next)| next);
            let before = self.text.get(..at).unwrap_or_default();
            let after = self.text.get(at + c.len_utf8()..).unwrap_or_default();
            let is_line_start = before.is_empty() || before.ends_with('\n');
            let is_line_end = after.is_empty() || after.starts_with('\n');
            match c {
                // Several line ends in a row would end the paragraph.
                '\n' if next == Some('\n') => self.out.push_str("<br>"),
                // Nor does a line end by a backslash at a mark's edge.
                '\n' if !self.open.is_empty() && (idx == 0 || next.is_none()) => self.out.push_str("<br>"),
                '\n' => self.out.push_str("\\\n"),
                ' ' if is_line_start || is_line_end => self.out.push_str("&#32;"),
                c if c.is_whitespace() && c != ' ' && (is_line_start || is_line_end) => {
                    self.out.push_str(&format!("&#{};", u32::from(c)));
                }
                c => {
                    // A tag may be written where a mark begins or ends, next to which `_` is a sign within a word too.
                    let touches_mark = c == '!' && next.is_none() && !after.is_empty()
                        || c == '_' && (idx == 0 || next.is_none())
                        || self.follows_note() && matches!(c, '(' | ':');
                    if touches_mark || needs_escape(c, before, after, self.context) {
                        self.out.push('\\');
                    }
                    self.out.push(c);
                }
            }
        }
    }
}

fn has_math(document: &Document, range: TextRange) -> bool {
    document.marks_in(range).iter().any(|mark| mark.kind == MarkKind::Math)
}

fn sign(kind: MarkKind) -> Option<&'static str> {
    match kind {
        MarkKind::Strong => Some("**"),
        MarkKind::Emphasis => Some("_"),
        MarkKind::Strike => Some("~~"),
        _ => None,
    }
}

/// Returns the signs of a mark that mean it inside words, too.
fn asterisks(kind: MarkKind) -> Option<&'static str> {
    match kind {
        MarkKind::Strong => Some("**"),
        MarkKind::Emphasis => Some("*"),
        _ => None,
    }
}

/// Returns the HTML tag that says the same as a mark.
pub fn tag(kind: MarkKind) -> Option<&'static str> {
    match kind {
        MarkKind::Strong => Some("strong"),
        MarkKind::Emphasis => Some("em"),
        MarkKind::Code => Some("code"),
        MarkKind::Strike => Some("del"),
        MarkKind::Superscript => Some("sup"),
        MarkKind::Subscript => Some("sub"),
        MarkKind::Highlight => Some("mark"),
        MarkKind::Insert => Some("ins"),
        MarkKind::Keyboard => Some("kbd"),
        MarkKind::Link(_) | MarkKind::FootnoteRef(_) | MarkKind::Math | MarkKind::Gloss(_) => None,
    }
}
