use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::*;
use crate::annotation::{Highlight, Ink, Standing};
use crate::article::{Article, Facts, Locator};
use crate::catalogue::{ArticleId, Change, Chosen, Flag, Looks, Rank, Sort, Spot, View, Wanted};
use crate::document::{Anchor, Document, Offset, TextRange, Verdict};
use crate::format::{self, Format};
use crate::query::Query;

fn document(text: &str) -> Arc<Document> {
    let mut parser = format::Parser::new(Format::Markdown);
    parser.push(text);
    Arc::new(parser.finish())
}

fn article(path: &str, text: &str) -> Article {
    Article { locator: Locator::File(path.into()), document: document(text), facts: Facts::default() }
}

fn places(dir: &tempfile::TempDir) -> Places {
    Places::at(&dir.path().join("deep/library.db"))
}

fn open(places: &Places) -> Store {
    let opened = Store::open(places).unwrap();
    assert_eq!(opened.remarks, Vec::<String>::new());
    opened.store
}

fn spot(document: &Document, start: usize) -> Spot {
    let range = TextRange::new(Offset::at(start), Offset::at(start + 20));
    Spot { anchor: Anchor::of(document, range), permille: 250, section: "One".into(), sentence: "It begins.".into() }
}

fn marked(document: &Document, start: usize, note: &str) -> Highlight {
    let range = TextRange::new(Offset::at(start), Offset::at(start + 12));
    Highlight {
        uid: String::new(),
        anchor: Anchor::of(document, range),
        colour: Ink::Green,
        note: note.into(),
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        standing: Standing::Exact,
    }
}

const TEXT: &str = "# A weir\n\nWater runs over it by day, and by night it runs over it as well.\n";

fn titles(store: &Store, wanted: &Wanted) -> Vec<String> {
    store.page(wanted, 0, 50).unwrap().records.into_iter().map(|record| record.title).collect()
}

fn all() -> Wanted {
    Wanted { view: View::All, ..Wanted::default() }
}

#[test]
fn what_was_read_is_known_again_and_where() {
    let dir = tempfile::tempdir().unwrap();
    let places = places(&dir);
    let read = article("/a.md", TEXT);
    let mut store = open(&places);
    assert_eq!(store.known(&read.locator).unwrap(), None);
    let known = store.note(&read).unwrap();
    assert!(known.spot.is_none() && !known.has_changed);
    store.leave(known.id, &spot(&read.document, 15)).unwrap();
    store.mark(known.id, 'x', &spot(&read.document, 20).anchor).unwrap();
    drop(store);
    let store = open(&places);
    let known = store.known(&read.locator).unwrap().unwrap();
    assert_eq!(known.spot, Some(spot(&read.document, 15)));
    assert_eq!(known.marks[&'x'], spot(&read.document, 20).anchor);
    let record = store.record(known.id).unwrap().unwrap();
    assert_eq!((record.title.as_str(), record.permille, record.section.as_str()), ("A weir", 250, "One"));
    assert_eq!(record.locator, read.locator);
    assert_eq!(store.text(known.id).unwrap().as_deref(), Some(read.document.text()));
}

#[test]
fn an_article_is_one_wherever_it_moves_and_however_it_changes() {
    let mut store = Store::in_memory().unwrap();
    let first = store.note(&article("/a.md", TEXT)).unwrap();
    let moved = store.note(&article("/b.md", TEXT)).unwrap();
    assert_eq!((moved.id, moved.has_changed), (first.id, false));
    let edited = store.note(&article("/b.md", "# A weir\n\nNo water.\n")).unwrap();
    assert_eq!((edited.id, edited.has_changed), (first.id, true));
    let other = store.note(&article("/c.md", "# Another\n\nText.\n")).unwrap();
    assert_ne!(other.id, first.id);
    assert_eq!(titles(&store, &all()), ["Another", "A weir"]);
    let empty = [store.note(&article("/d", "")).unwrap().id, store.note(&article("/e", "")).unwrap().id];
    assert_ne!(empty[0], empty[1]);
}

