//! The one thing that users see: a web service on Fargate, wired from its children.
//!
//! [`construct`] is the wiring diagram: child after child, each field saying from where it comes.
//! A child waits for exactly the children whose outputs it names, so everything independent is
//! made at the same time. The component never calls AWS.

pub mod args;
pub mod caller;
pub mod choices;
mod named;
mod options;
mod outputs;
mod parent;
mod peers;
mod permissions;
mod presets;
mod read;
pub mod reference;
mod rehearsal;
mod rules;
pub mod schema;
mod task_size;
#[cfg(test)]
mod tests;
mod wanted;

use std::collections::BTreeMap;

pub use args::Args;
pub use named::Named;
pub use options::Options;
pub use outputs::Outputs;
pub use rules::Place;

use crate::children::autoscaling::{scaling_policy, scaling_target};
use crate::children::cloudwatch::{dashboard, metric_alarm};
use crate::children::ec2::{network, security_group, security_group_rule};
use crate::children::ecr::{image, repository};
use crate::children::ecs::{cluster, given_cluster, service, task_definition};
use crate::children::elb::{listener, load_balancer, target_group};
use crate::children::iam::role;
use crate::children::logs::log_group;
use crate::children::ours::{base_name, completion, deletion_protection};
use crate::error::Result;
use crate::property::Output;
use crate::resource::{Registrar, Scope};
use parent::{Parent, pending};
use rehearsal::{Plan, Rehearsal};
use wanted::Wanted;

/// The component's type token.
pub const TOKEN: &str = "fargate:index:FargateWebService";

/// Seconds between two health checks, and for one, when nothing is said.
pub(crate) const HEALTH_CHECK_INTERVAL: u32 = 10;
pub(crate) const HEALTH_CHECK_TIMEOUT: u32 = 5;

/// What the component knows of the stack that it stands in.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The component's name in the program.
    pub component: String,
    pub region: String,
    /// Tags that every object gets, beside the user's.
    pub tags: BTreeMap<String, Output<String>>,
    pub options: Options,
}

/// Registers all children, and tells the component's outputs.
///
/// # Errors
/// The engine's: the deployment is over.
pub async fn construct(registrar: &dyn Registrar, stack: &Stack, args: Args) -> Result<Outputs> {
    let want = &Wanted::from(args);
    let rehearsal = Rehearsal::default();
    let unplanned = Plan { hash: Output::unknown(), kinds: Vec::new() };
    Box::pin(wire(&rehearsal, stack, want, unplanned)).await?;
    Box::pin(wire(registrar, stack, want, rehearsal.plan(&stack.component))).await
}

