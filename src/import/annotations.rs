//! Web annotations: recto's own exports without loss, those of other programs, and what the API of Hypothesis gives.
//!
//! What recto wrote is taken as it is where it is clean: its offsets count bytes of its own text. A position of another
//! program counts characters of a text that is not at hand, so it only says about where to look.

use serde_json::Value;

use super::gather::{Gather, Quote, line, time, uid, web_address};
use super::records::{each, text, texts};
use super::{Arrival, Origin, Place};
use crate::annotation::{About, Annotated, Highlight, Ink, Passage, Standing};
use crate::document::{Anchor, Offset};
use crate::export::highlights::annotations as own;
use crate::text::clean::is_clean;

/// Returns whose annotations they are.
pub fn detect(record: &Value) -> Option<Origin> {
    let has = |name: &str| record.get(name).is_some();
    if has("target") && has("uri") && !has("motivation") {
        Some(Origin::Hypothesis)
    } else if has("target") && (texts(record, "type").contains(&"Annotation") || has("motivation")) {
        Some(Origin::Annotations)
    } else {
        None
    }
}

/// Takes W3C annotations. Those of one article follow its bookmark, if it has one.
pub fn take(whole: &str, gather: &mut Gather<'_>) {
    let mut articles = std::collections::HashMap::new();
    each(whole, gather, &mut |record, place, gather| {
        let Some(target) = record.get("target").map(first_of) else {
            return gather.refuse(place, &told(record), "it has no target");
        };
        let is_bookmark = texts(record, "motivation").contains(&"bookmarking");
        let source = source(target);
        if source.is_empty() {
            return gather.refuse(place, &told(record), "it does not say of what article it is");
        }
        if is_bookmark {
            let article = Annotated { about: about(record, target, &source), passages: Vec::new() };
            let idx = gather.push(Arrival { article, content: None });
            articles.insert(source, idx);
            return;
        }
        let idx = *articles.entry(source).or_insert_with_key(|source| {
            let about = About { address: kept(&own::address_of(source)), ..About::default() };
            gather.push(Arrival { article: Annotated { about, passages: Vec::new() }, content: None })
        });
        if let Some(passage) = passage(record, target, gather) {
            if let Some(arrival) = gather.arrival(idx) {
                arrival.article.passages.push(passage);
            }
        } else {
            take_foreign(record, target, idx, place, gather);
        }
    });
}

/// Takes what another program wrote.
fn take_foreign(record: &Value, target: &Value, idx: usize, place: Place, gather: &mut Gather<'_>) {
    let Selected { exact, prefix, suffix, hint } = selected(target);
    let mut note = bodies(record, |purpose| purpose != "tagging").join("\n");
    for tag in bodies(record, |purpose| purpose == "tagging") {
        note.push_str(if note.is_empty() || note.ends_with('#') { "" } else { "\n" });
        note.push_str(&format!("#{tag}"));
    }
    if exact.is_empty() && note.trim().is_empty() {
        return gather.refuse(place, &told(record), "it has no words");
    }
    let id = text(record, "id");
    let (created, updated) = (time(&text(record, "created")), time(&text(record, "modified")));
    let colour = Ink::named(&text(record, own::COLOUR)).or_else(|| Ink::named(&text(record, "color")));
    let (note, id) = (note.as_str(), id.as_ref());
    gather.mark(idx, Quote { id, exact, prefix, suffix, hint, note, colour, created, updated });
}

/// Takes what the API of Hypothesis gives. Tags of an annotation go below its note.
pub fn take_hypothesis(whole: &str, gather: &mut Gather<'_>) {
    each(whole, gather, &mut |record, place, gather| {
        let uri = text(record, "uri");
        let address = web_address(&uri).unwrap_or_else(|_| line(&uri));
        if address.is_empty() {
            return gather.refuse(place, &told(record), "it does not say of what article it is");
        }
        if record.get("references").and_then(Value::as_array).is_some_and(|list| !list.is_empty()) {
            return gather.refuse(place, &text(record, "text"), "it answers another annotation");
        }
        let title = record.get("document").map(|document| texts(document, "title")).unwrap_or_default();
        let title = title.first().map(|title| line(title)).unwrap_or_default();
        let Selected { exact, prefix, suffix, hint } =
            record.get("target").map(first_of).map(selected).unwrap_or_default();
        let mut note = text(record, "text").into_owned();
        for (n, tag) in texts(record, "tags").into_iter().enumerate() {
            note.push_str(if n > 0 {
                " "
            } else if note.is_empty() {
                ""
            } else {
                "\n"
            });
            note.push_str(&format!("#{tag}"));
        }
        if exact.is_empty() && note.trim().is_empty() {
            return gather.refuse(place, &address, "it has no words");
        }
        let idx = gather.add(About { title, address, ..About::default() });
        let (id, created, updated) =
            (text(record, "id"), time(&text(record, "created")), time(&text(record, "updated")));
        let (id, note) = (id.as_ref(), note.as_str());
        gather.mark(idx, Quote { id, exact, prefix, suffix, hint, note, colour: None, created, updated });
    });
}

