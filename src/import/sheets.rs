//! Tables of comma-separated values: those of Pocket, Instapaper and Readwise.
//!
//! Columns are found by their names, in any order. A row that is short counts as if the rest of it were empty.

use csv::{ReaderBuilder, StringRecord};

use super::gather::{Gather, Quote, line, time, web_address};
use super::{Origin, Place};
use crate::annotation::{About, Ink};

/// How much of a table's beginning is looked at to see whose it is, in bytes.
const HEAD: usize = 4096;

/// The most columns that are looked at for each row.
const MOST_COLUMNS: usize = 64;

/// Returns whose table it is, by the names of its columns.
pub fn detect(text: &str) -> Option<Origin> {
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or(text);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(head.as_bytes());
    let columns = Columns::of(reader.headers().ok()?);
    let has = |names: &[&str]| names.iter().all(|name| columns.place(name).is_some());
    if has(&["url", "title", "time_added"]) {
        Some(Origin::Pocket)
    } else if has(&["url", "title", "selection", "folder"]) {
        Some(Origin::Instapaper)
    } else if has(&["highlight", "title"]) {
        Some(Origin::Readwise)
    } else {
        None
    }
}

pub fn take_pocket(text: &str, gather: &mut Gather<'_>) {
    each(text, gather, &mut |row, gather| {
        let address = row.address(gather)?;
        let is_archived = row.get("status") == "archive";
        gather.add(About {
            title: title(row.get("title"), row.get("url")),
            address,
            added: time(row.get("time_added")),
            tags: row.get("tags").split('|').map(line).filter(|tag| !tag.is_empty()).collect(),
            is_read: is_archived,
            is_archived,
            ..About::default()
        });
        Some(())
    });
}

pub fn take_instapaper(text: &str, gather: &mut Gather<'_>) {
    each(text, gather, &mut |row, gather| {
        let address = row.address(gather)?;
        let folder = row.get("folder").trim();
        let mut tags = instapaper_tags(row.get("tags"));
        if !matches!(folder, "" | "Unread" | "Archive" | "Starred") {
            tags.insert(0, line(folder));
        }
        let is_archived = folder == "Archive";
        let added = time(row.get("timestamp"));
        let idx = gather.add(About {
            title: title(row.get("title"), row.get("url")),
            address,
            added,
            tags,
            is_read: is_archived,
            is_starred: folder == "Starred",
            is_archived,
            ..About::default()
        });
        // What was selected on the page when it was saved.
        let selection = row.get("selection");
        if !selection.trim().is_empty() {
            gather.mark(idx, Quote { exact: selection, created: added, ..Quote::default() });
        }
        Some(())
    });
}

pub fn take_readwise(text: &str, gather: &mut Gather<'_>) {
    each(text, gather, &mut |row, gather| {
        let (exact, note) = (row.get("highlight"), row.get("note"));
        if exact.trim().is_empty() && note.trim().is_empty() {
            gather.refuse(row.place, row.get("title"), "it has no words");
            return None;
        }
        // Books have no address.
        let address = web_address(row.get("url")).unwrap_or_else(|_| line(row.get("url")));
        let about =
            About { title: line(row.get("title")), author: line(row.get("author")), address, ..About::default() };
        if about.title.is_empty() && about.address.is_empty() {
            gather.refuse(row.place, exact, "it does not say of what article it is");
            return None;
        }
        let idx = gather.add(about);
        let created = time(row.get("date")).or_else(|| time(row.get("highlighted at")));
        let hint = row.get("location").trim().parse().unwrap_or_default();
        let colour = Ink::named(row.get("color"));
        gather.mark(idx, Quote { id: row.get("location"), exact, note, hint, created, colour, ..Quote::default() });
        Some(())
    });
}

/// The places of columns, by name.
struct Columns(Vec<String>);

impl Columns {
    fn of(header: &StringRecord) -> Self {
        Self(header.iter().take(MOST_COLUMNS).map(|name| name.trim().to_lowercase()).collect())
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|column| column == name)
    }
}

struct Row<'r> {
    columns: &'r Columns,
    record: &'r StringRecord,
    place: Place,
}

impl Row<'_> {
    fn get(&self, name: &str) -> &str {
        self.columns.place(name).and_then(|column| self.record.get(column)).unwrap_or_default()
    }

    /// Returns the row's address; without one it is refused.
    fn address(&self, gather: &mut Gather<'_>) -> Option<String> {
        match web_address(self.get("url")) {
            Ok(address) => Some(address),
            Err(why) => {
                let what = if self.get("url").trim().is_empty() { self.get("title") } else { self.get("url") };
                gather.refuse(self.place, what, why);
                None
            }
        }
    }
}

fn each(text: &str, gather: &mut Gather<'_>, take: &mut dyn FnMut(&Row<'_>, &mut Gather<'_>) -> Option<()>) {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(header) => Columns::of(header),
        Err(_) => return gather.refuse(Place::Whole, text, "it is no table"),
    };
    let mut record = StringRecord::new();
    loop {
        let line_number = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(true) => {
                let line_number = record.position().map_or(line_number, csv::Position::line);
                let row = Row { columns: &columns, record: &record, place: Place::Line(line_number) };
                if record.iter().any(|field| !field.trim().is_empty()) {
                    take(&row, gather);
                }
            }
            Ok(false) => return,
            Err(_) => return gather.refuse(Place::Line(line_number), "", "from here on it cannot be read"),
        }
        let done = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        if !gather.goes_on(done) {
            return;
        }
    }
}

/// Returns an article's title; a title that only repeats the address is none.
fn title(title: &str, address: &str) -> String {
    if title.trim() == address.trim() { String::new() } else { line(title) }
}

/// Returns the tags of a list as Instapaper writes it, which is JSON.
fn instapaper_tags(raw: &str) -> Vec<String> {
    let tags: Vec<String> = serde_json::from_str(raw).unwrap_or_else(|_| {
        let words = raw.trim_matches(['[', ']', ' ']).split(',');
        words.map(|word| word.trim_matches([' ', '"', '\'']).to_owned()).collect()
    });
    tags.iter().map(|tag| line(tag)).filter(|tag| !tag.is_empty()).collect()
}
