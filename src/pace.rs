//! How fast somebody reads, by language, learned from how they move through texts; and what their days of reading add up
//! to, in `statistics`.
//!
//! What is learned from is data: how many words were passed and how much time went by until then. Pauses, jumps and
//! skimming are told from reading by what they look like at the present pace. Clocks, storage and charts are for others.

pub mod chart;
pub mod statistics;

use crate::article::WORDS_PER_MINUTE;

/// A pause is longer than this many times what the words in sight take; then nobody was reading.
const IDLE_FACTOR: f64 = 3.0;
/// How much faster than the pace is skimming, and how much slower is something else than reading.
const SKIMMING_FACTOR: f64 = 3.0;
/// The fewest words that are weighed at once: single lines are passed too unevenly to tell anything.
const LEAST_WORDS: f64 = 60.0;
/// For how many words' reading the prior stands, at first.
const PRIOR_WORDS: f64 = 150.0;
/// After how many words older reading counts half: paces change with the years, and with the light.
const HALF_LIFE_WORDS: f64 = 60_000.0;
/// How much of the reading at either end, the slowest and the fastest, does not count.
const TRIMMED: f64 = 0.1;
/// The slowest and the fastest reading that is believed, in words a minute.
const BELIEVABLE: (f64, f64) = (40.0, 1200.0);
/// How many of the last stretches are kept.
const N_KEPT: usize = 400;

/// Words a minute that people read at silently: English by Brysbaert (2019), who found 238 for non-fiction; the others
/// by the ratio to English that Trauzettel-Klosinski and Dietz (2012) found, with 228 for English, reading aloud.
///
/// Words of Chinese and Japanese are as [`crate::document::words_in`] counts them: two characters are one. The study
/// has 255 and 357 characters a minute for the first two. Where it tells nothing, English counts.
const PRIORS: &[(&str, f64)] = &[
    ("ar", 138.0),
    ("zh", 255.0 / 2.0),
    ("nl", 202.0),
    ("en", 228.0),
    ("fi", 161.0),
    ("fr", 195.0),
    ("de", 179.0),
    ("he", 187.0),
    ("it", 188.0),
    ("ja", 357.0 / 2.0),
    ("pl", 166.0),
    ("pt", 181.0),
    ("ru", 184.0),
    ("sl", 180.0),
    ("es", 218.0),
    ("sv", 199.0),
    ("tr", 166.0),
];
/// What the study found for English.
const STUDY_ENGLISH: f64 = 228.0;

/// A movement of somebody who reads: what was passed since the last one, and how long that took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// The words between the old place and the new one.
    pub words: f64,
    /// The words in sight while the time went by.
    pub words_in_sight: f64,
    /// Since the last movement, in milliseconds.
    pub millis: u64,
    pub movement: Movement,
}

/// How a place was left for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// Down by lines or pages, as one reads.
    Onwards,
    /// Up, or to a section, a hit, a link: what lies between was not read.
    Jump,
}

/// What is known of a reader's pace in one language. Plain data: storing it is for others.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    prior: f64,
    /// Stretches of reading as words a minute and how many words each stands for, the oldest first.
    stretches: Vec<(f64, f64)>,
    /// What has been read since the last stretch was kept: words, and minutes.
    pending: (f64, f64),
    /// How many stretches were learned here, beside those that were restored.
    n_learned: usize,
}

impl Pace {
    /// Returns what is taken for the pace in a language, a BCP 47 tag, before anything is known of the reader.
    pub fn of_language(tag: &str) -> Self {
        Self { prior: prior(tag), stretches: Vec::new(), pending: (0.0, 0.0), n_learned: 0 }
    }

    /// Returns the pace with the stretches that were kept of it, oldest first; what is not believable is left out.
    pub fn restored(tag: &str, stretches: &[(f64, f64)]) -> Self {
        let kept = stretches.iter().copied().filter(|&(pace, words)| is_believable(pace) && words > 0.0 && words < 1e6);
        let mut kept: Vec<_> = kept.collect();
        kept.drain(..kept.len().saturating_sub(N_KEPT));
        Self { stretches: kept, ..Self::of_language(tag) }
    }

    /// Returns what is to be kept: words a minute and how many words they stand for, oldest first.
    pub fn stretches(&self) -> &[(f64, f64)] {
        &self.stretches
    }

    /// Returns the stretch that was learned last, if more than `n_known` were learned here, and how many were.
    pub fn news(&self, n_known: usize) -> Option<((f64, f64), usize)> {
        let last = self.stretches.last().filter(|_| self.n_learned > n_known)?;
        Some((*last, self.n_learned))
    }

