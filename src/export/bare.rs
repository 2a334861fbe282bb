//! Bare text: the article's words and nothing that was not among them, for programs and for what flows text itself.
//!
//! A paragraph is a line, a blank line stands between blocks, items have their marks, quotations `>`, cells are parted
//! by tabs. Pictures are told by their captions alone.

use std::fmt::{self, Write};

use crate::document::{Block, BlockId, BlockKind, Document, ItemMark};

/// Writes the document's text, a line a paragraph.
pub fn write(document: &Document, out: &mut dyn Write) -> fmt::Result {
    let mut writer = Writer { document, out, begun: None, before: None };
    for (block, id) in document.blocks().iter().zip((0..).map(BlockId)) {
        if !block.kind.is_container() {
            writer.leaf(id, block)?;
        }
    }
    Ok(())
}

struct Writer<'d, 'o> {
    document: &'d Document,
    out: &'o mut dyn Write,
    /// The last container whose mark was written: each is written once.
    begun: Option<BlockId>,
    /// The leaf that was written last.
    before: Option<BlockId>,
}

impl Writer<'_, '_> {
    fn leaf(&mut self, id: BlockId, block: &Block) -> fmt::Result {
        let text = self.document.slice(block.range);
        let text = if block.kind == BlockKind::Rule { "* * *" } else { text };
        if text.is_empty() {
            return Ok(());
        }
        if self.before.is_some_and(|before| !self.are_close(before, id)) {
            self.out.write_char('\n')?;
        }
        self.before = Some(id);
        let (mut first, mut rest) = (String::new(), String::new());
        let mut around: Vec<(BlockId, &Block)> = self.document.ancestors(id).collect();
        around.reverse();
        for (container, block) in around {
            let mark = match block.kind {
                BlockKind::Quote => "> ".to_owned(),
                BlockKind::Item(mark) => item(mark),
                BlockKind::Footnote(idx) => {
                    let label = self.document.footnotes().get(idx as usize).map(|note| note.label.as_str());
                    format!("[{}] ", label.unwrap_or_default())
                }
                _ => "    ".to_owned(),
            };
            let blank = if block.kind == BlockKind::Quote { mark.clone() } else { " ".repeat(mark.chars().count()) };
            let is_new = self.begun.is_none_or(|begun| begun < container);
            if is_new {
                self.begun = Some(container);
            }
            first.push_str(if is_new { &mark } else { &blank });
            rest.push_str(&blank);
        }
        for (idx, line) in text.split('\n').enumerate() {
            let margin = if idx == 0 { &first } else { &rest };
            let line = format!("{margin}{line}");
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Returns whether no blank line stands between two leaves: the items of a list, a term and what defines it.
    fn are_close(&self, before: BlockId, id: BlockId) -> bool {
        let kind_before = self.document.block(before).map(|block| block.kind);
        let is_item = |leaf| {
            let mut around = self.document.ancestors(leaf);
            around.any(|(_, block)| matches!(block.kind, BlockKind::Item(_)))
        };
        matches!(kind_before, Some(BlockKind::Term | BlockKind::Caption)) || is_item(before) && is_item(id)
    }
}

fn item(mark: ItemMark) -> String {
    match mark {
        ItemMark::Task(true) => "[x] ".to_owned(),
        ItemMark::Task(false) => "[ ] ".to_owned(),
        mark => mark.numeral().map_or_else(|| "- ".to_owned(), |numeral| format!("{numeral}. ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::export::{Kind, export};
    use crate::format::{Format, parse};

    fn check(markdown: &str, expected: &str) {
        assert_eq!(export(&parse(Format::Markdown, markdown), Kind::Bare), expected);
    }

    #[test]
    fn a_paragraph_is_a_line() {
        let words = "words ".repeat(200);
        check(
            &format!("# A *title*\n\n{words}\n\nMore\nof it.\n"),
            &format!("A title\n\n{}\n\nMore of it.\n", words.trim()),
        );
        check("", "");
    }

    #[test]
    fn marks_stand_once() {
        check("- one\n- two\n\n  more\n\n  3. three\n- [x] done\n", "- one\n- two\n  more\n  3. three\n[x] done\n");
        check("> - a\n>\n> b\n\n---\n\nc\n", "> - a\n\n> b\n\n* * *\n\nc\n");
        check("Term\n: What it is.\n", "Term\n    What it is.\n");
        check("a[^1]\n\n[^1]: b\n\n    c\n", "a[1]\n\n[1] b\n\n    c\n");
    }

    #[test]
    fn what_keeps_its_lines_keeps_them() {
        check("> ```\n> a\n>\n>   b\n> ```\n", "> a\n>\n>   b\n");
        check("| a | b |\n|---|---|\n| c | d |\n", "a\tb\nc\td\n");
        check("x\n\n![seen](p.png)\n\ny\n", "x\n\ny\n");
    }
}
