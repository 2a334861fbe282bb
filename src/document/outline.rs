//! .
pub struct Outline;
pub fn words_in(_text: &str) -> u32 {
    0
}
