using System.Collections.Generic;
using Pulumi;
using Fargate = PulumiFargate.Fargate;

return await Deployment.RunAsync(() =>
{
    var web = new Fargate.FargateWebService("web", new()
    {
        Preset = Fargate.Preset.Dev,
        // A folder with a Dockerfile: it is built, pushed and deployed, and again when it changes.
        Build = "../app",
        ContainerPort = 8080,
        UseDefaultVpc = true,
    });

    return new Dictionary<string, object?>
    {
        ["url"] = web.Url,
        ["image"] = web.ImageDigest,
    };
});
