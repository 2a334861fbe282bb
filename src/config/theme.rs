//! Themes: how each meaning looks, told in colours and attributes that no toolkit owns.
//!
//! A theme is a small palette; [`Theme::face`] is the one place that gives a meaning its look, so that every theme
//! agrees on attributes and a screen without colour still makes sense. Body text keeps the terminal's own colours.

use crate::annotation::Ink;
use crate::role::{Role, Syntax};

/// A colour, before it is fitted to what the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// One of the terminal's own 16.
    Ansi(u8),
    /// One of the 256 that most terminals share.
    Indexed(u8),
    Rgb(u8, u8, u8),
}

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Depth {
    /// None: attributes alone.
    Mono,
    Sixteen,
    #[default]
    Indexed,
    True,
}

/// Whether the terminal's ground is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ground {
    #[default]
    Unknown,
    Dark,
    Light,
}

/// A look: colours, where they are not the terminal's own, and attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Face {
    pub fg: Option<Colour>,
    pub bg: Option<Colour>,
    pub bold: bool,
    pub dim: bool,
    pub italic: bool,
    pub underline: bool,
    pub reverse: bool,
    pub strike: bool,
    /// The ground is what tells: reverse video stands in for it where there is no colour.
    pub by_ground: bool,
    /// The shade is what tells: dim text stands in for it where there is no colour.
    pub by_shade: bool,
}

/// What can be looked at: the article's text by its role, and what recto draws around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    Text(Role),
    /// A hit of the search; the current one; the selection.
    Hit,
    CurrentHit,
    Selection,
    /// Text that stands on the page and not in its main text.
    LeftOut,
    /// A passage that the reader highlighted; the sign beside one.
    Marked(Ink),
    MarkSign(Ink),
    /// The link that Enter follows; the label of one.
    FocusedLink,
    Hint,
    /// The contents panel: an entry, the section being read, the words and minutes.
    Entry,
    CurrentEntry,
    Note,
    Status,
    StatusTitle,
    /// Words that tell of something that went wrong.
    Alert,
    Border,
    OverlayTitle,
    Key,
    Chosen,
}

/// Colours by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Palette {
    /// Headings and what is current.
    accent: Option<Colour>,
    /// Links.
    link: Option<Colour>,
    /// Quotes, terms, captions.
    soft: Option<Colour>,
    /// Panel, status, ornaments.
    faint: Option<Colour>,
    /// Code and its ground.
    code: Option<Colour>,
    code_ground: Option<Colour>,
    /// Grounds of a hit, the current hit, the selection, and the ink on them.
    hit: Option<Colour>,
    current_hit: Option<Colour>,
    selection: Option<Colour>,
    /// Grounds of highlighted passages, in the order of [`Ink::ALL`].
    inks: [Option<Colour>; 4],
    ink: Option<Colour>,
    alert: Option<Colour>,
    /// Body text and ground, where the theme does not keep the terminal's own.
    text: Option<Colour>,
    ground: Option<Colour>,
}

impl Palette {
    fn ink_of(&self, ink: Ink) -> Option<Colour> {
        let [yellow, green, blue, red] = self.inks;
        match ink {
            Ink::Yellow => yellow,
            Ink::Green => green,
            Ink::Blue => blue,
            Ink::Red => red,
        }
    }
}

/// A named palette for a kind of ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub name: &'static str,
    /// The ground that the theme is made for; a theme with a ground of its own suits any.
    pub suits: Ground,
    palette: Palette,
}

const fn rgb(hex: u32) -> Option<Colour> {
    let [_, r, g, b] = hex.to_be_bytes();
    Some(Colour::Rgb(r, g, b))
}

