//! The examples of the CommonMark and GitHub specifications: what recto reads of the Markdown is what it reads of the
//! HTML that is expected of it, in words and in structure.
//!
//! The examples come with pulldown-cmark, which has them as its own tests; they are taken from there, not copied.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::path::PathBuf;
use std::process::Command;

use recto::document::{Alignment, BlockKind, Document, LinkTarget, MarkKind};
use recto::format::{Format, parse};

/// Examples that recto reads otherwise, each for the reason beside it. One that is read as expected has to leave the list.
const DEVIATIONS: &[(&str, &[u32], &str)] = &[
    ("spec", &[579, 587], "the title of a picture among words is the title of the link to it"),
    ("spec", &[517, 531], "a picture in a link is the link's words"),
    ("spec", &[602, 608, 611], "bare addresses are linked, as GitHub links them"),
    ("spec", &[148, 149, 160], "a table of one cell in Markdown is a table; in a page it is taken for layout"),
    ("gfm_table", &[3], "a table of one column in Markdown is a table; in a page it is taken for layout"),
    ("spec", &[167, 171], "HTML in Markdown is read tag by tag, and the words of what a page would hide are kept"),
    ("spec", &[144], "code without a line is nothing, whatever its language"),
    ("spec", &[629], "sections of character data are left out, as comments are"),
    ("spec", &[334], "code that is nothing but spaces is nothing in a page"),
];

/// The suites, with how many examples each has at least.
const SUITES: &[(&str, usize)] = &[("spec", 652), ("gfm_table", 8), ("gfm_strikethrough", 2), ("gfm_tasklist", 1)];

struct Example {
    number: u32,
    markdown: String,
    html: String,
}

/// Returns the folder with pulldown-cmark's tests.
fn suites() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--locked", "--manifest-path"];
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let output = Command::new(cargo).args(arguments).arg(manifest).output().unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "pulldown-cmark").unwrap();
    PathBuf::from(package["manifest_path"].as_str().unwrap()).with_file_name("tests").join("suite")
}

fn examples(suite: &str) -> Vec<Example> {
    let source = std::fs::read_to_string(suites().join(format!("{suite}.rs"))).unwrap();
    let marker = format!("fn {suite}_test_");
    source.split(marker.as_str()).skip(1).map(example).collect()
}

/// Reads a function's number and its two raw strings.
fn example(function: &str) -> Example {
    let (number, rest) = function.split_once("()").unwrap();
    let (markdown, rest) = raw_string(rest);
    let (html, _) = raw_string(rest);
    Example { number: number.parse().unwrap(), markdown: markdown.to_owned(), html: html.to_owned() }
}

