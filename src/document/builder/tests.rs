//! What any calls make of a document.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::document::{Alignment, ItemMark};

/// Builds a document, checks its invariants, and returns it as one line a block: depth, kind, text with marks.
fn check(build: impl FnOnce(&mut DocumentBuilder), expected: &[&str]) -> Document {
    let mut builder = DocumentBuilder::new();
    build(&mut builder);
    let document = builder.finish();
    document.check_invariants().unwrap();
    let line = |block: &Block| {
        format!("{} {:?} {:?}", block.depth, block.kind, document.slice(block.range)).replace("\\n", "|")
    };
    assert_eq!(document.blocks().iter().map(line).collect::<Vec<_>>(), expected);
    document
}

fn marks(document: &Document) -> Vec<(MarkKind, &str)> {
    document.marks().iter().map(|mark| (mark.kind, document.slice(mark.range))).collect()
}

#[test]
fn prose_is_one_line_and_leaves_are_apart() {
    let document = check(
        |b| {
            b.leaf(BlockKind::Heading(9), "  A  title\n");
            b.leaf(BlockKind::Paragraph, "one\ntwo \t three");
            b.leaf(BlockKind::Paragraph, " \n ");
            b.leaf(BlockKind::Rule, "");
            b.leaf(BlockKind::Code(None), "\na\n\tb\n\n");
        },
        &["0 Heading(6) \"A title\"", "0 Paragraph \"one two three\"", "0 Rule \"\"", "0 Code(None) \"a|        b\""],
    );
    assert_eq!(document.text(), "A title\none two three\n\na\n        b");
    assert_eq!(document.sections().len(), 1);
    assert_eq!(document.sections()[0].words, 5);
    assert!(document.is_complete());
}

#[test]
fn containers_span_their_leaves_and_empty_ones_go() {
    let document = check(
        |b| {
            b.leaf(BlockKind::Paragraph, "x");
            b.open(BlockKind::Quote);
            b.open(BlockKind::Item(ItemMark::Bullet));
            b.text("tight");
            b.close();
            b.open(BlockKind::Item(ItemMark::Bullet));
            b.close();
            b.open(BlockKind::Item(ItemMark::Bullet));
            b.leaf(BlockKind::Paragraph, "loose");
            b.close();
            b.close();
            b.open(BlockKind::Quote);
            b.open(BlockKind::Quote);
            b.close();
        },
        &[
            "0 Paragraph \"x\"",
            "0 Quote \"tight|loose\"",
            "1 Item(Bullet) \"tight\"",
            "2 Paragraph \"tight\"",
            "1 Item(Bullet) \"loose\"",
            "2 Paragraph \"loose\"",
        ],
    );
    assert_eq!(document.sections().len(), 1);
    assert_eq!(document.sections()[0].title, None);
}

#[test]
fn marks_keep_to_what_is_seen() {
    let document = check(
        |b| {
            b.text("a ");
            b.open_mark(MarkKind::Strong);
            b.text(" b ");
            b.open_mark(MarkKind::Emphasis);
            b.text("c");
            b.close_mark();
            b.text(" ");
            b.close_mark();
            b.open_mark(MarkKind::Code);
            b.close_mark();
            b.text("\u{301}d e");
            b.open_mark(MarkKind::Strike);
            b.text("\u{301}");
            b.close_mark();
            b.line_break();
            b.text(" f ");
            b.line_break();
        },
        &["0 Paragraph \"a b c \\u{301}d e\\u{301}|f\""],
    );
    assert_eq!(marks(&document), [(MarkKind::Strong, "b c"), (MarkKind::Emphasis, "c")]);
}

#[test]
fn a_sequence_in_pieces_is_still_one() {
    let document = check(
        |b| {
            b.text("a\u{1B}");
            b.text("]0;ti");
            b.open_mark(MarkKind::Strong);
            b.text("tle\u{7}b");
            b.close_mark();
        },
        &["0 Paragraph \"ab\""],
    );
    assert_eq!(marks(&document), [(MarkKind::Strong, "b")]);
    assert_eq!(document.warnings(), [Warning { kind: WarningKind::Escape, count: 1 }]);
}

#[test]
fn tables_have_cells_and_rows() {
    let document = check(
        |b| {
            b.open_table(vec![Alignment::Left]);
            for (row, is_header) in [(["a\tb", "c"], true), (["", "\u{301}d\ne"], false)] {
                for cell in row {
                    b.open_cell();
                    b.open_mark(MarkKind::Strong);
                    b.text(cell);
                    b.close_cell();
                }
                b.end_row(is_header);
            }
            b.close();
            b.text("after");
        },
        &["0 Table(0) \"a b\\tc|\\t\u{25CC}\\u{301}d e\"", "0 Paragraph \"after\""],
    );
    let table = &document.tables()[0];
    assert_eq!((table.header_rows, table.rows.len()), (1, 2));
    assert_eq!(marks(&document).len(), 3);
}

