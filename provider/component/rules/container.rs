//! Rules on the container: its size, image, variables and health check.

use std::ops::RangeInclusive;

use super::{Complaints, KEY, PARAMETER, SECRET, complain_of_arn, image, known, member};
use crate::component::args::Args;
use crate::component::presets::Defaults;
use crate::component::task_size::{self, complain_of_any, complain_of_cpu, complain_of_memory};
use crate::property::Output;

/// How a health check's command begins (ECS API reference, HealthCheck).
const COMMANDS: [&str; 3] = ["CMD", "CMD-SHELL", "NONE"];

pub(super) fn container(args: &Args, found: &mut Complaints) {
    found.check("cpu", args.cpu.as_ref(), |cpu| complain_of_cpu(*cpu));
    if args.memory.is_some() {
        let (cpu, memory) = task_size::of(args, &Defaults::of(args.preset));
        found.check("memory", Some(&memory.zip(cpu)), |(memory, cpu)| {
            let any = args.cpu.is_none().then(|| complain_of_any(*memory)).flatten();
            any.or_else(|| complain_of_memory(*cpu, *memory))
        });
    }
    found
        .check("ephemeralStorage", args.ephemeral_storage.as_ref(), |size| complain_of_disk(*size));
    found.check("containerPort", args.container_port.as_ref(), |port| {
        (*port == 0).then(|| "0 is no port: 1 to 65535 are allowed.".to_owned())
    });
    found.range("stopTimeout", args.stop_timeout.as_ref(), 2, 120, " seconds");
    found.check("image", args.image.as_ref(), |given| image::complain(given));
    found.check("imageTag", args.image_tag.as_ref(), |tag| image::complain_of_tag(tag));
    if args.image.is_some() && args.image_tag.is_some() {
        found.add(
            "imageTag",
            "It names an image in the service's own repository, but `image` names another image. \
             Give only one of the two.",
        );
    }
    found.check("command", args.command.as_ref(), |list| complain_of_nothing_to_run(list));
    found.check("entryPoint", args.entry_point.as_ref(), |list| complain_of_nothing_to_run(list));
    found.check("user", args.user.as_ref(), |user| complain_of_user(user));
    found.check("workingDirectory", args.working_directory.as_ref(), |folder| {
        complain_of_folder(folder)
    });
    variables(args, found);
    whole_size(args, found);
    if known(args.readonly_root_filesystem.as_ref()) == Some(&true)
        && known(args.enable_execute_command.as_ref()) == Some(&true)
    {
        found.add(
            "enableExecuteCommand",
            "Its agent must write to the root file system, which `readonlyRootFilesystem` forbids. \
             Give up one of the two.",
        );
    }
    if let Some(check) = &args.container_health_check {
        let path = |name: &str| format!("containerHealthCheck.{name}");
        if check.command.is_none() {
            found.add(&path("command"), "It is required: what should be run in the container?");
        }
        found.check(&path("command"), check.command.as_ref(), |command| {
            let seen = match command.first().map(Output::known) {
                Some(None) => return None,
                // Refused for another reason.
                Some(_) if command.iter().any(Output::is_secret) => return None,
                Some(Some(first)) if COMMANDS.contains(&first.as_str()) => return None,
                Some(Some(first)) => format!("It begins with \"{first}\""),
                None => "It is empty".to_owned(),
            };
            Some(format!(
                "{seen}; it must begin with `CMD` (arguments follow) or `CMD-SHELL` (one line for \
                 the shell follows)."
            ))
        });
        found.range(&path("interval"), check.interval.as_ref(), 5, 300, " seconds");
        found.range(&path("timeout"), check.timeout.as_ref(), 2, 60, " seconds");
        found.range(&path("retries"), check.retries.as_ref(), 1, 10, "");
        found.range(&path("startPeriod"), check.start_period.as_ref(), 0, 300, " seconds");
    }
}

fn variables(args: &Args, found: &mut Complaints) {
    let environment = known(args.environment.as_ref());
    let secrets = known(args.secrets.as_ref());
    for (name, _) in environment.into_iter().flatten() {
        let path = member("environment", name);
        if !can_be_a_variable(name) {
            found.add(&path, NO_VARIABLE);
        }
        if secrets.is_some_and(|secrets| secrets.contains_key(name)) {
            found
                .add(&path, "The same variable stands under `secrets`. Give it in one place only.");
        }
    }
    for (name, arn) in secrets.into_iter().flatten() {
        let path = member("secrets", name);
        if !can_be_a_variable(name) {
            found.add(&path, NO_VARIABLE);
        }
        found.check_or(&path, Some(arn), SECRET_ITSELF, |arn| {
            let fits =
                complain_of_arn(arn, SECRET).is_none() || complain_of_arn(arn, PARAMETER).is_none();
            (!fits).then(|| {
                format!(
                    "\"{arn}\" is not the ARN of a secret (`arn:aws:secretsmanager:…:secret:…`) or \
                     parameter (`arn:aws:ssm:…:parameter/…`)."
                )
            })
        });
    }
    found.arn("databaseSecretArn", args.database_secret_arn.as_ref(), SECRET);
    keys(args, found);
    let taken = environment.is_some_and(|it| it.contains_key("DB_SECRET_ARN"))
        || secrets.is_some_and(|it| it.contains_key("DB_SECRET_ARN"));
    if args.database_secret_arn.is_some() && taken {
        found.add(
            "databaseSecretArn",
            "It sets the variable `DB_SECRET_ARN`, which you also set yourself. Give up one of the two.",
        );
    }
}

