//! Flags and subcommands: what was asked for, and the commands that need no screen.

mod dump;
mod library;

use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::action::COMMANDS;
use crate::app::geometry::{DEFAULT_MEASURE, MEASURES};
use crate::app::reader::web_page::{PageChoices, PageView, WebPage};
use crate::app::{self, Opens};
use crate::article::{Article, Locator, ManualPage};
use crate::config::theme::THEMES;
use crate::config::{Depth, Keymap, Theme};
use crate::document::{Document, Head};
use crate::error::{Error, Result};
use crate::export::{self, Kind};
use crate::format::Format;
use crate::fuzzy;
use crate::layout::Order;
use crate::library::Places;
use crate::picture::{Choice, USUAL_CELL};
use crate::run::{self, End};
use crate::source::{self, LoadOptions};
use crate::terminal;
use crate::text::width::{Ambiguous, Widths};

/// Read articles in the terminal, by their sections.
#[derive(Debug, Parser)]
#[command(name = "recto", version, args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    reading: Reading,
}

const AFTER_HELP: &str = "\
Examples:
  recto                        the articles that ship with recto, a tour among them
  recto article.md             open one article
  recto notes/                 open the shelf on all articles of a directory
  recto man:ls                 a manual page; man:printf(3) is one of section 3
  curl … | recto               read what comes on standard input
  recto print article.txt      print it, set for the width of the terminal
  recto outline --json a.txt   its sections, for scripts
  recto list --view unread     what the library has that is not read yet

Press ? while reading for the keys.
Exit codes: 0 done, 1 could not open or show, 2 called wrongly, 128+n ended by signal n.";

