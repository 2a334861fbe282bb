//! mdoc(7): the macros of the BSDs' manual pages, which say what words mean rather than how they look.

use super::escape::{self, Font};
use super::page::Page;
use super::roff::Roff;
use super::runs::Pen;
use crate::document::{BlockKind, ItemMark};

/// How many lists may nest; items of deeper ones are written in the innermost.
const DEEPEST: usize = 32;

/// What the reading of an mdoc page keeps between lines.
#[derive(Debug)]
pub struct Mdoc {
    pub is_on: bool,
    name: String,
    lists: Vec<List>,
    n_too_deep: usize,
    /// Whether no space comes before the next word.
    no_space: bool,
    /// Whether spaces are left out altogether (`.Sm off`).
    is_tight: bool,
    /// Whether they are from the next word on.
    is_tight_next: bool,
    in_synopsis: bool,
    /// Whether a function's arguments are being given (`.Fo`), and whether one was.
    function: Option<bool>,
    /// A reference to a book or an article (`.Rs`), by its parts.
    reference: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bullet,
    Number,
    Plain,
    Tag,
    Column,
}

#[derive(Debug)]
struct List {
    kind: Kind,
    n_items: u32,
    rows: Vec<Vec<(Font, Vec<String>)>>,
}

impl Default for Mdoc {
    fn default() -> Self {
        Self {
            is_on: false,
            name: String::new(),
            lists: Vec::new(),
            n_too_deep: 0,
            no_space: true,
            is_tight: false,
            is_tight_next: false,
            in_synopsis: false,
            function: None,
            reference: None,
        }
    }
}

/// Macros that may stand inside a line of another.
const CALLABLE: &[&str] = &[
    "Ac", "Ad", "An", "Ao", "Ap", "Aq", "Ar", "At", "Bc", "Bo", "Bq", "Brc", "Bro", "Brq", "Bsx", "Bx", "Cd", "Cm",
    "Dc", "Do", "Dq", "Dv", "Dx", "Ec", "Em", "Eo", "Er", "Ev", "Fa", "Fc", "Fl", "Fn", "Fo", "Ft", "Fx", "Ic", "In",
    "Lb", "Li", "Lk", "Ms", "Mt", "Nm", "No", "Ns", "Nx", "Oc", "Oo", "Op", "Ox", "Pa", "Pc", "Pf", "Po", "Pq", "Qc",
    "Ql", "Qo", "Qq", "Sc", "So", "Sq", "St", "Sx", "Sy", "Ta", "Tn", "Ux", "Va", "Vt", "Xc", "Xo", "Xr",
];

/// A word of a macro's line.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    is_quoted: bool,
}

impl Word {
    fn is_macro(&self) -> bool {
        !self.is_quoted && CALLABLE.contains(&self.text.as_str())
    }

    fn closes(&self) -> bool {
        !self.is_quoted && matches!(self.text.as_str(), "." | "," | ":" | ";" | ")" | "]" | "?" | "!")
    }

    fn opens(&self) -> bool {
        !self.is_quoted && matches!(self.text.as_str(), "(" | "[")
    }
}

