//! Rules on inputs: everything that AWS would refuse later, said now, all at once.
//!
//! A rule looks at what is known and lets the unknown pass; the update checks again. Limits are
//! AWS's; the section of its documentation stands in the inputs' descriptions.

use super::args::{Args, AutoscalingArgs, HealthCheckArgs, List};
use super::presets::{Defaults, Preset};
use super::task_size::{complain_of_cpu, complain_of_memory};
use crate::error::Problem;
use crate::property::Output;

/// Days that CloudWatch Logs accepts (botocore, PutRetentionPolicy).
const RETENTIONS: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// Everything that is wrong.
pub(super) fn problems(args: &Args) -> Vec<Problem> {
    let mut found = Found::default();
    container(args, &mut found);
    balancer(args, &mut found);
    network(args, &mut found);
    service(args, &mut found);
    repository(args, &mut found);
    scaling(args, &mut found);
    operations(args, &mut found);
    permissions(args, &mut found);
    found.0
}

/// What works but may not be meant.
pub(super) fn warnings(args: &Args) -> Vec<String> {
    let defaults = Defaults::of(args.preset);
    let mut warnings = Vec::new();
    let scales =
        args.autoscaling.as_ref().and_then(|it| it.enabled).unwrap_or(defaults.autoscaling);
    let minimum = args.autoscaling.as_ref().and_then(|it| it.min_capacity.as_ref());
    let tasks = if scales {
        known(minimum).copied().unwrap_or(defaults.min_capacity)
    } else {
        known(args.desired_count.as_ref()).copied().unwrap_or(defaults.desired_count)
    };
    if tasks == 1 && args.preset != Some(Preset::Dev) {
        warnings.push(
            "Only one task is guaranteed to run: while it is being replaced or its zone fails, \
             nobody serves."
                .to_owned(),
        );
    }
    if args.certificate_arn.is_none() && args.preset != Some(Preset::Dev) {
        warnings.push(
            "The service speaks plain HTTP. Give a `certificateArn` to serve HTTPS.".to_owned(),
        );
    }
    if known(args.wait_for_steady_state.as_ref()) == Some(&false) {
        warnings.push(
            "`waitForSteadyState` is false: this run does not tell whether the tasks start."
                .to_owned(),
        );
    }
    warnings
}

#[derive(Default)]
struct Found(Vec<Problem>);

impl Found {
    fn add(&mut self, path: &str, reason: impl Into<String>) {
        self.0.push(Problem::new(path, reason));
    }

    /// Adds the complaint about a known value; one about a secret is told without the value.
    fn check<T>(
        &mut self,
        path: &str,
        value: Option<&Output<T>>,
        complain: impl FnOnce(&T) -> Option<String>,
    ) {
        let Some(output) = value else { return };
        let Some(reason) = output.known().and_then(complain) else { return };
        let secret = output.is_secret();
        let reason = if secret {
            "The value, which is secret, is not allowed here.".to_owned()
        } else {
            reason
        };
        self.0.push(Problem { secret, ..Problem::new(path, reason) });
    }

    fn range(
        &mut self,
        path: &str,
        value: Option<&Output<u32>>,
        least: u32,
        most: u32,
        unit: &str,
    ) {
        self.check(path, value, |number| {
            (!(least..=most).contains(number))
                .then(|| format!("{number} is out of range: {least} to {most}{unit} are allowed."))
        });
    }

    fn one_of(&mut self, path: &str, value: Option<&Output<String>>, allowed: &[&str]) {
        self.check(path, value, |text| {
            (!allowed.contains(&text.as_str())).then(|| choices(text, allowed))
        });
    }

    fn arn(&mut self, path: &str, value: Option<&Output<String>>, service: &str) {
        self.check(path, value, |text| complain_of_arn(text, service));
    }
}

fn known<T>(value: Option<&Output<T>>) -> Option<&T> {
    value.and_then(Output::known)
}

