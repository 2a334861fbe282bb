//! Markdown: a document as a person would have written it, made so that reading it again gives the same outline and
//! the same text.
//!
//! What Markdown cannot say is said another way (a table with odd rows in HTML, verse with spaces of its own in a
//! fence); a container that cannot stand where it does is left out around what it holds. How words are escaped is
//! told in [`escape`], how they are marked in [`line`].

mod escape;
mod front_matter;
mod inline;
mod line;
mod table;

use std::fmt;

use crate::document::{Block, BlockKind, Document, ItemMark, Table};
use escape::Place;
use inline::Inlines;

/// Writes `document` as Markdown.
pub fn write(document: &Document, out: &mut dyn fmt::Write) -> fmt::Result {
    let inlines = Inlines::new(document);
    let mut writer = Writer {
        document,
        inlines,
        out,
        prefix: String::new(),
        waiting: None,
        open: Vec::new(),
        siblings: vec![Sibling::None],
        lists_tight: vec![false],
        has_written: false,
    };
    let n_front = front_matter::write(document, writer.out)?;
    writer.has_written = n_front.has_written;
    for (idx, block) in document.blocks().iter().enumerate().skip(n_front.n_blocks) {
        writer.leave_containers(block);
        if block.kind.is_container() {
            writer.container(idx, block)?;
        } else {
            writer.leaf(idx, block)?;
        }
    }
    Ok(())
}

/// Writes a table of `document` with pipes, whatever headers it has.
pub fn write_table(document: &Document, table: &Table, out: &mut String) {
    table::write_alone(table, &Inlines::new(document), out);
}

struct Writer<'d, 'o> {
    document: &'d Document,
    inlines: Inlines<'d>,
    out: &'o mut dyn fmt::Write,
    /// What stands before each line of the open containers.
    prefix: String,
    /// What stands before the next line instead, because containers begin on it.
    waiting: Option<String>,
    /// The length of `prefix` around each open container.
    open: Vec<usize>,
    /// What came last in the document and in each open container.
    siblings: Vec<Sibling>,
    /// Whether the present list of each of them has no empty lines.
    lists_tight: Vec<bool>,
    has_written: bool,
}

/// What a block comes after, where that decides how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sibling {
    None,
    Other,
    Bullet,
    Number {
        number: u32,
        closes_with: char,
    },
    /// A term, or a definition of one.
    Defined,
}

impl Writer<'_, '_> {
    fn leave_containers(&mut self, block: &Block) {
        while self.open.len() > usize::from(block.depth) {
            if let Some(length) = self.open.pop() {
                self.prefix.truncate(length);
            }
            self.siblings.pop();
            self.lists_tight.pop();
            self.waiting = None;
        }
    }

    fn container(&mut self, idx: usize, block: &Block) -> fmt::Result {
        let before = self.siblings.last().copied().unwrap_or(Sibling::None);
        let (marker, sibling) = match block.kind {
            BlockKind::Quote => ("> ".to_owned(), Sibling::Other),
            BlockKind::Item(mark) => self.item(idx, mark, before),
            BlockKind::Definition if before == Sibling::Defined => (": ".to_owned(), Sibling::Defined),
            BlockKind::Footnote(footnote) if block.depth == 0 && self.inlines.is_noted(footnote) => {
                let label = self.document.footnotes().get(footnote as usize).map(|footnote| footnote.label.as_str());
                (format!("[^{}]: ", label.unwrap_or_default()), Sibling::Other)
            }
            // What it holds stands for itself.
            _ => (String::new(), Sibling::Other),
        };
        let is_item = matches!(block.kind, BlockKind::Item(_));
        if is_item && !goes_on(before, sibling) {
            let is_tight = self.is_tight_list(idx, block.depth);
            if let Some(level) = self.lists_tight.last_mut() {
                *level = is_tight;
            }
        }
        let is_tight = marker.starts_with(':')
            || is_item && goes_on(before, sibling) && self.lists_tight.last() == Some(&true)
            || is_item && self.is_under_words(idx, block, sibling);
        if !marker.is_empty() {
            if !is_tight {
                self.separate()?;
            }
            let first = self.waiting.take().unwrap_or_else(|| self.prefix.clone());
            self.waiting = Some(first + &marker);
        }
        if let Some(last) = self.siblings.last_mut() {
            *last = sibling;
        }
        self.open.push(self.prefix.len());
        self.siblings.push(Sibling::None);
        self.lists_tight.push(false);
        match block.kind {
            BlockKind::Quote => self.prefix.push_str("> "),
            BlockKind::Footnote(_) if !marker.is_empty() => self.prefix.push_str("    "),
            BlockKind::Item(ItemMark::Task(_)) => self.prefix.push_str("  "),
            _ => self.prefix.extend(marker.chars().map(|_| ' ')),
        }
        Ok(())
    }

