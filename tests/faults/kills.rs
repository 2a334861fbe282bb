//! SIGKILL at moments drawn by lot: to a process that changes a library by its store, and to the commands.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use recto::catalogue::{View, Wanted};
use recto::library::{Places, Store, examine};
use rusqlite::Connection;
use serde_json::Value;

use crate::chance::Chance;
use crate::steps::{Shelf, Step};

/// How many kills one library goes through.
const KILLS_EACH: usize = 25;

/// Says that this process is the one that is killed: the seed, the number of the first step and the library.
const VARIABLE: &str = "RECTO_FAULTS_WORKER";

/// Says that this process is to open or repair a library, and is killed at that.
const OPENED: &str = "RECTO_FAULTS_OPENED";
const OPEN: &str = "open";
const REPAIR: &str = "repair";

#[test]
fn the_store_is_killed() {
    kill_the_store(20);
}

#[test]
#[ignore = "takes minutes"]
fn faults_the_store_is_killed_300_times() {
    kill_the_store(300);
}

#[test]
fn commands_are_killed() {
    kill_commands(10);
}

#[test]
#[ignore = "takes minutes"]
fn faults_commands_are_killed_100_times() {
    kill_commands(100);
}

#[test]
fn migrations_are_killed() {
    kill_openings(6, OPEN, &older_library(), check_migrated);
}

#[test]
#[ignore = "takes minutes"]
fn faults_migrations_are_killed_100_times() {
    kill_openings(100, OPEN, &older_library(), check_migrated);
}

#[test]
fn salvages_are_killed() {
    kill_openings(6, REPAIR, &damaged_library(), check_salvaged);
}

#[test]
#[ignore = "takes minutes"]
fn faults_salvages_are_killed_100_times() {
    kill_openings(100, REPAIR, &damaged_library(), check_salvaged);
}

#[test]
fn opener() {
    let Ok(task) = std::env::var(OPENED) else { return };
    let (what, path) = task.split_once(' ').unwrap();
    let places = Places::at(Path::new(path));
    match what {
        OPEN => drop(Store::open(&places).unwrap()),
        _ => drop(Store::repair(&places).unwrap()),
    }
}

/// Does one step after the other until it is killed, and says of each when it is kept.
#[test]
fn worker() {
    let Ok(task) = std::env::var(VARIABLE) else { return };
    let mut parts = task.splitn(3, ' ');
    let mut number = || parts.next().unwrap().parse::<u64>().unwrap();
    let (seed, first) = (number(), number());
    let places = Places::at(Path::new(parts.next().unwrap()));
    let opened = Store::open(&places).unwrap();
    assert_eq!(opened.remarks, Vec::<String>::new());
    let mut store = opened.store;
    for number in first as usize.. {
        Step::of(seed, number).perform(&mut store).unwrap();
        // Straight to the pipe: what the test harness would do with it takes time.
        let told = format!("kept {number}\n");
        std::io::stdout().write_all(told.as_bytes()).unwrap();
        std::io::stdout().flush().unwrap();
    }
}

fn kill_the_store(n_kills: usize) {
    let mut chance = Chance::told();
    let (mut n_done, mut n_kept, mut n_before_any, mut n_more) = (0, 0, 0, 0);
    while n_done < n_kills {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::at(&dir.path().join("recto/library.db"));
        let seed = chance.next() >> 1;
        let mut shelf = Shelf::default();
        let mut next = 0;
        for _ in 0..KILLS_EACH.min(n_kills - n_done) {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "kills::worker", "--nocapture", "--test-threads=1"])
                .env(VARIABLE, format!("{seed} {next} {}", places.database.display()))
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            // Often while it makes or opens the library; else while it changes it.
            let longest = if chance.is(30) { 15_000 } else { 120_000 };
            thread::sleep(Duration::from_micros(chance.below(longest) as u64));
            let lines = end(&mut child);
            let kept: Vec<usize> =
                lines.iter().filter_map(|line| line.split_once("kept ")?.1.trim().parse().ok()).collect();
            assert_eq!(kept, (next..next + kept.len()).collect::<Vec<_>>(), "{lines:?}");
            n_done += 1;
            n_kept += kept.len();
            n_before_any += usize::from(kept.is_empty());
            for number in kept {
                shelf.perform(&Step::of(seed, number));
                next = number + 1;
            }
            let found = look(&places);
            if found != shelf {
                // Of what was not acknowledged, the one step that was under way may be there, and nothing of it or all.
                shelf.perform(&Step::of(seed, next));
                next += 1;
                n_more += 1;
            }
            assert!(found == shelf, "after step {next} of {seed}: {}", found.differences(&shelf));
            look_at_journal(&places, &shelf, &Step::of(seed, next));
        }
        let under_way = Step::of(seed, next);
        under_way.perform(&mut Store::open(&places).unwrap().store).unwrap();
        shelf.perform(&under_way);
        lose_the_file(&places, &shelf);
    }
    println!(
        "{n_done} kills, {n_before_any} of them before anything was kept: {n_kept} changes acknowledged, 0 lost; \
        {n_more} kept that were not acknowledged yet; 0 files damaged"
    );
}

