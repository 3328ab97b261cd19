//! A CloudWatch alarm.
//!
//! Calls: `cloudwatch:PutMetricAlarm`, `cloudwatch:DescribeAlarms`, `cloudwatch:DeleteAlarms`,
//! `cloudwatch:ListTagsForResource`, `cloudwatch:TagResource`, `cloudwatch:UntagResource`.
//! Everything but the name can change. `PutMetricAlarm` overwrites an alarm of the same name
//! without a word, so we look first; it takes tags only when it makes one.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{
    ComparisonOperator, Dimension, MetricAlarm as Described, Statistic, Tag,
};
use serde::{Deserialize, Serialize};

use super::ours;
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::{Asked, Cx, Live, Made, Resource, Settled, Standing, Tags};

/// The alarm.
pub struct MetricAlarm;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// What it is for: the end of its name.
    pub purpose: F::Of<String>,
    pub description: F::Of<String>,
    pub namespace: F::Of<String>,
    pub metric_name: F::Of<String>,
    pub dimensions: F::Of<BTreeMap<String, F::Of<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistic: Option<F::Of<String>>,
    /// A percentile such as `p99`, instead of a statistic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_statistic: Option<F::Of<String>>,
    pub comparison_operator: F::Of<String>,
    pub threshold: F::Of<f64>,
    /// Seconds.
    pub period: F::Of<u32>,
    pub evaluation_periods: F::Of<u32>,
    pub treat_missing_data: F::Of<String>,
    pub alarm_actions: F::Of<Vec<F::Of<String>>>,
    pub ok_actions: F::Of<Vec<F::Of<String>>>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
}

const GONE: [&str; 2] = ["ResourceNotFound", "ResourceNotFoundException"];