/// The themes, in the order in which they are offered.
pub const THEMES: &[Theme] = &[
    Theme {
        name: "terminal",
        suits: Ground::Unknown,
        palette: Palette {
            // Of the 16, magenta alone can be read on a dark and on a light ground nearly everywhere; links have a line.
            accent: Some(Colour::Ansi(5)),
            link: None,
            soft: None,
            faint: None,
            code: Some(Colour::Ansi(2)),
            code_ground: None,
            hit: Some(Colour::Ansi(3)),
            current_hit: Some(Colour::Ansi(2)),
            selection: Some(Colour::Ansi(6)),
            inks: [Some(Colour::Ansi(3)), Some(Colour::Ansi(2)), Some(Colour::Ansi(6)), Some(Colour::Ansi(1))],
            ink: Some(Colour::Ansi(0)),
            alert: Some(Colour::Ansi(1)),
            text: None,
            ground: None,
        },
    },
    Theme {
        name: "ink",
        suits: Ground::Dark,
        palette: Palette {
            accent: rgb(0xe0_b0_6c),
            link: rgb(0x7f_b4_e6),
            soft: rgb(0xb4_b0_a6),
            faint: rgb(0x8f_8c_86),
            code: rgb(0x9c_c3_9a),
            code_ground: rgb(0x24_26_28),
            hit: rgb(0x5c_4b_12),
            current_hit: rgb(0xe8_c5_47),
            selection: rgb(0x2f_4a_68),
            inks: [rgb(0x4a_3f_12), rgb(0x1d_42_25), rgb(0x1d_3c_5e), rgb(0x5a_28_2a)],
            ink: rgb(0x14_14_14),
            alert: rgb(0xf0_8a_7a),
            text: None,
            ground: None,
        },
    },
    Theme {
        name: "paper",
        suits: Ground::Light,
        palette: Palette {
            accent: rgb(0x8a_3b_12),
            link: rgb(0x1c_5a_a6),
            soft: rgb(0x55_50_48),
            faint: rgb(0x6e_6a_62),
            code: rgb(0x2f_62_35),
            code_ground: rgb(0xf0_ee_e9),
            hit: rgb(0xfb_e7_a1),
            current_hit: rgb(0xf0_b4_00),
            selection: rgb(0xc9_de_f5),
            inks: [rgb(0xff_ef_a6), rgb(0xcb_ec_c8), rgb(0xcd_e3_fb), rgb(0xfb_d4_d0)],
            ink: rgb(0x14_14_14),
            alert: rgb(0xa8_1f_12),
            text: None,
            ground: None,
        },
    },
    Theme {
        name: "sepia",
        suits: Ground::Unknown,
        palette: Palette {
            accent: rgb(0x7a_34_0e),
            link: rgb(0x25_4f_86),
            soft: rgb(0x5b_4a_36),
            faint: rgb(0x70_5e_48),
            code: rgb(0x3c_56_20),
            code_ground: rgb(0xe9_dc_c2),
            hit: rgb(0xe8_ca_76),
            current_hit: rgb(0xe0_9a_1e),
            selection: rgb(0xcf_d4_c0),
            inks: [rgb(0xf0_d9_7e), rgb(0xcd_e0_b4), rgb(0xc4_d8_e6), rgb(0xf0_c8_b8)],
            ink: rgb(0x1c_14_0a),
            alert: rgb(0x96_1c_10),
            text: rgb(0x3a_2d_1e),
            ground: rgb(0xf4_ea_d5),
        },
    },
    Theme {
        name: "night",
        suits: Ground::Unknown,
        palette: Palette {
            accent: rgb(0xd9_a6_66),
            link: rgb(0x82_aa_d8),
            soft: rgb(0xa8_a4_9a),
            faint: rgb(0x86_84_80),
            code: rgb(0x94_b8_90),
            code_ground: rgb(0x1e_20_24),
            hit: rgb(0x54_45_14),
            current_hit: rgb(0xdc_b8_3e),
            selection: rgb(0x2b_42_5c),
            inks: [rgb(0x4a_3f_12), rgb(0x1d_42_25), rgb(0x1d_3c_5e), rgb(0x5a_28_2a)],
            ink: rgb(0x10_10_10),
            alert: rgb(0xe8_80_70),
            text: rgb(0xc8_c4_bc),
            ground: rgb(0x14_15_18),
        },
    },
];

