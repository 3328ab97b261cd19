//! What of a rule can change in place.

use super::mapping::{action, transforms};
use super::{Inputs, conditions, groups};
use crate::aws::Explain;
use crate::error::Result;
use crate::resource::Cx;

/// Whether the rule does something else with requests.
pub(super) fn acts(old: Option<&Inputs>, new: &Inputs) -> bool {
    let action = |it: &Inputs| format!("{:?}", (&it.forward, &it.redirect, &it.fixed_response));
    groups(new).is_none() && old.is_none_or(|old| action(old) != action(new))
}

/// Conditions, action and transforms, as far as they differ: what a call leaves out stays. The action is that of `meanwhile`.
pub(super) async fn modify(
    cx: &Cx,
    id: &str,
    old: Option<&Inputs>,
    new: &Inputs,
    meanwhile: &Inputs,
) -> Result<()> {
    let changed = |of: fn(&Inputs) -> String| old.is_none_or(|old| of(old) != of(new));
    let conditions = changed(|it| format!("{:?}", conditions::write(it)));
    let acts = acts(old, new);
    let rewrites = changed(|it| format!("{:?}", transforms(it)));
    if !conditions && !acts && !rewrites {
        return Ok(());
    }
    let mut call = cx.aws.elb().await?.modify_rule().rule_arn(id);
    if conditions {
        call = call.set_conditions(Some(conditions::write(new)));
    }
    if acts {
        call = call.actions(action(meanwhile, "")?);
    }
    if rewrites {
        // An empty list takes none away (API reference, ModifyRule; terraform-provider-aws sends the flag).
        let transforms = transforms(new);
        call = if transforms.is_empty() {
            call.reset_transforms(true)
        } else {
            call.set_transforms(Some(transforms))
        };
    }
    call.send().await.explain("elasticloadbalancing:ModifyRule", id).map(drop)
}
