//! A record in a hosted zone: an alias of the load balancer, or what validates a certificate.
//!
//! Records have no tags, so the state alone says which are ours. A record is created, and never written over one of others:
//! what is there with another value is refused. An alias that names a load balancer of this service is ours whoever wrote
//! it, because the name of that is made of the base name. A validation record that is there already is one that another
//! certificate of the account needs too (ACM chooses the same for the same name): it is used, and is not ours.
//!
//! Type, name and zone are the place, so another one is another record; no child of a service changes its type.

mod changing;
mod mapping;
mod others;
mod ours;

use aws_sdk_route53::types::{ChangeAction, ResourceRecordSet, RrType};
use serde::{Deserialize, Serialize};

use self::changing::{change, reached, send};
use self::mapping::{read, value};
use self::others::{is_needed_by_others, kept, left, taken, was_changed};
use self::ours::is_ours;
use crate::aws::looks::dns_name;
use crate::error::{Problem, Result};
use crate::property::{Form, Plain, Wire, sorted};
use crate::resource::gone::gone;
use crate::resource::permission::HAS_DOMAIN;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The record.
pub struct Record;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub hosted_zone_id: F::Of<String>,
    pub name: F::Of<String>,
    /// `A`, `AAAA`, `CNAME`.
    pub r#type: F::Of<String>,
    /// Seconds; an alias has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<F::Of<u32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<F::Of<Vec<F::Of<String>>>>,
    /// What it is an alias of, in place of values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias_name: Option<F::Of<String>>,
    /// The hosted zone of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias_zone_id: Option<F::Of<String>>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub fqdn: F::Of<String>,
    /// Whether it was there already, and stays when the service goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_others: Option<F::Of<bool>>,
    /// The change that brings an alias to all name servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_id: Option<F::Of<String>>,
}

/// How every value of a validation record ends (ACM user guide, "DNS validation").
const OF_ACM: &str = ".acm-validations.aws";

impl Resource for Record {
    const TYPE: &'static str = "fargate:route53:Record";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Records",
            to: "create, read, change and delete the records",
            needed: Needed::If(HAS_DOMAIN),
            actions: &["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"],
            on: &["arn:aws:route53:::hostedzone/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "RecordsReached",
            to: "wait until all name servers have a record",
            needed: Needed::If(HAS_DOMAIN),
            actions: &["route53:GetChange"],
            on: &["arn:aws:route53:::change/*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["hostedZoneId", "name", "type"];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["changeId"];
    const OWN_OUTPUTS: &'static [&'static str] = &["ofOthers", "changeId"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    /// Names as people write them, and values in an order: theirs means nothing.
    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.name = inputs.name.map(|it| dns_name(&it));
        inputs.alias_name = inputs.alias_name.map(|it| it.map(|it| dns_name(&it)));
        let kind = inputs.r#type.known().cloned().unwrap_or_default();
        inputs.values = inputs.values.map(|values| {
            let plain = |it: Vec<crate::property::Output<String>>| {
                it.into_iter().map(|it| it.map(|it| value(&kind, &it))).collect()
            };
            sorted(values.map(plain))
        });
        inputs
    }

    /// Nothing has to be looked for: Route 53 refuses to create what is there, and the create looks what it is.
    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let id = id(inputs);
        // A replacement has the place of the object that it replaces: the delete of that leaves it.
        cx.names.made.add(&place(&id));
        let mut outputs = Outputs { fqdn: inputs.name.clone(), of_others: None, change_id: None };
        let there = look(cx, inputs).await?;
        let action = match &there {
            None => ChangeAction::Create,
            Some(it) if it == inputs && !is_ours(cx, it) && is_validation(it) => {
                outputs.of_others = Some(true);
                return Ok(Made { id, outputs });
            }
            Some(it) if it == inputs => return Ok(Made { id, outputs }),
            Some(it) if is_ours(cx, it) => ChangeAction::Upsert,
            Some(it) => return Err(taken(it)),
        };
        let change = match change(cx, action, inputs).await {
            Ok(change) => change,
            // The first answer may have been lost, or others were quicker.
            Err(refused) => match look(cx, inputs).await? {
                Some(it) if it == *inputs => None,
                Some(it) if there.is_none() => return Err(taken(&it)),
                _ => return Err(refused),
            },
        };
        outputs.change_id = change.filter(|_| inputs.alias_name.is_some());
        Ok(Made { id, outputs })
    }

