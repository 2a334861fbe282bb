//! Records: the objects in the list that a JSON export is, each read by itself.
//!
//! The list is cut at its objects before anything is parsed, so that one bad record costs only itself, a file that was cut
//! off only its last one, and no more than one is in memory as a tree. What the members mean is for others.

use std::ops::Range;

use serde_json::Value;

use super::Place;
use super::gather::Gather;

/// What exports call the list of their records; one that has no name is the export itself.
const LISTS: [&str; 4] = ["items", "rows", "annotations", "bookmarks"];

/// How deep a list of records may stand.
const DEEPEST: usize = 3;

/// Calls `take` with each record that is an object, until the gathering stops.
pub fn each(text: &str, gather: &mut Gather<'_>, take: &mut dyn FnMut(&Value, Place, &mut Gather<'_>)) {
    let mut number = 0;
    cut(text, &mut |range| {
        number += 1;
        let place = Place::Record(number);
        let raw = text.get(range.clone()).unwrap_or_default();
        match serde_json::from_str::<Value>(raw) {
            Ok(record) => take(&record, place, gather),
            Err(_) if range.end == text.len() && !raw.trim_end().ends_with('}') => {
                gather.refuse(place, raw, "it is cut off");
            }
            Err(_) => gather.refuse(place, raw, "it is not JSON"),
        }
        gather.goes_on(range.end)
    });
    if number == 0 {
        gather.refuse(Place::Whole, text, "it holds no records");
    }
}

/// Returns the first record that can be read.
pub fn first(text: &str) -> Option<Value> {
    let mut found = None;
    cut(text, &mut |range| {
        found = serde_json::from_str(text.get(range).unwrap_or_default()).ok();
        found.is_none()
    });
    found
}

/// Returns a member's text; that of a number too.
pub fn text<'v>(record: &'v Value, name: &str) -> std::borrow::Cow<'v, str> {
    match record.get(name) {
        Some(Value::String(text)) => text.as_str().into(),
        Some(Value::Number(number)) => number.to_string().into(),
        _ => "".into(),
    }
}

/// Returns a member's texts, whether it is a list, one text, or a list of objects that have one under a `label` or
/// `name`.
pub fn texts<'v>(record: &'v Value, name: &str) -> Vec<&'v str> {
    let one = |value: &'v Value| match value {
        Value::String(text) => Some(text.as_str()),
        Value::Object(object) => ["label", "name", "slug"].iter().find_map(|name| object.get(*name)?.as_str()),
        _ => None,
    };
    match record.get(name) {
        Some(Value::Array(values)) => values.iter().filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Returns whether a member says yes, as a truth value or a number.
pub fn is_so(record: &Value, name: &str) -> bool {
    match record.get(name) {
        Some(Value::Bool(is)) => *is,
        Some(Value::Number(number)) => number.as_f64().is_some_and(|number| number != 0.0),
        Some(Value::String(text)) => matches!(text.as_str(), "1" | "true"),
        _ => false,
    }
}

/// Calls `found` with the place of each record, until that says no more. An object without any list is one record.
fn cut(text: &str, found: &mut dyn FnMut(Range<usize>) -> bool) {
    let mut open: Vec<Opened> = Vec::new();
    let mut record: Option<(usize, usize)> = None;
    let (mut n_found, mut key) = (0, "");
    let mut last_string = "";
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = end_of_string(bytes, at + 1);
                last_string = if record.is_none() { text.get(at + 1..end).unwrap_or_default() } else { "" };
                at = end;
            }
            b':' => key = last_string,
            b'{' => {
                if record.is_none() && open.last() == Some(&Opened::Records) {
                    record = Some((at, open.len()));
                }
                open.push(Opened::Other);
            }
            b'[' => {
                let is_list = open.is_empty() || open.len() < DEEPEST && LISTS.contains(&key);
                open.push(if is_list && record.is_none() { Opened::Records } else { Opened::Other });
            }
            b'}' | b']' => {
                open.pop();
                if let Some((start, _)) = record.filter(|&(_, depth)| open.len() <= depth) {
                    record = None;
                    n_found += 1;
                    if !found(start..at + 1) {
                        return;
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    if let Some((start, _)) = record {
        found(start..text.len());
    } else if n_found == 0 && text.trim_start().starts_with('{') {
        found(0..text.len());
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    /// A list of records.
    Records,
    Other,
}

/// Returns where the quotation mark stands that ends a string.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return at;
        }
        at += 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &[&str]) {
        let mut records = Vec::new();
        cut(text, &mut |range| {
            records.push(text.get(range).unwrap_or_default().to_owned());
            true
        });
        assert_eq!(records, want);
    }

    #[test]
    fn records_are_cut_out() {
        check(r#"[{"a": "]}\""}, {"b": [{"c": 1}]}]"#, &[r#"{"a": "]}\""}"#, r#"{"b": [{"c": 1}]}"#]);
        check(r#"{"total": 2, "rows": [{"a": 1}, 5, {"b": 2}]}"#, &[r#"{"a": 1}"#, r#"{"b": 2}"#]);
        check(r#"{"@context": ["x", {"y": "z"}], "first": {"items": [{"a": 1}]}}"#, &[r#"{"a": 1}"#]);
        check(r#"{"type": "Annotation"}"#, &[r#"{"type": "Annotation"}"#]);
        check(r#"[{"a": 1}, {"b": "#, &[r#"{"a": 1}"#, r#"{"b": "#]);
        check("[]", &[]);
        check("]]}}[[[", &[]);
    }
}
