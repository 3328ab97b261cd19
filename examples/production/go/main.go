package main

import (
	"pulumi-fargate/sdk/go/fargate"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		vpcId := cfg.Require("vpcId")
		var publicSubnetIds []string
		cfg.RequireObject("publicSubnetIds", &publicSubnetIds)
		var privateSubnetIds []string
		cfg.RequireObject("privateSubnetIds", &privateSubnetIds)
		certificateArn := cfg.Require("certificateArn")
		databaseSecretArn := cfg.Require("databaseSecretArn")
		apiKeyArn := cfg.Require("apiKeyArn")
		alarmTopicArn := cfg.Require("alarmTopicArn")
		imageTag := cfg.Require("imageTag")
		deletionProtection := cfg.RequireBool("deletionProtection")

		orders, err := fargate.NewFargateWebService(ctx, "orders", &fargate.FargateWebServiceArgs{
			// Deletion protection, immutable image tags, HTTPS demanded.
			Preset: pulumi.StringRef(string(fargate.PresetProd)),
			// Two tasks of half a vCPU and 1 GB, in private subnets of two zones.
			Cpu:              pulumi.Int(512),
			Memory:           pulumi.Int(1024),
			DesiredCount:     pulumi.Int(2),
			ContainerPort:    pulumi.Int(5000),
			VpcId:            pulumi.String(vpcId),
			PublicSubnetIds:  pulumi.ToStringArray(publicSubnetIds),
			PrivateSubnetIds: pulumi.ToStringArray(privateSubnetIds),
			// HTTPS; plain HTTP is redirected.
			CertificateArn: pulumi.String(certificateArn),
			HealthCheck: &fargate.HealthCheckArgs{
				Path: pulumi.String("/health"),
			},
			Environment: pulumi.StringMap{
				"LOG_LEVEL": pulumi.String("info"),
			},
			// The container gets API_KEY; the execution role may read this secret and no other.
			Secrets: pulumi.StringMap{
				"API_KEY": pulumi.String(apiKeyArn),
			},
			// The container gets DB_SECRET_ARN; the task role may read this secret and no other.
			DatabaseSecretArn: pulumi.String(databaseSecretArn),
			// An image repository of its own: the run prints how to push the first image. What runs, or can be
			// gone back to, stays whatever is pushed.
			ImageTag: pulumi.String(imageTag),
			Repository: &fargate.RepositoryArgs{
				ScanOnPush:         pulumi.Bool(true),
				KeepImages:         pulumi.Int(30),
				KeepUntaggedImages: pulumi.Int(10),
			},
			Autoscaling: &fargate.AutoscalingArgs{
				MinCapacity:  pulumi.Int(2),
				MaxCapacity:  pulumi.Int(10),
				CpuTarget:    pulumi.Float64(70),
				MemoryTarget: pulumi.Float64(80),
			},
			Monitoring: &fargate.MonitoringArgs{
				Level: pulumi.StringRef(string(fargate.LevelAdvanced)),
				AlarmActions: pulumi.StringArray{
					pulumi.String(alarmTopicArn),
				},
			},
			DeletionProtection: pulumi.Bool(deletionProtection),
			Tags: pulumi.StringMap{
				"team": pulumi.String("orders"),
			},
		})
		if err != nil {
			return err
		}

		ctx.Export("url", orders.Url)
		ctx.Export("repositoryUrl", orders.RepositoryUrl)
		ctx.Export("dashboardUrl", orders.DashboardUrl)
		ctx.Export("clusterName", orders.ClusterName)
		ctx.Export("serviceName", orders.ServiceName)
		return nil
	})
}
