//! Numerals: the signs that the items of a list may be numbered in.

/// Signs that numbers are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numerals {
    /// a, b, … z, aa.
    LowerLetters,
    UpperLetters,
    /// i, ii, iii, iv.
    LowerRoman,
    UpperRoman,
}

impl Numerals {
    pub const ALL: [Self; 4] = [Self::LowerLetters, Self::UpperLetters, Self::LowerRoman, Self::UpperRoman];

    /// Returns the sign for one, which HTML calls the kind by.
    pub fn sign(self) -> &'static str {
        match self {
            Self::LowerLetters => "a",
            Self::UpperLetters => "A",
            Self::LowerRoman => "i",
            Self::UpperRoman => "I",
        }
    }

    /// Returns `number` in these signs, or in digits where they cannot say it.
    pub fn write(self, number: u32) -> String {
        let lower = match self {
            Self::LowerLetters | Self::UpperLetters => letters(number),
            Self::LowerRoman | Self::UpperRoman => roman(number),
        };
        match self {
            Self::LowerLetters | Self::LowerRoman => lower,
            Self::UpperLetters | Self::UpperRoman => lower.to_ascii_uppercase(),
        }
    }
}

/// Returns `number` as a, b, … z, aa, ab.
fn letters(number: u32) -> String {
    let mut left = number;
    let mut reversed = Vec::new();
    while let Some(rest) = left.checked_sub(1) {
        reversed.push(char::from(b'a' + (rest % 26) as u8));
        left = rest / 26;
    }
    if reversed.is_empty() { number.to_string() } else { reversed.iter().rev().collect() }
}

/// Returns `number` in Roman numerals, which have signs up to 3999.
fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..4000).contains(&number) {
        return number.to_string();
    }
    let mut left = number;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            out.push_str(sign);
            left -= value;
        }
    }
    out
}
