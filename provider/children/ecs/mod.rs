//! ECS: clusters, the task definition and the service.

pub mod cluster;
pub mod given_cluster;
pub mod running_image;
pub mod service;
pub mod task_definition;

mod container;
mod revisions;
mod running;
mod strategy;
mod tags;
