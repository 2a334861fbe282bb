//! Makes foreign text harmless: no control, escape, invisible or direction-changing character, and no pile of marks,
//! comes out of here.
//!
//! What is kept of a character depends on it and on what has already been kept, never on what was removed; so
//! cleaning clean text changes nothing. What each character is, is told in `class`; where escape sequences end, in
//! `escape`. Decoding bytes and laying out text are for others.

mod class;
mod escape;

use std::borrow::Cow;

use unicode_properties::UnicodeEmoji;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};
use unicode_width::UnicodeWidthStr;

use class::{Class, classify, is_mark, is_plain, joins_or_conjuncts, needs_many_marks};
use escape::Extent;

/// The longest web address that is kept, in bytes: what every browser still takes.
pub const MAX_ADDRESS_BYTES: usize = 2083;
/// The columns between two tab stops in text that keeps its lines.
pub const TAB_STOP: usize = 8;

const MAX_CLUSTER_BYTES: usize = 64;
const MAX_MARKS: usize = 4;
const MAX_MARKS_IN_MARKED_SCRIPTS: usize = 8;
/// Tag characters of a flag, its end included.
const MAX_TAGS: usize = 8;

/// How white space and direction controls are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// White space becomes one space, none at either end.
    Prose,
    /// As prose, for one line outside a document: direction controls are shown.
    Line,
    /// Lines and spaces are kept, tabs go to the next stop; line ends at either end are dropped.
    Verse,
    /// As verse, and direction controls are shown.
    Code,
}

impl Mode {
    fn collapses(self) -> bool {
        matches!(self, Self::Prose | Self::Line)
    }

    fn shows_bidi(self) -> bool {
        matches!(self, Self::Line | Self::Code)
    }
}

/// Where the source allowed or forbade a line break by an invisible character, which is no longer in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakHint {
    SoftHyphen,
    Allowed,
    Forbidden,
}

/// How many of each kind of thing were mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mended {
    /// Unassigned and private characters, shown as U+FFFD.
    pub unknown: u32,
    pub escapes: u32,
    pub controls: u32,
    pub bidi: u32,
    pub marks: u32,
}

/// What cleaning learnt beside the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Break hints by byte offset into the text that was written to.
    pub breaks: Vec<(usize, BreakHint)>,
    pub mended: Mended,
}

/// A place in the raw text whose place in the clean text is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stop {
    /// The byte offset into the raw text.
    pub at: usize,
    /// Whether the author ends a line here.
    pub is_line_end: bool,
    /// Set by cleaning: the end of the last character before the place.
    pub before: usize,
    /// Set by cleaning: the start of the first character after it.
    pub after: usize,
}

impl Stop {
    pub fn new(at: usize) -> Self {
        Self { at, ..Self::default() }
    }

    pub fn line_end(at: usize) -> Self {
        Self { at, is_line_end: true, ..Self::default() }
    }
}

/// Clean text, borrowed where nothing had to be done, and what was found on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned<'a> {
    pub text: Cow<'a, str>,
    pub findings: Findings,
}

/// Returns `raw` as clean prose in one line.
pub fn clean_prose(raw: &str) -> Cleaned<'_> {
    clean(raw, Mode::Prose)
}

/// Returns `raw` as clean verbatim text, its lines kept.
pub fn clean_code(raw: &str) -> Cleaned<'_> {
    clean(raw, Mode::Code)
}

/// Returns `raw` cleaned in the given mode.
pub fn clean(raw: &str, mode: Mode) -> Cleaned<'_> {
    let mut findings = Findings::default();
    let starts_plain = raw.chars().next().is_some_and(is_plain);
    if raw.is_empty() || (starts_plain && run_end(raw, 0, raw.len(), mode) == raw.len() && !raw.ends_with(' ')) {
        return Cleaned { text: Cow::Borrowed(raw), findings };
    }
    let mut text = String::with_capacity(raw.len());
    append(raw, mode, &mut [], &mut text, &mut findings);
    Cleaned { text: Cow::Owned(text), findings }
}

