//! Escapes: what a backslash begins in a line of roff, one piece at a time.
//!
//! Strings, registers and arguments have been put in by [`super::roff`] before; here fonts, characters and the many
//! escapes that only move the pen are told apart.

use super::glyphs;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Char(char),
    Glyph(String),
    Font(Font),
    /// `\fP`: the font before this one.
    PreviousFont,
    /// The pen moves left (true) or right: how generated pages hang bullets.
    Move(bool),
    /// `\c`: no space before the next line.
    NoSpace,
}

/// How letters look, as far as a page says something with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Font {
    pub bold: bool,
    pub italic: bool,
    pub mono: bool,
}

impl Font {
    pub const ROMAN: Self = Self { bold: false, italic: false, mono: false };
    pub const BOLD: Self = Self { bold: true, ..Self::ROMAN };
    pub const ITALIC: Self = Self { italic: true, ..Self::ROMAN };
    pub const MONO: Self = Self { mono: true, ..Self::ROMAN };

    /// Returns the font that `\f` or `.ft` means by `name`; none for the font before.
    pub fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "" | "P" => return None,
            "B" | "3" | "VB" => Self::BOLD,
            "I" | "2" | "VI" => Self::ITALIC,
            "BI" | "4" => Self { bold: true, italic: true, mono: false },
            "C" | "CW" | "CR" | "V" | "L" => Self::MONO,
            "CB" => Self { bold: true, ..Self::MONO },
            "CI" => Self { italic: true, ..Self::MONO },
            _ => Self::ROMAN,
        })
    }
}

/// Splits a line into its pieces.
pub fn pieces(line: &str) -> Pieces<'_> {
    Pieces { rest: line }
}

#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            match self.rest.find('\\') {
                Some(0) => {
                    self.rest = self.rest.get(1..).unwrap_or_default();
                    if let Some(piece) = self.escape() {
                        return Some(piece);
                    }
                }
                at => {
                    let (text, rest) = self.rest.split_at_checked(at.unwrap_or(self.rest.len()))?;
                    self.rest = rest;
                    return Some(Piece::Text(text));
                }
            }
        }
    }
}

impl<'a> Pieces<'a> {
    fn take_char(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    /// Takes the name after `\f`, `\m` and their kin: one letter, `(xx` or `[name]`.
    fn take_name(&mut self) -> &'a str {
        name(&mut self.rest)
    }

    /// Takes what stands between a sign and its next occurrence in this line.
    fn take_quoted(&mut self) -> &'a str {
        quoted(&mut self.rest)
    }

    /// Reads what follows a backslash; none if it shows nothing.
    fn escape(&mut self) -> Option<Piece<'a>> {
        let c = self.take_char()?;
        Some(match c {
            'e' | '\\' => Piece::Char('\\'),
            '-' => Piece::Char('-'),
            '\'' => Piece::Char('\''),
            '`' => Piece::Char('`'),
            ' ' | '~' | '0' => Piece::Char('\u{a0}'),
            't' => Piece::Char('\t'),
            ':' => Piece::Char('\u{200b}'),
            'c' => Piece::NoSpace,
            'E' => return self.escape(),
            'f' => {
                let name = self.take_name();
                Font::by_name(name).map_or(Piece::PreviousFont, Piece::Font)
            }
            '(' => {
                let name = take(&mut self.rest, 2);
                Piece::Glyph(glyphs::named(name)?)
            }
            '[' => {
                let end = self.rest.find(']')?;
                let name = self.rest.get(..end)?;
                self.rest = self.rest.get(end + 1..).unwrap_or_default();
                Piece::Glyph(glyphs::named(name)?)
            }
            'C' => Piece::Glyph(glyphs::named(self.take_quoted())?),
            'N' => Piece::Char(self.take_quoted().parse().ok().and_then(char::from_u32)?),
            'h' => {
                let by = self.take_quoted().trim();
                Piece::Move(by.starts_with('-'))
            }
            'o' | 'Z' => Piece::Text(self.take_quoted()),
            's' => {
                self.take_size();
                return None;
            }
            'A' | 'B' | 'b' | 'D' | 'H' | 'L' | 'R' | 'S' | 'l' | 'v' | 'w' | 'x' | 'X' => {
                self.take_quoted();
                return None;
            }
            'F' | 'M' | 'O' | 'V' | 'Y' | 'g' | 'k' | 'm' | 'n' | '*' | '$' => {
                self.take_name();
                return None;
            }
            '"' | '#' => {
                self.rest = "";
                return None;
            }
            '&' | ')' | '%' | '|' | '^' | '/' | ',' | '!' | '?' | '{' | '}' | 'a' | 'd' | 'p' | 'r' | 'u' | 'z' => {
                return None;
            }
            c => Piece::Char(c),
        })
    }

    /// Takes the size after `\s`: `0`, `+1`, `(12`, `[12]`, `'12'`, each with a sign before or inside.
    fn take_size(&mut self) {
        if self.rest.starts_with(['+', '-']) {
            self.take_char();
        }
        match self.rest.chars().next() {
            Some('(' | '[') => {
                self.take_name();
            }
            Some('\'') => {
                self.take_quoted();
            }
            // Sizes below 40 have two digits.
            Some('1'..='3') => {
                self.take_char();
                if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
                    self.take_char();
                }
            }
            Some('0'..='9') => {
                self.take_char();
            }
            _ => {}
        }
    }
}

