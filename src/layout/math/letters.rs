//! Letters: the alphabets of Unicode's mathematical letters, and what it has raised and lowered.

/// An alphabet by which letters are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    Blackboard,
    Script,
    Fraktur,
}

impl Alphabet {
    /// Returns the letter of the alphabet that stands for `c`, if there is one.
    pub fn letter(self, c: char) -> Option<char> {
        let exception = match (self, c) {
            (Self::Blackboard, 'C') => 'ℂ',
            (Self::Blackboard, 'H') => 'ℍ',
            (Self::Blackboard, 'N') => 'ℕ',
            (Self::Blackboard, 'P') => 'ℙ',
            (Self::Blackboard, 'Q') => 'ℚ',
            (Self::Blackboard, 'R') => 'ℝ',
            (Self::Blackboard, 'Z') => 'ℤ',
            (Self::Script, 'B') => 'ℬ',
            (Self::Script, 'E') => 'ℰ',
            (Self::Script, 'F') => 'ℱ',
            (Self::Script, 'H') => 'ℋ',
            (Self::Script, 'I') => 'ℐ',
            (Self::Script, 'L') => 'ℒ',
            (Self::Script, 'M') => 'ℳ',
            (Self::Script, 'R') => 'ℛ',
            (Self::Script, 'e') => 'ℯ',
            (Self::Script, 'g') => 'ℊ',
            (Self::Script, 'o') => 'ℴ',
            (Self::Fraktur, 'C') => 'ℭ',
            (Self::Fraktur, 'H') => 'ℌ',
            (Self::Fraktur, 'I') => 'ℑ',
            (Self::Fraktur, 'R') => 'ℜ',
            (Self::Fraktur, 'Z') => 'ℨ',
            _ => '\0',
        };
        if exception != '\0' {
            return Some(exception);
        }
        let (capitals, small, digits) = match self {
            Self::Blackboard => (0x1_d538, 0x1_d552, Some(0x1_d7d8)),
            Self::Script => (0x1_d49c, 0x1_d4b6, None),
            Self::Fraktur => (0x1_d504, 0x1_d51e, None),
        };
        let code = match c {
            'A'..='Z' => capitals + (u32::from(c) - u32::from('A')),
            'a'..='z' => small + (u32::from(c) - u32::from('a')),
            '0'..='9' => digits? + (u32::from(c) - u32::from('0')),
            _ => return None,
        };
        char::from_u32(code)
    }
}

/// Returns `text` raised, if Unicode has all of it raised.
pub fn raised(text: &str) -> Option<String> {
    text.chars().map(raised_char).collect()
}

/// Returns `text` lowered, if Unicode has all of it lowered.
pub fn lowered(text: &str) -> Option<String> {
    text.chars().map(lowered_char).collect()
}

#[rustfmt::skip]
fn raised_char(c: char) -> Option<char> {
    Some(match c {
        '0' => '⁰', '1' => '¹', '2' => '²', '3' => '³', '4' => '⁴', '5' => '⁵', '6' => '⁶', '7' => '⁷', '8' => '⁸',
        '9' => '⁹', '+' => '⁺', '−' | '-' => '⁻', '=' => '⁼', '(' => '⁽', ')' => '⁾',
        'a' => 'ᵃ', 'b' => 'ᵇ', 'c' => 'ᶜ', 'd' => 'ᵈ', 'e' => 'ᵉ', 'f' => 'ᶠ', 'g' => 'ᵍ', 'h' => 'ʰ', 'i' => 'ⁱ',
        'j' => 'ʲ', 'k' => 'ᵏ', 'l' => 'ˡ', 'm' => 'ᵐ', 'n' => 'ⁿ', 'o' => 'ᵒ', 'p' => 'ᵖ', 'r' => 'ʳ', 's' => 'ˢ',
        't' => 'ᵗ', 'u' => 'ᵘ', 'v' => 'ᵛ', 'w' => 'ʷ', 'x' => 'ˣ', 'y' => 'ʸ', 'z' => 'ᶻ',
        'A' => 'ᴬ', 'B' => 'ᴮ', 'D' => 'ᴰ', 'E' => 'ᴱ', 'G' => 'ᴳ', 'H' => 'ᴴ', 'I' => 'ᴵ', 'J' => 'ᴶ', 'K' => 'ᴷ',
        'L' => 'ᴸ', 'M' => 'ᴹ', 'N' => 'ᴺ', 'O' => 'ᴼ', 'P' => 'ᴾ', 'R' => 'ᴿ', 'T' => 'ᵀ', 'U' => 'ᵁ', 'V' => 'ⱽ',
        'W' => 'ᵂ', 'β' => 'ᵝ', 'γ' => 'ᵞ', 'δ' => 'ᵟ', 'θ' => 'ᶿ', 'ϕ' | 'φ' => 'ᵠ', 'χ' => 'ᵡ',
        '′' => '′', '″' => '″', '‴' => '‴', '°' | '∘' => '°', '⊤' => 'ᵀ',
        _ => return None,
    })
}

#[rustfmt::skip]
fn lowered_char(c: char) -> Option<char> {
    Some(match c {
        '0' => '₀', '1' => '₁', '2' => '₂', '3' => '₃', '4' => '₄', '5' => '₅', '6' => '₆', '7' => '₇', '8' => '₈',
        '9' => '₉', '+' => '₊', '−' | '-' => '₋', '=' => '₌', '(' => '₍', ')' => '₎',
        'a' => 'ₐ', 'e' => 'ₑ', 'h' => 'ₕ', 'i' => 'ᵢ', 'j' => 'ⱼ', 'k' => 'ₖ', 'l' => 'ₗ', 'm' => 'ₘ', 'n' => 'ₙ',
        'o' => 'ₒ', 'p' => 'ₚ', 'r' => 'ᵣ', 's' => 'ₛ', 't' => 'ₜ', 'u' => 'ᵤ', 'v' => 'ᵥ', 'x' => 'ₓ',
        'β' => 'ᵦ', 'γ' => 'ᵧ', 'ρ' => 'ᵨ', 'ϕ' | 'φ' => 'ᵩ', 'χ' => 'ᵪ',
        _ => return None,
    })
}

/// Returns the one sign for a fraction of two numbers, if Unicode has it.
pub fn vulgar(over: &str, under: &str) -> Option<&'static str> {
    Some(match (over, under) {
        ("1", "2") => "½",
        ("1", "3") => "⅓",
        ("2", "3") => "⅔",
        ("1", "4") => "¼",
        ("3", "4") => "¾",
        ("1", "5") => "⅕",
        ("1", "6") => "⅙",
        ("1", "8") => "⅛",
        _ => return None,
    })
}
