//! SVG drawings, drawn as they stand at their start, at the size at which they are shown.
//!
//! Nothing but the drawing is read: other pictures in it are left out, whether they lie in files or in itself. Words are
//! set in the fonts that the system has. As a drawing can ask for as much work as it likes, each is drawn aside, with a
//! stack of its own, and given up after a while.

use std::collections::HashSet;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use image::RgbaImage;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use crate::error::{Error, Result};
use crate::picture::{Part, Pixels};

/// Where the root element is looked for, in bytes.
const HEAD: usize = 4096;

/// The longest drawing that is taken, in bytes.
const MOST_BYTES: usize = 8 << 20;

/// The most pixels that are drawn.
const MOST_PIXELS: u64 = 16_000_000;

/// The most pixels either way.
const LONGEST_SIDE: f32 = 32_768.0;

/// Fonts that systems have, the better ones first.
const SANS: [&str; 8] =
    ["Arial", "Helvetica", "Liberation Sans", "DejaVu Sans", "Noto Sans", "Ubuntu", "Cantarell", "Segoe UI"];
const SERIF: [&str; 6] = ["Times New Roman", "Times", "Liberation Serif", "DejaVu Serif", "Noto Serif", "Georgia"];
const MONO: [&str; 6] = ["Courier New", "Liberation Mono", "DejaVu Sans Mono", "Noto Sans Mono", "Menlo", "Consolas"];

/// How long one drawing may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What elements in elements may take; the parser allows a thousand.
const STACK: usize = 64 << 20;

/// Returns whether a picture is an SVG drawing, by its first bytes.
pub fn is_svg(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(HEAD)).unwrap_or_default();
    let is_markup =
        head.iter().find(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte)) == Some(&b'<');
    is_markup && (memchr::memmem::find(head, b"<svg").is_some() || memchr::memmem::find(head, b":svg").is_some())
}

/// Returns how large a drawing says that it is.
///
/// # Errors
///
/// Why it cannot be shown.
pub fn measure(bytes: &[u8]) -> Result<Pixels> {
    let bytes = taken(bytes)?;
    aside(move || {
        let tree = parse(&bytes, Arc::default())?;
        // Without fonts, words are nothing.
        if !tree.root().has_children() && !has_words(&bytes) {
            return Err(Error::new("there is nothing in it that recto draws"));
        }
        Ok(size_of(&tree))
    })
}

/// Draws a part of a drawing, or all of it, at the size `target`.
///
/// # Errors
///
/// Why it cannot be shown.
pub fn draw(bytes: &[u8], part: Option<Part>, target: Pixels) -> Result<RgbaImage> {
    let (width, height) = (target.width.max(1), target.height.max(1));
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(damaged());
    }
    let bytes = taken(bytes)?;
    aside(move || {
        let tree = parse(&bytes, if has_words(&bytes) { fonts() } else { Arc::default() })?;
        let part = part.unwrap_or(Part { x: 0, y: 0, size: size_of(&tree) });
        let mut pixmap = Pixmap::new(width, height).ok_or_else(damaged)?;
        let scale = |target: u32, size: u32| in_pixels(target) / in_pixels(size.max(1));
        let transform = Transform::from_translate(-in_pixels(part.x), -in_pixels(part.y))
            .post_scale(scale(width, part.size.width), scale(height, part.size.height));
        resvg::render(&tree, transform, &mut pixmap.as_mut());
        RgbaImage::from_raw(width, height, pixmap.take_demultiplied()).ok_or_else(damaged)
    })
}

fn has_words(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"text").is_some()
}

fn taken(bytes: &[u8]) -> Result<Vec<u8>> {
    if bytes.len() > MOST_BYTES {
        return Err(Error::new("it is a longer drawing than recto takes"));
    }
    Ok(bytes.to_vec())
}

fn parse(bytes: &[u8], fontdb: Arc<Database>) -> Result<Tree> {
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        fontdb,
        ..Options::default()
    };
    let tree = Tree::from_data(bytes, &options).map_err(|_| damaged())?;
    let size = tree.size();
    if size.width() > LONGEST_SIDE || size.height() > LONGEST_SIDE {
        return Err(Error::new("it is larger than recto takes"));
    }
    Ok(tree)
}

/// Returns the size of a drawing, which `parse` has bounded.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the longest side")]
fn size_of(tree: &Tree) -> Pixels {
    let whole = |side: f32| (side.ceil() as u32).max(1);
    Pixels { width: whole(tree.size().width()), height: whole(tree.size().height()) }
}

#[allow(clippy::cast_precision_loss, reason = "sides are bounded far below that")]
fn in_pixels(side: u32) -> f32 {
    side as f32
}

/// Returns the fonts of the system, which are looked for when the first drawing with words is drawn.
fn fonts() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        name_families(&mut fonts);
        Arc::new(fonts)
    };
    Arc::clone(FONTS.get_or_init(load))
}

/// Says which of the fonts that there are stand for the kinds that drawings ask for, and for fonts that there are not.
fn name_families(fonts: &mut Database) {
    let names: HashSet<String> =
        fonts.faces().flat_map(|face| face.families.iter().map(|(name, _)| name.clone())).collect();
    let any = fonts.faces().find_map(|face| face.families.first()).map(|(name, _)| name.clone());
    let first = |known: &[&str]| known.iter().find(|name| names.contains(**name)).map(|name| (*name).to_owned());
    let sans = first(&SANS).or(any);
    let serif = first(&SERIF).or_else(|| sans.clone());
    let mono = first(&MONO).or_else(|| sans.clone());
    if let (Some(sans), Some(serif), Some(mono)) = (sans, serif, mono) {
        fonts.set_cursive_family(&sans);
        fonts.set_fantasy_family(&sans);
        fonts.set_sans_serif_family(sans);
        fonts.set_serif_family(serif);
        fonts.set_monospace_family(mono);
    }
}

