//! Archives: the articles in a zip archive, as if it were a directory, and the reading of one of them.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use super::directory::{self, Named};
use crate::article::Locator;
use crate::error::{Error, Result};
use crate::format::archive::{Archive, Unread};
use crate::format::{self, Format};
use crate::text::{clean, natural};

/// How much of a file is looked at to find out what it is, in bytes.
const HEAD: u64 = 64 << 10;

/// What a zip archive begins with.
const ZIP: &[u8] = b"PK\x03\x04";

/// The most bytes that are taken of one article.
const MOST_BYTES: u64 = 1 << 30;

/// How many names an error tells.
const MOST_TOLD: usize = 8;

/// How wide a name is told at most, in cells.
const WIDEST_NAME: usize = 80;

/// Returns whether the file is a zip archive of articles, rather than one article in a zip archive.
pub fn is_archive(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    zip_head(path).is_some_and(|head| is_archive_head(&head, name))
}

/// Returns whether the file is a book, which can be read from where it lies.
pub(super) fn is_book(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    zip_head(path).is_some_and(|head| format::detect_bytes(&head, name) == Some(Format::Epub))
}

/// Returns whether the file is a zip archive, of whatever.
pub(super) fn is_zip(path: &Path) -> bool {
    zip_head(path).is_some()
}

/// Returns the beginning of a file that is a zip archive.
fn zip_head(path: &Path) -> Option<Vec<u8>> {
    // A pipe must not be read before its time.
    let mut file = path.is_file().then(|| File::open(path).ok())??;
    let mut head = Vec::with_capacity(usize::try_from(HEAD).unwrap_or(0));
    file.by_ref().take(4).read_to_end(&mut head).ok()?;
    if head != ZIP {
        return None;
    }
    file.take(HEAD - 4).read_to_end(&mut head).ok()?;
    Some(head)
}

/// Returns whether bytes begin as such an archive does.
pub(super) fn is_archive_head(head: &[u8], name: Option<&str>) -> bool {
    let is_office = [&b"[Content_Types].xml"[..], b"mimetypeapplication/vnd.oasis"]
        .iter()
        .any(|magic| head.get(30..).is_some_and(|rest| rest.starts_with(magic)));
    head.starts_with(ZIP) && !is_office && format::detect_bytes(head, name).is_none()
}

/// Returns the articles in the archive at `path`, in natural order.
///
/// # Errors
///
/// If the archive cannot be opened, is encrypted, or has no articles.
pub fn articles_in_archive(path: &Path) -> Result<Vec<Locator>> {
    let names = open(path).and_then(|mut archive| articles(&mut archive));
    let names = names.and_then(|names| if names.is_empty() { Err(nothing()) } else { Ok(names) });
    let names = names.map_err(|error| error.context(format!("cannot open `{}`", path.display())))?;
    Ok(names.into_iter().map(|name| Locator::Member { archive: path.to_owned(), name }).collect())
}

/// Returns what `path` names: a file, or an article in an archive where the path goes on after the archive's own.
pub fn locate(path: &Path) -> Locator {
    if path.exists() {
        return Locator::File(path.to_owned());
    }
    let archive = path.ancestors().skip(1).find(|ancestor| ancestor.is_file());
    let member = archive.and_then(|archive| {
        let name = path.strip_prefix(archive).ok()?.to_str()?;
        zip_head(archive).is_some().then(|| Locator::Member { archive: archive.to_owned(), name: name.to_owned() })
    });
    member.unwrap_or_else(|| Locator::File(path.to_owned()))
}

/// Reads an article out of the archive at `path`.
pub(super) fn member(path: &Path, name: &str) -> Result<Vec<u8>> {
    read(&mut open(path)?, name)
}

/// Reads the only article of an archive, and tells its name.
///
/// # Errors
///
/// If there are several articles, which are told, or none.
pub(super) fn only_article<R: Read + Seek>(archive: &mut Archive<R>, path: &str) -> Result<(String, Vec<u8>)> {
    let names = articles(archive)?;
    match names.as_slice() {
        [only] => Ok((only.clone(), read(archive, only)?)),
        [] => Err(nothing()),
        [first, ..] => {
            let told = |name: &String| format!("`{}`", clean::clean_line(name, WIDEST_NAME));
            let some: Vec<String> = names.iter().take(MOST_TOLD).map(told).collect();
            let more = names.len().saturating_sub(MOST_TOLD);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let path = if path.is_empty() { "ARCHIVE.zip" } else { path };
            Err(Error::new(format!("it is a ZIP archive of {} articles: {}{more}", names.len(), some.join(", ")))
                .hint(format!("Name one as `{path}/{}`", clean::clean_line(first, WIDEST_NAME))))
        }
    }
}

