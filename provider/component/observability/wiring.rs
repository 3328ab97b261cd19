//! What watches the service: alarms and dashboard.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use super::logs::Logs;
use crate::children::cloudwatch::{dashboard, metric_alarm};
use crate::component::balancer::wiring::WayIn;
use crate::component::inputs::presets::Level;
use crate::component::inputs::types::List;
use crate::component::service::wiring::Service;
use crate::component::wiring::parent::Parent;
use crate::component::wiring::{Node, Source, Wanted, Wiring};
use crate::error::Result;
use crate::property::{IntoMap, Output, Wire};

/// What the component says of what watches the service.
pub(in crate::component) struct Watch<'a> {
    pub alarm_arns: Node<'a, Output<Vec<String>>>,
    pub dashboard_url: Node<'a, Option<Output<String>>>,
}

/// The alarms on requests, which need nothing of the service: it may name them.
pub(in crate::component) type Alarms<'a> = Node<'a, Vec<metric_alarm::Outputs<Wire>>>;

pub(in crate::component) fn of_requests<'a>(
    wiring: &mut Wiring<'a>,
    way_in: &WayIn<'a>,
) -> Alarms<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let (balancer, group) = (way_in.load_balancer.clone(), way_in.target_group.clone());
    let alternate = way_in.shifting.as_ref().map(|it| it.alternate.clone());
    let further = way_in.targets.clone();
    wiring.node(async move {
        let of_first = async {
            let (balancer, group) = tokio::try_join!(balancer.clone(), group)?;
            create(parent, want.request_alarms(&(balancer.arn_suffix, group.arn_suffix))).await
        };
        let of_second = async {
            let Some(alternate) = alternate else { return Ok(Vec::new()) };
            let (balancer, group) = tokio::try_join!(balancer.clone(), alternate)?;
            let alarms = want.request_alarms(&(balancer.arn_suffix, group.arn_suffix));
            create(parent, alarms.into_iter().map(of_alternate).collect()).await
        };
        let of_further = further.into_iter().map(|target| {
            let balancer = balancer.clone();
            async move {
                let (balancer, group) = tokio::try_join!(balancer, target.group)?;
                let alarms = want.request_alarms(&(balancer.arn_suffix, group.arn_suffix));
                let alarms = alarms.into_iter().map(|it| of_target(target.name, it));
                create(parent, alarms.collect()).await
            }
        });
        let (first, second, further) =
            tokio::try_join!(of_first, of_second, try_join_all(of_further))?;
        Ok(first.into_iter().chain(second).chain(further.into_iter().flatten()).collect())
    })
}

pub(in crate::component) fn wire<'a>(
    wiring: &mut Wiring<'a>,
    service: &Service<'a>,
    way_in: &WayIn<'a>,
    logs: &Logs<'a>,
    alarms: &Alarms<'a>,
) -> Watch<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let service = service.service.clone();
    let (balancer, group) = (way_in.load_balancer.clone(), way_in.target_group.clone());
    let alternate = way_in.shifting.as_ref().map(|it| it.alternate.clone());
    let of_service = wiring.node(async move {
        let service = service.await?;
        Ok((service.cluster_name, service.name))
    });
    let (tasks, requests) = (of_service.clone(), alarms.clone());
    let alarm_arns = wiring.node(async move {
        let (tasks, requests) = tokio::try_join!(
            async { create(parent, want.task_alarms(&tasks.await?)).await },
            requests,
        )?;
        Ok(tasks.into_iter().chain(requests).map(|it| it.arn).collect::<Output<Vec<_>>>())
    });
    let (logs, further) = (logs.clone(), way_in.targets.clone());
    let dashboard_url = wiring.node(async move {
        if !want.has_dashboard() {
            return Ok(None);
        }
        let (service, balancer, group, logs) = tokio::try_join!(of_service, balancer, group, logs)?;
        let alternate = match alternate {
            Some(alternate) => Some(alternate.await?.arn_suffix),
            None => None,
        };
        let targets = (balancer.arn_suffix, group.arn_suffix);
        let mut inputs = want.dashboard(service, targets, alternate, logs.name);
        let further = try_join_all(further.into_iter().map(|it| it.group)).await?;
        let further: Vec<_> = further.into_iter().map(|it| it.arn_suffix).collect();
        inputs.further_target_groups = (!further.is_empty()).then(|| further.into());
        parent.make::<dashboard::Dashboard>("dashboard", inputs).await.map(|it| Some(it.url))
    });
    Watch { alarm_arns, dashboard_url }
}

/// Alarms, each with its purpose.
type Wished = Vec<(String, metric_alarm::Inputs<Wire>)>;

/// Creates the alarms.
async fn create(parent: &Parent<'_>, alarms: Wished) -> Result<Vec<metric_alarm::Outputs<Wire>>> {
    let alarms = alarms.into_iter().map(|(purpose, inputs)| async move {
        let part = format!("alarm-{purpose}");
        parent.make::<metric_alarm::MetricAlarm>(&part, inputs).await
    });
    try_join_all(alarms).await
}

