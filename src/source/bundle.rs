//! Bundles: all files of what another program exported, whole, from files, directories and zip archives.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::archive;
use crate::error::{Error, Result};

/// The most that a bundle holds, in bytes after decompression.
const MOST_BYTES: u64 = 1 << 30;

/// The most files of a bundle.
const MOST_FILES: usize = 200_000;

/// The files of what was exported, in the order of their names.
#[derive(Debug, Default)]
pub struct Bundle {
    /// Each by its path in the directory or the archive, with `/` between the parts, or by its name.
    pub files: Vec<(String, Vec<u8>)>,
    /// Files in directories and archives that could not be read, and why.
    pub unread: Vec<(String, Error)>,
    n_bytes: u64,
}

impl Bundle {
    /// Reads all files that `paths` name or hold. Hidden ones in directories are passed over.
    ///
    /// # Errors
    ///
    /// If what is named cannot be opened, or they are too large together.
    pub fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut bundle = Self::default();
        for path in paths {
            let done = if path.is_dir() { bundle.directory(path) } else { bundle.file_or_archive(path) };
            done.map_err(|error| error.context(format!("cannot open `{}`", path.display())))?;
        }
        Ok(bundle)
    }

    fn directory(&mut self, root: &Path) -> Result<()> {
        let mut waiting = vec![root.to_owned()];
        while let Some(path) = waiting.pop() {
            let mut inside: Vec<PathBuf> = fs::read_dir(&path)?.flatten().map(|entry| entry.path()).collect();
            // The last to be put there is the first to be looked at.
            inside.sort_unstable_by(|one, other| other.cmp(one));
            for path in inside {
                let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
                // A link to a directory may lead back to where it is.
                let Some(kind) = fs::symlink_metadata(&path).ok().filter(|_| !is_hidden) else { continue };
                if kind.is_dir() {
                    waiting.push(path);
                } else if path.is_file() {
                    let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
                    let bytes = self.bytes_of(&path);
                    self.push(name, bytes)?;
                }
            }
        }
        Ok(())
    }

    fn file_or_archive(&mut self, path: &Path) -> Result<()> {
        if !archive::is_zip(path) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let bytes = self.bytes_of(path)?;
            return self.push(name, Ok(bytes));
        }
        let mut archive = archive::open(path)?;
        let names: Vec<String> = archive.entries().iter().map(|entry| entry.path.clone()).collect();
        for name in names.into_iter().filter(|name| !name.ends_with('/')) {
            let bytes = archive::read(&mut archive, &name);
            self.push(name, bytes)?;
        }
        Ok(())
    }

    fn bytes_of(&self, path: &Path) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(MOST_BYTES + 1 - self.n_bytes).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn push(&mut self, name: String, bytes: Result<Vec<u8>>) -> Result<()> {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                self.unread.push((name, error));
                return Ok(());
            }
        };
        self.n_bytes += bytes.len() as u64;
        if self.n_bytes > MOST_BYTES || self.files.len() == MOST_FILES {
            let most = MOST_BYTES >> 20;
            let error = Error::new(format!("there are more than {most} MiB or {MOST_FILES} files"));
            return Err(error.hint("Take it in parts."));
        }
        self.files.push((name, bytes));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn takes_all_files_of_a_directory_and_an_archive() {
        let dir = tempfile::tempdir().unwrap();
        let inside = dir.path().join("export/content");
        fs::create_dir_all(&inside).unwrap();
        fs::write(dir.path().join("export/b.json"), "[]").unwrap();
        fs::write(dir.path().join("export/.hidden"), "no").unwrap();
        fs::write(inside.join("a.html"), "<p>A").unwrap();
        std::os::unix::fs::symlink("..", inside.join("round")).unwrap();
        let zip = dir.path().join("export.zip");
        let mut writer = zip::ZipWriter::new(File::create(&zip).unwrap());
        writer.start_file("deep/c.csv", zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, b"a,b").unwrap();
        writer.finish().unwrap();
        let bundle = Bundle::read(&[dir.path().join("export"), zip]).unwrap();
        let told: Vec<(&str, &[u8])> = bundle.files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        assert_eq!(told, [("b.json", &b"[]"[..]), ("content/a.html", b"<p>A"), ("deep/c.csv", b"a,b")]);
        assert!(bundle.unread.is_empty());
        let missing = Bundle::read(&[dir.path().join("none.csv")]).unwrap_err().to_string();
        assert!(missing.contains("none.csv"), "{missing}");
    }
}
