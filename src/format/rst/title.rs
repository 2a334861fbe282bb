//! Titles: lines with a line of signs under them, and perhaps above.

/// A section's title.
pub struct Title<'a> {
    pub text: &'a str,
    pub style: (char, bool),
    pub n_lines: usize,
}

/// Returns the title that begins at a line, if one does.
pub fn title_at<'a>(lines: &[&'a str], at: usize) -> Option<Title<'a>> {
    let first = *lines.get(at)?;
    let second = *lines.get(at + 1)?;
    if let Some(sign) = adornment(first) {
        let third = lines.get(at + 2)?;
        let is_title = adornment(third) == Some(sign)
            && !second.trim().is_empty()
            && third.len() + 2 >= second.trim().chars().count();
        return is_title.then(|| Title { text: second.trim(), style: (sign, true), n_lines: 3 });
    }
    let sign = adornment(second)?;
    (is_title(first, second)).then_some(Title { text: first, style: (sign, false), n_lines: 2 })
}

/// Returns the titles of a text, wherever they stand at a line's beginning.
pub fn titles<'a>(lines: &'a [&'a str]) -> impl Iterator<Item = Title<'a>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < lines.len() {
            match title_at(lines, at) {
                Some(title) => {
                    at += title.n_lines;
                    return Some(title);
                }
                None => at += 1,
            }
        }
        None
    })
}

/// Returns whether `under` makes `line` a title.
pub fn is_title(line: &str, under: &str) -> bool {
    let length = line.chars().count();
    let is_words = !line.is_empty() && !line.starts_with(' ') && adornment(line).is_none() && !line.starts_with(".. ");
    is_words
        && adornment(under).is_some()
        && under.len() >= 3
        && (under.len() + 1 >= length || under.len() >= 4 && under.len() * 3 >= length * 2)
}

/// Returns the sign that a line consists of.
pub fn adornment(line: &str) -> Option<char> {
    let first = line.chars().next().filter(char::is_ascii_punctuation)?;
    (line.len() >= 2 && line.bytes().all(|byte| byte == first as u8)).then_some(first)
}
