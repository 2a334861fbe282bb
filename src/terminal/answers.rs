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
}

/// Asks for the colour of the ground, for synchronised updates, for margins, and last for the attributes.
pub const QUESTIONS: &[u8] = b"\x1b]11;?\x1b\\\x1b[?2026$p\x1b[?69$p\x1b[c";

/// Returns what an OSC says.
pub fn of_string(text: &[u8]) -> Option<Reply> {
    let colour = std::str::from_utf8(text).ok()?.strip_prefix("11;")?;
    let (red, green, blue) = rgb(colour)?;
    Some(Reply::Ground { red, green, blue })
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
