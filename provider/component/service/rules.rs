//! Rules on cluster and service.

use super::inputs::StrategyArgs;
use crate::component::Args;
use crate::component::inputs::choices::Warning;
use crate::component::inputs::complaints::{Complaints, count, known};
use crate::component::inputs::presets::Defaults;
use crate::component::inputs::warnings::Unmeant;
use crate::property::Output;

pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    if args.service.cluster_arn.is_some() && args.service.container_insights.is_some() {
        found.add(
            "containerInsights",
            "It is a setting of the cluster that this component creates, but `clusterArn` names an existing one. Set only \
             one of the two.",
        );
    }
    if let Some(breaker) =
        args.service.deployment.as_ref().and_then(|it| it.circuit_breaker.as_ref())
    {
        let off = known(breaker.enable.as_ref()) == Some(&false);
        let rolls_back = known(breaker.rollback.as_ref()) == Some(&true);
        found.useless(
            "deployment.circuitBreaker.rollback",
            off && rolls_back,
            "`deployment.circuitBreaker.enable` is false, and nothing else rolls back",
        );
    }
    strategies(args, found);
    super::scaling::problems(args, found);
    super::strategy::problems(args, found);
    let Some(deployment) = &args.service.deployment else { return };
    if deployment.strategy().shifts() {
        return;
    }
    let both = deployment.minimum_healthy_percent().zip(deployment.maximum_percent());
    found.check(
        "deployment.maximumPercent",
        Some(&both.zip(fewest_tasks(args))),
        |((least, most), tasks)| {
            if (*least, *most) == (100, 100) {
                return Some(NO_ROOM_AT_ALL.to_owned());
            }
            complain_of_no_room(*least, *most, *tasks)
        },
    );
}

const NO_ROOM_AT_ALL: &str = "With 100 and `minimumHealthyPercent` 100 no task can ever be \
    replaced. Raise this, or lower the other.";

/// The fewest tasks that a deployment may meet, but for none at all, when there is nothing to
/// replace.
fn fewest_tasks(args: &Args) -> Output<u32> {
    let defaults = Defaults::of(args.general.preset);
    let scaling = args.service.autoscaling.clone().unwrap_or_default();
    if scaling.enabled.unwrap_or(defaults.autoscaling) {
        let least = scaling.min_capacity.unwrap_or(defaults.min_capacity.into());
        return least.map(|least| least.max(1));
    }
    args.service.desired_count.clone().unwrap_or(defaults.desired_count.into())
}

/// The tasks that must stay are rounded up, and those that may run rounded down (botocore,
/// DeploymentConfiguration), so few tasks may leave no room although the percentages do.
fn complain_of_no_room(least: u32, most: u32, tasks: u32) -> Option<String> {
    let [least, most, tasks] = [least, most, tasks].map(u64::from);
    let stay = (tasks * least).div_ceil(100);
    let may_run = tasks * most / 100;
    if tasks == 0 || stay < tasks || may_run != tasks {
        return None;
    }
    let count = if tasks == 1 { "1 task".to_owned() } else { format!("{tasks} tasks") };
    Some(format!(
        "With {count}, no task can ever be replaced: {most} percent of {tasks} is {may_run} (rounded \
         down), and {least} percent, `minimumHealthyPercent`, is {stay} (rounded up). Raise this to at \
         least {}, or lower the other to at most {}.",
        100 + 100_u64.div_ceil(tasks),
        100 * (tasks - 1) / tasks,
    ))
}

fn strategies(args: &Args, found: &mut Complaints) {
    let Some(given) = &args.service.capacity_provider_strategies else { return };
    let path = "capacityProviderStrategies";
    if args.service.spot.is_some() {
        found.add(path, "`spot` is shorthand for this. Set only one of them.");
    }
    let Some(items) = given.known() else { return };
    let mut bases = 0;
    let mut weights: u32 = 0;
    let mut all_known = true;
    for (index, item) in items.iter().enumerate() {
        let at = |name: &str| format!("{path}[{index}].{name}");
        if let Some(base) = &item.base {
            found.range(&at("base"), base, 0..=100_000, "", None);
        }
        if let Some(weight) = &item.weight {
            found.range(&at("weight"), weight, 0..=1000, "", None);
        }
        bases += usize::from(known(item.base.as_ref()).is_some_and(|base| *base > 0));
        let weight = item.weight.as_ref().map_or(1, |it| it.known().copied().unwrap_or(1));
        weights = weights.saturating_add(weight);
        all_known &= item.weight.as_ref().is_none_or(|weight| weight.known().is_some());
    }
    if bases > 1 {
        found.add(path, "Only one capacity provider can have a `base` above 0.");
    }
    if weights == 0 && all_known && !items.is_empty() {
        found.add(path, "At least one capacity provider needs a `weight` above 0.");
    }
}

/// ECS API reference, CreateService: up to 20 capacity providers.
pub(super) fn complain_of_many(items: &[StrategyArgs]) -> Option<String> {
    let fits = (1..=20).contains(&items.len());
    (!fits).then(|| format!("{} given; 1 to 20 are allowed.", count(items.len())))
}

pub(super) fn complain_of_requests(target: f64) -> Option<String> {
    (target <= 0.0).then(|| format!("{target} is out of range: it must be greater than 0."))
}

pub(in crate::component) fn warnings(args: &Args) -> Vec<Unmeant> {
    let defaults = Defaults::of(args.general.preset);
    let mut found = Vec::new();
    let scaling = args.service.autoscaling();
    let given = if scaling.enabled(&defaults) {
        scaling.min_capacity.as_ref()
    } else {
        args.service.desired_count.as_ref()
    };
    // The presets `dev` and `staging` have one task on purpose, and say so.
    let of_preset = defaults.desired_count == 1;
    if known(given) == Some(&1) && !of_preset {
        found.push((
            Warning::OneTask,
            "Only one task is guaranteed to run. If it crashes or its zone fails, the service is down until a \
             new task has started."
                .to_owned(),
        ));
    }
    if known(args.service.wait_for_steady_state.as_ref()) == Some(&false) {
        found.push((
            Warning::NotWaiting,
            "`waitForSteadyState` is false: this run does not check whether the tasks start."
                .to_owned(),
        ));
    }
    found
}
