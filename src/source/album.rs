//! The album: the bytes of an article's pictures, from where the article itself came.
//!
//! An article never makes recto read what is not its own: a file's pictures lie in its directory or below, a book's in
//! the book. Nothing is fetched from the network. What the bytes mean is left to whoever asks for them.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::{Component, Path, PathBuf};

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

use super::archive;
use crate::article::{Article, Locator};
use crate::error::{Error, Result};
use crate::format::archive::{Archive, Target, inside, resolved};
use crate::format::fb2::Binaries;
use crate::format::{Format, mail};

/// The most bytes that a picture may have.
pub const MOST_BYTES: u64 = 32 << 20;

/// The most bytes of a message whose parts are looked through.
const MOST_MESSAGE: u64 = 256 << 20;

/// The pictures that ship with recto, by their address in the articles that do.
const BUNDLED: &[(&str, &[u8])] = &[("lighthouse.png", include_bytes!("../../assets/lighthouse.png"))];

/// The names of folders in which browsers keep a saved page's pictures end like this.
const SAVED_FOLDERS: [&str; 2] = ["_files", ".files"];

/// Base64 as pages have it: with its padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Where an article's pictures are.
pub struct Album {
    place: Place,
}

enum Place {
    /// Files in this directory or below.
    Folder(PathBuf),
    /// Files in an archive; links are resolved against the one called `from`, or are paths already.
    Archive {
        archive: Box<Archive<BufReader<File>>>,
        from: Option<String>,
    },
    /// Files in a book of which a copy was kept, by their paths there.
    Packed(Box<Archive<Cursor<Vec<u8>>>>),
    /// Pictures that were kept with a copy, by their addresses.
    Kept(HashMap<String, Vec<u8>>),
    /// Parts of a message.
    Message(Vec<u8>),
    /// What a FictionBook holds.
    Book(Binaries),
    Bundled,
    /// Only what the article holds in itself.
    Nowhere,
}

impl Album {
    /// Opens the pictures of `article`.
    pub fn open(article: &Article) -> Self {
        let format = article.facts.format;
        let place = match &article.locator {
            Locator::Bundled(_) => Place::Bundled,
            Locator::File(path) if format == Format::Epub.name() => of_archive(path, None),
            Locator::File(path) if is_message(format) => whole(path).map_or(Place::Nowhere, Place::Message),
            Locator::File(path) if format == Format::Fb2.name() => whole(path).map_or(Place::Nowhere, book),
            Locator::File(path) => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                fs::canonicalize(folder.unwrap_or(Path::new("."))).map_or(Place::Nowhere, Place::Folder)
            }
            Locator::Member { archive, name } if is_message(format) => {
                whole_member(archive, name).map_or(Place::Nowhere, Place::Message)
            }
            Locator::Member { archive, name } if format == Format::Fb2.name() => {
                whole_member(archive, name).map_or(Place::Nowhere, book)
            }
            Locator::Member { archive, name } => of_archive(archive, Some(name.clone())),
            Locator::Manual(_) | Locator::Web(_) | Locator::Kept(_) | Locator::Changes(_) | Locator::Stdin => {
                Place::Nowhere
            }
        };
        Self { place }
    }

    /// Opens the pictures of an article of which a copy was kept: those that the copy has in itself, and those that
    /// were kept with it, by their addresses.
    pub fn of_copy(article: &Article, copy: Vec<u8>, pictures: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let format = article.facts.format;
        let place = if format == Format::Epub.name() {
            Archive::open(Cursor::new(copy)).map_or(Place::Nowhere, |archive| Place::Packed(Box::new(archive)))
        } else if is_message(format) {
            Place::Message(copy)
        } else if format == Format::Fb2.name() {
            book(copy)
        } else {
            Place::Kept(pictures.into_iter().collect())
        };
        Self { place }
    }

    /// Returns the bytes of an article's pictures that are not in the article itself, by their addresses, at most
    /// `most` bytes of them, and how many there are that cannot be had.
    pub fn beside(article: &Article, most: u64) -> (Vec<(String, Vec<u8>)>, usize) {
        let format = article.facts.format;
        let (mut taken, mut n_missing) = (Vec::new(), 0);
        if is_message(format) || [Format::Epub.name(), Format::Fb2.name()].contains(&format) {
            return (taken, n_missing);
        }
        let mut album = Self::open(article);
        let mut room = most;
        let mut seen = HashSet::new();
        let addresses = article.document.resources().iter().map(|resource| resource.address.as_str());
        for address in addresses.filter(|address| strip_scheme(address, "data:").is_none() && seen.insert(*address)) {
            match album.bytes(address, MOST_BYTES) {
                Ok(bytes) if bytes.len() as u64 <= room => {
                    room -= bytes.len() as u64;
                    taken.push((address.to_owned(), bytes));
                }
                _ => n_missing += 1,
            }
        }
        (taken, n_missing)
    }

    /// Returns the bytes of the picture at `address`, or the first `most` of them.
    ///
    /// # Errors
    ///
    /// Why there are none.
    pub fn bytes(&mut self, address: &str, most: u64) -> Result<Vec<u8>> {
        if address.is_empty() {
            return Err(Error::new("the article does not tell where it is"));
        }
        if let Some(data) = strip_scheme(address, "data:") {
            return of_data(data);
        }
        match &mut self.place {
            Place::Folder(folder) => {
                let path = beside(folder, address)?;
                let file = open_regular(&path)?;
                let mut bytes = Vec::new();
                file.take(most).read_to_end(&mut bytes)?;
                Ok(bytes)
            }
            Place::Archive { archive, from } => {
                let path = match from {
                    Some(from) => match resolved(from, address) {
                        Target::Inside { path, .. } => path,
                        Target::Outside(_) => return Err(elsewhere(address)),
                    },
                    None if address.contains("://") => return Err(elsewhere(address)),
                    None => inside(address),
                };
                of_entry(archive, &path, most)
            }
            Place::Packed(archive) if !address.contains("://") => of_entry(archive, &inside(address), most),
            Place::Packed(_) => Err(elsewhere(address)),
            Place::Kept(pictures) => pictures.get(address).cloned().ok_or_else(|| elsewhere(address)),
            Place::Message(message) => mail::enclosed(message, address).ok_or_else(|| elsewhere(address)),
            Place::Book(book) => match book.packed(address) {
                Some(packed) => of_base64(packed.to_vec()),
                None => Err(elsewhere(address)),
            },
            Place::Bundled => {
                let found = BUNDLED.iter().find(|(name, _)| *name == address).map(|(_, bytes)| bytes.to_vec());
                found.ok_or_else(|| elsewhere(address))
            }
            Place::Nowhere => Err(elsewhere(address)),
        }
    }
}

