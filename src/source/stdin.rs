//! Standard input that comes slowly: what there is so far is shown while more is waited for.
//!
//! A thread reads, so that the wait can be noticed. In it, a first part is made of all that has come, by the same
//! parser as for a whole source; it stands until the next one, or until the source itself is long enough for parts.

use std::io::{self, Read};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long nothing comes before what there is is shown.
const PATIENCE: Duration = Duration::from_millis(150);

/// How much is parsed again and again, in bytes. Longer sources show parts by themselves.
const MOST: usize = 1 << 20;

/// How much is read at once, in bytes.
const CHUNK: usize = 64 << 10;

/// Reads a source on a thread, and tells when it pauses.
pub struct Pausing<'a> {
    chunks: Receiver<io::Result<Vec<u8>>>,
    /// The chunk that is being given out, and how much of it was.
    chunk: Vec<u8>,
    n_given: usize,
    /// All that has come, up to [`MOST`].
    seen: Vec<u8>,
    n_shown: usize,
    on_pause: &'a mut dyn FnMut(&[u8]),
}

impl<'a> Pausing<'a> {
    /// Reads `source`; where nothing comes for a while, `on_pause` is given all that has come, if there is more than
    /// the last time.
    pub fn new(mut source: impl Read + Send + 'static, on_pause: &'a mut dyn FnMut(&[u8])) -> io::Result<Self> {
        // A few chunks ahead: a source that is faster than the parser waits.
        let (sender, chunks) = mpsc::sync_channel(16);
        thread::Builder::new().name("stdin".into()).spawn(move || {
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = source.read(&mut chunk);
                if matches!(&read, Err(error) if error.kind() == io::ErrorKind::Interrupted) {
                    continue;
                }
                let is_last = !matches!(read, Ok(1..));
                let message = read.map(|n_read| {
                    chunk.truncate(n_read);
                    chunk
                });
                if sender.send(message).is_err() || is_last {
                    return;
                }
            }
        })?;
        Ok(Self { chunks, chunk: Vec::new(), n_given: 0, seen: Vec::new(), n_shown: 0, on_pause })
    }

    fn next_chunk(&mut self) -> io::Result<Vec<u8>> {
        // Without anything new to show there is nothing to wake up for.
        let message = if self.seen.len() > self.n_shown && self.seen.len() < MOST {
            match self.chunks.recv_timeout(PATIENCE) {
                Err(RecvTimeoutError::Timeout) => {
                    self.n_shown = self.seen.len();
                    (self.on_pause)(&self.seen);
                    self.chunks.recv().ok()
                }
                message => message.ok(),
            }
        } else {
            self.chunks.recv().ok()
        };
        // The thread ends after the last chunk, which is an empty one or an error.
        message.unwrap_or_else(|| Ok(Vec::new()))
    }
}

impl Read for Pausing<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.n_given == self.chunk.len() && !out.is_empty() {
            self.chunk = self.next_chunk()?;
            self.n_given = 0;
            if self.seen.len() < MOST {
                self.seen.extend_from_slice(&self.chunk);
            } else {
                self.seen = Vec::new();
            }
        }
        let n_read = self.chunk.get(self.n_given..).unwrap_or_default().read(out)?;
        self.n_given += n_read;
        Ok(n_read)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// A source whose every read waits for the next piece.
    struct Pieces(Receiver<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.0.recv().map_or(Ok(0), |mut piece| piece.read(out))
        }
    }

    #[test]
    fn tells_of_a_pause_once_and_reads_all() {
        let (sender, pieces) = mpsc::channel();
        sender.send(b"one ".as_slice()).unwrap();
        sender.send(b"two ".as_slice()).unwrap();
        let mut waiting = Some(sender);
        let mut shown: Vec<Vec<u8>> = Vec::new();
        let mut on_pause = |seen: &[u8]| {
            shown.push(seen.to_vec());
            // The pause ends, and the source after it.
            waiting.take().unwrap().send(b"three".as_slice()).unwrap();
        };
        let mut all = String::new();
        Pausing::new(Pieces(pieces), &mut on_pause).unwrap().read_to_string(&mut all).unwrap();
        assert_eq!(all, "one two three");
        assert_eq!(shown, [b"one two ".to_vec()]);
    }

    #[test]
    fn a_source_that_does_not_pause_is_read_as_it_is() {
        let text = "words and more words ".repeat(200_000);
        let mut all = String::new();
        let source = io::Cursor::new(text.clone().into_bytes());
        Pausing::new(source, &mut |_| {}).unwrap().read_to_string(&mut all).unwrap();
        assert_eq!(all, text);
    }
}
