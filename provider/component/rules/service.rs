//! Rules on cluster, service, repository and autoscaling.

use super::{CLUSTER, Complaints, KEY, count, known};
use crate::component::args::{Args, AutoscalingArgs};
use crate::component::presets::Defaults;
use crate::property::Output;

pub(super) fn service(args: &Args, found: &mut Complaints) {
    found.arn("clusterArn", args.cluster_arn.as_ref(), CLUSTER);
    if args.cluster_arn.is_some() && args.container_insights.is_some() {
        found.add(
            "containerInsights",
            "It is a setting of the made cluster, but `clusterArn` names an existing one. Give only \
             one of the two.",
        );
    }
    if let Some(breaker) = args.deployment.as_ref().and_then(|it| it.circuit_breaker.as_ref()) {
        let off = known(breaker.enable.as_ref()) == Some(&false);
        let rolls_back = known(breaker.rollback.as_ref()) == Some(&true);
        found.useless(
            "deployment.circuitBreaker.rollback",
            off && rolls_back,
            "`deployment.circuitBreaker.enable` is false, and nothing else rolls back",
        );
    }
    found.range("desiredCount", args.desired_count.as_ref(), 0, 5000, " tasks");
    strategies(args, found);
    let Some(deployment) = &args.deployment else { return };
    let (least, most) = ("deployment.minimumHealthyPercent", "deployment.maximumPercent");
    found.range(least, deployment.minimum_healthy_percent.as_ref(), 0, 100, " percent");
    found.range(most, deployment.maximum_percent.as_ref(), 100, 200, " percent");
    let both = deployment.minimum_healthy_percent.clone().unwrap_or(Output::from(100));
    let both = both.zip(deployment.maximum_percent.clone().unwrap_or(Output::from(200)));
    found.check(most, Some(&both.zip(fewest_tasks(args))), |((least, most), tasks)| {
        if (*least, *most) == (100, 100) {
            return Some(NO_ROOM_AT_ALL.to_owned());
        }
        complain_of_no_room(*least, *most, *tasks)
    });
}

const NO_ROOM_AT_ALL: &str = "With 100 and `minimumHealthyPercent` 100 no task can ever be \
    replaced. Raise this, or lower the other.";

