//! What a reader waits for: a key to its frame, a jump, a search, and the reading of a whole text.
//!
//! Each is measured on a short text and on a long one side by side: the figures must not grow with the text, but for
//! reading and searching, which must grow no faster than it.

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

use divan::{Bencher, black_box, counter::BytesCount};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use recto::app::{App, Effect, Event, Opens, Options, Outcome};
use recto::article::{Article, Locator};
use recto::config::Depth;
use recto::document::find::{Query, find_chunked};
use recto::format::{Format, parse, parse_bytes};
use recto::input::KeyPress;
use recto::picture::Choice;
use recto::source::{self, LoadOptions};
use recto::text::width::{Ambiguous, Widths};
use recto::ui;

const SHORT: usize = 8 << 10;
const LONG: usize = 100 << 20;

fn main() {
    divan::main();
}

/// Returns about `length` bytes of prose in sections, a paragraph a line, as the shortest plain articles have it.
fn prose(length: usize) -> String {
    const WORDS: [&str; 16] = [
        "the", "reader", "of", "long", "articles", "keeps", "a", "place", "in", "each", "text", "and", "finds", "it",
        "again", "tomorrow",
    ];
    let mut text = String::with_capacity(length + 1024);
    let mut seed = 7_usize;
    let mut n_paragraphs = 0;
    while text.len() < length {
        if n_paragraphs % 5 == 0 {
            text.push_str(&format!("How Part {} Came About\n", n_paragraphs / 5));
        }
        for idx in 0..120 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(WORDS[(seed >> 33) % WORDS.len()]);
            text.push_str(if idx == 119 {
                ".\n"
            } else if idx % 12 == 11 {
                ". "
            } else {
                " "
            });
        }
        n_paragraphs += 1;
    }
    text
}

fn article(length: usize) -> Article {
    let text = prose(length);
    let locator = Locator::Stdin;
    let size = Some(text.len() as u64);
    source::read(text.as_bytes(), size, &locator, &LoadOptions::default(), &mut |_| ControlFlow::Continue(())).unwrap()
}

fn app(length: usize) -> App {
    let options = Options {
        columns: 200,
        rows: 60,
        shelf: vec![Locator::Stdin],
        opens: Opens::Only,
        depth: Depth::True,
        theme: None,
        measure: None,
        page_view: None,
        order: recto::layout::Order::Ours,
        ambiguous: Ambiguous::default(),
        widths: Widths::default(),
        library: false,
        pictures: Choice::default(),
        cell: recto::picture::USUAL_CELL,
    };
    let (mut app, effects) = App::new(options);
    let job = effects.iter().find_map(|effect| match effect {
        Effect::Load { job, .. } => Some(*job),
        _ => None,
    });
    app.update(Event::Done(job.unwrap(), Outcome::Loaded(article(length))));
    app
}

fn frame(app: &mut App, key: char) -> Buffer {
    app.update(Event::Key(KeyPress::char(key)));
    let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 60));
    ui::draw(app, &mut buffer);
    buffer
}

/// A line down: the model's update and the frame at 200x60.
#[divan::bench(args = [SHORT, LONG], sample_count = 100)]
fn line_down(bencher: Bencher, length: usize) {
    let mut app = app(length);
    frame(&mut app, 'j');
    bencher.bench_local(|| black_box(frame(&mut app, 'j')));
}

/// The end and back to the start, each with its frame: nothing near was laid out before.
#[divan::bench(args = [SHORT, LONG], sample_count = 50)]
fn end_and_start(bencher: Bencher, length: usize) {
    let mut app = app(length);
    bencher.bench_local(|| (frame(&mut app, 'G'), frame(&mut app, 'g')));
}

/// The next section and its frame.
#[divan::bench(args = [SHORT, LONG], sample_count = 50)]
fn next_section(bencher: Bencher, length: usize) {
    let mut app = app(length);
    bencher.bench_local(|| black_box(frame(&mut app, ']')));
}

/// Reading a plain text: cleaning, blocks, sections.
#[divan::bench(args = [1 << 20, 2 << 20, 16 << 20], sample_count = 5)]
fn read_plain(bencher: Bencher, length: usize) {
    let text = prose(length);
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse(Format::Plain, &text));
}

/// Reading a book: unpacking, the tree, blocks and sections of each chapter.
#[divan::bench(args = [1 << 20, 2 << 20, 4 << 20, 8 << 20, 16 << 20], sample_count = 5)]
fn read_epub(bencher: Bencher, length: usize) {
    let book = book(length);
    bencher.counter(BytesCount::new(length)).bench(|| {
        let whole = &mut |_| ControlFlow::Continue(());
        parse_bytes(Format::Epub, book.clone(), whole).unwrap()
    });
}

/// Returns a book of about `length` bytes of prose, a chapter for each 64 KiB.
fn book(length: usize) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut file = |name: &str, text: &str| {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    file("mimetype", "application/epub+zip");
    let n_chapters = length.div_ceil(64 << 10);
    let (mut items, mut references) = (String::new(), String::new());
    for idx in 0..n_chapters {
        let paragraphs = prose(64 << 10).lines().map(|line| format!("<p>{line}</p>\n")).collect::<String>();
        file(&format!("{idx}.xhtml"), &format!("<html><body><h1>Chapter {idx}</h1>{paragraphs}</body></html>"));
        items.push_str(&format!("<item id='c{idx}' href='{idx}.xhtml' media-type='application/xhtml+xml'/>"));
        references.push_str(&format!("<itemref idref='c{idx}'/>"));
    }
    file("book.opf", &format!("<package><manifest>{items}</manifest><spine>{references}</spine></package>"));
    zip.finish().unwrap().into_inner()
}

/// Finding a word that the text has everywhere, and one that it does not have.
#[divan::bench(args = ["tomorrow", "Zanzibar"], sample_count = 5)]
fn search(bencher: Bencher, typed: &str) {
    let article = article(16 << 20);
    let query = Query::new(typed).unwrap();
    bencher.counter(BytesCount::new(16_usize << 20)).bench(|| {
        let mut n_hits = 0;
        let whole = find_chunked(&article.document, &query, &mut |hits| {
            n_hits += hits.len();
            ControlFlow::Continue(())
        });
        (whole, n_hits)
    });
}
