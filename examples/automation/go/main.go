package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"pulumi-fargate/sdk/go/fargate"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// program is what the stack consists of.
func program(ctx *pulumi.Context) error {
	web, err := fargate.NewFargateWebService(ctx, "web", &fargate.FargateWebServiceArgs{
		Preset:        pulumi.StringRef(string(fargate.PresetDev)),
		Image:         pulumi.String("public.ecr.aws/nginx/nginx:1.27"),
		UseDefaultVpc: pulumi.BoolRef(true),
	})
	if err != nil {
		return err
	}
	ctx.Export("url", web.Url)
	return nil
}

// trial creates a service in a stack of its own, uses it, and removes both, also when something failed.
func trial(ctx context.Context, stackName string) (err error) {
	stack, err := auto.UpsertStackInlineSource(ctx, stackName, "trial", program)
	if err != nil {
		return err
	}
	defer func() {
		_, failed := stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stdout), optdestroy.Remove())
		err = errors.Join(err, failed)
	}()
	result, err := stack.Up(ctx, optup.ProgressStreams(os.Stdout))
	if err != nil {
		return err
	}
	fmt.Printf("The service is ready at %s\n", result.Outputs["url"].Value)
	return nil
}

func main() {
	stackName := "trial"
	if len(os.Args) > 1 {
		stackName = os.Args[1]
	}
	if err := trial(context.Background(), stackName); err != nil {
		log.Fatal(err)
	}
}