impl Mdoc {
    /// Performs the macro `name`; returns whether it is one.
    pub fn perform(&mut self, page: &mut Page, roff: &mut Roff<'_>, name: &str, rest: &str) -> bool {
        let joined = || super::roff::arguments(rest).join(" ");
        match name {
            "Dd" => {
                self.is_on = true;
                let date = escape::plain(&joined()).replace("$Mdocdate:", "").replace('$', "");
                date.trim().clone_into(&mut page.about.date);
            }
            "Dt" => {
                let mut parts = super::roff::arguments(rest).into_iter().map(|part| escape::plain(&part));
                page.about.name = parts.next().unwrap_or_default().to_lowercase();
                page.about.section = parts.next().unwrap_or_default();
                page.about.manual = volume(&page.about.section).to_owned();
            }
            "Os" => page.about.source = escape::plain(&joined()),
            "Sh" | "Ss" => {
                self.end_lists(page);
                let title = self.words_as_text(rest);
                self.in_synopsis = name == "Sh" && title.trim().eq_ignore_ascii_case("SYNOPSIS");
                self.no_space = true;
                page.heading(if name == "Sh" { 1 } else { 2 }, &title);
            }
            "Pp" | "Lp" => {
                page.space();
                self.no_space = true;
            }
            "Nd" => {
                self.word(page, "\\-", Font::ROMAN);
                self.line(page, rest);
            }
            "Bl" => self.open_list(page, rest),
            "It" => self.item(page, roff, rest),
            "El" => self.close_list(page),
            "Bd" => {
                page.end_leaf();
                if rest.contains("-literal") || rest.contains("-unfilled") {
                    page.open_verbatim(None);
                }
                self.no_space = true;
            }
            "Ed" => {
                page.close_verbatim();
                self.no_space = true;
            }
            "D1" => {
                page.end_leaf();
                self.no_space = true;
                self.line(page, rest);
                page.end_leaf();
                self.no_space = true;
            }
            "Dl" => {
                page.begin_other_leaf();
                let text = self.words_as_text(rest);
                page.builder.leaf(BlockKind::Code(None), &escape::plain(&text));
                self.no_space = true;
            }
            "Sm" => {
                let is_tight = rest.trim() != "on" && (rest.trim() == "off" || !self.is_tight);
                (self.is_tight, self.is_tight_next) = (false, is_tight);
            }
            "Rs" => self.reference = Some(Vec::new()),
            "Re" => {
                if let Some(parts) = self.reference.take() {
                    self.word(page, &format!("{}.", parts.join(", ")), Font::ROMAN);
                }
            }
            "%A" | "%B" | "%C" | "%D" | "%I" | "%J" | "%N" | "%O" | "%P" | "%Q" | "%R" | "%T" | "%U" | "%V" => {
                let text = joined();
                let text = match name {
                    "%B" | "%I" | "%J" => format!("\\fI{text}\\fR"),
                    "%T" => format!("“{text}”"),
                    _ => text,
                };
                if let Some(parts) = &mut self.reference {
                    parts.push(text);
                } else {
                    self.word(page, &text, Font::ROMAN);
                }
            }
            "Bk" | "Ek" | "Db" | "Hf" | "Es" => {}
            "Fd" => {
                page.line_break();
                self.word(page, &joined(), Font::BOLD);
                page.line_break();
            }
            "Rv" => {
                let text = "upon successful completion, the value 0 is returned; otherwise the value \\-1 is returned and errno is set.";
                self.word(page, text, Font::ROMAN);
            }
            "Ex" => {
                let name = super::roff::arguments(rest).into_iter().nth(1).unwrap_or_else(|| self.name.clone());
                self.word(page, "The", Font::ROMAN);
                self.word(page, &name, Font::BOLD);
                self.word(page, "utility exits\u{a0}0 on success, and\u{a0}>0 if an error occurs.", Font::ROMAN);
            }
            "Bt" => self.word(page, "is currently in beta test.", Font::ROMAN),
            "Ud" => self.word(page, "currently under development.", Font::ROMAN),
            "Bf" | "Ef" => {}
            _ if CALLABLE.contains(&name) => {
                let line = if rest.is_empty() { name.to_owned() } else { format!("{name} {rest}") };
                self.line(page, &line);
            }
            _ => return false,
        }
        true
    }

    /// Adds a line of text that no macro begins.
    pub fn text(&mut self, page: &mut Page, line: &str) {
        if page.no_fill {
            return page.text(line);
        }
        if self.in_column(line) {
            return;
        }
        if std::mem::take(&mut self.no_space) {
            page.joins = true;
        }
        page.text(line);
        if page.runs.is_empty() {
            self.no_space = true;
        }
    }

    /// Adds a line to the open cell of a list of columns, if there is one.
    fn in_column(&mut self, line: &str) -> bool {
        let Some(List { kind: Kind::Column, rows, .. }) = self.lists.last_mut() else { return false };
        let Some(row) = rows.last_mut() else { return false };
        for (idx, part) in line.split('\t').enumerate() {
            match row.last_mut() {
                Some((_, lines)) if idx == 0 => lines.push(part.to_owned()),
                _ => row.push((Font::ROMAN, vec![part.to_owned()])),
            }
        }
        true
    }

