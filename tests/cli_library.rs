//! The commands over the library, each with a library of its own, as scripts meet them.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A directory with a library and articles.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        home.write("weir.md", "# A weir\n\nWater runs over it by day.\n\n![the weir](weir.png)\n");
        home.write("mole.md", "# The mole\n\nStones, and a light at the end of them.\n");
        home.write("weir.png", "no picture, but bytes");
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn recto(&self, arguments: &[&str], stdin: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("RECTO_LIBRARY", self.path("books/library.db"))
            .env("XDG_CONFIG_HOME", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/config"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // It may have ended before it read all.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs what must be done, and returns what it printed.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.recto(arguments, "");
        assert!(output.status.success(), "{arguments:?}: {}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs what must not be done, and returns what it said.
    fn refused(&self, arguments: &[&str], code: i32) -> String {
        let output = self.recto(arguments, "");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", told(&output));
        told(&output)
    }

    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        serde_json::from_str(&self.done(arguments)).unwrap()
    }

    fn titles(&self, arguments: &[&str]) -> Vec<String> {
        let rows = self.json(&[&["list", "--json"], arguments].concat());
        rows.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn without_a_library_lists_are_empty_and_none_is_made() {
    let home = Home::new();
    assert_eq!(home.done(&["list"]), "");
    assert_eq!(home.done(&["list", "--json"]), "[]\n");
    assert_eq!(home.done(&["tags", "--json"]), "[]\n");
    assert!(home.refused(&["show", "1"], 1).contains("no article 1"));
    assert!(!home.path("books").exists());
}

#[test]
fn what_is_added_is_listed_shown_and_read_when_its_original_is_gone() {
    let home = Home::new();
    assert_eq!(
        home.done(&["add", "weir.md", "mole.md"]),
        "     1  added: A weir (with 1 picture)\n     2  added: The mole\n"
    );
    assert_eq!(home.done(&["add", "weir.md"]), "     1  already there: A weir\n");
    let row = &home.json(&["list", "--json", "weir"])[0];
    assert_eq!(row["address"], home.path("weir.md").to_str().unwrap());
    assert_eq!(
        (&row["id"], &row["kept"], &row["read"], &row["opened"]),
        (&1.into(), &true.into(), &false.into(), &Value::Null)
    );
    for member in ["author", "language", "words", "minutes", "progress", "section", "published", "added"] {
        assert!(row.get(member).is_some(), "{member} is missing in {row}");
    }
    let list = home.done(&["list", "--sort", "oldest"]);
    assert!(list.starts_with("     1     new      1 min  A weir\n     2"), "{list}");
    assert_eq!(home.json(&["show", "1", "--json"])[0]["passages"], Value::Array(vec![]));
    assert!(home.done(&["show", "1"]).contains("copy        kept"));
    assert!(home.done(&["show", "1", "--text"]).contains("Water runs over it"));
    fs::remove_file(home.path("weir.md")).unwrap();
    let output = home.recto(&["print", "weir.md"], "");
    assert!(String::from_utf8_lossy(&output.stdout).contains("Water runs over it"), "{}", told(&output));
    assert!(told(&output).contains("the library's copy"));
    home.refused(&["print", "never.md"], 1);
}

#[test]
fn another_version_is_the_same_article() {
    let home = Home::new();
    home.done(&["add", "mole.md"]);
    home.write("mole.md", "# The mole\n\nStones, and no light at the end of them.\n");
    assert_eq!(home.done(&["add", "mole.md"]), "     1  another version: The mole\n");
    home.done(&["mark", "1", "--trash"]);
    assert_eq!(home.titles(&[]), [""; 0]);
    assert_eq!(home.done(&["add", "mole.md"]), "     1  back from the trash: The mole\n");
}

#[test]
fn standard_input_is_kept() {
    let home = Home::new();
    let output = home.recto(&["add", "-"], "# Piped\n\nIt came through a pipe.\n");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "     1  added: Piped\n", "{}", told(&output));
    assert_eq!(home.json(&["list", "--json"])[0]["address"], "kept:1");
    assert!(home.done(&["print", "kept:1"]).contains("It came through a pipe."));
    assert!(home.refused(&["print", "kept:2"], 1).contains("kept:2"));
}

#[test]
fn one_that_fails_does_not_stop_the_others() {
    let home = Home::new();
    home.write("empty.md", "");
    let output = home.recto(&["add", "gone.md", "empty.md", "weir.md"], "");
    assert_eq!(output.status.code(), Some(1));
    let told = told(&output);
    assert!(told.contains("gone.md`: it does not exist"), "{told}");
    assert!(told.contains("there is no text in it") && told.contains("2 of 3 articles could not be added"), "{told}");
    assert_eq!(home.titles(&[]), ["A weir"]);
    fs::create_dir(home.path("all")).unwrap();
    home.write("all/one.md", "# One\n\nOne.\n");
    home.write("all/two.md", "# Two\n\nTwo.\n");
    home.done(&["add", "all"]);
    assert_eq!(home.titles(&["--sort", "title"]), ["A weir", "One", "Two"]);
}

#[test]
fn marks_are_all_made_or_none() {
    let home = Home::new();
    home.done(&["add", "weir.md", "mole.md"]);
    let output = home.recto(&["mark", "1", "2", "1", "--read", "--star", "--tag", " water "], "");
    assert_eq!(
        told(&output),
        "recto: 2 articles are now read\nrecto: 2 articles are now starred\nrecto: 2 articles are now tagged `water`\n"
    );
    assert!(told(&home.recto(&["mark", "1", "--star"], "")).contains("starred already"));
    home.done(&["mark", "2", "--unstar"]);
    assert_eq!(home.titles(&["--view", "starred"]), ["A weir"]);
    assert_eq!(home.titles(&["--tag", "water", "--limit", "1"]), ["The mole"]);
    assert_eq!(home.done(&["tags"]), "     2  water\n");
    assert_eq!(home.json(&["tags", "--json"])[0]["articles"], 2);
    assert!(home.done(&["list", "weir"]).ends_with("A weir · read · starred · #water\n"));
    let refusal = home.refused(&["mark", "2", "7", "9", "--unread"], 1);
    assert!(refusal.contains("nothing is changed") && refusal.contains("7, 9"), "{refusal}");
    assert_eq!(home.json(&["list", "--json", "mole"])[0]["read"], true);
    home.refused(&["mark", "1"], 2);
    home.refused(&["mark", "1", "--read", "--unread"], 2);
    home.refused(&["mark", "1", "--tag", " "], 2);
    home.refused(&["list", "--view", "nothing"], 2);
}

#[test]
fn another_library_may_be_named() {
    let home = Home::new();
    home.done(&["add", "--library", "other.db", "weir.md"]);
    assert_eq!(home.done(&["list"]), "");
    assert_eq!(home.titles(&["--library", "other.db"]), ["A weir"]);
}

#[test]
fn nothing_hostile_is_printed() {
    let home = Home::new();
    let name = "\u{1b}]0;x\u{7}\u{9b}31m\u{202e}.md";
    home.write(name, "# A \u{1b}[31mtitle\u{202e}\n\nWords.\n");
    home.done(&["add", name]);
    for arguments in
        [&["list"][..], &["list", "--json"], &["show", "1"], &["show", "1", "--json"], &["show", "1", "--text"]]
    {
        let text = home.done(arguments);
        assert!(!text.chars().any(|c| c != '\n' && recto::text::clean::is_forbidden(c)), "{arguments:?}: {text:?}");
    }
    assert_eq!(home.json(&["list", "--json"])[0]["address"], home.path(name).to_str().unwrap());
}

#[test]
fn a_library_that_cannot_be_used_says_why() {
    let home = Home::new();
    home.done(&["add", "weir.md"]);
    let database = rusqlite::Connection::open(home.path("books/library.db")).unwrap();
    database.execute_batch("PRAGMA user_version = 1000").unwrap();
    drop(database);
    assert!(home.refused(&["list"], 1).contains("newer recto"));
    assert!(home.refused(&["mark", "1", "--read"], 1).contains("newer recto"));
    // A file stands where the directory would.
    assert!(home.refused(&["add", "--library", "weir.md/library.db", "mole.md"], 1).contains("weir.md/library.db"));
}

#[test]
fn what_was_added_is_found_by_its_words() {
    let home = Home::new();
    home.done(&["add", "weir.md", "mole.md"]);
    let found = home.done(&["search", "Wáter", "run*"]);
    assert!(found.contains("A weir") && found.contains("Water runs over it by day."), "{found}");
    assert!(!found.contains("mole"), "{found}");
    let json = home.done(&["search", "--json", "--best", "\"a light\"", "-weir"]);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let each = &value[0];
    let snippet = each["snippet"].as_str().unwrap();
    let hit = each["hits"][0][0].as_u64().unwrap() as usize..each["hits"][0][1].as_u64().unwrap() as usize;
    assert_eq!((&snippet[hit], value.as_array().unwrap().len()), ("a light", 1), "{json}");
    assert_eq!(home.done(&["search", "--json", "nowhere"]), "[]\n");
    let output = home.recto(&["search", "before:someday"], "");
    assert!(output.status.success() && !output.stderr.is_empty(), "what is not understood is told");
}

/// Highlights words of an article as the reader would.
fn highlight(home: &Home, file: &str, words: &str, note: &str) {
    use recto::annotation::{Highlight, Ink, Standing};
    use recto::article::Locator;
    use recto::catalogue::Change;
    use recto::document::{Anchor, Offset, TextRange};
    use recto::library::{Places, Store};
    let locator = Locator::File(home.path(file));
    let document = recto::source::load_whole(&locator, &recto::source::LoadOptions::default()).unwrap().document;
    let start = document.text().find(words).unwrap();
    let range = TextRange::new(Offset::at(start), Offset::at(start + words.len()));
    let mut store = Store::open(&Places::at(&home.path("books/library.db"))).unwrap().store;
    let article = store.known(&locator).unwrap().unwrap().id;
    let highlight = Highlight {
        uid: String::new(),
        anchor: Anchor::of(&document, range),
        colour: Ink::Blue,
        note: note.to_owned(),
        created: jiff::Timestamp::UNIX_EPOCH,
        updated: jiff::Timestamp::UNIX_EPOCH,
        standing: Standing::Exact,
    };
    store.change(&Change::Highlight { article, highlight }).unwrap();
}

#[test]
fn highlights_are_exported_in_each_form_and_files_stay_the_same() {
    let home = Home::new();
    home.done(&["add", "weir.md", "mole.md"]);
    let nothing = home.recto(&["export"], "");
    assert_eq!(nothing.status.code(), Some(1), "{}", told(&nothing));
    highlight(&home, "mole.md", "a light at the end", "like a tunnel");
    for form in ["markdown", "w3c", "readwise", "org", "html"] {
        let text = home.done(&["export", "--as", form]);
        assert!(text.contains("a light at the end") && text.contains("like a tunnel"), "{form}: {text}");
    }
    let markdown = home.done(&["export", "2"]);
    assert!(markdown.contains("# The mole") && !markdown.contains("weir"), "{markdown}");
    home.done(&["export", "--to", "notes"]);
    let files = || fs::read_dir(home.path("notes")).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let first = files();
    let written = fs::metadata(&first[0]).unwrap().modified().unwrap();
    home.done(&["export", "--to", "notes"]);
    assert_eq!(files(), first);
    assert_eq!(fs::metadata(&first[0]).unwrap().modified().unwrap(), written, "what has not changed is left alone");
}

#[test]
fn a_library_is_backed_up_and_taken_back() {
    let home = Home::new();
    home.done(&["add", "weir.md"]);
    home.done(&["backup", "copy.db"]);
    let refused = home.recto(&["backup", "copy.db"], "");
    assert!(told(&refused).contains("--force"), "{}", told(&refused));
    home.done(&["backup", "--force", "copy.db"]);
    home.done(&["add", "mole.md"]);
    home.done(&["restore", "copy.db"]);
    let list = home.done(&["list"]);
    assert!(list.contains("A weir") && !list.contains("mole"), "{list}");
    let refused = home.recto(&["restore", "weir.md"], "");
    assert!(refused.status.code() == Some(1) && told(&refused).contains("no library"), "{}", told(&refused));
    assert_eq!(home.done(&["list"]), list);
}

#[test]
fn the_doctor_finds_and_mends() {
    let home = Home::new();
    home.done(&["add", "weir.md", "mole.md"]);
    let sound = home.done(&["doctor"]);
    assert!(sound.contains("library.db") && !sound.contains("!!"), "{sound}");
    fs::write(home.path("books/library.db"), "this was a library").unwrap();
    let sick = home.recto(&["doctor"], "");
    assert_eq!(sick.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&sick.stdout).contains("--repair"), "{}", told(&sick));
    let mended = home.recto(&["doctor", "--repair"], "");
    assert!(mended.status.success() && told(&mended).contains("damaged-1.db"), "{}", told(&mended));
    home.done(&["doctor"]);
}

fn export_of(program: &str) -> String {
    format!("{}/tests/fixtures/import/{program}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn exports_of_other_programs_come_in_once() {
    let home = Home::new();
    for program in ["pocket", "omnivore", "wallabag", "readeck", "kindle", "instapaper", "bookmarks", "hypothesis"] {
        let first = home.recto(&["import", &export_of(program)], "");
        assert!(first.status.success(), "{program}: {}", told(&first));
        let listed = home.done(&["list", "--json"]);
        let again = home.done(&["import", &export_of(program)]);
        assert!(again.starts_with("0 articles new") && again.contains("0 highlights new"), "{program}: {again}");
        assert_eq!(home.done(&["list", "--json"]), listed, "{program}");
    }
    let listed = home.json(&["list", "--json"]);
    assert!(listed.iter().any(|article| article["is_starred"] == true || article["starred"] == true), "{listed:?}");
    assert!(home.recto(&["doctor"], "").status.success());
}

#[test]
fn the_text_of_an_export_is_kept_and_read_by_its_address() {
    let home = Home::new();
    home.write(
        "wallabag.json",
        r#"[{"id": 7, "title": "Nets & lines", "url": "https://net.example/mend?utm_source=x", "is_archived": 0,
            "is_starred": 1, "created_at": "2025-04-05T06:07:08+0000", "tags": ["sea"], "published_by": ["A. Fisher"],
            "content": "<p>A net is mended from the edge that is whole.</p><p>The needle goes with the twine.</p>",
            "annotations": [{"id": 3, "text": "why?", "quote": "the edge that is whole"}]}]"#,
    );
    let came = home.done(&["import", "wallabag.json"]);
    assert_eq!(came, "1 article new, 0 known already, 1 highlight new, nothing left out\n");
    let found = home.json(&["search", "--json", "twine"]);
    assert_eq!(found.len(), 1, "{found:?}");
    let id = found[0]["id"].to_string();
    // Another way of coming to the same page, without a safe connection.
    let printed = home.done(&["print", "--as", "markdown", "http://net.example/mend#top"]);
    assert!(printed.contains("Nets & lines") && printed.contains("A net is mended"), "{printed}");
    let shown = home.done(&["show", &id]);
    assert!(shown.contains("the edge that is whole") && shown.contains("why?"), "{shown}");
    assert!(home.refused(&["print", "https://net.example/other"], 1).contains("no copy"));
}

