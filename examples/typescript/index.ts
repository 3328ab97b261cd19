import * as fargate from "pulumi-fargate";

const web = new fargate.FargateWebService("web", {
    preset: "dev",
    // Leave `image` out to get an ECR repository of your own; see "Your own image" in the README.
    image: "public.ecr.aws/nginx/nginx:1.27",
    useDefaultVpc: true,
    environment: { GREETING: "hello" },
});

export const url = web.url;
export const service = web.serviceName;
export const logs = web.logGroupName;
