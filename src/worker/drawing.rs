//! Drawing: a picture's bytes to what a terminal is given for it: decoded under limits, scaled, encoded.
//!
//! Every row of cells is encoded by itself, so that a picture can be shown in part while it scrolls. Only what is made
//! here from its pixels reaches the terminal.

mod svg;

use std::io::Cursor;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgba, RgbaImage};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::Color;
use ratatui::widgets::Widget;
use ratatui_image::protocol::Protocol as Encoded;
use ratatui_image::protocol::iterm2::Iterm2;
use ratatui_image::protocol::kitty::Kitty;
use ratatui_image::protocol::sixel::Sixel;

use crate::error::{Error, Result};
use crate::picture::{Cells, Drawing, Fit, Ink, Part, Pixels, Protocol, Request, Sequences};

/// The most pixels that are decoded.
const MOST_PIXELS: u64 = 40_000_000;

/// The most memory that decoding takes, in bytes.
const MOST_MEMORY: u64 = 256 << 20;

/// The most pixels either way.
const LONGEST_SIDE: u32 = 32_768;

/// How many times larger than its drawing a picture is when it is first made smaller in a rougher way.
const MUCH_LARGER: u32 = 4;

/// How bright a picture is that was dimmed, of 256 parts.
const DIMMED: u32 = 160;

/// Paper that is put under what a picture lets through where its own lines would be lost on the ground.
const LIGHT_PAPER: [u8; 3] = [238, 238, 238];
const DARK_PAPER: [u8; 3] = [24, 24, 24];

/// How much of a picture is too dark for a dark ground, in parts of a hundred: of a drawing, a few lines, for it was
/// drawn for white paper; of others, where it is dark as a whole.
const DARK_LINES: u64 = 2;
const DARK_MOSTLY: u64 = 100;

/// How high a band of sixels is, in pixels.
const BAND: u32 = 6;

/// How many bytes of a picture one of kitty's sequences carries, before base64.
const CHUNK: usize = 3072;

/// Returns how large the picture is that begins with these bytes, as it is to be seen.
///
/// # Errors
///
/// Why it cannot be shown.
pub fn measure(bytes: &[u8]) -> Result<Pixels> {
    if svg::is_svg(bytes) { svg::measure(bytes) } else { opened(bytes).map(|(_, size, _)| size) }
}

/// Draws the picture as it is asked for.
///
/// # Errors
///
/// Why it cannot be shown.
pub fn draw(bytes: &[u8], request: &Request) -> Result<Drawing> {
    let target = target(request);
    let picture = if svg::is_svg(bytes) {
        let mut drawn = svg::draw(bytes, request.part, target)?;
        lay_on_paper(&mut drawn, request, DARK_LINES);
        drawn
    } else {
        let mut picture = scaled(decoded(bytes)?, request.part, target);
        lay_on_paper(&mut picture, request, DARK_MOSTLY);
        picture
    };
    let picture = dimmed(picture, request);
    encode(picture, request)
}

type Opened<'a> = (Box<dyn ImageDecoder + 'a>, Pixels, Orientation);

fn opened(bytes: &[u8]) -> Result<Opened<'_>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    if reader.format().is_none() {
        return Err(unknown(bytes));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (mut width, mut height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Error::new(format!("it has {width} × {height} pixels, more than recto takes")));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let is_turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    if is_turned {
        std::mem::swap(&mut width, &mut height);
    }
    Ok((Box::new(decoder), Pixels { width, height }, orientation))
}

