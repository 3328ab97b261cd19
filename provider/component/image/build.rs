//! The image that is built: its inputs, the rules on them, and the hash that decides.

use std::collections::BTreeMap;

use crate::build_context::{self, Wanted as Sources};
use crate::children::ecr::built_image::{self, BUILDERS, Builder, BuiltImage};
use crate::component::Args;
use crate::component::inputs::choices::{Warning, word};
use crate::component::inputs::complaints::{Complaints, known, member, members};
use crate::component::inputs::declare::inputs;
use crate::component::inputs::types::{Dict, List};
use crate::component::inputs::warnings::Unmeant;
use crate::component::wiring::Wanted;
use crate::error::{Error, Result};
use crate::property::words::list;
use crate::property::{Map, Output, Value, Wire};
use crate::resource::Resource;

inputs! {
    /// How the image is built.
    pub struct BuildArgs at "build" {
        /// The folder that the builder gets to see, relative to the program's folder. What its `.dockerignore` excludes
        /// is neither sent nor hashed. Default {default}.
        context: Output<String> = ".", is complain_of_nothing;
        /// The Dockerfile, relative to the program's folder; it may be outside of the context. A file of its name with
        /// `.dockerignore` at the end is read instead of the context's. Default: `Dockerfile` in the context.
        dockerfile: Output<String>, is complain_of_nothing, peers ["dockerfilepath"];
        /// The stage of the Dockerfile to build. Default: the last one.
        target: Output<String>, is complain_of_nothing;
        /// Values of the Dockerfile's `ARG`s. The image shows them, so a secret value is refused here: use
        /// `build.secrets`. Default: none.
        args: Dict = BTreeMap::new(), shown ARGS, peers ["buildargs"];
        /// Values that steps of the build may read while they run, as `RUN --mount=type=secret,id=npm` does: by their
        /// ids, each a Pulumi secret. They are in no layer, and another value builds nothing. Default: none.
        secrets: Dict = BTreeMap::new();
        /// The program that builds: `docker`, `podman`, `buildah`, `finch` or `nerdctl`, or the path of one. Default: the first
        /// of these that can build.
        builder: Output<String>, is complain_of_builder;
        /// Where the builder finds what it built before, each as its option `--cache-from` takes it. Default: its own
        /// cache.
        cache_from: List = Vec::new(), shown OPTIONS;
        /// Where the builder leaves what it built, each as its option `--cache-to` takes it. Default: its own cache.
        cache_to: List = Vec::new(), shown OPTIONS;
        /// Further options of the builder's `build`, such as `--network=host`, one a member. Another option is another
        /// build. Default: none.
        extra_options: List = Vec::new(), each complain_of_option, shown OPTIONS;
        /// Whether a preview builds the image too, without pushing it, so that a build that fails is reported before
        /// anything is changed. The preview that creates the repository does not. Default {default}.
        on_preview: Output<bool> = false;
    }
}

const ARGS: &str = "The value is secret, but the image shows its build arguments to everyone who may pull it. Put it \
    under `build.secrets`, and read it with `RUN --mount=type=secret`.";
const OPTIONS: &str = "The value is secret, but the list of this machine's processes shows the builder's options. Use \
    one that is not secret; what the build must keep to itself belongs under `build.secrets`.";
const NOT_SECRET: &str = "The value is not a Pulumi secret, so the state would show it. Mark it as one: \
    `config.requireSecret(…)`, `pulumi.secret(…)`, or `fn::secret` in YAML.";

