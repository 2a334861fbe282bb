//! The file: what pdf_oxide reads of it, as pages of lines. Nothing else here names that crate.
//!
//! The outline is walked here, because the crate follows one that leads back to itself without end.

use std::collections::{HashMap, HashSet};
use std::panic::{self, AssertUnwindSafe};

use pdf_oxide::document::{PdfDocument, ReadingOrder};
use pdf_oxide::extractors::text::ArtifactType;
use pdf_oxide::layout::TextSpan;
use pdf_oxide::object::{Object, ObjectRef};
use pdf_oxide::optional_content::decode_pdf_text_string;

use super::page::{Bookmark, Face, Line, Page, Piece};
use crate::document::Meta;
use crate::error::{Error, Result};

/// The most pages that are read.
const MOST_PAGES: usize = 20_000;

/// After how many pages in a row that cannot be read the rest is given up.
const MOST_FAILURES: usize = 50;

/// The most entries of an outline, and how deep they nest.
const MOST_BOOKMARKS: usize = 5_000;
const DEEPEST_BOOKMARK: u8 = 6;

/// How many objects are looked at to find the pages.
const MOST_NODES: usize = 100_000;

/// What a file holds.
#[derive(Debug, Default)]
pub struct File {
    pub pages: Vec<Page>,
    pub bookmarks: Vec<Bookmark>,
    pub meta: Meta,
    /// How many pages could not be read.
    pub n_failed: u32,
    pub is_cut: bool,
}

/// Reads a file.
///
/// # Errors
///
/// If it is no PDF, or needs a password.
pub fn read(bytes: Vec<u8>) -> Result<File> {
    let pdf = contained(|| PdfDocument::from_bytes(bytes)).ok_or_else(damaged)?.map_err(|error| match error {
        pdf_oxide::Error::EncryptedPdf => encrypted(),
        _ => damaged(),
    })?;
    if contained(|| pdf.is_encrypted() && !pdf.is_authenticated()).unwrap_or(true) {
        return Err(encrypted());
    }
    let n_pages = contained(|| pdf.page_count()).and_then(std::result::Result::ok).ok_or_else(damaged)?;
    let mut file = File { is_cut: n_pages > MOST_PAGES, ..File::default() };
    let mut n_failures = 0;
    for idx in 0..n_pages.min(MOST_PAGES) {
        let page = contained(|| page(&pdf, idx)).flatten();
        n_failures = if page.is_some() { 0 } else { n_failures + 1 };
        file.n_failed += u32::from(page.is_none());
        file.pages.push(page.unwrap_or_default());
        if n_failures >= MOST_FAILURES {
            file.is_cut = true;
            break;
        }
    }
    file.bookmarks = contained(|| bookmarks(&pdf)).unwrap_or_default();
    file.meta = contained(|| meta(&pdf)).unwrap_or_default();
    Ok(file)
}

fn damaged() -> Error {
    Error::new("it is a PDF that is damaged beyond reading").hint("Does another reader open it?")
}

fn encrypted() -> Error {
    Error::new("it is a PDF that needs a password").hint("`qpdf --decrypt --password=… IN OUT` makes one that does not")
}

/// Runs what may panic on a damaged file; none if it did.
fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).ok()
}

fn page(pdf: &PdfDocument, idx: usize) -> Option<Page> {
    let height = pdf.get_page_media_box(idx).map_or(792.0, |(_, bottom, _, top)| (top - bottom).abs());
    if pdf.prefers_structure_reading_order() {
        let spans = pdf.extract_spans_with_reading_order(idx, ReadingOrder::Structure).ok()?;
        return Some(Page { lines: lines(&spans), height });
    }
    // Looking for columns takes tables and spaced words apart too, so it is done where there are columns.
    let mut spans = pdf.extract_spans_with_reading_order(idx, ReadingOrder::TopToBottom).ok()?;
    if has_columns(&spans) {
        spans = pdf.extract_spans_with_reading_order(idx, ReadingOrder::ColumnAware).ok()?;
    }
    Some(Page { lines: lines(&spans), height })
}

