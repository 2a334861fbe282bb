//! The terminal's own layer on a pseudo-terminal: what comes in is told, and however it ends, the terminal is given
//! back.
//!
//! Each test runs this very binary again, with `session` as its only test, on a pseudo-terminal.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::io::{Read, Write};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use ratatui::style::Style;
use recto::input::Key;
use recto::terminal::{self, Extras, Input, Options, Screen, Signal};

const ROLE: &str = "RECTO_TEST_TERMINAL_SESSION";

enum Event {
    Input(Input),
    Signal(Signal),
}

/// What runs on the pseudo-terminal: shows the last thing that came, and ends as it is told to.
#[test]
fn session() {
    if env::var_os(ROLE).is_none() {
        return;
    }
    println!("before");
    terminal::install_panic_hook();
    let (events, coming) = channel();
    let mut screen = Screen::enter(Options::default()).unwrap();
    screen.set_title("a title\u{1b}]0;of another\u{7}");
    listen(&mut screen, &events);
    let mut shown = "ready".to_owned();
    loop {
        let (width, height) = screen.size();
        let text = format!("{shown} {width}x{height}");
        let painted = screen.paint(|buffer| {
            buffer.set_string(0, 0, &text, Style::new().bold());
            Extras::default()
        });
        let Ok(event) = painted.map(|()| coming.recv().unwrap()) else { break };
        match event {
            Event::Input(Input::Key(press)) if press.typed().is_some() => match press.key {
                Key::Char('q') => break,
                Key::Char('p') => panic!("a panic of its own"),
                Key::Char('t') => {
                    thread::spawn(|| panic!("a panic of another thread")).join().unwrap_err();
                    shown = "still here".into();
                }
                Key::Char('z') => {
                    screen.suspend().unwrap();
                    shown = "back".into();
                }
                Key::Char('c') => assert!(screen.write_clipboard("copied").unwrap()),
                Key::Char('e') => process::exit(3),
                _ => shown = format!("key {press}"),
            },
            Event::Input(Input::Key(press)) => shown = format!("key {press}"),
            Event::Input(Input::Gone) => break,
            Event::Input(Input::Reply(reply)) => {
                screen.learn(&reply);
                shown = format!("{reply:?}");
            }
            Event::Input(other) => shown = format!("{other:?}"),
            Event::Signal(Signal::Resize) => {
                screen.measure();
                shown = "resized".into();
            }
            Event::Signal(Signal::Continue) => screen.resume().unwrap(),
            Event::Signal(signal) => {
                drop(screen);
                process::exit(signal.exit_code().unwrap().into());
            }
        }
    }
    drop(screen);
    process::exit(0);
}

fn listen(screen: &mut Screen, events: &Sender<Event>) {
    let inputs = events.clone();
    screen.listen(move |input| drop(inputs.send(Event::Input(input)))).unwrap();
    let signals = events.clone();
    terminal::listen_for_signals(move |signal| drop(signals.send(Event::Signal(signal)))).unwrap();
}

/// A pseudo-terminal with a session on it.
struct Session {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Process,
    screen: Arc<Mutex<vt100::Parser<Heard>>>,
    modes: String,
}

type Process = Box<dyn Child + Send + Sync>;

const SIZE: PtySize = PtySize { rows: 30, cols: 60, pixel_width: 0, pixel_height: 0 };

fn spawn(mut command: CommandBuilder) -> (Box<dyn MasterPty + Send>, Process) {
    let pair = native_pty_system().openpty(SIZE).unwrap();
    command.env(ROLE, "1");
    command.env("TERM", "xterm-256color");
    command.env("RUST_BACKTRACE", "0");
    let child = pair.slave.spawn_command(command).unwrap();
    (pair.master, child)
}

/// Waits for a process to end and returns its exit code.
#[track_caller]
fn end(child: &mut Process) -> u32 {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.exit_code();
        }
        assert!(start.elapsed() < Duration::from_secs(10), "it does not end");
        thread::sleep(Duration::from_millis(2));
    }
}

/// What reached the terminal beside its cells.
#[derive(Default)]
struct Heard {
    titles: Vec<Vec<u8>>,
    clipboard: Vec<Vec<u8>>,
    sequences: Vec<String>,
}

