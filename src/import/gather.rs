//! What is gathered on the way through an export: arrivals, refusals, and how far it got.
//!
//! An article that comes twice is one arrival, by its address. All text of lists is cleaned here.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::{Arrival, File, Imported, Place, Refused};
use crate::annotation::{About, Highlight, Ink, Passage, Standing};
use crate::document::{Anchor, Offset};
use crate::export::highlights::names::fingerprint;
use crate::text::clean::{Mode, clean, clean_address, clean_line};

/// How much is told of a record that was refused, in cells.
const MOST_TOLD: usize = 80;

/// Tells how far an import is, some hundred times in all.
pub struct Progress<'p> {
    n_bytes: usize,
    n_told: usize,
    /// Where the present file begins and how long it is.
    base: usize,
    length: usize,
    is_stopped: bool,
    tell: &'p mut dyn FnMut(usize, usize) -> ControlFlow<()>,
}

impl<'p> Progress<'p> {
    pub fn new(n_bytes: usize, tell: &'p mut dyn FnMut(usize, usize) -> ControlFlow<()>) -> Self {
        Self { n_bytes, n_told: 0, base: 0, length: 0, is_stopped: false, tell }
    }

    fn at(&mut self, done: usize) {
        let done = self.base + done.min(self.length);
        if done > self.n_told + self.n_bytes / 500 || (done == self.n_bytes && self.n_told < done) {
            self.n_told = done;
            self.is_stopped |= (self.tell)(done, self.n_bytes).is_break();
        }
    }
}

/// Gathers what comes of an export.
pub struct Gather<'p> {
    imported: Imported,
    /// The arrivals by what names them.
    known: HashMap<String, usize>,
    /// The tags that each arrival has.
    tags: HashSet<(usize, String)>,
    /// The notes of highlights, by uid.
    notes: HashMap<String, String>,
    file: String,
    now: Timestamp,
    progress: Progress<'p>,
}

impl<'p> Gather<'p> {
    pub fn new(now: Timestamp, progress: Progress<'p>) -> Self {
        Self {
            imported: Imported::default(),
            known: HashMap::new(),
            tags: HashSet::new(),
            notes: HashMap::new(),
            file: String::new(),
            now,
            progress,
        }
    }

    pub fn enter(&mut self, file: &File<'_>) {
        file.name.clone_into(&mut self.file);
        self.progress.length = file.bytes.len();
    }

    pub fn leave(&mut self) {
        self.progress.at(self.progress.length);
        self.progress.base += self.progress.length;
        self.progress.length = 0;
    }

    /// Tells how many bytes of the present file are done, and returns whether to go on.
    pub fn goes_on(&mut self, done: usize) -> bool {
        self.progress.at(done);
        !self.progress.is_stopped
    }

    pub fn is_stopped(&self) -> bool {
        self.progress.is_stopped
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn refuse(&mut self, place: Place, what: &str, why: &'static str) {
        let what = clean_line(what, MOST_TOLD);
        self.imported.refused.push(Refused { file: self.file.clone(), place, what, why });
    }

    /// Adds an article as it is, whether it is known or not, and returns its number.
    pub fn push(&mut self, arrival: Arrival) -> usize {
        self.imported.arrivals.push(arrival);
        self.imported.arrivals.len() - 1
    }

    /// Adds what is told of an article to what is known of it, and returns its number.
    pub fn add(&mut self, about: About) -> usize {
        let key =
            if about.address.is_empty() { format!("{}\n{}", about.title, about.author) } else { about.address.clone() };
        let idx = *self.known.entry(key).or_insert(self.imported.arrivals.len());
        if idx == self.imported.arrivals.len() {
            self.imported.arrivals.push(Arrival::default());
        }
        let About { title, author, address, language, published, added, tags, is_read, is_starred, is_archived } =
            about;
        if let Some(arrival) = self.imported.arrivals.get_mut(idx) {
            let known = &mut arrival.article.about;
            for (field, value) in [
                (&mut known.title, title),
                (&mut known.author, author),
                (&mut known.address, address),
                (&mut known.language, language),
            ] {
                if field.is_empty() {
                    *field = value;
                }
            }
            known.published = known.published.or(published);
            known.added = known.added.into_iter().chain(added).min();
            known.is_read |= is_read;
            known.is_starred |= is_starred;
            known.is_archived |= is_archived;
            for tag in tags {
                if !tag.is_empty() && self.tags.insert((idx, tag.clone())) {
                    known.tags.push(tag);
                }
            }
        }
        idx
    }

    pub fn arrival(&mut self, idx: usize) -> Option<&mut Arrival> {
        self.imported.arrivals.get_mut(idx)
    }

    /// Adds a highlight to the article with this number.
    pub fn mark(&mut self, idx: usize, quote: Quote<'_>) {
        let now = self.now;
        if let Some(arrival) = self.imported.arrivals.get_mut(idx) {
            let mut passage = quote.passage(&arrival.article.about, now);
            let Highlight { uid: known, note, .. } = &mut passage.highlight;
            // What comes twice is one; with another note, it is another.
            match self.notes.entry(known.clone()) {
                Entry::Vacant(place) => {
                    place.insert(note.clone());
                }
                Entry::Occupied(other) if other.get() == note => return,
                Entry::Occupied(_) => {
                    *known = uid([known.as_str(), note]);
                    if self.notes.insert(known.clone(), note.clone()).is_some() {
                        return;
                    }
                }
            }
            arrival.article.passages.push(passage);
        }
    }

    pub fn finish(mut self) -> Imported {
        self.imported.is_stopped = self.progress.is_stopped;
        self.imported
    }
}

/// A highlight as another program tells of it.
#[derive(Default)]
pub struct Quote<'a> {
    /// What names it among the article's, besides its words.
    pub id: &'a str,
    /// The words; none for a note about the article.
    pub exact: &'a str,
    pub prefix: &'a str,
    pub suffix: &'a str,
    /// About where it stands.
    pub hint: u32,
    pub note: &'a str,
    pub colour: Option<Ink>,
    pub created: Option<Timestamp>,
    pub updated: Option<Timestamp>,
}