/// Returns whether an empty stripe runs down the middle of the text, with much of it on both sides.
fn has_columns(spans: &[TextSpan]) -> bool {
    const N_STRIPES: usize = 100;
    let words = || {
        let spans = spans.iter().filter(|span| !span.text.trim().is_empty());
        spans.filter(|span| span.bbox.x.is_finite() && span.bbox.width.is_finite() && span.bbox.width >= 0.0)
    };
    let left = words().map(|span| span.bbox.x).fold(f32::INFINITY, f32::min);
    let right = words().map(|span| span.bbox.x + span.bbox.width).fold(f32::NEG_INFINITY, f32::max);
    let width = right - left;
    if !width.is_finite() || width < 100.0 {
        return false;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the stripes")]
    let stripe = |x: f32| ((x - left) / width * N_STRIPES as f32).clamp(0.0, N_STRIPES as f32 - 1.0) as usize;
    let mut crossed = [0_usize; N_STRIPES];
    let mut total = 0;
    for span in words() {
        let n_chars = span.text.chars().count();
        total += n_chars;
        let stripes = crossed.get_mut(stripe(span.bbox.x)..=stripe(span.bbox.x + span.bbox.width));
        stripes.into_iter().flatten().for_each(|stripe| *stripe += n_chars);
    }
    let middle = crossed.iter().enumerate().skip(N_STRIPES * 3 / 10).take(N_STRIPES * 4 / 10);
    let Some((gutter, &least)) = middle.min_by_key(|(_, n_chars)| **n_chars) else { return false };
    let n_left: usize = words()
        .filter(|span| stripe(span.bbox.x + span.bbox.width) <= gutter)
        .map(|span| span.text.chars().count())
        .sum();
    // A title or a wide figure may cross it, lines of prose may not.
    total > 400 && least * 12 < total && n_left * 4 > total && n_left * 4 < total * 3
}

/// Puts spans together that stand on one line.
fn lines(spans: &[TextSpan]) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    for span in spans {
        let is_furniture = matches!(span.artifact_type, Some(ArtifactType::Pagination(_) | ArtifactType::Background));
        let bounds = [span.bbox.x, span.bbox.y, span.bbox.width, span.font_size];
        if is_furniture || span.text.is_empty() || !bounds.iter().all(|length| length.is_finite()) {
            continue;
        }
        match out.last_mut().filter(|line| is_on(line, span)) {
            Some(line) => append(line, span),
            None if span.text.trim().is_empty() => {}
            None => out.push(Line {
                pieces: vec![Piece { text: span.text.trim_start().to_owned(), face: face(span, false) }],
                left: span.bbox.x,
                right: span.bbox.x + span.bbox.width,
                baseline: span.bbox.y,
                size: span.font_size.max(1.0),
            }),
        }
    }
    out
}

/// Returns whether a span goes on where the line ends.
fn is_on(line: &Line, span: &TextSpan) -> bool {
    let size = line.size.max(span.font_size);
    let is_level = (span.bbox.y - line.baseline).abs() < size * 0.45;
    let gap = span.bbox.x - line.right;
    is_level && gap > -size && gap < size * 8.0
}

fn append(line: &mut Line, span: &TextSpan) {
    let gap = span.bbox.x - line.right;
    let needs_space = gap > line.size * 0.15
        && !span.text.starts_with(char::is_whitespace)
        && !line.pieces.last().is_some_and(|piece| piece.text.ends_with(char::is_whitespace));
    let is_raised = span.font_size < line.size * 0.85 && span.bbox.y > line.baseline + line.size * 0.15;
    let n_here = span.text.chars().count();
    if span.font_size > line.size * 1.05 && n_here > line.n_chars() {
        // What came before was a number or a sign.
        line.size = span.font_size;
        line.baseline = span.bbox.y;
    }
    let is_blank = span.text.trim().is_empty();
    let face = face(span, is_raised);
    let space = if needs_space { " " } else { "" };
    match line.pieces.last_mut() {
        Some(last) if last.face == face || is_blank => {
            last.text.push_str(space);
            last.text.push_str(&span.text);
        }
        last => {
            if let Some(last) = last {
                last.text.push_str(space);
            }
            line.pieces.push(Piece { text: span.text.clone(), face });
        }
    }
    line.right = line.right.max(span.bbox.x + span.bbox.width);
}

