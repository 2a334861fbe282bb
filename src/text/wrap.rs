//! Line breaking.
