import * as pulumi from "@pulumi/pulumi";
import * as fargate from "pulumi-fargate";

const config = new pulumi.Config();

const orders = new fargate.FargateWebService("orders", {
    preset: "prod", // deletion protection, immutable image tags, HTTPS demanded

    // Two tasks of half a vCPU and 1 GB, in private subnets of two zones.
    cpu: 512,
    memory: 1024,
    desiredCount: 2,
    containerPort: 5000,
    vpcId: config.require("vpcId"),
    publicSubnetIds: config.requireObject<string[]>("publicSubnetIds"),
    privateSubnetIds: config.requireObject<string[]>("privateSubnetIds"),

    // HTTPS; plain HTTP is redirected.
    certificateArn: config.require("certificateArn"),
    healthCheck: { path: "/health" },

    environment: { LOG_LEVEL: "info" },
    // The container gets API_KEY; the execution role may read this secret and no other.
    secrets: { API_KEY: config.require("apiKeyArn") },
    // The container gets DB_SECRET_ARN; the task role may read this secret and no other.
    databaseSecretArn: config.require("databaseSecretArn"),

    // An image repository of its own: the run prints how to push the first image. What runs, or can be
    // gone back to, stays whatever is pushed.
    imageTag: config.get("imageTag") ?? "v1",
    repository: { scanOnPush: true, keepImages: 30, keepUntaggedImages: 10 },

    autoscaling: { minCapacity: 2, maxCapacity: 10, cpuTarget: 70, memoryTarget: 80 },
    monitoring: { level: "advanced", alarmActions: [config.require("alarmTopicArn")] },
    deletionProtection: config.getBoolean("deletionProtection") ?? true,

    tags: { team: "orders" },
});

export const url = orders.url;
export const repositoryUrl = orders.repositoryUrl;
export const dashboardUrl = orders.dashboardUrl;
export const clusterName = orders.clusterName;
export const serviceName = orders.serviceName;
