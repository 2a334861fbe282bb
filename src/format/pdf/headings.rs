//! Headings: which paragraphs of a PDF are titles, by the outline that the file has, else by their letters.

use std::collections::HashMap;

use super::page::Bookmark;
use super::paragraph::{Kind, Paragraph, Setting};

/// How much larger than the text a heading's letters are, and the title's.
const LARGER: f32 = 1.13;
const TITLE: f32 = 1.3;

/// The most words that a heading has.
const MOST_WORDS: usize = 24;
const MOST_WORDS_IN_BOLD: usize = 14;

/// The share of a file's bookmarks that has to be found in its text; else all that were not are put in.
const MOST_FOUND: f32 = 0.6;

/// How sure a heading is that only its letters tell.
const BY_SIZE: f32 = 0.9;
const BY_WEIGHT: f32 = 0.7;

/// What each paragraph is.
#[derive(Debug, Default)]
pub struct Headings {
    roles: Vec<Role>,
    /// Bookmarks whose titles are nowhere in the text, by the pages on which they stand.
    pub missing: Vec<(usize, Bookmark)>,
    pub title: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Role {
    #[default]
    Text,
    Title,
    /// A heading of this level, this sure.
    Heading(u8, f32),
}

impl Headings {
    pub fn find(paragraphs: &[Paragraph], bookmarks: &[Bookmark], setting: Setting) -> Self {
        let mut headings = Self { roles: vec![Role::Text; paragraphs.len()], ..Self::default() };
        let candidates: Vec<Option<Letters>> = paragraphs.iter().map(|one| Letters::of(one, setting)).collect();
        headings.find_title(paragraphs, &candidates, setting);
        if bookmarks.is_empty() {
            headings.by_letters(&candidates);
        } else {
            headings.by_bookmarks(paragraphs, &candidates, bookmarks);
        }
        headings
    }

    pub fn role(&self, idx: usize) -> Role {
        self.roles.get(idx).copied().unwrap_or_default()
    }

    /// Takes the largest letters of the first page for the title.
    fn find_title(&mut self, paragraphs: &[Paragraph], candidates: &[Option<Letters>], setting: Setting) {
        let on_first_page =
            paragraphs.iter().zip(candidates).enumerate().take_while(|(_, (one, _))| one.first_page() == 0);
        let large = on_first_page.filter_map(|(idx, (one, letters))| {
            let letters = letters.filter(|_| one.size() >= setting.size * TITLE)?;
            Some((idx, letters.size))
        });
        // The first of those that are as large.
        let largest = large.fold(None, |best: Option<(usize, i32)>, (idx, size)| match best {
            Some((_, known)) if known >= size => best,
            _ => Some((idx, size)),
        });
        let Some((idx, size)) = largest else { return };
        let n_alike = candidates.iter().flatten().filter(|letters| letters.size == size).count();
        // Chapters may be set like that, and then the first of them is none of the title.
        if n_alike <= 2
            && let (Some(role), Some(paragraph)) = (self.roles.get_mut(idx), paragraphs.get(idx))
        {
            *role = Role::Title;
            self.title = Some(paragraph.text());
        }
    }

    fn by_letters(&mut self, candidates: &[Option<Letters>]) {
        let mut kinds: Vec<Letters> = candidates
            .iter()
            .zip(&self.roles)
            .filter(|(_, role)| **role == Role::Text)
            .filter_map(|(one, _)| *one)
            .collect();
        kinds.sort_by(|one, other| other.cmp(one));
        kinds.dedup();
        for (role, letters) in self.roles.iter_mut().zip(candidates) {
            if let (Role::Text, Some(letters)) = (*role, letters)
                && let Some(place) = kinds.iter().position(|kind| kind == letters)
            {
                let level = u8::try_from(place + 1).unwrap_or(6).min(6);
                *role = Role::Heading(level, if letters.is_larger { BY_SIZE } else { BY_WEIGHT });
            }
        }
    }

    fn by_bookmarks(&mut self, paragraphs: &[Paragraph], candidates: &[Option<Letters>], bookmarks: &[Bookmark]) {
        let mut by_page: HashMap<usize, Vec<usize>> = HashMap::new();
        for (idx, paragraph) in paragraphs.iter().enumerate() {
            by_page.entry(paragraph.first_page()).or_default().push(idx);
        }
        let mut missing = Vec::new();
        for bookmark in bookmarks {
            let wanted = letters_of(&bookmark.title);
            let pages = bookmark.page.map(|page| [page, page.saturating_add(1)]);
            let near = pages.iter().flatten().filter_map(|page| by_page.get(page)).flatten().copied();
            let fits = |&idx: &usize| {
                let is_free = matches!(self.role(idx), Role::Text | Role::Title);
                let Some(paragraph) = paragraphs.get(idx).filter(|one| is_free && one.kind != Kind::Leaders) else {
                    return false;
                };
                // What may be a title is no longer than this one with a number before it.
                let found = letters_of(&paragraph.text());
                !wanted.is_empty() && found.len() <= wanted.len() + 16 && found.ends_with(&wanted)
            };
            match near.clone().find(fits).and_then(|idx| self.roles.get_mut(idx)) {
                Some(Role::Title) => {}
                Some(role) => *role = Role::Heading(bookmark.level, 1.0),
                None => missing.push(bookmark.clone()),
            }
        }
        let n_found = bookmarks.len() - missing.len();
        if (n_found as f32) < bookmarks.len() as f32 * MOST_FOUND {
            self.missing = missing.into_iter().filter_map(|bookmark| Some((bookmark.page?, bookmark))).collect();
            self.missing.sort_by_key(|(page, _)| *page);
            return;
        }
        // Larger letters that the outline does not name are headings below those that it does.
        let mut around = 0;
        for (role, letters) in self.roles.iter_mut().zip(candidates) {
            match (*role, letters) {
                (Role::Heading(level, _), _) => around = level,
                (Role::Text, Some(letters)) if letters.is_larger && around > 0 => {
                    *role = Role::Heading((around + 1).min(6), BY_SIZE);
                }
                _ => {}
            }
        }
    }
}

/// The letters of what may be a heading, larger before smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Letters {
    is_larger: bool,
    /// In half points.
    size: i32,
    is_bold: bool,
}

impl Letters {
    fn of(paragraph: &Paragraph, setting: Setting) -> Option<Self> {
        if paragraph.kind != Kind::Text {
            return None;
        }
        let text = paragraph.text();
        let n_words = text.split_whitespace().count();
        if n_words == 0 || n_words > MOST_WORDS || !text.chars().any(char::is_alphabetic) || paragraph.lines.len() > 4 {
            return None;
        }
        let size = paragraph.size();
        let is_bold = paragraph.lines.iter().all(|(_, line)| line.is_all(|face| face.is_bold));
        let is_larger = size >= setting.size * LARGER;
        let ends_like_text = text.ends_with(['.', ',', ';', ':']);
        let is_by_weight = is_bold
            && size >= setting.size * 0.95
            && paragraph.is_spaced
            && n_words <= MOST_WORDS_IN_BOLD
            && !ends_like_text;
        let size = paragraph.lines.first().map_or(0, |(_, line)| line.half_points());
        (is_larger && !text.ends_with([',', ';']) || is_by_weight).then_some(Self { is_larger, size, is_bold })
    }
}

/// Returns the letters of a title alone, which is what different writings of it share.
fn letters_of(title: &str) -> String {
    title.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}
