//! Any bytes through any parser: a document whose invariants hold, whose text is clean, and which Markdown keeps.

#![no_main]

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use recto::article::Locator;
use recto::export::{Kind, export};
use recto::format::{Format, parse};
use recto::source::{LoadOptions, read};

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let format = Format::ALL[usize::from(choice) % Format::ALL.len()];
    let options = LoadOptions { format: Some(format) };
    let article = read(bytes, None, &Locator::Stdin, &options, &mut |_| ControlFlow::Continue(()));
    let document = article.expect("a slice can be read").document;
    document.check_invariants().expect("the builder keeps them");
    let again = parse(Format::Markdown, &export(&document, Kind::Markdown));
    assert_eq!(again.text(), document.text());
});
