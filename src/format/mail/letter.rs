//! The letter: a message's parts as one article.
//!
//! Of alternatives the HTML is shown, which is what a newsletter's writer looked at; else the plain text. What is enclosed
//! follows: messages with their own headings, files as a list of names. Pictures keep the names by which the HTML calls
//! them.

use mail_parser::{Address, HeaderName, Message};

use super::parts::{Part, PartId, Parts};
use super::{heads, plain_text, unseen};
use crate::document::{BlockKind, DocumentBuilder, ItemMark, Meta, WarningKind};
use crate::format::html;

/// Writes a message. Its depth of calls is that of the parts, which is bounded.
pub struct Letter<'a> {
    parts: &'a Parts<'a>,
    builder: DocumentBuilder,
    /// How many messages are around the one that is being written.
    depth: u8,
    /// How many pieces of HTML were written, which keeps the names of their places apart.
    n_pages: u32,
}

/// What a message encloses.
#[derive(Debug, Default)]
struct Enclosed {
    messages: Vec<PartId>,
    files: Vec<PartId>,
}

/// What a message's header says about it.
#[derive(Debug, Default)]
struct Heading {
    subject: Option<String>,
    from: Option<String>,
    /// By RFC 3339.
    date: Option<String>,
    site: Option<String>,
    address: Option<String>,
    language: Option<String>,
}

impl<'a> Letter<'a> {
    pub fn write(parts: &'a Parts<'a>) -> DocumentBuilder {
        let mut letter = Self { parts, builder: DocumentBuilder::new(), depth: 0, n_pages: 0 };
        if let Some(root) = parts.get(PartId::ROOT) {
            let heading = Heading::of(root);
            if let Some(subject) = &heading.subject {
                letter.builder.leaf(BlockKind::Title, subject);
            }
            if let Some(byline) = heading.byline() {
                letter.builder.leaf(BlockKind::Byline, &byline);
            }
            letter.builder.set_meta(heading.meta());
            letter.message(PartId::ROOT);
        }
        letter.builder
    }

    fn message(&mut self, id: PartId) {
        let mut enclosed = Enclosed::default();
        self.part(id, &mut enclosed);
        if !enclosed.files.is_empty() {
            self.builder.leaf(BlockKind::Rule, "");
            for file in enclosed.files {
                self.file(file);
            }
        }
        self.depth = self.depth.saturating_add(1);
        for message in enclosed.messages {
            self.enclosed_message(message);
        }
        self.depth -= 1;
    }

    fn enclosed_message(&mut self, id: PartId) {
        let parts = self.parts;
        let Some(&inner) = parts.get(id).and_then(|part| part.children.first()) else { return };
        let Some(part) = parts.get(inner) else { return };
        let heading = Heading::of(part);
        match heading.subject.as_deref().or(heading.from.as_deref()) {
            Some(title) => self.builder.leaf(BlockKind::Heading(self.depth), title),
            None => self.builder.leaf(BlockKind::Rule, ""),
        };
        if let Some(byline) = heading.byline() {
            self.builder.leaf(BlockKind::Byline, &byline);
        }
        self.message(inner);
    }

    fn part(&mut self, id: PartId, enclosed: &mut Enclosed) {
        let parts = self.parts;
        let Some(part) = parts.get(id) else { return };
        match part.kind.as_str() {
            "multipart/alternative" => self.alternative(part, enclosed),
            "multipart/related" => self.related(part, enclosed),
            // What was signed comes first, the signature second.
            "multipart/signed" if !part.children.is_empty() => {
                if let Some(&signed) = part.children.first() {
                    self.part(signed, enclosed);
                }
            }
            _ if !part.children.is_empty() && !part.kind.starts_with("message/") => {
                for &child in &part.children {
                    self.part(child, enclosed);
                }
            }
            "message/rfc822" | "message/global" if !part.children.is_empty() => enclosed.messages.push(id),
            _ if part.is_attached() && id != PartId::ROOT => enclosed.files.push(id),
            "text/html" => {
                self.page(part);
            }
            // A message with one part and no word of its own about it is text; so is one whose parts were not found.
            "text/plain" | "text/enriched" => self.plain(part),
            kind if kind.starts_with("multipart/") || kind == "text" => self.plain_or_page(part),
            kind if kind.starts_with("image/") => self.picture(part),
            _ => enclosed.files.push(id),
        }
    }

    /// Writes the alternative that says most.
    fn alternative(&mut self, part: &Part<'_>, enclosed: &mut Enclosed) {
        let before = self.builder.offset();
        let mut children: Vec<_> = part.children.iter().map(|&child| (self.rank(child), child)).collect();
        // Later ones are meant to be better, so the order among equals turns around.
        children.reverse();
        children.sort_by_key(|&(rank, _)| std::cmp::Reverse(rank));
        for (_, child) in children {
            self.part(child, enclosed);
            if self.builder.offset() > before {
                return;
            }
        }
    }

    /// Returns how well a part serves to read: as HTML, as text, or not at all.
    fn rank(&self, id: PartId) -> u8 {
        let Some(part) = self.parts.get(id) else { return 0 };
        match part.kind.as_str() {
            "text/html" => 2,
            "text/plain" => 1,
            _ => part.children.iter().map(|&child| self.rank(child)).max().unwrap_or(0),
        }
    }

