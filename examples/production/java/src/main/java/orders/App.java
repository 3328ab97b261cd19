package orders;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.core.TypeShape;
import pulumi.fargate.FargateWebService;
import pulumi.fargate.FargateWebServiceArgs;
import pulumi.fargate.inputs.HealthCheckArgs;
import pulumi.fargate.inputs.RepositoryArgs;
import pulumi.fargate.inputs.AutoscalingArgs;
import pulumi.fargate.inputs.MonitoringArgs;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    public static void stack(Context ctx) {
        final var config = ctx.config();
        final var vpcId = config.require("vpcId");
        final var publicSubnetIds = config.requireObject("publicSubnetIds", TypeShape.list(String.class));
        final var privateSubnetIds = config.requireObject("privateSubnetIds", TypeShape.list(String.class));
        final var certificateArn = config.require("certificateArn");
        final var databaseSecretArn = config.require("databaseSecretArn");
        final var apiKeyArn = config.require("apiKeyArn");
        final var alarmTopicArn = config.require("alarmTopicArn");
        final var imageTag = config.require("imageTag");
        final var deletionProtection = config.requireBoolean("deletionProtection");

        var orders = new FargateWebService("orders", FargateWebServiceArgs.builder()
            // Deletion protection, immutable image tags, HTTPS demanded.
            .preset("prod")
            // Two tasks of half a vCPU and 1 GB, in private subnets of two zones.
            .cpu(512)
            .memory(1024)
            .desiredCount(2)
            .containerPort(5000)
            .vpcId(vpcId)
            .publicSubnetIds(publicSubnetIds)
            .privateSubnetIds(privateSubnetIds)
            // HTTPS; plain HTTP is redirected.
            .certificateArn(certificateArn)
            .healthCheck(HealthCheckArgs.builder()
                .path("/health")
                .build())
            .environment(Map.of("LOG_LEVEL", "info"))
            // The container gets API_KEY; the execution role may read this secret and no other.
            .secrets(Map.of("API_KEY", apiKeyArn))
            // The container gets DB_SECRET_ARN; the task role may read this secret and no other.
            .databaseSecretArn(databaseSecretArn)
            // An image repository of its own: the run prints how to push the first image. What runs, or can be
            // gone back to, stays whatever is pushed.
            .imageTag(imageTag)
            .repository(RepositoryArgs.builder()
                .scanOnPush(true)
                .keepImages(30)
                .keepUntaggedImages(10)
                .build())
            .autoscaling(AutoscalingArgs.builder()
                .minCapacity(2)
                .maxCapacity(10)
                .cpuTarget(70.0)
                .memoryTarget(80.0)
                .build())
            .monitoring(MonitoringArgs.builder()
                .level("advanced")
                .alarmActions(alarmTopicArn)
                .build())
            .deletionProtection(deletionProtection)
            .tags(Map.of("team", "orders"))
            .build());

        ctx.export("url", orders.url());
        ctx.export("repositoryUrl", orders.repositoryUrl());
        ctx.export("dashboardUrl", orders.dashboardUrl());
        ctx.export("clusterName", orders.clusterName());
        ctx.export("serviceName", orders.serviceName());
    }
}
