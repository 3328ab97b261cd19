//! A Pulumi provider with one component, `FargateWebService`.
//!
//! Read in this order: [`error`] says how failures are reported. [`property`] is the language of
//! values. [`aws`] is the rim towards AWS, [`build_context`] what an image is built from. [`resource`] is what all children have in common,
//! [`children`] one file or folder per AWS thing, [`component`] what users see, and [`server`] the rim
//! towards Pulumi. Each may use what comes before it, and nothing that comes after.

pub mod aws;
pub mod build_context;
pub mod children;
pub mod component;
pub mod error;
pub mod property;
pub mod resource;
pub mod server;
