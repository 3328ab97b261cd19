import * as fargate from "pulumi-fargate";

/** The service of a stack: small and reachable by everyone while it is tried, protected in production. */
export function orders(stack: string, certificateArn?: string): fargate.FargateWebService {
    const production = stack === "prod";
    return new fargate.FargateWebService("orders", {
        preset: production ? fargate.Preset.Prod : fargate.Preset.Dev,
        image: "public.ecr.aws/nginx/nginx:1.27",
        useDefaultVpc: true,
        certificateArn,
        environment: { STAGE: stack },
    });
}
