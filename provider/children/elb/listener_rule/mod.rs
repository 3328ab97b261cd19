//! A rule of a listener: which requests it takes, and what becomes of them.
//!
//! Its number says when it is looked at. The program gives it, or it is chosen when the rule is created ([`numbers`]), between
//! those of its neighbours in the program; then only the order is compared with AWS, not the number.
//!
//! Where ECS moves traffic between two target groups, their weights belong to ECS, which writes them in each deployment, and
//! does not look at what is there before it does (aws/containers-roadmap#2853). So they are written when the rule is created,
//! and never looked at or sent again; only what must be there for ECS to work, a forward to both groups, is restored after a
//! create or an update that did not come to its end. The listener cannot change.
//!
//! `CreateRule` refuses a number that is taken, so a repeated one creates no second rule.

mod changes;
mod conditions;
mod debris;
mod mapping;
mod meanwhile;
mod moving;
mod numbers;
mod permissions;
mod places;
mod refusals;

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::Rule as Described;
use serde::{Deserialize, Serialize};

pub use self::conditions::{HttpHeader, QueryString};
use self::mapping::{actions, inputs};
use crate::aws::{Explain, OrGone};
use crate::children::elb::actions::{FixedResponse, Forward, Redirect};
use crate::children::elb::authentication::Authentication;
use crate::children::elb::{client_secret, tags};
use crate::error::{Problem, Result};
use crate::property::{Form, Output, Plain, Wire};
use crate::resource::owner::Owner;
use crate::resource::{
    Asked, CREATED, Cx, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
    new_change,
};

/// The rule.
pub struct ListenerRule;

/// Names to numbers.
type Numbers<F> = <F as Form>::Of<BTreeMap<String, <F as Form>::Of<u32>>>;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub listener_arn: F::Of<String>,
    /// 1 to 50000; the lowest rule that fits a request counts. None: it is chosen if there is an `order`, else 50000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<F::Of<u32>>,
    /// The rule of the service that comes before this one, where the numbers are chosen. None: it is the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<F::Of<String>>,
    /// The service's rules on this listener, in their order, where the numbers are chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<F::Of<Vec<F::Of<String>>>>,
    /// The numbers of the service's rules on this listener, where the program gives them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priorities: Option<Numbers<F>>,
    /// Whether the listener is another stack's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<F::Of<bool>>,
    /// Paths of the requests, such as `/*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_patterns: Option<F::Of<Vec<F::Of<String>>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_headers: Option<F::Of<Vec<F::Of<String>>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ips: Option<F::Of<Vec<F::Of<String>>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<F::Of<Vec<F::Of<String>>>>,
    /// Each of them must fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_headers: Option<F::Of<Vec<HttpHeader<F>>>>,
    /// One of them must fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_strings: Option<F::Of<Vec<QueryString<F>>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward: Option<Forward<F>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<Redirect<F>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_response: Option<FixedResponse<F>>,
    /// Who may enter. None: everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication<F>>,
    /// Where the client secret of OpenID Connect is, with the version that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret_from: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewrite_host: Option<Rewrite<F>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewrite_url: Option<Rewrite<F>>,
    /// Instead of an action: ECS moves the traffic. The group that gets all requests in the beginning, unless only the other one
    /// has targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_group_arn: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternate_target_group_arn: Option<F::Of<String>>,
    /// Where requests went before the rule was there. It gets those of the groups that have no healthy target yet, until the
    /// service has moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_target_group_arn: Option<F::Of<String>>,
}

/// What the first match of `regex` becomes before the request reaches the targets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Rewrite<F: Form = Plain> {
    pub regex: F::Of<String>,
    pub replace: F::Of<String>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    /// The number that it has.
    pub number: F::Of<u32>,
    /// Another one with each change of what it does, and if that waits until the service has moved, what it will do then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<F::Of<String>>,
}

/// `DeleteRule` of a rule that is not there succeeds or is refused (botocore lists the error, others saw none).
const GONE: [&str; 2] = ["RuleNotFound", "ListenerNotFound"];

