//! HTML: a document as a page that opens well in a browser, and that is read again as the same text and outline.
//!
//! What a document is, is said by elements; how it looks, by a small stylesheet whose rules weigh nothing, so that any
//! other overrides it. No script, nothing is fetched but the article's own pictures, and links lead only where recto
//! itself would go. Which tags stand in a leaf's words is told in [`inline`]; which way its script runs, in
//! [`direction`].

mod direction;
pub(super) mod inline;
mod page;
mod table;

use std::fmt;

use crate::document::{Block, BlockKind, Direction, Document, ItemMark, Numerals, Passage, TextRange};
use crate::format::markdown::is_same_title;
pub use page::page;

use inline::{Inlines, address_of_picture, escaped, quoted};

/// How the page looks.
const STYLE: &str = include_str!("html/style.css");

/// How much of the text stands for a title that is missing, in bytes.
const LONGEST_TITLE: usize = 60;

/// Writes `document` as a page.
pub fn write(document: &Document, out: &mut dyn fmt::Write) -> fmt::Result {
    let direction = direction::of_document(document);
    write_head(document, direction, out)?;
    let mut writer = Writer {
        document,
        direction,
        inlines: Inlines::new(document),
        n_paragraphs: paragraphs_in_containers(document),
        levels: vec![Level { end: "", group: None }],
        passages: Vec::new(),
        n_passages: 0,
        bare_depth: None,
        out,
    };
    writer.out.write_str("<body>\n<article>\n")?;
    let n_in_header = writer.header()?;
    for (idx, block) in document.blocks().iter().enumerate().skip(n_in_header) {
        writer.block(idx, block)?;
    }
    writer.finish()?;
    writer.out.write_str("</article>\n</body>\n</html>\n")
}

fn write_head(document: &Document, direction: Direction, out: &mut dyn fmt::Write) -> fmt::Result {
    let meta = document.meta();
    out.write_str("<!doctype html>\n<html")?;
    if let Some(language) = meta.language.as_deref().filter(|tag| is_language(tag)) {
        write!(out, " lang=\"{language}\"")?;
    }
    if direction == Direction::RightToLeft {
        out.write_str(" dir=\"rtl\"")?;
    }
    out.write_str(">\n<head>\n<meta charset=\"utf-8\">\n")?;
    out.write_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
    let first_words = || document.text().get(..document.text().floor_char_boundary(LONGEST_TITLE));
    let title = document.title().or_else(first_words).unwrap_or_default();
    writeln!(out, "<title>{}</title>", escaped(title).replace('\n', " "))?;
    let fields = [
        ("name=\"author\"", &meta.byline),
        ("name=\"date\"", &meta.date),
        ("name=\"description\"", &meta.description),
        ("property=\"og:site_name\"", &meta.site),
        ("property=\"og:image\"", &meta.picture),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            writeln!(out, "<meta {name} content=\"{}\">", quoted(value))?;
        }
    }
    if let Some(address) = meta.address.as_deref().filter(|address| inline::is_web_address(address)) {
        writeln!(out, "<link rel=\"canonical\" href=\"{}\">", quoted(address))?;
    }
    writeln!(out, "<style>\n{STYLE}</style>\n</head>")
}

/// An open container, or the page itself.
struct Level {
    /// Its end tag.
    end: &'static str,
    /// The list that is open in it.
    group: Option<Group>,
}

/// What blocks that follow each other stand in together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Bullets,
    /// Numbered, the next one with this number.
    Numbers {
        next: u32,
        numerals: Option<Numerals>,
    },
    Definitions,
}

impl Group {
    fn end(self) -> &'static str {
        match self {
            Self::Bullets => "</ul>\n",
            Self::Numbers { .. } => "</ol>\n",
            Self::Definitions => "</dl>\n",
        }
    }
}

struct Writer<'d, 'o> {
    document: &'d Document,
    direction: Direction,
    inlines: Inlines<'d>,
    /// How many paragraphs each block holds directly.
    n_paragraphs: Vec<u32>,
    /// The page and the open containers, outermost first.
    levels: Vec<Level>,
    /// The passages around the present block, outermost first, and how many have been met.
    passages: Vec<&'d Passage>,
    n_passages: usize,
    /// How deep the words stand that were written last, where no tag ended them.
    bare_depth: Option<u8>,
    out: &'o mut dyn fmt::Write,
}

