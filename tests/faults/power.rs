//! A power cut at points drawn by lot: what was synced is there, of the rest some sectors.
//!
//! After it, each sector of 512 bytes that was written and not synced is there or not or in part, in any order, as a disk
//! may do; so are the names of files that were made or deleted.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use recto::library::{Places, Store};
use rusqlite::Connection;

use crate::chance::Chance;
use crate::disk::{Disk, Event};
use crate::kills::{look, lose_the_file};
use crate::steps::{Shelf, Step};

const SECTOR: usize = 512;

/// After how many steps the library is closed and opened.
const STEPS_OPEN: usize = 40;

#[test]
fn the_power_is_cut() {
    cut(80, 15);
}

#[test]
#[ignore = "takes a minute"]
fn faults_the_power_is_cut_at_200_points() {
    cut(240, 200);
}

fn cut(n_steps: usize, n_cuts: usize) {
    let mut chance = Chance::told();
    let seed = chance.next() >> 1;
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::at(dir.path());
    let places = Places::at(&dir.path().canonicalize().unwrap().join("library.db"));
    for from in (0..n_steps).step_by(STEPS_OPEN) {
        let mut store = Store::open(&places).unwrap().store;
        for number in from..(from + STEPS_OPEN).min(n_steps) {
            Step::of(seed, number).perform(&mut store).unwrap();
            disk.acknowledge(number + 1);
        }
    }
    let (mut shelf, mut n_kept, mut n_more) = (Shelf::default(), 0, 0);
    each_cut(&disk.events(), n_cuts, &mut chance, |directory, n_acknowledged, told| {
        for number in n_kept..n_acknowledged {
            shelf.perform(&Step::of(seed, number));
        }
        n_kept = n_acknowledged;
        let places = Places::at(&directory.join("library.db"));
        let found = look(&places);
        // The step that was under way may be there, all of it.
        let under_way = Step::of(seed, n_kept);
        let mut more = shelf.clone();
        more.perform(&under_way);
        n_more += usize::from(found != shelf && found == more);
        assert!(found == shelf || found == more, "{told}, {n_kept} steps of {seed}: {}", found.differences(&shelf));
        under_way.perform(&mut Store::open(&places).unwrap().store).unwrap();
        assert_eq!(look(&places), more, "{told}: after the next step");
        lose_the_file(&places, &more);
    });
    println!("{n_cuts} power cuts: 0 files damaged, 0 acknowledged changes lost; {n_more} had one that was not yet");
}

/// Cuts the power at points drawn by lot, in order, and gives each time what is left, how many steps were acknowledged,
/// and what is to be said of it.
fn each_cut(events: &[Event], n_cuts: usize, chance: &mut Chance, mut check: impl FnMut(&Path, usize, &str)) {
    let mut points: Vec<usize> = (0..n_cuts).map(|_| chance.below(events.len() + 1)).collect();
    points.sort_unstable();
    let mut disk = Platter::default();
    let (mut done, mut n_kept) = (0, 0);
    for point in points {
        for event in &events[done..point] {
            if let Event::Kept(number) = event {
                n_kept = *number;
            }
            disk.perform(event);
        }
        done = point;
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in disk.left(chance) {
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(dir.path().join(name));
            file.unwrap().write_all(&bytes).unwrap();
        }
        check(dir.path(), n_kept, &format!("cut after {point} of {} events", events.len()));
    }
}

/// What is on a disk, and what is on its way there.
#[derive(Default)]
struct Platter {
    /// The bytes of each file, and what was written and not synced.
    files: BTreeMap<usize, (Vec<u8>, Vec<Event>)>,
    names: BTreeMap<String, usize>,
    names_under_way: Vec<Event>,
}

impl Platter {
    fn perform(&mut self, event: &Event) {
        match event {
            Event::Create { file, .. } => {
                self.files.insert(*file, Default::default());
                self.names_under_way.push(event.clone());
            }
            Event::Delete { .. } => self.names_under_way.push(event.clone()),
            Event::Write { file, .. } | Event::Truncate { file, .. } => {
                self.files.get_mut(file).unwrap().1.push(event.clone());
            }
            Event::Sync { file } => {
                let (bytes, under_way) = self.files.get_mut(file).unwrap();
                for event in under_way.drain(..) {
                    write(bytes, &event);
                }
            }
            Event::SyncNames => {
                for event in self.names_under_way.drain(..) {
                    name(&mut self.names, &event);
                }
            }
            Event::Kept(_) => {}
        }
    }

