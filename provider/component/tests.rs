//! The plan of children, without an engine: what is registered, and what it waits for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use expect_test::expect_file;

use super::wiring::options::reached;
use super::{Args, Options, Place, Planned, Stack};
use crate::error::Result;
use crate::property::Value;
use crate::property::origins::origins;
use crate::property::written::object;
use crate::resource::registrar::{Registered, Registrar, Registration};

/// Keeps what is registered; all outputs are unknown, as in a first preview.
#[derive(Default)]
struct Recorder(Mutex<Vec<Registration>>);

impl Registrar for Recorder {
    fn register(
        &self,
        registration: Registration,
    ) -> Pin<Box<dyn Future<Output = Result<Registered>> + Send + '_>> {
        let outputs = crate::children::find(registration.token)
            .map(|child| child.property_names().1)
            .unwrap_or_default();
        let state = outputs.into_iter().map(|name| (name.to_owned(), Value::unknown())).collect();
        let urn = registration.name.clone();
        self.0.lock().expect("no panic").push(registration);
        Box::pin(async move { Ok(Registered { urn, id: None, state: Some(state) }) })
    }
}

fn stack(options: Options) -> Stack {
    Stack {
        component: "web".to_owned(),
        region: "eu-west-1".to_owned(),
        tags: BTreeMap::new(),
        options,
    }
}

async fn planned(json: &str, options: Options) -> Planned {
    let args = Args::read(&object(json), &Place::default()).expect("right inputs");
    Planned::of(stack(options), args).await.expect("rehearsed")
}

pub(super) async fn plan(json: &str) -> BTreeMap<String, Registration> {
    let recorder = Recorder::default();
    let planned = planned(json, Options::default()).await;
    Box::pin(planned.construct(&recorder)).await.expect("constructed");
    let registered = recorder.0.into_inner().expect("no panic");
    registered.into_iter().map(|it| (it.name.clone(), it)).collect()
}

/// Everything that a service can have.
pub(super) const ALL: &str = r#"{
    "publicSubnetIds": ["subnet-a", "subnet-b"],
    "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/c",
    "webAclArn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/1",
    "loadBalancer": {"accessLogs": true, "connectionLogs": {"bucket": "logs", "prefix": "shop"}},
    "logKmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1",
    "repository": {"kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1"},
    "assignPublicIp": true,
    "permissionsBoundary": "arn:aws:iam::123456789012:policy/boundary",
    "command": ["serve"], "entryPoint": ["sh"], "user": "1000", "workingDirectory": "/app",
    "secretValues": {"KEY": {"$secret": "hunter2"}},
    "secretKmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1",
    "stopTimeout": 20, "containerHealthCheck": {"command": ["CMD", "true"]},
    "monitoring": {"clientErrorThreshold": 100, "redirectThreshold": 1000},
    "autoscaling": {"requestCountTarget": 100, "schedules": [
        {"name": "night", "cron": "0 20 ? * MON-FRI *", "timezone": "Europe/Berlin", "minCapacity": 0, "maxCapacity": 0}]}
}"#;

/// A service that has a network of its own.
pub(super) const OWN_NETWORK: &str = r#"{
    "network": {"nat": "perZone", "ipv6": true}, "preset": "dev",
    "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/base:1"
}"#;

/// A service whose traffic moves between two target groups.
pub(super) const SHIFTING: &str = r#"{
    "useDefaultVpc": true, "image": "nginx:1.27",
    "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/c",
    "healthCheck": {"port": "9000"},
    "deployment": {
        "strategy": "canary", "bakeTimeInMinutes": 5,
        "canary": {"percent": 10, "bakeTimeInMinutes": 2}, "testListenerPort": 8443,
        "hooks": [{"stages": ["PRE_SCALE_UP"], "lambdaArn": "arn:aws:lambda:eu-west-1:123456789012:function:check"}],
        "pause": "approve", "pauseTimeoutInMinutes": 60,
        "rollbackAlarms": {"own": true, "names": ["mine"]},
        "circuitBreaker": {"threshold": {"type": "COUNT", "value": 4}, "resetOnHealthyTask": false}
    }
}"#;

/// The same with equal steps.
const LINEAR: &str = r#"{
    "useDefaultVpc": true, "image": "nginx:1.27",
    "deployment": {"strategy": "linear", "linear": {"stepPercent": 20, "stepBakeTimeInMinutes": 2}}
}"#;

