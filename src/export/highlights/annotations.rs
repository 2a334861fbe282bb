//! W3C Web Annotations (<https://www.w3.org/TR/annotation-model/>): a collection that loses nothing.
//!
//! Each article is an annotation that bookmarks it, followed by its highlights. What the model has no word for stands in
//! members of recto's own (`recto:…`). Positions in the standard count the characters of the text; recto counts bytes. So
//! `TextPositionSelector` is written only where the text is at hand and the words stand there, and `recto:offset` always.
//! The names here are those that `import` reads.

use std::collections::HashMap;
use std::ops::Range;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};
use url::Url;

use super::names::fingerprint;
use crate::annotation::{About, Annotated, Passage, Standing};
use crate::document::Anchor;

pub const COLOUR: &str = "recto:colour";
pub const OFFSET: &str = "recto:offset";
pub const STANDING: &str = "recto:standing";
pub const SECTION: &str = "recto:section";
pub const READ: &str = "recto:read";
pub const STARRED: &str = "recto:starred";
pub const ARCHIVED: &str = "recto:archived";
pub const TITLE: &str = "dc:title";
pub const AUTHOR: &str = "dc:creator";
pub const LANGUAGE: &str = "language";
pub const PUBLISHED: &str = "dcterms:issued";

/// What begins the addresses of what has none of its own.
const OWN: &str = "urn:recto:";
const OWN_SOURCE: &str = "urn:recto:source:";
const OWN_UID: &str = "urn:recto:highlight:";
const UUID: &str = "urn:uuid:";

pub fn write(articles: &[Annotated], text_of: &dyn Fn(&About) -> Option<String>, out: &mut String) {
    let n_items: usize = articles.iter().map(|article| 1 + article.passages.len()).sum();
    out.push_str("{\n\"@context\": [\"http://www.w3.org/ns/anno.jsonld\", {\"recto\": \"urn:recto:terms:\"}],\n");
    out.push_str("\"id\": \"urn:recto:highlights\",\n\"type\": \"AnnotationCollection\",\n");
    out.push_str(&format!("\"total\": {n_items},\n\"first\": {{\n"));
    out.push_str(
        "\"id\": \"urn:recto:highlights:1\",\n\"type\": \"AnnotationPage\",\n\"startIndex\": 0,\n\"items\": [",
    );
    let mut is_first = true;
    let mut push = |item: Value| {
        out.push_str(if is_first { "\n" } else { ",\n" });
        out.push_str(&item.to_string());
        is_first = false;
    };
    for (idx, article) in articles.iter().enumerate() {
        push(bookmark(&article.about, idx));
        let text = if article.passages.is_empty() { None } else { text_of(&article.about) };
        let positions = text.map(|text| positions(&article.passages, &text)).unwrap_or_default();
        let positions = positions.into_iter().chain(std::iter::repeat(None));
        for (passage, position) in article.passages.iter().zip(positions) {
            push(annotation(passage, &article.about, position));
        }
    }
    out.push_str("\n]}}\n");
}

/// Returns the address as an IRI.
pub fn source_of(address: &str) -> String {
    if !address.starts_with(OWN) && Url::parse(address).is_ok() {
        address.to_owned()
    } else {
        format!("{OWN_SOURCE}{}", utf8_percent_encode(address, NON_ALPHANUMERIC))
    }
}

/// Returns the address that an IRI stands for.
pub fn address_of(source: &str) -> String {
    match source.strip_prefix(OWN_SOURCE) {
        Some(rest) => percent_decode_str(rest).decode_utf8_lossy().into_owned(),
        None => source.to_owned(),
    }
}

/// Returns the IRI of the highlight that `uid` names.
fn id_of(uid: &str) -> String {
    if is_uuid(uid) {
        format!("{UUID}{uid}")
    } else {
        format!("{OWN_UID}{}", utf8_percent_encode(uid, NON_ALPHANUMERIC))
    }
}

/// Returns the uid that an IRI of ours tells.
pub fn uid_of(id: &str) -> Option<String> {
    if let Some(uid) = id.strip_prefix(UUID) {
        return is_uuid(uid).then(|| uid.to_owned());
    }
    let uid = id.strip_prefix(OWN_UID)?;
    Some(percent_decode_str(uid).decode_utf8_lossy().into_owned())
}

