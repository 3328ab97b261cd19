//! From replacing tasks to moving traffic and back, over the deployments that ECS demands on the way.
//!
//! * To a strategy that moves traffic: first a deployment that replaces tasks, with both target groups in the load balancer's
//!   configuration; only then the strategy (developer guide, "Updating the deployment strategy from rolling update to Amazon
//!   ECS blue/green").
//! * Back: a deployment that replaces tasks starts them in the first group, whichever has the traffic. So if the traffic
//!   is at the alternate one, the new revision moves it to the first one, and replacing tasks begins after that.
//! * Neither while a deployment is under way (the same page, and "Updating the deployment strategy from Amazon ECS
//!   blue/green to rolling update"). It is waited for, whoever began it; only what has never worked is replaced by the new
//!   revision at once.
//!
//! Which of these steps are done is seen in the live service, so a run that was killed between two is continued.

use aws_sdk_ecs::types::{DeploymentRolloutState, DeploymentStrategy, Service as Described};
use aws_sdk_elasticloadbalancingv2::types::{ForwardActionConfig, Rule};

use super::live::{active, has_rollout, is_deploying};
use super::mapping::as_it_is;
use super::shift::Shift;
use super::{Inputs, request, watch};
use crate::error::{Error, Problem, Result};
use crate::property::{Map, Value, Wire};
use crate::resource::Cx;

/// More than there are on any way: others may deploy meanwhile.
const MOST: usize = 5;

/// The live service, after all that has to happen before it can be brought to the inputs.
///
/// # Errors
/// A deployment on the way failed: with the evidence.
pub(super) async fn prepared(
    cx: &Cx,
    id: &str,
    old: Option<&Inputs>,
    new: &Inputs,
) -> Result<Described> {
    let mut live = active(cx, &new.cluster_arn, id).await?;
    for _ in 0..MOST {
        let now = as_it_is(&live);
        let under_way = UnderWay::of(&live);
        let at_alternate = match &now.shift {
            Some(shift) if leaves(&now, new) && under_way == UnderWay::Nothing => {
                // Without tasks nothing serves, wherever the traffic goes.
                now.desired_count > 0 && is_at_alternate(cx, &now, shift).await?
            }
            _ => false,
        };
        match next(&now, new, under_way, at_alternate) {
            Next::Ready => return Ok(live),
            Next::Wait => {
                // Whatever comes of it: the next look decides what to do.
                let what = watch::What {
                    service: id,
                    revision: None,
                    begins: false,
                    definition: &now.task_definition_arn,
                    inputs: new,
                };
                let waited = Box::pin(watch::until_it_serves(cx, what)).await;
                live = active(cx, &new.cluster_arn, id).await?;
                if UnderWay::of(&live) != UnderWay::Nothing {
                    waited?;
                }
                continue;
            }
            Next::Deploy(step) => {
                let service = request::update(cx, &live, old, &step, true).await?;
                let service = service.as_ref().unwrap_or(&live);
                let what = watch::What {
                    service: id,
                    revision: watch::primary(service),
                    begins: true,
                    definition: &step.task_definition_arn,
                    inputs: &step,
                };
                Box::pin(watch::until_it_serves(cx, what)).await?;
            }
        }
        live = active(cx, &new.cluster_arn, id).await?;
    }
    Err(Error::aws("NotReady", NOT_READY).hinted("Run `pulumi up` again."))
}

const NOT_READY: &str = "the way to another `deployment.strategy` did not come to its end: others deploy to the service meanwhile";

/// What deploys already.
#[derive(Clone, Copy, Debug, PartialEq)]
enum UnderWay {
    Nothing,
    /// And what ran before it works.
    Next,
    /// And nothing has worked yet.
    First,
}

impl UnderWay {
    fn of(live: &Described) -> Self {
        if !is_deploying(live) {
            Self::Nothing
        } else if has_rollout(live, &DeploymentRolloutState::Completed) {
            Self::Next
        } else {
            Self::First
        }
    }
}

/// What to do next.
#[derive(Debug, PartialEq)]
enum Next {
    /// The service can be brought to the inputs.
    Ready,
    /// First the deployment that is under way has to end.
    Wait,
    /// First a deployment to these inputs.
    Deploy(Box<Inputs>),
}

