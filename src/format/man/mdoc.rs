//! mdoc(7): the macros of the BSDs' manual pages, which say what words mean rather than how they look.
//!
//! A line is cut in [`words`], lists are kept in [`list`], and what macros stand for is told in [`names`].

mod list;
mod names;
mod words;

use super::escape::{self, Font};
use super::page::Page;
use super::roff::Roff;
use super::runs::Pen;
use crate::document::BlockKind;
use list::List;
use names::{closing, enclosure, standard, takes_arguments, volume};
use words::{CALLABLE, Word, split};

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
        if self.lists.last().is_some_and(List::is_in_row) {
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
