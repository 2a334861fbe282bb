//! The model: everything that the screen shows and every change of it.
//!
//! [`App::update`] takes an [`Event`], changes the model and returns the [`Effect`]s that the outside is to perform. It
//! only routes: keys go through [`keys`], commands through [`command`], what is read through [`opening`]. It ends by
//! laying out what the screen will show, so that drawing only paints.

mod annotating;
pub mod choices;
mod command;
mod comparing;
pub mod editor;
pub mod effect;
pub mod event;
pub mod finder;
mod follow;
pub mod geometry;
mod keys;
mod layers;
mod library;
pub mod marked;
mod opening;
pub mod overlay;
pub mod pacing;
mod pointer;
pub mod reader;
pub mod searching;
pub mod shelf;
mod shelving;
pub mod table;
mod trail;

use std::collections::HashMap;
use std::sync::Arc;

use crate::action::Context;
use crate::annotation::Ink;
use crate::article::Locator;
use crate::catalogue::{Looks, LooksByKind, Spot};
use crate::config::theme::is_light;
use crate::config::{Colour, Depth, Ground, Keymap, Theme};
use crate::layout::{Order, Style, Typography};
use crate::picture::{Choice, Graphics, Pixels};
use crate::text::width::{Ambiguous, Widths};

pub use command::LEAD;
pub use effect::{Effect, Errand, Sought};
pub use event::{Card, Event, JobId, Outcome};
pub use geometry::{Area, Geometry};

use choices::{Choices, Kind};
use geometry::{DEFAULT_MEASURE, FinderAreas, Wishes};
use library::Keeping;
use opening::Loading;
use overlay::Overlay;
use reader::pictures::Manner;
use reader::web_page::PageView;
use reader::{Kept, Reader};
use searching::Searching;
use shelf::Shelf;
use trail::Trail;

/// What recto starts with.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    pub columns: u16,
    pub rows: u16,
    /// Whether there is a library that keeps what is read.
    pub library: bool,
    /// What can be read.
    pub shelf: Vec<Locator>,
    /// Whether the first article is opened at once.
    pub opens: Opens,
    pub depth: Depth,
    /// A theme that the reader chose; otherwise one that suits the ground.
    pub theme: Option<&'static Theme>,
    pub measure: Option<u16>,
    /// Who puts text that runs from right to left in the order of the screen.
    pub order: Order,
    /// Who says how wide characters of ambiguous width are.
    pub ambiguous: Ambiguous,
    /// How wide the terminal draws things, as far as it is known.
    pub widths: Widths,
    /// How much is shown of articles that come as web pages; none for what suits each.
    pub page_view: Option<PageView>,
    pub pictures: Choice,
    /// The size of a cell, as far as it is known without asking the terminal.
    pub cell: Pixels,
}

/// What stands on the screen first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// The shelf, on what the library has.
    Library,
    /// The shelf, on what recto was called with.
    Shelf,
    /// The shelf's first article, with the shelf below it.
    First,
    /// The shelf's only article, with nothing below it.
    Only,
}

/// The room that the reader is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    Shelf,
    Reader,
}

/// A line that tells the reader something, until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    Note(String),
    Alert(String),
}

/// How things look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    pub depth: Depth,
    pub ground: Ground,
    /// The theme that the reader chose.
    pub chosen: Option<&'static Theme>,
    /// Who puts text that runs from right to left in the order of the screen.
    pub order: Order,
}

impl Look {
    /// Returns the theme in force.
    pub fn theme(&self) -> &'static Theme {
        self.chosen.unwrap_or_else(|| Theme::for_ground(self.ground))
    }
}

