//! EC2: the network that is given, security groups and their rules.

pub mod network;
pub mod security_group;
pub mod security_group_rule;

mod tags;
