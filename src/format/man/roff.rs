//! Roff: the lines of a page after its macros, strings, registers and conditions have been worked out.
//!
//! Only what manual pages use is kept of the language: definitions are expanded within a bound, numbers are whole, and
//! nothing is read from or written to anywhere. What a request means for the page is left to [`super::man7`] and
//! [`super::mdoc`].

use std::collections::HashMap;
use std::rc::Rc;

use super::escape;

/// How deep calls of macros may nest.
const DEEPEST_CALL: usize = 24;

/// How often strings may stand in strings.
const DEEPEST_STRING: usize = 8;

/// How much text macros and strings may make in all, for each byte of the source and besides.
const GROWTH: usize = 4;
const LEAST_BUDGET: usize = 1 << 20;

/// The longest line that is made of strings and arguments, in bytes.
const LONGEST_LINE: usize = 1 << 16;

/// A line of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Text(String),
    /// A request or macro with its name and the rest of its line.
    Control(String, String),
}

/// Gives the lines of a page.
#[derive(Debug)]
pub struct Roff<'a> {
    source: std::str::Lines<'a>,
    /// The macros being expanded, innermost last.
    calls: Vec<Call>,
    /// A line that a condition let through, read before any other.
    pending: Vec<String>,
    macros: HashMap<String, Rc<Vec<String>>>,
    aliases: HashMap<String, String>,
    strings: HashMap<String, String>,
    registers: HashMap<String, i64>,
    /// What the conditions of the `.ie` that wait for their `.el` came to.
    elses: Vec<bool>,
    /// How many bytes expansion may still make.
    budget: usize,
    /// Whether something was too deep or too large.
    pub is_cut: bool,
}

#[derive(Debug)]
struct Call {
    body: Rc<Vec<String>>,
    next: usize,
    arguments: Vec<String>,
}

/// Macros of the page's own that have these names are passed over: recto knows what they mean.
const KEPT: &[&str] = &[
    "TH", "SH", "SS", "PP", "LP", "P", "TP", "TQ", "IP", "HP", "RS", "RE", "B", "I", "BR", "IR", "RB", "RI", "BI",
    "IB", "SM", "SB", "EX", "EE", "UR", "UE", "MT", "ME", "SY", "YS", "OP", "MR", "Dd", "Dt", "Sh", "Ss", "TS", "TE",
    "EQ", "EN", "URL", "MTO",
];

impl<'a> Roff<'a> {
    pub fn new(text: &'a str) -> Self {
        let strings = [
            ("lq", "“"),
            ("rq", "”"),
            ("R", "®"),
            ("Tm", "™"),
            ("S", ""),
            ("q", "\""),
            ("Aq", "'"),
            ("L\"", "“"),
            ("R\"", "”"),
        ];
        Self {
            source: text.lines(),
            calls: Vec::new(),
            pending: Vec::new(),
            macros: HashMap::new(),
            aliases: HashMap::new(),
            strings: strings.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect(),
            registers: [(".g", 1), (".H", 24), (".V", 40), (".x", 1), (".y", 23), ("LL", 1560), (".l", 1560)]
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
            elses: Vec::new(),
            budget: text.len().saturating_mul(GROWTH).saturating_add(LEAST_BUDGET),
            is_cut: false,
        }
    }

    /// Returns the next line as it stands, for what is read raw (tables, equations).
    pub fn raw_line(&mut self) -> Option<String> {
        if let Some(line) = self.pending.pop() {
            return Some(line);
        }
        while let Some(call) = self.calls.last_mut() {
            if let Some(line) = call.body.get(call.next) {
                call.next += 1;
                let line = with_arguments(line, &call.arguments);
                self.spend(line.len() + 1);
                return Some(line);
            }
            self.calls.pop();
        }
        let mut line = self.source.next()?.to_owned();
        // A backslash at the end joins the next line; two are a backslash.
        while line.ends_with('\\') && line.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1 {
            line.pop();
            match self.source.next() {
                Some(next) => line.push_str(next),
                None => break,
            }
        }
        Some(line)
    }

    /// Returns the next line with its strings and registers put in.
    pub fn line(&mut self) -> Option<Line> {
        loop {
            let raw = self.raw_line()?;
            let Some(control) = control(&raw) else {
                let text = self.interpolated(&raw);
                return Some(Line::Text(text));
            };
            let control = self.interpolated(control);
            let (name, rest) = split_name(&control);
            if let Some(line) = self.request(name, rest) {
                return Some(line);
            }
        }
    }

