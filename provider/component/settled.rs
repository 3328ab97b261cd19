//! Inputs with every default decided: what each child is asked for.

use super::args::{Args, AutoscalingArgs, HealthCheckArgs, Level, List, MonitoringArgs};
use super::presets::Defaults;
use super::{HEALTH_CHECK_INTERVAL, HEALTH_CHECK_TIMEOUT};
use crate::children::statement::Statement;
use crate::children::{
    cluster, dashboard, deletion_protection, listener, load_balancer, log_group, metric_alarm,
    network, repository, role, scaling_policy, scaling_target, security_group, security_group_rule,
    service, target_group, task_definition,
};
use crate::property::{Output, Property, Wire};

/// AWS's recommendation; its default when none is sent still allows TLS 1.0.
const SSL_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/// The inputs, and what holds where they say nothing.
pub(super) struct Settled {
    pub args: Args,
    defaults: Defaults,
}

/// What runs.
#[derive(Clone)]
pub(super) struct Image {
    pub uri: Output<String>,
    /// Of the service's own repository.
    pub digest: Option<Output<String>>,
    /// Whether there is an image to run.
    pub found: Output<bool>,
}

/// How tasks reach the world and the world reaches them.
pub(super) struct Ways {
    pub subnets: Output<Vec<String>>,
    pub security_group: Output<String>,
    pub public_ip: Output<bool>,
    pub target_group: Output<String>,
    pub load_balancer: Output<String>,
}

/// What alarms and dashboard look at.
#[derive(Clone)]
pub(super) struct Watched {
    pub cluster: Output<String>,
    pub service: Output<String>,
    pub load_balancer: Output<String>,
    pub target_group: Output<String>,
}

impl From<Args> for Settled {
    fn from(args: Args) -> Self {
        let defaults = Defaults::of(args.preset);
        Self { args, defaults }
    }
}

/// The value given, or the default.
fn or<T: Property>(given: Option<&Output<T>>, default: impl Into<Output<T>>) -> Output<T> {
    given.cloned().unwrap_or_else(|| default.into())
}

impl Settled {
    pub(super) fn network(&self) -> network::Inputs<Wire> {
        network::Inputs {
            vpc_id: self.args.vpc_id.clone(),
            public_subnet_ids: self.args.public_subnet_ids.clone(),
            private_subnet_ids: self.args.private_subnet_ids.clone(),
            use_default_vpc: self.args.use_default_vpc.unwrap_or(false).into(),
            internal: or(self.args.internal.as_ref(), false),
            assign_public_ip: self.args.assign_public_ip.clone(),
        }
    }

    pub(super) fn log_group(&self) -> log_group::Inputs<Wire> {
        let days = self.defaults.log_retention_in_days;
        log_group::Inputs {
            retention_in_days: Some(or(self.args.log_retention_in_days.as_ref(), days)),
            kms_key_id: self.args.log_kms_key_id.clone(),
        }
    }

    pub(super) fn repository(&self) -> Option<repository::Inputs<Wire>> {
        let given = self.args.repository.clone().unwrap_or_default();
        given.enabled.unwrap_or(self.args.image.is_none()).then(|| repository::Inputs {
            image_tag_mutability: or(
                given.image_tag_mutability.as_ref(),
                self.defaults.image_tag_mutability,
            ),
            scan_on_push: or(given.scan_on_push.as_ref(), true),
            keep_images: or(given.keep_images.as_ref(), 30),
            expire_untagged_after_days: or(given.expire_untagged_after_days.as_ref(), 1),
            force_delete: or(given.force_delete.as_ref(), self.defaults.force_delete),
            kms_key_arn: given.kms_key_arn,
        })
    }

    pub(super) fn image_tag(&self) -> Output<String> {
        or(self.args.image_tag.as_ref(), "latest")
    }

    /// An image from elsewhere is taken as given.
    pub(super) fn foreign_image(&self) -> Image {
        let uri = self.args.image.clone().unwrap_or_else(Output::unknown);
        Image { uri, digest: None, found: true.into() }
    }