impl<'d> Writer<'d, '_> {
    /// Writes title and byline, and returns how many blocks at the beginning they took.
    fn header(&mut self) -> Result<usize, fmt::Error> {
        let blocks = self.document.blocks();
        let title = self.document.meta().title.as_deref();
        let is_heading = |block: &&Block| matches!(block.kind, BlockKind::Heading(_));
        let says_title = |block: &&Block| {
            is_heading(block) && is_same_title(self.document.slice(block.range), title.unwrap_or_default())
        };
        let front = blocks.iter().take_while(|block| matches!(block.kind, BlockKind::Title | BlockKind::Byline));
        let n_front = front.clone().count();
        let has_title = front.clone().any(|block| block.kind == BlockKind::Title);
        let has_byline = front.clone().any(|block| block.kind == BlockKind::Byline);
        let n_headings = usize::from(!has_title && blocks.get(n_front).as_ref().is_some_and(says_title));
        let is_said_later = blocks.iter().find(is_heading).as_ref().is_some_and(says_title);
        let from_meta = title.filter(|_| !has_title && !is_said_later);
        let is_headed = has_title || n_headings > 0 || from_meta.is_some();
        let byline = self.byline().filter(|_| is_headed && !has_byline);
        if !is_headed && !has_byline {
            return Ok(0);
        }
        self.out.write_str("<header>\n")?;
        if let Some(title) = from_meta {
            let direction = direction::attribute(title, None, self.direction);
            writeln!(self.out, "<h1{direction}>{}</h1>", escaped(title))?;
        }
        for (idx, block) in blocks.iter().enumerate().take(n_front + n_headings) {
            self.enter_passages(block);
            match block.kind {
                BlockKind::Title => self.element("h1", "", block.range)?,
                _ => self.leaf(idx, block)?,
            }
        }
        if let Some(byline) = byline {
            writeln!(self.out, "<p class=\"byline\">{byline}</p>")?;
        }
        self.out.write_str("</header>\n")?;
        Ok(n_front + n_headings)
    }

    /// Returns who wrote the article, where and when, as far as that is known.
    fn byline(&self) -> Option<String> {
        let meta = self.document.meta();
        let date = meta.date.as_deref().map(|date| {
            let day = date.get(..10).filter(|day| is_day(day));
            let words = escaped(date);
            day.map_or(words.clone(), |day| format!("<time datetime=\"{day}\">{words}</time>"))
        });
        let parts = [meta.byline.as_deref().map(escaped), meta.site.as_deref().map(escaped), date];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    fn block(&mut self, idx: usize, block: &Block) -> fmt::Result {
        if self.bare_depth.take().is_some_and(|depth| block.depth >= depth) {
            self.out.write_str("\n")?;
        }
        self.enter_passages(block);
        self.leave_levels(usize::from(block.depth))?;
        self.enter_group(block.kind)?;
        if block.kind.is_container() { self.container(block) } else { self.leaf(idx, block) }
    }

    /// Notes what is said of the stretches that hold the block.
    fn enter_passages(&mut self, block: &Block) {
        let start = block.range.start;
        self.passages.retain(|passage| passage.range.end > start);
        let rest = self.document.passages().get(self.n_passages..).unwrap_or_default();
        let begun = rest.iter().take_while(|passage| passage.range.start <= start);
        for passage in begun {
            self.n_passages += 1;
            if passage.range.end > start {
                self.passages.push(passage);
            }
        }
    }

    /// Returns the attributes that tell the language and the direction of a block, where they are not the page's.
    fn manner(&self, range: TextRange) -> String {
        let language = self.passages.iter().rev().find_map(|passage| passage.language.as_deref());
        let language =
            language.filter(|tag| is_language(tag) && Some(*tag) != self.document.meta().language.as_deref());
        let language = language.map(|tag| format!(" lang=\"{tag}\"")).unwrap_or_default();
        let told = self.passages.iter().rev().find_map(|passage| passage.direction);
        language + direction::attribute(self.document.slice(range), told, self.direction)
    }

    /// Ends the containers that are deeper than `depth`, and what is open in them.
    fn leave_levels(&mut self, depth: usize) -> fmt::Result {
        while self.levels.len() > depth + 1 {
            let Some(level) = self.levels.pop() else { break };
            self.out.write_str(level.group.map_or("", Group::end))?;
            self.out.write_str(level.end)?;
        }
        Ok(())
    }

    /// Ends all that is open.
    fn finish(&mut self) -> fmt::Result {
        self.leave_levels(0)?;
        let group = self.levels.pop().and_then(|page| page.group);
        self.out.write_str(group.map_or("", Group::end))
    }

    /// Opens the list that a block of this kind stands in, and closes one that it does not.
    fn enter_group(&mut self, kind: BlockKind) -> fmt::Result {
        let open = self.levels.last().and_then(|level| level.group);
        let wanted = match kind {
            BlockKind::Item(ItemMark::Bullet | ItemMark::Task(_)) => Some(Group::Bullets),
            BlockKind::Item(ItemMark::Number(next)) => Some(Group::Numbers { next, numerals: None }),
            BlockKind::Item(ItemMark::Ordinal(next, numerals)) => {
                Some(Group::Numbers { next, numerals: Some(numerals) })
            }
            BlockKind::Term | BlockKind::Definition => Some(Group::Definitions),
            _ => None,
        };
        let goes_on = match (open, wanted) {
            // A list that begins again is another list.
            (Some(Group::Numbers { next, numerals }), Some(Group::Numbers { next: number, numerals: signs })) => {
                number >= next && numerals == signs
            }
            (open, wanted) => open == wanted,
        };
        if !goes_on {
            self.out.write_str(open.map_or("", Group::end))?;
            match wanted {
                Some(Group::Bullets) => self.out.write_str("<ul>\n")?,
                Some(Group::Numbers { next, numerals }) => {
                    let signs = numerals.map(|numerals| format!(" type=\"{}\"", numerals.sign())).unwrap_or_default();
                    let start = if next == 1 { String::new() } else { format!(" start=\"{next}\"") };
                    writeln!(self.out, "<ol{signs}{start}>")?;
                }
                Some(Group::Definitions) => self.out.write_str("<dl>\n")?,
                None => {}
            }
        }
        if let Some(level) = self.levels.last_mut()
            && !goes_on
        {
            level.group = wanted;
        }
        Ok(())
    }

    fn container(&mut self, block: &Block) -> fmt::Result {
        let end = match block.kind {
            BlockKind::Item(mark) => {
                self.item(mark)?;
                "</li>\n"
            }
            BlockKind::Definition => {
                self.out.write_str("<dd>")?;
                "</dd>\n"
            }
            BlockKind::Footnote(footnote) => {
                let (start, end) = self.inlines.footnote(footnote);
                self.out.write_str(&start)?;
                end
            }
            _ => {
                let whole = self.passages.iter().filter(|passage| passage.range == block.range);
                let source = whole.filter_map(|passage| passage.source).next_back();
                let cite = source.map(|link| self.inlines.cite(link)).unwrap_or_default();
                writeln!(self.out, "<blockquote{cite}>")?;
                "</blockquote>\n"
            }
        };
        self.levels.push(Level { end, group: None });
        Ok(())
    }

    fn item(&mut self, mark: ItemMark) -> fmt::Result {
        match mark {
            ItemMark::Bullet => self.out.write_str("<li>"),
            ItemMark::Task(is_done) => {
                let checked = if is_done { " checked" } else { "" };
                write!(self.out, "<li class=\"task\"><input type=\"checkbox\" disabled{checked}> ")
            }
            ItemMark::Number(number) | ItemMark::Ordinal(number, _) => {
                let Some(Group::Numbers { next, .. }) = self.levels.last_mut().and_then(|level| level.group.as_mut())
                else {
                    return self.out.write_str("<li>");
                };
                let is_next = *next == number;
                *next = number.saturating_add(1);
                if is_next { self.out.write_str("<li>") } else { write!(self.out, "<li value=\"{number}\">") }
            }
        }
    }

    fn leaf(&mut self, idx: usize, block: &Block) -> fmt::Result {
        match block.kind {
            BlockKind::Heading(level) => {
                let tag = ["h1", "h2", "h3", "h4", "h5", "h6"];
                let tag = tag.get(usize::from(level).saturating_sub(1)).unwrap_or(&"h6");
                self.element(tag, "", block.range)
            }
            BlockKind::Title => self.element("p", " class=\"title\"", block.range),
            BlockKind::Caption if self.table_below(idx, block).is_some() => Ok(()),
            BlockKind::Caption => self.element("p", " class=\"caption\"", block.range),
            BlockKind::Byline => self.element("p", " class=\"byline\"", block.range),
            BlockKind::Verse => {
                let id = self.inlines.id(block.range.start);
                let manner = self.manner(block.range);
                let words = self.inlines.verse(block.range);
                writeln!(self.out, "<p class=\"verse\"{id}{manner}>{words}</p>")
            }
            BlockKind::Term => self.element("dt", "", block.range),
            BlockKind::Rule => writeln!(self.out, "<hr{}>", self.inlines.id(block.range.start)),
            BlockKind::Code(language) => self.code(language, block.range),
            BlockKind::Table(table) => self.table(idx, table, block.range),
            BlockKind::Figure(resource) => self.figure(resource, block.range),
            BlockKind::Math => {
                let id = self.inlines.id(block.range.start);
                let words = escaped(self.document.slice(block.range));
                // Signs around nothing would be read as words.
                let (start, end) = if words.trim().is_empty() { ("", "") } else { ("\\[", "\\]") };
                writeln!(self.out, "<div class=\"math\"{id}>{start}{words}{end}</div>")
            }
            _ if self.is_alone(idx, block) => {
                let anchor = self.inlines.anchor(block.range.start);
                let words = self.inlines.words(block.range);
                self.bare_depth = Some(block.depth);
                write!(self.out, "{anchor}{words}")
            }
            _ => self.element("p", "", block.range),
        }
    }

    /// Returns whether a paragraph is all the prose that its item or definition has of its own, and needs no tags.
    fn is_alone(&self, idx: usize, block: &Block) -> bool {
        let Some(parent) = block.parent.filter(|parent| parent.index() + 1 == idx) else { return false };
        let holds = self.document.block(parent).map(|parent| parent.kind);
        let is_tight = matches!(holds, Some(BlockKind::Item(_) | BlockKind::Definition));
        let is_only = self.n_paragraphs.get(parent.index()) == Some(&1);
        is_tight && is_only && self.manner(block.range).is_empty()
    }

    fn element(&mut self, tag: &str, attributes: &str, range: TextRange) -> fmt::Result {
        let id = self.inlines.id(range.start);
        let manner = self.manner(range);
        let words = self.inlines.words(range);
        writeln!(self.out, "<{tag}{attributes}{id}{manner}>{words}</{tag}>")
    }

    fn code(&mut self, language: Option<u16>, range: TextRange) -> fmt::Result {
        let language = language.and_then(|idx| self.document.languages().get(usize::from(idx)));
        let class = language.map(|name| name.split_whitespace().collect::<Vec<_>>().join("-"));
        let class = class.map(|name| format!(" class=\"language-{}\"", quoted(&name))).unwrap_or_default();
        let id = self.inlines.id(range.start);
        let words = self.inlines.verbatim(range);
        writeln!(self.out, "<pre{id}><code{class}>{words}</code></pre>")
    }

    /// Returns the table that a caption is for: the next block.
    fn table_below(&self, idx: usize, caption: &Block) -> Option<&'d Block> {
        let next = self.document.blocks().get(idx + 1)?;
        (matches!(next.kind, BlockKind::Table(_)) && next.parent == caption.parent).then_some(next)
    }

    fn table(&mut self, idx: usize, table: u32, range: TextRange) -> fmt::Result {
        let Some(table) = self.document.tables().get(table as usize) else { return Ok(()) };
        writeln!(self.out, "<div class=\"wide\"><table{}>", self.inlines.id(range.start))?;
        let above = idx.checked_sub(1).and_then(|idx| self.document.blocks().get(idx));
        if let Some(caption) = above.filter(|above| above.kind == BlockKind::Caption)
            && self.table_below(idx - 1, caption).is_some()
        {
            self.element("caption", "", caption.range)?;
        }
        table::write_rows(table, range, &mut self.inlines, self.out)?;
        self.out.write_str("</table></div>\n")
    }

    fn figure(&mut self, resource: u32, range: TextRange) -> fmt::Result {
        let id = self.inlines.id(range.start);
        write!(self.out, "<figure{id}>")?;
        if let Some(resource) = self.document.resources().get(resource as usize) {
            let source = address_of_picture(&resource.address);
            let source = source.map(|address| format!(" src=\"{}\"", quoted(address))).unwrap_or_default();
            write!(self.out, "<img{source} alt=\"{}\" loading=\"lazy\">", quoted(&resource.alt))?;
        }
        if !range.is_empty() {
            write!(self.out, "<figcaption>{}</figcaption>", self.inlines.words(range))?;
        }
        self.out.write_str("</figure>\n")
    }
}

