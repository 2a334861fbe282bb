#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn told(query: &Query) -> String {
    let mut told = match &query.expression {
        Expression::None => "-".to_owned(),
        Expression::Matching(text) => text.clone(),
        Expression::NotMatching(text) => format!("all but {text}"),
    };
    for filter in &query.filters {
        let either: Vec<String> = filter.either.iter().map(condition).collect();
        told += &format!(" | {}", either.join(" or "));
    }
    for remark in &query.remarks {
        told += &format!(" ! {remark:?}");
    }
    told
}

fn condition(condition: &Condition) -> String {
    format!("{}{:?}", if condition.is_wanted { "" } else { "not " }, condition.what)
}

fn check(typed: &str, expected: &str) {
    assert_eq!(told(&Query::new(typed)), expected, "{typed:?}");
}

fn check_typing(typed: &str, expected: &str) {
    assert_eq!(told(&Query::as_typed(typed)), expected, "{typed:?}");
}

#[test]
fn words_phrases_and_beginnings() {
    check("", "-");
    check("  …  ", "-");
    check("Straße lesen", "\"strasse\" AND \"lesen\"");
    check("\"red  Fox\" typo*", "\"red fox\" AND \"typo\" *");
    check("“red fox”*", "\"red fox\" *");
    check("don't re-read", "\"don t\" AND \"re read\"");
    check("NEAR(a b) AND {c}", "\"near a\" AND \"b\" AND \"and\" AND \"c\"");
    check("東京都 年", "\"東京 京都\" AND \"年\" *");
}

#[test]
fn what_is_unwanted_is_taken_away() {
    check("fox -red", "(\"fox\") NOT (\"red\")");
    check("-red fox -\"big dog\" hen", "(\"fox\" AND \"hen\") NOT (\"red\" OR \"big dog\")");
    check("-red -green", "all but \"red\" OR \"green\"");
    check("-is:read -red", "all but \"red\" | not Is(Read)");
    check("a - b --c -", "\"a\" AND \"b\" AND \"c\"");
}

#[test]
fn either_of_two_will_do() {
    check("a b OR c d", "\"a\" AND (\"b\" OR \"c\") AND \"d\"");
    check("a OR b OR \"c d\" -e", "((\"a\" OR \"b\" OR \"c d\")) NOT (\"e\")");
    check("tag:x OR is:starred", "- | Tag(\"x\") or Is(Starred)");
    check("a OR tag:x", "\"a\" | Tag(\"x\") ! LooseOr");
    check("OR a OR", "\"a\" ! LooseOr");
    check("a OR OR b", "\"a\" AND \"b\" ! LooseOr");
    check("a OR -b", "(\"a\") NOT (\"b\") ! LooseOr");
    check("a or b", "\"a\" AND \"or\" AND \"b\"");
}

#[test]
fn fields_are_columns_or_filters() {
    check("title:Rust author:\"Jane Doe\" borrow", "title : \"rust\" AND author : \"jane doe\" AND \"borrow\"");
    check("-title:rust fox", "(\"fox\") NOT (title : \"rust\")");
    check("tag:\"to read\" is:Unread", "- | Tag(\"to read\") | Is(Unread)");
    check("-tag:x fox", "\"fox\" | not Tag(\"x\")");
    check("in:highlights fox", "notes : \"fox\" | HasHighlights");
    check("fox in:notes title:hen", "notes : \"fox\" AND title : \"hen\" | HasNotes");
    check("in:title fox OR hen", "(title : \"fox\" OR title : \"hen\")");
    check("-in:notes fox", "\"fox\" | not HasNotes");
    check("lang:pt_BR site:https://www.Example.org/a?b", "- | Language(\"pt-br\") | Site(\"example.org\")");
}

#[test]
fn dates_may_be_years_months_and_days() {
    check("before:2026-01", "- | Before(2026-01-01)");
    check("after:2025 before:2026/3/9", "- | Since(2025-01-01) | Before(2026-03-09)");
    check("before:2026-02-30", "\"2026 02 30\" ! UnknownValue { field: \"before\", value: \"2026-02-30\" }");
    check("after:yesterday", "\"yesterday\" ! UnknownValue { field: \"after\", value: \"yesterday\" }");
}

