using System.Collections.Generic;
using Pulumi;
using Fargate = PulumiFargate.Fargate;

return await Deployment.RunAsync(() =>
{
    var web = new Fargate.FargateWebService("web", new()
    {
        Preset = Fargate.Preset.Dev,
        // Without `image` the service gets an ECR repository, and the run says how to push to it.
        Image = "public.ecr.aws/nginx/nginx:1.27",
        UseDefaultVpc = true,
        Environment =
        {
            { "GREETING", "hello" },
        },
    });

    return new Dictionary<string, object?>
    {
        ["url"] = web.Url,
        ["service"] = web.ServiceName,
        ["logs"] = web.LogGroupName,
    };
});
