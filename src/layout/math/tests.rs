#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(clippy::format_collect, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::text::width;

fn check(tex: &str, want: &str) {
    let set = in_line(tex).map(|strip| strip.text());
    assert_eq!(set.as_deref(), Some(want), "{tex}");
}

fn picture(tex: &str, measure: usize) -> String {
    let Some(rows) = displayed(tex, measure) else { return "(its source)\n".to_owned() };
    rows.iter().map(|row| row.text() + "\n").collect()
}

/// Formulas of every kind that is set.
const FORMULAS: &[&str] = &[
    r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
    r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}",
    r"\sum_{n=1}^{\infty} \frac{1}{n^2} = \frac{\pi^2}{6}",
    r"A = \begin{pmatrix} a & b \\ c & d \end{pmatrix}, \quad \det A = \begin{vmatrix} a & b \\ c & d \end{vmatrix}",
    r"f(x) = \begin{cases} x^2 & \text{if } x \ge 0 \\ -x & \text{otherwise} \end{cases}",
    r"\begin{align} (a+b)^2 &= a^2 + 2ab + b^2 \\ &= (a-b)^2 + 4ab \tag{1}\end{align}",
    r"\left( \frac{1}{1+\frac{1}{x}} \right)^2 + \left[\sum_{k\in K} k\right]_{a}^{b}",
    r"\sqrt[n]{\frac{a}{b}} + \sqrt[3]{x+1} + \sqrt x",
    r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
    r"\underbrace{a+b+\cdots+z}_{26} + \overbrace{x \cdot x}^{2}",
    r"\hat{x} + \vec{v} = \overline{AB} + \underline{x} - \bar z",
    r"\mathbb{R}^n \to \mathcal{L} + \binom{n}{k} + {n \choose 2}",
    r"P(A \mid B) = \frac{P(B \mid A)\,P(A)}{P(B)}",
    r"e^{i\pi}+1=0",
    r"\nabla \times \mathbf{E} = -\frac{\partial \mathbf{B}}{\partial t}",
    r"\operatorname*{argmax}_{\theta} \prod_{i=1}^N p(x_i \mid \theta)",
    r"\left\langle \frac{a}{b}\right\rangle \left\{ \frac{\frac{a}{b}}{c} \right\} \left| \frac xy \right|",
    r"\left(\begin{array}{cc|c} 1 & 2 & 3 \\ 4 & 50 & 6\end{array}\right)",
    r"\boxed{E = mc^2}",
    r"x_{ij}^{(k)} + x_Q^q + e^{-x^2/2} + f''(x)",
    r"X \xrightarrow{f} Y \overset{!}{=} Z \implies \neg (a \land b)",
    r"\sum_{\substack{i<n \\ j<m}} a_{ij}",
    r"a \equiv b \pmod{n}, \quad \lfloor x \rfloor, \quad \not\in",
    r"\oint_C \mathbf{F}\cdot d\mathbf{r} = \iint_S (\nabla\times\mathbf{F})\cdot d\mathbf{S}",
    r"\begin{bmatrix} \frac12 & 0 \\ 0 & 1 \end{bmatrix}^{-1}",
    r"\begin{aligned} \dot x &= \sigma(y - x) & x(0) &= 1 \\ \dot y &= x(\rho - z) - y & y(0) &= 0\end{aligned}",
];

#[test]
fn formulas_are_set_on_rows() {
    let pictures: String = FORMULAS.iter().map(|tex| format!("{tex}\n\n{}\n", picture(tex, 72))).collect();
    insta::assert_snapshot!(pictures);
}

#[test]
fn formulas_are_set_in_a_line() {
    let lines: String = FORMULAS
        .iter()
        .map(|tex| format!("{tex}\n{}\n\n", in_line(tex).map_or_else(String::new, |s| s.text())))
        .collect();
    insta::assert_snapshot!(lines);
}

#[test]
fn scripts_are_raised_and_lowered_where_unicode_can() {
    check("x^2", "x²");
    check("a_i", "aᵢ");
    check("x^{10}_{n+1}", "xₙ₊₁¹⁰");
    check("e^{i\\pi}", "e^(iπ)");
    check("x^Q", "x^Q");
    check("x_{\\text{max}}", "xₘₐₓ");
    check("90^\\circ", "90°");
    check("f'(x) + g''", "f′(x) + g″");
    check("A^\\top", "Aᵀ");
}

#[test]
fn what_a_slash_would_join_is_enclosed() {
    check("\\frac{a}{b}", "a/b");
    check("\\frac{a+b}{c}", "(a + b)/c");
    check("\\frac{ab}{cd}", "ab/(cd)");
    check("\\frac{a}{b}c", "(a/b)c");
    check("\\frac12", "½");
    check("\\frac{\\frac ab}c", "(a/b)/c");
    check("\\frac{\\partial f}{\\partial t}", "∂f/∂t");
    check("\\frac{f(x+y)}{g(x)}", "f(x + y)/g(x)");
    check("{a \\over b} + 1", "a/b + 1");
    check("\\sqrt{x+1}", "√(x + 1)");
    check("\\sqrt[3]{8}", "∛8");
}

#[test]
fn operators_are_spaced_and_signs_are_not() {
    check("a+b", "a + b");
    check("-a", "−a");
    check("x = -\\sin y", "x = −sin y");
    check("a=-b", "a = −b");
    check("(-1)^n", "(−1)ⁿ");
    check("\\sin x", "sin x");
    check("\\sin(x)", "sin(x)");
    check("f(x,y)", "f(x, y)");
    check("a<b", "a < b");
    check("1,000.5", "1,000.5");
}

