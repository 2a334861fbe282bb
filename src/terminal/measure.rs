//! How wide the terminal draws what terminals do not agree on, measured by where its cursor ends up.
//!
//! A few clusters are printed, hidden, on rows that the first frame then erases, each followed by a question for the
//! cursor's place. The row tells which answer is whose, so that one that is late, lost or false spoils no other. What
//! has no answer is taken from a table. No row is the first: a place on that looks as F3 does with keys held.

use crate::text::width::Widths;

/// A cluster to print, and what the cells that it takes say. Other numbers of cells say nothing.
struct Probe {
    text: &'static str,
    answers: &'static [(u16, Widths)],
}

const NONE: Widths = Widths::WIDE_AMBIGUOUS.without(Widths::WIDE_AMBIGUOUS);
const WITHOUT_15: Widths = Widths::WITHOUT_EMOJI_16.with(Widths::WITHOUT_EMOJI_15);
const WITHOUT_14: Widths = WITHOUT_15.with(Widths::WITHOUT_EMOJI_14);
const WITHOUT_13: Widths = WITHOUT_14.with(Widths::WITHOUT_EMOJI_13);

const PROBES: [Probe; 9] = [
    Probe { text: "α…", answers: &[(2, NONE), (4, Widths::WIDE_AMBIGUOUS)] },
    Probe { text: "❤\u{fe0f}", answers: &[(2, NONE), (1, Widths::NARROW_PICTURES)] },
    Probe { text: "1\u{fe0f}\u{20e3}", answers: &[(2, NONE), (1, Widths::NARROW_KEYCAPS)] },
    Probe { text: "⌚\u{fe0e}", answers: &[(1, NONE), (2, Widths::WIDE_TEXTS)] },
    Probe { text: "🇫🇷", answers: &[(2, NONE), (4, Widths::SPLIT_FLAGS)] },
    Probe { text: "👍🏽", answers: &[(2, NONE), (4, Widths::SPLIT_TONES)] },
    Probe {
        text: "👨\u{200d}👩\u{200d}👧",
        answers: &[(2, NONE), (6, Widths::SPLIT_FAMILIES), (8, Widths::SPLIT_FAMILIES.with(Widths::WIDE_JOINERS))],
    },
    Probe { text: "कि", answers: &[(2, NONE), (1, Widths::NARROW_MARKS)] },
    Probe {
        text: "\u{1fac0}\u{1fae0}\u{1fa77}\u{1fae9}",
        answers: &[(8, NONE), (7, Widths::WITHOUT_EMOJI_16), (6, WITHOUT_15), (5, WITHOUT_14), (4, WITHOUT_13)],
    },
];

const FIRST_ROW: u16 = 2;

/// A space in two cells, then one of two by two, for terminals that know kitty's text sizing protocol (OSC 66). Others
/// pass over both.
const SIZED_PROBE: &str = "\x1b]66;w=2; \x1b\\\x1b]66;s=2; \x1b\\";
/// Its place after the other probes.
const SIZED: usize = PROBES.len();

/// The cells that the widest of them may take anywhere, and one more, for none of them may come to a row's end.
const ROOM: u16 = 24;

/// How most terminals do it that know nothing of clusters: by the sum of the characters' widths.
const BY_CHARACTER: Widths = Widths::NARROW_PICTURES
    .with(Widths::NARROW_KEYCAPS)
    .with(Widths::WIDE_TEXTS)
    .with(Widths::SPLIT_TONES)
    .with(Widths::SPLIT_FAMILIES);

/// Terminals that know clusters, by what `TERM` begins with.
const BY_CLUSTER: [&str; 4] = ["xterm-kitty", "xterm-ghostty", "wezterm", "contour"];

/// What was measured so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measured {
    /// The cells that each probe took.
    cells: [Option<u16>; PROBES.len()],
    /// The cells that text of a size took.
    sized: Option<u16>,
}

impl Measured {
    /// Takes notice of where the cursor was, with rows and columns counted from 1. Only the first answer for a row counts.
    pub fn take(&mut self, row: u16, column: u16) {
        let slot = match row.checked_sub(FIRST_ROW).map(usize::from) {
            Some(SIZED) => Some(&mut self.sized),
            idx => idx.and_then(|idx| self.cells.get_mut(idx)),
        };
        if let (Some(slot @ None), Some(cells)) = (slot, column.checked_sub(1)) {
            *slot = Some(cells);
        }
    }

    /// Returns whether the terminal has letters of more than one size: it took both for what they ask for.
    pub fn scales(&self) -> bool {
        self.sized == Some(4)
    }

    /// Returns how the terminal's widths differ from the standard's: as it was measured, else as `assumed`.
    pub fn widths(&self, assumed: Widths) -> Widths {
        PROBES.iter().zip(self.cells).fold(assumed, |widths, (probe, cells)| {
            let said = probe.answers.iter().find(|(taken, _)| Some(*taken) == cells);
            let undone = |widths: Widths| probe.answers.iter().fold(widths, |all, (_, each)| all.without(*each));
            said.map_or(widths, |(_, said)| undone(widths).with(*said))
        })
    }
}

