//! Finds the fixture triplets and reads them as a reader's files are read: by name and bytes, the format found out.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use recto::article::{Article, Locator};
use recto::source::{LoadOptions, read};
use zip::write::SimpleFileOptions;

/// The folders of tests/fixtures that hold no triplets.
const OTHERS: &[&str] = &["import", "library", "screens"];

/// A folder `tests/fixtures/<format>/<slug>/` with a source and what is expected of it.
#[derive(Debug, Clone)]
pub struct Triplet {
    /// `<format>/<slug>`.
    pub name: String,
    /// The folder's format.
    pub format: String,
    pub dir: PathBuf,
    /// The source's file name.
    pub file_name: String,
    pub bytes: Vec<u8>,
    /// The files of a source that is a folder, by their names in the archive.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Triplet {
    /// Reads the source as `recto` would.
    pub fn read(&self) -> Article {
        self.read_bytes(&self.bytes).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// Reads other bytes in the source's place.
    pub fn read_bytes(&self, bytes: &[u8]) -> recto::error::Result<Article> {
        let locator = Locator::File(PathBuf::from(&self.file_name));
        let go_on = &mut |_| ControlFlow::Continue(());
        read(bytes, Some(bytes.len() as u64), &locator, &LoadOptions::default(), go_on)
    }
}

/// Returns all triplets whose name begins with `prefix`, by name.
pub fn triplets(prefix: &str) -> Vec<Triplet> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut found = Vec::new();
    for format in entries(&root) {
        let format_name = name_of(&format);
        if OTHERS.contains(&format_name.as_str()) {
            continue;
        }
        for dir in entries(&format) {
            let name = format!("{format_name}/{}", name_of(&dir));
            assert!(dir.is_dir(), "{name} is a file, and a fixture is a folder: see CONTRIBUTING.md");
            if name.starts_with(prefix) {
                let source = source_in(&dir).unwrap_or_else(|| panic!("{name} has no source.*"));
                let files = if source.is_dir() { files_in(&source) } else { Vec::new() };
                let bytes = if source.is_dir() { zipped(&files) } else { fs::read(&source).unwrap() };
                let format = format_name.clone();
                found.push(Triplet { name, format, file_name: name_of(&source), dir, bytes, files });
            }
        }
    }
    found
}

fn source_in(dir: &Path) -> Option<PathBuf> {
    let mut sources = entries(dir).into_iter().filter(|path| name_of(path).starts_with("source."));
    let source = sources.next();
    assert!(sources.next().is_none(), "{} has more than one source", dir.display());
    source
}

/// Returns a folder's files by their names in an archive, `mimetype` first, as EPUB wants it.
fn files_in(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut paths = Vec::new();
    walk(dir, &mut paths);
    let name = |path: &Path| path.strip_prefix(dir).unwrap().to_string_lossy().replace('\\', "/");
    let mut files: Vec<_> = paths.iter().map(|path| (name(path), fs::read(path).unwrap())).collect();
    files.sort_by_key(|(name, _)| (name != "mimetype", name.clone()));
    files
}

/// Returns a zip archive of the files, the same one each time; only `mimetype` is stored as it is.
pub fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        let method = if name == "mimetype" { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(name.as_str(), options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    for path in entries(dir) {
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