/// Returns how many paragraphs each block holds directly.
fn paragraphs_in_containers(document: &Document) -> Vec<u32> {
    let mut counts = vec![0; document.blocks().len()];
    for block in document.blocks().iter().filter(|block| block.kind == BlockKind::Paragraph) {
        if let Some(count) = block.parent.and_then(|parent| counts.get_mut(parent.index())) {
            *count += 1;
        }
    }
    counts
}

/// Returns whether `tag` has the form of a BCP 47 language tag.
fn is_language(tag: &str) -> bool {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.split('-').all(is_part)
}

/// Returns whether `day` is written as ISO 8601 writes a day, 2024-05-06.
fn is_day(day: &str) -> bool {
    day.bytes().enumerate().all(|(idx, byte)| if matches!(idx, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

#[cfg(test)]
mod tests {
    use crate::document::{BlockKind, DocumentBuilder, MarkKind, Meta};
    use crate::export::{Kind, export};
    use crate::format::{Format, parse};

    /// Returns what stands in the article's element.
    fn body(page: &str) -> &str {
        let (_, body) = page.split_once("<article>\n").unwrap_or_default();
        body.strip_suffix("</article>\n</body>\n</html>\n").unwrap_or_default()
    }

    /// Checks how the article that `markdown` is looks as HTML.
    fn check(markdown: &str, expected: &str) {
        assert_eq!(body(&export(&parse(Format::Markdown, markdown), Kind::Html)), expected);
    }

    #[test]
    fn says_what_each_part_is() {
        check(
            "# One\n\nA **b *c*** `d`.\n\n***\n",
            "<h1 id=\"one\">One</h1>\n<p>A <strong>b <em>c</em></strong> <code>d</code>.</p>\n<hr>\n",
        );
        check("> a\n>\n> > b\n", "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n");
        check("```rust\na < b\n```\n", "<pre><code class=\"language-rust\">a &lt; b</code></pre>\n");
        check("a  \nb\n", "<p>a<br>\nb</p>\n");
        check("T\n: D\n: E\n", "<dl>\n<dt>T</dt>\n<dd>D</dd>\n<dd>E</dd>\n</dl>\n");
        check(
            "$$a^2$$\n\n$b$ is\n",
            "<div class=\"math\">\\[a^2\\]</div>\n<p><span class=\"math\">\\(b\\)</span> is</p>\n",
        );
        check(
            "![alt](b.png \"c\")\n",
            "<figure><img src=\"b.png\" alt=\"alt\" loading=\"lazy\"><figcaption>c</figcaption></figure>\n",
        );
        check(
            "| a | b |\n|---|--:|\n| 1 | 2 |\n",
            "<div class=\"wide\"><table>\n<thead>\n<tr><th scope=\"col\">a</th><th scope=\"col\" style=\"text-align: right\">b</th></tr>\n\
             </thead>\n<tbody>\n<tr><td>1</td><td style=\"text-align: right\">2</td></tr>\n</tbody>\n</table></div>\n",
        );
    }

    #[test]
    fn nests_lists() {
        check(
            "- a\n  - b\n- c\n\n3. d\n4. e\n\n<!-- -->\n\n1. f\n",
            "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n\
             <ol start=\"3\">\n<li>d</li>\n<li>e</li>\n</ol>\n<ol>\n<li>f</li>\n</ol>\n",
        );
        check("- a\n\n  b\n", "<ul>\n<li><p>a</p>\n<p>b</p>\n</li>\n</ul>\n");
        check(
            "- [x] a\n- [ ] b\n",
            "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled checked> a</li>\n\
             <li class=\"task\"><input type=\"checkbox\" disabled> b</li>\n</ul>\n",
        );
    }

    #[test]
    fn links_lead_there_and_back() {
        check(
            "a[^x] b[^x]\n\n[^x]: c\n",
            "<p>a<sup><a href=\"#note-0\" id=\"note-0-from-1\" role=\"doc-noteref\">[x]</a></sup> \
             b<sup><a href=\"#note-0\" id=\"note-0-from-2\" role=\"doc-noteref\">[x]</a></sup></p>\n\
             <aside id=\"note-0\" role=\"doc-footnote\"><a href=\"#note-0-from-1\" role=\"doc-backlink\">x</a>\n<p>c</p>\n</aside>\n",
        );
        check("# A\n\n[b](#a \"c\")\n", "<h1 id=\"a\">A</h1>\n<p><a href=\"#a\" title=\"c\">b</a></p>\n");
    }

    #[test]
    fn nothing_gets_out_of_its_place() {
        check("[a](javascript:b) <script>c</script>\n", "<p>a c</p>\n");
        check("\\<b> &lt;i> &amp;amp; \"c\"\n", "<p>&lt;b&gt; &lt;i&gt; &amp;amp; \"c\"</p>\n");
        let mut builder = DocumentBuilder::new();
        let title = Some("\"><script>a</script>".to_owned());
        builder.set_meta(Meta {
            title: title.clone(),
            byline: title.clone(),
            date: title.clone(),
            language: title.clone(),
            site: title.clone(),
            address: title,
            ..Meta::default()
        });
        let picture = builder.resource("javascript:alert(1)", "\"><script>");
        builder.open(BlockKind::Figure(picture));
        builder.close();
        let language = builder.language("\"><script>");
        builder.leaf(BlockKind::Code(Some(language)), "</code></pre><script>");
        builder.target("\"><script>");
        let link = builder.link("a/\"><script>", Some("\"><script>"));
        builder.open_mark(MarkKind::Link(link));
        builder.text("</a><script>");
        builder.close_mark();
        let page = export(&builder.finish(), Kind::Html);
        assert!(!page.contains("<script") && !page.contains("javascript"), "{page}");
    }

    #[test]
    fn a_verse_keeps_its_indent_within_marks() {
        let mut builder = DocumentBuilder::new();
        builder.open(BlockKind::Verse);
        builder.open_mark(MarkKind::Strong);
        builder.text("  in");
        builder.close_mark();
        builder.text("\n out");
        builder.close();
        let page = export(&builder.finish(), Kind::Html);
        assert_eq!(body(&page), "<p class=\"verse\"><strong>\u{a0}\u{a0}in</strong><br>\n\u{a0}out</p>\n");
    }

    #[test]
    fn tells_what_is_known_of_the_article() {
        let page = export(
            &parse(
                Format::Markdown,
                "---\ntitle: T & U\nauthor: A\ndate: 2024-05-06\nlang: ar\n---\n\nمرحبا\n\nwords\n",
            ),
            Kind::Html,
        );
        assert!(page.starts_with("<!doctype html>\n<html lang=\"ar\" dir=\"rtl\">\n"), "{page}");
        assert!(page.contains("<title>T &amp; U</title>\n<meta name=\"author\" content=\"A\">\n<meta name=\"date\" content=\"2024-05-06\">"));
        assert_eq!(
            body(&page),
            "<header>\n<h1 dir=\"ltr\">T &amp; U</h1>\n<p class=\"byline\" dir=\"ltr\">A · 2024-05-06</p>\n</header>\n<p>مرحبا</p>\n<p dir=\"ltr\">words</p>\n"
        );
        let again = parse(Format::Markdown, "---\ntitle: T\nauthor: A\ndate: 2024-05-06\n---\n\n# T\n\nw\n");
        assert!(
            body(&export(&again, Kind::Html))
                .starts_with("<header>\n<p class=\"byline\">A · 2024-05-06</p>\n<h1 id=\"t\">T</h1>\n</header>\n")
        );
    }
}
