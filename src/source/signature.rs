//! Signatures: tells by a source's first bytes that it is no text, and what it is instead.

use crate::error::Error;

/// Bytes that a kind of file has at a fixed place, and what such a file is called.
const SIGNATURES: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (8, b"WEBP", "a WebP picture"),
    (4, b"ftypavif", "an AVIF picture"),
    (4, b"ftyphei", "a HEIF picture"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
    (0, b"AT&TFORM", "a DjVu document"),
    (60, b"BOOKMOBI", "a Mobipocket book"),
    (30, b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument file"),
    (30, b"[Content_Types].xml", "an Office document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (257, b"ustar", "a tar archive"),
    (0, b"\xfd7zXZ\0", "compressed with xz"),
    (0, b"BZh", "compressed with bzip2"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"\x7fELF", "an ELF program"),
    (0, b"MZ\x90\0", "a Windows program"),
    (0, b"\xcf\xfa\xed\xfe", "a Mach-O program"),
    (0, b"\xca\xfe\xba\xbe", "a compiled class"),
    (0, b"\0asm", "a WebAssembly module"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (0, b"ID3", "an MP3 recording"),
    (0, b"OggS", "an Ogg recording"),
    (0, b"fLaC", "a FLAC recording"),
    (8, b"WAVE", "a WAV recording"),
    (4, b"ftyp", "a video"),
    (0, b"\x1aE\xdf\xa3", "a Matroska video"),
    (0, b"wOF", "a font"),
    (0, b"\0\x01\0\0\0", "a font"),
];

/// Signatures that are also ordinary words, and count only where bytes that no text has follow.
const WORDLIKE: &[&[u8]] = &[b"ID3", b"BZh", b"wOF", b"GIF8", b"OggS", b"fLaC"];

/// Returns the error that tells what the source is, if its first bytes show that it is no text.
pub fn refusal(head: &[u8]) -> Option<Error> {
    if let Some((_, magic, name)) = SIGNATURES.iter().find(|(at, magic, _)| has_at(head, *at, magic)) {
        let wordlike = WORDLIKE.contains(magic) || !head.starts_with(magic) && *magic != b"ustar";
        if !wordlike || has_binary_bytes(head) {
            return Some(refuse(name));
        }
    }
    is_binary(head).then(|| Error::new("it is binary data, not text").hint("`--format text` shows it as text anyway"))
}

fn refuse(name: &str) -> Error {
    let error = Error::new(format!("it is {name}, which recto does not read yet"));
    match name.strip_prefix("compressed with ") {
        Some("xz") => error.hint("`xz -dc FILE | recto -` reads what is inside"),
        Some(_) => error.hint("`bzip2 -dc FILE | recto -` reads what is inside"),
        None => error.hint("`--format text` shows it as text anyway"),
    }
}

fn has_at(head: &[u8], at: usize, magic: &[u8]) -> bool {
    head.get(at..).is_some_and(|rest| rest.starts_with(magic))
}

/// Returns whether a byte is there that a text in no encoding but UTF-16 has.
fn has_binary_bytes(head: &[u8]) -> bool {
    head.iter().take(512).any(|byte| matches!(byte, 0..=6 | 14..=26 | 28..=31))
}

/// Returns whether the bytes are ridden with NULs or controls, in no order that UTF-16 would have.
fn is_binary(head: &[u8]) -> bool {
    let n_nul = memchr::memchr_iter(0, head).count();
    let n_controls = head.iter().filter(|byte| matches!(byte, 1..=6 | 14..=26 | 28..=31)).count();
    let riddled = n_nul * 200 > head.len() || n_controls * 10 > head.len();
    riddled && !super::decode::is_utf16(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], said: Option<&str>) {
        let message = refusal(head).map(|error| error.to_string());
        match said {
            Some(said) => assert!(message.as_deref().unwrap_or_default().contains(said), "{message:?}"),
            None => assert_eq!(message, None),
        }
    }

    #[test]
    fn names_what_is_no_text() {
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some("a PNG picture, which recto does not read yet. `--format text`"));
        check(b"PK\x03\x04\x14\0\0\0", Some("a ZIP archive"));
        check(b"\xfd7zXZ\0\0\x04", Some("`xz -dc FILE | recto -`"));
        check(b"\x7fELF\x02\x01\x01", Some("an ELF program"));
        check(&[7, 0, 0, 1, 0, 0, 200, 0, 0, 3, 0, 0].repeat(50), Some("binary data"));
    }

    #[test]
    fn lets_text_through() {
        check(b"", None);
        check(b"ID3 is a kind of tag.", None);
        check(b"BZh, he said, and ftyp too", None);
        check(b"a \x1b[1mbold\x1b[0m word", None);
        check("これは".encode_utf16().chain([10]).flat_map(u16::to_be_bytes).collect::<Vec<_>>().as_slice(), None);
        check(b"one stray NUL \0 in a text that is otherwise long enough to be taken for what it is, which is a text of some two hundred bytes, as anybody can see who counts them one by one until the end of the line is reached.", None);
    }
}