    /// None if the service moves into an existing one.
    pub(super) fn cluster(&self) -> Option<cluster::Inputs<Wire>> {
        if self.args.cluster_arn.is_some() {
            return None;
        }
        let insights = if self.level() == Level::Advanced { "enabled" } else { "disabled" };
        let providers = ["FARGATE", "FARGATE_SPOT"].map(Output::from).to_vec();
        Some(cluster::Inputs {
            container_insights: or(self.args.container_insights.as_ref(), insights),
            capacity_providers: providers.into(),
        })
    }

    pub(super) fn role(
        &self,
        purpose: &str,
        statements: Output<Vec<Statement<Wire>>>,
        managed_policy_arns: List,
    ) -> role::Inputs<Wire> {
        let description = match purpose {
            "execution" => "Lets ECS start the tasks of a FargateWebService",
            _ => "The application of a FargateWebService",
        };
        role::Inputs {
            purpose: purpose.into(),
            description: description.into(),
            statements,
            managed_policy_arns,
            permissions_boundary: self.args.permissions_boundary.clone(),
        }
    }

    pub(super) fn task_role_policies(&self) -> List {
        or(self.args.task_role_policy_arns.as_ref(), Vec::new())
    }

    /// The rules of the groups that are ours, each under a name that never moves to another rule.
    pub(super) fn security_group_rules(
        &self,
        alb: &Output<String>,
        service: &Output<String>,
    ) -> Vec<(String, security_group_rule::Inputs<Wire>)> {
        let mut rules = Vec::new();
        let ports =
            [self.listens_on_http().then_some(80), self.args.certificate_arn.as_ref().map(|_| 443)];
        let everyone = vec!["0.0.0.0/0".to_owned()];
        if self.args.alb_security_group_id.is_none() {
            for port in ports.into_iter().flatten() {
                for block in self.args.allowed_cidr_blocks.as_ref().unwrap_or(&everyone) {
                    let part = format!("alb-in-{port}-{}", block.replace(['/', ':'], "-"));
                    let mut rule = rule(alb, "ingress", Some(&Output::from(port)));
                    rule.description = "Clients".into();
                    if block.contains(':') {
                        rule.cidr_ipv6 = Some(block.as_str().into());
                    } else {
                        rule.cidr_ipv4 = Some(block.as_str().into());
                    }
                    rules.push((part, rule));
                }
            }
        }
        for (suffix, port) in self.task_ports() {
            if self.args.alb_security_group_id.is_none() {
                let mut out = rule(alb, "egress", Some(&port));
                out.referenced_security_group_id = Some(service.clone());
                out.description = "To the tasks".into();
                rules.push((format!("alb-out{suffix}"), out));
            }
            if self.args.service_security_group_id.is_none() {
                let mut into = rule(service, "ingress", Some(&port));
                into.referenced_security_group_id = Some(alb.clone());
                into.description = "From the load balancer".into();
                rules.push((format!("service-in{suffix}"), into));
            }
        }
        if self.args.service_security_group_id.is_none() {
            let mut out = rule(service, "egress", None);
            out.cidr_ipv4 = Some("0.0.0.0/0".into());
            out.description =
                "To the registry, the logs, and whatever the application calls".into();
            rules.push(("service-out".to_owned(), out));
        }
        rules
    }

    /// The container's port, and the health check's if it has one of its own.
    fn task_ports(&self) -> Vec<(&'static str, Output<u16>)> {
        let mut ports = vec![("", self.container_port())];
        let check = self.args.health_check.as_ref().and_then(|check| check.port.clone());
        if let Some(port) = check
            && port.known().is_none_or(|port| port != "traffic-port")
        {
            let container = self.container_port();
            let port =
                port.zip(container).map(|(port, container)| port.parse().unwrap_or(container));
            let same = port.known().is_some() && port.known() == self.container_port().known();
            if !same {
                ports.push(("-health", port));
            }
        }
        ports
    }

    fn container_port(&self) -> Output<u16> {
        or(self.args.container_port.as_ref(), 80)
    }

    /// Port 80 redirects or serves; with a certificate and no redirect it is closed.
    pub(super) fn listens_on_http(&self) -> bool {
        self.args.certificate_arn.is_none() || self.args.redirect_http.unwrap_or(true)
    }

