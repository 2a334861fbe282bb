//! Reading TeX: the part of its mathematics that articles use, to a tree. Nothing in it is an error: what is missing
//! is empty, what closes nothing is passed over, and a command that is not known stands as it is written.

use std::borrow::Cow;

use super::letters::Alphabet;
use super::symbols;
use super::tree::{Array, Bar, Class, Columns, Face, Fraction, Node, Script, Sign};

/// How deep parts may stand in each other; what is deeper stands as its source.
const MOST_DEPTH: usize = 24;

/// Returns the tree of a formula.
pub fn parse(tex: &str) -> Node {
    let mut parser = Parser { tex, at: 0, depth: 0, braces: 0, fences: 0, environments: 0, brackets: 0, tag: None };
    let array = parser.array(Columns::Lines, End::Text);
    let tag = parser.tag.take();
    let node = match <[Vec<Node>; 1]>::try_from(array.rows) {
        Ok([row]) => simplified(row),
        Err(rows) => {
            let is_aligned = rows.iter().any(|row| row.len() > 1);
            Node::Array(Array { rows, columns: if is_aligned { Columns::Aligned } else { Columns::Lines } })
        }
    };
    match tag {
        Some(tag) => Node::Row(vec![node, Node::Tag(tag)]),
        None => node,
    }
}

/// What ends a row of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Text,
    Brace,
    Bracket,
    /// `\right`.
    Fence,
    /// `\end`, and within it `&` and `\\`.
    Environment,
}

/// A piece of TeX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Command(&'t str),
    Char(char),
    End,
}

