//! Widths in cells, grapheme cluster by grapheme cluster.
//!
//! The standard says how wide a cluster is, and terminals differ from it. How ours differs is one value for the whole
//! process: it is a fact about the one terminal that there is, all that measures or paints must agree on it, and nothing
//! that is kept depends on it. Only the roof sets it, and has everything that was measured made anew. The screen's
//! buffer is never asked.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU16, Ordering};

use icu_properties::CodePointMapData;
use icu_properties::props::EastAsianWidth;
use unicode_properties::{GeneralCategory, UnicodeEmoji as _, UnicodeGeneralCategory as _};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// What stands for text that was cut off.
const ELLIPSIS: &str = "…";

const JOINER: char = '\u{200d}';
const AS_TEXT: char = '\u{fe0e}';
const AS_PICTURE: char = '\u{fe0f}';

/// A grapheme cluster: its text, its width in cells and where it starts, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster<'a> {
    pub text: &'a str,
    pub width: usize,
    pub offset: usize,
}

/// How a terminal's widths differ from the standard's: a set of differences, empty where there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Widths(u16);

/// Who says how wide characters of ambiguous width are (UAX #11): `…`, Greek, Cyrillic and many signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Ambiguous {
    /// The terminal, where it answers.
    #[default]
    Auto,
    Narrow,
    Wide,
}

/// The widths of the terminal that there is.
static CURRENT: AtomicU16 = AtomicU16::new(0);

impl Ambiguous {
    pub const ALL: [(Self, &'static str); 3] = [(Self::Auto, "auto"), (Self::Narrow, "narrow"), (Self::Wide, "wide")];

    /// Returns the choice of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(choice, _)| *choice)
    }

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(choice, _)| *choice == self).map_or("", |(_, name)| name)
    }
}

impl Widths {
    /// Characters of ambiguous width take two cells, but for lines and blocks, which are then drawn in ASCII.
    pub const WIDE_AMBIGUOUS: Self = Self(1);
    /// What is asked to be shown as a picture (VS16) is no wider for it.
    pub const NARROW_PICTURES: Self = Self(1 << 1);
    pub const NARROW_KEYCAPS: Self = Self(1 << 2);
    /// What is asked to be shown as text (VS15) is no narrower for it.
    pub const WIDE_TEXTS: Self = Self(1 << 3);
    /// The two letters of a flag take two cells each.
    pub const SPLIT_FLAGS: Self = Self(1 << 4);
    /// A skin tone stands beside the emoji that it is for.
    pub const SPLIT_TONES: Self = Self(1 << 5);
    /// Joined emoji stand side by side.
    pub const SPLIT_FAMILIES: Self = Self(1 << 6);
    /// The joiner between them takes a cell of its own.
    pub const WIDE_JOINERS: Self = Self(1 << 7);
    /// Marks that Unicode gives a cell of their own, such as vowels of Devanagari, take none.
    pub const NARROW_MARKS: Self = Self(1 << 8);
    /// Emoji that came with this version take one cell, as what is not known does.
    pub const WITHOUT_EMOJI_13: Self = Self(1 << 9);
    pub const WITHOUT_EMOJI_14: Self = Self(1 << 10);
    pub const WITHOUT_EMOJI_15: Self = Self(1 << 11);
    pub const WITHOUT_EMOJI_16: Self = Self(1 << 12);

    /// Returns the widths of the terminal that there is.
    pub fn current() -> Self {
        Self(CURRENT.load(Ordering::Relaxed))
    }

    /// Has everything measured by these widths from now on. What was measured before is wrong then.
    pub fn use_from_now_on(self) {
        CURRENT.store(self.0, Ordering::Relaxed);
    }

    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns these widths with what was chosen for characters of ambiguous width.
    pub fn chosen(self, ambiguous: Ambiguous) -> Self {
        match ambiguous {
            Ambiguous::Auto => self,
            Ambiguous::Narrow => self.without(Self::WIDE_AMBIGUOUS),
            Ambiguous::Wide => self.with(Self::WIDE_AMBIGUOUS),
        }
    }

