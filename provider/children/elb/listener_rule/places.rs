//! The place of a rule among the others of its listener, in AWS: which rules are there, and how one gets its number.
//!
//! The rules of a service are created side by side, and each looks at the others before it takes a number; so within this process
//! one of a listener does so at a time. Other stacks do so too at the same time, which `PriorityInUse` says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::{Action, Rule as Described, RulePriorityPair};
use futures_util::future::try_join_all;

use super::mapping::{priority, transforms};
use super::numbers::{Numbers, Range, There, Whose, chosen, given};
use super::refusals::{TAKEN, full, same_requests, taken};
use super::{Inputs, below, conditions, groups};
use crate::aws::Explain;
use crate::aws::numbers::whole;
use crate::aws::rules::listener_of;
use crate::children::elb::tags;
use crate::error::{Error, Result};
use crate::property::Plain;
use crate::resource::owner::{self, Owner};
use crate::resource::physical_names::letters;
use crate::resource::{Cx, Tags};

/// How long others may be quicker (terraform-provider-aws tries as long).
const RACE: Duration = Duration::from_mins(5);
/// The number of a rule for all requests, which comes after all others.
pub(super) const LAST: u32 = 50_000;
/// Where numbers begin on a listener of the service's own.
const OWN: Range = Range { start: 100, step: 100 };
/// The numbers among which a service begins on a listener that it shares.
const SHARED: (u32, u32) = (1000, 40_000);

/// Creates the rule: its ARN and number.
pub(super) async fn created(cx: &Cx, inputs: &Inputs, actions: &[Action]) -> Result<(String, u32)> {
    let lock = lock_of(&inputs.listener_arn);
    let _alone = lock.lock().await;
    // Under a name that was drawn in this run the listener has no rule of ours but those of this run, in the right order.
    let mut must_look = !cx.is_drawn() || inputs.shared == Some(true);
    // A given number is not probed.
    let race = if inputs.order.is_some() { RACE } else { Duration::ZERO };
    let is_taken = |error: &Error| error.code() == Some(TAKEN);
    cx.retry(race, is_taken, || {
        // Who was not first looks what there is.
        let looks = std::mem::replace(&mut must_look, true);
        async move {
            let number = if looks {
                let there = there(cx, inputs).await?;
                if inputs.shared == Some(true) {
                    refuse_the_same(cx, inputs, &there).await?;
                }
                moved_out_of_the_way(cx, inputs, &there.found).await?
            } else {
                begins(cx, inputs)
            };
            let answer = cx
                .aws
                .elb()
                .await?
                .create_rule()
                .listener_arn(&inputs.listener_arn)
                .priority(whole(number))
                .set_conditions(Some(conditions::write(inputs)))
                .set_transforms(Some(transforms(inputs)).filter(|it| !it.is_empty()))
                .set_actions(Some(actions.to_vec()))
                .set_tags(Some(tags::write(&cx.tags)?))
                .send()
                .await
                .explain("elasticloadbalancing:CreateRule", &cx.child)?;
            let arn = answer.rules().first().and_then(|rule| rule.rule_arn());
            let arn = arn.ok_or_else(|| Error::bug("CreateRule gave no rule"))?;
            Ok((arn.to_owned(), number))
        }
    })
    .await
}

/// Brings the rule, and with it the others of the service, to its place: its number.
pub(super) async fn moved(cx: &Cx, id: &str, inputs: &Inputs) -> Result<u32> {
    let lock = lock_of(&inputs.listener_arn);
    let _alone = lock.lock().await;
    let race = if inputs.order.is_some() { RACE } else { Duration::ZERO };
    let is_taken = |error: &Error| error.code() == Some(TAKEN);
    cx.retry(race, is_taken, || async {
        let there = there(cx, inputs).await?.found;
        if !there.iter().any(|it| it.arn == id) {
            return Err(crate::resource::gone::gone("RuleNotFound", &format!("the rule {id}")));
        }
        moved_out_of_the_way(cx, inputs, &there).await
    })
    .await
}