    /// Writes a page whose pictures are the parts beside it.
    fn related(&mut self, part: &Part<'_>, enclosed: &mut Enclosed) {
        let start = part.attribute("start").map(|start| start.trim_matches(['<', '>']));
        let has_id = |id: &PartId| self.parts.get(*id).is_some_and(|part| start.is_some() && part.id() == start);
        let root = part.children.iter().copied().find(has_id);
        let root = root.or_else(|| part.children.iter().copied().find(|&child| self.rank(child) > 0));
        let root = root.or_else(|| part.children.first().copied());
        if let Some(root) = root {
            self.part(root, enclosed);
        }
        for &child in part.children.iter().filter(|&&child| Some(child) != root) {
            // What the page calls for needs no line in the list.
            if self.parts.get(child).is_some_and(|part| part.id().is_none() && !part.kind.starts_with("image/")) {
                self.part(child, enclosed);
            }
        }
    }

    fn page(&mut self, part: &Part<'_>) {
        let (text, n_undecodable) = part.text();
        self.builder.warn_of(WarningKind::Undecodable, n_undecodable);
        let prefix = if self.n_pages == 0 { String::new() } else { format!("{}-", self.n_pages) };
        self.n_pages += 1;
        let base = part.location().and_then(|location| url::Url::parse(location).ok());
        let resolve = |address: &str| match address.trim().strip_prefix('#') {
            Some(name) => Some(format!("#{prefix}{name}")),
            None => match &base {
                Some(base) => base.join(address).ok().map(String::from),
                None => Some(address.to_owned()),
            },
        };
        let level_shift = i8::try_from(self.depth).unwrap_or(0);
        let fragment = html::Fragment { prefix: &prefix, resolve: &resolve, level_shift, is_xhtml: false };
        html::append(&mut self.builder, &unseen::hide(&text), &fragment);
    }

    fn plain(&mut self, part: &Part<'_>) {
        let (text, n_undecodable) = part.text();
        self.builder.warn_of(WarningKind::Undecodable, n_undecodable);
        let is_flowed = part.attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
        let joins_words = part.attribute("delsp").is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes"));
        let flow = match (is_flowed, joins_words) {
            (false, _) => plain_text::Flow::Fixed,
            (true, false) => plain_text::Flow::Flowed,
            (true, true) => plain_text::Flow::Joined,
        };
        plain_text::append(&mut self.builder, &text, flow, self.depth);
    }

    fn plain_or_page(&mut self, part: &Part<'_>) {
        self.builder.warn(WarningKind::Malformed);
        let (text, _) = part.text();
        if text.trim_start().starts_with('<') { self.page(part) } else { self.plain(part) }
    }

    fn picture(&mut self, part: &Part<'_>) {
        let name = part.file_name().unwrap_or_default();
        let address = part.id().map_or_else(|| name.to_owned(), |id| format!("cid:{id}"));
        let resource = self.builder.resource(&address, name);
        self.builder.leaf(BlockKind::Figure(resource), "");
    }

    /// Writes a line about a file: its name, what it is, and its size.
    fn file(&mut self, id: PartId) {
        let Some(part) = self.parts.get(id) else { return };
        let name = part.file_name().map(file_name).filter(|name| !name.is_empty());
        let size = size(part.size());
        self.builder.open(BlockKind::Item(ItemMark::Bullet));
        self.builder.text(&match name {
            Some(name) => format!("{name} ({}, {size})", part.kind),
            None => format!("{} ({size})", part.kind),
        });
        self.builder.close();
    }
}

impl Heading {
    fn of(part: &Part<'_>) -> Self {
        let Some(header) = part.header() else { return Self::default() };
        let line =
            |text: &str| Some(text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|line| !line.is_empty());
        let date = header.date().filter(|date| date.is_valid());
        Self {
            subject: header.subject().and_then(line),
            from: who(header.from()).or_else(|| who(header.sender())),
            date: date.map_or_else(|| heads::field(part.head, "date"), |date| Some(date.to_rfc3339())),
            site: site(header),
            address: heads::field(part.head, "archived-at")
                .map(|address| address.trim_matches(['<', '>', ' ']).to_owned())
                .filter(|address| url::Url::parse(address).is_ok()),
            language: heads::field(part.head, "content-language")
                .and_then(|languages| languages.split(',').next().map(|language| language.trim().to_owned())),
        }
    }

    fn byline(&self) -> Option<String> {
        // The day is enough to read by.
        let day = self.date.as_deref().map(|date| match date.split_once('T') {
            Some((day, _)) if day.len() == 10 => day,
            _ => date,
        });
        let parts: Vec<_> = [self.from.as_deref(), day].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    fn meta(self) -> Meta {
        Meta {
            title: self.subject,
            byline: self.from,
            date: self.date,
            language: self.language,
            site: self.site,
            address: self.address,
            ..Meta::default()
        }
    }
}

/// Returns the names of those who wrote, or their addresses where they have none.
fn who(addresses: Option<&Address<'_>>) -> Option<String> {
    let names = addresses?.iter().filter_map(|one| one.name.as_deref().or(one.address.as_deref()));
    let names: Vec<_> = names.map(|name| name.trim().trim_matches('"')).filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Returns the list that the message came by, by its name or else by its id.
fn site(header: &Message<'_>) -> Option<String> {
    let list = header.header(HeaderName::ListId)?.as_address()?.first()?;
    let name = list.name.as_deref().or(list.address.as_deref())?;
    Some(name.trim().trim_matches(['"', '<', '>']).to_owned()).filter(|name| !name.is_empty())
}

/// Returns the last part of what may have been written as a path.
fn file_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name).trim()
}

fn size(n_bytes: usize) -> String {
    match n_bytes {
        0..1_000 => format!("{n_bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", n_bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", n_bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_each_part_once() {
        let nested: String = (0..30)
            .map(|idx| format!("Content-Type: multipart/related; boundary=b{idx}\n\n--b{idx}\n"))
            .chain(["Content-Type: multipart/odd; boundary=c\n\nwords\n".to_owned()])
            .collect();
        let parts = Parts::read(nested.as_bytes());
        assert_eq!(Letter::write(&parts).finish().text(), "words");
    }
}
