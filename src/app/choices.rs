//! Choices: how the reader wants text to look, changed live and kept by kind of document and language.

use crate::app::geometry::{DEFAULT_MEASURE, MEASURES};
use crate::catalogue::Looks;
use crate::layout::{Breaking, LongLines, Order, Paragraphs, Typography};

/// The most lines that a page key keeps in view.
const MOST_OVERLAP: u8 = 10;
/// How far the measure moves at a time, in cells.
const STEP: i32 = 4;

/// What choices are kept for: a format, and a language behind a slash where it is known.
pub type Kind = String;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choices {
    /// The width of the text column, in cells.
    pub measure: u16,
    pub typography: Typography,
    /// How many lines a page key keeps in view.
    pub overlap: u8,
    /// Whether footnotes stand beside what refers to them, too, where the margin is wide enough.
    pub margin_notes: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self { measure: DEFAULT_MEASURE, typography: Typography::default(), overlap: 2, margin_notes: true }
    }
}

/// One thing that can be chosen, as the panel lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Measure,
    Edge,
    Hyphens,
    Breaking,
    Paragraphs,
    Leading,
    Hanging,
    Headings,
    LongLines,
    Numbers,
    Notes,
    Direction,
    Ambiguous,
    Overlap,
    Theme,
}

impl Choice {
    pub const ALL: [Self; 15] = [
        Self::Measure,
        Self::Edge,
        Self::Hyphens,
        Self::Breaking,
        Self::Paragraphs,
        Self::Leading,
        Self::Hanging,
        Self::Headings,
        Self::LongLines,
        Self::Numbers,
        Self::Notes,
        Self::Direction,
        Self::Ambiguous,
        Self::Overlap,
        Self::Theme,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Measure => "Text column",
            Self::Edge => "Right edge",
            Self::Hyphens => "Hyphenation",
            Self::Breaking => "Line breaks",
            Self::Paragraphs => "Paragraphs",
            Self::Leading => "Line spacing",
            Self::Hanging => "Punctuation 、。",
            Self::Headings => "Large headings",
            Self::LongLines => "Long code lines",
            Self::Numbers => "Line numbers",
            Self::Notes => "Footnotes",
            Self::Direction => "Right to left",
            Self::Ambiguous => "Width of … α §",
            Self::Overlap => "Page overlap",
            Self::Theme => "Theme",
        }
    }
}

impl Choices {
    /// Returns what is chosen, in words; nothing for what is kept elsewhere.
    pub fn value(&self, choice: Choice) -> String {
        let typography = &self.typography;
        let word = match choice {
            Choice::Measure => return format!("{} cells", self.measure),
            Choice::Overlap if self.overlap == 1 => "1 line",
            Choice::Overlap => return format!("{} lines", self.overlap),
            Choice::Edge if typography.is_justified => "justified",
            Choice::Edge => "ragged",
            Choice::Hyphens if typography.is_hyphenated => "on",
            Choice::Hyphens => "off",
            Choice::Breaking => match typography.breaking {
                Breaking::Fitted => "by paragraph",
                Breaking::Filled => "by line",
            },
            Choice::Paragraphs => match typography.paragraphs {
                Paragraphs::Spaced => "blank line",
                Paragraphs::Indented => "indent",
                Paragraphs::Both => "both",
            },
            Choice::Leading if typography.leading > 0 => "double",
            Choice::Leading => "single",
            Choice::Hanging if typography.hangs => "hanging",
            Choice::Hanging => "in the column",
            Choice::Headings if typography.large_headings => "on",
            Choice::Headings => "off",
            Choice::LongLines => match typography.long_lines {
                LongLines::Wrapped => "wrapped",
                LongLines::Cut => "cut: ← → move",
            },
            Choice::Numbers if typography.numbers_code => "on",
            Choice::Numbers => "off",
            Choice::Notes if self.margin_notes => "in the margin",
            Choice::Notes => "where they stand",
            Choice::Direction => match typography.order {
                Order::Ours => "by recto",
                Order::Words => "words by recto",
                Order::Terminals => "by the terminal",
            },
            Choice::Ambiguous | Choice::Theme => "",
        };
        word.to_owned()
    }

    /// Takes the next choice, or the one before where `by` is negative; the measure and the overlap stop at their ends.
    pub fn step(&mut self, choice: Choice, by: i32) {
        let typography = &mut self.typography;
        match choice {
            Choice::Measure => self.set_measure(i32::from(self.measure) + STEP * by),
            Choice::Overlap => {
                let lines = (i32::from(self.overlap) + by).clamp(0, i32::from(MOST_OVERLAP));
                self.overlap = u8::try_from(lines).unwrap_or(MOST_OVERLAP);
            }
            Choice::Edge => typography.is_justified = !typography.is_justified,
            Choice::Hyphens => typography.is_hyphenated = !typography.is_hyphenated,
            Choice::Breaking => {
                typography.breaking = match typography.breaking {
                    Breaking::Fitted => Breaking::Filled,
                    Breaking::Filled => Breaking::Fitted,
                };
            }
            Choice::Paragraphs => {
                let all = [Paragraphs::Spaced, Paragraphs::Indented, Paragraphs::Both];
                typography.paragraphs = next(&all, typography.paragraphs, by);
            }
            Choice::Leading => typography.leading = u8::from(typography.leading == 0),
            Choice::Hanging => typography.hangs = !typography.hangs,
            Choice::Headings => typography.large_headings = !typography.large_headings,
            Choice::LongLines => {
                typography.long_lines = match typography.long_lines {
                    LongLines::Wrapped => LongLines::Cut,
                    LongLines::Cut => LongLines::Wrapped,
                };
            }
            Choice::Numbers => typography.numbers_code = !typography.numbers_code,
            Choice::Notes => self.margin_notes = !self.margin_notes,
            Choice::Direction => {
                typography.order = next(&[Order::Ours, Order::Words, Order::Terminals], typography.order, by);
            }
            Choice::Ambiguous | Choice::Theme => {}
        }
    }