    fn open_list(&mut self, page: &mut Page, rest: &str) {
        page.end_leaf();
        self.no_space = true;
        if self.lists.len() >= DEEPEST {
            self.n_too_deep += 1;
            return;
        }
        let kind = rest.split_whitespace().find_map(|word| {
            Some(match word.strip_prefix('-')? {
                "bullet" | "dash" | "hyphen" => Kind::Bullet,
                "enum" => Kind::Number,
                "item" => Kind::Plain,
                "column" => Kind::Column,
                "tag" | "hang" | "ohang" | "diag" | "inset" => Kind::Tag,
                _ => return None,
            })
        });
        self.lists.push(List { kind: kind.unwrap_or(Kind::Tag), n_items: 0, rows: Vec::new() });
        page.indent_plainly();
    }

    fn item(&mut self, page: &mut Page, roff: &mut Roff<'_>, rest: &str) {
        let Some(list) = self.lists.last_mut() else { return self.line(page, rest) };
        list.n_items = list.n_items.saturating_add(1);
        let (kind, number) = (list.kind, list.n_items);
        self.no_space = true;
        match kind {
            Kind::Bullet => page.item(ItemMark::Bullet),
            Kind::Number => page.item(ItemMark::Number(number)),
            Kind::Plain => page.paragraph(),
            Kind::Column => {
                let row = self.cells(rest);
                if let Some(list) = self.lists.last_mut() {
                    list.rows.push(row);
                }
            }
            Kind::Tag => {
                page.end_leaf();
                page.close_item();
                // A tag may go on over lines: `It Xo` … `Xc`.
                let mut is_open = opens_extension(rest);
                self.line(page, rest);
                while is_open {
                    match roff.line() {
                        Some(super::roff::Line::Control(name, rest)) => {
                            is_open = name != "Xc" && !rest.split(' ').any(|word| word == "Xc");
                            if !matches!(name.as_str(), "Xc" | "El" | "It" | "Sh" | "Ss") {
                                self.perform(page, roff, &name, &rest);
                            } else if name == "Xc" {
                                self.line(page, &rest);
                            } else {
                                is_open = false;
                            }
                        }
                        Some(super::roff::Line::Text(text)) => self.text(page, &text),
                        None => break,
                    }
                }
                let tag = std::mem::take(&mut page.runs);
                page.tag(tag);
                self.no_space = true;
            }
        }
    }

    /// Returns the cells of a row: parted by `Ta` or tabs.
    fn cells(&mut self, rest: &str) -> Vec<(Font, Vec<String>)> {
        let mut row = Vec::new();
        for part in rest.split('\t').flat_map(|part| part.split(" Ta ")) {
            let part = part.trim().trim_start_matches("Ta ").trim_end_matches(" Ta");
            row.push((Font::ROMAN, vec![self.words_as_text(part)]));
        }
        row
    }

    fn close_list(&mut self, page: &mut Page) {
        if self.n_too_deep > 0 {
            self.n_too_deep -= 1;
            return;
        }
        self.no_space = true;
        let Some(list) = self.lists.pop() else { return };
        if list.kind == Kind::Column {
            page.write_table(&[], list.rows, 0);
        }
        page.outdent();
    }

    fn end_lists(&mut self, page: &mut Page) {
        self.n_too_deep = 0;
        while !self.lists.is_empty() {
            self.close_list(page);
        }
    }

    pub fn finish(&mut self, page: &mut Page) {
        self.end_lists(page);
    }

    /// Returns the words of a line as a line of roff, with their fonts.
    fn words_as_text(&mut self, rest: &str) -> String {
        let mut scratch = Page::new(0);
        scratch.about.name.clone_from(&self.name);
        let kept = std::mem::replace(&mut self.no_space, true);
        self.words(&mut scratch, rest);
        self.no_space = kept;
        // Backslashes are escapes again.
        scratch.runs.text().replace('\\', "\\e")
    }

    /// Adds a line of macros and words.
    fn line(&mut self, page: &mut Page, line: &str) {
        if page.no_fill && !page.awaits_tag {
            let text = self.words_as_text(line);
            return page.verbatim_line(&text);
        }
        if self.lists.last().is_some_and(|list| list.kind == Kind::Column && !list.rows.is_empty()) {
            let cells = self.cells(line);
            for (idx, (_, lines)) in cells.into_iter().enumerate() {
                let sep = if idx > 0 || line.starts_with("Ta ") { "\t" } else { "" };
                let text = format!("{sep}{}", lines.concat());
                self.in_column(&text);
            }
            return;
        }
        self.words(page, line);
    }

