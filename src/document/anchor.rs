//! .
pub struct Anchor;