fn next(now: &Inputs, new: &Inputs, under_way: UnderWay, at_alternate: bool) -> Next {
    if moves(now) == moves(new) {
        return Next::Ready;
    }
    let Some(wanted) = &new.shift else {
        // Back.
        return match &now.shift {
            _ if under_way != UnderWay::Nothing => Next::Wait,
            Some(shift) if at_alternate => Next::Deploy(Box::new(Inputs {
                shift: Some(Shift {
                    strategy: DeploymentStrategy::BlueGreen.as_str().to_owned(),
                    bake_time_in_minutes: 0,
                    percent: None,
                    step_bake_time_in_minutes: None,
                    hooks: Vec::new(),
                    ..shift.clone()
                }),
                target_group_arn: now.target_group_arn.clone(),
                subnets: now.subnets.clone(),
                security_groups: now.security_groups.clone(),
                assign_public_ip: now.assign_public_ip,
                triggers: [].into(),
                ..new.clone()
            })),
            _ => Next::Ready,
        };
    };
    let is_there = now.target_group_arn == new.target_group_arn
        && now.shift.as_ref().map(Shift::of_balancer) == Some(wanted.of_balancer());
    if is_there {
        return if under_way == UnderWay::Nothing { Next::Ready } else { Next::Wait };
    }
    // The new revision comes with the new strategy, unless nothing has worked yet.
    let revision = match under_way {
        UnderWay::Nothing => now,
        UnderWay::Next => return Next::Wait,
        UnderWay::First => new,
    };
    let step = Inputs {
        shift: Some(Shift {
            strategy: DeploymentStrategy::Rolling.as_str().to_owned(),
            hooks: Vec::new(),
            ..wanted.clone()
        }),
        task_definition_arn: revision.task_definition_arn.clone(),
        container_name: revision.container_name.clone(),
        container_port: revision.container_port,
        triggers: [].into(),
        ..new.clone()
    };
    Next::Deploy(Box::new(step))
}

/// Another cluster means another service. The old one would have the traffic until the rule goes, which is after its tasks.
pub(super) fn complain_of_cluster(olds: &Map, inputs: &super::Inputs<Wire>) -> Option<Problem> {
    let old = olds.get("clusterArn").and_then(Value::as_str)?;
    let Value::Map(shift) = olds.get("shift")? else { return None };
    let strategy = shift.get("strategy").and_then(Value::as_str)?;
    let leaves = strategy != DeploymentStrategy::Rolling.as_str() && inputs.shift.is_none();
    let stays = inputs.cluster_arn.known().is_some_and(|new| new == old);
    (leaves && !stays).then(|| Problem::new("clusterArn", ONE_AFTER_THE_OTHER))
}

const ONE_AFTER_THE_OTHER: &str = "The service goes to another cluster and back to `deployment.strategy` `rolling`. In one run the load balancer would have no \
     tasks for some time: run `pulumi up` with one of the two changes, and then with the other.";

fn moves(inputs: &Inputs) -> bool {
    inputs.shift.as_ref().is_some_and(Shift::moves)
}

fn leaves(now: &Inputs, new: &Inputs) -> bool {
    moves(now) && !moves(new)
}

/// Whether the alternate target group has the traffic; without the rule nobody has moved any.
async fn is_at_alternate(cx: &Cx, now: &Inputs, shift: &Shift) -> Result<bool> {
    let rule = cx.aws.listener_rule(&shift.production_listener_rule).await?;
    Ok(rule.is_some_and(|rule| {
        let weight = |group: &str| weight(&rule, group);
        weight(&shift.alternate_target_group_arn) > weight(&now.target_group_arn)
    }))
}

