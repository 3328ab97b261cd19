import * as fargate from "pulumi-fargate";

const web = new fargate.FargateWebService("web", {
    preset: fargate.Preset.Dev,
    // Without `image` the service gets an ECR repository, and the run says how to push to it.
    image: "public.ecr.aws/nginx/nginx:1.27",
    useDefaultVpc: true,
    environment: {
        GREETING: "hello",
    },
});

export const url = web.url;
export const service = web.serviceName;
export const logs = web.logGroupName;
