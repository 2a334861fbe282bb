//! Pictures in the open article: which there are and how large, which of them are drawn, and which are wanted now.
//!
//! What is on the screen is asked for, and what was drawn is kept up to a number of bytes. Where a picture stands is
//! the layout's business; it is told of sizes by a [`Table`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Reader;
use crate::app::event::JobId;
use crate::app::overlay::{Overlay, Showing};
use crate::app::{App, Effect, Room};
use crate::article::Article;
use crate::document::{Block, BlockKind, Document, Offset, Resource};
use crate::layout::{Line, LineKind};
use crate::picture::{Cells, Choice, Drawing, Graphics, Pixels, Protocol, Request, Strip, Table, Window};

/// How many bytes of drawings are kept, beside those on screen.
const MOST_KEPT: usize = 48 << 20;

/// How many pictures are drawn at once.
const AT_ONCE: usize = 2;

/// How pictures are shown now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    pub choice: Choice,
    /// None as long as the terminal has not been heard of.
    pub graphics: Option<Graphics>,
    /// The size of a cell, as it is taken to be until then.
    pub likely_cell: Pixels,
    /// Whether there are colours, without which no half-block shows anything.
    pub has_colours: bool,
    pub is_dimmed: bool,
    pub is_on_dark_ground: bool,
}

impl Manner {
    /// Returns what is known of the terminal, where pictures are to be shown at all.
    fn graphics(&self) -> Option<Graphics> {
        let graphics = self.graphics.filter(|_| self.choice != Choice::Off)?;
        (graphics.protocol != Protocol::HalfBlocks || self.has_colours).then_some(graphics)
    }

    /// Returns the size of a cell by which pictures have rows, where they are or will likely be shown.
    fn cell(&self) -> Option<Pixels> {
        match self.graphics {
            Some(_) => self.graphics().map(|graphics| graphics.cell),
            None => (self.choice != Choice::Off && self.has_colours).then_some(self.likely_cell),
        }
    }
}

/// What is known of an article's pictures.
#[derive(Debug, Default)]
pub struct Pictures {
    /// How large pictures are that were looked at.
    sizes: BTreeMap<u32, Pixels>,
    /// How wide and how high the article has pictures shown, and whether that may give them rows before they were looked
    /// at, as they are with the article.
    told: BTreeMap<u32, Told>,
    /// The table is no longer true.
    is_stale: bool,
    /// Why resources are not shown.
    refused: BTreeMap<u32, String>,
    table: Option<Arc<Table>>,
    survey: Survey,
    /// The picture that Enter shows alone: an index into the document's resources.
    pub focus: Option<u32>,
    /// The ones drawn last are at the end.
    drawn: Vec<(u32, Request, Arc<Drawing>)>,
    drawing: Vec<(JobId, u32, Request)>,
}

/// How an article has a picture shown, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Told {
    width: Option<u32>,
    height: Option<u32>,
    is_at_hand: bool,
}

impl Told {
    fn of(resource: &Resource) -> Option<Self> {
        let &Resource { ref address, width, height, .. } = resource;
        let is_far = address.is_empty() || address.starts_with("//") || address.contains("://");
        (width.is_some() || height.is_some()).then_some(Self { width, height, is_at_hand: !is_far })
    }

    /// Returns the size at which a picture is shown: of its own shape, where that is known.
    fn shown(self, own: Option<Pixels>) -> Option<Pixels> {
        let scaled = |side: u32, by: u32, of: u32| {
            let side = u64::from(side) * u64::from(by) / u64::from(of.max(1));
            u32::try_from(side.max(1)).unwrap_or(u32::MAX)
        };
        match (self.width, self.height, own) {
            (Some(width), _, Some(own)) => Some(Pixels { width, height: scaled(width, own.height, own.width) }),
            (None, Some(height), Some(own)) => Some(Pixels { width: scaled(height, own.width, own.height), height }),
            (Some(width), Some(height), None) if self.is_at_hand => Some(Pixels { width, height }),
            _ => own,
        }
    }
}

/// How far finding out the sizes has come.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Survey {
    #[default]
    Due,
    Asked(JobId),
}