    /// Only for an alias: ACM looks by itself, again and again.
    async fn complete(
        cx: &Cx,
        _id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if let Some(change) = &outputs.change_id {
            reached(cx, &inputs.name, change).await?;
        }
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some((zone, name, kind)) = parts(id) else { return Ok(None) };
        let found = cx.aws.dns_record(zone, &name, &RrType::from(kind)).await?;
        let Some(found) = found else { return Ok(None) };
        let inputs = mapping::read(zone, &found);
        let outputs = Outputs { fqdn: inputs.name.clone(), of_others: None, change_id: None };
        Ok(Some(Live { inputs, outputs, tags: None }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old == Some(new) {
            return Ok(outputs.into());
        }
        let Some(there) = look(cx, new).await? else {
            return Err(gone("NoSuchRecord", &format!("the record {id}")));
        };
        if there == *new {
            return Ok(outputs.into());
        }
        let known = old.is_none_or(|old| *old == there);
        if outputs.of_others == Some(true) || !(known || is_ours(cx, &there)) {
            return Err(was_changed(&there));
        }
        let change = change(cx, ChangeAction::Upsert, new).await?;
        if let Some(change) = change.as_ref().filter(|_| new.alias_name.is_some()) {
            reached(cx, &new.name, change).await?;
        }
        Ok(Outputs { change_id: change.filter(|_| new.alias_name.is_some()), ..outputs }.into())
    }

    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, outputs: &Outputs) -> Result<()> {
        if outputs.of_others == Some(true) || cx.names.made.contains(&place(id)) {
            return Ok(());
        }
        let Some(found) = look_at_all(cx, inputs).await? else { return Ok(()) };
        let there = read(&inputs.hosted_zone_id, &found);
        if there != *inputs && !is_ours(cx, &there) {
            cx.warn(&left(&there));
            return Ok(());
        }
        if is_validation(&there) && is_needed_by_others(cx, &there).await? {
            cx.info(&kept(&there));
            return Ok(());
        }
        let Err(refused) = send(cx, ChangeAction::Delete, &there, found).await else {
            return Ok(());
        };
        match look(cx, inputs).await? {
            None => Ok(()),
            Some(_) => Err(refused),
        }
    }

    // No debris: what has no tags cannot be told from what others have.
}

/// `<zone>_<name>_<type>`, as Terraform and pulumi-aws import it.
fn id(inputs: &Inputs) -> String {
    format!("{}_{}_{}", inputs.hosted_zone_id, inputs.name, inputs.r#type)
}

/// A name may have underscores itself; a zone's id and a type have none.
fn parts(id: &str) -> Option<(&str, String, &str)> {
    let (zone, rest) = id.split_once('_')?;
    let (name, kind) = rest.rsplit_once('_')?;
    Some((zone, dns_name(name), kind))
}

/// A record's place, as what this run knows of it.
fn place(id: &str) -> String {
    format!("{} {id}", Record::TYPE)
}

async fn look(cx: &Cx, inputs: &Inputs) -> Result<Option<Inputs>> {
    Ok(look_at_all(cx, inputs).await?.map(|it| read(&inputs.hosted_zone_id, &it)))
}

/// With what we never set, too: a delete has to name all that there is.
async fn look_at_all(cx: &Cx, inputs: &Inputs) -> Result<Option<ResourceRecordSet>> {
    let kind = RrType::from(inputs.r#type.as_str());
    cx.aws.dns_record(&inputs.hosted_zone_id, &inputs.name, &kind).await
}

fn is_validation(record: &Inputs) -> bool {
    record.values.iter().flatten().any(|value| value.ends_with(OF_ACM))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn an_id_has_zone_name_and_type() {
        let of = |id| parts(id).map(|(zone, name, kind)| format!("{zone} {name} {kind}"));
        assert_eq!(
            of("Z1__ab_c.Example.com._CNAME").as_deref(),
            Some("Z1 _ab_c.example.com CNAME")
        );
        assert_eq!(of("Z1_*.example.com_A").as_deref(), Some("Z1 *.example.com A"));
        assert_eq!(of("Z1_A"), None);
    }
}
