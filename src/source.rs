//! Sources: opens a locator and streams its bytes, decompressed and decoded, into a parser.
//!
//! A long text is handed on in parts while the rest is still being read. What the bytes mean is left to
//! [`crate::format`]; which files of a directory are worth opening is told by [`articles_in`].

mod album;
mod archive;
mod bundle;
mod compression;
mod copy;
mod decode;
mod directory;
mod manual;
mod signature;
mod sites;
mod stdin;

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use encoding_rs::Encoding;

use crate::article::{Article, EncodingEvidence, Facts, Locator};
use crate::document::{Document, WarningKind};
use crate::error::{Error, Result};
use crate::format::archive::Archive;
use crate::format::{self, Format, Parser, Sites};

pub use album::{Album, MOST_BYTES as MOST_PICTURE};
pub use archive::{is_archive, locate};
pub use bundle::Bundle;
use compression::Unpacked;
pub use copy::{absolute, is_gone, original, read_copy};
use decode::Decoder;
pub use sites::own_sites;

/// The articles that ship with recto, by their file name in assets/.
const BUNDLED: &[(&str, &[u8])] = &[
    ("tour.md", include_bytes!("../assets/tour.md")),
    ("alibaba-apple.txt", include_bytes!("../assets/alibaba-apple.txt")),
    ("harbour-lights.html", include_bytes!("../assets/harbour-lights.html")),
];

/// Every construct that recto sets, for whoever works on how it does: no article of the shelf.
const GALLERY: (&str, &[u8]) = ("gallery.html", include_bytes!("../assets/gallery.html"));

/// How much text stands behind each part that is shown before the whole, in bytes.
const PARTS: [u64; 3] = [256 << 10, 2 << 20, 16 << 20];

/// How much of a source is looked at to find out what it is, in bytes. Also the size of the first read.
const HEAD: usize = 64 << 10;

/// The most that is read at once, in bytes. Reads grow up to it, so that the first part comes early.
const LARGEST_READ: usize = 1 << 20;

/// The most bytes that are taken of a format that is parsed as a whole, after decompression.
const MOST_BYTES: u64 = 1 << 30;

/// The most text that is taken, in bytes: offsets have 32 bits, and cleaning may add a little.
const MOST_TEXT: u64 = (4 << 30) - (64 << 20);

/// What the reader asked for about a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LoadOptions {
    /// The format, where it is not to be found out.
    pub format: Option<Format>,
    /// The encoding that those who sent the source say that it is in.
    pub charset: Option<&'static Encoding>,
    /// The reader's own rules for sites.
    pub sites: Option<&'static Sites>,
}

/// Returns the articles in a directory or a zip archive, in the order in which a person would read them.
///
/// # Errors
///
/// If the directory or the archive cannot be opened.
pub fn articles_in(path: &Path) -> Result<Vec<Locator>> {
    if path.is_dir() {
        return Ok(archive::expanded(directory::articles_in(path)?));
    }
    archive::articles_in_archive(path)
}

/// Returns the locators of the articles that ship with recto.
pub fn bundled() -> impl Iterator<Item = Locator> {
    BUNDLED.iter().map(|&(name, _)| Locator::Bundled(name))
}

/// Returns where the gallery is, which shows every construct.
pub fn gallery() -> Locator {
    Locator::Bundled(GALLERY.0)
}

/// How large a stack [`load`] needs, in bytes: trees of hostile pages are deep, and some parsers recurse.
pub const STACK: usize = 16 << 20;

/// Returns the error for a parser that failed where none should.
pub fn fault() -> Error {
    Error::new("recto failed on it, which is a fault of recto's and not of yours")
        .hint("`--format text` shows it as text")
}

/// Reads the whole article at `locator`, on a thread with the stack for it.
///
/// # Errors
///
/// As [`load`], and if a parser fails.
pub fn load_whole(locator: &Locator, options: &LoadOptions) -> Result<Article> {
    on_deep_stack(locator, || load(locator, options, &mut |_| ControlFlow::Continue(())))
}