impl Pictures {
    /// Returns the drawing that a row of a picture is a part of: as it is wanted, or, while that is not there yet, one
    /// that takes the same cells.
    pub fn drawing(&self, strip: Strip) -> Option<&Arc<Drawing>> {
        let of_it = |resource: &u32, request: &Request| {
            *resource == strip.resource && request.part.is_none() && request.fit.cells == strip.fit.cells
        };
        let found = self.drawn.iter().rev().find(|(resource, request, _)| of_it(resource, request));
        found.map(|(.., drawing)| drawing)
    }

    /// Returns the drawing of a picture that has the screen to itself, or the last one of it that fits there.
    pub fn shown_alone(&self, showing: &Showing, room: Cells) -> Option<&Arc<Drawing>> {
        let fits = |drawing: &Drawing| drawing.cells.columns <= room.columns && drawing.cells.rows <= room.rows;
        let of_it = |&&(resource, request, ref drawing): &&(u32, Request, Arc<Drawing>)| {
            resource == showing.resource
                && fits(drawing)
                && request.part.is_none_or(|part| (part, request.fit) == showing.window.view(room, request.cell))
        };
        let mut drawn = self.drawn.iter().rev().filter(of_it);
        let whole = self.drawn.iter().rev().find(|(resource, request, drawing)| {
            *resource == showing.resource && request.part.is_some() && fits(drawing)
        });
        drawn
            .find(|(_, request, _)| request.part.is_some())
            .or(whole)
            .or_else(|| drawn.next())
            .map(|(.., drawing)| drawing)
    }

    /// Returns why a resource is not shown.
    pub fn refusal(&self, resource: u32) -> Option<&str> {
        self.refused.get(&resource).map(String::as_str)
    }

    /// Returns how large a picture is.
    pub fn size(&self, resource: u32) -> Option<Pixels> {
        self.sizes.get(&resource).copied()
    }

    /// Returns what the layout is told.
    pub fn table(&self) -> Option<Arc<Table>> {
        self.table.clone()
    }

    /// Brings the layout's table up to date.
    pub fn set_table(&mut self, manner: &Manner, most_rows: u16) {
        let Some(cell) = manner.cell().filter(|_| !self.sizes.is_empty() || !self.told.is_empty()) else {
            self.table = None;
            return;
        };
        let is_same = |table: &Arc<Table>| table.cell == cell && table.most_rows == most_rows && !self.is_stale;
        if !self.table.as_ref().is_some_and(is_same) {
            let mut sizes = self.sizes.clone();
            for (resource, told) in self.told.iter().filter(|(resource, _)| !self.refused.contains_key(resource)) {
                if let Some(size) = told.shown(self.sizes.get(resource).copied()) {
                    sizes.insert(*resource, size);
                }
            }
            self.is_stale = false;
            self.table = Some(Arc::new(Table { sizes, cell, most_rows }));
        }
    }

    /// Takes what the article itself tells of its pictures.
    pub fn take_told(&mut self, document: &Document) {
        let told = (0..).zip(document.resources()).filter_map(|(idx, each)| Some((idx, Told::of(each)?)));
        self.told = told.collect();
        self.is_stale = true;
    }

    /// Takes sizes that were found out.
    pub fn take_sizes(&mut self, job: JobId, found: &[(u32, Result<Pixels, String>)]) {
        if self.survey != Survey::Asked(job) {
            return;
        }
        self.is_stale |= !found.is_empty();
        for (resource, size) in found {
            match size {
                Ok(size) => drop(self.sizes.insert(*resource, *size)),
                Err(why) => drop(self.refused.insert(*resource, why.clone())),
            }
        }
    }

