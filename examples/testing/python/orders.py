import pulumi
import pulumi_fargate as fargate


def orders(stack: str, certificate_arn: str | None = None) -> fargate.FargateWebService:
    """The service of a stack: small and reachable by everyone while it is tried, protected in production."""
    return fargate.FargateWebService(
        "orders",
        preset=fargate.Preset.PROD if stack == "prod" else fargate.Preset.DEV,
        image="public.ecr.aws/nginx/nginx:1.27",
        use_default_vpc=True,
        certificate_arn=certificate_arn,
        environment={"STAGE": stack},
    )


def health(service: fargate.FargateWebService) -> pulumi.Output[str]:
    """The address of its health check."""
    return pulumi.Output.concat(service.url, "/health")
