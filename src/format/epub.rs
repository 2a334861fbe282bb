//! EPUB: books of versions 2 and 3.

use std::ops::ControlFlow;

use super::Context;
use crate::document::Document;
use crate::error::{Error, Result};

/// Parses a book, handing on its first chapters while the rest is still being read.
///
/// # Errors
///
/// If the bytes are no zip archive.
pub fn parse(
    _bytes: Vec<u8>,
    _context: &Context<'_>,
    _on_part: &mut dyn FnMut(Document) -> ControlFlow<()>,
) -> Result<Document> {
    Err(Error::new("it is an EPUB book, which recto does not read yet").hint("`--format text` shows it as text anyway"))
}
