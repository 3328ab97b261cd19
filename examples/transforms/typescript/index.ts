import * as pulumi from "@pulumi/pulumi";
import * as fargate from "pulumi-fargate";

// What holds for every service of this stack, whoever writes it.
pulumi.runtime.registerResourceTransform(({ type, props, opts }) => {
    switch (type) {
        // No input of a service sets how long an alarm waits.
        case "fargate:cloudwatch:MetricAlarm":
            return { props: { ...props, evaluationPeriods: 10 }, opts };
        // A service may keep its logs longer, but not shorter.
        case "fargate:cloudwatch:LogGroup":
            return { props: { ...props, retentionInDays: pulumi.output(props.retentionInDays).apply(atLeast90) }, opts };
        default:
            return undefined;
    }
});

function atLeast90(days?: number): number | undefined {
    // Without a number, CloudWatch keeps logs for ever.
    return days === undefined ? undefined : Math.max(days, 90);
}

const web = new fargate.FargateWebService("web", {
    preset: fargate.Preset.Dev,
    image: "public.ecr.aws/nginx/nginx:1.27",
    useDefaultVpc: true,
});

export const url = web.url;
