//! Web archives: the page that a browser saved as a message (MHTML), read as the page that it was.

use url::Url;

use super::heads;
use super::parts::{Part, PartId, Parts};
use crate::document::{Document, WarningKind};
use crate::format::html;

/// Returns the page that the message was made of; none if it has no page.
pub fn page(parts: &Parts<'_>) -> Option<Document> {
    let root = parts.get(PartId::ROOT)?;
    let told = heads::field(root.head, "snapshot-content-location");
    let page = find(parts, root, told.as_deref())?;
    let addresses = [told.as_deref(), page.location(), root.location()];
    let address = addresses.into_iter().flatten().find(|address| is_on_the_web(address));
    let (text, n_undecodable) = page.text();
    let document = html::parse(&text, &html::Context { address });
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

fn is_on_the_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
