//! What of a rule can change in place.

use aws_sdk_elasticloadbalancingv2::types::Action;

use super::mapping::{actions, transforms};
use super::{Inputs, conditions, groups};
use crate::aws::{Explain, rules};
use crate::children::elb::authentication;
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

/// The same end behind another beginning: while the service has not moved, the end is not that of the program.
async fn with_other_beginning(
    cx: &Cx,
    id: &str,
    new: &Inputs,
    secret: &ClientSecret,
) -> Result<Vec<Action>> {
    let rule = cx.aws.listener_rule(id).await?;
    match rule.as_ref().and_then(rules::last) {
        Some(end) => Ok(authentication::before(new.authentication.as_ref(), secret, end)),
        None => actions(new, "", secret),
    }
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
    let lets_in = lets_in(old, new);
    if !conditions && !acts && !lets_in && !rewrites {
        return Ok(());
    }
    let secret = if acts || lets_in {
        client_secret::of(cx, old.map(Inputs::entry), new.entry()).await?
    } else {
        ClientSecret::Kept
    };
    let mut call = cx.aws.elb().await?.modify_rule().rule_arn(id);
    if conditions {
        call = call.set_conditions(Some(conditions::write(new)));
    }
    if acts {
        call = call.set_actions(Some(actions(meanwhile, "", &secret)?));
    } else if lets_in {
        call = call.set_actions(Some(with_other_beginning(cx, id, new, &secret).await?));
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
