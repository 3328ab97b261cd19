//! From the folder to the repository.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_ecr::types::{Image as Manifest, ImageIdentifier};
use tokio::sync::Mutex as Turn;

use super::builder::{self, Found};
use super::commands::{self, Files, Step, platform, reference};
use super::look::{self, Seen};
use super::{Inputs, failures, login};
use crate::aws::OrGone;
use crate::build_context::{self, BuildContext, Wanted};
use crate::children::ecr::kept;
use crate::error::{Error, Result};
use crate::resource::Cx;
use crate::resource::program::{self, Failed};

/// How long a build may take, base images from a slow network and emulated steps included.
const USUAL: Duration = Duration::from_hours(2);
const WHAT: &str = "the build of the image";

/// Builds the image and pushes it to the repository.
///
/// The builder pushes it under a tag that is used once. The tag that says of what it was built is set when it is known to be
/// so: every later run believes it.
pub(super) async fn build_and_push(cx: &Cx, inputs: &Inputs) -> Result<Seen> {
    let turn = turn(&inputs.hash);
    let _turn = turn.lock().await;
    let context = unchanged(inputs).await?;
    let builder = builder::find(cx, inputs.builder.as_deref()).await?;
    let login = login::log_in(cx, builder.kind, &inputs.repository_url).await?;
    let files = Files::write(&login.folder, &builder, inputs, &context)?;
    let once = look::used_once();
    let reference = reference(inputs, &once);
    let build = commands::build(&builder, inputs, &context, &files, &reference, true);
    let pushed = async {
        run(cx, &builder, build, &login.env, inputs).await?;
        if let Some(push) = commands::push(&builder, inputs, &reference) {
            untouched(inputs, &context).await?;
            run(cx, &builder, push, &login.env, inputs).await?;
        }
        Ok(())
    };
    let pushed = pushed.await;
    drop(login);
    let repository = &inputs.repository_name;
    // Whatever the builder says: the answer to its push may have been lost.
    match (pushed, kept::tagged_with(cx, repository, &once).await) {
        (Err(error), Ok(None) | Err(_)) | (Ok(()), Err(error)) => Err(error),
        (Ok(()), Ok(None)) => Err(failures::not_pushed(&builder.program, &reference)),
        (_, Ok(Some(image))) => {
            let named = name(cx, inputs, &context, &image).await;
            // With its last tag the image goes. Should this be refused, the policy lets it go in time, as it does one that
            // a run left that was killed.
            let removed = kept::take_off(cx, repository, &[&once]).await;
            named.and_then(|seen| removed.map(|()| seen))
        }
    }
}

/// Gives the image the tag that says of what it was built, if it was, and the one that keeps it.
async fn name(cx: &Cx, inputs: &Inputs, context: &BuildContext, image: &Manifest) -> Result<Seen> {
    untouched(inputs, context).await?;
    let repository = &inputs.repository_name;
    let digest = image.image_id().and_then(ImageIdentifier::image_digest).unwrap_or_default();
    let named = kept::put(cx, repository, image, &look::tag(&inputs.hash)).await;
    if named.or_gone(&kept::IMMUTABLE)?.is_none() {
        // Tags do not move, and another run was quicker. Builds of the same files need not be equal.
        let first = look::ask(cx, inputs).await?;
        return first.ok_or_else(|| kept::gone(repository, &look::tag(&inputs.hash)));
    }
    kept::keep_manifest(cx, repository, image, digest).await?;
    Ok(Seen { outputs: look::outputs(inputs, digest), kept: true })
}

/// Builds the image, and leaves it where the builder keeps what it builds.
pub(super) async fn build_only(cx: &Cx, inputs: &Inputs) -> Result<()> {
    let turn = turn(&inputs.hash);
    let _turn = turn.lock().await;
    let context = unchanged(inputs).await?;
    let builder = builder::find(cx, inputs.builder.as_deref()).await?;
    let folder = login::nowhere()?;
    let files = Files::write(&folder, &builder, inputs, &context)?;
    let reference = reference(inputs, &look::tag(&inputs.hash));
    let build = commands::build(&builder, inputs, &context, &files, &reference, false);
    run(cx, &builder, build, &[], inputs).await
}

/// Services with the same context are built one after another: all but the first by the builder's cache.
fn turn(hash: &str) -> Arc<Turn<()>> {
    static TURNS: Mutex<BTreeMap<String, Arc<Turn<()>>>> = Mutex::new(BTreeMap::new());
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    turns.entry(hash.to_owned()).or_default().clone()
}

/// An error if someone has written to the files since they were read, whatever is in them now.
async fn untouched(inputs: &Inputs, before: &BuildContext) -> Result<()> {
    let now = unchanged(inputs).await?;
    let folder = now.folder.to_string_lossy();
    if before.is_untouched(&now) { Ok(()) } else { Err(failures::written_meanwhile(&folder)) }
}

/// The context, if it still has the hash.
async fn unchanged(inputs: &Inputs) -> Result<BuildContext> {
    let inputs = inputs.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let wanted = Wanted {
            context: &inputs.context,
            dockerfile: inputs.dockerfile.as_deref(),
            target: inputs.target.as_deref(),
            args: &inputs.args,
            platform: platform(&inputs.architecture),
            options: &inputs.extra_options,
        };
        let context = build_context::read(&wanted).map_err(|it| Error::input(vec![it]))?;
        if context.hash == inputs.hash {
            Ok(context)
        } else {
            Err(failures::changed_meanwhile(&context.folder.to_string_lossy()))
        }
    });
    reading.await.unwrap_or_else(|_| Err(Error::bug("a thread that reads files ended early")))
}

/// Runs one command of the builder; its lines show how far it is.
async fn run(
    cx: &Cx,
    builder: &Found,
    step: Step,
    env: &[(String, String)],
    inputs: &Inputs,
) -> Result<()> {
    let name = step.args.first().cloned().unwrap_or_default();
    let mut command = Command::new(&builder.program);
    command.args(step.args);
    command.envs(env.iter().cloned().chain(step.env));
    match program::run(cx, WHAT, USUAL, command, |line| cx.status(line)).await {
        Ok(ended) if ended.status.success() => Ok(()),
        Ok(ended) => {
            let status = ended.status.to_string();
            let platform = platform(&inputs.architecture);
            Err(failures::failed(&builder.program, &name, &status, &ended.lines, platform))
        }
        Err(Failed::ToStart(error)) => Err(failures::not_started(&builder.program, &error)),
        Err(Failed::Stopped(error)) => Err(error),
    }
}
