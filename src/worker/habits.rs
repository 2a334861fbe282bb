//! How somebody reads: movements as they come become a pace and days of reading, written down now and then.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Zoned;
use jiff::civil::Date;

use crate::catalogue::Passed;
use crate::library::Store;
use crate::pace::statistics::{Amount, Reading};
use crate::pace::{Movement, Pace, Passage, language_of};

/// How long what was read may wait to be written down.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How much faster than the pace an article may have been gone through, and still have been read.
const SKIMMING: f64 = 2.0;

/// What is learned of a reader.
#[derive(Default)]
pub struct Habits {
    paces: BTreeMap<String, Pace>,
    /// When the reader last moved.
    moved: Option<Instant>,
    /// Minutes of reading since the article was opened.
    minutes_here: f64,
    /// What is to be written down, and since when.
    unwritten: BTreeMap<(Date, String), Amount>,
    stretches: BTreeMap<String, Vec<(f64, f64)>>,
    since: Option<Instant>,
    /// How many stretches were learned of each language.
    n_learned: BTreeMap<String, usize>,
}

/// What came of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Learned {
    /// The pace is another one.
    pub has_pace: bool,
    /// An article was read to its end.
    pub has_finished: bool,
}

impl Habits {
    /// Begins with what is known.
    pub fn new(paces: BTreeMap<String, Pace>) -> Self {
        Self { paces, ..Self::default() }
    }

    /// Returns the paces, in words a minute by language.
    pub fn paces(&self) -> BTreeMap<String, f64> {
        self.paces.iter().map(|(language, pace)| (language.clone(), pace.words_a_minute())).collect()
    }

    /// Learns from a movement that came at `now`.
    pub fn take(&mut self, passed: &Passed, now: Instant) -> Learned {
        let before = self.moved.replace(now);
        if passed.is_new {
            // Until then the reader was elsewhere, perhaps on the shelf.
            self.minutes_here = 0.0;
            return Learned::default();
        }
        let Some(before) = before else { return Learned::default() };
        let language = language_of(&passed.language);
        let pace = self.paces.entry(language.clone()).or_insert_with(|| Pace::of_language(&language));
        let was = pace.words_a_minute();
        let known = self.n_learned.entry(language.clone()).or_default();
        let minutes = pace.learn(&Passage {
            words: f64::from(passed.words),
            words_in_sight: f64::from(passed.words_in_sight),
            millis: u64::try_from(now.saturating_duration_since(before).as_millis()).unwrap_or(u64::MAX),
            movement: if passed.words > 0 { Movement::Onwards } else { Movement::Jump },
        });
        let has_pace = (pace.words_a_minute() - was).abs() > 0.5;
        if let Some((stretch, n_learned)) = pace.news(*known) {
            *known = n_learned;
            self.stretches.entry(language.clone()).or_default().push(stretch);
        }
        self.minutes_here += minutes;
        let has_finished = passed
            .finishes
            .is_some_and(|words| self.minutes_here * pace.words_a_minute() * SKIMMING >= f64::from(words));
        let words = if minutes > 0.0 { u64::from(passed.words) } else { 0 };
        if minutes > 0.0 || has_finished {
            let amount = self.unwritten.entry((Zoned::now().date(), language)).or_default();
            amount.add(&Amount { minutes, words, finished: u32::from(has_finished) });
            self.since.get_or_insert(now);
        }
        Learned { has_pace, has_finished }
    }

    /// Returns how long what was read may still wait; none if there is nothing.
    pub fn wait(&self) -> Option<Duration> {
        self.since.map(|since| LONGEST_WAIT.saturating_sub(since.elapsed()))
    }

    /// Writes down what was read. What cannot be written is tried again with the next.
    pub fn write(&mut self, store: &mut Store) {
        let mut stretches = self.stretches.clone();
        let reading = |((day, language), amount): (&(Date, String), &Amount)| Reading {
            day: *day,
            language: language.clone(),
            amount: *amount,
            stretches: stretches.remove(language).unwrap_or_default(),
        };
        let readings: Vec<Reading> = self.unwritten.iter().map(reading).collect();
        self.since = None;
        if store.record_reading(&readings).is_ok() {
            self.unwritten.clear();
            self.stretches.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::catalogue::ArticleId;

    fn passed(words: u32, finishes: Option<u32>) -> Passed {
        Passed {
            article: Some(ArticleId(1)),
            language: "en-GB".to_owned(),
            is_new: false,
            words,
            words_in_sight: 240,
            finishes,
        }
    }

    #[test]
    fn what_was_read_is_written_once_and_goes_on_from_what_is_known() {
        let mut store = Store::in_memory().unwrap();
        let mut habits = Habits::new(store.paces().unwrap());
        let mut now = Instant::now();
        habits.take(&Passed { is_new: true, ..passed(0, None) }, now);
        for _ in 0..20 {
            now += Duration::from_secs(40);
            habits.take(&passed(200, None), now);
        }
        assert!(habits.wait().is_some());
        habits.write(&mut store);
        habits.write(&mut store);
        assert_eq!(habits.wait(), None);
        let days = store.days().unwrap();
        let words: u64 = days.iter().map(|day| day.amount.words).sum();
        let minutes: f64 = days.iter().map(|day| day.amount.minutes).sum();
        assert!(words == 4000 && (minutes - 20.0 * 40.0 / 60.0).abs() < 0.01, "{days:?}");
        let pace = store.paces().unwrap().remove("en").unwrap();
        assert!((pace.words_a_minute() - 300.0).abs() < 5.0, "{}", pace.words_a_minute());
        // Another one begins with that, and adds its own.
        let mut other = Habits::new(store.paces().unwrap());
        assert!((other.paces().remove("en").unwrap() - 300.0).abs() < 5.0);
        other.take(&passed(0, None), now);
        other.take(&passed(200, None), now + Duration::from_secs(40));
        other.write(&mut store);
        assert_eq!(store.days().unwrap().iter().map(|day| day.amount.words).sum::<u64>(), 4200);
    }

    #[test]
    fn time_before_an_article_is_opened_is_no_reading() {
        let mut habits = Habits::default();
        let start = Instant::now();
        habits.take(&Passed { is_new: true, ..passed(0, None) }, start);
        habits.take(&Passed { is_new: true, ..passed(0, None) }, start + Duration::from_secs(40));
        assert_eq!(habits.wait(), None);
        habits.take(&passed(200, None), start + Duration::from_secs(80));
        let minutes: f64 = habits.unwritten.values().map(|amount| amount.minutes).sum();
        assert!((minutes - 40.0 / 60.0).abs() < 0.01, "{minutes}");
    }

    #[test]
    fn an_article_is_finished_by_reading_and_not_by_leafing() {
        let finish = |seconds: u64| {
            let mut habits = Habits::default();
            let mut now = Instant::now();
            habits.take(&Passed { is_new: true, ..passed(0, None) }, now);
            for page in 1..=10 {
                now += Duration::from_secs(seconds);
                let learned = habits.take(&passed(200, (page == 10).then_some(2000)), now);
                if learned.has_finished {
                    return true;
                }
            }
            false
        };
        assert!(finish(45));
        assert!(!finish(1));
        // Nobody was there.
        assert!(!finish(4000));
    }
}
