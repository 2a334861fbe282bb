//! The real binary on a pseudo-terminal, read back through an emulator: keys in, screen out.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod faked;

use std::io::{Read, Write};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

struct Session {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

/// How long a screen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

impl Session {
    fn start(columns: u16, rows: u16, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_recto"));
        command.args(arguments);
        Self::run(columns, rows, command)
    }

    fn start_shell(script: &str) -> Self {
        let mut command = CommandBuilder::new("bash");
        command.args(["-c", script]);
        Self::run(80, 24, command)
    }

    fn run(columns: u16, rows: u16, mut command: CommandBuilder) -> Self {
        let pair =
            native_pty_system().openpty(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        if command.get_env("RECTO_LIBRARY").is_none() {
            command.env("RECTO_LIBRARY", faked::fresh_library());
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (sender, output) = mpsc::channel();
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut chunk) {
                if sender.send(chunk[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        let screen = vt100::Parser::new(rows, columns, 0);
        Self { child, master: pair.master, writer, output, screen }
    }

    fn send(&mut self, bytes: &str) {
        self.writer.write_all(bytes.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Waits until the screen shows `text`.
    fn until(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.screen.screen().contents().contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(_) => panic!("`{text}` was never shown; the screen:\n{}", self.screen.screen().contents()),
            }
        }
    }

    /// Waits for the end and returns the exit code.
    fn end(&mut self) -> u32 {
        let end = Instant::now() + PATIENCE;
        loop {
            while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.screen.process(&bytes);
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                // What it wrote last may have come since.
                while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) {
                    self.screen.process(&bytes);
                }
                return status.exit_code();
            }
            assert!(Instant::now() < end, "recto does not end");
        }
    }
}

#[test]
fn an_article_is_walked_searched_and_left() {
    let mut session = Session::start(120, 30, &["assets/alibaba-apple.txt"]);
    session.until("Contents");
    assert!(session.screen.screen().alternate_screen());
    session.send("]]");
    session.until("·  Why Apple Is Losing Ground in China");
    session.send("/iPhone");
    session.until("hit 2 of 5");
    session.send("\r");
    session.send("G");
    session.until("100%");
    session.send("q");
    assert_eq!(session.end(), 0);
    assert!(!session.screen.screen().alternate_screen(), "the alternate screen is left");
    assert!(!session.screen.screen().hide_cursor(), "the cursor is shown again");
}

#[test]
fn a_resize_keeps_the_first_visible_word() {
    let mut session = Session::start(100, 30, &["assets/alibaba-apple.txt"]);
    session.until("min left");
    session.send("]]]");
    thread::sleep(Duration::from_millis(200));
    session.send("j");
    session.until("%");
    let top_line = |session: &Session| {
        let screen = session.screen.screen().contents();
        screen.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
    };
    thread::sleep(Duration::from_millis(300));
    while let Ok(bytes) = session.output.try_recv() {
        session.screen.process(&bytes);
    }
    let word = top_line(&session).split_whitespace().next().unwrap_or_default().to_owned();
    session.master.resize(PtySize { rows: 20, cols: 60, pixel_width: 0, pixel_height: 0 }).unwrap();
    session.screen.screen_mut().set_size(20, 60);
    thread::sleep(Duration::from_millis(500));
    while let Ok(bytes) = session.output.try_recv() {
        session.screen.process(&bytes);
    }
    assert!(top_line(&session).contains(&word), "{:?} does not hold {word:?}", top_line(&session));
    session.send("Q");
    assert_eq!(session.end(), 0);
}

#[test]
fn a_missing_file_is_told_before_the_screen_is_taken() {
    let mut session = Session::start(80, 24, &["no-such-file.txt"]);
    assert_eq!(session.end(), 1);
    assert!(session.screen.screen().contents().contains("cannot open `no-such-file.txt`: it does not exist"));
    assert!(!session.screen.screen().alternate_screen());
}

#[test]
fn a_request_to_end_gives_the_terminal_back() {
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let mut session = Session::start(80, 24, &["assets/tour.md"]);
        session.until("min left");
        let id = session.child.process_id().unwrap().to_string();
        std::process::Command::new("kill").args(["-s", signal, &id]).status().unwrap();
        assert_eq!(session.end(), code, "{signal}");
        assert!(!session.screen.screen().alternate_screen());
    }
}

#[test]
fn keys_come_from_the_terminal_while_the_article_comes_from_a_pipe() {
    let recto = env!("CARGO_BIN_EXE_recto");
    let mut session = Session::start_shell(&format!("printf '# Piped\\n\\nA text from a pipe.\\n' | {recto}"));
    session.until("A text from a pipe.");
    session.send("q");
    assert_eq!(session.end(), 0);
}

#[test]
fn a_reader_is_back_at_the_same_word_after_a_kill_at_another_width() {
    let library = faked::fresh_library();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.md");
    let sections: String = ["alder", "birch", "cedar", "elm"]
        .iter()
        .map(|tree| format!("## The {tree}\n\nOnly the {tree} stands here. {}\n\n", "And so on it goes. ".repeat(120)))
        .collect();
    std::fs::write(&path, format!("# Trees\n\nA lead.\n\n{sections}")).unwrap();
    let open = |columns| {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_recto"));
        command.arg(&path);
        command.env("RECTO_LIBRARY", &library);
        Session::run(columns, 24, command)
    };
    let mut session = open(80);
    session.until("A lead");
    session.send("]]]");
    session.until("Only the cedar");
    session.send("jjvvHb");
    session.until("highlighted in blue");
    // The place is written soon after the last move.
    thread::sleep(Duration::from_millis(600));
    let id = i32::try_from(session.child.process_id().unwrap()).unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_raw(id).unwrap(), rustix::process::Signal::KILL).unwrap();
    let _ = session.child.wait();
    let mut session = open(70);
    session.until("▍Only the cedar");
    let shown = session.screen.screen().contents();
    assert!(shown.trim_start().starts_with("▍Only the cedar"), "{shown}");
    session.send("q");
    assert_eq!(session.end(), 0);
}

#[test]
fn everything_is_searched_ranked_and_opened_at_a_hit() {
    let library = faked::fresh_library();
    let dir = tempfile::tempdir().unwrap();
    for (name, words) in [("often", "A heron, a heron and a heron."), ("once", "Nobody but one heron came.")] {
        let path = dir.path().join(format!("{name}.md"));
        let before = "And so on it goes. ".repeat(400);
        std::fs::write(&path, format!("# Told {name}\n\n{before}\n\n{words}\n")).unwrap();
        let added = std::process::Command::new(env!("CARGO_BIN_EXE_recto"))
            .arg("add")
            .arg(&path)
            .env("RECTO_LIBRARY", &library)
            .output()
            .unwrap();
        assert!(added.status.success(), "{added:?}");
    }
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_recto"));
    command.env("RECTO_LIBRARY", &library);
    let mut session = Session::run(80, 24, command);
    session.until("unread");
    session.send("F");
    session.until("Search everything");
    session.send("hero");
    session.until("2 articles, newest first");
    session.send("n\r");
    session.until("2 articles, best first");
    let shown = session.screen.screen().contents();
    assert!(shown.find("▌ Told often") < shown.find("Told once"), "{shown}");
    session.send("\r");
    session.until("“heron” hit 1 of 3");
    session.until("A heron, a heron and a heron.");
    session.send("n");
    session.until("hit 2 of 3");
    session.send("qq");
    assert_eq!(session.end(), 0);
}

#[test]
fn an_article_and_a_section_of_it_are_found_by_letters_of_their_names() {
    let library = faked::fresh_library();
    let dir = tempfile::tempdir().unwrap();
    for name in ["weirs", "ferries"] {
        let text = "And so on it goes. ".repeat(200);
        let path = dir.path().join(format!("{name}.md"));
        std::fs::write(&path, format!("# A book of {name}\n\n{text}\n\n## The end of {name}\n\nNo more {name}.\n"))
            .unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_recto"));
        command.arg(&path);
        command.env("RECTO_LIBRARY", &library);
        let mut session = Session::run(80, 24, command);
        session.until("min left");
        if name == "ferries" {
            session.send("\x10");
            session.until("Article  A book of weirs");
            session.send("bkweirs\r");
            session.until("weirs.md  ·  A book of weirs");
            session.send("\x10endof\r");
            session.until("No more weirs.");
        }
        thread::sleep(Duration::from_millis(200));
        session.send("\x03");
        assert_eq!(session.end(), 0);
    }
}

#[test]
fn a_note_is_written_in_the_readers_own_editor() {
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("my editor");
    // It tells what it sees, and does what its first argument says.
    let lines = "#!/bin/bash\n\
        stat -c '%a %A' \"$2\" \"$(dirname \"$2\")\" > \"$(dirname \"$0\")/seen\"\n\
        echo \"$2\" >> \"$(dirname \"$0\")/seen\"\n\
        cat \"$2\" >> \"$(dirname \"$0\")/seen\"\n\
        if [ -e \"$(dirname \"$0\")/fails\" ]; then exit 3; fi\n\
        printf 'from $HOME\\nand \\033[31mtwo lines\\n' > \"$2\"\n";
    std::fs::write(&script, lines).unwrap();
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_recto"));
    command.args(["assets/tour.md"]);
    command.env("VISUAL", format!("'{}' ';touch'", script.display()));
    command.env("EDITOR", "false");
    command.env("TMPDIR", dir.path());
    let mut session = Session::run(100, 30, command);
    session.until("min left");
    session.send("va");
    session.until("Ctrl-E opens your editor");
    session.send("typed here\x05");
    session.until("from $HOME");
    session.until("two lines");
    assert!(session.screen.screen().alternate_screen());
    let seen = std::fs::read_to_string(dir.path().join("seen")).unwrap();
    assert!(seen.starts_with("600 -rw-------\n700 drwx------\n"), "{seen}");
    assert!(seen.contains("/note.md\ntyped here\n"), "{seen}");
    // One that fails says so, and nothing is lost.
    std::fs::write(dir.path().join("fails"), "").unwrap();
    session.send("\x05");
    session.until("the note is as it was");
    session.until("from $HOME");
    let mut left = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.all(|name| !name.to_string_lossy().starts_with("recto-")), "its files are gone");
    session.send("\x1b");
    session.until("the note is kept");
    session.send("q");
    assert_eq!(session.end(), 0);
}
