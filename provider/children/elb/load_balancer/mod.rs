//! The Application Load Balancer.
//!
//! Name, scheme and VPC cannot change. `CreateLoadBalancer` answers with an existing balancer of
//! the same settings as if it had made it, so we look first.
//!
//! A create returns when the balancer exists: its minutes of provisioning overlap with the start
//! of the tasks, and the service waits for both.

mod capacity;
mod logs;
mod mapping;
mod permissions;
mod removal;

use aws_sdk_elasticloadbalancingv2::types::{
    LoadBalancer as Described, LoadBalancerSchemeEnum as Scheme, LoadBalancerTypeEnum,
};
use serde::{Deserialize, Serialize};

use self::mapping::{inputs, outputs};
use crate::aws::looks::DELETION_PROTECTION;
use crate::aws::{Explain, OrGone};
use crate::children::elb::attributes::{self, Attribute, Attributed};
use crate::children::elb::tags;
use crate::error::{Error, Problem, Result};
use crate::property::sorted;
use crate::property::{Form, Plain, Wire};
use crate::resource::{
    Asked, Cx, Live, Made, Permission, Protected, Resource, Settled, Standing, Tagged, Tags,
    physical_names,
};

/// The load balancer.
pub struct LoadBalancer;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub internal: F::Of<bool>,
    /// Of the subnets: they can change, but not to another VPC.
    pub vpc_id: F::Of<String>,
    pub subnets: F::Of<Vec<F::Of<String>>>,
    pub security_groups: F::Of<Vec<F::Of<String>>>,
    /// Seconds.
    pub idle_timeout: F::Of<u32>,
    pub deletion_protection: F::Of<bool>,
    pub drop_invalid_header_fields: F::Of<bool>,
    /// Seconds.
    pub client_keep_alive: F::Of<u32>,
    pub http2: F::Of<bool>,
    /// `monitor`, `defensive` or `strictest`.
    pub desync_mitigation_mode: F::Of<String>,
    pub preserve_host_header: F::Of<bool>,
    /// `append`, `preserve` or `remove`.
    pub xff_header_processing: F::Of<String>,
    pub xff_client_port: F::Of<bool>,
    pub tls_version_and_cipher_headers: F::Of<bool>,
    pub waf_fail_open: F::Of<bool>,
    pub zonal_shift: F::Of<bool>,
    pub access_logs: F::Of<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_logs_bucket: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_logs_prefix: Option<F::Of<String>>,
    pub connection_logs: F::Of<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_logs_bucket: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_logs_prefix: Option<F::Of<String>>,
    pub health_check_logs: F::Of<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check_logs_bucket: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check_logs_prefix: Option<F::Of<String>>,
    /// Capacity units that are kept ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_capacity_units: Option<F::Of<u32>>,
    /// `ipv4`, `dualstack` or `dualstack-without-public-ipv4`.
    pub ip_address_type: F::Of<String>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
    pub dns_name: F::Of<String>,
    /// The hosted zone for alias records.
    pub zone_id: F::Of<String>,
    /// `app/<name>/<id>`: how metrics name it.
    pub arn_suffix: F::Of<String>,
}

/// With AWS's defaults (botocore, LoadBalancerAttribute).
impl Attributed for Inputs {
    const ATTRIBUTES: &'static [Attribute<Self>] = attributes::attributes![
        idle_timeout => "idle_timeout.timeout_seconds", 60;
        deletion_protection => DELETION_PROTECTION, false;
        drop_invalid_header_fields => "routing.http.drop_invalid_header_fields.enabled", false;
        client_keep_alive => "client_keep_alive.seconds", 3600;
        http2 => "routing.http2.enabled", true;
        desync_mitigation_mode => "routing.http.desync_mitigation_mode", "defensive".to_owned();
        preserve_host_header => "routing.http.preserve_host_header.enabled", false;
        xff_header_processing => "routing.http.xff_header_processing.mode", "append".to_owned();
        xff_client_port => "routing.http.xff_client_port.enabled", false;
        tls_version_and_cipher_headers => "routing.http.x_amzn_tls_version_and_cipher_suite.enabled", false;
        waf_fail_open => "waf.fail_open.enabled", false;
        zonal_shift => "zonal_shift.config.enabled", false;
        access_logs => "access_logs.s3.enabled", false;
        access_logs_bucket => "access_logs.s3.bucket", None;
        access_logs_prefix => "access_logs.s3.prefix", None;
        connection_logs => "connection_logs.s3.enabled", false;
        connection_logs_bucket => "connection_logs.s3.bucket", None;
        connection_logs_prefix => "connection_logs.s3.prefix", None;
        health_check_logs => "health_check_logs.s3.enabled", false;
        health_check_logs_bucket => "health_check_logs.s3.bucket", None;
        health_check_logs_prefix => "health_check_logs.s3.prefix", None;
    ];

    fn may_be_empty(key: &str) -> bool {
        key.ends_with(".prefix")
    }
}

const GONE: [&str; 1] = ["LoadBalancerNotFound"];

