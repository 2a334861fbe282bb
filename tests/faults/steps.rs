//! What is done to a library, and what must be in it then.
//!
//! A [`Step`] is known by its number and a seed, so that whoever does it and whoever looks at what came of it need not
//! talk. A [`Shelf`] is what the steps so far must have left.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use recto::annotation::{Highlight, Ink, Standing};
use recto::article::{Article, Facts, Locator};
use recto::catalogue::{ArticleId, Change, Flag, Known, Spot, Status};
use recto::document::{Anchor, Document, Offset, TextRange};
use recto::error::Result;
use recto::format::{Format, Parser};
use recto::library::{Copy, Store};

use crate::chance::Chance;

/// How many articles the steps are about.
const N_ARTICLES: usize = 12;

/// One thing that is done, all of it or nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Takes a version of an article in, with its copy.
    Add {
        name: usize,
        version: u64,
    },
    /// Reads a version of an article.
    Note {
        name: usize,
        version: u64,
    },
    Leave {
        name: usize,
        permille: u16,
    },
    Mark {
        name: usize,
        letter: char,
        at: usize,
    },
    Flag {
        names: Vec<usize>,
        flag: Flag,
        is_so: bool,
    },
    Tag {
        names: Vec<usize>,
        tag: String,
        is_so: bool,
    },
    Highlight {
        name: usize,
        uid: String,
        note: String,
    },
    Unhighlight {
        name: usize,
        uid: String,
    },
}

impl Step {
    /// Returns the step of a number.
    pub fn of(seed: u64, number: usize) -> Self {
        let mut chance = Chance::new(seed ^ (number as u64).wrapping_mul(0x5851_f42d_4c95_7f2d));
        let name = chance.below(N_ARTICLES);
        let version = number as u64;
        // The first ones are there before anything is said of them.
        if number < 3 {
            return Self::Add { name: number, version };
        }
        let some = |chance: &mut Chance| (0..=chance.below(4)).map(|_| chance.below(N_ARTICLES)).collect();
        match chance.below(16) {
            0..3 => Self::Add { name, version },
            3..5 => Self::Note { name, version },
            5 => Self::Leave { name, permille: chance.below(1000) as u16 },
            6 => Self::Mark { name, letter: ['a', 'b', 'z'][chance.below(3)], at: chance.below(300) },
            7..9 => Self::Flag { names: some(&mut chance), flag: Flag::ALL[chance.below(4)], is_so: chance.is(60) },
            9..11 => {
                Self::Tag { names: some(&mut chance), tag: format!("tag {}", chance.below(5)), is_so: chance.is(60) }
            }
            11..15 => {
                Self::Highlight { name, uid: format!("{name}-{}", chance.below(20)), note: format!("note {number}") }
            }
            _ => Self::Unhighlight { name, uid: format!("{name}-{}", chance.below(20)) },
        }
    }

    /// Does it; when this returns without an error, it must be on the disk.
    pub fn perform(&self, store: &mut Store) -> Result<()> {
        let id = |store: &Store, name: usize| Ok(store.known(&locator(name))?.map(|known| known.id));
        let ids = |store: &Store, names: &[usize]| -> Result<Vec<ArticleId>> {
            let ids = names.iter().map(|&name| id(store, name)).collect::<Result<Vec<_>>>()?;
            Ok(ids.into_iter().flatten().collect())
        };
        match self {
            Self::Add { name, version } => store.add(&article(*name, *version), &copy(*name, *version)).map(drop),
            Self::Note { name, version } => store.note(&article(*name, *version)).map(drop),
            Self::Leave { name, permille } => {
                let Some(id) = id(store, *name)? else { return Ok(()) };
                store.leave(id, &spot(*permille))
            }
            Self::Mark { name, letter, at } => {
                let Some(id) = id(store, *name)? else { return Ok(()) };
                store.mark(id, *letter, &anchor(*at))
            }
            Self::Flag { names, flag, is_so } => {
                let articles = ids(store, names)?;
                store.change(&Change::Flag { articles, flag: *flag, is_so: *is_so }).map(drop)
            }
            Self::Tag { names, tag, is_so } => {
                let articles = ids(store, names)?;
                store.change(&Change::Tag { articles, tag: tag.clone(), is_so: *is_so }).map(drop)
            }
            Self::Highlight { name, uid, note } => {
                let Some(article) = id(store, *name)? else { return Ok(()) };
                store.change(&Change::Highlight { article, highlight: highlight(uid, note) }).map(drop)
            }
            Self::Unhighlight { name, uid } => {
                let Some(article) = id(store, *name)? else { return Ok(()) };
                store.change(&Change::Unhighlight { article, uid: uid.clone() }).map(drop)
            }
        }
    }
}

