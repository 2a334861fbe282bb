//! The commands as scripts meet them: what goes to standard output, what to standard error, and the exit codes.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn recto(arguments: &[&str], stdin: Option<&[u8]>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NO_COLOR")
        // No rules for sites but those of the test.
        .env("XDG_CONFIG_HOME", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/config"))
        .env("TERM", "xterm-256color");
    command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if let (Some(bytes), Some(mut pipe)) = (stdin, child.stdin.take()) {
        // It may have ended before it read all.
        let _ = pipe.write_all(bytes);
    }
    child.wait_with_output().unwrap()
}

fn stdout(arguments: &[&str], stdin: Option<&[u8]>) -> String {
    let output = recto(arguments, stdin);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {errors}");
    assert_eq!(errors, "", "{arguments:?} talks");
    String::from_utf8(output.stdout).unwrap()
}

fn fails(arguments: &[&str], code: i32, told: &str) {
    let output = recto(arguments, None);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    assert!(errors.contains(told), "{arguments:?}: {errors}");
    assert!(output.stdout.is_empty(), "{arguments:?} writes data");
}

#[test]
fn without_arguments_and_terminal_a_bundled_article_is_printed() {
    assert!(stdout(&[], None).lines().count() > 20);
}

#[test]
fn outline_is_a_flat_array_in_reading_order() {
    let json = stdout(&["outline", "--json", "assets/alibaba-apple.txt"], None);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(rows.len(), 10);
    assert_eq!((&rows[0]["level"], &rows[0]["title"]), (&0.into(), &serde_json::Value::Null));
    let mut last = -1;
    for row in &rows {
        for key in ["level", "title", "offset", "words", "minutes", "confidence"] {
            assert!(row.get(key).is_some(), "{key} is missing in {row}");
        }
        let offset = row["offset"].as_i64().unwrap();
        assert!(offset > last);
        last = offset;
    }
    assert!(rows[1..].iter().all(|row| row["level"] == 1 && row["title"].is_string()));
}

#[test]
fn a_page_is_printed_by_its_main_text_or_whole() {
    const PAGE: &str = "assets/harbour-lights.html";
    let main = stdout(&["print", PAGE], None);
    assert!(main.starts_with("At the end of the mole"), "no title, no byline: {main}");
    assert!(main.contains("The mole\tgreen\tsteady"), "a table in the text belongs to it: {main}");
    assert!(main.contains("I do not think that he meant me."));
    for furniture in ["cookies", "Letters to the editor", "Never miss a tide", "Share this story", "Imprint"] {
        assert!(!main.contains(furniture), "{furniture}: {main}");
        assert!(stdout(&["print", "--whole", PAGE], None).contains(furniture), "{furniture}");
    }
    let sections = stdout(&["outline", PAGE], None);
    assert_eq!(sections.lines().count(), 4, "a lead and three sections: {sections}");
    let markdown = stdout(&["print", "--as", "markdown", PAGE], None);
    assert!(markdown.contains("title: \"Why harbour lights still burn\"") && markdown.contains("| The mole |"));
}

#[test]
fn a_wall_is_said_to_be_one() {
    let page = "<title>Just a moment</title><body><h1>weir.example</h1><p>Verify you are human by completing the \
                action below.</p><p>Please enable JavaScript and cookies to continue.</p>";
    let output = recto(&["print", "--format", "html", "-"], Some(page.as_bytes()));
    assert!(output.status.success());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("asks whether you are human: there is no article in it"), "{told}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("Verify you are human"));
}

#[test]
fn the_readers_own_rules_for_sites_come_first() {
    let page = |address: &str| {
        let words = "Water comes down the valley when the snow goes, and the keeper opens the gates. ".repeat(8);
        format!(
            "<title>Weir</title><link rel=canonical href={address}><body><article><h1>Weir</h1><p>{words}</p>\
             <p class=tides>{words} High at noon.</p><p>{words}</p></article>"
        )
    };
    let print = |address| stdout(&["print", "--format", "html", "-"], Some(page(address).as_bytes()));
    assert!(print("https://other.example/weir").contains("High at noon"));
    assert!(!print("https://weir.example/weir").contains("High at noon"));
}

