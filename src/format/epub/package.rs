//! The package: what a book says of itself, which files it has and in which order they are read.

use std::collections::{HashMap, HashSet};

use super::xml::{Element, Piece, Pieces};
use crate::document::Meta;
use crate::format::archive::{Target, resolved};

/// How many fallbacks of a file are followed.
const MOST_FALLBACKS: usize = 8;

/// What the package file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Package {
    pub meta: Meta,
    /// The files in reading order, each once.
    pub spine: Vec<SpineItem>,
    /// The path of the navigation document (version 3) and of the NCX (version 2).
    pub navigation: Option<String>,
    pub ncx: Option<String>,
    /// The path of the cover's picture.
    pub cover: Option<String>,
    /// Whether the pages are laid out once and for all, as in picture books.
    pub is_fixed: bool,
    /// How many things had to be mended.
    pub n_mended: u32,
}

/// A file of the spine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpineItem {
    pub path: String,
    pub kind: FileKind,
    /// Whether it belongs to the reading order; else it is for those who follow a link to it.
    pub is_linear: bool,
    pub is_fixed: bool,
}

/// What a file of the spine is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Page,
    Drawing,
    Picture,
    Other,
}

impl FileKind {
    pub fn of(media_type: &str, path: &str) -> Self {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
        match media_type {
            "image/svg+xml" => Self::Drawing,
            "application/xhtml+xml" | "text/html" | "application/x-dtbook+xml" | "text/x-oeb1-document" => Self::Page,
            kind if kind.starts_with("image/") => Self::Picture,
            _ => match extension.as_str() {
                "xhtml" | "html" | "htm" | "xml" => Self::Page,
                "svg" => Self::Drawing,
                "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif" => Self::Picture,
                _ => Self::Other,
            },
        }
    }
}

/// A file that the package lists.
#[derive(Debug, Clone, Default)]
struct Item {
    path: String,
    media_type: String,
    properties: String,
    fallback: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Reference {
    idref: String,
    is_nonlinear: bool,
    properties: String,
}

/// A line of metadata, with what refines it.
#[derive(Debug, Clone, Default)]
struct Entry {
    id: String,
    text: String,
    /// `role`, `title-type` or `event`, whichever the line has.
    refined: String,
}

#[derive(Debug, Default)]
struct Reading {
    titles: Vec<Entry>,
    creators: Vec<Entry>,
    dates: Vec<Entry>,
    languages: Vec<Entry>,
    publishers: Vec<Entry>,
    descriptions: Vec<Entry>,
    refinements: HashMap<String, String>,
    items: HashMap<String, Item>,
    /// The items' ids in the order in which they are listed.
    listed: Vec<String>,
    references: Vec<Reference>,
    toc: Option<String>,
    cover_id: Option<String>,
    language: Option<String>,
    is_fixed: bool,
    n_mended: u32,
}

/// Reads the package file that lies at `path`.
pub fn read(text: &str, path: &str) -> Package {
    let mut reading = Reading::default();
    let mut pieces = Pieces::new(text);
    // The line of metadata that is open: the element's name, its start, and its text so far.
    let mut open: Option<(String, Entry, Option<String>)> = None;
    for piece in pieces.by_ref() {
        match piece {
            Piece::Open(element) => {
                let name = element.name.to_ascii_lowercase();
                match name.as_str() {
                    "title" | "creator" | "date" | "language" | "publisher" | "description" => {
                        open = Some((name, entry(&element), None));
                    }
                    "meta" => open = reading.meta(&element),
                    _ => reading.structure(&name, &element, path),
                }
            }
            Piece::Text(text) => {
                if let Some((_, entry, _)) = &mut open {
                    entry.text.push_str(&text);
                }
            }
            Piece::Close(name) => {
                if open.as_ref().is_some_and(|(opened, ..)| name.eq_ignore_ascii_case(opened))
                    && let Some((name, entry, refines)) = open.take()
                {
                    reading.keep(&name, entry, refines);
                }
            }
        }
    }
    reading.n_mended += pieces.n_damaged();
    reading.package()
}

fn entry(element: &Element<'_>) -> Entry {
    let refined = element.attribute("role").or_else(|| element.attribute("event"));
    Entry { id: element.attribute("id").unwrap_or_default(), text: String::new(), refined: refined.unwrap_or_default() }
}

impl Reading {
    /// Reads a `meta` element, whose value is an attribute (version 2) or the text that follows (version 3).
    fn meta(&mut self, element: &Element<'_>) -> Option<(String, Entry, Option<String>)> {
        if let (Some(name), Some(content)) = (element.attribute("name"), element.attribute("content")) {
            match name.as_str() {
                "cover" => self.cover_id = Some(content),
                "fixed-layout" => self.is_fixed |= content == "true",
                _ => {}
            }
            return None;
        }
        let property = element.attribute("property")?;
        let refines = element.attribute("refines").map(|id| id.trim_start_matches('#').to_owned());
        let entry = Entry { refined: property, ..Entry::default() };
        Some(("meta".to_owned(), entry, Some(refines.unwrap_or_default())))
    }