/// Moves what must move so that the rule can have its number; the rule itself too, if it is there.
async fn moved_out_of_the_way(cx: &Cx, inputs: &Inputs, there: &[There]) -> Result<u32> {
    let numbers = wanted(cx, inputs, there).await?;
    if !numbers.moves.is_empty() {
        let pair = |(arn, number): &(String, u32)| {
            RulePriorityPair::builder().rule_arn(arn).priority(whole(*number)).build()
        };
        let pairs = numbers.moves.iter().map(pair).collect();
        let call = cx.aws.elb().await?.set_rule_priorities().set_rule_priorities(Some(pairs));
        let answer = call.send().await;
        answer.explain("elasticloadbalancing:SetRulePriorities", &cx.child)?;
    }
    Ok(numbers.own)
}

async fn wanted(cx: &Cx, inputs: &Inputs, there: &[There]) -> Result<Numbers> {
    let names = names(cx, inputs);
    let me = names.iter().position(|it| *it == part_of(&cx.child)).unwrap_or_default();
    if inputs.order.is_some() {
        let first = groups(inputs).is_some();
        return chosen(there, me, first, range(cx, inputs)).ok_or_else(full);
    }
    let own = inputs.priority.unwrap_or(LAST);
    let of = |name: &String| inputs.priorities.as_ref().and_then(|it| it.get(name)).copied();
    let numbers: Vec<u32> = names.iter().map(|it| of(it).unwrap_or(own)).collect();
    match given(there, &numbers, me) {
        Ok(numbers) => Ok(numbers),
        Err(arn) => {
            let tags = tags::of(cx, &arn).await?.unwrap_or_default();
            Err(taken(own, &arn, &tags))
        }
    }
}

/// The service's rules on this listener, by the parts that they are.
fn names(cx: &Cx, inputs: &Inputs) -> Vec<String> {
    let mut names = match (&inputs.order, &inputs.priorities) {
        (Some(order), _) => order.clone(),
        (None, Some(priorities)) => priorities.keys().cloned().collect(),
        (None, None) => Vec::new(),
    };
    let own = part_of(&cx.child);
    if !names.iter().any(|it| it == own) {
        names.push(own.to_owned());
    }
    names
}

/// Where the rule begins on a listener that has none of the service's.
fn begins(cx: &Cx, inputs: &Inputs) -> u32 {
    let Some(order) = &inputs.order else { return inputs.priority.unwrap_or(LAST) };
    let place = order.iter().position(|it| it == part_of(&cx.child)).unwrap_or_default();
    OWN.start + OWN.step * u32::try_from(place).unwrap_or(0)
}

fn range(cx: &Cx, inputs: &Inputs) -> Range {
    if inputs.shared != Some(true) {
        return OWN;
    }
    let (least, most) = SHARED;
    let drawn = letters(cx.base.as_bytes(), 6);
    let number =
        drawn.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    Range { start: least + number % (most - least), step: 10 }
}

/// The rules of a listener.
struct Listed {
    found: Vec<There>,
    rules: Vec<Described>,
}

async fn there(cx: &Cx, inputs: &Inputs) -> Result<Listed> {
    let rules = below(cx, &inputs.listener_arn).await?;
    let names = names(cx, inputs);
    let found = rules.iter().filter(|it| it.rule_arn().is_some()).map(|rule| {
        let names = &names;
        async move {
            let arn = rule.rule_arn().unwrap_or_default().to_owned();
            let tags = tags::of(cx, &arn).await?.unwrap_or_default();
            let whose = whose(cx, &tags, names);
            Ok::<_, Error>(There { arn, number: priority(rule), whose })
        }
    });
    Ok(Listed { found: try_join_all(found).await?, rules: rules.clone() })
}

fn whose(cx: &Cx, tags: &Tags, names: &[String]) -> Whose {
    let owner =
        Owner::of(tags).filter(|it| it.base == cx.base && owner::same_lineage(&cx.tags, tags));
    let Some(owner) = owner else { return Whose::Others };
    let part = part_of(&owner.child);
    match names.iter().position(|it| it == part) {
        Some(place) => Whose::At(place),
        None if part == PRODUCTION => Whose::LeavingLast,
        None => Whose::Leaving,
    }
}

