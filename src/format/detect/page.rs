//! Pages: tells HTML by the tags that a text begins with.

/// Tags with which only a page begins.
const PAGE: &[&str] = &["!doctype html", "html", "head", "body", "frameset"];

/// Tags with which a piece of a page begins, and other texts seldom.
const PIECE: &[&str] = &[
    "article",
    "blockquote",
    "center",
    "div",
    "dl",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "link",
    "main",
    "meta",
    "nav",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "span",
    "style",
    "table",
    "title",
    "ul",
];

/// How many end tags show that a text that begins with a tag goes on as it began.
const ENOUGH_ENDS: usize = 3;

/// Returns whether the text that begins with `head` is HTML; `is_sure` asks for more than a piece of it.
pub fn is_page(head: &str, is_sure: bool) -> bool {
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    // What may stand before a page's first tag.
    loop {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") {
            "?>"
        } else {
            break;
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return false,
        }
    }
    let Some(tag) = rest.strip_prefix('<') else { return false };
    if PAGE.iter().any(|name| begins_with(tag, name)) {
        return true;
    }
    !is_sure && PIECE.iter().any(|name| begins_with(tag, name)) && rest.matches("</").nth(ENOUGH_ENDS - 1).is_some()
}

fn begins_with(tag: &str, name: &str) -> bool {
    let found = tag.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
    let after = tag.get(name.len()..).and_then(|after| after.chars().next());
    found && after.is_none_or(|c| c.is_whitespace() || matches!(c, '>' | '/'))
}