/// The model of the whole program.
#[derive(Debug)]
pub struct App {
    columns: u16,
    rows: u16,
    /// What is chosen where nothing else was for an article's kind.
    base: Choices,
    choices: HashMap<Kind, Choices>,
    /// The measure that recto was called with, which comes before those that were kept.
    measure: Option<u16>,
    /// Whether what was kept of choices was taken.
    knows_looks: bool,
    page_view: Option<PageView>,
    ambiguous: Ambiguous,
    widths: Widths,
    /// Whether the terminal has letters of more than one size.
    scales: bool,
    pictures: Choice,
    /// What the terminal said of pictures.
    graphics: Option<Graphics>,
    likely_cell: Pixels,
    dimmed: bool,
    zen: bool,
    geometry: Geometry,
    room: Room,
    /// Whether the shelf can be gone back to.
    has_shelf: bool,
    shelf: Shelf,
    reader: Option<Reader>,
    overlays: Vec<Overlay>,
    keymap: Keymap,
    keeping: Keeping,
    opens: Opens,
    /// The first list of the library is not known yet.
    is_first_list: bool,
    /// Tags or sources were asked for.
    awaited_marks: Option<JobId>,
    /// What is highlighted with, unless another ink is asked for.
    ink: Ink,
    /// A note is to be written about what is being highlighted.
    writes_note: bool,
    look: Look,
    message: Option<Message>,
    pending: keys::Pending,
    trail: Trail,
    kept: HashMap<Locator, Kept>,
    loading: Option<Loading>,
    preview_job: Option<JobId>,
    /// Where the article was left that is looked at.
    preview_spot: Option<Spot>,
    last_job: JobId,
    /// Whether the terminal scrolls a part of its columns: then the whole panel is always shown.
    columns_scroll: bool,
    /// Where a search that is being typed began.
    search_origin: Option<crate::document::Offset>,
    /// How fast the reader reads.
    paces: pacing::Paces,
    /// Where the article was left whose changes are shown.
    compared: Option<trail::Spot>,
    pressed: Option<pointer::Press>,
    /// The last search of the library, while it is not on the screen.
    searching: Box<Searching>,
}

impl App {
    /// Makes the model, and says what has to be done first.
    pub fn new(options: Options) -> (Self, Vec<Effect>) {
        let measure = options.measure.unwrap_or(DEFAULT_MEASURE);
        let typography = Typography { order: options.order, ..Typography::default() };
        let (columns, rows) = (options.columns.max(1), options.rows.max(1));
        let mut app = Self {
            columns,
            rows,
            base: Choices { measure, typography, ..Choices::default() },
            choices: HashMap::new(),
            measure: options.measure,
            knows_looks: false,
            page_view: options.page_view,
            ambiguous: options.ambiguous,
            widths: options.widths,
            scales: false,
            pictures: options.pictures,
            graphics: None,
            likely_cell: options.cell,
            dimmed: false,
            zen: false,
            geometry: Geometry::default(),
            room: Room::Shelf,
            has_shelf: options.opens != Opens::Only,
            shelf: Shelf::new(options.shelf),
            reader: None,
            overlays: Vec::new(),
            keymap: Keymap::default(),
            keeping: Keeping::new(options.library),
            opens: options.opens,
            is_first_list: false,
            awaited_marks: None,
            ink: Ink::default(),
            writes_note: false,
            look: Look { depth: options.depth, ground: Ground::Unknown, chosen: options.theme, order: options.order },
            message: None,
            pending: keys::Pending::default(),
            trail: Trail::default(),
            kept: HashMap::new(),
            loading: None,
            preview_job: None,
            preview_spot: None,
            last_job: JobId::default(),
            columns_scroll: false,
            search_origin: None,
            paces: pacing::Paces::default(),
            compared: None,
            pressed: None,
            searching: Box::default(),
        };
        app.lay_out();
        let mut effects = Vec::new();
        match (options.opens, app.shelf.entries.first().map(|entry| entry.locator.clone())) {
            (Opens::First | Opens::Only, Some(locator)) => app.open(locator, opening::Goal::Kept, &mut effects),
            _ => app.begin_shelf(&mut effects),
        }
        if app.has_shelf {
            let locators = app.shelf.entries.iter().map(|entry| entry.locator.clone()).collect();
            let job = app.next_job();
            effects.push(Effect::Describe { job, locators });
        }
        (app, effects)
    }