/// The part of the rule that ECS moves the traffic of.
const PRODUCTION: &str = "production-rule";
/// How the other parts begin. A route's name does not have it inside.
const ROUTE: &str = "route-";

/// The part that a child is: its name without the component's, which may be called otherwise, by an alias.
fn part_of(child: &str) -> &str {
    if child.ends_with(&format!("-{PRODUCTION}")) {
        return PRODUCTION;
    }
    match child.rfind(&format!("-{ROUTE}")) {
        Some(at) => &child[at + 1..],
        None => child,
    }
}

/// The service's rule that comes before this one on its listener.
pub(super) async fn before(cx: &Cx, rule: &Described, tags: &Tags) -> Result<Option<String>> {
    let arn = rule.rule_arn().unwrap_or_default();
    if priority(rule) == LAST || Owner::of(tags).is_none() {
        return Ok(None);
    }
    let all = cx.aws.listener_rules(&listener_of(arn)).await?;
    let lower = all.iter().filter(|it| it.is_default() != Some(true));
    let mut lower: Vec<&Described> = lower.filter(|it| priority(it) < priority(rule)).collect();
    lower.sort_by_key(|it| std::cmp::Reverse(priority(it)));
    let theirs = lower.iter().filter_map(|it| it.rule_arn()).map(|it| tags::of(cx, it));
    let theirs = try_join_all(theirs).await?;
    let ours = theirs.into_iter().flatten().find(|it| owner::same_lineage(tags, it));
    Ok(ours.as_ref().and_then(Owner::of).map(|it| part_of(&it.child).to_owned()))
}

/// The balancers whose listeners may have rules of the service: its own, and those in front of its target groups.
pub(super) async fn balancers(cx: &Cx) -> Result<Vec<String>> {
    let named = |name: Option<&str>| name.is_some_and(|name| owner::named(cx, name));
    let own = cx.aws.load_balancers().await?;
    let own = own.iter().filter(|it| named(it.load_balancer_name()));
    let mut all: Vec<String> =
        own.filter_map(|it| it.load_balancer_arn().map(str::to_owned)).collect();
    for group in cx.aws.target_groups().await?.iter().filter(|it| named(it.target_group_name())) {
        all.extend(group.load_balancer_arns().iter().cloned());
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// A rule of others that takes the same requests: which of the two gets them would be chance.
async fn refuse_the_same(cx: &Cx, inputs: &Inputs, there: &Listed) -> Result<()> {
    let plain = |read: Inputs| Inputs {
        path_patterns: read.path_patterns,
        host_headers: read.host_headers,
        source_ips: read.source_ips,
        methods: read.methods,
        http_headers: read.http_headers,
        query_strings: read.query_strings,
        ..Inputs::<Plain>::default()
    };
    let ours: Inputs = plain(inputs.clone());
    for (it, rule) in there.found.iter().zip(&there.rules) {
        let mut theirs = Inputs::default();
        conditions::read(rule.conditions(), &mut theirs);
        if it.whose == Whose::Others && plain(theirs) == ours {
            let tags = tags::of(cx, &it.arn).await?.unwrap_or_default();
            return Err(same_requests(&it.arn, it.number, &tags));
        }
    }
    Ok(())
}

static LISTENERS: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>> =
    Mutex::new(BTreeMap::new());

/// What whoever gives numbers on this listener holds.
fn lock_of(listener: &str) -> Arc<tokio::sync::Mutex<()>> {
    let mut locks = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(locks.entry(listener.to_owned()).or_default())
}

#[cfg(test)]
mod tests {
    use super::part_of;

    #[test]
    fn a_rule_knows_its_part_whatever_the_component_is_called() {
        assert_eq!(part_of("web-route-api"), "route-api");
        assert_eq!(part_of("my-route-66-route-api"), "route-api");
        assert_eq!(part_of("web-production-rule"), "production-rule");
        assert_eq!(part_of("web-test-rule"), "web-test-rule");
    }
}