    /// Returns an item's marker, and what it is to the next item.
    fn item(&self, idx: usize, mark: ItemMark, before: Sibling) -> (String, Sibling) {
        match mark {
            ItemMark::Bullet => ("- ".to_owned(), Sibling::Bullet),
            ItemMark::Task(is_done) => {
                let first = self.document.blocks().get(idx + 1);
                let can_be_task = first.is_some_and(|first| first.kind == BlockKind::Paragraph);
                let marker = match (can_be_task, is_done) {
                    (false, _) => "- ",
                    (true, false) => "- [ ] ",
                    (true, true) => "- [x] ",
                };
                (marker.to_owned(), Sibling::Bullet)
            }
            ItemMark::Number(number) | ItemMark::Ordinal(number, _) => {
                // Markdown counts on by itself; a number out of its turn begins a list of another look.
                let number = number.min(999_999_999);
                let closes_with = match before {
                    Sibling::Number { number: last, closes_with } if last + 1 == number => closes_with,
                    Sibling::Number { closes_with: '.', .. } => ')',
                    _ => '.',
                };
                (format!("{number}{closes_with} "), Sibling::Number { number, closes_with })
            }
        }
    }

    /// Returns whether each item of the list that begins at `idx` is one paragraph, with lists under it at most.
    fn is_tight_list(&self, idx: usize, depth: u8) -> bool {
        let mut before = None;
        let mut number = None;
        for block in self.document.blocks().iter().skip(idx) {
            let is_item = matches!(block.kind, BlockKind::Item(_));
            if block.depth < depth || block.depth == depth && !is_item {
                break;
            }
            if block.depth == depth {
                // A number out of its turn begins another list.
                let own = if let BlockKind::Item(mark) = block.kind { mark.number() } else { None };
                if before.is_some() && own != number {
                    break;
                }
                number = own.map(|own| own.saturating_add(1));
            }
            if block.depth == depth + 1 && !is_item {
                let is_first = before == Some(depth);
                if block.kind != BlockKind::Paragraph || !is_first {
                    return false;
                }
            }
            before = Some(block.depth);
        }
        true
    }

    /// Returns whether the item begins a list right under the words of a tight one, where no line need be between.
    fn is_under_words(&self, idx: usize, item: &Block, sibling: Sibling) -> bool {
        let above = idx.checked_sub(1).and_then(|idx| self.document.blocks().get(idx));
        let is_under = above.is_some_and(|above| above.kind == BlockKind::Paragraph && above.parent == item.parent);
        let outer = self.lists_tight.len().checked_sub(2).and_then(|level| self.lists_tight.get(level));
        let in_item = item.parent.and_then(|id| self.document.block(id));
        let in_item = in_item.is_some_and(|parent| matches!(parent.kind, BlockKind::Item(_)));
        // Other numbers would be read as more words.
        let can_interrupt = matches!(sibling, Sibling::Bullet | Sibling::Number { number: 1, .. });
        is_under && in_item && outer == Some(&true) && can_interrupt
    }

    fn leaf(&mut self, idx: usize, block: &Block) -> fmt::Result {
        let mut sibling = Sibling::Other;
        let names: String = self.inlines.anchors(block.range.start);
        let has_words = matches!(
            block.kind,
            BlockKind::Title
                | BlockKind::Byline
                | BlockKind::Paragraph
                | BlockKind::Caption
                | BlockKind::Term
                | BlockKind::Verse
        );
        if !names.is_empty() && !has_words && !matches!(block.kind, BlockKind::Heading(_)) {
            self.separate()?;
            self.line(&names)?;
        }
        self.separate()?;
        let text = self.document.slice(block.range);
        match block.kind {
            BlockKind::Heading(level) => {
                let title = self.inlines.text(block.range, Place::Heading);
                let hashes = "######".get(..usize::from(level.min(6))).unwrap_or("#");
                self.line(&format!("{hashes} {names}{title}"))?;
            }
            BlockKind::Rule => self.line("***")?,
            BlockKind::Code(language) => {
                let language = language.and_then(|idx| self.document.languages().get(usize::from(idx)));
                self.fence(language.filter(|name| is_info(name)).map_or("", String::as_str), text)?;
            }
            BlockKind::Math if escape::is_math(text) => self.line(&format!("$${text}$$"))?,
            BlockKind::Math => self.fence("math", text)?,
            BlockKind::Verse if has_own_spaces(text) => self.fence("verse", text)?,
            BlockKind::Table(table) => self.table(table)?,
            BlockKind::Figure(resource) => {
                let figure = self.inlines.figure(resource, block.range);
                self.line(&figure)?;
            }
            BlockKind::Term if self.is_defined(idx, block) => {
                let term = self.inlines.text(block.range, Place::Paragraph);
                self.line(&format!("{names}{term}"))?;
                sibling = Sibling::Defined;
            }
            kind => {
                match kind {
                    BlockKind::Title => self.line("<!-- title -->")?,
                    BlockKind::Byline => self.line("<!-- byline -->")?,
                    BlockKind::Caption => self.line("<!-- caption -->")?,
                    _ => {}
                }
                let words = self.inlines.text(block.range, Place::Paragraph);
                for line in format!("{names}{words}").split('\n') {
                    self.line(line)?;
                }
            }
        }
        if let Some(last) = self.siblings.last_mut() {
            *last = sibling;
        }
        Ok(())
    }

