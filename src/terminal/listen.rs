//! The thread that reads the terminal, asleep until a byte comes.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};

use super::answers::Reply;
use super::decode::{Decoder, Input, Open};

/// Reads the terminal until it is dropped.
#[derive(Debug)]
pub struct Listener {
    /// A byte here wakes the thread; its closing ends it.
    wake: Option<OwnedFd>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "four answers to four questions")]
struct State {
    /// The thread is asked not to read.
    pause: bool,
    /// The thread does not read.
    paused: bool,
    ended: bool,
    /// The last of our questions has its answer.
    answered: bool,
}

impl Listener {
    /// Starts to read `tty`, telling each input.
    pub fn start(tty: OwnedFd, tell: Box<dyn FnMut(Input) + Send>) -> io::Result<Self> {
        let (waker, wake) = pipe_with(PipeFlags::CLOEXEC)?;
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new().name("input".into()).spawn(move || {
            listen(&tty, &waker, &theirs, tell);
            theirs.update(|state| state.ended = true);
        })?;
        Ok(Self { wake: Some(wake), shared, thread: Some(thread) })
    }

    /// Stops reading, and returns when nothing is read any more.
    pub fn pause(&self) {
        self.shared.update(|state| state.pause = true);
        if let Some(wake) = &self.wake {
            let _ = rustix::io::write(wake, b"p");
        }
        self.shared.wait(|state| state.paused || state.ended, None);
    }

    /// Reads again.
    pub fn resume(&self) {
        self.shared.update(|state| state.pause = false);
    }

    /// Waits a short while for the answer to the last of our questions, so that it does not reach whoever has the
    /// terminal next.
    pub fn await_answer(&self, longest: Duration) {
        self.shared.wait(|state| state.answered || state.ended, Some(longest));
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.update(|state| state.pause = false);
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    fn wait(&self, done: impl Fn(&State) -> bool, longest: Option<Duration>) {
        let state = self.lock();
        match longest {
            Some(longest) => drop(self.changed.wait_timeout_while(state, longest, |state| !done(state))),
            None => drop(self.changed.wait_while(state, |state| !done(state))),
        }
    }

    /// Rests while a pause is asked for.
    fn rest(&self) {
        let mut state = self.lock();
        while state.pause {
            state.paused = true;
            self.changed.notify_all();
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        // Under the same lock as the check: whoever asks for the next pause waits for the next rest.
        state.paused = false;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long what is open may stay so. A time-out is only set while something is.
fn patience(open: Open) -> Duration {
    Duration::from_millis(match open {
        Open::Escape => 25,
        Open::Prefix => 100,
        Open::Sequence => 500,
    })
}

fn listen(tty: &OwnedFd, waker: &OwnedFd, shared: &Shared, mut tell: Box<dyn FnMut(Input) + Send>) {
    let mut decoder = Decoder::default();
    let mut bytes = [0; 4096];
    let mut tell = |input: Input| {
        if matches!(input, Input::Reply(Reply::Attributes(_))) {
            shared.update(|state| state.answered = true);
        }
        tell(input);
    };
    loop {
        let mut ends = [PollFd::new(tty, PollFlags::IN), PollFd::new(waker, PollFlags::IN)];
        let timeout = decoder.open().and_then(|open| Timespec::try_from(patience(open)).ok());
        let n_ready = match poll(&mut ends, timeout.as_ref()) {
            Err(Errno::INTR) => continue,
            Err(_) => break,
            Ok(n_ready) => n_ready,
        };
        if n_ready == 0 {
            decoder.settle(&mut tell);
            continue;
        }
        let [tty_end, wake_end] = &ends;
        if !wake_end.revents().is_empty() {
            // No byte is the end of the pipe: the listener was dropped.
            match rustix::io::read(waker, &mut bytes) {
                Ok(0) => return,
                _ => shared.rest(),
            }
            continue;
        }
        if tty_end.revents().is_empty() {
            continue;
        }
        match rustix::io::read(tty, &mut bytes) {
            Ok(0) => break,
            Ok(n_read) => decoder.feed(bytes.get(..n_read).unwrap_or_default(), &mut tell),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => break,
        }
    }
    tell(Input::Gone);
}