/// Options of the builder that are inputs, or that decide where the image goes.
const TAKEN: [(&str, &str); 24] = [
    ("--platform", "`architecture`"),
    ("--file", "`build.dockerfile`"),
    ("-f", "`build.dockerfile`"),
    ("--target", "`build.target`"),
    ("--build-arg", "`build.args`"),
    ("--secret", "`build.secrets`"),
    ("--cache-from", "`build.cacheFrom`"),
    ("--cache-to", "`build.cacheTo`"),
    ("--tag", "the hash of the files"),
    ("-t", "the hash of the files"),
    ("--output", "the service's repository"),
    ("-o", "the service's repository"),
    ("--push", "the service's repository"),
    ("--load", "the service's repository"),
    ("--arch", "`architecture`"),
    ("--os", "`architecture`"),
    ("--variant", "`architecture`"),
    ("--all-platforms", "`architecture`"),
    ("--ignorefile", "the `.dockerignore` of the context"),
    ("--build-arg-file", "`build.args`"),
    ("--authfile", "the service's repository"),
    ("--creds", "the service's repository"),
    ("--call", "the provider, which builds an image"),
    ("--check", "the provider, which builds an image"),
];

/// An option of one letter may have its value attached: `-fOther`.
fn is_taken(option: &str, taken: &str) -> bool {
    let short = !taken.starts_with("--") && !option.starts_with("--") && option.starts_with(taken);
    short || option.split('=').next() == Some(taken)
}

/// A folder beside the context is not in the hash, so an edit there would build nothing.
fn complain_of_more_context(option: &str) -> Option<String> {
    let value = option.strip_prefix("--build-context=")?.split_once('=')?.1;
    let is_folder = !value.contains("://");
    is_folder.then(|| {
        format!(
            "`{option}` adds a folder whose files do not decide about a new build, so an edit there would build nothing. \
             Set `build.context` to a folder that holds both, and `build.dockerfile` to the Dockerfile."
        )
    })
}

fn complain_of_nothing(text: &str) -> Option<String> {
    text.trim().is_empty().then(|| "It is empty. Set it, or leave it out.".to_owned())
}

fn complain_of_builder(program: &str) -> Option<String> {
    Builder::of(program).is_none().then(|| {
        let names: Vec<&str> = BUILDERS.iter().map(|it| it.name()).collect();
        format!("\"{program}\" is not a builder. Use one of {}, or the path of one.", list(&names))
    })
}

fn complain_of_option(option: &str) -> Option<String> {
    if !option.starts_with('-') {
        return Some(format!(
            "\"{option}\" is not an option. Write an option and its value as one member, as in `--network=host`."
        ));
    }
    if option == "--build-context" {
        return Some(
            "Write it with its value, as in `--build-context=base=docker-image://alpine:3`."
                .to_owned(),
        );
    }
    let Some((name, by)) = TAKEN.iter().find(|(taken, _)| is_taken(option, taken)) else {
        return complain_of_more_context(option);
    };
    Some(format!("`{name}` is set by {by}. Remove it here."))
}

/// What is wrong with the build, and with others beside it.
pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    let Some(build) = &args.image.build else { return };
    if args.image.image.is_some() {
        found.add(
            "build",
            "It builds the image that runs, but `image` names another one. Set only one of the two.",
        );
    }
    let tag = "the tag of an image that is built is made of the hash of its files";
    found.useless("imageTag", args.image.image_tag.is_some(), tag);
    let repository = args.image.repository.as_ref();
    if repository.and_then(|it| it.enabled) == Some(false) {
        found.add("build", "The image is pushed to the service's own repository, but `repository.enabled` is false.");
    }
    for (name, _) in known(build.args.as_ref()).into_iter().flatten() {
        let mut letters = name.bytes();
        let fits = letters.next().is_some_and(|it| it.is_ascii_alphabetic() || it == b'_')
            && letters.all(|it| it.is_ascii_alphanumeric() || it == b'_');
        if !fits {
            found.add(
                &member("build.args", name),
                "The name is not one of an `ARG`: letters, digits and `_`, not beginning with a digit.",
            );
        }
    }
    for (id, value) in known(build.secrets.as_ref()).into_iter().flatten() {
        let path = member("build.secrets", id);
        let is_id = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.');
        if id.is_empty() || !id.bytes().all(is_id) {
            found.add(&path, "The id may have letters, digits, `_`, `-` and `.` only.");
        }
        if value.known().is_some() && !value.is_secret() {
            found.add(&path, NOT_SECRET);
        }
        found.check_or(
            &path,
            Some(value),
            "The value has a zero byte, which no builder takes.",
            |it| it.contains('\0').then(String::new),
        );
    }
    for (path, places) in
        [("build.cacheFrom", &build.cache_from), ("build.cacheTo", &build.cache_to)]
    {
        for (index, place) in members(places.as_ref()) {
            found.check(&format!("{path}[{index}]"), Some(place), |it| complain_of_nothing(it));
        }
    }
}

