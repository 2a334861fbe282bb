//! Web archives: the page that a browser saved as a message (MHTML), read as the page that it was.

use url::Url;

use super::heads;
use super::parts::{Part, PartId, Parts};
use crate::document::{Document, WarningKind};
use crate::format::{Sites, html};

/// How far into a page its title is looked for, in bytes.
const HEAD: usize = 64 << 10;

/// Returns the page that the message was made of; none if it has no page.
pub fn page(parts: &Parts<'_>, sites: Option<&Sites>) -> Option<Document> {
    let root = parts.get(PartId::ROOT)?;
    let told = heads::field(root.head, "snapshot-content-location");
    let page = find(parts, root, told.as_deref())?;
    let addresses = [told.as_deref(), page.location(), root.location()];
    let address = addresses.into_iter().flatten().find(|address| is_on_the_web(address));
    let (text, n_undecodable) = page.text();
    let text = with_title(text, root.header().and_then(|header| header.subject()));
    let document = html::parse(&text, &html::Context { address, sites });
    Some(document.with_warning(WarningKind::Undecodable, n_undecodable))
}

/// Returns the part that is the page itself: the one that the header names, or the first one.
fn find<'p, 'a>(parts: &'p Parts<'a>, root: &Part<'_>, address: Option<&str>) -> Option<&'p Part<'a>> {
    let start = root.attribute("start").map(|start| start.trim_matches(['<', '>']));
    let is_page = |part: &Part<'_>| matches!(part.kind.as_str(), "text/html" | "application/xhtml+xml");
    let pages = || parts.all().map(|(_, part): (PartId, _)| part).filter(|part| is_page(part));
    let started = pages().find(|part| start.is_some() && part.id() == start);
    let named = || pages().find(|part| address.is_some() && part.location() == address);
    started.or_else(named).or_else(|| pages().next())
}

/// Returns the page with the title that only the message tells, where the page has none.
fn with_title(page: String, subject: Option<&str>) -> String {
    let head = page.get(..page.floor_char_boundary(HEAD)).unwrap_or_default().to_ascii_lowercase();
    match subject.map(str::trim).filter(|subject| !subject.is_empty() && !head.contains("<title")) {
        Some(subject) => format!("<title>{}</title>{page}", subject.replace('&', "&amp;").replace('<', "&lt;")),
        None => page,
    }
}

fn is_on_the_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_s_own_rules_hold() {
        let page = "<title>Weirs</title><p class=a>Kept by the rule.</p><p>Left out by it.</p>";
        let message = format!(
            "Snapshot-Content-Location: https://weir.example/a\nMIME-Version: 1.0\nContent-Type: text/html\n\n{page}"
        );
        let (sites, faults) = Sites::read("[[site]]\nhosts = [\"weir.example\"]\nmain = [\".a\"]\n");
        assert_eq!(faults, [""; 0]);
        let document = super::super::parse_web_archive(message.as_bytes(), Some(&sites));
        assert_eq!(document.main_text(crate::document::Head::Bare).0.text(), "Kept by the rule.");
    }

    #[test]
    fn takes_a_title_that_only_the_message_tells() {
        let message = |page: &str| {
            let message = format!("Subject: Low & <slow>\nMIME-Version: 1.0\nContent-Type: text/html\n\n{page}");
            page_title(&message)
        };
        assert_eq!(message("<!DOCTYPE html><p>Words").as_deref(), Some("Low & <slow>"));
        assert_eq!(message("<html><TITLE>Its own</TITLE><p>Words").as_deref(), Some("Its own"));
    }

    fn page_title(message: &str) -> Option<String> {
        page(&Parts::read(message.as_bytes()), None)?.meta().title.clone()
    }
}
