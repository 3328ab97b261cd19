//! A deleted secret, which keeps its name until AWS has really deleted it.

use super::{GOING, GONE, Outputs, describe, tags};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result, refused_with};
use crate::resource::owner::{LINEAGE_TAG, OWNER_TAG, Whose};
use crate::resource::{Cx, Tagged, Tags};

/// The tag of a secret that its state has let go, before it was deleted: the lineage of that state. A deleted secret takes no
/// tags, so a run that restores it and is killed before it can say that it is ours leaves one that lives and is not its old
/// state's any more. This tag says so.
const LET_GO: &str = "fargate:let-go";

/// Deletes the secret: at once, or after so many days in which it can be restored.
pub(super) async fn delete(cx: &Cx, id: &str, recovery_days: u32) -> Result<()> {
    let at_once = recovery_days == 0;
    if !at_once && let Some(lineage) = cx.tags.get(LINEAGE_TAG) {
        let mark = Tags::from([(LET_GO.to_owned(), lineage.clone())]);
        // Without it a secret is deleted as well: it may have as many tags as are possible.
        match (tags::Object { cx, id }).change(&mark, &[]).await {
            Err(error) if is_marked(&error) || refused_with(&GONE)(&error) => return Ok(()),
            _ => {}
        }
    }
    let answer = cx
        .aws
        .secrets_manager()
        .await?
        .delete_secret()
        .secret_id(id)
        .set_recovery_window_in_days((!at_once).then_some(i64::from(recovery_days)))
        .set_force_delete_without_recovery(at_once.then_some(true))
        .send()
        .await;
    match answer.explain("secretsmanager:DeleteSecret", id).or_gone(&GONE) {
        Err(error) if is_marked(&error) => Ok(()),
        done => done.map(drop),
    }
}

/// Whether a create was refused because a deleted secret still has the name (terraform-provider-aws,
/// secretsmanager/secret.go).
pub(super) fn waits_for_deletion(error: &Error) -> bool {
    error.code() == Some("InvalidRequestException")
        && error.message().contains("scheduled for deletion")
}

/// Whether AWS refused something because the secret is deleted, in the words of its operations.
fn is_marked(error: &Error) -> bool {
    error.code() == Some("InvalidRequestException")
        && ["marked deleted", "marked for deletion", "was deleted"]
            .iter()
            .any(|words| error.message().contains(words))
}

/// Restores the secret of this name, if it was this child's, of whichever state: that one has deleted it, and
/// a stack that was destroyed and is created again has another lineage. It is ours then, with the
/// values that it had. `None` if it cannot be restored any more, because AWS is just deleting it.
pub(super) async fn restore(cx: &Cx, name: &str) -> Result<Option<Outputs>> {
    let Some(found) = describe(cx, name).await? else { return Ok(None) };
    let Some(date) = found.deleted_date() else { return Ok(None) };
    if !was_ours(cx, &tags::read(found.tags())) {
        let date = date.to_string();
        let day = date.split('T').next().unwrap_or_default();
        return Err(taken(name, day));
    }
    let manager = cx.aws.secrets_manager().await?;
    let answer = manager.restore_secret().secret_id(name).send().await;
    let Some(restored) = answer.explain("secretsmanager:RestoreSecret", name).or_gone(&GONE)?
    else {
        return Ok(None);
    };
    let object = tags::Object { cx, id: name };
    let former = [LET_GO.to_owned()];
    let owned = cx.retry(GOING, is_marked, || object.change(&cx.tags, &former)).await;
    if let Err(error) = owned {
        // It must not live on as what nobody owns.
        let _ = delete(cx, name, super::LEAST_RECOVERY_DAYS).await;
        return Err(error);
    }
    cx.journal.info(&cx.urn, &restored_message(name));
    Ok(Some(Outputs {
        name: name.to_owned(),
        arn: restored.arn().unwrap_or_default().to_owned(),
        version_id: String::new(),
    }))
}

/// The tags of a living secret, as of one of ours if it was this child's and its state has let it go: then it was restored by a
/// run that was killed before it could say so.
pub(super) fn unless_let_go(cx: &Cx, mut tags: Tags) -> Tags {
    let is_let_go = tags.contains_key(LET_GO) && tags.get(LET_GO) == tags.get(LINEAGE_TAG);
    if is_let_go && was_ours(cx, &tags) {
        let ours = [OWNER_TAG, LINEAGE_TAG].into_iter();
        tags.extend(ours.filter_map(|key| Some((key.to_owned(), cx.tags.get(key)?.clone()))));
    }
    tags
}

/// What a secret that is taken over must not say any more.
pub(super) fn of_earlier_states(set: &Tags) -> Option<String> {
    set.contains_key(OWNER_TAG).then(|| LET_GO.to_owned())
}

/// Of the same child of a service of this name in the same stack of the same project: what another stack has deleted, it may want
/// back itself.
fn was_ours(cx: &Cx, tags: &Tags) -> bool {
    let same = |key: &str| tags.get(key) == cx.tags.get(key);
    matches!(Whose::of(tags), Whose::Owned(owner) if owner.base == cx.base && owner.is(&cx.child))
        && same("pulumi:project")
        && same("pulumi:stack")
}

fn restored_message(name: &str) -> String {
    format!("restored {name}, which was waiting for its deletion")
}

fn taken(name: &str, day: &str) -> Error {
    let message = format!(
        "the name is taken by the secret {name}, which waits for its deletion on {day}, and this \
         FargateWebService did not create it. Nothing was changed"
    );
    Error::aws("NameTaken", message).hinted(format!(
        "Set another `name` on the FargateWebService, or delete that secret for good: `aws secretsmanager \
         delete-secret --secret-id {name} --force-delete-without-recovery`"
    ))
}

#[cfg(test)]
mod tests {
    use super::{Error, is_marked, restored_message, taken, waits_for_deletion};

    #[test]
    fn what_becomes_of_a_deleted_secret_is_told() {
        let name = "/fargate/web/values";
        let message = [restored_message(name), taken(name, "2026-12-24").to_string()];
        expect_test::expect![[r"
            restored /fargate/web/values, which was waiting for its deletion
            the name is taken by the secret /fargate/web/values, which waits for its deletion on 2026-12-24, and this FargateWebService did not create it. Nothing was changed
              Set another `name` on the FargateWebService, or delete that secret for good: `aws secretsmanager delete-secret --secret-id /fargate/web/values --force-delete-without-recovery`"]].assert_eq(&message.join("\n"));
    }

    #[test]
    fn a_deleted_secret_is_known_by_aws_s_words() {
        let refused = |words: &str| Error::aws("InvalidRequestException", words);
        let create = refused(
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        );
        assert!(waits_for_deletion(&create) && !is_marked(&create));
        let tag = refused(
            "You can't perform this operation on the secret because it was marked for deletion.",
        );
        assert!(is_marked(&tag) && !waits_for_deletion(&tag));
        assert!(!is_marked(&refused("You can't delete secret that still has replica regions.")));
    }
}
