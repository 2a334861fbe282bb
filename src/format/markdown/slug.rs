//! Slugs: the names that headings have for links, made as GitHub makes them.

use std::collections::HashMap;

/// Gives each heading of a document its own name.
#[derive(Debug, Default)]
pub struct Slugs {
    n_used: HashMap<String, u32>,
}

impl Slugs {
    /// Returns the name of the next heading, which has the text `title`.
    pub fn next(&mut self, title: &str) -> String {
        let base = slug(title);
        let mut number = self.n_used.get(&base).copied().unwrap_or(0);
        let mut name = base.clone();
        // Another heading may be called what a number would make of this one.
        while self.n_used.contains_key(&name) {
            number += 1;
            name = format!("{base}-{number}");
        }
        self.n_used.insert(base, number);
        self.n_used.entry(name.clone()).or_insert(0);
        name
    }
}

/// Returns a title in lower case, with hyphens for spaces and without punctuation.
fn slug(title: &str) -> String {
    let kept = title.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_headings_as_github_does() {
        let mut slugs = Slugs::default();
        let titles = ["What's new?", "What's new?", "Größe & Zahl", "What's new", "whats-new-1", "第一章 概要", ""];
        let names: Vec<_> = titles.iter().map(|title| slugs.next(title)).collect();
        assert_eq!(
            names,
            ["whats-new", "whats-new-1", "größe--zahl", "whats-new-2", "whats-new-1-1", "第一章-概要", ""]
        );
    }
}
