//! Pictures as data: how large they are, how they fit into cells, by which protocol a terminal shows them, and what is
//! drawn of one. Their bytes are read, decoded and drawn in the outside wing; where they stand is the layout's business.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A size in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
}

/// A size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Cells {
    pub columns: u16,
    pub rows: u16,
}

/// A protocol by which a terminal is given pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// kitty's, with characters that stand for a picture's parts, so that a picture scrolls as text does. It is the
    /// only way through tmux.
    KittyCells,
    /// kitty's, with parts of a picture put over cells.
    KittyPlaced,
    Sixel,
    Iterm2,
    /// Half a cell a pixel, in colours: no protocol at all.
    HalfBlocks,
}

/// How the reader wants pictures shown: what `--images` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Choice {
    /// As the terminal says that it can.
    #[default]
    Auto,
    Kitty,
    Sixel,
    Iterm2,
    HalfBlocks,
    /// Not at all: what pictures show is told in words.
    Off,
}

impl Choice {
    /// Every choice with its name.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Auto, "auto"),
        (Self::Kitty, "kitty"),
        (Self::Sixel, "sixel"),
        (Self::Iterm2, "iterm2"),
        (Self::HalfBlocks, "halfblocks"),
        (Self::Off, "off"),
    ];

    /// Returns the choice that is called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(choice, _)| *choice)
    }
}

/// What was found out about a terminal's ways of showing pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Graphics {
    pub protocol: Protocol,
    /// The size of a cell.
    pub cell: Pixels,
    /// Whether what is sent has to be wrapped to get through tmux.
    pub is_tmux: bool,
}

/// What a cell measures where the terminal does not tell it.
pub const USUAL_CELL: Pixels = Pixels { width: 9, height: 18 };

/// A picture no wider or no higher than this is there for other reasons than to be looked at.
const DOT: u32 = 2;

/// Where a cell is wider than this, a picture's pixels are shown larger than the screen's.
const WIDEST_CELL: u32 = 16;

/// How a picture is scaled, and the cells that it then takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fit {
    pub cells: Cells,
    pub scaled: Pixels,
}

/// Fits a picture of `size` into `room`, by its own size where that is smaller; none where it is too small to be seen.
pub fn fit(size: Pixels, cell: Pixels, room: Cells) -> Option<Fit> {
    let Pixels { width: cell_width, height: cell_height } = cell;
    if size.width <= DOT || size.height <= DOT || room.columns == 0 || room.rows == 0 {
        return None;
    }
    let magnified = u64::from((cell_width / WIDEST_CELL + 1).max(1));
    let (width, height) = (u64::from(size.width) * magnified, u64::from(size.height) * magnified);
    let widest = u64::from(room.columns) * u64::from(cell_width.max(1));
    let highest = u64::from(room.rows) * u64::from(cell_height.max(1));
    let (mut scaled_width, mut scaled_height) = (width, height);
    if scaled_width > widest {
        (scaled_width, scaled_height) = (widest, height * widest / width);
    }
    if scaled_height > highest {
        (scaled_width, scaled_height) = (width * highest / height, highest);
    }
    let in_cells = |pixels: u64, cell: u32| u16::try_from(pixels.div_ceil(u64::from(cell.max(1)))).ok();
    let scaled =
        Pixels { width: u32::try_from(scaled_width.max(1)).ok()?, height: u32::try_from(scaled_height.max(1)).ok()? };
    let cells = Cells {
        columns: in_cells(u64::from(scaled.width), cell_width)?,
        rows: in_cells(u64::from(scaled.height), cell_height)?,
    };
    Some(Fit { cells, scaled })
}

/// The pictures of a document that can be shown, and the room there is for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Sizes by their index in the document's resources.
    pub sizes: BTreeMap<u32, Pixels>,
    pub cell: Pixels,
    pub most_rows: u16,
}

impl Table {
    /// Returns how the resource is shown where there are `columns` cells for it; none for one that is not.
    pub fn fit(&self, resource: u32, columns: usize) -> Option<Fit> {
        let columns = u16::try_from(columns).unwrap_or(u16::MAX);
        fit(*self.sizes.get(&resource)?, self.cell, Cells { columns, rows: self.most_rows })
    }
}

/// One row of cells of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Strip {
    /// An index into the document's resources.
    pub resource: u32,
    pub row: u16,
    pub fit: Fit,
}

/// How a picture is to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Request {
    /// The part of the picture that is drawn; none for all of it.
    pub part: Option<Part>,
    pub fit: Fit,
    pub cell: Pixels,
    pub protocol: Protocol,
    pub is_tmux: bool,
    /// Whether it is made darker, for eyes that are used to a dark ground.
    pub is_dimmed: bool,
    pub is_on_dark_ground: bool,
}

