//! What all inputs have in common: how they are declared, read, and complained of.

pub(in crate::component) mod arns;
pub(in crate::component) mod choices;
pub(in crate::component) mod claimed_names;
pub(in crate::component) mod complaints;
pub(in crate::component) mod declare;
pub(in crate::component) mod general;
pub(in crate::component) mod place;
pub(in crate::component) mod presets;
pub(in crate::component) mod read;
pub(in crate::component) mod tags;
pub(in crate::component) mod types;
pub(in crate::component) mod warnings;

#[cfg(test)]
mod tests;
