//! What a character counts as when text is compared the way a reader sees it: for finding in the open article and for
//! the terms of the full-text index, which agree by this.

use unicode_normalization::char::decompose_compatible;

/// Which differences do not count; by default, neither case nor diacritics do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Folding {
    keeps_case: bool,
    keeps_diacritics: bool,
}

impl Folding {
    /// Returns the folding that a typed query asks for.
    pub fn of(typed: &str) -> Self {
        let mut keeps_diacritics = false;
        for c in typed.chars() {
            decompose(c, &mut |part| keeps_diacritics |= is_accent(part));
        }
        Self { keeps_case: typed.chars().any(char::is_uppercase), keeps_diacritics }
    }

    pub fn keeps_case(self) -> bool {
        self.keeps_case
    }

    /// Tells the units that `c` counts as: none for an accent that does not count, several for a ligature.
    pub fn fold(self, c: char, tell: &mut dyn FnMut(char)) {
        if c.is_ascii() && !c.is_ascii_whitespace() {
            tell(if self.keeps_case { c } else { c.to_ascii_lowercase() });
            return;
        }
        decompose(c, &mut |part| {
            if self.keeps_case {
                self.tell(part, tell);
            } else {
                // Up and down again, so that ß is ss and ς is σ.
                part.to_uppercase().flat_map(char::to_lowercase).for_each(|lower| self.tell(lower, tell));
            }
        });
    }

    fn tell(self, unit: char, tell: &mut dyn FnMut(char)) {
        if self.keeps_diacritics || !is_accent(unit) {
            tell(unit);
        }
    }
}

/// Returns whether `c` is a mark that changes the letter before it into another one.
pub fn is_diacritic(c: char) -> bool {
    is_accent(c) || matches!(c, '\u{3099}' | '\u{309A}')
}

/// Marks that a reader may leave out when typing: accents, Hebrew points, Arabic vowels. The vowels of Indic scripts
/// and the voicing marks of kana are letters to their readers.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}'
        | '\u{5C7}' | '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}'
        | '\u{1AB0}'..='\u{1ACE}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20F0}' | '\u{FE20}'..='\u{FE2F}')
}

/// Tells what `c` is made of, with one shape for each kind of quote, dash and space.
fn decompose(c: char, tell: &mut dyn FnMut(char)) {
    let plain = plain_shape(c);
    if plain.is_ascii() || matches!(plain, '\u{AC00}'..='\u{D7A3}') {
        // Hangul syllables stay whole: nobody looks for half a one.
        tell(plain);
        return;
    }
    let mut has_space = false;
    decompose_compatible(plain, |part| has_space |= part == ' ');
    if has_space {
        // A free-standing accent, as ¨, decomposes to one over a space.
        tell(plain);
    } else {
        decompose_compatible(plain, |part| tell(plain_shape(part)));
    }
}

fn plain_shape(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | '´' | 'ʼ' | 'ʹ' => '\'',
        '“' | '”' | '„' | '‟' | '″' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹘' | '﹣' | '－' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}