/// The fewest tasks that a deployment may meet, but for none at all, when there is nothing to
/// replace.
fn fewest_tasks(args: &Args) -> Output<u32> {
    let defaults = Defaults::of(args.preset);
    let scaling = args.autoscaling.clone().unwrap_or_default();
    if scaling.enabled.unwrap_or(defaults.autoscaling) {
        let least = scaling.min_capacity.unwrap_or(defaults.min_capacity.into());
        return least.map(|least| least.max(1));
    }
    args.desired_count.clone().unwrap_or(defaults.desired_count.into())
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
    let Some(given) = &args.capacity_provider_strategies else { return };
    let path = "capacityProviderStrategies";
    if args.spot.is_some() {
        found.add(path, "`spot` is a short word for it. Give only one of the two.");
    }
    found.check(path, Some(given), |items| {
        let fits = (1..=20).contains(&items.len());
        (!fits).then(|| format!("{} given; 1 to 20 are allowed.", count(items.len())))
    });
    let Some(items) = given.known() else { return };
    let mut bases = 0;
    let mut weights: u32 = 0;
    let mut all_known = true;
    for (index, item) in items.iter().enumerate() {
        let at = |name: &str| format!("{path}[{index}].{name}");
        found.range(&at("base"), item.base.as_ref(), 0, 100_000, "");
        found.range(&at("weight"), item.weight.as_ref(), 0, 1000, "");
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

pub(super) fn repository(args: &Args, found: &mut Complaints) {
    let Some(repository) = &args.repository else { return };
    let path = |name: &str| format!("repository.{name}");
    if repository.enabled == Some(false) && args.image.is_none() {
        found.add(
            &path("enabled"),
            "Without a repository of its own the service needs an `image` from elsewhere.",
        );
    }
    let why = match repository.enabled {
        Some(false) => Some("`repository.enabled` is false, so there is no repository"),
        None if args.image.is_some() => {
            Some("with an `image` there is a repository only if `repository.enabled` is true")
        }
        _ => None,
    };
    if let Some(why) = why {
        for (name, given) in [
            ("imageTagMutability", repository.image_tag_mutability.is_some()),
            ("scanOnPush", repository.scan_on_push.is_some()),
            ("keepImages", repository.keep_images.is_some()),
            ("keepUntaggedImages", repository.keep_untagged_images.is_some()),
            ("forceDelete", repository.force_delete.is_some()),
            ("kmsKeyArn", repository.kms_key_arn.is_some()),
        ] {
            found.useless(&path(name), given, why);
        }
    }
    found.range(&path("keepImages"), repository.keep_images.as_ref(), 1, 10_000, " images");
    found.range(
        &path("keepUntaggedImages"),
        repository.keep_untagged_images.as_ref(),
        1,
        10_000,
        " images",
    );
    found.arn(&path("kmsKeyArn"), repository.kms_key_arn.as_ref(), KEY);
}

pub(super) fn scaling(args: &Args, found: &mut Complaints) {
    let defaults = Defaults::of(args.preset);
    let none = AutoscalingArgs::default();
    let given = args.autoscaling.as_ref().unwrap_or(&none);
    let enabled = given.enabled.unwrap_or(defaults.autoscaling);
    let path = |name: &str| format!("autoscaling.{name}");
    if !enabled {
        // If the preset turned it off, the same inputs may serve another preset.
        let said = given.enabled.is_some();
        for (name, is_given) in [
            ("minCapacity", given.min_capacity.is_some()),
            ("maxCapacity", given.max_capacity.is_some()),
            ("cpuTarget", given.cpu_target.is_some()),
            ("memoryTarget", given.memory_target.is_some()),
            ("requestCountTarget", given.request_count_target.is_some()),
            ("scaleOutCooldown", given.scale_out_cooldown.is_some()),
            ("scaleInCooldown", given.scale_in_cooldown.is_some()),
        ] {
            let useless = said && is_given;
            found.useless(&path(name), useless, "`autoscaling.enabled` is false");
        }
        return;
    }
    for (name, target) in [("cpuTarget", &given.cpu_target), ("memoryTarget", &given.memory_target)]
    {
        found.check(&path(name), target.as_ref(), |target| complain_of_percent(*target));
    }
    found.check(&path("requestCountTarget"), given.request_count_target.as_ref(), |target| {
        (*target <= 0.0).then(|| format!("{target} requests cannot be aimed at: give more than 0."))
    });
    found.range(&path("minCapacity"), given.min_capacity.as_ref(), 0, 5000, " tasks");
    found.range(&path("maxCapacity"), given.max_capacity.as_ref(), 0, 5000, " tasks");
    found.range(
        &path("scaleOutCooldown"),
        given.scale_out_cooldown.as_ref(),
        0,
        86_400,
        " seconds",
    );
    found.range(&path("scaleInCooldown"), given.scale_in_cooldown.as_ref(), 0, 86_400, " seconds");
    let least = given.min_capacity.clone().unwrap_or(Output::from(defaults.min_capacity));
    let most = given.max_capacity.clone().unwrap_or(Output::from(defaults.max_capacity));
    let range = least.zip(most);
    found.check(&path("maxCapacity"), Some(&range), |(least, most)| {
        (least > most).then(|| format!("{most} is less than `minCapacity`, which is {least}."))
    });
    if let Some(desired) = &args.desired_count {
        found.check("desiredCount", Some(&desired.clone().zip(range)), |(desired, (least, most))| {
            (least <= most && !(least..=most).contains(&desired)).then(|| {
                format!(
                    "{desired} is outside of what autoscaling allows, {least} to {most} tasks. Change \
                     it, or `autoscaling.minCapacity` and `maxCapacity`."
                )
            })
        });
    }
}

pub(super) fn complain_of_percent(percent: f64) -> Option<String> {
    (!(1.0..=100.0).contains(&percent))
        .then(|| format!("{percent} is out of range: 1 to 100 percent are allowed."))
}
