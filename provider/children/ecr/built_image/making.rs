//! From the folder to the repository.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as Turn;

use super::builder::{self, Found};
use super::commands::{self, Step, platform, reference};
use super::look::{self, Seen};
use super::{Inputs, failures, login};
use crate::build_context::{self, BuildContext, Wanted};
use crate::error::{Error, Result};
use crate::resource::Cx;
use crate::resource::program::{self, Failed};

/// How long a build may take, base images from a slow network and emulated steps included.
const USUAL: Duration = Duration::from_hours(2);
const WHAT: &str = "the build of the image";

/// Builds the image and pushes it to the repository.
pub(super) async fn build_and_push(cx: &Cx, inputs: &Inputs) -> Result<Seen> {
    let turn = turn(&inputs.hash);
    let _turn = turn.lock().await;
    let context = unchanged(inputs).await?;
    let builder = builder::find(cx, inputs.builder.as_deref()).await?;
    let login = login::log_in(cx, builder.kind, &inputs.repository_url).await?;
    let ignore = login.folder().join("ignore");
    login::write_private(&ignore, &context.ignore)
        .map_err(|error| failures::not_started(&builder.program, &error))?;
    let build = commands::build(&builder, inputs, &context, &ignore, true);
    let pushed = async {
        run(cx, &builder, build, &login.env, inputs).await?;
        if let Some(push) = commands::push(&builder, inputs) {
            unchanged(inputs).await?;
            run(cx, &builder, push, &login.env, inputs).await?;
        }
        Ok(())
    };
    let pushed = pushed.await;
    drop(login);
    // Its answer may have been lost, and another run may have pushed the same where tags do not move.
    let seen = look::ask(cx, inputs).await;
    match (pushed, seen) {
        (Err(error), Ok(None) | Err(_)) | (Ok(()), Err(error)) => Err(error),
        (Ok(()), Ok(None)) => Err(failures::not_pushed(&builder.program, &reference(inputs))),
        (_, Ok(Some(seen))) => {
            // A file that changed while the builder read it: the tag would say what is not so, in each run to come.
            if let Err(error) = unchanged(inputs).await {
                look::take_off(cx, inputs).await?;
                return Err(error);
            }
            Ok(seen)
        }
    }
}

/// Builds the image, and leaves it where the builder keeps what it builds.
pub(super) async fn build_only(cx: &Cx, inputs: &Inputs) -> Result<()> {
    let turn = turn(&inputs.hash);
    let _turn = turn.lock().await;
    let context = unchanged(inputs).await?;
    let builder = builder::find(cx, inputs.builder.as_deref()).await?;
    let folder = login::nowhere()?;
    let ignore = folder.path().join("ignore");
    login::write_private(&ignore, &context.ignore)
        .map_err(|error| failures::not_started(&builder.program, &error))?;
    let build = commands::build(&builder, inputs, &context, &ignore, false);
    run(cx, &builder, build, &[], inputs).await
}

/// Services with the same context are built one after another: all but the first by the builder's cache.
fn turn(hash: &str) -> Arc<Turn<()>> {
    static TURNS: Mutex<BTreeMap<String, Arc<Turn<()>>>> = Mutex::new(BTreeMap::new());
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    turns.entry(hash.to_owned()).or_default().clone()
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
