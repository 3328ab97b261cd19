//! Who may do what: the role that ECS starts tasks with, and that of the application.

use super::inputs::RolesArgs;
use super::statements;
use crate::children::iam::role;
use crate::children::iam::statement::Statement;
use crate::children::ours::completion;
use crate::component::image::wiring::Image;
use crate::component::inputs::types::List;
use crate::component::observability::logs::Logs;
use crate::component::secrets::wiring::Secrets;
use crate::component::wiring::{Node, Source, Wanted, Wiring};
use crate::property::{Output, Wire};
use crate::resource::Resource;

/// What other slices need of the roles.
pub(in crate::component) struct Roles<'a> {
    /// The execution role's ARN.
    pub execution: Node<'a, Output<String>>,
    pub task: Node<'a, role::Outputs<Wire>>,
    /// What of them is done only when the service has moved.
    pub changes: Node<'a, Vec<Output<String>>>,
}

pub(in crate::component) fn wire<'a>(
    wiring: &mut Wiring<'a>,
    logs: &Logs<'a>,
    image: &Image<'a>,
    secrets: &Secrets<'a>,
) -> Roles<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let (logs, repository, secrets) = (logs.clone(), image.repository.clone(), secrets.clone());
    let execution = wiring.node(async move {
        if let Source::Given(arn) = want.args.roles.execution_role() {
            return Ok(given(arn));
        }
        let (logs, repository, secrets) = tokio::try_join!(logs, repository, secrets)?;
        let repository = repository.map(|it| it.arn);
        let statements = statements::execution(want, logs.arn, repository, secrets.arns);
        let inputs = want.role("execution", statements, Output::from(Vec::new()));
        parent.make::<role::Role>("execution-role", inputs).await
    });
    let task = wiring.node(async move {
        if let Source::Given(arn) = want.args.roles.task_role() {
            return Ok(given(arn));
        }
        let policies = want.args.roles.task_role_policy_arns();
        let inputs = want.role("task", statements::task(want), policies);
        parent.make::<role::Role>("task-role", inputs).await
    });
    let both = (execution.clone(), task.clone());
    let changes = wiring.node(async move {
        let both = tokio::try_join!(both.0, both.1)?;
        Ok([both.0, both.1].into_iter().filter_map(change).collect())
    });
    Roles { execution: wiring.node(async move { Ok(execution.await?.arn) }), task, changes }
}

/// A role that the program brings along.
fn given(arn: Output<String>) -> role::Outputs<Wire> {
    let name = arn.clone().map(|arn| arn.rsplit('/').next().unwrap_or_default().to_owned());
    role::Outputs { arn, name, changed: None }
}

/// What is done of it only when the service has moved.
pub(in crate::component) fn change(role: role::Outputs<Wire>) -> Option<Output<String>> {
    let both = role.name.zip(role.changed?);
    Some(both.map(|(name, change)| completion::change(role::Role::TYPE, &name, &change)))
}

impl RolesArgs {
    fn execution_role(&self) -> Source {
        self.execution_role_arn().into()
    }

    fn task_role(&self) -> Source {
        self.task_role_arn().into()
    }
}

impl Wanted {
    pub(super) fn role(
        &self,
        purpose: &str,
        statements: Output<Vec<Statement<Wire>>>,
        managed_policy_arns: List,
    ) -> role::Inputs<Wire> {
        let description = match purpose {
            "execution" => "Lets ECS start the tasks of a FargateWebService",
            "infrastructure" => "Lets ECS move the traffic of a FargateWebService",
            _ => "The application of a FargateWebService",
        };
        role::Inputs {
            purpose: purpose.into(),
            description: description.into(),
            statements,
            managed_policy_arns,
            permissions_boundary: self.args.roles.permissions_boundary(),
        }
    }
}
