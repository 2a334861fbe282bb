//! What is searched for in the library, in the words of whoever types it: words, "phrases", beginnings*, -unwanted, OR,
//! and filters such as `tag:rust` or `before:2026-01`.
//!
//! Reading a query never fails: what is not understood is searched for as words, and a [`Remark`] says so. What comes out
//! is an expression for SQLite's FTS5 with the columns `title`, `author`, `body` and `notes`, filters as plain data, and
//! the needles by which [`snippet`] finds the same places in a text. Running any of it is for the library.

mod lexer;
pub mod snippet;

use std::fmt;

use jiff::civil::Date;

use crate::text::clean;
use crate::text::terms::Phrase;
use lexer::{Item, Piece};

/// The longest query, in bytes; a longer paste is cut.
const MAX_BYTES: usize = 1024;
/// The most phrases.
const MAX_PHRASES: usize = 64;

/// A query, understood as well as it could be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    pub expression: Expression,
    /// The same in two parts, where an index of words alone, which does not know where they stand, can tell what has those
    /// of which only the beginning is asked for.
    pub quick: Option<Quick>,
    /// All of them hold for what is found.
    pub filters: Vec<Filter>,
    /// What was looked for, without what was unwanted, in the order in which it was typed.
    pub needles: Vec<Needle>,
    /// What has to be said about how it was understood.
    pub remarks: Vec<Remark>,
}

/// What the full-text index is asked, as the right side of FTS5's `MATCH`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Expression {
    /// Nothing: the filters decide alone.
    #[default]
    None,
    /// What it matches.
    Matching(String),
    /// All but what it matches, which FTS5 cannot say.
    NotMatching(String),
}

/// What an expression asks for, in two parts that both have to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quick {
    /// Single words of whatever column.
    pub words: String,
    /// The rest: phrases, and words of a column; may be empty.
    pub placed: String,
}

/// Conditions of which at least one holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub either: Vec<Condition>,
}

/// Something that holds of an article, or, if it is not wanted, does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub is_wanted: bool,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Is(State),
    /// It has a tag of this name, whatever the case.
    Tag(String),
    /// It has a tag that begins so: the name is still being typed.
    TagBeginning(String),
    /// It is from before this day: was published then, or else added.
    Before(Date),
    /// It is from this day or a later one.
    Since(Date),
    /// Its language is this one or a kind of it: `pt` means `pt-BR` too. In lower case.
    Language(String),
    /// Its address is on this host or one below it. In lower case, without `www.`.
    Site(String),
    /// Something in it is highlighted.
    HasHighlights,
    /// Something was written about it.
    HasNotes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Unread,
    Read,
    Starred,
    Archived,
    Highlighted,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Unread, Self::Read, Self::Starred, Self::Archived, Self::Highlighted];

    /// Returns the name that is typed after `is:`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Read => "read",
            Self::Starred => "starred",
            Self::Archived => "archived",
            Self::Highlighted => "highlighted",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A column of the full-text index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    Title,
    Author,
    Body,
    /// The passages that were highlighted, and what was written about them.
    Notes,
}

impl Column {
    /// Returns its name in the index.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Author => "author",
            Self::Body => "body",
            Self::Notes => "notes",
        }
    }
}

/// Words to be found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    pub phrase: Phrase,
    /// The only column in which it is looked for; none for all.
    pub column: Option<Column>,
}

