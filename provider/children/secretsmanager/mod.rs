//! Secrets Manager: the values that the program gives, and a secret of others that it names.

pub mod client_secret;
pub mod secret;
