import * as fargate from "pulumi-fargate";

const web = new fargate.FargateWebService("web", {
    preset: fargate.Preset.Dev,
    // A folder with a Dockerfile: it is built, pushed and deployed, and again when it changes.
    build: "../app",
    containerPort: 8080,
    useDefaultVpc: true,
});

export const url = web.url;
export const image = web.imageDigest;