struct Parser<'t> {
    tex: &'t str,
    at: usize,
    depth: usize,
    // How many of each are open: what closes none is passed over.
    braces: usize,
    fences: usize,
    environments: usize,
    brackets: usize,
    tag: Option<String>,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.tex.get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            // A comment needs a line to end at; where lines were joined the sign is a percent sign.
            match trimmed.strip_prefix('%').and_then(|comment| comment.find('\n')) {
                Some(length) => self.at += 1 + length,
                None => return,
            }
        }
    }

    /// Returns the next token and where it ends.
    fn peek(&mut self) -> (Token<'t>, usize) {
        self.skip_space();
        let rest = self.rest();
        let mut chars = rest.chars();
        match chars.next() {
            None => (Token::End, self.at),
            Some('\\') => {
                let name = chars.as_str();
                let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
                let length = if letters > 0 { letters } else { name.chars().next().map_or(0, char::len_utf8) };
                (Token::Command(name.get(..length).unwrap_or_default()), self.at + 1 + length)
            }
            Some(c) => (Token::Char(c), self.at + c.len_utf8()),
        }
    }

    fn take_char(&mut self, wanted: char) -> bool {
        let (token, after) = self.peek();
        let is_there = token == Token::Char(wanted);
        if is_there {
            self.at = after;
        }
        is_there
    }

    fn take_command(&mut self, wanted: &str) -> bool {
        let (token, after) = self.peek();
        let is_there = token == Token::Command(wanted);
        if is_there {
            self.at = after;
        }
        is_there
    }

    /// Reads parts until `end`, which is left to be read.
    fn row(&mut self, end: End) -> Vec<Node> {
        let mut parts: Vec<Node> = Vec::new();
        // A fraction written between its parts, `a \over b`: what is above, and whether there is a rule.
        let mut over: Option<(Vec<Node>, &str)> = None;
        loop {
            let (token, after) = self.peek();
            match token {
                Token::End => break,
                Token::Char('}') => {
                    if self.braces > 0 {
                        break;
                    }
                    self.at = after;
                }
                Token::Char(']') if end == End::Bracket => break,
                Token::Char('&') | Token::Command("\\" | "cr" | "newline" | "tabularnewline") => {
                    if matches!(end, End::Environment | End::Text) {
                        break;
                    }
                    self.at = after;
                    parts.push(Node::Space(1));
                }
                Token::Command("right") if self.fences > 0 && end != End::Brace => break,
                Token::Command("end") if self.environments > 0 && end != End::Brace => break,
                Token::Command("end") => {
                    self.at = after;
                    let _ = self.raw_group();
                }
                Token::Command(kind @ ("over" | "atop" | "choose" | "brace" | "brack")) => {
                    self.at = after;
                    if over.is_none() {
                        over = Some((std::mem::take(&mut parts), kind));
                    }
                }
                Token::Char('^' | '_' | '\'') | Token::Command("limits" | "nolimits" | "displaylimits") => {
                    // A second script of one kind stands on nothing: so no tree grows deep through its bases.
                    let is_base = |part: &mut Node| !matches!(part, Node::Space(_) | Node::Script(_));
                    let base = parts.pop_if(is_base).unwrap_or_else(Node::empty);
                    let scripted = self.scripts(base);
                    parts.push(scripted);
                }
                _ => {
                    let part = self.part();
                    if !matches!(&part, Node::Row(parts) if parts.is_empty()) {
                        parts.push(part);
                    } else if after > self.at {
                        self.at = after;
                    }
                }
            }
        }
        match over {
            Some((over, kind)) => vec![fraction_of(simplified(over), simplified(parts), kind)],
            None => parts,
        }
    }

    /// Reads the scripts that follow `base`.
    fn scripts(&mut self, base: Node) -> Node {
        let mut is_limits = match &base {
            Node::Sign(sign) => sign.class == Class::Large && !sign.text.chars().all(|c| ('∫'..='∳').contains(&c)),
            Node::Bar { bar: Bar::OverBrace | Bar::UnderBrace, .. } => true,
            _ => false,
        };
        let (mut below, mut above) = (None, None);
        let mut primes = 0;
        loop {
            let (token, after) = self.peek();
            match token {
                Token::Command("limits") => is_limits = true,
                Token::Command("nolimits") => is_limits = false,
                Token::Command("displaylimits") => {}
                Token::Char('\'') => primes += 1,
                Token::Char('^') if above.is_none() => {
                    self.at = after;
                    above = Some(self.argument());
                    continue;
                }
                Token::Char('_') if below.is_none() => {
                    self.at = after;
                    below = Some(self.argument());
                    continue;
                }
                _ => break,
            }
            self.at = after;
        }
        if primes > 0 {
            let mark = match primes {
                1 => Cow::Borrowed("′"),
                2 => Cow::Borrowed("″"),
                3 => Cow::Borrowed("‴"),
                // So many are no derivative.
                more => Cow::Owned("′".repeat(more.min(8))),
            };
            let mark = Node::sign(mark, Class::Ordinary);
            above = Some(match above {
                Some(above) => Node::Row(vec![mark, above]),
                None => mark,
            });
        }
        if below.is_none() && above.is_none() {
            return base;
        }
        Node::Script(Box::new(Script { base, below, above, is_limits }))
    }

    /// Reads one part: a sign, a group, or a command with its arguments. An empty row where there is none.
    fn part(&mut self) -> Node {
        let (token, after) = self.peek();
        match token {
            Token::End => Node::empty(),
            Token::Char('{') => {
                self.at = after;
                self.group()
            }
            Token::Char('~') => {
                self.at = after;
                Node::Space(1)
            }
            Token::Char('$') => {
                self.at = after;
                Node::empty()
            }
            Token::Char('^' | '_' | '}' | '&') => Node::empty(),
            Token::Char(c) => {
                self.at = after;
                if c.is_ascii_digit() {
                    return self.number(c);
                }
                self.sign(c)
            }
            Token::Command(name) => {
                self.at = after;
                self.command(name)
            }
        }
    }

    /// Reads a character with the combining ones after it.
    fn sign(&mut self, c: char) -> Node {
        let mut node = symbols::bare(c);
        if let Node::Sign(sign) = &mut node {
            while let Some(mark) = self.rest().chars().next()
                && is_combining(mark)
            {
                self.at += mark.len_utf8();
                sign.text.to_mut().push(mark);
            }
        }
        node
    }

    /// Reads a number, so that it is one part.
    fn number(&mut self, first: char) -> Node {
        let mut text = String::from(first);
        let mut rest = self.rest().chars();
        while let Some(c) = rest.next() {
            let is_point = matches!(c, '.' | ',') && rest.as_str().starts_with(|c: char| c.is_ascii_digit());
            if !c.is_ascii_digit() && !is_point {
                break;
            }
            text.push(c);
            self.at += c.len_utf8();
        }
        Node::sign(text, Class::Ordinary)
    }

    /// Reads what follows `{` up to its `}`.
    fn group(&mut self) -> Node {
        if self.depth >= MOST_DEPTH {
            return Node::sign(self.raw_rest_of_group().to_owned(), Class::Ordinary);
        }
        self.depth += 1;
        self.braces += 1;
        let parts = self.row(End::Brace);
        self.braces -= 1;
        self.depth -= 1;
        // Whatever else ended it belongs to what stands around.
        self.take_char('}');
        simplified(parts)
    }

    /// Reads an argument: a group, or the next sign.
    fn argument(&mut self) -> Node {
        let (token, after) = self.peek();
        match token {
            // TeX takes one digit where a number is not grouped.
            Token::Char(c) if c.is_ascii_digit() => {
                self.at = after;
                Node::sign(c.to_string(), Class::Ordinary)
            }
            Token::Command("right" | "end" | "\\") => Node::empty(),
            _ => {
                // `x^\frac12` and the like: a command takes its own arguments, however deep.
                if self.depth >= MOST_DEPTH {
                    self.at = after;
                    return match token {
                        Token::Char('{') => Node::sign(self.raw_rest_of_group().to_owned(), Class::Ordinary),
                        Token::Char(c) => symbols::bare(c),
                        Token::Command(name) => Node::sign(format!("\\{name}"), Class::Ordinary),
                        Token::End => Node::empty(),
                    };
                }
                self.depth += 1;
                let part = self.part();
                self.depth -= 1;
                part
            }
        }
    }

    /// Reads `[…]`, if it is there.
    fn option(&mut self) -> Option<Node> {
        if self.depth >= MOST_DEPTH || !self.take_char('[') {
            return None;
        }
        self.depth += 1;
        self.brackets += 1;
        let parts = self.row(End::Bracket);
        self.brackets -= 1;
        self.depth -= 1;
        self.take_char(']');
        Some(simplified(parts))
    }

    /// Reads `[…]` as it stands, if it is there.
    fn raw_option(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        let inside = rest.trim_start().strip_prefix('[')?;
        let length = inside.find(']')?;
        self.at += rest.len() - inside.len() + length + 1;
        inside.get(..length)
    }

    /// Reads a group as it stands; nothing where there is none.
    fn raw_group(&mut self) -> &'t str {
        if self.take_char('{') {
            return self.raw_rest_of_group();
        }
        let (token, after) = self.peek();
        match token {
            Token::Char('}' | '&') | Token::End | Token::Command("right" | "end" | "\\") => "",
            _ => {
                let from = self.at;
                self.at = after;
                self.tex.get(from..after).unwrap_or_default()
            }
        }
    }

    fn raw_rest_of_group(&mut self) -> &'t str {
        let rest = self.rest();
        let mut depth = 0usize;
        let mut bytes = rest.bytes().enumerate();
        while let Some((idx, byte)) = bytes.next() {
            match byte {
                b'\\' => {
                    bytes.next();
                }
                b'{' => depth += 1,
                b'}' if depth == 0 => {
                    self.at += idx + 1;
                    return rest.get(..idx).unwrap_or_default();
                }
                b'}' => depth -= 1,
                _ => {}
            }
        }
        self.at = self.tex.len();
        rest
    }

    fn command(&mut self, name: &'t str) -> Node {
        match name {
            "frac" | "dfrac" | "cfrac" | "tfrac" | "sfrac" | "nicefrac" => {
                if name == "cfrac" {
                    let _ = self.raw_option();
                }
                let (over, under) = (self.argument(), self.argument());
                let is_small = matches!(name, "tfrac" | "sfrac" | "nicefrac");
                Node::Fraction(Box::new(Fraction { over, under, is_ruled: true, is_small }))
            }
            "binom" | "dbinom" | "tbinom" => {
                let (over, under) = (self.argument(), self.argument());
                fraction_of(over, under, "choose")
            }
            "sqrt" => {
                let degree = self.option().filter(|degree| !degree.is_empty()).map(Box::new);
                Node::Root { degree, of: Box::new(self.argument()) }
            }
            "left" => self.fenced(),
            "right" | "middle" => {
                let (text, _) = self.delimiter();
                Node::sign(text, Class::Ordinary)
            }
            "big" | "Big" | "bigg" | "Bigg" => self.sized(None),
            "bigl" | "Bigl" | "biggl" | "Biggl" => self.sized(Some(Class::Open)),
            "bigr" | "Bigr" | "biggr" | "Biggr" => self.sized(Some(Class::Close)),
            "bigm" | "Bigm" | "biggm" | "Biggm" => self.sized(Some(Class::Relation)),
            "begin" => self.environment(),
            "text" | "textrm" | "textnormal" | "textup" | "mbox" | "hbox" | "textsf" | "texttt" | "intertext"
            | "shortintertext" | "textsc" => Node::sign(plain(self.raw_group()), Class::Ordinary),
            "textbf" => word(plain(self.raw_group()), Face::Bold),
            "textit" | "emph" => word(plain(self.raw_group()), Face::Italic),
            "operatorname" => {
                let is_large = self.rest().starts_with('*');
                self.at += usize::from(is_large);
                let class = if is_large { Class::Large } else { Class::Function };
                Node::sign(plain(self.raw_group()), class)
            }
            "mathrm" | "mathup" | "rm" | "mathsf" | "mathtt" | "mathnormal" | "sf" | "tt" | "up" => {
                self.faced(name, Face::Upright)
            }
            "mathbf" | "boldsymbol" | "bm" | "pmb" | "bold" | "mathbfit" | "bf" => self.faced(name, Face::Bold),
            "mathit" | "it" => self.faced(name, Face::Italic),
            "mathbb" | "Bbb" => self.lettered(Alphabet::Blackboard),
            "mathcal" | "mathscr" | "cal" => self.lettered(Alphabet::Script),
            "mathfrak" | "frak" => self.lettered(Alphabet::Fraktur),
            "hat" | "widehat" => self.accent('\u{302}'),
            "tilde" | "widetilde" => self.accent('\u{303}'),
            "bar" => self.accent('\u{304}'),
            "vec" | "overrightarrow" => self.accent('\u{20d7}'),
            "overleftarrow" => self.accent('\u{20d6}'),
            "dot" => self.accent('\u{307}'),
            "ddot" => self.accent('\u{308}'),
            "dddot" => self.accent('\u{20db}'),
            "check" | "widecheck" => self.accent('\u{30c}'),
            "breve" => self.accent('\u{306}'),
            "acute" => self.accent('\u{301}'),
            "grave" => self.accent('\u{300}'),
            "mathring" => self.accent('\u{30a}'),
            "cancel" | "bcancel" | "xcancel" | "sout" => self.accent('\u{336}'),
            "overline" => self.barred(Bar::Over),
            "underline" | "underbar" => self.barred(Bar::Under),
            "overbrace" => self.barred(Bar::OverBrace),
            "underbrace" => self.barred(Bar::UnderBrace),
            "overset" | "stackrel" => {
                let (above, base) = (self.argument(), self.argument());
                Node::Script(Box::new(Script { base, below: None, above: Some(above), is_limits: true }))
            }
            "underset" => {
                let (below, base) = (self.argument(), self.argument());
                Node::Script(Box::new(Script { base, below: Some(below), above: None, is_limits: true }))
            }
            "xrightarrow" | "xleftarrow" | "xRightarrow" | "xLeftarrow" | "xleftrightarrow" | "xmapsto" => {
                let below = self.option();
                let above = Some(self.argument()).filter(|above| !above.is_empty());
                let base = symbols::named(match name {
                    "xrightarrow" => "longrightarrow",
                    "xleftarrow" => "longleftarrow",
                    "xRightarrow" => "Longrightarrow",
                    "xLeftarrow" => "Longleftarrow",
                    "xmapsto" => "longmapsto",
                    _ => "longleftrightarrow",
                });
                let base = base.unwrap_or_else(Node::empty);
                Node::Script(Box::new(Script { base, below, above, is_limits: true }))
            }
            "substack" => {
                if !self.take_char('{') || self.depth >= MOST_DEPTH {
                    return Node::empty();
                }
                self.braces += 1;
                let mut rows = Vec::new();
                loop {
                    self.depth += 1;
                    let row = self.row(End::Environment);
                    self.depth -= 1;
                    rows.push(vec![simplified(row)]);
                    if !self.take_command("\\") && !self.take_char('&') {
                        break;
                    }
                }
                self.braces -= 1;
                self.take_char('}');
                Node::Array(Array { rows, columns: Columns::Lines })
            }
            "boxed" | "fbox" => Node::Boxed(Box::new(self.argument())),
            "phantom" | "hphantom" | "vphantom" | "label" | "color" | "hspace" | "hskip" | "vspace" | "mspace"
            | "kern" | "ref" | "eqref" | "cite" | "raisebox" | "style" | "class" | "id" | "cssId" => {
                self.take_char('*');
                let _ = self.raw_group();
                Node::empty()
            }
            "textcolor" | "colorbox" | "href" | "require" => {
                let _ = self.raw_group();
                self.argument()
            }
            "rule" | "htmlClass" | "htmlId" => {
                let _ = (self.raw_option(), self.raw_group());
                if name == "rule" {
                    let _ = self.raw_group();
                    return Node::empty();
                }
                self.argument()
            }
            "tag" => {
                let is_bare = self.take_char('*');
                let text = plain(self.raw_group());
                self.tag = Some(if is_bare { text } else { format!("({text})") });
                Node::empty()
            }
            "not" => match self.argument() {
                Node::Sign(mut sign) => {
                    let mut chars = sign.text.chars();
                    let struck = match (chars.next(), chars.next()) {
                        (Some(only), None) => unicode_normalization::char::compose(only, '\u{338}'),
                        _ => None,
                    };
                    match struck {
                        Some(struck) => sign.text = struck.to_string().into(),
                        None => sign.text.to_mut().push('\u{338}'),
                    }
                    Node::Sign(sign)
                }
                other => other,
            },
            "pmod" | "pod" => {
                let modulus = self.argument();
                let mut inside = vec![modulus];
                if name == "pmod" {
                    inside.splice(0..0, [Node::sign("mod", Class::Function), Node::Space(0)]);
                }
                let inside = Box::new(Node::Row(inside));
                Node::Row(vec![Node::Space(1), Node::Fenced { open: "(".into(), close: ")".into(), inside }])
            }
            "bmod" => Node::sign("mod", Class::Binary),
            "mod" => Node::Row(vec![Node::Space(1), Node::sign("mod", Class::Function), Node::Space(1)]),
            "mathop" => self.classed(Class::Large),
            "mathbin" => self.classed(Class::Binary),
            "mathrel" => self.classed(Class::Relation),
            "mathopen" => self.classed(Class::Open),
            "mathclose" => self.classed(Class::Close),
            "mathpunct" => self.classed(Class::Punctuation),
            "mathord" | "mathinner" | "ensuremath" | "smash" | "mathstrut" | "ce" | "mathclap" | "mathllap"
            | "mathrlap" | "clap" | "llap" | "rlap" => {
                let _ = self.raw_option();
                self.argument()
            }
            "quad" => Node::Space(2),
            "qquad" => Node::Space(4),
            "," | ";" | ":" | " " | ">" | "thinspace" | "medspace" | "thickspace" | "space" | "enspace"
            | "nobreakspace" => Node::Space(1),
            "!" | "negthinspace" | "/" | "displaystyle" | "textstyle" | "scriptstyle" | "scriptscriptstyle"
            | "nonumber" | "notag" | "hline" | "hfill" | "strut" | "allowbreak" | "nobreak" | "relax" | "noindent"
            | "protect" | "normalsize" | "large" | "Large" | "small" | "tiny" | "centering" | "limits" | "nolimits"
            | "-" | "bgroup" | "egroup" | "mathchoice" | "null" | "par" | "" => Node::empty(),
            "unicode" => {
                let raw = self.raw_group().trim();
                let code = match raw.strip_prefix(['x', 'X', 'u', 'U', '"']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => raw.parse().ok(),
                };
                let is_seen = |c: &char| !c.is_control() && !is_combining(*c);
                let shown = code.and_then(char::from_u32).filter(is_seen);
                shown.map_or_else(Node::empty, |c| Node::sign(c.to_string(), Class::Ordinary))
            }
            _ => match symbols::named(name) {
                Some(node) => node,
                None => Node::sign(format!("\\{name}"), Class::Ordinary),
            },
        }
    }

    /// Reads a delimiter; an empty one where it is a full stop.
    fn delimiter(&mut self) -> (Cow<'static, str>, Class) {
        let (token, after) = self.peek();
        let found = match token {
            Token::Char('.') => Some((Cow::Borrowed(""), Class::Ordinary)),
            Token::Char('<') => Some((Cow::Borrowed("⟨"), Class::Open)),
            Token::Char('>') => Some((Cow::Borrowed("⟩"), Class::Close)),
            Token::Char('{' | '}' | '^' | '_' | '&') | Token::End => None,
            Token::Char(c) => Some((Cow::Owned(c.to_string()), symbols::bare(c).class())),
            Token::Command(name) => match symbols::delimiter(name) {
                Some((text, class)) => Some((Cow::Borrowed(text), class)),
                None => match symbols::named(name) {
                    Some(Node::Sign(sign)) => Some((sign.text, sign.class)),
                    _ => None,
                },
            },
        };
        match found {
            Some(found) => {
                self.at = after;
                found
            }
            None => (Cow::Borrowed(""), Class::Ordinary),
        }
    }

    /// Reads a delimiter that is told its size.
    fn sized(&mut self, class: Option<Class>) -> Node {
        let (text, own) = self.delimiter();
        Node::sign(text, class.unwrap_or(own))
    }

    /// Reads what follows `\left` up to its `\right`.
    fn fenced(&mut self) -> Node {
        let (open, class) = self.delimiter();
        if self.depth >= MOST_DEPTH {
            return Node::sign(open, class);
        }
        self.depth += 1;
        self.fences += 1;
        let mut parts = self.row(End::Fence);
        self.fences -= 1;
        self.depth -= 1;
        // One that nothing closes is a bare sign.
        if !self.take_command("right") {
            parts.insert(0, Node::sign(open, class));
            return Node::Row(parts);
        }
        let (close, _) = self.delimiter();
        Node::Fenced { open, close, inside: Box::new(simplified(parts)) }
    }

    /// Reads what follows `\begin` up to its `\end`.
    fn environment(&mut self) -> Node {
        let name = self.raw_group().trim();
        if self.depth >= MOST_DEPTH {
            return Node::sign(format!("\\begin{{{name}}}"), Class::Ordinary);
        }
        let name = name.trim_end_matches('*');
        let (open, close, columns) = match name {
            "pmatrix" | "psmallmatrix" => ("(", ")", Columns::Centred),
            "bmatrix" | "bsmallmatrix" => ("[", "]", Columns::Centred),
            "Bmatrix" => ("{", "}", Columns::Centred),
            "vmatrix" => ("|", "|", Columns::Centred),
            "Vmatrix" => ("‖", "‖", Columns::Centred),
            "matrix" | "smallmatrix" => ("", "", Columns::Centred),
            "cases" | "dcases" => ("{", "", Columns::Left),
            "rcases" | "drcases" => ("", "}", Columns::Left),
            "array" | "subarray" | "tabular" => {
                let _ = self.raw_option();
                ("", "", Columns::Told(self.raw_group().to_owned()))
            }
            "alignat" | "alignedat" | "xalignat" => {
                let _ = self.raw_group();
                ("", "", Columns::Aligned)
            }
            "gather" | "gathered" | "multline" | "multlined" | "equation" | "displaymath" | "math" => {
                ("", "", Columns::Lines)
            }
            _ => ("", "", Columns::Aligned),
        };
        if name == "aligned" || name == "gathered" || name.ends_with("matrix") {
            let _ = self.raw_option();
        }
        self.environments += 1;
        self.depth += 1;
        let array = self.array(columns, End::Environment);
        self.depth -= 1;
        self.environments -= 1;
        if self.take_command("end") {
            let _ = self.raw_group();
        }
        let array = match (array.rows.as_slice(), &array.columns) {
            ([row], Columns::Lines | Columns::Aligned) if !row.is_empty() => return simplified(array.rows.concat()),
            _ => Node::Array(array),
        };
        if open.is_empty() && close.is_empty() {
            return array;
        }
        Node::Fenced { open: open.into(), close: close.into(), inside: Box::new(array) }
    }

    /// Reads rows of cells until `end`, which is left to be read.
    fn array(&mut self, columns: Columns, end: End) -> Array {
        let mut rows: Vec<Vec<Node>> = vec![Vec::new()];
        loop {
            let cell = simplified(self.row(end));
            if let Some(row) = rows.last_mut() {
                row.push(cell);
            }
            let (token, after) = self.peek();
            match token {
                Token::Char('&') => self.at = after,
                Token::Command("\\" | "cr" | "newline" | "tabularnewline") => {
                    self.at = after;
                    self.take_char('*');
                    // The space below a row, `\\[2pt]`; a bracket that holds more is the next row's.
                    if let Some(inside) = self.rest().strip_prefix('[')
                        && let Some(length) = inside.find(']').filter(|&length| length < 12)
                        && inside.get(..length).is_some_and(is_length)
                    {
                        self.at += length + 2;
                    }
                    rows.push(Vec::new());
                }
                _ => break,
            }
        }
        // The last row is often ended like the others.
        let is_blank = |row: &Vec<Node>| row.iter().all(Node::is_empty);
        while rows.len() > 1 && rows.last().is_some_and(is_blank) {
            rows.pop();
        }
        Array { rows, columns }
    }

    fn accent(&mut self, mark: char) -> Node {
        Node::Accent { mark, of: Box::new(self.argument()) }
    }

    fn barred(&mut self, bar: Bar) -> Node {
        Node::Bar { bar, of: Box::new(self.argument()) }
    }

    fn classed(&mut self, class: Class) -> Node {
        match self.argument() {
            Node::Sign(sign) => Node::Sign(Sign { class, ..sign }),
            Node::Row(parts) if parts.iter().all(|part| matches!(part, Node::Sign(_))) => {
                let text = parts.iter().map(|part| if let Node::Sign(sign) = part { &*sign.text } else { "" });
                Node::sign(text.collect::<String>(), class)
            }
            other => other,
        }
    }

    /// Reads what is set in another face: an argument, or the rest of the group for the older names.
    fn faced(&mut self, name: &str, face: Face) -> Node {
        let mut node =
            if matches!(name, "rm" | "sf" | "tt" | "bf" | "it" | "up") && !self.rest().trim_start().starts_with('{') {
                return Node::empty();
            } else {
                self.argument()
            };
        give_face(&mut node, face);
        node
    }

    fn lettered(&mut self, alphabet: Alphabet) -> Node {
        let mut node = self.argument();
        give_alphabet(&mut node, alphabet);
        node
    }
}

