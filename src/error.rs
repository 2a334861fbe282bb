//! The one error of recto: a private kind, a chain of context, and a hint where we know one.
//!
//! Content never makes an error (a parser warns instead); what does is a source that cannot be opened, a terminal that
//! cannot be driven, or arguments that make no sense. `main` alone turns an error into an exit code.

use std::fmt;
use std::io;

pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, where, and what to do about it.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    context: Vec<String>,
    hint: Option<String>,
}

#[derive(Debug)]
enum Kind {
    Io(io::Error),
    Message(String),
    Usage(String),
}

impl Error {
    /// Makes an error that is told by `message` alone.
    pub fn new(message: impl Into<String>) -> Self {
        Self { kind: Kind::Message(message.into()), context: Vec::new(), hint: None }
    }

    /// Makes an error about how recto was called.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: Kind::Usage(message.into()), context: Vec::new(), hint: None }
    }

    /// Adds what was being done, outermost last.
    #[must_use]
    pub fn context(mut self, doing: impl Into<String>) -> Self {
        self.context.push(doing.into());
        self
    }

    /// Adds what the reader can do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns whether recto was called in a way that makes no sense.
    pub fn is_usage(&self) -> bool {
        matches!(self.kind, Kind::Usage(_))
    }

    /// Returns whether whoever read our output has gone away, which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(&self.kind, Kind::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for doing in self.context.iter().rev() {
            write!(f, "{doing}: ")?;
        }
        match &self.kind {
            Kind::Io(error) => f.write_str(&describe(error))?,
            Kind::Message(message) | Kind::Usage(message) => f.write_str(message)?,
        }
        match &self.hint {
            Some(hint) => write!(f, ". {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self { kind: Kind::Io(error), context: Vec::new(), hint: None }
    }
}

/// Returns an I/O error in plain words, without the system's number.
fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::IsADirectory => "it is a directory".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_where_and_what_to_do() {
        let error = Error::from(io::Error::from(io::ErrorKind::NotFound))
            .context("cannot open `a.md`")
            .hint("Is the name right?");
        assert_eq!(error.to_string(), "cannot open `a.md`: it does not exist. Is the name right?");
    }
}
