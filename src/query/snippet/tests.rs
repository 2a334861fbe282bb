#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::text::width::width;

fn marked(text: &str, hits: &[Range<usize>]) -> String {
    let mut marked = String::new();
    let mut at = 0;
    for hit in hits {
        marked += &format!("{}[{}]", &text[at..hit.start], &text[hit.clone()]);
        at = hit.end;
    }
    marked + &text[at..]
}

fn check_hits(typed: &str, text: &str, expected: &str) {
    let hits = hits(text, &Query::new(typed), Column::Body, 100);
    assert_eq!(marked(text, &hits), expected, "{typed:?}");
}

fn check_snippets(cells: usize, typed: &str, text: &str, expected: &[&str]) {
    let snippets = snippets(text, &Query::new(typed), Column::Body, cells, 2);
    let shown: Vec<String> = snippets.iter().map(|snippet| marked(&snippet.text, &snippet.hits)).collect();
    assert_eq!(shown, expected, "{typed:?}");
    assert!(snippets.iter().all(|snippet| width(&snippet.text) <= cells));
}

#[test]
fn hits_are_what_the_index_found() {
    check_hits("etude", "Une Étude, des E\u{301}tudes, ÉTUDE.", "Une [Étude], des E\u{301}tudes, [ÉTUDE].");
    check_hits("étud*", "Une Étude, des e\u{301}tudes.", "Une [Étude], des [e\u{301}tudes].");
    check_hits("\"red fox\"", "A red red\n fox, a red, fox; red hen", "A red [red\n fox], a [red, fox]; red hen");
    check_hits("العربية", "اللغة اَلْعَرَبِيَّةُ هنا", "اللغة [اَلْعَرَبِيَّةُ] هنا");
    check_hits("fox -hen", "fox and hen", "[fox] and hen");
    check_hits("tag:x", "x", "x");
}

#[test]
fn parts_of_runs_are_hits_of_their_own() {
    check_hits("京都", "東京都は京都ではない", "東[京都]は[京都]ではない");
    check_hits("年", "2024年に年年", "2024[年]に[年][年]");
    check_hits("東京都", "大東京都2024", "大[東京都]2024");
    check_hits("がく", "か\u{3099}くせい", "[か\u{3099}く]せい");
    check_hits("ไทย", "ภาษาไทยนี้", "ภาษา[ไทย]นี้");
}

#[test]
fn places_that_overlap_are_one() {
    check_hits("東京 京都", "大東京都", "大[東京都]");
    check_hits("\"a b a\"", "a b a b a", "[a b a b a]");
}

#[test]
fn snippets_begin_with_a_sentence_or_a_word_and_end_with_a_word() {
    let text = "One two three. Four five\n\n six seven eight nine ten eleven twelve thirteen fourteen.";
    check_snippets(24, "seven", text, &["…six [seven] eight nine…"]);
    check_snippets(27, "one", text, &["[One] two three. Four five…"]);
    check_snippets(24, "fourteen", text, &["…thirteen [fourteen]."]);
    check_snippets(200, "ten", text, &[&text.replace("\n\n ", " ").replace("ten", "[ten]")]);
    check_snippets(24, "zzz", text, &[]);
}

#[test]
fn the_best_snippet_has_the_most_of_what_was_looked_for() {
    let filler = "nothing of interest is said here at all ".repeat(5);
    let text = format!("fox fox fox. {filler}fox and hen. {filler}hen {filler}");
    check_snippets(20, "fox hen", &text, &["[fox] [fox] [fox].…", "…[fox] and [hen].…"]);
}

#[test]
fn long_words_and_runs_are_cut_between_clusters() {
    check_snippets(10, "xx*", &"x".repeat(50), &["[xxxxxxxx]…"]);
    check_snippets(12, "京", &format!("{}京{}", "東".repeat(30), "都".repeat(30)), &["…東[京]都都都…"]);
    check_snippets(2, "fox", "a fox", &[]);
}

#[test]
fn the_beginning_is_shown_where_nothing_is_found() {
    assert_eq!(beginning("  One\n two three four", 10).text, "One two…");
    assert_eq!(beginning("", 10), Snippet::default());
}

fn pieces() -> impl Strategy<Value = String> {
    let pieces = vec![
        "fox",
        "Fox",
        "hen",
        " ",
        " ",
        "\n",
        ". ",
        "e\u{301}t",
        "東京",
        "京",
        "か\u{3099}",
        "ก่",
        "ำ",
        "👩\u{200D}👧",
        "🇩🇪",
        "क्ष",
        "\u{301}",
        "averyverylongwordindeed",
        ", ",
        "العَ",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn snippets_fit_and_know_their_hits(text in pieces(), cells in 0..40usize) {
        let query = Query::new("fox OR hen OR et OR 東京 OR 京 OR 東京が OR \"fox hen\" OR ก* OR क*");
        let all = hits(&text, &query, Column::Body, 100);
        for pair in all.windows(2) {
            prop_assert!(pair[0].end <= pair[1].start);
        }
        for hit in &all {
            prop_assert!(is_cluster_boundary(&text, hit.start) && is_cluster_boundary(&text, hit.end), "{:?}", hit);
        }
        let snippets = snippets(&text, &query, Column::Body, cells, 3);
        prop_assert!(cells < 24 || snippets.is_empty() == all.is_empty());
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for snippet in snippets {
            prop_assert!(width(&snippet.text) <= cells, "{:?}", snippet);
            let inner = snippet.text.trim_start_matches('…').trim_end_matches('…');
            prop_assert_eq!(inner, squeezed(&text[snippet.source.clone()]));
            prop_assert!(!snippet.hits.is_empty());
            for hit in &snippet.hits {
                prop_assert!(all.iter().any(|one| squeezed(&text[one.clone()]).contains(squeezed(&snippet.text[hit.clone()]).trim_end_matches('…'))));
            }
        }
    }
}
