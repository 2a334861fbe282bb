//! `export`: what was highlighted, for other programs.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::shown::counted;
use crate::annotation::{About, Annotated, Highlight, Passage};
use crate::article::Locator;
use crate::catalogue::{ArticleId, Record, View, Wanted};
use crate::cli;
use crate::document::{Document, Head};
use crate::error::{Error, Result};
use crate::export::highlights::{Form, export as exported, names};
use crate::library::{Places, Store};
use crate::source::{self, LoadOptions};

/// How many articles are asked for at a time.
const AT_ONCE: usize = 1_000;

/// How long after a look at the library comes the next one, while a directory is kept up to date.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// Which articles, and as what.
#[derive(Debug)]
pub struct Order<'a> {
    pub ids: &'a [i64],
    pub tag: Option<String>,
    pub form: Form,
}

/// Prints the highlights of articles.
///
/// # Errors
///
/// If the library cannot be read, or nothing is highlighted in them.
pub fn print(store: &Store, places: &Places, order: &Order<'_>) -> Result<()> {
    let marked = marked(store, order)?;
    if marked.is_empty() {
        return Err(nothing());
    }
    let articles: Vec<(ArticleId, Annotated)> =
        marked.into_iter().map(|(id, marked)| (id, marked.annotated(places))).collect();
    let text_of = |about: &About| -> Option<String> {
        let found = articles.iter().find(|(_, annotated)| annotated.about == *about)?;
        store.text(found.0).ok().flatten()
    };
    let all: Vec<Annotated> = articles.iter().map(|(_, annotated)| annotated.clone()).collect();
    cli::write_out(&exported(&all, order.form, &text_of))
}

/// Writes the highlights of articles to a directory, a file an article.
///
/// # Errors
///
/// If the library cannot be read, nothing is highlighted in them, or a file cannot be written.
pub fn write(store: &Store, places: &Places, order: &Order<'_>, directory: &Path) -> Result<()> {
    let mut folder = Folder::open(store, places, order, directory)?;
    let n_files = folder.update()?;
    if n_files == 0 {
        return Err(nothing());
    }
    eprintln!("recto: {} written to `{}`", counted(n_files, "file"), directory.display());
    Ok(())
}

/// Writes the highlights of articles to a directory, and again whenever something of them changes, until the program is
/// ended.
///
/// # Errors
///
/// If the library cannot be read, or a file cannot be written.
pub fn watch(store: &Store, places: &Places, order: &Order<'_>, directory: &Path) -> Result<()> {
    let mut folder = Folder::open(store, places, order, directory)?;
    eprintln!("recto: `{}` is kept up to date until Ctrl-C", directory.display());
    let mut seen = None;
    loop {
        let version = store.data_version()?;
        if seen != Some(version) {
            folder.update()?;
            seen = Some(version);
        }
        thread::sleep(BETWEEN_LOOKS);
    }
}

fn nothing() -> Error {
    Error::new("nothing is highlighted there").hint("In an article v selects and H highlights.")
}

/// A directory with a file for each article.
struct Folder<'a> {
    store: &'a Store,
    places: &'a Places,
    order: &'a Order<'a>,
    directory: &'a Path,
    /// What each article's file tells.
    written: HashMap<ArticleId, (Marked, PathBuf)>,
}

impl<'a> Folder<'a> {
    fn open(store: &'a Store, places: &'a Places, order: &'a Order<'a>, directory: &'a Path) -> Result<Self> {
        fs::create_dir_all(directory)
            .map_err(|error| Error::from(error).context(format!("cannot write to `{}`", directory.display())))?;
        Ok(Self { store, places, order, directory, written: HashMap::new() })
    }

