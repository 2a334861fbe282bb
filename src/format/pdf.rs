//! PDF: pages of placed letters, made into text that flows again.
//!
//! `file` reads the file through pdf_oxide, `furniture` takes running heads and page numbers away, `paragraph` puts
//! lines together, `headings` finds titles by the file's outline or by their letters, `writer` makes blocks. Without
//! the feature `pdf`, recto can only say so.

#[cfg(feature = "pdf")]
mod file;
#[cfg(feature = "pdf")]
mod furniture;
#[cfg(feature = "pdf")]
mod headings;
#[cfg(feature = "pdf")]
mod page;
#[cfg(feature = "pdf")]
mod paragraph;
#[cfg(feature = "pdf")]
mod writer;

use crate::document::Document;
use crate::error::{Error, Result};

/// What a PDF begins with, within its first kilobyte.
const MAGIC: &[u8] = b"%PDF-";

/// Returns whether bytes that begin with `head` are a PDF.
pub fn is_pdf(head: &[u8]) -> bool {
    let head = head.get(..head.len().min(1024)).unwrap_or(head);
    // Some programs put a line of their own before it; prose that names it does not begin a line with it and a version.
    memchr::memmem::find_iter(head, MAGIC).any(|at| {
        let begins_line = at == 0 || head.get(at - 1).is_some_and(|byte| matches!(byte, b'\n' | b'\r' | 0));
        begins_line && head.get(at + MAGIC.len()).is_some_and(u8::is_ascii_digit)
    })
}

/// Parses a file.
///
/// # Errors
///
/// If it is damaged beyond reading, needs a password, or has no text; and always without the feature `pdf`.
#[cfg(not(feature = "pdf"))]
pub fn parse(_bytes: Vec<u8>) -> Result<Document> {
    Err(Error::new("it is a PDF, and this recto was built without them").hint(
        "`cargo install --path . --features pdf` builds one with them; `pdftotext FILE - | recto` shows the words",
    ))
}

