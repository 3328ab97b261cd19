import pulumi
import pulumi_fargate as fargate

config = pulumi.Config()
vpc_id = config.require("vpcId")
public_subnet_ids = config.require_object("publicSubnetIds")
private_subnet_ids = config.require_object("privateSubnetIds")
certificate_arn = config.require("certificateArn")
database_secret_arn = config.require("databaseSecretArn")
api_key_arn = config.require("apiKeyArn")
alarm_topic_arn = config.require("alarmTopicArn")
image_tag = config.require("imageTag")
deletion_protection = config.require_bool("deletionProtection")

orders = fargate.FargateWebService("orders",
    # Deletion protection, immutable image tags, HTTPS demanded.
    preset=fargate.Preset.PROD,
    # Two tasks of half a vCPU and 1 GB, in private subnets of two zones.
    cpu=512,
    memory=1024,
    desired_count=2,
    container_port=5000,
    vpc_id=vpc_id,
    public_subnet_ids=public_subnet_ids,
    private_subnet_ids=private_subnet_ids,
    # HTTPS; plain HTTP is redirected.
    certificate_arn=certificate_arn,
    health_check={
        "path": "/health",
    },
    environment={
        "LOG_LEVEL": "info",
    },
    # The container gets API_KEY; the execution role may read this secret and no other.
    secrets={
        "API_KEY": api_key_arn,
    },
    # The container gets DB_SECRET_ARN; the task role may read this secret and no other.
    database_secret_arn=database_secret_arn,
    # An image repository of its own: the run prints how to push the first image. What runs, or can be
    # gone back to, stays whatever is pushed.
    image_tag=image_tag,
    repository={
        "scan_on_push": True,
        "keep_images": 30,
        "keep_untagged_images": 10,
    },
    autoscaling={
        "min_capacity": 2,
        "max_capacity": 10,
        "cpu_target": float(70),
        "memory_target": float(80),
    },
    monitoring={
        "level": fargate.Level.ADVANCED,
        "alarm_actions": [alarm_topic_arn],
    },
    deletion_protection=deletion_protection,
    tags={
        "team": "orders",
    })

pulumi.export("url", orders.url)
pulumi.export("repositoryUrl", orders.repository_url)
pulumi.export("dashboardUrl", orders.dashboard_url)
pulumi.export("clusterName", orders.cluster_name)
pulumi.export("serviceName", orders.service_name)
