import * as pulumi from "@pulumi/pulumi";
import * as fargate from "pulumi-fargate";

const config = new pulumi.Config();

// The stack of the platform, such as `my-organization/platform/production`.
const platform = new pulumi.StackReference(config.require("platform"));

// A service without a load balancer of its own: its routes are rules on the platform's listener.
const web = new fargate.FargateWebService("web", {
    image: "public.ecr.aws/nginx/nginx:1.27",
    useDefaultVpc: true,
    listenerArn: platform.requireOutput("listenerArn"),
    albSecurityGroupId: platform.requireOutput("albSecurityGroupId"),
    routes: [{ hostHeaders: [config.require("host")] }],
});

export const url = web.url;