#[test]
fn highlights_of_a_book_are_found_in_it_when_it_comes() {
    let home = Home::new();
    home.write(
        "My Clippings.txt",
        "The mole\n- Your Highlight on page 3 | location 40-41 | Added on Sunday, 5 April 2026 06:07:08\n\n\
        a light at the end\n==========\n",
    );
    assert!(home.done(&["import", "My Clippings.txt"]).starts_with("1 article new"));
    let before = home.json(&["list", "--json"]);
    let added = home.done(&["add", "mole.md"]);
    assert!(added.contains(&before[0]["id"].to_string()), "{added}");
    assert_eq!(home.json(&["list", "--json"]).len(), 1);
    assert!(home.done(&["show", &before[0]["id"].to_string()]).contains("a light at the end"));
}

#[test]
fn what_is_no_export_is_told_with_what_is() {
    let home = Home::new();
    let refused = home.refused(&["import", "mole.md"], 1);
    assert!(refused.contains("mole.md") && refused.contains("wallabag"), "{refused}");
    assert!(home.refused(&["import", "--from", "nobody", "mole.md"], 2).contains("instapaper"));
    assert!(home.refused(&["import", "none.csv"], 1).contains("none.csv"));
}

/// Ends the process with the test, however that ends.
struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_directory_is_kept_up_to_date() {
    let home = Home::new();
    let watching = Command::new(env!("CARGO_BIN_EXE_recto"))
        .args(["export", "--watch", "notes"])
        .current_dir(home.path(""))
        .env("RECTO_LIBRARY", home.path("books/library.db"))
        .stderr(Stdio::null())
        .spawn();
    let _watching = Running(watching.unwrap());
    let clipping = |words: &str| {
        format!(
            "The mole\n- Your Highlight on page 3 | location 40-41 | Added on Sunday, 5 April 2026 06:07:08\n\n\
            {words}\n==========\n"
        )
    };
    for words in ["a light at the end", "Stones"] {
        home.write("My Clippings.txt", &clipping(words));
        home.done(&["import", "My Clippings.txt"]);
        let start = std::time::Instant::now();
        let told = || {
            let files = fs::read_dir(home.path("notes")).into_iter().flatten().flatten();
            files.map(|file| fs::read_to_string(file.path()).unwrap_or_default()).collect::<Vec<String>>()
        };
        while !told().iter().any(|file| file.contains(words)) {
            assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", told());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert_eq!(told().len(), 1);
    }
}

#[test]
fn versions_are_kept_and_what_changed_is_printed() {
    let home = Home::new();
    home.done(&["add", "weir.md"]);
    assert!(home.refused(&["show", "--changes", "1"], 1).contains("first read"));
    home.write("weir.md", "# A weir\n\nWater runs over it by night and by day.\n");
    home.done(&["add", "weir.md"]);
    let changes = home.done(&["show", "--changes", "1"]);
    assert!(changes.contains("<ins>night and by</ins>") || changes.contains("night and by"), "{changes}");
    let shown = home.json(&["show", "--json", "1"]);
    assert_eq!(shown[0]["versions"].as_array().map(Vec::len), Some(1), "{shown:?}");
    // The first text again: the one between is a version now, and none is kept twice.
    home.write("weir.md", "# A weir\n\nWater runs over it by day.\n\n![the weir](weir.png)\n");
    home.done(&["add", "weir.md"]);
    home.write("weir.md", "# A weir\n\nWater runs over it by night and by day.\n");
    home.done(&["add", "weir.md"]);
    assert_eq!(home.json(&["show", "--json", "1"])[0]["versions"].as_array().map(Vec::len), Some(2));
    assert!(home.done(&["show", "1"]).contains("versions"));
}

#[test]
fn next_is_what_fits_into_the_time_at_the_readers_own_pace() {
    use recto::pace::statistics::{Amount, Reading};
    let home = Home::new();
    assert!(home.refused(&["next"], 1).contains("nothing to read"));
    home.write("long.md", &format!("# Long\n\n{}\n", "water ".repeat(2400)));
    home.write("short.md", &format!("# Short\n\n{}\n", "stone ".repeat(600)));
    for name in ["short.md", "long.md"] {
        home.done(&["add", name]);
    }
    assert!(home.done(&["next"]).contains("Long"));
    assert!(home.done(&["next", "--minutes", "5"]).contains("Short"));
    assert!(home.refused(&["next", "--minutes", "1"], 1).contains("The shortest takes 3 min"));
    assert!(home.done(&["statistics"]).contains("Nothing was read"));
    let places = recto::library::Places::at(&home.path("books/library.db"));
    let reading = Reading {
        day: "2026-11-22".parse().unwrap(),
        language: String::new(),
        amount: Amount { minutes: 12.0, words: 9000, finished: 1 },
        stretches: vec![(750.0, 9000.0)],
    };
    recto::library::Store::open(&places).unwrap().store.record_reading(&[reading]).unwrap();
    // Somebody who reads three times as fast has the time for the long one.
    assert!(home.done(&["next", "--minutes", "5"]).contains("Long"));
    let next = home.json(&["next", "--json", "--minutes", "5"]);
    assert!(next[0]["minutes_left"].as_f64().unwrap() < 4.0, "{next:?}");
    let told = home.done(&["statistics"]);
    assert!(
        told.contains("12 min, 9,000 words") && told.contains("On          1 day") && told.contains("1 article"),
        "{told}"
    );
    let json: Value = serde_json::from_str(&home.done(&["statistics", "--json"])).unwrap();
    assert_eq!(json["total"]["words"], 9000);
    assert_eq!(json["days"][0]["day"], "2026-11-22");
}
