//! What is made of the declarations: the schema, the reference and the policies of who deploys.

#[cfg(test)]
mod children;
pub mod coming_from;
pub mod iam_policies;
pub mod reference;
pub mod schema;
