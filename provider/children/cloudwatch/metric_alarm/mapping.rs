//! An alarm as CloudWatch spells it: made of what was asked for, and read back as that.

use aws_sdk_cloudwatch::types::{ComparisonOperator, Dimension, MetricAlarm as Described};

use super::{Inputs, Outputs};
use crate::aws::numbers::natural;
use crate::property::IntoMap;

/// The default of `treatMissingData`, which AWS does not show.
const MISSING: &str = "missing";

pub(super) fn dimensions(inputs: &Inputs) -> Vec<Dimension> {
    let dimensions = inputs.dimensions.iter();
    dimensions.map(|(name, value)| Dimension::builder().name(name).value(value).build()).collect()
}

/// An alarm of the service `base`, read back: the end of its name is its purpose.
pub(super) fn inputs(alarm: &Described, base: &str) -> Inputs {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let number = |number: Option<i32>| natural(number).unwrap_or(0);
    let list = |actions: &[String]| {
        let mut actions = actions.to_vec();
        actions.sort();
        actions
    };
    let name = alarm.alarm_name().unwrap_or_default();
    let purpose = name.strip_prefix(base).and_then(|rest| rest.strip_prefix('-'));
    let dimensions = alarm.dimensions().iter();
    Inputs {
        purpose: purpose.unwrap_or(name).to_owned(),
        description: text(alarm.alarm_description()),
        namespace: text(alarm.namespace()),
        metric_name: text(alarm.metric_name()),
        dimensions: dimensions.map(|it| (text(it.name()), text(it.value()))).into_map(),
        statistic: alarm.statistic().map(|statistic| statistic.as_str().to_owned()),
        extended_statistic: alarm.extended_statistic().map(str::to_owned),
        comparison_operator: text(alarm.comparison_operator().map(ComparisonOperator::as_str)),
        threshold: alarm.threshold().unwrap_or_default(),
        period: number(alarm.period()),
        evaluation_periods: number(alarm.evaluation_periods()),
        treat_missing_data: alarm.treat_missing_data().unwrap_or(MISSING).to_owned(),
        alarm_actions: list(alarm.alarm_actions()),
        ok_actions: list(alarm.ok_actions()),
    }
}

pub(super) fn outputs(alarm: &Described) -> Outputs {
    Outputs {
        arn: alarm.alarm_arn().unwrap_or_default().to_owned(),
        name: alarm.alarm_name().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::Statistic;

    use super::{ComparisonOperator, Described, Inputs, dimensions, inputs};

    fn asked() -> Inputs {
        Inputs {
            purpose: "server-errors".to_owned(),
            description: "More than 10 errors a minute.".to_owned(),
            namespace: "AWS/ApplicationELB".to_owned(),
            metric_name: "HTTPCode_Target_5XX_Count".to_owned(),
            dimensions: [
                ("TargetGroup".to_owned(), "targetgroup/web/1".to_owned()),
                ("LoadBalancer".to_owned(), "app/web/1".to_owned()),
            ]
            .into(),
            statistic: Some("Sum".to_owned()),
            extended_statistic: None,
            comparison_operator: "GreaterThanThreshold".to_owned(),
            threshold: 10.0,
            period: 60,
            evaluation_periods: 3,
            treat_missing_data: "missing".to_owned(),
            alarm_actions: vec!["arn:a".to_owned(), "arn:b".to_owned()],
            ok_actions: Vec::new(),
        }
    }

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let mut turned = dimensions(&asked());
        turned.reverse();
        let shown = Described::builder()
            .alarm_name("web-site-server-errors")
            .alarm_description("More than 10 errors a minute.")
            .namespace("AWS/ApplicationELB")
            .metric_name("HTTPCode_Target_5XX_Count")
            .set_dimensions(Some(turned))
            .statistic(Statistic::Sum)
            .comparison_operator(ComparisonOperator::GreaterThanThreshold)
            .threshold(10.0)
            .period(60)
            .evaluation_periods(3)
            .alarm_actions("arn:b")
            .alarm_actions("arn:a")
            .build();
        assert_eq!(inputs(&shown, "web-site"), asked());
    }
}
