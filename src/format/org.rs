//! Emacs' Org, at reading quality.
//!
//! [`lines`] tells what a line is, [`blocks`] reads headlines, lists and blocks, [`table`] tables, and [`inline`] what
//! stands in a line. Nothing is run and nothing is read from other files: an include is shown as a line.

mod blocks;
mod inline;
mod lines;
mod table;

use crate::document::{Document, DocumentBuilder};
use blocks::Reader;

/// Parses a whole text.
pub fn parse(text: &str) -> Document {
    let text = text.replace('\t', "        ");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut reader = Reader::new(DocumentBuilder::with_capacity(text.len()));
    reader.document(&lines);
    reader.finish().finish()
}

/// Returns how many points speak for Org in the first part of a text.
pub fn evidence(head: &str) -> u32 {
    let mut points = 0;
    for line in head.lines().take(600) {
        let is_keyword = line.strip_prefix("#+").and_then(lines::keyword).is_some_and(|(key, _)| {
            matches!(
                key.as_str(),
                "title"
                    | "author"
                    | "date"
                    | "options"
                    | "startup"
                    | "property"
                    | "filetags"
                    | "results"
                    | "caption"
                    | "todo"
            )
        });
        let begins_block = line.trim_start().get(..8).is_some_and(|start| start.eq_ignore_ascii_case("#+begin_"));
        points += 3 * u32::from(is_keyword || begins_block || line.trim() == ":PROPERTIES:");
        points +=
            3 * u32::from(line.starts_with("* TODO ") || line.starts_with("** TODO ") || line.starts_with("* DONE "));
        points += u32::from(line.starts_with("** ") || line.starts_with("*** "));
        points += u32::from(line.contains("][") && line.contains("[[") && line.contains("]]"));
    }
    points
}