fn choices(seen: &str, allowed: &[&str]) -> String {
    let all = allowed.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    match crate::property::codec::nearest(seen, allowed.iter().copied()) {
        Some(near) => {
            format!("\"{seen}\" is not allowed. Did you mean `{near}`? Allowed are {all}.")
        }
        None => format!("\"{seen}\" is not allowed. Allowed are {all}."),
    }
}

fn complain_of_arn(text: &str, service: &str) -> Option<String> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let fits = parts.len() == 6
        && parts[0] == "arn"
        && parts[1].starts_with("aws")
        && parts[2] == service
        && !parts[5].is_empty();
    (!fits).then(|| {
        format!(
            "\"{text}\" is not the ARN of {}: it begins with `arn:aws:{service}:`.",
            thing(service)
        )
    })
}

fn thing(service: &str) -> &'static str {
    match service {
        "acm" => "an ACM certificate",
        "ecs" => "an ECS cluster",
        "iam" => "an IAM role or policy",
        "kms" => "a KMS key",
        "secretsmanager" => "a Secrets Manager secret",
        _ => "such a thing",
    }
}

fn container(args: &Args, found: &mut Found) {
    let defaults = Defaults::of(args.preset);
    found.check("cpu", args.cpu.as_ref(), |cpu| complain_of_cpu(*cpu));
    let cpu = args.cpu.clone().unwrap_or(Output::from(defaults.cpu));
    let size = args.memory.clone().unwrap_or(Output::from(defaults.memory)).zip(cpu);
    if args.cpu.is_some() || args.memory.is_some() {
        found.check("memory", Some(&size), |(memory, cpu)| complain_of_memory(*cpu, *memory));
    }
    found.one_of("architecture", args.architecture.as_ref(), &["X86_64", "ARM64"]);
    found.check("containerPort", args.container_port.as_ref(), |port| {
        (*port == 0).then(|| "0 is no port: 1 to 65535 are allowed.".to_owned())
    });
    found.range("stopTimeout", args.stop_timeout.as_ref(), 2, 120, " seconds");
    found.check("image", args.image.as_ref(), |image| complain_of_image(image));
    found.check("imageTag", args.image_tag.as_ref(), |tag| complain_of_tag(tag));
    if args.image.is_some() && args.image_tag.is_some() {
        found.add(
            "imageTag",
            "It names an image in the service's own repository, but `image` names another image. \
             Give only one of the two.",
        );
    }
    variables(args, found);
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
            let first = command.first().and_then(Output::known).map(String::as_str);
            let fits = matches!(first, Some("CMD" | "CMD-SHELL" | "NONE") | None);
            (!fits || command.is_empty()).then(|| {
                "It begins with `CMD` (arguments follow) or `CMD-SHELL` (one line for the shell)."
                    .to_owned()
            })
        });
        found.range(&path("interval"), check.interval.as_ref(), 5, 300, " seconds");
        found.range(&path("timeout"), check.timeout.as_ref(), 2, 60, " seconds");
        found.range(&path("retries"), check.retries.as_ref(), 1, 10, "");
        found.range(&path("startPeriod"), check.start_period.as_ref(), 0, 300, " seconds");
    }
}

fn variables(args: &Args, found: &mut Found) {
    let environment = known(args.environment.as_ref());
    let secrets = known(args.secrets.as_ref());
    if args.environment.as_ref().is_some_and(Output::is_secret) {
        found
            .0
            .push(Problem { secret: true, ..Problem::new("environment", SECRET_IN_ENVIRONMENT) });
    }
    for (name, value) in environment.into_iter().flatten() {
        let path = member("environment", name);
        if let Some(reason) = complain_of_variable(name) {
            found.add(&path, reason);
        }
        if value.is_secret() {
            found.0.push(Problem { secret: true, ..Problem::new(&path, SECRET_IN_ENVIRONMENT) });
        }
        if secrets.is_some_and(|secrets| secrets.contains_key(name)) {
            found
                .add(&path, "The same variable stands under `secrets`. Give it in one place only.");
        }
    }
    for (name, arn) in secrets.into_iter().flatten() {
        let path = member("secrets", name);
        if let Some(reason) = complain_of_variable(name) {
            found.add(&path, reason);
        }
        found.check(&path, Some(arn), |arn| {
            let fits = complain_of_arn(arn, "secretsmanager").is_none()
                || complain_of_arn(arn, "ssm").is_none();
            (!fits).then(|| {
                format!(
                    "\"{arn}\" is not the ARN of a secret (`arn:aws:secretsmanager:…:secret:…`) or \
                     parameter (`arn:aws:ssm:…:parameter/…`)."
                )
            })
        });
    }
    found.arn("databaseSecretArn", args.database_secret_arn.as_ref(), "secretsmanager");
    let taken = environment.is_some_and(|it| it.contains_key("DB_SECRET_ARN"))
        || secrets.is_some_and(|it| it.contains_key("DB_SECRET_ARN"));
    if args.database_secret_arn.is_some() && taken {
        found.add(
            "databaseSecretArn",
            "It sets the variable `DB_SECRET_ARN`, which you also set yourself. Give up one of the two.",
        );
    }
}

