//! The edges of the wire, against the built binary: much in one message, connections that break,
//! Cancel at any time.

use std::time::{Duration, Instant};

use prost::Message;
use serde_json::json;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{sleep, timeout};
use tonic::{Code, Request, Status};

use crate::binary::Plugin;
use crate::cloud::{BUSY, Cloud, DONE, REFUSED};
use crate::engine::{Client, Monitor, configure, connect, object, proto};

const GROUP: &str = "urn:pulumi:s::p::fargate:cloudwatch:LogGroup::web-log-group";
const ID: &str = "/fargate/web";

/// The marker of a value that is not known yet.
const UNKNOWN: &str = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/// How soon it answers what needs no waiting, on a machine that does much else.
const SOON: Duration = Duration::from_secs(10);

fn log_group(tag: &str) -> prost_types::Struct {
    object(&json!({
        "region": "eu-west-1", "baseName": "web", "retentionInDays": 7, "tags": {"about": tag},
    }))
}

pub(crate) fn create(tag: &str) -> proto::CreateRequest {
    proto::CreateRequest {
        urn: GROUP.to_owned(),
        properties: Some(log_group(tag)),
        ..Default::default()
    }
}

/// A plugin in front of AWS.
async fn started(cloud: &Cloud) -> (Plugin, Client) {
    let plugin = Plugin::start(&[]);
    let mut client = connect(&plugin).await;
    configure(&mut client, cloud, Some(0)).await;
    (plugin, client)
}

/// The detail of a status, as grpc-go and then the engine read it.
fn detail<T: Message + Default>(status: &Status) -> T {
    let envelope = proto::RpcStatus::decode(status.details()).expect("details");
    assert_eq!(envelope.code, i32::from(status.code()), "grpc-go would drop the details");
    let [detail] = &envelope.details[..] else { panic!("no single detail: {status:?}") };
    T::decode(&*detail.value).expect("what it should be")
}

/// What a status keeps of an object that is not well.
fn kept(status: &Status) -> proto::ErrorResourceInitFailed {
    detail(status)
}

async fn until(what: &str, mut there: impl FnMut() -> bool) {
    let end = Instant::now() + SOON;
    while !there() {
        assert!(Instant::now() < end, "{what} has not come");
        sleep(Duration::from_millis(5)).await;
    }
}

