//! The terminal while it is ours: taking it and giving it back, its keys and answers, its signals, and painting.
//!
//! Only this module writes to the terminal. What a frame looks like is `ui`'s business, what an input means is the
//! application's; here both are bytes.

mod answers;
mod decode;
mod encode;
mod graphics;
mod grid;
mod guard;
mod hung;
mod keys;
mod listen;
mod measure;
mod paint;
mod scroll;
mod signals;

use std::env;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{Command, cursor};
use ratatui::buffer::Buffer;
use rustix::process::{Signal as Stop, kill_current_process_group};
use rustix::termios::{isatty, tcgetattr, tcgetwinsize};

pub use answers::Reply;
pub use decode::{Decoder, Input};
pub use guard::install_panic_hook;
pub use paint::{Extras, Link, Painter};
pub use signals::{Signal, listen_for_signals};

use crate::error::{Error, Result};
use crate::picture::{Choice, Graphics, Pixels, USUAL_CELL};
use crate::text::clean;
use crate::text::width::Widths;
use graphics::Said;
use listen::Listener;
use measure::Measured;

/// What of the terminal is used beside its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The mouse is told to us, which takes the terminal's own selection away.
    pub mouse: bool,
    /// Keys are told without ambiguity where the terminal can (the kitty keyboard protocol).
    pub keyboard: bool,
    /// The terminal is asked for its colours and abilities after the first frame.
    pub questions: bool,
    /// Lines come in the order of the screen: a terminal that could reorder them is told not to (BDSM, mode 8).
    pub ordered: bool,
    pub pictures: Choice,
}

impl Default for Options {
    fn default() -> Self {
        Self { mouse: true, keyboard: true, questions: true, ordered: true, pictures: Choice::Auto }
    }
}

/// The terminal's screen, ours until this is dropped.
#[derive(Debug)]
pub struct Screen {
    /// What is painted to.
    output: OwnedFd,
    /// What keys come from.
    input: OwnedFd,
    options: Options,
    size: (u16, u16),
    painter: Painter,
    listener: Option<Listener>,
    /// The modes of the screen are still to be set, which the next frame does in the same write.
    entering: bool,
    title: Option<String>,
    /// The title is still to be written.
    retitled: bool,
    asked: Option<Instant>,
    /// The terminal around tmux is still to be asked, once tmux has answered.
    asks_around: bool,
    /// When it was.
    asked_around: Option<Instant>,
    said: Said,
    measured: Measured,
    /// The size of a cell as the system tells it.
    cell: Option<Pixels>,
    /// When we last came back from a stop of our own making.
    returned: Option<Instant>,
}

/// The most text that is given to the clipboard; terminals cut or drop more.
const LONGEST_CLIPBOARD: usize = 100_000;
/// In cells.
const WIDEST_TITLE: usize = 64;
/// How long the terminal's answers are waited for before it is taken not to give any.
const PATIENCE: Duration = Duration::from_millis(400);
/// What `TERM` begins with for the consoles of Linux and the BSDs, and for what only knows what terminals of paper and
/// glass did.
const CONSOLES: [&str; 8] = ["linux", "dumb", "cons25", "wsvt25", "sun", "vt1", "vt2", "ansi"];
/// No terminal is larger, and a size that is nonsense must not take memory.
const LARGEST: (u16, u16) = (1000, 500);

impl Screen {
    /// Takes the terminal: raw mode now, the alternate screen with the first frame. Waits for no answer.
    pub fn enter(options: Options) -> Result<Self> {
        let (input, output) = open().map_err(|error| {
            Error::from(error).context("cannot open the terminal").hint("Is there one? `recto print` needs none.")
        })?;
        let size = size_of(&output);
        let mut screen = Self {
            painter: Painter::new(size.0, size.1),
            size,
            output,
            input,
            options,
            listener: None,
            entering: true,
            title: None,
            retitled: false,
            asked: None,
            asks_around: false,
            asked_around: None,
            said: Said::default(),
            measured: Measured::default(),
            cell: None,
            returned: None,
        };
        screen.cell = cell_of(&screen.output);
        screen.painter.set_links(!is_console());
        screen.hold()?;
        Ok(screen)
    }

    /// Begins to tell what comes from the terminal.
    pub fn listen(&mut self, tell: impl FnMut(Input) + Send + 'static) -> Result<()> {
        let input = self.input.try_clone()?;
        self.listener = Some(Listener::start(input, Box::new(tell))?);
        Ok(())
    }

    /// Returns the columns and rows that frames have.
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Returns the size of a cell, as the system tells it.
    pub fn cell(&self) -> Pixels {
        self.cell.unwrap_or(USUAL_CELL)
    }

