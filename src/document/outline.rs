//! The outline: the sections that a document's headings make, and how many words each has.

use super::{BlockId, BlockKind, Document, Section, TextRange};

impl Document {
    /// Returns the document with `block` as a heading of `level`, or as a paragraph. The text is shared.
    ///
    /// A heading made so is sure; blocks other than plain lines of prose stay what they are.
    #[must_use]
    pub fn with_heading(&self, block: BlockId, level: Option<u8>) -> Self {
        let mut changed = self.clone();
        let Some(entry) = changed.blocks.get_mut(block.index()) else { return changed };
        let was_heading = matches!(entry.kind, BlockKind::Heading(_));
        entry.kind = match (entry.kind, level) {
            (BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::Title | BlockKind::Byline, Some(level)) => {
                BlockKind::Heading(level.clamp(1, 6))
            }
            (BlockKind::Heading(_), None) => BlockKind::Paragraph,
            (kind, _) => kind,
        };
        if was_heading || matches!(entry.kind, BlockKind::Heading(_)) {
            let old = &self.sections;
            changed.sections = outline(&changed, old, |id| {
                let start = changed.block(id).map(|heading| heading.range.start);
                let known = old.binary_search_by(|section| Some(section.range.start).cmp(&start)).ok();
                let known = known.and_then(|idx| old.get(idx)).filter(|section| section.title.is_some());
                if id == block { 1.0 } else { known.map_or(1.0, |section| section.confidence) }
            });
        }
        changed
    }
}

/// Returns the sections of `document`, whose headings are as sure as `confidence` says. Words are taken from `known`
/// sections where the text is the same, so that a change of one heading does not count all words again.
pub(super) fn outline(document: &Document, known: &[Section], confidence: impl Fn(BlockId) -> f32) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (block, id) in document.blocks().iter().zip((0..).map(BlockId)) {
        let (level, title) = match block.kind {
            BlockKind::Heading(level) => (level, Some(block.range)),
            BlockKind::Title | BlockKind::Byline => continue,
            kind if kind.is_container() || !sections.is_empty() => continue,
            _ => (0, None),
        };
        if let Some(last) = sections.last_mut() {
            last.range.end = block.range.start;
        }
        let range = TextRange::new(block.range.start, document.end());
        let confidence = if title.is_some() { confidence(id) } else { 1.0 };
        sections.push(Section { level, title, range, words: 0, confidence });
    }
    for section in &mut sections {
        let idx = known.partition_point(|other| other.range.start < section.range.start);
        section.words = match known.get(idx) {
            Some(other) if other.range == section.range && other.title == section.title => other.words,
            _ => words_of(document, section),
        };
    }
    sections
}

/// Returns how many words `text` has: runs between white space that hold a letter or a digit. Two characters of a
/// script that writes without spaces count as one.
pub fn words_in(text: &str) -> u32 {
    let mut n_words = 0usize;
    let mut n_unspaced = 0usize;
    let mut is_in_word = false;
    let mut rest = text;
    loop {
        let ascii_len = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let (ascii, other) = rest.split_at_checked(ascii_len).unwrap_or_default();
        for byte in ascii.bytes() {
            let is_start = byte.is_ascii_alphanumeric() & !is_in_word;
            n_words += usize::from(is_start);
            is_in_word = (is_in_word | is_start) & (byte > b' ');
        }
        let mut others = other.chars();
        let Some(c) = others.next() else { break };
        rest = others.as_str();
        if is_unspaced(c) {
            n_unspaced += 1;
            is_in_word = false;
        } else if c.is_whitespace() {
            is_in_word = false;
        } else if !is_in_word && c.is_alphanumeric() {
            n_words += 1;
            is_in_word = true;
        }
    }
    u32::try_from(n_words + n_unspaced.div_ceil(2)).unwrap_or(u32::MAX)
}

fn words_of(document: &Document, section: &Section) -> u32 {
    let from = document.blocks().partition_point(|block| block.range.start < section.range.start);
    let blocks = document.blocks().get(from..).unwrap_or_default();
    let blocks = blocks.iter().take_while(|block| block.range.start < section.range.end);
    let words = blocks.map(|block| match block.kind {
        BlockKind::Heading(_) | BlockKind::Title | BlockKind::Byline => 0,
        kind if kind.is_container() => 0,
        _ => words_in(document.slice(block.range)),
    });
    words.fold(0, u32::saturating_add)
}

/// Chinese, Japanese, Thai, Lao, Khmer and Burmese letters.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{E01}'..='\u{E30}' | '\u{E32}' | '\u{E33}' | '\u{E40}'..='\u{E46}'
        | '\u{E81}'..='\u{EB0}' | '\u{EB2}' | '\u{EB3}' | '\u{EBD}'..='\u{EC6}'
        | '\u{1000}'..='\u{102A}' | '\u{1780}'..='\u{17B3}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::DocumentBuilder;

    fn check_words(text: &str, expected: u32) {
        assert_eq!(words_in(text), expected, "{text:?}");
    }

    #[test]
    fn words() {
        check_words("", 0);
        check_words("It’s well-known — isn't it?", 4);
        check_words(" - * 1. one\ttwo\n", 3);
        check_words("Größe Äpfel", 2);
        check_words("中文字", 2);
        check_words("用 Rust 写", 2);
        check_words("한국어 단어", 2);
        check_words("“—” …", 0);
    }

    fn check(blocks: &[(BlockKind, &str)], expected: &[(u8, &str, u32)]) {
        let mut builder = DocumentBuilder::new();
        for &(kind, text) in blocks {
            builder.leaf(kind, text);
        }
        let document = builder.finish();
        let sections = document.sections().iter();
        let sections = sections.map(|section| (section.level, document.slice(section.range), section.words));
        assert_eq!(sections.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_lead_stands_before_the_first_heading() {
        use BlockKind::{Byline, Heading, Paragraph, Title};
        check(&[], &[]);
        check(&[(Title, "T"), (Byline, "B")], &[]);
        check(&[(Title, "T"), (Heading(2), "H"), (Paragraph, "p")], &[(2, "H\np", 1)]);
        check(
            &[(Title, "T"), (Paragraph, "p q"), (Byline, "B"), (Heading(1), "H"), (Heading(3), "I")],
            &[(0, "p q\nB\n", 2), (1, "H\n", 0), (3, "I", 0)],
        );
    }
}
