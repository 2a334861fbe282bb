//! What is decided before anything is read: comments and conditions.

use std::collections::HashSet;

/// How deep conditions may nest; deeper ones are taken to hold.
const DEEPEST: usize = 64;

/// Attributes that are set where a text is read.
const SET: [&str; 2] = ["backend-recto", "asciidoctor"];

/// Returns the lines that are to be read.
pub fn lines(text: &str) -> Vec<&str> {
    let mut set: HashSet<&str> = SET.into();
    let mut kept = Vec::new();
    // Whether each open condition holds.
    let mut conditions: Vec<bool> = Vec::new();
    let mut n_too_deep = 0_usize;
    let mut in_comment = None;
    let mut verbatim = None;
    for line in text.lines().map(str::trim_end) {
        if let Some(end) = in_comment {
            if line == end {
                in_comment = None;
            }
            continue;
        }
        let is_kept = conditions.iter().all(|&holds| holds);
        if is_verbatim(line) && is_kept {
            verbatim = match verbatim {
                Some(open) if open == line => None,
                None => Some(line),
                open => open,
            };
        }
        if let Some((is_wanted, rest)) = [("ifdef::", true), ("ifndef::", false)]
            .iter()
            .find_map(|(sign, wanted)| Some((*wanted, line.strip_prefix(sign)?)))
        {
            let (names, inside) = rest.split_once('[').unwrap_or((rest, ""));
            let inside = inside.trim_end_matches(']');
            let holds = if names.contains('+') {
                names.split('+').all(|name| set.contains(name))
            } else {
                names.split(',').any(|name| set.contains(name))
            };
            let holds = holds == is_wanted;
            if !inside.is_empty() {
                kept.extend((holds && is_kept).then_some(inside));
            } else if conditions.len() < DEEPEST {
                conditions.push(holds);
            } else {
                n_too_deep += 1;
            }
            continue;
        }
        if line.starts_with("ifeval::[") {
            if conditions.len() < DEEPEST {
                conditions.push(true);
            } else {
                n_too_deep += 1;
            }
            continue;
        }
        if line.starts_with("endif::") {
            if n_too_deep > 0 {
                n_too_deep -= 1;
            } else {
                conditions.truncate(conditions.len().saturating_sub(1));
            }
            continue;
        }
        if !is_kept {
            continue;
        }
        if verbatim.is_none() {
            if line.starts_with("////") && line.bytes().all(|byte| byte == b'/') {
                in_comment = Some(line);
                continue;
            }
            if line.starts_with("//") && !line.starts_with("///") {
                // A comment ends no paragraph.
                continue;
            }
            if let Some((name, _)) = line.strip_prefix(':').and_then(|rest| rest.split_once(':')) {
                match name.strip_prefix('!').or_else(|| name.strip_suffix('!')) {
                    Some(name) => drop(set.remove(name)),
                    None => drop(set.insert(name)),
                }
            }
        }
        kept.push(line);
    }
    kept
}

/// Returns whether a line begins or ends what is kept as it is.
fn is_verbatim(line: &str) -> bool {
    let is_of = |sign: u8| line.len() >= 4 && line.bytes().all(|byte| byte == sign);
    is_of(b'-') || is_of(b'.') || is_of(b'+') || line == "```"
}
