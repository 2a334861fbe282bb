//! Escapes: words, addresses and names written so that Markdown takes them for themselves.

/// Where words stand, which decides what they could be taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Paragraph,
    Heading,
    Cell,
}

/// What of a leaf decides about escapes anywhere in it.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    pub place: Place,
    /// Whether a dollar sign could begin or end math.
    pub has_math: bool,
    pub has_lines: bool,
}

/// Returns whether `c`, which stands between `before` and `after`, needs a backslash to be itself.
pub fn needs_escape(c: char, before: &str, after: &str, context: Context) -> bool {
    let next = after.chars().next();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_line_start = before.is_empty() || before.ends_with('\n');
    let is_start = is_line_start && context.place == Place::Paragraph;
    match c {
        '\\' | '`' | '*' | '[' | ']' | '~' => true,
        '_' => !(is_word(before.chars().next_back()) && is_word(next)),
        '<' => {
            let begins_tag = next.is_none_or(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'));
            begins_tag || may_be_mailbox(after)
        }
        '&' => {
            let name = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
            name.len() < after.len() && name.starts_with(';')
        }
        '$' => context.has_math,
        '|' => context.place == Place::Cell || is_start || context.has_lines,
        '{' | '}' => context.place == Place::Heading,
        '#' if context.place == Place::Heading => after.is_empty(),
        '#' | '>' | '=' | ':' => is_start,
        '-' | '+' => is_start && !is_word(next),
        '.' | ')' => {
            let near = before.get(before.floor_char_boundary(before.len().saturating_sub(10))..).unwrap_or_default();
            let line = near.rsplit('\n').next().unwrap_or_default();
            let is_number = (1..=9).contains(&line.len()) && line.bytes().all(|byte| byte.is_ascii_digit());
            context.place == Place::Paragraph && is_number
        }
        _ => false,
    }
}

/// Returns whether what follows a `<` may be the beginning of a mailbox, which would be a link (CommonMark 0.31.2,
/// section 6.5). Where it ends before that can be told, what comes next may be one's rest.
fn may_be_mailbox(after: &str) -> bool {
    let is_local = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let domain = after.trim_start_matches(is_local);
    domain.is_empty() || domain.len() < after.len() && domain.starts_with('@')
}

/// Returns whether TeX can stand between dollar signs.
pub fn is_math(tex: &str) -> bool {
    // Whether an escaped brace counts depends on who reads it, so both ways must come out even.
    let is_even = |counts_escaped: bool| {
        let mut depth = 0i32;
        let mut is_escaped = false;
        let is_closed_in_order = tex.chars().all(|c| {
            let counts = counts_escaped || !is_escaped;
            depth += i32::from(counts && c == '{') - i32::from(counts && c == '}');
            is_escaped = c == '\\' && !is_escaped;
            depth >= 0
        });
        is_closed_in_order && depth == 0
    };
    let is_tight = !tex.starts_with(char::is_whitespace) && !tex.ends_with(char::is_whitespace);
    is_even(true)
        && is_even(false)
        && is_tight
        && !tex.is_empty()
        && !tex.contains(['$', '\n', '`'])
        && !tex.ends_with('\\')
}

/// Returns whether a footnote's label can stand in `[^…]` as it is.
pub fn is_label(label: &str) -> bool {
    !label.is_empty() && label.len() <= 64 && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.'))
}

/// Returns a tag that names a place.
pub fn anchor(name: &str) -> String {
    format!("<a id=\"{}\"></a>", html_text(name))
}

/// Returns `text` as HTML, in an element or an attribute.
pub fn html_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '$' | '`' | '|' => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Returns an address as a link's destination.
pub fn destination(address: &str, place: Place) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/?#:@!%+=,;".contains(&byte);
    if !address.is_empty() && address.bytes().all(is_plain) {
        return address.to_owned();
    }
    format!("<{}>", escaped(address, "\\<>&$`", place))
}

/// Returns a link's title in its quotes.
pub fn link_title(title: &str, place: Place) -> String {
    format!("\"{}\"", escaped(title, "\\\"&$`", place))
}

/// Returns a picture's description.
pub fn escaped_alt(alt: &str) -> String {
    escaped(alt, "\\`*_[]<>&~$|{}!", Place::Paragraph)
}

/// Returns `text` with a backslash before each of `signs`; line ends, and pipes in a table, become entities.
fn escaped(text: &str, signs: &str, place: Place) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("&#10;"),
            '|' if place == Place::Cell => out.push_str("&#124;"),
            c => {
                if signs.contains(c) {
                    out.push('\\');
                }
                out.push(c);
            }
        }
    }
    out
}
