//! Kindle's `My Clippings.txt`: highlights and notes of books, in the order in which they were made.
//!
//! An entry is a title, a line that says what it is and where, and the words; how the line says it depends on the
//! device's language ([`said`]). A highlight that was grown stands there as often as it was changed, so of those that
//! overlap and hold each other the last one counts. A note stands at the end of what it is about, and goes with it.

mod said;

use std::collections::HashMap;
use std::ops::RangeInclusive;

use jiff::Timestamp;

use super::gather::{Gather, Quote, line};
use super::{Origin, Place};
use crate::annotation::About;
use said::{Kind, Said};

/// How much of a text's beginning is looked at, in bytes.
const HEAD: usize = 64 << 10;

/// How many highlights before a note are looked at for the one that it is about.
const NOTE_LOOK_BACK: usize = 16;

/// Returns whether it is such a file.
pub fn detect(text: &str) -> Option<Origin> {
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or(text);
    let is_said = head.lines().nth(1).is_some_and(|line| line.starts_with('-'));
    (is_said && head.lines().any(is_separator)).then_some(Origin::Kindle)
}

pub fn take(text: &str, gather: &mut Gather<'_>) {
    let mut books: Vec<Book> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut at = 0;
    let (mut entry, mut first_line) = (Vec::new(), 1);
    for (idx, line) in text.split_inclusive('\n').enumerate() {
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        if !is_separator(line) {
            entry.push(line);
            continue;
        }
        take_entry(&entry, first_line, &mut books, &mut known, gather);
        entry.clear();
        first_line = idx as u64 + 2;
        if !gather.goes_on(at) {
            break;
        }
    }
    if entry.iter().any(|line| !line.trim().is_empty()) {
        take_entry(&entry, first_line, &mut books, &mut known, gather);
    }
    for book in books {
        book.hand_over(gather);
    }
}

fn is_separator(line: &str) -> bool {
    line.len() >= 10 && line.bytes().all(|byte| byte == b'=')
}

fn take_entry(
    entry: &[&str],
    line_number: u64,
    books: &mut Vec<Book>,
    known: &mut HashMap<String, usize>,
    gather: &mut Gather<'_>,
) {
    // Byte order marks stand before titles, too, where files were joined.
    let n_blank = entry.iter().take_while(|line| line.trim_matches(['\u{feff}', ' ']).is_empty()).count();
    let place = Place::Line(line_number + n_blank as u64);
    let mut lines = entry.iter().skip(n_blank);
    let title = lines.next().unwrap_or(&"").trim_matches(['\u{feff}', ' ']);
    let said = lines.next().and_then(|line| said::read(line));
    let words = lines.map(|line| line.trim()).collect::<Vec<_>>().join("\n");
    let words = words.trim();
    let Some(Said { kind, places, page, date }) = said else {
        return gather.refuse(place, title, "it does not say what it is");
    };
    match kind {
        Kind::Bookmark => return gather.refuse(place, title, "it is a bookmark"),
        Kind::Clip => return gather.refuse(place, title, "it is a whole article that was clipped"),
        Kind::Highlight | Kind::Note if words.is_empty() => return gather.refuse(place, title, "it has no words"),
        Kind::Highlight if words.starts_with('<') && words.ends_with('>') && said::is_limit(words) => {
            return gather.refuse(place, title, "the book let no more be taken");
        }
        Kind::Highlight | Kind::Note => {}
    }
    let idx = *known.entry(title.to_owned()).or_insert(books.len());
    if idx == books.len() {
        books.push(Book { title: title.to_owned(), marks: Vec::new(), notes: Vec::new() });
    }
    if let Some(book) = books.get_mut(idx) {
        let mark = Mark { places, page, words: words.to_owned(), note: String::new(), date };
        if kind == Kind::Note { book.notes.push(mark) } else { book.marks.push(mark) }
    }
}

struct Book {
    title: String,
    marks: Vec<Mark>,
    notes: Vec<Mark>,
}

/// A highlight, or a note.
struct Mark {
    /// Kindle's locations, or pages where it tells no others.
    places: Option<RangeInclusive<u32>>,
    page: Option<u32>,
    words: String,
    note: String,
    date: Option<Timestamp>,
}

impl Mark {
    fn start(&self) -> u32 {
        self.places.as_ref().map_or(u32::MAX, |places| *places.start())
    }

    fn end(&self) -> u32 {
        self.places.as_ref().map_or(0, |places| *places.end())
    }
}

