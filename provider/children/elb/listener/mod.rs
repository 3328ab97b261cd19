//! A listener of the load balancer: one port, and what happens to requests that come in there.
//!
//! Going from HTTPS to HTTP, AWS drops certificate and policy. `CreateListener` answers with an existing one of the same
//! settings, so we look first.
//!
//! AWS would move a listener to another port, but then clients on the old one would be refused at once. So the listener of
//! another port is another one, and both serve until the run is done. A port goes from one child of a service to another: that
//! of plain HTTP becomes that of HTTPS when a certificate is added.

mod additional;
mod changes;
mod headers;
mod mapping;
mod permissions;
mod refusals;

use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::{Listener as Described, ProtocolEnum};
use serde::{Deserialize, Serialize};

use self::changes::{alone, attributes_of, modify};
use self::mapping::{actions, certificates, inputs, mutual_authentication, policy};
use self::refusals::{explain_certificate, is_fresh_certificate};
use crate::aws::{Explain, OrGone};
use crate::children::elb::actions::{FixedResponse, Redirect};
use crate::children::elb::attributes::{self, Attributed};
use crate::children::elb::authentication::Authentication;
use crate::children::elb::client_secret;
use crate::children::elb::tags;
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Output, Plain, Wire, sorted};
use crate::resource::owner;
use crate::resource::{
    Asked, Cx, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The listener.
pub struct Listener;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub load_balancer_arn: F::Of<String>,
    pub port: F::Of<u16>,
    /// `HTTP` or `HTTPS`.
    pub protocol: F::Of<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_arn: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssl_policy: Option<F::Of<String>>,
    /// Requests go to this target group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_group_arn: Option<F::Of<String>>,
    /// Or clients are sent to HTTPS on this port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_port: Option<F::Of<u16>>,
    /// Or elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<Redirect<F>>,
    /// Or the balancer answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_response: Option<FixedResponse<F>>,
    /// Who may enter. None: everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication<F>>,
    /// Where the client secret of OpenID Connect is, with the version that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret_from: Option<F::Of<String>>,
    /// Certificates beside the first, for clients that ask for another name; in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_certificate_arns: Option<F::Of<Vec<F::Of<String>>>>,
    /// Whether clients must have a certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutual_tls: Option<MutualTls<F>>,
    /// Whether answers have the header `Server` of the load balancer.
    pub server_header: F::Of<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict_transport_security: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_security_policy: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_content_type_options: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_frame_options: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_control_allow_origin: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_control_allow_methods: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_control_allow_headers: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_control_allow_credentials: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_control_expose_headers: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_control_max_age: Option<F::Of<String>>,
}

/// What clients must have to be let in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct MutualTls<F: Form = Plain> {
    /// `passthrough` or `verify`.
    pub mode: F::Of<String>,
    /// With `verify`, as the two below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust_store_arn: Option<F::Of<String>>,
    pub ignore_client_certificate_expiry: F::Of<bool>,
    pub advertise_trust_store_ca_names: F::Of<bool>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
}

const GONE: [&str; 2] = ["ListenerNotFound", "LoadBalancerNotFound"];
/// How long a fresh certificate may be unknown to the balancer. One with a typing error looks the
/// same, so this is less than the five minutes that terraform-provider-aws waits (elbv2/listener.go).
const CERTIFICATE: Duration = Duration::from_mins(2);