fn of_entry<R: Read + Seek>(archive: &mut Archive<R>, path: &str, most: u64) -> Result<Vec<u8>> {
    archive.read(path, most).map(|taken| taken.bytes).map_err(|why| Error::new(why.to_string()))
}

fn of_archive(path: &Path, from: Option<String>) -> Place {
    match archive::open(path) {
        Ok(archive) => Place::Archive { archive: Box::new(archive), from },
        Err(_) => Place::Nowhere,
    }
}

fn is_message(format: &str) -> bool {
    [Format::Mail.name(), Format::Mhtml.name()].contains(&format)
}

fn book(bytes: Vec<u8>) -> Place {
    Place::Book(Binaries::of(bytes))
}

/// Returns all of a file that holds its pictures in itself.
fn whole(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular_up_to(path, MOST_MESSAGE)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns all of a file in an archive that does.
fn whole_member(path: &Path, name: &str) -> Result<Vec<u8>> {
    let taken = archive::open(path)?.read(name, MOST_MESSAGE).map_err(|why| Error::new(why.to_string()))?;
    Ok(taken.bytes)
}

/// Returns the file that `address` names in `folder`, which is a path without links, or below it.
fn beside(folder: &Path, address: &str) -> Result<PathBuf> {
    let saved = in_saved_folder(address);
    let address = match saved {
        Some(saved) => saved,
        None if has_scheme(address) => return Err(elsewhere(address)),
        None => address,
    };
    let as_it_stands = PathBuf::from(address);
    let is_within =
        |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let without_query = address.split(['?', '#']).next().unwrap_or_default();
    let decoded = PathBuf::from(percent_decode_str(without_query).decode_utf8_lossy().into_owned());
    let mut is_outside = false;
    for path in [as_it_stands, decoded] {
        if !is_within(&path) {
            is_outside = true;
            continue;
        }
        // Links are followed before it is seen where they lead.
        let Ok(path) = fs::canonicalize(folder.join(path)) else { continue };
        if path.starts_with(folder) {
            return Ok(path);
        }
        is_outside = true;
    }
    Err(if is_outside {
        Error::new("it lies outside the article's directory, where recto does not look")
    } else {
        Error::new("there is no such file")
    })
}

/// Returns the path within the folder that a browser saved a page's pictures in, where the address names one.
fn in_saved_folder(address: &str) -> Option<&str> {
    let mut start = 0;
    for part in address.split('/') {
        if SAVED_FOLDERS.iter().any(|end| part.ends_with(end)) {
            return address.get(start..);
        }
        start += part.len() + 1;
    }
    None
}

fn open_regular(path: &Path) -> Result<File> {
    open_regular_up_to(path, MOST_BYTES)
}

/// Opens a file unless it is a pipe, a device, or too large.
fn open_regular_up_to(path: &Path, most: u64) -> Result<File> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(Error::new("it is no file"));
    }
    if metadata.len() > most {
        return Err(Error::new(format!("it has more than {} MiB, the most that recto reads", most >> 20)));
    }
    Ok(File::open(path)?)
}

