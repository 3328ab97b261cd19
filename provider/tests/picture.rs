//! The picture of a service in docs/, drawn from the plan of its children.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use expect_test::expect_file;

use crate::text;

/// A child: its name without the service's, its type, and the names of those whose outputs it needs.
struct Planned {
    name: String,
    token: String,
    needs: BTreeSet<String>,
}

/// The children of a service that has everything that goes together.
fn planned() -> Vec<Planned> {
    children_of("provider/component/plan.txt")
}

/// The parts of a network of the service's own, and what is in it.
fn networked() -> Vec<Planned> {
    children_of("provider/component/plan_network.txt")
}

fn children_of(plan: &str) -> Vec<Planned> {
    let mut children: Vec<Planned> = Vec::new();
    let own = |name: &str| name.trim_start_matches("web-").to_owned();
    for line in text(plan).lines() {
        if let Some((_, sources)) = line.split_once(" <- ") {
            let child = children.last_mut().expect("a child before its inputs");
            child.needs.extend(sources.split(", ").map(own));
        } else if let Some((name, token)) = line.split_once("  ") {
            let (name, token) = (own(name), token.to_owned());
            children.push(Planned { name, token, needs: BTreeSet::new() });
        }
    }
    children
}

/// What each type is in AWS, and when a service has it.
const WORDS: &[(&str, &str, &str)] = &[
    ("fargate:index:BaseName", "nothing: draws the name once and keeps it", "always"),
    ("fargate:ec2:Network", "nothing: looks at VPC and subnets", "without `network`"),
    ("fargate:ec2:Zones", "nothing: chooses the zones once and keeps them", "with `network`"),
    ("fargate:ec2:Vpc", "VPC", "with `network`"),
    ("fargate:ec2:VpcIpv6CidrBlock", "its IPv6 block", "with `network.ipv6`"),
    ("fargate:ec2:InternetGateway", "internet gateway", "with `network`"),
    (
        "fargate:ec2:EgressOnlyInternetGateway",
        "egress-only internet gateway",
        "with `network.ipv6`",
    ),
    (
        "fargate:ec2:ElasticIp",
        "elastic IP address of each NAT gateway",
        "with `network.nat` `single` or `perZone`",
    ),
    (
        "fargate:ec2:RouteTable",
        "route tables: one for the public subnets, one for each private subnet",
        "with `network`",
    ),
    ("fargate:ec2:Subnet", "a public and a private subnet in each zone", "with `network`"),
    ("fargate:ec2:NatGateway", "NAT gateway", "with `network.nat` `single` or `perZone`"),
    (
        "fargate:route53:HostedZones",
        "nothing: finds the hosted zones of the names",
        "with `domainName`, without `dns: false`",
    ),
    ("fargate:acm:Certificate", "certificate", "with `domainName`, without `certificateArn`"),
    (
        "fargate:acm:CertificateValidation",
        "nothing: waits until the certificate is issued",
        "with `domainName`, without `certificateArn`",
    ),
    (
        "fargate:route53:Record",
        "records: those that validate the certificate, and for each name one or two that lead to the load balancer",
        "with `domainName`, without `dns: false`",
    ),
    (
        "fargate:lb:GivenListener",
        "nothing: looks at the listener of another stack",
        "with `listenerArn`",
    ),
    ("fargate:ecs:GivenCluster", "nothing: looks at your cluster", "with `clusterArn`"),
    (
        "fargate:ecr:GivenImage",
        "nothing: finds the digest of an image in another ECR repository",
        "with an `image` that is a tag in ECR, or with `resolveImage`",
    ),
    (
        "fargate:s3:GivenBucket",
        "nothing: looks at your bucket for logs of the load balancer",
        "with `loadBalancer.accessLogs.bucket`, or that of `connectionLogs` or `healthCheckLogs`",
    ),
    (
        "fargate:s3:Bucket",
        "bucket for the logs of the load balancer",
        "with `loadBalancer.accessLogs`, `connectionLogs` or `healthCheckLogs` `true`",
    ),
    ("fargate:cloudwatch:LogGroup", "log group", "always"),
    ("fargate:ecr:Repository", "ECR repository", "without `image`, or with `repository.enabled`"),
    (
        "fargate:ecr:Image",
        "nothing: finds the digest of the image",
        "with a repository, without `build`",
    ),
    ("fargate:ecr:BuiltImage", "image in the ECR repository, built from a folder", "with `build`"),
    (
        "fargate:secretsmanager:ClientSecret",
        "nothing: finds the current version of the client secret",
        "with `authentication.oidc`",
    ),
    ("fargate:secretsmanager:Secret", "secret with the values", "with `secretValues`"),
    (
        "fargate:ssm:Parameter",
        "SecureString parameters with the values",
        "with `secretValues` and `secretStore` `parameterStore`",
    ),
    (
        "fargate:iam:Role",
        "execution role, task role, infrastructure role",
        "without `executionRoleArn`; without `taskRoleArn`; unless `deployment.strategy` is `rolling`",
    ),
    (
        "fargate:ec2:SecurityGroup",
        "security groups of the load balancer and of the tasks",
        "without `albSecurityGroupId`; without `serviceSecurityGroupId`",
    ),
    ("fargate:ec2:SecurityGroupRule", "their rules", "with the groups"),
    ("fargate:ecs:Cluster", "ECS cluster", "without `clusterArn`"),
    ("fargate:lb:LoadBalancer", "Application Load Balancer", "always"),
    ("fargate:wafv2:WebAclAssociation", "association with a web ACL", "with `webAclArn`"),
    (
        "fargate:lb:TargetGroup",
        "target group, and a second one",
        "always; the second unless `deployment.strategy` is `rolling`",
    ),
    (
        "fargate:lb:Listener",
        "listeners of HTTP and HTTPS",
        "HTTPS with `certificateArn`; then HTTP unless `redirectHttp` is false",
    ),
    (
        "fargate:lb:ListenerRule",
        "rules that forward to both target groups",
        "unless `deployment.strategy` is `rolling`",
    ),
    ("fargate:ecs:TaskDefinition", "task definition", "always"),
    ("fargate:ecs:Service", "ECS service", "always"),
    ("fargate:appautoscaling:Target", "scalable target", "unless `autoscaling.enabled` is false"),
    ("fargate:appautoscaling:Policy", "scaling policies", "with the scalable target"),
    ("fargate:appautoscaling:ScheduledAction", "scheduled actions", "with `autoscaling.schedules`"),
    ("fargate:cloudwatch:MetricAlarm", "alarms", "unless `monitoring.level` is `none`"),
    ("fargate:cloudwatch:Dashboard", "dashboard", "with `monitoring.level` `advanced`"),
    (
        "fargate:index:DeletionProtection",
        "nothing: refuses a destroy before anything is deleted",
        "always",
    ),
    ("fargate:index:Completion", "nothing: remembers that a run came to its end", "always"),
];

