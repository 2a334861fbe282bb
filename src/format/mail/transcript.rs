//! A transcript: a document's blocks written again to a builder that makes a larger one.

use crate::document::{Block, BlockId, BlockKind, Document, DocumentBuilder, LinkTarget, Mark, MarkKind};

/// Adds all blocks of `document`, headings `depth` levels down. A title, for the larger document has its own, becomes a
/// heading and a byline a paragraph.
pub fn append(builder: &mut DocumentBuilder, document: &Document, depth: u8) {
    let mut n_open = 0;
    let mut sections = document.sections().iter().peekable();
    for block in document.blocks() {
        while n_open > block.depth {
            builder.close();
            n_open -= 1;
        }
        let kind = kind(builder, document, block.kind, depth);
        if kind.is_container() {
            builder.open(kind);
            n_open += 1;
            continue;
        }
        while sections
            .next_if(|section| section.range.end <= block.range.start && section.range != block.range)
            .is_some()
        {}
        let id = leaf(builder, document, block, kind);
        if let BlockKind::Heading(level) = kind {
            let confidence = sections.peek().map_or(1.0, |section| section.confidence);
            builder.set_heading(id, Some(level), confidence);
        }
    }
    for _ in 0..n_open {
        builder.close();
    }
    for warning in document.warnings() {
        builder.warn_of(warning.kind, warning.count);
    }
}

/// Returns the kind with its index in the larger document.
fn kind(builder: &mut DocumentBuilder, document: &Document, kind: BlockKind, depth: u8) -> BlockKind {
    match kind {
        BlockKind::Title => BlockKind::Heading(depth.saturating_add(1)),
        BlockKind::Byline => BlockKind::Paragraph,
        BlockKind::Heading(level) => BlockKind::Heading(level.saturating_add(depth)),
        BlockKind::Code(Some(idx)) => {
            BlockKind::Code(document.languages().get(usize::from(idx)).map(|name| builder.language(name)))
        }
        BlockKind::Footnote(idx) => match document.footnotes().get(idx as usize) {
            Some(footnote) => BlockKind::Footnote(builder.footnote(&footnote.label)),
            None => BlockKind::Quote,
        },
        BlockKind::Figure(idx) => match document.resources().get(idx as usize) {
            Some(resource) => BlockKind::Figure(builder.resource(&resource.address, &resource.alt)),
            None => BlockKind::Paragraph,
        },
        // Plain text has no tables; their cells would stand in the text as they are.
        BlockKind::Table(_) => BlockKind::Verse,
        kind => kind,
    }
}

fn leaf(builder: &mut DocumentBuilder, document: &Document, block: &Block, kind: BlockKind) -> BlockId {
    let id = builder.open(kind);
    let marks = document.marks_in(block.range);
    let mut open: Vec<&Mark> = Vec::new();
    let mut at = block.range.start;
    let mut write = |builder: &mut DocumentBuilder, to| {
        if to > at {
            lines(builder, document.slice(crate::document::TextRange::new(at, to)));
            at = to;
        }
    };
    for mark in marks {
        while let Some(last) = open.pop_if(|last| last.range.end <= mark.range.start) {
            write(builder, last.range.end);
            builder.close_mark();
        }
        // Marks that only overlap are left out: those of plain text never do.
        if open.last().is_some_and(|last| last.range.end < mark.range.end) {
            continue;
        }
        write(builder, mark.range.start);
        let kind = mark_kind(builder, document, mark.kind);
        builder.open_mark(kind);
        open.push(mark);
    }
    while let Some(last) = open.pop() {
        write(builder, last.range.end);
        builder.close_mark();
    }
    write(builder, block.range.end);
    builder.close();
    id
}

/// Writes text whose line ends are the author's.
fn lines(builder: &mut DocumentBuilder, text: &str) {
    for (idx, line) in text.split('\n').enumerate() {
        if idx > 0 {
            builder.line_break();
        }
        builder.text(line);
    }
}

fn mark_kind(builder: &mut DocumentBuilder, document: &Document, kind: MarkKind) -> MarkKind {
    match kind {
        MarkKind::Link(idx) => {
            let link = document.links().get(idx as usize);
            let (target, title) = link.map_or((None, None), |link| (Some(&link.target), link.title.as_deref()));
            MarkKind::Link(match target {
                Some(LinkTarget::Address(address) | LinkTarget::File(address) | LinkTarget::Manual(address)) => {
                    builder.link(address, title)
                }
                Some(LinkTarget::Nowhere(address)) => builder.dead_link(address, title),
                Some(LinkTarget::Inside(_)) | None => builder.dead_link("", title),
            })
        }
        MarkKind::FootnoteRef(idx) => {
            let label = document.footnotes().get(idx as usize).map(|footnote| footnote.label.as_str());
            MarkKind::FootnoteRef(builder.footnote(label.unwrap_or_default()))
        }
        kind => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::WarningKind;
    use crate::format::{Format, parse};

    #[test]
    fn writes_all_again() {
        let text = "The Footbridge\n\nSee https://weir.example/a and <https://weir.example/b>, which\ngoes on for a while \
                    here.\n\n> quoted\n>> deeper\n\n- one\n- two\n\n    code\n      more\n\nYours,\nIlse\n\x1b[1m";
        let document = parse(Format::Plain, text);
        let mut builder = DocumentBuilder::new();
        append(&mut builder, &document, 0);
        let again = builder.finish();
        assert_eq!(again.check_invariants(), Ok(()));
        assert_eq!(again.text(), document.text());
        let plain = |kind| matches!(kind, BlockKind::Title);
        for (one, other) in again.blocks().iter().zip(document.blocks()) {
            assert!(one.kind == other.kind && one.depth == other.depth || plain(other.kind), "{one:?} {other:?}");
        }
        assert_eq!(again.links(), document.links());
        assert_eq!(again.marks(), document.marks());
        let confidences = |document: &Document| document.sections().iter().map(|s| s.confidence).collect::<Vec<_>>();
        assert_eq!(confidences(&again), confidences(&document));
        assert!(again.warnings().iter().any(|warning| warning.kind == WarningKind::Escape));
    }
}