#[test]
fn links_lead_where_they_may() {
    let mut builder = DocumentBuilder::new();
    let cases = [
        ("#here", LinkTarget::Inside(Offset(4))),
        ("#h%C3%A9", LinkTarget::Inside(Offset(4))),
        ("#gone", LinkTarget::Nowhere("#gone".into())),
        (" HTTP://Exämple.org/a b ", LinkTarget::Address("http://xn--exmple-cua.org/a%20b".into())),
        ("//x.org", LinkTarget::Address("https://x.org/".into())),
        ("mailto:a@b.c", LinkTarget::Address("mailto:a@b.c".into())),
        ("javascript:alert(1)", LinkTarget::Nowhere("javascript:alert(1)".into())),
        ("a/b.md#c", LinkTarget::File("a/b.md#c".into())),
        ("a\u{202E}b", LinkTarget::Nowhere("a⟨U+202E⟩b".into())),
        ("man:ls(1)", LinkTarget::Manual("man:ls(1)".into())),
        ("man:../ls", LinkTarget::Nowhere("man:../ls".into())),
        ("man:", LinkTarget::Nowhere("man:".into())),
        ("", LinkTarget::Nowhere(String::new())),
    ];
    for (address, _) in &cases {
        builder.link(address, None);
    }
    builder.leaf(BlockKind::Paragraph, "one");
    builder.target("here");
    builder.target("hé");
    builder.leaf(BlockKind::Paragraph, "\u{200B}");
    builder.leaf(BlockKind::Paragraph, "two");
    builder.target("here");
    let document = builder.finish();
    let found: Vec<_> = document.links().iter().map(|link| link.target.clone()).collect();
    assert_eq!(found, cases.map(|(_, target)| target));
}

#[test]
fn notes_of_one_label_are_told_apart() {
    let mut builder = DocumentBuilder::new();
    let places = [("a", "1"), ("b", "1"), ("a", "1"), ("c", "*"), ("d", "*"), ("e", "1"), ("f", "*")];
    let labels = places.map(|(place, label)| {
        let footnote = builder.footnote_at(place, label);
        builder.footnote_label(footnote).to_owned()
    });
    assert_eq!(labels, ["1", "1-2", "1", "*", "*2", "1-3", "*3"]);
}

#[test]
fn a_rule_has_no_text() {
    check(
        |b| {
            b.leaf(BlockKind::Rule, "***");
            b.open(BlockKind::Rule);
            b.text("a");
            b.close();
            b.leaf(BlockKind::Paragraph, "b");
        },
        &["0 Rule \"\"", "0 Rule \"\"", "0 Paragraph \"a\"", "0 Paragraph \"b\""],
    );
}

#[test]
fn nesting_too_deep_is_flattened() {
    let mut builder = DocumentBuilder::new();
    for _ in 0..100 {
        builder.open(BlockKind::Quote);
    }
    builder.leaf(BlockKind::Paragraph, "deep");
    for _ in 0..100 {
        builder.close();
    }
    builder.leaf(BlockKind::Paragraph, "shallow");
    let document = builder.finish();
    document.check_invariants().unwrap();
    assert_eq!(document.blocks().len(), MAX_DEPTH + 2);
    assert_eq!(document.blocks().last().unwrap().depth, 0);
    assert_eq!(document.warnings(), [Warning { kind: WarningKind::Depth, count: 36 }]);
}

#[test]
fn the_text_has_an_end() {
    let mut builder = DocumentBuilder { max_text_bytes: 100, ..DocumentBuilder::new() };
    for _ in 0..50 {
        builder.leaf(BlockKind::Paragraph, "éééééééééé");
    }
    let document = builder.finish();
    document.check_invariants().unwrap();
    assert!(document.text().len() <= 100);
    assert_eq!(document.warnings()[0].kind, WarningKind::Truncated);
}

#[test]
fn a_snapshot_shows_what_is_open() {
    let mut builder = DocumentBuilder::new();
    builder.open(BlockKind::Quote);
    builder.text("so ");
    assert_eq!(builder.offset(), Offset(2));
    let document = builder.snapshot();
    assert!(!document.is_complete());
    assert_eq!((document.text(), document.blocks().len()), ("so", 2));
    builder.text("far");
    assert_eq!(builder.finish().text(), "so far");
}

#[test]
fn headings_may_be_decided_late() {
    let mut builder = DocumentBuilder::new();
    let one = builder.leaf(BlockKind::Paragraph, "One");
    builder.leaf(BlockKind::Paragraph, "Text of it");
    let two = builder.leaf(BlockKind::Paragraph, "Two");
    builder.leaf(BlockKind::Paragraph, "More text");
    builder.set_heading(one, Some(2), 0.5);
    let document = builder.finish();
    let outline = |document: &Document| -> Vec<(u8, u32, f32)> {
        document.sections().iter().map(|section| (section.level, section.words, section.confidence)).collect()
    };
    assert_eq!(outline(&document), [(2, 6, 0.5)]);
    let promoted = document.with_heading(two, Some(3));
    assert_eq!(outline(&promoted), [(2, 3, 0.5), (3, 2, 1.0)]);
    assert!(Arc::ptr_eq(&document.text, &promoted.text));
    promoted.check_invariants().unwrap();
    assert_eq!(outline(&promoted.with_heading(one, None)), [(0, 4, 1.0), (3, 2, 1.0)]);
    assert_eq!(promoted.with_heading(two, None), document);
}

