//! Light mark-up under hostile hands: mangled fixtures, and constructs repeated until only their length may count.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod triplets;

use std::time::{Duration, Instant};

use recto::export::{Kind, export};
use recto::format::{Format, parse};
use triplets::triplets;

/// The formats that are looked at here.
const FORMATS: &[Format] = &[Format::Man, Format::Rst, Format::Asciidoc, Format::Org];

/// How often each fixture is mangled.
const TIMES: usize = 120;

/// How long a text of some hundred kilobytes may take, in an unoptimized build on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);

struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

#[test]
fn mangled_fixtures_are_read() {
    let signs = [
        "\\",
        "\"",
        "{",
        "}",
        "\\{",
        "\\}",
        ".",
        "'",
        "\n",
        "\n\n",
        "\t",
        " ",
        "    ",
        "*",
        "**",
        "_",
        "`",
        "``",
        "|",
        "||",
        "=",
        "====",
        "----",
        "....",
        "____",
        "|===",
        "::",
        ":",
        "[",
        "]",
        "[[",
        "]]",
        "<<",
        ">>",
        "(",
        ")",
        "#+",
        "+",
        "-",
        "- ",
        ". ",
        "1. ",
        ".. ",
        "~",
        "^",
        "$",
        "\\(",
        "\\[",
        "é",
        "\u{301}",
        "日本",
        "\u{1b}[1m",
        "\0",
        "\u{202e}",
        "{a}",
        "fn:",
        "image::",
        "footnote:[",
        ".de x\n",
        ".TS\n",
        ".if n \\{",
        "#+BEGIN_SRC\n",
        "+---+\n",
        "=====  ====\n",
    ];
    for format in FORMATS {
        let found = triplets(&format!("{}/", format.name()));
        assert!(!found.is_empty(), "{}", format.name());
        for triplet in found {
            let mut chance = Chance(triplet.bytes.len() as u64);
            let text: Vec<char> = String::from_utf8_lossy(&triplet.bytes).chars().collect();
            for time in 0..TIMES {
                let mut mangled = text.clone();
                for _ in 0..=chance.below(12) {
                    let at = chance.below(mangled.len());
                    match chance.below(4) {
                        0 => drop(mangled.drain(at..(at + 1 + chance.below(30)).min(mangled.len()))),
                        1 | 2 => drop(mangled.splice(at..at, signs[chance.below(signs.len())].chars())),
                        _ => {
                            let from = chance.below(mangled.len());
                            let part = mangled[from..(from + chance.below(60)).min(mangled.len())].to_vec();
                            drop(mangled.splice(at..at, part));
                        }
                    }
                }
                let mangled: String = mangled.into_iter().collect();
                let document = parse(*format, &mangled);
                let checked = document.check_invariants();
                assert_eq!(checked, Ok(()), "{} mangled for the {time}th time:\n{mangled}", triplet.name);
                let again = parse(Format::Markdown, &export(&document, Kind::Markdown));
                assert_eq!(again.text(), document.text(), "{} mangled for the {time}th time:\n{mangled}", triplet.name);
            }
        }
    }
}

/// Parses `unit` repeated up to some hundred kilobytes; what grew with the square would take minutes.
fn check_growth(format: Format, before: &str, unit: &str) {
    let text = format!("{before}{}", unit.repeat((300 << 10) / unit.len()));
    let start = Instant::now();
    parse(format, &text);
    let taken = start.elapsed();
    assert!(taken < LONGEST, "{} {unit:?} took {taken:?}", format.name());
    // Checking takes longer than parsing.
    let document = parse(format, &text[..text.floor_char_boundary(8 << 10)]);
    assert_eq!(document.check_invariants(), Ok(()), "{} {unit:?}", format.name());
}