    /// Returns how many words a minute are read: the words of all stretches and of the prior by their time, newer ones
    /// counting more, without the slowest and the fastest. A median bears more, but swings by a tenth after half an hour.
    pub fn words_a_minute(&self) -> f64 {
        let mut weighed = Vec::with_capacity(self.stretches.len() + 1);
        let mut n_since = self.pending.0;
        for &(pace, words) in self.stretches.iter().rev() {
            weighed.push((pace, words * 0.5f64.powf(n_since / HALF_LIFE_WORDS)));
            n_since += words;
        }
        weighed.push((self.prior, PRIOR_WORDS));
        trimmed_mean(weighed).unwrap_or(self.prior)
    }

    /// Returns how long so many words take, in minutes.
    pub fn minutes(&self, words: f64) -> f64 {
        words.max(0.0) / self.words_a_minute()
    }

    /// Learns from a movement; returns the minutes of reading before it, which are what a day's record counts.
    pub fn learn(&mut self, passage: &Passage) -> f64 {
        let minutes = minutes_of(passage.millis);
        let pace = self.words_a_minute();
        let longest = IDLE_FACTOR * passage.words_in_sight.max(passage.words) / pace;
        if minutes > longest {
            // Someone was away for a part of it, nobody knows which.
            return 0.0;
        }
        if passage.movement == Movement::Jump || passage.words <= 0.0 {
            // How much was read before the jump is not known, only that somebody was there.
            return minutes;
        }
        // A reader may scroll many lines in a second and then read; but a screen left at once was not read.
        let is_screen = passage.words >= LEAST_WORDS.max(passage.words_in_sight / 2.0);
        if is_screen && passage.words > minutes * pace * SKIMMING_FACTOR {
            return 0.0;
        }
        self.pending = (self.pending.0 + passage.words, self.pending.1 + minutes);
        let (words, total) = self.pending;
        if words >= LEAST_WORDS.max(passage.words_in_sight / 2.0) {
            self.pending = (0.0, 0.0);
            let found = words / total.max(1e-9);
            if is_believable(found) && found <= pace * SKIMMING_FACTOR && found >= pace / SKIMMING_FACTOR {
                self.stretches.push((found, words));
                self.n_learned += 1;
                if self.stretches.len() > N_KEPT {
                    self.stretches.remove(0);
                }
            } else if found > pace * SKIMMING_FACTOR {
                return 0.0;
            }
        }
        minutes
    }
}

