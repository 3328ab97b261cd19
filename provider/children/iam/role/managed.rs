//! The managed policies that are attached to a role, and which of them are ours.
//!
//! Others attach policies to our roles too: another resource of the program, or a robot of the
//! organization. Nothing in IAM says who attached one, so the role carries a tag that says which
//! ones the program asked for. It is written before they are attached, so that an interrupted run
//! leaves none that is not known. `AttachRolePolicy` does nothing the second time.

use super::policies::{BUSY, GONE, USUAL, settling};
use super::tags;
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::error::refused_with;
use crate::resource::owner::OWNER_TAG;
use crate::resource::physical_names::letters;
use crate::resource::{Cx, Tagged, Tags};

/// The tag that says which of the attached policies are ours.
const MARK: &str = "fargate:policies";

/// The mark for policies with these ARNs; `None` if there are none. An ARN may have 2,048
/// characters and a tag's value 256, so each is a hash; a role has at most 25 (IAM quotas).
fn mark(arns: &[String]) -> Option<String> {
    let marks: Vec<String> = arns.iter().map(|arn| letters(arn.as_bytes(), 8)).collect();
    (!marks.is_empty()).then(|| marks.join(" "))
}

/// The tags for the create of a role with these policies.
pub(super) fn marked(tags: &Tags, arns: &[String]) -> Tags {
    let mark = mark(arns).map(|mark| (MARK.to_owned(), mark));
    tags.clone().into_iter().chain(mark).collect()
}

/// The tags without the mark, and those of the attached policies that are ours. Of a role that is
/// not ours, all are: an import declares them.
pub(super) fn tags_and_ours(mut tags: Tags, mut attached: Vec<String>) -> (Tags, Vec<String>) {
    let marks = tags.remove(MARK);
    if marks.is_some() || tags.contains_key(OWNER_TAG) {
        let marks = marks.unwrap_or_default();
        attached.retain(|arn| marks.split(' ').any(|it| it == letters(arn.as_bytes(), 8)));
    }
    (tags, attached)
}

/// Attaches what is new, and detaches what is not among them any more.
pub(super) async fn reattach(cx: &Cx, role: &str, old: &[String], new: &[String]) -> Result<()> {
    let is_gone = |arn: &&String| !new.contains(*arn);
    let gone: Vec<&String> = old.iter().filter(is_gone).collect();
    if new.iter().any(|arn| !old.contains(arn)) {
        let meanwhile: Vec<String> = new.iter().chain(gone.iter().copied()).cloned().collect();
        set_mark(cx, role, &meanwhile).await?;
    }
    for arn in new.iter().filter(|arn| !old.contains(arn)) {
        attach(cx, role, arn).await?;
    }
    for arn in &gone {
        detach(cx, role, arn).await?;
    }
    if gone.is_empty() { Ok(()) } else { set_mark(cx, role, new).await }
}

/// Detaches these from a role that is to go.
pub(super) async fn detach_all(cx: &Cx, role: &str, arns: &[String]) -> Result<()> {
    for arn in arns {
        detach(cx, role, arn).await?;
    }
    Ok(())
}

/// Detaches all from a role that is to be deleted, also those of others: IAM deletes no role that has any.
pub(super) async fn clear(cx: &Cx, role: &str, ours: &[String]) -> Result<()> {
    for arn in attached(cx, role).await?.unwrap_or_default() {
        detach(cx, role, &arn).await?;
        if !ours.contains(&arn) {
            cx.journal.info(&cx.urn, &detached(role, &arn));
        }
    }
    Ok(())
}

fn detached(role: &str, arn: &str) -> String {
    format!(
        "detached {arn} from the role {role}, which is deleted; it was attached outside of \
             Pulumi"
    )
}

async fn set_mark(cx: &Cx, role: &str, arns: &[String]) -> Result<()> {
    let role = tags::Object(cx, role);
    match mark(arns) {
        Some(mark) => role.change(&[(MARK.to_owned(), mark)].into(), &[]).await,
        None => role.change(&Tags::new(), &[MARK.to_owned()]).await,
    }
}

pub(super) async fn attach(cx: &Cx, role: &str, policy: &str) -> Result<()> {
    let iam = cx.aws.iam().await?;
    let what = format!("{role} and {policy}");
    cx.retry(USUAL, settling, || async {
        let call = iam.attach_role_policy().role_name(role).policy_arn(policy);
        call.send().await.explain("iam:AttachRolePolicy", &what)
    })
    .await?;
    Ok(())
}

async fn detach(cx: &Cx, role: &str, policy: &str) -> Result<()> {
    let iam = cx.aws.iam().await?;
    let what = format!("{role} and {policy}");
    cx.retry(USUAL, refused_with(&BUSY), || async {
        let call = iam.detach_role_policy().role_name(role).policy_arn(policy);
        call.send().await.explain("iam:DetachRolePolicy", &what).or_gone(&GONE)
    })
    .await?;
    Ok(())
}

/// ARNs of all attached policies, sorted; `None` if the role is gone.
pub(super) async fn attached(cx: &Cx, role: &str) -> Result<Option<Vec<String>>> {
    let iam = cx.aws.iam().await?;
    let mut pages = iam.list_attached_role_policies().role_name(role).into_paginator().send();
    let mut arns = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.explain("iam:ListAttachedRolePolicies", role).or_gone(&GONE)?;
        let Some(page) = page else { return Ok(None) };
        let policies = page.attached_policies().iter();
        arns.extend(policies.filter_map(|policy| policy.policy_arn().map(str::to_owned)));
    }
    arns.sort();
    Ok(Some(arns))
}

#[cfg(test)]
mod tests {
    use super::{MARK, OWNER_TAG, Tags, detached, mark, marked, tags_and_ours};

    fn arns(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| format!("arn:aws:iam::1:policy/{name}")).collect()
    }

    fn owned() -> Tags {
        [(OWNER_TAG.to_owned(), "web/web-task-role/1".to_owned())].into()
    }

    #[test]
    fn policies_that_others_attached_are_not_told() {
        let tags = marked(&owned(), &arns(&["A", "B"]));
        assert_eq!(tags_and_ours(tags, arns(&["B", "Theirs"])), (owned(), arns(&["B"])));
        assert_eq!(tags_and_ours(owned(), arns(&["Theirs"])), (owned(), arns(&[])));
        assert_eq!(marked(&owned(), &[]), owned());
    }

    #[test]
    fn of_a_role_that_is_not_ours_all_are_told() {
        let all = arns(&["A", "B"]);
        assert_eq!(tags_and_ours(Tags::new(), all.clone()), (Tags::new(), all));
    }

    #[test]
    fn as_many_as_a_role_may_have_fit_into_the_tag() {
        let many: Vec<String> = (0..25).map(|it| format!("arn:aws:iam::1:policy/{it}")).collect();
        assert!(mark(&many).is_some_and(|mark| mark.len() <= 256), "{MARK}");
    }

    #[test]
    fn what_a_delete_takes_from_others_is_told() {
        expect_test::expect![
            "detached arn:aws:iam::1:policy/Audit from the role web-task, which \
                              is deleted; it was attached outside of Pulumi"
        ]
        .assert_eq(&detached("web-task", "arn:aws:iam::1:policy/Audit"));
    }
}
