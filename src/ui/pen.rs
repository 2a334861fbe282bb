//! The pen: text and lines put into the buffer in the theme's faces, cut at the cells that they are given.

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::app::{Area, Look};
use crate::config::{Colour, Element, Face};
use crate::text::bidi;
use crate::text::width::{Cluster, clusters};

/// Puts text into a buffer.
pub struct Pen<'a> {
    look: &'a Look,
    buffer: &'a mut Buffer,
}

impl<'a> Pen<'a> {
    pub fn new(look: &'a Look, buffer: &'a mut Buffer) -> Self {
        Self { look, buffer }
    }

    /// Gives the whole screen the theme's own colours, where it has any.
    pub fn ground(&mut self) {
        let ground = self.look.theme().ground().at(self.look.depth);
        if ground != Face::default() {
            let area = self.buffer.area;
            self.buffer.set_style(area, style_of(ground));
        }
    }

    /// Clears an area for what stands above the rest.
    pub fn clear(&mut self, area: Area) {
        let style = style_of(self.look.theme().ground().at(self.look.depth));
        for row in area.row..area.bottom() {
            for column in area.column..area.column + area.columns {
                if let Some(cell) = self.buffer.cell_mut((column, row)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
        }
    }

    pub fn style(&self, element: Element) -> Style {
        style_of(self.look.theme().face(element).at(self.look.depth))
    }

    /// Puts `text` in at most `cells` cells, an ellipsis at its end where it is cut; returns the cells it took.
    pub fn put(&mut self, column: u16, row: u16, cells: u16, text: &str, element: Element) -> u16 {
        let fitted = crate::text::width::truncate(text, usize::from(cells));
        let style = self.style(element);
        let mut used = 0;
        let shown = bidi::shown(&fitted, self.look.order);
        for cluster in clusters(&shown) {
            used += self.put_cluster(column + used, row, cells - used, cluster, style);
        }
        used
    }

    /// Puts `text` so that it ends before `right`; returns the cells it took.
    pub fn put_right(&mut self, right: u16, row: u16, cells: u16, text: &str, element: Element) -> u16 {
        let width = u16::try_from(crate::text::width::width(text)).unwrap_or(cells).min(cells);
        self.put(right.saturating_sub(width), row, width, text, element)
    }

    /// Puts one grapheme cluster if there is room for it; returns the cells it took.
    pub fn put_cluster(&mut self, column: u16, row: u16, room: u16, cluster: Cluster, style: Style) -> u16 {
        let Ok(width @ 1..) = u16::try_from(cluster.width) else { return 0 };
        if width > room || column.saturating_add(width) > self.buffer.area.right() {
            return 0;
        }
        if let Some(cell) = self.buffer.cell_mut((column, row)) {
            cell.set_symbol(cluster.text).set_style(style).set_diff_option(CellDiffOption::None);
        }
        for after in column + 1..column + width {
            if let Some(cell) = self.buffer.cell_mut((after, row)) {
                cell.reset();
                cell.set_style(style);
            }
        }
        width
    }

    /// Puts one grapheme cluster so that each of its cells takes `scale` cells, if there is room for it; returns the
    /// cells that it took across. Where the rows of `area` hold it, the cells are left free for a large one.
    pub fn put_large(&mut self, column: u16, area: Area, scale: u16, cluster: Cluster, style: Style) -> u16 {
        let room = (area.column + area.columns).saturating_sub(column);
        let columns = u16::try_from(cluster.width).unwrap_or(u16::MAX).saturating_mul(scale);
        if columns == 0 || columns > room || column.saturating_add(columns) > self.buffer.area.right() {
            return 0;
        }
        let rows = if area.rows < scale { 1 } else { scale };
        let whole = Rect::new(column, area.row, columns, rows).intersection(self.buffer.area);
        self.buffer.set_style(whole, style);
        self.put_cluster(column, area.row, columns, cluster, style);
        if rows == scale {
            (area.row..area.row + rows).for_each(|row| self.leave_free(column, row, columns));
        }
        columns
    }

    /// Colours the upper and the lower half of cells.
    pub fn put_halves(&mut self, column: u16, row: u16, halves: &[[[u8; 3]; 2]]) {
        for (at, [upper, lower]) in (column..).zip(halves) {
            let colour = |[red, green, blue]: [u8; 3]| Some(Colour::Rgb(red, green, blue));
            let face = Face { fg: colour(*upper), bg: colour(*lower), ..Face::default() }.at(self.look.depth);
            if let Some(cell) = self.buffer.cell_mut((at, row)) {
                cell.set_symbol(if upper == lower { " " } else { "▀" }).set_style(style_of(face));
            }
        }
    }

    /// Leaves cells free for what no cell can hold. Whatever is put above them later takes them back.
    pub fn leave_free(&mut self, column: u16, row: u16, columns: u16) {
        for at in column..column + columns {
            if let Some(cell) = self.buffer.cell_mut((at, row)) {
                cell.set_diff_option(CellDiffOption::Skip);
            }
        }
    }

    /// Returns how many rows the screen has.
    pub fn rows(&self) -> u16 {
        self.buffer.area.height
    }

    /// Gives cells that hold text already another face.
    pub fn restyle(&mut self, area: Area, element: Element) {
        let style = self.style(element);
        self.buffer.set_style(Rect::new(area.column, area.row, area.columns, area.rows), style);
    }

    /// Draws a frame just inside `area`, with a title; returns what is inside it.
    pub fn frame(&mut self, area: Area, title: &str) -> Area {
        self.clear(area);
        if area.columns < 4 || area.rows < 3 {
            return area;
        }
        let (right, bottom) = (area.column + area.columns - 1, area.bottom() - 1);
        let bar = "─".repeat(usize::from(area.columns - 2));
        for (row, ends) in [(area.row, ["╭", "╮"]), (bottom, ["╰", "╯"])] {
            self.put(area.column, row, 1, ends[0], Element::Border);
            self.put(area.column + 1, row, area.columns - 2, &bar, Element::Border);
            self.put(right, row, 1, ends[1], Element::Border);
        }
        for row in area.row + 1..bottom {
            self.put(area.column, row, 1, "│", Element::Border);
            self.put(right, row, 1, "│", Element::Border);
        }
        if !title.is_empty() {
            let title = format!(" {title} ");
            self.put(area.column + 2, area.row, area.columns.saturating_sub(4), &title, Element::OverlayTitle);
        }
        Area { column: area.column + 2, row: area.row + 1, columns: area.columns - 4, rows: area.rows - 2 }
    }
}

fn style_of(face: Face) -> Style {
    let style = Style { fg: face.fg.map(color_of), bg: face.bg.map(color_of), ..Style::default() };
    let modifiers = [
        (face.bold, Modifier::BOLD),
        (face.dim, Modifier::DIM),
        (face.italic, Modifier::ITALIC),
        (face.underline, Modifier::UNDERLINED),
        (face.reverse, Modifier::REVERSED),
        (face.strike, Modifier::CROSSED_OUT),
    ];
    modifiers.into_iter().filter(|(on, _)| *on).fold(style, |style, (_, modifier)| style.add_modifier(modifier))
}

fn color_of(colour: Colour) -> Color {
    match colour {
        // The names of the first 16 are what keeps the terminal's own palette.
        Colour::Ansi(idx) | Colour::Indexed(idx) => Color::Indexed(idx),
        Colour::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}
