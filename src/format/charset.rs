//! Charsets: which one a page or an XML file says that it is written in (WHATWG HTML, section 13.2.3.2).

use encoding_rs::Encoding;

use super::detect::page;

/// How much of a page is looked at, in bytes; the standard has 1024, pages keep it less well.
const WITHIN: usize = 16 << 10;

/// The longest label, in bytes.
const LONGEST_LABEL: usize = 40;

/// Returns the label of the charset that bytes which begin with `head` declare, if they look like a page.
pub fn declared(head: &[u8]) -> Option<String> {
    declared_where(head, |text| page::is_page(text, false))
}

/// Returns the encoding that bytes which are known to be mark-up declare near their beginning.
pub fn declared_in_markup(head: &[u8]) -> Option<&'static Encoding> {
    let label = declared_where(head, |_| true)?;
    // What says UTF-16 in ASCII is not.
    Encoding::for_label(label.as_bytes()).map(Encoding::output_encoding)
}

/// Looks for a declaration in XML, and in a page's tags where `is_page` says that the text is one.
fn declared_where(head: &[u8], is_page: impl Fn(&str) -> bool) -> Option<String> {
    let head = head.get(..WITHIN).unwrap_or(head);
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let head = head.get(start..)?;
    if head.first() != Some(&b'<') {
        return None;
    }
    // Labels and tags are ASCII; what else there is matters for its length alone.
    let text: String = head.iter().map(|&byte| if byte.is_ascii() { char::from(byte) } else { '?' }).collect();
    if let Some(declaration) = text.strip_prefix("<?xml") {
        let declaration = declaration.split_once("?>").map_or(declaration, |(declaration, _)| declaration);
        if let Some((_, after)) = declaration.split_once("encoding") {
            return label(after.trim_start().strip_prefix('=')?);
        }
    }
    if is_page(&text) { in_tags(&text) } else { None }
}

/// Looks through a page's first tags for a `meta` that tells.
fn in_tags(page: &str) -> Option<String> {
    let mut rest = page;
    loop {
        rest = rest.get(rest.find('<')?..)?;
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->")?.1;
            continue;
        }
        // Where the text begins, nothing is declared any more.
        let tag_end = rest.find('>').unwrap_or(rest.len());
        let tag = rest.get(1..tag_end)?;
        if tag.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("meta"))
            && let Some(label) = in_meta(tag.get(4..)?)
        {
            return Some(label);
        }
        rest = rest.get(1..)?;
    }
}

/// Returns the charset that a `meta` element's attributes tell.
fn in_meta(attributes: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let mut searched = lower.as_str();
    while let Some((before, after)) = searched.split_once("charset") {
        let is_own = before.ends_with(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '"' | '\'' | ';'));
        if let Some(value) = after.trim_start().strip_prefix('=').filter(|_| is_own) {
            let in_content = lower.contains("http-equiv") || lower.split("charset").next()?.trim().is_empty();
            let is_attribute = !before.contains("content");
            return (in_content || is_attribute).then(|| label(value)).flatten();
        }
        searched = after;
    }
    None
}

/// Reads the label that stands at the beginning of `value`, quoted or not.
fn label(value: &str) -> Option<String> {
    let value = value.trim_start().trim_start_matches(['"', '\'']).trim_start();
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:.+".contains(c)).unwrap_or(value.len());
    let label = value.get(..end)?;
    (!label.is_empty() && label.len() <= LONGEST_LABEL).then(|| label.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, expected: Option<&str>) {
        assert_eq!(declared(head.as_bytes()).as_deref(), expected, "{head}");
    }

    #[test]
    fn finds_what_is_declared() {
        check("<!doctype html><meta charset=EUC-JP>", Some("euc-jp"));
        check("<html><head><meta charset = \"shift_jis\" />", Some("shift_jis"));
        let content = "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">";
        check(&format!("<html><head><title>x</title>{content}"), Some("windows-1251"));
        check(
            "<meta content='text/html;charset=koi8-r' http-equiv=content-type><p>a</p><p>b</p></div>",
            Some("koi8-r"),
        );
        check("<?xml version='1.0' encoding='GB18030'?><html>", Some("gb18030"));
        check("\n <?xml version=\"1.0\" encoding = \"big5\" ?><FictionBook>", Some("big5"));
    }

    #[test]
    fn mark_up_need_not_look_like_a_page() {
        let check = |head: &str, expected: Option<&str>| {
            assert_eq!(declared_in_markup(head.as_bytes()).map(Encoding::name), expected, "{head}");
        };
        check("<meta charset='windows-1251'>a", Some("windows-1251"));
        check("<div>a</div><meta http-equiv=content-type content='text/html; charset=koi8-r'>", Some("KOI8-R"));
        check("<container><?xml encoding='big5'?>", None);
        check("<?xml version='1.0' encoding='UTF-16'?><package>", Some("UTF-8"));
        check("<meta charset=nothing>", None);
    }

    #[test]
    fn does_not_believe_everything() {
        check("<html><!-- <meta charset=big5> --><p>", None);
        check("Write <meta charset=big5> at the top.", None);
        check("<html><meta name=description content='charset=big5'>", None);
        check("<html><meta data-charset=big5>", None);
        check("<?xml version='1.0'?><a encoding='big5'>", None);
        check("<html><meta charset=>", None);
        check("", None);
    }
}
