//! Which requests go where: routes, further targets, and what no route takes.

pub(in crate::component) mod actions;
pub(in crate::component) mod conditions;
mod further;
pub(in crate::component) mod hiding;
pub(in crate::component) mod inputs;
pub(in crate::component) mod names;
pub(in crate::component) mod rules;
pub(in crate::component) mod shared;
pub(in crate::component) mod targets;
pub(in crate::component) mod wiring;
