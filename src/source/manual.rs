//! Manual pages: finds the file of a page by its name, without running any program.
//!
//! The directories are those of MANPATH, or the usual ones and those beside the directories of PATH.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::compression::Unpacked;
use crate::article::{ManualPage, is_manual_section};
use crate::error::{Error, Result};
use crate::fuzzy;

/// Sections in the order in which they are looked through.
const SECTIONS: [&str; 13] = ["1", "n", "l", "8", "3", "0", "2", "5", "4", "9", "6", "7", ""];

/// Where manuals lie when nothing else is said.
const USUAL: [&str; 3] = ["/usr/local/share/man", "/usr/share/man", "/usr/local/man"];

/// What a page's file may be compressed with, and what reads those that recto does not.
const SUFFIXES: [(&str, Option<&str>); 5] =
    [("", None), (".gz", None), (".zst", None), (".bz2", Some("bzip2 -dc")), (".xz", Some("xz -dc"))];

/// How many pages that only name another are followed.
const MOST_HOPS: usize = 4;

/// How many names are looked through for one that is nearly what was asked for.
const MOST_NAMES: usize = 200_000;

/// Finds the file of `page`.
///
/// # Errors
///
/// If there is none (with a name that is near), or it is compressed in a way that is not read.
pub fn find(page: &ManualPage) -> Result<PathBuf> {
    let roots = roots(env::var_os("MANPATH").as_deref(), env::var_os("PATH").as_deref());
    find_in(&roots, page)
}

fn find_in(roots: &[PathBuf], page: &ManualPage) -> Result<PathBuf> {
    // `python3.11` is a name, not a page of section 11.
    let whole = page.section.as_ref().map(|section| format!("{}.{section}", page.name));
    let found = look(roots, &page.name, page.section.as_deref()).or_else(|| look(roots, whole.as_deref()?, None));
    let Some((root, mut path)) = found else {
        let error = Error::new("there is no such manual page");
        return Err(match near(roots, page) {
            Some(near) => error.hint(format!("Did you mean `man:{near}`?")),
            None if roots.is_empty() => error.hint("Neither MANPATH nor the usual directories hold manuals"),
            None => error,
        });
    };
    for _ in 0..MOST_HOPS {
        if let Some(reader) = unread(&path) {
            let error = Error::new("its file is compressed in a way that recto does not read");
            return Err(error.hint(format!("`{reader} {} | recto --format man -` reads it", path.display())));
        }
        match named_by(&path).and_then(|named| existing(&root.join(named))) {
            Some(next) if next != path => path = next,
            _ => break,
        }
    }
    Ok(path)
}

/// Returns the directories that hold manuals, in order. An empty part of MANPATH stands for the usual ones.
fn roots(manpath: Option<&OsStr>, path: Option<&OsStr>) -> Vec<PathBuf> {
    let usual = || {
        let beside = path.map(|path| env::split_paths(path).collect::<Vec<_>>()).unwrap_or_default();
        let beside = beside.into_iter().filter(|dir| dir.is_absolute()).filter_map(|dir| {
            let parent = dir.parent()?.to_owned();
            Some([parent.join("share/man"), parent.join("man")])
        });
        beside.flatten().chain(USUAL.map(PathBuf::from)).collect::<Vec<_>>()
    };
    let wanted = match manpath.filter(|manpath| !manpath.is_empty()) {
        Some(manpath) => env::split_paths(manpath)
            .flat_map(|dir| if dir.as_os_str().is_empty() { usual() } else { vec![dir] })
            .collect(),
        None => usual(),
    };
    let mut roots = Vec::new();
    for root in wanted {
        if !roots.contains(&root) && root.is_dir() {
            roots.push(root);
        }
    }
    roots
}

/// Returns the page's file and the manual that it lies in.
fn look(roots: &[PathBuf], name: &str, section: Option<&str>) -> Option<(PathBuf, PathBuf)> {
    // A name is one part of a path.
    if name.is_empty() || name.contains(['/', '\\', '\0']) {
        return None;
    }
    let sections: Vec<&str> = section.map_or_else(|| SECTIONS.to_vec(), |section| vec![section]);
    for section in sections {
        for root in roots {
            let file = in_section(root, name, section);
            if let Some(file) = file {
                return Some((root.clone(), file));
            }
        }
    }
    None
}

fn in_section(root: &Path, name: &str, section: &str) -> Option<PathBuf> {
    let first = section.get(..1)?;
    for dir in [format!("man{section}"), format!("man{first}")] {
        let dir = root.join(dir);
        if let Some(path) = existing(&dir.join(format!("{name}.{section}"))) {
            return Some(path);
        }
    }
    // Sections have parts: `openssl.1ssl` is in section 1.
    let dir = root.join(format!("man{first}"));
    let begins = format!("{name}.{section}");
    let mut found: Vec<OsString> = fs::read_dir(dir)
        .ok()?
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|file| {
            file.to_str()
                .is_some_and(|file| file.starts_with(&begins) && page_of(file).is_some_and(|page| page.name == name))
        })
        .collect();
    found.sort();
    found.first().map(|file| root.join(format!("man{first}")).join(file))
}

/// Returns `path`, or what it is called when it is compressed, if there is such a file.
fn existing(path: &Path) -> Option<PathBuf> {
    SUFFIXES.iter().find_map(|(suffix, _)| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let path = PathBuf::from(name);
        path.is_file().then_some(path)
    })
}

