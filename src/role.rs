//! Roles: what a run of text means, which only the screen and the ANSI export turn into colour.

/// The meaning of a run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    #[default]
    Text,
    Title,
    Byline,
    /// A heading of level 1 to 6.
    Heading(u8),
    Strong,
    Emphasis,
    StrongEmphasis,
    Code,
    CodeBlock,
    /// A part of a program's source in a block of code.
    Syntax(Syntax),
    Math,
    /// A letter in a formula that stands for something.
    MathVariable,
    /// A letter in bold, a vector or a matrix.
    MathVector,
    Strike,
    Highlight,
    Insert,
    Superscript,
    Subscript,
    Link,
    FootnoteRef,
    Quote,
    /// A bullet, number, task box or quote bar: drawn, not in the text.
    Ornament,
    /// A table's border.
    Border,
    TableHeader,
    /// What recto warns of within the text: drawn, not in the text.
    Warning,
    Term,
    Caption,
}

/// What a part of a program's source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    Comment,
    Keyword,
    /// A text in quotation marks.
    Quoted,
    /// A number, or another value that is written out.
    Constant,
    Function,
    /// A type, a class, an element's name.
    Type,
    /// An attribute, a key, a command's option.
    Attribute,
    /// What a change adds.
    Added,
    /// What a change takes away.
    Removed,
}
