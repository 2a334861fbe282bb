//! Text below any document: [`clean`] makes foreign text harmless, [`width`] measures it in cells, [`wrap`] breaks it
//! into lines, [`natural`] puts names in order.

pub mod clean;
pub mod natural;
pub mod width;
pub mod wrap;