/// A service with names in DNS.
pub(super) const DOMAIN: &str = r#"{
    "publicSubnetIds": ["subnet-a", "subnet-b"], "image": "nginx:1.27", "preset": "dev", "internal": true,
    "domainName": "shop.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ",
    "subjectAlternativeNames": ["*.shop.example.com", "www.example.com"],
    "loadBalancer": {"ipAddressType": "dualstack"}
}"#;

/// A service that says of requests all that there is to say.
pub(super) const ROUTED: &str = r#"{
    "useDefaultVpc": true, "image": "nginx:1.27",
    "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/c",
    "redirectHttp": false, "http": true, "monitoring": {"level": "advanced"},
    "targets": [{"name": "admin", "containerPort": 9090, "deregistrationDelay": 5,
        "healthCheck": {"path": "/live", "port": "9091"},
        "stickiness": {"enabled": true, "type": "app_cookie", "duration": 60, "cookieName": "a"}}],
    "routes": [
        {"pathPatterns": ["/admin/*"], "hostHeaders": ["*.example.com"], "forward": {"target": "admin"},
            "rewriteUrl": {"regex": "^/admin/(.*)$", "replace": "/$1"},
            "rewriteHost": {"regex": "^(.*)$", "replace": "in.$1"}},
        {"name": "some", "httpHeaders": [{"name": "X-A", "values": ["1"]}], "queryStrings": [{"key": "a", "value": "1"}],
            "forward": {"targets": [{"target": "admin", "weight": 10}, {"weight": 90}], "stickiness": {"duration": 60}}},
        {"methods": ["TRACE"], "sourceIps": ["10.0.0.0/8"], "fixedResponse": {"statusCode": 405, "messageBody": "No."}},
        {"pathPatterns": ["/old/*"], "redirect": {"path": "/new/#{path}", "statusCode": 302}}
    ],
    "defaultAction": {"redirect": {"host": "www.example.com", "query": "from=#{host}"}}
}"#;

/// One route, of which ECS moves the traffic.
const ROUTED_AND_SHIFTING: &str = r#"{
    "useDefaultVpc": true, "image": "nginx:1.27", "deployment": {"strategy": "blueGreen"},
    "routes": [{"pathPatterns": ["/old/*"], "redirect": {"path": "/"}}, {"hostHeaders": ["a.example.com"]}],
    "defaultAction": {"fixedResponse": {"messageBody": "Nothing here."}}
}"#;

/// A service behind a listener of another stack.
pub(super) const SHARED: &str = r#"{
    "useDefaultVpc": true, "image": "nginx:1.27", "preset": "dev", "albSecurityGroupId": "sg-1",
    "listenerArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/1/2",
    "targets": [{"name": "admin", "containerPort": 9090}],
    "routes": [{"hostHeaders": ["*.example.com", "shop.example.com"]},
        {"pathPatterns": ["/admin/*"], "forward": {"target": "admin"}}]
}"#;

/// A service that lets in who signs in, and by one route programs with a token.
pub(super) const AUTHENTICATED: &str = r#"{
    "useDefaultVpc": true, "image": "nginx:1.27",
    "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/c",
    "authentication": {"oidc": {
        "issuer": "https://id.example.com", "authorizationEndpoint": "https://id.example.com/authorize",
        "tokenEndpoint": "https://id.example.com/token", "userInfoEndpoint": "https://id.example.com/userinfo",
        "clientId": "shop", "scope": "openid email",
        "clientSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:oidc-AbCdEf"
    }},
    "routes": [
        {"pathPatterns": ["/live"], "authentication": {"enabled": false}},
        {"pathPatterns": ["/api/*"], "authentication": {"jwt": {
            "issuer": "https://id.example.com", "jwksEndpoint": "https://id.example.com/jwks",
            "claims": [{"name": "aud", "values": ["shop"]}]}}},
        {"pathPatterns": ["/team/*"], "authentication": {"cognito": {
            "userPoolArn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a",
            "userPoolClientId": "1", "userPoolDomain": "team"}}},
        {"pathPatterns": ["/shop/*"]}
    ]
}"#;

/// Together they have each kind of child.
const PROGRAMS: [&str; 10] = [
    ALL,
    BUILT,
    OWN_NETWORK,
    EXTERNAL,
    SHIFTING,
    DOMAIN,
    ROUTED,
    ROUTED_AND_SHIFTING,
    SHARED,
    AUTHENTICATED,
];

/// A service whose images a pipeline deploys.
pub(super) const EXTERNAL: &str =
    r#"{"useDefaultVpc": true, "preset": "dev", "externalImage": true}"#;

