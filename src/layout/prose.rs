//! Text in lines: prose and verse, and what is put on any line of text.

use std::ops::Range;

use crate::document::{BreakKind, Document, LinkTarget, Offset, TextRange};
use crate::layout::compose::Galley;
use crate::layout::formula::Substituted;
use crate::layout::justify;
use crate::layout::line::{LineKind, Run};
use crate::layout::math;
use crate::layout::styling::Styling;
use crate::role::Role;
use crate::text::wrap::{self, Hint, HintKind, Measure, WrappedLine};
use crate::text::{address, width};

/// The indent of verse, in cells.
const INSET: usize = 2;
/// The indent of a paragraph's first line, where that tells it from the one above.
const FIRST_INDENT: usize = 2;
/// How much further the rest of a line of verse is indented.
const HANGING: usize = 4;
/// The measure below which neither is indented, nor links are numbered.
const NARROW: usize = 24;
/// How much larger the letters of the largest headings are.
const LARGE: usize = 2;
/// The measure below which no letters are large: few words would fit on a line.
const LEAST_FOR_LARGE: usize = 40;
/// A heading that would take more lines says too much to be said so loudly.
const MOST_LARGE_LINES: usize = 3;
/// The widest that the host of a link is told, in cells.
const HOST: usize = 30;

/// Sets the segment as prose, its marks over the role `base`.
pub fn set_prose(galley: &mut Galley<'_>, base: Role) {
    let mut measure = galley.measure();
    let indent = if galley.is_indented() && measure >= NARROW { FIRST_INDENT } else { 0 };
    let leading = usize::from(galley.style.typography.leading);
    let text = Text::of(galley, galley.range, base, measure);
    let large = may_be_large(galley, base).then(|| text.wrap(galley, Measure::even(measure / LARGE)));
    let lines = match large.filter(|lines| lines.len() <= MOST_LARGE_LINES) {
        Some(lines) => {
            galley.set_scale(LARGE);
            measure /= LARGE;
            lines
        }
        None => text.wrap(galley, Measure { first: measure - indent, rest: measure }),
    };
    for (idx, line) in lines.iter().enumerate() {
        let indent = if idx == 0 { indent } else { 0 };
        if idx > 0 {
            (0..leading).for_each(|_| galley.push_blank_before(text.range(line)));
        }
        let mut runs = text.runs(line);
        // The last line of a paragraph is as long as it is.
        let goes_on = lines.get(idx + 1).is_some_and(|next| next.continued);
        if galley.style.typography.is_justified && goes_on {
            runs = justify::stretch(galley.doc, runs, measure - indent, idx);
        }
        galley.push(text.range(line), indent, runs, LineKind::Text);
    }
}

/// Returns whether a block stands out by the size of its letters: what names the whole, or a part of the first rank.
fn may_be_large(galley: &Galley<'_>, base: Role) -> bool {
    galley.style.scales
        && galley.style.typography.large_headings
        && matches!(base, Role::Title | Role::Heading(1))
        && galley.is_whole()
        && !galley.has_margin()
        && galley.measure() >= LEAST_FOR_LARGE
}

/// Sets the segment as lines that are the author's; what does not fit goes on further in.
pub fn set_verse(galley: &mut Galley<'_>, base: Role) {
    let measure = galley.measure();
    let (indent, hanging) = if measure < NARROW { (0, 0) } else { (INSET, HANGING) };
    let text = Text::of(galley, galley.range, base, measure);
    let first = measure - indent;
    for line in text.wrap(galley, Measure { first, rest: first - hanging }) {
        let indent = if line.continued { indent + hanging } else { indent };
        galley.push(text.range(&line), indent, text.runs(&line), LineKind::Text);
    }
}

/// A stretch of the document's text with all that its lines show.
#[derive(Debug)]
pub struct Text<'a> {
    doc: &'a Document,
    whole: TextRange,
    styling: Styling,
    /// What is drawn behind links, by where it stands.
    insets: Vec<Inset>,
    /// What is shown, where formulas stand in it.
    substituted: Option<Substituted>,
}

/// Something that is drawn within the text.
#[derive(Debug)]
struct Inset {
    /// In bytes from the start of what is shown.
    at: usize,
    text: String,
    role: Role,
    link: u32,
}

impl<'a> Text<'a> {
    pub fn of(galley: &Galley<'a>, range: TextRange, base: Role, measure: usize) -> Self {
        let mut styling = Styling::of(galley.doc, range, base);
        let links = std::mem::take(&mut styling.links);
        let substituted = Substituted::of(galley.doc, range);
        let mut text = Self { doc: galley.doc, whole: range, styling, insets: Vec::new(), substituted };
        if measure >= NARROW {
            let shown = text.substituted.as_ref();
            let insets = links.into_iter().flat_map(|(own, link)| {
                // They stand behind a word, never behind a space.
                let at = text.doc.slice(TextRange::new(range.start, own.end)).trim_end().len();
                let at = shown.map_or(at, |shown| shown.shown_of(at));
                let number = galley.style.number_links.then(|| (number_of(link), Role::Ornament));
                let warning = warning(text.doc, own, link).map(|warning| (warning, Role::Warning));
                [number, warning].into_iter().flatten().map(move |(text, role)| Inset { at, text, role, link })
            });
            text.insets = insets.filter(|inset| inset.at > 0).collect();
        }
        text
    }

    /// Returns what is shown of it.
    pub fn content(&self) -> &str {
        match &self.substituted {
            Some(substituted) => &substituted.text,
            None => self.doc.slice(self.whole),
        }
    }

    pub fn wrap(&self, galley: &mut Galley<'a>, measure: Measure) -> Vec<WrappedLine> {
        let whole = self.undivided();
        wrap::wrap(self.content(), measure, &self.hints(), &mut galley.fit(self.whole.start, &whole))
    }