/// Returns `raw` as one clean line of at most `max_cells` cells, for titles, labels and names; an ellipsis stands for
/// what did not fit.
pub fn clean_line(raw: &str, max_cells: usize) -> String {
    // No cell needs more source than this, and nobody reads the rest.
    let enough = raw.floor_char_boundary(max_cells.saturating_mul(256));
    let is_cut = enough < raw.len();
    let text = clean(raw.get(..enough).unwrap_or_default(), Mode::Line).text.into_owned();
    if !is_cut && text.width() <= max_cells {
        return text;
    }
    let mut cells = 0;
    let mut end = 0;
    for (idx, grapheme) in text.grapheme_indices(true) {
        cells += grapheme.width();
        if cells >= max_cells {
            break;
        }
        end = idx + grapheme.len();
    }
    let mut line = text.get(..end).unwrap_or_default().trim_end_matches(' ').to_owned();
    if max_cells > 0 {
        line.push('…');
    }
    line
}

/// Returns an `http`, `https` or `mailto` address in its ASCII form; none for anything else.
pub fn clean_address(raw: &str) -> Option<String> {
    let url = url::Url::parse(raw.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https" | "mailto") {
        return None;
    }
    // An address without a host may keep spaces as they are.
    let address = String::from(url).replace(' ', "%20");
    let is_fit = address.len() <= MAX_ADDRESS_BYTES && address.bytes().all(|byte| byte.is_ascii_graphic());
    is_fit.then_some(address)
}

/// Returns whether cleaning would change nothing in any line or cell of `text`.
pub fn is_clean(text: &str) -> bool {
    text.split(['\n', '\t']).all(|line| {
        let mut copy = String::with_capacity(line.len());
        let mut findings = Findings::default();
        let mut cleaner = Cleaner::new(Mode::Verse, &mut copy, &mut findings);
        cleaner.feed(line, &mut []);
        copy == line
    })
}

/// Returns whether a terminal must never be given `c`: it steers, hides, or means something only to one program.
pub fn is_forbidden(c: char) -> bool {
    !is_plain(c)
        && !matches!(
            classify(c),
            Class::Letter
                | Class::Mark
                | Class::Space
                | Class::Joiner
                | Class::NonJoiner
                | Class::EmojiSelector
                | Class::Tag
        )
}

/// Appends `raw`, cleaned, to `out`; what was in `out` is left alone and taken for another line.
///
/// The `stops`, by their places in `raw`, learn where they are in `out`.
pub fn append(raw: &str, mode: Mode, stops: &mut [Stop], out: &mut String, findings: &mut Findings) {
    let base = out.len();
    Cleaner::new(mode, out, findings).feed(raw, stops);
    if !mode.collapses() {
        let kept = out.get(base..).unwrap_or_default().trim_end_matches([' ', '\n']).len();
        out.truncate(base + kept);
        for stop in stops {
            stop.before = stop.before.min(out.len());
            stop.after = stop.after.min(out.len());
        }
    }
    while findings.breaks.last().is_some_and(|&(offset, _)| offset >= out.len() && offset > base) {
        findings.breaks.pop();
    }
}

/// The state of one text's cleaning.
struct Cleaner<'t> {
    mode: Mode,
    out: &'t mut String,
    findings: &'t mut Findings,
    /// Where the clean text starts in `out`.
    base: usize,
    /// Where its last line starts.
    line: usize,
    /// Where its last grapheme cluster starts.
    cluster: usize,
    /// White space that is written once something follows it.
    has_space: bool,
    /// Line ends that are written once something follows them.
    n_line_ends: usize,
    /// A joiner that is kept if the next character makes one emoji with the one before.
    has_joiner: bool,
    /// The tags of a flag that has not yet ended.
    tags: String,
    /// A place in the last line whose column is known.
    column_at: (usize, usize),
}

impl<'t> Cleaner<'t> {
    fn new(mode: Mode, out: &'t mut String, findings: &'t mut Findings) -> Self {
        let base = out.len();
        Self {
            mode,
            out,
            findings,
            base,
            line: base,
            cluster: base,
            has_space: false,
            n_line_ends: 0,
            has_joiner: false,
            tags: String::new(),
            column_at: (base, 0),
        }
    }