/// Does what reads `locator` on a thread with the stack for it.
fn on_deep_stack(locator: &Locator, read: impl FnOnce() -> Result<Article> + Send) -> Result<Article> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read)?;
        thread.join().unwrap_or_else(|_| Err(fault().context(format!("cannot open `{locator}`"))))
    })
}

/// Reads the article at `locator`.
///
/// A long one is handed to `on_part` in growing first parts, whose documents are not complete; `Break` ends the
/// reading there, and the part is what is returned. An empty source is an empty article.
///
/// # Errors
///
/// If the source cannot be opened or read, or holds something that is no text (unless a format was asked for).
pub fn load(
    locator: &Locator,
    options: &LoadOptions,
    on_part: &mut dyn FnMut(Article) -> ControlFlow<()>,
) -> Result<Article> {
    let article = match locator {
        Locator::Bundled(name) => match BUNDLED.iter().chain([&GALLERY]).find(|(known, _)| known == name) {
            Some((_, bytes)) => read(*bytes, Some(bytes.len() as u64), locator, options, on_part),
            None => Err(Error::new("no such article ships with recto")),
        },
        // As text, an archive is shown as it is.
        Locator::File(path) if options.format != Some(Format::Plain) && is_archive(path) => {
            let only = archive::open(path).and_then(|mut zip| archive::only_article(&mut zip, &locator.to_string()));
            only.and_then(|(name, bytes)| {
                let locator = Locator::Member { archive: path.clone(), name };
                read(bytes.as_slice(), Some(bytes.len() as u64), &locator, options, on_part)
            })
        }
        Locator::File(path) if matches!(options.format, None | Some(Format::Epub)) && archive::is_book(path) => {
            open(path).and_then(|(file, size)| read_book(file, size, locator, on_part))
        }
        Locator::File(path) => open(path).and_then(|(file, size)| read(file, size, locator, options, on_part)),
        Locator::Member { archive, name } => archive::member(archive, name)
            .and_then(|bytes| read(bytes.as_slice(), Some(bytes.len() as u64), locator, options, on_part)),
        Locator::Manual(page) => manual::find(page).and_then(|path| {
            let (file, size) = open(&path)?;
            // Only a page lies where pages are looked for.
            let options = LoadOptions { format: options.format.or(Some(Format::Man)), ..*options };
            read(file, size, locator, &options, on_part)
        }),
        Locator::Web(_) => Err(not_from_the_web()),
        Locator::Kept(_) | Locator::Changes(_) => Err(Error::new("it is in the library alone")),
        Locator::Stdin => read_stdin(locator, options, on_part),
    };
    article.map_err(|error| error.context(format!("cannot open `{locator}`")))
}

/// Returns the error for a page that is not at hand.
fn not_from_the_web() -> Error {
    Error::new("the library has no copy of it, and recto does not fetch pages")
        .hint("Save the page as a file, and open that: what was highlighted is found in it.")
}

/// Reads standard input, and shows what there is of it where it pauses.
fn read_stdin(
    locator: &Locator,
    options: &LoadOptions,
    on_part: &mut dyn FnMut(Article) -> ControlFlow<()>,
) -> Result<Article> {
    let on_part = RefCell::new(on_part);
    let mut tell = |part| (on_part.borrow_mut())(part);
    let mut on_pause = |seen: &[u8]| {
        // The parts of a container stand in an order that only its end tells.
        if format::detect_bytes(seen, None) == Some(Format::Epub) || archive::is_archive_head(seen, None) {
            return;
        }
        // What cannot be opened yet may be when there is more.
        if let Ok(so_far) = read(seen, None, locator, options, &mut |_| ControlFlow::Continue(())) {
            let document = Arc::unwrap_or_clone(so_far.document).as_part();
            // Whether it is still wanted is asked again with the next part.
            let _ = (on_part.borrow_mut())(Article { document: Arc::new(document), ..so_far });
        }
    };
    let source = stdin::Pausing::new(io::stdin(), &mut on_pause)?;
    read(source, None, locator, options, &mut tell)
}