impl Resource for Listener {
    const TYPE: &'static str = "fargate:lb:Listener";
    const PERMISSIONS: &'static [Permission] = permissions::ALL;
    const REPLACE_ON: &'static [&'static str] = &["loadBalancerArn", "port"];
    const WRITE_ONLY: &'static [&'static str] = &["clientSecretFrom"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        let none = |arns: &Output<Vec<_>>| arns.known().is_some_and(Vec::is_empty);
        inputs.additional_certificate_arns =
            inputs.additional_certificate_arns.filter(|arns| !none(arns)).map(sorted);
        inputs.redirect = inputs.redirect.map(Redirect::checked);
        inputs.authentication = inputs.authentication.map(Authentication::checked);
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let listeners = below(cx, &inputs.load_balancer_arn).await?;
        let same = |it: &&Described| it.port() == Some(i32::from(inputs.port));
        let Some(arn) = listeners.iter().find(same).and_then(|it| it.listener_arn()) else {
            return Ok(None);
        };
        let tags = tags::of(cx, arn).await?.unwrap_or_default();
        Ok(Some(Standing::passed_on(cx, arn.to_owned(), tags)))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let secret = client_secret::of(cx, None, inputs.entry()).await?;
        let elb = cx.aws.elb().await?;
        let answer = cx
            .retry(CERTIFICATE, is_fresh_certificate, || async {
                elb.create_listener()
                    .load_balancer_arn(&inputs.load_balancer_arn)
                    .port(i32::from(inputs.port))
                    .protocol(ProtocolEnum::from(inputs.protocol.as_str()))
                    .set_certificates(certificates(inputs))
                    .set_ssl_policy(policy(inputs))
                    .set_mutual_authentication(
                        mutual_authentication(inputs).filter(|_| inputs.mutual_tls.is_some()),
                    )
                    .set_default_actions(Some(actions(inputs, &secret)?))
                    .set_tags(Some(tags::write(&cx.tags)?))
                    .send()
                    .await
                    .explain("elasticloadbalancing:CreateListener", &cx.child)
                    .map_err(explain_certificate)
            })
            .await
            .map_err(|error| secret.cut_from(error))?;
        let arn = answer
            .listeners()
            .first()
            .and_then(|listener| listener.listener_arn())
            .ok_or_else(|| Error::bug("CreateListener gave no listener"))?
            .to_owned();
        Ok(Made { id: arn.clone(), outputs: Outputs { arn } })
    }

    /// Attributes and further certificates have calls of their own.
    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        attributes::of_listener(cx, id, Inputs::changed(Some(&Inputs::unset()), inputs)).await?;
        if inputs.additional_certificate_arns.is_some() {
            additional::set(cx, id, inputs).await?;
        }
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(listener) = cx.aws.listener(id).await? else { return Ok(None) };
        let known = cx.known::<Inputs>();
        let Some(attributes) = attributes_of(cx, id, known.as_ref()).await? else {
            return Ok(None);
        };
        let Some(tags) = tags::of(cx, id).await? else { return Ok(None) };
        let inputs = Inputs {
            additional_certificate_arns: additional::of(cx, &listener, known.as_ref()).await?,
            ..inputs(&listener, &attributes)
        };
        Ok(Some(Live { inputs, outputs: Outputs { arn: id.to_owned() }, tags: Some(tags) }))
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
        if old.map(alone) != Some(alone(new)) {
            modify(cx, id, old, new).await?;
        }
        attributes::of_listener(cx, id, Inputs::changed(old, new)).await?;
        if old.is_none_or(|old| old.additional_certificate_arns != new.additional_certificate_arns)
        {
            additional::set(cx, id, new).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        cx.aws
            .elb()
            .await?
            .delete_listener()
            .listener_arn(id)
            .send()
            .await
            .explain("elasticloadbalancing:DeleteListener", id)
            .or_gone(&GONE)
            .map(drop)
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    /// A balancer's listeners go with it, but while one exists it keeps its target group, and
    /// debris of target groups is removed before that of balancers.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for balancer in cx.aws.load_balancers().await? {
            let named = |name: &str| owner::named(cx, name);
            let Some(arn) = balancer.load_balancer_arn() else { continue };
            if balancer.load_balancer_name().is_some_and(named) {
                found.extend(below(cx, arn).await?);
            }
        }
        let mut ours = Vec::new();
        for arn in found.into_iter().filter_map(|listener| listener.listener_arn) {
            let tags = tags::of(cx, &arn).await?.unwrap_or_default();
            if owner::carries(&tags, &cx.base) {
                ours.push(arn);
            }
        }
        Ok(ours)
    }
}

/// All listeners of this balancer.
async fn below(cx: &Cx, balancer: &str) -> Result<Vec<Described>> {
    let answer = cx
        .aws
        .elb()
        .await?
        .describe_listeners()
        .load_balancer_arn(balancer)
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .explain("elasticloadbalancing:DescribeListeners", balancer)
        .or_gone(&GONE)?;
    let of_it = |it: &Described| it.load_balancer_arn() == Some(balancer);
    Ok(answer.into_iter().flatten().filter(of_it).collect())
}
