//! The terminal's bytes to keys, pointer events, pastes and answers.
//!
//! Bytes are first cut into whole sequences by their outer form (ECMA-48), whatever they say, so that an answer which
//! nobody knows is passed over as a whole and never becomes keystrokes, and one that breaks off costs no key. What a
//! sequence means is `keys`' business, and `answers`'.

use super::answers::{self, Reply};
use super::keys;
use crate::input::{Key, KeyPress, Pointer};

/// What came from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Key(KeyPress),
    /// What was pasted, as it came: not cleaned.
    Paste(String),
    Pointer(Pointer),
    Reply(Reply),
    /// The terminal has gone away; nothing comes after.
    Gone,
}

/// What is still open after the bytes so far, and so how long to wait for the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// An Escape which may be the key itself.
    Escape,
    /// The beginning of a sequence, which may also be a key with Alt.
    Prefix,
    /// A sequence, a paste or a character that breaks off.
    Sequence,
}

/// Cuts the terminal's bytes into inputs.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    pasting: bool,
}

/// A string sequence (OSC, DCS…) that is longer is dropped; no answer to what we ask is.
const LONGEST_STRING: usize = 4096;
const LONGEST_CONTROL: usize = 256;
const LONGEST_PASTE: usize = 1 << 20;
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// What the first bytes of the buffer are.
enum Cut {
    /// Not yet whole.
    Open,
    /// So many bytes mean nothing.
    Nothing(usize),
    Input(usize, Input),
    PasteBegins(usize),
}

impl Decoder {
    /// Takes in bytes and tells each input that is whole.
    pub fn feed(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Input)) {
        self.buffer.extend_from_slice(bytes);
        self.cut(tell);
    }

    /// Returns what is still open, if anything is.
    pub fn open(&self) -> Option<Open> {
        match self.buffer.as_slice() {
            [] if !self.pasting => None,
            _ if self.pasting => Some(Open::Sequence),
            [0x1B] => Some(Open::Escape),
            [0x1B, _] => Some(Open::Prefix),
            _ => Some(Open::Sequence),
        }
    }

    /// Closes what is open, since no more of it has come in time.
    pub fn settle(&mut self, tell: &mut dyn FnMut(Input)) {
        let rest = std::mem::take(&mut self.buffer);
        if std::mem::take(&mut self.pasting) {
            tell(Input::Paste(String::from_utf8_lossy(&rest).into_owned()));
            return;
        }
        match rest.as_slice() {
            [0x1B] => tell(Input::Key(KeyPress::plain(Key::Escape))),
            [0x1B, byte @ b' '..=b'~'] => {
                tell(Input::Key(KeyPress { alt: true, ..KeyPress::char(char::from(*byte)) }));
            }
            _ => {}
        }
    }

    fn cut(&mut self, tell: &mut dyn FnMut(Input)) {
        loop {
            if self.pasting && !self.cut_paste(tell) {
                return;
            }
            let n_used = match cut(&self.buffer) {
                Cut::Open => return,
                Cut::Nothing(n_used) => n_used,
                Cut::Input(n_used, input) => {
                    tell(input);
                    n_used
                }
                Cut::PasteBegins(n_used) => {
                    self.pasting = true;
                    n_used
                }
            };
            self.buffer.drain(..n_used.min(self.buffer.len()));
            if self.buffer.is_empty() && !self.pasting {
                return;
            }
        }
    }

    /// Takes a paste off the buffer and returns whether it was whole.
    fn cut_paste(&mut self, tell: &mut dyn FnMut(Input)) -> bool {
        let Some(end) = memchr::memmem::find(&self.buffer, PASTE_ENDS) else {
            // What is more than anyone pastes is not kept, but for the bytes that may begin its end.
            if self.buffer.len() > LONGEST_PASTE + PASTE_ENDS.len() {
                let tail = self.buffer.len() - PASTE_ENDS.len();
                self.buffer.drain(LONGEST_PASTE..tail);
            }
            return false;
        };
        let paste = self.buffer.get(..end.min(LONGEST_PASTE)).unwrap_or_default();
        tell(Input::Paste(String::from_utf8_lossy(paste).into_owned()));
        self.buffer.drain(..end + PASTE_ENDS.len());
        self.pasting = false;
        true
    }
}

fn cut(buffer: &[u8]) -> Cut {
    match buffer {
        [] | [0x1B] => Cut::Open,
        [0x1B, b'[', rest @ ..] => cut_control(rest),
        [0x1B, b'O', rest @ ..] => cut_single_shift(rest),
        [0x1B, kind @ (b']' | b'P' | b'_' | b'^' | b'X'), rest @ ..] => cut_string(*kind, rest),
        [0x1B, 0x1B, ..] => Cut::Input(1, Input::Key(KeyPress::plain(Key::Escape))),
        [0x1B, rest @ ..] => match cut_key(rest) {
            Cut::Input(n_used, Input::Key(press)) => {
                Cut::Input(n_used + 1, Input::Key(KeyPress { alt: true, ..press }))
            }
            Cut::Nothing(n_used) => Cut::Nothing(n_used + 1),
            other => other,
        },
        _ => cut_key(buffer),
    }
}