impl Resource for LoadBalancer {
    const TYPE: &'static str = "fargate:lb:LoadBalancer";
    const PERMISSIONS: &'static [Permission] = permissions::ALL;
    const REPLACE_ON: &'static [&'static str] = &["internal", "vpcId"];
    const RELEASED_BY: Option<(&'static str, bool)> = Some(("deletionProtection", false));
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.subnets = sorted(inputs.subnets);
        inputs.security_groups = sorted(inputs.security_groups);
        inputs
    }

    async fn protected(cx: &Cx, outputs: &Outputs) -> Result<Option<Protected>> {
        let protected = cx.aws.is_protected(&outputs.arn).await?;
        Ok(protected.then(|| Protected {
            reason: format!("the load balancer {} is protected against deletion", outputs.name),
            release: Some("deletionProtection: false"),
            loss: None,
        }))
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let name = name(&cx.base, inputs);
        let asked = cx.aws.elb().await?.describe_load_balancers().names(&name);
        let answer =
            asked.send().await.explain("elasticloadbalancing:DescribeLoadBalancers", &name);
        let found = answer.or_gone(&GONE)?.and_then(|answer| answer.load_balancers);
        let named = |it: &Described| it.load_balancer_name() == Some(&*name);
        let Some(balancer) = found.into_iter().flatten().find(named) else { return Ok(None) };
        let id = balancer.load_balancer_arn().unwrap_or_default().to_owned();
        let tags = Some(tags::of(cx, &id).await?.unwrap_or_default());
        Ok(Some(Standing::of(id, tags)))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let name = name(&cx.base, inputs);
        let scheme = if inputs.internal { Scheme::Internal } else { Scheme::InternetFacing };
        let made = cx
            .aws
            .elb()
            .await?
            .create_load_balancer()
            .name(&name)
            .r#type(LoadBalancerTypeEnum::Application)
            .scheme(scheme)
            .ip_address_type(inputs.ip_address_type.as_str().into())
            .set_subnets(Some(inputs.subnets.clone()))
            .set_security_groups(Some(inputs.security_groups.clone()))
            .set_tags(Some(tags::write(&cx.tags)?))
            .send()
            .await
            .explain("elasticloadbalancing:CreateLoadBalancer", &name)?;
        let balancer = made
            .load_balancers()
            .first()
            .ok_or_else(|| Error::bug("CreateLoadBalancer gave no load balancer"))?;
        let outputs = outputs(balancer);
        Ok(Made { id: outputs.arn.clone(), outputs })
    }

    /// Attributes have calls of their own; only what differs from AWS's default is sent.
    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let changed = Inputs::changed(Some(&Inputs::unset()), inputs);
        logs::set(cx, id, changed).await?;
        if inputs.minimum_capacity_units.is_some() {
            capacity::set(cx, id, inputs.minimum_capacity_units).await?;
        }
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(balancer) = cx.aws.load_balancer(id).await? else { return Ok(None) };
        let Some(attributes) = cx.aws.load_balancer_attributes(id).await? else { return Ok(None) };
        let Some(tags) = tags::of(cx, id).await? else { return Ok(None) };
        let minimum_capacity_units = capacity::of(cx, id).await?;
        Ok(Some(Live {
            inputs: Inputs { minimum_capacity_units, ..inputs(&balancer, &attributes) },
            outputs: outputs(&balancer),
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
        let elb = cx.aws.elb().await?;
        // Subnets without IPv6 are refused while the balancer has IPv6 addresses, and a balancer gets
        // them only in subnets with IPv6: the type goes first or last.
        let other_type = old.is_none_or(|old| old.ip_address_type != new.ip_address_type);
        let to_ipv4 = new.ip_address_type == "ipv4";
        if other_type && to_ipv4 {
            set_ip_address_type(cx, id, new).await?;
        }
        if old.is_none_or(|old| old.subnets != new.subnets) {
            elb.set_subnets()
                .load_balancer_arn(id)
                .set_subnets(Some(new.subnets.clone()))
                .send()
                .await
                .explain("elasticloadbalancing:SetSubnets", id)?;
        }
        if other_type && !to_ipv4 {
            set_ip_address_type(cx, id, new).await?;
        }
        if old.is_none_or(|old| old.security_groups != new.security_groups) {
            elb.set_security_groups()
                .load_balancer_arn(id)
                .set_security_groups(Some(new.security_groups.clone()))
                .send()
                .await
                .explain("elasticloadbalancing:SetSecurityGroups", id)?;
        }
        let changed = Inputs::changed(old, new);
        logs::set(cx, id, changed).await?;
        if old.is_none_or(|old| old.minimum_capacity_units != new.minimum_capacity_units) {
            capacity::set(cx, id, new.minimum_capacity_units).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, outputs: &Outputs) -> Result<()> {
        removal::remove(cx, id, outputs).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let load_balancers = cx.aws.load_balancers().await?;
        let named =
            load_balancers.into_iter().map(|it| (it.load_balancer_name, it.load_balancer_arn));
        tags::of_service(cx, named).await
    }
}

async fn set_ip_address_type(cx: &Cx, id: &str, new: &Inputs) -> Result<()> {
    cx.aws
        .elb()
        .await?
        .set_ip_address_type()
        .load_balancer_arn(id)
        .ip_address_type(new.ip_address_type.as_str().into())
        .send()
        .await
        .explain("elasticloadbalancing:SetIpAddressType", id)
        .map(drop)
}

fn name(base: &str, inputs: &Inputs) -> String {
    physical_names::with_hash(base, (inputs.internal, &inputs.vpc_id))
}
