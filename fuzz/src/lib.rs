//! What any bytes must keep in any format: no panic, a document whose invariants hold, and exports and a layout of it.

use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use recto::article::Locator;
use recto::document::{Document, Head};
use recto::export::{Kind, export};
use recto::format::{Format, parse};
use recto::layout::{Layout, Style};
use recto::source::{self, LoadOptions};
use zip::write::SimpleFileOptions;

/// Reads `bytes` as `format`, and does with the document what recto may do.
pub fn read(format: Format, bytes: &[u8]) {
    let options = LoadOptions { format: Some(format), ..LoadOptions::default() };
    let go_on = &mut |_| ControlFlow::Continue(());
    // Only a container that cannot be opened is an error.
    let Ok(article) = source::read(bytes, None, &Locator::Stdin, &options, go_on) else { return };
    check(&article.document);
    if article.document.extraction().is_some() {
        check(&article.document.main_text(Head::Shown).0);
    }
    let markdown = export(&article.document, Kind::Markdown);
    if format == Format::Markdown {
        assert_eq!(parse(Format::Markdown, &markdown).text(), article.document.text());
    }
    let json = export(&article.document, Kind::Json);
    assert_eq!(parse(Format::Json, &json).text(), article.document.text());
    export(&article.document, Kind::Html);
}

fn check(document: &Document) {
    document.check_invariants().expect("the builder keeps them");
    let mut layout = Layout::new(Arc::new(document.clone()), Style { measure: 40, ..Style::default() });
    let first = layout.first();
    layout.advance(first, 200);
}

/// Returns an archive: `bytes` if they are one, else one of the files in them, `name NUL content NUL` each.
pub fn archive(bytes: &[u8]) -> Vec<u8> {
    if bytes.starts_with(b"PK") {
        return bytes.to_vec();
    }
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut parts = bytes.split(|&byte| byte == 0);
    while let (Some(name), Some(content)) = (parts.next(), parts.next()) {
        if archive.start_file(String::from_utf8_lossy(name), options).is_ok() {
            archive.write_all(content).expect("memory takes it");
        }
    }
    archive.finish().expect("memory takes it").into_inner()
}
