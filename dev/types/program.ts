// What the SDK's types take: choices as text and as members of their enums, outputs where they fit.
import * as pulumi from "@pulumi/pulumi";
import * as fargate from "pulumi-fargate";

const block: pulumi.Output<string> = pulumi.output("10.0.0.0/16");

export const texts = new fargate.FargateWebService("texts", {
    preset: "staging",
    silence: ["plainHttp", "oneTask"],
    architecture: "ARM64",
    spot: "mixed",
    containerInsights: "enhanced",
    allowedCidrBlocks: ["192.0.2.0/24", block],
    loadBalancer: { ipAddressType: "dualstack" },
    repository: { imageTagMutability: "IMMUTABLE" },
    monitoring: { level: "basic" },
    capacityProviderStrategies: [{ capacityProvider: "FARGATE" }],
});
export const members = new fargate.FargateWebService("members", {
    preset: fargate.Preset.Staging,
    silence: [fargate.WarningName.PlainHttp],
    architecture: fargate.Architecture.ARM64,
    spot: fargate.Spot.Mixed,
    containerInsights: fargate.ContainerInsights.Enhanced,
    loadBalancer: { ipAddressType: fargate.IpAddressType.Dualstack },
    repository: { imageTagMutability: fargate.ImageTagMutability.Immutable },
    monitoring: { level: fargate.Level.Basic },
    capacityProviderStrategies: [{ capacityProvider: fargate.CapacityProvider.FargateSpot }],
});

export const url: pulumi.Output<string> = texts.url;
