//! Which of a FictionBook's bodies hold notes, and what each note is called.

use std::collections::{HashMap, HashSet};

use super::tree::{Element, Siblings, Tree};

/// What a body of notes has in its name, in the languages in which such files are mostly made.
const NAMES: &[&str] = &["note", "comment", "примеч", "сноск", "коммент"];

/// The notes of a book.
#[derive(Debug, Default)]
pub struct Notes {
    /// The labels by the sections' ids.
    labels: HashMap<String, String>,
    bodies: HashSet<Siblings>,
}

impl Notes {
    pub fn read(tree: &Tree<'_>, book: Siblings) -> Self {
        let mut notes = Self::default();
        let mut taken = HashSet::new();
        let bodies = || tree.elements(book).filter(|(element, _)| element.name == "body");
        // A body that is only told to hold notes by what refers to it is never the first one.
        let referred = if bodies().nth(1).is_some() { referred_as_notes(tree, book) } else { HashSet::new() };
        for (idx, (body, inside)) in bodies().enumerate() {
            let mut ids = tree.elements(inside).filter_map(|(section, _)| section.attribute("id"));
            if is_named_so(body) || idx > 0 && ids.any(|id| referred.contains(&id)) {
                notes.read_sections(tree, inside, &mut taken);
                notes.bodies.insert(inside);
            }
        }
        notes
    }

    fn read_sections(&mut self, tree: &Tree<'_>, siblings: Siblings, taken: &mut HashSet<String>) {
        // The tree is no deeper than it allows, so this is not either.
        for (section, inside) in tree.elements(siblings).filter(|(element, _)| element.name == "section") {
            let is_group = tree.child(inside, "section").is_some();
            if let Some(id) = section.attribute("id").filter(|_| !is_group) {
                let title = tree.child(inside, "title").map(|(_, title)| tree.line(title)).unwrap_or_default();
                let title = bare(&title);
                // What several notes are called tells them not apart.
                let label = if title.is_empty() || !taken.insert(title.to_owned()) { id.as_str() } else { title };
                self.labels.entry(id.clone()).or_insert_with(|| label.to_owned());
            }
            self.read_sections(tree, inside, taken);
        }
    }

    /// Returns whether the body with these parts holds notes.
    pub fn is_body(&self, inside: Siblings) -> bool {
        self.bodies.contains(&inside)
    }

    /// Returns what the note with this id is called.
    pub fn label(&self, id: &str) -> Option<&str> {
        self.labels.get(id).map(String::as_str)
    }
}

/// Returns a note's number without the brackets and points around it.
pub fn bare(number: &str) -> &str {
    number.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | '{' | '}' | '.' | ':'))
}

/// Returns the ids that links which say that they are notes lead to.
fn referred_as_notes(tree: &Tree<'_>, book: Siblings) -> HashSet<String> {
    let links = tree.descendants(book).filter(|element| element.name == "a");
    let notes = links.filter(|link| link.attribute("type").as_deref() == Some("note"));
    notes.filter_map(|link| Some(link.attribute("href")?.trim().strip_prefix('#')?.to_owned())).collect()
}

fn is_named_so(body: &Element<'_>) -> bool {
    let name = body.attribute("name").unwrap_or_default().to_lowercase();
    NAMES.iter().any(|known| name.contains(known))
}