    /// Takes a picture that was drawn; `on_screen` are never dropped.
    pub fn take_drawing(&mut self, job: JobId, drawing: &Result<Arc<Drawing>, String>, on_screen: &BTreeSet<u32>) {
        let Some(idx) = self.drawing.iter().position(|(asked, ..)| *asked == job) else { return };
        let (_, resource, request) = self.drawing.remove(idx);
        match drawing {
            Ok(drawing) => {
                self.drawn.retain(|(known, other, _)| *known != resource || other.part != request.part);
                self.drawn.push((resource, request, Arc::clone(drawing)));
            }
            Err(why) => drop(self.refused.insert(resource, why.clone())),
        }
        let mut bytes: usize = self.drawn.iter().map(|(.., drawing)| drawing.size()).sum();
        self.drawn.retain(|(resource, _, drawing)| {
            let is_kept = bytes <= MOST_KEPT || on_screen.contains(resource);
            if !is_kept {
                bytes -= drawing.size();
            }
            is_kept
        });
    }

    /// Asks for what is needed of `wanted`, the pictures on screen as they are to be shown.
    fn ask(&mut self, wanted: &[(u32, Request)], mut next_job: impl FnMut() -> JobId) -> Vec<(JobId, u32, Request)> {
        let mut asked = Vec::new();
        for &(resource, request) in wanted {
            let is = |known: u32, other: &Request| known == resource && *other == request;
            let is_there = self.drawn.iter().any(|(known, other, _)| is(*known, other))
                || self.drawing.iter().any(|(_, known, other)| is(*known, other))
                || self.refused.contains_key(&resource);
            if !is_there && self.drawing.len() < AT_ONCE {
                // Drawn as it was asked for before, it would come too late.
                self.drawing.retain(|(_, known, other)| *known != resource || other.part != request.part);
                let job = next_job();
                self.drawing.push((job, resource, request));
                asked.push((job, resource, request));
            }
        }
        asked
    }
}

/// Returns the pictures of which the lines show a part, from the top.
fn strips(lines: &[Arc<Line>]) -> Vec<Strip> {
    let mut strips: Vec<Strip> = Vec::new();
    for (strip, _) in lines.iter().filter_map(|line| line.strip()) {
        if strips.last().is_none_or(|last| last.resource != strip.resource) {
            strips.push(strip);
        }
    }
    strips
}

fn has_pictures(document: &Document) -> bool {
    !document.resources().is_empty() && document.blocks().iter().any(|block| matches!(block.kind, BlockKind::Figure(_)))
}

impl Reader {
    /// Returns the picture that stands highest on the screen, shown or in words, and where it is in the text.
    pub fn picture_at_hand(&self) -> Option<(Offset, u32)> {
        self.view().lines.iter().find_map(|line| {
            let block = self.document().block(line.block)?;
            match block.kind {
                BlockKind::Figure(resource) if line.kind != LineKind::Blank => Some((block.range.start, resource)),
                _ => None,
            }
        })
    }

    /// Returns the next picture that is shown as one after `offset`, or the last one before it, and where it stands.
    pub(super) fn picture_from(&self, offset: Offset, forward: bool) -> Option<(Offset, u32)> {
        let table = self.pictures.table.as_ref()?;
        let blocks = self.document().blocks();
        let shown = |block: &Block| match block.kind {
            BlockKind::Figure(resource) if table.sizes.contains_key(&resource) => Some((block.range.start, resource)),
            _ => None,
        };
        if forward {
            let from = blocks.partition_point(|block| block.range.start < offset);
            blocks.get(from..)?.iter().find_map(shown)
        } else {
            let to = blocks.partition_point(|block| block.range.start < offset);
            blocks.get(..to)?.iter().rev().find_map(shown)
        }
    }

    /// Returns what there is to be told of a picture: what it shows, where it is, its size, and why it is not shown.
    pub fn told_of_picture(&self, resource: u32) -> String {
        let Some(found) = self.document().resources().get(resource as usize) else { return String::new() };
        let mut told = Vec::new();
        if !found.alt.trim().is_empty() {
            told.push(found.alt.clone());
        }
        told.push(match found.address.split_once(',') {
            Some((head, data)) if head.starts_with("data:") => {
                format!("in the article itself ({head}, {} bytes)", data.len())
            }
            _ => found.address.clone(),
        });
        if let Some(Pixels { width, height }) = self.pictures.size(resource) {
            told.push(format!("{width} × {height} pixels"));
        }
        if let Some(why) = self.pictures.refusal(resource) {
            told.push(format!("Not shown: {why}."));
        }
        told.join("\n")
    }

