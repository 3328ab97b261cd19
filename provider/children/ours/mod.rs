//! What is not an object in AWS: the base name, the end of a run, the protection.

pub mod base_name;
pub mod completion;
pub mod deletion_protection;

mod others;