/// Reads the article that `reader` gives, as [`load`] does; `size` is how many bytes are expected.
///
/// # Errors
///
/// As [`load`], without the locator in the error's text.
pub fn read(
    reader: impl Read,
    size: Option<u64>,
    locator: &Locator,
    options: &LoadOptions,
    on_part: &mut dyn FnMut(Article) -> ControlFlow<()>,
) -> Result<Article> {
    let mut unpacked = Unpacked::open(reader)?;
    let mut bytes = Vec::new();
    let mut ended = fill(&mut unpacked, &mut bytes, HEAD)?;
    let name = locator.file_name().map(|name| compression::inner_name(name, unpacked.compression()));
    let container = match options.format {
        Some(format) => Some(format).filter(|format| format.takes_bytes()),
        None => format::detect_bytes(&bytes, name.as_deref()),
    };
    if let Some(format) = container {
        let packed_size = size.filter(|_| unpacked.compression().is_none());
        let (bytes, is_damaged) = rest(&mut unpacked, bytes, ended, packed_size)?;
        let facts = facts(format, ("", EncodingEvidence::Inside), &unpacked);
        let document = format::parse_bytes_with(format, bytes, options.sites, &mut |part| {
            on_part(article(locator, part, facts.clone()))
        })?;
        let document = document.with_warning(WarningKind::Truncated, u32::from(is_damaged));
        return Ok(article(locator, document, facts));
    }
    if options.format.is_none() {
        if archive::is_archive_head(&bytes, name.as_deref()) {
            let packed_size = size.filter(|_| unpacked.compression().is_none());
            let (bytes, _) = rest(&mut unpacked, bytes, ended, packed_size)?;
            let (name, inner) = archive::only_article(&mut Archive::open(Cursor::new(bytes))?, "")?;
            return read_inner(&name, &inner, locator, options, on_part);
        }
        if let Some(error) = signature::refusal(&bytes) {
            return Err(error);
        }
    }
    let (mut decoder, bom_length) = Decoder::for_head(&bytes, ended, options.charset);
    bytes.drain(..bom_length);
    let mut head = String::new();
    let mut n_used = decoder.decode(&bytes, ended, &mut |text| head.push_str(text));
    let format = options.format.unwrap_or_else(|| Format::detect(&head, name.as_deref()));
    let expected = size.filter(|_| unpacked.compression().is_none()).and_then(|size| usize::try_from(size).ok());
    let mut taken = Taken { parser: Parser::with_capacity(format, expected.unwrap_or(0)), length: 0, is_full: false };
    taken.push(&head);
    drop(head);
    let mut parts = PARTS.iter().copied().peekable();
    let mut is_damaged = false;
    while !ended && !taken.is_full {
        if parts.next_if(|&due| taken.length >= due).is_some() {
            while parts.next_if(|&due| taken.length >= due).is_some() {}
            // Where most is read already, the whole comes as soon.
            let is_early = expected.is_none_or(|whole| taken.length <= whole as u64 / 2);
            if let Some(part) = is_early.then(|| taken.parser.snapshot(options.sites)).flatten() {
                let part = article(locator, part, facts(format, (decoder.encoding(), decoder.evidence()), &unpacked));
                if on_part(part.clone()).is_break() {
                    return Ok(part);
                }
            }
        }
        bytes.drain(..n_used.min(bytes.len()));
        let next = usize::try_from(unpacked.bytes_out()).unwrap_or(LARGEST_READ).clamp(HEAD, LARGEST_READ);
        let wanted = bytes.len() + next;
        match fill(&mut unpacked, &mut bytes, wanted) {
            Ok(now_ended) => ended = now_ended,
            // What was read of a damaged archive is worth more than nothing.
            Err(_) if taken.length > 0 => (ended, is_damaged) = (true, true),
            Err(error) => return Err(error.into()),
        }
        n_used = decoder.decode(&bytes, ended, &mut |text| taken.push(text));
    }
    let is_cut = taken.is_full || is_damaged;
    let document =
        taken.parser.finish_with(options.sites).with_warning(WarningKind::Undecodable, decoder.undecodable());
    let document = document.with_warning(WarningKind::Truncated, u32::from(is_cut));
    Ok(article(locator, document, facts(format, (decoder.encoding(), decoder.evidence()), &unpacked)))
}