/// Returns the command that reads a file which recto does not.
fn unread(path: &Path) -> Option<&'static str> {
    let name = path.to_string_lossy();
    SUFFIXES.iter().find(|(suffix, _)| !suffix.is_empty() && name.ends_with(suffix)).and_then(|&(_, reader)| reader)
}

/// Returns the path of the page that stands for the one at `path`: `.so man1/other.1`.
fn named_by(path: &Path) -> Option<PathBuf> {
    let mut head = Vec::new();
    Unpacked::open(File::open(path).ok()?).ok()?.take(512).read_to_end(&mut head).ok()?;
    let head = String::from_utf8_lossy(&head);
    let line =
        head.lines().find(|line| !line.starts_with(".\\\"") && !line.starts_with("'\\\"") && !line.is_empty())?;
    let named = Path::new(line.strip_prefix(".so ")?.trim());
    let is_inside = named.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    let named = named.to_owned();
    is_inside.then(|| match named.to_str().and_then(|named| named.strip_suffix(".gz")) {
        Some(named) => PathBuf::from(named),
        None => named,
    })
}

/// Returns the page that a file holds by its name.
fn page_of(file: &str) -> Option<ManualPage> {
    let stem = SUFFIXES.iter().skip(1).find_map(|(suffix, _)| file.strip_suffix(suffix)).unwrap_or(file);
    let (name, section) = stem.rsplit_once('.').filter(|(_, section)| is_manual_section(section))?;
    Some(ManualPage { name: name.to_owned(), section: Some(section.to_owned()) })
}

/// Returns a page that is called nearly so, or so in another section.
fn near(roots: &[PathBuf], page: &ManualPage) -> Option<ManualPage> {
    let elsewhere = look(roots, &page.name, None).and_then(|(_, path)| page_of(path.file_name()?.to_str()?));
    if page.section.is_some() && elsewhere.is_some() {
        return elsewhere;
    }
    let wanted = page.section.as_deref();
    let dirs = roots.iter().flat_map(|root| {
        let sections = SECTIONS.iter().filter(move |section| wanted.is_none_or(|wanted| wanted.starts_with(**section)));
        sections.map(move |section| root.join(format!("man{section}")))
    });
    let entries = dirs.filter_map(|dir| fs::read_dir(dir).ok()).flatten().flatten().take(MOST_NAMES);
    let names: Vec<String> =
        entries.filter_map(|entry| page_of(entry.file_name().to_str()?)).map(|page| page.name).collect();
    let near = fuzzy::nearest(&page.name, names.iter().map(String::as_str))?;
    Some(ManualPage { name: near.to_owned(), section: page.section.clone() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn manual(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    fn check(dir: &tempfile::TempDir, page: &str, expected: &str) {
        let found = find_in(&[dir.path().to_owned()], &ManualPage::parse(page));
        let told = match found {
            Ok(path) => path.strip_prefix(dir.path()).unwrap().to_string_lossy().into_owned(),
            Err(error) => error.to_string().replace(&*dir.path().to_string_lossy(), ""),
        };
        assert_eq!(told, expected, "{page}");
    }

    #[test]
    fn finds_pages_by_section_and_without() {
        let dir = manual(&[
            ("man1/weir.1.gz", ""),
            ("man1/mill3.11.1", ""),
            ("man3/weir.3", ""),
            ("man1/sluice.1ssl", ""),
            ("man8/gate.8", ""),
            ("man1/alias.1", ".\\\" says\n.so man8/gate.8\n"),
            ("man1/loop.1", ".so man1/loop.1\n"),
            ("man1/out.1", ".so ../../etc/passwd\n"),
            ("man7/old.7.bz2", ""),
            ("de/man1/fluss.1", ""),
        ]);
        check(&dir, "weir", "man1/weir.1.gz");
        check(&dir, "weir(3)", "man3/weir.3");
        check(&dir, "weir.3", "man3/weir.3");
        check(&dir, "mill3.11", "man1/mill3.11.1");
        check(&dir, "sluice", "man1/sluice.1ssl");
        check(&dir, "gate", "man8/gate.8");
        check(&dir, "alias", "man8/gate.8");
        check(&dir, "loop", "man1/loop.1");
        check(&dir, "out", "man1/out.1");
        check(&dir, "wier", "there is no such manual page. Did you mean `man:weir`?");
        check(&dir, "weir(5)", "there is no such manual page. Did you mean `man:weir(1)`?");
        check(&dir, "nothing-like-it", "there is no such manual page");
        check(&dir, "../man1/weir", "there is no such manual page");
        let said = "its file is compressed in a way that recto does not read. \
                    `bzip2 -dc /man7/old.7.bz2 | recto --format man -` reads it";
        check(&dir, "old", said);
    }

    #[test]
    fn looks_where_it_is_told_and_beside_programs() {
        let dir = manual(&[("share/man/man1/a.1", ""), ("other/man1/b.1", ""), ("bin/a", "")]);
        let at = |path: &str| dir.path().join(path);
        let path = at("bin").into_os_string();
        let found = roots(None, Some(&path));
        assert_eq!(found.first(), Some(&at("share/man")));
        assert_eq!(roots(Some(at("other").as_os_str()), Some(&path)), [at("other")]);
        let both = env::join_paths([at("other"), PathBuf::new()]).unwrap();
        assert_eq!(roots(Some(&both), Some(&path)).get(..2).unwrap(), [at("other"), at("share/man")]);
    }
}
