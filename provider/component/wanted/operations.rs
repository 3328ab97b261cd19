//! What keeps an eye on it, and what protects it: logs, alarms, dashboard, deletion protection.

use std::collections::BTreeMap;

use super::{Wanted, or};
use crate::children::cloudwatch::{dashboard, metric_alarm};
use crate::children::logs::log_group;
use crate::children::ours::deletion_protection;
use crate::component::args::{List, MonitoringArgs};
use crate::component::presets::Level;
use crate::property::{Output, Wire};

/// What alarms and dashboard look at.
#[derive(Clone)]
pub(in crate::component) struct Watched {
    pub cluster: Output<String>,
    pub service: Output<String>,
    pub load_balancer: Output<String>,
    pub target_group: Output<String>,
}

impl Wanted {
    pub(in crate::component) fn log_group(&self) -> log_group::Inputs<Wire> {
        let days = self.defaults.log_retention_in_days;
        log_group::Inputs {
            retention_in_days: Some(or(self.args.log_retention_in_days.as_ref(), days)),
            kms_key_id: self.args.log_kms_key_id.clone(),
        }
    }

    fn monitoring(&self) -> MonitoringArgs {
        self.args.monitoring.clone().unwrap_or_default()
    }

    pub(super) fn level(&self) -> Level {
        self.monitoring().level.unwrap_or(self.defaults.level)
    }

    pub(in crate::component) fn has_dashboard(&self) -> bool {
        self.monitoring().dashboard.unwrap_or(self.level() == Level::Advanced)
    }

    pub(in crate::component) fn dashboard(
        &self,
        watched: Watched,
        log_group_name: Output<String>,
    ) -> dashboard::Inputs<Wire> {
        let insights = match self.cluster() {
            Some(cluster) => cluster.container_insights.map(|it| it != "disabled"),
            // Nobody asked how the existing cluster is set up; its widgets would be empty.
            None => false.into(),
        };
        dashboard::Inputs {
            cluster_name: watched.cluster,
            service_name: watched.service,
            load_balancer: watched.load_balancer,
            target_group: watched.target_group,
            log_group_name,
            container_insights: insights,
        }
    }

    /// Whether something in it may have to be kept: asked for, or images that would be lost.
    pub(in crate::component) fn is_protected(&self) -> bool {
        // A repository may come to be protected or not while the service lives: the child stays and
        // knows, since its end in the middle of that life would be taken for the service's.
        self.args.deletion_protection.is_some()
            || self.defaults.deletion_protection
            || self.repository().is_some()
    }

    pub(in crate::component) fn deletion_protection(
        &self,
        load_balancer_arn: Output<String>,
        repository_name: Option<Output<String>>,
    ) -> deletion_protection::Inputs<Wire> {
        deletion_protection::Inputs {
            load_balancer_arn,
            repository_name,
            force_delete: self.repository().map(|repository| repository.force_delete),
        }
    }

    /// The alarms of the level, each with the name of its child.
    pub(in crate::component) fn alarms(
        &self,
        watched: &Watched,
    ) -> Vec<(String, metric_alarm::Inputs<Wire>)> {
        let level = self.level();
        if level == Level::None {
            return Vec::new();
        }
        let given = self.monitoring();
        let actions = or(given.alarm_actions.as_ref(), Vec::new());
        let service = [("ClusterName", &watched.cluster), ("ServiceName", &watched.service)];
        let balancer =
            [("LoadBalancer", &watched.load_balancer), ("TargetGroup", &watched.target_group)];
        let ecs = |purpose, metric, threshold, what: &str| {
            alarm(
                &actions,
                purpose,
                ("AWS/ECS", metric),
                &service,
                ("Average", 60, 5),
                threshold,
                what,
            )
        };
        let mut alarms = vec![
            ecs(
                "cpu-high",
                "CPUUtilization",
                or(given.cpu_threshold.as_ref(), 80.0),
                "CPU use is high",
            ),
            ecs(
                "memory-high",
                "MemoryUtilization",
                or(given.memory_threshold.as_ref(), 80.0),
                "Memory use is high",
            ),
        ];
        if level == Level::Advanced {
            let elb = |purpose, metric, how, threshold, what: &str| {
                alarm(
                    &actions,
                    purpose,
                    ("AWS/ApplicationELB", metric),
                    &balancer,
                    how,
                    threshold,
                    what,
                )
            };
            alarms.extend([
                elb(
                    "server-errors",
                    "HTTPCode_Target_5XX_Count",
                    ("Sum", 300, 1),
                    or(given.server_error_threshold.as_ref(), 10.0),
                    "The application answers with server errors",
                ),
                elb(
                    "slow",
                    "TargetResponseTime",
                    ("Average", 60, 5),
                    or(given.response_time_threshold.as_ref(), 2.0),
                    "The application answers slowly",
                ),
                elb(
                    "unhealthy",
                    "UnHealthyHostCount",
                    ("Maximum", 60, 5),
                    0.0.into(),
                    "Tasks are unhealthy",
                ),
            ]);
        }
        alarms.into_iter().map(|(purpose, inputs)| (format!("alarm-{purpose}"), inputs)).collect()
    }
}

/// Statistic, period in seconds, and in how many periods.
type How = (&'static str, u32, u32);

fn alarm(
    actions: &List,
    purpose: &'static str,
    (namespace, metric): (&str, &str),
    dimensions: &[(&str, &Output<String>)],
    (statistic, period, periods): How,
    threshold: Output<f64>,
    what: &str,
) -> (&'static str, metric_alarm::Inputs<Wire>) {
    let dimensions: BTreeMap<String, Output<String>> =
        dimensions.iter().map(|(name, value)| ((*name).to_owned(), (*value).clone())).collect();
    let inputs = metric_alarm::Inputs {
        purpose: purpose.into(),
        description: what.into(),
        namespace: namespace.into(),
        metric_name: metric.into(),
        dimensions: dimensions.into(),
        statistic: Some(statistic.into()),
        extended_statistic: None,
        comparison_operator: "GreaterThanThreshold".into(),
        threshold,
        period: period.into(),
        evaluation_periods: periods.into(),
        // Nobody asking is no reason for an alarm.
        treat_missing_data: "notBreaching".into(),
        alarm_actions: actions.clone(),
        ok_actions: actions.clone(),
    };
    (purpose, inputs)
}