/// Returns the language of a BCP 47 tag, without its script and region: paces are told apart by that.
pub fn language_of(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// Returns the words a minute that a language is read at, as far as that is known.
fn prior(tag: &str) -> f64 {
    let language = language_of(tag);
    let words_a_minute = f64::from(u32::try_from(WORDS_PER_MINUTE).unwrap_or(238));
    let known = PRIORS.iter().find(|(known, _)| *known == language);
    known.map_or(words_a_minute, |(_, pace)| pace * words_a_minute / STUDY_ENGLISH)
}

fn is_believable(pace: f64) -> bool {
    pace >= BELIEVABLE.0 && pace <= BELIEVABLE.1
}

fn minutes_of(millis: u64) -> f64 {
    millis as f64 / 60_000.0
}

/// Returns the mean pace by weight, which stands for words, without what lies at the ends.
fn trimmed_mean(mut weighed: Vec<(f64, f64)>) -> Option<f64> {
    weighed.sort_by(|one, other| one.0.total_cmp(&other.0));
    let total: f64 = weighed.iter().map(|&(_, weight)| weight).sum();
    let (from, to) = (total * TRIMMED, total * (1.0 - TRIMMED));
    let (mut at, mut words, mut minutes) = (0.0f64, 0.0, 0.0);
    for (pace, weight) in weighed {
        let counted = ((at + weight).min(to) - at.max(from)).max(0.0);
        words += counted;
        minutes += counted / pace;
        at += weight;
    }
    (minutes > 0.0).then(|| words / minutes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::float_cmp, reason = "tests")]

    use super::*;

    /// Numbers that look random, the same each time.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        }

        /// Returns a number whose mean is 1 and which is spread as reading is.
        fn spread(&mut self, by: f64) -> f64 {
            let normal = (0..12).map(|_| self.roll()).sum::<f64>() - 6.0;
            (normal * by - by * by / 2.0).exp()
        }
    }

    /// Has somebody read for so long, by `step` words at a time, with pauses, jumps and skimming.
    ///
    /// Returns how fast they really read.
    fn simulate(pace: &mut Pace, reader: f64, minutes: f64, step: f64, seed: u64) -> f64 {
        let mut dice = Dice(seed);
        let (mut left, mut n_steps) = (minutes, 0.0);
        let sight = 300.0;
        let mut go = |words: f64, minutes: f64, movement: Movement| {
            pace.learn(&Passage { words, words_in_sight: sight, millis: (minutes * 60_000.0) as u64, movement });
        };
        while left > 0.0 {
            let kind = dice.roll();
            let took = step / reader * dice.spread(0.2);
            left -= took;
            n_steps += 1.0;
            match kind {
                // A telephone rings: a minute to an hour more.
                _ if kind < 0.03 => go(step, took + 1.0 + dice.roll() * 60.0, Movement::Onwards),
                _ if kind < 0.06 => go(-step * 3.0, took, Movement::Jump),
                // A section is leafed through, screen by screen.
                _ if kind < 0.09 => (0..6).for_each(|_| go(sight, 0.01 + dice.roll() * 0.03, Movement::Onwards)),
                _ if kind < 0.11 => go(4000.0, 0.05, Movement::Jump),
                _ => go(step, took, Movement::Onwards),
            }
        }
        n_steps * step / (minutes - left)
    }

    /// Checks that of 200 readers nearly all are known within 5 %, and none is far off. Slow readers who turn by screens have
    /// turned some seventeen by then.
    fn check(language: &str, reader: f64, step: f64) {
        let errors: Vec<f64> = (1..=200)
            .map(|seed| {
                let mut pace = Pace::of_language(language);
                let truly = simulate(&mut pace, reader, 30.0, step, seed);
                (pace.words_a_minute() / truly - 1.0).abs()
            })
            .collect();
        let n_near = errors.iter().filter(|&&error| error < 0.05).count();
        let worst = errors.iter().copied().fold(0.0, f64::max);
        let told =
            format!("{language} at {reader} by {step}: {n_near} of 200 within 5 %, the worst {:.1} %", worst * 100.0);
        assert!(n_near >= 170 && worst < 0.12, "{told}");
    }

    #[test]
    fn half_an_hour_tells_a_readers_pace() {
        for step in [12.0, 150.0, 280.0] {
            check("en", 238.0, step);
            check("en", 160.0, step);
            check("en", 350.0, step);
            check("de", 220.0, step);
            check("ja", 150.0, step);
        }
    }

    #[test]
    fn before_anything_is_known_languages_differ() {
        let of = |tag: &str| Pace::of_language(tag).words_a_minute().round();
        assert_eq!(of("en-GB"), 238.0);
        assert_eq!(of("xx"), 238.0);
        assert!(of("fi") < of("de") && of("de") < of("en"));
        assert_eq!(of("zh"), 133.0);
    }

    #[test]
    fn a_pace_that_changes_is_followed() {
        let mut pace = Pace::of_language("en");
        simulate(&mut pace, 180.0, 60.0, 150.0, 1);
        simulate(&mut pace, 260.0, 1500.0, 150.0, 2);
        assert!((pace.words_a_minute() / 260.0 - 1.0).abs() < 0.05, "{}", pace.words_a_minute());
    }

    #[test]
    fn time_away_is_no_reading() {
        let mut pace = Pace::of_language("en");
        let passage = |words: f64, seconds: u64, movement| Passage {
            words,
            words_in_sight: 238.0,
            millis: seconds * 1000,
            movement,
        };
        assert!((pace.learn(&passage(238.0, 60, Movement::Onwards)) - 1.0).abs() < 1e-9);
        assert_eq!(pace.learn(&passage(238.0, 600, Movement::Onwards)), 0.0);
        assert_eq!(pace.learn(&passage(238.0, 1, Movement::Onwards)), 0.0);
        assert!((pace.learn(&passage(-500.0, 30, Movement::Jump)) - 0.5).abs() < 1e-9);
        assert_eq!(pace.learn(&passage(-500.0, 3000, Movement::Jump)), 0.0);
    }

    #[test]
    fn what_was_kept_is_learned_on_from() {
        let mut pace = Pace::of_language("en");
        simulate(&mut pace, 300.0, 60.0, 150.0, 3);
        let restored = Pace::restored("en", pace.stretches());
        assert!((restored.words_a_minute() / pace.words_a_minute() - 1.0).abs() < 0.01);
        let odd = Pace::restored("en", &[(f64::NAN, 3.0), (1e9, 1.0), (200.0, f64::INFINITY), (-1.0, -1.0)]);
        assert_eq!(odd, Pace::of_language("en"));
    }
}
