//! Any bytes as a page saved as a message.

#![no_main]

use libfuzzer_sys::fuzz_target;
use recto::format::Format;

fuzz_target!(|bytes: &[u8]| recto_fuzz::read(Format::Mhtml, bytes));
