//! What cleaning thinks of each character, and nothing of its neighbours.

use std::sync::OnceLock;

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// A character's part in cleaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Visible; whether it joins the cluster before it is for the grapheme rules to say.
    Letter,
    /// A combining mark.
    Mark,
    Space,
    Tab,
    Newline,
    ParagraphSeparator,
    /// ESC, or a C1 control that introduces a sequence.
    Introducer,
    Control,
    Bidi,
    SoftHyphen,
    ZeroWidthSpace,
    WordJoiner,
    /// Shows nothing and may hide something.
    Invisible,
    Joiner,
    NonJoiner,
    /// VS15 or VS16.
    EmojiSelector,
    Tag,
    /// Unassigned, a noncharacter or private use: no font agrees on it.
    Unknown,
}

/// The classes of 256 characters in a row.
type Page = [Class; 256];

/// Classes by page, each made when it is first asked for: looking one up afresh is a search in a long table, and a
/// text keeps to few pages.
static PAGES: [OnceLock<Box<Page>>; 0x1100] = [const { OnceLock::new() }; 0x1100];

/// Returns the class of `c`.
pub(super) fn classify(c: char) -> Class {
    let code = u32::from(c);
    let page = usize::try_from(code >> 8).ok().and_then(|idx| PAGES.get(idx));
    let Some(page) = page else { return Class::Unknown };
    let page = page.get_or_init(|| {
        let mut classes = Box::new([Class::Unknown; 256]);
        for (class, code) in classes.iter_mut().zip(code & !0xFF..) {
            *class = char::from_u32(code).map_or(Class::Unknown, look_up);
        }
        classes
    });
    page.get(usize::from(code.to_le_bytes()[0])).copied().unwrap_or(Class::Unknown)
}

/// Returns whether `c` is one of the common visible characters that neither join nor attract another plain one, so
/// that runs of them are copied whole. What is missing here is only slower.
pub(super) fn is_plain(c: char) -> bool {
    matches!(c,
        '!'..='~'
        | '\u{A0}'..='\u{A8}' | '\u{AA}'..='\u{AC}' | '\u{AF}'..='\u{2FF}'
        | '\u{391}'..='\u{3A1}' | '\u{3A3}'..='\u{482}' | '\u{48A}'..='\u{52F}'
        | '\u{5D0}'..='\u{5EA}' | '\u{620}'..='\u{64A}' | '\u{660}'..='\u{66F}' | '\u{671}'..='\u{6D5}'
        | '\u{E01}'..='\u{E30}' | '\u{E40}'..='\u{E46}'
        | '\u{1E00}'..='\u{1EFF}'
        | '\u{2010}'..='\u{2027}' | '\u{202F}'..='\u{203B}' | '\u{203D}'..='\u{2048}'
        | '\u{20A0}'..='\u{20BF}' | '\u{2200}'..='\u{22FF}' | '\u{2500}'..='\u{25A9}'
        | '\u{3000}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30A0}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{FF01}'..='\u{FF5E}' | '\u{FFFD}')
}

pub(super) fn is_mark(c: char) -> bool {
    c >= '\u{300}' && classify(c) == Class::Mark
}

/// Returns whether `c` belongs to a script that writes with more marks to a letter than Latin does.
pub(super) fn needs_many_marks(c: char) -> bool {
    joins_or_conjuncts(c) || matches!(c, '\u{591}'..='\u{5C7}' | '\u{E31}'..='\u{E4E}' | '\u{EB1}'..='\u{ECE}')
}

/// Returns whether `c` is of a script whose letters join or form conjuncts, where ZWJ and ZWNJ change what is read.
pub(super) fn joins_or_conjuncts(c: char) -> bool {
    let in_script = matches!(c,
        '\u{600}'..='\u{8FF}'      // Arabic, Syriac, N'Ko, Mandaic
        | '\u{900}'..='\u{DFF}'    // Devanagari to Sinhala
        | '\u{F00}'..='\u{109F}'   // Tibetan, Myanmar
        | '\u{1780}'..='\u{18AA}'  // Khmer, Mongolian
        | '\u{1A20}'..='\u{1AAD}' | '\u{1B00}'..='\u{1C4F}' // Tai Tham, Balinese to Lepcha
        | '\u{1CD0}'..='\u{1CFA}'
        | '\u{A840}'..='\u{A877}' | '\u{A880}'..='\u{A8FF}' | '\u{A980}'..='\u{A9FE}' | '\u{AA60}'..='\u{AAF6}'
        | '\u{ABC0}'..='\u{ABED}'
        | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10A00}'..='\u{10A58}' | '\u{10AC0}'..='\u{10AE6}' | '\u{10D00}'..='\u{10D27}'
        | '\u{11000}'..='\u{11DFF}' | '\u{1E900}'..='\u{1E95F}');
    in_script && matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
}

fn look_up(c: char) -> Class {
    match c {
        ' ' => Class::Space,
        '!'..='~' => Class::Letter,
        '\t' => Class::Tab,
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' => Class::Newline,
        '\u{2029}' => Class::ParagraphSeparator,
        '\u{1B}' | '\u{90}' | '\u{98}' | '\u{9B}' | '\u{9D}'..='\u{9F}' => Class::Introducer,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Class::Control,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Class::Bidi,
        '\u{AD}' => Class::SoftHyphen,
        '\u{200B}' => Class::ZeroWidthSpace,
        '\u{2060}' | '\u{FEFF}' => Class::WordJoiner,
        '\u{34F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{2061}'..='\u{2065}'
        | '\u{206A}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0D}'
        | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E001F}'
        | '\u{E0080}'..='\u{E0FFF}' => Class::Invisible,
        '\u{200C}' => Class::NonJoiner,
        '\u{200D}' => Class::Joiner,
        '\u{FE0E}' | '\u{FE0F}' => Class::EmojiSelector,
        '\u{E0020}'..='\u{E007F}' => Class::Tag,
        _ => match c.general_category() {
            GeneralCategory::Unassigned | GeneralCategory::PrivateUse | GeneralCategory::Surrogate => Class::Unknown,
            GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark => {
                Class::Mark
            }
            _ => Class::Letter,
        },
    }
}