/// What must be known of the articles, by their names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shelf(BTreeMap<usize, Kept>);

/// What must be known of an article.
#[derive(Debug, Clone, PartialEq, Default)]
struct Kept {
    text: String,
    copy: Option<Copy>,
    status: Status,
    spot: Option<Spot>,
    marks: BTreeMap<char, Anchor>,
    tags: BTreeSet<String>,
    /// The notes of the highlights, by their names.
    highlights: BTreeMap<String, String>,
}

/// The tags of an article, and the notes of its highlights by their names.
type Said = (BTreeSet<String>, BTreeMap<String, String>);

impl Shelf {
    /// Does a step as the library must.
    pub fn perform(&mut self, step: &Step) {
        match step {
            Step::Add { name, version } => {
                let kept = self.0.entry(*name).or_default();
                kept.text = text_of(*name, *version);
                kept.copy = Some(copy(*name, *version));
                kept.status.is_trashed = false;
            }
            Step::Note { name, version } => self.0.entry(*name).or_default().text = text_of(*name, *version),
            Step::Leave { name, permille } => self.with(*name, |kept| kept.spot = Some(spot(*permille))),
            Step::Mark { name, letter, at } => self.with(*name, |kept| drop(kept.marks.insert(*letter, anchor(*at)))),
            Step::Flag { names, flag, is_so } => {
                for name in names {
                    self.with(*name, |kept| kept.status = kept.status.with(*flag, *is_so));
                }
            }
            Step::Tag { names, tag, is_so } => {
                for name in names {
                    self.with(*name, |kept| {
                        if *is_so {
                            kept.tags.insert(tag.clone())
                        } else {
                            kept.tags.remove(tag)
                        };
                    });
                }
            }
            Step::Highlight { name, uid, note } => {
                self.with(*name, |kept| drop(kept.highlights.insert(uid.clone(), note.clone())));
            }
            Step::Unhighlight { name, uid } => self.with(*name, |kept| drop(kept.highlights.remove(uid))),
        }
    }

    fn with(&mut self, name: usize, change: impl FnOnce(&mut Kept)) {
        if let Some(kept) = self.0.get_mut(&name) {
            change(kept);
        }
    }

    /// Returns what is in a library.
    pub fn of(store: &Store) -> Self {
        let known = (0..N_ARTICLES).filter_map(|name| Some((name, store.known(&locator(name)).unwrap()?)));
        let kept = known.map(|(name, Known { id, status, spot, marks, highlights, tags, is_kept, .. })| {
            for each in &highlights {
                assert_eq!(each.anchor, highlight(&each.uid, "").anchor);
            }
            let copy = store.copy(&locator(name)).unwrap();
            assert_eq!(copy.is_some(), is_kept);
            let kept = Kept {
                text: store.text(id).unwrap().unwrap(),
                copy,
                status,
                spot,
                marks,
                tags: tags.into_iter().collect(),
                highlights: highlights.into_iter().map(|each| (each.uid, each.note)).collect(),
            };
            (name, kept)
        });
        Self(kept.collect())
    }

    /// Returns the notes of all highlights, by the highlights' names.
    pub fn notes(&self) -> BTreeMap<String, String> {
        let highlights = self.0.values().flat_map(|kept| &kept.highlights);
        highlights.map(|(uid, note)| (uid.clone(), note.clone())).collect()
    }

    /// Returns what is highlighted and tagged: what the journal tells a second time.
    pub fn said(&self) -> BTreeMap<usize, Said> {
        let said = self.0.iter().map(|(&name, kept)| (name, (kept.tags.clone(), kept.highlights.clone())));
        said.filter(|(_, (tags, highlights))| !tags.is_empty() || !highlights.is_empty()).collect()
    }