impl Book {
    fn hand_over(self, gather: &mut Gather<'_>) {
        let (title, author) = title_and_author(&self.title);
        let mut marks = grown(self.marks);
        let mut alone: Vec<Mark> = Vec::new();
        for note in grown(self.notes) {
            match about(&marks, &note).and_then(|idx| marks.get_mut(idx)) {
                Some(mark) => {
                    mark.note.push_str(if mark.note.is_empty() { "" } else { "\n" });
                    mark.note.push_str(&note.words);
                }
                None => alone.push(note),
            }
        }
        for mark in &mut alone {
            mark.note = std::mem::take(&mut mark.words);
        }
        marks.append(&mut alone);
        marks.sort_by_key(Mark::start);
        let added = marks.iter().filter_map(|mark| mark.date).min();
        let idx = gather.add(About { title, author, added, ..About::default() });
        for mark in marks {
            let id = mark.places.as_ref().map(|places| places.start().to_string()).unwrap_or_default();
            let (exact, note, created) = (mark.words.as_str(), mark.note.as_str(), mark.date);
            gather.mark(idx, Quote { id: &id, exact, note, created, ..Quote::default() });
        }
    }
}

/// Returns marks in the order of the book, without the earlier forms of those that were changed.
fn grown(mut marks: Vec<Mark>) -> Vec<Mark> {
    // A stable sort: of two at one place, the later one comes later.
    marks.sort_by_key(Mark::start);
    let mut kept: Vec<Mark> = Vec::with_capacity(marks.len());
    for mark in marks {
        let is_same = kept.last().is_some_and(|last| {
            let overlaps = last.places.is_some() && mark.places.is_some() && mark.start() <= last.end();
            let is_nowhere = last.places.is_none() && mark.places.is_none() && last.page == mark.page;
            (overlaps || is_nowhere) && (holds(&mark.words, &last.words) || holds(&last.words, &mark.words))
        });
        match kept.last_mut() {
            Some(last) if is_same => {
                // What was made later counts; without dates, what is longer.
                let is_later = match (mark.date, last.date) {
                    (Some(one), Some(other)) if one != other => one > other,
                    _ => mark.words.len() >= last.words.len(),
                };
                if is_later {
                    *last = mark;
                }
            }
            _ => kept.push(mark),
        }
    }
    kept
}

fn holds(long: &str, short: &str) -> bool {
    long.len() >= short.len() && memchr::memmem::find(long.as_bytes(), short.as_bytes()).is_some()
}

/// Returns the place of the mark that a note is about: the one that ends where it stands, or is around it.
fn about(marks: &[Mark], note: &Mark) -> Option<usize> {
    let at = *note.places.as_ref()?.start();
    let after = marks.partition_point(|mark| mark.start() <= at);
    let first = after.saturating_sub(NOTE_LOOK_BACK);
    let near = || marks.get(first..after).unwrap_or_default().iter().enumerate().rev();
    let found = near().find(|(_, mark)| mark.end() == at).or_else(|| near().find(|(_, mark)| mark.end() >= at));
    found.map(|(idx, _)| first + idx)
}

/// Returns the title, and the author that stands in the last brackets.
fn title_and_author(raw: &str) -> (String, String) {
    let raw = raw.trim();
    let mut depth = 0;
    let open = raw.char_indices().rev().find(|&(_, c)| {
        match c {
            ')' | '）' => depth += 1,
            '(' | '（' => depth -= 1,
            _ => {}
        }
        depth <= 0
    });
    match open {
        Some((idx, '(' | '（')) if idx > 0 && raw.ends_with([')', '）']) => {
            let (title, rest) = raw.split_at_checked(idx).unwrap_or((raw, ""));
            let mut inside = rest.chars();
            inside.next();
            inside.next_back();
            (line(title), line(inside.as_str()))
        }
        _ => (line(raw), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_authors() {
        let check = |raw: &str, title: &str, author: &str| {
            assert_eq!(title_and_author(raw), (title.to_owned(), author.to_owned()));
        };
        check("On Margins (Reader, Ann)", "On Margins", "Reader, Ann");
        check("On Margins (Second Edition) (Ann (A.) Reader)", "On Margins (Second Edition)", "Ann (A.) Reader");
        check("On Margins", "On Margins", "");
        check("(Ann Reader)", "(Ann Reader)", "");
        check("余白について（読者）", "余白について", "読者");
        check(")(", ")(", "");
    }
}
