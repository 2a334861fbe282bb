//! Libraries of each version of the schema: a file of each is opened, brought up to date, and must have all it had.
//!
//! `tests/fixtures/library/N.db.zst` is what a recto of version N wrote, and is never changed. For a new version:
//! `cargo test --test library_schemas -- --ignored`.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use recto::annotation::{Highlight, Ink, Standing};
use recto::article::{Article, Facts, Locator};
use recto::catalogue::{ArticleId, Change, Flag, Rank, Spot, Status};
use recto::document::{Anchor, Offset, TextRange};
use recto::format::{Format, Parser};
use recto::library::{Copy, Places, Store, examine};
use recto::query::Query;
use rusqlite::Connection;

const WEIR: &str = "# The weir\n\nWater runs over it by day, and by night it runs over it as well.\n";
const HARBOUR: &str = "# 港\n\n港の朝は静かだった。船はまだ眠っていて、波止場を歩く人は三人だけ。\n";
const MOLE: &str = "# The mole\n\nStones, and a light at the end of them.\n";

fn article(name: &str, text: &str) -> Article {
    let mut parser = Parser::new(Format::Markdown);
    parser.push(text);
    let locator = Locator::File(PathBuf::from(format!("/articles/{name}")));
    Article { locator, document: Arc::new(parser.finish()), facts: Facts::default() }
}

fn copy() -> Copy {
    Copy { name: "weir.md".into(), bytes: WEIR.into(), pictures: vec![("weir.png".into(), vec![1, 2, 3])] }
}

fn anchor(article: &Article, start: usize) -> Anchor {
    Anchor::of(&article.document, TextRange::new(Offset::at(start), Offset::at(start + 15)))
}

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/library")
}

/// Returns a library as a recto of a version left it, in a directory of its own.
fn library(version: usize) -> (tempfile::TempDir, Places) {
    let dir = tempfile::tempdir().unwrap();
    let places = Places::at(&dir.path().join("library.db"));
    let packed = fs::read(fixtures().join(format!("{version}.db.zst"))).unwrap();
    fs::write(&places.database, zstd::stream::decode_all(&packed[..]).unwrap()).unwrap();
    (dir, places)
}

fn version(places: &Places) -> usize {
    let connection = Connection::open(&places.database).unwrap();
    connection.query_row("PRAGMA user_version", (), |row| row.get(0)).map(|version: u32| version as usize).unwrap()
}

/// The version that this recto writes.
fn latest() -> usize {
    let dir = tempfile::tempdir().unwrap();
    let places = Places::at(&dir.path().join("library.db"));
    drop(Store::open(&places).unwrap());
    version(&places)
}

#[test]
#[ignore = "makes the file of this version, once"]
fn make_the_file_of_this_version() {
    let dir = tempfile::tempdir().unwrap();
    let places = Places::at(&dir.path().join("library.db"));
    let mut store = Store::open(&places).unwrap().store;
    let (weir, harbour, mole) = (article("weir.md", WEIR), article("harbour.md", HARBOUR), article("mole.md", MOLE));
    let id = store.add(&weir, &copy()).unwrap().id;
    let others = [store.note(&harbour).unwrap().id, store.note(&mole).unwrap().id];
    let highlight = Highlight {
        uid: "0199c2f0-0000-7000-8000-000000000001".into(),
        anchor: anchor(&weir, 11),
        colour: Ink::Blue,
        note: "compare the heronry".into(),
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        standing: Standing::Exact,
    };
    let spot = Spot { anchor: anchor(&weir, 27), permille: 500, section: "The weir".into(), sentence: "Water.".into() };
    store.leave(id, &spot).unwrap();
    store.mark(id, 'a', &anchor(&weir, 30)).unwrap();
    let flag = |articles: &[ArticleId], flag| Change::Flag { articles: articles.to_vec(), flag, is_so: true };
    for change in [
        Change::Highlight { article: id, highlight },
        Change::Tag { articles: vec![id], tag: "water".into(), is_so: true },
        flag(&[id], Flag::Starred),
        flag(&[id], Flag::Read),
        flag(&others[..1], Flag::Archived),
        flag(&others[1..], Flag::Trashed),
    ] {
        store.change(&change).unwrap();
    }
    drop(store);
    let to = fixtures().join(format!("{}.db.zst", version(&places)));
    assert!(!to.exists(), "{} is there, and never changed", to.display());
    fs::create_dir_all(fixtures()).unwrap();
    fs::write(to, zstd::bulk::compress(&fs::read(&places.database).unwrap(), 19).unwrap()).unwrap();
}