#[expect(clippy::too_many_lines, reason = "one diagram, read from top to bottom")]
async fn wire(
    registrar: &dyn Registrar,
    stack: &Stack,
    want: &Wanted,
    plan: Plan,
) -> Result<Outputs> {
    let scope = Scope {
        registrar,
        component: &stack.component,
        region: stack.region.as_str().into(),
        base: None,
        lineage: None,
        tags: all_tags(stack, want),
    };
    let base = Parent::new(scope.clone(), Options::default())
        .make::<base_name::BaseName>(
            "name",
            base_name::Inputs {
                component: stack.component.as_str().into(),
                name: want.args.name.clone(),
                chosen: None,
                drawn: None,
                drawn_lineage: None,
                plan: plan.hash,
                kinds: plan.kinds.into_iter().map(Output::from).collect::<Vec<_>>().into(),
                retained: stack.options.retained.then(|| true.into()),
                generation: None,
            },
        )
        .await?;
    let scope = Scope { base: Some(base.value), lineage: Some(base.lineage), ..scope };
    let parent = &Parent::new(scope, stack.options.clone());

    // What depends on nothing but the name.
    let network = &pending(parent.make::<network::Network>("network", want.network()));
    let log_group = &pending(parent.make::<log_group::LogGroup>("logs", want.log_group()));
    let repository = &pending(async move {
        match want.repository() {
            Some(inputs) => {
                parent.make::<repository::Repository>("repository", inputs).await.map(Some)
            }
            None => Ok(None),
        }
    });
    let cluster = &pending(async move {
        if let Some(inputs) = want.cluster() {
            return Ok(parent.make::<cluster::Cluster>("cluster", inputs).await?.arn);
        }
        let inputs = want.given_cluster();
        Ok(parent.make::<given_cluster::GivenCluster>("given-cluster", inputs).await?.arn)
    });

    // The image: what runs, and whether there is anything to run yet.
    let image = &pending(async move {
        let Some(repository) = repository.clone().await? else { return Ok(want.foreign_image()) };
        // Where there is a repository an `image` may lie in it, and then it has to be kept there.
        let inputs = image::Inputs {
            repository_name: repository.name,
            repository_url: repository.url,
            tag: want.image_tag(),
            image: want.args.image.clone(),
            architecture: want.architecture(),
        };
        let image = parent.make::<image::Image>("image", inputs).await?;
        let to_run =
            wanted::ImageToRun { uri: image.uri, digest: Some(image.digest), found: image.found };
        // What cannot lie there need not wait for it.
        Ok(if want.is_in_ecr() { to_run } else { want.foreign_image() })
    });

    // Who may do what.
    let execution_role = &pending(async move {
        if let Some(arn) = &want.args.execution_role_arn {
            return Ok(arn.clone());
        }
        let (log_group, repository) = tokio::try_join!(log_group.clone(), repository.clone())?;
        let statements = permissions::execution(want, log_group.arn, repository.map(|it| it.arn));
        let inputs = want.role("execution", statements, Output::from(Vec::new()));
        Ok(parent.make::<role::Role>("execution-role", inputs).await?.arn)
    });
    let task_role = &pending(async move {
        if let Some(arn) = &want.args.task_role_arn {
            let name = arn.clone().map(|arn| arn.rsplit('/').next().unwrap_or_default().to_owned());
            return Ok(role::Outputs { arn: arn.clone(), name });
        }
        let inputs = want.role("task", permissions::task(want), want.task_role_policies());
        parent.make::<role::Role>("task-role", inputs).await
    });

    // Who may talk to whom.
    let alb_group = &pending(async move {
        if let Some(id) = &want.args.alb_security_group_id {
            return Ok(id.clone());
        }
        let inputs = wanted::security_group("alb", network.clone().await?.vpc_id);
        let group = parent.make::<security_group::SecurityGroup>("alb-sg", inputs).await?;
        Ok(group.security_group_id)
    });
    let service_group = &pending(async move {
        if let Some(id) = &want.args.service_security_group_id {
            return Ok(id.clone());
        }
        let inputs = wanted::security_group("service", network.clone().await?.vpc_id);
        let group = parent.make::<security_group::SecurityGroup>("service-sg", inputs).await?;
        Ok(group.security_group_id)
    });
    let rules = &pending(async move {
        let (alb, service) = tokio::try_join!(alb_group.clone(), service_group.clone())?;
        let made = want.security_group_rules(&alb, &service).into_iter().map(
            |(part, inputs)| async move {
                parent.make::<security_group_rule::SecurityGroupRule>(&part, inputs).await
            },
        );
        let made = futures_util::future::try_join_all(made).await?;
        Ok(made.into_iter().map(|rule| rule.security_group_rule_id).collect::<Output<Vec<_>>>())
    });

    // The way in.
    let load_balancer = &pending(async move {
        let (network, group) = tokio::try_join!(network.clone(), alb_group.clone())?;
        let inputs = want.load_balancer(network.vpc_id, network.balancer_subnet_ids, group);
        parent.make::<load_balancer::LoadBalancer>("alb", inputs).await
    });
    let target_group = &pending(async move {
        let mut inputs = want.target_group(network.clone().await?.vpc_id);
        // Checks go to another port only when the groups let them through.
        if want.checks_another_port() {
            inputs.health_check.port = inputs.health_check.port.after(&rules.clone().await?);
        }
        parent.make::<target_group::TargetGroup>("target-group", inputs).await
    });
    let https = &pending(async move {
        let Some(certificate) = want.args.certificate_arn.clone() else { return Ok(None) };
        let (balancer, group) = tokio::try_join!(load_balancer.clone(), target_group.clone())?;
        let inputs = want.https_listener(balancer.arn, group.arn, certificate);
        parent.make::<listener::Listener>("https", inputs).await.map(|it| Some(it.arn))
    });
    let http = &pending(async move {
        if !want.listens_on_http() {
            return Ok(None);
        }
        let (balancer, group) = tokio::try_join!(load_balancer.clone(), target_group.clone())?;
        let (https, rules) = tokio::try_join!(https.clone(), rules.clone())?;
        // Nobody is redirected to a port that is still closed.
        let balancer = match &https {
            Some(https) => balancer.arn.after(https).after(&rules),
            None => balancer.arn,
        };
        let inputs = want.http_listener(balancer, group.arn);
        parent.make::<listener::Listener>("http", inputs).await.map(|it| Some(it.arn))
    });

    // What runs.
    let task_definition = &pending(async move {
        let (image, execution, task, log_group) = tokio::try_join!(
            image.clone(),
            execution_role.clone(),
            task_role.clone(),
            log_group.clone()
        )?;
        let inputs = want.task_definition(image.uri, execution, task.arn, log_group.name);
        parent.make::<task_definition::TaskDefinition>("task-definition", inputs).await
    });
    let service = &pending(async move {
        let (cluster, definition, image, network) = tokio::try_join!(
            cluster.clone(),
            task_definition.clone(),
            image.clone(),
            network.clone()
        )?;
        let (group, rules, balancer, target_group, http, https, log_group) = tokio::try_join!(
            service_group.clone(),
            rules.clone(),
            load_balancer.clone(),
            target_group.clone(),
            http.clone(),
            https.clone(),
            log_group.clone()
        )?;
        // A target group serves only behind a listener, and tasks reach the registry only by the
        // rules: orders that no property expresses.
        let mut target_group = target_group.arn;
        for listener in [&http, &https].into_iter().flatten() {
            target_group = target_group.after(listener);
        }
        let ways = wanted::Ways {
            subnets: network.task_subnet_ids,
            security_group: group.after(&rules),
            public_ip: network.assign_public_ip,
            target_group,
            load_balancer: balancer.arn,
        };
        let inputs = want.service(cluster, definition.arn, &image.found, ways, log_group.name);
        parent.make::<service::Service>("service", inputs).await
    });

    // What keeps an eye on it.
    let scaling = &pending(async move {
        let Some(scaling) = want.scaling() else { return Ok(()) };
        let (service, image) = tokio::try_join!(service.clone(), image.clone())?;
        let inputs = scaling.target(service.cluster_name, service.name, &image.found);
        let target = parent.make::<scaling_target::Target>("scaling", inputs).await?;
        let (balancer, group) = tokio::try_join!(load_balancer.clone(), target_group.clone())?;
        let label = wanted::resource_label(balancer.arn_suffix, group.arn_suffix);
        let made =
            scaling.policies(&target.resource_id, &label).into_iter().map(
                |(part, inputs)| async move {
                    parent.make::<scaling_policy::Policy>(part, inputs).await
                },
            );
        futures_util::future::try_join_all(made).await.map(drop)
    });
    let watched = &pending(async move {
        let (service, balancer, group) =
            tokio::try_join!(service.clone(), load_balancer.clone(), target_group.clone())?;
        Ok(wanted::Watched {
            cluster: service.cluster_name,
            service: service.name,
            load_balancer: balancer.arn_suffix,
            target_group: group.arn_suffix,
        })
    });
    let alarms = &pending(async move {
        let alarms = want.alarms(&watched.clone().await?);
        let made = alarms.into_iter().map(|(part, inputs)| async move {
            parent.make::<metric_alarm::MetricAlarm>(&part, inputs).await
        });
        let made = futures_util::future::try_join_all(made).await?;
        Ok(made.into_iter().map(|alarm| alarm.arn).collect::<Output<Vec<_>>>())
    });
    let dashboard = &pending(async move {
        if !want.has_dashboard() {
            return Ok(None);
        }
        let (watched, log_group) = tokio::try_join!(watched.clone(), log_group.clone())?;
        let inputs = want.dashboard(watched, log_group.name);
        parent.make::<dashboard::Dashboard>("dashboard", inputs).await.map(|it| Some(it.url))
    });

    let (alarm_arns, dashboard_url, ()) =
        tokio::try_join!(alarms.clone(), dashboard.clone(), scaling.clone())?;
    let (repository, image, balancer, target_group) = tokio::try_join!(
        repository.clone(),
        image.clone(),
        load_balancer.clone(),
        target_group.clone()
    )?;
    let (http, https, service, definition, task_role) = tokio::try_join!(
        http.clone(),
        https.clone(),
        service.clone(),
        task_definition.clone(),
        task_role.clone()
    )?;

    let (cluster, log_group, execution_role, alb_group, service_group) = tokio::try_join!(
        cluster.clone(),
        log_group.clone(),
        execution_role.clone(),
        alb_group.clone(),
        service_group.clone()
    )?;

    // All of it is made: the run came to its end.
    let mut objects = parent.made();
    objects.sort_by(|one, other| one.known().cmp(&other.known()));
    let objects = objects.into_iter().collect::<Output<Vec<_>>>();
    let inputs = completion::Inputs {
        generation: base.generation,
        kinds: base.kinds,
        objects: objects.map(|marks| marks.into_iter().map(Output::from).collect()),
        retained: (stack.options.retained || stack.options.protected).then(|| true.into()),
    };
    let completed = parent.register::<completion::Completion>("completion", inputs).await?.id;

    // What is deleted first: it depends on all others.
    if want.is_protected() {
        let last = balancer.arn.clone().after(&completed);
        let inputs = want.deletion_protection(last, repository.as_ref().map(|it| it.name.clone()));
        parent.make::<deletion_protection::DeletionProtection>("protection", inputs).await?;
    }
    let scheme = if https.is_some() { "https" } else { "http" };
    Ok(Outputs {
        url: balancer.dns_name.clone().map(|name| format!("{scheme}://{name}")),
        load_balancer_dns_name: balancer.dns_name,
        load_balancer_zone_id: balancer.zone_id,
        load_balancer_arn: balancer.arn,
        target_group_arn: target_group.arn,
        http_listener_arn: http,
        https_listener_arn: https,
        cluster_arn: cluster,
        cluster_name: service.cluster_name,
        service_arn: service.arn,
        service_name: service.name,
        task_definition_arn: definition.arn,
        task_definition_family: definition.family,
        repository_url: repository.clone().map(|it| it.url),
        repository_arn: repository.map(|it| it.arn),
        image_digest: image.digest,
        task_role_arn: task_role.arn,
        task_role_name: task_role.name,
        execution_role_arn: execution_role,
        alb_security_group_id: alb_group,
        service_security_group_id: service_group,
        log_group_name: log_group.name,
        dashboard_url,
        alarm_arns,
    })
}

fn all_tags(stack: &Stack, want: &Wanted) -> args::Dict {
    let stacks = stack.tags.clone();
    match want.args.tags.clone() {
        None => stacks.into(),
        Some(users) => users.map(|users| stacks.into_iter().chain(users).collect()),
    }
}