#[test]
fn each_change_is_undone_by_what_it_returns() {
    let mut store = Store::in_memory().unwrap();
    let read = article("/a.md", TEXT);
    let ids = [store.note(&read).unwrap().id, store.note(&article("/b.md", "# B\n\nb\n")).unwrap().id];
    let state = |store: &Store| {
        let records: Vec<_> = ids.iter().map(|&id| store.record(id).unwrap().unwrap()).collect();
        let highlights = store.known(&read.locator).unwrap().unwrap().highlights;
        let without_time = highlights.into_iter().map(|it| (it.uid, it.anchor, it.colour, it.note)).collect::<Vec<_>>();
        (records, without_time)
    };
    let put = Change::Highlight { article: ids[0], highlight: marked(&read.document, 10, "a note") };
    let highlight = store.change(&put).unwrap().highlights.remove(0);
    assert!(!highlight.uid.is_empty() && highlight.created > Timestamp::UNIX_EPOCH);
    store.change(&Change::Flag { articles: vec![ids[1]], flag: Flag::Starred, is_so: true }).unwrap();
    let recoloured = Highlight { colour: Ink::Red, note: "another".into(), ..highlight.clone() };
    let flags = |is_so| Flag::ALL.map(|flag| Change::Flag { articles: ids.to_vec(), flag, is_so });
    let tag = |is_so| Change::Tag { articles: ids.to_vec(), tag: "water".into(), is_so };
    let changes = flags(true)
        .into_iter()
        .chain(flags(false))
        .chain([tag(true), tag(false)])
        .chain([Change::Highlight { article: ids[0], highlight: recoloured }])
        .chain([Change::Unhighlight { article: ids[0], uid: highlight.uid.clone() }])
        .chain([Change::All(vec![tag(true), Change::Unhighlight { article: ids[0], uid: highlight.uid.clone() }])]);
    for change in changes {
        let before = state(&store);
        let changed = store.change(&change).unwrap();
        let after = state(&store);
        store.change(&changed.undo).unwrap();
        assert_eq!(state(&store), before, "{change:?} by {:?}", changed.undo);
        store.change(&change).unwrap();
        assert_eq!(state(&store), after, "{change:?} again");
        store.change(&changed.undo).unwrap();
    }
}

#[test]
fn views_show_what_they_say() {
    let mut store = Store::in_memory().unwrap();
    let ids: Vec<ArticleId> = ["Ash", "Birch", "Cedar", "Date 100%"]
        .iter()
        .map(|name| store.note(&article(&format!("/trees/{name}"), &format!("# {name}\n\n{name}\n"))).unwrap().id)
        .collect();
    let mut flag = |idx: usize, flag| {
        store.change(&Change::Flag { articles: vec![ids[idx]], flag, is_so: true }).unwrap();
    };
    flag(0, Flag::Read);
    flag(1, Flag::Archived);
    flag(2, Flag::Starred);
    flag(3, Flag::Trashed);
    store.change(&Change::Tag { articles: vec![ids[2]], tag: "wood".into(), is_so: true }).unwrap();
    let view = |view| Wanted { view, ..Wanted::default() };
    assert_eq!(titles(&store, &view(View::All)), ["Cedar", "Birch", "Ash"]);
    assert_eq!(titles(&store, &view(View::Unread)), ["Cedar"]);
    assert_eq!(titles(&store, &view(View::Continue)), ["Cedar"]);
    assert_eq!(titles(&store, &view(View::Starred)), ["Cedar"]);
    assert_eq!(titles(&store, &view(View::Archive)), ["Birch"]);
    assert_eq!(titles(&store, &view(View::Trash)), ["Date 100%"]);
    assert_eq!(titles(&store, &view(View::Highlights)), [""; 0]);
    assert_eq!(titles(&store, &Wanted { filter: "ir trees".into(), ..all() }), ["Birch"]);
    assert_eq!(titles(&store, &Wanted { filter: "100%".into(), ..view(View::Trash) }), ["Date 100%"]);
    assert_eq!(titles(&store, &Wanted { filter: "%".into(), ..all() }), [""; 0]);
    assert_eq!(titles(&store, &Wanted { tag: Some("wood".into()), ..all() }), ["Cedar"]);
    assert_eq!(titles(&store, &Wanted { source: Some("/trees".into()), ..all() }).len(), 3);
    for (sort, first) in [(Sort::Natural, "Cedar"), (Sort::Oldest, "Ash"), (Sort::Title, "Ash"), (Sort::Longest, "Ash")]
    {
        assert_eq!(titles(&store, &Wanted { sort, ..all() })[0], first);
    }
    let page = store.page(&all(), 1, 1).unwrap();
    assert_eq!((page.total, page.from, page.records.len()), (3, 1, 1));
    assert_eq!(page.records[0].title, "Birch");
    assert_eq!(store.tags().unwrap().len(), 1);
    assert_eq!(store.sources().unwrap()[0].count, 3);
}

