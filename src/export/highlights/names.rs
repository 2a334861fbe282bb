//! Names that stay the same from export to export: short ids of highlights and names of files.
//!
//! They are made of a fingerprint (FNV-1a, 128 bits) of what names the thing elsewhere. It keeps things apart that were
//! not made to look alike; nothing secret hangs on it.

use unicode_segmentation::UnicodeSegmentation;

use crate::annotation::About;
use crate::text::clean::clean_line;

/// The longest name that is made of a title, in bytes: with the rest it fits everywhere, in any encoding.
const LONGEST_TITLE: usize = 120;

/// Names that Windows keeps for devices, whatever follows after a dot.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Returns a number that tells lists of texts apart.
pub fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a str>) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let step = |hash: u128, byte: u8| (hash ^ u128::from(byte)).wrapping_mul(PRIME);
    parts.into_iter().fold(OFFSET, |hash, part| {
        let length = part.len().to_le_bytes();
        part.bytes().chain(length).fold(hash, step)
    })
}

/// Returns ten letters and digits for the highlight that `uid` names: 50 bits, for the beginnings of two uids that were
/// made at one time are alike.
pub fn short_uid(uid: &str) -> String {
    short(fingerprint([uid]), 10)
}

/// Returns a name for an article's file, with `extension`: no part of a path, nothing that a system reserves, and another
/// for each address.
pub fn file_name(about: &About, extension: &str) -> String {
    let title = clean_line(super::title_of(about), 200);
    let mut stem = String::new();
    for word in title.split(|c: char| c.is_whitespace() || c.is_control() || "/\\:*?\"<>|#^[]%…".contains(c)) {
        if !word.is_empty() {
            stem.push_str(if stem.is_empty() { "" } else { " " });
            stem.push_str(word);
        }
    }
    let mut end = 0;
    for (idx, grapheme) in stem.grapheme_indices(true) {
        if idx + grapheme.len() > LONGEST_TITLE {
            break;
        }
        end = idx + grapheme.len();
    }
    let stem = stem.get(..end).unwrap_or_default().trim_matches(['.', ' ', '-', '~']);
    let until_dot = stem.split('.').next().unwrap_or_default().trim().to_ascii_lowercase();
    let device = until_dot.trim_end_matches(|c: char| c.is_ascii_digit() || "¹²³".contains(c));
    let guard = if RESERVED.contains(&device) { "_" } else { "" };
    let key = if about.address.is_empty() {
        fingerprint([about.title.as_str(), about.author.as_str()])
    } else {
        fingerprint([about.address.as_str()])
    };
    let gap = if stem.is_empty() { "" } else { " " };
    format!("{guard}{stem}{gap}{}.{extension}", short(key, 7))
}

fn short(mut number: u128, n_digits: usize) -> String {
    // The low bits of FNV of short texts are the poorest: the high ones are mixed in.
    number ^= number >> 64;
    let mut text = String::new();
    for _ in 0..n_digits {
        let digit = usize::try_from(number % 32).unwrap_or_default();
        text.push(char::from(DIGITS.get(digit).copied().unwrap_or(b'0')));
        number /= 32;
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(title: &str, address: &str) -> String {
        file_name(&About { title: title.into(), address: address.into(), ..About::default() }, "md")
    }

    #[test]
    fn a_name_says_the_title_and_harms_nothing() {
        let check = |title: &str, want: &str| {
            let name = named(title, "https://example.org/");
            assert_eq!(name.strip_suffix(" zdm4x70.md").unwrap_or(&name), want);
        };
        check("On margins", "On margins");
        check("a/b\\c: d?", "a b c d");
        check("../../etc/passwd", "etc passwd");
        check("CON", "_CON");
        check("com1.txt", "_com1.txt");
        check(".hidden", "hidden");
        check("余白について", "余白について");
        check("[[link]] #tag ^id", "link tag id");
    }

    #[test]
    fn two_addresses_never_share_a_name() {
        assert_ne!(named("One", "https://example.org/1"), named("One", "https://example.org/2"));
        assert_eq!(named("One", "https://example.org/1"), named("One", "https://example.org/1"));
        assert_ne!(
            short_uid("018f0000-0000-7000-8000-000000000001"),
            short_uid("018f0000-0000-7000-8000-000000000002")
        );
    }

    proptest! {
        #[test]
        fn any_title_gives_a_safe_name(title in any::<String>(), address in any::<String>()) {
            let name = named(&title, &address);
            prop_assert!(name.len() <= 160);
            prop_assert!(name.split('.').next_back() == Some("md") && !name.starts_with('.'));
            let is_bad = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
            prop_assert!(!name.contains(is_bad), "{name:?}");
        }
    }
}
