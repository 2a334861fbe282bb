//! The journal: highlights, notes and tags written down a second time, a line each, only ever appended to.
//!
//! What a damaged file lost is taken from here.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use serde_json::{Value, json};

use super::places;
use super::rows::time;
use crate::annotation::{Highlight, Ink, Standing};
use crate::document::{Anchor, Offset};
use crate::error::{Error, Result};

/// Where it is written; none where a library is in memory.
#[derive(Debug)]
pub struct Journal(Option<File>);

/// What a line tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A highlight of the article with this key and title was added or changed.
    Highlight {
        key: Option<String>,
        title: String,
        highlight: Highlight,
    },
    Unhighlight {
        uid: String,
    },
    Tag {
        key: Option<String>,
        title: String,
        tag: String,
        is_so: bool,
    },
}

impl Journal {
    pub fn none() -> Self {
        Self(None)
    }

    pub fn open(path: &Path) -> io::Result<Self> {
        let is_new = !path.exists();
        let file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
        if is_new {
            places::sync_directory_of(path);
        }
        Ok(Self(Some(file)))
    }

    /// Appends what is about to be done, and has it on the disk; returns what takes it back if it is not done.
    ///
    /// Only whoever holds the library's lock may do it: so the lines are in the order of the changes.
    ///
    /// # Errors
    ///
    /// If it cannot be written; the journal is as before then.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Appended<'_>> {
        let Some(file) = self.0.as_mut().filter(|_| !entries.is_empty()) else { return Ok(Appended(None)) };
        let failed = |error: io::Error| {
            let is_full = error.kind() == io::ErrorKind::StorageFull;
            let error = Error::from(error).context("cannot write the journal of highlights and tags");
            if is_full { error.hint("The disk is full; nothing that was kept before is lost.") } else { error }
        };
        let length = file.metadata().map_err(failed)?.len();
        let mut lines = String::new();
        // After a line that a power cut or a full disk cut off, the next one begins anew.
        let mut last = [b'\n'];
        if length > 0 && file.read_at(&mut last, length - 1).is_ok() && last != [b'\n'] {
            lines.push('\n');
        }
        for entry in entries {
            lines.push_str(&entry.to_json().to_string());
            lines.push('\n');
        }
        let appended = file.write_all(lines.as_bytes()).and_then(|()| file.sync_data());
        let to_take_back = Appended(Some((file, length)));
        match appended {
            Ok(()) => Ok(to_take_back),
            Err(error) => {
                to_take_back.take_back();
                Err(failed(error))
            }
        }
    }
}

/// Lines that were appended, and how long the journal was before.
#[must_use]
pub struct Appended<'a>(Option<(&'a File, u64)>);

impl Appended<'_> {
    /// Has the journal be as before.
    pub fn take_back(self) {
        if let Some((file, length)) = self.0 {
            // A line too much does less harm than an error that hides the first one.
            let _ = file.set_len(length);
        }
    }
}

/// Returns what can be read of a journal. A line that was cut by a power cut is left out.
pub fn read(path: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut lines = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        entries.extend(serde_json::from_slice(&line).ok().and_then(|line| Entry::of_json(&line)));
        line.clear();
    }
    Ok(entries)
}

impl Entry {
    fn to_json(&self) -> Value {
        match self {
            Self::Highlight { key, title, highlight } => {
                let anchor = &highlight.anchor;
                json!({
                    "highlight": highlight.uid, "key": key, "title": title,
                    "start": anchor.offset.index(), "exact": anchor.exact, "prefix": anchor.prefix,
                    "suffix": anchor.suffix, "standing": highlight.standing.name(),
                    "colour": highlight.colour.name(), "note": highlight.note,
                    "created": highlight.created.as_millisecond(), "updated": highlight.updated.as_millisecond(),
                })
            }
            Self::Unhighlight { uid } => json!({ "unhighlight": uid }),
            Self::Tag { key, title, tag, is_so } => json!({ "tag": tag, "key": key, "title": title, "on": is_so }),
        }
    }

    fn of_json(line: &Value) -> Option<Self> {
        let text = |name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| line.get(name).and_then(Value::as_i64);
        if let Some(uid) = text("unhighlight") {
            return Some(Self::Unhighlight { uid });
        }
        let (key, title) = (text("key"), text("title").unwrap_or_default());
        if let Some(tag) = text("tag") {
            return Some(Self::Tag { key, title, tag, is_so: line.get("on")?.as_bool()? });
        }
        let anchor = Anchor {
            offset: Offset::at(usize::try_from(number("start")?).ok()?),
            exact: text("exact")?,
            prefix: text("prefix")?,
            suffix: text("suffix")?,
        };
        let highlight = Highlight {
            uid: text("highlight")?,
            anchor,
            colour: text("colour").and_then(|name| Ink::named(&name)).unwrap_or_default(),
            note: text("note").unwrap_or_default(),
            created: time(number("created")?),
            updated: time(number("updated")?),
            standing: text("standing").and_then(|name| Standing::named(&name)).unwrap_or_default(),
        };
        Some(Self::Highlight { key, title, highlight })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn tag(tag: &str) -> Entry {
        Entry::Tag { key: None, title: "A weir".into(), tag: tag.into(), is_so: true }
    }

    #[test]
    fn a_line_after_one_that_was_cut_off_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        fs::write(&path, "{\"tag\":\"cut o").unwrap();
        let mut journal = Journal::open(&path).unwrap();
        let _ = journal.append(&[tag("one")]).unwrap();
        let _ = journal.append(&[tag("two")]).unwrap();
        assert_eq!(read(&path).unwrap(), [tag("one"), tag("two")]);
    }

    #[test]
    fn what_was_not_done_is_taken_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        let mut journal = Journal::open(&path).unwrap();
        let _ = journal.append(&[tag("one")]).unwrap();
        journal.append(&[tag("two")]).unwrap().take_back();
        let _ = journal.append(&[tag("three")]).unwrap();
        assert_eq!(read(&path).unwrap(), [tag("one"), tag("three")]);
    }
}