#[test]
fn what_was_read_is_found_in_every_script() {
    let mut store = Store::in_memory().unwrap();
    let texts = [
        ("en", "# The weir\n\nWater runs over the old weir at Amberwick, and the café is near.\n"),
        ("ja", "# 港\n\n港の朝は静かだった。船はまだ眠っていて、波止場を歩く人は三人だけ。\n"),
        ("zh", "# 码头\n\n清晨的港口十分安静，船只还在沉睡，码头上只有三个人。\n"),
        ("th", "# ท่าเรือ\n\nเช้าวันนั้นท่าเรือเงียบสงบ เรือทั้งหลายยังหลับอยู่\n"),
        ("hi", "# बंदरगाह\n\nउस सुबह बंदरगाह शांत था और घाट पर केवल तीन लोग चल रहे थे।\n"),
        ("ar", "# المرفأ\n\nكانَ المَرْفَأُ هادِئًا ذلك الصباح، ولم يكن على الرصيف سوى ثلاثة أشخاص.\n"),
    ];
    for (name, text) in texts {
        store.note(&article(&format!("/{name}.md"), text)).unwrap();
    }
    let found = |store: &Store, typed: &str| -> Vec<String> {
        let found = store.search(&Query::new(typed), Rank::Newest, 10).unwrap();
        for each in &found {
            assert!(each.hits.iter().all(|hit| each.snippet.get(hit.clone()).is_some()), "{each:?}");
        }
        found.into_iter().map(|found| found.record.locator.file_name().unwrap().replace(".md", "")).collect()
    };
    for (typed, expected) in [
        ("amberwick", vec!["en"]),
        ("cafe", vec!["en"]),
        ("\"old weir\"", vec!["en"]),
        ("\"weir old\"", vec![]),
        ("amb*", vec!["en"]),
        ("波止", vec!["ja"]),
        ("港口", vec!["zh"]),
        ("港", vec!["zh", "ja"]),
        ("港 -码头", vec!["ja"]),
        ("ท่าเรือ", vec!["th"]),
        ("बंदरगाह", vec!["hi"]),
        ("المرفأ", vec!["ar"]),
        ("هادئا", vec!["ar"]),
        ("title:weir", vec!["en"]),
        ("title:water", vec![]),
        ("is:unread before:2001", vec![]),
        ("-weir is:unread", vec!["ar", "hi", "th", "zh", "ja"]),
    ] {
        assert_eq!(found(&store, typed), expected, "{typed}");
        let ranked = store.search(&Query::new(typed), Rank::Best, 10).unwrap().len();
        assert_eq!(ranked, expected.len(), "{typed}, ranked");
    }
    // A note is found from the moment on that it is written, and a change of the text is seen.
    let read = article("/en.md", texts[0].1);
    let id = store.known(&read.locator).unwrap().unwrap().id;
    let highlight = marked(&read.document, 12, "compare the heronry");
    let undo = store.change(&Change::Highlight { article: id, highlight }).unwrap().undo;
    assert_eq!(found(&store, "in:notes heronry"), ["en"]);
    store.change(&undo).unwrap();
    assert_eq!(found(&store, "heronry"), [""; 0]);
    store.note(&article("/en.md", "# The weir\n\nNow it is dry.\n")).unwrap();
    assert_eq!((found(&store, "water"), found(&store, "dry")), (vec![], vec!["en".to_owned()]));
}

#[test]
fn what_is_highlighted_is_never_purged() {
    let mut store = Store::in_memory().unwrap();
    let read = article("/a.md", TEXT);
    let ids = vec![store.note(&read).unwrap().id, store.note(&article("/b.md", "# B\n\nb\n")).unwrap().id];
    let put = Change::Highlight { article: ids[0], highlight: marked(&read.document, 10, "") };
    store.change(&put).unwrap();
    store.change(&Change::Flag { articles: ids, flag: Flag::Trashed, is_so: true }).unwrap();
    assert_eq!(store.purge(30).unwrap(), 0);
    assert_eq!(store.purge(-1).unwrap(), 1);
    assert_eq!(titles(&store, &Wanted { view: View::Trash, ..Wanted::default() }), ["A weir"]);
}

