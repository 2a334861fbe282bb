//! Widths in cells, grapheme cluster by grapheme cluster.
//!
//! A cluster is as wide as the screen's buffer takes it to be, so that a line that was measured here fits there. What
//! a particular terminal makes of a cluster is left to the terminal's own layer.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// What stands for text that was cut off.
const ELLIPSIS: &str = "…";

/// A grapheme cluster: its text, its width in cells and where it starts, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster<'a> {
    pub text: &'a str,
    pub width: usize,
    pub offset: usize,
}

/// Returns the width of `text` in cells: the sum of its clusters' widths.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        // No ASCII character joins another, but for CR and LF, which have no width at all.
        return text.len() - text.bytes().filter(u8::is_ascii_control).count();
    }
    let simple = text.chars().try_fold(0, |cells, c| Some(cells + simple_width(c)?));
    simple.unwrap_or_else(|| clusters(text).map(|cluster| cluster.width).sum())
}

/// Returns the grapheme clusters of `text`, in order.
pub fn clusters(text: &str) -> impl Iterator<Item = Cluster<'_>> {
    let mut rest = text;
    let mut offset = 0;
    std::iter::from_fn(move || {
        let mut chars = rest.chars();
        let first = chars.next()?;
        let alone = simple_width(first).filter(|_| chars.next().is_none_or(|next| simple_width(next).is_some()));
        let (len, width) = match alone {
            Some(width) => (first.len_utf8(), width),
            None => {
                let cluster = rest.graphemes(true).next()?;
                (cluster.len(), cluster_width(cluster))
            }
        };
        let (cluster, after) = rest.split_at_checked(len)?;
        let found = Cluster { text: cluster, width, offset };
        offset += len;
        rest = after;
        Some(found)
    })
}

/// Returns `text`, cut so that it takes at most `cells`, with an ellipsis where something was left out.
pub fn truncate(text: &str, cells: usize) -> Cow<'_, str> {
    let mut used = 0;
    // The longest start that leaves a cell for the ellipsis.
    let mut kept = 0;
    for cluster in clusters(text) {
        used += cluster.width;
        if used > cells {
            let start = text.get(..kept).unwrap_or_default();
            return if cells == 0 { Cow::Borrowed("") } else { Cow::Owned(format!("{start}{ELLIPSIS}")) };
        }
        if used < cells {
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

/// Returns the width of one cluster as the screen's buffer counts it.
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
        fn what_is_cut_fits(text in "\\PC{0,30}", cells in 0usize..40) {
            prop_assert!(width(&truncate(&text, cells)) <= cells);
        }
    }
}
