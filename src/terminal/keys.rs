//! Key and mouse sequences to recto's own keys, one spelling for each key however a terminal says it.
//!
//! Letters with Ctrl are lower case, a shifted character is that character without Shift, Shift-Tab is Tab with Shift.
//! The forms are xterm's and those of the kitty keyboard protocol.

use crate::input::{Key, KeyPress, Pointer, PointerKind};

/// The keys held along, from the number that sequences say them by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Modifiers {
    shift: bool,
    alt: bool,
    ctrl: bool,
}

/// Returns the key that types `c`, among them the control characters.
pub fn of_char(c: char) -> Option<KeyPress> {
    Some(match c {
        '\r' => KeyPress::plain(Key::Enter),
        '\t' => KeyPress::plain(Key::Tab),
        '\u{1B}' => KeyPress::plain(Key::Escape),
        // Terminals are divided over which of the two the key sends; Ctrl-H is then the same key.
        '\u{8}' | '\u{7F}' => KeyPress::plain(Key::Backspace),
        '\0' => KeyPress::ctrl(' '),
        '\u{1}'..='\u{1A}' => KeyPress::ctrl(char::from_u32(u32::from(c) + 0x60)?),
        '\u{1C}'..='\u{1F}' => KeyPress::ctrl(char::from_u32(u32::from(c) + 0x40)?),
        c if c.is_control() => return None,
        c => KeyPress::char(c),
    })
}

/// Returns the key of `CSI … letter` and of `SS3 letter`.
pub fn of_letter(last: u8, held: Modifiers) -> Option<KeyPress> {
    let key = match last {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'F' => Key::End,
        b'H' => Key::Home,
        b'M' => Key::Enter,
        b'P'..=b'S' => Key::F(last - b'P' + 1),
        _ => return None,
    };
    Some(with(key, held))
}

/// Returns the key of a control sequence: `CSI 1;5A`, `CSI 5~`, `CSI 97;5u`, `CSI Z`.
///
/// A key that is let go is none, nor is one with Super or Hyper, which belong to the desktop.
pub fn of_control(parameters: &str, last: u8) -> Option<KeyPress> {
    let mut fields = parameters.split(';');
    let first = fields.next().unwrap_or_default();
    let held = fields.next().unwrap_or_default();
    match last {
        b'Z' => Some(KeyPress { shift: true, ..KeyPress::plain(Key::Tab) }),
        b'u' => {
            let mut codes = first.split(':').map(|code| code.parse().ok());
            let code = codes.next().flatten()?;
            of_code(code, codes.next().flatten(), modifiers(held)?)
        }
        b'~' => match first.parse().ok()? {
            // xterm's modifyOtherKeys.
            27 => of_code(fields.next()?.parse().ok()?, None, modifiers(held)?),
            number => Some(with(of_number(number)?, modifiers(held)?)),
        },
        // A report of the cursor's place has the same form as F3 with keys held, which is sent as `CSI 13~` too.
        b'R' if !parameters.is_empty() => None,
        b'A'..=b'D' | b'F' | b'H' | b'P'..=b'S' => of_letter(last, modifiers(held)?),
        _ => None,
    }
}

/// Returns what the mouse did: a button's number as SGR reports it, and a cell counted from 1.
pub fn pointer(button: u16, column: u16, row: u16, released: bool) -> Option<Pointer> {
    let moved = button & 32 != 0;
    let kind = match (button & !(4 | 8 | 16 | 32), released) {
        (0, true) => PointerKind::Release,
        // The oldest form does not say which button was let go.
        (3, false) if !moved => PointerKind::Release,
        (0, false) if moved => PointerKind::Drag,
        (0, false) => PointerKind::Press,
        (64, false) => PointerKind::WheelUp,
        (65, false) => PointerKind::WheelDown,
        _ => return None,
    };
    Some(Pointer { kind, column: column.checked_sub(1)?, row: row.checked_sub(1)? })
}

fn with(key: Key, Modifiers { shift, alt, ctrl }: Modifiers) -> KeyPress {
    KeyPress { key, ctrl, alt, shift }
}

/// Reads the keys held, 1 more than their sum, and what happened: `5`, `5:1`.
fn modifiers(field: &str) -> Option<Modifiers> {
    let (sum, event) = field.split_once(':').unwrap_or((field, ""));
    let bits = if sum.is_empty() { 0 } else { sum.parse::<u16>().ok()?.checked_sub(1)? };
    let belongs_to_desktop = bits & (8 | 16) != 0;
    if event == "3" || belongs_to_desktop {
        return None;
    }
    Some(Modifiers { shift: bits & 1 != 0, alt: bits & (2 | 32) != 0, ctrl: bits & 4 != 0 })
}

/// Returns the key of a code point, with what Shift makes of it where the terminal says that.
fn of_code(code: u32, shifted: Option<u32>, held: Modifiers) -> Option<KeyPress> {
    let c = match code {
        13 | 57414 => return Some(with(Key::Enter, held)),
        9 => return Some(with(Key::Tab, held)),
        27 => return Some(with(Key::Escape, held)),
        8 | 127 => return Some(with(Key::Backspace, held)),
        57376..=57387 => return Some(with(Key::F(u8::try_from(code - 57376 + 13).ok()?), held)),
        57417..=57426 => return Some(with(of_keypad(code)?, held)),
        57399..=57408 => char::from_u32(code - 57399 + u32::from(b'0'))?,
        57409 => '.',
        57410 => '/',
        57411 => '*',
        57412 => '-',
        57413 => '+',
        57415 => '=',
        57416 => ',',
        // The rest of what the protocol takes from private use: modifiers, media keys.
        57344..=63743 => return None,
        _ => char::from_u32(code).filter(|c| !c.is_control())?,
    };
    let c = match shifted.and_then(char::from_u32).filter(|c| !c.is_control()) {
        _ if held.ctrl => c.to_ascii_lowercase(),
        Some(shifted) if held.shift => shifted,
        _ if held.shift => c.to_uppercase().next().unwrap_or(c),
        _ => c,
    };
    let shift = held.shift && c == ' ';
    Some(KeyPress { key: Key::Char(c), ctrl: held.ctrl, alt: held.alt, shift })
}

fn of_keypad(code: u32) -> Option<Key> {
    Some(match code {
        57417 => Key::Left,
        57418 => Key::Right,
        57419 => Key::Up,
        57420 => Key::Down,
        57421 => Key::PageUp,
        57422 => Key::PageDown,
        57423 => Key::Home,
        57424 => Key::End,
        57425 => Key::Insert,
        57426 => Key::Delete,
        _ => return None,
    })
}

/// Returns the key of `CSI number ~`.
fn of_number(number: u8) -> Option<Key> {
    Some(match number {
        1 | 7 => Key::Home,
        2 => Key::Insert,
        3 => Key::Delete,
        4 | 8 => Key::End,
        5 => Key::PageUp,
        6 => Key::PageDown,
        11..=15 => Key::F(number - 10),
        17..=21 => Key::F(number - 11),
        23..=26 => Key::F(number - 12),
        28..=29 => Key::F(number - 13),
        31..=34 => Key::F(number - 14),
        _ => return None,
    })
}
