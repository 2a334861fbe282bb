//! EPUB: books of versions 2 and 3, from the archive to one document.
//!
//! [`book`] finds out what is in the archive, [`page`] puts each page in step with the book's contents, [`drawing`]
//! takes the words out of a page that is drawn; `html` writes the pages. Books are read whatever is broken in them; what
//! cannot be opened at all, or is encrypted, is told. Fonts, scripts and styles are left alone.

mod book;
mod drawing;
mod navigation;
mod package;
mod page;
mod protection;
#[cfg(test)]
mod tests;
mod xml;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};
use std::ops::ControlFlow;

use super::archive::{Archive, Target, Unread, resolved};
use super::html::{self, Fragment};
use super::markdown::is_same_title;
use crate::document::{BlockKind, Document, DocumentBuilder, WarningKind};
use crate::error::Result;
use book::Book;
use package::{FileKind, SpineItem};
use page::{Levels, Title};

/// The most that is read of one of the book's own files (container, package, navigation), in bytes.
const MOST_XML: u64 = 16 << 20;

/// The most that is read of a page, in bytes.
const MOST_PAGE: u64 = 256 << 20;

/// How much text stands behind each part that is shown before the whole, in bytes.
const PARTS: [usize; 4] = [16 << 10, 1 << 20, 8 << 20, 64 << 20];

/// How many pages that are not in the reading order are added because a link leads to them.
const MOST_LINKED: usize = 10_000;

/// How many pages at the beginning are looked at for the cover and the title, and how much of each, in bytes.
const FIRST_PAGES: usize = 3;
const FIRST_BYTES: u64 = 64 << 10;

/// A book whose pages have less than this on average, in bytes, and a picture each, is one of pictures.
const PICTURE_PAGE: u64 = 2000;

/// Parses a book, handing on its first chapters while the rest is still being read. Of the source no more is read than
/// what is needed for them.
///
/// # Errors
///
/// If the bytes are no archive with pages in it, or the pages are encrypted.
pub fn parse<R: Read + Seek>(source: R, on_part: &mut dyn FnMut(Document) -> ControlFlow<()>) -> Result<Document> {
    let mut archive = Archive::open(source)?;
    let book = Book::open(&mut archive)?;
    let mut writing = Writing::new(&book, &mut archive);
    writing.front();
    let mut parts = PARTS.iter().copied().peekable();
    for item in book.package.spine.iter().filter(|item| item.is_linear) {
        writing.item(item);
        if writing.n_locked > 0 && writing.n_read == 0 && writing.n_locked >= FIRST_PAGES {
            return Err(book.protection.refusal());
        }
        let length = writing.builder.offset().index();
        if parts.next_if(|&due| length >= due).is_some() {
            while parts.next_if(|&due| length >= due).is_some() {}
            let part = writing.builder.snapshot();
            if on_part(part.clone()).is_break() {
                return Ok(part);
            }
        }
    }
    writing.linked_pages();
    if writing.n_read == 0 && writing.n_locked > 0 {
        return Err(book.protection.refusal());
    }
    Ok(writing.finish())
}

/// A book that is being written.
struct Writing<'b, R> {
    book: &'b Book,
    archive: &'b mut Archive<R>,
    builder: DocumentBuilder,
    /// The entries of the contents, by the page that they lead to.
    titles: HashMap<&'b str, Vec<Title>>,
    levels: Levels,
    /// The pages that links lead to.
    linked: RefCell<Vec<String>>,
    written: HashSet<String>,
    n_read: usize,
    n_locked: usize,
    /// The pages before which numbers were seen in the text: those of the contents are not needed.
    has_page_breaks: bool,
}

impl<'b, R: Read + Seek> Writing<'b, R> {
    fn new(book: &'b Book, archive: &'b mut Archive<R>) -> Self {
        Self {
            titles: titles(book),
            book,
            archive,
            builder: DocumentBuilder::new(),
            levels: Levels::default(),
            linked: RefCell::default(),
            written: HashSet::new(),
            n_read: 0,
            n_locked: 0,
            has_page_breaks: false,
        }
    }

