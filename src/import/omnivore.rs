//! Omnivore's archive: lists of articles (`metadata_….json`), and beside them the text of each (`content/SLUG.html`) and
//! its highlights (`highlights/SLUG.md`).

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::gather::{Gather, Quote, line, time, web_address};
use super::records::{each, text, texts};
use super::{Content, File, Origin, Place, decoded};
use crate::annotation::About;

/// Returns whether it is an article as Omnivore tells of it.
pub fn detect(record: &Value) -> Option<Origin> {
    let has = |name: &str| record.get(name).is_some();
    (has("slug") && has("url") && (has("savedAt") || has("readingProgress"))).then_some(Origin::Omnivore)
}

/// The files beside the lists, until an article asks for them.
pub struct Beside<'a> {
    contents: HashMap<&'a str, &'a File<'a>>,
    highlights: HashMap<&'a str, &'a File<'a>>,
    /// The names of all of them, for good.
    names: HashSet<&'a str>,
}

impl<'a> Beside<'a> {
    /// Finds them, if there is a list that they can belong to.
    pub fn of(files: &'a [File<'a>]) -> Self {
        let mut beside = Self { contents: HashMap::new(), highlights: HashMap::new(), names: HashSet::new() };
        let name = |file: &File<'a>| file.name.rsplit('/').next().unwrap_or_default();
        let is_omnivore = files.iter().any(|file| name(file).starts_with("metadata_"));
        for file in files.iter().filter(|_| is_omnivore) {
            let Some((folder, name)) = file.name.rsplit_once('/') else { continue };
            let (slugs, slug) = match (folder.rsplit('/').next(), name.rsplit_once('.')) {
                (Some("content"), Some((slug, "html" | "htm"))) => (&mut beside.contents, slug),
                (Some("highlights"), Some((slug, "md"))) => (&mut beside.highlights, slug),
                _ => continue,
            };
            slugs.insert(slug, file);
            beside.names.insert(file.name);
        }
        beside
    }

    /// Returns whether a file is read only where an article asks for it.
    pub fn holds(&self, file: &File<'_>) -> bool {
        self.names.contains(file.name)
    }

    /// Refuses what no article asked for.
    pub fn refuse_rest(&mut self, gather: &mut Gather<'_>) {
        let mut rest: Vec<&File<'_>> =
            self.contents.drain().chain(self.highlights.drain()).map(|(_, file)| file).collect();
        rest.sort_by_key(|file| file.name);
        for file in rest {
            gather.enter(&File { name: file.name, bytes: &[] });
            gather.refuse(Place::Whole, file.name, "no article in the list goes with it");
        }
    }
}

pub fn take(whole: &str, gather: &mut Gather<'_>, beside: &mut Beside<'_>) {
    each(whole, gather, &mut |record, place, gather| {
        let raw = text(record, "url");
        let address = match web_address(&raw) {
            Ok(address) => address,
            Err(why) => return gather.refuse(place, &raw, why),
        };
        let is_archived = text(record, "state").eq_ignore_ascii_case("archived");
        let progress = record.get("readingProgress").and_then(Value::as_f64).unwrap_or_default();
        let added = time(&text(record, "savedAt"));
        let idx = gather.add(About {
            title: line(&text(record, "title")),
            author: line(&text(record, "author")),
            address,
            published: time(&text(record, "publishedAt")),
            added,
            tags: texts(record, "labels").into_iter().map(line).collect(),
            is_read: is_archived || progress >= 100.0,
            is_archived,
            ..About::default()
        });
        let slug = text(record, "slug");
        if let Some(file) = beside.contents.remove(slug.as_ref())
            && let Some(arrival) = gather.arrival(idx)
        {
            arrival.content = Some(Content::Html(decoded(file.bytes).into_owned()));
        }
        if let Some(file) = beside.highlights.remove(slug.as_ref()) {
            take_highlights(&decoded(file.bytes), idx, added, gather);
        }
    });
}

/// Takes the quotations of a file, each with what stands below it.
fn take_highlights(text: &str, idx: usize, created: Option<jiff::Timestamp>, gather: &mut Gather<'_>) {
    let (mut quote, mut note) = (String::new(), String::new());
    let mut was_quote = false;
    // A quotation ends the one before, and so does the end of the file.
    for text in text.lines().map(Some).chain([None]) {
        let quoted = text.and_then(|text| text.trim_start().strip_prefix('>'));
        let is_next = quoted.is_some() && !was_quote || text.is_none();
        if is_next && !(quote.trim().is_empty() && note.trim().is_empty()) {
            let (exact, note) = (quote.trim(), note.trim());
            gather.mark(idx, Quote { exact, note, created, ..Quote::default() });
        }
        if is_next {
            quote.clear();
            note.clear();
        }
        was_quote = quoted.is_some();
        let (to, words) = match quoted {
            Some(words) => (&mut quote, words.strip_prefix(' ').unwrap_or(words)),
            None => (&mut note, text.unwrap_or_default()),
        };
        to.push_str(words);
        to.push('\n');
    }
}