impl Theme {
    /// Returns the theme called `name`.
    pub fn named(name: &str) -> Option<&'static Self> {
        THEMES.iter().find(|theme| theme.name == name)
    }

    /// Returns the theme that suits `ground` when the reader chose none.
    pub fn for_ground(ground: Ground) -> &'static Self {
        const FALLBACK: &Theme = {
            let [first, ..] = THEMES else { panic!("the list of themes is empty") };
            first
        };
        THEMES.iter().find(|theme| theme.suits == ground).unwrap_or(FALLBACK)
    }

    /// Returns the colours of the whole screen, where the theme does not keep the terminal's own.
    pub fn ground(&self) -> Face {
        Face { fg: self.palette.text, bg: self.palette.ground, ..Face::default() }
    }

    /// Returns how `element` looks.
    pub fn face(&self, element: Element) -> Face {
        let palette = &self.palette;
        let base = self.ground();
        let fg = |colour: Option<Colour>| Face { fg: colour.or(base.fg), ..base };
        let on = |ground: Option<Colour>| Face { fg: palette.ink, bg: ground, by_ground: true, ..Face::default() };
        match element {
            Element::Text(role) => self.role_face(role),
            // A hit's ground is near the screen's own, so the text keeps its colour; the current one is loud.
            Element::Hit if palette.hit.is_some_and(|hit| matches!(hit, Colour::Ansi(_))) => on(palette.hit),
            Element::Hit => Face { bg: palette.hit, underline: true, ..base },
            Element::CurrentHit => Face { bold: true, ..on(palette.current_hit) },
            Element::Selection if matches!(palette.selection, Some(Colour::Ansi(_))) => on(palette.selection),
            Element::Selection => Face { bg: palette.selection, by_ground: true, ..base },
            Element::LeftOut => Face { dim: palette.faint.is_none(), by_shade: true, ..fg(palette.faint) },
            Element::Marked(ink) => match palette.ink_of(ink) {
                ground @ Some(Colour::Ansi(_)) => Face { underline: true, ..on(ground) },
                ground => Face { bg: ground, underline: true, ..base },
            },
            Element::MarkSign(ink) => match palette.ink_of(ink) {
                sign @ Some(Colour::Ansi(_)) => fg(sign),
                ground => Face { bg: ground, ..base },
            },
            Element::FocusedLink => Face { reverse: true, ..fg(palette.link) },
            Element::Hint => Face { bold: true, ..on(palette.current_hit) },
            Element::Entry => fg(palette.faint),
            Element::CurrentEntry => Face { bold: true, ..fg(palette.accent) },
            Element::Note | Element::Border | Element::Status => fg(palette.faint),
            Element::StatusTitle => Face { bold: true, ..fg(palette.soft) },
            Element::Alert => Face { bold: true, ..fg(palette.alert) },
            Element::OverlayTitle => Face { bold: true, ..fg(palette.accent) },
            Element::Key => Face { bold: true, ..fg(palette.link) },
            Element::Chosen => Face { reverse: true, ..fg(palette.accent) },
        }
    }

    fn role_face(&self, role: Role) -> Face {
        let palette = &self.palette;
        let base = self.ground();
        let fg = |colour: Option<Colour>| Face { fg: colour.or(base.fg), ..base };
        match role {
            Role::Text | Role::Superscript | Role::Subscript => base,
            Role::Title => Face { bold: true, ..fg(palette.accent) },
            Role::Byline | Role::Caption => Face { italic: true, ..fg(palette.soft) },
            Role::Heading(1 | 2) => Face { bold: true, ..fg(palette.accent) },
            Role::Heading(3) => Face { bold: true, ..base },
            Role::Heading(_) => Face { bold: true, italic: true, ..base },
            Role::Strong | Role::Term | Role::TableHeader => Face { bold: true, ..base },
            Role::Emphasis => Face { italic: true, ..base },
            Role::StrongEmphasis => Face { bold: true, italic: true, ..base },
            Role::Code => Face { bg: palette.code_ground.or(base.bg), ..fg(palette.code) },
            // A block is set off by its ground and its inset, and its parts by their colours.
            Role::CodeBlock => Face { bg: palette.code_ground.or(base.bg), ..base },
            Role::Syntax(syntax) => {
                let face = match syntax {
                    Syntax::Comment => Face { italic: true, dim: palette.soft.is_none(), ..fg(palette.soft) },
                    Syntax::Keyword => Face { bold: true, ..fg(palette.accent) },
                    Syntax::Type => fg(palette.accent),
                    Syntax::Quoted | Syntax::Added => fg(palette.code),
                    Syntax::Constant | Syntax::Removed => fg(palette.alert),
                    Syntax::Function | Syntax::Attribute => fg(palette.link),
                };
                Face { bg: palette.code_ground.or(base.bg), ..face }
            }
            Role::Math => fg(palette.code),
            Role::MathVariable => Face { italic: true, ..fg(palette.code) },
            Role::MathVector => Face { bold: true, ..fg(palette.code) },
            Role::Strike => Face { strike: true, ..fg(palette.faint) },
            // As with a marker, like the reader's own highlights but for the line under them.
            Role::Highlight => Face { underline: base.underline, ..self.face(Element::Marked(Ink::Yellow)) },
            Role::Warning => Face { bold: true, ..fg(palette.alert) },
            Role::Insert => Face { underline: true, ..base },
            Role::Link => Face { underline: true, ..fg(palette.link) },
            Role::FootnoteRef => fg(palette.link),
            Role::Quote => Face { italic: true, ..fg(palette.soft) },
            Role::Ornament | Role::Border => fg(palette.faint),
        }
    }
}

