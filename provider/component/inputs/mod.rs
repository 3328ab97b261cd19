//! What all inputs have in common: how they are declared, read, and complained of.

pub(in crate::component) mod arns;
pub(in crate::component) mod choices;
pub(in crate::component) mod claimed_names;
pub(in crate::component) mod complaints;
pub(in crate::component) mod declare;
pub(in crate::component) mod fact;
pub(in crate::component) mod general;
pub(in crate::component) mod other_tools;
pub(in crate::component) mod place;
pub(in crate::component) mod presets;
pub(in crate::component) mod read;
pub(in crate::component) mod tags;
pub(in crate::component) mod types;
pub(in crate::component) mod warnings;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

/// Programs that are wrong in one way or several, as users would write them, by slice.
#[cfg(any(test, fuzzing))]
pub(crate) const WRONG_PROGRAMS: [(&str, &str); 11] = [
    ("inputs", include_str!("wrong_programs.json")),
    ("image", include_str!("../image/wrong_programs.json")),
    ("container", include_str!("../container/wrong_programs.json")),
    ("secrets", include_str!("../secrets/wrong_programs.json")),
    ("balancer", include_str!("../balancer/wrong_programs.json")),
    ("domain", include_str!("../domain/wrong_programs.json")),
    ("routes", include_str!("../routes/wrong_programs.json")),
    ("network", include_str!("../network/wrong_programs.json")),
    ("service", include_str!("../service/wrong_programs.json")),
    ("observability", include_str!("../observability/wrong_programs.json")),
    ("roles", include_str!("../roles/wrong_programs.json")),
];
