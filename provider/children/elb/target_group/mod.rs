//! The target group: the tasks as the load balancer sees them, and whether they are healthy.
//!
//! Protocol, its version and VPC cannot change, and a group belongs to one balancer, so that it goes with the
//! scheme of that: a replacement has another name, and the service moves over before the old group
//! goes. `CreateTargetGroup` silently answers with an existing one, so we look first.
//!
//! The group's own port is that of targets which are registered without one (API reference,
//! CreateTargetGroup, `Port`). ECS registers every task with the container's port, so another
//! container port needs no other group: old and new tasks are in it side by side.

mod mapping;
mod permissions;

use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::{
    ProtocolEnum, TargetGroup as Described, TargetTypeEnum,
};
use serde::{Deserialize, Serialize};

use self::mapping::{inputs, matcher, name, outputs};
use crate::aws::numbers::whole;
use crate::aws::{Explain, OrGone};
use crate::children::elb::attributes::{self, Attribute, Attributed};
use crate::children::elb::tags;
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::owner;
use crate::resource::{
    Asked, Cx, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The target group.
pub struct TargetGroup;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// `HTTP` or `HTTPS`.
    pub protocol: F::Of<String>,
    /// `HTTP1`, `HTTP2` or `GRPC`.
    pub protocol_version: F::Of<String>,
    pub vpc_id: F::Of<String>,
    /// The scheme of the balancer that it will belong to.
    pub internal: F::Of<bool>,
    /// Whether it is the second group, between which and the first ECS moves the traffic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternate: Option<F::Of<bool>>,
    /// Which of the service's further groups it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<F::Of<String>>,
    pub health_check: HealthCheck<F>,
    /// Seconds.
    pub deregistration_delay: F::Of<u32>,
    /// `round_robin`, `least_outstanding_requests` or `weighted_random`.
    pub algorithm: F::Of<String>,
    /// `on` or `off`.
    pub anomaly_mitigation: F::Of<String>,
    /// Seconds; 0 for none.
    pub slow_start: F::Of<u32>,
    /// `false`, or `use_load_balancer_configuration`.
    pub cross_zone: F::Of<String>,
    pub stickiness: F::Of<bool>,
    /// `lb_cookie` or `app_cookie`.
    pub stickiness_type: F::Of<String>,
    /// Seconds.
    pub lb_cookie_duration: F::Of<u32>,
    /// Seconds.
    pub app_cookie_duration: F::Of<u32>,
    /// AWS does not take it away: the last name stays, and means nothing with `lb_cookie`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_cookie_name: Option<F::Of<String>>,
}

/// Whether requests cross zones is what the balancer says: an application load balancer always lets them.
pub const OF_BALANCER: &str = "use_load_balancer_configuration";
/// Seconds for which a cookie keeps a client at a task, where nothing is said.
pub const A_DAY: u32 = 86_400;

/// How the balancer checks a task. All of it is always sent: AWS's defaults differ by the version
/// of its documentation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct HealthCheck<F: Form = Plain> {
    /// `HTTP` or `HTTPS`.
    pub protocol: F::Of<String>,
    pub path: F::Of<String>,
    /// A number, or `traffic-port`.
    pub port: F::Of<String>,
    pub matcher: F::Of<String>,
    pub interval: F::Of<u32>,
    pub timeout: F::Of<u32>,
    pub healthy_threshold: F::Of<u32>,
    pub unhealthy_threshold: F::Of<u32>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
    /// `targetgroup/<name>/<id>`: how metrics name it.
    pub arn_suffix: F::Of<String>,
}

/// With AWS's defaults (botocore, TargetGroupAttribute).
impl Attributed for Inputs {
    const ATTRIBUTES: &'static [Attribute<Self>] = attributes::attributes![
        deregistration_delay => "deregistration_delay.timeout_seconds", 300;
        algorithm => "load_balancing.algorithm.type", "round_robin".to_owned();
        anomaly_mitigation => "load_balancing.algorithm.anomaly_mitigation", "off".to_owned();
        slow_start => "slow_start.duration_seconds", 0;
        cross_zone => "load_balancing.cross_zone.enabled", OF_BALANCER.to_owned();
        stickiness => "stickiness.enabled", false;
        stickiness_type => "stickiness.type", LB_COOKIE.to_owned();
        lb_cookie_duration => "stickiness.lb_cookie.duration_seconds", A_DAY;
        app_cookie_duration => "stickiness.app_cookie.duration_seconds", A_DAY;
        app_cookie_name => "stickiness.app_cookie.cookie_name", None;
    ];
}

const LB_COOKIE: &str = "lb_cookie";

/// Required, and without a meaning for us.
const PORT: i32 = 80;
const GONE: [&str; 1] = ["TargetGroupNotFound"];

