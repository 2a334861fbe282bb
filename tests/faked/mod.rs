//! A terminal that answers as real ones do, or as none should, with the binary on it.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

pub struct Faked {
    written: Arc<Mutex<Vec<u8>>>,
    keys: Arc<Mutex<Box<dyn Write + Send>>>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    master: Box<dyn portable_pty::MasterPty + Send>,
}

/// Returns where a library may be made that no other test has.
pub fn fresh_library() -> PathBuf {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}", std::process::id()));
    let _ = fs::remove_dir_all(&directory);
    directory.join("library.db")
}

/// What is said of a terminal beside its answers.
pub const XTERM: &[(&str, &str)] = &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];

impl Faked {
    /// Opens `file` on a terminal of 80 by 24 cells that says `answers` once it was asked for its attributes.
    pub fn start(file: &Path, arguments: &[&str], answers: &str) -> Self {
        Self::start_as(XTERM, file, arguments, vec![(0, answers.to_owned())])
    }

    /// The same with another environment, and answers that come after so many milliseconds each.
    pub fn start_as(
        environment: &[(&str, &str)],
        file: &Path,
        arguments: &[&str],
        answers: Vec<(u64, String)>,
    ) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 800, pixel_height: 480 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_recto"));
        command.args(arguments);
        command.arg(file);
        for name in ["TMUX", "NO_COLOR", "TERM_PROGRAM", "COLORTERM", "KITTY_WINDOW_ID"] {
            command.env_remove(name);
        }
        command.env("RECTO_LIBRARY", fresh_library());
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let written = Arc::new(Mutex::new(Vec::new()));
        let (theirs, answering) = (Arc::clone(&written), Arc::clone(&keys));
        thread::spawn(move || {
            let mut bytes = [0; 65536];
            let mut answers = Some(answers);
            while let Ok(n_read @ 1..) = reader.read(&mut bytes) {
                let mut written = theirs.lock().unwrap();
                written.extend_from_slice(&bytes[..n_read]);
                if memchr::memmem::find(&written, b"\x1b[c").is_some()
                    && let Some(answers) = answers.take()
                {
                    let answering = Arc::clone(&answering);
                    thread::spawn(move || {
                        for (delay, answer) in answers {
                            thread::sleep(Duration::from_millis(delay));
                            let _ = answering.lock().unwrap().write_all(answer.as_bytes());
                        }
                    });
                }
            }
        });
        Self { written, keys, child, master: pair.master }
    }

    pub fn press(&self, keys: &str) {
        self.keys.lock().unwrap().write_all(keys.as_bytes()).unwrap();
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    pub fn written(&self) -> String {
        String::from_utf8_lossy(&self.written.lock().unwrap()).into_owned()
    }

    /// Waits until what was written holds `what` so many times; returns all of it.
    #[track_caller]
    pub fn wait_for(&self, what: &str, times: usize) -> String {
        self.wait_until(&format!("{times} of {what:?}"), |written| written.matches(what).count() >= times)
    }

    /// Waits until what was written is as it should be; returns all of it.
    #[track_caller]
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let written = self.written();
            if is_so(&written) {
                return written;
            }
            let shown = written.get(..3000).unwrap_or(&written);
            assert!(start.elapsed() < Duration::from_secs(30), "no {what} in {shown:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it, and returns all that was written.
    pub fn end(mut self) -> String {
        self.press("Q");
        assert!(self.child.wait().unwrap().success());
        thread::sleep(Duration::from_millis(100));
        self.written()
    }
}
