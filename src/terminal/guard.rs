//! Takes the terminal and gives it back: on a normal end, an error, a panic or a signal, once, whoever comes first.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::panic;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// The terminal while it is ours.
struct Held {
    tty: OwnedFd,
    /// Its modes as we found them.
    cooked: Termios,
    /// What undoes what was written on entering; empty until something was.
    farewell: Vec<u8>,
    owner: ThreadId,
}

static HELD: Mutex<Option<Held>> = Mutex::new(None);

/// Panics of other threads, told when the terminal is no longer ours.
static UNTOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Puts the terminal into raw mode and remembers how it was.
pub fn hold(tty: OwnedFd) -> io::Result<()> {
    let cooked = tcgetattr(&tty)?;
    let mut raw = cooked.clone();
    raw.make_raw();
    let mut held = lock(&HELD);
    tcsetattr(&tty, OptionalActions::Now, &raw)?;
    *held = Some(Held { tty, cooked, farewell: Vec::new(), owner: thread::current().id() });
    Ok(())
}

/// Remembers what undoes what is about to be written.
pub fn will_undo_with(farewell: &[u8]) {
    if let Some(held) = lock(&HELD).as_mut() {
        held.farewell = farewell.to_vec();
    }
}

/// Returns whether the terminal is ours.
pub fn is_held() -> bool {
    lock(&HELD).is_some()
}

/// Gives the terminal back: writes what undoes our modes and restores the ones that we found.
///
/// Does nothing where the terminal is not ours or was given back before. A terminal that is gone is no failure.
pub fn leave() {
    let mut held = lock(&HELD);
    if let Some(Held { tty, cooked, farewell, .. }) = held.take() {
        let _ = write_all(tty.as_fd(), &farewell);
        let _ = tcsetattr(&tty, OptionalActions::Now, &cooked);
    }
    drop(held);
    for message in lock(&UNTOLD).drain(..) {
        eprintln!("{message}");
    }
}

/// Makes a panic give the terminal back before its message.
///
/// On another thread than the one that took the terminal, the message waits until it is given back: whoever waits for
/// that thread decides whether the reader goes on.
pub fn install_panic_hook() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let other_holds =
            HELD.try_lock().is_ok_and(|held| held.as_ref().is_some_and(|held| held.owner != thread::current().id()));
        if other_holds {
            lock(&UNTOLD).push(info.to_string());
        } else {
            leave();
            tell(info);
        }
    }));
}

/// Writes all bytes, waiting where the terminal is slower than we are.
pub fn write_all(tty: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match rustix::io::write(tty, rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n_written) => rest = rest.get(n_written..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                poll(&mut [PollFd::new(&tty, PollFlags::OUT)], None)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