/// What the component's own entry in the state says of `build`: nothing that makes no difference to the image, since the
/// engine would show another value as a change of the component.
pub(in crate::component) fn recorded(build: Value) -> Value {
    match build {
        Value::String(_) => Value::Map(Map::new()),
        Value::Map(mut members) => {
            members.retain(|name, _| !BuiltImage::NO_DIFFERENCE.contains(&name.as_str()));
            Value::Map(members)
        }
        other => other,
    }
}

/// The hash of what is built, and what the user should know of it. It is read once, before anything is registered.
///
/// # Errors
/// What cannot be read.
pub(in crate::component) async fn hash(
    args: &Args,
) -> Result<(Option<Output<String>>, Vec<Unmeant>)> {
    let Some(build) = &args.image.build else { return Ok((None, Vec::new())) };
    let optional = |it: Option<Output<String>>| it.map_or_else(|| None.into(), |it| it.map(Some));
    let platform =
        args.container.architecture().map(|it| built_image::platform(&word(it)).to_owned());
    let all = build
        .context()
        .zip(optional(build.dockerfile()))
        .zip(optional(build.target()).zip(flat(&build.args())))
        .zip(platform.zip(flat_list(&build.extra_options())));
    let Some((((context, dockerfile), (target, args)), (platform, options))) = all.known().cloned()
    else {
        return Ok((Some(all.map(|_| String::new())), Vec::new()));
    };
    let reading = tokio::task::spawn_blocking(move || {
        build_context::read(&Sources {
            context: &context,
            dockerfile: dockerfile.as_deref(),
            target: target.as_deref(),
            args: &args,
            platform: &platform,
            options: &options,
        })
    });
    let read = reading.await.map_err(|_| Error::bug("a thread that reads files ended early"))?;
    let read = read.map_err(|problem| Error::input(vec![problem]))?;
    let warning = build_context::warning(&read).map(|text| (Warning::LargeContext, text));
    Ok((Some(all.map(|_| read.hash)), warning.into_iter().collect()))
}

/// A map whose values are known as one that is known.
fn flat(map: &Dict) -> Output<BTreeMap<String, String>> {
    let empty = map.clone().map(|_| BTreeMap::new());
    known(Some(map)).into_iter().flatten().fold(empty, |all, (name, value)| {
        all.zip(value.clone()).map(|(mut all, value)| {
            all.insert(name.clone(), value);
            all
        })
    })
}

/// A list whose members are known as one that is known.
fn flat_list(list: &List) -> Output<Vec<String>> {
    let empty = list.clone().map(|_| Vec::new());
    known(Some(list)).into_iter().flatten().fold(empty, |all, one| {
        all.zip(one.clone()).map(|(mut all, one)| {
            all.push(one);
            all
        })
    })
}

impl Wanted {
    /// What the child is asked for, if the image is built.
    pub(super) fn built_image(
        &self,
        repository_name: Output<String>,
        repository_url: Output<String>,
    ) -> Option<built_image::Inputs<Wire>> {
        let (build, hash) = (self.args.image.build()?, self.source.clone()?);
        Some(built_image::Inputs {
            repository_name,
            repository_url,
            hash,
            context: build.context(),
            dockerfile: build.dockerfile(),
            target: build.target(),
            args: build.args(),
            secrets: build.secrets(),
            architecture: self.args.container.architecture().map(word),
            builder: build.builder(),
            cache_from: build.cache_from(),
            cache_to: build.cache_to(),
            extra_options: build.extra_options(),
            on_preview: build.on_preview(),
        })
    }
}
