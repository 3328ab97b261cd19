//! A create to the end: what an interrupted run left is found and taken over, what belongs to
//! others is refused, and what exists is kept whatever fails after.

use super::kind::{Fields, Kind, Own};
use super::state::{context, keep, plain_inputs};
use super::{Outcome, Site};
use crate::error::{Error, Result};
use crate::property::Map;
use crate::resource::owner::{Owner, SERVICE_TAG, Whose, same_lineage};
use crate::resource::{Cx, Settled, Standing, Tags};

pub(super) async fn create(kind: &dyn Kind, site: &Site, received: Map) -> Result<Outcome> {
    let (common, inputs) = plain_inputs(kind, &received)?;
    let cx = context(site, &common, None)?;
    let token = Owner::of(&cx.tags).map(|owner| owner.token);
    cx.names.made.add(&cx.of_kind(kind.facts().token));
    let standing = if cx.is_drawn() { None } else { kind.find(&cx, &*inputs).await? };
    let outcome = match standing {
        Some(standing) => take_over(kind, &cx, standing, &*inputs).await?,
        None => make(kind, &cx, &*inputs).await?,
    };
    Ok(keep(received, outcome, token))
}

/// Makes the object. The answer to a create may be lost although the create was done; the SDK asks
/// again, and AWS says that the name is taken: by ourselves.
async fn make(kind: &dyn Kind, cx: &Cx, inputs: &dyn Fields) -> Result<Outcome> {
    let refused = match kind.create(cx, inputs).await {
        Ok(made) => {
            let kept = made.outputs.encode()?;
            let settled = kind.complete(cx, &made.id, inputs, made.outputs).await;
            return settle(made.id, kept, settled);
        }
        Err(refused) => refused,
    };
    let standing = kind.find(cx, inputs).await.ok().flatten();
    let ours = |it: &Standing| it.tags.as_ref().and_then(Owner::of) == Owner::of(&cx.tags);
    match standing.filter(ours) {
        Some(standing) => take_over(kind, cx, standing, inputs).await,
        None => Err(refused),
    }
}

/// An earlier run made this object for the same child and was interrupted before it could answer:
/// it becomes ours, brought to the inputs.
async fn take_over(
    kind: &dyn Kind,
    cx: &Cx,
    standing: Standing,
    inputs: &dyn Fields,
) -> Result<Outcome> {
    if let Some(tags) = &standing.tags {
        refuse_foreign(cx, &standing.id, tags)?;
    }
    let id = standing.id;
    if !standing.of_another_child {
        kind.tag(cx, &id, &cx.tags, &[]).await?;
    }
    let Some(live) = kind.read(cx, &id).await? else { return Err(gone_meanwhile(&id)) };
    let kept = live.outputs.encode()?;
    let settled = finish(kind, cx, &id, None, inputs, live.outputs).await;
    if !standing.of_another_child {
        return settle(id, kept, settled);
    }
    // Until it is as this child wants it, it stays the other's, which a program that takes the change back still has.
    let settled = settled?;
    let tagged = kind.tag(cx, &id, &cx.tags, &[]).await;
    settle(id, kept, tagged.map(|()| settled))
}

fn gone_meanwhile(id: &str) -> Error {
    let message =
        format!("{id}, which an interrupted run had created, was deleted during this run");
    Error::not_ready(message).hinted("Run `pulumi up` again: it creates a new one.")
}

fn refuse_foreign(cx: &Cx, id: &str, tags: &Tags) -> Result<()> {
    foreign(&cx.child, &cx.tags, cx.take_over.as_deref(), id, tags).map_or(Ok(()), Err)
}

