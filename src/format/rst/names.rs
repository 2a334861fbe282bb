//! Names: what a text defines anywhere (targets, footnotes, substitutions), gathered before it is read.

use std::collections::{HashMap, HashSet};

use super::title::{adornment, is_title};

/// How long a target's address may be that goes on over lines, in lines.
const LONGEST_ADDRESS: usize = 16;

/// What a text defines.
#[derive(Debug, Default)]
pub struct Names {
    addresses: HashMap<String, String>,
    /// Labels of places, with the title that follows where one does.
    labels: HashMap<String, Option<String>>,
    anonymous: Vec<String>,
    n_anonymous_used: usize,
    pub substitutions: HashMap<String, Substitution>,
    /// The numbers of footnotes that are named, and of those that have no name, in order.
    numbers: HashMap<String, String>,
    unnamed: Vec<String>,
    symbols: Vec<String>,
    n_unnamed_used: [usize; 2],
    n_symbols_used: [usize; 2],
}

/// What stands for `|name|`.
#[derive(Debug, Clone)]
pub enum Substitution {
    Text(String),
    Image { address: String, alt: String },
}

/// Whether a footnote is referred to or defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Reference = 0,
    Definition = 1,
}

const SYMBOLS: [&str; 10] = ["*", "†", "‡", "§", "¶", "#", "♠", "♥", "♦", "♣"];

impl Names {
    pub fn of(lines: &[&str]) -> Self {
        let mut names = Self::default();
        let mut footnotes = Vec::new();
        for (idx, line) in lines.iter().enumerate() {
            let line = line.trim_start();
            let rest = lines.get(idx + 1..).unwrap_or_default();
            if let Some(address) = line.strip_prefix("__ ") {
                names.anonymous.push(address.trim().to_owned());
            }
            let Some(explicit) = line.strip_prefix(".. ").map(str::trim_start) else { continue };
            if let Some(address) = explicit.strip_prefix("__:") {
                names.anonymous.push(joined(address, rest));
            } else if let Some((name, address)) = explicit.strip_prefix('_').and_then(target) {
                let address = joined(address, rest);
                if address.is_empty() {
                    names.labels.insert(name, title_after(rest));
                } else {
                    names.addresses.insert(name, address);
                }
            } else if let Some((name, text)) = explicit.strip_prefix('|').and_then(|rest| rest.split_once('|')) {
                if let Some(substitution) = substitution(text.trim(), rest) {
                    names.substitutions.insert(normalized(name), substitution);
                }
            } else if let Some((label, _)) = explicit.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                footnotes.push(label);
            }
        }
        names.number(&footnotes);
        names.resolve_aliases();
        names
    }

    fn number(&mut self, footnotes: &[&str]) {
        let taken: HashSet<&str> = footnotes.iter().copied().collect();
        let mut next = 1_u32;
        let mut n_symbols = 0;
        for label in footnotes {
            if let Some(name) = label.strip_prefix('#') {
                while taken.contains(next.to_string().as_str()) {
                    next += 1;
                }
                if name.is_empty() {
                    self.unnamed.push(next.to_string());
                } else {
                    self.numbers.insert(normalized(name), next.to_string());
                }
                next += 1;
            } else if *label == "*" {
                let symbol = SYMBOLS.get(n_symbols % SYMBOLS.len()).copied().unwrap_or("*");
                self.symbols.push(symbol.repeat((1 + n_symbols / SYMBOLS.len()).min(8)));
                n_symbols += 1;
            }
        }
    }

    /// A target may name another one: `.. _a: b_`.
    fn resolve_aliases(&mut self) {
        let known = self.addresses.clone();
        for address in self.addresses.values_mut() {
            for _ in 0..4 {
                let Some(name) = address.strip_suffix('_').map(|name| normalized(name.trim_matches('`'))) else {
                    break;
                };
                match known.get(&name) {
                    Some(other) => other.clone_into(address),
                    None => {
                        *address = format!("#{name}");
                        break;
                    }
                }
            }
        }
    }

    /// Returns where a reference leads, if the text says so.
    pub fn address(&self, name: &str) -> Option<String> {
        let name = normalized(name);
        self.addresses.get(&name).cloned().or_else(|| self.labels.contains_key(&name).then(|| format!("#{name}")))
    }

    /// Returns the title that follows the place called `label`.
    pub fn title_of(&self, label: &str) -> Option<&str> {
        self.labels.get(&normalized(label))?.as_deref()
    }

    /// Returns the address of the next reference without a name.
    pub fn next_anonymous(&mut self) -> Option<String> {
        let address = self.anonymous.get(self.n_anonymous_used).cloned();
        self.n_anonymous_used += 1;
        address
    }

    /// Returns the label by which a footnote is shown.
    pub fn footnote(&mut self, label: &str, used_as: Use) -> String {
        let side = used_as as usize;
        let next = |list: &[String], used: &mut [usize; 2]| {
            let n_used = used.get_mut(side)?;
            *n_used += 1;
            list.get(*n_used - 1).cloned()
        };
        let found = match label {
            "#" => next(&self.unnamed, &mut self.n_unnamed_used),
            "*" => next(&self.symbols, &mut self.n_symbols_used),
            label => label.strip_prefix('#').and_then(|name| self.numbers.get(&normalized(name)).cloned()),
        };
        found.unwrap_or_else(|| label.trim_start_matches('#').to_owned())
    }
}

