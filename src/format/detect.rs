//! Detection: what a text is written in, by the evidence in its first part and, where that leaves a doubt, its name.

mod light;
pub(super) mod page;

use serde::de::IgnoredAny;

use super::archive::first_entries;
use super::markdown::front_matter;
use super::{Format, fb2, mail, pdf};

/// How much text is weighed, in bytes.
const HEAD: usize = 64 << 10;

/// A text that begins like JSON and stops in the middle is JSON only if it is at least this long, in bytes.
const SHORTEST_CUT_JSON: usize = 4096;

/// What a zip archive begins with, and how the first entry of an EPUB book tells its type.
const ZIP: &[u8] = b"PK\x03\x04";
const EPUB_TYPE: &[u8] = b"application/epub+zip";

/// Evidence for Markdown that is enough where the name says nothing, and where it says plain text.
const ENOUGH: f32 = 2.5;
const ENOUGH_AGAINST_NAME: f32 = 6.0;

/// Lines of text that raise what is enough by one, so that a few odd lines do not decide about a book.
const LINES_TO_ONE_MORE: f32 = 150.0;

/// Finds the format of a text that begins with `head` and lies in a file called `name`.
pub fn detect(head: &str, name: Option<&str>) -> Format {
    let head = head.get(..head.floor_char_boundary(HEAD)).unwrap_or(head);
    let said = name.map_or(Said::Nothing, Said::by_name);
    if is_json(head) || said == Said::Json {
        return Format::Json;
    }
    if fb2::is_fb2(head) || said == Said::Fb2 {
        return Format::Fb2;
    }
    if said == Said::Html || said != Said::Markdown && page::is_page(head, said != Said::Nothing) {
        return Format::Html;
    }
    if said != Said::Markdown
        && let Some(format) = light::detect(head, name)
    {
        return format;
    }
    let enough = match said {
        Said::Markdown => return Format::Markdown,
        Said::Other => return Format::Plain,
        Said::Plain => ENOUGH_AGAINST_NAME,
        Said::Nothing | Said::Json | Said::Html | Said::Fb2 => ENOUGH,
    };
    let evidence = Evidence::of(head);
    if evidence.weight() >= enough + (evidence.n_lines / LINES_TO_ONE_MORE).min(3.0) {
        Format::Markdown
    } else {
        Format::Plain
    }
}

/// Finds the format of bytes that begin with `head` and lie in a file called `name`, where it takes bytes.
pub fn detect_bytes(head: &[u8], name: Option<&str>) -> Option<Format> {
    let has_extension = |extension: &str| {
        name.and_then(|name| name.rsplit_once('.')).is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
    };
    if head.starts_with(ZIP) {
        // The type should be the first entry, stored; books are found where it is not.
        let is_book = |(name, content): &(&[u8], &[u8])| {
            *name == b"mimetype" && content.starts_with(EPUB_TYPE) || name.ends_with(b"META-INF/container.xml")
        };
        let is_book = first_entries(head).iter().any(is_book) || has_extension("epub");
        return is_book.then_some(Format::Epub);
    }
    if pdf::is_pdf(head) {
        return Some(Format::Pdf);
    }
    let extension = name.and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension);
    mail::kind(head, extension).map(|kind| match kind {
        mail::Kind::Mail => Format::Mail,
        mail::Kind::WebArchive => Format::Mhtml,
    })
}

/// What a file's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Markdown,
    Json,
    Fb2,
    Html,
    Plain,
    /// A program, or mark-up that is read as plain text.
    Other,
}

impl Said {
    fn by_name(name: &str) -> Self {
        let Some((_, extension)) = name.rsplit_once('.') else { return Self::Nothing };
        match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mdown" | "mkd" | "mkdn" | "mdwn" | "mdx" | "qmd" | "rmd" => Self::Markdown,
            "json" | "jsonl" | "ndjson" | "geojson" | "ipynb" | "webmanifest" => Self::Json,
            "fb2" => Self::Fb2,
            "html" | "htm" | "xhtml" | "xht" | "shtml" => Self::Html,
            "txt" | "text" | "log" => Self::Plain,
            "rst" | "adoc" | "asciidoc" | "org" | "tex" | "rs" | "py" | "rb" | "pl" | "sh" | "c" | "h" | "cc"
            | "cpp" | "hpp" | "go" | "js" | "ts" | "java" | "kt" | "swift" | "lua" | "toml" | "yaml" | "yml"
            | "ini" | "conf" | "csv" | "tsv" | "xml" | "css" | "sql" | "diff" | "patch" => Self::Other,
            _ => Self::Nothing,
        }
    }
}

/// Returns whether the text is one JSON object or list, as far as it goes.
fn is_json(head: &str) -> bool {
    let text = head.trim_start();
    if !text.starts_with(['{', '[']) {
        return false;
    }
    match serde_json::from_str::<IgnoredAny>(text) {
        // `[1]` may as well be a note's number.
        Ok(_) => text.starts_with('{') || text.contains(['"', '{']),
        Err(error) => error.is_eof() && text.len() >= SHORTEST_CUT_JSON && text.contains("\":"),
    }
}

