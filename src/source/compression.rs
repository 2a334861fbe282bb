//! Compression: finds gzip and zstd by their first bytes and reads through them, counting what comes and goes.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::article::Compression;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// A source's bytes after decompression.
pub struct Unpacked<R: Read> {
    stream: Stream<R>,
    bytes_out: u64,
}

enum Stream<R: Read> {
    Stored(Buffered<R>),
    Gzip(Box<MultiGzDecoder<Buffered<R>>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, Buffered<R>>>),
}

impl<R: Read> Unpacked<R> {
    /// Looks at the first bytes of `reader` and chooses what reads them.
    pub fn open(reader: R) -> io::Result<Self> {
        let mut buffered = Buffered::new(reader)?;
        let stream = if buffered.starts_with(GZIP) {
            Stream::Gzip(Box::new(MultiGzDecoder::new(buffered)))
        } else if buffered.starts_with(ZSTD) {
            Stream::Zstd(Box::new(zstd::stream::read::Decoder::with_buffer(buffered)?))
        } else {
            buffered.stored = true;
            Stream::Stored(buffered)
        };
        Ok(Self { stream, bytes_out: 0 })
    }

    pub fn compression(&self) -> Option<Compression> {
        match self.stream {
            Stream::Stored(_) => None,
            Stream::Gzip(_) => Some(Compression::Gzip),
            Stream::Zstd(_) => Some(Compression::Zstd),
        }
    }

    /// Returns how many bytes were read from the source.
    pub fn bytes_read(&self) -> u64 {
        match &self.stream {
            Stream::Stored(buffered) => buffered.bytes_read,
            Stream::Gzip(decoder) => decoder.get_ref().bytes_read,
            Stream::Zstd(decoder) => decoder.get_ref().bytes_read,
        }
    }

    /// Returns how many bytes were given out.
    pub fn bytes_out(&self) -> u64 {
        self.bytes_out
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n_read = match &mut self.stream {
            Stream::Stored(buffered) => buffered.read(out),
            Stream::Gzip(decoder) => decoder.read(out),
            Stream::Zstd(decoder) => decoder.read(out),
        }?;
        self.bytes_out += n_read as u64;
        Ok(n_read)
    }
}

/// Returns the name of what is inside the file `name`: `a.md` for `a.md.gz`.
pub fn inner_name(name: &str, compression: Option<Compression>) -> String {
    let suffixes: &[&str] = match compression {
        None => &[],
        Some(Compression::Gzip) => &[".gz", ".GZ"],
        Some(Compression::Zstd) => &[".zst", ".ZST", ".zstd"],
    };
    let stem = suffixes.iter().find_map(|suffix| name.strip_suffix(suffix));
    stem.unwrap_or(name).to_owned()
}

/// The source with its first bytes read ahead.
struct Buffered<R: Read> {
    inner: BufReader<R>,
    /// The first bytes, until they were given out.
    first: Vec<u8>,
    n_given: usize,
    bytes_read: u64,
    /// Whether the bytes go straight through, past the buffer.
    stored: bool,
}

impl<R: Read> Buffered<R> {
    fn new(mut reader: R) -> io::Result<Self> {
        let mut first = Vec::with_capacity(ZSTD.len());
        reader.by_ref().take(ZSTD.len() as u64).read_to_end(&mut first)?;
        let bytes_read = first.len() as u64;
        Ok(Self { inner: BufReader::with_capacity(64 << 10, reader), first, n_given: 0, bytes_read, stored: false })
    }

    fn starts_with(&self, magic: &[u8]) -> bool {
        self.first.starts_with(magic)
    }

    fn ahead(&self) -> &[u8] {
        self.first.get(self.n_given..).unwrap_or_default()
    }
}

impl<R: Read> Read for Buffered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.ahead().is_empty() {
            let n_read = self.ahead().read(out)?;
            self.n_given += n_read;
            return Ok(n_read);
        }
        let n_read = if self.stored { self.inner.get_mut().read(out) } else { self.inner.read(out) }?;
        self.bytes_read += n_read as u64;
        Ok(n_read)
    }
}

impl<R: Read> BufRead for Buffered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.n_given < self.first.len() {
            return Ok(self.ahead());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, n_bytes: usize) {
        if self.n_given < self.first.len() {
            self.n_given += n_bytes;
        } else {
            self.bytes_read += n_bytes as u64;
            self.inner.consume(n_bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::io::Write;

    use super::*;

    fn check(packed: &[u8], compression: Option<Compression>, expected: &[u8]) {
        let mut unpacked = Unpacked::open(packed).unwrap();
        let mut out = Vec::new();
        unpacked.read_to_end(&mut out).unwrap();
        assert_eq!(out, expected);
        assert_eq!(unpacked.compression(), compression);
        assert_eq!(unpacked.bytes_read(), packed.len() as u64);
        assert_eq!(unpacked.bytes_out(), expected.len() as u64);
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn reads_through_each_kind() {
        let text = "some words, ".repeat(20_000);
        check(b"", None, b"");
        check(b"ab", None, b"ab");
        check(text.as_bytes(), None, text.as_bytes());
        check(&gzip(text.as_bytes()), Some(Compression::Gzip), text.as_bytes());
        check(&zstd::encode_all(text.as_bytes(), 1).unwrap(), Some(Compression::Zstd), text.as_bytes());
    }

    #[test]
    fn reads_all_members() {
        let two = [gzip(b"one, "), gzip(b"two")].concat();
        check(&two, Some(Compression::Gzip), b"one, two");
    }

    #[test]
    fn names_what_is_inside() {
        assert_eq!(inner_name("a.md.gz", Some(Compression::Gzip)), "a.md");
        assert_eq!(inner_name("a.md.zst", Some(Compression::Zstd)), "a.md");
        assert_eq!(inner_name("a.md", None), "a.md");
        assert_eq!(inner_name("odd", Some(Compression::Gzip)), "odd");
    }
}
