//! Lists, and the tables that mdoc has among them.

use super::super::escape::Font;
use super::super::page::Page;
use super::super::roff::{Line, Roff};
use super::Mdoc;
use super::words::opens_extension;
use crate::document::ItemMark;

/// How many lists may nest; items of deeper ones are written in the innermost.
const DEEPEST: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bullet,
    Number,
    Plain,
    Tag,
    Column,
}

#[derive(Debug)]
pub(super) struct List {
    kind: Kind,
    n_items: u32,
    rows: Vec<Vec<(Font, Vec<String>)>>,
}

impl List {
    /// Returns whether a row of columns has begun, which lines without macros go on with.
    pub(super) fn is_in_row(&self) -> bool {
        self.kind == Kind::Column && !self.rows.is_empty()
    }
}

impl Mdoc {
    /// Adds a line to the open cell of a list of columns, if there is one.
    pub(super) fn in_column(&mut self, line: &str) -> bool {
        let Some(List { kind: Kind::Column, rows, .. }) = self.lists.last_mut() else { return false };
        let Some(row) = rows.last_mut() else { return false };
        for (idx, part) in line.split('\t').enumerate() {
            match row.last_mut() {
                Some((_, lines)) if idx == 0 => lines.push(part.to_owned()),
                _ => row.push((Font::ROMAN, vec![part.to_owned()])),
            }
        }
        true
    }

    pub(super) fn open_list(&mut self, page: &mut Page, rest: &str) {
        page.end_leaf();
        self.no_space = true;
        if self.lists.len() >= DEEPEST {
            self.n_too_deep += 1;
            return;
        }
        let kind = rest.split_whitespace().find_map(|word| {
            Some(match word.strip_prefix('-')? {
                "bullet" | "dash" | "hyphen" => Kind::Bullet,
                "enum" => Kind::Number,
                "item" => Kind::Plain,
                "column" => Kind::Column,
                "tag" | "hang" | "ohang" | "diag" | "inset" => Kind::Tag,
                _ => return None,
            })
        });
        self.lists.push(List { kind: kind.unwrap_or(Kind::Tag), n_items: 0, rows: Vec::new() });
        page.indent_plainly();
    }

    pub(super) fn item(&mut self, page: &mut Page, roff: &mut Roff<'_>, rest: &str) {
        let Some(list) = self.lists.last_mut() else { return self.line(page, rest) };
        list.n_items = list.n_items.saturating_add(1);
        let (kind, number) = (list.kind, list.n_items);
        self.no_space = true;
        match kind {
            Kind::Bullet => page.item(ItemMark::Bullet),
            Kind::Number => page.item(ItemMark::Number(number)),
            Kind::Plain => page.paragraph(),
            Kind::Column => {
                let row = self.cells(rest);
                if let Some(list) = self.lists.last_mut() {
                    list.rows.push(row);
                }
            }
            Kind::Tag => {
                page.end_leaf();
                page.close_item();
                // A tag may go on over lines: `It Xo` … `Xc`.
                let mut is_open = opens_extension(rest);
                self.line(page, rest);
                while is_open {
                    match roff.line() {
                        Some(Line::Control(name, rest)) => {
                            is_open = name != "Xc" && !rest.split(' ').any(|word| word == "Xc");
                            if !matches!(name.as_str(), "Xc" | "El" | "It" | "Sh" | "Ss") {
                                self.perform(page, roff, &name, &rest);
                            } else if name == "Xc" {
                                self.line(page, &rest);
                            } else {
                                is_open = false;
                            }
                        }
                        Some(Line::Text(text)) => self.text(page, &text),
                        None => break,
                    }
                }
                let tag = std::mem::take(&mut page.runs);
                page.tag(tag);
                self.no_space = true;
            }
        }
    }

    /// Returns the cells of a row: parted by `Ta` or tabs.
    pub(super) fn cells(&mut self, rest: &str) -> Vec<(Font, Vec<String>)> {
        let mut row = Vec::new();
        for part in rest.split('\t').flat_map(|part| part.split(" Ta ")) {
            let part = part.trim().trim_start_matches("Ta ").trim_end_matches(" Ta");
            row.push((Font::ROMAN, vec![self.words_as_text(part)]));
        }
        row
    }

    pub(super) fn close_list(&mut self, page: &mut Page) {
        if self.n_too_deep > 0 {
            self.n_too_deep -= 1;
            return;
        }
        self.no_space = true;
        let Some(list) = self.lists.pop() else { return };
        if list.kind == Kind::Column {
            page.write_table(&[], list.rows, 0);
        }
        page.outdent();
    }

    pub(super) fn end_lists(&mut self, page: &mut Page) {
        self.n_too_deep = 0;
        while !self.lists.is_empty() {
            self.close_list(page);
        }
    }
}
