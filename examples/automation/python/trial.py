import sys

import pulumi
import pulumi_fargate as fargate
from pulumi import automation


def program() -> None:
    """What the stack consists of."""
    web = fargate.FargateWebService(
        "web",
        preset=fargate.Preset.DEV,
        image="public.ecr.aws/nginx/nginx:1.27",
        use_default_vpc=True,
    )
    pulumi.export("url", web.url)


def main(stack_name: str) -> None:
    """Creates a service in a stack of its own, uses it, and removes both, also when something failed."""
    stack = automation.create_or_select_stack(stack_name, project_name="trial", program=program)
    try:
        result = stack.up(on_output=print)
        print(f"The service is ready at {result.outputs['url'].value}")
    finally:
        stack.destroy(on_output=print, remove=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "trial")
