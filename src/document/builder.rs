//! The builder: the only door into a document, where every text is cleaned.
pub struct DocumentBuilder;