fn face(span: &TextSpan, is_raised: bool) -> Face {
    Face {
        is_bold: span.font_weight.is_bold(),
        is_italic: span.is_italic,
        is_mono: span.is_monospace || is_mono(&span.font_name),
        is_raised,
    }
}

/// Returns whether a font's name says that its letters have one width: not all files do so by a flag.
fn is_mono(font: &str) -> bool {
    let name = font.to_lowercase();
    ["mono", "courier", "cmtt", "sltt", "typewriter", "consol", "menlo", "inconsol", "luxi"]
        .iter()
        .any(|known| name.contains(known))
}

/// Returns what the file says about itself.
fn meta(pdf: &PdfDocument) -> Meta {
    let info = pdf.trailer().as_dict().and_then(|trailer| trailer.get("Info")).and_then(|info| resolved(pdf, info));
    let info = info.as_ref().and_then(Object::as_dict);
    let text = |key: &str| {
        let value = resolved(pdf, info?.get(key)?)?;
        let text = decode_pdf_text_string(value.as_string()?);
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let language = pdf.catalog().ok().and_then(|catalog| {
        let language = resolved(pdf, catalog.as_dict()?.get("Lang")?)?;
        Some(decode_pdf_text_string(language.as_string()?)).filter(|tag| !tag.trim().is_empty())
    });
    Meta {
        title: text("Title").filter(|title| is_title(title)),
        byline: text("Author"),
        date: text("CreationDate").and_then(|date| day(&date)),
        language,
        ..Meta::default()
    }
}

/// Returns whether somebody gave this title, rather than the program that wrote the file.
fn is_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    let is_file = [".doc", ".docx", ".dvi", ".tex", ".indd", ".qxd", ".pdf", ".ps", ".odt", ".rtf"]
        .iter()
        .any(|extension| lower.ends_with(extension));
    !is_file && !lower.starts_with("microsoft word") && !lower.starts_with("untitled") && title.chars().count() > 2
}

/// Returns the day of a PDF date (ISO 32000-1, section 7.9.4).
fn day(date: &str) -> Option<String> {
    let digits = date.trim().strip_prefix("D:").unwrap_or(date);
    let (year, month, day) = (digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?);
    let are_digits = [year, month, day].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    are_digits.then(|| format!("{year}-{month}-{day}"))
}

fn resolved(pdf: &PdfDocument, object: &Object) -> Option<Object> {
    match object {
        Object::Reference(reference) => pdf.load_object(*reference).ok(),
        other => Some(other.clone()),
    }
}

/// Walks the outline. No entry is met twice.
fn bookmarks(pdf: &PdfDocument) -> Vec<Bookmark> {
    let mut found = Vec::new();
    let Ok(catalog) = pdf.catalog() else { return found };
    let Some(catalog) = catalog.as_dict() else { return found };
    let Some(outline) = catalog.get("Outlines").and_then(|outline| resolved(pdf, outline)) else { return found };
    let places = Places::of(pdf, catalog);
    let mut met = HashSet::new();
    let first = |object: &Object, key: &str| object.as_dict()?.get(key)?.as_reference();
    let mut waiting: Vec<(ObjectRef, u8)> = first(&outline, "First").map(|entry| (entry, 1)).into_iter().collect();
    while let Some((entry, level)) = waiting.pop() {
        if !met.insert(entry) || met.len() > MOST_BOOKMARKS {
            continue;
        }
        let Ok(object) = pdf.load_object(entry) else { continue };
        let Some(dict) = object.as_dict() else { continue };
        // The next one waits until those inside have come.
        waiting.extend(first(&object, "Next").map(|next| (next, level)));
        waiting.extend(first(&object, "First").map(|inside| (inside, (level + 1).min(DEEPEST_BOOKMARK))));
        let title = dict.get("Title").and_then(|title| resolved(pdf, title));
        let title = title.as_ref().and_then(Object::as_string).map(decode_pdf_text_string).unwrap_or_default();
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if !title.is_empty() {
            found.push(Bookmark { title, level, page: places.page(pdf, dict) });
        }
    }
    found
}

