//! recto: a terminal reader for articles.
//!
//! The house has floors, and a module names only lower floors and its own subtree (`tests/floors.rs` holds it to
//! that). `docs/ARCHITECTURE.md` is the map in prose. In reading order:
//!
//! - Ground: [`error`], one error type; [`text`], cleaning, widths and line breaking.
//! - Words (plain data): [`document`], [`article`], [`annotation`], [`catalogue`], [`action`], [`input`], [`role`],
//!   [`picture`].
//! - Crafts (pure functions): [`format`](mod@format), bytes to a document; [`layout`], a document to lines;
//!   [`highlight`], what the parts of a program's source are; [`query`], what is searched for in the library;
//!   [`pace`], how fast somebody reads;
//!   [`config`]; [`fuzzy`].
//! - Core: [`export`], a document to other forms; [`import`], what other programs export; [`app`], the model and its
//!   `update`.
//! - Outside wing: [`source`], locators to bytes; [`library`], what is kept; [`worker`], effects to events.
//! - Screen wing: [`ui`], the model to a buffer; [`terminal`], the buffer to the terminal and its bytes to keys.
//! - Roof: [`cli`] and [`run`].
//!
//! Nothing up to the core does I/O or reads the clock; `update` is the only place where state changes; `draw` only
//! paints; text enters a document through its builder alone, which cleans it.

#![forbid(unsafe_code)]

pub mod error;
pub mod text;

pub mod action;
pub mod annotation;
pub mod article;
pub mod catalogue;
pub mod document;
pub mod input;
pub mod picture;
pub mod role;

pub mod config;
pub mod format;
pub mod fuzzy;
pub mod highlight;
pub mod layout;
pub mod pace;
pub mod query;

pub mod app;
pub mod export;
pub mod import;

pub mod library;
pub mod source;
pub mod worker;

pub mod terminal;
pub mod ui;

pub mod cli;
pub mod run;