#[test]
fn copies_survive_and_each_is_kept_once() {
    let mut store = Store::in_memory().unwrap();
    let read = article("/a.md", TEXT);
    let id = store.note(&read).unwrap().id;
    let copy = Copy { name: "a.md".into(), bytes: TEXT.into(), pictures: vec![("p.png".into(), vec![1, 2, 3])] };
    assert!(store.add(&read, &copy).unwrap().has_new_copy);
    assert!(!store.add(&read, &copy).unwrap().has_new_copy);
    assert_eq!(store.copy(&read.locator).unwrap(), Some(copy.clone()));
    let later = Copy { bytes: b"other".to_vec(), ..copy };
    assert!(store.add(&read, &later).unwrap().has_new_copy);
    assert_eq!(store.copy(&read.locator).unwrap(), Some(later));
    assert!(store.record(id).unwrap().unwrap().is_kept);
}

#[test]
fn a_file_is_the_readers_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let places = places(&dir);
    let mut store = open(&places);
    store.note(&article("/a.md", TEXT)).unwrap();
    for path in [places.database.clone(), places.journal(), places.database.with_extension("db-wal")] {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
    assert_eq!(fs::metadata(dir.path().join("deep")).unwrap().permissions().mode() & 0o777, 0o700);
}

/// Writes over a part of a file.
fn damage(path: &Path, at: usize, length: usize) {
    let mut bytes = fs::read(path).unwrap();
    let end = (at + length).min(bytes.len());
    bytes[at..end].fill(0xa5);
    fs::write(path, bytes).unwrap();
}

/// Makes a library of 200 articles, the first with a highlight, and returns the first.
fn fill(places: &Places) -> Article {
    let mut store = open(places);
    let read = article("/0.md", TEXT);
    let id = store.note(&read).unwrap().id;
    let put = Change::Highlight { article: id, highlight: marked(&read.document, 10, "kept twice") };
    store.change(&put).unwrap();
    for number in 1..200 {
        let text = format!("# Article {number}\n\n{}\n", format!("Words of number {number}. ").repeat(40));
        store.note(&article(&format!("/{number}.md"), &text)).unwrap();
    }
    store.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    read
}

#[test]
fn what_is_no_library_is_moved_aside_and_highlights_come_from_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let places = places(&dir);
    let read = fill(&places);
    damage(&places.database, 0, 4096);
    let opened = Store::open(&places).unwrap();
    assert!(opened.remarks[0].contains("damaged"), "{:?}", opened.remarks);
    assert!(places.damaged(1).exists());
    let known = opened.store.known(&read.locator).unwrap().unwrap();
    assert_eq!(known.highlights[0].note, "kept twice");
    // It comes back to its article when that is read again.
    drop(opened);
    let mut store = open(&places);
    assert_eq!(store.note(&read).unwrap().highlights.len(), 1);
}

#[test]
fn of_a_note_that_was_edited_the_journal_brings_back_the_last_version() {
    let dir = tempfile::tempdir().unwrap();
    let places = places(&dir);
    let mut store = open(&places);
    let read = article("/a.md", TEXT);
    let id = store.note(&read).unwrap().id;
    let mut highlight = marked(&read.document, 10, "first");
    for note in ["first", "second", "third"] {
        highlight.note = note.into();
        let put = Change::Highlight { article: id, highlight: highlight.clone() };
        highlight = store.change(&put).unwrap().highlights.remove(0);
    }
    drop(store);
    fs::write(&places.database, "no library ".repeat(2000)).unwrap();
    let known = Store::open(&places).unwrap().store.known(&read.locator).unwrap().unwrap();
    assert_eq!(known.highlights, [highlight]);
}

#[test]
fn a_change_that_the_journal_cannot_tell_is_not_made() {
    let dir = tempfile::tempdir().unwrap();
    let places = places(&dir);
    let read = fill(&places);
    let mut store = open(&places);
    let known = store.known(&read.locator).unwrap().unwrap();
    fs::remove_file(places.journal()).unwrap();
    // Where a disk is always full.
    std::os::unix::fs::symlink("/dev/full", places.journal()).unwrap();
    let mut full = open(&places);
    let tag = Change::Tag { articles: vec![known.id], tag: "weirs".into(), is_so: true };
    let refused = full.change(&tag).unwrap_err().to_string();
    assert!(refused.contains("cannot keep the change") && refused.contains("disk is full"), "{refused}");
    let away = Change::Unhighlight { article: known.id, uid: known.highlights[0].uid.clone() };
    full.change(&away).unwrap_err();
    assert_eq!(store.known(&read.locator).unwrap().unwrap(), known);
    // The other has the journal still.
    store.change(&tag).unwrap();
    assert_eq!(full.known(&read.locator).unwrap().unwrap().tags, ["weirs"]);
}

