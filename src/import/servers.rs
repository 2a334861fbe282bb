//! What servers of saved articles export as JSON: Readeck, Wallabag, and the highlights of Pocket.

use serde_json::Value;

use super::gather::{Gather, Quote, line, time, web_address};
use super::records::{each, is_so, text, texts};
use super::{Content, Origin, Place};
use crate::annotation::{About, Ink};

/// Returns whose record it is.
pub fn detect(record: &Value) -> Option<Origin> {
    let has = |name: &str| record.get(name).is_some();
    if has("url") && has("is_archived") && (has("is_starred") || has("given_url") || has("hashed_url")) {
        Some(Origin::Wallabag)
    } else if has("url") && (has("is_marked") || has("read_progress") || has("has_article"))
        || has("bookmark_url") && has("text")
    {
        Some(Origin::Readeck)
    } else if has("url") && record.get("highlights").is_some_and(Value::is_array) {
        Some(Origin::Pocket)
    } else {
        None
    }
}

pub fn take_wallabag(whole: &str, gather: &mut Gather<'_>) {
    each(whole, gather, &mut |record, place, gather| {
        let Some(address) = address(record, "url", place, gather) else { return };
        let is_archived = is_so(record, "is_archived");
        let idx = gather.add(About {
            title: line(&text(record, "title")),
            author: authors(record, "published_by"),
            address,
            language: language(&text(record, "language")),
            published: time(&text(record, "published_at")),
            added: time(&text(record, "created_at")),
            tags: tags(record, "tags"),
            is_read: is_archived,
            is_starred: is_so(record, "is_starred"),
            is_archived,
        });
        content(record, "content", idx, gather);
        for note in list(record, "annotations") {
            let (id, quote, words) = (text(note, "id"), text(note, "quote"), text(note, "text"));
            let (created, updated) = (time(&text(note, "created_at")), time(&text(note, "updated_at")));
            mark(idx, &id, &quote, &words, (created, updated, None), place, gather);
        }
    });
}

pub fn take_readeck(whole: &str, gather: &mut Gather<'_>) {
    each(whole, gather, &mut |record, place, gather| {
        if record.get("bookmark_url").is_some() {
            return take_readeck_highlight(record, place, gather);
        }
        if is_so(record, "is_deleted") {
            return gather.refuse(place, &text(record, "url"), "it was deleted there");
        }
        let Some(address) = address(record, "url", place, gather) else { return };
        let is_archived = is_so(record, "is_archived");
        let progress = record.get("read_progress").and_then(Value::as_f64).unwrap_or_default();
        let idx = gather.add(About {
            title: line(&text(record, "title")),
            author: authors(record, "authors"),
            address,
            language: language(&text(record, "lang")),
            published: time(&text(record, "published")),
            added: time(&text(record, "created")),
            tags: tags(record, "labels"),
            is_read: is_archived || progress >= 100.0,
            is_starred: is_so(record, "is_marked"),
            is_archived,
        });
        content(record, "html", idx, gather);
        content(record, "content", idx, gather);
        for note in list(record, "annotations") {
            let (id, quote, words) = (text(note, "id"), text(note, "text"), text(note, "note"));
            let created = time(&text(note, "created"));
            let colour = Ink::named(&text(note, "color"));
            mark(idx, &id, &quote, &words, (created, None, colour), place, gather);
        }
    });
}

/// Takes one of the list of all highlights.
fn take_readeck_highlight(record: &Value, place: Place, gather: &mut Gather<'_>) {
    let Some(address) = address(record, "bookmark_url", place, gather) else { return };
    let idx = gather.add(About { title: line(&text(record, "bookmark_title")), address, ..About::default() });
    let (id, quote, words) = (text(record, "id"), text(record, "text"), text(record, "note"));
    let created = time(&text(record, "created"));
    mark(idx, &id, &quote, &words, (created, None, Ink::named(&text(record, "color"))), place, gather);
}

pub fn take_pocket_highlights(whole: &str, gather: &mut Gather<'_>) {
    each(whole, gather, &mut |record, place, gather| {
        let Some(address) = address(record, "url", place, gather) else { return };
        let idx = gather.add(About { title: line(&text(record, "title")), address, ..About::default() });
        for note in list(record, "highlights") {
            let created = time(&text(note, "created_at"));
            mark(idx, "", &text(note, "quote"), &text(note, "note"), (created, None, None), place, gather);
        }
    });
}

type Circumstances = (Option<jiff::Timestamp>, Option<jiff::Timestamp>, Option<Ink>);

fn mark(
    idx: usize,
    id: &str,
    exact: &str,
    note: &str,
    circumstances: Circumstances,
    place: Place,
    gather: &mut Gather<'_>,
) {
    let (created, updated, colour) = circumstances;
    if exact.trim().is_empty() && note.trim().is_empty() {
        let what = gather.arrival(idx).map(|arrival| arrival.article.about.address.clone()).unwrap_or_default();
        return gather.refuse(place, &what, "one of its highlights has no words");
    }
    gather.mark(idx, Quote { id, exact, note, colour, created, updated, ..Quote::default() });
}

fn address(record: &Value, name: &str, place: Place, gather: &mut Gather<'_>) -> Option<String> {
    let raw = text(record, name);
    let why = match web_address(&raw) {
        Ok(address) => return Some(address),
        Err(why) => why,
    };
    let title = text(record, "title");
    gather.refuse(place, if raw.is_empty() { &title } else { &raw }, why);
    None
}

fn content(record: &Value, name: &str, idx: usize, gather: &mut Gather<'_>) {
    let html = text(record, name);
    if let Some(arrival) = gather.arrival(idx)
        && arrival.content.is_none()
        && !html.trim().is_empty()
    {
        arrival.content = Some(Content::Html(html.into_owned()));
    }
}

fn list<'v>(record: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    record.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn tags(record: &Value, name: &str) -> Vec<String> {
    texts(record, name).into_iter().map(line).collect()
}

fn authors(record: &Value, name: &str) -> String {
    let names: Vec<String> = texts(record, name).into_iter().map(line).filter(|name| !name.is_empty()).collect();
    names.join(", ")
}

/// Returns a language's tag as the web writes it (`en-GB`, not `en_GB`).
fn language(raw: &str) -> String {
    line(raw).replace('_', "-")
}