    /// Returns the same of a library, of which the texts may be lost.
    pub fn said_in(store: &Store) -> BTreeMap<usize, Said> {
        let known = (0..N_ARTICLES).filter_map(|name| Some((name, store.known(&locator(name)).unwrap()?)));
        let said = known.map(|(name, known)| {
            let highlights = known.highlights.into_iter().map(|each| (each.uid, each.note));
            (name, (known.tags.into_iter().collect(), highlights.collect()))
        });
        said.filter(|(_, (tags, highlights)): &(_, Said)| !tags.is_empty() || !highlights.is_empty()).collect()
    }

    /// Returns what is another way in `other`, in short.
    pub fn differences(&self, other: &Self) -> String {
        let names: BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        let mut told = String::new();
        for name in names {
            let (one, other) = (self.0.get(name), other.0.get(name));
            if one != other {
                told.push_str(&format!(
                    "article {name}:\n  {:?}\n  {:?}\n",
                    one.map(Kept::in_short),
                    other.map(Kept::in_short)
                ));
            }
        }
        told
    }
}

impl Kept {
    fn in_short(&self) -> String {
        let Self { text, copy, status, spot, marks, tags, highlights } = self;
        let title = text.lines().next().unwrap_or_default();
        let n_bytes = copy.as_ref().map(|copy| copy.bytes.len());
        let at = spot.as_ref().map(|spot| spot.permille);
        let letters: Vec<_> = marks.keys().collect();
        format!("{title}, copy {n_bytes:?}, {status:?}, left at {at:?}, {letters:?}, {tags:?}, {highlights:?}")
    }
}

fn locator(name: usize) -> Locator {
    Locator::File(PathBuf::from(format!("/articles/{name}.md")))
}

const WORDS: [&str; 16] = [
    "weir", "water", "stone", "heron", "runs", "over", "under", "quiet", "harbour", "light", "mole", "by", "night",
    "the", "of", "old",
];

/// Returns the Markdown of a version of an article, from some lines to many pages.
fn source(name: usize, version: u64) -> String {
    let mut chance = Chance::new(version * 64 + name as u64);
    let mut text = format!("# Article {name} as of {version}\n\n");
    for _ in 0..=chance.below(8) * chance.below(8) {
        for _ in 0..60 {
            text.push_str(WORDS[chance.below(WORDS.len())]);
            // Some words are found nowhere else, as in real texts.
            text.push_str(&if chance.is(5) { format!("{} ", chance.below(5000)) } else { " ".to_owned() });
        }
        text.push_str("\n\n");
    }
    text
}

fn document(name: usize, version: u64) -> Document {
    let mut parser = Parser::new(Format::Markdown);
    parser.push(&source(name, version));
    parser.finish()
}

fn text_of(name: usize, version: u64) -> String {
    document(name, version).text().to_owned()
}

fn article(name: usize, version: u64) -> Article {
    Article { locator: locator(name), document: Arc::new(document(name, version)), facts: Facts::default() }
}

fn copy(name: usize, version: u64) -> Copy {
    let mut chance = Chance::new(version);
    let pictures = (0..chance.below(3)).map(|number| {
        let bytes = (0..chance.below(20_000)).map(|_| chance.next() as u8).collect();
        (format!("{number}.png"), bytes)
    });
    let pictures = pictures.collect();
    Copy { name: format!("{name}.md"), bytes: source(name, version).into_bytes(), pictures }
}

fn anchor(at: usize) -> Anchor {
    let document = document(0, 0);
    Anchor::of(&document, TextRange::new(Offset::at(at), Offset::at(at + 20)))
}

fn spot(permille: u16) -> Spot {
    Spot { anchor: anchor(usize::from(permille)), permille, section: "One".into(), sentence: "It begins.".into() }
}

fn highlight(uid: &str, note: &str) -> Highlight {
    Highlight {
        uid: uid.to_owned(),
        anchor: anchor(uid.len()),
        colour: Ink::Green,
        note: note.to_owned(),
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        standing: Standing::Exact,
    }
}