fn keys(args: &Args, found: &mut Complaints) {
    let keys = args.secrets_kms_key_arns.as_ref();
    for (index, key) in known(keys).into_iter().flatten().enumerate() {
        found.arn(&format!("secretsKmsKeyArns[{index}]"), Some(key), KEY);
    }
    let secrets = args.secrets.is_some() || args.database_secret_arn.is_some();
    let why = "there are neither `secrets` nor a `databaseSecretArn`";
    found.useless("secretsKmsKeyArns", keys.is_some() && !secrets, why);
    let mine = args.secrets.is_none() || args.execution_role_arn.is_some();
    let mine = mine && (args.database_secret_arn.is_none() || args.task_role_arn.is_some());
    let why = "the role that reads the secrets is your own and gets no rights from here";
    found.useless("secretsKmsKeyArns", keys.is_some() && secrets && mine, why);
}

/// "Task definition size limit: 64 KB" (ECS developer guide, service quotas): what alone is larger
/// can never be registered. ECS counts the rest of the definition too.
const LARGEST_DEFINITION: usize = 64 << 10;

fn whole_size(args: &Args, found: &mut Complaints) {
    found.check("environment", args.environment.as_ref(), |variables| {
        let bytes: usize = variables
            .iter()
            .map(|(name, value)| name.len() + value.known().map_or(0, String::len))
            .sum();
        (bytes > LARGEST_DEFINITION).then(|| {
            format!(
                "It has {bytes} bytes, and ECS allows {LARGEST_DEFINITION} for the whole task \
                 definition. Let the application read large values from S3, Secrets Manager or the \
                 Parameter Store."
            )
        })
    });
}

/// What is said of a name; the path tells which.
const NO_VARIABLE: &str = "This cannot name an environment variable: no spaces, no `=`, not empty.";

/// The secret itself, where its ARN belongs.
const SECRET_ITSELF: &str = "The value, which is secret, is not the ARN of a secret or parameter. If it \
    is the secret itself, put it into Secrets Manager, and name here the ARN that it has there.";

fn can_be_a_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.contains('=')
        && !name.contains(char::is_whitespace)
        && !name.contains('\0')
}

/// What may be asked for beside Fargate's own 20 GiB (ECS API reference, EphemeralStorage).
const DISK: RangeInclusive<u32> = 21..=200;

fn complain_of_disk(size: u32) -> Option<String> {
    let (least, most) = DISK.into_inner();
    let hint = if size < least { " Leave it out for Fargate's own 20." } else { "" };
    (!DISK.contains(&size))
        .then(|| format!("{size} is out of range: {least} to {most} GiB are allowed.{hint}"))
}

/// ECS keeps no empty list (terraform-provider-aws, `ecs/container_definitions.go`), so the next
/// refresh would see a change that nobody made.
fn complain_of_nothing_to_run<T>(list: &[T]) -> Option<String> {
    list.is_empty().then(|| {
        "It is empty, which ECS takes as not given: the image's own would run. Leave it out, or name \
         what should run."
            .to_owned()
    })
}

/// `user`, `uid`, or either with a group (ECS API reference, ContainerDefinition).
fn complain_of_user(user: &str) -> Option<String> {
    let mut parts = user.split(':');
    let whole = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    let fits = parts.by_ref().take(2).all(whole) && parts.next().is_none();
    (!fits).then(|| {
        format!(
            "\"{user}\" is no user: it is written like `app`, `1000` or `1000:1000`. Leave it out for \
             the image's own."
        )
    })
}

/// "The working directory is invalid, it needs to be an absolute path": so a container runtime says
/// of any other, when the task is to start.
fn complain_of_folder(folder: &str) -> Option<String> {
    (!folder.starts_with('/')).then(|| {
        format!(
            "\"{folder}\" is no absolute path, such as `/srv`: no task could start in it. Leave it out \
             for the image's own."
        )
    })
}
