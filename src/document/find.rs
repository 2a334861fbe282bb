//! Finding text as a person sees it: whatever the case, the diacritics, the shape of quotes and dashes and the line
//! breaks, unless the query says which.
//!
//! A query is folded to units once; the text is folded as it is read and never copied. Matches are ranges of the
//! text as it stands, lie in one leaf block each and do not overlap. What a character folds to is in `text::fold`.

use std::ops::{ControlFlow, Range};

use super::{Document, Offset, TextRange};
use crate::text::clean;
use crate::text::fold::{Folding, is_diacritic};

/// How much text is searched between two reports, in bytes.
const CHUNK_BYTES: usize = 1 << 20;
/// The longest query, in bytes; nobody types more, and a longer paste finds its beginning.
const MAX_QUERY_BYTES: usize = 1024;

/// What to look for, as it was typed.
///
/// An upper-case letter makes the case count, a diacritic the diacritics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    units: Vec<char>,
    folding: Folding,
    /// The units as bytes, if all are ASCII.
    ascii: Option<AsciiPattern>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct AsciiPattern {
    bytes: Vec<u8>,
    /// The place of the byte that is looked for first: the rarest of the first word.
    rare_at: usize,
    /// That byte in both cases, which are the same where the case counts.
    rare: (u8, u8),
    keeps_case: bool,
}

impl Query {
    /// Returns the query that was typed, or none if there is nothing to look for in it.
    pub fn new(typed: &str) -> Option<Self> {
        let typed = typed.get(..typed.floor_char_boundary(MAX_QUERY_BYTES)).unwrap_or_default();
        let typed = clean::clean_prose(typed).text;
        let folding = Folding::of(&typed);
        let mut units = Vec::new();
        for c in typed.chars() {
            folding.fold(c, &mut |unit| {
                if unit != ' ' || !matches!(units.last(), None | Some(' ')) {
                    units.push(unit);
                }
            });
        }
        while units.last() == Some(&' ') {
            units.pop();
        }
        let is_ascii = units.iter().all(char::is_ascii);
        let ascii = if is_ascii { AsciiPattern::new(&units, folding) } else { None };
        (!units.is_empty()).then_some(Self { units, folding, ascii })
    }

    /// Returns the matches in one line or block of text, in bytes.
    pub fn find_in_text(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut search = Search::new(self);
        let _ = search.each_in(text, 0..text.len(), &mut |range| {
            found.push(range);
            ControlFlow::Continue(())
        });
        found
    }
}

