//! What the application and ECS may do.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::inputs::arns::{POLICY, ROLE, arn};
use crate::component::inputs::declare::inputs;
use crate::component::inputs::types::List;
use crate::property::Output;

inputs! {
    /// The roles.
    pub struct RolesArgs at "" {
        /// An existing role for the application. Default: one is created with exactly what
        /// `databaseSecretArn`, `enableExecuteCommand`, `taskRolePolicyArns` and `taskRoleStatements`
        /// ask for.
        task_role_arn: Output<String>, is arn(ROLE), peers ["taskrole"];
        /// An existing role with which ECS pulls the image, writes logs and reads `secrets`. Default:
        /// one is created that may do that for this service's repository, logs and secrets only.
        execution_role_arn: Output<String>, is arn(ROLE), peers ["executionrole"];
        /// ARNs of managed policies for the task role that is created. Default: none.
        task_role_policy_arns: List = Vec::new(), each arn(POLICY);
        /// What else the application may do: statements for the task role that is created, such as
        /// `[{actions: ["s3:GetObject"], resources: ["arn:aws:s3:::orders/*"]}]`. Default: nothing.
        task_role_statements: Output<Vec<StatementArgs>> = Vec::new();
        /// ARN of a permissions boundary for the roles that are created. Default: none.
        permissions_boundary: Output<String>, is arn(POLICY);
    }
}

/// Conditions of a statement: operator, key, values.
pub(in crate::component) type Conditions = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// One thing that the application may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatementArgs {
    /// A name for the statement: letters and digits. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Actions to allow, such as `s3:GetObject`.
    pub actions: List,
    /// ARNs to allow them on.
    pub resources: List,
    /// Conditions: operator, key, values, such as `{StringEquals: {"s3:prefix": ["a/"]}}`. Default:
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Output<Conditions>>,
}