    /// Writes what stands before the first page: the cover's picture and the title, unless the first pages have them.
    fn front(&mut self) {
        let package = &self.book.package;
        self.builder.set_meta(package.meta.clone());
        let mut first_pages = Vec::new();
        for item in package.spine.iter().filter(|item| item.is_linear && item.kind == FileKind::Page).take(FIRST_PAGES)
        {
            if let Ok(taken) = self.archive.read(&item.path, FIRST_BYTES)
                && !self.book.protection.locks(&item.path, &taken.bytes)
            {
                first_pages.push(xml::decoded(&taken.bytes).0);
            }
        }
        if let Some(cover) = &package.cover
            && self.archive.find(cover).is_some()
        {
            let name = cover.rsplit('/').next().unwrap_or_default();
            if !first_pages.first().is_some_and(|page| page.contains(name)) {
                let resource = self.builder.resource(cover, "Cover");
                self.builder.leaf(BlockKind::Figure(resource), "");
            }
        }
        let Some(title) = &package.meta.title else { return self.notice() };
        if !first_pages.iter().any(|page| says_title(page, title)) {
            self.builder.leaf(BlockKind::Title, title);
            if let Some(authors) = &package.meta.byline {
                self.builder.leaf(BlockKind::Byline, authors);
            }
        }
        self.notice();
    }

    /// Says what kind of book it is where its text is not all that there is.
    fn notice(&mut self) {
        let pages = self.book.package.spine.iter().filter(|item| item.is_linear);
        let (mut n_pages, mut n_fixed, mut n_bytes) = (0_u64, 0_u64, 0);
        for item in pages {
            n_pages += 1;
            n_fixed += u64::from(item.is_fixed);
            n_bytes += match item.kind {
                FileKind::Page => self.archive.find(&item.path).map_or(0, |entry| entry.size),
                _ => 0,
            };
        }
        let is_picture = |path: &str| FileKind::of("", path) == FileKind::Picture;
        let n_pictures = self.archive.entries().iter().filter(|entry| is_picture(&entry.path)).count() as u64;
        let is_picture_book = n_pages > 2 && n_pictures >= n_pages && n_bytes / n_pages < PICTURE_PAGE;
        let notice = match () {
            () if is_picture_book => "A book of pictures: recto shows what text it has.",
            () if n_fixed * 2 > n_pages => "A book whose pages are laid out like pictures: recto shows their text.",
            () => return,
        };
        self.builder.leaf(BlockKind::Byline, notice);
    }

    /// Writes a file of the spine.
    fn item(&mut self, item: &SpineItem) {
        if !self.written.insert(item.path.clone()) {
            return;
        }
        if item.kind == FileKind::Picture {
            self.builder.target(self.name_of(&item.path));
            let resource = self.builder.resource(&item.path, "");
            self.builder.leaf(BlockKind::Figure(resource), "");
            self.n_read += 1;
            return;
        }
        let taken = match self.archive.read(&item.path, MOST_PAGE) {
            Ok(taken) => taken,
            Err(why) => {
                self.builder.warn(match why {
                    Unread::TooLarge => WarningKind::Truncated,
                    _ => WarningKind::Malformed,
                });
                return;
            }
        };
        if self.book.protection.locks(&item.path, &taken.bytes) {
            self.n_locked += 1;
            self.builder.warn(WarningKind::Malformed);
            return;
        }
        if taken.is_cut {
            self.builder.warn(WarningKind::Truncated);
        }
        let (text, n_errors) = xml::decoded(&taken.bytes);
        drop(taken);
        if n_errors > 0 {
            self.builder.warn(WarningKind::Undecodable);
        }
        self.n_read += 1;
        self.builder.target(self.name_of(&item.path));
        match item.kind {
            FileKind::Drawing => {
                for title in self.titles.get(item.path.as_str()).into_iter().flatten() {
                    self.builder.leaf(BlockKind::Heading(title.level), &title.text);
                }
                drawing::write(&mut self.builder, &text, &item.path);
            }
            _ => self.page(&item.path, &text),
        }
    }