    /// Returns where no word is divided: what is set off as a whole, and what is no word.
    fn undivided(&self) -> Vec<Range<usize>> {
        let is_whole = |role: Role| {
            matches!(
                role,
                Role::Title
                    | Role::Byline
                    | Role::Heading(_)
                    | Role::Code
                    | Role::Math
                    | Role::FootnoteRef
                    | Role::Superscript
                    | Role::Subscript
            )
        };
        let start = self.whole.start.index();
        let parts = self.styling.parts(self.whole).filter(|&(_, role, _)| is_whole(role));
        let at = |offset: Offset| self.shown_of(offset.index() - start);
        parts.map(|(range, ..)| at(range.start)..at(range.end)).collect()
    }

    /// Returns the part of the document's text that belongs to the line.
    pub fn range(&self, line: &WrappedLine) -> TextRange {
        self.in_document(line.start, line.end)
    }

    /// Returns what the line shows.
    pub fn runs(&self, line: &WrappedLine) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut from = line.start;
        for inset in self.insets_on(line) {
            self.add(&mut runs, from, inset.at);
            runs.push(Run { link: Some(inset.link), ..Run::drawn(inset.text.clone(), inset.role) });
            from = inset.at;
        }
        self.add(&mut runs, from, line.visible_end);
        match runs.as_mut_slice() {
            // Most lines are one run, which has been measured already.
            [only] => only.width = line.width - usize::from(line.hyphenated),
            several => several.iter_mut().for_each(|run| run.width = width::width(run.text(self.doc))),
        }
        if line.hyphenated {
            let (role, link) = runs.last().map_or((Role::Text, None), |run| (run.role, run.link));
            runs.push(Run { link, ..Run::drawn("-", role) });
        }
        runs
    }

    fn insets_on(&self, line: &WrappedLine) -> &[Inset] {
        let from = self.insets.partition_point(|inset| inset.at <= line.start);
        let to = self.insets.partition_point(|inset| inset.at <= line.visible_end);
        self.insets.get(from..to).unwrap_or_default()
    }

    /// Adds runs, yet to be measured, for the text between two places.
    fn add(&self, runs: &mut Vec<Run>, from: usize, to: usize) {
        let Some(substituted) = &self.substituted else { return self.add_text(runs, from, to) };
        for (part, formula) in substituted.parts(from, to) {
            match formula {
                Some((text, role)) => {
                    let range = self.in_document(part.start, part.end);
                    let link = self.styling.parts(range).next().and_then(|(.., link)| link);
                    runs.push(Run::of_text(range, role, link).shown_as(text));
                }
                None => self.add_text(runs, part.start, part.end),
            }
        }
    }

    fn add_text(&self, runs: &mut Vec<Run>, from: usize, to: usize) {
        let parts = self.styling.parts(self.in_document(from, to));
        runs.extend(parts.map(|(range, role, link)| {
            let run = Run::of_text(range, role, link);
            match raised(self.doc.slice(range), role) {
                Some(text) => run.shown_as(text),
                None => run,
            }
        }));
    }

    fn in_document(&self, from: usize, to: usize) -> TextRange {
        let start = self.whole.start.index();
        let source = self.doc.slice(self.whole);
        let at = |shown| self.substituted.as_ref().map_or(shown, |substituted| substituted.source_of(source, shown));
        TextRange::new(Offset::at(start + at(from)), Offset::at(start + at(to)))
    }

    fn hints(&self) -> Vec<Hint> {
        let breaks = self.doc.breaks_in(self.whole).iter().map(|entry| Hint {
            offset: self.shown_of(entry.offset.index() - self.whole.start.index()),
            kind: match entry.kind {
                BreakKind::SoftHyphen => HintKind::Hyphen,
                BreakKind::Allowed => HintKind::Break,
                BreakKind::Forbidden => HintKind::NoBreak,
            },
        });
        let mut hints: Vec<_> = breaks.collect();
        if let Some(substituted) = &self.substituted {
            hints.extend(substituted.unbroken().map(|offset| Hint { offset, kind: HintKind::NoBreak }));
            hints.sort_by_key(|hint| hint.offset);
        }
        if !self.insets.is_empty() {
            let hint = |inset: &Inset| Hint { offset: inset.at, kind: HintKind::Inset(width::width(&inset.text)) };
            hints.extend(self.insets.iter().map(hint));
            hints.sort_by_key(|hint| hint.offset);
        }
        hints
    }

    fn shown_of(&self, source: usize) -> usize {
        self.substituted.as_ref().map_or(source, |substituted| substituted.shown_of(source))
    }

    /// Returns whether a new line starts where the text starts.
    pub fn follows_newline(&self) -> bool {
        let before = self.doc.text().get(..self.whole.start.index()).unwrap_or_default();
        before.is_empty() || before.ends_with('\n')
    }
}

/// Returns the signs that show raised or lowered text as such, where there are signs for all of it.
fn raised(text: &str, role: Role) -> Option<String> {
    let signs = match role {
        Role::Superscript => math::raised(text)?,
        Role::Subscript => math::lowered(text)?,
        _ => return None,
    };
    (width::width(&signs) == width::width(text)).then_some(signs)
}

/// Returns what stands behind a link whose text names another site than the one that it leads to.
fn warning(doc: &Document, shown: TextRange, link: u32) -> Option<String> {
    let LinkTarget::Address(address) = &doc.links().get(link as usize)?.target else { return None };
    let host = address::other_host(doc.slice(shown), address)?;
    Some(format!("[→ {}]", width::truncate(&host, HOST)))
}

fn number_of(link: u32) -> String {
    format!("[{}]", link.saturating_add(1))
}
