//! What days of reading add up to: totals, streaks, and the series that charts are drawn from.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// What was read on a day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Amount {
    pub minutes: f64,
    pub words: u64,
    /// Articles that were read to their end.
    pub finished: u32,
}

impl Amount {
    pub fn add(&mut self, other: &Self) {
        self.minutes += other.minutes;
        self.words = self.words.saturating_add(other.words);
        self.finished = self.finished.saturating_add(other.finished);
    }

    /// Returns whether anything was read: a minute, or an article.
    fn counts(&self) -> bool {
        self.minutes >= 1.0 || self.finished > 0
    }
}

/// A day's record, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    pub date: Date,
    pub amount: Amount,
}

/// What was read on a day in a language, to be added to what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub day: Date,
    pub language: String,
    pub amount: Amount,
    /// Stretches of it: words a minute, and how many words they stand for.
    pub stretches: Vec<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statistics {
    pub total: Amount,
    /// Days on which something was read.
    pub n_days: u32,
    pub today: Amount,
    /// Days in a row up to today; a day that is not over breaks no streak.
    pub streak: u32,
    pub longest_streak: u32,
    /// The last seven days, today last.
    pub week: Vec<Day>,
    /// The last 53 weeks, by their Mondays, this week last.
    pub year: Vec<Day>,
    /// The last twelve months, by their first days, this month last.
    pub months: Vec<Day>,
}

impl Statistics {
    /// Adds up `days`, in any order, some perhaps more than once; those after `today` count in the total alone.
    pub fn new(days: &[Day], today: Date) -> Self {
        let mut sorted: Vec<Day> = Vec::with_capacity(days.len());
        let mut ordered = days.to_vec();
        ordered.sort_by_key(|day| day.date);
        for day in ordered {
            match sorted.last_mut() {
                Some(last) if last.date == day.date => last.amount.add(&day.amount),
                _ => sorted.push(day),
            }
        }

        let mut statistics = Self {
            week: series((0..7).rev().filter_map(|n| today.checked_sub(n.days()).ok())),
            year: series((0..53).rev().filter_map(|n| monday(today).checked_sub(n.weeks()).ok())),
            months: series((0..12).rev().filter_map(|n| today.first_of_month().checked_sub(n.months()).ok())),
            ..Self::default()
        };
        let mut row = 0;
        let mut last: Option<Date> = None;
        for day in &sorted {
            statistics.total.add(&day.amount);
            if day.amount.counts() {
                statistics.n_days += 1;
            }
            if day.date > today {
                continue;
            }
            if day.date == today {
                statistics.today = day.amount;
            }
            add_to(&mut statistics.week, day.date, &day.amount);
            add_to(&mut statistics.year, monday(day.date), &day.amount);
            add_to(&mut statistics.months, day.date.first_of_month(), &day.amount);
            if day.amount.counts() {
                let is_next = last.and_then(|last| last.tomorrow().ok()) == Some(day.date);
                row = if is_next { row + 1 } else { 1 };
                statistics.longest_streak = statistics.longest_streak.max(row);
                last = Some(day.date);
            }
        }
        let is_unbroken = last.is_some_and(|last| last == today || last.tomorrow().ok() == Some(today));
        statistics.streak = if is_unbroken { row } else { 0 };
        statistics
    }
}

fn series(dates: impl Iterator<Item = Date>) -> Vec<Day> {
    dates.map(|date| Day { date, amount: Amount::default() }).collect()
}

fn add_to(series: &mut [Day], date: Date, amount: &Amount) {
    if let Ok(idx) = series.binary_search_by_key(&date, |day| day.date)
        && let Some(day) = series.get_mut(idx)
    {
        day.amount.add(amount);
    }
}

fn monday(date: Date) -> Date {
    let n_after = date.weekday().since(Weekday::Monday);
    date.checked_sub(i64::from(n_after).days()).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp, clippy::indexing_slicing, reason = "tests")]

    use jiff::civil::date;

    use super::*;

    fn day(date: Date, minutes: f64) -> Day {
        Day { date, amount: Amount { minutes, words: 100, finished: 0 } }
    }

    /// Checks the present and the longest streak of days in November 2026, seen from the 23rd, a Monday.
    fn check_streaks(days: &[i8], present: u32, longest: u32) {
        let days: Vec<Day> = days.iter().map(|&number| day(date(2026, 11, number), 5.0)).collect();
        let statistics = Statistics::new(&days, date(2026, 11, 23));
        assert_eq!((statistics.streak, statistics.longest_streak), (present, longest), "{days:?}");
    }

    #[test]
    fn streaks_are_days_in_a_row() {
        check_streaks(&[], 0, 0);
        check_streaks(&[23], 1, 1);
        check_streaks(&[22, 21], 2, 2);
        check_streaks(&[21, 20, 19], 0, 3);
        check_streaks(&[1, 2, 3, 23, 22], 2, 3);
        check_streaks(&[23, 23, 22, 22], 2, 2);
        check_streaks(&[24, 23], 1, 1);
    }

    #[test]
    fn moments_are_no_days_of_reading() {
        let statistics = Statistics::new(&[day(date(2026, 11, 23), 0.2)], date(2026, 11, 23));
        assert_eq!((statistics.n_days, statistics.streak, statistics.total.words), (0, 0, 100));
    }

    #[test]
    fn series_end_today() {
        let today = date(2026, 11, 25);
        let days = [
            day(date(2026, 11, 25), 5.0),
            day(date(2026, 11, 23), 7.0),
            day(date(2026, 11, 22), 9.0),
            day(date(2024, 2, 29), 4.0),
        ];
        let statistics = Statistics::new(&days, today);
        assert_eq!(statistics.week.len(), 7);
        assert_eq!(
            statistics.week.iter().map(|day| day.amount.minutes).collect::<Vec<_>>(),
            [0.0, 0.0, 0.0, 9.0, 7.0, 0.0, 5.0]
        );
        assert_eq!(statistics.year.len(), 53);
        assert_eq!((statistics.year[52].date, statistics.year[52].amount.minutes), (date(2026, 11, 23), 12.0));
        assert_eq!(statistics.year[51].amount.minutes, 9.0);
        assert_eq!(statistics.months.len(), 12);
        assert_eq!((statistics.months[11].date, statistics.months[11].amount.minutes), (date(2026, 11, 1), 21.0));
        assert_eq!(statistics.months[0].date, date(2025, 12, 1));
        assert_eq!((statistics.total.minutes, statistics.n_days, statistics.today.minutes), (25.0, 4, 5.0));
    }

    #[test]
    fn the_ends_of_the_calendar_are_borne() {
        for edge in [Date::MIN, Date::MAX] {
            let statistics = Statistics::new(&[day(edge, 5.0)], edge);
            assert_eq!(statistics.streak, 1);
        }
    }
}
