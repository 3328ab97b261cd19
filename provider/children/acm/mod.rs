//! Certificate Manager.

pub mod certificate;
pub mod certificate_validation;
mod described;
mod tags;