/// Kills a process, and returns what it had said.
fn end(child: &mut Child) -> Vec<String> {
    child.kill().unwrap();
    let status = child.wait().unwrap();
    let lines: Vec<String> =
        BufReader::new(child.stdout.take().unwrap()).lines().collect::<std::result::Result<_, _>>().unwrap();
    assert_eq!(status.code(), None, "it ended by itself: {lines:?}");
    lines
}

/// Opens a library as the next recto does; it must be whole. Returns what is in it.
pub fn look(places: &Places) -> Shelf {
    let opened = Store::open(places).unwrap();
    assert_eq!(opened.remarks, Vec::<String>::new());
    let health = examine(places);
    assert_eq!(health.findings, []);
    let connection = Connection::open(&places.database).unwrap();
    let check: String = connection.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    Shelf::of(&opened.store)
}

/// What is highlighted must be in the journal as it was last; the step that was under way may be there already.
fn look_at_journal(places: &Places, shelf: &Shelf, under_way: &Step) {
    let journal = fs::read_to_string(places.journal()).unwrap_or_default();
    let mut last = HashMap::new();
    for line in journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let note = line["note"].as_str().unwrap_or_default();
        if let Some(uid) = line["highlight"].as_str()
            && !matches!(under_way, Step::Highlight { note: other, .. } if note == other)
        {
            last.insert(uid.to_owned(), note.to_owned());
        }
    }
    for (uid, note) in shelf.notes() {
        assert_eq!(last.get(&uid), Some(&note), "{uid} in the journal");
    }
}

/// Where the whole file is lost, what is highlighted and tagged is all in the journal.
pub fn lose_the_file(places: &Places, shelf: &Shelf) {
    fs::write(&places.database, "lost ".repeat(4096)).unwrap();
    let opened = Store::open(places).unwrap();
    assert!(opened.remarks[0].contains("damaged"), "{:?}", opened.remarks);
    assert_eq!(Shelf::said_in(&opened.store), shelf.said());
}

fn kill_commands(n_kills: usize) {
    let mut chance = Chance::told();
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().canonicalize().unwrap();
    let places = Places::at(&home.join("recto/library.db"));
    let recto = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
        command.args(arguments).env("RECTO_LIBRARY", &places.database).stdout(Stdio::piped()).stderr(Stdio::null());
        command.env("XDG_CONFIG_HOME", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/config"));
        command.spawn().unwrap()
    };
    // How long a command takes here, so that the moments are in it.
    let first = home.join("first.md");
    fs::write(&first, "# First\n\nOf all.\n").unwrap();
    let since = Instant::now();
    assert!(recto(&["add", first.to_str().unwrap()]).wait().unwrap().success());
    let usual = since.elapsed().as_micros() as usize;
    let (mut n_done, mut n_kept) = (0, 0);
    let killed = |mut child: Child, chance: &mut Chance| {
        thread::sleep(Duration::from_micros(chance.below(usual * 3 / 2) as u64));
        let _ = child.kill();
        let status = child.wait().unwrap();
        assert!(status.success() || status.code().is_none(), "{status}");
        status.success()
    };
    for number in 0..n_kills / 2 {
        let file = home.join(format!("{number}.md"));
        let text = format!("# Number {number}\n\n{}\n", format!("Words of number {number}. ").repeat(number * 40));
        fs::write(&file, &text).unwrap();
        let is_added = killed(recto(&["add", file.to_str().unwrap()]), &mut chance);
        look(&places);
        let store = Store::open(&places).unwrap().store;
        let locator = recto::article::Locator::File(file);
        let known = store.known(&locator).unwrap();
        let copy = store.copy(&locator).unwrap();
        assert!(known.is_some() || !is_added, "{number} was added and is not there");
        // With its copy, or not at all.
        assert_eq!(copy.map(|copy| copy.bytes), known.as_ref().map(|_| text.into_bytes()));
        drop(store);
        let id = known.map_or(1, |known| known.id.0).to_string();
        let tag = format!("tag {number}");
        let is_marked = killed(recto(&["mark", &id, "--tag", &tag, "--star"]), &mut chance);
        look(&places);
        let store = Store::open(&places).unwrap().store;
        let record = store.record(recto::catalogue::ArticleId(id.parse().unwrap())).unwrap().unwrap();
        let is_tagged = record.tags.contains(&tag);
        assert!(is_tagged || !is_marked, "{tag} was given and is not there");
        assert!(!is_tagged || record.status.is_starred, "all of it is done, or nothing");
        n_done += 2;
        n_kept += usize::from(is_added) + usize::from(is_marked);
    }
    println!("{n_done} commands killed, {n_kept} of them when all was done: 0 changes lost, 0 files damaged");
}

/// How many articles a library has that is opened under kills.
const N_OPENED: usize = 150;

