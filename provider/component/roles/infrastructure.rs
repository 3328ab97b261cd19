//! The role with which ECS moves traffic between target groups, and calls the functions of lifecycle hooks.

use super::statements::{Statements, allow};
use crate::children::iam::role;
use crate::component::balancer::wiring::WayIn;
use crate::component::service::strategy::HookArgs;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::Output;

/// The role's ARN, if the service has one.
pub(in crate::component) type Infrastructure<'a> = Node<'a, Option<Output<String>>>;

pub(in crate::component) fn wire<'a>(
    wiring: &mut Wiring<'a>,
    way_in: &WayIn<'a>,
) -> Infrastructure<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let group = way_in.target_group.clone();
    wiring.node(async move {
        if !want.args.deployment_strategy().shifts() {
            return Ok(None);
        }
        let statements = statements(want, group.await?.arn, parent.base());
        let inputs = want.role("infrastructure", statements, Output::from(Vec::new()));
        Ok(Some(parent.make::<role::Role>("infrastructure-role", inputs).await?.arn))
    })
}

/// What AWS's managed policy AmazonECSInfrastructureRolePolicyForLoadBalancers allows, on this service's objects only: those
/// of a balancer that is being left too, so by name.
fn statements(want: &Wanted, group: Output<String>, base: Output<String>) -> Statements {
    let hooks = want.args.service.deployment().hooks().unwrap_or(Output::from(Vec::new()));
    let functions = flat(hooks.map(|hooks| called(hooks).into_iter().collect()));
    group.zip(base).zip(functions).map(|((group, base), functions)| {
        // `arn:…:targetgroup/<name>/<id>`.
        let place = group.split(":targetgroup/").next().unwrap_or_default();
        let named = |kind: &str| format!("{place}:{kind}/app/{base}-*");
        let mut statements = vec![
            allow(
                "Look",
                &[
                    "elasticloadbalancing:DescribeListeners",
                    "elasticloadbalancing:DescribeRules",
                    "elasticloadbalancing:DescribeTargetGroups",
                    "elasticloadbalancing:DescribeTargetHealth",
                ],
                vec!["*".to_owned()],
            ),
            allow(
                "Targets",
                &["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
                vec![format!("{place}:targetgroup/{base}-*")],
            ),
            allow("Rules", &["elasticloadbalancing:ModifyRule"], vec![named("listener-rule")]),
            allow("Listeners", &["elasticloadbalancing:ModifyListener"], vec![named("listener")]),
        ];
        if !functions.is_empty() {
            statements.push(allow("Hooks", &["lambda:InvokeFunction"], functions));
        }
        statements
    })
}

/// The functions that ECS calls with this role.
fn called(hooks: Vec<HookArgs>) -> Vec<Output<String>> {
    let ours = hooks.into_iter().filter(|it| it.role_arn.is_none());
    ours.filter_map(|it| it.lambda_arn).collect()
}

/// Known when both are.
fn flat<T: Clone>(nested: Output<Output<T>>) -> Output<T> {
    match nested.known().cloned() {
        Some(inner) => nested.zip(inner).map(|(_, inner)| inner),
        None => Output::unknown(),
    }
}
