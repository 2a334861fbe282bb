//! What programs are told of the library: arrays, an object for each article, as docs/SCRIPTING.md describes it.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::annotation::Highlight;
use crate::article::WORDS_PER_MINUTE;
use crate::catalogue::{Found, Record, Shelfmark, Version};
use crate::export::quoted;

/// An array that is written as its objects come.
#[derive(Debug, Default)]
pub struct Array {
    n_written: usize,
}

impl Array {
    /// Appends an object to `out`, after what stands between two.
    pub fn push(&mut self, object: &str, out: &mut String) {
        out.push_str(if self.n_written == 0 { "[\n  " } else { ",\n  " });
        out.push_str(object);
        self.n_written += 1;
    }

    /// Returns what ends it.
    pub fn end(&self) -> &'static str {
        if self.n_written == 0 { "[]\n" } else { "\n]\n" }
    }
}

/// Returns an article as an object.
pub fn record(record: &Record) -> String {
    format!("{{{}}}", members(record))
}

/// Returns an article as an object with something more in it.
pub fn record_with(record: &Record, more: &str) -> String {
    format!("{{{}, {more}}}", members(record))
}

/// Returns an article with the versions before it and its highlights as an object.
pub fn article(record: &Record, versions: &[Version], highlights: &[Highlight]) -> String {
    let passages: Vec<String> = highlights.iter().map(passage).collect();
    let between = if passages.is_empty() { "" } else { "\n    " };
    let version = |version: &Version| {
        let (read, replaced) = (moment(Some(version.read)), moment(Some(version.replaced)));
        format!("{{\"read\": {read}, \"replaced\": {replaced}}}")
    };
    let versions: Vec<String> = versions.iter().map(version).collect();
    let (members, versions, passages) = (members(record), versions.join(", "), passages.join(",\n    "));
    format!("{{{members}, \"versions\": [{versions}], \"passages\": [{between}{passages}]}}")
}

/// Returns an article that was found, with the words around what was looked for and where the hits are in them, in
/// bytes.
pub fn found(found: &Found) -> String {
    let hits: Vec<String> = found.hits.iter().map(|hit| format!("[{}, {}]", hit.start, hit.end)).collect();
    let (snippet, hits) = (quoted(&found.snippet), hits.join(", "));
    format!("{{{}, \"snippet\": {snippet}, \"hits\": [{hits}], \"offset\": {}}}", members(&found.record), found.at)
}

/// Returns the tags as an array.
pub fn tags(tags: &[Shelfmark]) -> String {
    let mut out = String::new();
    let mut array = Array::default();
    for Shelfmark { name, count } in tags {
        array.push(&format!("{{\"tag\": {}, \"articles\": {count}}}", quoted(name)), &mut out);
    }
    out + array.end()
}

fn members(record: &Record) -> String {
    let Record { id, locator, title, author, language, words, status, permille, section, tags, .. } = record;
    let tags: Vec<String> = tags.iter().map(|tag| quoted(tag)).collect();
    let mut out = format!("\"id\": {}, \"title\": {}, \"author\": {}", id.0, quoted(title), quoted(author));
    // Writing to a string never fails.
    let _ = write!(out, ", \"address\": {}, \"language\": {}", quoted(&locator.to_string()), quoted(language));
    let _ = write!(out, ", \"words\": {words}, \"minutes\": {:.1}", f64::from(*words) / WORDS_PER_MINUTE as f64);
    let _ = write!(out, ", \"progress\": {}, \"section\": {}", f64::from(*permille) / 1000.0, quoted(section));
    let _ = write!(out, ", \"read\": {}, \"starred\": {}", status.is_read, status.is_starred);
    let _ = write!(out, ", \"archived\": {}, \"trashed\": {}", status.is_archived, status.is_trashed);
    let _ = write!(out, ", \"kept\": {}, \"tags\": [{}]", record.is_kept, tags.join(", "));
    let _ = write!(out, ", \"highlights\": {}, \"published\": {}", record.n_highlights, moment(record.published));
    let _ = write!(out, ", \"added\": {}, \"opened\": {}", moment(Some(record.added)), moment(record.opened));
    out
}

fn passage(highlight: &Highlight) -> String {
    let Highlight { uid, anchor, colour, note, created, updated, standing } = highlight;
    format!(
        "{{\"uid\": {}, \"text\": {}, \"note\": {}, \"colour\": \"{}\", \"offset\": {}, \"standing\": \"{}\", \
         \"created\": {}, \"updated\": {}}}",
        quoted(uid),
        quoted(&anchor.exact),
        quoted(note),
        colour.name(),
        anchor.offset.index(),
        standing.name(),
        moment(Some(*created)),
        moment(Some(*updated))
    )
}

/// Returns a time in UTC, as RFC 3339 has it.
fn moment(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "null".to_owned(), |time| format!("\"{time}\""))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::text::clean;

    #[test]
    fn strings_are_read_again_as_they_were() {
        let check = |text: &str| {
            let written = quoted(text);
            assert!(!written.chars().any(clean::is_forbidden), "{written:?}");
            assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        };
        check("a \"b\" \\ c\n\td");
        check("\u{1b}]0;x\u{7}\u{9b}\u{202e}\u{0}\u{e0001}\u{feff}");
        check("Žluťoučký 漢字 🙂");
    }
}