fn is_uuid(uid: &str) -> bool {
    let groups: Vec<usize> = uid.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && uid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn bookmark(about: &About, idx: usize) -> Value {
    let source = source_of(&about.address);
    let id = format!("{OWN}article:{:032x}", fingerprint([source.as_str(), about.title.as_str(), &idx.to_string()]));
    let mut target = Map::new();
    target.insert("id".into(), source.into());
    target.insert("type".into(), "Text".into());
    for (name, value) in [(TITLE, &about.title), (AUTHOR, &about.author), (LANGUAGE, &about.language)] {
        if !value.is_empty() {
            target.insert(name.into(), value.as_str().into());
        }
    }
    if let Some(published) = about.published {
        target.insert(PUBLISHED.into(), published.to_string().into());
    }
    let mut item = Map::new();
    item.insert("id".into(), id.into());
    item.insert("type".into(), "Annotation".into());
    item.insert("motivation".into(), "bookmarking".into());
    item.insert("target".into(), target.into());
    if let Some(added) = about.added {
        item.insert("created".into(), added.to_string().into());
    }
    if !about.tags.is_empty() {
        let body = |tag: &String| json!({"type": "TextualBody", "purpose": "tagging", "value": tag});
        item.insert("body".into(), about.tags.iter().map(body).collect());
    }
    for (name, is_so) in [(READ, about.is_read), (STARRED, about.is_starred), (ARCHIVED, about.is_archived)] {
        if is_so {
            item.insert(name.into(), true.into());
        }
    }
    item.into()
}

fn annotation(passage: &Passage, about: &About, position: Option<(usize, usize)>) -> Value {
    let Passage { highlight, section } = passage;
    let Anchor { offset, exact, prefix, suffix } = &highlight.anchor;
    let mut selectors = vec![json!({"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix})];
    if let Some((start, end)) = position {
        selectors.push(json!({"type": "TextPositionSelector", "start": start, "end": end}));
    }
    let mut item = Map::new();
    item.insert("id".into(), id_of(&highlight.uid).into());
    item.insert("type".into(), "Annotation".into());
    item.insert("created".into(), highlight.created.to_string().into());
    item.insert("modified".into(), highlight.updated.to_string().into());
    item.insert("target".into(), json!({"source": source_of(&about.address), "selector": selectors}));
    let motivation = if highlight.note.is_empty() { "highlighting" } else { "commenting" };
    item.insert("motivation".into(), motivation.into());
    if !highlight.note.is_empty() {
        let body = json!({
            "type": "TextualBody", "purpose": "commenting", "format": "text/plain", "value": highlight.note,
        });
        item.insert("body".into(), body);
    }
    item.insert(COLOUR.into(), highlight.colour.name().into());
    item.insert(OFFSET.into(), offset.0.into());
    item.insert(STANDING.into(), highlight.standing.name().into());
    if !section.is_empty() {
        item.insert(SECTION.into(), section.as_str().into());
    }
    item.into()
}

/// Returns the position of each passage in characters of `text`, none where its words do not stand at its offset.
///
/// Goes through the text once, for all of them.
fn positions(passages: &[Passage], text: &str) -> Vec<Option<(usize, usize)>> {
    let stands = |passage: &Passage| {
        let anchor = &passage.highlight.anchor;
        passage.highlight.standing != Standing::Orphan && text.get(range(anchor)) == Some(anchor.exact.as_str())
    };
    let ranges: Vec<Option<Range<usize>>> =
        passages.iter().map(|passage| stands(passage).then(|| range(&passage.highlight.anchor))).collect();
    let mut places: Vec<usize> = ranges.iter().flatten().flat_map(|range| [range.start, range.end]).collect();
    places.sort_unstable();
    let (mut counts, mut counted, mut n_chars) = (HashMap::new(), 0, 0);
    for place in places {
        n_chars += text.get(counted..place).map_or(0, |part| part.chars().count());
        counted = place;
        counts.insert(place, n_chars);
    }
    let count = |place: usize| counts.get(&place).copied().unwrap_or_default();
    ranges.into_iter().map(|range| range.map(|range| (count(range.start), count(range.end)))).collect()
}

fn range(anchor: &Anchor) -> Range<usize> {
    anchor.offset.index()..anchor.offset.index() + anchor.exact.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_address_and_uid_is_told_back(text in any::<String>(), tail in "[a-z:]{0,12}") {
            for address in [text.clone(), format!("urn:recto:{tail}"), format!("https://example.org/{text}")] {
                prop_assert_eq!(address_of(&source_of(&address)), address.clone());
                prop_assert_eq!(uid_of(&id_of(&address)), Some(address));
            }
        }
    }
}
