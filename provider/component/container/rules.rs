//! Rules on the container: its size, image, variables and health check.

use std::ops::RangeInclusive;

use super::task_size::{self, complain_of_any, complain_of_memory};
use crate::component::Args;
use crate::component::inputs::arns::{PARAMETER, SECRET, complain_of_arn};
use crate::component::inputs::complaints::{Complaints, known, member};
use crate::component::inputs::presets::Defaults;
use crate::property::Output;

/// How a health check's command begins (ECS API reference, HealthCheck).
const COMMANDS: [&str; 3] = ["CMD", "CMD-SHELL", "NONE"];

pub(super) const ENVIRONMENT: &str = "The value is secret, but environment variables are readable by everyone \
    who may see the task definition. Put it under `secretValues`, or, if it is in Secrets Manager already, name its \
    ARN under `secrets`.";

pub(super) const COMMAND: &str = "The value is secret, but the task definition shows it to everyone who may see \
    it. Put it under `secretValues` (or its ARN, if it is in Secrets Manager already, under `secrets`), and let a \
    shell fill in the variable, as in `[\"sh\", \"-c\", \"exec server --key $KEY\"]`. If it is not secret, mark it with \
    `pulumi.unsecret`.";

pub(super) const DEFINITION: &str = "The value is secret, but the task definition shows it to everyone who may \
    see that. Use one that is not secret; what the application must keep to itself belongs under \
    `secretValues`.";

pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    if args.container.memory.is_some() {
        let (cpu, memory) = task_size::of(&args.container, &Defaults::of(args.general.preset));
        found.check("memory", Some(&memory.zip(cpu)), |(memory, cpu)| {
            let any = args.container.cpu.is_none().then(|| complain_of_any(*memory)).flatten();
            any.or_else(|| complain_of_memory(*cpu, *memory))
        });
    }
    variables(args, found);
    whole_size(args, found);
    if known(args.container.readonly_root_filesystem.as_ref()) == Some(&true)
        && known(args.service.enable_execute_command.as_ref()) == Some(&true)
    {
        found.add(
            "enableExecuteCommand",
            "Its agent must write to the root file system, which `readonlyRootFilesystem` forbids. \
             Set only one of the two.",
        );
    }
    if let Some(check) = &args.container.container_health_check {
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
    }
}

pub(super) fn complain_of_port(port: u16) -> Option<String> {
    (port == 0).then(|| "0 is not a valid port: 1 to 65535 are allowed.".to_owned())
}

fn variables(args: &Args, found: &mut Complaints) {
    let environment = known(args.container.environment.as_ref());
    let secrets = known(args.container.secrets.as_ref());
    for (name, _) in environment.into_iter().flatten() {
        let path = member("environment", name);
        if !can_be_a_variable(name) {
            found.add(&path, NO_VARIABLE);
        }
        if secrets.is_some_and(|secrets| secrets.contains_key(name)) {
            found.add(&path, "The same variable is under `secrets`. Set it in one place only.");
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
    keys(args, found);
    let taken = environment.is_some_and(|it| it.contains_key("DB_SECRET_ARN"))
        || secrets.is_some_and(|it| it.contains_key("DB_SECRET_ARN"));
    if args.container.database_secret_arn.is_some() && taken {
        found.add(
            "databaseSecretArn",
            "It sets the variable `DB_SECRET_ARN`, which you also set yourself. Set only one of the two.",
        );
    }
}

fn keys(args: &Args, found: &mut Complaints) {
    let keys = args.container.secrets_kms_key_arns.as_ref();
    let secrets = args.container.secrets.is_some() || args.container.database_secret_arn.is_some();
    let why = "there are neither `secrets` nor a `databaseSecretArn`";
    found.useless("secretsKmsKeyArns", keys.is_some() && !secrets, why);
    let mine = args.container.secrets.is_none() || args.roles.execution_role_arn.is_some();
    let mine = mine
        && (args.container.database_secret_arn.is_none() || args.roles.task_role_arn.is_some());
    let why = "the role that reads the secrets is your own and gets no rights from here";
    found.useless("secretsKmsKeyArns", keys.is_some() && secrets && mine, why);
}

/// "Task definition size limit: 64 KB" (ECS developer guide, service quotas): what alone is larger
/// can never be registered. ECS counts the rest of the definition too.
const LARGEST_DEFINITION: usize = 64 << 10;

fn whole_size(args: &Args, found: &mut Complaints) {
    found.check("environment", args.container.environment.as_ref(), |variables| {
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
    is the secret itself, put it under `secretValues`.";

fn can_be_a_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.contains('=')
        && !name.contains(char::is_whitespace)
        && !name.contains('\0')
}

/// What may be asked for beside Fargate's own 20 GiB (ECS API reference, EphemeralStorage).
const DISK: RangeInclusive<u32> = 21..=200;

pub(super) fn complain_of_disk(size: u32) -> Option<String> {
    let (least, most) = DISK.into_inner();
    let hint = if size < least { " Leave it out for Fargate's own 20." } else { "" };
    (!DISK.contains(&size))
        .then(|| format!("{size} is out of range: {least} to {most} GiB are allowed.{hint}"))
}

/// ECS keeps no empty list (terraform-provider-aws, `ecs/container_definitions.go`), so the next
/// refresh would see a change that nobody made.
pub(super) fn complain_of_nothing_to_run<T>(list: &[T]) -> Option<String> {
    list.is_empty().then(|| {
        "It is empty, which ECS takes as not set: the image's own would run. Remove it, or name \
         what should run."
            .to_owned()
    })
}

/// Up to 255 letters, digits, hyphens and underscores (ECS API reference, ContainerDefinition).
pub(super) fn complain_of_container_name(name: &str) -> Option<String> {
    let fits = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    (name.is_empty() || name.len() > 255 || !name.chars().all(fits)).then(|| {
        format!(
            "\"{name}\" is not a valid name of a container. Use up to 255 letters, digits, hyphens and \
             underscores, such as `app`."
        )
    })
}

/// `user`, `uid`, or either with a group (ECS API reference, ContainerDefinition).
pub(super) fn complain_of_user(user: &str) -> Option<String> {
    let mut parts = user.split(':');
    let whole = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    let fits = parts.by_ref().take(2).all(whole) && parts.next().is_none();
    (!fits).then(|| {
        format!(
            "\"{user}\" is not a valid user. Write it as `app`, `1000` or `1000:1000`, or remove it for \
             the image's own."
        )
    })
}

/// "The working directory is invalid, it needs to be an absolute path": so a container runtime says
/// of any other, when the task is to start.
pub(super) fn complain_of_folder(folder: &str) -> Option<String> {
    (!folder.starts_with('/')).then(|| {
        format!(
            "\"{folder}\" is not an absolute path, such as `/srv`: no task could start in it. Remove it \
             for the image's own."
        )
    })
}
