//! Any text at any measure: every line can be reached from either end, and none is wider than the measure allows.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use recto::format::{Format, parse};
use recto::layout::{Layout, Style};

fuzz_target!(|input: (u8, &str)| {
    let (measure, text) = input;
    let document = Arc::new(parse(Format::Markdown, text));
    let mut layout = Layout::new(document, Style { measure: usize::from(measure), ..Style::default() });
    let (first, last) = (layout.first(), layout.last());
    let (end, forwards) = layout.advance(first, isize::MAX);
    let (start, backwards) = layout.advance(last, isize::MIN + 1);
    assert_eq!((end, start, forwards), (last, first, -backwards));
});
