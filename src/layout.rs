//! The layout: a document as lines of one measure, made where they are asked for.
//!
//! A [`Layout`] is a pure view: the same document and the same [`Style`] give the same lines. It is made segment by
//! segment (`segment`), a block or a part of a long one, around whatever place is asked for, and keeps the last few,
//! so that nothing here costs more for a long document than for a short one. A [`Place`] is derived, shown and
//! forgotten; what outlives a change of the measure is an [`Offset`]. Colours are left to the screen.

mod bidi;
mod code;
mod compose;
mod figure;
mod formula;
mod justify;
mod line;
mod margin;
mod math;
mod prose;
mod segment;
mod styling;
mod table;
mod typography;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use crate::document::{BlockId, Document, Offset};
use crate::picture::Table;
use crate::text::width::Widths;

pub use formula::shown;
pub use line::{Line, LineKind, Run, RunContent};
pub use segment::Segment;
pub use table::{Name as ColumnName, widths_of_all};
pub use typography::{Breaking, LongLines, Order, Paragraphs, Typography};

use typography::Kit;

/// How many segments are kept at least; twice as many at most.
const KEPT: usize = 128;

/// What lines are made to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// The greatest width of a line, in cells. Zero counts as one.
    pub measure: usize,
    /// Whether each link's number stands after it.
    pub number_links: bool,
    pub typography: Typography,
    /// How many cells of lines of code are hidden at their left, where those are cut.
    pub code_shift: usize,
    /// The widths by which everything is measured: lines that were made by others are of no use.
    pub widths: Widths,
    /// Whether what shows the lines has letters of more than one size.
    pub scales: bool,
    /// The pictures that have rows of their own; what the others show is told in words.
    pub pictures: Option<Arc<Table>>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            measure: 72,
            number_links: false,
            typography: Typography::default(),
            code_shift: 0,
            widths: Widths::default(),
            scales: false,
            pictures: None,
        }
    }
}

/// A line's place in a layout. Places are ordered as the lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub segment: Segment,
    /// The line's index in its segment.
    pub line: usize,
}

type Lines = Arc<[Arc<Line>]>;

/// A document's lines at one measure.
#[derive(Debug)]
pub struct Layout {
    doc: Arc<Document>,
    style: Style,
    /// The segments that were asked for lately. Once there are enough of them they become the old ones, and those
    /// that were old already are dropped.
    recent: HashMap<Segment, Lines>,
    old: HashMap<Segment, Lines>,
    kit: Kit,
}

impl Layout {
    pub fn new(doc: Arc<Document>, style: Style) -> Self {
        Self { doc, style, recent: HashMap::new(), old: HashMap::new(), kit: Kit::default() }
    }

    pub fn doc(&self) -> &Arc<Document> {
        &self.doc
    }

    pub fn style(&self) -> &Style {
        &self.style
    }

    /// Returns the place of the line that holds `offset`, or what stands nearest before it.
    pub fn place_of(&mut self, offset: Offset) -> Place {
        let segment = segment::holding(&self.doc, offset);
        let lines = self.segment(segment);
        Place { segment, line: line::holding(&lines, offset) }
    }

    pub fn first(&mut self) -> Place {
        Place { segment: segment::first(&self.doc), line: 0 }
    }

    pub fn last(&mut self) -> Place {
        let segment = segment::last(&self.doc);
        Place { segment, line: self.segment(segment).len().saturating_sub(1) }
    }

    /// Returns the place `lines` lines after `place` (before it, if negative), or the last (the first) line if there
    /// are not that many, and how many lines that is.
    pub fn advance(&mut self, place: Place, lines: isize) -> (Place, isize) {
        let mut here = self.clamp(place);
        let mut left = lines.unsigned_abs();
        match lines.cmp(&0) {
            Ordering::Equal => (here, 0),
            Ordering::Greater => loop {
                let below = self.segment(here.segment).len().saturating_sub(here.line + 1);
                if left <= below {
                    here.line += left;
                    return (here, lines);
                }
                let Some(next) = segment::after(&self.doc, here.segment) else {
                    here.line += below;
                    return (here, lines.saturating_sub_unsigned(left - below));
                };
                left -= below + 1;
                here = Place { segment: next, line: 0 };
            },
            Ordering::Less => loop {
                if left <= here.line {
                    here.line -= left;
                    return (here, lines);
                }
                let Some(previous) = segment::before(&self.doc, here.segment) else {
                    let moved = lines.saturating_add_unsigned(left - here.line);
                    return (Place { line: 0, ..here }, moved);
                };
                left -= here.line + 1;
                here = Place { segment: previous, line: self.segment(previous).len().saturating_sub(1) };
            },
        }
    }

    /// Returns the lines from `from` on, at most `rows` of them.
    pub fn lines(&mut self, from: Place, rows: usize) -> Vec<Arc<Line>> {
        let from = self.clamp(from);
        let mut found = Vec::with_capacity(rows.min(1024));
        let mut skip = from.line;
        let mut next = Some(from.segment);
        while let Some(segment) = next
            && found.len() < rows
        {
            let lines = self.segment(segment);
            found.extend(lines.iter().skip(skip).take(rows - found.len()).cloned());
            skip = 0;
            next = segment::after(&self.doc, segment);
        }
        found
    }

