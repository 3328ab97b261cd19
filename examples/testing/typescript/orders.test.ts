import * as assert from "node:assert";
import { beforeEach, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

const TYPE = "fargate:index:FargateWebService";
let registered: pulumi.runtime.MockResourceArgs[] = [];

// The service is one resource to a test: with mocks the provider does not run, so there are no children, no defaults and
// no complaints about wrong inputs. `pulumi preview` shows those. An output is what is returned here.
pulumi.runtime.setMocks({
    newResource(args) {
        registered.push(args);
        const url = `https://${args.name}.example.com`;
        return { id: "", state: args.type === TYPE ? { ...args.inputs, url } : args.inputs };
    },
    call: args => args.inputs,
}, "orders", "prod");

beforeEach(() => {
    registered = [];
});

/** What an output is in the end. */
function value<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise(resolve => output.apply(resolve));
}

/** The inputs of the one service that a program declares. */
async function inputs(declare: () => { urn: pulumi.Output<string> }): Promise<Record<string, unknown>> {
    await value(declare().urn);
    const services = registered.filter(it => it.type === TYPE);
    assert.strictEqual(services.length, 1);
    return services[0].inputs;
}

test("production is protected and uses HTTPS", async () => {
    const { orders } = await import("./orders");
    const arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1";
    const given = await inputs(() => orders("prod", arn));
    assert.strictEqual(given.preset, "prod");
    assert.strictEqual(given.certificateArn, arn);
    assert.deepStrictEqual(given.environment, { STAGE: "prod" });
});

test("every other stack is small", async () => {
    const { orders } = await import("./orders");
    assert.strictEqual((await inputs(() => orders("alice"))).preset, "dev");
});

test("the program exports the address of the health check", async () => {
    const program = await import("./index");
    assert.strictEqual(await value(program.health), "https://orders.example.com/health");
});
