//! Text that runs from right to left: levels by UAX #9, and what a terminal that only knows cells is to show of it.
//!
//! A terminal that does not reorder does not join either, so Arabic letters are given in their joined forms. One
//! cluster stays one cluster: no two letters become one sign, so that each cell still has its place in the text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use ar_reshaper::form::Forms;
use ar_reshaper::letters::letters_db::LETTERS_ARABIC;
use unicode_bidi::{BidiInfo, Level};

use crate::text::width;

/// Who puts text that runs from right to left into the order of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// All of it comes in that order, for a terminal that only knows cells.
    #[default]
    Ours,
    /// Words come in that order, letters within them in the order of reading: some terminals turn each word.
    Words,
    /// All comes in the order of reading: the terminal does the rest.
    Terminals,
}

/// Which way each letter of a text runs, and each of its paragraphs as a whole.
#[derive(Debug, Clone)]
pub struct Levels {
    levels: Vec<Level>,
    /// Where each paragraph starts, in bytes, and whether it runs from right to left.
    paragraphs: Vec<(usize, bool)>,
}

impl Levels {
    /// Finds the levels of `text`, each line of which is a paragraph of its own: as `is_rtl` says, or else as its
    /// first letter does. None for a text that runs from left to right throughout, whatever surrounds it.
    pub fn of(text: &str, is_rtl: Option<bool>) -> Option<Self> {
        let base = is_rtl.map(|is_rtl| if is_rtl { Level::rtl() } else { Level::ltr() });
        if !has_rtl(text) {
            return None;
        }
        let info = BidiInfo::new(text, base);
        let paragraphs = info.paragraphs.iter().map(|each| (each.range.start, each.level.is_rtl())).collect();
        Some(Self { levels: info.levels, paragraphs })
    }

    /// Returns the level of the letter at `offset`, in bytes: odd where it runs from right to left.
    pub fn at(&self, offset: usize) -> u8 {
        self.levels.get(offset).map_or_else(|| u8::from(self.is_rtl_at(offset)), Level::number)
    }

    /// Returns whether the paragraph that holds `offset` runs from right to left.
    pub fn is_rtl_at(&self, offset: usize) -> bool {
        let after = self.paragraphs.partition_point(|&(start, _)| start <= offset);
        after.checked_sub(1).and_then(|idx| self.paragraphs.get(idx)).is_some_and(|&(_, is_rtl)| is_rtl)
    }

    /// Returns where the level changes between two offsets, in order.
    pub fn changes(&self, from: usize, to: usize) -> impl Iterator<Item = usize> {
        (from + 1..to).filter(move |&at| self.levels.get(at) != self.levels.get(at - 1))
    }
}

/// Returns whether any letter of `text` may run from right to left.
fn has_rtl(text: &str) -> bool {
    // The first such letters are Hebrew's, whose first byte is above those of Latin, Greek and Cyrillic.
    if text.bytes().all(|byte| byte < 0xd6) {
        return false;
    }
    text.chars().any(|c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}' | '\u{200f}'))
}

/// Puts things that have levels into the order in which they are seen from left to right (rule L2).
pub fn reorder<T>(things: &mut [(T, u8)]) {
    let highest = things.iter().map(|thing| thing.1).max().unwrap_or_default();
    for level in (1..=highest).rev() {
        for run in things.chunk_by_mut(|a, b| (a.1 >= level) == (b.1 >= level)) {
            if run.first().is_some_and(|thing| thing.1 >= level) {
                run.reverse();
            }
        }
    }
}

/// Returns one line of text as it is seen from left to right.
pub fn shown(text: &str, order: Order) -> Cow<'_, str> {
    shown_by(text, None, order)
}

/// Returns the same of a line that begins at the left whatever its first letter is.
pub fn shown_from_left(text: &str, order: Order) -> Cow<'_, str> {
    shown_by(text, Some(false), order)
}

