package build;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import pulumi.fargate.FargateWebService;
import pulumi.fargate.FargateWebServiceArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    public static void stack(Context ctx) {
        var web = new FargateWebService("web", FargateWebServiceArgs.builder()
            .preset("dev")
            // A folder with a Dockerfile: it is built, pushed and deployed, and again when it changes.
            .build("../app")
            .containerPort(8080)
            .useDefaultVpc(true)
            .build());

        ctx.export("url", web.url());
        ctx.export("image", web.imageDigest());
    }
}
