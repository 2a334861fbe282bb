//! Any bytes as an EPUB book: an archive, or files that are made one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use recto::format::Format;

fuzz_target!(|bytes: &[u8]| recto_fuzz::read(Format::Epub, &recto_fuzz::archive(bytes)));