#[test]
fn printing_keeps_to_the_width() {
    for width in ["20", "40", "72"] {
        let text = stdout(&["print", "--width", width, "assets/tour.md"], None);
        let limit: usize = width.parse().unwrap();
        for line in text.lines() {
            assert!(recto::text::width::width(line) <= limit, "{width}: {line}");
        }
    }
}

#[test]
fn every_form_of_printing_works() {
    assert!(stdout(&["print", "--as", "ansi", "assets/tour.md"], None).contains("\u{1b}["));
    assert!(!stdout(&["print", "--as", "text", "assets/tour.md"], None).contains('\u{1b}'));
    let markdown = stdout(&["print", "--as", "markdown", "assets/alibaba-apple.txt"], None);
    assert_eq!(markdown.lines().filter(|line| line.starts_with("# ")).count(), 9);
    let again = stdout(&["outline", "--json", "--format", "markdown", "-"], Some(markdown.as_bytes()));
    let outline = |json: &str| -> Vec<(serde_json::Value, serde_json::Value)> {
        let rows: Vec<serde_json::Value> = serde_json::from_str(json).unwrap();
        rows.iter().map(|row| (row["level"].clone(), row["title"].clone())).collect()
    };
    assert_eq!(outline(&again), outline(&stdout(&["outline", "--json", "assets/alibaba-apple.txt"], None)));
    let json = stdout(&["print", "--as", "json", "assets/tour.md"], None);
    assert_eq!(
        outline(&stdout(&["outline", "--json", "-"], Some(json.as_bytes()))),
        outline(&stdout(&["outline", "--json", "assets/tour.md"], None))
    );
}

#[test]
fn standard_input_is_read() {
    assert!(stdout(&["-"], Some(b"# Piped\n\nA text.\n")).contains("Piped"));
    assert!(stdout(&[], Some(b"# Piped\n\nA text.\n")).contains("Piped"));
    assert_eq!(stdout(&["outline", "-"], Some(b"")), "");
}

#[test]
fn nothing_hostile_reaches_standard_output() {
    let hostile = "plain \u{1b}]52;c;AAAA\u{7} \u{1b}[2J \u{9b}31m \u{202e}back\u{202c} \u{0} end\n";
    for kind in ["text", "markdown", "json"] {
        let text = stdout(&["print", "--format", "text", "--as", kind, "-"], Some(hostile.as_bytes()));
        assert!(!text.chars().any(|c| c != '\n' && recto::text::clean::is_forbidden(c)), "{kind}: {text:?}");
    }
}

#[test]
fn failures_say_what_where_and_what_to_do() {
    fails(&["print", "no-such-file.md"], 1, "cannot open `no-such-file.md`: it does not exist");
    fails(&["print", "src"], 1, "directory");
    fails(&["print", "--format", "markdwon", "README.md"], 2, "Did you mean `markdown`?");
    fails(&["--no-such-flag"], 2, "no-such-flag");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let script = format!("{} print assets/tour.md | head -n 1", env!("CARGO_BIN_EXE_recto"));
    let output = Command::new("bash")
        .args(["-c", &format!("set -o pipefail; for i in $(seq 20); do {script} || exit 9; done")])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}

/// The text between two markers of a file.
fn between(file: &str, start: &str, end: &str) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("{file} has no {start}"));
    rest.split_once(end).unwrap_or_else(|| panic!("{file} has no {end}")).0.trim().to_owned()
}

#[test]
fn the_readme_and_the_manual_list_the_keys_as_they_are() {
    let table = stdout(&["keys", "--markdown"], None);
    assert_eq!(between("README.md", "<!-- keys -->", "<!-- /keys -->"), table.trim(), "run `recto keys --markdown`");
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recto.1")).unwrap();
    assert_eq!(page, stdout(&["man"], None), "run `recto man > docs/recto.1`");
}

#[test]
fn the_tour_names_only_keys_that_exist() {
    let tour = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/tour.md")).unwrap();
    let bound: Vec<&str> = recto::action::COMMANDS.iter().flat_map(|command| command.keys).copied().collect();
    let mut n_found = 0;
    for quoted in tour.split('`').skip(1).step_by(2) {
        let is_key = quoted.parse::<recto::input::KeyPress>().is_ok() && !quoted.is_empty();
        if is_key {
            n_found += 1;
            assert!(bound.contains(&quoted), "the tour names `{quoted}`, which is no key");
        }
    }
    assert!(n_found > 20, "the tour teaches {n_found} keys only");
}
