//! Lists: the articles that a view shows, a part at a time.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::Store;
use super::rows::{self, RECORD, failed};
use crate::catalogue::{Page, Shelfmark, Sort, View, Wanted};
use crate::error::Result;

impl Store {
    /// Returns up to `count` records of a list from the one at `from` on.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn page(&self, wanted: &Wanted, from: usize, count: usize) -> Result<Page> {
        let doing = failed("cannot list the library");
        let condition = Condition::of(wanted);
        let total = condition.count(&self.connection).map_err(&doing)?;
        let from = from.min(total);
        let records = condition.records(&self.connection, from, count).map_err(&doing)?;
        Ok(Page { wanted: wanted.clone(), total, from, records })
    }

    /// Returns all tags, by name.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn tags(&self) -> Result<Vec<Shelfmark>> {
        self.shelfmarks(
            "SELECT name, count(*) FROM tag JOIN article_tag ON tag.id = tag_id JOIN article ON article.id = article_id \
            WHERE trashed IS NULL GROUP BY name ORDER BY name",
        )
    }

    /// Returns all sources: the one with most articles first.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn sources(&self) -> Result<Vec<Shelfmark>> {
        self.shelfmarks(
            "SELECT source, count(*) FROM article WHERE trashed IS NULL AND source <> '' \
            GROUP BY source ORDER BY 2 DESC, 1",
        )
    }

    fn shelfmarks(&self, query: &str) -> Result<Vec<Shelfmark>> {
        let read = || {
            let mut query = self.connection.prepare_cached(query)?;
            let row = |row: &rusqlite::Row<'_>| Ok(Shelfmark { name: row.get(0)?, count: row.get(1)? });
            query.query_map((), row)?.collect::<rusqlite::Result<_>>()
        };
        read().map_err(failed("cannot read the library"))
    }
}

/// Reads the beginning of each list, so that damage shows that SQLite's own check does not see.
pub fn read_each(connection: &Connection) -> rusqlite::Result<()> {
    for view in View::ALL {
        let condition = Condition::of(&Wanted { view, ..Wanted::default() });
        condition.count(connection)?;
        condition.records(connection, 0, READ_OF_EACH)?;
    }
    Ok(())
}

/// How many records that is.
const READ_OF_EACH: usize = 100;

/// Which articles are in a list, as SQL, with what stands in it for `?`.
struct Condition {
    /// The index that has the articles of the view in the wanted order, which is not left to be guessed.
    index: &'static str,
    text: String,
    values: Vec<Value>,
    order: &'static str,
}

impl Condition {
    fn of(wanted: &Wanted) -> Self {
        let mut text = match wanted.view {
            View::Continue => "opened IS NOT NULL AND read = 0 AND archived = 0 AND trashed IS NULL",
            View::Unread => "read = 0 AND archived = 0 AND trashed IS NULL",
            View::Starred => "starred = 1 AND trashed IS NULL",
            View::Archive => "archived = 1 AND trashed IS NULL",
            View::Highlights => "trashed IS NULL AND id IN (SELECT article_id FROM highlight WHERE deleted IS NULL)",
            View::All => "trashed IS NULL",
            View::Trash => "trashed IS NOT NULL",
        }
        .to_owned();
        let mut values = Vec::new();
        if let Some(tag) = &wanted.tag {
            text.push_str(
                " AND id IN (SELECT article_id FROM article_tag JOIN tag ON tag.id = tag_id WHERE tag.name = ?)",
            );
            values.push(Value::Text(tag.clone()));
        }
        if let Some(source) = &wanted.source {
            text.push_str(" AND source = ?");
            values.push(Value::Text(source.clone()));
        }
        for word in wanted.filter.split_whitespace() {
            text.push_str(" AND (title LIKE ? ESCAPE '\\' OR author LIKE ? ESCAPE '\\' OR source LIKE ? ESCAPE '\\')");
            let escaped = rows::literal(word);
            values.extend([(); 3].map(|()| Value::Text(format!("%{escaped}%"))));
        }
        let order = match (wanted.sort, wanted.view) {
            (Sort::Natural, View::Continue) => "opened DESC, id DESC",
            (Sort::Natural, View::Trash) => "trashed DESC, id DESC",
            (Sort::Natural, _) => "id DESC",
            (Sort::Oldest, _) => "id",
            (Sort::Title, _) => "title COLLATE NOCASE, id",
            (Sort::Shortest, _) => "words, id",
            (Sort::Longest, _) => "words DESC, id",
        };
        let index = match (wanted.sort, wanted.view) {
            // Few articles have highlights: they are looked up.
            (_, View::Highlights) => "",
            (_, View::Trash) => "INDEXED BY article_trashed",
            (Sort::Title, _) => "INDEXED BY article_by_title",
            (Sort::Shortest | Sort::Longest, _) => "INDEXED BY article_by_words",
            (Sort::Natural | Sort::Oldest, View::Continue) => "INDEXED BY article_opened",
            (Sort::Natural | Sort::Oldest, View::Unread) => "INDEXED BY article_unread",
            (Sort::Natural | Sort::Oldest, View::Starred) => "INDEXED BY article_starred",
            (Sort::Natural | Sort::Oldest, View::Archive) => "INDEXED BY article_archived",
            (Sort::Natural | Sort::Oldest, View::All) => "INDEXED BY article_all",
        };
        Self { index, text, values, order }
    }

    fn count(&self, connection: &Connection) -> rusqlite::Result<usize> {
        let query = format!("SELECT count(*) FROM article {} WHERE {}", self.index, self.text);
        connection
            .prepare_cached(&query)?
            .query_row(params_from_iter(&self.values), |row| Ok(row.get::<_, u32>(0)? as usize))
    }

    /// Picks the ids by an index first, so that only what is shown is looked up.
    fn records(
        &self,
        connection: &Connection,
        from: usize,
        count: usize,
    ) -> rusqlite::Result<Vec<crate::catalogue::Record>> {
        let Self { index, text, order, .. } = self;
        let query = format!(
            "SELECT {RECORD} FROM article LEFT JOIN position ON position.article_id = article.id WHERE article.id IN \
            (SELECT id FROM article {index} WHERE {text} ORDER BY {order} LIMIT {count} OFFSET {from}) ORDER BY {}",
            order.replace("id", "article.id")
        );
        let mut query = connection.prepare_cached(&query)?;
        query.query_map(params_from_iter(&self.values), rows::record)?.collect()
    }
}