    /// Forgets what is known of the pictures of another reading of the article. Sizes stay until there are new ones, so
    /// that nothing moves that need not.
    pub(super) fn resurvey(&mut self) {
        self.pictures.survey = Survey::Due;
        self.pictures.take_told(&self.article.document);
    }
}

impl App {
    /// Asks for what is to be known and shown of the pictures of the article that is on screen.
    pub(in crate::app) fn ask_for_pictures(&mut self, effects: &mut Vec<Effect>) {
        let manner = self.manner();
        let room = self.showing_room();
        let showing = self.overlays.iter().find_map(|overlay| match overlay {
            Overlay::Picture(showing) => Some(*showing),
            _ => None,
        });
        let last_job = &mut self.last_job;
        let reader = if self.room == Room::Shelf { &mut self.shelf.preview } else { &mut self.reader };
        let (Some(reader), Some(graphics)) = (reader, manner.graphics()) else { return };
        let mut next_job = || {
            last_job.0 += 1;
            *last_job
        };
        if reader.pictures.survey == Survey::Due && has_pictures(reader.document()) {
            let job = next_job();
            reader.pictures.survey = Survey::Asked(job);
            let first = reader.next_resource();
            effects.push(Effect::Survey { job, article: reader.article().clone(), first });
        }
        let request = |strip: &Strip| {
            let request = Request {
                part: None,
                fit: strip.fit,
                cell: graphics.cell,
                protocol: graphics.protocol,
                is_tmux: graphics.is_tmux,
                is_dimmed: manner.is_dimmed,
                is_on_dark_ground: manner.is_on_dark_ground,
            };
            (strip.resource, request)
        };
        let wanted: Vec<(u32, Request)> = match showing {
            Some(showing) => {
                let (part, fit) = showing.window.view(room, graphics.cell);
                let strip = Strip { resource: showing.resource, row: 0, fit };
                let (resource, whole) = request(&strip);
                vec![(resource, Request { part: Some(part), ..whole })]
            }
            None => strips(&reader.view().lines).iter().map(request).collect(),
        };
        let asked = reader.pictures.ask(&wanted, next_job);
        let article: &Article = reader.article();
        let draw = |(job, resource, request)| Effect::Draw { job, article: article.clone(), resource, request };
        effects.extend(asked.into_iter().map(draw));
    }

    /// Returns the cells that a picture has which has the screen to itself: all but a row for what it shows.
    pub fn showing_room(&self) -> Cells {
        let screen = self.geometry().screen;
        Cells { columns: screen.columns, rows: screen.rows.saturating_sub(1).max(1) }
    }

    /// Gives a picture the screen to itself; returns whether it is one that can be shown.
    pub(in crate::app) fn show_alone(&mut self, resource: u32) -> bool {
        let size = self.reader.as_ref().filter(|reader| reader.pictures.table.is_some());
        let size = size.and_then(|reader| reader.pictures.size(resource));
        let Some(size) = size else { return false };
        self.overlays.push(Overlay::Picture(Showing { resource, window: Window::new(size) }));
        true
    }

    /// Takes what came of asking for pictures.
    pub(in crate::app) fn take_picture(&mut self, job: JobId, drawing: &Result<Arc<Drawing>, String>) {
        for reader in self.reader.iter_mut().chain(&mut self.shelf.preview) {
            let on_screen = strips(&reader.view().lines).iter().map(|strip| strip.resource).collect();
            reader.pictures.take_drawing(job, drawing, &on_screen);
        }
    }
}

