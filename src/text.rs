//! Text below any document: [`clean`] makes foreign text harmless, [`width`] measures it in cells, [`wrap`] breaks it
//! into lines.

pub mod clean;
pub mod width;
pub mod wrap;
