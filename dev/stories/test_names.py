"""What a program may call its services, and what comes of it in AWS."""

from typing import Any

from world import IMAGE, Cloud, Stack

PURPOSES = ("execution", "task")
STRANGE = ["team/web", "Web (old) [2]", "漢字-ünïcode", "x" * 150]


def test_components_may_have_any_names(stack: Stack, cloud: Cloud) -> None:
    small = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}
    stack.write(resources={name: {"type": "fargate:FargateWebService", "properties": dict(small)} for name in STRANGE})
    stack.up()
    stack.no_change()
    stack.refresh()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def of(name: str, provider: str | None = None) -> dict[str, Any]:
    inputs = {"image": IMAGE, "useDefaultVpc": True, "name": name, "monitoring": {"dashboard": True}}
    options = {"provider": f"${{{provider}}}"} if provider else {}
    return {"type": "fargate:FargateWebService", "properties": inputs, "options": options}


def test_two_services_of_one_program_cannot_have_the_same_name(stack: Stack, cloud: Cloud) -> None:
    stack.write(resources={"web": of("orders"), "site": of("orders")})
    for run in (stack.preview(fails=True), stack.up(fails=True)):
        run.says('"orders" is also the `name` of', "in this program")
    stack.write(resources={"web": of("orders"), "site": of("shop")})
    stack.up()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_a_service_may_have_the_same_name_in_two_regions(stack: Stack, cloud: Cloud) -> None:
    """Roles and dashboards have one name in all regions."""
    providers = {
        name: {"type": "pulumi:providers:fargate", "properties": {"region": region}}
        for name, region in (("ireland", "eu-west-1"), ("frankfurt", "eu-central-1"))
    }
    web, site = of("orders", "ireland"), of("orders", "frankfurt")
    stack.write(resources=providers | {"web": web, "site": site})
    stack.up()
    stack.no_change()
    roles = [it["RoleName"] for it in cloud.client("iam").list_roles()["Roles"] if it["RoleName"].startswith("orders")]
    assert sorted(roles) == [f"orders-{region}-{it}" for region in ("eu-central-1", "eu-west-1") for it in PURPOSES]
    stack.write(resources=providers | {"web": web})
    stack.up()
    stack.refresh()
    stack.no_change()
    stack.destroy()
    assert cloud.objects() == []


def test_a_wrong_name_is_told_before_anything_is_registered(stack: Stack, cloud: Cloud) -> None:
    wrong = {"image": IMAGE, "useDefaultVpc": True, "name": "Orders!", "cpu": 300}
    stack.write(resources={"web": {"type": "fargate:FargateWebService", "properties": wrong}})
    stack.up(fails=True).says("cannot be the base of all names", "300 CPU units", "2 inputs are wrong")
    assert cloud.objects() == [] and "web-name" not in stack.resources()