    /// Asks the system for the size anew and returns it; another size draws the next frame whole.
    pub fn measure(&mut self) -> (u16, u16) {
        let size = size_of(&self.output);
        if size != self.size {
            self.size = size;
            self.painter.resize(size.0, size.1);
        }
        self.cell = cell_of(&self.output);
        size
    }

    /// Shows the frame that `fill` draws into an empty buffer of the screen's size, in one write; writes nothing where
    /// it is already shown.
    pub fn paint(&mut self, fill: impl FnOnce(&mut Buffer) -> Extras) -> io::Result<()> {
        let mut bytes = Vec::new();
        let asks =
            self.entering && self.options.questions && self.asked.is_none() && understands_questions() && !is_console();
        if self.entering {
            bytes.extend_from_slice(&self.greeting());
            guard::will_undo_with(&self.farewell());
        }
        // Before the frame, which erases it.
        if asks {
            bytes.extend_from_slice(measure::questions(self.size, is_in_multiplexer()).as_bytes());
        }
        if std::mem::take(&mut self.retitled) {
            let title = self.title.as_deref().unwrap_or_default();
            bytes.extend_from_slice(format!("\x1b]2;{title}\x1b\\").as_bytes());
        }
        if self.asks_around && self.said.is_answered {
            self.asks_around = false;
            self.asked_around = Some(Instant::now());
            bytes.extend_from_slice(answers::question_around_tmux().as_bytes());
        }
        let frame = self.painter.paint(fill);
        if bytes.is_empty() {
            let written = guard::write_all(self.output.as_fd(), frame);
            return self.settle(written);
        }
        bytes.extend_from_slice(frame);
        self.entering = false;
        if asks {
            if self.asks_about_pictures() {
                self.asks_around = is_in_tmux();
                bytes.extend_from_slice(answers::questions_about_pictures(self.asks_around).as_bytes());
            }
            bytes.extend_from_slice(answers::QUESTIONS);
            self.asked = Some(Instant::now());
        }
        let written = guard::write_all(self.output.as_fd(), &bytes);
        self.settle(written)
    }

    /// Draws the next frame whole.
    pub fn redraw(&mut self) {
        self.painter.forget();
    }

    /// Uses what the terminal says that it can do.
    pub fn learn(&mut self, reply: &Reply) {
        self.said.take(reply);
        match reply {
            Reply::Margins(usable) => self.painter.set_margins(*usable),
            Reply::Synchronised(usable) => self.painter.set_synchronised(*usable),
            Reply::Position { row, column } if self.asked.is_some() => self.measured.take(*row, *column),
            Reply::Position { .. }
            | Reply::Ground { .. }
            | Reply::ThemeChanged { .. }
            | Reply::Attributes(_)
            | Reply::Kitty(_)
            | Reply::Version(_)
            | Reply::Cell { .. } => {}
        }
    }

    /// Returns how long answers to our questions may still take; none once nothing is waited for.
    pub fn patience(&self) -> Option<Duration> {
        self.patience_for_terminal().or_else(|| self.patience_around())
    }

    /// Returns how long the terminal's own answers may still take.
    fn patience_for_terminal(&self) -> Option<Duration> {
        left_of(self.asked.filter(|_| !self.said.is_answered)?)
    }

    /// Returns how long the answer of the terminal around tmux may still take, which comes only if tmux lets it pass.
    fn patience_around(&self) -> Option<Duration> {
        if self.asks_around {
            // The next frame asks, if the terminal answered at all.
            return self.said.is_answered.then_some(Duration::ZERO);
        }
        left_of(self.asked_around.filter(|_| !self.said.knows_kitty())?)
    }

    /// Returns how pictures are to be shown, as far as it is known: nothing before the first frame, or while the
    /// terminal may still answer.
    pub fn graphics(&self) -> Option<Graphics> {
        if self.entering || self.patience().is_some() {
            return None;
        }
        let is_tmux = is_in_tmux();
        let protocol = self.said.protocol(self.options.pictures, is_tmux);
        Some(Graphics { protocol, cell: self.cell.or(self.said.cell).unwrap_or(USUAL_CELL), is_tmux })
    }

    /// Returns how wide the terminal draws things: as it is known by now, or while the terminal may still answer, as it
    /// was known to begin with.
    pub fn widths(&self) -> Widths {
        let assumed = measure::assumed(&env::var("TERM").unwrap_or_default());
        if self.patience_for_terminal().is_some() { assumed } else { self.measured.widths(assumed) }
    }

    /// Returns whether the terminal has letters of more than one size, as far as it is known by now.
    pub fn scales(&self) -> bool {
        self.patience().is_none() && !is_in_multiplexer() && self.measured.scales()
    }

