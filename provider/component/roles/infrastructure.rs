//! The role with which ECS moves traffic between target groups, and calls the functions of lifecycle hooks.

use super::statements::{Statements, allow};
use crate::children::iam::role;
use crate::component::balancer::wiring::WayIn;
use crate::component::service::strategy::HookArgs;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::{Output, Wire};

/// The role, if the service has one.
pub(in crate::component) type Infrastructure<'a> = Node<'a, Option<role::Outputs<Wire>>>;

/// The role waits for the balancer to exist, not to be active: its minutes come later, and the rules that the service waits
/// for are made meanwhile.
pub(in crate::component) fn wire<'a>(
    wiring: &mut Wiring<'a>,
    way_in: &WayIn<'a>,
) -> Infrastructure<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let (balancer, group) = (way_in.load_balancer.clone(), way_in.target_group.clone());
    let alternate = way_in.shifting.as_ref().map(|it| it.alternate.clone());
    wiring.node(async move {
        let Some(alternate) = alternate else { return Ok(None) };
        let (balancer, group, alternate) = tokio::try_join!(balancer, group, alternate)?;
        let arns = [balancer.arn, group.arn, alternate.arn].into_iter().collect();
        let inputs = want.role(
            "infrastructure",
            statements(want, arns, parent.base()),
            Output::from(Vec::new()),
        );
        parent.make::<role::Role>("infrastructure-role", inputs).await.map(Some)
    })
}

/// What AWS's managed policy AmazonECSInfrastructureRolePolicyForLoadBalancers allows, on this service's objects only: by
/// name, since those of a balancer that is being left are needed too, and by ARN what was taken over with another name.
/// `arns` are those of the balancer and both target groups.
fn statements(want: &Wanted, arns: Output<Vec<String>>, base: Output<String>) -> Statements {
    let hooks = want.args.service.deployment().hooks().unwrap_or(Output::from(Vec::new()));
    let functions = flat(hooks.map(|hooks| called(hooks).into_iter().collect()));
    arns.zip(base).zip(functions).map(|((arns, base), functions)| {
        let of_balancer = |kind: &str| {
            reached(&arns, ":loadbalancer/app/", &base, &format!(":{kind}/app/"), "/*")
        };
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
                reached(&arns, ":targetgroup/", &base, ":targetgroup/", ""),
            ),
            allow("Rules", &["elasticloadbalancing:ModifyRule"], of_balancer("listener-rule")),
            allow("Listeners", &["elasticloadbalancing:ModifyListener"], of_balancer("listener")),
        ];
        if !functions.is_empty() {
            statements.push(allow("Hooks", &["lambda:InvokeFunction"], functions));
        }
        statements
    })
}

/// What is called like the service's objects of this `kind`, and those of them that are not, each with another kind's name
/// and end.
fn reached(arns: &[String], kind: &str, base: &str, to: &str, end: &str) -> Vec<String> {
    // `arn:…:targetgroup/<name>/<id>`, `arn:…:loadbalancer/app/<name>/<id>`.
    let found: Vec<(&str, &str)> = arns.iter().filter_map(|arn| arn.split_once(kind)).collect();
    let own = format!("{base}-");
    let by_name = found.first().map(|(place, _)| format!("{place}{to}{own}*"));
    let others = found.iter().filter(|(_, path)| !path.starts_with(&own));
    by_name
        .into_iter()
        .chain(others.map(|(place, path)| format!("{place}{to}{path}{end}")))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::reached;

    #[test]
    fn what_was_taken_over_with_another_name_is_reached_by_its_arn() {
        let place = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
        let arns = [
            format!("{place}:loadbalancer/app/shop-web/0123456789abcdef"),
            format!("{place}:targetgroup/web-1a2b3c4/0123456789abcdef"),
            format!("{place}:targetgroup/webshop/0123456789abcdef"),
        ];
        let rules = reached(&arns, ":loadbalancer/app/", "web", ":listener-rule/app/", "/*");
        assert_eq!(
            rules,
            [
                format!("{place}:listener-rule/app/web-*"),
                format!("{place}:listener-rule/app/shop-web/0123456789abcdef/*"),
            ]
        );
        let groups = reached(&arns, ":targetgroup/", "web", ":targetgroup/", "");
        assert_eq!(groups, [format!("{place}:targetgroup/web-*"), arns[2].clone()]);
    }
}