    pub(super) fn load_balancer(
        &self,
        subnets: Output<Vec<String>>,
        group: Output<String>,
    ) -> load_balancer::Inputs<Wire> {
        load_balancer::Inputs {
            internal: or(self.args.internal.as_ref(), false),
            subnets: spread(subnets),
            security_groups: vec![group].into(),
            idle_timeout: or(self.args.idle_timeout.as_ref(), 60),
            deletion_protection: or(
                self.args.deletion_protection.as_ref(),
                self.defaults.deletion_protection,
            ),
            drop_invalid_header_fields: true.into(),
        }
    }

    pub(super) fn target_group(&self, vpc_id: Output<String>) -> target_group::Inputs<Wire> {
        let none = HealthCheckArgs::default();
        let check = self.args.health_check.as_ref().unwrap_or(&none);
        target_group::Inputs {
            port: self.container_port(),
            protocol: "HTTP".into(),
            vpc_id,
            health_check: target_group::HealthCheck {
                path: or(check.path.as_ref(), "/"),
                port: or(check.port.as_ref(), "traffic-port"),
                matcher: or(check.matcher.as_ref(), "200-399"),
                interval: or(check.interval.as_ref(), HEALTH_CHECK_INTERVAL),
                timeout: or(check.timeout.as_ref(), HEALTH_CHECK_TIMEOUT),
                healthy_threshold: or(check.healthy_threshold.as_ref(), 2),
                unhealthy_threshold: or(check.unhealthy_threshold.as_ref(), 3),
            },
            deregistration_delay: or(self.args.deregistration_delay.as_ref(), 30),
        }
    }

    pub(super) fn http_listener(
        &self,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        let redirects = self.args.certificate_arn.is_some();
        listener::Inputs {
            load_balancer_arn,
            port: 80.into(),
            protocol: "HTTP".into(),
            certificate_arn: None,
            ssl_policy: None,
            target_group_arn: (!redirects).then_some(target_group_arn),
            redirect_port: redirects.then(|| 443.into()),
        }
    }

    pub(super) fn https_listener(
        &self,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
        certificate_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        listener::Inputs {
            load_balancer_arn,
            port: 443.into(),
            protocol: "HTTPS".into(),
            certificate_arn: Some(certificate_arn),
            ssl_policy: Some(or(self.args.ssl_policy.as_ref(), SSL_POLICY)),
            target_group_arn: Some(target_group_arn),
            redirect_port: None,
        }
    }

    pub(super) fn task_definition(
        &self,
        image: Output<String>,
        execution_role_arn: Output<String>,
        task_role_arn: Output<String>,
        log_group_name: Output<String>,
    ) -> task_definition::Inputs<Wire> {
        let args = &self.args;
        let mut environment = or(args.environment.as_ref(), std::collections::BTreeMap::new());
        if let Some(arn) = args.database_secret_arn.clone() {
            environment = environment.map(|mut all| {
                all.insert("DB_SECRET_ARN".to_owned(), arn);
                all
            });
        }
        task_definition::Inputs {
            cpu: or(args.cpu.as_ref(), self.defaults.cpu),
            memory: or(args.memory.as_ref(), self.defaults.memory),
            architecture: or(args.architecture.as_ref(), "X86_64"),
            execution_role_arn,
            task_role_arn,
            image,
            container_port: self.container_port(),
            environment,
            secrets: or(args.secrets.as_ref(), std::collections::BTreeMap::new()),
            command: args.command.clone(),
            entry_point: args.entry_point.clone(),
            user: args.user.clone(),
            working_directory: args.working_directory.clone(),
            readonly_root_filesystem: or(args.readonly_root_filesystem.as_ref(), false),
            init_process_enabled: or(args.init_process_enabled.as_ref(), true),
            stop_timeout: args.stop_timeout.clone(),
            health_check: args.container_health_check.clone().map(|check| {
                task_definition::ContainerHealthCheck {
                    command: or(check.command.as_ref(), Vec::new()),
                    interval: or(check.interval.as_ref(), 30),
                    timeout: or(check.timeout.as_ref(), 5),
                    retries: or(check.retries.as_ref(), 3),
                    start_period: or(check.start_period.as_ref(), 0),
                }
            }),
            log_group_name,
        }
    }

