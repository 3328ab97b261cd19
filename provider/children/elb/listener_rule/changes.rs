//! What of a rule can change in place.

use super::mapping::{actions, transforms};
use super::{Inputs, conditions, groups};
use crate::aws::Explain;
use crate::children::elb::client_secret::{self, ClientSecret};
use crate::error::Result;
use crate::resource::Cx;

/// Whether the rule does something else with requests.
pub(super) fn acts(old: Option<&Inputs>, new: &Inputs) -> bool {
    let action = |it: &Inputs| format!("{:?}", (&it.forward, &it.redirect, &it.fixed_response));
    groups(new).is_none() && old.is_none_or(|old| action(old) != action(new))
}

/// Whether others may enter.
fn lets_in(old: Option<&Inputs>, new: &Inputs) -> bool {
    groups(new).is_none() && old.is_none_or(|old| old.entry() != new.entry())
}

/// Conditions, actions and transforms, as far as they differ: what a call leaves out stays. The end of the actions is that of
/// `meanwhile`. They go with other conditions too: what AWS has may still lead to where requests went before, and others come now.
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
    let lets_in = lets_in(old, new);
    if !conditions && !acts && !lets_in && !rewrites {
        return Ok(());
    }
    let sends = acts || lets_in || conditions && groups(new).is_none();
    let secret = if sends {
        client_secret::of(cx, old.map(Inputs::entry), new.entry()).await?
    } else {
        ClientSecret::Kept
    };
    let mut call = cx.aws.elb().await?.modify_rule().rule_arn(id);
    if conditions {
        call = call.set_conditions(Some(conditions::write(new)));
    }
    if sends {
        call = call.set_actions(Some(actions(meanwhile, "", &secret)?));
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
    let changed = call.send().await.explain("elasticloadbalancing:ModifyRule", id);
    changed.map_err(|error| secret.cut_from(error)).map(drop)
}