    fn feed(&mut self, raw: &str, stops: &mut [Stop]) {
        let mut pos = 0;
        let mut stops = Stops { stops, n_met: 0, n_placed: 0 };
        loop {
            let limit = stops.meet(pos, raw.len(), || {
                self.has_space = false;
                self.forget_joiners();
                self.n_line_ends += usize::from(self.out.len() > self.base);
            });
            let Some(c) = raw.get(pos..).and_then(|rest| rest.chars().next()) else { break };
            let is_plain_here = is_plain(c) || (c == ' ' && !self.mode.collapses());
            if is_plain_here && self.stands_apart() {
                self.begin_cluster(&mut stops);
                let end = run_end(raw, pos, limit, self.mode);
                self.out.push_str(raw.get(pos..end).unwrap_or_default());
                self.cluster = self.out.len() - self.out.chars().next_back().map_or(0, char::len_utf8);
                pos = end;
            } else {
                pos += self.take(c, raw.get(pos..).unwrap_or_default(), &mut stops);
            }
        }
        stops.place(self.out.len(), self.out.len());
    }

    /// Takes the first character of `rest`, `c`, and returns how many bytes it and what goes with it have.
    fn take(&mut self, c: char, rest: &str, stops: &mut Stops) -> usize {
        let len = c.len_utf8();
        match classify(c) {
            Class::Letter => self.letter(c, stops),
            Class::Mark => self.mark(c, stops),
            Class::Space | Class::Tab | Class::Newline | Class::ParagraphSeparator if self.mode.collapses() => {
                self.forget_joiners();
                self.has_space = self.n_line_ends == 0 && self.out.len() > self.line;
            }
            Class::Space => self.letter(c, stops),
            Class::Tab => self.tab(stops),
            Class::Newline if rest.starts_with("\r\n") => {}
            Class::Newline => self.newline(stops),
            Class::ParagraphSeparator => {
                self.newline(stops);
                self.newline(stops);
            }
            Class::Introducer => {
                let (count, len) = match escape::extent(rest) {
                    Extent::Whole(len) | Extent::Introducer(len) => (&mut self.findings.mended.escapes, len),
                    Extent::Lone => (&mut self.findings.mended.controls, len),
                };
                *count = count.saturating_add(1);
                return len;
            }
            Class::Control | Class::Invisible => count(&mut self.findings.mended.controls),
            Class::Bidi => {
                count(&mut self.findings.mended.bidi);
                if self.mode.shows_bidi() {
                    for c in format!("⟨U+{:04X}⟩", u32::from(c)).chars() {
                        self.letter(c, stops);
                    }
                }
            }
            Class::SoftHyphen => self.hint(BreakHint::SoftHyphen),
            Class::ZeroWidthSpace => self.hint(BreakHint::Allowed),
            Class::WordJoiner => self.hint(BreakHint::Forbidden),
            Class::Joiner | Class::NonJoiner => self.joiner(c),
            Class::EmojiSelector => {
                self.forget_joiners();
                if self.last().is_some_and(|base| base.is_emoji_char()) {
                    self.extend(c);
                }
            }
            Class::Tag => self.tag(c),
            Class::Unknown => {
                count(&mut self.findings.mended.unknown);
                self.letter(char::REPLACEMENT_CHARACTER, stops);
            }
        }
        len
    }

    fn letter(&mut self, c: char, stops: &mut Stops) {
        let has_joiner = std::mem::take(&mut self.has_joiner);
        self.tags.clear();
        let end = self.out.len();
        if self.last().is_some() {
            if has_joiner {
                if self.joins('\u{200D}', c) {
                    self.grow(&['\u{200D}', c]);
                    return;
                }
            }
            if self.joins_directly(c) {
                self.grow(&[c]);
                return;
            }
        }
        debug_assert_eq!(end, self.out.len(), "asking changes nothing");
        self.begin_cluster(stops);
        self.cluster = self.out.len();
        self.out.push(c);
    }