#[test]
fn the_rows_around_a_damage_are_saved() {
    let dir = tempfile::tempdir().unwrap();
    let places = places(&dir);
    let read = fill(&places);
    let size = usize::try_from(fs::metadata(&places.database).unwrap().len()).unwrap();
    damage(&places.database, size / 2, 8192);
    let (store, told) = Store::repair(&places).unwrap();
    let n_saved = store.page(&all(), 0, 1).unwrap().total;
    assert!((150..=200).contains(&n_saved), "{told}");
    assert_eq!(store.known(&read.locator).unwrap().unwrap().highlights.len(), 1);
    assert!(places.damaged(1).exists());
}

#[test]
fn what_a_power_cut_left_of_a_journal_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let places = places(&dir);
    fill(&places);
    let mut bytes = fs::read(places.journal()).unwrap();
    bytes.extend_from_slice(b"{\"highlight\":\"cut");
    fs::write(places.journal(), bytes).unwrap();
    assert_eq!(journal::read(&places.journal()).unwrap().len(), 1);
}

#[test]
fn where_nothing_can_be_written_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let places = places(&dir);
    let read = fill(&places);
    // Root may write anything, so this is about what is opened for reading only.
    let store = opening::open_to_read(&places).unwrap();
    assert!(store.known(&read.locator).unwrap().is_some());
    assert!(!store.is_writable());
    let mut store = store;
    let refused = store.change(&Change::Tag { articles: Vec::new(), tag: "x".into(), is_so: true }).unwrap_err();
    assert!(refused.to_string().contains("cannot be written"), "{refused}");
}

#[test]
fn what_was_read_once_only_is_found_by_its_copy() {
    let mut store = Store::in_memory().unwrap();
    let piped = Article { locator: Locator::Stdin, ..article("/a.md", TEXT) };
    let copy = Copy { name: String::new(), bytes: TEXT.into(), pictures: Vec::new() };
    let added = store.add(&piped, &copy).unwrap();
    assert!(added.is_new && added.has_new_copy && !added.has_changed && !added.was_trashed);
    let kept = store.record(added.id).unwrap().unwrap();
    assert_eq!((&kept.locator, kept.opened, kept.is_kept), (&Locator::Kept(added.id.0), None, true));
    assert_eq!(store.copy(&kept.locator).unwrap(), Some(copy.clone()));
    // Read, it is the same one, and is where it was.
    let read = Article { locator: kept.locator.clone(), ..piped.clone() };
    assert_eq!(store.note(&read).unwrap().id, added.id);
    // In the trash, it comes back; as a file, it is there from now on, and still found by its number.
    store.change(&Change::Flag { articles: vec![added.id], flag: Flag::Trashed, is_so: true }).unwrap();
    let again = store.add(&article("/a.md", TEXT), &copy).unwrap();
    assert_eq!(again, crate::library::Added { is_new: false, has_new_copy: false, was_trashed: true, ..added });
    assert_eq!(store.note(&read).unwrap().id, added.id);
    assert_eq!(store.record(added.id).unwrap().unwrap().locator, article("/a.md", TEXT).locator);
    assert_eq!(store.copy(&kept.locator).unwrap(), Some(copy));
}

#[test]
fn what_is_typed_finds_the_same_in_both_indexes() {
    let mut store = Store::in_memory().unwrap();
    let words = ["weir", "weather", "water", "wet", "wharf", "東京都", "night", "nightly"];
    for idx in 0..40 {
        let picked: Vec<&str> = (0..5).map(|step| words[(idx * 7 + step * step * 3 + idx / 5) % words.len()]).collect();
        store.note(&article(&format!("/{idx}.md"), &format!("# {}\n\n{idx} words\n", picked.join(" ")))).unwrap();
    }
    for typed in
        ["w", "we", "wea", "weir n", "ni -we* ", "\"weather water\" w", "東", "東京", "wet OR w", "zz", "w title:ni"]
    {
        let quick = Query::as_typed(typed);
        let whole = Query { quick: None, ..quick.clone() };
        let found = |query: &Query| -> Vec<ArticleId> {
            store.search(query, Rank::Newest, 100).unwrap().into_iter().map(|found| found.record.id).collect()
        };
        assert_eq!(found(&quick), found(&whole), "{typed}");
        let mut best: Vec<ArticleId> =
            store.search(&quick, Rank::Best, 100).unwrap().into_iter().map(|found| found.record.id).collect();
        best.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(best, found(&whole), "{typed}");
    }
}