/// A service that builds its image, and says all that there is to say of it.
pub(super) const BUILT: &str = r#"{
    "useDefaultVpc": true, "preset": "dev", "architecture": "ARM64",
    "build": {
        "context": "examples/build/app", "dockerfile": "examples/build/app/Dockerfile",
        "target": "release", "args": {"VERSION": "1"}, "secrets": {"npm": {"$secret": "hunter2"}},
        "builder": "podman", "cacheFrom": ["type=gha"], "cacheTo": ["type=gha"],
        "extraOptions": ["--network=host"], "onPreview": true
    }
}"#;

/// Each child, and for each of its inputs that comes from others, from which.
fn shown(registrations: &BTreeMap<String, Registration>) -> String {
    let mut text = String::new();
    for (name, registration) in registrations {
        writeln!(text, "{name}  {}", registration.token).expect("text");
        for (property, value) in &registration.inputs {
            let sources: Vec<_> = value.dependencies().into_iter().collect();
            if !sources.is_empty() {
                writeln!(text, "    {property} <- {}", sources.join(", ")).expect("text");
            }
        }
    }
    text
}

#[tokio::test]
async fn the_plan_of_a_service_with_names() {
    let mut all = plan(DOMAIN).await;
    let of_names = |it: &Registration| it.token.contains(":acm:") || it.token.contains(":route53:");
    all.retain(|_, it| of_names(it) || it.token == "fargate:lb:Listener");
    expect_file!["plan_domain.txt"].assert_eq(&shown(&all));
}

#[tokio::test]
async fn the_plan_of_a_service_that_has_everything() {
    expect_file!["plan.txt"].assert_eq(&shown(&plan(ALL).await));
}

/// The way in, the way out, and the subnets, each after what it needs; and who waits for them.
#[tokio::test]
async fn the_plan_of_a_network_of_the_services_own() {
    let mut all = plan(OWN_NETWORK).await;
    all.retain(|_, it| {
        it.token.starts_with("fargate:ec2:") && it.token != "fargate:ec2:SecurityGroupRule"
            || ["fargate:lb:LoadBalancer", "fargate:ecs:Service"].contains(&it.token)
    });
    expect_file!["plan_network.txt"].assert_eq(&shown(&all));
}

/// The second target group, the rules, the role, and who needs them.
#[tokio::test]
async fn the_plan_of_a_service_whose_traffic_moves() {
    let mut all = plan(SHIFTING).await;
    all.retain(|name, it| {
        it.token.starts_with("fargate:lb:")
            || ["web-service", "web-infrastructure-role", "web-dashboard"].contains(&&**name)
            || name.ends_with("-alternate")
    });
    expect_file!["plan_shifting.txt"].assert_eq(&shown(&all));
}

/// Rules on both listeners, further targets, and who waits for them; and the one route of which ECS moves the traffic.
#[tokio::test]
async fn the_plan_of_a_service_with_routes() {
    let mut all = plan(ROUTED).await;
    all.retain(|name, it| {
        ["fargate:lb:ListenerRule", "fargate:lb:Listener", "fargate:lb:TargetGroup"]
            .contains(&it.token)
            || ["web-service", "web-dashboard", "web-task-definition"].contains(&&**name)
            || name.contains("-target-")
    });
    let moving = plan(ROUTED_AND_SHIFTING).await;
    for (name, it) in moving.into_iter().filter(|(_, it)| it.token == "fargate:lb:ListenerRule") {
        all.insert(format!("(with a strategy) {name}"), it);
    }
    expect_file!["plan_routed.txt"].assert_eq(&shown(&all));
}

/// No load balancer, listener or group of the service's own; rules on what is given.
#[tokio::test]
async fn the_plan_of_a_service_behind_a_listener_of_another_stack() {
    let mut all = plan(SHARED).await;
    all.retain(|name, it| {
        it.token.starts_with("fargate:lb:")
            || it.token.starts_with("fargate:ec2:SecurityGroup")
            || ["web-service", "web-protection"].contains(&&**name)
    });
    expect_file!["plan_shared.txt"].assert_eq(&shown(&all));
}

