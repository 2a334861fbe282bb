//! Symbols: what TeX's names and bare characters stand for.

use super::tree::{Class, Face, Node, Sign};

/// Returns the sign that a command without arguments stands for.
pub fn named(name: &str) -> Option<Node> {
    if let Some((text, class)) = symbol(name) {
        let face = if class == Class::Ordinary && text.chars().all(is_italic) { Face::Italic } else { Face::Upright };
        return Some(Node::Sign(Sign { text: text.into(), class, face }));
    }
    let words = match name {
        "lim" | "max" | "min" | "sup" | "inf" | "det" | "gcd" | "Pr" | "argmax" | "argmin" | "plim" => {
            return Some(Node::sign(name.to_owned(), Class::Large));
        }
        "limsup" => return Some(Node::sign("lim sup", Class::Large)),
        "liminf" => return Some(Node::sign("lim inf", Class::Large)),
        "injlim" => return Some(Node::sign("inj lim", Class::Large)),
        "projlim" => return Some(Node::sign("proj lim", Class::Large)),
        "sin" | "cos" | "tan" | "cot" | "sec" | "csc" | "sinh" | "cosh" | "tanh" | "coth" | "sech" | "csch"
        | "arcsin" | "arccos" | "arctan" | "arccot" | "log" | "ln" | "lg" | "exp" | "arg" | "deg" | "dim" | "hom"
        | "ker" | "sgn" | "tr" | "Tr" | "rank" | "diag" | "erf" | "erfc" | "th" | "ch" | "sh" | "tg" | "ctg"
        | "arctg" | "cotg" => name,
        _ => return None,
    };
    Some(Node::sign(words.to_owned(), Class::Function))
}

/// Returns the sign that a bare character is.
pub fn bare(c: char) -> Node {
    let (text, class) = match c {
        '-' | '\u{2212}' => ("−", Class::Binary),
        '*' => ("∗", Class::Binary),
        '\'' => ("′", Class::Ordinary),
        '`' => ("‘", Class::Ordinary),
        _ => {
            let face = if is_italic(c) { Face::Italic } else { Face::Upright };
            return Node::Sign(Sign { text: c.to_string().into(), class: class_of(c), face });
        }
    };
    Node::sign(text, class)
}

/// Returns whether a letter is a variable's: Latin, and Greek where it is small.
fn is_italic(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'α'..='ω' | 'ϑ' | 'ϕ' | 'ϖ' | 'ϱ' | 'ϵ' | 'ϰ')
}

fn class_of(c: char) -> Class {
    match c {
        '+'
        | '±'
        | '×'
        | '÷'
        | '·'
        | '∓'
        | '∔'
        | '∖'
        | '∗'
        | '∘'
        | '∙'
        | '∧'
        | '∨'
        | '∩'
        | '∪'
        | '⊎'
        | '⊓'
        | '⊔'
        | '⊕'..='⊝'
        | '⊞'..='⊡'
        | '⊻'..='⊽'
        | '⋄'..='⋇'
        | '⋉'..='⋌'
        | '⋎'
        | '⋏'
        | '⋒'
        | '⋓'
        | '⨯'
        | '⨿'
        | '†'
        | '‡'
        | '•' => Class::Binary,
        '='
        | '<'
        | '>'
        | ':'
        | '∝'
        | '∈'..='∍'
        | '∣'..='∦'
        | '∷'..='⊋'
        | '⊏'..='⊒'
        | '⊢'..='⊸'
        | '⊲'..='⊹'
        | '⋈'
        | '⋍'
        | '⋐'
        | '⋑'
        | '⋔'..='⋭'
        | '\u{2190}'..='\u{21ff}'
        | '\u{27f0}'..='\u{27ff}'
        | '\u{2900}'..='\u{297f}'
        | '⩽'
        | '⩾'
        | '⪯'
        | '⪰' => Class::Relation,
        '∏'..='∑' | '∫'..='∳' | '⋀'..='⋃' | '⨀'..='⨖' => Class::Large,
        '(' | '[' | '⟨' | '⟦' | '⌈' | '⌊' | '{' => Class::Open,
        ')' | ']' | '⟩' | '⟧' | '⌉' | '⌋' | '}' | '!' => Class::Close,
        ',' | ';' => Class::Punctuation,
        _ => Class::Ordinary,
    }
}