/// The same alarm on the second target group.
fn of_alternate(
    (purpose, inputs): (String, metric_alarm::Inputs<Wire>),
) -> (String, metric_alarm::Inputs<Wire>) {
    let purpose = format!("{purpose}-alternate");
    let inputs = metric_alarm::Inputs {
        purpose: purpose.as_str().into(),
        description: inputs.description.map(|it| it + " (alternate target group)"),
        ..inputs
    };
    (purpose, inputs)
}

/// The same alarm on the target group of a further port.
fn of_target(
    name: &str,
    (purpose, inputs): (String, metric_alarm::Inputs<Wire>),
) -> (String, metric_alarm::Inputs<Wire>) {
    let purpose = format!("{purpose}-target-{name}");
    let told = format!(" (target {name})");
    let inputs = metric_alarm::Inputs {
        purpose: purpose.as_str().into(),
        description: inputs.description.map(|it| it + &told),
        ..inputs
    };
    (purpose, inputs)
}

/// Names of cluster and service, or of load balancer and target group, as metrics have them.
type Watched = (Output<String>, Output<String>);

impl Wanted {
    pub(in crate::component) fn level(&self) -> Level {
        self.args.observability.monitoring().level(&self.defaults)
    }

    fn has_dashboard(&self) -> bool {
        self.args.observability.monitoring().dashboard.unwrap_or(self.level() == Level::Advanced)
    }

    fn dashboard(
        &self,
        (cluster_name, service_name): Watched,
        (load_balancer, target_group): Watched,
        alternate_target_group: Option<Output<String>>,
        log_group_name: Output<String>,
    ) -> dashboard::Inputs<Wire> {
        let container_insights = match self.args.service.cluster() {
            Source::Created => self.cluster().container_insights.map(|it| it != "disabled"),
            // Nobody asked how the existing cluster is set up; its widgets would be empty.
            Source::Given(_) => false.into(),
        };
        dashboard::Inputs {
            cluster_name,
            service_name,
            load_balancer,
            target_group,
            alternate_target_group,
            further_target_groups: None,
            log_group_name,
            container_insights,
        }
    }

    /// The alarms of the level on the tasks.
    fn task_alarms(&self, (cluster, service): &Watched) -> Wished {
        if self.level() == Level::None {
            return Vec::new();
        }
        let given = self.args.observability.monitoring();
        let actions = given.alarm_actions();
        let dimensions = [("ClusterName", cluster), ("ServiceName", service)];
        let ecs = |purpose, metric, threshold, what: &str| {
            let metric = ("AWS/ECS", metric);
            alarm(&actions, purpose, metric, &dimensions, ("Average", 60, 5), threshold, what)
        };
        vec![
            ecs("cpu-high", "CPUUtilization", given.cpu_threshold(), "CPU use is high"),
            ecs("memory-high", "MemoryUtilization", given.memory_threshold(), "Memory use is high"),
        ]
    }

    /// The alarms of the level on the requests.
    fn request_alarms(&self, (balancer, group): &Watched) -> Wished {
        if self.level() < Level::Advanced {
            return Vec::new();
        }
        let given = self.args.observability.monitoring();
        let actions = given.alarm_actions();
        let dimensions = [("LoadBalancer", balancer), ("TargetGroup", group)];
        let elb = |purpose, metric, how, threshold, what: &str| {
            let metric = ("AWS/ApplicationELB", metric);
            alarm(&actions, purpose, metric, &dimensions, how, threshold, what)
        };
        let mut alarms = vec![
            elb(
                "server-errors",
                "HTTPCode_Target_5XX_Count",
                ("Sum", 300, 1),
                given.server_error_threshold(),
                "The application answers with server errors",
            ),
            elb(
                "slow",
                "TargetResponseTime",
                ("Average", 60, 5),
                given.response_time_threshold(),
                "The application answers slowly",
            ),
            elb(
                "unhealthy",
                "UnHealthyHostCount",
                ("Maximum", 60, 5),
                0.0.into(),
                "Tasks are unhealthy",
            ),
        ];
        // What many applications answer on purpose: only for those whose users say how much is too much.
        let answers = [
            (
                "client-errors",
                "HTTPCode_Target_4XX_Count",
                given.client_error_threshold(),
                "The application answers with client errors",
            ),
            (
                "redirects",
                "HTTPCode_Target_3XX_Count",
                given.redirect_threshold(),
                "The application answers with redirects",
            ),
        ];
        for (purpose, metric, threshold, what) in answers {
            let alarm = |threshold| elb(purpose, metric, ("Sum", 300, 1), threshold, what);
            alarms.extend(threshold.map(alarm));
        }
        alarms
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
) -> (String, metric_alarm::Inputs<Wire>) {
    let dimensions: BTreeMap<String, Output<String>> =
        dimensions.iter().map(|(name, value)| ((*name).to_owned(), (*value).clone())).into_map();
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
    (purpose.to_owned(), inputs)
}