    pub fn line(&mut self, place: Place) -> Arc<Line> {
        let place = self.clamp(place);
        let line = self.segment(place.segment).get(place.line).cloned();
        line.unwrap_or_else(|| Arc::new(Line::blank(BlockId(0), Offset::default())))
    }

    /// Returns the offset of what the line at `place` starts with.
    ///
    /// The line that holds it in this or another layout shows the same text first. A line without text has the offset
    /// of the block that it belongs to.
    pub fn offset_of(&mut self, place: Place) -> Offset {
        self.line(place).start()
    }

    /// Returns the nearest place that exists: places of another layout may lie past a segment's end.
    fn clamp(&mut self, place: Place) -> Place {
        let segment = segment::nearest(&self.doc, place.segment);
        let last = self.segment(segment).len().saturating_sub(1);
        Place { segment, line: place.line.min(last) }
    }

    /// Returns the lines of a segment, at least one.
    fn segment(&mut self, segment: Segment) -> Lines {
        if let Some(lines) = self.recent.get(&segment) {
            return Arc::clone(lines);
        }
        let lines = match self.old.remove(&segment) {
            Some(lines) => lines,
            None => compose::compose(&self.doc, &self.style, &mut self.kit, segment).into(),
        };
        if self.recent.len() >= KEPT {
            self.old = std::mem::take(&mut self.recent);
        }
        self.recent.insert(segment, Arc::clone(&lines));
        lines
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation as _;

    use super::*;
    use crate::document::{Alignment, BlockKind, Direction, DocumentBuilder, ItemMark, MarkKind, Passage, TextRange};
    use crate::picture::{Pixels, USUAL_CELL};
    use crate::role::Role;
    use crate::text::width;

    fn layout(measure: usize, build: impl FnOnce(&mut DocumentBuilder)) -> Layout {
        let mut builder = DocumentBuilder::new();
        build(&mut builder);
        Layout::new(Arc::new(builder.finish()), Style { measure, ..Style::default() })
    }

    /// Returns all lines as they are seen.
    fn shown(layout: &mut Layout) -> String {
        let first = layout.first();
        let doc = Arc::clone(layout.doc());
        let lines = layout.lines(first, usize::MAX);
        lines.iter().map(|line| line.to_text(&doc).trim_end().to_owned() + "\n").collect()
    }

    fn check(measure: usize, build: impl FnOnce(&mut DocumentBuilder), want: &str) {
        let mut layout = layout(measure, build);
        assert_eq!(shown(&mut layout), want, "\n{}", shown(&mut layout));
    }

    #[test]
    fn each_kind_of_block_is_set_in_its_way() {
        check(
            40,
            |b| {
                b.leaf(BlockKind::Title, "The title");
                b.leaf(BlockKind::Byline, "by someone");
                b.leaf(BlockKind::Paragraph, "A paragraph that is long enough to take two lines at least.");
                b.leaf(BlockKind::Heading(2), "A heading");
                for n in 8..11 {
                    b.open(BlockKind::Item(ItemMark::Number(n)));
                    b.leaf(BlockKind::Paragraph, "item that takes more than one line of text");
                    b.open(BlockKind::Item(ItemMark::Bullet));
                    b.leaf(BlockKind::Paragraph, "within");
                    b.close();
                    b.close();
                }
                b.open(BlockKind::Quote);
                b.leaf(BlockKind::Paragraph, "first");
                b.open(BlockKind::Quote);
                b.leaf(BlockKind::Paragraph, "second");
                b.close();
                b.close();
                b.leaf(BlockKind::Rule, "");
                b.leaf(BlockKind::Code(None), "fn main() {\n    println!(\"a long line of code here\");\n}");
                b.leaf(BlockKind::Verse, "Roses are red\nviolets are blue and this one is much too long");
                b.open_table(vec![Alignment::Left, Alignment::Right]);
                for row in [["name", "n"], ["apple", "12"], ["pear", "7"]] {
                    for cell in row {
                        b.open_cell();
                        b.text(cell);
                        b.close_cell();
                    }
                    b.end_row(row[0] == "name");
                }
                b.close();
                let picture = b.resource("a.png", "a cat");
                b.leaf(BlockKind::Figure(picture), "A caption");
                b.leaf(BlockKind::Term, "term");
                b.open(BlockKind::Definition);
                b.leaf(BlockKind::Paragraph, "what it means");
                b.close();
                let note = b.footnote("1");
                b.open(BlockKind::Footnote(note));
                b.leaf(BlockKind::Paragraph, "the note");
                b.close();
            },
            r#"The title
by someone

A paragraph that is long enough to take
two lines at least.


A heading

 8. item that takes more than one line
    of text
    • within
 9. item that takes more than one line
    of text
    • within
10. item that takes more than one line
    of text
    • within

▎ first
▎
▎ ▎ second

            ────────────────

  fn main() {
      println!("a long line of code here
↪     ");
  }

  Roses are red
  violets are blue and this one is much
      too long

┌───────┬────┐
│ name  │  n │
├───────┼────┤
│ apple │ 12 │
│ pear  │  7 │
└───────┴────┘

[picture: a cat]
A caption

term
    what it means

[1] the note
"#,
        );
    }

    #[test]
    fn formulas_are_set_and_stand_for_their_source() {
        let build = |b: &mut DocumentBuilder| {
            b.open(BlockKind::Paragraph);
            b.text("Let ");
            b.open_mark(MarkKind::Math);
            b.text("x_1^2 + \\frac{a+b}{c}");
            b.close_mark();
            b.text(" be more than ");
            b.open_mark(MarkKind::Math);
            b.text("\\pi");
            b.close_mark();
            b.text(".");
            b.close();
            b.leaf(BlockKind::Math, "y = \\frac{1}{x}");
        };
        check(26, build, "Let x₁² + (a + b)/c be\nmore than π.\n\n              1\n          y = ─\n              x\n");
        check(12, build, "Let x₁² +\n(a + b)/c be\nmore than π.\n\n       1\n   y = ─\n       x\n");
        let sum = |b: &mut DocumentBuilder| {
            b.leaf(BlockKind::Math, "a = b + c");
        };
        check(4, sum, "a\n= b\n+ c\n");
        let mut layout = layout(26, build);
        let doc = Arc::clone(layout.doc());
        let first = layout.first();
        let line = layout.line(first);
        assert_eq!(doc.slice(line.range), "Let x_1^2 + \\frac{a+b}{c} be ");
        let inside = doc.text().find("frac").unwrap();
        let cell = line.cell_of(&doc, Offset::at(inside)).unwrap();
        assert!((4..19).contains(&cell), "{cell}");
    }

    fn paragraph(b: &mut DocumentBuilder, text: &str) {
        b.leaf(BlockKind::Paragraph, text);
    }

    fn items(b: &mut DocumentBuilder, texts: &[&str]) {
        for text in texts {
            b.open(BlockKind::Item(ItemMark::Bullet));
            paragraph(b, text);
            b.close();
        }
    }

    fn table(b: &mut DocumentBuilder, headers: usize, rows: &[&[&str]]) {
        b.open_table(Vec::new());
        for (idx, row) in rows.iter().enumerate() {
            for cell in *row {
                b.open_cell();
                b.text(cell);
                b.close_cell();
            }
            b.end_row(idx < headers);
        }
        b.close();
    }

    #[test]
    fn an_empty_document_has_one_blank_line() {
        check(10, |_| {}, "\n");
        let mut layout = layout(10, |_| {});
        let place = layout.place_of(Offset(7));
        assert_eq!(layout.offset_of(place), Offset(0));
        assert_eq!(layout.advance(place, 3).1, 0);
    }

    #[test]
    fn a_heading_stands_nearer_to_what_follows() {
        check(
            20,
            |b| {
                b.leaf(BlockKind::Heading(1), "One");
                b.leaf(BlockKind::Heading(2), "Two");
                paragraph(b, "text");
                b.leaf(BlockKind::Heading(4), "Small");
                paragraph(b, "more");
            },
            "One\n\nTwo\n\ntext\n\nSmall\nmore\n",
        );
    }

    /// Checks a document's lines where letters may be large: what is seen, and how large each line is.
    fn check_large(measure: usize, build: impl FnOnce(&mut DocumentBuilder), want: &[(&str, usize)]) -> Layout {
        let doc = Arc::clone(layout(measure, build).doc());
        let mut layout = Layout::new(Arc::clone(&doc), Style { measure, scales: true, ..Style::default() });
        let first = layout.first();
        let lines = layout.lines(first, usize::MAX);
        let shown: Vec<_> = lines
            .iter()
            .map(|line| (line.to_text(&doc), if line.kind == LineKind::Under { 0 } else { line.scale }))
            .collect();
        assert_eq!(shown.iter().map(|(text, scale)| (text.as_str(), *scale)).collect::<Vec<_>>(), want);
        layout
    }

    #[test]
    fn what_names_the_whole_is_large() {
        let mut layout = check_large(
            40,
            |b| {
                b.leaf(BlockKind::Title, "A title that takes two lines");
                b.leaf(BlockKind::Byline, "by someone");
                b.leaf(BlockKind::Heading(1), "One");
                b.leaf(BlockKind::Heading(2), "Two");
                b.open(BlockKind::Quote);
                b.leaf(BlockKind::Heading(1), "Quoted");
                b.close();
            },
            &[
                ("A title that takes", 2),
                ("", 0),
                ("two lines", 2),
                ("", 0),
                ("by someone", 1),
                ("", 1),
                ("", 1),
                ("One", 2),
                ("", 0),
                ("", 1),
                ("Two", 1),
                ("", 1),
                ("▎ Quoted", 1),
            ],
        );
        let doc = Arc::clone(layout.doc());
        let first = layout.first();
        let line = layout.line(first);
        assert_eq!(line.width, 36);
        assert_eq!(line.cell_of(&doc, Offset(2)), Some(4));
        assert_eq!([4, 5, 6].map(|cell| line.offset_at(&doc, cell)), [Offset(2), Offset(2), Offset(3)]);
        assert!(line.run_at(35).is_some() && line.run_at(36).is_none());
        // The lower half of letters is at the same place.
        let under = layout.advance(first, 1).0;
        assert_eq!(layout.offset_of(under), Offset(0));
    }

    #[test]
    fn what_is_too_long_or_has_no_room_is_not_large() {
        let long = "This names far too much to be told so loudly, for it would take up half of the screen";
        let plain: Vec<_> = vec![
            ("This names far too much to be told so", 1),
            ("loudly, for it would take up half of the", 1),
            ("screen", 1),
        ];
        check_large(40, |b| _ = b.leaf(BlockKind::Heading(1), long), &plain);
        check_large(39, |b| _ = b.leaf(BlockKind::Heading(1), "Narrow"), &[("Narrow", 1)]);
        let mut narrow = "No end of words. ".repeat(1000);
        narrow.push_str("end");
        let doc = Arc::clone(layout(40, |b| _ = b.leaf(BlockKind::Title, &narrow)).doc());
        let mut layout = Layout::new(doc, Style { measure: 40, scales: true, ..Style::default() });
        let first = layout.first();
        assert!(layout.lines(first, usize::MAX).iter().all(|line| line.scale == 1));
    }

    #[test]
    fn large_letters_stand_at_their_own_side() {
        check_large(
            40,
            |b| _ = b.leaf(BlockKind::Title, "שלום"),
            &[("                                םולש", 2), ("", 0)],
        );
        check_large(
            40,
            |b| _ = b.leaf(BlockKind::Title, "日本語の見出しは大きい"),
            &[("日本語の見出しは大き", 2), ("", 0), ("い", 2), ("", 0)],
        );
    }

    #[test]
    fn short_items_stand_close_and_long_ones_apart() {
        check(20, |b| items(b, &["one", "two"]), "• one\n• two\n");
        check(
            20,
            |b| {
                b.open(BlockKind::Item(ItemMark::Task(true)));
                paragraph(b, "one");
                paragraph(b, "more of it");
                items(b, &["in it"]);
                b.close();
                b.open(BlockKind::Item(ItemMark::Task(false)));
                paragraph(b, "two");
                b.close();
            },
            "☑ one\n\n  more of it\n\n  • in it\n\n☐ two\n",
        );
    }

    #[test]
    fn containers_give_way_where_the_measure_is_narrow() {
        let build = |b: &mut DocumentBuilder| {
            b.open(BlockKind::Quote);
            b.open(BlockKind::Quote);
            paragraph(b, "quoted");
        };
        check(12, build, "▎ ▎ quoted\n");
        check(11, build, "▎ quoted\n");
        check(6, build, "quoted\n");
        check(0, build, "q\nu\no\nt\ne\nd\n");
    }

    #[test]
    fn a_hard_break_ends_a_line_and_a_soft_hyphen_shows() {
        let build = |b: &mut DocumentBuilder| {
            b.open(BlockKind::Paragraph);
            b.text("one");
            b.line_break();
            b.text("extra\u{ad}ordinary");
            b.close();
        };
        check(9, build, "one\nextra-\nordinary\n");
        check(20, build, "one\nextraordinary\n");
    }

    #[test]
    fn links_are_numbered_behind_the_word() {
        let mut layout = layout(30, |b| {
            let link = b.link("https://example.org/", None);
            b.text("See the ");
            b.open_mark(MarkKind::Link(link));
            b.text("page ");
            b.open_mark(MarkKind::Strong);
            b.text("there");
            b.close_mark();
            b.close_mark();
            b.text(", and mind the step.");
        });
        layout = Layout::new(Arc::clone(layout.doc()), Style { measure: 30, number_links: true, ..Style::default() });
        assert_eq!(shown(&mut layout), "See the page there[1], and\nmind the step.\n");
        let first = layout.first();
        let line = layout.line(first);
        let roles: Vec<_> = line.runs.iter().map(|run| (run.role, run.link, run.width)).collect();
        assert_eq!(
            roles,
            [
                (Role::Text, None, 8),
                (Role::Link, Some(0), 5),
                (Role::Strong, Some(0), 5),
                (Role::Ornament, Some(0), 3),
                (Role::Text, None, 5),
            ]
        );
    }

    #[test]
    fn a_link_that_names_another_site_is_marked() {
        let mut layout = layout(60, |b| {
            let link = b.link("https://evil.example/", None);
            b.text("Go to ");
            b.open_mark(MarkKind::Link(link));
            b.text("www.bank.com");
            b.close_mark();
            b.text(" at once.");
        });
        assert_eq!(shown(&mut layout), "Go to www.bank.com[→ evil.example] at once.\n");
    }

    #[test]
    fn a_table_that_does_not_fit_wraps_its_cells() {
        let rows: &[&[&str]] = &[&["fruit", "colour"], &["apple", "red or green or yellow"], &["plum", "blue"]];
        check(
            26,
            |b| table(b, 1, rows),
            "┌───────┬────────────────┐
│ fruit │ colour         │
├───────┼────────────────┤
│ apple │ red or green   │
│       │ or yellow      │
├───────┼────────────────┤
│ plum  │ blue           │
└───────┴────────────────┘
",
        );
    }

    /// Writes a table of rows whose cells are parted by bars; `=2x1` after a cell's text tells what it spans.
    fn spanning(b: &mut DocumentBuilder, headers: usize, rows: &[&str]) {
        b.open_table(Vec::new());
        for (idx, row) in rows.iter().enumerate() {
            for cell in row.split('|') {
                let (text, span) = cell.split_once('=').unwrap_or((cell, ""));
                b.open_cell();
                b.text(text);
                if let Some((columns, rows)) = span.split_once('x') {
                    b.span(columns.parse().unwrap(), rows.parse().unwrap());
                }
                b.close_cell();
            }
            b.end_row(idx < headers);
        }
        b.close();
    }

    #[test]
    fn spanned_cells_are_drawn_over_their_columns() {
        let rows = ["city=1x2|people in the year=2x1|", "|2010|2020", "Ur|7|8", "none=3x1||"];
        check(
            40,
            |b| spanning(b, 2, &rows),
            "┌──────┬────────────────────┐
│ city │ people in the year │
│      │ 2010     │ 2020    │
├──────┼──────────┼─────────┤
│ Ur   │ 7        │ 8       │
│ none                      │
└───────────────────────────┘
",
        );
        let rows = ["kind=1x2|one|words that take more than a line", "|two|three", "other|four|five"];
        check(
            30,
            |b| spanning(b, 0, &rows),
            "┌───────┬──────┬─────────────┐
│ kind  │ one  │ words that  │
│       │      │ take more   │
│       │      │ than a line │
│       ├──────┼─────────────┤
│       │ two  │ three       │
├───────┼──────┼─────────────┤
│ other │ four │ five        │
└───────┴──────┴─────────────┘
",
        );
    }

    #[test]
    fn records_are_named_by_all_headers_above_them() {
        let rows = ["city=1x2|people=2x1|", "|2010|2020", "Ur|seven-million|eight-million"];
        let want = "city\npeople\n\n2010\n2020\n\ncity: Ur\npeople 2010: seven-million\npeople 2020: eight-million\n";
        check(34, |b| spanning(b, 2, &rows), want);
        // Where there is no room for all, the last one tells columns apart.
        let want = "city\npeople\n\n2010\n2020\n\ncity: Ur\npe… 2010: seven-\n  million\npe… 2020: eight-\n  million\n";
        check(20, |b| spanning(b, 2, &rows), want);
    }

    fn math(b: &mut DocumentBuilder, before: &str, tex: &str, after: &str) {
        b.open(BlockKind::Paragraph);
        b.text(before);
        b.open_mark(MarkKind::Math);
        b.text(tex);
        b.close_mark();
        b.text(after);
        b.close();
    }

    #[test]
    fn what_stands_before_an_item_is_turned_where_text_runs_from_the_right() {
        let build = |b: &mut DocumentBuilder| {
            for (number, text) in [(9, "אבג"), (10, "דהו")] {
                b.open(BlockKind::Item(ItemMark::Number(number)));
                paragraph(b, text);
                b.close();
            }
            b.open(BlockKind::Quote);
            paragraph(b, "אבג");
        };
        check(12, build, "     גבא .9\n     והד .10\n\n       גבא ▕\n");
    }

    #[test]
    fn a_formula_stands_from_left_to_right_whatever_surrounds_it() {
        // Letters and signs of the source have directions that what is shown has not.
        check(30, |b| math(b, "אבג ", "x_1 = \\mathbf{v} + 2", " דהו."), "           .והד x₁ = v + 2 גבא\n");
        check(30, |b| math(b, "אבג ", "(a, b]", " abc 12 דהו"), "         והד abc 12 (a, b] גבא\n");
        check(30, |b| math(b, "in ", "-1", " אבג דהו"), "in −1 והד גבא\n");
        check(30, |b| math(b, "", "y", " אבג"), "                         גבא y\n");
        check(30, |b| math(b, "n ", "x = \\text{אבג}", ""), "n x = גבא\n");
        // So does one that is not set, and one on rows of its own.
        check(30, |b| math(b, "אב ", "\\def(b+1)", " גד"), "               דג \\def(b+1) בא\n");
        let tex = "y = \\frac{1}{\\text{אב}}";
        check(
            20,
            |b| {
                b.leaf(BlockKind::Math, tex);
            },
            "           1\n       y = ──\n           בא\n",
        );
        let passage = Passage { direction: Some(Direction::RightToLeft), ..Passage::default() };
        let build = |b: &mut DocumentBuilder| {
            b.open_passage(&passage);
            b.leaf(BlockKind::Math, tex);
        };
        check(20, build, "           1\n       y = ──\n           בא\n");
    }

    #[test]
    fn the_columns_of_a_table_stay_apart_whatever_runs_from_right_to_left() {
        let rows: &[&[&str]] = &[&["אבג", "דה", "n"], &["א", "דהוז", "12 (א)"]];
        check(
            40,
            |b| table(b, 1, rows),
            "┌─────┬──────┬────────┐
│ גבא │   הד │ n      │
├─────┼──────┼────────┤
│   א │ זוהד │ (א) 12 │
└─────┴──────┴────────┘
",
        );
        check(
            30,
            |b| {
                b.open_passage(&Passage { direction: Some(Direction::RightToLeft), ..Passage::default() });
                table(b, 1, rows);
            },
            "       ┌────────┬──────┬─────┐
       │      n │   הד │ גבא │
       ├────────┼──────┼─────┤
       │ (א) 12 │ זוהד │   א │
       └────────┴──────┴─────┘
",
        );
    }

    #[test]
    fn a_table_that_cannot_fit_is_records() {
        let rows: &[&[&str]] = &[&["fruit", "colour"], &["apple", "red or green"], &["", ""], &["plum"]];
        check(
            16,
            |b| table(b, 1, rows),
            "fruit
colour

fruit: apple
colour: red or
  green

colour:

fruit: plum
",
        );
    }

    #[test]
    fn only_what_is_asked_for_is_laid_out_and_little_is_kept() {
        let text = "All work and no play. ".repeat(40);
        let mut layout = layout(40, |b| (0..400).for_each(|_| paragraph(b, &text)));
        let near_end = Offset::at(layout.doc().text().len() - 10);
        layout.place_of(near_end);
        assert_eq!(layout.recent.len(), 1);
        let first = layout.first();
        layout.lines(first, usize::MAX);
        assert!(layout.recent.len() + layout.old.len() <= 2 * KEPT);
    }

    #[test]
    fn one_endless_paragraph_is_laid_out_in_parts() {
        let text = "No end of words stands here. ".repeat(40_000);
        for kind in [BlockKind::Paragraph, BlockKind::Code(None)] {
            let mut layout = layout(40, |b| {
                b.leaf(kind, &text);
            });
            let middle = Offset::at(text.len() / 2);
            let place = layout.place_of(middle);
            assert_eq!(layout.recent.len(), 1);
            assert!(layout.line(place).range.contains(middle));
            assert!(layout.segment(place.segment).len() < 1000);
            assert!(place.segment > layout.first().segment && place.segment < layout.last().segment);
        }
    }

    fn typography() -> impl Strategy<Value = Typography> {
        let breaking = prop::sample::select(vec![Breaking::Filled, Breaking::Fitted]);
        let paragraphs = prop::sample::select(vec![Paragraphs::Spaced, Paragraphs::Indented, Paragraphs::Both]);
        let order = prop::sample::select(vec![Order::Ours, Order::Words, Order::Terminals]);
        let long_lines = prop::sample::select(vec![LongLines::Wrapped, LongLines::Wrapped, LongLines::Cut]);
        (breaking, paragraphs, order, 0u8..2, long_lines, any::<[bool; 4]>()).prop_map(
            |(breaking, paragraphs, order, leading, long_lines, [is_justified, is_hyphenated, hangs, numbers_code])| {
                Typography {
                    breaking,
                    is_justified,
                    is_hyphenated,
                    paragraphs,
                    leading,
                    hangs,
                    long_lines,
                    numbers_code,
                    order,
                    large_headings: true,
                }
            },
        )
    }

    /// What a random document is made of.
    #[derive(Debug, Clone)]
    enum Step {
        Leaf(BlockKind, String),
        Marked(Vec<(MarkKind, String)>),
        Open(BlockKind),
        Close,
        Table { rows: Vec<Vec<String>>, headers: usize },
    }

    fn words() -> impl Strategy<Value = String> {
        let piece = "([a-z]{1,9}[ ,.-]|\\PC|日本語。|👍🏽|ไทยภาษา|كتاب |שלום (א) |[\u{301}\u{200d}\u{ff9e}\u{ad}\u{200b}\u{2060} \n—“]| x){0,30}";
        let long = (piece, 1usize..200).prop_map(|(piece, times)| piece.repeat(times));
        prop_oneof![20 => piece.prop_map(String::from), 1 => long]
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        use BlockKind::{
            Byline, Code, Definition, Footnote, Heading, Item, Math, Paragraph, Quote, Rule, Term, Title, Verse,
        };
        let leaf = prop::sample::select(vec![
            Title,
            Byline,
            Paragraph,
            Paragraph,
            Heading(1),
            Heading(4),
            Verse,
            Code(None),
            BlockKind::Figure(0),
            Rule,
            Term,
            Math,
        ]);
        let container = prop::sample::select(vec![
            Quote,
            Definition,
            Footnote(0),
            Item(ItemMark::Bullet),
            Item(ItemMark::Number(9)),
            Item(ItemMark::Number(1234)),
            Item(ItemMark::Task(true)),
        ]);
        let mark = prop::sample::select(vec![
            MarkKind::Strong,
            MarkKind::Emphasis,
            MarkKind::Code,
            MarkKind::Link(0),
            MarkKind::Superscript,
        ]);
        let rows = prop::collection::vec(prop::collection::vec("([a-z]{1,12} ?|日本|كتاب |א|\\PC){0,6}", 1..5), 1..70);
        let step = prop_oneof![
            6 => (leaf, words()).prop_map(|(kind, text)| Step::Leaf(kind, text)),
            2 => prop::collection::vec((mark, words()), 1..5).prop_map(Step::Marked),
            3 => container.prop_map(Step::Open),
            3 => Just(Step::Close),
            1 => (rows, 0usize..2).prop_map(|(rows, headers)| Step::Table { rows, headers }),
        ];
        prop::collection::vec(step, 0..12)
    }

    fn document(steps: &[Step]) -> Arc<Document> {
        let mut b = DocumentBuilder::new();
        b.resource("a.png", "what the picture shows");
        b.footnote("note");
        b.link("https://example.org/", None);
        let mut depth = 0;
        for step in steps {
            match step {
                Step::Leaf(kind, text) => {
                    b.leaf(*kind, text);
                }
                Step::Marked(parts) => {
                    b.open(BlockKind::Paragraph);
                    for (kind, text) in parts {
                        b.open_mark(*kind);
                        b.text(text);
                        b.close_mark();
                        b.text("plain ");
                    }
                    b.close();
                }
                Step::Open(kind) => {
                    b.open(*kind);
                    depth += 1;
                }
                Step::Close if depth > 0 => {
                    b.close();
                    depth -= 1;
                }
                Step::Close => {}
                Step::Table { rows, headers } => {
                    b.open_table(vec![Alignment::Natural, Alignment::Center, Alignment::Right]);
                    for (idx, row) in (0..).zip(rows) {
                        for (column, cell) in (0..).zip(row) {
                            b.open_cell();
                            b.text(cell);
                            // Some cells claim others, which may have text of their own.
                            if cell.len() % 3 == 1 {
                                b.span(1 + column % 3, 1 + idx % 3);
                            }
                            b.close_cell();
                        }
                        b.end_row((idx as usize) < *headers);
                    }
                    b.close();
                }
            }
        }
        Arc::new(b.finish())
    }

    /// Returns a table in which the first resource is a picture.
    fn pictures() -> Arc<Table> {
        let sizes = [(0, Pixels { width: 400, height: 300 })].into();
        Arc::new(Table { sizes, cell: USUAL_CELL, most_rows: 6 })
    }

    #[test]
    fn a_picture_has_rows_of_its_own_with_its_words_on_them() {
        let mut layout = layout(20, |b| {
            paragraph(b, "above");
            let picture = b.resource("a.png", "a cat on a wall, asleep in the sun");
            b.leaf(BlockKind::Figure(picture), "A caption");
            let other = b.resource("b.png", "a dog");
            b.leaf(BlockKind::Figure(other), "");
        });
        let style = Style { measure: 20, pictures: Some(pictures()), ..Style::default() };
        layout = Layout::new(Arc::clone(layout.doc()), style);
        let expected =
            "above\n\n[picture: a cat on a\nwall, asleep in the\nsun]\n\n\n\nA caption\n\n[picture: a dog]\n";
        assert_eq!(shown(&mut layout), expected);
        let caption = Offset::at("above\n".len());
        let place = layout.place_of(caption);
        assert_eq!(layout.line(place).strip().map(|(strip, column)| (strip.row, column)), Some((0, 0)));
        let within = layout.place_of(Offset::at("above\nA c".len()));
        assert_eq!(layout.line(within).strip(), None);
    }

    /// Returns every place of the layout, from the first on.
    fn places(layout: &mut Layout) -> Vec<Place> {
        let mut places = vec![layout.first()];
        loop {
            let (next, moved) = layout.advance(*places.last().unwrap(), 1);
            if moved == 0 {
                return places;
            }
            places.push(next);
        }
    }

    fn offsets(doc: &Document) -> Vec<Offset> {
        doc.text().char_indices().map(|(at, _)| Offset::at(at)).chain([doc.end()]).collect()
    }

    /// Checks what holds for every layout.
    fn check_layout(doc: &Arc<Document>, style: &Style) {
        let mut layout = Layout::new(Arc::clone(doc), style.clone());
        let places = places(&mut layout);
        assert!(places.is_sorted());
        assert_eq!(places.last().copied(), Some(layout.last()));
        let lines: Vec<_> = places.iter().map(|&place| layout.line(place)).collect();
        assert_eq!(lines, layout.lines(places[0], usize::MAX));

        // Large letters have all their rows, and nothing else has such rows.
        let is_under: Vec<bool> = lines.iter().map(|line| line.kind == LineKind::Under).collect();
        let expected: Vec<bool> = lines
            .iter()
            .filter(|line| line.kind != LineKind::Under)
            .flat_map(|line| (0..line.scale).map(|row| row > 0))
            .collect();
        assert_eq!(is_under, expected);

        let mut times = vec![0u8; doc.text().len()];
        let mut end = Offset::default();
        for (line, &place) in lines.iter().zip(&places) {
            let cells: usize = line.runs.iter().map(|run| run.width * line.scale).sum();
            assert_eq!(line.width, line.indent + cells);
            assert!(line.scale == 1 || style.scales && line.kind == LineKind::Text);
            for run in &line.runs {
                assert_eq!(run.width, width::width(run.text(doc)), "{run:?}");
            }
            let text = line.to_text(doc);
            let seen = text.graphemes(true).filter(|cluster| width::width(cluster) > 0).count();
            assert!(line.width <= style.measure.max(1) || seen == 1, "{text:?} is {} cells wide", line.width);
            for range in line.text_ranges() {
                times[range.start.index()..range.end.index()].iter_mut().for_each(|count| *count += 1);
            }
            let is_table = doc.block(line.block).is_some_and(|block| matches!(block.kind, BlockKind::Table(_)));
            if !is_table && !line.range.is_empty() {
                let gap = doc.slice(TextRange::new(end, line.range.start));
                assert!(line.range.start >= end && matches!(gap, "" | "\n"), "{gap:?} before {text:?}");
            }
            end = end.max(line.range.end);
            if line.kind == LineKind::Text && !line.range.is_empty() {
                let offset = layout.offset_of(place);
                let again = layout.place_of(offset);
                assert_eq!(layout.offset_of(again), offset, "{text:?}");
            }
        }
        for (at, (byte, count)) in doc.text().bytes().zip(times).enumerate() {
            let is_code = || {
                doc.leaf_at(Offset::at(at))
                    .and_then(|id| doc.block(id))
                    .is_some_and(|block| matches!(block.kind, BlockKind::Code(_)))
            };
            let is_hidden = || style.typography.long_lines == LongLines::Cut && is_code();
            let dropped = count == 0 && (byte.is_ascii_whitespace() || !byte.is_ascii() || is_hidden());
            assert!(count == 1 || dropped, "byte {at} ({byte}) is shown {count} times");
        }
    }

    /// Checks the way from offsets to places and cells and back.
    fn check_offsets(doc: &Arc<Document>, style: &Style, other: &Style) {
        let mut layout = Layout::new(Arc::clone(doc), style.clone());
        let mut wider = Layout::new(Arc::clone(doc), other.clone());
        let all = offsets(doc);
        let step = all.len() / 60 + 1;
        for &offset in all.iter().step_by(step) {
            let place = layout.place_of(offset);
            let line = layout.line(place);
            let near = line.range.contains(offset) || line.range.end == offset || line.range.is_empty();
            let is_end = doc.block(line.block).is_some_and(|block| block.range.end == offset);
            assert!(near || is_end, "{offset} is not on {line:?}");
            assert!(is_end || line.cell_of(doc, offset).is_some());
            let top = layout.offset_of(place);
            let moved = wider.place_of(top);
            let moved = wider.line(moved);
            assert!(moved.range.contains(top) || moved.range.is_empty() || moved.range.end == top);
            for run in &line.runs {
                let Some(range) = run.range() else { continue };
                if width::width(doc.slice(range)) != run.width {
                    // A formula is one place.
                    let cell = line.cell_of(doc, range.start).unwrap();
                    assert!(range.is_empty() || line.offset_at(doc, cell) == range.start);
                    continue;
                }
                for cluster in width::clusters(doc.slice(range)).filter(|cluster| cluster.width > 0) {
                    let offset = Offset::at(range.start.index() + cluster.offset);
                    let cell = line.cell_of(doc, offset).unwrap();
                    assert_eq!(line.offset_at(doc, cell), offset);
                    assert!(line.run_at(cell).is_some_and(|run| run.range() == Some(range)));
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_byte_is_shown_once_and_every_line_fits(
            steps in steps(), measure in prop_oneof![0usize..200, 0usize..30], number_links: bool,
            typography in typography(), pictured: bool, code_shift in 0usize..30, scales: bool,
        ) {
            let pictures = pictured.then(pictures);
            let style = Style { measure, number_links, typography, code_shift, scales, pictures, ..Style::default() };
            check_layout(&document(&steps), &style);
        }

        #[test]
        fn offsets_survive_a_change_of_the_measure(
            steps in steps(), measure in 1usize..120, other in 1usize..120, number_links: bool,
            typography in typography(), pictured: bool, code_shift in 0usize..30, scales: bool,
        ) {
            let pictures = pictured.then(pictures);
            let style = Style { measure, number_links, typography, code_shift, scales, pictures, ..Style::default() };
            check_offsets(&document(&steps), &style, &Style { measure: other, ..style.clone() });
        }

        #[test]
        fn walking_back_undoes_walking(steps in steps(), measure in 1usize..120, at in 0usize..2000, by in 0isize..300) {
            let mut layout = Layout::new(document(&steps), Style { measure, ..Style::default() });
            let all = places(&mut layout);
            let from = at % all.len();
            let (there, moved) = layout.advance(all[from], by);
            prop_assert_eq!(Some(&there), all.get(from + moved.unsigned_abs()));
            prop_assert!(moved == by || from + moved.unsigned_abs() + 1 == all.len());
            prop_assert_eq!(layout.advance(there, -moved), (all[from], -moved));
            prop_assert_eq!(layout.advance(all[from], -isize::MAX), (all[0], -from.cast_signed()));
            // A layout that was never asked before answers alike.
            let mut cold = Layout::new(Arc::clone(layout.doc()), layout.style().clone());
            prop_assert_eq!(cold.lines(there, 60), layout.lines(there, 60));
        }
    }
}
