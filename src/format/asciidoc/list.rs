//! Lists: items by their signs, what they hold, and the blocks that are attached to them.

use super::blocks::{Reader, title};
use super::delimited::delimiter;
use crate::document::{BlockKind, ItemMark, WarningKind};

/// How many lists may nest.
const DEEPEST_LIST: usize = 24;

/// The longest term before `::`, in bytes.
const LONGEST_TERM: usize = 400;

/// An item's mark and what its line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item<'a> {
    Bullet { marker: &'a str, text: &'a str, task: Option<bool> },
    Number { marker: String, text: &'a str, number: Option<u32> },
    Callout { number: u32, text: &'a str },
    Term { marker: &'a str, term: &'a str, text: &'a str },
}

impl Item<'_> {
    fn marker(&self) -> &str {
        match self {
            Self::Bullet { marker, .. } | Self::Term { marker, .. } => marker,
            Self::Number { marker, .. } => marker,
            Self::Callout { .. } => "<1>",
        }
    }
}

impl Reader {
    /// Reads a list, with the lists in it and the blocks that are attached to its items.
    pub(super) fn list(&mut self, lines: &[&str], mut at: usize) -> usize {
        let about = std::mem::take(&mut self.next);
        self.label(about.title.as_deref());
        // The markers of the lists that are open, outermost first, each with its last number.
        let mut open: Vec<(String, u32)> = Vec::new();
        let first_number = about.named("start").and_then(|number| number.parse().ok()).unwrap_or(1);
        while let Some(&line) = lines.get(at) {
            if line.is_empty() {
                let next = lines.get(at..).unwrap_or_default().iter().position(|line| !line.is_empty());
                let Some(next) = next.map(|n_lines| at + n_lines) else { break };
                if lines.get(next).is_none_or(|line| item(line).is_none()) {
                    break;
                }
                at = next;
                continue;
            }
            if line == "+" {
                at = self.attached(lines, at + 1);
                continue;
            }
            let Some(found) = item(line) else { break };
            let marker = found.marker().to_owned();
            match open.iter().position(|(known, _)| *known == marker) {
                Some(idx) => {
                    for _ in idx..open.len() {
                        self.close_container();
                    }
                    open.truncate(idx + 1);
                }
                None if open.len() >= DEEPEST_LIST => {
                    self.inlines.builder.warn(WarningKind::Depth);
                    self.close_container();
                }
                None => open.push((marker, if open.is_empty() { first_number - 1 } else { 0 })),
            }
            let last = open.last_mut().map_or(0, |(_, last)| {
                *last = last.saturating_add(1);
                *last
            });
            at += 1;
            let mut text = match &found {
                Item::Bullet { text, task, .. } => {
                    self.open_container(BlockKind::Item(task.map_or(ItemMark::Bullet, ItemMark::Task)));
                    (*text).to_owned()
                }
                Item::Number { text, number, .. } => {
                    self.open_container(BlockKind::Item(ItemMark::Number(number.unwrap_or(last))));
                    (*text).to_owned()
                }
                Item::Callout { text, number } => {
                    self.open_container(BlockKind::Item(ItemMark::Number(if *number == 0 { last } else { *number })));
                    (*text).to_owned()
                }
                Item::Term { term, text, .. } => {
                    self.leaf(BlockKind::Term, term);
                    self.open_container(BlockKind::Definition);
                    let mut text = (*text).to_owned();
                    // The definition may begin on a later line.
                    let next = lines.get(at..).unwrap_or_default().iter().position(|line| !line.is_empty());
                    if text.is_empty()
                        && let Some(line) = next.and_then(|n_lines| lines.get(at + n_lines))
                        && item(line).is_none()
                        && *line != "+"
                        && delimiter(line).is_none()
                        && title(line).is_none()
                        && !line.starts_with('[')
                    {
                        line.trim().clone_into(&mut text);
                        at += next.unwrap_or(0) + 1;
                    }
                    text
                }
            };
            while let Some(line) = lines.get(at) {
                let goes_on = !line.is_empty()
                    && *line != "+"
                    && item(line).is_none()
                    && delimiter(line).is_none()
                    && !(line.starts_with('[') && line.ends_with(']'));
                if !goes_on {
                    break;
                }
                text.push('\n');
                text.push_str(line.trim_start());
                at += 1;
            }
            self.leaf(BlockKind::Paragraph, &text);
        }
        for _ in open {
            self.close_container();
        }
        at
    }

    /// Reads the block that is attached to an item, with the lines that say something of it.
    fn attached(&mut self, lines: &[&str], mut at: usize) -> usize {
        // An item goes on with the list itself: a list is never read inside of its own reading.
        while let Some(line) = lines.get(at).filter(|line| item(line).is_none() && **line != "+") {
            let is_about = self.about(line);
            if is_about {
                at += 1;
                continue;
            }
            return if line.is_empty() { at } else { self.block(lines, at).max(at + 1) };
        }
        at
    }
}

/// Returns the item that a line begins.
pub(super) fn item(line: &str) -> Option<Item<'_>> {
    let line = line.trim_start();
    let first = line.chars().next()?;
    let signs = line.len() - line.trim_start_matches(first).len();
    if matches!(first, '*' | '-' | '.' | '•') {
        let (marker, rest) = line.split_at_checked(signs)?;
        let n_signs = marker.chars().count();
        if let Some(text) = rest.strip_prefix(' ').filter(|_| n_signs <= if first == '-' { 1 } else { 10 }) {
            let text = text.trim_start();
            if first == '.' {
                return Some(Item::Number { marker: marker.to_owned(), text, number: None });
            }
            let task = [("[ ] ", false), ("[x] ", true), ("[*] ", true)]
                .iter()
                .find_map(|(sign, done)| Some((*done, text.strip_prefix(sign)?)));
            return Some(Item::Bullet {
                marker,
                text: task.map_or(text, |(_, text)| text),
                task: task.map(|(done, _)| done),
            });
        }
    }
    if let Some((number, text)) = line.strip_prefix('<').and_then(|rest| rest.split_once("> ")) {
        let number = if number == "." { Some(0) } else { number.parse().ok() };
        return number.map(|number| Item::Callout { number, text });
    }
    let n_digits = line.bytes().take(6).take_while(u8::is_ascii_digit).count();
    if n_digits > 0
        && let Some(text) = line.get(n_digits..)?.strip_prefix(". ")
    {
        return Some(Item::Number { marker: "1.".to_owned(), text, number: line.get(..n_digits)?.parse().ok() });
    }
    let most = line.get(..line.floor_char_boundary(LONGEST_TERM))?;
    let at = [";;", "::"]
        .iter()
        .filter_map(|sign| {
            most.find(&format!("{sign} "))
                .or_else(|| most.strip_suffix(sign).map(|term| term.trim_end_matches(':').len()))
        })
        .min()?;
    let (term, rest) = line.split_at_checked(at)?;
    let sign = rest.chars().next()?;
    let text = rest.trim_start_matches(sign);
    let marker = rest.get(..rest.len() - text.len())?;
    let is_marker = matches!(marker, "::" | ":::" | "::::" | ";;");
    (is_marker && !term.trim().is_empty()).then(|| Item::Term { marker, term: term.trim(), text: text.trim() })
}
