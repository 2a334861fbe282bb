//! Any bytes as a web page, whole and its main text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use recto::format::Format;

fuzz_target!(|bytes: &[u8]| recto_fuzz::read(Format::Html, bytes));