/// Where destinations lead.
struct Places {
    pages: HashMap<ObjectRef, usize>,
    /// By name.
    named: HashMap<Vec<u8>, Object>,
}

impl Places {
    fn of(pdf: &PdfDocument, catalog: &HashMap<String, Object>) -> Self {
        let mut places = Self { pages: HashMap::new(), named: HashMap::new() };
        if let Some(root) = catalog.get("Pages").and_then(Object::as_reference) {
            places.find_pages(pdf, root);
        }
        if let Some(names) = catalog.get("Dests").and_then(|names| resolved(pdf, names))
            && let Some(names) = names.as_dict()
        {
            places.named.extend(names.iter().map(|(name, to)| (name.clone().into_bytes(), to.clone())));
        }
        let names = catalog.get("Names").and_then(|names| resolved(pdf, names));
        if let Some(tree) = names.as_ref().and_then(Object::as_dict).and_then(|names| names.get("Dests")) {
            places.find_names(pdf, tree);
        }
        places
    }

    fn find_pages(&mut self, pdf: &PdfDocument, root: ObjectRef) {
        let mut met = HashSet::new();
        let mut waiting = vec![root];
        while let Some(node) = waiting.pop() {
            if !met.insert(node) || met.len() > MOST_NODES {
                continue;
            }
            let Ok(object) = pdf.load_object(node) else { continue };
            let kids = object.as_dict().and_then(|dict| dict.get("Kids")).and_then(|kids| resolved(pdf, kids));
            match kids.as_ref().and_then(Object::as_array) {
                Some(kids) => waiting.extend(kids.iter().rev().filter_map(Object::as_reference)),
                None => {
                    let idx = self.pages.len();
                    self.pages.insert(node, idx);
                }
            }
        }
    }

    fn find_names(&mut self, pdf: &PdfDocument, root: &Object) {
        let mut met = HashSet::new();
        let mut waiting = vec![root.clone()];
        let mut n_nodes = 0;
        while let Some(node) = waiting.pop() {
            n_nodes += 1;
            let is_again = node.as_reference().is_some_and(|reference| !met.insert(reference));
            if is_again || n_nodes > MOST_NODES {
                continue;
            }
            let Some(node) = resolved(pdf, &node) else { continue };
            let Some(dict) = node.as_dict() else { continue };
            if let Some(kids) = dict.get("Kids").and_then(|kids| resolved(pdf, kids)) {
                waiting.extend(kids.as_array().into_iter().flatten().cloned());
            }
            if let Some(names) = dict.get("Names").and_then(|names| resolved(pdf, names)) {
                for pair in names.as_array().map(Vec::as_slice).unwrap_or_default().chunks(2) {
                    if let [Object::String(name), to] = pair {
                        self.named.insert(name.clone(), to.clone());
                    }
                }
            }
        }
    }

    /// Returns the page that an entry of the outline leads to.
    fn page(&self, pdf: &PdfDocument, entry: &HashMap<String, Object>) -> Option<usize> {
        let told = entry.get("Dest").cloned().or_else(|| {
            let action = resolved(pdf, entry.get("A")?)?;
            action.as_dict()?.get("D").cloned()
        })?;
        let mut to = resolved(pdf, &told)?;
        let name = match &to {
            Object::String(name) => Some(name.clone()),
            Object::Name(name) => Some(name.clone().into_bytes()),
            _ => None,
        };
        if let Some(name) = name {
            to = resolved(pdf, self.named.get(&name)?)?;
        }
        if let Some(inside) = to.as_dict().and_then(|dict| dict.get("D")) {
            to = resolved(pdf, inside)?;
        }
        match to.as_array()?.first()? {
            Object::Reference(page) => self.pages.get(page).copied(),
            Object::Integer(page) => usize::try_from(*page).ok(),
            _ => None,
        }
    }
}
