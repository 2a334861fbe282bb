//! Widths in cells.
