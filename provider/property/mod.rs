//! The language of values: what a property can be, and how values are compared and typed.
//!
//! No AWS and no gRPC. Reading order: [`value`] is the tree as it is in the state, [`mod@wire`]
//! how it travels, [`output`] a typed value that may be unknown or secret, [`form`] lets one struct be both
//! plain and maybe-unknown, [`codec`] goes between trees and structs ([`path`] says where something
//! does not fit, [`words`] what is wrong with it), [`diff`] compares trees, [`field_names`] tells a struct's
//! property names.

pub mod codec;
mod contents;
mod decode;
#[cfg(any(test, fuzzing))]
pub(crate) mod dice;
pub mod diff;
pub mod field_names;
pub mod form;
pub mod into_map;
mod json;
#[cfg(test)]
pub(crate) mod laws;
mod misfit;
pub mod origins;
pub mod output;
pub mod path;
pub mod value;
pub mod wire;
pub mod words;
#[cfg(any(test, fuzzing))]
pub(crate) mod written;

pub use codec::{decode, decode_plain, encode};
pub use form::{Form, Plain, Property, Wire};
pub use into_map::IntoMap;
pub use output::{Output, sorted};
pub use value::{Envelope, Map, Value};
