using System.Collections.Generic;
using Pulumi;
using Pulumi.Fargate;

return await Deployment.RunAsync(() =>
{
    var web = new FargateWebService("web", new()
    {
        Preset = Preset.Dev,
        // Without `Image` the service gets an ECR repository, and the run says how to push to it.
        Image = "public.ecr.aws/nginx/nginx:1.27",
        UseDefaultVpc = true,
        Environment = { ["GREETING"] = "hello" },
    });

    return new Dictionary<string, object?>
    {
        ["url"] = web.Url,
        ["service"] = web.ServiceName,
        ["logs"] = web.LogGroupName,
    };
});
