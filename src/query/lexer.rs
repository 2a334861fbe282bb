//! Cuts what was typed into pieces: words, quoted phrases, fields with their values, and `OR`. What they mean is told
//! above.

/// A piece, with what stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item<'a> {
    pub piece: Piece<'a>,
    /// The piece as it was typed, without the minus before it.
    pub whole: &'a str,
    pub is_negated: bool,
    /// Whether its text stood between quotation marks.
    pub is_quoted: bool,
    /// Whether a `*` stands behind the closing quotation mark.
    pub has_star: bool,
    /// Whether the closing quotation mark is missing.
    pub is_quote_open: bool,
    /// Whether nothing can be added to it by typing on.
    pub is_closed: bool,
    /// Whether it is being typed.
    pub is_open_end: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Field { name: &'a str, value: &'a str },
    Or,
}

/// Returns the pieces of `typed`, in order.
pub(super) fn items(typed: &str) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        items.push(next(&mut rest));
        rest = rest.trim_start();
    }
    items
}

fn next<'a>(rest: &mut &'a str) -> Item<'a> {
    let minus = ['-', '−', '－'];
    let unsigned = rest.strip_prefix(minus);
    let unsigned = unsigned.filter(|after| !after.is_empty() && !after.starts_with(minus) && !after.starts_with(' '));
    let is_negated = unsigned.is_some();
    let start = unsigned.unwrap_or(rest);
    let plain = Item {
        piece: Piece::Or,
        whole: "",
        is_negated,
        is_quoted: false,
        has_star: false,
        is_quote_open: false,
        is_closed: false,
        is_open_end: false,
    };
    let word_len = start.find(char::is_whitespace).unwrap_or(start.len());
    let (word, after) = start.split_at_checked(word_len).unwrap_or((start, ""));
    if !is_negated && matches!(word, "OR" | "|" | "||") {
        *rest = after;
        return Item { whole: word, ..plain };
    }
    // The first colon parts a field from its value, unless quotation marks come first.
    let colon = word.char_indices().find(|&(_, c)| matches!(c, ':' | '：') || is_quote(c));
    let field = colon.filter(|&(idx, c)| !is_quote(c) && idx > 0);
    let name_and_value = field.and_then(|(idx, c)| Some((start.get(..idx)?, start.get(idx + c.len_utf8()..)?)));
    let (name, value) = name_and_value.map_or((None, start), |(name, value)| (Some(name), value));
    let piece = |text| name.map_or(Piece::Text(text), |name| Piece::Field { name, value: text });
    let whole_to = |end: &str| start.get(..start.len() - end.len()).unwrap_or_default();

    if let Some(inside) = value.strip_prefix(is_quote) {
        let close = inside.char_indices().find(|&(_, c)| is_quote(c));
        let (text, behind) = match close {
            Some((idx, c)) => {
                (inside.get(..idx).unwrap_or_default(), inside.get(idx + c.len_utf8()..).unwrap_or_default())
            }
            None => (inside, ""),
        };
        let without_star = behind.strip_prefix('*');
        *rest = without_star.unwrap_or(behind);
        return Item {
            piece: piece(text),
            whole: whole_to(rest),
            is_quoted: true,
            has_star: without_star.is_some(),
            is_quote_open: close.is_none(),
            is_closed: close.is_some(),
            ..plain
        };
    }
    *rest = after;
    let value_len = value.len() - after.len();
    Item { piece: piece(value.get(..value_len).unwrap_or_default()), whole: word, ..plain }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂' | '「' | '」' | '『' | '』')
}
