//! Runs of characters that need no thought, which are most of any text.

use super::Mode;
use super::class::is_plain;

/// Returns where the run of plain characters that starts at `from` ends: at `limit` at the latest, and before any
/// white space that has to be thought about.
pub(super) fn run_end(raw: &str, from: usize, limit: usize, mode: Mode) -> usize {
    let bytes = raw.as_bytes().get(..limit).unwrap_or_default();
    let end = if mode.collapses() { plain_end::<true>(raw, bytes, from) } else { plain_end::<false>(raw, bytes, from) };
    let ends_in_space = mode.collapses() && end > from && bytes.get(end - 1) == Some(&b' ');
    end - usize::from(ends_in_space)
}

fn plain_end<const COLLAPSES: bool>(raw: &str, bytes: &[u8], from: usize) -> usize {
    let mut end = from;
    let mut before = b'x';
    loop {
        end += ascii_len::<COLLAPSES>(before, bytes.get(end..).unwrap_or_default());
        match bytes.get(end) {
            Some(&byte) if byte >= 0x80 => {
                let rest = raw.get(end..bytes.len()).unwrap_or_default();
                let plain = rest.chars().take_while(|&c| !c.is_ascii() && is_plain(c));
                let len: usize = plain.map(char::len_utf8).sum();
                if len == 0 {
                    return end;
                }
                end += len;
                before = b'x';
            }
            _ => return end,
        }
    }
}

/// Returns how many printable ASCII characters `bytes` starts with, up to a second space in a row.
#[expect(clippy::indexing_slicing, reason = "indices below the length of an array")]
fn ascii_len<const COLLAPSES: bool>(mut before: u8, bytes: &[u8]) -> usize {
    let is_plain = |before: u8, byte: u8| {
        let is_space_again = COLLAPSES & (byte == b' ') & (before == b' ');
        (byte.wrapping_sub(b' ') <= b'~' - b' ') & !is_space_again
    };
    let mut len = 0;
    // Sixteen at a time, without a way out in between, is what the compiler makes vectors of.
    while let Some(chunk) = bytes.get(len..).and_then(|rest| rest.first_chunk::<16>()) {
        let mut is_run = is_plain(before, chunk[0]);
        for idx in 1..16 {
            is_run &= is_plain(chunk[idx - 1], chunk[idx]);
        }
        if !is_run {
            break;
        }
        before = chunk[15];
        len += 16;
    }
    for &byte in bytes.get(len..).unwrap_or_default() {
        if !is_plain(before, byte) {
            break;
        }
        before = byte;
        len += 1;
    }
    len
}
