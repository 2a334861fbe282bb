//! FictionBook 2: a book as one XML file, with its pictures in it.
//!
//! [`tree`] reads the XML, however damaged; [`writer`] makes blocks of the body, [`description`] tells what the book is.
//! Sections nest to headings, the notes' body becomes footnotes, and pictures are named by the ids that the file gives
//! them; what they hold is found by [`Binaries`] when they are to be shown.

mod binaries;
mod description;
mod notes;
mod tree;
mod writer;

use crate::document::{BlockKind, Document, DocumentBuilder, WarningKind};
pub use binaries::Binaries;
use description::Description;
use notes::Notes;
use tree::Tree;
use writer::Writer;

/// How much of a long text is parsed for its first part, in bytes.
const LONGEST_FIRST_PART: usize = 2 << 20;

/// Parses a whole text.
pub fn parse(text: &str) -> Document {
    build(text).finish()
}

/// Parses what came so far of a text, up to a paragraph's end, as a document that is not complete.
pub fn parse_first_part(so_far: &str) -> Option<Document> {
    let most = so_far.get(..so_far.floor_char_boundary(LONGEST_FIRST_PART))?;
    let end = most.rfind("</p>")? + "</p>".len();
    let builder = build(most.get(..end)?);
    Some(builder.snapshot())
}

/// Returns whether a text that begins with `head` is a FictionBook: its first element says so.
pub fn is_fb2(head: &str) -> bool {
    let mut rest = head;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->").map_or("", |(_, after)| after)
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            rest.split_once('>').map_or("", |(_, after)| after)
        } else {
            let name = rest.strip_prefix('<').unwrap_or_default();
            let end = name.find(|c: char| !c.is_alphanumeric() && c != ':').unwrap_or(name.len());
            let name = name.get(..end).unwrap_or_default();
            return name.rsplit_once(':').map_or(name, |(_, local)| local) == "FictionBook";
        };
    }
}

fn build(text: &str) -> DocumentBuilder {
    let tree = Tree::read(text);
    // A file cut off at its beginning may lack the root.
    let book = tree.child(tree.top(), "FictionBook").map_or(tree.top(), |(_, inside)| inside);
    let description = Description::read(&tree, book);
    let notes = Notes::read(&tree, book);
    let mut builder = DocumentBuilder::with_capacity(text.len() / 2);
    builder.set_meta(description.meta());
    if let Some(title) = &description.title {
        builder.leaf(BlockKind::Title, title);
    }
    for byline in description.bylines() {
        builder.leaf(BlockKind::Byline, &byline);
    }
    let mut writer = Writer::new(builder, &tree, &notes);
    writer.front(book);
    for (_, inside) in tree.elements(book).filter(|(element, _)| element.name == "body") {
        if notes.is_body(inside) {
            writer.notes(inside);
        } else {
            writer.body(inside, &description);
        }
    }
    let mut builder = writer.finish();
    builder.warn_of(WarningKind::Malformed, tree.n_mended);
    builder.warn_of(WarningKind::Depth, tree.n_too_deep);
    builder.warn_of(WarningKind::Truncated, u32::from(tree.is_cut));
    builder
}
