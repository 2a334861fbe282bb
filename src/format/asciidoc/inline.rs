//! Inline mark-up: formatting, macros, references and attributes in a line.

use std::collections::HashMap;

use crate::document::MarkKind;
use crate::format::markdown::inline::Inlines;

/// How deep formatting may nest.
const DEEPEST: usize = 4;

/// How far the end of a macro is looked for, in bytes.
const LONGEST_MACRO: usize = 4096;

/// What inline mark-up needs to know of the text.
#[derive(Debug, Default)]
pub struct Context {
    pub attributes: HashMap<String, String>,
    /// The texts of the footnotes met so far.
    pub footnotes: Vec<String>,
    footnote_names: HashMap<String, usize>,
}

/// Writes a text into the open leaf.
pub fn write(inlines: &mut Inlines, context: &mut Context, text: &str) {
    write_at(inlines, context, text, 0);
}

/// Ends that were looked for and are not there any more, by their signs.
type Gone = Vec<(&'static str, bool)>;

fn write_at(inlines: &mut Inlines, context: &mut Context, text: &str, depth: usize) {
    let mut gone = Gone::new();
    let (mut done, mut at) = (0, 0);
    let signs = ['\\', '\n', '*', '_', '`', '#', '^', '~', '+', '<', '[', '{', '(', ':', '-', '.'];
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(signs)) {
        at += found;
        let (before, from) = text.split_at_checked(at).unwrap_or((text, ""));
        let pending = before.get(done..).unwrap_or_default();
        if from.starts_with('\\') {
            inlines.text(pending);
            done = at + 1;
            // What is escaped is itself.
            let after = from.get(1..).unwrap_or_default();
            let n_signs = after.bytes().take_while(|byte| after.as_bytes().first() == Some(byte)).take(2).count();
            let is_sign = after.starts_with(|c: char| c.is_ascii_punctuation());
            if !is_sign {
                inlines.text("\\");
            }
            at += 1 + if is_sign { n_signs } else { 0 };
            continue;
        }
        if from.starts_with('\n') {
            match pending.strip_suffix(" +").or_else(|| (pending == "+").then_some("")) {
                Some(pending) => {
                    inlines.text(pending);
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
        match piece(context, before, pending, from, &mut gone) {
            Some((length, taken_back, piece)) => {
                inlines.text(pending.get(..pending.len() - taken_back).unwrap_or_default());
                show(inlines, context, piece, depth);
                at += length.max(1);
                done = at;
            }
            None => {
                let sign = from.chars().next();
                at += from.chars().take(2).take_while(|&c| Some(c) == sign).count();
            }
        }
    }
    let rest = text.get(done..).unwrap_or_default();
    inlines.text(rest);
}

enum Piece {
    Marked(MarkKind, String),
    Plain(String),
    Formatted(String),
    Link(String, String),
    Footnote(Option<String>, String),
    Target(String),
    Nothing,
}

fn show(inlines: &mut Inlines, context: &mut Context, piece: Piece, depth: usize) {
    match piece {
        Piece::Marked(kind @ (MarkKind::Math | MarkKind::Keyboard), text) => inlines.marked(kind, &text),
        Piece::Marked(kind, text) => {
            inlines.open_mark(kind, None);
            if kind == MarkKind::Code {
                code(inlines, context, &text);
            } else {
                nested(inlines, context, &text, depth);
            }
            inlines.close_mark();
        }
        Piece::Plain(text) => inlines.text(&text),
        Piece::Formatted(text) => nested(inlines, context, &text, depth),
        Piece::Link(address, text) => {
            let link = inlines.builder.link(&address, None);
            inlines.open_mark(MarkKind::Link(link), None);
            nested(inlines, context, &text, depth);
            inlines.close_mark();
        }
        Piece::Footnote(name, text) => {
            let known = name.as_ref().and_then(|name| context.footnote_names.get(name).copied());
            let idx = known.unwrap_or_else(|| {
                context.footnotes.push(text);
                let idx = context.footnotes.len();
                context.footnote_names.extend(name.map(|name| (name, idx)));
                idx
            });
            let footnote = inlines.builder.footnote(&idx.to_string());
            inlines.marked(MarkKind::FootnoteRef(footnote), &format!("[{idx}]"));
        }
        Piece::Target(name) => inlines.target(&name),
        Piece::Nothing => {}
    }
}

fn nested(inlines: &mut Inlines, context: &mut Context, text: &str, depth: usize) {
    if depth < DEEPEST { write_at(inlines, context, text, depth + 1) } else { inlines.text(text) }
}

/// Writes the inside of code, where only attributes and pass-throughs mean something.
fn code(inlines: &mut Inlines, context: &Context, text: &str) {
    let inside = text.strip_prefix('+').and_then(|text| text.strip_suffix('+'));
    match inside {
        Some(inside) => inlines.text(inside),
        None => inlines.text(&with_attributes(text, &context.attributes)),
    }
}

/// Returns the text with the attributes that it names put in.
pub fn with_attributes(text: &str, attributes: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match attribute(after, attributes) {
            Some((length, value)) => {
                out.push_str(&value);
                rest = after.get(length..).unwrap_or_default();
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Returns the length of `name}` and what the attribute holds.
fn attribute(after: &str, attributes: &HashMap<String, String>) -> Option<(usize, String)> {
    let length = after.bytes().take(64).position(|byte| byte == b'}')?;
    let name = after.get(..length)?;
    let known = match name {
        "empty" | "blank" | "zwsp" => Some(""),
        "sp" | "nbsp" => Some("\u{a0}"),
        "amp" => Some("&"),
        "lt" => Some("<"),
        "gt" => Some(">"),
        "plus" | "cpp" if name == "plus" => Some("+"),
        "cpp" => Some("C++"),
        "vbar" => Some("|"),
        "asterisk" => Some("*"),
        "backtick" => Some("`"),
        "tilde" => Some("~"),
        "caret" => Some("^"),
        "startsb" => Some("["),
        "endsb" => Some("]"),
        "apos" => Some("'"),
        "quot" => Some("\""),
        "backslash" => Some("\\"),
        "two-colons" => Some("::"),
        "deg" => Some("°"),
        "ldquo" => Some("“"),
        "rdquo" => Some("”"),
        _ => None,
    };
    let value = known.map(str::to_owned).or_else(|| attributes.get(&name.to_lowercase()).cloned())?;
    Some((length + 1, value))
}

/// Returns where `sign` ends what begins after `start` bytes.
fn end_of(from: &str, sign: &'static str, is_constrained: bool, gone: &mut Gone) -> Option<usize> {
    if gone.contains(&(sign, is_constrained)) {
        return None;
    }
    let start = sign.len();
    let mut at = start;
    loop {
        let Some(found) = from.get(at..).and_then(|rest| rest.find(sign)) else {
            gone.push((sign, is_constrained));
            return None;
        };
        let end = at + found;
        let inside = from.get(start..end).unwrap_or_default();
        let after = from.get(end + sign.len()..).unwrap_or_default().chars().next();
        let is_full = !(inside.is_empty() || is_constrained && inside.ends_with(char::is_whitespace));
        if is_full && (!is_constrained || after.is_none_or(|c| !c.is_alphanumeric() && c != '_')) {
            return Some(end);
        }
        at = end + sign.len();
    }
}

fn bracketed(from: &str) -> Option<(&str, usize)> {
    let most = from.get(..from.floor_char_boundary(LONGEST_MACRO))?;
    let inside = most.strip_prefix('[')?;
    let mut end = inside.find(']')?;
    // A bracket inside is escaped, or has its own end.
    while inside.get(..end)?.ends_with('\\')
        || inside.get(..end)?.matches('[').count() > inside.get(..end)?.matches(']').count()
    {
        let next = inside.get(end + 1..)?.find(']');
        match next {
            Some(next) if next < 512 => end += 1 + next,
            _ => break,
        }
    }
    Some((inside.get(..end)?, end + 2))
}

/// Reads what `from` begins with: its length, what it takes back of the text before it, and what it is.
fn piece(context: &Context, before: &str, pending: &str, from: &str, gone: &mut Gone) -> Option<(usize, usize, Piece)> {
    let last = before.chars().next_back();
    let inside = |start: usize, end: usize| from.get(start..end).unwrap_or_default().to_owned();
    let first = from.chars().next()?;
    match first {
        '{' => {
            let (length, value) = attribute(from.get(1..)?, &context.attributes)?;
            // An address may be kept in an attribute, and its text beside it.
            if value.contains("://")
                && let Some((text, taken)) = from.get(length + 1..).and_then(bracketed)
            {
                let text = text.split(',').next().unwrap_or_default().trim_end_matches('^').to_owned();
                let shown = if text.is_empty() { value.clone() } else { text };
                return Some((length + 1 + taken, 0, Piece::Link(value, shown)));
            }
            // The values of attributes hold mark-up, but no attributes any more.
            return Some((length + 1, 0, Piece::Formatted(value.replace('{', "\\{"))));
        }
        '<' => {
            let rest = from.strip_prefix("<<")?;
            let end = rest.get(..rest.floor_char_boundary(512))?.find(">>")?;
            let (id, text) = rest.get(..end)?.split_once(',').unwrap_or((rest.get(..end)?, ""));
            return Some((end + 4, 0, reference(id.trim(), text.trim())));
        }
        '[' => {
            if let Some(rest) = from.strip_prefix("[[") {
                let end = rest.get(..rest.floor_char_boundary(256))?.find("]]")?;
                let id = rest.get(..end)?.split(',').next()?.trim();
                let is_id = !id.is_empty() && !id.contains(['[', ' ', '\n']);
                return is_id.then(|| (end + 4, 0, Piece::Target(id.to_owned())));
            }
            // `[.role]#text#` and `[role]*text*`.
            let (roles, length) = bracketed(from).filter(|(roles, _)| !roles.contains(['\n', ' ']))?;
            let rest = from.get(length..)?;
            let sign = if rest.starts_with("##") {
                "##"
            } else if rest.starts_with('#') {
                "#"
            } else {
                return None;
            };
            let end = end_of(rest, sign, sign.len() == 1, gone)?;
            let text = rest.get(sign.len()..end)?.to_owned();
            let piece = if roles.contains("line-through") {
                Piece::Marked(MarkKind::Strike, text)
            } else if roles.contains("underline") {
                Piece::Marked(MarkKind::Insert, text)
            } else {
                Piece::Formatted(text)
            };
            return Some((length + end + sign.len(), 0, piece));
        }
        '(' => {
            if let Some(rest) = from.strip_prefix("(((") {
                let end = rest.get(..rest.floor_char_boundary(256))?.find(")))")?;
                return Some((end + 6, 0, Piece::Nothing));
            }
            if let Some(rest) = from.strip_prefix("((") {
                let end = rest.get(..rest.floor_char_boundary(256))?.find("))")?;
                return Some((end + 4, 0, Piece::Formatted(rest.get(..end)?.to_owned())));
            }
            let shown = [("(C)", "©"), ("(R)", "®"), ("(TM)", "™")].iter().find(|(sign, _)| from.starts_with(sign))?;
            return Some((shown.0.len(), 0, Piece::Plain(shown.1.to_owned())));
        }
        '-' => {
            let is_dash = from.starts_with("-- ") && last == Some(' ')
                || from.starts_with("--")
                    && !from.starts_with("---")
                    && last.is_some_and(char::is_alphanumeric)
                    && from.get(2..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
            if from.starts_with("->") {
                return Some((2, 0, Piece::Plain("→".to_owned())));
            }
            return is_dash.then(|| (2, 0, Piece::Plain("—".to_owned())));
        }
        '.' => return from.starts_with("...").then(|| (3, 0, Piece::Plain("…".to_owned()))),
        ':' => return macro_at(context, pending, from),
        _ => {}
    }
    if first == '+' {
        for sign in ["+++", "++", "+"] {
            if from.starts_with(sign)
                && (sign.len() > 1
                    || last.is_none_or(|c| !c.is_alphanumeric())
                        && from.get(1..2).is_some_and(|next| !next.trim().is_empty()))
            {
                let end = end_of(from, sign, sign.len() == 1, gone)?;
                return Some((end + sign.len(), 0, Piece::Plain(inside(sign.len(), end).replace('\n', " "))));
            }
        }
        return None;
    }
    let (double, single, kind) = match first {
        '*' => ("**", "*", MarkKind::Strong),
        '_' => ("__", "_", MarkKind::Emphasis),
        '`' => ("``", "`", MarkKind::Code),
        '#' => ("##", "#", MarkKind::Highlight),
        '^' | '~' => {
            let (sign, kind) = if first == '^' { ("^", MarkKind::Superscript) } else { ("~", MarkKind::Subscript) };
            let end = from.get(1..from.floor_char_boundary(256))?.find(sign)? + 1;
            let text = inside(1, end);
            return (!text.is_empty() && !text.contains(char::is_whitespace))
                .then(|| (end + 1, 0, Piece::Marked(kind, text)));
        }
        _ => return None,
    };
    if from.starts_with(double)
        && let Some(end) = end_of(from, double, false, gone)
    {
        return Some((end + 2, 0, Piece::Marked(kind, inside(2, end))));
    }
    let begins =
        last.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':' && c != ';') && !from.starts_with(double);
    let is_tight = from.get(1..).and_then(|rest| rest.chars().next()).is_some_and(|c| !c.is_whitespace());
    if !begins || !is_tight {
        return None;
    }
    let end = end_of(from, single, true, gone)?;
    Some((end + 1, 0, Piece::Marked(kind, inside(1, end))))
}

/// Reads `name:target[text]`, whose name stands in `pending`, and bare addresses.
fn macro_at(context: &Context, pending: &str, from: &str) -> Option<(usize, usize, Piece)> {
    let name_length = pending.bytes().rev().take(16).take_while(u8::is_ascii_alphanumeric).count();
    let name = pending.get(pending.len() - name_length..)?;
    let rest = from.get(1..)?;
    let target_end = rest.bytes().take(2048).position(|byte| byte == b'[' || byte.is_ascii_whitespace())?;
    let is_address = matches!(name, "http" | "https" | "ftp" | "irc") && rest.starts_with("//");
    let has_text = rest.as_bytes().get(target_end) == Some(&b'[');
    if is_address && !has_text {
        return None;
    }
    let target = with_attributes(rest.get(..target_end)?, &context.attributes);
    let target = target.as_str();
    let (text, length) = bracketed(rest.get(target_end..)?)?;
    let text = text.replace("\\]", "]");
    let taken = 1 + target_end + length;
    // `text,window=_blank` and `"text, more",role=x`.
    let shown = match text.strip_prefix('"').and_then(|text| text.split_once('"')) {
        Some((text, _)) => text.to_owned(),
        None if text.contains('=') && text.contains(',') => text.split(',').next().unwrap_or_default().to_owned(),
        None if text.contains('=') && !text.contains(' ') => String::new(),
        None => text.clone(),
    };
    let shown = shown.trim_end_matches('^').to_owned();
    let or = |text: String, other: &str| if text.trim().is_empty() { other.replace('_', "\\_") } else { text };
    let piece = match name {
        _ if is_address => {
            let address = format!("{name}:{target}");
            // The address itself is shown as it is.
            if shown.trim().is_empty() {
                return Some((taken, name_length, Piece::Plain(address)));
            }
            Piece::Link(address, shown)
        }
        "link" => Piece::Link(target.replace("++", ""), or(shown, &target.replace("++", ""))),
        "mailto" => Piece::Link(format!("mailto:{target}"), or(shown, target)),
        "xref" => reference(target, &shown),
        "image" => Piece::Link(target.to_owned(), or(shown, target)),
        "footnote" => Piece::Footnote(Some(target.to_owned()).filter(|name| !name.is_empty()), text),
        "footnoteref" => {
            let (id, text) = text.split_once(',').unwrap_or((&text, ""));
            Piece::Footnote(Some(id.to_owned()), text.trim().to_owned())
        }
        "kbd" => Piece::Marked(MarkKind::Keyboard, text),
        "btn" => Piece::Marked(MarkKind::Strong, text),
        "menu" => Piece::Marked(
            MarkKind::Strong,
            if text.is_empty() { target.to_owned() } else { format!("{target} › {}", text.replace('>', "›")) },
        ),
        "stem" | "latexmath" | "asciimath" => Piece::Marked(MarkKind::Math, text),
        "pass" => Piece::Plain(text),
        "anchor" => Piece::Target(target.to_owned()),
        "indexterm" => Piece::Nothing,
        "indexterm2" => Piece::Formatted(text),
        "icon" => Piece::Plain(format!("[{target}]")),
        _ => return None,
    };
    Some((taken, name_length, piece))
}

fn reference(target: &str, text: &str) -> Piece {
    let target = target.trim_start_matches('#');
    let is_file = target.contains(".adoc") || target.contains(".asciidoc") || target.contains(".html");
    let shown = if text.is_empty() { target.trim_start_matches('_').replace('_', " ") } else { text.to_owned() };
    Piece::Link(if is_file { target.to_owned() } else { format!("#{target}") }, shown)
}
