//! Plain text: blocks from the shape of its lines, and an outline from the shape of its blocks.
//!
//! Text comes in chunks and is read by the page, a piece of some tens of kilobytes that ends where a block does. A page
//! is made into blocks by itself: [`lines`] cuts it, [`rhythm`] feels how it is set, [`page`] tells what a line is to its
//! neighbours, [`blocks`] and [`stretch`] decide which lines belong together. No block ever changes once it is made, so offsets given early stay true. Which short
//! lines are headings is decided from all of them together, by [`candidates`] and [`outline`] with the two linear
//! scores of [`model`].

mod blocks;
mod candidates;
mod features;
mod first_look;
mod front;
mod lines;
mod marker;
mod model;
mod outline;
mod page;
mod reading;
mod rhythm;
mod stretch;
mod style;
mod vocabulary;
mod weights;

use crate::document::{Document, DocumentBuilder};
use blocks::Blocks;
use candidates::Candidates;
use lines::Line;

/// The most text that is looked at together, in bytes.
const PAGE_BYTES: usize = 64 * 1024;

/// Reads plain text that comes in chunks.
#[derive(Debug)]
pub struct PlainParser {
    /// What has not been made into blocks yet: less than a page, but for what was pushed last.
    pending: String,
    blocks: Blocks,
    lines: Vec<Line>,
}

impl Default for PlainParser {
    fn default() -> Self {
        Self::new()
    }
}

impl PlainParser {
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// Returns a parser with room for so many bytes of text.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { pending: String::new(), blocks: Blocks::new(bytes), lines: Vec::new() }
    }

    /// Reads on. Chunks may be cut between any two characters.
    pub fn push(&mut self, text: &str) {
        self.pending.push_str(text);
        let pending = std::mem::take(&mut self.pending);
        let mut rest = pending.as_str();
        // A return at a page's end may be half of a line's end, so one byte more is waited for.
        while rest.len() > PAGE_BYTES + 1 {
            let (page, after) = rest.split_at_checked(page_len(rest)).unwrap_or((rest, ""));
            self.blocks.page(page, &mut self.lines);
            rest = after;
        }
        let n_read = pending.len() - rest.len();
        self.pending = pending;
        self.pending.drain(..n_read);
    }

    /// Returns what has been made into blocks so far as a document, which is all but the last page or so. Its offsets are
    /// those of the whole.
    pub fn snapshot(&self) -> Document {
        let mut blocks = self.blocks.clone();
        blocks.close();
        outlined(blocks).snapshot()
    }

    /// Returns the whole document.
    pub fn finish(mut self) -> Document {
        self.read_rest();
        outlined(self.blocks).finish()
    }

    fn read_rest(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        self.blocks.page(&pending, &mut self.lines);
        self.blocks.close();
    }
}

/// Decides on the headings and returns the builder with them.
fn outlined(mut blocks: Blocks) -> DocumentBuilder {
    blocks.candidates.flush();
    for heading in outline::decide(&blocks.candidates) {
        blocks.builder.set_heading(heading.block, Some(heading.level), heading.confidence);
    }
    let meta = blocks.meta();
    let mut builder = blocks.builder;
    builder.set_meta(meta);
    builder
}

/// Returns where the page that `text` starts with ends: after a blank line if there is one in its second half, else
/// after a line, else after a word. It depends on the first [`PAGE_BYTES`] alone, so not on how text was cut in chunks.
fn page_len(text: &str) -> usize {
    let limit = text.floor_char_boundary(PAGE_BYTES);
    let bytes = text.as_bytes().get(..limit).unwrap_or_default();
    let half = bytes.get(limit / 2..).unwrap_or_default();
    let is_blank_after = |at: usize| matches!(half.get(at + 1..), Some([b'\n', ..] | [b'\r', b'\n', ..]));
    if let Some(at) = memchr::memrchr_iter(b'\n', half).find(|&at| is_blank_after(at)) {
        return limit / 2 + at + 1;
    }
    if let Some(at) = memchr::memrchr(b'\n', bytes) {
        return at + 1;
    }
    if let Some(at) = memchr::memrchr(b'\r', bytes.get(..limit.saturating_sub(1)).unwrap_or_default()) {
        return at + 1;
    }
    memchr::memrchr(b' ', half).map_or(limit, |at| limit / 2 + at + 1).max(1)
}

/// What the fitting script learns from: every candidate of a text with its features.
#[doc(hidden)]
pub mod study {
    use super::features::LineFeature;
    use super::outline::{OutlineFeature, second_look};
    use super::{Candidates, PlainParser};