    fn words(&mut self, page: &mut Page, line: &str) {
        let mut words = split(line);
        // What closes a sentence stands after what the line encloses.
        let n_closing = words.iter().rev().take_while(|word| word.closes()).count();
        let closing = if n_closing < words.len() { words.split_off(words.len() - n_closing) } else { Vec::new() };
        let mut enclosed: Vec<&'static str> = Vec::new();
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            if !word.is_macro() {
                self.argument(page, &word, Font::ROMAN);
                continue;
            }
            let mut arguments = Vec::new();
            let takes = takes_arguments(&word.text);
            while takes && let Some(argument) = words.next_if(|next| !next.is_macro()) {
                arguments.push(argument);
            }
            if let Some((open, close)) = enclosure(&word.text) {
                self.word(page, open, Font::ROMAN);
                self.no_space = true;
                if !word.text.ends_with('o') {
                    enclosed.push(close);
                }
                continue;
            }
            let has_next = words.peek().is_some();
            self.call(page, &word.text, &arguments, has_next);
        }
        for close in enclosed.into_iter().rev() {
            self.no_space = true;
            self.word(page, close, Font::ROMAN);
        }
        for word in closing {
            self.argument(page, &word, Font::ROMAN);
        }
    }

    /// Performs an inline macro with its arguments.
    fn call(&mut self, page: &mut Page, name: &str, arguments: &[Word], has_next: bool) {
        let first = arguments.first().map_or("", |word| word.text.as_str());
        if let Some(close) = closing(name) {
            self.no_space = true;
            self.word(page, close, Font::ROMAN);
            return self.all(page, arguments, Font::ROMAN);
        }
        match name {
            "Ns" => self.no_space = true,
            "Ap" => {
                self.no_space = true;
                self.word(page, "'", Font::ROMAN);
                self.no_space = true;
            }
            "Pf" => {
                self.word(page, first, Font::ROMAN);
                self.no_space = true;
                self.all(page, arguments.get(1..).unwrap_or_default(), Font::ROMAN);
            }
            "Fl" => {
                let mut n_flags = 0;
                for argument in arguments {
                    if argument.closes() || argument.opens() || argument.text == "|" {
                        self.argument(page, argument, Font::ROMAN);
                    } else {
                        n_flags += 1;
                        self.word(page, &format!("\\-{}", argument.text), Font::BOLD);
                    }
                }
                if n_flags == 0 {
                    self.word(page, "\\-", Font::BOLD);
                    self.no_space = has_next;
                }
            }
            "Ar" if arguments.iter().all(Word::closes) => {
                self.word(page, "file ...", Font::ITALIC);
                self.all(page, arguments, Font::ROMAN);
            }
            "Nm" => {
                if self.name.is_empty() {
                    first.clone_into(&mut self.name);
                }
                if self.in_synopsis && !page.runs.is_empty() && !self.no_space {
                    page.runs.line_break();
                }
                if arguments.iter().all(Word::closes) {
                    let name = self.name.clone();
                    self.word(page, &name, Font::BOLD);
                }
                self.all(page, arguments, Font::BOLD);
            }
            "Xr" => {
                let section = arguments.get(1).filter(|word| !word.closes());
                let reference =
                    section.map_or_else(|| first.to_owned(), |section| format!("{first}({})", section.text));
                self.word(page, &reference, Font::ROMAN);
                self.all(page, arguments.get(1 + usize::from(section.is_some())..).unwrap_or_default(), Font::ROMAN);
            }
            "Sx" => {
                let n_words = arguments.len() - arguments.iter().rev().take_while(|word| word.closes()).count();
                let (title, rest) = arguments.split_at_checked(n_words).unwrap_or((arguments, &[]));
                let title: Vec<&str> = title.iter().map(|word| word.text.as_str()).collect();
                let title = title.join(" ");
                self.link(page, &format!("#{}", escape::plain(&title)), &title);
                self.all(page, rest, Font::ROMAN);
            }
            "Lk" | "Mt" => {
                let n_words = arguments.len() - arguments.iter().rev().take_while(|word| word.closes()).count();
                let (title, rest) = arguments.split_at_checked(n_words).unwrap_or((arguments, &[]));
                let address =
                    if name == "Mt" { format!("mailto:{}", escape::plain(first)) } else { escape::plain(first) };
                let shown: Vec<&str> =
                    title.iter().skip(usize::from(name == "Lk")).map(|word| word.text.as_str()).collect();
                let shown = if shown.is_empty() { first.to_owned() } else { shown.join(" ") };
                self.link(page, &address, &shown);
                self.all(page, rest, Font::ROMAN);
            }
            "Ft" => {
                if self.in_synopsis {
                    page.end_leaf();
                    self.no_space = true;
                }
                self.all(page, arguments, Font::ITALIC);
                if self.in_synopsis {
                    page.line_break();
                }
            }
            "Fn" => {
                self.word(page, first, Font::BOLD);
                self.no_space = true;
                self.word(page, "(", Font::ROMAN);
                let rest = arguments.get(1..).unwrap_or_default();
                let n_words = rest.len() - rest.iter().rev().take_while(|word| word.closes()).count();
                for (idx, argument) in rest.iter().take(n_words).enumerate() {
                    self.no_space = idx == 0;
                    self.word(page, &argument.text, Font::ITALIC);
                    if idx + 1 < n_words {
                        self.no_space = true;
                        self.word(page, ",", Font::ROMAN);
                    }
                }
                self.no_space = true;
                self.word(page, if self.in_synopsis { ");" } else { ")" }, Font::ROMAN);
                self.all(page, rest.get(n_words..).unwrap_or_default(), Font::ROMAN);
            }
            "Fo" => {
                self.word(page, first, Font::BOLD);
                self.no_space = true;
                self.word(page, "(", Font::ROMAN);
                self.function = Some(false);
                self.no_space = true;
            }
            "Fa" => {
                for argument in arguments {
                    if self.function == Some(true) && !argument.closes() {
                        self.no_space = true;
                        self.word(page, ",", Font::ROMAN);
                    }
                    self.argument(page, argument, Font::ITALIC);
                    if let Some(has_argument) = &mut self.function {
                        *has_argument = true;
                    }
                }
            }
            "Fc" => {
                self.function = None;
                self.no_space = true;
                self.word(page, if self.in_synopsis { ");" } else { ")" }, Font::ROMAN);
                self.all(page, arguments, Font::ROMAN);
            }
            "In" => {
                if self.in_synopsis {
                    page.end_leaf();
                    self.no_space = true;
                }
                let text = if self.in_synopsis { format!("#include <{first}>") } else { format!("<{first}>") };
                self.word(page, &text, if self.in_synopsis { Font::BOLD } else { Font::ROMAN });
                self.all(page, arguments.get(1..).unwrap_or_default(), Font::ROMAN);
                if self.in_synopsis {
                    page.line_break();
                }
            }
            "St" => {
                self.word(page, standard(first), Font::ROMAN);
                self.all(page, arguments.get(1..).unwrap_or_default(), Font::ROMAN);
            }
            "An" if first == "-split" || first == "-nosplit" => {}
            "Bx" | "Fx" | "Nx" | "Ox" | "Dx" | "Bsx" | "Ux" | "At" => {
                let system = match name {
                    "Bx" if !first.is_empty() && !arguments.first().is_some_and(Word::closes) => {
                        self.word(page, &format!("{first}BSD"), Font::ROMAN);
                        return self.all(page, arguments.get(1..).unwrap_or_default(), Font::ROMAN);
                    }
                    "Bx" => "BSD",
                    "Fx" => "FreeBSD",
                    "Nx" => "NetBSD",
                    "Ox" => "OpenBSD",
                    "Dx" => "DragonFly",
                    "Bsx" => "BSD/OS",
                    "At" => "AT&T UNIX",
                    _ => "UNIX",
                };
                self.word(page, system, Font::ROMAN);
                self.all(page, arguments, Font::ROMAN);
            }
            "Ta" | "Xo" | "Xc" | "Eo" | "Ec" | "No" | "Tn" | "Lb" | "Ms" => self.all(page, arguments, Font::ROMAN),
            "Cm" | "Ic" | "Cd" | "Sy" => self.all(page, arguments, Font::BOLD),
            "Em" | "Ar" | "Pa" | "Va" | "Vt" | "Ad" => self.all(page, arguments, Font::ITALIC),
            "Ev" | "Dv" | "Er" | "Li" => self.all(page, arguments, Font::MONO),
            _ => self.all(page, arguments, Font::ROMAN),
        }
    }

    fn all(&mut self, page: &mut Page, words: &[Word], font: Font) {
        for word in words {
            self.argument(page, word, font);
        }
    }

    /// Adds a word; what opens or closes is not in its font.
    fn argument(&mut self, page: &mut Page, word: &Word, font: Font) {
        if word.closes() {
            self.no_space = true;
            self.word(page, &word.text, Font::ROMAN);
        } else if word.opens() {
            self.word(page, &word.text, Font::ROMAN);
            self.no_space = true;
        } else {
            self.word(page, &word.text, if word.text == "|" { Font::ROMAN } else { font });
        }
    }

    fn word(&mut self, page: &mut Page, text: &str, font: Font) {
        if !std::mem::take(&mut self.no_space) && !self.is_tight {
            page.runs.space_before(text, font);
        }
        let mut pen = Pen { font, before: Font::ROMAN };
        page.runs.push_line(text, &mut pen);
        page.joins = false;
        self.is_tight |= std::mem::take(&mut self.is_tight_next);
    }

    fn link(&mut self, page: &mut Page, address: &str, shown: &str) {
        if !std::mem::take(&mut self.no_space) {
            page.runs.space_before(shown, Font::ROMAN);
        }
        page.runs.open_link(address);
        self.no_space = true;
        self.word(page, shown, Font::ROMAN);
        page.runs.close_link();
    }
}

