//! AsciiDoc, at reading quality.
//!
//! [`preprocess`] leaves out comments and what conditions exclude; [`head`] reads what is around the blocks, [`blocks`]
//! the blocks, [`list`] lists, [`delimited`] what stands between delimiters, [`table`] tables, [`about`] what is said of
//! a block, and [`inline`] what stands in a line. Nothing is read from other files: an include is shown as a line.

mod about;
mod blocks;
mod delimited;
mod head;
mod inline;
mod list;
mod preprocess;
mod table;

use crate::document::{Document, DocumentBuilder};
use blocks::Reader;

/// Parses a whole text.
pub fn parse(text: &str) -> Document {
    let lines = preprocess::lines(text);
    let mut reader = Reader::new(DocumentBuilder::with_capacity(text.len()));
    reader.document(&lines);
    reader.finish().finish()
}

/// Returns how many points speak for AsciiDoc in the first part of a text.
pub fn evidence(head: &str) -> u32 {
    let mut points = 0;
    let mut n_titles = 0;
    for line in head.lines().take(600) {
        let n_signs = line.bytes().take_while(|&byte| byte == b'=').count();
        let is_title = (1..=5).contains(&n_signs)
            && line.get(n_signs..).is_some_and(|rest| rest.starts_with(' ') && rest.len() > 2);
        // Wikis write titles with signs at both ends.
        n_titles += u32::from(is_title && !line.trim_end().ends_with('='));
        let is_attribute = line.strip_prefix(':').and_then(|rest| rest.split_once(':')).is_some_and(|(name, rest)| {
            (rest.is_empty() || rest.starts_with(' '))
                && matches!(
                    name,
                    "toc"
                        | "icons"
                        | "numbered"
                        | "sectnums"
                        | "imagesdir"
                        | "source-highlighter"
                        | "doctype"
                        | "sectanchors"
                        | "idprefix"
                        | "experimental"
                        | "toclevels"
                        | "author"
                        | "revdate"
                        | "description"
                        | "keywords"
                )
        });
        points += 3 * u32::from(is_attribute);
        points += 3 * u32::from(
            line.starts_with("[source") || line == "|===" || line.starts_with("[[") && line.ends_with("]]"),
        );
        points += 2 * u32::from(
            ["[NOTE]", "[TIP]", "[WARNING]", "[quote", "[cols="].iter().any(|sign| line.starts_with(sign)),
        );
        points +=
            2 * u32::from(line.starts_with("include::") || line.starts_with("image::") || line.starts_with("ifdef::"));
        points += 2 * u32::from(line.contains("link:http") || line.contains("xref:"));
    }
    points + 2 * n_titles.min(3)
}
