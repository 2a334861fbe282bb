//! Laid-out exports: a document's lines at a width, as bare text or in a theme's faces for a terminal.

use std::fmt::{self, Write};
use std::sync::Arc;

use crate::config::{Colour, Depth, Element, Face, Ground, Theme};
use crate::document::{BlockId, Document};
use crate::highlight::{Colouring, highlight};
use crate::layout::{Layout, Line, Run, Style, Typography};
use crate::role::Role;

/// How many lines are laid out at a time.
const BATCH: usize = 512;

/// Writes the lines at `width` cells, without anything that is not text.
pub fn write_text(document: &Document, width: usize, out: &mut dyn Write) -> fmt::Result {
    for_each_line(document, width, |line| writeln!(out, "{}", line.to_text(document).trim_end()))
}

/// Writes the lines at `width` cells with the escape sequences that show their roles.
pub fn write_ansi(document: &Document, width: usize, depth: Depth, out: &mut dyn Write) -> fmt::Result {
    // A printed text cannot ask for the ground, so it takes the colours that suit any.
    let theme = Theme::for_ground(Ground::Unknown);
    let mut known: Option<(BlockId, Colouring)> = None;
    for_each_line(document, width, |line| {
        write!(out, "{:indent$}", "", indent = line.indent)?;
        if known.as_ref().is_none_or(|(id, _)| *id != line.block) {
            let code = document.code(line.block);
            known = code.map(|(language, source)| (line.block, highlight(language, source, &|| true)));
        }
        let colouring = known.as_ref().map(|(_, colouring)| colouring);
        for run in &line.runs {
            for (text, role) in parts(document, run, line.block, run.text(document), colouring) {
                let text = text.trim_end_matches('\n');
                let codes = codes(theme.face(Element::Text(role)).at(depth));
                if codes.is_empty() || text.is_empty() {
                    out.write_str(text)?;
                } else {
                    write!(out, "\x1b[{codes}m{text}\x1b[m")?;
                }
            }
        }
        out.write_char('\n')
    })
}

/// Returns what a run shows, cut where the colour of its code changes.
fn parts<'a>(
    document: &Document,
    run: &Run,
    block: BlockId,
    text: &'a str,
    colouring: Option<&Colouring>,
) -> Vec<(&'a str, Role)> {
    let (Some(colouring), Some(range), Some(block)) = (colouring, run.range(), document.block(block)) else {
        return vec![(text, run.role)];
    };
    let from = range.start.index().saturating_sub(block.range.start.index());
    let first = colouring.partition_point(|&(at, _)| at <= from).checked_sub(1);
    let mut role = first.and_then(|idx| colouring.get(idx)).map_or(run.role, |&(_, role)| role);
    let mut parts = Vec::new();
    let (mut rest, mut at) = (text, from);
    for &(start, next) in colouring.iter().skip(first.map_or(0, |idx| idx + 1)) {
        let Some((before, after)) = rest.split_at_checked(start.saturating_sub(at)) else { break };
        parts.push((before, role));
        (rest, at, role) = (after, start, next);
    }
    parts.push((rest, role));
    parts
}

fn for_each_line(document: &Document, width: usize, mut each: impl FnMut(&Line) -> fmt::Result) -> fmt::Result {
    // The text itself is shared, so this copies the ranges alone.
    let style = Style { measure: width, typography: Typography::plain(), ..Style::default() };
    let mut layout = Layout::new(Arc::new(document.clone()), style);
    let mut place = layout.first();
    loop {
        for line in layout.lines(place, BATCH) {
            each(&line)?;
        }
        let (next, moved) = layout.advance(place, isize::try_from(BATCH).unwrap_or(isize::MAX));
        if moved.unsigned_abs() < BATCH {
            return Ok(());
        }
        place = next;
    }
}

/// Returns the parameters of the SGR sequence that gives a face (ECMA-48, 8.3.117).
fn codes(face: Face) -> String {
    let mut codes: Vec<String> = Vec::new();
    let flags =
        [(face.bold, 1), (face.dim, 2), (face.italic, 3), (face.underline, 4), (face.reverse, 7), (face.strike, 9)];
    codes.extend(flags.iter().filter(|(on, _)| *on).map(|(_, code)| code.to_string()));
    for (colour, base) in [(face.fg, 38), (face.bg, 48)] {
        codes.extend(colour.map(|colour| match colour {
            Colour::Ansi(idx @ 0..8) => (base - 8 + u16::from(idx)).to_string(),
            Colour::Ansi(idx) | Colour::Indexed(idx) => format!("{base};5;{idx}"),
            Colour::Rgb(r, g, b) => format!("{base};2;{r};{g};{b}"),
        }));
    }
    codes.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Format, parse};

    #[test]
    fn prints_what_the_screen_shows() {
        let document = parse(Format::Markdown, "# One\n\nA *long* line that is to be wrapped.\n\n- item\n");
        let mut text = String::new();
        assert!(write_text(&document, 20, &mut text).is_ok());
        assert_eq!(text, "One\n\nA long line that is\nto be wrapped.\n\n• item\n");
        let mut ansi = String::new();
        assert!(write_ansi(&document, 20, Depth::Mono, &mut ansi).is_ok());
        assert!(ansi.starts_with("\x1b[1mOne\x1b[m\n\nA \x1b[3mlong\x1b[m line that is\n"), "{ansi:?}");
    }

    #[test]
    fn code_has_its_colours_and_all_its_text() {
        let source = "```rust\nlet x = \"some text that is long\"; // end\n```\n";
        let document = parse(Format::Markdown, source);
        let mut ansi = String::new();
        assert!(write_ansi(&document, 30, Depth::Sixteen, &mut ansi).is_ok());
        assert!(ansi.contains("\x1b[1;35mlet\x1b[m x"), "{ansi:?}");
        let (mut bare, mut is_code) = (String::new(), false);
        for c in ansi.chars() {
            match c {
                '\x1b' => is_code = true,
                'm' if is_code => is_code = false,
                c if !is_code => bare.push(c),
                _ => {}
            }
        }
        let mut text = String::new();
        assert!(write_text(&document, 30, &mut text).is_ok());
        assert_eq!(bare, text);
    }

    #[test]
    fn a_long_text_is_printed_whole_and_once() {
        let lines: Vec<String> = (0..3000).map(|idx| format!("Line number {idx}.")).collect();
        let source = lines.join("\n\n") + "\n";
        let document = parse(Format::Markdown, &source);
        let mut text = String::new();
        assert!(write_text(&document, 40, &mut text).is_ok());
        assert_eq!(text, source);
    }
}