impl Quote<'_> {
    fn passage(self, about: &About, now: Timestamp) -> Passage {
        let exact = quoted(self.exact);
        let note = lines(self.note);
        let created = self.created.or(about.added).unwrap_or(now);
        let words = if exact.is_empty() { &note } else { &exact };
        let highlight = Highlight {
            uid: uid([about.address.as_str(), &about.title, self.id, words]),
            anchor: Anchor {
                offset: Offset(self.hint),
                exact,
                prefix: quoted(self.prefix),
                suffix: quoted(self.suffix),
            },
            colour: self.colour.unwrap_or_default(),
            note,
            created,
            updated: self.updated.unwrap_or(created).max(created),
            standing: Standing::Orphan,
        };
        Passage { highlight, section: String::new() }
    }
}

/// Returns a UUID (version 8, RFC 9562) made of what names something.
pub fn uid<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let number = fingerprint(parts) & !(0xf << 76 | 0x3 << 62) | 0x8 << 76 | 0x2 << 62;
    let part = |shift: u32, n_digits: usize| {
        let value = (number >> shift) & ((1 << (4 * n_digits)) - 1);
        format!("{value:0n_digits$x}")
    };
    [part(96, 8), part(80, 4), part(64, 4), part(48, 4), part(0, 12)].join("-")
}

/// Returns `raw` as one clean line.
pub fn line(raw: &str) -> String {
    clean(raw, Mode::Prose).text.into_owned()
}

/// Returns `raw` clean, with its lines.
pub fn lines(raw: &str) -> String {
    clean(&raw.replace("\r\n", "\n"), Mode::Verse).text.into_owned()
}

/// Returns a quotation as a document would have its words: a line a paragraph, spaces as one.
fn quoted(raw: &str) -> String {
    let starts = raw.starts_with(char::is_whitespace) && !raw.trim().is_empty();
    let ends = raw.ends_with(char::is_whitespace) && !raw.trim().is_empty();
    let mut out = String::with_capacity(raw.len());
    let mut paragraph = String::new();
    for text in raw.lines().chain([""]) {
        if !text.trim().is_empty() {
            paragraph.push_str(text);
            paragraph.push(' ');
            continue;
        }
        let words = line(&paragraph);
        paragraph.clear();
        if !words.is_empty() {
            out.push_str(if out.is_empty() { "" } else { "\n" });
            out.push_str(&words);
        }
    }
    if out.is_empty() {
        return out;
    }
    // What is around a quotation begins and ends between two words.
    format!("{}{out}{}", if starts { " " } else { "" }, if ends { " " } else { "" })
}

/// Returns an address of the web, or why there is none.
pub fn web_address(raw: &str) -> Result<String, &'static str> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Err("it has no address");
    }
    let address = clean_address(raw).ok_or("its address is none of the web")?;
    if address.starts_with("http") { Ok(address) } else { Err("its address is none of the web") }
}

/// Returns a time: seconds, milliseconds or microseconds since 1970, or a date in one of the usual forms. What has no
/// zone is taken for UTC.
pub fn time(raw: &str) -> Option<Timestamp> {
    let raw = raw.trim();
    if !raw.is_empty() && raw.len() < 19 && raw.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = raw.parse().ok().filter(|&number| number > 0)?;
        return match raw.len() {
            0..=11 => Timestamp::from_second(number),
            12..=14 => Timestamp::from_millisecond(number),
            _ => Timestamp::from_microsecond(number),
        }
        .ok();
    }
    let in_utc = |time: DateTime| time.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp());
    let time = raw.parse::<Timestamp>().ok();
    let time = time.or_else(|| in_utc(raw.parse::<DateTime>().ok()?));
    let time = time.or_else(|| in_utc(raw.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight())));
    time.or_else(|| jiff::fmt::rfc2822::parse(raw).ok().map(|time| time.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_the_usual_forms() {
        let check = |raw: &str, want: &str| assert_eq!(time(raw).map(|time| time.to_string()).as_deref(), Some(want));
        check("1700000000", "2023-11-14T22:13:20Z");
        check("1700000000000", "2023-11-14T22:13:20Z");
        check("1700000000000000", "2023-11-14T22:13:20Z");
        check("2023-11-14T23:13:20+01:00", "2023-11-14T22:13:20Z");
        check("2023-11-14T23:13:20+0100", "2023-11-14T22:13:20Z");
        check("2023-11-14 22:13:20", "2023-11-14T22:13:20Z");
        check("2023-11-14", "2023-11-14T00:00:00Z");
        assert_eq!(time("0"), None);
        assert_eq!(time("99999999999"), None.or(Timestamp::from_second(99_999_999_999).ok()));
        assert_eq!(time("soon"), None);
    }

    #[test]
    fn quotations_are_as_a_document_has_them() {
        let check = |raw: &str, want: &str| assert_eq!(quoted(raw), want);
        check("one\n  two", "one two");
        check("one\n\n two ", "one\ntwo ");
        check(" before ", " before ");
        check(" \n ", "");
    }

    #[test]
    fn uids_are_uuids_of_version_8() {
        let uid = uid(["a", "b"]);
        assert_eq!(uid.len(), 36);
        assert_eq!(uid.chars().nth(14), Some('8'));
        assert!(uid.chars().nth(19).is_some_and(|c| "89ab".contains(c)));
    }
}