impl Reader {
    /// Returns the first resource at the eye or after it.
    fn next_resource(&self) -> u32 {
        let from = self.document().blocks().partition_point(|block| block.range.start < self.eye());
        let after = self.document().blocks().get(from..).unwrap_or_default();
        let figures = after.iter().find_map(|block| match block.kind {
            BlockKind::Figure(resource) => Some(resource),
            _ => None,
        });
        figures.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::picture::{Fit, Ink, USUAL_CELL};

    fn request(columns: u16) -> Request {
        let cells = Cells { columns, rows: 10 };
        Request {
            part: None,
            fit: Fit { cells, scaled: Pixels { width: u32::from(columns) * 9, height: 180 } },
            cell: USUAL_CELL,
            protocol: Protocol::HalfBlocks,
            is_tmux: false,
            is_dimmed: false,
            is_on_dark_ground: true,
        }
    }

    fn drawing(n_cells: usize) -> Arc<Drawing> {
        Arc::new(Drawing { cells: Cells { columns: 20, rows: 10 }, ink: Ink::HalfBlocks(vec![[[0; 3]; 2]; n_cells]) })
    }

    /// Asks for pictures, and returns the resources that were asked for with their jobs.
    fn ask(pictures: &mut Pictures, wanted: &[(u32, Request)]) -> Vec<(u32, JobId)> {
        let mut last = pictures.drawing.iter().map(|(job, ..)| job.0).max().unwrap_or_default() + 100;
        let asked = pictures.ask(wanted, || {
            last += 1;
            JobId(last)
        });
        asked.into_iter().map(|(job, resource, _)| (resource, job)).collect()
    }

    #[test]
    fn few_are_drawn_at_once_and_a_failure_makes_room() {
        let mut pictures = Pictures::default();
        let wanted: Vec<_> = (0..4).map(|resource| (resource, request(20))).collect();
        let asked = ask(&mut pictures, &wanted);
        assert_eq!(asked.iter().map(|(resource, _)| *resource).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(ask(&mut pictures, &wanted), []);
        pictures.take_drawing(asked.first().unwrap().1, &Err("it is damaged".to_owned()), &BTreeSet::new());
        assert_eq!(pictures.refusal(0), Some("it is damaged"));
        let next = ask(&mut pictures, &wanted);
        assert_eq!(next.iter().map(|(resource, _)| *resource).collect::<Vec<_>>(), [2]);
        // An answer that nobody waits for changes nothing.
        pictures.take_drawing(JobId(7), &Ok(drawing(200)), &BTreeSet::new());
        assert!(pictures.drawn.is_empty());
    }

    #[test]
    fn what_is_on_screen_is_kept_and_the_oldest_beyond_a_limit_is_not() {
        let mut pictures = Pictures::default();
        let large = MOST_KEPT / 6 / 2;
        for resource in 0..4 {
            let asked = ask(&mut pictures, &[(resource, request(20))]);
            let (_, job) = asked.first().copied().unwrap();
            pictures.take_drawing(job, &Ok(drawing(large)), &BTreeSet::from([0]));
        }
        let kept: Vec<u32> = pictures.drawn.iter().map(|(resource, ..)| *resource).collect();
        assert_eq!(kept, [0, 3]);
    }

    #[test]
    fn another_way_of_showing_takes_the_place_of_the_last() {
        let mut pictures = Pictures::default();
        for request in [request(20), Request { is_dimmed: true, ..request(20) }] {
            let asked = ask(&mut pictures, &[(0, request)]);
            pictures.take_drawing(asked.first().unwrap().1, &Ok(drawing(200)), &BTreeSet::new());
        }
        assert_eq!(pictures.drawn.len(), 1);
        let strip = Strip { resource: 0, row: 0, fit: request(20).fit };
        assert!(pictures.drawing(strip).is_some());
        assert!(pictures.drawing(Strip { fit: request(30).fit, ..strip }).is_none(), "it takes other cells");
    }

    #[test]
    fn what_was_asked_for_before_comes_too_late() {
        let mut pictures = Pictures::default();
        let first = ask(&mut pictures, &[(0, request(20))]).first().copied().unwrap().1;
        let otherwise = Request { protocol: Protocol::KittyCells, ..request(20) };
        let second = ask(&mut pictures, &[(0, otherwise)]).first().copied().unwrap().1;
        for job in [second, first] {
            pictures.take_drawing(job, &Ok(drawing(200)), &BTreeSet::new());
        }
        let shown: Vec<Protocol> = pictures.drawn.iter().map(|(_, request, _)| request.protocol).collect();
        assert_eq!(shown, [Protocol::KittyCells]);
    }
}