const SECRET_IN_ENVIRONMENT: &str = "The value is secret, but environment variables are readable \
    by everyone who may see the task definition. Put it into Secrets Manager and name its ARN under \
    `secrets`.";

/// A member's path in Pulumi's syntax.
fn member(map: &str, name: &str) -> String {
    use crate::property::codec::{Key, render_path};
    render_path(&[Key::Name(map.to_owned()), Key::Name(name.to_owned())])
}

fn complain_of_variable(name: &str) -> Option<String> {
    let fits = !name.is_empty()
        && !name.contains('=')
        && !name.contains(char::is_whitespace)
        && !name.contains('\0');
    (!fits).then(|| {
        format!("\"{name}\" cannot name an environment variable: no spaces, no `=`, not empty.")
    })
}

fn complain_of_image(image: &str) -> Option<String> {
    let fits = !image.is_empty()
        && image.len() <= 255
        && !image.contains(char::is_whitespace)
        && !image.contains("://")
        && !image.starts_with(['/', ':', '@'])
        && !image.ends_with(['/', ':', '@']);
    (!fits).then(|| {
        format!(
            "\"{image}\" is not an image. Write it as `registry/name:tag`, without a scheme, such as \
             `public.ecr.aws/nginx/nginx:1.27`."
        )
    })
}

fn complain_of_tag(tag: &str) -> Option<String> {
    let fits = !tag.is_empty()
        && tag.len() <= 128
        && !tag.starts_with(['.', '-'])
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    (!fits).then(|| {
        format!(
            "\"{tag}\" is not an image tag: up to 128 letters, digits, `_`, `.` and `-`, not \
             beginning with `.` or `-`."
        )
    })
}

fn balancer(args: &Args, found: &mut Found) {
    if let Some(check) = &args.health_check {
        health_check(check, found);
    }
    found.range("deregistrationDelay", args.deregistration_delay.as_ref(), 0, 3600, " seconds");
    found.range("idleTimeout", args.idle_timeout.as_ref(), 1, 4000, " seconds");
    found.range(
        "healthCheckGracePeriodSeconds",
        args.health_check_grace_period_seconds.as_ref(),
        0,
        2_147_483_647,
        " seconds",
    );
    found.check("certificateArn", args.certificate_arn.as_ref(), |arn| {
        complain_of_arn(arn, "acm").filter(|_| !arn.contains(":server-certificate/"))
    });
    found.check("sslPolicy", args.ssl_policy.as_ref(), |policy| {
        (!policy.starts_with("ELBSecurityPolicy-")).then(|| {
            format!(
                "\"{policy}\" is not a TLS policy: their names begin with `ELBSecurityPolicy-`."
            )
        })
    });
    if args.certificate_arn.is_none() {
        for (path, given) in [
            ("sslPolicy", args.ssl_policy.is_some()),
            ("redirectHttp", args.redirect_http == Some(true)),
        ] {
            if given {
                found.add(path, "It needs HTTPS. Give a `certificateArn`.");
            }
        }
        if Defaults::of(args.preset).https {
            found.add(
                "certificateArn",
                "The preset `prod` serves HTTPS, so it needs the ARN of an ACM certificate.",
            );
        }
    }
    for (index, block) in args.allowed_cidr_blocks.iter().flatten().enumerate() {
        if let Some(reason) = complain_of_cidr(block) {
            found.add(&format!("allowedCidrBlocks[{index}]"), reason);
        }
    }
    if args.alb_security_group_id.is_some() && args.allowed_cidr_blocks.is_some() {
        found.add(
            "allowedCidrBlocks",
            "The rules of your own `albSecurityGroupId` say who may connect. Give only one of the two.",
        );
    }
    for (path, group) in [
        ("albSecurityGroupId", &args.alb_security_group_id),
        ("serviceSecurityGroupId", &args.service_security_group_id),
    ] {
        found.check(path, group.as_ref(), |id| prefixed(id, "sg-", "a security group"));
    }
}

