//! Comma-separated values with the columns that Readwise documents for its import.
//!
//! `Location` is a number that puts highlights in order: the offset, none for a lost one. Colour and tags have no column.

use super::title_of;
use crate::annotation::{Annotated, Standing};

/// The columns, in order.
pub const COLUMNS: [&str; 7] = ["Highlight", "Title", "Author", "URL", "Note", "Location", "Date"];

pub fn write(articles: &[Annotated], out: &mut String) {
    line(&COLUMNS, out);
    for Annotated { about, passages } in articles {
        for highlight in passages.iter().map(|passage| &passage.highlight) {
            let is_lost = highlight.standing == Standing::Orphan;
            let location = if is_lost { String::new() } else { highlight.anchor.offset.to_string() };
            let date = highlight.created.strftime("%Y-%m-%d %H:%M:%S").to_string();
            let (exact, note) = (highlight.anchor.exact.as_str(), highlight.note.as_str());
            line(&[exact, title_of(about), &about.author, &about.address, note, &location, &date], out);
        }
    }
}

fn line(fields: &[&str], out: &mut String) {
    for (column, text) in fields.iter().enumerate() {
        if column > 0 {
            out.push(',');
        }
        if text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
            out.push_str(&format!("\"{}\"", text.replace('"', "\"\"")));
        } else {
            out.push_str(text);
        }
    }
    out.push_str("\r\n");
}
