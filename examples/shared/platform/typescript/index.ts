import * as pulumi from "@pulumi/pulumi";
import * as fargate from "pulumi-fargate";

const config = new pulumi.Config();

// The service that owns the load balancer. It answers what no team's route takes.
const front = new fargate.FargateWebService("front", {
    image: "public.ecr.aws/nginx/nginx:1.27",
    useDefaultVpc: true,
    certificateArn: config.get("certificateArn"),
    silence: ["plainHttp", "urlNotCovered"],
});

// What the teams need: with a certificate the listener of HTTPS, otherwise that of HTTP.
export const listenerArn = pulumi
    .all([front.httpsListenerArn, front.httpListenerArn])
    .apply(([https, http]) => https ?? http);
export const albSecurityGroupId = front.albSecurityGroupId;
export const url = front.url;
