//! Where an address leads, as the builder keeps it.

use crate::document::LinkTarget;
use crate::text::clean;

/// The longest path or foreign address that is kept, in cells.
const MAX_PATH_CELLS: usize = 1024;

/// Returns where `raw`, which is no `#fragment`, leads.
pub(super) fn target(raw: &str) -> LinkTarget {
    let raw = raw.trim();
    if let Some(address) = clean::clean_address(raw) {
        return LinkTarget::Address(address);
    }
    if raw.starts_with("//")
        && let Some(address) = clean::clean_address(&format!("https:{raw}"))
    {
        return LinkTarget::Address(address);
    }
    let path = clean::clean_line(raw, MAX_PATH_CELLS);
    if path == raw && raw.strip_prefix("man:").is_some_and(is_manual) {
        return LinkTarget::Manual(path);
    }
    if path.is_empty() || path != raw || has_scheme(raw) { LinkTarget::Nowhere(path) } else { LinkTarget::File(path) }
}

/// Returns a picture's address: as it is if it is plain ASCII (it may be a long `data:` URL), else cleaned.
pub(super) fn resource(raw: &str) -> String {
    let raw = raw.trim();
    if raw.bytes().all(|byte| byte.is_ascii_graphic()) {
        return raw.to_owned();
    }
    // What was invisible may have hidden a space of another kind.
    clean::clean_line(raw, MAX_PATH_CELLS).trim().to_owned()
}

/// Returns `name` with its `%XX` turned into the characters they stand for.
pub(super) fn percent_decoded(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut parts = name.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let hex = part.split_at_checked(2).and_then(|(hex, rest)| Some((u8::from_str_radix(hex, 16).ok()?, rest)));
        let (byte, rest) = hex.unwrap_or((b'%', part));
        bytes.push(byte);
        bytes.extend(rest.bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns whether `page` names a manual page: `name`, `name(section)` or `name.section`.
fn is_manual(page: &str) -> bool {
    let is_fit = |c: char| c.is_alphanumeric() || "_.+:-@()[]".contains(c);
    page.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '[') && page.chars().all(is_fit)
}

/// RFC 3986, section 3.1: a letter, then letters, digits, `+`, `-` and `.`, then a colon.
fn has_scheme(raw: &str) -> bool {
    raw.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}
