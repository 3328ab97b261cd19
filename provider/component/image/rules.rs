//! Rules on the image, and on the repository that it lies in.

use super::build;
use crate::children::ecr::image_reference::InEcr;
use crate::component::Args;
use crate::component::inputs::choices::ImageTagMutability;
use crate::component::inputs::choices::Warning;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::presets::Defaults;
use crate::component::inputs::warnings::Unmeant;
use crate::property::Output;

pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    if args.image.image.is_some() && args.image.image_tag.is_some() {
        found.add(
            "imageTag",
            "It names an image in the service's own repository, but `image` names another image. \
             Set only one of the two.",
        );
    }
    build::problems(args, found);
    let external = args.image.external_image == Some(true);
    let pipelines = "`externalImage` is true, and the pipeline says which image runs";
    found.useless("imageTag", external && args.image.image_tag.is_some(), pipelines);
    found.useless("build", external && args.image.build.is_some(), pipelines);
    found.useless("resolveImage", external && args.image.resolve_image.is_some(), pipelines);
    if !external {
        resolving(args, found);
    }
    let Some(repository) = &args.image.repository else { return };
    let elsewhere = args.image.image.is_some() || args.image.build.is_some();
    if repository.enabled == Some(false) && !elsewhere {
        found.add(
            "repository.enabled",
            "Without a repository of its own the service needs an `image` from elsewhere.",
        );
    }
    let why = match repository.enabled {
        Some(false) => Some("`repository.enabled` is false, so there is no repository"),
        None if args.image.image.is_some() => {
            Some("with an `image` there is a repository only if `repository.enabled` is true")
        }
        _ => None,
    };
    if let Some(why) = why {
        for path in repository.given().iter().filter(|it| *it != "repository.enabled") {
            found.useless(path, true, why);
        }
    }
}

fn resolving(args: &Args, found: &mut Complaints) {
    let resolves = args.image.resolve_image;
    if args.image.image.is_none() {
        let why = "there is no `image`, and an image of the service's own repository is resolved in any case";
        found.useless("resolveImage", resolves.is_some(), why);
        return;
    }
    let is_elsewhere = |it: &Output<String>| it.known().is_some_and(|it| InEcr::read(it).is_none());
    if resolves == Some(true) && args.image.image.as_ref().is_some_and(is_elsewhere) {
        found.add(
            "resolveImage",
            "Only images in ECR registries are resolved, and `image` is in another one. Remove it, or name the image \
             by its digest.",
        );
    }
    let has_repository = args.image.repository.as_ref().and_then(|it| it.enabled) == Some(true);
    found.useless(
        "resolveImage",
        resolves.is_some() && has_repository,
        "with a repository of the service's own, images in it are resolved, and all others are taken as they are named",
    );
}

/// A tag that moves by its nature, where tags do not move: the first push works, and no other.
fn latest_that_cannot_move(args: &Args) -> Option<String> {
    let others = args.image.image.is_some() || args.image.build.is_some();
    if others || args.image.external_image == Some(true) {
        return None;
    }
    let repository = args.image.repository.as_ref();
    let mutability = match repository.and_then(|it| it.image_tag_mutability.as_ref()) {
        Some(given) => *given.known()?,
        None => Defaults::of(args.general.preset).image_tag_mutability,
    };
    let tag = match &args.image.image_tag {
        Some(given) => given.known()?.as_str(),
        None => "latest",
    };
    (mutability == ImageTagMutability::Immutable && tag == "latest").then(|| {
        "The tags of the repository are immutable, so `latest` can be pushed only once. Set \
         `imageTag` to a tag of its own for each release, such as its commit; or set \
         `repository.imageTagMutability` to `MUTABLE`."
            .to_owned()
    })
}

pub(in crate::component) fn warnings(args: &Args) -> Vec<Unmeant> {
    latest_that_cannot_move(args).map(|told| (Warning::LatestOnce, told)).into_iter().collect()
}
