//! IAM: the roles, and what they allow.

pub mod role;
pub mod statement;