/// Cuts a key that is no sequence: a control byte or a character of UTF-8.
fn cut_key(bytes: &[u8]) -> Cut {
    let Some(first) = bytes.first() else { return Cut::Open };
    let length = match first {
        0x00..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Cut::Nothing(1),
    };
    let continues = |byte: &u8| matches!(byte, 0x80..=0xBF);
    let n_whole = 1 + bytes.iter().skip(1).take(length - 1).take_while(|byte| continues(byte)).count();
    if n_whole < length {
        // A character that another byte breaks off is dropped; one that the end breaks off may go on.
        return if n_whole < bytes.len() { Cut::Nothing(n_whole) } else { Cut::Open };
    }
    let press = bytes
        .get(..length)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .and_then(|text| text.chars().next())
        .and_then(keys::of_char);
    match press {
        Some(press) => Cut::Input(length, Input::Key(press)),
        None => Cut::Nothing(length),
    }
}

/// Cuts SS3 and the key after it: arrows and F1 to F4 in application mode.
fn cut_single_shift(rest: &[u8]) -> Cut {
    match rest.first() {
        None => Cut::Open,
        Some(last) => match keys::of_letter(*last, keys::Modifiers::default()) {
            Some(press) => Cut::Input(3, Input::Key(press)),
            // Alt-O, and a key that has nothing to do with it.
            None => Cut::Input(2, Input::Key(KeyPress { alt: true, ..KeyPress::char('O') })),
        },
    }
}

/// Cuts a control sequence: parameters, intermediates, one last byte.
fn cut_control(rest: &[u8]) -> Cut {
    match rest {
        // F1 to F5 of the Linux console.
        [b'['] => return Cut::Open,
        [b'[', last, ..] => {
            return match last {
                b'A'..=b'E' => Cut::Input(4, Input::Key(KeyPress::plain(Key::F(last - b'A' + 1)))),
                _ => Cut::Nothing(3),
            };
        }
        // The mouse in its oldest form has three bytes after the last.
        [b'M', cell @ ..] => {
            return match cell {
                [button, column, row, ..] => {
                    match keys::pointer(button.wrapping_sub(32).into(), (*column).into(), (*row).into(), false) {
                        Some(pointer) => Cut::Input(
                            6,
                            Input::Pointer(Pointer {
                                column: pointer.column.saturating_sub(32),
                                row: pointer.row.saturating_sub(32),
                                ..pointer
                            }),
                        ),
                        None => Cut::Nothing(6),
                    }
                }
                _ => Cut::Open,
            };
        }
        _ => {}
    }
    let n_parameters = rest.iter().take_while(|byte| matches!(byte, b'0'..=b'?')).count();
    let n_before = n_parameters + rest.iter().skip(n_parameters).take_while(|byte| matches!(byte, b' '..=b'/')).count();
    let n_used = 2 + n_before;
    match rest.get(n_before) {
        None if n_before > LONGEST_CONTROL => Cut::Nothing(n_used),
        None => Cut::Open,
        Some(last @ 0x40..=0x7E) => {
            let parameters = rest.get(..n_parameters).unwrap_or_default();
            let intermediates = rest.get(n_parameters..n_before).unwrap_or_default();
            match control(parameters, intermediates, *last) {
                Some(Control::PasteBegins) => Cut::PasteBegins(n_used + 1),
                Some(Control::Input(input)) => Cut::Input(n_used + 1, input),
                None => Cut::Nothing(n_used + 1),
            }
        }
        // A byte that no sequence holds: the sequence broke off, and this begins something else.
        Some(_) => Cut::Nothing(n_used),
    }
}

/// Cuts a string sequence, which ends with ST or, an OSC, with BEL.
fn cut_string(kind: u8, rest: &[u8]) -> Cut {
    let ends = |byte: &u8| matches!(byte, 0x1B | 0x07 | 0x18 | 0x1A);
    let Some(end) = rest.iter().position(ends) else {
        return if rest.len() > LONGEST_STRING { Cut::Nothing(2 + rest.len()) } else { Cut::Open };
    };
    let text = rest.get(..end).unwrap_or_default();
    let n_used = match rest.get(end..).unwrap_or_default() {
        [0x1B] => return Cut::Open,
        [0x1B, b'\\', ..] => end + 4,
        // An Escape begins something else.
        [0x1B, ..] => return Cut::Nothing(end + 2),
        _ => end + 3,
    };
    match (kind == b']').then(|| answers::of_string(text)).flatten() {
        Some(reply) => Cut::Input(n_used, Input::Reply(reply)),
        None => Cut::Nothing(n_used),
    }
}

enum Control {
    PasteBegins,
    Input(Input),
}

fn control(parameters: &[u8], intermediates: &[u8], last: u8) -> Option<Control> {
    let parameters = std::str::from_utf8(parameters).ok()?;
    let input = match (parameters.as_bytes().first(), intermediates, last) {
        (Some(b'?'), ..) => Input::Reply(answers::of_control(parameters.get(1..)?, intermediates, last)?),
        (Some(b'<'), [], b'M' | b'm') => {
            let mut numbers = parameters.get(1..)?.split(';').map(|number| number.parse().ok());
            let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
            Input::Pointer(keys::pointer(button, column, row, last == b'm')?)
        }
        (Some(b'<'..=b'>'), ..) => return None,
        (_, [], b'~') if parameters == "200" => return Some(Control::PasteBegins),
        (_, [], _) => Input::Key(keys::of_control(parameters, last)?),
        _ => return None,
    };
    Some(Control::Input(input))
}
