//! Texts that are edited, with what is highlighted in them followed through each edit: what tells where a highlight
//! belongs.

use std::ops::Range;
use std::time::{Duration, Instant};

use recto::document::{Anchor, BlockKind, Certainty, Document, DocumentBuilder, Offset, TextRange};
use unicode_segmentation::UnicodeSegmentation;

use crate::chance::Chance;

/// One in so many blocks is moved elsewhere, and always at least one.
const BLOCKS_A_MOVE: usize = 30;

/// So many bytes of a block that was moved into a highlight do not part it.
const FOREIGN_BYTES: usize = 400;

/// What became of highlights.
#[derive(Debug, Default)]
pub struct Found {
    /// Where they were, their very words elsewhere, or something like them: in the right place.
    pub same: usize,
    pub moved: usize,
    pub fuzzy: usize,
    /// In the right place in part: less than half of what was meant, or more that was not, as where what was highlighted
    /// is parted.
    pub part: usize,
    /// Somewhere else.
    pub wrong: usize,
    /// Nowhere: kept, and listed as lost.
    pub orphans: usize,
    /// Nowhere, when no word of it was left.
    pub gone: usize,
    pub times: Vec<Duration>,
    /// What was looked for and what was found, of the wrong ones and the orphans.
    pub misses: Vec<(String, Option<String>)>,
}

impl Found {
    pub fn total(&self) -> usize {
        self.right() + self.part + self.wrong + self.orphans + self.gone
    }

    pub fn right(&self) -> usize {
        self.same + self.moved + self.fuzzy
    }

    /// Returns how many of a hundred that are still there were found where they are.
    pub fn percent_right(&self) -> f64 {
        100.0 * self.right() as f64 / (self.total() - self.gone).max(1) as f64
    }

    pub fn percent_wrong(&self) -> f64 {
        100.0 * self.wrong as f64 / self.total().max(1) as f64
    }

    /// Returns the time within which so many percent were found, in milliseconds.
    pub fn millis(&self, percent: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        times
            .get((times.len() * percent / 100).min(times.len().saturating_sub(1)))
            .map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }
}

/// Makes highlights in the texts, edits so many thousandths of the words, moves blocks, and finds the highlights again.
pub fn measure(texts: &[String], n_highlights: usize, permille: usize, seed: u64) -> Found {
    let mut chance = Chance::new(seed);
    let mut found = Found::default();
    let each = n_highlights.div_ceil(texts.len());
    for text in texts {
        let old = Version::of(text);
        let new = old.edited(permille, &mut chance);
        let Some((before, after)) = old.document().zip(new.document()) else { continue };
        for _ in 0..each.min(n_highlights - found.total()) {
            let words = old.some_words(&mut chance);
            let range = before.range_of(&words);
            let anchor = Anchor::of(&before.document, text_range(&range));
            let since = Instant::now();
            let resolved = anchor.resolve(&after.document);
            found.times.push(since.elapsed());
            match resolved {
                None if new.n_kept(&words) == 0 => found.gone += 1,
                None => {
                    found.orphans += 1;
                    found.misses.push((anchor.exact, None));
                }
                Some(resolved) => {
                    let place = resolved.range.start.index()..resolved.range.end.index();
                    let (meant, all) = after.shares(&words, &place);
                    if meant < 0.5 || all < 0.5 {
                        let count = if meant < 0.5 && all < 0.5 { &mut found.wrong } else { &mut found.part };
                        *count += 1;
                        found.misses.push((anchor.exact, Some(after.document.slice(resolved.range).to_owned())));
                        continue;
                    }
                    match resolved.certainty {
                        Certainty::Exact => found.same += 1,
                        Certainty::Moved => found.moved += 1,
                        Certainty::Fuzzy => found.fuzzy += 1,
                    }
                }
            }
        }
    }
    found
}

/// A word or what stands between words, known by its number through all edits; new ones have none.
#[derive(Debug, Clone)]
struct Piece {
    number: Option<usize>,
    text: String,
    is_word: bool,
    is_changed: bool,
}

/// A text as blocks of pieces.
struct Version(Vec<Vec<Piece>>);

/// A version as a document, with the place of each of its pieces.
struct Laid {
    document: Document,
    /// The number and the place of each piece that has a number, in the order of the text.
    places: Vec<(usize, Range<usize>)>,
}

impl Version {
    fn of(text: &str) -> Self {
        let mut number = 0;
        let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let blocks = lines.filter(|line| !line.is_empty()).map(|line| {
            let pieces = line.split_word_bounds().map(|piece| {
                number += 1;
                let is_word = piece.chars().any(char::is_alphanumeric);
                Piece { number: Some(number - 1), text: piece.to_owned(), is_word, is_changed: false }
            });
            pieces.collect()
        });
        Self(blocks.collect())
    }