/// Splits a line into words, telling quoted ones.
fn split(line: &str) -> Vec<Word> {
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

fn opens_extension(rest: &str) -> bool {
    let mut words = rest.split(' ');
    words.any(|word| word == "Xo") && !words.any(|word| word == "Xc")
}

/// Returns whether the words after a macro are its own, up to the next macro.
fn takes_arguments(name: &str) -> bool {
    enclosure(name).is_none() && !matches!(name, "Ns" | "Ap" | "No" | "Ta" | "Xo" | "Xc")
}

/// Returns the signs that a macro puts around the rest of its line, or (with an `o`) opens.
fn enclosure(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "Op" | "Oo" | "Bq" | "Bo" => ("[", "]"),
        "Aq" | "Ao" => ("<", ">"),
        "Brq" | "Bro" => ("{", "}"),
        "Dq" | "Do" => ("“", "”"),
        "Pq" | "Po" => ("(", ")"),
        "Ql" | "Sq" | "So" => ("‘", "’"),
        "Qq" | "Qo" => ("\"", "\""),
        _ => return None,
    })
}

fn closing(name: &str) -> Option<&'static str> {
    Some(match name {
        "Oc" | "Bc" => "]",
        "Ac" => ">",
        "Brc" => "}",
        "Dc" => "”",
        "Pc" => ")",
        "Sc" => "’",
        "Qc" => "\"",
        _ => return None,
    })
}

