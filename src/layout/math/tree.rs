//! The tree of a formula: what its parts are to each other, without how they are set.

use std::borrow::Cow;

/// A part of a formula. How deep parts stand in each other is bounded by the parser.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Sign(Sign),
    Row(Vec<Node>),
    Fraction(Box<Fraction>),
    Root {
        degree: Option<Box<Node>>,
        of: Box<Node>,
    },
    Script(Box<Script>),
    /// Something between two delimiters, either of which may be empty.
    Fenced {
        open: Cow<'static, str>,
        close: Cow<'static, str>,
        inside: Box<Node>,
    },
    /// A combining mark over what it stands on.
    Accent {
        mark: char,
        of: Box<Node>,
    },
    /// A line or a brace above or below the whole of something.
    Bar {
        bar: Bar,
        of: Box<Node>,
    },
    Array(Array),
    /// Blank cells.
    Space(usize),
    Boxed(Box<Node>),
    /// A formula's number.
    Tag(String),
}

/// A letter, a sign or a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    pub text: Cow<'static, str>,
    pub class: Class,
    pub face: Face,
}

/// What a sign is to its neighbours, which decides on the space between them (The TeXbook, chapter 18).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Ordinary,
    /// A sum, an integral, a limit.
    Large,
    /// A function's name.
    Function,
    Binary,
    Relation,
    Open,
    Close,
    Punctuation,
    /// A fraction, or something between tall delimiters.
    Inner,
}

/// How letters are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Face {
    #[default]
    Upright,
    Italic,
    Bold,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fraction {
    pub over: Node,
    pub under: Node,
    /// Binomials have no rule.
    pub is_ruled: bool,
    /// Whether it is to be as high as its line wherever it stands.
    pub is_small: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    pub base: Node,
    pub below: Option<Node>,
    pub above: Option<Node>,
    /// Whether they stand right above and below the base.
    pub is_limits: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    Over,
    Under,
    OverBrace,
    UnderBrace,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Array {
    pub rows: Vec<Vec<Node>>,
    pub columns: Columns,
}

/// How an array's columns are aligned and how far apart they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Columns {
    #[default]
    Centred,
    Left,
    /// Right and left in turn, so that what each pair meets at stands in line.
    Aligned,
    /// By letter: `l`, `c`, `r`, and `|` for a rule between.
    Told(String),
    /// Lines of one formula, or formulas below each other.
    Lines,
}

impl Node {
    pub fn empty() -> Self {
        Self::Row(Vec::new())
    }

    pub fn sign(text: impl Into<Cow<'static, str>>, class: Class) -> Self {
        Self::Sign(Sign { text: text.into(), class, face: Face::Upright })
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Row(parts) if parts.iter().all(Self::is_empty))
    }

    /// Returns what the part is to its neighbours.
    pub fn class(&self) -> Class {
        match self {
            Self::Sign(sign) => sign.class,
            Self::Row(parts) => match parts.as_slice() {
                [only] => only.class(),
                _ => Class::Ordinary,
            },
            Self::Script(script) => script.base.class(),
            Self::Accent { of, .. } | Self::Bar { of, .. } => of.class(),
            Self::Fraction(_) => Class::Inner,
            Self::Root { .. }
            | Self::Fenced { .. }
            | Self::Array(_)
            | Self::Space(_)
            | Self::Boxed(_)
            | Self::Tag(_) => Class::Ordinary,
        }
    }
}

/// Returns the classes of a row's parts, where a sign such as minus before its operand is no longer between two.
pub fn classes(parts: &[Node]) -> Vec<Class> {
    let mut classes: Vec<Class> = parts.iter().map(Node::class).collect();
    let mut before = None;
    for (idx, part) in parts.iter().enumerate() {
        if matches!(part, Node::Space(_)) || part.is_empty() {
            continue;
        }
        let rest = parts.get(idx + 1..).unwrap_or_default();
        let is_last = rest.iter().all(|part| matches!(part, Node::Space(_)) || part.is_empty());
        let Some(class) = classes.get_mut(idx) else { break };
        let is_prefix = matches!(
            before,
            None | Some(Class::Binary | Class::Relation | Class::Open | Class::Punctuation | Class::Large)
        );
        if *class == Class::Binary && (is_prefix || is_last) {
            // One before its operand stands close to it, as a bracket does.
            *class = if is_last { Class::Ordinary } else { Class::Open };
        }
        before = Some(*class);
    }
    classes
}

/// Returns the blank cells between two neighbours.
pub fn gap(left: Class, right: Class, is_script: bool) -> usize {
    use Class::{Binary, Close, Function, Inner, Large, Open, Ordinary, Punctuation, Relation};
    match (left, right) {
        (Large | Function, Ordinary | Inner | Function | Large) => 1,
        (Large, Open) => 1,
        (Ordinary | Close | Inner, Function | Large) => usize::from(!is_script),
        _ if is_script => 0,
        (Relation, Relation) => 0,
        (Open, Binary | Relation) | (Binary | Relation, Close) => 0,
        (Relation | Binary, Punctuation) | (Punctuation, Close) => 0,
        (Relation | Binary | Punctuation, _) | (_, Relation | Binary) => 1,
        _ => 0,
    }
}