fn symbol(name: &str) -> Option<(&'static str, Class)> {
    greek(name)
        .or_else(|| operator(name).map(|text| (text, Class::Binary)))
        .or_else(|| relation(name).or_else(|| arrow(name)).map(|text| (text, Class::Relation)))
        .or_else(|| large(name).map(|text| (text, Class::Large)))
        .or_else(|| delimiter(name))
        .or_else(|| ordinary(name).map(|text| (text, Class::Ordinary)))
}

#[rustfmt::skip]
fn greek(name: &str) -> Option<(&'static str, Class)> {
    let text = match name {
        "alpha" => "α", "beta" => "β", "gamma" => "γ", "delta" => "δ", "epsilon" => "ϵ", "varepsilon" => "ε",
        "zeta" => "ζ", "eta" => "η", "theta" => "θ", "vartheta" => "ϑ", "iota" => "ι", "kappa" => "κ",
        "varkappa" => "ϰ", "lambda" => "λ", "mu" => "μ", "nu" => "ν", "xi" => "ξ", "omicron" => "ο", "pi" => "π",
        "varpi" => "ϖ", "rho" => "ρ", "varrho" => "ϱ", "sigma" => "σ", "varsigma" => "ς", "tau" => "τ",
        "upsilon" => "υ", "phi" => "ϕ", "varphi" => "φ", "chi" => "χ", "psi" => "ψ", "omega" => "ω",
        "Alpha" => "Α", "Beta" => "Β", "Gamma" | "varGamma" => "Γ", "Delta" | "varDelta" => "Δ", "Epsilon" => "Ε",
        "Zeta" => "Ζ", "Eta" => "Η", "Theta" | "varTheta" => "Θ", "Iota" => "Ι", "Kappa" => "Κ",
        "Lambda" | "varLambda" => "Λ", "Mu" => "Μ", "Nu" => "Ν", "Xi" | "varXi" => "Ξ", "Pi" | "varPi" => "Π",
        "Rho" => "Ρ", "Sigma" | "varSigma" => "Σ", "Tau" => "Τ", "Upsilon" | "varUpsilon" => "Υ",
        "Phi" | "varPhi" => "Φ", "Chi" => "Χ", "Psi" | "varPsi" => "Ψ", "Omega" | "varOmega" => "Ω",
        "digamma" => "ϝ",
        _ => return None,
    };
    Some((text, Class::Ordinary))
}

#[rustfmt::skip]
fn operator(name: &str) -> Option<&'static str> {
    Some(match name {
        "pm" => "±", "mp" => "∓", "times" => "×", "div" => "÷", "cdot" | "cdotp" | "centerdot" => "·",
        "ast" => "∗", "star" => "⋆", "circ" => "∘", "bullet" => "∙", "cap" => "∩", "cup" => "∪", "uplus" => "⊎",
        "sqcap" => "⊓", "sqcup" => "⊔", "vee" | "lor" => "∨", "wedge" | "land" => "∧", "setminus" => "∖",
        "smallsetminus" => "∖", "wr" => "≀", "diamond" => "⋄", "bigtriangleup" => "△", "bigtriangledown" => "▽",
        "triangleleft" => "◁", "triangleright" => "▷", "oplus" => "⊕", "ominus" => "⊖", "otimes" => "⊗",
        "oslash" => "⊘", "odot" => "⊙", "bigcirc" => "◯", "dagger" => "†", "ddagger" => "‡", "amalg" => "⨿",
        "ltimes" => "⋉", "rtimes" => "⋊", "boxplus" => "⊞", "boxminus" => "⊟", "boxtimes" => "⊠", "boxdot" => "⊡",
        "veebar" => "⊻", "barwedge" => "⊼", "curlyvee" => "⋎", "curlywedge" => "⋏", "Cap" => "⋒", "Cup" => "⋓",
        "dotplus" => "∔", "intercal" => "⊺", "divideontimes" => "⋇", "circledast" => "⊛", "circledcirc" => "⊚",
        _ => return None,
    })
}