/// Something about a query that whoever typed it should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// No field has this name; the words were searched for.
    UnknownField(String),
    /// The field takes other values than this one; the words were searched for.
    UnknownValue { field: &'static str, value: String },
    /// Nothing stands after the field's colon.
    NoValue(&'static str),
    /// A quotation mark has no partner; the phrase goes to the end.
    OpenQuote,
    /// `OR` has nothing to choose from on one of its sides, or words on one and a filter on the other.
    LooseOr,
    /// A `*` stands elsewhere than at the end of a word, where it means nothing.
    LooseStar,
    /// What was typed is longer than what is searched for.
    TooLong,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField(name) => write!(f, "there is no field “{name}:”, so its words were searched for"),
            Self::UnknownValue { field, value } => {
                let values = match *field {
                    "is" => "unread, read, starred, archived or highlighted",
                    "in" => "title, author, text, highlights or notes",
                    _ => "a date such as 2026, 2026-01 or 2026-01-31",
                };
                write!(f, "“{field}:” takes {values}, so “{value}” was searched for")
            }
            Self::NoValue(field) => write!(f, "nothing stands after “{field}:”"),
            Self::OpenQuote => f.write_str("a quotation mark has no partner"),
            Self::LooseOr => f.write_str("“OR” stands between two words or between two filters"),
            Self::LooseStar => f.write_str("“*” means something at the end of a word only"),
            Self::TooLong => f.write_str("only the beginning was searched for"),
        }
    }
}

impl Query {
    /// Reads a query that is done.
    pub fn new(typed: &str) -> Self {
        read(typed, false)
    }

    /// Reads a query that is being typed: its last word may go on, and what is not finished is not remarked on.
    pub fn as_typed(typed: &str) -> Self {
        read(typed, true)
    }

    /// Returns whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.expression == Expression::None && self.filters.is_empty()
    }

    /// Returns what is to be found in a column's text.
    pub fn needles_in(&self, column: Column) -> impl Iterator<Item = &Phrase> {
        let is_there = move |needle: &&Needle| needle.column.is_none_or(|only| only == column);
        self.needles.iter().filter(is_there).map(|needle| &needle.phrase)
    }
}

/// A part of the query that holds or does not.
#[derive(Debug, Clone)]
enum Claim {
    Words { needle: Needle, is_wanted: bool },
    Condition(Condition),
}

/// Reads what was typed.
///
/// All groups have to hold, and of each group one claim: `OR` binds closer than standing side by side, as it does in
/// the searches that people know.
fn read(typed: &str, is_being_typed: bool) -> Query {
    let mut query = Query::default();
    let cut = typed.get(..typed.floor_char_boundary(MAX_BYTES)).unwrap_or_default();
    if cut.len() < typed.len() {
        query.remarks.push(Remark::TooLong);
    }
    let is_open_end = is_being_typed && !cut.ends_with(char::is_whitespace);
    let cleaned = clean::clean_prose(cut).text;
    let mut items = lexer::items(&cleaned);
    if let Some(last) = items.last_mut() {
        last.is_open_end = is_open_end && !last.is_closed;
        if last.is_quote_open && !is_being_typed {
            query.remarks.push(Remark::OpenQuote);
        }
    }

    let mut reading = Reading { query, groups: Vec::new(), scope: None, n_phrases: 0 };
    let mut is_after_or = false;
    let n_items = items.len();
    for (idx, item) in items.into_iter().enumerate() {
        if matches!(item.piece, Piece::Or) {
            let is_last = idx + 1 == n_items;
            let is_loose = reading.groups.is_empty() || is_after_or || is_last;
            if is_loose && !(is_last && is_being_typed) {
                reading.remark(Remark::LooseOr);
            }
            is_after_or = !is_loose;
            continue;
        }
        let Some(claim) = reading.claim(&item) else {
            is_after_or = false;
            continue;
        };
        reading.add(claim, std::mem::take(&mut is_after_or));
    }
    reading.finish()
}

struct Reading {
    query: Query,
    groups: Vec<Vec<Claim>>,
    /// What `in:` said.
    scope: Option<Column>,
    n_phrases: usize,
}

impl Reading {
    fn remark(&mut self, remark: Remark) {
        if !self.query.remarks.contains(&remark) {
            self.query.remarks.push(remark);
        }
    }

