//! Any bytes from the terminal, in any pieces: no panic, and nothing that is still open after it has settled.

#![no_main]

use libfuzzer_sys::fuzz_target;
use recto::terminal::Decoder;

fuzz_target!(|pieces: Vec<&[u8]>| {
    let mut decoder = Decoder::default();
    for piece in pieces {
        decoder.feed(piece, &mut |_| {});
    }
    decoder.settle(&mut |_| {});
});