/// Opens the archive at `path`.
pub(super) fn open(path: &Path) -> Result<Archive<BufReader<File>>> {
    Archive::open(BufReader::new(File::open(path)?))
}

/// Returns the names of the articles.
fn articles<R: Read + Seek>(archive: &mut Archive<R>) -> Result<Vec<String>> {
    let mut names: Vec<(String, bool)> = Vec::new();
    let mut unsure = Vec::new();
    for entry in archive.entries() {
        let (folders, name) = entry.path.rsplit_once('/').unwrap_or(("", &entry.path));
        let is_passed_over = |part: &str| part.starts_with('.') || directory::is_skipped(part);
        if name.starts_with('.') || folders.split('/').any(is_passed_over) {
            continue;
        }
        match directory::named(name) {
            Named::Article => names.push((entry.path.clone(), entry.is_encrypted)),
            Named::Nothing | Named::Archive => {}
            named => unsure.push((entry.path.clone(), named, entry.is_encrypted)),
        }
    }
    for (path, named, is_encrypted) in unsure {
        let Ok(taken) = archive.read(&path, HEAD) else { continue };
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_article = match named {
            Named::ManualPage => Format::detect(&String::from_utf8_lossy(&taken.bytes), Some(name)) == Format::Man,
            _ => !taken.bytes.is_empty() && super::signature::refusal(&taken.bytes).is_none(),
        };
        if is_article {
            names.push((path, is_encrypted));
        }
    }
    if !names.is_empty() && names.iter().all(|(_, is_encrypted)| *is_encrypted) {
        return Err(encrypted());
    }
    let mut names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
    names.sort_by(|one, other| natural::compare_paths(one, other));
    names.dedup();
    Ok(names)
}

pub(super) fn read<R: Read + Seek>(archive: &mut Archive<R>, name: &str) -> Result<Vec<u8>> {
    match archive.read(name, MOST_BYTES) {
        Ok(taken) => Ok(taken.bytes),
        Err(Unread::Encrypted) => Err(encrypted()),
        Err(Unread::Missing) => Err(Error::new("the archive does not have it")),
        Err(why) => Err(Error::new(why.to_string())),
    }
}

fn nothing() -> Error {
    Error::new("it is a ZIP archive with nothing in it that recto reads")
}

fn encrypted() -> Error {
    Error::new("it is encrypted with a password").hint("`7z x ARCHIVE` asks for it and unpacks what is inside")
}

