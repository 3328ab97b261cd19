// A service through a provider of the program's own.
package main

import (
	"pulumi-fargate/sdk/go/fargate"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		elsewhere, err := fargate.NewProvider(ctx, "elsewhere", &fargate.ProviderArgs{
			Region: pulumi.String("eu-central-1"),
		})
		if err != nil {
			return err
		}
		web, err := fargate.NewFargateWebService(ctx, "web", &fargate.FargateWebServiceArgs{
			Preset:        pulumi.StringRef(string(fargate.PresetDev)),
			Image:         pulumi.String("public.ecr.aws/nginx/nginx:1.27"),
			UseDefaultVpc: pulumi.BoolRef(true),
			Cpu:           pulumi.Int(config.New(ctx, "").RequireInt("cpu")),
		}, pulumi.Provider(elsewhere))
		if err != nil {
			return err
		}
		ctx.Export("url", web.Url)
		return nil
	})
}
