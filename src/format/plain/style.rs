//! How a heading tells its rank, and the levels that the styles of one text make.

use super::marker::Numbering;
use super::reading::Case;

/// What sets a heading apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// A row of the sign above and below.
    Overlined(u8),
    Underlined(u8),
    /// `##` or `==` before it, with how many.
    Signed(u8),
    Numbered(Numbering),
    Capitals,
    Plain,
}

impl Style {
    /// Returns the style of a line that no sign marks as a heading.
    pub fn of(numbering: Numbering, case: Case) -> Self {
        match (numbering, case) {
            (Numbering::None | Numbering::Bare | Numbering::Question, Case::Caps) => Self::Capitals,
            (Numbering::None | Numbering::Bare | Numbering::Question, _) => Self::Plain,
            (numbering, _) => Self::Numbered(numbering),
        }
    }

    /// Returns where the style stands among others; `order` is that of rows by their first heading.
    fn rank(self, order: &[Self], has_capital_rank: bool) -> u32 {
        match self {
            Self::Numbered(Numbering::Part) => 0,
            Self::Numbered(Numbering::Chapter) => 1,
            Self::Overlined(_) | Self::Underlined(_) => {
                2 + u32::try_from(order.iter().position(|style| *style == self).unwrap_or(0)).unwrap_or(0)
            }
            Self::Signed(n_signs) => 100 + u32::from(n_signs),
            Self::Capitals if has_capital_rank => 110,
            Self::Numbered(Numbering::Roman) => 111,
            Self::Numbered(Numbering::Letter) => 112,
            Self::Numbered(Numbering::Nested(depth)) => 119 + u32::from(depth),
            Self::Numbered(_) | Self::Capitals | Self::Plain => 120,
        }
    }
}

/// Returns the level of each heading of a text, from 1 to 6: as many as its styles make.
pub fn levels(styles: &[Style]) -> Vec<u8> {
    let mut order: Vec<Style> = Vec::new();
    for style in styles.iter().filter(|style| matches!(style, Style::Overlined(_) | Style::Underlined(_))) {
        if !order.contains(style) {
            order.push(*style);
        }
    }
    // One heading in capitals among many others is an abbreviation, not a rank.
    let n_capitals = styles.iter().filter(|style| **style == Style::Capitals).count();
    let has_capital_rank = n_capitals >= 2 && n_capitals * 8 >= styles.len();
    let rank = |style: &Style| style.rank(&order, has_capital_rank);
    let mut ranks: Vec<u32> = Vec::new();
    for style in styles {
        let rank = rank(style);
        if let Err(idx) = ranks.binary_search(&rank) {
            ranks.insert(idx, rank);
        }
    }
    let level = |style| ranks.binary_search(&rank(style)).map_or(6, |idx| u8::try_from(idx + 1).unwrap_or(6).min(6));
    styles.iter().map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(styles: &[Style], expected: &[u8]) {
        assert_eq!(levels(styles), expected, "{styles:?}");
    }

    #[test]
    fn ranks_styles() {
        use Style::{Capitals, Numbered, Overlined, Plain, Signed, Underlined};
        check(&[Plain, Plain], &[1, 1]);
        check(&[Underlined(b'='), Underlined(b'-'), Plain, Underlined(b'=')], &[1, 2, 3, 1]);
        check(&[Overlined(b'-'), Underlined(b'-'), Overlined(b'-')], &[1, 2, 1]);
        check(&[Signed(2), Signed(3), Signed(2)], &[1, 2, 1]);
        check(&[Capitals, Plain, Capitals, Plain], &[1, 2, 1, 2]);
        check(&[Plain, Plain, Capitals, Plain], &[1, 1, 1, 1]);
        check(
            &[Numbered(Numbering::Part), Numbered(Numbering::Chapter), Numbered(Numbering::Chapter), Plain],
            &[1, 2, 2, 3],
        );
        check(
            &[Numbered(Numbering::Number), Numbered(Numbering::Nested(2)), Numbered(Numbering::Nested(3))],
            &[1, 2, 3],
        );
    }
}
