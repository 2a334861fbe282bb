//! `import`: what other programs exported is taken in, in parts, and told of what could not be taken and why.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use jiff::Timestamp;

use super::shown::counted;
use crate::annotation::About;
use crate::article::{Article, Locator};
use crate::cli;
use crate::error::{Error, Result};
use crate::export;
use crate::import::{self, Arrival, Content, File, Imported, Origin, Refused};
use crate::library::{Arriving, Copy, Store};
use crate::source::{self, Bundle, LoadOptions};
use crate::text::address::identity;

/// How many articles are taken in at a time: all of them, or none.
const AT_ONCE: usize = 200;

/// How wide the bar is, in cells.
const BAR: usize = 30;

/// Takes in what `paths` hold; `origin` says whose export it is, where that is not to be found out.
///
/// # Errors
///
/// If nothing can be read there, nothing can be taken, or the library cannot be written. What was taken before stays.
pub fn import(store: &mut Store, paths: &[PathBuf], origin: Option<Origin>, options: &LoadOptions) -> Result<()> {
    let bundle = Bundle::read(paths)?;
    let mut bar = Bar::new();
    let imported = read(&bundle, origin, &mut bar);
    let mut came = Came::default();
    for (idx, part) in imported.arrivals.chunks(AT_ONCE).enumerate() {
        bar.show("taking in", idx * AT_ONCE, imported.arrivals.len());
        came.take(store, part, options)?;
    }
    bar.clear();
    for (name, error) in &bundle.unread {
        came.lines.push(format!("{name}: {error}"));
    }
    came.lines.extend(imported.refused.iter().map(told));
    for line in &came.lines {
        eprintln!("recto: not taken: {line}");
    }
    let n_refused = came.lines.len();
    let told = format!(
        "{} new, {} known already, {} new, {}\n",
        counted(came.n_new, "article"),
        came.n_known,
        counted(came.n_highlights, "highlight"),
        if n_refused == 0 {
            "nothing left out".to_owned()
        } else {
            format!("{} left out", counted(n_refused, "record"))
        }
    );
    if imported.arrivals.is_empty() {
        let error = Error::new("there is nothing there that can be taken");
        return Err(error.hint(format!("recto knows the exports of {}.", Origin::ALL.map(Origin::name).join(", "))));
    }
    cli::write_out(&told)
}

/// Reads an export, while the bar tells how far that is.
fn read(bundle: &Bundle, origin: Option<Origin>, bar: &mut Bar) -> Imported {
    let files: Vec<File<'_>> = bundle.files.iter().map(|(name, bytes)| File { name, bytes }).collect();
    import::import(&files, origin, Timestamp::now(), &mut |done, all| {
        bar.show("reading", done, all);
        ControlFlow::Continue(())
    })
}

/// What came of an import so far.
#[derive(Default)]
struct Came {
    n_new: usize,
    n_known: usize,
    n_highlights: usize,
    /// What is told of what was not taken.
    lines: Vec<String>,
}

impl Came {
    fn take(&mut self, store: &mut Store, arrivals: &[Arrival], options: &LoadOptions) -> Result<()> {
        let arriving: Vec<Arriving<'_>> = arrivals.iter().map(|arrival| self.ready(arrival, options)).collect();
        for arrived in store.arrive(&arriving)? {
            *if arrived.is_new { &mut self.n_new } else { &mut self.n_known } += 1;
            self.n_highlights += arrived.n_highlights;
        }
        Ok(())
    }

    /// Makes an arrival ready: what the export holds of its text is read as the page that it was.
    fn ready<'a>(&mut self, arrival: &'a Arrival, options: &LoadOptions) -> Arriving<'a> {
        let about = &arrival.article.about;
        let locator = locator(&about.address);
        let read = locator.as_ref().zip(arrival.content.as_ref()).and_then(|(locator, content)| {
            let read = page(locator, about, content, options);
            read.map_err(|error| self.lines.push(format!("the text of {}: {error}", about.address))).ok()
        });
        let (article, copy) = read.unzip();
        Arriving { locator, about, passages: &arrival.article.passages, article, copy }
    }
}

/// Returns where an article is whose address an export tells.
fn locator(address: &str) -> Option<Locator> {
    if identity(address).is_some() {
        return Some(Locator::Web(address.to_owned()));
    }
    // recto's own exports tell its own.
    Locator::from_key(address, []).or_else(|| {
        let path = address.strip_prefix('/').map(|_| PathBuf::from(address));
        path.map(Locator::File)
    })
}

/// Reads an article's text, and makes of it a page that tells what the export told of it.
fn page(locator: &Locator, about: &About, content: &Content, options: &LoadOptions) -> Result<(Article, Copy)> {
    let Content::Html(text) = content;
    let bytes = export::page(about, text).into_bytes();
    let copy = Copy { name: "page.html".to_owned(), bytes, pictures: Vec::new() };
    let article = source::read_copy(locator, &copy.name, &copy.bytes, options)?;
    if article.document.text().is_empty() {
        return Err(Error::new("there is none in what was exported"));
    }
    Ok((article, copy))
}

fn told(refused: &Refused) -> String {
    let Refused { file, place, what, why } = refused;
    let what = if what.is_empty() { String::new() } else { format!(" “{what}”") };
    format!("{file}, {place}{what}: {why}")
}

/// A line on the terminal that tells how far something is, rewritten as it goes on. Nothing where there is no terminal.
struct Bar {
    is_shown: bool,
    /// What it showed last, in thousandths.
    shown: Option<usize>,
}

impl Bar {
    fn new() -> Self {
        Self { is_shown: io::stderr().is_terminal(), shown: None }
    }

    fn show(&mut self, doing: &str, done: usize, all: usize) {
        let part = done * 1000 / all.max(1);
        if !self.is_shown || self.shown == Some(part) {
            return;
        }
        self.shown = Some(part);
        let full = part * BAR / 1000;
        let bar = format!("{}{}", "━".repeat(full), "─".repeat(BAR - full));
        let _ = write!(io::stderr(), "\r\x1b[K{doing:<9} {bar} {:>3} %", part / 10);
    }

    fn clear(&mut self) {
        if self.is_shown && self.shown.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}