#[test]
fn there_is_a_file_of_each_version() {
    for version in 1..=latest() {
        assert!(
            fixtures().join(format!("{version}.db.zst")).exists(),
            "there is no file of version {version}: see above"
        );
    }
}

#[test]
fn a_library_of_each_version_has_all_that_it_had() {
    for number in 1..=latest() {
        let (dir, places) = library(number);
        assert_eq!(version(&places), number);
        let opened = Store::open(&places).unwrap();
        assert_eq!(opened.remarks, Vec::<String>::new());
        check(&opened.store);
        drop(opened);
        assert_eq!(version(&places), latest());
        let findings = examine(&places).findings;
        assert!(findings.iter().all(|finding| finding.what.contains("others can read")), "{findings:?}");
        // What it was before is kept beside it.
        let backup = Places::at(&dir.path().join("library.backup-1.db"));
        assert_eq!(backup.database.exists(), number < latest());
        if number < latest() {
            assert_eq!(version(&backup), number);
            check(&Store::open(&backup).unwrap().store);
        }
    }
}

fn check(store: &Store) {
    let weir = article("weir.md", WEIR);
    let known = store.known(&weir.locator).unwrap().unwrap();
    assert_eq!(known.status, Status { is_read: true, is_starred: true, is_archived: false, is_trashed: false });
    assert_eq!(known.spot.unwrap().anchor, anchor(&weir, 27));
    assert_eq!(known.marks[&'a'], anchor(&weir, 30));
    assert_eq!(known.tags, ["water"]);
    let [highlight] = &known.highlights[..] else { panic!("{:?}", known.highlights) };
    assert_eq!((&highlight.anchor, highlight.colour), (&anchor(&weir, 11), Ink::Blue));
    assert_eq!(highlight.note, "compare the heronry");
    assert!(highlight.created > Timestamp::UNIX_EPOCH && highlight.updated >= highlight.created);
    assert_eq!(store.copy(&weir.locator).unwrap(), Some(copy()));
    assert_eq!(store.text(known.id).unwrap().as_deref(), Some(weir.document.text()));
    let others = [("harbour.md", HARBOUR), ("mole.md", MOLE)].map(|(name, text)| article(name, text).locator);
    let others = others.map(|locator| store.known(&locator).unwrap().unwrap());
    assert!(others[0].status.is_archived && others[1].status.is_trashed);
    for (typed, id) in [("weir", known.id), ("wat*", known.id), ("in:notes heronry", known.id), ("波止", others[0].id)]
    {
        for rank in [Rank::Newest, Rank::Best] {
            let found = store.search(&Query::new(typed), rank, 10).unwrap();
            assert_eq!(found.iter().map(|found| found.record.id).collect::<Vec<_>>(), [id], "{typed}");
        }
    }
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let (_dir, places) = library(1);
    let connection = Connection::open(&places.database).unwrap();
    connection.pragma_update(None, "user_version", latest() as u32 + 1).unwrap();
    drop(connection);
    let before = fs::read(&places.database).unwrap();
    let refused = Store::open(&places).unwrap_err().to_string();
    assert!(refused.contains("A newer recto wrote it, and reads it"), "{refused}");
    assert_eq!(fs::read(&places.database).unwrap(), before);
    assert!(!places.damaged(1).exists());
}
