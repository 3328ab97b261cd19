//! A rule of a listener: which requests go to which of two target groups.
//!
//! The weights of the two groups belong to ECS, which moves the traffic between them in each deployment, and does not look at
//! what is there before it writes (aws/containers-roadmap#2853). So they are written when the rule is created, and never
//! looked at or sent again; only what must be there for ECS to work, a forward to both groups, is restored after a
//! create or an update that did not come to its end. The listener cannot change.
//!
//! `CreateRule` refuses a priority that is taken, so a repeated one creates no second rule.

mod mapping;

use aws_sdk_elasticloadbalancingv2::types::{
    Rule as Described, RulePriorityPair, TargetHealthStateEnum,
};
use serde::{Deserialize, Serialize};

use self::mapping::{conditions, forward, forwards_to_both, inputs, serving};
use crate::aws::numbers::whole;
use crate::aws::{Explain, OrGone};
use crate::children::elb::tags;
use crate::error::{Error, Problem, Result};
use crate::property::sorted;
use crate::property::{Form, Plain, Wire};
use crate::resource::owner;
use crate::resource::permission::MOVES_TRAFFIC;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tagged,
    Tags,
};

/// The rule.
pub struct ListenerRule;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub listener_arn: F::Of<String>,
    /// 1 to 50000; the lowest rule that fits a request counts.
    pub priority: F::Of<u32>,
    /// Paths of the requests, such as `/*`.
    pub path_patterns: F::Of<Vec<F::Of<String>>>,
    /// The group that gets all requests in the beginning, unless only the other one has targets.
    pub target_group_arn: F::Of<String>,
    pub alternate_target_group_arn: F::Of<String>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
}

/// `DeleteRule` of a rule that is not there succeeds or is refused (botocore lists the error, others saw none).
const GONE: [&str; 2] = ["RuleNotFound", "ListenerNotFound"];
const WHEN: Needed = Needed::If(MOVES_TRAFFIC);