/// Parses a file.
///
/// # Errors
///
/// If it is damaged beyond reading, needs a password, or has no text; and always without the feature `pdf`.
#[cfg(feature = "pdf")]
pub fn parse(bytes: Vec<u8>) -> Result<Document> {
    use crate::document::{DocumentBuilder, Meta, WarningKind};

    let mut file = file::read(bytes)?;
    let n_pages = file.pages.len();
    if file.pages.iter().all(|page| page.lines.is_empty()) {
        let pages = if n_pages == 1 { "one page".to_owned() } else { format!("{n_pages} pages") };
        return Err(Error::new(format!("it has {pages} and no text: pictures of pages, as a scanner makes them"))
            .hint("`ocrmypdf IN OUT` makes a PDF with text"));
    }
    furniture::remove(&mut file.pages);
    let setting = paragraph::Setting::of(&file.pages);
    let paragraphs = paragraph::paragraphs(&file.pages, setting);
    let headings = headings::Headings::find(&paragraphs, &file.bookmarks, setting);
    let mut builder = DocumentBuilder::new();
    let title = file.meta.title.take().or_else(|| headings.title.clone());
    builder.set_meta(Meta { title, ..file.meta });
    let mut writer = writer::Writer::new(builder, &file.pages, &headings);
    writer.write(&paragraphs);
    let mut builder = writer.finish();
    builder.warn_of(WarningKind::Malformed, file.n_failed);
    builder.warn_of(WarningKind::Truncated, u32::from(file.is_cut));
    Ok(builder.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_pdfs_by_their_first_line() {
        assert!(is_pdf(b"%PDF-1.7\n%\xe2\xe3"));
        assert!(is_pdf(b"a printer's line\n%PDF-1.4\n"));
        assert!(!is_pdf(b"A file that begins with %PDF-1.4 is one."));
        assert!(!is_pdf(b"%PDF-\n"));
        assert!(!is_pdf(b""));
    }

    #[cfg(not(feature = "pdf"))]
    #[test]
    fn says_how_to_build_with_pdfs() {
        let error = parse(b"%PDF-1.7\n".to_vec()).map(drop).map_err(|error| error.to_string());
        assert!(error.is_err_and(|error| error.contains("--features pdf")));
    }
}

#[cfg(all(test, feature = "pdf"))]
mod reading_tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::document::BlockKind;

    /// A line of a page: its place, its size, its font (1 regular, 2 bold, 3 of one width), its words.
    type Set = (f32, f32, f32, u8, &'static str);

    /// Writes a PDF by hand, with an outline of titles and pages if there is one.
    fn pdf(pages: &[Vec<Set>], outline: &[(&str, usize)]) -> Vec<u8> {
        let mut objects = vec![String::new(); 5];
        let first_page = objects.len() + 1;
        for (idx, lines) in pages.iter().enumerate() {
            let mut content = String::new();
            for (x, y, size, font, words) in lines {
                let words = words.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
                content.push_str(&format!("BT /F{font} {size} Tf {x} {y} Td ({words}) Tj ET\n"));
            }
            let contents = first_page + idx * 2 + 1;
            let fonts = "<< /F1 3 0 R /F2 4 0 R /F3 5 0 R >>";
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font {fonts} >> /Contents {contents} 0 R >>"
            ));
            objects.push(format!("<< /Length {} >>\nstream\n{content}endstream", content.len()));
        }
        let first_entry = objects.len() + 2;
        let mut catalog = "<< /Type /Catalog /Pages 2 0 R".to_owned();
        if !outline.is_empty() {
            catalog.push_str(&format!(" /Outlines {} 0 R", first_entry - 1));
            objects.push(format!("<< /First {first_entry} 0 R >>"));
            for (idx, (title, page)) in outline.iter().enumerate() {
                // The last one leads back to the first, as no outline should.
                let next = first_entry + (idx + 1) % outline.len();
                let page = first_page + page * 2;
                objects.push(format!("<< /Title ({title}) /Dest [{page} 0 R /Fit] /Next {next} 0 R >>"));
            }
        }
        let kids: Vec<_> = (0..pages.len()).map(|idx| format!("{} 0 R", first_page + idx * 2)).collect();
        let font =
            |name: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>");
        let heads = [
            catalog + " >>",
            format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()),
            font("Helvetica"),
            font("Helvetica-Bold"),
            font("Courier"),
        ];
        objects.splice(0..5, heads);
        let mut out = "%PDF-1.4\n".to_owned();
        let mut places = Vec::new();
        for (idx, object) in objects.iter().enumerate() {
            places.push(out.len());
            out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", idx + 1));
        }
        let start = out.len();
        out.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
        for place in places {
            out.push_str(&format!("{place:010} 00000 n \n"));
        }
        out.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1));
        out.into_bytes()
    }

    fn check(bytes: Vec<u8>, expected: &[&str]) -> Document {
        let document = parse(bytes).unwrap();
        document.check_invariants().unwrap();
        let shown = document.blocks().iter().filter(|block| !block.kind.is_container()).map(|block| {
            let kind = match block.kind {
                BlockKind::Heading(level) => format!("{}", "#".repeat(usize::from(level))),
                kind => format!("{kind:?}"),
            };
            format!("{kind} {}", document.slice(block.range))
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected);
        document
    }

    fn page(number: &'static str, lines: &[Set]) -> Vec<Set> {
        let furniture = [(50.0, 780.0, 9.0, 1, "The Weir Letter"), (300.0, 20.0, 9.0, 1, number)];
        furniture.into_iter().chain(lines.iter().copied()).collect()
    }

    #[test]
    fn lets_lines_flow_and_takes_furniture_away() {
        let pages = [
            page(
                "1",
                &[
                    (50.0, 740.0, 24.0, 2, "Low Water"),
                    (50.0, 700.0, 16.0, 2, "The gates"),
                    (
                        50.0,
                        670.0,
                        10.0,
                        1,
                        "The river has been low since Tuesday, and whoever walks along the weir may see what the wa-",
                    ),
                    (
                        50.0,
                        658.0,
                        10.0,
                        1,
                        "ter has kept: two anchors, a bicycle, and the sill of the old mill, which nobody living had seen",
                    ),
                    (50.0, 646.0, 10.0, 1, "until now."),
                    (
                        65.0,
                        634.0,
                        10.0,
                        1,
                        "It is made of oak, as the bridge was, and as hard as stone, and whoever laid it was sure of his",
                    ),
                ],
            ),
            page(
                "2",
                &[
                    (50.0, 740.0, 10.0, 1, "ground."),
                    (50.0, 716.0, 16.0, 2, "The mill"),
                    (50.0, 690.0, 10.0, 3, "open(gate)"),
                    (62.0, 678.0, 10.0, 3, "shut(gate)"),
                    (
                        50.0,
                        650.0,
                        10.0,
                        1,
                        "After it, words again, and enough of them to be a paragraph of their own on this page, at last.",
                    ),
                ],
            ),
            page(
                "3",
                &[(
                    50.0,
                    740.0,
                    10.0,
                    1,
                    "The end of it all, which is on a page of its own for the sake of the number that stands below.",
                )],
            ),
        ];
        let document = check(
            pdf(&pages, &[]),
            &[
                "Title Low Water",
                "# The gates",
                "Paragraph The river has been low since Tuesday, and whoever walks along the weir may see what the water has kept: two anchors, a bicycle, and the sill of the old mill, which nobody living had seen until now.",
                "Paragraph It is made of oak, as the bridge was, and as hard as stone, and whoever laid it was sure of his ground.",
                "# The mill",
                "Code(None) open(gate)\n  shut(gate)",
                "Paragraph After it, words again, and enough of them to be a paragraph of their own on this page, at last.",
                "Paragraph The end of it all, which is on a page of its own for the sake of the number that stands below.",
            ],
        );
        let ground = document.text().find("ground.").unwrap();
        assert_eq!(document.target("page-2").map(crate::document::Offset::index), Some(ground));
        assert_eq!(document.meta().title.as_deref(), Some("Low Water"));
    }

    #[test]
    fn takes_headings_from_an_outline_that_leads_in_circles() {
        let words = "Words that go on for long enough to be the text of this page, and then a few more of them.";
        let pages = [
            vec![(50.0, 740.0, 10.0, 1, "1 The gates"), (50.0, 700.0, 10.0, 1, words)],
            vec![(50.0, 740.0, 10.0, 1, "2 The mill"), (50.0, 700.0, 10.0, 1, words)],
        ];
        let text = format!("Paragraph {words}");
        check(pdf(&pages, &[("The gates", 0), ("The mill", 1)]), &["# 1 The gates", &text, "# 2 The mill", &text]);
    }

    #[test]
    fn says_what_cannot_be_read() {
        let message = |bytes: Vec<u8>| parse(bytes).map(drop).map_err(|error| error.to_string()).unwrap_err();
        assert!(message(pdf(&[vec![], vec![]], &[])).contains("2 pages and no text"));
        assert!(message(b"%PDF-1.4\nnothing\n".to_vec()).contains("damaged"));
        let locked = String::from_utf8(pdf(&[vec![(50.0, 700.0, 10.0, 1, "Words")]], &[])).unwrap();
        let lock = "/Encrypt << /Filter /Standard /V 1 /R 2 /O <0000000000000000000000000000000000000000000000000000000000000000> /U <0000000000000000000000000000000000000000000000000000000000000000> /P -4 >> /ID [<00> <00>] /Root";
        assert!(message(locked.replace("/Root", lock).into_bytes()).contains("password"));
    }

    #[test]
    fn bears_damage() {
        let words = "Words that go on for long enough to be the text of this page, and then a few more of them.";
        let whole =
            pdf(&[vec![(50.0, 740.0, 16.0, 2, "The gates"), (50.0, 700.0, 10.0, 1, words)]], &[("The gates", 0)]);
        let mut seed = 1_u64;
        for _ in 0..200 {
            let mut bytes = whole.clone();
            for _ in 0..4 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = usize::try_from(seed >> 40).unwrap() % bytes.len();
                let end = (at + 1 + usize::try_from(seed >> 60).unwrap()).min(bytes.len());
                if seed >> 39 & 1 == 0 { drop(bytes.drain(at..end)) } else { bytes[at] ^= 1 << (seed & 7) }
            }
            if let Ok(document) = parse(bytes) {
                document.check_invariants().unwrap();
            }
        }
    }
}