/// The error for the object `id` with the tags `live`, unless the child `child` of the service with
/// the tags `ours` made it, or one of the lineage `wanted`.
fn foreign(child: &str, ours: &Tags, wanted: Option<&str>, id: &str, live: &Tags) -> Option<Error> {
    let base = ours.get(SERVICE_TAG).map(String::as_str);
    let (whose, ways): (String, Vec<String>) = match Whose::of(live) {
        Whose::Owned(owner) if owner.is(child) && Some(owner.base.as_str()) == base => {
            if same_lineage(ours, live) || wanted.is_some_and(|it| it == owner.lineage) {
                return None;
            }
            let replaced = same_stack(ours, live).then(|| REPLACED.to_owned());
            let ways = replaced.into_iter().chain(on_purpose(&owner)).collect();
            (of_another_state(&owner, live), ways)
        }
        Whose::Owned(owner) if Some(owner.base.as_str()) == base && same_lineage(ours, live) => {
            let message = format!(
                "its place is taken by `{}` of the same service ({id}). Nothing was changed",
                owner.child
            );
            return Some(Error::aws("NameTaken", message).hinted(CHANGE_PLACES));
        }
        Whose::Owned(owner) => {
            (format!("it belongs to `{}` of the service `{}`", owner.child, owner.base), vec![])
        }
        Whose::LaterForm(form) => (
            format!("a later version of this plugin created it (its tags have the form {form})"),
            vec!["Use that version of the plugin.".to_owned()],
        ),
        Whose::Nobodys => ("no FargateWebService created it".to_owned(), vec![]),
    };
    let message = format!("the name is taken by {id}, and {whose}. Nothing was changed");
    let refused = Error::aws("NameTaken", message)
        .hinted("Delete or rename that object, or set another `name` on the FargateWebService.");
    Some(ways.into_iter().fold(refused, Error::hinted))
}

/// Two backends can have the same project and stack, too: then the hint does no harm.
fn same_stack(ours: &Tags, live: &Tags) -> bool {
    let same = |key| ours.contains_key(key) && ours.get(key) == live.get(key);
    same("pulumi:project") && same("pulumi:stack")
}

const CHANGE_PLACES: &str = "Two parts of the service cannot change places in one run, such as two ports. Take the change back and run `pulumi up`; \
    then make it in two runs, the first of which gives one of them a place that is free.";

/// In a replacement on demand the engine sends nothing of the entry that it replaces.
const REPLACED: &str = "If you replaced the service's name on demand (`--replace`), run `pulumi up` without that: \
    the objects become the new entry's.";

/// Whose it is, if another state created it, as far as its tags say.
fn of_another_state(owner: &Owner, live: &Tags) -> String {
    let tag = |key: &str| live.get(key).map_or("?", String::as_str);
    let of = match owner.lineage.as_str() {
        "" => String::new(),
        lineage => format!(", lineage {lineage}"),
    };
    format!(
        "it belongs to the service `{}` of another state (project {}, stack {}{of})",
        owner.base,
        tag("pulumi:project"),
        tag("pulumi:stack"),
    )
}

/// What to do on purpose, if the other state is lost.
fn on_purpose(owner: &Owner) -> Option<String> {
    let lineage = Some(owner.lineage.as_str()).filter(|it| !it.is_empty())?;
    Some(format!(
        "If that state is lost, or should no longer own the service, run `pulumi config set \
         fargate:takeOver {lineage}` and `pulumi up`. The whole service then belongs to this \
         stack, and a destroy with the other state does not touch it."
    ))
}

/// An update to the end.
pub(super) async fn finish(
    kind: &dyn Kind,
    cx: &Cx,
    id: &str,
    old: Option<&dyn Fields>,
    new: &dyn Fields,
    outputs: Own,
) -> Result<Settled<Own>> {
    let settled = kind.update(cx, id, old, new, outputs).await?;
    match settled.trouble {
        None if old.is_none() => kind.complete(cx, id, new, settled.outputs).await,
        _ => Ok(settled),
    }
}

