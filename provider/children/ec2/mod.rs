//! EC2: the network that is given, what a network of the service's own is made of, security groups and
//! their rules.

pub mod egress_only_internet_gateway;
pub mod elastic_ip;
pub mod internet_gateway;
pub mod nat_gateway;
pub mod network;
pub mod route_table;
pub mod security_group;
pub mod security_group_rule;
pub mod subnet;
pub mod vpc;
pub mod vpc_ipv6_cidr_block;
pub mod zones;

mod dependents;
mod fargate_zones;
mod nameless;
mod own_network;
mod tags;
