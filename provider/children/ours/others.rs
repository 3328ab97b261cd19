//! Whether other services are behind the load balancer of one that is deleted: they would lose their way in.
//!
//! AWS deletes a load balancer with all its listeners and rules, whoever has created these (API reference, DeleteLoadBalancer).

use crate::error::{Error, Result};
use crate::resource::owner::{self, Owner};
use crate::resource::{Cx, Tags};

/// Refuses while rules of other services are on listeners of the service's own load balancers.
pub(super) async fn refuse(cx: &Cx) -> Result<()> {
    let mut others = Vec::new();
    for balancer in cx.aws.load_balancers().await? {
        let (Some(arn), Some(name)) = (balancer.load_balancer_arn(), balancer.load_balancer_name())
        else {
            continue;
        };
        if !owner::named(cx, name) {
            continue;
        }
        for rule in cx.aws.rules_of_load_balancer(arn).await? {
            let Some(arn) = rule.rule_arn() else { continue };
            let tags = cx.aws.elb_tags(arn).await?.as_deref().map(crate::aws::tags::read);
            let tags: Tags = tags.unwrap_or_default();
            if let Some(owner) = Owner::of(&tags).filter(|it| it.base != cx.base) {
                others.push(whose(&owner, &tags));
            }
        }
    }
    others.sort();
    others.dedup();
    if others.is_empty() { Ok(()) } else { Err(refusal(&others)) }
}

fn whose(owner: &Owner, tags: &Tags) -> String {
    let of_stack = |it: &Tags| {
        let (project, stack) = (it.get("pulumi:project")?, it.get("pulumi:stack")?);
        Some(format!(" (project {project}, stack {stack})"))
    };
    format!("`{}`{}", owner.base, of_stack(tags).unwrap_or_default())
}

fn refusal(others: &[String]) -> Error {
    let message = format!(
        "the service cannot be deleted: its load balancer leads to other services too, which would not be reachable any \
         more: {}. Nothing of it was deleted",
        others.join(", ")
    );
    Error::aws("LoadBalancerShared", message).hinted(
        "Destroy these services first, or give them another `listenerArn` or a load balancer of their own.",
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Owner, refusal, whose};

    #[test]
    fn the_services_that_are_left_are_named() {
        let owner = Owner::fresh("api-abc1234", "api-route-api", "l1");
        let mut tags = owner.tags();
        let bare = whose(&owner, &tags);
        tags.insert("pulumi:project".to_owned(), "api".to_owned());
        tags.insert("pulumi:stack".to_owned(), "prod".to_owned());
        let told = refusal(&[bare, whose(&owner, &tags)]).to_string();
        expect![[r"
            the service cannot be deleted: its load balancer leads to other services too, which would not be reachable any more: `api-abc1234`, `api-abc1234` (project api, stack prod). Nothing of it was deleted
              Destroy these services first, or give them another `listenerArn` or a load balancer of their own."]].assert_eq(&told);
    }
}
