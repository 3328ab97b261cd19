//! Rules on the roles.

use std::collections::BTreeSet;

use super::statements::{DATABASE, EXEC};
use crate::component::Args;
use crate::component::inputs::complaints::Complaints;

pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    for (path, given) in [
        ("taskRolePolicyArns", args.roles.task_role_policy_arns.is_some()),
        ("taskRoleStatements", args.roles.task_role_statements.is_some()),
    ] {
        if given && args.roles.task_role_arn.is_some() {
            found.add(
                path,
                "It is for the role that this component creates, but `taskRoleArn` names your own. Set only one \
                 of the two.",
            );
        }
    }
    sids(args, found);
    found.useless(
        "permissionsBoundary",
        args.roles.permissions_boundary.is_some()
            && args.roles.task_role_arn.is_some()
            && args.roles.execution_role_arn.is_some(),
        "`taskRoleArn` and `executionRoleArn` name your own roles, so none is created",
    );
}

/// IAM: "Statement IDs (SID) in a single policy must be unique", and consist of letters and digits.
fn sids(args: &Args, found: &mut Complaints) {
    let exec =
        args.service.enable_execute_command.as_ref().is_some_and(|it| it.known() != Some(&false));
    let taken = [
        (args.container.database_secret_arn.is_some(), DATABASE, "databaseSecretArn"),
        (exec, EXEC, "enableExecuteCommand"),
    ];
    let mut seen = BTreeSet::new();
    let Some(statements) = &args.roles.task_role_statements else { return };
    for (index, statement) in statements.known().into_iter().flatten().enumerate() {
        let Some(sid) = &statement.sid else { continue };
        let path = format!("taskRoleStatements[{index}].sid");
        let twice = !seen.insert(sid);
        // Secret if all of them are.
        let given = statements.clone().map(|_| sid.clone());
        found.check(&path, Some(&given), |sid| {
            (!sid.chars().all(|c| c.is_ascii_alphanumeric())).then(|| {
                format!("\"{sid}\" is not a valid statement name: use letters and digits only.")
            })
        });
        found.check(&path, Some(&given), |sid| {
            twice.then(|| format!("Two statements are called \"{sid}\". Rename one of them."))
        });
        let by = taken.iter().find(|(is, names, _)| *is && names.contains(&sid.as_str()));
        found.check(&path, Some(&given), |_| {
            by.map(|(_, _, input)| {
                format!("`{input}` creates a statement with this name. Choose another.")
            })
        });
    }
}
