//! The HTML in Markdown: its tags and its text, told apart well enough to read the one and drop the other.
//!
//! This is no HTML parser: Markdown's HTML is a line or two of mark-up around words.

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// Text with its entities as they were.
    Text(&'a str),
    Tag(Tag<'a>),
}

#[derive(Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// In lower case.
    pub name: String,
    pub closes: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads what one `<…>` holds; comments, declarations and instructions are `None`.
    pub fn read(source: &'a str) -> Option<Self> {
        let inside = source.strip_prefix('<')?;
        let inside = inside.strip_suffix('>').unwrap_or(inside);
        let (closes, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
        let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at_checked(end)?;
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
        is_name.then(|| Self { name: name.to_ascii_lowercase(), closes, attributes })
    }

    /// Returns the value of the attribute `name`, its entities decoded.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/' | '>'))?;
            let (found, after) = rest.split_at_checked(end)?;
            let (value, after) = match after.trim_start().strip_prefix('=') {
                None => ("", after),
                Some(value) => attribute_value(value.trim_start()),
            };
            if found.eq_ignore_ascii_case(name) {
                return Some(decode_entities(value));
            }
            if after.len() >= rest.len() {
                return None;
            }
            rest = after;
        }
    }
}

/// Splits a value from what follows it.
fn attribute_value(source: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = source.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = source.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(source.len());
    source.split_at_checked(end).unwrap_or((source, ""))
}

/// Returns the tags and texts of `html`, without comments, scripts and styles.
pub fn tokens(html: &str) -> Tokens<'_> {
    Tokens { rest: html }
}

#[derive(Debug)]
pub struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    /// Returns what is still to be read.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    /// Drops all up to and with `end`, or the rest if it never comes.
    fn skip_past(&mut self, end: &str) {
        self.rest = self.rest.split_once(end).map_or("", |(_, after)| after);
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if self.rest.starts_with("<!--") {
                self.skip_past("-->");
            } else if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
                self.skip_past(">");
            } else if begins_tag(self.rest) {
                let (source, after) = self.rest.split_at_checked(tag_length(self.rest))?;
                self.rest = after;
                let Some(tag) = Tag::read(source) else { continue };
                if !tag.closes && matches!(tag.name.as_str(), "script" | "style") {
                    self.skip_past(if tag.name == "script" { "</script" } else { "</style" });
                    self.skip_past(">");
                    continue;
                }
                return Some(Token::Tag(tag));
            } else {
                let first_len = self.rest.chars().next().map_or(0, char::len_utf8);
                let after_first = self.rest.get(first_len..).unwrap_or_default();
                let end = after_first.find('<').map_or(self.rest.len(), |at| at + first_len);
                let (text, after) = self.rest.split_at_checked(end)?;
                self.rest = after;
                return Some(Token::Text(text));
            }
        }
    }
}

fn begins_tag(rest: &str) -> bool {
    let mut chars = rest.chars();
    let opens = chars.next() == Some('<');
    opens && chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '/')
}

/// Returns the length of the tag that `rest` begins with; a `>` in a quoted value does not end it.
fn tag_length(rest: &str) -> usize {
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed was none.
    rest.find('>').map_or(rest.len(), |at| at + 1)
}

/// Entities that occur in the HTML of Markdown files. Others stay as they are.
const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("shy", "\u{ad}"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("hellip", "…"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("bull", "•"),
    ("middot", "·"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("deg", "°"),
    ("times", "×"),
    ("larr", "←"),
    ("rarr", "→"),
    ("uarr", "↑"),
    ("darr", "↓"),
    ("euro", "€"),
    ("sect", "§"),
];

/// Returns `text` with its entities replaced by what they stand for.
pub fn decode_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let decoded =
            after.get(..after.floor_char_boundary(12)).and_then(|near| near.split_once(';')).and_then(|(name, _)| {
                let character = entity(name)?;
                Some((character, after.get(name.len() + 1..)?))
            });
        if let Some((character, after)) = decoded {
            out.push_str(&character);
            rest = after;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some(char::from_u32(code).unwrap_or('\u{fffd}').to_string());
    }
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, character)| (*character).to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn check(html: &str, expected: &str) {
        let shown = tokens(html).map(|token| match token {
            Token::Text(text) => format!("{text:?}"),
            Token::Tag(tag) => format!("{}{}", if tag.closes { "/" } else { "" }, tag.name),
        });
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expected, "{html}");
    }

    #[test]
    fn tells_tags_from_text() {
        check("<p align=\"center\">a <B>b</b> < c</p>", "p \"a \" b \"b\" /b \" \" \"< c\" /p");
        check("<!-- a <b> --><br/>x<!DOCTYPE html>", "br \"x\"");
        check("<script>if (a < b) {}</script>y<style>p{}</style>", "\"y\"");
        check("<a title=\"1 > 0\">z", "a \"z\"");
        check("<a title=\"open>z", "a \"z\"");
        check("<", "\"<\"");
        check("<p", "p");
    }

    #[test]
    fn reads_attributes() {
        let tag = Tag::read("<img src=a.png ALT='x &amp; y' hidden title = \"t\"/>").unwrap();
        assert_eq!(tag.attribute("src").as_deref(), Some("a.png"));
        assert_eq!(tag.attribute("alt").as_deref(), Some("x & y"));
        assert_eq!(tag.attribute("title").as_deref(), Some("t"));
        assert_eq!(tag.attribute("none"), None);
        assert_eq!(Tag::read("<a =>").unwrap().attribute("x"), None);
    }

    #[test]
    fn decodes_entities() {
        assert_eq!(decode_entities("a &amp;&#65;&#x42;&nope; & b &mdash;"), "a &AB&nope; & b —");
    }
}