impl Resource for ListenerRule {
    const TYPE: &'static str = "fargate:lb:ListenerRule";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "RuleMake",
            to: "add rules to the listeners",
            needed: WHEN,
            actions: &["elasticloadbalancing:CreateRule"],
            on: &["arn:aws:elasticloadbalancing:*:*:listener/app/{name}*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "Rule",
            to: "change and delete the rules",
            needed: WHEN,
            actions: &[
                "elasticloadbalancing:ModifyRule",
                "elasticloadbalancing:SetRulePriorities",
                "elasticloadbalancing:DeleteRule",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:RemoveTags",
            ],
            on: &["arn:aws:elasticloadbalancing:*:*:listener-rule/app/{name}*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "RuleFind",
            to: "find the rules, and the target group that serves",
            needed: WHEN,
            actions: &[
                "elasticloadbalancing:DescribeRules",
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeTags",
                "elasticloadbalancing:DescribeTargetHealth",
            ],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["listenerArn"];
    // The weights are ECS's, and so whatever the actions say.
    const WRITE_ONLY: &'static [&'static str] = &["targetGroupArn", "alternateTargetGroupArn"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.path_patterns = sorted(inputs.path_patterns);
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let rules = below(cx, &inputs.listener_arn).await?;
        let priority = inputs.priority.to_string();
        let same = |it: &&Described| it.priority() == Some(&*priority);
        let Some(arn) = rules.iter().find(same).and_then(|it| it.rule_arn()) else {
            return Ok(None);
        };
        let tags = Some(tags::of(cx, arn).await?.unwrap_or_default());
        Ok(Some(Standing::of(arn.to_owned(), tags)))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let first = first(cx, inputs).await?;
        let answer = cx
            .aws
            .elb()
            .await?
            .create_rule()
            .listener_arn(&inputs.listener_arn)
            .priority(whole(inputs.priority))
            .set_conditions(Some(conditions(inputs)))
            .actions(forward(inputs, &first))
            .set_tags(Some(tags::write(&cx.tags)?))
            .send()
            .await
            .explain("elasticloadbalancing:CreateRule", &cx.child)?;
        let arn = answer
            .rules()
            .first()
            .and_then(|rule| rule.rule_arn())
            .ok_or_else(|| Error::bug("CreateRule gave no rule"))?
            .to_owned();
        Ok(Made { id: arn.clone(), outputs: Outputs { arn } })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(rule) = cx.aws.listener_rule(id).await? else { return Ok(None) };
        let Some(tags) = tags::of(cx, id).await? else { return Ok(None) };
        Ok(Some(Live {
            inputs: inputs(&rule),
            outputs: Outputs { arn: id.to_owned() },
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
        if old.is_none_or(|old| old.path_patterns != new.path_patterns) {
            let call = elb.modify_rule().rule_arn(id).set_conditions(Some(conditions(new)));
            call.send().await.explain("elasticloadbalancing:ModifyRule", id)?;
        }
        if old.is_none_or(|old| old.priority != new.priority) {
            let pair = RulePriorityPair::builder().rule_arn(id).priority(whole(new.priority));
            let call = elb.set_rule_priorities().rule_priorities(pair.build());
            let answer = call.send().await.explain("elasticloadbalancing:SetRulePriorities", id);
            match answer {
                // Also refused if it is the rule's own, which an update that was killed may have set (moto; the API's reference
                // does not say).
                Err(refused) if refused.code() == Some(TAKEN) => {
                    let rule = cx.aws.listener_rule(id).await?;
                    if rule.as_ref().map(|it| inputs(it).priority) != Some(new.priority) {
                        return Err(refused);
                    }
                }
                answer => answer.map(drop)?,
            }
        }
        if old.is_none_or(|old| groups(old) != groups(new)) {
            restore(cx, id, new).await?;
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

    /// A rule goes with its listener, but while one exists it keeps its target groups.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let elb = cx.aws.elb().await?;
        let mut ours = Vec::new();
        for balancer in cx.aws.load_balancers().await? {
            let Some(arn) = balancer.load_balancer_arn() else { continue };
            if !balancer.load_balancer_name().is_some_and(|name| owner::named(cx, name)) {
                continue;
            }
            let listeners = elb.describe_listeners().load_balancer_arn(arn).send().await;
            let listeners = listeners
                .explain("elasticloadbalancing:DescribeListeners", arn)
                .or_gone(&["LoadBalancerNotFound"])?;
            let listeners = listeners.and_then(|it| it.listeners).unwrap_or_default();
            for listener in listeners.into_iter().filter_map(|it| it.listener_arn) {
                for rule in below(cx, &listener).await?.into_iter().filter_map(|it| it.rule_arn) {
                    let tags = tags::of(cx, &rule).await?.unwrap_or_default();
                    if owner::carries(&tags, &cx.base) {
                        ours.push(rule);
                    }
                }
            }
        }
        Ok(ours)
    }
}

const TAKEN: &str = "PriorityInUse";

fn groups(inputs: &Inputs) -> (&str, &str) {
    (&inputs.target_group_arn, &inputs.alternate_target_group_arn)
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

/// The group that the rule sends all requests to in the beginning: the one that has targets. A rule may be
/// created where another one was, while the tasks are in the alternate group.
async fn first(cx: &Cx, inputs: &Inputs) -> Result<String> {
    let (main, alternate) = groups(inputs);
    let only_the_alternate = has_targets(cx, alternate).await? && !has_targets(cx, main).await?;
    Ok(if only_the_alternate { alternate } else { main }.to_owned())
}

async fn has_targets(cx: &Cx, group: &str) -> Result<bool> {
    let call = cx.aws.elb().await?.describe_target_health().target_group_arn(group);
    let answer = call.send().await;
    let answer = answer.explain("elasticloadbalancing:DescribeTargetHealth", group)?;
    let leaves = |state| state == &TargetHealthStateEnum::Draining;
    let states = answer.target_health_descriptions();
    Ok(states
        .iter()
        .any(|it| !it.target_health().and_then(|health| health.state()).is_some_and(leaves)))
}

/// Makes the rule forward to both groups, if it does not. The one that serves keeps serving.
async fn restore(cx: &Cx, id: &str, new: &Inputs) -> Result<()> {
    let rule = cx.aws.listener_rule(id).await?;
    if rule.as_ref().is_some_and(|rule| forwards_to_both(rule, new)) {
        return Ok(());
    }
    let first =
        match rule.as_ref().and_then(serving).filter(|it| *it == new.alternate_target_group_arn) {
            Some(serving) => serving,
            None => first(cx, new).await?,
        };
    let call = cx.aws.elb().await?.modify_rule().rule_arn(id).actions(forward(new, &first));
    call.send().await.explain("elasticloadbalancing:ModifyRule", id).map(drop)
}
