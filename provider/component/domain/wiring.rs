//! The certificate, the zones, and the records.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;

use super::names::{base, part};
use crate::children::acm::{certificate, certificate_validation};
use crate::children::route53::{hosted_zones, record};
use crate::component::balancer::wiring::WayIn;
use crate::component::network::wiring::Network;
use crate::component::service::wiring::Service;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::{IntoMap, Output, Wire};

/// What other slices need of the names.
pub(in crate::component) struct Domain<'a> {
    /// The ARN of the certificate of HTTPS, given or issued.
    pub certificate: Node<'a, Option<Output<String>>>,
    /// The records that validate it, by their names, if it is requested.
    pub validation: Node<'a, Option<Validation>>,
    zones: Node<'a, Option<Zones>>,
}

/// Names and values of CNAME records.
pub(in crate::component) type Validation = Output<BTreeMap<String, String>>;

/// The zones of the names, which are in the order of the child.
#[derive(Clone)]
struct Zones {
    names: Vec<String>,
    found: hosted_zones::Outputs<Wire>,
}

/// Seconds: short, since nobody asks for it but ACM.
const TTL: u32 = 300;
const KEY: &str = "RSA_2048";

pub(in crate::component) fn wire<'a>(wiring: &mut Wiring<'a>, network: &Network<'a>) -> Domain<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let vpc = network.place.vpc.clone();
    let zones = wiring.node(async move {
        // Only an internal load balancer has addresses that mean something in one VPC alone.
        let vpc = if want.args.balancer.internal.is_some() { Some(vpc.await?) } else { None };
        let Some(inputs) = want.hosted_zones(vpc) else { return Ok(None) };
        let mut names: Vec<String> = want.names();
        names.sort_unstable();
        let found = parent.make::<hosted_zones::HostedZones>("hosted-zones", inputs).await?;
        Ok(Some(Zones { names, found }))
    });
    // A zone that is not there stops a run before anything is requested.
    let first = zones.clone();
    let requested = wiring.node(async move {
        let Some(mut inputs) = want.certificate() else { return Ok(None) };
        if let Some(zones) = first.await? {
            inputs.domain_name = inputs.domain_name.after(&zones.found.validation_zone_ids);
        }
        parent.make::<certificate::Certificate>("certificate", inputs).await.map(Some)
    });
    let (of_zones, of_certificate) = (zones.clone(), requested.clone());
    let certificate = wiring.node(async move {
        let Some(requested) = of_certificate.await? else {
            return Ok(want.args.balancer.certificate_arn());
        };
        let mut inputs = certificate_validation::Inputs {
            certificate_arn: requested.arn.clone(),
            record_names: Vec::new().into(),
            hosted_zone_ids: Vec::new().into(),
        };
        if let Some(zones) = of_zones.await? {
            let bases: BTreeSet<&str> = zones.names.iter().map(|it| base(it)).collect();
            let made = bases.into_iter().map(|base| {
                let (name, inputs) = validation(base, &zones, &requested);
                async move { parent.make::<record::Record>(&name, inputs).await }
            });
            let made = try_join_all(made).await?;
            inputs.record_names = made.into_iter().map(|it| it.fqdn).collect::<Vec<_>>().into();
            let ids = zones.found.validation_zone_ids.clone().map(|ids| {
                let ids: BTreeSet<String> = ids.into_iter().collect();
                ids.into_iter().map(Output::from).collect()
            });
            inputs.hosted_zone_ids = ids;
        }
        let validation = parent
            .make::<certificate_validation::CertificateValidation>("certificate-validation", inputs)
            .await?;
        Ok(Some(validation.certificate_arn))
    });
    let validation = wiring.node(async move {
        let by_name = |records: Vec<certificate::ValidationRecord>| {
            records.into_iter().map(|it| (it.name, it.value)).into_map()
        };
        Ok(requested.await?.map(|it| whole(&it.validation_records).map(by_name)))
    });
    Domain { certificate, validation, zones }
}

/// The records that lead to the service: last, because what they lead to has to serve, and because a load balancer that
/// is replaced is left only when the service has moved.
pub(in crate::component) fn lead<'a>(
    wiring: &mut Wiring<'a>,
    domain: &Domain<'a>,
    way_in: &WayIn<'a>,
    service: &Service<'a>,
) {
    let (parent, want) = (wiring.parent, wiring.want);
    if !want.args.domain.has_aliases() {
        return;
    }
    let (zones, balancer) = (domain.zones.clone(), way_in.load_balancer.clone());
    let (https, service) = (way_in.https.clone(), service.service.clone());
    drop(wiring.node(async move {
        let (zones, balancer, https, service) = tokio::try_join!(zones, balancer, https, service)?;
        let Some(zones) = zones else { return Ok(()) };
        let target = balancer.dns_name.after(&service.arn);
        let target = match https {
            Some(https) => target.after(&https),
            None => target,
        };
        let mut records = Vec::new();
        for name in want.args.domain.names() {
            for (kind, end) in want.kinds() {
                let inputs = alias(name.clone(), kind, &zones, &target, &balancer.zone_id);
                let known = name.known().map(|it| part(it)).unwrap_or_default();
                records.push((format!("record-{known}{end}"), inputs));
            }
        }
        let made = records.into_iter().map(|(part, inputs)| async move {
            parent.make::<record::Record>(&part, inputs).await
        });
        try_join_all(made).await.map(drop)
    }));
}