    /// Returns the width of `text` in cells: the sum of its clusters' widths.
    pub fn width(self, text: &str) -> usize {
        if text.is_ascii() {
            // No ASCII character joins another, but for CR and LF, which have no width at all.
            return text.len() - text.bytes().filter(u8::is_ascii_control).count();
        }
        let simple = text.chars().try_fold(0, |cells, c| Some(cells + self.simple(c)?));
        simple.unwrap_or_else(|| self.clusters(text).map(|cluster| cluster.width).sum())
    }

    /// Returns the grapheme clusters of `text`, in order.
    pub fn clusters(self, text: &str) -> impl Iterator<Item = Cluster<'_>> {
        let mut rest = text;
        let mut offset = 0;
        std::iter::from_fn(move || {
            let mut chars = rest.chars();
            let first = chars.next()?;
            let alone = self.simple(first).filter(|_| chars.next().is_none_or(|next| simple_width(next).is_some()));
            let (len, width) = match alone {
                Some(width) => (first.len_utf8(), width),
                None => {
                    let cluster = rest.graphemes(true).next()?;
                    (cluster.len(), self.cluster(cluster))
                }
            };
            let (cluster, after) = rest.split_at_checked(len)?;
            let found = Cluster { text: cluster, width, offset };
            offset += len;
            rest = after;
            Some(found)
        })
    }

    fn simple(self, c: char) -> Option<usize> {
        let width = simple_width(c)?;
        Some(if self.has(Self::WIDE_AMBIGUOUS) && is_ambiguous(c) { 2 } else { width })
    }

    /// Returns the width of one cluster.
    fn cluster(self, cluster: &str) -> usize {
        if self == Self::default() {
            return cluster_width(cluster);
        }
        let mut chars = cluster.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() => self.char(c),
            (Some(c), Some(_)) if c.is_emoji_char() && cluster.chars().any(shapes_emoji) => self.emoji(cluster),
            (first, _) => {
                let is_mark = |c: &char| c.general_category() == GeneralCategory::SpacingMark && c.width() == Some(1);
                let n_marks =
                    if self.has(Self::NARROW_MARKS) { cluster.chars().skip(1).filter(is_mark).count() } else { 0 };
                let wide = usize::from(self.has(Self::WIDE_AMBIGUOUS) && first.is_some_and(is_ambiguous));
                (cluster_width(cluster) + wide).saturating_sub(n_marks)
            }
        }
    }

    /// Returns the width of emoji that other characters shape.
    fn emoji(self, cluster: &str) -> usize {
        let is_keycap = cluster.ends_with('\u{20e3}');
        let mut cells: usize = 0;
        let mut before = 0;
        for c in cluster.chars() {
            let own = match c {
                JOINER if !self.has(Self::SPLIT_FAMILIES) => return cells,
                JOINER => usize::from(self.has(Self::WIDE_JOINERS)),
                AS_PICTURE if is_keycap => usize::from(!self.has(Self::NARROW_KEYCAPS)),
                AS_PICTURE => usize::from(before == 1 && !self.has(Self::NARROW_PICTURES)),
                AS_TEXT => {
                    cells -= usize::from(before == 2 && !self.has(Self::WIDE_TEXTS));
                    0
                }
                '\u{1f3fb}'..='\u{1f3ff}' if cells > 0 && !self.has(Self::SPLIT_TONES) => 0,
                '\u{1f1e6}'..='\u{1f1ff}' if self.has(Self::SPLIT_FLAGS) => 2,
                '\u{1f1e6}'..='\u{1f1ff}' => 1,
                c => self.char(c),
            };
            cells += own;
            before = own;
        }
        cells
    }

    /// Returns the width of a character that stands alone.
    fn char(self, c: char) -> usize {
        let is_unknown = |without: Self| self.has(without);
        if self.has(Self::WIDE_AMBIGUOUS) && is_ambiguous(c) {
            2
        } else if newcomer(c).is_some_and(is_unknown) {
            1
        } else {
            cluster_width(c.encode_utf8(&mut [0; 4]))
        }
    }
}