impl Resource for MetricAlarm {
    const TYPE: &'static str = "fargate:cloudwatch:MetricAlarm";
    const REPLACE_ON: &'static [&'static str] = &["purpose"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.alarm_actions = ours::sorted(inputs.alarm_actions);
        inputs.ok_actions = ours::sorted(inputs.ok_actions);
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let name = name(&cx.base, &inputs.purpose);
        let Some(alarm) = describe(cx, &name).await? else { return Ok(None) };
        let tags = tags(cx, alarm.alarm_arn().unwrap_or_default()).await?;
        Ok(Some(Standing { id: name, tags: Some(tags) }))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let name = name(&cx.base, &inputs.purpose);
        put(cx, &name, inputs, Some(&cx.tags)).await?;
        let alarm = describe(cx, &name).await?;
        let alarm = alarm.ok_or_else(|| Error::not_ready(format!("the alarm {name} is not visible yet")))?;
        Ok(Made { id: name, outputs: outputs(&alarm) })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(alarm) = describe(cx, id).await? else { return Ok(None) };
        let tags = tags(cx, alarm.alarm_arn().unwrap_or_default()).await?;
        Ok(Some(Live {
            inputs: inputs(&cx.base, &alarm),
            outputs: outputs(&alarm),
            tags: Some(tags),
        }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old != Some(new) {
            put(cx, id, new, None).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        cx.aws
            .cloudwatch()
            .await?
            .delete_alarms()
            .alarm_names(id)
            .send()
            .await
            .explain("cloudwatch:DeleteAlarms", id)
            .or_gone(&GONE)
            .map(drop)
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        let Some(alarm) = describe(cx, id).await? else { return Ok(()) };
        let arn = alarm.alarm_arn().unwrap_or_default();
        let cloudwatch = cx.aws.cloudwatch().await?;
        if !set.is_empty() {
            cloudwatch
                .tag_resource()
                .resource_arn(arn)
                .set_tags(Some(write(set)))
                .send()
                .await
                .explain("cloudwatch:TagResource", id)?;
        }
        if !remove.is_empty() {
            cloudwatch
                .untag_resource()
                .resource_arn(arn)
                .set_tag_keys(Some(remove.to_vec()))
                .send()
                .await
                .explain("cloudwatch:UntagResource", id)?;
        }
        Ok(())
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let answer = cx
            .aws
            .cloudwatch()
            .await?
            .describe_alarms()
            .alarm_name_prefix(format!("{}-", cx.base))
            .send()
            .await
            .explain("cloudwatch:DescribeAlarms", &cx.base)?;
        let mut found = Vec::new();
        for alarm in answer.metric_alarms() {
            let tags = tags(cx, alarm.alarm_arn().unwrap_or_default()).await?;
            if ours::carries(&tags, &cx.base) {
                found.extend(alarm.alarm_name().map(str::to_owned));
            }
        }
        Ok(found)
    }
}

fn name(base: &str, purpose: &str) -> String {
    format!("{base}-{purpose}")
}

/// Overwrites all of the alarm but its tags, which only a new one takes.
async fn put(cx: &Cx, name: &str, inputs: &Inputs, tags: Option<&Tags>) -> Result<()> {
    let whole = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    cx.aws
        .cloudwatch()
        .await?
        .put_metric_alarm()
        .alarm_name(name)
        .alarm_description(&inputs.description)
        .namespace(&inputs.namespace)
        .metric_name(&inputs.metric_name)
        .set_dimensions(Some(dimensions(inputs)))
        .set_statistic(inputs.statistic.as_deref().map(Statistic::from))
        .set_extended_statistic(inputs.extended_statistic.clone())
        .comparison_operator(ComparisonOperator::from(inputs.comparison_operator.as_str()))
        .threshold(inputs.threshold)
        .period(whole(inputs.period))
        .evaluation_periods(whole(inputs.evaluation_periods))
        .treat_missing_data(&inputs.treat_missing_data)
        .actions_enabled(true)
        .set_alarm_actions(Some(inputs.alarm_actions.clone()))
        .set_ok_actions(Some(inputs.ok_actions.clone()))
        .set_tags(tags.map(write))
        .send()
        .await
        .explain("cloudwatch:PutMetricAlarm", name)
        .map(drop)
}

fn dimensions(inputs: &Inputs) -> Vec<Dimension> {
    inputs
        .dimensions
        .iter()
        .map(|(name, value)| Dimension::builder().name(name).value(value).build())
        .collect()
}

async fn describe(cx: &Cx, name: &str) -> Result<Option<Described>> {
    let answer = cx
        .aws
        .cloudwatch()
        .await?
        .describe_alarms()
        .alarm_names(name)
        .send()
        .await
        .explain("cloudwatch:DescribeAlarms", name)?;
    Ok(answer.metric_alarms().first().cloned())
}

async fn tags(cx: &Cx, arn: &str) -> Result<Tags> {
    let answer = cx
        .aws
        .cloudwatch()
        .await?
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await
        .explain("cloudwatch:ListTagsForResource", arn)
        .or_gone(&GONE)?;
    let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(tags
        .into_iter()
        .filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
        .collect())
}

fn write(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

fn inputs(base: &str, alarm: &Described) -> Inputs {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let natural =
        |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    let name = text(alarm.alarm_name());
    let purpose = name.strip_prefix(&format!("{base}-")).unwrap_or(&name).to_owned();
    Inputs {
        purpose,
        description: text(alarm.alarm_description()),
        namespace: text(alarm.namespace()),
        metric_name: text(alarm.metric_name()),
        dimensions: alarm
            .dimensions()
            .iter()
            .filter_map(|it| Some((it.name()?.to_owned(), it.value()?.to_owned())))
            .collect(),
        statistic: alarm.statistic().map(|statistic| statistic.as_str().to_owned()),
        extended_statistic: alarm.extended_statistic().map(str::to_owned),
        comparison_operator: alarm
            .comparison_operator()
            .map_or("", ComparisonOperator::as_str)
            .to_owned(),
        threshold: alarm.threshold().unwrap_or_default(),
        period: natural(alarm.period()),
        evaluation_periods: natural(alarm.evaluation_periods()),
        treat_missing_data: alarm.treat_missing_data().unwrap_or("missing").to_owned(),
        alarm_actions: sorted(alarm.alarm_actions()),
        ok_actions: sorted(alarm.ok_actions()),
    }
}

fn outputs(alarm: &Described) -> Outputs {
    Outputs {
        arn: alarm.alarm_arn().unwrap_or_default().to_owned(),
        name: alarm.alarm_name().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{ComparisonOperator, Described, Inputs, Statistic, dimensions, inputs, name};

    #[test]
    fn what_is_put_is_read_back_as_what_was_asked_for() {
        let asked = Inputs {
            purpose: "cpu-high".to_owned(),
            description: "CPU use is high".to_owned(),
            namespace: "AWS/ECS".to_owned(),
            metric_name: "CPUUtilization".to_owned(),
            dimensions: [("ClusterName".to_owned(), "c".to_owned())].into(),
            statistic: Some("Average".to_owned()),
            extended_statistic: None,
            comparison_operator: "GreaterThanThreshold".to_owned(),
            threshold: 80.0,
            period: 60,
            evaluation_periods: 5,
            treat_missing_data: "notBreaching".to_owned(),
            alarm_actions: vec!["arn:a".to_owned(), "arn:b".to_owned()],
            ok_actions: Vec::new(),
        };
        let shown = Described::builder()
            .alarm_name(name("web-abc", "cpu-high"))
            .alarm_description("CPU use is high")
            .namespace("AWS/ECS")
            .metric_name("CPUUtilization")
            .set_dimensions(Some(dimensions(&asked)))
            .statistic(Statistic::Average)
            .comparison_operator(ComparisonOperator::GreaterThanThreshold)
            .threshold(80.0)
            .period(60)
            .evaluation_periods(5)
            .treat_missing_data("notBreaching")
            .alarm_actions("arn:b")
            .alarm_actions("arn:a")
            .build();
        assert_eq!(inputs("web-abc", &shown), asked);
    }
}