    /// Writes what is not as it was; returns how many articles have files.
    fn update(&mut self) -> Result<usize> {
        let mut marked = marked(self.store, self.order)?;
        // An article that has no highlights any more keeps its file, which says so.
        for (id, (known, _)) in &self.written {
            marked.entry(*id).or_insert_with(|| Marked { highlights: Vec::new(), ..known.clone() });
        }
        for (id, marked) in marked {
            let known = self.written.get(&id);
            if known.is_some_and(|(known, _)| *known == marked) {
                continue;
            }
            let path = self.directory.join(names::file_name(&marked.about, self.order.form.extension()));
            if let Some((_, old)) = known.filter(|(_, old)| *old != path) {
                // It is called otherwise now.
                let _ = fs::rename(old, &path);
            }
            let text_of = |_: &About| self.store.text(id).ok().flatten();
            let text = exported(&[marked.annotated(self.places)], self.order.form, &text_of);
            write_whole(&path, &text).map_err(|error| error.context(format!("cannot write `{}`", path.display())))?;
            self.written.insert(id, (marked, path));
        }
        Ok(self.written.len())
    }
}

/// Writes a file aside and puts it in the place of the old one, unless that says the same.
fn write_whole(path: &Path, text: &str) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let aside = path.with_extension("part");
    fs::write(&aside, text)?;
    Ok(fs::rename(&aside, path)?)
}

/// An article and what is highlighted in it.
#[derive(Debug, Clone, PartialEq)]
struct Marked {
    locator: Locator,
    about: About,
    highlights: Vec<Highlight>,
}

impl Marked {
    /// Looks up in the article in which sections its highlights are.
    fn annotated(&self, places: &Places) -> Annotated {
        let document = document(&self.locator, places);
        let passages =
            self.highlights.iter().map(|highlight| passage(highlight.clone(), document.as_deref())).collect();
        Annotated { about: self.about.clone(), passages }
    }
}

/// Returns the articles that are asked for, in the order of their arrival.
fn marked(store: &Store, order: &Order<'_>) -> Result<BTreeMap<ArticleId, Marked>> {
    let mut records = Vec::new();
    for &id in order.ids {
        records.push(store.record(ArticleId(id))?.ok_or_else(|| super::unknown(&[id]))?);
    }
    if order.ids.is_empty() {
        let wanted = Wanted { view: View::Highlights, tag: order.tag.clone(), ..Wanted::default() };
        loop {
            let page = store.page(&wanted, records.len(), AT_ONCE)?;
            if page.records.is_empty() {
                break;
            }
            records.extend(page.records);
        }
    }
    let marked = |record: Record| {
        let (id, locator) = (record.id, record.locator.clone());
        Ok((id, Marked { locator, highlights: store.highlights(id)?, about: about(record) }))
    };
    records.into_iter().map(marked).collect()
}

/// Returns the article's document, if it or its copy can be read, for the titles of its sections.
fn document(locator: &Locator, places: &Places) -> Option<std::sync::Arc<Document>> {
    let options = LoadOptions::default();
    let article = if source::is_gone(locator) {
        super::kept(locator, Some(&places.database), &options).ok().flatten()
    } else {
        source::load_whole(locator, &options).ok()
    }?;
    Some(cli::shown(&article, &cli::SourceOptions::default(), Head::Shown))
}

fn passage(highlight: Highlight, document: Option<&Document>) -> Passage {
    let section = document.and_then(|document| {
        let start = highlight.anchor.resolve(document)?.range.start;
        let title = document.sections().get(document.section_at(start)?)?.title?;
        Some(document.slice(title).to_owned())
    });
    Passage { highlight, section: section.unwrap_or_default() }
}

fn about(record: Record) -> About {
    let address = match &record.locator {
        Locator::File(path) => path.display().to_string(),
        other => other.to_string(),
    };
    About {
        title: record.title,
        author: record.author,
        address,
        language: record.language,
        published: record.published,
        added: Some(record.added),
        tags: record.tags,
        is_read: record.status.is_read,
        is_starred: record.status.is_starred,
        is_archived: record.status.is_archived,
    }
}