#[tokio::test]
async fn the_alarms_on_requests_are_there_for_both_target_groups() {
    let children = plan(SHIFTING).await;
    let told: Vec<String> = children
        .iter()
        .filter(|(name, _)| name.ends_with("-alternate"))
        .filter_map(|(name, it)| Some((name, it.inputs.get("description")?.known()?.as_str()?)))
        .map(|(name, description)| format!("{name}: {description}"))
        .collect();
    expect_test::expect![[r"
        web-alarm-server-errors-alternate: The application answers with server errors (alternate target group)
        web-alarm-slow-alternate: The application answers slowly (alternate target group)
        web-alarm-unhealthy-alternate: Tasks are unhealthy (alternate target group)"]].assert_eq(&told.join("\n"));
}

#[tokio::test]
async fn what_a_service_whose_images_others_deploy_has_otherwise() {
    let children = plan(EXTERNAL).await;
    let otherwise = ["web-running-image", "web-task-definition"]
        .map(|it| (it.to_owned(), children[it].clone()));
    expect_test::expect![[r"
        web-running-image  fargate:ecs:RunningImage
            baseName <- web-name
            clusterArn <- web-cluster
            lineage <- web-name
            placeholder <- web-repository
        web-task-definition  fargate:ecs:TaskDefinition
            baseName <- web-name
            executionRoleArn <- web-execution-role
            image <- web-repository
            keepsImageIn <- web-cluster
            lineage <- web-name
            logGroupName <- web-logs
            taskRoleArn <- web-task-role
    "]]
    .assert_eq(&shown(&otherwise.into()));
    let kept = |it: &str| children["web-repository"].inputs[it].known().cloned();
    assert_eq!(kept("keepImages"), Some(Value::Number(100_000.0)), "nobody knows which ones run");
    assert!(!children.contains_key("web-image"));
    // The first image needs no look.
    let first = r#"{"useDefaultVpc": true, "image": "nginx:1.27", "externalImage": true}"#;
    let first = plan(first).await;
    assert!(!first.contains_key("web-running-image"));
    assert_eq!(first["web-service"].inputs["externalImage"].known(), Some(&Value::Bool(true)));
}

#[tokio::test]
async fn what_a_service_that_builds_its_image_has_otherwise() {
    let children = plan(BUILT).await;
    let of_image =
        ["web-built-image", "web-task-definition"].map(|it| (it.to_owned(), children[it].clone()));
    expect_test::expect![[r"
        web-built-image  fargate:ecr:BuiltImage
            baseName <- web-name
            lineage <- web-name
            repositoryName <- web-repository
            repositoryUrl <- web-repository
        web-task-definition  fargate:ecs:TaskDefinition
            baseName <- web-name
            executionRoleArn <- web-execution-role
            image <- web-built-image
            lineage <- web-name
            logGroupName <- web-logs
            taskRoleArn <- web-task-role
    "]]
    .assert_eq(&shown(&of_image.into()));
    assert!(!children.contains_key("web-image"));
    // A text is the folder.
    let short = plan(r#"{"useDefaultVpc": true, "build": "examples/build/app"}"#).await;
    assert_eq!(
        short["web-built-image"].inputs["context"],
        children["web-built-image"].inputs["context"]
    );
    let hash = |it: &BTreeMap<String, Registration>| it["web-built-image"].inputs["hash"].clone();
    assert_ne!(hash(&short), hash(&children), "the hash is of the arguments too");
    let unknown = r#"{"useDefaultVpc": true, "build": {"args": {"A": {"$output": ""}}}}"#;
    assert!(hash(&plan(unknown).await).has_unknown());
}

#[tokio::test]
async fn what_is_not_there_is_told_before_anything_is_registered() {
    let program = r#"{"useDefaultVpc": true, "build": "no/such/folder"}"#;
    let args = Args::read(&object(program), &Place::default()).expect("right inputs");
    let error = Planned::of(stack(Options::default()), args).await.err().expect("it is not there");
    let here = std::env::current_dir().expect("a folder");
    let told = error.to_string().replace(here.to_str().expect("text"), "/program");
    expect_test::expect!["`build.context`: There is no folder `no/such/folder` in /program, where the program runs. Correct the path, or use an absolute one."].assert_eq(&told);
}

/// The words that a person finds in AWS: what each part says of itself.
#[tokio::test]
async fn the_parts_say_what_they_are() {
    let mut told = BTreeSet::new();
    for program in [ALL, SHIFTING, AUTHENTICATED] {
        for (name, registration) in &plan(program).await {
            if let Some(words) = registration.inputs.get("description").and_then(Value::as_str) {
                told.insert(format!("{name}: {words}\n"));
            }
        }
    }
    let told: String = told.into_iter().collect();
    expect_test::expect![[r"
        web-alarm-client-errors: The application answers with client errors
        web-alarm-cpu-high: CPU use is high
        web-alarm-memory-high: Memory use is high
        web-alarm-redirects: The application answers with redirects
        web-alarm-server-errors-alternate: The application answers with server errors (alternate target group)
        web-alarm-server-errors: The application answers with server errors
        web-alarm-slow-alternate: The application answers slowly (alternate target group)
        web-alarm-slow: The application answers slowly
        web-alarm-unhealthy-alternate: Tasks are unhealthy (alternate target group)
        web-alarm-unhealthy: Tasks are unhealthy
        web-alb-in-443-0.0.0.0-0: Clients
        web-alb-in-80-0.0.0.0-0: Clients
        web-alb-in-8443-0.0.0.0-0: Clients
        web-alb-out-health: To the tasks
        web-alb-out-identity: To the identity provider
        web-alb-out: To the tasks
        web-alb-sg: Load balancer of a FargateWebService
        web-execution-role: Lets ECS start the tasks of a FargateWebService
        web-infrastructure-role: Lets ECS move the traffic of a FargateWebService
        web-service-in-health: From the load balancer
        web-service-in: From the load balancer
        web-service-out: To the registry, the logs, and whatever the application calls
        web-service-sg: Tasks of a FargateWebService
        web-task-role: The application of a FargateWebService
    "]]
    .assert_eq(&told);
}

/// Registers all but one child, which never comes to be.
struct Without<'a> {
    held: &'a str,
    recorder: Recorder,
}

impl Registrar for Without<'_> {
    fn register(
        &self,
        registration: Registration,
    ) -> Pin<Box<dyn Future<Output = Result<Registered>> + Send + '_>> {
        let held = registration.name == self.held;
        let registered = self.recorder.register(registration);
        if held { Box::pin(std::future::pending()) } else { registered }
    }
}

/// A child that takes for ever holds up those that name it, and those that name them; all others are
/// registered meanwhile.
#[tokio::test]
async fn a_child_waits_for_exactly_what_it_names() {
    for program in PROGRAMS {
        Box::pin(each_waits_for_exactly_what_it_names(program)).await;
    }
}

async fn each_waits_for_exactly_what_it_names(program: &str) {
    let all = plan(program).await;
    let named: BTreeMap<&str, BTreeSet<String>> = all
        .iter()
        .map(|(name, it)| (&**name, it.inputs.values().flat_map(Value::dependencies).collect()))
        .collect();
    // What comes last is about all that was created.
    let last = |name: &str| ["web-completion", "web-protection"].contains(&name);
    for held in all.keys().filter(|name| *name != "web-name" && !last(name)) {
        let mut waiting: BTreeSet<&str> = [&**held].into();
        loop {
            let more =
                named.iter().filter(|(_, needs)| needs.iter().any(|it| waiting.contains(&**it)));
            let more: BTreeSet<&str> = more.map(|(name, _)| *name).collect();
            let before = waiting.len();
            waiting.extend(more);
            if waiting.len() == before {
                break;
            }
        }
        waiting.remove(&**held);
        let expected: Vec<&String> =
            all.keys().filter(|name| !waiting.contains(&&***name) && !last(name)).collect();
        let registrar = Without { held, recorder: Recorder::default() };
        let planned = planned(program, Options::default()).await;
        // Nothing here sleeps: what can come has come when nothing is ready any more.
        let stuck = std::time::Duration::from_millis(20);
        let ended = tokio::time::timeout(stuck, Box::pin(planned.construct(&registrar))).await;
        assert!(ended.is_err(), "the run ended without {held}");
        let registered = registrar.recorder.0.into_inner().expect("no panic");
        let mut registered: Vec<String> = registered.into_iter().map(|it| it.name).collect();
        registered.sort();
        assert_eq!(registered.iter().collect::<Vec<_>>(), expected, "while {held} is not there");
    }
}

/// What `ignoreChanges` of an input reaches: made by leading the wiring through a registrar.
#[tokio::test]
async fn each_input_reaches_the_properties_that_come_from_it() {
    let children = plan(ALL).await;
    // What only some services have; their other inputs are ALL's.
    let (built, network) = (plan(BUILT).await, plan(OWN_NETWORK).await);
    let (shifting, linear, domain) = (plan(SHIFTING).await, plan(LINEAR).await, plan(DOMAIN).await);
    let routed = (plan(ROUTED).await, plan(ROUTED_AND_SHIFTING).await, plan(SHARED).await);
    let only_built = built
        .iter()
        .chain(&network)
        .chain(&domain)
        .filter(|(name, _)| !children.contains_key(*name));
    let mut ways: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, child) in children.iter().chain(only_built) {
        let part = name.trim_start_matches("web-");
        for (property, from) in origins(&child.inputs) {
            for input in from {
                ways.entry(input).or_default().push(format!("{part}.{property}"));
            }
        }
    }
    let of_all: BTreeSet<String> = ways.keys().cloned().collect();
    for (name, child) in [&shifting, &linear, &routed.0, &routed.1, &routed.2].into_iter().flatten()
    {
        let part = name.trim_start_matches("web-");
        for (property, from) in origins(&child.inputs) {
            for input in from.into_iter().filter(|it| !of_all.contains(it)) {
                let reached = ways.entry(input).or_default();
                let property = format!("{part}.{property}");
                if !reached.contains(&property) {
                    reached.push(property);
                }
            }
        }
    }
    let mut text = String::new();
    for fact in Args::facts().iter().filter(|fact| !fact.is_group) {
        let reached = ways.get(&fact.path).map_or("-".to_owned(), |all| all.join(", "));
        writeln!(text, "{}: {reached}", fact.path).expect("text");
    }
    expect_file!["ways.txt"].assert_eq(&text);
}

#[tokio::test]
async fn options_reach_the_children() {
    let paths = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let children = plan(ALL).await;
    let reached =
        |all: &[&str], part: &str| reached(&paths(all), &children[&format!("web-{part}")].inputs);
    let some = ["desiredCount", "environment.LOG", "tags[\"a b\"]"];
    assert_eq!(reached(&some, "service"), ["tags[\"a b\"]", "desiredCount"]);
    assert_eq!(reached(&some, "task-definition"), ["tags[\"a b\"]", "environment.LOG"]);
    // An input of which another's name is only the beginning is another input.
    assert!(reached(&["cpu"], "scaling-cpu").is_empty());
    assert_eq!(reached(&["imageTag"], "image"), ["tag"]);
    // A group is all of its members.
    assert_eq!(reached(&["deployment.circuitBreaker"], "service"), ["circuitBreaker", "rollback"]);
    assert_eq!(reached(&["*"], "alb"), ["*"]);
}

/// What the warnings say of these paths of `ignoreChanges`, and of options that have no effect.
async fn warned(json: &str, ignored: &[&str]) -> String {
    let options = Options {
        ignore_changes: ignored.iter().map(|it| (*it).to_owned()).collect(),
        ..Options::default()
    };
    let planned = planned(json, options).await;
    let warnings = planned.warnings().iter().filter(|it| it.contains("no effect"));
    warnings
        .map(|it| it.split(" Silence").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn what_has_no_effect_is_told() {
    let small = r#"{"preset": "dev", "useDefaultVpc": true}"#;
    expect_test::expect![[r"
        `ignoreChanges` of `cpus` has no effect: there is no such input. Did you mean `cpu`?
        `ignoreChanges` of `preset` has no effect: it decides which resources there are, or several of their properties."]].assert_eq(&warned(small, &["cpus", "preset", "cpu"]).await);
    // What is not given now is ignored when it is.
    assert_eq!(warned(small, &["vpcId", "certificateArn", "image", "desiredCount"]).await, "");
    // What comes from two inputs that are given is ignored with both only.
    let keys = r#"{"useDefaultVpc": true, "cpu": 1024,
        "secrets": {"KEY": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:k-AbCdEf"},
        "secretsKmsKeyArns": ["arn:aws:kms:eu-west-1:123456789012:key/1"]}"#;
    expect_test::expect!["`ignoreChanges` of `secrets` has no effect: `execution-role.statements` comes from `secretsKmsKeyArns` too, and cannot be treated differently for one of them."].assert_eq(&warned(keys, &["secrets", "memory"]).await);
    assert_eq!(warned(keys, &["secrets", "secretsKmsKeyArns", "cpu"]).await, "");
    let options =
        Options { delete_before_replace: true, replaced_with_others: true, ..Options::default() };
    let planned = planned(small, options).await;
    expect_test::expect![[r#"
        `deleteBeforeReplace` has no effect: what is replaced gets another name in AWS, so the new one is created before the old one is deleted. Silence this with `silence: ["optionWithoutEffect"]`.
        `replaceWith` and `replacementTrigger` have no effect on what is in AWS. To start a new deployment, change `triggers`; to replace a resource, use `pulumi up --replace <urn>`. Silence this with `silence: ["optionWithoutEffect"]`."#]].assert_eq(&planned.warnings().join("\n"));
}
