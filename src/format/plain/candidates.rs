//! Collects the lines that may be headings, each with what its neighbours make of it: the first look.
//!
//! A line is judged once the blocks after it are known, so a few blocks are always held back; of a line that is judged
//! only what `outline` needs is kept, a few dozen bytes, and of one that is surely no heading nothing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::features::LineFeatures;
use super::first_look::{self, End, Neighbour, View, bare};
use super::marker::{Numbering, numbered};
use super::model::Model;
use super::page::MAX_HEADING_CHARS;
use super::reading::{Case, phrase};
use super::style::Style;
use crate::document::BlockId;

/// The most words of a heading.
const MAX_HEADING_WORDS: u32 = 18;
/// The most words of a numbered heading that ends with a stop.
const MAX_CLAUSE_WORDS: u32 = 9;
/// How far a run of short blocks after a line is followed.
const MAX_RUN_AFTER: usize = 16;
/// A line amid so many short ones on either side is one of a list, and is not judged.
const DEEP_IN_RUN: u32 = 12;
/// Bytes of a block that its neighbours look at.
const OPENING_BYTES: usize = 250;
/// What is held of blocks: two before a line, those after it, and the line.
const N_HELD: usize = 32;
/// Lines less likely than this (as a logarithm of the odds) are dropped at once.
const HOPELESS: f32 = -4.5;

/// What the segmentation tells of a block beside its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Surroundings {
    pub is_after_gap: bool,
    pub is_tight: bool,
    pub is_item: bool,
    pub keeps_lines: bool,
    /// Whether it is the title or another line before the article's text.
    pub is_front: bool,
    /// Whether it is a line or two of prose in no container, as a heading is.
    pub is_free: bool,
    pub is_set_in: bool,
}

/// The ways in which candidates of a text are kin: what they share, the outline treats alike.
pub const N_KINSHIPS: usize = 5;
pub const KINSHIPS: [&str; N_KINSHIPS] =
    ["numbering", "case and end", "first word", "first word of the one before", "text"];
/// The kinship of those numbered alike.
pub const SAME_NUMBERING: usize = 0;
/// The kinship of those with the same text.
pub const SAME_TEXT: usize = 4;

/// A line that may be a heading, or is marked as one.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    pub block: BlockId,
    /// Which of all blocks it is.
    pub ordinal: u32,
    /// Characters of text before it.
    pub n_chars_before: u32,
    pub n_chars: u32,
    pub style: Style,
    /// The first look's logarithm of the odds.
    pub first: f32,
    /// The groups that it is of, one a kinship.
    pub groups: [u32; N_KINSHIPS],
}

/// No group: the candidate lacks what makes the kinship.
pub const NO_GROUP: u32 = u32::MAX;

/// All candidates of a text, and the blocks that wait for their neighbours.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    pub judged: Vec<Candidate>,
    pub n_groups: u32,
    /// All blocks so far.
    pub n_blocks: u32,
    pub n_chars: u32,
    held: Vec<Neighbour>,
    ids: Vec<Option<BlockId>>,
    places: Vec<(u32, u32)>,
    /// How many blocks were pushed, and how many of them are judged.
    n_pushed: usize,
    n_judged: usize,
    run: u32,
    groups: HashMap<u64, u32, BuildHasherDefault<GroupHasher>>,
    features: LineFeatures,
    model: Model,
    /// Each line that was looked at, by its ordinal, with its text and features: where they are asked for.
    pub study: Option<Vec<(u32, String, LineFeatures)>>,
}

