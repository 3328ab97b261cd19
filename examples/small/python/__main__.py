import pulumi
import pulumi_fargate as fargate

web = fargate.FargateWebService("web",
    preset=fargate.Preset.DEV,
    # Without `image` the service gets an ECR repository, and the run says how to push to it.
    image="public.ecr.aws/nginx/nginx:1.27",
    use_default_vpc=True,
    environment={
        "GREETING": "hello",
    })

pulumi.export("url", web.url)
pulumi.export("service", web.service_name)
pulumi.export("logs", web.log_group_name)