#[test]
fn what_is_not_understood_is_searched_for_and_told() {
    check("colour:red", "\"colour red\" ! UnknownField(\"colour\")");
    check("is:funny", "\"funny\" ! UnknownValue { field: \"is\", value: \"funny\" }");
    check("tag:", "- ! NoValue(\"tag\")");
    check("\"red fox", "\"red fox\" ! OpenQuote");
    check("f*x", "\"f x\" ! LooseStar");
    check(
        "https://example.org 10:30 std::io Note: x:y",
        "\"https example org\" AND \"10 30\" AND \"std io\" AND \"note\" AND \"x y\"",
    );
    assert!(Query::new(&"a ".repeat(5000)).remarks.contains(&Remark::TooLong));
    assert!(!Query::new("is:x in:y before:z q:r \"").remarks.iter().any(|remark| remark.to_string().is_empty()));
}

#[test]
fn the_last_word_may_go_on_while_it_is_typed() {
    check_typing("red fo", "\"red\" AND \"fo\" *");
    check_typing("red fo ", "\"red\" AND \"fo\"");
    check_typing("\"red fo", "\"red fo\" *");
    check_typing("\"red fox\"", "\"red fox\"");
    check_typing("東京", "\"東京\"");
    check_typing("fox -re", "(\"fox\") NOT (\"re\" *)");
    check_typing("fox is:unr", "\"fox\"");
    check_typing("fox is:unread", "\"fox\" | Is(Unread)");
    check_typing("fox before:2026-", "\"fox\"");
    check_typing("fox tag:ru", "\"fox\" | TagBeginning(\"ru\")");
    check_typing("fox tag:", "\"fox\"");
    check_typing("fox OR", "\"fox\"");
    check_typing("fox titl", "\"fox\" AND \"titl\" *");
}

#[test]
fn needles_are_what_is_wanted_in_a_column() {
    let query = Query::new("fox -hen title:cow \"red dog\"");
    let needles = |column| query.needles_in(column).map(|phrase| phrase.terms.join(" ")).collect::<Vec<_>>();
    assert_eq!(needles(Column::Body), ["fox", "red dog"]);
    assert_eq!(needles(Column::Title), ["fox", "cow", "red dog"]);
}

fn typed() -> impl Strategy<Value = String> {
    let pieces = vec![
        "a",
        "red",
        "-",
        "\"",
        "“",
        "*",
        " ",
        " ",
        "OR",
        " OR ",
        "|",
        ":",
        "title:",
        "tag:",
        "is:",
        "is:read",
        "in:notes ",
        "before:",
        "2026-01",
        "(",
        ")",
        "{",
        "NOT ",
        "'",
        "東京",
        "年",
        "é",
        "\u{301}",
        "\0",
        "ก",
        "+",
        "^",
        ",",
        "\\",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// What FTS5 is given is of its grammar: quoted terms, columns, stars and operators between them.
    #[test]
    fn expressions_are_well_formed(typed in prop_oneof![typed(), ".{0,60}"]) {
        for query in [Query::new(&typed), Query::as_typed(&typed)] {
            let (Expression::Matching(text) | Expression::NotMatching(text)) = &query.expression else { continue };
            let parts: Vec<&str> = text.split('"').collect();
            prop_assert!(parts.len() % 2 == 1);
            for (idx, part) in parts.iter().enumerate() {
                if idx % 2 == 1 {
                    prop_assert!(!part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || !c.is_ascii() || c == ' '));
                } else {
                    let words = part.replace(['(', ')'], " ");
                    let known = ["OR", "AND", "NOT", "*", ":", "title", "author", "body", "notes"];
                    prop_assert!(words.split_whitespace().all(|word| known.contains(&word)), "{}", text);
                }
            }
            let opened = parts.iter().step_by(2).flat_map(|part| part.chars());
            let depth = opened.fold(0i32, |depth, c| depth + i32::from(c == '(') - i32::from(c == ')'));
            prop_assert_eq!(depth, 0);
        }
    }
}

#[test]
fn beginnings_are_asked_of_an_index_of_words_alone() {
    let check = |typed: &str, expected: Option<(&str, &str)>| {
        let quick = Query::as_typed(typed).quick;
        let told = quick.as_ref().map(|quick| (quick.words.as_str(), quick.placed.as_str()));
        assert_eq!(told, expected, "{typed}");
    };
    check("fo", Some(("\"fo\" *", "")));
    check("red fo", Some(("\"red\" AND \"fo\" *", "")));
    check("red ", None);
    check("\"red fox\" he", Some(("\"he\" *", "\"red fox\"")));
    check("title:red he", Some(("\"he\" *", "title : \"red\"")));
    check("title:re", None);
    check("he* -red ", Some(("(\"he\" *) NOT (\"red\")", "")));
    check("-\"red fox\" he", None);
    check("a* OR \"red fox\" he", Some(("\"he\" *", "(\"a\" * OR \"red fox\")")));
    check("年", Some(("\"年\" *", "")));
}