#[test]
fn lists_take_the_indexes_that_they_name() {
    let mut store = Store::in_memory().unwrap();
    for (idx, title) in ["b", "C", "a"].into_iter().enumerate() {
        store.note(&article(&format!("/{idx}.md"), &format!("# {title}\n\n{}\n", "word ".repeat(idx + 1)))).unwrap();
    }
    for view in View::ALL {
        for sort in Sort::ALL {
            let wanted = Wanted { view, sort, filter: "a".to_owned(), ..Wanted::default() };
            store.page(&wanted, 0, 10).unwrap();
        }
    }
    assert_eq!(titles(&store, &Wanted { sort: Sort::Title, ..all() }), ["a", "b", "C"]);
    assert_eq!(titles(&store, &Wanted { sort: Sort::Longest, ..all() }), ["a", "C", "b"]);
}

#[test]
fn reading_adds_up_and_old_stretches_go() {
    use crate::pace::statistics::{Amount, Reading};
    let mut store = Store::in_memory().unwrap();
    let amount = Amount { minutes: 2.5, words: 600, finished: 1 };
    let reading = |language: &str, stretches: usize| Reading {
        day: jiff::civil::date(2026, 11, 23),
        language: language.to_owned(),
        amount,
        stretches: vec![(200.0, 90.0); stretches],
    };
    store.record_reading(&[reading("en", 300), reading("de", 1)]).unwrap();
    store.record_reading(&[reading("en", 300)]).unwrap();
    let days = store.days().unwrap();
    assert_eq!(days.len(), 1);
    let total = days[0].amount;
    assert_eq!((total.minutes, total.words, total.finished), (7.5, 1800, 3));
    let paces = store.paces().unwrap();
    assert_eq!((paces["en"].stretches().len(), paces["de"].stretches().len()), (400, 1));
}

#[test]
fn choices_are_kept_with_their_article_and_by_kind() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&places(&dir));
    let id = store.note(&article("/a.md", TEXT)).unwrap().id;
    let document = document(TEXT);
    let at = |start: usize| Anchor::of(&document, TextRange::new(Offset::at(start), Offset::at(start + 5)));
    let mut chosen = Chosen {
        headings: vec![(at(7), Some(2)), (at(0), None)],
        is_whole: Some(true),
        verdicts: vec![(at(0), Verdict::Dropped), (at(7), Verdict::Kept)],
    };
    store.choose(id, &chosen).unwrap();
    let kept = |store: &Store| store.known(&Locator::File("/a.md".into())).unwrap().unwrap().choices;
    assert_eq!(kept(&store), chosen);
    chosen.headings.pop();
    chosen.is_whole = None;
    store.choose(id, &chosen).unwrap();
    store.choose(ArticleId(99), &chosen).unwrap();
    let looks = |words: &[(&str, &str)]| -> Looks {
        words.iter().map(|&(name, word)| (name.to_owned(), word.to_owned())).collect()
    };
    store.choose_looks("", &looks(&[("measure", "60")])).unwrap();
    store.choose_looks("markdown/en", &looks(&[("edge", "ragged"), ("measure", "72")])).unwrap();
    store.choose_looks("markdown/en", &looks(&[("edge", "justified")])).unwrap();
    drop(store);
    let store = open(&places(&dir));
    assert_eq!(kept(&store), chosen);
    let all = store.looks().unwrap();
    assert_eq!(all[""], looks(&[("measure", "60")]));
    assert_eq!(all["markdown/en"], looks(&[("edge", "justified"), ("measure", "72")]));
    assert_eq!(all.len(), 2);
    // What is none of ours is passed over.
    let odd = "UPDATE choice SET value = '{\"blocks\":[{\"start\":-1},7],\"whole\":1}' WHERE article_id IS NOT NULL";
    store.connection.execute(odd, ()).unwrap();
    store.connection.execute("UPDATE choice SET value = '[3' WHERE article_id IS NULL", ()).unwrap();
    assert_eq!((kept(&store), store.looks().unwrap().len()), (Chosen::default(), 0));
}
