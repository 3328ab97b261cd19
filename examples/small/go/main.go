package main

import (
	"pulumi-fargate/sdk/go/fargate"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		web, err := fargate.NewFargateWebService(ctx, "web", &fargate.FargateWebServiceArgs{
			Preset: pulumi.StringRef(string(fargate.PresetDev)),
			// Without `image` the service gets an ECR repository, and the run says how to push to it.
			Image:         pulumi.String("public.ecr.aws/nginx/nginx:1.27"),
			UseDefaultVpc: pulumi.BoolRef(true),
			Environment: pulumi.StringMap{
				"GREETING": pulumi.String("hello"),
			},
		})
		if err != nil {
			return err
		}

		ctx.Export("url", web.Url)
		ctx.Export("service", web.ServiceName)
		ctx.Export("logs", web.LogGroupName)
		return nil
	})
}
