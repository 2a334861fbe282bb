#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::document::{BlockKind, DocumentBuilder, MarkKind};

fn document(text: &str) -> Document {
    let mut builder = DocumentBuilder::new();
    for part in text.split('|') {
        builder.leaf(BlockKind::Paragraph, part);
    }
    builder.finish()
}

/// Checks the changes between texts whose paragraphs are parted by `|`.
fn check(old: &str, new: &str, expected: &[&str]) {
    let (old, new) = (document(old), document(new));
    let told: Vec<String> = changes(&old, &new)
        .iter()
        .map(|change| format!("{:?} {:?} {:?}", change.kind, old.slice(change.old), new.slice(change.new)))
        .collect();
    assert_eq!(told, expected);
}

/// Checks the document to be read: what is new in `[]`, what is gone in `{}`, what moved in `<>`.
fn check_marked(old: &str, new: &str, expected: &str) {
    let comparison = compare(&document(old), &document(new), "changes");
    let document = &comparison.document;
    let mut shown = String::new();
    for (idx, c) in document.text().char_indices() {
        for mark in document.marks() {
            let (open, close) = match mark.kind {
                MarkKind::Insert => ('[', ']'),
                MarkKind::Strike => ('{', '}'),
                _ => ('<', '>'),
            };
            if mark.range.end.index() == idx {
                shown.push(close);
            }
            if mark.range.start.index() == idx {
                shown.push(open);
            }
        }
        shown.push(if c == '\n' { '|' } else { c });
    }
    for mark in document.marks().iter().filter(|mark| mark.range.end == document.end()) {
        shown.push(match mark.kind {
            MarkKind::Insert => ']',
            MarkKind::Strike => '}',
            _ => '>',
        });
    }
    assert_eq!(shown, expected);
    assert_eq!(comparison.places.len(), comparison.changes.len());
}

#[test]
fn words_are_told_as_put_in_taken_out_and_replaced() {
    check("the red fox runs", "the red fox runs", &[]);
    check("the red fox runs", "the fox runs", &["Removed \"red\" \"\""]);
    check("the fox runs", "the old red fox runs", &["Inserted \"\" \"old red\""]);
    check("the red fox runs", "the grey fox runs", &["Replaced \"red\" \"grey\""]);
    check("", "the fox", &["Inserted \"\" \"the fox\""]);
    check("the fox", "", &["Removed \"the fox\" \"\""]);
    check("the fox.", "the fox!", &["Replaced \".\" \"!\""]);
    check("狐は赤い", "狐は青い", &["Replaced \"赤\" \"青\""]);
}

#[test]
fn space_and_blocks_do_not_count() {
    check("one two|three", "one two three", &[]);
    check("one  two", "one\ntwo", &[]);
}

#[test]
fn changes_that_stand_close_are_one() {
    check(
        "a red old fox and more of it",
        "a grey old hen and more of it",
        &["Replaced \"red old fox\" \"grey old hen\""],
    );
    check(
        "a red and rather old fox",
        "a grey and rather old hen",
        &["Replaced \"red\" \"grey\"", "Replaced \"fox\" \"hen\""],
    );
}

#[test]
fn blocks_that_moved_are_told_as_moved() {
    let (one, two) = ("the first of the paragraphs here", "another one that comes behind it");
    check(&format!("{one}|{two}|end"), &format!("{two}|{one}|end"), &[&format!("Moved {two:?} {two:?}")]);
}

#[test]
fn old_and_new_can_be_read_together() {
    check_marked("the red fox runs", "the grey fox runs", "the {red} [grey] fox runs");
    check_marked("the red fox runs", "the fox runs", "the {red} fox runs");
    check_marked("the fox runs", "the fox runs fast", "the fox runs [fast]");
    check_marked("one|two|three", "one|three", "one|{two}|three");
    check_marked("one|two", "one", "one|{two}");
    check_marked("two|one", "one", "{two}|one");
    check_marked("one", "one|two", "one|[two]");
    check_marked("狐は赤い", "狐は青い", "狐は{赤}[青]い");
}

#[test]
fn long_texts_take_bounded_time() {
    let words =
        |seed: usize| (0..170_000).map(|idx| format!("w{}", (idx * seed) % 997 % 89)).collect::<Vec<_>>().join(" ");
    let (old, new) = (document(&words(31)), document(&words(57)));
    assert!(!changes(&old, &new).is_empty());
}

fn text() -> impl Strategy<Value = String> {
    let words = vec!["a", "b", "c", "red fox,", "d.", "|", "|", "the quick brown hen ran off|", "狐", "e\u{301}"];
    prop::collection::vec(prop::sample::select(words), 0..24).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// Taking the old words out of the old text and the new ones out of the new text leaves the same words.
    #[test]
    fn outside_the_changes_both_are_the_same(old in text(), new in text()) {
        let (old, new) = (document(&old), document(&new));
        let changes = changes(&old, &new);
        let kept = |document: &Document, side: fn(&Change) -> TextRange| {
            let is_changed = |start: usize| changes.iter().any(|change| side(change).contains(Offset::at(start)));
            let kept = words(document.text()).filter(|&(start, _)| !is_changed(start));
            kept.map(|(_, word)| word.to_owned()).collect::<Vec<_>>()
        };
        prop_assert_eq!(kept(&old, |change| change.old), kept(&new, |change| change.new));
        for change in &changes {
            match change.kind {
                ChangeKind::Moved => prop_assert_eq!(old.slice(change.old), new.slice(change.new)),
                ChangeKind::Inserted => prop_assert!(change.old.is_empty() && !change.new.is_empty()),
                ChangeKind::Removed => prop_assert!(!change.old.is_empty() && change.new.is_empty()),
                ChangeKind::Replaced => prop_assert!(!change.old.is_empty() && !change.new.is_empty()),
            }
        }
        for pair in changes.windows(2) {
            prop_assert!(pair[0].new.end <= pair[1].new.start);
        }
    }

    /// The comparison has all words of the new text, in order, and all that were removed.
    #[test]
    fn a_comparison_has_all_words(old in text(), new in text()) {
        let (old, new) = (document(&old), document(&new));
        let comparison = compare(&old, &new, "changes");
        let document = &comparison.document;
        let is_struck = |start: usize| {
            let mut marks = document.marks().iter().filter(|mark| mark.kind == MarkKind::Strike);
            marks.any(|mark| mark.range.contains(Offset::at(start)))
        };
        let shown: Vec<&str> = words(document.text()).filter(|&(start, _)| !is_struck(start)).map(|(_, word)| word).collect();
        let all: Vec<&str> = words(new.text()).map(|(_, word)| word).collect();
        prop_assert_eq!(shown, all);
        let n_struck = words(document.text()).filter(|&(start, _)| is_struck(start)).count();
        let gone = comparison.changes.iter().filter(|change| change.kind != ChangeKind::Moved);
        prop_assert_eq!(n_struck, gone.map(|change| words(old.slice(change.old)).count()).sum::<usize>());
    }
}
