"""Run with `python -m unittest`."""

import unittest
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks, test

TYPE = "fargate:index:FargateWebService"


class Aws(Mocks):
    """The service is one resource to a test: with mocks the provider does not run, so there are no children, no
    defaults and no complaints about wrong inputs. `pulumi preview` shows those. An output is what is returned here."""

    def __init__(self) -> None:
        self.services: list[dict[str, Any]] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.typ != TYPE:
            return "", args.inputs
        self.services.append(args.inputs)
        return "", args.inputs | {"url": f"https://{args.name}.example.com"}

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        return {}, None


class Orders(unittest.TestCase):
    def setUp(self) -> None:
        self.aws = Aws()
        set_mocks(self.aws, project="orders", stack="prod")

    def inputs(self) -> dict[str, Any]:
        """The inputs of the one service that the program declared, by their names in the schema."""
        self.assertEqual(len(self.aws.services), 1)
        return self.aws.services[0]

    @test
    def test_production_is_protected_and_uses_https(self) -> pulumi.Output[None]:
        from orders import orders

        arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"

        def check(_: str) -> None:
            given = self.inputs()
            self.assertEqual(given["preset"], "prod")
            self.assertEqual(given["certificateArn"], arn)
            self.assertEqual(given["environment"], {"STAGE": "prod"})

        return orders("prod", arn).urn.apply(check)

    @test
    def test_every_other_stack_is_small(self) -> pulumi.Output[None]:
        from orders import orders

        return orders("alice").urn.apply(lambda _: self.assertEqual(self.inputs()["preset"], "dev"))

    @test
    def test_the_health_check_is_below_the_url(self) -> pulumi.Output[None]:
        from orders import health, orders

        expected = "https://orders.example.com/health"
        return health(orders("prod")).apply(lambda url: self.assertEqual(url, expected))


if __name__ == "__main__":
    unittest.main()
