import * as pulumi from "@pulumi/pulumi";
import * as fargate from "pulumi-fargate";

const config = new pulumi.Config();
const vpcId = config.require("vpcId");
const publicSubnetIds = config.requireObject<Array<string>>("publicSubnetIds");
const privateSubnetIds = config.requireObject<Array<string>>("privateSubnetIds");
const certificateArn = config.require("certificateArn");
const databaseSecretArn = config.require("databaseSecretArn");
const apiKeyArn = config.require("apiKeyArn");
const alarmTopicArn = config.require("alarmTopicArn");
const imageTag = config.require("imageTag");
const deletionProtection = config.requireBoolean("deletionProtection");

const orders = new fargate.FargateWebService("orders", {
    // Deletion protection, immutable image tags, HTTPS demanded.
    preset: fargate.Preset.Prod,
    // Two tasks of half a vCPU and 1 GB, in private subnets of two zones.
    cpu: 512,
    memory: 1024,
    desiredCount: 2,
    containerPort: 5000,
    vpcId: vpcId,
    publicSubnetIds: publicSubnetIds,
    privateSubnetIds: privateSubnetIds,
    // HTTPS; plain HTTP is redirected.
    certificateArn: certificateArn,
    healthCheck: {
        path: "/health",
    },
    environment: {
        LOG_LEVEL: "info",
    },
    // The container gets API_KEY; the execution role may read this secret and no other.
    secrets: {
        API_KEY: apiKeyArn,
    },
    // The container gets DB_SECRET_ARN; the task role may read this secret and no other.
    databaseSecretArn: databaseSecretArn,
    // An image repository of its own: the run prints how to push the first image. What runs, or can be
    // gone back to, stays whatever is pushed.
    imageTag: imageTag,
    repository: {
        scanOnPush: true,
        keepImages: 30,
        keepUntaggedImages: 10,
    },
    autoscaling: {
        minCapacity: 2,
        maxCapacity: 10,
        cpuTarget: 70,
        memoryTarget: 80,
    },
    monitoring: {
        level: fargate.Level.Advanced,
        alarmActions: [alarmTopicArn],
    },
    deletionProtection: deletionProtection,
    tags: {
        team: "orders",
    },
});

export const url = orders.url;
export const repositoryUrl = orders.repositoryUrl;
export const dashboardUrl = orders.dashboardUrl;
export const clusterName = orders.clusterName;
export const serviceName = orders.serviceName;
