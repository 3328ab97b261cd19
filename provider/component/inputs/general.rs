//! What the service is called, and what all of it has: name, preset, tags.

use super::choices::Warning;
use super::declare::inputs;
use super::presets::Preset;
use super::tags::TAG;
use super::types::Dict;
use crate::property::Output;

inputs! {
    /// The service as a whole.
    pub struct GeneralArgs at "" {
        /// The base of all names in AWS: up to 26 lower-case letters, digits and hyphens; no two services
        /// of an account and region can share one. Default: the resource's name and seven random
        /// characters, chosen once. Changing it replaces everything.
        name: Output<String>;
        /// A set of defaults: `dev` is small and cheap (one Spot task, no autoscaling, basic
        /// monitoring), `staging` in between, `prod` adds deletion protection and immutable image
        /// tags, and demands HTTPS. Without a preset the service has two tasks, autoscaling from 2 to
        /// 10, alarms and a dashboard, and nothing that stops you from deleting it. Whatever you set
        /// explicitly wins.
        preset: Preset;
        /// Warnings that you know of and do not want to see again, by name, such as `["plainHttp"]`: each
        /// warning shows its name. Default: none.
        silence: Vec<Warning>;
        /// Tags for everything that is created, up to 44, beside the stack's and the provider's
        /// `defaultTags`. Many people can read them, so a secret is refused.
        tags: Dict, shown TAG;
    }
}
