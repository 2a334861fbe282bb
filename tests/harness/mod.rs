//! Drives the model without a terminal: keys in, screens out. Effects are performed by the real worker, and waited for.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use recto::app::{App, Effect, Errand, Event, JobId, Opens, Options, Outcome};
use recto::article::Locator;
use recto::config::{Depth, Ground};
use recto::library::Places;
use recto::picture::Choice;
use recto::source::LoadOptions;
use recto::text::width::{Ambiguous, Widths};
use recto::ui;
use recto::worker::Worker;

pub struct Harness {
    pub app: App,
    worker: Worker,
    events: Receiver<Event>,
    /// Effects that are the terminal's to perform, as they came.
    pub left: Vec<Effect>,
    /// Jobs that were begun, and how many last answers each still has to give.
    open: Vec<(JobId, usize)>,
    loading: Vec<JobId>,
    size: (u16, u16),
}

/// Returns what recto is started with here.
pub fn options(columns: u16, rows: u16, shelf: Vec<Locator>, opens: Opens) -> Options {
    Options {
        library: false,
        columns,
        rows,
        shelf,
        opens,
        depth: Depth::True,
        theme: None,
        measure: None,
        page_view: None,
        order: recto::layout::Order::Ours,
        ambiguous: Ambiguous::default(),
        widths: Widths::default(),
        pictures: Choice::default(),
        cell: recto::picture::USUAL_CELL,
    }
}

impl Harness {
    pub fn new(columns: u16, rows: u16, shelf: Vec<Locator>, opens: Opens) -> Self {
        Self::with_library(columns, rows, shelf, opens, None)
    }

    /// The same, with a library that keeps what is read.
    pub fn with_library(columns: u16, rows: u16, shelf: Vec<Locator>, opens: Opens, library: Option<Places>) -> Self {
        let options = Options { library: library.is_some(), ..options(columns, rows, shelf, opens) };
        let (app, effects) = App::new(options);
        let (sender, events) = mpsc::channel();
        let worker = Worker::new(LoadOptions::default(), library, move |event| sender.send(event).is_ok());
        let mut harness = Self {
            app,
            worker,
            events,
            left: Vec::new(),
            open: Vec::new(),
            loading: Vec::new(),
            size: (columns, rows),
        };
        harness.perform(effects);
        harness
    }

    /// Opens one file of tests/fixtures.
    pub fn open(columns: u16, rows: u16, fixture: &str) -> Self {
        Self::new(columns, rows, vec![Locator::File(path(fixture))], Opens::Only)
    }

    /// Presses keys by their names, separated by spaces.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            self.send(Event::Key(key.parse().unwrap()));
        }
        self
    }

    /// Types text, a key a character.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.send(Event::Key(recto::input::KeyPress::char(c)));
        }
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.size = (columns, rows);
        self.send(Event::Resize { columns, rows });
        self
    }

    pub fn ground(&mut self, ground: Ground) -> &mut Self {
        self.send(Event::Ground(ground));
        self
    }

    pub fn send(&mut self, event: Event) {
        let effects = self.app.update(event);
        self.perform(effects);
    }

    /// Performs effects and waits until each has its last answer.
    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match &effect {
                Effect::Load { job, .. } => {
                    self.loading.push(*job);
                    self.open.push((*job, 1));
                }
                Effect::Search { job, .. }
                | Effect::Survey { job, .. }
                | Effect::Place { job, .. }
                | Effect::Draw { job, .. } => self.open.push((*job, 1)),
                Effect::Library {
                    errand:
                        Errand::Leave { .. }
                        | Errand::Mark { .. }
                        | Errand::Choose { .. }
                        | Errand::Look { .. }
                        | Errand::Passed(_)
                        | Errand::Stand(_),
                    ..
                } => {}
                Effect::Library { job, .. } => self.open.push((*job, 1)),
                Effect::Describe { job, locators } => self.open.push((*job, locators.len())),
                Effect::Highlight { job, blocks, .. } => self.open.push((*job, blocks.len())),
                Effect::Cancel(job) => self.open.retain(|(open, _)| open != job),
                _ => {}
            }
            self.left.extend(self.worker.perform(effect));
        }
        while self.open.iter().any(|&(_, answers)| answers > 0) {
            let Ok(event) = self.events.recv_timeout(Duration::from_secs(20)) else {
                panic!("no answer to {:?}", self.open);
            };
            if let Event::Done(job, outcome) = &event {
                let is_last = match outcome {
                    Outcome::Loaded(article) => article.document.is_complete(),
                    Outcome::Hits { complete, .. } | Outcome::Found { complete, .. } => *complete,
                    // What is known of an article comes before it is loaded, too.
                    Outcome::Looks(_) => false,
                    Outcome::Known(_) => !self.loading.contains(job),
                    Outcome::Changed { .. }
                    | Outcome::Kept { .. }
                    | Outcome::Listed(_)
                    | Outcome::Titles(_)
                    | Outcome::Marks(..)
                    | Outcome::Statistics(..)
                    | Outcome::Placed(_)
                    | Outcome::Failed(_)
                    | Outcome::Described(..)
                    | Outcome::Highlighted(..)
                    | Outcome::Surveyed(_)
                    | Outcome::Drawn(_) => true,
                };
                if is_last && let Some((_, answers)) = self.open.iter_mut().find(|(open, _)| open == job) {
                    *answers = answers.saturating_sub(1);
                }
            }
            let effects = self.app.update(event);
            self.perform(effects);
        }
    }

    pub fn buffer(&self) -> Buffer {
        let (columns, rows) = self.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        ui::draw(&self.app, &mut buffer);
        buffer
    }

    /// Returns the screen's text, a line a row.
    pub fn screen(&self) -> String {
        let buffer = self.buffer();
        let row = |y| {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    line.push_str(symbol);
                    skip = recto::text::width::width(symbol).max(1);
                }
                skip -= 1;
            }
            line.trim_end().to_owned()
        };
        (0..buffer.area.height).map(row).collect::<Vec<_>>().join("\n")
    }

    /// Returns the screen's text, and below it how each stretch looks.
    pub fn screen_and_looks(&self) -> String {
        let buffer = self.buffer();
        let mut out = self.screen();
        out.push_str("\n----\n");
        for y in 0..buffer.area.height {
            let mut x = 0;
            while x < buffer.area.width {
                let style = buffer[(x, y)].style();
                let start = x;
                while x < buffer.area.width && buffer[(x, y)].style() == style {
                    x += 1;
                }
                let look = look(style);
                if !look.is_empty() {
                    let _ = writeln!(out, "{y:>2} {start:>3}..{x:<3} {look}");
                }
            }
        }
        out
    }
}

pub fn path(fixture: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture)
}

fn look(style: Style) -> String {
    let colour = |color: Option<Color>, sign: &str| match color {
        None | Some(Color::Reset) => None,
        Some(Color::Rgb(r, g, b)) => Some(format!("{sign}#{r:02x}{g:02x}{b:02x}")),
        Some(other) => Some(format!("{sign}{other:?}")),
    };
    let modifiers = style.add_modifier;
    let named = [
        (Modifier::BOLD, "bold"),
        (Modifier::ITALIC, "italic"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
        (Modifier::CROSSED_OUT, "struck"),
    ];
    let mut words: Vec<String> = colour(style.fg, "").into_iter().chain(colour(style.bg, "on ")).collect();
    words.extend(named.iter().filter(|(bit, _)| modifiers.contains(*bit)).map(|(_, name)| (*name).to_owned()));
    words.join(" ")
}
