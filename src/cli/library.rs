//! The commands over the library: listing it, showing an article, saying something of articles.
//!
//! What they print for people is made by `shown`, what they print for programs by `json`.

mod add;
mod care;
mod export;
mod import;
mod json;
mod next;
mod shown;

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::SourceOptions;
use crate::article::{Article, Locator};
use crate::catalogue::{ArticleId, Change, Flag, Rank, Record, Sort, View, Wanted};
use crate::error::{Error, Result};
use crate::export::highlights::Form;
use crate::import::Origin;
use crate::library::{Places, Store};
use crate::query::Query;
use crate::source::{self, LoadOptions};
use crate::terminal;
use crate::text::clean;

/// How many articles are asked for at a time, so that no long list is all in memory.
const AT_ONCE: usize = 5_000;

/// How wide lines are where there is no terminal, in cells.
const USUAL_WIDTH: u16 = 80;

/// The longest tag, in cells.
const WIDEST_TAG: usize = 80;

/// What is done with the library.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the articles of the library
    List {
        /// As a JSON array, an object for each article
        #[arg(long)]
        json: bool,
        /// Which articles: continue, unread, starred, archive, highlights, all or trash
        #[arg(long, value_name = "VIEW", default_value = View::All.name(), value_parser = view)]
        view: View,
        /// Only articles with this tag
        #[arg(long, value_name = "TAG")]
        tag: Option<String>,
        /// Only articles of this site or directory
        #[arg(long, value_name = "SOURCE")]
        source: Option<String>,
        /// In which order: newest, oldest, title, shortest or longest
        #[arg(long, value_name = "ORDER", default_value = Sort::Natural.name(), value_parser = sort)]
        sort: Sort,
        /// At most so many
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Words that the title, the author or the source holds, all of them
        filter: Vec<String>,
    },
    /// Find articles by what is in them: words, "phrases", begin*, -not, title: author: tag: site: lang:, in:highlights,
    /// in:notes, is:unread, before:2026-01, after:2026
    Search {
        /// As a JSON array, an object for each article
        #[arg(long)]
        json: bool,
        /// What tells most about it first, instead of the newest
        #[arg(long)]
        best: bool,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
        /// What is looked for
        #[arg(required = true, allow_hyphen_values = true, trailing_var_arg = true)]
        query: Vec<String>,
    },
    /// Tell what to read next: what is being read, or else what is unread
    Next {
        /// As a JSON array of one object
        #[arg(long)]
        json: bool,
        /// Only what can be read to its end in so many minutes, at your own pace
        #[arg(long, value_name = "MINUTES")]
        minutes: Option<f64>,
        /// Only articles with this tag
        #[arg(long, value_name = "TAG")]
        tag: Option<String>,
    },
    /// Tell what was read: days, minutes, words, and your pace by language
    Statistics {
        /// As a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show what the library knows of an article, and what is highlighted in it
    Show {
        /// The article's number, as `list` tells it
        id: i64,
        /// As a JSON array of one object
        #[arg(long, conflicts_with = "text")]
        json: bool,
        /// Its text, as it was read last
        #[arg(long)]
        text: bool,
        /// What changed in it since it was read before
        #[arg(long, conflicts_with_all = ["json", "text"])]
        changes: bool,
    },
    /// Take articles in, and keep copies that survive their originals
    Add {
        /// Files, directories, zip archives, or - for standard input
        #[arg(required = true, value_name = "SOURCE")]
        sources: Vec<PathBuf>,
        #[command(flatten)]
        options: SourceOptions,
    },
    /// Say something of articles: all of it is done, or nothing
    Mark(Marks),
    /// Write what was highlighted, for other programs
    Export {
        /// As what: markdown (for Obsidian), w3c (Web Annotations), readwise (its table), org or html
        #[arg(long = "as", value_name = "FORM", default_value = Form::Markdown.name(), value_parser = form)]
        form: Form,
        /// A directory that gets a file for each article, instead of standard output
        #[arg(long, value_name = "DIRECTORY")]
        to: Option<PathBuf>,
        /// A directory that gets a file for each article, and is kept up to date until Ctrl-C
        #[arg(long, value_name = "DIRECTORY", conflicts_with = "to")]
        watch: Option<PathBuf>,
        /// Only articles with this tag
        #[arg(long, value_name = "TAG", conflicts_with = "ids")]
        tag: Option<String>,
        /// The articles' numbers, as `list` tells them; none for all with highlights
        #[arg(value_name = "ID")]
        ids: Vec<i64>,
    },
    /// Take in what other programs exported: articles, and what was highlighted in them
    Import {
        /// Files, directories or zip archives, as the other program wrote them
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Whose export it is, where that is not to be found out: w3c, hypothesis, pocket, pocket-html, instapaper,
        /// omnivore, readeck, wallabag, bookmarks, kindle or readwise
        #[arg(long, value_name = "PROGRAM", value_parser = origin)]
        from: Option<Origin>,
    },
    /// Write a copy of the whole library, also while recto runs
    Backup {
        /// The copy, which is there whole or not at all
        file: PathBuf,
        /// In the place of a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Take a backup back; the library that was there is kept beside it
    Restore {
        /// A file that `backup` wrote
        file: PathBuf,
    },
    /// Look whether the library is sound, say what is not, and what to do
    Doctor {
        /// Mend what can be mended
        #[arg(long)]
        repair: bool,
    },
    /// List the tags, and how many articles have each
    Tags {
        /// As a JSON array of {tag, articles}
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(group = clap::ArgGroup::new("said").required(true).multiple(true))]
pub struct Marks {
    /// The articles' numbers, as `list` tells them
    #[arg(required = true, value_name = "ID")]
    ids: Vec<i64>,
    #[arg(long, group = "said", conflicts_with = "unread")]
    read: bool,
    #[arg(long, group = "said")]
    unread: bool,
    #[arg(long, group = "said", conflicts_with = "unstar")]
    star: bool,
    #[arg(long, group = "said")]
    unstar: bool,
    #[arg(long, group = "said", conflicts_with = "unarchive")]
    archive: bool,
    #[arg(long, group = "said")]
    unarchive: bool,
    /// Into the trash: gone after thirty days, unless something in it is highlighted
    #[arg(long, group = "said", conflicts_with = "restore")]
    trash: bool,
    /// Out of the trash
    #[arg(long, group = "said")]
    restore: bool,
    /// Give them this tag; as often as there are tags
    #[arg(long, group = "said", value_name = "TAG")]
    tag: Vec<String>,
    /// Take this tag from them
    #[arg(long, group = "said", value_name = "TAG")]
    untag: Vec<String>,
}

fn view(name: &str) -> std::result::Result<View, String> {
    View::named(name).ok_or_else(|| format!("there are {}", View::ALL.map(View::name).join(", ")))
}

fn sort(name: &str) -> std::result::Result<Sort, String> {
    Sort::named(name).ok_or_else(|| format!("there are {}", Sort::ALL.map(Sort::name).join(", ")))
}

fn form(name: &str) -> std::result::Result<Form, String> {
    Form::named(name).ok_or_else(|| format!("there are {}", Form::ALL.map(Form::name).join(", ")))
}

fn origin(name: &str) -> std::result::Result<Origin, String> {
    Origin::named(name).ok_or_else(|| format!("there are {}", Origin::ALL.map(Origin::name).join(", ")))
}

/// Does what a command asks for, with the library at `file` or at its usual place.
///
/// # Errors
///
/// If the library cannot be read, or written where that is asked for, or has no such article.
pub fn perform(command: Command, file: Option<&Path>) -> Result<()> {
    let places = places(file)?;
    match command {
        Command::List { json, view, tag, source, sort, limit, filter } => {
            let wanted = Wanted { view, sort, tag, source, filter: filter.join(" ") };
            list(&open_to_read(&places)?, &wanted, limit.unwrap_or(usize::MAX), json)
        }
        Command::Search { json, best, limit, query } => {
            let rank = if best { Rank::Best } else { Rank::Newest };
            search(&open_to_read(&places)?, &query.join(" "), rank, limit, json)
        }
        Command::Next { json, minutes, tag } => {
            next::next(&open_to_read(&places)?, minutes, tag.as_deref(), json, width())
        }
        Command::Statistics { json } => next::statistics(&open_to_read(&places)?, json, width()),
        Command::Show { id, changes: true, .. } => changes(&open_to_read(&places)?, &places, ArticleId(id)),
        Command::Show { id, json, text, changes: false } => show(&open_to_read(&places)?, ArticleId(id), json, text),
        Command::Add { sources, options } => {
            add::add(&mut open_to_write(&places)?, &sources, &super::load_options(&options)?)
        }
        Command::Mark(marks) => mark(&mut open_to_write(&places)?, &marks),
        Command::Export { form, to, watch, tag, ids } => {
            let order = export::Order { ids: &ids, tag, form };
            match (to, watch) {
                (_, Some(directory)) => export::watch(&open_to_write(&places)?, &places, &order, &directory),
                (Some(directory), None) => export::write(&open_to_read(&places)?, &places, &order, &directory),
                (None, None) => export::print(&open_to_read(&places)?, &places, &order),
            }
        }
        Command::Import { files, from } => {
            let options = super::load_options(&SourceOptions::default())?;
            import::import(&mut open_to_write(&places)?, &files, from, &options)
        }
        Command::Backup { file, force } => care::back_up(&open_to_read(&places)?, &file, force),
        Command::Restore { file } => care::restore(&places, &file),
        Command::Doctor { repair } => care::examine(&places, repair),
        Command::Tags { json } => {
            let tags = open_to_read(&places)?.tags()?;
            super::write_out(&if json { json::tags(&tags) } else { shown::tags(&tags, width()) })
        }
    }
}

/// Returns where the library lies.
pub fn places(file: Option<&Path>) -> Result<Places> {
    file.map_or_else(Places::usual, |file| Ok(Places::at(file)))
}

/// Returns the article at `locator`, as read from the library's copy, if there is one.
///
/// # Errors
///
/// If the library or the copy cannot be read.
pub fn kept(locator: &Locator, file: Option<&Path>, options: &LoadOptions) -> Result<Option<Article>> {
    let locator = source::absolute(locator);
    let Some(copy) = open_to_read(&places(file)?)?.copy(&locator)? else { return Ok(None) };
    source::read_copy(&locator, &copy.name, &copy.bytes, options).map(Some)
}

/// Opens the library for a command that changes nothing. Where there is none yet, it is an empty one, and none is made.
fn open_to_read(places: &Places) -> Result<Store> {
    if !places.database.exists() {
        return Store::in_memory();
    }
    let opened = Store::open(places)?;
    // That nothing can be kept is of no interest to whoever keeps nothing.
    if opened.store.is_writable() {
        tell(&opened.remarks);
    }
    Ok(opened.store)
}

/// Opens the library for a command that changes it.
fn open_to_write(places: &Places) -> Result<Store> {
    let at = || format!("cannot open the library `{}`", places.database.display());
    let opened = Store::open(places).map_err(|error| error.context(at()))?;
    if !opened.store.is_writable() {
        let error = Error::new(opened.remarks.join("; ")).context(at());
        return Err(error.hint("RECTO_LIBRARY or --library may name a file elsewhere."));
    }
    tell(&opened.remarks);
    Ok(opened.store)
}

fn tell(remarks: &[String]) {
    for remark in remarks {
        eprintln!("recto: {remark}");
    }
}

/// Returns how wide lines may be: as the terminal, or as usual where there is none.
fn width() -> usize {
    let terminals = io::stdout().is_terminal().then(terminal::columns).flatten();
    usize::from(terminals.unwrap_or(USUAL_WIDTH))
}

fn list(store: &Store, wanted: &Wanted, limit: usize, as_json: bool) -> Result<()> {
    let width = width();
    let mut array = json::Array::default();
    let mut from = 0;
    loop {
        let page = store.page(wanted, from, AT_ONCE.min(limit - from))?;
        from += page.records.len();
        let mut out = String::new();
        for record in &page.records {
            if as_json {
                array.push(&json::record(record), &mut out);
            } else {
                out.push_str(&shown::line(record, width));
            }
        }
        super::write_out(&out)?;
        if page.records.is_empty() || from >= limit {
            break;
        }
    }
    if as_json { super::write_out(array.end()) } else { Ok(()) }
}

/// Prints what a query finds; what was not understood of it is told beside.
fn search(store: &Store, typed: &str, rank: Rank, limit: usize, as_json: bool) -> Result<()> {
    let query = Query::new(typed);
    for remark in &query.remarks {
        eprintln!("recto: {remark}");
    }
    let found = store.search(&query, rank, limit)?;
    let mut out = String::new();
    if as_json {
        let mut array = json::Array::default();
        for each in &found {
            array.push(&json::found(each), &mut out);
        }
        out.push_str(array.end());
    } else {
        for each in &found {
            out.push_str(&shown::found(each, width()));
        }
    }
    super::write_out(&out)
}

fn show(store: &Store, id: ArticleId, as_json: bool, as_text: bool) -> Result<()> {
    let record = store.record(id)?.ok_or_else(|| unknown(&[id.0]))?;
    if as_text {
        let text = store.text(id)?.ok_or_else(|| Error::new(format!("the text of article {} is not kept", id.0)))?;
        let end = if text.ends_with('\n') { "" } else { "\n" };
        return super::write_out(&format!("{text}{end}"));
    }
    let (versions, highlights) = (store.versions(id)?, store.highlights(id)?);
    if as_json {
        let mut out = String::new();
        let mut array = json::Array::default();
        array.push(&json::article(&record, &versions, &highlights), &mut out);
        out.push_str(array.end());
        return super::write_out(&out);
    }
    super::write_out(&shown::article(&record, &versions, &highlights, width()))
}

/// Prints what changed in an article since it was read before, as Markdown where there is no terminal.
fn changes(store: &Store, places: &Places, id: ArticleId) -> Result<()> {
    let record = store.record(id)?.ok_or_else(|| unknown(&[id.0]))?;
    let same = || Error::new(format!("the text of article {} is the one that was first read", id.0));
    let previous = store.previous(id)?.ok_or_else(same)?;
    let options = SourceOptions::default();
    let now = super::open_or_kept(&record.locator, Some(&places.database), &options)?;
    let kind = (!io::stdout().is_terminal()).then_some(super::PrintKind::Markdown);
    super::print(&previous.compare(&now)?, 0, kind, &options)
}

fn unknown(ids: &[i64]) -> Error {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    let noun = if ids.len() == 1 { "no article" } else { "no articles" };
    Error::new(format!("the library has {noun} {}", ids.join(", "))).hint("`recto list` tells their numbers.")
}

fn mark(store: &mut Store, marks: &Marks) -> Result<()> {
    let mut ids: Vec<ArticleId> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut missing = Vec::new();
    for &id in marks.ids.iter().filter(|id| seen.insert(**id)) {
        match store.record(ArticleId(id))? {
            Some(Record { id, .. }) => ids.push(id),
            None => missing.push(id),
        }
    }
    if !missing.is_empty() {
        return Err(unknown(&missing).context("nothing is changed"));
    }
    let flags = [
        (marks.read, Flag::Read, true),
        (marks.unread, Flag::Read, false),
        (marks.star, Flag::Starred, true),
        (marks.unstar, Flag::Starred, false),
        (marks.archive, Flag::Archived, true),
        (marks.unarchive, Flag::Archived, false),
        (marks.trash, Flag::Trashed, true),
        (marks.restore, Flag::Trashed, false),
    ];
    let flags = flags.into_iter().filter(|(is_asked, ..)| *is_asked);
    let mut changes: Vec<Change> =
        flags.map(|(_, flag, is_so)| Change::Flag { articles: ids.clone(), flag, is_so }).collect();
    for (tags, is_so) in [(&marks.tag, true), (&marks.untag, false)] {
        for tag in tags {
            changes.push(Change::Tag { articles: ids.clone(), tag: tag_of(tag)?, is_so });
        }
    }
    let changed = store.change(&Change::All(changes))?;
    for line in shown::undoing(&changed.undo) {
        eprintln!("recto: {line}");
    }
    Ok(())
}

/// Returns a tag as it is stored.
fn tag_of(typed: &str) -> Result<String> {
    let tag = clean::clean_line(typed, WIDEST_TAG);
    if tag.is_empty() { Err(Error::usage("a tag has at least one character")) } else { Ok(tag) }
}
