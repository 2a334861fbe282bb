//! The beginning of an archive: the entries that stand there, told without its directory.

const HEADER: &[u8] = b"PK\x03\x04";

/// How long an entry's header is before its name, in bytes.
const HEADER_LENGTH: usize = 30;

/// The most entries that are looked at.
const MOST_ENTRIES: usize = 1000;

/// Returns the names of the entries that `head` begins with, and as much of what they hold, packed, as is there.
///
/// Entries of archives that lie in the archive are not among them.
pub fn first_entries(head: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    let mut rest = head;
    while rest.starts_with(HEADER) && found.len() < MOST_ENTRIES {
        let Some((name, content, is_long)) = entry(rest) else { break };
        let after = rest.get(HEADER_LENGTH + name.len()..).unwrap_or_default();
        found.push((name, content));
        // Where the size is told after the content, the next header is looked for.
        let next = if is_long { memchr::memmem::find(after, HEADER) } else { Some(content_end(rest)) };
        let Some(next) = next.and_then(|next| after.get(next..)) else { break };
        rest = next;
    }
    found
}

/// Returns an entry's name, what is there of its content, and whether its length is not known.
fn entry(bytes: &[u8]) -> Option<(&[u8], &[u8], bool)> {
    let name_end = HEADER_LENGTH + number(bytes, 26, 2)?;
    let name = bytes.get(HEADER_LENGTH..name_end)?;
    let content_start = name_end + number(bytes, 28, 2)?;
    let size = number(bytes, 18, 4)?;
    let is_long = number(bytes, 6, 2)? & 8 != 0 && size == 0;
    let content = bytes.get(content_start..).unwrap_or_default();
    let content = if is_long { content } else { content.get(..size.min(content.len())).unwrap_or_default() };
    Some((name, content, is_long))
}

/// Returns where an entry's content ends, counted from the end of its name.
fn content_end(bytes: &[u8]) -> usize {
    let extra = number(bytes, 28, 2).unwrap_or(0);
    extra.saturating_add(number(bytes, 18, 4).unwrap_or(0))
}

/// Returns the number of `length` bytes at `at`, the lowest byte first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte)))
}
