//! Front matter: what a Markdown file says about itself between two `---` (YAML) or `+++` (TOML) lines.
//!
//! Read line by line, not as YAML: an article needs a handful of plain keys, and a full reader brings anchors that
//! expand without end and nesting that has to be bounded. What is not understood is passed over.

/// What was said. Values are as the source wrote them, not yet cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FrontMatter {
    pub title: Option<String>,
    /// Whether the title stands above the text. Else it does if the first heading is another.
    pub shows_title: Option<bool>,
    pub author: Option<String>,
    pub date: Option<String>,
    pub language: Option<String>,
    pub site: Option<String>,
    pub address: Option<String>,
    pub description: Option<String>,
    pub picture: Option<String>,
    /// The lines under the title, where they are given as such.
    pub byline: Option<Vec<String>>,
}

/// Splits a text into the inside of its front matter and what follows, if it begins with one.
pub fn split(text: &str) -> Option<(FrontMatter, &str)> {
    let (fence, closers, sign): (_, &[&str], _) = match text.get(..3)? {
        "---" => ("---", &["---", "..."], ':'),
        "+++" => ("+++", &["+++"], '='),
        _ => return None,
    };
    let mut lines = Lines { rest: text };
    if lines.next()?.trim_end() != fence {
        return None;
    }
    let inside = lines.rest;
    loop {
        let before = lines.rest.len();
        let line = lines.next()?;
        if closers.contains(&line.trim_end()) {
            let inside = inside.get(..inside.len() - before)?;
            return read(inside, sign).map(|fields| (fields, lines.rest));
        }
    }
}

/// The lines of a text, and what follows the last one taken.
struct Lines<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

/// Reads the lines between the fences; `None` if they are no keys and values, so that the fence was a rule.
fn read(inside: &str, sign: char) -> Option<FrontMatter> {
    let mut fields = FrontMatter::default();
    let mut lines = Lines { rest: inside }.peekable();
    let mut n_keys = 0;
    while let Some(line) = lines.next() {
        let is_nested = line.starts_with([' ', '\t', '-']);
        if line.trim().is_empty() || line.starts_with('#') || is_nested && n_keys > 0 {
            continue;
        }
        if sign == '=' && line.starts_with('[') {
            // A TOML table: its keys are not the article's.
            break;
        }
        let Some((key, value)) = split_key(line, sign) else {
            if n_keys == 0 {
                return None;
            }
            continue;
        };
        n_keys += 1;
        let mut more = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with([' ', '\t', '-']) || line.is_empty()) {
            more.push(line);
        }
        fields.set(&key, values(value, &more));
    }
    (n_keys > 0).then_some(fields)
}

fn split_key(line: &str, sign: char) -> Option<(String, &str)> {
    let (key, value) = line.split_once(sign)?;
    let key = key.trim().trim_matches(['"', '\'']);
    let is_key = key.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '@'))
        && key.len() <= 64;
    let is_value = sign == '=' || value.is_empty() || value.starts_with([' ', '\t']);
    (is_key && is_value).then(|| (key.to_lowercase().replace('-', "_"), value.trim()))
}

impl FrontMatter {
    fn set(&mut self, key: &str, mut values: Vec<String>) {
        let first = |values: Vec<String>| values.into_iter().find(|value| !value.trim().is_empty());
        match key {
            "title" => self.title = first(values),
            "show_title" => self.shows_title = first(values).map(|value| value != "false"),
            "author" | "authors" | "by" | "creator" => {
                values.retain(|value| !value.trim().is_empty());
                self.author = (!values.is_empty()).then(|| values.join(", "));
            }
            "byline" => self.byline = Some(values),
            "date" | "published" | "pubdate" | "publish_date" => self.date = first(values),
            "lang" | "language" | "locale" => self.language = first(values),
            "site" | "publication" | "publisher" => self.site = first(values),
            "url" | "address" | "canonical" | "canonical_url" | "link" | "source" => self.address = first(values),
            "description" | "summary" | "abstract" | "excerpt" => self.description = first(values),
            "image" | "cover" | "thumbnail" | "picture" => self.picture = first(values),
            _ => {}
        }
    }
}

