//! Pages of links: the bookmarks that browsers export, and the page that Pocket gave.
//!
//! Both are lists of tags in an order, not pages with a structure: folders are never closed properly, and what nests is
//! told by `<DL>` alone. So tags are taken as they come, here, where a tree would choose a structure for them, and where a
//! tokenizer for browsers takes quadratic time for a tag's attributes.

use memchr::{memchr, memchr2};
use quick_xml::escape::resolve_html5_entity;

use super::gather::{Gather, Quote, line, time, web_address};
use super::{Origin, Place};
use crate::annotation::About;

/// How much of a page's beginning is looked at to see whose it is, in bytes.
const HEAD: usize = 64 << 10;

/// The most folders in each other that make a tag.
const DEEPEST: usize = 16;

/// The most attributes of a tag that are read.
const MOST_ATTRIBUTES: usize = 64;

/// The longest entity's name, in bytes.
const LONGEST_ENTITY: usize = 32;

/// Returns whose page of links it is.
pub fn detect(text: &str) -> Option<Origin> {
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or(text);
    let lower = head.to_ascii_lowercase();
    if lower.contains("<!doctype netscape-bookmark-file") {
        Some(Origin::Bookmarks)
    } else if lower.contains("time_added=") && lower.contains("<a ") {
        Some(Origin::PocketPage)
    } else if lower.contains("<dl>") && lower.contains("add_date=") {
        Some(Origin::Bookmarks)
    } else {
        None
    }
}

pub fn take_bookmarks(text: &str, gather: &mut Gather<'_>) {
    let mut folders: Vec<String> = Vec::new();
    // The folder whose name was just told, and the link that was just taken.
    let (mut next_folder, mut last_link) = (None, None);
    each(text, gather, &mut |part, gather| match part {
        Part::Start { name: "dl", .. } => folders.push(next_folder.take().unwrap_or_default()),
        Part::End { name: "dl" } => {
            folders.pop();
            last_link = None;
        }
        Part::Words { of: "h3", words, attributes, .. } => {
            // A browser's own places are no choice of the reader's.
            let is_own =
                |(name, _): &(String, String)| name.ends_with("_toolbar_folder") || name.starts_with("unfiled_");
            next_folder = Some(if attributes.iter().any(is_own) { String::new() } else { line(&words) });
            last_link = None;
        }
        Part::Words { of: "a", words, attributes, line_number } => {
            let get = |wanted: &str| attribute(&attributes, wanted);
            // Only the outermost are looked at, for each link may stand in any number of folders.
            let names = folders.iter().take(4 * DEEPEST).map(String::as_str).filter(|name| !name.is_empty());
            let folder = names.take(DEEPEST).collect::<Vec<_>>().join("/");
            let tags = get("tags").split(',').map(line);
            last_link = link(&words, get("href"), line_number, gather).map(|about| {
                gather.add(About {
                    added: time(get("add_date")),
                    tags: [folder].into_iter().chain(tags).filter(|tag| !tag.is_empty()).collect(),
                    ..about
                })
            });
        }
        Part::Words { of: "dd", words, .. } => {
            // What is written below a link is the reader's own.
            if let Some(idx) = last_link.take()
                && !words.trim().is_empty()
            {
                gather.mark(idx, Quote { note: words.trim(), ..Quote::default() });
            }
        }
        _ => {}
    });
}

pub fn take_pocket(text: &str, gather: &mut Gather<'_>) {
    let mut is_archive = false;
    each(text, gather, &mut |part, gather| match part {
        Part::Words { of: "h1", words, .. } => is_archive = words.to_lowercase().contains("archive"),
        Part::Words { of: "a", words, attributes, line_number } => {
            let get = |wanted: &str| attribute(&attributes, wanted);
            if let Some(about) = link(&words, get("href"), line_number, gather) {
                gather.add(About {
                    added: time(get("time_added")),
                    tags: get("tags").split(',').map(line).filter(|tag| !tag.is_empty()).collect(),
                    is_read: is_archive,
                    is_archived: is_archive,
                    ..about
                });
            }
        }
        _ => {}
    });
}

/// Returns what a link leads to, unless it is refused.
fn link(words: &str, address: &str, line_number: u64, gather: &mut Gather<'_>) -> Option<About> {
    let words = words.trim();
    match web_address(address) {
        Ok(clean) => {
            let title = if words == address.trim() { String::new() } else { line(words) };
            Some(About { title, address: clean, ..About::default() })
        }
        Err(why) => {
            gather.refuse(Place::Line(line_number), if address.trim().is_empty() { words } else { address }, why);
            None
        }
    }
}

fn attribute<'a>(attributes: &'a [(String, String)], wanted: &str) -> &'a str {
    attributes.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value)
}

/// What such a page is made of.
enum Part<'a> {
    Start {
        name: &'a str,
    },
    End {
        name: &'a str,
    },
    /// All words of an element, up to its end or to what cannot stand in it.
    Words {
        of: &'a str,
        words: String,
        attributes: Vec<(String, String)>,
        line_number: u64,
    },
}

/// An element whose words are being gathered.
struct Gathering {
    name: &'static str,
    words: String,
    attributes: Vec<(String, String)>,
    line_number: u64,
}

/// The elements whose words tell something.
const TELLING: [&str; 4] = ["a", "h1", "h3", "dd"];