#[rustfmt::skip]
fn relation(name: &str) -> Option<&'static str> {
    Some(match name {
        "le" | "leq" => "≤", "ge" | "geq" => "≥", "leqslant" => "⩽", "geqslant" => "⩾", "ne" | "neq" => "≠",
        "lt" => "<", "gt" => ">", "ll" => "≪", "gg" => "≫", "lll" => "⋘", "ggg" => "⋙", "equiv" => "≡",
        "sim" => "∼", "simeq" => "≃", "approx" => "≈", "approxeq" => "≊", "cong" => "≅", "doteq" => "≐",
        "propto" | "varpropto" => "∝", "asymp" => "≍", "bowtie" => "⋈", "in" => "∈", "notin" => "∉",
        "ni" | "owns" => "∋", "subset" => "⊂", "supset" => "⊃", "subseteq" => "⊆", "supseteq" => "⊇",
        "subsetneq" => "⊊", "supsetneq" => "⊋", "nsubseteq" => "⊈", "nsupseteq" => "⊉", "sqsubset" => "⊏",
        "sqsupset" => "⊐", "sqsubseteq" => "⊑", "sqsupseteq" => "⊒", "prec" => "≺", "succ" => "≻",
        "preceq" | "preccurlyeq" => "≼", "succeq" | "succcurlyeq" => "≽", "mid" => "∣", "nmid" => "∤",
        "parallel" => "∥", "nparallel" => "∦", "perp" => "⊥", "vdash" => "⊢", "dashv" => "⊣", "models" => "⊨",
        "vDash" => "⊨", "Vdash" => "⊩", "nvdash" => "⊬", "nvDash" => "⊭", "smile" => "⌣", "frown" => "⌢",
        "coloneqq" | "coloneq" | "defeq" => "≔", "eqqcolon" => "≕", "triangleq" => "≜", "eqsim" => "≂",
        "lesssim" => "≲", "gtrsim" => "≳", "lessgtr" => "≶", "gtrless" => "≷", "lessapprox" => "⪅",
        "gtrapprox" => "⪆", "nless" => "≮", "ngtr" => "≯", "nleq" => "≰", "ngeq" => "≱", "ncong" => "≇",
        "nsim" => "≁", "leqq" => "≦", "geqq" => "≧", "Subset" => "⋐", "Supset" => "⋑", "backsim" => "∽",
        "between" => "≬", "pitchfork" => "⋔", "trianglelefteq" => "⊴", "trianglerighteq" => "⊵",
        "vartriangleleft" => "⊲", "vartriangleright" => "⊳", "circeq" => "≗", "bumpeq" => "≏", "colon" => ":",
        "vcentcolon" => ":", "dblcolon" => "∷", "therefore" => "∴", "because" => "∵",
        _ => return None,
    })
}

#[rustfmt::skip]
fn arrow(name: &str) -> Option<&'static str> {
    Some(match name {
        "to" | "rightarrow" => "→", "gets" | "leftarrow" => "←", "leftrightarrow" => "↔", "Rightarrow" => "⇒",
        "Leftarrow" => "⇐", "Leftrightarrow" => "⇔", "implies" => "⟹", "impliedby" => "⟸", "iff" => "⟺",
        "longrightarrow" => "⟶", "longleftarrow" => "⟵", "longleftrightarrow" => "⟷", "Longrightarrow" => "⟹",
        "Longleftarrow" => "⟸", "Longleftrightarrow" => "⟺", "mapsto" => "↦", "longmapsto" => "⟼",
        "hookrightarrow" => "↪", "hookleftarrow" => "↩", "uparrow" => "↑", "downarrow" => "↓",
        "updownarrow" => "↕", "Uparrow" => "⇑", "Downarrow" => "⇓", "Updownarrow" => "⇕", "nearrow" => "↗",
        "searrow" => "↘", "swarrow" => "↙", "nwarrow" => "↖", "rightharpoonup" => "⇀", "rightharpoondown" => "⇁",
        "leftharpoonup" => "↼", "leftharpoondown" => "↽", "rightleftharpoons" => "⇌", "leftrightharpoons" => "⇋",
        "rightleftarrows" => "⇄", "leftrightarrows" => "⇆", "twoheadrightarrow" => "↠", "twoheadleftarrow" => "↞",
        "rightarrowtail" => "↣", "leadsto" | "rightsquigarrow" => "⇝", "rightrightarrows" => "⇉",
        "leftleftarrows" => "⇇", "upuparrows" => "⇈", "nrightarrow" => "↛", "nleftarrow" => "↚",
        "nRightarrow" => "⇏", "nLeftarrow" => "⇍", "nleftrightarrow" => "↮", "curvearrowright" => "↷",
        "curvearrowleft" => "↶", "circlearrowright" => "↻", "circlearrowleft" => "↺", "dashrightarrow" => "⇢",
        "dashleftarrow" => "⇠", "multimap" => "⊸", "Rrightarrow" => "⇛", "Lleftarrow" => "⇚",
        _ => return None,
    })
}

