//! Inline mark-up: emphasis, links, targets, footnotes, timestamps and mathematics in a line.

use std::collections::HashSet;

use crate::document::MarkKind;
use crate::format::markdown::inline::Inlines;

/// How deep emphasis may nest.
const DEEPEST: usize = 4;

/// How far the end of a link, a note or a formula is looked for, in bytes.
const FARTHEST: usize = 1024;

/// Entities that writers use.
const ENTITIES: &[(&str, &str)] = &[
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("pi", "π"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("phi", "φ"),
    ("omega", "ω"),
    ("Delta", "Δ"),
    ("Omega", "Ω"),
    ("Sigma", "Σ"),
    ("rarr", "→"),
    ("larr", "←"),
    ("to", "→"),
    ("rightarrow", "→"),
    ("leftarrow", "←"),
    ("Rightarrow", "⇒"),
    ("times", "×"),
    ("pm", "±"),
    ("le", "≤"),
    ("ge", "≥"),
    ("ne", "≠"),
    ("infin", "∞"),
    ("deg", "°"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("euro", "€"),
    ("pound", "£"),
    ("sect", "§"),
    ("para", "¶"),
    ("dagger", "†"),
    ("hellip", "…"),
    ("dots", "…"),
    ("ldots", "…"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("nbsp", "\u{a0}"),
    ("ast", "*"),
    ("vert", "|"),
    ("slash", "/"),
    ("under", "_"),
    ("plus", "+"),
    ("tilde", "~"),
    ("shy", "\u{ad}"),
    ("checkmark", "✓"),
];

/// The texts of footnotes that stand where they are referred to.
#[derive(Debug, Default)]
pub struct Notes {
    pub found: Vec<(String, String)>,
    /// The names that the text gives.
    taken: HashSet<String>,
    last_number: u32,
}

impl Notes {
    pub fn of(lines: &[&str]) -> Self {
        let names =
            lines.iter().flat_map(|line| line.split("[fn:").skip(1)).filter_map(|rest| rest.split([':', ']']).next());
        Self { taken: names.map(str::to_owned).collect(), ..Self::default() }
    }

    /// Returns a number that no note of the text has for its name.
    fn next_number(&mut self) -> String {
        loop {
            self.last_number += 1;
            let number = self.last_number.to_string();
            if !self.taken.contains(&number) {
                return number;
            }
        }
    }
}

/// Ends that were looked for and are not there any more.
type Gone = Vec<char>;

/// Writes a text into the open leaf.
pub fn write(inlines: &mut Inlines, notes: &mut Notes, text: &str) {
    write_at(inlines, notes, text, 0);
}

fn write_at(inlines: &mut Inlines, notes: &mut Notes, text: &str, depth: usize) {
    let mut gone = Gone::new();
    let (mut done, mut at) = (0, 0);
    let signs = ['\n', '*', '/', '_', '+', '=', '~', '[', '<', '\\', '$', '^', '@', 's', '-', '.'];
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(signs)) {
        at += found;
        let (before, from) = text.split_at_checked(at).unwrap_or((text, ""));
        let pending = before.get(done..).unwrap_or_default();
        if from.starts_with('\n') {
            match pending.trim_end().strip_suffix("\\\\") {
                Some(pending) => {
                    inlines.text(pending.trim_end());
                    inlines.hard_break();
                }
                None => {
                    inlines.text(pending);
                    inlines.soft_break();
                }
            }
            at += 1;
            done = at;
            continue;
        }
        match piece(before, from, &mut gone) {
            Some((length, piece)) => {
                inlines.text(pending);
                show(inlines, notes, piece, depth);
                at += length.max(1);
                done = at;
            }
            None => at += from.chars().next().map_or(1, char::len_utf8),
        }
    }
    let rest = text.get(done..).unwrap_or_default();
    inlines.text(rest.strip_suffix("\\\\").unwrap_or(rest));
}

enum Piece<'a> {
    Marked(MarkKind, &'a str),
    Verbatim(MarkKind, &'a str),
    Plain(String),
    Link(String, &'a str),
    /// A link that shows where it leads.
    Bare(String, &'a str),
    Footnote {
        name: &'a str,
        text: Option<&'a str>,
    },
    Target(&'a str),
    Nothing,
}

fn show(inlines: &mut Inlines, notes: &mut Notes, piece: Piece<'_>, depth: usize) {
    match piece {
        Piece::Verbatim(kind, text) => inlines.marked(kind, text),
        Piece::Marked(kind, text) => {
            inlines.open_mark(kind, None);
            nested(inlines, notes, text, depth);
            inlines.close_mark();
        }
        Piece::Plain(text) => inlines.text(&text),
        Piece::Link(address, text) => {
            let link = inlines.builder.link(&address, None);
            inlines.open_mark(MarkKind::Link(link), None);
            nested(inlines, notes, text, depth);
            inlines.close_mark();
        }
        Piece::Bare(address, shown) => {
            let link = inlines.builder.link(&address, None);
            inlines.open_mark(MarkKind::Link(link), None);
            inlines.text(shown);
            inlines.close_mark();
        }
        Piece::Footnote { name, text } => {
            let name = if name.is_empty() { notes.next_number() } else { name.to_owned() };
            let footnote = inlines.builder.footnote(&name);
            inlines.marked(MarkKind::FootnoteRef(footnote), &format!("[{name}]"));
            notes.found.extend(text.map(|text| (name, text.to_owned())));
        }
        Piece::Target(name) => inlines.target(name),
        Piece::Nothing => {}
    }
}

fn nested(inlines: &mut Inlines, notes: &mut Notes, text: &str, depth: usize) {
    if depth < DEEPEST { write_at(inlines, notes, text, depth + 1) } else { inlines.text(text) }
}

/// Returns the part of `from` in which an end is looked for.
fn near(from: &str) -> &str {
    from.get(..from.floor_char_boundary(FARTHEST)).unwrap_or(from)
}

/// Returns what stands between `open` and `close` at the beginning of `from`, and how long all of it is.
fn between<'a>(from: &'a str, open: &str, close: &str) -> Option<(&'a str, usize)> {
    let inside = near(from).strip_prefix(open)?;
    let end = memchr::memmem::find(inside.as_bytes(), close.as_bytes())?;
    Some((inside.get(..end)?, open.len() + end + close.len()))
}

/// Reads what `from` begins with: its length and what it is.
fn piece<'a>(before: &str, from: &'a str, gone: &mut Gone) -> Option<(usize, Piece<'a>)> {
    let last = before.chars().next_back();
    let first = from.chars().next()?;
    match first {
        '*' | '/' | '_' | '+' | '=' | '~' => {
            if first == '_'
                && last.is_some_and(|c| !c.is_whitespace())
                && let Some((text, length)) = between(from, "_{", "}")
            {
                return Some((length, Piece::Marked(MarkKind::Subscript, text)));
            }
            let end = emphasis_end(last, from, first, gone)?;
            let inside = from.get(1..end)?;
            Some((
                end + 1,
                match first {
                    '*' => Piece::Marked(MarkKind::Strong, inside),
                    '/' => Piece::Marked(MarkKind::Emphasis, inside),
                    '_' => Piece::Marked(MarkKind::Insert, inside),
                    '+' => Piece::Marked(MarkKind::Strike, inside),
                    _ => Piece::Verbatim(MarkKind::Code, inside),
                },
            ))
        }
        '^' => {
            last.filter(|c| !c.is_whitespace())?;
            let (text, length) = between(from, "^{", "}")?;
            Some((length, Piece::Marked(MarkKind::Superscript, text)))
        }
        '[' => bracket(from),
        '<' => angle(from),
        '\\' => backslash(from),
        '$' => dollar(last, from),
        // What is meant for other forms alone.
        '@' => between(from, "@@", "@@").map(|(_, length)| (length, Piece::Nothing)),
        's' => {
            let rest = from.strip_prefix("src_").filter(|_| last.is_none_or(|c| !c.is_alphanumeric()))?;
            let name = rest.bytes().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
            let mut length = 4 + name;
            if let Some((_, options)) = between(from.get(length..)?, "[", "]") {
                length += options;
            }
            let (code, code_length) = between(from.get(length..)?, "{", "}")?;
            Some((length + code_length, Piece::Verbatim(MarkKind::Code, code)))
        }
        '-' if from.starts_with("---") && !from.starts_with("----") => Some((3, Piece::Plain("—".to_owned()))),
        '-' if from.starts_with("--")
            && !from.starts_with("---")
            && last.is_some_and(|c| c.is_alphanumeric() || c == '>') =>
        {
            Some((2, Piece::Plain("–".to_owned())))
        }
        '.' => from.starts_with("...").then(|| (3, Piece::Plain("…".to_owned()))),
        _ => None,
    }
}

/// Returns where the emphasis ends that `sign` begins.
fn emphasis_end(last: Option<char>, from: &str, sign: char, gone: &mut Gone) -> Option<usize> {
    let may_begin = last.is_none_or(|c| c.is_whitespace() || "-–—('\"{[“‘".contains(c));
    let is_tight = from.get(1..).and_then(|rest| rest.chars().next()).is_some_and(|c| !c.is_whitespace() && c != sign);
    if !may_begin || !is_tight || gone.contains(&sign) {
        return None;
    }
    let mut at = 1;
    loop {
        let Some(found) = from.get(at..).and_then(|rest| rest.find(sign)) else {
            gone.push(sign);
            return None;
        };
        let end = at + found;
        let inside = from.get(1..end).unwrap_or_default();
        let after = from.get(end + 1..).unwrap_or_default().chars().next();
        let may_end = after.is_none_or(|c| c.is_whitespace() || "-–—.,:!?;'\")}]\\[”’…".contains(c));
        if may_end && !inside.is_empty() && !inside.ends_with(char::is_whitespace) {
            return Some(end);
        }
        at = end + 1;
    }
}

/// Reads links, footnotes and timestamps in square brackets.
fn bracket(from: &str) -> Option<(usize, Piece<'_>)> {
    if let Some((inside, length)) = between(from, "[[", "]]") {
        let (target, text) = inside.split_once("][").unwrap_or((inside, ""));
        let address = address(target);
        let piece =
            if text.is_empty() { Piece::Bare(address, shown_target(target)) } else { Piece::Link(address, text) };
        return Some((length, piece));
    }
    if let Some(rest) = from.strip_prefix("[fn:") {
        // A note's text may hold brackets of its own.
        let mut depth = 1_usize;
        let end = memchr::memchr2_iter(b'[', b']', near(rest).as_bytes()).find(|&at| {
            depth = if rest.as_bytes().get(at) == Some(&b'[') { depth + 1 } else { depth - 1 };
            depth == 0
        })?;
        let inside = rest.get(..end)?;
        let (name, text) = inside.split_once(':').map_or((inside, None), |(name, text)| (name, Some(text.trim())));
        let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        return (is_name && !(name.is_empty() && text.is_none()))
            .then_some((from.len() - rest.len() + end + 1, Piece::Footnote { name, text }));
    }
    let (inside, length) = between(from, "[", "]")?;
    is_timestamp(inside).then(|| (length, Piece::Plain(inside.to_owned())))
}

fn angle(from: &str) -> Option<(usize, Piece<'_>)> {
    if let Some((name, length)) = between(from, "<<<", ">>>") {
        return Some((length, Piece::Plain(name.to_owned())));
    }
    if let Some((name, length)) = between(from, "<<", ">>").filter(|(name, _)| !name.contains(['<', '\n'])) {
        return Some((length, Piece::Target(name)));
    }
    let (inside, length) = between(from, "<", ">")?;
    if is_timestamp(inside) {
        return Some((length, Piece::Plain(inside.to_owned())));
    }
    let is_address =
        inside.split_once(':').is_some_and(|(scheme, _)| matches!(scheme, "http" | "https" | "mailto" | "ftp"));
    (is_address && !inside.contains(char::is_whitespace))
        .then(|| (length, Piece::Bare(inside.to_owned(), shown_target(inside))))
}

/// Returns whether a text begins as a date does: `2024-01-02`.
fn is_timestamp(text: &str) -> bool {
    let date = text.get(..10).unwrap_or_default();
    date.len() == 10
        && date
            .bytes()
            .enumerate()
            .all(|(idx, byte)| if idx == 4 || idx == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Reads formulas and entities.
fn backslash(from: &str) -> Option<(usize, Piece<'_>)> {
    for (open, close) in [("\\(", "\\)"), ("\\[", "\\]")] {
        if let Some((tex, length)) = between(from, open, close) {
            return Some((length, Piece::Verbatim(MarkKind::Math, tex.trim())));
        }
    }
    let rest = from.strip_prefix('\\')?;
    let length = rest.bytes().take(16).take_while(u8::is_ascii_alphabetic).count();
    let name = rest.get(..length)?;
    let (_, shown) = ENTITIES.iter().find(|(known, _)| *known == name)?;
    // Braces may end the name.
    let length = length + if rest.get(length..)?.starts_with("{}") { 2 } else { 0 };
    Some((1 + length, Piece::Plain((*shown).to_owned())))
}

fn dollar(last: Option<char>, from: &str) -> Option<(usize, Piece<'_>)> {
    if let Some((tex, length)) = between(from, "$$", "$$").filter(|(tex, _)| !tex.trim().is_empty()) {
        return Some((length, Piece::Verbatim(MarkKind::Math, tex.trim())));
    }
    let (tex, length) = between(from, "$", "$")?;
    let after = from.get(length..)?.chars().next();
    // Prices are no formulas.
    let is_formula = !tex.is_empty()
        && !tex.starts_with(|c: char| c.is_whitespace() || ".,;".contains(c))
        && !tex.ends_with(|c: char| c.is_whitespace() || ".,".contains(c))
        && last.is_none_or(|c| c != '$')
        && after.is_none_or(|c| !c.is_alphanumeric())
        && tex.matches('\n').count() <= 2;
    is_formula.then_some((length, Piece::Verbatim(MarkKind::Math, tex)))
}

/// Returns where a link's target leads, as the builder takes it.
pub fn address(target: &str) -> String {
    let target = target.trim();
    if let Some(file) = target.strip_prefix("file:") {
        let (path, place) = file.split_once("::").unwrap_or((file, ""));
        let place = place.trim_start_matches(['*', '#']);
        return if place.is_empty() { path.to_owned() } else { format!("{path}#{place}") };
    }
    if let Some(title) = target.strip_prefix('*') {
        return format!("#{title}");
    }
    let has_scheme = target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'-')
    });
    if target.starts_with("id:") {
        return format!("#{target}");
    }
    let is_path = target.starts_with(['/', '~']) || target.starts_with("./") || target.starts_with("../");
    if has_scheme || is_path || target.starts_with('#') { target.to_owned() } else { format!("#{target}") }
}

/// Returns what a link without a text shows.
fn shown_target(target: &str) -> &str {
    ["file:", "mailto:"]
        .iter()
        .find_map(|sign| target.strip_prefix(sign))
        .unwrap_or(target)
        .trim_start_matches(['*', '#'])
}

/// Returns the address and the file of the picture that a paragraph consists of.
pub fn lone_picture(text: &str) -> Option<String> {
    let target = text.trim().strip_prefix("[[")?.strip_suffix("]]")?;
    let address = address(target);
    let extension = address.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())?;
    let is_picture =
        matches!(extension.as_str(), "png" | "jpg" | "jpeg" | "gif" | "svg" | "webp" | "avif" | "bmp" | "tiff");
    (is_picture && !target.contains("][") && !target.contains("[[")).then_some(address)
}