    fn structure(&mut self, name: &str, element: &Element<'_>, path: &str) {
        match name {
            "package" => self.language = element.attribute("lang"),
            "item" => {
                let (Some(id), Some(href)) = (element.attribute("id"), element.attribute("href")) else {
                    self.n_mended += 1;
                    return;
                };
                let Target::Inside { path, .. } = resolved(path, &href) else { return };
                let item = Item {
                    path,
                    media_type: element.attribute("media-type").unwrap_or_default().trim().to_ascii_lowercase(),
                    properties: element.attribute("properties").unwrap_or_default(),
                    fallback: element.attribute("fallback"),
                };
                if self.items.contains_key(&id) {
                    self.n_mended += 1;
                } else {
                    self.listed.push(id.clone());
                    self.items.insert(id, item);
                }
            }
            "spine" => self.toc = element.attribute("toc"),
            "itemref" => self.references.push(Reference {
                idref: element.attribute("idref").unwrap_or_default(),
                is_nonlinear: element.attribute("linear").is_some_and(|value| value.trim() == "no"),
                properties: element.attribute("properties").unwrap_or_default(),
            }),
            _ => {}
        }
    }

    fn keep(&mut self, name: &str, mut entry: Entry, refines: Option<String>) {
        entry.text = entry.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if entry.text.is_empty() {
            return;
        }
        match name {
            "title" => self.titles.push(entry),
            "creator" => self.creators.push(entry),
            "date" => self.dates.push(entry),
            "language" => self.languages.push(entry),
            "publisher" => self.publishers.push(entry),
            "description" => self.descriptions.push(without_tags(entry)),
            _ => match (entry.refined.as_str(), refines.unwrap_or_default()) {
                ("rendition:layout", of) if of.is_empty() => self.is_fixed = entry.text == "pre-paginated",
                ("role" | "title-type", of) if !of.is_empty() => {
                    self.refinements.insert(of, entry.text);
                }
                _ => {}
            },
        }
    }

    fn package(mut self) -> Package {
        let spine = self.spine();
        let with_property = |wanted: &str| {
            let mut items = self.listed.iter().filter_map(|id| self.items.get(id));
            items.find(|item| item.properties.split_ascii_whitespace().any(|found| found == wanted))
        };
        let path = |item: &Item| item.path.clone();
        let ncx = self.toc.as_ref().and_then(|id| self.items.get(id)).or_else(|| {
            let mut items = self.listed.iter().filter_map(|id| self.items.get(id));
            items.find(|item| item.media_type == "application/x-dtbncx+xml")
        });
        let cover = with_property("cover-image").or_else(|| self.items.get(self.cover_id.as_ref()?));
        let cover = cover
            .filter(|item| matches!(FileKind::of(&item.media_type, &item.path), FileKind::Picture | FileKind::Drawing));
        Package {
            navigation: with_property("nav").map(path),
            ncx: ncx.map(path),
            cover: cover.map(path),
            spine,
            meta: self.told(),
            is_fixed: self.is_fixed,
            n_mended: self.n_mended,
        }
    }