#[rustfmt::skip]
fn large(name: &str) -> Option<&'static str> {
    Some(match name {
        "sum" => "∑", "prod" => "∏", "coprod" => "∐", "int" | "intop" => "∫", "iint" => "∬", "iiint" => "∭",
        "oint" => "∮", "oiint" => "∯", "bigcup" => "⋃", "bigcap" => "⋂", "bigvee" => "⋁", "bigwedge" => "⋀",
        "bigoplus" => "⨁", "bigotimes" => "⨂", "bigodot" => "⨀", "biguplus" => "⨄", "bigsqcup" => "⨆",
        _ => return None,
    })
}

/// Returns the delimiter with this name.
#[rustfmt::skip]
pub fn delimiter(name: &str) -> Option<(&'static str, Class)> {
    let (text, class) = match name {
        "lbrace" | "{" => ("{", Class::Open), "rbrace" | "}" => ("}", Class::Close),
        "lbrack" => ("[", Class::Open), "rbrack" => ("]", Class::Close),
        "langle" => ("⟨", Class::Open), "rangle" => ("⟩", Class::Close),
        "lfloor" => ("⌊", Class::Open), "rfloor" => ("⌋", Class::Close),
        "lceil" => ("⌈", Class::Open), "rceil" => ("⌉", Class::Close),
        "llbracket" => ("⟦", Class::Open), "rrbracket" => ("⟧", Class::Close),
        "lvert" => ("|", Class::Open), "rvert" => ("|", Class::Close),
        "lVert" => ("‖", Class::Open), "rVert" => ("‖", Class::Close),
        "lgroup" => ("(", Class::Open), "rgroup" => (")", Class::Close),
        "vert" => ("|", Class::Ordinary), "Vert" | "|" => ("‖", Class::Ordinary),
        "backslash" => ("\\", Class::Ordinary),
        _ => return None,
    };
    Some((text, class))
}

#[rustfmt::skip]
fn ordinary(name: &str) -> Option<&'static str> {
    Some(match name {
        "infty" => "∞", "partial" => "∂", "nabla" => "∇", "forall" => "∀", "exists" => "∃", "nexists" => "∄",
        "emptyset" | "varnothing" | "O" => "∅", "neg" | "lnot" => "¬", "top" => "⊤", "bot" => "⊥", "angle" => "∠",
        "measuredangle" => "∡", "triangle" | "vartriangle" => "△", "square" | "Box" => "□", "blacksquare" => "■",
        "qed" => "∎", "hbar" | "hslash" => "ℏ", "ell" => "ℓ", "Re" => "ℜ", "Im" => "ℑ", "wp" => "℘",
        "aleph" => "ℵ", "beth" => "ℶ", "gimel" => "ℷ", "imath" => "ı", "jmath" => "ȷ", "eth" => "ð",
        "prime" => "′", "degree" => "°", "ldots" | "dots" | "dotsc" | "dotso" | "textellipsis" => "…",
        "cdots" | "dotsb" | "dotsm" | "dotsi" => "⋯", "vdots" => "⋮", "ddots" => "⋱", "colonapprox" => ":≈",
        "surd" => "√", "sharp" => "♯", "flat" => "♭", "natural" => "♮", "clubsuit" => "♣", "diamondsuit" => "♢",
        "heartsuit" => "♡", "spadesuit" => "♠", "complement" => "∁", "mho" => "℧", "checkmark" => "✓",
        "copyright" => "©", "pounds" => "£", "S" => "§", "P" => "¶", "AA" => "Å", "bigstar" => "★",
        "lozenge" => "◊", "diagup" => "╱", "diagdown" => "╲", "maltese" => "✠", "Bbbk" => "𝕜", "N" => "ℕ",
        "R" => "ℝ", "Z" => "ℤ", "Q" => "ℚ", "C" => "ℂ", "ldotp" => ".", "euro" => "€", "textdegree" => "°",
        "#" => "#", "$" => "$", "%" => "%", "&" => "&", "_" => "_", "vline" => "|", "lq" => "‘", "rq" => "’",
        _ => return None,
    })
}