/// The node that a child is in the picture: alike ones are one. Those that are nothing in AWS and that all
/// others need, or that need all others, are none.
fn node(child: &Planned) -> Option<(&'static str, &'static str)> {
    let one = match (child.token.as_str(), child.name.as_str()) {
        ("fargate:cloudwatch:MetricAlarm", _) => ("alarms", "alarms"),
        ("fargate:appautoscaling:Policy", _) => ("policies", "scaling policies"),
        ("fargate:appautoscaling:ScheduledAction", _) => ("schedules", "scheduled actions"),
        ("fargate:appautoscaling:Target", _) => ("scaling", "scalable target"),
        ("fargate:ec2:SecurityGroupRule", name) if name.starts_with("alb") => {
            ("albrules", "rules of the<br/>load balancer's group")
        }
        ("fargate:ec2:SecurityGroupRule", _) => ("taskrules", "rules of the<br/>tasks' group"),
        ("fargate:ec2:SecurityGroup", "alb-sg") => {
            ("albgroup", "load balancer's<br/>security group")
        }
        ("fargate:ec2:SecurityGroup", _) => ("taskgroup", "tasks'<br/>security group"),
        ("fargate:ec2:Zones", _) => ("zones", "zones<br/>(chosen once)"),
        ("fargate:ec2:Vpc", _) => ("vpc", "VPC"),
        ("fargate:ec2:VpcIpv6CidrBlock", _) => ("ipv6", "IPv6 block"),
        ("fargate:ec2:InternetGateway", _) => ("internet", "internet gateway"),
        ("fargate:ec2:EgressOnlyInternetGateway", _) => {
            ("egress", "egress-only<br/>internet gateway")
        }
        ("fargate:ec2:ElasticIp", _) => ("addresses", "elastic IP addresses"),
        ("fargate:ec2:NatGateway", _) => ("nat", "NAT gateways"),
        ("fargate:ec2:RouteTable", "public-routes") => {
            ("publicroutes", "route table of the<br/>public subnets")
        }
        ("fargate:ec2:RouteTable", _) => {
            ("privateroutes", "route tables of the<br/>private subnets")
        }
        ("fargate:ec2:Subnet", name) if name.starts_with("public") => {
            ("publicsubnets", "public subnets")
        }
        ("fargate:ec2:Subnet", _) => ("privatesubnets", "private subnets"),
        ("fargate:ec2:Network", _) => ("network", "VPC and subnets<br/>(yours, only looked at)"),
        ("fargate:cloudwatch:LogGroup", _) => ("logs", "log group"),
        ("fargate:s3:Bucket", _) => ("balancerlogs", "bucket for logs of<br/>the load balancer"),
        ("fargate:s3:GivenBucket", _) => {
            ("givenlogs", "bucket for logs<br/>(yours, only looked at)")
        }
        ("fargate:cloudwatch:Dashboard", _) => ("dashboard", "dashboard"),
        ("fargate:ecr:Repository", _) => ("repository", "ECR repository"),
        ("fargate:ecr:Image", _) => ("image", "image<br/>(only looked at)"),
        ("fargate:ecs:Cluster", _) => ("cluster", "ECS cluster"),
        ("fargate:ecs:TaskDefinition", _) => ("revision", "task definition"),
        ("fargate:ecs:Service", _) => ("service", "ECS service"),
        ("fargate:iam:Role", "task-role") => ("taskrole", "task role"),
        ("fargate:iam:Role", _) => ("executionrole", "execution role"),
        ("fargate:secretsmanager:Secret", _) => ("secret", "secret with values"),
        ("fargate:lb:LoadBalancer", _) => ("balancer", "load balancer"),
        ("fargate:lb:TargetGroup", _) => ("targets", "target group"),
        ("fargate:wafv2:WebAclAssociation", _) => ("webacl", "web ACL"),
        ("fargate:lb:Listener", "https") => ("https", "listener 443"),
        ("fargate:lb:Listener", _) => ("http", "listener 80"),
        (token, name) => {
            assert!(token.starts_with("fargate:index:"), "give {name} ({token}) a node");
            return None;
        }
    };
    Some(one)
}