/// A rectangle of a picture, in its own pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Part {
    pub x: u32,
    pub y: u32,
    pub size: Pixels,
}

/// What of a picture is seen when it has the screen to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    size: Pixels,
    /// How many steps the picture is larger than what fits the screen.
    zoom: u32,
    /// The picture's pixel in the middle.
    middle: (u32, u32),
}

/// The most steps of zooming in, each by a half.
const MOST_ZOOM: u32 = 12;

impl Window {
    /// Makes a window that shows all of a picture.
    pub fn new(size: Pixels) -> Self {
        Self { size, zoom: 0, middle: (size.width / 2, size.height / 2) }
    }

    /// Returns what part of the picture is seen in `room`, and how it is scaled.
    pub fn view(&self, room: Cells, cell: Pixels) -> (Part, Fit) {
        let room = (
            u64::from(room.columns.max(1)) * u64::from(cell.width.max(1)),
            u64::from(room.rows.max(1)) * u64::from(cell.height.max(1)),
        );
        let own = (u64::from(self.size.width.max(1)), u64::from(self.size.height.max(1)));
        // All of it, by the side that fills the screen first.
        let fitted = if own.0 * room.1 > own.1 * room.0 {
            (room.0, (own.1 * room.0 / own.0).max(1))
        } else {
            ((own.0 * room.1 / own.1).max(1), room.1)
        };
        let (larger, smaller) = (3_u64.pow(self.zoom), 2_u64.pow(self.zoom));
        let whole = (fitted.0 * larger / smaller, fitted.1 * larger / smaller);
        let seen = (whole.0.min(room.0), whole.1.min(room.1));
        let side = |own: u64, seen: u64, whole: u64, middle: u32| {
            let length = (own * seen / whole).clamp(1, own);
            let start = u64::from(middle).saturating_sub(length / 2).min(own - length);
            (u32::try_from(start).unwrap_or_default(), u32::try_from(length).unwrap_or(1))
        };
        let (x, width) = side(own.0, seen.0, whole.0, self.middle.0);
        let (y, height) = side(own.1, seen.1, whole.1, self.middle.1);
        let pixels = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
        let in_cells = |side: u64, cell: u32| u16::try_from(side.div_ceil(u64::from(cell.max(1)))).unwrap_or(u16::MAX);
        let fit = Fit {
            cells: Cells { columns: in_cells(seen.0, cell.width), rows: in_cells(seen.1, cell.height) },
            scaled: Pixels { width: pixels(seen.0), height: pixels(seen.1) },
        };
        (Part { x, y, size: Pixels { width, height } }, fit)
    }

    /// Zooms in by steps, or out where they are negative.
    pub fn zoom(&mut self, steps: i32) {
        self.zoom = self.zoom.saturating_add_signed(steps).min(MOST_ZOOM);
    }

    /// Shows all of the picture again.
    pub fn reset(&mut self) {
        *self = Self::new(self.size);
    }

    /// Moves by quarters of what is seen of the picture in `room`.
    pub fn pan(&mut self, quarters: (i32, i32), room: Cells, cell: Pixels) {
        let (part, _) = self.view(room, cell);
        let moved = |start: u32, length: u32, own: u32, quarters: i32| {
            let step = i64::from(length.div_ceil(4)) * i64::from(quarters);
            let middle = i64::from(start) + i64::from(length / 2) + step;
            let (least, most) = (i64::from(length / 2), i64::from(own - length.min(own) + length / 2));
            u32::try_from(middle.clamp(least, most.max(least))).unwrap_or_default()
        };
        self.middle = (
            moved(part.x, part.size.width, self.size.width, quarters.0),
            moved(part.y, part.size.height, self.size.height, quarters.1),
        );
    }

    /// Returns how large the picture is shown, of what fits the screen, in percent.
    pub fn percent(&self) -> u64 {
        100 * 3_u64.pow(self.zoom) / 2_u64.pow(self.zoom)
    }
}

/// A picture as a terminal shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    pub cells: Cells,
    pub ink: Ink,
}

/// What a drawing is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ink {
    /// Red, green and blue of each cell's upper and lower half, row by row.
    HalfBlocks(Vec<[[u8; 3]; 2]>),
    Sequences(Sequences),
}

/// Sequences that show a picture, made by us alone: nothing of a picture's own bytes reaches the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sequences {
    /// No other drawing has the same.
    pub id: u32,
    /// What is sent once before a row is shown; empty for nothing.
    pub transmission: String,
    /// What shows each row of cells, from the row's first cell on.
    pub rows: Vec<String>,
    /// What takes each row away where text alone would not do it; empty for nothing.
    pub removals: Vec<String>,
    /// What makes the terminal forget the picture; empty for nothing.
    pub release: String,
    /// Whether the terminal takes the rows for text, which its own scrolling moves.
    pub is_text: bool,
}