    fn edited(&self, permille: usize, chance: &mut Chance) -> Self {
        let words: Vec<&str> =
            self.0.iter().flatten().filter(|piece| piece.is_word).map(|piece| piece.text.as_str()).collect();
        let mut blocks: Vec<Vec<Piece>> = self.0.iter().map(|block| edited(block, &words, permille, chance)).collect();
        for _ in 0..(blocks.len() / BLOCKS_A_MOVE).max(1) {
            let block = blocks.remove(chance.below(blocks.len()));
            blocks.insert(chance.below(blocks.len() + 1), block);
        }
        Self(blocks)
    }

    /// Returns none for what a document does not have as it is, such as stray marks.
    fn document(&self) -> Option<Laid> {
        let mut builder = DocumentBuilder::new();
        let texts: Vec<String> =
            self.0.iter().map(|block| block.iter().map(|piece| piece.text.as_str()).collect()).collect();
        for text in &texts {
            builder.leaf(BlockKind::Paragraph, text);
        }
        let document = builder.finish();
        let mut places = Vec::new();
        let mut at = 0;
        for (block, text) in self.0.iter().zip(&texts) {
            at += document.text()[at..].find(text.as_str())?;
            for piece in block {
                let end = at + piece.text.len();
                if let Some(number) = piece.number {
                    places.push((number, at..end));
                }
                at = end;
            }
        }
        Some(Laid { document, places })
    }

    /// Returns the numbers of words that follow each other: some, a sentence's, or a paragraph's and more.
    fn some_words(&self, chance: &mut Chance) -> Vec<usize> {
        let words: Vec<usize> =
            self.0.iter().flatten().filter(|piece| piece.is_word).filter_map(|piece| piece.number).collect();
        let length = match chance.below(100) {
            0..10 => 1 + chance.below(3),
            10..40 => 4 + chance.below(9),
            40..80 => 13 + chance.below(28),
            _ => 41 + chance.below(110),
        };
        let length = length.min(words.len());
        let first = chance.below(words.len() - length + 1);
        words[first..first + length].to_vec()
    }

    /// Returns how many of the words are left as they were.
    fn n_kept(&self, words: &[usize]) -> usize {
        let is_kept = |piece: &&Piece| !piece.is_changed && piece.number.is_some_and(|number| is_among(words, number));
        self.0.iter().flatten().filter(is_kept).count()
    }
}

/// The words are in order, and so are their numbers.
fn is_among(words: &[usize], number: usize) -> bool {
    words.binary_search(&number).is_ok()
}

fn edited(block: &[Piece], words: &[&str], permille: usize, chance: &mut Chance) -> Vec<Piece> {
    let mut edited: Vec<Piece> = Vec::new();
    for piece in block {
        // Where a word was deleted, one of the spaces around it is as well.
        if piece.text == " " && edited.last().is_none_or(|last| last.text == " ") {
            continue;
        }
        let mut piece = piece.clone();
        if piece.is_word && chance.below(1000) < permille {
            let other = words[chance.below(words.len())].to_owned();
            match chance.below(4) {
                0..2 => {
                    piece.is_changed = true;
                    piece.text = other;
                }
                2 => continue,
                _ => {
                    let text = format!("{other} ");
                    edited.push(Piece { number: None, is_word: true, is_changed: true, text });
                }
            }
        }
        edited.push(piece);
    }
    edited.pop_if(|last| last.text == " ");
    // A block that is empty would be none.
    if edited.is_empty() {
        edited.push(Piece { number: None, is_word: true, is_changed: true, text: "nothing".to_owned() });
    }
    edited
}

impl Laid {
    /// Returns the range of words that follow each other.
    fn range_of(&self, words: &[usize]) -> Range<usize> {
        let place = |number: usize| &self.places.iter().find(|(found, _)| *found == number).unwrap().1;
        place(words[0]).start..place(words[words.len() - 1]).end
    }

    /// Returns how much of what is at `place` was meant by the words, and how much of what was meant is there. Where
    /// blocks were moved, what was meant is in several places, of which the largest counts.
    fn shares(&self, words: &[usize], place: &Range<usize>) -> (f64, f64) {
        let (mut both, mut largest) = (0, 0);
        let mut meant: Vec<(usize, Range<usize>)> = Vec::new();
        let (first, last) = (words[0], words[words.len() - 1]);
        for (number, range) in self.places.iter().filter(|(number, _)| (first..=last).contains(number)) {
            both += range.end.min(place.end).saturating_sub(range.start.max(place.start));
            match meant.last_mut() {
                // What was moved between two blocks does not part them.
                Some((before, so_far)) if *number > *before && range.start - so_far.end < FOREIGN_BYTES => {
                    so_far.end = range.end;
                    *before = *number;
                }
                _ => meant.push((*number, range.clone())),
            }
        }
        for (_, range) in &meant {
            largest = largest.max(range.len());
        }
        (both as f64 / place.len().max(1) as f64, both as f64 / largest.max(1) as f64)
    }
}

fn text_range(range: &Range<usize>) -> TextRange {
    TextRange::new(Offset::at(range.start), Offset::at(range.end))
}
