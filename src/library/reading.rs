//! Reading: what was read on which day, and stretches of it by which a reader's pace is known.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rusqlite::params;

use super::Store;
use super::rows::failed;
use crate::error::Result;
use crate::pace::Pace;
use crate::pace::statistics::{Amount, Day, Reading};

/// How many stretches of a language are kept.
const MOST_STRETCHES: u32 = 400;

impl Store {
    /// Adds what was read to what is kept.
    ///
    /// # Errors
    ///
    /// If the library cannot be written.
    pub fn record_reading(&mut self, readings: &[Reading]) -> Result<()> {
        let doing = failed("cannot keep what was read");
        let transaction = self.write()?;
        let write = || -> rusqlite::Result<()> {
            for Reading { day, language, amount, stretches } in readings {
                let query = "INSERT INTO reading (day, lang, millis, words, finished) VALUES (?, ?, ?, ?, ?) \
                    ON CONFLICT DO UPDATE SET millis = millis + excluded.millis, words = words + excluded.words, \
                    finished = finished + excluded.finished";
                let millis = millis(amount.minutes);
                let words = i64::try_from(amount.words).unwrap_or(i64::MAX);
                let told = params![day.to_string(), language, millis, words, amount.finished];
                transaction.prepare_cached(query)?.execute(told)?;
                for (words_a_minute, words) in stretches {
                    let query = "INSERT INTO stretch (lang, words_a_minute, words) VALUES (?, ?, ?)";
                    transaction.prepare_cached(query)?.execute(params![language, words_a_minute, words])?;
                }
                let query = "DELETE FROM stretch WHERE lang = ?1 AND id <= \
                    (SELECT id FROM stretch WHERE lang = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
                transaction.prepare_cached(query)?.execute(params![language, MOST_STRETCHES])?;
            }
            Ok(())
        };
        write().map_err(&doing)?;
        transaction.commit().map_err(&doing)
    }

    /// Returns the paces that are known, by language.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn paces(&self) -> Result<BTreeMap<String, Pace>> {
        let read = || -> rusqlite::Result<BTreeMap<String, Vec<(f64, f64)>>> {
            let mut query = self.connection.prepare("SELECT lang, words_a_minute, words FROM stretch ORDER BY id")?;
            let rows = query.query_map((), |row| Ok((row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?))))?;
            let mut stretches: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
            for row in rows {
                let (language, stretch) = row?;
                stretches.entry(language).or_default().push(stretch);
            }
            Ok(stretches)
        };
        let stretches = read().map_err(failed("cannot read the paces"))?;
        let pace = |(language, stretches): (String, Vec<(f64, f64)>)| {
            let pace = Pace::restored(&language, &stretches);
            (language, pace)
        };
        Ok(stretches.into_iter().map(pace).collect())
    }

    /// Returns what was read on each day, the first first.
    ///
    /// # Errors
    ///
    /// If the library cannot be read.
    pub fn days(&self) -> Result<Vec<Day>> {
        let read = || -> rusqlite::Result<Vec<Option<Day>>> {
            let query = "SELECT day, sum(millis), sum(words), sum(finished) FROM reading GROUP BY day ORDER BY day";
            let mut query = self.connection.prepare(query)?;
            let row = |row: &rusqlite::Row<'_>| {
                let amount = Amount {
                    minutes: row.get::<_, i64>(1)? as f64 / 60_000.0,
                    words: u64::try_from(row.get::<_, i64>(2)?).unwrap_or_default(),
                    finished: row.get(3)?,
                };
                Ok(row.get::<_, String>(0)?.parse::<Date>().ok().map(|date| Day { date, amount }))
            };
            query.query_map((), row)?.collect()
        };
        let days = read().map_err(failed("cannot read what was read"))?;
        Ok(days.into_iter().flatten().collect())
    }
}

#[allow(clippy::cast_possible_truncation, reason = "nobody reads for so long")]
fn millis(minutes: f64) -> i64 {
    (minutes * 60_000.0).round() as i64
}
