//! Places where nothing can be written, as the commands meet them: what can be read is read, and what cannot be kept is
//! said.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use recto::library::{Places, Store};
use tempfile::TempDir;

use crate::steps::Step;

/// What root is here: whom permissions stop.
const NOBODY: u32 = 65_534;

/// A library in a directory that can be locked.
struct Home(TempDir);

impl Home {
    /// Makes one with two articles, its log in it, as a kill leaves it.
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        let written = home.0.path().join("written.db");
        let mut store = Store::open(&Places::at(&written)).unwrap().store;
        Step::of(1, 0).perform(&mut store).unwrap();
        drop(store);
        let mut store = Store::open(&Places::at(&written)).unwrap().store;
        Step::of(1, 1).perform(&mut store).unwrap();
        for suffix in ["", "-wal", "-shm"] {
            fs::copy(home.path(&format!("written.db{suffix}")), home.path(&format!("library.db{suffix}"))).unwrap();
        }
        home
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn without(self, name: &str) -> Self {
        fs::remove_file(self.path(name)).unwrap();
        self
    }

    /// Puts the log into the file.
    fn closed(self) -> Self {
        drop(Store::open(&Places::at(&self.path("library.db"))).unwrap());
        assert!(!self.path("library.db-wal").exists());
        self
    }

    fn damaged(self) -> Self {
        let home = self.closed();
        let mut bytes = fs::read(home.path("library.db")).unwrap();
        bytes[..16].fill(0);
        fs::write(home.path("library.db"), bytes).unwrap();
        home
    }

    /// Gives all to somebody, and takes the right to write from the files and the directory, where it is said so.
    fn locked(self, files: u32, directory: u32) -> Self {
        for found in fs::read_dir(self.0.path()).unwrap() {
            let path = found.unwrap().path();
            fs::set_permissions(&path, fs::Permissions::from_mode(files)).unwrap();
            let _ = chown(path, Some(NOBODY), None);
        }
        let _ = chown(self.0.path(), Some(NOBODY), None);
        fs::set_permissions(self.0.path(), fs::Permissions::from_mode(directory)).unwrap();
        self
    }

    /// Runs a command as somebody whom permissions stop; returns its exit code, what it printed and what it said.
    fn recto(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
        command.args(arguments).env("RECTO_LIBRARY", self.path("library.db")).current_dir("/");
        if is_root() {
            command.uid(NOBODY);
        }
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// Checks that what is in it is read, that nothing can be kept, and that it is not said to be damaged.
    fn check(&self, told: &str, n_articles: usize) {
        let (code, out, err) = self.recto(&["list"]);
        assert_eq!((code, out.lines().count()), (0, n_articles), "{told}: {out}{err}");
        let (code, out, err) = self.recto(&["show", "1", "--text"]);
        assert!(code == 0 && out.contains("Article 0"), "{told}: {out}{err}");
        let (code, out, err) = self.recto(&["mark", "1", "--star"]);
        assert!(code == 1 && err.contains("cannot be written here"), "{told}: {out}{err}");
        let (_, out, err) = self.recto(&["doctor"]);
        assert!(!out.contains("damaged") && out.contains("file: whole"), "{told}: {out}{err}");
        let (_, out, err) = self.recto(&["doctor", "--repair"]);
        assert!(!out.contains("damaged") && !self.path("library.damaged-1.db").exists(), "{told}: {out}{err}");
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // So that it can be removed.
        let _ = fs::set_permissions(self.0.path(), fs::Permissions::from_mode(0o700));
    }
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

/// Says that nothing can be tested where root's place is closed to others, and the binary is in it.
fn can_run() -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.arg("--version").current_dir("/");
    if is_root() {
        command.uid(NOBODY);
    }
    let can = command.output().is_ok_and(|output| output.status.success());
    if !can {
        eprintln!(
            "not tested: root is not stopped by permissions, and nobody else may run {}",
            env!("CARGO_BIN_EXE_recto")
        );
    }
    can && Path::new("/").is_dir()
}

#[test]
fn a_directory_that_cannot_be_written() {
    if !can_run() {
        return;
    }
    Home::new().locked(0o600, 0o500).check("with its log", 2);
    Home::new().without("library.db-shm").locked(0o600, 0o500).check("without the log's index", 2);
    Home::new().closed().locked(0o600, 0o500).check("closed", 2);
}

#[test]
fn files_that_cannot_be_written() {
    if !can_run() {
        return;
    }
    Home::new().locked(0o400, 0o500).check("with its log", 2);
    Home::new().closed().locked(0o400, 0o500).check("closed", 2);
    Home::new().closed().locked(0o400, 0o700).check("closed, in a directory that can be written", 2);
}

#[test]
fn a_damaged_file_where_nothing_can_be_written() {
    if !can_run() {
        return;
    }
    let home = Home::new().damaged().locked(0o600, 0o500);
    let (code, out, err) = home.recto(&["list"]);
    assert!(code == 0, "{out}{err}");
    let (code, _, err) = home.recto(&["mark", "1", "--star"]);
    assert!(code == 1 && err.contains("damaged"), "{err}");
}

#[test]
fn no_library_where_none_can_be_made() {
    if !can_run() {
        return;
    }
    let home = Home::new();
    let home = home.without("library.db").without("library.db-wal").without("library.db-shm").locked(0o600, 0o500);
    let (code, out, err) = home.recto(&["list"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    let (code, _, err) = home.recto(&["add", concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")]);
    assert!(code == 1 && err.contains("permission denied"), "{err}");
}
