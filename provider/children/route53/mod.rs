//! Route 53.

pub mod hosted_zones;
pub mod record;