fn volume(section: &str) -> &'static str {
    match section.chars().next() {
        Some('1') => "General Commands Manual",
        Some('2') => "System Calls Manual",
        Some('3') => "Library Functions Manual",
        Some('4') => "Device Drivers Manual",
        Some('5') => "File Formats Manual",
        Some('6') => "Games Manual",
        Some('7') => "Miscellaneous Information Manual",
        Some('8') => "System Manager's Manual",
        Some('9') => "Kernel Developer's Manual",
        _ => "",
    }
}

fn standard(name: &str) -> &str {
    match name {
        "-ansiC" | "-ansiC-89" => "ANSI C (C89)",
        "-isoC" | "-isoC-90" => "ISO C90",
        "-isoC-99" => "ISO C99",
        "-isoC-2011" => "ISO C11",
        "-p1003.1" => "POSIX.1",
        "-p1003.1-88" => "POSIX.1-1988",
        "-p1003.1-90" => "POSIX.1-1990",
        "-p1003.1-96" => "POSIX.1-1996",
        "-p1003.1-2001" => "POSIX.1-2001",
        "-p1003.1-2004" => "POSIX.1-2004",
        "-p1003.1-2008" => "POSIX.1-2008",
        "-p1003.2" => "POSIX.2",
        "-p1003.2-92" => "POSIX.2-1992",
        "-susv2" => "Single UNIX Specification, version 2",
        "-susv3" => "Single UNIX Specification, version 3",
        "-susv4" => "Single UNIX Specification, version 4",
        "-xpg4" => "X/Open Portability Guide, issue 4",
        name => name.trim_start_matches('-'),
    }
}
