//! Widths as a terminal says that it draws them: the binary on one that answers as real ones do, and as none should.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod faked;

use std::fs;
use std::thread;
use std::time::Duration;

use faked::{Faked, XTERM};
use tempfile::TempDir;

/// As the attributes are asked for last, they are answered last.
const ATTRIBUTES: &str = "\x1b[?62;22c";
/// What says that characters of ambiguous width take two cells: `α…` was printed on row 2.
const WIDE: &str = "\x1b[2;5R";
const NARROW: &str = "\x1b[2;3R";

fn article(text: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.md"), text).unwrap();
    dir
}

/// Returns the screen that was written, by an emulator that draws each Greek letter in one cell.
fn screen(written: &str) -> String {
    let mut parser = vt100::Parser::new(24, 80, 0);
    parser.process(written.as_bytes());
    parser.screen().contents()
}

/// Checks how Greek is set: each letter at every cell, or at every other one.
#[track_caller]
fn check(environment: &[(&str, &str)], arguments: &[&str], answers: &[(u64, &str)], expected: &str) {
    let dir = article("# Words\n\nαβγδε ζηθικ\n");
    let answers: Vec<_> = answers.iter().map(|(delay, answer)| (*delay, (*answer).to_owned())).collect();
    let until = answers.iter().map(|(delay, _)| delay).sum::<u64>() + 700;
    let terminal = Faked::start_as(environment, &dir.path().join("a.md"), arguments, answers);
    terminal.wait_for("Words", 1);
    // Silence cannot be waited for in any other way.
    thread::sleep(Duration::from_millis(until));
    let shown = screen(&terminal.written());
    assert!(shown.contains(expected), "{shown}");
    assert!(!shown.contains("❤"), "nothing is left of what was measured: {shown}");
    let written = terminal.end();
    assert!(written.contains("\x1b[?1049l"));
}

#[test]
fn widths_are_the_ones_that_were_measured() {
    check(XTERM, &[], &[(0, NARROW), (0, ATTRIBUTES)], "αβγδε ζ");
    check(XTERM, &[], &[(0, WIDE), (0, ATTRIBUTES)], "α β γ δ ε  ζ");
}

#[test]
fn an_answer_counts_late_or_in_parts() {
    check(XTERM, &[], &[(1500, WIDE), (0, ATTRIBUTES)], "α β γ δ ε  ζ");
    check(XTERM, &[], &[(0, "\x1b["), (30, "2"), (30, ";5"), (30, "R"), (0, ATTRIBUTES)], "α β γ δ ε  ζ");
}

#[test]
fn without_an_answer_or_by_nonsense_a_table_counts() {
    check(XTERM, &[], &[], "αβγδε ζ");
    check(XTERM, &[], &[(0, ATTRIBUTES)], "αβγδε ζ");
    check(XTERM, &[], &[(0, "\x1b[1;5R\x1b[99;5R\x1b[2;99999R\x1b[2;77R\x1b[;R\x1b[2R"), (0, ATTRIBUTES)], "αβγδε ζ");
}

#[test]
fn a_choice_stands_above_the_answer() {
    check(XTERM, &["--ambiguous", "narrow"], &[(0, WIDE), (0, ATTRIBUTES)], "αβγδε ζ");
    check(XTERM, &["--ambiguous", "wide"], &[(0, ATTRIBUTES)], "α β γ δ ε  ζ");
}

#[test]
fn what_would_show_the_question_is_not_asked() {
    let dir = article("Words.\n");
    for environment in [&[("TERM", "linux")][..], &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")]] {
        let terminal = Faked::start_as(environment, &dir.path().join("a.md"), &[], vec![]);
        terminal.wait_for("Words", 1);
        assert!(!terminal.end().contains("\x1b[6n"), "{environment:?}");
    }
}

#[test]
fn a_console_is_sent_no_strings() {
    let dir = article("# Words\n\nA [link](https://example.org/) and its words.\n");
    for (term, has_links) in [("linux", false), ("vt220", false), ("cons25", false), ("xterm", true), ("foot", true)] {
        let terminal = Faked::start_as(&[("TERM", term)], &dir.path().join("a.md"), &[], vec![]);
        terminal.wait_for("its words", 1);
        let written = terminal.end();
        assert_eq!(written.contains("\x1b]8;id=1;https://example.org/"), has_links, "{term}: {written:?}");
        let has_strings = ["\x1b]", "\x1bP", "\x1b_"].iter().any(|start| written.contains(start));
        assert_eq!(has_strings, has_links, "{term}: {written:?}");
        assert!(screen(written.split("\x1b[?1049l").next().unwrap()).contains("A link and its words."), "{term}");
    }
}

#[test]
fn it_is_measured_hidden_and_erased_in_the_write_of_the_first_frame() {
    let dir = article("Words.\n");
    let terminal = Faked::start(&dir.path().join("a.md"), &[], ATTRIBUTES);
    terminal.wait_for("Words", 1);
    let written = terminal.end();
    let at = |what: &str| written.find(what).unwrap_or_else(|| panic!("no {what:?} in {written:?}"));
    let order = ["\x1b[?1049h", "\x1b[?2026h\x1b[8m", "α…\x1b[6n", "\x1b[2J", "Words", "\x1b[?2026l", "\x1b[c"];
    assert!(order.map(at).is_sorted(), "{order:?} {:?}", order.map(at));
    assert_eq!(written.matches("\x1b[6n").count(), 10);
}

#[test]
fn the_choice_is_live_and_lines_become_ascii() {
    let dir = article("# Words\n\nαβγδε ζηθικ\n\n| a | b |\n|---|---|\n| c | d |\n");
    let terminal = Faked::start(&dir.path().join("a.md"), &[], ATTRIBUTES);
    let shown = screen(&terminal.wait_for("Words", 1));
    assert!(shown.contains("αβγδε"), "{shown}");
    // The panel opens on its first choice; this one is the thirteenth.
    terminal.press("a");
    terminal.wait_for("Typography", 1);
    terminal.press("jjjjjjjjjjjjll");
    terminal.wait_until("wide letters", |written| screen(written).contains("α β γ"));
    let shown = screen(&terminal.written());
    assert!(shown.contains("wide") && !shown.contains('─'), "{shown}");
    assert!(shown.lines().any(|line| line.contains("+--")), "{shown}");
    terminal.press("hh");
    terminal.wait_until("narrow letters", |written| screen(written).contains("αβγδε"));
    terminal.press("q");
    terminal.end();
}

#[test]
fn a_size_that_changes_while_it_starts_is_seen() {
    let dir = article("# Words\n\nand more of them\n");
    for delay in [0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 30, 60] {
        let terminal = Faked::start(&dir.path().join("a.md"), &[], ATTRIBUTES);
        thread::sleep(Duration::from_millis(delay));
        terminal.resize(50, 17);
        terminal.wait_until("status line in the last row", |written| written.contains("\x1b[17;3Ha.md"));
        terminal.end();
    }
}
