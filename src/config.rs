//! What the reader chose: which key does what, and how each meaning looks.

pub mod keymap;
pub mod theme;

pub use keymap::Keymap;
pub use theme::{Colour, Depth, Element, Face, Ground, Theme};
