//! The plan of children, without an engine: what is registered, and what it waits for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use expect_test::expect_file;
use serde_json::Value as Json;

use super::{Args, Options, Place, Stack, construct, options};
use crate::error::Result;
use crate::property::Value;
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

async fn plan(json: &str) -> BTreeMap<String, Registration> {
    let recorder = Recorder::default();
    let stack = Stack {
        component: "web".to_owned(),
        region: "eu-west-1".to_owned(),
        tags: BTreeMap::new(),
        options: Options::default(),
    };
    let args = Args::read(&object(json), &Place::default()).expect("right inputs");
    construct(&recorder, &stack, args).await.expect("constructed");
    let registered = recorder.0.into_inner().expect("no panic");
    registered.into_iter().map(|it| (it.name.clone(), it)).collect()
}

/// Everything that a service can have.
const ALL: &str = r#"{
    "publicSubnetIds": ["subnet-a", "subnet-b"],
    "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/c",
    "logKmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1",
    "repository": {"kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1"},
    "assignPublicIp": true,
    "permissionsBoundary": "arn:aws:iam::123456789012:policy/boundary",
    "command": ["serve"], "entryPoint": ["sh"], "user": "1000", "workingDirectory": "/app",
    "stopTimeout": 20, "containerHealthCheck": {"command": ["CMD", "true"]},
    "autoscaling": {"requestCountTarget": 100}
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
async fn the_plan_of_a_service_that_has_everything() {
    expect_file!["plan.txt"].assert_eq(&shown(&plan(ALL).await));
}

/// The words that a person finds in AWS: what each part says of itself.
#[tokio::test]
async fn the_parts_say_what_they_are() {
    let mut told = String::new();
    for (name, registration) in &plan(ALL).await {
        if let Some(words) = registration.inputs.get("description").and_then(Value::as_str) {
            writeln!(told, "{name}: {words}").expect("text");
        }
    }
    expect_test::expect![[r"
        web-alarm-cpu-high: CPU use is high
        web-alarm-memory-high: Memory use is high
        web-alarm-server-errors: The application answers with server errors
        web-alarm-slow: The application answers slowly
        web-alarm-unhealthy: Tasks are unhealthy
        web-alb-in-443-0.0.0.0-0: Clients
        web-alb-in-80-0.0.0.0-0: Clients
        web-alb-out: To the tasks
        web-alb-sg: Load balancer of a FargateWebService
        web-execution-role: Lets ECS start the tasks of a FargateWebService
        web-service-in: From the load balancer
        web-service-out: To the registry, the logs, and whatever the application calls
        web-service-sg: Tasks of a FargateWebService
        web-task-role: The application of a FargateWebService
    "]]
    .assert_eq(&told);
}

#[tokio::test]
async fn options_go_to_properties_that_the_children_have() {
    let plan = plan(ALL).await;
    for (path, parts, property) in options::WAYS {
        for part in *parts {
            let child = &plan[&format!("web-{part}")];
            let child = crate::children::find(child.token).expect("a kind");
            assert!(child.property_names().0.contains(property), "{path} -> {part}.{property}");
        }
    }
}

fn schema() -> Json {
    serde_json::from_str(&super::schema::generate().expect("a schema")).expect("JSON")
}

/// A group that comes in an envelope is opened only if it is known as one.
#[test]
fn groups_of_inputs_are_known_as_such() {
    let schema = schema();
    let inputs = &schema["resources"][super::TOKEN]["inputProperties"];
    let is_group = |property: &Json| {
        let named = property["$ref"].as_str().unwrap_or_default().trim_start_matches("#/types/");
        schema["types"][named]["properties"].is_object()
    };
    let inputs = inputs.as_object().expect("an object").iter();
    let groups: BTreeSet<_> =
        inputs.filter(|(_, it)| is_group(it)).map(|(name, _)| &**name).collect();
    assert_eq!(BTreeSet::from(super::read::GROUPS), groups, "Correct GROUPS in component/read.rs.");
}

/// Inputs that decide which children exist, or that several unlike properties depend on.
const WITHOUT_A_WAY: &[&str] = &[
    "albSecurityGroupId",
    "allowedCidrBlocks",
    "autoscaling.enabled",
    "autoscaling.minCapacity",
    "clusterArn",
    "containerPort",
    "databaseSecretArn",
    "executionRoleArn",
    "internal",
    "loadBalancer.ipAddressType",
    "monitoring.dashboard",
    "monitoring.level",
    "name",
    "preset",
    "privateSubnetIds",
    "publicSubnetIds",
    "redirectHttp",
    "repository.enabled",
    "secretsKmsKeyArns",
    "serviceSecurityGroupId",
    "silence",
    "tags",
    "taskRoleArn",
    "taskRoleStatements",
    "useDefaultVpc",
    "vpcId",
];

/// Inputs, and members of groups of them, that have no way to a child.
fn without_a_way(schema: &Json, properties: &Json, above: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, property) in properties.as_object().expect("an object") {
        let path = format!("{above}{name}");
        if options::WAYS.iter().any(|(from, ..)| *from == path) {
            continue;
        }
        let group = property["$ref"].as_str().unwrap_or_default().trim_start_matches("#/types/");
        match &schema["types"][group]["properties"] {
            Json::Null => found.push(path),
            members => found.extend(without_a_way(schema, members, &format!("{path}."))),
        }
    }
    found
}

#[test]
fn options_of_each_input_have_a_way_or_a_reason() {
    let schema = schema();
    let inputs = &schema["resources"][super::TOKEN]["inputProperties"];
    let found = without_a_way(&schema, inputs, "");
    let missing: Vec<_> = found.iter().filter(|it| !WITHOUT_A_WAY.contains(&&***it)).collect();
    assert!(
        missing.is_empty(),
        "{missing:?}: say in WAYS (component/options.rs) in which child's property the input ends, so \
         that `ignoreChanges` reaches it; or add it to WITHOUT_A_WAY here, if there is no such one."
    );
    let superfluous: Vec<_> =
        WITHOUT_A_WAY.iter().filter(|it| !found.iter().any(|path| path == *it)).collect();
    assert!(superfluous.is_empty(), "{superfluous:?}: take them out of WITHOUT_A_WAY.");
}
