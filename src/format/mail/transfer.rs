//! Transfer: what mail does to bytes so that they survive the way, undone; and bytes into text.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use crate::format::charset::declared_in_markup;

/// Undoes a transfer encoding as far as that goes.
pub fn decoded(body: &[u8], encoding: Option<&str>) -> Vec<u8> {
    match encoding.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "base64" => base64_decode(body).or_else(|| base64_decode(&base64_alone(body))).unwrap_or_default(),
        "quoted-printable" => quoted_printable_decode(body)
            .or_else(|| quoted_printable_decode(&with_sound_escapes(body)))
            .unwrap_or_else(|| body.to_vec()),
        _ => body.to_vec(),
    }
}

/// Decodes text by the charset that its part tells, else by what the bytes look like. Returns it and how many times
/// bytes were no text.
pub fn text(bytes: &[u8], charset: Option<&str>, is_html: bool) -> (String, u32) {
    let told = charset.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    let declared = || if is_html { declared_in_markup(bytes) } else { None };
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        // What is UTF-8 to the last byte was mislabelled, unless it is ASCII, in which some charsets hide.
        None if is_utf8 && !bytes.is_ascii() => UTF_8,
        None => told.or_else(declared).unwrap_or_else(|| if is_utf8 { UTF_8 } else { guessed(bytes) }),
    };
    let (text, _, has_errors) = encoding.decode(bytes);
    let n_undecodable = if has_errors { text.matches('\u{fffd}').count() } else { 0 };
    (text.into_owned(), u32::try_from(n_undecodable).unwrap_or(u32::MAX))
}

fn guessed(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Returns the characters of base64 alone, up to its end.
fn base64_alone(body: &[u8]) -> Vec<u8> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    body.iter().copied().filter(is_base64).collect()
}

/// Returns quoted-printable text in which each `=` that escapes nothing is escaped itself.
fn with_sound_escapes(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + body.len() / 8);
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (before, after) = rest.split_at_checked(at + 1).unwrap_or((rest, &[]));
        out.extend_from_slice(before);
        let is_sound = match after {
            [one, other, ..] if one.is_ascii_hexdigit() => other.is_ascii_hexdigit(),
            [] => true,
            after => {
                let n_blank = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                matches!(after.get(n_blank), None | Some(b'\r' | b'\n'))
            }
        };
        if !is_sound {
            out.extend_from_slice(b"3D");
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, encoding: &str, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&decoded(body.as_bytes(), Some(encoding))), expected, "{body}");
    }

    #[test]
    fn undoes_encodings_as_far_as_they_go() {
        check("V2VpciBh\r\ndCBsb3cgd2F0ZXI=", "Base64 ", "Weir at low water");
        check("V2VpciBhdCBsb3cgd2F0ZX", "base64", "Weir at low wate");
        check("V2Vp*ciBh-dCBsb3c", "base64", "Weir at low");
        check("a=20b=\r\nc =C3=A9", "quoted-printable", "a bc é");
        check("a = b =zz =", "quoted-printable", "a = b =zz ");
        check("a=20b", "7bit", "a=20b");
    }

    #[test]
    fn finds_charsets() {
        let check = |bytes: &[u8], charset, is_html, expected: &str| {
            assert_eq!(text(bytes, charset, is_html).0, expected);
        };
        check(b"gr\xfc\xdfe", Some("ISO-8859-1"), false, "grüße");
        check("grüße".as_bytes(), Some("iso-8859-1"), false, "grüße");
        check(b"\x1b$B$\"\x1b(B", Some("iso-2022-jp"), false, "あ");
        check(b"<meta charset='windows-1251'>\xcf\xf0", None, true, "<meta charset='windows-1251'>Пр");
        check(b"a", Some("no such thing"), false, "a");
        assert_eq!(text(b"a\xff\xfeb", Some("utf-8"), false).1, 2);
    }
}
