//! Salvage: the entries of an archive whose directory is lost, found by the headers that stand before them.

use std::io::{Read, Seek, SeekFrom};

use memchr::memmem;

use super::{MOST_BYTES, MOST_ENTRIES, read_bounded};
use crate::error::Result;

const HEADER: &[u8] = b"PK\x03\x04";

/// The most bytes that are salvaged, as they were and unpacked.
const MOST_SALVAGED: u64 = MOST_BYTES / 4;

/// How many headers may lead to nothing. Each costs time, and a text about archives is full of them.
const MOST_FAILURES: usize = 1000;

/// An entry that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    pub name: Vec<u8>,
    pub bytes: Vec<u8>,
}

/// Returns what entries can be read.
pub fn entries(reader: &mut (impl Read + Seek)) -> Result<Vec<Salvaged>> {
    let mut archive = Vec::new();
    reader.seek(SeekFrom::Start(0))?;
    reader.take(MOST_BYTES).read_to_end(&mut archive)?;
    let mut found: Vec<Salvaged> = Vec::new();
    let mut room = MOST_SALVAGED;
    let mut n_failures = 0;
    let mut rest = archive.as_slice();
    while let Some(at) = memmem::find(rest, HEADER) {
        rest = rest.get(at..).unwrap_or_default();
        let (salvaged, n_used) = entry(rest, room);
        // What is read of an entry is not looked at again; after one that cannot be read, the next header may be near.
        let n_passed = match salvaged {
            Some(salvaged) => {
                room = room.saturating_sub(salvaged.bytes.len() as u64);
                found.push(salvaged);
                n_used.max(HEADER.len())
            }
            None => {
                n_failures += 1;
                room = room.saturating_sub(n_used as u64);
                HEADER.len()
            }
        };
        rest = rest.get(n_passed..).unwrap_or_default();
        if found.len() >= MOST_ENTRIES || n_failures >= MOST_FAILURES || room == 0 {
            break;
        }
    }
    Ok(found)
}

/// Reads the entry whose header `bytes` begin with, and tells how many of the bytes it took.
fn entry(bytes: &[u8], room: u64) -> (Option<Salvaged>, usize) {
    let mut rest = bytes;
    let salvaged = match zip::read::read_zipfile_from_stream(&mut rest) {
        Ok(Some(mut file)) if file.is_file() => {
            let name = file.name_raw().to_vec();
            let taken = read_bounded(&mut file, room, bytes.len() as u64).ok();
            taken.map(|taken| Salvaged { name, bytes: taken.bytes })
        }
        _ => None,
    };
    (salvaged, bytes.len() - rest.len())
}
