//! What the library keeps through what can happen to it: a kill at any moment, a power cut, a full disk.
//!
//! `cargo test` runs a short form of each; `cargo test --release -- --ignored faults` all of it. What is done is drawn by
//! lot from a seed that is told, so that what fails is done again with `RECTO_SEED`.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod chance;
mod damage;
mod disk;
mod full;
mod kills;
mod power;
mod refused;
mod steps;