/// Returns the first `limit` matches in the document.
pub fn find_all(document: &Document, query: &Query, limit: usize) -> Vec<TextRange> {
    let mut found = Vec::new();
    let whole = TextRange::new(Offset(0), document.end());
    let _ = each(document, whole, query, &mut |step| {
        if let Step::Found(range) = step
            && found.len() < limit
        {
            found.push(range);
        }
        if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    found
}

/// Returns the matches that start in `range`.
pub fn find_in(document: &Document, range: TextRange, query: &Query) -> Vec<TextRange> {
    let mut found = Vec::new();
    let _ = each(document, range, query, &mut |step| {
        if let Step::Found(range) = step {
            found.push(range);
        }
        ControlFlow::Continue(())
    });
    found
}

/// Returns the first match that starts at or after `from`.
pub fn find_next(document: &Document, from: Offset, query: &Query) -> Option<TextRange> {
    let mut found = None;
    let _ = each(document, TextRange::new(from, document.end()), query, &mut |step| match step {
        Step::Found(range) => {
            found = Some(range);
            ControlFlow::Break(())
        }
        Step::Chunk => ControlFlow::Continue(()),
    });
    found
}

/// Reports the matches of about each megabyte of the document's text as it is searched, an empty list where there are
/// none, until all is searched or `report` says to stop.
pub fn find_chunked(
    document: &Document,
    query: &Query,
    report: &mut dyn FnMut(&[TextRange]) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut found = Vec::new();
    let whole = TextRange::new(Offset(0), document.end());
    each(document, whole, query, &mut |step| match step {
        Step::Found(range) => {
            found.push(range);
            ControlFlow::Continue(())
        }
        Step::Chunk => {
            let flow = report(&found);
            found.clear();
            flow
        }
    })?;
    report(&found)
}

/// What a search tells on its way.
enum Step {
    Found(TextRange),
    /// So much has been searched that someone may want to hear of it.
    Chunk,
}

fn each(
    document: &Document,
    range: TextRange,
    query: &Query,
    tell: &mut dyn FnMut(Step) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut search = Search::new(query);
    let mut n_searched = 0;
    let first = document.leaf_at(range.start).map_or(0, super::BlockId::index);
    let leaves = document.blocks().get(first..).unwrap_or_default().iter().filter(|block| !block.kind.is_container());
    for leaf in leaves.take_while(|leaf| leaf.range.start < range.end) {
        let text = document.slice(leaf.range);
        let base = leaf.range.start.index();
        let mut from = range.start.index().saturating_sub(base).min(text.len());
        let end = range.end.index().saturating_sub(base).min(text.len());
        while from < end {
            let until = text.ceil_char_boundary(end.min(from + CHUNK_BYTES));
            let mut resume = until;
            search.each_in(text, from..until, &mut |found| {
                resume = resume.max(found.end);
                tell(Step::Found(TextRange::new(Offset::at(base + found.start), Offset::at(base + found.end))))
            })?;
            n_searched += until - from;
            from = resume;
            if n_searched >= CHUNK_BYTES {
                n_searched = 0;
                tell(Step::Chunk)?;
            }
        }
    }
    ControlFlow::Continue(())
}

/// A search under way, with what it has learnt about characters.
struct Search<'q> {
    query: &'q Query,
    /// By the low bits of the code point: looking into what a character folds to is slow, and a text keeps to few.
    facts: Vec<Option<(char, Facts)>>,
}

/// What a character outside ASCII means for one query.
#[derive(Debug, Clone, Copy)]
struct Facts {
    /// A match can start with one of its units.
    may_start: bool,
    /// A match can hold it, or must not end before it.
    may_matter: bool,
}

const FACTS: usize = 1 << 10;

impl<'q> Search<'q> {
    fn new(query: &'q Query) -> Self {
        Self { query, facts: vec![None; FACTS] }
    }

    /// Tells the matches in `text` that start in `range`.
    fn each_in(
        &mut self,
        text: &str,
        range: Range<usize>,
        tell: &mut dyn FnMut(Range<usize>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if let Some(pattern) = &self.query.ascii
            && !self.any_matters(text, &range)
        {
            return pattern.each_in(text.as_bytes(), range, tell);
        }
        self.each_folded_in(text, range, tell)
    }

    /// Returns whether a character outside ASCII can be in, or directly after, a match that starts in `range`.
    fn any_matters(&mut self, text: &str, range: &Range<usize>) -> bool {
        let after = text.get(range.end..).unwrap_or_default();
        let reach = self.reach(after);
        let mut rest = text.get(range.start..range.end + reach).unwrap_or_default();
        while let Some(idx) = first_non_ascii(rest.as_bytes()) {
            let mut chars = rest.get(idx..).unwrap_or_default().chars();
            for c in chars.by_ref() {
                if c.is_ascii() {
                    break;
                }
                if self.facts(c).may_matter {
                    return true;
                }
            }
            rest = chars.as_str();
        }
        false
    }

    /// Returns how far a match that starts before `text` can reach into it, with the character after it.
    fn reach(&self, text: &str) -> usize {
        let mut n_left = self.query.units.len() + 1;
        for (idx, c) in text.char_indices() {
            if n_left == 0 {
                return idx;
            }
            // White space is one unit however much of it there is, and a folded mark is none.
            n_left -= usize::from(!c.is_whitespace() && !is_diacritic(c));
        }
        text.len()
    }

    fn each_folded_in(
        &mut self,
        text: &str,
        range: Range<usize>,
        tell: &mut dyn FnMut(Range<usize>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let first = self.query.units.first().copied().unwrap_or_default();
        let first_ascii = u8::try_from(first).unwrap_or_default();
        let other_case = if self.query.folding.keeps_case() { first_ascii } else { first_ascii.to_ascii_uppercase() };
        let mut at = range.start;
        let mut chars = text.get(range).unwrap_or_default().chars();
        while let Some(c) = chars.next() {
            let start = at;
            at += c.len_utf8();
            let may_start = match u8::try_from(u32::from(c)) {
                Ok(byte) if byte.is_ascii() => byte == first_ascii || byte == other_case,
                _ => self.facts(c).may_start,
            };
            if may_start && let Some(end) = self.match_at(text, start) {
                tell(start..end)?;
                while at < end {
                    at += chars.next().map_or(end, char::len_utf8);
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Returns the end of the match that starts with one of the units of the character at `start`.
    fn match_at(&self, text: &str, start: usize) -> Option<usize> {
        let mut n_units = 0;
        self.query.folding.fold(text.get(start..)?.chars().next()?, &mut |_| n_units += 1);
        (0..n_units).find_map(|n_skipped| self.match_from(text, start, n_skipped))
    }

    fn match_from(&self, text: &str, start: usize, n_skipped: usize) -> Option<usize> {
        let Query { units, folding, .. } = self.query;
        let mut wanted = units.iter().copied().peekable();
        let mut n_skipped = n_skipped;
        let mut is_after_space = false;
        let mut end = start;
        for (idx, c) in text.get(start..)?.char_indices() {
            let mut is_wrong = false;
            let mut n_units = 0;
            let was_done = wanted.peek().is_none();
            let mut is_past = false;
            let mut is_mark = false;
            folding.fold(c, &mut |unit| {
                n_units += 1;
                if n_skipped > 0 {
                    n_skipped -= 1;
                } else if unit == ' ' && is_after_space {
                    // One run of white space.
                } else if let Some(want) = wanted.next() {
                    is_wrong |= want != unit;
                    is_after_space = unit == ' ';
                } else if !std::mem::replace(&mut is_past, true) {
                    // An accent belongs to the letter before it.
                    is_mark = is_diacritic(unit);
                }
            });
            if is_wrong || is_mark {
                return None;
            }
            if was_done && n_units > 0 {
                return Some(end);
            }
            end = start + idx + c.len_utf8();
            if is_past {
                // It ends within the units of this character, so an accent after it belongs to another.
                return Some(end);
            }
        }
        wanted.peek().is_none().then_some(end)
    }

    fn facts(&mut self, c: char) -> Facts {
        let Query { units, folding, .. } = self.query;
        let slot = usize::try_from(u32::from(c)).unwrap_or_default() % FACTS;
        if let Some(&Some((known, facts))) = self.facts.get(slot)
            && known == c
        {
            return facts;
        }
        let mut facts = Facts { may_start: false, may_matter: is_diacritic(c) };
        folding.fold(c, &mut |unit| {
            facts.may_start |= units.first() == Some(&unit);
            facts.may_matter |= units.contains(&unit) || is_diacritic(unit);
        });
        if let Some(slot) = self.facts.get_mut(slot) {
            *slot = Some((c, facts));
        }
        facts
    }
}

impl AsciiPattern {
    fn new(units: &[char], folding: Folding) -> Option<Self> {
        let bytes: Vec<u8> = units.iter().filter_map(|&unit| u8::try_from(unit).ok()).collect();
        let first_word = bytes.iter().take_while(|&&byte| byte != b' ');
        let (rare_at, &rare) = first_word.enumerate().max_by_key(|&(_, &byte)| rarity(byte))?;
        let other = if folding.keeps_case() { rare } else { rare.to_ascii_uppercase() };
        Some(Self { bytes, rare_at, rare: (rare, other), keeps_case: folding.keeps_case() })
    }

    fn each_in(
        &self,
        text: &[u8],
        range: Range<usize>,
        tell: &mut dyn FnMut(Range<usize>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let (one, other) = self.rare;
        let mut from = range.start;
        let last = (range.end + self.rare_at).min(text.len());
        while let Some(rest) = from.checked_add(self.rare_at).and_then(|from| text.get(from..last)) {
            let found = if one == other { memchr::memchr(one, rest) } else { memchr::memchr2(one, other, rest) };
            let Some(idx) = found else { break };
            let start = from + idx;
            match self.match_at(text, start) {
                Some(end) => {
                    tell(start..end)?;
                    from = end;
                }
                None => from = start + 1,
            }
        }
        ControlFlow::Continue(())
    }

    fn match_at(&self, text: &[u8], start: usize) -> Option<usize> {
        let mut end = start;
        for &want in &self.bytes {
            let &byte = text.get(end)?;
            end += 1;
            if want == b' ' {
                if !is_space(byte) {
                    return None;
                }
                end += text.get(end..)?.iter().take_while(|&&byte| is_space(byte)).count();
            } else if want != byte && (self.keeps_case || want != byte.to_ascii_lowercase()) {
                return None;
            }
        }
        Some(end)
    }
}

fn is_space(byte: u8) -> bool {
    char::from(byte).is_whitespace() && byte.is_ascii()
}

/// Returns the place of the first byte of a character outside ASCII.
fn first_non_ascii(bytes: &[u8]) -> Option<usize> {
    let mut idx = 0;
    for chunk in bytes.chunks(64) {
        if !chunk.is_ascii() {
            return chunk.iter().position(|byte| !byte.is_ascii()).map(|within| idx + within);
        }
        idx += chunk.len();
    }
    None
}

/// Returns how rare a byte is in prose, roughly: by the place of the letter in the usual order of frequency.
fn rarity(byte: u8) -> usize {
    b"etaoinshrdlcumwfgypbvk".iter().position(|&letter| letter == byte.to_ascii_lowercase()).unwrap_or(24)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::document::{BlockKind, DocumentBuilder};

    fn check(typed: &str, text: &str, expected: &[&str]) {
        let query = Query::new(typed).unwrap();
        let found: Vec<&str> = query.find_in_text(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{typed:?} in {text:?}");
        assert_eq!(found, oracle(&query, text).into_iter().map(|range| &text[range]).collect::<Vec<_>>());
    }

    /// Folds all of the text first, then tries each place in turn.
    fn oracle(query: &Query, text: &str) -> Vec<Range<usize>> {
        let mut folded: Vec<(char, Range<usize>)> = Vec::new();
        for (start, c) in text.char_indices() {
            let range = start..start + c.len_utf8();
            let mut units = Vec::new();
            query.folding.fold(c, &mut |unit| units.push(unit));
            match folded.last_mut() {
                Some((_, last)) if units.is_empty() => last.end = range.end,
                Some((' ', last)) if units == [' '] => last.end = range.end,
                _ => folded.extend(units.into_iter().map(|unit| (unit, range.clone()))),
            }
        }
        let mut found: Vec<Range<usize>> = Vec::new();
        for window in 0..folded.len() {
            let Some(part) = folded.get(window..window + query.units.len()) else { break };
            let range = part[0].1.start..part.last().unwrap().1.end;
            let is_match = part.iter().map(|(unit, _)| unit).eq(&query.units);
            let goes_on = folded.get(window + query.units.len()).is_some_and(|(unit, _)| is_diacritic(*unit));
            if is_match && !goes_on && found.last().is_none_or(|last| last.end <= range.start) {
                found.push(range);
            }
        }
        found
    }

    #[test]
    fn case_counts_if_it_is_typed() {
        check("apple", "Apple aPPLE apple", &["Apple", "aPPLE", "apple"]);
        check("Apple", "Apple aPPLE apple", &["Apple"]);
        check("strasse", "Straße STRASSE strasse", &["Straße", "STRASSE", "strasse"]);
        check("straße", "Straße STRASSE", &["Straße", "STRASSE"]);
        check("istanbul", "İstanbul ıstanbul", &["İstanbul", "ıstanbul"]);
        check("οδος", "ὉΔΟΣ ὁδός", &["ὉΔΟΣ", "ὁδός"]);
    }

    #[test]
    fn diacritics_count_if_they_are_typed() {
        check("ecole", "École E\u{301}cole ecole", &["École", "E\u{301}cole", "ecole"]);
        check("école", "École E\u{301}cole ecole", &["École", "E\u{301}cole"]);
        check(
            "angstrom",
            "Ångström A\u{30A}ngstro\u{308}m \u{212B}ngström",
            &["Ångström", "A\u{30A}ngstro\u{308}m", "\u{212B}ngström"],
        );
        check("ée", "éé e\u{301}e ée\u{300} ée", &["e\u{301}e", "ée"]);
        check("かき", "かき がき か\u{3099}き かぎ", &["かき"]);
        check("がき", "がき か\u{3099}き", &["がき", "か\u{3099}き"]);
        check("שלום", "שָׁלוֹם", &["שָׁלוֹם"]);
    }

    #[test]
    fn quotes_dashes_and_forms_are_alike() {
        check("\"it's\"", "“it’s” \"it's\"", &["“it’s”", "\"it's\""]);
        check("“it’s”", "\"it's\"", &["\"it's\""]);
        check("a-b", "a–b a—b a-b", &["a–b", "a—b", "a-b"]);
        check("wait...", "wait… wait...", &["wait…", "wait..."]);
        check("fi", "ﬁ Fi", &["ﬁ", "Fi"]);
        check("abc", "ＡＢＣ", &["ＡＢＣ"]);
        check("中文", "说中文。中 文", &["中文"]);
        check("하", "하한", &["하"]);
    }

    #[test]
    fn white_space_is_white_space() {
        check(" a  b ", "a b a\nb a\u{A0}\n b ab", &["a b", "a\nb", "a\u{A0}\n b"]);
        check("a b", "a b\u{301}", &["a b\u{301}"]);
        assert_eq!(Query::new(" \n\u{200B}"), None);
    }

    #[test]
    fn matches_do_not_overlap() {
        check("aa", "aaaaa", &["aa", "aa"]);
        check("f", "ﬀ", &["ﬀ"]);
    }

    #[test]
    fn a_match_lies_in_one_block() {
        let mut builder = DocumentBuilder::new();
        for text in ["one two", "three", "two three two"] {
            builder.leaf(BlockKind::Paragraph, text);
        }
        let document = builder.finish();
        let all = |typed, limit| find_all(&document, &Query::new(typed).unwrap(), limit);
        assert_eq!(all("two three", 9).len(), 1);
        assert_eq!(all("two", 9).len(), 3);
        assert_eq!(all("two", 2).len(), 2);
        let query = Query::new("two").unwrap();
        let range = TextRange::new(Offset(5), Offset(15));
        assert_eq!(find_in(&document, range, &query), [all("two", 9)[1]]);
        assert_eq!(find_next(&document, Offset(5), &query), Some(all("two", 9)[1]));
        assert_eq!(find_next(&document, Offset(25), &query), None);
    }

    #[test]
    fn chunks_neither_lose_nor_repeat_a_match() {
        let mut builder = DocumentBuilder::new();
        let long = "abc é ".repeat(CHUNK_BYTES / 2);
        builder.leaf(BlockKind::Paragraph, &long);
        let document = builder.finish();
        for typed in ["c e a", "abc", "é"] {
            let mut n_chunks = 0;
            let mut found = Vec::new();
            let _ = find_chunked(&document, &Query::new(typed).unwrap(), &mut |ranges| {
                n_chunks += 1;
                found.extend_from_slice(ranges);
                ControlFlow::Continue(())
            });
            assert_eq!(found.len(), if typed == "c e a" { CHUNK_BYTES / 2 - 1 } else { CHUNK_BYTES / 2 });
            assert!(found.iter().zip(&found[1..]).all(|(one, next)| one.end <= next.start));
            assert!(n_chunks >= 3);
        }
        let mut n_chunks = 0;
        let _ = find_chunked(&document, &Query::new("abc").unwrap(), &mut |_| {
            n_chunks += 1;
            ControlFlow::Break(())
        });
        assert_eq!(n_chunks, 1);
    }

    #[test]
    fn an_accent_after_the_rest_of_a_character_is_not_the_matchs() {
        let first = |typed: &str, text: &str| Query::new(typed).unwrap().find_in_text(text).first().cloned();
        assert_eq!(first("ß", "sß\u{3099}"), Some(0..3));
        assert_eq!(first("…", ".…\u{3099}"), Some(0..4));
        assert_eq!(first("ß", "ß\u{3099}"), None);
    }

    fn text() -> impl Strategy<Value = String> {
        let pieces = vec![
            "a", "b", "A", "e", "é", "e\u{301}", "\u{301}", "É", "ß", "s", "S", "İ", "i", "ı", " ", "\n", "\u{A0}",
            "ﬁ", "f", "’", "'", "“", "–", "-", "…", ".", "中", "か", "が", "\u{3099}", "한", "ａ", "Å", "क", "\u{94D}",
            "½", "2", "´", "ﷺ",
        ];
        prop::collection::vec(prop::sample::select(pieces), 0..16).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn finds_what_the_slow_way_finds(typed in text(), before in text(), after in text(), split in 0..40usize) {
            let query = Query::new(typed.get(..typed.floor_char_boundary(6)).unwrap());
            let Some(query) = query else { return Ok(()) };
            let text = format!("{before}{typed}{after}");
            let found = query.find_in_text(&text);
            prop_assert_eq!(&found, &oracle(&query, &text));

            // In two pieces, as chunks are.
            let split = text.floor_char_boundary(split);
            let mut search = Search::new(&query);
            let mut pieced: Vec<Range<usize>> = Vec::new();
            for range in [0..split, split..text.len()] {
                let from = range.start.max(pieced.last().map_or(0, |last| last.end));
                let _ = search.each_in(&text, from..range.end.max(from), &mut |found| {
                    pieced.push(found);
                    ControlFlow::Continue(())
                });
            }
            prop_assert_eq!(&found, &pieced);
        }
    }
}