    /// Returns what an item says, if it says anything.
    fn claim(&mut self, item: &Item<'_>) -> Option<Claim> {
        match item.piece {
            Piece::Or => None,
            Piece::Text(text) => self.words(item, text, None),
            Piece::Field { name, value } => self.field(item, name, value),
        }
    }

    fn field(&mut self, item: &Item<'_>, name: &str, value: &str) -> Option<Claim> {
        let Some(field) = field_named(name) else {
            // Times, addresses and paths have colons too.
            let is_name = name.len() > 1 && name.chars().all(char::is_alphabetic);
            let is_field = is_name && value.starts_with(|c: char| c.is_alphanumeric() || item.is_quoted);
            if is_field && !item.is_open_end {
                self.remark(Remark::UnknownField(name.to_owned()));
            }
            return self.words(item, item.whole, None);
        };
        let value = value.trim();
        if value.is_empty() {
            if !item.is_open_end {
                self.remark(Remark::NoValue(field));
            }
            return None;
        }
        let lower = value.to_lowercase();
        let what = match field {
            "title" => return self.words(item, value, Some(Column::Title)),
            "author" => return self.words(item, value, Some(Column::Author)),
            "tag" if item.is_open_end => Some(What::TagBeginning(value.to_owned())),
            "tag" => Some(What::Tag(value.to_owned())),
            "lang" => Some(What::Language(lower.replace('_', "-"))),
            "site" => Some(What::Site(host(&lower).to_owned())),
            "is" => State::named(&lower).map(What::Is),
            "before" => first_day(&lower).map(What::Before),
            "after" => first_day(&lower).map(What::Since),
            _ => match lower.as_str() {
                "title" => return self.scope(item, Column::Title),
                "author" => return self.scope(item, Column::Author),
                "text" | "body" => return self.scope(item, Column::Body),
                "highlights" if item.is_negated => Some(What::HasHighlights),
                "notes" if item.is_negated => Some(What::HasNotes),
                "highlights" => {
                    self.scope = Some(Column::Notes);
                    Some(What::HasHighlights)
                }
                "notes" => {
                    self.scope = Some(Column::Notes);
                    Some(What::HasNotes)
                }
                _ => None,
            },
        };
        match what {
            Some(what) => Some(Claim::Condition(Condition { is_wanted: !item.is_negated, what })),
            // A value that is being typed is none yet.
            None if item.is_open_end => None,
            None => {
                self.remark(Remark::UnknownValue { field, value: value.to_owned() });
                self.words(item, value, None)
            }
        }
    }

    fn scope(&mut self, item: &Item<'_>, column: Column) -> Option<Claim> {
        if item.is_negated {
            self.remark(Remark::UnknownValue { field: "in", value: item.whole.to_owned() });
        } else {
            self.scope = Some(column);
        }
        None
    }

    fn words(&mut self, item: &Item<'_>, text: &str, column: Option<Column>) -> Option<Claim> {
        let stem = text.trim_end_matches('*');
        let has_star = item.has_star || (!item.is_quoted && stem.len() < text.len());
        if !item.is_quoted && stem.contains('*') {
            self.remark(Remark::LooseStar);
        }
        let phrase = if has_star || item.is_open_end { Phrase::beginning(stem) } else { Phrase::new(stem) }?;
        self.n_phrases += 1;
        if self.n_phrases > MAX_PHRASES {
            self.remark(Remark::TooLong);
            return None;
        }
        Some(Claim::Words { needle: Needle { phrase, column }, is_wanted: !item.is_negated })
    }

    /// Adds a claim as one more that has to hold, or beside the last one.
    fn add(&mut self, claim: Claim, is_after_or: bool) {
        if is_after_or
            && let Some(group) = self.groups.last_mut()
            && let Some(beside) = group.last()
        {
            let is_alike = match (beside, &claim) {
                (Claim::Words { is_wanted: one, .. }, Claim::Words { is_wanted: other, .. }) => *one && *other,
                (Claim::Condition(_), Claim::Condition(_)) => true,
                _ => false,
            };
            if is_alike {
                group.push(claim);
                return;
            }
            self.remark(Remark::LooseOr);
        }
        self.groups.push(vec![claim]);
    }