#[test]
fn manual_pages_take_time_by_their_length() {
    let title = ".TH A 1\n.SH B\n";
    let units = [
        "word ",
        "\\fB",
        "\\fBa\\fR",
        "a(1) ",
        "((((",
        "http://",
        "\\",
        "\\*x",
        "\\\n",
        ".TP\na\n",
        ".RS\n",
        ".RS\na\n",
        ".IP a\n",
        ".B a\n",
        ".TS\n",
        ".nf\n",
        ".if n \\{",
        ".ie n a\n",
        ".el b\n",
        ".de x\n",
        ".de x\n.x\n..\n.x\n",
        ".UR a\n",
        "\"a ",
        ".BI a b c\n",
        ".TP\n",
        ".SH A\n",
        ".EQ\n",
        ".ig\n",
        ".br\n",
        "a\\c\n",
        ".ds x \\*x\\*x\n\\*x\n",
        ".SH\n",
        ".so man1/a.1\n",
        ".OP a b\n",
    ];
    for unit in units {
        check_growth(Format::Man, title, unit);
    }
    check_growth(Format::Man, &format!("{title}.de x\n\\\\$1\\\\$1\n..\n"), ".x abc\n");
    check_growth(Format::Man, &format!("{title}.de x\n.y \\\\$*\\\\$*\n..\n.de y\n.x \\\\$*\\\\$*\n..\n"), ".x a\n");
    check_growth(Format::Man, &format!("{title}.TS\nl l.\n"), "a\tb\n");
    check_growth(Format::Man, &format!("{title}.TS\nl.\n"), "T{\na\n");
    for unit in [
        ".Bl -tag\n",
        ".It a\n",
        ".Bl -bullet\n.It\na\n",
        ".Op Fl a\n",
        "Op ",
        ".Xo\n",
        ".It Xo\n",
        ".Bl -column\n.It a Ta b\n",
        ".Sh A\n",
        ".Nm a\n",
        ".Bd -literal\n",
        ".Fo a\n.Fa b\n",
        ".Rs\n.%A b\n",
        ".Ft a\n.Fn b c\n",
        "a\tb\n",
    ] {
        check_growth(Format::Man, ".Dd a\n.Dt A 1\n.Sh B\n", unit);
        check_growth(Format::Man, ".Dd a\n.Dt A 1\n.Sh B\n.Bl -column\n.It ", unit);
        check_growth(Format::Man, ".Dd a\n.Dt A 1\n.Sh B\n.Op ", unit.trim_end());
    }
}

#[test]
fn restructured_text_takes_time_by_its_length() {
    let nested: String = (0..700).map(|depth| format!("{}- a\n", " ".repeat(depth))).collect();
    let units = [
        "*a ",
        "**a ",
        "``a ",
        "`a ",
        "|a ",
        "a_ ",
        "[a]_ ",
        ":a:`b ",
        "`a <b",
        "_`a ",
        "\\",
        "- a\n",
        "- a\n\n ",
        "a\n===\n\n",
        "::\n\n a\n\nb",
        ".. a::\n",
        ".. _a: b_\n",
        ".. |a| replace:: |a|\n\n|a| ",
        "| a\n",
        "+--+\n|a |\n",
        "== ==\na  b\n",
        ".. [#] a\n",
        "[#]_ ",
        ":a: b\n",
        "-a  b\n",
        "a\n b\n",
        ".. note::\n  a\n",
        ".. list-table::\n\n  * - a\n",
        ".. csv-table::\n\n  \"a\n",
        "__ a\n",
        "a__ ",
        "((((",
        "> a\n",
        &nested,
        ">>> a\n",
        "..\n",
        "1. a\n",
        "=\n",
        "====\n",
        ".. _a:\n\n",
    ];
    for unit in units {
        check_growth(Format::Rst, "", unit);
        check_growth(Format::Rst, "::\n\n  a\n\nb ", unit);
    }
}