/// Returns what stands at a key: the value on its line, or what the lines below it hold.
fn values(value: &str, more: &[&str]) -> Vec<String> {
    if value.starts_with('[') {
        let whole = [value].iter().chain(more).copied().collect::<Vec<_>>().join(" ");
        return flow_list(&whole);
    }
    if value.starts_with(['|', '>']) && value.len() <= 3 {
        let joint = if value.starts_with('|') { "\n" } else { " " };
        return vec![more.iter().map(|line| line.trim()).collect::<Vec<_>>().join(joint).trim().to_owned()];
    }
    if !value.is_empty() && !value.starts_with('#') {
        return vec![scalar(value).0];
    }
    let items = more.iter().filter_map(|line| line.trim_start().strip_prefix('-')).map(str::trim);
    // An author may be a map with a name.
    items.map(|item| scalar(item.strip_prefix("name:").map_or(item, str::trim)).0).collect()
}

/// Reads `[a, "b", 'c']`.
fn flow_list(list: &str) -> Vec<String> {
    let mut rest = list.strip_prefix('[').unwrap_or(list).trim_start();
    let mut items = Vec::new();
    while !rest.is_empty() && !rest.starts_with(']') {
        let (item, after) = if rest.starts_with(['"', '\'']) {
            scalar(rest)
        } else {
            let end = rest.find([',', ']']).unwrap_or(rest.len());
            let (item, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            (item.trim().to_owned(), after)
        };
        items.push(item);
        let after = after.trim_start_matches(|c: char| !matches!(c, ',' | ']'));
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
    items
}

/// Reads one value and returns what follows it.
fn scalar(value: &str) -> (String, &str) {
    if let Some(inside) = value.strip_prefix('"') {
        double_quoted(inside)
    } else if let Some(inside) = value.strip_prefix('\'') {
        single_quoted(inside)
    } else {
        let end = value.find(" #").unwrap_or(value.len());
        (value.get(..end).unwrap_or(value).trim().to_owned(), "")
    }
}

fn single_quoted(inside: &str) -> (String, &str) {
    let mut text = String::new();
    let mut rest = inside;
    while let Some((before, after)) = rest.split_once('\'') {
        text.push_str(before);
        let Some(doubled) = after.strip_prefix('\'') else { return (text, after) };
        text.push('\'');
        rest = doubled;
    }
    text.push_str(rest);
    (text, "")
}

fn double_quoted(inside: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return (text, chars.as_str()),
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                Some(kind @ ('x' | 'u' | 'U')) => {
                    let n_digits = match kind {
                        'x' => 2,
                        'u' => 4,
                        _ => 8,
                    };
                    let (digits, after) = chars.as_str().split_at_checked(n_digits).unwrap_or(("", chars.as_str()));
                    let code = u32::from_str_radix(digits, 16).ok();
                    text.push(code.and_then(char::from_u32).unwrap_or('\u{fffd}'));
                    chars = after.chars();
                }
                Some(other) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn check(text: &str, expected: FrontMatter, rest: &str) {
        assert_eq!(split(text), Some((expected, rest)), "{text}");
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the fields are")]
    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn reads_yaml() {
        let text = "---\ntitle: \"A \\\"quoted\\\" title\"  # comment\nauthor:\n  - Ann Other\n  - name: Bo\n    url: x\n\
                    date: 2024-05-06\nlang: en\ntags: [a, b]\nextra:\n  title: not this\n---\n\nText\n";
        let expected = FrontMatter {
            title: some("A \"quoted\" title"),
            author: some("Ann Other, Bo"),
            date: some("2024-05-06"),
            language: some("en"),
            ..FrontMatter::default()
        };
        check(text, expected, "\nText\n");
    }

    #[test]
    fn reads_lists_and_long_values() {
        let text = "---\r\nbyline: [\"One, two\", 'it''s', three]\r\ntitle: >-\r\n  A long\r\n  title\r\n...\r\nText";
        let byline = Some(vec!["One, two".to_owned(), "it's".to_owned(), "three".to_owned()]);
        check(text, FrontMatter { title: some("A long title"), byline, ..FrontMatter::default() }, "Text");
    }

    #[test]
    fn reads_toml() {
        let text = "+++\ntitle = \"T\"\nauthors = [\"A\", \"B\"]\n[extra]\ntitle = \"no\"\n+++\nText";
        check(text, FrontMatter { title: some("T"), author: some("A, B"), ..FrontMatter::default() }, "Text");
    }

    #[test]
    fn leaves_rules_alone() {
        for text in [
            "---\n\nJust a rule.\n\n---\n",
            "---\n---\n",
            "---\ntitle: never closed\n",
            "----\ntitle: x\n---\n",
            "",
            "--",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
