import com.pulumi.Pulumi;
import com.pulumi.fargate.FargateWebService;
import com.pulumi.fargate.FargateWebServiceArgs;
import com.pulumi.fargate.enums.Preset;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var web = new FargateWebService("web", FargateWebServiceArgs.builder()
                .preset(Preset.Dev)
                // Without `image` the service gets an ECR repository, and the run says how to push to it.
                .image("public.ecr.aws/nginx/nginx:1.27")
                .useDefaultVpc(true)
                .environment(Map.of("GREETING", "hello"))
                .build());

            ctx.export("url", web.url());
            ctx.export("service", web.serviceName());
            ctx.export("logs", web.logGroupName());
        });
    }
}