/// Does a drawing's work on a thread of its own; one that does not come to an end is left to itself.
fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let (tell, told) = mpsc::channel();
    let thread = thread::Builder::new().name("svg".into()).stack_size(STACK);
    thread.spawn(move || drop(tell.send(work())))?;
    match told.recv_timeout(PATIENCE) {
        Ok(done) => done,
        Err(RecvTimeoutError::Timeout) => Err(Error::new("it takes too long to draw")),
        // It panicked.
        Err(RecvTimeoutError::Disconnected) => Err(damaged()),
    }
}

fn damaged() -> Error {
    Error::new("it is damaged")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// A red half beside a blue one, 40 by 20.
    const FLAG: &str = "<?xml version='1.0'?><!-- a flag --><svg xmlns='http://www.w3.org/2000/svg' width='40' \
        height='20'><rect width='20' height='20' fill='red'/><rect x='20' width='20' height='20' fill='blue'/></svg>";

    fn colours(picture: &RgbaImage) -> Vec<[u8; 4]> {
        let (width, middle) = (picture.width(), picture.height() / 2);
        [width / 4, width * 3 / 4].map(|x| picture.get_pixel(x, middle).0).to_vec()
    }

    const RED: [u8; 4] = [255, 0, 0, 255];
    const BLUE: [u8; 4] = [0, 0, 255, 255];

    #[test]
    fn a_drawing_is_drawn_whole_or_in_part_at_any_size() {
        assert!(is_svg(FLAG.as_bytes()) && !is_svg(b"\x89PNG <svg") && !is_svg(b"words about <svg"));
        assert_eq!(measure(FLAG.as_bytes()).unwrap(), Pixels { width: 40, height: 20 });
        let large = draw(FLAG.as_bytes(), None, Pixels { width: 400, height: 200 }).unwrap();
        assert_eq!((large.dimensions(), colours(&large)), ((400, 200), vec![RED, BLUE]));
        let part = Part { x: 20, y: 0, size: Pixels { width: 20, height: 20 } };
        let blue = draw(FLAG.as_bytes(), Some(part), Pixels { width: 8, height: 8 }).unwrap();
        assert_eq!(colours(&blue), [BLUE, BLUE]);
    }

    #[test]
    fn words_are_set_where_there_are_fonts() {
        let text = "<svg xmlns='http://www.w3.org/2000/svg' width='80' height='30'><text x='4' y='24' \
                    font-family='Nobody Has This' font-size='24'>words</text></svg>";
        let drawn = draw(text.as_bytes(), None, Pixels { width: 80, height: 30 }).unwrap();
        let has_ink = drawn.pixels().any(|pixel| pixel.0 == [0, 0, 0, 255]);
        assert_eq!(has_ink, fonts().faces().next().is_some());
    }

    #[test]
    fn a_drawing_moves_no_further_than_its_start() {
        let moving = FLAG
            .replace("fill='red'/>", "fill='red'><animate attributeName='fill' from='red' to='lime' dur='1s'/></rect>");
        assert_eq!(colours(&draw(moving.as_bytes(), None, Pixels { width: 40, height: 20 }).unwrap()), [RED, BLUE]);
    }

    #[test]
    fn nothing_else_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("secret.svg");
        std::fs::write(&file, FLAG).unwrap();
        for address in [file.to_str().unwrap(), "data:image/svg+xml;utf8,%3Csvg%3E"] {
            let text = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='40' \
                 height='20'><image xlink:href='{address}' width='40' height='20'/></svg>"
            );
            let drawn = draw(text.as_bytes(), None, Pixels { width: 40, height: 20 }).unwrap();
            assert!(drawn.pixels().all(|pixel| pixel.0 == [0; 4]), "{address}");
        }
    }

    #[test]
    fn a_hostile_drawing_is_refused_in_time() {
        let mut bomb = String::new();
        for level in 0..60 {
            let next = level + 1;
            bomb.push_str(&format!("<g id='g{next}'><use href='#g{level}'/><use href='#g{level}'/></g>"));
        }
        let mut entities = String::from("<!ENTITY x0 'aaaaaaaaaa'>");
        for level in 1..10 {
            let several = format!("&x{};", level - 1).repeat(8);
            entities.push_str(&format!("<!ENTITY x{level} '{several}'>"));
        }
        let texts = [
            String::from("<svg"),
            String::from("<svg xmlns='http://www.w3.org/2000/svg' width='1e30' height='1e30'/>"),
            String::from("<svg xmlns='http://www.w3.org/2000/svg' width='-1' height='0'/>"),
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg'>{}{}</svg>",
                "<g>".repeat(100_000),
                "</g>".repeat(100_000)
            ),
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg'><defs><rect id='g0' width='9' height='9'/>{bomb}</defs><use href='#g60'/></svg>"
            ),
            format!("<!DOCTYPE svg [{entities}]><svg xmlns='http://www.w3.org/2000/svg'><desc>&x9;</desc></svg>"),
        ];
        let started = std::time::Instant::now();
        for text in &texts {
            let head = text.get(..text.len().min(200)).unwrap_or_default();
            let _ = measure(text.as_bytes());
            let _ = draw(text.as_bytes(), None, Pixels { width: 40, height: 20 });
            assert!(started.elapsed() < PATIENCE * 3, "{head}");
        }
        assert!(measure(b"<svg").is_err());
        assert!(measure(&vec![b' '; MOST_BYTES + 1]).is_err());
    }
}
