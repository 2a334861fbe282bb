//! How the time to read each format grows with its source, doubled four times: about twice the time each, or the parser
//! does something that it should not. Prints a table; the last column is how many times the first time the last one is,
//! where 16 is the source's own growth.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use recto::article::Locator;
use recto::format::Format;
use recto::source::{LoadOptions, read};
use rustix::time::{ClockId, clock_gettime};

/// How many parts the first source has, each of some two hundred bytes.
const PARTS: usize = 200;

const DOUBLINGS: u32 = 4;

const WORDS: &str = "The keeper counts the boards of the weir each morning, and writes their number in a book that \
                     nobody reads until the river comes down brown and loud.";

fn main() {
    println!("{:<10}{:>12}{:>10}{:>10}{:>10}{:>10}{:>8}", "format", "first ms", "x2", "x4", "x8", "x16", "bytes");
    // A PDF cannot be written as text, and not every recto reads one.
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Pdf) {
        let times: Vec<_> = (0..=DOUBLINGS).map(|n| time(format, PARTS << n)).collect();
        let first = times[0].as_secs_f64();
        print!("{:<10}{:>12.2}", format.name(), first * 1000.0);
        for time in &times[1..] {
            print!("{:>10.2}", time.as_secs_f64() / first);
        }
        println!("{:>8}", source(format, PARTS).len());
    }
}

/// Returns the time for which this program has run: what waits for its turn on a busy machine is not counted.
fn spent() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// Returns the shortest of some times in which a source of so many parts was read.
fn time(format: Format, n_parts: usize) -> Duration {
    let bytes = source(format, n_parts);
    let options = LoadOptions { format: Some(format), ..LoadOptions::default() };
    let once = || {
        let start = spent();
        let go_on = &mut |_| ControlFlow::Continue(());
        read(bytes.as_slice(), Some(bytes.len() as u64), &Locator::Stdin, &options, go_on).unwrap();
        spent() - start
    };
    (0..5).map(|_| once()).min().unwrap_or_default()
}

/// Returns a source of so many parts, each with a heading, a paragraph and a list.
fn source(format: Format, n_parts: usize) -> Vec<u8> {
    let repeated = |part: &dyn Fn(usize) -> String| (0..n_parts).map(part).collect::<String>();
    let html = |idx| {
        format!(
            "<h2 id=\"p{idx}\">Part {idx}</h2>\n<p>{WORDS} <a href=\"#p1\">Back</a>.</p>\n<ul><li>one<li><em>two</em></ul>\n"
        )
    };
    let text = match format {
        Format::Markdown => repeated(&|idx| format!("## Part {idx}\n\n{WORDS} [Back](#part-1).\n\n- one\n- *two*\n\n")),
        Format::Json => {
            let block =
                |idx| format!("{{\"type\": \"heading\", \"level\": 2, \"text\": \"Part {idx}\"}},\n\"{WORDS}\",\n");
            format!("{{\"recto\": 1, \"blocks\": [{}\"end\"]}}", repeated(&block))
        }
        Format::Html => format!("<!doctype html><title>Weirs</title><article>{}</article>", repeated(&html)),
        Format::Epub => return book(n_parts, &html),
        Format::Fb2 => {
            let section = |idx| {
                format!("<section><title><p>Part {idx}</p></title><p>{WORDS} <emphasis>two</emphasis></p></section>\n")
            };
            format!(
                "<FictionBook xmlns=\"http://www.gribuser.ru/xml/fictionbook/2.0\"><body>{}</body></FictionBook>",
                repeated(&section)
            )
        }
        Format::Mail => format!(
            "From: a@weir.example\nSubject: Weirs\nContent-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
            repeated(&|idx| format!("--b\n\nPart {idx}\n\n{WORDS}\n\n> quoted\n\n"))
        ),
        Format::Mhtml => format!(
            "From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; type=\"text/html\"; boundary=b\n\n--b\nContent-Type: text/html\n\n<article>{}</article>\n--b--\n",
            repeated(&html)
        ),
        Format::Man => format!(
            ".TH WEIR 1\n{}",
            repeated(&|idx| format!(".SH PART {idx}\n{WORDS}\n.TP\n.B one\ntwo \\fIthree\\fR\n"))
        ),
        Format::Rst => repeated(&|idx| {
            format!("Part {idx}\n===========\n\n{WORDS} `Back <https://weir.example/>`_\n\n- one\n- *two*\n\n")
        }),
        Format::Asciidoc => {
            repeated(&|idx| format!("== Part {idx}\n\n{WORDS} https://weir.example/[Back]\n\n* one\n* _two_\n\n"))
        }
        Format::Org => {
            repeated(&|idx| format!("** Part {idx}\n{WORDS} [[https://weir.example/][Back]]\n\n- one\n- /two/\n\n"))
        }
        _ => repeated(&|idx| format!("Part {idx}\n\n{WORDS}\n\n- one\n- two\n\n")),
    };
    text.into_bytes()
}

/// Returns a book with eight parts a chapter.
fn book(n_parts: usize, html: &dyn Fn(usize) -> String) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &str| {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    };
    add("mimetype", "application/epub+zip");
    add(
        "META-INF/container.xml",
        "<?xml version=\"1.0\"?><container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles><rootfile full-path=\"b.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>",
    );
    let n_chapters = n_parts.div_ceil(8);
    let items: String = (0..n_chapters)
        .map(|n| format!("<item id=\"c{n}\" href=\"c{n}.xhtml\" media-type=\"application/xhtml+xml\"/>"))
        .collect();
    let spine: String = (0..n_chapters).map(|n| format!("<itemref idref=\"c{n}\"/>")).collect();
    add(
        "b.opf",
        &format!(
            "<?xml version=\"1.0\"?><package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"i\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:identifier id=\"i\">b</dc:identifier><dc:title>Weirs</dc:title><dc:language>en</dc:language></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
        ),
    );
    for chapter in 0..n_chapters {
        let parts: String = (chapter * 8..n_parts.min(chapter * 8 + 8)).map(html).collect();
        add(
            &format!("c{chapter}.xhtml"),
            &format!(
                "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body>{}</body></html>",
                parts.replace("<li>one<li><em>two</em>", "<li>one</li>")
            ),
        );
    }
    archive.finish().unwrap().into_inner()
}