/// Returns a name as references compare it: in lower case, with single spaces.
pub fn normalized(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Splits `name: address`, where the name may stand in backquotes.
pub fn target(rest: &str) -> Option<(String, &str)> {
    if let Some(quoted) = rest.strip_prefix('`') {
        let (name, rest) = quoted.split_once('`')?;
        return Some((normalized(name), rest.trim_start().strip_prefix(':')?.trim()));
    }
    // A colon inside a name is escaped, or not followed by a space.
    let mut from = 0;
    loop {
        let at = from + rest.get(from..)?.find(':')?;
        let after = rest.get(at + 1..)?;
        let name = rest.get(..at)?;
        if (after.is_empty() || after.starts_with(' ')) && !name.ends_with('\\') {
            return Some((normalized(&name.replace('\\', "")), after.trim()));
        }
        from = at + 1;
    }
}

/// Returns an address with the lines that it goes on over, which have no spaces between.
fn joined(first: &str, rest: &[&str]) -> String {
    let mut address = first.trim().to_owned();
    let more = rest.iter().take(LONGEST_ADDRESS).take_while(|line| line.starts_with(' ') && !line.trim().is_empty());
    more.for_each(|line| address.push_str(line.trim()));
    address
}

fn title_after(rest: &[&str]) -> Option<String> {
    let mut lines = rest.iter().take(8).filter(|line| !line.is_empty() && !line.starts_with(".. _")).take(2);
    let (first, second) = (lines.next()?, lines.next()?);
    if is_title(first, second) {
        return Some(first.trim().to_owned());
    }
    // A line may stand above the title too.
    adornment(first).map(|_| second.trim().to_owned())
}

fn substitution(text: &str, rest: &[&str]) -> Option<Substitution> {
    let (kind, value) = text.split_once("::")?;
    let value = value.trim();
    let more = || rest.iter().take(LONGEST_ADDRESS).take_while(|line| line.starts_with(' ') && !line.trim().is_empty());
    Some(match kind.trim() {
        "replace" => {
            let mut text = value.to_owned();
            more().for_each(|line| {
                text.push(' ');
                text.push_str(line.trim());
            });
            Substitution::Text(text)
        }
        "unicode" => {
            let shown = value.split_whitespace().map(|word| {
                let code = ["0x", "U+", "\\u", "x", "&#x"].iter().find_map(|sign| word.strip_prefix(sign));
                code.and_then(|code| u32::from_str_radix(code.trim_end_matches(';'), 16).ok())
                    .and_then(char::from_u32)
                    .map_or_else(|| word.to_owned(), String::from)
            });
            Substitution::Text(shown.collect())
        }
        "image" => {
            let alt = more().find_map(|line| line.trim().strip_prefix(":alt:")).unwrap_or_default();
            Substitution::Image { address: value.to_owned(), alt: alt.trim().to_owned() }
        }
        _ => return None,
    })
}
