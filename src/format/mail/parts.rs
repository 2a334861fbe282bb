//! Parts: the tree of a message's parts, each with its header and its body as they stand.
//!
//! Boundaries are looked for once, line by line, with all that are open known, so any nesting takes time by its length
//! alone. mail-parser reads the headers. What nests deeper than recto goes is one part.

use mail_parser::{ContentType, HeaderName, Message, MessageParser, MimeHeaders};

use super::{heads, transfer};

/// How deep parts nest.
const MAX_DEPTH: usize = 32;

/// The most parts that are read.
const MAX_PARTS: usize = 2_000;

/// The longest header that is read, in bytes.
const LONGEST_HEADER: usize = 256 << 10;

/// The longest line that is taken for a boundary, in bytes: RFC 2046 allows 72.
const LONGEST_BOUNDARY: usize = 256;

/// How far into a part a boundary should come, in bytes.
const FIRST_BOUNDARY_WITHIN: usize = 4 << 10;

/// The parts of a message; the message itself is the first.
#[derive(Debug)]
pub struct Parts<'a> {
    list: Vec<Part<'a>>,
    /// Whether there were more parts, or deeper ones, than are read.
    pub is_too_deep: bool,
    pub is_cut: bool,
}

/// A place in [`Parts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartId(usize);

impl PartId {
    /// The message's own part.
    pub const ROOT: Self = Self(0);
}

/// A part of a message.
#[derive(Debug)]
pub struct Part<'a> {
    header: Option<Message<'a>>,
    /// The header's bytes.
    pub head: &'a [u8],
    /// What follows the header, the parts inside and all.
    body: &'a [u8],
    pub children: Vec<PartId>,
    /// `type/subtype` in lower case.
    pub kind: String,
}

impl<'a> Part<'a> {
    /// Returns the header, if there is one.
    pub fn header(&self) -> Option<&Message<'a>> {
        self.header.as_ref()
    }

    /// Returns an attribute of the content's type.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.content_type()?.attribute(name)
    }

    fn content_type(&self) -> Option<&ContentType<'_>> {
        self.header.as_ref()?.content_type()
    }

    /// Returns the body with its transfer encoding undone.
    pub fn bytes(&self) -> Vec<u8> {
        transfer::decoded(self.body, self.header.as_ref().and_then(|header| header.content_transfer_encoding()))
    }

    /// Returns the body as text, and how many times bytes of it were none.
    pub fn text(&self) -> (String, u32) {
        transfer::text(&self.bytes(), self.attribute("charset"), self.kind == "text/html")
    }

    /// Returns the name of the file that the part is.
    pub fn file_name(&self) -> Option<&str> {
        self.header.as_ref()?.attachment_name()
    }

    /// Returns whether the part says that it is not to be shown in its place.
    pub fn is_attached(&self) -> bool {
        let disposition = self.header.as_ref().and_then(|header| header.content_disposition());
        disposition.is_some_and(ContentType::is_attachment)
    }

    /// Returns the name by which other parts refer to it, without brackets.
    pub fn id(&self) -> Option<&str> {
        self.header.as_ref()?.content_id()
    }

    pub fn location(&self) -> Option<&str> {
        self.header.as_ref()?.content_location()
    }

    /// Returns about how many bytes the body has with its encoding undone.
    pub fn size(&self) -> usize {
        let encoding = self.header.as_ref().and_then(|header| header.content_transfer_encoding());
        let is_base64 = encoding.is_some_and(|encoding| encoding.trim().eq_ignore_ascii_case("base64"));
        if is_base64 { self.body.len() / 4 * 3 } else { self.body.len() }
    }
}

impl<'a> Parts<'a> {
    pub fn get(&self, id: PartId) -> Option<&Part<'a>> {
        self.list.get(id.0)
    }

    pub fn all(&self) -> impl Iterator<Item = (PartId, &Part<'a>)> {
        self.list.iter().enumerate().map(|(idx, part)| (PartId(idx), part))
    }

    /// Reads a message.
    pub fn read(bytes: &'a [u8]) -> Self {
        let parts = Self { list: Vec::new(), is_too_deep: false, is_cut: false };
        let mut splitting = Splitting { bytes, parts, open: Vec::new(), leaf: None };
        splitting.run();
        splitting.parts
    }
}

/// A message that is being split.
struct Splitting<'a> {
    bytes: &'a [u8],
    parts: Parts<'a>,
    /// The parts that hold others and are open, outermost first.
    open: Vec<Open>,
    /// A part without others in it that is open, and where its body begins.
    leaf: Option<(PartId, usize)>,
}

struct Open {
    part: PartId,
    body: usize,
    /// What parts its parts; a message in a message has nothing that does.
    boundary: Option<Vec<u8>>,
}

