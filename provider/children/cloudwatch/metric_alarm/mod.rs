//! A CloudWatch alarm on one metric of the service.
//!
//! The name cannot change, and so neither the purpose, which is a part of it. `PutMetricAlarm`
//! overwrites an alarm of the name without a word, so we look first; it also clears whatever is
//! not given (datapoints to alarm, a switch that mutes the actions) and heeds tags only while the
//! alarm is new (API reference, PutMetricAlarm, `Tags`).

mod mapping;
mod tags;

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_cloudwatch::types::{MetricAlarm as Described, Statistic};
use serde::{Deserialize, Serialize};

use self::mapping::{dimensions, inputs, outputs};
use crate::aws::numbers::whole;
use crate::aws::{Explain, OrGone};
use crate::error::refused_with;
use crate::error::{Problem, Result};
use crate::property::sorted;
use crate::property::{Form, Plain, Wire};
use crate::resource::owner;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tagged,
    Tags,
};

/// The alarm.
pub struct MetricAlarm;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// The end of the name: `cpu`, `server-errors`.
    pub purpose: F::Of<String>,
    pub description: F::Of<String>,
    pub namespace: F::Of<String>,
    pub metric_name: F::Of<String>,
    pub dimensions: F::Of<BTreeMap<String, F::Of<String>>>,
    /// `Average`, `Sum` and so on; either this or `extendedStatistic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistic: Option<F::Of<String>>,
    /// A percentile: `p99`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_statistic: Option<F::Of<String>>,
    pub comparison_operator: F::Of<String>,
    pub threshold: F::Of<f64>,
    /// Seconds that make one datapoint.
    pub period: F::Of<u32>,
    /// Datapoints in a row that must be over the threshold.
    pub evaluation_periods: F::Of<u32>,
    /// `missing`, `notBreaching`, `breaching` or `ignore`.
    pub treat_missing_data: F::Of<String>,
    /// ARNs that are notified when the alarm goes off, in alphabetical order.
    pub alarm_actions: F::Of<Vec<F::Of<String>>>,
    /// ARNs that are notified when it is well again, in alphabetical order.
    pub ok_actions: F::Of<Vec<F::Of<String>>>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
}

/// The alarm's own spelling, and that of its tags.
const GONE: [&str; 2] = ["ResourceNotFound", "ResourceNotFoundException"];
/// Another change of the alarm, or of one that watches it, is going on.
const BUSY: [&str; 3] =
    ["ResourceConflict", "ConflictException", "ConcurrentModificationException"];
const USUAL: Duration = Duration::from_mins(2);

impl Resource for MetricAlarm {
    const TYPE: &'static str = "fargate:cloudwatch:MetricAlarm";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "AlarmsFind",
            to: "find the alarms",
            actions: &["cloudwatch:DescribeAlarms"],
            on: &["arn:aws:cloudwatch:*:*:alarm:*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "Alarms",
            to: "create, change and delete the alarms",
            needed: Needed::If("its `monitoring.level` is `basic` or `advanced`"),
            actions: &[
                "cloudwatch:PutMetricAlarm",
                "cloudwatch:DeleteAlarms",
                "cloudwatch:ListTagsForResource",
                "cloudwatch:TagResource",
                "cloudwatch:UntagResource",
            ],
            on: &["arn:aws:cloudwatch:*:*:alarm:{name}*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["purpose"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        if inputs.statistic.is_some() == inputs.extended_statistic.is_some() {
            problems.push(Problem::new(
                "statistic",
                "An alarm needs either `statistic` or `extendedStatistic`.",
            ));
        }
        problems.extend(inputs.period.complain("period", |period| {
            let fits = [10, 20, 30].contains(period) || *period > 0 && period.is_multiple_of(60);
            (!fits).then(|| {
                format!(
                    "{period} is not a valid period. Set 10, 20, 30 or a multiple \
                                  of 60."
                )
            })
        }));
        for (path, actions) in
            [("alarmActions", &inputs.alarm_actions), ("okActions", &inputs.ok_actions)]
        {
            if actions.known().is_some_and(|actions| actions.len() > 5) {
                problems.push(Problem::new(path, "CloudWatch takes up to 5 actions here."));
            }
        }
        inputs.alarm_actions = sorted(inputs.alarm_actions);
        inputs.ok_actions = sorted(inputs.ok_actions);
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx, inputs);
        let Some(alarm) = describe(cx, &id).await? else { return Ok(None) };
        let tags = tags::of(cx, &outputs(&alarm).arn).await?;
        Ok(Some(Standing::of(id, Some(tags.unwrap_or_default()))))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let name = name(cx, inputs);
        let arn = arn(cx, &name).await?;
        put(cx, &name, inputs).await?;
        Ok(Made { id: name.clone(), outputs: Outputs { arn, name } })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(alarm) = describe(cx, id).await? else { return Ok(None) };
        let outputs = outputs(&alarm);
        let Some(tags) = tags::of(cx, &outputs.arn).await? else { return Ok(None) };
        let base = owner::base(cx, &tags);
        Ok(Some(Live { inputs: inputs(&alarm, &base), outputs, tags: Some(tags) }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(tags::of(cx, &arn(cx, id).await?).await?.map(Some))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        _old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        put(cx, id, new).await?;
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        cx.retry(USUAL, refused_with(&BUSY), || async {
            cx.aws.delete_alarm(id).await.or_gone(&GONE)
        })
        .await?;
        Ok(())
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        let arn = &arn(cx, id).await?;
        tags::Object { cx, id, arn }.change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let cloudwatch = cx.aws.cloudwatch().await?;
        let prefix = format!("{}-", cx.base);
        let mut pages =
            cloudwatch.describe_alarms().alarm_name_prefix(&prefix).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.explain("cloudwatch:DescribeAlarms", &format!("{prefix}…"))?;
            for alarm in page.metric_alarms() {
                let shown = outputs(alarm);
                let tags = tags::of(cx, &shown.arn).await?.unwrap_or_default();
                if owner::carries(&tags, &cx.base) {
                    found.push(shown.name);
                }
            }
        }
        Ok(found)
    }
}

