//! A scheduled action: between how many tasks the service may scale from a certain time on.
//!
//! AWS writes its numbers into the target when the time comes. Putting an action overwrites one of the same name, and keeps what the
//! call leaves out (botocore, PutScheduledAction); the name hangs below the service's own target, so it is ours.
//!
//! It has no tags; see [`ownership`](super::ownership).

use std::time::Duration;

use aws_sdk_applicationautoscaling::types::{
    ScalableDimension, ScalableTargetAction, ScheduledAction as Described, ServiceNamespace,
};
use serde::{Deserialize, Serialize};

use crate::aws::numbers::{natural, whole};
use crate::aws::{Explain, OrGone};
use crate::children::autoscaling::ownership::{Below, split};
use crate::children::autoscaling::scalable;
use crate::error::{Problem, Result, refused_with};
use crate::property::{Form, Output, Plain, Wire};
use crate::resource::owner;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tags,
};

/// The scheduled action.
pub struct ScheduledAction;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// Of the scalable target.
    pub resource_id: F::Of<String>,
    /// The end of its name in AWS, after the service's.
    pub name: F::Of<String>,
    /// `cron(…)`, `at(…)` or `rate(…)`.
    pub schedule: F::Of<String>,
    /// None: UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<F::Of<String>>,
    /// None: it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_capacity: Option<F::Of<u32>>,
    /// None: it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_capacity: Option<F::Of<u32>>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// The whole name.
    pub action_name: F::Of<String>,
}

const GONE: [&str; 1] = ["ObjectNotFoundException"];
/// What holds where no time zone is given (botocore, PutScheduledAction).
const UTC: &str = "UTC";
/// How long a new target takes to be seen (terraform-provider-aws, appautoscaling/scheduled_action.go).
const PROPAGATION: Duration = Duration::from_mins(5);
const OWNED: Below = Below("schedule:");
const WHEN: Needed = Needed::If("it has `autoscaling.schedules`");

