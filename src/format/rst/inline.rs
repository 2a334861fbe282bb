//! Inline mark-up: emphasis, literals, roles, references, footnotes and substitutions in a line.

use super::names::{Names, Substitution, Use, normalized};
use crate::document::MarkKind;
use crate::format::markdown::inline::Inlines;

/// How often substitutions may stand in substitutions.
const DEEPEST: usize = 3;

/// The longest word before an underscore that may be a reference, in bytes.
const LONGEST_WORD: usize = 128;

/// Ends that were looked for and are not there any more, so that nobody looks again.
#[derive(Debug, Default)]
struct Gone {
    strong: bool,
    emphasis: bool,
    literal: bool,
    quote: bool,
    bar: bool,
}

/// Writes a text into the open leaf.
pub fn write(inlines: &mut Inlines, names: &mut Names, text: &str) {
    write_at(inlines, names, text, 0);
}

fn write_at(inlines: &mut Inlines, names: &mut Names, text: &str, depth: usize) {
    let mut gone = Gone::default();
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(['\\', '\n', '*', '`', '|', '_', '[', ':'])) {
        at += found;
        let (before, from) = text.split_at_checked(at).unwrap_or((text, ""));
        let pending = before.get(done..).unwrap_or_default();
        let Some(sign) = from.chars().next() else { break };
        match sign {
            '\\' => {
                inlines.text(pending);
                let escaped = from.get(1..).and_then(|rest| rest.chars().next());
                // An escaped space is nothing; what else is escaped is itself.
                done = at + 1;
                at += 1 + escaped.map_or(0, char::len_utf8);
                if escaped.is_some_and(char::is_whitespace) {
                    done = at;
                }
                continue;
            }
            '\n' => {
                inlines.text(pending);
                inlines.soft_break();
                at += 1;
                done = at;
                continue;
            }
            _ => {}
        }
        let piece = match sign {
            '_' => reference_word(names, pending, from),
            _ if begins(before, from, sign) => piece(names, from, &mut gone),
            _ => None,
        };
        let Some((length, n_taken_back, piece)) = piece else {
            at += if from.starts_with("``") || from.starts_with("**") { 2 } else { 1 };
            continue;
        };
        inlines.text(pending.get(..pending.len() - n_taken_back).unwrap_or_default());
        show(inlines, names, piece, depth);
        at += length.max(1);
        done = at;
    }
    inlines.text(text.get(done..).unwrap_or_default());
}

/// What inline mark-up comes to.
enum Piece {
    Marked(MarkKind, String),
    Plain(String),
    Link(String, String),
    CodeLink(String, String),
    Footnote(String),
    Target(String),
    Substitution(String),
}

fn show(inlines: &mut Inlines, names: &mut Names, piece: Piece, depth: usize) {
    match piece {
        Piece::Marked(kind @ (MarkKind::Code | MarkKind::Math), text) => inlines.marked(kind, &text),
        Piece::Marked(kind, text) => {
            inlines.open_mark(kind, None);
            plain(inlines, &text);
            inlines.close_mark();
        }
        Piece::Plain(text) => plain(inlines, &text),
        Piece::Link(address, text) => link(inlines, &address, |inlines| plain(inlines, &text)),
        Piece::CodeLink(address, text) => link(inlines, &address, |inlines| inlines.marked(MarkKind::Code, &text)),
        Piece::Footnote(label) => {
            let label = names.footnote(&label, Use::Reference);
            let footnote = inlines.builder.footnote(&label);
            inlines.marked(MarkKind::FootnoteRef(footnote), &format!("[{label}]"));
        }
        Piece::Target(name) => {
            inlines.target(&normalized(&name));
            plain(inlines, &name);
        }
        Piece::Substitution(name) => match names.substitutions.get(&normalized(&name)).cloned() {
            Some(Substitution::Text(text)) if depth < DEEPEST && text.len() < 4096 => {
                write_at(inlines, names, &text, depth + 1);
            }
            Some(Substitution::Image { address, alt }) => {
                let shown = if alt.is_empty() { name } else { alt };
                link(inlines, &address, |inlines| plain(inlines, &shown));
            }
            _ => plain(inlines, &name),
        },
    }
}