/// Reads a book from where it lies: of a large one no more than what is shown has to be read first.
fn read_book(
    file: File,
    size: Option<u64>,
    locator: &Locator,
    on_part: &mut dyn FnMut(Article) -> ControlFlow<()>,
) -> Result<Article> {
    let facts = Facts {
        format: Format::Epub.name(),
        encoding_by: EncodingEvidence::Inside,
        bytes: size.unwrap_or(0),
        ..Facts::default()
    };
    let tell = &mut |part| on_part(article(locator, part, facts.clone()));
    let document = format::epub::parse(BufReader::new(file), tell)?;
    Ok(article(locator, document, facts))
}

/// Reads an article that came out of an archive which cannot be opened again, and keeps the archive's locator.
fn read_inner(
    name: &str,
    bytes: &[u8],
    locator: &Locator,
    options: &LoadOptions,
    on_part: &mut dyn FnMut(Article) -> ControlFlow<()>,
) -> Result<Article> {
    let inner = Locator::Member { archive: PathBuf::new(), name: name.to_owned() };
    let as_whole = |article: Article| Article { locator: locator.clone(), ..article };
    read(bytes, Some(bytes.len() as u64), &inner, options, &mut |part| on_part(as_whole(part))).map(as_whole)
}

fn article(locator: &Locator, document: Document, facts: Facts) -> Article {
    Article { locator: locator.clone(), document: Arc::new(document), facts }
}

fn facts<R: Read>(
    format: Format,
    (encoding, encoding_by): (&'static str, EncodingEvidence),
    unpacked: &Unpacked<R>,
) -> Facts {
    Facts {
        format: format.name(),
        encoding,
        encoding_by,
        compression: unpacked.compression(),
        bytes: unpacked.bytes_read(),
    }
}

/// The parser and how much text it was given.
struct Taken {
    parser: Parser,
    /// In bytes.
    length: u64,
    is_full: bool,
}

impl Taken {
    fn push(&mut self, text: &str) {
        self.is_full |= self.length + text.len() as u64 > MOST_TEXT;
        if !self.is_full {
            self.length += text.len() as u64;
            self.parser.push(text);
        }
    }
}

/// Reads what follows `bytes`, and returns all and whether a damaged archive ended it early.
fn rest<R: Read>(
    unpacked: &mut Unpacked<R>,
    mut bytes: Vec<u8>,
    ended: bool,
    size: Option<u64>,
) -> Result<(Vec<u8>, bool)> {
    let too_much =
        || Error::new(format!("it has more than {} MiB, the most that recto reads of such a file", MOST_BYTES >> 20));
    if size.is_some_and(|size| size > MOST_BYTES) {
        return Err(too_much());
    }
    if ended {
        return Ok((bytes, false));
    }
    // One byte more than the file has, so that its end is seen without another growth.
    let missing = size.map_or(0, |size| size.saturating_sub(bytes.len() as u64) + 1);
    bytes.reserve_exact(usize::try_from(missing).unwrap_or(0));
    let room = (MOST_BYTES + 1).saturating_sub(bytes.len() as u64);
    let is_damaged = match unpacked.take(room).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > MOST_BYTES => return Err(too_much()),
        Ok(_) => false,
        Err(_) if unpacked.compression().is_some() => true,
        Err(error) => return Err(error.into()),
    };
    Ok((bytes, is_damaged))
}

