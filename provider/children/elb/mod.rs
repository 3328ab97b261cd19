//! Elastic Load Balancing: the balancer, its listeners and the target group.

pub mod listener;
pub mod load_balancer;
pub mod target_group;

mod attributes;
mod tags;