/// Returns the width of `text` in cells: the sum of its clusters' widths.
pub fn width(text: &str) -> usize {
    Widths::current().width(text)
}

/// Returns the grapheme clusters of `text`, in order.
pub fn clusters(text: &str) -> impl Iterator<Item = Cluster<'_>> {
    Widths::current().clusters(text)
}

/// Returns `text`, cut so that it takes at most `cells`, with an ellipsis where something was left out.
pub fn truncate(text: &str, cells: usize) -> Cow<'_, str> {
    let mut used = 0;
    // The longest start that leaves room for the ellipsis.
    let mut kept = 0;
    let own = width(ELLIPSIS);
    for cluster in clusters(text) {
        used += cluster.width;
        if used > cells {
            let start = text.get(..kept).unwrap_or_default();
            return if cells < own { Cow::Borrowed("") } else { Cow::Owned(format!("{start}{ELLIPSIS}")) };
        }
        if used + own <= cells {
            kept = cluster.offset + cluster.text.len();
        }
    }
    Cow::Borrowed(text)
}

/// Returns the offset, in bytes, of the cluster of `text` that covers column `cell`, or the end of the text.
pub fn offset_at(text: &str, cell: usize) -> usize {
    let mut right = 0;
    for cluster in clusters(text) {
        right += cluster.width;
        if right > cell {
            return cluster.offset;
        }
    }
    text.len()
}

/// Returns whether `index` stands between two grapheme clusters of `text`.
pub fn is_cluster_boundary(text: &str, index: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(index) else { return false };
    let (Some(left), Some(right)) = (before.chars().next_back(), after.chars().next()) else { return true };
    if simple_width(left).is_some() && simple_width(right).is_some() {
        return true;
    }
    let mut cursor = unicode_segmentation::GraphemeCursor::new(index, text.len(), true);
    cursor.is_boundary(text, 0).unwrap_or(true)
}

/// Returns the width of a character that neither joins another of its kind nor changes its width beside one.
///
/// These make up nearly all text, and looking a whole cluster up is some twenty times as slow.
pub fn simple_width(c: char) -> Option<usize> {
    match c {
        ' '..='~'
        | '\u{a0}'..='\u{ac}'
        | '\u{ae}'..='\u{2ff}'
        | '\u{388}'..='\u{3ff}'
        | '\u{400}'..='\u{482}'
        | '\u{48a}'..='\u{52f}'
        | '\u{2010}'..='\u{2027}' => Some(1),
        '\u{3001}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a0}'..='\u{30ff}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{ff01}'..='\u{ff60}' => Some(2),
        _ => None,
    }
}

/// Returns whether `c` takes two cells where ambiguous characters do. Lines and blocks are made of others then.
pub fn is_ambiguous(c: char) -> bool {
    c > '~'
        && !is_drawn(c)
        && c.width() == Some(1)
        && CodePointMapData::<EastAsianWidth>::new().get(c) == EastAsianWidth::Ambiguous
}

/// Returns whether `c` is a part of a line, or a block: no letter, but ink that has to meet its neighbours'.
pub fn is_drawn(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{259f}')
}

/// Returns whether `c` changes what the emoji before it looks like.
fn shapes_emoji(c: char) -> bool {
    matches!(c, JOINER | AS_TEXT | AS_PICTURE | '\u{1f3fb}'..='\u{1f3ff}' | '\u{1f1e6}'..='\u{1f1ff}')
}

