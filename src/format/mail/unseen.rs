//! What a mail's HTML holds that its reader was never to see: pictures of one pixel that tell who reads, and the lines
//! that only a list of mails shows.

use std::borrow::Cow;

/// Marks such elements as hidden, as HTML says it.
pub fn hide(html: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut n_copied = 0;
    let mut at = 0;
    while let Some(found) = html.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + found;
        let rest = html.get(start..).unwrap_or_default();
        let Some(end) = rest.find('>') else { break };
        let tag = rest.get(..end).unwrap_or_default();
        at = start + end + 1;
        let name_end = tag.find(|c: char| c.is_ascii_whitespace()).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at_checked(name_end).unwrap_or((tag, ""));
        if is_unseen(name, attributes) {
            let here = start + name_end;
            out.push_str(html.get(n_copied..here).unwrap_or_default());
            out.push_str(" hidden");
            n_copied = here;
        }
    }
    if n_copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(html.get(n_copied..).unwrap_or_default());
    Cow::Owned(out)
}

fn is_unseen(name: &str, attributes: &str) -> bool {
    if name.starts_with("<!") || name.starts_with("</") || attributes.is_empty() {
        return false;
    }
    let said: String = attributes.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let has_small = |property: &str, sign: char| {
        said.match_indices(property).any(|(at, _)| {
            let before = said.get(..at).and_then(|before| before.chars().next_back());
            let value = said.get(at + property.len()..).and_then(|value| value.strip_prefix(sign)).unwrap_or("x");
            let value = value.trim_start_matches(['"', '\'']);
            let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
            let (number, after) = value.split_at_checked(end).unwrap_or_default();
            // `max-width` is another property, and `1.5em` no pixel.
            before != Some('-') && matches!(number, "0" | "1") && !after.starts_with(['.', '%', 'e'])
        })
    };
    if name.eq_ignore_ascii_case("<img") {
        let is_small = |property| has_small(property, '=') || has_small(property, ':');
        return is_small("width") && is_small("height");
    }
    let is_clipped = said.contains("overflow:hidden") || said.contains("opacity:0");
    is_clipped && has_small("max-height", ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_what_was_never_to_be_seen() {
        let check = |html: &str, n_hidden: usize| {
            assert_eq!(hide(html).len() - html.len(), " hidden".len() * n_hidden, "{html}");
        };
        check("<p>a</p><img src=\"x\" width=\"1\" height=1>", 1);
        check("<IMG style='width: 1px; height: 0' src=x>", 1);
        check("<img src=x width=100 height=1><img width=10 height=10><img width='1%' height='1em'>", 0);
        check("<div style=\"max-height:0px; overflow: hidden\">a</div>", 1);
        check("<div style=\"max-height:0.5em;overflow:hidden\">a<div style='max-height:100px;opacity:0'>", 0);
        check("a < b <!-- <img width=1 height=1", 0);
        check("</div><p", 0);
        assert_eq!(hide("é<img width=1 height=1>ü"), "é<img hidden width=1 height=1>ü");
    }
}