#[derive(Debug, Args)]
struct Reading {
    /// Files, directories, zip archives, or - for standard input; none for what ships with recto
    sources: Vec<PathBuf>,
    #[command(flatten)]
    source: SourceOptions,
    /// Width of the text column, in cells
    #[arg(long, value_name = "CELLS")]
    measure: Option<u16>,
    /// Theme, instead of one that suits the terminal's ground
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// Whether colours are used; NO_COLOR is kept too
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: When,
    /// How pictures are shown: by the best way that the terminal says it knows, by one of these, or not at all
    #[arg(long, value_name = "WAY", default_value = "auto", value_parser = picture_choice)]
    images: Choice,
    /// How wide characters of ambiguous width are, such as … and α: as the terminal answers, one cell or two
    #[arg(long, value_name = "WIDTH", default_value = "auto", value_parser = ambiguous_choice)]
    ambiguous: Ambiguous,
    /// File of the library, instead of RECTO_LIBRARY or the usual one
    #[arg(long, value_name = "FILE", global = true)]
    library: Option<PathBuf>,
    /// Keep nothing of what is read: neither places nor highlights
    #[arg(long)]
    forget: bool,
    /// Leave the mouse to the terminal
    #[arg(long)]
    no_mouse: bool,
    /// Who puts text that runs from right to left in order
    #[arg(long, value_name = "WHO", default_value = "auto")]
    bidi: Bidi,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bidi {
    /// As is known of the terminal
    Auto,
    /// Recto, all of it
    Recto,
    /// Recto the words, the terminal their letters, as kitty does
    Words,
    /// The terminal, all of it
    Terminal,
}

impl Bidi {
    /// Returns who does it, by what the environment says of the terminal.
    fn order(self) -> Order {
        let is_set = |name| env::var_os(name).is_some();
        let is = |name, value: &str| env::var_os(name).is_some_and(|found| found == value);
        match self {
            Self::Auto if is_set("KITTY_WINDOW_ID") || is("TERM", "xterm-kitty") => Order::Words,
            Self::Auto if is_set("KONSOLE_VERSION") || is_set("MLTERM") || is("TERM_PROGRAM", "Apple_Terminal") => {
                Order::Terminals
            }
            Self::Auto | Self::Recto => Order::Ours,
            Self::Words => Order::Words,
            Self::Terminal => Order::Terminals,
        }
    }
}

#[derive(Debug, Clone, Default, Args)]
struct SourceOptions {
    /// Format of the source, instead of what it looks like, such as text or markdown
    #[arg(long, value_name = "FORMAT", global = true)]
    format: Option<String>,
    /// All of a web page, with what surrounds its article
    #[arg(long, global = true, conflicts_with = "main")]
    whole: bool,
    /// A web page's article alone, even where there seems to be none
    #[arg(long, global = true)]
    main: bool,
}

/// Reads a way of showing pictures.
fn picture_choice(name: &str) -> std::result::Result<Choice, String> {
    Choice::named(name).ok_or_else(|| format!("there are {}", Choice::ALL.map(|(_, name)| name).join(", ")))
}

/// Reads how wide characters of ambiguous width are.
fn ambiguous_choice(name: &str) -> std::result::Result<Ambiguous, String> {
    Ambiguous::named(name).ok_or_else(|| format!("there are {}", Ambiguous::ALL.map(|(_, name)| name).join(", ")))
}

impl SourceOptions {
    /// Returns how much of a web page was asked for.
    fn page_view(&self) -> Option<PageView> {
        match (self.whole, self.main) {
            (true, _) => Some(PageView::Whole),
            (false, true) => Some(PageView::Main),
            (false, false) => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print an article
    Print {
        /// File, or - for standard input
        source: PathBuf,
        /// Width of the lines, in cells; 0 for the terminal's, or for a line a paragraph where there is none
        #[arg(long, value_name = "CELLS", default_value_t = 0)]
        width: u16,
        /// What to print it as
        #[arg(long = "as", value_name = "KIND")]
        kind: Option<PrintKind>,
        #[command(flatten)]
        options: SourceOptions,
    },
    /// Print an article's sections
    Outline {
        /// File, or - for standard input
        source: PathBuf,
        /// As a JSON array of {level, title, offset, words, minutes, confidence}
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        options: SourceOptions,
    },
    /// Show what recto made of a source
    Debug {
        what: Debugged,
        /// File, or - for standard input; the gallery needs none
        #[arg(required_if_eq_any = [("what", "document"), ("what", "layout")])]
        source: Option<PathBuf>,
        /// Width of the layout, in cells
        #[arg(long, value_name = "CELLS", default_value_t = DEFAULT_MEASURE)]
        width: u16,
        #[command(flatten)]
        options: SourceOptions,
    },
    #[command(flatten)]
    Library(library::Command),
    /// List all keys
    Keys {
        /// As a Markdown table
        #[arg(long)]
        markdown: bool,
    },
    /// Print the manual page
    #[command(hide = true)]
    Man,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PrintKind {
    Text,
    Ansi,
    Markdown,
    Html,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Debugged {
    /// Facts, warnings, blocks, marks and sections
    Document,
    /// Lines with their ranges and roles
    Layout,
    /// Read an article that shows everything that recto sets
    Gallery,
}

/// What the command line came to.
#[derive(Debug)]
pub enum Outcome {
    /// It was done.
    Done,
    /// The reader was opened, and ended so.
    Read(End),
}

/// Does what the arguments ask for.
///
/// # Errors
///
/// If a source cannot be opened, there is no terminal to read on, or the arguments make no sense.
pub fn run(cli: Cli) -> Result<Outcome> {
    match cli.command {
        None => read(&cli.reading),
        Some(Command::Debug { what: Debugged::Gallery, .. }) if !is_on_terminal() => {
            print_each(&[source::gallery()], &cli.reading)
        }
        Some(Command::Debug { what: Debugged::Gallery, .. }) => {
            read_these(vec![source::gallery()], Opens::Only, &cli.reading)
        }
        Some(command) => perform(command, cli.reading.library.as_deref()).map(|()| Outcome::Done),
    }
}

fn perform(command: Command, library: Option<&Path>) -> Result<()> {
    match command {
        Command::Print { source, width, kind, options } => {
            print(&open_or_kept(&locator(&source), library, &options)?, width, kind, &options)
        }
        Command::Outline { source, json, options } => {
            let article = open_or_kept(&locator(&source), library, &options)?;
            let kind = if json { Kind::OutlineJson } else { Kind::Outline };
            write_out(&export::export(&shown(&article, &options, Head::Bare), kind))
        }
        Command::Debug { what, source, width, options } => {
            let article = open(&source.as_deref().map_or_else(source::gallery, locator), &options)?;
            write_out(&match what {
                Debugged::Document => dump::document(&article),
                Debugged::Layout | Debugged::Gallery => dump::layout(&article, usize::from(width)),
            })
        }
        Command::Keys { markdown } => write_out(&if markdown { keys_markdown() } else { keys_text() }),
        Command::Man => write_out(&manual()?),
        Command::Library(command) => library::perform(command, library),
    }
}

fn read(reading: &Reading) -> Result<Outcome> {
    let piped = reading.sources.is_empty() && stdin_has_text();
    if !is_on_terminal() {
        let locators = match (piped, reading.sources.is_empty()) {
            (true, _) => vec![Locator::Stdin],
            (false, true) => source::bundled().take(1).collect(),
            (false, false) => articles(&reading.sources)?,
        };
        return print_each(&locators, reading);
    }
    let (shelf, opens) = match (piped, reading.sources.as_slice()) {
        (true, _) => (vec![Locator::Stdin], Opens::Only),
        (false, []) => (source::bundled().collect(), Opens::Library),
        (false, [only]) if !only.is_dir() && !source::is_archive(only) => (vec![locator(only)], Opens::Only),
        (false, sources) => {
            let found = articles(sources)?;
            if let ([source], [only]) = (sources, found.as_slice())
                && source::is_archive(source)
            {
                (vec![only.clone()], Opens::Only)
            } else {
                let is_shelf = |source: &PathBuf| source.is_dir() || source::is_archive(source);
                let opens = if sources.iter().any(is_shelf) { Opens::Shelf } else { Opens::First };
                (found.into_iter().chain(source::bundled()).collect(), opens)
            }
        }
    };
    read_these(shelf, opens, reading)
}

/// Prints articles one after the other, where there is no terminal to read them on.
fn print_each(locators: &[Locator], reading: &Reading) -> Result<Outcome> {
    for (idx, locator) in locators.iter().enumerate() {
        let separator = if idx > 0 { "\n" } else { "" };
        let article = open(locator, &reading.source)?;
        let document = shown(&article, &reading.source, Head::Shown);
        let text = export::export(&document, Kind::Text { width: usize::from(DEFAULT_MEASURE) });
        write_out(&format!("{separator}{text}"))?;
    }
    Ok(Outcome::Done)
}

fn is_on_terminal() -> bool {
    io::stdout().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Opens the reader.
fn read_these(shelf: Vec<Locator>, opens: Opens, reading: &Reading) -> Result<Outcome> {
    let theme = reading.theme.as_deref().map(theme_named).transpose()?;
    if let Some(measure) = reading.measure.filter(|measure| !MEASURES.contains(measure)) {
        let (least, most) = (MEASURES.start(), MEASURES.end());
        return Err(Error::usage(format!("a text column of {measure} cells is out of range"))
            .hint(format!("Take {least} to {most}.")));
    }
    let library = library(reading)?;
    let options = app::Options {
        library: library.is_some(),
        columns: 0,
        rows: 0,
        shelf,
        opens,
        depth: depth(reading.color),
        theme,
        measure: reading.measure,
        page_view: reading.source.page_view(),
        order: reading.bidi.order(),
        ambiguous: reading.ambiguous,
        widths: Widths::default(),
        pictures: reading.images,
        cell: USUAL_CELL,
    };
    let terminal_options = terminal::Options {
        mouse: !reading.no_mouse,
        ordered: reading.bidi.order() == Order::Ours,
        pictures: reading.images,
        ..terminal::Options::default()
    };
    run::read(options, load_options(&reading.source)?, library, terminal_options).map(Outcome::Read)
}

/// Returns where the library is, unless nothing is to be kept.
fn library(reading: &Reading) -> Result<Option<Places>> {
    if reading.forget {
        return Ok(None);
    }
    library::places(reading.library.as_deref()).map(Some)
}

fn print(article: &Article, width: u16, kind: Option<PrintKind>, options: &SourceOptions) -> Result<()> {
    let on_terminal = io::stdout().is_terminal();
    let kind = kind.unwrap_or(if on_terminal { PrintKind::Ansi } else { PrintKind::Text });
    let fitting = if on_terminal { terminal::columns().unwrap_or(DEFAULT_MEASURE) } else { DEFAULT_MEASURE };
    let cells = usize::from(if width == 0 { fitting.min(DEFAULT_MEASURE) } else { width });
    let kind = match kind {
        PrintKind::Text if width == 0 && !on_terminal => Kind::Bare,
        PrintKind::Text => Kind::Text { width: cells },
        PrintKind::Ansi => Kind::Ansi { width: cells, depth: depth(When::Auto) },
        PrintKind::Markdown => Kind::Markdown,
        PrintKind::Html => Kind::Html,
        PrintKind::Json => Kind::Json,
    };
    // Programs get the text as it is; JSON tells apart from it what is known about the article.
    let head = if matches!(kind, Kind::Bare | Kind::Json) { Head::Bare } else { Head::Shown };
    write_out(&export::export(&shown(article, options, head), kind))
}

/// Returns what is to be printed of an article; of a web page, its main text.
fn shown(article: &Article, options: &SourceOptions, head: Head) -> Arc<Document> {
    let choices = PageChoices { view: options.page_view(), ..PageChoices::default() };
    let (document, page) = WebPage::of(&article.document, &choices, head);
    if let Some(wall) = page.and_then(|page| page.wall()) {
        eprintln!("recto: `{}` {}: there is no article in it", article.locator, wall.wants());
    }
    document
}

fn open(locator: &Locator, options: &SourceOptions) -> Result<Article> {
    source::load_whole(locator, &load_options(options)?)
}

/// Opens an article, or the copy that the library has of it where it is gone.
fn open_or_kept(locator: &Locator, library: Option<&Path>, options: &SourceOptions) -> Result<Article> {
    if source::is_gone(locator) {
        let load_options = load_options(options)?;
        match library::kept(locator, library, &load_options) {
            Ok(Some(article)) => {
                if !matches!(locator, Locator::Kept(_)) {
                    eprintln!("recto: `{locator}` is gone: this is the library's copy");
                }
                return Ok(article);
            }
            Err(error) if matches!(locator, Locator::Kept(_)) => return Err(error),
            // That the original is gone says more.
            Ok(None) | Err(_) => {}
        }
    }
    open(locator, options)
}

fn load_options(options: &SourceOptions) -> Result<LoadOptions> {
    let format = options.format.as_deref().map(format_named).transpose()?;
    let own = source::own_sites();
    for fault in &own.faults {
        eprintln!("recto: {fault}");
    }
    Ok(LoadOptions { format, sites: Some(&own.sites), ..LoadOptions::default() })
}

fn format_named(name: &str) -> Result<Format> {
    Format::by_name(name).ok_or_else(|| unknown("format", name, &Format::ALL.map(Format::name)))
}

fn theme_named(name: &str) -> Result<&'static Theme> {
    let names: Vec<&str> = THEMES.iter().map(|theme| theme.name).collect();
    Theme::named(name).ok_or_else(|| unknown("theme", name, &names))
}

fn unknown(what: &str, name: &str, names: &[&str]) -> Error {
    let error = Error::usage(format!("no {what} is called `{name}`"));
    error.hint(match fuzzy::nearest(name, names.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("There are {}.", names.join(", ")),
    })
}

fn locator(source: &Path) -> Locator {
    let manual = source.to_str().and_then(|source| source.strip_prefix("man:")).filter(|page| !page.is_empty());
    let is_named = |found: &Locator| matches!(found, Locator::Kept(_) | Locator::Web(_));
    let named = || Locator::from_key(source.to_str()?, []).filter(is_named);
    if let Some(named) = named() {
        return named;
    }
    match manual {
        Some(page) => Locator::Manual(ManualPage::parse(page)),
        None if source.as_os_str() == OsStr::new("-") => Locator::Stdin,
        None => source::locate(source),
    }
}

/// Returns the articles that the sources name or hold.
fn articles(sources: &[PathBuf]) -> Result<Vec<Locator>> {
    let mut found = Vec::new();
    for source in sources {
        if source.is_dir() || source::is_archive(source) {
            found.extend(source::articles_in(source)?);
        } else {
            found.push(locator(source));
        }
    }
    Ok(found)
}

/// Returns whether standard input is a file or a pipe, rather than a terminal or nothing.
fn stdin_has_text() -> bool {
    use rustix::fs::{FileType, fstat};
    fstat(io::stdin()).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) != FileType::CharacterDevice)
}

/// Returns how many colours to use, as the environment tells it (<https://no-color.org>).
fn depth(when: When) -> Depth {
    let set = |name: &str| env::var(name).unwrap_or_default();
    if when == When::Never || (when == When::Auto && !set("NO_COLOR").is_empty()) {
        return Depth::Mono;
    }
    let term = set("TERM");
    let true_colour = matches!(set("COLORTERM").as_str(), "truecolor" | "24bit") || term.ends_with("-direct");
    match term.as_str() {
        _ if true_colour => Depth::True,
        "linux" | "xterm" | "screen" | "vt220" | "ansi" => Depth::Sixteen,
        _ => Depth::Indexed,
    }
}

/// Writes data to standard output.
fn write_out(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

fn keys_text() -> String {
    let keymap = Keymap::default();
    let mut text = String::new();
    let mut group = "";
    for command in COMMANDS {
        if command.group != group {
            text.push_str(if group.is_empty() { "" } else { "\n" });
            group = command.group;
            text.push_str(group);
            text.push('\n');
        }
        let keys = keymap.keys_of(command.action).join(" ");
        text.push_str(&format!("  {keys:<16}  {:<20}  {}\n", command.name, command.doc));
    }
    text
}

/// Returns the table of keys that README shows.
pub fn keys_markdown() -> String {
    let keymap = Keymap::default();
    let mut text = String::from("| Keys | What it does |\n|---|---|\n");
    let mut group = "";
    for command in COMMANDS {
        if command.group != group {
            group = command.group;
            text.push_str(&format!("| **{group}** | |\n"));
        }
        let quoted = |key: &String| if key == "|" { "`\\|`".to_owned() } else { format!("`{key}`") };
        let keys: Vec<String> = keymap.keys_of(command.action).iter().map(quoted).collect();
        text.push_str(&format!("| {} | {} |\n", keys.join(" "), command.doc));
    }
    text
}

/// Returns the manual page: what clap knows, and the keys.
fn manual() -> Result<String> {
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(Cli::command());
    man.render(&mut page)?;
    let mut keys = clap_mangen::roff::Roff::new();
    keys.control("SH", ["KEYS"]);
    let keymap = Keymap::default();
    for command in COMMANDS {
        keys.control("TP", []);
        keys.text([clap_mangen::roff::bold(keymap.keys_of(command.action).join(" "))]);
        keys.text([clap_mangen::roff::roman(command.doc)]);
    }
    keys.to_writer(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
