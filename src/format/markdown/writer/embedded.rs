//! The HTML among Markdown: its blocks, marks, tables and pictures, written like Markdown's own.

use super::{Container, Writer};
use crate::document::{BlockKind, ItemMark, MarkKind};
use crate::format::markdown::html::{self, Tag, Token};

/// HTML tags that a container is opened for.
const HTML_CONTAINERS: [&str; 3] = ["li", "blockquote", "dd"];

/// How many tags and texts of a heading make its name; one that is never closed has no more.
const MOST_IN_HEADING: usize = 64;

impl Writer<'_> {
    pub(super) fn html(&mut self, source: &str) {
        // The way in which an export says what Markdown has no signs for.
        self.waiting_kind = match source.trim() {
            "<!-- title -->" => Some(BlockKind::Title),
            "<!-- byline -->" => Some(BlockKind::Byline),
            "<!-- caption -->" => Some(BlockKind::Caption),
            _ => None,
        };
        let mut tokens = html::tokens(source);
        while let Some(token) = tokens.next() {
            match token {
                Token::Text(text) => {
                    let text = html::decode_entities(text);
                    if self.inlines.has_leaf() {
                        self.inlines.text(&text);
                    } else if !text.trim().is_empty() {
                        self.inlines.text(text.trim_start());
                    }
                }
                Token::Tag(tag) if tag.name == "pre" && !tag.closes => {
                    self.inlines.close_leaf();
                    let inside = tokens.by_ref().take_while(|token| !is_end(token, "pre"));
                    let text = inside.filter_map(text_of).collect::<String>();
                    self.inlines.builder.leaf(BlockKind::Code(None), &text);
                }
                Token::Tag(tag) => {
                    if let Some(level) = heading_level(&tag)
                        && !self.is_in_table
                    {
                        let inside = html::tokens(tokens.rest())
                            .take_while(|token| !is_end(token, &tag.name))
                            .take(MOST_IN_HEADING);
                        let title = inside.filter_map(text_of).collect::<String>();
                        self.inlines.close_leaf();
                        let slug = self.slugs.next(&title);
                        self.inlines.builder.target(&slug);
                        self.html_target(&tag);
                        self.inlines.open_leaf(BlockKind::Heading(level));
                    } else {
                        self.html_block(&tag);
                    }
                }
            }
        }
        // What the next lines of the file bring is another block.
        if !self.is_in_table {
            self.inlines.close_leaf();
        } else if !source.is_empty() {
            self.close_html_table();
        }
    }

    fn html_block(&mut self, tag: &Tag<'_>) {
        match (tag.name.as_str(), tag.closes) {
            ("table", false) if !self.is_in_table => {
                self.inlines.close_leaf();
                self.inlines.builder.open_table(Vec::new());
                self.is_in_table = true;
            }
            ("table", true) => self.close_html_table(),
            ("tr", true) if self.is_in_table => self.end_html_row(),
            ("td" | "th", is_end) if self.is_in_table => {
                self.inlines.leave_leaf();
                self.inlines.builder.close_cell();
                if !is_end {
                    self.is_header_row = tag.name == "th";
                    self.inlines.builder.open_cell();
                    self.inlines.enter_leaf();
                }
            }
            _ if self.is_in_table => self.html_inline(tag),
            ("hr", _) => {
                self.inlines.close_leaf();
                self.inlines.builder.leaf(BlockKind::Rule, "");
            }
            (name, false) if HTML_CONTAINERS.contains(&name) => {
                let kind = match name {
                    "li" => BlockKind::Item(ItemMark::Bullet),
                    "dd" => BlockKind::Definition,
                    _ => BlockKind::Quote,
                };
                self.inlines.close_leaf();
                self.inlines.builder.open(kind);
                self.containers
                    .extend(HTML_CONTAINERS.iter().find(|known| **known == name).map(|name| Container::Html(name)));
            }
            (name, true) if HTML_CONTAINERS.contains(&name) => self.close_html_container(name),
            ("dt", false) => self.inlines.open_leaf(BlockKind::Term),
            (
                "p" | "div" | "center" | "section" | "article" | "header" | "footer" | "details" | "summary" | "ul"
                | "ol" | "dl" | "dt" | "figure" | "figcaption" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "address",
                _,
            ) => {
                self.inlines.close_leaf();
                self.html_target(tag);
            }
            _ => self.html_inline(tag),
        }
    }

    pub(super) fn html_inline(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        if tag.closes {
            return self.inlines.close_tag(name);
        }
        self.html_target(tag);
        let kind = match name {
            "b" | "strong" => MarkKind::Strong,
            "i" | "em" | "cite" | "var" | "dfn" => MarkKind::Emphasis,
            "code" | "samp" | "tt" => MarkKind::Code,
            "kbd" => MarkKind::Keyboard,
            "mark" => MarkKind::Highlight,
            "ins" | "u" => MarkKind::Insert,
            "abbr" => match tag.attribute("title").filter(|title| !title.trim().is_empty()) {
                Some(meaning) => MarkKind::Gloss(self.inlines.builder.gloss(&meaning)),
                None => return,
            },
            "s" | "del" | "strike" => MarkKind::Strike,
            "sup" => MarkKind::Superscript,
            "sub" => MarkKind::Subscript,
            "a" => match tag.attribute("href") {
                Some(address) => {
                    let title = tag.attribute("title").filter(|title| !title.is_empty());
                    MarkKind::Link(self.inlines.builder.link(&address, title.as_deref()))
                }
                None => return,
            },
            "br" => return self.inlines.hard_break(),
            "img" => {
                let alt = tag.attribute("alt").filter(|alt| !alt.trim().is_empty());
                if let Some(alt) = alt {
                    self.picture_among_words(&tag.attribute("src").unwrap_or_default(), &alt);
                }
                return;
            }
            _ => return,
        };
        self.inlines.open_mark(kind, Some(name));
    }

    fn picture_among_words(&mut self, address: &str, alt: &str) {
        if self.inlines.is_in_link() {
            self.inlines.text(alt);
        } else {
            let link = self.inlines.builder.link(address, None);
            self.inlines.marked(MarkKind::Link(link), alt);
        }
    }

    fn html_target(&mut self, tag: &Tag<'_>) {
        let name = tag.attribute("id").or_else(|| tag.attribute("name").filter(|_| tag.name == "a"));
        if let Some(name) = name.filter(|_| !tag.closes) {
            self.inlines.target(&name);
        }
    }

    fn end_html_row(&mut self) {
        self.inlines.leave_leaf();
        self.inlines.builder.end_row(self.is_header_row);
        self.is_header_row = false;
    }

    fn close_html_table(&mut self) {
        if self.is_in_table {
            self.end_html_row();
            self.inlines.builder.close();
            self.is_in_table = false;
        }
    }

    fn close_html_container(&mut self, name: &str) {
        let is_own = |container: &&Container| matches!(container, Container::Html(_));
        let mut own = self.containers.iter().rev().take_while(is_own);
        let Some(n_inner) = own.position(|container| matches!(container, Container::Html(open) if *open == name))
        else {
            return;
        };
        self.inlines.close_leaf();
        for _ in 0..=n_inner {
            self.containers.pop();
            self.inlines.builder.close();
        }
    }
}

fn is_end(token: &Token<'_>, name: &str) -> bool {
    matches!(token, Token::Tag(tag) if tag.closes && tag.name == name)
}

fn text_of(token: Token<'_>) -> Option<String> {
    match token {
        Token::Text(text) => Some(html::decode_entities(text)),
        Token::Tag(tag) if tag.name == "br" => Some("\n".to_owned()),
        Token::Tag(_) => None,
    }
}

fn heading_level(tag: &Tag<'_>) -> Option<u8> {
    let level = tag.name.strip_prefix('h')?.parse().ok()?;
    (!tag.closes && (1..=6).contains(&level)).then_some(level)
}