fn fraction_of(over: Node, under: Node, kind: &str) -> Node {
    let is_ruled = kind == "over";
    let fraction = Node::Fraction(Box::new(Fraction { over, under, is_ruled, is_small: false }));
    let (open, close) = match kind {
        "choose" => ("(", ")"),
        "brace" => ("{", "}"),
        "brack" => ("[", "]"),
        _ => return fraction,
    };
    Node::Fenced { open: open.into(), close: close.into(), inside: Box::new(fraction) }
}

/// Returns a row as a node: a row of one part is that part.
fn simplified(mut parts: Vec<Node>) -> Node {
    match parts.len() {
        1 => parts.pop().unwrap_or_else(Node::empty),
        _ => Node::Row(parts),
    }
}

fn word(text: String, face: Face) -> Node {
    Node::Sign(Sign { text: text.into(), class: Class::Ordinary, face })
}

fn is_length(text: &str) -> bool {
    let text = text.trim();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | ' '));
    unit.len() < text.len() && unit.chars().all(|c| c.is_ascii_alphabetic())
}

fn is_combining(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Applies to each sign of a tree; how deep it goes is bounded as the tree is.
fn each_sign(node: &mut Node, change: &mut dyn FnMut(&mut Sign)) {
    match node {
        Node::Sign(sign) => change(sign),
        Node::Row(parts) => parts.iter_mut().for_each(|part| each_sign(part, change)),
        Node::Fraction(fraction) => {
            each_sign(&mut fraction.over, change);
            each_sign(&mut fraction.under, change);
        }
        Node::Root { degree, of } => {
            if let Some(degree) = degree {
                each_sign(degree, change);
            }
            each_sign(of, change);
        }
        Node::Script(script) => {
            each_sign(&mut script.base, change);
            script.below.iter_mut().chain(&mut script.above).for_each(|part| each_sign(part, change));
        }
        Node::Fenced { inside: of, .. } | Node::Accent { of, .. } | Node::Bar { of, .. } | Node::Boxed(of) => {
            each_sign(of, change);
        }
        Node::Array(array) => array.rows.iter_mut().flatten().for_each(|cell| each_sign(cell, change)),
        Node::Space(_) | Node::Tag(_) => {}
    }
}

fn give_face(node: &mut Node, face: Face) {
    each_sign(node, &mut |sign| {
        if sign.class == Class::Ordinary {
            sign.face = face;
        }
    });
}

fn give_alphabet(node: &mut Node, alphabet: Alphabet) {
    each_sign(node, &mut |sign| {
        sign.text = sign.text.chars().map(|c| alphabet.letter(c).unwrap_or(c)).collect::<String>().into();
        sign.face = Face::Upright;
    });
}

/// Returns words in a formula without the mark-up in them.
fn plain(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.peek() {
                Some(c) if c.is_ascii_alphabetic() => {
                    let mut name = String::new();
                    while let Some(c) = chars.next_if(char::is_ascii_alphabetic) {
                        name.push(c);
                    }
                    if let Some(Node::Sign(sign)) = symbols::named(&name) {
                        text.push_str(&sign.text);
                    }
                    chars.next_if_eq(&' ');
                }
                Some(&escaped) => {
                    chars.next();
                    match escaped {
                        ' ' | ';' | ':' | '\\' => text.push(' '),
                        ',' | '!' => {}
                        other => text.push(other),
                    }
                }
                None => {}
            },
            '{' | '}' | '$' => {}
            '~' | '\n' | '\t' => text.push(' '),
            c => text.push(c),
        }
    }
    text
}