impl Resource for ScheduledAction {
    const TYPE: &'static str = "fargate:appautoscaling:ScheduledAction";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Schedules",
            to: "create, change and delete the scheduled actions",
            needed: WHEN,
            actions: &[
                "application-autoscaling:PutScheduledAction",
                "application-autoscaling:DeleteScheduledAction",
            ],
            on: &["arn:aws:application-autoscaling:*:*:scalable-target/*"],
            only_if: Some(("StringEquals", "application-autoscaling:service-namespace", "ecs")),
        },
        Permission {
            sid: "SchedulesFind",
            to: "find the scheduled actions",
            needed: WHEN,
            actions: &["application-autoscaling:DescribeScheduledActions"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["resourceId", "name"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        let is_utc = |it: &Output<String>| it.known().is_some_and(|it| it == UTC);
        inputs.timezone = inputs.timezone.filter(|it| !is_utc(it));
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let id = id(cx, inputs);
        Ok(cx.aws.scheduled_action(&id).await?.map(|_| Standing::of(id, None)))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let id = id(cx, inputs);
        let (_, name) = split(&id);
        put(cx, name, inputs).await?;
        let outputs = Outputs { action_name: name.to_owned() };
        Ok(Made { id, outputs })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(action) = cx.aws.scheduled_action(id).await? else { return Ok(None) };
        let tags = OWNED.read(cx, id).await?;
        let (_, name) = split(id);
        let outputs = Outputs { action_name: name.to_owned() };
        Ok(Some(Live { inputs: inputs(&action, &cx.base), outputs, tags }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        OWNED.read(cx, id).await.map(Some)
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old == Some(new) {
            return Ok(outputs.into());
        }
        let (target, name) = split(id);
        // What a call leaves out stays, so one that is to have less is created anew.
        if old.is_none_or(|old| loses(old, new)) {
            remove(cx, target, name).await?;
        }
        put(cx, name, new).await?;
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let (target, name) = split(id);
        remove(cx, target, name).await?;
        // It was not taken over, unless it was found with tags.
        if cx.found.is_some() { OWNED.unmark(cx, id).await } else { Ok(()) }
    }

    /// Only the owner, and only when it was taken over before: the target has the other tags.
    async fn tag(cx: &Cx, id: &str, set: &Tags, _remove: &[String]) -> Result<()> {
        OWNED.mark(cx, id, set).await
    }

    /// It goes with its target; but while the service lives, one that nobody declares would go on changing its task count.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let mut ours = Vec::new();
        for target in cx.aws.scalable_targets().await? {
            let (_, service) = split(target.resource_id());
            let Some(arn) = target.scalable_target_arn().filter(|_| service == cx.base) else {
                continue;
            };
            if !owner::carries(&scalable::tags(cx, arn).await?, &cx.base) {
                continue;
            }
            for action in cx.aws.scheduled_actions(target.resource_id()).await? {
                let name = action.scheduled_action_name();
                if name.starts_with(&format!("{}-", cx.base)) {
                    ours.push(format!("{}/{name}", target.resource_id()));
                }
            }
        }
        Ok(ours)
    }
}

/// `<resource id>/<name>`.
fn id(cx: &Cx, inputs: &Inputs) -> String {
    format!("{}/{}-{}", inputs.resource_id, cx.base, inputs.name)
}

/// Whether something that was said is not said any more.
fn loses(old: &Inputs, new: &Inputs) -> bool {
    old.timezone.is_some() && new.timezone.is_none()
        || old.min_capacity.is_some() && new.min_capacity.is_none()
        || old.max_capacity.is_some() && new.max_capacity.is_none()
}

async fn put(cx: &Cx, name: &str, inputs: &Inputs) -> Result<()> {
    let scaling = cx.aws.scaling().await?;
    let action = ScalableTargetAction::builder()
        .set_min_capacity(inputs.min_capacity.map(whole))
        .set_max_capacity(inputs.max_capacity.map(whole))
        .build();
    let passing = refused_with(&["ObjectNotFoundException", "ConcurrentUpdateException"]);
    cx.retry(PROPAGATION, passing, || async {
        scaling
            .put_scheduled_action()
            .scheduled_action_name(name)
            .service_namespace(ServiceNamespace::Ecs)
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .resource_id(&inputs.resource_id)
            .schedule(&inputs.schedule)
            .set_timezone(inputs.timezone.clone())
            .scalable_target_action(action.clone())
            .send()
            .await
            .explain("application-autoscaling:PutScheduledAction", name)
    })
    .await
    .map(drop)
}

async fn remove(cx: &Cx, target: &str, name: &str) -> Result<()> {
    let scaling = cx.aws.scaling().await?;
    cx.retry(PROPAGATION, refused_with(&["ConcurrentUpdateException"]), || async {
        scaling
            .delete_scheduled_action()
            .scheduled_action_name(name)
            .service_namespace(ServiceNamespace::Ecs)
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .resource_id(target)
            .send()
            .await
            .explain("application-autoscaling:DeleteScheduledAction", name)
            .or_gone(&GONE)
    })
    .await
    .map(drop)
}

fn inputs(action: &Described, base: &str) -> Inputs {
    let numbers = action.scalable_target_action();
    // An import does not know the base name; the service has it.
    let (_, service) = split(action.resource_id());
    let base = if base.is_empty() { service } else { base };
    let name = action.scheduled_action_name();
    let own = name.strip_prefix(base).and_then(|it| it.strip_prefix('-'));
    let own = own.or_else(|| name.split_once('-').map(|(_, own)| own));
    Inputs {
        resource_id: action.resource_id().to_owned(),
        name: own.unwrap_or(name).to_owned(),
        schedule: action.schedule().to_owned(),
        timezone: action.timezone().filter(|it| *it != UTC).map(str::to_owned),
        min_capacity: numbers.and_then(|it| natural(it.min_capacity())),
        max_capacity: numbers.and_then(|it| natural(it.max_capacity())),
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::{
        Described, Inputs, ScalableDimension, ScalableTargetAction, ServiceNamespace, inputs, loses,
    };

    fn night() -> Inputs {
        Inputs {
            resource_id: "service/shop/web".to_owned(),
            name: "night".to_owned(),
            schedule: "cron(0 20 ? * MON-FRI *)".to_owned(),
            timezone: Some("Europe/Berlin".to_owned()),
            min_capacity: Some(0),
            max_capacity: None,
        }
    }

    #[test]
    fn an_action_is_read_as_what_was_asked_for() {
        let shown = Described::builder()
            .scheduled_action_name("web-night")
            .scheduled_action_arn("arn:action")
            .service_namespace(ServiceNamespace::Ecs)
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .resource_id("service/shop/web")
            .schedule("cron(0 20 ? * MON-FRI *)")
            .timezone("Europe/Berlin")
            .scalable_target_action(ScalableTargetAction::builder().min_capacity(0).build())
            .creation_time(DateTime::from_secs(0))
            .build()
            .expect("whole");
        assert_eq!(inputs(&shown, "web"), night());
        assert_eq!(inputs(&shown, ""), night());
    }

    #[test]
    fn what_is_not_said_any_more_needs_another_action() {
        assert!(!loses(&night(), &Inputs { max_capacity: Some(1), ..night() }));
        assert!(loses(&night(), &Inputs { min_capacity: None, max_capacity: Some(1), ..night() }));
        assert!(loses(&night(), &Inputs { timezone: None, ..night() }));
    }
}