fn link(inlines: &mut Inlines, address: &str, inside: impl FnOnce(&mut Inlines)) {
    let link = inlines.builder.link(address, None);
    inlines.open_mark(MarkKind::Link(link), None);
    inside(inlines);
    inlines.close_mark();
}

/// Writes text with its escapes resolved and its lines joined.
fn plain(inlines: &mut Inlines, text: &str) {
    for (idx, line) in text.split('\n').enumerate() {
        if idx > 0 {
            inlines.soft_break();
        }
        inlines.text(&unescaped(line));
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            out.extend(chars.next().filter(|c| !c.is_whitespace()));
        } else {
            out.push(c);
        }
    }
    out
}

/// Returns whether mark-up may begin after `before`: at a word's start, and not before a space.
fn begins(before: &str, from: &str, sign: char) -> bool {
    let after = from.trim_start_matches(sign).chars().next();
    let stands_alone = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != sign);
    stands_alone && after.is_some_and(|c| !c.is_whitespace())
}

/// Returns where `sign` ends what begins at `start` bytes into `from`: after no space, before no letter.
fn end_of(from: &str, start: usize, sign: &str, gone: &mut bool) -> Option<usize> {
    if *gone {
        return None;
    }
    let mut at = start;
    loop {
        let Some(found) = from.get(at..).and_then(|rest| rest.find(sign)) else {
            *gone = true;
            return None;
        };
        let end = at + found;
        let inside = from.get(start..end).unwrap_or_default();
        let after = from.get(end + sign.len()..).unwrap_or_default().chars().next();
        let is_free = after.is_none_or(|c| !(c.is_alphanumeric() || sign == "*" && c == '*'));
        let is_full = !inside.is_empty()
            && !inside.ends_with(|c: char| c.is_whitespace())
            && (sign == "``" || !inside.ends_with('\\'));
        if is_full && (is_free || sign == "`" && after == Some('_')) {
            return Some(end);
        }
        at = end + sign.len();
    }
}