/// Returns the files of a library of the first version, by their names.
fn older_library() -> Files {
    let packed = include_bytes!("../fixtures/library/1.db.zst");
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("library.db");
    fs::write(&file, zstd::stream::decode_all(&packed[..]).unwrap()).unwrap();
    let connection = Connection::open(&file).unwrap();
    let add = "INSERT INTO article (key, source, title, author, lang, words, added, text_hash) \
        VALUES ('file:/more/' || ?1, '', 'Article ' || ?1, '', 'en', 9, 0, randomblob(32))";
    let put = "INSERT INTO body (article_id, text) VALUES (last_insert_rowid(), ?)";
    connection.execute_batch("BEGIN").unwrap();
    for number in 3..N_OPENED {
        connection.execute(add, [number as u32]).unwrap();
        let text = format!("Water runs over weir {number} by day and night. ").repeat(60);
        connection.execute(put, [zstd::bulk::compress(text.as_bytes(), 3).unwrap()]).unwrap();
    }
    connection.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(connection);
    vec![("library.db".to_owned(), fs::read(file).unwrap())]
}

fn check_migrated(places: &Places) {
    let raw = |path: &Path| -> (String, u32) {
        let connection = Connection::open(path).unwrap();
        let number = |query: &str| connection.query_row(query, (), |row| row.get(0)).unwrap();
        (number("PRAGMA integrity_check"), connection.query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap())
    };
    let (check, version) = raw(&places.database);
    assert!(check == "ok" && version >= 1, "{check} {version}");
    look(places);
    let store = Store::open(places).unwrap().store;
    let all = Wanted { view: View::Highlights, ..Wanted::default() };
    assert_eq!(store.page(&all, 0, 1).unwrap().total, 1);
    assert_eq!(count_articles(&store), N_OPENED);
    // Of the first version, or of one on the way from there.
    let (check, version) = raw(&places.backup(1));
    assert!(check == "ok" && version < raw(&places.database).1, "{check} {version}");
    assert_eq!(names_of(places).iter().filter(|name| name.ends_with(".part")).count(), 0);
}

/// Returns the files of a damaged library with a journal.
fn damaged_library() -> Files {
    let dir = tempfile::tempdir().unwrap();
    let places = Places::at(&dir.path().join("library.db"));
    let mut store = Store::open(&places).unwrap().store;
    for number in 0..N_OPENED {
        Step::of(7, number).perform(&mut store).unwrap();
    }
    drop(store);
    let mut bytes = fs::read(&places.database).unwrap();
    // The table of tables is sound, and so are most rows.
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 8 * 4096].fill(0xa5);
    fs::write(&places.database, bytes).unwrap();
    ["library.db", "library.journal.jsonl"]
        .map(|name| (name.to_owned(), fs::read(dir.path().join(name)).unwrap()))
        .into()
}

fn check_salvaged(places: &Places) {
    // What was ready is put in place by whoever comes next; what was not is done again.
    drop(Store::open(places).unwrap());
    if !places.damaged(1).exists() {
        Store::repair(places).unwrap();
    }
    let mut shelf = Shelf::default();
    (0..N_OPENED).for_each(|number| shelf.perform(&Step::of(7, number)));
    let store = Store::open(places).unwrap().store;
    assert_eq!(Shelf::said_in(&store), shelf.said());
    drop(store);
    assert_eq!(examine(places).findings, []);
    let names = names_of(places);
    assert!(!names.iter().any(|name| name.contains("salvag")), "{names:?}");
    assert_eq!(names.iter().filter(|name| name.contains("damaged") && name.ends_with(".db")).count(), 1, "{names:?}");
}

type Files = Vec<(String, Vec<u8>)>;

fn names_of(places: &Places) -> Vec<String> {
    let found = fs::read_dir(places.database.parent().unwrap()).unwrap();
    found.map(|found| found.unwrap().file_name().into_string().unwrap()).collect()
}

fn count_articles(store: &Store) -> usize {
    let all = |view| store.page(&Wanted { view, ..Wanted::default() }, 0, 1).unwrap().total;
    all(View::All) + all(View::Trash)
}

/// Kills what opens a library, which is the same each time, and has checked what came of it.
fn kill_openings(n_kills: usize, what: &str, files: &Files, check: impl Fn(&Places)) {
    let mut chance = Chance::told();
    let spawn = |places: &Places| {
        for (name, bytes) in files {
            let path = places.database.with_file_name(name);
            let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
            file.unwrap().write_all(bytes).unwrap();
        }
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "kills::opener", "--nocapture"])
            .env(OPENED, format!("{what} {}", places.database.display()))
            .stdout(Stdio::null());
        command.spawn().unwrap()
    };
    let fresh = || {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::at(&dir.path().join("library.db"));
        (dir, places)
    };
    // How long it takes here, so that the moments are in it.
    let (_dir, places) = fresh();
    let since = Instant::now();
    assert!(spawn(&places).wait().unwrap().success());
    let usual = since.elapsed().as_micros() as usize;
    check(&places);
    let mut n_ended = 0;
    for _ in 0..n_kills {
        let (_dir, places) = fresh();
        let mut child = spawn(&places);
        thread::sleep(Duration::from_micros(chance.below(usual) as u64));
        let _ = child.kill();
        n_ended += usize::from(child.wait().unwrap().success());
        check(&places);
    }
    println!("{n_kills} times `{what}` was killed, {n_ended} of them when all was done: nothing lost, 0 files damaged");
}
