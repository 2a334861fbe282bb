//! Heads: whether bytes begin with the header of a message, and of which kind.

/// How much of a source is looked at, in bytes: relays may put many lines before the ones that tell.
const HEAD: usize = 64 << 10;

/// Names that only a message that was sent or saved has in its header.
const TELLING: &[&str] = &[
    "received",
    "return-path",
    "delivered-to",
    "mime-version",
    "message-id",
    "dkim-signature",
    "content-transfer-encoding",
    "x-mailer",
    "x-received",
    "x-mozilla-status",
    "snapshot-content-location",
];

/// Names that every message has some of.
const USUAL: &[&str] = &["from", "to", "subject", "date", "sender", "reply-to", "cc", "content-type"];

/// A kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Mail,
    /// A web page with all that it needs, saved as a message.
    WebArchive,
}

/// Returns which kind of message begins with `head` in a file with this extension, if it is one.
///
/// Prose may begin with `From:`, so at least one line must be there that nobody writes by hand.
pub fn kind(head: &[u8], extension: Option<&str>) -> Option<Kind> {
    let head = head.get(..HEAD.min(head.len()))?;
    let says = |extensions: &[&str]| {
        extension.is_some_and(|found| extensions.iter().any(|known| known.eq_ignore_ascii_case(found)))
    };
    let is_named = says(&["eml", "mbox", "mbx"]);
    let (fields, is_whole) = Fields::of(head)?;
    if !is_whole && !is_named {
        return None;
    }
    let is_saved = fields.has("snapshot-content-location") || fields.is_from_browser;
    let is_related = fields.is_related && !fields.has("received") && !fields.has("to") && !fields.has("message-id");
    if says(&["mht", "mhtml"]) || fields.has("mime-version") && (is_saved || is_related) {
        return fields.has_any(TELLING).then_some(Kind::WebArchive);
    }
    let is_told = fields.has_any(TELLING) && fields.n_of(USUAL) >= 2;
    (is_told || is_named && fields.has_any(TELLING) | fields.has_any(USUAL)).then_some(Kind::Mail)
}

/// Returns the length of a mailbox's line before a message, which is none of its header.
pub fn mailbox_line(bytes: &[u8]) -> usize {
    if !bytes.starts_with(b"From ") {
        return 0;
    }
    memchr::memchr(b'\n', bytes).map_or(0, |at| at + 1)
}

/// Returns where the header ends that `bytes` begin with, and where the body begins.
///
/// A line that can be none of a header begins the body, even where the empty line before it is missing.
pub fn end(bytes: &[u8]) -> (usize, usize) {
    let mut start = 0;
    while let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) {
        let (line, length) = first_line(rest);
        if line.is_empty() {
            return (start, start + length);
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") && field_name(line).is_none() {
            return (start, start);
        }
        start += length;
    }
    (bytes.len(), bytes.len())
}

/// Returns the value of the field `name` as it stands in a header, on one line.
pub fn field(header: &[u8], name: &str) -> Option<String> {
    let mut rest = header;
    while !rest.is_empty() {
        let (line, length) = first_line(rest);
        rest = rest.get(length..).unwrap_or_default();
        if !field_name(line).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
            continue;
        }
        let colon = memchr::memchr(b':', line).unwrap_or(name.len());
        let mut value = String::from_utf8_lossy(line.get(colon + 1..).unwrap_or_default()).into_owned();
        while rest.starts_with(b" ") || rest.starts_with(b"\t") {
            let (line, length) = first_line(rest);
            value.push_str(&String::from_utf8_lossy(line));
            rest = rest.get(length..).unwrap_or_default();
        }
        return Some(value.trim().to_owned()).filter(|value| !value.is_empty());
    }
    None
}

/// Returns the first line without its end, and its length with it.
fn first_line(bytes: &[u8]) -> (&[u8], usize) {
    let end = memchr::memchr(b'\n', bytes);
    let line = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
    (line.strip_suffix(b"\r").unwrap_or(line), end.map_or(bytes.len(), |end| end + 1))
}

/// RFC 5322, sections 2.2 and 4.5: printable ASCII without spaces before a colon, with spaces between in old mail.
fn field_name(line: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b':', line.get(..line.len().min(128))?)?;
    let name = line.get(..end)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