/// Returns the articles of a directory's files, where each archive stands for those in it.
pub(super) fn expanded(paths: Vec<PathBuf>) -> Vec<Locator> {
    let has_zip_name = |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
    let locators = |path: PathBuf| {
        if has_zip_name(&path) { articles_in_archive(&path).unwrap_or_default() } else { vec![Locator::File(path)] }
    };
    paths.into_iter().flat_map(locators).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use std::io::{Cursor, Write};
    use std::ops::ControlFlow;

    use tempfile::TempDir;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::super::{LoadOptions, articles_in, load, read as read_source};
    use super::*;

    fn packed(files: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// Makes an archive in a directory of its own.
    fn made(files: &[(&str, &str)]) -> (TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("things.zip");
        std::fs::write(&path, packed(files)).unwrap();
        (dir, path)
    }

    fn text_of(locator: &Locator) -> std::result::Result<String, String> {
        let article = load(locator, &LoadOptions::default(), &mut |_| ControlFlow::Continue(()));
        article.map(|article| article.document.text().to_owned()).map_err(|error| error.to_string())
    }

    const SEVERAL: [(&str, &str); 9] = [
        ("chapter 10.md", "# Ten\n"),
        ("chapter 2.md", "# Two\n"),
        ("part/a.html", "<h1>A</h1><p>See <a href='../chapter%202.md'>two</a>.</p>"),
        ("README", "Read me first."),
        ("picture.png", "\u{89}PNG"),
        ("__MACOSX/._a.md", "x"),
        (".hidden.md", "x"),
        ("inner.zip", "PK"),
        ("page_files/ad.html", "x"),
    ];

    #[test]
    fn lists_articles_in_reading_order() {
        let (_dir, path) = made(&SEVERAL);
        assert!(is_archive(&path));
        let names = |path: &Path| -> Vec<String> {
            articles_in(path).unwrap().iter().map(|locator| locator.file_name().unwrap().to_owned()).collect()
        };
        let expected = ["chapter 2.md", "chapter 10.md", "README", "a.html"];
        assert_eq!(names(&path), expected);
        assert_eq!(names(path.parent().unwrap()), expected);
    }

    #[test]
    fn opens_what_is_named() {
        let (_dir, path) = made(&SEVERAL);
        let locator = locate(&path.join("part/a.html"));
        assert_eq!(locator, Locator::Member { archive: path.clone(), name: "part/a.html".to_owned() });
        assert_eq!(text_of(&locator).unwrap(), "A\nSee two.");
        assert_eq!(text_of(&locate(&path.join("README"))).unwrap(), "Read me first.");
        let missing = text_of(&locate(&path.join("none.md"))).unwrap_err();
        assert!(missing.ends_with("things.zip/none.md`: the archive does not have it"), "{missing}");
        let away = text_of(&locate(&path.join("../../../etc/passwd")));
        assert!(away.is_err(), "{away:?}");
        assert!(matches!(locate(Path::new("no/such/file")), Locator::File(_)));
    }

    #[test]
    fn opens_the_only_article_and_tells_of_several() {
        let (_dir, path) =
            made(&[("book.fb2", "<FictionBook><body><p>Words.</p></body></FictionBook>"), ("b.jpg", "")]);
        assert_eq!(text_of(&Locator::File(path)).unwrap(), "Words.");
        let (_dir, path) = made(&SEVERAL);
        let told = text_of(&Locator::File(path)).unwrap_err();
        assert!(told.contains("it is a ZIP archive of 4 articles: `chapter 2.md`, `chapter 10.md`"), "{told}");
        assert!(told.ends_with("things.zip/chapter 2.md`"), "{told}");
        let (_dir, path) = made(&[("a.png", "x")]);
        assert!(text_of(&Locator::File(path.clone())).unwrap_err().contains("nothing in it that recto reads"));
        assert!(articles_in(&path).is_err());
    }

    #[test]
    fn reads_an_archive_that_comes_as_a_stream() {
        let bytes = packed(&[("a.md", "# One\n\nTwo *three*.\n")]);
        let options = LoadOptions::default();
        let article =
            read_source(bytes.as_slice(), None, &Locator::Stdin, &options, &mut |_| ControlFlow::Continue(()));
        let article = article.unwrap();
        assert_eq!((article.locator, article.document.text()), (Locator::Stdin, "One\nTwo three."));
    }

    #[test]
    fn tells_of_what_is_encrypted() {
        // The writer does not encrypt; the flag that says so is bit 0 of byte 6 here and of byte 8 in the directory.
        let mut bytes = packed(&[("a.md", "# One\n")]);
        let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
        bytes[6] |= 1;
        bytes[directory + 8] |= 1;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zip");
        std::fs::write(&path, bytes).unwrap();
        assert!(text_of(&Locator::File(path.clone())).unwrap_err().contains("encrypted with a password"));
        assert!(articles_in(&path).unwrap_err().to_string().contains("encrypted with a password"));
    }

    #[test]
    fn names_in_old_encodings_are_read() {
        let name = "статья о чтении книг.txt";
        let mut bytes = packed(&[("xxxxxxxxxxxxxxxxxxxx.txt", "Words.")]);
        let (old, _, _) = encoding_rs::IBM866.encode(name);
        while let Some(at) = memchr::memmem::find(&bytes, b"xxxxxxxxxxxxxxxxxxxx.txt") {
            bytes.splice(at..at + old.len(), old.iter().copied());
        }
        let archive = Archive::open(Cursor::new(bytes)).unwrap();
        assert_eq!(archive.entries().first().unwrap().path, name);
    }
}
