//! The presets: one table of defaults.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choices::{ImageTagMutability, Spot};
use super::fact::InWords;

/// A set of defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Preset {
    /// Small and cheap.
    Dev,
    /// In between.
    Staging,
    /// For production: deletion protection, immutable image tags, HTTPS demanded.
    Prod,
}

/// How much is watched.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// Nothing.
    None,
    /// CPU and memory alarms.
    Basic,
    /// All alarms, Container Insights, and a dashboard.
    Advanced,
}

/// What holds when nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table")]
pub(in crate::component) struct Defaults {
    pub cpu: u32,
    pub memory: u32,
    pub desired_count: u32,
    pub spot: Spot,
    pub autoscaling: bool,
    pub min_capacity: u32,
    pub max_capacity: u32,
    pub level: Level,
    pub log_retention_in_days: u32,
    pub deletion_protection: bool,
    pub image_tag_mutability: ImageTagMutability,
    pub force_delete: bool,
    pub https: bool,
    pub secret_recovery_days: u32,
}

impl Defaults {
    /// The defaults of a preset, or of none.
    #[must_use]
    pub(in crate::component) fn of(preset: Option<Preset>) -> Self {
        let none = Self {
            cpu: 512,
            memory: 1024,
            desired_count: 2,
            spot: Spot::None,
            autoscaling: true,
            min_capacity: 2,
            max_capacity: 10,
            level: Level::Advanced,
            log_retention_in_days: 30,
            deletion_protection: false,
            image_tag_mutability: ImageTagMutability::Mutable,
            force_delete: false,
            https: false,
            secret_recovery_days: 7,
        };
        match preset {
            None => none,
            Some(Preset::Dev) => Self {
                cpu: 256,
                memory: 512,
                desired_count: 1,
                spot: Spot::All,
                autoscaling: false,
                min_capacity: 1,
                max_capacity: 3,
                level: Level::Basic,
                log_retention_in_days: 7,
                force_delete: true,
                secret_recovery_days: 0,
                ..none
            },
            Some(Preset::Staging) => Self {
                desired_count: 1,
                spot: Spot::Mixed,
                min_capacity: 1,
                max_capacity: 3,
                level: Level::Basic,
                log_retention_in_days: 14,
                ..none
            },
            Some(Preset::Prod) => Self {
                log_retention_in_days: 90,
                deletion_protection: true,
                image_tag_mutability: ImageTagMutability::Immutable,
                https: true,
                secret_recovery_days: 30,
                ..none
            },
        }
    }
}

/// The presets by name, none of them first.
pub(in crate::component) const PRESETS: [(&str, Option<Preset>); 4] = [
    ("none", None),
    ("dev", Some(Preset::Dev)),
    ("staging", Some(Preset::Staging)),
    ("prod", Some(Preset::Prod)),
];

/// `Default 512; 256 with the preset `dev`.`
pub(in crate::component) fn default_in_words(of: InWords) -> String {
    let plain = of(&Defaults::of(None));
    let mut others: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, preset) in PRESETS {
        let value = of(&Defaults::of(preset));
        match others.iter_mut().find(|(known, _)| *known == value) {
            _ if value == plain => {}
            Some((_, names)) => names.push(name),
            None => others.push((value, vec![name])),
        }
    }
    let others: Vec<String> = others
        .into_iter()
        .map(|(value, names)| {
            let presets = if names.len() == 1 { "preset" } else { "presets" };
            format!("; {value} with the {presets} `{}`", names.join("` and `"))
        })
        .collect();
    format!("Default {plain}{}.", others.concat())
}

#[cfg(test)]
mod tests {
    use super::default_in_words;
    use crate::component::Args;

    #[test]
    fn a_default_names_the_presets_that_change_it() {
        let words: Vec<String> = Args::facts()
            .iter()
            .filter_map(|fact| Some((&fact.path, fact.by_preset()?)))
            .map(|(path, of)| format!("{path}: {}", default_in_words(of)))
            .collect();
        expect_test::expect![[r"
            repository.imageTagMutability: Default `MUTABLE`; `IMMUTABLE` with the preset `prod`.
            repository.forceDelete: Default false; true with the preset `dev`.
            cpu: Default 512; 256 with the preset `dev`.
            memory: Default 1024; 512 with the preset `dev`.
            secretRecoveryDays: Default 7; 0 with the preset `dev`; 30 with the preset `prod`.
            loadBalancer.logsBucket.retentionInDays: Default 30; 7 with the preset `dev`; 14 with the preset `staging`; 90 with the preset `prod`.
            loadBalancer.logsBucket.forceDelete: Default false; true with the preset `dev`.
            deletionProtection: Default false; true with the preset `prod`.
            desiredCount: Default 2; 1 with the presets `dev` and `staging`.
            spot: Default `none`; `all` with the preset `dev`; `mixed` with the preset `staging`.
            autoscaling.enabled: Default true; false with the preset `dev`.
            autoscaling.minCapacity: Default 2; 1 with the presets `dev` and `staging`.
            autoscaling.maxCapacity: Default 10; 3 with the presets `dev` and `staging`.
            logRetentionInDays: Default 30; 7 with the preset `dev`; 14 with the preset `staging`; 90 with the preset `prod`.
            monitoring.level: Default `advanced`; `basic` with the presets `dev` and `staging`."]].assert_eq(&words.join("\n"));
    }
}
