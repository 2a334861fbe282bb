//! A letter's plain text: lines that flow are joined, a signature is set apart, the rest is read as plain text is.

use super::transcript;
use crate::document::{BlockKind, DocumentBuilder};
use crate::format::{Format, parse};

/// What a line's end means (RFC 3676).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// What it means in any text.
    Fixed,
    /// A line that ends with a space goes on in the next one.
    Flowed,
    /// The same, and the space is only there to say so.
    Joined,
}

/// Adds a letter's text, its headings `depth` levels down.
pub fn append(builder: &mut DocumentBuilder, text: &str, flow: Flow, depth: u8) {
    let unfolded;
    let text = if flow == Flow::Fixed {
        text
    } else {
        unfolded = joined(text, flow == Flow::Joined);
        &unfolded
    };
    let (body, signature) = split_signature(text);
    transcript::append(builder, &parse(Format::Plain, body), depth);
    if let Some(signature) = signature.map(str::trim).filter(|signature| !signature.is_empty()) {
        builder.open(BlockKind::Quote);
        builder.leaf(BlockKind::Verse, signature);
        builder.close();
    }
}

/// Joins the lines that flow.
fn joined(text: &str, joins_words: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // How deep the paragraph is quoted that goes on, if one does.
    let mut going_on = None;
    for line in text.lines() {
        let after_quotes = line.trim_start_matches('>');
        let n_quotes = line.len() - after_quotes.len();
        let content = after_quotes.strip_prefix(' ').unwrap_or(after_quotes);
        if going_on != Some(n_quotes) {
            if going_on.is_some() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', n_quotes));
            if n_quotes > 0 {
                out.push(' ');
            }
        }
        let flows = content.ends_with(' ') && content != "-- ";
        out.push_str(if flows && joins_words { content.strip_suffix(' ').unwrap_or(content) } else { content });
        going_on = flows.then_some(n_quotes);
        if !flows {
            out.push('\n');
        }
    }
    out
}

/// Splits off what follows the last line `-- `, if it is short enough to be a signature.
fn split_signature(text: &str) -> (&str, Option<&str>) {
    const MOST_LINES: usize = 15;
    let mut end = text.len();
    for line in text.split_inclusive('\n').rev().take(MOST_LINES + 1) {
        let start = end - line.len();
        if line.trim_end_matches(['\r', '\n']) == "-- " {
            return (text.get(..start).unwrap_or_default(), text.get(end..));
        }
        end = start;
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_what_flows() {
        let check = |text, joins, expected| assert_eq!(joined(text, joins), expected, "{text:?}");
        check("one \ntwo\nthree\n", false, "one two\nthree\n");
        check("> one \n> two\n>> deep \nflat\n", false, "> one two\n>> deep \nflat\n");
        check(" >not quoted\n From here\n", false, ">not quoted\nFrom here\n");
        check("日本 \n語\n", true, "日本語\n");
        check("a\n-- \nb \nc", false, "a\n-- \nb c\n");
    }

    #[test]
    fn finds_signatures() {
        assert_eq!(split_signature("a\n-- \nb\nc\n"), ("a\n", Some("b\nc\n")));
        assert_eq!(split_signature("a\n--\nb\n"), ("a\n--\nb\n", None));
        let long = format!("a\n-- \n{}", "b\n".repeat(50));
        assert_eq!(split_signature(&long).1, None);
    }
}
