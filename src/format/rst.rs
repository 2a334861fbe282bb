//! reStructuredText, as Docutils and Sphinx read it, at reading quality.
//!
//! [`names`] looks through the whole text first for what it defines; [`blocks`] reads it by its indentation, with
//! [`title`], [`item`], [`directive`] and [`table`] for what those are; [`inline`] reads what stands in a line. Nothing is
//! read from other files.

mod blocks;
mod directive;
mod inline;
mod item;
mod names;
mod table;
mod title;

use crate::document::{Document, DocumentBuilder};
use blocks::Reader;
use names::Names;

/// Parses a whole text.
pub fn parse(text: &str) -> Document {
    let text = expanded(text);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let names = Names::of(&lines);
    let mut reader = Reader::new(DocumentBuilder::with_capacity(text.len()), names);
    reader.document(&lines);
    reader.finish().finish()
}

/// Returns the text with each tab as spaces up to the next of every eight columns.
fn expanded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let n_spaces = 8 - column % 8;
                out.extend(std::iter::repeat_n(' ', n_spaces));
                column += n_spaces;
            }
            '\n' => {
                out.push(c);
                column = 0;
            }
            c => {
                out.push(c);
                column += 1;
            }
        }
    }
    out
}

/// Roles that nothing but Sphinx has.
const ROLES: [&str; 6] = [":ref:`", ":doc:`", ":class:`", ":func:`", ":meth:`", ":mod:`"];

/// Returns how many points speak for reStructuredText in the first part of a text.
pub fn evidence(head: &str) -> u32 {
    let mut points = 0;
    for line in head.lines().take(600) {
        let trimmed = line.trim_start();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '|' | ' ' | '.');
        let directive = trimmed.strip_prefix(".. ").and_then(|rest| rest.split_once("::"));
        points += 3 * u32::from(directive.is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_name)));
        points += 3 * u32::from(trimmed.starts_with(".. _") && trimmed.contains(':'));
        points += 2 * u32::from(ROLES.iter().any(|role| line.contains(role)));
        points += u32::from(line.contains("`_") || line.contains("]_ "));
    }
    points
}