impl Resource for TargetGroup {
    const TYPE: &'static str = "fargate:lb:TargetGroup";
    const PERMISSIONS: &'static [Permission] = permissions::ALL;
    const REPLACE_ON: &'static [&'static str] =
        &["protocol", "protocolVersion", "vpcId", "internal", "alternate", "target"];
    const WRITE_ONLY: &'static [&'static str] = &["target"];
    // The name, which shows it of the first two groups, is made of the target's name too.
    const LEFT_TO_OTHERS: &'static [(&'static str, &'static str)] = &[("internal", "target")];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.alternate = inputs.alternate.filter(|it| it.known() != Some(&false));
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let name = name(&cx.base, inputs);
        let asked = cx.aws.elb().await?.describe_target_groups().names(&name);
        let answer = asked.send().await.explain("elasticloadbalancing:DescribeTargetGroups", &name);
        let found = answer.or_gone(&GONE)?.and_then(|answer| answer.target_groups);
        let named = |it: &Described| it.target_group_name() == Some(&*name);
        let Some(group) = found.into_iter().flatten().find(named) else { return Ok(None) };
        let id = group.target_group_arn().unwrap_or_default().to_owned();
        let tags = Some(tags::of(cx, &id).await?.unwrap_or_default());
        Ok(Some(Standing::of(id, tags)))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let name = name(&cx.base, inputs);
        let check = &inputs.health_check;
        let made = cx
            .aws
            .elb()
            .await?
            .create_target_group()
            .name(&name)
            .port(PORT)
            .protocol(ProtocolEnum::from(inputs.protocol.as_str()))
            .protocol_version(&inputs.protocol_version)
            .vpc_id(&inputs.vpc_id)
            .target_type(TargetTypeEnum::Ip)
            .health_check_enabled(true)
            .health_check_protocol(ProtocolEnum::from(check.protocol.as_str()))
            .health_check_path(&check.path)
            .health_check_port(&check.port)
            .matcher(matcher(inputs))
            .health_check_interval_seconds(whole(check.interval))
            .health_check_timeout_seconds(whole(check.timeout))
            .healthy_threshold_count(whole(check.healthy_threshold))
            .unhealthy_threshold_count(whole(check.unhealthy_threshold))
            .set_tags(Some(tags::write(&cx.tags)?))
            .send()
            .await
            .explain("elasticloadbalancing:CreateTargetGroup", &name)?;
        let group = made
            .target_groups()
            .first()
            .ok_or_else(|| Error::bug("CreateTargetGroup gave no target group"))?;
        let outputs = outputs(group);
        Ok(Made { id: outputs.arn.clone(), outputs })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let changed = Inputs::changed(Some(&Inputs::unset()), inputs);
        attributes::of_target_group(cx, id, changed).await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let elb = cx.aws.elb().await?;
        let Some(group) = cx.aws.target_group(id).await? else { return Ok(None) };
        let attributes = elb
            .describe_target_group_attributes()
            .target_group_arn(id)
            .send()
            .await
            .explain("elasticloadbalancing:DescribeTargetGroupAttributes", id)
            .or_gone(&GONE)?;
        let Some(attributes) = attributes else { return Ok(None) };
        let Some(tags) = tags::of(cx, id).await? else { return Ok(None) };
        Ok(Some(Live {
            inputs: inputs(&group, attributes.attributes(), &owner::base(cx, &tags)),
            outputs: outputs(&group),
            tags: Some(tags),
        }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(tags::of(cx, id).await?.map(Some))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old.is_none_or(|old| old.health_check != new.health_check) {
            let check = &new.health_check;
            cx.aws
                .elb()
                .await?
                .modify_target_group()
                .target_group_arn(id)
                .health_check_protocol(ProtocolEnum::from(check.protocol.as_str()))
                .health_check_path(&check.path)
                .health_check_port(&check.port)
                .matcher(matcher(new))
                .health_check_interval_seconds(whole(check.interval))
                .health_check_timeout_seconds(whole(check.timeout))
                .healthy_threshold_count(whole(check.healthy_threshold))
                .unhealthy_threshold_count(whole(check.unhealthy_threshold))
                .send()
                .await
                .explain("elasticloadbalancing:ModifyTargetGroup", id)?;
        }
        attributes::of_target_group(cx, id, Inputs::changed(old, new)).await?;
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let elb = cx.aws.elb().await?;
        // A listener that went a moment ago still counts (terraform-provider-aws, 2 min).
        cx.retry(
            Duration::from_mins(2),
            |error| error.code() == Some("ResourceInUse"),
            || async {
                elb.delete_target_group()
                    .target_group_arn(id)
                    .send()
                    .await
                    .explain("elasticloadbalancing:DeleteTargetGroup", id)
                    .or_gone(&GONE)
            },
        )
        .await
        .map(drop)
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let target_groups = cx.aws.target_groups().await?;
        let named = target_groups.into_iter().map(|it| (it.target_group_name, it.target_group_arn));
        tags::of_service(cx, named).await
    }
}
