//! Signals as events, on a thread that sleeps until one comes.

use std::io;
use std::thread;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::guard;

/// What the system or another program asks of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The terminal has another size.
    Resize,
    /// We go on after a stop.
    Continue,
    Interrupt,
    Terminate,
    /// The terminal has gone away.
    Hangup,
}

impl Signal {
    /// Returns the exit code by which shells know an end by this signal.
    pub fn exit_code(self) -> Option<u8> {
        match self {
            Self::Resize | Self::Continue => None,
            Self::Hangup => Some(128 + 1),
            Self::Interrupt => Some(128 + 2),
            Self::Terminate => Some(128 + 15),
        }
    }
}

/// Tells each signal that comes from now on.
///
/// A second request to end, the first not having been followed, gives the terminal back and ends at once.
pub fn listen_for_signals(mut tell: impl FnMut(Signal) + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGWINCH, SIGCONT, SIGINT, SIGTERM, SIGQUIT, SIGHUP])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        let mut ending = false;
        for number in &mut signals {
            let signal = match number {
                SIGWINCH => Signal::Resize,
                SIGCONT => Signal::Continue,
                SIGINT => Signal::Interrupt,
                SIGHUP => Signal::Hangup,
                _ => Signal::Terminate,
            };
            if signal.exit_code().is_some() && std::mem::replace(&mut ending, true) {
                guard::leave();
                let _ = emulate_default_handler(number);
            }
            tell(signal);
        }
    })?;
    Ok(())
}