    fn mark(&mut self, c: char, stops: &mut Stops) {
        self.forget_joiners();
        if self.has_space {
            // The mark is written over the space.
            self.has_space = false;
            stops.place(self.out.len(), self.out.len());
            self.cluster = self.out.len();
            self.out.push(' ');
        }
        if self.last().is_none() {
            self.begin_cluster(stops);
            self.cluster = self.out.len();
            self.out.push('\u{25CC}');
        }
        let cluster = self.out.get(self.cluster..).unwrap_or_default();
        let marks = cluster.chars().rev().take_while(|&c| is_mark(c) || matches!(c, '\u{200C}' | '\u{200D}'));
        let most = if needs_many_marks(c) { MAX_MARKS_IN_MARKED_SCRIPTS } else { MAX_MARKS };
        if marks.filter(|&c| is_mark(c)).count() < most {
            self.extend(c);
        } else {
            count(&mut self.findings.mended.marks);
        }
    }

    fn joiner(&mut self, c: char) {
        self.forget_joiners();
        if self.last().is_some_and(joins_or_conjuncts) {
            self.extend(c);
        } else {
            self.has_joiner = c == '\u{200D}';
        }
    }

    fn tag(&mut self, c: char) {
        self.has_joiner = false;
        if self.last() != Some('\u{1F3F4}') {
            count(&mut self.findings.mended.controls);
            return;
        }
        self.tags.push(c);
        if c == '\u{E007F}' {
            let tags: Vec<char> = std::mem::take(&mut self.tags).chars().collect();
            if (2..=MAX_TAGS).contains(&tags.len()) {
                self.grow(&tags);
            } else {
                count(&mut self.findings.mended.controls);
            }
        } else if self.tags.chars().count() > MAX_TAGS {
            // Long enough to be refused at its end, however long it is.
            self.tags.pop();
        }
    }

    fn newline(&mut self, stops: &mut Stops) {
        self.forget_joiners();
        if self.out.len() > self.base {
            self.begin_cluster(stops);
            self.out.push('\n');
            self.start_line();
        }
    }

    fn tab(&mut self, stops: &mut Stops) {
        let (known_at, known_column) = self.column_at;
        let column = known_column + self.out.get(known_at..).unwrap_or_default().width();
        let n_spaces = TAB_STOP - column % TAB_STOP;
        for _ in 0..n_spaces {
            self.letter(' ', stops);
        }
        self.column_at = (self.out.len(), column + n_spaces);
    }

    fn hint(&mut self, hint: BreakHint) {
        let at = self.out.len() + usize::from(self.has_space);
        if self.last().is_some() || self.has_space {
            self.findings.breaks.push((at, hint));
        }
    }

    /// Returns the last character of the present line, if the next one would directly follow it.
    fn last(&self) -> Option<char> {
        if self.has_space || self.n_line_ends > 0 {
            return None;
        }
        self.out.get(self.line..)?.chars().next_back()
    }

    /// Returns whether a plain character would start a cluster here, whichever it is.
    fn stands_apart(&self) -> bool {
        !self.has_joiner && self.last().is_none_or(|last| is_plain(last) || last == ' ')
    }

    /// Writes what was waiting and gives the stops met on the way their places.
    fn begin_cluster(&mut self, stops: &mut Stops) {
        self.forget_joiners();
        let end = self.out.len();
        if self.n_line_ends > 0 {
            // More than one empty line says nothing more.
            for _ in 0..self.n_line_ends.min(2) {
                self.out.push('\n');
            }
            self.n_line_ends = 0;
            self.start_line();
        } else if self.has_space {
            self.out.push(' ');
        }
        self.has_space = false;
        stops.place(end, self.out.len());
    }

    fn start_line(&mut self) {
        self.line = self.out.len();
        self.cluster = self.line;
        self.column_at = (self.line, 0);
    }

    fn forget_joiners(&mut self) {
        self.has_joiner = false;
        self.tags.clear();
    }

    /// Adds one character to the last cluster.
    fn extend(&mut self, c: char) {
        self.grow(&[c]);
    }

