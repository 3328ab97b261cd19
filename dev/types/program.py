"""What the SDK's types take: choices as text and as members of their enums, objects of both kinds, outputs where they fit."""

import pulumi
import pulumi_fargate as fargate

block: pulumi.Output[str] = pulumi.Output.from_input("10.0.0.0/16")

texts = fargate.FargateWebService(
    "texts",
    preset="staging",
    silence=["plainHttp", "oneTask"],
    architecture="ARM64",
    spot="mixed",
    container_insights="enhanced",
    allowed_cidr_blocks=["192.0.2.0/24", block],
    load_balancer={"ip_address_type": "dualstack"},
    repository={"image_tag_mutability": "IMMUTABLE"},
    monitoring=fargate.MonitoringArgs(level="basic"),
    capacity_provider_strategies=[{"capacity_provider": "FARGATE"}],
)
members = fargate.FargateWebService(
    "members",
    preset=fargate.Preset.STAGING,
    silence=[fargate.WarningName.PLAIN_HTTP],
    architecture=fargate.Architecture.ARM64,
    spot=fargate.Spot.MIXED,
    container_insights=fargate.ContainerInsights.ENHANCED,
    load_balancer=fargate.LoadBalancerArgs(ip_address_type=fargate.IpAddressType.DUALSTACK),
    repository=fargate.RepositoryArgs(image_tag_mutability=fargate.ImageTagMutability.IMMUTABLE),
    monitoring=fargate.MonitoringArgs(level=fargate.Level.BASIC),
    capacity_provider_strategies=[fargate.StrategyArgs(capacity_provider=fargate.CapacityProvider.FARGATE_SPOT)],
)

url: pulumi.Output[str] = texts.url
pulumi.export("url", url)
pulumi.export("service", members.service_name)