fn construct(monitor: &Monitor, trigger: &str) -> proto::ConstructRequest {
    let inputs = json!({
        "image": "nginx", "triggers": {"at": trigger},
        // Not known yet: nobody has to ask AWS about them.
        "publicSubnetIds": UNKNOWN, "privateSubnetIds": UNKNOWN,
    });
    proto::ConstructRequest {
        r#type: "fargate:index:FargateWebService".to_owned(),
        name: "web".to_owned(),
        dry_run: true,
        monitor_endpoint: monitor.address.to_string(),
        inputs: Some(object(&inputs)),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_megabytes_go_through_every_call() {
    let (_plugin, mut client) = started(&Cloud::start(|_| DONE)).await;
    let large = "x".repeat(5 << 20);
    let inputs = log_group(&large);
    let some = || Some(inputs.clone());
    let check = proto::CheckRequest { urn: GROUP.to_owned(), news: some(), ..Default::default() };
    let checked = client.check(check).await.expect("a check").into_inner();
    assert_eq!((checked.inputs, checked.failures), (some(), vec![]));

    let diff = proto::DiffRequest {
        urn: GROUP.to_owned(),
        id: ID.to_owned(),
        olds: some(),
        old_inputs: some(),
        news: Some(log_group("y")),
        ..Default::default()
    };
    let changed = client.diff(diff).await.expect("a diff").into_inner();
    assert_eq!(changed.detailed_diff.keys().collect::<Vec<_>>(), ["tags.about"]);

    let preview = proto::CreateRequest { preview: true, ..create(&large) };
    let made = client.create(preview).await.expect("a preview").into_inner();
    let state = made.properties.expect("a state");
    assert_eq!(state.fields["tags"], inputs.fields["tags"]);

    let (heard, mut names) = unbounded_channel();
    let monitor = Monitor::start(client.clone(), heard);
    client.construct(construct(&monitor, &large)).await.expect("a component");
    let mut children = 0;
    while names.try_recv().is_ok() {
        children += 1;
    }
    assert!(children > 15, "only {children} were registered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_input_of_five_megabytes_is_told_as_far_as_anybody_reads() {
    let (_plugin, mut client) = started(&Cloud::start(|_| DONE)).await;
    let (heard, _names) = unbounded_channel();
    let monitor = Monitor::start(client.clone(), heard);
    let mut request = construct(&monitor, "x");
    let wrong = object(&json!({"cpu": "x".repeat(5 << 20)}));
    request.inputs.as_mut().expect("inputs").fields.extend(wrong.fields);
    let status = client.construct(request).await.expect_err("no number");
    let told = detail::<proto::InputPropertiesError>(&status).errors.remove(0);
    assert_eq!(told.property_path, "cpu");
    assert!(told.reason.starts_with("Expected a whole number"), "{}", told.reason);
    assert!(told.reason.ends_with(" bytes more)"), "{}", told.reason);
    assert!(told.reason.len() < 3_000, "{} bytes", told.reason.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_no_header_holds_is_kept_without_what_the_inputs_repeat() {
    let cloud = Cloud::start(|operation| match operation {
        "PutRetentionPolicy" => REFUSED,
        _ => DONE,
    });
    let (_plugin, mut client) = started(&cloud).await;
    // 16 MiB, base64-encoded, are 12: more breaks the engine's connection.
    let failed = client.create(create(&"x".repeat(13 << 20))).await.expect_err("no retention");
    let detail = kept(&failed);
    assert_eq!(detail.id, ID);
    let properties = detail.properties.expect("a state");
    let names: Vec<&str> = properties.fields.keys().map(String::as_str).collect();
    let all_but_tags =
        ["arn", "baseName", "name", "ownerToken", "region", "retentionInDays", "unsettled"];
    assert_eq!(names, all_but_tags);

    // The engine brings the inputs along; nothing is missed.
    let update = proto::UpdateRequest {
        urn: GROUP.to_owned(),
        id: ID.to_owned(),
        olds: Some(properties),
        old_inputs: Some(log_group("x")),
        news: Some(log_group("x")),
        ..Default::default()
    };
    let again = kept(&client.update(update).await.expect_err("still no retention"));
    assert!(again.properties.expect("a state").fields.contains_key("tags"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_that_vanishes_ends_construct() {
    let (_plugin, client) = started(&Cloud::start(|_| DONE)).await;
    let (heard, mut names) = unbounded_channel();
    let monitor = Monitor::silent(heard);
    let request = construct(&monitor, "x");
    let mut caller = client.clone();
    let constructing = tokio::spawn(async move { caller.construct(request).await });
    assert_eq!(names.recv().await.as_deref(), Some("web"));
    assert!(names.recv().await.is_some_and(|child| child.starts_with("web-")));
    drop(monitor);
    let ended = timeout(SOON, constructing).await.expect("an answer").expect("no panic");
    let status = ended.expect_err("nobody said that the run is over");
    assert_eq!(status.code(), Code::Aborted, "{status}");
    assert!(status.message().contains("the connection to the engine broke"), "{status}");
}

/// The engine shows an error for each construct that it cuts off when a run has failed elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_construct_that_waits_ends_well_before_cancel_is_answered() {
    let (_plugin, mut client) = started(&Cloud::start(|_| DONE)).await;
    let (heard, mut names) = unbounded_channel();
    let monitor = Monitor::silent(heard);
    let request = construct(&monitor, "x");
    let mut caller = client.clone();
    let constructing = tokio::spawn(async move { caller.construct(request).await });
    assert_eq!(names.recv().await.as_deref(), Some("web"));
    assert!(names.recv().await.is_some_and(|child| child.starts_with("web-")));
    client.cancel(()).await.expect("a Cancel is answered");
    let ended = timeout(Duration::from_millis(100), constructing).await.expect("an answer by then");
    let answer = ended.expect("no panic").expect("no error").into_inner();
    assert!(answer.state.is_none(), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_ends_a_wait_and_keeps_what_was_made() {
    let cloud = Cloud::start(|operation| match operation {
        "PutRetentionPolicy" => BUSY,
        _ => DONE,
    });
    let (_plugin, mut client) = started(&cloud).await;
    let mut caller = client.clone();
    let making = tokio::spawn(async move { caller.create(create("x")).await });
    until("a second try", || count(&cloud, "PutRetentionPolicy") > 1).await;
    client.cancel(()).await.expect("a Cancel is answered");
    let ended = timeout(SOON, making).await.expect("the wait ends").expect("no panic");
    assert_eq!(kept(&ended.expect_err("not to the end")).id, ID);
}

fn count(cloud: &Cloud, operation: &str) -> usize {
    cloud.asked().iter().filter(|asked| *asked == operation).count()
}

/// An AWS that takes its time to make a log group.
fn slow() -> Cloud {
    Cloud::start(|operation| {
        if operation == "CreateLogGroup" {
            std::thread::sleep(Duration::from_millis(500));
        }
        DONE
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_in_the_middle_of_a_create_loses_nothing() {
    let cloud = slow();
    let (_plugin, mut client) = started(&cloud).await;
    let mut caller = client.clone();
    let making = tokio::spawn(async move { caller.create(create("x")).await });
    until("the create", || count(&cloud, "CreateLogGroup") > 0).await;
    client.cancel(()).await.expect("a Cancel is answered");
    // What was sent is waited for, and nothing more is sent.
    let made = timeout(SOON, making).await.expect("an answer").expect("no panic");
    assert_eq!(kept(&made.expect_err("not to the end")).id, ID);
    assert_eq!(count(&cloud, "PutRetentionPolicy"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_waits_for_is_still_done_to_its_end() {
    let cloud = slow();
    let (_plugin, mut client) = started(&cloud).await;
    let mut request = Request::new(create("x"));
    request.set_timeout(Duration::from_millis(250));
    let status = client.create(request).await.expect_err("too late");
    assert!(matches!(status.code(), Code::Cancelled | Code::DeadlineExceeded), "{status}");
    assert_eq!(count(&cloud, "PutRetentionPolicy"), 0);
    until("what follows the create", || count(&cloud, "PutRetentionPolicy") == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_configure_counts_for_what_comes_after_it() {
    let (first, second) = (slow(), Cloud::start(|_| DONE));
    let (_plugin, mut client) = started(&first).await;
    let mut caller = client.clone();
    let making = tokio::spawn(async move { caller.create(create("x")).await });
    until("the create", || count(&first, "CreateLogGroup") > 0).await;
    configure(&mut client, &second, Some(0)).await;
    client.create(create("y")).await.expect("made in the second");
    assert_eq!(count(&second, "PutRetentionPolicy"), 1);
    making.await.expect("no panic").expect("made in the first, to its end");
    assert_eq!((count(&first, "PutRetentionPolicy"), count(&second, "CreateLogGroup")), (1, 1));
}

/// Whatever the SDK reads (configuration, credentials, certificates) it reads at the first call: here
/// each of these files is one that nobody ever writes, so whoever reads it waits for ever.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_before_aws_is_called() {
    let folder = std::env::temp_dir().join(format!("fargate-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let pipe = folder.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "a pipe");
    let path = pipe.to_str().expect("a path");
    let files = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "SSL_CERT_FILE"];
    let plugin = Plugin::start_in(&[], &files.map(|name| (name, path)));

    let mut client = connect(&plugin).await;
    let cloud = Cloud::start(|_| DONE);
    configure(&mut client, &cloud, Some(0)).await;
    let schema = client.get_schema(proto::GetSchemaRequest::default()).await.expect("a schema");
    assert!(schema.into_inner().schema.starts_with('{'));
    let check = proto::CheckRequest {
        urn: GROUP.to_owned(),
        news: Some(log_group("x")),
        ..Default::default()
    };
    client.check(check).await.expect("a check");
    let preview = proto::CreateRequest { preview: true, ..create("x") };
    client.create(preview).await.expect("a preview");
    // Else nothing was shown here.
    let called = timeout(Duration::from_secs(1), client.create(create("x"))).await;
    assert!(called.is_err(), "The first call read none of them.");
    std::fs::remove_dir_all(folder).expect("it goes");
}
