//! What lines before a block say of it: its name, its title, its style and its attributes.

use super::blocks::Reader;

/// What lines before a block say of it.
#[derive(Debug, Default, Clone)]
pub struct About {
    /// The attributes without names, in order.
    pub places: Vec<String>,
    pub named: Vec<(String, String)>,
    pub title: Option<String>,
}

impl About {
    pub fn style(&self) -> &str {
        let first = self.places.first().map_or("", String::as_str);
        first.split(['#', '.', '%']).next().unwrap_or_default()
    }

    pub fn named(&self, name: &str) -> Option<&str> {
        self.named.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn has_option(&self, option: &str) -> bool {
        let options = [self.named("options"), self.named("opts"), self.places.first().map(String::as_str)];
        options.into_iter().flatten().any(|options| options.split([',', '%', ' ']).any(|known| known == option))
    }

    pub fn place(&self, idx: usize) -> &str {
        self.places.get(idx).map_or("", String::as_str)
    }
}

impl Reader {
    /// Takes a line that says something of the next block; returns whether it is one.
    pub(super) fn about(&mut self, line: &str) -> bool {
        if let Some(id) = line.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
            let id = id.split(',').next().unwrap_or_default();
            self.inlines.close_leaf();
            self.inlines.builder.target(id);
            return true;
        }
        if let Some(title) = line.strip_prefix('.').filter(|title| !title.starts_with(['.', ' ']) && !title.is_empty())
        {
            self.next.title = Some(title.to_owned());
            return true;
        }
        let Some(inside) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return false };
        let is_list = inside.is_empty()
            || inside.starts_with(|c: char| c.is_alphanumeric() || "#.%,\"'{=*".contains(c)) && !inside.contains("](");
        if !is_list {
            return false;
        }
        for part in split_attributes(inside) {
            match part.split_once('=') {
                Some((name, value)) if name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') => {
                    let value = value.trim().trim_matches(['"', '\'']);
                    self.next.named.push((name.trim().to_owned(), value.to_owned()));
                }
                _ => self.next.places.push(part.trim().trim_matches(['"', '\'']).to_owned()),
            }
        }
        let id = self
            .next
            .place(0)
            .split_once('#')
            .map(|(_, rest)| rest.split(['.', '%']).next().unwrap_or_default().to_owned());
        if let Some(id) = id.or_else(|| self.next.named("id").map(str::to_owned)) {
            self.inlines.close_leaf();
            self.inlines.builder.target(&id);
        }
        true
    }
}

/// Splits attributes at commas that do not stand in quotes.
pub fn split_attributes(inside: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut quote = None;
    let mut start = 0;
    for (at, c) in inside.char_indices() {
        match c {
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' if quote.is_none() => quote = Some(c),
            ',' if quote.is_none() => {
                parts.push(inside.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(inside.get(start..).unwrap_or_default().trim());
    parts
}
