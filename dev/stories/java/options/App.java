// A service through a provider of the program's own. With `provider`, not `providers`, the SDK loses it.
package options;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.resources.ComponentResourceOptions;
import pulumi.fargate.FargateWebService;
import pulumi.fargate.FargateWebServiceArgs;
import pulumi.fargate.Provider;
import pulumi.fargate.ProviderArgs;
import pulumi.fargate.enums.Preset;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    static void stack(Context ctx) {
        var elsewhere = new Provider("elsewhere", ProviderArgs.builder().region("eu-central-1").build());
        var options = ComponentResourceOptions.builder();
        if (ctx.config().get("option").orElse("providers").equals("provider")) {
            options.provider(elsewhere);
        } else {
            options.providers(elsewhere);
        }
        var web = new FargateWebService("web", FargateWebServiceArgs.builder()
            .preset(Preset.Dev)
            .image("public.ecr.aws/nginx/nginx:1.27")
            .useDefaultVpc(true)
            .cpu(ctx.config().requireInteger("cpu"))
            .build(), options.build());
        ctx.export("url", web.url());
    }
}
