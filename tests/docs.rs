//! Holds the pages to the code: keys that are named exist, links lead somewhere, dependencies and modules are told of.

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
use std::path::{Path, PathBuf};

use recto::action::COMMANDS;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// Returns a page's code spans, and its text without code of any kind.
fn spans(text: &str) -> (Vec<String>, String) {
    let (mut spans, mut rest) = (Vec::new(), String::new());
    let mut is_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_block = !is_block;
        } else if !is_block {
            for (idx, part) in line.split('`').enumerate() {
                if idx % 2 == 1 { spans.push(part.to_owned()) } else { rest.push_str(part) }
            }
            rest.push('\n');
        }
    }
    (spans, rest)
}

#[test]
fn the_tour_names_only_keys_that_exist_and_most_commands() {
    let (named, _) = spans(&read("assets/tour.md"));
    let keys: Vec<&str> = COMMANDS.iter().flat_map(|command| command.keys).copied().collect();
    let unknown: Vec<_> = named.iter().filter(|name| !keys.contains(&name.as_str())).collect();
    assert!(unknown.is_empty(), "the tour names keys that no command has: {unknown:?}");
    let told = COMMANDS.iter().filter(|command| command.keys.iter().any(|key| named.iter().any(|name| name == key)));
    assert!(told.count() * 10 >= COMMANDS.len() * 9, "the tour leaves out more than a tenth of the commands");
}

#[test]
fn links_between_pages_lead_somewhere() {
    for page in ["README.md", "CONTRIBUTING.md", "docs/ARCHITECTURE.md", "docs/DEPENDENCIES.md", "assets/tour.md"] {
        let (_, text) = spans(&read(page));
        let dir = root().join(page).parent().map(Path::to_owned).unwrap_or_default();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            let is_picture = path.ends_with(".png");
            if !path.is_empty() && !is_picture && !path.contains("://") {
                assert!(dir.join(path).exists(), "{page} links to {target}");
            }
        }
    }
}

#[test]
fn each_direct_dependency_has_a_row() {
    let manifest = read("Cargo.toml");
    let page = read("docs/DEPENDENCIES.md");
    let sections =
        manifest.split("\n[").filter(|section| section.split(']').next().unwrap_or("").ends_with("dependencies"));
    let mut n_rows = 0;
    for line in sections.flat_map(|section| section.lines().skip(1)) {
        let Some((name, _)) = line.split_once('=') else { continue };
        let name = name.trim();
        assert!(page.contains(&format!("\n| `{name}` |")), "docs/DEPENDENCIES.md has no row for {name}");
        n_rows += 1;
    }
    assert!(n_rows > 10, "Cargo.toml lists too little: {n_rows}");
}

#[test]
fn the_map_names_each_module() {
    let map = read("docs/ARCHITECTURE.md");
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && name != "lib" {
            assert!(map.contains(&format!("| `{name}` |")), "docs/ARCHITECTURE.md does not name `{name}`");
        }
    }
}