fn health_check(check: &HealthCheckArgs, found: &mut Found) {
    found.check("healthCheck.path", check.path.as_ref(), |path| {
        (!path.starts_with('/') || path.len() > 1024)
            .then(|| format!("\"{path}\" is not a path: it begins with `/`."))
    });
    found.check("healthCheck.port", check.port.as_ref(), |port| {
        let fits = port == "traffic-port" || port.parse::<u16>().is_ok_and(|port| port > 0);
        (!fits).then(|| format!("\"{port}\" is neither `traffic-port` nor a port from 1 to 65535."))
    });
    found.check("healthCheck.matcher", check.matcher.as_ref(), |matcher| {
        complain_of_matcher(matcher)
    });
    found.range("healthCheck.interval", check.interval.as_ref(), 5, 300, " seconds");
    found.range("healthCheck.timeout", check.timeout.as_ref(), 2, 120, " seconds");
    found.range("healthCheck.healthyThreshold", check.healthy_threshold.as_ref(), 2, 10, "");
    found.range("healthCheck.unhealthyThreshold", check.unhealthy_threshold.as_ref(), 2, 10, "");
    let timeout = check.timeout.clone().unwrap_or(Output::from(super::HEALTH_CHECK_TIMEOUT));
    let interval = check.interval.clone().unwrap_or(Output::from(super::HEALTH_CHECK_INTERVAL));
    if check.timeout.is_some() || check.interval.is_some() {
        found.check("healthCheck.timeout", Some(&timeout.zip(interval)), |(timeout, interval)| {
            (timeout >= interval).then(|| {
                format!("{timeout} seconds are not less than the `interval` of {interval} seconds.")
            })
        });
    }
}

fn complain_of_matcher(matcher: &str) -> Option<String> {
    let code = |text: &str| text.parse::<u16>().is_ok_and(|code| (200..=499).contains(&code));
    let fits = !matcher.is_empty()
        && matcher.split(',').all(|part| match part.split_once('-') {
            Some((from, to)) => code(from) && code(to) && from < to,
            None => code(part),
        });
    (!fits).then(|| {
        format!(
            "\"{matcher}\" does not say which status codes are healthy: give codes from 200 to 499, \
             such as `200`, `200,302` or `200-299`."
        )
    })
}

fn complain_of_cidr(block: &str) -> Option<String> {
    match block.parse::<ipnet::IpNet>() {
        Err(_) => Some(format!(
            "\"{block}\" is not a CIDR block: write it as `10.0.0.0/8`, `203.0.113.7/32` or `::/0`."
        )),
        // AWS cuts host bits off, and the rule would differ from the program for ever.
        Ok(net) if net.trunc() != net => Some(format!(
            "\"{block}\" has bits set beyond its prefix. Write it as `{}`.",
            net.trunc()
        )),
        Ok(_) => None,
    }
}

fn prefixed(id: &str, prefix: &str, what: &str) -> Option<String> {
    (!id.starts_with(prefix))
        .then(|| format!("\"{id}\" is not the id of {what}: it begins with `{prefix}`."))
}