    /// Performs a request of the language itself, or returns it.
    fn request(&mut self, name: &str, rest: &str) -> Option<Line> {
        let name = self.aliases.get(name).map_or(name, String::as_str).to_owned();
        let name = name.as_str();
        match name {
            "" | "\\}" | "." => {}
            _ if name.starts_with("\\\"") || name.starts_with("\\#") => {}
            "de" | "de1" | "dei" | "dei1" | "am" | "am1" | "ami" => self.define(rest, name.starts_with("am")),
            "ig" => {
                self.collect(rest.split_whitespace().next().unwrap_or_default());
            }
            "ds" | "ds1" | "as" | "as1" => {
                let (string, value) = split_name(rest);
                let value = value.strip_prefix('"').unwrap_or(value);
                let known = self.strings.entry(string.to_owned()).or_default();
                if name.starts_with("ds") {
                    known.clear();
                }
                let room = LONGEST_LINE.saturating_sub(known.len());
                known.push_str(value.get(..value.floor_char_boundary(room)).unwrap_or_default());
            }
            "nr" => {
                let (name, value) = split_name(rest);
                let old = self.registers.get(name).copied().unwrap_or(0);
                let first = value.split_whitespace().next().unwrap_or_default();
                let new = number(first);
                let new = if first.starts_with(['+', '-']) { old.saturating_add(new) } else { new };
                self.registers.insert(name.to_owned(), new);
            }
            "als" => {
                let (new, old) = split_name(rest);
                let old = self.aliases.get(old.trim()).cloned().unwrap_or_else(|| old.trim().to_owned());
                if new != old && !KEPT.contains(&new) {
                    self.aliases.insert(new.to_owned(), old);
                }
            }
            "rm" => {
                for name in rest.split_whitespace() {
                    self.macros.remove(name);
                    self.strings.remove(name);
                }
            }
            "if" | "while" => {
                let (holds, then) = self.condition(rest);
                self.branch(holds, then);
            }
            "ie" => {
                let (holds, then) = self.condition(rest);
                if self.elses.len() < DEEPEST_CALL {
                    self.elses.push(!holds);
                }
                self.branch(holds, then);
            }
            "el" => {
                let holds = self.elses.pop().unwrap_or(false);
                self.branch(holds, rest.trim_start());
            }
            "return" => {
                self.calls.pop();
            }
            "do" => {
                let (name, rest) = split_name(rest);
                return if name == "do" { None } else { self.request(name, rest) };
            }
            _ => match self.macros.get(name) {
                Some(body) if self.calls.len() < DEEPEST_CALL && self.budget > 0 => {
                    let call = Call { body: Rc::clone(body), next: 0, arguments: arguments(rest) };
                    self.calls.push(call);
                }
                Some(_) => self.is_cut = true,
                None => return Some(Line::Control(name.to_owned(), rest.trim_end_matches("\\}").to_owned())),
            },
        }
        None
    }

    /// Takes the lines up to the one that ends a definition.
    fn collect(&mut self, end: &str) -> Vec<String> {
        let end = if end.is_empty() { "." } else { end };
        let mut lines = Vec::new();
        while let Some(line) = self.raw_line() {
            if control(&line).is_some_and(|control| split_name(control).0 == end) {
                break;
            }
            lines.push(line);
        }
        lines
    }

    fn define(&mut self, rest: &str, appends: bool) {
        let mut words = rest.split_whitespace();
        let name = words.next().unwrap_or_default().to_owned();
        let end = words.next().unwrap_or_default().to_owned();
        // Copy mode takes one backslash of two.
        let lines: Vec<String> = self.collect(&end).into_iter().map(|line| line.replace("\\\\", "\\")).collect();
        if name.is_empty() || KEPT.contains(&name.as_str()) {
            return;
        }
        let mut body = Vec::new();
        if appends && let Some(known) = self.macros.remove(&name) {
            body = Rc::unwrap_or_clone(known);
        }
        body.extend(lines);
        self.macros.insert(name, Rc::new(body));
    }

