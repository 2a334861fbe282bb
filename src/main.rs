//! Arguments to a run to an exit code; the only place that chooses an exit code.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use recto::cli::{self, Cli, Outcome};
use recto::run::End;

/// Could not open or show what was asked for.
const FAILED: u8 = 1;
/// Was called in a way that makes no sense.
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    match cli::run(Cli::parse()) {
        Ok(Outcome::Done | Outcome::Read(End::Quit)) => ExitCode::SUCCESS,
        Ok(Outcome::Read(End::By(signal))) => signal.exit_code().map_or(ExitCode::SUCCESS, ExitCode::from),
        // Whoever read our output has seen enough.
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("recto: {error}");
            ExitCode::from(if error.is_usage() { MISUSED } else { FAILED })
        }
    }
}