#[derive(Debug, Clone)]
enum Call {
    Open(BlockKind),
    Close,
    Leaf(BlockKind, String),
    Text(String),
    LineBreak,
    OpenMark(MarkKind),
    CloseMark,
    Target(String),
    Table,
    Cell,
    CloseCell,
    EndRow(bool),
    SetHeading(u32, Option<u8>),
    Link(String),
    Footnote(String),
}

fn hostile_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a",
        "B ",
        " ",
        "\n",
        "\t",
        "\r\n",
        "é",
        "e\u{301}",
        "\u{301}",
        "\u{301}\u{302}\u{303}\u{304}\u{305}",
        "\u{1B}",
        "[31m",
        "\u{9B}",
        "]0;x\u{7}",
        "\u{AD}",
        "\u{200B}",
        "\u{2060}",
        "\u{200D}",
        "\u{200C}",
        "👩",
        "🏴",
        "\u{E0067}",
        "\u{E007F}",
        "\u{FE0F}",
        "🇦",
        "中",
        "한",
        "\u{1100}",
        "\u{1161}",
        "क",
        "\u{94D}",
        "\u{202E}",
        "\u{600}",
        "\u{F8FF}",
        "\u{2029}",
        "🏽",
        "1",
        "\u{20E3}",
    ]);
    prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

fn call() -> impl Strategy<Value = Call> {
    let kinds = || {
        prop::sample::select(vec![
            BlockKind::Title,
            BlockKind::Byline,
            BlockKind::Paragraph,
            BlockKind::Heading(2),
            BlockKind::Quote,
            BlockKind::Item(ItemMark::Bullet),
            BlockKind::Verse,
            BlockKind::Code(Some(3)),
            BlockKind::Table(7),
            BlockKind::Figure(0),
            BlockKind::Rule,
            BlockKind::Term,
            BlockKind::Definition,
            BlockKind::Footnote(0),
            BlockKind::Math,
        ])
    };
    let mark_kinds = prop::sample::select(vec![MarkKind::Strong, MarkKind::Link(0), MarkKind::FootnoteRef(0)]);
    prop_oneof![
        1 => kinds().prop_map(Call::Open),
        3 => Just(Call::Close),
        1 => (kinds(), hostile_text()).prop_map(|(kind, text)| Call::Leaf(kind, text)),
        4 => hostile_text().prop_map(Call::Text),
        1 => Just(Call::LineBreak),
        2 => mark_kinds.prop_map(Call::OpenMark),
        2 => Just(Call::CloseMark),
        1 => "[ab]".prop_map(Call::Target),
        1 => Just(Call::Table),
        2 => Just(Call::Cell),
        1 => Just(Call::CloseCell),
        1 => any::<bool>().prop_map(Call::EndRow),
        1 => (0..6u32, prop::option::of(0..9u8)).prop_map(|(id, level)| Call::SetHeading(id, level)),
        1 => "#[ab]".prop_map(Call::Link),
        1 => "[ab]".prop_map(Call::Footnote),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_calls_make_a_sound_document(calls in prop::collection::vec(call(), 0..30)) {
        let mut builder = DocumentBuilder::new();
        for call in calls {
            let before = builder.offset();
            let is_at_rest = builder.leaf.is_none();
            match call {
                Call::Open(kind) => { builder.open(kind); }
                Call::Close => builder.close(),
                Call::Leaf(kind, text) => { builder.leaf(kind, &text); }
                Call::Text(text) => builder.text(&text),
                Call::LineBreak => builder.line_break(),
                Call::OpenMark(kind) => builder.open_mark(kind),
                Call::CloseMark => builder.close_mark(),
                Call::Target(name) => builder.target(&name),
                Call::Table => { builder.open_table(vec![]); }
                Call::Cell => builder.open_cell(),
                Call::CloseCell => builder.close_cell(),
                Call::EndRow(is_header) => builder.end_row(is_header),
                Call::SetHeading(id, level) => builder.set_heading(BlockId(id), level, 0.5),
                Call::Link(address) => { builder.link(&address, None); }
                Call::Footnote(name) => { builder.footnote(&name); }
            }
            prop_assert!(!is_at_rest || before <= builder.offset());
        }
        prop_assert_eq!(builder.snapshot().check_invariants(), Ok(()));
        let document = builder.finish();
        prop_assert_eq!(document.check_invariants(), Ok(()));
    }
}