#[test]
fn what_is_missing_or_unknown_is_borne() {
    check("\\frac{a}{", "a/");
    check("x^", "x");
    check("\\left( x", "(x");
    check("x \\right)", "x)");
    check("a } b", "ab");
    check("\\madeup{x}", "\\madeupx");
    check("\\begin{matrix} a & b", "a b");
    check("50% of x", "50%ofx");
    check("a % said aside\n b", "ab");
    assert_eq!(in_line("\\newcommand{\\x}{y} \\x"), None);
    assert_eq!(in_line(""), None);
}

#[track_caller]
fn check_rows(tex: &str, measure: usize, want: &[&str]) {
    let set = picture(tex, measure);
    assert_eq!(set.lines().collect::<Vec<_>>(), want, "\n{set}");
}

#[test]
fn a_formula_that_is_too_wide_is_broken_before_relations() {
    let tex = "a + b + c + d + e = f + g + h + i + j = k + l + m";
    check_rows(tex, 24, &[" a + b + c + d + e", "   = f + g + h + i + j", "   = k + l + m"]);
    // Short ones share a line.
    let tex = r"abc \le def \le ghi \to jkl \implies mno \ne pqr";
    check_rows(tex, 24, &[" abc ≤ def ≤ ghi → jkl", "   ⟹ mno ≠ pqr"]);
}

#[test]
fn what_follows_a_relation_is_broken_before_signs_where_it_takes_more_than_a_line() {
    let tex = r"f(x) = aaaa + bbbb - cccc \cdot dd + eeee = -f + g";
    check_rows(tex, 20, &["f(x) = aaaa + bbbb", "  − cccc · dd + eeee", "  = −f + g"]);
    check_rows(r"y = a + (b + c + d + e) + f", 20, &["y = a", "  + (b + c + d + e)", "  + f"]);
    // Within brackets only where they take more than a line.
    check_rows(r"y = a + (b + c + d + e + f + g + h)", 20, &[" y = a + (b + c + d", "   + e + f + g + h)"]);
}

#[test]
fn rows_that_begin_with_a_relation_go_on_from_the_one_above() {
    let tex = r"\begin{aligned} f(x) &= a + b + c + d + e \\ &= g + h \\ z &> 1 \end{aligned}";
    check_rows(tex, 18, &[" f(x) = a + b + c", "   + d + e", "   = g + h", " z > 1"]);
    let tex = r"S = \frac{a + b + c}{d} + \frac{e + f + g}{h} = \frac{1}{2} + x";
    let fractions =
        ["       a + b + c", "   S = ─────────", "           d", "", "       e + f + g", "     + ─────────"];
    let rest = ["           h", "", "       1", "     = ─ + x", "       2"];
    check_rows(tex, 20, &[&fractions[..], &rest[..]].concat());
}

#[test]
fn what_cannot_be_broken_stands_as_its_source() {
    assert_eq!(displayed("\\frac{abcdefgh}{ijklmnop}", 4), None);
    assert_eq!(displayed("x = \\frac{abcdefgh}{ijklmnop}", 8), None);
}

#[test]
fn deep_and_long_formulas_end() {
    for unit in
        ["{", "\\frac{", "\\left(", "x^{", "x_", "\\sqrt[", "\\hat", "\\begin{matrix}", "x^a", "\\over", "\\not", "["]
    {
        let tex = unit.repeat(MOST_SOURCE / unit.len());
        let _ = (in_line(&tex), displayed(&tex, 72));
    }
    let tex = "\\frac{1}{1+".repeat(700);
    let _ = (in_line(&tex), displayed(&tex, 72));
}

/// TeX that is nearly right.
fn tex() -> impl Strategy<Value = String> {
    let unit = prop_oneof![
        prop::sample::select(FORMULAS).prop_map(str::to_owned),
        prop::sample::select(vec![
            "{",
            "}",
            "\\frac",
            "\\sqrt",
            "[",
            "]",
            "^",
            "_",
            "&",
            "\\\\",
            "\\left(",
            "\\right)",
            "\\begin{cases}",
            "\\end{cases}",
            "\\hat",
            "\\sum",
            "\\limits",
            "\\over",
            "\\text{a b}",
            "'",
            "x",
            "12",
            " ",
            "\\mathbf",
            "\\tag{1}",
            "\\substack",
            "\\overbrace",
            "\\not",
            "\\left.",
            "\\middle|",
            "\\binom",
            "界",
            "e\u{301}",
        ])
        .prop_map(str::to_owned),
        "[a-z{}\\\\^_& ]{1,8}",
        any::<String>(),
    ];
    prop::collection::vec(unit, 0..12).prop_map(|units| units.concat())
}

proptest! {
    #[test]
    fn any_tex_is_set_within_the_measure(tex in tex(), measure in 1_usize..100) {
        if let Some(strip) = in_line(&tex) {
            prop_assert_eq!(strip.width, width::width(&strip.text()));
        }
        for row in displayed(&tex, measure).unwrap_or_default() {
            prop_assert!(row.width <= measure, "{:?}", row.text());
            prop_assert_eq!(row.width, width::width(&row.text()), "{:?}", row.text());
        }
    }
}