fn network(args: &Args, found: &mut Found) {
    let default = args.use_default_vpc == Some(true);
    for (path, given) in [
        ("vpcId", args.vpc_id.is_some()),
        ("publicSubnetIds", args.public_subnet_ids.is_some()),
        ("privateSubnetIds", args.private_subnet_ids.is_some()),
    ] {
        if default && given {
            found.add(
                path,
                "`useDefaultVpc` chooses the network already. Give only one of the two.",
            );
        }
    }
    let internal = known(args.internal.as_ref()) == Some(&true);
    if !default && args.public_subnet_ids.is_none() && args.private_subnet_ids.is_none() {
        found.add(
            "publicSubnetIds",
            "No network is given. Give `publicSubnetIds` (and `privateSubnetIds` for the tasks) in \
             two zones, or set `useDefaultVpc: true`.",
        );
    } else if !default && !internal && args.public_subnet_ids.is_none() && args.internal.is_none() {
        found.add(
            "publicSubnetIds",
            "A load balancer that the internet can reach stands in public subnets. Give them, or \
             set `internal: true`.",
        );
    }
    subnets("publicSubnetIds", args.public_subnet_ids.as_ref(), found);
    subnets("privateSubnetIds", args.private_subnet_ids.as_ref(), found);
    found.check("vpcId", args.vpc_id.as_ref(), |id| prefixed(id, "vpc-", "a VPC"));
}

fn subnets(path: &str, ids: Option<&List>, found: &mut Found) {
    let Some(ids) = known(ids) else { return };
    if ids.len() < 2 {
        found.add(
            path,
            format!(
                "{} given, but at least two subnets in two zones are needed.",
                count(ids.len())
            ),
        );
    }
    let mut seen = std::collections::BTreeSet::new();
    for (index, id) in ids.iter().enumerate() {
        let path = format!("{path}[{index}]");
        found.check(&path, Some(id), |id| prefixed(id, "subnet-", "a subnet"));
        if let Some(id) = id.known()
            && !seen.insert(id.clone())
        {
            found.add(&path, format!("\"{id}\" is given twice."));
        }
    }
}

fn count(number: usize) -> String {
    match number {
        0 => "None is".to_owned(),
        1 => "One is".to_owned(),
        n => format!("{n} are"),
    }
}

fn service(args: &Args, found: &mut Found) {
    found.arn("clusterArn", args.cluster_arn.as_ref(), "ecs");
    if args.cluster_arn.is_some() && args.container_insights.is_some() {
        found.add(
            "containerInsights",
            "It is a setting of the made cluster, but `clusterArn` names an existing one. Give only \
             one of the two.",
        );
    }
    found.one_of(
        "containerInsights",
        args.container_insights.as_ref(),
        &["disabled", "enabled", "enhanced"],
    );
    found.range("desiredCount", args.desired_count.as_ref(), 0, 5000, " tasks");
    found.one_of("spot", args.spot.as_ref(), &["none", "mixed", "all"]);
    strategies(args, found);
    let Some(deployment) = &args.deployment else { return };
    let (least, most) = ("deployment.minimumHealthyPercent", "deployment.maximumPercent");
    found.range(least, deployment.minimum_healthy_percent.as_ref(), 0, 100, " percent");
    found.range(most, deployment.maximum_percent.as_ref(), 100, 200, " percent");
    let both = deployment.minimum_healthy_percent.clone().unwrap_or(Output::from(100));
    let both = both.zip(deployment.maximum_percent.clone().unwrap_or(Output::from(200)));
    found.check(most, Some(&both), |both| {
        (*both == (100, 100)).then(|| {
            "With 100 and `minimumHealthyPercent` 100 no task can ever be replaced. Raise this, or \
             lower the other."
                .to_owned()
        })
    });
}