/// The names of a header's fields, in lower case.
#[derive(Debug, Default)]
struct Fields {
    names: Vec<String>,
    is_from_browser: bool,
    is_related: bool,
}

impl Fields {
    /// Reads the header that `head` begins with, and tells whether it ends as headers do; none if `head` begins with
    /// something else.
    fn of(head: &[u8]) -> Option<(Self, bool)> {
        let head = head.get(mailbox_line(head)..)?;
        // Some tools leave empty lines before the header.
        let blank = head.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let head = head.get(blank..)?;
        let (header_end, body) = end(head);
        if head.starts_with(b" ") {
            return None;
        }
        // A header that ends without an empty line is prose with colons, unless it goes on beyond what is looked at.
        let is_whole = header_end < body || body == head.len();
        let mut fields = Self::default();
        let mut rest = head.get(..header_end)?;
        while !rest.is_empty() {
            let (line, length) = first_line(rest);
            rest = rest.get(length..).unwrap_or_default();
            if let Some(name) = field_name(line).filter(|_| !line.starts_with(b" ")) {
                fields.names.push(String::from_utf8_lossy(name).to_ascii_lowercase());
            }
        }
        fields.is_from_browser =
            field(head, "from").is_some_and(|from| from.trim_start_matches(['<', '"', ' ']).starts_with("Saved by "));
        fields.is_related =
            field(head, "content-type").is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/related"));
        Some((fields, is_whole))
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|found| found == name)
    }

    fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    fn n_of(&self, names: &[&str]) -> usize {
        names.iter().filter(|name| self.has(name)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, extension: Option<&str>, expected: Option<Kind>) {
        assert_eq!(kind(head.as_bytes(), extension), expected, "{head}");
    }

    #[test]
    fn knows_messages_by_what_nobody_writes_by_hand() {
        let sent = "Received: from a by b;\r\n\tMon, 1 Mar 2021\r\nFrom: a@b.example\r\nSubject: c\r\n\r\nWords";
        check(sent, None, Some(Kind::Mail));
        check(&format!("From a@b.example Mon Mar  1 10:00:00 2021\n{sent}"), None, Some(Kind::Mail));
        check("From: a@b.example\nSubject: c\n\nWords", Some("eml"), Some(Kind::Mail));
        check("From: a\nSubject: c\nDate: 4 March 2021\n\nDear Karl,\n", None, None);
        check("From: a\nSubject: c\nDate: 4 March 2021\n\nDear Karl,\n", Some("txt"), None);
        check("Date: today\nContent-Type: text/plain\n\nWords", None, None);
        check("Received: one parcel\nand another\n\nFrom: you\n", None, None);
        check("From here on:\nMIME-Version: 1.0\n", None, None);
        check("Subject : c\nFrom: a\na line of something else\n\nWords", Some("eml"), Some(Kind::Mail));
        check("Subject: c\nReceived: a\na line of something else\n\nWords", None, None);
        check("", Some("eml"), None);
        check("Just words.\n", Some("eml"), None);
    }

    #[test]
    fn tells_saved_pages_from_mail() {
        let page = "From: <Saved by Blink>\nSnapshot-Content-Location: https://a.example/\nMIME-Version: 1.0\n";
        check(&format!("{page}Content-Type: multipart/related;\n\tboundary=\"b\"\n\n"), None, Some(Kind::WebArchive));
        check("MIME-Version: 1.0\nContent-Type: Multipart/Related; boundary=b\n\nx", None, Some(Kind::WebArchive));
        let mail = "From: a\nTo: b\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n";
        check(mail, None, Some(Kind::Mail));
        check("From: a\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>", Some("MHT"), Some(Kind::WebArchive));
    }

    #[test]
    fn finds_fields_in_folded_lines() {
        let header = b"A: b\r\nLong-One:  one\r\n two\r\n\tthree\r\nlong-one: four\r\n\r\nlong: five";
        assert_eq!(field(header, "long-one").as_deref(), Some("one two\tthree"));
        assert_eq!(field(header, "missing"), None);
        assert_eq!(end(header), (52, 54));
        assert_eq!(end(b"A: b\nno field\n"), (5, 5));
    }
}
