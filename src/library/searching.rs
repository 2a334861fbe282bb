//! Searching: what the reader types, asked of the full-text index, with the words around what was found.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::Store;
use super::rows::{self, RECORD, failed};
use crate::catalogue::{Found, Rank};
use crate::error::Result;
use crate::query::snippet::{beginning, snippets};
use crate::query::{Column, Condition, Expression, Filter, Query, State, What};

/// How wide the words around a hit are told, in cells.
const SNIPPET: usize = 160;

impl Store {
    /// Returns up to `limit` articles that a query finds.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn search(&self, query: &Query, rank: Rank, limit: usize) -> Result<Vec<Found>> {
        let doing = failed("cannot search the library");
        let statement = Statement::of(query, rank, limit);
        let records = || {
            let mut prepared = self.connection.prepare_cached(&statement.text)?;
            prepared.query_map(params_from_iter(&statement.values), rows::record)?.collect::<rusqlite::Result<Vec<_>>>()
        };
        records().map_err(&doing)?.into_iter().map(|record| self.found(record, query)).collect()
    }

    /// Adds what is told of an article that was found.
    fn found(&self, record: crate::catalogue::Record, query: &Query) -> Result<Found> {
        let text = self.text(record.id)?.unwrap_or_default();
        let mut snippet = snippets(&text, query, Column::Body, SNIPPET, 1).into_iter().next();
        if snippet.is_none() {
            let notes =
                super::highlights::notes(&self.connection, record.id).map_err(failed("cannot read the notes"))?;
            snippet = snippets(&notes, query, Column::Notes, SNIPPET, 1).into_iter().next().map(|snippet| {
                // It stands in the notes, and nowhere in the text.
                crate::query::snippet::Snippet { source: 0..0, ..snippet }
            });
        }
        let snippet = snippet.unwrap_or_else(|| beginning(&text, SNIPPET));
        Ok(Found { record, snippet: snippet.text, hits: snippet.hits, at: snippet.source.start })
    }
}

/// A query as SQL, with what stands in it for `?`.
struct Statement {
    text: String,
    values: Vec<Value>,
}

impl Statement {
    fn of(query: &Query, rank: Rank, limit: usize) -> Self {
        let mut values = Vec::new();
        let mut conditions = vec!["article.trashed IS NULL".to_owned()];
        let mut from = "article";
        let is_matching = matches!(query.expression, Expression::Matching(_));
        match &query.expression {
            Expression::None => {}
            Expression::Matching(expression) => {
                from = "search JOIN article ON article.id = search.rowid";
                conditions.push("search MATCH ?".to_owned());
                values.push(Value::Text(expression.clone()));
            }
            Expression::NotMatching(expression) => {
                conditions.push("article.id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)".to_owned());
                values.push(Value::Text(expression.clone()));
            }
        }
        conditions.extend(query.filters.iter().map(|filter| either(filter, &mut values)));
        // The index tells what it has in the order of arrival without looking at the rest.
        let order = match (is_matching, rank) {
            (true, Rank::Best) => "bm25(search, 8, 4, 1, 4), article.id DESC",
            (true, Rank::Newest) => "search.rowid DESC",
            (false, _) => "article.id DESC",
        };
        let conditions = conditions.join(" AND ");
        let text = format!(
            "SELECT {RECORD} FROM {from} LEFT JOIN position ON position.article_id = article.id WHERE {conditions} \
             ORDER BY {order} LIMIT {limit}"
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