    /// A terminal that has no need to answer is not asked.
    fn asks_about_pictures(&self) -> bool {
        !matches!(self.options.pictures, Choice::HalfBlocks | Choice::Off)
    }

    /// Sets the window's title, one line of 64 cells at most; it is written with the next frame.
    pub fn set_title(&mut self, title: &str) {
        let title = clean::clean_line(title, WIDEST_TITLE);
        if self.title.as_ref() != Some(&title) && !is_console() {
            self.title = Some(title);
            self.retitled = true;
        }
    }

    /// Gives text to the clipboard (OSC 52) and returns whether it was short enough to be given.
    pub fn write_clipboard(&mut self, text: &str) -> io::Result<bool> {
        if text.len() > LONGEST_CLIPBOARD {
            return Ok(false);
        }
        let bytes = format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(text));
        guard::write_all(self.output.as_fd(), bytes.as_bytes())?;
        Ok(true)
    }

    /// Gives the terminal back, stops the process group, and takes the terminal again when we are continued.
    ///
    /// Where nobody would continue us (the group is orphaned) the system does not stop us.
    pub fn suspend(&mut self) -> Result<()> {
        self.lend(|| {
            let sent = kill_current_process_group(Stop::TSTP);
            // Another thread may be the one that the signal stops first; this one must not take the terminal meanwhile.
            thread::sleep(Duration::from_millis(20));
            sent
        })?
        .map_err(io::Error::from)?;
        self.returned = Some(Instant::now());
        Ok(())
    }

    /// Gives the terminal back while `work` has it, reads no keys meanwhile, and takes it again.
    pub fn lend<T>(&mut self, work: impl FnOnce() -> T) -> Result<T> {
        if let Some(listener) = &self.listener {
            listener.pause();
        }
        self.take_pictures_down();
        guard::leave();
        let done = work();
        self.hold()?;
        self.take_screen();
        if let Some(listener) = &self.listener {
            listener.resume();
        }
        Ok(done)
    }

    /// Takes the terminal again after a stop that was not of our own making (SIGCONT).
    ///
    /// A terminal that has gone away is left to `Input::Gone`: the system continues whom it tells of that.
    pub fn resume(&mut self) -> Result<()> {
        if self.returned.take().is_some_and(|returned| returned.elapsed() < Duration::from_secs(1)) {
            return Ok(());
        }
        guard::leave();
        if tcgetattr(&self.output).is_ok() {
            self.hold()?;
            self.take_screen();
        }
        Ok(())
    }

    /// Gives the terminal back, for good.
    pub fn leave(&mut self) {
        if let (Some(listener), Some(asked)) = (&self.listener, self.asked) {
            // A terminal that is far away may still be answering, and the shell must not get that as typed.
            let patience = Duration::from_millis(400).saturating_sub(asked.elapsed()).min(Duration::from_millis(100));
            if !patience.is_zero() {
                listener.await_answer(patience);
            }
        }
        self.listener = None;
        self.take_pictures_down();
        guard::leave();
    }

    /// Makes the terminal forget the pictures that it was sent.
    fn take_pictures_down(&mut self) {
        let said = self.painter.take_pictures_down();
        if !said.is_empty() && guard::is_held() {
            let _ = guard::write_all(self.output.as_fd(), said.as_bytes());
        }
    }

    fn hold(&mut self) -> Result<()> {
        let tty = self.output.try_clone()?;
        guard::hold(tty).map_err(|error| Error::from(error).context("cannot set the terminal to raw mode"))
    }

    fn take_screen(&mut self) {
        self.entering = true;
        self.retitled = self.title.is_some();
        self.measure();
        self.painter.forget();
    }

    /// A frame of which only a part may have been written leaves the screen unknown.
    fn settle(&mut self, written: io::Result<()>) -> io::Result<()> {
        if written.is_err() {
            self.painter.forget();
        }
        written
    }

    /// Returns what sets our modes: the title kept, the alternate screen, pasting told apart, the mouse, the keys.
    fn greeting(&self) -> Vec<u8> {
        let mut modes = "\x1b[22;2t".to_owned();
        say(&mut modes, EnterAlternateScreen);
        say(&mut modes, EnableBracketedPaste);
        if self.options.questions {
            // Be told when the colours change.
            modes.push_str("\x1b[?2031h");
        }
        if self.options.ordered {
            modes.push_str("\x1b[8l");
        }
        if self.options.mouse {
            // Presses and drags: crossterm's own command asks for every move as well, which would wake us for nothing.
            modes.push_str("\x1b[?1000;1002;1006h");
        }
        if self.keyboard() {
            say(&mut modes, PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES));
        }
        modes.into_bytes()
    }

    /// Returns what undoes all that we may have set, in the reverse order.
    fn farewell(&self) -> Vec<u8> {
        let mut modes = String::new();
        say(&mut modes, EndSynchronizedUpdate);
        if !is_console() {
            modes.push_str("\x1b]8;;\x1b\\");
        }
        if self.options.questions {
            modes.push_str("\x1b[?2031l");
        }
        if self.keyboard() {
            say(&mut modes, PopKeyboardEnhancementFlags);
        }
        if self.options.mouse {
            modes.push_str("\x1b[?1006;1002;1000l");
        }
        if self.options.ordered {
            modes.push_str("\x1b[8h");
        }
        say(&mut modes, DisableBracketedPaste);
        modes.push_str("\x1b[r");
        say(&mut modes, cursor::Show);
        modes.push_str("\x1b[m");
        say(&mut modes, LeaveAlternateScreen);
        modes.push_str("\x1b[23;2t\x1b[m");
        modes.into_bytes()
    }

    /// The Linux console shows the sequence that it does not know.
    fn keyboard(&self) -> bool {
        self.options.keyboard && !is_console()
    }
}

