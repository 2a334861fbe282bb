//! Text below any document: [`clean`] makes foreign text harmless, [`width`] measures it in cells, [`wrap`] breaks it
//! into lines and [`hyphenate`] divides its words, [`bidi`] turns what
//! runs from right to left, [`language`] guesses the language, [`address`] tells
//! where a link leads elsewhere than it says, [`natural`] puts names in order and [`order`] a table's cells. [`fold`]
//! tells what characters count as when text is compared, and [`terms`] what a full-text index holds of it.

pub mod address;
pub mod bidi;
pub mod clean;
pub mod fold;
pub mod hyphenate;
pub mod language;
pub mod natural;
pub mod order;
pub mod terms;
pub mod width;
pub mod wrap;
