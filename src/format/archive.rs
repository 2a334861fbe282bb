//! Zip archives: their entries, found by paths that stay inside, and read within bounds.
//!
//! An archive whose directory is damaged is read by the headers that stand before its entries. What the entries mean is
//! left to whoever asks for them.

mod head;
mod path;
mod salvage;

use std::collections::HashMap;
use std::fmt;
use std::io::{Read, Seek};

use encoding_rs::Encoding;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{Error, Result};
pub use head::first_entries;
pub use path::{Target, folder, inside, resolved};

/// The most bytes that are read from all entries of an archive together.
const MOST_BYTES: u64 = 1 << 30;

/// An entry that grows to more than this many times its size is a trap, if it grows to more than this many bytes.
const MOST_GROWTH: u64 = 250;
const HARMLESS_BYTES: u64 = 8 << 20;

/// The most entries that are looked at.
const MOST_ENTRIES: usize = 100_000;

/// How much is read between two looks at how far an entry has grown, in bytes.
const STEP: u64 = 1 << 20;

/// A zip archive that is open for reading.
pub struct Archive<R> {
    source: Source<R>,
    entries: Vec<Entry>,
    by_path: HashMap<String, usize>,
    /// By the path in lower case, for books that were made where case does not count.
    by_folded: HashMap<String, usize>,
    n_read: u64,
    is_damaged: bool,
}

enum Source<R> {
    Zip(ZipArchive<R>),
    /// Entries that were read without a directory.
    Salvaged(Vec<Vec<u8>>),
}

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, with `/` between the parts and no way out.
    pub path: String,
    /// How many bytes it is said to have.
    pub size: u64,
    pub packed_size: u64,
    pub is_encrypted: bool,
    idx: usize,
}

/// Why an entry was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    Encrypted,
    /// Compressed in a way that is not known here.
    Unsupported,
    /// It grows beyond all measure, or the archive's entries do together.
    TooLarge,
    Damaged,
    Missing,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encrypted => "it is encrypted",
            Self::Unsupported => "it is compressed in a way that recto does not read",
            Self::TooLarge => "it unpacks to more than recto takes",
            Self::Damaged => "it is damaged",
            Self::Missing => "the archive does not have it",
        })
    }
}

/// An entry's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub bytes: Vec<u8>,
    /// Whether it goes on: it is damaged, or longer than was asked for.
    pub is_cut: bool,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive.
    ///
    /// # Errors
    ///
    /// If it has neither a directory nor any entry that could be read without one.
    pub fn open(mut reader: R) -> Result<Self> {
        match ZipArchive::new(&mut reader) {
            Ok(zip) if !zip.is_empty() => {
                drop(zip);
                let zip = ZipArchive::new(reader).map_err(|error| refusal(&error))?;
                Ok(Self::of_zip(zip))
            }
            Ok(_) => Ok(Self::of_salvaged(Vec::new())),
            Err(error) => {
                let salvaged = salvage::entries(&mut reader)?;
                if salvaged.is_empty() {
                    return Err(refusal(&error));
                }
                Ok(Self { is_damaged: true, ..Self::of_salvaged(salvaged) })
            }
        }
    }

    fn of_zip(zip: ZipArchive<R>) -> Self {
        let raw_names: Vec<Vec<u8>> = zip.file_names_raw().take(MOST_ENTRIES).map(<[u8]>::to_vec).collect();
        let names = decoded(&raw_names);
        let is_damaged = zip.has_duplicate_names();
        let entries = names.into_iter().enumerate().filter_map(|(idx, name)| {
            let entry = zip.by_index_data(idx).ok()?;
            (!entry.is_dir() && !entry.is_symlink()).then(|| Entry {
                path: inside(&name),
                size: entry.size(),
                packed_size: entry.compressed_size(),
                is_encrypted: entry.encrypted(),
                idx,
            })
        });
        let entries = entries.collect();
        Self::with_entries(Source::Zip(zip), entries, is_damaged)
    }

    fn of_salvaged(salvaged: Vec<salvage::Salvaged>) -> Self {
        let raw_names: Vec<_> = salvaged.iter().map(|entry| entry.name.clone()).collect();
        let entries = decoded(&raw_names).into_iter().zip(&salvaged).enumerate().map(|(idx, (name, entry))| Entry {
            path: inside(&name),
            size: entry.bytes.len() as u64,
            packed_size: entry.bytes.len() as u64,
            is_encrypted: false,
            idx,
        });
        let entries = entries.collect();
        let bytes = salvaged.into_iter().map(|entry| entry.bytes).collect();
        Self::with_entries(Source::Salvaged(bytes), entries, false)
    }

    fn with_entries(source: Source<R>, entries: Vec<Entry>, is_damaged: bool) -> Self {
        let mut by_path = HashMap::with_capacity(entries.len());
        let mut by_folded = HashMap::with_capacity(entries.len());
        for (idx, entry) in entries.iter().enumerate() {
            by_folded.entry(path::folded(&entry.path)).or_insert(idx);
            by_path.entry(entry.path.clone()).or_insert(idx);
        }
        let is_damaged = is_damaged || by_path.len() < entries.len();
        Self { source, entries, by_path, by_folded, n_read: 0, is_damaged }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns whether the directory was damaged, or names an entry twice.
    pub fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Returns the entry at `path`, or one whose path differs in case alone.
    pub fn find(&self, path: &str) -> Option<&Entry> {
        let idx = self.by_path.get(path).or_else(|| self.by_folded.get(&path::folded(path)))?;
        self.entries.get(*idx)
    }

    /// Reads the entry at `path`, up to `most` bytes.
    ///
    /// # Errors
    ///
    /// Why nothing of it could be read.
    pub fn read(&mut self, path: &str, most: u64) -> std::result::Result<Taken, Unread> {
        let entry = self.find(path).ok_or(Unread::Missing)?;
        if entry.is_encrypted {
            return Err(Unread::Encrypted);
        }
        let (idx, size, packed_size) = (entry.idx, entry.size, entry.packed_size);
        let room = MOST_BYTES.saturating_sub(self.n_read);
        if size > HARMLESS_BYTES && size / packed_size.max(1) > MOST_GROWTH || room == 0 {
            return Err(Unread::TooLarge);
        }
        let most = most.min(room);
        let taken = match &mut self.source {
            Source::Zip(zip) => match zip.by_index(idx) {
                Ok(mut file) => read_bounded(&mut file, most, packed_size)?,
                Err(ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_)) => {
                    return Err(Unread::Unsupported);
                }
                Err(_) => return Err(Unread::Damaged),
            },
            Source::Salvaged(contents) => {
                let bytes = contents.get(idx).map(Vec::as_slice).unwrap_or_default();
                let end = usize::try_from(most).unwrap_or(usize::MAX).min(bytes.len());
                let is_cut = end < bytes.len();
                Taken { bytes: bytes.get(..end).unwrap_or_default().to_vec(), is_cut }
            }
        };
        self.n_read += taken.bytes.len() as u64;
        Ok(taken)
    }
}