/// Returns what a `data:` address holds (RFC 2397), after its scheme.
fn of_data(data: &str) -> Result<Vec<u8>> {
    let unreadable = || Error::new("its data cannot be read");
    let (kind, body) = data.split_once(',').ok_or_else(unreadable)?;
    if body.len() as u64 > MOST_BYTES * 2 {
        return Err(Error::new(format!("it has more than {} MiB, the most that recto reads", MOST_BYTES >> 20)));
    }
    let decoded: Vec<u8> = percent_decode_str(body).collect();
    if !kind.trim_end().to_ascii_lowercase().ends_with(";base64") {
        return Ok(decoded);
    }
    of_base64(decoded)
}

fn of_base64(mut packed: Vec<u8>) -> Result<Vec<u8>> {
    packed.retain(|byte| !byte.is_ascii_whitespace());
    BASE64.decode(packed).map_err(|_| Error::new("its data cannot be read"))
}

fn strip_scheme<'a>(address: &'a str, scheme: &str) -> Option<&'a str> {
    let (start, rest) = address.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// RFC 3986, section 3.1.
fn has_scheme(address: &str) -> bool {
    address.starts_with("//")
        || address.split_once(':').is_some_and(|(scheme, _)| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        })
}

fn elsewhere(address: &str) -> Error {
    if address.starts_with("//") || ["http:", "https:"].iter().any(|scheme| strip_scheme(address, scheme).is_some()) {
        Error::new("it is on the network, from which recto does not fetch pictures yet")
    } else {
        Error::new("it is not with the article")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use std::io::{Cursor, Write};
    use std::sync::Arc;

    use tempfile::TempDir;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::article::Facts;
    use crate::document::DocumentBuilder;

    fn album(locator: Locator, format: Format) -> Album {
        let document = Arc::new(DocumentBuilder::new().finish());
        Album::open(&Article { locator, document, facts: Facts { format: format.name(), ..Facts::default() } })
    }

    /// Checks what an address gives: bytes, or a reason that holds `expected`.
    #[track_caller]
    fn check(album: &mut Album, address: &str, expected: std::result::Result<&[u8], &str>) {
        match (album.bytes(address, MOST_BYTES), expected) {
            (Ok(bytes), Ok(expected)) => assert_eq!(bytes, expected, "{address}"),
            (Err(error), Err(expected)) => {
                assert!(error.to_string().contains(expected), "{address}: {error}");
            }
            (got, _) => panic!("{address}: {:?}", got.map(|bytes| bytes.len())),
        }
    }

    fn files() -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::create_dir_all(path("notes/images of mine")).unwrap();
        fs::create_dir_all(path("notes/page_files")).unwrap();
        fs::write(path("secret.png"), "secret").unwrap();
        fs::write(path("notes/a.png"), "a").unwrap();
        fs::write(path("notes/images of mine/b.png"), "b").unwrap();
        fs::write(path("notes/page_files/c.png"), "c").unwrap();
        std::os::unix::fs::symlink(path("secret.png"), path("notes/out.png")).unwrap();
        std::os::unix::fs::symlink(path("notes/a.png"), path("notes/in.png")).unwrap();
        dir
    }

    #[test]
    fn a_files_pictures_lie_beside_it_or_below() {
        let dir = files();
        let album = &mut album(Locator::File(dir.path().join("notes/x.md")), Format::Markdown);
        check(album, "a.png", Ok(b"a"));
        check(album, "./a.png?raw=true", Ok(b"a"));
        check(album, "images%20of%20mine/b.png", Ok(b"b"));
        check(album, "images of mine/b.png", Ok(b"b"));
        check(album, "in.png", Ok(b"a"));
        check(album, "http://example.org/news/page_files/c.png", Ok(b"c"));
        assert_eq!(album.bytes("a.png", 0).unwrap(), b"");
        check(album, "none.png", Err("no such file"));
    }

    #[test]
    fn a_book_or_a_message_holds_its_pictures_in_an_archive_too() {
        let dir = TempDir::new().unwrap();
        let book = "<FictionBook><body><p>Words.</p></body><binary id=\"a.png\">YWJj\nZA</binary></FictionBook>";
        let message = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: \
            text/html\r\n\r\n<p>Words.\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <a>\r\n\r\nabcd\r\n--b--\r\n";
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [("book.fb2", book), ("letter.eml", message)] {
            fs::write(dir.path().join(name), text).unwrap();
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let archive = dir.path().join("both.zip");
        fs::write(&archive, zip.finish().unwrap().into_inner()).unwrap();
        for (name, format, address) in [("book.fb2", Format::Fb2, "a.png"), ("letter.eml", Format::Mail, "cid:a")] {
            check(&mut album(Locator::File(dir.path().join(name)), format), address, Ok(b"abcd"));
            let member = Locator::Member { archive: archive.clone(), name: name.to_owned() };
            check(&mut album(member, format), address, Ok(b"abcd"));
            check(&mut album(Locator::File(dir.path().join(name)), format), "b.png", Err("not with the article"));
        }
    }

    #[test]
    fn an_article_never_reaches_what_is_not_its_own() {
        let dir = files();
        let album = &mut album(Locator::File(dir.path().join("notes/x.md")), Format::Html);
        let secret = dir.path().join("secret.png");
        let secret = secret.to_str().unwrap();
        for address in
            ["../secret.png", "%2e%2e/secret.png", "images of mine/../../secret.png", "out.png", secret, "/etc/passwd"]
        {
            check(album, address, Err("outside the article's directory"));
        }
        check(album, &format!("file://{secret}"), Err("not with the article"));
        check(album, "http://example.org/x_files/../../secret.png", Err("outside"));
        check(album, "https://example.org/a.png", Err("on the network"));
        check(album, "//example.org/a.png", Err("on the network"));
        check(album, "images of mine", Err("no file"));
        check(album, "", Err("does not tell where"));
    }

    #[test]
    fn pipes_and_giants_are_not_read() {
        let dir = files();
        let pipe = dir.path().join("notes/pipe.png");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let large = File::create(dir.path().join("notes/large.png")).unwrap();
        large.set_len(MOST_BYTES + 1).unwrap();
        let album = &mut album(Locator::File(dir.path().join("notes/x.md")), Format::Markdown);
        check(album, "pipe.png", Err("it is no file"));
        check(album, "large.png", Err("more than 32 MiB"));
    }

    #[test]
    fn data_addresses_hold_their_bytes() {
        let album = &mut album(Locator::Stdin, Format::Html);
        check(album, "data:image/png;base64,aGVyb24=", Ok(b"heron"));
        check(album, "DATA:image/png;BASE64,aGVy%20b24", Ok(b"heron"));
        check(album, "data:,a%20heron", Ok(b"a heron"));
        check(album, "data:image/png;base64", Err("cannot be read"));
        check(album, "data:image/png;base64,*", Err("cannot be read"));
        check(album, "a.png", Err("not with the article"));
    }

    #[test]
    fn books_and_archives_have_their_own() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zip");
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["text/a.html", "text/b.png", "c.png"] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(name.as_bytes()).unwrap();
        }
        fs::write(&path, zip.finish().unwrap().into_inner()).unwrap();
        let book = &mut album(Locator::File(path.clone()), Format::Epub);
        check(book, "text/b.png", Ok(b"text/b.png"));
        check(book, "../../c.png", Ok(b"c.png"));
        check(book, "https://example.org/c.png", Err("on the network"));
        check(book, "b.png", Err("does not have it"));
        let member = Locator::Member { archive: path, name: "text/a.html".to_owned() };
        let member = &mut album(member, Format::Html);
        check(member, "b.png", Ok(b"text/b.png"));
        check(member, "../c.png", Ok(b"c.png"));
        check(member, "file:///etc/passwd", Err("not with the article"));
    }

    #[test]
    fn messages_have_parts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.mhtml");
        let message = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>\n\
            --x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Location: https://weir.example/a.png\n\
            Content-ID: <b@c>\n\naGVyb24=\n--x--\n";
        fs::write(&path, message).unwrap();
        let album = &mut album(Locator::File(path), Format::Mhtml);
        check(album, "https://weir.example/a.png", Ok(b"heron"));
        check(album, "cid:b@c", Ok(b"heron"));
        check(album, "https://weir.example/b.png", Err("on the network"));
    }
}
