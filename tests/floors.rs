//! Holds the floors: a module names only lower floors and its own subtree, and only the outer wings meet the world.

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

/// Each module with its floor. A wing's modules share a floor and a letter; other wings are out of bounds.
const FLOORS: &[(&str, u8, char)] = &[
    ("error", 0, '-'),
    ("text", 0, '-'),
    ("document", 1, '-'),
    ("article", 1, '-'),
    ("annotation", 1, '-'),
    ("catalogue", 1, '-'),
    ("action", 1, '-'),
    ("input", 1, '-'),
    ("role", 1, '-'),
    ("picture", 1, '-'),
    ("format", 2, '-'),
    ("layout", 2, '-'),
    ("config", 2, '-'),
    ("fuzzy", 2, '-'),
    ("highlight", 2, '-'),
    ("query", 2, '-'),
    ("pace", 2, '-'),
    ("export", 3, '-'),
    ("import", 3, '-'),
    ("app", 3, '-'),
    ("source", 4, 'o'),
    ("library", 4, 'o'),
    ("worker", 4, 'o'),
    ("terminal", 4, 's'),
    ("ui", 4, 's'),
    ("cli", 5, '-'),
    ("run", 5, '-'),
];

/// Modules of one floor that may name each other, in this direction only, each for the reason beside it.
const SIDEWAYS: &[(&str, &str)] = &[
    ("article", "document"),     // an article owns its document
    ("annotation", "document"),  // a highlight has an anchor
    ("action", "input"),         // an action has default keys
    ("config", "fuzzy"),         // a near match for an unknown name
    ("app", "export"),           // copying as Markdown
    ("import", "export"),        // what one writes, the other reads by the same names
    ("catalogue", "document"),   // a place is told by an anchor
    ("catalogue", "article"),    // an article is somewhere
    ("catalogue", "annotation"), // an article has highlights
    ("library", "source"),       // which articles ship with recto
    ("worker", "library"),       // performing what is asked of it
    ("worker", "source"),        // performing a load
    ("cli", "run"),              // the reader is one of the commands
];

/// Encodes pictures by ratatui-image, which puts them into a buffer of ratatui's.
const ENCODER: &str = "worker/drawing.rs";

/// Words that nothing up to the core may hold: the outside world.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant::now",
    "crossterm",
    "rusqlite",
    "termina::",
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn module_of(path: &Path, src: &Path) -> String {
    let first = path.strip_prefix(src).unwrap().components().next().unwrap();
    Path::new(first.as_os_str()).file_stem().unwrap().to_string_lossy().into_owned()
}

fn floor(module: &str) -> Option<(u8, char)> {
    FLOORS.iter().find(|(name, ..)| *name == module).map(|&(_, floor, wing)| (floor, wing))
}

/// Returns the source without its comments and its tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Returns the top-level modules that `code` names as `crate::x` or inside `crate::{x, y}`.
fn named(code: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => modules.push(std::mem::take(&mut word)),
                    c if depth == 0 => word.push(c),
                    _ => {}
                }
            }
            modules.push(word);
        } else {
            modules.push(rest.to_owned());
        }
    }
    let head = |path: &String| {
        path.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned()
    };
    modules.iter().map(head).filter(|module| !module.is_empty()).collect()
}

#[test]
fn each_module_names_only_lower_floors() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut breaks = Vec::new();
    for path in &files {
        let module = module_of(path, &src);
        if matches!(module.as_str(), "main" | "lib") {
            continue;
        }
        let Some((own_floor, own_wing)) = floor(&module) else {
            breaks.push(format!("{}: module `{module}` has no floor in this test's table", path.display()));
            continue;
        };
        let code = code(&fs::read_to_string(path).unwrap());
        for other in named(&code) {
            let Some((floor, wing)) = floor(&other) else { continue };
            let same_subtree = other == module;
            let lower = floor < own_floor && (wing == '-' || own_floor == 5);
            let sideways = SIDEWAYS.contains(&(module.as_str(), other.as_str())) && wing == own_wing;
            if !(same_subtree || lower || sideways) {
                breaks.push(format!(
                    "{}: `{module}` (floor {own_floor}) names `{other}` (floor {floor})",
                    path.display()
                ));
            }
        }
        if own_floor <= 3 {
            for word in OUTSIDE {
                if code.contains(word) {
                    breaks.push(format!("{}: floor {own_floor} names `{word}`", path.display()));
                }
            }
        }
        let encodes_pictures = path.ends_with(ENCODER);
        if code.contains("ratatui") && module != "ui" && module != "terminal" && own_floor < 5 && !encodes_pictures {
            breaks.push(format!("{}: `{module}` names ratatui, which begins at `ui`", path.display()));
        }
    }
    assert!(breaks.is_empty(), "floors broken:\n{}", breaks.join("\n"));
}

#[test]
fn the_table_lists_what_exists() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (module, ..) in FLOORS {
        assert!(src.join(format!("{module}.rs")).exists(), "`{module}` is in the table, not in src/");
    }
}

#[test]
fn the_scanner_sees_every_form_of_a_path() {
    let code = "use crate::text::clean;\nuse crate::{app::App, ui::{self, Theme}, run};\nlet x = crate::layout::f();";
    assert_eq!(named(code), ["text", "app", "ui", "run", "layout"]);
}
