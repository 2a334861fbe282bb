//! `export`: what was highlighted, for other programs.

use std::fs;
use std::path::Path;

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

/// Which articles, as what, and where to.
#[derive(Debug)]
pub struct Order<'a> {
    pub ids: &'a [i64],
    pub tag: Option<String>,
    pub form: Form,
    /// A directory, which gets a file an article; none for standard output.
    pub to: Option<&'a Path>,
}

/// Writes the highlights of articles.
///
/// # Errors
///
/// If the library cannot be read, or a file cannot be written.
pub fn export(store: &Store, places: &Places, order: &Order<'_>) -> Result<()> {
    let articles = annotated(store, places, order)?;
    let text_of = |about: &About| -> Option<String> {
        let found = articles.iter().find(|(_, annotated)| annotated.about == *about)?;
        store.text(found.0).ok().flatten()
    };
    let Some(directory) = order.to else {
        let all: Vec<Annotated> = articles.iter().map(|(_, annotated)| annotated.clone()).collect();
        return cli::write_out(&exported(&all, order.form, &text_of));
    };
    fs::create_dir_all(directory)?;
    for (_, annotated) in &articles {
        let path = directory.join(names::file_name(&annotated.about, order.form.extension()));
        let text = exported(std::slice::from_ref(annotated), order.form, &text_of);
        write_whole(&path, &text).map_err(|error| error.context(format!("cannot write `{}`", path.display())))?;
    }
    eprintln!("recto: {} written to `{}`", counted(articles.len(), "file"), directory.display());
    Ok(())
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

fn annotated(store: &Store, places: &Places, order: &Order<'_>) -> Result<Vec<(ArticleId, Annotated)>> {
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
    let mut articles = Vec::new();
    for record in records {
        let highlights = store.highlights(record.id)?;
        let document = document(&record.locator, places);
        let passages = highlights.into_iter().map(|highlight| passage(highlight, document.as_deref())).collect();
        articles.push((record.id, Annotated { about: about(record), passages }));
    }
    if articles.is_empty() {
        return Err(Error::new("nothing is highlighted there").hint("In an article v selects and H highlights."));
    }
    Ok(articles)
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
