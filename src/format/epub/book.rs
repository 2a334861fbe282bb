//! The book as a container: its package, navigation and protection, found where they should be or wherever they are.

use std::io::{Read, Seek};

use super::MOST_XML;
use super::navigation::{self, Navigation};
use super::package::{self, FileKind, Package, SpineItem};
use super::protection::Protection;
use super::xml::{Piece, Pieces, decoded};
use crate::error::{Error, Result};
use crate::format::archive::{Archive, folder, inside};
use crate::text::natural;

const CONTAINER: &str = "META-INF/container.xml";

/// What is known of a book before its text is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Book {
    pub package: Package,
    pub navigation: Navigation,
    pub protection: Protection,
    /// The folder that the package lies in, with its `/`, or nothing.
    pub folder: String,
    /// How many things had to be mended.
    pub n_mended: u32,
}

impl Book {
    /// Finds out what the archive's book is.
    ///
    /// # Errors
    ///
    /// If the archive is encrypted, or has nothing that could be a page.
    pub fn open<R: Read + Seek>(archive: &mut Archive<R>) -> Result<Self> {
        if !archive.entries().is_empty() && archive.entries().iter().all(|entry| entry.is_encrypted) {
            return Err(Error::new("its archive is encrypted with a password").hint("Unpack it first"));
        }
        let root = root(archive);
        let mut n_mended = u32::from(archive.is_damaged());
        let is_typed = archive.entries().first().is_some_and(|entry| entry.path == format!("{root}mimetype"));
        n_mended += u32::from(!is_typed);
        let path = package_path(archive, &root, &mut n_mended);
        let mut package = path.as_deref().and_then(|path| {
            let text = text_of(archive, path, &mut n_mended)?;
            Some(package::read(&text, path))
        });
        if package.as_ref().is_none_or(|package| package.spine.is_empty()) {
            n_mended += 1;
            package.get_or_insert_default().spine = loose_pages(archive);
        }
        let mut package = package.unwrap_or_default();
        if package.spine.is_empty() {
            return Err(Error::new("it has no pages: no package file, and nothing that looks like one of a book")
                .hint("Is it an archive of another kind?"));
        }
        let mut navigation = Navigation::default();
        if let Some(path) = &package.navigation
            && let Some(text) = text_of(archive, path, &mut n_mended)
        {
            navigation = navigation::of_document(&text, path);
        }
        let ncx = package.ncx.clone().or_else(|| with_extension(archive, ".ncx"));
        if let Some(path) = ncx.filter(|_| navigation.contents.is_empty())
            && let Some(text) = text_of(archive, &path, &mut n_mended)
        {
            let pages = std::mem::take(&mut navigation.pages);
            navigation = navigation::of_ncx(&text, &path);
            if navigation.pages.is_empty() {
                navigation.pages = pages;
            }
        }
        // Whatever way a path is written, it is the archive's from here on.
        let own = |path: &mut String| {
            if let Some(entry) = archive.find(path) {
                path.clone_from(&entry.path);
            }
        };
        package.spine.iter_mut().for_each(|item| own(&mut item.path));
        package.navigation.iter_mut().for_each(own);
        let entries = navigation.contents.iter_mut().chain(&mut navigation.pages);
        entries.filter_map(|entry| entry.place.as_mut()).for_each(|(path, _)| own(path));
        let folder = path.as_deref().map(folder).filter(|folder| !folder.is_empty());
        Ok(Self {
            protection: Protection::of(archive, &root),
            n_mended: n_mended + package.n_mended,
            folder: folder.map(|folder| format!("{folder}/")).unwrap_or_default(),
            package,
            navigation,
        })
    }
}

/// Returns the folder that the book lies in, with its `/`: nothing, but for a folder that was packed as a whole.
fn root<R: Read + Seek>(archive: &Archive<R>) -> String {
    if archive.find(CONTAINER).is_some() {
        return String::new();
    }
    let inner = archive.entries().iter().find_map(|entry| entry.path.strip_suffix(CONTAINER));
    inner.filter(|root| root.ends_with('/')).unwrap_or_default().to_owned()
}

/// Returns where the package file lies: where the container says, else the first file that is called like one.
fn package_path<R: Read + Seek>(archive: &mut Archive<R>, root: &str, n_mended: &mut u32) -> Option<String> {
    if let Some(text) = text_of(archive, &format!("{root}{CONTAINER}"), n_mended) {
        for piece in Pieces::new(&text) {
            let Piece::Open(element) = piece else { continue };
            if element.name != "rootfile" {
                continue;
            }
            let media_type = element.attribute("media-type").unwrap_or_default();
            let Some(path) = element.attribute("full-path") else { continue };
            let decoded = percent_encoding::percent_decode_str(&path).decode_utf8_lossy().into_owned();
            let found = [path, decoded].iter().find_map(|path| {
                let found = archive.find(&inside(&format!("{root}{path}")))?;
                (media_type.is_empty() || media_type.contains("oebps-package")).then(|| found.path.clone())
            });
            if found.is_some() {
                return found;
            }
        }
    }
    *n_mended += 1;
    with_extension(archive, ".opf")
}

fn with_extension<R: Read + Seek>(archive: &Archive<R>, extension: &str) -> Option<String> {
    let paths = archive.entries().iter().map(|entry| &entry.path);
    let mut paths: Vec<&String> = paths.filter(|path| path.to_ascii_lowercase().ends_with(extension)).collect();
    paths.sort_by(|one, other| natural::compare_paths(one, other));
    paths.first().map(|path| (*path).clone())
}

/// Returns all that could be a page, in natural order.
fn loose_pages<R: Read + Seek>(archive: &Archive<R>) -> Vec<SpineItem> {
    let is_page = |path: &&String| {
        let is_own = path.contains("META-INF/") || path.starts_with("__MACOSX/");
        !is_own && [".xhtml", ".html", ".htm"].iter().any(|end| path.to_ascii_lowercase().ends_with(end))
    };
    let mut paths: Vec<&String> = archive.entries().iter().map(|entry| &entry.path).filter(is_page).collect();
    paths.sort_by(|one, other| natural::compare_paths(one, other));
    paths.dedup();
    let item = |path: &String| SpineItem { path: path.clone(), kind: FileKind::Page, is_linear: true, is_fixed: false };
    paths.into_iter().map(item).collect()
}

/// Returns the text of one of the book's own files, and counts what is wrong with it.
fn text_of<R: Read + Seek>(archive: &mut Archive<R>, path: &str, n_mended: &mut u32) -> Option<String> {
    match archive.read(path, MOST_XML) {
        Ok(taken) => {
            let (text, n_errors) = decoded(&taken.bytes);
            *n_mended += u32::from(taken.is_cut) + u32::from(n_errors > 0);
            Some(text)
        }
        Err(_) => {
            *n_mended += 1;
            None
        }
    }
}