/// Adds the sequence of a crossterm command. Not through its `queue!`, which could fail where a string cannot.
fn say(modes: &mut String, command: impl Command) {
    let _ = command.write_ansi(modes);
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Apple's terminal shows the end of questions about modes.
fn understands_questions() -> bool {
    env::var_os("TERM_PROGRAM").is_none_or(|program| program != "Apple_Terminal")
}

/// Returns whether the terminal is a console, or as old as one, that may show what stands in string sequences (links,
/// titles, questions) instead of passing over what it does not know.
fn is_console() -> bool {
    env::var("TERM").is_ok_and(|term| CONSOLES.iter().any(|name| term.starts_with(name)))
}

/// In tmux, what is meant for the terminal around it has to be wrapped.
fn is_in_tmux() -> bool {
    env::var_os("TMUX").is_some_and(|socket| !socket.is_empty())
}

/// A multiplexer has cells of one size, whatever the terminal around it has.
fn is_in_multiplexer() -> bool {
    is_in_tmux() || env::var("TERM").is_ok_and(|term| ["tmux", "screen"].iter().any(|name| term.starts_with(name)))
}

/// Returns the size of a cell, where the system knows it.
fn cell_of(tty: &OwnedFd) -> Option<Pixels> {
    let size = tcgetwinsize(tty).ok()?;
    let cell =
        |pixels: u16, cells: u16| pixels.checked_div(cells).map(u32::from).filter(|cell| (2..=512).contains(cell));
    Some(Pixels { width: cell(size.ws_xpixel, size.ws_col)?, height: cell(size.ws_ypixel, size.ws_row)? })
}

/// Returns what keys come from and what is painted to: the standard streams where they are the terminal, else the
/// terminal itself.
fn open() -> io::Result<(OwnedFd, OwnedFd)> {
    let (stdin, stdout) = (io::stdin(), io::stdout());
    let terminal = || File::options().read(true).write(true).open("/dev/tty").map(OwnedFd::from);
    let input = if isatty(&stdin) { stdin.as_fd().try_clone_to_owned()? } else { terminal()? };
    let output = if isatty(&stdout) { stdout.as_fd().try_clone_to_owned()? } else { terminal()? };
    Ok((input, output))
}

/// Returns what is left of our patience since something was asked.
fn left_of(asked: Instant) -> Option<Duration> {
    Some(PATIENCE.saturating_sub(asked.elapsed())).filter(|left| !left.is_zero())
}

/// Returns the width in cells of the terminal that standard output is, if it is one.
pub fn columns() -> Option<u16> {
    tcgetwinsize(io::stdout()).ok().map(|size| size.ws_col).filter(|&columns| columns > 0)
}

/// Returns the terminal's columns and rows; one that says none is taken for what the environment says, or 80 by 24.
fn size_of(tty: &OwnedFd) -> (u16, u16) {
    let (columns, rows) = tcgetwinsize(tty).map(|size| (size.ws_col, size.ws_row)).unwrap_or_default();
    let told = |name: &str| env::var(name).ok().and_then(|value| value.parse().ok());
    let or = |measured: u16, name: &str, usual: u16| match measured {
        0 => told(name).filter(|told| *told > 0).unwrap_or(usual),
        measured => measured,
    };
    (or(columns, "COLUMNS", 80).min(LARGEST.0), or(rows, "LINES", 24).min(LARGEST.1))
}
