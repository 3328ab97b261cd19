//! Secrets Manager: the values that the program gives.

pub mod secret;
