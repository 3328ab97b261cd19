using System.Collections.Generic;
using Pulumi;
using Fargate = PulumiFargate.Fargate;

return await Deployment.RunAsync(() =>
{
    var config = new Config();
    var vpcId = config.Require("vpcId");
    var publicSubnetIds = config.RequireObject<string[]>("publicSubnetIds");
    var privateSubnetIds = config.RequireObject<string[]>("privateSubnetIds");
    var certificateArn = config.Require("certificateArn");
    var databaseSecretArn = config.Require("databaseSecretArn");
    var apiKeyArn = config.Require("apiKeyArn");
    var alarmTopicArn = config.Require("alarmTopicArn");
    var imageTag = config.Require("imageTag");
    var deletionProtection = config.RequireBoolean("deletionProtection");

    var orders = new Fargate.FargateWebService("orders", new()
    {
        // Deletion protection, immutable image tags, HTTPS demanded.
        Preset = Fargate.Preset.Prod,
        // Two tasks of half a vCPU and 1 GB, in private subnets of two zones.
        Cpu = 512,
        Memory = 1024,
        DesiredCount = 2,
        ContainerPort = 5000,
        VpcId = vpcId,
        PublicSubnetIds = publicSubnetIds,
        PrivateSubnetIds = privateSubnetIds,
        // HTTPS; plain HTTP is redirected.
        CertificateArn = certificateArn,
        HealthCheck = new Fargate.Inputs.HealthCheckArgs
        {
            Path = "/health",
        },
        Environment =
        {
            { "LOG_LEVEL", "info" },
        },
        // The container gets API_KEY; the execution role may read this secret and no other.
        Secrets =
        {
            { "API_KEY", apiKeyArn },
        },
        // The container gets DB_SECRET_ARN; the task role may read this secret and no other.
        DatabaseSecretArn = databaseSecretArn,
        // An image repository of its own: the run prints how to push the first image. What runs, or can be
        // gone back to, stays whatever is pushed.
        ImageTag = imageTag,
        Repository = new Fargate.Inputs.RepositoryArgs
        {
            ScanOnPush = true,
            KeepImages = 30,
            KeepUntaggedImages = 10,
        },
        Autoscaling = new Fargate.Inputs.AutoscalingArgs
        {
            MinCapacity = 2,
            MaxCapacity = 10,
            CpuTarget = 70,
            MemoryTarget = 80,
        },
        Monitoring = new Fargate.Inputs.MonitoringArgs
        {
            Level = Fargate.Level.Advanced,
            AlarmActions = new()
            {
                alarmTopicArn,
            },
        },
        DeletionProtection = deletionProtection,
        Tags =
        {
            { "team", "orders" },
        },
    });

    return new Dictionary<string, object?>
    {
        ["url"] = orders.Url,
        ["repositoryUrl"] = orders.RepositoryUrl,
        ["dashboardUrl"] = orders.DashboardUrl,
        ["clusterName"] = orders.ClusterName,
        ["serviceName"] = orders.ServiceName,
    };
});
