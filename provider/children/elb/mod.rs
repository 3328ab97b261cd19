//! Elastic Load Balancing: the balancer, its listeners with their rules, and the target groups.

pub mod actions;
pub mod authentication;
pub mod given_listener;
pub mod listener;
pub mod listener_rule;
pub mod load_balancer;
pub mod target_group;

mod attributes;
mod client_secret;
mod tags;
