//! Which hosted zones the records of a service's names are in: asked once and kept.
//!
//! Not an object in AWS. A name is in the zone with the longest name that it ends with. A certificate is validated in public
//! DNS, so its records are in the public zone; an alias of an internal load balancer is in the private one, if the VPC has
//! one of such a name, because its addresses mean nothing elsewhere. A run without changes asks nothing.

mod choice;

use aws_sdk_route53::types::{DelegationSet, HostedZone, HostedZoneConfig};
use serde::{Deserialize, Serialize};

use self::choice::{Zone, ambiguous, chosen_elsewhere, no_zone, not_there, unseen};
use crate::aws::looks::{Delegation, dns_name, names_above};
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire, sorted};
use crate::resource::gone::nothing_to_import;
use crate::resource::permission::HAS_DOMAIN;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The zones.
pub struct HostedZones;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub names: F::Of<Vec<F::Of<String>>>,
    /// The zone of those names that are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosted_zone_id: Option<F::Of<String>>,
    /// The VPC of an internal load balancer; empty for another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<F::Of<String>>,
    /// Whether the names get records that lead to the service.
    pub aliases: F::Of<bool>,
    /// Whether they get records that validate a certificate.
    pub validations: F::Of<bool>,
}

/// What comes of it: for each name, in their order, the id of a zone; empty where no record is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub alias_zone_ids: F::Of<Vec<String>>,
    pub validation_zone_ids: F::Of<Vec<String>>,
}

impl Resource for HostedZones {
    const TYPE: &'static str = "fargate:route53:HostedZones";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "HostedZonesFind",
            to: "find the hosted zones of the names",
            needed: Needed::If(HAS_DOMAIN),
            actions: &["route53:ListHostedZonesByName"],
            ..EVERYWHERE
        },
        Permission {
            sid: "HostedZones",
            to: "read a hosted zone, and who is delegated to",
            needed: Needed::If(HAS_DOMAIN),
            actions: &["route53:GetHostedZone", "route53:ListResourceRecordSets"],
            on: &["arn:aws:route53:::hostedzone/*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["aliasZoneIds", "validationZoneIds"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.names = sorted(inputs.names);
        inputs
    }

    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        _outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        look(cx, inputs).await.map(Some)
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = look(cx, inputs).await?;
        Ok(Made { id: "zones".to_owned(), outputs })
    }

    async fn read(_cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Err(nothing_to_import("hosted zones", id))
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old == Some(new) {
            return Ok(outputs.into());
        }
        look(cx, new).await.map(Into::into)
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

/// The zones of all names, or everything that is wrong with them.
async fn look(cx: &Cx, inputs: &Inputs) -> Result<Outputs> {
    let given = match &inputs.hosted_zone_id {
        None => None,
        Some(id) => Some(given(cx, id).await?),
    };
    let in_given = |name: &str| given.as_ref().filter(|it| lies_in(name, &it.name));
    let (mut alias_zone_ids, mut validation_zone_ids) = (Vec::new(), Vec::new());
    let mut problems = Vec::new();
    if let Some(given) = &given
        && !inputs.names.iter().any(|name| lies_in(name, &given.name))
    {
        problems.push(Problem::new("hostedZoneId", chosen_elsewhere(given, &inputs.names)));
        return Err(Error::input(problems));
    }
    for name in &inputs.names {
        let of_given = in_given(name);
        let private = match (&inputs.vpc_id, of_given) {
            (Some(vpc), None) if inputs.aliases && !vpc.is_empty() => {
                private_zone(cx, name, vpc).await?
            }
            _ => None,
        };
        // Where a private zone has the alias, a public one is needed for a certificate only.
        let public = match of_given.filter(|it| !it.private) {
            Some(given) => Some(given.clone()),
            None if inputs.validations || private.is_none() && of_given.is_none() => {
                match public_zone(cx, name).await? {
                    Ok(zone) => Some(zone),
                    Err(reason) => {
                        problems.push(Problem::new("domainName", reason));
                        continue;
                    }
                }
            }
            None => None,
        };
        let alias = of_given.or(private.as_ref()).or(public.as_ref());
        let id = |zone: Option<&Zone>, needed: bool| {
            zone.filter(|_| needed).map(|it| it.id.clone()).unwrap_or_default()
        };
        alias_zone_ids.push(id(alias, inputs.aliases));
        validation_zone_ids.push(id(public.as_ref(), inputs.validations));
    }
    if problems.is_empty() {
        Ok(Outputs { alias_zone_ids, validation_zone_ids })
    } else {
        Err(Error::input(problems))
    }
}

fn lies_in(name: &str, zone: &str) -> bool {
    names_above(name).any(|it| it == zone)
}

/// The zone that the program names.
async fn given(cx: &Cx, id: &str) -> Result<Zone> {
    let found = cx.aws.hosted_zone(id).await?;
    let Some(zone) = found.as_ref().and_then(|it| it.hosted_zone()).map(Zone::from) else {
        return Err(Error::input(vec![Problem::new("hostedZoneId", not_there(id))]));
    };
    Ok(zone)
}

/// The public zone of the longest name, or what is wrong.
async fn public_zone(cx: &Cx, name: &str) -> Result<Result<Zone, String>> {
    let mut private = Vec::new();
    for candidate in names_above(name) {
        let zones = cx.aws.hosted_zones_named(candidate).await?;
        let zones: Vec<Zone> = zones.iter().map(Zone::from).collect();
        let (closed, mut open): (Vec<Zone>, Vec<Zone>) =
            zones.into_iter().partition(|it| it.private);
        private.extend(closed);
        if open.len() > 1 {
            return Ok(Err(ambiguous(name, &open)));
        }
        let Some(zone) = open.pop() else { continue };
        warn_of_delegation(cx, &zone).await?;
        return Ok(Ok(zone));
    }
    Ok(Err(no_zone(name, &private)))
}

/// The private zone of the longest name that this VPC sees.
async fn private_zone(cx: &Cx, name: &str, vpc: &str) -> Result<Option<Zone>> {
    for candidate in names_above(name) {
        for zone in cx.aws.hosted_zones_named(candidate).await? {
            let zone = Zone::from(&zone);
            if !zone.private {
                continue;
            }
            let whole = cx.aws.hosted_zone(&zone.id).await?;
            if whole.is_some_and(|it| it.vpcs().iter().any(|it| it.vpc_id() == Some(vpc))) {
                return Ok(Some(zone));
            }
        }
    }
    Ok(None)
}

/// A certificate would never be validated in a zone that nobody sees.
async fn warn_of_delegation(cx: &Cx, zone: &Zone) -> Result<()> {
    let whole = cx.aws.hosted_zone(&zone.id).await?;
    let servers =
        whole.as_ref().and_then(|it| it.delegation_set()).map(DelegationSet::name_servers);
    let servers = servers.unwrap_or_default();
    let delegation = cx.aws.delegation(&zone.name, servers).await?;
    if let (Delegation::Missing { .. } | Delegation::Elsewhere { .. }, Some(message)) =
        (&delegation, unseen(zone, servers, &delegation))
    {
        cx.warn(&message);
    }
    Ok(())
}

impl From<&HostedZone> for Zone {
    fn from(zone: &HostedZone) -> Self {
        Self {
            id: zone.id().rsplit('/').next().unwrap_or_default().to_owned(),
            name: dns_name(zone.name()),
            private: zone.config().is_some_and(HostedZoneConfig::private_zone),
        }
    }
}