/// What exists is kept, whatever failed after it came to be.
pub(super) fn settle(id: String, kept: Map, settled: Result<Settled<Own>>) -> Result<Outcome> {
    match settled {
        Ok(settled) => {
            Ok(Outcome { id, state: settled.outputs.encode()?, trouble: settled.trouble })
        }
        Err(error) => Ok(Outcome { id, state: kept, trouble: Some(error) }),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Owner, Tags, foreign, gone_meanwhile};

    #[test]
    fn what_goes_while_it_is_taken_over_is_made_by_the_next_run() {
        expect![[r"
            arn:alb, which an interrupted run had created, was deleted during this run
              Run `pulumi up` again: it creates a new one."]]
        .assert_eq(&gone_meanwhile("arn:alb").to_string());
    }

    fn tags(base: &str, child: &str, lineage: &str) -> Tags {
        let stack = [("pulumi:project", "shop"), ("pulumi:stack", "dev")];
        let stack = stack.map(|(key, value)| (key.to_owned(), value.to_owned()));
        Owner::fresh(base, child, lineage).tags().into_iter().chain(stack).collect()
    }

    fn message(wanted: Option<&str>, live: &Tags) -> Option<String> {
        let ours = tags("web", "web-alb", "ours");
        foreign("web-alb", &ours, wanted, "arn:alb", live).map(|error| error.to_string())
    }

    #[test]
    fn a_taken_name_is_told_with_whose_it_is() {
        let mut later = tags("web", "web-alb", "ours");
        later.insert("fargate:lineage".to_owned(), "2/ours".to_owned());
        let whose = [
            tags("web", "web-alb", "theirs"),
            tags("web", "web-alb", ""),
            tags("web", "web-http", "ours"),
            tags("shop", "shop-alb", "ours"),
            later,
            Tags::new(),
        ];
        let message = whose.map(|live| message(None, &live).expect("foreign"));
        expect![[r"
            the name is taken by arn:alb, and it belongs to the service `web` of another state (project shop, stack dev, lineage theirs). Nothing was changed
              Delete or rename that object, or set another `name` on the FargateWebService.
              If you replaced the service's name on demand (`--replace`), run `pulumi up` without that: the objects become the new entry's.
              If that state is lost, or should no longer own the service, run `pulumi config set fargate:takeOver theirs` and `pulumi up`. The whole service then belongs to this stack, and a destroy with the other state does not touch it.
            the name is taken by arn:alb, and it belongs to the service `web` of another state (project shop, stack dev). Nothing was changed
              Delete or rename that object, or set another `name` on the FargateWebService.
              If you replaced the service's name on demand (`--replace`), run `pulumi up` without that: the objects become the new entry's.
            its place is taken by `web-http` of the same service (arn:alb). Nothing was changed
              Two parts of the service cannot change places in one run, such as two ports. Take the change back and run `pulumi up`; then make it in two runs, the first of which gives one of them a place that is free.
            the name is taken by arn:alb, and it belongs to `shop-alb` of the service `shop`. Nothing was changed
              Delete or rename that object, or set another `name` on the FargateWebService.
            the name is taken by arn:alb, and a later version of this plugin created it (its tags have the form 2). Nothing was changed
              Delete or rename that object, or set another `name` on the FargateWebService.
              Use that version of the plugin.
            the name is taken by arn:alb, and no FargateWebService created it. Nothing was changed
              Delete or rename that object, or set another `name` on the FargateWebService."]].assert_eq(&message.join("\n"));
    }

    #[test]
    fn what_is_ours_or_wanted_on_purpose_is_taken_over() {
        let wanted = Some("theirs");
        assert_eq!(message(None, &tags("web", "web-alb", "ours")), None);
        assert_eq!(message(wanted, &tags("web", "web-alb", "theirs")), None);
        assert!(message(wanted, &tags("web", "web-alb", "others")).is_some());
        assert!(message(wanted, &tags("web", "web-alb", "")).is_some());
        assert!(message(wanted, &tags("web", "web-http", "theirs")).is_some());
    }
}