/// Returns what prints the probes and asks where each ends; nothing for a screen that has no room for them. The screen
/// is to be erased after it. A multiplexer is not asked about letters' sizes.
pub fn questions((columns, rows): (u16, u16), is_multiplexer: bool) -> String {
    let last_row = usize::from(FIRST_ROW) + PROBES.len() - 1;
    if columns < ROOM || usize::from(rows) < last_row {
        return String::new();
    }
    // Nothing is shown before the frame where the terminal can wait for that, and nothing is seen where it cannot.
    let mut asked = "\x1b[?2026h\x1b[8m".to_owned();
    for (probe, row) in PROBES.iter().zip(FIRST_ROW..) {
        asked.push_str(&format!("\x1b[{row}H{}\x1b[6n", probe.text));
    }
    // It takes two rows, and nothing may scroll.
    if !is_multiplexer && usize::from(rows) > last_row + 1 {
        asked.push_str(&format!("\x1b[{}H{SIZED_PROBE}\x1b[6n", last_row + 1));
    }
    asked.push_str("\x1b[m");
    asked
}

/// Returns the widths of a terminal that has not answered, by the name that `TERM` has for it.
pub fn assumed(term: &str) -> Widths {
    if BY_CLUSTER.iter().any(|name| term.starts_with(name)) { Widths::default() } else { BY_CHARACTER }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what answers say, as rows and cells.
    #[track_caller]
    fn check(answers: &[(u16, u16)], assumed: Widths, expected: Widths) {
        let mut measured = Measured::default();
        for (row, cells) in answers {
            measured.take(*row, cells.saturating_add(1));
        }
        assert_eq!(measured.widths(assumed), expected, "{answers:?}");
    }

    fn in_order(cells: [u16; PROBES.len()]) -> Vec<(u16, u16)> {
        (FIRST_ROW..).zip(cells).collect()
    }

    #[test]
    fn real_terminals_are_known_by_their_answers() {
        let all = Widths::default();
        // xterm 379; kitty 0.26.5; mlterm 3.9; tmux 3.3a; alacritty 0.11.
        check(&in_order([2, 1, 1, 2, 2, 4, 6, 2, 6]), all, BY_CHARACTER.with(WITHOUT_15));
        check(
            &in_order([2, 2, 2, 1, 2, 2, 6, 1, 7]),
            BY_CHARACTER,
            Widths::SPLIT_FAMILIES.with(Widths::NARROW_MARKS).with(Widths::WITHOUT_EMOJI_16),
        );
        let mlterm = BY_CHARACTER.with(Widths::WIDE_JOINERS).with(Widths::NARROW_MARKS).with(WITHOUT_13);
        check(&in_order([2, 1, 1, 2, 2, 4, 8, 1, 4]), all, mlterm);
        let tmux = BY_CHARACTER.without(Widths::SPLIT_FAMILIES).with(WITHOUT_13);
        check(&in_order([2, 1, 1, 2, 2, 4, 2, 2, 4]), all, tmux);
        check(&in_order([2, 1, 1, 2, 2, 4, 6, 2, 7]), all, BY_CHARACTER.with(Widths::WITHOUT_EMOJI_16));
        check(&in_order([4, 2, 2, 1, 4, 2, 2, 2, 8]), BY_CHARACTER, Widths::WIDE_AMBIGUOUS.with(Widths::SPLIT_FLAGS));
    }

    #[test]
    fn what_is_not_answered_or_nonsense_changes_nothing() {
        check(&[], BY_CHARACTER, BY_CHARACTER);
        check(&[(0, 4), (1, 4), (11, 4), (24, 1), (u16::MAX, u16::MAX)], BY_CHARACTER, BY_CHARACTER);
        check(&[(2, 0), (3, 3), (6, 77), (8, u16::MAX)], BY_CHARACTER, BY_CHARACTER);
        // Lost ones, in another order, and one that comes twice.
        check(
            &[(8, 2), (2, 4), (2, 2)],
            BY_CHARACTER,
            BY_CHARACTER.without(Widths::SPLIT_FAMILIES).with(Widths::WIDE_AMBIGUOUS),
        );
        let mut measured = Measured::default();
        measured.take(2, 0);
        assert_eq!(measured, Measured::default());
    }

    #[test]
    fn what_each_answer_says_is_how_wide_its_probe_then_is() {
        for probe in &PROBES {
            for (cells, widths) in probe.answers {
                let measured = widths.width(probe.text);
                assert_eq!(measured, usize::from(*cells), "{} by {widths:?}", probe.text);
            }
        }
    }

    #[test]
    fn letters_have_sizes_where_both_probes_took_their_cells() {
        for (cells, expected) in [(4, true), (0, false), (2, false), (3, false), (40, false)] {
            let mut measured = Measured::default();
            measured.take(11, cells + 1);
            assert_eq!(measured.scales(), expected, "{cells}");
            assert_eq!(measured.widths(BY_CHARACTER), BY_CHARACTER);
        }
        assert!(!Measured::default().scales());
        for (size, is_multiplexer) in [((80, 24), true), ((80, 11), false), ((80, 10), false)] {
            assert_eq!(questions(size, is_multiplexer).matches("\x1b[6n").count(), PROBES.len());
            assert!(!questions(size, is_multiplexer).contains("]66;"));
        }
        assert!(questions((80, 12), false).contains("\x1b[11H\x1b]66;w=2; \x1b\\\x1b]66;s=2; \x1b\\\x1b[6n"));
    }

    #[test]
    fn a_screen_without_room_is_not_asked() {
        assert_eq!(questions((80, 9), false), "");
        assert_eq!(questions((20, 24), false), "");
        let asked = questions((80, 24), false);
        assert_eq!(asked.matches("\x1b[6n").count(), PROBES.len() + 1);
        assert!(asked.starts_with("\x1b[?2026h\x1b[8m\x1b[2Hα…\x1b[6n\x1b[3H") && asked.ends_with("\x1b[m"));
    }
}
