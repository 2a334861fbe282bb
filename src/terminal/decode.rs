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
        [0x1B, kind @ (b']' | b'P' | b'_'), rest @ ..] => cut_string(*kind, rest),
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

/// Cuts a string sequence (OSC, DCS, APC: no terminal sends the others, which are keys with Alt), which ends with ST or, an OSC, with BEL.
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
    match answers::of_string(kind, text) {
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
        (Some(_), [], b'R') => Input::Reply(answers::of_position(parameters)?),
        (_, [], b't') => Input::Reply(answers::of_window(parameters)?),
        (_, [], b'~') if parameters == "200" => return Some(Control::PasteBegins),
        (_, [], _) => Input::Key(keys::of_control(parameters, last)?),
        _ => return None,
    };
    Some(Control::Input(input))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::input::PointerKind;

    fn decode(pieces: &[&[u8]], settled: bool) -> Vec<Input> {
        let mut decoder = Decoder::default();
        let mut told = Vec::new();
        for piece in pieces {
            decoder.feed(piece, &mut |input| told.push(input));
        }
        if settled {
            decoder.settle(&mut |input| told.push(input));
            assert_eq!(decoder.open(), None, "nothing stays open");
        }
        told
    }

    /// Checks what bytes mean, in one piece and byte by byte.
    #[track_caller]
    fn check(bytes: &[u8], expected: &[Input]) {
        assert_eq!(decode(&[bytes], true), expected, "{}", bytes.escape_ascii());
        let pieces: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(decode(&pieces, true), expected, "{} byte by byte", bytes.escape_ascii());
    }

    /// Checks which keys bytes are, by their names.
    #[track_caller]
    fn check_keys(bytes: &[u8], names: &str) {
        let keys: Vec<Input> = names.split_whitespace().map(|name| Input::Key(name.parse().unwrap())).collect();
        check(bytes, &keys);
    }

    #[test]
    fn keys_of_every_spelling() {
        for (bytes, names) in [
            (&b"jG?"[..], "j G ?"),
            ("é世😀".as_bytes(), "é 世 😀"),
            (b" \r\t\x7f\x08", "Space Enter Tab Backspace Backspace"),
            (b"\x04\x15\x0a\x00\x1c\x1d\x1f", "C-d C-u C-j C-Space C-\\ C-] C-_"),
            (b"\x1b", "Esc"),
            (b"\x1b\x1b", "Esc Esc"),
            (b"\x1bx\x1bX\x1b^\x1b\x7f", "A-x A-X A-^ A-Backspace"),
            ("\u{1b}é".as_bytes(), "A-é"),
            (b"\x1b[", "A-["),
            (b"\x1b]", "A-]"),
            (b"\x1bO", "A-O"),
            (b"\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", "Up Down Right Left Home End"),
            (b"\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF", "Up Down Right Left Home End"),
            (b"\x1b[1;5A\x1b[1;3D\x1b[1;2F", "C-Up A-Left S-End"),
            (b"\x1b[5~\x1b[6~\x1b[2~\x1b[3~\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "PgUp PgDn Ins Del Home End Home End"),
            (b"\x1b[5;5~", "C-PgUp"),
            (b"\x1bOP\x1bOQ\x1bOR\x1bOS\x1b[15~\x1b[17~\x1b[21~\x1b[24~", "F1 F2 F3 F4 F5 F6 F10 F12"),
            (b"\x1b[P\x1b[Q\x1b[13~\x1b[S\x1b[[A\x1b[[E", "F1 F2 F3 F4 F1 F5"),
            (b"\x1b[1;2P", "S-F1"),
            (b"\x1b[Z", "S-Tab"),
            // The kitty keyboard protocol.
            (b"\x1b[27u\x1b[27;1:1u", "Esc Esc"),
            (b"\x1b[97;5u\x1b[97;6u\x1b[65;6u", "C-a C-a C-a"),
            (b"\x1b[97;3u\x1b[97:65;4u\x1b[97;4u\x1b[49:33;4u", "A-a A-A A-A A-!"),
            (b"\x1b[9;2u\x1b[13;5u\x1b[127;3u\x1b[32;5u\x1b[32;2u", "S-Tab C-Enter A-Backspace C-Space S-Space"),
            (b"\x1b[97;5:3u\x1b[1;1:3A\x1b[5;1:3~", ""),
            (b"\x1b[106;1:2u", "j"),
            (b"\x1b[57399u\x1b[57414u\x1b[57419u\x1b[57376u", "0 Enter Up F13"),
            (b"\x1b[57441;2u\x1b[99;9u\x1b[57428u", ""),
            // xterm's modifyOtherKeys.
            (b"\x1b[27;5;105~\x1b[27;2;13~", "C-i S-Enter"),
        ] {
            check_keys(bytes, names);
        }
    }

    #[test]
    fn answers_become_no_keys() {
        for answer in [
            // Answers to questions of others, or of ours long ago.
            &b"\x1b]10;rgb:dddd/dddd/dddd\x1b\\"[..],
            b"\x1b]4;1;rgb:cdcd/0000/0000\x07",
            b"\x1b]52;c;aGVsbG8=\x1b\\",
            b"\x1b]l\xe2\x82\xactitle\x1b\\",
            b"\x1bP>|\xc3\xa9\x1b\\",
            b"\x1bP1+r5463=787465726d\x1b\\",
            b"\x1bP1$r0;4m\x1b\\",
            b"\x1b_Gi=30;OK\x1b\\",
            b"\x1b_Gi=31\x1b\\",
            b"\x1b[6;0;0t",
            b"\x1b[>0;276;0c",
            b"\x1b[=1;2c",
            b"\x1b[?0u",
            b"\x1b[?1;0;1024S",
            b"\x1b[?2027;2$y",
            b"\x1b[1;40R",
            b"\x1b[2;R",
            b"\x1b[99999;2R",
            b"\x1b[2;0R",
            b"\x1b[4;640;800t",
            b"\x1b[0n",
            b"\x1b[I\x1b[O",
            b"\x1b[200;5;1m",
        ] {
            let mut bytes = answer.to_vec();
            bytes.push(b'j');
            check_keys(&bytes, "j");
        }
    }

    #[test]
    fn answers_to_our_questions() {
        for (bytes, reply) in [
            (&b"\x1b[12;40R"[..], Reply::Position { row: 12, column: 40 }),
            (&b"\x1b]11;rgb:1e1e/2020/ffff\x1b\\"[..], Reply::Ground { red: 0x1E, green: 0x20, blue: 0xFF }),
            (b"\x1b]11;rgb:f/8/0\x07", Reply::Ground { red: 255, green: 136, blue: 0 }),
            (b"\x1b]11;rgba:ffff/0000/8080/ffff\x07", Reply::Ground { red: 255, green: 0, blue: 128 }),
            (b"\x1b]11;#1e1e2e\x07", Reply::Ground { red: 0x1E, green: 0x1E, blue: 0x2E }),
            (b"\x1bP>|XTerm(379)\x1b\\", Reply::Version("XTerm(379)".into())),
            (b"\x1b_Gi=31;OK\x1b\\", Reply::Kitty(true)),
            (b"\x1b_Gi=31,p=4;ENOTSUPPORTED:what\x1b\\", Reply::Kitty(false)),
            (b"\x1b[6;19;10t", Reply::Cell { width: 10, height: 19 }),
            (b"\x1b[?997;1n", Reply::ThemeChanged { dark: true }),
            (b"\x1b[?997;2n", Reply::ThemeChanged { dark: false }),
            (b"\x1b[?62;4;22c", Reply::Attributes(vec![62, 4, 22])),
            (b"\x1b[?69;2$y", Reply::Margins(true)),
            (b"\x1b[?69;0$y", Reply::Margins(false)),
            (b"\x1b[?69;4$y", Reply::Margins(false)),
            (b"\x1b[?2026;2$y", Reply::Synchronised(true)),
            (b"\x1b[?2026;0$y", Reply::Synchronised(false)),
        ] {
            check(bytes, &[Input::Reply(reply)]);
        }
    }

    #[test]
    fn what_breaks_off_costs_no_key() {
        let j = Input::Key(KeyPress::char('j'));
        for bytes in [
            &b"\x1b[1;"[..],
            b"\x1b[?2026;2$",
            b"\x1b[<0;1",
            b"\x1b[M ",
            b"\x1b]11;rgb:1111",
            b"\x1b]11;rgb:1111\x1b",
            b"\x1bP1$r",
            b"\xe2\x82",
            b"\x1b\xf0\x9f",
            b"\x1b[[",
        ] {
            let mut decoder = Decoder::default();
            let mut told = Vec::new();
            decoder.feed(bytes, &mut |input| told.push(input));
            assert_eq!(decoder.open(), Some(Open::Sequence), "{}", bytes.escape_ascii());
            decoder.settle(&mut |input| told.push(input));
            decoder.feed(b"j", &mut |input| told.push(input));
            assert_eq!(told, std::slice::from_ref(&j), "{}", bytes.escape_ascii());
        }
        // Without a pause, the next sequence is still whole.
        check_keys(b"\x1b[1;\x1b[A", "Up");
        check_keys(b"\x1b]11;rgb\x1b[A", "Up");
        check_keys(b"\xe2\x82\x1b[A", "Up");
        check_keys(b"\x1b]11;rgb\x18j", "j");
        check_keys(b"\xff\xfe\x80j", "j");
        check_keys(b"\xe2j", "j");
        // Surrogates and what is longer than need be are no characters.
        check_keys(b"\xed\xa0\x80\xe0\x80\x80j", "j");
    }

    #[test]
    fn a_string_without_an_end_is_dropped() {
        let mut bytes = b"\x1b]52;c;".to_vec();
        bytes.resize(LONGEST_STRING + 10, b'a');
        let mut told = Vec::new();
        let mut decoder = Decoder::default();
        decoder.feed(&bytes, &mut |input| told.push(input));
        decoder.settle(&mut |input| told.push(input));
        assert_eq!((told, decoder.open()), (vec![], None));
    }

    #[test]
    fn pastes_are_told_whole() {
        check(b"\x1b[200~a\x1b[Ab\rq\x1b[201~", &[Input::Paste("a\u{1b}[Ab\rq".into())]);
        check(b"\x1b[200~\xff\x1b[201~", &[Input::Paste("\u{fffd}".into())]);
        check(b"\x1b[200~breaks off", &[Input::Paste("breaks off".into())]);
        let mut long = b"\x1b[200~".to_vec();
        long.resize(3 * LONGEST_PASTE, b'x');
        long.extend_from_slice(b"\x1b[201~j");
        let pieces: Vec<&[u8]> = long.chunks(4096).collect();
        let told = decode(&pieces, true);
        assert!(matches!(told.as_slice(), [Input::Paste(text), Input::Key(_)] if text.len() == LONGEST_PASTE));
    }

    #[test]
    fn the_mouse_counts_from_the_corner() {
        let at = |kind, column, row| Input::Pointer(Pointer { kind, column, row });
        for (bytes, expected) in [
            (&b"\x1b[<0;1;1M"[..], vec![at(PointerKind::Press, 0, 0)]),
            (b"\x1b[<32;10;3M", vec![at(PointerKind::Drag, 9, 2)]),
            (b"\x1b[<0;300;3m", vec![at(PointerKind::Release, 299, 2)]),
            (b"\x1b[<64;5;6M\x1b[<65;5;6M", vec![at(PointerKind::WheelUp, 4, 5), at(PointerKind::WheelDown, 4, 5)]),
            (b"\x1b[<80;5;6M", vec![at(PointerKind::WheelUp, 4, 5)]),
            (b"\x1b[<2;5;6M\x1b[<35;5;6M\x1b[<66;5;6M\x1b[<0;0;0M\x1b[<0;99999;1M", vec![]),
            (
                b"\x1b[M !!\x1b[M#&%\x1b[M`!!",
                vec![at(PointerKind::Press, 0, 0), at(PointerKind::Release, 5, 4), at(PointerKind::WheelUp, 0, 0)],
            ),
        ] {
            check(bytes, &expected);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(
            pieces in prop::collection::vec(prop::collection::vec(prop_oneof![
                any::<u8>(), prop::sample::select(&b"\x1b[]?;<0123456789Mmu~$OP\\\x07"[..]),
            ], 0..20), 0..12),
        ) {
            let mut decoder = Decoder::default();
            for piece in &pieces {
                decoder.feed(piece, &mut |_| ());
            }
            decoder.settle(&mut |_| ());
            // Whatever came, after a pause a key is a key.
            let mut told = Vec::new();
            decoder.feed(b"j", &mut |input| told.push(input));
            prop_assert_eq!(told, vec![Input::Key(KeyPress::char('j'))]);
        }

        #[test]
        fn pieces_make_no_difference(bytes in prop::collection::vec(prop_oneof![
            any::<u8>(), prop::sample::select(&b"\x1b[]?;<0123456789Mmu~$OP\\\x07"[..]),
        ], 0..40), cut in 0..40_usize) {
            let (before, after) = bytes.split_at(cut.min(bytes.len()));
            prop_assert_eq!(decode(&[before, after], true), decode(&[&bytes], true));
        }
    }
}