fn decoded(bytes: &[u8]) -> Result<DynamicImage> {
    let (decoder, _, orientation) = opened(bytes)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn unknown(bytes: &[u8]) -> Error {
    Error::new(if bytes.is_empty() { "it is empty" } else { "it is none of PNG, JPEG, GIF, WebP, BMP and SVG" })
}

fn refusal(error: &image::ImageError) -> Error {
    match error {
        image::ImageError::Limits(_) => Error::new("it would take more memory than recto gives a picture"),
        image::ImageError::Unsupported(_) => Error::new("it is of a kind that recto does not show"),
        _ => Error::new("it is damaged"),
    }
}

/// Returns the size at which a picture is drawn.
fn target(request: &Request) -> Pixels {
    let Fit { cells, scaled } = request.fit;
    match request.protocol {
        // Two pixels a cell, whatever the cell measures.
        Protocol::HalfBlocks => Pixels { width: cells.columns.into(), height: u32::from(cells.rows) * 2 },
        Protocol::Sixel => Pixels { height: in_bands(scaled.height, request.cell.height), ..scaled },
        _ => scaled,
    }
}

/// Cuts and scales a picture for its place.
fn scaled(picture: DynamicImage, part: Option<Part>, target: Pixels) -> RgbaImage {
    let picture = match part {
        Some(part) => picture.crop_imm(part.x, part.y, part.size.width.max(1), part.size.height.max(1)),
        None => picture,
    };
    resized(&picture, target).into_rgba8()
}

/// Dims a picture where that is asked for.
fn dimmed(mut picture: RgbaImage, request: &Request) -> RgbaImage {
    if request.is_dimmed {
        for Rgba([red, green, blue, _]) in picture.pixels_mut() {
            for channel in [red, green, blue] {
                *channel = u8::try_from(u32::from(*channel) * DIMMED / 256).unwrap_or(u8::MAX);
            }
        }
    }
    picture
}

/// Returns a height whose last row of cells holds whole bands alone: a band that is not filled would reach into the
/// row below.
fn in_bands(height: u32, cell: u32) -> u32 {
    let cell = cell.max(1);
    let (rows, last) = (height / cell, height % cell);
    match (last, last / BAND * BAND) {
        (0, _) if rows > 0 && !cell.is_multiple_of(BAND) && cell > BAND => height - cell % BAND,
        (0, _) => height,
        (_, 0) => rows * cell + BAND.min(cell),
        (_, whole) => rows * cell + whole,
    }
}

fn resized(picture: &DynamicImage, target: Pixels) -> DynamicImage {
    let Pixels { width, height } = target;
    let (width, height) = (width.max(1), height.max(1));
    if (picture.width(), picture.height()) == (width, height) {
        return picture.clone();
    }
    if picture.width() > width.saturating_mul(MUCH_LARGER) && picture.height() > height.saturating_mul(MUCH_LARGER) {
        let rough = picture.thumbnail_exact(width * 2, height * 2);
        return rough.resize_exact(width, height, FilterType::Triangle);
    }
    picture.resize_exact(width, height, FilterType::CatmullRom)
}

/// Puts paper under a picture that lets the ground through: the other kind than the ground where the picture would be
/// lost on it, as one is on a dark ground of which so many parts in a hundred are dark.
fn lay_on_paper(picture: &mut RgbaImage, request: &Request, too_dark: u64) {
    let (mut opaque, mut light, mut dark) = (0_u64, 0_u64, 0_u64);
    let mut is_whole = true;
    for Rgba([red, green, blue, alpha]) in picture.pixels() {
        is_whole &= *alpha == u8::MAX;
        if *alpha >= 128 {
            opaque += 1;
            let own = (u64::from(*red) * 3 + u64::from(*green) * 6 + u64::from(*blue)) / 10;
            light += own;
            dark += u64::from(own < 64);
        }
    }
    if is_whole {
        return;
    }
    let is_lost = match (light.checked_div(opaque), request.is_on_dark_ground) {
        (Some(light), true) => light < 90 || dark * 100 > opaque * too_dark,
        (Some(light), false) => light > 190,
        (None, _) => false,
    };
    // Half-blocks have no way to let the ground through, and sixels only all or nothing.
    let needs_paper = is_lost || matches!(request.protocol, Protocol::HalfBlocks | Protocol::Sixel);
    if needs_paper {
        let paper = match (request.is_on_dark_ground, is_lost) {
            (true, true) | (false, false) => LIGHT_PAPER,
            (true, false) | (false, true) => DARK_PAPER,
        };
        for Rgba([red, green, blue, alpha]) in picture.pixels_mut() {
            let share = u32::from(*alpha);
            for (channel, paper) in [red, green, blue].into_iter().zip(paper) {
                let mixed = (u32::from(*channel) * share + u32::from(paper) * (255 - share)) / 255;
                *channel = u8::try_from(mixed).unwrap_or(u8::MAX);
            }
            *alpha = u8::MAX;
        }
    }
}

fn encode(picture: RgbaImage, request: &Request) -> Result<Drawing> {
    let cells = request.fit.cells;
    let ink = match request.protocol {
        Protocol::HalfBlocks => Ink::HalfBlocks(half_blocks(&picture)),
        Protocol::Sixel => {
            let row = |row, size| Sixel::new(row, size, false).map(|drawn| drawn.data);
            Ink::Sequences(Sequences { rows: rows(&picture, request, row)?, id: new_id(), ..Sequences::default() })
        }
        Protocol::Iterm2 => {
            let row = |row, size| Iterm2::new(row, size, request.is_tmux).map(|drawn| drawn.data);
            Ink::Sequences(Sequences { rows: rows(&picture, request, row)?, id: new_id(), ..Sequences::default() })
        }
        Protocol::KittyCells => Ink::Sequences(kitty_cells(picture, cells, request.is_tmux)?),
        Protocol::KittyPlaced => Ink::Sequences(kitty_placed(&picture, request)?),
    };
    Ok(Drawing { cells, ink })
}

/// Returns the colours of the cells' halves.
fn half_blocks(picture: &RgbaImage) -> Vec<[[u8; 3]; 2]> {
    let at = |x, y| picture.get_pixel_checked(x, y).map_or([0; 3], |&Rgba([red, green, blue, _])| [red, green, blue]);
    let rows = 0..picture.height() / 2;
    rows.flat_map(|row| (0..picture.width()).map(move |x| [at(x, row * 2), at(x, row * 2 + 1)])).collect()
}

/// Encodes each row of cells by itself.
fn rows(
    picture: &RgbaImage,
    request: &Request,
    encode: impl Fn(DynamicImage, Size) -> std::result::Result<String, ratatui_image::errors::Errors>,
) -> Result<Vec<String>> {
    let Cells { columns, rows } = request.fit.cells;
    let cell = request.cell.height.max(1);
    let size = Size { width: columns, height: 1 };
    let mut encoded = Vec::with_capacity(rows.into());
    for row in 0..u32::from(rows) {
        let top = row * cell;
        let height = cell.min(picture.height().saturating_sub(top));
        if height == 0 {
            encoded.push(String::new());
            continue;
        }
        let part = image::imageops::crop_imm(picture, 0, top, picture.width(), height).to_image();
        encoded.push(encode(part.into(), size).map_err(not_drawn)?);
    }
    Ok(encoded)
}

/// Returns kitty's picture that characters stand for: as the library puts it into cells, so do we.
fn kitty_cells(picture: RgbaImage, cells: Cells, is_tmux: bool) -> Result<Sequences> {
    let id = if is_tmux { new_id_in_tmux() } else { new_id() };
    let size = Size { width: cells.columns, height: cells.rows };
    let kitty = Kitty::new(picture.into(), size, id, is_tmux, true).map_err(not_drawn)?;
    let area = Rect::new(0, 0, cells.columns, cells.rows);
    let mut buffer = Buffer::empty(area);
    ratatui_image::Image::new(&Encoded::Kitty(kitty)).render(area, &mut buffer);
    let mut transmission = String::new();
    let mut rows = Vec::with_capacity(cells.rows.into());
    for y in 0..cells.rows {
        let mut row = String::new();
        for x in 0..cells.columns {
            let Some(cell) = buffer.cell((x, y)) else { continue };
            let symbol = cell.symbol();
            // What is sent once stands before the first cell's character.
            let start = symbol.rfind(PLACEHOLDER).unwrap_or(symbol.len());
            let (before, character) = symbol.split_at_checked(start).unwrap_or_default();
            transmission.push_str(before);
            if x == 0
                && let Color::Rgb(red, green, blue) = cell.fg
            {
                let number = if is_tmux { format!("5;{blue}") } else { format!("2;{red};{green};{blue}") };
                row.push_str(&format!("\x1b[38;{number}m"));
            }
            row.push_str(character);
        }
        row.push_str("\x1b[39m");
        rows.push(row);
    }
    let release = kitty_command(&format!("a=d,d=I,i={id},q=2"), is_tmux);
    Ok(Sequences { id, transmission, rows, removals: Vec::new(), release, is_text: true })
}

/// Stands for a part of a picture in kitty's protocol.
const PLACEHOLDER: char = '\u{10EEEE}';

/// Returns kitty's picture that is put over cells, row by row.
fn kitty_placed(picture: &RgbaImage, request: &Request) -> Result<Sequences> {
    let id = new_id();
    let Cells { columns, rows } = request.fit.cells;
    let cell = request.cell;
    // Whole cells, so that no row is stretched.
    let (width, height) = (u32::from(columns) * cell.width.max(1), u32::from(rows) * cell.height.max(1));
    let mut canvas = RgbaImage::new(width, height);
    image::imageops::replace(&mut canvas, picture, 0, 0);
    let mut png = Vec::new();
    canvas
        .write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png)
        .map_err(|_| Error::new("it could not be drawn"))?;
    let mut transmission = String::with_capacity(png.len() / 2 * 3);
    let mut chunks = png.chunks(CHUNK).peekable();
    let mut head = format!("a=t,t=d,f=100,i={id},q=2,");
    while let Some(chunk) = chunks.next() {
        let more = u8::from(chunks.peek().is_some());
        transmission.push_str(&format!("\x1b_G{head}m={more};{}\x1b\\", STANDARD.encode(chunk)));
        "q=2,".clone_into(&mut head);
    }
    let row = |row: u32| {
        let (top, part) = (row * cell.height.max(1), cell.height.max(1));
        format!("\x1b_Ga=p,i={id},p={},x=0,y={top},w={width},h={part},c={columns},r=1,C=1,q=2\x1b\\", row + 1)
    };
    Ok(Sequences {
        id,
        transmission,
        rows: (0..u32::from(rows)).map(row).collect(),
        removals: (1..=rows).map(|placement| format!("\x1b_Ga=d,d=i,i={id},p={placement},q=2\x1b\\")).collect(),
        release: format!("\x1b_Ga=d,d=I,i={id},q=2\x1b\\"),
        is_text: false,
    })
}