    /// Returns what is chosen otherwise than in `before`, as it is kept.
    pub fn changed_from(&self, before: &Self) -> Looks {
        let word = |choice| Some((kept_name(choice)?.to_owned(), self.kept_word(choice)));
        let is_other = |choice: &Choice| self.kept_word(*choice) != before.kept_word(*choice);
        Choice::ALL.into_iter().filter(is_other).filter_map(word).collect()
    }

    /// Takes what was kept, as far as it is understood.
    pub fn take(&mut self, kept: &Looks) {
        for choice in Choice::ALL {
            let Some(word) = kept_name(choice).and_then(|name| kept.get(name)) else { continue };
            match choice {
                Choice::Measure => self.set_measure(word.parse().unwrap_or(i32::from(self.measure))),
                Choice::Overlap => {
                    self.overlap = word.parse().ok().filter(|lines| *lines <= MOST_OVERLAP).unwrap_or(self.overlap);
                }
                _ => {
                    let mut taken = *self;
                    // No choice has more ways than that.
                    for _ in 0..4 {
                        if taken.kept_word(choice) == *word {
                            *self = taken;
                            break;
                        }
                        taken.step(choice, 1);
                    }
                }
            }
        }
    }

    /// Returns the word by which what is chosen is kept. The panel may come to say it otherwise.
    fn kept_word(&self, choice: Choice) -> String {
        let typography = &self.typography;
        let on = |is_on: bool| if is_on { "on" } else { "off" };
        let word = match choice {
            Choice::Measure => return self.measure.to_string(),
            Choice::Overlap => return self.overlap.to_string(),
            Choice::Edge => {
                if typography.is_justified {
                    "justified"
                } else {
                    "ragged"
                }
            }
            Choice::Hyphens => on(typography.is_hyphenated),
            Choice::Breaking => match typography.breaking {
                Breaking::Fitted => "paragraph",
                Breaking::Filled => "line",
            },
            Choice::Paragraphs => match typography.paragraphs {
                Paragraphs::Spaced => "spaced",
                Paragraphs::Indented => "indented",
                Paragraphs::Both => "both",
            },
            Choice::Leading => {
                if typography.leading > 0 {
                    "double"
                } else {
                    "single"
                }
            }
            Choice::Hanging => on(typography.hangs),
            Choice::Headings => on(typography.large_headings),
            Choice::LongLines => match typography.long_lines {
                LongLines::Wrapped => "wrapped",
                LongLines::Cut => "cut",
            },
            Choice::Numbers => on(typography.numbers_code),
            Choice::Notes => on(self.margin_notes),
            Choice::Direction | Choice::Ambiguous | Choice::Theme => "",
        };
        word.to_owned()
    }

    pub fn set_measure(&mut self, measure: i32) {
        let (least, most) = (i32::from(*MEASURES.start()), i32::from(*MEASURES.end()));
        self.measure = u16::try_from(measure.clamp(least, most)).unwrap_or(DEFAULT_MEASURE);
    }
}

/// Returns the name under which a choice is kept; none for what says how this terminal draws, and for what is no matter
/// of setting text.
fn kept_name(choice: Choice) -> Option<&'static str> {
    Some(match choice {
        Choice::Measure => "measure",
        Choice::Edge => "edge",
        Choice::Hyphens => "hyphens",
        Choice::Breaking => "breaking",
        Choice::Paragraphs => "paragraphs",
        Choice::Leading => "leading",
        Choice::Hanging => "hanging",
        Choice::Headings => "large headings",
        Choice::LongLines => "long lines",
        Choice::Numbers => "numbers",
        Choice::Notes => "margin notes",
        Choice::Overlap => "overlap",
        Choice::Direction | Choice::Ambiguous | Choice::Theme => return None,
    })
}

/// Returns the value after `now`, round the end, or the one before where `by` is negative.
pub(super) fn next<T: Copy + PartialEq>(all: &[T], now: T, by: i32) -> T {
    let at = all.iter().position(|each| *each == now).unwrap_or_default();
    let next = (at + if by < 0 { all.len() - 1 } else { 1 }) % all.len();
    all.get(next).copied().unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_changes_what_it_tells_and_comes_back() {
        for choice in Choice::ALL.into_iter().filter(|choice| !matches!(choice, Choice::Theme | Choice::Ambiguous)) {
            let mut choices = Choices::default();
            choices.step(choice, 1);
            assert_ne!(choices.value(choice), Choices::default().value(choice), "{choice:?}");
            choices.step(choice, -1);
            assert_eq!(choices, Choices::default(), "{choice:?}");
        }
    }

    #[test]
    fn what_is_kept_is_taken_and_nothing_else() {
        for choice in Choice::ALL.into_iter().filter(|choice| kept_name(*choice).is_some()) {
            for steps in 0..3 {
                let mut chosen = Choices::default();
                (0..steps).for_each(|_| chosen.step(choice, 1));
                let kept = chosen.changed_from(&Choices::default());
                assert_eq!(kept.len(), usize::from(chosen != Choices::default()), "{choice:?}");
                let mut taken = Choices::default();
                taken.take(&kept);
                assert_eq!(taken, chosen, "{choice:?}");
            }
        }
        let odd = [("measure", "wide"), ("overlap", "200"), ("edge", "blue"), ("smell", "none")];
        let mut taken = Choices::default();
        taken.take(&odd.map(|(name, word)| (name.to_owned(), word.to_owned())).into());
        assert_eq!(taken, Choices::default());
    }
}
