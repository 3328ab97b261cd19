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
  # A folder with a Dockerfile: it is built, pushed and deployed, and again when it changes.
  build           = "../app"
  container_port  = 8080
  use_default_vpc = true
}

output "url" {
  value = fargate_fargate_web_service.web.url
}

output "image" {
  value = fargate_fargate_web_service.web.image_digest
}
