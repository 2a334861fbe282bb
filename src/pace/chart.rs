//! Statistics as lines of text with small charts in them, for a screen and for a terminal's output alike.

use jiff::civil::Date;

use super::statistics::{Day, Statistics};
use crate::text::width::truncate;

/// Bars of eight heights, after the one for nothing.
const HEIGHTS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// What a bar that lies is made of.
const BAR: &str = "━";
/// How wide the names of what is told are, in cells.
const NAME: usize = 12;
/// The longest bar that lies, in cells.
const LONGEST: usize = 30;

/// Returns what is to be told, in lines of at most `cells`; `paces` are words a minute by the names of languages.
pub fn lines(statistics: &Statistics, paces: &[(String, f64)], cells: usize) -> Vec<String> {
    let Statistics { total, n_days, today, streak, longest_streak, week, year, months } = statistics;
    let mut lines = Vec::new();
    if total.minutes < 1.0 && total.finished == 0 {
        lines.push("Nothing was read yet for a minute or more.".to_owned());
        lines.push("What you read from now on is told here.".to_owned());
        return lines;
    }
    let mut tell = |name: &str, told: &str| lines.push(format!("{name:<NAME$}{told}"));
    tell("Today", &format!("{}, {}", duration(today.minutes), counted(today.words, "word")));
    tell("In all", &format!("{}, {}", duration(total.minutes), counted(total.words, "word")));
    let days = counted(u64::from(*n_days), "day");
    tell("On", &format!("{days}, {streak} in a row (most {longest_streak})"));
    tell("Finished", &counted(u64::from(total.finished), "article"));
    lines.push(String::new());
    lines.push("The last seven days".to_owned());
    let most = most_of(week);
    for day in week {
        let room = LONGEST.min(cells.saturating_sub(NAME + 12)) as f64;
        let length = if most > 0.0 { whole(day.amount.minutes / most * room) } else { 0 };
        let told = if day.amount.minutes < 0.5 { "·".to_owned() } else { duration(day.amount.minutes) };
        lines.push(format!(
            "{:<NAME$}{}{}{told}",
            weekday(day.date),
            BAR.repeat(length),
            if length > 0 { " " } else { "" }
        ));
    }
    for (name, series) in [("The last year, by weeks", year), ("By months", months)] {
        if most_of(series) >= 1.0 {
            lines.push(String::new());
            lines.push(format!("{name}, up to {}", duration(most_of(series))));
            lines.extend(columns(series, cells));
        }
    }
    if !paces.is_empty() {
        lines.push(String::new());
        lines.push("Your pace, in words a minute".to_owned());
        lines.extend(paces.iter().map(|(language, pace)| format!("{language:<NAME$}{pace:.0}")));
    }
    lines.into_iter().map(|line| truncate(&line, cells).into_owned()).collect()
}

/// Returns two rows of bars that stand, the last ones where there is no room for all.
fn columns(series: &[Day], cells: usize) -> [String; 2] {
    let wide = if series.len() * 4 <= cells { 3 } else { 1 };
    let shown = series.get(series.len().saturating_sub(cells / wide.min(2))..).unwrap_or_default();
    let most = most_of(shown);
    [1usize, 0].map(|row| {
        let mut line = String::new();
        for day in shown {
            let height = if most > 0.0 { whole((day.amount.minutes / most * 16.0).ceil()) } else { 0 };
            let part = height.saturating_sub(row * 8).min(8);
            let bar = HEIGHTS.get(part).copied().unwrap_or(' ');
            (0..wide).for_each(|_| line.push(bar));
            line.push_str(if wide > 1 { " " } else { "" });
        }
        line.trim_end().to_owned()
    })
}

/// Returns the whole number nearest to one that is not negative and not large.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is neither negative nor large")]
fn whole(number: f64) -> usize {
    number.round() as usize
}

fn most_of(series: &[Day]) -> f64 {
    series.iter().map(|day| day.amount.minutes).fold(0.0, f64::max)
}

/// Returns a time as people tell it.
fn duration(minutes: f64) -> String {
    let minutes = whole(minutes);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// Returns a number with its digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn weekday(date: Date) -> String {
    date.strftime("%a %d").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::statistics::Amount;
    use super::*;

    #[test]
    fn days_are_told_in_lines_that_fit() {
        let day = |day: i8, minutes: f64| Day {
            date: date(2026, 11, day),
            amount: Amount { minutes, words: whole(minutes * 240.0) as u64, finished: u32::from(minutes > 40.0) },
        };
        let days = [day(1, 12.0), day(19, 30.0), day(20, 61.0), day(21, 5.0), day(22, 125.4), day(23, 44.0)];
        let statistics = Statistics::new(&days, date(2026, 11, 23));
        let paces = [("en".to_owned(), 251.6), ("de".to_owned(), 190.0)];
        for cells in [80, 40, 20, 1] {
            let lines = lines(&statistics, &paces, cells);
            assert!(lines.iter().all(|line| line.chars().count() <= cells), "{cells}: {lines:#?}");
        }
        insta::assert_snapshot!(lines(&statistics, &paces, 80).join("\n"));
    }

    #[test]
    fn without_reading_there_is_nothing_to_tell() {
        assert_eq!(lines(&Statistics::new(&[], date(2026, 11, 23)), &[], 80).len(), 2);
    }
}
