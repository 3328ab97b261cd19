//! Rules on the image, and on the repository that it lies in.

use super::build;
use crate::component::Args;
use crate::component::inputs::choices::ImageTagMutability;
use crate::component::inputs::choices::Warning;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::presets::Defaults;
use crate::component::inputs::warnings::Unmeant;

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
