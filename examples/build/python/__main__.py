import pulumi
import pulumi_fargate as fargate

web = fargate.FargateWebService("web",
    preset=fargate.Preset.DEV,
    # A folder with a Dockerfile: it is built, pushed and deployed, and again when it changes.
    build="../app",
    container_port=8080,
    use_default_vpc=True)

pulumi.export("url", web.url)
pulumi.export("image", web.image_digest)
