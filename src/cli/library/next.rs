//! `next` and `statistics`: what to read in the time there is, and what was read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Zoned;

use super::{AT_ONCE, json, shown};
use crate::catalogue::{Record, View, Wanted};
use crate::cli;
use crate::error::{Error, Result};
use crate::export::quoted;
use crate::library::Store;
use crate::pace::statistics::{Day, Statistics};
use crate::pace::{Pace, chart, language_of};

/// Prints the article to read next: what is being read first, the latest first, then what is unread, the newest first.
/// With `minutes`, only what can be read to its end in that time, at the reader's own pace.
///
/// # Errors
///
/// If there is none, or the library cannot be read.
pub fn next(store: &Store, minutes: Option<f64>, tag: Option<&str>, as_json: bool, width: usize) -> Result<()> {
    let paces = store.paces()?;
    let mut shortest = f64::INFINITY;
    for view in [View::Continue, View::Unread] {
        let wanted = Wanted { view, tag: tag.map(str::to_owned), ..Wanted::default() };
        let mut from = 0;
        loop {
            let page = store.page(&wanted, from, AT_ONCE)?;
            if page.records.is_empty() {
                break;
            }
            from += page.records.len();
            // What has no text yet cannot be read.
            for record in page.records.iter().filter(|record| record.words > 0) {
                let left = left(record, &paces);
                shortest = shortest.min(left);
                if minutes.is_none_or(|minutes| left <= minutes) {
                    return cli::write_out(&told(record, left, as_json, width));
                }
            }
        }
    }
    let error = match minutes {
        Some(minutes) if shortest.is_finite() => Error::new(format!("nothing can be read to its end in {minutes} min"))
            .hint(format!("The shortest takes {} min.", shortest.ceil())),
        _ => Error::new("there is nothing to read").hint("`recto add` takes articles in."),
    };
    Err(error)
}

fn told(record: &Record, left: f64, as_json: bool, width: usize) -> String {
    if !as_json {
        return shown::line(record, width);
    }
    let mut out = String::new();
    let mut array = json::Array::default();
    array.push(&json::record_with(record, &format!("\"minutes_left\": {left:.1}")), &mut out);
    out.push_str(array.end());
    out
}

/// Returns how many minutes the rest of an article takes.
fn left(record: &Record, paces: &BTreeMap<String, Pace>) -> f64 {
    let language = language_of(&record.language);
    let words = f64::from(record.words) * f64::from(1000 - record.permille.min(1000)) / 1000.0;
    paces.get(&language).map_or_else(|| Pace::of_language(&language).minutes(words), |pace| pace.minutes(words))
}

/// Prints what was read.
///
/// # Errors
///
/// If the library cannot be read.
pub fn statistics(store: &Store, as_json: bool, width: usize) -> Result<()> {
    let days = store.days()?;
    let statistics = Statistics::new(&days, Zoned::now().date());
    let paces = store.paces()?.into_iter().map(|(language, pace)| (language, pace.words_a_minute()));
    let paces: Vec<(String, f64)> = paces.collect();
    if as_json {
        return cli::write_out(&object(&statistics, &days, &paces));
    }
    let mut out = chart::lines(&statistics, &paces, width).join("\n");
    out.push('\n');
    cli::write_out(&out)
}

fn object(statistics: &Statistics, days: &[Day], paces: &[(String, f64)]) -> String {
    let Statistics { total, n_days, today, streak, longest_streak, .. } = statistics;
    let amount = |amount: &crate::pace::statistics::Amount| {
        format!("\"minutes\": {:.1}, \"words\": {}, \"finished\": {}", amount.minutes, amount.words, amount.finished)
    };
    let days: Vec<String> =
        days.iter().map(|day| format!("{{\"day\": \"{}\", {}}}", day.date, amount(&day.amount))).collect();
    let paces: Vec<String> = paces
        .iter()
        .map(|(language, pace)| format!("{{\"language\": {}, \"words_a_minute\": {pace:.1}}}", quoted(language)))
        .collect();
    let mut out = String::new();
    // Writing to a string never fails.
    let _ = writeln!(
        out,
        "{{\n  \"total\": {{{}}},\n  \"today\": {{{}}},\n  \"days_with_reading\": {n_days},\n  \"streak\": {streak},\n  \
         \"longest_streak\": {longest_streak},\n  \"days\": [{}],\n  \"paces\": [{}]\n}}",
        amount(total),
        amount(today),
        days.join(", "),
        paces.join(", ")
    );
    out
}
