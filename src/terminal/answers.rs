//! What a terminal says of itself, asked or unasked.

/// A terminal's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The colour of its ground (OSC 11).
    Ground { red: u8, green: u8, blue: u8 },
    /// Its colours were changed to dark ones or light ones (mode 2031).
    ThemeChanged { dark: bool },
    /// Its primary device attributes (DA1). As every terminal answers this, what was asked before and has no answer by
    /// then will get none.
    Attributes(Vec<u16>),
    /// Whether it has left and right margins (mode 69).
    Margins(bool),
    /// Whether it knows synchronised updates (mode 2026).
    Synchronised(bool),
    /// Whether it knows kitty's pictures.
    Kitty(bool),
    /// What it is called, and its version (XTVERSION).
    Version(String),
    /// Where its cursor was, counted from 1 (CPR), in another row than the first.
    Position { row: u16, column: u16 },
    /// The size of a cell, in pixels.
    Cell { width: u32, height: u32 },
}

/// Asks for the colour of the ground, for synchronised updates, for margins, and last for the attributes.
pub const QUESTIONS: &[u8] = b"\x1b]11;?\x1b\\\x1b[?2026$p\x1b[?69$p\x1b[c";

/// Asks for a picture to be looked at by kitty's protocol, and not shown.
const PICTURE: &str = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";

/// The same, but only terminals that know characters which stand for parts of a picture say that they would (`U`):
/// kitty says nothing to what it does not know.
const PICTURE_IN_CELLS: &str = "\x1b_Gi=31,s=1,v=1,a=q,U=1,t=d,f=24;AAAA\x1b\\";

/// Asks for the terminal's name, and for the size of a cell.
const NAME_AND_CELL: &str = "\x1b[>0q\x1b[16t";

/// Returns what asks about pictures: by kitty's protocol, for the terminal's name, and for the size of a cell. What asks
/// for the attributes comes after it. tmux would take the first for its window's title, and is not asked that.
pub fn questions_about_pictures(is_tmux: bool) -> String {
    format!("{}{NAME_AND_CELL}", if is_tmux { "" } else { PICTURE })
}

/// Returns what asks the terminal around tmux about pictures. tmux loses it while it has to draw a pane anew, as it has
/// once a program takes the alternate screen; by the time that it has answered a question of its own, it did.
pub fn question_around_tmux() -> String {
    format!("\x1bPtmux;{}\x1b\\", PICTURE_IN_CELLS.replace('\x1b', "\x1b\x1b"))
}

/// The longest name that is kept, in bytes.
const LONGEST_NAME: usize = 64;

/// Returns what a string sequence says, by the byte that it begins with after Escape.
pub fn of_string(kind: u8, text: &[u8]) -> Option<Reply> {
    let text = std::str::from_utf8(text).ok()?;
    match kind {
        b']' => {
            let (red, green, blue) = rgb(text.strip_prefix("11;")?)?;
            Some(Reply::Ground { red, green, blue })
        }
        b'P' => {
            let name = text.strip_prefix(">|")?;
            let is_plain = name.len() <= LONGEST_NAME && name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            is_plain.then(|| Reply::Version(name.to_owned()))
        }
        b'_' => {
            let (head, said) = text.strip_prefix('G')?.split_once(';')?;
            head.split(',').any(|part| part == "i=31").then(|| Reply::Kitty(said == "OK"))
        }
        _ => None,
    }
}

/// Returns what `CSI parameters t` says.
pub fn of_window(parameters: &str) -> Option<Reply> {
    let mut numbers = parameters.split(';').map(|number| number.parse::<u32>().ok());
    match (numbers.next()??, numbers.next()??, numbers.next()??) {
        (6, height @ 1..=512, width @ 1..=512) => Some(Reply::Cell { width, height }),
        _ => None,
    }
}

/// Returns what `CSI parameters R` says, if it is no key: F3 with others held says row 1.
pub fn of_position(parameters: &str) -> Option<Reply> {
    let (row, column) = parameters.split_once(';')?;
    let reply = Reply::Position { row: row.parse().ok()?, column: column.parse().ok()? };
    (!matches!(reply, Reply::Position { row: ..=1, .. } | Reply::Position { column: 0, .. })).then_some(reply)
}

/// Returns what `CSI ? parameters … last` says.
pub fn of_control(parameters: &str, intermediates: &[u8], last: u8) -> Option<Reply> {
    let mut numbers = parameters.split(';').map(|number| number.parse::<u16>().ok());
    match (intermediates, last) {
        ([], b'c') => Some(Reply::Attributes(numbers.flatten().collect())),
        ([], b'n') => match (numbers.next()??, numbers.next()??) {
            (997, 1) => Some(Reply::ThemeChanged { dark: true }),
            (997, 2) => Some(Reply::ThemeChanged { dark: false }),
            _ => None,
        },
        (b"$", b'y') => {
            let (mode, state) = (numbers.next()??, numbers.next()??);
            let usable = matches!(state, 1..=3);
            match mode {
                69 => Some(Reply::Margins(usable)),
                2026 => Some(Reply::Synchronised(usable)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Reads a colour as X11 writes it: `rgb:1e1e/1e1e/1e1e`, `rgba:…`, `#1e1e1e`.
fn rgb(colour: &str) -> Option<(u8, u8, u8)> {
    if let Some(digits) = colour.strip_prefix('#') {
        let n_digits = digits.len() / 3;
        let part = |i: usize| part(digits.get(i * n_digits..(i + 1) * n_digits)?);
        return Some((part(0)?, part(1)?, part(2)?));
    }
    let parts = colour.strip_prefix("rgb:").or_else(|| colour.strip_prefix("rgba:"))?;
    let mut parts = parts.split('/').map(part);
    Some((parts.next()??, parts.next()??, parts.next()??))
}

/// Scales one to four hexadecimal digits to a byte.
fn part(digits: &str) -> Option<u8> {
    let most = (1_u32 << (4 * u32::try_from(digits.len()).ok().filter(|n| (1..=4).contains(n))?)) - 1;
    let value = u32::from_str_radix(digits, 16).ok()?;
    u8::try_from(value * 255 / most).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tmux_is_not_asked_what_it_takes_for_a_title() {
        assert_eq!(questions_about_pictures(false), format!("{PICTURE}\x1b[>0q\x1b[16t"));
        assert_eq!(questions_about_pictures(true), "\x1b[>0q\x1b[16t");
        let wrapped = question_around_tmux();
        assert!(wrapped.starts_with("\x1bPtmux;\x1b\x1b_Gi=31,") && wrapped.contains(",U=1,"), "{wrapped:?}");
        assert!(wrapped.ends_with("\x1b\x1b\\\x1b\\"), "{wrapped:?}");
    }
}