/// What in a text speaks for Markdown.
#[derive(Debug, Default)]
struct Evidence {
    n_lines: f32,
    has_front_matter: bool,
    headings: u32,
    fences: u32,
    links: u32,
    table_rules: u32,
    underlines: u32,
    strong: u32,
    code: u32,
    tasks: u32,
    /// Signs of other mark-up: reStructuredText, AsciiDoc, a program.
    others: u32,
}

impl Evidence {
    fn of(head: &str) -> Self {
        let mut evidence = Self { has_front_matter: front_matter::split(head).is_some(), ..Self::default() };
        let mut before = "";
        let mut in_fence = false;
        for (idx, line) in head.lines().enumerate() {
            evidence.n_lines += 1.0;
            let trimmed = line.trim_start();
            if trimmed.starts_with("```") || trimmed.starts_with("~~~") && in_fence {
                evidence.fences += u32::from(in_fence);
                in_fence = !in_fence;
            } else if idx == 0 && line.starts_with("#!") {
                evidence.others += 3;
            } else if !in_fence {
                evidence.weigh_line(line, before);
            }
            before = line;
        }
        evidence
    }

    fn weigh_line(&mut self, line: &str, before: &str) {
        let trimmed = line.trim();
        let after_hashes = line.trim_start_matches('#');
        let n_hashes = line.len() - after_hashes.len();
        if (1..=6).contains(&n_hashes) {
            // A program's comments come in runs and begin in the middle of things.
            let is_alone = before.trim().is_empty();
            if after_hashes.starts_with(' ') && is_alone {
                self.headings += 1;
            } else if before.starts_with('#') && after_hashes.starts_with(' ') {
                self.others += 1;
            }
            return;
        }
        let is_ruler = |c: char| trimmed.len() > 2 && trimmed.chars().all(|other| other == c);
        if (is_ruler('=') || is_ruler('-')) && !before.trim().is_empty() {
            self.underlines += 1;
        }
        if trimmed.len() > 4 && trimmed.contains("--") && trimmed.contains('|') && before.contains('|') {
            self.table_rules += u32::from(trimmed.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ')));
        }
        if ["- [ ] ", "- [x] ", "* [ ] ", "* [x] "].iter().any(|box_| trimmed.starts_with(box_)) {
            self.tasks += 1;
        }
        if trimmed.starts_with(".. ") && trimmed.contains("::") || trimmed.starts_with("[source") {
            self.others += 2;
        }
        self.links += n_links(line);
        self.strong += u32::try_from(line.matches("**").count() / 2).unwrap_or(0);
        self.code += u32::try_from(line.matches('`').count() / 2).unwrap_or(0);
        // Double backticks and `word`_ are reStructuredText's.
        if line.contains("``") || line.contains("`_") {
            self.others += 1;
        }
    }

    fn weight(&self) -> f32 {
        let each = |count: u32, one: f32, most: f32| (count as f32 * one).min(most);
        let front_matter = if self.has_front_matter { 3.0 } else { 0.0 };
        front_matter
            + each(self.headings, 1.5, 12.0)
            + each(self.fences, 2.0, 8.0)
            + each(self.links, 1.5, 12.0)
            + each(self.table_rules, 3.0, 6.0)
            + each(self.tasks, 1.0, 4.0)
            + each(self.underlines, 0.5, 1.0)
            + each(self.strong, 0.5, 3.0)
            + each(self.code, 0.25, 2.0)
            - each(self.others, 1.5, 15.0)
    }
}

/// Returns how many links and definitions of links a line has.
fn n_links(line: &str) -> u32 {
    let inline = line.match_indices("](").filter(|&(at, _)| {
        let target = line.get(at + 2..).unwrap_or_default();
        let begins_well = target.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '#' | '.' | '/' | '<'));
        begins_well && target.contains(')') && line.get(..at).unwrap_or_default().contains('[')
    });
    let is_definition =
        line.starts_with('[') && (line.contains("]: http") || line.contains("]: ./") || line.contains("]: #"));
    u32::try_from(inline.count()).unwrap_or(0) + u32::from(is_definition)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, name: Option<&str>, format: Format) {
        assert_eq!(detect(head, name), format, "{name:?}: {head:?}");
    }

    #[test]
    fn takes_prose_for_prose() {
        check("", None, Format::Plain);
        check("Just some words.\n\nAnd some more, with one *star*.\n", None, Format::Plain);
        check("Title\n=====\n\nText under it.\n", None, Format::Plain);
        check("* one\n* two\n\n1. three\n", None, Format::Plain);
        check("# a comment\n# another\n# a third\nport = 1\n", None, Format::Plain);
        check("#!/bin/sh\n\n# say it\n\necho hello\n", None, Format::Plain);
        check("[1] A note by its number, and [2] another.\n", None, Format::Plain);
        check("[1]", None, Format::Plain);
        check("{ is a brace", None, Format::Plain);
        check("Title\n-----\n\n.. note:: This is\n   something else, with ``code``.\n", None, Format::Plain);
        check("We ship `a_b` and `c_d`, said **nobody**.\n", Some("talk.txt"), Format::Plain);
    }

    #[test]
    fn knows_markdown_by_what_stands_there() {
        check("# A title\n\nText with a [link](https://example.org/).\n", None, Format::Markdown);
        check("# A title\n\n## A section\n\nWords.\n", Some("README"), Format::Markdown);
        check("Some words.\n\n```rust\nfn main() {}\n```\n\n```sh\nls\n```\n", None, Format::Markdown);
        check("| a | b |\n|---|---|\n| 1 | 2 |\n", None, Format::Markdown);
        check("---\ntitle: A title\ndate: 2024-01-02\n---\n\nWords.\n", None, Format::Markdown);
        check("# T\n\n[a](#b) [c](./d) **e** **f**\n\n## U\n\nv\n\n## W\n", Some("notes.txt"), Format::Markdown);
    }

    #[test]
    fn lets_a_name_tip_the_balance() {
        check("Words, nothing else.\n", Some("a.md"), Format::Markdown);
        check("Words, nothing else.\n", Some("a.json"), Format::Json);
        check("# A title\n\n## A section\n", Some("a.rst"), Format::Rst);
    }

    #[test]
    fn knows_json_by_its_shape() {
        check("{\"recto\": 1, \"blocks\": []}", None, Format::Json);
        check(" [\"a\", {\"b\": null}]\n", Some("a.txt"), Format::Json);
        check(&format!("{{\"text\": \"{}", "word ".repeat(2000)), None, Format::Json);
        check("{\"one\": 1}\n{\"two\": 2}\n", None, Format::Plain);
    }

    #[test]
    fn knows_fiction_books_by_their_root() {
        let book = "<FictionBook xmlns=\"http://www.gribuser.ru/xml/fictionbook/2.0\">";
        check(&format!("\u{feff}<?xml version=\"1.0\"?>\n<!-- a > b -->\n{book}"), None, Format::Fb2);
        check("<fb:FictionBook xmlns:fb=\"x\">", Some("a.xml"), Format::Fb2);
        check("<body><section><p>One</p>", Some("a.fb2"), Format::Fb2);
        check("<FictionBooks>", None, Format::Plain);
        check("A <FictionBook> is an element.", None, Format::Plain);
    }

    #[test]
    fn knows_a_page_by_its_first_tags() {
        check("<!DOCTYPE html>\n<title>A</title><p>b", None, Format::Html);
        check("\n<!-- saved from url=(0014)about:internet -->\n<HTML lang=en>", Some("a.txt"), Format::Html);
        check("<?xml version=\"1.0\"?>\n<html xmlns=\"x\">", Some("a.xml"), Format::Html);
        check("<div class=a><h1>b</h1><p>c</p><p>d</p></div>", None, Format::Html);
        check("<p>Words, nothing else.", Some("a.htm"), Format::Html);
        check("<p align=center><b>x</b></p>\n<p>y</p>\n\n# z\n", Some("README.md"), Format::Markdown);
        check("<p>y</p>\n<p>y</p><p>y</p>\n\n# z\n", Some("a.txt"), Format::Plain);
        check("<that> is what he said", None, Format::Plain);
        check("<svg><title>a</title></svg>", None, Format::Plain);
        check("<?xml version=\"1.0\"?>\n<rss><channel></channel></rss>", None, Format::Plain);
        check("<htmlish>", None, Format::Plain);
    }

    #[test]
    fn knows_containers_by_their_bytes() {
        let check = |head: &[u8], name, format| assert_eq!(detect_bytes(head, name), format, "{name:?}");
        let epub: &[u8] =
            b"PK\x03\x04\x0a\0\0\0\0\0\0\0!\0\x6fa\xab,\x14\0\0\0\x14\0\0\0\x08\0\0\0mimetypeapplication/epub+zip";
        check(epub, None, Some(Format::Epub));
        let late = b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0\0\0\0\0\x03\0\0\0\x03\0\0\0\x01\0\0\0aone\
            PK\x03\x04\x14\0\x08\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0btwo\
            PK\x03\x04\x14\0\0\0\0\0\0\0!\0\0\0\0\0\x03\0\0\0\x03\0\0\0\x16\0\0\0META-INF/container.xml<c>";
        check(late, None, Some(Format::Epub));
        // A book that lies in an archive does not make the archive a book.
        let mut holding = b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0\0\0\0\0\x3a\0\0\0\x3a\0\0\0\x06\0\0\0a.epub".to_vec();
        holding.extend(epub);
        check(&holding, Some("books.zip"), None);
        check(b"PK\x03\x04 a.html", Some("A book.EPUB"), Some(Format::Epub));
        check(b"PK\x03\x04 a.html", Some("pages.zip"), None);
        check(b"mimetypeapplication/epub+zip", None, None);
    }

    #[test]
    fn knows_its_own_names() {
        for format in Format::ALL {
            assert_eq!(Format::by_name(format.name()), Some(format));
        }
    }
}
