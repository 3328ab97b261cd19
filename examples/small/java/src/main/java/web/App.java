package web;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import pulumi.fargate.FargateWebService;
import pulumi.fargate.FargateWebServiceArgs;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    public static void stack(Context ctx) {
        var web = new FargateWebService("web", FargateWebServiceArgs.builder()
            .preset("dev")
            // Without `image` the service gets an ECR repository, and the run says how to push to it.
            .image("public.ecr.aws/nginx/nginx:1.27")
            .useDefaultVpc(true)
            .environment(Map.of("GREETING", "hello"))
            .build());

        ctx.export("url", web.url());
        ctx.export("service", web.serviceName());
        ctx.export("logs", web.logGroupName());
    }
}