impl vt100::Callbacks for Heard {
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.titles.push(title.to_vec());
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], text: &[u8]) {
        self.clipboard.push(text.to_vec());
    }

    fn unhandled_csi(&mut self, _: &mut vt100::Screen, i1: Option<u8>, _: Option<u8>, params: &[&[u16]], c: char) {
        let params: Vec<String> = params.iter().map(|param| format!("{}", param[0])).collect();
        let before = i1.map(char::from).map(String::from).unwrap_or_default();
        self.sequences.push(format!("{before}{}{c}", params.join(";")));
    }
}

impl Session {
    fn command() -> CommandBuilder {
        let mut command = CommandBuilder::new(env::current_exe().unwrap());
        command.args(["--exact", "session", "--nocapture", "--test-threads=1"]);
        command
    }

    fn start() -> Self {
        Self::run(Self::command())
    }

    /// Runs `script` in a shell, with the session's command line as its arguments.
    fn start_in_shell(script: &str) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", script, "sh"]);
        command.arg(env::current_exe().unwrap());
        command.args(["--exact", "session", "--nocapture", "--test-threads=1"]);
        Self::run(command)
    }

    fn run(command: CommandBuilder) -> Self {
        let (master, child) = spawn(command);
        // The modes of a terminal that nothing was done to.
        let modes = format!("{:?}", native_pty_system().openpty(SIZE).unwrap().master.get_termios());
        let screen = Arc::new(Mutex::new(vt100::Parser::new_with_callbacks(30, 60, 0, Heard::default())));
        let mut reader = master.try_clone_reader().unwrap();
        let theirs = Arc::clone(&screen);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(n_read @ 1..) = reader.read(&mut bytes) {
                theirs.lock().unwrap().process(&bytes[..n_read]);
            }
        });
        let keys = master.take_writer().unwrap();
        Self { master, keys, child, screen, modes }
    }

    fn press(&mut self, bytes: &[u8]) {
        self.keys.write_all(bytes).unwrap();
        self.keys.flush().unwrap();
    }

    #[track_caller]
    fn wait_for(&self, what: &str, done: impl Fn(&vt100::Screen) -> bool) {
        let start = Instant::now();
        while !done(self.screen.lock().unwrap().screen()) {
            let text = self.screen.lock().unwrap().screen().contents();
            assert!(start.elapsed() < Duration::from_secs(10), "no {what} on the screen: {text}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    #[track_caller]
    fn wait_for_text(&self, text: &str) {
        self.wait_for(text, |screen| screen.alternate_screen() && screen.contents().contains(text));
    }

    #[track_caller]
    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(process::Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    #[track_caller]
    fn end(&mut self) -> u32 {
        let code = end(&mut self.child);
        // What it wrote last may still be on its way.
        thread::sleep(Duration::from_millis(50));
        code
    }

    /// Checks that the terminal is as it was before the session.
    #[track_caller]
    fn check_given_back(&self) {
        let parser = self.screen.lock().unwrap();
        let screen = parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor shows");
        assert!(!screen.bracketed_paste(), "pastes are plain");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(screen.mouse_protocol_encoding(), vt100::MouseProtocolEncoding::Default);
        assert!(!screen.bold() && screen.fgcolor() == vt100::Color::Default);
        assert!(screen.contents().contains("before"), "what stood there stands there: {}", screen.contents());
        for (set, undone) in [(">1u", "<1u"), ("22;2t", "23;2t"), ("?2031h", "?2031l")] {
            let count = |wanted: &str| parser.callbacks().sequences.iter().filter(|heard| *heard == wanted).count();
            assert_eq!(count(set), count(undone), "{set} and {undone} in {:?}", parser.callbacks().sequences);
        }
        assert_eq!(format!("{:?}", self.master.get_termios()), self.modes, "the modes are as they were");
    }

    fn contents(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }
}

#[test]
fn quitting_gives_it_back() {
    let mut session = Session::start();
    session.wait_for_text("ready 60x30");
    assert_ne!(format!("{:?}", session.master.get_termios()), session.modes, "the terminal is in raw mode");
    assert_eq!(session.screen.lock().unwrap().callbacks().titles, [b"a title"]);
    session.press(b"q");
    assert_eq!(session.end(), 0);
    session.check_given_back();
}

#[test]
fn a_panic_gives_it_back_and_is_told_after() {
    let mut session = Session::start();
    session.wait_for_text("ready");
    session.press(b"p");
    assert_ne!(session.end(), 0);
    session.check_given_back();
    assert!(session.contents().contains("a panic of its own"), "{}", session.contents());
}

#[test]
fn a_panic_of_another_thread_is_told_when_it_is_given_back() {
    let mut session = Session::start();
    session.wait_for_text("ready");
    session.press(b"t");
    session.wait_for_text("still here");
    assert!(!session.contents().contains("panic"), "{}", session.contents());
    session.press(b"q");
    assert_eq!(session.end(), 0);
    session.check_given_back();
    assert!(session.contents().contains("a panic of another thread"), "{}", session.contents());
}

#[test]
fn signals_give_it_back() {
    for (name, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let mut session = Session::start();
        session.wait_for_text("ready");
        session.signal(name);
        assert_eq!(session.end(), code, "{name}");
        session.check_given_back();
    }
}

#[test]
fn it_ends_when_the_terminal_goes_away() {
    let (master, mut child) = spawn(Session::command());
    let (mut reader, keys) = (master.try_clone_reader().unwrap(), master.take_writer().unwrap());
    let mut heard = Vec::new();
    let mut bytes = [0; 4096];
    while !String::from_utf8_lossy(&heard).contains("ready") {
        let n_read = reader.read(&mut bytes).unwrap();
        heard.extend_from_slice(&bytes[..n_read]);
    }
    drop((reader, keys, master));
    // The end of the input and the signal come together.
    assert!([0, 129].contains(&end(&mut child)));
}

#[test]
fn what_is_typed_is_told() {
    let mut session = Session::start();
    session.wait_for_text("ready");
    for (bytes, shown) in [
        (&b"j"[..], "key j"),
        (b"\x1b", "key Esc"),
        (b"\x1b[A", "key Up"),
        (b"\x03", "key C-c"),
        (b"\x1b[?997;1n", "ThemeChanged { dark: true }"),
        (b"\x1b[?62;4c", "Attributes([62, 4])"),
        (b"\x1b[200~pasted\x1b[201~", "Paste(\"pasted\")"),
        (b"\x1b[<0;3;4M", "Press"),
        ("é".as_bytes(), "key é"),
    ] {
        session.press(bytes);
        session.wait_for_text(shown);
    }
    // A sequence in two pieces, with less than the wait for its rest between them.
    session.press(b"\x1b[");
    thread::sleep(Duration::from_millis(10));
    session.press(b"6~");
    session.wait_for_text("key PgDn");
    session.press(b"c");
    session.press(b"q");
    assert_eq!(session.end(), 0);
    assert_eq!(session.screen.lock().unwrap().callbacks().clipboard, [b"Y29waWVk"]);
    session.check_given_back();
}

#[test]
fn another_size_is_told() {
    let mut session = Session::start();
    session.wait_for_text("ready 60x30");
    session.master.resize(PtySize { rows: 8, cols: 40, pixel_width: 0, pixel_height: 0 }).unwrap();
    session.wait_for_text("resized 40x8");
    session.press(b"q");
    assert_eq!(session.end(), 0);
    session.check_given_back();
}

#[test]
fn keys_come_from_the_terminal_where_the_input_is_a_pipe() {
    let mut session = Session::start_in_shell("echo text | \"$@\"");
    session.wait_for_text("ready");
    session.press(b"k");
    session.wait_for_text("key k");
    session.press(b"q");
    assert_eq!(session.end(), 0);
    session.check_given_back();
}

#[test]
fn a_stop_gives_it_back_until_it_goes_on() {
    let mut session = Session::start_in_shell("set -m; \"$@\"; echo stopped; read line; fg >/dev/null");
    session.wait_for_text("ready");
    session.press(b"z");
    session.wait_for("stop", |screen| screen.contents().contains("stopped"));
    session.check_given_back();
    session.press(b"\r");
    session.wait_for_text("back 60x30");
    session.press(b"j");
    session.wait_for_text("key j");
    session.press(b"q");
    assert_eq!(session.end(), 0);
    session.check_given_back();
}

#[test]
fn a_stop_that_nobody_would_end_does_not_happen() {
    let mut session = Session::start();
    session.wait_for_text("ready");
    session.press(b"z");
    session.wait_for_text("back");
    session.press(b"q");
    assert_eq!(session.end(), 0);
    session.check_given_back();
}

#[test]
fn a_stop_from_outside_is_made_good() {
    let mut session = Session::start();
    session.wait_for_text("ready");
    session.signal("STOP");
    // Whoever has the terminal meanwhile leaves it in other modes and writes over the screen.
    session.screen.lock().unwrap().process(b"\x1b[?1049l\x1b[2J\x1b[?25hmeanwhile");
    session.signal("CONT");
    session.wait_for_text("ready");
    session.press(b"j");
    session.wait_for_text("key j");
    session.press(b"q");
    assert_eq!(session.end(), 0);
}