/// Returns which terminals do not know an emoji that is newer than most of them.
fn newcomer(c: char) -> Option<Widths> {
    Some(match c {
        '\u{1f6d6}'..='\u{1f6d7}'
        | '\u{1f6fb}'..='\u{1f6fc}'
        | '\u{1f90c}'
        | '\u{1f972}'
        | '\u{1f977}'..='\u{1f978}'
        | '\u{1f9a3}'..='\u{1f9a4}'
        | '\u{1f9ab}'..='\u{1f9ad}'
        | '\u{1f9cb}'
        | '\u{1fa74}'
        | '\u{1fa83}'..='\u{1fa86}'
        | '\u{1fa96}'..='\u{1faa8}'
        | '\u{1fab0}'..='\u{1fab6}'
        | '\u{1fac0}'..='\u{1fac2}'
        | '\u{1fad0}'..='\u{1fad6}' => Widths::WITHOUT_EMOJI_13,
        '\u{1f6dd}'..='\u{1f6df}'
        | '\u{1f7f0}'
        | '\u{1f979}'
        | '\u{1f9cc}'
        | '\u{1fa7b}'..='\u{1fa7c}'
        | '\u{1faa9}'..='\u{1faac}'
        | '\u{1fab7}'..='\u{1faba}'
        | '\u{1fac3}'..='\u{1fac5}'
        | '\u{1fad7}'..='\u{1fad9}'
        | '\u{1fae0}'..='\u{1fae7}'
        | '\u{1faf0}'..='\u{1faf6}' => Widths::WITHOUT_EMOJI_14,
        '\u{1f6dc}'
        | '\u{1fa75}'..='\u{1fa77}'
        | '\u{1fa87}'..='\u{1fa88}'
        | '\u{1faad}'..='\u{1faaf}'
        | '\u{1fabb}'..='\u{1fabd}'
        | '\u{1fabf}'
        | '\u{1face}'..='\u{1facf}'
        | '\u{1fada}'..='\u{1fadb}'
        | '\u{1fae8}'
        | '\u{1faf7}'..='\u{1faf8}' => Widths::WITHOUT_EMOJI_15,
        '\u{1fa89}' | '\u{1fa8f}' | '\u{1fabe}' | '\u{1fac6}' | '\u{1fadc}' | '\u{1fadf}' | '\u{1fae9}' => {
            Widths::WITHOUT_EMOJI_16
        }
        _ => return None,
    })
}

