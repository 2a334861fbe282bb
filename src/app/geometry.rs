//! Where things stand on the screen, in cells: the one place that turns a size into areas.

use super::finder::Scope;

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    pub column: u16,
    pub row: u16,
    pub columns: u16,
    pub rows: u16,
}

impl Area {
    pub fn holds(self, column: u16, row: u16) -> bool {
        (self.column..self.column.saturating_add(self.columns)).contains(&column)
            && (self.row..self.row.saturating_add(self.rows)).contains(&row)
    }

    pub fn bottom(self) -> u16 {
        self.row.saturating_add(self.rows)
    }
}

/// The default width of the text column, in cells.
pub const DEFAULT_MEASURE: u16 = 72;
/// The narrowest and the widest that the reader can make it.
pub const MEASURES: std::ops::RangeInclusive<u16> = 20..=160;
/// The narrowest screen whose status line tells at its right what was kept of a page, in cells.
pub const RECEIPT: u16 = 74;
/// The width of the contents panel and the gap beside it.
const PANEL: u16 = 36;
const GAP: u16 = 4;
/// The widest that a panel gets where its width costs nothing.
const WIDEST_PANEL: u16 = 60;

/// How wide notes in the margin are, and the gap beside the text.
const NOTES: std::ops::RangeInclusive<u16> = 24..=40;
const NOTES_GAP: u16 = 4;

/// What the reader and the terminal wish of the reading screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wishes {
    /// The width of the text column, in cells.
    pub measure: u16,
    /// Whether all but the text is hidden.
    pub zen: bool,
    /// Whether a panel costs nothing while the text beside it scrolls.
    pub free_panel: bool,
}

/// Where the reading screen's parts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Geometry {
    pub screen: Area,
    /// The text column.
    pub text: Area,
    /// The contents panel, where the screen is wide enough. Its first row is its title.
    pub panel: Option<Area>,
    /// The right margin, where it is wide enough for notes beside the text.
    pub margin: Option<Area>,
    /// The status line; none in zen or where there is but one row.
    pub status: Option<Area>,
}

impl Geometry {
    /// Returns the reading screen of `columns` by `rows` cells.
    ///
    /// The column is centred on the screen; the panel stands at the left edge, where it costs the fewest bytes to
    /// paint, and moves the column only when there is no room for both. Tall screens keep margins above and below.
    pub fn reading(columns: u16, rows: u16, wishes: Wishes) -> Self {
        let Wishes { measure, zen, free_panel } = wishes;
        let screen = Area { column: 0, row: 0, columns, rows };
        let status = (!zen && rows > 1).then(|| Area { row: rows - 1, rows: 1, ..screen });
        let margin = u16::from(rows >= 10);
        let gap = u16::from(rows >= 20 && status.is_some());
        let side = u16::from(columns >= 24);
        let has_panel = !zen && rows >= 10 && columns >= PANEL + GAP + measure.min(DEFAULT_MEASURE) + 2;
        let beside = (columns.saturating_sub(measure) / 2).saturating_sub(GAP);
        let panel_columns = if free_panel { beside.clamp(PANEL, WIDEST_PANEL) } else { PANEL };
        let left = if has_panel { panel_columns + GAP } else { side };
        let text_columns = measure.min(columns.saturating_sub(left + side)).max(1);
        let text = Area {
            column: (columns.saturating_sub(text_columns) / 2).max(left).min(columns.saturating_sub(1)),
            row: margin,
            columns: text_columns,
            rows: rows.saturating_sub(margin + gap + u16::from(status.is_some())).max(1),
        };
        let panel = has_panel.then_some(Area { column: 2, row: 0, columns: panel_columns - 2, rows: text.bottom() });
        let right = text.column + text.columns + NOTES_GAP;
        let margin_columns = columns.saturating_sub(right + side).min(*NOTES.end());
        let has_margin = !zen && margin_columns >= *NOTES.start();
        let margin = has_margin.then_some(Area { column: right, columns: margin_columns, ..text });
        Self { screen, text, panel, margin, status }
    }

    /// Returns an area in the middle of the screen for an overlay of at most `columns` by `rows` cells.
    pub fn overlay(&self, columns: u16, rows: u16) -> Area {
        let columns = columns.min(self.screen.columns);
        let rows = rows.min(self.screen.rows);
        Area { column: (self.screen.columns - columns) / 2, row: (self.screen.rows - rows) / 3, columns, rows }
    }
}

/// Where the finder's parts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinderAreas {
    pub frame: Area,
    pub list: Area,
}

impl FinderAreas {
    pub fn of(geometry: &Geometry) -> Self {
        let frame = geometry.overlay(80, 20);
        // As the pen frames it, below what is typed.
        let inside = if frame.columns < 4 || frame.rows < 3 {
            frame
        } else {
            Area { column: frame.column + 2, row: frame.row + 1, columns: frame.columns - 4, rows: frame.rows - 2 }
        };
        let list = Area { row: inside.row.saturating_add(2), rows: inside.rows.saturating_sub(2), ..inside };
        Self { frame, list }
    }

    /// Returns how many cells of a line tell what its name stands for.
    pub fn kind(line: Area, scope: Scope) -> u16 {
        if scope == Scope::Everything && line.columns >= 36 { 9 } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_on_the_screen_and_apart_at_any_size() {
        for columns in 1..=220 {
            for rows in 1..=70 {
                for (zen, free_panel) in [(false, false), (false, true), (true, false)] {
                    for measure in [20, 72, 160] {
                        let geometry = Geometry::reading(columns, rows, Wishes { measure, zen, free_panel });
                        let text = geometry.text;
                        assert!(text.columns >= 1 && text.column + text.columns <= columns, "{geometry:?}");
                        assert!(text.rows >= 1 && text.bottom() <= rows, "{geometry:?}");
                        if let Some(panel) = geometry.panel {
                            assert!(panel.column + panel.columns < text.column, "{geometry:?}");
                        }
                        if let Some(margin) = geometry.margin {
                            assert!(text.column + text.columns < margin.column, "{geometry:?}");
                            assert!(margin.column + margin.columns <= columns, "{geometry:?}");
                        }
                        if let Some(status) = geometry.status {
                            assert!(text.bottom() <= status.row, "{geometry:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn narrow_screens_drop_the_panel() {
        let wishes = Wishes { measure: 72, zen: false, free_panel: false };
        assert_eq!(Geometry::reading(80, 24, wishes).panel, None);
        assert!(Geometry::reading(200, 60, wishes).panel.is_some());
        assert_eq!(Geometry::reading(200, 60, Wishes { zen: true, ..wishes }).panel, None);
    }
}
