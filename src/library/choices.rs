//! Choices, stored: what a reader made of an article's headings and blocks, and how text of each kind is to look.
//!
//! What fits an article's text no longer is stored all the same; whoever applies choices passes it over.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::{Map, Value, json};

use super::Store;
use super::rows::failed;
use crate::catalogue::{ArticleId, Chosen, Looks, LooksByKind};
use crate::document::{Anchor, Offset, Verdict};
use crate::error::Result;

const HEADINGS: &str = "headings";
const PAGE: &str = "page";
/// Looks of a kind are named so, with the kind behind a slash if it is not for all.
const LOOKS: &str = "looks";

impl Store {
    /// Keeps what was chosen about an article, in the place of what was kept before.
    ///
    /// # Errors
    ///
    /// If the library cannot be written.
    pub fn choose(&mut self, article: ArticleId, chosen: &Chosen) -> Result<()> {
        let doing = failed("cannot keep the choice");
        let headings = chosen.headings.iter().map(|(anchor, level)| told(anchor, "level", json!(level)));
        let blocks = chosen.verdicts.iter().map(|(anchor, verdict)| told(anchor, "verdict", json!(name_of(*verdict))));
        let page = json!({ "whole": chosen.is_whole, "blocks": blocks.collect::<Vec<_>>() });
        let transaction = self.write()?;
        put(&transaction, Some(article), HEADINGS, &headings.collect()).map_err(&doing)?;
        put(&transaction, Some(article), PAGE, &page).map_err(&doing)?;
        transaction.commit().map_err(&doing)
    }

    /// Keeps how text of a kind is to look, besides what was kept of that before.
    ///
    /// # Errors
    ///
    /// If the library cannot be written.
    pub fn choose_looks(&mut self, kind: &str, changed: &Looks) -> Result<()> {
        let doing = failed("cannot keep the choice");
        let name = if kind.is_empty() { LOOKS.to_owned() } else { format!("{LOOKS}/{kind}") };
        let transaction = self.write()?;
        let query = "SELECT value FROM choice WHERE article_id IS NULL AND name = ?";
        let before: Option<String> =
            transaction.query_row(query, [&name], |row| row.get(0)).optional().map_err(&doing)?;
        let mut looks: Map<String, Value> =
            before.and_then(|before| serde_json::from_str(&before).ok()).unwrap_or_default();
        looks.extend(changed.iter().map(|(name, word)| (name.clone(), json!(word))));
        put(&transaction, None, &name, &Value::Object(looks)).map_err(&doing)?;
        transaction.commit().map_err(&doing)
    }

    /// Returns how text of each kind is to look.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn looks(&self) -> Result<LooksByKind> {
        let doing = failed("cannot read the library");
        let query = "SELECT name, value FROM choice WHERE article_id IS NULL";
        let mut query = self.connection.prepare_cached(query).map_err(&doing)?;
        let rows = query.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
        let rows: rusqlite::Result<Vec<_>> = rows.and_then(Iterator::collect);
        let looks = rows.map_err(&doing)?.into_iter().filter_map(|(name, value)| {
            let kind = name.strip_prefix(LOOKS)?;
            let Ok(Value::Object(looks)) = serde_json::from_str(&value) else { return None };
            let words = looks.into_iter().filter_map(|(name, word)| Some((name, word.as_str()?.to_owned())));
            Some((kind.trim_start_matches('/').to_owned(), words.collect()))
        });
        Ok(looks.collect())
    }
}

/// Returns what was chosen about an article.
pub(super) fn of(connection: &Connection, article: i64) -> rusqlite::Result<Chosen> {
    let mut query = connection.prepare_cached("SELECT name, value FROM choice WHERE article_id = ?")?;
    let rows = query.query_map([article], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut chosen = Chosen::default();
    for row in rows {
        let (name, value) = row?;
        // What another program wrote there is no reason not to open the article.
        let Ok(value) = serde_json::from_str::<Value>(&value) else { continue };
        match name.as_str() {
            HEADINGS => {
                let level = |value: &Value| value.as_u64().and_then(|level| u8::try_from(level).ok());
                let heading = |told: &Value| Some((anchor(told)?, told.get("level").and_then(level)));
                chosen.headings = value.as_array().into_iter().flatten().filter_map(heading).collect();
            }
            PAGE => {
                chosen.is_whole = value.get("whole").and_then(Value::as_bool);
                let block = |told: &Value| Some((anchor(told)?, verdict(told.get("verdict")?.as_str()?)?));
                let blocks = value.get("blocks").and_then(Value::as_array);
                chosen.verdicts = blocks.into_iter().flatten().filter_map(block).collect();
            }
            _ => {}
        }
    }
    Ok(chosen)
}

fn put(transaction: &Transaction<'_>, article: Option<ArticleId>, name: &str, value: &Value) -> rusqlite::Result<()> {
    let id = article.map(|article| article.0);
    transaction.execute("DELETE FROM choice WHERE article_id IS ? AND name = ?", params![id, name])?;
    // An article that is gone meanwhile has no choices.
    let query = "INSERT INTO choice (article_id, name, value) \
        SELECT ?1, ?2, ?3 WHERE ?1 IS NULL OR EXISTS (SELECT 1 FROM article WHERE id = ?1)";
    transaction.execute(query, params![id, name, value.to_string()]).map(drop)
}

fn told(anchor: &Anchor, name: &str, what: Value) -> Value {
    let Anchor { offset, exact, prefix, suffix } = anchor;
    let mut told = json!({ "start": offset.0, "exact": exact, "prefix": prefix, "suffix": suffix });
    if let Value::Object(told) = &mut told {
        told.insert(name.to_owned(), what);
    }
    told
}

fn anchor(told: &Value) -> Option<Anchor> {
    let text = |name| Some(told.get(name)?.as_str()?.to_owned());
    let start = u32::try_from(told.get("start")?.as_u64()?).ok()?;
    Some(Anchor { offset: Offset(start), exact: text("exact")?, prefix: text("prefix")?, suffix: text("suffix")? })
}

fn name_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Kept => "kept",
        Verdict::Dropped => "dropped",
        Verdict::Title => "title",
        Verdict::Byline => "byline",
    }
}

fn verdict(name: &str) -> Option<Verdict> {
    [Verdict::Kept, Verdict::Dropped, Verdict::Title, Verdict::Byline].into_iter().find(|each| name_of(*each) == name)
}
