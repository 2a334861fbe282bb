//! Plain text: paragraphs between empty lines.

use crate::document::{BlockKind, Document, DocumentBuilder};

/// Collects a text and splits it into paragraphs.
#[derive(Debug, Default)]
pub struct PlainParser {
    text: String,
}

impl PlainParser {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes) }
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn snapshot(&self) -> Document {
        self.build().snapshot()
    }

    pub fn finish(self) -> Document {
        self.build().finish()
    }

    fn build(&self) -> DocumentBuilder {
        let mut builder = DocumentBuilder::with_capacity(self.text.len());
        for paragraph in self.text.split("\n\n") {
            builder.leaf(BlockKind::Paragraph, paragraph);
        }
        builder
    }
}