fn strategies(args: &Args, found: &mut Found) {
    let Some(given) = &args.capacity_provider_strategies else { return };
    let path = "capacityProviderStrategies";
    if args.spot.is_some() {
        found.add(path, "`spot` is a short word for it. Give only one of the two.");
    }
    let Some(items) = given.known() else { return };
    if items.is_empty() || items.len() > 20 {
        found.add(path, format!("{} given; 1 to 20 are allowed.", count(items.len())));
    }
    let mut bases = 0;
    let mut weights = 0;
    let mut all_known = true;
    for (index, item) in items.iter().enumerate() {
        let at = |name: &str| format!("{path}[{index}].{name}");
        found.one_of(
            &at("capacityProvider"),
            Some(&item.capacity_provider),
            &["FARGATE", "FARGATE_SPOT"],
        );
        found.range(&at("base"), item.base.as_ref(), 0, 100_000, "");
        found.range(&at("weight"), item.weight.as_ref(), 0, 1000, "");
        bases += usize::from(known(item.base.as_ref()).is_some_and(|base| *base > 0));
        weights += item.weight.as_ref().map_or(1, |weight| weight.known().copied().unwrap_or(1));
        all_known &= item.weight.as_ref().is_none_or(|weight| weight.known().is_some());
    }
    if bases > 1 {
        found.add(path, "Only one capacity provider can have a `base` above 0.");
    }
    if weights == 0 && all_known && !items.is_empty() {
        found.add(path, "At least one capacity provider needs a `weight` above 0.");
    }
}

fn repository(args: &Args, found: &mut Found) {
    let Some(repository) = &args.repository else { return };
    let path = |name: &str| format!("repository.{name}");
    if repository.enabled == Some(false) && args.image.is_none() {
        found.add(
            &path("enabled"),
            "Without a repository of its own the service needs an `image` from elsewhere.",
        );
    }
    found.one_of(
        &path("imageTagMutability"),
        repository.image_tag_mutability.as_ref(),
        &["MUTABLE", "IMMUTABLE"],
    );
    found.range(&path("keepImages"), repository.keep_images.as_ref(), 1, 10_000, " images");
    found.range(
        &path("expireUntaggedAfterDays"),
        repository.expire_untagged_after_days.as_ref(),
        1,
        3650,
        " days",
    );
    found.arn(&path("kmsKeyArn"), repository.kms_key_arn.as_ref(), "kms");
}

fn scaling(args: &Args, found: &mut Found) {
    let defaults = Defaults::of(args.preset);
    let none = AutoscalingArgs::default();
    let given = args.autoscaling.as_ref().unwrap_or(&none);
    let enabled = given.enabled.unwrap_or(defaults.autoscaling);
    if !enabled {
        return;
    }
    let path = |name: &str| format!("autoscaling.{name}");
    for (name, target) in [("cpuTarget", &given.cpu_target), ("memoryTarget", &given.memory_target)]
    {
        found.check(&path(name), target.as_ref(), |target| complain_of_percent(*target));
    }
    found.check(&path("requestCountTarget"), given.request_count_target.as_ref(), |target| {
        (*target <= 0.0).then(|| format!("{target} requests cannot be aimed at: give more than 0."))
    });
    found.range(&path("minCapacity"), given.min_capacity.as_ref(), 0, 5000, " tasks");
    found.range(&path("maxCapacity"), given.max_capacity.as_ref(), 0, 5000, " tasks");
    found.range(
        &path("scaleOutCooldown"),
        given.scale_out_cooldown.as_ref(),
        0,
        86_400,
        " seconds",
    );
    found.range(&path("scaleInCooldown"), given.scale_in_cooldown.as_ref(), 0, 86_400, " seconds");
    let least = given.min_capacity.clone().unwrap_or(Output::from(defaults.min_capacity));
    let most = given.max_capacity.clone().unwrap_or(Output::from(defaults.max_capacity));
    let range = least.zip(most);
    found.check(&path("maxCapacity"), Some(&range), |(least, most)| {
        (least > most).then(|| format!("{most} is less than `minCapacity`, which is {least}."))
    });
    if let Some(desired) = &args.desired_count {
        found.check("desiredCount", Some(&desired.clone().zip(range)), |(desired, (least, most))| {
            (least <= most && !(least..=most).contains(&desired)).then(|| {
                format!(
                    "{desired} is outside of what autoscaling allows, {least} to {most} tasks. Change \
                     it, or `autoscaling.minCapacity` and `maxCapacity`."
                )
            })
        });
    }
}

fn complain_of_percent(percent: f64) -> Option<String> {
    (!(1.0..=100.0).contains(&percent))
        .then(|| format!("{percent} is out of range: 1 to 100 percent are allowed."))
}