impl Splitting<'_> {
    fn run(&mut self) {
        let mut at = self.begin(0, "text/plain");
        while at < self.bytes.len() {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let line = rest.get(..length).unwrap_or_default();
            let Some((depth, closes)) = self.boundary(line) else {
                at += length;
                continue;
            };
            self.end_to(depth + 1, at);
            at += length;
            if closes {
                self.end_to(depth, at);
            } else if self.parts.list.len() >= MAX_PARTS {
                self.parts.is_cut = true;
                break;
            } else {
                at = self.begin(at, self.kind_of_children());
            }
        }
        self.end_to(0, at.min(self.bytes.len()));
    }

    /// Returns which open part's boundary the line is, and whether it is the last one.
    fn boundary(&self, line: &[u8]) -> Option<(usize, bool)> {
        let name = line.strip_prefix(b"--")?.trim_ascii_end();
        let last = name.strip_suffix(b"--");
        let known = |open: &Open| match &open.boundary {
            Some(boundary) if boundary == name => Some(false),
            Some(boundary) if Some(boundary.as_slice()) == last => Some(true),
            _ => None,
        };
        self.open.iter().enumerate().rev().find_map(|(depth, open)| Some((depth, known(open)?)))
    }

    /// Begins a part whose header stands at `at`, and the parts that begin with it. Returns where to look on.
    fn begin(&mut self, mut at: usize, usual: &'static str) -> usize {
        let mut usual = usual;
        loop {
            let part_bytes = self.bytes.get(at..).unwrap_or_default();
            // Empty lines before the message's own header are nobody's.
            if self.parts.list.is_empty() {
                at += part_bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            }
            let part_bytes = self.bytes.get(at..).unwrap_or_default();
            let (header_end, body) = heads::end(part_bytes);
            let head = part_bytes.get(..header_end.min(LONGEST_HEADER)).unwrap_or_default();
            let header = MessageParser::new().parse_headers(head);
            let kind = header.as_ref().and_then(kind).unwrap_or_else(|| usual.to_owned());
            let body = at + body;
            let id = PartId(self.parts.list.len());
            let parent = self.open.last().map(|open| open.part);
            if let Some(parent) = parent.and_then(|PartId(idx)| self.parts.list.get_mut(idx)) {
                parent.children.push(id);
            }
            let is_multipart = kind.starts_with("multipart/");
            let is_encoded =
                header.as_ref().and_then(|header| header.content_transfer_encoding()).is_some_and(|encoding| {
                    matches!(encoding.trim().to_ascii_lowercase().as_str(), "base64" | "quoted-printable")
                });
            let is_message = matches!(kind.as_str(), "message/rfc822" | "message/global") && !is_encoded;
            let told = header.as_ref().and_then(|header| header.content_type());
            let told = told.and_then(|told| told.attribute("boundary")).map(|told| told.trim_end().as_bytes().to_vec());
            let boundary = if is_multipart { self.boundary_within(body, told) } else { None };
            self.parts.list.push(Part { header, head, body: &[], children: Vec::new(), kind });
            let is_deep = self.open.len() >= MAX_DEPTH;
            self.parts.is_too_deep |= is_deep && (is_multipart || is_message);
            if is_multipart && boundary.is_some() && !is_deep {
                self.open.push(Open { part: id, body, boundary });
                return body;
            }
            if is_message && !is_deep && self.parts.list.len() < MAX_PARTS {
                self.open.push(Open { part: id, body, boundary: None });
                at = body;
                usual = "text/plain";
                continue;
            }
            self.leaf = Some((id, body));
            return body;
        }
    }

    /// Returns the boundary between the parts in the body at `body`: the one that the header tells if it comes soon, else
    /// the first line that looks like one and is nobody else's.
    fn boundary_within(&self, body: usize, told: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let rest = self.bytes.get(body..)?;
        let near = rest.get(..rest.len().min(FIRST_BOUNDARY_WITHIN))?;
        let mut first = None;
        for line in near.split(|&byte| byte == b'\n').filter(|line| line.len() <= LONGEST_BOUNDARY) {
            let Some(name) = line.strip_prefix(b"--").map(<[u8]>::trim_ascii_end) else { continue };
            if told.as_deref() == Some(name) {
                return told;
            }
            if !name.is_empty() && first.is_none() && self.boundary(line).is_none() {
                first = Some(name.to_vec());
            }
        }
        first.or(told)
    }

    /// Returns what a part is that does not say it.
    fn kind_of_children(&self) -> &'static str {
        let parent = self.open.last().and_then(|open| self.parts.get(open.part));
        if parent.is_some_and(|parent| parent.kind == "multipart/digest") { "message/rfc822" } else { "text/plain" }
    }

    /// Ends all open parts but the outermost `depth`; the line at `at` is no part of them.
    fn end_to(&mut self, depth: usize, at: usize) {
        let leaf = self.leaf.take();
        let ended = self.open.drain(depth.min(self.open.len())..).map(|open| (open.part, open.body));
        for (PartId(idx), start) in ended.chain(leaf) {
            let body = self.bytes.get(start..at.max(start)).unwrap_or_default();
            // The line's end before a boundary belongs to it.
            let body = body.strip_suffix(b"\n").unwrap_or(body);
            if let Some(part) = self.parts.list.get_mut(idx) {
                part.body = body.strip_suffix(b"\r").unwrap_or(body);
            }
        }
    }
}