/// Reads up to `most` bytes, and no more than what `packed_size` bytes can honestly become.
fn read_bounded(reader: &mut impl Read, most: u64, packed_size: u64) -> std::result::Result<Taken, Unread> {
    let honest = packed_size.saturating_mul(MOST_GROWTH).max(HARMLESS_BYTES);
    let mut bytes = Vec::new();
    loop {
        let room = (most + 1).saturating_sub(bytes.len() as u64);
        let read = reader.by_ref().take(room.min(STEP)).read_to_end(&mut bytes);
        let is_end = !matches!(read, Ok(n_read) if n_read as u64 == room.min(STEP)) || room <= STEP;
        if bytes.len() as u64 > honest {
            return Err(Unread::TooLarge);
        }
        if is_end {
            let is_long = bytes.len() as u64 > most;
            bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            return match read {
                Err(_) if bytes.is_empty() => Err(Unread::Damaged),
                read => Ok(Taken { bytes, is_cut: is_long || read.is_err() }),
            };
        }
    }
}

/// Returns the names as text: UTF-8 where they are, else in the one encoding that they all look like.
fn decoded(names: &[Vec<u8>]) -> Vec<String> {
    let foreign = names.iter().filter(|name| std::str::from_utf8(name).is_err());
    let mut detector: Option<chardetng::EncodingDetector> = None;
    for name in foreign {
        let detector =
            detector.get_or_insert_with(|| chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny));
        detector.feed(name, false);
        detector.feed(b"\n", false);
    }
    let guessed: &'static Encoding = match detector {
        Some(mut detector) => {
            detector.feed(b"", true);
            detector.guess(None, chardetng::Utf8Detection::Deny)
        }
        None => encoding_rs::UTF_8,
    };
    let text = |name: &Vec<u8>| match std::str::from_utf8(name) {
        Ok(name) => name.to_owned(),
        Err(_) => guessed.decode_without_bom_handling(name).0.into_owned(),
    };
    names.iter().map(text).collect()
}

fn refusal(error: &ZipError) -> Error {
    match error {
        ZipError::Io(_) => Error::new("it is a damaged archive: its directory cannot be read, and nothing else either"),
        error => Error::new(format!("it is a damaged archive: {error}")),
    }
    .hint("Is it whole?")
}