impl Face {
    /// Returns the face as a terminal of `depth` can show it; without colour, grounds become reverse video.
    pub fn at(self, depth: Depth) -> Self {
        match depth {
            Depth::True => self,
            Depth::Mono => Self {
                fg: None,
                bg: None,
                reverse: self.reverse || self.by_ground,
                dim: self.dim || self.by_shade,
                ..self
            },
            _ => Self { fg: self.fg.map(|c| c.at(depth)), bg: self.bg.map(|c| c.at(depth)), ..self },
        }
    }
}

impl Colour {
    /// Returns the nearest colour of a smaller set.
    fn at(self, depth: Depth) -> Self {
        match (self, depth) {
            (Self::Rgb(r, g, b), Depth::Indexed) => Self::Indexed(nearest_of_256(r, g, b)),
            (Self::Rgb(r, g, b), Depth::Sixteen | Depth::Mono) => Self::Ansi(nearest_of_16(r, g, b)),
            (colour, _) => colour,
        }
    }

    /// Returns the colour's parts where it is not the terminal's to choose.
    pub fn rgb(self) -> Option<(u8, u8, u8)> {
        match self {
            Self::Rgb(r, g, b) => Some((r, g, b)),
            Self::Ansi(_) | Self::Indexed(_) => None,
        }
    }
}