fn shown_by(text: &str, is_rtl: Option<bool>, order: Order) -> Cow<'_, str> {
    let levels = Levels::of(text, is_rtl).filter(|_| order != Order::Terminals);
    let Some(levels) = levels else { return Cow::Borrowed(text) };
    let mut parts = Vec::new();
    let mut from = 0;
    let changes = levels.changes(0, text.len()).filter(|&at| width::is_cluster_boundary(text, at));
    for to in changes.chain([text.len()]) {
        parts.push(((from, to), levels.at(from)));
        from = to;
    }
    reorder(&mut parts);
    let part = |&((from, to), level): &((usize, usize), u8)| {
        let own = text.get(from..to).unwrap_or_default();
        let (before, after) = (text.get(..from).unwrap_or_default(), text.get(to..).unwrap_or_default());
        let seen = if level % 2 == 1 { seen(own, before, after, order) } else { None };
        seen.map_or(Cow::Borrowed(own), Cow::Owned)
    };
    let line: String = parts.iter().map(part).collect();
    // Neighbours in the order of the screen must not join.
    if width::width(&line) == width::width(text) { Cow::Owned(line) } else { Cow::Borrowed(text) }
}

/// Returns `text`, which runs from right to left, as it is seen from left to right: its clusters in the order of the
/// screen, brackets turned, letters joined as their neighbours ask for; `before` and `after` are what stands beside it.
///
/// None where that would make other clusters of it.
pub fn seen(text: &str, before: &str, after: &str, order: Order) -> Option<String> {
    if order == Order::Words {
        return words_seen(text);
    }
    let joined = join(text, before, after);
    let clusters: Vec<_> = width::clusters(&joined).collect();
    let mut seen = String::with_capacity(joined.len());
    for cluster in clusters.iter().rev() {
        let turned = cluster.text.chars().map(|c| mirrored(c).unwrap_or(c));
        seen.extend(turned);
    }
    let alike = width::clusters(&seen).map(|cluster| cluster.width).eq(clusters.iter().rev().map(|each| each.width));
    (alike && clusters.iter().map(|each| each.width).eq(width::clusters(text).map(|each| each.width))).then_some(seen)
}

/// Returns the words of `text` from its end, each as it is written; what is no word is turned round.
fn words_seen(text: &str) -> Option<String> {
    let mut seen = String::with_capacity(text.len());
    let clusters: Vec<_> = width::clusters(text).map(|cluster| cluster.text).collect();
    // A space may bear a mark, and is a word then.
    for word in clusters.split_inclusive(|cluster| *cluster == " ").rev() {
        let (bare, space) = match word.split_last() {
            Some((&" ", bare)) => (bare, " "),
            _ => (word, ""),
        };
        seen.push_str(space);
        if bare.iter().any(|cluster| has_rtl(cluster)) {
            seen.extend(bare.iter().copied());
        } else {
            seen.extend(bare.iter().rev().flat_map(|cluster| cluster.chars()).map(|c| mirrored(c).unwrap_or(c)));
        }
    }
    // A mark that stood alone must not come to stand on another letter.
    let is_alike = width::width(&seen) == width::width(text) && width::clusters(&seen).count() == clusters.len();
    is_alike.then_some(seen)
}

static FORMS: LazyLock<HashMap<char, Forms>> = LazyLock::new(|| LETTERS_ARABIC.iter().copied().collect());

/// Gives each Arabic letter the form that its neighbours ask for.
fn join(text: &str, before: &str, after: &str) -> String {
    if text.bytes().all(|byte| !(0xd8..=0xdd).contains(&byte) && byte < 0xe0) {
        return text.to_owned();
    }
    let joins_on = |c: char| c == '\u{200d}' || FORMS.get(&c).is_some_and(|forms| forms.initial != '\0');
    let joins_back = |c: char| c == '\u{200d}' || FORMS.get(&c).is_some_and(|forms| forms.end != '\0');
    let is_bare = |c: &char| !is_transparent(*c);
    let mut previous = before.chars().rev().find(is_bare);
    let mut joined = String::with_capacity(text.len() + text.len() / 2);
    for (at, c) in text.char_indices() {
        let Some(forms) = FORMS.get(&c) else {
            joined.push(c);
            if !is_transparent(c) {
                previous = Some(c);
            }
            continue;
        };
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let next = rest.chars().chain(after.chars()).find(is_bare);
        let linked = (previous.is_some_and(joins_on) && joins_back(c), joins_on(c) && next.is_some_and(joins_back));
        let form = match linked {
            (false, false) => forms.isolated,
            (false, true) => forms.initial,
            (true, true) => forms.medial,
            (true, false) => forms.end,
        };
        joined.push(if form == '\0' { c } else { form });
        previous = Some(c);
    }
    joined
}

