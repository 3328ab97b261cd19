//! The presets: one table of defaults.

use schemars::JsonSchema;
use serde::Deserialize;

use super::args::Level;

/// A set of defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Preset {
    /// Small and cheap.
    Dev,
    /// In between.
    Staging,
    /// For production: deletion protection, immutable image tags, HTTPS demanded.
    Prod,
}

/// What holds when nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table")]
pub(super) struct Defaults {
    pub cpu: u32,
    pub memory: u32,
    pub desired_count: u32,
    pub spot: &'static str,
    pub autoscaling: bool,
    pub min_capacity: u32,
    pub max_capacity: u32,
    pub level: Level,
    pub log_retention_in_days: u32,
    pub deletion_protection: bool,
    pub image_tag_mutability: &'static str,
    pub force_delete: bool,
    pub https: bool,
}

impl Defaults {
    /// The defaults of a preset, or of none.
    #[must_use]
    pub(super) fn of(preset: Option<Preset>) -> Self {
        let none = Self {
            cpu: 512,
            memory: 1024,
            desired_count: 2,
            spot: "none",
            autoscaling: true,
            min_capacity: 2,
            max_capacity: 10,
            level: Level::Advanced,
            log_retention_in_days: 30,
            deletion_protection: false,
            image_tag_mutability: "MUTABLE",
            force_delete: false,
            https: false,
        };
        match preset {
            None => none,
            Some(Preset::Dev) => Self {
                cpu: 256,
                memory: 512,
                desired_count: 1,
                spot: "all",
                autoscaling: false,
                min_capacity: 1,
                max_capacity: 3,
                level: Level::Basic,
                log_retention_in_days: 7,
                force_delete: true,
                ..none
            },
            Some(Preset::Staging) => Self {
                desired_count: 1,
                spot: "mixed",
                min_capacity: 1,
                max_capacity: 3,
                level: Level::Basic,
                log_retention_in_days: 14,
                ..none
            },
            Some(Preset::Prod) => Self {
                log_retention_in_days: 90,
                deletion_protection: true,
                image_tag_mutability: "IMMUTABLE",
                https: true,
                ..none
            },
        }
    }
}