fn operations(args: &Args, found: &mut Found) {
    found.check("logRetentionInDays", args.log_retention_in_days.as_ref(), |days| {
        (!RETENTIONS.contains(days)).then(|| {
            let all = RETENTIONS.map(|days| days.to_string()).join(", ");
            format!("CloudWatch Logs does not offer {days} days. Choose one of {all}.")
        })
    });
    found.arn("logKmsKeyId", args.log_kms_key_id.as_ref(), "kms");
    let Some(monitoring) = &args.monitoring else { return };
    let path = |name: &str| format!("monitoring.{name}");
    for (name, threshold) in [
        ("cpuThreshold", &monitoring.cpu_threshold),
        ("memoryThreshold", &monitoring.memory_threshold),
    ] {
        found.check(&path(name), threshold.as_ref(), |threshold| complain_of_percent(*threshold));
    }
    for (name, threshold) in [
        ("serverErrorThreshold", &monitoring.server_error_threshold),
        ("responseTimeThreshold", &monitoring.response_time_threshold),
    ] {
        found.check(&path(name), threshold.as_ref(), |threshold| {
            (*threshold < 0.0).then(|| format!("{threshold} is negative."))
        });
    }
    found.check(&path("alarmActions"), monitoring.alarm_actions.as_ref(), |actions| {
        (actions.len() > 5).then(|| format!("{} are given; an alarm has 5 at most.", actions.len()))
    });
    for (index, action) in
        known(monitoring.alarm_actions.as_ref()).into_iter().flatten().enumerate()
    {
        found.check(&format!("monitoring.alarmActions[{index}]"), Some(action), |action| {
            (!action.starts_with("arn:"))
                .then(|| format!("\"{action}\" is not an ARN, such as that of an SNS topic."))
        });
    }
}

fn permissions(args: &Args, found: &mut Found) {
    found.arn("taskRoleArn", args.task_role_arn.as_ref(), "iam");
    found.arn("executionRoleArn", args.execution_role_arn.as_ref(), "iam");
    found.arn("permissionsBoundary", args.permissions_boundary.as_ref(), "iam");
    for (path, given) in [
        ("taskRolePolicyArns", args.task_role_policy_arns.is_some()),
        ("taskRoleStatements", args.task_role_statements.is_some()),
        ("databaseSecretArn", false),
    ] {
        if given && args.task_role_arn.is_some() {
            found.add(
                path,
                "It is for the role that is made, but `taskRoleArn` names your own. Give only one of \
                 the two.",
            );
        }
    }
    for (index, arn) in known(args.task_role_policy_arns.as_ref()).into_iter().flatten().enumerate()
    {
        found.arn(&format!("taskRolePolicyArns[{index}]"), Some(arn), "iam");
    }
    for (key, value) in known(args.tags.as_ref()).into_iter().flatten() {
        let path = member("tags", key);
        if let Some(reason) = complain_of_tag_key(key) {
            found.add(&path, reason);
        }
        found.check(&path, Some(value), |value| {
            (value.chars().count() > 256)
                .then(|| format!("It has {} characters; AWS allows 256.", value.chars().count()))
        });
    }
    found.check("tags", args.tags.as_ref(), |tags| {
        // Fifty in all, of which four are the stack's and the owner's.
        (tags.len() > 46).then(|| {
            format!(
                "{} tags are given; 46 are possible beside the four that are set anyway.",
                tags.len()
            )
        })
    });
}

fn complain_of_tag_key(key: &str) -> Option<String> {
    let reserved = key.to_ascii_lowercase().starts_with("aws:") || key.starts_with("fargate:");
    if reserved {
        return Some(format!(
            "\"{key}\" is reserved: tags cannot begin with `aws:` or `fargate:`."
        ));
    }
    let fits = (1..=127).contains(&key.chars().count())
        && key.chars().all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c));
    (!fits).then(|| {
        format!(
            "\"{key}\" cannot be a tag's key: 1 to 127 letters, digits, spaces and `_ . : / = + - @`."
        )
    })
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
