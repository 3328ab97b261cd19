//! One rule of a security group: who may talk to whom, on which ports.
//!
//! Only the description changes in place. EC2 would change ports and source too, but then the tasks
//! that still run would be cut off: the new rule is created before the old one is deleted.

mod mapping;

use std::time::Duration;

use aws_sdk_ec2::types::{
    Filter, ResourceType, SecurityGroupRule as Described, SecurityGroupRuleUpdate,
};
use serde::{Deserialize, Serialize};

use self::mapping::{inputs, permission, request};
use crate::aws::{Explain, OrGone};
use crate::children::ec2::tags;
use crate::children::ec2::tags::filter;
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::owner;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The rule.
pub struct SecurityGroupRule;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub security_group_id: F::Of<String>,
    /// `ingress` or `egress`.
    pub direction: F::Of<String>,
    /// `tcp`, or `-1` for all protocols and ports.
    pub protocol: F::Of<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_port: Option<F::Of<i32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_port: Option<F::Of<i32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ipv4: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ipv6: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_list_id: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenced_security_group_id: Option<F::Of<String>>,
    pub description: F::Of<String>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub security_group_rule_id: F::Of<String>,
}

const GONE: [&str; 3] =
    ["InvalidGroup.NotFound", "InvalidSecurityGroupRuleId.NotFound", "InvalidPermission.NotFound"];

impl Resource for SecurityGroupRule {
    const TYPE: &'static str = "fargate:ec2:SecurityGroupRule";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "SecurityGroupRules",
            to: "create, change and delete the rules of the security groups",
            needed: Needed::Unless("`albSecurityGroupId` and `serviceSecurityGroupId` are given"),
            actions: &[
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:ModifySecurityGroupRules",
            ],
            on: &["arn:aws:ec2:*:*:security-group/*", "arn:aws:ec2:*:*:security-group-rule/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "SecurityGroupRulesRemove",
            to: "remove rules of the security groups",
            needed: Needed::Unless("`albSecurityGroupId` and `serviceSecurityGroupId` are given"),
            actions: &["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"],
            on: &["arn:aws:ec2:*:*:security-group/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "SecurityGroupRulesFind",
            to: "find the rules of the security groups",
            actions: &["ec2:DescribeSecurityGroupRules"],
            ..EVERYWHERE
        },
        Permission {
            sid: "SecurityGroupRulesTags",
            to: "tag the rules of the security groups",
            needed: Needed::Unless("`albSecurityGroupId` and `serviceSecurityGroupId` are given"),
            actions: &["ec2:CreateTags", "ec2:DeleteTags"],
            on: &["arn:aws:ec2:*:*:security-group-rule/*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[
        "securityGroupId",
        "direction",
        "protocol",
        "fromPort",
        "toPort",
        "cidrIpv4",
        "cidrIpv6",
        "prefixListId",
        "referencedSecurityGroupId",
    ];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, wanted: &Inputs) -> Result<Option<Standing>> {
        let rules = describe(cx, [filter("group-id", &wanted.security_group_id)]).await?;
        let same = |rule: &&Described| {
            Inputs { description: wanted.description.clone(), ..inputs(rule) } == *wanted
        };
        // A group has no two rules that say the same, so when a block changes from one child to another (it stood in the
        // program and comes from a resource now, or two of them change places), the rule goes with it, and no traffic is shut
        // out meanwhile.
        Ok(rules.iter().find(same).map(|rule| {
            let id = rule.security_group_rule_id().unwrap_or_default().to_owned();
            Standing::passed_on(cx, id, tags::read(rule.tags()))
        }))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        // A group that was made a moment ago may not be known everywhere in EC2 yet.
        let id = cx
            .retry(
                Duration::from_mins(2),
                |error| error.code() == Some("InvalidGroup.NotFound"),
                || authorize(cx, inputs),
            )
            .await?;
        Ok(Made { outputs: Outputs { security_group_rule_id: id.clone() }, id })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let rule = cx.aws.security_group_rule(id).await.or_gone(&GONE)?.flatten();
        Ok(rule.map(|rule| Live {
            inputs: inputs(&rule),
            outputs: Outputs { security_group_rule_id: id.to_owned() },
            tags: Some(tags::read(rule.tags())),
        }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        // A rule that an interrupted run created is taken over as it was asked for.
        let unchanged = match old {
            Some(old) => old == new,
            None => Self::read(cx, id).await?.is_some_and(|live| live.inputs == *new),
        };
        if unchanged {
            return Ok(outputs.into());
        }
        let update = SecurityGroupRuleUpdate::builder()
            .security_group_rule_id(id)
            .security_group_rule(request(new))
            .build();
        cx.aws
            .ec2()
            .await?
            .modify_security_group_rules()
            .group_id(&new.security_group_id)
            .security_group_rules(update)
            .send()
            .await
            .explain("ec2:ModifySecurityGroupRules", id)?;
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let ec2 = cx.aws.ec2().await?;
        if inputs.direction == "ingress" {
            ec2.revoke_security_group_ingress()
                .group_id(&inputs.security_group_id)
                .security_group_rule_ids(id)
                .send()
                .await
                .explain("ec2:RevokeSecurityGroupIngress", id)
                .or_gone(&GONE)?;
        } else {
            ec2.revoke_security_group_egress()
                .group_id(&inputs.security_group_id)
                .security_group_rule_ids(id)
                .send()
                .await
                .explain("ec2:RevokeSecurityGroupEgress", id)
                .or_gone(&GONE)?;
        }
        Ok(())
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    /// Rules in a group of ours go with it; those in a group of the user's carry our tag.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let rules = cx.aws.security_group_rules_tagged(owner::SERVICE_TAG, &cx.base).await?;
        Ok(tags::of_the_service(cx, &rules))
    }
}

async fn authorize(cx: &Cx, inputs: &Inputs) -> Result<String> {
    let ec2 = cx.aws.ec2().await?;
    let tags = tags::specification(ResourceType::SecurityGroupRule, &cx.tags)?;
    let group = &inputs.security_group_id;
    let rules = if inputs.direction == "ingress" {
        ec2.authorize_security_group_ingress()
            .group_id(group)
            .ip_permissions(permission(inputs))
            .tag_specifications(tags)
            .send()
            .await
            .explain("ec2:AuthorizeSecurityGroupIngress", group)?
            .security_group_rules
    } else {
        ec2.authorize_security_group_egress()
            .group_id(group)
            .ip_permissions(permission(inputs))
            .tag_specifications(tags)
            .send()
            .await
            .explain("ec2:AuthorizeSecurityGroupEgress", group)?
            .security_group_rules
    };
    rules
        .and_then(|rules| rules.into_iter().next())
        .and_then(|rule| rule.security_group_rule_id)
        .ok_or_else(|| Error::bug("an authorized rule has no id"))
}

async fn describe(cx: &Cx, filters: impl IntoIterator<Item = Filter>) -> Result<Vec<Described>> {
    let answer = cx
        .aws
        .ec2()
        .await?
        .describe_security_group_rules()
        .set_filters(Some(filters.into_iter().collect()))
        .send()
        .await
        .explain("ec2:DescribeSecurityGroupRules", &cx.child)
        .or_gone(&GONE)?;
    Ok(answer.and_then(|answer| answer.security_group_rules).unwrap_or_default())
}