    /// Goes on with `then` if a condition holds, else passes over what it guards.
    fn branch(&mut self, holds: bool, then: &str) {
        let Some(inside) = then.strip_prefix("\\{") else {
            if holds && !then.is_empty() {
                self.push_pending(then.to_owned());
            }
            return;
        };
        if holds {
            let inside = inside.trim_start();
            if !inside.is_empty() {
                self.push_pending(inside.to_owned());
            }
            return;
        }
        let mut depth = 1_i64 + balance(inside);
        while depth > 0 {
            let Some(line) = self.raw_line() else { break };
            depth += balance(&line);
        }
    }

    fn push_pending(&mut self, line: String) {
        self.spend(line.len() + 1);
        if self.budget > 0 {
            self.pending.push(line);
        }
    }

    fn spend(&mut self, n_bytes: usize) {
        self.budget = self.budget.saturating_sub(n_bytes);
        if self.budget == 0 && (!self.calls.is_empty() || !self.pending.is_empty()) {
            self.is_cut = true;
            self.calls.clear();
            self.pending.clear();
        }
    }

    /// Returns whether a condition holds, and what follows it.
    fn condition<'t>(&self, text: &'t str) -> (bool, &'t str) {
        let text = text.trim_start();
        let (negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let word = |text: &'t str| {
            let end = text.find([' ', '\t']).or_else(|| text.find("\\{")).unwrap_or(text.len());
            text.split_at_checked(end).unwrap_or((text, ""))
        };
        let mut chars = text.chars();
        let (holds, rest) = match chars.next() {
            None => (false, ""),
            // Pages are set for a terminal, on an odd page, in no language of troff's.
            Some('n' | 'o') => (true, chars.as_str()),
            Some('t' | 'e' | 'v') => (false, chars.as_str()),
            Some('d') => {
                let (name, rest) = word(chars.as_str().trim_start());
                (self.strings.contains_key(name) || self.macros.contains_key(name), rest)
            }
            Some('r') => {
                let (name, rest) = word(chars.as_str().trim_start());
                (self.registers.contains_key(name), rest)
            }
            Some('c' | 'F' | 'S' | 'm') => (true, word(chars.as_str().trim_start()).1),
            Some('0'..='9' | '(' | '-' | '+' | '.') => {
                let (expression, rest) = word(text);
                (value(expression) > 0, rest)
            }
            Some(sign) => {
                let inside = chars.as_str();
                let mut parts = inside.splitn(3, sign);
                match (parts.next(), parts.next(), parts.next()) {
                    (Some(one), Some(other), Some(rest)) => (one == other, rest),
                    _ => (false, ""),
                }
            }
        };
        (holds != negated, rest.trim_start())
    }

    /// Puts strings and registers in their places, and takes a comment off.
    fn interpolated(&mut self, line: &str) -> String {
        if !line.contains('\\') {
            return line.to_owned();
        }
        let mut out = String::with_capacity(line.len());
        self.interpolate(line, 0, &mut out);
        if out.len() > line.len() {
            self.spend(out.len() - line.len());
        }
        out
    }

    fn interpolate(&self, line: &str, depth: usize, out: &mut String) {
        let mut rest = line;
        while let Some(at) = rest.find('\\') {
            let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.push_str(before);
            if out.len() > LONGEST_LINE + line.len() {
                return;
            }
            let mut chars = from.chars();
            chars.next();
            let after_sign = chars.clone().as_str();
            let sign = chars.next();
            rest = chars.as_str();
            match sign {
                Some('"' | '#') => {
                    // What a comment leaves behind is white space.
                    let kept = out.trim_end_matches('\t').len();
                    out.truncate(kept);
                    return;
                }
                Some('*') => {
                    let name = escape::name(&mut rest);
                    let name = name.split(' ').next().unwrap_or_default();
                    if let Some(text) = self.strings.get(name).filter(|_| depth < DEEPEST_STRING) {
                        self.interpolate(text, depth + 1, out);
                    }
                }
                Some('n') => {
                    rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
                    let name = escape::name(&mut rest);
                    out.push_str(&self.registers.get(name).copied().unwrap_or(0).to_string());
                }
                Some('E') => rest = after_sign,
                Some(c) => {
                    out.push('\\');
                    out.push(c);
                }
                None => out.push('\\'),
            }
        }
        out.push_str(rest);
    }
}

