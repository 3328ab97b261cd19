terraform {
  required_providers {
    fargate = {
      source  = "pulumi/fargate"
      version = "0.1.0"
    }
  }
}

resource "fargate_fargate_web_service" "web" {
  preset = "dev"
  # Without `image` the service gets an ECR repository, and the run says how to push to it.
  image           = "public.ecr.aws/nginx/nginx:1.27"
  use_default_vpc = true
  environment = {
    "GREETING" = "hello"
  }
}

output "url" {
  value = fargate_fargate_web_service.web.url
}

output "service" {
  value = fargate_fargate_web_service.web.service_name
}

output "logs" {
  value = fargate_fargate_web_service.web.log_group_name
}