fn raw_string(source: &str) -> (&str, &str) {
    let (_, rest) = source.split_once(" = r").unwrap();
    let hashes = &rest[..rest.find('"').unwrap()];
    let end = format!("\"{hashes};");
    rest[hashes.len() + 1..].split_once(end.as_str()).unwrap()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a document's blocks with their words and marks, a line each.
fn structure(document: &Document) -> String {
    let mut lines = Vec::new();
    for block in document.blocks() {
        let indent = "  ".repeat(block.depth.into());
        let kind = match block.kind {
            // Languages are compared with what the HTML says itself.
            BlockKind::Code(_) => "Code".to_owned(),
            BlockKind::Figure(resource) => format!("Figure {:?}", document.resources()[resource as usize]),
            BlockKind::Table(table) => {
                let table = &document.tables()[table as usize];
                let widths: Vec<_> = table.rows.iter().map(Vec::len).collect();
                format!("Table {widths:?} {}", table.header_rows)
            }
            kind => format!("{kind:?}"),
        };
        if block.kind.is_container() {
            lines.push(format!("{indent}{kind}"));
            continue;
        }
        lines.push(format!("{indent}{kind} {:?}", squeezed(document.slice(block.range))));
        let mut marks: Vec<_> = document
            .marks_in(block.range)
            .iter()
            .filter(|mark| !matches!((block.kind, mark.kind), (BlockKind::Code(_), MarkKind::Code)))
            // Emphasis in emphasis is no more of it.
            .filter(|mark| {
                let others = document.marks_in(block.range).iter().filter(|other| other.kind == mark.kind);
                let mut outer = others.filter(|other| other.range.len() > mark.range.len());
                !outer.any(|outer| outer.range.intersection(mark.range) == mark.range)
            })
            .map(|mark| {
                let kind = match mark.kind {
                    MarkKind::Link(link) => {
                        let link = &document.links()[link as usize];
                        let address = match &link.target {
                            LinkTarget::Inside(_) => "#",
                            LinkTarget::Address(address)
                            | LinkTarget::File(address)
                            | LinkTarget::Manual(address)
                            | LinkTarget::Nowhere(address) => address,
                        };
                        format!(
                            "Link {} {:?}",
                            percent_encoding::percent_decode_str(address).decode_utf8_lossy(),
                            link.title
                        )
                    }
                    kind => format!("{kind:?}"),
                };
                (
                    mark.range.start,
                    std::cmp::Reverse(mark.range.end),
                    format!("{indent}  {kind} {:?}", document.slice(mark.range)),
                )
            })
            .collect();
        marks.sort();
        marks.dedup();
        lines.extend(marks.into_iter().map(|(.., line)| line));
    }
    lines.join("\n")
}

/// Returns the languages of code and the alignments of columns, as recto reads them of Markdown.
fn details(document: &Document) -> (Vec<String>, Vec<&'static str>) {
    let languages = document.blocks().iter().filter_map(|block| match block.kind {
        BlockKind::Code(Some(idx)) => Some(document.languages()[usize::from(idx)].clone()),
        _ => None,
    });
    let header = document.tables().iter().flat_map(|table| &table.alignments);
    let sides = header.filter_map(|side| match side {
        Alignment::Natural => None,
        Alignment::Left => Some("left"),
        Alignment::Center => Some("center"),
        Alignment::Right => Some("right"),
    });
    (languages.collect(), sides.collect())
}

/// Returns the same, as the HTML that is expected tells them.
fn expected_details(html: &str) -> (Vec<String>, Vec<&str>) {
    let languages = html.split("class=\"language-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let header = html.split("</thead>").next().unwrap_or_default();
    let sides = header.split("<th style=\"text-align: ").skip(1).map(|rest| rest.split('"').next().unwrap());
    (languages.collect(), sides.collect())
}

#[test]
fn examples_are_read_as_their_html_is() {
    let mut wrong = Vec::new();
    let mut n_examples = 0;
    for (suite, at_least) in SUITES {
        let examples = examples(suite);
        assert!(examples.len() >= *at_least, "{suite} has {} examples", examples.len());
        for example in examples {
            n_examples += 1;
            let (markdown, html) = (parse(Format::Markdown, &example.markdown), parse(Format::Html, &example.html));
            let is_same = squeezed(markdown.text()) == squeezed(html.text())
                && structure(&markdown) == structure(&html)
                && details(&markdown) == expected_details(&example.html);
            let known = DEVIATIONS.iter().find(|(name, numbers, _)| name == suite && numbers.contains(&example.number));
            match (is_same, known) {
                (true, None) | (false, Some(_)) => {}
                (true, Some((.., reason))) => {
                    wrong.push(format!("{suite} {} deviates no longer: {reason}", example.number))
                }
                (false, None) => wrong.push(format!(
                    "{suite} {}\n{}\n-- is read as\n{}\n-- and its HTML\n{}\n-- as\n{}",
                    example.number,
                    example.markdown,
                    structure(&markdown),
                    example.html,
                    structure(&html)
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {n_examples} examples:\n\n{}", wrong.len(), wrong.join("\n\n"));
}
