//! Words: a macro's line cut into them, and which words are macros or signs.

/// Macros that may stand inside a line of another.
pub const CALLABLE: &[&str] = &[
    "Ac", "Ad", "An", "Ao", "Ap", "Aq", "Ar", "At", "Bc", "Bo", "Bq", "Brc", "Bro", "Brq", "Bsx", "Bx", "Cd", "Cm",
    "Dc", "Do", "Dq", "Dv", "Dx", "Ec", "Em", "Eo", "Er", "Ev", "Fa", "Fc", "Fl", "Fn", "Fo", "Ft", "Fx", "Ic", "In",
    "Lb", "Li", "Lk", "Ms", "Mt", "Nm", "No", "Ns", "Nx", "Oc", "Oo", "Op", "Ox", "Pa", "Pc", "Pf", "Po", "Pq", "Qc",
    "Ql", "Qo", "Qq", "Sc", "So", "Sq", "St", "Sx", "Sy", "Ta", "Tn", "Ux", "Va", "Vt", "Xc", "Xo", "Xr",
];

/// A word of a macro's line.
#[derive(Debug, Clone)]
pub struct Word {
    pub text: String,
    pub is_quoted: bool,
}

impl Word {
    pub fn is_macro(&self) -> bool {
        !self.is_quoted && CALLABLE.contains(&self.text.as_str())
    }

    pub fn closes(&self) -> bool {
        !self.is_quoted && matches!(self.text.as_str(), "." | "," | ":" | ";" | ")" | "]" | "?" | "!")
    }

    pub fn opens(&self) -> bool {
        !self.is_quoted && matches!(self.text.as_str(), "(" | "[")
    }
}

/// Splits a line into words, telling quoted ones.
pub fn split(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut chars = line.chars().peekable();
    loop {
        while chars.next_if(|&c| c == ' ' || c == '\t').is_some() {}
        let Some(&first) = chars.peek() else { return words };
        let is_quoted = first == '"';
        if is_quoted {
            chars.next();
        }
        let mut text = String::new();
        while let Some(c) = chars.next() {
            match c {
                '"' if is_quoted => {
                    if chars.next_if_eq(&'"').is_none() {
                        break;
                    }
                    text.push('"');
                }
                ' ' | '\t' if !is_quoted => break,
                '\\' => {
                    text.push('\\');
                    text.extend(chars.next());
                }
                c => text.push(c),
            }
        }
        words.push(Word { text, is_quoted });
    }
}

pub fn opens_extension(rest: &str) -> bool {
    let mut words = rest.split(' ');
    words.any(|word| word == "Xo") && !words.any(|word| word == "Xc")
}
