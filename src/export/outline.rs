//! The outline: the sections of a document, for people and for programs.

use std::fmt;

use super::json::quoted;
use crate::article::WORDS_PER_MINUTE;
use crate::document::{Document, Section};
use crate::layout;

/// Writes the outline as lines, indented by level.
pub fn write(document: &Document, out: &mut dyn fmt::Write) -> fmt::Result {
    for section in document.sections() {
        for _ in 1..section.level {
            out.write_str("  ")?;
        }
        match section.title {
            Some(title) => write_in_line(&layout::shown(document, title), out)?,
            None => out.write_str("(lead)")?,
        }
        let words = if section.words == 1 { "word" } else { "words" };
        writeln!(out, "  ({} {words}, {:.1} min)", section.words, minutes(section))?;
    }
    Ok(())
}

/// Writes the outline as a flat JSON array in reading order. A lead has level 0 and title null; offsets are bytes into
/// the text, and titles are what stands there: formulas as their source.
pub fn write_json(document: &Document, out: &mut dyn fmt::Write) -> fmt::Result {
    out.write_str("[")?;
    for (idx, section) in document.sections().iter().enumerate() {
        out.write_str(if idx == 0 { "\n" } else { ",\n" })?;
        write!(out, "  {{\"level\": {}, \"title\": ", section.level)?;
        match section.title {
            Some(title) => out.write_str(&quoted(document.slice(title)))?,
            None => out.write_str("null")?,
        }
        let (offset, words, confidence) = (section.range.start, section.words, section.confidence);
        let minutes = minutes(section);
        write!(out, ", \"offset\": {offset}, \"words\": {words}, \"minutes\": {minutes:.1}, ")?;
        write!(out, "\"confidence\": {}}}", (f64::from(confidence) * 1000.0).round() / 1000.0)?;
    }
    out.write_str(if document.sections().is_empty() { "]\n" } else { "\n]\n" })
}

fn minutes(section: &Section) -> f64 {
    f64::from(section.words) / WORDS_PER_MINUTE as f64
}

/// Writes a title whose lines the author broke as one line.
fn write_in_line(title: &str, out: &mut dyn fmt::Write) -> fmt::Result {
    title.chars().try_for_each(|c| out.write_char(if c == '\n' { ' ' } else { c }))
}

#[cfg(test)]
mod tests {
    use crate::export::{Kind, export};
    use crate::format::{Format, parse};

    #[test]
    fn tells_sections() {
        let document = parse(Format::Markdown, "A lead of a few words.\n\n# One \"quoted\"\n\nText.\n\n## Two\n");
        assert_eq!(
            export(&document, Kind::OutlineJson),
            "[\n  {\"level\": 0, \"title\": null, \"offset\": 0, \"words\": 6, \"minutes\": 0.0, \"confidence\": 1},\n  \
             {\"level\": 1, \"title\": \"One \\\"quoted\\\"\", \"offset\": 23, \"words\": 1, \"minutes\": 0.0, \"confidence\": 1},\n  \
             {\"level\": 2, \"title\": \"Two\", \"offset\": 42, \"words\": 0, \"minutes\": 0.0, \"confidence\": 1}\n]\n"
        );
        assert_eq!(
            export(&document, Kind::Outline),
            "(lead)  (6 words, 0.0 min)\nOne \"quoted\"  (1 word, 0.0 min)\n  Two  (0 words, 0.0 min)\n"
        );
        assert_eq!(export(&parse(Format::Plain, ""), Kind::OutlineJson), "[]\n");
    }

    #[test]
    fn formulas_in_titles_are_readable() {
        let document = parse(Format::Markdown, "# The roots of $x^2 + \\alpha$\n\nText.\n");
        assert_eq!(export(&document, Kind::Outline), "The roots of x² + α  (1 word, 0.0 min)\n");
        assert!(export(&document, Kind::OutlineJson).contains("\"The roots of x^2 + \\\\alpha\""));
    }
}
