import * as pulumi from "@pulumi/pulumi";
import { orders } from "./orders";

const service = orders(pulumi.getStack(), new pulumi.Config().get("certificateArn"));

export const health = pulumi.interpolate`${service.url}/health`;