impl Zones {
    /// The id of the zone of a name, out of this list.
    fn of(&self, name: &str, ids: &Output<Vec<String>>) -> Output<String> {
        let index = self.names.iter().position(|it| it == name || base(it) == name);
        let index = index.unwrap_or_default();
        ids.clone().map(|ids| ids.get(index).cloned().unwrap_or_default())
    }
}

/// The record that validates a name, with and without `*.`.
fn validation(
    name: &str,
    zones: &Zones,
    certificate: &certificate::Outputs<Wire>,
) -> (String, record::Inputs<Wire>) {
    let all = &certificate.validation_records;
    let found = |what: fn(&certificate::ValidationRecord) -> &String| {
        // A preview may know the records of some names only.
        let mut records = all.known().into_iter().flatten().filter_map(Output::known);
        let told = records.find(|it| it.domain == name).map(|it| what(it).clone());
        let told = told.map_or_else(Output::unknown, Output::from);
        told.after(all)
    };
    let inputs = record::Inputs {
        hosted_zone_id: zones.of(name, &zones.found.validation_zone_ids),
        name: found(|it| &it.name),
        r#type: "CNAME".into(),
        ttl: Some(TTL.into()),
        values: Some(vec![found(|it| &it.value)].into()),
        alias_name: None,
        alias_zone_id: None,
    };
    (format!("validation-{name}"), inputs)
}

/// A list that is known when all of its members are.
fn whole<T: Clone>(list: &Output<Vec<Output<T>>>) -> Output<Vec<T>> {
    match list.known().cloned() {
        Some(members) => members.into_iter().collect::<Output<Vec<T>>>().after(list),
        None => Output::unknown().after(list),
    }
}

/// A record that leads to the load balancer.
fn alias(
    name: Output<String>,
    kind: &'static str,
    zones: &Zones,
    target: &Output<String>,
    target_zone: &Output<String>,
) -> record::Inputs<Wire> {
    let ids = &zones.found.alias_zone_ids;
    let hosted_zone_id = zones.of(name.known().map_or("", String::as_str), ids);
    record::Inputs {
        hosted_zone_id,
        name,
        r#type: kind.into(),
        ttl: None,
        values: None,
        alias_name: Some(target.clone()),
        alias_zone_id: Some(target_zone.clone()),
    }
}

impl Wanted {
    /// All names of the service.
    fn names(&self) -> Vec<String> {
        self.args.domain.names().iter().filter_map(|it| it.known().cloned()).collect()
    }

    /// Types of the records that lead to the load balancer, and how their parts end.
    fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        let balancer = &self.args.balancer;
        let families =
            [(balancer.has_ipv4(), ("A", "")), (balancer.is_dualstack(), ("AAAA", "-ipv6"))];
        families.into_iter().filter(|(has, _)| *has).map(|(_, kind)| kind).collect()
    }

    /// None where no record is created.
    fn hosted_zones(&self, vpc: Option<Output<String>>) -> Option<hosted_zones::Inputs<Wire>> {
        let domain = &self.args.domain;
        let (aliases, validations) = (domain.has_aliases(), self.args.requests_certificate());
        if domain.domain_name.is_none() || !domain.dns() || !(aliases || validations) {
            return None;
        }
        let of_internal =
            |(internal, vpc): (bool, String)| if internal { vpc } else { String::new() };
        Some(hosted_zones::Inputs {
            names: domain.names().into(),
            hosted_zone_id: domain.hosted_zone_id(),
            vpc_id: vpc.map(|vpc| self.args.balancer.internal().zip(vpc).map(of_internal)),
            aliases: aliases.into(),
            validations: validations.into(),
        })
    }

    /// None where the service has none, or the program gives one.
    fn certificate(&self) -> Option<certificate::Inputs<Wire>> {
        let mut names = self.args.domain.names().into_iter();
        let domain_name = names.next().filter(|_| self.args.requests_certificate())?;
        Some(certificate::Inputs {
            domain_name,
            subject_alternative_names: names.collect::<Vec<_>>().into(),
            key_algorithm: KEY.into(),
        })
    }
}