/// Reads the mark-up that `from` begins with: its length, what it takes back of what stands before, and what it is.
fn piece(names: &mut Names, from: &str, gone: &mut Gone) -> Option<(usize, usize, Piece)> {
    let inside = |start: usize, end: usize| from.get(start..end).unwrap_or_default().to_owned();
    if from.starts_with("**") {
        let end = end_of(from, 2, "**", &mut gone.strong)?;
        return Some((end + 2, 0, Piece::Marked(MarkKind::Strong, inside(2, end))));
    }
    if from.starts_with('*') {
        let end = end_of(from, 1, "*", &mut gone.emphasis)?;
        return Some((end + 1, 0, Piece::Marked(MarkKind::Emphasis, inside(1, end))));
    }
    if from.starts_with("``") {
        let end = end_of(from, 2, "``", &mut gone.literal)?;
        return Some((end + 2, 0, Piece::Marked(MarkKind::Code, inside(2, end).replace('\n', " "))));
    }
    if from.starts_with('`') {
        let end = end_of(from, 1, "`", &mut gone.quote)?;
        let text = inside(1, end);
        let after = from.get(end + 1..).unwrap_or_default();
        if let Some(rest) = after.strip_prefix('_') {
            let n_signs = if rest.starts_with('_') { 2 } else { 1 };
            return Some((end + 1 + n_signs, 0, reference(names, &text, n_signs == 2)));
        }
        if let Some((role, length)) = role_after(after) {
            return Some((end + 1 + length, 0, with_role(names, role, &text)));
        }
        return Some((end + 1, 0, Piece::Marked(MarkKind::Emphasis, text)));
    }
    if let Some(rest) = from.strip_prefix(':') {
        // `:role:` and what it is about.
        let length =
            rest.bytes().take(48).take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.+:".contains(byte)).count();
        let role = rest.get(..length)?.strip_suffix(':')?;
        let start = 1 + length + 1;
        if role.is_empty() || !from.get(1 + length..)?.starts_with('`') {
            return None;
        }
        let end = end_of(from, start, "`", &mut gone.quote)?;
        return Some((end + 1, 0, with_role(names, role, &inside(start, end))));
    }
    if from.starts_with('|') {
        let end = end_of(from, 1, "|", &mut gone.bar)?;
        let name = inside(1, end);
        let after = from.get(end + 1..).unwrap_or_default();
        let n_signs = after.bytes().take(2).take_while(|&byte| byte == b'_').count();
        let is_known = names.substitutions.contains_key(&normalized(&name))
            || matches!(name.as_str(), "version" | "release" | "today");
        return is_known.then_some((end + 1 + n_signs, 0, Piece::Substitution(name)));
    }
    if let Some(rest) = from.strip_prefix('[') {
        let length = rest.bytes().take(64).position(|byte| byte == b']')?;
        let label = rest.get(..length)?;
        let is_label = !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || "#*-_.+:".contains(c));
        let after = rest.get(length + 1..)?.strip_prefix('_')?;
        let is_whole = is_label && after.chars().next().is_none_or(|c| !c.is_alphanumeric());
        return is_whole.then(|| (length + 3, 0, Piece::Footnote(label.to_owned())));
    }
    None
}

fn role_after(after: &str) -> Option<(&str, usize)> {
    let rest = after.strip_prefix(':')?;
    let length = rest.bytes().take(48).position(|byte| byte == b':')?;
    let role = rest.get(..length)?;
    let is_role = !role.is_empty() && role.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte));
    is_role.then_some((role, length + 2))
}

/// Reads `word_`, `word__` and `` _`a target` ``.
fn reference_word(names: &mut Names, pending: &str, from: &str) -> Option<(usize, usize, Piece)> {
    let before = pending.chars().next_back();
    if let Some(rest) = from.strip_prefix("_`") {
        let length = rest.bytes().take(256).position(|byte| byte == b'`')?;
        let name = rest.get(..length)?;
        let stands_alone = before.is_none_or(|c| !c.is_alphanumeric());
        return (stands_alone && !name.is_empty()).then(|| (length + 3, 0, Piece::Target(name.to_owned())));
    }
    let n_signs = if from.starts_with("__") { 2 } else { 1 };
    let after = from.get(n_signs..)?.chars().next();
    if !before.is_some_and(char::is_alphanumeric) || after.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let word: usize = pending
        .chars()
        .rev()
        .take(LONGEST_WORD)
        .take_while(|&c| c.is_alphanumeric() || "-.+".contains(c))
        .map(char::len_utf8)
        .sum();
    let word = pending.get(pending.len() - word..)?.trim_start_matches(['-', '.', '+']);
    let address = if n_signs == 2 { names.next_anonymous() } else { names.address(word) };
    // A section's title is a name too, but a word with an underscore is more often just that.
    Some((n_signs, word.len(), Piece::Link(address?, word.to_owned())))
}

/// Reads what stands in `` `…`_ ``.
fn reference(names: &mut Names, text: &str, is_anonymous: bool) -> Piece {
    if let Some((shown, target)) = embedded(text) {
        let address = match target.strip_suffix('_') {
            Some(name) => names.address(name).unwrap_or_else(|| format!("#{}", normalized(name))),
            None => target.split_whitespace().collect(),
        };
        return Piece::Link(address, if shown.is_empty() { target.to_owned() } else { shown.to_owned() });
    }
    let address = if is_anonymous { names.next_anonymous() } else { names.address(text) };
    Piece::Link(address.unwrap_or_else(|| format!("#{}", normalized(text))), text.to_owned())
}

