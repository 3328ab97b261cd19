//! The answers to an engine that asks for something which does not exist.

use tonic::Request;

use super::proto::resource_provider_server::ResourceProvider;
use super::{Provider, proto};

#[tokio::test]
async fn what_is_not_there_is_named() {
    let provider = Provider::default();
    let tok = || "fargate:index:up".to_owned();
    let create = proto::CreateRequest { r#type: "fargate:ecs:Task".to_owned(), ..<_>::default() };
    let schema = proto::GetSchemaRequest { version: 1, ..<_>::default() };
    let package = "web".to_owned();
    let part = proto::GetSchemaRequest { subpackage_name: package, ..<_>::default() };
    let invoke = proto::InvokeRequest { tok: tok(), ..<_>::default() };
    let call = proto::CallRequest { tok: tok(), ..<_>::default() };
    let list = proto::ListRequest { token: "fargate:ecs:Cluster".to_owned() };
    let rendered = [
        provider.create(Request::new(create)).await.err(),
        provider.get_schema(Request::new(schema)).await.err(),
        provider.get_schema(Request::new(part)).await.err(),
        provider.parameterize(Request::new(<_>::default())).await.err(),
        provider.invoke(Request::new(invoke)).await.err(),
        provider.call(Request::new(call)).await.err(),
        provider.list(Request::new(list)).await.err(),
    ];
    let rendered: Vec<_> =
        rendered.iter().map(|status| status.as_ref().expect("a refusal").message()).collect();
    expect_test::expect![[r"
        the fargate provider has no resource type `fargate:ecs:Task`
        schema format 1 is not known; 0 is
        the fargate package has no sub-packages
        the fargate package takes no parameters
        the fargate package has no function `fargate:index:up`
        the fargate package has no method `fargate:index:up`
        `fargate:ecs:Cluster` cannot be listed by the fargate provider"]]
    .assert_eq(&rendered.join("\n"));
}