    /// Takes what happened, changes the model, and returns what is to be done outside.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Key(press) => self.key(press, &mut effects),
            Event::Pointer(pointer) => self.pointer(pointer, &mut effects),
            Event::Paste(text) => self.paste(&text, &mut effects),
            Event::Resize { columns, rows } => (self.columns, self.rows) = (columns.max(1), rows.max(1)),
            Event::Ground(ground) => self.look.ground = ground,
            Event::ColumnsScroll => self.columns_scroll = true,
            Event::Widths(widths) => self.widths = widths,
            Event::Scales(scales) => self.scales = scales,
            Event::Graphics(graphics) => self.graphics = Some(graphics),
            Event::Done(job, outcome) => self.take(job, outcome, &mut effects),
            Event::Edited(edited) => self.take_edited(edited),
            Event::Remark(remark) => self.message = Some(Message::Alert(remark)),
            Event::Paces(paces) => self.take_paces(paces),
            Event::Finished(article) => self.take_finished(article, &mut effects),
            Event::Terminate => effects.push(Effect::Quit),
        }
        self.lay_out();
        self.ask_for_colours(&mut effects);
        self.ask_for_pictures(&mut effects);
        self.keep_place(&mut effects);
        self.keep_pace(&mut effects);
        self.keep_choices(&mut effects);
        self.ask_for_list(&mut effects);
        self.seek_on(&mut effects);
        self.ask_for_titles(&mut effects);
        effects
    }

    /// Asks for the colours of the code on screen, and soon on it.
    fn ask_for_colours(&mut self, effects: &mut Vec<Effect>) {
        let job = JobId(self.last_job.0 + 1);
        let Some(reader) = self.reader.as_mut().filter(|_| self.room == Room::Reader) else { return };
        let blocks = reader.blocks_to_colour(job);
        if !blocks.is_empty() {
            let document = Arc::clone(&reader.article().document);
            self.last_job = job;
            effects.push(Effect::Highlight { job, document, blocks });
        }
    }

    /// Lays out what the screen will show.
    fn lay_out(&mut self) {
        let wishes = Wishes { measure: self.choices().measure, zen: self.zen, free_panel: self.columns_scroll };
        self.geometry = Geometry::reading(self.columns, self.rows, wishes);
        let rows = usize::from(self.geometry.text.rows);
        let manner = self.manner();
        if let Some(reader) = &mut self.reader {
            // A picture with its caption leaves some of the screen to the words about it.
            reader.pictures.set_table(&manner, self.geometry.text.rows.saturating_mul(3) / 4);
        }
        let style = self.style();
        self.look.order = style.typography.order;
        let overlap = usize::from(self.choices().overlap);
        let margin = self.geometry.margin.filter(|_| self.choices().margin_notes);
        if let Some(reader) = &mut self.reader {
            reader.set_overlap(overlap);
            reader.set_margin(margin);
            reader.fit(style, rows);
            reader.refresh();
        }
        let typography = Typography { order: self.base.typography.order, ..Typography::default() };
        let in_lists = Style { typography, widths: self.widths, ..Style::default() };
        for overlay in &mut self.overlays {
            match overlay {
                Overlay::Table(table) => table.fit(usize::from(self.columns), usize::from(self.rows)),
                Overlay::Search(searching) => searching.fit(self.geometry.screen, &in_lists),
                Overlay::Finder(finder) => {
                    let list = FinderAreas::of(&self.geometry).list;
                    finder.fit(list, &self.keymap, &in_lists);
                }
                _ => {}
            }
        }
        if self.room == Room::Shelf {
            let area = self.shelf_areas().preview;
            let typography = self.base.typography;
            if let Some(preview) = &mut self.shelf.preview {
                preview.pictures.set_table(&manner, area.rows.saturating_mul(3) / 4);
                let measure = usize::from(area.columns.clamp(1, DEFAULT_MEASURE));
                let pictures = preview.pictures.table();
                let (widths, scales) = (self.widths, self.scales);
                let style = Style { measure, typography, widths, scales, pictures, ..Style::default() };
                preview.fit(style, usize::from(area.rows));
                preview.refresh();
            }
        }
    }

    fn style(&self) -> Style {
        let typography = self.choices().typography;
        let pictures = self.reader.as_ref().and_then(|reader| reader.pictures.table());
        let measure = usize::from(self.geometry.text.columns);
        let code_shift = self.reader.as_ref().map_or(0, Reader::code_shift);
        let (widths, scales) = (self.widths, self.scales);
        Style { measure, typography, code_shift, widths, scales, pictures, ..Style::default() }
    }

    /// Returns whether the terminal has letters of more than one size.
    pub fn scales(&self) -> bool {
        self.scales
    }

    /// Returns who says how wide characters of ambiguous width are.
    pub fn ambiguous(&self) -> Ambiguous {
        self.ambiguous
    }

    /// Returns what is chosen for what is being read.
    pub fn choices(&self) -> Choices {
        self.kind().and_then(|kind| self.choices.get(&kind).copied()).unwrap_or(self.base)
    }

    /// Changes what is chosen for articles of this kind; on the shelf, for all that have no choices of their own.
    fn choose(&mut self, effects: &mut Vec<Effect>, change: impl FnOnce(&mut Choices)) {
        let before = self.choices();
        let mut choices = before;
        change(&mut choices);
        let kind = self.kind();
        let changed = choices.changed_from(&before);
        if !changed.is_empty() {
            let kind = kind.clone().unwrap_or_default();
            self.ask_library(Errand::Look { kind, changed }, effects);
        }
        match kind {
            Some(kind) => drop(self.choices.insert(kind, choices)),
            None => self.base = choices,
        }
    }

    /// Takes what was chosen before recto was started. What was chosen since comes before it.
    fn take_looks(&mut self, kept: &LooksByKind) {
        if std::mem::replace(&mut self.knows_looks, true) {
            return;
        }
        let called_with = self.measure;
        let taken = |mut choices: Choices, kept: &Looks| {
            choices.take(kept);
            choices.measure = called_with.unwrap_or(choices.measure);
            choices
        };
        if let Some(kept) = kept.get("") {
            self.base = taken(self.base, kept);
        }
        for (kind, kept) in kept.iter().filter(|(kind, _)| !kind.is_empty()) {
            let base = self.base;
            self.choices.entry(kind.clone()).or_insert_with(|| taken(base, kept));
        }
    }

    /// Returns what choices are kept for, while an article is being read.
    fn kind(&self) -> Option<Kind> {
        let article = self.reader.as_ref().filter(|_| self.room == Room::Reader)?.article();
        let language = article.document.meta().language.as_deref().and_then(|tag| tag.split('-').next());
        let format = article.facts.format;
        Some(language.map_or(format.to_owned(), |language| format!("{format}/{language}")))
    }

    /// Returns how pictures are shown.
    fn manner(&self) -> Manner {
        let theme = self.look.theme();
        let is_dark = match theme.ground().bg.and_then(Colour::rgb) {
            Some(ground) => !is_light(ground),
            None => self.look.ground != Ground::Light,
        };
        Manner {
            choice: self.pictures,
            graphics: self.graphics,
            likely_cell: self.likely_cell,
            has_colours: self.look.depth != Depth::Mono,
            is_dimmed: self.dimmed,
            is_on_dark_ground: is_dark,
        }
    }

    fn next_job(&mut self) -> JobId {
        self.last_job.0 += 1;
        self.last_job
    }

    /// Returns where keys are heard now.
    pub fn context(&self) -> Context {
        match (self.room, &self.reader) {
            (Room::Reader, Some(reader)) if reader.selection.is_some() => Context::Select,
            (Room::Reader, _) => Context::Reader,
            (Room::Shelf, _) => Context::Shelf,
        }
    }

    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    pub fn room(&self) -> Room {
        self.room
    }

    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    pub fn reader(&self) -> Option<&Reader> {
        self.reader.as_ref()
    }

    /// Returns the overlays, the topmost last.
    pub fn overlays(&self) -> &[Overlay] {
        &self.overlays
    }

    pub fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    pub fn look(&self) -> &Look {
        &self.look
    }

    pub fn message(&self) -> Option<&Message> {
        self.message.as_ref()
    }

    /// Returns what has been typed of a count or of a command in two keys.
    pub fn pending(&self) -> String {
        self.pending.to_string()
    }

    /// Returns what is being opened, while nothing of it can be shown.
    pub fn opening(&self) -> Option<&Locator> {
        self.loading.as_ref().filter(|loading| !loading.shown).map(|loading| &loading.locator)
    }

    /// Returns which sections the contents panel lists on `rows` rows.
    ///
    /// A panel does not scroll with the text, so on most terminals each of its rows is painted anew with every line
    /// that scrolls. It then shows the sections about the one being read; the key for the contents shows them all.
    pub fn panel_window(&self, rows: usize) -> std::ops::Range<usize> {
        const ABOUT: usize = 7;
        let Some(reader) = &self.reader else { return 0..0 };
        let rows = if self.columns_scroll { rows } else { rows.min(ABOUT) };
        shelf::window(reader.document().sections().len(), reader.view().section.unwrap_or_default(), rows)
    }

    /// Returns where the shelf's parts stand.
    pub fn shelf_areas(&self) -> ShelfAreas {
        let screen = self.geometry.screen;
        let body = Area { row: screen.rows.min(2), rows: screen.rows.saturating_sub(3), ..screen };
        if screen.columns >= 100 {
            let list = Area { column: 2, columns: screen.columns * 2 / 5, ..body };
            let from = list.column + list.columns + 3;
            let preview = Area { column: from, columns: screen.columns.saturating_sub(from + 2), ..body };
            return ShelfAreas { list, preview };
        }
        let side = u16::from(screen.columns >= 24) * 2;
        let columns = screen.columns.saturating_sub(2 * side).max(1);
        let wanted = u16::try_from(self.shelf.entries.len()).unwrap_or(u16::MAX);
        let rows = wanted.min(if body.rows >= 12 { body.rows / 2 } else { body.rows });
        let list = Area { column: side, columns, rows, ..body };
        let preview_rows = body.rows.saturating_sub(rows + 1);
        let preview = Area { row: list.bottom() + 1, rows: preview_rows, ..list };
        ShelfAreas { list, preview }
    }
}

/// Where the shelf's parts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShelfAreas {
    pub list: Area,
    /// The look at the chosen article; it may have no rows.
    pub preview: Area,
}
