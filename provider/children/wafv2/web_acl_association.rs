//! Which web ACL of AWS WAF sees the requests of a load balancer.
//!
//! A load balancer has one at most, and `AssociateWebACL` puts ours in place of another without a word: so we look first,
//! and one that others have chosen stays. The association has no tags, so that of the same web ACL is ours; another one that has
//! come since is left alone by a delete. Changing it to another web ACL is one call: at each moment one of the two looks.
//!
//! It goes with the load balancer. One that an interrupted run has made, and that the program does not want any more, stays: nothing
//! tells it from one that a person or AWS Firewall Manager has chosen.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The association.
pub struct WebAclAssociation;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub web_acl_arn: F::Of<String>,
    /// The load balancer's ARN.
    pub resource_arn: F::Of<String>,
}

/// What AWS adds: nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub resource_arn: F::Of<String>,
}

/// Either of the two is gone.
const GONE: [&str; 1] = ["WAFNonexistentItemException"];
/// Until WAF knows a load balancer or a web ACL that was just created (wafv2, WAFUnavailableEntityException;
/// terraform-provider-aws waits ten minutes, wafv2/web_acl_association.go).
const PROPAGATION: Duration = Duration::from_mins(5);
const WHEN: Needed = Needed::If("`webAclArn` is given");

impl Resource for WebAclAssociation {
    const TYPE: &'static str = "fargate:wafv2:WebAclAssociation";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "WebAcl",
            to: "let the web ACL see the load balancer's requests",
            needed: WHEN,
            actions: &[
                "wafv2:AssociateWebACL",
                "wafv2:DisassociateWebACL",
                "wafv2:GetWebACL",
                "wafv2:GetWebACLForResource",
            ],
            on: &[
                "arn:aws:wafv2:*:*:regional/webacl/*",
                "arn:aws:elasticloadbalancing:*:*:loadbalancer/app/{name}*",
            ],
            ..EVERYWHERE
        },
        Permission {
            sid: "WebAclOfLoadBalancer",
            to: "let AWS WAF change the load balancer",
            needed: WHEN,
            actions: &["elasticloadbalancing:SetWebAcl"],
            on: &["arn:aws:elasticloadbalancing:*:*:loadbalancer/app/{name}*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["resourceArn"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let Some(acl) = present(cx, &inputs.resource_arn).await? else { return Ok(None) };
        if acl != inputs.web_acl_arn {
            return Err(taken(&inputs.resource_arn, &acl));
        }
        Ok(Some(Standing::of(inputs.resource_arn.clone(), None)))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        associate(cx, inputs).await?;
        let id = inputs.resource_arn.clone();
        Ok(Made { outputs: Outputs { resource_arn: id.clone() }, id })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Ok(present(cx, id).await?.map(|web_acl_arn| Live {
            inputs: Inputs { web_acl_arn, resource_arn: id.to_owned() },
            outputs: Outputs { resource_arn: id.to_owned() },
            tags: None,
        }))
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old.is_none_or(|old| old.web_acl_arn != new.web_acl_arn) {
            associate(cx, new).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        if present(cx, id).await?.is_none_or(|acl| acl != inputs.web_acl_arn) {
            return Ok(());
        }
        let call = cx.aws.waf().await?.disassociate_web_acl().resource_arn(id);
        let answer = call.send().await.explain("wafv2:DisassociateWebACL", id);
        answer.or_gone(&GONE).map(drop)
    }
}

/// The web ACL that the load balancer has.
async fn present(cx: &Cx, balancer: &str) -> Result<Option<String>> {
    let call = cx.aws.waf().await?.get_web_acl_for_resource().resource_arn(balancer);
    let answer = call.send().await.explain("wafv2:GetWebACLForResource", balancer);
    Ok(answer.or_gone(&GONE)?.and_then(|it| it.web_acl).map(|it| it.arn))
}

async fn associate(cx: &Cx, inputs: &Inputs) -> Result<()> {
    let waf = cx.aws.waf().await?;
    let is_fresh = |error: &Error| error.code() == Some("WAFUnavailableEntityException");
    cx.retry(PROPAGATION, is_fresh, || async {
        waf.associate_web_acl()
            .web_acl_arn(&inputs.web_acl_arn)
            .resource_arn(&inputs.resource_arn)
            .send()
            .await
            .explain("wafv2:AssociateWebACL", &inputs.web_acl_arn)
            .map_err(explain)
    })
    .await
    .map(drop)
}

fn explain(error: Error) -> Error {
    match error.code() {
        Some("WAFNonexistentItemException") => error.hinted(
            "Check that `webAclArn` is the ARN of a regional web ACL of this account and region: \
             `aws wafv2 list-web-acls --scope REGIONAL` lists them.",
        ),
        _ => error,
    }
}

/// Of AWS WAF for what is associated already.
const TAKEN: &str = "WAFAssociatedItemException";

fn taken(balancer: &str, acl: &str) -> Error {
    Error::aws(TAKEN, format!("the load balancer {balancer} has the web ACL {acl} already")).hinted(
        "A load balancer has one web ACL. Set `webAclArn` to that one, or remove it from the load balancer first: \
         `aws wafv2 disassociate-web-acl --resource-arn …`. If AWS Firewall Manager has set it, only its administrator can.",
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Error, explain, taken};

    #[test]
    fn a_refusal_comes_with_what_to_do() {
        let told = [
            explain(Error::aws(
                "WAFNonexistentItemException",
                "AWS WAF couldn’t perform the operation",
            )),
            explain(Error::aws("Throttling", "Rate exceeded")),
            taken("arn:lb", "arn:acl"),
        ];
        expect![[r"
            AWS WAF couldn’t perform the operation
              Check that `webAclArn` is the ARN of a regional web ACL of this account and region: `aws wafv2 list-web-acls --scope REGIONAL` lists them.
            Rate exceeded
            the load balancer arn:lb has the web ACL arn:acl already
              A load balancer has one web ACL. Set `webAclArn` to that one, or remove it from the load balancer first: `aws wafv2 disassociate-web-acl --resource-arn …`. If AWS Firewall Manager has set it, only its administrator can."]].assert_eq(&told.map(|it| it.to_string()).join("\n"));
    }
}
