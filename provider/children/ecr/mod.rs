//! ECR: the repository, and the images in it.

pub mod image;
pub mod image_reference;
pub mod repository;

mod registry;