impl Resource for ListenerRule {
    const TYPE: &'static str = "fargate:lb:ListenerRule";
    const PERMISSIONS: &'static [Permission] = permissions::ALL;
    const REPLACE_ON: &'static [&'static str] = &["listenerArn"];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["number", "changed"];
    const CHANGED_BY: &'static [(&'static str, &'static [&'static str])] = &[
        ("number", &["priority", "after"]),
        ("changed", &["forward", "redirect", "fixedResponse"]),
    ];
    // What the other rules are is no property of this one; but its neighbour is (`after`).
    const NO_DIFFERENCE: &'static [&'static str] = &["order", "priorities", "formerTargetGroupArn"];
    const WRITE_ONLY: &'static [&'static str] = &[
        "order",
        "priorities",
        "shared",
        "targetGroupArn",
        "alternateTargetGroupArn",
        "formerTargetGroupArn",
        "clientSecretFrom",
    ];
    const OWN_OUTPUTS: &'static [&'static str] = &["changed"];
    // A number that was chosen is what it is; and of one that is given no neighbour is known. The weights are ECS's, and
    // so whatever the actions say.
    const LEFT_TO_OTHERS: &'static [(&'static str, &'static str)] =
        &[("priority", "order"), ("after", "priority"), ("forward", "alternateTargetGroupArn")];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        // The last one, where nothing is said.
        let is_last = |it: &Output<u32>| it.known() == Some(&places::LAST);
        inputs.priority = inputs.priority.filter(|it| !is_last(it));
        conditions::check(&mut inputs);
        inputs.forward = inputs.forward.map(Forward::checked);
        inputs.redirect = inputs.redirect.map(Redirect::checked);
        inputs.authentication = inputs.authentication.map(Authentication::checked);
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        // One that says nothing of others has a number of its own, which no other may have.
        let alone = inputs.order.is_none() && inputs.priorities.is_none();
        let mut there = None;
        for rule in below(cx, &inputs.listener_arn).await? {
            let Some(arn) = rule.rule_arn() else { continue };
            let has_place = mapping::priority(&rule) == inputs.priority.unwrap_or(places::LAST);
            let tags = tags::of(cx, arn).await?.unwrap_or_default();
            let is_ours = |it: Owner| it.is(&cx.child) && it.base == cx.base;
            if Owner::of(&tags).is_some_and(is_ours) {
                return Ok(Some(Standing::of(arn.to_owned(), Some(tags))));
            }
            if alone && has_place {
                there = Some(Standing::of(arn.to_owned(), Some(tags)));
            }
        }
        Ok(there)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let first = moving::first(cx, inputs).await?;
        let meanwhile = meanwhile::of(cx, None, inputs).await?;
        let secret = client_secret::of(cx, None, inputs.entry()).await?;
        let actions = actions(&meanwhile.inputs, &first, &secret)?;
        let created = places::created(cx, inputs, &actions).await;
        let (arn, number) = created.map_err(|error| secret.cut_from(error))?;
        let outputs = Outputs {
            arn: arn.clone(),
            number,
            changed: Some(meanwhile.change.unwrap_or_else(|| CREATED.to_owned())),
        };
        Ok(Made { id: arn, outputs })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(rule) = cx.aws.listener_rule(id).await? else { return Ok(None) };
        let Some(tags) = tags::of(cx, id).await? else { return Ok(None) };
        let after = places::before(cx, &rule, &tags).await?;
        Ok(Some(Live {
            inputs: Inputs { after, ..inputs(&rule) },
            outputs: Outputs {
                arn: id.to_owned(),
                number: mapping::priority(&rule),
                changed: None,
            },
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
        mut outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let meanwhile = meanwhile::of(cx, old, new).await?;
        changes::modify(cx, id, old, new, &meanwhile.inputs).await?;
        if changes::acts(old, new) {
            outputs.changed = Some(meanwhile.change.unwrap_or_else(new_change));
        }
        if old.is_none_or(|old| (old.priority, &old.after) != (new.priority, &new.after)) {
            outputs.number = places::moved(cx, id, new).await?;
        }
        if let Some(groups) = groups(new)
            && old.is_none_or(|old| self::groups(old) != Some(groups))
        {
            moving::restore(cx, id, new, groups).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let call = cx.aws.elb().await?.delete_rule().rule_arn(id);
        let deleted = call.send().await.explain("elasticloadbalancing:DeleteRule", id);
        deleted.or_gone(&GONE).map(drop)
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn settle(cx: &Cx, id: &str, change: &str) -> Result<()> {
        meanwhile::end(cx, id, change).await
    }

    /// A rule goes with its listener, but while one exists it keeps its target groups.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        debris::of(cx).await
    }
}

impl Inputs {
    fn entry(&self) -> client_secret::Entry<'_> {
        (self.authentication.as_ref(), self.client_secret_from.as_deref())
    }
}

/// The two groups between which ECS moves the traffic.
fn groups(inputs: &Inputs) -> Option<(&str, &str)> {
    Some((inputs.target_group_arn.as_deref()?, inputs.alternate_target_group_arn.as_deref()?))
}

/// The rules of this listener, but for its default one.
async fn below(cx: &Cx, listener: &str) -> Result<Vec<Described>> {
    let call = cx.aws.elb().await?.describe_rules().listener_arn(listener);
    let answer = call.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let rules = answer.explain("elasticloadbalancing:DescribeRules", listener).or_gone(&GONE)?;
    // Their ARNs begin as the listener's does, but for the kind.
    let of_it = listener.replacen(":listener/", ":listener-rule/", 1) + "/";
    let is = |it: &Described| {
        it.is_default() != Some(true) && it.rule_arn().is_some_and(|arn| arn.starts_with(&of_it))
    };
    Ok(rules.into_iter().flatten().filter(is).collect())
}