impl Candidates {
    /// Returns candidates that are judged by `model` and keep all features.
    pub fn for_study(model: Model) -> Self {
        Self { model, study: Some(Vec::new()), ..Self::default() }
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Adds a line that may be a heading, if it is short.
    pub fn line(&mut self, id: BlockId, text: &str, surroundings: Surroundings) {
        self.push(Some(id), text, surroundings);
    }

    /// Adds a block that is no heading.
    pub fn neighbour(&mut self, text: &str, surroundings: Surroundings) {
        self.push(None, text, surroundings);
    }

    /// Adds a heading that its signs mark as one.
    pub fn marked(&mut self, id: BlockId, text: &str, style: Style) {
        self.push(None, text, Surroundings { is_front: true, is_after_gap: true, ..Surroundings::default() });
        self.judged.push(Candidate {
            block: id,
            ordinal: self.n_blocks,
            n_chars_before: self.n_chars,
            n_chars: 0,
            style,
            first: f32::INFINITY,
            groups: [NO_GROUP; N_KINSHIPS],
        });
    }

    /// Adds a rule, which parts what is before it from what is after.
    pub fn rule(&mut self) {
        self.push(None, "", Surroundings { is_front: true, is_after_gap: true, ..Surroundings::default() });
    }

    /// Judges what still waits for blocks that will not come.
    pub fn flush(&mut self) {
        while self.n_judged < self.n_pushed {
            self.judge(self.n_judged);
            self.n_judged += 1;
        }
    }

    fn push(&mut self, id: Option<BlockId>, text: &str, surroundings: Surroundings) {
        if self.n_pushed - self.n_judged + 3 > N_HELD - 1 || self.n_pushed >= self.n_judged + MAX_RUN_AFTER + 4 {
            self.judge(self.n_judged);
            self.n_judged += 1;
        }
        let slot = self.n_pushed % N_HELD;
        if self.held.len() <= slot {
            self.held.push(Neighbour::default());
            self.ids.push(None);
            self.places.push((0, 0));
        }
        let Some(held) = self.held.get_mut(slot) else { return };
        fill(held, text, surroundings);
        held.run_before = self.run;
        self.run = if held.is_short && !surroundings.is_front { self.run.saturating_add(1) } else { 0 };
        let is_candidate = surroundings.is_free && may_be_heading(held);
        if let (Some(kept), Some(place)) = (self.ids.get_mut(slot), self.places.get_mut(slot)) {
            *kept = id.filter(|_| is_candidate);
            *place = (self.n_blocks, self.n_chars);
        }
        self.n_blocks = self.n_blocks.saturating_add(1);
        self.n_chars = self.n_chars.saturating_add(held.n_chars);
        self.n_pushed += 1;
    }

    fn at(&self, idx: Option<usize>) -> Option<&Neighbour> {
        let idx = idx.filter(|&idx| idx < self.n_pushed && idx + N_HELD > self.n_pushed)?;
        self.held.get(idx % N_HELD)
    }

    fn judge(&mut self, idx: usize) {
        let slot = idx % N_HELD;
        let Some(id) = self.ids.get(slot).copied().flatten() else { return };
        let Some(&(ordinal, n_chars_before)) = self.places.get(slot) else { return };
        let run_after = (idx + 1..=idx + MAX_RUN_AFTER)
            .take_while(|&idx| self.at(Some(idx)).is_some_and(|next| next.is_short && !next.is_border))
            .count();
        let run_after = u32::try_from(run_after).unwrap_or(0);
        for idx in (idx.saturating_sub(1)..=idx + 1).filter(|&idx| idx < self.n_pushed) {
            if let Some(held) = self.held.get_mut(idx % N_HELD) {
                held.know();
            }
        }
        let mut features = std::mem::take(&mut self.features);
        let mut study = self.study.take();
        let mut judged = None;
        if let Some(line) = self.at(Some(idx))
            && !(line.run_before >= DEEP_IN_RUN && run_after >= DEEP_IN_RUN)
        {
            let view = View {
                line,
                before: self.at(idx.checked_sub(1)),
                second_before: self.at(idx.checked_sub(2)),
                next: self.at(Some(idx + 1)),
                second: self.at(Some(idx + 2)),
                third: self.at(Some(idx + 3)),
                run_after,
            };
            first_look::read(&view, &mut features);
            let first = self.model.first_look(&features);
            if first > HOPELESS {
                judged = Some((first, kinships(&view), Style::of(line.numbering, line.case), line.n_chars));
            }
            if let Some(study) = &mut study {
                study.push((ordinal, line.text.clone(), features.clone()));
            }
        }
        self.study = study;
        if let Some((first, keys, style, n_chars)) = judged {
            let groups = keys.map(|key| key.map_or(NO_GROUP, |key| self.group(key)));
            self.judged.push(Candidate { block: id, ordinal, n_chars_before, n_chars, style, first, groups });
        }
        self.features = features;
    }

    fn group(&mut self, key: u64) -> u32 {
        let n_groups = &mut self.n_groups;
        *self.groups.entry(key).or_insert_with(|| {
            let group = *n_groups;
            *n_groups += 1;
            group
        })
    }
}

/// Returns whether a line is worth a look: short, and no sentence of more than a few words.
fn may_be_heading(line: &Neighbour) -> bool {
    let text = line.text.as_str();
    if !line.is_short || text.ends_with([',', ';']) {
        return false;
    }
    if line.n_words <= 3 || !text.ends_with('.') || text.ends_with("...") {
        return text.contains(char::is_alphanumeric);
    }
    // Clauses of statutes and licences are numbered, and end with a stop though they are headings.
    let numbered = numbered(text);
    numbered.is_sure || (numbered.numbering != Numbering::None && line.n_words <= MAX_CLAUSE_WORDS)
}

/// Fills what neighbours see of a block at once; the rest is read where it is asked for.
fn fill(held: &mut Neighbour, text: &str, surroundings: Surroundings) {
    held.n_chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let may_be_short = held.n_chars <= MAX_HEADING_CHARS && !surroundings.keeps_lines && !surroundings.is_front;
    held.n_words = if may_be_short { n_words(text, held.n_chars) } else { u32::MAX };
    held.is_short = held.n_words <= MAX_HEADING_WORDS;
    // A short text is kept whole, however many bytes its characters take.
    let n_bytes = if held.is_short { text.len() } else { text.floor_char_boundary(OPENING_BYTES) };
    held.text.clear();
    held.text.push_str(text.get(..n_bytes).unwrap_or_default());
    held.end = End::of(bare(text));
    held.is_item = surroundings.is_item;
    held.keeps_lines = surroundings.keeps_lines;
    held.is_border = surroundings.is_front;
    held.is_after_gap = surroundings.is_after_gap;
    held.is_tight = surroundings.is_tight;
    held.is_set_in = surroundings.is_set_in;
    held.is_known = false;
    held.is_label = false;
    (held.case, held.share_of_capitals) = (Case::None, 0.0);
    held.numbering = Numbering::None;
}

/// Returns the number of words, two characters being one where no spaces are set.
fn n_words(text: &str, n_chars: u32) -> u32 {
    let mut is_after_space = true;
    let mut n_pieces = 0;
    for byte in text.bytes() {
        let is_space = byte == b' ';
        n_pieces += u32::from(is_after_space & !is_space);
        is_after_space = is_space;
    }
    if text.is_ascii() {
        return n_pieces;
    }
    let n_unspaced = u32::try_from(text.chars().filter(|c| is_unspaced(*c)).count()).unwrap_or(u32::MAX);
    if n_unspaced * 2 > n_chars { n_pieces.max(n_unspaced / 2) } else { n_pieces }
}

/// Returns whether `c` belongs to a script that sets no spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// Returns what the line shares with its kin, as one number a kinship.
fn kinships(view: &View) -> [Option<u64>; N_KINSHIPS] {
    let line = view.line;
    let end = match bare(&line.text).chars().next_back() {
        Some(c) if c.is_alphabetic() => 'a',
        Some(c) if c.is_numeric() => '9',
        Some(c) => c,
        None => ' ',
    };
    let before = view.before.filter(|before| !before.is_border);
    let keys = [
        Some(line.numbering.class()),
        Some((line.case as u64) << 32 | u64::from(end)),
        line.first_word().map(|word| word.hash.into()),
        before.and_then(Neighbour::first_word).map(|word| word.hash.into()),
        Some(phrase(&line.reading.words).into()),
    ];
    let mut kinship = 0u64;
    keys.map(|key| {
        kinship += 1;
        key.map(|key| (key ^ kinship << 58).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    })
}

/// Takes keys that are mixed already as they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct GroupHasher(u64);

impl Hasher for GroupHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| hash.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}