    pub(super) fn service(
        &self,
        cluster_arn: Output<String>,
        task_definition_arn: Output<String>,
        found: &Output<bool>,
        ways: Ways,
        log_group_name: Output<String>,
    ) -> service::Inputs<Wire> {
        let args = &self.args;
        let deployment = args.deployment.clone().unwrap_or_default();
        let breaker = deployment.circuit_breaker.unwrap_or_default();
        service::Inputs {
            cluster_arn,
            task_definition_arn,
            desired_count: if_found(found, self.desired_count()),
            scaled: self.scaling().is_some().into(),
            subnets: spread(ways.subnets),
            security_groups: vec![ways.security_group].into(),
            assign_public_ip: ways.public_ip,
            target_group_arn: ways.target_group,
            load_balancer_arn: ways.load_balancer,
            container_port: self.container_port(),
            capacity_provider_strategy: self.strategy(),
            minimum_healthy_percent: or(deployment.minimum_healthy_percent.as_ref(), 100),
            maximum_percent: or(deployment.maximum_percent.as_ref(), 200),
            circuit_breaker: or(breaker.enable.as_ref(), true),
            rollback: or(breaker.rollback.as_ref(), true),
            health_check_grace_period_seconds: or(
                args.health_check_grace_period_seconds.as_ref(),
                60,
            ),
            enable_execute_command: or(args.enable_execute_command.as_ref(), false),
            wait_for_steady_state: or(args.wait_for_steady_state.as_ref(), true),
            triggers: or(args.triggers.as_ref(), std::collections::BTreeMap::new()),
            force_new_deployment: or(args.force_new_deployment.as_ref(), false),
            log_group_name,
        }
    }

    /// The count to begin with: with autoscaling never below its minimum.
    fn desired_count(&self) -> Output<u32> {
        match (&self.args.desired_count, self.scaling()) {
            (Some(given), _) => given.clone(),
            (None, Some(scaling)) => scaling.min_capacity(),
            (None, None) => self.defaults.desired_count.into(),
        }
    }

    fn strategy(&self) -> Output<Vec<service::StrategyItem<Wire>>> {
        if let Some(given) = self.args.capacity_provider_strategies.clone() {
            return given.map(|items| {
                items
                    .into_iter()
                    .map(|item| service::StrategyItem {
                        capacity_provider: item.capacity_provider,
                        base: or(item.base.as_ref(), 0),
                        weight: or(item.weight.as_ref(), 1),
                    })
                    .collect()
            });
        }
        let item = |provider: &str, base: u32| service::StrategyItem {
            capacity_provider: provider.into(),
            base: base.into(),
            weight: 1.into(),
        };
        or(self.args.spot.as_ref(), self.defaults.spot).map(|spot| match spot.as_str() {
            "all" => vec![item("FARGATE_SPOT", 0)],
            "mixed" => vec![item("FARGATE", 1), item("FARGATE_SPOT", 0)],
            _ => vec![item("FARGATE", 0)],
        })
    }

    /// None if the service does not scale.
    pub(super) fn scaling(&self) -> Option<Scaling> {
        let args = self.args.autoscaling.clone().unwrap_or_default();
        let enabled = args.enabled.unwrap_or(self.defaults.autoscaling);
        enabled.then_some(Scaling { args, defaults: self.defaults })
    }

    fn monitoring(&self) -> MonitoringArgs {
        self.args.monitoring.clone().unwrap_or_default()
    }

    fn level(&self) -> Level {
        self.monitoring().level.unwrap_or(self.defaults.level)
    }

    pub(super) fn has_dashboard(&self) -> bool {
        self.monitoring().dashboard.unwrap_or(self.level() == Level::Advanced)
    }