    fn page(&mut self, path: &str, text: &str) {
        let head = text.get(..text.floor_char_boundary(1024)).unwrap_or_default();
        let is_xhtml = head.trim_start().starts_with("<?xml") || head.contains("xmlns");
        let syntax = if is_xhtml { html::tree::Syntax::Xhtml } else { html::tree::Syntax::Html };
        let parsed = html::tree::parse(text, syntax);
        let prefix = format!("{}:", self.name_of(path));
        let pages = page::prepare(&parsed.dom.tree);
        self.has_page_breaks |= !pages.is_empty();
        for (number, id) in pages {
            self.builder.name_also(&format!("{prefix}{id}"), &page_name(&number));
        }
        let titles = self.titles.get(path).map(Vec::as_slice).unwrap_or_default();
        page::put_in_step(&parsed.dom.tree, titles, &mut self.levels);
        let (book, archive, linked) = (self.book, &*self.archive, &self.linked);
        let resolve = |link: &str| match resolved(path, link) {
            Target::Outside(address) => Some(address),
            Target::Inside { path, .. } if FileKind::of("", &path) == FileKind::Picture => Some(path),
            Target::Inside { path, fragment } => {
                let path = archive.find(&path).map_or(path, |entry| entry.path.clone());
                let name = short_name(book, &path).to_owned();
                linked.borrow_mut().push(path);
                Some(if fragment.is_empty() { format!("#{name}") } else { format!("#{name}:{fragment}") })
            }
        };
        let fragment = Fragment { prefix: &prefix, resolve: &resolve, level_shift: 0, is_xhtml };
        html::write(&mut self.builder, &parsed, &fragment);
    }

    /// Writes the pages outside the reading order that links lead to, those of the spine before those that are in none.
    fn linked_pages(&mut self) {
        let mut kinds: HashMap<String, SpineItem> = HashMap::new();
        for item in &self.book.package.spine {
            kinds.insert(item.path.clone(), item.clone());
        }
        let mut n_added = 0;
        loop {
            let linked = std::mem::take(&mut *self.linked.borrow_mut());
            if linked.is_empty() || n_added >= MOST_LINKED {
                return;
            }
            for path in linked {
                let is_navigation = self.book.package.navigation.as_ref() == Some(&path);
                let is_known = self.written.contains(&path) || self.archive.find(&path).is_none();
                let kind = FileKind::of("", &path);
                if is_navigation || is_known || !matches!(kind, FileKind::Page | FileKind::Drawing) {
                    continue;
                }
                let loose = SpineItem { path: path.clone(), kind, is_linear: false, is_fixed: false };
                let item = kinds.remove(&path).unwrap_or(loose);
                self.item(&item);
                n_added += 1;
            }
        }
    }

    fn finish(mut self) -> Document {
        if !self.has_page_breaks {
            for page in &self.book.navigation.pages {
                let Some((path, place)) = &page.place else { continue };
                let name = short_name(self.book, path);
                let known = if place.is_empty() { name.to_owned() } else { format!("{name}:{place}") };
                self.builder.name_also(&known, &page_name(&page.title));
            }
        }
        let n_mended = self.book.n_mended;
        self.builder.finish().with_warning(WarningKind::Malformed, n_mended)
    }

    fn name_of<'p>(&self, path: &'p str) -> &'p str {
        short_name(self.book, path)
    }
}

/// Returns what a page is called in the names of its places.
fn short_name<'p>(book: &Book, path: &'p str) -> &'p str {
    path.strip_prefix(&book.folder).unwrap_or(path)
}

/// Returns the name of the place where a page of the printed book begins.
fn page_name(number: &str) -> String {
    format!("page-{}", number.split_whitespace().collect::<Vec<_>>().join("-"))
}

/// Returns the entries of the contents by the page that they lead to. One that leads nowhere stands with the next.
fn titles(book: &Book) -> HashMap<&str, Vec<Title>> {
    let mut titles: HashMap<&str, Vec<Title>> = HashMap::new();
    let mut groups: Vec<Title> = Vec::new();
    for entry in &book.navigation.contents {
        let level = u8::try_from(entry.depth + 1).unwrap_or(u8::MAX).min(6);
        let mut title = Title { level, text: entry.title.clone(), place: String::new(), is_group: true };
        let Some((path, place)) = &entry.place else {
            groups.retain(|group| group.level < level);
            groups.push(title);
            continue;
        };
        let of_page = titles.entry(path).or_default();
        for group in groups.drain(..).filter(|group| group.level < level) {
            of_page.push(Title { place: place.clone(), ..group });
        }
        title.place.clone_from(place);
        title.is_group = false;
        of_page.push(title);
    }
    titles
}

/// Returns whether the words of a page begin with the book's title, or nearly.
fn says_title(page: &str, title: &str) -> bool {
    let main = title.split(':').next().unwrap_or(title);
    let body = page.find("<body").and_then(|at| page.get(at..)).unwrap_or(page);
    let texts = xml::Pieces::new(body).filter_map(|piece| match piece {
        xml::Piece::Text(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    });
    texts.take(8).any(|text| is_same_title(&text, title) || is_same_title(&text, main))
}