/// Returns what follows the sign of a control line, with the white space around it left out.
pub fn control(line: &str) -> Option<&str> {
    line.strip_prefix(['.', '\'']).map(str::trim_start)
}

/// Splits a control line into its name and the rest.
fn split_name(control: &str) -> (&str, &str) {
    let end = control.find([' ', '\t']).unwrap_or(control.len());
    let (name, rest) = control.split_at_checked(end).unwrap_or((control, ""));
    // A comment or a group may follow a name without a space.
    let signs = ["\\\"", "\\{", "\\}"];
    let name_end = signs.iter().filter_map(|sign| name.find(sign)).filter(|&at| at > 0).min();
    match name_end {
        Some(at) => (name.get(..at).unwrap_or(name), control.get(at..).unwrap_or_default()),
        None => (name, rest.trim_start()),
    }
}

/// Splits arguments at spaces; quotes hold words together, and two of them are one.
pub fn arguments(rest: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = rest.trim_end_matches("\\}").chars().peekable();
    loop {
        while chars.next_if(|&c| c == ' ' || c == '\t').is_some() {}
        let Some(&first) = chars.peek() else { return found };
        let is_quoted = first == '"';
        if is_quoted {
            chars.next();
        }
        let mut argument = String::new();
        while let Some(c) = chars.next() {
            match c {
                '"' if is_quoted => {
                    if chars.next_if_eq(&'"').is_none() {
                        break;
                    }
                    argument.push('"');
                }
                ' ' | '\t' if !is_quoted => break,
                '\\' => {
                    argument.push('\\');
                    argument.extend(chars.next());
                }
                c => argument.push(c),
            }
        }
        found.push(argument);
    }
}

/// Puts a macro's arguments in the places that name them.
fn with_arguments(line: &str, arguments: &[String]) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("\\$") {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 2..).unwrap_or_default();
        if out.len() > LONGEST_LINE {
            return out;
        }
        match escape::name(&mut rest) {
            "*" => out.push_str(&arguments.join(" ")),
            "@" => out.push_str(&arguments.iter().map(|one| format!("\"{one}\"")).collect::<Vec<_>>().join(" ")),
            name => {
                let argument = name.parse::<usize>().ok().and_then(|number| arguments.get(number.checked_sub(1)?));
                out.push_str(argument.map_or("", String::as_str));
            }
        }
    }
    out.push_str(rest);
    out
}

/// Returns how many more groups a line opens than it closes.
fn balance(line: &str) -> i64 {
    let count = |sign| i64::try_from(line.matches(sign).count()).unwrap_or(i64::MAX);
    count("\\{").saturating_sub(count("\\}"))
}

/// Returns a whole number that a text begins with, its sign included.
fn number(text: &str) -> i64 {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    sign * digits.get(..end).unwrap_or_default().parse::<i64>().unwrap_or(0).min(1 << 32)
}

/// Works an expression out from left to right, as roff does; brackets are passed over.
fn value(expression: &str) -> i64 {
    let mut rest = expression.trim_start_matches('(');
    let mut left = take_number(&mut rest);
    loop {
        rest = rest.trim_start_matches(['(', ')']);
        let mut chars = rest.chars();
        let Some(sign) = chars.next() else { return left };
        rest = chars.as_str();
        let or_equal = matches!(sign, '<' | '>' | '=') && rest.starts_with('=');
        if or_equal {
            rest = rest.get(1..).unwrap_or_default();
        }
        rest = rest.trim_start_matches('(');
        let right = take_number(&mut rest);
        left = match sign {
            '+' => left.saturating_add(right),
            '-' => left.saturating_sub(right),
            '*' => left.saturating_mul(right),
            '/' => left.checked_div(right).unwrap_or(0),
            '%' => left.checked_rem(right).unwrap_or(0),
            '<' => i64::from(left < right || or_equal && left == right),
            '>' => i64::from(left > right || or_equal && left == right),
            '=' => i64::from(left == right),
            '&' => i64::from(left > 0 && right > 0),
            ':' => i64::from(left > 0 || right > 0),
            _ => return left,
        };
    }
}

fn take_number(rest: &mut &str) -> i64 {
    let text = *rest;
    let found = number(text);
    let after = text.trim_start_matches(['+', '-']).trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    // A unit may follow.
    *rest = after.trim_start_matches(|c: char| c.is_ascii_lowercase());
    found
}
