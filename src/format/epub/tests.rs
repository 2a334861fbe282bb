#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::document::LinkTarget;

const CONTAINER: &str = r#"<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
    <rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;

/// A book that is made for a test: its files in order, each with its name.
#[derive(Clone, Default)]
struct Made {
    files: Vec<(String, Vec<u8>)>,
}

impl Made {
    /// Makes a sound book of pages, which are named in the spine in their order.
    fn of(pages: &[(&str, &str)]) -> Self {
        let mut made = Self::default().with("mimetype", "application/epub+zip").with(CONTAINER_PATH, CONTAINER);
        let mut items = String::new();
        let mut references = String::new();
        for (idx, (name, body)) in pages.iter().enumerate() {
            let _ = write!(items, r#"<item id="i{idx}" href="{name}" media-type="application/xhtml+xml"/>"#);
            let _ = write!(references, r#"<itemref idref="i{idx}"/>"#);
            made = made.with(&format!("OPS/{name}"), &page(body));
        }
        made.with("OPS/book.opf", &package("", &items, &references))
    }

    fn with(mut self, name: &str, text: &str) -> Self {
        self.files.retain(|(known, _)| known != name);
        self.files.push((name.to_owned(), text.as_bytes().to_vec()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.files.retain(|(known, _)| known != name);
        self
    }

    /// Changes a file's text.
    fn changed(mut self, name: &str, from: &str, to: &str) -> Self {
        for (_, bytes) in self.files.iter_mut().filter(|(known, _)| known == name) {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.contains(from), "{name} has no {from}");
            *bytes = text.replace(from, to).into_bytes();
        }
        self
    }

    fn with_nav(self, list: &str) -> Self {
        let nav = page(&format!("<nav epub:type='toc'><h2>Contents</h2>{list}</nav>"));
        let item =
            r#"<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest>"#;
        self.with("OPS/nav.xhtml", &nav).changed("OPS/book.opf", "</manifest>", item)
    }

    fn with_ncx(self, points: &str) -> Self {
        let ncx = format!("<ncx><navMap>{points}</navMap></ncx>");
        let item = r#"<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>"#;
        self.with("OPS/toc.ncx", &ncx).changed("OPS/book.opf", "</manifest>", item).changed(
            "OPS/book.opf",
            "<spine>",
            r#"<spine toc="ncx">"#,
        )
    }

    fn bytes(&self) -> Vec<u8> {
        self.packed(CompressionMethod::Deflated)
    }

    fn packed(&self, method: CompressionMethod) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &self.files {
            let method = if name == "mimetype" { CompressionMethod::Stored } else { method };
            zip.start_file(name.as_str(), SimpleFileOptions::default().compression_method(method)).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

const CONTAINER_PATH: &str = "META-INF/container.xml";

fn package(metadata: &str, items: &str, references: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><package version="3.0" xmlns="http://www.idpf.org/2007/opf" xml:lang="en"><metadata
        xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Book</dc:title>{metadata}</metadata>
        <manifest>{items}</manifest><spine>{references}</spine></package>"#
    )
}

fn page(body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"
        xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title><style>p {{}}</style></head><body>{body}</body></html>"#
    )
}

fn read(bytes: Vec<u8>) -> Result<Document> {
    parse(Cursor::new(bytes), &mut |_| ControlFlow::Continue(()))
}

/// Checks that a book reads as these blocks: a heading is its level in `#`, another kind its first letter.
fn check(made: &Made, expected: &[&str]) -> Document {
    check_bytes(made.bytes(), expected)
}

fn check_bytes(bytes: Vec<u8>, expected: &[&str]) -> Document {
    let document = read(bytes).unwrap();
    document.check_invariants().unwrap();
    let leaves = document.blocks().iter().filter(|block| !block.kind.is_container());
    let line = |block: &crate::document::Block| {
        let text = document.slice(block.range);
        match block.kind {
            BlockKind::Heading(level) => format!("{} {text}", "#".repeat(usize::from(level))),
            BlockKind::Paragraph => text.to_owned(),
            BlockKind::Figure(idx) => format!("Figure {} {text}", document.resources()[idx as usize].address),
            kind => format!("{kind:?} {text}"),
        }
    };
    assert_eq!(leaves.map(line).collect::<Vec<_>>(), expected);
    document
}

fn says(bytes: Vec<u8>, said: &str) {
    let error = read(bytes).unwrap_err().to_string();
    assert!(error.contains(said), "{error}");
}

fn n_warnings(document: &Document, kind: WarningKind) -> u32 {
    document.warnings().iter().filter(|warning| warning.kind == kind).map(|warning| warning.count).sum()
}

fn two_chapters() -> Made {
    Made::of(&[("a.xhtml", "<h1>One</h1><p>First.</p>"), ("b.xhtml", "<h1>Two</h1><p>Second.</p>")])
}

const TWO_CHAPTERS: [&str; 5] = ["Title The Book", "# One", "First.", "# Two", "Second."];

#[test]
fn reads_the_spine_in_its_order() {
    let document = check(&two_chapters(), &TWO_CHAPTERS);
    assert_eq!(document.warnings(), []);
    assert_eq!(document.meta().title.as_deref(), Some("The Book"));
    assert_eq!(document.meta().language.as_deref(), Some("en"));
}

#[test]
fn keeps_what_the_book_says_of_itself() {
    let metadata = r##"<dc:title id="s">A Sub-Title</dc:title><meta refines="#s" property="title-type">subtitle</meta>
        <dc:creator id="a">Ann Author</dc:creator><meta refines="#a" property="role">aut</meta>
        <dc:creator id="i">Ian Illustrator</dc:creator><meta refines="#i" property="role">ill</meta>
        <dc:creator opf:role="aut">Bo &amp; Co</dc:creator><dc:date>2020-01-02</dc:date>
        <dc:date opf:event="publication">2019</dc:date><dc:publisher>The  Press</dc:publisher>
        <dc:language>en-GB</dc:language>"##;
    let items = r#"<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>"#;
    let made = Made::of(&[("a.xhtml", "<p>Text.</p>")]);
    let made = made.with("OPS/book.opf", &package(metadata, items, r#"<itemref idref="a"/>"#));
    let document = check(&made, &["Title The Book: A Sub-Title", "Byline Ann Author, Bo & Co", "Text."]);
    let meta = document.meta();
    assert_eq!(meta.byline.as_deref(), Some("Ann Author, Bo & Co"));
    assert_eq!((meta.date.as_deref(), meta.site.as_deref()), (Some("2019"), Some("The Press")));
    assert_eq!(meta.language.as_deref(), Some("en-GB"));
}

#[test]
fn says_the_title_once_and_shows_the_cover_once() {
    let made = Made::of(&[("a.xhtml", "<h1>The Book</h1><p>By Ann.</p>"), ("b.xhtml", "<p>Text.</p>")]);
    check(&made, &["# The Book", "By Ann.", "Text."]);
    let cover = r#"<item id="c" href="img/cover.png" properties="cover-image" media-type="image/png"/></manifest>"#;
    let with_cover = made.with("OPS/img/cover.png", "\u{89}PNG").changed("OPS/book.opf", "</manifest>", cover);
    check(&with_cover, &["Figure OPS/img/cover.png ", "# The Book", "By Ann.", "Text."]);
    let on_page =
        with_cover.with("OPS/a.xhtml", &page("<svg><image xlink:href='img/cover.png'/></svg><h1>The Book</h1>"));
    check(&on_page, &["Figure OPS/img/cover.png ", "# The Book", "Text."]);
}

#[test]
fn takes_titles_and_levels_from_the_contents() {
    let made = Made::of(&[
        ("p.xhtml", "<p class='n'>PART ONE</p>"),
        ("a.xhtml", "<h1>Chapter 1</h1><p>x</p><h2>Aside</h2><p>y</p>"),
        ("b.xhtml", "<p>No heading here.</p><p>Still <a id='mid'/>going.</p>"),
        ("c.xhtml", "<h3>1.</h3><h3>Its title</h3><p>z</p>"),
    ]);
    let list = "<ol><li><a href='p.xhtml'>Part One</a><ol><li><a href='a.xhtml'>Chapter 1</a></li>
        <li><a href='b.xhtml'>Chapter 2</a><ol><li><a href='b.xhtml#mid'>Middle</a></li></ol></li></ol></li>
        <li><span>Part Two</span><ol><li><a href='c.xhtml'>1. Its title</a></li></ol></li></ol>";
    let expected = [
        "Title The Book",
        "# PART ONE",
        "## Chapter 1",
        "x",
        "### Aside",
        "y",
        "## Chapter 2",
        "No heading here.",
        "### Middle",
        "Still going.",
        "# Part Two",
        "## 1.",
        "## Its title",
        "z",
    ];
    check(&made.clone().with_nav(list), &expected);
    let point = |title: &str, place: &str, inside: &str| {
        format!("<navPoint><navLabel><text>{title}</text></navLabel><content src='{place}'/>{inside}</navPoint>")
    };
    let middle = point("Middle", "b.xhtml#mid", "");
    let chapters = point("Chapter 1", "a.xhtml", "") + &point("Chapter 2", "b.xhtml", &middle);
    let points = point("Part One", "p.xhtml", &chapters)
        + &format!(
            "<navPoint><navLabel><text>Part Two</text></navLabel>{}</navPoint>",
            point("1. Its title", "c.xhtml", "")
        );
    check(&made.with_ncx(&points), &expected);
}

#[test]
fn a_heading_is_not_doubled() {
    let made = Made::of(&[
        ("a.xhtml", "<section id='s'><div><a id='t'/><h2>The  <em>first</em></h2></div><p>x</p></section>"),
        ("b.xhtml", "<p>An epigraph before it.</p><h2 id='two'>SECOND</h2><p>y</p>"),
    ]);
    let list = "<ol><li><a href='a.xhtml#s'>The first</a></li><li><a href='b.xhtml'>Second</a></li></ol>";
    let expected = ["Title The Book", "# The first", "x", "An epigraph before it.", "# SECOND", "y"];
    check(&made.with_nav(list), &expected);
}

#[test]
fn links_lead_across_files() {
    let made = Made::of(&[
        (
            "text/a.xhtml",
            "<p>See <a href='../b.xhtml#n'>two</a>, <a href='/OPS/B.xhtml'>it</a>, <a href='#own'>own</a>, <a href='http://x.org/'>out</a>, <a href='none.xhtml'>none</a>, <a href='../../../../etc/passwd'>away</a>.</p><p id='own'>Own.</p>",
        ),
        ("b.xhtml", "<p>Zero.</p><p id='n'>Note.</p>"),
    ]);
    let document = read(made.bytes()).unwrap();
    let leads = |idx: usize| match &document.links()[idx].target {
        LinkTarget::Inside(offset) => document.text()[offset.index()..].lines().next().unwrap().to_owned(),
        LinkTarget::Address(address) => address.clone(),
        LinkTarget::Nowhere(_) => "nowhere".to_owned(),
        other => format!("{other:?}"),
    };
    let found: Vec<_> = (0..document.links().len()).map(leads).collect();
    assert_eq!(found, ["Note.", "Zero.", "Own.", "http://x.org/", "nowhere", "nowhere"]);
    assert!(document.target("text/a.xhtml:own").is_some());
    assert_eq!(document.text().matches("Zero").count(), 1);
}

#[test]
fn pages_outside_the_order_come_last_if_they_are_linked() {
    let made = Made::of(&[
        ("a.xhtml", "<p>A <a href='notes.xhtml#1'>note</a>.</p>"),
        ("ad.xhtml", "<p>Nobody links here.</p>"),
        ("notes.xhtml", "<p id='1'>The note. <a href='loose.xhtml'>More</a></p>"),
        ("z.xhtml", "<p>The end.</p>"),
    ]);
    let made = made.with("OPS/loose.xhtml", &page("<p>In no spine.</p>"));
    let made = made
        .changed("OPS/book.opf", r#"<itemref idref="i1"/>"#, r#"<itemref idref="i1" linear="no"/>"#)
        .changed("OPS/book.opf", r#"<itemref idref="i2"/>"#, r#"<itemref idref="i2" linear="no"/>"#);
    check(&made, &["Title The Book", "A note.", "The end.", "The note. More", "In no spine."]);
}

#[test]
fn numbers_of_printed_pages_are_places() {
    let body = "<p>One <span epub:type='pagebreak' id='x' title='12'>12</span>two.</p><p role='doc-pagebreak' aria-label='xiii'></p><p>Three.</p>";
    let document = check(&Made::of(&[("a.xhtml", body)]), &["Title The Book", "One two.", "Three."]);
    assert_eq!(document.target("page-12").map(|at| &document.text()[at.index()..]), Some("two.\nThree."));
    assert_eq!(document.target("page-xiii").map(|at| &document.text()[at.index()..]), Some("Three."));
}

#[test]
fn verse_keeps_its_lines() {
    let made = Made::of(&[(
        "a.xhtml",
        "<div class='stanza'><div>One line<span class='lnum'>10</span>\n </div><div><p>and\n one</p><p>more</p></div></div>",
    )]);
    check(&made, &["Title The Book", "Verse One line\u{2003}10\nand one\nmore"]);
}

#[test]
fn drawings_are_read_for_their_words() {
    let drawing = "<svg xmlns='http://www.w3.org/2000/svg'><title>A plan</title><style>t {}</style><text>Here <tspan>we</tspan> are</text><text>there</text></svg>";
    let items =
        r#"<item id="a" href="a.svg" media-type="image/svg+xml"/><item id="b" href="b.png" media-type="image/png"/>"#;
    let made = Made::of(&[]).with("OPS/a.svg", drawing).with("OPS/b.png", "");
    let made = made.with("OPS/book.opf", &package("", items, r#"<itemref idref="a"/><itemref idref="b"/>"#));
    check(&made, &["Title The Book", "Figure OPS/a.svg ", "Verse Here we are\nthere", "Figure OPS/b.png "]);
}

#[test]
fn says_what_is_no_ordinary_text() {
    let fixed = r#"<meta property="rendition:layout">pre-paginated</meta></metadata>"#;
    let made = two_chapters().changed("OPS/book.opf", "</metadata>", fixed);
    let document = read(made.bytes()).unwrap();
    assert!(document.text().contains("laid out like pictures"), "{}", document.text());
    let pages: Vec<(String, String)> =
        (0..5).map(|idx| (format!("{idx}.xhtml"), format!("<img src='{idx}.jpg' alt='Panel {idx}'/>"))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(name, body)| (name.as_str(), body.as_str())).collect();
    let comic = (0..5).fold(Made::of(&pages), |made, idx| made.with(&format!("OPS/{idx}.jpg"), "x"));
    let document = read(comic.bytes()).unwrap();
    assert!(document.text().contains("A book of pictures"), "{}", document.text());
    assert_eq!(document.resources()[0].alt, "Panel 0");
}

#[test]
fn damaged_containers_are_read_as_well_as_may_be() {
    let sound = two_chapters();
    // The type last, compressed, or missing: programs that make books often get it wrong.
    let late = sound.clone().without("mimetype").with("mimetype", "application/epub+zip");
    assert_eq!(n_warnings(&check(&late, &TWO_CHAPTERS), WarningKind::Malformed), 1);
    assert_eq!(n_warnings(&check(&sound.clone().without("mimetype"), &TWO_CHAPTERS), WarningKind::Malformed), 1);
    check_bytes(sound.packed(CompressionMethod::Stored), &TWO_CHAPTERS);
    // No container, one that names nothing, one that is no XML.
    check(&sound.clone().without(CONTAINER_PATH), &TWO_CHAPTERS);
    check(&sound.clone().changed(CONTAINER_PATH, "OPS/book.opf", "gone.opf"), &TWO_CHAPTERS);
    check(&sound.clone().with(CONTAINER_PATH, "<<<\0"), &TWO_CHAPTERS);
    check(&sound.clone().changed(CONTAINER_PATH, "OPS/book.opf", "../OPS\\Book.OPF"), &TWO_CHAPTERS);
    // All of it in a folder of its own.
    let mut inner = sound.clone();
    inner.files.iter_mut().for_each(|(name, _)| *name = format!("The Book.epub/{name}"));
    check(&inner, &TWO_CHAPTERS);
    // Nothing but pages, in natural order.
    let loose = Made::default().with("10.html", &page("<p>Ten.</p>")).with("9.html", &page("<p>Nine.</p>"));
    let document = check(&loose, &["Nine.", "Ten."]);
    assert!(n_warnings(&document, WarningKind::Malformed) > 0);
}

#[test]
fn damaged_packages_are_read_as_well_as_may_be() {
    let sound = two_chapters();
    let opf = "OPS/book.opf";
    check(&sound.clone().changed(opf, "</metadata>", "</metadata"), &TWO_CHAPTERS);
    check(&sound.clone().changed(opf, "</package>", "<!-- "), &TWO_CHAPTERS);
    let without_spine = sound.clone().changed(opf, r#"<spine><itemref idref="i0"/><itemref idref="i1"/></spine>"#, "");
    check(&without_spine, &TWO_CHAPTERS);
    let unknown =
        sound.clone().changed(opf, r#"<itemref idref="i0"/>"#, r#"<itemref idref="gone"/><itemref idref="i0"/>"#);
    assert_eq!(n_warnings(&check(&unknown, &TWO_CHAPTERS), WarningKind::Malformed), 1);
    let twice = sound.clone().changed(opf, "</spine>", r#"<itemref idref="i0"/></spine>"#);
    check(&twice, &TWO_CHAPTERS);
    let missing = sound.clone().without("OPS/a.xhtml");
    let document = check(&missing, &["Title The Book", "# Two", "Second."]);
    assert_eq!(n_warnings(&document, WarningKind::Malformed), 1);
    check(&sound.clone().changed(opf, r#"href="a.xhtml""#, r#"href="A%2Exhtml""#), &TWO_CHAPTERS);
    check(&sound.clone().changed(opf, r#"href="a.xhtml""#, r#"href="../../OPS\a.xhtml""#), &TWO_CHAPTERS);
    check(&sound.with(opf, ""), &["# One", "First.", "# Two", "Second."]);
}

#[test]
fn broken_pages_are_read_as_well_as_may_be() {
    let made = Made::of(&[("a.xhtml", "<p>One <b>two<p>three &nbsp;&bogus; <i/>four</div></body>"), ("b.xhtml", "")]);
    let document = check(&made, &["Title The Book", "One two", "three \u{a0}&bogus; four"]);
    assert_eq!(document.warnings(), []);
    let mut made = two_chapters();
    let latin = page("<p>caf\u{e9}</p>").replace("UTF-8", "ISO-8859-1");
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    made.files.iter_mut().filter(|(name, _)| name == "OPS/a.xhtml").for_each(|(_, bytes)| bytes.clone_from(&latin));
    check(&made, &["Title The Book", "café", "# Two", "Second."]);
}

#[test]
fn an_entry_that_stands_twice_is_read_once() {
    // The writer refuses to write a name twice, so one is renamed afterwards.
    let made = two_chapters().with("OPS/c.xhtml", &page("<p>Other.</p>"));
    let mut bytes = made.packed(CompressionMethod::Stored);
    while let Some(at) = memchr::memmem::find(&bytes, b"OPS/c.xhtml") {
        bytes[at + 4] = b'a';
    }
    let document = read(bytes).unwrap();
    assert!(document.text().contains("# Two") || document.text().contains("Two"));
    assert!(n_warnings(&document, WarningKind::Malformed) > 0);
}

#[test]
fn a_cut_archive_gives_what_it_has() {
    let bytes = two_chapters().packed(CompressionMethod::Stored);
    let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    let document = check_bytes(bytes[..directory].to_vec(), &TWO_CHAPTERS);
    assert!(n_warnings(&document, WarningKind::Malformed) > 0);
    let second = memchr::memmem::find(&bytes, b"Second").unwrap();
    let document = read(bytes[..second].to_vec()).unwrap();
    assert!(document.text().contains("First."));
    says(bytes[..10].to_vec(), "damaged archive");
    says(Vec::new(), "damaged archive");
    says(b"PK\x03\x04 nothing of the kind".to_vec(), "damaged archive");
}

#[test]
fn bombs_do_not_go_off() {
    let bomb = format!("<p>start {}", " ".repeat(200 << 20));
    let document = check(&two_chapters().with("OPS/a.xhtml", &bomb), &["Title The Book", "# Two", "Second."]);
    assert_eq!(n_warnings(&document, WarningKind::Truncated), 1);
    let document = read(two_chapters().with("OPS/book.opf", &" ".repeat(64 << 20)).bytes()).unwrap();
    assert!(document.text().contains("Second."));
}

#[test]
fn many_deep_and_long_things_take_no_longer_than_they_must() {
    let deep = format!("<ol>{}", "<li><a href='a.xhtml'>x</a><ol>".repeat(20_000));
    read(two_chapters().with_nav(&deep).bytes()).unwrap().check_invariants().unwrap();
    let places: String = (0..20_000).fold(String::new(), |all, idx| all + &format!("<p id='p{idx}'>word</p>"));
    let list: String =
        (0..20_000).fold(String::new(), |all, idx| all + &format!("<li><a href='a.xhtml#p{idx}'>T {idx}</a></li>"));
    let made = Made::of(&[("a.xhtml", &places)]).with_nav(&format!("<ol>{list}</ol>"));
    let document = read(made.bytes()).unwrap();
    assert_eq!(document.sections().len(), 20_000);
}

fn encryption(method: &str, path: &str) -> String {
    format!(
        r#"<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#">
        <enc:EncryptedData><enc:EncryptionMethod Algorithm="{method}"/><enc:CipherData><enc:CipherReference URI="{path}"/>
        </enc:CipherData></enc:EncryptedData></encryption>"#
    )
}

#[test]
fn protected_books_are_told_of() {
    let scrambled: String = (0..4000_u32).map(|idx| char::from((idx * 97 % 31) as u8 + 1)).collect();
    let aes = encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/a.xhtml");
    let locked = Made::of(&[("a.xhtml", "")]).with("OPS/a.xhtml", &scrambled);
    let with_list = locked.clone().with("META-INF/encryption.xml", &aes);
    says(with_list.bytes(), "the book is protected (DRM)");
    let adept =
        with_list.clone().with("META-INF/rights.xml", "<adept:rights xmlns:adept='http://ns.adobe.com/adept'/>");
    says(adept.bytes(), "protected by Adobe ADEPT (DRM)");
    says(with_list.with("META-INF/license.lcpl", "{}").bytes(), "protected by Readium LCP (DRM)");
    says(locked.with("META-INF/sinf.xml", "<fairplay:sinf/>").bytes(), "protected by Apple FairPlay (DRM)");
    // One page of two: the other is read.
    let half = two_chapters().with("OPS/a.xhtml", &scrambled).with("META-INF/encryption.xml", &aes);
    let document = check(&half, &["Title The Book", "# Two", "Second."]);
    assert_eq!(n_warnings(&document, WarningKind::Malformed), 1);
}

#[test]
fn obfuscated_fonts_and_empty_locks_are_no_protection() {
    for method in ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"] {
        let made = two_chapters().with("META-INF/encryption.xml", &encryption(method, "OPS/font.otf"));
        assert_eq!(check(&made, &TWO_CHAPTERS).warnings(), []);
    }
    // The lock was taken off, its papers were left.
    let open = two_chapters()
        .with("META-INF/encryption.xml", &encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/a.xhtml"))
        .with("META-INF/rights.xml", "<rights/>");
    check(&open, &TWO_CHAPTERS);
}

#[test]
fn the_first_chapters_come_before_the_rest() {
    let chapter = format!("<h1>Chapter</h1>{}", "<p>Some words that go on for a while.</p>".repeat(1000));
    let pages: Vec<String> = (0..60).map(|idx| format!("{idx}.xhtml")).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|name| (name.as_str(), chapter.as_str())).collect();
    let bytes = Made::of(&pages).bytes();
    let mut parts = Vec::new();
    let whole = parse(Cursor::new(bytes.clone()), &mut |part| {
        parts.push(part);
        ControlFlow::Continue(())
    });
    let whole = whole.unwrap();
    assert_eq!(parts.len(), 2);
    assert!(parts[0].text().len() < 64 << 10);
    assert!(whole.is_complete() && parts.iter().all(|part| !part.is_complete()));
    for part in &parts {
        part.check_invariants().unwrap();
        assert!(whole.text().starts_with(part.text()));
    }
    let first = parse(Cursor::new(bytes), &mut |_| ControlFlow::Break(())).unwrap();
    assert_eq!(first, parts[0]);
}

#[test]
fn mangled_books_are_read_or_refused() {
    let books = [
        two_chapters().with_nav("<ol><li><a href='a.xhtml'>One</a></li><li><a href='b.xhtml#x'>Two</a></li></ol>"),
        two_chapters().with_ncx("<navPoint><navLabel><text>A</text></navLabel><content src='a.xhtml'/></navPoint>"),
        two_chapters().with("META-INF/encryption.xml", &encryption("x", "OPS/a.xhtml")),
    ];
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below.max(1) as u64).unwrap()
    };
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        for book in &books {
            let sound = book.packed(method);
            for _ in 0..300 {
                let mut bytes = sound.clone();
                for _ in 0..=random(4) {
                    let (from, length) = (random(bytes.len()), random(64));
                    let to = (from + length).min(bytes.len());
                    match random(4) {
                        0 if !bytes.is_empty() => bytes[from] ^= 1 << random(8),
                        1 => bytes.truncate(from),
                        2 => drop(bytes.drain(from..to)),
                        _ => {
                            let copied = bytes[from..to].to_vec();
                            let at = random(bytes.len());
                            bytes.splice(at..at, copied);
                        }
                    }
                }
                match read(bytes) {
                    Ok(document) => document.check_invariants().unwrap(),
                    Err(error) => assert!(!error.to_string().is_empty()),
                }
            }
        }
    }
}

#[test]
fn notes_are_found_across_files() {
    let chapter = |file: &str, said: &str| {
        format!(
            "<p>{said}<a epub:type='noteref' href='notes.xhtml#{file}1'>1</a> and<a epub:type='noteref' \
             href='#aside'>2</a>.</p><aside epub:type='footnote' id='aside'><p>Aside of {file}.</p></aside>"
        )
    };
    let notes = "<p id='a1'>End of a.</p><aside epub:type='endnote' id='b1'><p>End of b.</p></aside>";
    let (a, b) = (chapter("a", "First"), chapter("b", "Second"));
    let document = read(Made::of(&[("a.xhtml", &a), ("b.xhtml", &b), ("notes.xhtml", notes)]).bytes()).unwrap();
    document.check_invariants().unwrap();
    let referred = document.marks().iter().filter_map(|mark| match mark.kind {
        crate::document::MarkKind::FootnoteRef(idx) => document.footnotes()[idx as usize].range,
        _ => None,
    });
    let texts: Vec<&str> = referred.map(|range| document.slice(range)).collect();
    assert_eq!(texts, ["End of a.", "Aside of a.", "End of b.", "Aside of b."]);
}