/// The tags count only when this makes the alarm: then too when others have deleted it.
async fn put(cx: &Cx, name: &str, inputs: &Inputs) -> Result<()> {
    let cloudwatch = cx.aws.cloudwatch().await?;
    cx.retry(USUAL, refused_with(&BUSY), || async {
        cloudwatch
            .put_metric_alarm()
            .alarm_name(name)
            .alarm_description(&inputs.description)
            .namespace(&inputs.namespace)
            .metric_name(&inputs.metric_name)
            .set_dimensions(Some(dimensions(inputs)))
            .set_statistic(inputs.statistic.as_deref().map(Statistic::from))
            .set_extended_statistic(inputs.extended_statistic.clone())
            .comparison_operator(inputs.comparison_operator.as_str().into())
            .threshold(inputs.threshold)
            .period(whole(inputs.period))
            .evaluation_periods(whole(inputs.evaluation_periods))
            .treat_missing_data(&inputs.treat_missing_data)
            .set_alarm_actions(Some(inputs.alarm_actions.clone()))
            .set_ok_actions(Some(inputs.ok_actions.clone()))
            .set_tags(Some(tags::write(&cx.tags)?))
            .send()
            .await
            .explain("cloudwatch:PutMetricAlarm", name)
    })
    .await?;
    Ok(())
}

async fn describe(cx: &Cx, name: &str) -> Result<Option<Described>> {
    cx.aws.alarm(name).await
}

fn name(cx: &Cx, inputs: &Inputs) -> String {
    format!("{}-{}", cx.base, inputs.purpose)
}

async fn arn(cx: &Cx, name: &str) -> Result<String> {
    let us = cx.aws.identity().await?;
    let region = cx.aws.region();
    Ok(format!("arn:{}:cloudwatch:{region}:{}:alarm:{name}", us.partition, us.account))
}

#[cfg(test)]
mod tests {
    use super::{Described, Inputs, MetricAlarm, Statistic, inputs};
    use crate::property::{Map, Output, Wire, decode, encode};
    use crate::resource::{Asked, Resource};

    fn asked() -> Inputs {
        let shown = Described::builder()
            .statistic(Statistic::Sum)
            .period(60)
            .alarm_actions("arn:a")
            .alarm_actions("arn:b")
            .build();
        inputs(&shown, "web-site")
    }

    fn complaints(inputs: &Inputs) -> (Inputs<Wire>, Vec<String>) {
        let given = decode(&encode(inputs).expect("a tree")).expect("inputs");
        let asked = Asked {
            name: "web-errors",
            olds: &Map::new(),
            earlier: &Map::new(),
            seed: &[],
            autonaming: None,
        };
        let mut problems = Vec::new();
        let checked = MetricAlarm::check(given, &asked, &mut problems);
        (checked, problems.into_iter().map(|problem| problem.path).collect())
    }

    #[test]
    fn an_alarm_needs_one_statistic_and_a_real_period() {
        let mut wrong = asked();
        wrong.extended_statistic = Some("p99".to_owned());
        wrong.period = 45;
        assert_eq!(complaints(&wrong).1, ["statistic", "period"]);
        assert!(complaints(&asked()).1.is_empty());
    }

    #[test]
    fn actions_are_checked_into_the_order_in_which_they_are_read() {
        let mut turned = asked();
        turned.alarm_actions.reverse();
        let expected: Vec<Output<String>> = vec!["arn:a".into(), "arn:b".into()];
        assert_eq!(complaints(&turned).0.alarm_actions.known(), Some(&expected));
    }
}