/// Returns whether a mark stands above or below a letter without keeping it from joining.
fn is_transparent(c: char) -> bool {
    matches!(c, '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{8d3}'..='\u{8ff}')
}

/// Returns the bracket that a bracket becomes where text runs the other way.
fn mirrored(c: char) -> Option<char> {
    Some(match c {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '{' => '}',
        '}' => '{',
        '<' => '>',
        '>' => '<',
        '«' => '»',
        '»' => '«',
        '‹' => '›',
        '›' => '‹',
        '≤' => '≥',
        '≥' => '≤',
        '⟨' => '⟩',
        '⟩' => '⟨',
        '「' => '」',
        '」' => '「',
        '（' => '）',
        '）' => '（',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_reordered_by_the_standard() {
        let check = |text: &str, want: &str| assert_eq!(shown(text, Order::Ours), want, "{text:?}");
        check("plain (text)", "plain (text)");
        check("car אבג 123 דהו", "car והד 123 גבא");
        check("אבג (דהו) abc 12", "abc 12 (והד) גבא");
        check("he said \"אבג, דהו\" twice", "he said \"והד ,גבא\" twice");
    }

    #[test]
    fn words_can_be_left_to_the_terminal() {
        assert_eq!(shown("אבג (דהו) abc 12", Order::Words), "abc 12 (דהו) אבג");
        assert_eq!(shown("אבג - דהו", Order::Words), "דהו - אבג");
        // A mark that a space bears stays with it.
        assert_eq!(seen(" \u{acb} גד", "", "", Order::Words).unwrap(), "גד  \u{acb}");
        assert_eq!(seen("\u{301},-", "", "", Order::Words), None);
        assert_eq!(shown("אבג דהו", Order::Terminals), "אבג דהו");
    }

    #[test]
    fn arabic_letters_are_joined() {
        // Each word of the first stands in the forms of the second, from its end.
        assert_eq!(seen("بيت", "", "", Order::Ours).unwrap(), "\u{fe96}\u{fef4}\u{fe91}");
        assert_eq!(seen("دار", "", "", Order::Ours).unwrap(), "\u{fead}\u{fe8d}\u{fea9}");
        // A mark does not part letters, and a neighbour in another run joins too.
        assert_eq!(seen("بَت", "", "", Order::Ours).unwrap(), "\u{fe96}\u{fe91}\u{64e}");
        assert_eq!(seen("ب", "", "ت", Order::Ours).unwrap(), "\u{fe91}");
    }

    proptest! {
        #[test]
        fn a_line_that_is_shown_has_the_same_cells(
            text in "([א-תء-ي]|[\u{64b}-\u{652}]|\\PC|[() 0-9a-z،👍日]){0,30}",
            order in prop::sample::select(vec![Order::Ours, Order::Words, Order::Terminals]),
        ) {
            prop_assert_eq!(width::width(&shown(&text, order)), width::width(&text));
        }

        #[test]
        fn what_is_seen_has_the_same_cells(text in "[א-תء-ي\u{64b}-\u{652}()\\[\\] 0-9a-z،👍日]{0,30}") {
            if let Some(seen) = seen(&text, "", "", Order::Ours) {
                prop_assert_eq!(width::width(&seen), width::width(&text));
            }
        }

        #[test]
        fn reordering_loses_nothing(levels in prop::collection::vec(0u8..5, 0..20)) {
            let mut things: Vec<_> = levels.into_iter().enumerate().collect();
            reorder(&mut things);
            things.sort_unstable();
            prop_assert!(things.iter().enumerate().all(|(idx, thing)| idx == thing.0));
        }
    }
}