/// Takes up to `n` characters from `rest`.
fn take<'a>(rest: &mut &'a str, n: usize) -> &'a str {
    let at = rest.char_indices().nth(n).map_or(rest.len(), |(at, _)| at);
    let (taken, left) = rest.split_at_checked(at).unwrap_or((rest, ""));
    *rest = left;
    taken
}

/// Takes the name that `rest` begins with: one letter, `(xx` or `[name]`.
pub fn name<'a>(rest: &mut &'a str) -> &'a str {
    if let Some(after) = rest.strip_prefix('(') {
        *rest = after;
        return take(rest, 2);
    }
    if let Some(after) = rest.strip_prefix('[') {
        let end = after.find(']').unwrap_or(after.len());
        *rest = after.get(end + 1..).unwrap_or_default();
        return after.get(..end).unwrap_or_default();
    }
    take(rest, 1)
}

fn quoted<'a>(rest: &mut &'a str) -> &'a str {
    let Some(sign) = rest.chars().next() else { return "" };
    let inside = rest.get(sign.len_utf8()..).unwrap_or_default();
    let end = inside.find(sign).unwrap_or(inside.len());
    *rest = inside.get(end + sign.len_utf8()..).unwrap_or_default();
    inside.get(..end).unwrap_or_default()
}

/// Returns the text of a line without fonts and movements.
pub fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for piece in pieces(line) {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Char(c) => text.push(c),
            Piece::Glyph(glyph) => text.push_str(&glyph),
            Piece::Font(_) | Piece::PreviousFont | Piece::Move(_) | Piece::NoSpace => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, text: &str) {
        assert_eq!(plain(line), text, "{line}");
    }

    #[test]
    fn reads_characters_and_passes_movements_over() {
        check(r"a\-b \(em c\(bu \[rs]n\e", "a-b — c• \\n\\");
        check(r"\s-1SMALL\s0 and \s+(12x\s[9]y", "SMALL and xy");
        check(r"\f[CB]x\fR \fBb\fP \f(CWy\fP", "x b y");
        check(r"\h'-04'\(bu\h'+03'text", "•text");
        check(r"caf\['e] \[u00E9] \[u0065_0301] \N'233' \[char65]", "café é e\u{301} é A");
        check(r"no \[unknown] \(zz \&", "no   ");
        check("a\\&.b \\\" a comment", "a.b ");
        check(r"\v'0.5m'x\l'3i'\D'l 1 1'", "x");
    }
}
