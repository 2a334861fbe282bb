//! Which protocol pictures are shown by: what the terminal has said of itself, and the choice made of it.

use super::answers::Reply;
use crate::picture::{Choice, Pixels, Protocol};

/// What the terminal has said so far that tells how it shows pictures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    kitty: bool,
    sixel: bool,
    version: String,
    pub cell: Option<Pixels>,
    /// The last of our questions has its answer.
    pub is_answered: bool,
}

/// The attribute by which a terminal says that it knows sixels.
const SIXEL: u16 = 4;

/// From this version on, kitty knows characters that stand for parts of a picture.
const KITTY_WITH_CELLS: (u32, u32) = (0, 28);

/// Others that know them. What is in tmux may be any of them, and there is no other way through it.
const OTHERS_WITH_CELLS: [&str; 3] = ["ghostty", "rio", "tmux"];

/// Terminals that show pictures best by iTerm2's protocol, whatever else they know.
const BY_ITERM2: [&str; 2] = ["iterm2", "wezterm"];

impl Said {
    /// Takes notice of an answer.
    pub fn take(&mut self, reply: &Reply) {
        match reply {
            Reply::Kitty(usable) => self.kitty |= usable,
            Reply::Version(version) => version.to_ascii_lowercase().trim().clone_into(&mut self.version),
            Reply::Cell { width, height } => self.cell = Some(Pixels { width: *width, height: *height }),
            Reply::Attributes(attributes) => {
                self.sixel = attributes.contains(&SIXEL);
                self.is_answered = true;
            }
            Reply::Position { .. }
            | Reply::Ground { .. }
            | Reply::ThemeChanged { .. }
            | Reply::Margins(_)
            | Reply::Synchronised(_) => {}
        }
    }

    /// Returns whether pictures are known to be shown by kitty's protocol.
    pub fn knows_kitty(&self) -> bool {
        self.kitty
    }

    /// Returns the protocol to use: the one that was chosen, else the best of those that the terminal knows.
    pub fn protocol(&self, choice: Choice, is_tmux: bool) -> Protocol {
        match choice {
            Choice::Kitty => self.kitty_protocol(is_tmux),
            Choice::Sixel => Protocol::Sixel,
            Choice::Iterm2 => Protocol::Iterm2,
            Choice::HalfBlocks | Choice::Off => Protocol::HalfBlocks,
            Choice::Auto if BY_ITERM2.iter().any(|name| self.version.starts_with(name)) => Protocol::Iterm2,
            Choice::Auto if self.kitty => self.kitty_protocol(is_tmux),
            Choice::Auto if self.sixel => Protocol::Sixel,
            Choice::Auto => Protocol::HalfBlocks,
        }
    }

    fn kitty_protocol(&self, is_tmux: bool) -> Protocol {
        let has_cells = match self.version.strip_prefix("kitty(") {
            Some(version) => {
                let mut numbers = version.split(['.', ')']).map(|number| number.parse::<u32>().unwrap_or_default());
                (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default()) >= KITTY_WITH_CELLS
            }
            None => is_tmux || OTHERS_WITH_CELLS.iter().any(|name| self.version.starts_with(name)),
        };
        if has_cells { Protocol::KittyCells } else { Protocol::KittyPlaced }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(version: &str, kitty: bool, attributes: &[u16]) -> Said {
        let mut said = Said::default();
        said.take(&Reply::Version(version.to_owned()));
        said.take(&Reply::Kitty(kitty));
        said.take(&Reply::Attributes(attributes.to_vec()));
        said
    }

    #[test]
    fn the_best_of_what_is_known_is_taken() {
        let check = |version, kitty, attributes: &[u16], is_tmux, expected| {
            let said = said(version, kitty, attributes);
            assert_eq!(said.protocol(Choice::Auto, is_tmux), expected, "{said:?}");
        };
        check("kitty(0.36.4)", true, &[62], false, Protocol::KittyCells);
        check("kitty(0.28.0)", true, &[62], false, Protocol::KittyCells);
        check("kitty(0.26.5)", true, &[62], false, Protocol::KittyPlaced);
        check("ghostty 1.2.0", true, &[62, 22], false, Protocol::KittyCells);
        check("Konsole 23.08", true, &[62, 4], false, Protocol::KittyPlaced);
        check("tmux 3.4", true, &[1, 2, 4], true, Protocol::KittyCells);
        check("tmux 3.4", false, &[1, 2, 4], true, Protocol::Sixel);
        check("tmux 3.3a", false, &[1, 2], true, Protocol::HalfBlocks);
        check("WezTerm 20240203", true, &[65, 4], false, Protocol::Iterm2);
        check("iTerm2 3.5.0", true, &[62, 4], false, Protocol::Iterm2);
        check("foot(1.13.1)", false, &[62, 4, 22], false, Protocol::Sixel);
        check("XTerm(379)", false, &[64, 1, 2, 6], false, Protocol::HalfBlocks);
        assert_eq!(Said::default().protocol(Choice::Auto, false), Protocol::HalfBlocks);
    }

    #[test]
    fn a_choice_is_kept() {
        let check = |choice, version, expected| {
            assert_eq!(said(version, false, &[]).protocol(choice, false), expected, "{choice:?} {version}");
        };
        check(Choice::Kitty, "", Protocol::KittyPlaced);
        check(Choice::Kitty, "kitty(0.40.1)", Protocol::KittyCells);
        check(Choice::Sixel, "kitty(0.40.1)", Protocol::Sixel);
        check(Choice::Iterm2, "", Protocol::Iterm2);
        check(Choice::HalfBlocks, "kitty(0.40.1)", Protocol::HalfBlocks);
    }

    #[test]
    fn a_late_answer_counts() {
        let mut said = said("tmux 3.4", false, &[1, 2]);
        assert_eq!(said.protocol(Choice::Auto, true), Protocol::HalfBlocks);
        said.take(&Reply::Kitty(true));
        // tmux itself says no to what the terminal around it knows.
        said.take(&Reply::Kitty(false));
        assert_eq!(said.protocol(Choice::Auto, true), Protocol::KittyCells);
    }
}
