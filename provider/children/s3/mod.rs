//! S3: the buckets of a load balancer's logs.

pub mod bucket;
mod delivery;
pub mod given_bucket;
