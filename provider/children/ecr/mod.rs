//! ECR: the repository, and the images in it.

pub mod built_image;
pub mod given_image;
pub mod image;
pub mod image_reference;
pub mod repository;

mod kept;
mod registry;
