#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::annotation::{About, Highlight, Ink, Passage, Standing};
use crate::document::{Anchor, Offset};
use crate::export::highlights::{Form, export};

macro_rules! fixture {
    ($path:literal) => {
        File { name: $path, bytes: include_bytes!(concat!("../../tests/fixtures/import/", $path)) }
    };
}

const OMNIVORE: [File<'static>; 4] = [
    fixture!("omnivore/content/on-nets.html"),
    fixture!("omnivore/content/stray.html"),
    fixture!("omnivore/highlights/on-nets.md"),
    fixture!("omnivore/metadata_0_to_3.json"),
];

const SINGLE: [(Origin, File<'static>); 12] = [
    (Origin::Pocket, fixture!("pocket/part_000000.csv")),
    (Origin::Pocket, fixture!("pocket/annotations/part_000000.json")),
    (Origin::PocketPage, fixture!("pocket-html/ril_export.html")),
    (Origin::Instapaper, fixture!("instapaper/instapaper-export.csv")),
    (Origin::Omnivore, fixture!("omnivore/metadata_0_to_3.json")),
    (Origin::Readeck, fixture!("readeck/bookmarks.json")),
    (Origin::Wallabag, fixture!("wallabag/all.json")),
    (Origin::Bookmarks, fixture!("bookmarks/bookmarks.html")),
    (Origin::Kindle, fixture!("kindle/My Clippings.txt")),
    (Origin::Annotations, fixture!("w3c/foreign.json")),
    (Origin::Hypothesis, fixture!("hypothesis/search.json")),
    (Origin::Readwise, fixture!("readwise/readwise.csv")),
];

fn now() -> Timestamp {
    "2026-11-23T05:00:00Z".parse().unwrap()
}

fn imported(files: &[File<'_>]) -> Imported {
    import(files, None, now(), &mut |_, _| ControlFlow::Continue(()))
}

/// Returns what was imported, for people.
fn told(imported: &Imported) -> String {
    let mut out = String::new();
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
    for Arrival { article: Annotated { about, passages }, content } in &imported.arrivals {
        let About { title, author, address, language, published, added, tags, .. } = about;
        out.push_str(&format!("{title:?} by {author:?} at <{address}>\n"));
        out.push_str(&format!("  {language:?} published {} added {} tags {tags:?}", time(*published), time(*added)));
        for (is_so, word) in [(about.is_read, "read"), (about.is_starred, "starred"), (about.is_archived, "archived")] {
            out.push_str(&if is_so { format!(" {word}") } else { String::new() });
        }
        out.push('\n');
        for Passage { highlight, .. } in passages {
            let Highlight { uid, anchor, colour, note, created, updated, standing } = highlight;
            let Anchor { offset, exact, prefix, suffix } = anchor;
            out.push_str(&format!(
                "  - {prefix:?} [{exact:?}] {suffix:?} at {offset} {} {}",
                colour.name(),
                standing.name()
            ));
            out.push_str(&format!(" {created} {updated}\n    note {note:?} {}\n", &uid[..8]));
        }
        if let Some(Content::Html(html)) = content {
            out.push_str(&format!("  content {:?}\n", html.trim()));
        }
    }
    for Refused { file, place, what, why } in &imported.refused {
        out.push_str(&format!("refused {file}: {place}: {what}: {why}\n"));
    }
    out
}

#[test]
fn whose_export_it_is_is_told_by_what_is_in_it() {
    for (origin, file) in SINGLE {
        assert_eq!(detect(&[File { name: "export.bin", bytes: file.bytes }]), Some(origin), "{}", file.name);
    }
    for other in ["", "words\n", "<p>A page</p>", "{}", "[]", "a,b\n1,2\n", "[{\"a\": 1}]", "- a list\n- of things\n"] {
        assert_eq!(detect(&[File { name: "My Clippings.txt", bytes: other.as_bytes() }]), None, "{other}");
    }
}

#[test]
fn origins_have_names() {
    for origin in Origin::ALL {
        assert_eq!(Origin::named(origin.name()), Some(origin));
    }
}

#[test]
fn pocket() {
    insta::assert_snapshot!(told(&imported(&[SINGLE[0].1, SINGLE[1].1])));
}

#[test]
fn pocket_page() {
    insta::assert_snapshot!(told(&imported(&[SINGLE[2].1])));
}

#[test]
fn instapaper() {
    insta::assert_snapshot!(told(&imported(&[SINGLE[3].1])));
}

#[test]
fn omnivore() {
    let whole = told(&imported(&OMNIVORE));
    let mut reversed = OMNIVORE;
    reversed.reverse();
    assert_eq!(told(&imported(&reversed)), whole);
    insta::assert_snapshot!(whole);
}

#[test]
fn readeck() {
    insta::assert_snapshot!(told(&imported(&[SINGLE[5].1, fixture!("readeck/annotations.json")])));
}

#[test]
fn wallabag() {
    insta::assert_snapshot!(told(&imported(&[SINGLE[6].1])));
}

#[test]
fn bookmarks() {
    insta::assert_snapshot!(told(&imported(&[SINGLE[7].1])));
}

#[test]
fn kindle() {
    insta::assert_snapshot!(told(&imported(&[SINGLE[8].1])));
}

#[test]
fn foreign_annotations() {
    insta::assert_snapshot!(told(&imported(&[SINGLE[9].1])));
}

#[test]
fn hypothesis() {
    insta::assert_snapshot!(told(&imported(&[SINGLE[10].1])));
}

#[test]
fn readwise() {
    insta::assert_snapshot!(told(&imported(&[SINGLE[11].1])));
}

#[test]
fn what_is_unknown_is_refused_and_the_rest_is_taken() {
    let files = [File { name: "a.zip", bytes: b"PK\x03\x04" }, File { name: "b.txt", bytes: b"words" }, SINGLE[0].1];
    let imported = imported(&files);
    let whole: Vec<&str> = imported.refused.iter().filter(|r| r.place == Place::Whole).map(|r| &*r.file).collect();
    assert_eq!(whole, ["a.zip", "b.txt"]);
    assert_eq!(imported.arrivals.len(), 4);
}

#[test]
fn utf_16_is_read_by_its_byte_order_mark() {
    let text = String::from_utf8_lossy(SINGLE[3].1.bytes);
    let utf_16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let (one, other) = (imported(&[SINGLE[3].1]), imported(&[File { name: SINGLE[3].1.name, bytes: &utf_16 }]));
    assert_eq!(told(&one), told(&other));
}

#[test]
fn the_same_export_twice_gives_the_same_uids() {
    let uids = || -> Vec<String> {
        let files: Vec<File<'_>> = SINGLE.iter().map(|(_, file)| *file).collect();
        let passages = imported(&files).arrivals.into_iter().flat_map(|arrival| arrival.article.passages);
        passages.map(|passage| passage.highlight.uid).collect()
    };
    assert_eq!(uids(), uids());
    let distinct: std::collections::HashSet<String> = uids().into_iter().collect();
    assert_eq!(distinct.len(), uids().len());
}

#[test]
fn progress_grows_to_the_end_and_can_stop() {
    let rows: Vec<String> = (0..2000).map(|n| format!("https://harbour.example/{n},T,,Unread,1700000000,[]")).collect();
    let text = format!("URL,Title,Selection,Folder,Timestamp,Tags\n{}\n", rows.join("\n"));
    let files = [File { name: "a.csv", bytes: text.as_bytes() }, SINGLE[8].1];
    let mut told = Vec::new();
    let whole = import(&files, None, now(), &mut |done, total| {
        told.push((done, total));
        ControlFlow::Continue(())
    });
    let total = files.iter().map(|file| file.bytes.len()).sum();
    assert!(told.is_sorted() && told.len() > 100 && told.len() < 600, "{}", told.len());
    assert_eq!(told.last(), Some(&(total, total)));
    assert!(!whole.is_stopped);
    let part = import(&files, None, now(), &mut |done, total| {
        if done > total / 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(part.is_stopped);
    assert!(!part.arrivals.is_empty() && part.arrivals.len() < 1500, "{}", part.arrivals.len());
}

#[test]
fn escapes_do_not_come_in() {
    let row = "title,url,time_added,tags,status\n\u{1b}]0;owned\u{7}Title\u{202e},https://a.example/,1,\u{1b}[31mred,unread\n";
    let about = &imported(&[File { name: "a.csv", bytes: row.as_bytes() }]).arrivals[0].article.about;
    for text in [&about.title, &about.tags[0]] {
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
    }
}

/// Twice the input may take about twice the time; what is quadratic takes minutes here.
#[test]
fn long_input_takes_linear_time() {
    let n = 60_000;
    let many = |part: &str| part.repeat(n);
    let clipping = |n: usize| {
        let head = "A (B)\n- Your Highlight on Location 1-99999 | Added on Sunday, 4 January 2015 21:34:54";
        format!("{head}\n\nwords {n}\n==========\n")
    };
    let inputs = [
        format!("<!DOCTYPE NETSCAPE-Bookmark-file-1>{}", many("<DL><DT><H3>a</H3>")),
        format!("<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><a {}>x</a>", many("a=1 ")),
        format!("<!DOCTYPE NETSCAPE-Bookmark-file-1><DL>{}", many("<a href='")),
        format!("<!DOCTYPE NETSCAPE-Bookmark-file-1><DL>{}", many("<!--")),
        format!("<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><a>{}", many("<")),
        format!("<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><a>{}", many("&")),
        format!("[{}", many("[{")),
        format!("[{{\"a\":{}", many("[")),
        format!("[{}", many("{\"")),
        format!("URL,Title,Selection,Folder\n{}", many("\"")),
        format!("URL,Title,Selection,Folder\n{}", many(",")),
        format!("URL,Title,Selection,Folder{}\n{}", many(",a"), many("a\n")),
        format!("<!DOCTYPE NETSCAPE-Bookmark-file-1>{}{}", many("<DL>"), many("<a href=https://a.example>")),
        (0..n / 10).map(clipping).collect(),
        format!("{}\n- Your Note\n==========\n", many("(")),
    ];
    for input in inputs {
        imported(&[File { name: "a", bytes: input.as_bytes() }]);
    }
}

fn clean_text() -> impl Strategy<Value = String> {
    "[a-zé 読Ж\"\\\\<>&#,.]{0,20}".prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    (0..4_000_000_000_i64, 0..1_000_000_000_i32).prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap())
}

prop_compose! {
    fn any_passage()(
        uid in prop_oneof!["[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}", "[a-z:/% ]{1,12}[a-z]"],
        offset in any::<u32>(),
        exact in "[a-z \n読]{0,30}",
        around in ("[a-z \n]{0,8}", "[a-z \n]{0,8}"),
        ink in 0..4_usize,
        note in "[a-z #*>\n]{0,30}",
        times in (any_time(), any_time()),
        standing in 0..4_usize,
        section in clean_text(),
    ) -> Passage {
        Passage {
            highlight: Highlight {
                uid,
                anchor: Anchor { offset: Offset(offset), exact, prefix: around.0, suffix: around.1 },
                colour: Ink::ALL[ink],
                note,
                created: times.0,
                updated: times.1,
                standing: Standing::ALL[standing],
            },
            section,
        }
    }
}

prop_compose! {
    fn any_article()(
        title in clean_text(),
        author in clean_text(),
        address in prop_oneof![Just(String::new()), "https://[a-c]\\.example/[a-c]?", "/[a-z /%é]{0,12}[a-z]", "urn:recto:[a-z]{1,9}"],
        language in prop_oneof![Just(String::new()), Just("en-GB".to_owned())],
        times in (prop::option::of(any_time()), prop::option::of(any_time())),
        tags in prop::collection::vec(clean_text(), 0..3),
        flags in any::<(bool, bool, bool)>(),
        passages in prop::collection::vec(any_passage(), 0..4),
    ) -> Annotated {
        let (is_read, is_starred, is_archived) = flags;
        let (published, added) = times;
        let about = About { title, author, address, language, published, added, tags, is_read, is_starred, is_archived };
        Annotated { about, passages }
    }
}

proptest! {
    #[test]
    fn what_is_exported_as_annotations_comes_back_the_same(articles in prop::collection::vec(any_article(), 1..4)) {
        let text = export(&articles, Form::Annotations, &|_| Some("abc abc\n読 abc".repeat(9)));
        let files = [File { name: "highlights.json", bytes: text.as_bytes() }];
        prop_assert_eq!(detect(&files), Some(Origin::Annotations));
        let imported = imported(&files);
        let back: Vec<Annotated> = imported.arrivals.into_iter().map(|arrival| arrival.article).collect();
        prop_assert_eq!(back, articles);
        prop_assert_eq!(imported.refused, []);
    }

    #[test]
    fn nothing_mangled_does_harm(which in 0..SINGLE.len(), cuts in prop::collection::vec((any::<u16>(), any::<u8>(), 0..40_usize), 1..8)) {
        let (origin, file) = SINGLE[which];
        let mut bytes = file.bytes.to_vec();
        for (place, byte, length) in cuts {
            let place = usize::from(place) % (bytes.len() + 1);
            let end = (place + length).min(bytes.len());
            match byte % 3 {
                0 => drop(bytes.drain(place..end)),
                1 => bytes.insert(place, byte),
                _ => bytes.extend_from_within(place..end),
            }
        }
        let files = [File { name: file.name, bytes: &bytes }];
        let _ = imported(&files);
        let _ = import(&files, Some(origin), now(), &mut |_, _| ControlFlow::Continue(()));
    }

    #[test]
    fn any_bytes_as_any_origin_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200), which in 0..Origin::ALL.len()) {
        let files = [File { name: "a", bytes: &bytes }];
        let _ = import(&files, Some(Origin::ALL[which]), now(), &mut |_, _| ControlFlow::Continue(()));
    }

    #[test]
    fn readwise_takes_what_was_written_for_it(mut article in any_article()) {
        for (idx, passage) in article.passages.iter_mut().enumerate() {
            passage.highlight.anchor.offset = Offset::at(idx);
            passage.highlight.standing = Standing::Exact;
        }
        let text = export(std::slice::from_ref(&article), Form::Readwise, &|_| None);
        let n_rows = article.passages.iter().filter(|p| !p.highlight.anchor.exact.trim().is_empty() || !p.highlight.note.trim().is_empty()).count();
        let imported = imported(&[File { name: "a.csv", bytes: text.as_bytes() }]);
        let n_back: usize = imported.arrivals.iter().map(|arrival| arrival.article.passages.len()).sum();
        prop_assert_eq!(n_back, n_rows);
    }
}