fn weight(rule: &Rule, group: &str) -> i32 {
    let forwards = rule.actions().iter().filter_map(|it| it.forward_config());
    let groups = forwards.flat_map(ForwardActionConfig::target_groups);
    let of_it = groups.filter(|it| it.target_group_arn() == Some(group));
    of_it.map(|it| it.weight().unwrap_or(1)).sum()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::Deployment;
    use aws_sdk_elasticloadbalancingv2::types::{
        Action, ForwardActionConfig, Rule, TargetGroupTuple,
    };

    use super::{Described, Inputs, NOT_READY, Next, Shift, UnderWay, next, weight};
    use crate::children::ecs::service::mapping::{as_it_is, inputs, shown};

    fn rolling(image: &str) -> Inputs {
        Inputs {
            task_definition_arn: format!("arn:td:{image}"),
            target_group_arn: "arn:main".to_owned(),
            desired_count: 2,
            ..inputs(&Described::builder().build())
        }
    }

    fn shift(strategy: &str) -> Shift {
        Shift {
            strategy: strategy.to_owned(),
            bake_time_in_minutes: 5,
            percent: None,
            step_bake_time_in_minutes: None,
            alternate_target_group_arn: "arn:other".to_owned(),
            production_listener_rule: "arn:rule".to_owned(),
            test_listener_rule: None,
            role_arn: "arn:role".to_owned(),
            hooks: vec![],
        }
    }

    fn moving(image: &str) -> Inputs {
        Inputs { shift: Some(shift("CANARY")), ..rolling(image) }
    }

    fn deploy(inputs: Inputs) -> Next {
        Next::Deploy(Box::new(inputs))
    }

    #[test]
    fn the_old_revision_gets_both_groups_before_the_strategy_changes() {
        let on_the_way = Inputs { shift: Some(shift("ROLLING")), ..rolling("1") };
        assert_eq!(
            next(&rolling("1"), &moving("2"), UnderWay::Nothing, false),
            deploy(on_the_way.clone())
        );
        // That step is seen in the live service, and waited for.
        let live = as_it_is(&shown(&on_the_way, 2));
        assert_eq!(live.shift, on_the_way.shift.map(|it| Shift { bake_time_in_minutes: 0, ..it }));
        assert_eq!(next(&live, &moving("2"), UnderWay::Next, false), Next::Wait);
        assert_eq!(next(&live, &moving("2"), UnderWay::Nothing, false), Next::Ready);
    }

    #[test]
    fn a_revision_that_has_not_worked_yet_is_replaced_on_the_way() {
        let (now, new) = (rolling("1"), moving("2"));
        let Next::Deploy(step) = next(&now, &new, UnderWay::First, false) else {
            panic!("a step is missing");
        };
        assert_eq!(step.task_definition_arn, "arn:td:2");
        // What others deploy to a service that works is waited for, so that the new revision does not get around its strategy.
        assert_eq!(next(&now, &new, UnderWay::Next, false), Next::Wait);
    }

    #[test]
    fn traffic_at_the_alternate_group_moves_to_the_first_one_before_tasks_are_replaced() {
        let (now, new) = (moving("1"), rolling("2"));
        assert_eq!(next(&now, &new, UnderWay::Next, true), Next::Wait);
        let back = Shift { bake_time_in_minutes: 0, ..shift("BLUE_GREEN") };
        let step = Inputs { shift: Some(back), ..rolling("2") };
        assert_eq!(next(&now, &new, UnderWay::Nothing, true), deploy(step));
        assert_eq!(next(&now, &new, UnderWay::Nothing, false), Next::Ready);
    }

    #[test]
    fn what_is_under_way_has_something_that_works_before_it_or_not() {
        let of = |states: &[&str]| {
            let deployment =
                |state: &&str| Deployment::builder().rollout_state((*state).into()).build();
            let all = states.iter().map(deployment).collect();
            UnderWay::of(&Described::builder().set_deployments(Some(all)).build())
        };
        assert_eq!(of(&["COMPLETED"]), UnderWay::Nothing);
        assert_eq!(of(&["IN_PROGRESS", "COMPLETED"]), UnderWay::Next);
        assert_eq!(of(&["IN_PROGRESS", "FAILED"]), UnderWay::First);
    }

    #[test]
    fn a_way_without_an_end_is_an_error() {
        expect_test::expect!["the way to another `deployment.strategy` did not come to its end: others deploy to the service meanwhile"]
            .assert_eq(NOT_READY);
    }

    #[test]
    fn another_cluster_and_the_way_back_are_two_runs() {
        expect_test::expect!["The service goes to another cluster and back to `deployment.strategy` `rolling`. In one run the load balancer would have no tasks for some time: run `pulumi up` with one of the two changes, and then with the other."]
            .assert_eq(super::ONE_AFTER_THE_OTHER);
    }

    #[test]
    fn nothing_is_on_the_way_between_strategies_of_one_kind() {
        let green = Inputs { shift: Some(shift("BLUE_GREEN")), ..rolling("2") };
        assert_eq!(next(&moving("1"), &green, UnderWay::Next, true), Next::Ready);
        assert_eq!(next(&rolling("1"), &rolling("2"), UnderWay::Next, false), Next::Ready);
    }

    #[test]
    fn the_weight_of_a_group_is_what_the_rule_says() {
        let group = |arn: &str, weight: i32| {
            TargetGroupTuple::builder().target_group_arn(arn).weight(weight).build()
        };
        let both = ForwardActionConfig::builder()
            .target_groups(group("arn:main", 20))
            .target_groups(group("arn:other", 80))
            .build();
        let rule = Rule::builder().actions(Action::builder().forward_config(both).build()).build();
        assert_eq!((weight(&rule, "arn:main"), weight(&rule, "arn:third")), (20, 0));
    }
}