/// Returns one of kitty's commands, wrapped for tmux where it has to be.
fn kitty_command(command: &str, is_tmux: bool) -> String {
    if is_tmux { format!("\x1bPtmux;\x1b\x1b_G{command}\x1b\x1b\\\x1b\\") } else { format!("\x1b_G{command}\x1b\\") }
}

/// Returns a number that no other drawing has, and hardly another program's in the same terminal. Its 24 bits are a
/// colour in kitty's protocol.
fn new_id() -> u32 {
    ((process::id() & 0xFFF) << 12 | (n_drawn() & 0xFFF)).max(1)
}

/// Returns such a number for what goes through tmux, which brings colours to the nearest of 256 for terminals that it
/// does not know better: its last byte is one of those, and its first is told by a mark.
fn new_id_in_tmux() -> u32 {
    let drawn = n_drawn();
    let palette = FIRST_FREE + drawn % (256 - FIRST_FREE);
    let first = process::id().wrapping_add(drawn / (256 - FIRST_FREE)) & 0xFF;
    first << 24 | palette
}

/// The first colour that no terminal has another way to say than by its number.
const FIRST_FREE: u32 = 16;

fn n_drawn() -> u32 {
    static DRAWN: AtomicU32 = AtomicU32::new(0);
    DRAWN.fetch_add(1, Ordering::Relaxed)
}