#[test]
fn asciidoc_takes_time_by_its_length() {
    let nested: String = (1..9).map(|depth| format!("{} a\n", "*".repeat(depth))).collect();
    let units = [
        "*a ",
        "**a ",
        "_a ",
        "__a",
        "`a ",
        "``a",
        "#a ",
        "##a",
        "^a ",
        "~a ",
        "+a ",
        "++a",
        "+++a",
        "<<",
        "<<a,",
        "[[",
        "[.a]#b ",
        "(((",
        "((a",
        "{a",
        "{a}",
        "a:[",
        "link:a[",
        "footnote:[a",
        "footnote:[a] ",
        "https://a[",
        "https://a ",
        "\\",
        "== A\n\n",
        "====\n",
        "====\n=====\n",
        "----\n",
        "--\n",
        "____\na\n",
        "* a\n",
        ". a\n",
        "* a\n+\n",
        "* a\n+\nb\n\n",
        "a:: b\n",
        "a::\n\n",
        "<1> a\n",
        "|===\n",
        "|===\n|a |b\n",
        "|===\n|a |b\n|===\n",
        ":a: {a}{a}\n",
        ":a: b\n\n{a}\n\n",
        "[a]\n",
        ".a\n",
        "[[a]]\n",
        "ifdef::a[]\n",
        "ifndef::a[]\n",
        "endif::[]\n",
        "////\n",
        "// a\n",
        "NOTE: a\n\n",
        "'''\n",
        "image::a[b]\n",
        "a\n-\n",
        " a\n",
        "a +\n",
        "--",
        "->",
        "...",
        "+\n",
        "[quote]\n",
        "\"a\"\n-- b\n\n",
        &nested,
    ];
    for unit in units {
        check_growth(Format::Asciidoc, "", unit);
    }
    check_growth(Format::Asciidoc, "|===\n", "|a ");
    check_growth(Format::Asciidoc, "|===\n", "a\n");
    check_growth(Format::Asciidoc, "[cols=\"256*\"]\n|===\n", "256+|a\n");
    check_growth(Format::Asciidoc, "a", "\n|===");
}

#[test]
fn org_takes_time_by_its_length() {
    let nested: String = (0..700).map(|depth| format!("{}- a\n", " ".repeat(depth))).collect();
    let units = [
        "*a ",
        "/a ",
        "_a ",
        "+a ",
        "=a ",
        "~a ",
        "_{a",
        "a^{b ",
        "[[",
        "[[a][",
        "[[a]]",
        "[fn:",
        "[fn:a",
        "[fn:: a] ",
        "[fn:a: [",
        "<<",
        "<<<",
        "<a",
        "<2024-01-02>",
        "\\(a",
        "\\[",
        "\\alpha ",
        "$a ",
        "$$",
        "@@",
        "src_a{",
        "src_",
        "-- ",
        "...",
        "- a\n",
        "- a :: b\n",
        "- [ ] a\n",
        "1. a\n",
        "* a\n",
        "** a\n",
        "* COMMENT a\n",
        "** COMMENT a\n",
        ":a:\n",
        ":a:\n:END:\n",
        "#+BEGIN_a\n",
        "#+BEGIN_SRC a\n",
        "#+BEGIN_QUOTE\na\n",
        "#+BEGIN_QUOTE\n#+END_QUOTE\n",
        "#+END_QUOTE\n",
        "#+TITLE: a\n",
        "#+CAPTION: a\n",
        "#+NAME: a\n",
        "| a | b |\n",
        "|-\n",
        "|",
        "| a |\n\n",
        ": a\n",
        "# a\n",
        "[fn:a] b\n",
        "[fn:a] b\n\n",
        "-----\n",
        "\\begin{a}\n",
        "\\end{a}\n",
        "[[a.png]]\n\n",
        "SCHEDULED: <2024-01-02>\n\n",
        "\\\\\n",
        &nested,
    ];
    for unit in units {
        check_growth(Format::Org, "", unit);
        check_growth(Format::Org, "* a\n- ", unit);
    }
    let names: String = (0..2000).map(|idx| format!("#+BEGIN_a{idx}\n")).collect();
    check_growth(Format::Org, "", &names);
}

#[test]
fn a_table_of_few_bytes_has_not_millions_of_cells() {
    for sign in ["256*", "256+"] {
        let document = parse(Format::Asciidoc, &format!("|===\n{}|===\n", format!("{sign}|a\n").repeat(2_000)));
        let n_cells: usize = document.tables()[0].rows.iter().map(Vec::len).sum();
        assert!((2_000..70_000).contains(&n_cells), "{sign} {n_cells}");
        assert!(document.text().matches('a').count() >= 2_000, "{sign}");
    }
}
