//! A create to the end: what an interrupted run left is found and taken over, what belongs to
//! somebody else is refused, and what exists is kept whatever fails after.

use super::state::{context, keep, plain_inputs};
use super::{Outcome, Site};
use crate::error::{Error, Result};
use crate::property::{Map, Plain, Property, encode};
use crate::resource::owner::{Owner, same_service};
use crate::resource::{Cx, Resource, Settled, Standing, Tags};

pub(super) async fn create<R: Resource>(site: &Site, received: Map) -> Result<Outcome> {
    let (common, inputs) = plain_inputs::<R>(&received)?;
    let cx = context(site, &common, None)?;
    let token = Owner::of(&cx.tags).map(|owner| owner.token);
    let drawn = cx.names.drawn.contains(&cx.base, cx.aws.region());
    let standing = if drawn { None } else { R::find(&cx, &inputs).await? };
    let outcome = match standing {
        Some(standing) => take_over::<R>(&cx, standing, &inputs).await?,
        None => make::<R>(&cx, &inputs).await?,
    };
    Ok(keep(received, outcome, token))
}

/// Makes the object. The answer to a create may be lost although the create was done; the SDK asks
/// again, and AWS says that the name is taken: by ourselves.
async fn make<R: Resource>(cx: &Cx, inputs: &R::Inputs<Plain>) -> Result<Outcome> {
    let refused = match R::create(cx, inputs).await {
        Ok(made) => {
            let kept = encode(&made.outputs)?;
            let settled = R::complete(cx, &made.id, inputs, made.outputs).await;
            return settle(made.id, kept, settled);
        }
        Err(refused) => refused,
    };
    let standing = R::find(cx, inputs).await.ok().flatten();
    let ours = |it: &Standing| it.tags.as_ref().and_then(Owner::of) == Owner::of(&cx.tags);
    match standing.filter(ours) {
        Some(standing) => take_over::<R>(cx, standing, inputs).await,
        None => Err(refused),
    }
}

/// An earlier run made this object for the same child and was interrupted before it could tell:
/// it becomes ours, brought to the inputs.
async fn take_over<R: Resource>(
    cx: &Cx,
    standing: Standing,
    inputs: &R::Inputs<Plain>,
) -> Result<Outcome> {
    if let Some(tags) = &standing.tags {
        refuse_foreign(cx, &standing.id, tags)?;
    }
    R::tag(cx, &standing.id, &cx.tags, &[]).await?;
    let id = standing.id;
    let Some(live) = R::read(cx, &id).await? else { return Err(gone_meanwhile(&id)) };
    let kept = encode(&live.outputs)?;
    let settled = finish::<R>(cx, &id, None, inputs, live.outputs).await;
    settle(id, kept, settled)
}

fn gone_meanwhile(id: &str) -> Error {
    let told = format!("{id}, which an interrupted run had made, was deleted just now");
    Error::not_ready(told).hinted("Run `pulumi up` again: it makes a new one.")
}

fn refuse_foreign(cx: &Cx, id: &str, tags: &Tags) -> Result<()> {
    foreign(&cx.base, &cx.child, &cx.tags, id, tags).map_or(Ok(()), Err)
}

/// The error for the object `id` with the tags `live`, unless the child `child` of `base` made it.
fn foreign(base: &str, child: &str, ours: &Tags, id: &str, live: &Tags) -> Option<Error> {
    let same = same_service(ours, live);
    let whose = match Owner::of(live) {
        Some(owner) if owner.is(child) && same => return None,
        Some(owner) if owner.base == base && !same => {
            format!("it belongs to the service `{}` of another stack", owner.base)
        }
        Some(owner) => format!("it belongs to `{}` of the service `{}`", owner.child, owner.base),
        None => "no FargateWebService made it".to_owned(),
    };
    let told = format!("the name is taken by {id}, and {whose}. Nothing was changed");
    Some(
        Error::aws("NameTaken", told)
            .hinted("Remove or rename that object, or give the FargateWebService another `name`."),
    )
}

/// An update to the end.
pub(super) async fn finish<R: Resource>(
    cx: &Cx,
    id: &str,
    old: Option<&R::Inputs<Plain>>,
    new: &R::Inputs<Plain>,
    outputs: R::Outputs<Plain>,
) -> Result<Settled<R::Outputs<Plain>>> {
    let settled = R::update(cx, id, old, new, outputs).await?;
    match settled.trouble {
        None if old.is_none() => R::complete(cx, id, new, settled.outputs).await,
        _ => Ok(settled),
    }
}

/// What exists is kept, whatever failed after it came to be.
pub(super) fn settle<O: Property>(
    id: String,
    kept: Map,
    settled: Result<Settled<O>>,
) -> Result<Outcome> {
    match settled {
        Ok(settled) => {
            Ok(Outcome { id, state: encode(&settled.outputs)?, trouble: settled.trouble })
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
            arn:alb, which an interrupted run had made, was deleted just now
              Run `pulumi up` again: it makes a new one."]]
        .assert_eq(&gone_meanwhile("arn:alb").to_string());
    }

    #[test]
    fn a_taken_name_is_told_with_whose_it_is() {
        let tags = |base: &str, child: &str, stack: &str| -> Tags {
            let stack = [("pulumi:stack".to_owned(), stack.to_owned())];
            Owner::fresh(base, child).tags().into_iter().chain(stack).collect()
        };
        let ours = tags("web", "web-alb", "dev");
        let whose = [
            tags("web", "web-alb", "prod"),
            tags("web", "web-http", "dev"),
            tags("shop", "shop-alb", "dev"),
            Tags::new(),
        ];
        let told = whose.map(|live| {
            foreign("web", "web-alb", &ours, "arn:alb", &live).expect("foreign").to_string()
        });
        expect![[r"
            the name is taken by arn:alb, and it belongs to the service `web` of another stack. Nothing was changed
              Remove or rename that object, or give the FargateWebService another `name`.
            the name is taken by arn:alb, and it belongs to `web-http` of the service `web`. Nothing was changed
              Remove or rename that object, or give the FargateWebService another `name`.
            the name is taken by arn:alb, and it belongs to `shop-alb` of the service `shop`. Nothing was changed
              Remove or rename that object, or give the FargateWebService another `name`.
            the name is taken by arn:alb, and no FargateWebService made it. Nothing was changed
              Remove or rename that object, or give the FargateWebService another `name`."]].assert_eq(&told.join("\n"));
        assert_eq!(
            foreign("web", "web-alb", &ours, "arn:alb", &tags("web", "web-alb", "dev")),
            None
        );
    }
}