/// Splits `shown <target>`.
fn embedded(text: &str) -> Option<(&str, &str)> {
    let (shown, target) = text.strip_suffix('>')?.rsplit_once('<')?;
    Some((shown.trim(), target.trim()))
}

fn with_role(names: &Names, role: &str, text: &str) -> Piece {
    let role = role.rsplit(':').next().unwrap_or(role);
    let text = text.replace('\n', " ");
    let kind = match role {
        "emphasis" | "dfn" | "title" | "title-reference" | "t" | "cite" | "i" => MarkKind::Emphasis,
        "strong" | "guilabel" | "menuselection" | "b" => MarkKind::Strong,
        "sub" | "subscript" => MarkKind::Subscript,
        "sup" | "superscript" => MarkKind::Superscript,
        "kbd" => MarkKind::Keyboard,
        "math" | "eq" => return Piece::Marked(MarkKind::Math, text),
        "ref" | "numref" | "term" | "any" | "doc" | "download" | "keyword-ref" => {
            return cross_reference(names, role, &text);
        }
        "pep" | "rfc" => {
            let number = embedded(&text).map_or(text.as_str(), |(_, target)| target);
            let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
            let (name, address) = match role {
                "pep" => (format!("PEP {number}"), format!("https://peps.python.org/pep-{digits:0>4}/")),
                _ => (format!("RFC {number}"), format!("https://www.rfc-editor.org/rfc/rfc{digits}")),
            };
            let shown = embedded(&text).map_or(name, |(shown, _)| shown.to_owned());
            return Piece::Link(address, shown);
        }
        "abbr" | "abbreviation" | "index" | "sc" | "text" => {
            return Piece::Plain(embedded(&text).map_or(text.as_str(), |(shown, _)| shown).to_owned());
        }
        "raw" | "raw-html" => return Piece::Plain(String::new()),
        "samp" | "file" => return Piece::Marked(MarkKind::Code, text.replace(['{', '}'], "")),
        _ => {
            let (shown, target) = embedded(&text).unwrap_or((text.as_str(), ""));
            let shown = shown.trim_start_matches('!');
            let shown = match shown.strip_prefix('~') {
                Some(path) => path.rsplit('.').next().unwrap_or(path),
                None => shown,
            };
            // `:link:`text <address>`` and its like.
            if target.starts_with("http") {
                return Piece::Link(target.to_owned(), shown.to_owned());
            }
            let is_call = matches!(role, "func" | "meth" | "function" | "method") && !shown.ends_with(')');
            return Piece::Marked(MarkKind::Code, if is_call { format!("{shown}()") } else { shown.to_owned() });
        }
    };
    Piece::Marked(kind, text)
}

fn cross_reference(names: &Names, role: &str, text: &str) -> Piece {
    let (shown, target) = embedded(text).unwrap_or(("", text));
    let target = target.trim_start_matches(['!', '~']);
    if matches!(role, "doc" | "download") {
        let shown = if shown.is_empty() { target } else { shown };
        if target.starts_with("http") || target.starts_with('/') {
            return if role == "doc" {
                Piece::Plain(shown.to_owned())
            } else {
                Piece::Link(target.to_owned(), shown.to_owned())
            };
        }
        let path = if role == "doc" { format!("{target}.rst") } else { target.to_owned() };
        return if role == "doc" {
            Piece::Link(path, shown.to_owned())
        } else {
            Piece::CodeLink(path, shown.to_owned())
        };
    }
    let title = names.title_of(target);
    let shown = if shown.is_empty() { title.unwrap_or(target) } else { shown };
    if role == "term" || names.address(target).is_none() {
        return Piece::Marked(MarkKind::Emphasis, shown.to_owned());
    }
    Piece::Link(format!("#{}", normalized(target)), shown.to_owned())
}
