//! Searching: what the reader types, asked of the full-text index, with the words around what was found.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::types::Value;
use rusqlite::{InterruptHandle, params_from_iter};

use super::rows::{self, RECORD, failed};
use super::{Store, highlights};
use crate::annotation::Highlight;
use crate::catalogue::{Found, Part, Rank};
use crate::document::Anchor;
use crate::error::Result;
use crate::query::snippet::{Snippet, beginning, snippets};
use crate::query::{Column, Condition, Expression, Filter, Query, Quick, State, What};

/// How wide the words around a hit are told, in cells.
const SNIPPET: usize = 160;

impl Store {
    /// Returns up to `limit` articles that a query finds.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn search(&self, query: &Query, rank: Rank, limit: usize) -> Result<Vec<Found>> {
        let mut all = Vec::new();
        self.search_part(query, Part { rank, count: limit, ..Part::default() }, &mut |found| {
            all.push(found);
            ControlFlow::Continue(())
        })?;
        Ok(all)
    }

    /// Tells the articles of a part of what a query finds, until `tell` says to stop.
    ///
    /// # Errors
    ///
    /// If the library cannot be read, or the search was interrupted.
    pub fn search_part(&self, query: &Query, part: Part, tell: &mut dyn FnMut(Found) -> ControlFlow<()>) -> Result<()> {
        let doing = failed("cannot search the library");
        let statement = Statement::of(query, part);
        let records = || {
            let mut prepared = self.connection.prepare_cached(&statement.text)?;
            prepared.query_map(params_from_iter(&statement.values), rows::record)?.collect::<rusqlite::Result<Vec<_>>>()
        };
        for record in records().map_err(&doing)? {
            if tell(self.found(record, query)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Returns what stops a search of this store from another thread.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.connection.get_interrupt_handle())
    }

    /// Adds what is told of an article that was found.
    fn found(&self, record: crate::catalogue::Record, query: &Query) -> Result<Found> {
        let text = self.text(record.id)?.unwrap_or_default();
        let in_text = snippets(&text, query, Column::Body, SNIPPET, 1).into_iter().next();
        let mut place = in_text.as_ref().map(|snippet| Anchor::of_text(&text, snippet.source.clone()));
        let in_notes = || -> Result<_> {
            let all = highlights::of(&self.connection, record.id).map_err(failed("cannot read the notes"))?;
            let told = |highlight: &Highlight| {
                let words = format!("{}\n{}", highlight.anchor.exact, highlight.note);
                snippets(&words, query, Column::Notes, SNIPPET, 1).into_iter().next()
            };
            let found = all.iter().filter_map(|highlight| Some((told(highlight)?, highlight.anchor.clone())));
            // The first of those that tell most of what was looked for.
            Ok(found.min_by_key(|(snippet, _)| Reverse(snippet.hits.len())))
        };
        let mut snippet = in_text;
        if snippet.is_none()
            && let Some((found, anchor)) = in_notes()?
        {
            // It stands in the notes, and nowhere in the text.
            snippet = Some(Snippet { source: 0..0, ..found });
            place = Some(anchor);
        }
        let snippet = snippet.unwrap_or_else(|| beginning(&text, SNIPPET));
        Ok(Found { record, snippet: snippet.text, hits: snippet.hits, at: snippet.source.start, place })
    }
}

/// Stops a search from another thread.
pub struct Interrupter(InterruptHandle);