fn about(record: &Value, target: &Value, source: &str) -> About {
    About {
        title: kept(&text(target, own::TITLE)),
        author: kept(&text(target, own::AUTHOR)),
        address: kept(&own::address_of(source)),
        language: kept(&text(target, own::LANGUAGE)),
        published: time(&text(target, own::PUBLISHED)),
        added: time(&text(record, "created")),
        tags: bodies(record, |purpose| purpose == "tagging").into_iter().map(kept).collect(),
        is_read: super::records::is_so(record, own::READ),
        is_starred: super::records::is_so(record, own::STARRED),
        is_archived: super::records::is_so(record, own::ARCHIVED),
    }
}

/// Returns a highlight that recto wrote.
fn passage(record: &Value, target: &Value, gather: &Gather<'_>) -> Option<Passage> {
    let offset = u32::try_from(record.get(own::OFFSET)?.as_u64()?).ok()?;
    let standing = Standing::named(&text(record, own::STANDING))?;
    let Selected { exact, prefix, suffix, .. } = selected(target);
    let id = text(record, "id");
    let created = time(&text(record, "created")).unwrap_or_else(|| gather.now());
    let highlight = Highlight {
        uid: own::uid_of(&id).map_or_else(|| uid([id.as_ref(), exact]), |uid| kept(&uid)),
        anchor: Anchor { offset: Offset(offset), exact: kept(exact), prefix: kept(prefix), suffix: kept(suffix) },
        colour: Ink::named(&text(record, own::COLOUR)).unwrap_or_default(),
        note: kept(&bodies(record, |purpose| purpose == "commenting").join("\n")),
        created,
        updated: time(&text(record, "modified")).unwrap_or(created),
        standing,
    };
    Some(Passage { highlight, section: kept(&text(record, own::SECTION)) })
}

/// What selectors say.
#[derive(Default)]
struct Selected<'v> {
    exact: &'v str,
    prefix: &'v str,
    suffix: &'v str,
    hint: u32,
}

fn selected(target: &Value) -> Selected<'_> {
    let mut selected = Selected::default();
    let selectors = match target.get("selector") {
        Some(Value::Array(selectors)) => selectors.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    // A selector may be refined by another; two levels are enough for all that there are.
    let refined = selectors.iter().filter_map(|selector| selector.get("refinedBy"));
    for selector in selectors.iter().chain(refined) {
        let get = |name: &str| selector.get(name).and_then(Value::as_str).unwrap_or_default();
        match get("type") {
            "TextQuoteSelector" => {
                (selected.exact, selected.prefix, selected.suffix) = (get("exact"), get("prefix"), get("suffix"));
            }
            "TextPositionSelector" => {
                let start = selector.get("start").and_then(Value::as_u64).unwrap_or_default();
                selected.hint = u32::try_from(start).unwrap_or_default();
            }
            _ => {}
        }
    }
    selected
}

/// Returns the texts of an annotation's bodies whose purpose is wanted.
fn bodies(record: &Value, is_wanted: impl Fn(&str) -> bool) -> Vec<&str> {
    let bodies = match record.get("body") {
        Some(Value::Array(bodies)) => bodies.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => return record.get("bodyValue").and_then(Value::as_str).filter(|_| is_wanted("")).into_iter().collect(),
    };
    bodies
        .iter()
        .filter(|body| is_wanted(&text(body, "purpose")))
        .filter_map(|body| body.get("value")?.as_str())
        .collect()
}

fn source(target: &Value) -> String {
    let source = match target {
        Value::String(source) => source.as_str().into(),
        target => match target.get("source") {
            Some(Value::Object(_)) => target.get("source").map(|source| text(source, "id")).unwrap_or_default(),
            Some(_) => text(target, "source"),
            None => text(target, "id"),
        },
    };
    source.into_owned()
}

fn first_of(value: &Value) -> &Value {
    value.as_array().and_then(|values| values.first()).unwrap_or(value)
}

/// Returns what tells a person which annotation it is.
fn told(record: &Value) -> String {
    let exact = record.get("target").map(first_of).map(selected).unwrap_or_default().exact;
    if exact.is_empty() { text(record, "id").into_owned() } else { exact.to_owned() }
}

/// Returns text as it is where it is clean already, as recto's own is.
fn kept(text: &str) -> String {
    if is_clean(text) { text.to_owned() } else { super::gather::lines(text) }
}
