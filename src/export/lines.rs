//! Laid-out exports: a document's lines at a width, as bare text or in a theme's faces for a terminal.

use std::fmt::{self, Write};
use std::sync::Arc;

use crate::config::{Colour, Depth, Element, Face, Ground, Theme};
use crate::document::Document;
use crate::layout::{Layout, Line, RunContent, Style};

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
    for_each_line(document, width, |line| {
        write!(out, "{:indent$}", "", indent = line.indent)?;
        for run in &line.runs {
            let text = match &run.content {
                RunContent::Text(range) => document.slice(*range),
                RunContent::Drawn(text) => text,
            };
            let text = text.trim_end_matches('\n');
            let codes = codes(theme.face(Element::Text(run.role)).at(depth));
            if codes.is_empty() {
                out.write_str(text)?;
            } else {
                write!(out, "\x1b[{codes}m{text}\x1b[m")?;
            }
        }
        out.write_char('\n')
    })
}

fn for_each_line(document: &Document, width: usize, mut each: impl FnMut(&Line) -> fmt::Result) -> fmt::Result {
    // The text itself is shared, so this copies the ranges alone.
    let mut layout = Layout::new(Arc::new(document.clone()), Style { measure: width, ..Style::default() });
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
    fn a_long_text_is_printed_whole_and_once() {
        let lines: Vec<String> = (0..3000).map(|idx| format!("Line number {idx}.")).collect();
        let source = lines.join("\n\n") + "\n";
        let document = parse(Format::Markdown, &source);
        let mut text = String::new();
        assert!(write_text(&document, 40, &mut text).is_ok());
        assert_eq!(text, source);
    }
}