/// Which node needs which others, without what follows from the others.
fn edges(children: &[Planned]) -> BTreeSet<(&'static str, &'static str)> {
    let of: BTreeMap<_, _> =
        children.iter().filter_map(|it| Some((it.name.as_str(), node(it)?.0))).collect();
    let mut all = BTreeSet::new();
    for child in children.iter().filter(|it| of.contains_key(it.name.as_str())) {
        let to = of[child.name.as_str()];
        let from = child.needs.iter().filter_map(|it| of.get(it.as_str()).copied());
        all.extend(from.filter(|it| *it != to).map(|it| (it, to)));
    }
    let leads = |from: &str, to: &str| {
        let (mut found, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(at) = open.pop() {
            let next = all.iter().filter(|(it, _)| *it == at).map(|(_, it)| (*it).to_owned());
            open.extend(next.filter(|it| found.insert(it.clone())));
        }
        found.contains(to)
    };
    let direct = |(from, to): &&(&'static str, &'static str)| {
        !all.iter().any(|(it, by)| it == from && by != to && leads(by, to))
    };
    all.iter().filter(direct).copied().collect()
}

fn picture(children: &[Planned]) -> String {
    let nodes: BTreeMap<_, _> = children.iter().filter_map(node).collect();
    let mut drawn = "```mermaid\nflowchart TD\n".to_owned();
    for (node, label) in nodes {
        // Writing to a string never fails.
        let _ = writeln!(drawn, "    {node}[\"{label}\"]");
    }
    for (from, to) in edges(children) {
        let _ = writeln!(drawn, "    {from} --> {to}");
    }
    drawn + "```\n"
}

/// The page for GitHub.
fn what_it_creates() -> String {
    let children = planned();
    let network = networked();
    let mut page = format!(
        "# What a service consists of\n\nAn arrow leads from what is created first to what needs it. What does not wait for \
         anything is created at once.\n\n{}\n## A network of the service's own\n\nWith `network` these are created in place of looking at yours: here \
         with `nat: perZone` and `ipv6`.\n\n{}\n## The types\n\nA transform, a policy pack or `pulumi import` sees these. With \
         everything in use a service has {} children, whose names are the service's and what the table shows. [children.md](children.md) \
         has their properties.\n\n| type | in AWS | a service has it | names in the program |\n|---|---|---|---|\n",
        picture(&children),
        picture(&network),
        children.len()
    );
    for (token, is, when) in WORDS {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for child in children.iter().chain(&network).filter(|it| it.token == *token) {
            // A rule's name ends with the block that it lets in.
            let name = child.name.replace("-0.0.0.0-0", "-<block>");
            names.insert(format!("`…-{name}`"));
        }
        // The plan has everything that goes together: a cluster is created or given, an image found or built, and
        // values are kept in one of two stores.
        let instead = [
            ("fargate:ecs:GivenCluster", "given-cluster"),
            ("fargate:lb:GivenListener", "given-listener"),
            ("fargate:ecr:GivenImage", "given-image"),
            ("fargate:ecr:BuiltImage", "built-image"),
            ("fargate:secretsmanager:ClientSecret", "client-secret"),
            ("fargate:ssm:Parameter", "parameter-<variable>"),
        ];
        let instead = instead.iter().filter(|(other, _)| other == token);
        names.extend(instead.map(|(_, name)| format!("`…-{name}`")));
        let names: Vec<_> = names.into_iter().collect();
        let _ = writeln!(page, "| `{token}` | {is} | {when} | {} |", names.join(", "));
    }
    page
}

#[test]
fn the_committed_picture_is_the_plan() {
    let missing: Vec<_> = planned().into_iter().chain(networked()).map(|it| it.token).collect();
    let missing = missing.iter().find(|token| !WORDS.iter().any(|(it, ..)| it == token));
    assert!(missing.is_none(), "say in WORDS what {missing:?} is");
    expect_file!["../../docs/what-it-creates.md"].assert_eq(&what_it_creates());
}

/// What a service consists of, for a page on which no picture can be shown.
fn tree() -> String {
    let mut services: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let children = planned();
    for (service, kind) in children
        .iter()
        .filter_map(|it| it.token.trim_start_matches("fargate:").split_once(':'))
        .filter(|(service, _)| *service != "index")
    {
        *services.entry(service).or_default().entry(kind).or_default() += 1;
    }
    let last = services.len() - 1;
    let mut drawn = "```text\nFargateWebService\n".to_owned();
    for (index, (service, kinds)) in services.iter().enumerate() {
        let branch = if index == last { "└─" } else { "├─" };
        let kinds: Vec<_> = kinds
            .iter()
            .map(
                |(kind, times)| {
                    if *times == 1 { (*kind).to_owned() } else { format!("{times} × {kind}") }
                },
            )
            .collect();
        let _ = writeln!(drawn, "{branch} {service:<15} {}", kinds.join(", "));
    }
    drawn + "```\n"
}

#[test]
fn the_committed_overview_shows_the_plan() {
    const BEGIN: &str = "```text\nFargateWebService\n";
    let page = text("docs/_index.md");
    let (before, rest) = page.split_once(BEGIN).expect("the picture");
    let (_, after) = rest.split_once("```\n").expect("its end");
    expect_file!["../../docs/_index.md"].assert_eq(&format!("{before}{}{after}", tree()));
}