    /// Returns the files in reading order: those of the spine, else all pages that are listed.
    fn spine(&mut self) -> Vec<SpineItem> {
        let mut seen = HashSet::new();
        let mut spine = Vec::new();
        for reference in std::mem::take(&mut self.references) {
            let Some(item) = self.shown(&reference.idref) else {
                self.n_mended += 1;
                continue;
            };
            if !seen.insert(item.path.clone()) {
                self.n_mended += 1;
                continue;
            }
            let says = |word: &str| reference.properties.split_ascii_whitespace().any(|found| found == word);
            spine.push(SpineItem {
                kind: FileKind::of(&item.media_type, &item.path),
                path: item.path.clone(),
                is_linear: !reference.is_nonlinear,
                is_fixed: says("rendition:layout-pre-paginated")
                    || self.is_fixed && !says("rendition:layout-reflowable"),
            });
        }
        if spine.is_empty() {
            self.n_mended += 1;
            let items = self.listed.iter().filter_map(|id| self.items.get(id));
            let pages = items.filter(|item| FileKind::of(&item.media_type, &item.path) == FileKind::Page);
            spine.extend(pages.filter(|item| seen.insert(item.path.clone())).map(|item| SpineItem {
                path: item.path.clone(),
                kind: FileKind::Page,
                is_linear: true,
                is_fixed: self.is_fixed,
            }));
        }
        spine
    }

    /// Returns the item with this id, or the first of its fallbacks that can be shown.
    fn shown(&self, id: &str) -> Option<&Item> {
        let first = self.items.get(id)?;
        let mut item = first;
        for _ in 0..MOST_FALLBACKS {
            if matches!(FileKind::of(&item.media_type, &item.path), FileKind::Page | FileKind::Drawing) {
                return Some(item);
            }
            let Some(next) = item.fallback.as_ref().and_then(|id| self.items.get(id)) else { break };
            item = next;
        }
        Some(first)
    }

    /// Returns what the lines of metadata come to.
    fn told(&self) -> Meta {
        let refined = |entry: &Entry| match entry.refined.as_str() {
            "" => self.refinements.get(&entry.id).cloned().unwrap_or_default(),
            told => told.to_owned(),
        };
        let first = |entries: &[Entry]| entries.first().map(|entry| entry.text.clone());
        let of_kind = |kind: &str| self.titles.iter().find(|entry| refined(entry) == kind);
        let title = of_kind("main").or(self.titles.first()).map(|main| match of_kind("subtitle") {
            Some(subtitle) if subtitle.text != main.text => format!("{}: {}", main.text, subtitle.text),
            _ => main.text.clone(),
        });
        let authors = self.creators.iter().filter(|entry| matches!(refined(entry).as_str(), "" | "aut"));
        let mut authors: Vec<&str> = authors.map(|entry| entry.text.as_str()).collect();
        if authors.is_empty() {
            authors = self.creators.iter().map(|entry| entry.text.as_str()).collect();
        }
        let published =
            self.dates.iter().find(|entry| matches!(entry.refined.as_str(), "publication" | "original-publication"));
        Meta {
            title,
            byline: Some(authors.join(", ")).filter(|authors| !authors.is_empty()),
            date: published.map(|entry| entry.text.clone()).or_else(|| first(&self.dates)),
            language: first(&self.languages).or_else(|| self.language.clone()),
            site: first(&self.publishers),
            description: first(&self.descriptions),
            ..Meta::default()
        }
    }
}

/// Returns a line without the mark-up that descriptions are often written in.
fn without_tags(mut entry: Entry) -> Entry {
    if entry.text.contains("</") {
        let words = Pieces::new(&entry.text).filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.into_owned()),
            Piece::Open(_) | Piece::Close(_) => None,
        });
        entry.text = words.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    }
    entry
}