    fn finish(self) -> Query {
        let Self { mut query, groups, scope, .. } = self;
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        let (mut words, mut placed) = (Vec::new(), Vec::new());
        let (mut has_beginning, mut is_unwanted_placed) = (false, false);
        for group in groups {
            let mut either = Vec::new();
            let (mut is_placed, mut is_beginning) = (false, false);
            let mut conditions = Vec::new();
            for claim in group {
                match claim {
                    Claim::Condition(condition) => conditions.push(condition),
                    Claim::Words { needle: Needle { phrase, column }, is_wanted } => {
                        let needle = Needle { phrase, column: column.or(scope) };
                        let is_word = needle.column.is_none() && needle.phrase.terms.len() == 1;
                        if is_wanted {
                            is_placed |= !is_word;
                            is_beginning |= needle.phrase.is_prefix;
                            either.push(expression(&needle));
                            query.needles.push(needle);
                        } else {
                            is_unwanted_placed |= !is_word;
                            unwanted.push(expression(&needle));
                        }
                    }
                }
            }
            if !conditions.is_empty() {
                query.filters.push(Filter { either: conditions });
            }
            let either = match either.as_slice() {
                [] => continue,
                [only] => only.clone(),
                several => format!("({})", several.join(" OR ")),
            };
            has_beginning |= is_beginning && !is_placed;
            if is_placed { &mut placed } else { &mut words }.push(either.clone());
            wanted.push(either);
        }
        let (wanted, unwanted) = (wanted.join(" AND "), unwanted.join(" OR "));
        query.quick = (has_beginning && !is_unwanted_placed).then(|| {
            let words = words.join(" AND ");
            let words = if unwanted.is_empty() { words } else { format!("({words}) NOT ({unwanted})") };
            Quick { words, placed: placed.join(" AND ") }
        });
        query.expression = match (wanted.is_empty(), unwanted.is_empty()) {
            (true, true) => Expression::None,
            (false, true) => Expression::Matching(wanted),
            (true, false) => Expression::NotMatching(unwanted),
            (false, false) => Expression::Matching(format!("({wanted}) NOT ({unwanted})")),
        };
        query
    }
}

/// Returns a needle in FTS5's language. Its terms are letters, marks and digits alone, so that quoting them is safe.
fn expression(needle: &Needle) -> String {
    let Needle { phrase, column } = needle;
    let column = column.map_or_else(String::new, |column| format!("{} : ", column.name()));
    let star = if phrase.is_prefix { " *" } else { "" };
    format!("{column}\"{}\"{star}", phrase.terms.join(" "))
}

fn field_named(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "title" => "title",
        "author" | "by" => "author",
        "tag" => "tag",
        "in" => "in",
        "is" => "is",
        "before" => "before",
        "after" | "since" => "after",
        "lang" | "language" => "lang",
        "site" => "site",
        _ => return None,
    })
}

/// Returns the first day of a year, a month or a day that is written as numbers from large to small.
fn first_day(text: &str) -> Option<Date> {
    let mut parts = text.split(['-', '/', '.']);
    let year: i16 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let mut number = || match parts.next() {
        None => Some(1),
        Some(part) if (1..=2).contains(&part.len()) => part.parse().ok(),
        Some(_) => None,
    };
    let (month, day) = (number()?, number()?);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, month, day).ok()
}

/// Returns the host of what may be a whole address.
fn host(site: &str) -> &str {
    let site = site.split_once("://").map_or(site, |(_, rest)| rest);
    let site = site.split(['/', ':', '?', '#']).next().unwrap_or_default();
    site.strip_prefix("www.").unwrap_or(site).trim_matches('.')
}

#[cfg(test)]
mod tests;