fn kind(header: &Message<'_>) -> Option<String> {
    header.header(HeaderName::ContentType)?;
    let told = header.content_type()?;
    let subtype = told.subtype().unwrap_or("plain");
    Some(format!("{}/{}", told.ctype(), subtype).to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the tree of a message, written as kinds and brackets, with the text of its leaves.
    fn check(message: &str, expected: &str) {
        for message in [message.to_owned(), message.replace('\n', "\r\n")] {
            let parts = Parts::read(message.as_bytes());
            assert_eq!(shown(&parts, PartId::ROOT), expected, "{message}");
        }
    }

    fn shown(parts: &Parts<'_>, id: PartId) -> String {
        let Some(part) = parts.get(id) else { return String::new() };
        if part.children.is_empty() {
            return format!("{} {:?}", part.kind, part.text().0.replace("\r\n", "\n"));
        }
        let children: Vec<_> = part.children.iter().map(|&child| shown(parts, child)).collect();
        format!("{}({})", part.kind, children.join(", "))
    }

    #[test]
    fn splits_parts() {
        check("Subject: a\n\nb\nc\n", "text/plain \"b\\nc\"");
        check(
            "Content-Type: multipart/mixed; boundary=\"x\"\n\npreamble\n--x\n\none\n--x\nContent-Type: text/html\n\n<b>\n--x--\nend\n",
            "multipart/mixed(text/plain \"one\", text/html \"<b>\")",
        );
        check(
            "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=xy\n\n--xy\n\n1\n--xy\n\n2\n--xy--\n--x\n\n3\n",
            "multipart/mixed(multipart/alternative(text/plain \"1\", text/plain \"2\"), text/plain \"3\")",
        );
        check(
            "Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: a\n\n1\n--x\n\nSubject: b\n\n2\n--x--\n",
            "multipart/digest(message/rfc822(text/plain \"1\"), message/rfc822(text/plain \"2\"))",
        );
    }

    #[test]
    fn bears_bad_boundaries() {
        check(
            "Content-Type: multipart/mixed\n\n--x\n\n1\n--x\n\n2\n--x--\n",
            "multipart/mixed(text/plain \"1\", text/plain \"2\")",
        );
        check("Content-Type: multipart/mixed; boundary=y\n\n--x\n\n1\n--x--\n", "multipart/mixed(text/plain \"1\")");
        check("Content-Type: multipart/mixed; boundary=x\n\nwords\n", "multipart/mixed \"words\"");
        check(
            "Content-Type: multipart/mixed; boundary=x\n\n--x\n\n1\n--x\n",
            "multipart/mixed(text/plain \"1\", text/plain \"\")",
        );
        check(
            "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/related; boundary=y\n\n--y\n\n1\n--x\n\n2\n",
            "multipart/mixed(multipart/related(text/plain \"1\"), text/plain \"2\")",
        );
    }

    #[test]
    fn takes_time_by_length_alone() {
        let deep = |unit: &dyn Fn(usize) -> String| (0..20_000).map(unit).collect::<String>();
        let nested =
            deep(&|idx| format!("--b{}\nContent-Type: multipart/mixed; boundary=b{idx}\n\n", idx.wrapping_sub(1)));
        let nested = format!("Content-Type: multipart/mixed; boundary=b{}\n\n{nested}", usize::MAX);
        let messages = "Content-Type: message/rfc822\n\n".repeat(100_000);
        let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(100_000));
        let lines = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--c\n".repeat(200_000));
        let unfound = format!(
            "Content-Type: multipart/mixed; boundary=b\n\n{}",
            "--b\nContent-Type: multipart/mixed; boundary=q\n\n".repeat(20_000)
        );
        for message in [nested, messages, many, lines, unfound, format!("Subject: {}", "a ".repeat(2_000_000))] {
            let parts = Parts::read(message.as_bytes());
            assert!(parts.all().count() <= MAX_PARTS);
        }
    }
}
