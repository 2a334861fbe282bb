//! The reader's own editor, run on a text of theirs while the terminal is given back.
//!
//! The text is in a file that nobody else can read, which is gone afterwards. No shell reads the editor's name.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;
use std::process::{self, Command, Stdio};

use crate::error::{Error, Result};

/// How much of what comes back is taken, in bytes.
const MOST_TEXT: u64 = 1 << 20;

/// Runs the editor on `text`; returns what it left.
pub fn edit(text: &str) -> Result<String> {
    let desk = Desk::set_up()?;
    let path = desk.0.join("note.md");
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    // Without an end of the last line, some editors complain.
    writeln!(file, "{text}")?;
    drop(file);
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| env::var(name).ok());
    let line = named.into_iter().find(|line| !line.trim().is_empty()).unwrap_or_else(|| "vi".to_owned());
    let mut words = words(&line).into_iter();
    let program = words.next().unwrap_or_default();
    let mut command = Command::new(&program);
    command.args(words).arg(&path);
    // Standard input may be the article.
    if let Ok(terminal) = File::open("/dev/tty") {
        command.stdin(Stdio::from(terminal));
    }
    let status = command.status().map_err(|error| Error::new(format!("cannot run `{program}`: {error}")))?;
    if !status.success() {
        return Err(Error::new(format!("`{program}` failed ({status})")));
    }
    let mut bytes = Vec::new();
    File::open(&path)?.take(MOST_TEXT).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A directory that is nobody else's, and gone at the end.
struct Desk(PathBuf);

impl Desk {
    fn set_up() -> io::Result<Self> {
        for number in 0..100 {
            let path = env::temp_dir().join(format!("recto-{}-{number}", process::id()));
            match DirBuilder::new().mode(0o700).create(&path) {
                // What is there already may be somebody else's.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made.map(|()| Self(path)),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns a command's words: what stands between spaces, or in quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_cut_at_its_spaces() {
        let check = |line: &str, expected: &[&str]| assert_eq!(words(line), expected, "{line}");
        check("vi", &["vi"]);
        check("  code  --wait ", &["code", "--wait"]);
        check("'/my programs/ed' -x \"a 'b'\" ''", &["/my programs/ed", "-x", "a 'b'", ""]);
        check("vi; rm -r $HOME", &["vi;", "rm", "-r", "$HOME"]);
        check("", &[]);
    }
}