/// Returns the index of the nearest colour in xterm's cube (16–231) or its greys (232–255).
fn nearest_of_256(r: u8, g: u8, b: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let step = |value: u8| (0u8..).zip(STEPS).min_by_key(|&(_, step)| step.abs_diff(value)).unwrap_or((0, 0));
    let ((ri, rs), (gi, gs), (bi, bs)) = (step(r), step(g), step(b));
    let mean = (u32::from(r) + u32::from(g) + u32::from(b)) / 3;
    let grey_idx = u8::try_from((mean.saturating_sub(3)) / 10).unwrap_or(23).min(23);
    let grey = 8 + 10 * grey_idx;
    let far = |(r2, g2, b2): (u8, u8, u8)| {
        [(r, r2), (g, g2), (b, b2)].iter().map(|&(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum::<u32>()
    };
    if far((grey, grey, grey)) < far((rs, gs, bs)) { 232 + grey_idx } else { 16 + 36 * ri + 6 * gi + bi }
}

/// Returns the nearest of the 16 by hue; greys become black, grey or white.
fn nearest_of_16(r: u8, g: u8, b: u8) -> u8 {
    let high = r.max(g).max(b);
    let low = r.min(g).min(b);
    if high - low < 40 {
        return match high {
            0..64 => 0,
            64..150 => 8,
            150..220 => 7,
            _ => 15,
        };
    }
    let middle = low + (high - low) / 2;
    u8::from(r > middle) + 2 * u8::from(g > middle) + 4 * u8::from(b > middle)
}

/// Returns the ratio of contrast between two colours, 1 to 21 (WCAG 2.2, section 1.4.3).
pub fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Returns whether a ground of this colour is light.
pub fn is_light(colour: (u8, u8, u8)) -> bool {
    contrast(colour, (0, 0, 0)) > contrast(colour, (255, 255, 255))
}

fn luminance((r, g, b): (u8, u8, u8)) -> f64 {
    let linear = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ELEMENTS: &[Element] = &[
        Element::Text(Role::Title),
        Element::Text(Role::Byline),
        Element::Text(Role::Heading(1)),
        Element::Text(Role::Code),
        Element::Text(Role::CodeBlock),
        Element::Text(Role::Syntax(Syntax::Comment)),
        Element::Text(Role::Syntax(Syntax::Keyword)),
        Element::Text(Role::Syntax(Syntax::Quoted)),
        Element::Text(Role::Syntax(Syntax::Constant)),
        Element::Text(Role::Syntax(Syntax::Function)),
        Element::Text(Role::Link),
        Element::Text(Role::Quote),
        Element::Text(Role::Strike),
        Element::Text(Role::Highlight),
        Element::Text(Role::Insert),
        Element::Hit,
        Element::CurrentHit,
        Element::Selection,
        Element::Marked(Ink::Yellow),
        Element::Marked(Ink::Green),
        Element::Marked(Ink::Blue),
        Element::Marked(Ink::Red),
        Element::LeftOut,
        Element::Hint,
        Element::Entry,
        Element::CurrentEntry,
        Element::Status,
        Element::Alert,
        Element::Key,
    ];

    #[test]
    fn every_theme_can_be_read_on_its_grounds() {
        for theme in THEMES {
            let grounds: &[(u8, u8, u8)] = match theme.suits {
                Ground::Dark => &[(0, 0, 0), (30, 30, 30)],
                Ground::Light => &[(255, 255, 255), (250, 248, 240)],
                Ground::Unknown => &[],
            };
            let own = theme.ground().bg.and_then(Colour::rgb);
            for &ground in grounds.iter().chain(own.iter()) {
                let ink = theme.ground().fg.and_then(Colour::rgb).unwrap_or(if is_light(ground) {
                    (30, 30, 30)
                } else {
                    (220, 220, 220)
                });
                for &element in ELEMENTS {
                    let face = theme.face(element);
                    let fg = face.fg.and_then(Colour::rgb).unwrap_or(ink);
                    let bg = face.bg.and_then(Colour::rgb).unwrap_or(ground);
                    let found = contrast(fg, bg);
                    assert!(found >= 4.5, "{} {element:?} on {ground:?}: {found:.2}", theme.name);
                }
            }
        }
    }

    #[test]
    fn meaning_never_hangs_on_colour_alone() {
        for theme in THEMES {
            let mono = |element| theme.face(element).at(Depth::Mono);
            let plain = mono(Element::Text(Role::Text));
            for element in [
                Element::CurrentHit,
                Element::Selection,
                Element::CurrentEntry,
                Element::Chosen,
                Element::FocusedLink,
                Element::Hint,
                Element::LeftOut,
                Element::Marked(Ink::Red),
            ] {
                assert_ne!(mono(element), plain, "{} {element:?}", theme.name);
            }
            assert_ne!(mono(Element::Text(Role::Heading(1))), plain);
            assert_ne!(mono(Element::Text(Role::Link)), plain);
        }
    }

    #[test]
    fn colours_fall_to_smaller_sets() {
        assert_eq!(Colour::Rgb(255, 0, 0).at(Depth::Indexed), Colour::Indexed(196));
        assert_eq!(Colour::Rgb(128, 128, 128).at(Depth::Indexed), Colour::Indexed(244));
        assert_eq!(Colour::Rgb(200, 40, 30).at(Depth::Sixteen), Colour::Ansi(1));
        assert_eq!(Colour::Rgb(250, 250, 250).at(Depth::Sixteen), Colour::Ansi(15));
    }
}
