//! Cleaning, a character at a time: what is kept of each, given what has been kept before it.

use unicode_properties::UnicodeEmoji;
use unicode_segmentation::GraphemeCursor;
use unicode_width::UnicodeWidthStr;

use super::class::{Class, classify, is_mark, is_plain, joins_or_conjuncts, needs_many_marks};
use super::escape::{self, Extent};
use super::run::run_end;
use super::{BreakHint, Findings, Mode, Stop, TAB_STOP};

pub(super) const MAX_CLUSTER_BYTES: usize = 64;
const MAX_MARKS: usize = 4;
const MAX_MARKS_IN_MARKED_SCRIPTS: usize = 8;
/// Tag characters of a flag, its end included.
const MAX_TAGS: usize = 8;

/// The state of one text's cleaning.
pub(super) struct Cleaner<'t> {
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
    pub(super) fn new(mode: Mode, out: &'t mut String, findings: &'t mut Findings) -> Self {
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

    /// Appends `raw`, cleaned.
    pub(super) fn feed(&mut self, raw: &str, stops: &mut [Stop]) {
        let mut pos = 0;
        let mut stops = Stops { all: stops, n_met: 0, n_placed: 0 };
        loop {
            let limit = stops.meet(pos, raw.len(), || {
                self.has_space = false;
                self.forget_joiners();
                // A hint after the space that is not written stands at no place of its own.
                let end = self.out.len();
                while self.findings.breaks.pop_if(|(offset, _)| *offset > end).is_some() {}
                self.n_line_ends += usize::from(self.out.len() > self.base);
            });
            let Some(c) = raw.get(pos..).and_then(|rest| rest.chars().next()) else { break };
            let is_plain_here = is_plain(c) || (c == ' ' && !self.mode.collapses());
            if is_plain_here && (c == ' ' || self.stands_apart()) {
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
            Class::Tab | Class::Newline | Class::ParagraphSeparator if !self.mode.collapses() => {
                self.white_space(c, rest, stops);
            }
            Class::Space | Class::Tab | Class::Newline | Class::ParagraphSeparator => {
                self.forget_joiners();
                self.has_space = self.n_line_ends == 0 && self.out.len() > self.line;
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
                if self.last().is_some_and(UnicodeEmoji::is_emoji_char) {
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

    /// Takes white space, other than a plain space, where it is kept.
    fn white_space(&mut self, c: char, rest: &str, stops: &mut Stops) {
        match c {
            '\t' => self.tab(stops),
            '\r' if rest.starts_with("\r\n") => {}
            '\u{2029}' => {
                self.newline(stops);
                self.newline(stops);
            }
            _ => self.newline(stops),
        }
    }

    fn letter(&mut self, c: char, stops: &mut Stops) {
        let has_joiner = std::mem::take(&mut self.has_joiner);
        self.tags.clear();
        if self.last().is_some() {
            if has_joiner && self.joins('\u{200D}', c) {
                self.grow(&['\u{200D}', c]);
                return;
            }
            if self.joins_directly(c) {
                self.grow(&[c]);
                return;
            }
        }
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
        self.begin_cluster(stops);
        self.out.extend(std::iter::repeat_n(' ', n_spaces));
        self.cluster = self.out.len() - 1;
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
    all: &'s mut [Stop],
    n_met: usize,
    n_placed: usize,
}

impl Stops<'_> {
    /// Meets the stops up to `pos` and returns how far it is to the next one, at most `end`.
    fn meet(&mut self, pos: usize, end: usize, mut end_line: impl FnMut()) -> usize {
        while let Some(stop) = self.all.get(self.n_met) {
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
        for stop in self.all.get_mut(self.n_placed..self.n_met).unwrap_or_default() {
            stop.before = before;
            stop.after = after;
        }
        self.n_placed = self.n_met;
    }
}

fn count(counter: &mut u32) {
    *counter = counter.saturating_add(1);
}