/// Calls `take` with each part, until the gathering stops.
fn each(text: &str, gather: &mut Gather<'_>, take: &mut dyn FnMut(Part<'_>, &mut Gather<'_>)) {
    let bytes = text.as_bytes();
    let mut gathering: Option<Gathering> = None;
    let (mut at, mut line_number, mut counted) = (0, 1, 0);
    let end_words = |gathering: &mut Option<Gathering>,
                     gather: &mut Gather<'_>,
                     take: &mut dyn FnMut(Part<'_>, &mut Gather<'_>)| {
        if let Some(Gathering { name, words, attributes, line_number }) = gathering.take() {
            take(Part::Words { of: name, words: unescaped(&words), attributes, line_number }, gather);
        }
    };
    while at < bytes.len() {
        let start = memchr(b'<', bytes.get(at..).unwrap_or_default()).map_or(bytes.len(), |found| at + found);
        if let Some(gathering) = &mut gathering {
            gathering.words.push_str(text.get(at..start).unwrap_or_default());
        }
        let rest = bytes.get(start + 1..).unwrap_or_default();
        if rest.starts_with(b"!--") {
            let end = memchr::memmem::find(rest, b"-->");
            at = end.map_or(bytes.len(), |end| start + 1 + end + 3);
            continue;
        }
        let is_end = rest.first() == Some(&b'/');
        let name_start = start + 1 + usize::from(is_end);
        let name: String = text
            .get(name_start..)
            .unwrap_or_default()
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(8)
            .collect();
        let name = name.to_ascii_lowercase();
        if name.is_empty() && rest.first() != Some(&b'!') && !is_end {
            // A sign that is no tag's.
            if let Some(gathering) = gathering.as_mut().filter(|_| start < bytes.len()) {
                gathering.words.push('<');
            }
            at = start + 1;
            continue;
        }
        line_number += u64::try_from(memchr::memchr_iter(b'\n', bytes.get(counted..start).unwrap_or_default()).count())
            .unwrap_or(0);
        counted = start;
        let tag_end = end_of_tag(bytes, name_start);
        at = (tag_end + 1).min(bytes.len());
        let is_of_words = matches!(name.as_str(), "b" | "i" | "em" | "strong" | "span" | "br" | "p" | "u" | "code");
        if !is_of_words {
            end_words(&mut gathering, gather, take);
        }
        if is_end {
            take(Part::End { name: &name }, gather);
        } else {
            take(Part::Start { name: &name }, gather);
            if let Some(name) = TELLING.into_iter().find(|telling| *telling == name) {
                let attributes = attributes(text.get(name_start + name.len()..tag_end).unwrap_or_default());
                gathering = Some(Gathering { name, words: String::new(), attributes, line_number });
            }
        }
        if !gather.goes_on(at) {
            return;
        }
    }
    end_words(&mut gathering, gather, take);
}

/// Returns where a tag ends: at a `>` outside quotation marks.
fn end_of_tag(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return at,
            b'=' => {
                at += 1;
                while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                    at += 1;
                }
                if let Some(&quote @ (b'"' | b'\'')) = bytes.get(at) {
                    let rest = bytes.get(at + 1..).unwrap_or_default();
                    at += memchr(quote, rest).map_or(rest.len(), |end| end) + 2;
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Returns a tag's attributes, names in lower case.
fn attributes(raw: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = raw.trim_start_matches([' ', '\n', '\r', '\t', '/']);
    while !rest.is_empty() && found.len() < MOST_ATTRIBUTES {
        let end = rest.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default().to_ascii_lowercase();
        rest = rest.get(end..).unwrap_or_default().trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let inside = if quote.is_some() { after.get(1..).unwrap_or_default() } else { after };
            let ends = |c: char| quote.map_or(c.is_ascii_whitespace(), |quote| c == quote);
            let end = inside.find(ends).unwrap_or(inside.len());
            value = inside.get(..end).unwrap_or_default();
            rest = inside.get(end..).unwrap_or_default();
            rest = rest.strip_prefix(['"', '\'']).filter(|_| quote.is_some()).unwrap_or(rest);
        }
        rest = rest.trim_start();
        found.push((name, unescaped(value)));
    }
    found
}

/// Returns `raw` with its entities as what they stand for.
fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let head = after.as_bytes().get(..LONGEST_ENTITY.min(after.len())).unwrap_or_default();
        let end = memchr2(b';', b'&', head).filter(|&end| head.get(end) == Some(&b';'));
        let entity = end.and_then(|end| after.get(..end));
        let number = entity.and_then(|entity| entity.strip_prefix('#')).and_then(|digits| {
            let hex = digits.strip_prefix(['x', 'X']);
            let number = hex.map_or_else(|| digits.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
            number.and_then(char::from_u32)
        });
        if let Some(c) = number {
            out.push(c);
        } else if let Some(text) = entity.and_then(resolve_html5_entity) {
            out.push_str(text);
        } else {
            out.push('&');
            rest = after;
            continue;
        }
        rest = after.get(end.unwrap_or_default() + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_and_attributes() {
        let check = |raw: &str, want: &str| assert_eq!(unescaped(raw), want);
        check("a &amp; b &lt;c&gt; &#233;&#x1F600; &nothing; & &", "a & b <c> é😀 &nothing; & &");
        check("&#0; &#99999999;", "\0 &#99999999;");
        let found = attributes(" HREF=\"https://a.example/?x=1&amp;y\" ADD_DATE='17' PRIVATE TAGS = a,b");
        let want = [("href", "https://a.example/?x=1&y"), ("add_date", "17"), ("private", ""), ("tags", "a,b")];
        assert_eq!(found, want.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