/// Opens a file and returns how many bytes it has, where it can tell.
fn open(path: &Path) -> Result<(File, Option<u64>)> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(Error::new("it is a directory").hint("`recto DIR` shows the articles in one"));
    }
    let size = metadata.is_file().then_some(metadata.len());
    Ok((File::open(path)?, size))
}

/// Reads until `bytes` has the length `wanted`, and returns whether the source ended before.
fn fill(reader: &mut impl Read, bytes: &mut Vec<u8>, wanted: usize) -> io::Result<bool> {
    let missing = wanted.saturating_sub(bytes.len());
    // With the room made first, a small file is read at once rather than in ever larger bits.
    bytes.reserve(missing);
    reader.by_ref().take(missing as u64).read_to_end(bytes)?;
    Ok(bytes.len() < wanted)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use std::io::Write;

    use super::*;
    use crate::article::{Compression, EncodingEvidence};

    /// Counts what is read from it.
    struct Counting<'a> {
        bytes: &'a [u8],
        n_read: &'a std::cell::Cell<usize>,
    }

    impl Read for Counting<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n_read = self.bytes.read(out)?;
            self.n_read.set(self.n_read.get() + n_read);
            Ok(n_read)
        }
    }

    fn all(bytes: &[u8], locator: &Locator) -> Result<Article> {
        let options = LoadOptions::default();
        read(bytes, Some(bytes.len() as u64), locator, &options, &mut |_| ControlFlow::Continue(()))
    }

    fn check(bytes: &[u8], name: &str, text: &str, format: Format, encoding: &str) -> Facts {
        let article = all(bytes, &Locator::File(name.into())).unwrap();
        article.document.check_invariants().unwrap();
        assert_eq!(article.document.text(), text);
        assert_eq!((article.facts.format, article.facts.encoding), (format.name(), encoding));
        assert!(article.document.is_complete());
        article.facts
    }

    fn prose(bytes: usize) -> String {
        let paragraph = "Words that go on for a while, in lines of their own, without saying much at all. ".repeat(6);
        let mut text = format!("{}\n\n", paragraph.trim_end()).repeat(bytes / paragraph.len() + 1);
        text.truncate(bytes);
        text
    }

    #[test]
    fn reads_what_it_is_given() {
        check(b"", "a.txt", "", Format::Plain, "UTF-8");
        check(b"# One\n\nTwo *three*.\n", "a.md", "One\nTwo three.", Format::Markdown, "UTF-8");
        let facts = check(b"\xff\xfea\0b\0\n\0", "a.txt", "ab", Format::Plain, "UTF-16LE");
        assert_eq!(facts.encoding_by, EncodingEvidence::ByteOrderMark);
        assert_eq!(facts.bytes, 8);
    }

    #[test]
    fn reads_through_compression_and_names_what_is_inside() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(b"Some *words*.").unwrap();
        let facts = check(&encoder.finish().unwrap(), "a.md.gz", "Some words.", Format::Markdown, "UTF-8");
        assert_eq!(facts.compression, Some(Compression::Gzip));
    }

    #[test]
    fn hands_a_container_its_bytes() {
        let head =
            b"PK\x03\x04\x0a\0\0\0\0\0\0\0!\0\x6fa\xab,\x14\0\0\0\x14\0\0\0\x08\0\0\0mimetypeapplication/epub+zip";
        let message = |bytes: &[u8]| all(bytes, &Locator::File("a".into())).unwrap_err().to_string();
        let plain = message(head);
        assert!(plain.contains("it has no pages"), "{plain}");
        assert_eq!(message(&zstd::encode_all(&head[..], 1).unwrap()), plain);
        let error = rest(&mut Unpacked::open(&head[..]).unwrap(), Vec::new(), false, Some(MOST_BYTES + 1));
        assert!(error.unwrap_err().to_string().contains("more than 1024 MiB"));
    }

    #[test]
    fn keeps_what_a_damaged_archive_gives() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        encoder.write_all(prose(300_000).as_bytes()).unwrap();
        let mut bytes = encoder.finish().unwrap();
        bytes.truncate(200_000);
        let article = all(&bytes, &Locator::Stdin).unwrap();
        assert!(article.document.text().len() > 60_000);
        assert_eq!(article.document.warnings()[0].kind, WarningKind::Truncated);
        bytes.truncate(12);
        assert!(all(&bytes, &Locator::Stdin).is_err());
    }

    #[test]
    fn counts_what_cannot_be_decoded() {
        let text = [prose(100_000).as_bytes(), "ä".repeat(50).as_bytes(), b" \xff \xfe."].concat();
        let article = all(&text, &Locator::Stdin).unwrap();
        assert!(article.document.text().ends_with("\u{fffd} \u{fffd}."));
        let warnings = article.document.warnings();
        assert!(warnings.iter().any(|warning| warning.kind == WarningKind::Undecodable && warning.count == 2));
    }

    #[test]
    fn shows_the_first_part_before_the_rest_is_read() {
        let text = prose(3 << 20);
        let n_read = std::cell::Cell::new(0);
        let source = Counting { bytes: text.as_bytes(), n_read: &n_read };
        let mut parts = Vec::new();
        let options = LoadOptions { format: Some(Format::Plain), ..LoadOptions::default() };
        let article = read(source, None, &Locator::Stdin, &options, &mut |part| {
            assert!(!part.document.is_complete());
            parts.push((n_read.get(), part.document.text().len()));
            ControlFlow::Continue(())
        });
        assert_eq!(parts.len(), 2);
        assert!(parts[0].0 <= 320 << 10 && parts[0].1 > 200 << 10, "{parts:?}");
        assert!(parts[1].0 <= 3 << 20, "{parts:?}");
        assert!(article.unwrap().document.is_complete());
    }

    #[test]
    fn stops_when_it_is_told_to() {
        let text = prose(4 << 20);
        let n_read = std::cell::Cell::new(0);
        let source = Counting { bytes: text.as_bytes(), n_read: &n_read };
        let stop = &mut |_| ControlFlow::Break(());
        let article = read(source, None, &Locator::Stdin, &LoadOptions::default(), stop).unwrap();
        assert!(!article.document.is_complete());
        assert!(n_read.get() < 1 << 20);
    }

    #[test]
    fn says_what_where_and_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let picture = dir.path().join("a.txt");
        std::fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
        let message = |path: &Path, format| {
            let options = LoadOptions { format, ..LoadOptions::default() };
            let article = load(&Locator::File(path.into()), &options, &mut |_| ControlFlow::Continue(()));
            article.map_err(|error| error.to_string().replace(&*dir.path().to_string_lossy(), "")).map(drop)
        };
        let said = "cannot open `/a.txt`: it is a PNG picture, which recto does not read yet. \
                    `--format text` shows it as text anyway";
        assert_eq!(message(&picture, None), Err(said.to_owned()));
        assert_eq!(message(&picture, Some(Format::Plain)), Ok(()));
        assert_eq!(message(&dir.path().join("b"), None), Err("cannot open `/b`: it does not exist".to_owned()));
        let said = "cannot open ``: it is a directory. `recto DIR` shows the articles in one";
        assert_eq!(message(dir.path(), None), Err(said.to_owned()));
    }

    #[test]
    fn ships_readable_articles() {
        for locator in bundled() {
            let article = load(&locator, &LoadOptions::default(), &mut |_| ControlFlow::Continue(())).unwrap();
            assert!(!article.document.sections().is_empty(), "{locator}");
            assert_eq!(article.document.warnings(), []);
        }
        let missing = Locator::Bundled("none");
        assert!(load(&missing, &LoadOptions::default(), &mut |_| ControlFlow::Continue(())).is_err());
    }
}
