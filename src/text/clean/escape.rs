//! Where a terminal control sequence ends (ECMA-48, section 5; xterm's `ctlseqs`).

/// The longest CSI sequence that is taken for one, in bytes.
const CSI_BYTES: usize = 256;
/// The longest control string (OSC, DCS, APC, PM, SOS) that is taken for one, in characters.
const STRING_CHARS: usize = 4096;

/// How much of a text that starts with an introducer must go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// A whole sequence of so many bytes.
    Whole(usize),
    /// A sequence that never ends: only its introducer, of so many bytes.
    Introducer(usize),
    /// A lone ESC, of one byte.
    Lone,
}

/// Returns how much of `text`, whose first character is ESC or an introducing C1 control, must be removed.
pub(super) fn extent(text: &str) -> Extent {
    let mut chars = text.chars();
    let (introducer, len) = match (chars.next(), chars.next()) {
        (Some('\u{1B}'), Some(second)) => (second, 2),
        (Some('\u{9B}'), _) => ('[', 2),
        (Some('\u{9D}'), _) => (']', 2),
        (Some(_), _) if !text.starts_with('\u{1B}') => ('P', 2),
        _ => return Extent::Lone,
    };
    let body = text.get(len..);
    let end = match introducer {
        '[' => body.and_then(csi_end),
        ']' => body.and_then(|body| string_end(body, true)),
        'P' | 'X' | '^' | '_' => body.and_then(|body| string_end(body, false)),
        _ => return Extent::Lone,
    };
    end.map_or(Extent::Introducer(len), |end| Extent::Whole(len + end))
}

/// Parameters, then intermediates, then one final byte.
fn csi_end(body: &str) -> Option<usize> {
    let bytes = body.as_bytes();
    let parameters = bytes.iter().take(CSI_BYTES).take_while(|byte| matches!(byte, 0x30..=0x3F)).count();
    let rest = bytes.get(parameters..)?;
    let intermediates = rest.iter().take(CSI_BYTES).take_while(|byte| matches!(byte, 0x20..=0x2F)).count();
    let end = parameters + intermediates;
    let is_final = matches!(bytes.get(end)?, 0x40..=0x7E);
    (is_final && end + 3 <= CSI_BYTES).then_some(end + 1)
}

/// A control string ends with ST, an OSC also with BEL; CAN and SUB abort it. Another escape inside means that this
/// one was never ended.
fn string_end(body: &str, is_osc: bool) -> Option<usize> {
    for (idx, c) in body.char_indices().take(STRING_CHARS) {
        let after = idx + c.len_utf8();
        match c {
            '\u{9C}' | '\u{18}' | '\u{1A}' => return Some(after),
            '\u{7}' if is_osc => return Some(after),
            '\u{1B}' => return body.get(after..)?.starts_with('\\').then_some(after + 1),
            _ => {}
        }
    }
    None
}