    pub(super) fn dashboard(
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
    pub(super) fn is_protected(&self) -> bool {
        let given = self.args.repository.as_ref().and_then(|it| it.force_delete.as_ref());
        let discards = given.is_none() && self.defaults.force_delete;
        self.args.deletion_protection.is_some()
            || self.defaults.deletion_protection
            || self.repository().is_some() && !discards
    }

    pub(super) fn deletion_protection(
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
    pub(super) fn alarms(&self, watched: &Watched) -> Vec<(String, metric_alarm::Inputs<Wire>)> {
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
    let dimensions: std::collections::BTreeMap<String, Output<String>> =
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

/// Autoscaling with its defaults.
pub(super) struct Scaling {
    args: AutoscalingArgs,
    defaults: Defaults,
}

impl Scaling {
    fn min_capacity(&self) -> Output<u32> {
        or(self.args.min_capacity.as_ref(), self.defaults.min_capacity)
    }

    pub(super) fn target(
        &self,
        cluster_name: Output<String>,
        service_name: Output<String>,
        found: &Output<bool>,
    ) -> scaling_target::Inputs<Wire> {
        let most = or(self.args.max_capacity.as_ref(), self.defaults.max_capacity);
        scaling_target::Inputs {
            cluster_name,
            service_name,
            // Without an image there is nothing to scale, and a minimum would start tasks.
            min_capacity: if_found(found, self.min_capacity()),
            max_capacity: if_found(found, most),
        }
    }

    pub(super) fn policies(
        &self,
        resource_id: &Output<String>,
        label: &Output<String>,
    ) -> Vec<(&'static str, scaling_policy::Inputs<Wire>)> {
        let policy = |metric: &str, target: Output<f64>, label: Option<Output<String>>| {
            scaling_policy::Inputs {
                resource_id: resource_id.clone(),
                metric: metric.into(),
                target_value: target,
                resource_label: label,
                scale_in_cooldown: or(self.args.scale_in_cooldown.as_ref(), 900),
                scale_out_cooldown: or(self.args.scale_out_cooldown.as_ref(), 300),
            }
        };
        let cpu = or(self.args.cpu_target.as_ref(), 70.0);
        let memory = or(self.args.memory_target.as_ref(), 80.0);
        let mut policies = vec![
            ("scaling-cpu", policy("ECSServiceAverageCPUUtilization", cpu, None)),
            ("scaling-memory", policy("ECSServiceAverageMemoryUtilization", memory, None)),
        ];
        if let Some(requests) = self.args.request_count_target.clone() {
            let policy = policy("ALBRequestCountPerTarget", requests, Some(label.clone()));
            policies.push(("scaling-requests", policy));
        }
        policies
    }
}

/// Which load balancer and target group the requests are counted of.
pub(super) fn resource_label(
    load_balancer: Output<String>,
    target_group: Output<String>,
) -> Output<String> {
    load_balancer.zip(target_group).map(|(balancer, group)| format!("{balancer}/{group}"))
}

pub(super) fn security_group(
    purpose: &str,
    vpc_id: Output<String>,
) -> security_group::Inputs<Wire> {
    let description = match purpose {
        "alb" => "Load balancer of a FargateWebService",
        _ => "Tasks of a FargateWebService",
    };
    security_group::Inputs { purpose: purpose.into(), description: description.into(), vpc_id }
}

fn rule(
    group: &Output<String>,
    direction: &str,
    port: Option<&Output<u16>>,
) -> security_group_rule::Inputs<Wire> {
    let port = port.cloned().map(|port| port.map(i32::from));
    security_group_rule::Inputs {
        security_group_id: group.clone(),
        direction: direction.into(),
        protocol: if port.is_some() { "tcp" } else { "-1" }.into(),
        from_port: port.clone(),
        to_port: port,
        cidr_ipv4: None,
        cidr_ipv6: None,
        referenced_security_group_id: None,
        description: "".into(),
    }
}

/// Nothing runs while there is no image.
fn if_found(found: &Output<bool>, number: Output<u32>) -> Output<u32> {
    number.zip(found.clone()).map(|(number, found)| if found { number } else { 0 })
}

/// A known list as a list of outputs.
fn spread(list: Output<Vec<String>>) -> List {
    list.map(|members| members.into_iter().map(Output::from).collect())
}