impl Interrupter {
    /// Has what runs now fail; what is begun later is not concerned.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}

/// A query as SQL, with what stands in it for `?`.
struct Statement {
    text: String,
    values: Vec<Value>,
}

impl Statement {
    fn of(query: &Query, part: Part) -> Self {
        // The indexes tell what they have in the order of arrival without looking at the rest.
        const SEARCH: &str = "search JOIN article ON article.id = search.rowid";
        const WORD: &str = "word JOIN article ON article.id = word.rowid";
        let (from, matching, asked, order) = match (&query.expression, &query.quick, part.rank) {
            (Expression::None, _, _) => ("article", "1", vec![], "article.id DESC"),
            (Expression::NotMatching(unwanted), _, _) => {
                let matching = "article.id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)";
                ("article", matching, vec![unwanted], "article.id DESC")
            }
            (Expression::Matching(wanted), _, Rank::Best) => {
                (SEARCH, "search MATCH ?", vec![wanted], "bm25(search, 8, 4, 1, 4), article.id DESC")
            }
            (Expression::Matching(_), Some(Quick { words, placed }), Rank::Newest) if placed.is_empty() => {
                (WORD, "word MATCH ?", vec![words], "word.rowid DESC")
            }
            (Expression::Matching(_), Some(Quick { words, placed }), Rank::Newest) => {
                let matching = "search MATCH ? AND search.rowid IN (SELECT rowid FROM word WHERE word MATCH ?)";
                (SEARCH, matching, vec![placed, words], "search.rowid DESC")
            }
            (Expression::Matching(wanted), None, Rank::Newest) => {
                (SEARCH, "search MATCH ?", vec![wanted], "search.rowid DESC")
            }
        };
        let mut values: Vec<Value> = asked.into_iter().cloned().map(Value::Text).collect();
        let mut conditions = vec!["article.trashed IS NULL".to_owned(), matching.to_owned()];
        conditions.extend(query.filters.iter().map(|filter| either(filter, &mut values)));
        // An index goes on where it was left, if it is asked for its own numbers.
        let key = order.strip_suffix(" DESC").filter(|key| !key.contains(','));
        let mut skipped = part.from;
        if let (Some(key), Some(after)) = (key, part.after) {
            conditions.push(format!("{key} < ?"));
            values.push(Value::Integer(after.0));
            skipped = 0;
        }
        let conditions = conditions.join(" AND ");
        // What is told of an article is looked up for what is shown, and not for all that matches.
        let text = format!(
            "WITH found(id, place) AS MATERIALIZED (SELECT id, row_number() OVER () FROM \
            (SELECT article.id FROM {from} WHERE {conditions} ORDER BY {order} LIMIT {} OFFSET {skipped})) SELECT {RECORD} FROM found JOIN article ON article.id = found.id \
            LEFT JOIN position ON position.article_id = article.id ORDER BY found.place",
            part.count
        );
        Self { text, values }
    }
}

fn either(filter: &Filter, values: &mut Vec<Value>) -> String {
    let each: Vec<String> = filter.either.iter().map(|condition| one(condition, values)).collect();
    if each.is_empty() { "1".to_owned() } else { format!("({})", each.join(" OR ")) }
}

fn one(condition: &Condition, values: &mut Vec<Value>) -> String {
    const TAGGED: &str = "article.id IN (SELECT article_id FROM article_tag JOIN tag ON tag.id = tag_id WHERE ";
    const MARKED: &str = "article.id IN (SELECT article_id FROM highlight WHERE deleted IS NULL";
    const WHEN: &str = "coalesce(article.published, article.added)";
    let text = |text: String| Value::Text(text);
    let sql = match &condition.what {
        What::Is(State::Unread) => "article.read = 0".to_owned(),
        What::Is(State::Read) => "article.read = 1".to_owned(),
        What::Is(State::Starred) => "article.starred = 1".to_owned(),
        What::Is(State::Archived) => "article.archived = 1".to_owned(),
        What::Is(State::Highlighted) | What::HasHighlights => format!("{MARKED})"),
        What::HasNotes => format!("{MARKED} AND note <> '')"),
        What::Tag(tag) => {
            values.push(text(tag.clone()));
            format!("{TAGGED} tag.name = ? COLLATE NOCASE)")
        }
        What::TagBeginning(tag) => {
            values.push(text(format!("{}%", rows::literal(tag))));
            format!("{TAGGED} tag.name LIKE ? ESCAPE '\\')")
        }
        What::Before(date) => {
            values.push(Value::Integer(millis(*date)));
            format!("{WHEN} < ?")
        }
        What::Since(date) => {
            values.push(Value::Integer(millis(*date)));
            format!("{WHEN} >= ?")
        }
        What::Language(language) => {
            values.push(text(language.clone()));
            values.push(text(format!("{}-%", rows::literal(language))));
            "(lower(article.lang) = ? OR article.lang LIKE ? ESCAPE '\\')".to_owned()
        }
        What::Site(site) => {
            values.push(text(site.clone()));
            values.push(text(format!("%.{}", rows::literal(site))));
            "(lower(article.source) = ? OR article.source LIKE ? ESCAPE '\\')".to_owned()
        }
    };
    if condition.is_wanted { sql } else { format!("NOT ({sql})") }
}

/// Returns when a day begins, in UTC.
fn millis(date: Date) -> i64 {
    date.to_zoned(TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_millisecond())
}