    /// Returns whether a definition follows the term, which is one line.
    fn is_defined(&self, idx: usize, term: &Block) -> bool {
        let next = self.document.blocks().get(idx + 1);
        let is_defined = next.is_some_and(|next| next.kind == BlockKind::Definition && next.parent == term.parent);
        is_defined && !self.document.slice(term.range).contains('\n')
    }

    fn table(&mut self, table: u32) -> fmt::Result {
        let Some(table) = self.document.tables().get(table as usize) else { return Ok(()) };
        let mut lines = Vec::new();
        if table::is_regular(table) {
            table::write_pipes(table, &self.inlines, &mut lines);
        } else {
            table::write_html(table, &self.inlines, &mut lines);
        }
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// Writes lines that are kept as they are, between fences longer than any in them.
    fn fence(&mut self, info: &str, text: &str) -> fmt::Result {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        self.line(&format!("{fence}{info}"))?;
        for line in text.split('\n') {
            self.line(line)?;
        }
        self.line(&fence)
    }

    /// Writes an empty line, unless nothing stands before it in its container.
    fn separate(&mut self) -> fmt::Result {
        if self.waiting.is_none() && self.has_written {
            self.line("")?;
        }
        Ok(())
    }

    fn line(&mut self, text: &str) -> fmt::Result {
        let first = self.waiting.take();
        let prefix = first.as_deref().unwrap_or(&self.prefix);
        self.out.write_str(if text.is_empty() { prefix.trim_end() } else { prefix })?;
        self.out.write_str(text)?;
        self.has_written = true;
        self.out.write_str("\n")
    }
}

/// Returns whether the second item goes on with the first one's list.
fn goes_on(before: Sibling, item: Sibling) -> bool {
    match (before, item) {
        (Sibling::Number { closes_with: one, .. }, Sibling::Number { closes_with: other, .. }) => one == other,
        (Sibling::Bullet, Sibling::Bullet) => true,
        _ => false,
    }
}

/// Returns whether a language's name can stand after a fence and means what it says.
fn is_info(name: &str) -> bool {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-_#.".contains(&byte));
    is_plain && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && !matches!(name, "math" | "verse")
}

/// Returns whether a verse has spaces that a paragraph would lose.
fn has_own_spaces(text: &str) -> bool {
    text.contains("  ")
        || text.contains("\n\n\n")
        || text.split('\n').any(|line| line.starts_with(' ') || line.ends_with(' '))
}

#[cfg(test)]
mod tests {
    use crate::export::{Kind, export};
    use crate::format::{Format, parse};

    /// Checks how the document that `markdown` is comes out again.
    fn check(markdown: &str, expected: &str) {
        assert_eq!(export(&parse(Format::Markdown, markdown), Kind::Markdown), expected);
    }

    fn check_same(markdown: &str) {
        check(markdown, markdown);
    }

    #[test]
    fn writes_as_a_person_would() {
        check_same("# One\n\nA **strong** and _quiet_ `word`, [a link](b.md#c \"d\") and <https://example.org/>.\n");
        check_same("- one\n- two\n  - inside\n  - more\n- three\n\n1. a\n2. b\n");
        check_same("- one\n\n  more of it\n\n- two\n");
        check_same("> Quoted\n>\n> > and quoted\n\nafter\n");
        check_same("| a | b |\n| --- | --: |\n| 1 | 2 |\n");
        check_same("```rust\nfn main() {}\n```\n\n***\n\n$$a^2$$\n\n![alt](b.png \"c\")\n");
        check_same("Term\n: Definition\n: Another\n\nWords.[^1]\n\n[^1]: A note.\n\n    And more.\n");
        check_same("One line,\\\nand the next.\n");
    }

    #[test]
    fn escapes_what_would_be_read_otherwise() {
        check_same("\\# no heading, 2 \\* 3 \\* 4, snake_case, \\_odd\\_, a\\[1\\], \\<b>, &c, \\&amp;, $5\n");
        check_same("1\\. no item\n\n\\- nor this\n\n\\+ or this\n");
        check_same("\\$5 and \\$6\n");
        check_same("````\n```\n````\n");
        check_same("Some*thing*s, non-**standard** ones and a *b*c\n");
        check_same("Some*thing*<em>s</em>\n");
    }

    #[test]
    fn keeps_what_the_article_says_about_itself() {
        check_same("---\ntitle: \"T\"\nauthor: \"A\"\ndate: \"2024\"\n---\n\nWords.\n");
        check_same("---\ntitle: \"T\"\n---\n\n# T\n");
        check_same("---\ntitle: \"T\"\nbyline:\n  - \"By A\"\n  - \"Today\"\n---\n\n# Other\n");
        check_same("---\ntitle: \"T\"\nshow_title: false\n---\n\nWords.\n");
    }

    #[test]
    fn keeps_links_inside() {
        check_same("# One\n\n[up](#one) and [on](#here)\n\n<a id=\"here\"></a>There.\n");
    }
}
