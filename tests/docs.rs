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

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// The crates that each crate of the build for Linux stands on directly, by `name vVERSION`, and those of recto itself.
struct Tree {
    below: HashMap<String, HashSet<String>>,
    direct: Vec<String>,
}

impl Tree {
    /// Asks cargo for the edges of these kinds, with these features.
    fn of(edges: &str, features: &str) -> Self {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--locked", "--target", "x86_64-unknown-linux-gnu"])
            .args(["--edges", edges, "--features", features, "--prefix", "depth", "--format", " {p}"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut tree = Self { below: HashMap::new(), direct: Vec::new() };
        let mut above: Vec<String> = Vec::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let mut words = line.split_whitespace();
            let depth: usize = words.next().unwrap().parse().unwrap();
            let name = words.by_ref().take(2).collect::<Vec<_>>().join(" ");
            above.truncate(depth);
            if let Some(parent) = above.last() {
                tree.below.entry(parent.clone()).or_default().insert(name.clone());
            }
            if depth == 1 {
                tree.direct.push(name.clone());
            }
            above.push(name);
        }
        tree
    }

    /// Returns how many crates there are with these and all below them.
    fn n_with(&self, crates: &[String]) -> usize {
        let mut waiting: Vec<&String> = crates.iter().collect();
        let mut met: HashSet<&String> = crates.iter().collect();
        while let Some(name) = waiting.pop() {
            waiting.extend(self.below.get(name).into_iter().flatten().filter(|below| met.insert(below)));
        }
        met.len()
    }
}

#[test]
fn what_each_dependency_brings_is_told_truly() {
    let page = read("docs/DEPENDENCIES.md");
    let (program, with_pdf, tests) = (Tree::of("normal", ""), Tree::of("normal", "pdf"), Tree::of("normal,dev", ""));
    let mut should = Vec::new();
    let mut rows = HashSet::new();
    for tree in [&program, &with_pdf, &tests] {
        for name in tree.direct.iter().filter(|name| rows.insert(*name)) {
            let brings = tree.n_with(std::slice::from_ref(name)) - 1;
            should.push((name.split(' ').next().unwrap(), brings));
        }
    }
    let told = |(name, brings): &(&str, usize)| {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).unwrap_or_default();
        row.split('|').nth(3).map(str::trim) == Some(&brings.to_string())
    };
    should.retain(|row| !told(row));
    assert!(should.is_empty(), "docs/DEPENDENCIES.md should say that these bring so many: {should:#?}");
    let totals = [&program, &with_pdf, &tests].map(|tree| tree.n_with(&tree.direct));
    let [program, with_pdf, tests] = totals;
    let total = format!("{program} crates in all, with PDF from {with_pdf}, the tests from {tests}.");
    assert!(page.replace('\n', " ").contains(&total), "docs/DEPENDENCIES.md should say: {total}");
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
