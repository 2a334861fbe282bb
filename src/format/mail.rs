//! Mail: a message as an article, and pages that a browser saved as a message.
//!
//! [`heads`] tells that bytes are a message, [`parts`] splits it, [`transfer`] undoes what was done to the parts. A
//! [`letter`] shows what its writer meant to be read; of a [`web_archive`] the page is read as any other page is. Text
//! without mark-up is read by [`plain_text`].

mod heads;
mod letter;
mod parts;
mod plain_text;
mod transcript;
mod transfer;
mod unseen;
mod web_archive;

use percent_encoding::percent_decode_str;

use crate::document::{Document, WarningKind};
use crate::format::Sites;
use letter::Letter;
use parts::Parts;

pub use heads::{Kind, kind};

/// Parses a message; of a mailbox, its first one.
pub fn parse(bytes: &[u8]) -> Document {
    let (message, is_first_of_many) = first_message(bytes);
    let parts = Parts::read(message);
    let mut builder = Letter::write(&parts);
    builder.warn_of(WarningKind::Depth, u32::from(parts.is_too_deep));
    builder.warn_of(WarningKind::Truncated, u32::from(parts.is_cut || is_first_of_many));
    builder.finish()
}

/// Parses a page that was saved as a message.
pub fn parse_web_archive(bytes: &[u8], sites: Option<&Sites>) -> Document {
    let parts = Parts::read(bytes);
    match web_archive::page(&parts, sites) {
        Some(document) => document
            .with_warning(WarningKind::Depth, u32::from(parts.is_too_deep))
            .with_warning(WarningKind::Truncated, u32::from(parts.is_cut)),
        None => parse(bytes),
    }
}

/// Returns the bytes of the part that a picture's address names: by its id (`cid:`), where it was, or its file's name.
pub fn enclosed(bytes: &[u8], address: &str) -> Option<Vec<u8>> {
    let (message, _) = first_message(bytes);
    let parts = Parts::read(message);
    let id = address.strip_prefix("cid:").map(|id| percent_decode_str(id).decode_utf8_lossy());
    let is_named = |part: &parts::Part<'_>| match &id {
        Some(id) => part.id() == Some(id.as_ref()),
        None => part.location() == Some(address) || part.file_name() == Some(address),
    };
    let found = parts.all().map(|(_, part)| part).find(|part| is_named(part));
    found.map(parts::Part::bytes)
}

/// Returns the first message of a mailbox without its line, and whether others follow; all of what is no mailbox.
fn first_message(bytes: &[u8]) -> (&[u8], bool) {
    let start = heads::mailbox_line(bytes);
    let message = bytes.get(start..).unwrap_or_default();
    if start == 0 {
        return (message, false);
    }
    let next = memchr::memmem::find_iter(message, b"\nFrom ").find(|&at| {
        let before = message.get(..at).unwrap_or_default();
        let is_after_empty_line = before.ends_with(b"\n") || before.ends_with(b"\n\r");
        let line = message.get(at + 1..).unwrap_or_default();
        let line = line.get(..memchr::memchr(b'\n', line).unwrap_or(line.len())).unwrap_or_default();
        // The line ends with a date, so with a year or a zone.
        is_after_empty_line && line.trim_ascii_end().last().is_some_and(u8::is_ascii_digit)
    });
    match next.and_then(|at| message.get(..at)) {
        Some(first) => (first, true),
        None => (message, false),
    }
}
