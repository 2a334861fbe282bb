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
    Math,
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
    Term,
    Caption,
}
