//! Damage to the file: it is opened all the same, all highlights and tags come back, and most articles.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use recto::catalogue::{View, Wanted};
use recto::library::{Places, Remedy, Store, examine};

use crate::chance::Chance;
use crate::steps::{Shelf, Step};

const N_STEPS: usize = 120;
/// Longer than any file may take.
const LONGEST: Duration = Duration::from_secs(30);

#[test]
fn the_file_is_damaged() {
    damage(8);
}

#[test]
#[ignore = "takes minutes"]
fn faults_the_file_is_damaged_in_300_ways() {
    damage(300);
}

fn damage(n_times: usize) {
    let mut chance = Chance::told();
    let seed = chance.next() >> 1;
    let dir = tempfile::tempdir().unwrap();
    let sound = Places::at(&dir.path().join("library.db"));
    let mut store = Store::open(&sound).unwrap().store;
    let mut shelf = Shelf::default();
    for step in (0..N_STEPS).map(|number| Step::of(seed, number)) {
        step.perform(&mut store).unwrap();
        shelf.perform(&step);
    }
    let count = |store: &Store| {
        let total = |view| store.page(&Wanted { view, ..Wanted::default() }, 0, 1).unwrap().total;
        total(View::All) + total(View::Trash)
    };
    let n_articles = count(&store);
    drop(store);
    let (bytes, journal) = (fs::read(&sound.database).unwrap(), fs::read(sound.journal()).unwrap());
    let (mut n_unnoticed, mut n_saved) = (0, 0);
    for _ in 0..n_times {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::at(&dir.path().join("library.db"));
        let (bytes, told) = damaged(bytes.clone(), &mut chance);
        fs::write(&places.database, bytes).unwrap();
        fs::write(places.journal(), &journal).unwrap();
        let since = Instant::now();
        // Noticed as it is opened, or by `recto doctor`.
        drop(Store::open(&places).unwrap_or_else(|error| panic!("{told}: {error}")));
        let health = examine(&places);
        if health.needs(Remedy::File) {
            Store::repair(&places).unwrap_or_else(|error| panic!("{told}: {error}"));
        } else if health.needs(Remedy::Index) {
            Store::open(&places).unwrap().store.rebuild_index().unwrap();
        }
        assert!(since.elapsed() < LONGEST, "{told} took {:?}", since.elapsed());
        let health = examine(&places);
        assert!(!health.needs(Remedy::File) && !health.needs(Remedy::Index), "{told}: {health:?}");
        let store = Store::open(&places).unwrap().store;
        if places.damaged(1).exists() {
            // An article of which the address is damaged is another one, and has its highlights with it.
            let notes = notes_in(&store);
            let lost: Vec<_> = shelf.notes().into_iter().filter(|note| !notes.contains(note)).collect();
            assert!(lost.is_empty(), "{told}: {lost:?}");
            let said = Shelf::said_in(&store);
            for (name, (tags, _)) in shelf.said() {
                let found = said.get(&name).map(|(tags, _)| tags.clone()).unwrap_or_default();
                assert!(found.is_superset(&tags), "{told}: {name} has {found:?} of {tags:?}");
            }
        } else {
            n_unnoticed += 1;
        }
        let n_found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| count(&store)));
        n_saved += n_found.unwrap_or_else(|_| panic!("{told}: {health:?}")).min(n_articles);
    }
    println!(
        "{n_times} files damaged, {n_unnoticed} of them in what is not used: each opened; of all articles {:.1} % saved, \
        and all highlights and tags",
        n_saved as f64 * 100.0 / (n_articles * n_times) as f64
    );
}

/// Returns all highlights with their notes.
fn notes_in(store: &Store) -> BTreeSet<(String, String)> {
    let page = |view| store.page(&Wanted { view, ..Wanted::default() }, 0, 1000).unwrap().records;
    let records = page(View::All).into_iter().chain(page(View::Trash));
    let highlights = records.flat_map(|record| store.highlights(record.id).unwrap());
    highlights.map(|highlight| (highlight.uid, highlight.note)).collect()
}

/// Damages a file in one of the ways in which files are; returns it and what was done.
fn damaged(mut bytes: Vec<u8>, chance: &mut Chance) -> (Vec<u8>, String) {
    let at = chance.below(bytes.len());
    let told = match chance.below(5) {
        0 => {
            let end = (at + chance.below(20_000)).min(bytes.len());
            bytes[at..end].fill(0);
            format!("zeroes at {at}..{end}")
        }
        1 => {
            let end = (at + chance.below(2000)).min(bytes.len());
            bytes[at..end].iter_mut().for_each(|byte| *byte = chance.next() as u8);
            format!("other bytes at {at}..{end}")
        }
        2 => {
            bytes.truncate(at);
            format!("cut off at {at}")
        }
        3 => {
            let (one, other) = (at / 4096, chance.below(bytes.len() / 4096));
            let page = bytes[other * 4096..][..4096].to_vec();
            bytes[one * 4096..][..4096].copy_from_slice(&page);
            format!("page {other} at {one}")
        }
        _ => {
            for _ in 0..30 {
                let at = chance.below(bytes.len());
                bytes[at] ^= 1 << chance.below(8);
            }
            "thirty bits".to_owned()
        }
    };
    (bytes, told)
}
