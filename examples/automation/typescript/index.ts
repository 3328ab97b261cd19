import { LocalWorkspace } from "@pulumi/pulumi/automation";
import * as fargate from "pulumi-fargate";

/** What the stack consists of. Its outputs are what this returns. */
async function program() {
    const web = new fargate.FargateWebService("web", {
        preset: fargate.Preset.Dev,
        image: "public.ecr.aws/nginx/nginx:1.27",
        useDefaultVpc: true,
    });
    return { url: web.url };
}

/** Creates a service in a stack of its own, uses it, and removes both, also when something failed. */
async function main(stackName: string) {
    const stack = await LocalWorkspace.createOrSelectStack({ stackName, projectName: "trial", program });
    try {
        const result = await stack.up({ onOutput: console.log });
        console.log(`The service is ready at ${result.outputs.url.value}`);
    } finally {
        await stack.destroy({ onOutput: console.log, remove: true });
    }
}

main(process.argv[2] ?? "trial").catch(error => {
    console.error(error);
    process.exitCode = 1;
});