/// Returns the width of one cluster by the standard.
fn cluster_width(cluster: &str) -> usize {
    if cluster.contains(char::is_control) {
        return 0;
    }
    // Terminals give the halfwidth sound marks a cell of their own, though Unicode calls them combining.
    let sound_marks = cluster.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count();
    cluster.width() + sound_marks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    /// Returns how many cells the screen's buffer fills with `text`.
    fn painted(text: &str) -> usize {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 400, 1));
        usize::from(buffer.set_stringn(0, 0, text, 400, Style::new()).0)
    }

    #[test]
    fn widths_are_the_buffers() {
        for text in [
            "plain",
            "naïve — “q”",
            "日本語、ｶﾞｷﾞ",
            "e\u{301}a\u{308}",
            "👨‍👩‍👧‍👦🇫🇷👍🏽❤️",
            "क्षि",
            "ไทย กำลัง",
            "a\u{200d}b",
            "한국어",
            "ᄀ각ᆨ",
            "\u{ff9e}",
        ] {
            assert_eq!(width(text), painted(text), "{text:?}");
        }
    }

    #[test]
    fn widths_are_the_terminals() {
        const ASK: [&str; 9] = [
            "α…─",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "🇫🇷",
            "👨‍👩‍👧",
            "👍🏽",
            "\u{1fac0}\u{1fae0}\u{1fa77}\u{1fae9}",
            "क्षि",
            "⌚\u{fe0e}",
        ];
        let check = |widths: &[Widths], expected: [usize; 9]| {
            let widths = widths.iter().fold(Widths::default(), |all, each| all.with(*each));
            assert_eq!(ASK.map(|text| widths.width(text)), expected, "{widths:?}");
            for text in ASK {
                let clusters: Vec<_> = widths.clusters(text).map(|cluster| cluster.text).collect();
                assert_eq!(clusters, text.graphemes(true).collect::<Vec<_>>());
            }
        };
        // The standard; xterm 379; mlterm 3.9; kitty 0.26; tmux 3.3a, as they move the cursor.
        check(&[], [3, 2, 2, 2, 2, 2, 8, 3, 1]);
        let by_character = Widths::NARROW_PICTURES
            .with(Widths::NARROW_KEYCAPS)
            .with(Widths::WIDE_TEXTS)
            .with(Widths::SPLIT_TONES)
            .with(Widths::SPLIT_FAMILIES);
        let without_new = Widths::WITHOUT_EMOJI_15.with(Widths::WITHOUT_EMOJI_16);
        let without_any = without_new.with(Widths::WITHOUT_EMOJI_14).with(Widths::WITHOUT_EMOJI_13);
        check(&[by_character, without_new], [3, 1, 1, 2, 6, 4, 6, 3, 2]);
        check(&[by_character, without_any, Widths::WIDE_JOINERS, Widths::NARROW_MARKS], [3, 1, 1, 2, 8, 4, 4, 2, 2]);
        let kitty = [Widths::SPLIT_FAMILIES, Widths::NARROW_MARKS, Widths::WITHOUT_EMOJI_16];
        check(&kitty, [3, 2, 2, 2, 6, 2, 7, 2, 1]);
        check(&[by_character.without(Widths::SPLIT_FAMILIES), without_any], [3, 1, 1, 2, 2, 4, 4, 3, 2]);
        check(&[Widths::WIDE_AMBIGUOUS, Widths::SPLIT_FLAGS], [5, 2, 2, 4, 2, 2, 8, 3, 1]);
    }

    #[test]
    fn a_simple_character_is_as_wide_as_its_cluster_and_stands_alone() {
        let mut previous = String::new();
        for c in ('\0'..=char::MAX).filter(|&c| simple_width(c).is_some()) {
            let text = c.to_string();
            assert_eq!(simple_width(c), Some(cluster_width(&text)), "{c:?}");
            assert_eq!(
                format!("{previous}{c}").graphemes(true).count(),
                usize::from(!previous.is_empty()) + 1,
                "{c:?}"
            );
            previous = text;
        }
    }

    #[test]
    fn cutting_leaves_a_cell_for_the_ellipsis() {
        let check =
            |text: &str, cells: usize, want: &str| assert_eq!(truncate(text, cells), want, "{text:?} at {cells}");
        check("recto", 5, "recto");
        check("recto", 4, "rec…");
        check("recto", 1, "…");
        check("recto", 0, "");
        check("日本語", 5, "日本…");
        check("日本語", 4, "日…");
        check("日本語", 6, "日本語");
        check("", 0, "");
    }

    #[test]
    fn a_column_names_the_cluster_that_covers_it() {
        let text = "a日b";
        assert_eq!([0, 1, 2, 3, 4].map(|cell| offset_at(text, cell)), [0, 1, 1, 4, 5]);
    }

    proptest! {
        #[test]
        fn clusters_tile_any_text_as_the_standard_says(text in "(\\PC|[e\u{301}\u{200d}👍🏽🇫\u{ff9e}日\u{fe0f}\n ]){0,40}") {
            let found: Vec<_> = clusters(&text).map(|cluster| (cluster.offset, cluster.text)).collect();
            let want: Vec<_> = text.grapheme_indices(true).collect();
            prop_assert_eq!(found, want);
            prop_assert_eq!(width(&text), painted(&text));
            for index in 0..=text.len() {
                let boundary = index == text.len() || text.grapheme_indices(true).any(|(offset, _)| offset == index);
                prop_assert_eq!(is_cluster_boundary(&text, index), boundary);
            }
        }

        #[test]
        fn any_widths_tile_any_text(
            text in "(\\PC|[eα…\u{301}\u{200d}👍🏽🇫\u{ff9e}日❤⌚\u{fe0e}\u{fe0f}1\u{20e3}कि\n ]){0,40}",
            widths in (0_u16..1 << 13).prop_map(Widths),
        ) {
            let found: Vec<_> = widths.clusters(&text).map(|cluster| (cluster.offset, cluster.text)).collect();
            let want: Vec<_> = text.grapheme_indices(true).collect();
            prop_assert_eq!(found, want);
            prop_assert_eq!(widths.width(&text), widths.clusters(&text).map(|cluster| cluster.width).sum::<usize>());
        }

        #[test]
        fn what_is_cut_fits(text in "\\PC{0,30}", cells in 0usize..40) {
            prop_assert!(width(&truncate(&text, cells)) <= cells);
        }
    }
}