    /// Adds characters to the last cluster, all or none.
    fn grow(&mut self, chars: &[char]) {
        let len: usize = chars.iter().map(|c| c.len_utf8()).sum();
        if self.out.len() - self.cluster + len > MAX_CLUSTER_BYTES {
            count(&mut self.findings.mended.marks);
            return;
        }
        while self.findings.breaks.last().is_some_and(|&(offset, _)| offset >= self.out.len()) {
            // A line cannot break inside a cluster.
            self.findings.breaks.pop();
        }
        self.out.extend(chars);
    }

    fn joins_directly(&mut self, c: char) -> bool {
        let at = self.out.len();
        self.out.push(c);
        let joins = self.is_joined(at);
        self.out.truncate(at);
        joins
    }

    fn joins(&mut self, joiner: char, c: char) -> bool {
        let end = self.out.len();
        self.out.push(joiner);
        let joins = self.joins_directly(c);
        self.out.truncate(end);
        joins
    }

    fn is_joined(&self, at: usize) -> bool {
        let Some(cluster) = self.out.get(self.cluster..) else { return false };
        let mut cursor = GraphemeCursor::new(at - self.cluster, cluster.len(), true);
        !cursor.is_boundary(cluster, 0).unwrap_or(true)
    }
}

/// The stops of a text, of which some have been met and some of those have been given their places.
struct Stops<'s> {
    stops: &'s mut [Stop],
    n_met: usize,
    n_placed: usize,
}

impl Stops<'_> {
    /// Meets the stops up to `pos` and returns how far it is to the next one, at most `end`.
    fn meet(&mut self, pos: usize, end: usize, mut end_line: impl FnMut()) -> usize {
        while let Some(stop) = self.stops.get(self.n_met) {
            if stop.at > pos && pos < end {
                return stop.at.min(end);
            }
            if stop.is_line_end {
                end_line();
            }
            self.n_met += 1;
        }
        end
    }

    fn place(&mut self, before: usize, after: usize) {
        for stop in self.stops.get_mut(self.n_placed..self.n_met).unwrap_or_default() {
            stop.before = before;
            stop.after = after;
        }
        self.n_placed = self.n_met;
    }
}

/// Returns where the run of plain characters that starts at `from` ends: at `limit` at the latest, and before any
/// white space that has to be thought about.
fn run_end(raw: &str, from: usize, limit: usize, mode: Mode) -> usize {
    let bytes = raw.as_bytes().get(..limit).unwrap_or_default();
    let collapses = mode.collapses();
    let mut end = from;
    loop {
        // One step back, so that two spaces are seen; sixteen at a time, which the compiler turns into vectors.
        while let Some(window) = end.checked_sub(1).and_then(|start| bytes.get(start..)?.first_chunk::<17>()) {
            if !is_run(window, collapses) {
                break;
            }
            end += 16;
        }
        let mut previous = end.checked_sub(1).and_then(|idx| bytes.get(idx)).copied().unwrap_or_default();
        while let Some(&byte) = bytes.get(end) {
            if !is_run(&[previous, byte], collapses) {
                break;
            }
            previous = byte;
            end += 1;
            if end.is_multiple_of(16) {
                break;
            }
        }
        match bytes.get(end) {
            Some(&byte) if byte >= 0x80 => {
                let rest = raw.get(end..limit).unwrap_or_default();
                let plain =
                    rest.chars().take_while(|&c| !c.is_ascii() && is_plain(c)).map(char::len_utf8).sum::<usize>();
                end += plain;
                if plain == 0 {
                    break;
                }
            }
            Some(&byte) if is_run(&[previous, byte], collapses) => {}
            _ => break,
        }
    }
    let ends_in_space = collapses && end > from && end.checked_sub(1).and_then(|idx| bytes.get(idx)) == Some(&b' ');
    end - usize::from(ends_in_space)
}

/// Returns whether all bytes after the first are printable ASCII without a needless space.
fn is_run<const N: usize>(window: &[u8; N], collapses: bool) -> bool {
    let mut is_special = false;
    for (&before, &byte) in window.iter().zip(window.iter().skip(1)) {
        is_special |= byte.wrapping_sub(b' ') > b'~' - b' ';
        is_special |= collapses & (byte == b' ') & (before == b' ');
    }
    !is_special
}

fn count(counter: &mut u32) {
    *counter = counter.saturating_add(1);
}
