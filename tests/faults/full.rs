//! A disk that is full at each write in turn: nothing that was acknowledged is lost, and the errors are clear.

use recto::library::{Places, Store};

use crate::chance::Chance;
use crate::disk::{Disk, Full};
use crate::kills::{look, lose_the_file};
use crate::steps::{Shelf, Step};

/// How many steps are done where the disk may be full.
const N_STEPS: usize = 24;

#[test]
fn the_disk_is_full() {
    fill_at_each_write(149);
}

#[test]
#[ignore = "takes minutes"]
fn faults_the_disk_is_full_at_every_write() {
    fill_at_each_write(1);
}

/// Goes through the writes, leaving out some.
fn fill_at_each_write(stride: usize) {
    let mut chance = Chance::told();
    let seed = chance.next() >> 1;
    type Way = (&'static str, fn(usize) -> Full);
    let ways: [Way; 4] = [
        ("from the nth write on", Full::From),
        ("at the nth write alone", Full::At),
        ("from the nth write on for what makes a file longer", Full::LongerFrom),
        ("at the nth sync alone", Full::SyncAt),
    ];
    for (told, full) in ways {
        // There are fewer syncs than writes.
        let stride = if full(1) == Full::SyncAt(1) { stride.div_ceil(8) } else { stride };
        let mut number = 1 + chance.below(stride);
        let (mut n_runs, mut n_kept, mut n_refused) = (0, 0, 0);
        while let Some((kept, refused)) = fill_once(seed, full(number)) {
            n_runs += 1;
            n_kept += kept;
            n_refused += refused;
            number += stride;
        }
        assert!(n_runs > 0);
        println!(
            "full {told}, {n_runs} times: {n_kept} changes acknowledged, 0 lost; {n_refused} refused, and told so"
        );
    }
}

/// Makes and changes a library on a disk that is full at some time; returns how many steps were kept and how many
/// refused, if it ever was full.
fn fill_once(seed: u64, full: Full) -> Option<(usize, usize)> {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::at(dir.path());
    let places = Places::at(&dir.path().canonicalize().unwrap().join("library.db"));
    disk.fill(full);
    let (mut shelf, mut n_kept, mut n_refused) = (Shelf::default(), 0, 0);
    let mut number = 0;
    // Opened again after each part, so that what is done at the end and at the start is refused as well.
    for part in 0..3 {
        let opened = match Store::open(&places) {
            Ok(opened) => opened,
            Err(error) => {
                check_told(&error.to_string(), full);
                n_refused += 1;
                continue;
            }
        };
        let mut store = opened.store;
        if !store.is_writable() {
            // It is read, then, and says so.
            assert!(opened.remarks[0].contains("cannot be written"), "{full:?}: {:?}", opened.remarks);
            assert!(Shelf::of(&store) == shelf, "{full:?}: {}", Shelf::of(&store).differences(&shelf));
            continue;
        }
        assert_eq!(opened.remarks, Vec::<String>::new(), "{full:?}");
        while number < N_STEPS / 3 * (part + 1) {
            let step = Step::of(seed, number);
            number += 1;
            match step.perform(&mut store) {
                Ok(()) => {
                    shelf.perform(&step);
                    n_kept += 1;
                }
                Err(error) => {
                    check_told(&error.to_string(), full);
                    n_refused += 1;
                    let found = Shelf::of(&store);
                    assert!(found == shelf, "{full:?}, {step:?}: {}", found.differences(&shelf));
                }
            }
        }
    }
    let was_full = disk.n_refused() > 0;
    // There is room again.
    disk.fill(Full::Never);
    let found = look(&places);
    assert!(found == shelf, "{full:?}, with room again: {}", found.differences(&shelf));
    lose_the_file(&places, &shelf);
    was_full.then_some((n_kept, n_refused))
}

fn check_told(error: &str, full: Full) {
    let is_clear =
        error.contains("disk is full") || matches!(full, Full::SyncAt(_)) && error.contains("disk I/O error");
    assert!(is_clear, "{full:?}: {error}");
}
