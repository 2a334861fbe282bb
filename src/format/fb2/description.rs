//! What a FictionBook says about itself: who wrote it, when, and in which series.

use super::tree::{Siblings, Tree};
use crate::document::Meta;
use crate::format::markdown::is_same_title;

/// The description that stands before the body.
#[derive(Debug, Default)]
pub struct Description {
    pub title: Option<String>,
    authors: Vec<String>,
    date: Option<String>,
    language: Option<String>,
    /// Each series with the book's number in it.
    series: Vec<String>,
}

impl Description {
    pub fn read(tree: &Tree<'_>, book: Siblings) -> Self {
        let Some((_, description)) = tree.child(book, "description") else { return Self::default() };
        let publishing = tree.child(description, "publish-info").map(|(_, inside)| inside);
        let Some((_, info)) = tree.child(description, "title-info") else { return Self::default() };
        let text = |name: &str| {
            let (_, inside) = tree.child(info, name)?;
            Some(tree.line(inside)).filter(|line| !line.is_empty())
        };
        let date = tree.child(info, "date").map(|(element, inside)| {
            let shown = tree.line(inside);
            if shown.is_empty() { element.attribute("value").unwrap_or_default() } else { shown }
        });
        let year = || {
            let (_, inside) = tree.child(publishing?, "year")?;
            Some(tree.line(inside))
        };
        let named = |name: &'static str| tree.elements(info).filter(move |(element, _)| element.name == name);
        let series = named("sequence").filter_map(|(element, _)| {
            let name = element.attribute("name").filter(|name| !name.trim().is_empty())?;
            Some(match element.attribute("number").filter(|number| !number.is_empty() && number != "0") {
                Some(number) => format!("{name} {number}"),
                None => name,
            })
        });
        Self {
            title: text("book-title"),
            authors: named("author").map(|(_, inside)| person(tree, inside)).filter(|name| !name.is_empty()).collect(),
            date: date.filter(|date| !date.is_empty()).or_else(year).filter(|date| !date.is_empty()),
            language: text("lang"),
            series: series.collect(),
        }
    }

    pub fn meta(&self) -> Meta {
        Meta {
            title: self.title.clone(),
            byline: Some(self.authors.join(", ")).filter(|names| !names.is_empty()),
            date: self.date.clone(),
            language: self.language.clone(),
            ..Meta::default()
        }
    }

    /// Returns the lines that stand under the title.
    pub fn bylines(&self) -> impl Iterator<Item = String> {
        let who = self.authors.join(", ");
        let who_and_when = [Some(who), self.date.clone()].into_iter().flatten().filter(|part| !part.is_empty());
        let first = who_and_when.collect::<Vec<_>>().join(" · ");
        std::iter::once(first).chain(self.series.iter().cloned()).filter(|line| !line.is_empty())
    }

    /// Returns whether a body's title only says again what stands above it: the book's title, its authors, its series.
    pub fn says(&self, line: &str) -> bool {
        let known = self.title.iter().chain(&self.authors).chain(&self.series);
        !line.chars().any(char::is_alphanumeric) || known.into_iter().any(|known| is_same_title(known, line))
    }
}

fn person(tree: &Tree<'_>, person: Siblings) -> String {
    let part = |name: &str| {
        let (_, inside) = tree.child(person, name)?;
        Some(tree.line(inside)).filter(|line| !line.is_empty())
    };
    let names: Vec<_> = ["first-name", "middle-name", "last-name"].into_iter().filter_map(part).collect();
    if names.is_empty() { part("nickname").unwrap_or_default() } else { names.join(" ") }
}
