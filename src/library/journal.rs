//! The journal: highlights, notes and tags written down a second time, a line each, only ever appended to.
//!
//! What a damaged file lost is taken from here.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::{Value, json};

use super::rows::time;
use crate::annotation::{Highlight, Ink, Standing};
use crate::document::{Anchor, Offset};

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
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        Ok(Self(Some(file)))
    }

    /// Appends what was done, and has it on the disk.
    pub fn append(&mut self, entries: &[Entry]) -> io::Result<()> {
        let Some(file) = &mut self.0 else { return Ok(()) };
        if entries.is_empty() {
            return Ok(());
        }
        let mut lines = String::new();
        for entry in entries {
            lines.push_str(&entry.to_json().to_string());
            lines.push('\n');
        }
        // In one write, so that two rectos do not mix their lines.
        file.write_all(lines.as_bytes())?;
        file.sync_data()
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