impl Drawing {
    /// Returns about how many bytes of memory it takes.
    pub fn size(&self) -> usize {
        match &self.ink {
            Ink::HalfBlocks(cells) => std::mem::size_of_val(cells.as_slice()),
            Ink::Sequences(made) => made.transmission.len() + made.rows.iter().map(String::len).sum::<usize>(),
        }
    }

    /// Returns the half-blocks of a row.
    pub fn half_blocks(&self, row: u16) -> Option<&[[[u8; 3]; 2]]> {
        let Ink::HalfBlocks(cells) = &self.ink else { return None };
        let columns = usize::from(self.cells.columns);
        cells.get(usize::from(row) * columns..(usize::from(row) + 1) * columns)
    }
}

/// A row of a drawing where it stands on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub column: u16,
    /// The screen's row.
    pub row: u16,
    pub drawing: Arc<Drawing>,
    /// The drawing's row.
    pub strip: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(size: (u32, u32), cell: (u32, u32), room: (u16, u16), expected: Option<((u16, u16), (u32, u32))>) {
        let pixels = |(width, height)| Pixels { width, height };
        let room = Cells { columns: room.0, rows: room.1 };
        let fitted = fit(pixels(size), pixels(cell), room);
        let fitted = fitted.map(|fit| ((fit.cells.columns, fit.cells.rows), (fit.scaled.width, fit.scaled.height)));
        assert_eq!(fitted, expected, "{size:?} in {room:?}");
    }

    #[test]
    fn pictures_keep_their_shape() {
        let cell = (10, 20);
        check((100, 100), cell, (72, 30), Some(((10, 5), (100, 100))));
        check((105, 101), cell, (72, 30), Some(((11, 6), (105, 101))));
        check((1440, 720), cell, (72, 30), Some(((72, 18), (720, 360))));
        check((720, 2400), cell, (72, 30), Some(((18, 30), (180, 600))));
        check((100_000, 10), cell, (72, 30), Some(((72, 1), (720, 1))));
        check((3, 40_000), cell, (72, 30), Some(((1, 30), (1, 600))));
        check((u32::MAX, u32::MAX), cell, (72, 30), Some(((60, 30), (600, 600))));
        // Fine screens show a picture's pixels larger.
        check((100, 100), (20, 40), (72, 30), Some(((10, 5), (200, 200))));
    }

    #[test]
    fn what_cannot_be_seen_has_no_place() {
        check((1, 1), (10, 20), (72, 30), None);
        check((300, 2), (10, 20), (72, 30), None);
        check((300, 200), (10, 20), (0, 30), None);
        check((300, 200), (0, 0), (10, 10), Some(((10, 6), (10, 6))));
    }

    #[test]
    fn a_window_stays_in_its_picture() {
        let cell = Pixels { width: 10, height: 20 };
        let room = Cells { columns: 40, rows: 10 };
        let size = Pixels { width: 800, height: 300 };
        let mut window = Window::new(size);
        let (part, fit) = window.view(room, cell);
        assert_eq!((part.x, part.y, part.size), (0, 0, size));
        assert_eq!((fit.cells, fit.scaled), (Cells { columns: 40, rows: 8 }, Pixels { width: 400, height: 150 }));
        window.pan((1, 1), room, cell);
        assert_eq!(window.view(room, cell).0, part, "all of it is seen already");
        window.zoom(2);
        let (part, fit) = window.view(room, cell);
        assert_eq!(fit.scaled, Pixels { width: 400, height: 200 });
        assert_eq!((part.x, part.size), (223, Pixels { width: 355, height: 178 }));
        for step in 0..200 {
            window.pan([(1, 0), (0, 1), (-1, 0), (0, -1), (3, 3), (-2, -2)][step % 6], room, cell);
            window.zoom([1, -1, 3, -1][step % 4]);
            let (part, fit) = window.view(room, cell);
            assert!(part.x + part.size.width <= size.width && part.y + part.size.height <= size.height, "{part:?}");
            assert!(fit.cells.columns <= room.columns && fit.cells.rows <= room.rows, "{fit:?}");
        }
        window.reset();
        assert_eq!(window.view(room, cell).0.size, size);
        // A picture that is nothing but wide.
        let (part, _) = Window::new(Pixels { width: 30_000, height: 3 }).view(room, cell);
        assert_eq!(part.size, Pixels { width: 30_000, height: 3 });
    }

    #[test]
    fn choices_have_names() {
        for (choice, name) in Choice::ALL {
            assert_eq!(Choice::named(name), Some(choice));
        }
        assert_eq!(Choice::named("photos"), None);
    }
}
