package main

import (
	"pulumi-fargate/sdk/go/fargate"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		web, err := fargate.NewFargateWebService(ctx, "web", &fargate.FargateWebServiceArgs{
			Preset: pulumi.StringRef(string(fargate.PresetDev)),
			// A folder with a Dockerfile: it is built, pushed and deployed, and again when it changes.
			Build:         "../app",
			ContainerPort: pulumi.Int(8080),
			UseDefaultVpc: pulumi.BoolRef(true),
		})
		if err != nil {
			return err
		}

		ctx.Export("url", web.Url)
		ctx.Export("image", web.ImageDigest)
		return nil
	})
}