    pub use super::model::Model;

    /// A candidate: its text, the features of the first look, and those of the second if it comes so far.
    pub struct Case {
        pub text: String,
        pub line: Vec<(usize, f32)>,
        pub outline: Option<Vec<f32>>,
    }

    /// Returns the names of the features of both looks.
    pub fn names() -> (Vec<String>, Vec<String>) {
        (LineFeature::NAMES.iter().map(ToString::to_string).collect(), OutlineFeature::names().collect())
    }

    /// Returns the candidates of `text`, as `model` takes them.
    pub fn cases(text: &str, model: &Model) -> Vec<Case> {
        let mut parser = PlainParser::new();
        parser.blocks.candidates = Candidates::for_study(model.clone());
        parser.push(text);
        parser.read_rest();
        let mut candidates = parser.blocks.candidates;
        candidates.flush();
        let mut ordinals = Vec::new();
        let mut cases = Vec::new();
        for (ordinal, text, line) in candidates.study.take().unwrap_or_default() {
            let line = line.into_iter().map(|(feature, value)| (feature as usize, value)).collect();
            ordinals.push(ordinal);
            cases.push(Case { text, line, outline: None });
        }
        second_look(&candidates, |candidate, features| {
            let idx = ordinals.binary_search(&candidate.ordinal).ok();
            if let Some(case) = idx.and_then(|idx| cases.get_mut(idx)) {
                case.outline = features.map(|features| features.to_vec());
            }
        });
        cases
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;
    use crate::document::{BlockKind, ItemMark};

    fn parse(text: &str) -> Document {
        let mut parser = PlainParser::new();
        parser.push(text);
        let document = parser.finish();
        document.check_invariants().unwrap();
        document
    }

    /// Writes a document's blocks a line each: containers by their mark, leaves by a letter and their text.
    fn dump(document: &Document) -> String {
        let mut dump = String::new();
        for block in document.blocks() {
            let text = document.slice(block.range).replace('\n', "|");
            let short: String = text.chars().take(60).collect();
            let kind = match block.kind {
                BlockKind::Title => "title".to_owned(),
                BlockKind::Byline => "byline".to_owned(),
                BlockKind::Paragraph => "p".to_owned(),
                BlockKind::Heading(level) => format!("h{level}"),
                BlockKind::Verse => "verse".to_owned(),
                BlockKind::Code(_) => "code".to_owned(),
                BlockKind::Rule => "rule".to_owned(),
                BlockKind::Quote => "quote".to_owned(),
                BlockKind::Item(ItemMark::Bullet) => "*".to_owned(),
                BlockKind::Item(ItemMark::Number(number)) => format!("{number}."),
                BlockKind::Item(ItemMark::Task(done)) => if done { "[x]" } else { "[ ]" }.to_owned(),
                kind => format!("{kind:?}"),
            };
            let indent = "  ".repeat(block.depth.into());
            let text = if block.kind.is_container() { "" } else { &short };
            writeln!(dump, "{}", format!("{indent}{kind} {text}").trim_end()).unwrap();
        }
        dump
    }

    fn check(text: &str, expected: &str) {
        let expected: Vec<&str> =
            expected.lines().map(|line| line.strip_prefix("            ").unwrap_or(line)).collect();
        let found = dump(&parse(text));
        assert_eq!(found.lines().collect::<Vec<_>>(), expected, "\n{found}\n{text}");
    }

    fn fixture(name: &str) -> String {
        let root = env!("CARGO_MANIFEST_DIR");
        std::fs::read_to_string(format!("{root}/tests/fixtures/plain/{name}/source.txt")).unwrap()
    }

    #[test]
    fn a_tight_article_is_a_lead_and_its_sections() {
        let document = parse(&fixture("tight-article"));
        let titles: Vec<_> =
            document.sections().iter().map(|section| section.title.map(|title| document.slice(title))).collect();
        assert_eq!(
            titles,
            [
                None,
                Some("A Ruin with a Long Memory"),
                Some("What the Council Decided"),
                Some("Why Bread Matters Here"),
                Some("The Wheel and Its Builders"),
                Some("Voices Against the Plan"),
                Some("About the Ostrava Courier"),
            ]
        );
        assert!(document.sections().iter().all(|section| section.confidence > 0.5));
        assert_eq!(document.meta().title, None);
    }

    #[test]
    fn the_article_reads_the_same_in_other_shapes() {
        let tight = fixture("tight-article");
        let titles = |text: &str| -> Vec<String> {
            let document = parse(text);
            document
                .sections()
                .iter()
                .filter_map(|section| section.title)
                .map(|title| document.slice(title).to_owned())
                .collect()
        };
        let spaced = tight.replace('\n', "\n\n");
        let wrapped: Vec<String> = tight.lines().map(|line| textwrap::wrap(line, 72).join("\r\n")).collect();
        assert_eq!(titles(&tight), titles(&spaced));
        assert_eq!(titles(&tight), titles(&wrapped.join("\r\n\r\n")));
    }

    #[test]
    fn reads_what_stands_before_the_text() {
        let document = parse(&fixture("mail"));
        assert_eq!(document.title(), Some("The footbridge"));
        assert_eq!(document.meta().byline.as_deref(), Some("Ilse Brandt <ilse@weir.example>"));
        assert_eq!(document.meta().date.as_deref(), Some("4 March 2021"));
        let document =
            parse("The Mill\nBy Ada Miller\nMarch 3, 2021\nIt stood where the stream bent, and nobody knew why.\n");
        assert_eq!(document.meta().title.as_deref(), Some("The Mill"));
        assert_eq!(document.meta().byline.as_deref(), Some("By Ada Miller"));
        assert_eq!(document.meta().date.as_deref(), Some("March 3, 2021"));
        assert_eq!(document.sections().len(), 1);
    }

    #[test]
    fn nests_items_and_quotations() {
        check(
            "- one\n  goes on\n  - inner\n- two\n\n  more of two\n\nafter\n",
            "\
            *
              p one goes on
              *
                p inner
            *
              p two
              p more of two
            p after",
        );
        check(
            "1. one\n2. two\n\n3. three\n",
            "\
            1.
              p one
            2.
              p two
            3.
              p three",
        );
        check(
            "* [ ] open\n* [x] done\n",
            "\
            [ ]
              p open
            [x]
              p done",
        );
        check(
            "> outer\n>> inner\n>\n> outer again\n\nafter\n",
            "\
            quote
              p outer
              quote
                p inner
              p outer again
            p after",
        );
    }

    #[test]
    fn lettered_items_keep_their_letters() {
        check(
            "(a) the first;\n(b) the second.\n",
            "\
            *
              p (a) the first;
            *
              p (b) the second.",
        );
    }

    #[test]
    fn a_number_before_a_long_text_is_an_item_and_before_a_section_a_heading() {
        let body =
            "The wheel turns where the stream bends, and the stones above it grind what the farmers bring on carts. ";
        let text = format!("1. The wheel\n\n{}\n\n2. The stones\n\n{}\n", body.repeat(3), body.repeat(4));
        let document = parse(&format!("The Mill\n\n{text}"));
        assert_eq!(
            document.sections().iter().filter(|section| section.title.is_some()).count(),
            2,
            "{}",
            dump(&document)
        );
    }

    #[test]
    fn clauses_that_end_with_a_stop_are_headings() {
        let body =
            "The keeper of the weir counts its boards each morning, and tells the office of those that are lost.\n"
                .repeat(3);
        let clauses =
            ["1. Duties of the Keeper.", "2. Counting of Boards.", "3. Loss.", "4. Acceptance by the Office."];
        let text = clauses.map(|clause| format!("{clause}\n\n{body}\n")).concat();
        let document = parse(&format!("Rules of the Weir\n\n{text}"));
        let titles: Vec<_> =
            document.sections().iter().filter_map(|section| section.title).map(|title| document.slice(title)).collect();
        assert_eq!(titles, clauses);
    }

    #[test]
    fn books_have_parts_and_chapters() {
        let body = "For three days it had rained in the hills, and on the fourth the river came down brown and\nloud, \
                    with branches in it and the door of a mill.\n\n";
        let document = parse(&format!(
            "THE WEIR\n\nPART ONE\n\nChapter 1\n\n{body}Chapter 2\n\n{body}PART TWO\n\nChapter 3\n\n{body}"
        ));
        let levels: Vec<_> = document.sections().iter().map(|section| section.level).collect();
        assert_eq!(levels, [1, 2, 2, 1, 2], "{}", dump(&document));
    }

    #[test]
    fn joins_hyphenated_and_wide_lines() {
        check(
            "The keeper lived in a well-\nkept house beside the old weir, where\nhe counted every board that the river\nhad left.\n",
            "\
            p The keeper lived in a well-kept house beside the old weir, w",
        );
        check(
            "水車小屋は川の曲がり角に立っていた。夏になると水は少なくなり、\n粉ひきは海辺へ網をつくろいに行った。村の子どもたちは、そのる\n\
             すのあいだに小屋の裏で魚をとった。\n",
            "\
            p 水車小屋は川の曲がり角に立っていた。夏になると水は少なくなり、粉ひきは海辺へ網をつくろいに行った。村の子どもたちは、その",
        );
    }

    #[test]
    fn rules_part_and_underlines_vanish() {
        check(
            "Before the line.\n\n-----\n\nAfter the line, more.\n\nOn mills\n--------\nA mill grinds.\n",
            "\
            p Before the line.
            rule
            p After the line, more.
            h1 On mills
            p A mill grinds.",
        );
    }

    #[test]
    fn nothing_is_nothing() {
        for text in ["", "\n", " \t \r\n\n", "\u{feff}"] {
            assert_eq!(parse(text).blocks().len(), 0, "{text:?}");
        }
    }

    #[test]
    fn a_snapshot_has_the_offsets_of_the_whole() {
        let text = format!("{}\n\n{}", fixture("tight-article"), fixture("wrapped-book")).repeat(80);
        let mut parser = PlainParser::new();
        let (first, rest) = text.split_at(text.len() / 2 + 1);
        parser.push(first);
        let part = parser.snapshot();
        parser.push(rest);
        let whole = parser.finish();
        assert!(!part.is_complete() && part.text().len() > text.len() / 4);
        assert!(whole.text().starts_with(part.text()));
        let ranges = |document: &Document| document.blocks().iter().map(|block| block.range).collect::<Vec<_>>();
        let (part, whole) = (ranges(&part), ranges(&whole));
        // The last block and what holds it may go on.
        assert_eq!(part[..part.len() - 3], whole[..part.len() - 3]);
    }

    #[test]
    fn a_line_longer_than_a_page_is_cut_between_words() {
        let document = parse(&"word ".repeat(40_000));
        assert!(document.blocks().len() > 1);
        assert!(document.blocks().iter().all(|block| block.range.len() <= PAGE_BYTES));
        assert_eq!(document.text().split_whitespace().count(), 40_000);
    }

    /// Texts of lines that look like something.
    fn shaped() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            "[ >\t]{0,5}[a-zA-Z ,.:]{0,40}",
            "(- |\\* |[0-9]{1,3}\\. |[a-c]\\) |\\([ivx]+\\) |> |# |== |    |\u{3000})[A-Za-z .]{0,30}",
            "[=~*-]{1,8}",
            "Chapter [IVX0-9]{1,3}\\.?",
            "第[一二三]章\\PC{0,5}",
            "[a-z |+{}=;-]{0,30}",
            "\\PC{0,20}",
            "[A-Z][a-z]{2,9}( [a-z]{2,9}){10,30}\\.",
            Just(String::new()),
            Just("\u{c}".to_owned()),
        ];
        let ends = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r", "\n\n"]);
        prop::collection::vec((line, ends), 0..60)
            .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect::<String>())
    }

    /// Returns the letters and digits of a text but for what may be a mark of an item.
    fn letters(text: &str) -> String {
        text.chars().filter(|c| c.is_alphanumeric() && !c.is_ascii_digit()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn any_text_in_any_chunks_is_one_document(text in prop_oneof![shaped(), ".{0,300}"], cuts in prop::collection::vec(0usize..400, 0..6)) {
            let whole = parse(&text);
            let mut parser = PlainParser::new();
            let mut rest = text.as_str();
            for cut in cuts {
                let (chunk, after) = rest.split_at(rest.floor_char_boundary(cut.min(rest.len())));
                parser.push(chunk);
                parser.snapshot().check_invariants().unwrap();
                rest = after;
            }
            parser.push(rest);
            prop_assert_eq!(parser.finish(), whole);
        }

        #[test]
        fn no_letter_is_lost(text in shaped()) {
            let clean = crate::text::clean::clean(&text, crate::text::clean::Mode::Prose).text.into_owned();
            // A task's mark is the one that has a letter.
            prop_assume!(!text.contains("[x]") && !text.contains("[X]"));
            prop_assert_eq!(letters(parse(&text).text()), letters(&clean));
        }
    }

    proptest! {
        // Each case is some pages long.
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn chunks_do_not_matter_over_pages(lines in prop::collection::vec("([A-Z][a-z ]{0,90}(\r\n|\n|\n\n)|- [a-z]{3,9}\r)", 30..60), at in 0usize..200_000) {
            let text = lines.concat().repeat(80);
            let whole = parse(&text);
            let mut parser = PlainParser::new();
            let (first, rest) = text.split_at(text.floor_char_boundary(at.min(text.len())));
            parser.push(first);
            parser.push(rest);
            prop_assert_eq!(parser.finish(), whole);
        }
    }
}
