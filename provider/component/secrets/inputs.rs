//! Secret values, and where they are kept.

use std::collections::BTreeMap;

use crate::component::inputs::arns::{KEY, arn};
use crate::component::inputs::choices::SecretStore;
use crate::component::inputs::declare::inputs;
use crate::property::Output;

inputs! {
    /// Secret values.
    pub struct SecretsArgs at "" {
        /// Environment variables whose values are secret, such as `{DB_PASSWORD: config.requireSecret("db")}`:
        /// the service keeps them in one secret of Secrets Manager, and ECS gives them to the container. They are
        /// secrets in the state, whether or not the program marks them so, and nobody reads them in the task
        /// definition. The execution role that is created may read this secret; one of your own needs
        /// `secretsmanager:GetSecretValue` (with `parameterStore` `ssm:GetParameters`; with a key of your own also `kms:Decrypt`). A changed value is a new revision and a new deployment; without a change there
        /// is none. Up to 64 KiB together. Which variables there are must be known in every preview; each
        /// value may be an output. What is in Secrets Manager already belongs in `secrets`.
        secret_values: BTreeMap<String, Output<String>>, hidden true, peers ["secretvalue"];
        /// Where `secretValues` are kept: `secretsManager` (default), one secret, which AWS charges by the month; or
        /// `parameterStore`, a SecureString parameter for each variable, at no charge, with up to 4 KiB. ECS names no
        /// version of a parameter: with `parameterStore` a rollback starts tasks with the new values.
        secret_store: SecretStore = SecretStore::SecretsManager;
        /// ARN of the KMS key that encrypts `secretValues`. The execution role that is created may decrypt with
        /// it. Default: AWS's own key.
        secret_kms_key_arn: Output<String>, is arn(KEY), also same_region;
        /// For how many days the deleted secret can be restored: {limits}. With 0 it is deleted at once. A service of the
        /// same name restores it automatically.
        secret_recovery_days: Output<u32> => secret_recovery_days, in 7..=30 " days" or 0;
    }
}