fn not_drawn(_: ratatui_image::errors::Errors) -> Error {
    Error::new("it could not be drawn")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    fn png(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
        let picture = RgbaImage::from_fn(width, height, |x, y| Rgba(colour(x, y)));
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
        bytes
    }

    fn request(protocol: Protocol, cells: (u16, u16), scaled: (u32, u32)) -> Request {
        Request {
            part: None,
            fit: Fit {
                cells: Cells { columns: cells.0, rows: cells.1 },
                scaled: Pixels { width: scaled.0, height: scaled.1 },
            },
            cell: Pixels { width: 10, height: 19 },
            protocol,
            is_tmux: false,
            is_dimmed: false,
            is_on_dark_ground: true,
        }
    }

    fn sequences(bytes: &[u8], request: &Request) -> Sequences {
        match draw(bytes, request).unwrap().ink {
            Ink::Sequences(made) => made,
            Ink::HalfBlocks(_) => Sequences::default(),
        }
    }

    fn halves(bytes: &[u8], request: &Request) -> Vec<[[u8; 3]; 2]> {
        match draw(bytes, request).unwrap().ink {
            Ink::HalfBlocks(halves) => halves,
            Ink::Sequences(_) => Vec::new(),
        }
    }

    const RED: [u8; 4] = [200, 0, 0, 255];
    const BLUE: [u8; 4] = [0, 0, 200, 255];

    fn flag(width: u32, height: u32) -> Vec<u8> {
        png(width, height, |_, y| if y < height / 2 { RED } else { BLUE })
    }

    #[test]
    fn a_picture_is_measured_by_its_first_bytes() {
        let bytes = flag(300, 200);
        assert_eq!(measure(bytes.get(..60).unwrap()).unwrap(), Pixels { width: 300, height: 200 });
    }

    #[test]
    fn what_is_no_picture_is_refused_for_a_reason() {
        let check = |bytes: &[u8], expected: &str| {
            let why = measure(bytes).map(drop).and_then(|()| draw(bytes, &request(Protocol::Sixel, (1, 1), (10, 18))));
            assert!(why.as_ref().is_err_and(|error| error.to_string().contains(expected)), "{expected}: {why:?}");
        };
        check(b"", "it is empty");
        check(b"words", "none of PNG");
        check(b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "nothing");
        let mut cut = flag(300, 200);
        cut.truncate(100);
        check(&cut, "damaged");
        // A header that promises more than anybody has.
        let mut vast = flag(8, 8);
        vast[16..24].copy_from_slice(&[0, 0, 0x7F, 0, 0, 0, 0x7F, 0]);
        assert!(measure(&vast).is_err());
        assert!(draw(&vast, &request(Protocol::Sixel, (1, 1), (10, 18))).is_err());
    }

    #[test]
    fn half_blocks_are_two_pixels_a_cell() {
        let made = halves(&flag(90, 90), &request(Protocol::HalfBlocks, (3, 2), (24, 32)));
        assert_eq!(made.len(), 6);
        // Where the colours meet, scaling mixes them.
        assert_eq!((made[0][0], made[5][1]), ([200, 0, 0], [0, 0, 200]));
    }

    #[test]
    fn a_dimmed_picture_is_darker() {
        let dimmed = Request { is_dimmed: true, ..request(Protocol::HalfBlocks, (1, 1), (8, 8)) };
        let grey = png(8, 8, |_, _| [200, 100, 0, 255]);
        assert_eq!(halves(&grey, &dimmed), [[[125, 62, 0]; 2]]);
    }

    #[test]
    fn dark_lines_on_nothing_get_light_paper_on_a_dark_ground() {
        let lines = png(40, 8, |x, _| if x < 20 { [10, 10, 10, 255] } else { [0; 4] });
        let dark = request(Protocol::HalfBlocks, (8, 1), (80, 20));
        assert_eq!(halves(&lines, &dark)[7], [LIGHT_PAPER; 2]);
        let light = Request { is_on_dark_ground: false, ..dark };
        assert_eq!(halves(&lines, &light)[7], [LIGHT_PAPER; 2]);
        let bright = png(40, 8, |x, _| if x < 20 { [250, 250, 250, 255] } else { [0; 4] });
        assert_eq!(halves(&bright, &dark)[7], [DARK_PAPER; 2]);
    }

    #[test]
    fn each_row_of_sixels_is_whole_and_the_last_reaches_into_no_other() {
        for height in [19_u32, 20, 57, 60, 100] {
            let rows = u16::try_from(height.div_ceil(19)).unwrap();
            let made = sequences(&flag(40, 100), &request(Protocol::Sixel, (4, rows), (40, height)));
            assert_eq!(made.rows.len(), usize::from(rows), "{height}");
            let heights: Vec<u32> = made.rows.iter().map(|row| raster_height(row)).collect();
            let (last, others) = heights.split_last().unwrap();
            assert!(others.iter().all(|height| *height == 19), "{heights:?}");
            assert!(last % BAND == 0 && *last <= 19 && *last > 0, "{heights:?}");
            assert!(made.rows.iter().all(|row| row.ends_with("\x1b\\")));
        }
    }

    /// Reads how high a row says that it is (DECGRA).
    fn raster_height(row: &str) -> u32 {
        let attributes = row.split('"').nth(1).unwrap();
        let number = attributes.split(';').nth(3).unwrap();
        let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    }

    #[test]
    fn iterm2_is_given_a_file_a_row() {
        let made = sequences(&flag(40, 40), &request(Protocol::Iterm2, (4, 3), (40, 40)));
        assert_eq!(made.rows.len(), 3);
        for (row, height) in made.rows.iter().zip([19, 19, 2]) {
            assert!(row.contains("\x1b]1337;File=inline=1;") && row.contains(&format!("height={height}px")), "{row:?}");
        }
    }

    #[test]
    fn kitty_is_sent_a_picture_once_and_rows_that_stand_for_it() {
        let made = sequences(&flag(40, 40), &request(Protocol::KittyCells, (4, 3), (40, 40)));
        assert!(made.transmission.starts_with("\x1b_G") && made.transmission.contains("a=T,U=1"), "{made:?}");
        assert!(!made.transmission.contains(PLACEHOLDER));
        let [_, red, green, blue] = made.id.to_be_bytes();
        for row in &made.rows {
            assert!(row.starts_with(&format!("\x1b[38;2;{red};{green};{blue}m{PLACEHOLDER}")), "{row:?}");
            assert_eq!(row.matches(PLACEHOLDER).count(), 4);
            assert!(row.ends_with("\x1b[39m"));
        }
        assert_eq!((made.rows.len(), made.is_text), (3, true));
        assert!(made.release.contains(&format!("i={}", made.id)));
        let wrapped = Request { is_tmux: true, ..request(Protocol::KittyCells, (4, 3), (40, 40)) };
        let wrapped = sequences(&flag(40, 40), &wrapped);
        assert!(wrapped.transmission.starts_with("\x1bPtmux;\x1b\x1b_G") && wrapped.release.starts_with("\x1bPtmux;"));
        assert_ne!(wrapped.id, made.id);
        // Colours of 24 bits do not get through every tmux.
        let [first, middle @ .., palette] = wrapped.id.to_be_bytes();
        assert!(middle == [0, 0] && palette >= 16, "{first} {middle:?} {palette}");
        assert!(wrapped.transmission.contains(&format!("i={},", wrapped.id)), "{}", wrapped.transmission);
        for row in &wrapped.rows {
            assert!(row.starts_with(&format!("\x1b[38;5;{palette}m{PLACEHOLDER}")), "{row:?}");
        }
    }

    #[test]
    fn numbers_in_tmux_are_used_anew_as_late_as_can_be() {
        let ids: std::collections::HashSet<u32> = (0..1000).map(|_| new_id_in_tmux()).collect();
        assert_eq!(ids.len(), 1000);
    }

    #[test]
    fn an_older_kitty_is_told_where_each_row_is() {
        let made = sequences(&flag(40, 40), &request(Protocol::KittyPlaced, (4, 3), (40, 40)));
        assert_eq!((made.rows.len(), made.removals.len(), made.is_text), (3, 3, false));
        assert!(made.rows[1].contains(&format!("a=p,i={},p=2,x=0,y=19,w=40,h=19,c=4,r=1", made.id)), "{:?}", made.rows);
        let sent: String =
            made.transmission.split("\x1b\\").filter_map(|part| part.split_once(';')).map(|(_, data)| data).collect();
        let picture = image::load_from_memory(&STANDARD.decode(sent).unwrap()).unwrap();
        assert_eq!((picture.width(), picture.height()), (40, 57));
    }

    #[test]
    fn a_large_picture_is_cut_and_scaled() {
        let part = crate::picture::Part { x: 0, y: 500, size: Pixels { width: 1000, height: 500 } };
        let part = Request { part: Some(part), ..request(Protocol::HalfBlocks, (2, 1), (20, 20)) };
        assert_eq!(halves(&flag(1000, 1000), &part), vec![[[0, 0, 200]; 2]; 2]);
    }
}