    /// Returns the files that are there after a power cut.
    fn left(&self, chance: &mut Chance) -> Vec<(String, Vec<u8>)> {
        let mut names = self.names.clone();
        // Names are kept in the order in which they were made.
        let n_names = chance.below(self.names_under_way.len() + 1);
        self.names_under_way[..n_names].iter().for_each(|event| name(&mut names, event));
        let percent = [0, 10, 50, 90, 100][chance.below(5)];
        let left = names.into_iter().map(|(name, file)| {
            let (mut bytes, under_way) = self.files[&file].clone();
            for event in under_way {
                let Event::Write { file, at, bytes: written } = event else {
                    if chance.is(percent) {
                        write(&mut bytes, &event);
                    }
                    continue;
                };
                let mut from = 0;
                while from < written.len() {
                    let to = (from + SECTOR - (at + from) % SECTOR).min(written.len());
                    if chance.is(percent) {
                        let is_torn = chance.is(10);
                        let end = if is_torn { from + chance.below(to - from) } else { to };
                        let bytes_left = written[from..end].to_vec();
                        write(&mut bytes, &Event::Write { file, at: at + from, bytes: bytes_left });
                    }
                    from = to;
                }
            }
            (name, bytes)
        });
        left.collect()
    }
}

fn write(file: &mut Vec<u8>, event: &Event) {
    match event {
        Event::Write { at, bytes, .. } => {
            if file.len() < at + bytes.len() {
                file.resize(at + bytes.len(), 0);
            }
            file[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        Event::Truncate { size, .. } => file.truncate(*size),
        _ => unreachable!("{event:?} changes no bytes"),
    }
}

fn name(names: &mut BTreeMap<String, usize>, event: &Event) {
    match event {
        Event::Create { name, file } => drop(names.insert(name.clone(), *file)),
        Event::Delete { name } => drop(names.remove(name)),
        _ => unreachable!("{event:?} changes no names"),
    }
}

/// What is known to be unsafe must be found out: else this would prove nothing.
#[test]
fn ways_that_are_unsafe_are_found_out() {
    for (mode, synchronous, is_safe) in [
        ("WAL", "FULL", true),
        ("DELETE", "EXTRA", true),
        ("DELETE", "FULL", false),
        ("WAL", "NORMAL", false),
        ("WAL", "OFF", false),
        ("DELETE", "OFF", false),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::at(dir.path());
        let connection = Connection::open(dir.path().canonicalize().unwrap().join("library.db")).unwrap();
        connection.pragma_update(None, "journal_mode", mode).unwrap();
        connection.pragma_update(None, "synchronous", synchronous).unwrap();
        connection.pragma_update(None, "wal_autocheckpoint", 20).unwrap();
        connection.execute_batch("CREATE TABLE kept(number INTEGER, filling BLOB)").unwrap();
        disk.acknowledge(0);
        for number in 1..=60_u32 {
            connection.execute("INSERT INTO kept VALUES (?, randomblob(?))", (number, 700 * (number % 7))).unwrap();
            disk.acknowledge(number as usize);
        }
        let (mut n_damaged, mut n_lost) = (0, 0);
        let count = |directory: &Path| -> rusqlite::Result<Option<u32>> {
            let connection = Connection::open(directory.join("library.db"))?;
            let check: String = connection.query_row("PRAGMA integrity_check", (), |row| row.get(0))?;
            let is_there: bool =
                connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'kept'", (), |row| row.get(0))?;
            let count = if is_there { "SELECT count(*) FROM kept" } else { "SELECT 0" };
            let count = connection.query_row(count, (), |row| row.get(0))?;
            Ok((check == "ok").then_some(count))
        };
        each_cut(&disk.events(), 100, &mut Chance::new(7), |directory, n_kept, _| match count(directory) {
            Ok(Some(count)) => n_lost += usize::from((count as usize) < n_kept),
            Ok(None) | Err(_) => n_damaged += 1,
        });
        println!(
            "{mode} with synchronous={synchronous}: of 100 cuts, {n_damaged} damaged the file, {n_lost} lost changes"
        );
        assert_eq!(n_damaged + n_lost == 0, is_safe, "{mode} {synchronous}");
    }
}
